//! Ingest and the store, on the parking notices: what is kept, what is refused, and what a fault leaves behind.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use candour_records::{
    Disk, IngestError, IngestOptions, Ingested, LocalDisk, NoObserver, Readers, Store, infer_schema, ingest,
};
use candour_spec::{ExtractRef, Files, Schema, Source, read_schema};
use jiff::civil::date;

struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _name: &str) -> Result<Vec<u8>, String> {
        Err("there are no files".into())
    }
}

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/parking-2023")
}

fn schema() -> Schema {
    let bytes = fs::read(example().join("schema.toml")).unwrap();
    read_schema(&Source::new("schema.toml", bytes).unwrap(), &NoFiles).unwrap()
}

/// The example's files, with a change to one of them.
struct Extract {
    folder: tempfile::TempDir,
}

impl Extract {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["notices.csv", "appeals.csv"] {
            fs::copy(example().join("extract").join(name), folder.path().join(name)).unwrap();
        }
        Self { folder }
    }

    fn change(self, name: &str, from: &str, to: &str) -> Self {
        let path = self.folder.path().join(name);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "`{from}` is not in {name}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
        self
    }

    fn write(self, name: &str, bytes: &[u8]) -> Self {
        fs::write(self.folder.path().join(name), bytes).unwrap();
        self
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    fn ingest(&self, store: &Store, rejects: u64) -> Result<Ingested, IngestError> {
        let options = IngestOptions { source: "Back office".into(), as_at: date(2024, 2, 12), rejects };
        ingest(store, &schema(), &[self.folder.path().to_owned()], &options, &LocalDisk, &mut NoObserver)
    }
}

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_or_create(&folder.path().join("store"), &LocalDisk).unwrap();
    (folder, store)
}

