//! The audit: what an attacker can infer about each withheld figure.

use std::collections::BTreeSet;

use super::attack::{Bench, Part, Room, Whole, Witness, Witnesses, is_possible, parts, propagate};
use super::augment::{FAR, NEAR, cheapest};
use super::chase::Chaser;
use super::ends::{Ends, SMALL_TABLEAU};
use super::insiders::{Insiders, Look, WORK};
use super::local::{self, Map};
use super::need::{Need, needs};
use super::suppress::Outcome;
use super::system::{Role, System};
use super::tableau::Tableau;
use candour_model::{Attacker, Protection};

/// How one end of an interval is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certified {
    /// A table that could be true reaches it, and none gets beyond.
    Exact,
    /// A table that could be true reaches it; how far others get was not worked out.
    AtLeast,
}

/// Between which values an attacker knows a figure to lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The lowest value of a table that could be true.
    pub low: i64,
    /// The highest; None where nothing bounds it.
    pub high: Option<i64>,
    /// How the lowest is known.
    pub low_by: Certified,
    /// How the highest is known.
    pub high_by: Certified,
}

impl Interval {
    /// Whether it is proved to be one number.
    pub(crate) fn is_known(&self) -> bool {
        self.high == Some(self.low) && self.low_by == Certified::Exact && self.high_by == Certified::Exact
    }
}

/// Why a figure is known exactly: the equations, each with its multiple, that leave nothing of the other unknown figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosed {
    /// The figure.
    pub cell: usize,
    /// The equations with their multiples, over `over`. Empty where whole numbers or bounds alone disclose it.
    pub equations: Vec<(u32, i64)>,
}

/// People who put together what each knows of his own record, and learn a figure that is not theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coalition {
    /// The figures whose people these are, each of which has somebody whom the others have not. They know every figure that holds nobody else.
    pub of: Vec<usize>,
    /// The sensitive figure that they then know.
    pub learns: usize,
}

impl Coalition {
    /// The first of their figures, with the one that they learn.
    pub(crate) fn told(&self) -> (usize, usize) {
        (self.of.first().copied().unwrap_or(self.learns), self.learns)
    }
}

/// What an audit found.
#[derive(Clone, Debug)]
pub(crate) struct Audited {
    /// One interval for each withheld or hidden figure.
    pub(crate) intervals: Vec<Option<Interval>>,
    /// Figures that are known exactly.
    pub(crate) disclosed: Vec<Disclosed>,
    /// Tables that could be true, that show the rest is not.
    pub(crate) witnesses: Witnesses,
    /// Parts that share no equation, with the number of their figures.
    pub(crate) parts: Vec<usize>,
    /// Figures of which neither is known: they count as known.
    pub(crate) undecided: Vec<usize>,
    /// Numbers worked out.
    pub(crate) work: u64,
}

/// What an audit of a pattern found.
#[derive(Clone, Debug)]
pub struct Findings {
    /// One interval for each withheld or hidden figure.
    pub intervals: Vec<Option<Interval>>,
    /// Figures that are known exactly, with what discloses them.
    pub disclosed: Vec<Disclosed>,
    /// Figures of which it could not be shown that they are not known: they count as known.
    pub undecided: Vec<usize>,
    /// Sensitive figures whose interval is narrower than asked for, known ones among them.
    pub narrower: Vec<usize>,
    /// What contributors learn who put together what they know: the first figure of each of [`coalitions`](Self::coalitions),
    /// and the sensitive one that these then know.
    pub told: Vec<(usize, usize)>,
    /// Who learns what is told, one for each of it: the fewest who do, as far as that can be told.
    pub coalitions: Vec<Coalition>,
    /// Sensitive figures for which not every coalition was looked at: there were too many.
    pub untried: Vec<usize>,
    /// How many unknown figures each part holds that shares no equation with another.
    pub parts: Vec<usize>,
    /// How many tables show that figures are not known; each could be true.
    pub witnesses: usize,
}

