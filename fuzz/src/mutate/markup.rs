//! Changes to markup that leave it well-formed for the most part, so that a reader goes on to what the elements mean.

use std::ops::Range;

use super::flat;
use crate::chance::Chance;

/// Changed in one to some elements.
pub(super) fn change(chance: &mut Chance, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=chance.few(6) {
        once(chance, &mut bytes);
    }
    bytes
}

fn once(chance: &mut Chance, bytes: &mut Vec<u8>) {
    let at = chance.below(bytes.len());
    match chance.below(8) {
        0 | 1 => flat::value(chance, bytes, at),
        2 => flat::number(chance, bytes, at),
        3 => attribute(chance, bytes, at),
        4 => {
            // Another name, which may mean something here.
            let (Some(from), other) = (start_tag(bytes, at), chance.below(bytes.len())) else { return };
            let Some(to) = start_tag(bytes, other) else { return };
            let (from, to) = (name(bytes, from).to_vec(), name(bytes, to).to_vec());
            if !from.is_empty() && bytes.len() < super::LARGEST / 4 {
                *bytes = replace_names(bytes, &from, &to);
            }
        }
        _ => {
            let Some(piece) = start_tag(bytes, at).and_then(|start| whole(bytes, start)) else { return };
            let copy = bytes[piece.clone()].to_vec();
            let times = if copy.len() < 2_000 { 1 + chance.few(400) } else { 1 };
            match chance.below(3) {
                0 => drop(bytes.drain(piece)),
                1 => flat::put(bytes, piece.end, &copy.repeat(times)),
                _ => {
                    let other = chance.below(bytes.len());
                    let to = start_tag(bytes, other).unwrap_or(piece.end);
                    flat::put(bytes, to, &copy);
                }
            }
        }
    }
}

/// An attribute more, at the end of a name.
fn attribute(chance: &mut Chance, bytes: &mut Vec<u8>, at: usize) {
    let Some(start) = start_tag(bytes, at) else { return };
    let end = start + 1 + name(bytes, start).len();
    let token = chance.one(flat::TOKENS).copied().unwrap_or_default();
    if token.starts_with(b" ") && token.contains(&b'=') {
        flat::put(bytes, end, token);
    }
}

/// Where the next element begins.
fn start_tag(bytes: &[u8], at: usize) -> Option<usize> {
    let begins = |two: &[u8]| two[0] == b'<' && two[1].is_ascii_alphabetic();
    bytes.get(at..)?.windows(2).position(begins).map(|found| at + found)
}

fn name(bytes: &[u8], start: usize) -> &[u8] {
    let rest = &bytes[start + 1..];
    let end =
        rest.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/')).unwrap_or(rest.len());
    &rest[..end]
}

/// The element with what is in it, by counting those of its name.
fn whole(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let name = name(bytes, start);
    let (mut at, mut depth) = (start, 0_usize);
    loop {
        let end = at + bytes[at..].iter().position(|byte| *byte == b'>')? + 1;
        let tag = &bytes[at..end];
        if tag.starts_with(b"</") && tag[2..].starts_with(name) {
            depth = depth.saturating_sub(1);
        } else if tag[1..].starts_with(name) && !tag.ends_with(b"/>") {
            depth += 1;
        }
        if depth == 0 {
            return Some(start..end);
        }
        at = end + bytes[end..].iter().position(|byte| *byte == b'<')?;
    }
}

fn replace_names(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut changed = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let before = changed.last().copied().unwrap_or_default();
        let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/');
        let tag = matches!(before, b'<' | b'/')
            && bytes[at..].starts_with(from)
            && bytes.get(at + from.len()).is_some_and(ends);
        if tag {
            changed.extend(to);
            at += from.len();
        } else {
            changed.push(bytes[at]);
            at += 1;
        }
    }
    changed
}
