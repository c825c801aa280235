//! XML as a stream of what matters: elements with resolved namespaces, and text. What XML can hide beside these is put down as it goes by.
//!
//! A document type is never read and an entity never expanded; depth and work are limited.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::io::{self, BufRead, Read};
use std::ops::Deref;
use std::rc::Rc;

use quick_xml::escape::{resolve_predefined_entity, unescape_with};
use quick_xml::events::{BytesStart, Event as Raw};
use quick_xml::reader::Reader;

use crate::carrier::{Severity, xml as carrier};
use crate::limits::{Budget, Uninspectable};
use crate::namespace::Ns;
use crate::report::{Place, many};
use crate::scan::Scan;
use crate::zip::{self, u32_at};

/// The longest tag or run of text, in bytes.
const LONGEST: usize = 64 << 20;

/// What goes by.
pub(crate) enum Event<'e> {
    /// An element begins; its end always follows.
    Start(&'e Element<'e>),
    /// The element ends that began last.
    End,
    /// Text, or a piece of it.
    Text(&'e str),
}

/// An element that begins.
pub(crate) struct Element<'e> {
    pub(crate) ns: Ns,
    pub(crate) local: &'e str,
    raw: &'e str,
    scopes: &'e [Scope],
}

struct Scope {
    prefix: String,
    ns: Ns,
    depth: u32,
}

impl<'e> Element<'e> {
    /// Its attributes: namespace, name, value. One without a prefix has no namespace.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (Ns, &'e str, Cow<'e, str>)> + '_ {
        Attributes { rest: self.raw }.map(|(key, value)| {
            let (ns, local) = match key.split_once(':') {
                Some((prefix, local)) => (resolve(self.scopes, prefix), local),
                None if key == "xmlns" => (Ns::Xmlns, key),
                None => (Ns::None, key),
            };
            (ns, local, unescape(value))
        })
    }

    /// Its attributes by their names as they are written.
    pub(crate) fn plain_attributes(&self) -> impl Iterator<Item = (&'e str, Cow<'e, str>)> + '_ {
        Attributes { rest: self.raw }.map(|(key, value)| (key, unescape(value)))
    }

    /// The value of an attribute without a prefix.
    pub(crate) fn attr(&self, local: &str) -> Option<Cow<'e, str>> {
        Attributes { rest: self.raw }.find(|(key, _)| *key == local).map(|(_, value)| unescape(value))
    }

    /// A switch that is on: `1` or `true`.
    pub(crate) fn flag(&self, local: &str) -> bool {
        self.attr(local).is_some_and(|value| on(&value))
    }

    /// A number.
    pub(crate) fn number<T: std::str::FromStr>(&self, local: &str) -> Option<T> {
        self.attr(local)?.trim().parse().ok()
    }
}

/// Is a switch on?
pub(crate) fn on(value: &str) -> bool {
    matches!(value, "1" | "true" | "on" | "True" | "t")
}

fn resolve(scopes: &[Scope], prefix: &str) -> Ns {
    match prefix {
        "xml" => Ns::Xml,
        "xmlns" => Ns::Xmlns,
        _ => {
            let unbound = if prefix.is_empty() { Ns::None } else { Ns::Unbound };
            // Most elements have no prefix, and to compare nothing with nothing takes processors surprisingly long.
            let is_it =
                |scope: &&Scope| if prefix.is_empty() { scope.prefix.is_empty() } else { scope.prefix == prefix };
            scopes.iter().rev().find(is_it).map_or(unbound, |scope| scope.ns)
        }
    }
}

/// Attributes as they are written: name and raw value.
struct Attributes<'e> {
    rest: &'e str,
}

impl<'e> Iterator for Attributes<'e> {
    type Item = (&'e str, &'e str);

    fn next(&mut self) -> Option<Self::Item> {
        // Tags are short: to go on byte by byte is faster than to set up a search.
        let bytes = self.rest.as_bytes();
        let equals = bytes.iter().position(|byte| *byte == b'=')?;
        let blanks = bytes.get(equals + 1..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let start = equals + 1 + blanks + 1;
        let quote = bytes.get(start - 1).filter(|quote| matches!(quote, b'"' | b'\''))?;
        let end = start + bytes.get(start..)?.iter().position(|byte| byte == quote)?;
        let (key, value) = (self.rest.get(..equals)?.trim(), self.rest.get(start..end)?);
        self.rest = self.rest.get(end + 1..)?;
        Some((key, value))
    }
}

fn unescape(value: &str) -> Cow<'_, str> {
    if !value.contains('&') {
        return Cow::Borrowed(value);
    }
    // What is no entity of XML itself stays as it is written; it is put down as the element goes by.
    unescape_with(value, resolve_predefined_entity).unwrap_or(Cow::Borrowed(value))
}

