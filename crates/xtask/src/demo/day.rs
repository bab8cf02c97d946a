//! A day's orders of the demo hospital, as data: what was reported, and how far it has come.

use serde_json::{Value, json};

/// The team of the demo's worker.
pub const TEAM: &str = "T01";

/// The worker of the demo's device.
pub const WORKER: &str = "025518";

/// How far an order has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nobody has looked at it yet.
    Reported,
    /// It lies with a team.
    Dispatched(&'static str),
    /// The demo's team has taken it.
    TeamAccepted,
    /// Somebody of the demo's team is to do it.
    Assigned(&'static str),
    /// It was called off.
    Cancelled(&'static str),
}

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

/// One order of the day. Codes are those of the hospital's files.
pub struct Order {
    location: &'static str,
    fault: &'static str,
    urgency: &'static str,
    department: &'static str,
    description: &'static str,
    caller: &'static str,
    /// How far it has come.
    pub stage: Stage,
}

impl Order {
    const fn new(place: [&'static str; 2], fault: [&'static str; 2], told: [&'static str; 2], stage: Stage) -> Self {
        let [location, department] = place;
        let [fault, urgency] = fault;
        let [description, caller] = told;
        Self { location, fault, urgency, department, description, caller, stage }
    }

    /// The report as the centre files it.
    pub fn report(&self) -> Value {
        json!({
            "location": self.location, "fault": self.fault, "urgency": self.urgency, "department": self.department,
            "description": self.description, "caller": { "name": self.caller },
        })
    }
}

/// The day.
pub const DAY: &[Order] = &[
    Order::new(["L00021", "001026"], ["F001", "urgent"], ["护士站洗手池水龙头关不紧，一直滴水", "刘护士"], Stage::Assigned(WORKER)),
    Order::new(["L00006", "001031"], ["F005", "critical"], ["负压机房水管爆裂，地面已积水", "保安室"], Stage::Assigned(WORKER)),
    Order::new(["L00026", "001027"], ["F003", "urgent"], ["卫生间马桶堵塞，水漫出来了", "张护士"], Stage::Assigned(WORKER)),
    Order::new(["L00034", "001029"], ["F002", "urgent"], ["卫生间地漏返水，有异味", "陈护士长"], Stage::Assigned("025519")),
    Order::new(["L00133", "001002"], ["F006", "normal"], ["治疗准备用热水不够热", "王护士"], Stage::TeamAccepted),
    Order::new(["L00044", "001041"], ["F004", "normal"], ["卫生间暖气片不热", "赵护士"], Stage::TeamAccepted),
    Order::new(["L00109", "001046"], ["F001", "normal"], ["淋浴龙头拧不动", "周护工"], Stage::Dispatched(TEAM)),
    Order::new(["L00051", "001033"], ["F007", "normal"], ["护士站顶灯两支不亮", "吴护士"], Stage::Dispatched("T02")),
    Order::new(["L00018", "001026"], ["F009", "urgent"], ["配电间空开反复跳闸", "值班医生"], Stage::Dispatched("T02")),
    Order::new(["L00097", "001048"], ["F012", "planned"], ["护士站门合页松动，关不上", "孙护士"], Stage::Reported),
    Order::new(["L00022", "001027"], ["F016", "planned"], ["治疗室空调不制冷", "郑护士"], Stage::Reported),
    Order::new(
        ["L00038", "001029"],
        ["F001", "normal"],
        ["治疗室水龙头漏水", "钱护士"],
        Stage::Cancelled("科室来电：已自行拧紧，不再漏水"),
    ),
];

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
        check(Stage::Assigned(WORKER), &["dispatch", "accept-for-team", "assign"]);
        check(Stage::Cancelled("不再漏水"), &["cancel"]);
    }

    #[test]
    fn the_worker_has_something_to_do_and_something_to_take_up() {
        assert!(DAY.iter().any(|order| order.stage == Stage::Assigned(WORKER)));
        assert!(DAY.iter().any(|order| order.stage == Stage::TeamAccepted));
    }
}
