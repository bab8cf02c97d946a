//! Cells with a fixed set of words: yes and no, urgency, role.

use domain::role::Role;
use domain::urgency::Urgency;

use super::{Meaning, Understood, narrowed, spreadsheet_damage};
use crate::finding::{Reason, Remark};

const URGENCIES: [Urgency; 4] = [Urgency::Critical, Urgency::Urgent, Urgency::Normal, Urgency::Planned];

/// Roles as the staff list writes them; every clinical employee may report.
const ROLES: [(&str, Role); 13] = [
    ("clinical", Role::Requester),
    ("requester", Role::Requester),
    ("service_operator", Role::ServiceOperator),
    ("dispatcher", Role::Dispatcher),
    ("team_leader", Role::TeamLeader),
    ("storekeeper", Role::Storekeeper),
    ("cost_accountant", Role::CostAccountant),
    ("cost_auditor", Role::CostAuditor),
    ("quality_supervisor", Role::QualitySupervisor),
    ("logistics_manager", Role::LogisticsManager),
    ("system_admin", Role::SystemAdmin),
    ("security_admin", Role::SecurityAdmin),
    ("audit_admin", Role::AuditAdmin),
];

/// 是 or 否; Y, N, 1, 0, true and false with a note.
pub(crate) fn yes_no(cell: &str) -> Meaning<bool> {
    let (plain, _) = undamaged(cell)?;
    let value = match plain.to_ascii_lowercase().as_str() {
        "是" | "y" | "yes" | "1" | "true" => true,
        "否" | "n" | "no" | "0" | "false" => false,
        _ => return Err(vec![Remark::refused(Reason::NotYesNo, "Only 是 or 否 can stand here").suggest("是 / 否")]),
    };
    let word = if value { "是" } else { "否" };
    let note = (word != cell).then(|| Remark::note(Reason::YesNoUnderstood, format!("Understood as {word}")));
    Ok(Understood::with(value, note))
}

/// One of the four urgencies.
pub(crate) fn urgency(cell: &str) -> Meaning<Urgency> {
    let (plain, note) = undamaged(cell)?;
    let found = URGENCIES.into_iter().find(|urgency| urgency_word(*urgency) == plain);
    let urgency = found.ok_or_else(|| {
        let words = URGENCIES.map(urgency_word);
        vec![Remark::refused(Reason::UnknownUrgency, format!("There is no urgency {plain}")).suggest(nearest(&plain, &words))]
    })?;
    Ok(Understood::with(urgency, note))
}

/// The word for an urgency.
pub(crate) fn urgency_word(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Critical => "critical",
        Urgency::Urgent => "urgent",
        Urgency::Normal => "normal",
        Urgency::Planned => "planned",
    }
}

/// Whether a cell could be the beginning of an urgency whose rest was cut off.
pub(crate) fn could_be_cut_urgency(cell: &str) -> bool {
    URGENCIES.into_iter().any(|urgency| urgency_word(urgency).starts_with(cell))
}

/// A role, with the team's code for a technician (`technician:T01`).
pub(crate) fn role(cell: &str) -> Meaning<(Role, Option<String>)> {
    let (plain, note) = undamaged(cell)?;
    if let Some(team) = plain.strip_prefix("technician") {
        return technician(team).map(|team| Understood::with((Role::Technician, Some(team)), note));
    }
    let found = ROLES.iter().find(|(word, _)| *word == plain).map(|(_, role)| *role);
    let role = found.ok_or_else(|| {
        let words: Vec<&str> = ROLES.iter().map(|(word, _)| *word).chain(["technician:<team_code>"]).collect();
        vec![Remark::refused(Reason::UnknownRole, format!("There is no role {plain}")).suggest(nearest(&plain, &words))]
    })?;
    Ok(Understood::with((role, None), note))
}

fn technician(after: &str) -> Result<String, Vec<Remark>> {
    let team = after.strip_prefix(':').map(str::trim);
    match team {
        Some(team) if !team.is_empty() => super::text::code(team).map(|understood| understood.value),
        None if !after.is_empty() => Err(vec![Remark::refused(Reason::UnknownRole, format!("There is no role technician{after}"))]),
        _ => Err(vec![Remark::refused(Reason::TeamMissing, "A technician's role names the team").suggest("technician:<team_code>")]),
    }
}

fn undamaged(cell: &str) -> Result<(String, Option<Remark>), Vec<Remark>> {
    let (plain, note) = narrowed(cell);
    spreadsheet_damage(&plain).map_or(Ok((plain, note)), |damage| Err(vec![damage]))
}

/// The word that differs in case only, else all of them.
fn nearest(plain: &str, words: &[&str]) -> String {
    let same = words.iter().find(|word| word.eq_ignore_ascii_case(plain));
    same.map_or_else(|| format!("One of: {}", words.join(", ")), |word| (*word).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: std::fmt::Debug + PartialEq>(parse: fn(&str) -> Meaning<T>, cell: &str, expected: Result<(T, usize), Reason>) {
        let found = parse(cell).map(|understood| (understood.value, understood.notes.len())).map_err(|remarks| remarks[0].code);
        assert_eq!(found, expected, "{cell:?}");
    }

    #[test]
    fn words() {
        check(yes_no, "是", Ok((true, 0)));
        check(yes_no, "Ｎ", Ok((false, 1)));
        check(yes_no, "1", Ok((true, 1)));
        check(yes_no, "maybe", Err(Reason::NotYesNo));
        check(urgency, "critical", Ok((Urgency::Critical, 0)));
        check(urgency, "Critical", Err(Reason::UnknownUrgency));
        check(role, "=clinical", Err(Reason::Formula));
        check(urgency, "#N/A", Err(Reason::SpreadsheetError));
        check(role, "clinical", Ok(((Role::Requester, None), 0)));
        check(role, "technician:T07", Ok(((Role::Technician, Some("T07".to_owned())), 0)));
        check(role, "technician：T07", Ok(((Role::Technician, Some("T07".to_owned())), 1)));
        for cell in ["technician", "technician:", "technician: "] {
            check(role, cell, Err(Reason::TeamMissing));
        }
        for cell in ["superuser", "system", "technicians", "clinical:T01", "Clinical"] {
            check(role, cell, Err(Reason::UnknownRole));
        }
    }
}
