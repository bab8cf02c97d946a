//! The rows of orders: lists are one scan of one index.

use domain::identity::{OrderId, StaffNo, TeamCode};
use domain::node::Node;
use domain::row::{Listing, OrderRow};
use domain::time::UtcMillis;
use domain::view::Upload;
use rusqlite::{OptionalExtension, Row, params};

use super::Session;
use crate::shared::column::{Id, identifier, signed, unsigned};
use crate::shared::error::StoreError;
use crate::shared::read_order_row;

/// An order's row with what this device adds to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedOrder {
    /// The row.
    pub row: OrderRow,
    /// In which list of the person it stands.
    pub listing: Listing,
    /// Its place there, ascending.
    pub sort_at: i64,
    /// Where the work is.
    pub upload: Upload,
    /// An event of it is set aside or held, and nobody has looked at it yet.
    pub undecided: bool,
    /// Until when it concerns the person beyond its next step; `None` when it does not.
    pub concerns_until: Option<UtcMillis>,
    /// How many entries of it the person recorded on another phone that are set aside and that nobody has looked at yet.
    pub set_aside_elsewhere: u64,
}

/// The place in a list after which a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListPosition {
    /// `sort_at` of the last row.
    pub sort_at: i64,
    /// Its order.
    pub order: OrderId,
}

const COLUMNS: &str =
    "order_id, number, node, urgency, location, fault, department, description, team, assignee, helpers, reporter, reported_at,
    due_at, done_at, needs_attention, attention, withdrawn_from, since, confirmed_by, parts_with, took_part, listing, sort_at, upload,
    undecided, concerns_until, set_aside_elsewhere";

