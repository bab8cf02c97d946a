//! Lists of orders: one scan of one index, never a replay.

use domain::fault::{Fault, FaultCodeName};
use domain::identity::{OrderId, StaffNo};
use domain::node::Node;
use domain::row::Listing;
use domain::view::OrderSummary;
use store::device::{ListPosition, ListedOrder, Session};
use store::shared::reference;

use crate::command::ListFilter;
use crate::reply::OrderPage;

/// The most rows of a page.
const MOST_ROWS: u32 = 200;
/// Rows of a page when nobody says otherwise.
const USUAL_ROWS: u32 = 50;

/// A page of a list.
pub fn orders(
    session: &Session<'_>,
    worker: &StaffNo,
    filter: ListFilter,
    node: Option<Node>,
    limit: Option<u32>,
    after: Option<&str>,
) -> Result<OrderPage, Fault> {
    let limit = usize::try_from(checked_limit(limit)?).unwrap_or(usize::MAX);
    let after = after.map(read_position).transpose()?;
    // One more than asked for tells whether another page follows.
    let mut rows = session.list_orders(listing_of(filter), node, after, limit.saturating_add(1))?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(written_position);
    let orders = rows.into_iter().map(|row| summary(session, worker, row)).collect::<Result<_, Fault>>()?;
    Ok(OrderPage { orders, next })
}

fn listing_of(filter: ListFilter) -> Listing {
    match filter {
        ListFilter::Mine => Listing::Mine,
        ListFilter::Team => Listing::Team,
        ListFilter::Done => Listing::Done,
    }
}

fn checked_limit(limit: Option<u32>) -> Result<u32, Fault> {
    let limit = limit.unwrap_or(USUAL_ROWS);
    if (1..=MOST_ROWS).contains(&limit) {
        return Ok(limit);
    }
    Err(Fault::new(FaultCodeName::FieldInvalid, format!("limit is a number from 1 to {MOST_ROWS}"))
        .with(serde_json::json!({ "field": "limit" })))
}

fn written_position(row: &ListedOrder) -> String {
    format!("{}.{}", row.sort_at, row.row.order)
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

fn summary(session: &Session<'_>, worker: &StaffNo, listed: ListedOrder) -> Result<OrderSummary, Fault> {
    let row = listed.row;
    let names = reference::summary_names(session.reference(), &row.location, &row.fault, &row.department, row.assignee.as_ref())?;
    Ok(OrderSummary { undecided: listed.undecided, ..OrderSummary::of(row, names, listed.upload, Some(worker)) })
}
