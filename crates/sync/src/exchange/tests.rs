//! The exchange step by step: what is asked, what is kept, and when it is over.

use super::*;
use crate::codec::encode_request;
use crate::examples::{event, event_id, order_id, packed_order, receipt, upload};
use crate::judge::recorded_outcome;
use domain::recorded::HeldReason;
use serde_bytes::ByteBuf;

fn summary(unsent: Vec<Upload>) -> LocalSummary {
    LocalSummary { unsent, progress: Progress::Log { cursor: 5 }, log_mark: Some(55), reference_revision: 3, checks: Vec::new() }
}

fn unsent(count: usize) -> Vec<Upload> {
    (1..=count).map(|number| upload(&event(number as u128), vec![])).collect()
}

/// Uploads of random-looking bytes, which compression cannot make smaller.
fn incompressible(count: usize, bytes: usize) -> Vec<Upload> {
    let noise = |number: usize| {
        let block = |place: usize| sha256_of(format!("{number} {place}").as_bytes()).into_vec();
        (0..bytes.div_ceil(32)).flat_map(block).take(bytes).collect::<Vec<u8>>()
    };
    unsent(count).into_iter().enumerate().map(|(number, upload)| Upload { event: ByteBuf::from(noise(number)), ..upload }).collect()
}

fn answer_of(request: &ExchangeRequest, down: Down) -> ExchangeAnswer {
    let outcome = |(position, upload): (u64, &Upload)| recorded_outcome(upload.id, &upload.event, receipt(position), vec![]);
    ExchangeAnswer {
        protocol: PROTOCOL,
        server_time: UtcMillis(9),
        standing: CredentialStanding::Valid,
        outcomes: (6..).zip(&request.uploads).map(outcome).collect(),
        highest_sequence: 0,
        missing_sequences: Vec::new(),
        down,
        log_mark: Some(66),
        reference: None,
        anew: Vec::new(),
    }
}

fn log(positions: &[u64], cursor: u64, more: bool) -> Down {
    let entries = positions.iter().map(|position| LogEntry::Left { position: *position, order: order_id(1) }).collect();
    Down::Log { entries, cursor, more }
}

fn first_sync(log_end: u64, orders: &[u128], more: bool) -> Down {
    Down::FirstSync { log_end, orders: orders.iter().map(|number| packed_order(*number, 1)).collect(), more }
}

fn planned(progress: Progress, down: Down) -> Result<Plan, AnswerRefused> {
    let request = next_request(&LocalSummary { progress, ..summary(Vec::new()) });
    plan(&request, answer_of(&request, down))
}

/// The progress after a page, and whether another follows.
#[track_caller]
fn check(progress: Progress, down: Down, expected: Result<(Progress, bool), AnswerRefused>) {
    assert_eq!(planned(progress, down).map(|plan| (plan.progress, plan.more)), expected);
}

const NOTHING: Progress = Progress::Nothing;
const AT_5: Progress = Progress::Log { cursor: 5 };

fn in_first_sync(log_end: u64, after: u128) -> Progress {
    Progress::FirstSync { log_end, after: order_id(after) }
}

#[test]
fn news_and_standings_of_a_newer_server_leave_the_device_where_it_is() {
    for progress in [NOTHING, AT_5, in_first_sync(9, 4)] {
        check(progress, Down::Newer, Ok((progress, false)));
    }
    let request = next_request(&summary(unsent(2)));
    let answer = ExchangeAnswer { standing: CredentialStanding::Unknown, ..answer_of(&request, Down::Nothing) };
    let plan = plan(&request, answer).unwrap();
    assert_eq!((plan.outcomes.len(), plan.progress, plan.is_quiet(0)), (2, AT_5, true));
}

#[test]
fn the_mark_of_the_log_moves_with_the_progress() {
    for (down, expected) in
        [(log(&[6], 7, false), Some(66)), (log(&[], 5, false), Some(66)), (Down::Newer, Some(55)), (Down::BeginAnew, Some(55))]
    {
        assert_eq!(planned(AT_5, down.clone()).unwrap().log_mark, expected, "{down:?}");
    }
    assert_eq!(next_request(&summary(Vec::new())).log_mark, Some(55));
}

