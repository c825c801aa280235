//! A table as it is shown: rows and columns in order, each cell with its coordinates.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{ChartChoice, Coord, Dimension, Note, Shown};

/// A mark beside a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// The figure may still change.
    #[serde(rename = "p")]
    Provisional,
    /// The series has a break here.
    #[serde(rename = "b")]
    Break,
}

/// One figure of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// One coordinate a dimension, in the order of [`TableFacts::dimensions`].
    pub coords: Vec<Coord>,
    /// The position of what it measures in [`TableFacts::measures`].
    pub measure: usize,
    /// Value or reason.
    pub shown: Shown,
    /// What else a reader must know of it.
    pub marks: BTreeSet<Mark>,
}

/// What a row holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowKind {
    /// The finest cells.
    Inner,
    /// The sum over the inner dimensions.
    Subtotal,
    /// The categories that are not shown on their own.
    Rest,
    /// The sum over all row dimensions.
    GrandTotal,
}

/// One row: its labels, outer dimension first, and its cells. A subtotal has fewer labels than there are row dimensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it holds.
    pub kind: RowKind,
    /// The positions of its categories on the row dimensions that it does not sum over, outer first.
    pub key: Vec<u32>,
    /// One label a row dimension, or a single one for a total.
    pub labels: Vec<String>,
    /// One a column.
    pub cells: Vec<Cell>,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnKind {
    /// The finest cells.
    Inner,
    /// The sum over the inner dimensions.
    Subtotal,
    /// The sum over all column dimensions.
    Total,
    /// The categories that are not shown on their own.
    Rest,
}

/// One column of figures: its labels, outer one first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What it holds.
    pub kind: ColumnKind,
    /// What it measures: the position in [`TableFacts::measures`].
    pub measure: usize,
    /// One number a label: columns next to one another that begin alike stand under common headings.
    pub key: Vec<u32>,
    /// Its headings, from the top; fewer than other columns have where the last one spans what is left.
    pub labels: Vec<String>,
}

impl Column {
    /// Whether the heading at this level is the same heading as that of the column before.
    pub fn continues(&self, before: &Self, level: usize) -> bool {
        let inner = level + 1 < self.labels.len() && level + 1 < before.labels.len();
        inner && self.key.get(..=level) == before.key.get(..=level)
    }
}

/// What kind of number a measure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MeasureKind {
    /// A number of records.
    Count,
    /// A number of distinct people or things.
    Distinct,
    /// A sum of values.
    Sum,
    /// The lowest value.
    Minimum,
    /// The highest value.
    Maximum,
    /// The arithmetic mean.
    Mean,
    /// The middle value; of two, their mean.
    Median,
    /// One measure divided by another.
    Ratio,
    /// A percentage of a total.
    Share,
    /// What was added since the category before.
    Change,
    /// A number for each so many of a population.
    Rate,
    /// The place among the categories, the highest first.
    Rank,
}

/// What a column of figures measures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureFacts {
    /// What references name it by; unique in its table.
    pub id: String,
    /// What people read.
    pub label: String,
    /// What kind of number it is.
    pub kind: MeasureKind,
    /// Whether its cells add up to its totals.
    pub adds_up: bool,
    /// Digits after the point.
    pub places: u8,
}

/// What becomes of records that the source system holds as cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CancelledRecords {
    /// They are counted.
    Included,
    /// They are left out.
    Excluded,
}

/// What a table says of itself, apart from its figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableFacts {
    /// Its id in the response file, and the name of its data file.
    pub id: String,
    /// Its caption.
    pub title: String,
    /// The numbers of the questions that it answers.
    pub questions: Vec<String>,
    /// What one record counts, in the plural.
    pub unit: String,
    /// The heading over a single column of figures.
    pub measure: String,
    /// What its columns measure.
    #[serde(default)]
    pub measures: Vec<MeasureFacts>,
    /// The definition that it counts, by id.
    pub definition: Option<String>,
    /// What becomes of records that the source system holds as cancelled; None where it does not mark them.
    pub cancelled: Option<CancelledRecords>,
    /// How many rows of the extract were rejected in the record tables that it reads.
    pub rejected: u64,
    /// Which date puts a record in a period.
    pub date_basis: Option<String>,
    /// When an age was taken.
    pub age_basis: Option<String>,
    /// What it is broken down by; rows before columns, outer before inner.
    pub dimensions: Vec<Dimension>,
    /// Which chart stands after it.
    #[serde(default, skip_serializing_if = "ChartChoice::is_none")]
    pub chart: ChartChoice,
    /// What a reader must know to read it.
    pub notes: Vec<Note>,
}

/// A finished table. It holds figures and words; there is no type here that could carry a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What it says of itself.
    pub about: TableFacts,
    /// The headings over the row labels.
    pub row_headings: Vec<String>,
    /// The columns of figures, in order.
    pub columns: Vec<Column>,
    /// The rows, in order.
    pub rows: Vec<Row>,
}
