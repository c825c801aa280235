//! JSON (RFC 8259): its keys and texts.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

use super::text::{characters, decode, open};
use crate::carrier::text;
use crate::limits::Uninspectable;
use crate::report::Place;
use crate::scan::Scan;

/// Is it an object or a list, by the syntax of JSON to its end?
pub(super) fn is(bytes: &[u8]) -> bool {
    decode(bytes).is_some_and(|(text, _)| text.trim_start().starts_with(['{', '[']) && walk(&text).is_ok())
}

/// Finds what is hidden in JSON.
pub(super) fn read(scan: &mut Scan<'_>, bytes: &[u8]) -> Result<(), Uninspectable> {
    let whole = open(scan, bytes)?;
    characters(scan, &whole)?;
    let walked = walk(&whole).map_err(|_| Uninspectable::new("it does not follow the syntax of JSON"))?;
    // What is written with escapes is seen as little.
    if whole.contains("\\u") {
        characters(scan, &walked.escaped)?;
    }
    for key in walked.twice {
        scan.find_as(
            &text::DUPLICATE_KEY,
            text::DUPLICATE_KEY.severity,
            Place::default(),
            "a key that stands twice",
            vec![key],
        );
    }
    Ok(())
}

#[derive(Default)]
struct Walked {
    twice: Vec<String>,
    escaped: String,
}

fn walk(text: &str) -> Result<Walked, serde_json::Error> {
    let mut walked = Walked::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    Any(&mut walked).deserialize(&mut reader)?;
    reader.end()?;
    Ok(walked)
}

/// Any value; serde_json bounds how deep they nest.
struct Any<'a>(&'a mut Walked);

impl<'de> DeserializeSeed<'de> for Any<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Any<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        if !text.is_ascii() {
            self.0.escaped.push_str(text);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Any(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut keys = BTreeSet::new();
        while let Some(key) = entries.next_key::<String>()? {
            if !keys.insert(key.clone()) {
                self.0.twice.push(key);
            }
            entries.next_value_seed(Any(self.0))?;
        }
        Ok(())
    }
}
