//! `cargo xtask bench tables`: a table with all its margins, against DuckDB's `GROUP BY CUBE` on the same file.
//!
//! Both stay running and count in turn, so that both see the same machine. Before that, each writes every cell that it
//! counted, and they must be the same.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context as _, bail, ensure};

use super::{folder, is_made, program, python, run};
use crate::{root, say};

/// The version of DuckDB, from PyPI.
const DUCKDB: &str = "2.0.0";
/// How many threads each may count with.
const THREADS: &str = "2";
/// How many records the file has, and how many margins the table.
const RECORDS: u64 = 20_000_000;
const MARGINS: u64 = 16;
/// How often each counts, after once to warm up.
const RUNS: usize = 9;
/// How much of DuckDB's time Candour may take.
const WANTED: f64 = 1.2;

/// What DuckDB is asked for, and how a report calls that; the first is what Candour is held against.
const FORMS: [(&str, &str); 3] = [
    ("cube", "DuckDB, `GROUP BY CUBE`"),
    ("base", "DuckDB, finest cells first, then `CUBE`"),
    ("number", "DuckDB, `GROUP BY CUBE`, months as small numbers"),
];

/// Measures, and tells what came out. A ratio that is too high is told and is no error; a wrong cell is one.
pub(crate) fn measure() -> anyhow::Result<()> {
    let folder = folder()?;
    let script = root().join("benches/tables/tables.py");
    let python = python(&folder, &[("duckdb", DUCKDB)])?;
    let records = records(&folder, &python, &script)?;
    let program = program("candour-bench-tables")?;

    let cells = |name: &str| folder.join(format!("{name}.csv"));
    let mut counters = vec![Counter::start("Candour", &program, &[records.as_os_str(), cells("candour").as_os_str()])?];
    for (form, name) in FORMS {
        let (ours, theirs) = (cells("candour"), cells(form));
        let arguments = [
            script.as_os_str(),
            "run".as_ref(),
            records.as_os_str(),
            theirs.as_os_str(),
            form.as_ref(),
            THREADS.as_ref(),
        ];
        counters.push(Counter::start(name, &python, &arguments)?);
        ensure!(read(&ours)? == read(&theirs)?, "{} and {} differ", ours.display(), theirs.display());
    }
    for _ in 0..RUNS {
        for counter in &mut counters {
            counter.run()?;
        }
    }
    report(&counters)
}

fn report(counters: &[Counter]) -> anyhow::Result<()> {
    let [candour, cube, ..] = counters else { bail!("nothing was counted") };
    let base = cube.median();
    say(&format!(
        "\n{RECORDS} records; {} cells in {MARGINS} margins, each the same in all; {RUNS} runs in turn, {THREADS} threads each\n",
        candour.cells,
    ));
    say("| what | median | least | to `CUBE` |\n| --- | ---: | ---: | ---: |");
    for counter in counters {
        let (median, least, ratio) = (counter.median(), counter.least(), counter.median() / base);
        say(&format!("| {} | {median:.3} s | {least:.3} s | {ratio:.2} |", counter.name));
    }
    let ratio = candour.median() / base;
    let verdict = if ratio <= WANTED { "PASS" } else { "FAIL" };
    say(&format!("\n{verdict}: Candour takes {ratio:.2} times as long as `GROUP BY CUBE`; at most {WANTED} is wanted"));
    Ok(())
}

/// A process that counts once for each line that it is sent.
struct Counter {
    name: &'static str,
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
    cells: u64,
    seconds: Vec<f64>,
}

impl Counter {
    /// Starts it and lets it warm up.
    fn start(name: &'static str, program: &Path, arguments: &[&OsStr]) -> anyhow::Result<Self> {
        let mut command = Command::new(program);
        // Candour's engine takes one thread a processor, unless it is told otherwise.
        command.args(arguments).env("TOKIO_WORKER_THREADS", THREADS).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("cannot run {}", program.display()))?;
        let (Some(ask), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            bail!("cannot speak to {}", program.display());
        };
        let mut counter = Self { name, child, ask, answers: BufReader::new(answers), cells: 0, seconds: Vec::new() };
        counter.cells = counter.answer()?.1;
        Ok(counter)
    }

    /// Counts once more.
    fn run(&mut self) -> anyhow::Result<()> {
        writeln!(self.ask).with_context(|| format!("{} stopped", self.name))?;
        let (seconds, cells) = self.answer()?;
        ensure!(cells == self.cells, "{} counted {cells} cells, and {} before", self.name, self.cells);
        self.seconds.push(seconds);
        Ok(())
    }

    /// Seconds and cells of one run. Every record stands once in each margin.
    fn answer(&mut self) -> anyhow::Result<(f64, u64)> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let words: Vec<&str> = line.split_whitespace().collect();
        let [seconds, cells, records] = words[..] else { bail!("{} stopped: what it says stands above", self.name) };
        let wanted = RECORDS * MARGINS;
        ensure!(records == wanted.to_string(), "the margins of {} hold {records} records, not {wanted}", self.name);
        Ok((seconds.parse()?, cells.parse()?))
    }

    fn median(&self) -> f64 {
        let mut seconds = self.seconds.clone();
        seconds.sort_by(f64::total_cmp);
        seconds[seconds.len() / 2]
    }

    fn least(&self) -> f64 {
        self.seconds.iter().copied().fold(f64::INFINITY, f64::min)
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        // It may be in the middle of a run that nobody waits for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The records, made when they are missing or older than what makes them.
fn records(folder: &Path, python: &Path, script: &Path) -> anyhow::Result<PathBuf> {
    let records = folder.join("tables.parquet");
    if is_made(&records, script) {
        return Ok(records);
    }
    let arguments = [script.as_os_str(), "make".as_ref(), records.as_os_str()];
    run(python, &arguments, "it needs 500 MB of room")?;
    Ok(records)
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}
