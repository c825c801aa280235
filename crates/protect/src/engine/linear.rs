//! Linear problems in floating point: a guide for choosing, never a proof.
//!
//! A bounded dual simplex (Lemke, The dual method of solving the linear programming problem, 1954; Koberstein, The dual
//! simplex method, 2005) with an explicit inverse. Costs are not negative, so that everything at its lowest is a start.

use super::relaxation::{Relaxation, Spent};

/// Where a variable stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Basic(usize),
    Low,
    High,
}

const TOLERANCE: f64 = 1e-7;
/// A linear problem: the least cost of variables between bounds, under rows `sum >= least`, some of them equations. It is
/// kept solved while rows are added and variables fixed.
#[derive(Clone, Debug)]
pub struct Linear {
    costs: Vec<f64>,
    pub(crate) low: Vec<f64>,
    pub(crate) high: Vec<f64>,
    /// Structural variables by column: rows with coefficients.
    columns: Vec<Vec<(u32, f64)>>,
    /// The same by row.
    lines: Vec<Vec<(u32, f64)>>,
    least: Vec<f64>,
    /// How far a row may be above its least: not at all, or without bound.
    slack: Vec<f64>,
    at: Vec<At>,
    /// The variable that is basic in each row of the inverse; structural ones first, then one slack a row.
    basic: Vec<usize>,
    /// The inverse of the basis, row by row.
    inverse: Vec<Vec<f64>>,
    values: Vec<f64>,
    reduced: Vec<f64>,
    /// The row of the inverse that showed that no choice meets the rows.
    pub(crate) ray: Vec<f64>,
    since: usize,
    /// Room to add a row up in, all zeros in between.
    sums: Vec<f64>,
    pub(crate) steps: u64,
    /// Numbers worked out so far.
    pub(crate) work: u64,
}

impl Linear {
    /// Variables with their costs, none below zero, and how far above zero each may go.
    pub(crate) fn new(costs: Vec<f64>, high: Vec<f64>) -> Self {
        let n = costs.len();
        Self {
            reduced: costs.clone(),
            costs,
            low: vec![0.0; n],
            high,
            columns: vec![Vec::new(); n],
            lines: Vec::new(),
            least: Vec::new(),
            slack: Vec::new(),
            at: vec![At::Low; n],
            basic: Vec::new(),
            inverse: Vec::new(),
            values: Vec::new(),
            ray: Vec::new(),
            since: 0,
            sums: Vec::new(),
            steps: 0,
            work: 0,
        }
    }

    pub(crate) fn rows(&self) -> usize {
        self.least.len()
    }

    pub(crate) fn structural(&self) -> usize {
        self.costs.len()
    }

    pub(crate) fn value(&self, variable: usize) -> f64 {
        match self.at[variable] {
            At::Basic(row) => self.values[row],
            At::Low => self.low_of(variable),
            At::High => self.high_of(variable),
        }
    }

    /// In how many rows a variable stands.
    fn height(&self, variable: usize) -> usize {
        self.columns.get(variable).map_or(1, Vec::len)
    }

    fn low_of(&self, variable: usize) -> f64 {
        if variable < self.structural() { self.low[variable] } else { 0.0 }
    }

    fn high_of(&self, variable: usize) -> f64 {
        if variable < self.structural() { self.high[variable] } else { self.slack[variable - self.structural()] }
    }

    /// Adds variables, as [`new`](Self::new) does; they stand in none of the rows that are there.
    pub(crate) fn extend(&mut self, costs: Vec<f64>, high: Vec<f64>) {
        let (n, more) = (self.structural(), costs.len());
        self.at.splice(n..n, std::iter::repeat_n(At::Low, more));
        self.reduced.splice(n..n, costs.iter().copied());
        self.basic.iter_mut().filter(|variable| **variable >= n).for_each(|variable| *variable += more);
        self.low.extend(std::iter::repeat_n(0.0, more));
        self.columns.extend(std::iter::repeat_n(Vec::new(), more));
        self.high.extend(high);
        self.costs.extend(costs);
    }

