//! Every table of whole numbers that an attacker cannot rule out, by trying them all. It shares no thought with the engine:
//! values are tried one after another, and an equation that cannot be met any more ends a trial.

use std::ops::ControlFlow;

use candour_protect::engine::{Attacker, Cell, Marks, Primary, Role, System};

/// After so many trials a system is too large to be tried out.
const TRIALS: u32 = 60_000;

/// More trials than are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// Between which values a figure lies; [`None`] above is no bound.
pub(crate) type Ends = (i64, Option<i64>);

/// What an attacker faces: the published figures, and what is known of each withheld one.
#[derive(Clone, Debug)]
pub(crate) struct Riddle<'s> {
    system: &'s System,
    bounds: Vec<Ends>,
}

impl<'s> Riddle<'s> {
    pub(crate) fn new(system: &'s System, attacker: &Attacker, withheld: &[bool]) -> Self {
        let ends = |(cell, withheld): (&Cell, &bool)| match (cell.role, *withheld) {
            (Role::Hidden, _) => (0, None),
            (_, false) => (cell.value, Some(cell.value)),
            (_, true) => believed(system, attacker, cell),
        };
        let bounds = system.cells.iter().zip(withheld).map(ends).collect();
        Self { system, bounds }
    }

    /// The same to somebody who knows some figures.
    pub(crate) fn knowing(mut self, known: &[usize]) -> Self {
        for &cell in known {
            let value = self.system.cells[cell].value;
            self.bounds[cell] = (value, Some(value));
        }
        self
    }

    /// The same to somebody who knows of each unknown figure only that it is so near the truth, on both sides.
    pub(crate) fn around(mut self, distance: i64) -> Self {
        for (bounds, cell) in self.bounds.iter_mut().zip(&self.system.cells) {
            if *bounds != (cell.value, Some(cell.value)) {
                *bounds = (cell.value - distance, Some(cell.value + distance));
            }
        }
        self
    }

    /// Visits every table that meets the named equations, where what is not bounded stays below a cap.
    pub(crate) fn solve(&self, under: &[usize], cap: i64, visit: &mut Visit<'_>) -> Result<(), TooLarge> {
        let ranges = self.bounds.iter().map(|(low, high)| (*low, high.unwrap_or(cap))).collect();
        let mut trials = 0;
        let ended = self.try_out(ranges, under, visit, &mut trials);
        if matches!(ended, ControlFlow::Break(Some(TooLarge))) { Err(TooLarge) } else { Ok(()) }
    }

    /// The exact interval of a figure.
    pub(crate) fn interval(&self, cell: usize) -> Result<Ends, TooLarge> {
        self.interval_under(&self.all_equations(), cell)
    }

    /// The exact interval of a figure when only some equations are used.
    pub(crate) fn interval_under(&self, under: &[usize], cell: usize) -> Result<Ends, TooLarge> {
        let cap = self.cap();
        let high = self.furthest(under, cell, true, cap)?;
        // Who may be added without end may be added once more under a higher cap.
        let is_bounded = self.bounds[cell].1.is_some() || self.furthest(under, cell, true, cap + MORE)? == high;
        Ok((self.furthest(under, cell, false, cap)?, is_bounded.then_some(high)))
    }

    /// Whether a table has a value from `low` to `high` for a figure.
    pub(crate) fn can_be(&self, cell: usize, low: i64, high: i64) -> Result<bool, TooLarge> {
        self.can_be_under(&self.all_equations(), cell, low, high, self.cap())
    }

    /// Whether a figure has one value only.
    pub(crate) fn is_known(&self, cell: usize) -> Result<bool, TooLarge> {
        let value = self.system.cells[cell].value;
        Ok(!self.can_be(cell, value + 1, i64::MAX)? && !self.can_be(cell, i64::MIN, value - 1)?)
    }

    /// Whether the highest and the lowest value of a figure are so far apart.
    pub(crate) fn is_as_wide(&self, cell: usize, width: i64) -> Result<bool, TooLarge> {
        let (low, high) = self.interval(cell)?;
        Ok(high.is_none_or(|high| high - low >= width))
    }

    /// The bounds of a figure before any equation.
    pub(crate) fn bounds(&self, cell: usize) -> Ends {
        self.bounds[cell]
    }

    fn can_be_under(&self, under: &[usize], cell: usize, low: i64, high: i64, cap: i64) -> Result<bool, TooLarge> {
        let mut inside = self.clone();
        let (least, most) = inside.bounds[cell];
        inside.bounds[cell] = (least.max(low), Some(most.unwrap_or(cap).min(high)));
        let mut found = false;
        inside.solve(under, cap, &mut |_| {
            found = true;
            ControlFlow::Break(None)
        })?;
        Ok(found)
    }

