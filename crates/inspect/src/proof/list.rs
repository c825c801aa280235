//! Allow-lists of markup: what a file of our own may be made of, as data (`lists/*.list`).
//!
//! A list names each part of a package and, indented by two spaces a level, each element that it may have, in order, with its attributes:
//!
//! ```text
//! # a comment
//! words style plain:0 title:1         words that the approved content uses, and how the file writes them
//! escape xml                          how text is escaped: xml or html
//! group words                         elements that several others hold: `@words`
//! file xl/worksheets/sheet*.xml       a part; `*` stands for digits
//! lead "<?xml version=\"1.0\"?>\n"    what stands before its root element
//! worksheet xmlns="http://…"          an element that must be there, with attributes that must be there
//!   row* r="{text}" ht?="{text}"      `*`: any number; `?`: may be there, element or attribute
//!     c* s="{style}" : "{text}"       after the colon, the text of the element
//! ```
//!
//! In quotation marks stand letters that must be there as they are, and placeholders. `{text}` is a text of the approved content, escaped; `{spaced}`
//! one whose spaces are elements where OpenDocument needs that; `{excel}` one in which `_x0041_` is no escape; `{raw}` markup that is proved by
//! itself; `{sha256:…}` bytes up to the end tag that have this hash; any other name is a word of that map. Whatever may be there or not
//! is asked of the approved content, so that nothing in a file is up to who wrote it.
//!
//! Flags at the end of a line: `+in` and `+after` for a line feed after the start tag and after the end tag, `+void` for an element without an
//! end tag.

use std::collections::BTreeMap;

/// An allow-list.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) escape: Escape,
    /// Words that the approved content uses, by the name of their map, with how the file writes them.
    pub(super) words: BTreeMap<String, BTreeMap<String, String>>,
    pub(super) groups: BTreeMap<String, Vec<Child>>,
    pub(super) files: Vec<File>,
}

/// How text is escaped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Escape {
    #[default]
    Xml,
    Html,
}

/// A part, or the whole file where there are no parts.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) path: String,
    /// What stands before the root element.
    pub(super) lead: String,
    pub(super) root: Option<Element>,
}

/// An element that may be there.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<Attribute>,
    pub(super) text: Option<Vec<Piece>>,
    pub(super) children: Vec<Child>,
    pub(super) break_in: bool,
    pub(super) break_after: bool,
    pub(super) is_void: bool,
}

#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) name: String,
    pub(super) is_optional: bool,
    pub(super) value: Vec<Piece>,
}

/// What may stand in an element, in order.
#[derive(Debug)]
pub(super) enum Child {
    /// It must be there.
    One(Element),
    /// It may be there, as often as the approved content says.
    Any(Element),
    /// Those of a group, in any order, as often as the approved content says.
    Group(String),
}

/// A piece of a value or a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Exactly(String),
    Text,
    Spaced,
    Excel,
    Raw,
    Sha256(String),
    Words(String),
}

/// A line of a list that cannot be understood.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) line: usize,
    pub(super) what: &'static str,
}

impl List {
    /// Reads a list.
    pub(super) fn read(text: &str) -> Result<Self, Fault> {
        let mut list = Self::default();
        let mut lines = Lines { rest: text.lines().enumerate().peekable() };
        while let Some((line, depth, content)) = lines.next() {
            let fault = |what| Fault { line, what };
            if depth > 0 {
                return Err(fault("is indented, and nothing stands above it"));
            }
            let (word, rest) = content.split_once(' ').unwrap_or((content, ""));
            match word {
                "words" => {
                    let (name, words) = rest.split_once(' ').ok_or(fault("names no words"))?;
                    let pairs = words.split_whitespace().map(|pair| pair.split_once(':'));
                    let pairs: Option<BTreeMap<String, String>> =
                        pairs.map(|pair| pair.map(|(word, written)| (word.into(), written.into()))).collect();
                    list.words.insert(name.into(), pairs.ok_or(fault("has a word without a colon"))?);
                }
                "escape" => list.escape = if rest == "html" { Escape::Html } else { Escape::Xml },
                "group" => {
                    let children = lines.children(1)?;
                    list.groups.insert(rest.into(), children);
                }
                "file" => list.files.push(File { path: rest.into(), ..File::default() }),
                "lead" => {
                    let file = list.files.last_mut().ok_or(fault("belongs to no file"))?;
                    let (lead, _) = quoted(rest).ok_or(fault("has no quotation marks"))?;
                    file.lead = lead;
                }
                _ => {
                    let (mut element, _) = element(content).ok_or(fault("is no element"))?;
                    element.children = lines.children(1)?;
                    let file = list.files.last_mut().ok_or(fault("belongs to no file"))?;
                    file.root = Some(element);
                }
            }
        }
        Ok(list)
    }

