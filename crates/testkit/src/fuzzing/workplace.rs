//! A server and a device in the middle of an order, made once and laid anew for each input, so that an input does the same
//! whatever came before it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use device::Device;
use device::read_command;
use device::reply::Reply;
use device::seal::KeyFile;
use device::synchronise::Measured;
use domain::fault::{Fault, FaultCodeName};
use domain::identity::{DeviceId, OrderId, StaffNo};
use domain::time::HospitalZone;
use server::enrolment;
use server::occasion::Host;
use server::orders::create::{NewOrder, create};
use server::orders::decide::{Decision, decide};
use server::people::account::set_password;
use server::people::{Person, password, session};
use store::server::ServerStore;
use sync::codec::{encode_answer, encode_request};
use sync::wire::EnrollAnswer;
use tempfile::TempDir;

use crate::memory::place;
use crate::simulation::clock::SimulatedClock;
use crate::simulation::hospital::{DEPARTMENT, DISPATCHER, FAULTS, LOCATIONS, NURSES, PARTS, TEAMS, found};
use crate::simulation::random::SharedChance;

/// What the workplace looks like at the moment at which an input comes.
pub struct Moment {
    server: Files,
    device: Files,
    empty_device: Files,
    new_device: Files,
    /// Sessions of the dispatcher, a leader and a nurse.
    pub tokens: Vec<String>,
    /// `DEVICE.SECRET`.
    pub credential: String,
    /// Assigned to the person of the device, who is there.
    pub order: OrderId,
    /// Bodies that went to the server, in turn.
    pub requests: Vec<Vec<u8>>,
    /// Bodies that came from it.
    pub answers: Vec<Vec<u8>>,
    /// What the server said when the device was enrolled.
    pub enrolment: EnrollAnswer,
}

/// The one-time code with which [`Moment::new_device`] has asked.
pub const CODE: &str = "K7QF-2MXD";

struct Files(Vec<(OsString, Vec<u8>)>);

impl Files {
    fn of(folder: &Path) -> std::io::Result<Self> {
        let file = |entry: std::io::Result<std::fs::DirEntry>| {
            let entry = entry?;
            Ok((entry.file_name(), std::fs::read(entry.path())?))
        };
        Ok(Self(std::fs::read_dir(folder)?.map(file).collect::<std::io::Result<_>>()?))
    }

    fn lay(&self) -> std::io::Result<TempDir> {
        let folder = folder()?;
        self.0.iter().try_for_each(|(name, bytes)| std::fs::write(folder.path().join(name), bytes))?;
        Ok(folder)
    }
}

fn folder() -> std::io::Result<TempDir> {
    tempfile::tempdir_in(place())
}

/// The moment; the same in every process.
///
/// # Panics
/// When it cannot be made.
pub fn moment() -> &'static Moment {
    static MOMENT: OnceLock<Moment> = OnceLock::new();
    MOMENT.get_or_init(|| make().unwrap_or_else(|fault| panic!("the workplace cannot be made: {fault}")))
}

impl Moment {
    /// The server's data.
    ///
    /// # Panics
    /// When there is no room for it.
    pub fn server(&self) -> TempDir {
        lay(&self.server)
    }

    /// The enrolled device with an entry that waits.
    ///
    /// # Panics
    /// As above, and when it cannot be opened.
    pub fn device(&self) -> (Device, TempDir) {
        opened(&self.device)
    }

    /// The enrolled device before it has heard anything.
    ///
    /// # Panics
    /// As above.
    pub fn empty_device(&self) -> (Device, TempDir) {
        opened(&self.empty_device)
    }

    /// A device that has asked to be enrolled with [`CODE`].
    ///
    /// # Panics
    /// As above.
    pub fn new_device(&self) -> (Device, TempDir) {
        opened(&self.new_device)
    }
}

/// The host of every server here.
pub fn host() -> Host {
    Host { clock: Arc::new(SimulatedClock::new()), randomness: Arc::new(SharedChance::of(2)), zone: HospitalZone::default() }
}

fn lay(files: &Files) -> TempDir {
    files.lay().unwrap_or_else(|error| panic!("no room for a workplace: {error}"))
}

fn opened(files: &Files) -> (Device, TempDir) {
    let folder = lay(files);
    let device = open(folder.path()).unwrap_or_else(|fault| panic!("a device does not open: {fault}"));
    (device, folder)
}

fn open(folder: &Path) -> Result<Device, Fault> {
    Device::open_with(folder, &KeyFile::beside_the_store(folder), Box::new(SimulatedClock::new()), Box::new(SharedChance::of(3)))
}

fn make() -> Result<Moment, Fault> {
    let place = folder().map_err(|error| Fault::new(FaultCodeName::Internal, error.to_string()))?;
    let folders = ["server", "device", "new"].map(|name| place.path().join(name));
    folders.iter().try_for_each(std::fs::create_dir).map_err(unreadable)?;
    let [server_folder, device_folder, new_folder] = &folders;
    let making = Making::begin(server_folder, device_folder)?;
    let empty_device = Files::of(device_folder).map_err(unreadable)?;
    let made = making.work()?;
    open(new_folder)?.prepare_enrolment(CODE)?;
    let kept = |folder: &PathBuf| Files::of(folder).map_err(unreadable);
    Ok(Moment { server: kept(server_folder)?, device: kept(device_folder)?, empty_device, new_device: kept(new_folder)?, ..made })
}

