//! `candour protect`: disclosure control for a table made elsewhere.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use candour_model::{Marks, Suppression};
use candour_protect::elsewhere::{MadeElsewhere, TableError};
use candour_protect::engine::Effort;
use candour_protect::report::html;
use candour_protect::suppression::{Named, SuppressionReport, run as suppress, words};
use candour_protect::ties;
use candour_spec::{WrittenPolicy, read_policy};
use serde::Serialize;

use crate::args::Protect;
use crate::console::{counted, report as tell, to_look_at, warn};
use crate::failure::Failure;
use crate::files;

/// The `schema` of the report.
const REPORT_SCHEMA: &str = "candour/suppression-report/1";

/// The report as a program reads it.
#[derive(Serialize)]
struct Written<'r> {
    schema: &'static str,
    #[serde(flatten)]
    report: &'r SuppressionReport,
}

pub(crate) fn run(args: &Protect) -> Result<ExitCode, Failure> {
    let policy = read_policy(&files::source(&args.policy)?)?;
    let bytes = files::bytes(&args.table)?;
    refuse_to_write_over(args)?;
    if args.report.is_some() && !matches!(policy, WrittenPolicy::Suppress(_)) {
        return Err(Failure::new(
            "only a policy that withholds figures has a report\n  hint: take `--report` away, or write `method = \"suppress\"`",
        ));
    }
    match policy {
        WrittenPolicy::Suppress(policy) => suppressed(args, &bytes, &policy),
        WrittenPolicy::Assess { threshold } => assessed(args, &bytes, threshold),
        WrittenPolicy::None { .. } => {
            let table = read(args, &bytes, &nothing(2))?;
            write(&args.out, &table.write(None, None, false).map_err(Failure::new)?)?;
            tell("No figure was checked for disclosure risk, for the reason that the policy gives.");
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// No file that is read may be written, and no file twice.
fn refuse_to_write_over(args: &Protect) -> Result<(), Failure> {
    let mut taken: Vec<PathBuf> = [Some(&args.table), Some(&args.policy), args.secret.as_ref()]
        .into_iter()
        .flatten()
        .map(|path| whole(path))
        .collect();
    for path in [Some(&args.out), args.report.as_ref()].into_iter().flatten() {
        let path = whole(path);
        if taken.contains(&path) {
            let text = format!(
                "`{}` would be written over\n  hint: choose another file for `--out` or `--report`",
                path.display()
            );
            return Err(Failure::new(text));
        }
        taken.push(path);
    }
    Ok(())
}

/// A path by which two ways to the same file are the same, whether it is there yet or not.
fn whole(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        folder
            .canonicalize()
            .map_or_else(|_| path.to_owned(), |folder| folder.join(path.file_name().unwrap_or_default()))
    })
}

fn suppressed(args: &Protect, bytes: &[u8], policy: &Suppression) -> Result<ExitCode, Failure> {
    let table = read(args, bytes, policy)?;
    let system = table.system(policy).map_err(|error| at(args, error))?;
    let secret = args.secret.as_deref().map(files::bytes).transpose()?;
    let ties = secret.map(|secret| ties(&secret, (0..table.len()).map(|at| words(&table.name(at)))));
    let named = Named {
        system: &system,
        name: &|at| table.name(at),
        level: &|at| table.level(at),
        ties: ties.as_deref(),
        groups: if policy.groups == candour_model::Groups::Flag { table.groups(&system) } else { Vec::new() },
        not_considered: vec![
            "other tables and releases about the same records: protect them together".to_owned(),
            "who lives in an area: a count is compared with the threshold, not with the number of people".to_owned(),
        ],
    };
    // Nothing is written before all is known, so an interrupt may end the program at any moment.
    let (outcome, report) = suppress(&named, policy, Effort::default())
        .map_err(|error| Failure::new(format!("`{}`: {error}", args.table.display())))?;
    report.require_protected().map_err(|error| Failure::new(format!("{error}; no table was written")))?;
    if let Some(path) = &args.report {
        write(path, &written(path, args, &report)?)?;
    }
    let csv =
        table.write(Some(&outcome), Some(&system), policy.attacker.marks == Marks::Distinct).map_err(Failure::new)?;
    write(&args.out, &csv)?;
    tell(&summary(args, &report));
    let look = to_look_at(&report);
    if let Some(look) = &look {
        warn(&format!("{look}\n  hint: the report names them (`--report FILE`)"));
    }
    Ok(if look.is_some() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// Lists the small figures and withholds none.
fn assessed(args: &Protect, bytes: &[u8], threshold: u64) -> Result<ExitCode, Failure> {
    let table = read(args, bytes, &nothing(threshold))?;
    let small = table.small(threshold);
    write(&args.out, &table.write(None, None, false).map_err(Failure::new)?)?;
    let mut text = format!("Nothing was withheld. {}", counted("told-small-found", small.len() as u64));
    for (figure, count) in &small {
        text.push_str(&format!("\n  {}: {count}", words(figure)));
    }
    tell(&text);
    Ok(if small.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn read(args: &Protect, bytes: &[u8], policy: &Suppression) -> Result<MadeElsewhere, Failure> {
    MadeElsewhere::read(bytes, args.count.as_deref(), policy).map_err(|error| at(args, error))
}

fn at(args: &Protect, error: TableError) -> Failure {
    let sign = if error.line.is_some() { "," } else { ":" };
    Failure::new(format!("`{}`{sign} {error}", args.table.display()))
}

/// A policy that only says what a small count is.
fn nothing(threshold: u64) -> Suppression {
    let nobody = candour_model::Attacker { suppressed_at_least: 0, marks: Marks::Same, insiders: 0 };
    Suppression::below(threshold, nobody)
}

fn written(path: &Path, args: &Protect, report: &SuppressionReport) -> Result<Vec<u8>, Failure> {
    let name = args.table.file_name().unwrap_or_default().to_string_lossy();
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("html")) {
        return Ok(html(&format!("Disclosure control of {name}"), report).into_bytes());
    }
    let mut bytes = serde_json::to_vec_pretty(&Written { schema: REPORT_SCHEMA, report }).map_err(Failure::new)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn summary(args: &Protect, report: &SuppressionReport) -> String {
    let bound = if report.gap == 0 {
        "no safe pattern costs less".to_owned()
    } else {
        format!("no safe pattern costs less than {}", report.lower_bound)
    };
    format!(
        "`{}`: {} figures, {} sensitive, {} withheld with them (cost {}; {bound}). None of the {} withheld figures can be worked out under the attacker declared.",
        args.out.display(),
        report.cells,
        report.primaries,
        report.secondaries,
        report.cost,
        report.certified.figures,
    )
}

/// Writes a file whole or not at all.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let fault = |error: std::io::Error| Failure::new(format!("cannot write `{}`: {error}", path.display()));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(fault)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(fault)?;
    file.persist(path).map(|_| ()).map_err(|error| fault(error.error))
}
