//! The network between the devices and the server, at its worst: each connection has a fate of its own.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::Failure;
use super::chaos::pause;
use super::figures::Figures;
use crate::simulation::random::Chance;

/// How long a connection may be silent before the proxy forgets it.
const SILENCE: Duration = Duration::from_secs(20);
/// What is kept of a request, to be sent again: no device of this size says more at once.
const MOST_KEPT: usize = 1 << 20;

/// What becomes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Passed,
    /// In small pieces, each of them late.
    Delayed,
    /// After so many bytes from the device nothing comes through any more.
    RequestCut(usize),
    /// After so many bytes from the server.
    AnswerCut(usize),
    /// The server gets the request, and the device waits in vain.
    AnswerSwallowed,
    /// The byte at this place is another.
    RequestCorrupted(usize),
    AnswerCorrupted(usize),
    /// The server gets everything a second time, when nobody waits for the answer.
    Doubled,
}

/// A proxy that runs until it is dropped.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

struct Shared {
    server_port: AtomicU16,
    is_calm: AtomicBool,
    is_over: AtomicBool,
    chance: Mutex<Chance>,
    counted: Counted,
}

/// What was done to connections; the figures take it over at the end.
#[derive(Default)]
struct Counted {
    connections: AtomicU64,
    delayed: AtomicU64,
    requests_cut: AtomicU64,
    answers_cut: AtomicU64,
    answers_swallowed: AtomicU64,
    requests_corrupted: AtomicU64,
    answers_corrupted: AtomicU64,
    doubled: AtomicU64,
}

impl Proxy {
    /// Listens on loopback.
    ///
    /// # Errors
    /// When that is not possible.
    pub fn start(chance: Chance) -> Result<Self, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            server_port: AtomicU16::new(0),
            is_calm: AtomicBool::new(true),
            is_over: AtomicBool::new(false),
            chance: Mutex::new(chance),
            counted: Counted::default(),
        });
        let of_thread = Arc::clone(&shared);
        let listening = thread::spawn(move || of_thread.listen(&listener));
        Ok(Self { address, shared, listening: Some(listening) })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Where the server is.
    pub fn lead_to(&self, server_port: u16) {
        self.shared.server_port.store(server_port, Ordering::SeqCst);
    }

    /// Whether new connections are let pass.
    pub fn calm(&self, is_calm: bool) {
        self.shared.is_calm.store(is_calm, Ordering::SeqCst);
    }

    /// Hands over what was counted.
    pub fn counted(&self, figures: &Figures) {
        let counted = &self.shared.counted;
        for (from, to) in [
            (&counted.connections, &figures.connections),
            (&counted.delayed, &figures.messages_delayed),
            (&counted.requests_cut, &figures.messages_cut),
            (&counted.answers_cut, &figures.answers_cut),
            (&counted.answers_swallowed, &figures.answers_swallowed),
            (&counted.requests_corrupted, &figures.requests_corrupted),
            (&counted.answers_corrupted, &figures.answers_corrupted),
            (&counted.doubled, &figures.messages_doubled),
        ] {
            Figures::add(to, from.swap(0, Ordering::Relaxed));
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        // Wakes the thread, which waits for the next connection.
        drop(TcpStream::connect(self.address));
        drop(self.listening.take().map(JoinHandle::join));
    }
}

impl Shared {
    fn listen(self: Arc<Self>, listener: &TcpListener) {
        for device in listener.incoming() {
            if self.is_over.load(Ordering::SeqCst) {
                return;
            }
            let Ok(device) = device else { continue };
            let shared = Arc::clone(&self);
            thread::spawn(move || {
                // A connection that cannot be led on is one more that broke off.
                let _ = shared.lead(device);
            });
        }
    }

    fn lead(&self, device: TcpStream) -> std::io::Result<()> {
        Figures::count(&self.counted.connections);
        let fate = self.fate();
        let server = TcpStream::connect(("127.0.0.1", self.server_port.load(Ordering::SeqCst)))?;
        for end in [&device, &server] {
            end.set_nodelay(true)?;
            end.set_read_timeout(Some(SILENCE))?;
        }
        let (device_again, server_again) = (device.try_clone()?, server.try_clone()?);
        let answers = Way { from: server_again, to: device_again, fate, is_request: false };
        let requests = Way { from: device, to: server, fate, is_request: true };
        thread::scope(|scope| {
            scope.spawn(|| self.carry(&answers));
            let kept = self.carry(&requests);
            if fate == Fate::Doubled {
                self.say_again(&kept);
            }
        });
        Ok(())
    }

