//! Changes to bytes that have no parts: single bytes, runs, numbers, names, and elements of markup.

use crate::chance::Chance;

/// What means something to a reader: marks of packings, names, numbers at the edge of what fits.
pub(super) const TOKENS: &[&[u8]] = &[
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"PK\x06\x06",
    b"PK\x07\x08",
    b"%PDF-1.7\n",
    b"%%EOF\n",
    b"startxref\n",
    b"xref\n0 1\n",
    b"trailer\n",
    b"endobj\n",
    b"stream\n",
    b"\nendstream",
    b"1 0 obj\n",
    b"1 0 R",
    b"<<",
    b">>",
    b"[",
    b"]",
    b"(",
    b")",
    b"/Length 4294967296",
    b"/Filter /FlateDecode",
    b"/Filter [/ASCIIHexDecode /ASCII85Decode /LZWDecode /RunLengthDecode]",
    b"/Predictor 15 /Columns 99999999",
    b"/DecodeParms << /Predictor 2 /Colors 32 /BitsPerComponent 16 >>",
    b"/Prev 0",
    b"/Kids [2 0 R]",
    b"/Type /ObjStm /N 99999 /First 9",
    b"/W [8 8 8] /Index [0 4294967295]",
    b"/MediaBox [0 0 1e308 -1e308]",
    b" cm ",
    b" q ",
    b" Q ",
    b" re f ",
    b" W n ",
    b" Tj ",
    b" BT ",
    b" ET ",
    b" Do ",
    b" l S ",
    b" c ",
    b" Tf ",
    b" gs ",
    b"BI /W 9 ID ",
    b" EI ",
    b"/F 99999999 Tf ",
    b"1e38 0 0 1e38 0 0 cm ",
    b"0.0000001 w ",
    b"[99999 1] 0 d ",
    b"beginbfrange <0000> <ffff> <0041> endbfrange ",
    b"begincodespacerange <00> <ffff> endcodespacerange ",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"-->",
    b"<?x ?>",
    b"<!DOCTYPE x [<!ENTITY a \"&b;&b;\">]>",
    b"&#x10FFFF;",
    b"&#xD800;",
    b"&amp;",
    b"</x>",
    b"<a>",
    b"<a/>",
    b"<script>",
    b"</style>",
    b"<template>",
    b"<svg>",
    b"<!doctype html>",
    b" hidden ",
    b" style='display:none'",
    b" style='position:absolute;left:-9999px'",
    b"data:image/png;base64,iVBORw0KGgo=",
    b"data:text/html;charset=x,%3Cp%20hidden%3E",
    b" hidden=\"1\"",
    b" r=\"XFD1048576\"",
    b" r=\"A0\"",
    b" r=\"ZZZZZZZZ99999999999\"",
    b" ref=\"A1:XFD1048576\"",
    b" ref=\"B2:A1\"",
    b" min=\"1\" max=\"16384\"",
    b" min=\"9\" max=\"1\"",
    b" s=\"4294967295\"",
    b" t=\"s\"",
    b" t=\"inlineStr\"",
    b" ht=\"-1\"",
    b" width=\"NaN\"",
    b" table:number-rows-repeated=\"1048576\"",
    b" table:number-columns-repeated=\"4294967295\"",
    b" table:visibility=\"collapse\"",
    b" formatCode=\"[&lt;20]0.0E+00;;;\"",
    b"-0",
    b"-1",
    b"0",
    b"1",
    b"65535",
    b"65536",
    b"2147483647",
    b"2147483648",
    b"4294967295",
    b"4294967296",
    b"9223372036854775807",
    b"18446744073709551615",
    b"99999999999999999999999",
    b"1e999",
    b"-1e999",
    b"NaN",
    b"1e-320",
    b"0.1",
    b"\xFF\xFE",
    b"\xEF\xBB\xBF",
    b"\0",
    b"\xC3",
    b"\xED\xA0\x80",
    b"\xF0\x9F\x98\x80",
    b"\"",
    b"'",
    b",",
    b";",
    b"\t",
    b"\r\n",
    b"=1+1",
    b"{\"a\":",
    b"\\ud800",
    b"Exif\0\0II*\0\x08\0\0\0",
    b"MM\0*\0\0\0\x08",
    b"ICC_PROFILE\0",
    b"\xFF\xD8\xFF\xE1",
    b"\xFF\xD9",
    b"IEND",
    b"IDAT",
    b"eXIf",
    b"zTXt",
    b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
    b"\x01Ole10Native",
];

/// Changed in one to some places.
pub(super) fn change(chance: &mut Chance, bytes: &[u8], others: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=chance.few(8) {
        once(chance, &mut bytes, others);
    }
    bytes
}

