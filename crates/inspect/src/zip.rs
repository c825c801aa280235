//! Zip archives, read so that no byte is overlooked (PKWARE APPNOTE 6.3.10): each byte belongs to a record that the directory tells of, or is a finding.
//!
//! Programs differ in what they make of a zip archive that contradicts itself: some follow the directory at the end, some the headers before each file. What
//! they could differ in is put down. No name of an archive is ever used as a path.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read};
use std::ops::Range;

use crate::carrier::{Severity, any, package};
use crate::inflate::{Inflater, Next, WINDOW};
use crate::limits::{Budget, Uninspectable};
use crate::report::{Place, many};
use crate::scan::Scan;

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const END_64: &[u8] = b"PK\x06\x06";
const LOCATOR_64: &[u8] = b"PK\x06\x07";
const DESCRIPTOR: &[u8] = b"PK\x07\x08";
/// Length of the record at the end, without its comment.
const END_LENGTH: usize = 22;
/// The day that an archive bears that tells no time: 1 January 1980.
const NO_DATE: u16 = 1 << 5 | 1;

/// An archive's files, in the order of its directory.
#[derive(Debug)]
pub(crate) struct Archive<'a> {
    bytes: &'a [u8],
    entries: Vec<Entry>,
}

/// A file of an archive.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its name, never to be used as a path.
    pub(crate) name: String,
    /// Bytes of what it holds, as the directory says.
    pub(crate) size: u64,
    flags: u16,
    method: u16,
    checksum: u32,
    data: Range<usize>,
}

impl Entry {
    /// Is it a folder?
    pub(crate) fn is_folder(&self) -> bool {
        self.name.ends_with('/') && self.size == 0
    }

    /// Can nobody read it without a password?
    pub(crate) fn is_encrypted(&self) -> bool {
        self.flags & 0x41 != 0 || self.method == 99
    }
}

/// Does it begin as an archive does, or is there an archive behind other bytes?
pub(crate) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(LOCAL) || bytes.starts_with(END) || End::find(bytes).is_some_and(|end| end.is_sound(bytes))
}

impl<'a> Archive<'a> {
    /// Reads the directory and puts down what archives hide.
    ///
    /// # Errors
    /// When there is no directory, or it is broken or over the limits.
    pub(crate) fn open(scan: &mut Scan<'_>, bytes: &'a [u8]) -> Result<Self, Uninspectable> {
        let budget = scan.budget();
        let end = End::find(bytes).ok_or_else(|| Uninspectable::new("it is a broken archive: it has no directory"))?;
        let mut records = Records::default();
        records.add(end.at..end.comment.end, "the end record");
        records.add(end.directory.clone(), "the directory");
        for range in &end.wide {
            records.add(range.clone(), "the 64-bit end record");
        }
        budget.enter(end.count)?;
        let read = directory(bytes, &end)?;
        let mut oddities = Oddities::default();
        let mut entries = Vec::new();
        for central in read {
            budget.spend(64 + central.name.len() as u64)?;
            let entry = local(bytes, &end, central, &mut records, &mut oddities)?;
            entries.push(entry);
        }
        if entries.len() as u64 != end.count {
            oddities.disagree.push("the number of entries in its end record".to_owned());
        }
        records.check(scan, bytes, &end)?;
        oddities.names(&entries);
        if !end.comment.is_empty() {
            let message = format!("the archive has a comment of {} bytes", end.comment.len());
            let text = bytes.get(end.comment.clone()).map(text).into_iter().collect();
            scan.find_as(&package::COMMENT, Severity::Block, Place::default(), message, text);
        }
        oddities.report(scan);
        Ok(Self { bytes, entries })
    }

    /// Only the directory, with nothing put down: to tell what the archive is.
    pub(crate) fn peek(bytes: &'a [u8]) -> Option<Self> {
        let end = End::find(bytes)?;
        let mut records = Records::default();
        let mut oddities = Oddities::default();
        let read = directory(bytes, &end).ok()?;
        let entries =
            read.into_iter().filter_map(|c| local(bytes, &end, c, &mut records, &mut oddities).ok()).collect();
        Some(Self { bytes, entries })
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The file of this very name; the last one if there are several, as most programs have it.
    pub(crate) fn find(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.name == name)
    }

