//! The relaxations of covering problems on microlp (<https://docs.rs/microlp/0.7.0>).

use std::time::Duration;

use candour_protect::engine::{Relaxation, Row, Spent};
use microlp::{ComparisonOp, Error, OptimizationDirection, Problem, Solution, SolveOutcome, Variable};

/// One relaxation may take so long.
const LIMIT: Duration = Duration::from_secs(120);

/// A relaxation as microlp solves it. It tells values but no multipliers, so those come from the dual, written out as a
/// problem of its own and solved from scratch. The values come from scratch as well, or from the last solution with what
/// was added since.
#[derive(Clone)]
pub(crate) struct Micro<const KEPT: bool> {
    costs: Vec<f64>,
    rows: Vec<Row>,
    fixed: Vec<Option<bool>>,
    variables: Vec<Variable>,
    solution: Option<Solution>,
    /// What was done since the solution was found.
    edits: Vec<Edit>,
}

#[derive(Clone, Copy)]
enum Edit {
    Row(usize),
    Fix(usize, bool),
}

impl<const KEPT: bool> Micro<KEPT> {
    fn anew(&mut self) -> Result<SolveOutcome, Error> {
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        problem.set_time_limit(LIMIT);
        let ends = |fixed: &Option<bool>| fixed.map_or((0.0, 1.0), |chosen| (end(chosen), end(chosen)));
        self.variables =
            self.costs.iter().zip(&self.fixed).map(|(cost, fixed)| problem.add_var(*cost, ends(fixed))).collect();
        for row in &self.rows {
            problem.add_constraint(self.terms(row), ComparisonOp::Ge, row.least as f64);
        }
        problem.solve()
    }

    fn terms(&self, row: &Row) -> Vec<(Variable, f64)> {
        row.terms.iter().map(|&(variable, by)| (self.variables[variable as usize], by as f64)).collect()
    }

    /// The values, in a solution; none when there was no time.
    fn solved(&mut self) -> Result<Option<Solution>, Error> {
        let edits = std::mem::take(&mut self.edits);
        let Some(mut solution) = self.solution.take().filter(|_| KEPT) else {
            return Ok(self.anew()?.into_solution().ok());
        };
        for edit in edits {
            let outcome = match edit {
                Edit::Row(row) => {
                    let row = &self.rows[row];
                    solution.add_constraint(self.terms(row), ComparisonOp::Ge, row.least as f64)?
                }
                Edit::Fix(variable, chosen) => solution.fix_var(self.variables[variable], end(chosen))?,
            };
            match outcome.into_solution() {
                Ok(next) => solution = next,
                Err(_) => return Ok(None),
            }
        }
        Ok(Some(solution))
    }

    /// The dual: the multipliers `y`, none below zero, of the largest `sum y * least`, where what a variable costs less
    /// than its column is worth is paid (it would be chosen), and one that is fixed pays or gets it in any case.
    fn dual(&self) -> Result<Vec<f64>, Error> {
        let mut gain: Vec<f64> = self.rows.iter().map(|row| row.least as f64).collect();
        let mut columns: Vec<Vec<(usize, f64)>> = vec![Vec::new(); self.costs.len()];
        for (at, row) in self.rows.iter().enumerate() {
            for &(variable, by) in &row.terms {
                match self.fixed[variable as usize] {
                    None => columns[variable as usize].push((at, by as f64)),
                    Some(true) => gain[at] -= by as f64,
                    Some(false) => {}
                }
            }
        }
        let mut problem = Problem::new(OptimizationDirection::Maximize);
        problem.set_time_limit(LIMIT);
        let multipliers: Vec<Variable> =
            gain.into_iter().map(|gain| problem.add_var(gain, (0.0, f64::INFINITY))).collect();
        for (column, cost) in columns.iter().zip(&self.costs).filter(|(column, _)| !column.is_empty()) {
            let paid = problem.add_var(-1.0, (0.0, f64::INFINITY));
            let terms = column.iter().map(|&(row, by)| (multipliers[row], by)).chain([(paid, -1.0)]);
            problem.add_constraint(terms.collect::<Vec<_>>(), ComparisonOp::Le, *cost);
        }
        let solution = problem.solve()?.into_solution();
        let value = |multiplier| solution.as_ref().map_or(0.0, |solution| solution.var_value(multiplier));
        Ok(multipliers.into_iter().map(value).collect())
    }
}

fn end(chosen: bool) -> f64 {
    f64::from(u8::from(chosen))
}

impl<const KEPT: bool> Relaxation for Micro<KEPT> {
    fn new(costs: Vec<f64>) -> Self {
        let fixed = vec![None; costs.len()];
        Self { costs, rows: Vec::new(), fixed, variables: Vec::new(), solution: None, edits: Vec::new() }
    }

    fn add(&mut self, terms: &[(u32, i64)], least: i64) {
        self.edits.push(Edit::Row(self.rows.len()));
        self.rows.push(Row { terms: terms.to_vec(), least });
    }

    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn fix(&mut self, variable: usize, chosen: bool) {
        self.edits.push(Edit::Fix(variable, chosen));
        self.fixed[variable] = Some(chosen);
    }

    fn fixed(&self, variable: usize) -> Option<bool> {
        self.fixed[variable]
    }

    fn solve(&mut self, _steps: u64, _work: u64) -> Option<bool> {
        match self.solved() {
            Ok(solution) => {
                self.solution = solution;
                self.solution.is_some().then_some(true)
            }
            Err(Error::Infeasible) => Some(false),
            Err(_) => None,
        }
    }

    fn value(&self, variable: usize) -> f64 {
        self.solution.as_ref().map_or(0.0, |solution| solution.var_value(self.variables[variable]))
    }

    fn multipliers(&self) -> Vec<f64> {
        // Where there are none, the bound is nothing, and holds.
        self.dual().unwrap_or_default()
    }

    fn ray(&self) -> &[f64] {
        &[]
    }

    fn spent(&self) -> Spent {
        Spent::default()
    }
}

#[cfg(test)]
mod tests {
    use candour_protect::engine::proved;

    use super::*;

    /// Two of three: the relaxation takes half of each, and costs 4.5; whole numbers cost 5.
    fn triangle<R: Relaxation>() -> (Option<bool>, f64, u64) {
        let weights = [2, 3, 4];
        let rows = [(0, 1), (1, 2), (0, 2)].map(|(a, b)| Row { terms: vec![(a, 1), (b, 1)], least: 1 });
        let mut relaxation = R::new(weights.iter().map(|weight| *weight as f64).collect());
        for row in &rows {
            relaxation.add(&row.terms, row.least);
            relaxation.solve(u64::MAX, u64::MAX);
        }
        let cost = (0..3).map(|variable| weights[variable] as f64 * relaxation.value(variable)).sum();
        let bound = proved(&weights, &rows, &relaxation.multipliers(), |variable| relaxation.fixed(variable));
        // Without the first two, the row of both cannot be met.
        relaxation.fix(0, false);
        relaxation.fix(1, false);
        (relaxation.solve(u64::MAX, u64::MAX), cost, bound)
    }

    #[test]
    fn every_solver_says_the_same() {
        let own = triangle::<candour_protect::engine::Linear>();
        assert_eq!(own, (Some(false), 4.5, 5));
        assert_eq!(triangle::<Micro<false>>(), own);
        assert_eq!(triangle::<Micro<true>>(), own);
    }
}
