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

/// Files by their paths in a release's folder.
type Files = BTreeMap<String, Vec<u8>>;

/// The files of a release by their path in its folder, without the manifest.
///
/// # Errors
/// When a writer fails; nothing of it is kept.
pub fn files(document: &Document, formats: &[Format]) -> Result<Files, WriteError> {
    let mut files = BTreeMap::new();
    let json = json::write(document).map_err(|error| fault("release.json", &error))?;
    files.insert("release.json".to_owned(), json);
    for format in formats {
        files.extend(files_of(document, *format)?);
    }
    Ok(files)
}

/// The files of one format.
///
/// # Errors
/// When its writer fails.
pub fn files_of(document: &Document, format: Format) -> Result<Files, WriteError> {
    let one = |file: &str, bytes: Vec<u8>| BTreeMap::from([(file.to_owned(), bytes)]);
    match format {
        Format::Html => {
            let html = html::write(document).map_err(|error| fault("response.html", &error))?;
            Ok(one("response.html", html))
        }
        Format::Csv => data_files(document),
        Format::Ods => {
            let workbook = workbook::build(document).map_err(|reason| fault("tables.ods", &reason))?;
            Ok(one("tables.ods", ods::write(&workbook, LANGUAGE).map_err(|error| fault("tables.ods", &error))?))
        }
        Format::Xlsx => {
            let workbook = workbook::build(document).map_err(|reason| fault("tables.xlsx", &reason))?;
            Ok(one("tables.xlsx", xlsx::write(&workbook, LANGUAGE).map_err(|error| fault("tables.xlsx", &error))?))
        }
    }
}

fn fault(file: &str, reason: &dyn std::fmt::Display) -> WriteError {
    WriteError { file: file.to_owned(), reason: reason.to_string() }
}

/// One CSV file a table and a record list, each with its metadata beside it.
fn data_files(document: &Document) -> Result<Files, WriteError> {
    let mut files = BTreeMap::new();
    let mut add = |id: &str, bytes: Result<Vec<u8>, csv::Error>, metadata: Result<Vec<u8>, serde_json::Error>| {
        let (path, described) = (format!("csv/{id}.csv"), format!("csv/{id}.csv-metadata.json"));
        let bytes = bytes.map_err(|error| fault(&path, &error))?;
        let metadata = metadata.map_err(|error| fault(&described, &error))?;
        files.extend([(path, bytes), (described, metadata)]);
        Ok(())
    };
    for table in &document.tables {
        add(&table.about.id, csv_file::write(table), csvw::write(document, table, LANGUAGE))?;
    }
    for list in &document.lists {
        add(&list.id, csv_file::write_list(list), csvw::write_list(document, list, LANGUAGE))?;
    }
    Ok(files)
}

/// The language of the fixed wording.
const LANGUAGE: &str = "en-GB";
