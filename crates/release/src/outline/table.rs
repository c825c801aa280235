//! A table in reading order: what must be known first, its headings and how far each reaches, its rows.

use std::collections::BTreeSet;

use candour_model::outline::{HeadCell, Scope, TableBlock, TableRow};
use candour_model::{Cell, Mark, Note, Reason, RecordList, Row, RowKind, Shown, Table};
use candour_wording::Language;

/// What links to a table or a record list point at.
pub(super) fn anchor(id: &str) -> String {
    format!("table-{id}")
}

/// A table as it is printed.
pub(super) fn block(table: &Table, caption: String, language: Language) -> TableBlock {
    let notes = legend(table, language).into_iter().chain(table.about.notes.iter().map(note)).collect();
    TableBlock {
        id: anchor(&table.about.id),
        caption,
        notes,
        elsewhere: elsewhere(&table.about.id, language),
        head: head(table),
        groups: groups(table),
    }
}

/// A record list as it is printed: every value stands as a figure does, since no column names its rows.
pub(super) fn list(list: &RecordList, caption: String, language: Language) -> TableBlock {
    let head = list.columns.iter().map(|column| HeadCell {
        text: column.label.clone(),
        across: 1,
        down: 1,
        scope: Scope::Column,
    });
    let missing = language.say("not-recorded", &[]);
    let rows = list.rows.iter().map(|row| TableRow {
        is_total: false,
        headings: Vec::new(),
        figures: row.iter().map(|value| value.clone().unwrap_or_else(|| missing.clone())).collect(),
    });
    TableBlock {
        id: anchor(&list.id),
        caption,
        notes: list.notes.iter().map(note).collect(),
        elsewhere: elsewhere(&list.id, language),
        head: vec![head.collect()],
        groups: vec![rows.collect()],
    }
}

/// Where a table is that is too large for paper.
fn elsewhere(id: &str, language: Language) -> String {
    language.say("table-elsewhere", &[("id", id.into())])
}

fn note(note: &Note) -> String {
    format!("{}: {}", note.heading, note.text)
}

/// The shorthand that stands in the table, each explained once.
pub(crate) fn legend(table: &Table, language: Language) -> Vec<String> {
    let cells = || table.rows.iter().flat_map(|row| &row.cells);
    let reasons: BTreeSet<Reason> = cells()
        .filter_map(|cell| match cell.shown {
            Shown::Withheld(reason) => Some(reason),
            Shown::Value(_) => None,
        })
        .collect();
    let marks: BTreeSet<Mark> = cells().flat_map(|cell| cell.marks.iter().copied()).collect();
    let word = |reason: &Reason| match reason {
        Reason::Confidential => language.say("shorthand-c", &[]),
        Reason::NotApplicable => language.say("shorthand-z", &[]),
        Reason::NotAvailable => language.say("shorthand-x", &[]),
    };
    let mark = |mark: &Mark| match mark {
        Mark::Provisional => language.say("shorthand-p", &[]),
        Mark::Break => language.say("shorthand-b", &[]),
    };
    reasons.iter().map(word).chain(marks.iter().map(mark)).collect()
}

/// The rows of headings: those over the row labels stand in the first one and span them all.
fn head(table: &Table) -> Vec<Vec<HeadCell>> {
    let depth = table.columns.iter().map(|column| column.labels.len()).max().unwrap_or(1);
    let over_labels = |text: &String| HeadCell { text: text.clone(), across: 1, down: depth, scope: Scope::Column };
    (0..depth)
        .map(|level| {
            let labels = if level == 0 { table.row_headings.as_slice() } else { &[] };
            let labels: Vec<HeadCell> = labels.iter().map(over_labels).collect();
            labels.into_iter().chain(column_headings(table, level, depth)).collect()
        })
        .collect()
}

/// The headings of the columns of figures at one level.
fn column_headings(table: &Table, level: usize, depth: usize) -> Vec<HeadCell> {
    let mut cells: Vec<HeadCell> = Vec::new();
    for (at, column) in table.columns.iter().enumerate() {
        let Some(label) = column.labels.get(level) else { continue };
        let last = level + 1 == column.labels.len();
        match (cells.last_mut(), at.checked_sub(1).map(|before| &table.columns[before])) {
            (Some(before), Some(neighbour)) if column.continues(neighbour, level) => before.across += 1,
            _ => cells.push(HeadCell {
                text: label.clone(),
                across: 1,
                // The last heading of a column spans what is left.
                down: if last { depth - level } else { 1 },
                scope: if last { Scope::Column } else { Scope::Columns },
            }),
        }
    }
    cells
}

/// Whether a row stands among the categories, and is no total.
fn is_body(row: &Row) -> bool {
    matches!(row.kind, RowKind::Inner | RowKind::Rest)
}

/// The rows, one group for each outermost category with its subtotal, and one for the grand total.
fn groups(table: &Table) -> Vec<Vec<TableRow>> {
    let mut groups: Vec<Vec<TableRow>> = Vec::new();
    let nested = table.row_headings.len() > 1;
    for (at, row) in table.rows.iter().enumerate() {
        let outer = |row: &Row| row.key.first().copied();
        let starts = match at.checked_sub(1) {
            None => true,
            Some(_) if row.kind == RowKind::GrandTotal => true,
            Some(_) => {
                let body_before = table.rows[..at].iter().rev().find(|row| is_body(row));
                nested && is_body(row) && body_before.is_some_and(|before| outer(before) != outer(row))
            }
        };
        if starts {
            groups.push(Vec::new());
        }
        let row = TableRow {
            is_total: !is_body(row),
            headings: row_headings(table, at),
            figures: row.cells.iter().map(figure).collect(),
        };
        if let Some(group) = groups.last_mut() {
            group.push(row);
        }
    }
    groups
}

/// The headings of a row. An outer heading stands once and spans its rows.
fn row_headings(table: &Table, at: usize) -> Vec<HeadCell> {
    let row = &table.rows[at];
    let levels = table.row_headings.len();
    if !is_body(row) {
        let text = row.labels.first().cloned().unwrap_or_default();
        return vec![HeadCell { text, across: levels, down: 1, scope: Scope::Row }];
    }
    let shares = |other: &Row, level: usize| {
        is_body(other) && other.labels.len() > level + 1 && other.key.get(..=level) == row.key.get(..=level)
    };
    let mut headings = Vec::new();
    for (level, label) in row.labels.iter().enumerate() {
        let inner = level + 1 == row.labels.len();
        if !inner && at > 0 && shares(&table.rows[at - 1], level) {
            continue;
        }
        let down = if inner { 1 } else { table.rows[at..].iter().take_while(|other| shares(other, level)).count() };
        let scope = if inner { Scope::Row } else { Scope::Rows };
        let across = if inner { levels - level } else { 1 };
        headings.push(HeadCell { text: label.clone(), across, down, scope });
    }
    headings
}

/// A value or the shorthand in its place, and the shorthand beside it.
fn figure(cell: &Cell) -> String {
    let value = match cell.shown {
        Shown::Value(value) => value.to_string(),
        Shown::Withheld(reason) => reason.symbol().to_owned(),
    };
    let marks = cell.marks.iter().map(|mark| match mark {
        Mark::Provisional => " [p]",
        Mark::Break => " [b]",
    });
    [value].into_iter().chain(marks.map(str::to_owned)).collect()
}
