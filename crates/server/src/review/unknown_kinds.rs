//! Kinds that an earlier program did not know are judged again when a newer one starts.

use domain::event::{Event, EventBody};
use domain::fault::Fault;
use domain::identity::{EventId, OrderId};
use domain::recorded::{Recorded, Verdict};
use store::Database;
use store::server::scope::{self, ScopeOfOrder};
use store::server::{ServerStore, devices, review};
use sync::judge::{Circumstances, Credential, OrderCircumstances, verdict};
use sync::wire::CredentialStanding;

use crate::exchange::credential::subjects_ever;
use crate::occasion::Occasion;
use crate::orders::history::of_order;
use crate::orders::settle::settle;
use crate::people::person::{person_subject, teams_among};
use crate::review::verdict::replace;

/// Judges again what was set aside as an unknown kind and is known by now, one order in one transaction; gives how many got
/// another verdict. An order that cannot be read is told to the engineer and keeps nobody from being served.
///
/// # Errors
/// As the list of these orders cannot be read.
pub fn judge_again(store: &mut ServerStore, occasion: &Occasion<'_>) -> Result<usize, Fault> {
    let (mut judged, mut after) = (0_usize, None);
    while let Some((order, events)) = store.read(|database| review::next_with_unknown_kinds(database, after))? {
        match store.write(|database| judge_order(database, order, &events, occasion)) {
            Ok(changed) => judged = judged.saturating_add(changed),
            Err(fault) => tracing::error!(%order, message = fault.message, "kinds of an order cannot be judged again"),
        }
        after = Some(order);
    }
    Ok(judged)
}

fn judge_order(database: &Database, order: OrderId, events: &[EventId], occasion: &Occasion<'_>) -> Result<usize, Fault> {
    let history = of_order(database, order)?;
    let scope = scope::of_order(database, order)?;
    let mut changed = 0_usize;
    for Recorded { event, .. } in history.iter().filter(|recorded| events.contains(&recorded.event.id)) {
        if !matches!(event.body, EventBody::Unknown { .. }) {
            replace(database, event, verdict_now(database, event, &history, &scope, occasion)?)?;
            changed = changed.saturating_add(1);
        }
    }
    if changed > 0 {
        settle(database, order, occasion)?;
    }
    Ok(changed)
}

/// Who recorded it, and in which role, was found right before its kind was asked about ([`sync::judge`]).
fn verdict_now(
    database: &Database,
    event: &Event,
    history: &[Recorded],
    scope: &ScopeOfOrder,
    occasion: &Occasion<'_>,
) -> Result<Verdict, Fault> {
    let mut subjects = vec![person_subject(&event.recorder)];
    if let Some(device) = devices::find(database, event.device)?.filter(|device| device.staff_no == event.recorder) {
        subjects.extend(subjects_ever(database, &device, occasion)?);
    }
    let credential = Credential {
        device: event.device,
        person: event.recorder.clone(),
        roles: vec![event.role],
        teams: teams_among(&subjects),
        standing: CredentialStanding::Valid,
        revoked_devices: Vec::new(),
    };
    let was_in_scope = subjects.iter().any(|subject| scope.ever.contains(subject));
    let order = OrderCircumstances { events: history.len(), set_aside: 0, of_the_person: 0, was_in_scope };
    let is_first = history.len() == 1;
    let circumstances = Circumstances {
        stored: None,
        predecessors: Vec::new(),
        order: Some(order).filter(|_| !is_first),
        // Looked at before the kind is: what names another's device was never set aside for its kind.
        names_device_of_another: false,
    };
    Ok(verdict(event, &credential, &circumstances))
}
