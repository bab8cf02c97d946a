//! Something of everything that a server keeps.

use std::path::Path;

use domain::attention::Attention;
use domain::event::Standing;
use domain::holder::NumberHolder;
use domain::identity::{DeviceId, EventId, OrderId, StaffNo};
use domain::node::Node;
use domain::recorded::{HeldReason, Receipt, SetAsideReason, Verdict};
use domain::reference::{Contractor, OpeningStock, StaffMember};
use domain::role::Role;
use domain::row::OrderRow;
use domain::scrutiny::{Doubt, DoubtReason};
use domain::time::{DAY_MS, UtcMillis};
use domain::urgency::Urgency;
use store::server::accounts::{self, CountedAs, Failures, Password, Session};
use store::server::confirmations::{self, ConfirmationRow};
use store::server::devices::{self, Device};
use store::server::enrolment::{self, EnrolmentCode};
use store::server::events::{self, StoredEvent};
use store::server::held::{self, HeldEvent};
use store::server::idempotency::{self, KeptReply};
use store::server::log::{self, LogContent, LogRow, Viewer};
use store::server::review::{self, LeftHeld};
use store::server::{ServerStore, counters, meta, orders, reference as server_reference, scope, sequences, unverified};
use store::{Database, StoreError};
use uuid::Uuid;

use crate::reference::{REVISION, Rows, day, validity, worker};

const NOW: UtcMillis = UtcMillis(1_795_226_400_000);
const ORDER: OrderId = OrderId(Uuid::from_u128(1));
const DEVICE: DeviceId = DeviceId(Uuid::from_u128(2));
const TEAM: &str = "team:T01";

pub fn fill(file: &Path) {
    with(file, |database| {
        reference(&Rows { database, put: true });
        let staff = [StaffMember { contractor_code: Some("W1".into()), mobile: Some("13800000000".into()), ..staff_member() }];
        server_reference::put_staff(database, &staff, &[], REVISION)?;
        order(database)?;
        held_event(database)?;
        people_and_devices(database)
    });
}

fn order(database: &Database) -> Result<(), StoreError> {
    scope::enter(database, ORDER, TEAM)?;
    for event in [recorded(), set_aside()] {
        let position = log::append(database, &LogContent::Event { order: ORDER, event: event.id })?;
        assert_eq!(position, event.receipt.position);
        events::insert(database, &event)?;
    }
    log::append(database, &LogContent::Verdict { order: ORDER, event: set_aside().id, verdict: Verdict::Admitted })?;
    log::append(database, &LogContent::Outcome { device: DEVICE, event: waiting().id })?;
    scope::enter(database, ORDER, "staff:025518")?;
    scope::leave(database, ORDER, "staff:025518")?;
    log::append(database, &LogContent::Reference { revision: REVISION })?;
    review::leave_set_aside(database, set_aside().id, id(9))?;
    orders::put(database, &row())?;
    orders::put_caller(database, ORDER, "刘护士 8123")?;
    unverified::put(database, id(3), ORDER)?;
    confirmations::put_of_order(database, ORDER, &[confirmation()])?;
    counters::next_order_number(database, day())?;
    meta::put(database, meta::LAST_URL, "https://plantroom.hospital.example")
}

fn held_event(database: &Database) -> Result<(), StoreError> {
    held::put(database, &waiting(), &[id(8)])?;
    review::leave_held(database, &waiting(), &left())
}

fn people_and_devices(database: &Database) -> Result<(), StoreError> {
    devices::insert(database, &Device { scope_subjects: Vec::new(), past_subjects: Vec::new(), past_roles: Vec::new(), ..device() })?;
    devices::note_roles(database, &Device { past_roles: Vec::new(), ..device() }, &device().past_roles)?;
    devices::set_scope(database, &device(), &device().scope_subjects, 4)?;
    devices::set_campus(database, DEVICE, &"C1".into(), 2)?;
    devices::heard(database, DEVICE, NOW)?;
    devices::revoke(database, DEVICE, NOW, &"000001".into())?;
    sequences::add(database, DEVICE, 1, 3)?;
    sequences::add(database, DEVICE, 5, 5)?;
    enrolment::insert(database, &[4; 32], &code())?;
    enrolment::mark_used(database, &[4; 32], DEVICE)?;
    accounts::set_password(database, &number(), &password())?;
    accounts::set_failures(database, &counted_as(), failures())?;
    accounts::signed_in_from(database, &counted_as(), NOW, NOW)?;
    accounts::open_session(database, &[5; 32], &session(), NOW)?;
    idempotency::put(database, &number(), "key", &reply(), NOW)?;
    counters::next_own_sequence(database)?;
    counters::next_reference_revision(database)?;
    Ok(())
}

