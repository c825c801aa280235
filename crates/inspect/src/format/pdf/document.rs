//! A PDF as bytes: every object with its place, which of them the newest table points to, what earlier ones pointed to, and what lies between.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::filter::{Decoded, decode};
use super::object::{Dict, Id, Lexer, Object, Token, is_white};
use crate::limits::{Budget, Uninspectable};

/// An object as it lies in the file.
#[derive(Debug)]
pub(super) struct Spot {
    pub(super) id: Id,
    /// Bytes of the file; of an object in an object stream, of its unpacked data.
    pub(super) range: Range<usize>,
    /// The spot of the object stream that it lies in.
    pub(super) packed_in: Option<usize>,
    pub(super) object: Object,
    /// Bytes of a stream behind its stated length.
    pub(super) beyond_length: usize,
}

/// Where a cross-reference table says that an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    Free,
    At(usize),
    /// In the object stream of this number.
    Packed {
        container: u32,
    },
}

impl Entry {
    fn offset(self) -> Option<usize> {
        match self {
            Entry::At(offset) => Some(offset),
            Entry::Free | Entry::Packed { .. } => None,
        }
    }
}

/// One cross-reference table or stream, with its trailer.
#[derive(Debug)]
struct Section {
    entries: BTreeMap<u32, Entry>,
    trailer: Dict,
}

/// Bytes that belong to no object.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) range: Range<usize>,
    pub(super) kind: GapKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GapKind {
    Header,
    /// A cross-reference table, `startxref` or the mark of the end.
    Table,
    Comment,
    /// None of these.
    Unknown,
}

/// An object of an earlier state of the file that the newest one shows no more.
#[derive(Debug)]
pub(super) struct Superseded {
    pub(super) spot: usize,
    /// What stands in its place now.
    pub(super) by: Option<usize>,
}

#[derive(Debug)]
pub(super) struct Document<'a> {
    pub(super) bytes: &'a [u8],
    /// Where `%PDF-` starts.
    pub(super) header: usize,
    pub(super) spots: Vec<Spot>,
    live: BTreeMap<u32, usize>,
    pub(super) trailer: Dict,
    /// Trailers of all states, the newest first.
    pub(super) trailers: Vec<Dict>,
    pub(super) gaps: Vec<Gap>,
    /// How often the file was saved by adding to its end.
    pub(super) updates: usize,
    pub(super) superseded: Vec<Superseded>,
    /// Objects that lie inside others.
    pub(super) nested: Vec<usize>,
    /// The tables were of no use; the objects were looked for.
    pub(super) repaired: bool,
    /// Dictionaries in which a key stands twice.
    pub(super) double_keys: u64,
    /// The byte behind the last `%%EOF` and its line end, if there is one.
    pub(super) end: Option<usize>,
    nothing: Object,
}

/// The most tables that a file may chain.
const MOST_SECTIONS: usize = 4_096;

impl<'a> Document<'a> {
    /// Reads the structure of a PDF.
    ///
    /// # Errors
    /// When it is encrypted, when it has no objects to start from, or when it goes over the limits.
    pub(super) fn read(budget: &Budget, bytes: &'a [u8]) -> Result<Self, Uninspectable> {
        budget.spend(bytes.len() as u64)?;
        let header = header(bytes).ok_or_else(|| Uninspectable::new("it has no PDF header"))?;
        let mut sections = sections(budget, bytes, header)?;
        let survey = Survey::take(budget, bytes, header, &sections)?;
        let mut document = Self {
            bytes,
            header,
            spots: survey.spots,
            live: BTreeMap::new(),
            trailer: Dict::new(),
            trailers: Vec::new(),
            gaps: survey.gaps,
            updates: 0,
            superseded: Vec::new(),
            nested: Vec::new(),
            repaired: false,
            double_keys: survey.double_keys,
            end: survey.end,
            nothing: Object::Null,
        };
        if sections.iter().any(|section| section.trailer.contains_key(&b"Encrypt"[..]))
            || survey.trailers.iter().any(|trailer| trailer.contains_key(&b"Encrypt"[..]))
        {
            return Err(Uninspectable::new("it is encrypted"));
        }
        document.unpack_object_streams(budget)?;
        if is_linearised(document.spots.first()) && sections.len() >= 2 {
            // The first page's table and the main one are of one state.
            let main = sections.pop();
            if let (Some(first), Some(main)) = (sections.last_mut(), main) {
                for (number, entry) in main.entries {
                    first.entries.entry(number).or_insert(entry);
                }
            }
        }
        document.point(budget, &sections)?;
        if document.root().is_none() {
            document.repair(survey.trailers);
        }
        if document.root().is_none() {
            return Err(Uninspectable::new("its objects cannot be found"));
        }
        Ok(document)
    }

