//! 核查: the dispatcher looks at what was set aside or is held, gives it effect or leaves it as it is.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::ReviewOutcome;
use domain::identity::EventId;
use domain::recorded::{HeldReason, Verdict};
use server::exchange::credential::{devices_of_its_person, known};
use server::review::decide::{Ruling, decide};
use server::review::item::{ItemStanding, ReviewAction, ReviewItem};
use server::review::list::{ReviewQuery, list};
use store::StoreError;
use store::server::{events, held};
use sync::judge::in_order;

use super::broken::Promise;
use super::centre::{Centre, person, unable};
use super::hospital::DISPATCHER;
use super::mutation::Mutation;
use super::random::Chance;

/// Effect that was given to an event.
#[derive(Debug, Clone)]
pub struct Given {
    /// What it built on when it waited.
    pub built_on: Vec<EventId>,
    /// What of that was not there when it was given effect, and is declared lost by that.
    pub lost: BTreeSet<EventId>,
}

impl Given {
    /// What it builds on from then on.
    pub fn still_builds_on(&self) -> Vec<EventId> {
        in_order(self.built_on.iter().filter(|event| !self.lost.contains(event)).copied().collect())
    }
}

/// What was decided so far.
#[derive(Debug, Default)]
pub struct Rulings {
    /// What the dispatcher gave effect to, and nothing else.
    pub admitted: BTreeMap<EventId, Given>,
    /// What was set aside and left so.
    pub left: BTreeSet<EventId>,
    /// What was held and left so.
    pub left_held: BTreeSet<EventId>,
}

impl Rulings {
    /// Whether the dispatcher gave effect to it.
    pub fn have_admitted(&self, event: EventId) -> bool {
        self.admitted.contains_key(&event)
    }

    /// Whether the dispatcher declared `predecessor` lost by giving effect to `event`.
    pub fn have_declared_lost(&self, predecessor: EventId, event: EventId) -> bool {
        self.admitted.get(&event).is_some_and(|given| given.lost.contains(&predecessor))
    }
}

/// What a ruling is about, with what each builds on.
type Meant = BTreeMap<EventId, Vec<EventId>>;

impl Centre {
    /// Somebody looks at something that nobody has looked at yet, or now and then at what was left before.
    pub fn review(&mut self, chance: &mut Chance) -> Result<String, Promise> {
        let waiting = self.what_waits(chance.percent(20))?;
        let Some((item, ruling)) = ruling(&waiting, chance) else { return Ok("nothing is to be looked at".into()) };
        let meant = self.meant_by(item, &ruling)?;
        if !self.rule(&ruling)? {
            return Ok(unable());
        }
        self.note(&meant, item, ruling.outcome)?;
        self.rule_wrongly(item, &meant, &waiting)?;
        let together = if ruling.together { " together" } else { "" };
        Ok(format!("{DISPATCHER} looks at {} of {}: {:?}{together}", item.event, item.order, ruling.outcome))
    }

    /// Carries a ruling out; `false` where the adversary had prepared that the server cannot.
    fn rule(&mut self, ruling: &Ruling) -> Result<bool, Promise> {
        let host = self.host();
        let occasion = host.occasion();
        Ok(self.beside(|database| decide(database, ruling, &person(database, DISPATCHER, &occasion)?, &occasion))?.is_some())
    }

    /// What a ruling gives effect to, before it is made.
    fn meant_by(&mut self, item: &ReviewItem, ruling: &Ruling) -> Result<Meant, Promise> {
        if ruling.outcome != ReviewOutcome::Admitted {
            return Ok(Meant::new());
        }
        self.store.read(|database| {
            let held = match (item.standing, ruling.together) {
                (ItemStanding::Held, true) => {
                    let devices = devices_of_its_person(database, &known(database, item.device)?)?;
                    held::open_of_sender(database, item.order, &devices.into_iter().map(|own| own.id).collect())?
                }
                (ItemStanding::Held, false) => held::find(database, item.event, item.device)?.into_iter().collect(),
                _ => return Ok(events::find(database, item.event)?.map(|stored| (stored.id, stored.predecessors)).into_iter().collect()),
            };
            // What came under the id of something that is recorded never gets effect; the recorded one is not what is meant.
            let possible = held.into_iter().filter(|held| held.reason != HeldReason::IdTaken);
            Ok(possible.map(|held| (held.id, held.predecessors)).collect())
        })
    }

