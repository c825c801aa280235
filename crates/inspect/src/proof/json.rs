//! JSON, token by token, as a release writes it and in no other way: two spaces a level, escapes only where JSON asks for them, one line feed
//! at the end, no key twice, and no key or kind of value that the list of the file does not name.
//!
//! So whatever is equal token by token is equal byte by byte.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::NotProved;
use crate::report::Place;

/// What `release.json` may hold.
pub const RELEASE: &str = include_str!("lists/release.txt");
/// What `manifest.json` may hold.
pub const MANIFEST: &str = include_str!("lists/manifest.txt");
/// What the metadata of a data file may hold.
pub const CSVW: &str = include_str!("lists/csvw.txt");

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token<'b> {
    /// An object begins.
    Object,
    /// A list begins.
    List,
    /// The object or list ends that began last.
    End,
    /// A key; its value follows.
    Key(Cow<'b, str>),
    /// A text, escapes undone.
    Text(Cow<'b, str>),
    /// A whole number, as it is written.
    Number(&'b str),
    /// True or false.
    Flag(bool),
    /// Nothing.
    Null,
}

/// What a value may be.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// Any text: one that is compared with what was approved.
    Text,
    /// This text.
    Exactly(String),
    /// A decimal number as text.
    Decimal,
    /// A day as text: `2024-01-30`.
    Date,
    /// A SHA-256 as text, in small letters.
    Hash,
    /// A whole number.
    Whole,
    True,
    False,
    Null,
}

/// A place of an allow-list: what may stand there, and what below it.
#[derive(Clone, Debug, Default)]
struct Node {
    kinds: Vec<Kind>,
    keys: BTreeMap<String, usize>,
    item: Option<usize>,
}

/// An allow-list: lines of a path such as `tables[].cells[].value` and what may stand there, `decimal or null`. The first node is the whole file.
#[derive(Clone, Debug)]
struct List(Vec<Node>);

impl List {
    /// Reads a list. What cannot be read allows nothing.
    fn of(text: &str) -> Self {
        let mut list = Self(vec![Node::default()]);
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let Some((path, kinds)) = line.split_once(' ') else { continue };
            let at = path.split('.').fold(0, |at, step| list.step(at, step));
            let kinds = kinds.trim_start().split(" or ").filter_map(kind);
            if let Some(node) = list.0.get_mut(at) {
                node.kinds.extend(kinds);
            }
        }
        list
    }

    /// The node below another by a step such as `cells[]`.
    fn step(&mut self, at: usize, step: &str) -> usize {
        let name = step.trim_end_matches("[]");
        let next = self.0.len();
        let mut here = *self.0[at].keys.entry(name.to_owned()).or_insert(next);
        self.grow(here);
        for _ in 0..(step.len() - name.len()) / 2 {
            let next = self.0.len();
            here = *self.0[here].item.get_or_insert(next);
            self.grow(here);
        }
        here
    }

    fn grow(&mut self, to: usize) {
        if to == self.0.len() {
            self.0.push(Node::default());
        }
    }
}

fn kind(word: &str) -> Option<Kind> {
    Some(match word {
        "text" => Kind::Text,
        "decimal" => Kind::Decimal,
        "date" => Kind::Date,
        "hash" => Kind::Hash,
        "whole" => Kind::Whole,
        "true" => Kind::True,
        "false" => Kind::False,
        "null" => Kind::Null,
        _ => Kind::Exactly(serde_json::from_str(word).ok()?),
    })
}

/// An object or list that has begun.
#[derive(Debug)]
struct Open {
    node: usize,
    is_list: bool,
    /// The keys that were there, as nodes.
    seen: Vec<usize>,
    is_empty: bool,
}

/// What stands next in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// The value of a node.
    Value(usize),
    /// An item, a key or an end.
    More,
    /// The end of the file.
    End,
}

/// Reads a file by its list.
#[derive(Debug)]
pub struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    list: List,
    open: Vec<Open>,
    next: Next,
}

impl<'b> Reader<'b> {
    /// Of these bytes, by [`RELEASE`], [`MANIFEST`] or [`CSVW`].
    pub fn new(bytes: &'b [u8], list: &str) -> Self {
        Self { bytes, at: 0, list: List::of(list), open: Vec::new(), next: Next::Value(0) }
    }

    /// Where the reader stands.
    pub fn place(&self) -> Place {
        Place::default().at_offset(self.at as u64)
    }

