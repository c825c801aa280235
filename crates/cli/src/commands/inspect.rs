//! `candour inspect`.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use candour_inspect::{Config, Limits, Report, Severity, inspect};

use crate::args::{FailOn, Inspect, ReportFormat};
use crate::console::print;
use crate::failure::Failure;
use crate::progress::Progress;

pub(crate) fn run(args: &Inspect) -> Result<ExitCode, Failure> {
    let config = match &args.config {
        Some(path) => {
            let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
            Config::parse(&text).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?
        }
        None => Config::default(),
    };
    let mut paths = Vec::new();
    for path in &args.files {
        walk(path, true, &mut paths)?;
    }
    let mut progress = Progress::start()?;
    let limits = Limits::default();
    let mut files = Vec::new();
    for (at, path) in paths.iter().enumerate() {
        let name = path.to_string_lossy().into_owned();
        if !progress.step(&format!("inspecting {name}"), at as u64, paths.len() as u64) {
            progress.finish();
            return Err(Failure::new("interrupted"));
        }
        let bytes = read(path, limits.file_bytes)?;
        let mut report = inspect(&name, &bytes, limits);
        config.apply(&mut report, &bytes);
        files.push(report);
    }
    progress.finish();
    let report = Report::new(files);
    match args.format {
        ReportFormat::Text => print(&report.text(args.show))?,
        ReportFormat::Json => print(&format!("{}\n", serde_json::to_string_pretty(&report).map_err(Failure::new)?))?,
        ReportFormat::Html => print(&report.page(args.show))?,
    }
    let fail_on = match args.fail_on {
        FailOn::Block => Severity::Block,
        FailOn::Review => Severity::Review,
    };
    Ok(if report.reaches(fail_on) { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// The files at a path: itself, or all below a folder in the order of their names. Links in a folder are not followed.
fn walk(path: &Path, given: bool, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if given && path.as_os_str() == "-" {
        found.push(path.to_owned());
        return Ok(());
    }
    let metadata = if given { fs::metadata(path) } else { fs::symlink_metadata(path) };
    let metadata = metadata.map_err(|error| unreadable(path, &error))?;
    if metadata.is_dir() {
        let entries = fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
        let mut inside = Vec::new();
        for entry in entries {
            inside.push(entry.map_err(|error| unreadable(path, &error))?.path());
        }
        inside.sort();
        for path in inside {
            walk(&path, false, found)?;
        }
    } else if metadata.is_file() || given {
        found.push(path.to_owned());
    }
    Ok(())
}

/// What a file holds, and no more than a byte beyond the limit, so that one too large is told as such.
fn read(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().lock().take(most + 1).read_to_end(&mut bytes)
    } else {
        fs::File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| unreadable(path, &error))?;
    Ok(bytes)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{} cannot be read: {error}", path.display()))
}
