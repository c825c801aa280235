//! What numbers of different people or things tell of numbers of records: there are no more of them than records.
//!
//! Wherever a number of records is withheld, so is that of the people in them. But people add up otherwise than records, and
//! what rows, columns and other tables tell of the people can tell how many records there are at least. So where a release has
//! such numbers, the counts stand among its sums once more: what was decided of them is given there, and only people are
//! withheld for their sake.

use std::collections::{BTreeMap, HashMap};

use candour_model::{Attacker, Coord, FigureName, Marks};

use super::{Builder, Sums, Table, is_different};
use crate::engine::{Equation, Role};
use crate::suppression::{SuppressionReport, Withheld};
use crate::tables::Linked;
use crate::tables::joined::{Layer, Place};

impl Builder<'_> {
    /// Puts in that there are no more different people or things than records, at each place of each table.
    pub(super) fn no_more_than_records(&mut self, tables: &[Table<'_>], counts: &Linked) {
        let pairs: BTreeMap<usize, Vec<usize>> = tables.iter().fold(BTreeMap::new(), |pairs, table| {
            let different = (1..table.cells.quantities.len()).filter(|at| is_different(&table.cells.quantities[*at]));
            different.fold(pairs, |mut pairs, quantity| {
                let here = &self.sums.places[table.at][&quantity];
                for (coords, &people) in table.places.iter().filter_map(|coords| Some((*coords, here.get(*coords)?))) {
                    pairs.entry(people).or_default().extend(self.records_of(table, quantity, coords));
                }
                pairs
            })
        });
        if pairs.is_empty() {
            return;
        }
        let first = self.sums.add_counts(counts);
        for (people, mut records) in pairs {
            records.sort_unstable();
            records.dedup();
            for records in records {
                let value = |figure: usize| self.sums.system.cells[figure].value;
                let more = value(first + records) - value(people);
                // What is counted may be more than one in a record.
                if more >= 0 {
                    let more = self.slack(more, people, "records of people counted already");
                    self.equation(first + records, vec![people, more]);
                }
            }
        }
    }

    /// The numbers of records, among the counts, of which there are no fewer than people at a place: those that have the same
    /// records, or else all that stand there.
    fn records_of(&self, table: &Table<'_>, quantity: usize, coords: &Vec<Coord>) -> Vec<usize> {
        let set = |quantity: usize| self.joined.set(table.at, Layer::of(quantity), &Place::Cell(coords.clone()));
        let own = set(quantity);
        let measures = table.numbers.iter().filter(|(measure, _)| own.is_some() && set(**measure) == own);
        let measures: Vec<usize> = measures.filter_map(|(_, places)| places.get(coords).copied()).collect();
        if measures.is_empty() { table.records.get(coords).copied().into_iter().collect() } else { measures }
    }
}

impl Sums {
    /// Adds all figures and equations of the counts. Gives where the first stands.
    fn add_counts(&mut self, counts: &Linked) -> usize {
        let first = self.system.cells.len();
        self.own = first;
        self.system.cells.extend_from_slice(&counts.system.cells);
        let shifted = |&(cell, by): &(u32, i32)| (cell + first as u32, by);
        let equations = counts.system.equations.iter().map(|one| one.terms.iter().map(shifted).collect());
        self.system.equations.extend(equations.map(|terms| Equation { terms }));
        self.names.extend(counts.names.iter().chain(&counts.outside).cloned());
        self.counts = first..self.system.cells.len();
        let all = self.counts.end;
        self.levels.resize(all, 0);
        self.digits.resize(all, 0);
        self.follows.resize(all, Vec::new());
        self.nothing.resize(all, false);
        first
    }

    /// Says of the counts what was decided of them: `count` gives for one that is printed and withheld whether it is sensitive.
    /// `above` is the least that whoever tells marks apart takes one to be that is not.
    pub(super) fn decide_counts(
        &mut self,
        attacker: &Attacker,
        above: Option<i64>,
        count: &dyn Fn(usize) -> Option<bool>,
    ) {
        let cells = self.system.cells[self.counts.clone()].iter_mut().enumerate();
        for (figure, cell) in cells.filter(|(_, cell)| cell.role != Role::Hidden) {
            match count(figure) {
                None => cell.role = Role::Published,
                Some(true) => {}
                Some(false) => {
                    cell.role = Role::Withheld;
                    if attacker.marks == Marks::Distinct && cell.least.is_none() {
                        let believed = i64::try_from(attacker.suppressed_at_least).unwrap_or(i64::MAX);
                        cell.least = above.map(|above| above.max(believed));
                    }
                }
            }
        }
    }

    /// Takes out of a report of the sums what the report of the counts says as well, and narrows there what the sums tell.
    pub(crate) fn tell_of_counts(&self, report: &mut SuppressionReport, counts: &mut SuppressionReport) {
        report.told.retain(|told| !counts.told.contains(told));
        report.narrower.retain(|narrower| !counts.narrower.contains(narrower));
        report.untried.retain(|figure| !counts.untried.contains(figure));
        let known: HashMap<&FigureName, &Withheld> = report.decided.iter().map(|one| (&one.figure, one)).collect();
        for one in &mut counts.withheld {
            if let Some(known) = known.get(&one.figure) {
                (one.low, one.high, one.exact) = (known.low, known.high, known.exact);
            }
        }
        counts.certified.exact_intervals = counts.withheld.iter().filter(|one| one.exact).count();
        report.decided = Vec::new();
    }
}
