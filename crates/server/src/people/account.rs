//! Giving somebody a way in: the password of the centre.

use chrono::NaiveDate;
use domain::audit::Deed;
use domain::fault::{Fault, FaultCodeName};
use domain::identity::StaffNo;
use store::Database;
use store::server::accounts::{self, Password};

use crate::audit::{Place, note};
use crate::occasion::Occasion;
use crate::people::person::{Person, last_day_of_contract_now};

/// Sets the password, in PHC notation, of whoever holds the number today; whoever knew the old one is out.
///
/// # Errors
/// As [`holder_today`].
pub fn set_password(database: &Database, staff_no: &StaffNo, phc: String, occasion: &Occasion<'_>) -> Result<(), Fault> {
    let holder = holder_today(database, staff_no, occasion)?.holder();
    accounts::set_password(database, staff_no, &Password { phc, holder, set_at: occasion.now })?;
    note(database, Deed::PasswordSet, None, staff_no.as_str(), &Place::Machine, occasion)
}

/// Whose number it is today, for giving them something.
///
/// # Errors
/// [`FaultCodeName::StaffUnknown`] when the number is nobody's today; it says where only the contract has ended.
pub fn holder_today(database: &Database, staff_no: &StaffNo, occasion: &Occasion<'_>) -> Result<Person, Fault> {
    match Person::on(database, staff_no, occasion.today())? {
        Some(person) => Ok(person),
        None => Err(nobody_s(staff_no, last_day_of_contract_now(database, staff_no, occasion.today())?)),
    }
}

fn nobody_s(staff_no: &StaffNo, contract_ended: Option<NaiveDate>) -> Fault {
    let message = match contract_ended {
        Some(last_day) => format!(
            "the contract of the contractor that {staff_no} works for ended on {last_day}, and the accounts of its people with it; \
             nothing was changed; import contractors.csv with the new contract_to when it is renewed"
        ),
        None => format!("the number {staff_no} is nobody's today; nothing was changed"),
    };
    Fault::new(FaultCodeName::StaffUnknown, message)
}
