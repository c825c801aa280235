//! The response as a reader meets it, in order: what every format for people is written from, so that all say the same.
//!
//! Text here is text, never markup: a writer escapes it for its own format.

use candour_wording::Language;
use jiff::civil::Date;

/// A document for people: a response with its tables, or a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The language of its text.
    pub language: Language,
    /// The pages that say the same in other languages, by their file names beside this one.
    pub other_pages: Vec<(Language, String)>,
    /// Its title.
    pub title: String,
    /// Who answers for it.
    pub author: String,
    /// The day that it bears.
    pub date: Date,
    /// The protective marking that stands on every page, if there is one.
    pub marking: Option<String>,
    /// What it says, in reading order.
    pub blocks: Vec<Block>,
}

/// One piece of an outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading {
        /// Its level: 1 for the title, and no level is skipped.
        level: u8,
        /// What links point at; unique in the outline.
        id: String,
        /// Its text.
        text: String,
    },
    /// A paragraph.
    Paragraph(String),
    /// Points, in no order that matters.
    Bullets(Vec<String>),
    /// Labels, each with its value.
    Facts(Vec<(String, String)>),
    /// Links to headings, tables and charts of the outline: an id and the text of the link.
    Links(Vec<(String, String)>),
    /// A table.
    Table(TableBlock),
    /// A chart.
    Chart(ChartBlock),
}

/// A table as it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableBlock {
    /// What links point at; unique in the outline, and the name of its data files.
    pub id: String,
    /// Its caption, with its number.
    pub caption: String,
    /// What a reader must know first: shorthand that stands in it, and its notes.
    pub notes: Vec<String>,
    /// What stands in its place, in the language of the outline, where a format cannot show so large a table: it points to the
    /// table's data files.
    pub elsewhere: String,
    /// The rows of headings. Cells that span rows stand in the first of them only.
    pub head: Vec<Vec<HeadCell>>,
    /// Rows that belong together.
    pub groups: Vec<Vec<TableRow>>,
}

impl TableBlock {
    /// How many rows it has below its headings.
    pub fn rows(&self) -> usize {
        self.groups.iter().map(Vec::len).sum()
    }
}

/// A heading of rows or columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadCell {
    /// Its text.
    pub text: String,
    /// How many columns it spans.
    pub across: usize,
    /// How many rows it spans.
    pub down: usize,
    /// What it is the heading of.
    pub scope: Scope,
}

/// What a heading is the heading of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One column.
    Column,
    /// Several columns.
    Columns,
    /// One row.
    Row,
    /// Several rows.
    Rows,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRow {
    /// Whether it is a total.
    pub is_total: bool,
    /// Its headings; those that span rows stand in the first of them only.
    pub headings: Vec<HeadCell>,
    /// Its figures as they are printed, marks among them.
    pub figures: Vec<String>,
}

/// A chart of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartBlock {
    /// What links point at; unique in the outline.
    pub id: String,
    /// Its caption.
    pub caption: String,
    /// What it shows, for who cannot see it.
    pub description: String,
    /// The chart as SVG.
    pub svg: String,
}
