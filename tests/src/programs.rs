//! The product's programs, and those that drive its screens, as child processes.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use serde_json::Value;

use crate::PATIENCE;

/// Which command builds a program.
const BUILT_BY: &[(&str, &str)] = &[
    ("plantroom-server", "cargo build -p server"),
    ("plantroom-device", "cargo build -p device-cli"),
    ("plantroom", "cargo build -p src-tauri (after `npm run build` in ui/)"),
];

/// The folder in which cargo puts programs: these tests run from its subfolder `deps`.
pub fn folder_of_programs() -> PathBuf {
    let own = std::env::current_exe().expect("a test knows where it lies");
    let folder = own.ancestors().nth(2).expect("cargo puts tests into a folder of the programs' folder");
    folder.to_path_buf()
}

/// A program of the product.
///
/// # Panics
/// When it is not built, with the command that builds it.
pub fn built(name: &str) -> PathBuf {
    let path = folder_of_programs().join(name);
    let built_by = BUILT_BY.iter().find(|(known, _)| *known == name).map_or("cargo build", |(_, command)| *command);
    assert!(
        path.is_file(),
        "{} is missing. Build it with `{built_by}`, or run `cargo xtask test`, which builds everything first.",
        path.display()
    );
    path
}

/// The checkout, for files of the project that a story needs.
pub fn checkout() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().expect("the package lies in the checkout").to_path_buf()
}

/// A program that ran to its end.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to standard output.
    pub output: String,
    /// What it wrote to standard error.
    pub errors: String,
}

impl Ended {
    /// The last line of standard output.
    pub fn last_line(&self) -> &str {
        self.output.lines().last().unwrap_or_default()
    }

    /// The last line of standard output, read as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(self.last_line()).unwrap_or_else(|error| panic!("no JSON ({error}) in {self:?}"))
    }

    /// Itself, when the exit code is the one expected.
    ///
    /// # Panics
    /// With everything it said, when the exit code is another.
    pub fn with_code(self, expected: i32) -> Self {
        assert_eq!(self.code, Some(expected), "{self:?}");
        self
    }
}

/// Runs a program to its end with `input` on its standard input.
///
/// # Panics
/// When it cannot be started or does not end.
pub fn run(command: &mut Command, input: &str) -> Ended {
    start(command, input).end()
}

/// Starts a program that will end by itself.
///
/// # Panics
/// When it cannot be started.
pub fn start(command: &mut Command, input: &str) -> Ending {
    let shown = format!("{command:?}");
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap_or_else(|error| panic!("{shown} cannot be started: {error}"));
    let process = child.id();
    // A program may end without having read its input: then there is nobody left to write to.
    let _ = child.stdin.take().map(|mut standard_input| standard_input.write_all(input.as_bytes()));
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || sender.send(child.wait_with_output()));
    Ending { shown, process, ended }
}

/// A started program that will end by itself.
pub struct Ending {
    shown: String,
    process: u32,
    ended: Receiver<std::io::Result<std::process::Output>>,
}

impl Ending {
    /// Ends it as a power cut would (`kill -9`), wherever it is, and waits until it is gone.
    ///
    /// # Panics
    /// As [`Ending::end`].
    pub fn kill(self) -> Ended {
        signal(self.process, "KILL");
        self.end()
    }

    /// Waits for the end.
    ///
    /// # Panics
    /// When it does not come.
    pub fn end(self) -> Ended {
        let output = self.ended.recv_timeout(PATIENCE).unwrap_or_else(|_| {
            signal(self.process, "KILL");
            panic!("{} does not end", self.shown)
        });
        let output = output.expect("a child's output can be read");
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ended { code: output.status.code(), output: text(output.stdout), errors: text(output.stderr) }
    }
}

/// A program that keeps running. It is ended when this is dropped.
pub struct Running {
    shown: String,
    child: Child,
    lines: Receiver<String>,
    errors: Arc<Mutex<String>>,
}

impl Running {
    /// Starts a program that keeps running.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(command: &mut Command) -> Self {
        let shown = format!("{command:?}");
        let piped = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap_or_else(|error| panic!("{shown} cannot be started: {error}"));
        let lines = child.stdout.take().map(lines_of).expect("its output is piped");
        let errors = child.stderr.take().map(collect).expect("its errors are piped");
        Self { shown, child, lines, errors }
    }

    /// Waits for the first line of standard output that `wanted` understands.
    ///
    /// # Panics
    /// With everything it said, when it ends or says nothing of the kind.
    pub fn wait_for_line<Meaning>(&self, wanted: impl Fn(&str) -> Option<Meaning>) -> Meaning {
        let mut said = String::new();
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            if let Some(meaning) = wanted(&line) {
                return meaning;
            }
            said = format!("{said}{line}\n");
        }
        panic!("{} did not become ready. It said:\n{said}{}", self.shown, self.errors())
    }

    /// Waits for the line `{"url":…}` by which the product's programs say that they are ready.
    ///
    /// # Panics
    /// As [`Running::wait_for_line`].
    pub fn wait_for_url(&self) -> String {
        self.wait_for_line(|line| serde_json::from_str::<Value>(line).ok()?.get("url")?.as_str().map(str::to_owned))
    }

    /// What it wrote to standard error so far.
    pub fn errors(&self) -> String {
        self.errors.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends it as a power cut would (`kill -9`).
    ///
    /// # Panics
    /// When the system does not let a child be ended.
    pub fn kill(mut self) {
        self.child.kill().expect("a child can be killed");
        self.child.wait().expect("a child can be waited for");
    }

    /// Asks it to stop (SIGTERM) and waits until it has, without a complaint.
    ///
    /// # Panics
    /// When its exit code is not 0.
    pub fn stop(mut self) {
        signal(self.child.id(), "TERM");
        let status = self.child.wait().expect("a child can be waited for");
        assert!(status.success(), "{} stops cleanly on SIGTERM: {status}\n{}", self.shown, self.errors());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended long ago; then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn signal(process: u32, name: &str) {
    // The shell's own `kill` is on every system; the program of that name is not.
    let _ = Command::new("sh").args(["-c", &format!("kill -{name} {process}")]).status();
}

fn lines_of(output: ChildStdout) -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    // Reads to the end even when nobody listens any more, so that the program never waits for a reader.
    thread::spawn(move || BufReader::new(output).lines().map_while(Result::ok).for_each(|line| drop(sender.send(line))));
    lines
}

fn collect(mut errors: impl Read + Send + 'static) -> Arc<Mutex<String>> {
    let collected = Arc::new(Mutex::new(String::new()));
    let shared = Arc::clone(&collected);
    thread::spawn(move || {
        let mut piece = [0; 4096];
        while let Ok(length @ 1..) = errors.read(&mut piece) {
            let text = String::from_utf8_lossy(&piece[..length]).into_owned();
            shared.lock().unwrap_or_else(PoisonError::into_inner).push_str(&text);
        }
    });
    collected
}
