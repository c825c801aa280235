//! Other programs read what was written: LibreOffice, openpyxl, and a validator of CSVW metadata.
//!
//! `cargo xtask test` installs them and runs these tests, which the inner loop leaves out.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use candour_release::files;
use serde_json::Value;

use crate::reading::{self, Held, ReadSheet};
use crate::sample;
use crate::sample::formats;

/// A folder of a test's own, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("csv")).unwrap();
    folder
}

/// A program of the Python that `cargo xtask test` makes.
fn tool(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("checks/venv/bin").join(name)
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| {
        panic!("{:?}: {error}; `cargo xtask test` installs it", command.get_program());
    });
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed: {said} {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stdout).unwrap()
}

/// The sample's files, written into a folder.
fn written(name: &str) -> PathBuf {
    let folder = folder(name);
    for (path, bytes) in files(&sample::document(), &formats(&["csv", "ods", "xlsx"])).unwrap() {
        fs::write(folder.join(path), bytes).unwrap();
    }
    folder
}

fn office(folder: &Path, to: &str, file: &str) {
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let mut office = Command::new("soffice");
    office.arg(profile).args(["--headless", "--convert-to", to, "--outdir"]).arg(folder).arg(folder.join(file));
    run(&mut office);
}

/// The texts of a sheet as people see them, but for the commas in numbers; row by row.
fn seen(sheet: &ReadSheet) -> Vec<Vec<String>> {
    let lines = sheet.lines.iter().map(|line| vec![line.clone()]);
    let table = sheet.table.iter().flat_map(|table| {
        let rows = table.rows.iter().map(|row| row.iter().map(|held| held.text().to_owned()).collect());
        std::iter::once(table.headings.clone()).chain(rows)
    });
    lines.chain(table).collect()
}

#[test]
#[ignore = "needs LibreOffice; `cargo xtask test` runs it"]
fn libreoffice_shows_every_figure_as_it_was_written() {
    // Every sheet as CSV: commas, UTF-8, cells as they are shown (the ninth of these).
    const CSV: &str = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1";
    let folder = written("office");
    for (file, read) in [("tables.ods", reading::ods as fn(&[u8]) -> _), ("tables.xlsx", reading::xlsx)] {
        office(&folder, CSV, file);
        for sheet in read(&fs::read(folder.join(file)).unwrap()) {
            let path = folder.join(format!("tables-{}.csv", sheet.name));
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(&path).unwrap();
            let records = reader.records().map(|record| record.unwrap());
            let wanted = seen(&sheet);
            let rows: Vec<Vec<String>> = records
                .zip(&wanted)
                .map(|(record, wanted)| {
                    let filled = record.len().min(wanted.len());
                    assert!(record.iter().skip(filled).all(str::is_empty), "{record:?} has more than {wanted:?}");
                    record.iter().take(filled).map(str::to_owned).collect()
                })
                .collect();
            assert_eq!(rows.len(), wanted.len(), "{file}, {}", sheet.name);
            let is_number = |text: &str| text.starts_with(|letter: char| letter.is_ascii_digit() || letter == '-');
            for (row, wanted) in rows.iter().zip(&wanted) {
                let plain = |text: &String| if is_number(text) { text.replace(',', "") } else { text.clone() };
                assert_eq!(row.iter().map(plain).collect::<Vec<_>>(), wanted.iter().map(plain).collect::<Vec<_>>());
            }
            fs::remove_file(path).unwrap();
        }
        office(&folder, "pdf", file);
        let pdf = fs::read(folder.join("tables.pdf")).unwrap();
        assert!(pdf.starts_with(b"%PDF-"), "{file} is not printed");
    }
}

#[test]
#[ignore = "needs openpyxl; `cargo xtask test` runs it"]
fn openpyxl_reads_the_same_cells() {
    let folder = written("openpyxl");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/checks/workbook.py");
    let told = run(Command::new(tool("python")).arg(script).arg(folder.join("tables.xlsx")));
    let told: Value = serde_json::from_str(&told).unwrap();
    let sheets = told["sheets"].as_array().unwrap();
    let read = reading::xlsx(&fs::read(folder.join("tables.xlsx")).unwrap());
    assert_eq!(sheets.len(), read.len());
    for (told, read) in sheets.iter().zip(&read) {
        assert_eq!(told["name"], read.name);
        let table = read.table.as_ref();
        let cells = table.iter().flat_map(|table| table.rows.iter().flatten());
        let from = read.lines.len() + 1;
        let width = table.map_or(1, |table| table.headings.len());
        let theirs = told["rows"].as_array().unwrap().iter().zip(told["kinds"].as_array().unwrap());
        let theirs = theirs.skip(from).flat_map(|(row, kinds)| {
            (0..width).map(|at| (row[at].clone(), kinds[at].as_str().unwrap().to_owned())).collect::<Vec<_>>()
        });
        let theirs: Vec<(Value, String)> = theirs.collect();
        let ours: Vec<&Held> = cells.collect();
        assert_eq!(theirs.len(), if table.is_some() { ours.len() } else { theirs.len() });
        for ((value, kind), held) in theirs.iter().zip(ours) {
            match held {
                Held::Text(text) => assert_eq!((value.as_str().unwrap(), kind.as_str()), (text.as_str(), "s")),
                Held::Number(text, _) => {
                    assert_eq!((value.as_f64().unwrap(), kind.as_str()), (text.parse().unwrap(), "n"));
                }
            }
        }
        if let Some(table) = table {
            assert_eq!(told["tables"][&table.name]["filter"], false);
        }
        for link in told["links"].as_array().unwrap() {
            assert!(link[1].is_string() && link[2].is_null(), "{link} leads out of the file");
        }
        assert_eq!((told["merged"].as_array().unwrap().len(), &told["hidden"]), (0, &Value::Bool(false)));
    }
    assert_eq!(told["title"], sample::document().about.title);
    assert_eq!(told["creator"], sample::document().about.authority);
    assert_eq!(told["language"], "en-GB");
    assert_eq!((&told["created"], &told["modified"]), (&"2024-01-30T00:00:00".into(), &"2024-01-30T00:00:00".into()));
    assert_eq!(told["names"], Value::Array(Vec::new()));
}

#[test]
#[ignore = "needs PyPI's csvw; `cargo xtask test` runs it"]
fn the_metadata_of_data_files_are_valid() {
    let folder = written("csvw");
    let mut checked = 0;
    for entry in fs::read_dir(folder.join("csv")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let said = run(Command::new(tool("csvwvalidate")).arg(&path));
            assert!(said.contains("OK") && !said.to_lowercase().contains("warn"), "{}: {said}", path.display());
            checked += 1;
        }
    }
    assert_eq!(checked, 3);
    // A check that cannot fail would show nothing.
    let path = folder.join("csv/by-area-and-month.csv");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("2023-01-01", "January", 1)).unwrap();
    let broken = Command::new(tool("csvwvalidate")).arg(path.with_extension("csv-metadata.json")).output().unwrap();
    assert!(!broken.status.success() || !String::from_utf8_lossy(&broken.stdout).contains("OK"));
}
