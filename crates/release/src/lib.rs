//! The document and its writers: one module a format, each from [`Document`](candour_model::Document) to bytes.
//!
//! Writers see tables and text. Nothing here could carry a record but a record list
//! ([`RecordList`](candour_model::RecordList)), which a response file asks for by name and reason. No writer reads a clock, a locale or
//! a folder: the same document gives the same bytes.

mod csv_file;
mod html;
mod json;
mod text;

use std::collections::BTreeMap;

use candour_model::Document;

pub use json::{
    CellJson, CoordJson, Manifest, ManifestFile, Program, ReleaseJson, TableJson, cell_place, manifest_json, release,
};
pub use text::{list_text, table_text};

/// The formats that can be asked for. `release.json` is always written: other programs stand on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// One web page with everything in it.
    Html,
    /// One CSV file a table.
    Csv,
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
    }
    Ok(files)
}
