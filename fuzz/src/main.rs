//! Changes good files and inspects what comes out, and tells what panics, hangs or grows.
//!
//! `candour-fuzz [--minutes N] [--seed S] [--from CASE] [--only CASE] [--keep FOLDER] [FOLDER]...` changes files made by program and those of
//! the folders. A case is told by the seed and its number, and is the same on any machine; `--only` runs one again. A file that makes the reader panic, takes too
//! long or too much memory is kept in the folder `--keep`. Standard output gets one line of JSON.

#![allow(dead_code, reason = "the makers of the tests' files are shared, and not all are used here")]

mod chance;
#[path = "../../crates/inspect/tests/it/files.rs"]
mod files;
#[path = "../../crates/inspect/tests/it/image_files.rs"]
mod image_files;
mod mutate;
#[path = "../../crates/inspect/tests/it/pdf_files.rs"]
mod pdf_files;
mod seeds;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Write as _, stdout};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use candour_inspect::{Limits, Verdict, inspect};
use peak_alloc::PeakAlloc;

use crate::chance::Chance;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// What one file may cost here. The memory that is allowed for it follows from this.
const LIMITS: Limits = Limits {
    file_bytes: 4 << 20,
    unpacked_bytes: 32 << 20,
    ratio: 1_000,
    entries: 2_000,
    depth: 3,
    nesting: 512,
    steps: 100_000_000,
    first_steps: 100_000_000,
    steps_per_byte: 0,
    findings: 1_000,
};
/// A run that takes longer hangs.
const LONGEST: Duration = Duration::from_secs(10);
/// A run that holds more blows up: some times of what may be unpacked.
const MOST_MEMORY: usize = 1 << 30;

/// The case that is running, for the one who watches; its start, in milliseconds since the beginning.
static CASE: AtomicU64 = AtomicU64::new(0);
static SINCE: AtomicU64 = AtomicU64::new(u64::MAX);

fn main() -> anyhow::Result<()> {
    let options = Options::read(std::env::args().skip(1))?;
    let mut all = seeds::made();
    let made = all.len();
    for folder in &options.folders {
        all.extend(seeds::of_folder(folder)?);
    }
    let seeds = Seeds { all, made };
    if let Some(case) = options.only {
        return once(&options, &seeds, case);
    }
    fs::create_dir_all(&options.keep).with_context(|| format!("{} cannot be made", options.keep.display()))?;
    let began = Instant::now();
    watch(began, options.clone());
    // A panic is told once, with its case.
    std::panic::set_hook(Box::new(|info| tell(&format!("case {}: {info}", CASE.load(Ordering::Relaxed)))));
    let mut seen = Seen::default();
    let end = Duration::from_secs(options.minutes * 60);
    let mut case = options.from;
    while began.elapsed() < end {
        let bytes = changed(&options, &seeds, case);
        CASE.store(case, Ordering::Relaxed);
        seen.run(&options, began, case, &bytes)?;
        case += 1;
    }
    writeln!(stdout(), "{}", seen.line(&options, case, seeds.all.len()))?;
    if seen.faults > 0 {
        bail!("{} cases panicked; they are kept in {}", seen.faults, options.keep.display())
    } else {
        Ok(())
    }
}

#[derive(Clone)]
struct Options {
    minutes: u64,
    seed: u64,
    from: u64,
    only: Option<u64>,
    keep: PathBuf,
    folders: Vec<PathBuf>,
}

impl Options {
    fn read(mut words: impl Iterator<Item = String>) -> anyhow::Result<Self> {
        let mut options =
            Self { minutes: 1, seed: 1, from: 0, only: None, keep: "target/fuzz".into(), folders: Vec::new() };
        while let Some(word) = words.next() {
            let mut number = || -> anyhow::Result<u64> {
                let value = words.next().with_context(|| format!("`{word}` needs a number"))?;
                value.parse().with_context(|| format!("`{word}` needs a number, not `{value}`"))
            };
            match word.as_str() {
                "--minutes" => options.minutes = number()?,
                "--seed" => options.seed = number()?,
                "--from" => options.from = number()?,
                "--only" => options.only = Some(number()?),
                "--keep" => options.keep = words.next().context("`--keep` needs a folder")?.into(),
                other if other.starts_with('-') => bail!("`{other}` is no option"),
                folder => options.folders.push(folder.into()),
            }
        }
        Ok(options)
    }
}

/// Files to be changed: those made by program first.
struct Seeds {
    all: Vec<Vec<u8>>,
    made: usize,
}

