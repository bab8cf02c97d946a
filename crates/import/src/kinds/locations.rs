//! locations.csv

use domain::identity::{CampusCode, LocationCode};
use domain::reference::Location;

use super::Kind;
use crate::cell::text;
use crate::cells::Cells;
use crate::target::Target;

impl Kind for Location {
    const FILE: &'static str = "locations.csv";
    const COLUMNS: &'static [&'static str] = &["location_code", "campus_code", "building", "floor", "room", "mobile_signal"];
    const KEY: &'static [&'static str] = &["location_code"];
    const TARGET: Option<Target> = None;

    fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let location_code = cells.code("location_code");
        let campus_code = cells.reference("campus_code", Target::Campus);
        let building = cells.text("building");
        let floor = cells.optional("floor", text::floor).map(Option::unwrap_or_default);
        let room = cells.text("room");
        let mobile_signal = cells.optional_text("mobile_signal");
        Some(Self {
            location_code: LocationCode(location_code?),
            campus_code: CampusCode(campus_code?),
            building: building?,
            floor: floor?,
            room: room?,
            mobile_signal: mobile_signal?,
        })
    }

    fn key(&self) -> Vec<String> {
        vec![self.location_code.to_string()]
    }
}
