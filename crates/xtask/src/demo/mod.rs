//! `cargo xtask demo`: a hospital with a day's orders, a running server, an enrolled device, and the worker's app before one's eyes.

mod centre;
mod day;
mod deed;
mod desk;
mod folder;
mod hospital;
mod running;

use std::env;
use std::path::PathBuf;

use crate::checkout::Checkout;
use crate::demo::folder::Folder;
use crate::demo::running::{Ending, Endings, Running};
use crate::failure::Failure;
use crate::packages::{self, Use};
use crate::program::Program;
use crate::screens;
use crate::terminal;

/// How the worker's app is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Show {
    Window,
    Loopback,
}

/// Runs the demo until its window is closed or it is asked to stop. `data` keeps it for the next time.
///
/// # Errors
/// When a step fails: the sentence names it. What was started is stopped first.
pub fn run(checkout: &Checkout, no_window: bool, data: Option<PathBuf>) -> Result<(), Failure> {
    let has_display = cfg!(target_os = "macos") || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some());
    let show = choose(no_window, has_display, checkout.has_crate("src-tauri"));
    prepare(checkout, show)?;
    let folder = Folder::open(data)?;
    let endings = Endings::listen()?;
    let server = open_hospital(checkout, &folder, &endings)?;
    let app = show_app(checkout, show, &folder, &endings)?;
    tell(&folder, &server, &app);
    match endings.wait()? {
        Ending::Asked => terminal::line("stopping"),
        Ending::Closed(name) => terminal::line(format_args!("{name} has ended; stopping the rest")),
    }
    Ok(())
}

fn choose(no_window: bool, has_display: bool, has_shell: bool) -> Show {
    if no_window || !has_display || !has_shell { Show::Loopback } else { Show::Window }
}

fn prepare(checkout: &Checkout, show: Show) -> Result<(), Failure> {
    terminal::heading("System packages");
    let window = (show == Show::Window).then_some(Use::Window);
    let uses: Vec<Use> = [Use::Building, Use::Showing].into_iter().chain(window).collect();
    packages::provide(&uses)?;
    terminal::heading("Screens");
    screens::build(checkout)?;
    terminal::heading("Building the programs (some minutes the first time)");
    let shell: &[&str] = if show == Show::Window { &["-p", "src-tauri"] } else { &[] };
    checkout.cargo(&[&["build", "-p", "server", "-p", "device-cli"], shell].concat()).run()
}

/// Starts the server of the hospital in `folder`, which is made first when it is new.
fn open_hospital(checkout: &Checkout, folder: &Folder, endings: &Endings) -> Result<Running, Failure> {
    terminal::heading("The demo hospital");
    let known = folder.server_address()?;
    if known.is_none() {
        hospital::import(checkout, folder)?;
    }
    let listen = known.as_deref().unwrap_or("127.0.0.1:0");
    let program = Program::new(checkout.built("plantroom-server")).arguments(["serve", "--listen", listen, "--data"]);
    let server = Running::start("the server", program.arguments([folder.server()]), folder, endings)?;
    if known.is_none() {
        hospital::fill(checkout, folder, &server)?;
        folder.keep_server_address(server.url()?)?;
    }
    Ok(server)
}

fn show_app(checkout: &Checkout, show: Show, folder: &Folder, endings: &Endings) -> Result<Running, Failure> {
    terminal::heading("The worker's app");
    let device = folder.device();
    match show {
        Show::Window => {
            let program = Program::new(checkout.built("plantroom")).arguments(["--data".as_ref(), device.as_os_str()]);
            Running::start_silent("the window", program, folder, endings)
        }
        Show::Loopback => {
            let program = Program::new(checkout.built("plantroom-device")).arguments(["--data".as_ref(), device.as_os_str()]);
            Running::start("the worker's app", program.arguments(["serve", "--listen", "127.0.0.1:0"]), folder, endings)
        }
    }
}

fn tell(folder: &Folder, server: &Running, app: &Running) {
    let address = |program: &Running| program.url().map(str::to_owned).unwrap_or_else(|_| "in its window".into());
    terminal::heading("Plantroom is running");
    terminal::line(format_args!("the worker's app 维修端  {}", address(app)));
    terminal::line(format_args!("   {} of {}", hospital::WORKER, day::TEAM));
    terminal::line(format_args!("the centre 一站式中心    {}", address(server)));
    for (person, role) in hospital::PEOPLE {
        terminal::line(format_args!("   {person} ({role}), password {}", hospital::PASSWORD));
    }
    terminal::line(format_args!("its data                {}", folder.whole().display()));
    terminal::line("Ctrl-C stops everything.");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_needs_a_display_and_a_shell() {
        assert_eq!(choose(false, true, true), Show::Window);
        assert_eq!(choose(true, true, true), Show::Loopback);
        assert_eq!(choose(false, false, true), Show::Loopback);
        assert_eq!(choose(false, true, false), Show::Loopback);
    }
}
