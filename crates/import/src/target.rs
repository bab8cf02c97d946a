//! What a cell can name in another row.

use crate::finding::Reason;

/// What a code can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    Campus,
    Contractor,
    Department,
    Team,
    Staff,
    Part,
    Warehouse,
    Trade,
}

impl Target {
    pub(crate) fn reason(self) -> Reason {
        match self {
            Self::Campus => Reason::UnknownCampus,
            Self::Contractor => Reason::UnknownContractor,
            Self::Department => Reason::UnknownDepartment,
            Self::Team => Reason::UnknownTeam,
            Self::Staff => Reason::UnknownStaff,
            Self::Part => Reason::UnknownPart,
            Self::Warehouse => Reason::UnknownWarehouse,
            Self::Trade => Reason::UnknownTrade,
        }
    }

    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Campus => "campus (院区)",
            Self::Contractor => "contractor (外包单位)",
            Self::Department => "department (科室)",
            Self::Team => "team (班组)",
            Self::Staff => "employee number (工号)",
            Self::Part => "part (备件)",
            Self::Warehouse => "store (库房)",
            Self::Trade => "trade (工种)",
        }
    }
}

/// One cell that names another row.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    pub(crate) column: &'static str,
    pub(crate) target: Target,
    pub(crate) code: String,
    /// The cell as it stands in the file.
    pub(crate) value: String,
}
