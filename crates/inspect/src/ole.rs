//! Compound files ([MS-CFB]): enough of them to tell what they are, and to take out the file that an OLE object wraps ([MS-OLEDS]).

use crate::zip::{u16_at, u32_at};

const MAGIC: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
const END: u32 = 0xFFFF_FFFE;
/// The most sectors that a chain is followed over.
const LONGEST: usize = 1 << 20;

/// Does it begin as a compound file does?
pub(crate) fn is_compound(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// A compound file's directory.
pub(crate) struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    table: Vec<u32>,
    small: Vec<u32>,
    small_data: Vec<u8>,
    streams: Vec<Stream>,
}

struct Stream {
    name: String,
    start: u32,
    size: usize,
    is_stream: bool,
}

/// The file in an OLE object.
pub(crate) struct Wrapped {
    pub(crate) bytes: Vec<u8>,
    /// Names and paths that it tells.
    pub(crate) paths: Vec<String>,
}

impl<'a> Compound<'a> {
    pub(crate) fn open(bytes: &'a [u8]) -> Option<Self> {
        if !is_compound(bytes) {
            return None;
        }
        let shift = u32::from(u16_at(bytes, 30)?);
        let sector = 1_usize.checked_shl(shift).filter(|sector| (64..=1 << 16).contains(sector))?;
        let mut compound =
            Self { bytes, sector, table: Vec::new(), small: Vec::new(), small_data: Vec::new(), streams: Vec::new() };
        let mut tables: Vec<u32> = (0..109).filter_map(|index| u32_at(bytes, 76 + index * 4)).collect();
        let mut next = u32_at(bytes, 68)?;
        for _ in 0..bytes.len() / sector {
            if next >= 0xFFFF_FFFA {
                break;
            }
            let more = compound.sector_at(next)?;
            tables.extend((0..sector / 4 - 1).filter_map(|index| u32_at(more, index * 4)));
            next = u32_at(more, sector - 4)?;
        }
        for table in tables.into_iter().filter(|table| *table < 0xFFFF_FFFA).take(bytes.len() / sector + 1) {
            let content = compound.sector_at(table)?;
            compound.table.extend((0..sector / 4).filter_map(|index| u32_at(content, index * 4)));
        }
        let directory = compound.chain(u32_at(bytes, 48)?);
        for entry in directory.chunks_exact(128) {
            let length = usize::from(u16_at(entry, 64)?).min(64);
            let units =
                entry.get(..length)?.chunks_exact(2).filter_map(|unit| u16_at(unit, 0)).take_while(|unit| *unit != 0);
            let name = char::decode_utf16(units).map(|letter| letter.unwrap_or('\u{FFFD}')).collect();
            let kind = *entry.get(66)?;
            if kind != 0 {
                let (start, size) = (u32_at(entry, 116)?, u32_at(entry, 120)? as usize);
                compound.streams.push(Stream { name, start, size, is_stream: kind == 2 });
            }
        }
        compound.small = {
            let content = compound.chain(u32_at(bytes, 60)?);
            content.chunks_exact(4).filter_map(|four| u32_at(four, 0)).collect()
        };
        compound.small_data = compound.streams.first().map(|root| compound.chain(root.start)).unwrap_or_default();
        Some(compound)
    }

    fn sector_at(&self, number: u32) -> Option<&'a [u8]> {
        let start = (number as usize).checked_add(1)?.checked_mul(self.sector)?;
        let end = start.checked_add(self.sector)?;
        self.bytes.get(start..end.min(self.bytes.len()))
    }

    fn chain(&self, mut next: u32) -> Vec<u8> {
        let mut content = Vec::new();
        for _ in 0..self.table.len().min(LONGEST) {
            if next >= 0xFFFF_FFFA || next == END {
                break;
            }
            let Some(sector) = self.sector_at(next) else { break };
            content.extend_from_slice(sector);
            let Some(after) = self.table.get(next as usize) else { break };
            next = *after;
        }
        content
    }

    /// Is there a stream or a folder of this name?
    pub(crate) fn has(&self, name: &str) -> bool {
        self.streams.iter().any(|stream| stream.name.eq_ignore_ascii_case(name))
    }

    /// What a stream holds.
    pub(crate) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let stream = self.streams.iter().find(|stream| stream.is_stream && stream.name.eq_ignore_ascii_case(name))?;
        let mut content = if stream.size >= 4096 { self.chain(stream.start) } else { self.small_chain(stream.start) };
        content.truncate(stream.size);
        Some(content)
    }

    fn small_chain(&self, mut next: u32) -> Vec<u8> {
        let mut content = Vec::new();
        for _ in 0..self.small.len() {
            let start = (next as usize).saturating_mul(64);
            let Some(piece) = self.small_data.get(start..(start.saturating_add(64)).min(self.small_data.len())) else {
                break;
            };
            content.extend_from_slice(piece);
            match self.small.get(next as usize) {
                Some(after) if *after < 0xFFFF_FFFA => next = *after,
                _ => break,
            }
        }
        content
    }
}

/// The file that an OLE object wraps, with the names that it tells of it.
pub(crate) fn wrapped(bytes: &[u8]) -> Option<Wrapped> {
    let compound = Compound::open(bytes)?;
    if let Some(package) = compound.stream("Package").or_else(|| compound.stream("CONTENTS")) {
        return Some(Wrapped { bytes: package, paths: Vec::new() });
    }
    let native = compound.stream("\u{1}Ole10Native")?;
    // Size, a mark, label, path, two marks, the length of a second path, the path, the length of the content, the content.
    let mut at = 6;
    let label = zero_ended(&native, &mut at)?;
    let path = zero_ended(&native, &mut at)?;
    at += 4;
    let length = u32_at(&native, at)? as usize;
    at += 4;
    let temporary = native.get(at..at.checked_add(length)?)?;
    let temporary = String::from_utf8_lossy(temporary).trim_end_matches('\0').to_owned();
    at += length;
    let size = u32_at(&native, at)? as usize;
    let content = native.get(at + 4..)?;
    let paths = [label, path, temporary].into_iter().filter(|path| !path.is_empty()).collect();
    Some(Wrapped { bytes: content.get(..size.min(content.len()))?.to_vec(), paths })
}

fn zero_ended(bytes: &[u8], at: &mut usize) -> Option<String> {
    let rest = bytes.get(*at..)?;
    let length = rest.iter().position(|byte| *byte == 0)?;
    *at += length + 1;
    Some(String::from_utf8_lossy(rest.get(..length)?).into_owned())
}
