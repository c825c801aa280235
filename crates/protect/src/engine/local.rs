//! Witnesses from nearby: in large systems almost every figure is shown not to be known by a table that differs from the
//! truth in a handful of neighbours. Only those that are not are worth a look at the whole system.

use std::collections::{BTreeMap, BTreeSet};

use super::attack::{Bench, Part, Room, Witnesses};
use super::audit::reach;
use super::need::Need;
use super::system::System;

/// Up to so many unknown figures the whole part is small enough.
pub(crate) const SMALL: usize = 400;

/// How many figures a neighbourhood holds, from one attempt to the next.
const SIZES: [usize; 3] = [40, 120, 500];

/// Equations by figure, among those that are unknown.
pub(crate) struct Map<'s> {
    pub(crate) system: &'s System,
    pub(crate) uses: Vec<Vec<u32>>,
}

impl<'s> Map<'s> {
    pub(crate) fn new(system: &'s System) -> Self {
        Self { system, uses: system.uses() }
    }

    /// A neighbourhood of a figure: figures near it that are unknown, without those that stand alone in an equation there.
    pub(crate) fn around(&self, room: &Room, centre: usize, size: usize) -> Part {
        let loose = |cell: usize| room.unknown[cell] && !room.is_fixed(cell);
        let mut inside: BTreeSet<usize> = BTreeSet::from([centre]);
        let mut queue = std::collections::VecDeque::from([centre]);
        while let Some(cell) = queue.pop_front() {
            if inside.len() >= size {
                break;
            }
            for &equation in &self.uses[cell] {
                let terms = &self.system.equations[equation as usize].terms;
                let mut added = 0;
                // A long equation must not fill the neighbourhood alone.
                for other in terms.iter().map(|&(cell, _)| cell as usize).filter(|&cell| loose(cell)) {
                    if added >= 12 {
                        break;
                    }
                    if inside.insert(other) {
                        queue.push_back(other);
                        added += 1;
                    }
                }
            }
        }
        self.close(room, &mut inside);
        self.part(inside)
    }

    /// Gives figures that stand alone in an equation company: what holds them, or else their largest part. A chain of totals
    /// soon ends where others have been.
    fn close(&self, room: &Room, inside: &mut BTreeSet<usize>) {
        let loose = |cell: usize| room.unknown[cell] && !room.is_fixed(cell);
        let most = inside.len() * 3 + 60;
        let mut queue: std::collections::VecDeque<usize> = inside.iter().copied().collect();
        while let Some(cell) = queue.pop_front() {
            for &equation in &self.uses[cell] {
                let terms = &self.system.equations[equation as usize].terms;
                let is_alone = terms.iter().filter(|(other, _)| inside.contains(&(*other as usize))).count() == 1;
                if !is_alone || inside.len() >= most {
                    continue;
                }
                let others = terms.iter().filter(|(other, _)| *other as usize != cell && loose(*other as usize));
                let company = others.max_by_key(|&&(other, by)| {
                    (by > 0, self.system.cells[other as usize].value, std::cmp::Reverse(other))
                });
                if let Some(&(other, _)) = company {
                    inside.insert(other as usize);
                    queue.push_back(other as usize);
                }
            }
        }
    }

    /// Some figures with their equations, without those that cannot move.
    pub(crate) fn part(&self, mut inside: BTreeSet<usize>) -> Part {
        let mut count: BTreeMap<u32, u32> = BTreeMap::new();
        for &equation in inside.iter().flat_map(|&cell| &self.uses[cell]) {
            *count.entry(equation).or_default() += 1;
        }
        let mut alone: Vec<usize> = inside
            .iter()
            .copied()
            .filter(|&cell| self.uses[cell].iter().any(|equation| count.get(equation) == Some(&1)))
            .collect();
        while let Some(cell) = alone.pop() {
            if !inside.remove(&cell) {
                continue;
            }
            for equation in &self.uses[cell] {
                let Some(left) = count.get_mut(equation) else { continue };
                *left -= 1;
                if *left == 1 {
                    let terms = &self.system.equations[*equation as usize].terms;
                    alone.extend(terms.iter().map(|&(cell, _)| cell as usize).filter(|cell| inside.contains(cell)));
                }
            }
        }
        let cells: Vec<usize> = inside.into_iter().collect();
        let numbers: BTreeSet<u32> = cells.iter().flat_map(|&cell| self.uses[cell].iter().copied()).collect();
        let terms = |number: u32| {
            let terms = self.system.equations[number as usize].terms.iter();
            let near = terms.filter_map(|&(cell, by)| cells.binary_search(&(cell as usize)).ok().map(|at| (at, by)));
            near.collect::<Vec<_>>()
        };
        let equations = numbers.into_iter().map(|number| (number, terms(number))).collect();
        Part { cells, equations }
    }
}

/// Meets the needs of figures from their neighbourhoods. Gives those that are left.
pub(crate) fn meet(
    map: &Map<'_>,
    room: &Room,
    cells: &[usize],
    need: &dyn Fn(usize) -> Need,
    seen: &mut Witnesses,
    work: &mut u64,
) -> Vec<usize> {
    let mut open: Vec<usize> = cells.to_vec();
    for size in SIZES {
        let mut left = Vec::new();
        for cell in open {
            if need(cell).is_met(seen, cell) {
                continue;
            }
            let part = map.around(room, cell, size);
            let met = part.cells.binary_search(&cell).ok().and_then(|at| {
                let mut bench = Bench::new(&part, room)?;
                let met = reach(&mut bench, at, need(cell), room, seen);
                *work += bench.tableau.work + part.cells.len() as u64 * 50;
                met
            });
            if met != Some(true) {
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
