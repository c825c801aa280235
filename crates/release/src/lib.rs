//! The document and its writers: one module a format, each from [`Document`](candour_model::Document) to bytes.
//!
//! Writers see tables and text. Nothing here could carry a record but a record list
//! ([`RecordList`](candour_model::RecordList)), which a response file asks for by name and reason. No writer reads a clock, a locale or
//! a folder: the same document gives the same bytes.

mod bundle;
mod chart;
mod csv_file;
mod csvw;
mod html;
mod json;
mod ods;
mod outline;
mod proof;
mod text;
mod workbook;
mod xlsx;
mod xml;
mod zip;

use std::collections::BTreeMap;

use candour_model::Document;
use candour_model::outline::{Block, Outline};

pub use bundle::bundle;
pub use json::{
    CellJson, CoordJson, Manifest, ManifestFile, Program, ReleaseJson, TableJson, cell_place, manifest_json, release,
};
pub use outline::outline;
pub use proof::{FileNotProved, manifest, prove, proved};
pub use text::{list_text, table_text};

/// The files that a writer makes, by their path in the release folder.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A format that can be asked for, with what writes it. `release.json` is always written: other programs stand on it.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// Its name on the command line and in the store.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// Writes a document, and the same in reading order.
    pub write: fn(&Document, &Outline) -> Result<Files, WriteError>,
    /// Proves what it wrote.
    pub prove: Prove,
}

/// Proves that finished files of one format hold what the document says and nothing else. It is given all files of the release, and gives the paths of
/// those that it proved.
pub type Prove = fn(&Document, &Outline, &Files) -> Result<Vec<String>, FileNotProved>;

/// The formats of this crate. A new one is a module, and a line here.
pub const FORMATS: [Format; 6] = [
    Format { name: "html", about: "One web page with everything in it", write: html_files, prove: proof::page },
    Format { name: "text", about: "Everything as plain text", write: text_files, prove: proof::text },
    Format { name: "ods", about: "One OpenDocument spreadsheet with every table", write: ods_files, prove: proof::ods },
    Format { name: "xlsx", about: "The same as an Excel workbook", write: xlsx_files, prove: proof::xlsx },
    Format { name: "csv", about: "One data file a table, each with its metadata", write: csv_files, prove: proof::csv },
    Format { name: "charts", about: "One SVG picture a chart", write: chart_files, prove: proof::charts },
];

impl Format {
    /// The format of this crate with a name.
    pub fn named(name: &str) -> Option<Self> {
        FORMATS.into_iter().find(|format| format.name == name)
    }
}

/// A file of a release could not be written in its format.
#[derive(Debug)]
pub struct WriteError {
    /// Which file.
    pub file: String,
    /// Why.
    pub reason: String,
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "`{}` cannot be written: {}", self.file, self.reason)
    }
}

impl std::error::Error for WriteError {}

/// The files of a release by their path in its folder, without the manifest.
///
/// # Errors
/// When a writer fails; nothing of it is kept.
pub fn files(document: &Document, formats: &[Format]) -> Result<BTreeMap<String, Vec<u8>>, WriteError> {
    let path = document.about.file("release", "json");
    let json = json::write(document).map_err(|error| fault(&path, &error))?;
    let mut files = Files::from([(path, json)]);
    let outline = outline(document);
    for format in formats {
        files.extend((format.write)(document, &outline)?);
    }
    Ok(files)
}

fn fault(file: &str, reason: &dyn std::fmt::Display) -> WriteError {
    WriteError { file: file.to_owned(), reason: reason.to_string() }
}

fn html_files(document: &Document, outline: &Outline) -> Result<Files, WriteError> {
    let path = document.about.file("response", "html");
    let html = html::write(outline).map_err(|error| fault(&path, &error))?;
    Ok(Files::from([(path, html)]))
}

fn text_files(document: &Document, outline: &Outline) -> Result<Files, WriteError> {
    Ok(Files::from([(document.about.file("response", "txt"), text::write(outline))]))
}

/// Whether there is anything to be put in a spreadsheet.
fn has_tables(document: &Document) -> bool {
    !document.tables.is_empty() || !document.lists.is_empty()
}

fn ods_files(document: &Document, _: &Outline) -> Result<Files, WriteError> {
    if !has_tables(document) {
        return Ok(Files::new());
    }
    let path = document.about.file("tables", "ods");
    let workbook = workbook::build(document).map_err(|reason| fault(&path, &reason))?;
    let ods = ods::write(&workbook, document.about.language.tag()).map_err(|error| fault(&path, &error))?;
    Ok(Files::from([(path, ods)]))
}

fn xlsx_files(document: &Document, _: &Outline) -> Result<Files, WriteError> {
    if !has_tables(document) {
        return Ok(Files::new());
    }
    let path = document.about.file("tables", "xlsx");
    let workbook = workbook::build(document).map_err(|reason| fault(&path, &reason))?;
    let xlsx = xlsx::write(&workbook, document.about.language.tag()).map_err(|error| fault(&path, &error))?;
    Ok(Files::from([(path, xlsx)]))
}

/// One CSV file a table and a record list, each with its metadata beside it.
fn csv_files(document: &Document, _: &Outline) -> Result<Files, WriteError> {
    let mut files = Files::new();
    let mut add = |id: &str, bytes: Result<Vec<u8>, csv::Error>, metadata: Result<Vec<u8>, serde_json::Error>| {
        let path = format!("csv/{}", document.about.file(id, "csv"));
        let described = format!("{path}-metadata.json");
        let bytes = bytes.map_err(|error| fault(&path, &error))?;
        let metadata = metadata.map_err(|error| fault(&described, &error))?;
        files.extend([(path, bytes), (described, metadata)]);
        Ok(())
    };
    for table in &document.tables {
        add(&table.about.id, csv_file::write(table, document.about.language), csvw::write(document, table))?;
    }
    for list in &document.lists {
        add(&list.id, csv_file::write_list(list, document.about.language), csvw::write_list(document, list))?;
    }
    Ok(files)
}

/// The charts of the outline, as they stand in it.
fn chart_files(document: &Document, outline: &Outline) -> Result<Files, WriteError> {
    let charts =
        outline.blocks.iter().filter_map(|block| if let Block::Chart(chart) = block { Some(chart) } else { None });
    Ok(charts.map(|chart| (chart::path(chart, &document.about), format!("{}\n", chart.svg).into_bytes())).collect())
}
