//! A hospital with its server's store, and devices that record events as the device room does. No sockets.
#![allow(dead_code, missing_docs, reason = "each test binary uses a part of it")]

pub mod centre;
mod documented;
pub mod outcome;
pub mod scene;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use domain::event::{Completed, Confirmed, EVENT_FORMAT, Empty, Event, EventBody, PartMove, Reported, ReviewOutcome, Standing};
use domain::fault::Fault;
use domain::identity::{DeviceId, EventId, OrderId, StaffNo};
use domain::role::Role;
use domain::time::{Clock, ClockOffset, HospitalZone, UtcMillis};
use domain::urgency::Urgency;
use domain::view::OrderView;
use machine::Randomness;
use serde_bytes::ByteBuf;
use server::occasion::Host;
use server::orders::create::{NewOrder, create};
use server::orders::decide::{Decision, decide};
use server::people::Person;
use server::review::decide::Ruling;
use server::review::item::ReviewItem;
use server::review::list::{ReviewPage, ReviewQuery};
use server::{enrolment, exchange, importing, orders, review};
use store::server::{ServerStore, devices};
use sync::wire::{
    Down, EnrollAnswer, EnrollRequest, ExchangeAnswer, ExchangeRequest, Holder, LogEntry, PROTOCOL, Progress, Upload, UploadOutcome,
};
use tempfile::TempDir;
use uuid::Uuid;

/// 2026-11-21 10:00 in the hospital.
pub const TEN_O_CLOCK: i64 = 1_795_226_400_000;

