//! `candour protect`: disclosure control for a table made elsewhere.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use candour_model::{Attacker, Judgement, Marks, Suppression};
use candour_protect::assessment::{Assessment, assess, html as assessment_html};
use candour_protect::elsewhere::{Judged, MadeElsewhere, Population, TableError};
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

/// The `schema` of the report of a suppression.
const REPORT_SCHEMA: &str = "candour/suppression-report/1";

/// The `schema` of the report of an assessment.
const ASSESSMENT_SCHEMA: &str = "candour/assessment-report/1";

/// A report as a program reads it.
#[derive(Serialize)]
struct Written<'r, R: Serialize> {
    schema: &'static str,
    #[serde(flatten)]
    report: &'r R,
}

pub(crate) fn run(args: &Protect) -> Result<ExitCode, Failure> {
    let policy = read_policy(&files::source(&args.policy)?)?;
    let bytes = files::bytes(&args.table)?;
    refuse_to_write_over(args)?;
    match policy {
        WrittenPolicy::Suppress(policy) => suppressed(args, &bytes, &policy),
        WrittenPolicy::Assess { rules, judgement } => assessed(args, &bytes, &rules, judgement),
        WrittenPolicy::None { .. } => {
            if args.report.is_some() {
                let text = "under the policy `none` nothing is looked at, so there is no report";
                return Err(Failure::new(format!(
                    "{text}\n  hint: take `--report` away, or write `method = \"assess\"`"
                )));
            }
            let nobody = Attacker { suppressed_at_least: 0, marks: Marks::Same, insiders: 0 };
            let table = read(args, &bytes, &Suppression::below(2, nobody))?;
            files::write(&args.out, &table.write(None, false).map_err(Failure::new)?)?;
            tell("No figure was checked for disclosure risk, for the reason that the policy gives.");
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// No file that is read may be written, and no file twice.
fn refuse_to_write_over(args: &Protect) -> Result<(), Failure> {
    let mut taken: Vec<PathBuf> =
        [Some(&args.table), Some(&args.policy), args.secret.as_ref(), args.population.as_ref()]
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
    let judged = judge(args, &table, policy)?;
    let secret = args.secret.as_deref().map(files::bytes).transpose()?;
    if secret.as_ref().is_some_and(Vec::is_empty) {
        let text = "the file of the secret is empty";
        return Err(Failure::new(format!("{text}\n  hint: make one with `head -c 32 /dev/urandom > protect.secret`")));
    }
    let ties = secret.map(|secret| ties(&secret, (0..table.len()).map(|at| words(&table.name(at)))));
    let (name, level) = (|at: usize| table.name(at), |at: usize| table.level(at));
    let named = Named {
        groups: judged.groups.clone(),
        nearly_all: judged.nearly_all.clone(),
        risks: &judged.risks,
        outside: judged.outside.clone(),
        offers: table.offers(policy, &judged.risks),
        not_considered: not_considered(args, &table, policy),
        ..Named::new(&judged.system, &name, &level, ties.as_deref())
    };
    // Nothing is written before all is known, so an interrupt may end the program at any moment.
    let (outcome, report) = suppress(&named, policy, Effort::default())
        .map_err(|error| Failure::new(format!("`{}`: {error}", args.table.display())))?;
    report.require_protected().map_err(|error| Failure::new(format!("{error}; no table was written")))?;
    let csv = table.write(Some((&outcome, &judged)), policy.attacker.marks == Marks::Distinct).map_err(Failure::new)?;
    if let Some(path) = &args.report {
        let title = format!("Disclosure control of {}", name_of(args));
        files::write(path, &written(path, || html(&title, &report), REPORT_SCHEMA, &report)?)?;
    }
    files::write(&args.out, &csv)?;
    tell(&summary(args, &report));
    let look = to_look_at(&report);
    if let Some(look) = &look {
        warn(&format!("{look}\n  hint: the report names them (`--report FILE`)"));
    }
    Ok(if look.is_some() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// Lists the sensitive figures, and what came withheld and is known all the same; withholds none.
fn assessed(
    args: &Protect,
    bytes: &[u8],
    rules: &Suppression,
    judgement: Option<Judgement>,
) -> Result<ExitCode, Failure> {
    let table = read(args, bytes, rules)?;
    let judged = judge(args, &table, rules)?;
    let mut assessment = assess(&table, &judged, rules, judgement)
        .map_err(|error| Failure::new(format!("`{}`: {error}", args.table.display())))?;
    assessment.not_considered = not_considered(args, &table, rules);
    let csv = table.write(None, false).map_err(Failure::new)?;
    if let Some(path) = &args.report {
        let title = format!("Assessment of {}", name_of(args));
        files::write(path, &written(path, || assessment_html(&title, &assessment), ASSESSMENT_SCHEMA, &assessment)?)?;
    }
    files::write(&args.out, &csv)?;
    tell(&found(&assessment));
    Ok(if assessment.is_open() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// What an assessment found, for the person who must judge it.
fn found(assessment: &Assessment) -> String {
    let mut text = format!("Nothing was withheld. {}", counted("told-small-found", assessment.sensitive.len() as u64));
    for one in &assessment.sensitive {
        text.push_str(&format!("\n  {}: {}", words(&one.figure), one.count));
    }
    let lines = [
        ("told-groups", assessment.groups.len()),
        ("told-nearly-all", assessment.nearly_all.len()),
        ("told-worked-out", assessment.worked_out.len()),
        ("told-insiders", assessment.told.len()),
        ("told-untried", assessment.untried.len()),
    ];
    for (id, count) in lines.into_iter().filter(|(_, count)| *count > 0) {
        text.push_str(&format!("\n{}", counted(id, count as u64)));
    }
    for one in &assessment.worked_out {
        text.push_str(&format!("\n  {}: {}", words(&one.figure), one.equations.join("; ")));
    }
    if assessment.is_open() && !assessment.sensitive.is_empty() {
        text.push_str(&format!(
            "\n  hint: look at each, then record who judged in `[judgement]` of the policy, with `figures = {}` and `list = \"{}\"`",
            assessment.sensitive.len(),
            assessment.list
        ));
    }
    text
}

/// Judges every figure by the policy, against the residents where they are given.
fn judge(args: &Protect, table: &MadeElsewhere, policy: &Suppression) -> Result<Judged, Failure> {
    let population = match &args.population {
        _ if policy.population.as_ref().is_some_and(|rule| rule.of.is_some()) => {
            let text = "the policy names a population of a response file (`of`)";
            return Err(Failure::new(format!(
                "{text}\n  hint: take `of` away, and give a file with `--population FILE`"
            )));
        }
        None if policy.population.is_some() => {
            let text = "the policy judges counts by the residents, and no file of them is given";
            return Err(Failure::new(format!("{text}\n  hint: give it with `--population FILE`")));
        }
        None => None,
        Some(path) => {
            let bytes = files::bytes(path)?;
            Some(Population::read(&bytes, table).map_err(|error| at(path, error))?)
        }
    };
    table.judge(policy, population.as_ref()).map_err(|error| at(&args.table, error))
}

/// What nothing here says anything about.
fn not_considered(args: &Protect, table: &MadeElsewhere, policy: &Suppression) -> Vec<String> {
    let mut not = vec!["other tables and releases about the same records: protect them together".to_owned()];
    if args.population.is_none() {
        not.push(
            "who lives in an area: a count is compared with the threshold, not with the number of people".to_owned(),
        );
    }
    if policy.outside.is_empty() {
        not.push("what is known from elsewhere: with `suppress` a policy can name such totals (`outside`)".to_owned());
    }
    let came_withheld = (0..table.len()).any(|at| table.is_stand_in(at));
    if policy.attacker.marks == Marks::Distinct && came_withheld {
        not.push("what different marks of figures that came withheld tell: all of these are taken alike".to_owned());
    }
    if policy.attacker.insiders > 0 && came_withheld {
        not.push("contributors to figures that came withheld: nobody knows here how many there are".to_owned());
    }
    if policy.contributions.is_some() {
        not.push("contributors to two cells: they are taken to be different people".to_owned());
    }
    not
}

fn read(args: &Protect, bytes: &[u8], policy: &Suppression) -> Result<MadeElsewhere, Failure> {
    MadeElsewhere::read(bytes, args.count.as_deref(), policy).map_err(|error| at(&args.table, error))
}

fn at(path: &Path, error: TableError) -> Failure {
    let sign = if error.line.is_some() { "," } else { ":" };
    Failure::new(format!("`{}`{sign} {error}", path.display()))
}

fn name_of(args: &Protect) -> String {
    args.table.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A report as its file wants it: a page if the name ends in `.html`, JSON otherwise.
fn written<R: Serialize>(
    path: &Path,
    page: impl FnOnce() -> String,
    schema: &'static str,
    report: &R,
) -> Result<Vec<u8>, Failure> {
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("html")) {
        return Ok(page().into_bytes());
    }
    let mut bytes = serde_json::to_vec_pretty(&Written { schema, report }).map_err(Failure::new)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn summary(args: &Protect, report: &SuppressionReport) -> String {
    let bound = if report.gap == 0 {
        "no safe pattern costs less".to_owned()
    } else {
        format!("no safe pattern costs less than {}", report.lower_bound)
    };
    let figures = counted("told-figures", report.cells as u64);
    let safe = counted("told-safe", report.certified.figures as u64);
    format!(
        "`{}`: {figures}, {} sensitive, {} withheld with them (cost {}; {bound}). {safe}",
        args.out.display(),
        report.primaries,
        report.secondaries,
        report.cost,
    )
}
