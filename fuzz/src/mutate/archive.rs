//! Archives taken apart, changed and packed again, with right checksums but for some.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::{change as change_any, flat};
use crate::chance::Chance;

/// A file of an archive, and how it lies about itself.
struct Part {
    name: Vec<u8>,
    data: Vec<u8>,
    stored: bool,
    lie: Lie,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lie {
    None,
    Size(u32),
    Packed(u32),
    Checksum,
    Method(u16),
    Flags(u16),
    Offset(u32),
}

/// Taken apart, changed, and packed again; [`None`] when it is no archive.
pub(super) fn change(chance: &mut Chance, bytes: &[u8], others: &[Vec<u8>], depth: u8) -> Option<Vec<u8>> {
    let mut parts = parts(bytes)?;
    for _ in 0..=chance.few(4) {
        let at = chance.below(parts.len());
        let part = parts.get_mut(at)?;
        match chance.below(16) {
            0 => drop(parts.remove(at)),
            1 => part.name = flat::change(chance, &part.name, others),
            2 => part.lie = lie(chance),
            3 => part.stored = !part.stored,
            4 => {
                let other = chance.below(parts.len());
                let data = parts[other].data.clone();
                parts[at].data = data;
            }
            5 => {
                let (name, data) = (part.name.clone(), chance.one(others).cloned().unwrap_or_default());
                parts.push(Part { name: flat::change(chance, &name, others), data, stored: false, lie: Lie::None });
            }
            6 => {
                let again =
                    Part { name: part.name.clone(), data: part.data.clone(), stored: part.stored, lie: Lie::None };
                parts.push(again);
            }
            _ => part.data = change_any(chance, &part.data, others, depth),
        }
    }
    Some(pack(&parts))
}

fn parts(bytes: &[u8]) -> Option<Vec<Part>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut parts = Vec::new();
    for at in 0..archive.len() {
        let Ok(file) = archive.by_index(at) else { continue };
        let (name, stored) = (file.name_raw().to_vec(), file.compression() == zip::CompressionMethod::Stored);
        let mut data = Vec::new();
        if file.take(super::LARGEST as u64).read_to_end(&mut data).is_ok() {
            parts.push(Part { name, data, stored, lie: Lie::None });
        }
    }
    Some(parts)
}

fn lie(chance: &mut Chance) -> Lie {
    let value = chance.one(&[0, 1, 0xFFFF, 0x7FFF_FFFF, u32::MAX, 100, 5000]).copied().unwrap_or_default();
    match chance.below(6) {
        0 => Lie::Size(value),
        1 => Lie::Packed(value),
        2 => Lie::Checksum,
        3 => Lie::Method(chance.below(20) as u16),
        4 => Lie::Flags(1 << chance.below(16)),
        _ => Lie::Offset(value),
    }
}

/// PKWARE APPNOTE 4.3: headers and files, the directory, the record at the end.
fn pack(parts: &[Part]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for part in parts {
        let offset = if let Lie::Offset(offset) = part.lie { offset } else { bytes.len() as u32 };
        let packed = if part.stored { part.data.clone() } else { miniz_oxide::deflate::compress_to_vec(&part.data, 3) };
        let mut fields = Vec::new();
        let flags = if let Lie::Flags(flags) = part.lie { flags } else { 0 };
        let method = if let Lie::Method(method) = part.lie { method } else { if part.stored { 0 } else { 8 } };
        let checksum = crc32fast::hash(&part.data) ^ u32::from(part.lie == Lie::Checksum);
        let packed_size = if let Lie::Packed(size) = part.lie { size } else { packed.len() as u32 };
        let size = if let Lie::Size(size) = part.lie { size } else { part.data.len() as u32 };
        for short in [20, flags, method, 0, 33] {
            fields.extend(short.to_le_bytes());
        }
        for long in [checksum, packed_size, size] {
            fields.extend(long.to_le_bytes());
        }
        fields.extend((part.name.len() as u16).to_le_bytes());
        fields.extend([0, 0]);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&fields);
        bytes.extend(&part.name);
        bytes.extend(&packed);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&fields);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(&part.name);
    }
    let start = bytes.len() as u32;
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend((parts.len() as u16).to_le_bytes());
    bytes.extend((parts.len() as u16).to_le_bytes());
    bytes.extend((directory.len() as u32).to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}