/// What a document has beside elements and text.
#[derive(Default)]
pub(crate) struct Odd {
    comments: Vec<String>,
    instructions: Vec<String>,
    cdata: usize,
    document_type: bool,
    entities: usize,
    foreign: Vec<String>,
}

impl Odd {
    /// Of a document that may have elements of any namespace.
    pub(crate) fn of_any_namespace(self) -> Self {
        Self { foreign: Vec::new(), ..self }
    }

    /// Puts it down.
    pub(crate) fn report(self, scan: &mut Scan<'_>, part: &str) {
        let place = || Place::part(part);
        let written = self.comments.iter().filter(|text| !text.trim().is_empty()).count();
        if written > 0 {
            let bytes: usize = self.comments.iter().map(String::len).sum();
            let message = format!("{}, {bytes} bytes", many(written, "comment in the XML", "comments in the XML"));
            scan.find_as(&carrier::XML_COMMENT, Severity::Block, place(), message, first(self.comments));
        }
        if !self.instructions.is_empty() {
            // A style sheet or the name of a program is what such instructions are for.
            let usual = |text: &String| text.starts_with("mso-") || text.starts_with("xml-stylesheet");
            let severity = if self.instructions.iter().all(usual) { Severity::Review } else { Severity::Block };
            let message = format!(
                "{} in the XML",
                many(self.instructions.len(), "processing instruction", "processing instructions")
            );
            scan.find_as(&carrier::XML_INSTRUCTION, severity, place(), message, first(self.instructions));
        }
        if self.cdata > 0 {
            scan.find(
                &carrier::XML_CDATA,
                place(),
                format!("{} in the XML", many(self.cdata, "CDATA section", "CDATA sections")),
            );
        }
        if self.document_type {
            scan.find(&carrier::XML_DOCUMENT_TYPE, place(), "the XML has a document type, which was not read");
        }
        if self.entities > 0 {
            let message = format!("{} entities in the XML, which were not expanded", self.entities);
            scan.find(&carrier::XML_DOCUMENT_TYPE, place(), message);
        }
        if !self.foreign.is_empty() {
            let message = many(
                self.foreign.len(),
                "element or attribute that no office program knows",
                "elements or attributes that no office program knows",
            );
            scan.find_as(&carrier::FOREIGN_MARKUP, Severity::Block, place(), message, first(self.foreign));
        }
    }
}

fn first(mut values: Vec<String>) -> Vec<String> {
    values.truncate(5);
    values
}

/// Reads a document, and hands on each event.
///
/// # Errors
/// When it is broken, too deep, or takes too much work; or when the visitor stops.
pub(crate) fn read(
    budget: &Budget,
    source: impl BufRead,
    mut visit: impl FnMut(Event<'_>) -> Result<(), Uninspectable>,
) -> Result<Odd, Uninspectable> {
    let left = Rc::new(Cell::new(LONGEST));
    let mut reader = Reader::from_reader(Meter { source, left: Rc::clone(&left) });
    reader.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::new();
    let mut odd = Odd::default();
    let mut scopes: Vec<Scope> = Vec::new();
    let mut depth = 0;
    loop {
        left.set(LONGEST);
        budget.spend(1)?;
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|error| why(&error))? {
            Raw::Start(start) | Raw::Empty(start) => {
                depth += 1;
                if depth > budget.limits.nesting {
                    return Err(Uninspectable::new("its XML is nested too deeply"));
                }
                let element = begin(&start, &mut scopes, depth, &mut odd);
                visit(Event::Start(&element))?;
            }
            Raw::End(_) => {
                while scopes.last().is_some_and(|scope| scope.depth >= depth) {
                    scopes.pop();
                }
                depth = depth.saturating_sub(1);
                visit(Event::End)?;
            }
            Raw::Text(text) => {
                let text = text.into_inner();
                if depth > 0 {
                    visit(Event::Text(&text))?;
                } else if !text.trim_matches('\u{FEFF}').trim().is_empty() {
                    return Err(Uninspectable::new("there is text outside of its XML"));
                }
            }
            Raw::CData(text) => {
                odd.cdata += 1;
                visit(Event::Text(&text.into_inner()))?;
            }
            Raw::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().map_err(|error| why(&error))?;
                match (character, resolve_predefined_entity(&reference)) {
                    (Some(character), _) => visit(Event::Text(character.encode_utf8(&mut [0; 4])))?,
                    (None, Some(text)) => visit(Event::Text(text))?,
                    (None, None) => odd.entities += 1,
                }
            }
            Raw::Comment(text) => odd.comments.push(text.into_inner().into_owned()),
            Raw::PI(text) => odd.instructions.push(text.into_inner().into_owned()),
            Raw::Decl(_) => {}
            Raw::DocType(_) => odd.document_type = true,
            Raw::Eof if depth == 0 => return Ok(odd),
            Raw::Eof => return Err(Uninspectable::new("its XML breaks off")),
        }
    }
}

