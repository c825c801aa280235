//! The store: a folder that only its owner can read, where nothing is ever changed in place.
//!
//! ```text
//! candour-store.json       what this folder is
//! secret.key               the key of the pseudonyms
//! lock                     held by whoever writes
//! snapshots/<id>/          snapshot.json and one Parquet file a record table
//! extracts/<name>.json     which snapshot an extract became: source system, as-at date, files, rejected rows
//! releases/<hash>/         what is confidential about each release
//! ```

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};

use candour_spec::ExtractRef;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::disk::{Disk, Readers, sync};
use crate::snapshot::{Description, Extract, SNAPSHOT_SCHEMA, Snapshot, snapshot_id};

/// The `schema` of `candour-store.json`.
const STORE_SCHEMA: &str = "candour/store/1";
/// The file that says that a folder is a store.
const MARK: &str = "candour-store.json";
/// What marks a folder that is still being written.
const INCOMING: &str = ".incoming-";

/// Why the store cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
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
    /// The folder is something else.
    #[error("`{}` is not a store of Candour's", .0.display())]
    NotAStore(PathBuf),
    /// The store was made by a later version.
    #[error("the store `{}` has the form `{found}`, which this version does not know", path.display())]
    OtherVersion {
        /// The store.
        path: PathBuf,
        /// What it says it is.
        found: String,
    },
    /// Somebody else writes.
    #[error("another program is writing to the store `{}`: try again when it is done", .0.display())]
    Busy(PathBuf),
    /// A file of the store cannot be understood.
    #[error("`{}` is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// No snapshot is what a response file asks for.
    #[error("the store has no snapshot {asked}{}", known_snapshots(.known))]
    NoSnapshot {
        /// What was asked for.
        asked: String,
        /// What there is.
        known: Vec<String>,
    },
    /// Several are.
    #[error("more than one snapshot is {asked}: {}\n  hint: name the one that is meant by `snapshot = \"ID\"` in `[extract]`, in place of `source` and `as_at`", .found.join("; "))]
    Ambiguous {
        /// What was asked for.
        asked: String,
        /// Which.
        found: Vec<String>,
    },
}

fn known_snapshots(known: &[String]) -> String {
    match known {
        [] => ": it is empty, see `candour ingest`".into(),
        _ => format!("; it has {}", known.join("; ")),
    }
}

#[derive(Serialize, Deserialize)]
struct StoreFile {
    schema: String,
}

/// A store.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
}

/// A store that is there, or one that is still to be moved into its place.
pub enum Prepared {
    /// It was there.
    There(Store),
    /// It is new.
    New(NewStore),
}

impl Prepared {
    /// The store, wherever it lies now.
    pub fn store(&self) -> &Store {
        match self {
            Self::There(store) => store,
            Self::New(new) => &new.store,
        }
    }

    /// The store in its place.
    ///
    /// # Errors
    /// When a new one cannot be moved there.
    pub fn settle(self) -> Result<Store, StoreError> {
        match self {
            Self::There(store) => Ok(store),
            Self::New(new) => new.settle(),
        }
    }
}

/// A store that was made beside its place; removed unless it is settled.
pub struct NewStore {
    store: Store,
    dir: tempfile::TempDir,
    place: PathBuf,
    parent: PathBuf,
}

impl NewStore {
    fn settle(self) -> Result<Store, StoreError> {
        let fault = |error| StoreError::Io { doing: "write", path: self.place.clone(), error };
        sync(self.dir.path()).map_err(fault)?;
        // An empty folder in its place is replaced; one that was filled meanwhile is not.
        fs::rename(self.dir.path(), &self.place).map_err(fault)?;
        let _ = self.dir.keep();
        sync(&self.parent).map_err(fault)?;
        Ok(Store { root: self.place })
    }
}

