//! The place of an order in its list.

use domain::attention::Attention;
use domain::holder::HeldNumber;
use domain::node::Node;
use domain::row::{FOR_EVER, Listing, OrderRow};
use domain::urgency::Urgency;
use domain::view::Upload;
use store::device::ListedOrder;

use super::events::Undecided;

/// Between two ranks lies more time than there will ever be: within a rank it is time that sorts.
const RANK_MS: i64 = 1 << 48;

/// What comes first in a list of open orders: what one is in the middle of, then what is late, then the rest. Within a rank the
/// earliest instant is on top; what is late was due before what is not late yet, whatever was accepted meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rank {
    /// 需处理
    Attention,
    /// 特急, not being repaired yet or in the middle of it.
    Critical,
    /// What is only to be known, in the team's list: whatever else it tells, a critical order comes first.
    News,
    /// Being repaired: whoever opens the list there goes on with it, and ends it, before going elsewhere.
    InHand,
    /// Accepted or to be accepted, by when it is due.
    Due,
    /// 待科室确认
    Waiting,
    /// No limit: oldest first.
    Someday,
    /// 挂单
    Suspended,
    /// With somebody else; only in the team's list.
    Others,
}

/// The row with its place in the list of `worker`.
pub fn listed(row: OrderRow, worker: &HeldNumber, upload: Upload, undecided: Undecided) -> ListedOrder {
    let listing = row.listing(worker);
    let sort_at = match listing {
        // Latest first.
        Listing::Done => row.done_at.unwrap_or(row.reported_at).0.saturating_neg(),
        Listing::Mine | Listing::Team => {
            let rank = rank(&row, worker, listing, undecided.any && upload == Upload::SetAside);
            RANK_MS.saturating_mul(rank as i64).saturating_add(instant(&row, rank))
        }
    };
    let waits_for_a_decision = undecided.is_of_the_person() || undecided.any && listing == Listing::Mine;
    let concerns_until = if waits_for_a_decision { Some(FOR_EVER) } else { row.concerns_until(worker) };
    let set_aside_elsewhere = undecided.set_aside_elsewhere;
    ListedOrder { row, listing, sort_at, upload, undecided: undecided.any, concerns_until, set_aside_elsewhere }
}

fn rank(row: &OrderRow, worker: &HeldNumber, listing: Listing, is_set_aside: bool) -> Rank {
    let attention = row.attention_of(worker);
    let concerns_me = listing == Listing::Mine || matches!(attention, Some(Attention::TakenAway | Attention::ReturnRequested));
    if concerns_me && (attention.is_some() || is_set_aside) {
        return if listing == Listing::Team { Rank::News } else { Rank::Attention };
    }
    if listing == Listing::Team && row.assignee.is_some() {
        return Rank::Others;
    }
    match row.node {
        Node::Suspended => Rank::Suspended,
        Node::Completed => Rank::Waiting,
        _ if row.urgency == Urgency::Critical => Rank::Critical,
        Node::InProgress => Rank::InHand,
        _ if row.due_at.is_some() => Rank::Due,
        _ => Rank::Someday,
    }
}

/// What sorts within `rank`: of several that are being repaired the one that is late, else how long it has stood there.
fn instant(row: &OrderRow, rank: Rank) -> i64 {
    let sorts = if rank == Rank::InHand { row.due_at.or(row.since) } else { row.since.or(row.due_at) };
    sorts.unwrap_or(row.reported_at).0
}

#[cfg(test)]
mod tests {
    use domain::time::UtcMillis;

    use super::*;

    const ME: &str = "025518";
    const NOW: i64 = 1_795_219_200_000;
    const MINUTE: i64 = 60_000;

    /// An order of mine, to be accepted, on site in an hour.
    fn mine() -> OrderRow {
        OrderRow {
            order: domain::identity::OrderId(uuid::Uuid::nil()),
            number: None,
            node: Node::Assigned,
            urgency: Urgency::Normal,
            location: "L00017".into(),
            fault: "F001".into(),
            department: "001020".into(),
            description: String::new(),
            team: Some("T01".into()),
            assignee: Some(ME.into()),
            helpers: Vec::new(),
            reporter: "026149".into(),
            reported_at: UtcMillis(NOW - 60 * MINUTE),
            due_at: Some(UtcMillis(NOW + 60 * MINUTE)),
            done_at: None,
            needs_attention: false,
            attention: None,
            withdrawn_from: Vec::new(),
            parts_with: Vec::new(),
            took_part: Default::default(),
            since: None,
            confirmed_by: None,
        }
    }

