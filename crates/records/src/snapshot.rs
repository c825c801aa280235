//! A snapshot: all record tables of one schema at one as-at date, never changed.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use candour_spec::Schema;
use jiff::civil::Date;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::row::{self, Value};
use crate::store::hex;

/// The `schema` of `snapshot.json`.
pub(crate) const SNAPSHOT_SCHEMA: &str = "candour/snapshot/1";
/// The `schema` of an extract's file.
pub(crate) const EXTRACT_SCHEMA: &str = "candour/extract/1";

/// How an extract became a snapshot. Two extracts with the same rows share a snapshot and differ here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extract {
    /// The contract.
    pub schema: String,
    /// The source system.
    pub source: String,
    /// The day at which the extract shows the system.
    pub as_at: Date,
    /// The id of the snapshot.
    pub snapshot: String,
    /// Its files.
    pub files: Vec<SourceFile>,
    /// What was kept and rejected of each record table.
    pub tables: Vec<ExtractTable>,
}

/// A file of an extract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Its name, without folders.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// A record table of an extract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtractTable {
    /// Its name.
    pub name: String,
    /// Rows that were kept.
    pub rows: u64,
    /// Rows that were rejected.
    pub rejected: u64,
}

/// What `snapshot.json` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Description {
    pub(crate) schema: String,
    pub(crate) id: String,
    pub(crate) record_schema: Schema,
    pub(crate) tables: Vec<SnapshotTable>,
}

/// A record table of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotTable {
    /// Its name.
    pub name: String,
    /// How many rows it has.
    pub rows: u64,
    /// The file that holds them.
    pub file: String,
    /// SHA-256 of the file's bytes.
    pub sha256: String,
    /// Hash of the rows, whatever their order.
    pub logical: String,
}

/// A snapshot in a store.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(crate) folder: PathBuf,
    pub(crate) description: Description,
}

/// Something in a snapshot that is not as it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The record table.
    pub table: usize,
    /// The file, as a path in the store.
    pub file: PathBuf,
    /// What is wrong with it.
    pub reason: String,
}

impl Snapshot {
    /// Its id: the hash of its rows and its schema.
    pub fn id(&self) -> &str {
        &self.description.id
    }

    /// Its schema.
    pub fn schema(&self) -> &Schema {
        &self.description.record_schema
    }

    /// Its record tables, in the order of the schema.
    pub fn tables(&self) -> &[SnapshotTable] {
        &self.description.tables
    }

    /// The file of a record table.
    pub fn file(&self, table: usize) -> PathBuf {
        self.folder.join(&self.description.tables[table].file)
    }

    /// A hash over the files' bytes as they were stored. Whether they still are is asked of
    /// [`changed_files`](Self::changed_files).
    pub fn stored_hash(&self) -> String {
        let mut hash = Sha256::new();
        for table in &self.description.tables {
            hash.update(table.sha256.as_bytes());
        }
        hex(&hash.finalize())
    }

    /// Checks every byte against what was written when the snapshot was made: before anything is counted for a release.
    pub fn changed_files(&self) -> Vec<Damage> {
        let mut damages = Vec::new();
        for (table, described) in self.description.tables.iter().enumerate() {
            let path = self.file(table);
            let mut damage = |reason: String| damages.push(Damage { table, file: path.clone(), reason });
            match hash_file(&path) {
                Err(error) => damage(format!("it cannot be read: {error}")),
                Ok(found) if found != described.sha256 => damage("its bytes are not those that were stored".into()),
                Ok(_) => {}
            }
        }
        damages
    }

    /// Checks every byte, every row and the id against what was written when the snapshot was made.
    pub fn damages(&self) -> Vec<Damage> {
        let description = &self.description;
        let mut damages = self.changed_files();
        let mut logical: Vec<String> = description.tables.iter().map(|table| table.logical.clone()).collect();
        for (table, described) in description.tables.iter().enumerate() {
            if damages.iter().any(|damage: &Damage| damage.table == table) {
                continue;
            }
            // The bytes are those that the description names; the rows must be too, or the description was changed.
            match logical_hash_of_file(&self.file(table), &described.name) {
                Ok(found) => logical[table] = found,
                Err(reason) => damages.push(Damage { table, file: self.file(table), reason }),
            }
        }
        for (table, found) in logical.iter().enumerate() {
            if *found != description.tables[table].logical {
                let reason = "its rows are not those that were stored".into();
                damages.push(Damage { table, file: self.file(table), reason });
            }
        }
        if snapshot_id(&description.record_schema, &logical) != description.id && damages.is_empty() {
            let reason = "the rows and the schema do not give the snapshot's id".into();
            damages.push(Damage { table: 0, file: self.folder.join("snapshot.json"), reason });
        }
        damages
    }
}

/// The id of a snapshot: SHA-256 over its schema and the hash of the rows of each table.
pub(crate) fn snapshot_id(schema: &Schema, tables: &[String]) -> String {
    let mut hash = Sha256::new();
    hash.update(SNAPSHOT_SCHEMA.as_bytes());
    hash.update(serde_json::to_vec(schema).unwrap_or_default());
    for table in tables {
        hash.update(table.as_bytes());
    }
    hex(&hash.finalize())
}

/// Hashes the rows of a table whatever their order: the hashes of the rows, sorted, and hashed again.
pub(crate) struct RowHashes {
    name: String,
    rows: Vec<[u8; 32]>,
    buffer: Vec<u8>,
}

impl RowHashes {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), rows: Vec::new(), buffer: Vec::new() }
    }

    pub(crate) fn push(&mut self, row: &[Value]) {
        self.buffer.clear();
        for value in row {
            value.encode(&mut self.buffer);
        }
        self.rows.push(Sha256::digest(&self.buffer).into());
    }

    pub(crate) fn finish(mut self) -> String {
        self.rows.sort_unstable();
        let mut hash = Sha256::new();
        hash.update((self.name.len() as u64).to_le_bytes());
        hash.update(self.name.as_bytes());
        hash.update((self.rows.len() as u64).to_le_bytes());
        for row in &self.rows {
            hash.update(row);
        }
        hex(&hash.finalize())
    }
}

fn logical_hash_of_file(path: &Path, name: &str) -> Result<String, String> {
    let told = |error: &dyn std::fmt::Display| format!("it cannot be read: {error}");
    let file = File::open(path).map_err(|error| told(&error))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| told(&error))?;
    let reader = reader.build().map_err(|error| told(&error))?;
    let mut hashes = RowHashes::new(name);
    let mut values = Vec::new();
    for batch in reader {
        let batch = batch.map_err(|error| told(&error))?;
        for at in 0..batch.num_rows() {
            values.clear();
            for column in batch.columns() {
                values.push(row::stored(column, at).ok_or("a column has another type than it was stored with")?);
            }
            hashes.push(&values);
        }
    }
    Ok(hashes.finish())
}

/// SHA-256 of a file's bytes.
pub(crate) fn hash_file(path: &Path) -> io::Result<String> {
    let mut file = fs::File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize())),
            read => hash.update(&buffer[..read]),
        }
    }
}
