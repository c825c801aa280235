//! Which figures to withhold so that every known need is met, at the least cost: a covering problem.
//!
//! The needs come as rows `sum of coefficients of what is withheld >= least` ([`Row`]), found by whoever plays the attacker.
//! A solver of linear problems ([`Relaxation`]) solves the relaxation, branch and bound the rest. Floating point only guides: a
//! bound is believed after it has been worked out again in whole numbers from rounded multipliers ([`proved`]).

use std::collections::BTreeSet;

use super::relaxation::{Relaxation, Row, Spent, is_impossible, proved};

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

/// The problem as it grows.
#[derive(Clone, Debug)]
pub(crate) struct Cover<R> {
    weights: Vec<u64>,
    rows: Vec<Row>,
    relaxation: R,
    /// Lines of an equation without a figure that is withheld anyway: one of them alone would be known.
    lines: Vec<Vec<u32>>,
    bridges: BTreeSet<(u32, u32)>,
    /// Numbers worked out so far.
    work: u64,
    /// The most of them; nothing is solved beyond that.
    budget: u64,
}

/// The work of a relaxation since so much was done: what was worked out, and at least what a step looks through.
fn since(before: Spent, relaxation: &impl Relaxation, variables: usize) -> u64 {
    let spent = relaxation.spent();
    let looked = relaxation.rows() * 30 + variables * 4;
    ((1 + spent.steps - before.steps) * looked as u64).max(spent.work - before.work)
}

/// The most numbers that all nodes of a search may hold together.
const MEMORY: usize = 100_000_000;

/// The most rows of a relaxation.
const ROWS: usize = 8_000;

impl<R: Relaxation> Cover<R> {
    /// Variables with their weights, and what breaks ties between them (from 0 up to 1). In each line, one chosen variable
    /// needs another.
    pub(crate) fn new(weights: Vec<u64>, ties: &[f64], lines: Vec<Vec<u32>>, budget: u64) -> Self {
        // Ties may change the order of equal costs and nothing else.
        let share = 0.49 / (weights.len().max(1) as f64);
        let costs = weights.iter().zip(ties).map(|(weight, tie)| *weight as f64 + tie * share).collect();
        Self { relaxation: R::new(costs), weights, rows: Vec::new(), lines, bridges: BTreeSet::new(), work: 0, budget }
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
        self.relaxation.add(&row.terms, row.least);
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
        self.relaxation.add(&row.terms, row.least);
        self.rows.push(row);
    }

    /// Solves the relaxation, with lines as they are needed. None when no choice meets the rows or the steps are used up.
    pub(crate) fn relax(&mut self, most: u64) -> Option<Vec<f64>> {
        loop {
            if self.is_spent() {
                return None;
            }
            let before = self.relaxation.spent();
            let solved = self.relaxation.solve(most, self.budget - self.work);
            self.work += since(before, &self.relaxation, self.weights.len());
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

    fn proved(&self, relaxation: &R) -> u64 {
        proved(&self.weights, &self.rows, &relaxation.multipliers(), |variable| relaxation.fixed(variable))
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
        let mut open: Vec<(R, u64)> = vec![(self.relaxation.clone(), root)];
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
                let next = &self.rows[node.rows()];
                node.add(&next.terms, next.least);
            }
            let before = node.spent();
            let solved = node.solve(steps, self.budget.saturating_sub(self.work));
            self.work += since(before, &node, self.weights.len());
            match solved {
                Some(true) => {}
                Some(false) if is_impossible(self.weights.len(), &self.rows, &node) => continue,
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
                    without.fix(variable, false);
                    with.fix(variable, true);
                    open.push((without, bound));
                    open.push((with, bound));
                }
            }
        }
        let (chosen, cost) = best?;
        Some(Covered { chosen, cost, bound: open_bound.min(cost).max(root.min(cost)) })
    }
}
