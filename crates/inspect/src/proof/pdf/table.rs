//! That each cell of a table names the headings that stand over it and before it, and each heading has the name of its place.

use std::ops::Range;

use super::file::{File, Value, at_object};
use crate::proof::NotProved;

/// A cell in its place.
struct Cell<'a> {
    object: usize,
    value: &'a Value,
    x: usize,
    y: usize,
    across: usize,
    down: usize,
}

impl Cell<'_> {
    /// Is it a heading of this kind?
    fn is_head(&self, scope: &str) -> bool {
        entry(self.value, "Scope").and_then(Value::name) == Some(scope)
    }

    fn columns(&self) -> Range<usize> {
        self.x..self.x + self.across
    }

    fn rows(&self) -> Range<usize> {
        self.y..self.y + self.down
    }

    fn id(&self) -> Option<&[u8]> {
        self.value.get("ID").and_then(Value::bytes)
    }
}

/// An entry of what an element says of itself as part of a table.
pub(super) fn entry<'a>(element: &'a Value, key: &str) -> Option<&'a Value> {
    element.get("A")?.list().iter().find_map(|attributes| attributes.get(key))
}

/// Checks a table, the `number`th of the document. Gives its headings.
///
/// # Errors
/// When a name is not that of the place, or a cell names other headings than, of each column and row of its own, the nearest above it and to its left.
pub(super) fn headings(file: &File<'_>, table: usize, number: usize) -> Result<Vec<usize>, NotProved> {
    let cells = placed(file, table)?;
    for cell in &cells {
        let name = format!("U{number}x{}y{}", cell.x, cell.y);
        if cell.id().is_some_and(|id| id != name.as_bytes()) {
            return Err(at_object(cell.object, "is a heading with the name of another place"));
        }
        let mut expected = Vec::new();
        for x in cell.columns() {
            let above = cells
                .iter()
                .filter(|head| head.is_head("Column") && head.columns().contains(&x) && head.rows().end <= cell.y);
            expected.extend(above.max_by_key(|head| head.y).and_then(Cell::id));
        }
        for y in cell.rows() {
            let before = cells
                .iter()
                .filter(|head| head.is_head("Row") && head.rows().contains(&y) && head.columns().end <= cell.x);
            expected.extend(before.max_by_key(|head| head.x).and_then(Cell::id));
        }
        expected.dedup();
        let named = entry(cell.value, "Headers").map(Value::list).unwrap_or_default();
        if !named.iter().map(Value::bytes).eq(expected.into_iter().map(Some)) {
            return Err(at_object(cell.object, "is a cell that names other headings than it has"));
        }
    }
    Ok(cells.iter().filter(|cell| cell.id().is_some()).map(|cell| cell.object).collect())
}

/// The cells of a table, each where rows and spans put it.
fn placed<'a>(file: &'a File<'_>, table: usize) -> Result<Vec<Cell<'a>>, NotProved> {
    let kids =
        |object: usize| Ok::<_, NotProved>(file.object(object)?.value.get("K").map(Value::list).unwrap_or_default());
    let mut cells = Vec::new();
    // For how many rows yet each column is taken.
    let mut taken: Vec<usize> = Vec::new();
    let mut y = 0;
    // Where no row has headings of its own, rows lie in two parts of the table.
    let mut rows = Vec::new();
    for part in kids(table)?.iter().filter_map(Value::reference) {
        match file.object(part)?.value.get("S").and_then(Value::name) {
            Some("TR") => rows.push(part),
            Some("THead" | "TBody") => rows.extend(kids(part)?.iter().filter_map(Value::reference)),
            _ => {}
        }
    }
    for row in rows {
        for object in kids(row)?.iter().filter_map(Value::reference) {
            let value = &file.object(object)?.value;
            let span = |key: &str| entry(value, key).and_then(Value::whole).unwrap_or(1);
            let (across, down) = (span("ColSpan"), span("RowSpan"));
            let x = taken.iter().position(|&rows| rows == 0).unwrap_or(taken.len());
            taken.resize(taken.len().max(x + across), 0);
            taken.iter_mut().skip(x).take(across).for_each(|rows| *rows = down);
            cells.push(Cell { object, value, x, y, across, down });
        }
        taken.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
        y += 1;
    }
    Ok(cells)
}
