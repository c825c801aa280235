//! Ingest: an extract's CSV files, checked value by value, become a snapshot.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use candour_spec::{ColumnRef, Precision, RecordTable, Schema, visible_line};
use candour_wording::Language;
use csv::ByteRecord;
use jiff::civil::Date;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use sha2::{Digest, Sha256};

use crate::disk::{Disk, Readers, sync};
use crate::row::{Columns, Reading, Value, arrow_schema, date_example};
use crate::snapshot::{
    Description, EXTRACT_SCHEMA, Extract, ExtractTable, RowHashes, SNAPSHOT_SCHEMA, Snapshot, SnapshotTable,
    SourceFile, hash_file, snapshot_id,
};
use crate::store::{Incoming, Pseudonyms, Store, StoreError, hex, json, sha256, write};

/// How many rejected rows are told one by one; the rest are counted.
const TOLD: usize = 200;
/// What is said of a file without headings, such as one of blank lines.
pub(crate) const NO_HEADINGS: &str = "it is empty: its first line has no headings";
/// How many headings of a file are told.
const TOLD_HEADINGS: usize = 50;
/// Rows between two writes to a Parquet file.
const BATCH: usize = 65_536;
/// The most bytes that one field may hold: more is a quotation mark that was never closed.
const LONGEST_FIELD: usize = 1 << 20;

/// What an ingest is told besides its files.
#[derive(Clone, Debug)]
pub struct IngestOptions {
    /// The source system.
    pub source: String,
    /// The day at which the extract shows the system.
    pub as_at: Date,
    /// How many rejected rows are borne.
    pub rejects: u64,
}

/// What an ingest made.
#[derive(Clone, Debug)]
pub struct Ingested {
    /// The extract, with its counts.
    pub extract: Extract,
    /// Whether the store had the same records before.
    pub known: bool,
    /// Rejected rows that were borne, the first of them one by one.
    pub rejects: Vec<Reject>,
    /// How many more faults there were than are told.
    pub more_rejects: u64,
    /// Columns of the files that the schema does not declare, and which were not kept: table and heading.
    pub dropped: Vec<(String, String)>,
}

/// Follows the work, and may stop it.
pub trait Observer {
    /// So many bytes of a file have been read.
    fn progress(&mut self, file: &Path, read: u64, of: u64);
    /// Whether the user wants it to stop.
    fn interrupted(&self) -> bool;
}

/// Follows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoObserver;

impl Observer for NoObserver {
    fn progress(&mut self, _file: &Path, _read: u64, _of: u64) {}
    fn interrupted(&self) -> bool {
        false
    }
}

/// Why a row was rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RejectReason {
    /// The row has more or fewer fields than the heading.
    FieldCount {
        /// How many it has.
        found: usize,
        /// How many it should have.
        expected: usize,
    },
    /// The bytes are not UTF-8.
    NotUtf8,
    /// The field is longer than any value could be.
    TooLong,
    /// A required value is not there.
    Empty,
    /// Not a whole number.
    NotAnInteger,
    /// A whole number outside the limits of the schema.
    OutOfRange,
    /// Not a decimal number, or one with too many places.
    NotADecimal {
        /// Places that the schema allows.
        places: u8,
    },
    /// Not a date of the column's form.
    NotADate {
        /// How fine it must be.
        precision: Precision,
    },
    /// Not a date with a time.
    NotADateTime,
    /// Before the schema's earliest date, or after its latest or the as-at date.
    DateOutOfRange,
    /// Neither yes nor no.
    NotABoolean,
    /// Not in the code list.
    UnknownCode,
    /// Another row has the same key.
    DuplicateKey,
    /// No kept row of the parent table has this key.
    BrokenLink {
        /// The parent table.
        parent: String,
    },
}

