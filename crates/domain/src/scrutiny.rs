//! Confirmations that are unlikely to be honest (requirement G1, "repeated confirmer"; `domain.md`, contradiction 23, "repeated
//! confirmers watched"). What is found is laid before a person with its reason. It is no verdict: the confirmation counts, and the
//! worker is not held up.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::event::{ConfirmationFlag, ConfirmationJudged, Standing, Suspicion};
use crate::time::{DAY_MS, MINUTE_MS};

/// From where on something is unlikely. No document gives the figures: they are ours, chosen so that a nurse who confirms
/// what was repaired on her ward in one visit, and a worker who mistypes a number, are left alone. Changeable per hospital.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// Orders of one worker that one number confirms within [`Self::burst_ms`].
    pub burst_orders: u32,
    /// How far apart the confirmations of a burst are at most, in milliseconds.
    pub burst_ms: i64,
    /// Confirmations of one number for departments that its person does not belong to, without a single one for the own.
    pub never_of_the_department: u32,
    /// The time in which they are counted, in milliseconds.
    pub never_of_the_department_ms: i64,
    /// Different numbers looked up on one device within [`Self::look_ups_ms`].
    pub look_ups: u32,
    /// Different numbers after which a device shows no further ones for the time being: a directory is no oracle.
    pub most_look_ups: u32,
    /// The time in which look-ups are counted, in milliseconds.
    pub look_ups_ms: i64,
}

/// The thresholds in force.
pub const THRESHOLDS: Thresholds = Thresholds {
    burst_orders: 4,
    burst_ms: 10 * MINUTE_MS,
    never_of_the_department: 3,
    never_of_the_department_ms: 30 * DAY_MS,
    look_ups: 6,
    most_look_ups: 10,
    look_ups_ms: 10 * MINUTE_MS,
};

/// Whoever is shown no more names is flagged, too.
const _: () = assert!(THRESHOLDS.look_ups < THRESHOLDS.most_look_ups, "what is refused has to be flagged before");

/// What happened around a confirmation, itself included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Around {
    /// Orders of the same recorder that the number confirmed within [`Thresholds::burst_ms`] before or after.
    pub orders_in_a_burst: u32,
    /// Confirmations of the number for other departments within [`Thresholds::never_of_the_department_ms`] before.
    pub for_other_departments: u32,
    /// Confirmations of the number for the own department in that time.
    pub for_the_own_department: u32,
    /// Different numbers looked up on the device.
    pub look_ups: u32,
}

/// What somebody has to look at. A refusal is in nobody's favour, and a confirmation that was rejected needs somebody anyway.
pub fn flags(accepted: bool, standing: Standing, around: Around, thresholds: &Thresholds) -> Vec<ConfirmationFlag> {
    if !accepted || standing == Standing::Rejected {
        return Vec::new();
    }
    let never_at_home = standing == Standing::OtherDepartment && around.for_the_own_department == 0;
    let candidates = [
        (Suspicion::Burst, true, around.orders_in_a_burst, thresholds.burst_orders),
        (Suspicion::NeverOfTheDepartment, never_at_home, around.for_other_departments, thresholds.never_of_the_department),
        (Suspicion::ManyLookUps, true, around.look_ups, thresholds.look_ups),
    ];
    let found = candidates.into_iter().filter(|(_, fits, count, threshold)| *fits && count >= threshold);
    found.map(|(why, _, count, _)| ConfirmationFlag { why, count }).collect()
}

/// Whether it is news for somebody that the confirmer had left: not where the number was not taken for somebody's who is there, and
/// not a second time. `doubts` are those of the confirmation as it is judged now.
pub fn is_leaving_news(standing: Standing, doubts: &[Doubt]) -> bool {
    let is_taken_for_valid = matches!(standing, Standing::Verified | Standing::OtherDepartment | Standing::MaintenanceStaff);
    is_taken_for_valid && doubts.iter().all(|doubt| doubt.why != DoubtReason::HadLeft)
}

/// The last judgement of a confirmation, which stands, and that by the list of `directory_revision` the confirmer had left.
pub fn flagged_as_left(last: &ConfirmationJudged, directory_revision: u64) -> ConfirmationJudged {
    let flag = ConfirmationFlag { why: Suspicion::HadLeft, count: 1 };
    ConfirmationJudged { directory_revision, flags: last.flags.iter().copied().chain([flag]).collect(), ..last.clone() }
}

/// Why a judged confirmation is in the list of those that somebody has to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DoubtReason {
    /// The worker's own number.
    OwnNumber,
    /// A colleague from maintenance.
    MaintenanceStaff,
    /// The number was not its person's at that time: somebody who left, or has not begun.
    NotValid,
    /// [`Suspicion::Burst`]
    Burst,
    /// [`Suspicion::NeverOfTheDepartment`]
    NeverOfTheDepartment,
    /// [`Suspicion::ManyLookUps`]
    ManyLookUps,
    /// [`Suspicion::HadLeft`]
    HadLeft,
}

