//! Both ends of every interval of a part.
//!
//! An end is exact when two things meet: what is proved that the figure cannot get beyond, and a table that was seen to get
//! there. Propagation alone proves most of what is needed; almost all work goes into the tables.

use std::collections::BTreeSet;

use super::attack::{Bench, Part, Room, Whole, Witnesses};
use super::audit::{Certified, Interval, most_steps};
use super::chase::Chaser;
use super::local::{self, Map};
use super::need::Need;
use super::tableau::OPEN;

/// Up to so many numbers a tableau is the quickest way to the ends of intervals.
pub(crate) const SMALL_TABLEAU: usize = 1_000_000;

/// How many figures the neighbourhoods hold that are asked first.
const NEAR: [usize; 2] = [40, 120];

/// How often they may fail, each time half made good by one that does not.
const PATIENCE: i32 = 30;

/// The ends of a part's intervals, as far as they are known.
pub(crate) struct Ends<'a, 's> {
    map: &'a Map<'s>,
    part: &'a Part,
    /// The room as it is proved to be.
    proved: Room,
    /// Figures that nothing bounds from above.
    unbounded: BTreeSet<usize>,
    pub(crate) work: u64,
}

impl<'a, 's> Ends<'a, 's> {
    pub(crate) fn new(map: &'a Map<'s>, room: &Room, part: &'a Part) -> Self {
        Self { map, part, proved: room.clone(), unbounded: BTreeSet::new(), work: 0 }
    }

    /// What is proved of an end, and what was seen.
    fn end(&self, cell: usize, up: bool, seen: &Witnesses) -> (i64, i64) {
        if up { (self.proved.high[cell], seen.high[cell]) } else { (self.proved.low[cell], seen.low[cell]) }
    }

    /// The ends that are not exact, by position of the figure.
    fn open(&self, seen: &Witnesses) -> Vec<(usize, bool)> {
        let all = (0..self.part.cells.len()).flat_map(|at| [(at, true), (at, false)]);
        let is_open = |&(at, up): &(usize, bool)| {
            let (proved, seen) = self.end(self.part.cells[at], up, seen);
            proved != seen && !(up && self.unbounded.contains(&self.part.cells[at]))
        };
        all.filter(is_open).collect()
    }

    /// Asks small neighbourhoods for tables that get as far as is proved to be possible, until too many have none.
    pub(crate) fn near(&mut self, seen: &mut Witnesses) {
        let mut patience = PATIENCE;
        for &cell in &self.part.cells {
            let goal = self.goal(cell);
            if goal.is_met(seen, cell) {
                continue;
            }
            let left = local::meet(self.map, &NEAR, &self.proved, &[cell], &|_| goal, seen, &mut self.work);
            patience = if left.is_empty() { (patience + 1).min(PATIENCE) } else { patience - 2 };
            if patience <= 0 {
                return;
            }
        }
    }

    /// To be shown as far from the truth, on both sides, as is proved to be possible.
    fn goal(&self, cell: usize) -> Need {
        let far = |bound: i64| if bound.abs() == OPEN { 0 } else { bound.abs() };
        Need { up: far(self.proved.high[cell]), down: far(self.proved.low[cell]), width: 0 }
    }

    /// Asks the whole part, as long as numbers fit. Points that are not whole are split so often, or as often as usual.
    pub(crate) fn push(&mut self, splits: Option<u32>, seen: &mut Witnesses) {
        let open = self.open(seen);
        let bench = if open.is_empty() { None } else { Bench::new(self.part, &self.proved) };
        let Some(mut bench) = bench else { return };
        bench.splits = splits.unwrap_or(bench.splits);
        let most = most_steps(bench.tableau.size());
        for (at, up) in open {
            let cell = self.part.cells[at];
            let (proved, reached) = self.end(cell, up, seen);
            if proved == reached {
                continue;
            }
            if bench.tableau.is_broken() {
                break;
            }
            match bench.push(at, up, None, most, &self.proved, seen) {
                Whole::NotBeyond(end) if up => self.proved.high[cell] = end,
                Whole::NotBeyond(end) => self.proved.low[cell] = end,
                Whole::Unbounded if up => {
                    self.unbounded.insert(cell);
                }
                Whole::Unbounded | Whole::Reached | Whole::Unknown => {}
            }
        }
        self.work += bench.tableau.work;
    }

    /// Asks as few equations as it takes, for each end anew.
    pub(crate) fn chase(&mut self, seen: &mut Witnesses) {
        let mut chaser = Chaser::new(self.map, &self.proved);
        for (at, up) in self.open(seen) {
            chaser.end(self.part.cells[at], up, seen);
        }
        self.work += chaser.work;
        self.proved = chaser.room;
    }

    /// A figure's interval.
    pub(crate) fn interval(&self, cell: usize, seen: &Witnesses) -> Interval {
        let value = self.map.system.cells[cell].value;
        let certified = |up: bool| {
            let (proved, seen) = self.end(cell, up, seen);
            if proved == seen { Certified::Exact } else { Certified::AtLeast }
        };
        let (low, low_by) = (value + seen.low[cell], certified(false));
        if self.unbounded.contains(&cell) {
            return Interval { low, high: None, low_by, high_by: Certified::Exact };
        }
        Interval { low, high: Some(value + seen.high[cell]), low_by, high_by: certified(true) }
    }
}
