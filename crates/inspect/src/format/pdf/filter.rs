//! The filters that pack a stream's data (ISO 32000-2, 7.4). Pictures' own packings are left as they are.

use super::object::{Dict, Object, hex_digit, is_white};
use crate::inflate::inflate;
use crate::limits::{Budget, Uninspectable};

/// A stream's data, unpacked as far as they can be.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    pub(super) data: Vec<u8>,
    /// The packing of a picture that is left: `DCTDecode`.
    pub(super) left: Option<Vec<u8>>,
    /// Bytes behind the end of the packed data.
    pub(super) surplus: usize,
    /// A filter that is not known, or data that do not follow theirs.
    pub(super) fault: bool,
}

/// Unpacks a stream. The dictionary's values must be direct.
pub(super) fn decode(budget: &Budget, dict: &Dict, raw: &[u8]) -> Result<Decoded, Uninspectable> {
    let filters = listed(dict.get(&b"Filter"[..]).or_else(|| dict.get(&b"F"[..])));
    let settings = listed(dict.get(&b"DecodeParms"[..]).or_else(|| dict.get(&b"DP"[..])));
    let mut decoded = Decoded::default();
    let mut data: Option<Vec<u8>> = None;
    for (number, filter) in filters.iter().take(8).enumerate() {
        let packed = data.as_deref().unwrap_or(raw);
        budget.spend(packed.len() as u64)?;
        let setting = settings.get(number).copied().and_then(Object::dict);
        let unpacked = match filter.name().unwrap_or_default() {
            b"FlateDecode" | b"Fl" => {
                let unpacked = inflate(budget, packed)?;
                decoded.fault |= !unpacked.whole;
                let rest = packed.get(unpacked.consumed..).unwrap_or_default();
                if unpacked.whole && rest.iter().any(|&byte| !is_white(byte)) {
                    decoded.surplus += rest.len();
                }
                predicted(unpacked.data, setting)
            }
            b"LZWDecode" | b"LZW" => {
                let early =
                    setting.and_then(|setting| setting.get(&b"EarlyChange"[..])).and_then(Object::whole) != Some(0);
                predicted(lzw(budget, packed, early)?, setting)
            }
            b"ASCIIHexDecode" | b"AHx" => hex(packed),
            b"ASCII85Decode" | b"A85" => ascii85(packed),
            b"RunLengthDecode" | b"RL" => run_length(budget, packed)?,
            b"Crypt" => packed.to_vec(),
            picture @ (b"DCTDecode" | b"DCT" | b"JPXDecode" | b"CCITTFaxDecode" | b"CCF" | b"JBIG2Decode") => {
                decoded.left = Some(picture.to_vec());
                break;
            }
            _ => {
                decoded.fault = true;
                break;
            }
        };
        data = Some(unpacked);
    }
    decoded.data = match data {
        Some(data) => data,
        None => {
            budget.unpack(raw.len() as u64)?;
            raw.to_vec()
        }
    };
    Ok(decoded)
}

fn listed(value: Option<&Object>) -> Vec<&Object> {
    match value {
        Some(Object::Array(items)) => items.iter().collect(),
        Some(Object::Null) | None => Vec::new(),
        Some(one) => vec![one],
    }
}

fn hex(packed: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = packed.iter().take_while(|&&byte| byte != b'>').filter_map(|&byte| hex_digit(byte)).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0)).collect()
}

fn ascii85(packed: &[u8]) -> Vec<u8> {
    let mut data = Vec::new();
    let mut group: Vec<u8> = Vec::new();
    let flush = |group: &mut Vec<u8>, data: &mut Vec<u8>| {
        let given = group.len();
        if given > 1 {
            group.resize(5, 84);
            let value = group.iter().fold(0_u64, |value, &digit| value * 85 + u64::from(digit));
            data.extend_from_slice(&(value as u32).to_be_bytes()[..given - 1]);
        }
        group.clear();
    };
    for &byte in packed {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => data.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => group.push(byte - b'!'),
            _ => {}
        }
        if group.len() == 5 {
            flush(&mut group, &mut data);
        }
    }
    flush(&mut group, &mut data);
    data
}

fn run_length(budget: &Budget, packed: &[u8]) -> Result<Vec<u8>, Uninspectable> {
    let mut data = Vec::new();
    let mut at = 0;
    while let Some(&length) = packed.get(at) {
        let before = data.len();
        match length {
            0..=127 => {
                let end = (at + 2 + usize::from(length)).min(packed.len());
                data.extend_from_slice(packed.get(at + 1..end).unwrap_or_default());
                at = end;
            }
            128 => break,
            129..=255 => {
                let Some(&byte) = packed.get(at + 1) else { break };
                data.resize(data.len() + 257 - usize::from(length), byte);
                at += 2;
            }
        }
        budget.unpack((data.len() - before) as u64)?;
    }
    Ok(data)
}

