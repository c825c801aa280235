//! The file as our writer lays it out, byte by byte, and nothing else: any other spacing, order or spelling is refused, so that there is no place
//! between things, and no second way to write the same thing (ISO 32000-2, 7.2 to 7.5).

use std::fmt::Write as _;
use std::ops::Range;

use crate::proof::NotProved;
use crate::report::Place;

/// A value as it is written. The keys of a dictionary keep their order.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Bool(bool),
    Number(f64),
    Name(String),
    Text(Vec<u8>),
    List(Vec<Value>),
    Dict(Vec<(String, Value)>),
    /// The object of this number.
    Ref(usize),
}

impl Value {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Dict(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    pub(super) fn list(&self) -> &[Value] {
        if let Value::List(items) = self { items } else { &[] }
    }

    pub(super) fn name(&self) -> Option<&str> {
        if let Value::Name(name) = self { Some(name) } else { None }
    }

    pub(super) fn number(&self) -> Option<f64> {
        if let Value::Number(number) = self { Some(*number) } else { None }
    }

    /// A whole number that is not negative.
    pub(super) fn whole(&self) -> Option<usize> {
        self.number()
            .filter(|number| (0.0..1e9).contains(number) && number.fract() == 0.0)
            .map(|number| number as usize)
    }

    pub(super) fn reference(&self) -> Option<usize> {
        if let Value::Ref(number) = self { Some(*number) } else { None }
    }

    pub(super) fn bytes(&self) -> Option<&[u8]> {
        if let Value::Text(bytes) = self { Some(bytes) } else { None }
    }

    /// A text: ASCII, or UTF-16 behind its mark.
    pub(super) fn text(&self) -> Option<String> {
        let bytes = self.bytes()?;
        match bytes.strip_prefix(&[0xFE, 0xFF]) {
            Some(wide) if wide.len() % 2 == 0 => {
                let units: Vec<u16> = wide.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
                String::from_utf16(&units).ok()
            }
            Some(_) => None,
            None => {
                bytes.iter().all(|byte| (32..127).contains(byte)).then(|| String::from_utf8_lossy(bytes).into_owned())
            }
        }
    }
}

/// An object: its value, and the place of its data if it is a stream.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) value: Value,
    pub(super) data: Option<Range<usize>>,
}

/// A whole file.
#[derive(Debug)]
pub(super) struct File<'a> {
    bytes: &'a [u8],
    /// Numbered from 1, in the order of the file.
    objects: Vec<Object>,
    pub(super) trailer: Value,
}

/// The version, and the mark that tells programs that the file is not text.
const HEADER: &[u8] = b"%PDF-1.7\n%\x80\x80\x80\x80\n\n";
/// So deep may values lie in one another.
const NESTING: u32 = 16;

impl<'a> File<'a> {
    /// Takes the file apart.
    ///
    /// # Errors
    /// When a byte is not where the writer puts it.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, NotProved> {
        let mut cursor = Cursor { bytes, at: 0 };
        cursor.take(HEADER)?;
        let mut objects = Vec::new();
        let mut table = String::from("0000000000 65535 f\r\n");
        while !cursor.is_at(b"xref\n") {
            let start = cursor.at;
            objects.push(cursor.object(objects.len() + 1)?);
            // Writing to a string cannot fail.
            let _ = write!(table, "{start:010} 00000 n\r\n");
        }
        let start = cursor.at;
        cursor.take(format!("xref\n0 {}\n{table}trailer\n", objects.len() + 1).as_bytes())?;
        let trailer = cursor.value(NESTING)?;
        cursor.take(format!("\nstartxref\n{start}\n%%EOF").as_bytes())?;
        if cursor.at < bytes.len() {
            return Err(cursor.wrong("bytes after the end"));
        }
        if trailer.get("Size").and_then(Value::whole) != Some(objects.len() + 1) {
            return Err(cursor.wrong("the trailer counts other objects than there are"));
        }
        Ok(Self { bytes, objects, trailer })
    }

    /// How many objects there are.
    pub(super) fn len(&self) -> usize {
        self.objects.len()
    }

    /// The object of a number.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn object(&self, number: usize) -> Result<&Object, NotProved> {
        let found = number.checked_sub(1).and_then(|at| self.objects.get(at));
        found.ok_or_else(|| at_object(number, "is named, but is not there"))
    }

    /// The value itself, or that of the object that it refers to.
    ///
    /// # Errors
    /// When there is no such object.
    pub(super) fn follow<'b>(&'b self, value: &'b Value) -> Result<&'b Value, NotProved> {
        match value {
            Value::Ref(number) => Ok(&self.object(*number)?.value),
            direct => Ok(direct),
        }
    }

    /// The data of a stream as they lie in the file.
    pub(super) fn raw(&self, object: &Object) -> &'a [u8] {
        object.data.clone().and_then(|range| self.bytes.get(range)).unwrap_or_default()
    }
}

