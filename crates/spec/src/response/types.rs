//! What a table of a response file means: the value that counting and layout are given.

use std::collections::BTreeSet;

use candour_model::{
    Atoms, Axis, Category, ChartChoice, Coord, DatePart, Dimension, MeasureKind, Period, Quantity, Rounding,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Filter;
use crate::schema::{ColumnRef, ColumnType, Schema};
use crate::written::TimeUnit;

/// What a table does with records that the source system holds as cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cancelled {
    /// The system has none.
    NotMarked,
    /// They are counted.
    Included,
    /// They are left out, and how many is stated.
    Excluded,
}

/// Which records a table or a record list is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The record table whose rows are read.
    pub record_table: usize,
    /// Which records match.
    pub filter: Option<Filter>,
    /// What is done with cancelled records.
    pub cancelled: Cancelled,
    /// Which of them are cancelled, in the record table or in one that it hangs on.
    pub cancelled_filter: Option<Filter>,
    /// The date that puts a record in a period. None for a stock.
    pub date: Option<ColumnRef>,
    /// What that date is.
    pub date_basis: Option<String>,
    /// The spans of days that records must fall in; for a stock, the days at whose end it is counted.
    pub spans: Vec<Period>,
    /// Why the figures may stand although rows of the extract were rejected.
    pub rejected: Option<String>,
}

/// A number of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Number {
    /// A column of whole or decimal numbers.
    Column {
        /// The column.
        column: ColumnRef,
    },
    /// The time between two dates, in whole units that have passed.
    Between {
        /// The earlier date.
        from: ColumnRef,
        /// The later one.
        to: ColumnRef,
        /// The unit.
        unit: TimeUnit,
    },
}

impl Number {
    /// The columns that it reads.
    pub fn columns(&self) -> Vec<ColumnRef> {
        match self {
            Self::Column { column } => vec![*column],
            Self::Between { from, to, .. } => vec![*from, *to],
        }
    }

    /// Digits after its point.
    pub fn places(&self, schema: &Schema) -> u8 {
        match self {
            Self::Column { column } => match schema.column(*column).holds {
                ColumnType::Decimal { places } => places,
                _ => 0,
            },
            Self::Between { .. } => 0,
        }
    }
}

/// Which set of categories a code stands in, between two days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeAtom {
    /// The code's position in its list.
    pub code: u32,
    /// The first day; open if there is none.
    pub from: Option<Date>,
    /// The last day; open if there is none.
    pub to: Option<Date>,
    /// The set.
    pub atom: u32,
}

impl CodeAtom {
    /// Whether the code stands there on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// Which set of categories a number stands in, between two bounds in units of its last place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BandAtom {
    /// The lowest number.
    pub from: i64,
    /// The highest number; open if there is none.
    pub to: Option<i64>,
    /// The set.
    pub atom: u32,
}

/// Which category a day stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayAtom {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// The category.
    pub atom: u32,
}

/// How a record finds its place on a dimension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum DimensionSource {
    /// By a code, or by the group that it was in on the record's date.
    Codes {
        /// The column.
        column: ColumnRef,
        /// The date that decides where a code was, if it moved. None in a table of a stock, whose own days decide.
        date: Option<ColumnRef>,
        /// Where each code stands; in order of code and day.
        atoms: Vec<CodeAtom>,
    },
    /// By a text.
    Texts {
        /// The column.
        column: ColumnRef,
        /// The texts; each is the category at its own position.
        values: Vec<String>,
        /// The set of each text, where some were made one.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        atoms: Vec<u32>,
    },
    /// By yes (the first category) and no (the second).
    Flags {
        /// The column.
        column: ColumnRef,
    },
    /// By whether a filter holds (the first category) or fails (the second).
    Holds {
        /// The filter.
        filter: Filter,
    },
    /// By bands of a number, in order.
    Bands {
        /// The number.
        number: Number,
        /// The bands.
        bands: Vec<BandAtom>,
    },
    /// By spans of days, in order.
    Days {
        /// The date.
        column: ColumnRef,
        /// The spans.
        spans: Vec<DayAtom>,
    },
    /// By a part of a date; the category at each position is given.
    Part {
        /// The date.
        column: ColumnRef,
        /// The part.
        part: DatePart,
        /// The lowest number: 0 for hours, else 1.
        first: u8,
    },
    /// By the days at whose end the record counted.
    Stock {
        /// The first day on which it counts.
        from: ColumnRef,
        /// The day on which it ceases to; not recorded while it still counts.
        until: ColumnRef,
        /// The days, in order; see [`stock_atom`].
        days: Vec<Date>,
    },
}

