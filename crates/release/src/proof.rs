//! What was approved, format by format, as finished files must hold it: each written apart from its writer, and compared with what
//! `candour-inspect` reads in the bytes.

use candour_inspect::proof::NotProved;

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
