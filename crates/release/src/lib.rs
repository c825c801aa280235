//! The document and its writers: one module a format, each from [`Document`](candour_model::Document) to bytes.
//!
//! Writers see tables and text. Nothing here could carry a record but a record list
//! ([`RecordList`](candour_model::RecordList)), which a response file asks for by name and reason. No writer reads a clock, a locale or
//! a folder: the same document gives the same bytes.

mod bundle;
mod csv_file;
mod csvw;
mod html;
mod json;
mod ods;
mod text;
mod workbook;
mod xlsx;
mod xml;
mod zip;

use std::collections::BTreeMap;

use candour_model::Document;

pub use bundle::bundle;
pub use json::{
    CellJson, CoordJson, Manifest, ManifestFile, Program, ReleaseJson, TableJson, cell_place, manifest_json, release,
};
pub use text::{list_text, table_text};

/// The formats that can be asked for. `release.json` is always written: other programs stand on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// One web page with everything in it.
    Html,
    /// One CSV file a table, each with its metadata.
    Csv,
    /// One OpenDocument spreadsheet with every table.
    Ods,
    /// The same as an Excel workbook.
    Xlsx,
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
    let mut files = BTreeMap::new();
    let fault = |file: &str, reason: String| WriteError { file: file.to_owned(), reason };
    let json = json::write(document).map_err(|error| fault("release.json", error.to_string()))?;
    files.insert("release.json".to_owned(), json);
    if formats.contains(&Format::Html) {
        let html = html::write(document).map_err(|error| fault("response.html", error.to_string()))?;
        files.insert("response.html".to_owned(), html);
    }
    if formats.contains(&Format::Csv) {
        data_files(document, &mut files)?;
    }
    spreadsheets(document, formats, &mut files)?;
    Ok(files)
}

/// One CSV file a table and a record list, each with its metadata beside it.
fn data_files(document: &Document, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), WriteError> {
    let mut add = |id: &str, bytes: Result<Vec<u8>, csv::Error>, metadata: Result<Vec<u8>, serde_json::Error>| {
        let (path, described) = (format!("csv/{id}.csv"), format!("csv/{id}.csv-metadata.json"));
        let fault = |file: &str, reason: String| WriteError { file: file.to_owned(), reason };
        let bytes = bytes.map_err(|error| fault(&path, error.to_string()))?;
        let metadata = metadata.map_err(|error| fault(&described, error.to_string()))?;
        files.extend([(path, bytes), (described, metadata)]);
        Ok(())
    };
    for table in &document.tables {
        add(&table.about.id, csv_file::write(table), csvw::write(document, table, LANGUAGE))?;
    }
    for list in &document.lists {
        add(&list.id, csv_file::write_list(list), csvw::write_list(document, list, LANGUAGE))?;
    }
    Ok(())
}

/// The language of the fixed wording.
const LANGUAGE: &str = "en-GB";

/// The spreadsheets that are asked for. Both are written from one workbook, so that they cannot differ.
fn spreadsheets(
    document: &Document,
    formats: &[Format],
    files: &mut BTreeMap<String, Vec<u8>>,
) -> Result<(), WriteError> {
    let wanted = [(Format::Ods, "tables.ods"), (Format::Xlsx, "tables.xlsx")];
    let wanted: Vec<(Format, &str)> = wanted.into_iter().filter(|(format, _)| formats.contains(format)).collect();
    let Some((_, first)) = wanted.first() else { return Ok(()) };
    let fault = |file: &str, reason: String| WriteError { file: file.to_owned(), reason };
    let workbook = workbook::build(document).map_err(|reason| fault(first, reason))?;
    for (format, file) in wanted {
        let write = if format == Format::Ods { ods::write } else { xlsx::write };
        let bytes = write(&workbook, LANGUAGE).map_err(|error| fault(file, error.to_string()))?;
        files.insert(file.to_owned(), bytes);
    }
    Ok(())
}