impl fmt::Display for RejectReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FieldCount { found, expected } => {
                let fields = Language::ENGLISH.say("told-fields", &[("count", (*found as u64).into())]);
                write!(out, "the row has {fields}, the heading {expected}")
            }
            Self::NotUtf8 => out.write_str("it is not UTF-8 text"),
            Self::TooLong => out.write_str("it is longer than a value can be: is a quotation mark missing?"),
            Self::Empty => out.write_str("a value is required"),
            Self::NotAnInteger => out.write_str("it is not a whole number"),
            Self::OutOfRange => out.write_str("it lies outside the schema's `min` and `max`"),
            Self::NotADecimal { places } => write!(out, "it is not a number with at most {places} decimal places"),
            Self::NotADate { precision } => {
                write!(out, "it is not a date in the schema's form (such as {})", date_example(*precision))
            }
            Self::NotADateTime => out.write_str("it is not a date and time in the schema's form"),
            Self::DateOutOfRange => out
                .write_str("the date is out of range: before the schema's `min`, or after its `max` or the as-at date"),
            Self::NotABoolean => out.write_str("it is neither yes nor no"),
            Self::UnknownCode => out.write_str("it is not in the code list"),
            Self::DuplicateKey => out.write_str("an earlier row has the same key"),
            Self::BrokenLink { parent } => write!(out, "no row of `{parent}` has this key"),
        }
    }
}

/// A fault of a rejected row: where, what kind of value, and why. The value itself stands here only where the schema says
/// that the column is plain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The file as the user named it.
    pub file: PathBuf,
    /// Which data row, from 1.
    pub row: u64,
    /// On which line of the file the row begins, from 1.
    pub line: u64,
    /// The heading of the column; None when the whole row is at fault.
    pub column: Option<String>,
    /// What kind of value stands there.
    pub class: String,
    /// The value, of a plain column only.
    pub value: Option<String>,
    /// Why it was rejected.
    pub reason: RejectReason,
}

impl fmt::Display for Reject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: row {} (line {})", self.file.display(), self.row, self.line)?;
        if let Some(column) = &self.column {
            write!(out, ", column `{column}`")?;
            match &self.value {
                Some(value) => write!(out, " ({}: `{value}`)", self.class)?,
                None => write!(out, " ({})", self.class)?,
            }
        }
        write!(out, ": {}", self.reason)
    }
}

