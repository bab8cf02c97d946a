//! What is going to happen: a list that follows from the seed alone. A step draws its own chance, so that a story stays the
//! same when another step is left out of it.

use domain::time::{DAY_MS, HOUR_MS, MINUTE_MS};

use super::random::Chance;

/// Steps of one simulation before everything is healed.
const STEPS: usize = 120;
/// How long nothing happens before a step, at most, with its weight: mostly seconds, because an answer that takes longer than
/// two minutes is not waited for.
const PAUSES: [(usize, i64); 4] = [(70, 15_000), (20, 4 * MINUTE_MS), (8, HOUR_MS), (2, 12 * HOUR_MS)];
/// What happens next, with its weight.
const STEPS_BY_WEIGHT: [(usize, Step); 30] = [
    (240, Step::Work),
    (200, Step::BeginExchange),
    (480, Step::Deliver),
    (60, Step::Lose),
    (50, Step::Repeat),
    (25, Step::Cut),
    (25, Step::GiveUp),
    (10, Step::Part),
    (30, Step::StopPhone),
    (25, Step::KillPhone),
    (10, Step::FillPhone),
    (10, Step::StopServer),
    (20, Step::KillServer),
    (6, Step::FillServer),
    (12, Step::JumpClock),
    (12, Step::BackUp),
    (8, Step::Restore),
    (3, Step::CopyPhone),
    (180, Step::Decide),
    (45, Step::Review),
    (12, Step::MoveSomebody),
    (5, Step::Revoke),
    (9, Step::EnrolAnew),
    (20, Step::UpgradePhone),
    (10, Step::UpgradeServer),
    (14, Step::PushHostile),
    (8, Step::PushNewer),
    (24, Step::HelpOut),
    (6, Step::PassADay),
    (3, Step::PassAMonth),
];

/// One thing that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A worker does something.
    Work,
    /// A phone asks the server.
    BeginExchange,
    /// A message arrives, whichever it is: any may overtake the others.
    Deliver,
    /// A message is lost.
    Lose,
    /// A message arrives and will arrive again.
    Repeat,
    /// A message arrives without its end.
    Cut,
    /// A phone waits no longer for its answer, which may still come.
    GiveUp,
    /// A phone has no network, for hours or weeks.
    Part,
    /// A phone's process stops and is started again.
    StopPhone,
    /// A phone's process will stop in the middle of a transaction, at any row that it writes.
    KillPhone,
    /// A phone's disk is full, until its process is started again.
    FillPhone,
    /// The server's process stops and is started again.
    StopServer,
    /// The server's process will stop in the middle of a transaction.
    KillServer,
    /// The server's disk is full, until its process is started again.
    FillServer,
    /// Somebody sets a phone's clock: by minutes, hours or days.
    JumpClock,
    /// A phone is backed up.
    BackUp,
    /// A phone is restored from its backup.
    Restore,
    /// A phone is copied, and both are used.
    CopyPhone,
    /// The centre reports or decides.
    Decide,
    /// The centre looks at what was set aside or is held.
    Review,
    /// Somebody changes team.
    MoveSomebody,
    /// A phone's credential is revoked.
    Revoke,
    /// Somebody gets a new code, for this phone or another.
    EnrolAnew,
    /// A phone's program is upgraded, where it is an older one.
    UpgradePhone,
    /// The server's program is upgraded, where it is an older one.
    UpgradeServer,
    /// Somebody pushes what is not theirs.
    PushHostile,
    /// A newer program pushes kinds that nobody here knows.
    PushNewer,
    /// Somebody helps out with an order, which may be none of theirs.
    HelpOut,
    /// Nothing happens for a day.
    PassADay,
    /// Nothing happens for a month: what was done leaves the phones.
    PassAMonth,
}

impl Step {
    /// The name under which it is counted among the faults; `None` for what happens in every hospital every day, and for upgrades,
    /// which are counted where there is something to upgrade.
    pub fn fault(self) -> Option<&'static str> {
        Some(match self {
            Self::Work | Self::BeginExchange | Self::Deliver | Self::Decide | Self::Review | Self::PassADay | Self::PassAMonth => {
                return None;
            }
            Self::UpgradePhone | Self::UpgradeServer => return None,
            Self::Lose => "message_lost",
            Self::Repeat => "message_repeated",
            Self::Cut => "message_cut",
            Self::GiveUp => "answer_not_waited_for",
            Self::Part => "partition",
            Self::StopPhone => "phone_stopped",
            Self::KillPhone => "phone_killed_while_writing",
            Self::FillPhone => "phone_full",
            Self::StopServer => "server_stopped",
            Self::KillServer => "server_killed_while_writing",
            Self::FillServer => "server_full",
            Self::JumpClock => "clock_jumped",
            Self::BackUp => "phone_backed_up",
            Self::Restore => "phone_restored",
            Self::CopyPhone => "phone_cloned",
            Self::MoveSomebody => "person_moved",
            Self::Revoke => "credential_revoked",
            Self::EnrolAnew => "enrolled_anew",
            Self::PushHostile => "hostile_push",
            Self::PushNewer => "newer_kind",
            Self::HelpOut => "work_on_any_order",
        })
    }
}

/// A step, when it happens, and its chance.
#[derive(Debug, Clone)]
pub struct Planned {
    /// Its number in the plan, from 1 on.
    pub number: usize,
    /// What happens.
    pub step: Step,
    /// How long after the step before, in milliseconds.
    pub pause_ms: i64,
    /// Decides everything that is open.
    pub chance: Chance,
}

/// The plan of a seed.
pub fn plan(seed: u64) -> Vec<Planned> {
    let mut chance = Chance::of(!seed);
    (1..=STEPS).map(|number| planned(number, &mut chance)).collect()
}

fn planned(number: usize, chance: &mut Chance) -> Planned {
    let longest = chance.weighted(&PAUSES).copied().unwrap_or(0);
    let pause = chance.below(usize::try_from(longest).unwrap_or(0));
    let step = chance.weighted(&STEPS_BY_WEIGHT).copied().unwrap_or(Step::Work);
    Planned { number, step, pause_ms: i64::try_from(pause).unwrap_or(0), chance: Chance::of(chance.bits()) }
}

/// How long a phone is without network: an evening, a shift, a long weekend, weeks.
pub const PARTITIONS_MS: [i64; 4] = [2 * HOUR_MS, 9 * HOUR_MS, 3 * DAY_MS, 16 * DAY_MS];
/// By how much somebody sets a clock.
pub const JUMPS_MS: [i64; 6] = [-3 * DAY_MS, -HOUR_MS, -5 * MINUTE_MS, 7 * MINUTE_MS, 2 * HOUR_MS, 40 * DAY_MS];
