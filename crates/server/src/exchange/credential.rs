//! Who sends: checking the credential, and what its person is.

use std::collections::BTreeSet;

use domain::fault::{Fault, FaultCodeName};
use domain::identity::DeviceId;
use domain::permissions::may_record_on_device;
use domain::reference::DirectoryEntry;
use domain::role::Role;
use domain::time::{DAY_MS, HospitalZone};
use store::server::devices::{self, Device};
use store::shared::reference::{Holding, name_at};
use store::{Database, StoreError};
use sync::judge::Credential;
use sync::wire::CredentialStanding;

use crate::occasion::{Occasion, same_hash, sha256};
use crate::orders::record::known_own_device;
use crate::people::Person;
use crate::people::person::{periods, person_subject, teams_among};

/// How long after a person's last day events that they recorded before still find their role.
const LATE_UPLOADS_MS: i64 = 30 * DAY_MS;

/// The device that a secret belongs to, if it is the right one.
///
/// # Errors
/// As the database fails.
pub fn authenticate(database: &Database, device: DeviceId, secret: &str) -> Result<Option<Device>, StoreError> {
    let found = devices::find(database, device)?;
    Ok(found.filter(|found| same_hash(&found.secret_sha256, &sha256(secret.as_bytes()))))
}

/// A device that has been authenticated before.
///
/// # Errors
/// [`FaultCodeName::NotEnrolled`] when it is gone.
pub fn known(database: &Database, device: DeviceId) -> Result<Device, Fault> {
    devices::find(database, device)?.ok_or_else(|| Fault::new(FaultCodeName::NotEnrolled, "this device is not enrolled here"))
}

/// What the device's credential is worth. It ends with the person's employment, also where nobody thought of revoking it, and
/// where the number is somebody else's by now: what comes afterwards waits for review (`domain.md`, contradiction 11).
///
/// # Errors
/// As the database fails.
pub fn standing_of(database: &Database, device: &Device, occasion: &Occasion<'_>) -> Result<CredentialStanding, Fault> {
    let employed = device.holder.still_on(&periods(database, &device.staff_no)?, occasion.today()).is_some();
    Ok(if employed && device.revoked_at.is_none() { CredentialStanding::Valid } else { CredentialStanding::Revoked })
}

/// The credential for judging, with the subjects that its person ever had ([`subjects_ever`]).
///
/// # Errors
/// As the database fails.
pub fn credential_of(database: &Database, device: &Device, subjects: &[String], occasion: &Occasion<'_>) -> Result<Credential, Fault> {
    Ok(Credential {
        device: device.id,
        person: device.staff_no.clone(),
        roles: roles_for_judging(database, device, occasion)?,
        teams: teams_among(subjects),
        standing: standing_of(database, device, occasion)?,
        revoked_devices: devices::revoked_of(database, &device.staff_no, occasion.now)?,
    })
}

/// Whether `named` is the server's own device, or was given to somebody else than `device`: under another number, or to an earlier
/// or later holder of the same one.
///
/// # Errors
/// As the database fails.
pub fn is_of_another(database: &Database, named: DeviceId, device: &Device) -> Result<bool, Fault> {
    if named == device.id {
        return Ok(false);
    }
    match devices::find(database, named)? {
        None => Ok(known_own_device(database)? == Some(named)),
        Some(named) if named.staff_no != device.staff_no => Ok(true),
        Some(named) => Ok(!is_of_one_person(&named, device, &periods(database, &device.staff_no)?)),
    }
}

/// The devices that were given to the person of this one, itself among them; not those of the number's other holders.
///
/// # Errors
/// As the database fails.
pub fn devices_of_its_person(database: &Database, device: &Device) -> Result<Vec<Device>, Fault> {
    let periods = periods(database, &device.staff_no)?;
    let devices = devices::of_number(database, &device.staff_no)?.into_iter();
    Ok(devices.filter(|other| is_of_one_person(other, device, &periods)).collect())
}

/// Whether two devices of one number were given to the same person, as far as `periods`, those of the number, tell.
fn is_of_one_person(one: &Device, other: &Device, periods: &[DirectoryEntry]) -> bool {
    one.holder == other.holder || one.holder.shares_a_period(&other.holder, periods)
}

/// The name of whom the device was given to, also where the number is somebody else's by now.
///
/// # Errors
/// As the database fails.
pub fn owner_name(database: &Database, device: &Device, zone: HospitalZone) -> Result<Option<String>, StoreError> {
    let given_in = zone.begins(device.holder.valid_from);
    name_at(database, Holding { number: &device.staff_no, at: given_in, zone })
}

