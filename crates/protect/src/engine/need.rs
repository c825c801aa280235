//! How far each figure must be from known.

use super::attack::{Room, Witnesses};
use super::system::{Role, System};
use candour_model::Protection;

/// What one figure needs. Distances are from the truth; zero asks for nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Need {
    /// How far up it must be able to go.
    pub(crate) up: i64,
    /// How far down.
    pub(crate) down: i64,
    /// How wide the interval must be.
    pub(crate) width: i64,
}

impl Need {
    /// Not known exactly.
    pub(crate) const EXACT: Self = Self { up: 0, down: 0, width: 1 };

    /// Whether tables that were seen meet it.
    pub(crate) fn is_met(self, seen: &Witnesses, cell: usize) -> bool {
        seen.high[cell] >= self.up && -seen.low[cell] >= self.down && seen.width(cell) >= self.width
    }

    fn new(distance: Option<i64>, room: &Room, cell: usize) -> Self {
        let Some(distance) = distance.filter(|distance| *distance > 0) else { return Self::EXACT };
        // Where the attacker's own knowledge forbids an end, the width stands in for both.
        if room.has(cell, distance) && room.has(cell, -distance) {
            Self { up: distance, down: distance, width: 0 }
        } else {
            Self { up: 0, down: 0, width: distance.saturating_mul(2) }
        }
    }
}

/// What each figure of a system needs that is sensitive and unknown; `all` is the room when everything that may be withheld is.
pub(crate) fn needs(system: &System, protection: Protection, all: &Room) -> Vec<Option<Need>> {
    let need = |(at, cell): (usize, &super::system::Cell)| {
        let unknown = cell.role != Role::Published && cell.primary.is_primary();
        unknown.then(|| Need::new(cell.distance.or_else(|| protection.distance(cell.value)), all, at))
    };
    system.cells.iter().enumerate().map(need).collect()
}
