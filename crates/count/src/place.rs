//! Where a record stands on a dimension: from the values of a batch to numbers of sets of categories.

use std::collections::{BTreeSet, HashMap};
use std::ops::{Bound, Range};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Int32Type, Int64Type, TimeUnit, TimestampSecondType};
use candour_model::DatePart;
use candour_spec::{
    CodeAtom, ColumnRef, DimensionSource, Number, TableDimension, TableSpec, TimeUnit as DurationUnit, stock_atom,
};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

use crate::expression::{column_name, days};
use crate::plan::holds_name;

/// The record has no value here, and the table leaves such records out.
pub(crate) const NOT_RECORDED: u32 = u32::MAX;
/// The record has a value that the table does not list, and leaves out.
pub(crate) const NOT_LISTED: u32 = u32::MAX - 1;
/// The record ends before it begins.
pub(crate) const BACKWARDS: u32 = u32::MAX - 2;
/// The record is none that the table is about.
pub(crate) const OUT_OF_SCOPE: u32 = u32::MAX - 3;
/// The lowest of these.
pub(crate) const FIRST_SPECIAL: u32 = OUT_OF_SCOPE;

const SECONDS_A_DAY: i64 = 86_400;

/// Why a batch cannot be read: it has another type than the schema says.
#[derive(Debug)]
pub(crate) struct WrongType;

type Read<T> = Result<T, WrongType>;

/// A column of a batch.
pub(crate) fn raw(batch: &RecordBatch, at: ColumnRef) -> Read<&ArrayRef> {
    batch.column_by_name(&column_name(at)).ok_or(WrongType)
}

/// Days of a stock between which no code moves from one category to another. A record has one place on each dimension in a
/// run, and may have another one in the next.
pub(crate) struct Run {
    /// Positions of days.
    pub(crate) days: Range<usize>,
    /// The first of them.
    pub(crate) first: Date,
}

/// The runs of a table; None where it counts no stock.
pub(crate) fn runs(table: &TableSpec) -> Option<Vec<Run>> {
    let days = table.dimensions.iter().find_map(|dimension| match &dimension.source {
        DimensionSource::Stock { days, .. } => Some(days),
        _ => None,
    })?;
    let stretches = table.dimensions.iter().flat_map(|dimension| match &dimension.source {
        DimensionSource::Codes { date: None, atoms, .. } => &atoms[..],
        _ => &[],
    });
    let begins: BTreeSet<Date> = stretches.filter_map(|atom| atom.from).collect();
    let mut runs: Vec<Run> = Vec::new();
    for (at, &day) in days.iter().enumerate() {
        match runs.last_mut() {
            Some(run) if begins.range((Bound::Excluded(days[at - 1]), Bound::Included(day))).next().is_none() => {
                run.days.end = at + 1;
            }
            _ => runs.push(Run { days: at..at + 1, first: day }),
        }
    }
    Some(runs)
}

/// How records find their places on one dimension.
pub(crate) struct Places {
    how: How,
    unrecorded: u32,
    unlisted: u32,
}

enum How {
    /// By code; the set at each position of the list, for each run of a stock's days.
    Codes {
        column: ColumnRef,
        sets: Vec<Vec<u32>>,
    },
    /// By code and day: for each code its stretches, first day, last day and set.
    DatedCodes {
        column: ColumnRef,
        date: ColumnRef,
        stretches: Vec<Vec<(i32, i32, u32)>>,
    },
    Texts {
        column: ColumnRef,
        sets: HashMap<String, u32>,
    },
    Flags {
        column: ColumnRef,
    },
    Holds {
        name: String,
    },
    /// By bands: lowest and highest number and set, in order.
    Bands {
        number: Number,
        bands: Vec<(i64, i64, u32)>,
    },
    /// By day: the set of each day from the first on.
    Days {
        column: ColumnRef,
        first: i32,
        sets: Vec<u32>,
    },
    Part {
        column: ColumnRef,
        part: DatePart,
        lowest: u8,
    },
    Stock {
        from: ColumnRef,
        until: ColumnRef,
        days: Vec<i32>,
        runs: Vec<Range<usize>>,
    },
}

