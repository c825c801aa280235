//! The objects of a PDF as written, and the lexer that reads them, in files and in content streams alike (ISO 32000-2, 7.2 and 7.3).

use std::collections::BTreeMap;
use std::ops::Range;

/// Number and generation of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id {
    /// The object's number.
    pub number: u32,
    /// Its generation: above 0 only where a number was used again.
    pub generation: u32,
}

pub(super) type Dict = BTreeMap<Vec<u8>, Object>;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Object {
    Null,
    Bool(bool),
    Number(f64),
    Name(Vec<u8>),
    Text(Vec<u8>),
    Array(Vec<Object>),
    Dict(Dict),
    /// A dictionary and where its data, still packed, lie in the file.
    Stream(Dict, Range<usize>),
    Ref(Id),
}

impl Object {
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Object::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// A whole number that is not negative.
    pub(super) fn whole(&self) -> Option<usize> {
        self.number()
            .filter(|number| (0.0..1e15).contains(number) && number.fract() == 0.0)
            .map(|number| number as usize)
    }

    pub(super) fn name(&self) -> Option<&[u8]> {
        match self {
            Object::Name(name) => Some(name),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> Option<&[u8]> {
        match self {
            Object::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn array(&self) -> Option<&[Object]> {
        match self {
            Object::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The dictionary, also that of a stream.
    pub(super) fn dict(&self) -> Option<&Dict> {
        match self {
            Object::Dict(dict) | Object::Stream(dict, _) => Some(dict),
            _ => None,
        }
    }

    /// What the object holds directly: the items of an array, the values of a dictionary.
    pub(super) fn children(&self) -> Box<dyn Iterator<Item = &Object> + '_> {
        match self {
            Object::Array(items) => Box::new(items.iter()),
            Object::Dict(dict) | Object::Stream(dict, _) => Box::new(dict.values()),
            _ => Box::new(std::iter::empty()),
        }
    }
}

/// What the lexer meets next.
#[derive(Debug, PartialEq)]
pub(super) enum Token<'a> {
    Object(Object),
    /// A bare word: an operator, `obj`, `xref`.
    Word(&'a [u8]),
    End,
}

#[derive(Clone, Debug)]
pub(super) struct Lexer<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    /// So deep may arrays and dictionaries nest.
    nesting: u32,
    /// Is `1 0 R` a reference? Not in content streams.
    references: bool,
    /// Objects read so far, and dictionaries in which a key stands twice.
    pub(super) objects: u64,
    pub(super) double_keys: u64,
}

impl<'a> Lexer<'a> {
    /// Reads a file's objects from byte `at` on.
    pub(super) fn file(bytes: &'a [u8], at: usize, nesting: u32) -> Self {
        Self { bytes, at, nesting, references: true, objects: 0, double_keys: 0 }
    }

    /// Reads a content stream.
    pub(super) fn content(bytes: &'a [u8], nesting: u32) -> Self {
        Self { bytes, at: 0, nesting, references: false, objects: 0, double_keys: 0 }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn starts_with(&self, word: &[u8]) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word))
    }

    pub(super) fn skip_white(&mut self) {
        while self.peek().is_some_and(is_white) {
            self.at += 1;
        }
    }

    /// Skips white space and comments.
    pub(super) fn skip(&mut self) {
        loop {
            self.skip_white();
            if self.peek() != Some(b'%') {
                return;
            }
            while self.peek().is_some_and(|byte| byte != b'\n' && byte != b'\r') {
                self.at += 1;
            }
        }
    }

    /// Takes this word if it is the next.
    pub(super) fn take(&mut self, word: &[u8]) -> bool {
        let start = self.at;
        self.skip();
        let found = self.starts_with(word)
            && self.bytes.get(self.at + word.len()).is_none_or(|&next| is_white(next) || is_delimiter(next));
        self.at = if found { self.at + word.len() } else { start };
        found
    }

    /// Takes a whole number if one is next.
    pub(super) fn take_whole(&mut self) -> Option<u64> {
        let start = self.at;
        self.skip();
        let digits = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        let read = self.bytes.get(digits..self.at).filter(|digits| (1..=19).contains(&digits.len()));
        let number = read.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
        if number.is_none() {
            self.at = start;
        }
        number
    }

    /// Takes the head of an object, `1 0 obj`.
    pub(super) fn take_head(&mut self) -> Option<Id> {
        let start = self.at;
        let id = self.take_id(b"obj");
        if id.is_none() {
            self.at = start;
        }
        id
    }

    fn take_id(&mut self, word: &[u8]) -> Option<Id> {
        let number = u32::try_from(self.take_whole()?).ok()?;
        if !self.peek().is_some_and(is_white) {
            return None;
        }
        let generation = u32::try_from(self.take_whole()?).ok()?;
        self.skip_white();
        let ends = self.bytes.get(self.at + word.len()).is_none_or(|&next| !next.is_ascii_alphanumeric());
        if !self.starts_with(word) || !ends {
            return None;
        }
        self.at += word.len();
        Some(Id { number, generation })
    }

    /// The next token. `None` if the bytes are no PDF from here on.
    pub(super) fn token(&mut self) -> Option<Token<'a>> {
        self.token_at(0)
    }

    /// The next object. `None` if there is none.
    pub(super) fn object(&mut self) -> Option<Object> {
        match self.token_at(0)? {
            Token::Object(object) => Some(object),
            Token::Word(_) | Token::End => None,
        }
    }

    fn token_at(&mut self, depth: u32) -> Option<Token<'a>> {
        self.skip();
        self.objects += 1;
        let Some(byte) = self.peek() else { return Some(Token::End) };
        let object = match byte {
            b'/' => Object::Name(self.name()),
            b'(' => Object::Text(self.literal()?),
            b'<' if self.starts_with(b"<<") => Object::Dict(self.dict(depth)?),
            b'<' => Object::Text(self.hex()?),
            b'[' => Object::Array(self.array(depth)?),
            b'0'..=b'9' | b'+' | b'-' | b'.' => self.number_or_reference()?,
            b']' | b'>' | b')' | b'}' | b'{' => {
                let start = self.at;
                self.at += if self.starts_with(b">>") { 2 } else { 1 };
                return Some(Token::Word(self.bytes.get(start..self.at)?));
            }
            _ => {
                let start = self.at;
                while self.peek().is_some_and(|byte| !is_white(byte) && !is_delimiter(byte)) {
                    self.at += 1;
                }
                match self.bytes.get(start..self.at)? {
                    b"true" => Object::Bool(true),
                    b"false" => Object::Bool(false),
                    b"null" => Object::Null,
                    word => return Some(Token::Word(word)),
                }
            }
        };
        Some(Token::Object(object))
    }

