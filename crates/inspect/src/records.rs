//! Are there records behind a table? The proof is exact: hidden rows, counted by the values of one or two of their columns, give the numbers of a table that readers see.

use std::collections::{BTreeMap, BTreeSet};

use crate::limits::{Budget, Uninspectable};

/// What cells hold, by row and column.
pub(crate) type Grid = BTreeMap<u32, BTreeMap<u32, String>>;

/// Fewer rows are no records.
pub(crate) const LEAST_ROWS: usize = 10;
/// A column with more different values is no dimension of a table.
const MOST_VALUES: usize = 60;
/// So many figures at least must agree.
const LEAST_FIGURES: usize = 3;

/// By which columns hidden rows must be counted to give a table's figures, if they do.
///
/// # Errors
/// When it takes too much work.
pub(crate) fn reproduces(budget: &Budget, hidden: &Grid, table: &Table<'_>) -> Result<Option<String>, Uninspectable> {
    let Table { figures, texts } = table;
    if hidden.len() < LEAST_ROWS || figures.len() < LEAST_FIGURES {
        return Ok(None);
    }
    let columns: BTreeSet<u32> = hidden.values().flat_map(|row| row.keys().copied()).collect();
    let mut dimensions = Vec::new();
    for column in columns {
        budget.spend((hidden.len() + texts.len()) as u64)?;
        dimensions.extend(Dimension::of(hidden, column, texts));
    }
    for (at, one) in dimensions.iter().enumerate() {
        budget.spend(hidden.len() as u64 + figures.len() as u64)?;
        if one_column_counts(one, figures) {
            return Ok(Some("one column".to_owned()));
        }
        for other in dimensions.iter().skip(at + 1) {
            budget.spend(hidden.len() as u64 + figures.len() as u64)?;
            if two_columns_count(one, other, figures) {
                return Ok(Some("two columns".to_owned()));
            }
        }
    }
    Ok(None)
}

/// A column of the hidden rows whose values could be headings of a table.
struct Dimension {
    /// How many different values it has.
    values: usize,
    /// Which value each row has, if it has one.
    rows: Vec<Option<u8>>,
    /// Which value each text of the table is, if it is one.
    texts: Vec<Option<u8>>,
}

impl Dimension {
    /// The column, if it has few enough different values, and the table has any of them.
    fn of(hidden: &Grid, column: u32, texts: &[&str]) -> Option<Self> {
        let mut codes: BTreeMap<&str, u8> = BTreeMap::new();
        let mut rows = Vec::with_capacity(hidden.len());
        for row in hidden.values() {
            let code = row.get(&column).map(|value| {
                let next = u8::try_from(codes.len()).unwrap_or(u8::MAX);
                *codes.entry(value.trim()).or_insert(next)
            });
            if codes.len() > MOST_VALUES {
                return None;
            }
            rows.push(code);
        }
        let values = codes.len();
        let texts: Vec<Option<u8>> = texts.iter().map(|text| codes.get(text).copied()).collect();
        let is_one = values >= 2 && values * 2 <= hidden.len() && texts.iter().any(Option::is_some);
        is_one.then_some(Self { values, rows, texts })
    }

    fn code(&self, text: usize) -> Option<usize> {
        self.texts.get(text).copied().flatten().map(usize::from)
    }
}

/// Are all figures of a column of the table the numbers of rows by the labels of its rows?
fn one_column_counts(one: &Dimension, figures: &[Figure]) -> bool {
    let mut counts = vec![0_u64; one.values];
    for count in one.rows.iter().flatten().map(|code| usize::from(*code)) {
        counts.get_mut(count).into_iter().for_each(|count| *count += 1);
    }
    let mut by_column: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
    for figure in figures {
        let counted = figure.labels.iter().find_map(|label| counts.get(one.code(*label)?));
        if let Some(counted) = counted {
            let (right, all) = by_column.entry(figure.column).or_default();
            *right += usize::from(*counted == figure.number);
            *all += 1;
        }
    }
    by_column.values().any(|(right, all)| right == all && *all >= LEAST_FIGURES)
}

/// Are all figures whose label and heading are values the numbers of rows that have both?
fn two_columns_count(one: &Dimension, other: &Dimension, figures: &[Figure]) -> bool {
    let mut counts = vec![0_u64; one.values * other.values];
    for (first, second) in one.rows.iter().zip(&other.rows) {
        if let Some((first, second)) = first.zip(*second) {
            let place = usize::from(first) * other.values + usize::from(second);
            counts.get_mut(place).into_iter().for_each(|count| *count += 1);
        }
    }
    let count = |first: usize, second: usize| {
        let place = one.code(first)? * other.values + other.code(second)?;
        counts.get(place).copied().filter(|count| *count > 0)
    };
    let mut all = 0;
    for figure in figures {
        let mut pairs =
            figure.labels.iter().flat_map(|row| figure.headings.iter().map(move |heading| (*row, *heading)));
        let found = pairs.find_map(|(row, heading)| count(row, heading).or_else(|| count(heading, row)));
        match found {
            Some(counted) if counted != figure.number => return false,
            Some(_) => all += 1,
            None => {}
        }
    }
    all > LEAST_FIGURES
}

/// A whole number of a table, with the texts left of it and above it, by their numbers.
struct Figure {
    number: u64,
    column: u32,
    labels: Vec<usize>,
    headings: Vec<usize>,
}

/// A table that readers see.
pub(crate) struct Table<'g> {
    figures: Vec<Figure>,
    /// The different texts beside figures, by their numbers.
    texts: Vec<&'g str>,
}

impl<'g> Table<'g> {
    /// The table in these cells. Only the nearest texts above a figure count as its headings.
    pub(crate) fn of(cells: &'g Grid) -> Self {
        let is_number = |text: &str| text.trim().parse::<f64>().is_ok();
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        let mut number_of = |text| {
            let next = numbers.len();
            *numbers.entry(text).or_insert(next)
        };
        let mut above: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        let mut figures = Vec::new();
        for row in cells.values() {
            let labels = row.values().map(|text| text.trim()).filter(|text| !text.is_empty()).take(3);
            let labels: Vec<usize> = labels.map(&mut number_of).collect();
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
                    texts.push(number_of(text.trim()));
                    if texts.len() > 3 {
                        texts.remove(0);
                    }
                }
            }
        }
        let mut texts = vec![""; numbers.len()];
        for (text, number) in numbers {
            texts.get_mut(number).into_iter().for_each(|place| *place = text);
        }
        Self { figures, texts }
    }
}