impl Places {
    pub(crate) fn of(dimension: &TableDimension, at: usize, runs: Option<&[Run]>) -> Self {
        let how = match &dimension.source {
            DimensionSource::Codes { column, date: None, atoms } => {
                let codes = atoms.iter().map(|atom| atom.code as usize + 1).max().unwrap_or(0);
                let sets_on = |day: Option<Date>| {
                    let mut sets = vec![NOT_LISTED; codes];
                    let holds = |atom: &&CodeAtom| day.is_none_or(|day| atom.holds_on(day));
                    atoms.iter().filter(holds).for_each(|atom| sets[atom.code as usize] = atom.atom);
                    sets
                };
                let sets = match runs {
                    Some(runs) => runs.iter().map(|run| sets_on(Some(run.first))).collect(),
                    None => vec![sets_on(None)],
                };
                How::Codes { column: *column, sets }
            }
            DimensionSource::Codes { column, date: Some(date), atoms } => {
                let codes = atoms.iter().map(|atom| atom.code as usize + 1).max().unwrap_or(0);
                let mut stretches = vec![Vec::new(); codes];
                for atom in atoms {
                    let (from, to) = (atom.from.map_or(i32::MIN, days), atom.to.map_or(i32::MAX, days));
                    stretches[atom.code as usize].push((from, to, atom.atom));
                }
                How::DatedCodes { column: *column, date: *date, stretches }
            }
            DimensionSource::Texts { column, values, atoms } => {
                let own = |position: usize| atoms.get(position).copied().unwrap_or(position as u32);
                let sets = values.iter().cloned().enumerate().map(|(position, value)| (value, own(position)));
                How::Texts { column: *column, sets: sets.collect() }
            }
            DimensionSource::Flags { column } => How::Flags { column: *column },
            DimensionSource::Holds { .. } => How::Holds { name: holds_name(at) },
            DimensionSource::Bands { number, bands } => How::Bands {
                number: number.clone(),
                bands: bands.iter().map(|band| (band.from, band.to.unwrap_or(i64::MAX), band.atom)).collect(),
            },
            DimensionSource::Days { column, spans } => {
                let first = spans.iter().map(|span| days(span.from)).min().unwrap_or(0);
                let last = spans.iter().map(|span| days(span.to)).max().unwrap_or(-1);
                let mut sets = vec![NOT_LISTED; usize::try_from(last - first + 1).unwrap_or(0)];
                for span in spans {
                    let range = usize::try_from(days(span.from) - first).unwrap_or(0)
                        ..=usize::try_from(days(span.to) - first).unwrap_or(0);
                    sets[range].fill(span.atom);
                }
                How::Days { column: *column, first, sets }
            }
            DimensionSource::Part { column, part, first } => How::Part { column: *column, part: *part, lowest: *first },
            DimensionSource::Stock { from, until, days: at } => {
                let runs = runs.unwrap_or_default().iter().map(|run| run.days.clone()).collect();
                How::Stock { from: *from, until: *until, days: at.iter().copied().map(days).collect(), runs }
            }
        };
        let unrecorded = dimension.unrecorded.unwrap_or(NOT_RECORDED);
        Self { how, unrecorded, unlisted: dimension.unlisted.unwrap_or(NOT_LISTED) }
    }

