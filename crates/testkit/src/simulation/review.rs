//! 核查: the dispatcher looks at what was set aside or is held, gives it effect or leaves it as it is.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::ReviewOutcome;
use domain::fault::Fault;
use domain::identity::{EventId, OrderId};
use server::review::decide::{Ruling, decide};
use server::review::item::{ItemStanding, ReviewAction, ReviewItem};
use server::review::list::{ReviewQuery, list};

use super::broken::Promise;
use super::centre::{Centre, person, unable};
use super::hospital::DISPATCHER;
use super::random::Chance;

/// What was decided so far.
#[derive(Debug, Default)]
pub struct Rulings {
    /// What was given effect, with the order that it names.
    pub admitted: BTreeMap<EventId, OrderId>,
    /// What was set aside and left so.
    pub left: BTreeSet<EventId>,
}

impl Centre {
    /// Somebody looks at something that nobody has looked at yet, or now and then at what was left before.
    pub fn review(&mut self, chance: &mut Chance) -> Result<String, Promise> {
        let mut items = self.what_waits(chance.percent(20))?;
        items.retain(|item| !item.can.is_empty());
        if chance.percent(70) && items.iter().any(may_admit) {
            items.retain(may_admit);
        }
        let Some(item) = chance.one_of(&items) else { return Ok("nothing is to be looked at".into()) };
        let outcome = outcome(item, chance);
        let ruling = Ruling { event: item.event, device: Some(item.device), outcome, reason: "与班长核实".into() };
        let host = self.host();
        let occasion = host.occasion();
        let decided = self.beside(|database| decide(database, &ruling, &person(database, DISPATCHER, &occasion)?, &occasion))?;
        if decided.is_none() {
            return Ok(unable());
        }
        self.note(item, outcome);
        Ok(format!("{DISPATCHER} looks at {} of {}: {outcome:?}", item.event, item.order))
    }

    fn what_waits(&mut self, with_left: bool) -> Result<Vec<ReviewItem>, Promise> {
        let host = self.host();
        let query = ReviewQuery { with_left, limit: None, after: None };
        let page = self.store.read(|database| -> Result<_, Fault> {
            list(database, &query, &person(database, DISPATCHER, &host.occasion())?, &host.occasion())
        })?;
        Ok(page.items)
    }

    fn note(&mut self, item: &ReviewItem, outcome: ReviewOutcome) {
        match outcome {
            ReviewOutcome::Admitted => drop(self.rulings.admitted.insert(item.event, item.order)),
            ReviewOutcome::Left if item.standing == ItemStanding::SetAside => drop(self.rulings.left.insert(item.event)),
            ReviewOutcome::Left => {}
        }
    }
}

/// More often than not what can be given effect is, also what was forged: whoever admits it vouches for it.
fn outcome(item: &ReviewItem, chance: &mut Chance) -> ReviewOutcome {
    let may_leave = item.can.contains(&ReviewAction::Leave);
    if may_admit(item) && (!may_leave || chance.percent(75)) { ReviewOutcome::Admitted } else { ReviewOutcome::Left }
}

fn may_admit(item: &ReviewItem) -> bool {
    item.can.contains(&ReviewAction::Admit)
}
