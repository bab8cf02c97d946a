//! The people of the stories.

use domain::holder::HeldNumber;
use domain::identity::StaffNo;
use domain::reference::{DirectoryEntry, Validity};
use domain::role::Role;

/// Somebody who records, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Person {
    pub number: &'static str,
    pub role: Role,
    pub device: u128,
}

/// Where the server records for people at a PC, and for itself.
pub const SERVER: u128 = 0xC0;

pub const DISPATCHER: Person = Person { number: "010001", role: Role::Dispatcher, device: SERVER };
pub const LEADER: Person = Person { number: "020001", role: Role::TeamLeader, device: SERVER };
pub const SYSTEM: Person = Person { number: "system", role: Role::System, device: SERVER };
/// Technicians of T01 with a phone each.
pub const ANNA: Person = Person { number: "025518", role: Role::Technician, device: 0xA1 };
pub const BOLIN: Person = Person { number: "025519", role: Role::Technician, device: 0xB1 };
pub const CHEN: Person = Person { number: "025520", role: Role::Technician, device: 0xC1 };
/// The same Anna with a second phone (contradiction 22).
pub const ANNA_ELSEWHERE: Person = Person { number: "025518", role: Role::Technician, device: 0xA2 };

/// Nurses of the department.
pub const NURSE: &str = "030001";
pub const HEAD_NURSE: &str = "030002";

impl Person {
    pub fn staff_no(self) -> StaffNo {
        self.number.into()
    }

    /// The number as somebody holds it before whom nobody did.
    pub fn holds_it(self) -> HeldNumber {
        self.staff_no().into()
    }

    /// A period of the number.
    pub fn held_by(self, name: &str, from: &str, to: Option<&str>) -> DirectoryEntry {
        DirectoryEntry {
            staff_no: self.staff_no(),
            name: name.to_owned(),
            department_code: "001002".into(),
            role: self.role,
            team_code: None,
            validity: Validity { valid_from: from.parse().unwrap(), valid_to: to.map(|day| day.parse().unwrap()) },
        }
    }
}

pub fn staff(people: &[Person]) -> Vec<StaffNo> {
    people.iter().map(|person| person.staff_no()).collect()
}
