//! How far one figure can go, asked of no more equations than it takes.
//!
//! A linear problem looks for the cheapest move that takes the figure to a goal. It begins with the figure's own equations,
//! and takes in those that its solution breaks until there is none: equations as cutting planes (Kelley, The cutting-plane
//! method for solving convex programs, 1960). Either it ends at a move of everything, or some equations alone keep the figure
//! from the goal, whatever the rest does. Most ends of intervals are told by a few dozen equations, however large the system.
//!
//! Floating point only guides. A move counts once it is a table of whole numbers that meets every equation; that a goal is out of
//! reach counts once the multipliers that show it are rounded and added up again in whole numbers (Farkas' lemma), at each leaf
//! where it took a search by halves.

use std::collections::{BTreeMap, HashMap};

use super::attack::{Room, Witness, Witnesses, is_possible};
use super::linear::Linear;
use super::local::Map;
use super::need::Need;
use super::tableau::OPEN;

/// The most equations that are taken in.
const EQUATIONS: usize = 1_200;

/// The most steps of one solution.
const STEPS: u64 = 4_000;

/// How often solutions of one goal are split that are not whole.
const SPLITS: u32 = 60;

/// How often a goal is lowered.
const GOALS: u32 = 100;

/// Multipliers that are no fractions of small denominators are rounded to this part.
const PARTS: f64 = (1_u64 << 30) as f64;

/// How far a figure gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chased {
    /// A table was seen that gets to the goal.
    Reached,
    /// Proved: it cannot get beyond this, which is short of the goal. A table that gets there was seen.
    Ends(i64),
    /// Nothing is known.
    Unknown,
}

/// A figure on its way to a goal.
#[derive(Clone)]
struct Chase {
    /// The figures of the equations that were taken in, the one that is chased first, each with its room.
    cells: Vec<usize>,
    bounds: Vec<(i64, i64)>,
    position: HashMap<usize, usize>,
    /// These equations, by row, and the rows by equation.
    equations: Vec<u32>,
    rows: HashMap<u32, usize>,
    /// The figure that is chased is one variable; each other may go up and down, and the two are variables of their own.
    linear: Linear,
}

/// How a problem ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Settled {
    /// Its solution meets every equation.
    Moves,
    /// No solution meets those that were taken in.
    Stuck,
    /// It became too large.
    GaveUp,
}

/// Chases figures in one room, and keeps what it learns of it.
pub(crate) struct Chaser<'m, 's> {
    map: &'m Map<'s>,
    /// The room as it is proved to be.
    pub(crate) room: Room,
    pub(crate) work: u64,
}

impl<'m, 's> Chaser<'m, 's> {
    pub(crate) fn new(map: &'m Map<'s>, room: &Room) -> Self {
        Self { map, room: room.clone(), work: 0 }
    }

    /// The end of a figure's interval. What is proved of it stands in the room afterwards.
    pub(crate) fn end(&mut self, cell: usize, up: bool, seen: &mut Witnesses) -> Chased {
        let bound = if up { self.room.high[cell] } else { self.room.low[cell] };
        if bound.abs() == OPEN { Chased::Unknown } else { self.chase(cell, bound, seen) }
    }

    /// Meets a need. Some(false): it cannot be met, and tables are as far apart as they get. None: it is not known.
    pub(crate) fn meet(&mut self, cell: usize, need: Need, seen: &mut Witnesses) -> Option<bool> {
        let mut is_sure = true;
        for up in [true, false] {
            if need.is_met(seen, cell) {
                return Some(true);
            }
            let (asked, other) = if up { (need.up, -seen.low[cell]) } else { (need.down, seen.high[cell]) };
            let goal = if need.width > 0 { asked.max(need.width - other) } else { asked };
            // Short of what is asked for, that the figure is not known may still be seen.
            let got = self.chase(cell, if up { goal } else { -goal }, seen);
            is_sure &= got != Chased::Unknown;
        }
        if need.is_met(seen, cell) { Some(true) } else { is_sure.then_some(false) }
    }

