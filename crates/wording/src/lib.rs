//! The fixed wording of a release: one message file a language (`messages/`), in the Fluent syntax, which knows plurals.
//!
//! Code names a message and its arguments; the words stand in the files alone, where a person who answers for them can
//! read and change them. A [`Language`] is handed on like any other value: nothing here or elsewhere remembers one.
//!
//! ```
//! use candour_wording::Language;
//!
//! let welsh = Language::named("cy").ok_or("no such language")?;
//! assert_eq!(Language::ENGLISH.say("days", &[("days", 2_u64.into())]), "2 days");
//! assert_eq!(welsh.say("days", &[("days", 2_u64.into())]), "2 ddiwrnod");
//! # Ok::<(), &str>(())
//! ```

use std::fmt;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unic_langid::LanguageIdentifier;

/// The languages that there are: each by its tag (BCP 47), with its message file. A new one is a file and a line here.
const SHIPPED: [(&str, &str); 2] =
    [("en-GB", include_str!("../messages/en-GB.ftl")), ("cy", include_str!("../messages/cy.ftl"))];

/// A language with a message file; [`ENGLISH`](Self::ENGLISH) where nothing is said. In files it is its tag.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Language(usize);

impl Language {
    /// British English: what a release is in where nothing is said, and what the program tells its own user.
    pub const ENGLISH: Self = Self(0);

    /// The language with this tag, such as "cy", if it has a message file.
    pub fn named(tag: &str) -> Option<Self> {
        SHIPPED.iter().position(|(known, _)| *known == tag).map(Self)
    }

    /// Every language.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..SHIPPED.len()).map(Self)
    }

    /// Its tag (BCP 47).
    pub fn tag(self) -> &'static str {
        SHIPPED[self.0].0
    }

    /// The message with this id. A test in `xtask` holds that each id that code names stands in the files; one that did not
    /// would show as its own id in brackets, so that no sentence is lost in silence.
    pub fn say(self, id: &str, args: &[(&str, Arg)]) -> String {
        let mut fluent_args = FluentArgs::new();
        for (name, arg) in args {
            match arg {
                // Counts of records stay far below 2^53, up to which a float holds every whole number.
                #[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
                Arg::Number(number) => fluent_args.set(*name, FluentValue::from(*number as f64)),
                Arg::Text(text) => fluent_args.set(*name, FluentValue::from(text.clone())),
            }
        }
        let bundle = &bundles()[self.0];
        let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
            return format!("[{id}]");
        };
        let mut faults = Vec::new();
        bundle.format_pattern(pattern, Some(&fluent_args), &mut faults).into_owned()
    }
}

impl fmt::Display for Language {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.tag())
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Language({})", self.tag())
    }
}

impl Serialize for Language {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.tag())
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tag = String::deserialize(deserializer)?;
        Self::named(&tag).ok_or_else(|| serde::de::Error::custom(format!("there are no messages in `{tag}`")))
    }
}

/// Something that a message takes: a number, which decides its plural, or a text.
#[derive(Clone, Debug)]
pub enum Arg {
    /// A count.
    Number(u64),
    /// A text.
    Text(String),
}

impl From<u64> for Arg {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// The message files as they are read, once, in the order of [`SHIPPED`].
fn bundles() -> &'static [FluentBundle<FluentResource>] {
    static BUNDLES: OnceLock<Vec<FluentBundle<FluentResource>>> = OnceLock::new();
    BUNDLES.get_or_init(|| SHIPPED.iter().map(|(tag, messages)| bundle(tag, messages)).collect())
}

