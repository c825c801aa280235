//! The attacker at work: what can be inferred about withheld figures from all that is published.

use std::collections::BTreeMap;

use candour_model::Attacker;

use super::local::Map;
use super::system::{System, bounds};
use super::tableau::{OPEN, Pushed, Tableau};

/// What an attacker does not know, as room around the truth: how far each figure may go down and up.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    /// Whether the figure is unknown at all.
    pub(crate) unknown: Vec<bool>,
    /// How far it may go down: zero or less, or -[`OPEN`].
    pub(crate) low: Vec<i64>,
    /// How far it may go up: zero or more, or [`OPEN`].
    pub(crate) high: Vec<i64>,
}

impl Room {
    /// What an attacker knows of the withheld figures before any equation. Gives the first figure that is not what the
    /// attacker takes it to be, if there is one: a claim of safety under a false belief would mean nothing.
    pub(crate) fn new(system: &System, attacker: &Attacker, withheld: &[bool]) -> Result<Self, usize> {
        let cells = system.cells.len();
        let mut room = Self { unknown: withheld.to_vec(), low: vec![0; cells], high: vec![0; cells] };
        for (at, cell) in system.cells.iter().enumerate().filter(|(at, _)| withheld[*at]) {
            let (least, most) = bounds(attacker, system, cell);
            room.low[at] = least - cell.value;
            room.high[at] = most.map_or(OPEN, |most| most - cell.value);
            if room.low[at] > 0 || room.high[at] < 0 {
                return Err(at);
            }
        }
        Ok(room)
    }

    /// Whether moving a figure so far is possible by what is known of it alone.
    pub(crate) fn has(&self, cell: usize, by: i64) -> bool {
        self.low[cell] <= by && by <= self.high[cell]
    }

    pub(crate) fn is_fixed(&self, cell: usize) -> bool {
        self.low[cell] == 0 && self.high[cell] == 0
    }
}

/// Tightens room by one equation after another, in whole numbers. Gives, for each figure that this fixes, the equations that
/// did it, in the order in which they fall.
pub(crate) fn propagate(system: &System, uses: &[Vec<(u32, i32)>], room: &mut Room) -> Vec<(usize, Vec<u32>)> {
    // The equations that last lowered and raised each figure's bounds.
    let mut because: Vec<[Option<u32>; 2]> = vec![[None; 2]; system.cells.len()];
    let mut queue: std::collections::VecDeque<u32> = (0..system.equations.len() as u32).collect();
    let mut queued = vec![true; system.equations.len()];
    let mut fixed = Vec::new();
    // Bounds may creep by ones through large numbers; what is left is for the simplex.
    let mut budget = 40 * system.equations.len() as u64 + 1000;
    while let Some(at) = queue.pop_front() {
        queued[at as usize] = false;
        if budget == 0 {
            break;
        }
        budget -= 1;
        let terms: Vec<(usize, i128)> = system.equations[at as usize]
            .terms
            .iter()
            .map(|&(cell, by)| (cell as usize, i128::from(by)))
            .filter(|&(cell, _)| room.unknown[cell] && !room.is_fixed(cell))
            .collect();
        let mut sum = Reach::default();
        terms.iter().for_each(|&(cell, by)| sum.add(Ends::new(room, cell, by)));
        for &(cell, by) in &terms {
            let own = Ends::new(room, cell, by);
            let others = sum.without(own);
            // by * z = -(others), so it lies between -most and -least of these.
            let (above, below) = (others.least.map(|others| -others), others.most.map(|others| -others));
            let (upper, lower) = if by > 0 { (above, below) } else { (below, above) };
            let (mut low, mut high) = (room.low[cell], room.high[cell]);
            if let Some(upper) = upper {
                high = high.min(i64::try_from(floor(upper, by)).unwrap_or(OPEN).max(0));
            }
            if let Some(lower) = lower {
                low = low.max(i64::try_from(-floor(-lower, by)).unwrap_or(-OPEN).min(0));
            }
            if (low, high) == (room.low[cell], room.high[cell]) {
                continue;
            }
            if low != room.low[cell] {
                because[cell][0] = Some(at);
            }
            if high != room.high[cell] {
                because[cell][1] = Some(at);
            }
            (room.low[cell], room.high[cell]) = (low, high);
            sum.remove(own);
            sum.add(Ends::new(room, cell, by));
            if room.is_fixed(cell) {
                fixed.push((cell, reasons(system, &because, cell)));
            }
            for &(other, _) in &uses[cell] {
                if !std::mem::replace(&mut queued[other as usize], true) {
                    queue.push_back(other);
                }
            }
        }
    }
    fixed
}

