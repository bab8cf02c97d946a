//! Programs of earlier days, for simulations: they know every kind but one. Only with the feature `older-programs`.

use std::cell::Cell;

thread_local! {
    static LACKING: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// Does `deed` as a program does that lacks this kind. Only what this thread does is meant.
pub fn lacking<T>(kind: Option<&'static str>, deed: impl FnOnce() -> T) -> T {
    let before = LACKING.replace(kind);
    let done = deed();
    LACKING.set(before);
    done
}

/// Whether the program that this thread acts as lacks a kind.
pub(super) fn lacks(kind: &str) -> bool {
    LACKING.get() == Some(kind)
}

#[cfg(test)]
mod tests {
    use super::super::is_known_kind;
    use super::*;

    #[test]
    fn an_older_program_knows_every_kind_but_one_and_only_for_a_while() {
        let known = lacking(Some("reviewed"), || (is_known_kind("reviewed"), is_known_kind("accepted")));
        assert_eq!((known, is_known_kind("reviewed")), ((false, true), true));
    }
}
