//! `set-password`

use std::io::BufRead;
use std::process::ExitCode;

use clap::Args;
use domain::fault::Fault;
use domain::identity::StaffNo;
use server::occasion::Host;
use server::people::account::{holder_today, set_password};
use server::people::password;

use super::{Data, complain, fault};

/// Sets the password with which a person signs in to the centre.
#[derive(Args)]
pub struct SetPassword {
    #[command(flatten)]
    data: Data,
    /// Number of the person 工号
    #[arg(long)]
    staff: String,
}

impl SetPassword {
    pub(super) fn run(self) -> Result<ExitCode, Fault> {
        let mut store = self.data.open_existing()?;
        let host = Host::system();
        let occasion = host.occasion();
        let staff_no = StaffNo::from(self.staff.as_str());
        store.read(|database| holder_today(database, &staff_no, &occasion).map(drop))?;
        let phc = password::hash(&read_line()?, &occasion)?;
        store.write(|database| set_password(database, &staff_no, phc, &occasion))?;
        complain(format_args!("the password of {staff_no} is set; open sessions have ended"));
        Ok(ExitCode::SUCCESS)
    }
}

fn read_line() -> Result<String, Fault> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|error| fault(format!("standard input cannot be read: {error}")))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
