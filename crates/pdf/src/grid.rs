//! Where each cell of a table stands.

use candour_model::outline::{HeadCell, Scope, TableBlock};

use crate::PdfError;
use crate::check::{fault, named};

/// The cells of a table, each in its place.
pub(crate) struct Grid<'a> {
    pub(crate) columns: usize,
    pub(crate) head: Vec<Placed<'a>>,
    pub(crate) body: Vec<Placed<'a>>,
}

/// A cell in its place; `y` counts from the first row of headings.
pub(crate) struct Placed<'a> {
    pub(crate) text: &'a str,
    pub(crate) x: usize,
    pub(crate) y: usize,
    pub(crate) across: usize,
    pub(crate) down: usize,
    /// Whether it is a heading of rows, or of columns that hold such.
    pub(crate) is_stub: bool,
    pub(crate) is_total: bool,
    /// Whether it ends the rows that it belongs to: the headings, or a group.
    pub(crate) closes: bool,
}

/// Which columns are taken, and for how many rows yet.
struct Taken(Vec<usize>);

impl<'a> Grid<'a> {
    /// Places the cells.
    ///
    /// # Errors
    /// When rows are not all of one width, or a cell spans beyond its own rows.
    pub(crate) fn new(table: &'a TableBlock) -> Result<Self, PdfError> {
        let columns = table.head.first().map_or(0, |row| row.iter().map(|cell| cell.across).sum());
        if columns == 0 {
            return Err(fault(&named("table", &table.id), "has no headings of columns"));
        }
        let head = place_head(table, columns)?;
        let mut body = Vec::new();
        let mut y = table.head.len();
        for group in &table.groups {
            let end = y + group.len();
            let mut taken = Taken(vec![0; columns]);
            for row in group {
                let from = body.len();
                for cell in &row.headings {
                    body.push(taken.take(cell, y, end).ok_or_else(|| uneven(table))?);
                }
                for text in &row.figures {
                    body.push(taken.figure(text, y, end).ok_or_else(|| uneven(table))?);
                }
                body.iter_mut().skip(from).for_each(|cell| cell.is_total = row.is_total);
                taken.next_row().ok_or_else(|| uneven(table))?;
                y += 1;
            }
        }
        Ok(Self { columns, head, body })
    }
}

fn place_head(table: &TableBlock, columns: usize) -> Result<Vec<Placed<'_>>, PdfError> {
    let stubs = table.groups.iter().flatten().next().map_or(0, |row| columns.saturating_sub(row.figures.len()));
    let mut taken = Taken(vec![0; columns]);
    let mut head = Vec::new();
    for (y, row) in table.head.iter().enumerate() {
        for cell in row {
            let placed = taken.take(cell, y, table.head.len()).ok_or_else(|| uneven(table))?;
            head.push(Placed { is_stub: placed.x < stubs, ..placed });
        }
        taken.next_row().ok_or_else(|| uneven(table))?;
    }
    Ok(head)
}

fn uneven(table: &TableBlock) -> PdfError {
    fault(
        &named("table", &table.id),
        "has rows that are not all as wide as its headings, or cells that span beyond their rows",
    )
}

impl Taken {
    /// The next free place in row `y` for a heading, if it fits there and ends before row `end`.
    fn take<'a>(&mut self, cell: &'a HeadCell, y: usize, end: usize) -> Option<Placed<'a>> {
        let x = self.0.iter().position(|&rows| rows == 0)?;
        let places = self.0.get_mut(x..x + cell.across)?;
        if cell.across == 0 || cell.down == 0 || y + cell.down > end || places.iter().any(|&rows| rows > 0) {
            return None;
        }
        places.fill(cell.down);
        Some(Placed {
            text: &cell.text,
            x,
            y,
            across: cell.across,
            down: cell.down,
            is_stub: matches!(cell.scope, Scope::Row | Scope::Rows),
            is_total: false,
            closes: y + cell.down == end,
        })
    }

    fn figure<'a>(&mut self, text: &'a str, y: usize, end: usize) -> Option<Placed<'a>> {
        let x = self.0.iter().position(|&rows| rows == 0)?;
        *self.0.get_mut(x)? = 1;
        Some(Placed { text, x, y, across: 1, down: 1, is_stub: false, is_total: false, closes: y + 1 == end })
    }

    /// Goes to the next row, if this one is full.
    fn next_row(&mut self) -> Option<()> {
        self.0.iter().all(|&rows| rows > 0).then(|| self.0.iter_mut().for_each(|rows| *rows -= 1))
    }
}
