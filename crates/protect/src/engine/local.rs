//! Witnesses from nearby: in large systems almost every figure is shown not to be known by a table that differs from the
//! truth in a handful of neighbours. Only those that are not are worth a look at the whole system.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::attack::{Bench, Part, Room, Witnesses};
use super::audit::reach;
use super::need::Need;
use super::system::{Equation, System};

/// Up to so many unknown figures the whole part is small enough.
pub(crate) const SMALL: usize = 400;

/// How many figures a neighbourhood holds, from one attempt to the next.
pub(crate) const SIZES: [usize; 3] = [40, 120, 500];

/// How many of these a quick answer tries.
pub(crate) const QUICK: usize = 2;

/// How many figures of one equation come along at once.
const COMPANY: usize = 8;

/// The figures of one equation, in the order in which they come along; each call takes up where the last one stopped, so that
/// a long equation is read once for a neighbourhood.
enum Queue {
    /// From this term on, in the order of the equation.
    From(usize),
    /// The first by rank.
    Ranked(BinaryHeap<Reverse<(u64, usize)>>),
}

/// Equations by figure.
pub(crate) struct Map<'s> {
    pub(crate) system: &'s System,
    /// The equations that each figure stands in, with its coefficients.
    pub(crate) uses: Vec<Vec<(u32, i32)>>,
    /// The figures of each equation: what holds the others, then the largest first.
    largest: Vec<Vec<u32>>,
    scratch: RefCell<Scratch>,
}

/// Room for one neighbourhood at a time, so that none is made anew for each.
struct Scratch {
    /// Whether a figure is in the neighbourhood.
    inside: Vec<bool>,
    /// How many of its figures an equation has.
    count: Vec<u32>,
    /// Where an equation stands in it.
    place: Vec<usize>,
}

impl<'s> Map<'s> {
    pub(crate) fn new(system: &'s System) -> Self {
        let cells = system.cells.len();
        let equations = system.equations.len();
        let scratch = Scratch { inside: vec![false; cells], count: vec![0; equations], place: vec![0; equations] };
        let sorted = |equation: &Equation| {
            let mut terms = equation.terms.clone();
            terms.sort_unstable_by_key(|&(cell, by)| {
                (Reverse(by > 0), Reverse(system.cells[cell as usize].value), cell)
            });
            terms.into_iter().map(|(cell, _)| cell).collect()
        };
        let largest = system.equations.iter().map(sorted).collect();
        Self { system, uses: system.uses(), largest, scratch: RefCell::new(scratch) }
    }

    /// A neighbourhood of a figure: figures near it that are unknown, without those that stand alone in an equation there.
    /// In long equations the first by `rank` come along, so that it is deep rather than broad.
    pub(crate) fn around(&self, room: &Room, centre: usize, size: usize, rank: Option<&dyn Fn(usize) -> u64>) -> Part {
        let scratch = &mut *self.scratch.borrow_mut();
        let loose = |cell: usize| room.unknown[cell] && !room.is_fixed(cell);
        let mut cells = Vec::with_capacity(2 * size);
        self.enter(scratch, &mut cells, centre);
        let mut queues: HashMap<u32, Queue> = HashMap::new();
        let mut at = 0;
        while let Some(&cell) = cells.get(at).filter(|_| cells.len() < size) {
            at += 1;
            for &(equation, _) in &self.uses[cell] {
                let terms = &self.system.equations[equation as usize].terms;
                let queue = queues.entry(equation).or_insert_with(|| match rank {
                    None => Queue::From(0),
                    Some(rank) => {
                        let others = terms.iter().map(|&(cell, _)| cell as usize);
                        let others = others.filter(|&cell| !scratch.inside[cell] && loose(cell));
                        Queue::Ranked(others.map(|cell| Reverse((rank(cell), cell))).collect())
                    }
                });
                let mut next = || match queue {
                    Queue::From(at) => {
                        let (cell, _) = terms.get(*at)?;
                        *at += 1;
                        Some(*cell as usize)
                    }
                    Queue::Ranked(heap) => heap.pop().map(|Reverse((_, cell))| cell),
                };
                let mut company = 0;
                while let Some(other) = (company < COMPANY).then(&mut next).flatten() {
                    if !scratch.inside[other] && loose(other) {
                        self.enter(scratch, &mut cells, other);
                        company += 1;
                    }
                }
            }
        }
        self.close(room, scratch, &mut cells);
        self.prune(scratch, &cells);
        let part = self.part(scratch, &cells);
        for &cell in &cells {
            scratch.inside[cell] = false;
            self.uses[cell].iter().for_each(|&(equation, _)| scratch.count[equation as usize] = 0);
        }
        part
    }

