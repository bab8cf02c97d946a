//! The plain page of the centre in a browser: files that are part of the program, nothing to build.

use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};

use crate::http::answer::no_such_route;
use crate::http::app::App;

/// Only what the server itself serves; no inline code, no frames.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

macro_rules! page {
    ($asked:expr, $($path:literal => $file:literal as $kind:literal),* $(,)?) => {
        match $asked {
            $($path => get(|| async { file($kind, include_str!(concat!("../../pages/", $file))) }),)*
            _ => get(no_such_route),
        }
    };
}

/// What answers at a path of the page.
pub(super) fn file_at(path: &str) -> MethodRouter<App> {
    page!(path,
        "/" => "index.html" as "text/html; charset=utf-8",
        "/audit.js" => "audit.js" as "text/javascript; charset=utf-8",
        "/centre.css" => "centre.css" as "text/css; charset=utf-8",
        "/centre.js" => "centre.js" as "text/javascript; charset=utf-8",
        "/backend.js" => "backend.js" as "text/javascript; charset=utf-8",
        "/devices.js" => "devices.js" as "text/javascript; charset=utf-8",
        "/elements.js" => "elements.js" as "text/javascript; charset=utf-8",
        "/filing.js" => "filing.js" as "text/javascript; charset=utf-8",
        "/flagged.js" => "flagged.js" as "text/javascript; charset=utf-8",
        "/history.js" => "history.js" as "text/javascript; charset=utf-8",
        "/order.js" => "order.js" as "text/javascript; charset=utf-8",
        "/review.js" => "review.js" as "text/javascript; charset=utf-8",
        "/messages/zh.js" => "messages/zh.js" as "text/javascript; charset=utf-8",
        "/messages/en.js" => "messages/en.js" as "text/javascript; charset=utf-8",
    )
}

fn file(kind: &'static str, content: &'static str) -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-cache"),
    ];
    (headers, content)
}

#[cfg(test)]
mod tests {
    const CHINESE: &str = include_str!("../../pages/messages/zh.js");

    fn is_han(character: char) -> bool {
        ('\u{4e00}'..='\u{9fff}').contains(&character)
    }

    #[test]
    fn chinese_sentences_have_chinese_punctuation() {
        let characters: Vec<char> = CHINESE.chars().collect();
        let is_wrong = |pair: &[char]| {
            let half_width = |character| ",:;?!()".contains(character);
            is_han(pair[0]) && half_width(pair[1]) || half_width(pair[0]) && is_han(pair[1])
        };
        let wrong: Vec<String> = characters.windows(2).filter(|pair| is_wrong(pair)).map(|pair| pair.iter().collect()).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        assert!(CHINESE.contains('，') && CHINESE.contains('：'));
    }
}
