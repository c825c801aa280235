//! A workbook as both spreadsheet formats hold it: sheets with a title, lines and one table, each cell of a type.
//!
//! It is built once from the document ([`build()`]), so that ODS and XLSX cannot differ in what they say. There is no type here
//! for a formula, a filter, a comment, a hidden row, a link out of the file or a picture. The form is that of the Government
//! Analysis Function's guidance "Releasing statistics in spreadsheets".

mod build;
mod notes;
mod tables;
mod text;

use candour_model::Decimal;
use jiff::civil::Date;

pub(crate) use build::build;
pub(crate) use text::{SheetName, TableName, Text};

/// How many characters (UTF-16 code units) a cell holds in Excel; LibreOffice's limit is higher.
const MOST_CHARACTERS: usize = 32_767;
/// How many rows a sheet has in both programs.
const MOST_ROWS: usize = 1_048_576;
/// How many columns a sheet has in both programs.
const MOST_COLUMNS: usize = 16_384;

/// A finished workbook.
pub(crate) struct Workbook<'d> {
    /// Its title.
    pub(crate) title: Text<'d>,
    /// Who answers for it.
    pub(crate) author: Text<'d>,
    /// The day that it bears.
    pub(crate) date: Date,
    /// Its sheets, the cover first.
    pub(crate) sheets: Vec<Sheet<'d>>,
}

/// A sheet: lines from the first row on, then its table, with nothing between, beside or below.
pub(crate) struct Sheet<'d> {
    pub(crate) name: SheetName,
    pub(crate) lines: Vec<Line<'d>>,
    /// The width of the column of lines where there is no table, in characters.
    pub(crate) width: usize,
    pub(crate) grid: Option<Grid<'d>>,
}

/// A line of text in the first column.
pub(crate) struct Line<'d> {
    pub(crate) style: LineStyle,
    pub(crate) text: Text<'d>,
    /// The position of the sheet that it leads to.
    pub(crate) link: Option<usize>,
}

/// What a line is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineStyle {
    /// The title of a sheet.
    Title,
    /// A heading on the cover.
    Heading,
    /// Text.
    Plain,
    /// Text that wraps, on a sheet of lines.
    Wrapped,
}

/// A table: one row of headings, and cells in rows of as many.
pub(crate) struct Grid<'d> {
    pub(crate) name: TableName,
    pub(crate) columns: Vec<GridColumn<'d>>,
    pub(crate) cells: Vec<Value<'d>>,
}

/// A column of a table.
pub(crate) struct GridColumn<'d> {
    /// Not empty, and like no other of the table, whatever its capitals.
    pub(crate) heading: Text<'d>,
    pub(crate) holds: Holds,
    /// In characters.
    pub(crate) width: usize,
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Text that is read, and wraps.
    Words,
    /// Figures, or shorthand in their place.
    Figures,
    /// Marks of the figures in the column before.
    Marks,
}

/// What a cell holds.
#[derive(Clone)]
pub(crate) enum Value<'d> {
    /// Text.
    Text(Text<'d>),
    /// A number, which a program that computes in binary floating point shows as it is written.
    Number(Decimal),
    /// Text that leads to the sheet at this position.
    Link(Text<'d>, usize),
}

impl Sheet<'_> {
    /// The row of the table's headings, counted from 1.
    pub(crate) fn heading_row(&self) -> usize {
        self.lines.len() + 1
    }
}

impl Grid<'_> {
    /// How many lines the row of headings takes.
    pub(crate) fn heading_lines(&self) -> usize {
        self.columns.iter().map(|column| column.heading.lines(column.width)).max().unwrap_or(1)
    }

    /// How many lines a row takes.
    pub(crate) fn lines(&self, row: &[Value<'_>]) -> usize {
        let lines = row.iter().zip(&self.columns).map(|(value, column)| match value {
            Value::Text(text) => text.lines(column.width),
            Value::Number(_) | Value::Link(..) => 1,
        });
        lines.max().unwrap_or(1)
    }

    /// The rows below the headings.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[Value<'_>]> {
        self.cells.chunks_exact(self.columns.len().max(1))
    }

    /// How many rows there are below the headings.
    pub(crate) fn height(&self) -> usize {
        self.cells.len() / self.columns.len().max(1)
    }
}

impl<'d> Workbook<'d> {
    /// A workbook, if spreadsheet programs can hold it.
    ///
    /// # Errors
    /// The first thing that none of them could hold: what, where, and what to do.
    pub(crate) fn new(title: Text<'d>, author: Text<'d>, date: Date, sheets: Vec<Sheet<'d>>) -> Result<Self, String> {
        for sheet in &sheets {
            check_size(sheet)?;
            let lines = sheet.lines.iter().map(|line| &line.text);
            for (at, text) in lines.enumerate() {
                check_text(sheet, text, at + 1, 1)?;
            }
            let Some(grid) = &sheet.grid else { continue };
            for (row, values) in grid.rows().enumerate() {
                for (column, value) in values.iter().enumerate() {
                    if let Value::Text(text) | Value::Link(text, _) = value {
                        check_text(sheet, text, sheet.heading_row() + 1 + row, column + 1)?;
                    }
                }
            }
        }
        Ok(Self { title, author, date, sheets })
    }
}

fn check_size(sheet: &Sheet<'_>) -> Result<(), String> {
    let Some(grid) = &sheet.grid else { return Ok(()) };
    let (rows, columns) = (sheet.heading_row() + grid.height(), grid.columns.len());
    if rows > MOST_ROWS || columns > MOST_COLUMNS {
        return Err(format!(
            "sheet `{}` would have {rows} rows and {columns} columns, and a spreadsheet has at most {MOST_ROWS} and \
             {MOST_COLUMNS}\nhint: leave this format out, or make the table smaller",
            sheet.name.as_str()
        ));
    }
    Ok(())
}

fn check_text(sheet: &Sheet<'_>, text: &Text<'_>, row: usize, column: usize) -> Result<(), String> {
    // Bytes are never fewer than UTF-16 code units.
    let text = text.as_str();
    if text.len() <= MOST_CHARACTERS || text.encode_utf16().count() <= MOST_CHARACTERS {
        return Ok(());
    }
    Err(format!(
        "the text in row {row}, column {column} of sheet `{}` is longer than {MOST_CHARACTERS} characters, which is all that \
         a cell can hold\nhint: leave this format out, or shorten the text",
        sheet.name.as_str()
    ))
}
