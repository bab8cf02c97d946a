//! What may stand where the hospital's server should: something that answers rubbish, breaks off, or says nothing at all.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

use crate::PATIENCE;

/// A stranger at an address, until it is dropped.
pub struct StrangeServer {
    address: SocketAddr,
    asked: Receiver<()>,
    leaves: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl StrangeServer {
    /// Answers every request with these bytes and hangs up. Without any it listens and says nothing until it is dropped.
    ///
    /// # Panics
    /// When the address cannot be listened on.
    pub fn at(address: &str, answer: Option<&'static [u8]>) -> Self {
        let listener = TcpListener::bind(address).unwrap_or_else(|error| panic!("{address}: {error}"));
        let address = listener.local_addr().expect("a listener has an address");
        let (sender, asked) = mpsc::channel();
        let leaves = Arc::new(AtomicBool::new(false));
        let leaving = Arc::clone(&leaves);
        let thread = thread::spawn(move || receive(&listener, answer, &sender, &leaving));
        Self { address, asked, leaves, thread: Some(thread) }
    }

    /// Waits until somebody has asked something.
    ///
    /// # Panics
    /// When nobody does.
    pub fn wait_until_asked(&self) {
        self.asked.recv_timeout(PATIENCE).expect("somebody asks");
    }
}

impl Drop for StrangeServer {
    fn drop(&mut self) {
        self.leaves.store(true, Ordering::SeqCst);
        // Wakes the thread, which waits for the next connection.
        drop(TcpStream::connect(self.address));
        drop(self.thread.take().map(JoinHandle::join));
    }
}

/// Connections that get no answer are kept open until the end.
fn receive(listener: &TcpListener, answer: Option<&[u8]>, asked: &Sender<()>, leaves: &AtomicBool) {
    let mut open = Vec::new();
    for connection in listener.incoming() {
        if leaves.load(Ordering::SeqCst) {
            return;
        }
        let Ok(mut connection) = connection else { continue };
        read_request(&mut connection);
        // The story may wait for the first question only.
        let _ = asked.send(());
        match answer {
            // The one who asks may have hung up.
            Some(bytes) => drop(connection.write_all(bytes)),
            None => open.push(connection),
        }
    }
}

/// Reads a request to its end, so that hanging up afterwards looks like an answer and not like a refused connection.
fn read_request(connection: &mut TcpStream) {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    while !is_whole(&request) {
        match connection.read(&mut piece) {
            Ok(length @ 1..) => request.extend_from_slice(&piece[..length]),
            _ => return,
        }
    }
}

fn is_whole(request: &[u8]) -> bool {
    let Some(head) = request.windows(4).position(|window| window == b"\r\n\r\n") else {
        return false;
    };
    let text = String::from_utf8_lossy(&request[..head]).to_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    request.len() >= head + 4 + length.unwrap_or(0)
}
