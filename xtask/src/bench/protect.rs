//! `cargo xtask bench protect [DIR]`: what Candour withholds, against tau-ARGUS on the same tables.
//!
//! The tables are made up, from a seed; a folder that is given holds others by the same names. Both programs write which cells
//! they withhold, margins included, and both patterns are audited twice: by Candour, and by a script that shares nothing with
//! it. Candour may find more that is known, by whole numbers; if it finds less, that is an error.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use super::{folder, is_made, program, python, run};
use crate::{root, say};

/// The peer, what the audit solves its linear programme with, and another solver of relaxations; all from PyPI.
const PACKAGES: [(&str, &str); 3] = [("pytauargus", "0.6.0"), ("scipy", "1.17.1"), ("highspy", "1.16.0")];
/// What made-up tables are made from.
const SEED: &str = "1";
/// How many seconds one program may take.
const LIMIT: &str = "1200";
/// How many withheld cells an ordinary table has at most: for those, every interval is worked out.
const ORDINARY: u64 = 5000;

/// A protection or an attacker: as a report calls it, and as the program reads it.
type Said = (&'static str, &'static str);

const EXACT: Said = ("exact", r#""exact""#);
const BY_ONE: Said = ("± 1", r#"{"interval": {"millionths": 0, "least": 1}}"#);
const BY_SHARE: Said = ("± 30%", r#"{"interval": {"millionths": 300000, "least": 1}}"#);
const ZERO: Said = ("0", r#"{"suppressed_at_least": 0, "marks": "same", "insiders": 0}"#);
const ONE: Said = ("1", r#"{"suppressed_at_least": 1, "marks": "same", "insiders": 0}"#);
const MARKS: Said = ("1, marks", r#"{"suppressed_at_least": 1, "marks": "distinct", "insiders": 0}"#);
/// Every attacker, in the order of the report's columns.
const ATTACKERS: [Said; 3] = [ZERO, ONE, MARKS];

/// The hierarchy of tables that have one.
const AREAS: &str = "lsoa=borough,ward,lsoa";

/// A method of the peer, with its protection in percent; at least 1 either way.
type Peer = (&'static str, &'static str);

/// What is asked of one table.
struct Case {
    table: &'static str,
    protection: Said,
    attacker: Said,
    peers: &'static [Peer],
    /// How often each program runs; the run with the median processor time is told.
    runs: usize,
}

/// `OPT` is exact, with the minutes that it may take. `MOD` goes down the hierarchy table by table: as it comes, or with minutes
/// and all three kinds of care for cells of one record.
const OPT: &str = "OPT(1,10)";
const MOD: &str = "MOD(1)";
const MOD_WITH_CARE: &str = "MOD(1,5,1,1,1)";

const CASES: [Case; 9] = [
    Case { table: "b1_sparse", protection: BY_ONE, attacker: ZERO, peers: &[(OPT, "1")], runs: 3 },
    Case { table: "b1_mid", protection: BY_ONE, attacker: ZERO, peers: &[(OPT, "1")], runs: 3 },
    Case { table: "b1_dense", protection: BY_ONE, attacker: ZERO, peers: &[(OPT, "1")], runs: 3 },
    Case { table: "b3", protection: BY_ONE, attacker: ZERO, peers: &[(OPT, "1")], runs: 3 },
    Case { table: "b3", protection: BY_ONE, attacker: ONE, peers: &[], runs: 3 },
    Case { table: "b3", protection: BY_SHARE, attacker: ZERO, peers: &[(OPT, "30")], runs: 3 },
    Case { table: "b2s", protection: EXACT, attacker: ZERO, peers: &[(MOD, "1")], runs: 3 },
    Case { table: "b2s", protection: BY_SHARE, attacker: ZERO, peers: &[(MOD, "30"), (MOD_WITH_CARE, "30")], runs: 1 },
    Case { table: "b2", protection: EXACT, attacker: ZERO, peers: &[(MOD, "1"), (MOD_WITH_CARE, "30")], runs: 1 },
];

/// The tables on which solvers of relaxations are measured, and what is asked for.
const SOLVED: [(&str, Said); 5] =
    [("b1_dense", BY_ONE), ("b3", BY_ONE), ("b2s", EXACT), ("b2s", BY_SHARE), ("b2", EXACT)];

/// Linked tables: how many, and of what size.
const LINKED: [(&str, &str); 3] = [("6", "10x8"), ("16", "16x8"), ("24", "20x8")];

/// Made-up tables of growing size, by kind.
const GROWING: [(&str, &[&str]); 3] = [
    ("two-way", &["two_way_25", "two_way_50", "two_way_100", "two_way_200"]),
    ("three-way", &["three_way_26", "three_way_52", "three_way_104"]),
    ("three-way, one in three levels", &["areas_25", "areas_75", "areas_150"]),
];

/// Measures, and tells what came out.
pub(crate) fn measure(given: Option<&Path>) -> anyhow::Result<()> {
    let folder = folder()?.join("protect");
    let script = root().join("benches/protect/protect.py");
    let python = python(&self::folder()?, &PACKAGES)?;
    if !is_made(&folder.join("two_way_25.csv"), &script) {
        let make = [script.as_os_str(), "make".as_ref(), folder.as_os_str(), SEED.as_ref()];
        run(&python, &make, "it needs room for a few megabytes")?;
    }
    let bench = Bench { program: program("candour-bench-protect")?, python, script, folder };
    let from = given.unwrap_or(&bench.folder);

    let patterns: Vec<Pattern> = CASES
        .iter()
        .map(|case| bench.case(from, case))
        .collect::<anyhow::Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect();
    say("\nWhat is withheld, and what is known all the same\n");
    say(&withheld(&patterns));
    say("\nWhat audits of these patterns take\n");
    say(&audits(&patterns));
    say("\nHow time and loss grow\n");
    say(&bench.growth()?);
    say("\nLinked tables\n");
    say(&bench.linked()?);
    say("\nWhat solvers take for the relaxations of the covering problem\n");
    say(&bench.solvers(from)?);
    Ok(())
}

/// What a bench runs, and where.
struct Bench {
    program: PathBuf,
    python: PathBuf,
    script: PathBuf,
    folder: PathBuf,
}

/// What one program withheld of one table.
struct Pattern {
    table: &'static str,
    protection: &'static str,
    attacker: &'static str,
    tool: String,
    /// What the program told; [`None`] when it took too long.
    found: Option<Found>,
}

struct Found {
    /// What the program told of itself.
    told: Value,
    /// What Candour's audit told.
    audit: Value,
    /// How many cells each attacker knows, by the script.
    known: Vec<u64>,
}

impl Bench {
    /// Every program's pattern for one case, audited.
    fn case(&self, from: &Path, case: &Case) -> anyhow::Result<Vec<Pattern>> {
        let table = from.join(format!("{}.csv", case.table));
        let mut patterns = Vec::new();
        for peer in std::iter::once(None).chain(case.peers.iter().map(Some)) {
            let tool = match peer {
                None => "Candour".to_owned(),
                Some((method, percent)) => format!("tau-ARGUS `{method}`, {percent}%"),
            };
            say(&format!("{}, {}, at least {}: {tool}", case.table, case.protection.0, case.attacker.0));
            let file = self.folder.join(format!("pattern_{}_{}.csv", case.table, patterns.len()));
            let mut told = Vec::new();
            for _ in 0..case.runs {
                let once = match peer {
                    None => self.suppress(&table, &file, case.protection, case.attacker),
                    Some(peer) => self.ask_peer("suppress", &table, &file, *peer),
                };
                told.extend(once?);
            }
            told.sort_by(|left, right| f64::total_cmp(&processor(left, "suppress"), &processor(right, "suppress")));
            let mut median = (!told.is_empty()).then(|| told.swap_remove(told.len() / 2));
            // `MOD` looks at parts of the table, and its own audit at the whole: it would take an hour.
            if let (Some(told), Some(peer @ (OPT, _))) = (&mut median, peer) {
                let inspected = self.ask_peer("inspect", &table, &file, *peer)?;
                told["audit"] = inspected.map(|mut told| told["audit"].take()).unwrap_or_default();
            }
            let found = median.map(|told| self.found(case, &table, &file, told)).transpose()?;
            let (protection, attacker) = (case.protection.0, case.attacker.0);
            patterns.push(Pattern { table: case.table, protection, attacker, tool, found });
        }
        Ok(patterns)
    }

    /// Audits a pattern both ways, and holds the two against each other.
    fn found(&self, case: &Case, table: &Path, pattern: &Path, told: Value) -> anyhow::Result<Found> {
        let intervals = if number(&told, "/withheld")? <= ORDINARY { "yes" } else { "no" };
        let options = ["--protection", case.protection.1, "--attacker", case.attacker.1, "--intervals", intervals];
        let audit = self.ask_candour("audit", table, pattern, &options)?.context("Candour's audit took too long")?;
        let ask = [self.script.as_os_str(), "audit".as_ref(), pattern.as_os_str(), hierarchy(table).as_ref()];
        let script = answer(&self.python, &ask)?.context("the script's audit took too long")?;
        let known = ATTACKERS.iter().map(|attacker| number(&script, &format!("/{}", attacker.0)));
        let known: Vec<u64> = known.collect::<anyhow::Result<_>>()?;
        let at =
            ATTACKERS.iter().position(|attacker| *attacker == case.attacker).context("an attacker has no column")?;
        let ours = number(&audit, "/audit/disclosed")? + number(&audit, "/audit/undecided")?;
        ensure!(ours >= known[at], "{}: {} cells are known, and Candour found {ours}", pattern.display(), known[at]);
        Ok(Found { told, audit, known })
    }

    fn suppress(&self, table: &Path, pattern: &Path, by: Said, from: Said) -> anyhow::Result<Option<Value>> {
        self.ask_candour("suppress", table, pattern, &["--protection", by.1, "--attacker", from.1])
    }

    fn ask_candour(&self, verb: &str, table: &Path, pattern: &Path, options: &[&str]) -> anyhow::Result<Option<Value>> {
        let mut words = vec![verb.as_ref(), table.as_os_str(), pattern.as_os_str()];
        words.extend(options.iter().map(OsStr::new));
        let hierarchy = hierarchy(table);
        if hierarchy != "-" {
            words.extend(["--hierarchy", hierarchy].map(OsStr::new));
        }
        answer(&self.program, &words)
    }

    fn ask_peer(&self, verb: &str, table: &Path, pattern: &Path, peer: Peer) -> anyhow::Result<Option<Value>> {
        let mut words = vec![self.script.as_os_str(), verb.as_ref(), table.as_os_str(), pattern.as_os_str()];
        words.extend([peer.0, peer.1, hierarchy(table)].map(OsStr::new));
        answer(&self.python, &words)
    }

    /// A row for each made-up table of growing size.
    fn growth(&self) -> anyhow::Result<String> {
        let mut text = String::from(
            "| kind | cells | primaries | secondaries | counts lost | bound | gap | suppression | audit | memory |\n\
             | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        );
        for (kind, tables) in GROWING {
            for table in tables {
                say(&format!("growth: {table}"));
                let pattern = self.folder.join(format!("pattern_{table}.csv"));
                let table = self.folder.join(format!("{table}.csv"));
                match self.suppress(&table, &pattern, EXACT, ZERO)? {
                    Some(told) => write!(text, "\n| {kind} {}", growth(&told)?)?,
                    None => write!(text, "\n| {kind} | not within {LIMIT} s | | | | | | | | |")?,
                }
            }
        }
        Ok(text)
    }

    /// A row for each number of linked tables.
    fn linked(&self) -> anyhow::Result<String> {
        let mut text = String::from(
            "| tables | areas x offences | cells | primaries | secondaries | counts lost | bound | gap | suppression | audit | memory |\n\
             | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        );
        for (tables, size) in LINKED {
            say(&format!("linked: {tables} of {size}"));
            match answer(&self.program, &["linked", tables, size].map(OsStr::new))? {
                Some(told) => write!(text, "\n| {tables} | {size} {}", growth(&told)?)?,
                None => write!(text, "\n| {tables} | {size} | not within {LIMIT} s | | | | | | | | |")?,
            }
        }
        Ok(text)
    }

    /// A row for each solver that does again what was solved for a table.
    fn solvers(&self, from: &Path) -> anyhow::Result<String> {
        let mut text = String::from(
            "| table | asked | solver | relaxations | rows of the last | its objective | its bound | values | multipliers |\n\
             | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        );
        let script = self.script.with_file_name("highs.py");
        for (table, asked) in SOLVED {
            say(&format!("solvers: {table}, {}", asked.0));
            let journal = self.folder.join(format!("relaxations_{table}.jsonl"));
            let from = from.join(format!("{table}.csv"));
            self.ask_candour("record", &from, &journal, &["--protection", asked.1])?.context("it took too long")?;
            let own = |solver: &'static str| {
                answer(&self.program, &["replay".as_ref(), journal.as_os_str(), solver.as_ref()])
            };
            let highs = || answer(&self.python, &[script.as_os_str(), journal.as_os_str()]);
            for (solver, told) in [
                ("own", own("own")?),
                ("microlp, kept", own("microlp-kept")?),
                ("microlp, from scratch", own("microlp")?),
                ("HiGHS", highs()?),
            ] {
                match told.filter(|told| told["whole"] == true) {
                    Some(told) => write!(text, "\n| {table} | {} | {solver} | {}", asked.0, solved(&told))?,
                    None => write!(text, "\n| {table} | {} | {solver} | too long | | | | | |", asked.0)?,
                }
            }
        }
        Ok(text)
    }
}

fn solved(told: &Value) -> String {
    let columns = ["/solved", "/rows", "/objective", "/bound"].map(|at| cell(told, at));
    format!("{} | {} | {} |", columns.join(" | "), seconds(told, "/values"), seconds(told, "/prices"))
}

fn withheld(patterns: &[Pattern]) -> String {
    let mut text = String::from(
        "| table | asked | known to be at least | program | secondaries | counts lost | bound | processor | wall | memory | \
         narrower | undecided | known from 0 | from 1 | from 1, marks differ |\n\
         | --- | --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    );
    for Pattern { table, protection, attacker, tool, found } in patterns {
        text += &format!("\n| {table} | {protection} | {attacker} | {tool} | ");
        match found {
            Some(found) => text += &found.row(),
            None => text += &format!("not within {LIMIT} s | | | | | | | | | | |"),
        }
    }
    text
}

impl Found {
    fn row(&self) -> String {
        let told = |at: &str| cell(&self.told, at);
        let known: Vec<String> = self.known.iter().map(u64::to_string).collect();
        format!(
            "{} | {} | {} | {} | {} | {} | {} | {} | {} |",
            told("/secondaries"),
            told("/lost"),
            told("/suppress/bound"),
            seconds(&self.told, "/suppress/processor"),
            seconds(&self.told, "/suppress/wall"),
            memory(&self.told),
            cell(&self.audit, "/audit/narrower"),
            cell(&self.audit, "/audit/undecided"),
            known.join(" | "),
        )
    }
}

fn audits(patterns: &[Pattern]) -> String {
    let mut text = String::from(
        "| pattern | asked | known to be at least | withheld | Candour | with every interval | exact intervals | tau-ARGUS |\n\
         | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    );
    for Pattern { table, protection, attacker, tool, found } in patterns {
        let Some(Found { told, audit, .. }) = found else { continue };
        text += &format!(
            "\n| {table}, {tool} | {protection} | {attacker} | {} | {} | {} | {} | {} |",
            cell(told, "/withheld"),
            seconds(audit, "/audit/processor"),
            seconds(audit, "/intervals/processor"),
            cell(audit, "/intervals/exact"),
            // Of itself, Candour tells an audit too; it is the one in the other columns.
            if tool == "Candour" { String::new() } else { seconds(told, "/audit/processor") },
        );
    }
    text
}

fn growth(told: &Value) -> anyhow::Result<String> {
    let (lost, bound) = (number(told, "/lost")?, number(told, "/suppress/bound")?);
    let gap = if lost == 0 { 0.0 } else { 100.0 * lost.saturating_sub(bound) as f64 / lost as f64 };
    Ok(format!(
        "| {} | {} | {} | {lost} | {bound} | {gap:.1}% | {} | {} | {} |",
        cell(told, "/cells"),
        cell(told, "/primaries"),
        cell(told, "/secondaries"),
        seconds(told, "/suppress/processor"),
        seconds(told, "/audit/processor"),
        memory(told),
    ))
}

/// The hierarchy of a table, by what kind it is.
fn hierarchy(table: &Path) -> &'static str {
    let name = table.file_stem().unwrap_or_default().to_string_lossy();
    if name.starts_with("b2") || name.starts_with("areas") { AREAS } else { "-" }
}

/// The last line that a program says, as JSON; [`None`] when it takes too long.
fn answer(program: &Path, arguments: &[&OsStr]) -> anyhow::Result<Option<Value>> {
    let mut command = Command::new("timeout");
    command.arg(LIMIT).arg(program).args(arguments).stderr(Stdio::inherit());
    let output = command.output().with_context(|| format!("cannot run {}", program.display()))?;
    // What `timeout` ends with when time is up.
    if output.status.code() == Some(124) {
        return Ok(None);
    }
    if !output.status.success() {
        bail!("{} {arguments:?} failed", program.display());
    }
    let text = String::from_utf8(output.stdout)?;
    Ok(Some(serde_json::from_str(text.lines().last().unwrap_or_default())?))
}

fn number(told: &Value, at: &str) -> anyhow::Result<u64> {
    told.pointer(at).and_then(Value::as_u64).with_context(|| format!("{told} has no number at {at}"))
}

fn processor(told: &Value, work: &str) -> f64 {
    told[work]["processor"].as_f64().unwrap_or_default()
}

/// A figure as a cell of a report; empty when the program has none.
fn cell(told: &Value, at: &str) -> String {
    told.pointer(at).map(Value::to_string).unwrap_or_default()
}

fn seconds(told: &Value, at: &str) -> String {
    let seconds = told.pointer(at).and_then(Value::as_f64);
    seconds.map(|seconds| format!("{seconds:.*} s", if seconds < 10.0 { 3 } else { 0 })).unwrap_or_default()
}

fn memory(told: &Value) -> String {
    let kib = told["peak_kib"].as_f64();
    kib.map(|kib| format!("{:.0} MiB", kib / 1024.0)).unwrap_or_default()
}