#[test]
fn another_log_may_count_its_reference_data_anew() {
    let request = next_request(&summary(Vec::new()));
    let older = || Some(ReferenceDelta { revision: 2, ..ReferenceDelta::default() });
    let anew = ExchangeAnswer { reference: older(), ..answer_of(&request, Down::BeginAnew) };
    assert_eq!(plan(&request, anew).unwrap().reference, older());
    let usual = ExchangeAnswer { reference: older(), ..answer_of(&request, log(&[], 5, false)) };
    assert_eq!(plan(&request, usual).unwrap().reference, None);
}

#[test]
fn only_orders_that_were_compared_are_replaced_and_what_was_asked_for_and_did_not_come_is_out_of_scope() {
    let heads = |number| ByteBuf::from(vec![1_u8; if number == 3 { 32 } else { 0 }]);
    let checks: Vec<OrderCheck> = (1..=9).map(|number| OrderCheck { order: order_id(number), heads: heads(number) }).collect();
    let request = next_request(&LocalSummary { checks, ..summary(Vec::new()) });
    assert_eq!(request.checks.len(), MOST_CHECKS);
    let anew = vec![packed_order(2, 1), packed_order(77, 1)];
    let plan = plan(&request, ExchangeAnswer { anew, ..answer_of(&request, log(&[], 5, false)) }).unwrap();
    assert_eq!((plan.checked.len(), plan.anew), (MOST_CHECKS, vec![packed_order(2, 1)]));
    assert_eq!(plan.out_of_scope, [order_id(1), order_id(4)]);
    // Without a page of the log nothing was compared.
    let plan = super::plan(&request, answer_of(&request, Down::BeginAnew)).unwrap();
    assert_eq!((plan.checked, plan.out_of_scope), (vec![], vec![]));
}

#[test]
fn exactly_the_most_uploads_are_one_request_and_one_more_waits() {
    assert_eq!(next_request(&summary(unsent(MOST_UPLOADS))).uploads.len(), MOST_UPLOADS);
    assert_eq!(next_request(&summary(unsent(MOST_UPLOADS + 1))).uploads.len(), MOST_UPLOADS);
    assert_eq!(next_request(&summary(unsent(0))).uploads.len(), 0);
}

#[test]
fn a_request_of_the_largest_events_stays_within_its_limit_even_if_nothing_compresses() {
    let request = next_request(&summary(incompressible(300, 16 * 1024)));
    assert_eq!(request.uploads.len(), MOST_UPLOAD_BYTES / (16 * 1024));
    assert!(encode_request(&request).is_ok());
}

#[test]
fn one_event_is_sent_however_large_so_that_the_server_can_refuse_it() {
    assert_eq!(next_request(&summary(incompressible(2, MOST_UPLOAD_BYTES + 1))).uploads.len(), 1);
}

#[test]
fn the_log_is_read_page_by_page() {
    check(AT_5, log(&[6, 9], 9, true), Ok((Progress::Log { cursor: 9 }, true)));
    check(AT_5, log(&[6, 9], 12, false), Ok((Progress::Log { cursor: 12 }, false)));
}

#[test]
fn an_empty_last_page_stays_where_it_is() {
    check(AT_5, log(&[], 5, false), Ok((AT_5, false)));
}

#[test]
fn an_empty_page_may_pass_over_what_is_not_seen() {
    check(AT_5, log(&[], 9, true), Ok((Progress::Log { cursor: 9 }, true)));
}

#[test]
fn an_empty_page_plus_one_would_never_end() {
    check(AT_5, log(&[], 5, true), Err(AnswerRefused::NoAdvance));
    check(NOTHING, first_sync(9, &[], true), Err(AnswerRefused::NoAdvance));
    check(NOTHING, Down::BeginAnew, Err(AnswerRefused::NoAdvance));
}

