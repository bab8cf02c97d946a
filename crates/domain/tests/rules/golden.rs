//! The bytes of events are kept for ever: what is pinned here is never changed, only added to.

use domain::event::*;
use domain::identity::{DeviceId, EventId, OrderId};
use domain::node::Node;
use domain::role::Role;
use domain::time::{ClockOffset, UtcMillis};
use domain::urgency::Urgency;
use uuid::Uuid;

use crate::story;

fn event(body: EventBody) -> Event {
    Event {
        format: EVENT_FORMAT,
        id: EventId(Uuid::from_u128(1)),
        order: OrderId(Uuid::from_u128(2)),
        recorder: "025518".into(),
        role: Role::Technician,
        device: DeviceId(Uuid::from_u128(3)),
        sequence: 4,
        recorded_at: UtcMillis(5),
        clock: Some(ClockOffset { offset_ms: -6, age_ms: 7 }),
        reference_revision: 8,
        body,
        attachments: vec![],
    }
}

/// One example of each kind, with every optional field given.
fn examples() -> Vec<EventBody> {
    let other = EventId(Uuid::from_u128(9));
    let mut report = story::reported(Urgency::Urgent);
    if let EventBody::Reported(report) = &mut report {
        report.caller = Some(Caller { name: "李护士长".to_owned(), number: Some("8123".to_owned()) });
        report.team = Some("T01".into());
    }
    vec![
        report,
        story::corrected("cause", "老化"),
        story::accepted(),
        EventBody::Arrived(Arrived { location: Some("C1-B1".into()) }),
        EventBody::Suspended(Suspended {
            cause: SuspensionCause::OutsideHelp,
            until: Some(UtcMillis(10)),
            note: Some("等厂家".to_owned()),
        }),
        story::resumed(),
        story::return_requested(),
        story::issued("P1", 2, 500),
        story::part_returned("P1", 1, 500),
        story::labour("L1", 1, 3000, true),
        story::withdrawn(other),
        story::completed(),
        story::refused_by("030001"),
        EventBody::Numbered(Numbered { number: "GD20261121-0042".to_owned() }),
        story::dispatched("T01"),
        EventBody::TeamAccepted(Empty {}),
        story::assigned(story::ANNA),
        EventBody::Reassigned(Reassigned { team: Some("T02".into()), staff_no: Some("025519".into()) }),
        story::returned(Node::TeamAccepted),
        story::cancelled(),
        story::merged(),
        story::absorbed(),
        story::judged(other, Standing::OtherDepartment, Some("王护士")),
        story::ruled(14, true),
        EventBody::Reviewed(Reviewed {
            event: other,
            outcome: ReviewOutcome::Admitted,
            reason: "本人口头说明".to_owned(),
            also: Vec::new(),
        }),
    ]
}

#[test]
fn the_bytes_of_every_kind_are_what_they_always_were() {
    let lines: Vec<String> = examples().into_iter().map(|body| String::from_utf8(event(body).to_bytes()).unwrap()).collect();
    assert_eq!(lines.join("\n"), include_str!("golden_events.jsonl").trim_end());
}

#[test]
fn there_is_an_example_of_every_known_kind() {
    let kinds: Vec<String> = examples().iter().map(|body| body.kind().to_owned()).collect();
    assert_eq!(kinds, KNOWN_KINDS);
}

#[test]
fn reading_what_was_written_gives_the_same_event() {
    for body in examples() {
        let written = event(body);
        assert_eq!(Event::from_bytes(&written.to_bytes()).unwrap(), written);
    }
}

