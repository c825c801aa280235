//! Counts one table with all its margins, as often as it is asked to.
//!
//! `candour-bench-tables RECORDS.parquet CELLS.csv` counts once to warm up and writes every cell; then each line on standard
//! input asks for one more timed run. Each run, the first included, answers with a line: seconds, cells of all margins,
//! and the sum of their figures. `tables.py` beside this crate does the same with DuckDB, so that both can be run in turn.

use std::fmt::Write as _;
use std::fs;
use std::io::{Write as _, stdin, stdout};
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context as _, bail, ensure};
use candour_count::{Engine, Records};
use candour_model::{Coord, Counted, Figures};
use candour_spec::{Files, Schema, Source, TableSpec, Taken, WrittenResponse, read_schema};
use jiff::civil::date;

/// How many codes each list has: offence groups, boroughs, genders with "not recorded" as a code of its own.
const LISTS: [(&str, usize); 3] = [("offence_group", 12), ("borough", 32), ("gender", 4)];

const RESPONSE: &str = r#"schema = "candour/response/1"

[request]
authority = "An authority"
reference = "1"
received = 2024-02-01
answered = 2024-02-28

[extract]
source = "Crime system"
as_at = 2024-01-31
settled_after_days = 0

[report]
title = "Offences"
protective_marking = "None"
publication_scheme = "No"
ad_hoc_reference = "None"
foi_reference = "1"
summary = "Offences"
creating_branch = "None"
date_created = 2024-02-28
review_date = 2025-02-28
live_data_from = "Crime system"
live_data_extracted = 2024-01-31

[notes]
source_system = "Made-up records."
date_range = "Offences recorded from 1 January 2014 to 31 December 2023."
definition = "All offences."

[[question]]
number = "1"
text = "How many offences were there?"
outcome = "in full"
basis = "as asked"
answer = "See the table."

[periods.months]
from = 2014-01-01
to = 2023-12-31
every = "month"

[[table]]
id = "offences"
title = "Offences by group, borough, month and gender"
questions = ["1"]
unit = "offences"
measure = "Offences"
date_basis = "recorded"
rows = [{ column = "offence_group", label = "Offence group" }, { column = "borough", label = "Borough" }]
columns = [{ periods = "months", label = "Month" }, { column = "gender", label = "Gender" }]
empty_rows = "show"

[policy]
method = "none"
reason = "A measurement."
"#;

struct NoFiles;

impl Files for NoFiles {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        Err(format!("`{name}` is not there"))
    }
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [records, cells] = &arguments[..] else {
        bail!("give the Parquet file to count and the CSV file to write; or run `cargo xtask bench tables`");
    };
    let schema = schema()?;
    let table = table(&schema)?;
    let records = Records { schema: &schema, files: vec![records.clone()] };
    let engine = Engine::embedded()?;
    let (figures, line) = run(&engine, &records, &table)?;
    fs::write(cells, csv(&figures)?).with_context(|| format!("`{}` cannot be written", cells.display()))?;
    tell(&line)?;
    for asked in stdin().lines() {
        asked?;
        tell(&run(&engine, &records, &table)?.1)?;
    }
    Ok(())
}

/// Counts the table and works out its margins; what that took, as a line.
fn run(engine: &Engine, records: &Records<'_>, table: &TableSpec) -> anyhow::Result<(Figures, String)> {
    let start = Instant::now();
    let counted = engine.count(records, table)?;
    let figures = counted.figures();
    let seconds = start.elapsed().as_secs_f64();
    ensure!(counted.left_out.is_empty(), "records were left out: {:?}", counted.left_out);
    let mut sum = 0;
    for place in figures.places() {
        sum += value(&figures, &place)?;
    }
    let line = format!("{seconds} {} {sum}", figures.len());
    Ok((figures, line))
}

/// Every figure, margins included: positions of codes and months, empty for a total, and the number of records.
fn csv(figures: &Figures) -> anyhow::Result<String> {
    let mut text = String::new();
    for place in figures.places() {
        for coord in &place {
            match coord {
                Coord::At(at) => write!(text, "{at},")?,
                Coord::Total | Coord::Rest => text.push(','),
            }
        }
        writeln!(text, "{}", value(figures, &place)?)?;
    }
    Ok(text)
}

fn value(figures: &Figures, place: &[Coord]) -> anyhow::Result<i128> {
    match figures.at(place, 0) {
        Counted::Value(value) => Ok(value),
        Counted::Undefined | Counted::NotCounted => bail!("{place:?} has no figure"),
    }
}

/// What the records are: the columns that the table reads. The file has others, as real records would.
fn schema() -> anyhow::Result<Schema> {
    let mut text = String::from("schema = \"candour/schema/1\"\nname = \"offences\"\ntitle = \"Offences\"\n");
    for (name, codes) in LISTS {
        writeln!(text, "[code_lists.{name}]\ncodes = [")?;
        for code in 0..codes {
            writeln!(text, "  {{ code = \"{code}\", label = \"{name} {code}\" }},")?;
        }
        writeln!(text, "]")?;
    }
    writeln!(
        text,
        "[tables.offences]\nunit = {{ one = \"offence\", many = \"offences\" }}\n[tables.offences.columns]"
    )?;
    writeln!(
        text,
        "recorded = {{ type = \"date\", precision = \"day\", date_basis = \"recorded\", role = \"plain\", required = true }}"
    )?;
    for (name, _) in LISTS {
        writeln!(text, "{name} = {{ type = \"code\", codes = \"{name}\", role = \"plain\", required = true }}")?;
    }
    Ok(read_schema(&Source::new("schema.toml", text.into_bytes())?, &NoFiles)?)
}

fn table(schema: &Schema) -> anyhow::Result<TableSpec> {
    let source = Source::new("response.toml", RESPONSE.into())?;
    let (_, form) = WrittenResponse::read(source).extract()?;
    let taken = Taken { as_at: date(2024, 1, 31), rejected: vec![0] };
    let (mut response, _) = form.resolve(schema, &taken, None)?;
    response.tables.pop().context("the response file has no table")
}

/// One line, at once: who asked waits for it.
fn tell(line: &str) -> anyhow::Result<()> {
    let mut out = stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}
