//! Signing in to the centre.

use domain::audit::Deed;
use domain::fault::{Fault, FaultCodeName};
use domain::hexadecimal::hexadecimal;
use domain::identity::StaffNo;
use domain::time::{DAY_MS, HOUR_MS, MINUTE_MS, UtcMillis};
use store::Database;
use store::server::accounts::CountedAs;
use store::server::{accounts, meta};

use crate::audit::{Place, note};
use crate::occasion::{Occasion, sha256};
use crate::people::password::{FREE_FROM_EVERYWHERE, FREE_FROM_ONE_PLACE, after_failure, wait_of};
use crate::people::person::Person;

/// How long a session lasts at most: a shift.
const SESSION_MS: i64 = 12 * HOUR_MS;
/// How long a session lasts that nobody uses.
const IDLE_MS: i64 = 2 * HOUR_MS;
/// How often it is noted that a session is used: not with each request, because a note is a durable write.
const NOTED_EVERY_MS: i64 = 5 * MINUTE_MS;
/// How long wrong passwords are remembered after the wait that they brought.
const FAILURES_LAST_MS: i64 = DAY_MS;
/// A second, in milliseconds.
const SECOND_MS: i64 = 1_000;
/// How long to wait when too many sign in at once.
const CROWD_WAIT_MS: i64 = 5 * SECOND_MS;
/// What the counts of numbers that are nobody's begin with; no number does.
const MADE_UP: &str = "made up ";
/// They share 65,536 counts: far more than anybody could fill while a wait lasts, far fewer than fill a disk. Places are kept
/// apart by as much.
const SHORT_HASH_BYTES: usize = 2;
/// How long it is remembered from where somebody signed in.
const SOURCES_LAST_MS: i64 = 90 * DAY_MS;

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

/// Whether a number may try now from a place, without writing: whoever has to wait is told so before anybody waits for them.
///
/// # Errors
/// [`FaultCodeName::SignInFailed`] while the number has to wait; `details` say until when and how many seconds.
pub fn may_try(database: &Database, staff_no: &StaffNo, source: &str, occasion: &Occasion<'_>) -> Result<(), Fault> {
    // Without a salt nothing was ever counted.
    let Some(salt) = meta::get(database, meta::MADE_UP_NUMBERS_SALT)? else { return Ok(()) };
    check_wait(database, &Counts::of(database, &salt, staff_no, source, occasion)?, occasion.now)
}

/// Counts an attempt to sign in before the slow check of the password, so that of many at once only as many are looked at as
/// one after the other. Gives the password to check, in PHC notation, where the person has set one. A number that is nobody's
/// is counted and answered like one of the staff list.
///
/// # Errors
/// As [`may_try`].
pub fn attempt(database: &Database, staff_no: &StaffNo, source: &str, occasion: &Occasion<'_>) -> Result<Option<String>, Fault> {
    accounts::forget_failures(database, occasion.now.plus(-FAILURES_LAST_MS))?;
    let counts = Counts::of(database, &salt(database, occasion)?, staff_no, source, occasion)?;
    check_wait(database, &counts, occasion.now)?;
    for (counted_as, free) in [(&counts.here, FREE_FROM_ONE_PLACE), (&counts.everywhere, FREE_FROM_EVERYWHERE)] {
        let before = accounts::failures(database, counted_as)?;
        accounts::set_failures(database, counted_as, after_failure(before, free, occasion.now))?;
    }
    own_password(database, staff_no, occasion)
}

/// Somebody who fails on purpose keeps nobody out but those who try from the same place; from many places, nobody who signed in
/// from theirs lately.
fn check_wait(database: &Database, counts: &Counts, now: UtcMillis) -> Result<(), Fault> {
    let here = wait_of(accounts::failures(database, &counts.here)?, FREE_FROM_ONE_PLACE, now);
    let everywhere = match accounts::has_signed_in_from(database, &counts.here)? {
        true => 0,
        false => wait_of(accounts::failures(database, &counts.everywhere)?, FREE_FROM_EVERYWHERE, now),
    };
    let wait = here.max(everywhere);
    if wait == 0 { Ok(()) } else { Err(has_to_wait("too many wrong passwords for this number", wait, now)) }
}

