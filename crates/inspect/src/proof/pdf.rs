//! That a PDF of ours holds what was approved and nothing else.
//!
//! ```text
//! bytes ─> objects, laid out as our writer does ─> each held to the allow-list ─> what is drawn and said ─> what was approved
//! ```
//!
//! *Closure.* Every byte is part of a header, an object, the table of objects or the end, each where the writer puts it and spelt as it spells;
//! every object is led to from the trailer in a way that the list (`pdf/allowed.txt`) knows; every key, name, operator and number is on that list.
//!
//! *Equality.* The text is read from what is painted, through the fonts, whose outlines must be those of the fonts that are shipped. It is
//! gathered along the tree of the structure and compared with what was approved, role by role, with titles, descriptions, bookmarks, links,
//! properties, heads and feet of pages. All that is painted belongs to the structure or to the few other parts of a page.
//!
//! Texts are compared without white space, soft hyphens and zero-width spaces, since lines are broken there: a letter, a figure or a mark cannot get
//! lost or be added, a space can.
//!
//! What is not proved: where on the page things stand and how lines and shapes of charts run (an inspection sees to it that no text
//! is covered, off the page, too small or without contrast); what the outlines in the shipped fonts look like; that two ways to pack the same data,
//! the document's two ids, the letters before a font's name and the coordinates tell nothing.

mod content;
mod file;
mod font;
mod list;
mod table;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use sha2::{Digest as _, Sha256};

use self::content::{Drawn, Resources};
use self::file::{File, Value, at_object};
use self::font::{Face, unpack};
use self::list::AllowList;
use self::tree::Page;
use super::NotProved;
use crate::carrier::Severity;
use crate::limits::{Budget, Limits};
use crate::report::{Finding, Place};
use crate::{carrier, inspect};

/// What a document must say, and nothing else.
pub struct Approved<'a> {
    /// The document's title.
    pub title: &'a str,
    /// Who answers for it; stands at the foot of every page.
    pub author: &'a str,
    /// The tag of its language, such as "en-GB".
    pub language: &'a str,
    /// The day that it bears, as year, month and day.
    pub date: (i16, u8, u8),
    /// The marking at the head and the foot of every page.
    pub marking: Option<&'a str>,
    /// The program that made it.
    pub program: &'a str,
    /// The fonts that it may show its text in.
    pub fonts: &'a [Shipped<'a>],
    /// Its text in reading order.
    pub said: Vec<Said>,
}

/// A font that is shipped, of which a file holds a part.
pub struct Shipped<'a> {
    /// Its PostScript name.
    pub name: &'a str,
    /// Its program, with TrueType outlines.
    pub program: &'a [u8],
    /// Letters that it draws as one where they meet, each with the number of that glyph.
    pub joined: &'a [(&'a str, u16)],
}

/// A piece of what a document says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Something begins.
    Open {
        /// What it is.
        role: Role,
        /// What links name it by.
        id: Option<String>,
    },
    /// Text.
    Text(String),
    /// What began last ends.
    Close,
}

/// What a part of a document is (ISO 32000-1, 14.8.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// A heading of a level, the first is 1.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// A list.
    List,
    /// An item of a list.
    Item,
    /// Its mark, or its name.
    Label,
    /// What it says.
    Body,
    /// The caption of the table or picture that follows.
    Caption,
    /// A table.
    Table,
    /// A row of a table.
    Row,
    /// A cell that is a heading.
    HeadCell {
        /// Of what.
        scope: Scope,
        /// How many columns it spans.
        across: usize,
        /// How many rows it spans.
        down: usize,
    },
    /// Any other cell.
    Cell {
        /// How many columns it spans.
        across: usize,
        /// How many rows it spans.
        down: usize,
    },
    /// A link.
    Link(Target),
    /// A picture with what is said of it; its text is what is drawn in it.
    Figure(String),
}

/// What a cell is the heading of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Its row.
    Row,
    /// Its column.
    Column,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To an address.
    Address(String),
    /// Into the document.
    Inside {
        /// To what has this id.
        id: String,
        /// What is said of the link, in which `{page}` stands for the number of the page.
        said: String,
    },
}

/// Proves that a file says what was approved, and holds nothing else.
///
/// # Errors
/// With the first place where that is not so.
pub fn prove(bytes: &[u8], approved: &Approved<'_>) -> Result<(), NotProved> {
    let limits = Limits::default();
    let budget = Budget::new(limits, bytes.len());
    let list = AllowList::read()?;
    let file = File::read(bytes)?;
    let ids = Ids::of(&file)?;
    let kinds = list.walk(&file, &|kind, text| is_text(approved, &ids, kind, text))?;
    profiles(&budget, &list, &file, &kinds)?;
    let pages = pages(&budget, &list, &file, &kinds, approved)?;
    metadata(&file, &kinds, approved, &ids, pages.len())?;
    tree::compare(&file, &pages, approved)?;
    seen(bytes, limits)
}

