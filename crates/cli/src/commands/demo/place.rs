//! Where a demonstration may write: a new folder, or one that holds what a demonstration wrote and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use candour_records::{Disk as _, LocalDisk, Readers, Store};

use super::{INPUTS, told};
use crate::failure::Failure;

/// Lists the files that a demonstration wrote, one a line after a first line for people.
const MARKER: &str = ".candour-demo";

/// Marks a folder as a demonstration's, with all that it holds now.
pub(super) fn mark(folder: &Path) -> io::Result<()> {
    let mut text =
        String::from("Made by `candour demo`, which may replace this folder while it holds these files alone:\n");
    for file in files_below(folder)? {
        text.push_str(&format!("{}\n", file.display()));
    }
    LocalDisk.write(&folder.join(MARKER), Readers::Anyone, text.as_bytes())
}

/// Whether there is a folder to replace; a failure when it is not one of ours, or holds what is not.
pub(super) fn may_replace(out: &Path) -> Result<bool, Failure> {
    if let Some(store) = Store::around(out).map_err(|error| told("look at", out, &error))? {
        return refuse(&format!("`{}` lies in the store `{}`", out.display(), store.display()));
    }
    let there = match out.symlink_metadata() {
        Ok(there) => there,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(told("look at", out, &error)),
    };
    if there.is_symlink() {
        return refuse(&format!("`{}` is a link", out.display()));
    }
    let Ok(marker) = fs::read_to_string(out.join(MARKER)) else {
        return refuse(&format!("`{}` is there already, and no demonstration made it", out.display()));
    };
    let ours: BTreeSet<&Path> = marker.lines().skip(1).map(Path::new).chain([Path::new(MARKER)]).collect();
    for file in files_below(out).map_err(|error| told("look at", out, &error))? {
        if !ours.contains(file.as_path()) || is_changed_input(out, &file) {
            let file = out.join(file);
            return refuse(&format!("`{}` is not as a demonstration wrote it, and would be lost", file.display()));
        }
    }
    Ok(true)
}

/// Whether somebody has worked on an input. What a release and a store hold can be made again.
fn is_changed_input(out: &Path, file: &Path) -> bool {
    let input = INPUTS.iter().find(|(path, _)| Path::new(path) == file);
    input.is_some_and(|(path, bytes)| fs::read(out.join(path)).ok().as_deref() != Some(bytes))
}

fn refuse(why: &str) -> Result<bool, Failure> {
    Err(Failure::new(format!("{why}\n  hint: give another folder by `--out`")))
}

/// Every file below a folder, and everything else there that is no folder, by its path in it.
fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(&next)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                waiting.push(entry.path());
            } else {
                found.extend(entry.path().strip_prefix(folder).ok().map(Path::to_owned));
            }
        }
    }
    found.sort();
    Ok(found)
}