/// Something wrong with an object.
pub(super) fn at_object(number: usize, what: &str) -> NotProved {
    NotProved::new(Place::part(&format!("object {number}")), format!("it {what}"))
}

/// Reads values from the file's bytes, or from those of a content stream.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn wrong(&self, what: &str) -> NotProved {
        NotProved::new(Place::default().at_offset(self.at as u64), what)
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub(super) fn is_at(&self, word: &[u8]) -> bool {
        self.rest().starts_with(word)
    }

    fn take(&mut self, word: &[u8]) -> Result<(), NotProved> {
        if self.is_at(word) {
            self.at += word.len();
            return Ok(());
        }
        // The byte where they part.
        self.at += word.iter().zip(self.rest()).take_while(|(expected, found)| expected == found).count();
        Err(self.wrong("not what the writer puts there"))
    }

    fn object(&mut self, number: usize) -> Result<Object, NotProved> {
        self.take(format!("{number} 0 obj\n").as_bytes())?;
        let value = self.value(NESTING)?;
        let mut data = None;
        if self.is_at(b"\nstream\n") {
            self.take(b"\nstream\n")?;
            let length = value.get("Length").and_then(Value::whole);
            let end = length.and_then(|length| self.at.checked_add(length)).filter(|&end| end <= self.bytes.len());
            let end = end.ok_or_else(|| self.wrong("a stream without its length"))?;
            data = Some(self.at..end);
            self.at = end;
            self.take(b"\nendstream")?;
        }
        self.take(b"\nendobj\n")?;
        Ok(Object { value, data })
    }

    /// Reads a value; `depth` is how deep others may lie in it.
    pub(super) fn value(&mut self, depth: u32) -> Result<Value, NotProved> {
        let depth = depth.checked_sub(1).ok_or_else(|| self.wrong("values lie too deep in one another"))?;
        match self.peek() {
            Some(b'/') => Ok(Value::Name(self.name()?)),
            Some(b'(') => self.literal(),
            Some(b'<') if self.is_at(b"<<") => self.dict(depth),
            Some(b'<') => self.hex(),
            Some(b'[') => self.list(depth),
            Some(b't') => self.take(b"true").map(|()| Value::Bool(true)),
            Some(b'f') => self.take(b"false").map(|()| Value::Bool(false)),
            _ => self.number(),
        }
    }

    /// What parts two words: a space if they would else run together, and nothing if not.
    pub(super) fn gap(&mut self, before: Option<u8>) -> Result<(), NotProved> {
        let space = self.peek() == Some(b' ');
        let next = self.bytes.get(self.at + usize::from(space)).copied();
        let needed = before.is_some_and(is_regular) && next.is_some_and(is_regular);
        if space != needed {
            return Err(self.wrong("a space where the writer puts none, or none where it puts one"));
        }
        self.at += usize::from(space);
        Ok(())
    }

    /// The byte before this one.
    pub(super) fn before(&self) -> Option<u8> {
        self.at.checked_sub(1).and_then(|at| self.bytes.get(at)).copied()
    }

    fn name(&mut self) -> Result<String, NotProved> {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        let length =
            rest.iter().take_while(|&&byte| is_regular(byte) && byte.is_ascii_graphic() && byte != b'#').count();
        let name = String::from_utf8_lossy(rest.get(..length).unwrap_or_default()).into_owned();
        self.at += 1 + length;
        if name.is_empty() || matches!(self.peek(), Some(byte) if is_regular(byte)) {
            return Err(self.wrong("an odd name"));
        }
        Ok(name)
    }

    fn list(&mut self, depth: u32) -> Result<Value, NotProved> {
        self.take(b"[")?;
        let mut items = Vec::new();
        while self.peek() != Some(b']') {
            self.gap(self.before())?;
            items.push(self.value(depth)?);
        }
        self.take(b"]")?;
        Ok(Value::List(items))
    }

    fn dict(&mut self, depth: u32) -> Result<Value, NotProved> {
        self.take(b"<<")?;
        let mut entries: Vec<(String, Value)> = Vec::new();
        while !self.is_at(b">>") {
            if self.peek() != Some(b'/') {
                return Err(self.wrong("a key is missing"));
            }
            let key = self.name()?;
            if entries.iter().any(|(known, _)| *known == key) {
                return Err(self.wrong("a key stands twice"));
            }
            self.gap(self.before())?;
            entries.push((key, self.value(depth)?));
        }
        self.take(b">>")?;
        Ok(Value::Dict(entries))
    }

    /// A number, or the reference that starts like one.
    fn number(&mut self) -> Result<Value, NotProved> {
        let whole = digits(self.rest());
        if let Some(number) = whole.and_then(|whole| whole.parse().ok()).filter(|&number: &usize| number > 0) {
            let tail = b" 0 R";
            let end = self.at + whole.map_or(0, str::len);
            let behind = self.bytes.get(end + tail.len()).copied();
            if self.bytes.get(end..).is_some_and(|rest| rest.starts_with(tail)) && !behind.is_some_and(is_regular) {
                self.at = end + tail.len();
                return Ok(Value::Ref(number));
            }
        }
        let length = self.rest().iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-')).count();
        let written = std::str::from_utf8(self.rest().get(..length).unwrap_or_default()).unwrap_or_default();
        let number: Option<f64> = written.parse().ok().filter(|_| is_plain(written));
        let number = number.ok_or_else(|| self.wrong("a word that the writer does not use"))?;
        self.at += length;
        if self.peek().is_some_and(is_regular) {
            return Err(self.wrong("an odd number"));
        }
        Ok(Value::Number(number))
    }

    fn literal(&mut self) -> Result<Value, NotProved> {
        let start = self.at;
        self.at += 1;
        let mut text = Vec::new();
        let mut open = 1_u32;
        loop {
            let byte = self.peek().ok_or_else(|| self.wrong("a text without its end"))?;
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => open -= 1,
                b'\\' => {
                    text.push(self.escaped()?);
                    continue;
                }
                _ => {}
            }
            if open == 0 {
                return self.if_canonical(start, text);
            }
            text.push(byte);
        }
    }

    /// What stands after a backslash.
    fn escaped(&mut self) -> Result<u8, NotProved> {
        let rest = self.rest();
        let octal = rest.get(..3).and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok());
        let (byte, length) = match (octal, rest.first()) {
            (Some(byte), _) => (byte, 3),
            (None, Some(b'n')) => (b'\n', 1),
            (None, Some(b'r')) => (b'\r', 1),
            (None, Some(b't')) => (b'\t', 1),
            (None, Some(b'b')) => (8, 1),
            (None, Some(b'f')) => (12, 1),
            (None, Some(&byte @ (b'\\' | b'(' | b')'))) => (byte, 1),
            _ => return Err(self.wrong("an odd escape")),
        };
        self.at += length;
        Ok(byte)
    }

    fn hex(&mut self) -> Result<Value, NotProved> {
        let start = self.at;
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let digits = std::str::from_utf8(rest.get(..length).unwrap_or_default()).unwrap_or_default();
        let pairs = (0..length).step_by(2).filter_map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok());
        let text = pairs.collect();
        self.at += 1 + length;
        self.take(b">")?;
        self.if_canonical(start, text)
    }

    /// A text that was read from `start`, if it is spelt as the writer spells it.
    fn if_canonical(&self, start: usize, text: Vec<u8>) -> Result<Value, NotProved> {
        if self.bytes.get(start..self.at) == Some(&spelt(&text)) {
            Ok(Value::Text(text))
        } else {
            Err(self.wrong("a text that is spelt oddly"))
        }
    }
}

