//! Bodies as they travel: MessagePack with named fields inside zstd. Every limit is kept before memory is spent on what
//! it limits: the compressed size first, the unpacked size while unpacking, the depth while decoding.

use std::io::Read;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::wire::{
    ExchangeAnswer, ExchangeRequest, LARGEST_ANSWER_BYTES, LARGEST_ANSWER_UNPACKED_BYTES, LARGEST_REQUEST_BYTES,
    LARGEST_REQUEST_UNPACKED_BYTES, PROTOCOL,
};

/// The content type of a body.
pub const CONTENT_TYPE: &str = "application/vnd.plantroom.sync";

/// The deepest nesting of a body; the wire types need fewer than ten levels.
const DEEPEST: usize = 32;
/// zstd's own default: the best size for the time it takes.
const COMPRESSION_LEVEL: i32 = 3;
/// The largest zstd window that is accepted, as a power of two (8 MiB): bounds the decoder's memory whatever a body claims.
const LARGEST_WINDOW_LOG: u32 = 23;

/// How large a body may be, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyLimits {
    /// As it travels.
    pub compressed: usize,
    /// Once unpacked.
    pub unpacked: usize,
}

/// The limits of a request.
pub const REQUEST_LIMITS: BodyLimits = BodyLimits { compressed: LARGEST_REQUEST_BYTES, unpacked: LARGEST_REQUEST_UNPACKED_BYTES };
/// The limits of an answer.
pub const ANSWER_LIMITS: BodyLimits = BodyLimits { compressed: LARGEST_ANSWER_BYTES, unpacked: LARGEST_ANSWER_UNPACKED_BYTES };