fn begin<'e>(start: &'e BytesStart<'_>, scopes: &'e mut Vec<Scope>, depth: u32, odd: &mut Odd) -> Element<'e> {
    let name = start.name().into_inner();
    let raw = start.attributes_raw();
    // Most elements have no attribute with a prefix, no `xmlns` and no entity: nothing is to be looked for in them.
    let plain = !raw.bytes().any(|byte| matches!(byte, b':' | b'&' | b'x'));
    let looked = if plain { "" } else { raw };
    for (key, value) in (Attributes { rest: looked }) {
        let prefix = if key == "xmlns" { Some("") } else { key.strip_prefix("xmlns:") };
        if let Some(prefix) = prefix {
            scopes.push(Scope { prefix: prefix.to_owned(), ns: Ns::of(&unescape(value)), depth });
        } else if value.contains('&') && unescape_with(value, resolve_predefined_entity).is_err() {
            odd.entities += 1;
        }
    }
    let scopes: &'e [Scope] = scopes;
    let (prefix, local) = name.split_once(':').unwrap_or(("", name));
    let (prefix, local): (&str, &str) = (prefix, local);
    let ns = resolve(scopes, prefix);
    let strange = |ns: Ns| matches!(ns, Ns::Foreign | Ns::Unbound);
    if strange(ns) {
        odd.foreign.push(name.to_owned());
    }
    for (key, value) in (Attributes { rest: looked }) {
        let prefix = key.split_once(':').map_or("xmlns", |(prefix, _)| prefix);
        if strange(resolve(scopes, prefix)) {
            odd.foreign.push(format!("{key}={value}"));
        }
    }
    Element { ns, local, raw, scopes }
}

/// Why XML cannot be read: what its source says, or that it is broken.
fn why(error: &quick_xml::Error) -> Uninspectable {
    match error {
        quick_xml::Error::Io(error) => zip::reason(error),
        _ => Uninspectable::new("its XML is broken"),
    }
}

/// A source that stops when one tag or text is too long.
struct Meter<R> {
    source: R,
    left: Rc<Cell<usize>>,
}

impl<R: BufRead> BufRead for Meter<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left.get() == 0 {
            return Err(io::Error::other(Uninspectable::new("a tag or text of its XML is too long")));
        }
        self.source.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.left.set(self.left.get().saturating_sub(amount));
        self.source.consume(amount);
    }
}

impl<R: BufRead> Read for Meter<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.source.read(to)
    }
}

/// The local name of an element. Documents have many elements of few names, so that elements of one name share it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name(Rc<str>);

impl Name {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == **other
    }
}

/// The attributes of an element in one piece, since a document has millions: of each its namespace, the lengths of its name and value, and both.
#[derive(Clone, Debug)]
struct Packed(Box<[u8]>);

/// Before each name and value.
const HEAD: usize = 9;

impl Packed {
    fn of(element: &Element<'_>) -> Self {
        let mut bytes = Vec::with_capacity(element.raw.len() + HEAD);
        // Neither can be longer than a tag may be, which is far less than four gibibytes.
        let length = |text: &str| u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes();
        for (ns, name, value) in element.attributes() {
            bytes.push(ns as u8);
            bytes.extend(length(name));
            bytes.extend(length(&value));
            bytes.extend(name.bytes());
            bytes.extend(value.bytes());
        }
        Self(bytes.into())
    }