/// Every file of a store but the lock, with its bytes.
fn contents(store: &Store) -> Vec<(PathBuf, Vec<u8>)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.file_name().unwrap() != "lock" {
                found.push((path.clone(), fs::read(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(store.root(), &mut found);
    found.sort();
    found
}

/// The faults of a refused extract, without the folder.
fn faults(extract: &Extract, store: &Store) -> Vec<String> {
    let folder = format!("{}/", extract.folder.path().display());
    match extract.ingest(store, 0) {
        Err(IngestError::Rejected { rejects, .. }) => {
            rejects.iter().map(|reject| reject.to_string().replace(&folder, "")).collect()
        }
        Err(other) => vec![other.to_string().replace(&folder, "")],
        Ok(_) => vec!["it was accepted".into()],
    }
}

#[test]
fn the_same_rows_have_the_same_id_however_they_are_written() {
    let (_folder, store) = store();
    let plain = Extract::new();
    let first = plain.ingest(&store, 0).unwrap();
    assert!(!first.known);

    let text = plain.text("notices.csv");
    let mut lines: Vec<&str> = text.lines().collect();
    lines[1..].reverse();
    let shuffled = format!("\u{feff}{}\r\n", lines.join("\r\n")).replace("Mill Lane", "\"Mill Lane\"");
    let other = Extract::new().write("notices.csv", shuffled.as_bytes());
    let second = other.ingest(&store, 0).unwrap();
    assert!(second.known);
    assert_eq!(first.extract.snapshot, second.extract.snapshot);
    assert_eq!(store.extracts().unwrap().len(), 1, "the same extract was entered twice");
    assert_eq!(store.snapshot(&first.extract.snapshot).unwrap().damages(), []);

    let changed = Extract::new().change("notices.csv", "70.00,yes", "70.01,yes").ingest(&store, 0).unwrap();
    assert_ne!(first.extract.snapshot, changed.extract.snapshot);
}

#[test]
fn quoted_line_breaks_and_undeclared_columns_are_read() {
    let (_folder, store) = store();
    let extract = Extract::new()
        .change("appeals.csv", "appeal_number,", "remarks,appeal_number,")
        .change("appeals.csv", "AP01", "\"first line\nsecond, \"\"quoted\"\" line\",AP01")
        .change("appeals.csv", "AP02", "\"\",AP02")
        .change("appeals.csv", "AP03", ",AP03");
    let ingested = extract.ingest(&store, 0).unwrap();
    assert_eq!(ingested.extract.tables[1].rows, 3);
    assert_eq!(ingested.dropped, [("appeals".to_owned(), "remarks".to_owned())]);
    let stored: Vec<u8> = contents(&store).into_iter().flat_map(|(_, bytes)| bytes).collect();
    let leaks = |needle: &[u8]| stored.windows(needle.len()).any(|window| window == needle);
    assert!(!leaks(b"second"), "an undeclared column was kept");
    assert!(!leaks(b"SB1001") && !leaks(b"K01"), "an identifier was kept as it is");
}

#[test]
fn faulty_values_are_told_by_place_and_kind_but_never_by_value() {
    let told = |name: &str, from: &str, to: &str| {
        let (_folder, store) = store();
        let before = contents(&store);
        let told = faults(&Extract::new().change(name, from, to), &store);
        assert_eq!(contents(&store), before, "a refused file changed the store");
        told.join("\n")
    };
    let notices = |from: &str, to: &str| told("notices.csv", from, to);
    let appeals = |from: &str, to: &str| told("appeals.csv", from, to);
    assert_eq!(
        notices("14/01/2022,", "2022-01-14,"),
        "notices.csv: row 1 (line 2), column `issued` (digits and signs, 10 characters: `2022-01-14`): it is not a date in the \
         schema's form (such as 2020-05-21)"
    );
    assert_eq!(
        appeals(",34,", ",thirty-four,"),
        "appeals.csv: row 1 (line 2), column `age` (text, 11 characters): it is not a whole number"
    );
    assert_eq!(
        appeals(",34,", ",134,"),
        "appeals.csv: row 1 (line 2), column `age` (digits, 3 characters): it lies outside the schema's `min` and `max`"
    );
    assert_eq!(
        notices("12,70.00", "12,70.001"),
        "notices.csv: row 1 (line 2), column `charge` (digits and signs, 6 characters: `70.001`): it is not a number with at \
         most 2 decimal places"
    );
    assert_eq!(
        notices(",40,N", ",41,N"),
        "notices.csv: row 1 (line 2), column `contravention` (digits, 2 characters: `41`): it is not in the code list"
    );
    assert_eq!(
        notices("70.00,yes", "70.00,perhaps"),
        "notices.csv: row 1 (line 2), column `paid` (letters, 7 characters: `perhaps`): it is neither yes nor no"
    );
    assert_eq!(notices("SB1001,", ","), "notices.csv: row 1 (line 2), column `PCN` (empty): a value is required");
    assert_eq!(
        notices("SB1003", "SB1001"),
        "notices.csv: row 3 (line 4), column `PCN` (a key): an earlier row has the same key"
    );
    assert_eq!(
        appeals("SB1002", "SB9999"),
        "appeals.csv: row 1 (line 2), column `notice_number` (a key): no row of `notices` has this key"
    );
    assert_eq!(
        notices("08/01/2024,40", "08/03/2024,40"),
        "notices.csv: row 8 (line 9), column `issued` (digits and signs, 10 characters: `08/03/2024`): the date is out of \
         range: before the schema's `min`, or after its `max` or the as-at date"
    );
    assert_eq!(
        notices("14/01/2022 09:15", "14/01/2022 25:15"),
        "notices.csv: row 1 (line 2), column `logged` (digits and signs, 16 characters: `14/01/2022 25:15`): it is not a date \
         and time in the schema's form"
    );
    assert_eq!(
        notices(",issued,14/01/2022 09:15", ",issued"),
        "notices.csv: row 1 (line 2): the row has 10 fields, the heading 11"
    );
}

#[test]
fn faulty_files_are_told() {
    let told = |extract: Extract| faults(&extract, &store().1).join("\n");
    let missing = told(Extract::new().change("notices.csv", "ward", "area"));
    assert!(
        missing.starts_with("`notices.csv`: missing column `ward`\n  hint: the file has `PCN`, `keeper_id`"),
        "{missing}"
    );
    let twice = told(Extract::new().change("notices.csv", "street,minutes_over", "ward,minutes_over"));
    assert!(twice.contains("the column `ward` stands twice"), "{twice}");
    let other_separator = Extract::new().text("notices.csv").replace(',', ";");
    let semicolons = told(Extract::new().write("notices.csv", other_separator.as_bytes()));
    assert!(semicolons.contains("save the file again with commas"), "{semicolons}");
    let text = Extract::new().text("notices.csv").replace('\n', "\r\n").replacen("70.00,yes", "70.00,perhaps", 1);
    let crlf = told(Extract::new().write("notices.csv", text.as_bytes()));
    assert!(crlf.starts_with("notices.csv: row 1 (line 2), column `paid`"), "{crlf}");
    let utf16 = told(Extract::new().write("notices.csv", b"\xff\xfeP\0C\0N\0"));
    assert!(utf16.contains("it is UTF-16"), "{utf16}");
    assert!(told(Extract::new().write("notices.csv", b"")).contains("it is empty"));
    let latin = Extract::new().text("notices.csv").replacen("Mill Lane", "M\u{fc}ll Lane", 1);
    let latin: Vec<u8> = latin.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let not_utf8 = told(Extract::new().write("notices.csv", &latin));
    assert!(not_utf8.ends_with("column `street` (text, 9 characters): it is not UTF-8 text"), "{not_utf8}");
    let extract = Extract::new();
    fs::remove_file(extract.folder.path().join("appeals.csv")).unwrap();
    assert_eq!(told(extract), "the extract lacks `appeals.csv`: a snapshot holds all record tables");
}

#[test]
fn a_quotation_mark_that_is_not_closed_swallows_no_record() {
    let told = |extract: Extract| faults(&extract, &store().1).join("\n");
    // The reader would take the next record for a part of this field, and find the right number of fields.
    let swallowed = told(Extract::new().change("notices.csv", "Mill Lane,12", "\"Mill Lane,12").change(
        "notices.csv",
        "Quay Street,,70",
        "\"Quay Street\",,70",
    ));
    assert!(
        swallowed.contains(
            "line 3: text follows a closing quotation mark; is the one missing that should close the field of line 2?"
        ),
        "{swallowed}"
    );
    let to_the_end = told(Extract::new().change("appeals.csv", "AP03,SB1007,K06,71,,", "AP03,SB1007,K06,71,,\"R"));
    assert!(to_the_end.contains("the quotation mark that opens on line 4 is never closed"), "{to_the_end}");
    // A mark inside a field that does not begin with one is a letter like any other.
    let inches = Extract::new().change("notices.csv", "Mill Lane,12", "5\" pipe,12");
    assert!(inches.ingest(&store().1, 0).is_ok());
}

#[test]
fn an_extract_without_its_heading_shows_no_record() {
    let text = Extract::new().text("notices.csv");
    let headless = text.split_once('\n').unwrap().1.to_owned();
    let told = faults(&Extract::new().write("notices.csv", headless.as_bytes()), &store().1).join("\n");
    assert!(told.contains("does the file lack its heading?"), "{told}");
    assert!(!told.contains("K01") && !told.contains("Mill Lane"), "{told}");
}

#[test]
fn a_store_is_made_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("store");
    for room in [0, 10, 64, 70] {
        let disk = FullDisk { left: Arc::new(AtomicI64::new(room)) };
        assert!(Store::open_or_create(&place, &disk).is_err(), "{room} bytes were enough");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "something was left behind at {room} bytes");
    }
    Store::open_or_create(&place, &LocalDisk).unwrap();
}

#[test]
fn a_snapshot_in_the_place_of_another_is_not_taken_for_it() {
    let (_folder, store) = store();
    let first = Extract::new().ingest(&store, 0).unwrap().extract.snapshot;
    let second = Extract::new().change("appeals.csv", ",34,", ",35,").ingest(&store, 0).unwrap().extract.snapshot;
    let at = |id: &str| store.root().join("snapshots").join(id);
    fs::rename(at(&first), folder_beside(&store)).unwrap();
    fs::rename(at(&second), at(&first)).unwrap();
    let error = store.snapshot(&first).unwrap_err().to_string();
    assert!(error.contains("it is not the description of this snapshot"), "{error}");
}

fn folder_beside(store: &Store) -> PathBuf {
    store.root().parent().unwrap().join("aside")
}

#[test]
fn rejected_rows_are_borne_only_as_far_as_allowed_and_take_their_children_with_them() {
    let (_folder, store) = store();
    // Notice SB1002 is rejected, and so the appeal that hangs on it.
    let extract = || Extract::new().change("notices.csv", "03/03/2022,40,S", "03/03/2022,40,W");
    assert!(matches!(extract().ingest(&store, 1), Err(IngestError::Rejected { count: 2, allowed: 1, .. })));
    let ingested = extract().ingest(&store, 2).unwrap();
    let counts: Vec<(u64, u64)> = ingested.extract.tables.iter().map(|table| (table.rows, table.rejected)).collect();
    assert_eq!(counts, [(7, 1), (2, 1)]);
}

#[test]
fn pseudonyms_are_stable_in_a_store_and_differ_between_stores() {
    let (_first_folder, first) = store();
    let (_second_folder, second) = store();
    let in_first = Extract::new().ingest(&first, 0).unwrap();
    let in_second = Extract::new().ingest(&second, 0).unwrap();
    assert_ne!(in_first.extract.snapshot, in_second.extract.snapshot);
    // Another extract of the same store: the untouched table has the same rows, pseudonyms and all.
    let later = Extract::new().change("appeals.csv", ",34,", ",35,").ingest(&first, 0).unwrap();
    let tables = |id: &str| first.snapshot(id).unwrap().tables().to_vec();
    assert_eq!(tables(&in_first.extract.snapshot)[0], tables(&later.extract.snapshot)[0]);
    assert_ne!(tables(&in_first.extract.snapshot)[1], tables(&later.extract.snapshot)[1]);
}

#[test]
fn an_extract_is_found_by_source_and_date_or_by_id_and_never_by_chance() {
    let (_folder, store) = store();
    let id = Extract::new().ingest(&store, 0).unwrap().extract.snapshot;
    let by_date = |as_at| ExtractRef::Extract { source: "Back office".into(), as_at };
    assert_eq!(store.find(&by_date(date(2024, 2, 12))).unwrap().snapshot, id);
    assert_eq!(store.find(&ExtractRef::Snapshot(id[..10].into())).unwrap().snapshot, id);
    assert!(store.find(&by_date(date(2024, 2, 13))).is_err());
    assert!(store.find(&ExtractRef::Snapshot(id[..4].into())).is_err());
    // A corrected extract of the same day: now the date names two.
    Extract::new().change("appeals.csv", ",34,", ",35,").ingest(&store, 0).unwrap();
    let error = store.find(&by_date(date(2024, 2, 12))).unwrap_err().to_string();
    assert!(error.starts_with("more than one snapshot is of the source `Back office` as at 2024-02-12: "), "{error}");
    assert!(store.snapshot("../../etc").is_err());
}

/// Lets so many bytes be written, and no more: a disk that runs full.
struct FullDisk {
    left: Arc<AtomicI64>,
}

struct FullFile {
    inner: Box<dyn Write + Send>,
    left: Arc<AtomicI64>,
}

impl Disk for FullDisk {
    fn create(&self, path: &Path, readers: Readers) -> io::Result<Box<dyn Write + Send>> {
        let inner = LocalDisk.create(path, readers)?;
        Ok(Box::new(FullFile { inner, left: Arc::clone(&self.left) }))
    }
}

impl Write for FullFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let bytes_left = self.left.fetch_sub(i64::try_from(bytes.len()).unwrap(), Ordering::SeqCst);
        if bytes_left < i64::try_from(bytes.len()).unwrap() {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[test]
fn a_disk_that_runs_full_at_any_byte_leaves_the_store_as_it_was() {
    let (_folder, store) = store();
    let extract = Extract::new();
    let before = contents(&store);
    let options = IngestOptions { source: "Back office".into(), as_at: date(2024, 2, 12), rejects: 0 };
    let mut failed = 0;
    for room in (0..60_000).step_by(997) {
        let disk = FullDisk { left: Arc::new(AtomicI64::new(room)) };
        let made = ingest(&store, &schema(), &[extract.folder.path().to_owned()], &options, &disk, &mut NoObserver);
        if made.is_ok() {
            break;
        }
        failed += 1;
        assert_eq!(contents(&store), before, "something was left behind at {room} bytes");
    }
    assert!(failed > 5, "the disk never ran full");
    assert_eq!(store.extracts().unwrap().len(), 1);
    assert!(contents(&store).len() > before.len());
}

#[test]
fn every_changed_byte_of_a_snapshot_is_found_and_named() {
    let (_folder, store) = store();
    let id = Extract::new().ingest(&store, 0).unwrap().extract.snapshot;
    let snapshot = store.snapshot(&id).unwrap();
    let path = snapshot.file(1);
    let whole = fs::read(&path).unwrap();
    for at in (0..whole.len()).step_by(101) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x40;
        fs::write(&path, &bytes).unwrap();
        let damages = snapshot.damages();
        assert_eq!(damages.len(), 1, "byte {at}");
        assert_eq!((damages[0].table, &damages[0].file), (1, &path));
    }
    fs::remove_file(&path).unwrap();
    assert!(snapshot.damages()[0].reason.starts_with("it cannot be read"));
}

#[test]
fn an_interrupted_write_is_cleared_away() {
    let (_folder, store) = store();
    let left = store.root().join("snapshots/.incoming-left");
    fs::create_dir(&left).unwrap();
    fs::write(left.join("notices.parquet"), "half").unwrap();
    Extract::new().ingest(&store, 0).unwrap();
    assert!(!left.exists());
}

#[cfg(unix)]
#[test]
fn the_store_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, store) = store();
    Extract::new().ingest(&store, 0).unwrap();
    for (path, _) in contents(&store) {
        for path in [path.as_path(), path.parent().unwrap()] {
            assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o077, 0, "{}", path.display());
        }
    }
    assert_eq!(fs::metadata(store.root().join("lock")).unwrap().permissions().mode() & 0o077, 0);
    assert_eq!(fs::metadata(store.root()).unwrap().permissions().mode() & 0o077, 0);
}