    /// The set of each record of a batch in a run of a stock's days (the first, where there is no stock), or why it has none.
    pub(crate) fn find(&self, batch: &RecordBatch, run: usize) -> Read<Vec<u32>> {
        let listed = |set: u32| if set == NOT_LISTED { self.unlisted } else { set };
        Ok(match &self.how {
            How::Codes { column, sets } => {
                let sets = &sets[run];
                let codes = raw(batch, *column)?.as_primitive_opt::<Int32Type>().ok_or(WrongType)?;
                // Where nothing is lacking, the values themselves are walked: this is the loop that most tables spend
                // their time in.
                let find = |code: i32| {
                    let set = usize::try_from(code).ok().and_then(|code| sets.get(code)).copied();
                    listed(set.unwrap_or(NOT_LISTED))
                };
                if codes.null_count() == 0 {
                    codes.values().iter().map(|code| find(*code)).collect()
                } else {
                    codes.iter().map(|code| code.map_or(self.unrecorded, find)).collect()
                }
            }
            How::DatedCodes { column, date, stretches } => {
                let codes = raw(batch, *column)?.as_primitive_opt::<Int32Type>().ok_or(WrongType)?;
                let dates = day_numbers(raw(batch, *date)?)?;
                let find = |(code, day): (Option<i32>, Option<i32>)| {
                    let Some(code) = code else { return self.unrecorded };
                    let known = usize::try_from(code).ok().and_then(|code| stretches.get(code));
                    let Some(known) = known.filter(|known| !known.is_empty()) else { return self.unlisted };
                    // A record without a date is left out for that reason; where it would have stood does not matter.
                    let Some(day) = day else { return known[0].2 };
                    let stretch = known.iter().find(|(from, to, _)| (*from..=*to).contains(&day));
                    stretch.map_or(self.unlisted, |(_, _, set)| *set)
                };
                codes.iter().zip(dates).map(find).collect()
            }
            How::Texts { column, sets } => {
                let find = |text: Option<&str>| {
                    text.map_or(self.unrecorded, |text| sets.get(text).copied().unwrap_or(self.unlisted))
                };
                texts(raw(batch, *column)?)?.iter().map(|text| find(text.as_deref())).collect()
            }
            How::Flags { column } => {
                let flags = raw(batch, *column)?.as_boolean_opt().ok_or(WrongType)?;
                flags.iter().map(|flag| flag.map_or(self.unrecorded, |flag| u32::from(!flag))).collect()
            }
            How::Holds { name } => {
                let answers = batch.column_by_name(name).and_then(|answers| answers.as_primitive_opt::<Int64Type>());
                let answer = |answer: &i64| match answer {
                    1 => 0,
                    0 => 1,
                    _ => self.unrecorded,
                };
                answers.ok_or(WrongType)?.values().iter().map(answer).collect()
            }
            How::Bands { number, bands } => {
                let find = |number: i64| {
                    let after = bands.partition_point(|(from, _, _)| *from <= number);
                    let band = after.checked_sub(1).map(|at| bands[at]).filter(|(_, to, _)| number <= *to);
                    band.map_or(self.unlisted, |(_, _, set)| set)
                };
                numbers(batch, number)?.into_iter().map(|number| number.map_or(self.unrecorded, find)).collect()
            }
            How::Days { column, first, sets } => {
                let find = |day: i32| {
                    let at = usize::try_from(i64::from(day) - i64::from(*first)).ok();
                    listed(at.and_then(|at| sets.get(at)).copied().unwrap_or(NOT_LISTED))
                };
                let dates = raw(batch, *column)?;
                match dates.as_primitive_opt::<Date32Type>() {
                    Some(dates) if dates.null_count() == 0 => dates.values().iter().map(|day| find(*day)).collect(),
                    _ => day_numbers(dates)?.into_iter().map(|day| day.map_or(self.unrecorded, find)).collect(),
                }
            }
            How::Part { column, part, lowest } => {
                let found = parts(raw(batch, *column)?, *part)?;
                found.into_iter().map(|part| part.map_or(self.unrecorded, |part| u32::from(part - *lowest))).collect()
            }
            How::Stock { from, until, days, runs } => {
                let run = &runs[run];
                let (from, until) = (day_numbers(raw(batch, *from)?)?, day_numbers(raw(batch, *until)?)?);
                let find = |(from, until): (Option<i32>, Option<i32>)| {
                    let Some(from) = from else { return self.unrecorded };
                    if until.is_some_and(|until| until < from) {
                        return BACKWARDS;
                    }
                    let first = days.partition_point(|day| *day < from);
                    let end = until.map_or(days.len(), |until| days.partition_point(|day| *day < until));
                    let (first, end) = (first.max(run.start), end.min(run.end));
                    if first < end { stock_atom(first, end, days.len()) } else { OUT_OF_SCOPE }
                };
                from.into_iter().zip(until).map(find).collect()
            }
        })
    }
}