    /// What a file holds, bit by bit, without keeping it.
    ///
    /// # Errors
    /// When it is encrypted, packed in a way that is not read, or larger than it may be.
    pub(crate) fn open_entry<'c>(&self, budget: &'c Budget, entry: &Entry) -> Result<Unpack<'c>, Uninspectable>
    where
        'a: 'c,
    {
        if entry.is_encrypted() {
            return Err(Uninspectable::new("it is encrypted"));
        }
        let packed = self.bytes.get(entry.data.clone()).ok_or_else(broken)?;
        let method = match entry.method {
            0 => Method::Stored,
            8 => Method::Deflate(Inflater::raw(packed)),
            other => return Err(Uninspectable::new(format!("it is packed by method {other}, which is not read"))),
        };
        let limits = budget.limits;
        let allowed = (packed.len() as u64).saturating_mul(limits.ratio).max(1 << 20);
        if entry.size > allowed {
            return Err(Uninspectable::new("it unpacks to many times its size"));
        }
        Ok(Unpack {
            budget,
            packed,
            at: 0,
            method,
            ready: 0..0,
            given: 0,
            expected: entry.size,
            hash: crc32fast::Hasher::new(),
            checksum: entry.checksum,
            done: false,
        })
    }

    /// The whole of what a file holds.
    ///
    /// # Errors
    /// As [`Archive::open_entry`], and when it is broken.
    pub(crate) fn bytes(&self, budget: &Budget, entry: &Entry) -> Result<Vec<u8>, Uninspectable> {
        let mut all = Vec::new();
        self.open_entry(budget, entry)?.read_to_end(&mut all).map_err(|error| reason(&error))?;
        Ok(all)
    }

    /// Like [`Archive::bytes`], of at most some bytes, without limits of a file: to tell what it is.
    pub(crate) fn peek_bytes(&self, entry: &Entry, most: usize) -> Option<Vec<u8>> {
        let packed = self.bytes.get(entry.data.clone())?;
        match entry.method {
            0 => Some(packed.get(..packed.len().min(most))?.to_vec()),
            8 => miniz_oxide::inflate::decompress_to_vec_with_limit(packed, most).ok(),
            _ => None,
        }
    }
}

fn broken() -> Uninspectable {
    Uninspectable::new("it is a broken archive")
}

/// Why a file could not be unpacked.
pub(crate) fn reason(error: &io::Error) -> Uninspectable {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Uninspectable>()) {
        Some(why) => why.clone(),
        None => Uninspectable::new("it is broken"),
    }
}

/// The record at the end of an archive.
struct End {
    at: usize,
    comment: Range<usize>,
    directory: Range<usize>,
    /// The two records of the 64-bit form.
    wide: Vec<Range<usize>>,
    count: u64,
    /// Bytes before the archive: its own offsets do not count them.
    before: usize,
}

impl End {
    /// The last end record whose comment fits. One that reaches the very end of the bytes comes first.
    fn find(bytes: &[u8]) -> Option<Self> {
        let from = bytes.len().saturating_sub(END_LENGTH + usize::from(u16::MAX));
        let window = bytes.get(from..)?;
        let mut candidates: Vec<usize> = Vec::new();
        for (at, four) in window.windows(4).enumerate().rev() {
            if four == END && comment(bytes, from + at).is_some_and(|comment| comment.end <= bytes.len()) {
                candidates.push(from + at);
            }
        }
        let exact = candidates.iter().find(|at| comment(bytes, **at).is_some_and(|comment| comment.end == bytes.len()));
        Self::read(bytes, *exact.or(candidates.first())?)
    }

    fn read(bytes: &[u8], at: usize) -> Option<Self> {
        let mut count = u64::from(u16_at(bytes, at + 10)?);
        let mut size = u64::from(u32_at(bytes, at + 12)?);
        let mut offset = u64::from(u32_at(bytes, at + 16)?);
        let mut wide = Vec::new();
        let mut directory_end = at;
        let wants_wide = count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF;
        let locator = at.checked_sub(20).filter(|locator| bytes.get(*locator..*locator + 4) == Some(LOCATOR_64));
        if let Some(locator) = locator {
            // The record lies right before its locator, unless it has an extension: then it is searched backwards by what its length says.
            let record = (0..locator).rev().take(4096).find(|record| {
                bytes.get(*record..*record + 4) == Some(END_64)
                    && u64_at(bytes, *record + 4).is_some_and(|length| *record as u64 + 12 + length == locator as u64)
            })?;
            count = u64_at(bytes, record + 32)?;
            size = u64_at(bytes, record + 40)?;
            offset = u64_at(bytes, record + 48)?;
            wide = vec![record..locator, locator..at];
            directory_end = record;
        } else if wants_wide && count == 0xFFFF && size == 0xFFFF_FFFF {
            return None;
        }
        let start = directory_end.checked_sub(usize::try_from(size).ok()?)?;
        let before = start.checked_sub(usize::try_from(offset).ok()?)?;
        Some(Self { at, comment: comment(bytes, at)?, directory: start..directory_end, wide, count, before })
    }

