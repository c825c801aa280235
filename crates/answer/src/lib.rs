//! The pipeline: a response file and a store become a release; a release and a store become a verification.
//!
//! ```text
//! resolve ─> make (count, protect, lay out, write) ─> publish
//!                                                        └─> verify (all of that again, and compare)
//! ```

mod bundle;
mod publish;
mod verify;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use candour_count::{CountError, Engine, Records};
use candour_inspect::{Limits, Report as Inspection, Verdict, inspect};
pub use candour_layout::{Cover, cover_letter};
use candour_layout::{ExtractFacts, cut_off, lay_out};
use candour_model::{Cells, Coord, Cut, Document, LeftOutReason, Listed, Policy, Together};
use candour_protect::rules::Why;
use candour_protect::suppression::SuppressionError;
use candour_protect::{
    Asked, ListedRecords, NotJudged, Reads, Report, TableKey, judged, list_mark, protect, why_left_out,
};
use candour_records::{Extract, Snapshot, Store, StoreError};
use candour_release::{FileNotProved, Files as Written, Format, ManifestFile, Program, WriteError, manifest_json};
use candour_spec::{
    Cancelled, ColumnRef, Diagnostics, Files, Filter, QuantitySpec, Response, Schema, Scope, Source, TableDimension,
    TableSpec, Taken, Tally, Translation, WrittenAuthority, WrittenPolicy, WrittenResponse, read_policy,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use bundle::bundle;
pub use candour_count::THREAD_NAME as ENGINE_THREAD_NAME;
pub use publish::publish;
pub use verify::{Finding, FindingKind, TableVerified, Verification, verify};

/// Why a release cannot be made or verified.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The response file or the policy has faults.
    #[error(transparent)]
    Spec(#[from] Diagnostics),
    /// The store cannot help.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A table cannot be counted.
    #[error(transparent)]
    Count(#[from] CountError),
    /// Small figures have not been judged.
    #[error("{0}\n{1}")]
    NotJudged(NotJudged, String),
    /// A figure cannot be protected as the policy asks.
    #[error(transparent)]
    Suppression(#[from] SuppressionError),
    /// A file of the release cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A finished file is not proved.
    #[error(
        "{0}\n  hint: this is a fault of the program, not of your files; nothing was written: please report it; `--formats` leaves a format out"
    )]
    NotProved(#[from] FileNotProved),
    /// A finished file was made that no proof is about.
    #[error(
        "nothing was proved of `{0}`\n  hint: this is a fault of the program, not of your files; nothing was written: please report it"
    )]
    Unproved(String),
    /// A finished file holds what readers would not see.
    #[error(
        "something is hidden in the files of the release; nothing was written:\n{0}\n  hint: take it out of the response file or of the texts beside it"
    )]
    Hidden(String),
    /// The output folder is there already.
    #[error("`{}` is there already\n  hint: choose another folder, or remove it yourself; a release is never overwritten", .0.display())]
    OutExists(PathBuf),
    /// The output folder would lie in a store.
    #[error("`{}` lies in the store `{}`, which is confidential\n  hint: choose a folder outside it; a release is for everybody", out.display(), store.display())]
    OutInStore {
        /// The output folder.
        out: PathBuf,
        /// The store.
        store: PathBuf,
    },
    /// The folder around it is not.
    #[error("`{}` is no folder\n  hint: make it first", .0.display())]
    NoParent(PathBuf),
    /// The operating system said no.
    #[error("cannot {doing} `{}`: {error}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        error: std::io::Error,
    },
    /// A file of the release that is verified cannot be understood.
    #[error("`{}` is no release: {reason}", path.display())]
    NotARelease {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The store has never seen the release.
    #[error("the store knows no release with the reference `{reference}`\n  hint: was it made with another store?")]
    UnknownRelease {
        /// The reference in `release.json`.
        reference: String,
    },
    /// Which rows are the highest changes with what is withheld, and what is withheld with the rows.
    #[error(
        "which rows or columns are the highest cannot be settled: it changes with each figure that is withheld\n  hint: take `top` away from a table, or show a few more"
    )]
    Unsettled,
    /// The user stopped it.
    #[error("interrupted: nothing was written")]
    Interrupted,
}

