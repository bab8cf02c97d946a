//! Signing in to the centre.

use domain::fault::{Fault, FaultCodeName};
use domain::identity::StaffNo;
use domain::time::{HOUR_MS, UtcMillis};
use store::Database;
use store::server::accounts::{self, Failures};

use crate::occasion::{Occasion, hexadecimal, sha256};
use crate::people::password::after_failure;
use crate::people::person::Person;

/// How long a session lasts: a shift.
const SESSION_MS: i64 = 12 * HOUR_MS;

/// An open session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// For `Authorization: Bearer`.
    pub token: String,
    /// Until when.
    pub expires_at: UtcMillis,
    /// Whose.
    pub person: Person,
}

/// What is needed to check a password, read before the slow check.
#[derive(Debug, Clone)]
pub struct SignInState {
    /// The password in PHC notation, where one is set.
    pub phc: Option<String>,
    /// Wrong passwords so far.
    pub failures: Failures,
}

/// Reads what is needed to check the password of a number.
///
/// # Errors
/// [`FaultCodeName::SignInFailed`] while the number has to wait; `details.retry_at` says until when.
pub fn sign_in_state(database: &Database, staff_no: &StaffNo, now: UtcMillis) -> Result<SignInState, Fault> {
    let failures = accounts::failures(database, staff_no)?;
    if failures.locked_until > now {
        let message = "too many wrong passwords; wait and try again";
        return Err(Fault::new(FaultCodeName::SignInFailed, message).with(serde_json::json!({ "retry_at": failures.locked_until })));
    }
    Ok(SignInState { phc: accounts::password(database, staff_no)?, failures })
}

/// Notes a wrong password and says so.
///
/// # Errors
/// As the database fails.
pub fn note_failure(database: &Database, staff_no: &StaffNo, occasion: &Occasion<'_>) -> Result<Fault, Fault> {
    let before = accounts::failures(database, staff_no)?;
    accounts::set_failures(database, staff_no, after_failure(before, occasion.now))?;
    Ok(wrong())
}

/// Opens a session for whoever knew the password and is on the staff list today.
///
/// # Errors
/// [`FaultCodeName::SignInFailed`] when the number is nobody's today.
pub fn open(database: &Database, staff_no: &StaffNo, occasion: &Occasion<'_>) -> Result<Session, Fault> {
    let person = Person::on(database, staff_no, occasion.today())?.ok_or_else(wrong)?;
    accounts::clear_failures(database, staff_no)?;
    let token = hexadecimal(&occasion.secret::<32>()?);
    let expires_at = occasion.now.plus(SESSION_MS);
    accounts::open_session(database, &sha256(token.as_bytes()), staff_no, occasion.now, expires_at)?;
    Ok(Session { token, expires_at, person })
}

/// Whose token it is.
///
/// # Errors
/// [`FaultCodeName::SessionRequired`] for a token that is unknown, expired or of somebody who left.
pub fn person_of(database: &Database, token: &str, occasion: &Occasion<'_>) -> Result<Person, Fault> {
    let staff_no = accounts::session(database, &sha256(token.as_bytes()), occasion.now)?;
    let person = staff_no.map(|staff_no| Person::on(database, &staff_no, occasion.today())).transpose()?.flatten();
    person.ok_or_else(|| Fault::new(FaultCodeName::SessionRequired, "sign in first; nothing was changed"))
}

fn wrong() -> Fault {
    Fault::new(FaultCodeName::SignInFailed, "the number or the password is wrong")
}
