//! XML as it is written: markup from the writers, text escaped.
//!
//! What XML 1.0 cannot hold never comes here: see [`Text`](crate::workbook::Text).

use candour_model::Decimal;

use crate::workbook::Text;

/// The first line of every part.
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// An XML file that grows.
pub(crate) struct Xml(String);

impl Xml {
    /// A file with its declaration.
    pub(crate) fn new() -> Self {
        Self(DECLARATION.to_owned())
    }

    /// A piece of a file.
    pub(crate) fn fragment() -> Self {
        Self(String::new())
    }

    /// Markup, as it stands.
    pub(crate) fn raw(&mut self, markup: &str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// A whole number, in digits.
    pub(crate) fn number(&mut self, number: usize) -> &mut Self {
        // Addresses of cells make up a fifth of a sheet; this is twice as fast as formatting them.
        let mut digits = [0_u8; 20];
        let (mut at, mut rest) = (digits.len(), number);
        loop {
            at -= 1;
            digits[at] = b'0' + u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.0.extend(digits[at..].iter().map(|digit| char::from(*digit)));
        self
    }

    /// A decimal, with all its places.
    pub(crate) fn decimal(&mut self, number: Decimal) -> &mut Self {
        match usize::try_from(number.units()) {
            Ok(units) if number.places() == 0 => self.number(units),
            _ => self.raw(&number.to_string()),
        }
    }

    /// Text between tags or, since quotation marks and line breaks are escaped, in an attribute.
    pub(crate) fn text(&mut self, text: &Text<'_>) -> &mut Self {
        self.escaped(text.as_str())
    }

    /// A piece of a [`Text`].
    pub(crate) fn escaped(&mut self, text: &str) -> &mut Self {
        let mut rest = text;
        while let Some(at) = rest.find(['&', '<', '>', '"', '\n']) {
            self.0.push_str(&rest[..at]);
            self.0.push_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => "&#10;",
            });
            rest = &rest[at + 1..];
        }
        self.0.push_str(rest);
        self
    }

    /// The piece.
    pub(crate) fn into_string(self) -> String {
        self.0
    }

    /// The file.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }
}
