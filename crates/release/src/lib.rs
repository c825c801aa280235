//! The document and its writers: one module a format, each from [`Document`](candour_model::Document) to bytes.
//!
//! Writers see tables and text. Nothing here could carry a record but a record list
//! ([`RecordList`](candour_model::RecordList)), which a response file asks for by name and reason. No writer reads a clock, a locale or
//! a folder: the same document gives the same bytes.

mod csv_file;
mod html;
mod json;
mod outline;
mod text;

use std::collections::BTreeMap;

use candour_model::Document;
use candour_model::outline::Outline;

pub use json::{
    CellJson, CoordJson, Manifest, ManifestFile, Program, ReleaseJson, TableJson, cell_place, manifest_json, release,
};
pub use outline::outline;
pub use text::{list_text, table_text};

/// The formats that can be asked for. `release.json` is always written: other programs stand on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// One web page with everything in it.
    Html,
    /// Everything as plain text.
    Text,
    /// One CSV file a table.
    Csv,
}

/// The files that a writer makes, by their path in the release folder.
type Files = BTreeMap<String, Vec<u8>>;

/// A format: its name on the command line and in the store, and what writes it.
struct Writer {
    format: Format,
    name: &'static str,
    write: fn(&Document, &Outline) -> Result<Files, WriteError>,
}

/// Every format there is. A new one is a variant of [`Format`], a module, and a line here.
const WRITERS: &[Writer] = &[
    Writer { format: Format::Html, name: "html", write: html_files },
    Writer { format: Format::Text, name: "text", write: text_files },
    Writer { format: Format::Csv, name: "csv", write: csv_files },
];

impl Format {
    /// Every format.
    pub fn all() -> impl Iterator<Item = Self> {
        WRITERS.iter().map(|writer| writer.format)
    }

    /// Its name on the command line and in the store.
    pub fn name(self) -> &'static str {
        WRITERS.iter().find(|writer| writer.format == self).map_or("", |writer| writer.name)
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
    let json = json::write(document).map_err(|error| fault("release.json", error.to_string()))?;
    let mut files = Files::from([("release.json".to_owned(), json)]);
    let outline = outline(document);
    for writer in WRITERS.iter().filter(|writer| formats.contains(&writer.format)) {
        files.extend((writer.write)(document, &outline)?);
    }
    Ok(files)
}

fn fault(file: &str, reason: String) -> WriteError {
    WriteError { file: file.to_owned(), reason }
}

fn html_files(_: &Document, outline: &Outline) -> Result<Files, WriteError> {
    let html = html::write(outline).map_err(|error| fault("response.html", error.to_string()))?;
    Ok(Files::from([("response.html".to_owned(), html)]))
}

fn text_files(_: &Document, outline: &Outline) -> Result<Files, WriteError> {
    Ok(Files::from([("response.txt".to_owned(), text::write(outline))]))
}

fn csv_files(document: &Document, _: &Outline) -> Result<Files, WriteError> {
    let mut files = Files::new();
    for table in &document.tables {
        let path = format!("csv/{}.csv", table.about.id);
        let bytes = csv_file::write(table).map_err(|error| fault(&path, error.to_string()))?;
        files.insert(path, bytes);
    }
    for list in &document.lists {
        let path = format!("csv/{}.csv", list.id);
        let bytes = csv_file::write_list(list).map_err(|error| fault(&path, error.to_string()))?;
        files.insert(path, bytes);
    }
    Ok(files)
}
