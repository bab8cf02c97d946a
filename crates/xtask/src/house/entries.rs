//! What may lie at the top of the project, so that a newcomer sees the whole house at one glance.

use std::fs;

use crate::checkout::Checkout;
use crate::failure::Failure;
use crate::house::Broken;

/// The names besides dot-files. `target` is where cargo builds and never committed.
const ALLOWED: &[&str] = &[
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "clippy.toml",
    "crates",
    "deny.toml",
    "docs",
    "fuzz",
    "rustfmt.toml",
    "src-tauri",
    "target",
    "tests",
    "ui",
];

/// Every name at the top of the checkout that does not belong there.
///
/// # Errors
/// When the folder cannot be read.
pub fn check(checkout: &Checkout) -> Result<Vec<Broken>, Failure> {
    let unreadable = |error: std::io::Error| Failure::new(format!("{} cannot be read: {error}", checkout.root().display()));
    let names = fs::read_dir(checkout.root()).map_err(unreadable)?.map(|entry| entry.map(|entry| entry.file_name()));
    let names = names.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    let names = names.iter().map(|name| name.to_string_lossy());
    Ok(names.filter(|name| !belongs(name)).map(|name| Broken::new(name, "does not belong at the top of the project")).collect())
}

fn belongs(name: &str) -> bool {
    name.starts_with('.') || ALLOWED.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_are_seen() {
        assert!(belongs("crates") && belongs(".ci"));
        assert!(!belongs("scripts") && !belongs("notes.md"));
    }
}
