//! What the stages of Candour hand on to one another: values only, no input or output.
//!
//! A table travels as [`Cells`] (counted), [`Protected`] (each figure with a value or a reason) and [`Table`] (laid out);
//! the whole answer travels as a [`Document`]. Two things that spreadsheets confuse are types of their own here:
//! a total is [`Coord::Total`], never an empty key, and a value that was not recorded is a category
//! ([`CategoryKind::NotRecorded`]), never a null.

mod cells;
pub mod chart;
mod decimal;
mod dimension;
mod document;
pub mod grid;
pub mod outline;
mod policy;
mod protected;
mod records;
mod table;
mod together;

pub use cells::{
    Apart, Atoms, Cells, Contributed, Contributors, Coord, Counted, Figures, LeftOut, LeftOutReason, Path, Quantity,
    Relation,
};
pub use chart::ChartChoice;
pub use decimal::{Decimal, Fraction, Rounding};
pub use dimension::{Axis, Category, CategoryKind, DatePart, Dimension, Period};
pub use document::{
    Basis, Decision, Definition, Document, DocumentFacts, Exemption, ExtractSource, Held, Letter, LetterKind,
    LetterPart, Note, Outcome, Question, Reach, ReportField, Request, Statement,
};
pub use grid::Grid;
pub use policy::{
    Attacker, Breakdown, Contributions, Cost, Dominance, FigureName, Groups, Judgement, Marks, Membership, Merge,
    OutsideTotal, Policy, PopulationRule, Protection, Share, Suppression, Zeros,
};
pub use protected::{Cut, Protected, ProtectedRelation, Reason, Shown};
pub use records::{Listed, RecordColumn, RecordList};
pub use table::{
    CancelledRecords, Cell, Column, ColumnKind, Mark, MeasureFacts, MeasureKind, Row, RowKind, Table, TableFacts,
};
pub use together::{Class, Contribution, Standing, Summed, Together};

/// The version of the `release.json` contract that [`Document`] stands for.
pub const RELEASE_SCHEMA: &str = "candour/release/1";