/// A response file that has been understood, with the records that it asks for.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// What it means.
    pub response: Response,
    /// The extract and its records; None for a letter that needs none.
    pub taken: Option<(Extract, Snapshot)>,
    /// The response file as it was written.
    pub written: String,
    /// The policy file as it was written, if there was one.
    pub policy: Option<String>,
    /// The authority file as it was written, if there was one.
    pub authority: Option<String>,
    /// What can be published and may mislead.
    pub warnings: Diagnostics,
}

/// What was counted for a response.
#[derive(Clone, Debug, Default)]
pub struct CountedResponse {
    /// One entry a table.
    pub cells: Vec<Cells>,
    /// Which records stand alike in several tables, under a policy that withholds.
    pub together: Vec<Together>,
    /// One entry a record list.
    pub lists: Vec<Listed>,
}

/// What is published: one document in each language of the release. Their figures are the same, since they are counted and
/// protected once.
#[derive(Clone, Debug)]
pub struct Documents {
    /// In the main language.
    pub main: Document,
    /// In the others.
    pub others: Vec<Document>,
}

impl Documents {
    /// All of them, the main one first.
    pub fn all(&self) -> impl Iterator<Item = &Document> {
        std::iter::once(&self.main).chain(&self.others)
    }
}

/// A release in memory.
#[derive(Clone, Debug)]
pub struct Made {
    /// The document in each of its languages, the main one first.
    pub documents: Documents,
    /// What disclosure control found.
    pub report: Report,
    /// The files by path, `manifest.json` among them.
    pub files: BTreeMap<String, Vec<u8>>,
    /// What was found hidden in the files; nothing that must not leave.
    pub inspection: Inspection,
    /// SHA-256 of `manifest.json`: what the store knows the release by.
    pub manifest: String,
}

/// What the store keeps beside the resolved response file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) schema: String,
    /// SHA-256 of the resolved response file, so that a damaged one is told and not recounted.
    pub(crate) response_sha256: String,
    pub(crate) program: Program,
    /// None for a letter that needs no records.
    pub(crate) extract: Option<Extract>,
    pub(crate) formats: Vec<String>,
}

/// The resolved response file in the store.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredResponse {
    pub(crate) schema: String,
    pub(crate) response: Response,
}

pub(crate) const STORED_RESPONSE_SCHEMA: &str = "candour/resolved-response/2";
/// So often figures are protected anew for the rows that are the highest then.
const MOST_PASSES: usize = 8;
/// What the store's secret is derived for when patterns of equal cost are told apart.
pub const TIES: &str = "ties";
pub(crate) const RECORD_SCHEMA: &str = "candour/release-record/1";

/// This program.
pub fn program() -> Program {
    Program { name: "candour".into(), version: env!("CARGO_PKG_VERSION").into() }
}

/// The files that people write, beside the response file.
#[derive(Clone, Default)]
pub struct Beside<'f> {
    /// A policy.
    pub policy: Option<Source>,
    /// What the authority says of itself.
    pub authority: Option<Source>,
    /// The files that lie beside the response file: its translations.
    pub files: Option<&'f dyn Files>,
    /// Those that lie beside the authority's.
    pub authority_files: Option<&'f dyn Files>,
}

/// No file lies beside.
struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _: &str) -> Result<Vec<u8>, String> {
        Err("there is no such file".into())
    }
}

/// Works out what a response file means and finds its records, if it needs any.
///
/// # Errors
/// All faults of the files, or that the store has no such snapshot.
pub fn resolve(store: &Store, response: Source, beside: Beside<'_>) -> Result<Resolved, AnswerError> {
    let written = response.text.clone();
    let outside: Option<WrittenPolicy> = beside.policy.as_ref().map(read_policy).transpose()?;
    let form = WrittenResponse::read(response).with_files(beside.files.unwrap_or(&NoFiles));
    let asked = form.asked();
    let texts = (beside.policy.map(|policy| policy.text), beside.authority.as_ref().map(|file| file.text.clone()));
    let office_files = beside.authority_files.unwrap_or(&NoFiles);
    let office = beside
        .authority
        .map(|file| WrittenAuthority::read(file).with_files(office_files).resolve(asked.as_ref()))
        .transpose()?;
    let (taken, (response, warnings)) = if form.needs_extract() {
        let (asked, form) = form.extract()?;
        let extract = store.find(&asked)?;
        let snapshot = store.snapshot(&extract.snapshot)?;
        if let Some(damage) = snapshot.changed_files().into_iter().next() {
            return Err(AnswerError::Store(StoreError::Damaged { path: damage.file, reason: damage.reason }));
        }
        let taken = Taken { as_at: extract.as_at, rejected: rejected(&extract, &snapshot) };
        let meant = form.resolve_for(snapshot.schema(), &taken, outside.as_ref(), office.as_ref())?;
        (Some((extract, snapshot)), meant)
    } else {
        (None, form.resolve_letter(outside.as_ref(), office.as_ref())?)
    };
    let (policy, authority) = texts;
    Ok(Resolved { response, taken, written, policy, authority, warnings })
}