    /// Adds a row; its slack is basic.
    pub(crate) fn add(&mut self, terms: impl Iterator<Item = (usize, f64)>, least: f64, is_equation: bool) {
        let m = self.rows();
        let mut inverse = vec![0.0; m + 1];
        let mut value = -least;
        let mut line = Vec::new();
        for (variable, by) in terms {
            value += by * self.value(variable);
            if let At::Basic(basic) = self.at[variable] {
                for (entry, known) in inverse.iter_mut().zip(&self.inverse[basic]) {
                    *entry += by * known;
                }
            }
            self.columns[variable].push((m as u32, by));
            line.push((variable as u32, by));
        }
        for known in &mut self.inverse {
            known.push(0.0);
        }
        inverse[m] = -1.0;
        self.inverse.push(inverse);
        self.lines.push(line);
        self.least.push(least);
        self.slack.push(if is_equation { 0.0 } else { f64::INFINITY });
        self.values.push(value);
        self.basic.push(self.structural() + m);
        self.at.push(At::Basic(m));
        self.reduced.push(0.0);
    }

    /// One entry of a row of the inverse times a column.
    fn entry(&self, row: &[f64], variable: usize) -> f64 {
        if variable < self.structural() {
            self.columns[variable].iter().map(|&(at, by)| row[at as usize] * by).sum()
        } else {
            -row[variable - self.structural()]
        }
    }

    /// The entries of a row of the inverse times each column outside the basis, in order of variable, without zeros and
    /// without what an equation leaves no room.
    fn row_of(&mut self, own: &[f64]) -> Vec<(usize, f64)> {
        let n = self.structural();
        let mut sums = std::mem::take(&mut self.sums);
        sums.resize(n, 0.0);
        let mut touched: Vec<u32> = Vec::new();
        let mut found: Vec<(usize, f64)> = Vec::new();
        let is_basic = |variable: usize| matches!(self.at[variable], At::Basic(_));
        for (row, &entry) in own.iter().enumerate().filter(|(_, entry)| **entry != 0.0) {
            for &(variable, by) in &self.lines[row] {
                let sum = &mut sums[variable as usize];
                if *sum == 0.0 {
                    touched.push(variable);
                }
                *sum += entry * by;
            }
        }
        touched.sort_unstable();
        for variable in touched {
            // What came back to nothing on the way stands here twice.
            let alpha = std::mem::take(&mut sums[variable as usize]);
            if alpha.abs() >= 1e-9 && !is_basic(variable as usize) {
                found.push((variable as usize, alpha));
            }
        }
        self.sums = sums;
        let slacks = own.iter().zip(&self.slack).enumerate().filter(|(_, (_, room))| **room > 0.0);
        let slacks = slacks.map(|(row, (entry, _))| (n + row, -entry));
        found.extend(slacks.filter(|&(variable, alpha)| alpha.abs() >= 1e-9 && !is_basic(variable)));
        found
    }

