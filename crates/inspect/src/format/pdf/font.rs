//! What a font's codes say and how wide they are (ISO 32000-2, 9.5 to 9.10). Glyphs have no outlines here: a box stands for each.

use std::collections::BTreeMap;

use super::document::{Document, operators};
use super::object::{Dict, Object};
use crate::limits::{Budget, Uninspectable};

/// One code of a shown text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Glyph {
    pub(super) code: u32,
    /// What copying it gives; none if that cannot be told.
    pub(super) text: Option<String>,
    /// In thousandths of the font's size.
    pub(super) width: f64,
    /// A single byte 32, which word spacing widens.
    pub(super) space: bool,
}

#[derive(Debug, Default)]
pub(super) struct Font {
    /// The lengths of codes: first byte from and to, number of bytes.
    lengths: Vec<(u8, u8, usize)>,
    composite: bool,
    widths: BTreeMap<u32, f64>,
    default_width: f64,
    /// What codes mean when copied.
    to_unicode: BTreeMap<u32, String>,
    /// What the glyphs are called, where it says so.
    names: BTreeMap<u32, String>,
    /// Of a Type 3 font: its glyphs' content streams, by code, and its matrix.
    pub(super) drawn: Option<Drawn>,
}

/// The glyphs of a Type 3 font.
#[derive(Debug)]
pub(super) struct Drawn {
    pub(super) matrix: [f64; 6],
    pub(super) glyphs: BTreeMap<u32, Object>,
    pub(super) resources: Option<Object>,
}

/// The most codes that a font may map.
const MOST_CODES: usize = 70_000;

impl Font {
    pub(super) fn read(budget: &Budget, document: &Document<'_>, dict: &Dict) -> Result<Self, Uninspectable> {
        let mut font = Self { default_width: 500.0, ..Self::default() };
        font.composite = document.is(dict, "Subtype", "Type0");
        if let Object::Stream(stream, range) = document.value(dict, "ToUnicode") {
            let data = document.decode(budget, stream, range)?.data;
            font.to_unicode = mapping(budget, &data)?.1;
        }
        if font.composite {
            font.read_composite(budget, document, dict)?;
        } else {
            font.read_simple(budget, document, dict)?;
        }
        Ok(font)
    }

    fn read_composite(&mut self, budget: &Budget, document: &Document<'_>, dict: &Dict) -> Result<(), Uninspectable> {
        if let Object::Stream(stream, range) = document.value(dict, "Encoding") {
            let data = document.decode(budget, stream, range)?.data;
            self.lengths = mapping(budget, &data)?.0;
        }
        let descendants = document.value(dict, "DescendantFonts").array().unwrap_or_default();
        let Some(inner) = descendants.first().and_then(|font| document.resolve(font).dict()) else { return Ok(()) };
        self.default_width = document.number(inner, "DW").unwrap_or(1_000.0);
        let mut items =
            document.value(inner, "W").array().unwrap_or_default().iter().map(|item| document.resolve(item));
        while let (Some(first), Some(second)) = (items.next().and_then(Object::whole), items.next()) {
            budget.spend(1)?;
            match second {
                Object::Array(widths) => {
                    for (at, width) in widths.iter().filter_map(|width| document.resolve(width).number()).enumerate() {
                        self.widths.insert((first + at) as u32, width);
                    }
                }
                last => {
                    let width = items.next().and_then(Object::number).unwrap_or(self.default_width);
                    for code in first..=last.whole().unwrap_or(first).min(first.saturating_add(MOST_CODES)) {
                        self.widths.insert(code as u32, width);
                    }
                }
            }
            budget.spend(self.widths.len() as u64 / 64)?;
        }
        Ok(())
    }

