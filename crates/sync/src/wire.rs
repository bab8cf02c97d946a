//! What travels. A body is MessagePack with named fields (so that a newer end may add some), compressed with zstd; events
//! travel as the verbatim bytes that were recorded.
//!
//! A newer server may also add reasons, standings, outcomes, entries of the log and kinds of news, as long as an older
//! device may pass them over: reasons become `Unknown`, an outcome counts as held, an entry is passed over, and there is no
//! news. Whatever an older end must not miss needs a new [`PROTOCOL`]; so do a node, an urgency and a role of the domain.

use domain::identity::{DeviceId, EventId, OrderId, StaffNo};
use domain::recorded::{HeldReason, Receipt, Verdict};
use domain::reference::{
    Campus, Department, DirectoryEntry, FaultClass, Location, PartPriceFrom, PriceItem, ServiceLevel, SparePart, Team, Validity, Warehouse,
};
use domain::row::OrderRow;
use domain::time::UtcMillis;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_bytes::ByteBuf;

use crate::newer::{Extensible, read};

/// The version of the exchange that this program speaks.
/// - 1: 2026-11, the first.
pub const PROTOCOL: u16 = 1;

/// The most events in one request.
pub const MOST_UPLOADS: usize = 500;
/// The most bytes of a request body as it travels.
pub const LARGEST_REQUEST_BYTES: usize = 4 * 1024 * 1024;
/// The most bytes of a request body once unpacked: [`MOST_UPLOADS`] events at their limit, with room for the rest.
pub const LARGEST_REQUEST_UNPACKED_BYTES: usize = 16 * 1024 * 1024;
/// The most bytes of an answer body as it travels.
pub const LARGEST_ANSWER_BYTES: usize = 32 * 1024 * 1024;
/// The most bytes of an answer body once unpacked.
pub const LARGEST_ANSWER_UNPACKED_BYTES: usize = 128 * 1024 * 1024;
/// The most documents that are compared in one exchange.
pub const MOST_CHECKS: usize = 4;
/// The most predecessors an uploaded event may name.
pub const MOST_PREDECESSORS: usize = 64;

/// A device asks: here is what I have to say, and this is what I know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExchangeRequest {
    /// [`PROTOCOL`] of the device.
    pub protocol: u16,
    /// Unsent events, in the order of their numbers; at most [`MOST_UPLOADS`].
    pub uploads: Vec<Upload>,
    /// How far the device has come.
    pub progress: Progress,
    /// [`ExchangeAnswer::log_mark`] of the answer that brought it there; ignored with [`Progress::Nothing`].
    #[serde(default)]
    pub log_mark: Option<i64>,
    /// Revision of the reference data that the device holds; 0 for none.
    pub reference_revision: u64,
    /// Orders whose documents are compared; at most [`MOST_CHECKS`], and none before [`Progress::Log`].
    #[serde(default)]
    pub checks: Vec<OrderCheck>,
}

/// A document as the device has it, to be compared with the server's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCheck {
    /// The order.
    pub order: OrderId,
    /// The hashes of the heads, one after the other as the document sorts them, of the document of its recorded events up to
    /// the cursor; empty where the device has none that it can build, and asks for the order anew.
    pub heads: ByteBuf,
}

/// An event on its way up. Id, order and number are repeated outside, so that unreadable bytes can be answered too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// The event's id.
    pub id: EventId,
    /// Its order.
    pub order: OrderId,
    /// The sender's number of it, as in the event; [`domain::event::NO_NUMBER`] for what another phone of the person recorded.
    pub sequence: u64,
    /// The recorded bytes.
    pub event: ByteBuf,
    /// What it builds on.
    pub predecessors: Vec<EventId>,
}

/// How far a device has come in reading the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// Nothing yet, or everything anew.
    Nothing,
    /// In the middle of the first sync.
    FirstSync {
        /// The log's end when it began.
        log_end: u64,
        /// The last order that was stored.
        after: OrderId,
    },
    /// Reading the log.
    Log {
        /// The last position that was read.
        cursor: u64,
    },
}

