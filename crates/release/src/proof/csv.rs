//! The data files: the headings, and every field of every row, against the document.

use std::collections::BTreeSet;

use candour_inspect::proof::NotProved;
use candour_inspect::proof::csv::Reader;
use candour_model::outline::Outline;
use candour_model::{Category, CategoryKind, Cell, Coord, Dimension, Document, Mark, Reason, RecordList, Shown, Table};
use candour_wording::Language;

use super::FileNotProved;
use crate::Files;

/// Proves the data files of all tables and record lists.
pub(crate) fn csv(document: &Document, _: &Outline, files: &Files) -> Result<Vec<String>, FileNotProved> {
    let language = document.about.language;
    let path = |id: &str| format!("csv/{}", document.about.file(id, "csv"));
    let mut proved = Vec::new();
    for table in &document.tables {
        proved.extend(super::proved(files, path(&table.about.id), |bytes| of_table(bytes, table, language))?);
    }
    for list in &document.lists {
        proved.extend(super::proved(files, path(&list.id), |bytes| of_list(bytes, list, language))?);
    }
    Ok(proved)
}

fn of_table(bytes: &[u8], table: &Table, language: Language) -> Result<(), NotProved> {
    let columns = table_columns(table, language);
    let rows = table.rows.iter().flat_map(|row| &row.cells).map(|cell| {
        let field = |column: &Column<'_>| match column.holds {
            Holds::Label(at) => plain(&match category(table, at, coord(cell, at)) {
                Some(category) => category.label.clone(),
                None if coord(cell, at) == Coord::Rest => language.say("csv-rest", &[]),
                None => language.say("csv-total", &[]),
            }),
            Holds::Code(at) => match category(table, at, coord(cell, at)) {
                Some(Category { id, kind: CategoryKind::Code { .. }, .. }) => plain(id),
                _ => String::new(),
            },
            Holds::From(at) | Holds::To(at) => {
                match category(table, at, coord(cell, at)).map(|category| &category.kind) {
                    Some(CategoryKind::Period(period)) if matches!(column.holds, Holds::From(_)) => {
                        period.from.to_string()
                    }
                    Some(CategoryKind::Period(period)) => period.to.to_string(),
                    _ => String::new(),
                }
            }
            Holds::Measure => {
                table.about.measures.get(cell.measure).map(|measure| plain(&measure.label)).unwrap_or_default()
            }
            Holds::Value { .. } => cell.shown.value().map(|value| value.to_string()).unwrap_or_default(),
            Holds::Status => match cell.shown {
                Shown::Value(_) => String::new(),
                Shown::Withheld(Reason::Confidential) => "c".to_owned(),
                Shown::Withheld(Reason::NotApplicable) => "z".to_owned(),
                Shown::Withheld(Reason::NotAvailable) => "x".to_owned(),
            },
            Holds::Marks => {
                let letter = |mark: &Mark| if *mark == Mark::Break { "b" } else { "p" };
                cell.marks.iter().map(letter).collect::<Vec<_>>().join(" ")
            }
            Holds::Recorded => String::new(),
        };
        columns.iter().map(field).collect()
    });
    same(bytes, &columns, rows)
}

fn of_list(bytes: &[u8], list: &RecordList, language: Language) -> Result<(), NotProved> {
    let value = |value: &Option<String>| value.as_deref().map(plain).unwrap_or_default();
    let rows = list.rows.iter().map(|row| row.iter().map(value).collect());
    same(bytes, &list_columns(list, language), rows)
}

/// The headings, these rows, and nothing more.
fn same(bytes: &[u8], columns: &[Column<'_>], rows: impl Iterator<Item = Vec<String>>) -> Result<(), NotProved> {
    let mut file = Reader::new(bytes)?;
    let headings = columns.iter().map(|column| column.heading.clone()).collect();
    for approved in std::iter::once(headings).chain(rows) {
        let found = file.row()?.ok_or_else(|| NotProved::new(file.place(), "rows are missing after this one"))?;
        if found.len() != approved.len() {
            return Err(NotProved::new(file.place(), "it has another number of columns than the table"));
        }
        if let Some(at) = found.iter().zip(&approved).position(|(found, approved)| found != approved) {
            let mut place = file.place();
            place.column = Some((at + 1).to_string());
            return Err(NotProved::new(place, "the field is not the one that was approved"));
        }
    }
    match file.row()? {
        Some(_) => Err(NotProved::new(file.place(), "there are more rows than were approved")),
        None => Ok(()),
    }
}

fn coord(cell: &Cell, dimension: usize) -> Coord {
    cell.coords.get(dimension).copied().unwrap_or(Coord::Total)
}

/// The category at a coordinate; none of a total.
fn category(table: &Table, dimension: usize, coord: Coord) -> Option<&Category> {
    let Coord::At(at) = coord else { return None };
    table.about.dimensions.get(dimension)?.categories.get(usize::try_from(at).ok()?)
}

/// A text as it stands where a spreadsheet could take it for a formula: an apostrophe before it, unless it is a number.
fn plain(text: &str) -> String {
    let is_number = || {
        let mut parts = text.trim_start_matches('-').split('.');
        let digits = |part: &str| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_digit());
        text.chars().filter(|letter| *letter == '-').count() <= 1
            && parts.next().is_some_and(digits)
            && parts.next().is_none_or(digits)
            && parts.next().is_none()
    };
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\'' | '\t' | '\r' | '\n') if !is_number() => format!("'{text}"),
        _ => text.to_owned(),
    }
}

