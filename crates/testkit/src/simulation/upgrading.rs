//! Older programs, each of which lacks one kind, and their upgrade in the middle of a story. A server that lacks a kind sets aside what
//! newer phones say in it; a phone that lacks one shows it and knows no better, until it is upgraded.

use super::broken::Promise;
use super::random::Chance;
use super::world::World;

/// How many of a hundred hospitals have a server whose program is an older one.
const OLDER_SERVERS: usize = 35;
/// How many of a hundred phones have an older program.
const OLDER_PHONES: usize = 35;
/// Kinds that an older server's program may lack: those that come from devices.
const LACKING_SERVERS: [&str; 10] = [
    "accepted",
    "arrived",
    "suspended",
    "resumed",
    "return_requested",
    "part_issued",
    "labour_added",
    "withdrawn",
    "completed",
    "confirmed",
];
/// Kinds that an older phone's program may lack: anything that comes after a report.
const LACKING_PHONES: [&str; 17] = [
    "accepted",
    "suspended",
    "resumed",
    "part_issued",
    "part_returned",
    "withdrawn",
    "completed",
    "confirmed",
    "numbered",
    "dispatched",
    "assigned",
    "reassigned",
    "cancelled",
    "merged",
    "absorbed",
    "confirmation_judged",
    "reviewed",
];
/// The most rows that the first start after an upgrade writes before it stops.
const MOST_ROWS_OF_AN_UPGRADE: usize = 12;

impl World {
    /// Counts who begins with an older program.
    pub(super) fn note_older_programs(&mut self) {
        if self.centre.is_older() {
            self.tally.count("older_server");
        }
        self.phones.iter().filter(|phone| phone.is_older()).for_each(|_| self.tally.count("older_phone"));
    }

    /// A phone's program is upgraded, if it is an older one.
    pub fn upgrade_phone(&mut self, number: usize, chance: &mut Chance) -> Result<(), Promise> {
        let stops_at = stops_at(chance);
        if self.phone(number)?.is_older() {
            self.phone(number)?.upgrade(stops_at)?;
            self.tally.count("phone_upgraded");
            self.tell(format!("phone {number} is upgraded"));
        }
        Ok(())
    }

    /// The server's program is upgraded, if it is an older one.
    pub fn upgrade_server(&mut self, chance: &mut Chance) -> Result<(), Promise> {
        let stops_at = stops_at(chance);
        if self.centre.is_older() {
            self.centre.upgrade(stops_at)?;
            self.tally.count("server_upgraded");
            self.tell("the server is upgraded".into());
        }
        Ok(())
    }
}

/// What the program of a server lacks, if it is an older one.
pub fn lacking_of_a_server(chance: &mut Chance) -> Option<&'static str> {
    one_if(OLDER_SERVERS, &LACKING_SERVERS, chance)
}

/// What the program of a phone lacks, if it is an older one.
pub fn lacking_of_a_phone(chance: &mut Chance) -> Option<&'static str> {
    one_if(OLDER_PHONES, &LACKING_PHONES, chance)
}

fn one_if(percent: usize, of: &[&'static str], chance: &mut Chance) -> Option<&'static str> {
    if chance.percent(percent) { chance.one_of(of).copied() } else { None }
}

/// At which row the first start after an upgrade stops, if it does.
fn stops_at(chance: &mut Chance) -> Option<usize> {
    chance.percent(30).then(|| chance.below(MOST_ROWS_OF_AN_UPGRADE))
}
