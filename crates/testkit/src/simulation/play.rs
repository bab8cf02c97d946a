//! Playing a simulation: a plan, step by step, then healing, then the promises.

use std::path::Path;

use domain::time::DAY_MS;

use super::broken::{Broken, Promise};
use super::mutation::Mutation;
use super::network::{Content, Message};
use super::plan::{JUMPS_MS, PARTITIONS_MS, Planned, Step};
use super::promises;
use super::random::Chance;
use super::tally::Tally;
use super::world::{A_MONTH_MS, World};

/// The most rows that a transaction writes before the process stops in it.
const MOST_ROWS_BEFORE_DEATH: usize = 30;
/// How many of a hundred messages are on their way for so short a time that none overtakes them.
const LATEST_FIRST: usize = 60;
/// The most pages of 4 kB that a full disk still has.
const MOST_PAGES_LEFT: usize = 3;

/// A simulation in which every promise was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What happened, oldest first.
    pub story: Vec<String>,
    /// How much happened.
    pub tally: Tally,
    /// A hash of the story and of everything that the server holds at its end: the same seed gives the same.
    pub trace: u64,
}

/// Plays the simulation of a seed and its plan in an empty folder, perhaps with a mistake that is put in on purpose: everything that
/// can go wrong does, then everything is healed, then the promises are checked.
///
/// # Errors
/// The first promise that was not kept.
pub fn play_plan(seed: u64, plan: &[Planned], folder: &Path, mutation: Option<Mutation>) -> Result<Told, Broken> {
    let broken = |Promise { name, what, .. }, story| Broken { seed, promise: name, what, story };
    let mut world = World::new(seed, folder, mutation).map_err(|promise| broken(promise, Vec::new()))?;
    match run(&mut world, plan) {
        Ok(trace) => Ok(Told { story: world.story, tally: world.tally, trace }),
        Err(promise) => Err(broken(promise, world.story)),
    }
}

fn run(world: &mut World, plan: &[Planned]) -> Result<u64, Promise> {
    for planned in plan {
        world.clock.pass(planned.pause_ms);
        planned.step.fault().into_iter().for_each(|fault| world.tally.count(fault));
        step(world, planned.step, &mut planned.chance.clone())?;
    }
    world.heal()?;
    let trace = promises::check(world)?;
    let phones = i64::try_from(world.phones.len()).unwrap_or(0);
    world.tally.device_ms = world.clock.passed().saturating_mul(phones);
    Ok(trace)
}

fn step(world: &mut World, step: Step, chance: &mut Chance) -> Result<(), Promise> {
    let phone = chance.below(world.phones.len());
    match step {
        Step::Work => world.work(phone, chance),
        Step::BeginExchange => world.begin_exchange(phone, chance),
        Step::Deliver | Step::Repeat | Step::Cut | Step::Lose => deliver(world, step, chance),
        Step::Decide | Step::Review | Step::MoveSomebody | Step::StopServer | Step::KillServer | Step::FillServer => {
            at_the_centre(world, step, chance)
        }
        Step::PushHostile | Step::PushNewer | Step::HelpOut => push(world, step, chance),
        Step::Revoke => world.revoke(phone, chance),
        Step::EnrolAnew => world.enrol_anew(phone, chance),
        Step::UpgradePhone => world.upgrade_phone(phone, chance),
        Step::UpgradeServer => world.upgrade_server(chance),
        Step::CopyPhone => world.copy_phone(phone),
        Step::PassADay => pass(world, DAY_MS, "a day passes"),
        Step::PassAMonth => pass(world, A_MONTH_MS, "a month passes"),
        Step::GiveUp | Step::Part | Step::JumpClock => to_a_phone(world, step, phone, chance),
        Step::StopPhone | Step::KillPhone | Step::FillPhone | Step::BackUp | Step::Restore => to_its_store(world, step, phone, chance),
    }
}

fn deliver(world: &mut World, step: Step, chance: &mut Chance) -> Result<(), Promise> {
    let waiting = world.network.len();
    let place = if chance.percent(LATEST_FIRST) { waiting.saturating_sub(1) } else { chance.below(waiting) };
    let message = if step == Step::Repeat { world.network.repeat(place) } else { world.network.take(place) };
    let Some(message) = message else { return Ok(()) };
    match step {
        Step::Lose => {
            world.tell(format!("a message of exchange {} is lost", message.exchange));
            Ok(())
        }
        Step::Cut => world.arrive(without_its_end(message, chance), chance),
        _ => world.arrive(message, chance),
    }
}

