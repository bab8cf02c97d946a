//! The system's packages: which there are, what for, whether they are here, and how to get them.

use std::env;

use crate::failure::Failure;
use crate::program::{self, Program};
use crate::terminal;

/// What the packages are wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Compiling everything but the window.
    Building,
    /// Compiling and opening the window.
    Window,
    /// The tests in real browsers.
    Testing,
    /// Showing Chinese on a screen.
    Showing,
}

/// How a package shows that it is here.
#[derive(Clone, Copy, Debug)]
enum Sign {
    Program(&'static [&'static str]),
    Library(&'static str),
    ChineseFont,
}

/// One package of Debian and Ubuntu.
#[derive(Debug)]
struct Package {
    name: &'static str,
    purpose: &'static str,
    wanted_for: &'static [Use],
    sign: Sign,
}

const PACKAGES: &[Package] = &[
    Package {
        name: "build-essential",
        purpose: "the C compiler, for SQLCipher and the linker",
        wanted_for: &[Use::Building],
        sign: Sign::Program(&["cc"]),
    },
    Package {
        name: "pkg-config",
        purpose: "finds the libraries below",
        wanted_for: &[Use::Building],
        sign: Sign::Program(&["pkg-config"]),
    },
    Package { name: "libssl-dev", purpose: "the cipher of the sealed store", wanted_for: &[Use::Building], sign: Sign::Library("openssl") },
    Package { name: "libwebkit2gtk-4.1-dev", purpose: "the window", wanted_for: &[Use::Window], sign: Sign::Library("webkit2gtk-4.1") },
    Package { name: "fonts-noto-cjk", purpose: "Chinese characters", wanted_for: &[Use::Testing, Use::Showing], sign: Sign::ChineseFont },
    Package {
        name: "webkit2gtk-driver",
        purpose: "drives the window in tests",
        wanted_for: &[Use::Testing],
        sign: Sign::Program(&["WebKitWebDriver"]),
    },
    Package { name: "xvfb", purpose: "a screen for tests", wanted_for: &[Use::Testing], sign: Sign::Program(&["Xvfb"]) },
    Package { name: "xauth", purpose: "opens that screen", wanted_for: &[Use::Testing], sign: Sign::Program(&["xauth"]) },
    Package {
        name: "xdotool",
        purpose: "types like a wedge scanner in tests",
        wanted_for: &[Use::Testing],
        sign: Sign::Program(&["xdotool"]),
    },
    Package {
        name: "imagemagick",
        purpose: "looks at pictures of screens in tests",
        wanted_for: &[Use::Testing],
        sign: Sign::Program(&["convert", "magick"]),
    },
    Package {
        name: "chromium",
        purpose: "the browser of the tests",
        wanted_for: &[Use::Testing],
        sign: Sign::Program(&["chromium", "chromium-browser", "google-chrome"]),
    },
    Package {
        name: "chromium-driver",
        purpose: "drives that browser in tests",
        wanted_for: &[Use::Testing],
        sign: Sign::Program(&["chromedriver"]),
    },
];

/// What can be done about missing packages on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Means {
    Root,
    Sudo,
    Person,
    NoApt,
}

/// What to do about missing packages.
#[derive(Debug, PartialEq, Eq)]
enum Plan {
    Nothing,
    Install { with_sudo: bool, names: Vec<&'static str> },
    Ask(String),
}

/// Installs what is missing for these uses, saying what and why.
///
/// # Errors
/// When something is missing and cannot be installed from here: the sentence holds the line to run.
pub fn provide(uses: &[Use]) -> Result<(), Failure> {
    let missing = missing(uses, is_here);
    for package in &missing {
        terminal::line(format_args!("missing: {} ({})", package.name, package.purpose));
    }
    match plan(&missing, means()) {
        Plan::Nothing => Ok(()),
        Plan::Ask(sentence) => Err(Failure::new(sentence)),
        Plan::Install { with_sudo, names } => install(with_sudo, &names),
    }
}

fn missing(uses: &[Use], is_here: impl Fn(Sign) -> bool) -> Vec<&'static Package> {
    let wanted = |package: &&Package| package.wanted_for.iter().any(|purpose| uses.contains(purpose));
    PACKAGES.iter().filter(wanted).filter(|package| !is_here(package.sign)).collect()
}