/// A column of a data file.
pub(super) struct Column<'d> {
    /// What programs know it by.
    pub(super) name: String,
    /// What stands in the first row.
    pub(super) heading: String,
    pub(super) holds: Holds<'d>,
}

/// What a column holds. Numbers are positions of dimensions.
#[derive(Clone, Copy)]
pub(super) enum Holds<'d> {
    Label(usize),
    Code(usize),
    From(usize),
    To(usize),
    Measure,
    Value {
        /// Whether no figure has places.
        is_whole: bool,
        /// What all figures are numbers of, if they are.
        unit: Option<&'d str>,
    },
    Status,
    Marks,
    /// What is recorded of a record.
    Recorded,
}

/// The columns of a table's file: what `docs/release-folder.md` says of them.
pub(super) fn table_columns(table: &Table, language: Language) -> Vec<Column<'_>> {
    let about = &table.about;
    let mut wanted: Vec<(String, String, Holds<'_>)> = Vec::new();
    for (at, Dimension { id, label, categories, .. }) in about.dimensions.iter().enumerate() {
        let say = |message: &str| language.say(message, &[("label", label.as_str().into())]);
        let has_codes =
            |category: &Category| matches!(category.kind, CategoryKind::Code { .. }) && category.id != category.label;
        wanted.push((id.clone(), label.clone(), Holds::Label(at)));
        if categories.iter().any(has_codes) {
            wanted.push((format!("{id}_code"), say("csv-code"), Holds::Code(at)));
        }
        if categories.iter().any(|category| matches!(category.kind, CategoryKind::Period(_))) {
            wanted.push((format!("{id}_from"), say("csv-from"), Holds::From(at)));
            wanted.push((format!("{id}_to"), say("csv-to"), Holds::To(at)));
        }
    }
    let fixed = |name: &str, message: &str, holds| (name.to_owned(), language.say(message, &[]), holds);
    let counts = about.measures.iter().all(|measure| measure.kind == candour_model::MeasureKind::Count);
    let value = Holds::Value {
        is_whole: !about.measures.iter().any(|measure| measure.places > 0),
        unit: counts.then_some(about.unit.as_str()),
    };
    if about.measures.len() > 1 {
        wanted.push(fixed("measure", "csv-measure", Holds::Measure));
        wanted.push(fixed("value", "csv-value", value));
    } else {
        wanted.push(("value".to_owned(), about.measure.clone(), value));
    }
    wanted.push(fixed("status", "csv-status", Holds::Status));
    wanted.push(fixed("marks", "csv-marks", Holds::Marks));
    numbered(wanted, language)
}

/// The columns of a record list's file.
pub(super) fn list_columns(list: &RecordList, language: Language) -> Vec<Column<'_>> {
    let columns = list.columns.iter().map(|column| (column.id.clone(), column.label.clone(), Holds::Recorded));
    numbered(columns.collect(), language)
}

/// Columns of which no two have the same name or heading: the second that wants it has a number, and so on.
fn numbered(wanted: Vec<(String, String, Holds<'_>)>, language: Language) -> Vec<Column<'_>> {
    let (mut names, mut headings) = (BTreeSet::new(), BTreeSet::new());
    let again = |number: u64| language.say("sheet-again", &[("number", number.into())]);
    let columns = wanted.into_iter().map(|(name, heading, holds)| {
        let name = name.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_");
        let name = first_free(name.trim_start_matches('_'), |number| format!("_{number}"), &mut names);
        Column { name, heading: first_free(&plain(&heading), again, &mut headings), holds }
    });
    columns.collect()
}

fn first_free(wanted: &str, ending: impl Fn(u64) -> String, taken: &mut BTreeSet<String>) -> String {
    let candidates =
        (1..).map(|number| if number == 1 { wanted.to_owned() } else { format!("{wanted}{}", ending(number)) });
    let free = candidates.filter(|name| !taken.contains(name)).take(1).collect::<String>();
    taken.insert(free.clone());
    free
}
