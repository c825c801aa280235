//! Zip archives whose every byte is decided here (PKWARE APPNOTE 6.3.10): entries in the order that is given, one fixed time, no
//! comment, no extra field, no data descriptor, no directory entries. So the same files give the same archive, and an
//! archive holds nothing but them.

use std::fmt;

/// A file of an archive.
pub(crate) struct Entry {
    /// Its path, with forward slashes.
    pub(crate) path: String,
    /// What it holds.
    pub(crate) bytes: Vec<u8>,
    /// Whether it is kept as it is. `mimetype` of an OpenDocument file must be.
    pub(crate) stored: bool,
}

impl Entry {
    /// A file that is compressed.
    pub(crate) fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), bytes: bytes.into(), stored: false }
    }
}

/// An archive cannot hold what it should: it, a file or a path in it is too large for this form of archive.
#[derive(Debug)]
pub(crate) struct TooLarge;

impl fmt::Display for TooLarge {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a zip archive holds at most 65,534 files, and 4 GiB together")
    }
}

impl From<std::num::TryFromIntError> for TooLarge {
    fn from(_: std::num::TryFromIntError) -> Self {
        Self
    }
}

/// The first day that an archive can name, 1 January 1980 at midnight: no file bears a time of its own.
const DATE: u16 = 1 << 5 | 1;
const TIME: u16 = 0;
/// What a reader must know: version 2.0, for deflate.
const VERSION: u16 = 20;
/// That paths are UTF-8.
const UTF8: u16 = 1 << 11;
/// In less than half the time of the usual level, and a tenth larger: measured on a hundred thousand cells (`docs/performance.md`).
const LEVEL: u8 = 3;

/// The archive of these files.
///
/// # Errors
/// When it would need the 64-bit form.
pub(crate) fn archive(entries: &[Entry]) -> Result<Vec<u8>, TooLarge> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for entry in entries {
        let offset = u32::try_from(archive.len())?;
        let header = add(&mut archive, entry)?;
        directory.extend(*b"PK\x01\x02");
        // Made by this version, on a system that has no file modes to tell.
        number(&mut directory, &[VERSION]);
        directory.extend(&header);
        // No comment, first disk, no attributes.
        number(&mut directory, &[0; 3]);
        directory.extend([0; 4]);
        directory.extend(offset.to_le_bytes());
        directory.extend(entry.path.as_bytes());
    }
    let count = u16::try_from(entries.len()).ok().filter(|count| *count < u16::MAX).ok_or(TooLarge)?;
    let (offset, size) = (u32::try_from(archive.len())?, u32::try_from(directory.len())?);
    archive.extend(directory);
    archive.extend(*b"PK\x05\x06");
    number(&mut archive, &[0, 0, count, count]);
    archive.extend(size.to_le_bytes());
    archive.extend(offset.to_le_bytes());
    number(&mut archive, &[0]);
    Ok(archive)
}

/// Adds one file, and gives what its two headers share.
fn add(archive: &mut Vec<u8>, entry: &Entry) -> Result<Vec<u8>, TooLarge> {
    let packed = if entry.stored { None } else { Some(miniz_oxide::deflate::compress_to_vec(&entry.bytes, LEVEL)) };
    let method = if packed.is_some() { 8 } else { 0 };
    let content = packed.as_ref().unwrap_or(&entry.bytes);
    let mut header = Vec::new();
    number(&mut header, &[VERSION, UTF8, method, TIME, DATE]);
    header.extend(crc32fast::hash(&entry.bytes).to_le_bytes());
    header.extend(u32::try_from(content.len())?.to_le_bytes());
    header.extend(u32::try_from(entry.bytes.len())?.to_le_bytes());
    number(&mut header, &[u16::try_from(entry.path.len())?, 0]);
    archive.extend(*b"PK\x03\x04");
    archive.extend(&header);
    archive.extend(entry.path.as_bytes());
    archive.extend(content);
    Ok(header)
}

fn number(bytes: &mut Vec<u8>, numbers: &[u16]) {
    bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}