impl DimensionSource {
    /// Whether it is a stock, which is not added up over its days.
    pub fn is_stock(&self) -> bool {
        matches!(self, Self::Stock { .. })
    }

    /// The columns that it reads.
    pub fn columns(&self) -> Vec<ColumnRef> {
        match self {
            Self::Codes { column, date, .. } => {
                let mut columns = vec![*column];
                columns.extend(*date);
                columns
            }
            Self::Texts { column, .. } | Self::Flags { column } => vec![*column],
            Self::Days { column, .. } | Self::Part { column, .. } => vec![*column],
            Self::Holds { filter } => filter.columns(),
            Self::Bands { number, .. } => number.columns(),
            Self::Stock { from, until, .. } => vec![*from, *until],
        }
    }
}

/// The set of days `first..end` (positions) of a stock of `days` days, as the number of a set: sets in order of their first
/// day, then of their length.
pub fn stock_atom(first: usize, end: usize, days: usize) -> u32 {
    let before: usize = (0..first).map(|first| days - first).sum();
    u32::try_from(before + (end - first - 1)).unwrap_or(u32::MAX)
}

/// In which order the categories of a dimension are shown, and how many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// By value, or as they are listed.
    pub by: OrderBy,
    /// The measure whose value decides.
    pub measure: usize,
    /// Only so many of the first, and those that tie with the last of them.
    pub top: Option<u32>,
    /// The label of the row that holds the others; None leaves them out.
    pub rest: Option<String>,
}

/// What decides an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrderBy {
    /// The order of the list.
    Listed,
    /// The highest value first.
    Highest,
    /// The lowest value first.
    Lowest,
}

/// A dimension of a table, and how a record finds its category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableDimension {
    /// The dimension.
    pub dimension: Dimension,
    /// The sets of categories that a record may stand in.
    pub atoms: Atoms,
    /// How a record finds its set.
    pub source: DimensionSource,
    /// The set of records without a value; None leaves them out, and how many is stated.
    pub unrecorded: Option<u32>,
    /// The set of records with another value; None leaves them out, and how many is stated.
    pub unlisted: Option<u32>,
    /// In which order its categories are shown.
    pub order: Order,
}

impl TableDimension {
    /// The categories that may stand under what is fixed in the dimensions around this one, in order. `fixed` tells the
    /// category that another dimension is fixed at; None where it is summed over.
    pub fn under(&self, fixed: impl Fn(usize) -> Option<u32>) -> Vec<u32> {
        let outer = self.dimension.rolls_up_to.and_then(&fixed);
        let categories = (0..).zip(&self.dimension.categories);
        let held = categories.filter(|(_, category)| outer.is_none_or(|outer| category.lies_in(outer)));
        let held = held.map(|(position, _)| position);
        if self.atoms.with.iter().all(|at| fixed(*at).is_none()) {
            return held.collect();
        }
        // Of codes it takes more than the next level to tell: "Other" in one group holds other ones than in another.
        let possible: BTreeSet<u32> =
            (0..self.atoms.count()).flat_map(|atom| self.atoms.fitting(atom, &fixed)).collect();
        held.filter(|position| possible.contains(position)).collect()
    }

    /// Whether a record may stand in both of these categories.
    pub fn shares_records(&self, one: u32, other: u32) -> bool {
        let mut sets = (0..self.atoms.count()).map(|atom| self.atoms.categories(atom));
        sets.any(|set| set.contains(&one) && set.contains(&other))
    }

