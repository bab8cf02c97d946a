//! Programs that keep running: started, found by the line they print when ready, stopped kindly, and missed when they end.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdout, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::demo::folder::Folder;
use crate::failure::Failure;
use crate::program::Program;
use crate::terminal;

/// How long a program may take to end by itself before it is made to.
const PATIENCE: Duration = Duration::from_secs(15);

/// Why the demo ends.
pub enum Ending {
    /// Somebody asked (Ctrl-C, SIGTERM).
    Asked,
    /// This program has ended.
    Closed(&'static str),
}

/// Where endings are waited for.
pub struct Endings {
    sender: Sender<Ending>,
    receiver: Receiver<Ending>,
}

impl Endings {
    /// From now on Ctrl-C and SIGTERM are endings.
    ///
    /// # Errors
    /// When the system does not let signals be handled.
    pub fn listen() -> Result<Self, Failure> {
        let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(|error| Failure::new(format!("signals cannot be handled: {error}")))?;
        let (sender, receiver) = mpsc::channel();
        let asked = sender.clone();
        thread::spawn(move || signals.forever().all(|_| asked.send(Ending::Asked).is_ok()));
        Ok(Self { sender, receiver })
    }

    /// Waits for the first ending.
    ///
    /// # Errors
    /// Never while this value lives; the channel's own error otherwise.
    pub fn wait(&self) -> Result<Ending, Failure> {
        self.receiver.recv().map_err(|error| Failure::new(error.to_string()))
    }
}

/// A started program; it is stopped when this is dropped.
pub struct Running {
    name: &'static str,
    process: u32,
    ended: Receiver<()>,
    url: Option<String>,
}

impl Running {
    /// Starts a program that prints one JSON line `{"url":…}` when it is ready, and waits for that line.
    ///
    /// # Errors
    /// When it cannot be started, or ends or says something else first.
    pub fn start(name: &'static str, program: Program, folder: &Folder, endings: &Endings) -> Result<Self, Failure> {
        let (mut running, output) = Self::spawn(name, program, folder, endings)?;
        running.url = Some(ready_url(name, output, folder)?);
        terminal::line(format_args!("{name} is ready: {}", running.url()?));
        Ok(running)
    }

    /// Starts a program that says nothing when it is ready.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start_silent(name: &'static str, program: Program, folder: &Folder, endings: &Endings) -> Result<Self, Failure> {
        let (running, output) = Self::spawn(name, program, folder, endings)?;
        drain(BufReader::new(output));
        terminal::line(format_args!("{name} is started"));
        Ok(running)
    }

    fn spawn(name: &'static str, program: Program, folder: &Folder, endings: &Endings) -> Result<(Self, ChildStdout), Failure> {
        let shown = program.shown().to_owned();
        let failed = |error: &dyn std::fmt::Display| Failure::new(format!("`{shown}` could not be started: {error}"));
        let mut command = program.into_command();
        let log: File = folder.log(name)?;
        // A group of its own: Ctrl-C reaches this tool alone, which then stops its programs in order.
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).process_group(0);
        let mut child = command.spawn().map_err(|error| failed(&error))?;
        let output = child.stdout.take().ok_or_else(|| failed(&"it has no output"))?;
        let process = child.id();
        let ended = watch(name, child, endings.sender.clone());
        Ok((Self { name, process, ended, url: None }, output))
    }

    /// Where it answers.
    ///
    /// # Errors
    /// When it is a program that does not say.
    pub fn url(&self) -> Result<&str, Failure> {
        self.url.as_deref().ok_or_else(|| Failure::new(format!("{} has no address", self.name)))
    }

    fn signal(&self, signal: &str) {
        // The shell's own `kill` is on every system; the program of that name is not.
        let order = format!("kill -{signal} {}", self.process);
        Program::new("sh").arguments(["-c", &order]).succeeds();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.ended.try_recv().is_ok() {
            return;
        }
        self.signal("TERM");
        if self.ended.recv_timeout(PATIENCE).is_err() {
            terminal::complain(format_args!("{} does not stop by itself and is ended", self.name));
            self.signal("KILL");
        }
    }
}

fn watch(name: &'static str, mut child: Child, endings: Sender<Ending>) -> Receiver<()> {
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || {
        let _ = child.wait();
        // Nobody listens any more when the demo is over: then there is nobody to tell.
        let _ = sender.send(());
        let _ = endings.send(Ending::Closed(name));
    });
    ended
}

fn ready_url(name: &str, output: ChildStdout, folder: &Folder) -> Result<String, Failure> {
    let mut output = BufReader::new(output);
    let mut line = String::new();
    let read = output.read_line(&mut line);
    let url = read.ok().and_then(|_| read_url(&line));
    let place = folder.whole().display();
    let url = url.ok_or_else(|| Failure::new(format!("{name} ended or said {line:?} instead of being ready; see the log in {place}")))?;
    drain(output);
    Ok(url)
}

fn read_url(line: &str) -> Option<String> {
    let ready: Value = serde_json::from_str(line).ok()?;
    ready.get("url")?.as_str().map(str::to_owned)
}

/// Reads on, so that the program never waits for somebody to read.
fn drain(output: BufReader<ChildStdout>) {
    thread::spawn(move || output.lines().map_while(Result::ok).for_each(drop));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(script: &str) -> (Result<Running, Failure>, Endings, Folder) {
        let folder = Folder::open(None).expect("the temporary folder can be written");
        let endings = Endings::listen().expect("signals can be handled");
        let program = Program::new("sh").arguments(["-c", script]);
        (Running::start("a program", program, &folder, &endings), endings, folder)
    }

    #[test]
    fn a_program_that_is_ready_has_an_address_and_stops_when_dropped() {
        let (running, endings, _folder) = start("echo '{\"url\":\"http://127.0.0.1:1\"}'; exec tail -f /dev/null");
        let running = running.expect("it is ready");
        assert_eq!(running.url().expect("it said so"), "http://127.0.0.1:1");
        drop(running);
        assert!(matches!(endings.wait(), Ok(Ending::Closed("a program"))));
    }

    #[test]
    fn a_program_that_ends_instead_of_being_ready_is_told() {
        let (running, _endings, _folder) = start("echo 'address in use'; exit 1");
        let failure = running.err().map(|failure| failure.to_string()).unwrap_or_default();
        assert!(failure.contains("address in use"), "{failure}");
    }
}
