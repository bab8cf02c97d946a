//! The exchange until quiet.

use std::collections::BTreeMap;
use std::thread;

use domain::fault::{Fault, FaultCodeName};
use domain::identity::DeviceId;
use store::device::DeviceIdentity;
use sync::codec::{decode_answer, encode_request};
use sync::exchange::Plan;
use sync::judge::sha256_of;
use sync::wire::{ExchangeAnswer, ExchangeRequest};

use super::apply::{Measured, SyncStep, planned};
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
        let mut conversation = Conversation::with(self.server()?, self);
        self.begin_exchange()?;
        loop {
            let step = conversation.round()?;
            if step.quiet && step.revoked {
                return Err(Fault::new(
                    FaultCodeName::CredentialRevoked,
                    "this device was revoked; its work is kept here and was sent for review; ask your leader",
                ));
            }
            if step.quiet {
                return Ok(conversation.report);
            }
            if conversation.report.round_trips >= MOST_ROUND_TRIPS {
                return Err(no_end());
            }
        }
    }

    /// What has to be done once before the first request of an exchange: what the server kept no more of the last time, and misses
    /// under no number of this device, is offered again.
    ///
    /// # Errors
    /// As the store fails.
    pub fn begin_exchange(&self) -> Result<(), Fault> {
        if self.read(|session| Ok(session.own_counts()?.put_off))? == 0 {
            return Ok(());
        }
        self.write(|session| Ok(session.offer_again_without_number()?))
    }

    fn server(&self) -> Result<Server, Fault> {
        let identity = self.read(identity_of)?;
        let Some(url) = identity.server_url else {
            return Err(not_enrolled(&identity));
        };
        Server::connect(&ServerAddress::parse(&url)?, identity.device, &identity.secret)
    }

    fn ask(&self, server: &Server, body: Vec<u8>) -> Result<Answered, Fault> {
        let (body, waited) = server.exchange(body)?;
        let waited_ms = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
        Ok(Answered { body, measured: Measured { answered_at: self.now(), waited_ms } })
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
}

/// The body of an answer, and how it came.
struct Answered {
    body: Vec<u8>,
    measured: Measured,
}

/// One exchange, round after round.
struct Conversation<'a> {
    server: Server,
    device: &'a Device,
    report: SyncReport,
    asked: Asked,
    /// What was asked and answered while the answer before it was being stored.
    ahead: Option<(ExchangeRequest, Result<Answered, Fault>)>,
}

impl<'a> Conversation<'a> {
    fn with(server: Server, device: &'a Device) -> Self {
        Self { server, device, report: SyncReport::default(), asked: BTreeMap::new(), ahead: None }
    }

    fn round(&mut self) -> Result<SyncStep, Fault> {
        let request = self.device.next_request()?;
        let answered = match self.ahead.take() {
            Some((foreseen, answered)) if foreseen == request => answered,
            // Somebody has worked meanwhile: there is something else to say now.
            _ => {
                let body = self.body_of(&request)?;
                self.device.ask(&self.server, body)
            }
        };
        // Here and not where it is asked: a thread that asks ahead ends by itself, and must not have worked on the sealed store.
        let answered = answered.inspect_err(|fault| self.device.note_refusal(self.server.device(), fault))?;
        self.report.bytes_down = self.report.bytes_down.saturating_add(length(&answered.body));
        let plan = planned(&request, read(&answered.body)?)?;
        let step = self.keep(&request, &plan, answered.measured)?;
        add(&mut self.report, step);
        Ok(step)
    }

    /// Stores what was answered. Where the next request is known before that, it is made meanwhile: neither end has to wait for
    /// the other, and until it is stored an answer is worth no more than a lost one.
    fn keep(&mut self, request: &ExchangeRequest, plan: &Plan, measured: Measured) -> Result<SyncStep, Fault> {
        let Some(foreseen) = plan.foreseen_request(request) else { return self.device.keep(plan, measured) };
        let body = self.body_of(&foreseen)?;
        let (device, server) = (self.device, &self.server);
        let (step, answered) = thread::scope(|scope| {
            let asking = scope.spawn(move || device.ask(server, body));
            (device.keep(plan, measured), asking.join())
        });
        // Where asking panicked, it is asked anew.
        self.ahead = answered.ok().map(|answered| (foreseen, answered));
        step
    }

    fn body_of(&mut self, request: &ExchangeRequest) -> Result<Vec<u8>, Fault> {
        let body = encode_request(request)
            .map_err(|error| Fault::new(FaultCodeName::Internal, format!("the request cannot be written: {error}")))?;
        ask_seldom_enough(&mut self.asked, &body)?;
        self.report.round_trips = self.report.round_trips.saturating_add(1);
        self.report.bytes_up = self.report.bytes_up.saturating_add(length(&body));
        Ok(body)
    }
}

fn read(body: &[u8]) -> Result<ExchangeAnswer, Fault> {
    decode_answer(body).map_err(|error| {
        Fault::new(
            FaultCodeName::ServerAnswerUnreadable,
            format!("the server's answer cannot be read: {error}; nothing was lost; try again"),
        )
    })
}

fn length(body: &[u8]) -> u64 {
    u64::try_from(body.len()).unwrap_or(u64::MAX)
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