    /// Namespace, name and value of each.
    fn iter(&self) -> impl Iterator<Item = (u8, &str, &str)> {
        let mut rest: &[u8] = &self.0;
        std::iter::from_fn(move || {
            let (head, after) = rest.split_at_checked(HEAD)?;
            let length = |at: usize| usize::try_from(u32_at(head, at)?).ok();
            let (name, after) = after.split_at_checked(length(1)?)?;
            let (value, after) = after.split_at_checked(length(5)?)?;
            rest = after;
            Some((*head.first()?, std::str::from_utf8(name).ok()?, std::str::from_utf8(value).ok()?))
        })
    }
}

/// A document as a whole, kept close.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub(crate) ns: Ns,
    pub(crate) local: Name,
    attributes: Packed,
    pub(crate) children: Vec<Tree>,
    /// Its own text, without that of its children.
    pub(crate) text: String,
}

impl Tree {
    /// Reads it.
    ///
    /// # Errors
    /// As [`read`].
    pub(crate) fn read(budget: &Budget, source: impl BufRead) -> Result<(Self, Odd), Uninspectable> {
        let mut names: BTreeSet<Name> = BTreeSet::new();
        // Elements that are open, and from where on what has ended lies in them.
        let mut open: Vec<(Self, usize)> = Vec::new();
        let mut ended: Vec<Self> = Vec::new();
        let odd = read(budget, source, |event| {
            match event {
                Event::Start(element) => {
                    let name = match names.get(element.local) {
                        Some(known) => known.clone(),
                        None => {
                            let new = Name(element.local.into());
                            names.insert(new.clone());
                            new
                        }
                    };
                    open.push((Self::named(element, name), ended.len()));
                }
                Event::Text(text) => {
                    if let Some((last, _)) = open.last_mut() {
                        last.text.push_str(text);
                    }
                }
                Event::End => {
                    if let Some((mut done, from)) = open.pop() {
                        done.children = ended.split_off(from);
                        ended.push(done);
                    }
                }
            }
            Ok(())
        })?;
        Ok((ended.pop().ok_or_else(|| Uninspectable::new("its XML is empty"))?, odd))
    }

    /// An element without what is in it.
    pub(crate) fn of(element: &Element<'_>) -> Self {
        Self::named(element, Name(element.local.into()))
    }

    fn named(element: &Element<'_>, local: Name) -> Self {
        let attributes = Packed::of(element);
        Self { ns: element.ns, local, attributes, children: Vec::new(), text: String::new() }
    }

    /// The value of an attribute, whatever its namespace.
    pub(crate) fn attr(&self, local: &str) -> Option<&str> {
        self.attributes.iter().find(|(_, name, _)| *name == local).map(|(_, _, value)| value)
    }

    /// The value of an attribute of a namespace.
    pub(crate) fn attr_of(&self, ns: Ns, local: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, name, _)| *own == ns as u8 && *name == local).map(|(_, _, value)| value)
    }

    /// A switch that is on.
    pub(crate) fn flag(&self, local: &str) -> bool {
        self.attr(local).is_some_and(on)
    }

    pub(crate) fn number<T: std::str::FromStr>(&self, local: &str) -> Option<T> {
        self.attr(local)?.trim().parse().ok()
    }

    /// The first child of this name.
    pub(crate) fn child(&self, local: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.local == local)
    }

    /// Itself and everything in it, in order.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Self> {
        let mut waiting = vec![self];
        std::iter::from_fn(move || {
            let next = waiting.pop()?;
            waiting.extend(next.children.iter().rev());
            Some(next)
        })
    }

    /// Every element of this name in it.
    pub(crate) fn every<'t>(&'t self, local: &'t str) -> impl Iterator<Item = &'t Self> {
        self.all().filter(move |tree| tree.local == local)
    }

    /// All text in it.
    pub(crate) fn all_text(&self) -> String {
        self.all().map(|tree| tree.text.as_str()).collect()
    }
}

impl Drop for Tree {
    // Not by the stack: a deep tree would exhaust it.
    fn drop(&mut self) {
        let mut waiting = std::mem::take(&mut self.children);
        while let Some(mut tree) = waiting.pop() {
            waiting.append(&mut tree.children);
        }
    }
}
