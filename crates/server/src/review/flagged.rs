//! Confirmations that somebody has to look at (`domain::scrutiny`): the list, and that somebody has. They count all the while.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::audit::Deed;
use domain::event::{Event, EventBody, ReviewOutcome, Reviewed, Standing};
use domain::fault::{Fault, FaultCodeName};
use domain::identity::{DepartmentCode, EventId, OrderId, StaffNo};
use domain::permissions::may_record_at_centre;
use domain::role::Role;
use domain::scrutiny::{Doubt, DoubtReason, THRESHOLDS};
use domain::time::{HospitalZone, UtcMillis};
use serde::{Deserialize, Serialize};
use store::Database;
use store::server::confirmations::{self, ConfirmationRow};
use store::server::events;
use utoipa::{IntoParams, ToSchema};

use crate::audit::{Place, note};
use crate::occasion::Occasion;
use crate::orders::fields::{page_limit, reason};
use crate::orders::history::{of_order, recorded};
use crate::orders::record::{Author, record_own};
use crate::orders::settle::settle;
use crate::people::Person;
use crate::review::item::{ReviewView, reviewer};
use crate::review::looked_up::LookedUp;

/// Other orders of a burst that are shown with an item.
const MOST_OTHERS: u32 = 20;

/// What the list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FlaggedQuery {
    /// Also what somebody has looked at.
    #[serde(default)]
    pub with_seen: bool,
    /// Items of the page, 1 to 200; 50 where not given.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<usize>,
    /// `next` of the page before.
    pub after: Option<String>,
}

/// An order of the same worker that the same number confirmed at about the same time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OtherOrder {
    /// Which.
    pub order: OrderId,
    /// Its number, a temporary one where it has none.
    pub order_number: String,
    /// When it was confirmed, corrected time.
    pub at: UtcMillis,
}

/// A confirmation that somebody has to look at.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FlaggedConfirmation {
    /// The confirmation.
    pub event: EventId,
    /// Of which order.
    pub order: OrderId,
    /// Number of the order, a temporary one where it has none.
    pub order_number: String,
    /// The number that confirmed.
    pub confirmer: StaffNo,
    /// Whose it was then.
    pub confirmer_name: Option<String>,
    /// The department that was charged.
    pub department: Option<DepartmentCode>,
    /// Its name.
    pub department_name: Option<String>,
    /// The worker who recorded it.
    pub recorder: StaffNo,
    /// Whose number that was then.
    pub recorder_name: Option<String>,
    /// Done, or not done.
    pub accepted: bool,
    /// When, corrected time.
    pub at: UtcMillis,
    /// When the server received it.
    pub received_at: UtcMillis,
    /// What it is worth.
    pub standing: Standing,
    /// Why somebody has to look at it.
    pub doubts: Vec<Doubt>,
    /// The others of a burst, at most twenty.
    pub others: Vec<OtherOrder>,
    /// Who looked at it as it stands; `null` while it is open.
    pub review: Option<ReviewView>,
    /// Whether the asking person can say that they have looked at it.
    pub can_see: bool,
}

/// A page, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FlaggedPage {
    /// The items.
    pub items: Vec<FlaggedConfirmation>,
    /// How many there are in all that nobody has looked at.
    pub open: u64,
    /// For `after`; `null` at the end.
    pub next: Option<String>,
}

/// A page of what there is to look at.
///
/// # Errors
/// [`FaultCodeName::BadRequest`] for a `limit` out of its bounds, or an `after` that is none.
pub fn list(database: &Database, query: &FlaggedQuery, person: &Person, zone: HospitalZone) -> Result<FlaggedPage, Fault> {
    let limit = page_limit(query.limit)?;
    let after = query.after.as_deref().map(page_start).transpose()?;
    let mut rows = confirmations::doubtful(database, after, query.with_seen, limit.saturating_add(1))?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(page_after);
    let mut known = LookedUp::new(database, zone);
    let items = rows.into_iter().map(|row| item(&mut known, row, person)).collect::<Result<_, Fault>>()?;
    Ok(FlaggedPage { items, open: confirmations::count_open(database)?, next })
}

