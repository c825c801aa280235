//! Contributors who know their own records and put together what they know.
//!
//! A few people who are counted, in one figure or in several, know every figure that holds only them (coalitions: Hundepool
//! and others, Statistical Disclosure Control, Wiley 2012, chapter 4). What they must not learn is another sensitive figure.
//!
//! There are too many such groups to try them all. But a table that could be true as well, and that differs from the truth
//! in a sensitive figure, keeps this from everybody who knows none of the figures in which it differs. Only those are left
//! who know one of these; for each such figure another table is sought that leaves it as it is; and so on until too many
//! people would have to come together. It is the tree of hitting sets of Reiter (A theory of diagnosis from first
//! principles, Artificial Intelligence 32, 1987), and no group is missed.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use super::attack::{Bench, Part, Room, Witness, Witnesses, parts, propagate};
use super::audit::{Coalition, come_near, reach};
use super::augment::FAR;
use super::local::{self, Map};
use super::need::Need;
use super::people::People;

/// The most groups that are looked at for one figure.
const GROUPS: usize = 5_000;

/// The most numbers that all tables may have together that are kept.
const KEPT: usize = 20_000_000;

/// What one look at a group costs at least, in numbers worked out.
const LOOK: u64 = 100;

/// How many numbers may be worked out for those who put together what they know.
pub(crate) const WORK: u64 = 12_000_000_000;

/// What some people learn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Learnt {
    /// The figures whose people these are.
    pub(crate) of: Vec<usize>,
    /// Every figure that holds nobody else, in order.
    pub(crate) known: Rc<[usize]>,
    /// The sensitive figure that they then know.
    pub(crate) cell: usize,
}

impl Learnt {
    /// Whether those who know all this learn it too.
    fn is_learnt_by(&self, known: &[usize], cell: usize) -> bool {
        self.cell == cell && self.of.iter().all(|own| known.binary_search(own).is_ok())
    }
}

/// How thoroughly it is looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// Whether anything is learnt, as far as neighbourhoods show.
    Glance,
    /// Some of what is learnt of each figure, as far as small neighbourhoods show: see [`Insiders::sure`].
    Some,
    /// All of it, and surely.
    All,
}

impl Look {
    /// How many groups that learn one figure are wanted at a time.
    fn enough(self) -> usize {
        match self {
            Self::Glance => 1,
            Self::Some => 3,
            Self::All => usize::MAX,
        }
    }
}

/// How the groups that may learn one figure were looked at.
enum Looked {
    /// All of them that matter, with the moves that keep it from those that do not learn it.
    Through(Vec<u32>),
    /// Everybody knows it.
    IsKnown,
    /// There were too many.
    GaveUp,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    pub(crate) learnt: Vec<Learnt>,
    /// Sensitive figures for which not every group was looked at.
    pub(crate) untried: Vec<usize>,
}

/// A table that could be true, as long as what it changes is withheld.
#[derive(Clone, Debug)]
struct Move {
    table: Witness,
    /// In how many figures of few people it differs.
    few: usize,
}

/// What is known of groups from one pattern to the next.
pub(crate) struct Insiders {
    people: People,
    moves: Vec<Move>,
    /// The moves of each figure.
    by_cell: Vec<Vec<u32>>,
    differing: BTreeSet<Box<[usize]>>,
    /// How many numbers the moves have together.
    kept: usize,
    /// For each figure, the moves that together keep it from every group.
    shown: Vec<Option<Vec<u32>>>,
    /// What nothing keeps from some groups.
    told: Vec<Learnt>,
    /// Of what could be kept from a group, that it can be.
    can_be_kept: BTreeSet<(Rc<[usize]>, usize)>,
    /// Figures for which groups have been too many before.
    tired: Vec<bool>,
    /// How much work is left.
    work: u64,
}

impl Insiders {
    pub(crate) fn new(map: &Map<'_>, most: u64, work: u64) -> Self {
        let cells = map.system.cells.len();
        Self {
            people: People::new(map, most),
            moves: Vec::new(),
            by_cell: vec![Vec::new(); cells],
            differing: BTreeSet::new(),
            kept: 0,
            shown: vec![None; cells],
            told: Vec::new(),
            can_be_kept: BTreeSet::new(),
            tired: vec![false; cells],
            work,
        }
    }

