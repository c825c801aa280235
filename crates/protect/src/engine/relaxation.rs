//! What a covering problem asks of a solver of linear problems.
//!
//! A solver only guides. What is believed of a relaxation is worked out here in whole numbers, from multipliers that are
//! rounded first: any multipliers give a bound that holds (weak duality), good ones a good bound.

/// The linear relaxation of a covering problem: the least cost of variables from 0 to 1 under rows `sum >= least`. It is
/// asked again and again while rows are added and variables fixed, and copied where a search splits.
pub trait Relaxation: Clone {
    /// Variables with their costs, none below zero, and no rows.
    fn new(costs: Vec<f64>) -> Self;

    /// Adds a row: variables with their coefficients, each variable once, and the least sum.
    fn add(&mut self, terms: &[(u32, i64)], least: i64);

    /// How many rows there are.
    fn rows(&self) -> usize;

    /// Fixes a variable: chosen, or not.
    fn fix(&mut self, variable: usize, chosen: bool);

    /// Where a variable is fixed, if it is.
    fn fixed(&self, variable: usize) -> Option<bool>;

    /// Solves within so many steps and so many numbers worked out. False when no choice meets the rows; [`None`] when either
    /// is used up.
    fn solve(&mut self, steps: u64, work: u64) -> Option<bool>;

    /// Where a variable stands in the solution.
    fn value(&self, variable: usize) -> f64;

    /// One multiplier a row: what its least sum costs at the margin.
    fn multipliers(&self) -> Vec<f64>;

    /// After a `false`: one multiplier a row, of either sign, which together show that no choice meets the rows.
    fn ray(&self) -> &[f64];

    /// What was done so far, counted alike on every machine.
    fn spent(&self) -> Spent;
}

/// Work that is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Steps from one vertex to another.
    pub steps: u64,
    /// Numbers worked out.
    pub work: u64,
}

/// What a pattern must meet: the coefficients of the figures that it withholds add up to at least `least`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// Variables with their coefficients, each variable once.
    pub terms: Vec<(u32, i64)>,
    /// The least sum.
    pub least: i64,
}

/// Multipliers are rounded to this part before anything is proved.
const PARTS: i128 = 1 << 24;

fn rounded(multiplier: f64) -> i128 {
    (multiplier.max(0.0) * PARTS as f64).round() as i128
}

/// A lower bound on the cost of every choice that meets the rows and keeps to what is fixed, in whole numbers, from one
/// multiplier a row.
pub fn proved(weights: &[u64], rows: &[Row], multipliers: &[f64], fixed: impl Fn(usize) -> Option<bool>) -> u64 {
    let multipliers: Vec<i128> = multipliers.iter().copied().map(rounded).collect();
    let mut reduced: Vec<i128> = weights.iter().map(|weight| i128::from(*weight) * PARTS).collect();
    let mut bound: i128 = 0;
    for (row, multiplier) in rows.iter().zip(&multipliers).filter(|(_, multiplier)| **multiplier > 0) {
        bound += multiplier * i128::from(row.least);
        for &(variable, by) in &row.terms {
            reduced[variable as usize] -= multiplier * i128::from(by);
        }
    }
    for (variable, reduced) in reduced.into_iter().enumerate() {
        bound += match fixed(variable) {
            None => reduced.min(0),
            Some(true) => reduced,
            Some(false) => 0,
        };
    }
    let whole = bound.div_euclid(PARTS) + i128::from(bound.rem_euclid(PARTS) != 0);
    u64::try_from(whole.max(0)).unwrap_or(u64::MAX)
}

/// Whether no choice that keeps to what is fixed meets the rows, shown in whole numbers by the relaxation's
/// [`ray`](Relaxation::ray).
pub fn is_impossible(variables: usize, rows: &[Row], relaxation: &impl Relaxation) -> bool {
    [1.0, -1.0].into_iter().any(|sign| {
        let mut most: Vec<i128> = vec![0; variables];
        let mut least: i128 = 0;
        for (row, multiplier) in rows.iter().zip(relaxation.ray()) {
            let multiplier = rounded(sign * multiplier);
            least += multiplier * i128::from(row.least);
            row.terms.iter().for_each(|&(variable, by)| most[variable as usize] += multiplier * i128::from(by));
        }
        let reachable = |(variable, most): (usize, i128)| match relaxation.fixed(variable) {
            None => most.max(0),
            Some(true) => most,
            Some(false) => 0,
        };
        most.into_iter().enumerate().map(reachable).sum::<i128>() < least
    })
}

