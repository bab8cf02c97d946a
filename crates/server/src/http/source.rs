//! From where a request comes, as far as it can be known.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::http::app::App;

/// In which a proxy says whom it speaks for, itself last.
const FORWARDED_FOR: &str = "x-forwarded-for";
/// Of an IPv6 address only the network: within it a machine takes whatever address it likes.
const NETWORK_SEGMENTS: usize = 4;

/// The place that a request comes from: an address, or the network of one.
pub struct Source(pub String);

impl FromRequestParts<App> for Source {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_canonical());
        let speaker = peer.map(|peer| if app.trusts(peer) { behind(&parts.headers, peer, app) } else { peer });
        Ok(Self(speaker.map(place).unwrap_or_default()))
    }
}

/// Whom the trusted proxies speak for: the last address that is none of theirs. What stands before it anybody may have written.
fn behind(headers: &HeaderMap, peer: IpAddr, app: &App) -> IpAddr {
    let said = headers.get_all(FORWARDED_FOR).into_iter().filter_map(|value| value.to_str().ok());
    let addresses: Vec<&str> = said.flat_map(|value| value.split(',')).map(str::trim).collect();
    let read = addresses.into_iter().rev().map_while(|text| text.parse::<IpAddr>().ok().map(|address| address.to_canonical()));
    let mut nearest = peer;
    for address in read {
        nearest = address;
        if !app.trusts(address) {
            break;
        }
    }
    nearest
}

fn place(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let mut segments = address.segments();
            segments.iter_mut().skip(NETWORK_SEGMENTS).for_each(|segment| *segment = 0);
            Ipv6Addr::from(segments).to_string()
        }
    }
}
