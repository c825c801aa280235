//! The outline that formats for people are written from: its tables against those of the document.

use candour_inspect::Place;
use candour_inspect::proof::NotProved;
use candour_model::outline::{Block, Outline, TableBlock};
use candour_model::{Cell, Document, Mark, Shown};

/// Whether the tables and record lists of an outline have the figures and values of the document, all of them and in their order.
///
/// # Errors
/// At the first row that has not.
pub(super) fn same_figures(document: &Document, outline: &Outline) -> Result<(), NotProved> {
    let tables = document.tables.iter().map(|table| {
        let rows = table.rows.iter().map(|row| row.cells.iter().map(figure).collect());
        rows.collect::<Vec<Vec<String>>>()
    });
    let missing = document.about.language.say("not-recorded", &[]);
    let lists = document.lists.iter().map(|list| {
        let value = |value: &Option<String>| value.as_ref().unwrap_or(&missing).clone();
        list.rows.iter().map(|row| row.iter().map(value).collect()).collect()
    });
    let approved: Vec<Vec<Vec<String>>> = tables.chain(lists).collect();
    let found: Vec<&TableBlock> = outline
        .blocks
        .iter()
        .filter_map(|block| if let Block::Table(table) = block { Some(table) } else { None })
        .collect();
    if found.len() != approved.len() {
        return Err(NotProved::new(Place::default(), "the outline has not as many tables as were approved"));
    }
    for ((found, approved), number) in found.into_iter().zip(approved).zip(1..) {
        let place = |row: u32| Place { table: Some(u32::to_string(&number)), row: Some(row), ..Place::default() };
        let rows = found.groups.iter().flatten();
        if found.rows() != approved.len() {
            return Err(NotProved::new(place(1), "the outline has not as many rows as were approved"));
        }
        for ((row, approved), at) in rows.zip(approved).zip(1..) {
            if row.figures != approved {
                return Err(NotProved::new(place(at), "the figures of the outline are not those that were approved"));
            }
        }
    }
    Ok(())
}

/// A figure as people read it: with the shorthand in its place or beside it.
fn figure(cell: &Cell) -> String {
    let shown = match cell.shown {
        Shown::Value(value) => value.to_string(),
        Shown::Withheld(reason) => reason.symbol().to_owned(),
    };
    let marks = cell.marks.iter().map(|mark| if *mark == Mark::Break { " [b]" } else { " [p]" });
    marks.fold(shown, |text, mark| text + mark)
}
