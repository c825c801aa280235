//! What was approved, format by format, as finished files must hold it: put together apart from the writers of the formats, and compared with
//! what `candour-inspect` reads in the bytes. The order and words of a page, and the sheets of a workbook, are those of the outline and of the
//! workbook, whose figures and marks are compared with the document's.

mod charts;
mod csv;
mod csvw;
mod json;
mod manifest;
mod page;
mod spreadsheet;
mod tables;
mod text;

use candour_inspect::Place;
use candour_inspect::proof::NotProved;
use candour_model::Document;
use candour_model::outline::Outline;

use crate::{Files, Format, outline};

pub(crate) use charts::charts;
pub use manifest::manifest;
pub(crate) use page::prove as page;
pub(crate) use spreadsheet::{ods, xlsx};
pub(crate) use text::text;

/// A file of a release is not proved to hold what was approved and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileNotProved {
    /// Its path in the release folder.
    pub file: String,
    /// Why.
    pub why: NotProved,
}

impl std::fmt::Display for FileNotProved {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "`{}` is not proved to hold what was approved and nothing else: {}", self.file, self.why)
    }
}

impl std::error::Error for FileNotProved {}

/// Proves one file, and gives its path.
///
/// # Errors
/// That it is missing, or what the proof says.
pub fn proved(
    files: &Files,
    path: String,
    proof: impl FnOnce(&[u8]) -> Result<(), NotProved>,
) -> Result<Vec<String>, FileNotProved> {
    let missing = || NotProved::new(Place::default(), "it was approved, and is not there");
    match files.get(&path).ok_or_else(missing).and_then(|bytes| proof(bytes)) {
        Ok(()) => Ok(vec![path]),
        Err(why) => Err(FileNotProved { file: path, why }),
    }
}

/// Proves `release.json`, and the files of these formats.
///
/// # Errors
/// The first that is not proved.
pub fn prove(document: &Document, formats: &[Format], files: &Files) -> Result<Vec<String>, FileNotProved> {
    let outline = outline(document);
    let page = || document.about.file("response", "html");
    tables::same_figures(document, &outline).map_err(|why| FileNotProved { file: page(), why })?;
    let mut proved = json::json(document, &outline, files)?;
    for format in formats {
        proved.extend((format.prove)(document, &outline, files)?);
    }
    Ok(proved)
}

/// Proves the data files and their metadata.
pub(crate) fn csv(document: &Document, outline: &Outline, files: &Files) -> Result<Vec<String>, FileNotProved> {
    Ok([csv::csv(document, outline, files)?, csvw::csvw(document, outline, files)?].concat())
}