/// What too many attempts at once are answered with: nothing was looked at, nothing counted.
pub fn too_many_at_once(now: UtcMillis) -> Fault {
    has_to_wait("too many people are signing in just now", CROWD_WAIT_MS, now)
}

fn has_to_wait(why: &str, wait: i64, now: UtcMillis) -> Fault {
    let seconds = wait.saturating_add(SECOND_MS - 1) / SECOND_MS;
    let message = format!(
        "{why}; wait {} and try again; the password was not looked at; \
         whoever has no time to wait can have the hospital's engineer set the password anew (set-password), which ends the wait",
        in_words(seconds)
    );
    let details = serde_json::json!({ "retry_at": now.plus(wait), "wait_seconds": seconds });
    Fault::new(FaultCodeName::SignInFailed, message).with(details)
}

fn in_words(seconds: i64) -> String {
    if seconds < 120 { format!("{seconds} seconds") } else { format!("{} minutes", seconds.saturating_add(59) / 60) }
}

/// The password of today's holder of the number: one that the last holder set is nobody's.
fn own_password(database: &Database, staff_no: &StaffNo, occasion: &Occasion<'_>) -> Result<Option<String>, Fault> {
    let Some(password) = accounts::password(database, staff_no)? else { return Ok(None) };
    let holder = Person::still(database, staff_no, &password.holder, occasion.today())?;
    Ok(holder.map(|_| password.phc))
}

/// Under what attempts for a number from a place are counted.
struct Counts {
    here: CountedAs,
    everywhere: CountedAs,
}

impl Counts {
    /// People of today each by themselves, every other number in one of a fixed count of rows.
    fn of(database: &Database, salt: &str, staff_no: &StaffNo, source: &str, occasion: &Occasion<'_>) -> Result<Self, Fault> {
        if Person::on(database, staff_no, occasion.today())?.is_some() {
            let counted = |source: String| CountedAs { number: staff_no.as_str().to_owned(), source };
            return Ok(Self { here: counted(short_hash(salt, source)), everywhere: counted(String::new()) });
        }
        let made_up = |from: &str| format!("{MADE_UP}{}", short_hash(salt, &format!("{staff_no} {from}")));
        let counted = |from: &str| CountedAs { number: made_up(from), source: String::new() };
        Ok(Self { here: counted(source), everywhere: counted("") })
    }
}

impl Counts {
    fn are_nobodys(&self) -> bool {
        self.here.number.starts_with(MADE_UP)
    }
}

/// Enough to keep apart, too little to say what it was made of.
fn short_hash(salt: &str, text: &str) -> String {
    let hash = sha256(format!("{salt} {text}").as_bytes());
    hexadecimal(hash.get(..SHORT_HASH_BYTES).unwrap_or(&hash))
}

fn salt(database: &Database, occasion: &Occasion<'_>) -> Result<String, Fault> {
    if let Some(salt) = meta::get(database, meta::MADE_UP_NUMBERS_SALT)? {
        return Ok(salt);
    }
    let salt = hexadecimal(&occasion.secret::<16>()?);
    meta::put(database, meta::MADE_UP_NUMBERS_SALT, &salt)?;
    Ok(salt)
}

/// Notes for whoever audits that a password was wrong: the check is slow, so that this is known only after the attempt was counted. Numbers that
/// are nobody's are not told apart, or made-up ones would fill the trail; those of people are few, because each has to wait.
///
/// # Errors
/// As the database fails.
pub fn refused(database: &Database, staff_no: &StaffNo, source: &str, occasion: &Occasion<'_>) -> Result<(), Fault> {
    let counts = Counts::of(database, &salt(database, occasion)?, staff_no, source, occasion)?;
    let has_to_wait = check_wait(database, &counts, occasion.now).is_err();
    let deed = if has_to_wait { Deed::LockedOut } else { Deed::SignInRefused };
    if counts.are_nobodys() {
        return note(database, Deed::SignInRefused, None, "", &Place::Anywhere, occasion);
    }
    note(database, deed, None, staff_no.as_str(), &Place::Hashed(counts.here.source), occasion)
}

/// What a wrong password is answered with, and a number that is nobody's.
pub fn wrong() -> Fault {
    Fault::new(FaultCodeName::SignInFailed, "the number or the password is wrong")
}