/// Digits at the start, with no nought before others.
fn digits(bytes: &[u8]) -> Option<&str> {
    let length = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let digits = std::str::from_utf8(bytes.get(..length)?).ok()?;
    (digits == "0" || (!digits.is_empty() && !digits.starts_with('0'))).then_some(digits)
}

/// Is it the shortest way to write a number?
fn is_plain(written: &str) -> bool {
    let unsigned = written.strip_prefix('-').unwrap_or(written);
    let (whole, fraction) = unsigned.split_once('.').map_or((unsigned, None), |(whole, rest)| (whole, Some(rest)));
    let is_fraction =
        |rest: &str| !rest.is_empty() && !rest.ends_with('0') && rest.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole.as_bytes()) == Some(whole) && fraction.is_none_or(is_fraction) && written != "-0"
}

/// A text as the writer spells it: in brackets if it is ASCII, else in hexadecimal digits.
fn spelt(text: &[u8]) -> Vec<u8> {
    if !text.is_ascii() {
        let digits: String = text.iter().map(|byte| format!("{byte:02X}")).collect();
        return format!("<{digits}>").into_bytes();
    }
    let balanced = is_balanced(text);
    let mut spelt = vec![b'('];
    for &byte in text {
        match byte {
            b'(' | b')' if balanced => spelt.push(byte),
            b'(' | b')' | b'\\' => spelt.extend([b'\\', byte]),
            b' '..=b'~' => spelt.push(byte),
            b'\n' => spelt.extend(b"\\n"),
            b'\r' => spelt.extend(b"\\r"),
            b'\t' => spelt.extend(b"\\t"),
            8 => spelt.extend(b"\\b"),
            12 => spelt.extend(b"\\f"),
            _ => spelt.extend(format!("\\{byte:03o}").into_bytes()),
        }
    }
    spelt.push(b')');
    spelt
}

