//! Are there records behind a table? The proof is exact: hidden rows, counted by the values of one or two of their columns, give the numbers of a table that readers see.

use std::collections::{BTreeMap, BTreeSet};

use crate::limits::Uninspectable;
use crate::scan::Cost;

/// What cells hold, by row and column.
pub(crate) type Grid = BTreeMap<u32, BTreeMap<u32, String>>;

/// Fewer rows are no records.
const LEAST_ROWS: usize = 10;
/// A column with more different values is no dimension of a table.
const MOST_VALUES: usize = 60;
/// So many figures at least must agree.
const LEAST_FIGURES: usize = 3;

/// By which columns hidden rows must be counted to give a table's figures, if they do.
///
/// # Errors
/// When it takes too much work.
pub(crate) fn reproduces(cost: Cost<'_>, hidden: &Grid, table: &Grid) -> Result<Option<String>, Uninspectable> {
    if hidden.len() < LEAST_ROWS || table.is_empty() {
        return Ok(None);
    }
    let figures = figures(table);
    if figures.len() < LEAST_FIGURES {
        return Ok(None);
    }
    let columns: BTreeSet<u32> = hidden.values().flat_map(|row| row.keys().copied()).collect();
    let mut dimensions = Vec::new();
    for column in columns {
        cost.steps(hidden.len() as u64)?;
        let values: BTreeSet<&str> =
            hidden.values().filter_map(|row| row.get(&column)).map(|value| value.trim()).collect();
        if values.len() >= 2 && values.len() <= MOST_VALUES && values.len() * 2 <= hidden.len() {
            dimensions.push(column);
        }
    }
    for (at, one) in dimensions.iter().enumerate() {
        cost.steps(hidden.len() as u64 + figures.len() as u64)?;
        let counts = count(hidden, |row| Some(vec![row.get(one)?.trim()]));
        // All figures of a column of the table, by the labels of its rows.
        let mut by_column: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
        for figure in &figures {
            if let Some(counted) = figure.labels.iter().find_map(|label| counts.get(&vec![*label])) {
                let (right, all) = by_column.entry(figure.column).or_default();
                *right += usize::from(*counted == figure.number);
                *all += 1;
            }
        }
        if by_column.values().any(|(right, all)| right == all && *all >= LEAST_FIGURES) {
            return Ok(Some("one column".to_owned()));
        }
        for other in dimensions.iter().skip(at + 1) {
            cost.steps(hidden.len() as u64 + figures.len() as u64)?;
            let counts = count(hidden, |row| Some(vec![row.get(one)?.trim(), row.get(other)?.trim()]));
            let (mut right, mut all) = (0, 0);
            for figure in &figures {
                let pairs =
                    figure.labels.iter().flat_map(|row| figure.headings.iter().map(move |heading| (*row, *heading)));
                let found = pairs.into_iter().find_map(|(row, heading)| {
                    counts.get(&vec![row, heading]).or_else(|| counts.get(&vec![heading, row]))
                });
                if let Some(counted) = found {
                    right += usize::from(*counted == figure.number);
                    all += 1;
                }
            }
            if all > LEAST_FIGURES && right == all {
                return Ok(Some("two columns".to_owned()));
            }
        }
    }
    Ok(None)
}

fn count<'g>(
    grid: &'g Grid,
    key: impl Fn(&'g BTreeMap<u32, String>) -> Option<Vec<&'g str>>,
) -> BTreeMap<Vec<&'g str>, u64> {
    let mut counts = BTreeMap::new();
    for row in grid.values().filter_map(key) {
        *counts.entry(row).or_default() += 1;
    }
    counts
}

/// A whole number of a table, with the texts left of it and above it.
struct Figure<'g> {
    number: u64,
    column: u32,
    labels: Vec<&'g str>,
    headings: Vec<&'g str>,
}

/// The figures of a table. Only the nearest texts above count as headings.
fn figures(table: &Grid) -> Vec<Figure<'_>> {
    let is_number = |text: &str| text.trim().parse::<f64>().is_ok();
    let mut above: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    let mut figures = Vec::new();
    for row in table.values() {
        let labels: Vec<&str> = row.values().map(|text| text.trim()).filter(|text| !text.is_empty()).take(3).collect();
        for (column, text) in row {
            match text.trim().parse::<u64>() {
                Ok(number) if row.keys().next() != Some(column) => {
                    let headings = above.get(column).cloned().unwrap_or_default();
                    figures.push(Figure { number, column: *column, labels: labels.clone(), headings });
                }
                _ => {}
            }
            // A year can be a heading too, if no figure stands above it.
            if !is_number(text) || above.get(column).is_none_or(Vec::is_empty) {
                let texts = above.entry(*column).or_default();
                texts.push(text.trim());
                if texts.len() > 3 {
                    texts.remove(0);
                }
            }
        }
    }
    figures
}
