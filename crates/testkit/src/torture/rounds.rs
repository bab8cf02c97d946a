//! Rounds of torture, each with a look at everything at its end.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use super::chaos::{Round, between, pause};
use super::desk::Desk;
use super::disk::{Disk, Misfortune};
use super::doors::{self, Server};
use super::exchanges;
use super::figures::Figures;
use super::hand::Hand;
use super::hospital::{Hospital, TECHNICIANS};
use super::ledger::Ledger;
use super::look;
use super::proxy::Proxy;
use super::{Enough, Failure, Settings};
use crate::simulation::random::Chance;

/// How often it is looked whether a round is over.
const LOOK: Duration = Duration::from_millis(20);
/// A round in which nothing can be killed any more is over as well.
const LONGEST_ROUND: Duration = Duration::from_secs(300);

/// Tortures the programs until it is enough, or a promise is broken.
///
/// # Errors
/// When the torture itself cannot go on; broken promises are in the figures.
pub fn run(settings: &Settings, told: impl Fn(&str)) -> Result<(Figures, Duration), Failure> {
    let (figures, ledger, began) = (Figures::default(), Ledger::default(), Instant::now());
    let mut chance = Chance::of(settings.seed);
    let proxy = Proxy::start(of(&mut chance))?;
    let hospital = Hospital::make(&settings.folder, settings.misfortune, proxy.port())?;
    if !hospital.server.is_own() {
        figures.note(format!("{:?}: no file systems of this kind can be mounted here", settings.misfortune));
    }
    hospital.found(&settings.programs)?;
    let server = Server::open(&settings.programs, &hospital)?;
    proxy.lead_to(hospital.server_port.load(Ordering::SeqCst));
    hospital.enrol(&settings.programs)?;
    hospital.first_exchanges(&settings.programs)?;
    let mut desk = Desk::open(&hospital.server_url(), of(&mut chance))?;
    server.close()?;
    let mut hands: Vec<Hand> = (0..TECHNICIANS.len()).map(|device| Hand::new(device, of(&mut chance))).collect();
    while !is_enough(settings.enough, &figures, began) && figures.failures().is_empty() {
        let round = Round::new(&settings.programs, &hospital, &ledger, &figures);
        proxy.calm(false);
        torture(&round, settings, &mut chance, &mut desk, &mut hands, began)?;
        proxy.calm(true);
        look(&round, &mut desk, &mut hands)?;
        proxy.counted(&figures);
        Figures::count(&figures.rounds);
        told(&format!("round {}: {} kills so far", figures.rounds.load(Ordering::Relaxed), figures.kills()));
    }
    Ok((figures, began.elapsed()))
}

/// A chance of its own.
fn of(chance: &mut Chance) -> Chance {
    Chance::of(chance.bits())
}

fn is_enough(enough: Enough, figures: &Figures, began: Instant) -> bool {
    match enough {
        Enough::Seconds(seconds) => began.elapsed() >= Duration::from_secs(seconds),
        Enough::Kills(kills) => figures.kills() >= kills,
    }
}

/// Everybody works, and everybody is killed.
fn torture(
    round: &Round<'_>,
    settings: &Settings,
    chance: &mut Chance,
    desk: &mut Desk,
    hands: &mut [Hand],
    began: Instant,
) -> Result<(), Failure> {
    let until = round.figures.kills().saturating_add(settings.kills_a_round);
    let round_began = Instant::now();
    thread::scope(|scope| {
        let mut everybody = Vec::new();
        let server = of(chance);
        everybody.push(scope.spawn(move || doors::keep_open(round, server)));
        for hand in hands.iter_mut() {
            everybody.push(scope.spawn(move || hand.work(round)));
        }
        for device in 0..TECHNICIANS.len() {
            let of_exchanges = of(chance);
            everybody.push(scope.spawn(move || exchanges::go_on(round, device, of_exchanges)));
        }
        let of_disks = of(chance);
        everybody.push(scope.spawn(move || befall(round, settings.misfortune, of_disks)));
        everybody.push(scope.spawn(move || {
            desk.work(round);
            Ok(())
        }));
        while round.figures.kills() < until
            && round_began.elapsed() < LONGEST_ROUND
            && round.figures.failures().is_empty()
            && !(matches!(settings.enough, Enough::Seconds(_)) && is_enough(settings.enough, round.figures, began))
            && everybody.iter().all(|one| !one.is_finished())
        {
            pause(LOOK);
        }
        round.end();
        everybody.into_iter().try_for_each(|one| one.join().unwrap_or_else(|_| Err("somebody panicked".into())))
    })
}

/// What befalls the places of the stores.
fn befall(round: &Round<'_>, misfortune: Misfortune, mut chance: Chance) -> Result<(), Failure> {
    let disks: Vec<&Disk> = std::iter::once(&round.hospital.server).chain(&round.hospital.devices).filter(|disk| disk.is_own()).collect();
    disks.iter().for_each(|disk| disk.forget());
    // In every other round none is full, so that a word of a full disk in it is a mistake.
    let spared = misfortune == Misfortune::Full && chance.percent(50);
    while round.goes_on() {
        pause(between(&mut chance, 100, 1_500));
        let Some(disk) = chance.one_of(&disks).copied().filter(|_| !spared && round.goes_on()) else { continue };
        match misfortune {
            Misfortune::Full => fill_for_a_while(disk, &mut chance)?,
            Misfortune::PowerCut => disk.cut_power(&mut chance)?,
        }
        Figures::count(if misfortune == Misfortune::Full { &round.figures.full_disks } else { &round.figures.power_cuts });
    }
    Ok(())
}

fn fill_for_a_while(disk: &Disk, chance: &mut Chance) -> Result<(), Failure> {
    disk.fill(chance)?;
    pause(between(chance, 50, 1_000));
    disk.free()
}

/// Everything is let be, and looked at.
fn look(round: &Round<'_>, desk: &mut Desk, hands: &mut [Hand]) -> Result<(), Failure> {
    let server = Server::open(round.programs, round.hospital)?;
    desk.settle(round);
    for hand in hands {
        hand.settle(round)?;
    }
    look::heal(round)?;
    look::at_everything(round, desk)?;
    server.close()?;
    look::at_the_data(round)
}