    fn check(listing: Listing, upload: Upload, first: OrderRow, then: OrderRow) {
        let place = |row, upload| {
            listed(
                row,
                &HeldNumber { staff_no: ME.into(), since: None },
                upload,
                Undecided { any: upload == Upload::SetAside, ..Undecided::default() },
            )
        };
        let (first, then) = (place(first, upload), place(then, Upload::Stored));
        assert_eq!((first.listing, then.listing), (listing, listing));
        assert!(first.sort_at < then.sort_at, "{first:?} before {then:?}");
    }

    fn in_hand(node: Node) -> OrderRow {
        OrderRow { node, since: Some(UtcMillis(NOW - 20 * MINUTE)), due_at: Some(UtcMillis(NOW + 300 * MINUTE)), ..mine() }
    }

    #[test]
    fn what_one_is_in_the_middle_of_comes_before_what_is_only_late() {
        check(Listing::Mine, Upload::Stored, in_hand(Node::InProgress), mine());
        // Late before one began, and late since: the first would else stand above, the second below.
        for minutes in [25, 15] {
            let late = OrderRow { due_at: Some(UtcMillis(NOW - minutes * MINUTE)), ..mine() };
            check(Listing::Mine, Upload::Stored, in_hand(Node::InProgress), late);
        }
    }

    #[test]
    fn what_is_late_comes_before_what_is_not_whatever_was_accepted() {
        let late = OrderRow { due_at: Some(UtcMillis(NOW - 11 * MINUTE)), ..mine() };
        let accepted = OrderRow { node: Node::Accepted, ..mine() };
        check(Listing::Mine, Upload::Stored, late.clone(), accepted.clone());
        check(Listing::Mine, Upload::Stored, OrderRow { node: Node::Accepted, ..late }, OrderRow { node: Node::Assigned, ..accepted });
        let late_in_hand =
            OrderRow { since: Some(UtcMillis(NOW - MINUTE)), due_at: Some(UtcMillis(NOW - 2 * MINUTE)), ..in_hand(Node::InProgress) };
        check(Listing::Mine, Upload::Stored, late_in_hand, in_hand(Node::InProgress));
    }

    #[test]
    fn critical_comes_before_anything_that_is_only_late() {
        let critical = OrderRow { urgency: Urgency::Critical, due_at: Some(UtcMillis(NOW + 5 * MINUTE)), ..mine() };
        check(Listing::Mine, Upload::Stored, critical, OrderRow { due_at: Some(UtcMillis(NOW - 90 * MINUTE)), ..mine() });
    }

    #[test]
    fn what_has_to_be_done_again_is_on_top() {
        let critical = OrderRow { urgency: Urgency::Critical, ..mine() };
        let rejected = OrderRow { attention: Some(Attention::ConfirmationRejected), ..in_hand(Node::Completed) };
        check(Listing::Mine, Upload::Stored, rejected, critical.clone());
        check(Listing::Mine, Upload::SetAside, in_hand(Node::InProgress), critical);
    }

    #[test]
    fn what_waits_for_others_comes_last() {
        let planned = OrderRow { due_at: None, urgency: Urgency::Planned, ..mine() };
        check(Listing::Mine, Upload::Stored, mine(), OrderRow { due_at: None, ..in_hand(Node::Completed) });
        check(Listing::Mine, Upload::Stored, OrderRow { due_at: None, ..in_hand(Node::Completed) }, planned.clone());
        check(Listing::Mine, Upload::Stored, planned, in_hand(Node::Suspended));
    }

    #[test]
    fn in_the_team_what_nobody_has_comes_before_what_colleagues_have() {
        let free = OrderRow { node: Node::TeamAccepted, assignee: None, ..mine() };
        let colleagues = OrderRow { assignee: Some("025519".into()), due_at: Some(UtcMillis(NOW - 90 * MINUTE)), ..mine() };
        check(Listing::Team, Upload::Stored, free.clone(), colleagues.clone());
        let taken = OrderRow { withdrawn_from: vec![ME.into()], ..colleagues };
        check(Listing::Team, Upload::Stored, taken.clone(), free.clone());
        check(Listing::Team, Upload::Stored, OrderRow { urgency: Urgency::Critical, ..free }, taken);
    }
}