/// How many rows of each record table were rejected, in the order of the schema.
fn rejected(extract: &Extract, snapshot: &Snapshot) -> Vec<u64> {
    let rejected = snapshot.schema().tables.iter().map(|table| {
        let read = extract.tables.iter().find(|read| read.name == table.name);
        read.map_or(0, |read| read.rejected)
    });
    rejected.collect()
}

/// The record tables of a snapshot, as counting wants them.
pub(crate) fn records(snapshot: &Snapshot) -> Records<'_> {
    let schema = snapshot.schema();
    Records { schema, files: (0..schema.tables.len()).map(|table| snapshot.file(table)).collect() }
}

/// Counts every table of a response, and reads its record lists.
///
/// # Errors
/// When one cannot be counted, or when `interrupted` says so between two tables.
pub fn count(resolved: &Resolved, step: &mut dyn FnMut(&str) -> bool) -> Result<CountedResponse, AnswerError> {
    let mut counted = CountedResponse::default();
    let Some((_, snapshot)) = &resolved.taken else { return Ok(counted) };
    let engine = Engine::embedded()?;
    let records = records(snapshot);
    for table in &resolved.response.tables {
        if !step(&table.id) {
            return Err(AnswerError::Interrupted);
        }
        counted.cells.push(engine.count_with(&records, table, resolved.response.policy.largest_contributions())?);
    }
    counted.together = together(&engine, &records, &resolved.response)?;
    for list in &resolved.response.lists {
        if !step(&list.id) {
            return Err(AnswerError::Interrupted);
        }
        counted.lists.push(engine.list(&records, list, resolved.response.language)?);
    }
    Ok(counted)
}

/// Finds which records stand alike in several tables, where figures are withheld: they must be in all of them.
pub(crate) fn together(
    engine: &Engine,
    records: &Records<'_>,
    response: &Response,
) -> Result<Vec<Together>, CountError> {
    match response.policy {
        Policy::Suppress(_) => engine.together(records, &response.tables, true),
        // Of one figure a place there is nothing to compare with.
        Policy::Assess { .. } if response.tables.len() > 1 || response.tables.iter().any(has_several_sums) => {
            engine.together(records, &response.tables, true)
        }
        Policy::Assess { .. } | Policy::None { .. } => Ok(Vec::new()),
    }
}

fn has_several_sums(table: &TableSpec) -> bool {
    table.quantities.iter().filter(|quantity| matches!(quantity.tally, Tally::Sum { .. })).count() > 1
}

