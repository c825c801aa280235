//! Writes one release in all formats, again and again in one process, and one long table as a PDF.
//!
//! `candour-bench-whole STORE RESPONSE.toml AUTHORITY.toml FOLDER RUNS` counts once, writes RUNS times, and puts the last files into FOLDER.
//! Standard output gets one line of JSON: the seconds of the first time and the median of those after it, of each format and of all, the
//! seconds of a PDF of a thousand rows, and the most memory that the process held.

#[path = "../../../crates/pdf/tests/it/sample.rs"]
#[expect(dead_code, reason = "the tests of the PDF have more samples")]
mod sample;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Write as _, stdout};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, bail};
use candour_answer::{Beside, TIES, count, document, resolve};
use candour_model::Document;
use candour_pdf::Printer;
use candour_records::Store;
use candour_release::{FORMATS, Files, files, outline};
use candour_spec::Source;
use serde_json::json;

/// How many rows the long table has.
const LONG: usize = 1_000;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [store, response, authority, folder, runs] = &arguments[..] else {
        bail!(
            "give a store, a response file, an authority file, a folder and a number; or run `cargo xtask bench whole`"
        )
    };
    let runs: usize = runs.parse()?;
    let document = counted(Path::new(store), Path::new(response), Path::new(authority))?;
    let mut seconds: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut written = Files::new();
    for _ in 0..runs.max(2) {
        let began = Instant::now();
        let mut time = |name, write: &dyn Fn() -> anyhow::Result<Files>| {
            let began = Instant::now();
            written.extend(write()?);
            seconds.entry(name).or_default().push(began.elapsed().as_secs_f64());
            anyhow::Ok(())
        };
        let outline = outline(&document);
        time("json", &|| Ok(files(&document, &[])?))?;
        for format in FORMATS {
            time(format.name, &|| Ok((format.write)(&document, &outline)?))?;
        }
        time("pdf", &|| Ok(Files::from([("response.pdf".to_owned(), candour_pdf::write(&outline)?)])))?;
        seconds.entry("all").or_default().push(began.elapsed().as_secs_f64());
    }
    let first: BTreeMap<&str, f64> = seconds.iter().map(|(name, all)| (*name, all[0])).collect();
    let later: BTreeMap<&str, f64> = seconds.iter().map(|(name, all)| (*name, median(&all[1..]))).collect();
    for (path, bytes) in written {
        let path = Path::new(folder).join(path);
        fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
        fs::write(path, bytes)?;
    }
    let peak = peak_kib()?;
    let began = Instant::now();
    let long = Printer::new()?.with_max_rows(LONG).write(&sample::long(LONG))?;
    let took = began.elapsed().as_secs_f64();
    fs::write(Path::new(folder).join("long.pdf"), long)?;
    let told = json!({ "first": first, "later": later, "peak_kib": peak, "long": took, "long_peak_kib": peak_kib()? });
    Ok(writeln!(stdout(), "{told}")?)
}

/// What a response file asks for, counted and laid out.
fn counted(store: &Path, response: &Path, authority: &Path) -> anyhow::Result<Document> {
    let store = Store::open(store)?;
    let beside = Beside { authority: Some(source(authority)?), ..Beside::default() };
    let resolved = resolve(&store, source(response)?, beside)?;
    let tallied = count(&resolved, &mut |_| true)?;
    let (documents, _) = document(&resolved.response, resolved.taken.as_ref(), &tallied, &store.derived_secret(TIES)?)?;
    Ok(documents.main)
}

fn source(path: &Path) -> anyhow::Result<Source> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Source::new(path.display().to_string(), bytes)?)
}

fn median(seconds: &[f64]) -> f64 {
    let mut seconds = seconds.to_vec();
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

/// The most memory that the process ever held, in KiB.
fn peak_kib() -> anyhow::Result<u64> {
    let status = fs::read_to_string("/proc/self/status").context("the kernel tells no memory")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("the kernel tells no memory")?;
    let number = line.split_whitespace().next().context("the kernel tells no memory")?;
    Ok(number.parse()?)
}
