//! What was found, file by file: the contract `candour/inspect/1`.

use std::fmt;

use serde::Serialize;

use crate::carrier::{Carrier, Severity};
use crate::format::Format;

/// What was found in some files.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The contract that it keeps.
    schema: &'static str,
    /// One entry a file, in the order in which they were given.
    pub files: Vec<FileReport>,
}

impl Report {
    /// Of these files.
    pub fn new(files: Vec<FileReport>) -> Self {
        Self { schema: "candour/inspect/1", files }
    }
}

/// What was found in one file.
#[derive(Clone, Debug, Serialize)]
pub struct FileReport {
    /// Its path as it was given; of a file in an archive that was given, the archive's path, `!` and its own.
    pub path: String,
    /// What its bytes say that it is.
    pub format: Format,
    /// May it leave?
    pub verdict: Verdict,
    /// What was found, in the order of the file.
    pub findings: Vec<Finding>,
}

/// May a file leave?
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing that a person must look at.
    Pass,
    /// A person must look at it.
    Review,
    /// It must not leave.
    Block,
    /// It could not be looked into, so nothing can be said of it.
    Uninspectable,
}

/// One thing that a file holds where readers do not see it.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Where such things hide.
    #[serde(serialize_with = "by_id")]
    pub carrier: &'static Carrier,
    /// How bad this one is.
    pub severity: Severity,
    /// Where in the file.
    pub place: Place,
    /// What it is, and how much: kinds and amounts, never a value.
    pub message: String,
    /// What to do about it.
    pub action: &'static str,
    /// The first values of it: shown only if the user asks to see them, since they may be what must not be seen.
    #[serde(skip)]
    pub values: Vec<String>,
}

/// Where in a file. Everything that applies is filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The part of a package, or of a package in a package: `xl/embeddings/a.xlsx!xl/workbook.xml`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// The sheet's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// A cell or a range: `B2`, `A1:C9`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// A page, the first is 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// A table's name or number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// A row, the first is 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// A column's name or number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// A line of a text, the first is 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// A byte of the file or of the part, the first is 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
}

impl Place {
    /// A part of a package.
    pub fn part(name: &str) -> Self {
        Self { part: Some(name.to_owned()), ..Self::default() }
    }

    /// The same place on a sheet.
    #[must_use]
    pub fn on_sheet(self, name: &str) -> Self {
        Self { sheet: Some(name.to_owned()), ..self }
    }

    /// The same place at a cell or a range.
    #[must_use]
    pub fn at_cell(self, cell: impl Into<String>) -> Self {
        Self { cell: Some(cell.into()), ..self }
    }

    /// The same place on a page; the first is 1.
    #[must_use]
    pub fn on_page(self, page: u32) -> Self {
        Self { page: Some(page), ..self }
    }

    /// The same place at a line; the first is 1.
    #[must_use]
    pub fn at_line(self, line: u32) -> Self {
        Self { line: Some(line), ..self }
    }

    /// The same place at a byte; the first is 0.
    #[must_use]
    pub fn at_offset(self, offset: u64) -> Self {
        Self { offset: Some(offset), ..self }
    }

    /// The same place in a file that lies in another at `outer`.
    #[must_use]
    pub(crate) fn within(self, outer: &str) -> Self {
        let part = match self.part {
            Some(inner) => format!("{outer}!{inner}"),
            None => outer.to_owned(),
        };
        Self { part: Some(part), ..self }
    }
}

impl fmt::Display for Place {
    /// As a person would say it: "sheet “Data”, cell B2, in xl/worksheets/sheet1.xml".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said: Vec<String> = Vec::new();
        said.extend(self.page.map(|page| format!("page {page}")));
        said.extend(self.sheet.as_ref().map(|sheet| format!("sheet “{sheet}”")));
        said.extend(self.table.as_ref().map(|table| format!("table {table}")));
        said.extend(self.cell.as_ref().map(|cell| format!("cell {cell}")));
        said.extend(self.line.map(|line| format!("line {line}")));
        said.extend(self.row.map(|row| format!("row {row}")));
        said.extend(self.column.as_ref().map(|column| format!("column {column}")));
        said.extend(self.part.as_ref().map(|part| format!("in {part}")));
        said.extend(self.offset.map(|offset| format!("at byte {offset}")));
        f.write_str(&said.join(", "))
    }
}

fn by_id<S: serde::Serializer>(carrier: &&'static Carrier, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(carrier.id)
}

/// How many of something: `1 comment`, `2 comments`.
pub(crate) fn many(count: impl TryInto<u64>, one: &str, more: &str) -> String {
    // A number that is no number of things at all is told as the most.
    match count.try_into().unwrap_or(u64::MAX) {
        1 => format!("1 {one}"),
        count => format!("{count} {more}"),
    }
}