/// Audits what an attacker can infer when some figures are withheld. With `intervals`, both ends of every interval are worked
/// out; without, an interval is as far as a table was seen.
///
/// # Errors
/// The first figure of which the attacker is taken to believe what is not so.
pub fn audit_pattern(
    system: &System,
    attacker: &Attacker,
    withheld: &[bool],
    protection: Protection,
    intervals: bool,
) -> Result<Findings, usize> {
    audit_from(system, attacker, withheld, protection, intervals, &Witnesses::new(system.cells.len()), &[])
}

/// Audits what was decided. The tables that were found on the way count, each checked again: it must meet every equation.
///
/// # Errors
/// The first figure of which the attacker is taken to believe what is not so.
pub fn audit_outcome(
    system: &System,
    attacker: &Attacker,
    outcome: &Outcome,
    protection: Protection,
    intervals: bool,
) -> Result<Findings, usize> {
    audit_from(system, attacker, &outcome.withheld, protection, intervals, &outcome.seen, &outcome.moves)
}

fn audit_from(
    system: &System,
    attacker: &Attacker,
    withheld: &[bool],
    protection: Protection,
    intervals: bool,
    seen: &Witnesses,
    moves: &[Witness],
) -> Result<Findings, usize> {
    let map = Map::new(system);
    let hidden: Vec<bool> =
        system.cells.iter().zip(withheld).map(|(cell, withheld)| *withheld || cell.role == Role::Hidden).collect();
    let room = Room::new(system, attacker, &hidden)?;
    let wanted = needs(system, protection, &room);
    // A figure that nobody prints and that is not sensitive may be known.
    let every: Vec<Option<Need>> =
        (0..system.cells.len()).map(|cell| wanted[cell].or_else(|| withheld[cell].then_some(Need::EXACT))).collect();
    let depth = if intervals { Depth::Intervals } else { Depth::Needs };
    let found = audit(&map, &room, &every, depth, seen.checked(&map, &room));
    let mut seen = found.witnesses;
    // What nothing bounds is as wide as one likes, though no table shows it.
    let is_open = |cell: usize| found.intervals[cell].is_some_and(|interval| interval.high.is_none());
    let is_met = |need: Need, cell: usize| {
        let up_open = Need { up: 0, width: 0, ..need };
        need.is_met(&seen, cell) || (is_open(cell) && up_open.is_met(&seen, cell))
    };
    let is_narrower = |cell: &usize| hidden[*cell] && wanted[*cell].is_some_and(|need| !is_met(need, *cell));
    let narrower = (0..system.cells.len()).filter(is_narrower).collect();
    let witnesses = seen.tables.len();
    let (mut coalitions, mut untried) = (Vec::new(), Vec::new());
    if attacker.insiders > 0 {
        let mut insiders = Insiders::new(&map, attacker.insiders, WORK);
        moves.iter().filter(|table| is_possible(&map, &room, table)).for_each(|table| insiders.take(table.clone()));
        let found = insiders.learn(&map, &room, &wanted, Look::All, &mut seen, &mut 0);
        (coalitions, untried) = (insiders.told(found.learnt), found.untried);
    }
    Ok(Findings {
        intervals: found.intervals,
        disclosed: found.disclosed,
        undecided: found.undecided,
        narrower,
        told: coalitions.iter().map(Coalition::told).collect(),
        coalitions,
        untried,
        parts: found.parts,
        witnesses,
    })
}

/// How deep an audit goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// As far as neighbourhoods show.
    Nearby,
    /// Until every need is met, or shown not to be. Figures without a need are not looked at.
    Needs,
    /// Until every interval is exact.
    Intervals,
}

/// The most steps for one end of one interval, in a tableau of so many numbers.
pub(crate) fn most_steps(size: usize) -> u64 {
    (1_000_000_000 / size.max(1) as u64).clamp(300, 20_000)
}

