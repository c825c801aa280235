//! Verification: count, protect and lay out again from the store, and compare with a release cell by cell and byte by
//! byte.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use candour_count::Engine;
use candour_model::{Atoms, Cells, Grid, Listed, RecordList, Together};
use candour_records::{Snapshot, Store, StoreError};
use candour_release::{CellJson, CoordJson, Format, Manifest, ReleaseJson, TableJson, cell_place, release};
use candour_spec::Response;
use serde::{Deserialize, Serialize};

use crate::{
    AnswerError, CountedResponse, Record, StoredResponse, TIES, document, make, program, records, sha256, together,
};

/// The most bytes that a file of a release is read for.
const LARGEST_FILE: u64 = 256 << 20;

/// What a verification found, in the form of `docs/schemas/verify.schema.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// The contract.
    pub schema: String,
    /// The reference of the request.
    pub reference: String,
    /// Whether nothing was found.
    pub passed: bool,
    /// Whether texts and bytes were compared too: only where the program that made the release had this version.
    pub bytes_compared: bool,
    /// The tables.
    pub tables: Vec<TableVerified>,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableVerified {
    /// Its id.
    pub table: String,
    /// Whether its records could be counted again.
    pub recounted: bool,
    /// How many of its cells were compared.
    pub cells: u64,
}

/// What kind of thing was found; a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// A published file is not the one that was made.
    FileChanged,
    /// A published file is not there.
    FileMissing,
    /// A file is there that was not made.
    FileExtra,
    /// A file of the snapshot is not as it was stored.
    SnapshotDamaged,
    /// A table cannot be counted again.
    NotRecounted,
    /// A cell is not what the records give.
    CellDiffers,
    /// A cell that the records give is not in the release.
    CellMissing,
    /// A cell is in the release that the records do not give.
    CellExtra,
    /// A text, a note or a decision is not what the response file gives.
    TextDiffers,
    /// The same document gives other bytes now.
    BytesDiffer,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What kind of thing.
    pub kind: FindingKind,
    /// The file, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The table and the coordinates, if it is about a cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What the release says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<String>,
    /// What the records give.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recounted: Option<String>,
    /// All of that in a sentence.
    pub message: String,
}

/// Where a cell stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The table's id.
    pub table: String,
    /// One coordinate a dimension.
    pub at: Vec<CoordJson>,
}

/// Verifies the release in `folder` against `store`.
///
/// # Errors
/// When it cannot be done: the folder holds no release, or the store does not know it.
pub fn verify(store: &Store, folder: &Path, formats: &[Format]) -> Result<Verification, AnswerError> {
    let released = read_release(&folder.join("release.json"))?;
    let kept = find(store, folder, &released)?;
    let mut findings = Vec::new();
    compare_files(folder, &kept, &mut findings)?;
    let taken = match &kept.record.extract {
        Some(extract) => Some((extract.clone(), store.snapshot(&extract.snapshot)?)),
        None => None,
    };
    for damage in taken.iter().flat_map(|(_, snapshot)| snapshot.damages()) {
        let file = damage.file.strip_prefix(store.root()).unwrap_or(&damage.file).display().to_string();
        let message = format!("the snapshot's file `{file}` is damaged: {}", damage.reason);
        findings.push(Finding { file: Some(file), ..finding(FindingKind::SnapshotDamaged, message) });
    }
    let (again, together) = count_again(&kept, taken.as_ref().map(|(_, snapshot)| snapshot), &mut findings)?;
    let cells: Vec<Cells> = again
        .iter()
        .zip(&kept.response.tables)
        .map(|(cells, spec)| cells.clone().unwrap_or_else(|| empty(spec)))
        .collect();
    let lists = list_again(&kept, taken.as_ref().map(|(_, snapshot)| snapshot), &mut findings)?;
    let all_listed = lists.len() == kept.response.lists.len();
    let counted = CountedResponse { cells, together, lists };
    let (documents, report) = document(&kept.response, taken.as_ref(), &counted, &store.derived_secret(TIES)?)?;
    let expected = release(&documents.main);
    let tables = compare_tables(&released, &expected, &again, &mut findings);
    if all_listed {
        compare_lists(&released, &expected, &mut findings);
    }
    // The others tell the same figures in other words; a file that is not there has been told already.
    let mut others: Vec<(ReleaseJson, ReleaseJson)> = Vec::new();
    for document in &documents.others {
        let path = folder.join(document.about.file("release", "json"));
        let Ok(there) = read_release(&path) else { continue };
        others.push((there, release(document)));
    }
    for (there, expected) in &others {
        compare_tables(there, expected, &again, &mut findings);
        if all_listed {
            compare_lists(there, expected, &mut findings);
        }
    }
    let all_counted = all_listed && again.iter().all(Option::is_some);
    // Another version may have other wording and write other bytes; the published files' hashes hold all the same.
    let bytes_compared = all_counted && kept.record.program == program();
    if bytes_compared {
        compare_texts(&released, &expected, &mut findings);
        others.iter().for_each(|(there, expected)| compare_texts(there, expected, &mut findings));
        let made = make(documents, report, &kept.formats(formats))?;
        compare_bytes(folder, &made.files, &mut findings);
    }
    Ok(Verification {
        schema: "candour/verify/1".into(),
        reference: released.about.request.reference,
        passed: findings.is_empty(),
        bytes_compared,
        tables,
        findings,
    })
}