    /// Does its directory begin as one does?
    fn is_sound(&self, bytes: &[u8]) -> bool {
        self.directory.is_empty() && self.count == 0
            || bytes.get(self.directory.clone()).is_some_and(|directory| directory.starts_with(CENTRAL))
    }
}

fn comment(bytes: &[u8], end: usize) -> Option<Range<usize>> {
    let length = usize::from(u16_at(bytes, end + 20)?);
    Some(end + END_LENGTH..end + END_LENGTH + length)
}

/// What the directory says of a file.
struct Central {
    name: String,
    raw_name: Vec<u8>,
    flags: u16,
    method: u16,
    time: (u16, u16),
    checksum: u32,
    packed: u64,
    size: u64,
    offset: u64,
    extra: Vec<(u16, Vec<u8>)>,
    comment: usize,
    attributes: (u16, u32),
}

fn directory(bytes: &[u8], end: &End) -> Result<Vec<Central>, Uninspectable> {
    let all = bytes.get(end.directory.clone()).ok_or_else(broken)?;
    let mut entries = Vec::new();
    let mut at = 0;
    while at < all.len() {
        let entry = central(all, &mut at).ok_or_else(broken)?;
        entries.push(entry);
    }
    Ok(entries)
}

fn central(all: &[u8], at: &mut usize) -> Option<Central> {
    let head = all.get(*at..*at + 46)?;
    if !head.starts_with(CENTRAL) {
        return None;
    }
    let length = |field: usize| u16_at(head, field).map(usize::from);
    let (name, extra, comment) = (length(28)?, length(30)?, length(32)?);
    let start = *at + 46;
    let raw_name = all.get(start..start + name)?.to_vec();
    let extra_bytes = all.get(start + name..start + name + extra)?;
    all.get(start + name + extra..start + name + extra + comment)?;
    let mut packed = u64::from(u32_at(head, 20)?);
    let mut size = u64::from(u32_at(head, 24)?);
    let mut offset = u64::from(u32_at(head, 42)?);
    let extra_fields = fields(extra_bytes);
    if let Some((_, wide)) = extra_fields.iter().find(|(id, _)| *id == 1) {
        let mut read = 0;
        for value in [&mut size, &mut packed, &mut offset] {
            if *value == 0xFFFF_FFFF {
                *value = u64_at(wide, read)?;
                read += 8;
            }
        }
    }
    *at = start + name + extra + comment;
    let flags = u16_at(head, 8)?;
    Some(Central {
        name: entry_name(&raw_name),
        raw_name,
        flags,
        method: u16_at(head, 10)?,
        time: (u16_at(head, 12)?, u16_at(head, 14)?),
        checksum: u32_at(head, 16)?,
        packed,
        size,
        offset,
        extra: extra_fields,
        comment,
        attributes: (u16_at(head, 36)?, u32_at(head, 38)?),
    })
}

