//! PDF: every object and what leads to it, and every page drawn from far to see which text is hidden on it.

mod canvas;
mod content;
mod document;
mod filter;
mod font;
mod mask;
mod names;
mod object;
mod pattern;
mod picture;
mod said;
mod structure;
mod unused;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

pub(super) use font::windows_1252;
pub use object::Id;

use self::content::{Drawn, Interpreter, Picture, Shared, Unseen, is_off, visible};
use self::document::{Document, GapKind};
use self::font::text_string;
use self::object::{Dict, Object, is_white};
use self::picture::Hidden;
use self::said::{Said, is_path};
use self::structure::{Elements, Marked};
use crate::carrier::{Carrier, Severity, any, image, pdf};
use crate::limits::{Budget, Limits, Uninspectable};
use crate::report::{Place, many};
use crate::scan::Scan;

/// Is there a header in the first kibibyte, as readers look for it?
pub(super) fn is(bytes: &[u8]) -> bool {
    document::find(bytes.get(..bytes.len().min(1_029)).unwrap_or_default(), b"%PDF-").is_some()
}

/// An object and the bytes of the file that it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Its number and generation.
    pub id: Id,
    /// Its bytes, from its number to `endobj`; of an object in an object stream, those of its unpacked data.
    pub range: Range<usize>,
    /// Does it lie in an object stream?
    pub packed: bool,
    /// Does the newest state of the document lead to it?
    pub reached: bool,
}

/// Every object of a PDF in the order of the file, also those that nothing leads to.
///
/// # Errors
/// When it cannot be looked into.
pub fn objects(bytes: &[u8], limits: Limits) -> Result<Vec<Placed>, Uninspectable> {
    let document = Document::read(&Budget::new(limits, bytes.len()), bytes)?;
    let reached = document.reachable();
    let placed = |(at, spot): (usize, &document::Spot)| Placed {
        id: spot.id,
        range: spot.range.clone(),
        packed: spot.packed_in.is_some(),
        reached: reached.contains(&at),
    };
    Ok(document.spots.iter().enumerate().map(placed).collect())
}

/// The text that each page shows, in the order of painting; U+FFFD stands for what cannot be told.
///
/// # Errors
/// When it cannot be looked into.
pub fn visible_text(bytes: &[u8], limits: Limits) -> Result<Vec<String>, Uninspectable> {
    let budget = Budget::new(limits, bytes.len());
    let document = Document::read(&budget, bytes)?;
    let shared = Shared::new(layers_off(&document));
    let pages = pages(&budget, &document)?;
    pages.iter().map(|page| Ok(visible(&draw(&budget, &document, &shared, page)?.letters))).collect()
}

/// Finds what is hidden in a PDF.
pub(super) fn read(scan: &mut Scan<'_>, bytes: &[u8]) -> Result<(), Uninspectable> {
    let budget = scan.budget();
    let document = Document::read(budget, bytes)?;
    let shared = Shared::new(layers_off(&document));
    let pages = pages(budget, &document)?;
    let mut shown = String::new();
    let mut before = String::new();
    let (mut marked, mut instead, mut used) = (Marked::default(), Vec::new(), BTreeSet::new());
    let mut waiting: Option<(Drawn, String)> = None;
    for (number, page) in (0_u32..).zip(pages.iter().map(Some).chain([None])) {
        // A page is told when the one after it is known.
        let next = match page {
            Some(page) => {
                let mut drawn = draw(budget, &document, &shared, page)?;
                marked.add(number + 1, &mut drawn);
                used.append(&mut drawn.used);
                instead.extend(std::mem::take(&mut drawn.instead).into_iter().map(|instead| (number + 1, instead)));
                let text = visible(&drawn.letters);
                Some((drawn, text))
            }
            None => None,
        };
        let after = next.as_ref().map_or("", |(_, text)| text);
        if let Some((drawn, text)) = waiting.take() {
            tell_letters(scan, number, &drawn, [&before, after])?;
            if let Some(page) = pages.get(number as usize - 1) {
                annotations(scan, &document, &shared.off, page, number, &text)?;
            }
            shown.push_str(&text);
            shown.push('\n');
            before = text;
        }
        waiting = next;
    }
    structure(scan, &document, &pages);
    properties(scan, &document, &shown)?;
    let said = Said::new(&shown);
    bookmarks(scan, &document, &said)?;
    unused::tell(scan, &document, &shared, &said, &used)?;
    names::tell(scan, &document, &said)?;
    let numbered = (1..).zip(&pages).map(|(number, page)| (std::ptr::from_ref(page.dict), number));
    structure::tell(scan, &document, &said, &instead, &Elements { pages: numbered.collect(), marked: &marked })?;
    let reached = document.reachable();
    for (spot, at) in document.live() {
        if reached.contains(&at) {
            parts(scan, &document, &spot.object, spot.id)?;
        }
    }
    Ok(())
}

