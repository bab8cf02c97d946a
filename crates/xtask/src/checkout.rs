//! Where the sources are and where the built programs go.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::program::Program;

/// The checkout this tool was started from.
pub struct Checkout {
    root: PathBuf,
    target: PathBuf,
    shared_target: bool,
    build_machine: bool,
}

impl Checkout {
    /// The checkout around this crate.
    ///
    /// # Errors
    /// When the workspace's root cannot be found.
    pub fn here() -> Result<Self, Failure> {
        let crate_folder = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = crate_folder.ancestors().nth(2).map(Path::to_path_buf);
        let root = root.ok_or_else(|| Failure::new(format!("no workspace above {}", crate_folder.display())))?;
        Ok(Self::at(root, env::var_os("CARGO_TARGET_DIR").as_deref(), env::var_os("CI").as_deref(), env::var_os("HOME").as_deref()))
    }

    /// `target_folder`, `ci` and `home` are the environment's `CARGO_TARGET_DIR`, `CI` and `HOME`.
    ///
    /// A build machine makes a fresh clone for every run. Compiling the window system's crates takes minutes, so with
    /// `CI=true` the target folder lies outside the clone and outlives it. See [`crate::test`] for what keeps two clones apart.
    fn at(root: PathBuf, target_folder: Option<&OsStr>, ci: Option<&OsStr>, home: Option<&OsStr>) -> Self {
        let build_machine = ci == Some(OsStr::new("true"));
        let (target, shared_target) = match (target_folder, home) {
            (Some(folder), _) => (root.join(folder), false),
            (None, Some(home)) if build_machine => (Path::new(home).join(".cache/plantroom/target"), true),
            (None, _) => (root.join("target"), false),
        };
        Self { root, target, shared_target, build_machine }
    }

    /// A path below the root.
    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// The root itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where cargo puts what it builds.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Whether other clones build into the same target folder.
    pub fn shares_target(&self) -> bool {
        self.shared_target
    }

    /// Whether a build machine runs this, as `CI=true` says.
    pub fn is_for_a_build_machine(&self) -> bool {
        self.build_machine
    }

    /// A built debug program by its file name.
    pub fn built(&self, program: &str) -> PathBuf {
        self.target.join("debug").join(program)
    }

    /// Cargo, run at the root, building into [`Checkout::target`].
    pub fn cargo(&self, arguments: &[&str]) -> Program {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Program::new(cargo).arguments(arguments).within(&self.root).environment("CARGO_TARGET_DIR", &self.target)
    }

    /// Whether this folder is a crate of the workspace yet.
    pub fn has_crate(&self, folder: &str) -> bool {
        self.path(folder).join("Cargo.toml").is_file()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(target_folder: Option<&str>, ci: Option<&str>, home: Option<&str>) -> (PathBuf, bool) {
        let checkout = Checkout::at("/clone".into(), target_folder.map(OsStr::new), ci.map(OsStr::new), home.map(OsStr::new));
        (checkout.target, checkout.shared_target)
    }

    #[test]
    fn only_a_build_machine_without_a_folder_of_its_own_shares_one() {
        assert_eq!(target(None, None, Some("/home/a")), ("/clone/target".into(), false));
        assert_eq!(target(None, Some("true"), Some("/home/a")), ("/home/a/.cache/plantroom/target".into(), true));
        assert_eq!(target(Some("/elsewhere"), Some("true"), Some("/home/a")), ("/elsewhere".into(), false));
        assert_eq!(target(None, Some("true"), None), ("/clone/target".into(), false));
    }
}