pub fn check(file: &Path) {
    with(file, |database| {
        reference(&Rows { database, put: false });
        let particulars = server_reference::all_staff(database)?;
        assert_eq!((particulars[0].contractor_code.clone(), particulars[0].mobile.as_deref()), (Some("W1".into()), Some("13800000000")));
        check_order(database)?;
        check_log(database)?;
        check_held(database)?;
        check_people_and_devices(database)
    });
}

fn check_order(database: &Database) -> Result<(), StoreError> {
    assert_eq!(events::of_order(database, ORDER)?, [recorded(), set_aside()]);
    assert_eq!(review::review_of(database, set_aside().id)?, Some(id(9)));
    assert_eq!(orders::find(database, ORDER)?, Some(row()));
    assert_eq!(scope::open_subjects(database, ORDER)?, [TEAM]);
    assert_eq!(scope::of_order(database, ORDER)?.ever.len(), 2);
    assert_eq!(unverified::all(database)?, [(ORDER, id(3))]);
    assert_eq!(confirmations::doubtful(database, None, true, 9)?, [confirmation()]);
    assert_eq!(counters::next_order_number(database, day())?, 2);
    assert_eq!(meta::get(database, meta::LAST_URL)?.as_deref(), Some("https://plantroom.hospital.example"));
    Ok(())
}

fn check_log(database: &Database) -> Result<(), StoreError> {
    let viewer = Viewer { subjects: vec![TEAM.to_owned(), "staff:025518".to_owned()], device: DEVICE };
    let told = [
        (1, LogContent::Entered { order: ORDER, subject: TEAM.to_owned() }),
        (2, LogContent::Event { order: ORDER, event: recorded().id }),
        (3, LogContent::Event { order: ORDER, event: set_aside().id }),
        (4, LogContent::Verdict { order: ORDER, event: set_aside().id, verdict: Verdict::Admitted }),
        (5, LogContent::Outcome { device: DEVICE, event: waiting().id }),
    ];
    let told: Vec<LogRow> = told.into_iter().map(|(position, content)| LogRow { position, content }).collect();
    assert_eq!(log::visible_after(database, 0, &viewer, 100)?, told);
    assert_eq!(counters::log_end(database)?, 8);
    assert!(log::mark_at(database, 8)?.is_some());
    Ok(())
}

fn check_held(database: &Database) -> Result<(), StoreError> {
    assert_eq!(held::find(database, waiting().id, DEVICE)?, Some(waiting()));
    assert_eq!(held::waiting_for(database, id(8))?, [waiting()]);
    assert_eq!(review::left_held(database, &waiting())?, Some(left()));
    Ok(())
}

fn check_people_and_devices(database: &Database) -> Result<(), StoreError> {
    assert_eq!(devices::find(database, DEVICE)?, Some(device()));
    assert_eq!(sequences::ranges(database, DEVICE)?, [(1, 3), (5, 5)]);
    let code = EnrolmentCode { used_by: Some(DEVICE), ..code() };
    assert_eq!(enrolment::find(database, &[4; 32])?, Some(code));
    assert_eq!(accounts::password(database, &number())?, Some(password()));
    assert_eq!(accounts::failures(database, &counted_as())?, failures());
    assert!(accounts::has_signed_in_from(database, &counted_as())?);
    assert_eq!(accounts::session(database, &[5; 32])?, Some(session()));
    assert_eq!(idempotency::find(database, &number(), "key")?, Some(reply()));
    assert_eq!((counters::next_own_sequence(database)?, counters::reference_revision(database)?), (2, 1));
    Ok(())
}

fn reference(rows: &Rows<'_>) {
    rows.of_both();
    rows.one(Contractor { contractor_code: "W1".into(), name: "某电梯公司".into(), scope: "电梯".into(), contract: validity() });
    rows.one(OpeningStock {
        warehouse_code: "K1".into(),
        part_code: "P0001".into(),
        quantity: 7,
        safety_stock: 2,
        storage_bin: "A-01".into(),
    });
}

#[track_caller]
fn with(file: &Path, work: impl FnOnce(&Database) -> Result<(), StoreError>) {
    ServerStore::open_file(file).unwrap().write(work).unwrap();
}

