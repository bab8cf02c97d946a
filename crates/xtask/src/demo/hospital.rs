//! Making the demo hospital, with the product's own programs and its own REST: nothing is put in by the back door.

use serde_json::{Value, json};

use crate::checkout::Checkout;
use crate::demo::centre::Session;
use crate::demo::day::{self, Order};
use crate::demo::desk::{self, Desk};
use crate::demo::folder::Folder;
use crate::demo::running::Running;
use crate::failure::Failure;
use crate::program::Program;
use crate::terminal;

/// The reference data of a whole hospital, as its engineer would hand it over.
const REFERENCE_DATA: &str = "crates/testkit/hospital";

/// The password of every person of the demo. It opens nothing but a demo on this machine.
pub const PASSWORD: &str = "plantroom";

/// Who can sign in at the centre: number and name, role.
pub const PEOPLE: [(&str, &str); 2] = [("026149 李明杰", "dispatcher 调度员"), ("025514 金燕丽", "team leader of T01 班组长")];

/// The worker whose device is enrolled.
pub const WORKER: &str = "025518 袁佳静";

/// Imports the reference data and gives the people of the centre their passwords.
///
/// # Errors
/// When a program fails.
pub fn import(checkout: &Checkout, folder: &Folder) -> Result<(), Failure> {
    terminal::line("importing the hospital's reference data");
    let data = folder.server();
    let server = |command: &str| Program::new(checkout.built("plantroom-server")).arguments([command, "--data"]).arguments([&data]);
    server("import").arguments([checkout.path(REFERENCE_DATA)]).run()?;
    for (person, _) in PEOPLE {
        server("set-password").arguments(["--staff", number(person)]).run_with_input(&format!("{PASSWORD}\n"))?;
    }
    Ok(())
}

/// Files the day's orders, enrols the worker's device, and lets the worker's shift happen.
///
/// # Errors
/// When the server or the device refuses, or a program fails.
pub fn fill(checkout: &Checkout, folder: &Folder, server: &Running) -> Result<(), Failure> {
    let url = server.url()?;
    let desks = Desks::sign_in(url)?;
    let device = DemoDevice { checkout, folder };
    let orders = desks.file(day::DAY)?;
    device.enrol(url)?;
    device.sync()?;
    work_out_of_reach(&device, &orders)?;
    for (order, id) in &orders {
        order.called_off_meanwhile.map_or(Ok(()), |reason| desks.call_off(id, reason))?;
    }
    device.sync()
}

/// The worker's shift: nothing of it is exchanged before the end, so the centre decides without knowing of it.
fn work_out_of_reach(device: &DemoDevice<'_>, orders: &[(&Order, String)]) -> Result<(), Failure> {
    let deeds = orders.iter().flat_map(|(order, id)| order.deeds.iter().map(move |deed| deed.command(id)));
    let deeds: Vec<Value> = deeds.collect();
    terminal::line(format_args!("{WORKER} at work: {} steps on {} orders", deeds.len(), worked_on(orders)));
    deeds.iter().try_for_each(|deed| device.run(&["call", &deed.to_string()]))
}

fn worked_on(orders: &[(&Order, String)]) -> usize {
    orders.iter().filter(|(order, _)| !order.deeds.is_empty()).count()
}

/// The people of the centre, signed in.
struct Desks {
    dispatcher: Session,
    team_leader: Session,
}

impl Desks {
    fn sign_in(url: &str) -> Result<Self, Failure> {
        let [dispatcher, team_leader] = PEOPLE.map(|(person, _)| Session::sign_in(url, number(person), PASSWORD));
        Ok(Self { dispatcher: dispatcher?, team_leader: team_leader? })
    }

    /// Files every order and brings it as far as its stage; with the id it got.
    fn file<'day>(&self, day: &'day [Order]) -> Result<Vec<(&'day Order, String)>, Failure> {
        terminal::line(format_args!("filing {} orders", day.len()));
        day.iter().map(|order| self.file_one(order).map(|id| (order, id))).collect()
    }

    fn file_one(&self, order: &Order) -> Result<String, Failure> {
        let id = self.dispatcher.report(&order.report())?;
        for step in desk::steps(order.stage) {
            let session = match step.desk {
                Desk::Dispatcher => &self.dispatcher,
                Desk::TeamLeader => &self.team_leader,
            };
            session.act(&id, step.action, &step.body)?;
        }
        Ok(id)
    }

    fn call_off(&self, order: &str, reason: &str) -> Result<(), Failure> {
        self.dispatcher.act(order, "cancel", &json!({ "reason": reason }))
    }
}

/// The device of the demo's worker, used from outside like anybody's.
struct DemoDevice<'demo> {
    checkout: &'demo Checkout,
    folder: &'demo Folder,
}

impl DemoDevice<'_> {
    fn enrol(&self, url: &str) -> Result<(), Failure> {
        terminal::line(format_args!("enrolling the device of {WORKER}"));
        let server = Program::new(self.checkout.built("plantroom-server")).arguments(["enroll-code", "--staff", day::WORKER, "--data"]);
        let said = server.arguments([self.folder.server()]).output()?;
        self.run(&["enroll", url, said.lines().last().map(str::trim).unwrap_or_default()])
    }

    fn sync(&self) -> Result<(), Failure> {
        self.run(&["sync"])
    }

    fn run(&self, arguments: &[&str]) -> Result<(), Failure> {
        let program =
            Program::new(self.checkout.built("plantroom-device")).arguments(["--data".as_ref(), self.folder.device().as_os_str()]);
        program.arguments(arguments).output().map(drop)
    }
}

/// The staff number in front of a name.
fn number(person: &str) -> &str {
    person.split(' ').next().unwrap_or(person)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_is_the_one_who_has_work() {
        assert_eq!(number(WORKER), day::WORKER);
        assert_eq!(number(PEOPLE[0].0), "026149");
    }
}
