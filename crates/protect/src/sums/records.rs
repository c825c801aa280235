//! What numbers of different people or things tell of numbers of records: there are no more of them than records.
//!
//! Wherever a number of records is withheld, so is that of the people in them. But people add up otherwise than records, and
//! what rows, columns and other tables tell of the people can tell how many records there are at least. So where a release has
//! such numbers, the counts stand beside its sums once more, as they were decided: an audit of both together finds what the two
//! tell of each other, and only people are withheld for its sake.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use candour_model::{Attacker, Coord, FigureName, Marks, Suppression};

use super::{Builder, Sums, Table, is_different};
use crate::engine::{Certified, Effort, Equation, Findings, Interval, Role, System, audit_pattern, suppress};
use crate::suppression::{Narrower, SuppressionError, SuppressionReport, Told, words};
use crate::tables::Linked;
use crate::tables::joined::{Layer, Place};

/// What can be inferred of sums and counts together.
pub(crate) struct Together {
    /// Sensitive figures that are known, or not proved to be unknown.
    pub(crate) known: BTreeSet<usize>,
    /// Those of which less is unknown than is asked for.
    narrower: BTreeSet<usize>,
    /// Those that contributors learn.
    learnt: Vec<(usize, Told)>,
    has_intervals: bool,
    findings: Findings,
}

/// Up to so many withheld figures every interval is worked out of sums and counts together.
const MOST_INTERVALS: usize = 1000;