/// A page with what it inherits.
struct Page<'a> {
    dict: &'a Dict,
    resources: Option<&'a Dict>,
    /// What is shown of it: left, bottom, right, top.
    bounds: [f64; 4],
}

/// A branch of the tree of pages, with the resources and the bounds that it inherits.
type Branch<'a> = (&'a Object, Option<&'a Dict>, Option<[f64; 4]>);

/// The pages in their order.
fn pages<'a>(budget: &Budget, document: &'a Document<'_>) -> Result<Vec<Page<'a>>, Uninspectable> {
    let mut pages = Vec::new();
    let mut seen = BTreeSet::new();
    let Some(tree) = document.root().and_then(|root| root.get(&b"Pages"[..])) else { return Ok(pages) };
    let mut open: Vec<Branch<'_>> = vec![(tree, None, None)];
    while let Some((object, resources, bounds)) = open.pop() {
        budget.spend(1)?;
        let Some(dict) = document.resolve(object).dict() else { continue };
        if !seen.insert(std::ptr::from_ref(dict)) {
            continue;
        }
        let resources = document.dict(dict, "Resources").or(resources);
        let media = rectangle(document, dict, "MediaBox");
        let crop = rectangle(document, dict, "CropBox");
        let bounds = match (media.or(bounds), crop) {
            (Some(m), Some(c)) => Some([m[0].max(c[0]), m[1].max(c[1]), m[2].min(c[2]), m[3].min(c[3])]),
            (media, crop) => media.or(crop),
        };
        match document.value(dict, "Kids").array() {
            Some(kids) => open.extend(kids.iter().rev().map(|kid| (kid, resources, bounds))),
            None => pages.push(Page { dict, resources, bounds: bounds.unwrap_or([0.0, 0.0, 612.0, 792.0]) }),
        }
    }
    Ok(pages)
}

fn rectangle(document: &Document<'_>, dict: &Dict, key: &str) -> Option<[f64; 4]> {
    match document.numbers(document.value(dict, key))[..] {
        [a, b, c, d] => Some([a.min(c), b.min(d), a.max(c), b.max(d)]),
        _ => None,
    }
}

/// The layers that are off when the document is opened.
fn layers_off(document: &Document<'_>) -> BTreeSet<Id> {
    let mut off = BTreeSet::new();
    let Some(layers) = document.root().and_then(|root| document.dict(root, "OCProperties")) else { return off };
    let ids = |object: &Object| -> Vec<Id> {
        let items = document.resolve(object).array().unwrap_or_default().iter();
        items.filter_map(|item| if let Object::Ref(id) = item { Some(*id) } else { None }).collect()
    };
    let all = ids(document.value(layers, "OCGs"));
    if let Some(default) = document.dict(layers, "D") {
        if document.is(default, "BaseState", "OFF") {
            off.extend(&all);
        }
        for id in ids(document.value(default, "ON")) {
            off.remove(&id);
        }
        off.extend(ids(document.value(default, "OFF")));
    }
    // A layer may also be kept off screens by its use.
    off.extend(all.into_iter().filter(|&id| {
        let usage = document.get(id).and_then(Object::dict).and_then(|layer| document.dict(layer, "Usage"));
        let view = usage.and_then(|usage| document.dict(usage, "View"));
        view.is_some_and(|view| document.is(view, "ViewState", "OFF"))
    }));
    off
}