    fn what_waits(&mut self, with_left: bool) -> Result<Vec<ReviewItem>, Promise> {
        let host = self.host();
        let query = ReviewQuery { with_left, limit: None, after: None };
        let page = self.looking(|database| list(database, &query, &person(database, DISPATCHER, &host.occasion())?, &host.occasion()))?;
        Ok(page.items)
    }

    /// What was meant and has effect now was given it by this; what it builds on and is not there is declared lost.
    fn note(&mut self, meant: &Meant, item: &ReviewItem, outcome: ReviewOutcome) -> Result<(), Promise> {
        match (outcome, item.standing) {
            (ReviewOutcome::Left, ItemStanding::SetAside) => drop(self.rulings.left.insert(item.event)),
            (ReviewOutcome::Left, ItemStanding::Held) => drop(self.rulings.left_held.insert(item.event)),
            _ => {}
        }
        for (event, built_on) in meant {
            if self.verdict_on(*event)? == Some(Verdict::Admitted) {
                let mut lost = BTreeSet::new();
                for predecessor in built_on {
                    if self.verdict_on(*predecessor)?.is_none() {
                        lost.insert(*predecessor);
                    }
                }
                self.rulings.admitted.entry(*event).or_insert(Given { built_on: built_on.clone(), lost });
            }
        }
        Ok(())
    }

    /// Does more than the dispatcher has said, where that is the mistake.
    fn rule_wrongly(&mut self, item: &ReviewItem, meant: &Meant, waiting: &[ReviewItem]) -> Result<(), Promise> {
        match self.mutation {
            Some(Mutation::AdmittedWithOthers) if !meant.is_empty() => {
                let others = waiting.iter().filter(|other| other.event != item.event && !meant.contains_key(&other.event));
                for other in others.filter(|other| can(other, ReviewAction::Admit)) {
                    self.rule(&ruling_about(other, ReviewOutcome::Admitted, false))?;
                }
                Ok(())
            }
            Some(Mutation::AdmittedWithoutHistory) => self.forget_predecessors(meant),
            _ => Ok(()),
        }
    }

    fn forget_predecessors(&mut self, meant: &Meant) -> Result<(), Promise> {
        let events = meant.keys().copied();
        self.beside(|database| {
            for event in events {
                let mut statement =
                    database.prepare_cached("UPDATE events SET predecessors = x'' WHERE event_id = ?1").map_err(StoreError::from)?;
                statement.execute([event.0.as_bytes().as_slice()]).map_err(StoreError::from)?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// What the server says about an event; `None` where it is not recorded.
    pub fn verdict_on(&mut self, event: EventId) -> Result<Option<Verdict>, Promise> {
        Ok(self.store.read(|database| events::find(database, event))?.map(|stored| stored.receipt.verdict))
    }
}

/// One of what waits, and what is decided about it: more often than not what can be given effect is, also what was forged, because
/// whoever admits it vouches for it.
fn ruling<'a>(waiting: &'a [ReviewItem], chance: &mut Chance) -> Option<(&'a ReviewItem, Ruling)> {
    let mut possible: Vec<&ReviewItem> = waiting.iter().filter(|item| !item.can.is_empty()).collect();
    if chance.percent(70) && possible.iter().any(|item| can(item, ReviewAction::Admit)) {
        possible.retain(|item| can(item, ReviewAction::Admit));
    }
    let item = chance.one_of(&possible).copied()?;
    let together = can(item, ReviewAction::AdmitTogether) && chance.percent(50);
    let admits = together || can(item, ReviewAction::Admit) && (!can(item, ReviewAction::Leave) || chance.percent(75));
    let outcome = if admits { ReviewOutcome::Admitted } else { ReviewOutcome::Left };
    Some((item, ruling_about(item, outcome, together)))
}

fn ruling_about(item: &ReviewItem, outcome: ReviewOutcome, together: bool) -> Ruling {
    Ruling {
        event: item.event, device: Some(item.device), content: item.content.clone(), outcome, together, reason: "与班长核实".into()
    }
}

fn can(item: &ReviewItem, action: ReviewAction) -> bool {
    item.can.contains(&action)
}