fn unreadable(error: std::io::Error) -> Fault {
    Fault::new(FaultCodeName::Internal, error.to_string())
}

/// The workplace while it is made.
struct Making {
    store: ServerStore,
    host: Host,
    device: Device,
    id: DeviceId,
    credential: String,
    enrolment: EnrollAnswer,
    requests: Vec<Vec<u8>>,
    answers: Vec<Vec<u8>>,
}

impl Making {
    fn begin(server: &Path, device: &Path) -> Result<Self, Fault> {
        let mut store = ServerStore::open(server)?;
        found(&mut store)?;
        let host = Host { randomness: Arc::new(SharedChance::of(1)), ..host() };
        let device = open(device)?;
        let occasion = host.occasion();
        let technician = StaffNo::from(TEAMS[0].technicians[0]);
        let code = store.write(|database| enrolment::new_code_for(database, &technician, &occasion))?;
        let request = device.prepare_enrolment(&code)?;
        let answer = store.write(|database| enrolment::enrol(database, &request, &occasion))?;
        device.accept_enrolment("http://127.0.0.1:1", &request, answer.clone())?;
        let credential = format!("{}.{}", request.device, request.secret);
        let (requests, answers) = (Vec::new(), Vec::new());
        Ok(Self { store, host, device, id: request.device, credential, enrolment: answer, requests, answers })
    }

    fn work(mut self) -> Result<Moment, Fault> {
        let order = self.assigned_order()?;
        self.synchronise()?;
        self.does(&format!(r#"{{"do":"accept","order":"{order}"}}"#))?;
        self.does(&format!(r#"{{"do":"arrive","order":"{order}"}}"#))?;
        self.does(&format!(r#"{{"do":"issue_part","order":"{order}","scan":"{}","quantity":2}}"#, PARTS[0]))?;
        self.synchronise()?;
        self.does(&format!(r#"{{"do":"complete","order":"{order}","cause":"阀芯磨损","remedy":"更换"}}"#))?;
        let tokens = [DISPATCHER, TEAMS[0].leader, NURSES[0]].map(|person| self.session(person)).into_iter().collect::<Result<_, _>>()?;
        let Self { credential, enrolment, requests, answers, .. } = self;
        let none = || Files(Vec::new());
        Ok(Moment {
            server: none(),
            device: none(),
            empty_device: none(),
            new_device: none(),
            tokens,
            credential,
            order,
            requests,
            answers,
            enrolment,
        })
    }

    fn assigned_order(&mut self) -> Result<OrderId, Fault> {
        let new = NewOrder {
            location: LOCATIONS[0].into(),
            fault: FAULTS[0].into(),
            urgency: None,
            department: DEPARTMENT.into(),
            description: "洗手池下水堵塞".into(),
            caller: None,
            order: None,
        };
        let occasion = self.host.occasion();
        let order = self.store.write(|database| create(database, &new, &person(database, DISPATCHER, &occasion)?, &occasion))?.id;
        let team = TEAMS[0];
        for (who, decision) in [
            (DISPATCHER, Decision::Dispatch { team: team.code.into() }),
            (team.leader, Decision::AcceptForTeam),
            (team.leader, Decision::Assign { staff_no: team.technicians[0].into() }),
        ] {
            self.store.write(|database| decide(database, order, &decision, &person(database, who, &occasion)?, &occasion))?;
        }
        Ok(order)
    }

    fn session(&mut self, staff_no: &str) -> Result<String, Fault> {
        let occasion = self.host.occasion();
        let (staff_no, phc) = (staff_no.into(), password::hash("nobody signs in by this", &occasion)?);
        let opened = self.store.write(|database| {
            set_password(database, &staff_no, phc.clone(), &occasion)?;
            session::open(database, &staff_no, &phc, "", &occasion)
        });
        Ok(opened?.token)
    }

    fn does(&self, command: &str) -> Result<(), Fault> {
        match self.device.handle(&read_command(command)?) {
            Reply::Ok(_) => Ok(()),
            Reply::Error(fault) => Err(fault),
        }
    }

    fn synchronise(&mut self) -> Result<(), Fault> {
        loop {
            let request = self.device.next_request()?;
            let answer = server::exchange::handle(&mut self.store, self.id, &request, &self.host.occasion())?;
            let unwritable = |error: sync::codec::CodecError| Fault::new(FaultCodeName::Internal, error.to_string());
            self.requests.push(encode_request(&request).map_err(unwritable)?);
            self.answers.push(encode_answer(&answer).map_err(unwritable)?);
            let now = self.host.clock.now();
            if self.device.apply(&request, answer, Measured { answered_at: now, waited_ms: 0 })?.quiet {
                return Ok(());
            }
        }
    }
}

fn person(database: &store::Database, staff_no: &str, occasion: &server::occasion::Occasion<'_>) -> Result<Person, Fault> {
    let found = Person::on(database, &StaffNo::from(staff_no), occasion.today())?;
    found.ok_or_else(|| Fault::new(FaultCodeName::StaffUnknown, "everybody here is in the staff list"))
}
