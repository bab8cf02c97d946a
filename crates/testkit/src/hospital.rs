//! The files of a fictional hospital of three campuses, as it would hand them over.

/// A file: name and bytes.
pub type File = (&'static str, &'static [u8]);

macro_rules! files {
    ($folder:literal: $($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../", $folder, "/", $name)))),*]
    };
}

/// Clean: every row goes in.
pub const CLEAN: &[File] = files!("hospital":
    "campuses.csv", "contractors.csv", "departments.csv", "fault_classes.csv", "locations.csv", "opening_stock.csv",
    "price_list.csv", "service_levels.csv", "spare_parts.csv", "staff.csv", "teams.csv", "warehouses.csv",
);

/// Spoiled as files of real hospitals are: cut off, in GBK, with formulas, doubles and lost zeros. To be imported over [`CLEAN`].
pub const DIRTY: &[File] = files!("hospital-dirty":
    "departments.csv", "empty.csv", "price_list.csv", "spare_parts.csv", "staff.csv",
);