/// The document's two ids, as they are written.
struct Ids(Vec<String>);

impl Ids {
    fn of(file: &File<'_>) -> Result<Self, NotProved> {
        let ids = file.trailer.get("ID").map(Value::list).unwrap_or_default();
        let ids: Vec<String> = ids.iter().filter_map(Value::text).filter(|id| is_digest(id)).collect();
        if ids.len() == 2 { Ok(Self(ids)) } else { Err(NotProved::new(Place::part("the trailer"), "its ids are none")) }
    }
}

/// Sixteen bytes in base 64.
fn is_digest(id: &str) -> bool {
    let letters = id.strip_suffix("==").unwrap_or_default();
    letters.len() == 22 && letters.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

/// Is a text of a kind that the list names what it must be?
fn is_text(approved: &Approved<'_>, ids: &Ids, kind: &str, text: &[u8]) -> bool {
    let Some(text) = Value::Text(text.to_vec()).text() else { return false };
    let (year, month, day) = approved.date;
    match kind {
        "title" => text == approved.title,
        "author" => text == approved.author,
        "program" => text == approved.program,
        "language" => text == approved.language,
        "date" => text == format!("D:{year:04}{month:02}{day:02}000000Z"),
        "document-id" => ids.0.first() == Some(&text),
        "instance-id" => ids.0.get(1) == Some(&text),
        "font" => approved.fonts.iter().any(|font| text.split_once('+').is_some_and(|(_, name)| name == font.name)),
        "cell" => is_cell(&text),
        _ => false,
    }
}

/// The name of a cell: its table and its place, such as "U1x0y2".
fn is_cell(name: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.len() < 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts = name
        .strip_prefix('U')
        .and_then(|name| name.split_once('x'))
        .and_then(|(table, rest)| Some((table, rest.split_once('y')?)));
    parts.is_some_and(|(table, (x, y))| number(table) && number(x) && number(y))
}

/// A text as it is compared.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '\u{ad}' | '\u{200b}')).collect()
}

/// Profiles of colours are those that are known.
fn profiles(budget: &Budget, list: &AllowList<'_>, file: &File<'_>, kinds: &[String]) -> Result<(), NotProved> {
    for number in of_kind(kinds, "stream.profile") {
        let data = unpack(budget, file, number)?;
        let hash: String = Sha256::digest(&data).iter().map(|byte| format!("{byte:02x}")).collect();
        let value = &file.object(number)?.value;
        let parts = value.get("N").and_then(Value::whole).unwrap_or(0);
        let ranges = value.get("Range").map(Value::list).unwrap_or_default().len();
        if ranges != 2 * parts || list.check(&format!("hash.profile.{parts}"), &Value::Text(hash.into_bytes())).is_err()
        {
            return Err(at_object(number, "is a profile of colours that is not known"));
        }
    }
    Ok(())
}

/// The numbers of the objects of a kind.
fn of_kind<'a>(kinds: &'a [String], kind: &'a str) -> impl Iterator<Item = usize> + 'a {
    (1..).zip(kinds).filter(move |(_, found)| *found == kind).map(|(number, _)| number)
}

/// Reads what every page draws, and every pattern.
fn pages(
    budget: &Budget,
    list: &AllowList<'_>,
    file: &File<'_>,
    kinds: &[String],
    approved: &Approved<'_>,
) -> Result<Vec<Page>, NotProved> {
    let mut faces = BTreeMap::new();
    for number in of_kind(kinds, "font") {
        faces.insert(number, Rc::new(Face::read(budget, list, file, number, approved.fonts)?));
    }
    for number in of_kind(kinds, "stream.pattern") {
        let resources = resources(file, &faces, &file.object(number)?.value)?;
        let data = unpack(budget, file, number)?;
        content::pattern(list, &resources, &data)
            .map_err(|what| NotProved::new(Place::part(&format!("object {number}")), what))?;
    }
    let tree = of_kind(kinds, "pages").next().unwrap_or(0);
    let tree = &file.object(tree)?.value;
    let kids: Vec<usize> =
        tree.get("Kids").map(Value::list).unwrap_or_default().iter().filter_map(Value::reference).collect();
    if tree.get("Count").and_then(Value::whole) != Some(kids.len()) {
        return Err(NotProved::new(Place::default(), "it counts other pages than it has"));
    }
    let mut codes: BTreeMap<usize, BTreeSet<u16>> = BTreeMap::new();
    let mut pages = Vec::new();
    for (number, object) in (1..).zip(kids) {
        let page = &file.object(object)?.value;
        let resources = resources(file, &faces, page)?;
        let data = unpack(budget, file, page.get("Contents").and_then(Value::reference).unwrap_or(0))?;
        let drawn: Drawn = content::page(list, &resources, approved.language, &data)
            .map_err(|what| NotProved::new(Place::default().on_page(number), what))?;
        for (font, shown) in &drawn.codes {
            codes.entry(*font).or_default().extend(shown);
        }
        pages.push(Page { object, drawn });
    }
    for (number, face) in &faces {
        if codes.get(number) != Some(&face.codes()) {
            return Err(at_object(*number, "is a font with letters that no page shows"));
        }
    }
    Ok(pages)
}

