//! What holds once everything is healed: nothing acknowledged is lost, nothing forged has effect, nothing is there twice,
//! everybody agrees.

mod of_a_phone;
mod of_the_server;

use std::collections::BTreeSet;

use domain::identity::DeviceId;

use super::broken::Promise;
use super::phone::Phone;
use super::world::World;

pub use of_the_server::ServerSide;

/// Every promise by its name, for whoever lists them.
pub const NAMES: [&str; 22] = [
    "everything_works",
    "a_command_repeated_is_done_once",
    "acknowledged_work_is_on_the_server",
    "who_knew_what_is_kept",
    "bytes_are_kept_verbatim",
    "times_are_true",
    "numbers_are_given_once",
    "every_number_is_accounted_for",
    "nothing_waits_for_ever",
    "revoked_work_waits_for_review",
    "nothing_forged_has_effect",
    "nothing_is_deleted",
    "rulings_have_effect",
    "set_aside_events_have_a_reason",
    "rows_are_those_of_their_events",
    "balances_are_sums_of_moves",
    "contradictions_are_listed",
    "mergings_are_whole",
    "contradictions_are_those_of_the_server",
    "a_phone_has_what_it_may_see_and_nothing_else",
    "equal_sets_and_receipts_make_equal_states",
    "equal_sets_make_equal_documents",
];

/// Checks every promise; a hash of everything that the server holds.
///
/// # Errors
/// The first that is not kept.
pub fn check(world: &mut World) -> Result<u64, Promise> {
    let server = ServerSide::of(&mut world.centre)?;
    world.tally.events = server.count_events();
    of_the_server::check(&mut world.centre, &server)?;
    for outsider in [&world.early_adopter, &world.colleague, &world.attacker] {
        of_the_server::nothing_forged_has_effect(&server, outsider, &world.centre.rulings)?;
        of_the_server::nothing_is_deleted(&mut world.centre, outsider).map_err(|promise| promise.named("nothing_is_deleted"))?;
    }
    of_the_server::rulings_have_effect(&mut world.centre).map_err(|promise| promise.named("rulings_have_effect"))?;
    for (number, phone) in world.phones.iter().enumerate() {
        of_a_phone::check(number, phone, &mut world.centre, &server, &family_of(phone, &world.phones))
            .map_err(|promise| Promise { what: format!("phone {number} of {}: {}", phone.person, promise.what), ..promise })?;
    }
    Ok(server.trace(&world.story))
}

/// Every device that a phone has been, and those that its copies, and the one that it was copied from, have been.
fn family_of(phone: &Phone, phones: &[Phone]) -> BTreeSet<DeviceId> {
    let is_related = |other: &&Phone| other.devices.iter().any(|device| phone.devices.contains(device));
    phones.iter().filter(is_related).flat_map(|other| other.devices.iter().copied()).collect()
}
