//! Pages as short as a page can be: what the server sends is cut behind some entry, as a server with smaller limits would cut
//! it. The hospital of a simulation is too small for the real limits to matter.

use store::Database;
use store::server::log::mark_at;
use sync::wire::{Down, ExchangeAnswer};

use super::broken::Promise;
use super::random::Chance;

/// The most items of a short page.
const MOST_ITEMS: usize = 4;
/// How many of a hundred pages are short.
const SHORT_PAGES: usize = 30;

/// Cuts the page of an answer, now and then.
pub fn shorten(database: &Database, answer: &mut ExchangeAnswer, chance: &mut Chance) -> Result<(), Promise> {
    if !chance.percent(SHORT_PAGES) {
        return Ok(());
    }
    let items = chance.below(MOST_ITEMS).saturating_add(1);
    match &mut answer.down {
        Down::FirstSync { orders, more, .. } if orders.len() > items => {
            orders.truncate(items);
            *more = true;
        }
        Down::Log { entries, cursor, more } if entries.len() > items => {
            entries.truncate(items);
            *more = true;
            *cursor = entries.last().map_or(*cursor, sync::wire::LogEntry::position);
            answer.log_mark = mark_at(database, *cursor)?;
        }
        _ => {}
    }
    Ok(())
}