/// Why an extract was refused. The store is as it was before.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The store cannot do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The operating system said no.
    #[error("cannot {doing} `{}`: {error}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// The files are not those of the schema.
    #[error("{0}")]
    Files(String),
    /// A file's heading is not what the schema declares.
    #[error("`{}`: {reason}", file.display())]
    Heading {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A file is no CSV.
    #[error("`{}` cannot be read as CSV: {reason}", file.display())]
    Csv {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Rows were rejected, more than are borne.
    #[error("{count} {} rejected, {allowed} allowed: nothing was stored", if *count == 1 { "row was" } else { "rows were" })]
    Rejected {
        /// How many rows.
        count: u64,
        /// How many were allowed.
        allowed: u64,
        /// The first of their faults.
        rejects: Vec<Reject>,
        /// How many more there were.
        more: u64,
    },
    /// Writing the snapshot failed.
    #[error("cannot write the snapshot: {0}")]
    Write(String),
    /// The user stopped it.
    #[error("interrupted: nothing was stored")]
    Interrupted,
}

/// Reads an extract into a snapshot of `store`.
///
/// `paths` are CSV files named after the schema's record tables, or folders that hold them.
///
/// # Errors
/// When a file, a row or the disk is at fault; the store is then as it was before.
pub fn ingest(
    store: &Store,
    schema: &Schema,
    paths: &[PathBuf],
    options: &IngestOptions,
    disk: &dyn Disk,
    observer: &mut dyn Observer,
) -> Result<Ingested, IngestError> {
    let files = match_files(schema, paths)?;
    let _lock = store.lock()?;
    let incoming = store.incoming("snapshots")?;
    let pseudonyms = store.pseudonyms()?;
    let mut work = Work {
        schema,
        options,
        disk,
        observer,
        pseudonyms: &pseudonyms,
        folder: &incoming,
        keys: BTreeMap::new(),
        rejected_rows: 0,
        rejects: Vec::new(),
        more_rejects: 0,
        dropped: Vec::new(),
    };
    let mut tables = Vec::new();
    let mut sources = Vec::new();
    let mut counts = Vec::new();
    for (table, file) in files.iter().enumerate() {
        let done = work.table(table, file)?;
        counts.push(ExtractTable {
            name: schema.tables[table].name.clone(),
            rows: done.table.rows,
            rejected: done.rejected,
        });
        tables.push(done.table);
        sources.push(done.source);
    }
    if work.rejected_rows > options.rejects {
        return Err(IngestError::Rejected {
            count: work.rejected_rows,
            allowed: options.rejects,
            rejects: work.rejects,
            more: work.more_rejects,
        });
    }
    let (rejects, more_rejects, dropped) = (work.rejects, work.more_rejects, work.dropped);
    let logical: Vec<String> = tables.iter().map(|table| table.logical.clone()).collect();
    let id = snapshot_id(schema, &logical);
    let extract = Extract {
        schema: EXTRACT_SCHEMA.into(),
        source: options.source.clone(),
        as_at: options.as_at,
        snapshot: id.clone(),
        files: sources,
        tables: counts,
    };
    let stored = store.snapshot(&id).ok();
    if let Some(damage) = stored.as_ref().and_then(|stored| stored.changed_files().into_iter().next()) {
        let reason = format!("the store has these records already, and {}", damage.reason);
        return Err(StoreError::Damaged { path: damage.file, reason }.into());
    }
    let known = stored.is_some();
    if !known {
        let description =
            Description { schema: SNAPSHOT_SCHEMA.into(), id: id.clone(), record_schema: schema.clone(), tables };
        write(disk, &incoming.path().join("snapshot.json"), &json(&description))?;
        incoming.settle(&id)?;
    }
    if let Err(error) = enter(store, &extract, disk) {
        let entered = store.extracts().is_ok_and(|extracts| extracts.iter().any(|entry| entry.snapshot == id));
        if !known && !entered {
            // A snapshot that no extract names would be of no use to anybody.
            let _ = fs::remove_dir_all(store.root().join("snapshots").join(&id));
        }
        return Err(error.into());
    }
    Ok(Ingested { extract, known, rejects, more_rejects, dropped })
}

/// Enters an extract. Its name follows from source, date, records and rejected rows, so the same again, from files of other
/// names or other quoting, is the same entry.
fn enter(store: &Store, extract: &Extract, disk: &dyn Disk) -> Result<(), StoreError> {
    let bytes = json(extract);
    let folder = store.root().join("extracts");
    let identity = json(&(&extract.source, extract.as_at, &extract.snapshot, &extract.tables));
    let place = folder.join(format!("{}-{}.json", extract.as_at, &sha256(&identity)[..32]));
    if place.exists() {
        return Ok(());
    }
    let beside = folder.join(format!(".incoming-{}", extract.snapshot));
    let fault = |error| StoreError::Io { doing: "write", path: place.clone(), error };
    let moved = write(disk, &beside, &bytes).and_then(|()| fs::rename(&beside, &place).map_err(fault));
    if moved.is_err() {
        let _ = fs::remove_file(&beside);
    }
    moved.and_then(|()| sync(&folder).map_err(fault))
}

/// Which file holds which record table, in the order of the schema.
fn match_files(schema: &Schema, paths: &[PathBuf]) -> Result<Vec<PathBuf>, IngestError> {
    let mut found: BTreeMap<usize, PathBuf> = BTreeMap::new();
    let mut take = |table: usize, file: PathBuf| match found.insert(table, file.clone()) {
        None => Ok(()),
        Some(other) => Err(IngestError::Files(format!(
            "both `{}` and `{}` hold the record table `{}`",
            other.display(),
            file.display(),
            schema.tables[table].name
        ))),
    };
    for path in paths {
        let kind = fs::metadata(path);
        let kind = kind.map_err(|error| IngestError::Io { doing: "read", path: path.clone(), error })?;
        if kind.is_dir() {
            for (at, table) in schema.tables.iter().enumerate() {
                let file = path.join(format!("{}.csv", table.name));
                if file.is_file() {
                    take(at, file)?;
                }
            }
            continue;
        }
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        match schema.table(&stem) {
            Some(table) => take(table, path.clone())?,
            // With one record table there is nothing to confuse, whatever the file is called.
            None if schema.tables.len() == 1 => take(0, path.clone())?,
            None => {
                let names: Vec<String> = schema.tables.iter().map(|table| format!("`{}.csv`", table.name)).collect();
                return Err(IngestError::Files(format!(
                    "`{}` is named after no record table of the schema: rename it to one of {}",
                    path.display(),
                    names.join(", ")
                )));
            }
        }
    }
    let missing: Vec<String> = schema
        .tables
        .iter()
        .enumerate()
        .filter(|(at, _)| !found.contains_key(at))
        .map(|(_, table)| format!("`{}.csv`", table.name))
        .collect();
    if missing.is_empty() {
        Ok(found.into_values().collect())
    } else {
        Err(IngestError::Files(format!("the extract lacks {}: a snapshot holds all record tables", missing.join(", "))))
    }
}

/// An ingest under way.
struct Work<'w> {
    schema: &'w Schema,
    options: &'w IngestOptions,
    disk: &'w dyn Disk,
    observer: &'w mut dyn Observer,
    pseudonyms: &'w Pseudonyms,
    folder: &'w Incoming,
    /// The keys of the rows kept so far, by record table, in a form that has one length.
    keys: BTreeMap<usize, HashSet<[u8; 16]>>,
    rejected_rows: u64,
    rejects: Vec<Reject>,
    more_rejects: u64,
    dropped: Vec<(String, String)>,
}