fn finding(kind: FindingKind, message: String) -> Finding {
    Finding { kind, file: None, place: None, released: None, recounted: None, message }
}

/// What the store kept about a release.
struct Kept {
    response: Response,
    record: Record,
    manifest: Manifest,
}

impl Kept {
    fn formats(&self, known: &[Format]) -> Vec<Format> {
        let is_asked = |format: &&Format| self.record.formats.iter().any(|name| name == format.name);
        known.iter().filter(is_asked).copied().collect()
    }
}

fn read_release(path: &Path) -> Result<ReleaseJson, AnswerError> {
    let path = path.to_owned();
    let bytes = read(&path)?;
    let release: ReleaseJson = serde_json::from_slice(&bytes)
        .map_err(|error| AnswerError::NotARelease { path: path.clone(), reason: error.to_string() })?;
    if release.schema != candour_model::RELEASE_SCHEMA {
        let reason = format!("its form is `{}`, which this version does not know", release.schema);
        return Err(AnswerError::NotARelease { path, reason });
    }
    Ok(release)
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, AnswerError> {
    let fault = |error| AnswerError::Io { doing: "read", path: path.to_owned(), error };
    // A link or a pipe is no file of a release, whatever it gives.
    if !fs::symlink_metadata(path).map_err(fault)?.is_file() {
        return Err(AnswerError::NotARelease { path: path.to_owned(), reason: "it is no file".into() });
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(fault)?;
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(fault)?;
    if bytes.len() as u64 > LARGEST_FILE {
        let reason = format!("it has more than {LARGEST_FILE} bytes, more than any release");
        return Err(AnswerError::NotARelease { path: path.to_owned(), reason });
    }
    Ok(bytes)
}

/// The release in the store: by the hash of its manifest or, where that was changed, by its reference. Of several answers
/// to one request, it is the one that shares most files with the folder.
fn find(store: &Store, folder: &Path, released: &ReleaseJson) -> Result<Kept, AnswerError> {
    if let Ok(bytes) = read(&folder.join("manifest.json")) {
        let manifest = sha256(&bytes);
        for release in store.releases()?.iter().filter(|release| release.starts_with(&manifest)) {
            if let Some(kept) = kept(store, release)? {
                return Ok(kept);
            }
        }
    }
    let mut best: Option<(usize, Kept)> = None;
    for manifest in store.releases()? {
        // What is damaged about another release is none of this one's business.
        let Ok(Some(kept)) = kept(store, &manifest) else { continue };
        if kept.response.request.reference != released.about.request.reference {
            continue;
        }
        let same = |file: &&candour_release::ManifestFile| {
            read(&folder.join(&file.path)).is_ok_and(|bytes| sha256(&bytes) == file.sha256)
        };
        let shared = kept.manifest.files.iter().filter(same).count();
        if best.as_ref().is_none_or(|(most, _)| shared > *most) {
            best = Some((shared, kept));
        }
    }
    let unknown = || AnswerError::UnknownRelease { reference: released.about.request.reference.clone() };
    best.map(|(_, kept)| kept).ok_or_else(unknown)
}

fn kept(store: &Store, manifest: &str) -> Result<Option<Kept>, AnswerError> {
    let part = |name: &str| -> Result<Option<Vec<u8>>, AnswerError> { Ok(store.release_file(manifest, name)?) };
    let (Some(response), Some(record), Some(published)) =
        (part("response.json")?, part("record.json")?, part("manifest.json")?)
    else {
        return Ok(None);
    };
    let path = |name: &str| store.root().join("releases").join(manifest).join(name);
    let record: Record = parse(&path("record.json"), &record)?;
    if record.response_sha256 != sha256(&response) {
        let reason = "it is not the file that was stored".into();
        return Err(AnswerError::Store(StoreError::Damaged { path: path("response.json"), reason }));
    }
    Ok(Some(Kept {
        response: parse::<StoredResponse>(&path("response.json"), &response)?.response,
        record,
        manifest: parse(&path("manifest.json"), &published)?,
    }))
}

fn parse<T: serde::de::DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T, AnswerError> {
    let damaged = |error: serde_json::Error| {
        AnswerError::Store(StoreError::Damaged { path: path.to_owned(), reason: error.to_string() })
    };
    serde_json::from_slice(bytes).map_err(damaged)
}

/// Compares the published files with those that were made.
fn compare_files(folder: &Path, kept: &Kept, findings: &mut Vec<Finding>) -> Result<(), AnswerError> {
    let mut about = |kind, file: &str, message: String| {
        findings.push(Finding { file: Some(file.to_owned()), ..finding(kind, message) });
    };
    let mut known: BTreeSet<PathBuf> = BTreeSet::from([PathBuf::from("manifest.json")]);
    for file in &kept.manifest.files {
        known.insert(PathBuf::from(&file.path));
        match read(&folder.join(&file.path)) {
            Ok(bytes) if sha256(&bytes) == file.sha256 => {}
            Ok(_) => {
                about(FindingKind::FileChanged, &file.path, format!("`{}` is not the file that was made", file.path))
            }
            Err(_) => about(FindingKind::FileMissing, &file.path, format!("`{}` cannot be read", file.path)),
        }
    }
    match read(&folder.join("manifest.json")).map(|bytes| serde_json::from_slice::<Manifest>(&bytes)) {
        Ok(Ok(manifest)) if manifest == kept.manifest => {}
        Ok(_) => {
            about(FindingKind::FileChanged, "manifest.json", "`manifest.json` is not the file that was made".into())
        }
        Err(_) => about(FindingKind::FileMissing, "manifest.json", "`manifest.json` cannot be read".into()),
    }
    for file in walk(folder, folder)? {
        if !known.contains(&file) {
            let name = file.display().to_string();
            about(FindingKind::FileExtra, &name, format!("`{name}` is no file of the release"));
        }
    }
    Ok(())
}

/// The files below a folder, in order, as paths in it. Links are files, whatever they point to.
pub(crate) fn walk(root: &Path, folder: &Path) -> Result<Vec<PathBuf>, AnswerError> {
    let fault = |error| AnswerError::Io { doing: "read", path: folder.to_owned(), error };
    let mut entries = fs::read_dir(folder).map_err(fault)?.collect::<Result<Vec<_>, _>>().map_err(fault)?;
    entries.sort_by_key(fs::DirEntry::path);
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.path();
        if entry.file_type().map_err(fault)?.is_dir() {
            files.extend(walk(root, &path)?);
        } else {
            files.push(path.strip_prefix(root).map(Path::to_owned).unwrap_or(path));
        }
    }
    Ok(files)
}

/// Counts each table again; one that cannot be read does not stop the others.
fn count_again(
    kept: &Kept,
    snapshot: Option<&Snapshot>,
    findings: &mut Vec<Finding>,
) -> Result<(Vec<Option<Cells>>, Vec<Together>), AnswerError> {
    let Some(snapshot) = snapshot else { return Ok((Vec::new(), Vec::new())) };
    let engine = Engine::embedded()?;
    let records = records(snapshot);
    let mut counted = Vec::new();
    for table in &kept.response.tables {
        match engine.count_with(&records, table, kept.response.policy.largest_contributions()) {
            Ok(cells) => counted.push(Some(cells)),
            Err(error) => {
                let place = Some(Place { table: table.id.clone(), at: Vec::new() });
                findings.push(Finding { place, ..finding(FindingKind::NotRecounted, error.to_string()) });
                counted.push(None);
            }
        }
    }
    if counted.iter().any(Option::is_none) {
        return Ok((counted, Vec::new()));
    }
    let together = together(&engine, &records, &kept.response).unwrap_or_else(|error| {
        findings.push(finding(FindingKind::NotRecounted, error.to_string()));
        Vec::new()
    });
    Ok((counted, together))
}

/// Reads each record list again, as far as they can be read.
fn list_again(
    kept: &Kept,
    snapshot: Option<&Snapshot>,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Listed>, AnswerError> {
    let mut lists = Vec::new();
    let Some(snapshot) = snapshot.filter(|_| !kept.response.lists.is_empty()) else { return Ok(lists) };
    let engine = Engine::embedded()?;
    let records = records(snapshot);
    for list in &kept.response.lists {
        match engine.list(&records, list, kept.response.language) {
            Ok(listed) => lists.push(listed),
            Err(error) => {
                let place = Some(Place { table: list.id.clone(), at: Vec::new() });
                findings.push(Finding { place, ..finding(FindingKind::NotRecounted, error.to_string()) });
                break;
            }
        }
    }
    Ok(lists)
}

/// A table without a record, to hold the place of one that cannot be counted.
fn empty(spec: &candour_spec::TableSpec) -> Cells {
    let atoms: Vec<Atoms> = spec.dimensions.iter().map(|dimension| dimension.atoms.clone()).collect();
    let sizes = atoms.iter().map(Atoms::count).collect();
    let adding = spec.quantities.iter().filter(|quantity| quantity.facts.adds).count();
    Cells {
        table: spec.id.clone(),
        dimensions: spec.dimensions.iter().map(|dimension| dimension.dimension.clone()).collect(),
        atoms,
        quantities: spec.quantities.iter().map(|quantity| quantity.facts).collect(),
        labels: spec.quantities.iter().map(|quantity| quantity.label.clone()).collect(),
        finest: Grid::new(sizes, adding, Vec::new()),
        apart: None,
        left_out: Vec::new(),
        relation: None,
        contributors: Vec::new(),
    }
}

fn compare_tables(
    released: &ReleaseJson,
    expected: &ReleaseJson,
    again: &[Option<Cells>],
    findings: &mut Vec<Finding>,
) -> Vec<TableVerified> {
    let mut verified = Vec::new();
    for (table, counted) in expected.tables.iter().zip(again) {
        let mut cells = 0;
        match released.tables.iter().find(|released| released.about.id == table.about.id) {
            Some(there) if counted.is_some() => cells = compare_cells(there, table, findings),
            Some(_) => {}
            None => {
                let place = Some(Place { table: table.about.id.clone(), at: Vec::new() });
                let message = format!("the table `{}` is not in the release", table.about.id);
                findings.push(Finding { place, ..finding(FindingKind::CellMissing, message) });
            }
        }
        verified.push(TableVerified { table: table.about.id.clone(), recounted: counted.is_some(), cells });
    }
    for table in &released.tables {
        if !expected.tables.iter().any(|expected| expected.about.id == table.about.id) {
            let place = Some(Place { table: table.about.id.clone(), at: Vec::new() });
            let message = format!("the table `{}` was never made", table.about.id);
            findings.push(Finding { place, ..finding(FindingKind::CellExtra, message) });
        }
    }
    verified
}

/// Compares the records of lists, whatever is said of them.
fn compare_lists(released: &ReleaseJson, expected: &ReleaseJson, findings: &mut Vec<Finding>) {
    let ids: BTreeSet<&String> = released.lists.iter().chain(&expected.lists).map(|list| &list.id).collect();
    for id in ids {
        let records = |release: &ReleaseJson| {
            let list = release.lists.iter().find(|list| list.id == *id)?;
            Some((list.columns.clone(), list.rows.clone()))
        };
        if records(released) != records(expected) {
            let place = Some(Place { table: id.clone(), at: Vec::new() });
            let message = format!("the record list `{id}` does not hold the records that were listed");
            findings.push(Finding { place, ..finding(FindingKind::CellDiffers, message) });
        }
    }
}

/// Compares the cells of a table by their coordinates; gives how many were compared.
fn compare_cells(released: &TableJson, expected: &TableJson, findings: &mut Vec<Finding>) -> u64 {
    let mut compared = 0;
    let mut about = |kind, cell: &CellJson, released: Option<String>, recounted: Option<String>, message: String| {
        let place = Some(Place { table: expected.about.id.clone(), at: cell.at.clone() });
        findings.push(Finding { place, released, recounted, ..finding(kind, message) });
    };
    let key = |cell: &CellJson| (cell.at.clone(), cell.measure.clone());
    let by_place = |table: &'_ TableJson| -> BTreeMap<(Vec<CoordJson>, String), CellJson> {
        table.cells.iter().map(|cell| (key(cell), cell.clone())).collect()
    };
    let (in_release, in_records) = (by_place(released), by_place(expected));
    for cell in &expected.cells {
        let place = cell_place(expected, cell);
        match in_release.get(&key(cell)) {
            Some(there) => {
                compared += 1;
                if there != cell {
                    let with_marks = there.marks != cell.marks;
                    let (says, gives) = (cell_words(there, with_marks), cell_words(cell, with_marks));
                    let message = format!("{place}: the release says {says}, the records give {gives}");
                    about(FindingKind::CellDiffers, cell, Some(says), Some(gives), message);
                }
            }
            None => {
                let gives = cell_words(cell, false);
                let message = format!("{place}: not in the release, the records give {gives}");
                about(FindingKind::CellMissing, cell, None, Some(gives), message);
            }
        }
    }
    for cell in &released.cells {
        if !in_records.contains_key(&key(cell)) {
            let says = cell_words(cell, false);
            let message = format!("{}: the release says {says}, and there is no such cell", cell_place(expected, cell));
            about(FindingKind::CellExtra, cell, Some(says), None, message);
        }
    }
    if in_release.len() != released.cells.len() {
        let message = format!("the table `{}` has a cell twice", expected.about.id);
        let place = Some(Place { table: expected.about.id.clone(), at: Vec::new() });
        findings.push(Finding { place, ..finding(FindingKind::CellExtra, message) });
    }
    compared
}

/// A cell's value, or its reason; with its marks where they are what differs.
fn cell_words(cell: &CellJson, with_marks: bool) -> String {
    let value = match (&cell.value, cell.reason) {
        (Some(value), None) => value.clone(),
        (None, Some(reason)) => reason.symbol().to_owned(),
        _ => "neither value nor reason".to_owned(),
    };
    let marks: Vec<String> = cell.marks.iter().map(|mark| format!("{mark:?}").to_lowercase()).collect();
    match (with_marks, marks.is_empty()) {
        (false, _) => value,
        (true, true) => format!("{value} (no marks)"),
        (true, false) => format!("{value} ({})", marks.join(", ")),
    }
}

/// Compares all that is not a cell.
fn compare_texts(released: &ReleaseJson, expected: &ReleaseJson, findings: &mut Vec<Finding>) {
    let mut about = |same: bool, what: String| {
        if !same {
            findings.push(finding(FindingKind::TextDiffers, format!("{what} is not what the response file gives")));
        }
    };
    let tongues = |release: &ReleaseJson| (release.about.language, release.about.languages.clone());
    about(tongues(released) == tongues(expected), "the language".into());
    about(released.about.authority == expected.about.authority, "the authority".into());
    about(released.about.request == expected.about.request, "the request".into());
    about(released.about.extract == expected.about.extract, "the extract".into());
    about(released.about.letter == expected.about.letter, "the letter".into());
    about(released.about.title == expected.about.title, "the title".into());
    about(released.about.report == expected.about.report, "the report's metadata block".into());
    about(released.about.statements == expected.about.statements, "a statement".into());
    about(released.about.definitions == expected.about.definitions, "a definition".into());
    about(released.about.notes == expected.about.notes, "the notes page".into());
    about(released.about.questions.len() == expected.about.questions.len(), "the number of questions".into());
    for (there, question) in released.about.questions.iter().zip(&expected.about.questions) {
        about(there == question, format!("question {}, with its decision and answer,", question.number));
    }
    for list in &expected.lists {
        let Some(there) = released.lists.iter().find(|released| released.id == list.id) else { continue };
        let without_rows = |list: &RecordList| RecordList { rows: Vec::new(), ..list.clone() };
        about(without_rows(there) == without_rows(list), format!("what the record list `{}` says of itself", list.id));
    }
    for table in &expected.tables {
        let Some(there) = released.tables.iter().find(|released| released.about.id == table.about.id) else { continue };
        let without_cells = |table: &TableJson| TableJson { cells: Vec::new(), ..table.clone() };
        about(
            without_cells(there) == without_cells(table),
            format!("what the table `{}` says of itself", table.about.id),
        );
    }
}

/// Compares the bytes of the published files with those that the same document gives now. A file that is known to have
/// been changed is not told twice.
fn compare_bytes(folder: &Path, files: &BTreeMap<String, Vec<u8>>, findings: &mut Vec<Finding>) {
    for (path, bytes) in files {
        let told = findings.iter().any(|finding| finding.file.as_ref() == Some(path));
        let same = read(&folder.join(path)).is_ok_and(|published| published == *bytes);
        if !told && !same {
            let message = format!("`{path}` would be written with other bytes now");
            findings.push(Finding { file: Some(path.clone()), ..finding(FindingKind::BytesDiffer, message) });
        }
    }
}
