//! Cells and the equations between them: all that an attacker can write down.

use candour_model::{Attacker, Marks};

/// An equation: its terms add up to zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equation {
    /// Cells with their coefficients; a total with 1 and its parts with -1.
    pub terms: Vec<(u32, i32)>,
}

/// A figure of a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its true value.
    pub value: i64,
    /// What it costs to withhold it.
    pub weight: u64,
    /// What may be done with it.
    pub role: Role,
    /// Whether it is sensitive, and by which kind of rule.
    pub primary: Primary,
    /// How many contributors it has: of a count, the count itself.
    pub people: i64,
    /// The least that it can be where that is known apart from what the attacker holds of every withheld figure: 0 in a
    /// breakdown that is withheld as a whole, zeros among it.
    pub least: Option<i64>,
    /// How far from known it must be, where a rule of its own says so; None where the policy's protection does.
    pub distance: Option<i64>,
}

impl Cell {
    /// A count.
    pub fn count(value: i64, weight: u64, role: Role, primary: Primary) -> Self {
        Self { value, weight, role, primary, people: value, least: None, distance: None }
    }
}

/// What may be done with a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It may be published or withheld.
    Free,
    /// It is published whatever follows.
    Published,
    /// It is withheld whatever follows.
    Withheld,
    /// Nobody prints it; it only links others (the records that stand in two overlapping categories).
    Hidden,
}

/// Whether a figure is sensitive by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Primary {
    /// It is not.
    No,
    /// It is from the lowest to the highest sensitive count, and whoever sees that it is primary knows that.
    Small {
        /// The lowest.
        least: i64,
        /// The highest.
        most: i64,
    },
    /// For another reason, which tells nothing of its size.
    Other,
}

impl Primary {
    /// Whether it is sensitive.
    pub fn is_primary(self) -> bool {
        self != Self::No
    }
}

/// All figures that are published together, with every equation that holds between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct System {
    /// The figures.
    pub cells: Vec<Cell>,
    /// The equations.
    pub equations: Vec<Equation>,
    /// The least value of a figure that is withheld without being primary, as whoever tells the two apart knows it.
    pub above: Option<i64>,
}

impl System {
    /// The first equation that the true values do not meet, if there is one.
    pub fn contradiction(&self) -> Option<usize> {
        self.equations.iter().position(|equation| {
            let sum: i128 = equation
                .terms
                .iter()
                .map(|&(cell, by)| i128::from(self.cells[cell as usize].value) * i128::from(by))
                .sum();
            sum != 0
        })
    }

    /// For each cell, the equations that it stands in, each once, with its coefficient there.
    pub(crate) fn uses(&self) -> Vec<Vec<(u32, i32)>> {
        let mut uses: Vec<Vec<(u32, i32)>> = vec![Vec::new(); self.cells.len()];
        for (at, equation) in (0_u32..).zip(&self.equations) {
            for &(cell, by) in &equation.terms {
                match uses[cell as usize].last_mut() {
                    Some((last, sum)) if *last == at => *sum += by,
                    _ => uses[cell as usize].push((at, by)),
                }
            }
        }
        uses
    }
}

/// Between which values an attacker takes a withheld figure to lie; [`None`] above is no bound.
pub(crate) fn bounds(attacker: &Attacker, system: &System, cell: &Cell) -> (i64, Option<i64>) {
    if cell.role == Role::Hidden {
        return (cell.least.unwrap_or(0).min(0), None);
    }
    let least = cell.least.unwrap_or(i64::try_from(attacker.suppressed_at_least).unwrap_or(i64::MAX));
    match (attacker.marks, cell.primary) {
        (Marks::Distinct, Primary::Small { least: from, most }) => (least.max(from), Some(most)),
        (Marks::Distinct, Primary::No) if cell.least.is_none() => (least.max(system.above.unwrap_or(least)), None),
        _ => (least, None),
    }
}
