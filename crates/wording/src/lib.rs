//! The fixed wording of a release: `messages/en-GB.ftl`, in the Fluent syntax, which knows plurals.
//!
//! Code names a message and its arguments; the words stand in the file alone, where a person who answers for them can
//! read and change them.

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// The message file of the only language that there is so far.
const ENGLISH: &str = include_str!("../messages/en-GB.ftl");

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

/// The message with this id. A test in `xtask` holds that each id that code names stands in the file; one that did not
/// would show as its own id in brackets, so that no sentence is lost in silence.
pub fn say(id: &str, args: &[(&str, Arg)]) -> String {
    let mut fluent_args = FluentArgs::new();
    for (name, arg) in args {
        match arg {
            // Counts of records stay far below 2^53, up to which a float holds every whole number.
            #[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
            Arg::Number(number) => fluent_args.set(*name, FluentValue::from(*number as f64)),
            Arg::Text(text) => fluent_args.set(*name, FluentValue::from(text.clone())),
        }
    }
    let bundle = bundle();
    let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
        return format!("[{id}]");
    };
    let mut faults = Vec::new();
    bundle.format_pattern(pattern, Some(&fluent_args), &mut faults).into_owned()
}

fn bundle() -> &'static FluentBundle<FluentResource> {
    static BUNDLE: OnceLock<FluentBundle<FluentResource>> = OnceLock::new();
    BUNDLE.get_or_init(|| {
        let mut bundle = FluentBundle::new_concurrent(vec![english()]);
        // The marks that part left-to-right from right-to-left text would be hidden characters in a release.
        bundle.set_use_isolating(false);
        // A faulty line is left out by the parser and shows as a missing id; the test below keeps the file sound.
        let resource = match FluentResource::try_new(ENGLISH.to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
        bundle
    })
}

/// Decides plurals; an identifier that does not parse would be the root language, which has no plural.
fn english() -> LanguageIdentifier {
    "en-GB".parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_file_is_sound() {
        assert!(FluentResource::try_new(ENGLISH.to_owned()).is_ok());
    }

    #[test]
    fn numbers_choose_the_plural_and_hide_nothing() {
        let args = |n: u64| [("days", Arg::from(n))];
        assert_eq!(say("days", &args(1)), "1 day");
        assert_eq!(say("days", &args(11)), "11 days");
        assert_eq!(say("days", &args(12345)), "12345 days");
    }
}