/// Reads the header before a file, and puts down where it and the directory differ.
fn local(
    bytes: &[u8],
    end: &End,
    central: Central,
    records: &mut Records,
    oddities: &mut Oddities,
) -> Result<Entry, Uninspectable> {
    let mut read = |central: &Central| -> Option<(usize, Range<usize>, Vec<String>)> {
        let at = usize::try_from(central.offset).ok()?.checked_add(end.before)?;
        let head = bytes.get(at..at.checked_add(30)?)?;
        if !head.starts_with(LOCAL) {
            return None;
        }
        let (name, extra) = (usize::from(u16_at(head, 26)?), usize::from(u16_at(head, 28)?));
        let start = at + 30 + name + extra;
        let data = start..start.checked_add(usize::try_from(central.packed).ok()?)?;
        bytes.get(data.clone())?;
        let local_name = bytes.get(at + 30..at + 30 + name)?;
        let local_extra = fields(bytes.get(at + 30 + name..start)?);
        let flags = u16_at(head, 6)?;
        let mut differ = Vec::new();
        if local_name != central.raw_name {
            differ.push("its name");
        }
        if u16_at(head, 8)? != central.method {
            differ.push("how it is packed");
        }
        // Bits that say how to read it: encrypted, sizes told after it, name in UTF-8.
        if (flags ^ central.flags) & 0x0849 != 0 {
            differ.push("its flags");
        }
        let told_later = flags & 8 != 0;
        let wide = local_extra.iter().any(|(id, _)| *id == 1);
        for (field, value, what) in [
            (14, u64::from(central.checksum), "its checksum"),
            (18, central.packed, "its packed size"),
            (22, central.size, "its size"),
        ] {
            let here = u64::from(u32_at(head, field)?);
            if here != value && !(told_later && here == 0) && !(wide && here == 0xFFFF_FFFF) {
                differ.push(what);
            }
        }
        oddities.extra(&central.name, &local_extra);
        oddities.extra(&central.name, &central.extra);
        let mut after = data.end;
        if told_later {
            after += descriptor(bytes, data.end, central);
        }
        Some((at, data.start..data.end.max(after), differ.into_iter().map(str::to_owned).collect()))
    };
    let (at, body, differ) = read(&central).ok_or_else(broken)?;
    let data = body.start..body.start + usize::try_from(central.packed).map_err(|_| broken())?;
    records.add(at..body.end, &central.name);
    for what in differ {
        oddities.disagree.push(format!("{what} ({})", central.name));
    }
    if central.comment > 0 {
        oddities.comments += central.comment;
    }
    if central.time != (0, NO_DATE) && central.time != (0, 0) {
        oddities.dated += 1;
    }
    // Bits above the lowest byte are a Unix mode; a symbolic link would be followed by unpackers.
    if central.attributes.1 >> 28 == 0xA {
        oddities.names.push("a symbolic link".to_owned());
    }
    if central.name.ends_with('/') && central.size > 0 {
        oddities.disagree.push(format!("a folder that holds bytes ({})", central.name));
    }
    Ok(Entry {
        name: central.name,
        size: central.size,
        flags: central.flags,
        method: central.method,
        checksum: central.checksum,
        data,
    })
}

/// How long the record after a file is that tells its sizes: with or without a signature, with sizes of 4 or 8 bytes.
fn descriptor(bytes: &[u8], at: usize, central: &Central) -> usize {
    let signature = if bytes.get(at..at + 4) == Some(DESCRIPTOR) { 4 } else { 0 };
    let start = at + signature;
    if u32_at(bytes, start) != Some(central.checksum) {
        return 0;
    }
    if u64_at(bytes, start + 4) == Some(central.packed) && u64_at(bytes, start + 12) == Some(central.size) {
        return signature + 20;
    }
    let narrow = |field| u32_at(bytes, field).map(u64::from);
    if narrow(start + 4) == Some(central.packed) && narrow(start + 8) == Some(central.size) {
        return signature + 12;
    }
    0
}

/// Extra fields: kind and content. What does not parse is one of kind 0.
fn fields(mut bytes: &[u8]) -> Vec<(u16, Vec<u8>)> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let field = u16_at(bytes, 0).zip(u16_at(bytes, 2)).and_then(|(id, length)| {
            bytes.get(4..4 + usize::from(length)).map(|content| (id, content.to_vec(), 4 + usize::from(length)))
        });
        match field {
            Some((id, content, length)) => {
                fields.push((id, content));
                bytes = bytes.get(length..).unwrap_or_default();
            }
            None => {
                fields.push((0, bytes.to_vec()));
                break;
            }
        }
    }
    fields
}

/// The map of the bytes.
#[derive(Default)]
struct Records {
    known: Vec<(Range<usize>, String)>,
}

impl Records {
    fn add(&mut self, range: Range<usize>, what: &str) {
        self.known.push((range, what.to_owned()));
    }

    /// Puts down what no record covers, and what two cover.
    fn check(mut self, scan: &mut Scan<'_>, bytes: &[u8], end: &End) -> Result<(), Uninspectable> {
        self.known.sort_by_key(|(range, _)| (range.start, range.end));
        scan.budget().spend(self.known.len() as u64)?;
        let mut reached = 0;
        let mut last = String::new();
        for (range, what) in &self.known {
            if range.start < reached && !range.is_empty() {
                let message = format!("{what} shares bytes with {last}");
                scan.find(&package::OVERLAP, Place::part(what).at_offset(range.start as u64), message);
            }
            if range.start > reached {
                gap(scan, bytes, reached..range.start);
            }
            if range.end > reached {
                reached = range.end;
                last.clone_from(what);
            }
        }
        if let Some(rest) = bytes.get(end.comment.end.max(reached)..).filter(|rest| !rest.is_empty()) {
            let blank = rest.len() <= 2 && rest.iter().all(u8::is_ascii_whitespace);
            let severity = if blank { Severity::Review } else { Severity::Block };
            let place = Place::default().at_offset((bytes.len() - rest.len()) as u64);
            let message = format!("{} after the end of the archive", bytes_of(rest.len()));
            scan.find_as(&any::TRAILING_BYTES, severity, place, message, vec![text(rest)]);
        }
        Ok(())
    }
}

