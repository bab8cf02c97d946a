//! The address of a server: one rule for the device that is told to speak to it, and for the server that puts it into a picture for
//! devices.

use url::{Host, ParseError, Url};

/// Set to `1` in the environment, it allows plain HTTP to other machines: for a hospital network that has no certificates yet.
pub const ALLOW_PLAIN_HTTP: &str = "PLANTROOM_ALLOW_PLAIN_HTTP";

/// Why devices take no such address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressRefused {
    /// It is no address.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] ParseError),
    /// Plain HTTP to another machine, without leave.
    #[error("is not encrypted")]
    NotEncrypted,
    /// Neither HTTPS nor HTTP.
    #[error("has to begin with https://")]
    OtherScheme,
}

/// Reads an address as an engineer writes it. Plain HTTP is for this machine alone, unless `plain_http_is_allowed`.
///
/// # Errors
/// Why devices take no such address.
pub fn read_address(typed: &str, plain_http_is_allowed: bool) -> Result<Url, AddressRefused> {
    let address = Url::parse(typed.trim())?;
    match address.scheme() {
        "https" => Ok(address),
        "http" if plain_http_is_allowed || is_loopback(&address) => Ok(address),
        "http" => Err(AddressRefused::NotEncrypted),
        _ => Err(AddressRefused::OtherScheme),
    }
}

/// Whether the address is this machine itself.
pub fn is_loopback(address: &Url) -> bool {
    match address.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, plain_http_is_allowed: bool, expected: Result<&str, AddressRefused>) {
        let read = read_address(typed, plain_http_is_allowed).map(|address| address.to_string());
        assert_eq!(read, expected.map(str::to_owned), "{typed}");
    }

    #[test]
    fn only_encrypted_addresses_leave_the_machine() {
        check(" https://plantroom.hospital.example ", false, Ok("https://plantroom.hospital.example/"));
        for own in ["http://127.0.0.1:8080/", "http://127.8.0.1/", "http://[::1]:8080/", "http://localhost/"] {
            check(own, false, Ok(own));
        }
        for other in ["http://10.0.0.5/", "http://localhost.example/", "http://[fe80::1]/", "http://127.0.0.1.example/"] {
            check(other, false, Err(AddressRefused::NotEncrypted));
            check(other, true, Ok(other));
        }
    }

    #[test]
    fn what_is_no_address_of_a_server_is_refused() {
        for other in ["ftp://plantroom.hospital.example", "file:///etc/passwd", "localhost:8080"] {
            check(other, true, Err(AddressRefused::OtherScheme));
        }
        check("plantroom", true, Err(AddressRefused::Unreadable(ParseError::RelativeUrlWithoutBase)));
        check("https://", true, Err(AddressRefused::Unreadable(ParseError::EmptyHost)));
    }
}
