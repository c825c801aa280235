//! Files of other programs that hide nothing are not blocked.
//!
//! `cargo xtask test` installs the programs and runs these tests, which the inner loop leaves out.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use candour_inspect::{Format, Severity, Verdict};

use crate::{found, inspect};

/// A workbook made by the script beside the tests.
#[expect(clippy::unwrap_used, clippy::panic, reason = "a helper of tests")]
fn workbook(name: &str) -> Vec<u8> {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let python = temporary.parent().unwrap().join("checks/venv/bin/python");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/checks/ordinary.py");
    let file: PathBuf = temporary.join(name);
    let output = Command::new(&python).arg(script).arg(&file).output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}; `cargo xtask test` installs it", python.display()));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::read(file).unwrap()
}

#[test]
#[ignore = "needs gptables; `cargo xtask test` runs it"]
fn an_accessible_workbook_of_gptables_is_not_blocked() {
    let bytes = workbook("gptables.xlsx");
    let report = inspect("gptables.xlsx", &bytes);
    assert_eq!((report.format, report.verdict), (Format::Xlsx, Verdict::Pass), "{:?}", report.findings);
    assert_eq!(found(&report, Severity::Review), Vec::<&str>::new());
    // It was read to the cells: the same file with one row hidden is blocked.
    let hidden = hide_a_row(&bytes);
    assert_eq!(found(&inspect("gptables.xlsx", &hidden), Severity::Block), ["hidden-row"]);
}

/// The workbook with a row of its last sheet hidden.
#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn hide_a_row(bytes: &[u8]) -> Vec<u8> {
    use std::io::{Cursor, Read as _, Write as _};
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        if part.name_raw() == b"xl/worksheets/sheet4.xml" {
            let text = String::from_utf8(content).unwrap();
            content = text.replacen("<row r=\"9\"", "<row hidden=\"1\" r=\"9\"", 1).into_bytes();
        }
        let options = zip::write::SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
        writer.start_file(part.name().unwrap(), options).unwrap();
        writer.write_all(&content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
