//! Pictures taken apart into their pieces, changed and put together again with right lengths.

use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::flat;
use crate::chance::Chance;

/// A kind and what it holds.
type Piece = (Vec<u8>, Vec<u8>);

const SIGNATURE: usize = 8;

/// PNG (third edition) 5.3: length, kind, data, checksum.
pub(super) fn change_png(chance: &mut Chance, bytes: &[u8], others: &[Vec<u8>]) -> Option<Vec<u8>> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = bytes.get(SIGNATURE..)?;
    while let (Some(length), Some(kind)) = (rest.first_chunk::<4>(), rest.get(4..8)) {
        let end = usize::try_from(u32::from_be_bytes(*length)).ok()?.checked_add(8)?;
        pieces.push((kind.to_vec(), rest.get(8..end)?.to_vec()));
        rest = rest.get(end + 4..)?;
    }
    change(chance, &mut pieces, others);
    let mut built = bytes[..SIGNATURE].to_vec();
    for (kind, data) in pieces {
        built.extend((data.len() as u32).to_be_bytes());
        let start = built.len();
        built.extend(kind);
        built.extend(data);
        let checksum = crc32fast::hash(&built[start..]);
        built.extend(checksum.to_be_bytes());
    }
    Some(built)
}

/// ITU-T T.81 B.1: markers with lengths, up to the first scan; what follows stays as it is.
pub(super) fn change_jpeg(chance: &mut Chance, bytes: &[u8], others: &[Vec<u8>]) -> Option<Vec<u8>> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = bytes.get(2..)?;
    while let [0xFF, marker, high, low, ..] = *rest {
        if marker == 0xDA {
            break;
        }
        let length = usize::from(u16::from_be_bytes([high, low]));
        pieces.push((vec![marker], rest.get(4..2 + length)?.to_vec()));
        rest = rest.get(2 + length..)?;
    }
    change(chance, &mut pieces, others);
    let mut built = vec![0xFF, 0xD8];
    for (kind, data) in pieces {
        let length = (data.len() + 2).min(usize::from(u16::MAX));
        built.push(0xFF);
        built.extend(kind.first());
        built.extend((length as u16).to_be_bytes());
        built.extend(&data[..length - 2]);
    }
    built.extend(rest);
    Some(built)
}

fn change(chance: &mut Chance, pieces: &mut Vec<Piece>, others: &[Vec<u8>]) {
    for _ in 0..=chance.few(3) {
        let at = chance.below(pieces.len());
        let Some((kind, data)) = pieces.get_mut(at) else { return };
        match chance.below(8) {
            0 => drop(pieces.remove(at)),
            1 => {
                let again = pieces[at].clone();
                pieces.push(again);
            }
            2 => {
                if let Some(letter) = kind.first_mut() {
                    *letter = chance.next() as u8;
                }
            }
            3 | 4 if kind == b"IDAT" => {
                let plain = decompress_to_vec_zlib_with_limit(data, super::LARGEST).unwrap_or_default();
                *data = compress_to_vec_zlib(&flat::change(chance, &plain, others), 3);
            }
            _ => *data = flat::change(chance, data, others),
        }
    }
}
