//! In words what an entry speaks of and where its order is, so that whoever looks at it need not open the order.

use std::collections::BTreeMap;

use domain::event::{Event, EventBody, Reported};
use domain::identity::{FaultCode, LocationCode};
use domain::row::OrderRow;
use store::shared::reference;
use store::{Database, StoreError};

/// The words of one entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// The place of the order.
    pub location: Option<String>,
    /// Its fault class.
    pub fault: Option<String>,
    /// Names for the codes in the body.
    pub names: BTreeMap<String, String>,
    /// What the quantity in the body counts.
    pub unit: Option<String>,
}

impl Words {
    /// Of an entry of an order with this row; of a report that waits, which has no row yet, what it says itself.
    ///
    /// # Errors
    /// As the database fails.
    pub fn of(database: &Database, row: Option<&OrderRow>, said: Option<&Event>) -> Result<Self, StoreError> {
        let report = said.and_then(report_in);
        let place = row.map(|row| (&row.location, &row.fault)).or(report.map(|report| (&report.location, &report.fault)));
        let (location, fault) = place.map(|place| place_and_fault(database, place)).transpose()?.unwrap_or_default();
        let Some(event) = said else { return Ok(Self { location, fault, ..Self::default() }) };
        let known = reference::names_of_body(database, &event.body)?;
        let mut names = known.in_body(&event.body, event.recorded_at);
        names.extend(report.map(|report| names_in_report(database, report)).transpose()?.unwrap_or_default());
        Ok(Self { location, fault, names, unit: known.unit_in(&event.body) })
    }
}

fn report_in(event: &Event) -> Option<&Reported> {
    match &event.body {
        EventBody::Reported(report) => Some(report),
        _ => None,
    }
}

fn place_and_fault(
    database: &Database,
    (place, fault): (&LocationCode, &FaultCode),
) -> Result<(Option<String>, Option<String>), StoreError> {
    let place = reference::location(database, place)?.map(|place| reference::location_label(database, &place)).transpose()?;
    Ok((place, reference::fault_class(database, fault)?.map(|fault| fault.name)))
}

fn names_in_report(database: &Database, report: &Reported) -> Result<BTreeMap<String, String>, StoreError> {
    let words = reference::summary_names(database, &report.location, &report.fault, &report.department, None)?;
    let codes = [(&report.location.0, words.location), (&report.fault.0, words.fault), (&report.department.0, words.department)];
    Ok(codes.into_iter().filter_map(|(code, name)| Some((code.clone(), name?))).collect())
}
