//! `candour answer`.

use std::fmt::Write as _;
use std::process::ExitCode;

use candour_answer::{
    AnswerError, Beside, Resolved, TIES, count, document, make, publish, require_judgement, resolve, small_figures,
};
use candour_inspect::Severity;
use candour_model::{Cell, Document, Policy, Reason, Shown, Table};
use candour_protect::Report;
use candour_protect::suppression::SuppressionReport;
use candour_records::{LocalDisk, Store};
use candour_release::{list_text, table_text};
use candour_spec::{Files, untranslated_csv};

use crate::args::Answer;
use crate::console::{counted, print, report, to_look_at, warn, warn_at_places};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::{files, formats};

pub(crate) fn run(args: &Answer) -> Result<ExitCode, Failure> {
    let response = files::source(&args.response)?;
    let policy = args.policy.as_deref().map(files::source).transpose()?;
    let store = Store::open(&args.store)?;
    let authority = args.authority.as_deref().map(files::source).transpose()?;
    let (files, authority_files) = (files::beside(&args.response), args.authority.as_deref().map(files::beside));
    let authority_files = authority_files.as_ref().map(|files| files as &dyn Files);
    let resolved = resolve(&store, response, Beside { policy, authority, files: Some(&files), authority_files });
    if let (Some(file), Err(AnswerError::Spec(faults))) = (&args.untranslated, &resolved)
        && let Some(missing) = faults.only_untranslated()
    {
        files::write(file, &untranslated_csv(missing).map_err(Failure::new)?)?;
        report(&format!("{faults}\nThe texts to be translated were written to `{}`.", file.display()));
        return Ok(ExitCode::from(1));
    }
    let resolved = resolved?;
    if !resolved.warnings.0.is_empty() {
        warn_at_places(&resolved.warnings);
    }
    if args.check {
        print(&sound(args, &resolved))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut progress = Progress::start()?;
    let (mut at, tables) = (0, (resolved.response.tables.len() + resolved.response.lists.len()) as u64);
    let tallied = count(&resolved, &mut |table| {
        at += 1;
        progress.step(&format!("counting {table}"), at - 1, tables)
    });
    progress.finish();
    let (documents, checked) =
        document(&resolved.response, resolved.taken.as_ref(), &tallied?, &store.derived_secret(TIES)?)?;
    let judged = require_judgement(&checked);
    let look = checked.suppression.as_ref().and_then(to_look_at);
    if let Some(look) = &look {
        warn(&format!("{look}\n  hint: the report in the store names them"));
    }
    let empty = warn_of_empty_tables(&documents.main);
    let beside = beside(&checked);
    let Some(out) = &args.out else {
        print(&documents.all().map(preview).collect::<Vec<_>>().join("\n\n"))?;
        if judged.is_err() {
            print(&format!("\nSmall figures that must be judged:\n{}", small_figures(&checked)))?;
        }
        if let Some(beside) = &beside {
            print(&format!("\n{beside}"))?;
        }
        return Ok(if judged.is_ok() && !empty && look.is_none() { ExitCode::SUCCESS } else { ExitCode::from(1) });
    };
    judged?;
    let formats = if args.formats.is_empty() { formats::all() } else { args.formats.clone() };
    let made = make(documents, checked, &formats)?;
    publish(&store, &resolved, &made, &formats, out, &LocalDisk)?;
    let hidden = made.inspection.reaches(Severity::Review);
    if hidden {
        warn(&format!(
            "somebody should look at the files before they leave:\n{}\n  hint: the report in the store has this too",
            made.inspection.text(false)
        ));
    }
    let small = made.report.small.len();
    let withheld = made.report.suppression.iter().flat_map(SuppressionReport::with_sums);
    let withheld: u64 = withheld.map(|report| report.certified.figures as u64).sum();
    let judgement = match &made.report.policy {
        Policy::Assess { judgement: Some(judgement), .. } if small > 0 => {
            format!("\n{} on the judgement of {}.", counted("told-small", small as u64), judgement.by)
        }
        Policy::Assess { threshold, .. } => format!("\nNo figure is from 1 to {}.", threshold - 1),
        Policy::Suppress(_) => format!("\n{}.", counted("told-withheld", withheld)),
        Policy::None { .. } => {
            "\nNo figure was checked for disclosure risk, for the reason that the policy gives.".into()
        }
    };
    let files = counted("told-files", made.files.len() as u64);
    let beside = beside.map_or(String::new(), |beside| format!("\n{beside}"));
    report(&format!("The release lies in `{}`: {files}.{judgement}{beside}", out.display()));
    Ok(if empty || hidden || look.is_some() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// What an audit of published tables found beside their small figures, for the person who judges them.
fn beside(report: &Report) -> Option<String> {
    let found = [("told-beside", report.worked_out.len()), ("told-lines", report.groups.len())];
    let found = found.into_iter().filter(|(_, count)| *count > 0).map(|(id, count)| counted(id, count as u64));
    let found: Vec<String> = found.collect();
    (!found.is_empty()).then(|| format!("{}: the report in the store names them.", found.join("; ")))
}

/// Tells of tables in which every figure is zero: most often a slip in a filter or a date. Gives whether there is one.
fn warn_of_empty_tables(document: &Document) -> bool {
    // A figure that is withheld is not zero.
    let is_zero = |cell: &Cell| match cell.shown {
        Shown::Value(value) => value.is_zero(),
        Shown::Withheld(reason) => reason != Reason::Confidential,
    };
    let is_empty = |table: &&Table| table.rows.iter().flat_map(|row| &row.cells).all(is_zero);
    let empty: Vec<&Table> = document.tables.iter().filter(is_empty).collect();
    for table in &empty {
        warn(&format!(
            "no record falls in the table `{}`: are its filter and its periods what was meant?",
            table.about.id
        ));
    }
    !empty.is_empty()
}

fn sound(args: &Answer, resolved: &Resolved) -> String {
    let from = match &resolved.taken {
        Some((extract, _)) => format!(", to be counted from {} as at {}", extract.source, extract.as_at),
        None => String::new(),
    };
    format!(
        "`{}` is sound: {}, {}{from}.",
        args.response.display(),
        counted("told-questions", resolved.response.questions.len() as u64),
        counted("told-tables", resolved.response.tables.len() as u64),
    )
}

/// The answers and the tables, as a reader would see them.
pub(crate) fn preview(document: &Document) -> String {
    let mut text = String::new();
    for question in &document.about.questions {
        let _ = writeln!(
            text,
            "Question {} ({}): {}\n",
            question.number,
            question.decision.outcome.as_str(),
            question.answer
        );
    }
    text.push_str(&tables(document));
    text
}

/// The tables.
pub(crate) fn tables(document: &Document) -> String {
    let lists = document.lists.iter().map(|list| list_text(list, document.about.language));
    document.tables.iter().map(table_text).chain(lists).collect::<Vec<_>>().join("\n\n")
}