    fn enter(&self, scratch: &mut Scratch, cells: &mut Vec<usize>, cell: usize) {
        scratch.inside[cell] = true;
        cells.push(cell);
        self.uses[cell].iter().for_each(|&(equation, _)| scratch.count[equation as usize] += 1);
    }

    /// Gives figures that stand alone in an equation company: what holds them, or else their largest part. A chain of totals
    /// soon ends where others have been.
    fn close(&self, room: &Room, scratch: &mut Scratch, cells: &mut Vec<usize>) {
        let loose = |cell: usize| room.unknown[cell] && !room.is_fixed(cell);
        let most = cells.len() * 3 + 60;
        let mut at = 0;
        while let Some(&cell) = cells.get(at).filter(|_| cells.len() < most) {
            at += 1;
            for &(equation, _) in &self.uses[cell] {
                if scratch.count[equation as usize] != 1 {
                    continue;
                }
                let others = self.largest[equation as usize].iter().map(|&other| other as usize);
                if let Some(other) = others.into_iter().find(|&other| other != cell && loose(other)) {
                    self.enter(scratch, cells, other);
                }
            }
        }
    }

    /// Takes out what stands alone in an equation, until nothing does: it cannot move.
    fn prune(&self, scratch: &mut Scratch, cells: &[usize]) {
        let is_alone =
            |cell: &usize| self.uses[*cell].iter().any(|&(equation, _)| scratch.count[equation as usize] == 1);
        let mut alone: Vec<usize> = cells.iter().copied().filter(is_alone).collect();
        while let Some(cell) = alone.pop() {
            if !std::mem::replace(&mut scratch.inside[cell], false) {
                continue;
            }
            for &(equation, _) in &self.uses[cell] {
                scratch.count[equation as usize] -= 1;
                if scratch.count[equation as usize] == 1 {
                    let terms = self.system.equations[equation as usize].terms.iter().map(|&(cell, _)| cell as usize);
                    alone.extend(terms.filter(|&cell| scratch.inside[cell]));
                }
            }
        }
    }

    fn part(&self, scratch: &mut Scratch, cells: &[usize]) -> Part {
        let mut kept: Vec<usize> = cells.iter().copied().filter(|&cell| scratch.inside[cell]).collect();
        kept.sort_unstable();
        let mut numbers: Vec<u32> =
            kept.iter().flat_map(|&cell| self.uses[cell].iter().map(|&(equation, _)| equation)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.iter().enumerate().for_each(|(at, &equation)| scratch.place[equation as usize] = at);
        let mut equations: Vec<(u32, Vec<(usize, i32)>)> =
            numbers.into_iter().map(|number| (number, Vec::new())).collect();
        for (at, &cell) in kept.iter().enumerate() {
            for &(equation, by) in &self.uses[cell] {
                equations[scratch.place[equation as usize]].1.push((at, by));
            }
        }
        Part { cells: kept, equations }
    }
}

/// From so many figures on, a neighbourhood is asked for its other figures as well, until so many of them get nowhere.
const MANY: usize = 1_000;
const FAILURES: usize = 3;

/// Meets the needs of figures from their neighbourhoods. Gives those that are left.
pub(crate) fn meet(
    map: &Map<'_>,
    sizes: &[usize],
    room: &Room,
    cells: &[usize],
    need: &dyn Fn(usize) -> Need,
    seen: &mut Witnesses,
    work: &mut u64,
) -> Vec<usize> {
    let mut open: Vec<usize> = cells.to_vec();
    for &size in sizes {
        let mut left = Vec::new();
        let are_many = open.len() >= MANY;
        for cell in open {
            if need(cell).is_met(seen, cell) {
                continue;
            }
            let part = map.around(room, cell, size, None);
            *work += part.cells.len() as u64 * 50;
            let centre = part.cells.binary_search(&cell).ok();
            let bench = centre.and_then(|centre| Some((centre, Bench::new(&part, room)?)));
            let is_met = bench.is_some_and(|(centre, mut bench)| {
                let is_met = reach(&mut bench, centre, need(cell), room, seen) == Some(true);
                let mut failures = if are_many && is_met { 0 } else { FAILURES };
                for (at, &other) in part.cells.iter().enumerate() {
                    if failures >= FAILURES {
                        break;
                    }
                    if !need(other).is_met(seen, other) {
                        failures += usize::from(reach(&mut bench, at, need(other), room, seen) != Some(true));
                    }
                }
                *work += bench.tableau.work;
                is_met
            });
            if !is_met {
                left.push(cell);
            }
        }
        open = left;
        if open.is_empty() {
            break;
        }
    }
    open
}
