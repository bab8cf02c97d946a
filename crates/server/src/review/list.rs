//! The list of what was set aside and what is held.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::fault::{Fault, FaultCodeName};
use domain::hexadecimal::{from_hexadecimal, hexadecimal};
use domain::identity::{DeviceId, EventId, OrderId};
use domain::time::UtcMillis;
use serde::{Deserialize, Serialize};
use store::Database;
use store::server::held::Content;
use store::server::review::Waiting;
use store::server::{events, held, review};
use utoipa::{IntoParams, ToSchema};

use crate::exchange::request::Request;
use crate::occasion::Occasion;
use crate::orders::fields::page_limit;
use crate::people::Person;
use crate::review::item::{ReviewItem, of_held, of_recorded};

/// What the list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReviewQuery {
    /// Also what somebody has left as it is.
    #[serde(default)]
    pub with_left: bool,
    /// Items of the page, 1 to 200; 50 where not given.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<usize>,
    /// `next` of the page before.
    pub after: Option<String>,
}

/// A page: the order of which something came last first, within an order what came first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ReviewPage {
    /// The items.
    pub items: Vec<ReviewItem>,
    /// How many there are in all that nobody has looked at.
    pub open: u64,
    /// For `after`; `null` at the end.
    pub next: Option<String>,
}

/// A page of what there is to look at.
///
/// # Errors
/// [`FaultCodeName::BadRequest`] for a `limit` out of its bounds, or an `after` that is none.
pub fn list(database: &Database, query: &ReviewQuery, person: &Person, occasion: &Occasion<'_>) -> Result<ReviewPage, Fault> {
    let limit = page_limit(query.limit)?;
    let after = query.after.as_deref().map(page_start).transpose()?;
    let mut waiting = review::list(database, after, query.with_left, limit.saturating_add(1))?;
    let more = waiting.len() > limit;
    waiting.truncate(limit);
    let next = waiting.last().filter(|_| more).map(page_after);
    let mut items = Vec::with_capacity(waiting.len());
    let mut request = Request::new(database, occasion);
    for one in waiting {
        items.extend(item(&mut request, one, person)?);
    }
    Ok(ReviewPage { items, open: review::count_open(database)?, next })
}

/// `request` reads each order once, however many of its entries wait.
fn item(request: &mut Request<'_>, waiting: Waiting, person: &Person) -> Result<Option<ReviewItem>, Fault> {
    let database = request.database;
    match waiting.held_from {
        Some((device, content)) => {
            held::find_content(database, waiting.event, device, content)?.map(|held| of_held(request, &held, person)).transpose()
        }
        None => {
            events::find(database, waiting.event)?.map(|stored| of_recorded(database, stored, person, request.occasion.zone)).transpose()
        }
    }
}

fn page_after(last: &Waiting) -> String {
    let Waiting { newest_of_order, order, received_at, number, event, held_from } = last;
    let held_from = held_from.map(|(device, content)| format!(".{device}.{}", hexadecimal(&content.0))).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(format!("{}.{order}.{}.{number}.{event}{held_from}", newest_of_order.0, received_at.0))
}

fn page_start(after: &str) -> Result<Waiting, Fault> {
    let text = URL_SAFE_NO_PAD.decode(after).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let start = text.as_deref().and_then(|text| place(&text.split('.').collect::<Vec<_>>()));
    start.ok_or_else(|| Fault::new(FaultCodeName::BadRequest, "after is not the next of a page; begin the list anew"))
}

fn place(parts: &[&str]) -> Option<Waiting> {
    let [newest, order, received_at, number, event, held_from @ ..] = parts else { return None };
    let held_from = match held_from {
        [] => None,
        [device, content] => Some((device.parse::<DeviceId>().ok()?, Content(from_hexadecimal(content)?))),
        _ => return None,
    };
    Some(Waiting {
        newest_of_order: UtcMillis(newest.parse().ok()?),
        order: order.parse::<OrderId>().ok()?,
        received_at: UtcMillis(received_at.parse().ok()?),
        number: number.parse().ok()?,
        event: event.parse::<EventId>().ok()?,
        held_from,
    })
}
