//! A day's orders of the demo hospital, as data: what was reported, and how far it has come, and what the worker did without signal.

use serde_json::{Value, json};

use crate::demo::deed::Deed;

/// The team of the demo's worker.
pub const TEAM: &str = "T01";

/// The worker of the demo's device.
pub const WORKER: &str = "025518";

/// How far an order has come at the centre.
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

/// One order of the day. Codes are those of the hospital's files.
pub struct Order {
    location: &'static str,
    fault: &'static str,
    urgency: &'static str,
    department: &'static str,
    description: &'static str,
    caller: &'static str,
    /// How far it has come at the centre.
    pub stage: Stage,
    /// What the demo's worker then did, out of the server's reach.
    pub deeds: &'static [Deed],
    /// Why the centre called it off meanwhile, not knowing of the work.
    pub called_off_meanwhile: Option<&'static str>,
}

impl Order {
    const fn new(place: [&'static str; 2], fault: [&'static str; 2], told: [&'static str; 2], stage: Stage) -> Self {
        let [location, department] = place;
        let [fault, urgency] = fault;
        let [description, caller] = told;
        Self { location, fault, urgency, department, description, caller, stage, deeds: &[], called_off_meanwhile: None }
    }

    /// The same, with what the demo's worker did.
    const fn worked(mut self, deeds: &'static [Deed]) -> Self {
        self.deeds = deeds;
        self
    }

    /// The same, called off by the centre while the worker was out of reach.
    const fn called_off_meanwhile(mut self, reason: &'static str) -> Self {
        self.called_off_meanwhile = Some(reason);
        self
    }

    /// The report as the centre files it.
    pub fn report(&self) -> Value {
        json!({
            "location": self.location, "fault": self.fault, "urgency": self.urgency, "department": self.department,
            "description": self.description, "caller": { "name": self.caller },
        })
    }
}

const MINE: Stage = Stage::Assigned(WORKER);

/// The day.
pub const DAY: &[Order] = &[
    // For the worker to do.
    Order::new(["L00021", "001026"], ["F001", "urgent"], ["护士站洗手池水龙头关不紧，一直滴水", "刘护士"], MINE),
    Order::new(["L00133", "001002"], ["F006", "normal"], ["治疗准备用热水不够热", "王护士"], MINE),
    Order::new(["L00026", "001027"], ["F003", "urgent"], ["卫生间马桶堵塞，水漫出来了", "张护士"], MINE).worked(&[Deed::Accept]),
    Order::new(["L00044", "001041"], ["F004", "normal"], ["卫生间暖气片不热", "赵护士"], MINE).worked(&[
        Deed::Accept,
        Deed::Arrive,
        Deed::Issue("BJ000003", 1),
        Deed::Labour("S0007"),
    ]),
    Order::new(["L00020", "001026"], ["F006", "normal"], ["开水间热水器出水太慢", "何护士"], MINE).worked(&[
        Deed::Accept,
        Deed::Arrive,
        Deed::Suspend("等滤芯到货"),
    ]),
    // An emergency of the team: whoever is nearest may take it up at once.
    Order::new(["L00006", "001031"], ["F005", "critical"], ["负压机房水管爆裂，地面已积水", "保安室"], Stage::Dispatched(TEAM)),
    // For the team.
    Order::new(["L00034", "001029"], ["F002", "urgent"], ["卫生间地漏返水，有异味", "陈护士长"], Stage::Assigned("025519")),
    Order::new(["L00028", "001027"], ["F001", "normal"], ["开水间水龙头松动", "冯护士"], Stage::TeamAccepted),
    Order::new(["L00109", "001046"], ["F001", "normal"], ["淋浴龙头拧不动", "周护工"], Stage::Dispatched(TEAM)),
    // Done: one waits for the department, one has its word, one was called off too late.
    Order::new(["L00097", "001048"], ["F002", "normal"], ["护士站下水很慢", "孙护士"], MINE).worked(&[
        Deed::Accept,
        Deed::Arrive,
        Deed::Issue("BJ000012", 1),
        Deed::Labour("S0003"),
        Deed::Complete("存水弯积垢", "拆洗存水弯，更换密封圈，试水通畅"),
    ]),
    Order::new(["L00022", "001026"], ["F001", "urgent"], ["治疗室水龙头滴水", "刘护士"], MINE).worked(&[
        Deed::Accept,
        Deed::Arrive,
        Deed::Issue("BJ000012", 2),
        Deed::Labour("S0001"),
        Deed::Complete("密封圈老化", "更换密封圈，试水不漏"),
        Deed::Confirm("020595"),
    ]),
    Order::new(["L00038", "001029"], ["F001", "normal"], ["治疗室水龙头漏水", "钱护士"], MINE)
        .worked(&[
            Deed::Accept,
            Deed::Arrive,
            Deed::Issue("BJ000003", 1),
            Deed::Labour("S0001"),
            Deed::Complete("角阀内漏", "更换角阀，试水不漏"),
            Deed::Confirm("020664"),
        ])
        .called_off_meanwhile("科室来电：暂不用修"),
    // Elsewhere.
    Order::new(["L00051", "001033"], ["F007", "normal"], ["护士站顶灯两支不亮", "吴护士"], Stage::Dispatched("T02")),
    Order::new(["L00018", "001026"], ["F009", "urgent"], ["配电间空开反复跳闸", "值班医生"], Stage::Dispatched("T02")),
    Order::new(["L00097", "001048"], ["F012", "planned"], ["护士站门合页松动，关不上", "孙护士"], Stage::Reported),
    Order::new(["L00039", "001027"], ["F016", "planned"], ["治疗室空调不制冷", "郑护士"], Stage::Reported),
    Order::new(
        ["L00027", "001027"],
        ["F001", "normal"],
        ["洗手池水龙头漏水", "李医生"],
        Stage::Cancelled("科室来电：已自行拧紧，不再漏水"),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_has_something_to_do_and_the_team_something_to_take_up() {
        assert!(DAY.iter().any(|order| order.stage == MINE && order.deeds.is_empty()));
        assert!(DAY.iter().any(|order| order.stage == Stage::TeamAccepted));
        assert!(DAY.iter().any(|order| order.urgency == "critical" && order.stage == Stage::Dispatched(TEAM)));
    }

    #[test]
    fn only_what_is_the_workers_is_worked_on() {
        assert!(DAY.iter().all(|order| order.deeds.is_empty() || order.stage == MINE));
    }

    #[test]
    fn one_order_contradicts_what_the_centre_decided() {
        let contradicted = |order: &&Order| order.called_off_meanwhile.is_some() && matches!(order.deeds.last(), Some(Deed::Confirm(_)));
        assert_eq!(DAY.iter().filter(contradicted).count(), 1);
    }
}
