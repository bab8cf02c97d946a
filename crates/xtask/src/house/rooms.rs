//! The rooms, as cargo describes them.

use std::path::PathBuf;

use serde_json::Value;

use crate::failure::Failure;

/// One crate of the workspace.
#[derive(Debug)]
pub struct Room {
    /// Its package name.
    pub name: String,
    /// The folder of its manifest.
    pub folder: PathBuf,
    /// Everything it depends on, with the kind of dependency.
    pub dependencies: Vec<Dependency>,
    /// The first file of each library, program and test.
    pub roots: Vec<PathBuf>,
}

/// One line of a room's dependencies.
#[derive(Debug)]
pub struct Dependency {
    /// The package's name.
    pub name: String,
    /// Whether it is another room of the house.
    pub is_room: bool,
    /// Whether only the tests need it.
    pub is_for_tests: bool,
}

/// Reads what `cargo metadata --no-deps` printed.
///
/// # Errors
/// When it is not in the form that cargo documents.
pub fn read(metadata: &str) -> Result<Vec<Room>, Failure> {
    let metadata: Value = serde_json::from_str(metadata).map_err(|error| Failure::new(format!("cargo metadata: {error}")))?;
    let packages = metadata.get("packages").and_then(Value::as_array);
    let rooms = packages.and_then(|packages| packages.iter().map(read_room).collect());
    rooms.ok_or_else(|| Failure::new("cargo metadata: not in the form of version 1"))
}

fn read_room(package: &Value) -> Option<Room> {
    let manifest = PathBuf::from(package.get("manifest_path")?.as_str()?);
    let dependencies = package.get("dependencies")?.as_array()?.iter();
    let targets = package.get("targets")?.as_array()?.iter();
    Some(Room {
        name: package.get("name")?.as_str()?.to_owned(),
        folder: manifest.parent()?.to_path_buf(),
        dependencies: dependencies.map(read_dependency).collect::<Option<_>>()?,
        roots: targets.map(|target| target.get("src_path")?.as_str().map(PathBuf::from)).collect::<Option<_>>()?,
    })
}

fn read_dependency(dependency: &Value) -> Option<Dependency> {
    Some(Dependency {
        name: dependency.get("name")?.as_str()?.to_owned(),
        is_room: dependency.get("path").is_some_and(Value::is_string),
        is_for_tests: dependency.get("kind")?.as_str() == Some("dev"),
    })
}
