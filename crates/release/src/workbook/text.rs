//! Text and names that spreadsheets can hold.

use std::borrow::Cow;
use std::collections::BTreeSet;

use candour_wording::Language;

/// Text without anything that XML 1.0 or a cell cannot hold: a line break is one line feed, a tab is a space (LibreOffice would drop
/// it), and every other control character stands as U+FFFD, the replacement character, which can be seen. `release.json` has them as
/// they were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text<'d>(Cow<'d, str>);

impl<'d> Text<'d> {
    pub(crate) fn new(text: impl Into<Cow<'d, str>>) -> Self {
        let text = text.into();
        if text.chars().all(is_sound) {
            return Self(text);
        }
        let breaks = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
        Self(Cow::Owned(breaks.chars().map(|letter| if is_sound(letter) { letter } else { '\u{fffd}' }).collect()))
    }

    /// A fixed text.
    pub(crate) fn word(id: &str, language: Language) -> Self {
        Self::new(language.say(id, &[]))
    }

    /// The text on one line, for headings.
    pub(crate) fn on_one_line(text: impl Into<Cow<'d, str>>) -> Self {
        let Self(text) = Self::new(text);
        if text.contains('\n') { Self(Cow::Owned(text.replace('\n', " "))) } else { Self(text) }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// How many characters its longest line has.
    pub(crate) fn across(&self) -> usize {
        self.0.split('\n').map(|line| line.chars().count()).max().unwrap_or_default()
    }

    /// How many lines it takes where it wraps between words after so many characters.
    pub(crate) fn lines(&self, width: usize) -> usize {
        if self.0.len() <= width && !self.0.contains('\n') {
            return 1;
        }
        self.0.split('\n').map(|line| wrapped(line, width.max(1))).sum()
    }

    /// How many characters its longest word has.
    pub(crate) fn longest_word(&self) -> usize {
        self.0.split_whitespace().map(|word| word.chars().count()).max().unwrap_or_default()
    }
}

/// The lines of one paragraph. A word that is longer than a line goes on in the next.
fn wrapped(paragraph: &str, width: usize) -> usize {
    let (mut lines, mut filled) = (1, 0);
    for word in paragraph.split(' ').map(|word| word.chars().count()) {
        if filled > 0 && filled + 1 + word > width {
            lines += 1;
            filled = 0;
        } else if filled > 0 {
            filled += 1;
        }
        filled += word;
        lines += filled.saturating_sub(1) / width;
        filled -= filled.saturating_sub(1) / width * width;
    }
    lines
}

/// XML 1.0 holds no C0 control character but line breaks and tabs, nor the two noncharacters; C1 control characters and DEL would
/// be held, but nobody could see them.
fn is_sound(letter: char) -> bool {
    match letter {
        '\n' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        _ => !letter.is_control(),
    }
}

/// How many characters the name of a sheet has at most.
const SHEET_NAME: usize = 31;

/// The name of a sheet: at most 31 characters, none of them one that a reference to a sheet gives a meaning to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SheetName(String);

impl SheetName {
    /// A name that none of those taken has, whatever its capitals. It is taken from then on.
    pub(crate) fn new(wanted: &str, language: Language, taken: &mut BTreeSet<String>) -> Self {
        let allowed = |letter: char| !matches!(letter, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'' | '.' | '#');
        let name: String = wanted.chars().filter(|letter| allowed(*letter) && !letter.is_control()).collect();
        let name = if name.trim().is_empty() { "1" } else { name.trim() };
        Self(unique(name, SHEET_NAME, language, taken))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// How many characters the name of a table or the heading of a column has at most.
const TABLE_NAME: usize = 255;

/// The name of a table: letters, digits and underscores, and nothing that could be the address of a cell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TableName(String);

impl TableName {
    /// The name of the table on this sheet, which tells what it is about: sheets have names of their own, so tables do.
    pub(crate) fn new(sheet: &SheetName, about: &str) -> Self {
        let plain = |text: &str| -> String {
            text.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect()
        };
        let name = format!("data_{}_{}", plain(sheet.as_str()), plain(about));
        Self(name.trim_end_matches('_').chars().take(TABLE_NAME).collect())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The heading of a column, which no other of its table has; one that is too long for the name of a column is cut.
pub(crate) fn heading(wanted: &str, at: usize, language: Language, taken: &mut BTreeSet<String>) -> Text<'static> {
    Text::new(unique(&headed(wanted, at, language), TABLE_NAME, language, taken))
}

/// The heading of a column on one line. One without a text is called by its place.
pub(crate) fn headed(wanted: &str, at: usize, language: Language) -> String {
    let wanted = Text::on_one_line(wanted);
    match wanted.as_str().trim() {
        "" => language.say("sheet-unheaded", &[("number", (at as u64 + 1).into())]),
        wanted => wanted.to_owned(),
    }
}

/// The text cut to so many UTF-16 code units and, where it is taken, with a number.
fn unique(wanted: &str, most: usize, language: Language, taken: &mut BTreeSet<String>) -> String {
    let mut number = 1_u64;
    loop {
        let ending =
            if number == 1 { String::new() } else { language.say("sheet-again", &[("number", number.into())]) };
        let name = cut(wanted, most.saturating_sub(ending.encode_utf16().count())) + &ending;
        if taken.insert(name.to_lowercase()) {
            return name;
        }
        number += 1;
    }
}

fn cut(text: &str, most: usize) -> String {
    let units = |text: &str| text.encode_utf16().count();
    if units(text) <= most {
        return text.to_owned();
    }
    let mut left = most.saturating_sub(1);
    let fits = |letter: &char| left.checked_sub(letter.len_utf16()).map(|rest| left = rest).is_some();
    let kept: String = text.chars().take_while(fits).collect();
    kept.trim_end().to_owned() + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_replaced_by_what_can_be_seen() {
        assert_eq!(Text::new("a\r\nb\rc\td").as_str(), "a\nb\nc d");
        assert_eq!(Text::new("\u{0}\u{1b}\u{7f}\u{85}\u{fffe}x").as_str(), "\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}x");
        assert_eq!(Text::on_one_line("a\nb\tc").as_str(), "a b c");
    }

    #[test]
    fn text_wraps_between_words() {
        let lines = [
            ("", 5, 1),
            ("12345", 5, 1),
            ("123456", 5, 2),
            ("12 45 78", 5, 2),
            ("1\n\n2", 5, 3),
            ("1234567890 1", 5, 3),
            ("a 12345", 5, 2),
        ];
        for (text, width, lines) in lines {
            assert_eq!(Text::new(text).lines(width), lines, "{text:?}");
        }
    }

    #[test]
    fn names_of_sheets_are_short_and_differ_in_more_than_capitals() {
        let mut taken = BTreeSet::new();
        let mut name = |wanted: &str| SheetName::new(wanted, Language::ENGLISH, &mut taken).as_str().to_owned();
        assert_eq!(name("Table 1"), "Table 1");
        assert_eq!(name("TABLE 1"), "TABLE 1 (2)");
        assert_eq!(name("a[b]:c*?/\\'d"), "abcd");
        assert_eq!(name("?"), "1");
        let long = name(&"x".repeat(40));
        assert_eq!((long.chars().count(), long.ends_with('…')), (31, true));
        let again = name(&"x".repeat(41));
        assert_eq!((again.chars().count(), again.ends_with(" (2)")), (31, true));
    }

    #[test]
    fn headings_are_never_empty_and_never_the_same() {
        let mut taken = BTreeSet::new();
        let headings: Vec<Text<'_>> = ["", "A", "a", "A", &"é𝄞".repeat(200)]
            .iter()
            .enumerate()
            .map(|(at, text)| heading(text, at, Language::ENGLISH, &mut taken))
            .collect();
        let headings: Vec<&str> = headings.iter().map(Text::as_str).collect();
        assert_eq!(headings[..4], ["Column 1", "A", "a (2)", "A (3)"]);
        assert!(headings[4].encode_utf16().count() <= TABLE_NAME);
    }

    #[test]
    fn no_name_of_a_table_is_the_address_of_a_cell() {
        let sheet = SheetName::new("A1", Language::ENGLISH, &mut BTreeSet::new());
        assert_eq!(TableName::new(&sheet, "by-week").as_str(), "data_A1_by_week");
    }
}
