//! A release as one file to send or to keep.

use std::collections::BTreeMap;

use crate::WriteError;
use crate::zip::{Entry, archive};

/// The name that a bundle goes by.
const NAME: &str = "bundle.zip";

/// A zip archive of files by their paths, in order of path. It bears no time of its own, so the same files give the same bytes.
///
/// # Errors
/// When the files are larger, or more, than such an archive can hold.
pub fn bundle(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, WriteError> {
    let entries: Vec<Entry> = files.iter().map(|(path, bytes)| Entry::new(path.as_str(), bytes.as_slice())).collect();
    archive(&entries).map_err(|error| WriteError { file: NAME.to_owned(), reason: error.to_string() })
}
