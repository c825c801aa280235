//! Filters and dimensions as expressions of the engine. Only comparisons, `CASE` and casts are used: what every engine
//! that could run the plan computes alike.

use arrow::datatypes::DataType;
use candour_model::{CategoryKind, Period};
use candour_spec::{ColumnRef, ColumnType, Comparison, DimensionSource, Filter, Literal, Schema, TableDimension};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Case, Expr, and, cast, lit, or};
use datafusion::prelude::col;
use jiff::civil::{Date, DateTime, date};

/// The position of a record without a value.
pub(crate) const NOT_RECORDED: i64 = -1;
/// The position of a record whose value is no category of the table.
pub(crate) const NOT_LISTED: i64 = -2;

/// What a column is called in a plan: unique over the joined tables, and safe in any engine.
pub(crate) fn column_name(at: ColumnRef) -> String {
    format!("t{}_c{}", at.table, at.column)
}

/// A column of a plan.
pub(crate) fn column(at: ColumnRef) -> Expr {
    col(column_name(at))
}

/// Whether a filter holds. Never null: each comparison stands behind a check that there is a value, since the engine
/// simplifies lists and comparisons as if there always were one (`x NOT IN (1) OR x NOT IN (2)` becomes true).
pub(crate) fn holds(filter: &Filter, schema: &Schema) -> Expr {
    match filter {
        Filter::Compare { column: at, how, with } => {
            let (left, right) = (column(*at), literal(with, *at, schema));
            let compared = match how {
                Comparison::Equal => left.eq(right),
                Comparison::NotEqual => left.not_eq(right),
                Comparison::Less => left.lt(right),
                Comparison::LessOrEqual => left.lt_eq(right),
                Comparison::Greater => left.gt(right),
                Comparison::GreaterOrEqual => left.gt_eq(right),
            };
            and(column(*at).is_not_null(), compared)
        }
        Filter::In { column: at, any_of } => and(column(*at).is_not_null(), in_list(*at, any_of, schema, false)),
        Filter::IsNull { column: at } => column(*at).is_null(),
        Filter::And(parts) => balanced(parts.iter().map(|part| holds(part, schema)).collect(), and, true),
        Filter::Or(parts) => balanced(parts.iter().map(|part| holds(part, schema)).collect(), or, false),
        Filter::Not(inner) => fails(inner, schema),
    }
}

/// Whether a filter fails. Never null; a filter that neither holds nor fails has no answer, since a value is not recorded.
pub(crate) fn fails(filter: &Filter, schema: &Schema) -> Expr {
    match filter {
        Filter::Compare { column, how, with } => {
            let how = match how {
                Comparison::Equal => Comparison::NotEqual,
                Comparison::NotEqual => Comparison::Equal,
                Comparison::Less => Comparison::GreaterOrEqual,
                Comparison::LessOrEqual => Comparison::Greater,
                Comparison::Greater => Comparison::LessOrEqual,
                Comparison::GreaterOrEqual => Comparison::Less,
            };
            holds(&Filter::Compare { column: *column, how, with: with.clone() }, schema)
        }
        Filter::In { column: at, any_of } => and(column(*at).is_not_null(), in_list(*at, any_of, schema, true)),
        Filter::IsNull { column: at } => column(*at).is_not_null(),
        Filter::And(parts) => balanced(parts.iter().map(|part| fails(part, schema)).collect(), or, false),
        Filter::Or(parts) => balanced(parts.iter().map(|part| fails(part, schema)).collect(), and, true),
        Filter::Not(inner) => holds(inner, schema),
    }
}

fn in_list(at: ColumnRef, any_of: &[Literal], schema: &Schema, negated: bool) -> Expr {
    column(at).in_list(any_of.iter().map(|with| literal(with, at, schema)).collect(), negated)
}

fn literal(with: &Literal, at: ColumnRef, schema: &Schema) -> Expr {
    let scalar = match with {
        Literal::Text(text) => ScalarValue::Utf8(Some(text.clone())),
        Literal::Integer(number) => ScalarValue::Int64(Some(*number)),
        Literal::Decimal(number) => {
            let places = match schema.column(at).holds {
                ColumnType::Decimal { places } => places.cast_signed(),
                _ => 0,
            };
            ScalarValue::Decimal128(Some(i128::from(*number)), 18, places)
        }
        Literal::Date(day) => ScalarValue::Date32(Some(days(*day))),
        Literal::DateTime(time) => ScalarValue::TimestampSecond(Some(seconds(*time)), None),
        Literal::Boolean(flag) => ScalarValue::Boolean(Some(*flag)),
        Literal::Code(code) => ScalarValue::Int32(Some(code.cast_signed())),
    };
    lit(scalar)
}