impl Session<'_> {
    /// Up to `limit` rows of a list after `after`; only those that stand at `node`, where given.
    ///
    /// # Errors
    /// As the database fails; so for every function here.
    pub fn list_orders(
        &self,
        listing: Listing,
        node: Option<Node>,
        after: Option<ListPosition>,
        limit: usize,
    ) -> Result<Vec<ListedOrder>, StoreError> {
        let at_node = if node.is_some() { "AND node = ?4" } else { "AND ?4 IS NULL" };
        let statement = format!(
            "SELECT {COLUMNS} FROM orders WHERE listing = ?1 AND (sort_at, order_id) > (?2, ?3) {at_node} ORDER BY sort_at, order_id LIMIT ?5"
        );
        let after = after.unwrap_or(ListPosition { sort_at: i64::MIN, order: OrderId(uuid::Uuid::nil()) });
        let mut statement = self.connection.prepare_cached(&statement)?;
        let parameters = params![
            listing_number(listing),
            after.sort_at,
            Id(after.order.0),
            node.map(Node::as_str),
            i64::try_from(limit).unwrap_or(i64::MAX)
        ];
        let rows = statement.query_map(parameters, read_order)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Up to `limit` rows of what concerns the person at `now`, whatever list it stands in, after `after`, whose `sort_at` is
    /// [`ListedOrder::concerns_until`]: what concerns longest comes first.
    ///
    /// # Errors
    /// As the database fails.
    pub fn orders_of_concern(
        &self,
        now: UtcMillis,
        node: Option<Node>,
        after: Option<ListPosition>,
        limit: usize,
    ) -> Result<Vec<ListedOrder>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!("SELECT {COLUMNS} {ORDERS_OF_CONCERN}"))?;
        let after = after.unwrap_or(ListPosition { sort_at: i64::MAX, order: OrderId(uuid::Uuid::max()) });
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![now.0, after.sort_at, Id(after.order.0), node.map(Node::as_str), limit], read_order)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Up to `limit` rows of what anybody of the team may take, after `after`, as the list of the team sorts them.
    ///
    /// # Errors
    /// As the database fails.
    pub fn orders_to_take(&self, node: Option<Node>, after: Option<ListPosition>, limit: usize) -> Result<Vec<ListedOrder>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!("SELECT {COLUMNS} {ORDERS_TO_TAKE}"))?;
        let after = after.unwrap_or(ListPosition { sort_at: i64::MIN, order: OrderId(uuid::Uuid::nil()) });
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![after.sort_at, Id(after.order.0), node.map(Node::as_str), limit], read_order)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The row of an order.
    ///
    /// # Errors
    /// As the database fails.
    pub fn order(&self, order: OrderId) -> Result<Option<ListedOrder>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!("SELECT {COLUMNS} FROM orders WHERE order_id = ?1"))?;
        Ok(statement.query_row([Id(order.0)], read_order).optional()?)
    }

    /// The orders in which a number has a part: has it, helps, was told of a withdrawal, has parts, or reported it.
    ///
    /// # Errors
    /// As the database fails.
    pub fn orders_with_a_part_of(&self, person: &StaffNo) -> Result<Vec<OrderId>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT order_id FROM orders WHERE reporter = ?1 OR undecided OR EXISTS (SELECT 1 FROM json_each(took_part) WHERE key = ?1)",
        )?;
        let rows = statement.query_map([person.as_str()], |row| row.get::<_, Id>(0))?;
        Ok(rows.map(|row| row.map(|id| OrderId(id.0))).collect::<rusqlite::Result<_>>()?)
    }

    /// The packed events of an order that nobody has changed here yet.
    ///
    /// # Errors
    /// As the database fails.
    pub fn packed_events(&self, order: OrderId) -> Result<Option<Vec<u8>>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT packed FROM orders WHERE order_id = ?1")?;
        let packed: Option<Option<Vec<u8>>> = statement.query_row([Id(order.0)], |row| row.get(0)).optional()?;
        Ok(packed.flatten())
    }

    /// The packed orders in whose bytes these occur: nearly always none or one. Every pack is read, which is for what is looked for
    /// nowhere else.
    ///
    /// # Errors
    /// As the database fails.
    pub fn packed_with(&self, bytes: &[u8]) -> Result<Vec<OrderId>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT order_id FROM orders WHERE packed IS NOT NULL AND instr(packed, ?1) > 0")?;
        let rows = statement.query_map([bytes], |row| row.get::<_, Id>(0))?;
        Ok(rows.map(|row| row.map(|id| OrderId(id.0))).collect::<rusqlite::Result<_>>()?)
    }

    /// Stores an order's row; `packed` with its packed events, or `None` when they are in the events' table. `delivered_in` is
    /// the first sync that the server sends this whole order in or after, or `None` for a change that was made here: only what
    /// the server has sent anew outlasts a first sync.
    ///
    /// # Errors
    /// As the database fails.
    pub fn put_order(&self, order: &ListedOrder, packed: Option<&[u8]>, delivered_in: Option<i64>) -> Result<(), StoreError> {
        let row = &order.row;
        let mut statement = self.connection.prepare_cached(PUT_ORDER)?;
        statement.execute(params![
            Id(row.order.0),
            row.number,
            row.node.as_str(),
            identifier(&row.urgency),
            row.location.as_str(),
            row.fault.as_str(),
            row.department.as_str(),
            row.description,
            row.team.as_ref().map(TeamCode::as_str),
            row.assignee.as_ref().map(StaffNo::as_str),
            serde_json::to_string(&row.helpers).unwrap_or_default(),
            row.reporter.as_str(),
            row.reported_at.0,
            row.due_at.map(|instant| instant.0),
            row.done_at.map(|instant| instant.0),
            row.needs_attention,
            row.attention.map(|attention| identifier(&attention)),
            serde_json::to_string(&row.withdrawn_from).unwrap_or_default(),
            row.since.map(|instant| instant.0),
            row.confirmed_by,
            listing_number(order.listing),
            order.sort_at,
            upload_number(order.upload),
            packed,
            delivered_in,
            order.undecided,
            serde_json::to_string(&row.parts_with).unwrap_or_default(),
            order.concerns_until.map(|instant| instant.0),
            row.is_free(),
            serde_json::to_string(&row.took_part).unwrap_or_default(),
            signed(order.set_aside_elsewhere),
        ])?;
        Ok(())
    }
}

/// The last of all ids is nobody's, so that the first page has everything.
pub(super) const ORDERS_OF_CONCERN: &str = "FROM orders WHERE concerns_until IS NOT NULL AND concerns_until > ?1
    AND (concerns_until, order_id) < (?2, ?3) AND (?4 IS NULL OR node = ?4) ORDER BY concerns_until DESC, order_id DESC LIMIT ?5";