    /// Whether a record may stand in this category and at the same time in another that neither holds it nor lies in it.
    pub fn overlaps(&self, position: u32) -> bool {
        let categories = &self.dimension.categories;
        let holds = |outer: u32, inner: u32| Category::holders(categories, inner).any(|at| at == outer);
        let apart = |other: &u32| *other != position && !holds(position, *other) && !holds(*other, position);
        self.dimension.overlaps
            && (0..self.atoms.count())
                .map(|atom| self.atoms.categories(atom))
                .any(|set| set.contains(&position) && set.iter().any(apart))
    }
}

/// What is counted in each cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuantitySpec {
    /// The label of the measure that it is first counted for; empty for the number of records.
    pub label: String,
    /// What.
    pub tally: Tally,
    /// Of which records; all of the cell's, if there is none.
    pub filter: Option<Filter>,
    /// What sort of number comes of it.
    pub facts: Quantity,
}

/// What the records of a cell are boiled down to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Tally {
    /// How many there are.
    Records,
    /// The sum of a number. A time that ends before it begins is no number of this, nor of those below.
    Sum {
        /// The number.
        number: Number,
    },
    /// How many have a number.
    Present {
        /// The number.
        number: Number,
    },
    /// How many lack a number.
    Lacking {
        /// The number.
        number: Number,
    },
    /// How many have a time between two dates that ends before it begins.
    Backwards {
        /// The time.
        number: Number,
    },
    /// How many have no value in a column.
    Unnamed {
        /// The column.
        column: ColumnRef,
    },
    /// Of how many it cannot be told whether a filter holds, since a value is not recorded.
    Undecided {
        /// The filter.
        filter: Filter,
    },
    /// How many different values a column has.
    Distinct {
        /// The column.
        column: ColumnRef,
    },
    /// The lowest number.
    Minimum {
        /// The number.
        number: Number,
    },
    /// The highest number.
    Maximum {
        /// The number.
        number: Number,
    },
    /// The middle number; of two, their mean.
    Median {
        /// The number.
        number: Number,
    },
}

impl Tally {
    /// The number that it is of, if it is of one.
    pub fn number(&self) -> Option<&Number> {
        match self {
            Self::Records | Self::Distinct { .. } | Self::Unnamed { .. } | Self::Undecided { .. } => None,
            Self::Sum { number }
            | Self::Present { number }
            | Self::Lacking { number }
            | Self::Backwards { number }
            | Self::Minimum { number }
            | Self::Maximum { number }
            | Self::Median { number } => Some(number),
        }
    }

    /// The columns that it reads.
    pub fn columns(&self) -> Vec<ColumnRef> {
        match self {
            Self::Distinct { column } | Self::Unnamed { column } => vec![*column],
            // What a filter reads stays in the engine.
            _ => self.number().map_or_else(Vec::new, Number::columns),
        }
    }
}

/// What a column of figures measures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// What references name it by.
    pub id: String,
    /// What people read.
    pub label: String,
    /// What kind of number it is.
    pub kind: MeasureKind,
    /// How it is worked out.
    pub source: MeasureSource,
    /// Digits after the point.
    pub places: u8,
    /// Whether its cells add up to its totals.
    pub adds_up: bool,
    /// What is left out of it, for its note.
    pub gaps: Gaps,
    /// What it counts, in the officer's words.
    pub meaning: Option<String>,
    /// The column dimensions that it is broken down by.
    pub columns: Vec<usize>,
    /// The heading of its total column, where it has one of its own.
    pub total_label: Option<String>,
}

/// Records that a measure passes over. Each is the position of what is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gaps {
    /// Those that its own filter lets through, and that lack the value.
    pub lacking: Option<usize>,
    /// Those that its own filter lets through, and whose time ends before it begins.
    pub backwards: Option<usize>,
    /// Those of which its own filter cannot tell.
    pub undecided: Option<usize>,
}

