//! Bodies of the exchange, as they travel and inside their compression.

use std::fmt::Debug;

use sync::codec::{CodecError, decode_answer, decode_request, encode_answer, encode_request};

/// How strongly messages are packed; a fuzzer that has to guess the packing would not come to what is inside.
const FAST: i32 = 1;

/// A request to the server.
pub fn exchange_request(bytes: &[u8]) {
    check(decode_request(bytes), encode_request, decode_request);
    check(decode_request(&packed(bytes)), encode_request, decode_request);
}

/// An answer to a device.
pub fn exchange_answer(bytes: &[u8]) {
    check(decode_answer(bytes), encode_answer, decode_answer);
    check(decode_answer(&packed(bytes)), encode_answer, decode_answer);
}

/// A message as a body.
pub fn packed(message: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(message, FAST).unwrap_or_default()
}

/// A body's message; nothing when it cannot be unpacked.
pub fn unpacked(body: &[u8]) -> Vec<u8> {
    zstd::bulk::decompress(body, sync::wire::LARGEST_ANSWER_UNPACKED_BYTES).unwrap_or_default()
}

/// What was understood is understood in the same way when it is said again.
fn check<Message: PartialEq + Debug>(
    read: Result<Message, CodecError>,
    encode: fn(&Message) -> Result<Vec<u8>, CodecError>,
    decode: fn(&[u8]) -> Result<Message, CodecError>,
) {
    let Ok(message) = read else { return };
    // Written out it may be longer than a body may be.
    let Ok(body) = encode(&message) else { return };
    match decode(&body) {
        Ok(again) => assert_eq!(again, message, "what was read is written otherwise"),
        Err(error) => assert!(matches!(error, CodecError::UnpacksTooLarge { .. }), "what was read cannot be written: {error}"),
    }
}
