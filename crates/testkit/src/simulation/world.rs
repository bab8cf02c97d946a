//! A server, several phones, a network between them, and what happens to them.

use std::path::{Path, PathBuf};

use domain::identity::DeviceId;
use domain::time::DAY_MS;
use sync::codec::{decode_request, encode_answer};
use sync::wire::ExchangeAnswer;

use super::broken::Promise;
use super::centre::Centre;
use super::clock::SimulatedClock;
use super::enrolling::MOST_PHONES;
use super::mutation::Mutation;
use super::network::{Content, Message, Network};
use super::outsider::Outsider;
use super::phone::{Phone, Taken};
use super::random::{Chance, SharedChance};
use super::tally::Tally;
use super::upgrading::{lacking_of_a_phone, lacking_of_a_server};
use super::worker::work;

/// Who carries a phone: one person carries two, and one phone is a leader's.
const CARRIERS: [&str; 4] = ["100001", "100001", "100003", "100012"];
/// How wrong the phones' clocks are, in milliseconds.
const CLOCKS: [i64; 4] = [0, -3_600_000, 1_500, 90_000_000];
/// Whose device runs a newer program.
const EARLY_ADOPTER: &str = "100002";
/// Who helps out with orders that are none of theirs.
const COLLEAGUE: &str = "100005";
/// Who pushes what is not theirs.
const ATTACKER: &str = "100004";
/// Orders that are reported before the phones are enrolled, and decisions about them.
const REPORTED_BEFORE: usize = 6;
/// See [`REPORTED_BEFORE`].
const DECIDED_BEFORE: usize = 20;
/// Most deeds of a worker in one step.
const MOST_DEEDS: usize = 4;
/// A little more than orders that are done stay on the phones.
pub const A_MONTH_MS: i64 = 31 * DAY_MS;
/// Rounds in which every phone exchanges until quiet: one to send, one to hear of the others, one that must change nothing.
const HEALING_ROUNDS: usize = 3;
/// An exchange that is not quiet after so many round trips never will be.
const MOST_ROUND_TRIPS: usize = 50;

/// Everything there is.
pub struct World {
    /// The server.
    pub centre: Centre,
    /// The phones.
    pub phones: Vec<Phone>,
    /// Whose device runs a newer program.
    pub early_adopter: Outsider,
    /// Who helps out with orders that are none of theirs.
    pub colleague: Outsider,
    /// Who pushes what is not theirs.
    pub attacker: Outsider,
    /// What everybody's clock would show if it were right.
    pub clock: SimulatedClock,
    /// What is under way.
    pub network: Network,
    /// How much has happened.
    pub tally: Tally,
    /// What has happened.
    pub story: Vec<String>,
    folder: PathBuf,
    seed: u64,
    exchanges: u64,
}

impl World {
    /// The hospital on a morning: orders wait, and every phone has had its first exchange, because without reference data it
    /// shows nothing.
    pub fn new(seed: u64, folder: &Path, mutation: Option<Mutation>) -> Result<Self, Promise> {
        let clock = SimulatedClock::new();
        let mut chance = Chance::of(seed);
        let lacks = lacking_of_a_server(&mut chance);
        let mut centre = Centre::new(folder.join("server"), clock.clone(), SharedChance::of(seed), lacks)?;
        let phones = enrolled_phones(seed, folder, &clock, &mut centre, &mut chance)?;
        let early_adopter = Outsider::enrolled(&mut centre, EARLY_ADOPTER, &mut chance)?;
        let colleague = Outsider::enrolled(&mut centre, COLLEAGUE, &mut chance)?;
        let attacker = Outsider::enrolled(&mut centre, ATTACKER, &mut chance)?;
        let (network, tally, story) = (Network::default(), Tally::default(), Vec::new());
        let folder = folder.to_owned();
        let mut world =
            Self { centre, phones, early_adopter, colleague, attacker, clock, network, tally, story, folder, seed, exchanges: 0 };
        world.fill_the_desk(&mut chance)?;
        world.heal_once()?;
        world.note_older_programs();
        world.centre.mutation = mutation;
        world.phones.iter_mut().for_each(|phone| phone.mutation = mutation);
        Ok(world)
    }

    fn fill_the_desk(&mut self, chance: &mut Chance) -> Result<(), Promise> {
        for _ in 0..REPORTED_BEFORE {
            self.centre.report(chance)?;
        }
        (0..DECIDED_BEFORE).try_for_each(|_| self.centre.decide(chance).map(|_| ()))
    }

