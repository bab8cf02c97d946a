//! A hospital: its reference data imported, its server running, its people with passwords and devices.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU8, Ordering};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::centre::Desk;
use crate::device::Device;
use crate::programs::{Ended, Running, built, checkout, run};

/// 调度员
pub const DISPATCHER: &str = "026149";
/// 班组长 of T01, plumbing.
pub const TEAM_LEADER: &str = "025514";
/// A technician of T01.
pub const TECHNICIAN: &str = "025518";
/// Another technician of T01.
pub const OTHER_TECHNICIAN: &str = "025519";
/// 安全管理员
pub const SECURITY_ADMIN: Role = Role("security_admin");
/// An employee of [`DEPARTMENT`]: number and name.
pub const NURSE: (&str, &str) = ("020595", "贾伟超");
/// Another employee of [`DEPARTMENT`].
pub const OTHER_NURSE: &str = "020596";
/// An employee of another department.
pub const NURSE_OF_ANOTHER_DEPARTMENT: &str = "020627";
/// Somebody of [`DEPARTMENT`] who has left the hospital.
pub const NURSE_WHO_LEFT: &str = "020622";
/// The department that has things repaired.
pub const DEPARTMENT: &str = "001026";
/// A place.
pub const PLACE: &str = "L00021";
/// The team of both technicians.
pub const TEAM: &str = "T01";

/// The password of everybody at the centre.
pub const PASSWORD: &str = "plantroom";

/// The files of a whole hospital, clean.
pub fn reference_data() -> PathBuf {
    checkout().join("crates/testkit/hospital")
}