    /// Looks for a table that takes a figure to a goal, or as near as it gets.
    pub(crate) fn chase(&mut self, cell: usize, goal: i64, seen: &mut Witnesses) -> Chased {
        if goal == 0 {
            return Chased::Reached;
        }
        let up = goal > 0;
        let nearer = |goal: i64, bound: i64| if up { goal.min(bound) } else { goal.max(bound) };
        let asked = goal;
        let mut goal = nearer(asked, if up { self.room.high[cell] } else { self.room.low[cell] });
        let mut chase = Chase::new(cell);
        for _ in 0..GOALS {
            let is_seen = if up { seen.high[cell] >= goal } else { seen.low[cell] <= goal };
            if is_seen || goal == 0 {
                return if goal == asked { Chased::Reached } else { Chased::Ends(goal) };
            }
            chase.aim(goal);
            let further = match chase.settle(self.map, &self.room, &mut self.work) {
                Settled::GaveUp => return Chased::Unknown,
                Settled::Stuck => {
                    let Some(bound) = chase.held(self.map, up).filter(|bound| nearer(*bound, goal) != goal) else {
                        return Chased::Unknown;
                    };
                    bound
                }
                Settled::Moves => {
                    match chase.clone().whole(self.map, &self.room, &mut SPLITS.clone(), &mut self.work) {
                        None => return Chased::Unknown,
                        Some(Some(table)) => {
                            seen.take(&self.room, table);
                            continue;
                        }
                        Some(None) => goal - goal.signum(),
                    }
                }
            };
            goal = further;
            if up {
                self.room.high[cell] = goal;
            } else {
                self.room.low[cell] = goal;
            }
        }
        Chased::Unknown
    }
}

impl Chase {
    fn new(centre: usize) -> Self {
        Self {
            cells: vec![centre],
            bounds: vec![(0, 0)],
            position: HashMap::from([(centre, 0)]),
            equations: Vec::new(),
            rows: HashMap::new(),
            linear: Linear::new(vec![0.0], vec![0.0]),
        }
    }

    fn aim(&mut self, goal: i64) {
        self.bounds[0] = (goal, goal);
        self.linear.fix(0, goal as f64);
    }

    /// How far a figure moves in the solution.
    fn moved(&self, at: usize) -> f64 {
        if at == 0 { self.linear.value(0) } else { self.linear.value(2 * at - 1) - self.linear.value(2 * at) }
    }

    /// Bounds another figure than the one that is chased.
    fn bound(&mut self, at: usize, low: i64, high: i64) {
        self.bounds[at] = (low, high);
        self.linear.bound(2 * at - 1, far(low.max(0)), far(high.max(0)));
        self.linear.bound(2 * at, far(high.min(0)), far(low.min(0)));
    }

    /// Solves, with as many equations as are needed.
    fn settle(&mut self, map: &Map<'_>, room: &Room, work: &mut u64) -> Settled {
        loop {
            let before = self.linear.steps;
            let solved = self.linear.solve(STEPS, u64::MAX);
            let size = self.linear.structural() * 3 + self.linear.rows() * 60;
            *work += (1 + self.linear.steps - before) * size as u64;
            match solved {
                None => return Settled::GaveUp,
                Some(false) => return Settled::Stuck,
                Some(true) => {}
            }
            let broken = self.broken(map);
            if broken.is_empty() {
                return Settled::Moves;
            }
            if self.equations.len() + broken.len() > EQUATIONS {
                return Settled::GaveUp;
            }
            broken.into_iter().for_each(|equation| self.take(map, room, equation));
        }
    }

    /// The equations that the solution breaks.
    fn broken(&self, map: &Map<'_>) -> Vec<u32> {
        let mut sums: BTreeMap<u32, f64> = BTreeMap::new();
        for (at, &cell) in self.cells.iter().enumerate() {
            let moved = self.moved(at);
            if moved.abs() > 1e-7 {
                for (equation, by) in map.uses[cell].iter().filter(|(equation, _)| !self.rows.contains_key(equation)) {
                    *sums.entry(*equation).or_default() += moved * f64::from(*by);
                }
            }
        }
        sums.into_iter().filter(|(_, sum)| sum.abs() > 1e-6).map(|(equation, _)| equation).collect()
    }

    /// Takes an equation in, with the figures that are new in it.
    fn take(&mut self, map: &Map<'_>, room: &Room, equation: u32) {
        let (mut terms, mut costs, mut highs) = (Vec::new(), Vec::new(), Vec::new());
        for &(cell, by) in &map.system.equations[equation as usize].terms {
            let cell = cell as usize;
            if !room.unknown[cell] || room.is_fixed(cell) {
                continue;
            }
            let next = self.cells.len();
            let at = *self.position.entry(cell).or_insert(next);
            if at == next {
                self.cells.push(cell);
                self.bounds.push((room.low[cell], room.high[cell]));
                costs.extend([price(cell); 2]);
                highs.extend([room.high[cell], room.low[cell]].map(far));
            }
            terms.push((at, by));
        }
        self.linear.extend(costs, highs);
        self.rows.insert(equation, self.equations.len());
        self.equations.push(equation);
        let terms = terms.into_iter().flat_map(|(at, by)| {
            let by = f64::from(by);
            let pair = if at == 0 { [Some((0, by)), None] } else { [Some((2 * at - 1, by)), Some((2 * at, -by))] };
            pair.into_iter().flatten()
        });
        self.linear.add(terms, 0.0, true);
    }

