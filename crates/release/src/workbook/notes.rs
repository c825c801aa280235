//! The sheet of notes: those that hold for all tables, then each table's own, numbered through.

use candour_model::{Document, Note};
use candour_wording::Language;

use super::build::{NOTES, Names, READABLE, opening, words};
use super::{Line, LineStyle, Sheet, TableName, Text, Value};

/// A text longer than this goes on in a row of its own, between two paragraphs or words, since a cell cannot hold it.
const MOST: usize = 30_000;

/// Every note of a document.
pub(super) struct Notes<'d> {
    /// The numbers of each group's notes: those of the whole release first, then one group a table, then one a list.
    groups: Vec<std::ops::Range<usize>>,
    /// What each group is about, and its notes.
    notes: Vec<(Text<'d>, Vec<&'d Note>)>,
    sheet: String,
    language: Language,
}

impl<'d> Notes<'d> {
    pub(super) fn new(document: &'d Document, names: &Names) -> Self {
        let language = document.about.language;
        let all = (Text::word("sheet-all-tables", language), document.about.notes.iter().collect());
        let of_tables = document.tables.iter().map(|table| &table.about.notes);
        let of_data = of_tables.chain(document.lists.iter().map(|list| &list.notes)).zip(&names.data);
        let of_data = of_data.map(|(notes, name)| (Text::new(name.as_str().to_owned()), notes.iter().collect()));
        let notes: Vec<(Text<'d>, Vec<&'d Note>)> = std::iter::once(all).chain(of_data).collect();
        let mut next = 1;
        let groups = notes.iter().map(|(_, notes)| {
            let from = next;
            next += notes.len();
            from..next
        });
        Self { groups: groups.collect(), notes, sheet: names.notes.as_str().to_owned(), language }
    }

    /// The line above a table that says where its notes are: `at` is its position among tables and lists. None without any.
    pub(super) fn pointer(&self, at: usize) -> Option<Line<'d>> {
        let (general, own) = (self.groups[0].clone(), self.groups[at + 1].clone());
        let are_one = general.end == own.start;
        let together = if are_one { [general.start..own.end, 0..0] } else { [general, own] };
        let ranges: Vec<String> =
            together.iter().filter(|range| !range.is_empty()).map(|range| numbers(range, self.language)).collect();
        if ranges.is_empty() {
            return None;
        }
        let args = [("sheet", self.sheet.as_str().into()), ("numbers", ranges.join(", ").into())];
        Some(Line {
            style: LineStyle::Plain,
            text: Text::new(self.language.say("sheet-see-notes", &args)),
            link: Some(NOTES),
        })
    }

    pub(super) fn sheet(&self, names: &Names) -> Sheet<'d> {
        let mut cells = Vec::new();
        let mut number = 0;
        for (about, notes) in &self.notes {
            for note in notes {
                number += 1;
                for piece in pieces(&note.text) {
                    cells.push(Value::Text(Text::new(numbered(number, self.language))));
                    cells.push(Value::Text(about.clone()));
                    cells.push(Value::Text(Text::new(note.heading.as_str())));
                    cells.push(Value::Text(Text::new(piece)));
                }
            }
        }
        if cells.is_empty() {
            cells = vec![Value::Text(Text::word("none-found", self.language)); 4];
        }
        let headings = ["sheet-note-number", "sheet-note-about", "sheet-note-subject", "sheet-note-text"];
        Sheet {
            name: names.notes.clone(),
            lines: opening(Text::word("sheet-notes-title", self.language), self.language),
            width: 0,
            grid: Some(words(TableName::new(&names.notes, ""), headings, [12, 14, 30, READABLE], cells, self.language)),
        }
    }
}

/// "note 3", "note 3, note 4", or "note 3 to note 7".
fn numbers(range: &std::ops::Range<usize>, language: Language) -> String {
    let (first, last) = (numbered(range.start, language), numbered(range.end - 1, language));
    match range.len() {
        1 => first,
        2 => format!("{first}, {last}"),
        _ => language.say("span", &[("from", first.into()), ("to", last.into())]),
    }
}

fn numbered(number: usize, language: Language) -> String {
    language.say("sheet-note", &[("number", (number as u64).into())])
}

/// A text in pieces that cells can hold.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while rest.len() > MOST {
        let most = (0..=MOST).rev().find(|at| rest.is_char_boundary(*at)).unwrap_or(MOST);
        let head = &rest[..most];
        let at = head.rfind("\n\n").or_else(|| head.rfind(' ')).filter(|at| *at > 0).unwrap_or(most);
        pieces.push(rest[..at].trim_end());
        rest = rest[at..].trim_start();
    }
    pieces.push(rest);
    pieces
}
