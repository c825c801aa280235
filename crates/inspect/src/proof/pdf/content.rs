//! What a page draws, operator by operator, and what its text says (ISO 32000-2, 8 and 9).

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::file::{Cursor, Value};
use super::font::Face;
use super::list::AllowList;
use super::plain;

/// What a content stream may name.
#[derive(Default)]
pub(super) struct Resources<'a> {
    /// By name, each with its object.
    pub(super) fonts: BTreeMap<String, (usize, Rc<Face<'a>>)>,
    /// Names of colour spaces and of patterns.
    pub(super) colours: BTreeSet<String>,
}

/// Marked content: everything that is drawn is some.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) kind: MarkKind,
    /// Its text, as it is compared.
    pub(super) text: String,
    /// What it says of a picture.
    pub(super) description: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MarkKind {
    /// Belongs to the structure, under this number.
    Content(usize),
    Header,
    Footer,
    /// The head of a table, once more on another page.
    Repeated,
    /// Lines and the like, which say nothing.
    Layout,
}

/// What a page draws.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    pub(super) marks: Vec<Mark>,
    /// The codes that it shows, by the object of their font.
    pub(super) codes: BTreeMap<usize, BTreeSet<u16>>,
}

/// Reads the content stream of a page.
///
/// # Errors
/// When it holds an operator, an operand or a byte that is not allowed, or text that is not marked or not what it says that it is.
pub(super) fn page(
    list: &AllowList<'_>,
    resources: &Resources<'_>,
    language: &str,
    data: &[u8],
) -> Result<Drawn, String> {
    let mut reader = Reader::new(resources, language, true);
    operators(list, data, &mut reader)?;
    if reader.open.is_some() {
        return Err("marked content does not end".into());
    }
    Ok(reader.drawn)
}

/// Reads the content stream of a pattern, which may hold no text.
///
/// # Errors
/// When it does, or holds what is not allowed.
pub(super) fn pattern(list: &AllowList<'_>, resources: &Resources<'_>, data: &[u8]) -> Result<(), String> {
    operators(list, data, &mut Reader::new(resources, "", false))
}

/// Takes a stream apart and holds each operator to the list.
fn operators(list: &AllowList<'_>, data: &[u8], reader: &mut Reader<'_, '_>) -> Result<(), String> {
    let mut cursor = Cursor { bytes: data, at: 0 };
    while cursor.at < data.len() {
        let start = cursor.at;
        let applied = operation(&mut cursor).and_then(|(word, operands)| reader.apply(list, &word, operands));
        applied.map_err(|what| format!("{what}, at byte {start} of its content"))?;
    }
    if reader.depth > 0 { Err("the state of drawing is not put back".into()) } else { Ok(()) }
}

/// Reads an operator with its operands, spaced as the writer spaces them.
fn operation(cursor: &mut Cursor<'_>) -> Result<(String, Vec<Value>), String> {
    // A line end stands before an operator that has no operands, and before nothing else.
    let line = cursor.peek() == Some(b'\n');
    let first = cursor.at == 0;
    cursor.at += usize::from(line);
    if let Some(word) = word(cursor) {
        return if line || first { Ok((word, Vec::new())) } else { Err("an operator on another's line".into()) };
    }
    if line {
        return Err("a line end that the writer does not put".into());
    }
    let mut operands = Vec::new();
    loop {
        cursor.gap(cursor.before()).map_err(|error| error.reason)?;
        if let Some(word) = word(cursor) {
            return Ok((word, operands));
        }
        operands.push(cursor.value(6).map_err(|error| error.reason)?);
    }
}

/// The operator that stands here, if one does.
fn word(cursor: &mut Cursor<'_>) -> Option<String> {
    let rest = cursor.bytes.get(cursor.at..)?;
    let length =
        rest.iter().take_while(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'*' | b'\'' | b'"')).count();
    let word = String::from_utf8_lossy(rest.get(..length).filter(|word| !word.is_empty())?).into_owned();
    cursor.at += length;
    Some(word)
}

struct Reader<'a, 'b> {
    resources: &'a Resources<'b>,
    language: &'a str,
    /// Is it a page, whose content is marked and may be text?
    is_page: bool,
    drawn: Drawn,
    open: Option<Mark>,
    /// States of drawing that are kept.
    depth: u32,
    is_text: bool,
    font: Option<&'a (usize, Rc<Face<'b>>)>,
    /// The text that is said in place of what is drawn, and the codes drawn so far.
    replaced: Option<(String, Vec<u16>)>,
}

impl<'a, 'b> Reader<'a, 'b> {
    fn new(resources: &'a Resources<'b>, language: &'a str, is_page: bool) -> Self {
        Self {
            resources,
            language,
            is_page,
            drawn: Drawn::default(),
            open: None,
            depth: 0,
            is_text: false,
            font: None,
            replaced: None,
        }
    }