/// The least and the most that a term comes to; None where nothing bounds it.
#[derive(Clone, Copy, Debug)]
struct Ends {
    least: Option<i128>,
    most: Option<i128>,
}

impl Ends {
    fn new(room: &Room, cell: usize, by: i128) -> Self {
        let times = |bound: i64| (bound.abs() != OPEN).then(|| i128::from(bound) * by);
        let (low, high) = (times(room.low[cell]), times(room.high[cell]));
        if by > 0 { Self { least: low, most: high } } else { Self { least: high, most: low } }
    }
}

/// The same of all terms together: the sums of those that are bounded, and how many are not.
#[derive(Clone, Copy, Debug, Default)]
struct Reach {
    least: i128,
    most: i128,
    open_below: usize,
    open_above: usize,
}

impl Reach {
    fn add(&mut self, term: Ends) {
        self.least += term.least.unwrap_or(0);
        self.most += term.most.unwrap_or(0);
        self.open_below += usize::from(term.least.is_none());
        self.open_above += usize::from(term.most.is_none());
    }

    fn remove(&mut self, term: Ends) {
        self.least -= term.least.unwrap_or(0);
        self.most -= term.most.unwrap_or(0);
        self.open_below -= usize::from(term.least.is_none());
        self.open_above -= usize::from(term.most.is_none());
    }

    /// The least and the most of all terms but one of them.
    fn without(mut self, term: Ends) -> Ends {
        self.remove(term);
        Ends { least: (self.open_below == 0).then_some(self.least), most: (self.open_above == 0).then_some(self.most) }
    }
}

/// The equations behind a figure's bounds, and behind those of the figures that they speak of.
fn reasons(system: &System, because: &[[Option<u32>; 2]], cell: usize) -> Vec<u32> {
    let (mut found, mut open) = (std::collections::BTreeSet::new(), vec![cell]);
    while let Some(cell) = open.pop() {
        for equation in because[cell].iter().flatten() {
            if found.insert(*equation) {
                open.extend(system.equations[*equation as usize].terms.iter().map(|&(cell, _)| cell as usize));
            }
        }
    }
    found.into_iter().collect()
}

/// The highest whole number that is not above a fraction.
fn floor(above: i128, below: i128) -> i128 {
    if below < 0 { (-above).div_euclid(-below) } else { above.div_euclid(below) }
}

/// The unknown figures that hang together, and the equations that tie them, in order.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) cells: Vec<usize>,
    /// Terms by position in `cells`; the equation's number beside them.
    pub(crate) equations: Vec<(u32, Vec<(usize, i32)>)>,
}

/// Splits what is unknown and not fixed into parts that share no equation.
pub(crate) fn parts(system: &System, room: &Room) -> Vec<Part> {
    let cells = system.cells.len();
    let loose = |cell: usize| room.unknown[cell] && !room.is_fixed(cell);
    let mut root: Vec<usize> = (0..cells).collect();
    fn find(root: &mut [usize], mut at: usize) -> usize {
        while root[at] != at {
            root[at] = root[root[at]];
            at = root[at];
        }
        at
    }
    for equation in &system.equations {
        let mut before: Option<usize> = None;
        for cell in equation.terms.iter().map(|&(cell, _)| cell as usize).filter(|&cell| loose(cell)) {
            if let Some(before) = before {
                let (left, right) = (find(&mut root, before), find(&mut root, cell));
                root[left.max(right)] = left.min(right);
            }
            before = Some(cell);
        }
    }
    let mut by_root: BTreeMap<usize, Part> = BTreeMap::new();
    let mut position = vec![usize::MAX; cells];
    for cell in (0..cells).filter(|&cell| loose(cell)) {
        let part =
            by_root.entry(find(&mut root, cell)).or_insert_with(|| Part { cells: Vec::new(), equations: Vec::new() });
        position[cell] = part.cells.len();
        part.cells.push(cell);
    }
    for (number, equation) in (0_u32..).zip(&system.equations) {
        let terms: Vec<(usize, i32)> = equation
            .terms
            .iter()
            .filter(|&&(cell, _)| loose(cell as usize))
            .map(|&(cell, by)| (position[cell as usize], by))
            .collect();
        if let Some(&(first, _)) = terms.first() {
            let cell = equation
                .terms
                .iter()
                .map(|&(cell, _)| cell as usize)
                .find(|&cell| loose(cell) && position[cell] == first);
            let Some(part) = cell.and_then(|cell| by_root.get_mut(&find(&mut root, cell))) else { continue };
            part.equations.push((number, terms));
        }
    }
    by_root.into_values().collect()
}

