//! The fonts in a file: what each code says, and that what is drawn for it is the letter of the shipped font that says so.
//!
//! A font in the file is a subset of one that is shipped: of every glyph the outline, byte by byte, must be that of the glyph that the shipped font
//! gives to the text that the file gives to its code. So a figure cannot be drawn as another than it says. What the outlines look like is the
//! shipped font's affair.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;

use super::Shipped;
use super::file::{File, Value, at_object};
use super::list::AllowList;
use crate::inflate::inflate;
use crate::limits::Budget;
use crate::proof::NotProved;

/// A font of the file.
pub(super) struct Face<'a> {
    shipped: Program<'a>,
    joined: &'a [(&'a str, u16)],
    /// By code, from 0, which is never shown.
    letters: Vec<Letter>,
}

/// What a code says.
#[derive(Clone, Debug, Default)]
struct Letter {
    text: String,
    /// The glyph of the shipped font that is drawn for it.
    glyph: u16,
    /// Does the glyph show all of the text? Else only a letter of it, as a mark that is set over another letter does.
    whole: bool,
}

impl<'a> Face<'a> {
    /// Reads the font that is this object.
    ///
    /// # Errors
    /// When it is not a subset of the shipped font of its name.
    pub(super) fn read(
        budget: &Budget,
        list: &AllowList<'_>,
        file: &File<'_>,
        number: usize,
        shipped: &'a [Shipped<'a>],
    ) -> Result<Self, NotProved> {
        let wrong = |what: &str| at_object(number, what);
        let parts = Parts::of(file, number).ok_or_else(|| wrong("is a font without its parts"))?;
        let font =
            shipped.iter().find(|font| parts.name.ends_with(font.name) && parts.name.len() == font.name.len() + 7);
        let font = font.ok_or_else(|| wrong("is a font that is not shipped"))?;
        let is_tag = parts
            .name
            .bytes()
            .enumerate()
            .take(7)
            .all(|(at, byte)| if at == 6 { byte == b'+' } else { byte.is_ascii_uppercase() });
        let names = [&parts.descendant, &parts.descriptor]
            .map(|dict| dict.get("BaseFont").or_else(|| dict.get("FontName")).and_then(Value::name));
        if !is_tag || names != [Some(parts.name); 2] {
            return Err(wrong("is a font with several names"));
        }
        let texts = letters(&unpack(budget, file, parts.letters)?)
            .ok_or_else(|| wrong("says what its codes mean in another way than the writer"))?;
        let packed = unpack(budget, file, parts.program)?;
        let program = Program::read(&packed)
            .filter(|_| is_tight(&packed))
            .ok_or_else(|| wrong("is a font with more or less than it should hold"))?;
        let whole = Program::read(font.program).ok_or_else(|| wrong("is a font whose shipped one cannot be read"))?;
        if !program.is_like(&whole) {
            return Err(wrong("is a font whose tables are not those of the shipped one"));
        }
        let hash = Sha256::digest(program.table(b"name"))
            .iter()
            .fold(String::new(), |hash, byte| hash + &format!("{byte:02x}"));
        list.check(&format!("hash.names.{}", font.name), &Value::Text(hash.into_bytes()))
            .map_err(|_| wrong("is a font with other names in it"))?;

        let mut face = Self { shipped: whole, joined: font.joined, letters: vec![Letter::default()] };
        let mut drawn = BTreeSet::new();
        if !program.same_outline(0, &face.shipped, 0, &mut drawn) {
            return Err(wrong("is a font with another box for what it lacks"));
        }
        for (code, text) in (1_u16..).zip(texts) {
            let letter = face.letter(&program, code, text, &mut drawn);
            let letter = letter.ok_or_else(|| wrong("is a font that draws another letter than it says"))?;
            face.letters.push(letter);
        }
        if drawn.len() != program.glyphs.len() {
            return Err(wrong("is a font with glyphs that are not used"));
        }
        if !is_full_set(&unpack(budget, file, parts.set)?, program.glyphs.len()) {
            return Err(wrong("is a font that tells of other glyphs than it has"));
        }
        if widths(parts.descendant, face.letters.len()).is_none_or(|widths| !program.has_widths(&widths)) {
            return Err(wrong("is a font whose letters are not as wide as it says"));
        }
        Ok(face)
    }

    /// The letter of a code, if what is drawn for it is in the shipped font what it says.
    fn letter(&self, program: &Program<'_>, code: u16, text: String, drawn: &mut BTreeSet<u16>) -> Option<Letter> {
        let parts = text.chars().filter_map(|letter| self.shipped.letters.get(&u32::from(letter)).copied());
        let known = self.glyph(&text).map(|glyph| (glyph, true)).into_iter().chain(parts.map(|glyph| (glyph, false)));
        let (glyph, whole) = known.into_iter().find(|(glyph, _)| {
            let mut these = BTreeSet::new();
            let same = program.same_outline(code, &self.shipped, *glyph, &mut these);
            if same {
                drawn.extend(these);
            }
            same
        })?;
        Some(Letter { text, glyph, whole })
    }

    /// The shipped glyph that shows a text.
    fn glyph(&self, text: &str) -> Option<u16> {
        // Places to break are drawn with the letter before them; a letter and the marks over it as one where there is such a one.
        let shown: String = text.chars().filter(|letter| !matches!(letter, '\u{ad}' | '\u{200b}')).collect();
        let text = if shown.is_empty() { text } else { &shown };
        let mut letters = text.nfc();
        match (letters.next(), letters.next()) {
            (Some(letter), None) => self.shipped.letters.get(&u32::from(letter)).copied(),
            _ => self.joined.iter().find(|(joined, _)| *joined == text).map(|(_, glyph)| *glyph),
        }
    }

    /// What a code says by itself.
    pub(super) fn text(&self, code: u16) -> Option<&str> {
        self.letters.get(usize::from(code)).filter(|letter| letter.whole).map(|letter| letter.text.as_str())
    }

    /// Do these codes together show a text, though one of them is said to say something else? So it is if two letters look alike, or if several
    /// marks make up one letter.
    pub(super) fn shows(&self, codes: &[u16], text: &str) -> bool {
        let drawn: Option<Vec<u16>> =
            codes.iter().map(|&code| Some(self.letters.get(usize::from(code))?.glyph)).collect();
        let letters: Option<Vec<u16>> =
            text.chars().map(|letter| self.shipped.letters.get(&u32::from(letter)).copied()).collect();
        drawn.is_some() && (drawn == letters || drawn == self.glyph(text).map(|glyph| vec![glyph]))
    }

    /// The codes that it gives a meaning to.
    pub(super) fn codes(&self) -> BTreeSet<u16> {
        (1..).take(self.letters.len().saturating_sub(1)).collect()
    }
}

