//! The rules of the house that a program can check. `docs/` and the crates' first comments say why they are so.

mod arrows;
mod entries;
mod rooms;
mod sources;

use std::fmt;
use std::fs;

use crate::checkout::Checkout;
use crate::failure::Failure;
use crate::house::rooms::Room;

/// A rule that does not hold: where, what is wrong, and what to do instead.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken {
    place: String,
    what: String,
}

impl Broken {
    /// `what` says what is wrong at `place` and what to do instead.
    fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into() }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.what)
    }
}

/// Every rule that does not hold in this checkout.
///
/// # Errors
/// When the checkout cannot be read.
pub fn broken_rules(checkout: &Checkout) -> Result<Vec<Broken>, Failure> {
    let metadata = checkout.cargo(&["metadata", "--no-deps", "--format-version", "1", "--offline"]).output()?;
    let rooms = rooms::read(&metadata)?;
    let mut broken = entries::check(checkout)?;
    broken.extend(check_readme(checkout));
    for room in &rooms {
        broken.extend(arrows::check(room));
        broken.extend(sources::check(room)?);
    }
    Ok(broken)
}

/// A person who opens the project finds both commands in the README.
fn check_readme(checkout: &Checkout) -> Vec<Broken> {
    let Ok(readme) = fs::read_to_string(checkout.path("README.md")) else {
        return Vec::new();
    };
    let commands = ["cargo xtask demo", "cargo xtask test"].into_iter();
    let absent = commands.filter(|command| !readme.contains(command));
    absent.map(|command| Broken::new("README.md", format!("does not name `{command}`"))).collect()
}

/// The text of a file of a room.
fn read(room: &Room, file: &std::path::Path) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(|error| Failure::new(format!("{}: {} cannot be read: {error}", room.name, file.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_keeps_its_rules() {
        let checkout = Checkout::here().expect("the tests run inside a checkout");
        let broken = broken_rules(&checkout).expect("the checkout can be read");
        let told: Vec<String> = broken.iter().map(ToString::to_string).collect();
        assert!(told.is_empty(), "broken house rules:\n{}", told.join("\n"));
    }
}