/// A table that could be true as well: how far some figures are from the truth, in order of figure.
pub(crate) type Witness = Vec<(usize, i64)>;

/// Tables that could be true, with what they show of each figure.
#[derive(Clone, Debug, Default)]
pub struct Witnesses {
    /// The furthest down and up that each figure was seen; the truth is seen at zero.
    pub(crate) low: Vec<i64>,
    pub(crate) high: Vec<i64>,
    pub(crate) tables: Vec<Witness>,
}

impl Witnesses {
    pub(crate) fn new(cells: usize) -> Self {
        Self { low: vec![0; cells], high: vec![0; cells], tables: Vec::new() }
    }

    /// Takes a table, and its mirror image where that could be true too, if either shows anything new.
    pub(crate) fn take(&mut self, room: &Room, mut table: Witness) {
        table.sort_unstable();
        let mirror = table.iter().all(|&(cell, by)| room.has(cell, -by));
        self.see(&table);
        if mirror {
            let mirrored = table.iter().map(|&(cell, by)| (cell, -by)).collect();
            self.see(&mirrored);
        }
    }

    pub(crate) fn see(&mut self, table: &Witness) {
        let mut new = false;
        for &(cell, by) in table {
            new |= by < self.low[cell] || by > self.high[cell];
            self.low[cell] = self.low[cell].min(by);
            self.high[cell] = self.high[cell].max(by);
        }
        if new {
            self.tables.push(table.clone());
        }
    }

    pub(crate) fn width(&self, cell: usize) -> i64 {
        self.high[cell] - self.low[cell]
    }

    /// Takes every table out, and with them all that was seen.
    pub(crate) fn drain(&mut self) -> Vec<Witness> {
        for &(cell, _) in self.tables.iter().flatten() {
            (self.low[cell], self.high[cell]) = (0, 0);
        }
        std::mem::take(&mut self.tables)
    }

    /// Those that could be true in a room and meet every equation.
    pub(crate) fn checked(&self, map: &Map<'_>, room: &Room) -> Self {
        let mut kept = Self::new(self.low.len());
        self.tables.iter().filter(|table| is_possible(map, room, table)).for_each(|table| kept.see(table));
        kept
    }

    /// Those that could be true in another room as well: every equation holds in any.
    pub(crate) fn kept(&self, room: &Room) -> Self {
        let mut kept = Self::new(self.low.len());
        let fits = |table: &&Witness| table.iter().all(|&(cell, by)| room.unknown[cell] && room.has(cell, by));
        self.tables.iter().filter(fits).for_each(|table| kept.see(table));
        kept
    }
}

/// How far a push got in whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whole {
    /// A table that could be true gets there.
    Reached,
    /// Proved: none gets beyond this.
    NotBeyond(i64),
    /// Nothing bounds it.
    Unbounded,
    /// Neither is known.
    Unknown,
}

/// A part of a system set up for pushing.
pub(crate) struct Bench<'p> {
    pub(crate) part: &'p Part,
    pub(crate) tableau: Tableau,
    /// How often a point may be split that is not whole; each time the tableau is copied.
    pub(crate) splits: u32,
}

/// The most numbers that a tableau may hold.
pub(crate) const LARGEST_TABLEAU: usize = 60_000_000;

impl<'p> Bench<'p> {
    /// None where the part is too large.
    pub(crate) fn new(part: &'p Part, room: &Room) -> Option<Self> {
        if part.cells.len().saturating_mul(part.equations.len()) > LARGEST_TABLEAU {
            return None;
        }
        let equations: Vec<Vec<(usize, i32)>> = part.equations.iter().map(|(_, terms)| terms.clone()).collect();
        let mut tableau = Tableau::new(part.cells.len(), &equations, false).ok()?;
        for (at, &cell) in part.cells.iter().enumerate() {
            tableau.bound(at, room.low[cell], room.high[cell]);
        }
        let splits = (20_000_000 / tableau.size().max(1)).clamp(2, 200) as u32;
        Some(Self { part, tableau, splits })
    }

