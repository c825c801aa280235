//! Tables that are linked: each about the records of ever more months, so that every one takes the next one apart.

use candour_protect::engine::{Cell, Equation, Primary, Role, System};

/// Random numbers that are the same everywhere (Steele, Lea and Flood, Fast splittable pseudorandom number generators,
/// OOPSLA 2014: SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// Areas by offences, with margins.
struct Grid {
    areas: usize,
    offences: usize,
    values: Vec<i64>,
}

impl Grid {
    /// From inner cells, row by row.
    fn new(areas: usize, offences: usize, inner: &[i64]) -> Self {
        let at = |area: usize, offence: usize| inner[area * offences + offence];
        let mut values = Vec::new();
        for area in 0..areas {
            values.extend((0..offences).map(|offence| at(area, offence)));
            values.push((0..offences).map(|offence| at(area, offence)).sum());
        }
        values.extend((0..offences).map(|offence| (0..areas).map(|area| at(area, offence)).sum::<i64>()));
        values.push(inner.iter().sum());
        Self { areas, offences, values }
    }

    /// Sums with their parts, by position.
    fn sums(&self) -> impl Iterator<Item = (usize, Vec<usize>)> + '_ {
        let width = self.offences + 1;
        let rows = (0..=self.areas)
            .map(move |area| (area * width + self.offences, (0..self.offences).map(|at| area * width + at).collect()));
        let columns = (0..=self.offences)
            .map(move |at| (self.areas * width + at, (0..self.areas).map(|area| area * width + at).collect()));
        rows.chain(columns)
    }
}

/// So many tables of areas by offences, each about a month more than the one before. What a table has more than the one before
/// is a figure too, which nobody prints.
pub(crate) fn system(tables: usize, areas: usize, offences: usize, threshold: u64) -> System {
    let threshold = i64::try_from(threshold).unwrap_or(i64::MAX);
    let mut dice = Dice(1);
    let mut system = System { above: Some(threshold), ..System::default() };
    let mut sum = vec![0; areas * offences];
    let mut before = None;
    for _ in 0..tables {
        // Most cells of a month are empty or small; some areas and offences are busy.
        let month: Vec<i64> = (0..areas * offences)
            .map(|at| {
                let busy = 1 + 12 / (1 + at / offences) as u64 + 6 / (1 + at % offences) as u64;
                (dice.next() % (2 * busy)).saturating_sub(busy / 2) as i64
            })
            .collect();
        sum.iter_mut().zip(&month).for_each(|(sum, month)| *sum += month);
        let whole = add(&mut system, &Grid::new(areas, offences, &sum), Role::Free, threshold);
        if let Some(before) = before {
            let rest = add(&mut system, &Grid::new(areas, offences, &month), Role::Hidden, threshold);
            let cells = (areas + 1) * (offences + 1);
            let parts = |at: usize| vec![before + at, rest + at];
            (0..cells).for_each(|at| system.equations.push(equation(whole + at, &parts(at))));
        }
        before = Some(whole);
    }
    system
}

/// Adds the figures of a table, and gives the place of the first.
fn add(system: &mut System, grid: &Grid, role: Role, threshold: i64) -> usize {
    let first = system.cells.len();
    system.cells.extend(grid.values.iter().map(|&value| {
        let primary = match value > 0 && value < threshold {
            true => Primary::Small { least: 1, most: threshold - 1 },
            false => Primary::No,
        };
        Cell::count(value, value.unsigned_abs(), if value == 0 { Role::Published } else { role }, primary)
    }));
    for (whole, parts) in grid.sums() {
        let parts: Vec<usize> = parts.into_iter().map(|part| first + part).collect();
        system.equations.push(equation(first + whole, &parts));
    }
    first
}

fn equation(whole: usize, parts: &[usize]) -> Equation {
    let number = |cell: usize| u32::try_from(cell).unwrap_or(u32::MAX);
    Equation {
        terms: std::iter::once((number(whole), 1)).chain(parts.iter().map(|&part| (number(part), -1))).collect(),
    }
}
