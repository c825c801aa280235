//! Which columns tell others: a ward its borough, a station its division, a day its month.
//!
//! Nothing in a schema need say so. It is told from the records: where every category of one column stands in one category of
//! another, and enough records could have spoken against that, it is taken to be so by nature. If it is not, more is withheld
//! than need be, and nothing less.

use candour_model::{Cells, Standing, Together};

use super::joined::Columns;

/// So many records must have been able to stand elsewhere, had they stood there by chance: then the odds against it are
/// some e^20 to 1.
const ENOUGH: f64 = 20.0;

/// What is known of each way to stand in a table: the category of one dimension, or whether it is in the table.
struct Known {
    columns: Columns,
    /// By standing; None where it says nothing.
    values: Vec<Option<u32>>,
    /// The position of the table among those about the same records.
    position: usize,
}

/// Which columns tell others besides. `columns` gives those of a table's dimensions and, last, of what it is about.
pub(super) fn told(together: &Together, tables: &[Cells], columns: &[Vec<Columns>]) -> Vec<(Columns, Columns)> {
    let (mut categories, mut scopes) = (Vec::new(), Vec::new());
    for (position, (own, standings)) in columns.iter().zip(&together.standings).enumerate() {
        let Some((&about, dimensions)) = own.split_last() else { continue };
        for (at, &columns) in dimensions.iter().enumerate() {
            let values = standings.iter().map(|standing| category(standing, at)).collect();
            let is_known = categories.iter().any(|known: &Known| {
                let same = |known: &Known| tables[together.tables[known.position]].dimensions.get(at);
                known.columns == columns && same(known) == tables[together.tables[position]].dimensions.get(at)
            });
            if !is_known {
                categories.push(Known { columns, values, position });
            }
        }
        let is_in = |standing: &Standing| Some(u32::from(*standing != Standing::default()));
        scopes.push(Known { columns: about, values: standings.iter().map(is_in).collect(), position });
    }
    let mut told = Vec::new();
    for inner in &categories {
        for outer in categories.iter().chain(&scopes) {
            if outer.columns & !inner.columns != 0 && lies_in(together, inner, outer) {
                told.push((inner.columns, outer.columns));
            }
        }
    }
    told
}

/// The set of categories of a dimension that a record stands in, be it left out for want of another or not.
fn category(standing: &Standing, dimension: usize) -> Option<u32> {
    match (&standing.cells[..], &standing.lacking) {
        ([cell], _) => cell.get(dimension).copied(),
        ([], Some(sets)) => sets.get(dimension).copied().flatten(),
        _ => None,
    }
}

/// Whether all records of each category of one stand alike in the other, and enough of them do.
fn lies_in(together: &Together, inner: &Known, outer: &Known) -> bool {
    let size = |known: &Known| known.values.iter().flatten().max().map_or(0, |most| *most as usize + 1);
    let mut found: Vec<Option<u32>> = vec![None; size(inner)];
    let mut records = vec![0_u64; size(outer)];
    let (mut all, mut again) = (0_u64, 0_u64);
    for class in &together.classes {
        let of = |known: &Known| known.values[class.standings[known.position] as usize];
        let (Some(at), Some(value)) = (of(inner), of(outer)) else { continue };
        records[value as usize] += class.count;
        all += class.count;
        match found[at as usize] {
            Some(before) if before != value => return false,
            Some(_) => again += class.count,
            None => {
                found[at as usize] = Some(value);
                again += class.count - 1;
            }
        }
    }
    let alike: f64 = records.iter().map(|&count| (count as f64 / all.max(1) as f64).powi(2)).sum();
    again as f64 * (1.0 - alike) >= ENOUGH
}
