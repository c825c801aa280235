//! `cargo xtask bench release`: a table of a hundred thousand figures in every data format, and the workbook against gptables.
//!
//! Each run is a process of its own, and the programs take turns, so that both see the same machine.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::{folder, program, python};
use crate::{root, say};

/// The peer, and what it stands on; from PyPI. It fails with version 3 of pandas.
const PACKAGES: [(&str, &str); 3] = [("gptables", "1.2.0"), ("pandas", "2.2.3"), ("xlsxwriter", "3.3.1")];
/// How often Candour writes the table, and how often the peer, which needs half a minute.
const RUNS: usize = 9;
const PEER_RUNS: usize = 3;
/// How many seconds of a processor the workbook may take, how many the other formats together, and how much memory all of them.
const WORKBOOK: f64 = 0.3;
const OTHERS: f64 = 1.0;
const MEMORY: f64 = 150.0;

/// What Candour writes in one process: how a report calls it, and its formats.
const OURS: [(&str, &[&str]); 5] = [
    ("Candour, XLSX", &["xlsx"]),
    ("Candour, ODS", &["ods"]),
    ("Candour, CSV with its metadata", &["csv"]),
    ("Candour, JSON", &["json"]),
    ("Candour, ODS, CSV and JSON", &["ods", "csv", "json"]),
];
const THEIRS: &str = "gptables, XLSX";

/// What runs of one kind took.
struct Taken {
    name: &'static str,
    wall: Vec<f64>,
    processor: Vec<f64>,
    mebibytes: f64,
    /// Of the proof of what was written and of `release.json`; the peer proves nothing.
    proof: Vec<f64>,
    proof_mebibytes: f64,
}

/// Measures, and tells what came out.
pub(crate) fn measure() -> anyhow::Result<()> {
    let folder = self::folder()?.join("release");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let script = root().join("benches/release/release.py");
    let python = python(&self::folder()?, &PACKAGES)?;
    let program = program("candour-bench-release")?;
    let made = Command::new(&program).args([folder.as_os_str(), "table".as_ref()]).status();
    ensure!(made.is_ok_and(|status| status.success()), "{} makes no table", program.display());

    let (table, theirs) = (folder.join("table.csv"), folder.join("gptables.xlsx"));
    let names = OURS.iter().map(|(name, _)| *name).chain([THEIRS]);
    let mut taken: Vec<Taken> = names
        .map(|name| Taken {
            name,
            wall: Vec::new(),
            processor: Vec::new(),
            mebibytes: 0.0,
            proof: Vec::new(),
            proof_mebibytes: 0.0,
        })
        .collect();
    for run in 0..RUNS {
        for ((_, formats), taken) in OURS.iter().zip(&mut taken) {
            let formats = formats.iter().map(OsStr::new);
            let arguments: Vec<&OsStr> = std::iter::once(folder.as_os_str()).chain(formats).collect();
            taken.add(&answer(&program, &arguments)?)?;
        }
        let arguments = [script.as_os_str(), table.as_os_str(), theirs.as_os_str()];
        if let Some(taken) = taken.last_mut().filter(|_| run < PEER_RUNS) {
            taken.add(&answer(&python, &arguments)?)?;
        }
    }
    report(&mut taken)
}

impl Taken {
    fn add(&mut self, told: &Value) -> anyhow::Result<()> {
        let number = |name: &str| told[name].as_f64().with_context(|| format!("{told} has no number `{name}`"));
        self.wall.push(number("all")?);
        self.processor.push(number("processor")?);
        self.mebibytes = self.mebibytes.max(number("peak_kib")? / 1024.0);
        if told.get("proof").is_some() {
            self.proof.push(number("proof")?);
            self.proof_mebibytes = self.proof_mebibytes.max(number("proof_peak_kib")? / 1024.0);
        }
        Ok(())
    }
}

fn median(seconds: &mut [f64]) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().unwrap_or_default()
}

fn report(taken: &mut [Taken]) -> anyhow::Result<()> {
    say(&format!(
        "\n100,000 figures in one table; {RUNS} runs each in turn ({PEER_RUNS} of the peer), each a process of its own\n"
    ));
    say(
        "| what | processor | wall, median | wall, least | most memory | proof, with `release.json` | most memory then |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    );
    let mut medians = Vec::new();
    for taken in taken.iter_mut() {
        let (processor, wall) = (median(&mut taken.processor), median(&mut taken.wall));
        medians.push((processor, taken.mebibytes));
        let least = taken.wall.first().context("nothing was measured")?;
        let (name, memory) = (taken.name, taken.mebibytes);
        let proof = match taken.proof.is_empty() {
            true => "| ".to_owned(),
            false => format!("{:.3} s | {:.0} MiB", median(&mut taken.proof), taken.proof_mebibytes),
        };
        say(&format!("| {name} | {processor:.3} s | {wall:.3} s | {least:.3} s | {memory:.0} MiB | {proof} |"));
    }
    let [workbook, .., others, peer] = medians[..] else { return Ok(()) };
    let holds = workbook.0 < WORKBOOK && others.0 < OTHERS && workbook.1.max(others.1) < MEMORY;
    let verdict = if holds { "PASS" } else { "FAIL" };
    say(&format!(
        "\n{verdict}: at most {WORKBOOK} s of a processor for XLSX, {OTHERS} s for the others together and {MEMORY} MiB are wanted; gptables takes \
         {:.0} times as long for XLSX",
        peer.0 / workbook.0
    ));
    Ok(())
}

/// The line of JSON that a program says.
pub(super) fn answer(program: &Path, arguments: &[&OsStr]) -> anyhow::Result<Value> {
    let output = Command::new(program).args(arguments).stderr(Stdio::inherit()).output();
    let output = output.with_context(|| format!("cannot run {}", program.display()))?;
    ensure!(output.status.success(), "{} {arguments:?} failed", program.display());
    Ok(serde_json::from_slice(&output.stdout)?)
}
