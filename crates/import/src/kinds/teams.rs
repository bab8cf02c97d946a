//! teams.csv: teams name their leaders in staff.csv, and technicians there name their teams.

use domain::identity::{CampusCode, ContractorCode, StaffNo, TeamCode};
use domain::reference::{Team, Trade};

use super::Kind;
use crate::cells::Cells;
use crate::target::Target;

impl Kind for Team {
    const FILE: &'static str = "teams.csv";
    const COLUMNS: &'static [&'static str] =
        &["team_code", "name", "campus_code", "trade", "contractor_code", "leader_staff_no", "deputy_staff_no"];
    const KEY: &'static [&'static str] = &["team_code"];
    const TARGET: Option<Target> = Some(Target::Team);

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let team_code = cells.code("team_code");
        let name = cells.text("name");
        let campus_code = cells.reference("campus_code", Target::Campus);
        let trade = cells.code("trade");
        let contractor_code = cells.optional_reference("contractor_code", Target::Contractor);
        let leader_staff_no = cells.reference("leader_staff_no", Target::Staff);
        let deputy_staff_no = cells.optional_reference("deputy_staff_no", Target::Staff);
        Some(Self {
            team_code: TeamCode(team_code?),
            name: name?,
            campus_code: CampusCode(campus_code?),
            trade: Trade(trade?),
            contractor_code: contractor_code?.map(ContractorCode),
            leader_staff_no: StaffNo(leader_staff_no?),
            deputy_staff_no: deputy_staff_no?.map(StaffNo),
        })
    }

    fn key(&self) -> Vec<String> {
        vec![self.team_code.to_string()]
    }

    fn names(&self) -> Vec<(Target, String)> {
        vec![(Target::Team, self.team_code.to_string()), (Target::Trade, self.trade.0.clone())]
    }
}
