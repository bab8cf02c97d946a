//! What one deed leaves for the next, which is nearly always about the same order: who works here, and the order as it stands, read
//! and replayed already. It is true as long as the store is as the deed left it: whatever else was changed there since, by this
//! program or another, and the next deed reads everything again.

use chrono::NaiveDate;
use domain::assess::Prices;
use domain::fault::Fault;
use domain::identity::OrderId;
use domain::recorded::Recorded;
use domain::state::OrderState;
use store::device::{Session, StoreVersion};
use store::shared::reference::ViewNames;

use crate::order::events::OrderEvents;
use crate::worker::Worker;

/// Who works here and the order that was worked on last.
pub struct Remembered {
    version: StoreVersion,
    /// The person is somebody's entry of a day, by this device's corrected time.
    today: NaiveDate,
    worker: Worker,
    order: KnownOrder,
}

/// An order as it was read and replayed.
pub struct KnownOrder {
    /// Which.
    pub order: OrderId,
    /// Its events.
    pub events: OrderEvents,
    /// The same as `domain` takes them.
    pub recorded: Vec<Recorded>,
    /// What they make of it.
    pub state: OrderState,
    /// Names that its view shows.
    pub names: ViewNames,
    /// Prices of what it uses.
    pub prices: Prices,
}

impl Remembered {
    /// What is to be remembered of a deed, at the end of its transaction and only once that is durable.
    ///
    /// # Errors
    /// As the store fails.
    pub fn of(session: &Session<'_>, today: NaiveDate, worker: Worker, order: KnownOrder) -> Result<Self, Fault> {
        Ok(Self { version: session.version()?, today, worker, order })
    }

    /// What of it is still true in this transaction, at its beginning.
    ///
    /// # Errors
    /// As the store fails.
    pub fn still_true(self, session: &Session<'_>, today: NaiveDate) -> Result<Option<(Worker, KnownOrder)>, Fault> {
        let is_true = self.today == today && self.version == session.version()?;
        Ok(is_true.then_some((self.worker, self.order)))
    }
}
