//! PDFs taken apart into objects, changed and written again with a right table of objects.

use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::flat;
use crate::chance::Chance;

struct Object {
    number: u32,
    body: Vec<u8>,
}

/// Taken apart, changed, and written again; [`None`] when it has no objects that can be told apart.
pub(super) fn change(chance: &mut Chance, bytes: &[u8], others: &[Vec<u8>]) -> Option<Vec<u8>> {
    let mut objects = objects(bytes);
    let trailer = trailer(bytes)?;
    for _ in 0..=chance.few(4) {
        let at = chance.below(objects.len());
        let object = objects.get_mut(at)?;
        match chance.below(12) {
            0 => drop(objects.remove(at)),
            1 => object.number = chance.below(20) as u32,
            2 => {
                let other = chance.below(objects.len());
                let body = objects[other].body.clone();
                objects[at].body = body;
            }
            3 => object.body = refer(chance, &object.body),
            4..8 => object.body = stream(chance, &object.body, others),
            _ => object.body = flat::change(chance, &object.body, others),
        }
    }
    let trailer = if chance.once_in(10) { flat::change(chance, &trailer, others) } else { trailer };
    Some(write(&objects, &trailer))
}

/// Everything between `N G obj` and `endobj`.
fn objects(bytes: &[u8]) -> Vec<Object> {
    let mut objects = Vec::new();
    let mut at = 0;
    while let Some(start) = find(&bytes[at..], b" obj").map(|found| at + found) {
        let before = &bytes[..start];
        let mut words = before.rsplit(|byte| byte.is_ascii_whitespace());
        let number = words.nth(1).and_then(|word| std::str::from_utf8(word).ok()).and_then(|word| word.parse().ok());
        let Some(end) = find(&bytes[start..], b"endobj").map(|found| start + found) else { break };
        if let Some(number) = number {
            objects.push(Object { number, body: bytes[start + 4..end].trim_ascii().to_vec() });
        }
        at = end + 6;
    }
    objects
}

/// The last trailer, or the dictionary of the last table that is a stream.
fn trailer(bytes: &[u8]) -> Option<Vec<u8>> {
    let start = match bytes.windows(7).rposition(|window| window == b"trailer") {
        Some(at) => at + 7,
        None => {
            let root = bytes.windows(5).rposition(|window| window == b"/Root")?;
            bytes[..root].windows(2).rposition(|window| window == b"<<")?
        }
    };
    let open = start + find(&bytes[start..], b"<<")?;
    let close = open + find(&bytes[open..], b">>")?;
    Some(bytes[open..close + 2].to_vec())
}

/// A reference to another object in the place of one.
fn refer(chance: &mut Chance, body: &[u8]) -> Vec<u8> {
    let from = chance.below(body.len());
    let Some(at) = find(&body[from..], b" 0 R").map(|found| from + found) else { return body.to_vec() };
    let digits = body[..at].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let mut body = body.to_vec();
    body.splice(at - digits..at, chance.below(20).to_string().bytes());
    body
}

/// Changes the unpacked data of a stream and packs them again, with the right length.
fn stream(chance: &mut Chance, body: &[u8], others: &[Vec<u8>]) -> Vec<u8> {
    let (Some(start), Some(end)) = (find(body, b"stream"), body.windows(9).rposition(|window| window == b"endstream"))
    else {
        return flat::change(chance, body, others);
    };
    let data = body[start + 6..end.max(start + 6)].trim_ascii_start();
    let dict = &body[..start];
    let packed = find(dict, b"FlateDecode").is_some();
    let data = match decompress_to_vec_zlib_with_limit(data, super::LARGEST) {
        Ok(plain) if packed => compress_to_vec_zlib(&flat::change(chance, &plain, others), 3),
        _ => flat::change(chance, data, others),
    };
    // The last of two entries of one name counts.
    let Some(close) = dict.windows(2).rposition(|window| window == b">>") else { return body.to_vec() };
    let mut changed = dict[..close].to_vec();
    changed.extend(format!(" /Length {} >>\nstream\n", data.len()).bytes());
    changed.extend(data);
    changed.extend(b"\nendstream");
    changed
}

fn write(objects: &[Object], trailer: &[u8]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut entries = Vec::new();
    for object in objects {
        let line = format!("{} 1\n{:010} 00000 n \n", object.number, bytes.len());
        entries.push(line);
        bytes.extend(format!("{} 0 obj\n", object.number).bytes());
        bytes.extend(&object.body);
        bytes.extend(b"\nendobj\n");
    }
    let table = bytes.len();
    bytes.extend(b"xref\n0 1\n0000000000 65535 f \n");
    entries.iter().for_each(|entry| bytes.extend(entry.bytes()));
    bytes.extend(b"trailer\n");
    bytes.extend(trailer);
    bytes.extend(format!("\nstartxref\n{table}\n%%EOF\n").bytes());
    bytes
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}