    /// The furthest value of a figure under a cap on what is not bounded.
    fn furthest(&self, under: &[usize], cell: usize, up: bool, cap: i64) -> Result<i64, TooLarge> {
        let mut ranges: Vec<(i64, i64)> = self.bounds.iter().map(|(low, high)| (*low, high.unwrap_or(cap))).collect();
        self.tighten(&mut ranges, under);
        let (low, high) = ranges[cell];
        let value = self.system.cells[cell].value;
        let beyond: Vec<i64> = if up { (value + 1..=high).rev().collect() } else { (low..value).collect() };
        for candidate in beyond {
            if self.can_be_under(under, cell, candidate, candidate, cap)? {
                return Ok(candidate);
            }
        }
        Ok(value)
    }

    pub(crate) fn all_equations(&self) -> Vec<usize> {
        (0..self.system.equations.len()).collect()
    }

    /// More than any bounded figure of such a system reaches.
    fn cap(&self) -> i64 {
        2 * self.system.cells.iter().map(|cell| cell.value).max().unwrap_or(0) + 20
    }

    fn try_out(
        &self,
        mut ranges: Vec<(i64, i64)>,
        under: &[usize],
        visit: &mut Visit<'_>,
        trials: &mut u32,
    ) -> ControlFlow<Option<TooLarge>> {
        *trials += 1;
        if *trials > TRIALS {
            return ControlFlow::Break(Some(TooLarge));
        }
        if !self.tighten(&mut ranges, under) {
            return ControlFlow::Continue(());
        }
        let open = (0..ranges.len()).filter(|&cell| ranges[cell].0 < ranges[cell].1);
        let Some(next) = open.min_by_key(|&cell| ranges[cell].1 - ranges[cell].0) else {
            let table: Vec<i64> = ranges.iter().map(|(low, _)| *low).collect();
            return visit(&table);
        };
        // A table that is near the truth is found soonest.
        let truth = self.system.cells[next].value;
        let mut values: Vec<i64> = (ranges[next].0..=ranges[next].1).collect();
        values.sort_by_key(|value| (value - truth).abs());
        for value in values {
            let mut ranges = ranges.clone();
            ranges[next] = (value, value);
            self.try_out(ranges, under, visit, trials)?;
        }
        ControlFlow::Continue(())
    }

    /// Takes from the ranges what an equation alone rules out. False: nothing is left.
    fn tighten(&self, ranges: &mut [(i64, i64)], under: &[usize]) -> bool {
        loop {
            let mut changed = false;
            for equation in under.iter().map(|&equation| &self.system.equations[equation]) {
                let ends = |(low, high): (i64, i64), by: i64| {
                    if by > 0 { (low * by, high * by) } else { (high * by, low * by) }
                };
                let (mut least, mut most) = (0, 0);
                for &(cell, by) in &equation.terms {
                    let (low, high) = ends(ranges[cell as usize], i64::from(by));
                    (least, most) = (least + low, most + high);
                }
                if least > 0 || most < 0 {
                    return false;
                }
                for &(cell, by) in &equation.terms {
                    let (range, by) = (&mut ranges[cell as usize], i64::from(by));
                    let (low, high) = ends(*range, by);
                    // by * value lies between what the others can leave.
                    let (from, to) = (high - most, low - least);
                    let (lowest, highest) =
                        if by > 0 { (up(from, by), down(to, by)) } else { (up(-to, -by), down(-from, -by)) };
                    let tighter = (range.0.max(lowest), range.1.min(highest));
                    if tighter.0 > tighter.1 {
                        return false;
                    }
                    changed |= tighter != *range;
                    // The sums are those of wider ranges now: still true, and looked at again in the next turn.
                    *range = tighter;
                }
            }
            if !changed {
                return true;
            }
        }
    }
}

/// What is done with each table; it may end the search.
pub(crate) type Visit<'v> = dyn FnMut(&[i64]) -> ControlFlow<Option<TooLarge>> + 'v;

/// How much a cap is raised to see whether a figure goes with it.
const MORE: i64 = 7;

/// What an attacker takes a withheld figure to lie between.
fn believed(system: &System, attacker: &Attacker, cell: &Cell) -> Ends {
    let zero_is_out = attacker.suppressed_at_least as i64;
    // In a breakdown that is withheld as a whole zeros are withheld too.
    if let Some(least) = cell.least {
        return (least, None);
    }
    match (attacker.marks, cell.primary) {
        (Marks::Distinct, Primary::Small { least, most }) => (zero_is_out.max(least), Some(most)),
        (Marks::Distinct, Primary::No) => (zero_is_out.max(system.above.unwrap_or(0)), None),
        _ => (zero_is_out, None),
    }
}

/// A fraction rounded up.
fn up(above: i64, below: i64) -> i64 {
    -(-above).div_euclid(below)
}

/// A fraction rounded down.
fn down(above: i64, below: i64) -> i64 {
    above.div_euclid(below)
}