    /// What nothing keeps from some people, and what was found besides, without those who are more than need be.
    pub(crate) fn told(&self, found: Vec<Learnt>) -> Vec<Coalition> {
        let all: Vec<&Learnt> = self.told.iter().chain(&found).collect();
        let is_more = |at: usize| {
            let one = all[at];
            let is_less = |(other, less): (usize, &&Learnt)| {
                // Of two that are alike the first stays.
                less.is_learnt_by(&one.known, one.cell) && (other < at || !one.is_learnt_by(&less.known, one.cell))
            };
            all.iter().enumerate().any(is_less)
        };
        let least = |one: &Learnt| {
            let mut of = one.of.clone();
            of.sort_unstable();
            for own in one.of.iter().rev() {
                let rest: Vec<usize> = of.iter().copied().filter(|other| other != own).collect();
                if self.people.known(&rest) == one.known {
                    of = rest;
                }
            }
            Coalition { of, learns: one.cell }
        };
        let mut told: Vec<Coalition> = (0..all.len()).filter(|&at| !is_more(at)).map(|at| least(all[at])).collect();
        told.sort_by(|left, right| (left.learns, &left.of).cmp(&(right.learns, &right.of)));
        told
    }

    /// Every table that was found.
    pub(crate) fn tables(self) -> Vec<Witness> {
        self.moves.into_iter().map(|one| one.table).collect()
    }

    /// Takes a table that is known to meet every equation.
    pub(crate) fn take(&mut self, table: Witness) {
        let cells: Box<[usize]> = table.iter().map(|(cell, _)| *cell).collect();
        if self.kept + cells.len() > KEPT || self.differing.contains(&cells) {
            return;
        }
        let number = self.moves.len() as u32;
        cells.iter().for_each(|&cell| self.by_cell[cell].push(number));
        self.kept += cells.len();
        let few = cells.iter().filter(|&&cell| self.people.are_few(cell)).count();
        self.moves.push(Move { table, few });
        self.differing.insert(cells);
    }

    /// What groups learn of sensitive figures that are not known to everybody, without what is told anyway.
    pub(crate) fn learn(
        &mut self,
        map: &Map<'_>,
        room: &Room,
        wanted: &[Option<Need>],
        look: Look,
        seen: &mut Witnesses,
        work: &mut u64,
    ) -> Found {
        seen.tables.iter().for_each(|table| self.take(table.clone()));
        let known_before = self.moves.len();
        let fits: Vec<bool> = self.moves.iter().map(|one| fits(room, &one.table)).collect();
        let is_shown =
            |cell: usize| self.shown[cell].as_ref().is_some_and(|moves| moves.iter().all(|&at| fits[at as usize]));
        let open: Vec<usize> =
            (0..wanted.len()).filter(|&cell| wanted[cell].is_some() && room.unknown[cell] && !is_shown(cell)).collect();
        let mut found = Found::default();
        if open.is_empty() {
            return found;
        }
        let mut tight = room.clone();
        if look == Look::All {
            propagate(map.system, &map.uses, &mut tight);
        }
        let parts = OnceCell::new();
        let mut place = Place::new(map, &tight, &parts, fits);
        for cell in open.into_iter().filter(|&cell| !tight.is_fixed(cell)) {
            if look != Look::All && self.tired[cell] {
                continue;
            }
            let before = found.learnt.len();
            match self.look_at(&mut place, cell, look, &mut found.learnt) {
                Looked::Through(moves) if found.learnt.len() == before => self.shown[cell] = Some(moves),
                Looked::Through(_) if look == Look::Glance => break,
                Looked::Through(_) | Looked::IsKnown => {}
                Looked::GaveUp => {
                    self.tired[cell] = true;
                    found.untried.push(cell);
                }
            }
        }
        *work += place.work;
        // What is possible to insiders is possible to all.
        self.moves[known_before..].iter().for_each(|one| seen.take(room, one.table.clone()));
        found
    }

