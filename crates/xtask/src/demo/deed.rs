//! What the worker of the demo does on the device, as the device's own commands.

use serde_json::{Value, json};

/// One thing done on the device. Codes are those of the hospital's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// 接单
    Accept,
    /// 到场
    Arrive,
    /// 挂单: waiting for parts, and for which.
    Suspend(&'static str),
    /// 领用: so many of a part.
    Issue(&'static str, u32),
    /// One unit of an item of the price list.
    Labour(&'static str),
    /// 完工: cause and remedy.
    Complete(&'static str, &'static str),
    /// 科室确认 by an employee.
    Confirm(&'static str),
}

impl Deed {
    /// The command, as `plantroom-device call` takes it.
    pub fn command(&self, order: &str) -> Value {
        match self {
            Self::Accept => json!({ "do": "accept", "order": order }),
            Self::Arrive => json!({ "do": "arrive", "order": order }),
            Self::Suspend(note) => json!({ "do": "suspend", "order": order, "cause": "parts", "note": note }),
            Self::Issue(part, quantity) => json!({ "do": "issue_part", "order": order, "scan": part, "quantity": quantity }),
            Self::Labour(item) => json!({ "do": "add_labour", "order": order, "item": item, "quantity": 1 }),
            Self::Complete(cause, remedy) => json!({ "do": "complete", "order": order, "cause": cause, "remedy": remedy }),
            Self::Confirm(staff_no) => json!({ "do": "confirm", "order": order, "staff_no": staff_no, "accepted": true }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deed_names_its_order() {
        let command = Deed::Issue("BJ000001", 2).command("0193");
        assert_eq!(command, json!({ "do": "issue_part", "order": "0193", "scan": "BJ000001", "quantity": 2 }));
    }
}
