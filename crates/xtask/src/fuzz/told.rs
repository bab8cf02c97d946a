//! What libFuzzer says while it runs.

/// The figures of a run, read line by line.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Inputs that were tried.
    pub executions: u64,
    /// Places in the code that the inputs reached which were there at the beginning.
    pub reached_at_first: u64,
    /// Places in the code that were reached.
    pub reached: u64,
    /// Inputs that reach something that no other does.
    pub inputs: u64,
    /// The most memory that was taken, in MiB.
    pub peak_mib: u64,
    /// Something was found, and is being told.
    is_finding: bool,
}

impl Told {
    /// Takes one line; whether a person should see it. A finding is told in full; of the rest, that it goes on.
    pub fn read(&mut self, line: &str) -> bool {
        self.is_finding |= line.contains("panicked at") || line.contains("ERROR: libFuzzer");
        if let Some(count) = line.strip_prefix("stat::number_of_executed_units:") {
            self.executions = number(count);
        } else if let Some(mib) = line.strip_prefix("stat::peak_rss_mb:") {
            self.peak_mib = number(mib);
        }
        let Some(progress) = line.strip_prefix('#') else { return self.is_finding && !line.starts_with("stat::") };
        self.read_progress(progress);
        ["pulse", "INITED", "DONE"].iter().any(|word| progress.contains(word))
    }

    /// `123 NEW    cov: 4 ft: 5 corp: 6/7b lim: 8 exec/s: 9 rss: 10Mb`
    fn read_progress(&mut self, line: &str) {
        let after = |name: &str| line.split_once(name).map(|(_, rest)| number(rest));
        if let Some(reached) = after(" cov: ") {
            self.reached = reached;
            self.inputs = after(" corp: ").unwrap_or(self.inputs);
            if line.contains("INITED") {
                self.reached_at_first = reached;
            }
        }
    }
}

/// The digits at the beginning.
fn number(text: &str) -> u64 {
    let text = text.trim_start();
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end).and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_and_only_what_matters_is_shown() {
        let lines = [
            ("INFO: Running with entropic power schedule (0xFF, 100).", false),
            ("#21\tINITED cov: 1842 ft: 4033 corp: 19/9Kb exec/s: 0 rss: 61Mb", true),
            ("#190\tNEW    cov: 1902 ft: 4100 corp: 20/9Kb lim: 4096 exec/s: 95 rss: 62Mb L: 61/700 MS: 1 EraseBytes-", false),
            ("#256\tpulse  cov: 1902 ft: 4100 corp: 20/9Kb lim: 4096 exec/s: 90 rss: 62Mb", true),
            ("#300\tDONE   cov: 1902 ft: 4101 corp: 20/8Kb lim: 4096 exec/s: 90 rss: 62Mb", true),
            ("stat::number_of_executed_units: 300", false),
            ("stat::peak_rss_mb:              62", false),
            ("thread '<unnamed>' panicked at crates/domain/src/money.rs:7:5:", true),
            ("it overflowed", true),
            ("==1== ERROR: libFuzzer: deadly signal", true),
        ];
        let mut told = Told::default();
        for (line, shown) in lines {
            assert_eq!(told.read(line), shown, "{line}");
        }
        assert_eq!(told, Told { executions: 300, reached_at_first: 1842, reached: 1902, inputs: 20, peak_mib: 62, is_finding: true });
    }
}
