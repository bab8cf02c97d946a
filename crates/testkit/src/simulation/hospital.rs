//! The smallest hospital in which everything can happen: one campus, two teams, somebody for every part.

use chrono::NaiveDate;
use domain::identity::{DepartmentCode, FaultCode, ItemCode, LocationCode, PartCode, StaffNo, TeamCode, WarehouseCode};
use domain::money::Fen;
use domain::reference::{
    Campus, Department, FaultClass, Location, PriceItem, ServiceLevel, SparePart, StaffMember, Team, Trade, Validity, Warehouse,
};
use domain::role::Role;
use domain::urgency::Urgency;
use store::server::{ServerStore, counters, reference};
use store::shared::reference::upsert;
use store::{Database, StoreError};

/// A team with its people.
#[derive(Debug, Clone, Copy)]
pub struct TeamOf {
    /// Its code.
    pub code: &'static str,
    /// Who leads it, at the centre and with a device.
    pub leader: &'static str,
    /// Its technicians.
    pub technicians: &'static [&'static str],
}

/// The teams.
pub const TEAMS: [TeamOf; 2] = [
    TeamOf { code: "T01", leader: "100011", technicians: &["100001", "100002"] },
    TeamOf { code: "T02", leader: "100012", technicians: &["100003", "100004", "100005"] },
];
/// The dispatcher.
pub const DISPATCHER: &str = "100021";
/// Employees of the clinical department, who confirm.
pub const NURSES: [&str; 2] = ["200001", "200002"];
/// A number that is nobody's.
pub const NOBODY: &str = "999999";
/// The clinical department.
pub const DEPARTMENT: &str = "D01";
/// Places.
pub const LOCATIONS: [&str; 2] = ["L01", "L02"];
/// Fault classes.
pub const FAULTS: [&str; 2] = ["F01", "F02"];
/// Spare parts.
pub const PARTS: [&str; 2] = ["P01", "P02"];
/// The store.
pub const WAREHOUSE: &str = "K1";
/// Repair items.
pub const ITEMS: [&str; 2] = ["W01", "W02"];

const LOGISTICS: &str = "D90";
const CAMPUS: &str = "C1";
const TRADE: &str = "plumbing";

/// Puts the hospital's reference data into an empty server.
///
/// # Errors
/// As the store fails.
pub fn found(server: &mut ServerStore) -> Result<(), StoreError> {
    server.write(|database| {
        let revision = counters::next_reference_revision(database)?;
        put_places(database, revision)?;
        put_people(database, revision)?;
        put_prices(database, revision)
    })
}

/// The staff list says that a technician works in another team.
///
/// # Errors
/// As the store fails.
pub fn move_to_team(server: &mut ServerStore, technician: &str, team: &str) -> Result<(), StoreError> {
    server.write(|database| {
        let revision = counters::next_reference_revision(database)?;
        let moved = member(technician, Role::Technician, LOGISTICS, Some(team));
        reference::put_staff(database, &[moved], &[], revision)
    })
}

fn put_places(database: &Database, revision: u64) -> Result<(), StoreError> {
    upsert(database, &[Campus { campus_code: CAMPUS.into(), name: "本部院区".into(), address: String::new() }], revision)?;
    upsert(database, &[department(DEPARTMENT, "心血管内科"), department(LOGISTICS, "后勤保障部")], revision)?;
    upsert(database, &LOCATIONS.map(location), revision)?;
    upsert(database, &FAULTS.map(fault), revision)?;
    upsert(
        database,
        &[Warehouse { warehouse_code: WarehouseCode::from(WAREHOUSE), name: "本部中心库".into(), campus_code: CAMPUS.into() }],
        revision,
    )?;
    Ok(())
}

fn put_people(database: &Database, revision: u64) -> Result<(), StoreError> {
    let mut staff = vec![member(DISPATCHER, Role::Dispatcher, LOGISTICS, None)];
    staff.extend(NURSES.map(|nurse| member(nurse, Role::Requester, DEPARTMENT, None)));
    for team in TEAMS {
        staff.push(member(team.leader, Role::TeamLeader, LOGISTICS, None));
        staff.extend(team.technicians.iter().map(|technician| member(technician, Role::Technician, LOGISTICS, Some(team.code))));
    }
    reference::put_staff(database, &staff, &[], revision)?;
    upsert(database, &TEAMS.map(team), revision)?;
    Ok(())
}

fn put_prices(database: &Database, revision: u64) -> Result<(), StoreError> {
    let levels = [Urgency::Critical, Urgency::Urgent, Urgency::Normal, Urgency::Planned];
    upsert(database, &levels.map(|urgency| ServiceLevel { urgency, name: String::new(), limits: urgency.default_limits() }), revision)?;
    reference::put_parts(database, &PARTS.map(part), since().valid_from, revision)?;
    upsert(database, &ITEMS.map(item), revision)?;
    Ok(())
}

fn since() -> Validity {
    Validity { valid_from: NaiveDate::from_ymd_opt(2020, 1, 1).unwrap_or_default(), valid_to: None }
}

fn trade() -> Trade {
    Trade(TRADE.into())
}

fn department(code: &str, name: &str) -> Department {
    let department_code = DepartmentCode::from(code);
    Department { department_code, name: name.into(), campus_code: CAMPUS.into(), area_tenths_m2: None, validity: since() }
}

fn location(code: &str) -> Location {
    let location_code = LocationCode::from(code);
    let (building, floor, room) = ("外科楼".into(), "B2".into(), code.into());
    Location { location_code, campus_code: CAMPUS.into(), building, floor, room, mobile_signal: "无".into() }
}

fn fault(code: &str) -> FaultClass {
    let fault_code = FaultCode::from(code);
    FaultClass {
        fault_code, name: "水龙头漏水".into(), trade: trade(), trade_name: "给排水".into(), default_urgency: Urgency::Normal
    }
}

fn member(staff_no: &str, role: Role, department: &str, team: Option<&str>) -> StaffMember {
    StaffMember {
        staff_no: StaffNo::from(staff_no),
        name: format!("员工{staff_no}"),
        department_code: DepartmentCode::from(department),
        role,
        team_code: team.map(TeamCode::from),
        contractor_code: None,
        mobile: None,
        validity: since(),
    }
}

fn team(of: TeamOf) -> Team {
    Team {
        team_code: TeamCode::from(of.code),
        name: format!("本部{}班", of.code),
        campus_code: CAMPUS.into(),
        trade: trade(),
        contractor_code: None,
        leader_staff_no: StaffNo::from(of.leader),
        deputy_staff_no: None,
    }
}

fn part(code: &str) -> SparePart {
    SparePart {
        part_code: PartCode::from(code),
        name: "角阀 DN15".into(),
        brand: String::new(),
        unit: "只".into(),
        trade: trade(),
        unit_price_fen: Fen(1_250),
        supplier_barcode: None,
        serialised: false,
    }
}

fn item(code: &str) -> PriceItem {
    PriceItem {
        item_code: ItemCode::from(code),
        trade: trade(),
        name: "水龙头漏水-更换".into(),
        unit: "次".into(),
        unit_price_fen: Fen(3_000),
        standard_hours_hundredths: 50,
        includes_material: false,
        validity: since(),
        document_no: String::new(),
    }
}
