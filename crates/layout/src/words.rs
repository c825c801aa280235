//! Fixed wording in the language of what is laid out, and what is put together of it.

use candour_calendar::{day_in_words, span_in_words};
use candour_model::{Note, Shown};
use candour_wording::{Arg, Language};
use jiff::civil::Date;

/// How many names a note lists before it only counts them.
pub(crate) const MOST_NAMES: usize = 12;

/// A language, with what notes and headings ask of it.
#[derive(Clone, Copy)]
pub(crate) struct Words(pub(crate) Language);

impl Words {
    pub(crate) fn say(self, id: &str, args: &[(&str, Arg)]) -> String {
        self.0.say(id, args)
    }

    pub(crate) fn day(self, day: Date) -> String {
        day_in_words(day, self.0)
    }

    pub(crate) fn span(self, from: Date, to: Date) -> String {
        span_in_words(from, to, self.0)
    }

    pub(crate) fn note(self, kind: &str, text: String) -> Note {
        Note { kind: kind.into(), heading: self.say(&format!("note-{kind}"), &[]), text }
    }

    /// A message about a number of records, in the plural that the number needs; a withheld number has one of its own.
    pub(crate) fn counted(self, id: &str, shown: Shown, args: &[(&str, Arg)]) -> String {
        let mut args = args.to_vec();
        match shown {
            Shown::Value(count) => {
                // Plural forms need a number; a count is one.
                let number = u64::try_from(count.units()).ok().filter(|_| count.places() == 0);
                args.push(("count", number.map_or_else(|| count.to_string().into(), Arg::from)));
            }
            Shown::Withheld(reason) => args.push(("count", reason.symbol().into())),
        }
        self.say(id, &args)
    }

    pub(crate) fn quoted(self, words: &str) -> String {
        self.say("quoted", &[("words", words.into())])
    }

    /// Names in a row, or the first of them and how many more.
    pub(crate) fn some_names(self, names: &[String]) -> String {
        if names.len() <= MOST_NAMES {
            return self.list_and(names);
        }
        let more = (names.len() - MOST_NAMES) as u64;
        self.say("and-more", &[("names", names[..MOST_NAMES].join("; ").into()), ("more", more.into())])
    }

    /// `a`, `a and b`, `a; b and c`.
    pub(crate) fn list_and(self, parts: &[String]) -> String {
        self.list(parts, "list-and")
    }

    /// `a`, `a or b`, `a; b or c`.
    pub(crate) fn list_or(self, parts: &[String]) -> String {
        self.list(parts, "list-or")
    }

    fn list(self, parts: &[String], last: &str) -> String {
        match parts {
            [] => String::new(),
            [only] => only.clone(),
            [first @ .., end] => self.say(last, &[("first", first.join("; ").into()), ("last", end.as_str().into())]),
        }
    }
}