    /// The object in the file's newest state.
    pub(super) fn get(&self, id: Id) -> Option<&Object> {
        self.live.get(&id.number).and_then(|&spot| self.spots.get(spot)).map(|spot| &spot.object)
    }

    /// Follows references to an object.
    pub(super) fn resolve<'b>(&'b self, object: &'b Object) -> &'b Object {
        let mut object = object;
        for _ in 0..32 {
            match object {
                Object::Ref(id) => object = self.get(*id).unwrap_or(&self.nothing),
                other => return other,
            }
        }
        &self.nothing
    }

    /// The value of a key, followed.
    pub(super) fn value<'b>(&'b self, dict: &'b Dict, key: &str) -> &'b Object {
        dict.get(key.as_bytes()).map_or(&self.nothing, |value| self.resolve(value))
    }

    pub(super) fn dict<'b>(&'b self, dict: &'b Dict, key: &str) -> Option<&'b Dict> {
        self.value(dict, key).dict()
    }

    pub(super) fn number(&self, dict: &Dict, key: &str) -> Option<f64> {
        self.value(dict, key).number()
    }

    /// Is the key's value this name?
    pub(super) fn is(&self, dict: &Dict, key: &str, name: &str) -> bool {
        self.value(dict, key).name() == Some(name.as_bytes())
    }

    /// The numbers of an array.
    pub(super) fn numbers(&self, object: &Object) -> Vec<f64> {
        self.resolve(object).array().unwrap_or_default().iter().filter_map(|item| self.resolve(item).number()).collect()
    }

    pub(super) fn root(&self) -> Option<&Dict> {
        self.dict(&self.trailer, "Root").filter(|root| root.contains_key(&b"Pages"[..]))
    }

    /// A stream's data as they lie in the file.
    pub(super) fn raw(&self, range: &Range<usize>) -> &'a [u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }

    /// A stream's data, unpacked.
    pub(super) fn decode(&self, budget: &Budget, dict: &Dict, range: &Range<usize>) -> Result<Decoded, Uninspectable> {
        decode(budget, &self.direct(dict), self.raw(range))
    }

    /// The entries that say how a stream is packed, with all references followed.
    fn direct(&self, dict: &Dict) -> Dict {
        let mut direct = Dict::new();
        for key in ["Filter", "DecodeParms"] {
            let value = match self.value(dict, key) {
                Object::Array(items) => Object::Array(items.iter().map(|item| self.flat(item)).collect()),
                other => self.flat(other),
            };
            direct.insert(key.as_bytes().to_vec(), value);
        }
        direct
    }

    fn flat(&self, object: &Object) -> Object {
        match self.resolve(object) {
            Object::Dict(dict) => {
                Object::Dict(dict.iter().map(|(key, value)| (key.clone(), self.resolve(value).clone())).collect())
            }
            other => other.clone(),
        }
    }

    /// The spots of the newest state, by number.
    pub(super) fn live(&self) -> impl Iterator<Item = (&Spot, usize)> {
        self.live.values().filter_map(|&at| Some((self.spots.get(at)?, at)))
    }

    pub(super) fn is_live(&self, spot: usize) -> bool {
        self.spots.get(spot).is_some_and(|found| self.live.get(&found.id.number) == Some(&spot))
    }