    fn read_simple(&mut self, budget: &Budget, document: &Document<'_>, dict: &Dict) -> Result<(), Uninspectable> {
        let first = document.value(dict, "FirstChar").whole().unwrap_or(0);
        for (at, width) in document.numbers(document.value(dict, "Widths")).into_iter().take(256).enumerate() {
            self.widths.insert((first + at) as u32, width);
        }
        let descriptor = document.dict(dict, "FontDescriptor");
        if let Some(missing) = descriptor.and_then(|descriptor| document.number(descriptor, "MissingWidth")) {
            self.default_width = missing;
        }
        let flags = descriptor.and_then(|descriptor| document.value(descriptor, "Flags").whole()).unwrap_or(0);
        let base_font = document.value(dict, "BaseFont").name().unwrap_or_default();
        let symbolic = flags & 4 != 0 || base_font.ends_with(b"Symbol") || base_font.ends_with(b"Dingbats");
        let encoding = document.value(dict, "Encoding");
        let base = match encoding {
            Object::Name(name) => Some(name.as_slice()),
            Object::Dict(dict) => document.value(dict, "BaseEncoding").name(),
            _ => None,
        };
        let type3 = document.is(dict, "Subtype", "Type3");
        if base.is_some() || !(symbolic || type3) {
            let mac = base == Some(b"MacRomanEncoding");
            for code in 32..=255_u8 {
                // The upper halves of the two differ; of the older one only what they share is said.
                if let Some(letter) = if mac && code >= 128 { None } else { windows_1252(code) } {
                    self.names.insert(u32::from(code), letter.to_string());
                }
            }
        }
        let mut codes: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
        if let Some(differences) = encoding.dict().and_then(|dict| document.value(dict, "Differences").array()) {
            let mut code = 0_usize;
            for item in differences.iter().take(MOST_CODES) {
                match document.resolve(item) {
                    Object::Name(name) => {
                        codes.insert(code as u32, name.clone());
                        code += 1;
                    }
                    other => code = other.whole().unwrap_or(code),
                }
            }
        }
        for (&code, name) in &codes {
            match named(name) {
                Some(text) => self.names.insert(code, text),
                None => self.names.remove(&code),
            };
        }
        if type3 {
            let matrix = document.numbers(document.value(dict, "FontMatrix"));
            let matrix: [f64; 6] = matrix.try_into().unwrap_or([0.001, 0.0, 0.0, 0.001, 0.0, 0.0]);
            let procedures = document.dict(dict, "CharProcs");
            let glyphs =
                codes.iter().filter_map(|(&code, name)| Some((code, procedures?.get(name)?.clone()))).collect();
            // Widths are in the font's own space.
            self.widths.values_mut().for_each(|width| *width *= matrix[0] * 1_000.0);
            self.drawn = Some(Drawn { matrix, glyphs, resources: dict.get(&b"Resources"[..]).cloned() });
        }
        budget.spend(256)
    }

    /// The codes of a shown text.
    pub(super) fn glyphs(&self, shown: &[u8]) -> Vec<Glyph> {
        let mut glyphs = Vec::new();
        let mut rest = shown;
        while let Some(&first) = rest.first() {
            let length = if self.composite {
                self.lengths.iter().find(|range| (range.0..=range.1).contains(&first)).map_or(2, |range| range.2)
            } else {
                1
            };
            let (bytes, after) = rest.split_at(length.clamp(1, rest.len()));
            rest = after;
            let code = bytes.iter().fold(0_u32, |code, &byte| code << 8 | u32::from(byte));
            glyphs.push(Glyph {
                code,
                text: self.to_unicode.get(&code).or_else(|| self.names.get(&code)).cloned(),
                width: self.widths.get(&code).copied().unwrap_or(self.default_width),
                space: bytes == b" ",
            });
        }
        glyphs
    }

    /// Codes whose glyph is called one thing and copied as another.
    pub(super) fn liars(&self) -> Vec<(u32, String, String)> {
        let plain = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
        let differ = |(code, copied): (&u32, &String)| {
            let called = self.names.get(code)?;
            let (copied, called) = (plain(copied), plain(called));
            // Ligatures and compatibility forms are written in more than one way; single letters and digits are not.
            let single = |text: &str| text.len() == 1;
            (single(&copied) && single(&called) && copied != called).then_some((*code, called, copied))
        };
        self.to_unicode.iter().filter_map(differ).collect()
    }
}

/// Ranges of code lengths, and what codes mean.
type Mapping = (Vec<(u8, u8, usize)>, BTreeMap<u32, String>);