fn lzw(budget: &Budget, packed: &[u8], early: bool) -> Result<Vec<u8>, Uninspectable> {
    const CLEAR: usize = 256;
    const END: usize = 257;
    let mut data: Vec<u8> = Vec::new();
    // Each entry repeats what already lies in the data.
    let mut table: Vec<(usize, usize)> = Vec::new();
    let mut last: Option<(usize, usize)> = None;
    let mut width = 9;
    let (mut bits, mut held) = (0_u32, 0_u32);
    for &byte in packed {
        bits = bits << 8 | u32::from(byte);
        held += 8;
        if held < width {
            continue;
        }
        held -= width;
        let code = (bits >> held) as usize & ((1 << width) - 1);
        bits &= (1 << held) - 1;
        match code {
            CLEAR => {
                table.clear();
                last = None;
                width = 9;
                continue;
            }
            END => break,
            _ => {}
        }
        let start = data.len();
        match (code, last) {
            (0..=255, _) => data.push(code as u8),
            (_, Some((from, length))) if code - 258 == table.len() => {
                data.extend_from_within(from..from + length);
                data.extend(data.get(from).copied());
            }
            _ => match table.get(code - 258) {
                Some(&(from, length)) => data.extend_from_within(from..from + length),
                None => break,
            },
        }
        let length = data.len() - start;
        budget.unpack(length as u64)?;
        if let Some((from, length)) = last.filter(|_| table.len() < 4096 - 258) {
            table.push((from, length + 1));
        }
        last = Some((start, length));
        width = match table.len() + 258 + usize::from(early) + usize::from(last.is_some()) - 1 {
            0..512 => 9,
            512..1024 => 10,
            1024..2048 => 11,
            _ => 12,
        };
    }
    Ok(data)
}

/// Undoes the prediction of a row from the one above (7.4.4.4).
fn predicted(data: Vec<u8>, setting: Option<&Dict>) -> Vec<u8> {
    let set = |key: &[u8], otherwise: usize| {
        setting.and_then(|setting| setting.get(key)).and_then(Object::whole).unwrap_or(otherwise)
    };
    let predictor = set(b"Predictor", 1);
    let bits = set(b"Colors", 1).clamp(1, 64) * set(b"BitsPerComponent", 8).clamp(1, 16);
    let row = (set(b"Columns", 1).clamp(1, 1 << 24) * bits).div_ceil(8);
    let pixel = (bits / 8).max(1);
    match predictor {
        10.. => from_rows(&data, row, pixel),
        2 if bits % 8 == 0 => {
            let mut data = data;
            for row in data.chunks_mut(row) {
                for at in pixel..row.len() {
                    row[at] = row[at].wrapping_add(row[at - pixel]);
                }
            }
            data
        }
        _ => data,
    }
}

/// Undoes the predictors of PNG, one told at the head of each row.
pub(crate) fn from_rows(data: &[u8], row: usize, pixel: usize) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(data.len());
    let mut above = vec![0_u8; row];
    for packed in data.chunks(row + 1) {
        let mut line = packed[1..].to_vec();
        for at in 0..line.len() {
            let left = if at >= pixel { line[at - pixel] } else { 0 };
            let corner = if at >= pixel { above[at - pixel] } else { 0 };
            let up = above[at];
            let guess = match packed[0] {
                1 => left,
                2 => up,
                3 => ((u16::from(left) + u16::from(up)) / 2) as u8,
                4 => paeth(left, up, corner),
                _ => 0,
            };
            line[at] = line[at].wrapping_add(guess);
        }
        out.extend_from_slice(&line);
        above[..line.len()].copy_from_slice(&line);
    }
    out
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let guess = a + b - c;
    let (to_a, to_b, to_c) = ((guess - a).abs(), (guess - b).abs(), (guess - c).abs());
    if to_a <= to_b && to_a <= to_c {
        left
    } else if to_b <= to_c {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    #[test]
    fn packings_of_letters_are_undone() {
        assert_eq!(hex(b"48 65 6C 6c 6F 7>"), b"Hellop");
        assert_eq!(ascii85(b"87cURD]i,\"Ebo80~>"), b"Hello World!");
        let budget = Budget::new(Limits::default(), 0);
        assert_eq!(run_length(&budget, &[2, b'a', b'b', b'c', 254, b'd', 128, 9]).unwrap(), b"abcddd");
    }

    #[test]
    fn lzw_follows_the_standards_own_example() {
        let packed = [0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01];
        let unpacked = lzw(&Budget::new(Limits::default(), 0), &packed, true).unwrap();
        assert_eq!(unpacked, [45, 45, 45, 45, 45, 65, 45, 45, 45, 66]);
    }

    #[test]
    fn rows_are_undone() {
        assert_eq!(from_rows(&[1, 5, 1, 1, 2, 1, 1, 1], 3, 1), [5, 6, 7, 6, 7, 8]);
    }
}
