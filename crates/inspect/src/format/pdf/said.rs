//! What the pages of a document say, to compare with what its other parts say.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;

use crate::limits::{Budget, Uninspectable};

/// Letters and digits alone, in lower case, with ligatures and other forms of letters taken apart: what is left if two texts are set differently.
pub(super) fn letters(text: &str) -> String {
    text.nfkc().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_lowercase()
}

/// Is there a path in it, which names folders and often a person?
pub(super) fn is_path(text: &str) -> bool {
    [":\\", "\\\\", "file:", "/home/", "/Users/"].iter().any(|mark| text.contains(mark))
}

/// The text of all pages as their readers see it.
#[derive(Debug)]
pub(super) struct Said {
    letters: String,
    words: BTreeSet<String>,
}

impl Said {
    pub(super) fn new(shown: &str) -> Self {
        let words = shown.split(|letter: char| !letter.is_alphanumeric()).map(letters);
        Self { letters: letters(shown), words: words.filter(|word| !word.is_empty()).collect() }
    }

    /// Do the pages say this anywhere, be it set in another way?
    pub(super) fn says(&self, budget: &Budget, text: &str) -> Result<bool, Uninspectable> {
        let text = letters(text);
        if self.words.contains(&text) {
            return Ok(true);
        }
        budget.spend(self.letters.len() as u64 / 8 + 1)?;
        Ok(self.letters.contains(&text))
    }
}
