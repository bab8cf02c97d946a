//! A database as statements that make it again.

use store::Database;

/// `user_version`.
pub fn version(database: &Database) -> i64 {
    database.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

/// The statements that made tables and indexes, in their order.
pub fn schema(database: &Database) -> Vec<String> {
    let mut statement = database.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid").unwrap();
    let statements = statement.query_map([], |row| row.get(0)).unwrap();
    statements.map(Result::unwrap).collect()
}

/// The schema, every row, and the schema's number.
pub fn dump(database: &Database) -> String {
    let mut statements = schema(database);
    for table in tables(database) {
        statements.extend(rows(database, &table).into_iter().map(|values| format!("INSERT INTO {table} VALUES ({values})")));
    }
    statements.push(format!("PRAGMA user_version = {}", version(database)));
    statements.iter().map(|statement| format!("{statement};\n")).collect()
}

fn tables(database: &Database) -> Vec<String> {
    let mut statement = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Each row as its values with commas between them.
fn rows(database: &Database, table: &str) -> Vec<String> {
    let mut columns = database.prepare("SELECT name FROM pragma_table_info(?1) ORDER BY cid").unwrap();
    let columns: Vec<String> = columns.query_map([table], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let quoted: Vec<String> = columns.iter().map(|column| format!("quote({column})")).collect();
    let mut statement = database.prepare(&format!("SELECT {} FROM {table}", quoted.join(" || ', ' || "))).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}
