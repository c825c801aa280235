//! The workbook of a document: cover, contents, notes, then one sheet a table and one a record list.

use std::collections::BTreeSet;

use candour_model::Document;
use candour_wording::Language;

use super::notes::Notes;
use super::tables::{list_sheet, table_sheet};
use super::{Grid, GridColumn, Holds, Line, LineStyle, Sheet, SheetName, TableName, Text, Value, Workbook, text};

/// How wide text runs that wraps, in characters: what can be read without turning the head.
pub(super) const READABLE: usize = 80;

/// What the workbook's sheets are called, in order.
pub(super) struct Names {
    pub(super) cover: SheetName,
    pub(super) contents: SheetName,
    pub(super) notes: SheetName,
    /// One a table, then one a record list.
    pub(super) data: Vec<SheetName>,
}

/// The positions of sheets in the workbook.
pub(super) const NOTES: usize = 2;
const FIRST_DATA: usize = 3;

/// The workbook.
///
/// # Errors
/// When a spreadsheet cannot hold it: what, where, and what to do.
pub(crate) fn build(document: &Document) -> Result<Workbook<'_>, String> {
    let about = &document.about;
    let names = names(document);
    let notes = Notes::new(document, &names);
    let mut sheets = vec![cover(document, &names), contents(document, &names), notes.sheet(&names)];
    let of_tables = document.tables.iter().zip(&names.data);
    sheets.extend(of_tables.enumerate().map(|(at, (table, name))| table_sheet(document, at, table, name, &notes)));
    let of_lists = document.lists.iter().zip(&names.data[document.tables.len()..]);
    sheets.extend(of_lists.enumerate().map(|(at, (list, name))| list_sheet(document, at, list, name, &notes)));
    Workbook::new(
        Text::on_one_line(about.title.as_str()),
        Text::on_one_line(about.authority.as_str()),
        about.request.answered,
        sheets,
    )
}

fn names(document: &Document) -> Names {
    let language = document.about.language;
    let mut taken = BTreeSet::new();
    let cover = SheetName::new(&language.say("sheet-cover", &[]), language, &mut taken);
    let contents = SheetName::new(&language.say("sheet-contents", &[]), language, &mut taken);
    let notes = SheetName::new(&language.say("sheet-notes", &[]), language, &mut taken);
    let mut numbered = |id: &str, count: usize| -> Vec<SheetName> {
        let number = |at: usize| [("number", (at as u64 + 1).into())];
        (0..count).map(|at| SheetName::new(&language.say(id, &number(at)), language, &mut taken)).collect()
    };
    let mut data = numbered("sheet-table", document.tables.len());
    data.extend(numbered("sheet-list", document.lists.len()));
    Names { cover, contents, notes, data }
}

/// Title, who answers what and when, and the metadata block. Text alone, in one column.
fn cover<'d>(document: &'d Document, names: &Names) -> Sheet<'d> {
    let about = &document.about;
    let language = about.language;
    let fact = |label: &str, value: &str| {
        let text = language.say("sheet-fact", &[("label", label.into()), ("value", value.into())]);
        Line { style: LineStyle::Wrapped, text: Text::new(text), link: None }
    };
    let word = |id: &str| language.say(id, &[]);
    let mut lines = vec![
        Line { style: LineStyle::Title, text: Text::on_one_line(about.title.as_str()), link: None },
        fact(&word("sheet-authority"), &about.authority),
        fact(&word("reference"), &about.request.reference_display),
        fact(&word("answered"), &day(about.request.answered, language)),
    ];
    if let Some(extract) = &about.extract {
        lines.push(fact(&word("sheet-source"), &extract.source));
        lines.push(fact(&word("sheet-as-at"), &day(extract.as_at, language)));
    }
    lines.push(Line { style: LineStyle::Plain, text: Text::word("sheet-contents", language), link: Some(1) });
    if !about.report.is_empty() {
        lines.push(Line { style: LineStyle::Heading, text: Text::word("sheet-about", language), link: None });
        lines.extend(about.report.iter().map(|field| fact(&field.label, &field.value)));
    }
    Sheet { name: names.cover.clone(), lines, width: READABLE, grid: None }
}

/// A table of the sheets, with links to them.
fn contents<'d>(document: &'d Document, names: &Names) -> Sheet<'d> {
    let language = document.about.language;
    let mut cells = vec![
        link(&names.notes, NOTES),
        Value::Text(Text::word("sheet-notes-title", language)),
        Value::Text(Text::word("sheet-all-questions", language)),
    ];
    let tables = document.tables.iter().map(|table| (&table.about.title, &table.about.questions));
    let lists = document.lists.iter().map(|list| (&list.title, &list.questions));
    for (at, ((title, questions), name)) in tables.chain(lists).zip(&names.data).enumerate() {
        cells.push(link(name, FIRST_DATA + at));
        cells.push(Value::Text(Text::on_one_line(title.as_str())));
        cells.push(Value::Text(Text::new(questions.join(", "))));
    }
    let widths = [16, READABLE, 24];
    let headings = ["sheet-name", "sheet-holds", "sheet-questions"];
    Sheet {
        name: names.contents.clone(),
        lines: opening(Text::word("sheet-contents", language), language),
        width: 0,
        grid: Some(words(TableName::new(&names.contents, ""), headings, widths, cells, language)),
    }
}

fn link<'d>(name: &SheetName, sheet: usize) -> Value<'d> {
    Value::Link(Text::new(name.as_str().to_owned()), sheet)
}

/// A sheet's title, and that there is one table below.
pub(super) fn opening(title: Text<'_>, language: Language) -> Vec<Line<'_>> {
    vec![
        Line { style: LineStyle::Title, text: title, link: None },
        Line { style: LineStyle::Plain, text: Text::word("sheet-one-table", language), link: None },
    ]
}

/// A table of words with fixed headings.
pub(super) fn words<'d, const N: usize>(
    name: TableName,
    headings: [&str; N],
    widths: [usize; N],
    cells: Vec<Value<'d>>,
    language: Language,
) -> Grid<'d> {
    let mut taken = BTreeSet::new();
    let columns = headings.iter().zip(widths).enumerate().map(|(at, (id, width))| GridColumn {
        heading: text::heading(&language.say(id, &[]), at, language, &mut taken),
        holds: Holds::Words,
        width,
    });
    Grid { name, columns: columns.collect(), cells }
}

/// A day as people write it.
pub(super) fn day(day: jiff::civil::Date, language: Language) -> String {
    let month = language.say(&format!("month-{}", day.month()), &[]);
    format!("{} {month} {}", day.day(), day.year())
}