    /// The next token; none at the end of the file, where nothing may follow but its line feed.
    ///
    /// # Errors
    /// When it is not on the list, or is not written as a release writes it.
    pub fn token(&mut self) -> Result<Option<Token<'b>>, NotProved> {
        match self.next {
            Next::Value(node) => self.value(node).map(Some),
            Next::More => self.more().map(Some),
            Next::End => {
                self.expect("\n")?;
                if self.at == self.bytes.len() { Ok(None) } else { Err(self.not("something stands behind its end")) }
            }
        }
    }

    fn not(&self, reason: impl Into<String>) -> NotProved {
        NotProved::new(self.place(), reason)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn expect(&mut self, text: &str) -> Result<(), NotProved> {
        if !self.bytes[self.at..].starts_with(text.as_bytes()) {
            return Err(self.not(format!("here should stand {text:?}")));
        }
        self.at += text.len();
        Ok(())
    }

    fn new_line(&mut self) -> Result<(), NotProved> {
        let line = format!("\n{}", "  ".repeat(self.open.len()));
        self.expect(&line)
    }

    /// What follows in the object or list that is open.
    fn more(&mut self) -> Result<Token<'b>, NotProved> {
        let Some(open) = self.open.last() else { return Err(self.not("there is nothing open here")) };
        let (is_list, is_empty, node) = (open.is_list, open.is_empty, open.node);
        let end = if is_list { "]" } else { "}" };
        let goes_on = if is_empty { self.peek() != Some(end.as_bytes()[0]) } else { self.peek() == Some(b',') };
        if !goes_on {
            self.open.pop();
            if !is_empty {
                self.new_line()?;
            }
            self.expect(end)?;
            self.close();
            return Ok(Token::End);
        }
        if !is_empty {
            self.expect(",")?;
        }
        self.new_line()?;
        if let Some(open) = self.open.last_mut() {
            open.is_empty = false;
        }
        if is_list {
            let item = self.list.0[node].item.ok_or_else(|| self.not("no list is allowed here"))?;
            return self.value(item);
        }
        let begin = self.at;
        let key = self.string()?;
        let Some(child) = self.list.0[node].keys.get(key.as_ref()).copied() else {
            return Err(NotProved::new(Place::default().at_offset(begin as u64), "this key is on no list"));
        };
        let seen = self.open.last_mut().map(|open| &mut open.seen);
        if seen.is_some_and(|seen| {
            seen.contains(&child) || {
                seen.push(child);
                false
            }
        }) {
            return Err(NotProved::new(Place::default().at_offset(begin as u64), "this key stands twice"));
        }
        self.expect(": ")?;
        self.next = Next::Value(child);
        Ok(Token::Key(key))
    }

    /// A value is done.
    fn close(&mut self) {
        self.next = if self.open.is_empty() { Next::End } else { Next::More };
    }

    fn value(&mut self, node: usize) -> Result<Token<'b>, NotProved> {
        let begin = self.at;
        let not = |reason| Err(NotProved::new(Place::default().at_offset(begin as u64), reason));
        let here = &self.list.0[node];
        match self.peek() {
            Some(first @ (b'{' | b'[')) => {
                let is_list = first == b'[';
                if is_list && here.item.is_none() || !is_list && here.keys.is_empty() {
                    return not("no object or list is allowed here");
                }
                self.at += 1;
                self.open.push(Open { node, is_list, seen: Vec::new(), is_empty: true });
                self.next = Next::More;
                Ok(if is_list { Token::List } else { Token::Object })
            }
            Some(b'"') => {
                let text = self.string()?;
                if !self.list.0[node].kinds.iter().any(|kind| allows(kind, &text)) {
                    return not("this text is not of a kind that is allowed here");
                }
                self.close();
                Ok(Token::Text(text))
            }
            Some(b'-' | b'0'..=b'9') => {
                let number = self.number()?;
                if !self.list.0[node].kinds.contains(&Kind::Whole) {
                    return not("no number is allowed here");
                }
                self.close();
                Ok(Token::Number(number))
            }
            _ => {
                let words = [
                    ("true", Kind::True, Token::Flag(true)),
                    ("false", Kind::False, Token::Flag(false)),
                    ("null", Kind::Null, Token::Null),
                ];
                let rest = &self.bytes[begin..];
                let found = words.into_iter().find(|(word, ..)| rest.starts_with(word.as_bytes()));
                let Some((word, _, token)) = found.filter(|(_, kind, _)| here.kinds.contains(kind)) else {
                    return not("here should stand a value that is allowed");
                };
                self.at += word.len();
                self.close();
                Ok(token)
            }
        }
    }

    /// A whole number without needless zeros.
    fn number(&mut self) -> Result<&'b str, NotProved> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().take_while(|byte| matches!(byte, b'-' | b'0'..=b'9')).count();
        let number = std::str::from_utf8(&rest[..length]).unwrap_or_default();
        if !is_whole(number) {
            return Err(self.not("this number is not written as a release writes it"));
        }
        self.at += length;
        Ok(number)
    }

    /// A text in quotation marks, with no escape but where it must be.
    fn string(&mut self) -> Result<Cow<'b, str>, NotProved> {
        self.expect("\"")?;
        let mut whole: Cow<'b, str> = Cow::Borrowed("");
        loop {
            let rest = &self.bytes[self.at..];
            let length = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..0x20)).unwrap_or(rest.len());
            let plain =
                std::str::from_utf8(&rest[..length]).map_err(|_| self.not("this text is not written in UTF-8"))?;
            if whole.is_empty() {
                whole = Cow::Borrowed(plain);
            } else if !plain.is_empty() {
                whole.to_mut().push_str(plain);
            }
            self.at += length;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(whole);
                }
                Some(b'\\') => {
                    let letter = self.escape()?;
                    whole.to_mut().push(letter);
                }
                Some(_) => return Err(self.not("a control character stands in a text")),
                None => return Err(self.not("a text breaks off")),
            }
        }
    }

    /// What must be escaped, in the shortest way (RFC 8259, section 7).
    fn escape(&mut self) -> Result<char, NotProved> {
        let rest = &self.bytes[self.at + 1..];
        let (letter, length) = match rest.first() {
            Some(b'"') => ('"', 2),
            Some(b'\\') => ('\\', 2),
            Some(b'b') => ('\u{8}', 2),
            Some(b'f') => ('\u{c}', 2),
            Some(b'n') => ('\n', 2),
            Some(b'r') => ('\r', 2),
            Some(b't') => ('\t', 2),
            Some(b'u') => match rest.get(1..5) {
                Some([b'0', b'0', tens @ b'0'..=b'1', ones @ (b'0'..=b'9' | b'a'..=b'f')]) => {
                    let ones = if ones.is_ascii_digit() { ones - b'0' } else { ones - b'a' + 10 };
                    (char::from((tens - b'0') * 16 + ones), 6)
                }
                _ => return Err(self.not("this needs no escape")),
            },
            _ => return Err(self.not("this needs no escape")),
        };
        if length == 6 && matches!(letter, '\u{8}' | '\u{c}' | '\n' | '\r' | '\t') {
            return Err(self.not("there is a shorter escape for this"));
        }
        self.at += length;
        Ok(letter)
    }
}