fn draw(budget: &Budget, document: &Document<'_>, shared: &Shared, page: &Page<'_>) -> Result<Drawn, Uninspectable> {
    let mut interpreter = Interpreter::new(budget, document, shared, page.bounds)?;
    let mut content = Vec::new();
    let contents = document.value(page.dict, "Contents");
    let streams = match contents {
        Object::Array(items) => items.iter().map(|item| document.resolve(item)).collect(),
        one => vec![one],
    };
    let mut faults = 0;
    for stream in streams {
        if let Object::Stream(dict, range) = stream {
            let decoded = document.decode(budget, dict, range)?;
            faults += usize::from(decoded.fault);
            content.extend_from_slice(&decoded.data);
            content.push(b'\n');
        }
    }
    let nothing = Dict::new();
    interpreter.run(&content, page.resources.unwrap_or(&nothing))?;
    for annotation in document.value(page.dict, "Annots").array().unwrap_or_default() {
        let Some(dict) = document.resolve(annotation).dict() else { continue };
        let flags = document.value(dict, "F").whole().unwrap_or(0);
        let layer = dict.get(&b"OC"[..]).is_some_and(|layer| is_off(document, &shared.off, layer));
        // Hidden or not to be viewed; a redaction's look is that of its mark.
        if flags & (2 | 32) != 0 || layer || document.is(dict, "Subtype", "Popup") {
            continue;
        }
        if let (Some(normal), Some(rectangle)) = (appearance(document, dict), rectangle(document, dict, "Rect")) {
            interpreter.appearance(normal, rectangle)?;
        }
    }
    let mut drawn = interpreter.finish();
    drawn.faults += faults;
    Ok(drawn)
}

/// The look of an annotation in its present state.
fn appearance<'a>(document: &'a Document<'_>, annotation: &'a Dict) -> Option<&'a Object> {
    let looks = document.dict(annotation, "AP")?;
    let normal = looks.get(&b"N"[..])?;
    match document.resolve(normal) {
        Object::Dict(states) => states.get(document.value(annotation, "AS").name()?),
        _ => Some(normal),
    }
}

/// Does a letter lie outside of what is shown?
fn is_cut_off(why: Unseen) -> bool {
    matches!(why, Unseen::Clipped | Unseen::OffPage)
}

