//! The allow-list (`allowed.txt`) and the walk that holds every object of a file to it.

use std::collections::{BTreeMap, VecDeque};

use super::file::{File, Value, at_object};
use crate::proof::NotProved;
use crate::report::Place;

/// What each kind of thing may hold.
pub(super) struct AllowList<'a>(BTreeMap<&'a str, Kind<'a>>);

enum Kind<'a> {
    /// Keys in their order.
    Dict(Vec<Key<'a>>),
    /// Anything else.
    Plain(Pattern<'a>),
}

struct Key<'a> {
    name: &'a str,
    how_often: Times,
    pattern: Pattern<'a>,
}

#[derive(Clone, Copy, PartialEq)]
enum Times {
    Once,
    AtMostOnce,
    /// Keys that are counted: `c0`, `c1` and so on.
    Counted,
}

enum Pattern<'a> {
    /// This and nothing else.
    Exactly(Value),
    Between {
        least: f64,
        most: f64,
        whole: bool,
    },
    /// A value that is compared elsewhere.
    Compared,
    /// Every text of this kind is given to who walks.
    Text(&'a str),
    /// A reference: who owns, who uses, who looks back.
    Ref(Hold, &'a str),
    Dict(&'a str),
    List(Vec<Item<'a>>),
    OneOf(Vec<Pattern<'a>>),
}

/// Part of a list: one value, or some that repeat.
struct Item<'a> {
    patterns: Vec<Pattern<'a>>,
    repeats: bool,
}

/// How one object holds another.
#[derive(Clone, Copy, PartialEq)]
enum Hold {
    /// It alone leads to it.
    Own,
    /// It leads to it, as others may.
    Use,
    /// Others lead to it; this one names it.
    See,
}

const LIST: &str = include_str!("allowed.txt");

impl AllowList<'static> {
    /// The list that the program brings.
    ///
    /// # Errors
    /// When it is not written as it should be.
    pub(super) fn read() -> Result<Self, NotProved> {
        Self::parse(LIST).map_err(|line| {
            NotProved::new(Place::part("the allow-list for PDF").at_line(line), "this line of it cannot be read")
        })
    }
}

impl<'a> AllowList<'a> {
    /// Reads a list. Else the line that is wrong.
    fn parse(text: &'a str) -> Result<Self, u32> {
        let mut kinds: BTreeMap<&str, Kind<'_>> = BTreeMap::new();
        let mut open = None;
        for (number, line) in (1..).zip(text.lines()) {
            let is_key = line.starts_with(' ');
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if !is_key {
                let (name, kind) = match line.split_once(" = ") {
                    Some((name, pattern)) => (name, Kind::Plain(Pattern::parse(pattern).ok_or(number)?)),
                    None => (line, Kind::Dict(Vec::new())),
                };
                open = Some(name);
                if kinds.insert(name, kind).is_some() {
                    return Err(number);
                }
                continue;
            }
            let (name, pattern) = line.split_once(' ').ok_or(number)?;
            let (name, how_often) = match (name.strip_suffix('?'), name.strip_suffix('#')) {
                (Some(name), _) => (name, Times::AtMostOnce),
                (None, Some(name)) => (name, Times::Counted),
                (None, None) => (name, Times::Once),
            };
            let pattern = Pattern::parse(pattern).ok_or(number)?;
            match open.and_then(|open| kinds.get_mut(open)) {
                Some(Kind::Dict(keys)) => keys.push(Key { name, how_often, pattern }),
                _ => return Err(number),
            }
        }
        Ok(Self(kinds))
    }

    /// Holds a value that refers to no object to the list. Gives the texts that are to be compared, each with its kind.
    ///
    /// # Errors
    /// When it holds what the list does not allow there.
    pub(super) fn check(&self, kind: &str, value: &Value) -> Result<Vec<(&str, Vec<u8>)>, String> {
        let mut walk = Walk { list: self, refs: Vec::new(), texts: Vec::new() };
        walk.kind(kind, value)?;
        if walk.refs.is_empty() { Ok(walk.texts) } else { Err("refers to an object".into()) }
    }

    fn is_dict(&self, kind: &str) -> bool {
        kind.ends_with(".S") || matches!(self.0.get(kind), Some(Kind::Dict(_)))
    }

    /// Holds every object to the list, from the trailer on. Gives the kind of each object, at its number less one. `is_text` says whether a text of
    /// a kind is what it must be.
    ///
    /// # Errors
    /// When an object holds what the list does not allow there, when nothing leads to it, or more than may.
    pub(super) fn walk(
        &self,
        file: &File<'_>,
        is_text: &dyn Fn(&str, &[u8]) -> bool,
    ) -> Result<Vec<String>, NotProved> {
        let mut kinds: Vec<Option<(String, Hold)>> = vec![None; file.len()];
        let mut seen = Vec::new();
        let mut open = VecDeque::from([(0, String::from("trailer"))]);
        while let Some((number, kind)) = open.pop_front() {
            let value = if number == 0 { &file.trailer } else { &file.object(number)?.value };
            let wrong = |what: String| at_object(number, &format!("{what} ({kind})"));
            let mut walk = Walk { list: self, refs: Vec::new(), texts: Vec::new() };
            walk.kind(&kind, value).map_err(wrong)?;
            if let Some((text_kind, _)) = walk.texts.iter().find(|(text_kind, text)| !is_text(text_kind, text)) {
                return Err(wrong(format!("has another {text_kind} than was approved")));
            }
            if number > 0 && file.object(number)?.data.is_some() != kind.starts_with("stream.") {
                return Err(wrong("is a stream and should be none, or should be one".into()));
            }
            for (target, ways) in walk.refs {
                let found = &file.object(target)?.value;
                let (hold, kind) = match ways[..] {
                    _ if ways.iter().all(|(hold, _)| *hold == Hold::See) => {
                        seen.push((number, target, ways));
                        continue;
                    }
                    [only] => only,
                    // Of several ways that of the same outer form.
                    _ => *ways
                        .iter()
                        .find(|(_, kind)| self.is_dict(kind) == matches!(found, Value::Dict(_)))
                        .unwrap_or(&ways[0]),
                };
                if hold == Hold::See {
                    seen.push((number, target, vec![(hold, kind)]));
                    continue;
                }
                let kind = family(kind, found).map_err(|what| at_object(target, &what))?;
                let held = target.checked_sub(1).and_then(|at| kinds.get_mut(at));
                let held = held.ok_or_else(|| at_object(target, "is named, but is not there"))?;
                match held {
                    None => {
                        *held = Some((kind.clone(), hold));
                        open.push_back((target, kind));
                    }
                    Some((known, Hold::Use)) if hold == Hold::Use && *known == kind => {}
                    Some(_) => return Err(at_object(target, "is held by more than may hold it")),
                }
            }
        }
        for (number, target, ways) in seen {
            let known = target.checked_sub(1).and_then(|at| kinds.get(at)?.as_ref()).map(|(known, _)| known.as_str());
            let value = &file.object(target)?.value;
            if !ways.iter().any(|(_, kind)| family(kind, value).ok().as_deref() == known) {
                return Err(at_object(number, "names an object of another kind"));
            }
        }
        let named = |(at, kind): (usize, Option<(String, Hold)>)| match kind {
            Some((kind, _)) => Ok(kind),
            None => Err(at_object(at + 1, "is one that nothing leads to")),
        };
        kinds.into_iter().enumerate().map(named).collect()
    }
}

/// The kind that a family's member is of: `element.S` is that of the element's `S`.
fn family(kind: &str, value: &Value) -> Result<String, String> {
    let Some((family, key)) = kind.rsplit_once('.').filter(|(_, key)| matches!(*key, "S" | "O" | "Type")) else {
        return Ok(kind.to_owned());
    };
    match value.get(key).and_then(Value::name) {
        Some(member) => Ok(format!("{family}.{member}")),
        None => Err(format!("has no {key}")),
    }
}

/// What one object leads to.
struct Walk<'a> {
    list: &'a AllowList<'a>,
    /// The objects that it leads to, each with the ways in which it may.
    refs: Vec<(usize, Vec<(Hold, &'a str)>)>,
    texts: Vec<(&'a str, Vec<u8>)>,
}

impl<'a> Walk<'a> {
    fn kind(&mut self, name: &str, value: &Value) -> Result<(), String> {
        match (self.list.0.get(name), value) {
            (Some(Kind::Dict(keys)), Value::Dict(entries)) => self.dict(keys, entries),
            (Some(Kind::Plain(pattern)), value) => self.pattern(pattern, value),
            (Some(Kind::Dict(_)), _) => Err("is no dictionary".into()),
            (None, _) => Err(format!("is of a kind that is on no list, {name}")),
        }
    }

    /// Keys must stand in the order of the list.
    fn dict(&mut self, keys: &'a [Key<'a>], entries: &[(String, Value)]) -> Result<(), String> {
        let mut left = entries.iter().peekable();
        for key in keys {
            let mut count = 0;
            loop {
                let name =
                    if key.how_often == Times::Counted { format!("{}{count}", key.name) } else { key.name.to_owned() };
                let Some((_, value)) = left.next_if(|(found, _)| *found == name) else { break };
                self.pattern(&key.pattern, value).map_err(|what| format!("{what}, at {name}"))?;
                count += 1;
                if key.how_often != Times::Counted {
                    break;
                }
            }
            if count == 0 && key.how_often == Times::Once {
                return Err(format!("has no key {} where one must stand", key.name));
            }
        }
        match left.next() {
            None => Ok(()),
            Some((name, _)) => Err(format!("has a key {name} that is not allowed there")),
        }
    }

    fn pattern(&mut self, pattern: &'a Pattern<'a>, value: &Value) -> Result<(), String> {
        match (pattern, value) {
            (Pattern::Exactly(expected), value) if expected == value => Ok(()),
            (Pattern::Between { least, most, whole }, Value::Number(number))
                if (*least..=*most).contains(number) && (!whole || number.fract() == 0.0) =>
            {
                Ok(())
            }
            (Pattern::Compared, Value::Text(_) | Value::Number(_)) => Ok(()),
            (Pattern::Text(kind), Value::Name(name)) => {
                self.texts.push((kind, name.as_bytes().to_vec()));
                Ok(())
            }
            (Pattern::Text(kind), Value::Text(text)) => {
                self.texts.push((kind, text.clone()));
                Ok(())
            }
            (Pattern::Ref(hold, kind), Value::Ref(target)) => {
                self.refs.push((*target, vec![(*hold, kind)]));
                Ok(())
            }
            (Pattern::Dict(kind), Value::Dict(_)) => self.kind(&family(kind, value)?, value),
            (Pattern::List(items), Value::List(values)) => self.list(items, values),
            (Pattern::OneOf(patterns), Value::Ref(target)) => {
                let way = |pattern: &'a Pattern<'a>| {
                    if let Pattern::Ref(hold, kind) = pattern { Some((*hold, *kind)) } else { None }
                };
                let ways: Vec<_> = patterns.iter().filter_map(way).collect();
                if ways.is_empty() {
                    return Err("has a reference that is not allowed".into());
                }
                self.refs.push((*target, ways));
                Ok(())
            }
            (Pattern::OneOf(patterns), value) => match patterns.iter().find(|pattern| pattern.fits(value)) {
                Some(pattern) => self.pattern(pattern, value),
                None => Err("has a value that is not allowed".into()),
            },
            _ => Err("has a value that is not allowed".into()),
        }
    }

    fn list(&mut self, items: &'a [Item<'a>], values: &[Value]) -> Result<(), String> {
        let mut left = values;
        for (at, item) in items.iter().enumerate() {
            let length = item.patterns.len();
            // What must stand behind it is left for that.
            let behind: usize =
                items.iter().skip(at + 1).filter(|item| !item.repeats).map(|item| item.patterns.len()).sum();
            loop {
                if item.repeats && (left.len() <= behind || length == 0) {
                    break;
                }
                let (these, rest) = left.split_at_checked(length).ok_or("has too few items")?;
                for (pattern, value) in item.patterns.iter().zip(these) {
                    self.pattern(pattern, value)?;
                }
                left = rest;
                if !item.repeats {
                    break;
                }
            }
        }
        if left.is_empty() { Ok(()) } else { Err("has too many items".into()) }
    }
}

impl<'a> Pattern<'a> {
    /// Does the value look like it from outside?
    fn fits(&self, value: &Value) -> bool {
        match (self, value) {
            (Pattern::Exactly(expected), value) => expected == value,
            (Pattern::Between { .. }, Value::Number(_)) => true,
            (Pattern::Compared, Value::Text(_) | Value::Number(_))
            | (Pattern::Text(_), Value::Text(_) | Value::Name(_)) => true,
            (Pattern::Ref(..), Value::Ref(_))
            | (Pattern::Dict(_), Value::Dict(_))
            | (Pattern::List(_), Value::List(_)) => true,
            (Pattern::OneOf(patterns), value) => patterns.iter().any(|pattern| pattern.fits(value)),
            _ => false,
        }
    }

    fn parse(text: &'a str) -> Option<Self> {
        let mut rest = text.trim();
        let pattern = Self::alternatives(&mut rest)?;
        rest.trim().is_empty().then_some(pattern)
    }

    /// `a|b|c`
    fn alternatives(rest: &mut &'a str) -> Option<Self> {
        let mut patterns = vec![Self::one(rest)?];
        while let Some(after) = rest.strip_prefix('|') {
            *rest = after;
            patterns.push(Self::one(rest)?);
        }
        if patterns.len() == 1 { patterns.pop() } else { Some(Pattern::OneOf(patterns)) }
    }

    fn one(rest: &mut &'a str) -> Option<Self> {
        *rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('[') {
            *rest = after;
            return Self::items(rest, ']').map(Pattern::List);
        }
        if let Some(after) = rest.strip_prefix('(') {
            let (text, after) = after.split_once(')')?;
            *rest = after;
            return Some(Pattern::Exactly(Value::Text(text.as_bytes().to_vec())));
        }
        let end = rest.find([' ', '|', ']', '}', '*']).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(end)?;
        *rest = after;
        Self::word(word)
    }

    fn word(word: &'a str) -> Option<Self> {
        if let Some(name) = word.strip_prefix('/') {
            return Some(Pattern::Exactly(Value::Name(name.to_owned())));
        }
        if let Some((hold, kind)) = word.split_once(':') {
            return match hold {
                "own" => Some(Pattern::Ref(Hold::Own, kind)),
                "use" => Some(Pattern::Ref(Hold::Use, kind)),
                "see" => Some(Pattern::Ref(Hold::See, kind)),
                "text" => Some(Pattern::Text(kind)),
                "dict" => Some(Pattern::Dict(kind)),
                _ => None,
            };
        }
        if let Some((least, most)) = word.split_once("..") {
            let whole = !word.replace("..", "").contains('.');
            return Some(Pattern::Between { least: least.parse().ok()?, most: most.parse().ok()?, whole });
        }
        match word {
            "compared" => Some(Pattern::Compared),
            "true" => Some(Pattern::Exactly(Value::Bool(true))),
            "false" => Some(Pattern::Exactly(Value::Bool(false))),
            number => Some(Pattern::Exactly(Value::Number(number.parse().ok()?))),
        }
    }

    /// Items up to the bracket; `{a b}*` and `a*` repeat.
    fn items(rest: &mut &'a str, end: char) -> Option<Vec<Item<'a>>> {
        let mut items = Vec::new();
        loop {
            *rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix(end) {
                *rest = after;
                return Some(items);
            }
            let patterns = if let Some(after) = rest.strip_prefix('{') {
                *rest = after;
                Self::items(rest, '}')?.into_iter().flat_map(|item| item.patterns).collect()
            } else {
                vec![Self::alternatives(rest)?]
            };
            let after = rest.strip_prefix('*');
            *rest = after.unwrap_or(rest);
            items.push(Item { patterns, repeats: after.is_some() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::file::Cursor;
    use super::*;

    const SMALL: &str = "a\n  A 1\n  B? /X|/Y\n  c# 0..9\n  D? [{0.5..1.5 dict:b}* (end)]\nb\n  E compared\n";

    fn check(written: &str) -> Result<(), String> {
        let value = Cursor { bytes: written.as_bytes(), at: 0 }.value(8).unwrap();
        AllowList::parse(SMALL).ok().unwrap().check("a", &value).map(drop)
    }

    #[test]
    fn the_list_of_the_program_can_be_read() {
        assert!(AllowList::read().is_ok());
    }

    #[test]
    fn what_is_on_the_list_passes() {
        for written in ["<</A 1>>", "<</A 1/B/Y/c0 3/c1 9>>", "<</A 1/D[0.75<</E(x)>>(end)]>>", "<</A 1/D[(end)]>>"] {
            assert_eq!(check(written), Ok(()), "{written}");
        }
    }

    #[test]
    fn what_is_not_is_refused() {
        for written in [
            "<</A 2>>",
            "<</B/X/A 1>>",
            "<</A 1/B/Z>>",
            "<</A 1/c1 1>>",
            "<</A 1/c0 10>>",
            "<</A 1/c0 0.5>>",
            "<</A 1/Z 1>>",
            "<</A 1/D[0.75(end)]>>",
            "<</A 1/D[]>>",
            "<</A 1/D[(end)(end)]>>",
            "<</A 1/D[2<</E(x)>>(end)]>>",
            "<</A 1/D[1<</E/X>>(end)]>>",
            "[]",
        ] {
            assert!(check(written).is_err(), "{written}");
        }
    }
}