    /// A move in whole numbers, found by halves. Some(None): proved, there is none. None: neither is known.
    fn whole(mut self, map: &Map<'_>, room: &Room, splits: &mut u32, work: &mut u64) -> Option<Option<Witness>> {
        *splits = splits.checked_sub(1)?;
        match self.settle(map, room, work) {
            Settled::GaveUp => return None,
            Settled::Stuck => return self.is_impossible(map).then_some(None),
            Settled::Moves => {}
        }
        let is_split = |at: &usize| (self.moved(*at) - self.moved(*at).round()).abs() > 1e-6;
        let Some(split) = (1..self.cells.len()).find(is_split) else {
            let moves = self.cells.iter().enumerate().map(|(at, &cell)| (cell, self.moved(at).round() as i64));
            let table: Witness = moves.filter(|(_, by)| *by != 0).collect();
            return is_possible(map, room, &table).then_some(Some(table));
        };
        let (at, (low, high)) = (self.moved(split), self.bounds[split]);
        let mut halves = [(low, at.floor() as i64), (at.ceil() as i64, high)];
        if at.ceil() - at < at - at.floor() {
            halves.reverse();
        }
        let mut is_none = true;
        for (low, high) in halves {
            let mut half = self.clone();
            half.bound(split, low, high);
            match half.whole(map, room, splits, work) {
                Some(Some(table)) => return Some(Some(table)),
                Some(None) => {}
                None => is_none = false,
            }
        }
        is_none.then_some(None)
    }

    /// The multiples of equations that the last solution came to a stop with, in whole numbers.
    fn multiples(&self) -> Vec<i128> {
        let ray = &self.linear.ray;
        let most = ray.iter().fold(0.0_f64, |most, entry| most.max(entry.abs()));
        let is_whole = |value: f64| (value - value.round()).abs() < 1e-7;
        let over = (1..=60).map(f64::from).find(|over| ray.iter().all(|entry| is_whole(entry * over)));
        let over = over.unwrap_or(PARTS / most.max(1e-9));
        ray.iter().map(|entry| (entry * over).round() as i128).collect()
    }

    /// How often each figure stands in the sum of these multiples.
    fn sum(&self, map: &Map<'_>) -> Vec<i128> {
        let mut sum = vec![0; self.cells.len()];
        for (equation, times) in self.equations.iter().zip(self.multiples()).filter(|(_, times)| *times != 0) {
            for (cell, by) in &map.system.equations[*equation as usize].terms {
                if let Some(&at) = self.position.get(&(*cell as usize)) {
                    sum[at] += times * i128::from(*by);
                }
            }
        }
        sum
    }

    /// The least and the most that some of the terms of a sum come to; None where nothing bounds that.
    fn ends(&self, sum: &[i128], from: usize) -> (Option<i128>, Option<i128>) {
        let times = |bound: i64, by: i128| (bound.abs() != OPEN).then(|| i128::from(bound) * by);
        let terms = sum.iter().zip(&self.bounds).skip(from).filter(|(by, _)| **by != 0);
        terms.fold((Some(0), Some(0)), |(least, most), (&by, &(low, high))| {
            let (one, two) = if by > 0 { (low, high) } else { (high, low) };
            (least.zip(times(one, by)).map(|(a, b)| a + b), most.zip(times(two, by)).map(|(a, b)| a + b))
        })
    }

    /// What the multiples of the last stop leave the figure that is chased, upwards or downwards.
    fn held(&self, map: &Map<'_>, up: bool) -> Option<i64> {
        let sum = self.sum(map);
        let own = *sum.first().filter(|own| **own != 0)?;
        // own * z = -(the others).
        let (least, most) = self.ends(&sum, 1);
        let others = if up == (own > 0) { least? } else { most? };
        let bound = if up {
            (-others * own.signum()).div_euclid(own.abs())
        } else {
            -(others * own.signum()).div_euclid(own.abs())
        };
        i64::try_from(bound).ok()
    }

    /// Whether the multiples of the last stop show that no solution is left between the bounds.
    fn is_impossible(&self, map: &Map<'_>) -> bool {
        let (least, most) = self.ends(&self.sum(map), 0);
        least.is_some_and(|least| least > 0) || most.is_some_and(|most| most < 0)
    }
}

fn far(bound: i64) -> f64 {
    if bound.abs() == OPEN { f64::INFINITY } else { bound.abs() as f64 }
}

