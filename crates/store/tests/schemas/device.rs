//! Something of everything that a device keeps.

use std::path::Path;

use domain::attention::Attention;
use domain::identity::{DeviceId, EventId, OrderId};
use domain::node::Node;
use domain::recorded::{HeldReason, Receipt, SetAsideReason, Verdict};
use domain::row::{Listing, OrderRow};
use domain::time::UtcMillis;
use domain::urgency::Urgency;
use domain::view::Upload;
use store::StoreError;
use store::device::{
    DeviceIdentity, DeviceStore, EventStanding, ListedOrder, LookUp, MeasuredClock, OwnCounts, PendingEnrolment, ScreenLock, Session,
    StoredEvent, StoredProgress, StoredReply,
};
use uuid::Uuid;

use crate::KEY;
use crate::reference::{REVISION, Rows, worker};

const NOW: UtcMillis = UtcMillis(1_795_226_400_000);
const ORDER: OrderId = OrderId(Uuid::from_u128(1));
const PACKED: OrderId = OrderId(Uuid::from_u128(2));
const AWAY: OrderId = OrderId(Uuid::from_u128(3));

pub fn fill(file: &Path) {
    with(file, |session| {
        Rows { database: session.reference(), put: true }.of_both();
        session.put_identity(&identity())?;
        events().iter().try_for_each(|event| session.put_event(event))?;
        session.put_order(&listed(ORDER), None, None)?;
        session.put_order(&listed(PACKED), Some(b"packed"), Some(4))?;
        session.put_order(&listed(AWAY), None, Some(4))?;
        session.put_away(AWAY)?;
        session.put_reply(id(1), &reply())?;
        session.want(PACKED)?;
        session.lose_numbers(6, 8)?;
        session.acknowledge_lost_numbers(&[6], NOW)?;
        session.note_look_up(&look_up(), NOW, NOW)?;
        session.put_screen_lock(&screen_lock())?;
        session.put_pending_enrolment(&pending())
    });
}

pub fn check(file: &Path) {
    with(file, |session| {
        Rows { database: session.reference(), put: false }.of_both();
        assert_eq!(session.identity()?, Some(identity()));
        check_events(session)?;
        check_orders(session)?;
        assert_eq!(session.reply(id(1))?, Some(reply()));
        assert_eq!((session.lost_numbers(9)?, session.acknowledged_lost_numbers(9)?), (vec![7, 8], vec![6]));
        assert_eq!(session.look_ups(NOW, NOW)?, [look_up()]);
        assert_eq!(session.screen_lock()?, Some(screen_lock()));
        assert_eq!(session.pending_enrolment(&pending().code_sha256)?, Some(pending()));
        Ok(())
    });
}

fn check_events(session: &Session<'_>) -> Result<(), StoreError> {
    let mut here = session.events_of(ORDER)?;
    here.sort_by_key(|event| event.id);
    assert_eq!(here, events());
    // One of these events, and three of another phone in each of the two orders.
    assert_eq!(session.own_counts()?, OwnCounts { unsent: 1, put_off: 0, held: 2, set_aside: 7 });
    assert_eq!(session.unsent_events(9)?, [events()[0].clone()]);
    Ok(())
}

fn check_orders(session: &Session<'_>) -> Result<(), StoreError> {
    for order in [ORDER, PACKED] {
        assert_eq!(session.order(order)?, Some(listed(order)));
    }
    assert_eq!((session.packed_events(ORDER)?, session.packed_events(PACKED)?), (None, Some(b"packed".to_vec())));
    assert_eq!((session.is_away(AWAY)?, session.is_away(ORDER)?, session.order(AWAY)?), (true, false, None));
    assert_eq!(session.wanted(9)?, [PACKED]);
    assert!(session.of_earlier_generations(5)?.contains(&PACKED));
    Ok(())
}

fn look_up() -> LookUp {
    LookUp { staff_no: "020007".into(), at: NOW }
}