#[test]
fn an_inferred_schema_reads_the_files_that_it_came_from() {
    let paths = ["notices.csv", "appeals.csv"].map(|name| example().join("extract").join(name));
    let text = infer_schema(&paths).unwrap();
    let inferred = read_schema(&Source::new("inferred.toml", text.clone().into_bytes()).unwrap(), &NoFiles);
    let inferred = inferred.unwrap();
    let options = IngestOptions { source: "Back office".into(), as_at: date(2024, 2, 12), rejects: 0 };
    let (_folder, store) = store();
    let made = ingest(&store, &inferred, &paths, &options, &LocalDisk, &mut NoObserver).unwrap();
    assert_eq!(made.extract.tables.iter().map(|table| table.rows).sum::<u64>(), 11);
    assert!(text.contains("contravention = { type = \"code\""), "{text}");
    assert!(text.contains("date_basis = \"issued\""), "{text}");
    assert!(text.contains("keeper_id = { type = \"text\", role = \"identifier\""), "{text}");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn no_bytes_make_ingest_panic_or_leave_a_trace(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
        let (_folder, store) = store();
        let mut file = Extract::new().text("notices.csv").into_bytes();
        file.truncate(300);
        file.extend(bytes);
        let extract = Extract::new().write("notices.csv", &file);
        if extract.ingest(&store, 0).is_err() {
            proptest::prop_assert!(store.extracts().unwrap().is_empty());
        }
    }
}
