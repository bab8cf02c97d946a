//! Who may do what, as one table (H3, H4, H5, G5; `domain.md`, "Roles" and "Transitions"). Both ends read it: the device
//! refuses a command by it, the server judges what devices say, makes its routes from it, records and shows by it.
//!
//! - [`KINDS`]: role × kind of event, on a device and at the centre. The other tables refer to it wherever doing something
//!   means recording something, so that nobody may ask for what they may not record.
//! - [`COMMANDS`]: role × command of a device.
//! - [`ROUTES`]: role × route of the server. A route that has no line does not exist.
//! - [`SCOPES`]: role × orders that the centre shows.
//! - [`ADMINISTRATORS`]: three administrators with a duty each, of which nobody has two.
//! - [`OF_CONTRACTORS`]: the roles that a contractor's people can have.
//!
//! When something may be done with an order, and who stands in which relation to it, is [`crate::workflow`]; a test holds the
//! two together. What no line permits is not permitted.

mod administrators;
mod commands;
mod kinds;
mod routes;
mod scopes;

pub use administrators::{ADMINISTRATORS, AdministratorLine, Duty, is_administrator};
pub use commands::{COMMANDS, CommandAsks, CommandLine, may_command};
pub use kinds::{KINDS, KindLine, may_record_at_centre, may_record_on_device};
pub use routes::{Method, ROUTES, Route, RouteAsks, RouteLine};
pub use scopes::{OrderScope, SCOPES, ScopeLine, scope_of};

use crate::role::Role;

/// The roles that a contractor's people can have (G5: asset, performance, costing and audit stay with the hospital's own; so
/// do the centre, the stores and the administrators, for which no document names a contractor). Another role that the staff list
/// gives them has no effect.
pub const OF_CONTRACTORS: &[Role] = &[Role::Requester, Role::TeamLeader, Role::Technician];
