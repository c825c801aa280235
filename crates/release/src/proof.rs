//! What was approved, format by format, as finished files must hold it: each written apart from its writer, and compared with what
//! `candour-inspect` reads in the bytes.

mod charts;
mod csv;
mod csvw;
mod json;
mod manifest;
mod outline;
mod text;

use candour_inspect::proof::NotProved;

use crate::{Files, Prove};

pub use manifest::manifest;

/// The proofs of the formats that are text, by what they prove. `release` is `release.json`.
pub const PLAIN: [(&str, Prove); 5] = [
    ("release", json::json),
    ("csv", csv::csv),
    ("csvw", csvw::csvw),
    ("text", text::text),
    ("charts", charts::charts),
];

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

/// Proves one file; gives its path.
fn proved(
    files: &Files,
    path: String,
    prove: impl FnOnce(&[u8]) -> Result<(), NotProved>,
) -> Result<Vec<String>, FileNotProved> {
    let missing = || NotProved::new(candour_inspect::Place::default(), "it is not there");
    match files.get(&path).ok_or_else(missing).and_then(|bytes| prove(bytes)) {
        Ok(()) => Ok(vec![path]),
        Err(why) => Err(FileNotProved { file: path, why }),
    }
}