    /// Solves from a dual feasible basis. False when no choice meets the rows; None when so many steps are used up, or so
    /// many numbers worked out.
    pub(crate) fn solve(&mut self, most: u64, work: u64) -> Option<bool> {
        let (limit, most_work) = (self.steps.saturating_add(most), self.work.saturating_add(work));
        loop {
            if self.since > 400 {
                self.refresh();
            }
            let mut worst: Option<(usize, f64)> = None;
            for (row, &variable) in self.basic.iter().enumerate() {
                let (value, low, high) = (self.values[row], self.low_of(variable), self.high_of(variable));
                let off = if value < low - TOLERANCE {
                    low - value
                } else if value > high + TOLERANCE {
                    value - high
                } else {
                    continue;
                };
                if worst.is_none_or(|(_, known)| off > known * 1.000_001) {
                    worst = Some((row, off));
                }
            }
            let Some((row, _)) = worst else { return Some(true) };
            if self.steps >= limit || self.work >= most_work {
                return None;
            }
            self.steps += 1;
            let leaving = self.basic[row];
            let below = self.values[row] < self.low_of(leaving);
            let own = std::mem::take(&mut self.inverse[row]);
            let mut best: Option<(usize, f64, f64)> = None;
            let alphas = self.row_of(&own);
            for &(variable, alpha) in &alphas {
                let at_low = self.at[variable] == At::Low;
                if self.low_of(variable) >= self.high_of(variable) {
                    continue;
                }
                // Raising the leaving variable needs one at its lowest with a negative entry, or one at its highest with a positive one.
                let helps = (alpha < 0.0) == (at_low == below);
                if !helps {
                    continue;
                }
                let ratio = (self.reduced[variable] / alpha).abs();
                let is_better = best.is_none_or(|(_, known, size)| {
                    ratio < known - 1e-9 || (ratio < known + 1e-9 && alpha.abs() > size)
                });
                if is_better {
                    best = Some((variable, ratio, alpha.abs()));
                }
            }
            let Some((entering, ..)) = best else {
                self.ray.clone_from(&own);
                self.inverse[row] = own;
                return Some(false);
            };
            let alpha = alphas.iter().find(|(variable, _)| *variable == entering).map_or(1.0, |(_, alpha)| *alpha);
            let theta = self.reduced[entering] / alpha;
            for &(variable, alpha) in &alphas {
                self.reduced[variable] -= theta * alpha;
            }
            self.reduced[leaving] = -theta;
            self.reduced[entering] = 0.0;
            // The entering column in terms of the basis.
            let target = if below { self.low_of(leaving) } else { self.high_of(leaving) };
            self.inverse[row] = own;
            let column: Vec<f64> = (0..self.rows()).map(|at| self.entry(&self.inverse[at], entering)).collect();
            let step = (self.values[row] - target) / column[row];
            let entered = self.value(entering) + step;
            for (value, by) in self.values.iter_mut().zip(&column) {
                *value -= by * step;
            }
            let pivot = column[row];
            let mut own = std::mem::take(&mut self.inverse[row]);
            own.iter_mut().for_each(|entry| *entry /= pivot);
            let nonzero: Vec<(usize, f64)> =
                own.iter().copied().enumerate().filter(|(_, entry)| *entry != 0.0).collect();
            let changed = column.iter().filter(|by| by.abs() > 1e-12).count();
            self.work += (self.at.len() + column.len() * (1 + self.height(entering)) + changed * nonzero.len()) as u64;
            for (other, by) in
                self.inverse.iter_mut().zip(&column).enumerate().filter(|(at, _)| *at != row).map(|(_, pair)| pair)
            {
                if by.abs() > 1e-12 {
                    for &(at, entry) in &nonzero {
                        other[at] -= by * entry;
                    }
                }
            }
            self.inverse[row] = own;
            self.values[row] = entered;
            self.basic[row] = entering;
            self.at[entering] = At::Basic(row);
            self.at[leaving] = if below { At::Low } else { At::High };
            self.since += 1;
        }
    }

    /// Works values and reduced costs out anew from the inverse, which is itself worked out anew.
    fn refresh(&mut self) {
        self.since = 0;
        let (m, n) = (self.rows(), self.structural());
        // Slack columns are unit columns: only the structural ones need elimination.
        let mut inverse: Vec<Vec<f64>> = Vec::new();
        let mut order: Vec<usize> = Vec::new();
        let mut work: Vec<Vec<f64>> = (0..m)
            .map(|row| {
                let mut unit = vec![0.0; m];
                unit[row] = 1.0;
                unit
            })
            .collect();
        let mut free = vec![true; m];
        let mut at_row: Vec<Option<usize>> = vec![None; m];
        for (place, &variable) in self.basic.iter().enumerate() {
            if variable >= n {
                let row = variable - n;
                work[row].iter_mut().for_each(|entry| *entry = -*entry);
                free[row] = false;
                at_row[row] = Some(place);
            }
        }
        for (place, &variable) in self.basic.iter().enumerate().filter(|(_, variable)| **variable < n) {
            let column: Vec<f64> = (0..m).map(|row| self.entry(&work[row], variable)).collect();
            let pivot = (0..m)
                .filter(|&row| free[row])
                .max_by(|&left, &right| column[left].abs().total_cmp(&column[right].abs()));
            let Some(pivot) = pivot.filter(|&row| column[row].abs() > 1e-10) else { return };
            let mut own = std::mem::take(&mut work[pivot]);
            own.iter_mut().for_each(|entry| *entry /= column[pivot]);
            let nonzero: Vec<(usize, f64)> =
                own.iter().copied().enumerate().filter(|(_, entry)| *entry != 0.0).collect();
            for row in (0..m).filter(|&row| row != pivot && column[row] != 0.0) {
                self.work += nonzero.len() as u64;
                for &(at, entry) in &nonzero {
                    work[row][at] -= column[row] * entry;
                }
            }
            work[pivot] = own;
            free[pivot] = false;
            at_row[pivot] = Some(place);
        }
        let mut placed: Vec<(usize, Vec<f64>)> =
            at_row.into_iter().zip(work).filter_map(|(place, row)| place.map(|place| (place, row))).collect();
        placed.sort_by_key(|(place, _)| *place);
        for (place, row) in placed {
            order.push(place);
            inverse.push(row);
        }
        if inverse.len() != m {
            return;
        }
        self.inverse = inverse;
        let mut sides = self.least.clone();
        for variable in 0..n {
            if !matches!(self.at[variable], At::Basic(_)) {
                let value = self.value(variable);
                if value != 0.0 {
                    for &(row, by) in &self.columns[variable] {
                        sides[row as usize] -= by * value;
                    }
                }
            }
        }
        for row in 0..m {
            self.values[row] = self.inverse[row].iter().zip(&sides).map(|(entry, side)| entry * side).sum();
        }
        let multipliers = self.multipliers();
        for variable in 0..self.at.len() {
            self.reduced[variable] = if matches!(self.at[variable], At::Basic(_)) {
                0.0
            } else if variable < n {
                self.costs[variable]
                    - self.columns[variable].iter().map(|&(row, by)| multipliers[row as usize] * by).sum::<f64>()
            } else {
                multipliers[variable - n]
            };
        }
    }