fn once(chance: &mut Chance, bytes: &mut Vec<u8>, others: &[Vec<u8>]) {
    let at = chance.below(bytes.len());
    let run = chance.few(64).min(bytes.len() - at);
    match chance.below(15) {
        0 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << chance.below(8);
            }
        }
        1 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = chance.one(&[0, 1, 9, 10, 13, 32, 0x7F, 0x80, 0xFF]).copied().unwrap_or_default();
            }
        }
        2 => drop(bytes.drain(at..at + run)),
        3 => {
            let again = bytes[at..at + run].repeat(1 + chance.few(200));
            put(bytes, at, &again);
        }
        4 | 5 => put(bytes, at, chance.one(TOKENS).copied().unwrap_or_default()),
        6 => {
            let token = chance.one(TOKENS).copied().unwrap_or_default();
            let end = (at + token.len()).min(bytes.len());
            bytes.splice(at..end, token.iter().copied());
        }
        7 => {
            // A piece of another file.
            let other = chance.one(others).map(Vec::as_slice).unwrap_or_default();
            let from = chance.below(other.len());
            let length = chance.few(4096).min(other.len() - from);
            put(bytes, at, &other[from..from + length]);
        }
        8 => {
            let wide = chance
                .one(&[0_u64, 1, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, u64::MAX, 26, 1 << 20])
                .copied()
                .unwrap_or_default();
            let width = chance.one(&[2, 4, 8]).copied().unwrap_or(4).min(bytes.len() - at);
            let field = if chance.once_in(2) { wide.to_le_bytes() } else { wide.to_be_bytes() };
            let field = if chance.once_in(2) { &field[..width] } else { &field[8 - width..] };
            bytes[at..at + width].copy_from_slice(field);
        }
        9 => number(chance, bytes, at),
        10 => {
            let to = chance.below(bytes.len());
            let piece: Vec<u8> = bytes.drain(at..at + run).collect();
            put(bytes, to.min(bytes.len()), &piece);
        }
        11 => bytes.truncate(at),
        12 => element(chance, bytes, at),
        13 => nest(chance, bytes),
        _ => value(chance, bytes, at),
    }
}

pub(super) fn put(bytes: &mut Vec<u8>, at: usize, what: &[u8]) {
    if bytes.len() + what.len() < super::LARGEST {
        bytes.splice(at..at, what.iter().copied());
    }
}

/// Another number in the place of the next one that is written in digits.
pub(super) fn number(chance: &mut Chance, bytes: &mut Vec<u8>, at: usize) {
    let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit).map(|found| at + found) else { return };
    let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let other = match chance.below(4) {
        0 => chance.below(12).to_string(),
        1 => chance.below(bytes.len() * 2).to_string(),
        2 => chance
            .one(&["-1", "0", "65536", "2147483648", "4294967296", "18446744073709551616", "1e308", "0.5"])
            .copied()
            .unwrap_or_default()
            .to_owned(),
        _ => chance.next().to_string(),
    };
    bytes.splice(start..start + length, other.bytes());
}

/// The next element of markup twice, many times, or not at all.
fn element(chance: &mut Chance, bytes: &mut Vec<u8>, at: usize) {
    let Some(start) = bytes[at..].iter().position(|byte| *byte == b'<').map(|found| at + found) else { return };
    let skipped = chance.few(12);
    let ends = bytes[start..].iter().enumerate().filter(|(_, byte)| **byte == b'>');
    let Some(end) = ends.map(|(found, _)| start + found + 1).nth(skipped) else { return };
    let piece = bytes[start..end].to_vec();
    match chance.below(3) {
        0 => drop(bytes.drain(start..end)),
        1 => put(bytes, end, &piece.repeat(1 + chance.few(300))),
        _ => {
            let to = chance.below(bytes.len());
            put(bytes, to, &piece);
        }
    }
}

/// Something in itself, many times.
fn nest(chance: &mut Chance, bytes: &mut Vec<u8>) {
    const PAIRS: &[(&str, &str)] = &[
        ("<a>", "</a>"),
        ("<<", ">>"),
        ("[", "]"),
        ("{\"a\":", "}"),
        ("(", ")"),
        ("<div hidden>", ""),
        ("q ", ""),
        ("<table:table-row>", "</table:table-row>"),
        ("<svg>", ""),
        ("<< /K ", ">>"),
    ];
    let (open, close) = chance.one(PAIRS).copied().unwrap_or_default();
    let times = chance.few(3000);
    let start = chance.below(bytes.len());
    let end = start + chance.below(bytes.len() - start);
    put(bytes, end, close.repeat(times).as_bytes());
    put(bytes, start, open.repeat(times).as_bytes());
}

/// Another value in the quotation marks that come next.
pub(super) fn value(chance: &mut Chance, bytes: &mut Vec<u8>, at: usize) {
    let quote = |byte: &u8| *byte == b'"' || *byte == b'\'';
    let Some(start) = bytes[at..].iter().position(quote).map(|found| at + found + 1) else { return };
    let Some(end) = bytes[start..].iter().position(quote).map(|found| start + found) else { return };
    let other = if chance.once_in(2) {
        chance.one(TOKENS).map(|token| token.to_vec()).unwrap_or_default()
    } else {
        // One of the other values of the file.
        let from = chance.below(bytes.len());
        let piece = bytes[from..].split(quote).nth(1).unwrap_or_default();
        piece[..piece.len().min(200)].to_vec()
    };
    bytes.splice(start..end, other);
}
