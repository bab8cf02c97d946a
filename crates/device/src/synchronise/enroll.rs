//! Enrolling: the device becomes one person's.

use domain::fault::{Fault, FaultCodeName};
use domain::identity::DeviceId;
use store::device::{DeviceIdentity, MeasuredClock, ReferenceRows, StoredProgress};
use sync::wire::{EnrollAnswer, EnrollRequest};

use super::qr::invitation;
use super::transport::{ServerAddress, enroll, hexadecimal};
use crate::device::{Device, identity_of};
use crate::randomness::{new_id, new_secret};
use crate::reply::Answer;

impl Device {
    /// Enrols this device with a one-time code. The device's id and secret are stored before they are sent, so that the same
    /// code can be tried again after a lost answer.
    ///
    /// # Errors
    /// `already_enrolled`, `code_invalid`, and those of the way to the server.
    pub(crate) fn enroll(&self, url: &str, code: &str) -> Result<Answer, Fault> {
        let wanted = invitation(url, code);
        let address = ServerAddress::parse(&wanted.url)?;
        let identity = self.prepare_enrolment()?;
        let request = EnrollRequest { code: wanted.code, device: identity.device, secret: hexadecimal(&identity.secret), expected_person: None };
        let answer = enroll(&address, &request)?;
        self.accept_enrolment(address.as_str(), answer)?;
        self.status()
    }

    /// What an enrolment needs, without sockets: for simulations, too.
    ///
    /// # Errors
    /// `already_enrolled` while somebody uses the device.
    pub fn prepare_enrolment(&self) -> Result<DeviceIdentity, Fault> {
        let now = self.now();
        self.write(|session| {
            let mut identity = identity_of(session)?;
            if identity.person.is_some() && !identity.logged_out && !identity.revoked {
                return Err(Fault::new(
                    FaultCodeName::AlreadyEnrolled,
                    "this device belongs to somebody already; log out first; unsent work stays",
                ));
            }
            if identity.revoked {
                // The server keeps refusing the old credential: this becomes another device with the same work on it.
                identity.device = DeviceId(new_id(self.randomness.as_ref(), now)?);
                identity.secret = new_secret(self.randomness.as_ref())?.to_vec();
                identity.revoked = false;
                session.forget_numbers_of_acknowledged_events()?;
                session.put_identity(&identity)?;
            }
            Ok(identity)
        })
    }

    /// Takes the server's answer to an enrolment.
    ///
    /// # Errors
    /// `already_enrolled` when the store holds the work of somebody else: one store is one person's.
    pub fn accept_enrolment(&self, server_url: &str, answer: EnrollAnswer) -> Result<(), Fault> {
        let now = self.now();
        self.write(|session| {
            let mut identity = identity_of(session)?;
            if identity.person.as_ref().is_some_and(|person| person.staff_no != answer.person.staff_no) {
                let message = "this store holds the work of another person; use another data folder, or another user of this machine";
                return Err(Fault::new(FaultCodeName::AlreadyEnrolled, message));
            }
            session.put_reference(
                ReferenceRows { staff: std::slice::from_ref(&answer.person), teams: answer.team.as_slice(), ..ReferenceRows::default() },
                0,
            )?;
            identity.server_url = Some(server_url.to_owned());
            identity.team = answer.team.map(|team| team.team_code);
            identity.person = Some(answer.person);
            identity.logged_out = false;
            // The first sync follows; what an earlier enrolment brought is put away at its end.
            identity.progress = StoredProgress::Nothing;
            identity.generation = identity.generation.saturating_add(1);
            identity.clock = Some(MeasuredClock { offset_ms: answer.server_time.since(now), measured_at: now });
            session.put_identity(&identity)?;
            Ok(())
        })
    }
}