fn gap(scan: &mut Scan<'_>, bytes: &[u8], range: Range<usize>) {
    let content = bytes.get(range.clone()).unwrap_or_default();
    let place = Place::default().at_offset(range.start as u64);
    let amount = bytes_of(content.len());
    if content.starts_with(LOCAL) {
        let message = format!("a file that its directory does not tell of, {amount}");
        scan.find(&package::ORPHAN_ENTRY, place, message);
    } else if range.start == 0 {
        let message = format!("{amount} before the archive begins");
        scan.find_as(&any::LEADING_BYTES, Severity::Block, place, message, vec![text(content)]);
    } else {
        let message = format!("{amount} between the archive's records");
        scan.find_as(&package::GAP, Severity::Block, place, message, vec![text(content)]);
    }
}

/// What a whole archive has that is odd, told once each.
#[derive(Default)]
struct Oddities {
    disagree: Vec<String>,
    names: Vec<String>,
    duplicates: Vec<(String, String)>,
    comments: usize,
    dated: usize,
    /// Kinds of extra fields that bear data about the file, and how many there are.
    fields: BTreeMap<String, usize>,
    padding: Vec<String>,
}

impl Oddities {
    fn extra(&mut self, name: &str, fields: &[(u16, Vec<u8>)]) {
        for (id, content) in fields {
            let what = match id {
                // 64-bit sizes; a mark of Java archives.
                0x0001 | 0xCAFE => continue,
                0x5455 | 0x000A => "times".to_owned(),
                0x5855 | 0x7855 | 0x7875 => "user numbers".to_owned(),
                // A name in Unicode, beside one that is not: programs differ in which one they show.
                0x7075 => {
                    if content.get(5..) != Some(name.as_bytes()) {
                        self.disagree.push(format!("its name in Unicode ({name})"));
                    }
                    continue;
                }
                // Room that office programs leave in front of a part (ISO/IEC 29500-2), and that Android aligns with.
                0xA220 | 0xD935 => {
                    if content.get(4..).unwrap_or_default().iter().any(|byte| *byte != 0) {
                        self.padding.push(name.to_owned());
                    }
                    continue;
                }
                0x9901 => continue,
                0 if content.iter().all(|byte| *byte == 0) => continue,
                other => format!("fields of kind {other:#06x}"),
            };
            *self.fields.entry(what).or_default() += 1;
        }
    }

    /// Names that are the same to some programs, and names that are more than names.
    fn names(&mut self, entries: &[Entry]) {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for entry in entries {
            let plain = plain_name(&entry.name);
            if let Some(other) = seen.get(&plain) {
                self.duplicates.push((entry.name.clone(), (*other).to_owned()));
            }
            seen.insert(plain, &entry.name);
            let parts = || entry.name.split(['/', '\\']);
            let drive = entry.name.get(1..2) == Some(":");
            if parts().any(|part| part == "..") || entry.name.starts_with(['/', '\\']) || drive {
                self.names.push("a path out of the archive".to_owned());
            } else if entry.name.chars().any(char::is_control) || entry.name.is_empty() {
                self.names.push("a name that cannot be shown".to_owned());
            }
        }
    }