/// A record table that has been read.
struct Done {
    table: SnapshotTable,
    source: SourceFile,
    rejected: u64,
}

impl Work<'_> {
    fn table(&mut self, at: usize, path: &Path) -> Result<Done, IngestError> {
        let schema = self.schema;
        let table = &schema.tables[at];
        let fault = |error| IngestError::Io { doing: "read", path: path.to_owned(), error };
        let file = File::open(path).map_err(fault)?;
        let size = file.metadata().map_err(fault)?.len();
        let source_hash = Arc::new(Mutex::new(Sha256::new()));
        let hashed = Checked { inner: file, hash: Arc::clone(&source_hash), quotes: Quotes::default() };
        let mut text = BufReader::with_capacity(1 << 16, hashed);
        let ends_in_crlf = skip_byte_order_mark(&mut text, path)?;
        let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(true).from_reader(text);
        let csv_fault = |error: csv::Error| IngestError::Csv { file: path.to_owned(), reason: error.to_string() };
        let headings = reader.byte_headers().map_err(csv_fault)?.clone();
        let places = self.places(table, &headings, path)?;

        let file_name = format!("{}.parquet", table.name);
        let stored = self.folder.path().join(&file_name);
        let mut writer = self.writer(table, &stored)?;
        let pseudonyms = self.pseudonyms;
        let readings: Vec<Reading<'_>> = (0..table.columns.len())
            .map(|column| Reading::new(schema, ColumnRef { table: at, column }, self.options.as_at, pseudonyms))
            .collect();
        let mut columns = Columns::new(table);
        let mut hashes = RowHashes::new(&table.name);
        let mut keys = HashSet::new();
        let mut record = ByteRecord::new();
        let (mut row, mut kept, mut rejected) = (0_u64, 0_u64, 0_u64);
        let mut values = Vec::new();
        while reader.read_byte_record(&mut record).map_err(csv_fault)? {
            row += 1;
            if row % 1024 == 0 {
                self.observer.progress(path, record.position().map_or(0, csv::Position::byte), size);
                if self.observer.interrupted() {
                    return Err(IngestError::Interrupted);
                }
            }
            // The reader stands before the line feed of a CRLF when it takes the place of the next record.
            let line = record.position().map_or(0, csv::Position::line) + u64::from(ends_in_crlf);
            let place = Place { file: path, row, line };
            if !self.row(at, &readings, &places, headings.len(), &record, &place, &mut keys, &mut values) {
                rejected += 1;
                continue;
            }
            hashes.push(&values);
            columns.push(&values).map_err(|error| IngestError::Write(error.to_string()))?;
            kept += 1;
            if kept % BATCH as u64 == 0 {
                self.flush(&mut writer, &mut columns)?;
            }
        }
        self.flush(&mut writer, &mut columns)?;
        writer.close().map_err(|error| IngestError::Write(error.to_string()))?;
        sync(&stored).map_err(|error| IngestError::Io { doing: "write", path: stored.clone(), error })?;
        self.observer.progress(path, size, size);
        self.keys.insert(at, keys);
        self.rejected_rows += rejected;
        drop(reader);
        let sha256 = hash_file(&stored).map_err(|error| IngestError::Io { doing: "read", path: stored, error })?;
        let source = SourceFile {
            name: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            sha256: source_hash.lock().map(|hash| hex(&hash.clone().finalize())).unwrap_or_default(),
        };
        let described =
            SnapshotTable { name: table.name.clone(), rows: kept, file: file_name, sha256, logical: hashes.finish() };
        Ok(Done { table: described, source, rejected })
    }

    /// Where each declared column stands in the file.
    fn places(&mut self, table: &RecordTable, headings: &ByteRecord, path: &Path) -> Result<Vec<usize>, IngestError> {
        let heading_fault = |reason: String| IngestError::Heading { file: path.to_owned(), reason };
        let texts: Vec<String> =
            headings.iter().map(|heading| String::from_utf8_lossy(heading).trim().to_owned()).collect();
        if texts.iter().all(String::is_empty) {
            return Err(IngestError::Csv { file: path.to_owned(), reason: NO_HEADINGS.into() });
        }
        if texts.len() == 1 && texts[0].contains([';', '\t', '|']) {
            return Err(heading_fault(
                "the heading has one column: save the file again with commas between columns".into(),
            ));
        }
        let mut missing = Vec::new();
        let mut places = Vec::new();
        for column in &table.columns {
            let mut found = texts.iter().enumerate().filter(|(_, heading)| **heading == column.header);
            match (found.next(), found.next()) {
                (Some((at, _)), None) => places.push(at),
                (None, _) => missing.push(format!("`{}`", column.header)),
                (Some(_), Some(_)) => {
                    return Err(heading_fault(format!("the column `{}` stands twice in the heading", column.header)));
                }
            }
        }
        if !missing.is_empty() {
            if places.len() * 2 < table.columns.len() {
                // With few headings that are known, the first line may be a record, whose values nobody should read here.
                return Err(heading_fault(format!(
                    "missing columns: of the {} that the schema declares, {} stand in the first line; does the file lack its heading?",
                    table.columns.len(),
                    places.len()
                )));
            }
            let mut present: Vec<String> =
                texts.iter().take(TOLD_HEADINGS).map(|heading| format!("`{}`", visible_line(heading))).collect();
            if let Some(more) = texts.len().checked_sub(TOLD_HEADINGS).filter(|more| *more > 0) {
                present.push(Language::ENGLISH.say("told-more-columns", &[("count", (more as u64).into())]));
            }
            return Err(heading_fault(format!(
                "missing column{} {}\n  hint: the file has {}; add the column to the extract, or mend `header` in the schema",
                if missing.len() == 1 { "" } else { "s" },
                missing.join(", "),
                present.join(", ")
            )));
        }
        for (at, heading) in texts.iter().enumerate() {
            if !places.contains(&at) {
                self.dropped.push((table.name.clone(), heading.clone()));
            }
        }
        Ok(places)
    }

    fn writer(&self, table: &RecordTable, stored: &Path) -> Result<ArrowWriter<Box<dyn Write + Send>>, IngestError> {
        let file = self.disk.create(stored, Readers::Owner);
        let file = file.map_err(|error| IngestError::Io { doing: "write", path: stored.to_owned(), error })?;
        let level = ZstdLevel::try_new(1).map_err(|error| IngestError::Write(error.to_string()))?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(level))
            .set_created_by("candour".into())
            .build();
        ArrowWriter::try_new(file, arrow_schema(table), Some(properties))
            .map_err(|error| IngestError::Write(error.to_string()))
    }

    fn flush(&self, writer: &mut ArrowWriter<Box<dyn Write + Send>>, columns: &mut Columns) -> Result<(), IngestError> {
        let batch = columns.finish().map_err(|error| IngestError::Write(error.to_string()))?;
        writer.write(&batch).map_err(|error| IngestError::Write(error.to_string()))
    }

    /// Reads a row into `values`; false, with its faults told, when it is rejected.
    #[expect(clippy::too_many_arguments, reason = "the state of one pass over one file, used here alone")]
    fn row(
        &mut self,
        at: usize,
        readings: &[Reading<'_>],
        places: &[usize],
        expected: usize,
        record: &ByteRecord,
        place: &Place<'_>,
        keys: &mut HashSet<[u8; 16]>,
        values: &mut Vec<Value>,
    ) -> bool {
        values.clear();
        if record.len() != expected {
            let reason = RejectReason::FieldCount { found: record.len(), expected };
            self.reject(place, None, "", reason);
            return false;
        }
        let mut sound = true;
        for (reading, &field) in readings.iter().zip(places) {
            let bytes = record.get(field).unwrap_or_default();
            let read = match std::str::from_utf8(bytes) {
                _ if bytes.len() > LONGEST_FIELD => Err(RejectReason::TooLong),
                Err(_) => Err(RejectReason::NotUtf8),
                Ok(text) => reading.read(text),
            };
            match read {
                Ok(value) => values.push(value),
                Err(reason) => {
                    sound = false;
                    self.reject(place, Some(reading), &String::from_utf8_lossy(bytes), reason);
                }
            }
        }
        sound && self.keys_fit(at, readings, place, keys, values)
    }

    /// Whether the row's key is new and its parent is there.
    fn keys_fit(
        &mut self,
        at: usize,
        readings: &[Reading<'_>],
        place: &Place<'_>,
        keys: &mut HashSet<[u8; 16]>,
        values: &[Value],
    ) -> bool {
        let table = &self.schema.tables[at];
        if let Some(link) = table.parent
            && values[link.column] != Value::Null
            && !self.keys.get(&link.table).is_some_and(|parents| parents.contains(&key_of(&values[link.column])))
        {
            let parent = self.schema.tables[link.table].name.clone();
            self.reject(place, Some(&readings[link.column]), "", RejectReason::BrokenLink { parent });
            return false;
        }
        if let Some(key) = table.key
            && !keys.insert(key_of(&values[key]))
        {
            self.reject(place, Some(&readings[key]), "", RejectReason::DuplicateKey);
            return false;
        }
        true
    }

    fn reject(&mut self, place: &Place<'_>, reading: Option<&Reading<'_>>, text: &str, reason: RejectReason) {
        if self.rejects.len() >= TOLD {
            self.more_rejects += 1;
            return;
        }
        let shown = reading.is_some_and(|reading| reading.column.role.may_be_shown()) && !text.trim().is_empty();
        let clean = |text: &str| text.trim().chars().filter(|letter| !letter.is_control()).take(40).collect::<String>();
        self.rejects.push(Reject {
            file: place.file.to_owned(),
            row: place.row,
            line: place.line,
            column: reading.map(|reading| reading.column.header.clone()),
            class: match reason {
                RejectReason::BrokenLink { .. } | RejectReason::DuplicateKey => "a key".into(),
                _ => class(text),
            },
            value: shown.then(|| clean(text)),
            reason,
        });
    }
}

/// Where a row stands.
struct Place<'p> {
    file: &'p Path,
    row: u64,
    line: u64,
}