pub(super) const ORDERS_TO_TAKE: &str = "FROM orders WHERE is_free = 1 AND (sort_at, order_id) > (?1, ?2) AND (?3 IS NULL OR node = ?3)
    ORDER BY sort_at, order_id LIMIT ?4";

/// A row that is as it was is not written: many an edit, such as a part drawn, moves nothing that a list shows.
const PUT_ORDER: &str = "INSERT INTO orders (order_id, number, node, urgency, location, fault, department, description, team, assignee, helpers, reporter,
        reported_at, due_at, done_at, needs_attention, attention, withdrawn_from, since, confirmed_by, listing, sort_at, upload, packed, generation, undecided,
        parts_with, concerns_until, is_free, took_part, set_aside_elsewhere)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, coalesce(?25, 0), ?26,
        ?27, ?28, ?29, ?30, ?31)
    ON CONFLICT (order_id) DO UPDATE SET number = excluded.number, node = excluded.node, urgency = excluded.urgency, location = excluded.location,
        fault = excluded.fault, department = excluded.department, description = excluded.description, team = excluded.team,
        assignee = excluded.assignee, helpers = excluded.helpers, reporter = excluded.reporter, reported_at = excluded.reported_at,
        due_at = excluded.due_at, done_at = excluded.done_at, needs_attention = excluded.needs_attention,
        attention = excluded.attention, withdrawn_from = excluded.withdrawn_from, since = excluded.since, confirmed_by = excluded.confirmed_by,
        listing = excluded.listing,
        sort_at = excluded.sort_at, upload = excluded.upload, undecided = excluded.undecided, packed = excluded.packed,
        parts_with = excluded.parts_with, concerns_until = excluded.concerns_until, is_free = excluded.is_free,
        took_part = excluded.took_part, set_aside_elsewhere = excluded.set_aside_elsewhere,
        generation = coalesce(?25, orders.generation)
    WHERE ?25 IS NOT NULL OR orders.packed IS NOT NULL OR excluded.packed IS NOT NULL
        OR (orders.number, orders.node, orders.urgency, orders.location, orders.fault, orders.department, orders.description, orders.team,
            orders.assignee, orders.helpers, orders.reporter, orders.reported_at, orders.due_at, orders.done_at, orders.needs_attention,
            orders.attention, orders.withdrawn_from, orders.since, orders.confirmed_by, orders.listing, orders.sort_at, orders.upload,
            orders.undecided, orders.parts_with, orders.concerns_until, orders.is_free, orders.took_part,
            orders.set_aside_elsewhere)
        IS NOT (excluded.number, excluded.node, excluded.urgency, excluded.location, excluded.fault, excluded.department, excluded.description,
            excluded.team, excluded.assignee, excluded.helpers, excluded.reporter, excluded.reported_at, excluded.due_at, excluded.done_at,
            excluded.needs_attention, excluded.attention, excluded.withdrawn_from, excluded.since,
            excluded.confirmed_by, excluded.listing, excluded.sort_at, excluded.upload, excluded.undecided,
            excluded.parts_with, excluded.concerns_until, excluded.is_free, excluded.took_part, excluded.set_aside_elsewhere)";

fn listing_number(listing: Listing) -> i64 {
    match listing {
        Listing::Mine => 0,
        Listing::Team => 1,
        Listing::Done => 2,
    }
}

fn upload_number(upload: Upload) -> i64 {
    match upload {
        Upload::SetAside => 0,
        Upload::Held => 1,
        Upload::Local => 2,
        Upload::Stored => 3,
    }
}

fn read_order(row: &Row<'_>) -> rusqlite::Result<ListedOrder> {
    let listing = match row.get::<_, i64>(22)? {
        0 => Listing::Mine,
        1 => Listing::Team,
        _ => Listing::Done,
    };
    let upload = match row.get::<_, i64>(24)? {
        0 => Upload::SetAside,
        1 => Upload::Held,
        2 => Upload::Local,
        _ => Upload::Stored,
    };
    let concerns_until = row.get::<_, Option<i64>>(26)?.map(UtcMillis);
    let (sort_at, undecided, set_aside_elsewhere) = (row.get(23)?, row.get(25)?, unsigned(row, 27)?);
    Ok(ListedOrder { row: read_order_row(row)?, listing, sort_at, upload, undecided, concerns_until, set_aside_elsewhere })
}
