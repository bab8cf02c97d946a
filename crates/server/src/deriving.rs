//! After an upgrade: what lists and searches are read from is derived from events, and the program before may have derived it by other
//! rules (`docs/decisions/017`).

use domain::fault::Fault;
use domain::identity::OrderId;
use domain::row::deriving_program;
use store::StoreError;
use store::server::{ServerStore, checks, meta};

use crate::verifying::{look_at, make_anew};

/// Derives anew what another program derived, where this one makes something else of the events, one order in one transaction; gives
/// how many orders those were. An order that cannot be read, or written on a full disk, is told to the engineer and keeps nobody from
/// being served; what was not written is tried again at the next start.
///
/// # Errors
/// As the list of orders cannot be read.
pub fn derive_anew_after_an_upgrade(store: &mut ServerStore) -> Result<usize, Fault> {
    let program = deriving_program();
    if store.read(|database| meta::get(database, meta::DERIVED_BY))?.as_deref() == Some(program.as_str()) {
        return Ok(0);
    }
    let (orders, _) = store.read(|database| Ok::<_, StoreError>(checks::all_orders(database)))?;
    let (mut anew, mut all_written) = (0_usize, true);
    for order in orders {
        match derive_anew(store, order) {
            Ok(changed) => anew = anew.saturating_add(usize::from(changed)),
            Err(error) => {
                all_written = all_written && error.is_damage();
                tracing::error!(%order, %error, "an order's row cannot be derived anew");
            }
        }
    }
    if all_written && let Err(error) = store.write(|database| meta::put(database, meta::DERIVED_BY, &program)) {
        tracing::error!(%error, "which program derived the rows cannot be noted");
    }
    Ok(anew)
}

/// Says whether something was another. What is made of a damaged history is for `verify` to say first.
fn derive_anew(store: &mut ServerStore, order: OrderId) -> Result<bool, StoreError> {
    let looked_at = store.read(|database| look_at(database, order))?;
    let is_another = looked_at.history.is_none() && !looked_at.derived.is_empty();
    if is_another {
        store.write(|database| make_anew(database, order))?;
    }
    Ok(is_another)
}