/// Does a page beside this one show the letters of a page that are cut off? They must stand there in the same order, with nothing between them
/// but letters that are seen on this page too: so it is with a chart that reaches over the end of a page, which is drawn whole on both.
fn is_shown_beside(budget: &Budget, drawn: &Drawn, beside: &str) -> Result<bool, Uninspectable> {
    let beside: Vec<char> = beside.chars().filter(|letter| !letter.is_whitespace()).collect();
    let letters: Vec<(&str, bool)> = drawn
        .letters
        .iter()
        .filter(|letter| !letter.is_blank() && (letter.unseen.is_none_or(is_cut_off)))
        .map(|letter| (letter.text.as_deref().unwrap_or("\u{FFFD}"), letter.unseen.is_some()))
        .collect();
    let Some(first) = letters.iter().position(|(_, unseen)| *unseen) else { return Ok(false) };
    let last = letters.iter().rposition(|(_, unseen)| *unseen).unwrap_or(first);
    // Where the letters so far can end beside.
    let mut ends: BTreeSet<usize> = (0..beside.len()).collect();
    for (text, unseen) in letters.get(first..=last).unwrap_or_default() {
        budget.spend(ends.len() as u64 + 1)?;
        let text: Vec<char> = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let goes_on = |end: &usize| {
            let next = *end + text.len();
            (beside.get(*end..next)? == text).then_some(next)
        };
        let after: BTreeSet<usize> = ends.iter().filter_map(goes_on).collect();
        ends = if *unseen { after } else { ends.union(&after).copied().collect() };
        if ends.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Puts down the text of a page that is not seen. `beside` is what the pages before and after it show.
fn tell_letters(scan: &mut Scan<'_>, page: u32, drawn: &Drawn, beside: [&str; 2]) -> Result<(), Uninspectable> {
    let mut unseen: BTreeMap<Unseen, (usize, String)> = BTreeMap::new();
    let mut telling: BTreeMap<Unseen, usize> = BTreeMap::new();
    for letter in drawn.letters.iter().filter(|letter| !letter.is_blank()) {
        if let Some(why) = letter.unseen {
            let (count, text) = unseen.entry(why).or_default();
            *count += 1;
            if letter.text.as_ref().is_none_or(|text| text.chars().any(char::is_alphanumeric)) {
                *telling.entry(why).or_default() += 1;
            }
            text.push_str(letter.text.as_deref().unwrap_or("?"));
        }
    }
    for (why, (count, text)) in unseen {
        let (carrier, how): (&'static Carrier, &str) = match why {
            Unseen::ScannedText => (&pdf::SCANNED_TEXT, "behind or over an image without ink"),
            Unseen::NoInk => (&pdf::INVISIBLE_TEXT, "drawn without ink"),
            Unseen::Transparent => (&pdf::INVISIBLE_TEXT, "wholly transparent"),
            Unseen::SameColour => (&pdf::INVISIBLE_TEXT, "in the colour of what lies under it"),
            Unseen::Clipped => (&pdf::INVISIBLE_TEXT, "outside the part that is shown"),
            Unseen::OffPage => (&pdf::INVISIBLE_TEXT, "off the page"),
            Unseen::Tiny => (&pdf::INVISIBLE_TEXT, "too small to be read"),
            Unseen::Masked => (&pdf::INVISIBLE_TEXT, "behind a mask that lets nothing through"),
            Unseen::InMask => (&pdf::INVISIBLE_TEXT, "inside a mask"),
            Unseen::LayerOff => (&pdf::LAYER_OFF, "on a layer that is off"),
            Unseen::OnShape => (&pdf::COVERED_TEXT, "in the colour of the shape that they lie on"),
            Unseen::UnderShape => (&pdf::COVERED_TEXT, "under a shape painted over it"),
            Unseen::UnderImage => (&pdf::COVERED_TEXT, "under an image painted over it"),
        };
        // Dots and dashes tell nothing. A letter or two may be left over anywhere, and a short mark in white is how programs sign their pages: a
        // person must look at it. What was covered was covered for a reason.
        let few = if carrier == &pdf::COVERED_TEXT { 2 } else { 8 };
        let severity = match telling.get(&why).copied().unwrap_or(0) {
            0 => Severity::Info,
            // Letters may be cut out of a picture or a gradient, which shows them.
            _ if why == Unseen::InMask => Severity::Review,
            letters if letters <= few => carrier.severity.min(Severity::Review),
            _ => carrier.severity,
        };
        // A few letters stand beside by chance.
        let cut_off = severity == Severity::Block && is_cut_off(why);
        let mut parted = false;
        for beside in beside.iter().filter(|_| cut_off) {
            parted |= is_shown_beside(scan.budget(), drawn, beside)?;
        }
        let (severity, told) = if parted { (Severity::Info, ", which a page beside it shows") } else { (severity, "") };
        let letters = if count == 1 { "character" } else { "characters" };
        let message = format!("{count} {letters} {how}{told}");
        let text = text.chars().take(200).collect();
        scan.find_as(carrier, severity, Place::default().on_page(page), message, vec![text]);
    }
    tell_pictures(scan, page, &drawn.pictures);
    if drawn.faults > 0 {
        let message =
            many(drawn.faults, "stream that does not follow its packing", "streams that do not follow their packing");
        scan.find(&pdf::STRUCTURE, Place::default().on_page(page), message);
    }
    Ok(())
}

/// Puts down the pictures of a page that are not seen, or not all of them.
fn tell_pictures(scan: &mut Scan<'_>, page: u32, pictures: &[Picture]) {
    let mut layers = 0;
    let mut found: BTreeMap<(Severity, &str), usize> = BTreeMap::new();
    for picture in pictures {
        let told = match picture.hidden {
            Hidden::Nothing => continue,
            _ if picture.off => {
                layers += 1;
                continue;
            }
            Hidden::All => (Severity::Block, "of which nothing is seen"),
            Hidden::Part => (Severity::Review, "with a drawing in what the mask hides"),
            Hidden::Unknown => (Severity::Info, "whose mask, or what it hides, cannot be looked at"),
        };
        *found.entry(told).or_default() += 1;
    }
    let place = || Place::default().on_page(page);
    if layers > 0 {
        scan.find(&pdf::LAYER_OFF, place(), format!("{} on a layer that is off", many(layers, "picture", "pictures")));
    }
    for ((severity, how), count) in found {
        let message = format!("{} {how}", many(count, "picture", "pictures"));
        scan.find_as(&pdf::HIDDEN_PICTURE, severity, place(), message, Vec::new());
    }
}

fn annotations(
    scan: &mut Scan<'_>,
    document: &Document<'_>,
    off: &BTreeSet<Id>,
    page: &Page<'_>,
    number: u32,
    shown: &str,
) -> Result<(), Uninspectable> {
    let place = || Place::default().on_page(number);
    for annotation in document.value(page.dict, "Annots").array().unwrap_or_default() {
        scan.budget().spend(1)?;
        let Some(dict) = document.resolve(annotation).dict() else { continue };
        let said = document.value(dict, "Contents").text().map(text_string).unwrap_or_default();
        let flags = document.value(dict, "F").whole().unwrap_or(0);
        let hidden = flags & (2 | 32) != 0 || dict.get(&b"OC"[..]).is_some_and(|layer| is_off(document, off, layer));
        let kind = document.value(dict, "Subtype").name().unwrap_or_default();
        let name = String::from_utf8_lossy(kind).into_owned();
        let (carrier, severity): (&'static Carrier, Severity) = match kind {
            b"Redact" => (&pdf::REDACT_MARK, Severity::Block),
            b"Link" | b"PrinterMark" | b"TrapNet" => continue,
            b"Watermark" if !hidden => continue,
            b"Widget" => {
                form_field(scan, document, dict, number, hidden, shown);
                continue;
            }
            b"FileAttachment" => (&any::EMBEDDED_FILE, Severity::Block),
            // Text that is set on the page like any other.
            b"FreeText" if !hidden => (&pdf::ANNOTATION, Severity::Info),
            b"Popup" if said.is_empty() => continue,
            b"Text" | b"Popup" | b"FreeText" => (&pdf::ANNOTATION, Severity::Block),
            b"Sound" | b"Movie" | b"Screen" | b"3D" | b"RichMedia" => (&pdf::ANNOTATION, Severity::Block),
            _ if hidden || !said.trim().is_empty() => (&pdf::ANNOTATION, Severity::Block),
            _ => (&pdf::ANNOTATION, Severity::Review),
        };
        let hidden = if hidden { " that is hidden" } else { "" };
        let message = format!("an annotation of kind {name}{hidden}, with {} characters of text", said.chars().count());
        scan.find_as(carrier, severity, place(), message, vec![said]);
    }
    Ok(())
}

fn form_field(scan: &mut Scan<'_>, document: &Document<'_>, field: &Dict, page: u32, hidden: bool, shown: &str) {
    if document.is(field, "FT", "Sig") {
        return;
    }
    let mut values = Vec::new();
    let mut at = Some(field);
    for _ in 0..16 {
        let Some(dict) = at else { break };
        for key in ["V", "DV"] {
            values.extend(document.value(dict, key).text().map(text_string).filter(|value| !value.trim().is_empty()));
        }
        at = document.dict(dict, "Parent");
    }
    values.dedup();
    let place = Place::default().on_page(page);
    if values.is_empty() {
        let severity = if hidden { Severity::Review } else { Severity::Info };
        scan.find_as(&pdf::FORM, severity, place, "an empty form field", values);
    } else {
        let all_shown = !hidden && values.iter().all(|value| shown.contains(value.trim()));
        let (severity, how) = if all_shown { (Severity::Review, "shown") } else { (Severity::Block, "not shown") };
        scan.find_as(&pdf::FORM, severity, place, format!("a form field whose value is {how}"), values);
    }
}

/// Objects and bytes that the document does not lead to.
fn structure(scan: &mut Scan<'_>, document: &Document<'_>, pages: &[Page<'_>]) {
    if document.header > 0 {
        scan.find(
            &any::LEADING_BYTES,
            Place::default(),
            format!("{} before the header", many(document.header, "byte", "bytes")),
        );
    }
    if document.repaired {
        scan.find(&pdf::STRUCTURE, Place::default(), "its tables do not lead to its objects");
    }
    if document.double_keys > 0 {
        scan.find(
            &pdf::STRUCTURE,
            Place::default(),
            format!("{} in a dictionary", many(document.double_keys, "key stands twice", "keys stand twice")),
        );
    }
    for gap in &document.gaps {
        let bytes = document.bytes.get(gap.range.clone()).unwrap_or_default();
        let place = Place::default().at_offset(gap.range.start as u64);
        match gap.kind {
            GapKind::Unknown if document.end.is_some_and(|end| gap.range.start >= end) => {
                scan.find(&any::TRAILING_BYTES, place, format!("{} after the end", many(bytes.len(), "byte", "bytes")));
            }
            GapKind::Unknown if bytes.len() > 16 => {
                scan.find(&pdf::HIDDEN_BYTES, place, format!("{} between objects", many(bytes.len(), "byte", "bytes")));
            }
            GapKind::Unknown => {
                scan.find_as(
                    &pdf::HIDDEN_BYTES,
                    Severity::Review,
                    place,
                    format!("{} between objects", many(bytes.len(), "byte", "bytes")),
                    Vec::new(),
                );
            }
            GapKind::Comment => scan.find(&pdf::COMMENT, place, format!("a comment of {} bytes", bytes.len())),
            GapKind::Header | GapKind::Table => {}
        }
    }
    for spot in document.spots.iter().filter(|spot| spot.beyond_length > 2) {
        let place = Place::default().at_offset(spot.range.start as u64);
        scan.find(
            &pdf::HIDDEN_BYTES,
            place,
            format!("{} behind the stated length of a stream", many(spot.beyond_length, "byte", "bytes")),
        );
    }
    for &spot in &document.nested {
        let place = Place::default().at_offset(document.spots.get(spot).map_or(0, |spot| spot.range.start as u64));
        scan.find(&pdf::HIDDEN_BYTES, place, "an object inside another one");
    }
    if document.updates > 0 {
        let message = format!("saved {} times by adding to its end", document.updates);
        scan.find(&pdf::EARLIER_STATE, Place::default(), message);
    }
    let earlier: BTreeMap<usize, Option<usize>> =
        document.superseded.iter().map(|superseded| (superseded.spot, superseded.by)).collect();
    let reached = document.reachable();
    let shown: BTreeSet<*const Dict> = pages.iter().map(|page| std::ptr::from_ref(page.dict)).collect();
    let mut orphans: BTreeMap<Severity, usize> = BTreeMap::new();
    for (at, spot) in document.spots.iter().enumerate() {
        let place = Place::default().at_offset(spot.range.start as u64);
        let dict = spot.object.dict();
        let kind = dict.and_then(|dict| dict.get(&b"Type"[..])).and_then(Object::name).unwrap_or_default();
        if let Some(by) = earlier.get(&at) {
            let now = by.and_then(|by| document.spots.get(by)).map(|spot| &spot.object);
            if holds_content(&spot.object) && !kept(document, &spot.object, now) && !is_property(document, spot, kind) {
                let message = format!("object {} once held what is changed or gone", spot.id.number);
                scan.find_as(&pdf::EARLIER_STATE, Severity::Block, place, message, Vec::new());
            }
        } else if matches!(kind, b"XRef" | b"ObjStm") {
        } else if !reached.contains(&at) {
            let severity = match &spot.object {
                object if !holds_content(object) => Severity::Info,
                _ if kind == b"Metadata" || is_resource(dict) => Severity::Review,
                _ => Severity::Block,
            };
            *orphans.entry(severity).or_default() += 1;
        } else if kind == b"Page"
            && document.is_live(at)
            && dict.is_some_and(|dict| !shown.contains(&std::ptr::from_ref(dict)))
        {
            scan.find(&pdf::HIDDEN_PAGE, place, format!("object {} is a page that is not shown", spot.id.number));
        }
    }
    for (severity, count) in orphans {
        let message = many(count, "object that nothing leads to", "objects that nothing leads to");
        scan.find_as(&pdf::UNREFERENCED, severity, Place::default(), message, Vec::new());
    }
}

/// Does it hold text or data itself?
fn holds_content(object: &Object) -> bool {
    match object {
        Object::Stream(..) => true,
        Object::Text(text) => text.iter().any(|&byte| !is_white(byte)),
        other => other.children().any(holds_content),
    }
}

/// Fonts, colours and functions: what programs leave over without telling anything of the document.
fn is_resource(dict: Option<&Dict>) -> bool {
    dict.is_some_and(|dict| {
        let kind = dict.get(&b"Type"[..]).and_then(Object::name).unwrap_or_default();
        matches!(kind, b"Font" | b"FontDescriptor" | b"ExtGState" | b"Encoding")
            || ["FunctionType", "ShadingType", "Length1", "CIDSystemInfo"]
                .iter()
                .any(|key| dict.contains_key(key.as_bytes()))
    })
}

/// Is it a set of properties, an older one of which tells of no page?
fn is_property(document: &Document<'_>, spot: &document::Spot, kind: &[u8]) -> bool {
    kind == b"Metadata"
        || document.trailers.iter().any(|trailer| trailer.get(&b"Info"[..]) == Some(&Object::Ref(spot.id)))
}

/// Is everything that the old object held also in the new one?
fn kept(document: &Document<'_>, old: &Object, new: Option<&Object>) -> bool {
    fn held<'a>(document: &'a Document<'_>, object: &'a Object, into: &mut BTreeSet<&'a [u8]>) {
        match object {
            Object::Text(text) => {
                into.insert(text);
            }
            Object::Stream(_, range) => {
                into.insert(document.raw(range));
            }
            _ => {}
        }
        object.children().for_each(|child| held(document, child, into));
    }
    let (mut before, mut now) = (BTreeSet::new(), BTreeSet::new());
    held(document, old, &mut before);
    if let Some(new) = new {
        held(document, new, &mut now);
    }
    before.is_subset(&now)
}

/// The document's properties. What its pages show anyway tells nothing new.
fn properties(scan: &mut Scan<'_>, document: &Document<'_>, shown: &str) -> Result<(), Uninspectable> {
    let shown: String = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut programs = Vec::new();
    if let Some(info) = document.trailers.iter().find_map(|trailer| document.dict(trailer, "Info")) {
        for (key, value) in info {
            scan.budget().spend(1)?;
            let Some(value) = document.resolve(value).text().map(text_string).filter(|value| !value.trim().is_empty())
            else {
                continue;
            };
            if matches!(key.as_slice(), b"Creator" | b"Producer") {
                programs.push(value.trim().to_owned());
            }
            let severity = match key.as_slice() {
                b"CreationDate" | b"ModDate" | b"Trapped" => continue,
                _ if is_path(&value) || value.contains('@') => Severity::Review,
                _ if shown.contains(value.trim()) => Severity::Info,
                b"Title" | b"Creator" | b"Producer" => Severity::Info,
                _ => Severity::Review,
            };
            let message =
                format!("the property {} has {} characters", String::from_utf8_lossy(key), value.chars().count());
            scan.find_as(&pdf::METADATA, severity, Place::default(), message, vec![value]);
        }
    }
    if let Some(Object::Stream(dict, range)) = document.root().map(|root| document.value(root, "Metadata")) {
        let data = document.decode(scan.budget(), dict, range)?.data;
        let text = String::from_utf8_lossy(&data);
        for (mark, what) in [
            ("<dc:creator", "an author"),
            ("<photoshop:", "properties of an image program"),
            ("<xmpMM:DerivedFrom", "the document that it was made from"),
            ("<stEvt:softwareAgent", "the history of its making"),
            ("<exif:GPS", "a place"),
        ] {
            let Some(at) = text.find(mark) else { continue };
            let rest = text.get(at..).unwrap_or_default();
            let end = rest.find(&mark.replace('<', "</")).unwrap_or(rest.len().min(400));
            let value = without_tags(rest.get(..end).unwrap_or_default());
            if value.is_empty() && mark == "<dc:creator" {
                continue;
            }
            let known = (shown.contains(&value) && !value.is_empty()) || programs.contains(&value);
            let severity = if known { Severity::Info } else { Severity::Review };
            scan.find_as(&pdf::METADATA, severity, Place::default(), format!("the metadata tell {what}"), vec![value]);
        }
    }
    Ok(())
}

/// Bookmarks (12.3.3) whose words no page shows.
fn bookmarks(scan: &mut Scan<'_>, document: &Document<'_>, said: &Said) -> Result<(), Uninspectable> {
    let mut unknown = Vec::new();
    let mut seen = BTreeSet::new();
    let mut open: Vec<&Dict> = document.root().and_then(|root| document.dict(root, "Outlines")).into_iter().collect();
    while let Some(item) = open.pop() {
        scan.budget().spend(1)?;
        if !seen.insert(std::ptr::from_ref(item)) {
            continue;
        }
        if let Some(title) = document.value(item, "Title").text().map(text_string)
            && !said.says(scan.budget(), &title)?
        {
            unknown.push(title);
        }
        open.extend(["Next", "First"].iter().filter_map(|key| document.dict(item, key)));
    }
    if !unknown.is_empty() {
        let message = many(unknown.len(), "bookmark", "bookmarks");
        unknown.truncate(5);
        scan.find_as(&pdf::BOOKMARK, Severity::Review, Place::default(), message, unknown);
    }
    Ok(())
}

/// The text of some markup.
fn without_tags(markup: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in markup.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(letter),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What an object that the document leads to brings with it, wherever it hangs.
fn parts(scan: &mut Scan<'_>, document: &Document<'_>, object: &Object, id: Id) -> Result<(), Uninspectable> {
    scan.budget().spend(1)?;
    let place = || Place::part(&format!("object {}", id.number));
    if let Some(dict) = object.dict() {
        if dict.contains_key(&b"PieceInfo"[..]) {
            scan.find(&pdf::PRIVATE_DATA, place(), "private data of a program");
        }
        if dict.contains_key(&b"Thumb"[..]) {
            scan.find(&pdf::THUMBNAIL, place(), "a small picture of the page");
        }
        if dict.contains_key(&b"Alternates"[..]) {
            scan.find(&pdf::OTHER_IMAGE, place(), "other images for the one shown");
        }
        if dict.contains_key(&b"XFA"[..]) {
            scan.find(&pdf::FORM, place(), "a form in XFA, with data of its own");
        }
        if document.is(dict, "Type", "Sig")
            || (dict.contains_key(&b"ByteRange"[..]) && dict.contains_key(&b"Contents"[..]))
        {
            scan.find(&pdf::SIGNATURE, place(), "a signature");
        }
        let is_root = document.root().is_some_and(|root| std::ptr::eq(root, dict));
        if let Object::Stream(of, range) = document.value(dict, "Metadata")
            && !is_root
        {
            let size = document.decode(scan.budget(), of, range)?.data.len();
            let message = format!("metadata of a part of the document, {}", many(size, "byte", "bytes"));
            scan.find(&pdf::METADATA, place(), message);
        }
        if let Some(files) = document.dict(dict, "EF") {
            scan.find(&any::EMBEDDED_FILE, place(), "a file that is attached");
            let name = ["UF", "F"].iter().find_map(|key| document.value(dict, key).text()).map(text_string);
            for file in files.values().take(1) {
                if let Object::Stream(stream, range) = document.resolve(file) {
                    let data = document.decode(scan.budget(), stream, range)?.data;
                    scan.inner(name.as_deref().unwrap_or("attachment"), &data);
                }
            }
        }
        if let Object::Stream(_, range) = object
            && document.raw(range).starts_with(&[0xFF, 0xD8, 0xFF])
        {
            scan.inner(&format!("image {}.jpg", id.number), document.raw(range));
        }
        if let Object::Stream(_, range) = object {
            let boxes = jpeg_2000_boxes(document.raw(range));
            if !boxes.is_empty() {
                let message =
                    format!("{} beside a JPEG 2000 picture", many(boxes.len(), "box of data", "boxes of data"));
                scan.find(&image::METADATA, place(), message);
            }
        }
        action(scan, document, dict, place());
        if document.is(dict, "Type", "Font") {
            let liars = font::Font::read(scan.budget(), document, dict)?.liars();
            if !liars.is_empty() {
                let message = many(
                    liars.len(),
                    "letter of a font is copied as another",
                    "letters of a font are copied as others",
                );
                scan.find(&pdf::REPLACED_TEXT, place(), message);
            }
        }
    }
    for child in object.children() {
        parts(scan, document, child, id)?;
    }
    Ok(())
}

/// Where the boxes of a JPEG 2000 file begin that tell more than its picture (ISO/IEC 15444-1, annex I): XML, and data of programs.
fn jpeg_2000_boxes(bytes: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    if !bytes.starts_with(b"\0\0\0\x0CjP  ") {
        return found;
    }
    let mut at = 0;
    while let Some([a, b, c, d, kind @ ..]) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        if matches!(kind, b"xml " | b"uuid" | b"uinf") {
            found.push(at);
        }
        // A length of 0 reaches to the end, one of 1 is told elsewhere: pictures of that size are none of ours.
        match usize::try_from(u32::from_be_bytes([*a, *b, *c, *d])) {
            Ok(length) if length >= 8 => at = at.saturating_add(length),
            _ => break,
        }
    }
    found
}

/// An action, if the dictionary is one (12.6.4).
fn action(scan: &mut Scan<'_>, document: &Document<'_>, dict: &Dict, place: Place) {
    let kind = document.value(dict, "S").name().unwrap_or_default();
    match kind {
        b"JavaScript" | b"Launch" | b"SubmitForm" | b"ImportData" | b"Rendition" | b"Sound" | b"Movie" | b"GoToE"
        | b"RichMediaExecute" => {
            // Thinner names than these also name kinds of structure elements.
            let known = ["JS", "F", "R", "Sound", "T", "Win"].iter().any(|key| dict.contains_key(key.as_bytes()));
            if known {
                scan.find(&pdf::ACTION, place, format!("an action of kind {}", String::from_utf8_lossy(kind)));
            }
        }
        b"GoToR" => scan.find(&pdf::LINK, place, "a link to another file"),
        b"Hide" | b"SetOCGState" => {
            scan.find_as(&pdf::ACTION, Severity::Review, place, "an action that shows or hides", Vec::new());
        }
        b"URI" => {
            let Some(address) = document.value(dict, "URI").text().map(text_string) else { return };
            let low = address.to_ascii_lowercase();
            let what = if low.starts_with("mailto:") {
                if low.contains('?') { "a mail address with more" } else { "a mail address" }
            } else if low.starts_with("file:") || low.contains(":\\") || low.starts_with("\\\\") {
                "a path"
            } else if low.contains('?') {
                "an address with a query"
            } else {
                return;
            };
            let severity = if what == "a mail address" { Severity::Info } else { Severity::Review };
            scan.find_as(&pdf::LINK, severity, place, format!("a link with {what}"), vec![address]);
        }
        _ => {}
    }
}
