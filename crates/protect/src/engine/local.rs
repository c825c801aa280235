//! Witnesses from nearby: in large systems almost every figure is shown not to be known by a table that differs from the
//! truth in a handful of neighbours. Only those that are not are worth a look at the whole system.

use std::cell::RefCell;

use super::attack::{Bench, Part, Room, Witnesses};
use super::audit::reach;
use super::need::Need;
use super::system::System;

/// Up to so many unknown figures the whole part is small enough.
pub(crate) const SMALL: usize = 400;

/// How many figures a neighbourhood holds, from one attempt to the next.
pub(crate) const SIZES: [usize; 3] = [40, 120, 500];

/// How many of these a quick answer tries.
pub(crate) const QUICK: usize = 2;

/// How many figures of one equation come along at once.
const COMPANY: usize = 8;

/// Equations by figure.
pub(crate) struct Map<'s> {
    pub(crate) system: &'s System,
    pub(crate) uses: Vec<Vec<u32>>,
    scratch: RefCell<Scratch>,
}

/// Room for one neighbourhood at a time, so that none is made anew for each.
struct Scratch {
    /// Whether a figure is in the neighbourhood.
    inside: Vec<bool>,
    /// How many of its figures an equation has.
    count: Vec<u32>,
    /// Where a figure stands in it.
    position: Vec<usize>,
}

impl<'s> Map<'s> {
    pub(crate) fn new(system: &'s System) -> Self {
        let cells = system.cells.len();
        let scratch =
            Scratch { inside: vec![false; cells], count: vec![0; system.equations.len()], position: vec![0; cells] };
        Self { system, uses: system.uses(), scratch: RefCell::new(scratch) }
    }

    /// A neighbourhood of a figure: figures near it that are unknown, without those that stand alone in an equation there.
    /// In long equations the first by `rank` come along, so that it is deep rather than broad.
    pub(crate) fn around(&self, room: &Room, centre: usize, size: usize, rank: Option<&dyn Fn(usize) -> u64>) -> Part {
        let scratch = &mut *self.scratch.borrow_mut();
        let loose = |cell: usize| room.unknown[cell] && !room.is_fixed(cell);
        let mut cells = Vec::with_capacity(2 * size);
        self.enter(scratch, &mut cells, centre);
        let mut at = 0;
        while let Some(&cell) = cells.get(at).filter(|_| cells.len() < size) {
            at += 1;
            for &equation in &self.uses[cell] {
                let terms = self.system.equations[equation as usize].terms.iter().map(|&(cell, _)| cell as usize);
                let others = terms.filter(|&cell| !scratch.inside[cell] && loose(cell));
                let company: Vec<usize> = match rank {
                    None => others.take(COMPANY).collect(),
                    Some(rank) => {
                        let mut ranked: Vec<(u64, usize)> = others.map(|cell| (rank(cell), cell)).collect();
                        if ranked.len() > COMPANY {
                            ranked.select_nth_unstable(COMPANY);
                            ranked.truncate(COMPANY);
                        }
                        ranked.sort_unstable();
                        ranked.into_iter().map(|(_, cell)| cell).collect()
                    }
                };
                company.into_iter().for_each(|other| self.enter(scratch, &mut cells, other));
            }
        }
        self.close(room, scratch, &mut cells);
        self.prune(scratch, &cells);
        let part = self.part(scratch, &cells);
        for &cell in &cells {
            scratch.inside[cell] = false;
            self.uses[cell].iter().for_each(|&equation| scratch.count[equation as usize] = 0);
        }
        part
    }

    fn enter(&self, scratch: &mut Scratch, cells: &mut Vec<usize>, cell: usize) {
        scratch.inside[cell] = true;
        cells.push(cell);
        self.uses[cell].iter().for_each(|&equation| scratch.count[equation as usize] += 1);
    }

    /// Gives figures that stand alone in an equation company: what holds them, or else their largest part. A chain of totals
    /// soon ends where others have been.
    fn close(&self, room: &Room, scratch: &mut Scratch, cells: &mut Vec<usize>) {
        let loose = |cell: usize| room.unknown[cell] && !room.is_fixed(cell);
        let most = cells.len() * 3 + 60;
        let mut at = 0;
        while let Some(&cell) = cells.get(at).filter(|_| cells.len() < most) {
            at += 1;
            for &equation in self.uses[cell].iter() {
                if scratch.count[equation as usize] != 1 {
                    continue;
                }
                let terms = self.system.equations[equation as usize].terms.iter();
                let others = terms.filter(|(other, _)| *other as usize != cell && loose(*other as usize));
                let company = others.max_by_key(|&&(other, by)| {
                    (by > 0, self.system.cells[other as usize].value, std::cmp::Reverse(other))
                });
                if let Some(&(other, _)) = company {
                    self.enter(scratch, cells, other as usize);
                }
            }
        }
    }

    /// Takes out what stands alone in an equation, until nothing does: it cannot move.
    fn prune(&self, scratch: &mut Scratch, cells: &[usize]) {
        let is_alone = |cell: &usize| self.uses[*cell].iter().any(|&equation| scratch.count[equation as usize] == 1);
        let mut alone: Vec<usize> = cells.iter().copied().filter(is_alone).collect();
        while let Some(cell) = alone.pop() {
            if !std::mem::replace(&mut scratch.inside[cell], false) {
                continue;
            }
            for &equation in &self.uses[cell] {
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
        let mut numbers: Vec<u32> = kept.iter().flat_map(|&cell| self.uses[cell].iter().copied()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        kept.iter().enumerate().for_each(|(at, &cell)| scratch.position[cell] = at);
        let terms = |number: u32| {
            let terms = self.system.equations[number as usize].terms.iter();
            let inside = terms.filter(|(cell, _)| scratch.inside[*cell as usize]);
            inside.map(|&(cell, by)| (scratch.position[cell as usize], by)).collect::<Vec<_>>()
        };
        let equations = numbers.iter().map(|&number| (number, terms(number))).collect();
        Part { cells: kept, equations }
    }
}

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
        for cell in open {
            if need(cell).is_met(seen, cell) {
                continue;
            }
            let part = map.around(room, cell, size, None);
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
