//! What the handlers share: one writing connection, some reading ones, the host. Work on the store runs off the async threads.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::fault::{Fault, FaultCodeName};
use domain::identity::DeviceId;
use domain::time::UtcMillis;
use store::server::ServerStore;
use store::{Database, StoreError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use crate::http::data_in_place::DataInPlace;
use crate::occasion::{Host, Occasion};

/// Passwords that are checked at the same time: each takes 19 MiB and much of a core.
const PASSWORDS_AT_ONCE: usize = 2;
/// Sign-ins that are looked at or wait for it; what comes beyond them is told to wait, before anything is written for it.
pub const MOST_SIGN_INS: usize = 32;
/// Exchanges that are read and answered at the same time: each may hold tens of megabytes once unpacked.
const EXCHANGES_AT_ONCE: usize = 8;
/// Exchanges that wait unpacked for the one writer, beside those.
const PUSHES_AT_ONCE: usize = 8;
/// Exchanges of one device that may be under way: a phone has one, and perhaps others that it has given up. Each may hold a whole
/// body in memory.
const MOST_EXCHANGES_OF_A_DEVICE: usize = 4;
/// How long a body may take to arrive, so that slow senders do not pile up.
const BODY_WITHIN: Duration = Duration::from_secs(30);
/// Reading connections at the same time: each has several files open, and a process may open some thousand.
const READERS_AT_ONCE: usize = 32;
/// Reading connections that are kept open.
const READERS_KEPT: usize = 8;

/// The running server.
#[derive(Clone)]
pub struct App {
    shared: Arc<Shared>,
    /// The proxies in front, whose word about where a request comes from is taken.
    proxies: Arc<[IpAddr]>,
}

struct Shared {
    folder: PathBuf,
    in_place: DataInPlace,
    /// SQLite has one writer; waiting here is cheaper than in the database.
    writer: Mutex<ServerStore>,
    readers: Mutex<Vec<ServerStore>>,
    host: Host,
    /// Whoever waits for a connection waits without a thread: threads are for those who have one.
    writing: Arc<Semaphore>,
    reading: Arc<Semaphore>,
    sign_ins: Arc<Semaphore>,
    passwords: Arc<Semaphore>,
    exchanges: Semaphore,
    pushes: Semaphore,
    under_way: Mutex<BTreeMap<DeviceId, usize>>,
    body_within: Duration,
}

/// The right to look at a password. It goes to the check ([`App::to_its_end`]), not to whoever asked for it: that one may hang up,
/// and the check goes on.
pub struct PasswordTurn {
    _turn: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
}

/// An exchange of a device that is under way.
pub struct ExchangePlace {
    app: App,
    device: DeviceId,
}

impl Drop for ExchangePlace {
    fn drop(&mut self) {
        let mut under_way = locked(&self.app.shared.under_way);
        let left = under_way.get(&self.device).map_or(0, |count| count.saturating_sub(1));
        if left == 0 {
            under_way.remove(&self.device);
        } else {
            under_way.insert(self.device, left);
        }
    }
}

impl App {
    /// Opens the store in `folder`.
    ///
    /// # Errors
    /// As the store fails to open.
    pub fn open(folder: &Path, host: Host) -> Result<Self, StoreError> {
        Self::open_with(folder, host, BODY_WITHIN)
    }

    /// As [`Self::open`], with another time within which a body has to arrive.
    ///
    /// # Errors
    /// As the store fails to open.
    pub fn open_with(folder: &Path, host: Host, body_within: Duration) -> Result<Self, StoreError> {
        let writer = Mutex::new(ServerStore::open(folder)?);
        let shared = Shared {
            folder: folder.to_owned(),
            in_place: DataInPlace::of(folder),
            writer,
            readers: Mutex::new(Vec::new()),
            host,
            writing: Arc::new(Semaphore::new(1)),
            reading: Arc::new(Semaphore::new(READERS_AT_ONCE)),
            sign_ins: Arc::new(Semaphore::new(MOST_SIGN_INS)),
            passwords: Arc::new(Semaphore::new(PASSWORDS_AT_ONCE)),
            exchanges: Semaphore::new(EXCHANGES_AT_ONCE),
            pushes: Semaphore::new(PUSHES_AT_ONCE),
            under_way: Mutex::default(),
            body_within,
        };
        Ok(Self { shared: Arc::new(shared), proxies: Arc::new([]) })
    }

    /// Behind proxies at these addresses.
    #[must_use]
    pub fn behind(self, proxies: &[IpAddr]) -> Self {
        Self { proxies: proxies.iter().map(IpAddr::to_canonical).collect(), ..self }
    }

    /// Whether a proxy of that address says truly where a request comes from.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.proxies.contains(&address)
    }

    /// Runs `work` in one writing transaction.
    ///
    /// # Errors
    /// Those of `work`, after rolling back.
    pub async fn write<T, W>(&self, work: W) -> Result<T, Fault>
    where
        T: Send + 'static,
        W: FnOnce(&Database, &Occasion<'_>) -> Result<T, Fault> + Send + 'static,
    {
        self.with_writer(move |store, occasion| store.write(|database| work(database, occasion))).await
    }

    /// Runs `work` on one consistent view of the store.
    ///
    /// # Errors
    /// Those of `work`.
    pub async fn read<T, W>(&self, work: W) -> Result<T, Fault>
    where
        T: Send + 'static,
        W: FnOnce(&Database, &Occasion<'_>) -> Result<T, Fault> + Send + 'static,
    {
        self.with_reader(move |store, occasion| store.read(|database| work(database, occasion))).await
    }

    /// Runs `work` with the writing connection.
    ///
    /// # Errors
    /// Those of `work`.
    pub async fn with_writer<T, W>(&self, work: W) -> Result<T, Fault>
    where
        T: Send + 'static,
        W: FnOnce(&mut ServerStore, &Occasion<'_>) -> Result<T, Fault> + Send + 'static,
    {
        let shared = self.shared.clone();
        let turn = Arc::clone(&shared.writing).acquire_owned().await.map_err(|_| stopped())?;
        off_the_async_threads(move || {
            // The turn lasts as long as the work, also when whoever asked has hung up.
            let _turn = turn;
            // A panic of an earlier request rolled its transaction back; the connection itself is sound.
            let mut store = locked(&shared.writer);
            shared.in_place.check()?;
            let done = work(&mut store, &shared.host.occasion())?;
            shared.in_place.check().map(|()| done)
        })
        .await
    }

    /// Runs `work` with a reading connection.
    ///
    /// # Errors
    /// Those of `work`.
    pub async fn with_reader<T, W>(&self, work: W) -> Result<T, Fault>
    where
        T: Send + 'static,
        W: FnOnce(&mut ServerStore, &Occasion<'_>) -> Result<T, Fault> + Send + 'static,
    {
        let shared = self.shared.clone();
        let turn = Arc::clone(&shared.reading).acquire_owned().await.map_err(|_| stopped())?;
        off_the_async_threads(move || {
            let _turn = turn;
            shared.in_place.check()?;
            let kept = locked(&shared.readers).pop();
            let mut store = kept.map_or_else(|| ServerStore::open(&shared.folder), Ok)?;
            let result = work(&mut store, &shared.host.occasion());
            let mut readers = locked(&shared.readers);
            if readers.len() < READERS_KEPT {
                readers.push(store);
            }
            result
        })
        .await
    }
}

impl App {
    /// Waits for a turn to look at a password, which lasts until it is dropped; `None` when too many are waiting.
    ///
    /// # Errors
    /// When the server is stopping.
    pub async fn password_turn(&self) -> Result<Option<PasswordTurn>, Fault> {
        let Ok(place) = Arc::clone(&self.shared.sign_ins).try_acquire_owned() else { return Ok(None) };
        let turn = Arc::clone(&self.shared.passwords).acquire_owned().await.map_err(|_| stopped())?;
        Ok(Some(PasswordTurn { _turn: turn, _place: place }))
    }

    /// This moment.
    pub fn now(&self) -> UtcMillis {
        self.shared.host.clock.now()
    }

    /// Whether the data still lies where it is served from.
    ///
    /// # Errors
    /// `store_failed` when it does not.
    pub fn check_data_in_place(&self) -> Result<(), Fault> {
        self.shared.in_place.check()
    }

    /// How long a body may take to arrive.
    pub fn body_within(&self) -> Duration {
        self.shared.body_within
    }

    /// A place among the exchanges of a device, until it is dropped; `None` when it has too many under way.
    pub fn exchange_place(&self, device: DeviceId) -> Option<ExchangePlace> {
        let mut under_way = locked(&self.shared.under_way);
        let count = under_way.entry(device).or_insert(0);
        if *count >= MOST_EXCHANGES_OF_A_DEVICE {
            return None;
        }
        *count = count.saturating_add(1);
        drop(under_way);
        Some(ExchangePlace { app: self.clone(), device })
    }

    /// Waits for a turn to read or answer an exchange; the turn ends when it is dropped. Whoever has it waits for nobody.
    ///
    /// # Errors
    /// When the server is stopping.
    pub async fn exchange_turn(&self) -> Result<SemaphorePermit<'_>, Fault> {
        self.shared.exchanges.acquire().await.map_err(|_| stopped())
    }

    /// Waits for a turn to wait for the writer with an unpacked exchange; the turn ends when it is dropped.
    ///
    /// # Errors
    /// When the server is stopping.
    pub async fn push_turn(&self) -> Result<SemaphorePermit<'_>, Fault> {
        self.shared.pushes.acquire().await.map_err(|_| stopped())
    }

    /// As [`Self::push_turn`] where one is free at once.
    pub fn free_push_turn(&self) -> Option<SemaphorePermit<'_>> {
        self.shared.pushes.try_acquire().ok()
    }

    /// Runs `work` to its end, also when whoever asked for it hangs up meanwhile: what it has of turns lasts as long as it does.
    ///
    /// # Errors
    /// Those of `work`.
    pub async fn to_its_end<T: Send + 'static>(&self, work: impl Future<Output = Result<T, Fault>> + Send + 'static) -> Result<T, Fault> {
        tokio::spawn(work).await.map_err(|_| stopped())?
    }

    /// Runs work that costs CPU but needs no store.
    ///
    /// # Errors
    /// Those of `work`.
    pub async fn off_the_async_threads<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        off_the_async_threads(work).await
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn off_the_async_threads<T: Send + 'static>(work: impl FnOnce() -> Result<T, Fault> + Send + 'static) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.map_err(|_| stopped())?
}

fn stopped() -> Fault {
    Fault::new(FaultCodeName::Internal, "a mistake of the server, or it is stopping; what was saved before is safe; try again")
}