/// Audits a system under what an attacker knows. `before` are tables that are known to be possible already.
pub(crate) fn audit(map: &Map<'_>, room: &Room, needs: &[Option<Need>], depth: Depth, before: Witnesses) -> Audited {
    let system = map.system;
    let mut tight = room.clone();
    let fixed = propagate(system, &map.uses, &mut tight);
    let mut found = Audited {
        intervals: vec![None; system.cells.len()],
        disclosed: Vec::new(),
        witnesses: before,
        parts: Vec::new(),
        undecided: Vec::new(),
        work: 0,
    };
    for (cell, numbers) in fixed {
        let told: BTreeSet<usize> = found.disclosed.iter().map(|disclosed| disclosed.cell).collect();
        // What tightened the bounds of its equation may be more equations than fixed it in the end.
        let equations = because(&part_of(system, room, &numbers), room, cell, &told)
            .or_else(|| {
                let wide = parts(system, room);
                let part = wide.iter().find(|part| part.cells.binary_search(&cell).is_ok())?;
                because(part, room, cell, &told)
            })
            .unwrap_or_default();
        found.disclosed.push(Disclosed { cell, equations });
    }
    // What only bounds fix, before any equation.
    for cell in (0..system.cells.len()).filter(|&cell| room.unknown[cell] && room.is_fixed(cell)) {
        found.disclosed.push(Disclosed { cell, equations: Vec::new() });
    }
    let parts = parts(system, &tight);
    for part in &parts {
        found.parts.push(part.cells.len());
        let need = |cell: usize| needs[cell].unwrap_or_default();
        match depth {
            Depth::Nearby => {
                local::meet(map, &local::SIZES, &tight, &part.cells, &need, &mut found.witnesses, &mut found.work);
            }
            Depth::Needs => meet(map, &tight, part, &need, &mut found),
            Depth::Intervals => measure(map, &tight, part, &need, &mut found),
        }
    }
    debug_assert!(found.witnesses.tables.iter().all(|table| is_possible(map, room, table)));
    for cell in (0..system.cells.len()).filter(|&cell| room.unknown[cell]) {
        let value = system.cells[cell].value;
        let (low, high) = (found.witnesses.low[cell], found.witnesses.high[cell]);
        found.intervals[cell].get_or_insert_with(|| {
            let by = |seen: i64, bound: i64| if seen == bound { Certified::Exact } else { Certified::AtLeast };
            Interval {
                low: value + low,
                high: Some(value + high),
                low_by: by(low, tight.low[cell]),
                high_by: by(high, tight.high[cell]),
            }
        });
    }
    found
}

/// Meets the needs of a part's figures: nearby first, then over the whole part.
fn meet(map: &Map<'_>, room: &Room, part: &Part, need: &dyn Fn(usize) -> Need, found: &mut Audited) {
    let is_open = |cell: &&usize| !need(**cell).is_met(&found.witnesses, **cell);
    let mut open: Vec<usize> = part.cells.iter().filter(is_open).copied().collect();
    if part.cells.len() > local::SMALL {
        open = local::meet(map, &local::SIZES, room, &open, need, &mut found.witnesses, &mut found.work);
    }
    let mut known = Vec::new();
    let mut chaser = Chaser::new(map, room);
    open.retain(|&cell| match chaser.meet(cell, need(cell), &mut found.witnesses) {
        Some(true) => false,
        Some(false) => {
            known.extend((found.witnesses.width(cell) == 0).then_some(cell));
            false
        }
        None => true,
    });
    found.work += chaser.work;
    meet_whole(map, room, part, open, need, &mut known, found);
    explain(part, room, &known, found);
}

