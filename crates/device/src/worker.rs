//! Whose device this is, as the reference data here says today.

use chrono::NaiveDate;
use domain::fault::{Fault, FaultCodeName};
use domain::holder::{HeldNumber, NumberHolder};
use domain::identity::{CampusCode, TeamCode, WarehouseCode};
use domain::reference::{DirectoryEntry, Team};
use domain::role::Role;
use domain::time::{HospitalZone, UtcMillis};
use store::StoreError;
use store::device::{DeviceIdentity, Session};
use store::shared::reference;

use crate::numbers::of_a_store_that_is_gone;
use crate::reply::Person;

/// The person of the device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    /// Number, and since when it is this person's as far as the directory here says: what an earlier holder did under it is not theirs.
    pub number: HeldNumber,
    /// First day of the period in which the number was this person's when the device was enrolled: also where the directory here has
    /// no earlier holder.
    pub holds_number_since: NaiveDate,
    /// Name.
    pub name: String,
    /// In what role the person works on this device.
    pub role: Role,
    /// The team that the person works in or leads.
    pub team: Option<Team>,
    /// Teams that the person leads, as leader or deputy.
    pub leads: Vec<TeamCode>,
    /// Store that scans draw from: the first of the team's campus, never of the department's (`domain.md`, "Campus").
    pub warehouse: Option<WarehouseCode>,
}

impl Worker {
    /// The person of an enrolled device, as of this device's time `now` once it is corrected.
    pub fn of(session: &Session<'_>, identity: &DeviceIdentity, now: UtcMillis) -> Result<Self, Fault> {
        let enrolled = identity.person.as_ref().filter(|_| identity.server_url.is_some() && !identity.logged_out);
        let Some(person) = enrolled else {
            return Err(not_enrolled(identity));
        };
        let today = HospitalZone::default().date(identity.corrected(now));
        let periods = reference::staff_periods(session.reference(), &person.staff_no)?;
        // Never the next holder of the number: what is here is this person's.
        let entry = NumberHolder::of(person).still_on(&periods, today).unwrap_or(person).clone();
        let leads: Vec<TeamCode> =
            reference::teams_led_by(session.reference(), &entry.staff_no)?.into_iter().map(|team| team.team_code).collect();
        let role = role_on_device(entry.role, &leads);
        // Whoever does other work now is in no team any more, whatever the enrolment named.
        let team = if role.repairs() { team_of(session, &entry, identity.team.as_ref())? } else { None };
        let warehouse = team.as_ref().map(|team| warehouse_of(session, &team.campus_code)).transpose()?.flatten();
        Ok(Self {
            number: HeldNumber::of(&entry, &periods, HospitalZone::default()),
            holds_number_since: person.validity.valid_from,
            name: entry.name,
            role,
            team,
            leads,
            warehouse,
        })
    }

    /// Code of the team.
    pub fn team_code(&self) -> Option<TeamCode> {
        self.team.as_ref().map(|team| team.team_code.clone())
    }

    /// As screens show it.
    pub fn person(&self) -> Person {
        Person {
            staff_no: self.number.staff_no.clone(),
            name: self.name.clone(),
            role: self.role,
            team: self.team_code(),
            team_name: self.team.as_ref().map(|team| team.name.clone()),
            warehouse: self.warehouse.clone(),
        }
    }
}

/// The role of the staff list; of somebody whom it names something else, and who leads a team, the leader's: a deputy may do
/// any work in the hospital besides.
fn role_on_device(role: Role, leads: &[TeamCode]) -> Role {
    if role.repairs() || leads.is_empty() { role } else { Role::TeamLeader }
}

fn team_of(session: &Session<'_>, entry: &DirectoryEntry, named_at_enrolment: Option<&TeamCode>) -> Result<Option<Team>, StoreError> {
    let code = entry.team_code.as_ref().or(named_at_enrolment);
    match code.map(|code| reference::team(session.reference(), code)).transpose()?.flatten() {
        Some(team) => Ok(Some(team)),
        None => Ok(reference::teams_led_by(session.reference(), &entry.staff_no)?.into_iter().next()),
    }
}

fn warehouse_of(session: &Session<'_>, campus: &CampusCode) -> Result<Option<WarehouseCode>, StoreError> {
    Ok(reference::first_warehouse(session.reference(), campus)?.map(|warehouse| warehouse.warehouse_code))
}

/// Why nobody can work on this device, and what to do.
pub fn not_enrolled(identity: &DeviceIdentity) -> Fault {
    let message = if identity.logged_out {
        "the person of this device has logged out; work that was not sent is kept; enrol the device with a new one-time code"
    } else {
        "this device belongs to nobody yet; enrol it with a one-time code"
    };
    let lost_its_person = identity.person.is_none().then(|| damaged(identity)).flatten();
    lost_its_person.or_else(|| gone(identity)).unwrap_or_else(|| Fault::new(FaultCodeName::NotEnrolled, message))
}

/// What to say while the place of a store that is gone is still empty.
fn gone(identity: &DeviceIdentity) -> Option<Fault> {
    let unsent = of_a_store_that_is_gone(identity)?.undelivered();
    let message = format!(
        "the store of this device (plantroom.db) is gone from its folder, and the last {unsent} entries in it may not have reached the \
         hospital; if it was moved, stop the program and put it back; else enrol with a new code, and the entries are named as lost"
    );
    Some(Fault::new(FaultCodeName::NotEnrolled, message).with(serde_json::json!({ "reason": "store_missing", "unsent": unsent })))
}

/// What to say while the place of a damaged store is still empty.
pub fn damaged(identity: &DeviceIdentity) -> Option<Fault> {
    let aside = identity.damaged_moved_to.as_ref()?;
    let unsent = of_a_store_that_is_gone(identity).map(|left| left.undelivered());
    let next = match (&identity.person, unsent) {
        (Some(_), _) => {
            "who the device is and the unsent work that could be read were taken over; synchronise to get the orders again, and look at \
             lost_numbers of device_status for what could not be read"
                .to_owned()
        }
        (None, Some(unsent)) => format!(
            "keep that file for the engineer, because {unsent} entries in it may not have reached the hospital, and enrol this device with a \
             new code"
        ),
        (None, None) => {
            "keep that file for the engineer, because work that was not sent may lie in it, and how much cannot be known; enrol \
                         this device with a new code"
                .to_owned()
        }
    };
    let message = format!("the store of this device was damaged; it was moved aside to {aside} and nothing was deleted; {next}");
    Some(Fault::new(FaultCodeName::StoreDamaged, message).with(serde_json::json!({ "moved_to": aside, "unsent": unsent })))
}

/// Whether damage was met that nothing was done about yet; [`damaged`] names the file.
pub fn is_new_damage(fault: &Fault) -> bool {
    fault.code == FaultCodeName::StoreDamaged && fault.details.get("moved_to").is_none()
}
