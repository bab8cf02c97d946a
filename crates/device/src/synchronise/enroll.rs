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

use super::already_enrolled::{enrolled_meanwhile, in_use, somebody_elses};
use super::lock::ExchangeLock;
use super::qr::invitation;
use super::transport::{ServerAddress, enroll};
use crate::device::{Device, identity_of};
use crate::numbers::{take_over_what_was_left, to_note};
use crate::reply::Answer;

/// What becomes of a code while somebody uses the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WhileInUse {
    /// Nothing: the person logs out first.
    Refused,
    /// It has to be the same person's, who gets in without the PIN.
    ForTheSamePerson,
}

impl Device {
    /// Enrols this device with a one-time code.
    ///
    /// # Errors
    /// `already_enrolled`, `code_invalid`, `sync_running`, and those of the way to the server.
    pub(crate) fn enroll(&self, url: &str, code: &str) -> Result<Answer, Fault> {
        self.enroll_with(url, code, WhileInUse::Refused)
    }

    /// Enrols this device anew although somebody uses it: with a code of the same person, who gets in without the PIN.
    ///
    /// # Errors
    /// As [`Self::enroll`].
    pub(crate) fn enroll_for_the_same_person(&self, url: &str, code: &str) -> Result<Answer, Fault> {
        self.enroll_with(url, code, WhileInUse::ForTheSamePerson)
    }

    fn enroll_with(&self, url: &str, code: &str, while_in_use: WhileInUse) -> Result<Answer, Fault> {
        let wanted = invitation(url, code);
        let address = ServerAddress::parse(&wanted.url)?;
        let request = self.prepare(&wanted.code, while_in_use)?;
        // An exchange under the old credential must not end after the new one is in place.
        let _lock = ExchangeLock::take(&self.folder)?;
        let answer = enroll(&address, &request)?;
        self.accept_enrolment(address.as_str(), &request, answer)?;
        self.status()
    }

    /// What to ask the server with this code, without sockets: for simulations, too. The same code gives the same request.
    ///
    /// # Errors
    /// `already_enrolled` while somebody uses the device.
    pub fn prepare_enrolment(&self, code: &str) -> Result<EnrollRequest, Fault> {
        self.prepare(code, WhileInUse::Refused)
    }

    fn prepare(&self, code: &str, while_in_use: WhileInUse) -> Result<EnrollRequest, Fault> {
        let now = self.now();
        self.write(|session| {
            let identity = identity_of(session)?;
            let is_in_use = identity.person.is_some() && !identity.logged_out && !identity.revoked;
            if is_in_use && while_in_use == WhileInUse::Refused {
                return Err(in_use());
            }
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

    /// Takes the server's answer to an enrolment: all of it, or nothing changes.
    ///
    /// # Errors
    /// `already_enrolled` when the store holds the work of somebody else, or became somebody's meanwhile.
    pub fn accept_enrolment(&self, server_url: &str, request: &EnrollRequest, answer: EnrollAnswer) -> Result<(), Fault> {
        let now = self.now();
        self.write(|session| become_theirs(session, server_url, request, answer, now))?;
        let noted = self.read(to_note)?;
        self.number_note().write_all_of(noted);
        // Without its journal the store still has to know whose it is, or nobody would notice what is gone.
        self.empty_journal()
    }
}

/// Takes an answer to the code that was asked with; once more is as once.
fn become_theirs(
    session: &Session<'_>,
    server_url: &str,
    request: &EnrollRequest,
    answer: EnrollAnswer,
    now: UtcMillis,
) -> Result<(), Fault> {
    let before = identity_of(session)?;
    if before.device == request.device && before.person.is_some() {
        return Ok(());
    }
    let pending = session.pending_enrolment(&code_hash(&request.code))?.filter(|pending| pending.device == request.device);
    let pending = pending.ok_or_else(enrolled_meanwhile)?;
    let before = take_over_what_was_left(session, before, &answer.person)?;
    let identity = identity_for(session, before, pending, &answer.person)?;
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

/// The person that alone may enrol here: whose device it is, and after a log-out whose work still waits for the server.
fn bound_to<'a>(session: &Session<'_>, identity: &'a DeviceIdentity) -> Result<Option<&'a DirectoryEntry>, Fault> {
    let Some(person) = &identity.person else { return Ok(None) };
    let counts = session.own_counts()?;
    let work_waits = counts.only_here() > 0 || counts.held > 0;
    Ok((work_waits || !identity.logged_out).then_some(person))
}

/// Numbers are reissued: the same number is not yet the same person.
fn is_same_person(one: &DirectoryEntry, other: &DirectoryEntry) -> bool {
    one.staff_no == other.staff_no && Holder::of(one).is(other)
}

/// Who the device is from now on. For the same person the work here stays; for another the store begins anew.
fn identity_for(
    session: &Session<'_>,
    before: DeviceIdentity,
    pending: PendingEnrolment,
    person: &DirectoryEntry,
) -> Result<DeviceIdentity, Fault> {
    if bound_to(session, &before)?.is_some_and(|bound| !is_same_person(bound, person)) {
        return Err(somebody_elses());
    }
    // The first sync follows; what an earlier enrolment brought is put away at its end.
    let generation = before.generation.saturating_add(1);
    if before.person.as_ref().is_some_and(|owner| !is_same_person(owner, person)) {
        session.clear_for_another_person()?;
        return Ok(DeviceIdentity { generation, ..DeviceIdentity::fresh(pending.device, pending.secret) });
    }
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