/// Meets needs over a whole part. Adds to `known` what has no room at all.
fn meet_whole(
    map: &Map<'_>,
    room: &Room,
    part: &Part,
    mut open: Vec<usize>,
    need: &dyn Fn(usize) -> Need,
    known: &mut Vec<usize>,
    found: &mut Audited,
) {
    if open.is_empty() {
        return;
    }
    let Some(mut bench) = Bench::new(part, room) else {
        open.retain(|&cell| !come_near(map, &FAR, room, cell, need(cell), &mut found.witnesses, &mut found.work));
        found.undecided.extend(open);
        return;
    };
    for cell in open {
        let Ok(at) = part.cells.binary_search(&cell) else { continue };
        if bench.tableau.is_broken() {
            found.work += bench.tableau.work;
            let Some(fresh) = Bench::new(part, room) else {
                found.undecided.push(cell);
                continue;
            };
            bench = fresh;
        }
        match reach(&mut bench, at, need(cell), room, &mut found.witnesses) {
            Some(true) => {}
            Some(false) => {
                if found.witnesses.width(cell) == 0 {
                    known.push(cell);
                }
            }
            None => {
                if !come_near(map, &NEAR, room, cell, need(cell), &mut found.witnesses, &mut found.work) {
                    found.undecided.push(cell);
                }
            }
        }
    }
    found.work += bench.tableau.work;
}

/// Meets a need by tables that differ from the truth in as few figures as may be.
pub(crate) fn come_near(
    map: &Map<'_>,
    sizes: &[usize],
    room: &Room,
    cell: usize,
    need: Need,
    seen: &mut Witnesses,
    work: &mut u64,
) -> bool {
    for up in [true, false] {
        if need.is_met(seen, cell) {
            return true;
        }
        let missing = need.width - seen.width(cell);
        let by = match up {
            true if need.width > 0 => seen.high[cell] + missing,
            true => need.up,
            false if need.width > 0 => seen.low[cell] - missing,
            false => -need.down,
        };
        if let Some(table) = cheapest(map, sizes, room, cell, by, &|_| 1.0, work) {
            seen.take(room, table);
        }
    }
    need.is_met(seen, cell)
}

/// Pushes a figure until its need is met. Some(false): it cannot be. None: it is not known.
pub(crate) fn reach(bench: &mut Bench<'_>, at: usize, need: Need, room: &Room, seen: &mut Witnesses) -> Option<bool> {
    let cell = bench.part.cells[at];
    let most = most_steps(bench.tableau.size());
    let mut sure = true;
    for up in [true, false] {
        if need.is_met(seen, cell) {
            return Some(true);
        }
        let asked = if up { need.up } else { need.down };
        let goal = if need.width > 0 {
            // As far as the other end leaves to be wished.
            let other = if up { -seen.low[cell] } else { seen.high[cell] };
            asked.max(need.width - other)
        } else {
            asked
        };
        let got = bench.push(at, up, Some(if up { goal } else { -goal }), most, room, seen);
        if got == Whole::Unknown {
            sure = false;
        }
        // Short of a width from one side, the furthest counts; short of all, that it is not known may still be seen.
        if matches!(got, Whole::NotBeyond(_)) && !need.is_met(seen, cell) {
            let furthest = bench.push(at, up, None, most, room, seen);
            sure &= furthest != Whole::Unknown;
        }
    }
    if need.is_met(seen, cell) {
        return Some(true);
    }
    sure.then_some(false)
}

/// Works out both ends of every interval of a part.
fn measure(map: &Map<'_>, room: &Room, part: &Part, need: &dyn Fn(usize) -> Need, found: &mut Audited) {
    // What matters most is shown first.
    meet(map, room, part, need, found);
    let mut ends = Ends::new(map, room, part);
    ends.near(&mut found.witnesses);
    // A small tableau gets from one end to the next in a few steps; in a large one every step is dear.
    if part.cells.len().saturating_mul(part.equations.len()) <= SMALL_TABLEAU {
        ends.push(Some(0), &mut found.witnesses);
    }
    ends.chase(&mut found.witnesses);
    ends.push(None, &mut found.witnesses);
    found.work += ends.work;
    let mut known = Vec::new();
    for &cell in &part.cells {
        let interval = ends.interval(cell, &found.witnesses);
        let is_told = || found.disclosed.iter().any(|disclosed| disclosed.cell == cell);
        if interval.is_known() && !is_told() {
            known.push(cell);
            found.undecided.retain(|undecided| *undecided != cell);
        }
        found.intervals[cell] = Some(interval);
    }
    explain(part, room, &known, found);
}

