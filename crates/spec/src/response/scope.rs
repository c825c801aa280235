//! Which records a table or a record list is about: unit, filter, date, cancelled and rejected records.

use candour_model::Period;

use super::types::{Cancelled, Scope};
use super::{Resolver, unknown};
use crate::Filter;
use crate::diagnostic::Fault;
use crate::fields::At;
use crate::filter::read_filter;
use crate::schema::{ColumnRef, ColumnType, Precision, Reach};
use crate::written::WrittenScope;

/// A scope but for its periods, which may depend on the dimensions.
pub(super) struct HalfScope {
    pub(super) reach: Reach,
    pub(super) filter: Option<Filter>,
    cancelled: Cancelled,
    cancelled_filter: Option<Filter>,
    pub(super) date: Option<ColumnRef>,
    /// Whether a stock is counted, which goes by its own days.
    pub(super) of_stock: bool,
}

impl Resolver<'_> {
    /// Everything of a scope that does not depend on dimensions. `qualifiers` are the texts that may name columns of a record
    /// table that hangs on the unit's own; `more` is a further filter that must hold.
    pub(super) fn half_scope(
        &self,
        written: &WrittenScope,
        name: &At<String>,
        qualifiers: &[&str],
        definition: Option<&At<String>>,
    ) -> Option<HalfScope> {
        let schema = self.schema;
        let Some(unit) = schema.tables.iter().position(|table| table.unit.many == written.unit.value) else {
            let units = schema.tables.iter().map(|table| table.unit.many.as_str());
            unknown(self.faults, &written.unit, "is no unit", units);
            return None;
        };
        let reach = Reach { unit, base: self.base(unit, qualifiers, written)? };
        let definition = definition.and_then(|filter| read_filter(filter, schema, reach, self.faults));
        let own = written.filter.as_ref().and_then(|filter| read_filter(filter, schema, reach, self.faults));
        let (cancelled, cancelled_filter) = self.cancelled(written, name, reach);
        let date = self.date(written, reach);
        self.rejected_rows(written, name, reach);
        Some(HalfScope { reach, filter: both(definition, own), cancelled, cancelled_filter, date, of_stock: false })
    }

    pub(super) fn scope(&self, half: HalfScope, written: &WrittenScope, spans: Vec<Period>) -> Scope {
        Scope {
            record_table: half.reach.base,
            filter: half.filter,
            cancelled: half.cancelled,
            cancelled_filter: half.cancelled_filter,
            date: half.date,
            date_basis: written.date_basis.as_ref().map(|basis| basis.value.clone()),
            spans,
            rejected: written.rejected.as_ref().map(|reason| reason.value.clone()),
        }
    }

    /// The record table whose rows are read: the unit's own or, where a column of one that hangs on it is named
    /// (`victims.age`), that one.
    fn base(&self, unit: usize, qualifiers: &[&str], written: &WrittenScope) -> Option<usize> {
        let schema = self.schema;
        let hangs_on = |table: usize| table != unit && schema.lineage(table).contains(&unit);
        let names = |table: usize| {
            let dotted = format!("{}.", schema.tables[table].name);
            let begins_word =
                |text: &str, at: usize| !text[..at].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_');
            qualifiers.iter().any(|text| {
                let text = without_quoted(text);
                text.match_indices(&dotted).any(|(at, _)| begins_word(&text, at))
            })
        };
        let named: Vec<usize> = (0..schema.tables.len()).filter(|&table| hangs_on(table) && names(table)).collect();
        // Of tables that hang on one another the furthest one reaches the others.
        let furthest: Vec<usize> = named
            .iter()
            .copied()
            .filter(|&table| !named.iter().any(|&other| other != table && schema.lineage(other).contains(&table)))
            .collect();
        match furthest[..] {
            [] => Some(unit),
            [one] => Some(one),
            [one, other, ..] => {
                let message = format!(
                    "{} cannot be counted by columns of both `{}` and `{}`: each hangs on them by itself",
                    written.unit.value, schema.tables[one].name, schema.tables[other].name
                );
                self.faults.push(Fault::new(written.unit.span.clone(), message).hint("make two tables"));
                None
            }
        }
    }

    /// Cancelled records: whoever writes the table must say what becomes of them.
    fn cancelled(&self, written: &WrittenScope, name: &At<String>, reach: Reach) -> (Cancelled, Option<Filter>) {
        let lineage = self.schema.lineage(reach.base);
        let filters = lineage.into_iter().filter_map(|table| self.schema.tables[table].cancelled.clone());
        let filters: Vec<Filter> = filters.collect();
        let filter = if filters.len() > 1 { Some(Filter::Or(filters)) } else { filters.into_iter().next() };
        match (&written.cancelled, filter) {
            (None, Some(_)) => {
                let message = format!("the table `{}` does not say what becomes of cancelled records", name.value);
                let fault = Fault::new(name.span.clone(), message);
                self.faults.push(fault.hint("add `cancelled = \"excluded\"` or `cancelled = \"included\"`"));
                (Cancelled::NotMarked, None)
            }
            (Some(at), None) => {
                self.faults.add(&at.span, "the schema does not say which records are cancelled");
                (Cancelled::NotMarked, None)
            }
            (Some(at), filter) if at.value => (Cancelled::Included, filter),
            (Some(_), filter) => (Cancelled::Excluded, filter),
            (None, None) => (Cancelled::NotMarked, None),
        }
    }

    /// Rows that were rejected could have belonged here; that the figures may stand all the same is a person's decision.
    fn rejected_rows(&self, written: &WrittenScope, name: &At<String>, reach: Reach) {
        let lineage = self.schema.lineage(reach.base);
        let touched = lineage.into_iter().find(|&table| self.rejected.get(table).is_some_and(|&rejected| rejected > 0));
        match (touched, &written.rejected) {
            (Some(table), None) => {
                let rejected = self.rejected[table];
                let message = format!(
                    "the table `{}` counts records of `{}`, of which {rejected} could not be read when the extract was ingested",
                    name.value, self.schema.tables[table].name
                );
                let fault = Fault::new(name.span.clone(), message);
                self.faults
                    .push(fault.hint("mend the extract, or say in `rejected` why the figures may stand without them"));
            }
            (None, Some(reason)) => {
                self.faults.add(&reason.span, "no record that this table counts was rejected: take `rejected` out");
            }
            _ => {}
        }
    }

    /// The column that a date basis means: the record table's own or, failing that, that of a table that it hangs on.
    fn date(&self, written: &WrittenScope, reach: Reach) -> Option<ColumnRef> {
        let basis = written.date_basis.as_ref()?;
        let found = self.date_columns(reach).into_iter().find(|(_, known)| *known == basis.value);
        if found.is_none() {
            let fault =
                Fault::new(basis.span.clone(), format!("`{}` have no date `{}`", written.unit.value, basis.value));
            self.faults.push(fault.hint(self.date_bases_hint(reach)));
        }
        Some(found?.0)
    }

    fn date_columns(&self, reach: Reach) -> Vec<(ColumnRef, &str)> {
        let mut columns = Vec::new();
        let unit_first = self.schema.lineage(reach.unit).into_iter().chain(self.schema.lineage(reach.base));
        for table in unit_first {
            for (column, held) in self.schema.tables[table].columns.iter().enumerate() {
                let at = ColumnRef { table, column };
                if let (Some(basis), ColumnType::Date { .. } | ColumnType::DateTime { .. }) =
                    (&held.date_basis, &held.holds)
                    && !columns.iter().any(|(known, _)| *known == at)
                {
                    columns.push((at, basis.as_str()));
                }
            }
        }
        columns
    }

    pub(super) fn date_bases_hint(&self, reach: Reach) -> String {
        let bases: Vec<&str> = self.date_columns(reach).into_iter().map(|(_, basis)| basis).collect();
        match bases[..] {
            [] => "the schema gives no date of these records a `date_basis`".into(),
            _ => format!("it is one of `{}`", bases.join("`, `")),
        }
    }

    /// Whether a table or list with periods has a date to go by.
    pub(super) fn needs_date(&self, written: &WrittenScope, name: &At<String>, reach: Reach) {
        if written.date_basis.is_none() {
            let message = format!("the table `{}` has periods but no `date_basis`", name.value);
            self.faults.push(Fault::new(name.span.clone(), message).hint(self.date_bases_hint(reach)));
        }
    }

    /// The periods that `within` names.
    pub(super) fn within(&self, written: &WrittenScope) -> Option<Vec<Period>> {
        let name = written.within.as_ref()?;
        Some(self.named_periods(name)?.into_iter().map(|named| named.period).collect())
    }

    /// A date known to the month cannot tell the 23rd from the 24th. A period that ends with the extract may cut a month
    /// short: nothing later is recorded.
    pub(super) fn precision(&self, written: &WrittenScope, name: &At<String>, date: ColumnRef, spans: &[Period]) {
        let ColumnType::Date { precision, .. } = &self.schema.column(date).holds else { return };
        let fits = |span: &Period| {
            precision.begins_on(span.from)
                && (span.to == self.as_at || span.to.tomorrow().is_ok_and(|next| precision.begins_on(next)))
        };
        if let Some(span) = spans.iter().find(|span| !fits(span)) {
            let basis = written.date_basis.as_ref().map_or_else(|| name.span.clone(), |basis| basis.span.clone());
            let message = format!(
                "the period {} to {} cuts through what the date `{}` can tell apart",
                span.from,
                span.to,
                self.schema.column(date).name
            );
            let known_to = match precision {
                Precision::Day => "day",
                Precision::Month => "month",
                Precision::Year => "year",
                Precision::FinancialYear => "financial year",
            };
            let hint = format!("the date is known only to the {known_to}: let the period begin and end with one");
            self.faults.push(Fault::new(basis, message).hint(hint));
        }
    }
}

/// A filter without the texts in quotes that it compares with.
fn without_quoted(filter: &str) -> String {
    filter.split('\'').step_by(2).collect::<Vec<_>>().join(" ")
}

fn both(left: Option<Filter>, right: Option<Filter>) -> Option<Filter> {
    match (left, right) {
        (Some(left), Some(right)) => Some(Filter::And(vec![left, right])),
        (left, right) => left.or(right),
    }
}