/// A key in a form that has one length, whatever its type.
fn key_of(value: &Value) -> [u8; 16] {
    if let Value::Pseudonym(pseudonym) = value {
        return *pseudonym;
    }
    let mut bytes = Vec::new();
    value.encode(&mut bytes);
    let mut short = [0; 16];
    short.copy_from_slice(&Sha256::digest(&bytes)[..16]);
    short
}

/// What kind of value a text is, without saying which.
fn class(text: &str) -> String {
    let text = text.trim();
    let letters = text.chars().count();
    let kind = match text {
        "" => return "empty".into(),
        _ if text.bytes().all(|byte| byte.is_ascii_digit()) => "digits",
        _ if text.chars().all(char::is_alphabetic) => "letters",
        _ if text.bytes().all(|byte| byte.is_ascii_digit() || b"/-.: ".contains(&byte)) => "digits and signs",
        _ => "text",
    };
    format!("{kind}, {letters} character{}", if letters == 1 { "" } else { "s" })
}

/// Passes over the mark that some programs put before UTF-8, and says plainly when a file is UTF-16. Gives whether the first
/// line ends in CRLF.
fn skip_byte_order_mark(text: &mut BufReader<Checked<File>>, path: &Path) -> Result<bool, IngestError> {
    let start = io::BufRead::fill_buf(text);
    let start = start.map_err(|error| IngestError::Io { doing: "read", path: path.to_owned(), error })?;
    if start.is_empty() {
        return Err(IngestError::Csv { file: path.to_owned(), reason: "it is empty".into() });
    }
    if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
        let reason = "it is UTF-16: save it again as CSV in UTF-8".into();
        return Err(IngestError::Csv { file: path.to_owned(), reason });
    }
    let line_end = start.iter().position(|&byte| byte == b'\n');
    let ends_in_crlf = line_end.is_some_and(|at| at > 0 && start[at - 1] == b'\r');
    if start.starts_with(&[0xef, 0xbb, 0xbf]) {
        io::BufRead::consume(text, 3);
    }
    Ok(ends_in_crlf)
}

