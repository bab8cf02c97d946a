//! A device comes to a person: one-time codes, given out and used.

use domain::audit::Deed;
use domain::fault::{Fault, FaultCodeName};
use domain::identity::StaffNo;
use domain::time::DAY_MS;
use store::Database;
use store::server::devices::{self, Device};
use store::server::enrolment::{self, EnrolmentCode};
use sync::enrolment_code::code_hash;
use sync::wire::{EnrollAnswer, EnrollRequest};

use crate::audit::{Place, note};
use crate::exchange::credential::may_enrol;
use crate::occasion::{Occasion, same_hash, sha256};
use crate::people::Person;
use crate::people::account::holder_today;
use crate::people::code::new_code;
use crate::people::person::periods;

/// How long a code can be used.
const CODE_LIVES_MS: i64 = DAY_MS;
/// A secret is 32 bytes in hexadecimal.
const SECRET_CHARACTERS: usize = 64;

/// Makes a one-time code for a person who repairs.
///
/// # Errors
/// [`FaultCodeName::StaffUnknown`] when the number is nobody's today, [`FaultCodeName::NotPermitted`] for a role without a device.
pub fn new_code_for(database: &Database, staff_no: &StaffNo, occasion: &Occasion<'_>) -> Result<String, Fault> {
    let holder = person_for_device(database, staff_no, occasion)?.holder();
    let code = new_code(occasion)?;
    let kept = EnrolmentCode { staff_no: staff_no.clone(), holder, expires_at: occasion.now.plus(CODE_LIVES_MS), used_by: None };
    enrolment::insert(database, &code_hash(&code), &kept)?;
    note(database, Deed::CodeMade, None, staff_no.as_str(), &Place::Machine, occasion)?;
    Ok(code)
}

/// Enrols a device. The same device with the same secret may ask again with the same code, because an answer can be lost.
///
/// # Errors
/// [`FaultCodeName::CodeInvalid`] for a code that is wrong, too old or used by another device, or a device that was enrolled
/// by another code; [`FaultCodeName::AlreadyEnrolled`] when somebody else's work lies on the device. The code stays usable.
pub fn enrol(database: &Database, request: &EnrollRequest, occasion: &Occasion<'_>) -> Result<EnrollAnswer, Fault> {
    check_secret(&request.secret)?;
    let code_sha256 = code_hash(&request.code);
    let code = enrolment::find(database, &code_sha256)?.ok_or_else(invalid)?;
    check_usable(database, request, &code, occasion)?;
    check_expected_number(request, &code)?;
    check_same_holder(database, &code, occasion)?;
    let person = person_for_device(database, &code.staff_no, occasion)?;
    check_expected_holder(request, &person)?;
    if code.used_by.is_none() {
        first_use(database, request, &code, &code_sha256, &person, occasion)?;
    }
    Ok(EnrollAnswer { team: person.teams.first().cloned(), person: person.entry, server_time: occasion.now })
}

fn first_use(
    database: &Database,
    request: &EnrollRequest,
    code: &EnrolmentCode,
    code_sha256: &[u8],
    person: &Person,
    occasion: &Occasion<'_>,
) -> Result<(), Fault> {
    let device = Device {
        id: request.device,
        staff_no: code.staff_no.clone(),
        holder: person.holder(),
        secret_sha256: sha256(request.secret.as_bytes()),
        enrolled_at: occasion.now,
        last_heard_at: None,
        revoked_at: None,
        scope_subjects: Vec::new(),
        scope_from: 0,
        past_subjects: Vec::new(),
        past_roles: Vec::new(),
        campus: None,
        campus_from_revision: 0,
    };
    devices::insert(database, &device)?;
    enrolment::mark_used(database, code_sha256, request.device)?;
    note(database, Deed::CodeUsed, Some(&code.staff_no), &request.device.to_string(), &Place::Device, occasion)
}

fn check_usable(database: &Database, request: &EnrollRequest, code: &EnrolmentCode, occasion: &Occasion<'_>) -> Result<(), Fault> {
    match code.used_by {
        Some(device) if device == request.device => check_same_device(database, request),
        None if code.expires_at > occasion.now && devices::find(database, request.device)?.is_none() => Ok(()),
        _ => Err(invalid()),
    }
}

/// One store is one person's: the work on it would otherwise arrive in somebody else's name. Whose the code is stays untold.
fn check_expected_number(request: &EnrollRequest, code: &EnrolmentCode) -> Result<(), Fault> {
    let is_expected = request.expected_person.as_ref().is_none_or(|person| *person == code.staff_no);
    if is_expected { Ok(()) } else { Err(somebody_elses()) }
}

/// The number may have been reissued since.
fn check_expected_holder(request: &EnrollRequest, person: &Person) -> Result<(), Fault> {
    let is_expected = request.expected_holder.as_ref().is_none_or(|holder| holder.is(&person.entry));
    if is_expected { Ok(()) } else { Err(somebody_elses()) }
}

fn somebody_elses() -> Fault {
    let message = "this device holds somebody else's work; ask for a code in that person's name; the code was not used up";
    Fault::new(FaultCodeName::AlreadyEnrolled, message)
}

/// A code is for whoever held the number when it was made: it is no way into the next holder's work.
fn check_same_holder(database: &Database, code: &EnrolmentCode, occasion: &Occasion<'_>) -> Result<(), Fault> {
    let periods = periods(database, &code.staff_no)?;
    let still = code.holder.still_on(&periods, occasion.today()).is_some();
    if still { Ok(()) } else { Err(invalid()) }
}

fn check_same_device(database: &Database, request: &EnrollRequest) -> Result<(), Fault> {
    let device = devices::find(database, request.device)?.ok_or_else(invalid)?;
    let same = same_hash(&device.secret_sha256, &sha256(request.secret.as_bytes()));
    if same && device.revoked_at.is_none() { Ok(()) } else { Err(invalid()) }
}

fn check_secret(secret: &str) -> Result<(), Fault> {
    if secret.len() == SECRET_CHARACTERS && secret.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(());
    }
    Err(Fault::new(FaultCodeName::BadRequest, "the secret is not 32 bytes in hexadecimal"))
}

fn person_for_device(database: &Database, staff_no: &StaffNo, occasion: &Occasion<'_>) -> Result<Person, Fault> {
    let person = holder_today(database, staff_no, occasion)?;
    if may_enrol(&person.roles) {
        return Ok(person);
    }
    Err(Fault::new(FaultCodeName::NotPermitted, format!("{staff_no} neither repairs nor leads a team; devices are for those who do")))
}

fn invalid() -> Fault {
    Fault::new(FaultCodeName::CodeInvalid, "the code is wrong, used or older than a day; ask for a new one")
}