/// Every role that the person had lately: what was recorded before a promotion, or before a move to another trade, arrives afterwards. Whoever
/// still repairs may have recorded in the other repairing role before the lists changed, while a device was theirs; nobody in one that they
/// never had, because what a leader records has effect on the orders of others.
fn roles_for_judging(database: &Database, device: &Device, occasion: &Occasion<'_>) -> Result<Vec<Role>, Fault> {
    let mut roles = roles_lately(database, device, occasion)?;
    if roles.iter().any(|role| role.repairs()) {
        let before = devices_of_its_person(database, device)?.into_iter().flat_map(|own| own.past_roles);
        roles.extend(before.filter(|role| role.repairs()));
    }
    Ok(roles)
}

fn roles_lately(database: &Database, device: &Device, occasion: &Occasion<'_>) -> Result<Vec<Role>, Fault> {
    let mut roles = Vec::new();
    for entry in late_periods(database, device, occasion)? {
        roles.extend(Person::of(database, entry)?.roles);
    }
    Ok(roles)
}

/// Remembers what the person of each device is, before the lists say something else.
///
/// # Errors
/// As the database fails.
pub fn note_roles(database: &Database, occasion: &Occasion<'_>) -> Result<(), Fault> {
    for device in devices::all(database)? {
        let roles = roles_lately(database, &device, occasion)?;
        if roles.iter().any(|role| !device.past_roles.contains(role)) {
            devices::note_roles(database, &device, &roles)?;
        }
    }
    Ok(())
}

/// The device's person: the one to whom it was given, not somebody to whom the number was reissued.
///
/// # Errors
/// As the database fails.
pub fn person_of(database: &Database, device: &Device, occasion: &Occasion<'_>) -> Result<Option<Person>, Fault> {
    let latest = late_periods(database, device, occasion)?.pop();
    Ok(latest.map(|entry| Person::of(database, entry)).transpose()?)
}

/// The periods of the device's person that have begun and are not long over, oldest first.
///
/// # Errors
/// As the database fails.
fn late_periods(database: &Database, device: &Device, occasion: &Occasion<'_>) -> Result<Vec<DirectoryEntry>, Fault> {
    let (today, grace) = (occasion.today(), occasion.zone.date(occasion.now.plus(-LATE_UPLOADS_MS)));
    let is_late = |entry: &&DirectoryEntry| entry.validity.valid_from <= today && entry.validity.valid_to.is_none_or(|last| last >= grace);
    let periods = periods(database, &device.staff_no)?;
    Ok(device.holder.periods_among(&periods).filter(is_late).cloned().collect())
}

/// The subjects that the device's person has now.
///
/// # Errors
/// As the database fails.
pub fn subjects_now(database: &Database, device: &Device, occasion: &Occasion<'_>) -> Result<Vec<String>, Fault> {
    let person = person_of(database, device, occasion)?;
    let alone = || vec![person_subject(&device.staff_no)];
    Ok(person.map_or_else(alone, |person| person.subjects()))
}

/// The subjects by which uploads are judged: those of now, and every one that the person ever had on any device. A phone that is
/// enrolled anew is another device and still carries what was done for an earlier team (`architecture.md`, "Sync": scope is of a
/// team or a person, never of a device, and a push about an order once in scope is accepted).
///
/// Narrower than [`is_of_one_person`] on purpose: this lets somebody speak of orders, and a name alone, which the next holder may share,
/// gives nobody the last one's (`docs/decisions/018-scope-is-the-person-s-not-the-phone-s.md`).
///
/// # Errors
/// As the database fails.
pub fn subjects_ever(database: &Database, device: &Device, occasion: &Occasion<'_>) -> Result<Vec<String>, Fault> {
    let (periods, today) = (periods(database, &device.staff_no)?, occasion.today());
    // Two that hold the number on the same day are one person.
    let is_holder = |other: &Device| other.holder.still_on(&periods, today).is_some();
    let is_own = |other: &Device| other.holder == device.holder || (is_holder(device) && is_holder(other));
    let devices = devices::of_number(database, &device.staff_no)?.into_iter().filter(is_own);
    let mut subjects: BTreeSet<String> = devices.flat_map(|own| own.past_subjects).collect();
    subjects.extend(subjects_now(database, device, occasion)?);
    Ok(subjects.into_iter().collect())
}

/// Whether somebody in one of these roles may have a device: what it records is judged by [`domain::permissions`].
pub fn may_enrol(roles: &[Role]) -> bool {
    roles.iter().any(|role| may_record_on_device(*role, "reported"))
}