#[test]
fn the_cursor_never_goes_back() {
    check(AT_5, log(&[], 4, false), Err(AnswerRefused::PageDoesNotContinue));
    check(AT_5, log(&[5], 9, false), Err(AnswerRefused::PageDoesNotContinue));
    check(AT_5, log(&[8, 7], 9, false), Err(AnswerRefused::PageDoesNotContinue));
    check(AT_5, log(&[7, 7], 9, false), Err(AnswerRefused::PageDoesNotContinue));
    check(AT_5, log(&[10], 9, false), Err(AnswerRefused::PageDoesNotContinue));
}

#[test]
fn the_first_sync_resumes_by_order_and_ends_in_the_log() {
    check(NOTHING, first_sync(9, &[1, 4], true), Ok((in_first_sync(9, 4), true)));
    check(in_first_sync(9, 4), first_sync(9, &[6], true), Ok((in_first_sync(9, 6), true)));
    check(in_first_sync(9, 6), first_sync(9, &[], false), Ok((Progress::Log { cursor: 9 }, true)));
    check(NOTHING, first_sync(0, &[], false), Ok((Progress::Log { cursor: 0 }, true)));
}

#[test]
fn a_page_of_another_first_sync_is_refused() {
    check(in_first_sync(9, 4), first_sync(8, &[6], true), Err(AnswerRefused::PageDoesNotContinue));
    check(in_first_sync(9, 4), first_sync(9, &[4], true), Err(AnswerRefused::PageDoesNotContinue));
    check(in_first_sync(9, 4), first_sync(9, &[6, 5], true), Err(AnswerRefused::PageDoesNotContinue));
    check(AT_5, first_sync(9, &[6], false), Err(AnswerRefused::PageDoesNotContinue));
    check(NOTHING, log(&[6], 9, false), Err(AnswerRefused::PageDoesNotContinue));
    check(in_first_sync(9, 4), log(&[10], 10, false), Err(AnswerRefused::PageDoesNotContinue));
}

#[test]
fn beginning_anew_is_not_quiet() {
    let plan = planned(AT_5, Down::BeginAnew).unwrap();
    assert_eq!((plan.begin_anew, plan.progress, plan.is_quiet(0)), (true, Progress::Nothing, false));
}

#[test]
fn quiet_is_when_nothing_follows_and_nothing_is_left() {
    let last = planned(AT_5, log(&[], 5, false)).unwrap();
    assert!(last.is_quiet(0));
    assert!(!last.is_quiet(1));
    assert!(!planned(AT_5, log(&[6], 6, true)).unwrap().is_quiet(0));
    assert!(!planned(NOTHING, first_sync(9, &[1], false)).unwrap().is_quiet(0));
}

#[test]
fn a_revoked_credential_gets_outcomes_and_nothing_else() {
    let request = next_request(&summary(unsent(1)));
    let revoked = |down| ExchangeAnswer { standing: CredentialStanding::Revoked, ..answer_of(&request, down) };
    let plan_of_nothing = plan(&request, revoked(Down::Nothing)).unwrap();
    assert_eq!((plan_of_nothing.progress, plan_of_nothing.outcomes.len(), plan_of_nothing.is_quiet(0)), (AT_5, 1, true));
    assert_eq!(plan(&request, revoked(log(&[], 5, false))), Err(AnswerRefused::PageDoesNotContinue));
    assert_eq!(plan(&request, answer_of(&request, Down::Nothing)), Err(AnswerRefused::PageDoesNotContinue));
}

