//! A failing plan, made short: steps are left out as long as the same promise stays broken.

use super::broken::Broken;
use super::plan::Planned;

/// Plays a plan; what broke, if something did.
pub trait Play: FnMut(&[Planned]) -> Option<Broken> {}
impl<F: FnMut(&[Planned]) -> Option<Broken>> Play for F {}

/// Leaves out of a failing plan whatever can be left out, many steps at once first, then one by one. What is left, and how it
/// breaks; `None` if the plan does not fail.
pub fn shrink(plan: Vec<Planned>, mut play: impl Play) -> Option<(Vec<Planned>, Broken)> {
    let mut broken = play(&plan)?;
    let mut left = plan;
    let mut length = left.len().div_ceil(2);
    while length > 0 {
        let before = left.len();
        let mut from = 0;
        while from < left.len() {
            let shorter = without(&left, from, length);
            match play(&shorter).filter(|other| other.promise == broken.promise) {
                Some(other) => (left, broken) = (shorter, other),
                None => from = from.saturating_add(length),
            }
        }
        // One by one until nothing can be left out any more.
        length = if length == 1 && left.len() < before { 1 } else { length.div_euclid(2) };
    }
    Some((left, broken))
}

fn without(plan: &[Planned], from: usize, length: usize) -> Vec<Planned> {
    let to = from.saturating_add(length);
    plan.iter().enumerate().filter(|(place, _)| *place < from || *place >= to).map(|(_, planned)| planned.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::plan::{Step, plan};
    use super::*;

    /// Breaks where a step of each kind is left.
    fn needs(steps: &'static [Step]) -> impl Play {
        move |plan: &[Planned]| {
            let has = |step: &Step| plan.iter().any(|planned| planned.step == *step);
            steps.iter().all(has).then(|| Broken { seed: 1, promise: "all_of_them", what: String::new(), story: Vec::new() })
        }
    }

    #[test]
    fn what_is_not_needed_is_left_out() {
        let (left, _) = shrink(plan(1), needs(&[Step::Work, Step::Deliver])).unwrap();
        assert_eq!(left.len(), 2);
    }

    #[test]
    fn a_plan_that_does_not_fail_is_not_made_short() {
        assert!(shrink(plan(1), |_: &[Planned]| None).is_none());
    }
}
