//! Tables as plain files: a schema, records, a response file, and what comes of them as text.
//!
//! A case file has sections, each headed by a line that begins with `--- `:
//!
//! - `--- schema`: the schema file, without its first three keys.
//! - `--- NAME.csv`: an extract file. A line may begin with `8 * `: then it stands for that many records.
//! - `--- as at DATE`, `--- settled after N` and `--- rejects N` (all optional): the day of the extract, after how many days
//!   figures have settled (0), and how many rejected rows it may have.
//! - `--- response`: the response file from `[periods]` on; request, report, notes and one question that it answers are
//!   added, and a policy that looks at nothing, unless it brings its own.
//! - `--- answer` (optional): the answer sentence of that question.
//! - `--- expect`: what is said: warnings, the answer, the decision where it is not "in full", tables with their notes, record lists, the figures that are marked as
//!   provisional; or the faults.
//!
//! `CANDOUR_UPDATE=1` writes what is said now.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use candour_answer::{Beside as FilesBeside, Documents, count, document, resolve, small_figures};
use candour_model::{Decimal, Decision, Document, Mark, Outcome};
use candour_protect::Report;
use candour_protect::suppression::words;
use candour_records::{IngestOptions, LocalDisk, NoObserver, Store, ingest};
use candour_release::{list_text, table_text};
use candour_spec::{Files, Source, read_schema};

/// A case, section by section.
pub(crate) struct Case {
    pub(crate) schema: String,
    pub(crate) extract: Vec<(String, String)>,
    pub(crate) as_at: String,
    pub(crate) settled_after_days: u32,
    pub(crate) rejects: u64,
    pub(crate) response: String,
    pub(crate) answer: String,
    pub(crate) files: Vec<(String, String)>,
}

struct Beside<'b>(&'b [(String, String)]);

impl Files for Beside<'_> {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        if name == "ho-offence-codes.csv" {
            // The list that the police schema has.
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/police").join(name);
            return fs::read(path).map_err(|error| error.to_string());
        }
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, text)| text.clone().into_bytes()).ok_or_else(|| "there is no such file".into())
    }
}

fn read(text: &str) -> Case {
    let mut case = Case {
        schema: String::new(),
        extract: Vec::new(),
        as_at: "2024-12-31".into(),
        settled_after_days: 0,
        rejects: 0,
        response: String::new(),
        answer: "See the table.".into(),
        files: Vec::new(),
    };
    for section in format!("\n{text}").split("\n--- ").skip(1) {
        let (heading, body) = section.split_once('\n').unwrap_or((section, ""));
        let body = format!("{}\n", body.trim_end_matches('\n'));
        match heading {
            "schema" => case.schema = body,
            "response" => case.response = body,
            "answer" => case.answer = body.trim().into(),
            "expect" => {}
            heading => {
                if let Some(day) = heading.strip_prefix("as at ") {
                    case.as_at = day.into();
                } else if let Some(days) = heading.strip_prefix("settled after ") {
                    case.settled_after_days = days.parse().unwrap();
                } else if let Some(rejects) = heading.strip_prefix("rejects ") {
                    case.rejects = rejects.parse().unwrap();
                } else if let Some(name) = heading.strip_prefix("beside ") {
                    case.files.push((name.into(), body));
                } else {
                    case.extract.push((heading.into(), expanded(&body)));
                }
            }
        }
    }
    case
}

/// Lines with `8 * ` as often as they say.
fn expanded(body: &str) -> String {
    let mut text = String::new();
    for line in body.lines() {
        let (times, record) = match line.split_once(" * ") {
            Some((times, record)) if times.parse::<usize>().is_ok() => (times.parse().unwrap(), record),
            _ => (1, line),
        };
        (0..times).for_each(|_| {
            let _ = writeln!(text, "{record}");
        });
    }
    text
}

/// What is said of a case.
fn said(case: &Case) -> String {
    match made(case) {
        Ok(Made { documents, report, warnings }) => {
            let document = &documents.main;
            let mut said = warnings;
            if !said.is_empty() {
                said.push('\n');
            }
            let question = &document.about.questions[0];
            let _ = writeln!(said, "{}\n", question.answer);
            if question.decision.outcome != Outcome::InFull {
                let _ = writeln!(said, "Decision: {}\n", decision(&question.decision));
            }
            let tables = document
                .tables
                .iter()
                .map(table_text)
                .chain(document.lists.iter().map(|list| list_text(list, document.about.language)));
            said.push_str(&tables.collect::<Vec<_>>().join("\n\n"));
            said.push_str(&provisional(document));
            for other in &documents.others {
                let _ = writeln!(said, "\n\nIn {}:\n\n{}\n", other.about.language, other.about.questions[0].answer);
                let tables = other.tables.iter().map(table_text);
                let lists = other.lists.iter().map(|list| list_text(list, other.about.language));
                said.push_str(&tables.chain(lists).collect::<Vec<_>>().join("\n\n"));
            }
            if !report.small.is_empty() {
                let _ = writeln!(said, "\nSmall figures:\n{}", small_figures(&report));
            }
            for one in &report.worked_out {
                let value = Decimal::new(i128::from(one.count), one.places);
                let _ = writeln!(said, "\nWorked out: {value} {}", words(&one.figure));
                one.equations.iter().for_each(|equation| {
                    let _ = writeln!(said, "  {equation}");
                });
            }
            said
        }
        Err(faults) => faults,
    }
}