/// How a measure is worked out of what was counted; measures refer to measures that stand before or after them in the same
/// table, so that whatever goes into one is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "kebab-case")]
pub enum MeasureSource {
    /// As it was counted.
    Quantity {
        /// The position of what was counted.
        quantity: usize,
    },
    /// A sum over the number of those that were summed.
    Mean {
        /// The position of the sum.
        sum: usize,
        /// The position of the number of values.
        present: usize,
    },
    /// One measure over another.
    Ratio {
        /// The upper one.
        of: usize,
        /// The lower one.
        to: usize,
        /// What it is multiplied by: 100 for a percentage.
        per: u32,
    },
    /// A percentage of a total.
    Share {
        /// The measure.
        of: usize,
        /// The dimensions that the total is summed over.
        over: Vec<usize>,
        /// Which total that is, for its note.
        base: ShareBase,
    },
    /// The difference to the category before.
    Change {
        /// The measure.
        of: usize,
        /// The dimension whose categories follow one another.
        along: usize,
        /// Whether as a percentage of the one before.
        percent: bool,
    },
    /// So many for each so many of a population.
    Rate {
        /// The measure.
        of: usize,
        /// For each how many.
        per: u64,
        /// The population.
        population: Population,
    },
    /// The place among the categories of a dimension, the highest first.
    Rank {
        /// The measure.
        of: usize,
        /// The dimension.
        along: usize,
    },
}

/// Which total a share is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShareBase {
    /// That of its row.
    Row,
    /// That of its column.
    Column,
    /// That of the table.
    Table,
    /// That over some dimensions, which the note names.
    Dimensions,
}

/// A population by the categories of some dimensions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Population {
    /// Where it comes from, for the note.
    pub source: String,
    /// The positions of the dimensions.
    pub by: Vec<usize>,
    /// One coordinate a dimension of `by`, and how many there are.
    pub values: Vec<(Vec<Coord>, u64)>,
}

/// A table to be counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSpec {
    /// Its id.
    pub id: String,
    /// Its caption.
    pub title: String,
    /// The numbers of the questions that it answers.
    pub questions: Vec<String>,
    /// The record table whose unit is counted: the one that is read, or one that it hangs on (offences by what is recorded
    /// of their victims).
    pub counted: usize,
    /// The column that tells for each row that is read of which record of the unit it is; None where the rows are what is
    /// counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted_by: Option<ColumnRef>,
    /// Which records are read.
    pub scope: Scope,
    /// What its columns measure.
    pub measures: Vec<Measure>,
    /// Whether the measures stand under the categories of the columns, rather than over them.
    pub measures_inside: bool,
    /// What is counted for them; the first is the number of records.
    pub quantities: Vec<QuantitySpec>,
    /// How figures are rounded.
    pub rounding: Rounding,
    /// The definition that it counts, by id.
    pub definition: Option<String>,
    /// When ages were taken.
    pub age_basis: Option<String>,
    /// What it is broken down by; rows before columns, outer before inner.
    pub dimensions: Vec<TableDimension>,
    /// Whether the sum of all rows is shown.
    pub total_row: bool,
    /// Whether the sum of all columns is shown.
    pub total_column: bool,
    /// Whether each outer row has a subtotal.
    pub subtotals: bool,
    /// Whether each outer column has one.
    pub column_subtotals: bool,
    /// What totals are called, if not as usual.
    pub total_label: Option<String>,
    /// Whether rows that are all zero are left out.
    pub drop_empty_rows: bool,
    /// Which chart stands after it.
    #[serde(default, skip_serializing_if = "ChartChoice::is_none")]
    pub chart: ChartChoice,
    /// Margins that sentences refer to: for each dimension, whether it is summed over.
    pub referred: Vec<Vec<bool>>,
    /// How many people live where its records came about, where the policy asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residents: Option<Population>,
}

impl TableSpec {
    /// How many people live where a figure was counted: as it is given, or added up over what is not time. None where the
    /// policy does not ask, or it is not given.
    pub fn residents(&self, coords: &[Coord]) -> Option<u64> {
        let Population { by, values, .. } = self.residents.as_ref()?;
        let wanted: Vec<Coord> = by.iter().map(|&at| coords[at]).collect();
        if let Some((_, people)) = values.iter().find(|(given, _)| *given == wanted) {
            return Some(*people);
        }
        let is_time = |at: usize| matches!(self.dimensions[at].source, DimensionSource::Days { .. });
        if by.iter().zip(&wanted).any(|(&at, coord)| *coord == Coord::Total && is_time(at)) {
            return None;
        }
        let fits = |given: &Vec<Coord>| {
            let mut pairs = given.iter().zip(&wanted);
            pairs.all(|(given, wanted)| *given != Coord::Total && (*wanted == Coord::Total || given == wanted))
        };
        let mut found = values.iter().filter(|(given, _)| fits(given)).map(|(_, people)| *people).peekable();
        found.peek()?;
        found.try_fold(0_u64, u64::checked_add)
    }