    /// Everything that the trailer leads to, over the newest objects.
    pub(super) fn reachable(&self) -> BTreeSet<usize> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&Object> = self.trailer.values().collect();
        while let Some(object) = open.pop() {
            if let Object::Ref(id) = object {
                if let Some(&spot) = self.live.get(&id.number)
                    && reached.insert(spot)
                {
                    open.extend(self.spots.get(spot).map(|spot| &spot.object));
                }
            } else {
                open.extend(object.children());
            }
        }
        reached
    }

    /// Unpacks all object streams, also those that no table points to.
    fn unpack_object_streams(&mut self, budget: &Budget) -> Result<(), Uninspectable> {
        for container in 0..self.spots.len() {
            let Object::Stream(dict, range) = &self.spots[container].object else { continue };
            if dict.get(&b"Type"[..]).and_then(Object::name) != Some(b"ObjStm") {
                continue;
            }
            let data = decode(budget, dict, self.bytes.get(range.clone()).unwrap_or_default())?.data;
            let count = dict.get(&b"N"[..]).and_then(Object::whole).unwrap_or(0);
            let first = dict.get(&b"First"[..]).and_then(Object::whole).unwrap_or(0);
            let mut heads = Lexer::file(&data, 0, budget.limits.nesting);
            for _ in 0..count.min(data.len()) {
                let (Some(number), Some(offset)) = (heads.take_whole(), heads.take_whole()) else { break };
                let (Ok(number), Ok(offset)) = (u32::try_from(number), usize::try_from(offset)) else { break };
                let start = first.saturating_add(offset);
                let mut lexer = Lexer::file(&data, start.min(data.len()), budget.limits.nesting);
                let read = lexer.object();
                budget.spend((lexer.at - start.min(data.len())) as u64)?;
                let Some(object) = read else { continue };
                budget.unpack(lexer.objects * ROOM)?;
                self.double_keys += lexer.double_keys;
                self.spots.push(Spot {
                    id: Id { number, generation: 0 },
                    range: start..lexer.at,
                    packed_in: Some(container),
                    object,
                    beyond_length: 0,
                });
            }
        }
        Ok(())
    }

    /// Finds what the tables point to, state by state.
    fn point(&mut self, budget: &Budget, sections: &[Section]) -> Result<(), Uninspectable> {
        let mut by_offset: BTreeMap<usize, usize> = BTreeMap::new();
        let mut by_container: BTreeMap<(usize, u32), usize> = BTreeMap::new();
        for (at, spot) in self.spots.iter().enumerate() {
            match spot.packed_in {
                Some(container) => {
                    by_container.insert((container, spot.id.number), at);
                }
                None => {
                    by_offset.insert(spot.range.start, at);
                }
            }
        }
        let mut seen: BTreeSet<u32> = BTreeSet::new();
        let mut pointed: BTreeSet<usize> = BTreeSet::new();
        // Containers are looked up as each state saw them, so the oldest comes first.
        let mut offsets: BTreeMap<u32, usize> = BTreeMap::new();
        let mut states = Vec::new();
        for section in sections.iter().rev() {
            budget.spend(section.entries.len() as u64)?;
            offsets.extend(section.entries.iter().filter_map(|(&number, &entry)| Some((number, entry.offset()?))));
            let mut found = Vec::new();
            for (&number, &entry) in &section.entries {
                let spot = match entry {
                    Entry::Free => None,
                    Entry::At(offset) => self.spot_at(budget, &mut by_offset, offset, number)?,
                    Entry::Packed { container } => {
                        let holder = match offsets.get(&container) {
                            Some(&offset) => self.spot_at(budget, &mut by_offset, offset, container)?,
                            None => None,
                        };
                        holder.and_then(|holder| by_container.get(&(holder, number)).copied())
                    }
                };
                found.push((number, spot));
            }
            states.push(found);
        }
        for found in states.into_iter().rev() {
            for (number, spot) in found {
                let newest = seen.insert(number);
                let Some(spot) = spot else { continue };
                if newest {
                    self.live.insert(number, spot);
                    pointed.insert(spot);
                } else if pointed.insert(spot) {
                    self.superseded.push(Superseded { spot, by: self.live.get(&number).copied() });
                }
            }
        }
        self.updates = sections.len().saturating_sub(1);
        self.trailers = sections.iter().map(|section| section.trailer.clone()).collect();
        self.trailer = self.trailers.first().cloned().unwrap_or_default();
        Ok(())
    }

    /// The object that starts at an offset, which may be counted from the header and may point to white space before it.
    fn spot_at(
        &mut self,
        budget: &Budget,
        by_offset: &mut BTreeMap<usize, usize>,
        offset: usize,
        number: u32,
    ) -> Result<Option<usize>, Uninspectable> {
        for start in [offset, offset.saturating_add(self.header)] {
            let near = by_offset.range(start..).next().filter(|&(&found, _)| {
                self.bytes.get(start..found).is_some_and(|between| between.iter().all(|&byte| is_white(byte)))
            });
            if let Some((_, &spot)) = near
                && self.spots[spot].id.number == number
            {
                return Ok(Some(spot));
            }
        }
        let mut lexer = Lexer::file(self.bytes, offset.min(self.bytes.len()), budget.limits.nesting);
        if lexer.take_head().is_some_and(|id| id.number == number) {
            let mut at = offset;
            if let Some(spot) = object_at(budget, self.bytes, &mut at, &|_| None, &mut None)? {
                self.nested.push(self.spots.len());
                by_offset.insert(spot.range.start, self.spots.len());
                self.spots.push(spot);
                return Ok(Some(self.spots.len() - 1));
            }
        }
        Ok(None)
    }

    /// Takes the last object of each number, as readers do when the tables are of no use.
    fn repair(&mut self, trailers: Vec<Dict>) {
        self.repaired = true;
        self.live.clear();
        self.superseded.clear();
        for packed in [true, false] {
            for (at, spot) in self.spots.iter().enumerate().filter(|(_, spot)| spot.packed_in.is_some() == packed) {
                self.live.insert(spot.id.number, at);
            }
        }
        let cross_references = self
            .spots
            .iter()
            .filter_map(|spot| spot.object.dict())
            .filter(|dict| dict.get(&b"Type"[..]).and_then(Object::name) == Some(b"XRef"));
        let mut all: Vec<Dict> = cross_references.cloned().chain(trailers).collect();
        let catalogue = self.live.values().filter_map(|&at| self.spots.get(at)).find(|spot| {
            spot.object.dict().is_some_and(|dict| dict.get(&b"Type"[..]).and_then(Object::name) == Some(b"Catalog"))
        });
        let made = catalogue.map(|spot| Dict::from([(b"Root".to_vec(), Object::Ref(spot.id))]));
        all.retain(|trailer| trailer.contains_key(&b"Root"[..]));
        self.trailer = all.pop().or(made).unwrap_or_default();
    }
}

