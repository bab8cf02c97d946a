//! Many devices that come back into reach at once, each with 40 orders found, repaired and confirmed without signal.

use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use device::Device;
use device::command::{Command, CreateOrder, OnOrder};
use device::reply::Answer;
use domain::identity::OrderId;
use domain::time::Clock;
use domain::urgency::Urgency;
use serde_json::json;

use super::enrolled::{done, enrol, synchronise};
use super::figure::{Figure, rounded};
use super::plantroom::Hospital;
use super::process::Server;
use super::shift::{complete, confirm, issue};
use super::timing::{median, timed};
use super::{Failure, SEED, Scale};
use crate::generate::{Cast, Chance};

/// Orders of each device.
const ORDERS: usize = 40;

/// Measures how many events a second are judged and durable, receipts on the devices included.
///
/// # Errors
/// When a store or server fails.
pub fn measure(scale: &Scale) -> Result<Figure, Failure> {
    let hospital = Hospital::without_orders(&scale.folder.join("fleet-hospital"))?;
    let server = hospital.open_doors()?;
    eprintln!("{} devices work without signal", scale.devices);
    let devices = fleet(scale, &hospital, &server)?;
    let (events, waits, seconds) = push_at_once(&devices)?;
    let details = json!({
        "devices": devices.len(),
        "orders": devices.len().saturating_mul(ORDERS),
        "events": events,
        "seconds": rounded(seconds),
        "median_wait_of_a_device_ms": rounded(median(waits)),
    });
    Ok(Figure::without_target("fleet_push", events as f64 / seconds, "events_per_second", details))
}

/// Devices of technicians of all teams, with their work done.
fn fleet(scale: &Scale, hospital: &Hospital, server: &Server) -> Result<Vec<Device>, Failure> {
    let casts = Cast::teams().into_iter().map(|team| Cast::of_team(&team));
    let people = casts.flat_map(|cast| cast.technicians.clone().into_iter().map(move |person| (cast.clone(), person)));
    // Whoever's contract has ended has no device any more.
    let people: Vec<_> = people.filter(|(_, person)| hospital.enrol_code(person).is_ok()).take(scale.devices).collect();
    let folder = |number: usize| scale.folder.join(format!("fleet-device-{number}"));
    thread::scope(|scope| {
        let workers: Vec<_> = (people.iter().enumerate())
            .map(|(number, (cast, person))| {
                scope.spawn(move || {
                    let device = enrol(&folder(number), hospital, server, person)?;
                    synchronise(&device)?;
                    work(&device, cast, &mut Chance::new(SEED.wrapping_add(number as u64)))?;
                    Ok(device)
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().map_err(|_| "a device's thread panicked")?).collect()
    })
}

/// Orders found on the spot, from the report to the confirmation.
fn work(device: &Device, cast: &Cast, chance: &mut Chance) -> Result<(), Failure> {
    for _ in 0..ORDERS {
        let order = create(device, cast, chance)?;
        let now = machine::SystemClock.now();
        done(device, &Command::Accept(OnOrder { id: None, order }))?;
        done(device, &Command::Arrive { id: None, order, location: None })?;
        for command in [issue, complete, confirm] {
            let id = chance.id(now);
            done(device, &command(id, order, cast, chance))?;
        }
    }
    Ok(())
}

fn create(device: &Device, cast: &Cast, chance: &mut Chance) -> Result<OrderId, Failure> {
    let department = chance.one_of(&cast.confirmers).map(|person| person.department.as_str()).unwrap_or_default();
    let wanted = CreateOrder {
        id: None,
        location: chance.text_of(&cast.locations).as_str().into(),
        fault: chance.text_of(&cast.faults).as_str().into(),
        urgency: Urgency::Normal,
        department: department.into(),
        description: "巡查时发现洗手池下水管渗水,地面湿滑".to_owned(),
        caller: None,
    };
    match done(device, &Command::CreateOrder(wanted))? {
        Answer::Order(order) => Ok(order.id),
        other => Err(format!("not an order: {other:?}").into()),
    }
}

/// All devices push at the same moment: events, each device's wait in milliseconds, seconds until the last was done.
fn push_at_once(devices: &[Device]) -> Result<(u64, Vec<f64>, f64), Failure> {
    let together = Barrier::new(devices.len().saturating_add(1));
    thread::scope(|scope| {
        let pushes: Vec<_> = devices
            .iter()
            .map(|device| {
                scope.spawn(|| {
                    together.wait();
                    timed(|| synchronise(device))
                })
            })
            .collect();
        together.wait();
        let begin = Instant::now();
        let reports: Vec<_> =
            pushes.into_iter().map(|push| push.join().map_err(|_| "a device's thread panicked")?).collect::<Result<_, Failure>>()?;
        let seconds = begin.elapsed().as_secs_f64();
        let sent = reports.iter().map(|(report, _)| report.sent).sum();
        Ok((sent, reports.iter().map(|(_, wait)| *wait).collect(), seconds))
    })
}