fn plan(missing: &[&'static Package], means: Means) -> Plan {
    let names: Vec<&'static str> = missing.iter().map(|package| package.name).collect();
    if names.is_empty() {
        return Plan::Nothing;
    }
    let list = names.join(" ");
    match means {
        Means::Root => Plan::Install { with_sudo: false, names },
        Means::Sudo => Plan::Install { with_sudo: true, names },
        Means::Person => Plan::Ask(format!(
            "these packages are missing and only root can install them. Run this line, then start again:\n  \
             sudo apt-get update && sudo apt-get install -y --no-install-recommends {list}"
        )),
        Means::NoApt => Plan::Ask(format!(
            "these packages are missing, and this system has no apt-get: install what corresponds to them, then start again:\n  {list}"
        )),
    }
}

fn means() -> Means {
    if !on_path("apt-get") {
        return Means::NoApt;
    }
    let is_root = Program::new("id").arguments(["-u"]).output().is_ok_and(|id| id.trim() == "0");
    if is_root {
        return Means::Root;
    }
    if Program::new("sudo").arguments(["-n", "true"]).succeeds() { Means::Sudo } else { Means::Person }
}

fn install(with_sudo: bool, names: &[&str]) -> Result<(), Failure> {
    terminal::line(format_args!("installing with apt-get: {}", names.join(" ")));
    apt_get(with_sudo, &["update", "-q"])?;
    apt_get(with_sudo, &[&["install", "-q", "-y", "--no-install-recommends"], names].concat())
}

fn apt_get(with_sudo: bool, arguments: &[&str]) -> Result<(), Failure> {
    let before: &[&str] = if with_sudo { &["sudo", "-n", "env"] } else { &[] };
    Program::new("env").arguments(before).arguments(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).arguments(arguments).run()
}

fn is_here(sign: Sign) -> bool {
    match sign {
        Sign::Program(names) => program::find(names, env::var_os("PATH")).is_some(),
        Sign::Library(name) => Program::new("pkg-config").arguments(["--exists", name]).succeeds(),
        Sign::ChineseFont => {
            let listed = on_path("fc-list").then(|| Program::new("fc-list").arguments([":lang=zh-cn", "family"]).output().ok());
            listed.flatten().is_some_and(|families| !families.trim().is_empty())
        }
    }
}

fn on_path(name: &str) -> bool {
    program::find(&[name], env::var_os("PATH")).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(uses: &[Use], here: impl Fn(Sign) -> bool) -> Vec<&'static str> {
        missing(uses, here).iter().map(|package| package.name).collect()
    }

    #[test]
    fn a_demo_without_a_window_asks_for_neither_webkit_nor_test_tools() {
        assert_eq!(names(&[Use::Building, Use::Showing], |_| false), ["build-essential", "pkg-config", "libssl-dev", "fonts-noto-cjk"]);
    }

    #[test]
    fn what_is_here_is_not_asked_for() {
        assert_eq!(names(&[Use::Window], |_| true), [""; 0]);
        assert_eq!(names(&[Use::Building], |sign| matches!(sign, Sign::Program(_))), ["libssl-dev"]);
    }

    #[test]
    fn every_means_has_its_plan() {
        let missing = missing(&[Use::Window], |_| false);
        let names = vec!["libwebkit2gtk-4.1-dev"];
        assert_eq!(plan(&[], Means::NoApt), Plan::Nothing);
        assert_eq!(plan(&missing, Means::Root), Plan::Install { with_sudo: false, names: names.clone() });
        assert_eq!(plan(&missing, Means::Sudo), Plan::Install { with_sudo: true, names });
        let asked = |means| match plan(&missing, means) {
            Plan::Ask(sentence) => sentence,
            other => panic!("{other:?}"),
        };
        assert!(asked(Means::Person).contains("sudo apt-get install -y --no-install-recommends libwebkit2gtk-4.1-dev"));
        assert!(asked(Means::NoApt).contains("libwebkit2gtk-4.1-dev"));
    }
}