    /// A phone's person does something, several times.
    pub fn work(&mut self, number: usize, chance: &mut Chance) -> Result<(), Promise> {
        for _ in 0..=chance.below(MOST_DEEDS) {
            let phone = self.phone(number)?;
            let done = work(phone, chance)?;
            self.tell(format!("phone {number}: {done}"));
        }
        Ok(())
    }

    /// A phone asks, unless it has no network. One that waits mostly goes on waiting; else the old request and the new one are
    /// under way together.
    pub fn begin_exchange(&mut self, number: usize, chance: &mut Chance) -> Result<(), Promise> {
        if self.is_offline(number)? || (self.phone(number)?.is_waiting() && chance.percent(75)) {
            return Ok(());
        }
        self.exchanges = self.exchanges.saturating_add(1);
        let exchange = self.exchanges;
        let phone = self.phone(number)?;
        let (body, credential) = (phone.begin_exchange(exchange)?, phone.credential()?);
        self.network.send(Message { device: number, credential, exchange, content: Content::Request(body) });
        self.tell(format!("phone {number} begins exchange {exchange}"));
        Ok(())
    }

    /// A phone with a good network exchanges until it is quiet, or until something goes wrong; whether it is quiet.
    pub fn exchange_at_once(&mut self, number: usize) -> Result<bool, Promise> {
        for _ in 0..MOST_ROUND_TRIPS {
            if self.is_offline(number)? {
                return Ok(false);
            }
            let phone = self.phone(number)?;
            let (body, credential) = (phone.begin_exchange(0)?, phone.credential()?);
            let Some(answer) = self.answer(number, &credential, &body, None)? else { return Ok(false) };
            match self.phone(number)?.take_answer(0, &encode_answer(&answer)?)? {
                Taken::Stored(step) if step.quiet => return Ok(true),
                Taken::Stored(_) => {}
                _ => return Ok(false),
            }
        }
        Ok(false)
    }

    /// A message comes to where it goes, unless there is no network to the phone.
    pub fn arrive(&mut self, message: Message, chance: &mut Chance) -> Result<(), Promise> {
        let Message { device, credential, exchange, content } = message;
        if self.is_offline(device)? {
            self.tell(format!("a message of exchange {exchange} does not get through to phone {device}"));
            return Ok(());
        }
        match content {
            Content::Request(body) => self.arrive_at_the_server(device, credential, exchange, &body, chance),
            Content::Answer(body) => {
                let taken = self.phone(device)?.take_answer(exchange, &body)?;
                self.tell(format!("phone {device} takes the answer of exchange {exchange}: {taken:?}"));
                Ok(())
            }
        }
    }

    fn arrive_at_the_server(
        &mut self,
        device: usize,
        credential: (DeviceId, String),
        exchange: u64,
        body: &[u8],
        chance: &mut Chance,
    ) -> Result<(), Promise> {
        let told = match self.answer(device, &credential, body, Some(chance))? {
            Some(answer) => {
                self.network.send(Message { device, credential, exchange, content: Content::Answer(encode_answer(&answer)?) });
                "answers"
            }
            None => "cannot answer",
        };
        self.tell(format!("the server {told} exchange {exchange} of phone {device}"));
        Ok(())
    }

    /// What the server makes of a body; `None` where it cannot read or do it.
    fn answer(
        &mut self,
        phone: usize,
        (device, secret): &(DeviceId, String),
        body: &[u8],
        chance: Option<&mut Chance>,
    ) -> Result<Option<ExchangeAnswer>, Promise> {
        let Ok(request) = decode_request(body) else { return Ok(None) };
        let answer = self.centre.exchange(*device, secret, request, chance)?;
        match answer.as_ref().and_then(|answer| answer.anew.first()) {
            Some(order) => Err(Promise::broken(format!("phone {phone} and the server have different documents of {}", order.row.order))
                .named("equal_sets_make_equal_documents")),
            None => Ok(answer),
        }
    }

    /// Whether work of a phone is under way that the server does not have yet.
    pub fn work_is_under_way_from(&mut self, number: usize) -> Result<bool, Promise> {
        let arrived = self.centre.everything_that_arrived()?;
        let requests = self.network.requests_of(number).filter_map(|body| decode_request(body).ok());
        Ok(requests.flat_map(|request| request.uploads).any(|upload| !arrived.contains(&upload.id)))
    }