#[track_caller]
fn with(file: &Path, work: impl FnOnce(&Session<'_>) -> Result<(), StoreError>) {
    DeviceStore::open(file, &KEY).unwrap().write(work).unwrap();
}

fn id(number: u128) -> EventId {
    EventId(Uuid::from_u128(number))
}

/// An own event in every standing, and one of somebody else.
fn events() -> Vec<StoredEvent> {
    let receipt = |verdict| EventStanding::Recorded(Receipt { position: 5, received_at: NOW, verdict, judged_at_position: 6 });
    let standings = [
        EventStanding::Unsent,
        EventStanding::Held(HeldReason::PredecessorMissing),
        EventStanding::Refused,
        receipt(Verdict::Admitted),
        receipt(Verdict::SetAside(SetAsideReason::OutOfScope)),
        EventStanding::Left { reason: HeldReason::IdTaken, because: "重新登记过".into() },
        receipt(Verdict::Admitted),
    ];
    let event = |(number, standing): (u64, EventStanding)| StoredEvent {
        id: id(u128::from(number)),
        order: ORDER,
        bytes: format!("{{\"number\":{number}}}").into_bytes(),
        predecessors: vec![id(90), id(91)],
        sequence: (number < 7).then_some(number),
        standing,
    };
    (1..).zip(standings).map(event).collect()
}

fn listed(order: OrderId) -> ListedOrder {
    let row = OrderRow {
        order,
        number: Some("GD20261121-0001".into()),
        node: Node::InProgress,
        urgency: Urgency::Urgent,
        location: "L00021".into(),
        fault: "F001".into(),
        department: "001026".into(),
        description: "护士站洗手池水龙头滴水".into(),
        team: Some("T01".into()),
        assignee: Some("025518".into()),
        helpers: vec!["025519".into()],
        reporter: "026149".into(),
        reported_at: NOW,
        due_at: Some(NOW.plus(1)),
        done_at: None,
        needs_attention: true,
        attention: Some(Attention::Refused),
        withdrawn_from: vec!["025520".into()],
        parts_with: vec!["025521".into()],
        took_part: [("025518".into(), NOW.plus(4))].into(),
        since: Some(NOW.plus(3)),
        confirmed_by: Some("贾伟超".into()),
    };
    ListedOrder {
        row,
        listing: Listing::Team,
        sort_at: 42,
        upload: Upload::Held,
        undecided: true,
        concerns_until: Some(NOW.plus(4)),
        set_aside_elsewhere: 3,
    }
}

fn identity() -> DeviceIdentity {
    DeviceIdentity {
        server_url: Some("https://plantroom.hospital.example".into()),
        person: Some(worker()),
        team: Some("T01".into()),
        logged_out: true,
        revoked: true,
        last_sequence: 8,
        progress: StoredProgress::FirstSync { log_end: 99, after: PACKED },
        log_mark: Some(-5),
        generation: 4,
        reference_revision: REVISION,
        reference_as_of: Some(NOW),
        clock: Some(MeasuredClock { offset_ms: -7, measured_at: NOW }),
        last_contact: Some(NOW),
        damaged_moved_to: Some("plantroom.db.damaged-1".into()),
        left_behind: Some("of a store that is gone".into()),
        ..DeviceIdentity::fresh(DeviceId(Uuid::from_u128(9)), vec![2; 32])
    }
}

fn screen_lock() -> ScreenLock {
    ScreenLock { pin: "$argon2id$".to_owned(), wrong_tries: 3 }
}

fn reply() -> StoredReply {
    StoredReply { order: ORDER, content: vec![4; 32], reply: b"reply".to_vec() }
}

fn pending() -> PendingEnrolment {
    PendingEnrolment { code_sha256: vec![5; 32], device: DeviceId(Uuid::from_u128(10)), secret: vec![6; 32] }
}
