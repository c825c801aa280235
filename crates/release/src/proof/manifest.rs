//! `manifest.json`: each file of the release with the hash of its bytes, and no other.

use candour_inspect::proof::json::MANIFEST;
use candour_inspect::proof::sha256;

use super::FileNotProved;
use super::json::Compared;
use crate::Files;

/// Where it stands in the release folder.
const PATH: &str = "manifest.json";

/// Proves that the manifest among these files names all others and their hashes, in order of path.
///
/// # Errors
/// When it is missing, or says anything else.
pub fn manifest(files: &Files) -> Result<(), FileNotProved> {
    super::proved(files, PATH.to_owned(), |bytes| {
        let mut json = Compared::new(bytes, MANIFEST);
        json.object(|json| {
            json.at("schema").text("candour/manifest/1");
            json.at("program").object(|json| {
                json.at("name").text("candour");
                json.at("version").text(env!("CARGO_PKG_VERSION"));
            });
            json.at("files").list(files.iter().filter(|(path, _)| *path != PATH), |json, (path, bytes)| {
                json.object(|json| {
                    json.at("path").text(path);
                    json.at("sha256").text(&sha256(bytes));
                });
            });
        });
        json.finish()
    })?;
    Ok(())
}
