//! A table that came with figures withheld.

use std::collections::HashMap;

use candour_model::{Groups, Suppression};

use super::{Came, MadeElsewhere, TableError, plus};
use crate::engine::{Cell, Incomplete, Primary, Role, System, complete};
use crate::rules::Contributors;
use crate::suppression::words;

impl MadeElsewhere {
    /// Works out the margins that the table does not give, and finds a number for each figure that came withheld, so that
    /// all agree. `lines` holds the figures that have a row.
    pub(super) fn fill_in(
        &mut self,
        lines: &HashMap<usize, Option<u64>>,
        policy: &Suppression,
    ) -> Result<(), TableError> {
        self.margins(lines)?;
        if !self.came.iter().any(|came| came.is_unknown()) {
            return Ok(());
        }
        let least = i64::try_from(policy.attacker.suppressed_at_least).unwrap_or(0);
        let unknown: Vec<Option<i64>> = self
            .came
            .iter()
            .enumerate()
            .map(|(at, came)| match came {
                Came::Withheld { sensitive: true } if self.may_be_nothing(at, policy) => Some(0),
                Came::Withheld { sensitive: true } => Some(least),
                Came::Withheld { sensitive: false } | Came::NotGiven => Some(0),
                Came::Open | Came::ToWithhold => None,
            })
            .collect();
        let cells = self.values.iter().map(|&value| Cell::count(value, 0, Role::Withheld, Primary::No)).collect();
        let system = System { cells, equations: self.equations(), above: None };
        self.values = complete(&system, &unknown).map_err(|incomplete| self.cannot(&system, lines, &incomplete))?;
        Ok(())
    }

    /// Whether a figure that came withheld may be zero although zeros are published: where the policy withholds whole
    /// breakdowns, and all of one is.
    pub(super) fn may_be_nothing(&self, at: usize, policy: &Suppression) -> bool {
        let withholds_whole = policy.groups == Groups::Withhold || !policy.breakdowns.is_empty();
        withholds_whole
            && self.sides.iter().enumerate().any(|(side, here)| {
                let mut places = self.places(at);
                let is_part = places[side] != here.total();
                is_part
                    && (0..here.total()).all(|node| {
                        places[side] = node;
                        let part = self.at(&places);
                        self.is_stand_in(part) || self.is_nothing_anyway(part, side)
                    })
            })
    }

    /// Whether a zero of a line along a side follows from a zero of another dimension: where nobody at all is, nobody of this
    /// line is, and nothing hides that.
    pub(super) fn is_nothing_anyway(&self, at: usize, side: usize) -> bool {
        let places = self.places(at);
        let is_nothing = |at: usize| self.values[at] == 0 && !self.is_stand_in(at);
        is_nothing(at)
            && (0..places.len()).filter(|&other| other != side).any(|other| {
                let mut there = places.clone();
                there[other] = self.sides[other].total();
                there != places && is_nothing(self.at(&there))
            })
    }

    /// Gives each margin that has no row what its parts add up to, and holds it against its row where it has one.
    fn margins(&mut self, lines: &HashMap<usize, Option<u64>>) -> Result<(), TableError> {
        let is_margin = |table: &Self, at: usize| (0..table.sides.len()).any(|side| !table.parts(at, side).is_empty());
        let mut open: Vec<bool> = (0..self.len()).map(|at| !lines.contains_key(&at) && is_margin(self, at)).collect();
        // A total that was just worked out may be all that another one lacked.
        let mut found = true;
        while std::mem::take(&mut found) {
            found = self.margins_once(lines, &mut open)?;
        }
        for at in (0..self.len()).filter(|&at| open[at]) {
            self.came[at] = Came::NotGiven;
        }
        Ok(())
    }

    /// One pass over all margins; tells whether one was worked out.
    fn margins_once(&mut self, lines: &HashMap<usize, Option<u64>>, open: &mut [bool]) -> Result<bool, TableError> {
        let mut found = false;
        for side in 0..self.sides.len() {
            for at in 0..self.len() {
                let parts = self.parts(at, side);
                if parts.is_empty() || parts.iter().any(|&part| open[part] || self.came[part].is_unknown()) {
                    continue;
                }
                let sum = parts.iter().try_fold(0_i64, |sum, &part| plus(sum, self.values[part]))?;
                if std::mem::take(&mut open[at]) {
                    found = true;
                    self.values[at] = sum;
                    self.weights[at] = parts.iter().fold(0, |sum, &part| self.weights[part].saturating_add(sum));
                    if let Some(all) = &mut self.contributors {
                        all[at] = Contributors::of_all(parts.iter().map(|&part| &all[part]));
                    }
                } else if !self.came[at].is_unknown() && self.values[at] != sum {
                    let what =
                        format!("{} is {}, and its parts add up to {sum}", words(&self.name(at)), self.values[at]);
                    let line = lines.get(&at).copied().flatten();
                    return Err(TableError::new(
                        line,
                        what,
                        "a total is the sum of its parts, of which none may be missing",
                    ));
                }
            }
        }
        Ok(found)
    }

    /// Why no numbers were found for what came withheld.
    fn cannot(&self, system: &System, lines: &HashMap<usize, Option<u64>>, incomplete: &Incomplete) -> TableError {
        match incomplete {
            Incomplete::Contradiction(equations) => {
                let first = equations.first().map(|&at| &system.equations[at].terms[..]).unwrap_or_default();
                let whole = first.first().map_or(0, |&(cell, _)| cell as usize);
                let what = format!(
                    "no table agrees with the figures: what came withheld cannot make {} the sum of its parts",
                    words(&self.name(whole))
                );
                let hint = "check the totals; `suppressed_at_least = 1` says that no withheld figure is zero";
                TableError::new(lines.get(&whole).copied().flatten(), what, hint)
            }
            Incomplete::GaveUp(cell) => {
                let what =
                    format!("no numbers were found for what came withheld, such as {}", words(&self.name(*cell)));
                TableError::new(None, what, "protect the table from its full counts instead")
            }
        }
    }

    /// Whether a figure's value stands in for one that is not known.
    pub fn is_stand_in(&self, at: usize) -> bool {
        self.came[at].is_unknown()
    }

    /// Whether a figure came withheld, or with a mark that it is to be.
    pub(crate) fn came_withheld(&self, at: usize) -> bool {
        self.came[at] != Came::Open
    }

    /// Whether a figure is known, or came withheld to protect somebody.
    pub(crate) fn is_sensitive_or_known(&self, at: usize) -> bool {
        !matches!(self.came[at], Came::Withheld { sensitive: false } | Came::NotGiven)
    }

    /// The mark of a figure that came withheld.
    pub(super) fn mark_it_came_with(&self, at: usize) -> &'static str {
        if self.is_sensitive_or_known(at) { "c" } else { "x" }
    }
}