fn without_its_end(message: Message, chance: &mut Chance) -> Message {
    let cut = |mut body: Vec<u8>, percent: usize| {
        body.truncate(body.len().saturating_mul(percent).div_euclid(100));
        body
    };
    let percent = chance.below(100);
    let content = match message.content {
        Content::Request(body) => Content::Request(cut(body, percent)),
        Content::Answer(body) => Content::Answer(cut(body, percent)),
    };
    Message { content, ..message }
}

fn at_the_centre(world: &mut World, step: Step, chance: &mut Chance) -> Result<(), Promise> {
    let told = match step {
        Step::MoveSomebody => world.centre.move_somebody(chance)?,
        Step::Review => world.centre.review(chance)?,
        Step::StopServer => world.centre.stop_and_start().map(|()| "the server stops and starts".into())?,
        Step::KillServer => {
            let rows = chance.below(MOST_ROWS_BEFORE_DEATH);
            world.centre.doom(rows)?;
            format!("the server will stop at row {rows} of a transaction")
        }
        Step::FillServer => world.centre.fill().map(|()| "the server's disk is full".into())?,
        _ if chance.percent(20) => world.centre.report(chance)?,
        _ => world.centre.decide(chance)?,
    };
    world.tell(told);
    Ok(())
}

fn push(world: &mut World, step: Step, chance: &mut Chance) -> Result<(), Promise> {
    let now = world.clock.truth();
    let told = match step {
        Step::HelpOut => world.colleague.help_out(&mut world.centre, now, chance)?,
        Step::PushNewer => world.early_adopter.push_newer(&mut world.centre, now, chance)?,
        _ => world.attacker.push_hostile(&mut world.centre, now, chance)?,
    };
    world.tell(told);
    Ok(())
}

fn pass(world: &mut World, milliseconds: i64, told: &str) -> Result<(), Promise> {
    world.clock.pass(milliseconds);
    world.tell(told.into());
    Ok(())
}

fn to_a_phone(world: &mut World, step: Step, number: usize, chance: &mut Chance) -> Result<(), Promise> {
    let now = world.clock.truth();
    let phone = world.phone(number)?;
    let told = match step {
        Step::Part => {
            let lasts = chance.one_of(&PARTITIONS_MS).copied().unwrap_or(0);
            phone.offline_until = now.plus(lasts);
            format!("has no network for {lasts} ms")
        }
        Step::JumpClock => {
            let jump = chance.one_of(&JUMPS_MS).copied().unwrap_or(0);
            phone.jump_clock(jump);
            format!("has its clock set by {jump} ms")
        }
        _ => {
            phone.give_up();
            "gives up".into()
        }
    };
    world.tell(format!("phone {number} {told}"));
    Ok(())
}

fn one_with_a_backup(world: &World, chance: &mut Chance) -> Option<usize> {
    let numbered = world.phones.iter().enumerate();
    let with_backup: Vec<usize> = numbered.filter(|(_, phone)| phone.has_backup()).map(|(number, _)| number).collect();
    chance.one_of(&with_backup).copied()
}

fn to_its_store(world: &mut World, step: Step, number: usize, chance: &mut Chance) -> Result<(), Promise> {
    let number = if step == Step::Restore { one_with_a_backup(world, chance).unwrap_or(number) } else { number };
    let phone = world.phone(number)?;
    let told = match step {
        Step::KillPhone => {
            let rows = chance.below(MOST_ROWS_BEFORE_DEATH);
            phone.doom(rows)?;
            format!("will stop at row {rows} of a transaction")
        }
        Step::FillPhone => {
            let pages = chance.below(MOST_PAGES_LEFT);
            phone.fill(u32::try_from(pages).unwrap_or(0))?;
            format!("has room for {pages} pages more")
        }
        Step::BackUp => phone.back_up().map(|()| "is backed up".into())?,
        Step::Restore if phone.restore()? => {
            // What it sent before may arrive after it has heard which of its numbers the server has.
            let is_late = world.work_is_under_way_from(number)?;
            world.phone(number)?.may_repeat_numbers |= is_late;
            let told = if chance.percent(50) && world.exchange_at_once(number)? { " and asks the server at once" } else { "" };
            format!("is restored from its backup{told}")
        }
        Step::Restore => "has no backup".into(),
        _ => phone.stop_and_start().map(|()| "stops and starts".into())?,
    };
    world.tell(format!("phone {number} {told}"));
    Ok(())
}
