//! `verify`

use std::process::ExitCode;

use clap::Args;
use domain::fault::{Fault, FaultCodeName};
use serde_json::json;
use server::verifying::{Finding, verify};

use super::{Data, complain, say};

/// Something is wrong that was not put right.
pub(super) const FOUND: u8 = 2;

/// Checks that every order's events are one history, that its row and scope are what they make of it, and that log and
/// counters know of them; names what is damaged and goes on.
#[derive(Args)]
pub struct Verify {
    #[command(flatten)]
    data: Data,
    /// Makes anew what is derived from events where it is not what they make of it; events are never changed 重建派生数据
    #[arg(long)]
    rebuild: bool,
}

impl Verify {
    pub(super) fn run(self) -> Result<ExitCode, Fault> {
        or_found(self.verified())
    }

    fn verified(self) -> Result<ExitCode, Fault> {
        let mut store = self.data.open_existing()?;
        let verified = verify(&mut store, self.rebuild)?;
        verified.findings.iter().for_each(tell);
        let repaired = verified.findings.iter().filter(|finding| finding.repaired).count();
        let found = verified.findings.len();
        say(json!({ "orders": verified.orders, "events": verified.events, "found": found, "repaired": repaired }))?;
        Ok(if repaired == found { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
    }
}

/// A file that is damaged as a whole is the worst of what is looked for.
pub(super) fn or_found(outcome: Result<ExitCode, Fault>) -> Result<ExitCode, Fault> {
    match outcome {
        Err(fault) if fault.code == FaultCodeName::StoreDamaged => {
            complain(format_args!("{}: {}", fault.code.as_str(), fault.message));
            Ok(ExitCode::from(FOUND))
        }
        outcome => outcome,
    }
}

pub(super) fn tell(finding: &Finding) {
    let order = finding.order.map_or_else(|| "the file".to_owned(), |order| format!("order {order}"));
    let repaired = if finding.repaired { "; repaired" } else { "" };
    complain(format_args!("{order}: {}{repaired}", finding.what));
}
