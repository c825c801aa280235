//! `cargo xtask bench others`: what other programs find in the files that the tests of `inspect` make, carrier by carrier.
//!
//! The table is kept in the repository; the matrix of `docs/inspect.md` is written from it.

use std::ffi::OsStr;
use std::fs;

use anyhow::{Context as _, ensure};

use super::inspect::OLETOOLS;
use super::{folder, python, run};
use crate::{cargo_with, root, say};

/// The peers from PyPI, and what one of them stands on; the others are Debian's packages `libimage-exiftool-perl` and `mat2`.
const PACKAGES: [(&str, &str); 3] = [OLETOOLS, ("x-ray", "0.4.0"), ("PyMuPDF", "1.24.14")];

/// Runs every program on every file, and writes `benches/inspect/others.tsv`.
pub(crate) fn ask() -> anyhow::Result<()> {
    let files = folder()?.join("carriers");
    if files.exists() {
        fs::remove_dir_all(&files).with_context(|| format!("cannot remove {}", files.display()))?;
    }
    // The tests of the documentation would fail where the table is old; those of random input make no files that count.
    let tests = ["test", "--package", "candour-inspect", "--locked", "--test", "it", "--", "--test-threads=2"];
    let skipped = ["--skip", "docs::", "--skip", "panic"];
    cargo_with(&[&tests[..], &skipped].concat(), &[("CANDOUR_CARRIER_FILES", files.as_os_str())])?;
    let manifest = files.join("MANIFEST.tsv");
    ensure!(manifest.exists(), "the tests wrote no {}", manifest.display());
    let python = python(&self::folder()?, &PACKAGES)?;
    let script = root().join("benches/inspect/others.py");
    let table = root().join("benches/inspect/others.tsv");
    let arguments: [&OsStr; 3] = [script.as_os_str(), files.as_os_str(), table.as_os_str()];
    run(&python, &arguments, "it needs Debian's packages `libimage-exiftool-perl` and `mat2`")?;
    say(&format!(
        "What was said and does not count is in {}.\nNow `CANDOUR_UPDATE=1 cargo test -p candour-inspect --test it docs::` writes docs/inspect.md anew.",
        files.join("UNJUDGED.txt").display()
    ));
    Ok(())
}