/// What one object costs in memory, about.
const ROOM: u64 = 48;

fn header(bytes: &[u8]) -> Option<usize> {
    bytes.get(..bytes.len().min(1_029))?.windows(5).position(|window| window == b"%PDF-")
}

fn is_linearised(first: Option<&Spot>) -> bool {
    first.and_then(|spot| spot.object.dict()).is_some_and(|dict| dict.contains_key(&b"Linearized"[..]))
}

/// The chain of tables from the last `startxref` back, the newest first. Empty if it is broken.
fn sections(budget: &Budget, bytes: &[u8], header: usize) -> Result<Vec<Section>, Uninspectable> {
    let mut sections = Vec::new();
    let mut seen = BTreeSet::new();
    let mut next = last(bytes, b"startxref")
        .and_then(|at| usize::try_from(Lexer::file(bytes, at + b"startxref".len(), 1).take_whole()?).ok());
    while let Some(offset) = next.filter(|offset| seen.insert(*offset)) {
        if sections.len() >= MOST_SECTIONS {
            return Err(Uninspectable::new("it was saved too often to be followed"));
        }
        let read = match section(budget, bytes, offset)? {
            None if header > 0 => section(budget, bytes, offset.saturating_add(header))?,
            other => other,
        };
        let Some(mut section) = read else {
            sections.clear();
            break;
        };
        next = section.trailer.get(&b"Prev"[..]).and_then(Object::whole);
        let hybrid = section.trailer.get(&b"XRefStm"[..]).and_then(Object::whole);
        if let Some(offset) = hybrid.filter(|offset| seen.insert(*offset))
            && let Some(more) = self::section(budget, bytes, offset)?
        {
            for (number, entry) in more.entries {
                // A table marks as free what its stream then points to.
                let held = section.entries.entry(number).or_insert(entry);
                if *held == Entry::Free {
                    *held = entry;
                }
            }
        }
        sections.push(section);
    }
    Ok(sections)
}

