//! A row's values: read from text, packed into columns, hashed.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanBuilder, Date32Builder, Decimal128Builder, FixedSizeBinaryBuilder, Int32Builder,
    Int64Builder, StringBuilder, TimestampSecondBuilder,
};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Field, Int32Type, Int64Type, SchemaRef, TimeUnit, TimestampSecondType,
};
use candour_spec::{Column, ColumnRef, ColumnType, Precision, RecordTable, Role, Schema, parse_date, parse_decimal};
use jiff::civil::{Date, DateTime, date};

use crate::ingest::RejectReason;
use crate::store::Pseudonyms;

/// A value as a snapshot stores it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Text(String),
    Pseudonym([u8; 16]),
    Integer(i64),
    /// In units of the last place.
    Decimal(i64),
    /// Days since 1970-01-01.
    Date(i32),
    /// Seconds since 1970-01-01T00:00:00, without a time zone.
    DateTime(i64),
    Boolean(bool),
    /// Position in the code list.
    Code(i32),
}

impl Value {
    /// Appends the value in a form from which it can be told apart from every other value.
    pub(crate) fn encode(&self, bytes: &mut Vec<u8>) {
        let mut put = |tag: u8, value: &[u8]| {
            bytes.push(tag);
            bytes.extend_from_slice(&(value.len() as u64).to_le_bytes());
            bytes.extend_from_slice(value);
        };
        match self {
            Self::Null => put(0, &[]),
            Self::Text(text) => put(1, text.as_bytes()),
            Self::Pseudonym(pseudonym) => put(2, pseudonym),
            Self::Integer(number) => put(3, &number.to_le_bytes()),
            Self::Decimal(number) => put(4, &number.to_le_bytes()),
            Self::Date(days) => put(5, &days.to_le_bytes()),
            Self::DateTime(seconds) => put(6, &seconds.to_le_bytes()),
            Self::Boolean(flag) => put(7, &[u8::from(*flag)]),
            Self::Code(code) => put(8, &code.to_le_bytes()),
        }
    }
}

/// Days from 1970-01-01 to `day`.
pub(crate) fn days_since_epoch(day: Date) -> i32 {
    (day - date(1970, 1, 1)).get_days()
}

/// What a column's values are read with.
pub(crate) struct Reading<'r> {
    pub(crate) column: &'r Column,
    /// The identifier columns' pseudonym domain.
    pub(crate) domain: String,
    pub(crate) as_at: Date,
    pub(crate) pseudonyms: &'r Pseudonyms,
    /// A code column's codes and their positions; looked up, never walked.
    codes: HashMap<&'r str, i32>,
}

impl<'r> Reading<'r> {
    pub(crate) fn new(schema: &'r Schema, at: ColumnRef, as_at: Date, pseudonyms: &'r Pseudonyms) -> Self {
        let column = schema.column(at);
        let codes = match &column.holds {
            ColumnType::Code { list } => {
                (0..).zip(&schema.code_lists[*list].codes).map(|(at, code)| (code.code.as_str(), at)).collect()
            }
            _ => HashMap::new(),
        };
        Self { column, domain: schema.pseudonym_domain(at), as_at, pseudonyms, codes }
    }