/// A role of which the hospital has one person.
pub struct Role(&'static str);

impl Role {
    /// The number of its first person in the hospital's list of staff.
    ///
    /// # Panics
    /// When nobody has it.
    pub fn person(&self) -> String {
        let staff = std::fs::read_to_string(reference_data().join("staff.csv")).expect("there is a list of staff");
        let mut rows = staff.lines().map(|row| row.split(',').collect::<Vec<_>>());
        let person = rows.find(|cells| cells.get(3) == Some(&self.0)).expect("somebody has the role");
        person[0].to_owned()
    }
}

/// A file that `backup` made.
pub struct Backup(TempDir);

impl Backup {
    fn file(folder: &TempDir) -> PathBuf {
        folder.path().join("plantroom.backup")
    }
}

/// A loopback address that is this hospital's alone, so that its port is still free when its server comes back: at 127.0.0.1 any
/// connection that begins meanwhile may be given it.
fn own_address() -> Ipv4Addr {
    static HOSPITALS: AtomicU8 = AtomicU8::new(1);
    let [.., high, low] = std::process::id().to_be_bytes();
    Ipv4Addr::new(127, high | 1, low, HOSPITALS.fetch_add(1, Ordering::Relaxed))
}

/// A hospital with a running server.
pub struct Hospital {
    folder: TempDir,
    listen: String,
    url: String,
    server: Option<Running>,
}

impl Hospital {
    /// Imports the hospital's files, gives the people of the centre their passwords and starts the server.
    ///
    /// # Panics
    /// When one of that fails, as everywhere below.
    pub fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let mut hospital = Self { folder, listen: format!("{}:0", own_address()), url: String::new(), server: None };
        hospital.import(&reference_data()).with_code(0);
        for person in [DISPATCHER, TEAM_LEADER, &SECURITY_ADMIN.person()] {
            run(hospital.program("set-password").args(["--staff", person]), &format!("{PASSWORD}\n")).with_code(0);
        }
        hospital.start_server();
        hospital
    }

    /// Imports a folder of files, as the hospital's engineer does.
    pub fn import(&self, folder: &Path) -> Ended {
        run(self.program("import").arg(folder), "")
    }

    /// The staff list says something else of a person.
    pub fn import_staff(&self, staff_no: &str, before: &str, after: &str) {
        let staff = std::fs::read_to_string(reference_data().join("staff.csv")).expect("there is a list of staff");
        let is_meant = |row: &&str| row.starts_with("staff_no") || row.starts_with(staff_no);
        let rows: Vec<String> = staff.lines().filter(is_meant).map(|row| row.replace(before, after)).collect();
        let folder = tempfile::tempdir().expect("a folder can be made");
        std::fs::write(folder.path().join("staff.csv"), rows.join("\n") + "\n").expect("a file can be written");
        self.import(folder.path()).with_code(0);
    }

    /// Where the server answers; the same after every start.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Host and port of the server.
    pub fn address(&self) -> &str {
        &self.listen
    }

    /// Starts the server where it was.
    pub fn start_server(&mut self) {
        let server = Running::start(self.program("serve").args(["--listen", &self.listen]));
        self.url = server.wait_for_url().trim_end_matches('/').to_owned();
        self.listen = self.url.trim_start_matches("http://").to_owned();
        self.server = Some(server);
    }

    /// Ends the server as a power cut would.
    pub fn kill_server(&mut self) {
        self.server.take().expect("the server runs").kill();
    }

    /// Asks the server to stop, and waits until it has, without a complaint.
    pub fn stop_server(&mut self) {
        self.server.take().expect("the server runs").stop();
    }

    /// Signs in at the centre.
    pub fn desk(&self, staff_no: &str) -> Desk {
        Desk::sign_in(&self.url, staff_no, PASSWORD)
    }

    /// A one-time code for a person's device.
    pub fn enroll_code(&self, staff_no: &str) -> String {
        run(self.program("enroll-code").args(["--staff", staff_no]), "").with_code(0).last_line().trim().to_owned()
    }

    /// A person's device, enrolled, with everything the server has for it.
    pub fn device_of(&self, staff_no: &str) -> Device {
        let device = Device::new();
        device.enroll(&self.url, &self.enroll_code(staff_no));
        device.sync();
        device
    }

    /// The folder of the server's data.
    pub fn data(&self) -> PathBuf {
        Path::new(self.folder.path()).join("server")
    }

    /// Runs the server's program beside the server, as the hospital's engineer does.
    pub fn run(&self, command: &str, arguments: &[&str]) -> Ended {
        run(self.program(command).args(arguments), "")
    }

    /// A backup of the server's data, made while the server runs.
    pub fn back_up(&self) -> Backup {
        let folder = tempfile::tempdir().expect("a folder can be made");
        run(self.program("backup").arg(Backup::file(&folder)), "").with_code(0);
        Backup(folder)
    }

    /// Puts a backup in the place of the server's data, as if everything since had never been.
    pub fn restore(&mut self, backup: &Backup) {
        self.stop_server();
        std::fs::remove_dir_all(self.data()).expect("a folder can be removed");
        run(self.program("restore").arg(Backup::file(&backup.0)), "").with_code(0);
        self.start_server();
    }

    fn program(&self, command: &str) -> Command {
        let mut program = Command::new(built("plantroom-server"));
        program.arg(command).arg("--data").arg(self.data());
        program
    }
}

/// The two desks at which an order is brought to a technician.
pub struct Desks {
    /// 调度员
    pub dispatcher: Desk,
    /// 班组长 of T01.
    pub team_leader: Desk,
}

impl Desks {
    /// Signs both in.
    pub fn of(hospital: &Hospital) -> Self {
        Self { dispatcher: hospital.desk(DISPATCHER), team_leader: hospital.desk(TEAM_LEADER) }
    }

    /// Reports a fault and dispatches it to T01, whose leader assigns it; the order's id.
    pub fn assign(&self, staff_no: &str, description: &str) -> String {
        let order = self.dispatch(description);
        self.team_leader.act(&order, "accept-for-team", &json!({}));
        self.team_leader.act(&order, "assign", &json!({ "staff_no": staff_no }));
        order
    }

    /// Reports a fault and dispatches it to T01; the order's id.
    pub fn dispatch(&self, description: &str) -> String {
        let order = self.dispatcher.report(&report(description));
        let id = order["id"].as_str().expect("an order has an id").to_owned();
        self.dispatcher.act(&id, "dispatch", &json!({ "team": TEAM }));
        id
    }
}

/// A dripping tap on [`DEPARTMENT`], as the centre files it.
pub fn report(description: &str) -> Value {
    json!({
        "location": PLACE, "fault": "F001", "urgency": "urgent", "department": DEPARTMENT, "description": description,
        "caller": { "name": "刘护士", "number": "8123" },
    })
}
