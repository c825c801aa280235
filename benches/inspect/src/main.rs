//! Inspects files, and tells how long that took and how much memory.
//!
//! `candour-bench-inspect read PATH...` inspects each file, and each file of each folder, and writes one line of JSON to standard output: seconds,
//! files, bytes, the most memory that the process held, and how many files had each verdict. `report PATH...` writes the whole report instead, to be
//! compared with another one; `verdicts FOLDER` writes a table of what was found in the files of each folder in it. `make KIND FILE` makes a large file; the kinds are in `make.rs`.

mod make;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Write as _, stdout};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, bail};
use candour_inspect::{Limits, Report, Severity, Verdict, inspect};
use serde_json::json;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["make", kind, file] => make::make(kind, Path::new(file)),
        ["read", ref paths @ ..] => read(&files(paths)?),
        ["verdicts", folder] => verdicts(folder),
        ["report", ref paths @ ..] => report(&files(paths)?),
        _ => bail!("give `read`, `report` or `make`, and what of; or run `cargo xtask bench inspect`"),
    }
}

/// The files of folders and of what is in them, in the order of their paths.
fn files(paths: &[&str]) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            for entry in fs::read_dir(&path).with_context(|| format!("{} cannot be read", path.display()))? {
                waiting.push(entry?.path());
            }
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn read(files: &[PathBuf]) -> anyhow::Result<()> {
    let began = Instant::now();
    let (mut bytes, mut verdicts) = (0, BTreeMap::<String, usize>::new());
    for file in files {
        let content = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
        bytes += content.len();
        let report = inspect(&file.to_string_lossy(), &content, Limits::default());
        *verdicts.entry(format!("{:?}", report.verdict).to_lowercase()).or_default() += 1;
    }
    let seconds = began.elapsed().as_secs_f64();
    let line = json!({
        "seconds": seconds, "files": files.len(), "bytes": bytes, "peak_kib": peak_kib()?, "verdicts": verdicts
    });
    Ok(writeln!(stdout(), "{line}")?)
}

fn report(files: &[PathBuf]) -> anyhow::Result<()> {
    let mut reports = Vec::new();
    for file in files {
        let content = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
        reports.push(inspect(&file.to_string_lossy(), &content, Limits::default()));
    }
    Ok(writeln!(stdout(), "{}", serde_json::to_string_pretty(&Report::new(reports))?)?)
}

/// How many files had each verdict, and in how many each carrier was found.
type Found = (BTreeMap<Verdict, usize>, BTreeMap<&'static str, usize>);

/// A row for each folder and ending: how many files had each verdict, and in how many each carrier was more than worth knowing.
fn verdicts(folder: &str) -> anyhow::Result<()> {
    let mut rows: BTreeMap<(String, String), Found> = BTreeMap::new();
    for file in files(&[folder])? {
        let within = file.strip_prefix(folder)?.to_string_lossy().into_owned();
        let program = within.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let ending = within.rsplit_once('.').map_or("", |(_, ending)| ending).to_owned();
        let report = inspect(&within, &fs::read(&file)?, Limits::default());
        let (verdicts, carriers) = rows.entry((program, ending)).or_default();
        *verdicts.entry(report.verdict).or_default() += 1;
        let found = report.findings.iter().filter(|finding| finding.severity > Severity::Info);
        let found: BTreeSet<&str> = found.map(|finding| finding.carrier.id).collect();
        found.into_iter().for_each(|carrier| *carriers.entry(carrier).or_default() += 1);
    }
    let mut out = stdout().lock();
    writeln!(out, "| made with | format | files | pass | review | block | found in so many files |")?;
    writeln!(out, "| --- | --- | ---: | ---: | ---: | ---: | --- |")?;
    for ((program, ending), (verdicts, carriers)) in rows {
        let of = |verdict: Verdict| verdicts.get(&verdict).copied().unwrap_or(0);
        let blocked = of(Verdict::Block) + of(Verdict::Uninspectable);
        let carriers: Vec<String> = carriers.iter().map(|(carrier, count)| format!("`{carrier}` {count}")).collect();
        let (pass, review, all) = (of(Verdict::Pass), of(Verdict::Review), verdicts.values().sum::<usize>());
        writeln!(out, "| {program} | {ending} | {all} | {pass} | {review} | {blocked} | {} |", carriers.join(", "))?;
    }
    Ok(())
}

/// The most memory that the process ever held, in KiB.
fn peak_kib() -> anyhow::Result<u64> {
    let status = fs::read_to_string("/proc/self/status").context("the kernel tells no memory")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("the kernel tells no memory")?;
    let number = line.split_whitespace().next().context("the kernel tells no memory")?;
    Ok(number.parse()?)
}