/// The server answers, after everything it acknowledges is durable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExchangeAnswer {
    /// [`PROTOCOL`] of the server.
    pub protocol: u16,
    /// The server's clock, for measuring the device's.
    pub server_time: UtcMillis,
    /// What the credential is worth.
    pub standing: CredentialStanding,
    /// One for each upload, in their order.
    pub outcomes: Vec<UploadOutcome>,
    /// The highest number of this device that the server holds; a restored device continues above it.
    pub highest_sequence: u64,
    /// Numbers below the highest that the server does not hold, as inclusive ranges; at most 100.
    pub missing_sequences: Vec<(u64, u64)>,
    /// News.
    pub down: Down,
    /// The mark of the log's entry at the position to which the news lead, or of the last one before it; `None` where there is
    /// none. A server that was restored from an older copy has another log from there on, and with it other marks.
    #[serde(default)]
    pub log_mark: Option<i64>,
    /// Reference data, when the device's is not the newest.
    pub reference: Option<ReferenceDelta>,
    /// Orders of [`ExchangeRequest::checks`] that are in scope and differ: whole, replacing what the device has of the server.
    #[serde(default)]
    pub anew: Vec<PackedOrder>,
}

/// What the credential is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialStanding {
    /// All is well.
    Valid,
    /// It may push for review and gets nothing else (`architecture.md`, "Trust").
    Revoked,
    /// A standing that only a newer server knows: what was sent counts as answered, and news are taken where there are some.
    #[serde(other)]
    Unknown,
}

/// What became of an upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum UploadOutcome {
    /// Recorded, now or earlier: the first receipt, again.
    Recorded {
        /// Which event.
        id: EventId,
        /// Its receipt.
        receipt: Receipt,
        /// The predecessors that are authoritative from now on.
        predecessors: Vec<EventId>,
        /// SHA-256 of the bytes that the server holds.
        sha256: ByteBuf,
    },
    /// Kept outside the document for the time being.
    Held {
        /// Which event.
        id: EventId,
        /// Why.
        reason: HeldReason,
    },
    /// The id is taken by other bytes. The device keeps its event and shows it.
    IdReused {
        /// Which event.
        id: EventId,
    },
    /// Kept outside the document, and somebody at the centre has looked at it: it stays there. An older program reads this as held for a
    /// reason that it has no words for.
    Left {
        /// Which event.
        id: EventId,
        /// Why it was held.
        reason: HeldReason,
        /// Why it was left, in the words of whoever looked at it.
        because: String,
    },
}

/// News for the device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum Down {
    /// None for a revoked credential.
    Nothing,
    /// A page of the first sync.
    FirstSync {
        /// The log's end when it began: the cursor once the last page is stored.
        log_end: u64,
        /// Orders in scope, by id.
        orders: Vec<PackedOrder>,
        /// Whether another page follows.
        more: bool,
    },
    /// A page of the log, as far as this device may see it.
    Log {
        /// In order of position.
        entries: Vec<LogEntry>,
        /// The position up to which the page reaches, seen or not.
        cursor: u64,
        /// Whether another page follows.
        more: bool,
    },
    /// The person's team has changed, or the log is another: begin anew with [`Progress::Nothing`]. Unsent events stay.
    BeginAnew,
    /// Something that only a newer server says. The device stays where it is.
    Newer,
}

/// A whole order: its row as the server has it, and its events packed. The device stores it as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackedOrder {
    /// The row.
    pub row: OrderRow,
    /// [`pack`] of its events.
    pub packed: ByteBuf,
}

/// An event on its way down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackedEvent {
    /// The event's id.
    pub id: EventId,
    /// The recorded bytes.
    pub event: ByteBuf,
    /// What it builds on.
    pub predecessors: Vec<EventId>,
    /// The server's word.
    pub receipt: Receipt,
}

/// One entry of the log, as a device sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum LogEntry {
    /// An event of an order in scope.
    Event {
        /// The order.
        order: OrderId,
        /// The event with its receipt, which holds the position.
        event: PackedEvent,
    },
    /// An event was judged again.
    Judged {
        /// Position of the verdict.
        position: u64,
        /// The order.
        order: OrderId,
        /// The event.
        event: EventId,
        /// The new verdict.
        verdict: Verdict,
    },
    /// An own event that was held is now recorded, is held for another reason, or was left.
    Outcome {
        /// Position of the entry.
        position: u64,
        /// What became of it.
        outcome: UploadOutcome,
    },
    /// An order came into scope: whole, replacing what was put away.
    Entered {
        /// Position of the entry.
        position: u64,
        /// The order.
        order: Box<PackedOrder>,
    },
    /// An order left the scope: put away its content, keep ids, numbers, replies and unsent events.
    Left {
        /// Position of the entry.
        position: u64,
        /// The order.
        order: OrderId,
    },
    /// An entry that only a newer server writes: passed over. Every kind has a position.
    Newer {
        /// Position of the entry.
        position: u64,
    },
}

