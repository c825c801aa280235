//! Record lists: the values of chosen columns as people read them.

use std::collections::BTreeMap;

use arrow::array::{Array as _, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::Int32Type;
use candour_model::{Decimal, LeftOut, LeftOutReason, Listed};
use candour_spec::{ColumnRef, ColumnType, ListSpec, Number, Precision, Schema, visible_line};
use candour_wording::Language;
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

use crate::place::{WrongType, day_numbers, numbers, raw, texts};
use crate::plan::{CANCELLED, MAYBE, UNKNOWN};
use crate::tally::left_out as why_left_out;

/// Reads the rows of some batches.
pub(crate) fn rows(
    batches: &[RecordBatch],
    list: &ListSpec,
    schema: &Schema,
    language: Language,
) -> Result<Listed, WrongType> {
    let mut rows = Vec::new();
    let mut left_out: BTreeMap<LeftOutReason, u64> = BTreeMap::new();
    for batch in batches {
        let columns = list
            .columns
            .iter()
            .map(|listed| words(batch, listed.column, schema, language))
            .collect::<Result<Vec<_>, _>>()?;
        let state = |name: &str| -> Result<Option<&ArrayRef>, WrongType> { Ok(batch.column_by_name(name)) };
        let (unknown, cancelled) = (state(UNKNOWN)?, state(CANCELLED)?);
        let is = |state: Option<&ArrayRef>, row: usize, wanted: i64| {
            state
                .and_then(|state| state.as_primitive_opt::<arrow::datatypes::Int64Type>())
                .is_some_and(|state| state.value(row) == wanted)
        };
        let dates = list.scope.date.map(|date| raw(batch, date)).transpose()?;
        for row in 0..batch.num_rows() {
            let undated = dates.is_some_and(|dates| dates.is_null(row));
            if let Some(reason) = why_left_out(is(unknown, row, 1), is(cancelled, row, 1), undated) {
                *left_out.entry(reason).or_insert(0) += 1;
                continue;
            }
            if is(cancelled, row, MAYBE) {
                *left_out.entry(LeftOutReason::MaybeCancelled).or_insert(0) += 1;
            }
            rows.push(columns.iter().map(|column| column[row].clone()).collect::<Vec<_>>());
        }
    }
    rows.sort();
    let left_out = left_out.into_iter().map(|(reason, count)| LeftOut { reason, count }).collect();
    Ok(Listed { rows, left_out })
}

/// The values of a column as people read them.
fn words(
    batch: &RecordBatch,
    at: ColumnRef,
    schema: &Schema,
    language: Language,
) -> Result<Vec<Option<String>>, WrongType> {
    let array = raw(batch, at)?;
    Ok(match &schema.column(at).holds {
        // A text comes as somebody typed it; what cannot be seen is written out.
        ColumnType::Text => texts(array)?.into_iter().map(|text| text.map(|text| visible_line(&text))).collect(),
        ColumnType::Integer { .. } => {
            let numbers = numbers(batch, &Number::Column { column: at })?;
            numbers.into_iter().map(|number| number.map(|number| number.to_string())).collect()
        }
        ColumnType::Decimal { places } => {
            let numbers = numbers(batch, &Number::Column { column: at })?;
            let decimal = |number: i64| Decimal::new(i128::from(number), *places).to_string();
            numbers.into_iter().map(|number| number.map(decimal)).collect()
        }
        ColumnType::Date { precision, .. } => {
            day_numbers(array)?.into_iter().map(|day| day.map(|day| date_words(day, *precision))).collect()
        }
        ColumnType::DateTime { .. } => {
            let seconds = array.as_primitive_opt::<arrow::datatypes::TimestampSecondType>().ok_or(WrongType)?;
            let words = |second: i64| {
                let time = date(1970, 1, 1).at(0, 0, 0, 0).saturating_add(second.seconds());
                time.strftime("%Y-%m-%d %H:%M").to_string()
            };
            seconds.iter().map(|second| second.map(words)).collect()
        }
        ColumnType::Boolean => {
            let flags = array.as_boolean_opt().ok_or(WrongType)?;
            flags.iter().map(|flag| flag.map(|flag| language.say(if flag { "yes" } else { "no" }, &[]))).collect()
        }
        ColumnType::Code { list } => {
            let codes = array.as_primitive_opt::<Int32Type>().ok_or(WrongType)?;
            let label = |code: i32| {
                let known = usize::try_from(code).ok().and_then(|at| schema.code_lists[*list].codes.get(at));
                known.map(|code| code.label.clone())
            };
            codes
                .iter()
                .map(|code| code.map(|code| label(code).ok_or(WrongType)).transpose())
                .collect::<Result<_, _>>()?
        }
    })
}

/// A day at the precision at which it is known.
fn date_words(day: i32, precision: Precision) -> String {
    let day: Date = date(1970, 1, 1).saturating_add(i64::from(day).days());
    match precision {
        Precision::Day => day.to_string(),
        Precision::Month => day.strftime("%Y-%m").to_string(),
        Precision::Year => day.year().to_string(),
        Precision::FinancialYear => format!("{}/{:02}", day.year(), (day.year() + 1).rem_euclid(100)),
    }
}