#[cfg(test)]
mod tests {
    use super::super::linear::Linear;
    use super::*;
    use proptest::prelude::*;

    /// Weights, rows over all of them, what is fixed, and multipliers as any solver might give them.
    type Case = (Vec<u64>, Vec<Row>, Vec<Option<bool>>, Vec<f64>);

    fn case() -> impl Strategy<Value = Case> {
        let row = (proptest::collection::vec(-2..6_i64, 5), 0..8_i64).prop_map(|(by, least)| {
            let terms = (0..).zip(by).filter(|(_, by)| *by != 0);
            Row { terms: terms.collect(), least }
        });
        (
            proptest::collection::vec(0..20_u64, 5),
            proptest::collection::vec(row, 1..5),
            proptest::collection::vec(proptest::option::weighted(0.3, any::<bool>()), 5),
            proptest::collection::vec(-1.0..8.0, 4),
        )
    }

    /// The cheapest choice, by looking at every one.
    fn cheapest(weights: &[u64], rows: &[Row], fixed: &[Option<bool>]) -> Option<u64> {
        let choices = (0..1_u32 << weights.len()).map(|bits| (0..weights.len()).map(move |at| bits >> at & 1 == 1));
        let kept = |chosen: &Vec<bool>| {
            let keeps = chosen.iter().zip(fixed).all(|(chosen, fixed)| fixed.is_none_or(|fixed| fixed == *chosen));
            keeps && rows.iter().all(|row| row.is_met(chosen))
        };
        let cost =
            |chosen: Vec<bool>| chosen.iter().zip(weights).filter(|(chosen, _)| **chosen).map(|(_, by)| by).sum();
        choices.map(Iterator::collect).filter(kept).map(cost).min()
    }

    fn relaxation(weights: &[u64], rows: &[Row], fixed: &[Option<bool>]) -> Linear {
        let mut relaxation: Linear = Relaxation::new(weights.iter().map(|weight| *weight as f64).collect());
        rows.iter().for_each(|row| Relaxation::add(&mut relaxation, &row.terms, row.least));
        for (variable, fixed) in fixed.iter().enumerate() {
            fixed.iter().for_each(|chosen| Relaxation::fix(&mut relaxation, variable, *chosen));
        }
        relaxation
    }

    proptest! {
        #[test]
        fn a_bound_from_any_multipliers_holds((weights, rows, fixed, multipliers) in case()) {
            if let Some(cost) = cheapest(&weights, &rows, &fixed) {
                prop_assert!(proved(&weights, &rows, &multipliers, |variable| fixed[variable]) <= cost);
            }
        }

        #[test]
        fn what_the_solver_says_is_proved((weights, rows, fixed, _) in case()) {
            let mut relaxation = relaxation(&weights, &rows, &fixed);
            let best = cheapest(&weights, &rows, &fixed);
            match Relaxation::solve(&mut relaxation, 1_000, u64::MAX) {
                Some(true) => {
                    let objective: f64 = (0..5).map(|at| weights[at] as f64 * Relaxation::value(&relaxation, at)).sum();
                    let bound = proved(&weights, &rows, &Relaxation::multipliers(&relaxation), |at| relaxation.fixed(at));
                    prop_assert!(bound as f64 >= (objective - 1e-5).ceil(), "{bound} for {objective}");
                    prop_assert!(best.is_none_or(|best| bound <= best));
                }
                Some(false) => {
                    prop_assert_eq!(best, None);
                    prop_assert!(is_impossible(5, &rows, &relaxation));
                }
                None => prop_assert!(false, "a thousand steps were not enough"),
            }
        }
    }
}