/// How much is answered, and under which exemptions not more.
fn decision(decision: &Decision) -> String {
    let exemptions = decision.exemptions.iter().map(|one| format!("; section {}: {}", one.section, one.reason));
    format!("{:?}{}", decision.outcome, exemptions.collect::<String>())
}

/// The figures that are marked [p], which the text of a table does not show.
fn provisional(document: &Document) -> String {
    let mut said = String::new();
    for table in &document.tables {
        for row in &table.rows {
            let marked =
                table.columns.iter().zip(&row.cells).filter(|(_, cell)| cell.marks.contains(&Mark::Provisional));
            let columns: Vec<String> = marked.map(|(column, _)| column.labels.join(", ")).collect();
            if !columns.is_empty() {
                let _ = writeln!(said, "  {}: {}: {}", table.about.id, row.labels.join(", "), columns.join("; "));
            }
        }
    }
    if said.is_empty() { said } else { format!("\nProvisional figures:\n{said}") }
}

/// What comes of a case.
pub(crate) struct Made {
    pub(crate) documents: Documents,
    pub(crate) report: Report,
    pub(crate) warnings: String,
}

/// Makes the tables of a case; the faults if it has any.
pub(crate) fn made(case: &Case) -> Result<Made, String> {
    let folder = tempfile::tempdir().unwrap();
    let schema = format!("schema = \"candour/schema/1\"\nname = \"case\"\ntitle = \"Case\"\n{}", case.schema);
    let schema = match read_schema(&Source::new("schema.toml", schema.into_bytes()).unwrap(), &Beside(&case.files)) {
        Ok(schema) => schema,
        Err(diagnostics) => return Err(diagnostics.to_string()),
    };
    let paths: Vec<PathBuf> = case.extract.iter().map(|(name, _)| folder.path().join(name)).collect();
    for (path, (_, text)) in paths.iter().zip(&case.extract) {
        fs::write(path, text).unwrap();
    }
    let store = Store::open_or_create(&folder.path().join("store"), &LocalDisk).unwrap();
    let as_at = case.as_at.parse().unwrap();
    let options = IngestOptions { source: "System".into(), as_at, rejects: case.rejects };
    if let Err(error) = ingest(&store, &schema, &paths, &options, &LocalDisk, &mut NoObserver) {
        return Err(format!("{error}\n").replace(&folder.path().display().to_string(), "FOLDER"));
    }
    let response = Source::new("response.toml", framed(case).into_bytes()).unwrap();
    let resolved =
        match resolve(&store, response, FilesBeside { files: Some(&Beside(&case.files)), ..FilesBeside::default() }) {
            Ok(resolved) => resolved,
            Err(error) => return Err(error.to_string()),
        };
    let counted = count(&resolved, &mut |_| true).unwrap();
    let made = document(&resolved.response, resolved.taken.as_ref(), &counted, b"secret");
    let (documents, report) = made.map_err(|error| error.to_string())?;
    Ok(Made { documents, report, warnings: resolved.warnings.to_string() })
}

/// The response file with all that every response file has.
fn framed(case: &Case) -> String {
    let policy = "[policy]\nmethod = \"none\"\nreason = \"A case.\"\n";
    let policy = if case.response.contains("[policy]") { "" } else { policy };
    format!(
        r#"schema = "candour/response/1"
[request]
authority = "An authority"
reference = "1"
received = {as_at}
answered = {as_at}
[extract]
source = "System"
as_at = {as_at}
settled_after_days = {settled_after_days}
[report]
title = "Case"
protective_marking = "None"
publication_scheme = "Yes"
ad_hoc_reference = "None"
foi_reference = "1"
summary = "Case"
creating_branch = "None"
date_created = {as_at}
review_date = {as_at}
live_data_from = "System"
live_data_extracted = {as_at}
[notes]
source_system = "A system."
date_range = "Some days."
definition = "Some records."
[[question]]
number = "1"
text = "How many?"
outcome = "in full"
basis = "as asked"
answer = '''{answer}'''
{policy}
{response}"#,
        as_at = case.as_at,
        settled_after_days = case.settled_after_days,
        answer = case.answer,
        response = case.response,
    )
}

#[test]
fn tables() {
    let update = std::env::var_os("CANDOUR_UPDATE").is_some();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    let mut wrong = String::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let expect = text.find("\n--- expect\n").map_or(text.len(), |at| at + 1);
        let body = text[expect..].strip_prefix("--- expect\n").unwrap_or_default();
        // A line of dashes or spaces at the end is easily lost in an editor.
        let said = said(&read(&text));
        let tidy = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned();
        if tidy(body) == tidy(&said) {
            continue;
        }
        if update {
            fs::write(&path, format!("{}\n--- expect\n{}\n", text[..expect].trim_end(), tidy(&said))).unwrap();
        }
        let _ = write!(wrong, "\n{}\n--- expected\n{body}\n--- said\n{said}\n", path.display());
    }
    assert!(wrong.is_empty(), "{wrong}");
}