/// The objects that make up a font.
struct Parts<'a> {
    name: &'a str,
    descendant: &'a Value,
    descriptor: &'a Value,
    letters: usize,
    set: usize,
    program: usize,
}

impl<'a> Parts<'a> {
    fn of(file: &'a File<'_>, number: usize) -> Option<Self> {
        let font = &file.object(number).ok()?.value;
        let descendant = file.follow(font.get("DescendantFonts")?.list().first()?).ok()?;
        let descriptor = file.follow(descendant.get("FontDescriptor")?).ok()?;
        Some(Self {
            name: font.get("BaseFont")?.name()?,
            descendant,
            descriptor,
            letters: font.get("ToUnicode")?.reference()?,
            set: descriptor.get("CIDSet")?.reference()?,
            program: descriptor.get("FontFile2")?.reference()?,
        })
    }
}

/// A stream's data, unpacked to the last byte.
///
/// # Errors
/// When bytes are left over, or missing.
pub(super) fn unpack(budget: &Budget, file: &File<'_>, number: usize) -> Result<Vec<u8>, NotProved> {
    let raw = file.raw(file.object(number)?);
    let unpacked = inflate(budget, raw)?;
    if !unpacked.whole || unpacked.consumed != raw.len() {
        return Err(at_object(number, "has data that do not end where their packing does"));
    }
    Ok(unpacked.data)
}

