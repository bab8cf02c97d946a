//! What people scan or paste to enrol: the code alone, or an address with the code in it.

use reqwest::Url;
use serde::Deserialize;

/// An address and a code.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Invitation {
    /// The server.
    pub url: String,
    /// The one-time code.
    pub code: String,
}

/// Takes the code as it is, or the whole content of the QR code: `{"url":…,"code":…}`, or an address that carries
/// `code=` behind `?` or `#` (and, for an own scheme, `url=`). What the content says comes before `url`.
pub fn invitation(url: &str, content: &str) -> Invitation {
    let content = content.trim();
    let read = serde_json::from_str(content).ok().or_else(|| invitation_in_address(content));
    read.unwrap_or_else(|| Invitation { url: url.trim().to_owned(), code: content.to_owned() })
}

fn invitation_in_address(content: &str) -> Option<Invitation> {
    let mut address = Url::parse(content).ok()?;
    let fragment = address.fragment().unwrap_or_default().to_owned();
    let given = |name: &str| {
        let in_query = address.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        in_query.or_else(|| fragment.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=').map(str::to_owned)))
    };
    let (code, url) = (given("code")?, given("url"));
    address.set_query(None);
    address.set_fragment(None);
    let base = address.as_str().trim_end_matches('/').trim_end_matches("/enroll").to_owned();
    Some(Invitation { url: url.unwrap_or(base), code })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(content: &str, url: &str, code: &str) {
        assert_eq!(invitation("https://typed.example", content), Invitation { url: url.to_owned(), code: code.to_owned() }, "{content}");
    }

    #[test]
    fn a_code_is_found_in_whatever_people_scan() {
        check(" K7QF-2MXD ", "https://typed.example", "K7QF-2MXD");
        check(r#"{"url":"https://h.example","code":"K7QF"}"#, "https://h.example", "K7QF");
        check("https://h.example/#code=K7QF", "https://h.example", "K7QF");
        check("https://h.example:8443/enroll?code=K7QF", "https://h.example:8443", "K7QF");
        check("plantroom://enroll?url=https%3A%2F%2Fh.example&code=K7QF", "https://h.example", "K7QF");
    }
}
