//! How many different numbers are looked up on this device: its directory is there to check one name, and no oracle
//! (`domain::scrutiny`). Past the limit no further name is shown for a while. A confirmation under a typed number stays
//! possible: the hospital checks it, and is told how many were looked up before.

use domain::fault::{Fault, FaultCodeName};
use domain::identity::StaffNo;
use domain::scrutiny::THRESHOLDS;
use domain::time::UtcMillis;
use serde_json::json;
use store::device::{LookUp, Session};

/// What was looked up on this device lately.
pub struct Asked {
    look_ups: Vec<LookUp>,
}

impl Asked {
    /// As it stands now. A clock that was set by more than the window forgets, like time that has passed.
    pub fn lately(session: &Session<'_>, now: UtcMillis) -> Result<Self, Fault> {
        let (from, to) = window(now);
        Ok(Self { look_ups: session.look_ups(from, to)? })
    }

    /// How many different numbers that makes with this one, where its name may be shown.
    ///
    /// # Errors
    /// [`FaultCodeName::TooManyLookUps`].
    pub fn with(&self, staff_no: &StaffNo) -> Result<u32, Fault> {
        let with = self.count_with(staff_no);
        let is_known = self.has(staff_no);
        if is_known || with <= THRESHOLDS.most_look_ups { Ok(with) } else { Err(self.too_many()) }
    }

    /// How many different numbers that makes with this one, whether or not its name may be shown.
    pub fn count_with(&self, staff_no: &StaffNo) -> u32 {
        let count = u32::try_from(self.look_ups.len()).unwrap_or(u32::MAX);
        if self.has(staff_no) { count } else { count.saturating_add(1) }
    }

    fn has(&self, staff_no: &StaffNo) -> bool {
        self.look_ups.iter().any(|look_up| &look_up.staff_no == staff_no)
    }

    fn too_many(&self) -> Fault {
        let retry_at = self.look_ups.first().map(|oldest| oldest.at.plus(THRESHOLDS.look_ups_ms));
        let message = format!(
            "{} different numbers were looked up on this device within minutes, and no further names are shown for now; nothing was saved; \
             confirm with \"unverified\":true for the hospital to check the number, or try again later",
            self.look_ups.len()
        );
        Fault::new(FaultCodeName::TooManyLookUps, message).with(json!({ "retry_at": retry_at }))
    }
}

/// Writes down that the name of a number is asked for; once within the window is enough, and past the limit nothing is shown.
pub fn note(session: &Session<'_>, staff_no: &StaffNo, now: UtcMillis) -> Result<(), Fault> {
    let asked = Asked::lately(session, now)?;
    if asked.with(staff_no).is_ok() && !asked.has(staff_no) {
        let (from, to) = window(now);
        session.note_look_up(&LookUp { staff_no: staff_no.clone(), at: now }, from, to)?;
    }
    Ok(())
}

fn window(now: UtcMillis) -> (UtcMillis, UtcMillis) {
    (now.plus(-THRESHOLDS.look_ups_ms), now.plus(THRESHOLDS.look_ups_ms))
}
