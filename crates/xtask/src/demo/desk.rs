//! The desks of the centre, and the way of an order through them, as data.

use serde_json::{Value, json};

use crate::demo::day::{Stage, TEAM};

/// Who does a step at the centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Desk {
    /// 调度员
    Dispatcher,
    /// 班组长 of the demo's team.
    TeamLeader,
}

/// One thing done with an order at the centre.
#[derive(Debug, PartialEq)]
pub struct Step {
    /// Who.
    pub desk: Desk,
    /// What, as in the address: `dispatch`.
    pub action: &'static str,
    /// With what.
    pub body: Value,
}

/// The steps at the centre that bring a reported order as far as `stage`.
pub fn steps(stage: Stage) -> Vec<Step> {
    let dispatch = |team| Step { desk: Desk::Dispatcher, action: "dispatch", body: json!({ "team": team }) };
    let accept = || Step { desk: Desk::TeamLeader, action: "accept-for-team", body: json!({}) };
    match stage {
        Stage::Reported => Vec::new(),
        Stage::Dispatched(team) => vec![dispatch(team)],
        Stage::TeamAccepted => vec![dispatch(TEAM), accept()],
        Stage::Assigned(staff_no) => {
            let assign = Step { desk: Desk::TeamLeader, action: "assign", body: json!({ "staff_no": staff_no }) };
            vec![dispatch(TEAM), accept(), assign]
        }
        Stage::Cancelled(reason) => vec![Step { desk: Desk::Dispatcher, action: "cancel", body: json!({ "reason": reason }) }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(stage: Stage, expected: &[&str]) {
        let actions: Vec<&str> = steps(stage).iter().map(|step| step.action).collect();
        assert_eq!(actions, expected, "{stage:?}");
    }

    #[test]
    fn every_stage_has_its_way() {
        check(Stage::Reported, &[]);
        check(Stage::Dispatched("T02"), &["dispatch"]);
        check(Stage::TeamAccepted, &["dispatch", "accept-for-team"]);
        check(Stage::Assigned("025518"), &["dispatch", "accept-for-team", "assign"]);
        check(Stage::Cancelled("不再漏水"), &["cancel"]);
    }
}