fn section(budget: &Budget, bytes: &[u8], offset: usize) -> Result<Option<Section>, Uninspectable> {
    if offset >= bytes.len() {
        return Ok(None);
    }
    let mut lexer = Lexer::file(bytes, offset, budget.limits.nesting);
    if lexer.take(b"xref") {
        let section = table(&mut lexer);
        budget.spend((lexer.at - offset) as u64)?;
        budget.unpack(section.as_ref().map_or(0, |section| section.entries.len() as u64 * ROOM))?;
        return Ok(section);
    }
    let mut at = offset;
    let Some(spot) = object_at(budget, bytes, &mut at, &|_| None, &mut None)? else { return Ok(None) };
    let Object::Stream(dict, range) = spot.object else { return Ok(None) };
    if dict.get(&b"Type"[..]).and_then(Object::name) != Some(b"XRef") {
        return Ok(None);
    }
    let data = decode(budget, &dict, bytes.get(range).unwrap_or_default())?.data;
    let entries = stream_entries(&dict, &data);
    budget.unpack(entries.len() as u64 * ROOM)?;
    Ok(Some(Section { entries, trailer: dict }))
}

/// A table in text (7.5.4) and the trailer behind it.
fn table(lexer: &mut Lexer<'_>) -> Option<Section> {
    let mut entries = BTreeMap::new();
    while !lexer.take(b"trailer") {
        let first = lexer.take_whole()?;
        let count = lexer.take_whole()?;
        for number in first..first.saturating_add(count) {
            let offset = usize::try_from(lexer.take_whole()?).ok()?;
            lexer.take_whole()?;
            let entry = if lexer.take(b"n") {
                Entry::At(offset)
            } else if lexer.take(b"f") {
                Entry::Free
            } else {
                return None;
            };
            entries.insert(u32::try_from(number).ok()?, entry);
        }
    }
    let Some(Object::Dict(trailer)) = lexer.object() else { return None };
    Some(Section { entries, trailer })
}

/// The entries of a cross-reference stream (7.5.8).
fn stream_entries(dict: &Dict, data: &[u8]) -> BTreeMap<u32, Entry> {
    let wholes =
        |key: &[u8]| -> Option<Vec<usize>> { Some(dict.get(key)?.array()?.iter().filter_map(Object::whole).collect()) };
    let widths = wholes(b"W").filter(|widths| widths.len() >= 3 && widths.iter().all(|&width| width <= 8));
    let Some(widths) = widths else { return BTreeMap::new() };
    let size = dict.get(&b"Size"[..]).and_then(Object::whole).unwrap_or(0);
    let index = wholes(b"Index").unwrap_or_else(|| vec![0, size]);
    let row = widths.iter().sum::<usize>().max(1);
    let mut rows = data.chunks_exact(row);
    let mut entries = BTreeMap::new();
    for pair in index.chunks_exact(2) {
        for number in pair[0]..pair[0].saturating_add(pair[1]) {
            let (Some(cells), Ok(number)) = (rows.next(), u32::try_from(number)) else { return entries };
            let mut from = 0;
            let mut field = |width: usize| {
                let value =
                    cells[from..from + width].iter().fold(0_usize, |value, &byte| value << 8 | usize::from(byte));
                from += width;
                value
            };
            let kind = if widths[0] == 0 { 1 } else { field(widths[0]) };
            let second = field(widths[1]);
            let entry = match kind {
                1 => Entry::At(second),
                2 => Entry::Packed { container: u32::try_from(second).unwrap_or(u32::MAX) },
                _ => Entry::Free,
            };
            entries.insert(number, entry);
        }
    }
    entries
}

