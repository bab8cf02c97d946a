//! A program that is ended with `kill -9` when its time is up.

use std::io::Read;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::Failure;
use super::chaos::pause;

/// Nothing that is let be takes so long: it waits for ever.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A running program.
pub struct Mortal {
    child: Arc<Mutex<Child>>,
    /// What it is told; `None` once it was taken.
    pub input: Option<ChildStdin>,
    /// What it says; `None` once it was taken.
    pub output: Option<ChildStdout>,
    is_to_die: bool,
    over: Option<Sender<()>>,
    killer: Option<JoinHandle<bool>>,
    complaints: Option<JoinHandle<String>>,
}

/// How a program ended.
#[derive(Debug)]
pub struct Ended {
    /// It was killed when its time was up, as was meant.
    pub killed: bool,
    /// It was let be and did not come to an end.
    pub hung: bool,
    /// The power went while it was at work.
    pub lost_power: bool,
    /// Its exit code, where it ended by itself.
    pub code: Option<i32>,
    /// What it said on standard error.
    pub complaints: String,
}

impl Mortal {
    /// Starts a program that lives at most so long; without an end, as long as it should take, and then it counts as hung.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(command: &mut Command, lifetime: Option<Duration>) -> Result<Self, Failure> {
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().map_err(|error| format!("{:?} cannot be started: {error}", command.get_program()))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let complaints = child.stderr.take().map(|errors| thread::spawn(move || read_all(errors)));
        let child = Arc::new(Mutex::new(child));
        let (over, is_over) = mpsc::channel::<()>();
        let dying = Arc::clone(&child);
        let killer = thread::spawn(move || {
            let too_late = is_over.recv_timeout(lifetime.unwrap_or(PATIENCE)) == Err(RecvTimeoutError::Timeout);
            // It may have ended just now.
            too_late && dying.lock().unwrap_or_else(PoisonError::into_inner).kill().is_ok()
        });
        Ok(Self { child, input, output, is_to_die: lifetime.is_some(), over: Some(over), killer: Some(killer), complaints })
    }

    /// The process, for whoever may have to kill it.
    pub fn child(&self) -> Weak<Mutex<Child>> {
        Arc::downgrade(&self.child)
    }

    /// Kills it now.
    pub fn kill(&self) {
        // It may have ended just now.
        let _ = self.child.lock().unwrap_or_else(PoisonError::into_inner).kill();
    }

    /// Asks it to stop (SIGTERM).
    ///
    /// # Errors
    /// When the system has no `kill`.
    pub fn ask_to_stop(&self) -> Result<(), Failure> {
        let process = self.child.lock().unwrap_or_else(PoisonError::into_inner).id();
        Command::new("sh").args(["-c", &format!("kill -TERM {process}")]).status()?;
        Ok(())
    }

    /// Waits for its end; nobody writes to it any more.
    ///
    /// # Errors
    /// When the system does not say how it ended.
    pub fn end(mut self) -> Result<Ended, Failure> {
        drop(self.input.take());
        drop(self.output.take());
        let status = self.wait()?;
        drop(self.over.take());
        let was_killed = self.killer.take().is_some_and(|killer| killer.join().unwrap_or(false));
        let killed = was_killed && status.code().is_none();
        let complaints = self.complaints.take().and_then(|complaints| complaints.join().ok()).unwrap_or_default();
        Ok(Ended { killed: killed && self.is_to_die, hung: killed && !self.is_to_die, lost_power: false, code: status.code(), complaints })
    }

    /// Looks again and again, because whoever waits would keep the killer from the child.
    fn wait(&self) -> Result<ExitStatus, Failure> {
        loop {
            if let Some(status) = self.child.lock().unwrap_or_else(PoisonError::into_inner).try_wait()? {
                return Ok(status);
            }
            pause(Duration::from_millis(1));
        }
    }
}

impl Drop for Mortal {
    fn drop(&mut self) {
        self.kill();
        let _ = self.child.lock().unwrap_or_else(PoisonError::into_inner).wait();
    }
}

fn read_all(mut source: impl Read) -> String {
    let mut bytes = Vec::new();
    // Half of it is better than none.
    let _ = source.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}