    /// The point as a table, if all of it is whole.
    pub(crate) fn table(&self) -> Option<Witness> {
        let whole = self.tableau.fractional().is_none();
        whole.then(|| self.tableau.moved().map(|(at, by)| (self.part.cells[at], by)).collect())
    }

    /// Pushes a figure and takes what is seen on the way.
    pub(crate) fn push(
        &mut self,
        at: usize,
        up: bool,
        goal: Option<i64>,
        most: u64,
        room: &Room,
        seen: &mut Witnesses,
    ) -> Whole {
        let pushed = self.tableau.push(at, up, goal, most);
        if pushed == Pushed::GaveUp {
            return Whole::Unknown;
        }
        if let Some(table) = self.table() {
            seen.take(room, table);
            return match pushed {
                Pushed::Reached => Whole::Reached,
                Pushed::Furthest => Whole::NotBeyond(self.tableau.value(at).0),
                _ => Whole::Unbounded,
            };
        }
        if pushed == Pushed::Unbounded {
            return Whole::Unbounded;
        }
        // The relaxation gets there through fractions of people: whole numbers may not.
        let (floor, is_whole) = self.tableau.value(at);
        let end = match goal {
            Some(goal) if pushed == Pushed::Reached => goal,
            _ if up || is_whole => floor,
            _ => floor + 1,
        };
        let mut end = end;
        let mut nodes = self.splits;
        loop {
            let behind = if up { end <= seen.high[self.part.cells[at]] } else { end >= seen.low[self.part.cells[at]] };
            if behind {
                return match goal {
                    Some(goal) if goal == end => Whole::Reached,
                    _ => Whole::NotBeyond(end),
                };
            }
            let (low, high) = self.tableau.bounds(at);
            let back = self.tableau.clone();
            if up {
                self.tableau.bound(at, end, high)
            } else {
                self.tableau.bound(at, low, end)
            }
            let found = self.round(&mut nodes, most, room, seen);
            let broken_off = found.is_none();
            self.tableau.restore(back);
            match found {
                Some(true) if goal.is_none_or(|goal| goal != end) => return Whole::NotBeyond(end),
                Some(true) => return Whole::Reached,
                _ if broken_off => return Whole::Unknown,
                _ => end += if up { -1 } else { 1 },
            }
            // What was sought cannot be; how far it gets instead is only asked where there is no goal.
            if goal.is_some() {
                return Whole::NotBeyond(end);
            }
        }
    }

    /// Looks for a whole point within the bounds, by branching on what is not whole. None when the nodes are used up.
    pub(crate) fn round(&mut self, nodes: &mut u32, most: u64, room: &Room, seen: &mut Witnesses) -> Option<bool> {
        let Some(variable) = self.tableau.fractional() else {
            let table = self.table()?;
            seen.take(room, table);
            return Some(true);
        };
        *nodes = nodes.checked_sub(1)?;
        let (floor, _) = self.tableau.value(variable);
        let (low, high) = self.tableau.bounds(variable);
        for (up, goal) in [(false, floor), (true, floor + 1)] {
            let back = self.tableau.clone();
            match self.tableau.push(variable, up, Some(goal), most) {
                Pushed::Reached => {
                    if up {
                        self.tableau.bound(variable, goal, high)
                    } else {
                        self.tableau.bound(variable, low, goal)
                    }
                    match self.round(nodes, most, room, seen) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => return None,
                    }
                }
                Pushed::Furthest => {}
                Pushed::Unbounded | Pushed::GaveUp => return None,
            }
            self.tableau.restore(back);
        }
        Some(false)
    }
}

/// Whether a table could be true: it stays in its room and meets every equation that it touches. In whole numbers, since
/// what found it is not.
pub(crate) fn is_possible(map: &Map<'_>, room: &Room, table: &Witness) -> bool {
    let mut sums: BTreeMap<u32, i128> = BTreeMap::new();
    for &(cell, by) in table {
        if !room.unknown[cell] || !room.has(cell, by) {
            return false;
        }
        for &(equation, times) in &map.uses[cell] {
            *sums.entry(equation).or_default() += i128::from(times) * i128::from(by);
        }
    }
    sums.values().all(|sum| *sum == 0)
}
