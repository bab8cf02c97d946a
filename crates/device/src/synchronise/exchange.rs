//! The exchange until quiet.

use std::collections::BTreeMap;

use domain::fault::{Fault, FaultCodeName};
use domain::identity::DeviceId;
use store::device::DeviceIdentity;
use sync::codec::{decode_answer, encode_request};
use sync::judge::sha256_of;
use sync::wire::ExchangeRequest;

use super::apply::{Measured, SyncStep};
use super::lock::ExchangeLock;
use super::transport::{Server, ServerAddress};
use crate::device::{Device, identity_of};
use crate::reply::SyncReport;
use crate::worker::not_enrolled;

/// No honest exchange takes as many rounds: 100,000 orders come in a few hundred.
const MOST_ROUND_TRIPS: u64 = 10_000;
/// The same request may come again where a server begins anew, but not often.
const MOST_TIMES_ASKED: u8 = 3;

/// How often each request of one exchange was made, by its hash.
type Asked = BTreeMap<Vec<u8>, u8>;

impl Device {
    /// Exchanges until nothing is left to say on either side.
    ///
    /// # Errors
    /// `not_enrolled`, `store_damaged`, `sync_running`, `server_unreachable`, `server_answer_unreadable`, `server_failed`, and
    /// `credential_revoked` after everything was sent for review. What was exchanged before an error stays.
    pub fn synchronise(&self) -> Result<SyncReport, Fault> {
        // The lock comes first: an enrolment that ends in between would leave this exchange with the credential before it.
        let _lock = ExchangeLock::take(&self.folder)?;
        let server = self.server()?;
        let mut report = SyncReport::default();
        let mut asked = BTreeMap::new();
        loop {
            let step = self.round_trip(&server, &mut report, &mut asked)?;
            if step.quiet && step.revoked {
                return Err(Fault::new(
                    FaultCodeName::CredentialRevoked,
                    "this device was revoked; its work is kept here and was sent for review; ask your leader",
                ));
            }
            if step.quiet {
                return Ok(report);
            }
            if report.round_trips >= MOST_ROUND_TRIPS {
                return Err(no_end());
            }
        }
    }

    fn server(&self) -> Result<Server, Fault> {
        let identity = self.read(identity_of)?;
        let Some(url) = identity.server_url else {
            return Err(not_enrolled(&identity));
        };
        Server::connect(&ServerAddress::parse(&url)?, identity.device, &identity.secret)
    }

    fn round_trip(&self, server: &Server, report: &mut SyncReport, asked: &mut Asked) -> Result<SyncStep, Fault> {
        let request = self.next_request()?;
        let body = encode_request(&request)
            .map_err(|error| Fault::new(FaultCodeName::Internal, format!("the request cannot be written: {error}")))?;
        ask_seldom_enough(asked, &body)?;
        report.round_trips = report.round_trips.saturating_add(1);
        report.bytes_up = report.bytes_up.saturating_add(u64::try_from(body.len()).unwrap_or(u64::MAX));
        let sent_at = self.now();
        let answer = server.exchange(body).inspect_err(|fault| self.note_refusal(server.device(), fault))?;
        let measured = Measured { sent_at, answered_at: self.now() };
        report.bytes_down = report.bytes_down.saturating_add(u64::try_from(answer.len()).unwrap_or(u64::MAX));
        let step = self.store_answer(&request, &answer, measured)?;
        add(report, step);
        Ok(step)
    }

    /// A server that does not know the credential, because it was restored from a backup that is older, will not know it later
    /// either: from here on the device may be enrolled anew.
    fn note_refusal(&self, refused: DeviceId, fault: &Fault) {
        if fault.code == FaultCodeName::CredentialRevoked {
            // Where it cannot be noted the next exchange is refused as well, and notes it.
            let _ = self.write(|session| {
                let identity = identity_of(session)?;
                // Nobody's word about an earlier enrolment ends a later one.
                if identity.device == refused {
                    session.put_identity(&DeviceIdentity { revoked: true, ..identity })?;
                }
                Ok(())
            });
        }
    }

    fn store_answer(&self, request: &ExchangeRequest, answer: &[u8], measured: Measured) -> Result<SyncStep, Fault> {
        let answer = decode_answer(answer).map_err(|error| {
            Fault::new(
                FaultCodeName::ServerAnswerUnreadable,
                format!("the server's answer cannot be read: {error}; nothing was lost; try again"),
            )
        })?;
        self.apply(request, answer, measured)
    }
}

/// Each request that brings the device further changes the next one, so that nothing is asked often.
fn ask_seldom_enough(asked: &mut Asked, body: &[u8]) -> Result<(), Fault> {
    let times = asked.entry(sha256_of(body).into_vec()).or_insert(0_u8);
    if *times >= MOST_TIMES_ASKED {
        return Err(no_end());
    }
    *times = times.saturating_add(1);
    Ok(())
}

fn no_end() -> Fault {
    Fault::new(
        FaultCodeName::ServerAnswerUnreadable,
        "the server gives the same answers again and again and does not come to an end; nothing was lost; it is tried again later; \
         tell the engineer",
    )
}

fn add(report: &mut SyncReport, step: SyncStep) {
    report.sent = report.sent.saturating_add(step.sent);
    report.received = report.received.saturating_add(step.received);
    report.set_aside = report.set_aside.saturating_add(step.set_aside);
}
