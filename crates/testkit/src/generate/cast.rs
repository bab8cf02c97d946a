//! The people, places and things that orders are about, out of the fictional hospital's files: all
//! of them valid without end.

use crate::hospital::CLEAN;

/// One team of a campus and everything around it.
#[derive(Debug, Clone, Default)]
pub struct Cast {
    /// The team's code.
    pub team: String,
    /// Numbers of its technicians.
    pub technicians: Vec<String>,
    /// Numbers of the centre's dispatchers.
    pub dispatchers: Vec<String>,
    /// The team's leader.
    pub leader: String,
    /// Nurses and doctors of the campus.
    pub confirmers: Vec<Confirmer>,
    /// Places of the campus.
    pub locations: Vec<String>,
    /// Fault classes of the team's trade.
    pub faults: Vec<String>,
    /// Parts of the team's trade.
    pub parts: Vec<Part>,
    /// Items of the price list of the team's trade.
    pub labour_items: Vec<String>,
    /// The store of the campus.
    pub warehouse: String,
}

/// Somebody who can confirm.
#[derive(Debug, Clone)]
pub struct Confirmer {
    /// Number.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Department.
    pub department: String,
}

/// A part with its price.
#[derive(Debug, Clone)]
pub struct Part {
    /// Code.
    pub code: String,
    /// Fen a unit.
    pub unit_price_fen: i64,
}

impl Cast {
    /// The cast of a team; empty where the hospital's files do not say.
    pub fn of_team(team: &str) -> Self {
        let teams = Table::read("teams.csv");
        let about = |column: &str| teams.values_where("team_code", team, column).into_iter().next().unwrap_or_default();
        let (campus, trade) = (about("campus_code"), about("trade"));
        let staff = Table::read("staff.csv").valid();
        Self {
            team: team.to_owned(),
            technicians: staff.values_where("role", &format!("technician:{team}"), "staff_no"),
            dispatchers: staff.values_where("role", "dispatcher", "staff_no"),
            leader: about("leader_staff_no"),
            confirmers: confirmers(&staff, &Table::read("departments.csv").valid().values_where("campus_code", &campus, "department_code")),
            locations: Table::read("locations.csv").values_where("campus_code", &campus, "location_code"),
            faults: Table::read("fault_classes.csv").values_where("trade", &trade, "fault_code"),
            parts: parts(&trade),
            labour_items: Table::read("price_list.csv").valid().values_where("trade", &trade, "item_code"),
            warehouse: Table::read("warehouses.csv")
                .values_where("campus_code", &campus, "warehouse_code")
                .into_iter()
                .next()
                .unwrap_or_default(),
        }
    }

    /// The codes of every team.
    pub fn teams() -> Vec<String> {
        Table::read("teams.csv").column("team_code")
    }
}

fn confirmers(staff: &Table, departments: &[String]) -> Vec<Confirmer> {
    let clinical = staff.rows_where("role", "clinical").into_iter().map(|row| Confirmer {
        staff_no: staff.value(row, "staff_no"),
        name: staff.value(row, "name"),
        department: staff.value(row, "department_code"),
    });
    clinical.filter(|person| departments.contains(&person.department)).collect()
}

fn parts(trade: &str) -> Vec<Part> {
    let table = Table::read("spare_parts.csv");
    let rows = table.rows_where("trade", trade).into_iter();
    rows.map(|row| Part { code: table.value(row, "part_code"), unit_price_fen: fen(&table.value(row, "unit_price_yuan")) }).collect()
}

/// `12.50` in fen. The files of the fictional hospital always have two decimals.
fn fen(yuan: &str) -> i64 {
    yuan.replace('.', "").parse().unwrap_or(0)
}

/// A file of the hospital. Its cells hold no commas and no quotes.
struct Table {
    header: Vec<&'static str>,
    rows: Vec<Vec<&'static str>>,
}

impl Table {
    fn read(name: &str) -> Self {
        let bytes = CLEAN.iter().find(|(file, _)| *file == name).map_or(&b""[..], |(_, bytes)| bytes);
        let mut lines = std::str::from_utf8(bytes).unwrap_or_default().lines().map(|line| line.split(',').collect::<Vec<_>>());
        Self { header: lines.next().unwrap_or_default(), rows: lines.collect() }
    }

    /// Only the rows without an end.
    fn valid(mut self) -> Self {
        let rows = std::mem::take(&mut self.rows);
        self.rows = rows.into_iter().filter(|row| self.value(row, "valid_to").is_empty()).collect();
        self
    }

    fn value(&self, row: &[&str], column: &str) -> String {
        let place = self.header.iter().position(|name| *name == column);
        place.and_then(|place| row.get(place)).copied().unwrap_or_default().to_owned()
    }

    fn rows_where(&self, column: &str, value: &str) -> Vec<&[&'static str]> {
        self.rows.iter().map(Vec::as_slice).filter(|row| self.value(row, column) == value).collect()
    }

    fn values_where(&self, column: &str, value: &str, wanted: &str) -> Vec<String> {
        self.rows_where(column, value).into_iter().map(|row| self.value(row, wanted)).collect()
    }

    fn column(&self, wanted: &str) -> Vec<String> {
        self.rows.iter().map(|row| self.value(row, wanted)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_team_has_what_its_orders_need() {
        for team in Cast::teams() {
            let cast = Cast::of_team(&team);
            assert!(cast.technicians.len() >= 3, "{team}");
            let lists = [
                cast.confirmers.len(),
                cast.locations.len(),
                cast.faults.len(),
                cast.parts.len(),
                cast.labour_items.len(),
                cast.dispatchers.len(),
            ];
            assert!(!lists.contains(&0), "{team}: {lists:?}");
            assert!(!cast.warehouse.is_empty() && !cast.leader.is_empty(), "{team}");
        }
    }
}
