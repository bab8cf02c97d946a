//! Where the inputs of a target lie.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::checkout::Checkout;
use crate::failure::Failure;

/// The most inputs of a target that are kept in the project.
const MOST_KEPT: usize = 250;
/// The most bytes of a target's inputs there.
const MOST_BYTES_KEPT: u64 = 180_000;

/// The folders of a target.
pub struct Place {
    /// Its name.
    pub target: String,
    /// Inputs in the project, read by every test run.
    pub committed: PathBuf,
    /// Inputs that the test kit knows.
    pub examples: PathBuf,
    /// Words that chance would not guess.
    pub words: PathBuf,
    /// Inputs that were found here, and stay here.
    pub grown: PathBuf,
    /// Inputs that break something.
    pub findings: PathBuf,
    chosen: PathBuf,
}

impl Place {
    /// The folders of this target, made where they are missing. `folder` is what the fuzzer has for itself.
    ///
    /// # Errors
    /// When they cannot be made.
    pub fn of(checkout: &Checkout, folder: &Path, target: &str) -> Result<Self, Failure> {
        let own = |name: &str| folder.join(name).join(target);
        let place = Self {
            target: target.to_owned(),
            committed: checkout.path("fuzz/corpus").join(target),
            examples: own("examples"),
            words: own("words").join("words"),
            grown: own("corpus"),
            findings: own("findings"),
            chosen: own("chosen"),
        };
        for folder in [&place.examples, &own("words"), &place.grown, &place.findings] {
            fs::create_dir_all(folder).map_err(unusable(folder))?;
        }
        Ok(place)
    }

    /// The inputs in the project.
    ///
    /// # Errors
    /// When they cannot be listed.
    pub fn committed_inputs(&self) -> Result<Vec<PathBuf>, Failure> {
        Ok(names(&self.committed)?.into_iter().map(|name| self.committed.join(name)).collect())
    }

    /// An empty folder for what is chosen.
    ///
    /// # Errors
    /// When there is none to be had.
    pub fn begin_choosing(&self) -> Result<PathBuf, Failure> {
        if self.chosen.exists() {
            fs::remove_dir_all(&self.chosen).map_err(unusable(&self.chosen))?;
        }
        fs::create_dir_all(&self.chosen).map_err(unusable(&self.chosen))?;
        Ok(self.chosen.clone())
    }

    /// Lays the examples into a folder, so that nothing is chosen for what they reach.
    ///
    /// # Errors
    /// When they cannot be copied.
    pub fn copy_examples(&self, to: &Path) -> Result<(), Failure> {
        names(&self.examples)?.iter().try_for_each(|name| copy(&self.examples.join(name), &to.join(name)))
    }

    /// What was chosen replaces what is in the project. There an input of a mended mistake has a name of its own, and stays.
    ///
    /// # Errors
    /// When files cannot be removed or copied.
    pub fn commit(&self, chosen: &Path) -> Result<(), Failure> {
        for name in names(&self.committed)?.iter().filter(|name| is_of_the_fuzzer(name)) {
            let file = self.committed.join(name);
            fs::remove_file(&file).map_err(unusable(&file))?;
        }
        let new = names(chosen)?.into_iter().filter(|name| is_of_the_fuzzer(name));
        let sized = new.map(|name| Ok((fs::metadata(chosen.join(&name)).map_err(unusable(chosen))?.len(), name)));
        let kept = smallest(sized.collect::<Result<_, Failure>>()?);
        kept.iter().try_for_each(|name| copy(&chosen.join(name), &self.committed.join(name)))
    }
}

/// As many of the inputs, with their bytes, as every test run has the time to read and the project the room to keep: the smallest.
fn smallest(mut inputs: Vec<(u64, String)>) -> Vec<String> {
    inputs.sort();
    let mut bytes = 0_u64;
    let fitting = inputs.into_iter().take(MOST_KEPT).take_while(|(length, _)| {
        bytes = bytes.saturating_add(*length);
        bytes <= MOST_BYTES_KEPT
    });
    fitting.map(|(_, name)| name).collect()
}

/// The fuzzer names its inputs by their SHA-1, and examples have numbers.
fn is_of_the_fuzzer(name: &str) -> bool {
    name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The names in a folder, sorted.
///
/// # Errors
/// When it cannot be listed.
pub fn names(folder: &Path) -> Result<Vec<String>, Failure> {
    let entries = fs::read_dir(folder).map_err(unusable(folder))?;
    let mut names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    Ok(names)
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::copy(from, to).map(drop).map_err(unusable(to))
}

fn unusable(path: &Path) -> impl Fn(io::Error) -> Failure + use<> {
    let path = path.display().to_string();
    move |error| Failure::new(format!("{path}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_inputs_are_kept_and_not_too_many() {
        let inputs = |lengths: &[u64]| lengths.iter().map(|length| (*length, length.to_string())).collect::<Vec<_>>();
        assert_eq!(smallest(inputs(&[MOST_BYTES_KEPT - 10, 7, 3, 1])), ["1", "3", "7"]);
        assert_eq!(smallest(vec![(1, "same".to_owned()); MOST_KEPT + 1]).len(), MOST_KEPT);
    }

    #[test]
    fn an_input_of_a_mended_mistake_has_a_name_of_its_own() {
        assert!(is_of_the_fuzzer("4ff2a8126fff0f8c839080d619675a585e61720b"));
        assert!(!is_of_the_fuzzer("17") && !is_of_the_fuzzer("a-quantity-of-2-to-the-64"));
    }
}