fn allows(kind: &Kind, text: &str) -> bool {
    match kind {
        Kind::Text => true,
        Kind::Exactly(exact) => exact == text,
        Kind::Decimal => super::is_decimal(text),
        Kind::Date => super::is_date(text),
        Kind::Hash => text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')),
        Kind::Whole | Kind::True | Kind::False | Kind::Null => false,
    }
}

fn is_whole(text: &str) -> bool {
    super::is_decimal(text) && !text.contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, list: &str) -> Result<usize, NotProved> {
        let mut reader = Reader::new(text.as_bytes(), list);
        let mut tokens = 0;
        while reader.token()?.is_some() {
            tokens += 1;
        }
        Ok(tokens)
    }

    #[test]
    fn every_line_of_a_list_is_read() {
        for list in [RELEASE, MANIFEST, CSVW] {
            for line in list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
                let (_, kinds) = line.split_once(' ').unwrap();
                assert!(kinds.trim_start().split(" or ").all(|word| kind(word).is_some()), "{line}");
            }
        }
    }

    #[test]
    fn one_way_of_writing_and_no_other() {
        let list = "a text\nb[] whole or null\nc.d \"x\" or true\n";
        let good = "{\n  \"a\": \"\\n\\u0001\\\"é\",\n  \"b\": [\n    1,\n    null\n  ],\n  \"c\": {\n    \"d\": true\n  }\n}\n";
        assert_eq!(all(good, list), Ok(14));
        let bad = [
            good.replace("1,\n", "1, \n"),
            good.replace("\": [", "\" : ["),
            good.replace("\\n", "\\u000a"),
            good.replace("é", "\\u00e9"),
            good.replace("\\u0001", "\u{1}"),
            good.replace("1,", "01,"),
            good.replace("1,", "1.0,"),
            good.replace("1,", "true,"),
            good.replace("true", "false"),
            good.replace("true", "\"y\""),
            good.replace("\"d\"", "\"e\""),
            good.replace("    \"d\": true", "    \"d\": true,\n    \"d\": true"),
            good.replace("    \"d\": true", "    \"d\": true,"),
            good.replace("[\n    1,\n    null\n  ]", "{}"),
            format!("{good}\n"),
            format!("\u{feff}{good}"),
            good.trim_end().to_owned(),
            good[..20].to_owned(),
        ];
        for text in bad {
            assert!(all(&text, list).is_err(), "{text}");
        }
        assert_eq!(all("{\n  \"b\": []\n}\n", list), Ok(5));
    }
}
