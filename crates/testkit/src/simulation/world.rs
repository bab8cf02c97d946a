//! A server, several phones, a network between them, and chance that decides what happens next.

use std::path::Path;

use domain::time::DAY_MS;

use super::broken::{Broken, Promise};
use super::centre::Centre;
use super::clock::SimulatedClock;
use super::network::{Content, Message, Network};
use super::phone::Phone;
use super::promises;
use super::random::{Chance, SharedChance};
use super::worker::work;

/// Who carries a phone: one person carries two, and one phone is a leader's.
const CARRIERS: [&str; 5] = ["100001", "100001", "100002", "100003", "100012"];
/// How wrong the phones' clocks are, in milliseconds.
const CLOCKS: [i64; 5] = [0, -3_600_000, 1_500, 0, 90_000_000];
/// Steps of one simulation before everything is healed.
const STEPS: usize = 160;
/// Orders that are reported before the phones are enrolled, and decisions about them.
const REPORTED_BEFORE: usize = 6;
/// See [`REPORTED_BEFORE`].
const DECIDED_BEFORE: usize = 20;
/// Most deeds of a worker in one step.
const MOST_DEEDS: usize = 4;
/// Longest time between two steps.
const LONGEST_STEP_MS: usize = 240_000;
/// A little more than orders that are done stay on the phones.
const A_MONTH_MS: i64 = 31 * DAY_MS;
/// Rounds in which every phone exchanges until quiet: one to send, one to hear of the others, one that must change nothing.
const HEALING_ROUNDS: usize = 3;
/// An exchange that is not quiet after so many round trips never will be.
const MOST_ROUND_TRIPS: usize = 50;
/// What happens next, with its weight.
const STEPS_BY_WEIGHT: [(usize, Step); 12] = [
    (260, Step::Work),
    (200, Step::BeginExchange),
    (480, Step::Deliver),
    (70, Step::Lose),
    (50, Step::Repeat),
    (30, Step::GiveUp),
    (40, Step::StopPhone),
    (10, Step::StopServer),
    (140, Step::Decide),
    (15, Step::MoveSomebody),
    (3, Step::Revoke),
    (4, Step::PassAMonth),
];

#[derive(Debug, Clone, Copy)]
enum Step {
    /// A worker does something.
    Work,
    /// A phone asks the server.
    BeginExchange,
    /// A message arrives.
    Deliver,
    /// A message is lost.
    Lose,
    /// A message arrives and will arrive again.
    Repeat,
    /// A phone waits no longer for its answer.
    GiveUp,
    /// A phone's process stops and is started again.
    StopPhone,
    /// The server's process stops and is started again.
    StopServer,
    /// The centre reports or decides.
    Decide,
    /// Somebody changes team.
    MoveSomebody,
    /// A phone's credential is revoked.
    Revoke,
    /// Nothing happens for a month: what was done leaves the phones.
    PassAMonth,
}

/// Everything there is.
pub struct World {
    /// The server.
    pub centre: Centre,
    /// The phones.
    pub phones: Vec<Phone>,
    clock: SimulatedClock,
    network: Network,
    chance: Chance,
    exchanges: u64,
    story: Vec<String>,
}

/// Plays the simulation of a seed in an empty folder: everything that can go wrong does, then everything is healed, then
/// the promises are checked. The story of what happened is the same for the same seed.
///
/// # Errors
/// The first promise that was not kept.
pub fn play(seed: u64, folder: &Path) -> Result<Vec<String>, Broken> {
    let told = |what: Promise, story: Vec<String>| Broken { seed, what: what.0, story };
    let mut world = World::new(seed, folder).map_err(|what| told(what, Vec::new()))?;
    match world.run() {
        Ok(()) => Ok(world.story),
        Err(what) => Err(told(what, world.story)),
    }
}

impl World {
    fn new(seed: u64, folder: &Path) -> Result<Self, Promise> {
        let clock = SimulatedClock::new();
        let mut centre = Centre::new(folder.join("server"), clock.clone(), SharedChance::of(seed))?;
        let mut phones = Vec::new();
        for (number, (person, wrong_by)) in (1u8..).zip(CARRIERS.into_iter().zip(CLOCKS)) {
            let chance = SharedChance::of(seed.wrapping_mul(31).wrapping_add(number.into()));
            let mut phone = Phone::new(person, folder.join(format!("phone-{number}")), [number; 32], clock.wrong_by(wrong_by), chance)?;
            let code = centre.enrolment_code(person)?;
            phone.enrol(&code, |request| centre.enrol(request))?;
            phones.push(phone);
        }
        let mut world =
            Self { centre, phones, clock, network: Network::default(), chance: Chance::of(!seed), exchanges: 0, story: Vec::new() };
        world.fill_the_desk()?;
        // A phone shows nothing before its first exchange has brought the reference data.
        world.heal_once()?;
        Ok(world)
    }

    /// Orders wait when the day begins.
    fn fill_the_desk(&mut self) -> Result<(), Promise> {
        for _ in 0..REPORTED_BEFORE {
            self.centre.report(&mut self.chance)?;
        }
        (0..DECIDED_BEFORE).try_for_each(|_| self.centre.decide(&mut self.chance).map(|_| ()))
    }

