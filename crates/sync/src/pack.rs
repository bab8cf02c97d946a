//! A whole order's events in one piece: cheap to make on the server, stored as it is on the device, and unpacked when the
//! order is first opened. It is not compressed by itself, because the body that carries it is.

use crate::codec::{CodecError, read_whole};
use crate::wire::PackedEvent;

/// The events of one order, packed in the order given.
///
/// # Errors
/// [`CodecError::NotWritable`], which no event of this program causes.
pub fn pack(events: &[PackedEvent]) -> Result<Vec<u8>, CodecError> {
    Ok(rmp_serde::to_vec_named(events)?)
}

/// The events again.
///
/// # Errors
/// [`CodecError`] when the bytes are not what [`pack`] makes.
pub fn unpack(packed: &[u8]) -> Result<Vec<PackedEvent>, CodecError> {
    read_whole(packed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::recorded::{Receipt, SetAsideReason, Verdict};
    use domain::time::UtcMillis;
    use serde_bytes::ByteBuf;

    fn event(number: u128, verdict: Verdict) -> PackedEvent {
        PackedEvent {
            id: domain::identity::EventId(uuid::Uuid::from_u128(number)),
            event: ByteBuf::from(vec![0, 255, 1]),
            predecessors: vec![domain::identity::EventId(uuid::Uuid::from_u128(9))],
            receipt: Receipt { position: 4, received_at: UtcMillis(-5), verdict, judged_at_position: 6 },
        }
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let events = vec![event(1, Verdict::Admitted), event(2, Verdict::SetAside(SetAsideReason::OutOfScope))];
        assert_eq!(unpack(&pack(&events).unwrap()).unwrap(), events);
        assert_eq!(unpack(&pack(&[]).unwrap()).unwrap(), Vec::new());
    }

    #[test]
    fn half_a_pack_is_refused() {
        let packed = pack(&[event(1, Verdict::Admitted)]).unwrap();
        assert!(unpack(&packed[..packed.len() - 1]).is_err());
        assert!(unpack(&[]).is_err());
    }
}