    fn name(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|&byte| !is_white(byte) && !is_delimiter(byte)) {
            self.at += 1;
            let pair = self.bytes.get(self.at..self.at + 2).filter(|_| byte == b'#');
            match pair.and_then(|pair| Some(hex_digit(pair[0])? << 4 | hex_digit(pair[1])?)) {
                Some(coded) => {
                    name.push(coded);
                    self.at += 2;
                }
                None => name.push(byte),
            }
        }
        name
    }

    fn literal(&mut self) -> Option<Vec<u8>> {
        self.at += 1;
        let mut text = Vec::new();
        let mut open = 1_u32;
        loop {
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        return Some(text);
                    }
                }
                b'\\' => {
                    self.escaped(&mut text)?;
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
    }

    /// What stands after a backslash.
    fn escaped(&mut self, text: &mut Vec<u8>) -> Option<()> {
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    if let Some(digit @ b'0'..=b'7') = self.peek() {
                        value = value * 8 + u32::from(digit - b'0');
                        self.at += 1;
                    }
                }
                text.push(value as u8);
            }
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
            }
            b'\n' => {}
            other => text.push(other),
        }
        Some(())
    }

    fn hex(&mut self) -> Option<Vec<u8>> {
        self.at += 1;
        let mut text = Vec::new();
        let mut half = None;
        loop {
            let byte = self.peek()?;
            self.at += 1;
            if byte == b'>' {
                text.extend(half.map(|high: u8| high << 4));
                return Some(text);
            }
            let Some(digit) = hex_digit(byte) else { continue };
            half = match half {
                Some(high) => {
                    text.push(high << 4 | digit);
                    None
                }
                None => Some(digit),
            };
        }
    }

    fn array(&mut self, depth: u32) -> Option<Vec<Object>> {
        if depth >= self.nesting {
            return None;
        }
        self.at += 1;
        let mut items = Vec::new();
        loop {
            match self.token_at(depth + 1)? {
                Token::Object(object) => items.push(object),
                Token::Word(b"]") => return Some(items),
                Token::Word(b"endobj" | b"stream" | b"endstream" | b">>") | Token::End => return None,
                Token::Word(_) => {}
            }
        }
    }

    fn dict(&mut self, depth: u32) -> Option<Dict> {
        if depth >= self.nesting {
            return None;
        }
        self.at += 2;
        let mut dict = Dict::new();
        loop {
            let key = match self.token_at(depth + 1)? {
                Token::Object(Object::Name(key)) => key,
                Token::Word(b">>") => return Some(dict),
                Token::Word(b"endobj" | b"stream" | b"endstream") | Token::End => return None,
                Token::Object(_) | Token::Word(_) => continue,
            };
            match self.token_at(depth + 1)? {
                Token::Object(value) => {
                    if dict.insert(key, value).is_some() {
                        self.double_keys += 1;
                    }
                }
                Token::Word(b">>") => return Some(dict),
                Token::Word(_) => {}
                Token::End => return None,
            }
        }
    }

    fn number_or_reference(&mut self) -> Option<Object> {
        let start = self.at;
        if self.references && self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            if let Some(id) = self.take_id(b"R") {
                return Some(Object::Ref(id));
            }
            self.at = start;
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.')) {
            self.at += 1;
        }
        let written = std::str::from_utf8(self.bytes.get(start..self.at)?).ok()?;
        // As readers do: of `--5` the last sign counts, of `1.2.3` and `12-3` what stands before the fault.
        let unsigned = written.trim_start_matches(['+', '-']);
        let sane = unsigned.find(['+', '-']).map_or(unsigned, |fault| &unsigned[..fault]);
        let sane = sane.match_indices('.').nth(1).map_or(sane, |(fault, _)| &sane[..fault]);
        let size: f64 = if matches!(sane, "" | ".") { 0.0 } else { sane.parse().ok()? };
        Some(Object::Number(if written.starts_with('-') { -size } else { size }))
    }
}

