//! The cheapest move of a neighbourhood that takes a figure to a goal.
//!
//! A move is a change of some figures under which every equation still holds. What it costs says what it is for: by the
//! weight of the published figures that it moves, it tells what to withhold beside a figure (Kelly, Golden and Assad, Cell
//! suppression: disclosure protection for sensitive tabular data, Networks 22, 1992, and Castro's shortest paths, in a form
//! that holds for any system); by the number of figures, it finds a table near the truth that could be true as well.

use super::attack::{Part, Room, Witness, is_possible};
use super::linear::Linear;
use super::local::Map;
use super::tableau::OPEN;

/// How many figures the neighbourhood holds, from one attempt to the next, where any move will do.
pub(crate) const NEAR: [usize; 2] = [120, 400];

/// The same where the part is too large to be looked at whole.
pub(crate) const FAR: [usize; 3] = [120, 400, 1500];

/// The same where it is asked what holds a figure.
pub(crate) const HOLDING: [usize; 3] = [120, 400, 1500];

/// The same where the move is to be cheap.
pub(crate) const WIDE: [usize; 2] = [400, 1500];

/// How often a solution may be split that is not whole.
const SPLITS: u32 = 12;

/// The most steps of one solution.
const STEPS: u64 = 3000;

/// The cheapest move within a room that takes a figure so far, in whole numbers. None where none is within reach.
pub(crate) fn cheapest(
    map: &Map<'_>,
    sizes: &[usize],
    room: &Room,
    cell: usize,
    by: i64,
    cost: &dyn Fn(usize) -> f64,
    work: &mut u64,
) -> Option<Witness> {
    if !room.has(cell, by) {
        return None;
    }
    let mut before = 0;
    for &size in sizes {
        let part = map.around(room, cell, size, Some(&|cell| (cost(cell) * 1000.0) as u64));
        if part.cells.len() <= before {
            break;
        }
        before = part.cells.len();
        let Ok(centre) = part.cells.binary_search(&cell) else { continue };
        let found = whole(problem(&part, room, centre, by, cost), &mut SPLITS.clone(), work);
        let Some(linear) = found else { continue };
        let moved = |at: usize| (linear.value(2 * at) - linear.value(2 * at + 1)).round() as i64;
        let mut table: Witness =
            (0..part.cells.len()).map(|at| (part.cells[at], if at == centre { by } else { moved(at) })).collect();
        table.retain(|(_, by)| *by != 0);
        if is_possible(map, room, &table) {
            return Some(table);
        }
    }
    None
}

/// The figures that the cheapest move takes with it, where fractions of people will do.
pub(crate) fn moving(
    map: &Map<'_>,
    sizes: &[usize],
    room: &Room,
    cell: usize,
    by: i64,
    cost: &dyn Fn(usize) -> f64,
    work: &mut u64,
) -> Option<Vec<usize>> {
    if !room.has(cell, by) {
        return None;
    }
    sizes.iter().find_map(|&size| {
        let part = map.around(room, cell, size, Some(&|cell| (cost(cell) * 1000.0) as u64));
        let centre = part.cells.binary_search(&cell).ok()?;
        let mut linear = problem(&part, room, centre, by, cost);
        if !solved(&mut linear, work) {
            return None;
        }
        let moves = |at: &usize| linear.value(2 * at) > 1e-6 || linear.value(2 * at + 1) > 1e-6;
        Some((0..part.cells.len()).filter(moves).map(|at| part.cells[at]).collect())
    })
}

/// Solves, and counts the work.
fn solved(linear: &mut Linear, work: &mut u64) -> bool {
    let before = linear.steps;
    let solved = linear.solve(STEPS, u64::MAX);
    *work += (1 + linear.steps - before) * (linear.structural() * 3 + linear.rows() * 60) as u64;
    solved == Some(true)
}

/// A neighbourhood as a linear problem: each figure may go up and down, and the two are variables of their own.
fn problem(part: &Part, room: &Room, centre: usize, by: i64, cost: &dyn Fn(usize) -> f64) -> Linear {
    // Equal costs make a simplex tread water; a hair of difference does not.
    let hair = |cell: usize| (cell.wrapping_mul(2_654_435_761) % 1024) as f64 * 1e-6;
    let costs = part.cells.iter().flat_map(|&cell| [cost(cell) + hair(cell), cost(cell) + hair(cell)]).collect();
    let far = |bound: i64| if bound.abs() == OPEN { f64::INFINITY } else { bound.abs() as f64 };
    let high =
        part.cells.iter().enumerate().flat_map(|(at, &cell)| {
            if at == centre { [0.0, 0.0] } else { [far(room.high[cell]), far(room.low[cell])] }
        });
    let mut linear = Linear::new(costs, high.collect());
    for (_, terms) in &part.equations {
        let fixed: f64 =
            terms.iter().filter(|(at, _)| *at == centre).map(|(_, times)| f64::from(*times) * by as f64).sum();
        let terms = terms.iter().filter(|(at, _)| *at != centre);
        let terms = terms.flat_map(|&(at, by)| [(2 * at, f64::from(by)), (2 * at + 1, -f64::from(by))]);
        linear.add(terms, -fixed, true);
    }
    linear
}

/// Multiples of equations that hold a figure back from a goal, whole numbers all; `is_free` tells which figures may move
/// for nothing. None where nothing holds it back but whole numbers, or nothing within reach.
pub(crate) fn holding(
    map: &Map<'_>,
    size: usize,
    room: &Room,
    cell: usize,
    by: i64,
    is_free: &dyn Fn(usize) -> bool,
    work: &mut u64,
) -> Option<Vec<(u32, i64)>> {
    let part =
        map.around(room, cell, size, Some(&|cell| if is_free(cell) { 0 } else { map.system.cells[cell].weight + 1 }));
    let centre = part.cells.binary_search(&cell).ok()?;
    let mut linear = problem(&part, room, centre, by, &|cell| if is_free(cell) { 1e-4 } else { 1.0 });
    if !solved(&mut linear, work) {
        return None;
    }
    // What moves for nothing must have no price at all.
    let prices: Vec<f64> = part.cells.iter().flat_map(|&cell| [f64::from(u8::from(!is_free(cell))); 2]).collect();
    let multipliers = linear.multipliers_for(&prices);
    let is_whole = |value: f64| (value - value.round()).abs() < 1e-6;
    let over = (1..=12).find(|over| multipliers.iter().all(|multiplier| is_whole(multiplier * f64::from(*over))))?;
    let whole = multipliers.iter().map(|multiplier| (multiplier * f64::from(over)).round() as i64);
    let held: Vec<(u32, i64)> =
        part.equations.iter().map(|(number, _)| *number).zip(whole).filter(|(_, by)| *by != 0).collect();
    (!held.is_empty()).then_some(held)
}

/// A solution in whole numbers, found by branching; not always the cheapest.
fn whole(mut linear: Linear, splits: &mut u32, work: &mut u64) -> Option<Linear> {
    *splits = splits.checked_sub(1)?;
    if !solved(&mut linear, work) {
        return None;
    }
    let value = |variable: usize| linear.value(variable);
    let is_split = |variable: &usize| (value(*variable) - value(*variable).round()).abs() > 1e-6;
    let Some(split) = (0..linear.structural()).find(is_split) else { return Some(linear) };
    let (at, low, high) = (value(split), linear.low[split], linear.high[split]);
    for (low, high) in [(low, at.floor()), (at.ceil(), high)] {
        let mut branch = linear.clone();
        branch.bound(split, low, high);
        if let Some(found) = whole(branch, splits, work) {
            return Some(found);
        }
    }
    None
}