    /// Whether it counts what there was at the end of some days.
    pub fn is_stock(&self) -> bool {
        self.dimensions.iter().any(|dimension| dimension.source.is_stock())
    }

    /// The positions of the dimensions of one side.
    pub fn side(&self, axis: Axis) -> Vec<usize> {
        (0..self.dimensions.len()).filter(|&at| self.dimensions[at].dimension.axis == axis).collect()
    }

    /// Which margins the table gives away: for each, which dimensions it sums over. Inner cells, the totals that it was told
    /// to show, and what its shares are shares of.
    pub fn patterns(&self) -> BTreeSet<Vec<bool>> {
        let (rows, columns) = (self.side(Axis::Rows), self.side(Axis::Columns));
        let mut fixed_rows: Vec<&[usize]> = vec![&rows];
        if self.subtotals {
            fixed_rows.extend((1..rows.len()).map(|depth| &rows[..depth]));
        }
        if self.total_row {
            fixed_rows.push(&[]);
        }
        let mut fixed_columns: BTreeSet<&[usize]> = self.measures.iter().map(|measure| &measure.columns[..]).collect();
        if self.total_column || columns.is_empty() {
            fixed_columns.insert(&[]);
        }
        if self.column_subtotals {
            for measure in &self.measures {
                fixed_columns.extend((1..measure.columns.len()).map(|depth| &measure.columns[..depth]));
            }
        }
        let mut patterns = BTreeSet::new();
        for rows in &fixed_rows {
            for columns in &fixed_columns {
                let fixed = |at: &usize| rows.contains(at) || columns.contains(at);
                patterns.insert((0..self.dimensions.len()).map(|at| !fixed(&at)).collect::<Vec<bool>>());
            }
        }
        let bases: Vec<Vec<bool>> = self
            .measures
            .iter()
            .filter_map(|measure| match &measure.source {
                MeasureSource::Share { over, .. } => Some(over),
                _ => None,
            })
            .flat_map(|over| {
                patterns.iter().map(|pattern| {
                    pattern.iter().enumerate().map(|(at, summed)| *summed || over.contains(&at)).collect()
                })
            })
            .collect();
        patterns.extend(bases);
        patterns.extend(self.orders());
        patterns
    }

    /// The margins by which categories are put in order: each dimension under those around it, over all else.
    fn orders(&self) -> Vec<Vec<bool>> {
        let sorted = self.dimensions.iter().enumerate().filter(|(_, own)| own.order.by != OrderBy::Listed);
        let pattern = |(at, own): (usize, &TableDimension)| {
            let fixed = |other: usize| other <= at && self.dimensions[other].dimension.axis == own.dimension.axis;
            (0..self.dimensions.len()).map(|other| !fixed(other)).collect()
        };
        sorted.map(pattern).collect()
    }
}

/// A column of a record list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListColumn {
    /// The column.
    pub column: ColumnRef,
    /// What programs know it by.
    pub id: String,
    /// What people read.
    pub label: String,
}

/// A record list to be made: chosen columns of chosen records, for a stated reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListSpec {
    /// Its id.
    pub id: String,
    /// Its caption.
    pub title: String,
    /// The numbers of the questions that it answers.
    pub questions: Vec<String>,
    /// Which records.
    pub scope: Scope,
    /// Why records are released.
    pub reason: String,
    /// Its columns.
    pub columns: Vec<ListColumn>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stock_sets_are_numbered_one_after_the_other() {
        let days = 4;
        let mut next = 0;
        for first in 0..days {
            for end in first + 1..=days {
                assert_eq!(stock_atom(first, end, days), next);
                next += 1;
            }
        }
    }
}