fn is_balanced(text: &[u8]) -> bool {
    let mut open = 0_usize;
    for &byte in text {
        match byte {
            b'(' => open += 1,
            b')' if open == 0 => return false,
            b')' => open -= 1,
            _ => {}
        }
    }
    open == 0
}

/// Neither white space nor a delimiter.
pub(super) fn is_regular(byte: u8) -> bool {
    !matches!(byte, 0 | 9 | 10 | 12 | 13 | 32 | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Option<Value> {
        let mut cursor = Cursor { bytes, at: 0 };
        cursor.value(8).ok().filter(|_| cursor.at == bytes.len())
    }

    #[test]
    fn values_are_read_as_the_writer_writes_them() {
        for written in [
            "12",
            "-0.5",
            "(a(b)c)",
            "(a\\)b)",
            "(\\000\\n)",
            "<FEFF0041>",
            "[1 0 R/A(b)2 3]",
            "<</A 1/B[]/C<</D true>>>>",
        ] {
            assert!(read(written.as_bytes()).is_some(), "{written}");
        }
    }

    #[test]
    fn any_other_spelling_is_refused() {
        for written in [
            "012",
            "1.0",
            "+1",
            "-0",
            ".5",
            "--1",
            "( a",
            "(a\\q)",
            "(\\101)",
            "(a\\(b\\)c)",
            "<41>",
            "<fE>",
            "<FE F>",
            "[ 1]",
            "[1  2]",
            "[1 (a)]",
            "<</A  1>>",
            "<</A 1 /B 2>>",
            "<</A 1/A 1>>",
            "<</#41 1>>",
            "[1%x\n2]",
            "null",
        ] {
            assert_eq!(read(written.as_bytes()), None, "{written}");
        }
    }
}
