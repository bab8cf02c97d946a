//! Counting tests from what the test programs print.

use std::fmt;

/// How many tests passed and failed. Shown as `N passed, N failed`, the form that scripts read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that passed.
    pub passed: usize,
    /// Tests that failed, and steps that failed without saying which test.
    pub failed: usize,
}

impl Tally {
    /// Adds another count.
    pub fn add(&mut self, other: Self) {
        self.passed = self.passed.saturating_add(other.passed);
        self.failed = self.failed.saturating_add(other.failed);
    }

    /// The count of a run that may also have failed for another reason than counted tests, for example
    /// because something does not compile: that is one failure.
    fn of_run(self, succeeded: bool) -> Self {
        let mut tally = self;
        if !succeeded && tally.failed == 0 {
            tally.fail_step();
        }
        tally
    }

    /// Counts a step that failed as a whole.
    pub fn fail_step(&mut self) {
        self.failed = self.failed.saturating_add(1);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Reads the output of `cargo test` line by line.
#[derive(Default)]
pub struct CargoTestOutput {
    counted: Tally,
    started: usize,
    finished: usize,
}

impl CargoTestOutput {
    /// Takes one line of standard output or standard error.
    pub fn read(&mut self, line: &str) {
        let line = line.trim();
        if line.starts_with("Running ") || line.starts_with("Doc-tests ") {
            self.started = self.started.saturating_add(1);
        }
        if let Some(result) = read_result(line) {
            self.counted.add(result);
            self.finished = self.finished.saturating_add(1);
        }
    }

    /// The count at the end. A test program that died without a result counts as one failure.
    pub fn judge(self, succeeded: bool) -> Tally {
        let died = self.started.saturating_sub(self.finished);
        let mut tally = self.counted;
        tally.failed = tally.failed.saturating_add(died);
        tally.of_run(succeeded)
    }
}

/// Reads the output of the screens' tests (vitest without colours) line by line.
#[derive(Default)]
pub struct ScreenTestOutput(Tally);

impl ScreenTestOutput {
    /// Takes one line of standard output or standard error: `Tests  1 failed | 2 passed (3)`.
    pub fn read(&mut self, line: &str) {
        let Some(counts) = line.trim().strip_prefix("Tests  ") else {
            return;
        };
        let counts = counts.split_once('(').map_or(counts, |(before, _)| before);
        let count = |word: &str| counts.split('|').find_map(|part| part.trim().strip_suffix(word)?.parse().ok());
        self.0.add(Tally { passed: count(" passed").unwrap_or_default(), failed: count(" failed").unwrap_or_default() });
    }

    /// The count at the end.
    pub fn judge(self, succeeded: bool) -> Tally {
        self.0.of_run(succeeded)
    }
}

/// `test result: ok. 3 passed; 1 failed; 0 ignored; …`
fn read_result(line: &str) -> Option<Tally> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let count = |word: &str| counts.split("; ").find_map(|part| part.strip_suffix(word)?.trim().parse().ok());
    Some(Tally { passed: count(" passed")?, failed: count(" failed")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(output: &str, succeeded: bool, expected: &str) {
        let mut reader = CargoTestOutput::default();
        output.lines().for_each(|line| reader.read(line));
        assert_eq!(reader.judge(succeeded).to_string(), expected, "{output}");
    }

    const PASSED: &str = "     Running unittests src/lib.rs (target/debug/deps/domain-1)
test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";
    const FAILED: &str = "   Doc-tests domain
test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s";
    const DIED: &str = "     Running tests/story.rs (target/debug/deps/story-1)";

    #[test]
    fn results_are_added_up() {
        check(PASSED, true, "12 passed, 0 failed");
        check(&format!("{PASSED}\n{FAILED}"), false, "14 passed, 3 failed");
    }

    #[test]
    fn a_program_that_died_is_a_failure() {
        check(&format!("{PASSED}\n{DIED}"), false, "12 passed, 1 failed");
        check(&format!("{FAILED}\n{DIED}"), false, "2 passed, 4 failed");
    }

    #[test]
    fn a_run_that_failed_before_any_test_is_a_failure() {
        check("error: could not compile `domain`", false, "0 passed, 1 failed");
    }

    fn check_screens(output: &str, succeeded: bool, expected: &str) {
        let mut reader = ScreenTestOutput::default();
        output.lines().for_each(|line| reader.read(line));
        assert_eq!(reader.judge(succeeded).to_string(), expected, "{output}");
    }

    #[test]
    fn tests_of_screens_are_counted_and_files_are_not() {
        check_screens(" Test Files  2 passed (2)\n      Tests  14 passed (14)\n", true, "14 passed, 0 failed");
        check_screens(" Test Files  1 failed (1)\n      Tests  1 failed | 2 passed (3)\n", false, "2 passed, 1 failed");
    }

    #[test]
    fn screens_whose_tests_do_not_load_are_a_failure() {
        check_screens(" Test Files  1 failed (1)\n      Tests  no tests\n", false, "0 passed, 1 failed");
    }
}
