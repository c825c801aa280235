//! Reads markup along its allow-list and the approved content: each byte must be what these two say.

use std::borrow::Cow;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::NotProved;
use super::list::{Attribute, Child, Element, Escape, File, List, Piece};
use crate::report::Place;

/// One piece of approved content, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said<'a> {
    /// An element follows that may be there or not, or an attribute, whose name then begins with `@`.
    Has(&'static str),
    /// A text, as it is before it is escaped.
    Text(Cow<'a, str>),
    /// A word of the allow-list's.
    Word(&'static str),
}

impl<'a> Said<'a> {
    /// A text.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }
}

impl From<usize> for Said<'_> {
    fn from(number: usize) -> Self {
        Self::Text(number.to_string().into())
    }
}

/// Proves one part.
pub(super) fn prove(list: &List, file: &File, part: &str, bytes: &[u8], said: &[Said<'_>]) -> Result<(), NotProved> {
    let mut along = Along { list, part, bytes, at: 0, said: said.iter() };
    along.exactly(&file.lead)?;
    if let Some(root) = &file.root {
        along.element(root)?;
    }
    if along.at != bytes.len() {
        return Err(along.fault("there is more than was approved"));
    }
    match along.said.next() {
        None => Ok(()),
        Some(_) => Err(along.fault("it ends before all that was approved")),
    }
}

struct Along<'p> {
    list: &'p List,
    part: &'p str,
    bytes: &'p [u8],
    at: usize,
    said: std::slice::Iter<'p, Said<'p>>,
}

impl<'p> Along<'p> {
    fn fault(&self, what: impl std::fmt::Display) -> NotProved {
        let line = self.bytes.iter().take(self.at).filter(|byte| **byte == b'\n').count() + 1;
        let place = if self.part.is_empty() { Place::default() } else { Place::part(self.part) };
        NotProved::new(place, format!("line {line}, byte {}: {what}", self.at + 1))
    }

    fn rest(&self) -> &'p [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// These very letters.
    fn exactly(&mut self, text: &str) -> Result<(), NotProved> {
        if !self.rest().starts_with(text.as_bytes()) {
            let same = self.rest().iter().zip(text.as_bytes()).take_while(|(one, other)| one == other).count();
            self.at += same;
            return Err(self.fault("what stands here is not what was approved, or is on no list"));
        }
        self.at += text.len();
        Ok(())
    }

    /// Is this the next piece of approved content? It is taken then.
    fn has(&mut self, at_attribute: bool, name: &str) -> bool {
        let mut ahead = self.said.clone();
        let is_next = match ahead.next() {
            Some(Said::Has(next)) if at_attribute => next.strip_prefix('@') == Some(name),
            Some(Said::Has(next)) => *next == name,
            _ => false,
        };
        if is_next {
            self.said = ahead;
        }
        is_next
    }

    fn element(&mut self, element: &'p Element) -> Result<(), NotProved> {
        self.exactly("<")?;
        self.exactly(&element.name)?;
        for attribute in &element.attributes {
            self.attribute(attribute)?;
        }
        if element.is_void {
            self.exactly(">")?;
        } else if element.text.is_none() && element.children.is_empty() && self.list.escape == Escape::Xml {
            self.exactly("/>")?;
        } else {
            self.exactly(">")?;
            self.line_feed(element.break_in)?;
            self.content(element)?;
            self.exactly("</")?;
            self.exactly(&element.name)?;
            self.exactly(">")?;
        }
        self.line_feed(element.break_after)
    }

    fn line_feed(&mut self, is_there: bool) -> Result<(), NotProved> {
        if is_there { self.exactly("\n") } else { Ok(()) }
    }

    fn attribute(&mut self, attribute: &'p Attribute) -> Result<(), NotProved> {
        if attribute.is_optional && !self.has(true, &attribute.name) {
            return Ok(());
        }
        self.exactly(" ")?;
        self.exactly(&attribute.name)?;
        self.exactly("=\"")?;
        self.pieces(&attribute.value)?;
        self.exactly("\"")
    }

    /// What stands in an element: its children, or else its text.
    fn content(&mut self, element: &'p Element) -> Result<(), NotProved> {
        let before = self.at;
        for child in &element.children {
            match child {
                Child::One(child) => self.element(child)?,
                Child::Any(child) => {
                    while self.has(false, &child.name) {
                        self.element(child)?;
                    }
                }
                Child::Group(name) => {
                    while let Some(child) = self.of_group(name) {
                        self.element(child)?;
                    }
                }
            }
        }
        match &element.text {
            Some(text) if self.at == before => self.pieces(text),
            _ => Ok(()),
        }
    }

    fn of_group(&mut self, name: &str) -> Option<&'p Element> {
        let list: &'p List = self.list;
        let members = list.groups.get(name)?;
        members.iter().find_map(|member| match member {
            Child::One(element) | Child::Any(element) => self.has(false, &element.name).then_some(element),
            Child::Group(_) => None,
        })
    }

    fn pieces(&mut self, pieces: &'p [Piece]) -> Result<(), NotProved> {
        for piece in pieces {
            match piece {
                Piece::Exactly(text) => self.exactly(text)?,
                Piece::Text => {
                    let (text, escape) = (self.text()?, self.list.escape);
                    self.escaped(text, escape)?;
                }
                Piece::Spaced => {
                    let text = self.text()?;
                    self.spaced(text)?;
                }
                Piece::Excel => {
                    let text = excel(self.text()?);
                    self.escaped(&text, Escape::Xml)?;
                }
                Piece::Raw => {
                    let text = self.text()?;
                    self.exactly(text)?;
                }
                Piece::Sha256(hash) => self.hashed(hash)?,
                Piece::Words(map) => {
                    let word = match self.said.next() {
                        Some(Said::Word(word)) => *word,
                        _ => return Err(self.fault("the approved content has no such thing here")),
                    };
                    let list: &'p List = self.list;
                    let Some(written) = list.words.get(map).and_then(|words| words.get(word)) else {
                        return Err(self.fault(format!("no list has the word “{word}”")));
                    };
                    self.exactly(written)?;
                }
            }
        }
        Ok(())
    }

    fn text(&mut self) -> Result<&'p str, NotProved> {
        match self.said.next() {
            Some(Said::Text(text)) => Ok(text),
            _ => Err(self.fault("the approved content has no text here")),
        }
    }

    /// A text in which what could be markup is written as references.
    fn escaped(&mut self, text: &str, escape: Escape) -> Result<(), NotProved> {
        let mut rest = text;
        while let Some((at, letter, reference)) =
            rest.char_indices().find_map(|(at, letter)| Some((at, letter, reference(letter, escape)?)))
        {
            self.exactly(rest.get(..at).unwrap_or_default())?;
            self.exactly(reference)?;
            rest = rest.get(at + letter.len_utf8()..).unwrap_or_default();
        }
        self.exactly(rest)
    }

    /// A text of which a space at either end, and each after another, is an element (OpenDocument 1.3, part 3, 6.1.2 and 6.1.3).
    fn spaced(&mut self, text: &str) -> Result<(), NotProved> {
        let letters: Vec<char> = text.chars().collect();
        let mut run = String::new();
        for (at, letter) in letters.iter().enumerate() {
            let alone = at > 0 && at + 1 < letters.len() && letters.get(at - 1) != Some(&' ');
            if *letter == ' ' && !alone {
                self.escaped(&std::mem::take(&mut run), Escape::Xml)?;
                self.exactly("<text:s/>")?;
            } else {
                run.push(*letter);
            }
        }
        self.escaped(&run, Escape::Xml)
    }

    /// Bytes up to the next end tag, of which only the hash is known.
    fn hashed(&mut self, hash: &str) -> Result<(), NotProved> {
        let rest = self.rest();
        let end = rest.windows(2).position(|two| two == b"</").unwrap_or(rest.len());
        let told = Sha256::digest(rest.get(..end).unwrap_or_default());
        let told = told.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        if told != hash {
            return Err(self.fault(format!("what follows has the hash {told}, and the list another")));
        }
        self.at += end;
        Ok(())
    }
}