pub(super) fn is_white(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

pub(super) fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Option<Object> {
        Lexer::file(bytes, 0, 8).object()
    }

    #[test]
    fn objects_are_read_as_written() {
        let texts: &[(&[u8], Object)] = &[
            (b"12", Object::Number(12.0)),
            (b"-.5", Object::Number(-0.5)),
            (b"--5", Object::Number(-5.0)),
            (b"/A#42c", Object::Name(b"ABc".to_vec())),
            (b"(a(b)\\)\\101\\\n)", Object::Text(b"a(b))A".to_vec())),
            (b"<4 1 5>", Object::Text(b"AP".to_vec())),
            (b"3 1 R", Object::Ref(Id { number: 3, generation: 1 })),
            (b"[1 0 2]", Object::Array(vec![Object::Number(1.0), Object::Number(0.0), Object::Number(2.0)])),
            (b"% said\ntrue", Object::Bool(true)),
        ];
        for (bytes, object) in texts {
            assert_eq!(read(bytes).as_ref(), Some(object), "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn what_never_ends_or_nests_too_deep_is_none() {
        for bytes in [&b"(abc"[..], b"<41", b"[1 2", b"<< /A 1", &b"[".repeat(1_000)] {
            assert_eq!(read(bytes), None, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_key_that_stands_twice_is_counted() {
        let mut lexer = Lexer::file(b"<< /A 1 /A 2 >>", 0, 8);
        assert!(lexer.object().is_some());
        assert_eq!(lexer.double_keys, 1);
    }
}
