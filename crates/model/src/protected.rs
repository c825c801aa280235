//! Figures after disclosure control: each has a value or a reason why it has none.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Coord, Dimension, LeftOutReason};

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
    /// The count.
    Value(u64),
    /// No value.
    Withheld(Reason),
}

impl Shown {
    /// The sum of two figures: withheld as soon as one of them is.
    pub fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Value(left), Self::Value(right)) => Self::Value(left + right),
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

/// What disclosure control passes on. Layout sees this and nothing before it, so no total, share or sentence can undo a
/// suppression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protected {
    /// The id of the table in the response file.
    pub table: String,
    /// What the table is broken down by.
    pub dimensions: Vec<Dimension>,
    /// Cells and margins that differ from a published zero.
    pub figures: BTreeMap<Vec<Coord>, Shown>,
    /// Records that match but stand in no cell.
    pub left_out: Vec<(LeftOutReason, Shown)>,
    /// How the unit relates to its parent unit.
    pub relation: Option<ProtectedRelation>,
}

impl Protected {
    /// The figure at these coordinates; what no record fell in is zero.
    pub fn at(&self, coords: &[Coord]) -> Shown {
        self.figures.get(coords).copied().unwrap_or(Shown::Value(0))
    }
}
