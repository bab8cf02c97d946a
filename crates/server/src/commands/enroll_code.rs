//! `enroll-code`

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use domain::fault::Fault;
use domain::identity::StaffNo;
use qrcode::QrCode;
use qrcode::render::svg;
use server::enrolment::new_code_for;
use server::occasion::Host;
use store::server::{ServerStore, meta};
use sync::server_address::{ALLOW_PLAIN_HTTP, AddressRefused, read_address};

use super::lasting::new_private;
use super::{Data, complain, fault, say};

/// Makes a one-time code by which a device comes to a person.
#[derive(Args)]
pub struct EnrollCode {
    #[command(flatten)]
    data: Data,
    /// Number of the person 工号
    #[arg(long)]
    staff: String,
    /// Writes the code with the server's address as a QR code 二维码文件
    #[arg(long, value_name = "FILE.svg")]
    qr: Option<PathBuf>,
    /// The server's address for the QR code; else the one last served 服务器地址
    #[arg(long)]
    url: Option<String>,
}

impl EnrollCode {
    pub(super) fn run(self) -> Result<ExitCode, Fault> {
        let mut store = self.data.open_existing()?;
        let address = self.address(&mut store)?;
        let host = Host::system();
        let occasion = host.occasion();
        let staff_no = StaffNo::from(self.staff.as_str());
        let code = store.write(|database| new_code_for(database, &staff_no, &occasion))?;
        if let (Some(file), Some(Address { url, warning })) = (&self.qr, &address) {
            write_qr(file, url, &code)?;
            complain(format_args!("QR code written to {}", file.display()));
            warning.iter().for_each(|warning| complain(format_args!("warning: {warning}")));
        }
        complain(format_args!("one-time code for {staff_no}, valid for 24 hours:"));
        say(code)?;
        Ok(ExitCode::SUCCESS)
    }

    /// The address for the picture, asked for before a code is made. One that was typed has to be one that phones take.
    fn address(&self, store: &mut ServerStore) -> Result<Option<Address>, Fault> {
        let is_allowed = std::env::var(ALLOW_PLAIN_HTTP).is_ok_and(|value| value == "1");
        self.url.as_ref().map_or(Ok(()), |url| check_for_phones(url, is_allowed))?;
        let Some(file) = &self.qr else { return Ok(None) };
        if file.exists() {
            return Err(fault(format!("{} is there already and stays as it is; no code was made; give another name", file.display())));
        }
        let Some(url) = &self.url else { return last_served(store, is_allowed).map(Some) };
        Ok(Some(Address { url: url.trim().trim_end_matches('/').to_owned(), warning: None }))
    }
}

/// What stands in the picture.
struct Address {
    url: String,
    /// Why a phone cannot use it.
    warning: Option<String>,
}

/// The address last served, as it is: behind a proxy, or served at every address, nothing here knows what phones call this server,
/// and on one machine alone it is the right one. Whoever prints it for phones is warned.
fn last_served(store: &mut ServerStore, plain_http_is_allowed: bool) -> Result<Address, Fault> {
    let last = store.read(|database| meta::get(database, meta::LAST_URL))?;
    let url = last.ok_or_else(|| fault("the server was never served here; give its address with --url; no code was made"))?;
    let for_phones = "for phones give the address that they use, for example --url https://plantroom.hospital.example";
    let warning = if is_only_this_machine(&url) {
        Some(format!("only this machine itself reaches {url}, where the server was served last; {for_phones}"))
    } else if check_for_phones(&url, plain_http_is_allowed).is_err() {
        Some(format!("{url}, where the server was served last, is not encrypted, and phones refuse it; {for_phones}"))
    } else {
        None
    };
    Ok(Address { url, warning })
}

/// Whether a phone would take the address; it is said here, before a code is made and a picture is printed.
fn check_for_phones(url: &str, plain_http_is_allowed: bool) -> Result<(), Fault> {
    let refused = |why: String| Err(fault(format!("the address {url} {why}; no code was made")));
    let address = match read_address(url, plain_http_is_allowed) {
        Ok(address) => address,
        Err(why @ AddressRefused::Unreadable(_)) => return refused(format!("{why}; write it like https://plantroom.hospital.example")),
        Err(why @ AddressRefused::NotEncrypted) => {
            return refused(format!(
                "{why}, and phones refuse it; give the https address of the proxy, or, inside a closed network, set {ALLOW_PLAIN_HTTP}=1 \
                 here and on the phones"
            ));
        }
        Err(why @ AddressRefused::OtherScheme) => return refused(why.to_string()),
    };
    if address.query().is_some() || address.fragment().is_some() {
        return refused("has something behind ? or #; give the address alone".to_owned());
    }
    Ok(())
}

/// Whether an address that was served is loopback or stands for every address of the machine.
fn is_only_this_machine(url: &str) -> bool {
    let address = url.strip_prefix("http://").and_then(|address| address.parse::<SocketAddr>().ok());
    address.is_some_and(|address| address.ip().is_loopback() || address.ip().is_unspecified())
}

/// The code stands behind `#`, which browsers do not send. The picture is worth as much as the code, so that it is for its owner alone.
fn write_qr(file: &Path, url: &str, code: &str) -> Result<(), Fault> {
    let qr =
        QrCode::new(format!("{url}/#code={code}")).map_err(|error| fault(format!("the address is too long for a QR code: {error}")))?;
    let picture = qr.render::<svg::Color<'_>>().min_dimensions(320, 320).build();
    let written = new_private(file).and_then(|mut file| file.write_all(picture.as_bytes()));
    written.map_err(|error| {
        let file = file.display();
        fault(format!("{file} cannot be written: {error}; the code that was made for it is shown to nobody; make another one"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_phones_refuse_is_refused() {
        for (url, allowed, taken) in [
            ("https://plantroom.hospital.example", false, true),
            ("https://10.0.0.5:8443/plantroom/", false, true),
            ("http://127.0.0.1:8080", false, true),
            ("http://[::1]:8080", false, true),
            ("http://localhost:8080", false, true),
            ("http://10.0.0.5:8080", false, false),
            ("http://10.0.0.5:8080", true, true),
            ("notaurl", true, false),
            ("", true, false),
            ("ftp://10.0.0.5", true, false),
            ("https://10.0.0.5/#here", true, false),
            ("https://10.0.0.5/?a=1", true, false),
        ] {
            assert_eq!(check_for_phones(url, allowed).is_ok(), taken, "{url}");
        }
    }

    #[test]
    fn only_an_address_of_other_machines_is_for_phones() {
        for (url, only_this) in [
            ("http://127.0.0.1:8080", true),
            ("http://[::1]:8080", true),
            ("http://0.0.0.0:8080", true),
            ("http://[::]:8080", true),
            ("http://10.0.0.5:8080", false),
            ("http://[fd00::5]:8080", false),
        ] {
            assert_eq!(is_only_this_machine(url), only_this, "{url}");
        }
    }
}