impl Store {
    /// Opens the store at `root`; nothing is written.
    ///
    /// # Errors
    /// When there is none, or one of another version.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let file = root.join(MARK);
        let bytes = match fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(StoreError::NotAStore(root.to_owned()));
            }
            Err(error) => return Err(StoreError::Io { doing: "read", path: file, error }),
        };
        let found: StoreFile = parse(&file, &bytes)?;
        if found.schema != STORE_SCHEMA {
            return Err(StoreError::OtherVersion { path: root.to_owned(), found: found.schema });
        }
        Ok(Self { root: root.to_owned() })
    }

    /// Opens the store at `root`, or makes one beside it where there is nothing: [`NewStore::settle`] moves it into its place,
    /// so that a store is there whole or not at all.
    ///
    /// # Errors
    /// When the folder holds something else, or cannot be made.
    pub fn open_or_prepare(root: &Path, disk: &dyn Disk) -> Result<Prepared, StoreError> {
        let empty = match fs::read_dir(root) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => true,
            Err(error) => return Err(StoreError::Io { doing: "read", path: root.to_owned(), error }),
        };
        if !empty {
            return Ok(Prepared::There(Self::open(root)?));
        }
        let parent = match root.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let made = tempfile::Builder::new().prefix(".candour-store-").tempdir_in(parent);
        let dir = made.map_err(|error| StoreError::Io { doing: "make a folder in", path: parent.to_owned(), error })?;
        own(dir.path())?;
        for folder in ["snapshots", "extracts", "releases"] {
            make_folder(&dir.path().join(folder))?;
        }
        let mut secret = [0_u8; 32];
        getrandom::fill(&mut secret).map_err(|error| StoreError::Io {
            doing: "find randomness for",
            path: root.join("secret.key"),
            error: io::Error::other(error.to_string()),
        })?;
        write(disk, &dir.path().join("secret.key"), hex(&secret).as_bytes())?;
        write(disk, &dir.path().join(MARK), &json(&StoreFile { schema: STORE_SCHEMA.into() }))?;
        let store = Self { root: dir.path().to_owned() };
        Ok(Prepared::New(NewStore { store, dir, place: root.to_owned(), parent: parent.to_owned() }))
    }

    /// Opens the store at `root`, or makes one where there is nothing.
    ///
    /// # Errors
    /// When the folder holds something else, or cannot be made.
    pub fn open_or_create(root: &Path, disk: &dyn Disk) -> Result<Self, StoreError> {
        match Self::open_or_prepare(root, disk)? {
            Prepared::There(store) => Ok(store),
            Prepared::New(new) => new.settle(),
        }
    }

    /// The store in which `path` lies, or would lie once it is made. Links are followed.
    ///
    /// # Errors
    /// When the folders above it cannot be looked at.
    pub fn around(path: &Path) -> io::Result<Option<PathBuf>> {
        let whole = std::path::absolute(path)?;
        let Some(there) = whole.ancestors().find(|folder| folder.exists()) else { return Ok(None) };
        let there = there.canonicalize()?;
        Ok(there.ancestors().find(|folder| folder.join(MARK).is_file()).map(Path::to_owned))
    }

    /// Where the store lies.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Takes the right to write, which is given back when the returned value is dropped, and clears away what an
    /// interrupted write left behind.
    pub(crate) fn lock(&self) -> Result<Lock, StoreError> {
        let path = self.root.join("lock");
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path);
        let file = file.map_err(|error| StoreError::Io { doing: "open", path: path.clone(), error })?;
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(StoreError::Busy(self.root.clone())),
            Err(fs::TryLockError::Error(error)) => return Err(StoreError::Io { doing: "lock", path, error }),
        }
        for folder in ["snapshots", "releases", "extracts"] {
            let Ok(entries) = fs::read_dir(self.root.join(folder)) else { continue };
            for entry in entries.flatten() {
                if entry.file_name().to_string_lossy().starts_with(INCOMING) {
                    // What cannot be removed is in nobody's way: no reader looks at it.
                    let _ = fs::remove_dir_all(entry.path()).or_else(|_| fs::remove_file(entry.path()));
                }
            }
        }
        Ok(Lock { _file: file })
    }

    /// A new folder under `folder`, which [`Incoming::settle`] moves into its place.
    pub(crate) fn incoming(&self, folder: &str) -> Result<Incoming, StoreError> {
        let parent = self.root.join(folder);
        let made = tempfile::Builder::new().prefix(INCOMING).tempdir_in(&parent);
        let dir = made.map_err(|error| StoreError::Io { doing: "make a folder in", path: parent.clone(), error })?;
        own(dir.path())?;
        Ok(Incoming { dir, parent })
    }

    /// The key of the pseudonyms.
    pub(crate) fn pseudonyms(&self) -> Result<Pseudonyms, StoreError> {
        let path = self.root.join("secret.key");
        let text =
            fs::read_to_string(&path).map_err(|error| StoreError::Io { doing: "read", path: path.clone(), error })?;
        let damaged = || StoreError::Damaged { path: path.clone(), reason: "it is not a key of 64 hex digits".into() };
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(damaged());
        }
        let mac = Hmac::<Sha256>::new_from_slice(text.as_bytes()).map_err(|_| damaged())?;
        Ok(Pseudonyms { mac })
    }

    /// A secret of the store's for another purpose than pseudonyms, from which neither can be found.
    ///
    /// # Errors
    /// When the store's secret cannot be read.
    pub fn derived_secret(&self, purpose: &str) -> Result<Vec<u8>, StoreError> {
        let mut mac = self.pseudonyms()?.mac;
        mac.update(b"candour derived secret\0");
        mac.update(purpose.as_bytes());
        Ok(mac.finalize().into_bytes().to_vec())
    }

    /// All extracts, in order of as-at date, source and snapshot.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn extracts(&self) -> Result<Vec<Extract>, StoreError> {
        let folder = self.root.join("extracts");
        let mut extracts = Vec::new();
        for path in entries(&folder)? {
            let bytes = fs::read(&path).map_err(|error| StoreError::Io { doing: "read", path: path.clone(), error })?;
            extracts.push(parse::<Extract>(&path, &bytes)?);
        }
        extracts.sort_by(|left, right| {
            (left.as_at, &left.source, &left.snapshot).cmp(&(right.as_at, &right.source, &right.snapshot))
        });
        Ok(extracts)
    }

    /// The one extract that a response file asks for.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub fn find(&self, asked: &ExtractRef) -> Result<Extract, StoreError> {
        let all = self.extracts()?;
        let describe = |extract: &Extract| {
            format!(
                "`{}` as at {} (snapshot {})",
                extract.source,
                extract.as_at,
                extract.snapshot.get(..12).unwrap_or(&extract.snapshot)
            )
        };
        let known = all.iter().map(describe).collect();
        let (asked, mut found): (String, Vec<Extract>) = match asked {
            ExtractRef::Extract { source, as_at } => (
                format!("of the source `{source}` as at {as_at}"),
                all.into_iter().filter(|extract| extract.source == *source && extract.as_at == *as_at).collect(),
            ),
            ExtractRef::Snapshot(id) => (
                format!("with the id `{id}`"),
                all.into_iter().filter(|extract| id.len() >= 8 && extract.snapshot.starts_with(id.as_str())).collect(),
            ),
        };
        match (found.pop(), found.is_empty()) {
            (Some(extract), true) => Ok(extract),
            (Some(extract), false) => {
                found.push(extract);
                Err(StoreError::Ambiguous { asked, found: found.iter().map(describe).collect() })
            }
            (None, _) => Err(StoreError::NoSnapshot { asked, known }),
        }
    }

    /// The snapshot with this id.
    ///
    /// # Errors
    /// When it is not there or its description cannot be read. Its records are not looked at.
    pub fn snapshot(&self, id: &str) -> Result<Snapshot, StoreError> {
        // Ids come from files of the store and from letters; only one of hex digits names a folder.
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let path = self.root.join("extracts");
            return Err(StoreError::Damaged { path, reason: format!("`{id}` is no id of a snapshot") });
        }
        let folder = self.root.join("snapshots").join(id);
        let path = folder.join("snapshot.json");
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(StoreError::Damaged { path: folder, reason: "the snapshot is not there".into() });
            }
            Err(error) => return Err(StoreError::Io { doing: "read", path, error }),
        };
        let description: Description = parse(&path, &bytes)?;
        let logical: Vec<String> = description.tables.iter().map(|table| table.logical.clone()).collect();
        let sound = description.schema == SNAPSHOT_SCHEMA
            && description.id == id
            && snapshot_id(&description.record_schema, &logical) == id
            && description.tables.len() == description.record_schema.tables.len();
        if !sound {
            return Err(StoreError::Damaged { path, reason: "it is not the description of this snapshot".into() });
        }
        Ok(Snapshot { folder, description })
    }

    /// Keeps what is confidential about a release, under the hash of its manifest and that of the confidential files: two
    /// releases may have the same published bytes and different judgements. Gives the name under which it is kept, and whether
    /// that is new.
    ///
    /// # Errors
    /// When it cannot be written; nothing is kept then.
    pub fn keep_release(
        &self,
        manifest: &str,
        files: &BTreeMap<String, Vec<u8>>,
        disk: &dyn Disk,
    ) -> Result<(String, bool), StoreError> {
        let _lock = self.lock()?;
        let name = format!("{manifest}-{}", &sha256(&json(files))[..12]);
        if self.root.join("releases").join(&name).is_dir() {
            return Ok((name, false));
        }
        let incoming = self.incoming("releases")?;
        for (name, bytes) in files {
            write(disk, &incoming.path().join(name), bytes)?;
        }
        incoming.settle(&name)?;
        Ok((name, true))
    }

    /// A file kept with the release of this name; None when there is no such release or file.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn release_file(&self, release: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.root.join("releases").join(release).join(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::Io { doing: "read", path, error }),
        }
    }

    /// Forgets a release that could not be published after all.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn forget_release(&self, name: &str) -> Result<(), StoreError> {
        let path = self.root.join("releases").join(name);
        fs::remove_dir_all(&path).map_err(|error| StoreError::Io { doing: "remove", path, error })
    }

    /// The names of all releases, in order: each begins with the hash of its manifest.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn releases(&self) -> Result<Vec<String>, StoreError> {
        let paths = entries(&self.root.join("releases"))?;
        Ok(paths.iter().filter_map(|path| path.file_name()?.to_str().map(str::to_owned)).collect())
    }
}

