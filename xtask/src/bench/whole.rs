//! `cargo xtask bench whole`: the demonstration's release in all formats in one process, a table of a thousand rows as a PDF, and
//! LibreOffice making a PDF of the same page.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::release::answer;
use super::{folder, program, target};
use crate::{cargo, root, say};

/// How often the release is written in one process, and how often the peer makes its PDF.
const RUNS: &str = "20";
const PEER_RUNS: usize = 3;
/// How many seconds all formats may take when they are written again, and how many the long table.
const ALL: f64 = 1.0;
const LONG: f64 = 1.0;

/// Measures, and tells what came out.
pub(crate) fn measure() -> anyhow::Result<()> {
    let folder = self::folder()?.join("whole");
    let demo = folder.join("demo");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    cargo(&["build", "--workspace", "--locked"])?;
    let made = Command::new(target().join("debug/candour")).args(["demo", "--out"]).arg(&demo).status();
    ensure!(made.is_ok_and(|status| status.success()), "the demonstration cannot be made");
    let program = program("candour-bench-whole")?;
    let paths = ["store", "inputs/response.toml", "inputs/authority.toml"].map(|path| demo.join(path));
    let mut arguments: Vec<&OsStr> = paths.iter().map(|path| path.as_os_str()).collect();
    arguments.extend([folder.as_os_str(), RUNS.as_ref()]);
    let ours = answer(&program, &arguments)?;
    let page = demo.join("release/response.html");
    let script = root().join("benches/whole/office.py");
    let peer = [script.as_os_str(), page.as_os_str(), folder.as_os_str()];
    let theirs: Vec<Value> =
        (0..PEER_RUNS).map(|_| answer(Path::new("python3"), &peer)).collect::<anyhow::Result<_>>()?;
    report(&ours, &theirs)
}

fn report(ours: &Value, theirs: &[Value]) -> anyhow::Result<()> {
    let number = |told: &Value| told.as_f64().with_context(|| format!("{told} is no number"));
    let mebibytes = |told: &Value| anyhow::Ok(number(told)? / 1024.0);
    say("| what | first | again, median | most memory |\n| --- | ---: | ---: | ---: |");
    let formats = ours["first"].as_object().context("nothing was measured")?;
    for (name, first) in formats {
        let memory = if name == "all" { format!("{:.0} MiB", mebibytes(&ours["peak_kib"])?) } else { String::new() };
        let (first, again) = (number(first)?, number(&ours["later"][name])?);
        say(&format!("| {name} | {first:.4} s | {again:.4} s | {memory} |"));
    }
    let (long, used) = (number(&ours["long"])?, number(&ours["long_processor"])?);
    let memory = mebibytes(&ours["long_peak_kib"])?;
    say(&format!("| PDF of 1,000 rows | {long:.3} s ({used:.2} s of a processor) | | {memory:.0} MiB |"));
    let mut least = f64::INFINITY;
    for told in theirs {
        let (took, memory) = (number(&told["all"])?, mebibytes(&told["peak_kib"])?);
        least = least.min(took);
        say(&format!("| LibreOffice, PDF of the same page | | {took:.3} s | {memory:.0} MiB |"));
    }
    let (all, pdf) = (number(&ours["later"]["all"])?, number(&ours["later"]["pdf"])?);
    let verdict = if all < ALL && used < LONG { "PASS" } else { "FAIL" };
    say(&format!(
        "\n{verdict}: at most {ALL} s for all formats again and {LONG} s of a processor for the long table are wanted; LibreOffice takes {:.1} \
         times as long for its PDF",
        least / pdf
    ));
    Ok(())
}