/// Days from 1970-01-01, of dates with or without a time of day.
pub(crate) fn day_numbers(array: &ArrayRef) -> Read<Vec<Option<i32>>> {
    match array.data_type() {
        DataType::Date32 => Ok(array.as_primitive_opt::<Date32Type>().ok_or(WrongType)?.iter().collect()),
        DataType::Timestamp(TimeUnit::Second, None) => {
            let seconds = array.as_primitive_opt::<TimestampSecondType>().ok_or(WrongType)?;
            let day = |second: i64| i32::try_from(second.div_euclid(SECONDS_A_DAY)).unwrap_or(i32::MAX);
            Ok(seconds.iter().map(|second| second.map(day)).collect())
        }
        _ => Err(WrongType),
    }
}

/// Seconds from 1970-01-01T00:00:00.
fn seconds(array: &ArrayRef) -> Read<Vec<Option<i64>>> {
    Ok(array.as_primitive_opt::<TimestampSecondType>().ok_or(WrongType)?.iter().collect())
}

fn parts(array: &ArrayRef, part: DatePart) -> Read<Vec<Option<u8>>> {
    if part == DatePart::Hour {
        let hour = |second: i64| u8::try_from(second.rem_euclid(SECONDS_A_DAY) / 3600).unwrap_or(0);
        return Ok(seconds(array)?.into_iter().map(|second| second.map(hour)).collect());
    }
    let of_day = |day: i32| match part {
        // 1970-01-01 was a Thursday.
        DatePart::Weekday => u8::try_from((day + 3).rem_euclid(7) + 1).unwrap_or(1),
        _ => {
            let day = date(1970, 1, 1).saturating_add(i64::from(day).days());
            u8::try_from(day.month()).unwrap_or(1)
        }
    };
    Ok(day_numbers(array)?.into_iter().map(|day| day.map(of_day)).collect())
}

/// A number of each record, in units of its last place.
pub(crate) fn numbers(batch: &RecordBatch, number: &Number) -> Read<Vec<Option<i64>>> {
    match number {
        Number::Column { column } => {
            let array = raw(batch, *column)?;
            match array.data_type() {
                DataType::Int64 => Ok(array.as_primitive_opt::<Int64Type>().ok_or(WrongType)?.iter().collect()),
                DataType::Decimal128(..) => decimals(array),
                _ => Err(WrongType),
            }
        }
        Number::Between { from, to, unit } => {
            let (from, to) = (raw(batch, *from)?, raw(batch, *to)?);
            if *unit == DurationUnit::Days {
                let between = |(from, to): (Option<i32>, Option<i32>)| Some(i64::from(to?) - i64::from(from?));
                return Ok(day_numbers(from)?.into_iter().zip(day_numbers(to)?).map(between).collect());
            }
            let in_unit = if *unit == DurationUnit::Hours { 3600 } else { 60 };
            let between = |(from, to): (Option<i64>, Option<i64>)| Some((to? - from?).div_euclid(in_unit));
            Ok(seconds(from)?.into_iter().zip(seconds(to)?).map(between).collect())
        }
    }
}

/// Decimal numbers, in units of their last place.
pub(crate) fn decimals(array: &ArrayRef) -> Read<Vec<Option<i64>>> {
    let decimals = array.as_primitive_opt::<Decimal128Type>().ok_or(WrongType)?;
    decimals.iter().map(|value| value.map(i64::try_from).transpose().map_err(|_| WrongType)).collect()
}

/// Texts, whichever way the engine holds them.
pub(crate) fn texts(array: &ArrayRef) -> Read<Vec<Option<String>>> {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    match array.data_type() {
        DataType::Utf8 => Ok(array.as_string_opt::<i32>().ok_or(WrongType)?.iter().map(owned).collect()),
        DataType::LargeUtf8 => Ok(array.as_string_opt::<i64>().ok_or(WrongType)?.iter().map(owned).collect()),
        DataType::Utf8View => Ok(array.as_string_view_opt().ok_or(WrongType)?.iter().map(owned).collect()),
        _ => Err(WrongType),
    }
}
