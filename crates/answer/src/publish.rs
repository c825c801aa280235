//! Putting a release in its place: all of it or nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use candour_records::{Disk, Readers, Store, sync};
use candour_release::Format;

use crate::{
    AnswerError, Made, RECORD_SCHEMA, Record, Resolved, STORED_RESPONSE_SCHEMA, StoredResponse, json, program, sha256,
};

/// Keeps what is confidential in the store and writes the release to `out`, which must not be there yet.
///
/// # Errors
/// When something cannot be written; then neither the folder nor the store holds anything of the release.
pub fn publish(
    store: &Store,
    resolved: &Resolved,
    made: &Made,
    formats: &[Format],
    out: &Path,
    disk: &dyn Disk,
) -> Result<(), AnswerError> {
    check_out(out)?;
    let parent = parent_of(out);
    let fault = |doing, path: &Path| {
        let path = path.to_owned();
        move |error| AnswerError::Io { doing, path, error }
    };
    let beside = tempfile::Builder::new().prefix(".candour-release-").tempdir_in(parent);
    let beside = beside.map_err(fault("make a folder in", parent))?;
    for (path, bytes) in &made.files {
        let place = beside.path().join(path);
        let folder = place.parent().unwrap_or(beside.path());
        fs::create_dir_all(folder).map_err(fault("make the folder", &out.join(path)))?;
        disk.write(&place, Readers::Anyone, bytes).map_err(fault("write", &out.join(path)))?;
        sync(folder).map_err(fault("write", &out.join(path)))?;
    }
    open_to_readers(beside.path()).map_err(fault("open to readers", out))?;
    sync(beside.path()).map_err(fault("write", out))?;

    let (kept, new) = store.keep_release(&made.manifest, &confidential(resolved, made, formats)?, disk)?;
    // Renaming replaces an empty folder without a word; somebody may have made one since it was looked for.
    let moved = check_out(out).and_then(|()| fs::rename(beside.path(), out).map_err(fault("write", out)));
    if let Err(error) = moved {
        if new {
            store.forget_release(&kept)?;
        }
        return Err(error);
    }
    let _ = beside.keep();
    sync(parent).map_err(fault("write", out))
}

/// Whether a release can be written to `out` at all.
///
/// # Errors
/// When something is there, when the folder around it is not, or when it would lie in a store.
pub(crate) fn check_out(out: &Path) -> Result<(), AnswerError> {
    if out.symlink_metadata().is_ok() {
        return Err(AnswerError::OutExists(out.to_owned()));
    }
    let parent = parent_of(out);
    if !parent.is_dir() {
        return Err(AnswerError::NoParent(parent.to_owned()));
    }
    let around = Store::around(out);
    match around.map_err(|error| AnswerError::Io { doing: "look at", path: parent.to_owned(), error })? {
        Some(store) => Err(AnswerError::OutInStore { out: out.to_owned(), store }),
        None => Ok(()),
    }
}

fn parent_of(out: &Path) -> &Path {
    match out.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => out,
    }
}

/// A temporary folder may be its owner's alone; a release is for everybody.
fn open_to_readers(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    Ok(())
}

/// What stays in the store.
fn confidential(
    resolved: &Resolved,
    made: &Made,
    formats: &[Format],
) -> Result<BTreeMap<String, Vec<u8>>, AnswerError> {
    let stored = StoredResponse { schema: STORED_RESPONSE_SCHEMA.into(), response: resolved.response.clone() };
    let response = json("response.json", &stored)?;
    let record = Record {
        schema: RECORD_SCHEMA.into(),
        response_sha256: sha256(&response),
        program: program(),
        extract: resolved.taken.as_ref().map(|(extract, _)| extract.clone()),
        formats: formats.iter().map(|format| format.name.to_owned()).collect(),
    };
    let mut files = BTreeMap::from([
        ("response.toml".to_owned(), resolved.written.clone().into_bytes()),
        ("response.json".to_owned(), response),
        ("record.json".to_owned(), json("record.json", &record)?),
        ("protect-report.json".to_owned(), json("protect-report.json", &made.report)?),
        ("inspect-report.json".to_owned(), json("inspect-report.json", &made.inspection)?),
    ]);
    if let Some(manifest) = made.files.get("manifest.json") {
        files.insert("manifest.json".to_owned(), manifest.clone());
    }
    if let Some(authority) = &resolved.authority {
        files.insert("authority.toml".to_owned(), authority.clone().into_bytes());
    }
    if let Some(policy) = &resolved.policy {
        files.insert("policy.toml".to_owned(), policy.clone().into_bytes());
    }
    Ok(files)
}