pub struct TestClock(pub AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> UtcMillis {
        UtcMillis(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// Bytes that differ each time and are the same in each run.
pub struct TestRandomness(pub AtomicU64);

impl Randomness for TestRandomness {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Fault> {
        for byte in bytes {
            let state = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
            *byte = ((state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 56) as u8;
        }
        Ok(())
    }
}

pub struct Hospital {
    pub folder: TempDir,
    pub store: ServerStore,
    pub host: Host,
    pub clock: Arc<TestClock>,
}

/// The files of the fictional hospital in `folder` of the test kit.
pub fn files(folder: &str) -> import::Folder {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testkit").join(folder);
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    import::Folder { files }
}

/// A file of the fictional hospital.
pub fn text_of(file: &str) -> String {
    let (_, bytes) = files("hospital").files.into_iter().find(|(name, _)| name == file).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The row of a person, open at its end.
fn staff_row(staff_no: &str) -> String {
    text_of("staff.csv").lines().find(|line| line.starts_with(staff_no)).unwrap().to_owned()
}

impl Hospital {
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let store = ServerStore::open(folder.path()).unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(TEN_O_CLOCK)));
        let host = Host { clock: clock.clone(), randomness: Arc::new(TestRandomness(AtomicU64::new(1))), zone: HospitalZone::default() };
        let mut hospital = Self { folder, store, host, clock };
        hospital.import(&files("hospital"));
        hospital
    }

    pub fn import(&mut self, folder: &import::Folder) -> importing::Imported {
        let occasion = self.host.occasion();
        importing::import_folder(&mut self.store, folder, occasion.today(), &occasion).unwrap()
    }

    pub fn enrol(&mut self, staff_no: &str) -> Device {
        let occasion = self.host.occasion();
        let id = DeviceId(occasion.new_uuid().unwrap());
        let (person, team) = self
            .store
            .write(|database| -> Result<_, Fault> {
                let code = enrolment::new_code_for(database, &StaffNo::from(staff_no), &occasion)?;
                let request = EnrollRequest { code, device: id, secret: "ab".repeat(32), expected_person: None, expected_holder: None };
                let answer = enrolment::enrol(database, &request, &occasion)?;
                Ok((answer.person, answer.team))
            })
            .unwrap();
        Device {
            id,
            staff_no: person.staff_no,
            role: person.role,
            team: team.unwrap().team_code,
            sequence: 0,
            progress: Progress::Nothing,
            reference: 0,
        }
    }

    /// A file with one part of the hospital at another price.
    pub fn import_price(&mut self, part: &str, price_yuan: &str, effective: &str) -> Vec<import::Finding> {
        let mut parts = files("hospital");
        parts.files.retain(|(name, _)| name == "spare_parts.csv");
        let text = String::from_utf8(parts.files[0].1.clone()).unwrap();
        let wanted = text.lines().filter(|line| line.starts_with("part_code") || line.starts_with(part));
        parts.files[0].1 = (wanted.collect::<Vec<_>>().join("\n") + "\n").replace("120.00", price_yuan).into_bytes();
        let occasion = self.host.occasion();
        importing::import_folder(&mut self.store, &parts, effective.parse().unwrap(), &occasion).unwrap().checked.files.remove(0).findings
    }

    pub fn price_on(&mut self, part: &str, day: &str) -> i64 {
        let (part, day) = (part.into(), day.parse().unwrap());
        self.store.read(|database| store::shared::reference::part_price_on(database, &part, day)).unwrap().unwrap().unit_price_fen.0
    }

    pub fn code(&mut self, staff_no: &str) -> String {
        let occasion = self.host.occasion();
        self.store.write(|database| enrolment::new_code_for(database, &StaffNo::from(staff_no), &occasion)).unwrap()
    }

    pub fn enrol_with(&mut self, code: &str, device: DeviceId, expected_person: Option<&str>) -> Result<EnrollAnswer, Fault> {
        self.enrol_on_a_device_of(code, device, expected_person, None)
    }

    /// Enrols a device on which work of the holder of a number lies.
    pub fn enrol_on_a_device_of(
        &mut self,
        code: &str,
        device: DeviceId,
        expected_person: Option<&str>,
        expected_holder: Option<Holder>,
    ) -> Result<EnrollAnswer, Fault> {
        let occasion = self.host.occasion();
        let expected_person = expected_person.map(StaffNo::from);
        let request = EnrollRequest { code: code.to_owned(), device, secret: "cd".repeat(32), expected_person, expected_holder };
        self.store.write(|database| enrolment::enrol(database, &request, &occasion))
    }

    pub fn revoke(&mut self, device: &Device) {
        let now = self.host.clock.now();
        self.store.write(|database| devices::revoke(database, device.id, now, &StaffNo::from("026226"))).unwrap();
    }

    /// The staff list says that somebody's last day is `last_day`.
    pub fn leaves(&mut self, staff_no: &str, last_day: &str) -> importing::Imported {
        let until = format!("{}{last_day}", staff_row(staff_no));
        self.import_rows("staff.csv", &[&until])
    }

    /// The staff list knows of no last day of somebody.
    pub fn stays(&mut self, staff_no: &str) -> importing::Imported {
        self.import_rows("staff.csv", &[&staff_row(staff_no)])
    }

    /// The staff list says that a number is somebody's until `last_day`, and `name`'s with `role` from `first_day` on.
    pub fn next_holder(&mut self, staff_no: &str, last_day: &str, first_day: &str, (name, role): (&str, &str)) {
        let before = staff_row(staff_no);
        let department = before.split(',').nth(2).unwrap();
        let after = format!("{staff_no},{name},{department},{role},,,{first_day},");
        self.import_rows("staff.csv", &[&format!("{before}{last_day}"), &after]);
    }

    /// The row of a person with something replaced in it.
    pub fn correct_staff(&mut self, staff_no: &str, before: &str, after: &str) {
        let row = staff_row(staff_no);
        assert!(row.contains(before), "{row}");
        self.import_rows("staff.csv", &[&row.replace(before, after)]);
    }

    /// Rows of one file under its header; all of them are good.
    pub fn import_rows(&mut self, file: &str, rows: &[&str]) -> importing::Imported {
        let text = text_of(file);
        let lines = text.lines().next().into_iter().chain(rows.iter().copied());
        let bytes = (lines.collect::<Vec<_>>().join("\n") + "\n").into_bytes();
        let imported = self.import(&import::Folder { files: vec![(file.to_owned(), bytes)] });
        assert!(imported.checked.files.iter().all(|file| file.refused_rows == 0 && !file.refused_whole), "{:?}", imported.checked);
        imported
    }

    pub fn person(&mut self, staff_no: &str) -> Person {
        let today = self.host.occasion().today();
        self.store.read(|database| Person::on(database, &StaffNo::from(staff_no), today)).unwrap().unwrap()
    }

    pub fn decide(&mut self, staff_no: &str, order: OrderId, decision: Decision) -> Result<OrderView, Fault> {
        let person = self.person(staff_no);
        let occasion = self.host.occasion();
        self.store.write(|database| decide(database, order, &decision, &person, &occasion))
    }

    /// An order for the department 001002 in C1, filed by the dispatcher.
    pub fn reported_order(&mut self) -> OrderId {
        self.reported_order_of("026149")
    }

    /// As [`Self::reported_order`], filed by somebody else.
    pub fn reported_order_of(&mut self, staff_no: &str) -> OrderId {
        self.file(staff_no, None).unwrap().id
    }

    /// Files the report of an order of which only held work is left.
    pub fn file_again(&mut self, staff_no: &str, lost: OrderId) -> Result<OrderView, Fault> {
        self.file(staff_no, Some(lost))
    }

    fn file(&mut self, staff_no: &str, order: Option<OrderId>) -> Result<OrderView, Fault> {
        let person = self.person(staff_no);
        let occasion = self.host.occasion();
        let new = NewOrder {
            location: "L00001".into(),
            fault: "F001".into(),
            urgency: None,
            department: "001002".into(),
            description: "水龙头关不住".to_owned(),
            caller: None,
            order,
        };
        self.store.write(|database| create(database, &new, &person, &occasion))
    }

    /// An order filed by the dispatcher, given to T01.
    pub fn dispatched_order(&mut self) -> OrderId {
        let order = self.reported_order();
        self.decide("026149", order, Decision::Dispatch { team: "T01".into() }).unwrap();
        order
    }

    /// As [`Self::dispatched_order`], accepted by the leader of T01.
    pub fn team_accepted_order(&mut self) -> OrderId {
        let order = self.dispatched_order();
        self.decide("025514", order, Decision::AcceptForTeam).unwrap();
        order
    }

    pub fn view(&mut self, order: OrderId) -> OrderView {
        let person = self.person("026149");
        let occasion = self.host.occasion();
        self.store.read(|database| orders::show::show(database, order, &person, &occasion)).unwrap()
    }

    pub fn exchange(&mut self, device: &Device, uploads: Vec<Upload>) -> ExchangeAnswer {
        let mark_at = |position| self.store.read(|database| store::server::log::mark_at(database, position)).unwrap();
        let log_mark = device.progress.position().and_then(mark_at);
        let (progress, reference_revision) = (device.progress, device.reference);
        let request = ExchangeRequest { protocol: PROTOCOL, uploads, progress, log_mark, reference_revision, checks: Vec::new() };
        exchange::handle(&mut self.store, device.id, &request, &self.host.occasion()).unwrap()
    }

    /// Reads until the log's end and remembers the place.
    pub fn catch_up(&mut self, device: &mut Device) -> Vec<LogEntry> {
        loop {
            let answer = self.exchange(device, Vec::new());
            device.reference = answer.reference.map_or(device.reference, |delta| delta.revision);
            match answer.down {
                Down::FirstSync { log_end, orders, more: true } => {
                    device.progress = Progress::FirstSync { log_end, after: orders.last().unwrap().row.order };
                }
                Down::FirstSync { log_end, .. } => device.progress = Progress::Log { cursor: log_end },
                Down::BeginAnew => device.progress = Progress::Nothing,
                Down::Log { entries, cursor, more } => {
                    device.progress = Progress::Log { cursor };
                    if !more {
                        return entries;
                    }
                }
                Down::Nothing | Down::Newer => panic!("nothing came"),
            }
        }
    }

    pub fn push(&mut self, device: &Device, uploads: &[Upload]) -> Vec<UploadOutcome> {
        self.exchange(device, uploads.to_vec()).outcomes
    }

    /// An arrival at an order of T01 by somebody of another team: set aside as out of scope.
    pub fn set_aside_event(&mut self) -> EventId {
        let order = self.team_accepted_order();
        let mut stranger = self.enrol("025792");
        let heads = self.heads(order);
        let upload = stranger.event(self, order, &heads, arrived());
        self.push(&stranger, std::slice::from_ref(&upload));
        upload.id
    }

    /// A confirmation by the recorder's own number, which somebody has to look at.
    pub fn flagged_confirmation(&mut self) -> EventId {
        let mut device = self.enrol("025518");
        let bodies = vec![reported(), device.accepted(), completed(), confirmed("025518")];
        let uploads = device.chain(self, new_order_id(), &[], bodies);
        self.push(&device, &uploads);
        uploads[3].id
    }

    pub fn review(&mut self, staff_no: &str, event: EventId, outcome: ReviewOutcome, reason: &str) -> Result<ReviewItem, Fault> {
        self.rule(staff_no, &Ruling { event, device: None, content: None, outcome, together: false, reason: reason.to_owned() })
    }

    /// Admits everything that is held of the sender of `event` for its order.
    pub fn admit_together(&mut self, staff_no: &str, event: EventId, reason: &str) -> Result<ReviewItem, Fault> {
        let (outcome, reason) = (ReviewOutcome::Admitted, reason.to_owned());
        self.rule(staff_no, &Ruling { event, device: None, content: None, outcome, together: true, reason })
    }

    pub fn rule(&mut self, staff_no: &str, ruling: &Ruling) -> Result<ReviewItem, Fault> {
        let person = self.person(staff_no);
        let occasion = self.host.occasion();
        self.store.write(|database| review::decide::decide(database, ruling, &person, &occasion))
    }

    pub fn set_aside(&mut self, staff_no: &str, query: &ReviewQuery) -> ReviewPage {
        let person = self.person(staff_no);
        let occasion = self.host.occasion();
        self.store.read(|database| review::list::list(database, query, &person, &occasion)).unwrap()
    }

    pub fn orders(&mut self, staff_no: &str) -> orders::list::OrderPage {
        let person = self.person(staff_no);
        let occasion = self.host.occasion();
        self.store.read(|database| orders::list::list(database, &orders::list::ListQuery::default(), &person, &occasion)).unwrap()
    }

    pub fn heads(&mut self, order: OrderId) -> Vec<EventId> {
        self.store.read(|database| orders::history::of_order(database, order)).map(|recorded| orders::history::heads(&recorded)).unwrap()
    }

    pub fn now(&self) -> i64 {
        self.clock.0.load(Ordering::SeqCst)
    }

    pub fn advance(&self, milliseconds: i64) {
        self.clock.0.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

pub struct Device {
    pub id: DeviceId,
    pub staff_no: StaffNo,
    pub role: Role,
    pub team: domain::identity::TeamCode,
    pub sequence: u64,
    pub progress: Progress,
    pub reference: u64,
}

impl Device {
    /// An event of this device, built on `predecessors`.
    pub fn event(&mut self, hospital: &Hospital, order: OrderId, predecessors: &[EventId], body: EventBody) -> Upload {
        self.sequence += 1;
        let event = Event {
            format: EVENT_FORMAT,
            id: hospital.host.occasion().new_event_id().unwrap(),
            order,
            recorder: self.staff_no.clone(),
            role: self.role,
            device: self.id,
            sequence: self.sequence,
            recorded_at: hospital.host.clock.now(),
            clock: Some(ClockOffset { offset_ms: 0, age_ms: 1_000 }),
            reference_revision: 1,
            body,
            attachments: Vec::new(),
        };
        upload(&event, predecessors)
    }

    /// Events one on top of the other.
    pub fn chain(&mut self, hospital: &Hospital, order: OrderId, predecessors: &[EventId], bodies: Vec<EventBody>) -> Vec<Upload> {
        let mut heads = predecessors.to_vec();
        let mut uploads = Vec::new();
        for body in bodies {
            let upload = self.event(hospital, order, &heads, body);
            heads = vec![upload.id];
            uploads.push(upload);
        }
        uploads
    }

    pub fn accepted(&self) -> EventBody {
        EventBody::Accepted(domain::event::Accepted { team: self.team.clone() })
    }
}

pub fn upload(event: &Event, predecessors: &[EventId]) -> Upload {
    Upload {
        id: event.id,
        order: event.order,
        sequence: event.sequence,
        event: ByteBuf::from(event.to_bytes()),
        predecessors: predecessors.to_vec(),
    }
}

pub fn reported() -> EventBody {
    reported_in("T01")
}

/// As whoever is of another team reports on the spot.
pub fn reported_in(team: &str) -> EventBody {
    EventBody::Reported(Reported {
        location: "L00002".into(),
        fault: "F002".into(),
        urgency: Urgency::Normal,
        department: "001002".into(),
        description: "下水道堵塞".to_owned(),
        caller: None,
        channel: domain::event::Channel::Technician,
        team: Some(team.into()),
        limits: Urgency::Normal.default_limits(),
        workflow: 1,
    })
}

pub fn arrived() -> EventBody {
    EventBody::Arrived(domain::event::Arrived { location: None })
}

pub fn resumed() -> EventBody {
    EventBody::Resumed(Empty {})
}

pub fn completed() -> EventBody {
    EventBody::Completed(Completed { cause: "阀芯老化".to_owned(), remedy: "更换阀芯".to_owned() })
}

pub fn part_issued() -> EventBody {
    EventBody::PartIssued(PartMove {
        part: "BJ000001".into(),
        quantity: domain::quantity::Quantity::ONE,
        warehouse: "K1".into(),
        unit_price_fen: domain::money::Fen(250),
        scan: "BJ000001".to_owned(),
    })
}

pub fn confirmed(staff_no: &str) -> EventBody {
    EventBody::Confirmed(Confirmed {
        staff_no: StaffNo::from(staff_no),
        accepted: true,
        reason: None,
        name: None,
        department: None,
        standing: Standing::Unverified,
        look_ups: None,
    })
}

pub fn new_order_id() -> OrderId {
    OrderId(Uuid::now_v7())
}
