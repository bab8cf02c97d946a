//! service_levels.csv: the limits of each urgency.

use domain::reference::ServiceLevel;
use domain::urgency::{Limits, Urgency};

use super::Kind;
use crate::cell::{choice, number};
use crate::cells::Cells;
use crate::target::Target;

impl Kind for ServiceLevel {
    const FILE: &'static str = "service_levels.csv";
    const COLUMNS: &'static [&'static str] = &["urgency", "name", "accept_minutes", "arrive_minutes", "complete_minutes"];
    const KEY: &'static [&'static str] = &["urgency"];
    const TARGET: Option<Target> = None;

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let urgency = cells.required("urgency", choice::urgency);
        if let Some(urgency) = urgency {
            cells.named("urgency", key_of(urgency));
        }
        let name = cells.text("name");
        let accept_minutes = cells.optional("accept_minutes", number::minutes);
        let arrive_minutes = cells.optional("arrive_minutes", number::minutes);
        let complete_minutes = cells.optional("complete_minutes", number::minutes);
        let limits = Limits { accept_minutes: accept_minutes?, arrive_minutes: arrive_minutes?, complete_minutes: complete_minutes? };
        Some(Self { urgency: urgency?, name: name?, limits })
    }

    fn key(&self) -> Vec<String> {
        vec![key_of(self.urgency)]
    }
}

fn key_of(urgency: Urgency) -> String {
    choice::urgency_word(urgency).to_owned()
}