fn bundle(tag: &str, messages: &str) -> FluentBundle<FluentResource> {
    // Decides plurals; an identifier that does not parse would be the root language, which has no plural.
    let language: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // The marks that part left-to-right from right-to-left text would be hidden characters in a release.
    bundle.set_use_isolating(false);
    // A faulty line is left out by the parser and shows as a missing id; the tests below keep the files sound.
    let resource = match FluentResource::try_new(messages.to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// Words that are the same in both languages.
    const SAME_WORDS: [&str; 4] = ["cell", "data", "pyramid", "system"];

    /// The messages of a file as they are written, by id.
    fn written(messages: &str) -> BTreeMap<String, String> {
        let mut found: BTreeMap<String, String> = BTreeMap::new();
        let mut id = String::new();
        for line in messages.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
            if !line.starts_with(' ') {
                let (name, text) = line.split_once(" =").unwrap();
                id = name.to_owned();
                assert!(found.insert(id.clone(), text.to_owned()).is_none(), "`{id}` stands twice");
            } else {
                let text = found.get_mut(&id).unwrap();
                text.push('\n');
                text.push_str(line);
            }
        }
        found
    }

    /// The arguments that a message takes.
    fn arguments(text: &str) -> BTreeSet<String> {
        let name = |rest: &str| rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
        text.split('$').skip(1).map(name).collect()
    }

    /// The words of a message: neither its arguments nor the names of its plurals.
    fn words(text: &str) -> BTreeSet<String> {
        let mut words = String::new();
        let mut depth = 0;
        for line in text.lines() {
            let line = line.trim_start().trim_start_matches('*');
            let line = match line.strip_prefix('[').and_then(|variant| variant.split_once(']')) {
                Some((_, rest)) if depth > 0 => rest,
                _ => line,
            };
            let mut rest = line;
            while let Some(open) = rest.find('{') {
                words.push_str(&rest[..open]);
                match rest[open..].find('}') {
                    Some(close) => rest = &rest[open + close + 1..],
                    None => {
                        depth += 1;
                        rest = "";
                    }
                }
            }
            if rest.trim_start().starts_with('}') {
                depth = 0;
            }
            words.push_str(rest);
            words.push(' ');
        }
        let parts = words.split(|letter: char| !letter.is_alphabetic() && letter != '\'' && letter != '’');
        parts.filter(|word| word.chars().count() > 3).map(str::to_lowercase).collect()
    }

    #[test]
    fn the_message_files_are_sound() {
        for (tag, messages) in SHIPPED {
            assert!(FluentResource::try_new(messages.to_owned()).is_ok(), "{tag}");
        }
    }

    #[test]
    fn every_language_has_the_same_messages_that_take_the_same_arguments() {
        let english = written(SHIPPED[0].1);
        for (tag, messages) in SHIPPED {
            let other = written(messages);
            let ids = |all: &BTreeMap<String, String>| all.keys().cloned().collect::<Vec<_>>();
            assert_eq!(ids(&other), ids(&english), "{tag}");
            for (id, text) in &other {
                assert_eq!(arguments(text), arguments(&english[id]), "`{id}` in {tag}");
            }
        }
    }

    #[test]
    fn no_word_is_left_from_another_language() {
        let english = written(SHIPPED[0].1);
        let vocabulary: BTreeSet<String> = english.values().flat_map(|text| words(text)).collect();
        for (tag, messages) in &SHIPPED[1..] {
            let words = written(messages).values().flat_map(|text| words(text)).collect::<BTreeSet<String>>();
            let same: Vec<&String> = words.intersection(&vocabulary).collect();
            assert_eq!(same, SAME_WORDS, "the words that {tag} has in common with English");
        }
    }

    #[test]
    fn every_plural_of_a_language_is_written_where_it_counts() {
        let welsh = Language::named("cy").unwrap();
        let days = |days: u64| welsh.say("days", &[("days", days.into())]);
        assert_eq!(
            [0, 1, 2, 3, 4, 5, 6, 11].map(days),
            ["0 diwrnod", "1 diwrnod", "2 ddiwrnod", "3 diwrnod", "4 diwrnod", "5 diwrnod", "6 diwrnod", "11 diwrnod"]
        );
        let questions = |count: u64| welsh.say("told-questions", &[("count", count.into())]);
        assert_eq!(
            [0, 1, 2, 3, 6, 20].map(questions),
            ["0 cwestiwn", "1 cwestiwn", "2 gwestiwn", "3 chwestiwn", "6 chwestiwn", "20 cwestiwn"]
        );
    }

    #[test]
    fn numbers_choose_the_plural_and_hide_nothing() {
        let days = |days: u64| Language::ENGLISH.say("days", &[("days", days.into())]);
        assert_eq!(days(1), "1 day");
        assert_eq!(days(11), "11 days");
        assert_eq!(days(12345), "12345 days");
    }

    #[test]
    fn a_language_is_its_tag_in_files() {
        for language in Language::all() {
            assert_eq!(Language::named(language.tag()), Some(language));
        }
        assert_eq!(Language::named("en-gb"), None);
    }
}
