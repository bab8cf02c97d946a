//! Sync by itself while a shell is open: at the start, after work, and every now and then. Failures are normal in a
//! basement and say nothing; `sync_status` tells how old things are.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::device::Device;

/// Between two exchanges without any work.
const EVERY: Duration = Duration::from_secs(30);

/// Syncs in a thread of its own until it is dropped, which waits for an exchange that is under way.
pub struct BackgroundSync {
    /// `None` once it ends.
    wakes: Option<SyncSender<()>>,
    exchanging: Arc<Mutex<()>>,
    thread: Option<JoinHandle<()>>,
}

impl BackgroundSync {
    /// Starts; the first exchange begins at once.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(device: Arc<Device>) -> std::io::Result<Self> {
        let (wakes, woken) = sync_channel(1);
        let exchanging = Arc::new(Mutex::new(()));
        let held_meanwhile = Arc::clone(&exchanging);
        let thread = std::thread::Builder::new().name("sync".to_owned()).spawn(move || {
            loop {
                let held = held_meanwhile.lock().unwrap_or_else(PoisonError::into_inner);
                // Not enrolled, no signal, another process syncs: the next time, or a person, will see. Nor may a mistake of ours in
                // one exchange, which was told where it happened, be the end of all later ones.
                let _ = catch_unwind(AssertUnwindSafe(|| device.synchronise()));
                drop(held);
                if woken.recv_timeout(EVERY) == Err(RecvTimeoutError::Disconnected) {
                    return;
                }
            }
        })?;
        Ok(Self { wakes: Some(wakes), exchanging, thread: Some(thread) })
    }

    /// Does something that an exchange would be in the way of: one that is under way is waited for, and none begins meanwhile.
    pub fn while_it_rests<T>(&self, act: impl FnOnce() -> T) -> T {
        let _held = self.exchanging.lock().unwrap_or_else(PoisonError::into_inner);
        act()
    }

    /// Something was recorded: exchange soon. Asked several times during one exchange, it exchanges once more.
    pub fn wake(&self) {
        match self.wakes.as_ref().map(|wakes| wakes.try_send(())) {
            None | Some(Ok(()) | Err(TrySendError::Full(()) | TrySendError::Disconnected(()))) => {}
        }
    }
}

impl Drop for BackgroundSync {
    fn drop(&mut self) {
        self.wakes = None;
        if let Some(thread) = self.thread.take() {
            // A panic in it was told where it happened.
            let _ = thread.join();
        }
    }
}