/// What it costs to move a figure by one: equal costs make a simplex tread water, a hair of difference does not.
fn price(cell: usize) -> f64 {
    1.0 + (cell.wrapping_mul(2_654_435_761) % 1024) as f64 * 1e-6
}

#[cfg(test)]
mod tests {
    use candour_model::{Attacker, Marks};
    use proptest::prelude::*;

    use super::super::attack::{Bench, Whole, parts, propagate};
    use super::super::system::{Cell, Equation, Primary, Role, System};
    use super::*;

    /// Inner cells of a cube, then the sums over each of its dimensions, which are published.
    fn cube(side: usize, inner: &[i64]) -> System {
        let mut system = System::default();
        system.cells.extend(inner.iter().map(|&value| Cell::count(value, 1, Role::Withheld, Primary::Other)));
        for step in [1, side, side * side] {
            for first in (0..inner.len()).filter(|at| at / step % side == 0) {
                let parts: Vec<usize> = (0..side).map(|at| first + at * step).collect();
                let whole = system.cells.len() as u32;
                let sum = parts.iter().map(|&part| inner[part]).sum();
                system.cells.push(Cell::count(sum, 1, Role::Published, Primary::No));
                let terms = parts.iter().map(|&part| (part as u32, -1)).chain([(whole, 1)]).collect();
                system.equations.push(Equation { terms });
            }
        }
        system
    }

    /// What is proved and what was seen of each end that is settled.
    fn ends(map: &Map<'_>, room: &Room, cells: usize, least_settled: usize) -> Vec<Option<(i64, i64)>> {
        let mut chaser = Chaser::new(map, room);
        let mut seen = Witnesses::new(map.system.cells.len());
        let mut found = Vec::new();
        for (cell, up) in (0..cells).flat_map(|cell| [(cell, true), (cell, false)]) {
            let is_settled = chaser.end(cell, up, &mut seen) != Chased::Unknown;
            let proved = if up { chaser.room.high[cell] } else { chaser.room.low[cell] };
            let shown = if up { seen.high[cell] } else { seen.low[cell] };
            found.push(is_settled.then_some((proved, shown)));
        }
        assert!(seen.tables.iter().all(|table| is_possible(map, room, table)));
        assert!(found.iter().flatten().count() >= least_settled);
        found
    }

    proptest! {
        /// Two methods that share nothing but the equations come to the same ends.
        #[test]
        fn ends_are_those_of_the_whole_part(inner in prop::collection::vec(0_i64..9, 27)) {
            let system = cube(3, &inner);
            let attacker = Attacker { suppressed_at_least: 0, marks: Marks::Same, insiders: 0 };
            let withheld: Vec<bool> = system.cells.iter().map(|cell| cell.role == Role::Withheld).collect();
            let map = Map::new(&system);
            let mut room = Room::new(&system, &attacker, &withheld).unwrap();
            propagate(&system, &map.uses, &mut room);
            let found = ends(&map, &room, inner.len(), 2 * inner.len());
            let mut seen = Witnesses::new(system.cells.len());
            for part in parts(&system, &room) {
                let mut bench = Bench::new(&part, &room).unwrap();
                for (at, &cell) in part.cells.iter().enumerate() {
                    for (up, side) in [(true, 0), (false, 1)] {
                        let Whole::NotBeyond(end) = bench.push(at, up, None, 10_000, &room, &mut seen) else { continue };
                        prop_assert_eq!(found[2 * cell + side], Some((end, end)), "{} {}", cell, up);
                    }
                }
            }
        }
    }

    #[test]
    fn a_goal_beyond_reach_is_proved_to_be() {
        // Rows 3 and 5, columns 4 and 4: the first cell is 1, and 3 at most.
        let mut system = cube(2, &[1, 2, 3, 2, 0, 0, 0, 0]);
        system.cells[4..8].iter_mut().for_each(|cell| cell.role = Role::Published);
        system.equations.truncate(8);
        let withheld: Vec<bool> = system.cells.iter().map(|cell| cell.role == Role::Withheld).collect();
        let attacker = Attacker { suppressed_at_least: 0, marks: Marks::Same, insiders: 0 };
        let map = Map::new(&system);
        let mut room = Room::new(&system, &attacker, &withheld).unwrap();
        room.high[0] = 50;
        let mut seen = Witnesses::new(system.cells.len());
        let mut chaser = Chaser::new(&map, &room);
        assert_eq!(chaser.chase(0, 2, &mut seen), Chased::Reached);
        assert_eq!(Chaser::new(&map, &room).chase(0, 40, &mut seen), Chased::Ends(2));
        assert_eq!((seen.high[0], seen.low[0]), (2, 0));
    }
}
