//! The one row that says who this device is and how far it has come.

use domain::identity::{DeviceId, OrderId, TeamCode};
use domain::reference::DirectoryEntry;
use domain::time::UtcMillis;
use rusqlite::{OptionalExtension, Row, params};

use super::Session;
use crate::shared::column::{Id, signed, unreadable, unsigned};
use crate::shared::error::StoreError;

/// How far the device has read the server's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoredProgress {
    /// Nothing yet.
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

/// The clock's distance from the server's, as it was once measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MeasuredClock {
    /// What to add to this device's time, milliseconds.
    pub offset_ms: i64,
    /// When, by this device's clock.
    pub measured_at: UtcMillis,
}

/// Who this device is and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceIdentity {
    /// Chosen here, before the enrolment.
    pub device: DeviceId,
    /// 32 bytes that only this device knows.
    pub secret: Vec<u8>,
    /// The server; `None` while not enrolled.
    pub server_url: Option<String>,
    /// Whose device it is.
    pub person: Option<DirectoryEntry>,
    /// The team that the server named at the enrolment.
    pub team: Option<TeamCode>,
    /// The person logged out on this screen.
    pub logged_out: bool,
    /// The credential was revoked, as the server last said.
    pub revoked: bool,
    /// Number of the last own event.
    pub last_sequence: u64,
    /// How far it has read.
    pub progress: StoredProgress,
    /// The server's mark of its log there.
    pub log_mark: Option<i64>,
    /// Counts first syncs.
    pub generation: i64,
    /// Revision of the reference data here; 0 for none.
    pub reference_revision: u64,
    /// When the server last said that the reference data here is the newest.
    pub reference_as_of: Option<UtcMillis>,
    /// The clock's offset.
    pub clock: Option<MeasuredClock>,
    /// The last exchange that reached its end.
    pub last_contact: Option<UtcMillis>,
    /// File name of a damaged store that was moved aside.
    pub damaged_moved_to: Option<String>,
    /// Somebody was told of it. Also `true` where nothing was moved.
    pub damage_told: bool,
    /// The note of numbers that a store left which is gone from here, until somebody enrols.
    pub left_behind: Option<String>,
}

impl DeviceIdentity {
    /// A device that nobody knows yet.
    pub fn fresh(device: DeviceId, secret: Vec<u8>) -> Self {
        Self {
            device,
            secret,
            server_url: None,
            person: None,
            team: None,
            logged_out: false,
            revoked: false,
            last_sequence: 0,
            progress: StoredProgress::Nothing,
            log_mark: None,
            generation: 0,
            reference_revision: 0,
            reference_as_of: None,
            clock: None,
            last_contact: None,
            damaged_moved_to: None,
            damage_told: true,
            left_behind: None,
        }
    }

    /// This device's time `now` corrected by the offset that was measured last.
    pub fn corrected(&self, now: UtcMillis) -> UtcMillis {
        now.plus(self.clock.map_or(0, |clock| clock.offset_ms))
    }
}

const COLUMNS: &str =
    "device, secret, server_url, person, team, logged_out, revoked, last_sequence, progress, progress_position, progress_after,
    generation, reference_revision, reference_as_of, clock_offset_ms, clock_measured_at, last_contact, damaged_moved_to, log_mark,
    left_behind, damage_told";

impl Session<'_> {
    /// The identity; `None` in an empty store.
    ///
    /// # Errors
    /// As the database fails.
    pub fn identity(&self) -> Result<Option<DeviceIdentity>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!("SELECT {COLUMNS} FROM device"))?;
        Ok(statement.query_row([], read_identity).optional()?)
    }

    /// Puts the identity in the place of whatever was there.
    ///
    /// # Errors
    /// As the database fails.
    pub fn put_identity(&self, identity: &DeviceIdentity) -> Result<(), StoreError> {
        let (progress, position, after) = progress_columns(identity.progress);
        let places = "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21";
        self.connection.prepare_cached(&format!("INSERT OR REPLACE INTO device (only, {COLUMNS}) VALUES (1, {places})"))?.execute(
            params![
                Id(identity.device.0),
                identity.secret,
                identity.server_url,
                identity.person.as_ref().and_then(|person| serde_json::to_string(person).ok()),
                identity.team.as_ref().map(TeamCode::as_str),
                identity.logged_out,
                identity.revoked,
                signed(identity.last_sequence),
                progress,
                position,
                after.map(|order| Id(order.0)),
                identity.generation,
                signed(identity.reference_revision),
                identity.reference_as_of.map(|instant| instant.0),
                identity.clock.map(|clock| clock.offset_ms),
                identity.clock.map(|clock| clock.measured_at.0),
                identity.last_contact.map(|instant| instant.0),
                identity.damaged_moved_to,
                identity.log_mark,
                identity.left_behind,
                identity.damage_told,
            ],
        )?;
        Ok(())
    }

    /// Takes the next number for an own event.
    ///
    /// # Errors
    /// As the database fails.
    pub fn take_sequence(&self) -> Result<u64, StoreError> {
        // Not with `RETURNING`, which makes a table of its own each time: that takes longer than both statements.
        self.connection.prepare_cached("UPDATE device SET last_sequence = last_sequence + 1")?.execute([])?;
        let mut statement = self.connection.prepare_cached("SELECT last_sequence FROM device")?;
        Ok(statement.query_row([], |row| unsigned(row, 0))?)
    }
}

fn progress_columns(progress: StoredProgress) -> (&'static str, i64, Option<OrderId>) {
    match progress {
        StoredProgress::Nothing => ("nothing", 0, None),
        StoredProgress::FirstSync { log_end, after } => ("first_sync", signed(log_end), Some(after)),
        StoredProgress::Log { cursor } => ("log", signed(cursor), None),
    }
}

fn read_progress(row: &Row<'_>) -> rusqlite::Result<StoredProgress> {
    let word: String = row.get(8)?;
    let after: Option<Id> = row.get(10)?;
    Ok(match (word.as_str(), after) {
        ("first_sync", Some(after)) => StoredProgress::FirstSync { log_end: unsigned(row, 9)?, after: OrderId(after.0) },
        ("log", _) => StoredProgress::Log { cursor: unsigned(row, 9)? },
        _ => StoredProgress::Nothing,
    })
}

fn read_identity(row: &Row<'_>) -> rusqlite::Result<DeviceIdentity> {
    let person: Option<String> = row.get(3)?;
    let offset_ms: Option<i64> = row.get(14)?;
    let measured_at: Option<i64> = row.get(15)?;
    Ok(DeviceIdentity {
        device: DeviceId(row.get::<_, Id>(0)?.0),
        secret: row.get(1)?,
        server_url: row.get(2)?,
        person: person.map(|text| serde_json::from_str(&text)).transpose().map_err(|error| unreadable(3, error))?,
        team: row.get::<_, Option<String>>(4)?.map(TeamCode),
        logged_out: row.get(5)?,
        revoked: row.get(6)?,
        last_sequence: unsigned(row, 7)?,
        progress: read_progress(row)?,
        generation: row.get(11)?,
        reference_revision: unsigned(row, 12)?,
        reference_as_of: row.get::<_, Option<i64>>(13)?.map(UtcMillis),
        clock: offset_ms.zip(measured_at).map(|(offset_ms, at)| MeasuredClock { offset_ms, measured_at: UtcMillis(at) }),
        last_contact: row.get::<_, Option<i64>>(16)?.map(UtcMillis),
        damaged_moved_to: row.get(17)?,
        log_mark: row.get(18)?,
        left_behind: row.get(19)?,
        damage_told: row.get(20)?,
    })
}
