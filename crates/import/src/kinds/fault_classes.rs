//! fault_classes.csv: with the teams it defines which trades there are.

use domain::identity::FaultCode;
use domain::reference::{FaultClass, Trade};

use super::Kind;
use crate::cell::choice;
use crate::cells::Cells;
use crate::target::Target;

impl Kind for FaultClass {
    const FILE: &'static str = "fault_classes.csv";
    const COLUMNS: &'static [&'static str] = &["fault_code", "name", "trade", "trade_name", "default_urgency"];
    const KEY: &'static [&'static str] = &["fault_code"];
    const TARGET: Option<Target> = None;

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let fault_code = cells.code("fault_code");
        let name = cells.text("name");
        let trade = cells.code("trade");
        let trade_name = cells.text("trade_name");
        let default_urgency = cells.required("default_urgency", choice::urgency);
        Some(Self {
            fault_code: FaultCode(fault_code?),
            name: name?,
            trade: Trade(trade?),
            trade_name: trade_name?,
            default_urgency: default_urgency?,
        })
    }

    fn key(&self) -> Vec<String> {
        vec![self.fault_code.to_string()]
    }

    fn names(&self) -> Vec<(Target, String)> {
        vec![(Target::Trade, self.trade.0.clone())]
    }
}