    /// One multiplier a row.
    pub(crate) fn multipliers(&self) -> Vec<f64> {
        self.multipliers_for(&self.costs)
    }

    /// One multiplier a row, at other costs than those that were solved for.
    pub(crate) fn multipliers_for(&self, costs: &[f64]) -> Vec<f64> {
        let mut multipliers = vec![0.0; self.rows()];
        for (row, &variable) in self.basic.iter().enumerate() {
            if variable < self.structural() && costs[variable] != 0.0 {
                for (multiplier, entry) in multipliers.iter_mut().zip(&self.inverse[row]) {
                    *multiplier += costs[variable] * entry;
                }
            }
        }
        multipliers
    }

    /// Fixes a variable.
    pub(crate) fn fix(&mut self, variable: usize, to: f64) {
        self.bound(variable, to, to);
    }

    /// Bounds a variable anew.
    pub(crate) fn bound(&mut self, variable: usize, low: f64, high: f64) {
        let before = self.value(variable);
        (self.low[variable], self.high[variable]) = (low, high);
        if let At::Basic(_) = self.at[variable] {
            return;
        }
        // Where both ends were one, the reduced cost says which end is the cheaper now.
        self.at[variable] = if self.reduced[variable] < 0.0 && high.is_finite() { At::High } else { At::Low };
        let by = self.value(variable) - before;
        if by != 0.0 {
            for row in 0..self.rows() {
                let entry = self.entry(&self.inverse[row], variable);
                self.values[row] -= entry * by;
            }
        }
    }
}

impl Relaxation for Linear {
    fn new(costs: Vec<f64>) -> Self {
        let high = vec![1.0; costs.len()];
        Self::new(costs, high)
    }

    fn add(&mut self, terms: &[(u32, i64)], least: i64) {
        let terms = terms.iter().map(|&(variable, by)| (variable as usize, by as f64));
        self.add(terms, least as f64, false);
    }

    fn rows(&self) -> usize {
        self.rows()
    }

    fn fix(&mut self, variable: usize, chosen: bool) {
        self.fix(variable, f64::from(u8::from(chosen)));
    }

    fn fixed(&self, variable: usize) -> Option<bool> {
        match (self.low[variable] >= 0.5, self.high[variable] >= 0.5) {
            (false, true) => None,
            (low, _) => Some(low),
        }
    }

    fn solve(&mut self, steps: u64, work: u64) -> Option<bool> {
        self.solve(steps, work)
    }

    fn value(&self, variable: usize) -> f64 {
        self.value(variable)
    }

    fn multipliers(&self) -> Vec<f64> {
        self.multipliers()
    }

    fn ray(&self) -> &[f64] {
        &self.ray
    }

    fn spent(&self) -> Spent {
        Spent { steps: self.steps, work: self.work }
    }
}