/// Opens a session for whoever knew the password `phc`, as [`attempt`] gave it, and is on the staff list today.
///
/// # Errors
/// [`FaultCodeName::SignInFailed`] when the number is nobody's today, or its password was set anew while this one was checked.
pub fn open(database: &Database, staff_no: &StaffNo, phc: &str, source: &str, occasion: &Occasion<'_>) -> Result<Session, Fault> {
    if own_password(database, staff_no, occasion)?.is_none_or(|now| now != phc) {
        return Err(wrong());
    }
    let person = Person::on(database, staff_no, occasion.today())?.ok_or_else(wrong)?;
    let counts = Counts::of(database, &salt(database, occasion)?, staff_no, source, occasion)?;
    accounts::clear_failures(database, &counts.here)?;
    accounts::clear_failures(database, &counts.everywhere)?;
    accounts::signed_in_from(database, &counts.here, occasion.now, occasion.now.plus(-SOURCES_LAST_MS))?;
    let token = hexadecimal(&occasion.secret::<32>()?);
    let expires_at = occasion.now.plus(SESSION_MS);
    let session = accounts::Session {
        staff_no: staff_no.clone(),
        holder: person.holder(),
        opened_at: occasion.now,
        used_at: occasion.now,
        expires_at,
    };
    accounts::open_session(database, &sha256(token.as_bytes()), &session, occasion.now.plus(-IDLE_MS))?;
    note(database, Deed::SignedIn, Some(staff_no), "", &Place::Hashed(counts.here.source.clone()), occasion)?;
    Ok(Session { token, expires_at, person })
}

/// A session that lasts, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lasting {
    /// Whose.
    pub person: Person,
    /// Whether [`note_use`] is due.
    pub use_is_to_be_noted: bool,
}

/// Whose token it is.
///
/// # Errors
/// [`FaultCodeName::SessionRequired`] for a token that is unknown, expired, idle for long, or of somebody whose number it is no longer.
pub fn of_token(database: &Database, token: &str, occasion: &Occasion<'_>) -> Result<Lasting, Fault> {
    let session = accounts::session(database, &sha256(token.as_bytes()))?.filter(|session| lasts(session, occasion.now));
    let session = session.ok_or_else(sign_in_first)?;
    let person = Person::still(database, &session.staff_no, &session.holder, occasion.today())?.ok_or_else(sign_in_first)?;
    Ok(Lasting { person, use_is_to_be_noted: occasion.now.since(session.used_at) >= NOTED_EVERY_MS })
}

/// Notes that a session is used, from which its idle end is reckoned.
///
/// # Errors
/// As the database fails.
pub fn note_use(database: &Database, token: &str, occasion: &Occasion<'_>) -> Result<(), Fault> {
    Ok(accounts::session_used(database, &sha256(token.as_bytes()), occasion.now)?)
}

fn lasts(session: &accounts::Session, now: UtcMillis) -> bool {
    now < session.expires_at && now.since(session.used_at) < IDLE_MS
}

fn sign_in_first() -> Fault {
    Fault::new(FaultCodeName::SessionRequired, "sign in first; nothing was changed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::occasion::Host;
    use store::server::ServerStore;
    use tempfile::TempDir;

    #[test]
    fn made_up_numbers_share_few_rows() {
        let folder = TempDir::new().unwrap();
        let mut store = ServerStore::open(folder.path()).unwrap();
        let host = Host::system();
        for number in ["1", "077777", "不是工号", &"7".repeat(60_000)] {
            let number = StaffNo::from(number);
            let mut counted = || {
                let counts =
                    store.write(|database| Counts::of(database, &salt(database, &host.occasion())?, &number, "10.0.0.5", &host.occasion()));
                counts.map(|counts| (counts.here, counts.everywhere)).unwrap()
            };
            let ((here, everywhere), again) = (counted(), counted());
            assert_eq!((&here, &everywhere), (&again.0, &again.1));
            for counted_as in [here, everywhere] {
                assert_eq!((counted_as.number.len(), counted_as.source.len()), (MADE_UP.len() + 2 * SHORT_HASH_BYTES, 0));
            }
        }
    }
}