/// What stands before and after the letters, as the writer writes it (9.10.3).
const BEFORE: &str = "%!PS-Adobe-3.0 Resource-CMap
%%DocumentNeededResources: procset CIDInit
%%IncludeResource: procset CIDInit
%%BeginResource: CMap Custom
%%Title: (Custom Adobe Identity 0)
%%Version: 1
%%EndComments
/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo 3 dict dup begin
    /Registry (Adobe) def
    /Ordering (Identity) def
    /Supplement 0 def
end def
/CMapName /Custom def
/CMapVersion 1 def
/CMapType 0 def
/WMode 0 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
";
const AFTER: &str = "endcmap
CMapName currentdict /CMap defineresource pop
end
end
%%EndResource
%%EOF";

/// What the codes from 1 on say, if the mapping is the writer's to the byte.
fn letters(mapping: &[u8]) -> Option<Vec<String>> {
    let mapping = std::str::from_utf8(mapping).ok()?;
    let inner = mapping.strip_prefix(BEFORE)?.strip_suffix(AFTER)?;
    let mut texts = Vec::new();
    for line in inner.lines().filter(|line| line.starts_with('<')) {
        let hex = line.split_once("> <")?.1.strip_suffix('>')?;
        let units: Option<Vec<u16>> =
            (0..hex.len()).step_by(4).map(|at| u16::from_str_radix(hex.get(at..at + 4)?, 16).ok()).collect();
        texts.push(String::from_utf16(&units?).ok()?);
    }
    let mut again = String::new();
    for (block, texts) in texts.chunks(100).enumerate() {
        let _ = writeln!(again, "{} beginbfchar", texts.len());
        for (at, text) in texts.iter().enumerate() {
            let hex: String = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
            let _ = writeln!(again, "<{:04X}> <{hex}>", block * 100 + at + 1);
        }
        again.push_str("endbfchar\n");
    }
    (again == inner && texts.iter().all(|text| !text.is_empty())).then_some(texts)
}

/// A bit for each glyph, and none set beyond them.
fn is_full_set(set: &[u8], glyphs: usize) -> bool {
    let bits = set.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1));
    set.len() == glyphs.div_ceil(8) && bits.enumerate().all(|(at, bit)| bit == (at < glyphs))
}

/// The widths of so many codes, from 0 on. Those that are not told have none, as marks over letters.
fn widths(descendant: &Value, count: usize) -> Option<Vec<u16>> {
    let mut widths = Vec::new();
    for range in descendant.get("W")?.list().chunks(3) {
        let [first, last, width] = range else { return None };
        let (first, last, width) = (first.whole()?, last.whole()?, width.whole()?);
        if first < widths.len() || last < first || last >= count {
            return None;
        }
        widths.resize(first, 0);
        widths.resize(last + 1, u16::try_from(width).ok()?);
    }
    widths.resize(count, 0);
    Some(widths)
}

/// A font program with TrueType outlines.
#[derive(Debug)]
struct Program<'a> {
    tables: BTreeMap<[u8; 4], &'a [u8]>,
    glyphs: Vec<&'a [u8]>,
    /// The glyphs of letters, by code point; only a shipped font has them.
    letters: BTreeMap<u32, u16>,
}

/// Outlines of other glyphs make up the glyph.
const COMPOSITE: u16 = 0xFFFF;

