//! The server's end of the exchange, without sockets: take up what a device says, in one transaction, then bring down what
//! it may know. What is decided is decided in `sync` and `domain`; here it is looked up and stored.

pub mod admit;
mod bring_down;
mod circumstances;
mod compare;
pub mod credential;
mod held_again;
mod hold_or_record;
mod reading;
mod reference;
pub mod request;
mod take_up;

use domain::fault::{Fault, FaultCodeName};
use domain::identity::DeviceId;
use domain::time::MINUTE_MS;
use store::server::devices::{self, Device};
use store::server::{ServerStore, log, sequences};
use sync::wire::{
    CredentialStanding, Down, ExchangeAnswer, ExchangeRequest, MOST_UPLOADS, PROTOCOL, Progress, ReferenceDelta, UploadOutcome,
};

use crate::exchange::credential::standing_of;
use crate::exchange::reading::{remember_reading, scope_has_moved};
use crate::occasion::Occasion;

/// How old "last heard" may be before an exchange that changes nothing else renews it.
const HEARD_EVERY_MS: i64 = MINUTE_MS;
/// The most ranges of missing numbers in an answer.
const MOST_MISSING: usize = 100;

/// Answers a request of an authenticated device. What the answer acknowledges is durable.
///
/// # Errors
/// A [`Fault`] when the store fails; nothing of the request is then taken up, and it can be sent again.
pub fn handle(
    store: &mut ServerStore,
    device: DeviceId,
    request: &ExchangeRequest,
    occasion: &Occasion<'_>,
) -> Result<ExchangeAnswer, Fault> {
    let taken = match take_idle_up(store, device, request, occasion)? {
        Some(taken) => taken,
        None => take_request_up(store, device, request, occasion)?,
    };
    bring_answer_down(store, device, request, taken, occasion)
}

/// The writing half of a request that says nothing new, as most do, with any connection: it waits for nobody who writes.
/// `None` when there is something to take up.
///
/// # Errors
/// A [`Fault`] when the store fails.
pub fn take_idle_up(
    store: &mut ServerStore,
    device: DeviceId,
    request: &ExchangeRequest,
    occasion: &Occasion<'_>,
) -> Result<Option<Vec<UploadOutcome>>, Fault> {
    let known = store.read(|database| credential::known(database, device))?;
    if says_something(&known, request, store, occasion)? {
        return Ok(None);
    }
    if known.last_heard_at.is_none_or(|at| occasion.now.since(at) >= HEARD_EVERY_MS) {
        // While somebody writes, the next request notes it.
        store.write_if_free(|database| Ok::<_, Fault>(devices::heard(database, device, occasion.now)?))?;
    }
    Ok(Some(Vec::new()))
}

/// The writing half: uploads recorded or held, and what the server remembers of the device.
///
/// # Errors
/// A [`Fault`] when the store fails; nothing is then taken up.
pub fn take_request_up(
    store: &mut ServerStore,
    device: DeviceId,
    request: &ExchangeRequest,
    occasion: &Occasion<'_>,
) -> Result<Vec<UploadOutcome>, Fault> {
    if request.uploads.len() > MOST_UPLOADS {
        let message = format!("a request has at most {MOST_UPLOADS} events; nothing was taken up");
        return Err(Fault::new(FaultCodeName::BadRequest, message));
    }
    store.write(|database| {
        let device = credential::known(database, device)?;
        let outcomes = take_up::take_up(database, &device, &request.uploads, occasion)?;
        devices::heard(database, device.id, occasion.now)?;
        if standing_of(database, &device, occasion)? == CredentialStanding::Valid {
            remember_reading(database, &device, occasion)?;
        }
        Ok(outcomes)
    })
}

/// The reading half: news for the device, on one consistent view of the store.
///
/// # Errors
/// A [`Fault`] when the store fails.
pub fn bring_answer_down(
    store: &mut ServerStore,
    device: DeviceId,
    request: &ExchangeRequest,
    outcomes: Vec<UploadOutcome>,
    occasion: &Occasion<'_>,
) -> Result<ExchangeAnswer, Fault> {
    store.read(|database| {
        let device = credential::known(database, device)?;
        let ranges = sequences::ranges(database, device.id)?;
        let standing = standing_of(database, &device, occasion)?;
        let (down, reference) = news(database, &device, standing, request, occasion)?;
        let compares = matches!(down, Down::Log { .. });
        let anew = if compares { compare::differing(database, &device, request, occasion)? } else { Vec::new() };
        let log_mark = down.position().map(|position| log::mark_at(database, position)).transpose()?.flatten();
        Ok(ExchangeAnswer {
            protocol: PROTOCOL,
            server_time: occasion.now,
            standing,
            outcomes,
            highest_sequence: ranges.last().map_or(0, |(_, last)| *last),
            missing_sequences: gaps(&ranges),
            down,
            log_mark,
            reference,
            anew,
        })
    })
}

/// What a device may know that it does not: nothing where its credential does not hold.
fn news(
    database: &store::Database,
    device: &Device,
    standing: CredentialStanding,
    request: &ExchangeRequest,
    occasion: &Occasion<'_>,
) -> Result<(Down, Option<ReferenceDelta>), Fault> {
    if standing != CredentialStanding::Valid {
        return Ok((Down::Nothing, None));
    }
    let down = bring_down::page(database, device, request, occasion)?;
    let held = if bring_down::is_of_this_log(database, request)? { request.reference_revision } else { 0 };
    let reference = reference::newer(database, device, held)?;
    Ok((down, reference))
}

/// Whether there is something to take up or to remember, beyond that the device was heard.
fn says_something(device: &Device, request: &ExchangeRequest, store: &mut ServerStore, occasion: &Occasion<'_>) -> Result<bool, Fault> {
    if !request.uploads.is_empty() || request.progress == Progress::Nothing {
        return Ok(true);
    }
    store.read(|database| Ok(scope_has_moved(database, device, occasion)? || reference::has_moved(database, device, occasion)?))
}

/// The numbers below the highest that have not arrived.
fn gaps(ranges: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let mut expected = 1_u64;
    let mut gaps = Vec::new();
    for (first, last) in ranges {
        if *first > expected {
            gaps.push((expected, first.saturating_sub(1)));
        }
        expected = last.saturating_add(1);
    }
    gaps.truncate(MOST_MISSING);
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_lie_between_the_ranges_that_arrived() {
        for (ranges, expected) in [
            (vec![], vec![]),
            (vec![(1, 9)], vec![]),
            (vec![(2, 3)], vec![(1, 1)]),
            (vec![(1, 2), (4, 4), (9, 9)], vec![(3, 3), (5, 8)]),
            (vec![(0, 0), (2, 2)], vec![(1, 1)]),
        ] {
            assert_eq!(gaps(&ranges), expected, "{ranges:?}");
        }
    }
}