#[test]
fn absent_options_are_not_written() {
    let mut bare = event(story::arrived());
    bare.clock = None;
    let text = String::from_utf8(bare.to_bytes()).unwrap();
    assert!(!text.contains("clock") && !text.contains("attachments") && text.contains(r#""body":{}"#), "{text}");
    assert_eq!(Event::from_bytes(&bare.to_bytes()).unwrap(), bare);
}

#[test]
fn what_was_added_to_confirmations_is_written_only_where_there_is_something_to_say() {
    let plain = [story::confirmed_by("N1"), story::judged(EventId(Uuid::nil()), Standing::Verified, None)];
    for body in plain {
        let text = String::from_utf8(event(body).to_bytes()).unwrap();
        assert!(!text.contains("look_ups") && !text.contains("flags"), "{text}");
    }
    let flagged = event(story::judged_with_flags(EventId(Uuid::nil()), &[Suspicion::Burst]));
    let text = String::from_utf8(flagged.to_bytes()).unwrap();
    assert!(text.contains(r#""flags":[{"count":7,"why":"burst"}]"#), "{text}");
    let newer = text.replace("burst", "moon_phase");
    let read = Event::from_bytes(newer.as_bytes()).unwrap();
    assert!(matches!(&read.body, EventBody::ConfirmationJudged(judged) if judged.flags[0].why == Suspicion::Unknown), "{read:?}");
}

#[test]
fn a_kind_that_is_not_known_survives_with_its_body() {
    let unknown = event(EventBody::Unknown { kind: "photographed".to_owned(), body: serde_json::json!({"z": 1, "a": [true, null]}) });
    let bytes = unknown.to_bytes();
    assert!(String::from_utf8(bytes.clone()).unwrap().contains(r#""body":{"a":[true,null],"z":1}"#));
    assert_eq!(Event::from_bytes(&bytes).unwrap(), unknown);
    assert_eq!(Event::from_bytes(&bytes).unwrap().to_bytes(), bytes);
}

#[test]
fn a_recorded_event_whose_body_a_newer_program_knows_otherwise_stays_unknown() {
    let written = String::from_utf8(event(story::issued("P1", 2, 500)).to_bytes()).unwrap();
    assert_eq!(Event::from_recorded_bytes(written.as_bytes()).unwrap(), Event::from_bytes(written.as_bytes()).unwrap());
    let otherwise = written.replace(r#""quantity":2"#, r#""quantity":"two""#);
    assert!(Event::from_bytes(otherwise.as_bytes()).is_err());
    let read = Event::from_recorded_bytes(otherwise.as_bytes()).unwrap();
    assert!(matches!(&read.body, EventBody::Unknown { kind, .. } if kind == "part_issued"), "{read:?}");
    assert_eq!(String::from_utf8(read.to_bytes()).unwrap(), otherwise);
}

#[test]
fn an_outer_form_that_is_not_known_survives_as_something_unknown() {
    let written = event(story::issued("P1", 2, 500));
    for format in [0, EVENT_FORMAT + 1, u16::MAX] {
        let bytes = Event { format, ..written.clone() }.to_bytes();
        for read in [Event::from_bytes(&bytes).unwrap(), Event::from_recorded_bytes(&bytes).unwrap()] {
            assert!(matches!(&read.body, EventBody::Unknown { kind, .. } if kind == "part_issued"), "{read:?}");
            assert_eq!((read.format, read.to_bytes()), (format, bytes.clone()));
        }
    }
}

#[test]
fn a_field_that_is_not_known_does_not_hinder_reading() {
    let text = String::from_utf8(event(story::completed()).to_bytes()).unwrap();
    let newer = text.replacen('{', r#"{"mood":"good","#, 1).replacen(r#""body":{"#, r#""body":{"weather":"rain","#, 1);
    assert_eq!(Event::from_bytes(newer.as_bytes()).unwrap(), event(story::completed()));
}

#[test]
fn what_is_no_event_is_refused() {
    let good = String::from_utf8(event(story::issued("P1", 2, 500)).to_bytes()).unwrap();
    for bad in [
        "".to_owned(),
        "{}".to_owned(),
        good.replace(r#""quantity":2"#, r#""quantity":0"#),
        good.replace(r#""quantity":2"#, r#""quantity":1.5"#),
        good.replace(r#""sequence":4"#, r#""sequence":-4"#),
        good.replace("technician", "janitor"),
        good[..good.len() - 1].to_owned(),
    ] {
        assert!(matches!(Event::from_bytes(bad.as_bytes()), Err(EventUnreadable::Malformed(_))), "{bad}");
    }
    let large = format!("{}{}", good, " ".repeat(LARGEST_EVENT_BYTES));
    assert!(matches!(Event::from_bytes(large.as_bytes()), Err(EventUnreadable::TooLarge(_))));
}
