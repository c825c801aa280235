//! What the fonts can show, and how wide it is: both have the same letters.

use std::collections::BTreeMap;

use typst::layout::Abs;
use typst::text::{Font, FontInstance, FontStretch, FontStyle, FontVariant, FontVariations, FontWeight};

/// Widths of text. Letters are measured bold, as the widest that the template sets, so that nothing that is found to fit can
/// stick out.
pub(crate) struct Measure {
    bold: FontInstance,
    known: BTreeMap<char, Option<f64>>,
}

impl Measure {
    pub(crate) fn new(bold: &Font) -> Self {
        let variant = FontVariant::new(FontStyle::Normal, FontWeight::BOLD, FontStretch::NORMAL);
        let bold = bold.clone().instantiate(variant, Abs::pt(10.0), &FontVariations::default());
        Self { bold, known: BTreeMap::new() }
    }

    /// Whether the font has a glyph for a character.
    pub(crate) fn shows(&mut self, character: char) -> bool {
        self.advance(character).is_some()
    }

    /// How wide a text is on one line, in ems.
    pub(crate) fn line(&mut self, text: &str) -> f64 {
        text.chars().map(|character| self.advance(character).unwrap_or(1.0)).sum()
    }

    /// How wide the widest piece of a text is that is never broken, in ems.
    pub(crate) fn word(&mut self, text: &str) -> f64 {
        text.split(is_break).map(|word| self.line(word)).fold(0.0, f64::max)
    }

    fn advance(&mut self, character: char) -> Option<f64> {
        let bold = &self.bold;
        *self.known.entry(character).or_insert_with(|| {
            let glyph = bold.ttf().glyph_index(character)?;
            bold.x_advance(glyph.0).map(|width| width.get())
        })
    }
}

/// Whether a line may end at a character. Lines end at others too; only these are relied on.
pub(crate) fn is_break(character: char) -> bool {
    character.is_whitespace() && !matches!(character, '\u{a0}' | '\u{202f}' | '\u{2007}')
}