/// Everything that lies in the file, from its header to its end.
struct Survey {
    spots: Vec<Spot>,
    gaps: Vec<Gap>,
    trailers: Vec<Dict>,
    double_keys: u64,
    end: Option<usize>,
}

impl Survey {
    fn take(budget: &Budget, bytes: &[u8], header: usize, sections: &[Section]) -> Result<Self, Uninspectable> {
        let offsets: BTreeMap<u32, usize> = sections
            .iter()
            .rev()
            .flat_map(|section| &section.entries)
            .filter_map(|(&number, &entry)| Some((number, entry.offset()?)))
            .collect();
        // The length of a stream may be an object that comes later.
        let length = |id: Id| -> Option<usize> {
            let &offset = offsets.get(&id.number)?;
            [offset, offset.checked_add(header)?].into_iter().find_map(|start| {
                let mut lexer = Lexer::file(bytes, start.min(bytes.len()), 1);
                lexer.take_head().filter(|head| head.number == id.number)?;
                lexer.object()?.whole()
            })
        };
        let mut survey = Self { spots: Vec::new(), gaps: Vec::new(), trailers: Vec::new(), double_keys: 0, end: None };
        let mut no_end_after = None;
        let mut at = header;
        while at < bytes.len() {
            if is_white(bytes[at]) {
                at += 1;
                continue;
            }
            let start = at;
            let mut lexer = Lexer::file(bytes, at, budget.limits.nesting);
            if bytes[at] == b'%' {
                let end = bytes[at..]
                    .iter()
                    .position(|&byte| matches!(byte, b'\n' | b'\r'))
                    .map_or(bytes.len(), |end| at + end);
                let kind = match &bytes[at..end] {
                    _ if at == header => GapKind::Header,
                    line if line.starts_with(b"%%EOF") => {
                        survey.end = Some(end + line_end(bytes, end));
                        GapKind::Table
                    }
                    line if line.len() <= 16 && line[1..].iter().filter(|&&byte| byte >= 0x80).count() >= 2 => {
                        GapKind::Header
                    }
                    _ => GapKind::Comment,
                };
                at = end;
                // Something may stand on the line of the mark.
                if bytes[start..end].starts_with(b"%%EOF") {
                    at = start + 5;
                    survey.end = Some(at + line_end(bytes, at));
                }
                survey.gaps.push(Gap { range: start..at, kind });
                continue;
            }
            if let Some(spot) = object_at(budget, bytes, &mut at, &length, &mut no_end_after)? {
                survey.spots.push(spot);
                continue;
            }
            let known = if lexer.take(b"xref") {
                if let Some(section) = table(&mut lexer) {
                    survey.trailers.push(section.trailer);
                    true
                } else {
                    false
                }
            } else if lexer.take(b"startxref") {
                lexer.take_whole().is_some()
            } else if lexer.take(b"trailer") {
                match lexer.object() {
                    Some(Object::Dict(trailer)) => {
                        survey.trailers.push(trailer);
                        true
                    }
                    _ => false,
                }
            } else {
                false
            };
            if known {
                at = lexer.at;
                survey.double_keys += lexer.double_keys;
                survey.gaps.push(Gap { range: start..at, kind: GapKind::Table });
            } else {
                at = start + 1;
                while at < bytes.len() && !matches!(bytes[at - 1], b'\n' | b'\r') && bytes[at] != b'%' {
                    at += 1;
                }
                match survey.gaps.last_mut().filter(|gap| gap.kind == GapKind::Unknown && gap.range.end == start) {
                    Some(gap) => gap.range.end = at,
                    None => survey.gaps.push(Gap { range: start..at, kind: GapKind::Unknown }),
                }
            }
        }
        Ok(survey)
    }
}

/// How many bytes of line end stand here.
fn line_end(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at..) {
        Some([b'\r', b'\n', ..]) => 2,
        Some([b'\r' | b'\n', ..]) => 1,
        _ => 0,
    }
}

