//! Measuring time and comparing pairs.

use std::time::Instant;

use super::Failure;

/// What `work` gives, and how long it took in milliseconds.
///
/// # Errors
/// Those of `work`.
pub fn timed<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<(T, f64), Failure> {
    let begin = Instant::now();
    let outcome = work()?;
    Ok((outcome, begin.elapsed().as_secs_f64() * 1_000.0))
}

/// Milliseconds of the product and of its baseline, one after the other.
#[derive(Debug, Clone, Copy)]
pub struct Pair {
    /// The product.
    pub product_ms: f64,
    /// The baseline.
    pub baseline_ms: f64,
}

/// Medians of interleaved pairs.
#[derive(Debug, Clone, Copy)]
pub struct Medians {
    /// Of the product's times.
    pub product_ms: f64,
    /// Of the baseline's times.
    pub baseline_ms: f64,
    /// Of the quotients within a pair.
    pub ratio: f64,
}

/// The medians of some pairs.
pub fn medians(pairs: &[Pair]) -> Medians {
    Medians {
        product_ms: median(pairs.iter().map(|pair| pair.product_ms).collect()),
        baseline_ms: median(pairs.iter().map(|pair| pair.baseline_ms).collect()),
        ratio: median(pairs.iter().map(|pair| pair.product_ms / pair.baseline_ms).collect()),
    }
}

/// The value in the middle, of an even number the upper one; not a number for none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slow_pair_does_not_move_the_medians() {
        let pair = |product_ms, baseline_ms| Pair { product_ms, baseline_ms };
        let found = medians(&[pair(2.0, 1.0), pair(900.0, 1.0), pair(4.0, 2.0)]);
        assert_eq!((found.product_ms, found.baseline_ms, found.ratio), (4.0, 1.0, 2.0));
    }
}