/// The file of a case.
fn changed(options: &Options, seeds: &Seeds, case: u64) -> Vec<u8> {
    let mut chance = Chance::of(options.seed, case);
    // Those made by program come more often: they are small, so that more of them are done in the same time.
    let count = if chance.once_in(4) { seeds.all.len() } else { seeds.made };
    let seed = chance.one(&seeds.all[..count]).map(Vec::as_slice).unwrap_or_default();
    mutate::mutate(&mut chance, seed, &seeds.all)
}

/// Everything that reads a file.
fn read(bytes: &[u8]) -> Verdict {
    let report = inspect("a.bin", bytes, LIMITS);
    if bytes.starts_with(b"%PDF") {
        let _ = candour_inspect::format::pdf::objects(bytes, LIMITS);
        let _ = candour_inspect::format::pdf::visible_text(bytes, LIMITS);
    }
    report.verdict
}

/// Runs one case again, without catching anything.
fn once(options: &Options, seeds: &Seeds, case: u64) -> anyhow::Result<()> {
    let bytes = changed(options, seeds, case);
    keep(options, case, &bytes)?;
    MEMORY.reset_peak_usage();
    let began = Instant::now();
    let verdict = read(&bytes);
    let peak = MEMORY.peak_usage() >> 20;
    tell(&format!(
        "case {case}: {} bytes, {verdict:?}, {:.3} s, {peak} MiB",
        bytes.len(),
        began.elapsed().as_secs_f64()
    ));
    Ok(())
}

/// What came out so far.
#[derive(Default)]
struct Seen {
    faults: u64,
    verdicts: BTreeMap<String, u64>,
    bytes: u64,
    longest: (Duration, u64),
    /// Bytes that one run took at most, and its case.
    most: (usize, u64),
}

impl Seen {
    fn run(&mut self, options: &Options, began: Instant, case: u64, bytes: &[u8]) -> anyhow::Result<()> {
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let start = Instant::now();
        SINCE.store(began.elapsed().as_millis() as u64, Ordering::Relaxed);
        let verdict = catch_unwind(AssertUnwindSafe(|| read(bytes)));
        SINCE.store(u64::MAX, Ordering::Relaxed);
        let (took, room) = (start.elapsed(), MEMORY.peak_usage().saturating_sub(before));
        self.longest = self.longest.max((took, case));
        self.most = self.most.max((room, case));
        self.bytes += bytes.len() as u64;
        match verdict {
            Ok(verdict) => *self.verdicts.entry(format!("{verdict:?}").to_lowercase()).or_default() += 1,
            Err(_) => {
                self.faults += 1;
                keep(options, case, bytes)?;
            }
        }
        Ok(())
    }

    fn line(&self, options: &Options, case: u64, seeds: usize) -> String {
        let verdicts: Vec<String> =
            self.verdicts.iter().map(|(verdict, count)| format!("\"{verdict}\":{count}")).collect();
        format!(
            "{{\"seed\":{},\"files\":{seeds},\"from\":{},\"cases\":{},\"bytes\":{},\"panics\":{},\"longest_seconds\":{:.3},\"longest_case\":{},\"most_mib\":{:.1},\"most_case\":{},\"verdicts\":{{{}}}}}",
            options.seed,
            options.from,
            case - options.from,
            self.bytes,
            self.faults,
            self.longest.0.as_secs_f64(),
            self.longest.1,
            self.most.0 as f64 / f64::from(1 << 20),
            self.most.1,
            verdicts.join(",")
        )
    }
}

/// Ends everything when a run takes too long or too much memory: nothing else can stop it.
fn watch(began: Instant, options: Options) {
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_millis(20));
            let (case, since) = (CASE.load(Ordering::Relaxed), SINCE.load(Ordering::Relaxed));
            let running = (began.elapsed().as_millis() as u64).saturating_sub(since);
            let room = MEMORY.current_usage();
            let why = if running > LONGEST.as_millis() as u64 {
                format!("it has run for {running} ms")
            } else if room > MOST_MEMORY {
                format!("{} MiB are held", room >> 20)
            } else {
                // A stack that is too small ends the program with no word: this tells the case.
                let _ = fs::write(options.keep.join("running"), format!("{case}\n"));
                continue;
            };
            tell(&format!("case {case} of seed {}: {why}; run it again with --only {case}", options.seed));
            std::process::exit(1);
        }
    });
}

fn keep(options: &Options, case: u64, bytes: &[u8]) -> anyhow::Result<()> {
    let path = options.keep.join(format!("{}-{case}.bin", options.seed));
    fs::create_dir_all(&options.keep)?;
    fs::write(&path, bytes).with_context(|| format!("{} cannot be written", path.display()))
}

#[expect(clippy::print_stderr, reason = "a chore speaks to the developer")]
fn tell(text: &str) {
    eprintln!("{text}");
}
