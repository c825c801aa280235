//! A release folder as one file to send or to keep.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use candour_release::Manifest;

use crate::verify::{read, walk};
use crate::{AnswerError, sha256};

/// The files of a release in one zip archive, which bears no time: the same release gives the same bytes. Each file must be the
/// one that its manifest names, and there may be no other.
///
/// # Errors
/// When the folder is no release, or not as it was made.
pub fn bundle(folder: &Path) -> Result<Vec<u8>, AnswerError> {
    let path = folder.join("manifest.json");
    let manifest = read(&path)?;
    let refused = |path: PathBuf, reason: String| AnswerError::NotARelease { path, reason };
    let listed: Manifest =
        serde_json::from_slice(&manifest).map_err(|error| refused(path.clone(), error.to_string()))?;
    let wanted: BTreeSet<PathBuf> = listed.files.iter().map(|file| PathBuf::from(&file.path)).collect();
    // What is read is what is there: no path is taken from the manifest.
    let found: BTreeSet<PathBuf> = walk(folder, folder)?.into_iter().filter(|file| file != "manifest.json").collect();
    if let Some(missing) = wanted.difference(&found).next() {
        return Err(refused(folder.to_owned(), format!("`{}` is missing", missing.display())));
    }
    if let Some(extra) = found.difference(&wanted).next() {
        return Err(refused(folder.to_owned(), format!("`{}` is no file of the release", extra.display())));
    }
    let mut files = BTreeMap::from([("manifest.json".to_owned(), manifest)]);
    for file in &listed.files {
        let bytes = read(&folder.join(&file.path))?;
        if sha256(&bytes) != file.sha256 {
            return Err(refused(folder.join(&file.path), "it is not the file that was made".to_owned()));
        }
        files.insert(file.path.clone(), bytes);
    }
    Ok(candour_release::bundle(&files)?)
}
