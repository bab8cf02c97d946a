//! How SQLite goes about a statement, for tests that look at it.

use rusqlite::params_from_iter;

use super::ServerStore;
use crate::StoreError;

/// The steps, one a line. What the parameters are makes no difference to them.
pub(super) fn plan_of(statement: &str) -> String {
    let folder = tempfile::TempDir::new().unwrap();
    let mut store = ServerStore::open(folder.path()).unwrap();
    let steps = store.read(|database| -> Result<Vec<String>, StoreError> {
        let mut statement = database.prepare(&format!("EXPLAIN QUERY PLAN {statement}"))?;
        let parameters = vec![0; statement.parameter_count()];
        let rows = statement.query_map(params_from_iter(parameters), |row| row.get(3))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    });
    steps.unwrap().join("\n")
}
