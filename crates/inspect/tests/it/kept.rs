//! Keeps the files that the tests make, for other programs to look into (`cargo xtask bench others`).
//!
//! With `CANDOUR_CARRIER_FILES=FOLDER` in the environment every file of a test that the matrix of `docs/inspect.md` names is written below
//! FOLDER, and `FOLDER/MANIFEST.tsv` gets a line for each carrier of the matrix that is found in it: file, carrier, format, test. The carrier
//! is `-` where nothing at all is found. The test is told by the name of its thread, so `--test-threads=1` keeps nothing.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use candour_inspect::FileReport;

use crate::docs::SHOWN;

/// The test whose files stand for their formats: what a program says of them, it says of any file.
const BARE: (&str, &str) = ("carriers", "files_that_hide_nothing_pass");

/// Writes the file if it is asked for.
#[expect(clippy::unwrap_used, reason = "a helper of tests")]
pub(crate) fn keep(name: &str, bytes: &[u8], report: &FileReport) {
    let Some(folder) = std::env::var_os("CANDOUR_CARRIER_FILES") else { return };
    let thread = std::thread::current();
    let Some(test) = thread.name().and_then(|name| name.split_once("::")) else { return };
    let kind = format!("{:?}", report.format);
    let mut rows: Vec<(&str, &str)> = Vec::new();
    for (module, name, format, carriers) in SHOWN {
        if (*module, *name) == test && format.to_lowercase().starts_with(&kind.to_lowercase()) {
            let found = carriers.iter().filter(|id| report.findings.iter().any(|finding| finding.carrier.id == **id));
            rows.extend(found.map(|id| (*id, *format)));
            if report.findings.is_empty() {
                rows.push(("-", format));
            }
        }
    }
    let upper = kind.to_uppercase();
    if test == BARE {
        rows.push(("-", &upper));
    }
    if rows.is_empty() {
        return;
    }
    let file = format!("{:08x}/{name}", crc32fast::hash(bytes));
    let path = Path::new(&folder).join(&file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    let (module, test) = test;
    let lines: String =
        rows.iter().map(|(carrier, format)| format!("{file}\t{carrier}\t{format}\t{module}::{test}\n")).collect();
    // In one piece: other tests add theirs at the same time.
    let manifest = OpenOptions::new().create(true).append(true).open(Path::new(&folder).join("MANIFEST.tsv"));
    manifest.unwrap().write_all(lines.as_bytes()).unwrap();
}