/// Protects and lays out what was counted. Nothing is judged yet: see [`require_judgement`]. `secret` is the store's, for
/// patterns of equal cost.
///
/// # Errors
/// When a figure cannot be protected as the policy asks.
pub fn document(
    response: &Response,
    taken: Option<&(Extract, Snapshot)>,
    counted: &CountedResponse,
    secret: &[u8],
) -> Result<(Documents, Report), AnswerError> {
    let shown = response.shown();
    let lists = response.lists.iter().zip(&counted.lists).map(|(list, listed)| ListedRecords {
        id: list.id.clone(),
        rows: listed.rows.len() as u64,
        sha256: sha256(format!("{:?}", listed.rows).as_bytes()),
        left_out: listed.left_out.clone(),
    });
    let nothing = Schema::empty();
    let schema = taken.map_or(&nothing, |(_, snapshot)| snapshot.schema());
    let keys = response.tables.iter().map(|table| key(table, schema)).collect::<Result<Vec<_>, _>>()?;
    let lists: Vec<ListedRecords> = lists.collect();
    let residents = |table: usize, coords: &[Coord]| response.tables[table].residents(coords);
    let mut cuts: Vec<BTreeSet<Cut>> = vec![BTreeSet::new(); counted.cells.len()];
    let mut passes = 0;
    let (protected, report) = loop {
        let (protected, report) = protect(&Asked {
            tables: &counted.cells,
            cuts: &cuts.iter().map(|cuts| cuts.iter().cloned().collect()).collect::<Vec<_>>(),
            together: &counted.together,
            keys: &keys,
            lists: &lists,
            policy: &response.policy,
            secret,
            is_shown: &|table, coords| shown.shows(table, coords),
            residents: Some(&residents),
        })?;
        // Which rows are the highest depends on what is withheld, and what the others sum up to must be protected as well.
        let found = cut_off(response, schema, &protected);
        let known = cuts.iter().zip(&found).all(|(known, found)| found.iter().all(|cut| known.contains(cut)));
        if known || matches!(response.policy, Policy::None { .. }) {
            break (protected, report);
        }
        passes += 1;
        if passes > MOST_PASSES {
            return Err(AnswerError::Unsettled);
        }
        cuts.iter_mut().zip(found).for_each(|(known, found)| known.extend(found));
    };
    let facts = match taken {
        Some((extract, snapshot)) => {
            ExtractFacts { source: extract.source.clone(), as_at: extract.as_at, rejected: rejected(extract, snapshot) }
        }
        None => ExtractFacts { source: String::new(), as_at: response.request.answered, rejected: Vec::new() },
    };
    let laid_out = |translation: &Translation| {
        let (response, words) = (response.in_language(translation), schema.in_language(translation));
        let lists = response.lists.iter().zip(&counted.lists);
        let listed: Vec<Listed> = lists.map(|(list, listed)| translation.listed(list, listed, schema)).collect();
        lay_out(&response, &words, &facts, &protected, &listed)
    };
    let languages = &response.languages;
    let others = languages.others.iter().map(laid_out).collect();
    Ok((Documents { main: laid_out(&languages.main), others }, report))
}

/// What makes figures of two tables the same: which records they are about, and what each dimension goes by.
fn key(table: &TableSpec, schema: &Schema) -> Result<TableKey, AnswerError> {
    let text = |value: serde_json::Result<String>| {
        value.map_err(|error| {
            AnswerError::Write(WriteError { file: "the resolved response".into(), reason: error.to_string() })
        })
    };
    let by = |dimension: &TableDimension| text(serde_json::to_string(&dimension.source));
    let what = |quantity: &QuantitySpec| text(serde_json::to_string(&quantity.tally));
    // Why rejected rows may be passed over does not say which records are counted.
    let about = |counted: usize, by: Option<ColumnRef>, record_table: usize| {
        let scope = Scope { record_table, rejected: None, ..table.scope.clone() };
        text(serde_json::to_string(&(counted, by, scope)))
    };
    let rows = table.scope.record_table;
    let above = schema.tables.get(rows).and_then(|rows| rows.parent).map(|link| link.table);
    let above = above.filter(|_| table.counted == rows && table.counted_by.is_none());
    Ok(TableKey {
        scope: about(table.counted, table.counted_by, rows)?,
        parents: above.map(|parent| about(parent, None, parent)).transpose()?,
        dimensions: table.dimensions.iter().map(by).collect::<Result<_, _>>()?,
        quantities: table.quantities.iter().map(what).collect::<Result<_, _>>()?,
        reads: reads(table),
    })
}

/// Which columns decide what a figure counts.
fn reads(table: &TableSpec) -> Reads {
    let named = |columns: Vec<ColumnRef>| columns.into_iter().map(|at| (at.table, at.column)).collect();
    let Scope { filter, cancelled, cancelled_filter, date, spans, .. } = &table.scope;
    let cancelled = cancelled_filter.iter().filter(|_| *cancelled == Cancelled::Excluded);
    let mut scope: Vec<ColumnRef> = filter.iter().chain(cancelled).flat_map(Filter::columns).collect();
    scope.extend(date.filter(|_| !spans.is_empty()));
    let of_quantity = |quantity: &QuantitySpec| {
        let filter = quantity.filter.iter().flat_map(Filter::columns);
        named(filter.chain(quantity.tally.columns()).collect())
    };
    let condition = |quantity: &QuantitySpec| named(quantity.filter.iter().flat_map(Filter::columns).collect());
    Reads {
        scope: named(scope),
        filter: named(filter.iter().flat_map(Filter::columns).collect()),
        dimensions: table.dimensions.iter().map(|dimension| named(dimension.source.columns())).collect(),
        quantities: table.quantities.iter().map(of_quantity).collect(),
        conditions: table.quantities.iter().map(condition).collect(),
    }
}

