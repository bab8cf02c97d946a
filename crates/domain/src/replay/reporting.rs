//! The report, its number and corrections of its fields.

use super::fold::{Fold, Step};
use crate::event::{Corrected, Numbered, Reported};
use crate::node::Node;
use crate::state::{Effect, OrderState, Report};
use crate::urgency::Urgency;

/// 报修: the first report stands.
pub(super) fn reported(fold: &mut Fold<'_>, step: Step<'_>, body: &Reported) -> Effect {
    if fold.state.report.is_some() {
        return fold.does_not_fit(step);
    }
    fold.state.report = Some(Report {
        location: body.location.clone(),
        fault: body.fault.clone(),
        urgency: body.urgency,
        department: body.department.clone(),
        description: body.description.clone(),
        caller: body.caller.clone(),
        channel: body.channel,
        reporter: step.event.recorder.clone(),
        reported_at: step.at,
        limits: body.limits,
        workflow: body.workflow,
    });
    Effect::InEffect
}

/// The first number stands: people have it on paper.
pub(super) fn numbered(fold: &mut Fold<'_>, body: &Numbered) -> Effect {
    if fold.state.number.is_some() {
        return Effect::Overruled;
    }
    fold.state.number = Some(body.number.clone());
    Effect::InEffect
}

/// 数据修正: the later correction of a field stands. Once the work is completed, what it was reported as is what it was limited and
/// is charged by: a correction is shown as a contradiction then, for somebody to look at.
pub(super) fn corrected(fold: &mut Fold<'_>, step: Step<'_>, body: &Corrected) -> Effect {
    if fold.state.node >= Node::Completed {
        return fold.does_not_fit(step);
    }
    if correct(&mut fold.state, body).is_some() { Effect::InEffect } else { fold.does_not_fit(step) }
}

/// `None` when there is no such field, no report yet, or the value is none for the field.
fn correct(state: &mut OrderState, body: &Corrected) -> Option<()> {
    let value = body.value.as_str();
    match body.field.as_str() {
        "cause" => state.cause = Some(value.to_owned()),
        "remedy" => state.remedy = Some(value.to_owned()),
        field => correct_report(state.report.as_mut()?, field, value)?,
    }
    Some(())
}

fn correct_report(report: &mut Report, field: &str, value: &str) -> Option<()> {
    match field {
        "location" => report.location = value.into(),
        "fault" => report.fault = value.into(),
        "department" => report.department = value.into(),
        "description" => report.description = value.to_owned(),
        "urgency" => correct_urgency(report, serde_json::from_value(value.into()).ok()?),
        _ => return None,
    }
    Some(())
}

/// The event carries no limits, so those of the rule hold (`domain.md`, "Default limits").
fn correct_urgency(report: &mut Report, urgency: Urgency) {
    if report.urgency != urgency {
        report.urgency = urgency;
        report.limits = urgency.default_limits();
    }
}