    /// Looks at every group that may learn a figure.
    fn look_at(&mut self, place: &mut Place<'_, '_, '_>, cell: usize, look: Look, learnt: &mut Vec<Learnt>) -> Looked {
        let (mut used, mut looked_at) = (Vec::new(), BTreeSet::new());
        let mut mine: Vec<Learnt> = Vec::new();
        let mut open: Vec<(Vec<usize>, Rc<[usize]>)> = vec![(Vec::new(), Rc::from([]))];
        while let Some((of, known)) = open.pop() {
            let is_known = |one: &Learnt| one.is_learnt_by(&known, cell);
            if self.told.iter().any(is_known) || mine.iter().any(is_known) {
                continue;
            }
            if looked_at.len() > GROUPS || self.work == 0 {
                return Looked::GaveUp;
            }
            let before = place.work;
            place.work += LOOK;
            let found = match self.keeping(&place.fits, cell, &known) {
                Some(known) => Some(known),
                None => {
                    let tables = place.find(cell, &known, look);
                    tables.into_iter().for_each(|table| self.take(table));
                    place.fits.resize(self.moves.len(), true);
                    self.keeping(&place.fits, cell, &known)
                }
            };
            self.work = self.work.saturating_sub(place.work - before);
            let Some(kept) = found else {
                if of.is_empty() {
                    return Looked::IsKnown;
                }
                mine.push(Learnt { of, known, cell });
                if mine.len() >= look.enough() {
                    break;
                }
                continue;
            };
            used.push(kept);
            let table = &self.moves[kept as usize].table;
            for &(other, _) in table.iter().filter(|(other, _)| *other != cell && self.people.are_few(*other)) {
                let more = [of.as_slice(), &[other]].concat();
                let known = self.people.known(&more);
                let is_other = known.binary_search(&cell).is_err();
                if is_other && looked_at.insert(Rc::clone(&known)) && self.people.may_meet(place.map, &known) {
                    open.push((more, known));
                }
            }
        }
        learnt.append(&mut mine);
        used.sort_unstable();
        used.dedup();
        Looked::Through(used)
    }

    /// A move that keeps a figure from those who know some: of these, one with the fewest figures that others may know.
    fn keeping(&self, fits: &[bool], cell: usize, known: &[usize]) -> Option<u32> {
        let mut best: Option<(usize, u32)> = None;
        for &at in &self.by_cell[cell] {
            let Move { table, few } = &self.moves[at as usize];
            if fits[at as usize]
                && best.is_none_or(|(fewest, _)| *few < fewest)
                && !table.iter().any(|(cell, _)| known.binary_search(cell).is_ok())
            {
                best = Some((*few, at));
            }
        }
        best.map(|(_, at)| at)
    }

    /// Allows so much more work, and to look again where that was given up.
    pub(crate) fn rest(&mut self, work: u64) {
        self.work = self.work.saturating_add(work);
        self.tired.fill(false);
    }

    /// Whether a small neighbourhood shows that something is kept from those who know some figures.
    pub(crate) fn is_kept_near(
        &mut self,
        map: &Map<'_>,
        room: &Room,
        cell: usize,
        known: &[usize],
        work: &mut u64,
    ) -> bool {
        let parts = OnceCell::new();
        let mut place = Place::new(map, room, &parts, Vec::new());
        let tables = place.find(cell, known, Look::Some);
        let is_kept = !tables.is_empty();
        tables.into_iter().for_each(|table| self.take(table));
        *work += place.work;
        is_kept
    }

    /// Leaves of what some people seem to learn what they surely do.
    pub(crate) fn sure(
        &mut self,
        map: &Map<'_>,
        room: &Room,
        learnt: Vec<Learnt>,
        seen: &mut Witnesses,
        work: &mut u64,
    ) -> Vec<Learnt> {
        if learnt.is_empty() {
            return learnt;
        }
        let mut tight = room.clone();
        propagate(map.system, &map.uses, &mut tight);
        let (known_before, parts) = (self.moves.len(), OnceCell::new());
        let mut place = Place::new(map, &tight, &parts, self.moves.iter().map(|one| fits(room, &one.table)).collect());
        let mut sure = learnt;
        sure.retain(|one| {
            if self.keeping(&place.fits, one.cell, &one.known).is_none() {
                place.find(one.cell, &one.known, Look::All).into_iter().for_each(|table| self.take(table));
                place.fits.resize(self.moves.len(), true);
            }
            self.keeping(&place.fits, one.cell, &one.known).is_none()
        });
        *work += place.work;
        self.work = self.work.saturating_sub(place.work);
        self.moves[known_before..].iter().for_each(|one| seen.take(room, one.table.clone()));
        sure
    }

    /// Whether something can be kept from a group when everything is withheld that may be. What cannot be is told from now on.
    pub(crate) fn can_be_kept(&mut self, map: &Map<'_>, all: &Room, learnt: &Learnt, work: &mut u64) -> bool {
        let key = (Rc::clone(&learnt.known), learnt.cell);
        if self.can_be_kept.contains(&key) {
            return true;
        }
        let mut tight = all.clone();
        let parts = OnceCell::new();
        let mut is_loose = || {
            // Most is shown nearby, without a look at the whole.
            let mut quick = Place::new(map, all, &parts, Vec::new());
            let tables = quick.find(learnt.cell, &learnt.known, Look::Glance);
            *work += quick.work;
            !tables.is_empty()
        };
        let is_kept = is_loose() || {
            learnt.known.iter().for_each(|&cell| (tight.low[cell], tight.high[cell]) = (0, 0));
            propagate(map.system, &map.uses, &mut tight);
            !tight.is_fixed(learnt.cell) && {
                let mut place = Place::new(map, &tight, &parts, Vec::new());
                let tables = place.find(learnt.cell, &[], Look::All);
                *work += place.work;
                !tables.is_empty()
            }
        };
        if is_kept {
            self.can_be_kept.insert(key);
        } else {
            self.told.push(learnt.clone());
        }
        is_kept
    }
}

