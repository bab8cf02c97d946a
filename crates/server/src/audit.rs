//! The trail that the audit administrator reads: each line is written in the transaction of the deed that it is about.

use domain::audit::Deed;
use domain::fault::{Fault, FaultCodeName};
use domain::identity::{DeviceId, EventId, OrderId, StaffNo};
use domain::time::{HOUR_MS, HospitalZone, UtcMillis};
use serde::{Deserialize, Serialize};
use store::Database;
use store::server::audit::{self, Line, NewLine};
use store::server::devices::{self, Device};
use store::server::{events, orders};
use store::shared::reference::{Holding, name_at};
use utoipa::{IntoParams, ToSchema};

use crate::exchange::credential::owner_name;
use crate::occasion::Occasion;
use crate::orders::fields::page_limit;

/// For how long repeats of a sign-in are counted in one line.
const COUNTED_FOR_MS: i64 = HOUR_MS;

/// From where something was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A place that is told apart from others, and named to nobody (`people::session`).
    Hashed(String),
    /// A session of the centre; how it was opened stands in its own line.
    Session,
    /// A device that has just come to somebody.
    Device,
    /// The program on the server's machine, which has no roles.
    Machine,
    /// Many places together.
    Anywhere,
}

impl Place {
    fn words(&self) -> String {
        match self {
            Self::Hashed(hash) => format!("place {hash}"),
            Self::Session => "session".to_owned(),
            Self::Device => "device".to_owned(),
            Self::Machine => "machine".to_owned(),
            Self::Anywhere => String::new(),
        }
    }
}

/// Notes what somebody did.
///
/// # Errors
/// As the database fails; so for every function here.
pub fn note(
    database: &Database,
    deed: Deed,
    by: Option<&StaffNo>,
    about: &str,
    place: &Place,
    occasion: &Occasion<'_>,
) -> Result<(), Fault> {
    note_several(database, 1, deed, by, about, place, occasion)
}

/// Notes what somebody did to several at once; `about` names the one that was pointed at.
///
/// # Errors
/// As the database fails.
pub fn note_several(
    database: &Database,
    times: u64,
    deed: Deed,
    by: Option<&StaffNo>,
    about: &str,
    place: &Place,
    occasion: &Occasion<'_>,
) -> Result<(), Fault> {
    let line = NewLine { at: occasion.now, times, deed, by: by.cloned(), about: about.to_owned(), place: place.words() };
    Ok(audit::note(database, &line, occasion.now.plus(-COUNTED_FOR_MS))?)
}

/// Which page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Lines of the page, 1 to 200; 50 where not given.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<usize>,
    /// `next` of the page before.
    pub after: Option<String>,
}

/// A line of the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuditLine {
    /// Its number: later lines have higher ones.
    position: u64,
    /// When.
    at: UtcMillis,
    /// What.
    deed: Deed,
    /// Who; `null` for the program on the server's machine, and for whoever is not known.
    by: Option<StaffNo>,
    /// Name of whoever held that number then.
    by_name: Option<String>,
    /// What it is about: a staff number, the id of a device, event or order, the revision that an import brought; `null` where there is
    /// nothing more to say.
    about: Option<String>,
    /// That in words: the name of a person, number and name of whoever has the device, the number of the event's order.
    about_name: Option<String>,
    /// From where: `place` with a mark that tells places apart and names none, `session`, `device` or `machine`; `null` for several places.
    place: Option<String>,
    /// How often: sign-ins are counted for an hour, and entries that were admitted together are one line.
    times: u64,
    /// The last time of these.
    last_at: UtcMillis,
}

impl AuditLine {
    fn of(database: &Database, line: Line, zone: HospitalZone) -> Result<Self, Fault> {
        let Line { position, last_at, deed: NewLine { at, times, deed, by, about, place } } = line;
        let by_name = by.as_ref().map(|number| name_of(database, number, at, zone)).transpose()?.flatten();
        let about_name = words_about(database, deed, &about, at, zone)?;
        let said = |text: String| Some(text).filter(|text| !text.is_empty());
        Ok(Self { position, at, deed, by, by_name, about: said(about), about_name, place: said(place), times, last_at })
    }
}

fn words_about(database: &Database, deed: Deed, about: &str, at: UtcMillis, zone: HospitalZone) -> Result<Option<String>, Fault> {
    match deed {
        Deed::CodeMade | Deed::PasswordSet => name_of(database, &StaffNo::from(about), at, zone),
        Deed::CodeUsed | Deed::DeviceRevoked => {
            let device = about.parse().ok().map(|id| devices::find(database, DeviceId(id))).transpose()?.flatten();
            device.map(|device| number_and_name(database, &device, zone)).transpose()
        }
        Deed::Admitted | Deed::Left | Deed::Seen => number_of_its_order(database, about),
        Deed::FiledAgain => about.parse().map_or(Ok(None), |order| number_of(database, OrderId(order))),
        Deed::SignedIn | Deed::SignInRefused | Deed::LockedOut | Deed::Imported => Ok(None),
    }
}

fn number_and_name(database: &Database, device: &Device, zone: HospitalZone) -> Result<String, Fault> {
    let name = owner_name(database, device, zone)?.unwrap_or_default();
    Ok(format!("{} {name}", device.staff_no).trim_end().to_owned())
}

fn name_of(database: &Database, staff_no: &StaffNo, at: UtcMillis, zone: HospitalZone) -> Result<Option<String>, Fault> {
    Ok(name_at(database, Holding { number: staff_no, at, zone })?)
}

/// Of an event that is recorded; what is held has no order that everybody knows.
fn number_of_its_order(database: &Database, event: &str) -> Result<Option<String>, Fault> {
    let Ok(event) = event.parse() else { return Ok(None) };
    events::order_of(database, EventId(event))?.map_or(Ok(None), |order| number_of(database, order))
}

fn number_of(database: &Database, order: OrderId) -> Result<Option<String>, Fault> {
    Ok(orders::find(database, order)?.and_then(|row| row.number))
}

/// A page, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuditPage {
    /// The lines.
    lines: Vec<AuditLine>,
    /// For `after`; `null` at the end.
    next: Option<String>,
}

/// A page of the trail.
///
/// # Errors
/// [`FaultCodeName::BadRequest`] for a `limit` out of its bounds, or an `after` that is none.
pub fn list(database: &Database, query: &AuditQuery, zone: HospitalZone) -> Result<AuditPage, Fault> {
    let limit = page_limit(query.limit)?;
    let before = query.after.as_deref().map(page_start).transpose()?;
    let mut lines = audit::page(database, before, limit.saturating_add(1))?;
    let more = lines.len() > limit;
    lines.truncate(limit);
    let next = lines.last().filter(|_| more).map(|last| last.position.to_string());
    let lines = lines.into_iter().map(|line| AuditLine::of(database, line, zone)).collect::<Result<_, _>>()?;
    Ok(AuditPage { lines, next })
}

fn page_start(after: &str) -> Result<u64, Fault> {
    after.parse().map_err(|_| Fault::new(FaultCodeName::BadRequest, "after is not the next of a page; begin the list anew"))
}