/// Up to so many figures of sums and counts together the cheapest numbers of people are found that must go.
const MOST_TOGETHER: usize = 2000;

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
        self.sums.people = pairs
            .iter()
            .flat_map(|(&people, records)| records.iter().map(move |&records| (first + records, people)))
            .collect();
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
        self.own_equations = self.system.equations.len();
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

    /// The sums without the counts.
    pub(crate) fn alone(&self) -> System {
        System {
            cells: self.system.cells[..self.own].to_vec(),
            equations: self.system.equations[..self.own_equations].to_vec(),
            above: self.system.above,
        }
    }

    /// All that is withheld, once it is decided of the sums: they come first.
    fn all_withheld(&self, withheld: &[bool]) -> Vec<bool> {
        let of_counts = self.system.cells[self.own..].iter().map(|cell| match cell.role {
            Role::Withheld => true,
            Role::Free => cell.primary.is_primary(),
            Role::Published | Role::Hidden => false,
        });
        withheld.iter().copied().chain(of_counts).collect()
    }

    /// Withholds more numbers of people where figures can be worked out of sums and counts together. Tells whether there were
    /// any to withhold.
    pub(crate) fn withhold_more(&mut self, together: &Together, withheld: &[bool], policy: &Suppression) -> bool {
        if together.known.is_empty() && together.narrower.is_empty() && together.learnt.is_empty() {
            return false;
        }
        let is_more = |figure: &usize| !withheld[*figure] && self.system.cells[*figure].role == Role::Free;
        let more: Vec<usize> = if self.system.cells.len() > MOST_TOGETHER {
            // What contributors learn is told; to keep it from them one by one would take too many.
            let known: Vec<usize> = together.known.iter().chain(&together.narrower).copied().collect();
            self.bounding(&known).into_iter().filter_map(|all| all.into_iter().find(is_more)).collect()
        } else {
            // The cheapest way, if there is one.
            let outcome = suppress(&self.system, &policy.attacker, policy.protection, &[], Effort::default());
            let outcome = outcome.map(|outcome| outcome.withheld).unwrap_or_default();
            (0..self.own).filter(|figure| is_more(figure) && outcome.get(*figure) == Some(&true)).collect()
        };
        more.iter().for_each(|&figure| self.system.cells[figure].role = Role::Withheld);
        !more.is_empty()
    }

    /// For each figure, the numbers of people that bound it, and the totals of these; the cheapest first.
    fn bounding(&self, known: &[usize]) -> Vec<Vec<usize>> {
        let uses = self.system.uses();
        let beside = |figure: usize| -> BTreeSet<usize> {
            let equations = uses[figure].iter().map(|&(at, _)| &self.system.equations[at as usize]);
            equations.flat_map(|equation| equation.terms.iter().map(|&(cell, _)| cell as usize)).collect()
        };
        let of_records: BTreeMap<usize, Vec<usize>> = self.people.iter().fold(BTreeMap::new(), |mut all, pair| {
            all.entry(pair.0).or_insert_with(Vec::new).push(pair.1);
            all
        });
        let of_one = |&figure: &usize| {
            let lines = beside(figure).into_iter().chain([figure]);
            let people = lines.flat_map(|cell| match cell < self.own {
                true => vec![cell],
                false => of_records.get(&cell).cloned().unwrap_or_default(),
            });
            let people: BTreeSet<usize> = people.collect();
            let totals = people.iter().flat_map(|&people| beside(people));
            let all: BTreeSet<usize> = totals.chain(people.iter().copied()).filter(|cell| *cell < self.own).collect();
            let mut all: Vec<usize> = all.into_iter().collect();
            all.sort_by_key(|&figure| self.system.cells[figure].weight);
            all
        };
        known.iter().map(of_one).collect()
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

    /// What can be inferred of sums and counts together that neither report says.
    ///
    /// # Errors
    /// When the attacker is taken to believe what is not so.
    pub(crate) fn together(
        &self,
        withheld: &[bool],
        policy: &Suppression,
        reports: [&SuppressionReport; 2],
    ) -> Result<Together, SuppressionError> {
        let all = self.all_withheld(withheld);
        let has_intervals = all.iter().filter(|withheld| **withheld).count() <= MOST_INTERVALS;
        let findings = audit_pattern(&self.system, &policy.attacker, &all, policy.protection, has_intervals)
            .map_err(|figure| SuppressionError::Belief(words(&self.names[figure])))?;
        let is_sensitive = |figure: &usize| {
            let cell = &self.system.cells[*figure];
            cell.primary.is_primary() && cell.role != Role::Published
        };
        let disclosed = findings.disclosed.iter().map(|disclosed| disclosed.cell);
        let known: BTreeSet<usize> = disclosed.chain(findings.undecided.iter().copied()).filter(is_sensitive).collect();
        let is_told = |figure: &usize| {
            let name = &self.names[*figure];
            reports.iter().any(|report| report.narrower.iter().any(|one| one.figure == *name))
        };
        let narrower = findings.narrower.iter().copied();
        let narrower: BTreeSet<usize> =
            narrower.filter(|figure| !known.contains(figure) && is_sensitive(figure) && !is_told(figure)).collect();
        let learnt = findings.coalitions.iter().map(|one| (one.learns, Told::new(one, &|at| self.names[at].clone())));
        let learnt = learnt.filter(|(_, told)| !reports.iter().any(|report| report.told.contains(told))).collect();
        Ok(Together { known, narrower, learnt, has_intervals, findings })
    }

    /// Tells the reports what can be inferred of each figure, when nothing more can be withheld.
    pub(crate) fn tell(&self, together: Together, [sums, counts]: [&mut SuppressionReport; 2]) {
        let Together { narrower, learnt, has_intervals, findings, .. } = together;
        sums.told.extend(learnt.into_iter().map(|(_, told)| told));
        sums.narrower.extend(narrower.into_iter().map(|figure| {
            let width = findings.intervals[figure].and_then(|one| Some(one.high?.saturating_sub(one.low)));
            Narrower { figure: self.names[figure].clone(), width: width.unwrap_or(i64::MAX), places: 0 }
        }));
        for figure in findings.untried.iter().map(|&figure| self.names[figure].clone()) {
            if !sums.untried.contains(&figure) && !counts.untried.contains(&figure) {
                sums.untried.push(figure);
            }
        }
        if !has_intervals {
            sums.not_considered.push(
                "what numbers of people and of records tell of each other, in the intervals of this report: no sensitive figure can be \
                 worked out of both, but the intervals may be narrower"
                    .to_owned(),
            );
            return;
        }
        let intervals = findings.intervals.iter().zip(&self.names).filter_map(|(one, name)| Some((name, (*one)?)));
        let known: HashMap<&FigureName, Interval> = intervals.collect();
        for report in [sums, counts] {
            for one in &mut report.withheld {
                if let Some(known) = known.get(&one.figure) {
                    (one.low, one.high) = (known.low, known.high);
                    one.exact = known.low_by == Certified::Exact && known.high_by == Certified::Exact;
                }
            }
            report.certified.exact_intervals = report.withheld.iter().filter(|one| one.exact).count();
        }
    }
}
