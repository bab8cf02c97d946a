//! Lists of orders: one scan of one index, never a replay.

use domain::fault::{Fault, FaultCodeName};
use domain::holder::HeldNumber;
use domain::identity::OrderId;
use domain::node::Node;
use domain::row::Listing;
use domain::time::{HospitalZone, UtcMillis};
use domain::view::OrderSummary;
use store::device::{ListPosition, ListedOrder, Session};
use store::shared::reference::{self, Holding};

use crate::command::ListFilter;
use crate::reply::OrderPage;

/// The most rows of a page.
const MOST_ROWS: u32 = 200;
/// Rows of a page when nobody says otherwise.
const USUAL_ROWS: u32 = 50;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Which list.
    pub filter: ListFilter,
    /// Only what stands there.
    pub node: Option<Node>,
    /// At most so many.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<&'a str>,
}

/// A page of a list of `worker`, at `now` by the corrected clock.
pub fn orders(session: &Session<'_>, worker: &HeldNumber, now: UtcMillis, wanted: Wanted<'_>) -> Result<OrderPage, Fault> {
    let Wanted { filter, node, limit, after } = wanted;
    let limit = usize::try_from(checked_limit(limit)?).unwrap_or(usize::MAX);
    let after = after.map(read_position).transpose()?;
    // One more than asked for tells whether another page follows.
    let mut rows = rows(session, now, filter, node, after, limit.saturating_add(1))?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| written_position(filter, row));
    let orders = rows.into_iter().map(|row| summary(session, worker, row)).collect::<Result<_, Fault>>()?;
    Ok(OrderPage { orders, next })
}

fn rows(
    session: &Session<'_>,
    now: UtcMillis,
    filter: ListFilter,
    node: Option<Node>,
    after: Option<ListPosition>,
    limit: usize,
) -> Result<Vec<ListedOrder>, Fault> {
    let of_list = |listing| session.list_orders(listing, node, after, limit);
    Ok(match filter {
        ListFilter::Mine => of_list(Listing::Mine),
        ListFilter::Team => of_list(Listing::Team),
        ListFilter::Done => of_list(Listing::Done),
        ListFilter::Attention => session.orders_of_concern(now, node, after, limit),
        ListFilter::Free => session.orders_to_take(node, after, limit),
    }?)
}

fn checked_limit(limit: Option<u32>) -> Result<u32, Fault> {
    let limit = limit.unwrap_or(USUAL_ROWS);
    if (1..=MOST_ROWS).contains(&limit) {
        return Ok(limit);
    }
    Err(Fault::new(FaultCodeName::FieldInvalid, format!("limit is a number from 1 to {MOST_ROWS}"))
        .with(serde_json::json!({ "field": "limit" })))
}

fn written_position(filter: ListFilter, row: &ListedOrder) -> String {
    let sort_at = match filter {
        ListFilter::Attention => row.concerns_until.map_or(row.sort_at, |until| until.0),
        ListFilter::Mine | ListFilter::Team | ListFilter::Done | ListFilter::Free => row.sort_at,
    };
    format!("{sort_at}.{}", row.row.order)
}

fn read_position(text: &str) -> Result<ListPosition, Fault> {
    let parts = text.split_once('.').and_then(|(sort_at, order)| Some((sort_at.parse().ok()?, order.parse::<OrderId>().ok()?)));
    match parts {
        Some((sort_at, order)) => Ok(ListPosition { sort_at, order }),
        None => {
            Err(Fault::new(FaultCodeName::FieldInvalid, "after is not the `next` of a page").with(serde_json::json!({ "field": "after" })))
        }
    }
}

fn summary(session: &Session<'_>, worker: &HeldNumber, listed: ListedOrder) -> Result<OrderSummary, Fault> {
    let row = listed.row;
    let assignee = Holding::of_assignee(&row, HospitalZone::default());
    let names = reference::summary_names(session.reference(), &row.location, &row.fault, &row.department, assignee)?;
    Ok(OrderSummary { undecided: listed.undecided, ..OrderSummary::of(row, names, listed.upload, Some(worker)) })
}
