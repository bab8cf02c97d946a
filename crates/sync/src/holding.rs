//! How much the server keeps outside documents for one device: a phone in a loop, or a hostile one, must fill neither the disk nor
//! the pages of an order. What is beyond it stays on the phone ([`domain::recorded::HeldReason::TooManyHeld`]), whose number the
//! server does not count: nothing is acknowledged that it does not have. What somebody has looked at and left counts no more.

/// The most events of one order that are held for one device: as many as an order may have.
pub const MOST_HELD_OF_AN_ORDER: u64 = domain::event::MOST_EVENTS_OF_AN_ORDER as u64;
/// The most events of one device that are held: several weeks of honest work.
pub const MOST_HELD_OF_A_DEVICE: u64 = 2_000;
/// The most bytes of one device's events that are held.
pub const MOST_HELD_BYTES_OF_A_DEVICE: u64 = 8 * 1024 * 1024;

/// What is held of a device and waits for somebody or something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HeldOfDevice {
    /// Events of the order in question.
    pub of_order: u64,
    /// Events of all orders.
    pub events: u64,
    /// Bytes of these.
    pub bytes: u64,
}

/// Whether one more event of `bytes` is kept.
pub fn has_room(held: HeldOfDevice, bytes: usize) -> bool {
    let with_it = held.bytes.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
    held.of_order < MOST_HELD_OF_AN_ORDER && held.events < MOST_HELD_OF_A_DEVICE && with_it <= MOST_HELD_BYTES_OF_A_DEVICE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_up_to_each_limit() {
        let least = HeldOfDevice::default();
        for (held, bytes, expected) in [
            (least, 1, true),
            (HeldOfDevice { of_order: MOST_HELD_OF_AN_ORDER - 1, ..least }, 1, true),
            (HeldOfDevice { of_order: MOST_HELD_OF_AN_ORDER, ..least }, 1, false),
            (HeldOfDevice { events: MOST_HELD_OF_A_DEVICE - 1, ..least }, 1, true),
            (HeldOfDevice { events: MOST_HELD_OF_A_DEVICE, ..least }, 1, false),
            (HeldOfDevice { bytes: MOST_HELD_BYTES_OF_A_DEVICE - 1, ..least }, 1, true),
            (HeldOfDevice { bytes: MOST_HELD_BYTES_OF_A_DEVICE - 1, ..least }, 2, false),
        ] {
            assert_eq!(has_room(held, bytes), expected, "{held:?} {bytes}");
        }
    }
}
