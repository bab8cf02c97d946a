//! Enrolling: the device becomes one person's. Every code gets an id and a secret of its own, which are kept before they are
//! sent, so that a lost answer can be asked for again; who the device is changes only in the transaction that accepts an answer.

use domain::fault::Fault;
use domain::hexadecimal::hexadecimal;
use domain::identity::DeviceId;
use domain::reference::DirectoryEntry;
use domain::time::UtcMillis;
use machine::{new_id, new_secret};
use store::device::{DeviceIdentity, MeasuredClock, PendingEnrolment, ReferenceRows, Session, StoredProgress};
use sync::enrolment_code::code_hash;
use sync::wire::{EnrollAnswer, EnrollRequest, Holder};

use super::already_enrolled::{enrolled_meanwhile, somebody_elses};
use super::enroller::{Enroller, bound_to};
use super::lock::ExchangeLock;
use super::qr::invitation;
use super::transport::{ServerAddress, enroll};
use crate::device::{Device, identity_of};
use crate::numbers::{take_over_what_was_left, to_note};
use crate::reply::Answer;

impl Device {
    /// Enrols this device with a one-time code.
    ///
    /// # Errors
    /// `already_enrolled`, `other_server`, `code_invalid`, `sync_running`, and those of the way to the server.
    pub(crate) fn enroll(&self, url: &str, code: &str, enroller: Enroller) -> Result<Answer, Fault> {
        let wanted = invitation(url, code);
        let address = ServerAddress::parse(&wanted.url)?;
        let request = self.prepare(&wanted.code, address.as_str(), enroller)?;
        // An exchange under the old credential must not end after the new one is in place.
        let _lock = ExchangeLock::take(&self.folder)?;
        let answer = enroll(&address, &request)?;
        self.accept(address.as_str(), &request, answer, enroller)?;
        // The answer says where a damaged store went: whoever reads it has been told.
        let _ = self.tell_of_damage();
        self.status()
    }

    /// What whoever owns the files asks the server with this code, without sockets: for simulations. The same code gives the same
    /// request.
    ///
    /// # Errors
    /// `already_enrolled` while somebody uses the device.
    pub fn prepare_enrolment(&self, code: &str) -> Result<EnrollRequest, Fault> {
        self.prepare(code, "", Enroller::FilesOwner)
    }

    fn prepare(&self, code: &str, address: &str, enroller: Enroller) -> Result<EnrollRequest, Fault> {
        let now = self.now();
        self.write(|session| {
            let identity = identity_of(session)?;
            enroller.check(session, &identity, address)?;
            let pending = match session.pending_enrolment(&code_hash(code))? {
                Some(pending) => pending,
                None => self.begin_enrolment(session, code, now)?,
            };
            let bound_to = bound_to(session, &identity)?;
            Ok(EnrollRequest {
                code: code.to_owned(),
                device: pending.device,
                secret: hexadecimal(&pending.secret),
                expected_person: bound_to.map(|person| person.staff_no.clone()),
                expected_holder: bound_to.map(Holder::of),
            })
        })
    }

    fn begin_enrolment(&self, session: &Session<'_>, code: &str, now: UtcMillis) -> Result<PendingEnrolment, Fault> {
        let pending = PendingEnrolment {
            code_sha256: code_hash(code),
            device: DeviceId(new_id(self.randomness.as_ref(), now)?),
            secret: new_secret::<32>(self.randomness.as_ref())?.to_vec(),
        };
        session.put_pending_enrolment(&pending)?;
        Ok(pending)
    }

    /// Takes the server's answer to an enrolment of whoever owns the files: all of it, or nothing changes.
    ///
    /// # Errors
    /// `already_enrolled` when the store holds the work of somebody else, or became somebody's meanwhile.
    pub fn accept_enrolment(&self, server_url: &str, request: &EnrollRequest, answer: EnrollAnswer) -> Result<(), Fault> {
        self.accept(server_url, request, answer, Enroller::FilesOwner)
    }

    fn accept(&self, server_url: &str, request: &EnrollRequest, answer: EnrollAnswer, enroller: Enroller) -> Result<(), Fault> {
        let now = self.now();
        self.write(|session| {
            // Somebody may have worked here meanwhile.
            let before = identity_of(session)?;
            enroller.check_address(session, &before, server_url)?;
            let is_to_keep = enroller.keeps_what_is_here(&before, server_url);
            become_theirs(session, server_url, request, answer, now, is_to_keep)
        })?;
        // It is durable by now, and whoever hears of a failure would try again in vain: the note and the journal are for the case
        // that the one or the other is lost later.
        self.number_note().write_all_of(self.read(to_note).unwrap_or_default());
        // Without its journal the store still has to know whose it is, or nobody would notice what is gone.
        let _ = self.empty_journal();
        Ok(())
    }
}

/// Takes an answer to the code that was asked with; once more is as once.
fn become_theirs(
    session: &Session<'_>,
    server_url: &str,
    request: &EnrollRequest,
    answer: EnrollAnswer,
    now: UtcMillis,
    is_to_keep: bool,
) -> Result<(), Fault> {
    let before = identity_of(session)?;
    if before.device == request.device && before.person.is_some() {
        return Ok(());
    }
    let pending = session.pending_enrolment(&code_hash(&request.code))?.filter(|pending| pending.device == request.device);
    let pending = pending.ok_or_else(enrolled_meanwhile)?;
    let before = take_over_what_was_left(session, before, &answer.person)?;
    let identity = identity_for(session, before, pending, &answer.person, is_to_keep)?;
    let (staff, teams) = (std::slice::from_ref(&answer.person), answer.team.as_slice());
    session.put_reference(ReferenceRows { staff, teams, ..ReferenceRows::default() }, 0)?;
    session.put_identity(&DeviceIdentity {
        server_url: Some(server_url.to_owned()),
        team: answer.team.map(|team| team.team_code),
        person: Some(answer.person),
        clock: Some(MeasuredClock { offset_ms: answer.server_time.since(now), measured_at: now }),
        ..identity
    })?;
    session.forget_pending_enrolments()?;
    // Whoever enrols sets a PIN anew: that is the way in for who forgot it.
    Ok(session.remove_screen_lock()?)
}

/// Numbers are reissued: the same number is not yet the same person.
fn is_same_person(one: &DirectoryEntry, other: &DirectoryEntry) -> bool {
    one.staff_no == other.staff_no && Holder::of(one).is(other)
}

/// Who the device is from now on. For the same person what is here stays if it is `to_keep`; else the store begins anew.
fn identity_for(
    session: &Session<'_>,
    before: DeviceIdentity,
    pending: PendingEnrolment,
    person: &DirectoryEntry,
    is_to_keep: bool,
) -> Result<DeviceIdentity, Fault> {
    if bound_to(session, &before)?.is_some_and(|bound| !is_same_person(bound, person)) {
        return Err(somebody_elses());
    }
    // The first sync follows; what an earlier enrolment brought is put away at its end.
    let generation = before.generation.saturating_add(1);
    if before.person.as_ref().is_some_and(|owner| !is_to_keep || !is_same_person(owner, person)) {
        session.clear_for_another_person()?;
        return Ok(DeviceIdentity { generation, ..DeviceIdentity::fresh(pending.device, pending.secret) });
    }
    session.ask_again_about_held()?;
    // Numbers stay: what the server has under none of them for the new device is sent again, and it may have lost any of it.
    Ok(DeviceIdentity {
        device: pending.device,
        secret: pending.secret,
        logged_out: false,
        revoked: false,
        progress: StoredProgress::Nothing,
        generation,
        ..before
    })
}
