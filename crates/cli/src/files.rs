//! Files that people wrote: read with a limit, and nothing outside their own folder.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Component, Path, PathBuf};

use candour_spec::{Files, Schema, Source, read_schema};

use crate::failure::Failure;

/// The most bytes that a file written by hand, or a code list, is read for.
const LARGEST: u64 = 64 << 20;

/// A file that a person wrote.
pub(crate) fn source(path: &Path) -> Result<Source, Failure> {
    let bytes = read(path).map_err(Failure::new)?;
    Ok(Source::new(path.display().to_string(), bytes)?)
}

/// The bytes of a file.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    read(path).map_err(Failure::new)
}

/// A schema file, with the code lists beside it.
pub(crate) fn schema(path: &Path) -> Result<Schema, Failure> {
    let source = source(path)?;
    Ok(read_schema(&source, &beside(path))?)
}

/// The files beside a file.
pub(crate) fn beside(path: &Path) -> Beside {
    Beside { folder: path.parent().unwrap_or(Path::new("")).to_owned() }
}

/// The files beside a file.
pub(crate) struct Beside {
    folder: PathBuf,
}

impl Files for Beside {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        let plain = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
        if !plain || name.is_empty() {
            return Err("only a file beside the one that names it, or in a folder below, can be named".into());
        }
        read(&self.folder.join(name))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let told = |error: std::io::Error| format!("cannot read `{}`: {error}", path.display());
    let file = File::open(path).map_err(told)?;
    if fs::metadata(path).map_err(told)?.is_dir() {
        return Err(format!("`{}` is a folder", path.display()));
    }
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(told)?;
    if bytes.len() as u64 > LARGEST {
        return Err(format!("`{}` is larger than {} MiB", path.display(), LARGEST >> 20));
    }
    Ok(bytes)
}

/// Writes a file whole or not at all.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let fault = |error: std::io::Error| Failure::new(format!("cannot write `{}`: {error}", path.display()));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(fault)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(fault)?;
    file.persist(path).map(|_| ()).map_err(|error| fault(error.error))
}
