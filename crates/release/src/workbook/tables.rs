//! Sheets of tables and of record lists: one row of headings, every label in every row.

use std::borrow::Cow;
use std::collections::BTreeSet;

use candour_model::{Cell, Decimal, Document, Mark, RecordList, Row, RowKind, Shown, Table};
use candour_wording::Language;

use super::build::{day, opening};
use super::notes::Notes;
use super::{Grid, GridColumn, Holds, Line, LineStyle, Sheet, SheetName, TableName, Text, Value, text};
use crate::outline::table::legend;
use crate::outline::{list_caption, table_caption};

/// How wide a column of words is at least and at most, in characters; beyond, words wrap.
const WORDS: (usize, usize) = (10, 50);
/// Likewise a column of figures.
const FIGURES: (usize, usize) = (9, 30);

/// The sheet of one table.
pub(super) fn table_sheet<'d>(
    document: &'d Document,
    at: usize,
    table: &'d Table,
    name: &SheetName,
    notes: &Notes<'d>,
) -> Sheet<'d> {
    let language = document.about.language;
    let mut lines = opening(Text::on_one_line(table_caption(at, table, language)), language);
    lines.extend(source(document));
    let basis = table.about.notes.iter().find(|note| note.kind == "basis");
    lines.extend(basis.map(|note| plain(note.text.as_str())));
    lines.extend(legend(table, language).into_iter().map(plain));
    let mut figures = table.rows.iter().flat_map(|row| &row.cells).filter_map(|cell| cell.shown.value());
    if figures.any(|figure| !is_exact(figure)) {
        lines.push(Line { style: LineStyle::Plain, text: Text::word("sheet-long-figures", language), link: None });
    }
    lines.extend(notes.pointer(at));
    let grid = grid(TableName::new(name, &table.about.id), table, language);
    Sheet { name: name.clone(), lines, width: 0, grid: Some(grid) }
}

/// The sheet of one record list.
pub(super) fn list_sheet<'d>(
    document: &'d Document,
    at: usize,
    list: &'d RecordList,
    name: &SheetName,
    notes: &Notes<'d>,
) -> Sheet<'d> {
    let language = document.about.language;
    let mut lines = opening(Text::on_one_line(list_caption(at, list, language)), language);
    lines.extend(source(document));
    lines.extend(notes.pointer(document.tables.len() + at));
    let missing = Text::word("not-recorded", language);
    let value = |value: &'d Option<String>| Value::Text(value.as_deref().map_or_else(|| missing.clone(), Text::new));
    let mut cells: Vec<Value<'d>> = list.rows.iter().flatten().map(value).collect();
    let mut taken = BTreeSet::new();
    let mut columns = Vec::new();
    for (column, of) in list.columns.iter().enumerate() {
        let heading = text::heading(&of.label, column, language, &mut taken);
        let width = fitting(WORDS, &heading, cells.iter().skip(column).step_by(list.columns.len()));
        columns.push(GridColumn { heading, holds: Holds::Words, width });
    }
    fill_if_empty(&mut cells, columns.len(), language);
    let grid = Grid { name: TableName::new(name, &list.id), columns, cells };
    Sheet { name: name.clone(), lines, width: 0, grid: Some(grid) }
}

/// Where the figures come from.
fn source(document: &Document) -> Option<Line<'_>> {
    let about = &document.about;
    let extract = about.extract.as_ref()?;
    let args = [
        ("authority", about.authority.as_str().into()),
        ("source", extract.source.as_str().into()),
        ("day", day(extract.as_at, about.language).into()),
    ];
    Some(plain(about.language.say("sheet-from", &args)))
}

fn plain<'d>(text: impl Into<Cow<'d, str>>) -> Line<'d> {
    Line { style: LineStyle::Plain, text: Text::on_one_line(text), link: None }
}

/// What stands in the columns of one column of figures: the marks that all its cells have, and whether there are others.
struct Marking {
    shared: BTreeSet<Mark>,
    apart: bool,
}

/// A table's columns and cells.
fn grid(name: TableName, table: &Table, language: Language) -> Grid<'_> {
    let markings: Vec<Marking> = (0..table.columns.len()).map(|column| marking(table, column)).collect();
    let width = table.row_headings.len() + markings.iter().map(|marking| 1 + usize::from(marking.apart)).sum::<usize>();
    let mut cells = cells(table, &markings, width, language);
    let mut taken = BTreeSet::new();
    let mut columns = Vec::with_capacity(width);
    let mut column = |wanted: &str, holds| {
        let at = columns.len();
        let heading = text::heading(wanted, at, language, &mut taken);
        let limits = if holds == Holds::Words { WORDS } else { FIGURES };
        let width = fitting(limits, &heading, cells.iter().skip(at).step_by(width));
        columns.push(GridColumn { heading, holds, width });
    };
    for heading in &table.row_headings {
        column(heading, Holds::Words);
    }
    let mut at = table.row_headings.len();
    for (of, marking) in table.columns.iter().zip(&markings) {
        let heading = text::headed(&flat(&of.labels, language), at, language);
        let shared = marking.shared.iter().map(|mark| format!(" {}", symbol(*mark)));
        column(&std::iter::once(heading.clone()).chain(shared).collect::<String>(), Holds::Figures);
        if marking.apart {
            column(&language.say("sheet-marks", &[("heading", heading.into())]), Holds::Marks);
        }
        at += 1 + usize::from(marking.apart);
    }
    fill_if_empty(&mut cells, columns.len(), language);
    Grid { name, columns, cells }
}