impl<'a> Program<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut tables = BTreeMap::new();
        for at in 0..usize::from(short(bytes, 4)?) {
            let entry = bytes.get(12 + 16 * at..28 + 16 * at)?;
            let (offset, length) = (long(entry, 8)?, long(entry, 12)?);
            tables.insert(entry.first_chunk().copied()?, bytes.get(offset..offset.checked_add(length)?)?);
        }
        let table = |tag: &[u8; 4]| tables.get(tag).copied().unwrap_or_default();
        let count = usize::from(short(table(b"maxp"), 4)?);
        let is_long = short(table(b"head"), 50)? == 1;
        let place = |at: usize| {
            if is_long {
                long(table(b"loca"), 4 * at)
            } else {
                short(table(b"loca"), 2 * at).map(|half| 2 * usize::from(half))
            }
        };
        let glyphs = (0..count).map(|at| table(b"glyf").get(place(at)?..place(at + 1)?)).collect::<Option<_>>()?;
        let letters = if table(b"cmap").is_empty() { BTreeMap::new() } else { mapped(table(b"cmap"))? };
        Some(Self { tables, glyphs, letters })
    }

    fn table(&self, tag: &[u8; 4]) -> &'a [u8] {
        self.tables.get(tag).copied().unwrap_or_default()
    }

    /// Has it the tables of a subset, and in those that are not of glyphs what the shipped font has?
    fn is_like(&self, shipped: &Self) -> bool {
        let tags: Vec<&[u8; 4]> = self.tables.keys().collect();
        let known = tags == [b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"name", b"post"];
        // The sum over all bytes, the number of widths and that of glyphs are the subset's own; `is_tight` and the reading of glyphs see to them.
        let own: [(&[u8; 4], std::ops::Range<usize>); 4] =
            [(b"head", 8..12), (b"hhea", 34..36), (b"maxp", 4..6), (b"post", 0..0)];
        let same = own.iter().all(|(tag, own)| {
            let (mine, theirs) = (self.table(tag), shipped.table(tag));
            mine.len() == theirs.len()
                && mine.iter().zip(theirs).enumerate().all(|(at, (a, b))| a == b || own.contains(&at))
        });
        // Glyphs follow one another from the first byte of their table to the last.
        let room: usize = self.glyphs.iter().map(|glyph| glyph.len()).sum();
        let tight = room == self.table(b"glyf").len() && short(self.table(b"loca"), 0) == Some(0);
        let entry = if short(self.table(b"head"), 50) == Some(1) { 4 } else { 2 };
        known && same && tight && self.table(b"loca").len() == entry * (self.glyphs.len() + 1)
    }

    /// Are the outlines of two glyphs the same? Glyphs that are met are put down.
    fn same_outline(&self, glyph: u16, other: &Self, other_glyph: u16, met: &mut BTreeSet<u16>) -> bool {
        let (Some(mine), Some(theirs)) =
            (self.glyphs.get(usize::from(glyph)), other.glyphs.get(usize::from(other_glyph)))
        else {
            return false;
        };
        met.insert(glyph);
        if short(mine, 0) != Some(COMPOSITE) || short(theirs, 0) != Some(COMPOSITE) {
            // Outlines may be filled up to an even length.
            let length = mine.len().min(theirs.len());
            let rest = mine.iter().skip(length).chain(theirs.iter().skip(length));
            return mine.get(..length) == theirs.get(..length)
                && rest.clone().count() < 4
                && rest.clone().all(|&byte| byte == 0);
        }
        let (Some((mine_parts, mine_rest)), Some((their_parts, their_rest))) = (components(mine), components(theirs))
        else {
            return false;
        };
        mine_rest == their_rest
            && mine_parts.len() == their_parts.len()
            // Parts of parts do not occur in fonts that are shipped; a chain of them ends here.
            && mine_parts.iter().zip(&their_parts).all(|(&part, &their_part)| {
                part != glyph && their_part != other_glyph && met.len() <= self.glyphs.len() && self.same_outline(part, other, their_part, met)
            })
    }

    /// Are its glyphs so wide? Those beyond the codes are parts of others.
    fn has_widths(&self, widths: &[u16]) -> bool {
        let count = short(self.table(b"hhea"), 34).map_or(0, usize::from);
        let advance = |at: usize| short(self.table(b"hmtx"), 4 * at.min(count.saturating_sub(1)));
        let bearings = self.glyphs.len().saturating_sub(count);
        self.table(b"hmtx").len() == 4 * count + 2 * bearings
            && widths.len() <= self.glyphs.len()
            && widths.iter().enumerate().all(|(at, &width)| advance(at) == Some(width))
    }
}