    /// What may stand in a part.
    pub(super) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| match file.path.split_once('*') {
            None => file.path == path,
            Some((before, after)) => path
                .strip_prefix(before)
                .and_then(|rest| rest.strip_suffix(after))
                .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())),
        })
    }
}

/// The lines of a list that say something, with their depth.
struct Lines<'t> {
    rest: std::iter::Peekable<std::iter::Enumerate<std::str::Lines<'t>>>,
}

impl<'t> Lines<'t> {
    fn peek(&mut self) -> Option<(usize, usize, &'t str)> {
        loop {
            let (at, line) = *self.rest.peek()?;
            let content = line.trim_start_matches(' ');
            if content.is_empty() || content.starts_with("# ") {
                self.rest.next();
                continue;
            }
            return Some((at + 1, (line.len() - content.len()) / 2, content));
        }
    }

    fn next(&mut self) -> Option<(usize, usize, &'t str)> {
        let line = self.peek();
        self.rest.next();
        line
    }

    /// The elements at this depth, each with those below it.
    fn children(&mut self, depth: usize) -> Result<Vec<Child>, Fault> {
        let mut children = Vec::new();
        while let Some((line, here, content)) = self.peek() {
            if here < depth {
                break;
            }
            if here > depth {
                return Err(Fault { line, what: "is indented too far" });
            }
            self.next();
            if let Some(group) = content.strip_prefix('@') {
                children.push(Child::Group(group.to_owned()));
                continue;
            }
            let (mut element, is_one) = element(content).ok_or(Fault { line, what: "is no element" })?;
            element.children = self.children(depth + 1)?;
            children.push(if is_one { Child::One(element) } else { Child::Any(element) });
        }
        Ok(children)
    }
}

/// An element's line: the element, and whether it must be there.
fn element(line: &str) -> Option<(Element, bool)> {
    let end = line.find(' ').unwrap_or(line.len());
    let (name, mut rest) = line.split_at(end);
    let plain = name.trim_end_matches(['*', '?']);
    let mut element = Element { name: plain.to_owned(), ..Element::default() };
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return (!plain.is_empty()).then_some((element, plain.len() == name.len()));
        }
        if let Some(flag) = rest.strip_prefix('+') {
            let (flag, after) = flag.split_once(' ').unwrap_or((flag, ""));
            match flag {
                "in" => element.break_in = true,
                "after" => element.break_after = true,
                "void" => element.is_void = true,
                _ => return None,
            }
            rest = after;
        } else if let Some(text) = rest.strip_prefix(": ") {
            let (text, after) = quoted(text)?;
            element.text = Some(pieces(&text)?);
            rest = after;
        } else {
            let (name, value) = rest.split_once('=')?;
            let (value, after) = quoted(value)?;
            let plain = name.strip_suffix('?');
            element.attributes.push(Attribute {
                name: plain.unwrap_or(name).to_owned(),
                is_optional: plain.is_some(),
                value: pieces(&value)?,
            });
            rest = after;
        }
    }
}

/// What stands in quotation marks, and what comes after. `\n` is a line feed, and a backslash takes the meaning of what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut letters = text.strip_prefix('"')?.char_indices();
    let mut read = String::new();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((read, text.get(at + 2..)?)),
            '\\' => match letters.next()?.1 {
                'n' => read.push('\n'),
                other => read.push(other),
            },
            other => read.push(other),
        }
    }
    None
}

/// Letters and placeholders.
fn pieces(value: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        if !before.is_empty() {
            pieces.push(Piece::Exactly(before.to_owned()));
        }
        pieces.push(match name {
            "text" => Piece::Text,
            "spaced" => Piece::Spaced,
            "excel" => Piece::Excel,
            "raw" => Piece::Raw,
            _ => match name.strip_prefix("sha256:") {
                Some(hash) => Piece::Sha256(hash.to_owned()),
                None => Piece::Words(name.to_owned()),
            },
        });
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Exactly(rest.to_owned()));
    }
    Some(pieces)
}
