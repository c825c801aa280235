//! Which figures to withhold so that every known need is met, at the least cost: a covering problem.
//!
//! The needs come as rows `sum of coefficients of what is withheld >= least` ([`Row`]), found by whoever plays the attacker.
//! The dual simplex solves the relaxation, branch and bound the rest. Floating point only guides: a bound is believed after
//! it has been worked out again in whole numbers from rounded multipliers ([`Cover::proved`]), which holds for any multipliers
//! (weak duality).

use std::collections::BTreeSet;

use super::linear::Linear;

/// What a pattern must meet: the coefficients of the figures that it withholds add up to at least `least`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    /// Variables with their coefficients, each variable once.
    pub(crate) terms: Vec<(u32, i64)>,
    /// The least sum.
    pub(crate) least: i64,
}

impl Row {
    /// Whether a choice meets it.
    pub(crate) fn is_met(&self, chosen: &[bool]) -> bool {
        let sum: i64 = self.terms.iter().filter(|(variable, _)| chosen[*variable as usize]).map(|(_, by)| by).sum();
        sum >= self.least
    }
}

/// What came out.
#[derive(Clone, Debug)]
pub(crate) struct Covered {
    /// Which variables are chosen.
    pub(crate) chosen: Vec<bool>,
    /// What they cost.
    pub(crate) cost: u64,
    /// No choice that meets the rows costs less than this.
    pub(crate) bound: u64,
}

/// Multipliers are rounded to this part before a bound is proved.
const PARTS: i128 = 1 << 24;

/// The problem as it grows.
#[derive(Clone, Debug)]
pub(crate) struct Cover {
    weights: Vec<u64>,
    rows: Vec<Row>,
    relaxation: Linear,
    /// Lines of an equation without a figure that is withheld anyway: one of them alone would be known.
    lines: Vec<Vec<u32>>,
    bridges: BTreeSet<(u32, u32)>,
    /// Numbers worked out so far.
    work: u64,
    /// The most of them; nothing is solved beyond that.
    budget: u64,
}

/// How far a relaxation was when its work began to be counted.
struct Spent {
    steps: u64,
    work: u64,
}

impl Spent {
    fn new(relaxation: &Linear) -> Self {
        Self { steps: relaxation.steps, work: relaxation.work }
    }

    /// The work since then: what was worked out, and at least what a step looks through.
    fn until(&self, relaxation: &Linear) -> u64 {
        let looked = relaxation.rows() * 30 + relaxation.structural() * 4;
        ((1 + relaxation.steps - self.steps) * looked as u64).max(relaxation.work - self.work)
    }
}

/// The most numbers that all nodes of a search may hold together.
const MEMORY: usize = 100_000_000;

/// The most rows of a relaxation.
const ROWS: usize = 8_000;

impl Cover {
    /// Variables with their weights, and what breaks ties between them (from 0 up to 1). In each line, one chosen variable
    /// needs another.
    pub(crate) fn new(weights: Vec<u64>, ties: &[f64], lines: Vec<Vec<u32>>, budget: u64) -> Self {
        // Ties may change the order of equal costs and nothing else.
        let share = 0.49 / (weights.len().max(1) as f64);
        let costs = weights.iter().zip(ties).map(|(weight, tie)| *weight as f64 + tie * share).collect();
        Self {
            relaxation: Linear::new(costs, vec![1.0; weights.len()]),
            weights,
            rows: Vec::new(),
            lines,
            bridges: BTreeSet::new(),
            work: 0,
            budget,
        }
    }

    /// Whether the work is used up that may be done, or the room.
    fn is_spent(&self) -> bool {
        self.work >= self.budget || self.rows.len() > ROWS
    }

    /// Adds a row. One that is there already changes nothing, which is told by `false`.
    pub(crate) fn add(&mut self, row: Row) -> bool {
        if self.rows.contains(&row) {
            return false;
        }
        add(&mut self.relaxation, &row);
        self.rows.push(row);
        true
    }