    fn run(&mut self) -> Result<(), Promise> {
        for _ in 0..STEPS {
            let pause = self.chance.below(LONGEST_STEP_MS);
            self.clock.pass(i64::try_from(pause).unwrap_or(0));
            let step = self.chance.weighted(&STEPS_BY_WEIGHT).copied().unwrap_or(Step::Work);
            self.step(step)?;
        }
        self.network.lose_everything();
        for _ in 0..HEALING_ROUNDS {
            self.heal_once()?;
        }
        promises::check(self)
    }

    fn step(&mut self, step: Step) -> Result<(), Promise> {
        let phone = self.chance.below(self.phones.len());
        match step {
            Step::Work => self.work(phone),
            Step::BeginExchange => self.begin_exchange(phone),
            Step::Deliver => self.deliver(false),
            Step::Repeat => self.deliver(true),
            Step::Lose => {
                let place = self.chance.below(self.network.len());
                self.network.take(place).map_or(Ok(()), |message| self.tell(format!("a message of exchange {} is lost", message.exchange)))
            }
            Step::GiveUp => {
                self.phone(phone)?.give_up();
                self.tell(format!("phone {phone} gives up"))
            }
            Step::StopPhone => {
                self.phone(phone)?.stop_and_start()?;
                self.tell(format!("phone {phone} stops and starts"))
            }
            Step::StopServer => {
                self.centre.stop_and_start()?;
                self.tell("the server stops and starts".into())
            }
            Step::Decide => {
                let done =
                    if self.chance.percent(20) { self.centre.report(&mut self.chance)? } else { self.centre.decide(&mut self.chance)? };
                self.tell(done)
            }
            Step::MoveSomebody => {
                let moved = self.centre.move_somebody(&mut self.chance)?;
                self.tell(moved)
            }
            Step::Revoke => self.revoke(phone),
            Step::PassAMonth => {
                self.clock.pass(A_MONTH_MS);
                self.tell("a month passes".into())
            }
        }
    }

    fn revoke(&mut self, number: usize) -> Result<(), Promise> {
        let phone = self.phone(number)?;
        phone.revoked = true;
        let (device, _) = phone.credential()?;
        self.centre.revoke(device)?;
        self.tell(format!("phone {number} is revoked"))
    }

    fn work(&mut self, number: usize) -> Result<(), Promise> {
        for _ in 0..=self.chance.below(MOST_DEEDS) {
            let phone = self.phones.get_mut(number).ok_or_else(|| Promise::broken("no such phone"))?;
            let done = work(phone, &mut self.chance)?;
            self.tell(format!("phone {number}: {done}"))?;
        }
        Ok(())
    }

    /// A phone that waits mostly goes on waiting; else the old request and the new one are under way together.
    fn begin_exchange(&mut self, phone: usize) -> Result<(), Promise> {
        if self.phone(phone)?.is_waiting() && self.chance.percent(75) {
            return Ok(());
        }
        self.exchanges = self.exchanges.saturating_add(1);
        let exchange = self.exchanges;
        let body = self.phone(phone)?.begin_exchange(exchange)?;
        self.network.send(Message { device: phone, exchange, content: Content::Request(body) });
        self.tell(format!("phone {phone} begins exchange {exchange}"))
    }

    fn deliver(&mut self, again_later: bool) -> Result<(), Promise> {
        let place = self.chance.below(self.network.len());
        let message = if again_later { self.network.repeat(place) } else { self.network.take(place) };
        message.map_or(Ok(()), |message| self.arrive(message))
    }

    fn arrive(&mut self, message: Message) -> Result<(), Promise> {
        let Message { device, exchange, content } = message;
        match content {
            Content::Request(body) => {
                let answer = self.answer(device, &body)?;
                self.network.send(Message { device, exchange, content: Content::Answer(answer) });
                self.tell(format!("the server answers exchange {exchange} of phone {device}"))
            }
            Content::Answer(body) => {
                let step = self.phone(device)?.take_answer(exchange, &body)?;
                self.tell(format!("phone {device} takes the answer of exchange {exchange}: {step:?}"))
            }
        }
    }

    fn answer(&mut self, phone: usize, body: &[u8]) -> Result<Vec<u8>, Promise> {
        let (device, secret) = self.phone(phone)?.credential()?;
        self.centre.exchange(device, &secret, body)
    }

    /// Every phone exchanges until quiet over a network that loses nothing.
    fn heal_once(&mut self) -> Result<(), Promise> {
        (0..self.phones.len()).try_for_each(|phone| self.exchange_until_quiet(phone))
    }

    fn exchange_until_quiet(&mut self, phone: usize) -> Result<(), Promise> {
        for _ in 0..MOST_ROUND_TRIPS {
            let body = self.phone(phone)?.begin_exchange(0)?;
            let answer = self.answer(phone, &body)?;
            let step = self.phone(phone)?.take_answer(0, &answer)?;
            if step.is_some_and(|step| step.quiet) {
                return Ok(());
            }
        }
        Err(Promise::broken(format!("phone {phone} is not quiet after {MOST_ROUND_TRIPS} round trips")))
    }

    fn phone(&mut self, number: usize) -> Result<&mut Phone, Promise> {
        self.phones.get_mut(number).ok_or_else(|| Promise::broken("no such phone"))
    }

    fn tell(&mut self, line: String) -> Result<(), Promise> {
        self.story.push(line);
        Ok(())
    }
}