/// One reason, with how many orders, confirmations or numbers it is about, where it is about several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Doubt {
    /// Why.
    pub why: DoubtReason,
    /// How many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
}

/// Why somebody has to look at a confirmation that was judged so.
pub fn doubts(is_own_number: bool, judged: &ConfirmationJudged) -> Vec<Doubt> {
    let of_standing = match judged.standing {
        _ if is_own_number => Some(DoubtReason::OwnNumber),
        Standing::MaintenanceStaff => Some(DoubtReason::MaintenanceStaff),
        Standing::Unverified | Standing::Rejected if judged.name.is_some() => Some(DoubtReason::NotValid),
        _ => None,
    };
    let of_standing = of_standing.map(|why| Doubt { why, count: None });
    of_standing.into_iter().chain(judged.flags.iter().filter_map(doubt_of)).collect()
}

fn doubt_of(flag: &ConfirmationFlag) -> Option<Doubt> {
    let (why, count) = match flag.why {
        Suspicion::Burst => (DoubtReason::Burst, Some(flag.count)),
        Suspicion::NeverOfTheDepartment => (DoubtReason::NeverOfTheDepartment, Some(flag.count)),
        Suspicion::ManyLookUps => (DoubtReason::ManyLookUps, Some(flag.count)),
        Suspicion::HadLeft => (DoubtReason::HadLeft, None),
        Suspicion::Unknown => return None,
    };
    Some(Doubt { why, count })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(standing: Standing, around: Around, expected: &[(Suspicion, u32)]) {
        let found: Vec<_> = flags(true, standing, around, &THRESHOLDS).into_iter().map(|flag| (flag.why, flag.count)).collect();
        assert_eq!(found, expected, "{around:?}");
        for (accepted, standing) in [(false, standing), (true, Standing::Rejected)] {
            assert!(flags(accepted, standing, around, &THRESHOLDS).is_empty(), "{around:?}");
        }
    }

    #[test]
    fn what_is_unlikely_is_flagged_from_its_threshold_on() {
        let alone = Around { orders_in_a_burst: 1, for_other_departments: 0, for_the_own_department: 1, look_ups: 1 };
        check(Standing::Verified, alone, &[]);
        check(Standing::Verified, Around { orders_in_a_burst: 3, ..alone }, &[]);
        check(Standing::Verified, Around { orders_in_a_burst: 4, ..alone }, &[(Suspicion::Burst, 4)]);
        check(Standing::Unverified, Around { orders_in_a_burst: 9, ..alone }, &[(Suspicion::Burst, 9)]);
        check(Standing::Verified, Around { look_ups: 5, ..alone }, &[]);
        check(Standing::Verified, Around { look_ups: 6, ..alone }, &[(Suspicion::ManyLookUps, 6)]);
        let away = Around { for_other_departments: 2, for_the_own_department: 0, ..alone };
        check(Standing::OtherDepartment, away, &[]);
        let away = Around { for_other_departments: 3, ..away };
        check(Standing::OtherDepartment, away, &[(Suspicion::NeverOfTheDepartment, 3)]);
        check(Standing::Verified, away, &[]);
        check(Standing::OtherDepartment, Around { for_the_own_department: 1, ..away }, &[]);
    }

    #[test]
    fn that_the_confirmer_had_left_is_news_of_what_was_taken_for_valid_and_once() {
        for (standing, is_news) in [
            (Standing::Verified, true),
            (Standing::OtherDepartment, true),
            (Standing::MaintenanceStaff, true),
            (Standing::Unverified, false),
            (Standing::Rejected, false),
        ] {
            let burst = ConfirmationFlag { why: Suspicion::Burst, count: 4 };
            let name = Some("潘勇".to_owned());
            let event = crate::identity::EventId(uuid::Uuid::nil());
            let judged = ConfirmationJudged { event, standing, directory_revision: 3, name, department: None, flags: vec![burst] };
            assert_eq!(is_leaving_news(standing, &doubts(false, &judged)), is_news, "{standing:?}");
            let flagged = flagged_as_left(&judged, 5);
            let expected = ConfirmationFlag { why: Suspicion::HadLeft, count: 1 };
            assert_eq!(flagged, ConfirmationJudged { directory_revision: 5, flags: vec![burst, expected], ..judged });
            let found = doubts(false, &flagged);
            assert_eq!(found.last(), Some(&Doubt { why: DoubtReason::HadLeft, count: None }));
            assert!(!is_leaving_news(standing, &found), "{standing:?}");
        }
    }
}
