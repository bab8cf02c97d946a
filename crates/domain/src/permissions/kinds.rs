//! Role × kind of event.

use crate::role::Role;

/// One kind and who may record it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindLine {
    /// The kind as it is written in the event.
    pub kind: &'static str,
    /// Whose device may record it.
    pub on_device: &'static [Role],
    /// For whose session the server records it.
    pub at_centre: &'static [Role],
    /// Whether the server records it by rule, in nobody's name.
    pub by_rule: bool,
}

const NOBODY: &[Role] = &[];
const REPORTERS: &[Role] = &[Role::Requester, Role::ServiceOperator, Role::Dispatcher];
const DISPATCHER: &[Role] = &[Role::Dispatcher];
const LEADER: &[Role] = &[Role::TeamLeader];
const DISPATCHER_AND_LEADER: &[Role] = &[Role::Dispatcher, Role::TeamLeader];
const REQUESTER_DISPATCHER_AND_LEADER: &[Role] = &[Role::Requester, Role::Dispatcher, Role::TeamLeader];

/// A fact, which whoever repairs states on a device.
const fn fact(kind: &'static str) -> KindLine {
    KindLine { kind, on_device: Role::REPAIRERS, at_centre: NOBODY, by_rule: false }
}

/// A decision, which the server takes for a session.
const fn decision(kind: &'static str, at_centre: &'static [Role]) -> KindLine {
    KindLine { kind, on_device: NOBODY, at_centre, by_rule: false }
}

const fn rule(kind: &'static str) -> KindLine {
    KindLine { kind, on_device: NOBODY, at_centre: NOBODY, by_rule: true }
}

/// Every kind of this program, in the order of [`crate::event::KNOWN_KINDS`].
pub const KINDS: &[KindLine] = &[
    KindLine { kind: "reported", on_device: Role::REPAIRERS, at_centre: REPORTERS, by_rule: false },
    // Nobody yet: no command and no route records one, and a phone that made one up would change what a department is charged for.
    decision("corrected", NOBODY),
    fact("accepted"),
    fact("arrived"),
    fact("suspended"),
    fact("resumed"),
    fact("return_requested"),
    fact("part_issued"),
    fact("part_returned"),
    fact("labour_added"),
    fact("withdrawn"),
    fact("completed"),
    fact("confirmed"),
    rule("numbered"),
    decision("dispatched", DISPATCHER),
    decision("team_accepted", LEADER),
    decision("assigned", LEADER),
    decision("reassigned", DISPATCHER_AND_LEADER),
    decision("returned", DISPATCHER_AND_LEADER),
    decision("cancelled", REQUESTER_DISPATCHER_AND_LEADER),
    decision("merged", DISPATCHER),
    decision("absorbed", DISPATCHER),
    rule("confirmation_judged"),
    decision("ruled", DISPATCHER),
    decision("reviewed", DISPATCHER),
];

/// Whether a device's event of this kind may be recorded in this role.
pub fn may_record_on_device(role: Role, kind: &str) -> bool {
    line(kind).is_some_and(|line| line.on_device.contains(&role))
}

/// Whether the server may record an event of this kind for a session in this role; for [`Role::System`]: by rule.
pub fn may_record_at_centre(role: Role, kind: &str) -> bool {
    line(kind).is_some_and(|line| line.at_centre.contains(&role) || role == Role::System && line.by_rule)
}

fn line(kind: &str) -> Option<&'static KindLine> {
    KINDS.iter().find(|line| line.kind == kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::KNOWN_KINDS;
    use crate::workflow::WORKFLOW_1;

    #[test]
    fn every_known_kind_has_its_line() {
        assert!(KINDS.iter().map(|line| line.kind).eq(KNOWN_KINDS));
    }

    #[test]
    fn nobody_records_a_decision_on_a_device_and_nobody_a_rule_s_event() {
        let decisions = KNOWN_KINDS.iter().filter(|kind| line(kind).is_some_and(|line| !line.at_centre.is_empty()) && **kind != "reported");
        for decision in decisions.chain(&["numbered", "corrected", "confirmation_judged"]) {
            assert!(Role::OF_PEOPLE.iter().all(|role| !may_record_on_device(*role, decision)), "{decision}");
        }
        for line in KINDS.iter().filter(|line| line.by_rule) {
            assert!(line.on_device.is_empty() && line.at_centre.is_empty(), "{}", line.kind);
        }
        assert!(Role::OF_PEOPLE.iter().all(|role| !may_record_at_centre(*role, "made_up") && !may_record_on_device(*role, "made_up")));
    }

    #[test]
    fn the_workflow_and_the_table_permit_the_same_roles() {
        let in_workflow = |kind: &str, role: &Role| WORKFLOW_1.iter().any(|line| line.action.kind() == kind && line.by.contains(role));
        for line in KINDS.iter().filter(|line| WORKFLOW_1.iter().any(|step| step.action.kind() == line.kind)) {
            for role in Role::OF_PEOPLE {
                let in_table = line.on_device.contains(role) || line.at_centre.contains(role);
                assert_eq!(in_table, in_workflow(line.kind, role), "{} {role:?}", line.kind);
            }
        }
        for step in WORKFLOW_1 {
            let recorded_where =
                |role: &Role, kind| if step.offline { may_record_on_device(*role, kind) } else { may_record_at_centre(*role, kind) };
            assert!(step.by.iter().all(|role| recorded_where(role, step.action.kind())), "{step:?}");
        }
    }
}