    /// How much work was done so far, in numbers worked out.
    pub(crate) fn work(&self) -> u64 {
        self.work
    }

    /// The rows that forbid one figure alone in a line and that a solution breaks.
    fn broken_lines(&self, value: &dyn Fn(u32) -> f64, margin: f64) -> Vec<(u32, u32)> {
        let mut broken = Vec::new();
        for (at, line) in (0_u32..).zip(&self.lines) {
            let sum: f64 = line.iter().map(|&variable| value(variable)).sum();
            if sum < margin {
                continue;
            }
            for &variable in line {
                let own = value(variable);
                if own - (sum - own) > margin && !self.bridges.contains(&(at, variable)) {
                    broken.push((at, variable));
                }
            }
        }
        broken
    }

    fn add_line(&mut self, (at, variable): (u32, u32)) {
        self.bridges.insert((at, variable));
        let terms = self.lines[at as usize].iter().map(|&other| (other, if other == variable { -1 } else { 1 }));
        let row = Row { terms: terms.collect(), least: 0 };
        add(&mut self.relaxation, &row);
        self.rows.push(row);
    }

    /// Solves the relaxation, with lines as they are needed. None when no choice meets the rows or the steps are used up.
    pub(crate) fn relax(&mut self, most: u64) -> Option<Vec<f64>> {
        loop {
            if self.is_spent() {
                return None;
            }
            let before = Spent::new(&self.relaxation);
            let solved = self.relaxation.solve(most, self.budget - self.work);
            self.work += before.until(&self.relaxation);
            if solved != Some(true) {
                return None;
            }
            let values: Vec<f64> = (0..self.weights.len()).map(|variable| self.relaxation.value(variable)).collect();
            let broken = self.broken_lines(&|variable| values[variable as usize], 1e-6);
            if broken.is_empty() {
                return Some(values);
            }
            broken.into_iter().for_each(|line| self.add_line(line));
        }
    }

    /// A lower bound on the cost, in whole numbers, from the relaxation's multipliers; `fixed` says where a variable stands.
    fn proved(&self, relaxation: &Linear) -> u64 {
        let multipliers: Vec<i128> = relaxation
            .multipliers()
            .iter()
            .map(|multiplier| (multiplier.max(0.0) * PARTS as f64).round() as i128)
            .collect();
        let mut reduced: Vec<i128> = self.weights.iter().map(|weight| i128::from(*weight) * PARTS).collect();
        let mut bound: i128 = 0;
        for (row, multiplier) in self.rows.iter().zip(&multipliers).filter(|(_, multiplier)| **multiplier > 0) {
            bound += multiplier * i128::from(row.least);
            for &(variable, by) in &row.terms {
                reduced[variable as usize] -= multiplier * i128::from(by);
            }
        }
        for (variable, reduced) in reduced.into_iter().enumerate() {
            let at = |bound: f64| if bound >= 0.5 { reduced } else { 0 };
            bound += at(relaxation.low[variable]).min(at(relaxation.high[variable]));
        }
        let whole = bound.div_euclid(PARTS) + i128::from(bound.rem_euclid(PARTS) != 0);
        u64::try_from(whole.max(0)).unwrap_or(u64::MAX)
    }

    /// Whether no choice between a node's bounds meets the rows, shown in whole numbers by the multipliers of its last row.
    fn is_impossible(&self, node: &Linear) -> bool {
        [1.0, -1.0].into_iter().any(|sign| {
            let mut most: Vec<i128> = vec![0; self.weights.len()];
            let mut least: i128 = 0;
            for (row, multiplier) in self.rows.iter().zip(&node.ray) {
                let multiplier = ((sign * multiplier).max(0.0) * PARTS as f64).round() as i128;
                least += multiplier * i128::from(row.least);
                row.terms.iter().for_each(|&(variable, by)| most[variable as usize] += multiplier * i128::from(by));
            }
            let at = |most: i128, bound: f64| if bound >= 0.5 { most } else { 0 };
            let reachable: i128 = most
                .iter()
                .enumerate()
                .map(|(variable, &most)| at(most, node.low[variable]).max(at(most, node.high[variable])))
                .sum();
            reachable < least
        })
    }

