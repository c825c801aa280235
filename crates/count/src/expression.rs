//! Filters as expressions of the engine. Only comparisons and lists are used: what every engine that could run the plan
//! computes alike.

use candour_model::Period;
use candour_spec::{ColumnRef, ColumnType, Comparison, Filter, Literal, Schema};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, and, lit, or};
use datafusion::prelude::col;
use jiff::civil::{Date, DateTime, date};

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
pub(crate) fn in_spans(at: ColumnRef, spans: &[Period], schema: &Schema) -> Option<Expr> {
    let mut ordered: Vec<(Date, Date)> = spans.iter().map(|span| (span.from, span.to)).collect();
    ordered.sort_unstable();
    let mut joined: Vec<(Date, Date)> = Vec::new();
    for (from, to) in ordered {
        match joined.last_mut() {
            Some(last) if last.1.tomorrow().is_ok_and(|next| from <= next) => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    let timed = matches!(schema.column(at).holds, ColumnType::DateTime { .. });
    let between: Vec<Expr> = joined.into_iter().map(|(from, to)| between(at, from, to, timed)).collect();
    (!between.is_empty()).then(|| balanced(between, or, false))
}

/// Whether any of some expressions holds.
pub(crate) fn any(parts: Vec<Expr>) -> Expr {
    balanced(parts, or, false)
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

/// Whether a date, or a date with a time of day, falls on a day from one to another.
fn between(at: ColumnRef, from: Date, to: Date, timed: bool) -> Expr {
    if timed {
        let second = |second| lit(ScalarValue::TimestampSecond(Some(second), None));
        let (first, after) = (i64::from(days(from)) * 86_400, (i64::from(days(to)) + 1) * 86_400);
        return and(column(at).gt_eq(second(first)), column(at).lt(second(after)));
    }
    let day = |day| lit(ScalarValue::Date32(Some(days(day))));
    and(column(at).gt_eq(day(from)), column(at).lt_eq(day(to)))
}

/// Days from 1970-01-01.
pub(crate) fn days(day: Date) -> i32 {
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