/// The largest tableau, in numbers, that is set up to explain one figure.
const EXPLAINED: usize = 1_000_000;

/// The unknown figures of some equations.
fn part_of(system: &System, room: &Room, numbers: &[u32]) -> Part {
    let terms = |number: u32| &system.equations[number as usize].terms;
    let all = numbers.iter().flat_map(|&number| terms(number)).map(|&(cell, _)| cell as usize);
    let mut cells: Vec<usize> = all.filter(|&cell| room.unknown[cell]).collect();
    cells.sort_unstable();
    cells.dedup();
    let inside = |number: u32| {
        let near = terms(number).iter();
        near.filter_map(|&(cell, by)| cells.binary_search(&(cell as usize)).ok().map(|at| (at, by))).collect()
    };
    let equations = numbers.iter().map(|&number| (number, inside(number))).collect();
    Part { cells, equations }
}

/// The multiples of equations that make up a figure's row, and whether nothing else does.
fn multiples(part: &Part, tableau: &Tableau, at: usize) -> Option<(Vec<(u32, i64)>, bool)> {
    let (_, terms) = tableau.certificate(at)?;
    let alone = terms.iter().all(|(variable, _)| *variable >= part.cells.len());
    let equations = terms.into_iter().filter(|(variable, _)| *variable >= part.cells.len());
    let mut found: Vec<(u32, i64)> =
        equations.map(|(variable, by)| (part.equations[variable - part.cells.len()].0, by)).collect();
    found.sort_unstable();
    Some((found, alone))
}

/// Finds the equations that disclose figures, one after another: what is disclosed already counts as published.
fn explain(part: &Part, room: &Room, known: &[usize], found: &mut Audited) {
    for &cell in known {
        let told: BTreeSet<usize> = found.disclosed.iter().map(|disclosed| disclosed.cell).collect();
        let equations = because(part, room, cell, &told).unwrap_or_default();
        found.disclosed.push(Disclosed { cell, equations });
    }
}

/// None where the equations of the part do not, or where that is too much to work out.
fn because(part: &Part, room: &Room, cell: usize, told: &BTreeSet<usize>) -> Option<Vec<(u32, i64)>> {
    let cells: Vec<usize> = part.cells.iter().copied().filter(|cell| !told.contains(cell)).collect();
    let place = |at: usize| cells.binary_search(&part.cells[at]).ok();
    let inside = |terms: &[(usize, i32)]| terms.iter().filter_map(|&(at, by)| Some((place(at)?, by))).collect();
    let equations: Vec<(u32, Vec<(usize, i32)>)> =
        part.equations.iter().map(|(number, terms)| (*number, inside(terms))).collect();
    let left = Part { cells, equations };
    if left.cells.len().saturating_mul(left.equations.len()) > EXPLAINED {
        return None;
    }
    let equations: Vec<Vec<(usize, i32)>> = left.equations.iter().map(|(_, terms)| terms.clone()).collect();
    let at = left.cells.binary_search(&cell).ok()?;
    let mut tableau = Tableau::new(left.cells.len(), &equations, true).ok()?;
    // The sum of equations that leaves nothing else, if there is one; otherwise those that bound it on either side.
    if let Some((found, true)) = multiples(&left, &tableau, at) {
        return Some(found);
    }
    for (at, &cell) in left.cells.iter().enumerate() {
        tableau.bound(at, room.low[cell], room.high[cell]);
    }
    let most = most_steps(tableau.size());
    let mut because = Vec::new();
    for up in [true, false] {
        tableau.push(at, up, None, most);
        if tableau.is_broken() || tableau.value(at).0 != 0 {
            return None;
        }
        because.extend(multiples(&left, &tableau, at).unwrap_or_default().0);
    }
    because.sort_unstable();
    because.dedup_by_key(|(equation, _)| *equation);
    Some(because)
}