/// The finished entries of a folder, in order.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let fault = |error| StoreError::Io { doing: "read", path: folder.to_owned(), error };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        if !hidden {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// The right to write to a store.
pub(crate) struct Lock {
    _file: File,
}

/// A folder that is still being written; removed unless it is settled.
pub(crate) struct Incoming {
    dir: tempfile::TempDir,
    parent: PathBuf,
}

impl Incoming {
    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Moves the folder into its place.
    pub(crate) fn settle(self, name: &str) -> Result<(), StoreError> {
        let place = self.parent.join(name);
        let fault = |error| StoreError::Io { doing: "write", path: place.clone(), error };
        sync(self.dir.path()).map_err(fault)?;
        fs::rename(self.dir.path(), &place).map_err(fault)?;
        // The folder has another name now; there is nothing left to remove.
        let _ = self.dir.keep();
        sync(&self.parent).map_err(fault)
    }
}

/// Keyed pseudonyms of identifiers: HMAC-SHA-256 (RFC 2104) under the store's secret, cut to 128 bits. The same value of
/// the same domain has the same pseudonym in every extract of the store; without the secret it cannot be guessed back.
pub(crate) struct Pseudonyms {
    mac: Hmac<Sha256>,
}

impl Pseudonyms {
    pub(crate) fn of(&self, domain: &str, value: &str) -> [u8; 16] {
        let mut mac = self.mac.clone();
        mac.update(&(domain.len() as u64).to_le_bytes());
        mac.update(domain.as_bytes());
        mac.update(value.as_bytes());
        let full = mac.finalize().into_bytes();
        let mut short = [0; 16];
        short.copy_from_slice(&full[..16]);
        short
    }
}

/// Closes a folder to everybody but its owner.
fn own(path: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700)).map_err(|error| StoreError::Io {
        doing: "close to others",
        path: path.to_owned(),
        error,
    })?;
    Ok(())
}

/// Makes a folder that its owner alone can read, with those above it.
pub(crate) fn make_folder(path: &Path) -> Result<(), StoreError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| StoreError::Io { doing: "make the folder", path: path.to_owned(), error })
}

pub(crate) fn write(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    disk.write(path, Readers::Owner, bytes).map_err(|error| StoreError::Io {
        doing: "write",
        path: path.to_owned(),
        error,
    })
}

pub(crate) fn parse<T: serde::de::DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(bytes)
        .map_err(|error| StoreError::Damaged { path: path.to_owned(), reason: error.to_string() })
}

/// A value as a JSON file. The values of this crate hold nothing that JSON cannot say.
pub(crate) fn json<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