fn id(number: u128) -> EventId {
    EventId(Uuid::from_u128(number))
}

fn number() -> StaffNo {
    "025518".into()
}

fn recorded() -> StoredEvent {
    let receipt = Receipt { position: 2, received_at: NOW, verdict: Verdict::Admitted, judged_at_position: 2 };
    StoredEvent { id: id(3), order: ORDER, bytes: b"{\"kind\":\"reported\"}".to_vec(), predecessors: Vec::new(), receipt }
}

fn set_aside() -> StoredEvent {
    let verdict = Verdict::SetAside(SetAsideReason::RoleNotHeld);
    let receipt = Receipt { position: 3, received_at: NOW, verdict, judged_at_position: 3 };
    StoredEvent { id: id(4), order: ORDER, bytes: b"{\"kind\":\"accepted\"}".to_vec(), predecessors: vec![id(3), id(5)], receipt }
}

fn waiting() -> HeldEvent {
    HeldEvent {
        id: id(6),
        device: DEVICE,
        order: ORDER,
        sequence: 5,
        bytes: b"{\"kind\":\"arrived\"}".to_vec(),
        predecessors: vec![id(8)],
        received_at: NOW,
        reason: HeldReason::PredecessorMissing,
    }
}

fn left() -> LeftHeld {
    LeftHeld { at: NOW, by: "026149".into(), reason: "等原手机上传".to_owned() }
}

fn row() -> OrderRow {
    OrderRow {
        order: ORDER,
        number: Some("GD20261121-0001".into()),
        node: Node::Assigned,
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
        done_at: Some(NOW.plus(2)),
        needs_attention: true,
        attention: Some(Attention::Refused),
        withdrawn_from: vec!["025520".into()],
        parts_with: vec!["025521".into()],
        took_part: [("025518".into(), NOW.plus(4))].into(),
        since: Some(NOW.plus(3)),
        confirmed_by: Some("贾伟超".into()),
    }
}

fn confirmation() -> ConfirmationRow {
    ConfirmationRow {
        event: id(3),
        order: ORDER,
        confirmer: "020007".into(),
        recorder: "025518".into(),
        accepted: true,
        occurred_at: NOW,
        received_at: NOW.plus(1),
        standing: Standing::OtherDepartment,
        doubts: vec![Doubt { why: DoubtReason::Burst, count: Some(4) }, Doubt { why: DoubtReason::MaintenanceStaff, count: None }],
        review: Some(id(9)),
    }
}

fn device() -> Device {
    Device {
        id: DEVICE,
        staff_no: number(),
        holder: NumberHolder::of(&worker()),
        secret_sha256: vec![3; 32],
        enrolled_at: NOW,
        last_heard_at: Some(NOW),
        revoked_at: Some(NOW),
        scope_subjects: vec!["staff:025518".into(), TEAM.into()],
        scope_from: 4,
        past_subjects: vec!["staff:025518".into(), TEAM.into()],
        past_roles: vec![Role::TeamLeader, Role::Technician],
        campus: Some("C1".into()),
        campus_from_revision: 2,
    }
}

fn staff_member() -> StaffMember {
    let entry = worker();
    StaffMember {
        staff_no: entry.staff_no,
        name: entry.name,
        department_code: entry.department_code,
        role: entry.role,
        team_code: entry.team_code,
        contractor_code: None,
        mobile: None,
        validity: entry.validity,
    }
}

fn counted_as() -> CountedAs {
    CountedAs { number: "025518".to_owned(), source: "a1b2".to_owned() }
}

fn failures() -> Failures {
    Failures { count: 3, locked_until: NOW.plus(60_000) }
}

fn session() -> Session {
    Session { staff_no: number(), holder: NumberHolder::of(&worker()), opened_at: NOW, used_at: NOW, expires_at: NOW.plus(DAY_MS) }
}

fn password() -> Password {
    Password { phc: "$argon2id$".to_owned(), holder: NumberHolder::of(&worker()), set_at: NOW }
}

fn code() -> EnrolmentCode {
    EnrolmentCode { staff_no: number(), holder: NumberHolder::of(&worker()), expires_at: NOW.plus(DAY_MS), used_by: None }
}

fn reply() -> KeptReply {
    KeptReply { request_sha256: vec![6; 32], status: 201, body: "{}".to_owned() }
}