/// Reads a character mapping (9.7.5, 9.10.3).
fn mapping(budget: &Budget, data: &[u8]) -> Result<Mapping, Uninspectable> {
    let mut lengths = Vec::new();
    let mut codes: BTreeMap<u32, String> = BTreeMap::new();
    let number = |text: &[u8]| text.iter().take(4).fold(0_u32, |number, &byte| number << 8 | u32::from(byte));
    operators(budget, data, 8, |word, operands, _| {
        match word {
            b"endcodespacerange" => {
                for pair in operands.chunks_exact(2) {
                    if let (Some(from), Some(to)) = (pair[0].text(), pair[1].text())
                        && let (Some(&first), Some(&last)) = (from.first(), to.first())
                    {
                        lengths.push((first, last, from.len()));
                    }
                }
            }
            b"endbfchar" => {
                for pair in operands.chunks_exact(2) {
                    if let (Some(code), Some(text)) = (pair[0].text(), pair[1].text()) {
                        codes.insert(number(code), utf16(text));
                    }
                }
            }
            b"endbfrange" => {
                for range in operands.chunks_exact(3) {
                    let (Some(from), Some(to)) = (range[0].text(), range[1].text()) else { continue };
                    let (from, to) = (number(from), number(to));
                    let to = to.min(from.saturating_add(65_535));
                    budget.spend(u64::from(to.saturating_sub(from)) + 1)?;
                    for code in from..=to {
                        if codes.len() > MOST_CODES {
                            break;
                        }
                        match &range[2] {
                            Object::Array(texts) => {
                                if let Some(text) = texts.get((code - from) as usize).and_then(Object::text) {
                                    codes.insert(code, utf16(text));
                                }
                            }
                            Object::Text(first) => {
                                let mut text = first.clone();
                                if let [.., high, low] = text.as_mut_slice() {
                                    let last = u16::from_be_bytes([*high, *low]).wrapping_add((code - from) as u16);
                                    [*high, *low] = last.to_be_bytes();
                                }
                                codes.insert(code, utf16(&text));
                            }
                            _ => {}
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok((lengths, codes))
}

pub(super) fn utf16(bytes: &[u8]) -> String {
    if let [byte] = bytes {
        return char::from(*byte).to_string();
    }
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

/// A text string of the document (7.9.2.2).
pub(super) fn text_string(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => utf16(rest),
        [0xFF, 0xFE, rest @ ..] => {
            let units: Vec<u16> = rest.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|&byte| windows_1252(byte).unwrap_or(char::from(byte))).collect(),
    }
}

/// A byte in the encoding of Western Windows; none where it has no character.
pub(crate) fn windows_1252(byte: u8) -> Option<char> {
    const UPPER: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    match byte {
        0x80..=0x9F => UPPER.chars().nth(usize::from(byte - 0x80)).filter(|letter| !letter.is_control()),
        _ => Some(char::from(byte)),
    }
}

/// What a glyph of this name shows, as the Adobe Glyph List has it; the names that texts in Latin letters need.
fn named(name: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(name).ok()?;
    let base = name.split('.').next().filter(|base| !base.is_empty())?;
    if base.len() == 1 {
        return Some(base.to_owned());
    }
    if let Some(code) = base.strip_prefix("uni").filter(|code| code.len() == 4) {
        return char::from_u32(u32::from_str_radix(code, 16).ok()?).map(String::from);
    }
    NAMES.iter().find(|(known, _)| *known == base).map(|(_, text)| (*text).to_owned())
}

const NAMES: &[(&str, &str)] = &[
    ("space", " "),
    ("zero", "0"),
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("period", "."),
    ("comma", ","),
    ("colon", ":"),
    ("semicolon", ";"),
    ("hyphen", "-"),
    ("endash", "–"),
    ("emdash", "—"),
    ("slash", "/"),
    ("backslash", "\\"),
    ("parenleft", "("),
    ("parenright", ")"),
    ("bracketleft", "["),
    ("bracketright", "]"),
    ("braceleft", "{"),
    ("braceright", "}"),
    ("quotesingle", "'"),
    ("quotedbl", "\""),
    ("quoteright", "’"),
    ("quoteleft", "‘"),
    ("quotedblleft", "“"),
    ("quotedblright", "”"),
    ("exclam", "!"),
    ("question", "?"),
    ("percent", "%"),
    ("ampersand", "&"),
    ("at", "@"),
    ("numbersign", "#"),
    ("asterisk", "*"),
    ("plus", "+"),
    ("minus", "−"),
    ("equal", "="),
    ("less", "<"),
    ("greater", ">"),
    ("underscore", "_"),
    ("bar", "|"),
    ("dollar", "$"),
    ("sterling", "£"),
    ("Euro", "€"),
    ("fi", "fi"),
    ("fl", "fl"),
    ("ff", "ff"),
    ("ffi", "ffi"),
    ("ffl", "ffl"),
    ("bullet", "•"),
    ("block", "█"),
    ("degree", "°"),
    ("section", "§"),
    ("copyright", "©"),
    ("nbspace", "\u{a0}"),
    ("nonbreakingspace", "\u{a0}"),
    ("periodcentered", "·"),
    ("middot", "·"),
    ("ellipsis", "…"),
    ("asciitilde", "~"),
    ("asciicircum", "^"),
    ("grave", "`"),
    ("softhyphen", "\u{ad}"),
    ("sfthyphen", "\u{ad}"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    #[test]
    fn a_mapping_says_what_codes_mean() {
        let data = b"1 begincodespacerange <00> <7F> <8000> <FFFF> endcodespacerange
            2 beginbfchar <01> <0041> <02> <00660069> endbfchar
            2 beginbfrange <10> <12> <0061> <20> <21> [<0078> <0079>] endbfrange";
        let (lengths, codes) = mapping(&Budget::new(Limits::default(), 0), data).unwrap();
        assert_eq!(lengths, [(0, 0x7F, 1), (0x80, 0xFF, 2)]);
        let said: Vec<(u32, &str)> = codes.iter().map(|(&code, text)| (code, text.as_str())).collect();
        assert_eq!(said, [(1, "A"), (2, "fi"), (0x10, "a"), (0x11, "b"), (0x12, "c"), (0x20, "x"), (0x21, "y")]);
    }

    #[test]
    fn strings_are_read_in_each_encoding() {
        assert_eq!(text_string(b"\xFE\xFF\x00A\x20\xAC"), "A€");
        assert_eq!(text_string(b"\xEF\xBB\xBF\xC3\xA9"), "é");
        assert_eq!(text_string(b"caf\xE9 \x80"), "café €");
    }
}
