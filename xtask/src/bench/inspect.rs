//! `cargo xtask bench inspect [DIR]`: how long Candour takes for large files, and for the files of a folder beside other programs.
//!
//! The large files are made by program. Each run is a process of its own, and on a folder the programs take turns, so that all see the same machine. The
//! others do less: exiftool and mat2 read metadata, oletools macros and embedded objects.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::{folder, program, python};
use crate::{root, say};

/// A peer from PyPI; the others are Debian's packages `libimage-exiftool-perl` and `mat2`.
pub(super) const OLETOOLS: (&str, &str) = ("oletools", "0.60.2");
/// How often each runs.
const RUNS: usize = 5;
/// The large files, and what they are.
const LARGE: [(&str, &str); 5] = [
    ("packed.xlsx", "workbook, 13 million cells, 102 MB"),
    ("plain.xlsx", "workbook, 3 million cells, 122 MB unpacked"),
    ("table.ods", "OpenDocument, 780,000 cells, 87 MB unpacked"),
    ("table.csv", "CSV, 13 million cells, 116 MB"),
    ("pages.pdf", "PDF, 1,500 pages, 30 MB"),
];
/// What a workbook of 100 MB may take.
const SECONDS: f64 = 10.0;
const MEBIBYTES: f64 = 500.0;

/// What runs of one kind took: seconds by the clock and of the processor, and memory.
#[derive(Default)]
struct Taken {
    wall: Vec<f64>,
    processor: Vec<f64>,
    mebibytes: f64,
}

/// Measures, and tells what came out.
pub(crate) fn measure(given: Option<&Path>) -> anyhow::Result<()> {
    let folder = self::folder()?.join("inspect");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let program = program("candour-bench-inspect")?;
    say("| file | wall, median | processor, median | most memory |\n| --- | ---: | ---: | ---: |");
    let mut workbook = None;
    for (kind, what) in LARGE {
        let file = folder.join(kind);
        if !file.exists() {
            let made = Command::new(&program).args([OsStr::new("make"), kind.as_ref(), file.as_os_str()]).status();
            ensure!(made.is_ok_and(|status| status.success()), "{} makes no {kind}", program.display());
        }
        let mut taken = Taken::default();
        for _ in 0..RUNS.min(3) {
            taken.add(&program, &[OsStr::new("read"), file.as_os_str()])?;
        }
        let (wall, processor) = (median(&mut taken.wall), median(&mut taken.processor));
        say(&format!("| {what} | {wall:.2} s | {processor:.2} s | {:.0} MiB |", taken.mebibytes));
        workbook.get_or_insert((wall, taken.mebibytes));
    }
    let holds = workbook.is_some_and(|(wall, mebibytes)| wall < SECONDS && mebibytes < MEBIBYTES);
    let verdict = if holds { "PASS" } else { "FAIL" };
    say(&format!("\n{verdict}: at most {SECONDS} s and {MEBIBYTES} MiB are wanted for a workbook of 100 MB"));
    given.map_or(Ok(()), |given| beside_others(&program, given))
}

/// Every program on the same files.
fn beside_others(program: &Path, given: &Path) -> anyhow::Result<()> {
    let python = python(&folder()?, &[OLETOOLS])?;
    let script = root().join("benches/inspect/macros.py");
    let given = given.as_os_str();
    let exiftool = PathBuf::from("exiftool");
    let mat2 = PathBuf::from("mat2");
    let runs: [(&str, &Path, Vec<&OsStr>); 4] = [
        ("Candour, everything", program, vec!["read".as_ref(), given]),
        ("exiftool, metadata", &exiftool, vec!["-r".as_ref(), "-q".as_ref(), given]),
        ("mat2, metadata", &mat2, vec!["--no-sandbox".as_ref(), "-s".as_ref(), given]),
        ("oletools, macros and objects", &python, vec![script.as_os_str(), given]),
    ];
    let mut taken: Vec<Taken> = runs.iter().map(|_| Taken::default()).collect();
    for _ in 0..RUNS {
        for ((_, program, arguments), taken) in runs.iter().zip(&mut taken) {
            taken.add(program, arguments)?;
        }
    }
    say(&format!("\nThe files of {}, {RUNS} runs each in turn\n", given.to_string_lossy()));
    say(
        "| program | wall, median | processor, median | most memory | processor, as a multiple of Candour's |\n| --- | ---: | ---: | ---: | ---: |",
    );
    let mut ours = None;
    for ((name, ..), taken) in runs.iter().zip(&mut taken) {
        let (wall, processor) = (median(&mut taken.wall), median(&mut taken.processor));
        let times = processor / *ours.get_or_insert(processor);
        say(&format!("| {name} | {wall:.2} s | {processor:.2} s | {:.0} MiB | {times:.2} |", taken.mebibytes));
    }
    Ok(())
}

impl Taken {
    /// Runs a program, and adds what it took, by what `time` tells of it.
    fn add(&mut self, program: &Path, arguments: &[&OsStr]) -> anyhow::Result<()> {
        let measured = Command::new("/usr/bin/env")
            .args(["python3", "-c", MEASURE])
            .arg(program)
            .args(arguments)
            .stderr(Stdio::inherit())
            .output()
            .context("python3 cannot be run")?;
        let told: Value = serde_json::from_slice(&measured.stdout)
            .with_context(|| format!("{} {arguments:?} was not measured", program.display()))?;
        let number = |name: &str| told[name].as_f64().with_context(|| format!("{told} has no number `{name}`"));
        // The two that read metadata fail when a file has none that they know.
        let may_fail = ["exiftool", "mat2"].iter().any(|name| program.ends_with(name));
        ensure!(may_fail || number("code")? == 0.0, "{} {arguments:?} failed", program.display());
        self.wall.push(number("wall")?);
        self.processor.push(number("processor")?);
        self.mebibytes = self.mebibytes.max(number("kib")? / 1024.0);
        Ok(())
    }
}

/// Runs a program and tells what the system counted for it.
const MEASURE: &str = "\
import json, resource, subprocess, sys, time
began = time.monotonic()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
wall = time.monotonic() - began
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({'wall': wall, 'processor': used.ru_utime + used.ru_stime, 'kib': used.ru_maxrss, 'code': code}))
";

fn median(seconds: &mut [f64]) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().unwrap_or_default()
}