/// Hashes what is read through it, and stops at quotation marks that do not pair: the CSV reader takes text after a
/// closing mark, or the end of the file, for a part of the field, and would swallow records without a word.
struct Checked<R> {
    inner: R,
    hash: Arc<Mutex<Sha256>>,
    quotes: Quotes,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if let Ok(mut hash) = self.hash.lock() {
            hash.update(&buffer[..read]);
        }
        self.quotes.see(&buffer[..read]).map_err(|reason| io::Error::new(io::ErrorKind::InvalidData, reason))?;
        Ok(read)
    }
}

/// Where a CSV file (RFC 4180) stands between its quotation marks.
struct Quotes {
    state: QuoteState,
    line: u64,
    /// Where the open mark stands, and how many bytes ago.
    opened: (u64, usize),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum QuoteState {
    FieldStart,
    Unquoted,
    Quoted,
    /// After a mark inside quotes: it closes the field, or a second one makes it a letter.
    Mark,
}

impl Default for Quotes {
    fn default() -> Self {
        Self { state: QuoteState::FieldStart, line: 1, opened: (1, 0) }
    }
}

impl Quotes {
    /// Reads on; no bytes are the end of the file.
    fn see(&mut self, bytes: &[u8]) -> Result<(), String> {
        if bytes.is_empty() && self.state == QuoteState::Quoted {
            return Err(format!("the quotation mark that opens on line {} is never closed", self.opened.0));
        }
        for &byte in bytes {
            self.state = match (self.state, byte) {
                (QuoteState::Quoted, b'"') => QuoteState::Mark,
                (QuoteState::Quoted, _) => {
                    self.opened.1 += 1;
                    if self.opened.1 > LONGEST_FIELD {
                        return Err(format!("the quotation mark that opens on line {} is never closed", self.opened.0));
                    }
                    QuoteState::Quoted
                }
                (QuoteState::Mark, b'"') => QuoteState::Quoted,
                (_, b',' | b'\n' | b'\r') => QuoteState::FieldStart,
                (QuoteState::Mark, _) => {
                    return Err(format!(
                        "line {}: text follows a closing quotation mark; is the one missing that should close the field of line {}?",
                        self.line, self.opened.0
                    ));
                }
                (QuoteState::FieldStart, b'"') => {
                    self.opened = (self.line, 0);
                    QuoteState::Quoted
                }
                // The mark before UTF-8 stands before the first field.
                (QuoteState::FieldStart, 0xef | 0xbb | 0xbf) if self.line == 1 => QuoteState::FieldStart,
                (QuoteState::FieldStart | QuoteState::Unquoted, _) => QuoteState::Unquoted,
            };
            self.line += u64::from(byte == b'\n');
        }
        Ok(())
    }
}

impl Ingested {
    /// The snapshot that the extract became.
    ///
    /// # Errors
    /// When it cannot be read back.
    pub fn snapshot(&self, store: &Store) -> Result<Snapshot, StoreError> {
        store.snapshot(&self.extract.snapshot)
    }
}
