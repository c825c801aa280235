//! Characters that a reader cannot see, or that change how the text around them is shown: refused in what people write for a
//! release, and written out where they reach a terminal.

use std::fmt::Write as _;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Fault, Source};
use crate::fields::Faults;

/// What to do about one.
const HINT: &str = "take it out: nobody can see it, and it can change how the text around it is read";

/// Keys whose texts must be as the extract has them. They may hold such a character, written out as an escape.
const AS_IN_THE_EXTRACT: [&str; 2] = ["header", "missing"];

/// Whether a reader cannot see the character: a control (but for line end and tab), a mark of direction, a space of no
/// width, a separator of lines or paragraphs, a tag.
pub fn is_hidden(letter: char) -> bool {
    match letter {
        '\n' | '\t' => false,
        '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => true,
        _ => letter.is_control(),
    }
}

/// The first character that a text of one line must not hold.
///
/// # Errors
/// Names it.
pub fn check_line(text: &str) -> Result<(), String> {
    match text.chars().find(|&letter| is_hidden(letter) || letter.is_control()) {
        None => Ok(()),
        Some('\n') => Err("holds a line break".into()),
        Some('\t') => Err("holds a tab".into()),
        Some(letter) => Err(holds(letter)),
    }
}

/// A text with each hidden character written out, such as `\u202e`: what JSON and TOML write for it too.
pub fn visible(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_hidden(letter) {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                let _ = write!(seen, "\\u{unit:04x}");
            }
        } else {
            seen.push(letter);
        }
    }
    seen
}

/// The same, with line ends and tabs written out too: for what stands inside a sentence.
pub fn visible_line(text: &str) -> String {
    visible(text).replace('\n', "\\n").replace('\t', "\\t")
}

fn holds(letter: char) -> String {
    format!("holds the hidden character U+{:04X}", u32::from(letter))
}

/// Finds hidden characters in a file: those that stand in it, one a line, and those that an escape puts into a text.
pub(crate) fn refuse_hidden(source: &Source, root: &DeTable<'_>, faults: &Faults) {
    let mut line_start = 0;
    for line in source.text.split_inclusive('\n') {
        // The controls of ASCII are no TOML in any case.
        if let Some((at, letter)) = line.char_indices().find(|&(_, letter)| !letter.is_ascii() && is_hidden(letter)) {
            let at = line_start + at;
            faults.push(Fault::new(at..at + letter.len_utf8(), format!("the line {}", holds(letter))).hint(HINT));
        }
        line_start += line.len();
    }
    Walk { source, faults }.table(root);
}

struct Walk<'w> {
    source: &'w Source,
    faults: &'w Faults,
}

impl Walk<'_> {
    fn table(&self, table: &DeTable<'_>) {
        for (key, value) in table {
            if let Err(what) = check_line(key.get_ref()) {
                self.fault(key.span(), "a key", &what);
            }
            if !AS_IN_THE_EXTRACT.contains(&key.get_ref().as_ref()) {
                self.value(key.get_ref(), value);
            }
        }
    }

    fn value(&self, key: &str, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::String(text) => {
                if let Some(letter) = text.chars().find(|&letter| is_hidden(letter)) {
                    self.fault(value.span(), &format!("`{key}`"), &holds(letter));
                }
            }
            DeValue::Array(values) => values.iter().for_each(|value| self.value(key, value)),
            DeValue::Table(table) => self.table(table),
            _ => {}
        }
    }

    fn fault(&self, span: std::ops::Range<usize>, what: &str, holds: &str) {
        // What stands in the file itself has been told, at its own place.
        let written = self.source.text.get(span.clone()).unwrap_or_default();
        if !written.chars().any(|letter| !letter.is_ascii() && is_hidden(letter)) {
            self.faults.push(Fault::new(span, format!("{what} {holds}")).hint(HINT));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_out_can_be_read_back() {
        let text = "plain £ é 家\n\tا \u{1b}[2J\u{7f}\u{9b}\u{202e}\u{e0041}\u{feff}";
        let seen = visible(text);
        assert_eq!(seen, "plain £ é 家\n\tا \\u001b[2J\\u007f\\u009b\\u202e\\udb40\\udc41\\ufeff");
        assert_eq!(visible_line("a\n\tb"), "a\\n\\tb");
        assert!(check_line("Zoë’s ward — “North”").is_ok());
        assert_eq!(check_line("a\u{2066}b"), Err("holds the hidden character U+2066".into()));
    }
}
