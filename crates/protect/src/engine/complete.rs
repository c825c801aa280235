//! A table that came with figures withheld: numbers for these that agree with everything published.
//!
//! The numbers are stand-ins. What can be inferred of a figure is the same whichever table that agrees is taken for the
//! true one, so an audit may begin at any.

use super::attack::{Bench, Room, Witnesses, parts};
use super::system::{Cell, Equation, Primary, Role, System};
use super::tableau::{OPEN, Pushed};

/// Why no numbers were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incomplete {
    /// These equations cannot hold together, by position in the system.
    Contradiction(Vec<usize>),
    /// The part with this figure is too large, or the search for whole numbers was given up.
    GaveUp(usize),
}

/// How many steps one push may take, and how many branches the search for whole numbers.
const STEPS: u64 = 100_000;
const BRANCHES: u32 = 2_000;

/// Gives every unknown figure a number that is `least` of it or more, so that all equations hold. Of the others the system's
/// values are true.
///
/// The first phase of the simplex method: each equation gets a figure of its own that makes up what is missing, and these
/// are pushed to nothing one after another (Dantzig, Linear Programming and Extensions, 1963, chapter 5).
///
/// # Errors
/// Where no numbers agree, or none were found.
pub fn complete(system: &System, unknown: &[Option<i64>]) -> Result<Vec<i64>, Incomplete> {
    let mut values: Vec<i64> =
        system.cells.iter().zip(unknown).map(|(cell, least)| least.unwrap_or(cell.value)).collect();
    let cells = values.iter().map(|&value| Cell::count(value, 0, Role::Withheld, Primary::No)).collect();
    let mut extended = System { cells, ..System::default() };
    let mut missing = vec![None; values.len()];
    for (at, equation) in system.equations.iter().enumerate() {
        let sum: i128 =
            equation.terms.iter().map(|&(cell, by)| i128::from(values[cell as usize]) * i128::from(by)).sum();
        let sum = i64::try_from(sum).map_err(|_| Incomplete::Contradiction(vec![at]))?;
        if sum == 0 {
            extended.equations.push(equation.clone());
            continue;
        }
        if equation.terms.iter().all(|&(cell, _)| unknown[cell as usize].is_none()) {
            return Err(Incomplete::Contradiction(vec![at]));
        }
        let own = extended.cells.len() as u32;
        extended.cells.push(Cell::count(sum.abs(), 0, Role::Withheld, Primary::No));
        missing.push(Some(at));
        let terms = equation.terms.iter().copied().chain([(own, if sum > 0 { -1 } else { 1 })]).collect();
        extended.equations.push(Equation { terms });
    }
    let room = room(&extended, unknown, &missing);
    for part in parts(&extended, &room) {
        let gave_up = || Incomplete::GaveUp(part.cells[0]);
        let mut bench = Bench::new(&part, &room).ok_or_else(gave_up)?;
        for (at, &cell) in part.cells.iter().enumerate() {
            let Some(equation) = missing[cell] else { continue };
            let all = -extended.cells[cell].value;
            match bench.tableau.push(at, false, Some(all), STEPS) {
                Pushed::Reached => bench.tableau.bound(at, all, all),
                Pushed::Furthest => {
                    let part = part.cells.iter().filter_map(|&cell| missing[cell]);
                    let together = std::iter::once(equation).chain(part.filter(|other| *other != equation));
                    return Err(Incomplete::Contradiction(together.collect()));
                }
                Pushed::Unbounded | Pushed::GaveUp => return Err(gave_up()),
            }
        }
        let mut seen = Witnesses::new(extended.cells.len());
        let mut branches = BRANCHES;
        match bench.round(&mut branches, STEPS, &room, &mut seen) {
            Some(true) => {}
            Some(false) => {
                return Err(Incomplete::Contradiction(part.cells.iter().filter_map(|&cell| missing[cell]).collect()));
            }
            None => return Err(gave_up()),
        }
        for &(cell, by) in seen.tables.first().into_iter().flatten() {
            if let Some(value) = values.get_mut(cell) {
                *value += by;
            }
        }
    }
    Ok(values)
}

/// Unknown figures may go up from their least; what is missing may only become less.
fn room(system: &System, unknown: &[Option<i64>], missing: &[Option<usize>]) -> Room {
    let cells = system.cells.len();
    let mut room = Room { unknown: vec![false; cells], low: vec![0; cells], high: vec![0; cells] };
    for (cell, missing) in missing.iter().enumerate() {
        let is_unknown = unknown.get(cell).is_some_and(Option::is_some);
        if is_unknown || missing.is_some() {
            room.unknown[cell] = true;
            room.high[cell] = OPEN;
            room.low[cell] = if is_unknown { 0 } else { -system.cells[cell].value };
        }
    }
    room
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table with row and column sums: inner cells by row, then row sums, column sums and the grand total.
    fn table(values: &[i64]) -> System {
        let cells = values.iter().map(|&value| Cell::count(value, 1, Role::Free, Primary::No)).collect();
        let sum = |whole: u32, parts: &[u32]| Equation {
            terms: std::iter::once((whole, 1)).chain(parts.iter().map(|&part| (part, -1))).collect(),
        };
        let equations = vec![sum(4, &[0, 1]), sum(5, &[2, 3]), sum(6, &[0, 2]), sum(7, &[1, 3]), sum(8, &[4, 5])];
        System { cells, equations, above: None }
    }

    #[test]
    fn numbers_are_found_that_agree_with_the_totals() {
        let system = table(&[0, 0, 0, 0, 9, 11, 12, 8, 20]);
        let unknown = [vec![Some(1); 4], vec![None; 5]].concat();
        let found = complete(&system, &unknown).unwrap();
        assert!(found[..4].iter().all(|value| *value >= 1), "{found:?}");
        assert_eq!((found[0] + found[1], found[2] + found[3], found[0] + found[2]), (9, 11, 12));
    }

    #[test]
    fn totals_that_contradict_each_other_are_told() {
        let unknown = [vec![Some(1); 4], vec![None; 5]].concat();
        // Rows hold 20, columns 21.
        let found = complete(&table(&[0, 0, 0, 0, 9, 11, 12, 9, 20]), &unknown);
        assert!(matches!(found, Err(Incomplete::Contradiction(_))), "{found:?}");
        // The first row holds 1, which is less than two withheld figures of 1 or more.
        let found = complete(&table(&[0, 0, 0, 0, 1, 19, 12, 8, 20]), &unknown);
        assert!(matches!(found, Err(Incomplete::Contradiction(_))), "{found:?}");
    }
}