/// Reads the object at `at`, and moves behind it. `no_end_after`: from there on no stream ends, which need not be looked for again.
fn object_at(
    budget: &Budget,
    bytes: &[u8],
    at: &mut usize,
    length: &dyn Fn(Id) -> Option<usize>,
    no_end_after: &mut Option<usize>,
) -> Result<Option<Spot>, Uninspectable> {
    let mut lexer = Lexer::file(bytes, *at, budget.limits.nesting);
    let Some(id) = lexer.take_head() else { return Ok(None) };
    let mut start = *at;
    while bytes.get(start).copied().is_some_and(is_white) {
        start += 1;
    }
    let read = lexer.object();
    // What fails is read again from the next line on, so it costs more.
    budget.spend((lexer.at - *at) as u64 * if read.is_some() { 1 } else { 64 })?;
    let Some(mut object) = read else { return Ok(None) };
    budget.unpack(lexer.objects * ROOM)?;
    let mut beyond_length = 0;
    if let Object::Dict(dict) = &object
        && lexer.take(b"stream")
    {
        let data = lexer.at + line_end(bytes, lexer.at);
        let stated = match dict.get(&b"Length"[..]) {
            Some(Object::Ref(id)) => length(*id),
            Some(direct) => direct.whole(),
            None => None,
        };
        let ends_as_stated = stated
            .and_then(|stated| data.checked_add(stated))
            .filter(|&end| end <= bytes.len() && Lexer::file(bytes, end, 1).take_word_after_line_end(b"endstream"));
        let end = match ends_as_stated {
            Some(end) => Some(end),
            None if no_end_after.is_some_and(|after| data >= after) => None,
            None => {
                let found = bytes.get(data..).and_then(|rest| find(rest, b"endstream")).map(|found| data + found);
                budget.spend((found.unwrap_or(bytes.len()).saturating_sub(data)) as u64)?;
                if found.is_none() {
                    *no_end_after = Some(data);
                }
                found.map(|end| end - line_end_before(bytes, data, end))
            }
        };
        let Some(end) = end else { return Ok(None) };
        if let (None, Some(stated)) = (ends_as_stated, stated) {
            beyond_length = (end - data).saturating_sub(stated);
        }
        lexer.at = end;
        lexer.take(b"endstream");
        object = Object::Stream(dict.clone(), data..end);
    }
    lexer.take(b"endobj");
    *at = lexer.at;
    Ok(Some(Spot { id, range: start..lexer.at, packed_in: None, object, beyond_length }))
}

fn line_end_before(bytes: &[u8], start: usize, end: usize) -> usize {
    match bytes.get(start..end) {
        Some([.., b'\r', b'\n']) => 2,
        Some([.., b'\r' | b'\n']) => 1,
        _ => 0,
    }
}

impl Lexer<'_> {
    /// Does the word stand here, after a line end and no more than that?
    fn take_word_after_line_end(&mut self, word: &[u8]) -> bool {
        let start = self.at;
        self.skip_white();
        self.at - start <= 3 && self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word))
    }
}

/// Where the needle first is.
pub(super) fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(at) = bytes.get(from..)?.iter().position(|&byte| byte == first) {
        if bytes[from + at..].starts_with(needle) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

fn last(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).rposition(|window| window == needle)
}

/// The words of a content stream or a mapping, one by one.
pub(super) fn operators(
    budget: &Budget,
    data: &[u8],
    nesting: u32,
    mut each: impl FnMut(&[u8], &mut Vec<Object>, &mut Lexer<'_>) -> Result<(), Uninspectable>,
) -> Result<(), Uninspectable> {
    let mut lexer = Lexer::content(data, nesting);
    let mut operands = Vec::new();
    loop {
        let before = lexer.at;
        let token = lexer.token();
        budget.spend((lexer.at - before) as u64 + 1)?;
        match token {
            // An object that does not end: nothing follows that could be read.
            None | Some(Token::End) => return Ok(()),
            Some(Token::Object(object)) => {
                // Mappings give up to a hundred pairs at once, operators up to some thirty operands.
                if operands.len() < 1_024 {
                    operands.push(object);
                }
            }
            Some(Token::Word(word)) => {
                each(word, &mut operands, &mut lexer)?;
                operands.clear();
            }
        }
    }
}
