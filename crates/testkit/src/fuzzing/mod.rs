//! Every decoder that bytes from outside reach, each as a plain function of any bytes: nothing may panic, hang, or take more
//! memory than its limits say. Real examples, and examples that [`spoil`] has made wrong, run through them in every `cargo xtask test`.
#![allow(clippy::panic, clippy::indexing_slicing, reason = "a target says by panicking what is wrong")]

pub mod at_the_centre;
pub mod bodies;
pub mod events;
pub mod examples;
pub mod files;
pub mod kinds;
pub mod on_a_device;
pub mod spoil;
pub mod workplace;

/// Something that reads bytes from outside.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// Reads the bytes; panics where they do what they must not.
    pub read: fn(&[u8]),
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target { name: "exchange_request", read: bodies::exchange_request },
    Target { name: "exchange_answer", read: bodies::exchange_answer },
    Target { name: "order_pack", read: events::order_pack },
    Target { name: "event", read: events::event },
    Target { name: "import_file", read: files::import_file },
    Target { name: "centre_request", read: at_the_centre::centre_request },
    Target { name: "taken_up_request", read: at_the_centre::taken_up_request },
    Target { name: "enrolment_answer", read: on_a_device::enrolment_answer },
    Target { name: "scanned_invitation", read: on_a_device::scanned_invitation },
    Target { name: "worker_command", read: on_a_device::worker_command },
    Target { name: "stored_answer", read: on_a_device::stored_answer },
];

/// The target of this name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS.iter().copied().find(|target| target.name == name)
}
