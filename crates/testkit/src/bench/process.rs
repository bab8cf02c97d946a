//! Servers in processes of their own: this program, started again as something else.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde::Deserialize;

use super::Failure;

/// A server that runs until this is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Its address.
    pub url: String,
}

/// What a server prints when it is ready.
#[derive(Deserialize)]
struct Ready {
    url: String,
}

impl Server {
    /// Starts this program with other arguments and waits for its ready line.
    ///
    /// # Errors
    /// When it cannot be started, or ends before it is ready.
    pub fn start<T: AsRef<OsStr>>(arguments: &[T]) -> Result<Self, Failure> {
        let mut child = Command::new(std::env::current_exe()?).args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("the server has no output")?).read_line(&mut line)?;
        let ready = serde_json::from_str::<Ready>(&line);
        if ready.is_err() {
            let _ = child.kill();
        }
        Ok(Self { child, url: ready.map_err(|error| format!("the server said {line:?} instead of its address: {error}"))?.url })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; there is nobody left to tell.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