/// The glyphs that make up a glyph, and everything else in it.
fn components(glyph: &[u8]) -> Option<(Vec<u16>, Vec<u8>)> {
    let mut parts = Vec::new();
    let mut rest = glyph.get(..10)?.to_vec();
    let mut at = 10;
    loop {
        let flags = short(glyph, at)?;
        parts.push(short(glyph, at + 2)?);
        rest.extend(flags.to_be_bytes());
        let arguments = if flags & 1 != 0 { 4 } else { 2 };
        let scale = if flags & 8 != 0 {
            2
        } else if flags & 0x40 != 0 {
            4
        } else if flags & 0x80 != 0 {
            8
        } else {
            0
        };
        rest.extend(glyph.get(at + 4..at + 4 + arguments + scale)?);
        at += 4 + arguments + scale;
        if flags & 0x20 == 0 {
            break;
        }
    }
    let filled = glyph.get(at..)?;
    (filled.len() < 4 && filled.iter().all(|&byte| byte == 0)).then_some((parts, rest))
}

/// Do the tables lie one after another without a byte between or behind them, and do the sums over them fit?
fn is_tight(bytes: &[u8]) -> bool {
    let Some(count) = short(bytes, 4).map(usize::from) else { return false };
    let mut next = 12 + 16 * count;
    for at in 0..count {
        let entry = bytes.get(12 + 16 * at..28 + 16 * at).unwrap_or_default();
        let (Some(sum), Some(offset), Some(length)) = (long(entry, 4), long(entry, 8), long(entry, 12)) else {
            return false;
        };
        let end = offset.saturating_add(length);
        let padded = end.next_multiple_of(4);
        let (Some(table), Some(padding)) = (bytes.get(offset..end), bytes.get(end..padded)) else { return false };
        let mut table = table.to_vec();
        if entry.starts_with(b"head") {
            let Some(own) = table.get_mut(8..12) else { return false };
            own.fill(0);
        }
        if offset != next || padding.iter().any(|&byte| byte != 0) || sum_of(&table) as usize != sum {
            return false;
        }
        next = padded;
    }
    let search = 1_u16 << (count as u16).checked_ilog2().unwrap_or(0);
    let head = [(6, search * 16), (8, search.ilog2() as u16), (10, (count as u16 - search) * 16)];
    // With the sum over all that stands in `head`, the whole makes up this number.
    next == bytes.len()
        && head.iter().all(|&(at, number)| short(bytes, at) == Some(number))
        && sum_of(bytes) == 0xB1B0_AFBA
        && long(bytes, 0) == Some(0x1_0000)
}

/// The sum over the words of a table.
fn sum_of(bytes: &[u8]) -> u32 {
    let word = |chunk: &[u8]| (0..4).fold(0_u32, |word, at| word << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
    bytes.chunks(4).fold(0, |sum: u32, chunk| sum.wrapping_add(word(chunk)))
}

/// The glyphs of letters, from a table of format 4.
fn mapped(cmap: &[u8]) -> Option<BTreeMap<u32, u16>> {
    let tables = (0..usize::from(short(cmap, 2)?)).filter_map(|at| long(cmap, 8 + 8 * at));
    let table = tables.filter_map(|offset| cmap.get(offset..)).find(|table| short(table, 0) == Some(4))?;
    let segments = usize::from(short(table, 6)?) / 2;
    let mut letters = BTreeMap::new();
    for at in 0..segments {
        let field = |number: usize| Some((14 + 2 * segments * number + if number > 0 { 2 } else { 0 }) + 2 * at);
        let read = |number: usize| short(table, field(number)?);
        let (last, first, delta, offset) = (read(0)?, read(1)?, read(2)?, read(3)?);
        for letter in first..=last {
            let glyph = match offset {
                0 => letter.wrapping_add(delta),
                offset => {
                    match short(table, field(3)? + usize::from(offset) + 2 * usize::from(letter - first)).unwrap_or(0) {
                        0 => 0,
                        glyph => glyph.wrapping_add(delta),
                    }
                }
            };
            if glyph != 0 {
                letters.insert(u32::from(letter), glyph);
            }
        }
    }
    Some(letters)
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.first_chunk().map(|pair| u16::from_be_bytes(*pair))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..at.checked_add(4)?)?.first_chunk().map(|word| u32::from_be_bytes(*word) as usize)
}