#[test]
fn outcomes_that_are_not_those_of_the_uploads_are_refused() {
    let request = next_request(&summary(unsent(2)));
    let answer = answer_of(&request, log(&[], 5, false));
    let refused = |change: fn(&mut Vec<UploadOutcome>)| {
        let mut answer = answer.clone();
        change(&mut answer.outcomes);
        plan(&request, answer)
    };
    assert!(plan(&request, answer.clone()).is_ok());
    assert_eq!(refused(|outcomes| outcomes.truncate(1)), Err(AnswerRefused::OutcomesDoNotMatch));
    assert_eq!(refused(|outcomes| outcomes.swap(0, 1)), Err(AnswerRefused::OutcomesDoNotMatch));
    assert_eq!(refused(|outcomes| outcomes.push(UploadOutcome::IdReused { id: event_id(3) })), Err(AnswerRefused::OutcomesDoNotMatch));
}

#[test]
fn a_server_that_holds_other_bytes_has_not_recorded_this_event() {
    let request = next_request(&summary(unsent(2)));
    let mut answer = answer_of(&request, log(&[], 5, false));
    answer.outcomes[0] = recorded_outcome(event_id(1), b"other", receipt(6), vec![]);
    let plan = plan(&request, answer.clone()).unwrap();
    assert_eq!(plan.outcomes[0], UploadOutcome::IdReused { id: event_id(1) });
    assert_eq!(plan.outcomes[1], answer.outcomes[1]);
}

#[test]
fn a_held_outcome_says_nothing_about_bytes() {
    assert!(agrees(b"any", &UploadOutcome::Held { id: event_id(1), reason: HeldReason::Oversized }));
}

#[test]
fn what_was_acknowledged_above_the_highest_number_is_missing_too() {
    let request = next_request(&summary(Vec::new()));
    let with = |highest_sequence| {
        let answer = ExchangeAnswer { highest_sequence, missing_sequences: vec![(2, 3)], ..answer_of(&request, log(&[], 5, false)) };
        plan(&request, answer).unwrap().missing_sequences
    };
    assert_eq!(with(7), [(2, 3), (8, u64::MAX)]);
    assert_eq!(with(u64::MAX), [(2, 3)]);
}

#[test]
fn another_protocol_is_refused() {
    let request = next_request(&summary(Vec::new()));
    let answer = ExchangeAnswer { protocol: PROTOCOL + 1, ..answer_of(&request, log(&[], 5, false)) };
    assert_eq!(plan(&request, answer), Err(AnswerRefused::Protocol(PROTOCOL + 1)));
}

#[test]
fn reference_data_that_is_not_newer_is_passed_over() {
    let request = next_request(&summary(Vec::new()));
    let with = |revision| {
        let reference = Some(ReferenceDelta { revision, ..ReferenceDelta::default() });
        plan(&request, ExchangeAnswer { reference, ..answer_of(&request, log(&[], 5, false)) }).unwrap().reference
    };
    assert_eq!(with(3), None);
    assert_eq!(with(4).map(|delta| delta.revision), Some(4));
}

#[test]
fn the_request_after_a_page_of_the_first_sync_is_known_before_the_page_is_stored() {
    let request = next_request(&LocalSummary { progress: Progress::Nothing, log_mark: None, reference_revision: 0, ..summary(Vec::new()) });
    let delta = crate::wire::ReferenceDelta { revision: 4, ..Default::default() };
    for (reference, revision) in [(None, 0), (Some(delta), 4)] {
        let answer = ExchangeAnswer { reference, ..answer_of(&request, first_sync(8, &[1, 2], true)) };
        let plan = plan(&request, answer).unwrap();
        let stored = LocalSummary { progress: plan.progress, log_mark: plan.log_mark, reference_revision: revision, ..summary(Vec::new()) };
        assert_eq!(plan.foreseen_request(&request), Some(next_request(&stored)));
    }
}

#[test]
fn what_follows_the_last_page_is_not_foreseen() {
    for (progress, down) in [(Progress::Nothing, first_sync(8, &[1], false)), (Progress::Log { cursor: 5 }, log(&[6], 6, true))] {
        let request = next_request(&LocalSummary { progress, ..summary(Vec::new()) });
        assert_eq!(planned(progress, down).unwrap().foreseen_request(&request), None);
    }
}