/// Whether a move or its mirror image is possible.
fn fits(room: &Room, table: &Witness) -> bool {
    table.iter().all(|&(cell, _)| room.unknown[cell])
        && (table.iter().all(|&(cell, by)| room.has(cell, by)) || table.iter().all(|&(cell, by)| room.has(cell, -by)))
}

/// Where moves are sought: a room, with the tableau of the part that was asked last.
struct Place<'m, 's, 'p> {
    map: &'m Map<'s>,
    tight: &'p Room,
    /// The same to those who know some figures.
    inside: Room,
    parts: &'p OnceCell<Vec<Part>>,
    part_of: Vec<usize>,
    bench: Option<(usize, Bench<'p>)>,
    fits: Vec<bool>,
    seen: Witnesses,
    work: u64,
}

impl<'m, 's, 'p> Place<'m, 's, 'p> {
    fn new(map: &'m Map<'s>, tight: &'p Room, parts: &'p OnceCell<Vec<Part>>, fits: Vec<bool>) -> Self {
        let cells = map.system.cells.len();
        let seen = Witnesses::new(cells);
        Self { map, tight, inside: tight.clone(), parts, part_of: Vec::new(), bench: None, fits, seen, work: 0 }
    }

    /// Tables that differ from the truth in a figure and in none that is known. None are there, or none were found.
    fn find(&mut self, cell: usize, known: &[usize], look: Look) -> Vec<Witness> {
        known.iter().for_each(|&known| (self.inside.low[known], self.inside.high[known]) = (0, 0));
        let sizes = if look == Look::Some { &local::SIZES[..local::QUICK] } else { &local::SIZES[..] };
        let need = |_| Need::EXACT;
        let left = local::meet(self.map, sizes, &self.inside, &[cell], &need, &mut self.seen, &mut self.work);
        if !left.is_empty() && look == Look::All {
            self.find_in_part(cell, known);
        }
        for &known in known {
            (self.inside.low[known], self.inside.high[known]) = (self.tight.low[known], self.tight.high[known]);
        }
        let mut tables = self.seen.drain();
        tables.retain(|table| table.binary_search_by_key(&cell, |(cell, _)| *cell).is_ok());
        tables
    }

    /// The same over the whole part that a figure is in, which proves that there are none.
    fn find_in_part(&mut self, cell: usize, known: &[usize]) {
        let parts: &'p [Part] = self.parts.get_or_init(|| parts(self.map.system, self.tight));
        if self.part_of.is_empty() {
            self.part_of = vec![usize::MAX; self.map.system.cells.len()];
            for (number, part) in parts.iter().enumerate() {
                part.cells.iter().for_each(|&cell| self.part_of[cell] = number);
            }
        }
        let number = self.part_of[cell];
        let Some(part) = parts.get(number) else { return };
        let Ok(at) = part.cells.binary_search(&cell) else { return };
        if !self.bench.as_ref().is_some_and(|(known, bench)| *known == number && !bench.tableau.is_broken()) {
            self.bench = Bench::new(part, self.tight).map(|bench| (number, bench));
        }
        let sure = self.bench.as_mut().and_then(|(_, bench)| {
            let before = bench.tableau.work;
            bench.tableau.reset();
            let places: Vec<usize> = known.iter().filter_map(|cell| part.cells.binary_search(cell).ok()).collect();
            places.iter().for_each(|&at| bench.tableau.bound(at, 0, 0));
            let found = reach(bench, at, Need::EXACT, &self.inside, &mut self.seen);
            bench.tableau.reset();
            for &at in &places {
                let cell = part.cells[at];
                bench.tableau.bound(at, self.tight.low[cell], self.tight.high[cell]);
            }
            self.work += bench.tableau.work - before + bench.tableau.size() as u64 / 8;
            found
        });
        if sure.is_none() {
            come_near(self.map, &FAR, &self.inside, cell, Need::EXACT, &mut self.seen, &mut self.work);
        }
    }
}
