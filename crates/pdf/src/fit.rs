//! How a table is made to fit on paper: upright at ten points; else smaller; else on its side; else not at all.

use crate::font::Measure;
use crate::grid::{Grid, Placed};

/// How wide the text may be on an A4 page with the template's margins, in points: 16 cm upright, 26.1 cm on its side.
const UPRIGHT: f64 = 453.5;
const SIDEWAYS: f64 = 739.8;

/// Sizes of type in points, the best first. Below six and a half nobody reads.
const SIZES_UPRIGHT: [f64; 5] = [10.0, 9.5, 9.0, 8.5, 8.0];
const SIZES_SIDEWAYS: [f64; 8] = [10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5];

/// White space on each side of a cell, in ems.
const INSET: f64 = 0.42;
/// Headings of rows and of columns are broken into lines no shorter than this, in ems, unless they are shorter themselves.
const STUB: f64 = 11.0;
const HEAD: f64 = 4.0;
/// Room for kerning and rounding.
const SLACK: f64 = 1.01;

/// A table's place on the page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fit {
    pub(crate) is_sideways: bool,
    /// The size of type, in points.
    pub(crate) size: f64,
    /// White space on each side of a cell, in points.
    pub(crate) inset: f64,
    /// The width of each column, in points.
    pub(crate) widths: Vec<f64>,
}

/// The least and the best width of a column, in ems, without its white space.
#[derive(Clone, Copy, Default)]
struct Column {
    least: f64,
    best: f64,
}

/// The first way in which a table fits; none if it never does.
pub(crate) fn fit(grid: &Grid<'_>, measure: &mut Measure) -> Option<Fit> {
    let columns = columns(grid, measure);
    let upright = SIZES_UPRIGHT.map(|size| (false, UPRIGHT, size));
    let sideways = SIZES_SIDEWAYS.map(|size| (true, SIDEWAYS, size));
    upright.into_iter().chain(sideways).find_map(|(is_sideways, width, size)| {
        let widths = widths(&columns, width / size)?;
        let widths = widths.into_iter().map(|ems| ems * size).collect();
        Some(Fit { is_sideways, size, inset: INSET * size, widths })
    })
}

fn columns(grid: &Grid<'_>, measure: &mut Measure) -> Vec<Column> {
    let mut columns = vec![Column::default(); grid.columns];
    let (single, spanning): (Vec<_>, Vec<_>) = cells(grid, measure).partition(|(cell, _)| cell.across == 1);
    for (cell, needs) in single {
        if let Some(column) = columns.get_mut(cell.x) {
            *column = Column { least: column.least.max(needs.least), best: column.best.max(needs.best) };
        }
    }
    // What a cell over several columns lacks is given to the last of them.
    for (cell, needs) in spanning {
        let spanned = columns.get_mut(cell.x..cell.x + cell.across).unwrap_or_default();
        let lacks = needs.least - spanned.iter().map(|column| column.least + 2.0 * INSET).sum::<f64>();
        if let (Some(column), true) = (spanned.last_mut(), lacks > 0.0) {
            column.least += lacks;
            column.best = column.best.max(column.least);
        }
    }
    columns
}

/// Every cell with what it needs.
fn cells<'a>(grid: &'a Grid<'_>, measure: &'a mut Measure) -> impl Iterator<Item = (&'a Placed<'a>, Column)> {
    let head = grid.head.iter().map(|cell| (cell, if cell.is_stub { STUB } else { HEAD }));
    let body = grid.body.iter().map(|cell| (cell, if cell.is_stub { STUB } else { f64::INFINITY }));
    head.chain(body).map(|(cell, short)| {
        let best = measure.line(cell.text) * SLACK;
        let least = (measure.word(cell.text) * SLACK).max(best.min(short));
        (cell, Column { least, best })
    })
}

/// The width of each column in ems, with its white space, if all together are no wider than `room`. What is left after each has its
/// least goes to those that would have more.
fn widths(columns: &[Column], room: f64) -> Option<Vec<f64>> {
    let least: f64 = columns.iter().map(|column| column.least + 2.0 * INSET).sum();
    let wished: f64 = columns.iter().map(|column| column.best - column.least).sum();
    let left = room - least;
    let share = if wished > 0.0 { (left / wished).min(1.0) } else { 0.0 };
    let width = |column: &Column| column.least + 2.0 * INSET + share * (column.best - column.least);
    (left >= 0.0).then(|| columns.iter().map(width).collect())
}