/// The part of every outcome that an older device needs.
#[derive(Deserialize)]
pub(crate) struct IdAlways {
    id: EventId,
}

/// The part of every entry that an older device needs.
#[derive(Deserialize)]
pub(crate) struct PositionAlways {
    position: u64,
}

impl<'de> Extensible<'de> for UploadOutcome {
    const KNOWN: &'static [&'static str] = &["recorded", "held", "id_reused", "left"];
    type Always = IdAlways;

    fn known<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }

    fn newer(always: Option<IdAlways>) -> Option<Self> {
        always.map(|IdAlways { id }| Self::Held { id, reason: HeldReason::Unknown })
    }
}

impl<'de> Extensible<'de> for LogEntry {
    const KNOWN: &'static [&'static str] = &["event", "judged", "outcome", "entered", "left"];
    type Always = PositionAlways;

    fn known<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }

    fn newer(always: Option<PositionAlways>) -> Option<Self> {
        always.map(|PositionAlways { position }| Self::Newer { position })
    }
}

impl<'de> Extensible<'de> for Down {
    const KNOWN: &'static [&'static str] = &["nothing", "first_sync", "log", "begin_anew"];
    type Always = IgnoredAny;

    fn known<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }

    fn newer(_: Option<IgnoredAny>) -> Option<Self> {
        Some(Self::Newer)
    }
}

/// `remote = "Self"` gives these enums derived code under their own name; the traits read newer variants as well.
macro_rules! extensible {
    ($($name:ident),*) => { $(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                read(deserializer)
            }
        }
    )* };
}

extensible!(UploadOutcome, LogEntry, Down);

/// Reference data that is newer than the device's; rows replace those with the same key, none are removed. What left the campus comes
/// once more: people as ended, the rest with the campus where it is now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceDelta {
    /// The revision after it.
    pub revision: u64,
    /// Whether the rows are everything of the campus: whoever else the device knows is of another one, and ends there.
    #[serde(default)]
    pub whole: bool,
    /// All campuses of the hospital.
    #[serde(default)]
    pub campuses: Vec<Campus>,
    /// Departments of the campus.
    pub departments: Vec<Department>,
    /// Staff of the campus: its departments' and its teams'.
    pub staff: Vec<DirectoryEntry>,
    /// Places of the campus.
    pub locations: Vec<Location>,
    /// Fault classes.
    pub fault_classes: Vec<FaultClass>,
    /// Teams of the campus.
    pub teams: Vec<Team>,
    /// Limits.
    pub service_levels: Vec<ServiceLevel>,
    /// Parts.
    pub parts: Vec<SparePart>,
    /// Prices of parts by day.
    pub part_prices: Vec<PartPriceFrom>,
    /// Price list.
    pub price_items: Vec<PriceItem>,
    /// Stores.
    pub warehouses: Vec<Warehouse>,
}

/// `POST /sync/v1/enroll`, as JSON: the device has chosen its id and secret before, so that a lost answer can be asked for again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrollRequest {
    /// The one-time code.
    pub code: String,
    /// The device's own id.
    pub device: DeviceId,
    /// The device's secret, 32 bytes in hex; the server keeps its SHA-256 only. Later sent as `Authorization: Bearer <device>.<secret>`.
    pub secret: String,
    /// Whose work lies on the device already. A code of somebody else is then refused, and stays usable elsewhere.
    #[serde(default)]
    pub expected_person: Option<StaffNo>,
    /// Who holds that number, because numbers are reissued, as the device knows it.
    #[serde(default)]
    pub expected_holder: Option<Holder>,
}

/// Who holds a staff number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Name.
    pub name: String,
    /// The period.
    pub validity: Validity,
}

impl Holder {
    /// Who an entry of the directory is about.
    pub fn of(entry: &DirectoryEntry) -> Self {
        Self { name: entry.name.clone(), validity: entry.validity }
    }

    /// Whether this is the person of an entry of the same number: by the name, which other periods may have as well, or by the
    /// period, in which a name may have been corrected (`domain.md`, "numbers are reissued").
    pub fn is(&self, entry: &DirectoryEntry) -> bool {
        self.name == entry.name || self.validity.valid_from == entry.validity.valid_from
    }
}

/// The answer to [`EnrollRequest`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrollAnswer {
    /// Whose device it is now.
    pub person: DirectoryEntry,
    /// The team that the person works in or leads first; campus and store follow from it.
    pub team: Option<Team>,
    /// The server's clock.
    pub server_time: UtcMillis,
}
