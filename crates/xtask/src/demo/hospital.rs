//! Making the demo hospital, with the product's own programs and its own REST: nothing is put in by the back door.

use crate::checkout::Checkout;
use crate::demo::centre::Session;
use crate::demo::day::{self, Desk};
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

/// Files the day's orders and enrols the worker's device.
///
/// # Errors
/// When the server refuses or a program fails.
pub fn fill(checkout: &Checkout, folder: &Folder, server: &Running) -> Result<(), Failure> {
    let url = server.url()?;
    file_orders(url)?;
    enrol(checkout, folder, url)
}

fn file_orders(url: &str) -> Result<(), Failure> {
    terminal::line(format_args!("filing {} orders", day::DAY.len()));
    let [dispatcher, team_leader] = PEOPLE.map(|(person, _)| Session::sign_in(url, number(person), PASSWORD));
    let (dispatcher, team_leader) = (dispatcher?, team_leader?);
    for order in day::DAY {
        let id = dispatcher.report(&order.report())?;
        for step in day::steps(order.stage) {
            let session = match step.desk {
                Desk::Dispatcher => &dispatcher,
                Desk::TeamLeader => &team_leader,
            };
            session.act(&id, step.action, &step.body)?;
        }
    }
    Ok(())
}

fn enrol(checkout: &Checkout, folder: &Folder, url: &str) -> Result<(), Failure> {
    terminal::line(format_args!("enrolling the device of {WORKER}"));
    let server = Program::new(checkout.built("plantroom-server")).arguments(["enroll-code", "--staff", day::WORKER, "--data"]);
    let said = server.arguments([folder.server()]).output()?;
    let code = said.lines().last().map(str::trim).unwrap_or_default();
    let device = |arguments: &[&str]| {
        let program = Program::new(checkout.built("plantroom-device")).arguments(["--data".as_ref(), folder.device().as_os_str()]);
        program.arguments(arguments).output().map(drop)
    };
    device(&["enroll", url, code])?;
    device(&["sync"])
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