    fn report(self, scan: &mut Scan<'_>) {
        for (name, other) in self.duplicates {
            let message = if name == other {
                "two entries have this name".to_owned()
            } else {
                format!("“{}” has the same name to some programs", shown_name(&other))
            };
            scan.find(&package::DUPLICATE_ENTRY, Place::part(&shown_name(&name)), message);
        }
        for what in self.disagree.into_iter().take(20) {
            let message = format!("header and directory of the archive differ in {}", shown_name(&what));
            scan.find(&package::DISAGREEMENT, Place::default(), message);
        }
        for name in self.names.into_iter().take(20) {
            scan.find(&package::ENTRY_NAME, Place::default(), format!("an entry has {name}"));
        }
        for name in self.padding {
            let message = "the room that is left before it is not empty";
            scan.find(&package::GAP, Place::part(&shown_name(&name)), message);
        }
        if self.comments > 0 {
            let message = format!("entries have comments, {} together", bytes_of(self.comments));
            scan.find(&package::COMMENT, Place::default(), message);
        }
        for (what, count) in self.fields {
            scan.find(
                &package::EXTRA_FIELD,
                Place::default(),
                format!("the archive tells {what} of its files, {count} times"),
            );
        }
        if self.dated > 0 {
            let message = format!("the archive tells when {} of its files were changed", self.dated);
            scan.find(&package::ENTRY_TIMES, Place::default(), message);
        }
    }
}

/// A name as the most forgiving program reads it.
pub(crate) fn plain_name(name: &str) -> String {
    let slashes = name.replace('\\', "/").to_lowercase();
    let parts: Vec<&str> = slashes.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    parts.join("/")
}

/// A name for people: nothing that moves the cursor.
pub(crate) fn shown_name(name: &str) -> String {
    name.chars().map(|letter| if letter.is_control() { '\u{FFFD}' } else { letter }).take(200).collect()
}

/// The name of an entry: UTF-8, or else each byte a letter, as in the archives of old.
fn entry_name(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => raw.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// Bytes as text for those who ask to see them.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.get(..bytes.len().min(200)).unwrap_or_default()).into_owned()
}

fn bytes_of(count: usize) -> String {
    many(count, "byte", "bytes")
}

enum Method<'a> {
    Stored,
    Deflate(Inflater<'a>),
}

/// A file of an archive while it is unpacked: limits are held, and length and checksum compared at its end.
pub(crate) struct Unpack<'a> {
    budget: &'a Budget,
    packed: &'a [u8],
    at: usize,
    method: Method<'a>,
    /// What is unpacked and not taken yet: in the window, or in the bytes themselves if they are stored.
    ready: Range<usize>,
    given: u64,
    expected: u64,
    hash: crc32fast::Hasher,
    checksum: u32,
    done: bool,
}

impl Unpack<'_> {
    fn piece(&self) -> &[u8] {
        match &self.method {
            Method::Stored => self.packed.get(self.ready.clone()).unwrap_or_default(),
            Method::Deflate(inflater) => inflater.piece(self.ready.clone()),
        }
    }

    fn fill(&mut self) -> Result<(), Uninspectable> {
        while self.ready.is_empty() && !self.done {
            match &mut self.method {
                Method::Stored => {
                    let end = self.packed.len().min(self.at + WINDOW);
                    self.ready = self.at..end;
                    self.at = end;
                    self.done = end == self.packed.len();
                }
                Method::Deflate(inflater) => {
                    let (range, next) = inflater.step();
                    if next == Next::Broken {
                        return Err(Uninspectable::new("its packed data are broken"));
                    }
                    self.ready = range;
                    self.at = inflater.consumed();
                    self.done = next == Next::End;
                }
            }
            let written = self.ready.len() as u64;
            self.given += written;
            self.budget.unpack(written)?;
            self.budget.spend(written)?;
            if self.given > self.expected {
                return Err(Uninspectable::new("it holds more than the archive says"));
            }
            let mut hash = std::mem::take(&mut self.hash);
            hash.update(self.piece());
            self.hash = hash;
            if self.done {
                self.end()?;
            }
        }
        Ok(())
    }

    fn end(&self) -> Result<(), Uninspectable> {
        if self.given != self.expected {
            return Err(Uninspectable::new("it holds less than the archive says"));
        }
        if self.at != self.packed.len() {
            return Err(Uninspectable::new("there are bytes behind its packed data"));
        }
        if self.hash.clone().finalize() != self.checksum {
            return Err(Uninspectable::new("its checksum is wrong"));
        }
        Ok(())
    }
}

impl BufRead for Unpack<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.fill().map_err(io::Error::other)?;
        Ok(self.piece())
    }

    fn consume(&mut self, amount: usize) {
        self.ready.start = (self.ready.start + amount).min(self.ready.end);
    }
}

impl Read for Unpack<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let length = ready.len().min(to.len());
        if let (Some(to), Some(from)) = (to.get_mut(..length), ready.get(..length)) {
            to.copy_from_slice(from);
        }
        self.consume(length);
        Ok(length)
    }
}

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}