/// Labels, figures and the marks beside them, row by row.
fn cells<'d>(table: &'d Table, markings: &[Marking], width: usize, language: Language) -> Vec<Value<'d>> {
    let labels = table.row_headings.len();
    let mut cells = Vec::with_capacity(width * table.rows.len());
    let (total, none) = (Text::word("csv-total", language), Text::word("none-found", language));
    let mut met = None;
    for row in &table.rows {
        cells.extend(row_labels(row, labels, met, &total).into_iter().map(Value::Text));
        if matches!(row.kind, RowKind::Inner | RowKind::Rest) {
            met = Some(row);
        }
        for (cell, marking) in row.cells.iter().zip(markings) {
            cells.push(value(cell));
            if marking.apart {
                let symbols: Vec<&str> = cell.marks.difference(&marking.shared).map(|mark| symbol(*mark)).collect();
                cells.push(Value::Text(if symbols.is_empty() { none.clone() } else { Text::new(symbols.join(" ")) }));
            }
        }
    }
    cells
}

/// A table that is marked as such has a row at least.
fn fill_if_empty(cells: &mut Vec<Value<'_>>, width: usize, language: Language) {
    if cells.is_empty() {
        cells.resize(width, Value::Text(Text::word("none-found", language)));
    }
}

/// Headings that stand above one another, as one.
fn flat(labels: &[String], language: Language) -> String {
    let joined = labels
        .iter()
        .cloned()
        .reduce(|outer, inner| language.say("sheet-heading", &[("outer", outer.into()), ("inner", inner.into())]));
    joined.unwrap_or_default()
}

/// One label a heading. A subtotal bears the labels of its group, which are those of the row of categories that was `met` last, and
/// then `total` for what it sums over; where no row of its group is shown, its own label.
fn row_labels<'d>(row: &'d Row, labels: usize, met: Option<&'d Row>, total: &Text<'d>) -> Vec<Text<'d>> {
    let depth = row.key.len();
    let group = met.filter(|met| row.kind == RowKind::Subtotal && met.key.get(..depth) == Some(&row.key[..]));
    let known = group.map_or(&row.labels[..], |met| met.labels.get(..depth).unwrap_or(&met.labels));
    (0..labels).map(|level| known.get(level).map_or_else(|| total.clone(), |label| Text::new(label.as_str()))).collect()
}

fn marking(table: &Table, column: usize) -> Marking {
    let mut cells = table.rows.iter().filter_map(|row| row.cells.get(column)).map(|cell| &cell.marks);
    let Some(first) = cells.next() else { return Marking { shared: BTreeSet::new(), apart: false } };
    let mut marking = Marking { shared: first.clone(), apart: false };
    for marks in cells.filter(|marks| *marks != first) {
        marking.apart = true;
        marking.shared.retain(|mark| marks.contains(mark));
    }
    marking
}

/// A mark as it stands in a table (Government Statistical Service symbols and shorthand).
fn symbol(mark: Mark) -> &'static str {
    match mark {
        Mark::Provisional => "[p]",
        Mark::Break => "[b]",
    }
}

fn value<'d>(cell: &Cell) -> Value<'d> {
    match cell.shown {
        Shown::Value(figure) if is_exact(figure) => Value::Number(figure),
        Shown::Value(figure) => Value::Text(Text::new(figure.to_string())),
        Shown::Withheld(reason) => Value::Text(Text::new(reason.symbol())),
    }
}

/// Whether a binary floating-point number of 64 bits gives the figure back, digit for digit: up to 15 digits (IEEE 754; `DBL_DIG`
/// in C), which is also all that Excel keeps.
fn is_exact(figure: Decimal) -> bool {
    figure.units().unsigned_abs() < 10_u128.pow(15) && figure.places() <= 15
}

/// A width that shows the values and the longest word of the heading, within limits.
fn fitting<'v, 'd: 'v>(
    (least, most): (usize, usize),
    heading: &Text<'_>,
    values: impl Iterator<Item = &'v Value<'d>>,
) -> usize {
    let widths = values.map(|value| match value {
        Value::Text(text) | Value::Link(text, _) => text.across(),
        Value::Number(number) => digits(*number),
    });
    widths.chain([heading.longest_word()]).max().unwrap_or_default().clamp(least, most)
}

/// About how many characters a figure takes with its separators.
fn digits(number: Decimal) -> usize {
    let digits = number.units().unsigned_abs().checked_ilog10().unwrap_or_default() as usize + 1;
    digits + digits / 3 + usize::from(number.places() > 0) + usize::from(number.units() < 0)
}