/// Stops a release whose small figures nobody has judged.
///
/// # Errors
/// That, with the figures.
pub fn require_judgement(report: &Report) -> Result<(), AnswerError> {
    judged(report).map_err(|reason| AnswerError::NotJudged(reason, small_figures(report)))
}

/// The small figures, for the person who must judge them.
pub fn small_figures(report: &Report) -> String {
    let mut text = String::new();
    for small in &report.small {
        let place = match &small.figure {
            candour_protect::Figure::Cell(at) => cell_words(at),
            candour_protect::Figure::Measure { of, in_a_note: true, .. } => format!("in a note on “{of}”"),
            candour_protect::Figure::Measure { of, at, .. } => format!("records behind “{of}”: {}", cell_words(at)),
            candour_protect::Figure::Sum { of, why, at } => {
                let _ =
                    writeln!(text, "  {}: “{of}”, {} ({})", small.table, sum_words(*why, small.count), cell_words(at));
                continue;
            }
            candour_protect::Figure::Records { .. } => "records of a list".to_owned(),
            candour_protect::Figure::LeftOut(reason) => left_out_words(reason),
            candour_protect::Figure::Relation(name) => format!("records they hang on: {name}"),
        };
        let _ = writeln!(text, "  {}: {} ({place})", small.table, small.count);
    }
    let _ = write!(
        text,
        "  hint: look at each, then record who judged in `[judgement]` of the response file, with `figures = {}` and `list = \"{}\"`",
        report.small.len(),
        list_mark(report)
    );
    text
}

fn cell_words(at: &BTreeMap<String, String>) -> String {
    if at.is_empty() {
        return "Total".to_owned();
    }
    let named = at.iter().map(|(dimension, category)| format!("{dimension} = {category}"));
    named.collect::<Vec<_>>().join(", ")
}

/// Why a sum is listed, and how many contribute to it.
fn sum_words(why: Why, people: u64) -> String {
    let why = match why {
        Why::Dominance => "the largest contributions are too much of it",
        Why::PPercent => "the second largest contribution comes too near to the largest",
        _ => "few contribute to it",
    };
    format!("{why}: {people} in all")
}

fn left_out_words(reason: &LeftOutReason) -> String {
    match reason {
        LeftOutReason::MaybeCancelled => "counted, and perhaps cancelled".into(),
        reason => format!("left out: {}", why_left_out(reason, &[])),
    }
}

/// Writes a document in all formats, proves that the finished files hold what it says and nothing else, and inspects them as the files of a stranger.
///
/// # Errors
/// When a writer or a proof fails, or when something is hidden in a file.
pub fn make(documents: Documents, report: Report, formats: &[Format]) -> Result<Made, AnswerError> {
    let mut files = BTreeMap::new();
    for document in documents.all() {
        files.extend(candour_release::files(document, formats)?);
    }
    let mut proved = BTreeSet::new();
    for document in documents.all() {
        proved.extend(candour_release::prove(document, formats, &files)?);
    }
    if let Some(path) = files.keys().find(|path| !proved.contains(*path)) {
        return Err(AnswerError::Unproved(path.clone()));
    }
    let listed = files.iter().map(|(path, bytes)| ManifestFile { path: path.clone(), sha256: sha256(bytes) }).collect();
    let manifest_bytes = manifest_json(program(), listed)
        .map_err(|error| WriteError { file: "manifest.json".into(), reason: error.to_string() })?;
    let manifest = sha256(&manifest_bytes);
    files.insert("manifest.json".into(), manifest_bytes);
    candour_release::manifest(&files)?;
    let inspection = inspected(&files)?;
    Ok(Made { documents, report, files, inspection, manifest })
}

/// What is hidden in finished files. Nobody has reason to trust our own files more than those of others.
fn inspected(files: &Written) -> Result<Inspection, AnswerError> {
    let found = files.iter().map(|(path, bytes)| inspect(path, bytes, Limits::default()));
    let inspection = Inspection::new(found.collect());
    if inspection.files.iter().any(|file| file.verdict > Verdict::Review) {
        return Err(AnswerError::Hidden(inspection.text(false)));
    }
    Ok(inspection)
}

/// SHA-256 in hex digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A value as a JSON file of the store.
pub(crate) fn json<T: Serialize>(file: &str, value: &T) -> Result<Vec<u8>, AnswerError> {
    let bytes = serde_json::to_vec_pretty(value);
    Ok(bytes.map_err(|error| WriteError { file: file.into(), reason: error.to_string() })?)
}
