//! A figure with its target.

use serde_json::{Value, json};

use super::timing::Medians;

/// Something measured.
#[derive(Debug, Clone)]
pub struct Figure {
    name: &'static str,
    value: f64,
    unit: &'static str,
    at_most: Option<f64>,
    details: Value,
}

impl Figure {
    /// A value that may be at most `at_most`.
    pub fn at_most(name: &'static str, value: f64, unit: &'static str, at_most: f64, details: Value) -> Self {
        Self { name, value, unit, at_most: Some(at_most), details }
    }

    /// A ratio of medians that may be at most `at_most`.
    pub fn ratio(name: &'static str, medians: Medians, at_most: f64, pairs: usize) -> Self {
        let details = json!({ "product_ms": rounded(medians.product_ms), "baseline_ms": rounded(medians.baseline_ms), "pairs": pairs });
        Self::at_most(name, medians.ratio, "ratio", at_most, details)
    }

    /// A value without a target.
    pub fn without_target(name: &'static str, value: f64, unit: &'static str, details: Value) -> Self {
        Self { name, value, unit, at_most: None, details }
    }

    /// Whether the target is met; always without one.
    pub fn met(&self) -> bool {
        self.at_most.is_none_or(|most| self.value <= most)
    }

    /// As it is printed.
    pub fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "value": rounded(self.value),
            "unit": self.unit,
            "at_most": self.at_most,
            "met": self.at_most.map(|_| self.met()),
            "details": self.details,
        })
    }
}

/// Three decimals are more than any of these measurements is good for.
pub fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_target_is_met_and_what_was_not_measured_is_not() {
        let figure = |value| Figure::at_most("x", value, "ms", 50.0, Value::Null);
        assert!(figure(50.0).met());
        assert!(!figure(50.1).met());
        assert!(!figure(f64::NAN).met());
        assert!(Figure::without_target("x", 1.0, "ms", Value::Null).met());
    }
}
