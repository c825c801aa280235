//! Writes one table of a hundred thousand figures in the formats that are asked for, and tells how long that took.
//!
//! `candour-bench-release FOLDER FORMAT...` writes the files into FOLDER; formats are `json`, `csv`, `ods` and `xlsx`. Standard output
//! gets one line of JSON: the seconds of each format and of all, the processor's seconds of all, the most memory that the process held, and the seconds
//! and the memory that the proofs of the written files took then. `release.py` beside
//! this crate writes the same table with another program, from the CSV file that `candour-bench-release FOLDER table` writes.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::{Write as _, stdout};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, bail};
use candour_model::{
    Axis, Category, CategoryKind, Cell, ChartChoice, Column, ColumnKind, Coord, Dimension, Document, DocumentFacts,
    ExtractSource, MeasureFacts, MeasureKind, Reason, Request, Row, RowKind, Shown, Table, TableFacts,
};
use candour_release::{Files, Format, files, outline, prove};
use jiff::civil::date;
use serde_json::json;

/// How many rows and columns of figures the table has.
const ROWS: u32 = 2_500;
const COLUMNS: u32 = 40;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, formats @ ..] = &arguments[..] else {
        bail!("give a folder and formats; or run `cargo xtask bench release`")
    };
    let folder = Path::new(folder);
    if formats == ["table"] {
        return Ok(fs::write(folder.join("table.csv"), wide(&document()))?);
    }
    let document = document();
    let mut seconds = serde_json::Map::new();
    let (mut all, mut used) = (0.0, 0.0);
    let (mut written, mut asked) = (Files::new(), Vec::new());
    for name in formats {
        let (began, given) = (Instant::now(), processor()?);
        let files = match name.as_str() {
            "json" => files(&document, &[])?,
            other => {
                let format = Format::named(other).with_context(|| format!("`{other}` is no format"))?;
                asked.push(format);
                (format.write)(&document, &outline(&document))?
            }
        };
        let took = began.elapsed().as_secs_f64();
        used += (processor()? - given) as f64 / 1e9;
        seconds.insert(name.clone(), took.into());
        all += took;
        for (path, bytes) in files {
            let full = folder.join(&path);
            fs::create_dir_all(full.parent().unwrap_or(folder))?;
            fs::write(full, &bytes)?;
            written.insert(path, bytes);
        }
    }
    let peak = peak_kib()?;
    // What is proved always has `release.json` as well.
    if formats.iter().all(|format| format != "json") {
        written.extend(files(&document, &[])?);
    }
    let began = Instant::now();
    prove(&document, &asked, &written)?;
    let proved = began.elapsed().as_secs_f64();
    let told = json!({ "seconds": seconds, "all": all, "processor": used, "peak_kib": peak, "proof": proved, "proof_peak_kib": peak_kib()? });
    Ok(writeln!(stdout(), "{told}")?)
}

/// The figure in a row and a column: small and large ones, and a few that are withheld.
fn figure(row: u32, column: u32) -> Shown {
    let mixed = row.wrapping_mul(2_654_435_761).rotate_left(column % 32).wrapping_add(column.wrapping_mul(40_503));
    match mixed % 50 {
        0 => Shown::Withheld(Reason::Confidential),
        _ => Shown::whole(i128::from(mixed >> 8 & if mixed.is_multiple_of(3) { 0xf_ffff } else { 0x3ff })),
    }
}

fn row_label(row: u32) -> String {
    format!("Area {:05} of the county", row + 1)
}

fn column_label(column: u32) -> String {
    format!("{} Q{}", 2010 + column / 4, column % 4 + 1)
}

fn document() -> Document {
    let side = |id: &str, axis, count: u32, label: fn(u32) -> String| Dimension {
        id: id.into(),
        label: id.into(),
        axis,
        rolls_up_to: None,
        overlaps: false,
        categories: (0..count)
            .map(|at| Category::new(format!("{id}{at}"), label(at), CategoryKind::Code { group: None }))
            .collect(),
    };
    let column = |column| {
        let labels = vec![column_label(column)];
        Column { kind: ColumnKind::Inner, measure: 0, key: vec![column], labels }
    };
    let cell = |row, column| Cell {
        coords: vec![Coord::At(row), Coord::At(column)],
        measure: 0,
        shown: figure(row, column),
        marks: BTreeSet::new(),
    };
    let row = |row| Row {
        kind: RowKind::Inner,
        key: vec![row],
        labels: vec![row_label(row)],
        cells: (0..COLUMNS).map(|column| cell(row, column)).collect(),
    };
    let measure = MeasureFacts {
        id: "records".into(),
        label: "Records".into(),
        kind: MeasureKind::Count,
        adds_up: true,
        places: 0,
    };
    let about = TableFacts {
        id: "records".into(),
        title: "Records by area and quarter".into(),
        questions: vec!["1".into()],
        unit: "records".into(),
        measure: "Records".into(),
        measures: vec![measure],
        definition: None,
        cancelled: None,
        rejected: 0,
        date_basis: None,
        age_basis: None,
        dimensions: vec![
            side("area", Axis::Rows, ROWS, row_label),
            side("quarter", Axis::Columns, COLUMNS, column_label),
        ],
        chart: ChartChoice::None,
        notes: Vec::new(),
    };
    let table = Table {
        about,
        row_headings: vec!["Area".into()],
        columns: (0..COLUMNS).map(column).collect(),
        rows: (0..ROWS).map(row).collect(),
    };
    let about = DocumentFacts {
        language: Default::default(),
        languages: Vec::new(),
        authority: "An authority".into(),
        request: Request {
            reference: "1".into(),
            reference_display: "1".into(),
            received: date(2024, 1, 2),
            answered: date(2024, 1, 30),
        },
        extract: Some(ExtractSource { source: "A system".into(), as_at: date(2024, 1, 1) }),
        letter: None,
        title: "Records".into(),
        report: Vec::new(),
        questions: Vec::new(),
        statements: Vec::new(),
        definitions: Vec::new(),
        notes: Vec::new(),
    };
    Document { about, tables: vec![table], lists: Vec::new() }
}

/// The table as its sheet shows it, for the other program.
fn wide(document: &Document) -> String {
    let mut text = String::from("Area");
    let table = &document.tables[0];
    for column in &table.columns {
        let _ = write!(text, ",{}", column.labels[0]);
    }
    for row in &table.rows {
        let _ = write!(text, "\n{}", row.labels[0]);
        for cell in &row.cells {
            let _ = match cell.shown {
                Shown::Value(value) => write!(text, ",{value}"),
                Shown::Withheld(reason) => write!(text, ",{}", reason.symbol()),
            };
        }
    }
    text + "\n"
}

/// Nanoseconds that this thread had a processor; the writers use no other.
fn processor() -> anyhow::Result<u64> {
    // The kernel adds up when a thread gives the processor away, and otherwise only every few milliseconds.
    std::thread::yield_now();
    let text = fs::read_to_string("/proc/thread-self/schedstat").context("the kernel counts no processor time")?;
    let nanoseconds = text.split_whitespace().next().context("the kernel counts no processor time")?;
    Ok(nanoseconds.parse()?)
}

/// The most memory that the process ever held, in KiB.
fn peak_kib() -> anyhow::Result<u64> {
    let status = fs::read_to_string("/proc/self/status").context("the kernel tells no memory")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("the kernel tells no memory")?;
    let number = line.split_whitespace().next().context("the kernel tells no memory")?;
    Ok(number.parse()?)
}