    fn apply(&mut self, list: &AllowList<'_>, word: &str, operands: Vec<Value>) -> Result<(), String> {
        let operands = Value::List(operands);
        let texts =
            list.check(&format!("op.{word}"), &operands).map_err(|what| format!("the operator {word} {what}"))?;
        for (kind, text) in texts {
            let text = String::from_utf8_lossy(&text);
            let known = match kind {
                "colour" => self.resources.colours.contains(&*text) || text == "Pattern",
                "typeface" => self.resources.fonts.contains_key(&*text),
                "language" => text == self.language,
                _ => false,
            };
            if !known {
                return Err(format!("the operator {word} has another {kind} than it may have"));
            }
        }
        let marks = matches!(word, "BDC" | "BMC" | "EMC");
        if self.is_page && !marks && self.open.is_none() {
            return Err("something is drawn that is not marked".into());
        }
        let is_for_text = matches!(word, "Tf" | "Tr" | "Tm" | "Tj" | "TJ" | "ET");
        if !self.is_page && (marks || is_for_text || word == "BT") {
            return Err("a pattern with text".into());
        }
        if is_for_text != self.is_text && !marks && word != "BT" || word == "BT" && self.is_text {
            return Err(format!("the operator {word} where text begins or ends"));
        }
        let operands = operands.list();
        if self.is_page && !self.is_plain_rule(word, operands) {
            return Err("a drawing that is no part of a picture".into());
        }
        match word {
            "q" => self.depth += 1,
            "Q" => self.depth = self.depth.checked_sub(1).ok_or("a state of drawing that was not kept")?,
            "BT" => (self.is_text, self.font) = (true, None),
            "ET" => self.is_text = false,
            "Tf" => self.font = operands.first().and_then(Value::name).and_then(|name| self.resources.fonts.get(name)),
            "Tj" => self.show(operands.first())?,
            "TJ" => {
                for item in operands.first().map(Value::list).unwrap_or_default() {
                    if item.number().is_none() {
                        self.show(Some(item))?;
                    }
                }
            }
            "BMC" => self.begin(MarkKind::Layout, None)?,
            "BDC" => self.mark(operands)?,
            "EMC" => self.end()?,
            _ => {}
        }
        Ok(())
    }

    /// Outside pictures nothing is drawn but text and lines from left to right.
    fn is_plain_rule(&self, word: &str, operands: &[Value]) -> bool {
        let is_picture = self.open.as_ref().is_some_and(|mark| mark.description.is_some());
        match word {
            _ if is_picture => true,
            "m" => operands.iter().all(|at| at.number() == Some(0.0)),
            "l" => operands.last().and_then(Value::number) == Some(0.0),
            "c" | "h" | "f" | "B" | "W" | "n" => false,
            _ => true,
        }
    }

    fn begin(&mut self, kind: MarkKind, description: Option<String>) -> Result<(), String> {
        if self.open.is_some() || self.depth > 0 || self.is_text {
            return Err("marked content within other".into());
        }
        self.open = Some(Mark { kind, text: String::new(), description });
        Ok(())
    }

    fn mark(&mut self, operands: &[Value]) -> Result<(), String> {
        let [tag, Value::Dict(entries)] = operands else { return Err("a mark without its entries".into()) };
        let is_span = tag.name() == Some("Span");
        let keys: Vec<&str> = entries.iter().map(|(key, _)| key.as_str()).collect();
        let value = |at: usize| entries.get(at).map(|(_, value)| value);
        let name = |at: usize| value(at).and_then(Value::name);
        let pagination = is_span || name(keys.len().saturating_sub(1)) == Some("Pagination");
        match (is_span, &keys[..]) {
            (true, ["ActualText"]) => {
                let text = value(0).and_then(Value::text).ok_or("an odd text that stands for another")?;
                if !self.is_text || self.replaced.is_some() {
                    return Err("a text that stands for another where none is".into());
                }
                self.replaced = Some((text, Vec::new()));
                Ok(())
            }
            (true, ["MCID"] | ["MCID", "Lang"] | ["MCID", "Alt"]) => {
                let number = value(0).and_then(Value::whole).ok_or("a mark without a number")?;
                let description =
                    value(1).filter(|_| keys.ends_with(&["Alt"])).map(|alt| alt.text().ok_or("an odd description"));
                self.begin(MarkKind::Content(number), description.transpose()?)
            }
            (false, ["Attached", "Subtype", "Type"]) if pagination => {
                let at = value(0).map(Value::list).unwrap_or_default();
                match (at.iter().filter_map(Value::name).collect::<Vec<_>>()[..].as_ref(), name(1)) {
                    (["Top"], Some("Header")) => self.begin(MarkKind::Header, None),
                    (["Bottom"], Some("Footer")) => self.begin(MarkKind::Footer, None),
                    _ => Err("a mark that is not known".into()),
                }
            }
            (false, ["Type"]) => self.begin(if pagination { MarkKind::Repeated } else { MarkKind::Layout }, None),
            _ => Err("a mark that is not known".into()),
        }
    }

    fn end(&mut self) -> Result<(), String> {
        if let Some((text, codes)) = self.replaced.take() {
            let (Some((_, font)), Some(mark)) = (self.font, &mut self.open) else {
                return Err("text without a font".into());
            };
            let text = plain(&text);
            let drawn: Option<String> = codes.iter().map(|&code| font.text(code)).collect();
            if drawn.is_none_or(|drawn| plain(&drawn) != text) && !font.shows(&codes, &text) {
                return Err("a text that stands for another".into());
            }
            mark.text.push_str(&text);
            return Ok(());
        }
        if self.is_text || self.depth > 0 {
            return Err("marked content ends within what it marks".into());
        }
        self.drawn.marks.push(self.open.take().ok_or("marked content ends that never began")?);
        Ok(())
    }

    fn show(&mut self, text: Option<&Value>) -> Result<(), String> {
        let (Some((object, font)), Some(mark)) = (self.font, &mut self.open) else {
            return Err("text without a font".into());
        };
        let bytes = text.and_then(Value::bytes).filter(|bytes| bytes.len() % 2 == 0).ok_or("an odd text")?;
        for pair in bytes.chunks_exact(2) {
            let code = u16::from_be_bytes([pair[0], pair[1]]);
            self.drawn.codes.entry(*object).or_default().insert(code);
            match &mut self.replaced {
                Some((_, codes)) => codes.push(code),
                None => mark.text.push_str(&plain(font.text(code).ok_or("a letter that says nothing by itself")?)),
            }
        }
        Ok(())
    }
}