    /// A value, or why the text is none.
    pub(crate) fn read(&self, text: &str) -> Result<Value, RejectReason> {
        let text = text.trim();
        if text.is_empty() || self.column.missing.iter().any(|missing| missing == text) {
            return if self.column.required { Err(RejectReason::Empty) } else { Ok(Value::Null) };
        }
        match &self.column.holds {
            ColumnType::Text if self.column.role == Role::Identifier => {
                Ok(Value::Pseudonym(self.pseudonyms.of(&self.domain, text)))
            }
            ColumnType::Text => Ok(Value::Text(text.to_owned())),
            ColumnType::Integer { min, max } => {
                let number: i64 = text.parse().map_err(|_| RejectReason::NotAnInteger)?;
                let low = min.is_some_and(|min| number < min);
                let high = max.is_some_and(|max| number > max);
                if low || high { Err(RejectReason::OutOfRange) } else { Ok(Value::Integer(number)) }
            }
            ColumnType::Decimal { places } => {
                parse_decimal(text, *places).map(Value::Decimal).ok_or(RejectReason::NotADecimal { places: *places })
            }
            ColumnType::Date { precision, format, min, max } => {
                let day = match format {
                    Some(format) => Date::strptime(format, text).ok(),
                    None => parse_date(text, *precision),
                };
                let day = day.ok_or(RejectReason::NotADate { precision: *precision })?;
                let latest = max.unwrap_or(self.as_at);
                if min.is_some_and(|min| day < min) || day > latest {
                    return Err(RejectReason::DateOutOfRange);
                }
                Ok(Value::Date(days_since_epoch(day)))
            }
            ColumnType::DateTime { format } => {
                let time = match format {
                    Some(format) => DateTime::strptime(format, text).ok(),
                    None => text.parse::<DateTime>().ok(),
                };
                let time = time.ok_or(RejectReason::NotADateTime)?;
                if time.date() > self.as_at {
                    return Err(RejectReason::DateOutOfRange);
                }
                let days = i64::from(days_since_epoch(time.date()));
                let clock = time.time();
                let seconds =
                    i64::from(clock.hour()) * 3600 + i64::from(clock.minute()) * 60 + i64::from(clock.second());
                Ok(Value::DateTime(days * 86_400 + seconds))
            }
            ColumnType::Boolean => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "y" | "1" => Ok(Value::Boolean(true)),
                "false" | "no" | "n" | "0" => Ok(Value::Boolean(false)),
                _ => Err(RejectReason::NotABoolean),
            },
            ColumnType::Code { .. } => self.codes.get(text).copied().map(Value::Code).ok_or(RejectReason::UnknownCode),
        }
    }
}

/// What a date of this precision looks like, for messages.
pub(crate) fn date_example(precision: Precision) -> &'static str {
    match precision {
        Precision::Day => "2020-05-21",
        Precision::Month => "2020-05",
        Precision::Year => "2020",
        Precision::FinancialYear => "2019/20",
    }
}

/// The columns of a record table while they are filled.
pub(crate) struct Columns {
    schema: SchemaRef,
    builders: Vec<Builder>,
}

enum Builder {
    Text(StringBuilder),
    Pseudonym(FixedSizeBinaryBuilder),
    Integer(Int64Builder),
    Decimal(Decimal128Builder),
    Date(Date32Builder),
    DateTime(TimestampSecondBuilder),
    Boolean(BooleanBuilder),
    Code(Int32Builder),
}

/// The most digits that a stored decimal has.
const DECIMAL_DIGITS: u8 = 18;

/// The Arrow type that a column is stored as.
fn arrow_type(column: &Column) -> DataType {
    match &column.holds {
        ColumnType::Text if column.role == Role::Identifier => DataType::FixedSizeBinary(16),
        ColumnType::Text => DataType::Utf8,
        ColumnType::Integer { .. } => DataType::Int64,
        // At most nine places, so the scale cannot overflow.
        ColumnType::Decimal { places } => DataType::Decimal128(DECIMAL_DIGITS, places.cast_signed()),
        ColumnType::Date { .. } => DataType::Date32,
        ColumnType::DateTime { .. } => DataType::Timestamp(TimeUnit::Second, None),
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Code { .. } => DataType::Int32,
    }
}

/// The Arrow schema of a record table.
pub(crate) fn arrow_schema(table: &RecordTable) -> SchemaRef {
    let fields = table.columns.iter().map(|column| Field::new(&column.name, arrow_type(column), !column.required));
    Arc::new(arrow::datatypes::Schema::new(fields.collect::<Vec<_>>()))
}

impl Columns {
    pub(crate) fn new(table: &RecordTable) -> Self {
        let builder = |column: &Column| match arrow_type(column) {
            DataType::FixedSizeBinary(_) => Builder::Pseudonym(FixedSizeBinaryBuilder::new(16)),
            DataType::Int64 => Builder::Integer(Int64Builder::new()),
            decimal @ DataType::Decimal128(..) => Builder::Decimal(Decimal128Builder::new().with_data_type(decimal)),
            DataType::Date32 => Builder::Date(Date32Builder::new()),
            DataType::Timestamp(..) => Builder::DateTime(TimestampSecondBuilder::new()),
            DataType::Boolean => Builder::Boolean(BooleanBuilder::new()),
            DataType::Int32 => Builder::Code(Int32Builder::new()),
            _ => Builder::Text(StringBuilder::new()),
        };
        Self { schema: arrow_schema(table), builders: table.columns.iter().map(builder).collect() }
    }