    /// The lower bound of the relaxation as it stands.
    pub(crate) fn bound(&self) -> u64 {
        self.proved(&self.relaxation)
    }

    fn cost(&self, chosen: &[bool]) -> u64 {
        chosen.iter().zip(&self.weights).filter(|(chosen, _)| **chosen).map(|(_, weight)| weight).sum()
    }

    /// The cheapest choice, or a good one with a bound when the nodes are used up, or so much work was done and a choice is
    /// known. None when no choice meets the rows.
    pub(crate) fn solve(&mut self, nodes: u64, steps: u64, work: u64) -> Option<Covered> {
        self.relax(steps)?;
        let most = self.work.saturating_add(work);
        let root = self.bound();
        let mut best: Option<(Vec<bool>, u64)> = None;
        let mut open_bound = u64::MAX;
        let mut used = 0;
        // Depth first, the fuller branch first.
        let mut open: Vec<(Linear, u64)> = vec![(self.relaxation.clone(), root)];
        while let Some((mut node, known)) = open.pop() {
            if best.as_ref().is_some_and(|(_, cost)| known >= *cost) {
                continue;
            }
            let is_full = (open.len() + 1) * node.rows() * node.rows() > MEMORY;
            if used >= nodes || (best.is_some() && (self.work > most || is_full)) || self.is_spent() {
                open_bound = open_bound.min(known);
                continue;
            }
            used += 1;
            // Rows that were found since this node was made.
            while node.rows() < self.rows.len() {
                let next = node.rows();
                add(&mut node, &self.rows[next]);
            }
            let before = Spent::new(&node);
            let solved = node.solve(steps, self.budget.saturating_sub(self.work));
            self.work += before.until(&node);
            match solved {
                Some(true) => {}
                Some(false) if self.is_impossible(&node) => continue,
                Some(false) | None => {
                    open_bound = open_bound.min(known);
                    continue;
                }
            }
            let bound = self.proved(&node).max(known);
            if best.as_ref().is_some_and(|(_, cost)| bound >= *cost) {
                continue;
            }
            let values: Vec<f64> = (0..self.weights.len()).map(|variable| node.value(variable)).collect();
            let broken = self.broken_lines(&|variable| values[variable as usize], 1e-6);
            if !broken.is_empty() {
                broken.into_iter().for_each(|line| self.add_line(line));
                open.push((node, bound));
                continue;
            }
            let split = values
                .iter()
                .enumerate()
                .filter(|(_, value)| **value > 1e-6 && **value < 1.0 - 1e-6)
                .max_by(|(left, a), (right, b)| {
                    let near = |value: f64| 0.5 - (value - 0.5).abs();
                    (near(**a) * (1.0 + self.weights[*left] as f64))
                        .total_cmp(&(near(**b) * (1.0 + self.weights[*right] as f64)))
                        .then(right.cmp(left))
                })
                .map(|(variable, _)| variable);
            match split {
                None => {
                    let chosen: Vec<bool> = values.iter().map(|value| *value > 0.5).collect();
                    let cost = self.cost(&chosen);
                    if best.as_ref().is_none_or(|(_, known)| cost < *known) {
                        best = Some((chosen, cost));
                    }
                }
                Some(variable) => {
                    let (mut without, mut with) = (node.clone(), node);
                    without.fix(variable, 0.0);
                    with.fix(variable, 1.0);
                    open.push((without, bound));
                    open.push((with, bound));
                }
            }
        }
        let (chosen, cost) = best?;
        Some(Covered { chosen, cost, bound: open_bound.min(cost).max(root.min(cost)) })
    }
}

fn add(relaxation: &mut Linear, row: &Row) {
    let terms = row.terms.iter().map(|&(variable, by)| (variable as usize, by as f64));
    relaxation.add(terms, row.least as f64, false);
}