/// What a page or a pattern may name in what it draws.
fn resources<'a>(
    file: &File<'_>,
    faces: &BTreeMap<usize, Rc<Face<'a>>>,
    holder: &Value,
) -> Result<Resources<'a>, NotProved> {
    let mut found = Resources::default();
    let Value::Dict(groups) = file.follow(holder.get("Resources").unwrap_or(holder))? else { return Ok(found) };
    for (group, entries) in groups {
        let Value::Dict(entries) = entries else { continue };
        for (name, value) in entries {
            let number = value.reference().unwrap_or(0);
            match faces.get(&number).filter(|_| group == "Font") {
                Some(face) => {
                    found.fonts.insert(name.clone(), (number, Rc::clone(face)));
                }
                None => {
                    found.colours.insert(name.clone());
                }
            }
        }
    }
    Ok(found)
}

/// The metadata word for word, with what was approved in its places. Lines are for the eye alone.
const METADATA: &str = include_str!("pdf/metadata.txt");

fn metadata(
    file: &File<'_>,
    kinds: &[String],
    approved: &Approved<'_>,
    ids: &Ids,
    pages: usize,
) -> Result<(), NotProved> {
    let (year, month, day) = approved.date;
    let values = [
        ("title", approved.title.to_owned()),
        ("author", approved.author.to_owned()),
        ("program", approved.program.to_owned()),
        ("language", approved.language.to_owned()),
        ("date", format!("{year:04}-{month:02}-{day:02}")),
        ("document", ids.0.first().cloned().unwrap_or_default()),
        ("instance", ids.0.get(1).cloned().unwrap_or_default()),
        ("pages", pages.to_string()),
    ];
    let mut expected = String::new();
    // Values are put in piece by piece, so that none is taken for a place for another.
    for piece in METADATA.replace('\n', "").split('{') {
        match piece
            .split_once('}')
            .and_then(|(name, rest)| Some((values.iter().find(|(known, _)| *known == name)?, rest)))
        {
            Some(((_, value), rest)) => {
                expected.push_str(
                    &value
                        .replace('&', "&amp;")
                        .replace('<', "&lt;")
                        .replace('>', "&gt;")
                        .replace('\'', "&apos;")
                        .replace('"', "&quot;"),
                );
                expected.push_str(rest);
            }
            None => expected.push_str(piece),
        }
    }
    let number = of_kind(kinds, "stream.xmp").next().unwrap_or(0);
    if file.raw(file.object(number)?) == expected.as_bytes() {
        Ok(())
    } else {
        Err(at_object(number, "is metadata that say something else than was approved"))
    }
}

/// An inspection finds nothing hidden: no text is invisible, covered, off the page or too small.
fn seen(bytes: &[u8], limits: Limits) -> Result<(), NotProved> {
    let report = inspect("response.pdf", bytes, limits);
    // That it has an author and links is known, and compared; so is every text that stands for another, letter by letter.
    let known = [&carrier::pdf::METADATA, &carrier::pdf::LINK, &carrier::pdf::REPLACED_TEXT];
    // Places that links lead to have names, which tell nothing: one that does is more than worth knowing.
    let is_plain = |finding: &Finding| finding.carrier == &carrier::pdf::NAME && finding.severity == Severity::Info;
    match report.findings.into_iter().find(|finding| !known.contains(&finding.carrier) && !is_plain(finding)) {
        None => Ok(()),
        Some(finding) => Err(NotProved::new(finding.place, format!("an inspection finds {}", finding.message))),
    }
}