    /// Adds a row: one value a column, each of the column's type or null.
    pub(crate) fn push(&mut self, row: &[Value]) -> Result<(), arrow::error::ArrowError> {
        for (builder, value) in self.builders.iter_mut().zip(row) {
            match (builder, value) {
                (Builder::Text(into), Value::Text(text)) => into.append_value(text),
                (Builder::Pseudonym(into), Value::Pseudonym(pseudonym)) => into.append_value(pseudonym)?,
                (Builder::Integer(into), Value::Integer(number)) => into.append_value(*number),
                (Builder::Decimal(into), Value::Decimal(number)) => into.append_value(i128::from(*number)),
                (Builder::Date(into), Value::Date(days)) => into.append_value(*days),
                (Builder::DateTime(into), Value::DateTime(seconds)) => into.append_value(*seconds),
                (Builder::Boolean(into), Value::Boolean(flag)) => into.append_value(*flag),
                (Builder::Code(into), Value::Code(code)) => into.append_value(*code),
                (Builder::Text(into), _) => into.append_null(),
                (Builder::Pseudonym(into), _) => into.append_null(),
                (Builder::Integer(into), _) => into.append_null(),
                (Builder::Decimal(into), _) => into.append_null(),
                (Builder::Date(into), _) => into.append_null(),
                (Builder::DateTime(into), _) => into.append_null(),
                (Builder::Boolean(into), _) => into.append_null(),
                (Builder::Code(into), _) => into.append_null(),
            }
        }
        Ok(())
    }

    /// What has been added since the last call.
    pub(crate) fn finish(&mut self) -> Result<arrow::array::RecordBatch, arrow::error::ArrowError> {
        let arrays: Vec<ArrayRef> = self
            .builders
            .iter_mut()
            .map(|builder| -> ArrayRef {
                match builder {
                    Builder::Text(from) => Arc::new(from.finish()),
                    Builder::Pseudonym(from) => Arc::new(from.finish()),
                    Builder::Integer(from) => Arc::new(from.finish()),
                    Builder::Decimal(from) => Arc::new(from.finish()),
                    Builder::Date(from) => Arc::new(from.finish()),
                    Builder::DateTime(from) => Arc::new(from.finish()),
                    Builder::Boolean(from) => Arc::new(from.finish()),
                    Builder::Code(from) => Arc::new(from.finish()),
                }
            })
            .collect();
        arrow::array::RecordBatch::try_new(Arc::clone(&self.schema), arrays)
    }
}

/// The value at a place of a stored column; None when the column has another type than it was stored with.
pub(crate) fn stored(array: &dyn Array, row: usize) -> Option<Value> {
    if array.is_null(row) {
        return Some(Value::Null);
    }
    Some(match array.data_type() {
        DataType::Utf8 => Value::Text(array.as_string_opt::<i32>()?.value(row).to_owned()),
        DataType::FixedSizeBinary(16) => {
            Value::Pseudonym(array.as_fixed_size_binary_opt()?.value(row).try_into().ok()?)
        }
        DataType::Int64 => Value::Integer(array.as_primitive_opt::<Int64Type>()?.value(row)),
        DataType::Decimal128(..) => {
            Value::Decimal(i64::try_from(array.as_primitive_opt::<Decimal128Type>()?.value(row)).ok()?)
        }
        DataType::Date32 => Value::Date(array.as_primitive_opt::<Date32Type>()?.value(row)),
        DataType::Timestamp(TimeUnit::Second, None) => {
            Value::DateTime(array.as_primitive_opt::<TimestampSecondType>()?.value(row))
        }
        DataType::Boolean => Value::Boolean(array.as_boolean_opt()?.value(row)),
        DataType::Int32 => Value::Code(array.as_primitive_opt::<Int32Type>()?.value(row)),
        _ => return None,
    })
}