/// A body that cannot be read or written. Nothing of it has been taken in.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// More bytes than may travel.
    #[error("the body has {actual} bytes, more than {limit}")]
    TooLarge {
        /// Bytes of the body.
        actual: usize,
        /// The most that may travel.
        limit: usize,
    },
    /// It unfolds to more than is accepted.
    #[error("the body unpacks to more than {limit} bytes")]
    UnpacksTooLarge {
        /// The most that is unpacked.
        limit: usize,
    },
    /// Not zstd, damaged, or cut off.
    #[error("the body cannot be unpacked: {0}")]
    NotUnpackable(#[from] std::io::Error),
    /// Not MessagePack, or not this message.
    #[error("the body cannot be read: {0}")]
    Unreadable(#[from] rmp_serde::decode::Error),
    /// The message ends before the body does.
    #[error("{0} bytes follow the message")]
    TrailingBytes(usize),
    /// A version of the exchange that this program does not speak.
    #[error("protocol {0} is not spoken here, only {PROTOCOL}")]
    ProtocolUnknown(u16),
    /// A value that MessagePack cannot express.
    #[error("the body cannot be written: {0}")]
    NotWritable(#[from] rmp_serde::encode::Error),
}

/// The body of a request.
///
/// # Errors
/// [`CodecError::TooLarge`] or [`CodecError::UnpacksTooLarge`] past [`REQUEST_LIMITS`]; a request of
/// [`crate::exchange::next_request`] never is.
pub fn encode_request(request: &ExchangeRequest) -> Result<Vec<u8>, CodecError> {
    encode(request, REQUEST_LIMITS)
}

/// Reads the body of a request.
///
/// # Errors
/// [`CodecError`]; [`CodecError::ProtocolUnknown`] even when the rest could not be read.
pub fn decode_request(body: &[u8]) -> Result<ExchangeRequest, CodecError> {
    decode_of_protocol(body, REQUEST_LIMITS)
}

/// The body of an answer.
///
/// # Errors
/// [`CodecError::TooLarge`] or [`CodecError::UnpacksTooLarge`] past [`ANSWER_LIMITS`].
pub fn encode_answer(answer: &ExchangeAnswer) -> Result<Vec<u8>, CodecError> {
    encode(answer, ANSWER_LIMITS)
}

/// Reads the body of an answer.
///
/// # Errors
/// [`CodecError`]; [`CodecError::ProtocolUnknown`] even when the rest could not be read.
pub fn decode_answer(body: &[u8]) -> Result<ExchangeAnswer, CodecError> {
    decode_of_protocol(body, ANSWER_LIMITS)
}

/// The part of every message that every version has, so that a newer one is recognised before it is misread.
#[derive(serde::Deserialize)]
struct ProtocolOnly {
    protocol: u16,
}

fn encode<T: Serialize>(message: &T, limits: BodyLimits) -> Result<Vec<u8>, CodecError> {
    let unpacked = rmp_serde::to_vec_named(message)?;
    if unpacked.len() > limits.unpacked {
        return Err(CodecError::UnpacksTooLarge { limit: limits.unpacked });
    }
    let mut compressor = zstd::bulk::Compressor::new(COMPRESSION_LEVEL)?;
    // A byte that changed on the way unpacks to another message more often than not, and would be recorded for ever.
    compressor.include_checksum(true)?;
    let body = compressor.compress(&unpacked)?;
    within(&body, limits.compressed)?;
    Ok(body)
}

fn decode_of_protocol<T: DeserializeOwned>(body: &[u8], limits: BodyLimits) -> Result<T, CodecError> {
    let unpacked = unpack(body, limits)?;
    let mut peek = rmp_serde::Deserializer::from_read_ref(unpacked.as_slice());
    peek.set_max_depth(DEEPEST);
    let ProtocolOnly { protocol } = serde::Deserialize::deserialize(&mut peek)?;
    if protocol != PROTOCOL {
        return Err(CodecError::ProtocolUnknown(protocol));
    }
    read_whole(&unpacked)
}

/// Unpacks a body within its limits.
fn unpack(body: &[u8], limits: BodyLimits) -> Result<Vec<u8>, CodecError> {
    within(body, limits.compressed)?;
    let mut decoder = zstd::stream::read::Decoder::new(body)?;
    decoder.window_log_max(LARGEST_WINDOW_LOG)?;
    let one_too_many = u64::try_from(limits.unpacked).unwrap_or(u64::MAX).saturating_add(1);
    let mut unpacked = Vec::new();
    decoder.take(one_too_many).read_to_end(&mut unpacked)?;
    if unpacked.len() > limits.unpacked {
        return Err(CodecError::UnpacksTooLarge { limit: limits.unpacked });
    }
    Ok(unpacked)
}

/// Reads a message that fills its bytes.
pub(crate) fn read_whole<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
    let mut rest = bytes;
    let message = {
        let mut decoder = rmp_serde::Deserializer::new(&mut rest);
        decoder.set_max_depth(DEEPEST);
        T::deserialize(&mut decoder)?
    };
    if rest.is_empty() { Ok(message) } else { Err(CodecError::TrailingBytes(rest.len())) }
}

fn within(body: &[u8], limit: usize) -> Result<(), CodecError> {
    if body.len() > limit { Err(CodecError::TooLarge { actual: body.len(), limit }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{event_id, order_id, packed_event, packed_order, receipt};
    use crate::judge::recorded_outcome;
    use crate::wire::{CredentialStanding, Down, LogEntry, Progress, ReferenceDelta, UploadOutcome};
    use domain::recorded::{HeldReason, SetAsideReason, Verdict};
    use domain::time::UtcMillis;

    fn request() -> ExchangeRequest {
        ExchangeRequest {
            protocol: PROTOCOL,
            uploads: Vec::new(),
            progress: Progress::Nothing,
            log_mark: None,
            reference_revision: 7,
            checks: Vec::new(),
        }
    }

    fn packed<T: Serialize>(message: &T) -> Vec<u8> {
        zstd::bulk::compress(&rmp_serde::to_vec_named(message).unwrap(), 3).unwrap()
    }

    #[track_caller]
    fn check_refused(body: &[u8], expected: &str) {
        let error = decode_request(body).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(decode_request(&encode_request(&request()).unwrap()).unwrap(), request());
    }

    #[test]
    fn an_answer_of_every_kind_of_news_is_read_as_it_was_written() {
        let outcome = recorded_outcome(event_id(1), b"bytes", receipt(1), vec![event_id(2)]);
        let set_aside = Verdict::SetAside(SetAsideReason::OutOfScope);
        let entries = vec![
            LogEntry::Event { order: order_id(1), event: packed_event(1, 6) },
            LogEntry::Judged { position: 7, order: order_id(1), event: event_id(1), verdict: set_aside },
            LogEntry::Outcome { position: 8, outcome: outcome.clone() },
            LogEntry::Entered { position: 9, order: Box::new(packed_order(2, 10)) },
            LogEntry::Left { position: 10, order: order_id(1) },
        ];
        let news = [
            Down::Nothing,
            Down::BeginAnew,
            Down::FirstSync { log_end: 5, orders: vec![packed_order(2, 10)], more: true },
            Down::Log { entries, cursor: 10, more: false },
        ];
        for down in news {
            let answer = ExchangeAnswer {
                protocol: PROTOCOL,
                server_time: UtcMillis(1),
                standing: CredentialStanding::Revoked,
                outcomes: vec![
                    outcome.clone(),
                    UploadOutcome::Held { id: event_id(3), reason: HeldReason::Oversized },
                    UploadOutcome::IdReused { id: event_id(4) },
                ],
                highest_sequence: u64::MAX,
                missing_sequences: vec![(1, 2)],
                down,
                log_mark: Some(i64::MIN),
                reference: Some(ReferenceDelta { revision: 3, ..ReferenceDelta::default() }),
                anew: vec![packed_order(3, 10)],
            };
            assert_eq!(decode_answer(&encode_answer(&answer).unwrap()).unwrap(), answer);
        }
    }

    #[test]
    fn fields_of_a_newer_program_are_passed_over() {
        #[derive(Serialize)]
        struct Newer {
            protocol: u16,
            colour: &'static str,
            uploads: [u8; 0],
            progress: Progress,
            reference_revision: u64,
        }
        let newer = Newer { protocol: PROTOCOL, colour: "red", uploads: [], progress: Progress::Nothing, reference_revision: 7 };
        assert_eq!(decode_request(&packed(&newer)).unwrap(), request());
    }

    /// An answer of a newer server: every word in it that may be extended is one that nobody knows today.
    #[test]
    fn words_of_a_newer_server_leave_the_rest_readable() {
        #[derive(Serialize)]
        struct NewerAnswer {
            protocol: u16,
            server_time: UtcMillis,
            standing: &'static str,
            outcomes: Vec<NewerOutcome>,
            highest_sequence: u64,
            missing_sequences: [(u64, u64); 0],
            down: NewerDown,
            reference: Option<ReferenceDelta>,
        }
        #[derive(Serialize)]
        #[serde(rename_all = "snake_case")]
        enum NewerOutcome {
            Postponed { until: UtcMillis, id: domain::identity::EventId },
            Held { id: domain::identity::EventId, reason: &'static str },
        }
        #[derive(Serialize)]
        #[serde(rename_all = "snake_case")]
        enum NewerDown {
            Log { entries: Vec<NewerEntry>, cursor: u64, more: bool },
            Errand { text: &'static str },
            Rest,
        }
        #[derive(Serialize)]
        #[serde(rename_all = "snake_case")]
        enum NewerEntry {
            Left { position: u64, order: domain::identity::OrderId },
            Merged { orders: Vec<domain::identity::OrderId>, position: u64 },
        }
        let entries =
            || vec![NewerEntry::Merged { orders: vec![order_id(1)], position: 7 }, NewerEntry::Left { position: 8, order: order_id(1) }];
        let understood = vec![LogEntry::Newer { position: 7 }, LogEntry::Left { position: 8, order: order_id(1) }];
        for (down, expected) in [
            (NewerDown::Log { entries: entries(), cursor: 9, more: false }, Down::Log { entries: understood, cursor: 9, more: false }),
            (NewerDown::Errand { text: "fetch a ladder" }, Down::Newer),
            (NewerDown::Rest, Down::Newer),
        ] {
            let answer = NewerAnswer {
                protocol: PROTOCOL,
                server_time: UtcMillis(1),
                standing: "on_leave",
                outcomes: vec![
                    NewerOutcome::Postponed { until: UtcMillis(5), id: event_id(1) },
                    NewerOutcome::Held { id: event_id(2), reason: "moon_phase" },
                ],
                highest_sequence: 3,
                missing_sequences: [],
                down,
                reference: None,
            };
            let read = decode_answer(&packed(&answer)).unwrap();
            assert_eq!(read.standing, CredentialStanding::Unknown);
            let held = |number| UploadOutcome::Held { id: event_id(number), reason: HeldReason::Unknown };
            assert_eq!((read.outcomes, read.down), (vec![held(1), held(2)], expected));
        }
    }

    #[test]
    fn every_variant_of_today_is_known_and_a_broken_one_is_no_newer_one() {
        #[derive(Serialize)]
        #[serde(rename_all = "snake_case")]
        enum Broken {
            Left { position: u64 },
        }
        let broken = rmp_serde::to_vec_named(&Broken::Left { position: 1 }).unwrap();
        assert!(read_whole::<LogEntry>(&broken).is_err());
        let newer = rmp_serde::to_vec_named(&LogEntry::Newer { position: 3 }).unwrap();
        assert_eq!(read_whole::<LogEntry>(&newer).unwrap(), LogEntry::Newer { position: 3 });
        assert!(read_whole::<LogEntry>(&rmp_serde::to_vec_named("left").unwrap()).is_err());
    }

    #[test]
    fn another_protocol_is_recognised_whatever_else_the_message_holds() {
        #[derive(Serialize)]
        struct Future {
            protocol: u16,
            something: Vec<u64>,
        }
        check_refused(&packed(&Future { protocol: 9, something: vec![1, 2] }), "protocol 9");
    }

    #[test]
    fn a_bit_that_changed_on_the_way_changes_nothing_that_is_said() {
        let said = request();
        let body = encode_request(&said).unwrap();
        for bit in 0..body.len() * 8 {
            let mut changed = body.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            // One bit of the outer form means nothing.
            assert!(decode_request(&changed).map_or(true, |read| read == said), "bit {bit}");
        }
    }

    #[test]
    fn rubbish_half_a_body_and_a_tail_are_refused() {
        let whole = encode_request(&request()).unwrap();
        check_refused(b"<html>", "cannot be unpacked");
        check_refused(&whole[..whole.len() / 2], "cannot be unpacked");
        check_refused(&zstd::bulk::compress(&[0xc1; 4], 3).unwrap(), "cannot be read");
        let mut tail = rmp_serde::to_vec_named(&request()).unwrap();
        tail.push(0);
        check_refused(&zstd::bulk::compress(&tail, 3).unwrap(), "1 bytes follow");
        check_refused(b"", "cannot be");
    }

    #[test]
    fn exactly_the_limit_unpacks_and_one_byte_more_does_not() {
        let limits = BodyLimits { compressed: 1_000, unpacked: 10_000 };
        let exact = zstd::bulk::compress(&[0; 10_000], 3).unwrap();
        assert_eq!(unpack(&exact, limits).unwrap().len(), 10_000);
        let more = zstd::bulk::compress(&[0; 10_001], 3).unwrap();
        assert!(matches!(unpack(&more, limits), Err(CodecError::UnpacksTooLarge { limit: 10_000 })));
        assert!(matches!(unpack(&[0; 1_001], limits), Err(CodecError::TooLarge { actual: 1_001, limit: 1_000 })));
    }

    #[test]
    fn a_small_body_that_unfolds_to_much_costs_no_more_than_the_limit() {
        let bomb = zstd::stream::encode_all(std::io::repeat(0).take(1 << 26), 3).unwrap();
        assert!(bomb.len() < LARGEST_REQUEST_BYTES);
        assert!(matches!(decode_request(&bomb), Err(CodecError::UnpacksTooLarge { .. })));
    }

    #[test]
    fn deep_nesting_is_refused_before_the_stack_is_used_up() {
        let mut deep = vec![0x91; 100_000];
        deep.push(0xc0);
        check_refused(&zstd::bulk::compress(&deep, 3).unwrap(), "cannot be read");
    }
}
