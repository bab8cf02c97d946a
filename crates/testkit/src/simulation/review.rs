//! 核查: the dispatcher looks at what was set aside or is held, gives it effect or leaves it as it is.

use std::collections::BTreeSet;

use domain::event::ReviewOutcome;
use domain::fault::Fault;
use domain::identity::EventId;
use domain::recorded::Verdict;
use server::review::decide::{Ruling, decide};
use server::review::item::{ItemStanding, ReviewAction, ReviewItem};
use server::review::list::{ReviewQuery, list};
use store::server::events;

use super::broken::Promise;
use super::centre::{Centre, person, unable};
use super::hospital::DISPATCHER;
use super::random::Chance;

/// What was decided so far.
#[derive(Debug, Default)]
pub struct Rulings {
    /// What was given effect.
    pub admitted: BTreeSet<EventId>,
    /// What was set aside and left so.
    pub left: BTreeSet<EventId>,
}

impl Centre {
    /// Somebody looks at something that nobody has looked at yet, or now and then at what was left before.
    pub fn review(&mut self, chance: &mut Chance) -> Result<String, Promise> {
        let waiting = self.what_waits(chance.percent(20))?;
        let Some((item, ruling)) = ruling(&waiting, chance) else { return Ok("nothing is to be looked at".into()) };
        let host = self.host();
        let occasion = host.occasion();
        let decided = self.beside(|database| decide(database, &ruling, &person(database, DISPATCHER, &occasion)?, &occasion))?;
        if decided.is_none() {
            return Ok(unable());
        }
        self.note(&waiting, item, ruling.outcome)?;
        let together = if ruling.together { " together" } else { "" };
        Ok(format!("{DISPATCHER} looks at {} of {}: {:?}{together}", item.event, item.order, ruling.outcome))
    }

    fn what_waits(&mut self, with_left: bool) -> Result<Vec<ReviewItem>, Promise> {
        let host = self.host();
        let query = ReviewQuery { with_left, limit: None, after: None };
        let page = self.store.read(|database| -> Result<_, Fault> {
            list(database, &query, &person(database, DISPATCHER, &host.occasion())?, &host.occasion())
        })?;
        Ok(page.items)
    }

    /// What waited and has effect now was given it by this.
    fn note(&mut self, waiting: &[ReviewItem], item: &ReviewItem, outcome: ReviewOutcome) -> Result<(), Promise> {
        if outcome == ReviewOutcome::Left && item.standing == ItemStanding::SetAside {
            self.rulings.left.insert(item.event);
        }
        for other in waiting {
            if self.verdict_on(other.event)? == Some(Verdict::Admitted) {
                self.rulings.admitted.insert(other.event);
            }
        }
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
    Some((item, Ruling { event: item.event, device: Some(item.device), outcome, together, reason: "与班长核实".into() }))
}

fn can(item: &ReviewItem, action: ReviewAction) -> bool {
    item.can.contains(&action)
}