/// Whether a date falls in one of some spans. Spans that touch are joined first.
pub(crate) fn in_spans(at: ColumnRef, spans: &[Period]) -> Option<Expr> {
    let mut ordered: Vec<(Date, Date)> = spans.iter().map(|span| (span.from, span.to)).collect();
    ordered.sort_unstable();
    let mut joined: Vec<(Date, Date)> = Vec::new();
    for (from, to) in ordered {
        match joined.last_mut() {
            Some(last) if last.1.tomorrow().is_ok_and(|next| from <= next) => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    let between: Vec<Expr> = joined.into_iter().map(|(from, to)| between(at, from, to)).collect();
    (!between.is_empty()).then(|| balanced(between, or, false))
}

/// Joins expressions as a tree of least depth: the engine walks its expressions by recursion. Nothing to join is `empty`.
fn balanced(mut parts: Vec<Expr>, join: fn(Expr, Expr) -> Expr, empty: bool) -> Expr {
    match parts.len() {
        0 => lit(empty),
        1 => parts.remove(0),
        many => {
            let right = parts.split_off(many / 2);
            join(balanced(parts, join, empty), balanced(right, join, empty))
        }
    }
}

fn between(at: ColumnRef, from: Date, to: Date) -> Expr {
    let day = |day| lit(ScalarValue::Date32(Some(days(day))));
    and(column(at).gt_eq(day(from)), column(at).lt_eq(day(to)))
}

/// The position of a record on a dimension, or [`NOT_RECORDED`] or [`NOT_LISTED`]. None for one that follows from another.
pub(crate) fn position(dimension: &TableDimension, date: Option<ColumnRef>) -> Option<Expr> {
    let categories = || (0_i64..).zip(&dimension.dimension.categories);
    match &dimension.source {
        DimensionSource::RolledUp => None,
        // The engine groups by the stored integer itself, which measured fastest; positions are looked up afterwards.
        DimensionSource::Codes { column: at, .. } => {
            Some(case(Vec::new(), column(*at), cast(column(*at), DataType::Int64)))
        }
        DimensionSource::Texts { column: at } => {
            let when = categories().filter(|(_, category)| category.kind != CategoryKind::NotRecorded);
            let when = when.map(|(at_position, category)| (column(*at).eq(lit(category.id.clone())), at_position));
            Some(case(when.collect(), column(*at), lit(NOT_LISTED)))
        }
        DimensionSource::Flags { column: at } => {
            let when = categories().filter_map(|(position, category)| match category.kind {
                CategoryKind::Flag { value } => Some((column(*at).eq(lit(value)), position)),
                _ => None,
            });
            Some(case(when.collect(), column(*at), lit(NOT_LISTED)))
        }
        DimensionSource::Bands { column: at } => {
            let when = categories().filter_map(|(position, category)| match category.kind {
                CategoryKind::Band { from, to } => {
                    let above = column(*at).gt_eq(lit(from));
                    Some((to.map_or(above.clone(), |to| and(above, column(*at).lt_eq(lit(to)))), position))
                }
                _ => None,
            });
            Some(case(when.collect(), column(*at), lit(NOT_LISTED)))
        }
        DimensionSource::Periods => {
            let at = date?;
            let when = categories().filter_map(|(position, category)| match &category.kind {
                CategoryKind::Period(period) => Some((between(at, period.from, period.to), position)),
                _ => None,
            });
            Some(case(when.collect(), column(at), lit(NOT_LISTED)))
        }
    }
}

/// `CASE WHEN value IS NULL THEN -1 WHEN ... ELSE otherwise END`.
fn case(when: Vec<(Expr, i64)>, value: Expr, otherwise: Expr) -> Expr {
    let not_recorded = (value.is_null(), NOT_RECORDED);
    let branches = std::iter::once(not_recorded).chain(when);
    let branches = branches.map(|(condition, position)| (Box::new(condition), Box::new(lit(position))));
    Expr::Case(Case::new(None, branches.collect(), Some(Box::new(otherwise))))
}

/// Days from 1970-01-01.
fn days(day: Date) -> i32 {
    (day - date(1970, 1, 1)).get_days()
}

/// Seconds from 1970-01-01T00:00:00.
fn seconds(time: DateTime) -> i64 {
    let clock = time.time();
    i64::from(days(time.date())) * 86_400
        + i64::from(clock.hour()) * 3600
        + i64::from(clock.minute()) * 60
        + i64::from(clock.second())
}
