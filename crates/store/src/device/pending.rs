//! Enrolments that were begun and not answered, and making room for the next person.

use domain::identity::DeviceId;
use domain::reference::{
    Department, DirectoryEntry, FaultClass, Location, PartPriceFrom, PriceItem, ServiceLevel, SparePart, Team, Warehouse,
};
use rusqlite::{OptionalExtension, params};

use super::Session;
use crate::shared::column::Id;
use crate::shared::error::StoreError;
use crate::shared::reference::remove_all;

/// What was chosen for one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingEnrolment {
    /// SHA-256 of the code as it is meant.
    pub code_sha256: Vec<u8>,
    /// The device's id, once the enrolment is accepted.
    pub device: DeviceId,
    /// Its secret, 32 bytes.
    pub secret: Vec<u8>,
}

impl Session<'_> {
    /// The enrolment that was begun with this code.
    ///
    /// # Errors
    /// As the database fails; so for every function here.
    pub fn pending_enrolment(&self, code_sha256: &[u8]) -> Result<Option<PendingEnrolment>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT device, secret FROM pending_enrolments WHERE code_sha256 = ?1")?;
        let found = statement.query_row([code_sha256], |row| {
            Ok(PendingEnrolment { code_sha256: code_sha256.to_vec(), device: DeviceId(row.get::<_, Id>(0)?.0), secret: row.get(1)? })
        });
        Ok(found.optional()?)
    }

    /// Keeps what was chosen for a code.
    ///
    /// # Errors
    /// As the database fails.
    pub fn put_pending_enrolment(&self, pending: &PendingEnrolment) -> Result<(), StoreError> {
        let mut statement =
            self.connection.prepare_cached("INSERT INTO pending_enrolments (code_sha256, device, secret) VALUES (?1, ?2, ?3)")?;
        statement.execute(params![pending.code_sha256, Id(pending.device.0), pending.secret])?;
        Ok(())
    }

    /// An answer was accepted: whatever else was begun is over.
    ///
    /// # Errors
    /// As the database fails.
    pub fn forget_pending_enrolments(&self) -> Result<(), StoreError> {
        self.connection.execute("DELETE FROM pending_enrolments", [])?;
        Ok(())
    }

    /// Removes everything that the person before had here, so that nothing of two people is ever mixed. Only for a store
    /// whose every event the server has acknowledged.
    ///
    /// # Errors
    /// As the database fails.
    pub fn clear_for_another_person(&self) -> Result<(), StoreError> {
        for table in ["events", "orders", "away", "wanted", "replies", "lost_numbers", "look_ups"] {
            self.connection.execute(&format!("DELETE FROM {table}"), [])?;
        }
        remove_all::<Department>(self.connection)?;
        remove_all::<DirectoryEntry>(self.connection)?;
        remove_all::<Location>(self.connection)?;
        remove_all::<FaultClass>(self.connection)?;
        remove_all::<Team>(self.connection)?;
        remove_all::<ServiceLevel>(self.connection)?;
        remove_all::<PartPriceFrom>(self.connection)?;
        remove_all::<SparePart>(self.connection)?;
        remove_all::<PriceItem>(self.connection)?;
        remove_all::<Warehouse>(self.connection)
    }
}