    fn fate(&self) -> Fate {
        if self.is_calm.load(Ordering::SeqCst) {
            return Fate::Passed;
        }
        let mut chance = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
        let span = 1_usize << chance.below(13);
        let place = span.saturating_add(chance.below(span));
        let fates = [
            (40, Fate::Passed),
            (12, Fate::Delayed),
            (9, Fate::RequestCut(place)),
            (9, Fate::AnswerCut(place)),
            (8, Fate::AnswerSwallowed),
            (8, Fate::RequestCorrupted(place)),
            (8, Fate::AnswerCorrupted(place)),
            (6, Fate::Doubled),
        ];
        chance.weighted(&fates).copied().unwrap_or(Fate::Passed)
    }

    /// One way of a connection, until it ends; what was carried.
    fn carry(&self, way: &Way) -> Vec<u8> {
        let (mut from, mut to) = (&way.from, &way.to);
        let (mut piece, mut carried, mut kept) = (vec![0; 16 * 1024], 0_usize, Vec::new());
        while let Ok(length @ 1..) = read_on(&mut from, &mut piece) {
            let Some(bytes) = piece.get_mut(..length) else { break };
            let goes_on = self.meet(way, carried, bytes, &mut to);
            carried = carried.saturating_add(length);
            if way.is_request && kept.len().saturating_add(length) < MOST_KEPT {
                kept.extend_from_slice(bytes);
            }
            if !goes_on {
                break;
            }
        }
        // Half a connection is none: whoever waits at the other end is told.
        let _ = way.to.shutdown(if way.is_cut() { Shutdown::Both } else { Shutdown::Write });
        if way.is_cut() {
            let _ = way.from.shutdown(Shutdown::Both);
        }
        kept
    }

    /// Carries one piece, as the connection's fate is; `false` when that was the last.
    fn meet(&self, way: &Way, carried: usize, bytes: &mut [u8], to: &mut &TcpStream) -> bool {
        let end = carried.saturating_add(bytes.len());
        match (way.fate, way.is_request) {
            (Fate::RequestCut(place), true) | (Fate::AnswerCut(place), false) if place < end => {
                Figures::count(if way.is_request { &self.counted.requests_cut } else { &self.counted.answers_cut });
                let left = bytes.get(..place.saturating_sub(carried)).unwrap_or_default();
                let _ = to.write_all(left);
                return false;
            }
            (Fate::RequestCorrupted(place), true) | (Fate::AnswerCorrupted(place), false) if (carried..end).contains(&place) => {
                Figures::count(if way.is_request { &self.counted.requests_corrupted } else { &self.counted.answers_corrupted });
                if let Some(byte) = bytes.get_mut(place.saturating_sub(carried)) {
                    *byte ^= self.changed_bits();
                }
            }
            (Fate::AnswerSwallowed, false) => {
                if carried == 0 {
                    Figures::count(&self.counted.answers_swallowed);
                }
                return true;
            }
            (Fate::Delayed, _) => return self.late(carried, bytes, to),
            _ => {}
        }
        to.write_all(bytes).is_ok()
    }

    fn late(&self, carried: usize, bytes: &[u8], to: &mut &TcpStream) -> bool {
        if carried == 0 {
            Figures::count(&self.counted.delayed);
        }
        bytes.chunks(700).all(|chunk| {
            let wait = self.chance.lock().unwrap_or_else(PoisonError::into_inner).below(30);
            pause(Duration::from_millis(u64::try_from(wait).unwrap_or(0)));
            to.write_all(chunk).is_ok()
        })
    }

    fn changed_bits(&self) -> u8 {
        let mut chance = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
        1 << chance.below(8)
    }

    /// Says everything to the server again, and waits until it has answered.
    fn say_again(&self, said: &[u8]) {
        let Ok(mut server) = TcpStream::connect(("127.0.0.1", self.server_port.load(Ordering::SeqCst))) else { return };
        let _ = server.set_read_timeout(Some(SILENCE));
        if server.write_all(said).and_then(|()| server.shutdown(Shutdown::Write)).is_ok() {
            Figures::count(&self.counted.doubled);
            let _ = std::io::copy(&mut server, &mut std::io::sink());
        }
    }
}

/// One direction of a connection.
struct Way {
    from: TcpStream,
    to: TcpStream,
    fate: Fate,
    is_request: bool,
}

impl Way {
    fn is_cut(&self) -> bool {
        matches!((self.fate, self.is_request), (Fate::RequestCut(_), true) | (Fate::AnswerCut(_), false))
    }
}

fn read_on(from: &mut &TcpStream, piece: &mut [u8]) -> std::io::Result<usize> {
    loop {
        match from.read(piece) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}