    /// A phone is copied with everything in it, once in a simulation.
    pub fn copy_phone(&mut self, number: usize) -> Result<(), Promise> {
        if self.phones.iter().any(|phone| phone.is_copy) || self.phones.len() >= MOST_PHONES {
            return Ok(());
        }
        let (folder, chance) = self.next_phone();
        let copy = self.phone(number)?.copied(folder, chance)?;
        self.phones.push(copy);
        self.tell(format!("phone {number} is copied"));
        Ok(())
    }

    /// Where the next phone lies, and its chance.
    pub(super) fn next_phone(&self) -> (PathBuf, SharedChance) {
        let number = self.phones.len();
        let chance = SharedChance::of(self.seed.wrapping_mul(37).wrapping_add(u64::try_from(number).unwrap_or(0)));
        (self.folder.join(format!("phone-later-{number}")), chance)
    }

    /// A credential of a phone is revoked, and with it that of its copy: mostly the one that it has now.
    pub fn revoke(&mut self, number: usize, chance: &mut Chance) -> Result<(), Promise> {
        let phone = self.phone(number)?;
        let current = phone.credential()?.0;
        let device = if chance.percent(25) { chance.one_of(&phone.devices).copied().unwrap_or(current) } else { current };
        if !self.centre.revoked.contains_key(&device) && self.centre.revoke(device)? {
            self.tell(format!("device {device} of phone {number} is revoked"));
        }
        Ok(())
    }

    /// Everything that is broken is mended, every program is the newest, what is under way is lost, and every phone exchanges until
    /// nobody has anything to say.
    pub fn heal(&mut self) -> Result<(), Promise> {
        self.network.lose_everything();
        self.centre.recover()?;
        self.phones.iter_mut().try_for_each(Phone::recover)?;
        let mut chance = Chance::of(self.seed);
        self.upgrade_server(&mut chance)?;
        (0..self.phones.len()).try_for_each(|phone| self.upgrade_phone(phone, &mut chance))?;
        (0..HEALING_ROUNDS).try_for_each(|_| self.heal_once())
    }

    fn heal_once(&mut self) -> Result<(), Promise> {
        (0..self.phones.len()).try_for_each(|phone| self.exchange_until_quiet(phone))
    }

    fn exchange_until_quiet(&mut self, number: usize) -> Result<(), Promise> {
        for _ in 0..MOST_ROUND_TRIPS {
            let phone = self.phone(number)?;
            let (body, credential) = (phone.begin_exchange(0)?, phone.credential()?);
            let answer = self.answer(number, &credential, &body, None)?.ok_or_else(|| Promise::broken("a healed server cannot answer"))?;
            match self.phone(number)?.take_answer(0, &encode_answer(&answer)?)? {
                Taken::Stored(step) if step.quiet => return Ok(()),
                Taken::Stored(_) => {}
                other => return Err(Promise::broken(format!("a healed phone does not take its answer: {other:?}"))),
            }
        }
        Err(Promise::broken(format!("phone {number} is not quiet after {MOST_ROUND_TRIPS} round trips")).named("nothing_waits_for_ever"))
    }

    fn is_offline(&mut self, number: usize) -> Result<bool, Promise> {
        let now = self.clock.truth();
        Ok(self.phone(number)?.offline_until > now)
    }

    /// One of the phones; numbers beyond the last begin anew.
    pub fn phone(&mut self, number: usize) -> Result<&mut Phone, Promise> {
        let count = self.phones.len();
        let place = number.checked_rem(count).unwrap_or(0);
        self.phones.get_mut(place).ok_or_else(|| Promise::broken("there is no phone"))
    }

    /// Adds a line to the story.
    pub fn tell(&mut self, line: String) {
        self.story.push(line);
    }
}

fn enrolled_phones(
    seed: u64,
    folder: &Path,
    clock: &SimulatedClock,
    centre: &mut Centre,
    chance: &mut Chance,
) -> Result<Vec<Phone>, Promise> {
    let mut phones = Vec::new();
    for (number, (person, wrong_by)) in (1u8..).zip(CARRIERS.into_iter().zip(CLOCKS)) {
        let own_chance = SharedChance::of(seed.wrapping_mul(31).wrapping_add(number.into()));
        let lacks = lacking_of_a_phone(chance);
        let mut phone = Phone::new(person, folder.join(format!("phone-{number}")), clock.wrong_by(wrong_by), own_chance, lacks)?;
        let refused = || Promise::broken("a new server enrols nobody");
        let request = phone.prepare_enrolment(&centre.enrolment_code(person)?.ok_or_else(refused)?)?;
        phone.accept_enrolment(&request, centre.enrol(&request)?.ok_or_else(refused)?)?;
        phones.push(phone);
    }
    Ok(phones)
}
