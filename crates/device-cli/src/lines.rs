//! Lines from outside, none of which is ever larger in memory than the largest command.

use std::io::{BufRead, Read, Result};

/// The most bytes that a command may have, on a line as in the body of a request.
pub const LARGEST_COMMAND_BYTES: usize = 64 * 1024;

/// A line without its end.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// All of it.
    Whole(Vec<u8>),
    /// It was longer than any command; nothing of it is kept.
    TooLong,
}

/// The next line; `None` at the end.
///
/// # Errors
/// As the input fails.
pub fn next_line(input: &mut impl BufRead) -> Result<Option<Line>> {
    let mut line = Vec::new();
    let one_too_many = u64::try_from(LARGEST_COMMAND_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    if input.by_ref().take(one_too_many).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if line.len() > LARGEST_COMMAND_BYTES {
        input.skip_until(b'\n')?;
        return Ok(Some(Line::TooLong));
    }
    Ok(Some(Line::Whole(line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(input: &[u8]) -> Vec<Line> {
        let mut input = input;
        std::iter::from_fn(|| next_line(&mut input).unwrap()).collect()
    }

    #[test]
    fn a_line_that_is_too_long_is_one_line_and_the_next_one_is_read() {
        let whole = |length: usize| Line::Whole(vec![b'a'; length]);
        for (length, expected) in [
            (0, whole(0)),
            (LARGEST_COMMAND_BYTES, whole(LARGEST_COMMAND_BYTES)),
            (LARGEST_COMMAND_BYTES + 1, Line::TooLong),
            (10 * LARGEST_COMMAND_BYTES, Line::TooLong),
        ] {
            let input = [vec![b'a'; length], b"\nab\n".to_vec()].concat();
            assert_eq!(lines_of(&input), [expected, Line::Whole(b"ab".to_vec())], "{length}");
        }
        assert_eq!(lines_of(b"ab\n\ncd"), [Line::Whole(b"ab".to_vec()), whole(0), Line::Whole(b"cd".to_vec())]);
        assert_eq!(lines_of(&vec![b'a'; LARGEST_COMMAND_BYTES + 9]), [Line::TooLong]);
    }
}