/// How a letter is written that could be markup.
fn reference(letter: char, escape: Escape) -> Option<&'static str> {
    match (escape, letter) {
        (Escape::Xml, '&') => Some("&amp;"),
        (Escape::Xml, '<') => Some("&lt;"),
        (Escape::Xml, '>') => Some("&gt;"),
        (Escape::Xml, '"') => Some("&quot;"),
        (Escape::Xml, '\n') => Some("&#10;"),
        (Escape::Html, '&') => Some("&#38;"),
        (Escape::Html, '<') => Some("&#60;"),
        (Escape::Html, '>') => Some("&#62;"),
        (Escape::Html, '"') => Some("&#34;"),
        (Escape::Html, '\'') => Some("&#39;"),
        _ => None,
    }
}

/// A text in which `_x0041_` stands for itself, by the rule of ISO/IEC 29500-1, 22.9.2.19: its first underscore is written `_x005F_`.
fn excel(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut written = String::new();
    for (at, letter) in text.char_indices() {
        let form = text.get(at..at + 7).map(str::as_bytes);
        let is_escape = form.is_some_and(
            |form| matches!(form, [b'_', b'x', digits @ .., b'_'] if digits.iter().all(u8::is_ascii_hexdigit)),
        );
        written.push_str(if is_escape { "_x005F" } else { "" });
        written.push(letter);
    }
    Cow::Owned(written)
}