/// Notes that somebody has looked at a flagged confirmation; once is enough. It is an event of the order, so that its history says
/// who did, when and why.
///
/// # Errors
/// [`FaultCodeName::NotFound`] for an event that is no flagged confirmation, [`FaultCodeName::NotPermitted`] for the worker's and the
/// confirmer's own, [`FaultCodeName::ReasonRequired`]; nothing is then changed.
pub fn seen(
    database: &Database,
    event: EventId,
    words: &str,
    person: &Person,
    occasion: &Occasion<'_>,
) -> Result<FlaggedConfirmation, Fault> {
    let reason = reason(words)?;
    let row = confirmations::find(database, event)?.filter(|row| !row.doubts.is_empty()).ok_or_else(not_flagged)?;
    if is_own(&row, person) {
        let message = "nobody looks at a confirmation of their own; nothing was changed; ask another dispatcher";
        return Err(Fault::new(FaultCodeName::NotPermitted, message));
    }
    if row.review.is_some() {
        return item(&mut LookedUp::new(database, occasion.zone), row, person);
    }
    let role = person.roles.iter().copied().find(|role| may_record_at_centre(*role, "reviewed")).unwrap_or(Role::Dispatcher);
    let author = Author { staff_no: person.staff_no().clone(), role };
    let body = EventBody::Reviewed(Reviewed { event, outcome: ReviewOutcome::Seen, reason, also: Vec::new() });
    record_own(database, row.order, &mut of_order(database, row.order)?, &author, body, occasion)?;
    settle(database, row.order, occasion)?;
    note(database, Deed::Seen, Some(person.staff_no()), &event.to_string(), &Place::Session, occasion)?;
    let row = confirmations::find(database, event)?.ok_or_else(not_flagged)?;
    item(&mut LookedUp::new(database, occasion.zone), row, person)
}

fn item(known: &mut LookedUp<'_>, row: ConfirmationRow, person: &Person) -> Result<FlaggedConfirmation, Fault> {
    let (department, department_name) = known.department_of(row.order)?;
    let is_open = row.review.is_none();
    Ok(FlaggedConfirmation {
        order_number: known.number_of(row.order)?,
        confirmer_name: known.name_at(&row.confirmer, row.occurred_at)?,
        department_name,
        department,
        recorder_name: known.name_at(&row.recorder, row.occurred_at)?,
        others: others(known, &row)?,
        review: row.review.map(|review| review_of(known, review)).transpose()?.flatten(),
        can_see: is_open && reviewer(person).may_review() && !is_own(&row, person),
        event: row.event,
        order: row.order,
        confirmer: row.confirmer,
        recorder: row.recorder,
        accepted: row.accepted,
        at: row.occurred_at,
        received_at: row.received_at,
        standing: row.standing,
        doubts: row.doubts,
    })
}

fn is_own(row: &ConfirmationRow, person: &Person) -> bool {
    [&row.confirmer, &row.recorder].contains(&person.staff_no())
}

fn others(known: &mut LookedUp<'_>, row: &ConfirmationRow) -> Result<Vec<OtherOrder>, Fault> {
    if !row.doubts.iter().any(|doubt| doubt.why == DoubtReason::Burst) {
        return Ok(Vec::new());
    }
    let window = (row.occurred_at.plus(-THRESHOLDS.burst_ms), row.occurred_at.plus(THRESHOLDS.burst_ms));
    let of_pair = confirmations::of_pair(known.database, (&row.confirmer, &row.recorder), window, MOST_OTHERS.saturating_add(1))?;
    let others = of_pair.into_iter().filter(|other| other.order != row.order);
    others.map(|other| Ok(OtherOrder { order: other.order, order_number: known.number_of(other.order)?, at: other.occurred_at })).collect()
}

fn review_of(known: &mut LookedUp<'_>, review: EventId) -> Result<Option<ReviewView>, Fault> {
    let Some(stored) = events::find(known.database, review)? else { return Ok(None) };
    let Event { recorder, recorded_at, body, .. } = recorded(stored)?.event;
    let EventBody::Reviewed(Reviewed { outcome, reason, .. }) = body else { return Ok(None) };
    Ok(Some(ReviewView { outcome, by_name: known.name_at(&recorder, recorded_at)?, by: recorder, at: recorded_at, reason }))
}

fn page_after(last: &ConfirmationRow) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}.{}", last.received_at.0, last.event))
}

fn page_start(after: &str) -> Result<(UtcMillis, EventId), Fault> {
    let text = URL_SAFE_NO_PAD.decode(after).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let start = text.as_deref().and_then(|text| {
        let (received_at, event) = text.split_once('.')?;
        Some((UtcMillis(received_at.parse().ok()?), event.parse::<EventId>().ok()?))
    });
    start.ok_or_else(|| Fault::new(FaultCodeName::BadRequest, "after is not the next of a page; begin the list anew"))
}

/// No flagged confirmation has this id.
pub fn not_flagged() -> Fault {
    Fault::new(FaultCodeName::NotFound, "no such confirmation is flagged")
}
