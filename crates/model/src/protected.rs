//! Figures after disclosure control: each has a value or a reason why it has none.

use serde::{Deserialize, Serialize};

use std::collections::BTreeMap;

use crate::grid::{self, Grid};
use crate::{Coord, Decimal, Dimension, LeftOutReason, Quantity};

/// Why a figure has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Reason {
    /// Withheld so that no person can be identified: `[c]`.
    #[serde(rename = "c")]
    Confidential,
    /// The figure cannot exist: `[z]`.
    #[serde(rename = "z")]
    NotApplicable,
    /// The figure is not held: `[x]`.
    #[serde(rename = "x")]
    NotAvailable,
}

impl Reason {
    /// The shorthand that stands in the figure's place (Government Statistical Service symbols and shorthand).
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Confidential => "[c]",
            Self::NotApplicable => "[z]",
            Self::NotAvailable => "[x]",
        }
    }
}

/// A figure that may be shown, or the reason why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The number.
    Value(Decimal),
    /// No value.
    Withheld(Reason),
}

impl Shown {
    /// A whole number.
    pub const fn whole(number: i128) -> Self {
        Self::Value(Decimal::whole(number))
    }

    /// Whether it is a shown zero.
    pub fn is_zero(self) -> bool {
        matches!(self, Self::Value(value) if value.is_zero())
    }

    /// The number, if it is shown.
    pub fn value(self) -> Option<Decimal> {
        match self {
            Self::Value(value) => Some(value),
            Self::Withheld(_) => None,
        }
    }

    /// The sum of two figures: withheld as soon as one of them is.
    pub fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Value(left), Self::Value(right)) => {
                left.plus(right).map_or(Self::Withheld(Reason::NotAvailable), Self::Value)
            }
            (Self::Withheld(reason), _) | (_, Self::Withheld(reason)) => Self::Withheld(reason),
        }
    }
}

/// [`Relation`](crate::Relation) after disclosure control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtectedRelation {
    /// Parent records in the table's scope.
    pub parents: Shown,
    /// Those with no record of the table's unit.
    pub without: Shown,
    /// Those with two or more.
    pub several: Shown,
}

/// Categories that a table of the highest or lowest few does not show on their own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cut {
    /// The dimension that they are of.
    pub dimension: usize,
    /// Under which categories of other dimensions, each by its dimension; in order.
    pub under: Vec<(usize, u32)>,
    /// Which, in order.
    pub categories: Vec<u32>,
    /// Whether the table has a row or column of them together.
    pub is_shown: bool,
}

/// What disclosure control passes on. Layout sees this and nothing before it, so no total, share or sentence can undo a
/// suppression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protected {
    /// The id of the table in the response file.
    pub table: String,
    /// What the table is broken down by.
    pub dimensions: Vec<Dimension>,
    /// What is counted.
    pub quantities: Vec<Quantity>,
    /// Cells and margins with any record, by category or total (the position after the last category); one figure a
    /// quantity.
    pub figures: Grid<Shown>,
    /// Records that match but stand in no cell.
    pub left_out: Vec<(LeftOutReason, Shown)>,
    /// How the unit relates to its parent unit.
    pub relation: Option<ProtectedRelation>,
    /// Figures over categories that are not shown on their own, by where they stand ([`Coord::Rest`] in their dimension),
    /// those categories in order, and the quantity.
    pub rests: BTreeMap<(Vec<Coord>, Vec<u32>, usize), Shown>,
}

impl Protected {
    /// A table's figures from rows of coordinates and one figure a quantity.
    pub fn grid(
        dimensions: &[Dimension],
        quantities: usize,
        rows: impl IntoIterator<Item = (Vec<Coord>, Vec<Shown>)>,
    ) -> Grid<Shown> {
        let sizes: Vec<u32> =
            dimensions.iter().map(|dimension| grid::position(Coord::Total, dimension.categories.len()) + 1).collect();
        let rows = rows.into_iter().map(|(coords, figures)| {
            let positions: Vec<u32> =
                coords.iter().zip(dimensions).map(|(at, side)| grid::position(*at, side.categories.len())).collect();
            (grid::pack(&sizes, &positions), figures)
        });
        let rows: Vec<(u64, Vec<Shown>)> = rows.collect();
        Grid::new(sizes, quantities, rows)
    }

    /// The figure at these coordinates. Where no record fell, a count is zero and a median is nothing.
    pub fn at(&self, coords: &[Coord], quantity: usize) -> Shown {
        let positions: Vec<u32> = coords
            .iter()
            .zip(&self.dimensions)
            .map(|(at, dimension)| grid::position(*at, dimension.categories.len()))
            .collect();
        let wanted = self.quantities[quantity];
        match self.figures.get(&positions) {
            Some(figures) => figures[quantity],
            None if wanted.zero_of_none => Shown::Value(Decimal::new(0, wanted.places)),
            None => Shown::Withheld(Reason::NotApplicable),
        }
    }

    /// How many records stand at these coordinates.
    pub fn records(&self, coords: &[Coord]) -> Shown {
        self.at(coords, 0)
    }
}
