//! Tables and record lists: everything looked up, and checked together.

use std::collections::BTreeSet;

use candour_calendar::span_in_words;
use candour_model::{Category, CategoryKind, Period, grid};
use candour_wording::Language;

use super::measure::measure_ids;
use super::types::{ListColumn, ListSpec, TableDimension, TableSpec};
use super::{Resolver, unknown};
use crate::Filter;
use crate::diagnostic::Fault;
use crate::fields::At;
use crate::schema::{ColumnRef, Role};
use crate::written::{self, WrittenMeasure, WrittenSource};

/// The most cells that a table may have, margins apart; more could not be read, and would fill the memory.
const MOST_CELLS: u64 = 2_000_000;

impl Resolver<'_> {
    pub(super) fn tables(&self) -> Vec<TableSpec> {
        let written = &self.written.tables;
        let ids = written.iter().map(|table| &table.id).chain(self.written.records.iter().map(|list| &list.id));
        self.unique(ids, "table");
        // Also those that no table uses: a fault there would wait for the day on which one does.
        for bands in &self.written.bands {
            self.bands(&bands.name);
        }
        self.check_periods();
        written.iter().filter_map(|table| self.table(table)).collect()
    }

    fn table(&self, written: &written::Table) -> Option<TableSpec> {
        self.file_name(&written.id);
        self.question_numbers(&written.id, &written.questions, &written.span);
        let definition = self.definition_filter(written);
        let qualifiers = qualifiers(written, definition);
        let name = At { value: written.id.value.clone(), span: written.span.clone() };
        let mut half = self.half_scope(&written.scope, &name, &qualifiers, definition)?;
        let all = written.rows.iter().chain(&written.columns);
        half.of_stock = all.into_iter().any(|dimension| matches!(dimension.source, WrittenSource::Stock { .. }));
        let reach = half.reach;
        let faults_before = self.faults.count();
        let made = self.dimensions(written, &half, &measure_ids(&written.measures));
        if made.len() < written.rows.len() + written.columns.len() {
            // What follows from the dimensions cannot be judged without all of them.
            return None;
        }
        let has_periods = made.iter().any(|made| made.periods.is_some());
        let dimensions: Vec<TableDimension> = made.into_iter().map(|made| made.dimension).collect();
        let measures = self.measures(written, reach, &dimensions);
        self.age_basis(
            written,
            half.filter.as_ref(),
            &dimensions,
            measures.as_ref().map(|(_, quantities)| &quantities[..]),
        );
        let spans = self.spans(written, &dimensions);
        let is_stock = half.of_stock;
        if let (Some(date), Some(spans), false) = (half.date, &spans, is_stock) {
            self.precision(&written.scope, &name, date, spans);
        }
        if (has_periods || (spans.is_some() && !is_stock)) && half.date.is_none() {
            self.needs_date(&written.scope, &name, reach);
        }
        self.size(written, &dimensions);
        self.warn(written, spans.as_deref().unwrap_or_default(), &dimensions);
        if self.faults.count() > faults_before {
            return None;
        }
        let residents = self.residents(&dimensions);
        let (measures, quantities) = measures?;
        let chart = self.chart(written, &dimensions, measures.first()?.kind)?;
        // A stock goes by two dates of its own; the day on which a record came about does not decide whether it counts.
        let mut scope = self.scope(half, &written.scope, spans.unwrap_or_default());
        if is_stock {
            (scope.date, scope.date_basis) = (None, None);
        }
        Some(TableSpec {
            id: written.id.value.clone(),
            title: written.title.clone(),
            questions: written.questions.iter().map(|question| question.value.clone()).collect(),
            counted: reach.unit,
            counted_by: self.counted_by(reach),
            scope,
            measures,
            measures_inside: written.measures_inside,
            quantities,
            rounding: written.rounding,
            definition: written.definition.as_ref().map(|definition| definition.value.clone()),
            age_basis: written.age_basis.as_ref().map(|basis| basis.value.clone()),
            dimensions,
            total_row: written.total_row,
            total_column: written.total_column,
            subtotals: written.subtotals,
            column_subtotals: written.column_subtotals,
            total_label: written.total_label.clone(),
            drop_empty_rows: written.drop_empty_rows,
            chart,
            referred: Vec::new(),
            residents: residents?,
        })
    }

    /// A table's id names its data file.
    fn file_name(&self, id: &At<String>) {
        let plain = id.value.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !plain || id.value.starts_with('-') || id.value.len() > 80 {
            let fault = Fault::new(id.span.clone(), format!("`{}` cannot name a table", id.value));
            self.faults.push(fault.hint("use lower-case letters, digits and hyphens: it names the table's data file"));
        }
    }

    fn question_numbers(&self, id: &At<String>, questions: &[At<String>], span: &std::ops::Range<usize>) {
        if !self.written.complete {
            return;
        }
        for number in questions {
            if !self.written.questions.iter().any(|question| question.number.value == number.value) {
                let known = self.written.questions.iter().map(|question| question.number.value.as_str());
                unknown(self.faults, number, "is no question", known);
            }
        }
        if questions.is_empty() {
            let fault = Fault::new(span.clone(), format!("the table `{}` answers no question", id.value));
            self.faults.push(fault.hint("name its questions: `questions = [\"1\"]`"));
        }
    }

    fn definition_filter(&self, table: &written::Table) -> Option<&At<String>> {
        let name = table.definition.as_ref()?;
        let found = self.written.definitions.iter().find(|definition| definition.id.value == name.value);
        if found.is_none() && self.written.complete {
            let known = self.written.definitions.iter().map(|definition| definition.id.value.as_str());
            unknown(self.faults, name, "is no definition", known);
        }
        Some(&found?.filter)
    }

    /// Ages are worth nothing without the day on which they were taken.
    fn age_basis(
        &self,
        table: &written::Table,
        filter: Option<&Filter>,
        dimensions: &[TableDimension],
        quantities: Option<&[super::types::QuantitySpec]>,
    ) {
        let mut columns: Vec<ColumnRef> = filter.iter().flat_map(|filter| filter.columns()).collect();
        columns.extend(dimensions.iter().flat_map(|dimension| dimension.source.columns()));
        for quantity in quantities.unwrap_or_default() {
            columns.extend(quantity.tally.columns());
            columns.extend(quantity.filter.iter().flat_map(Filter::columns));
        }
        let bases: BTreeSet<String> =
            columns.into_iter().filter_map(|at| self.schema.column(at).age_basis.clone()).collect();
        if bases.len() > 1 {
            self.faults.add(&table.span, format!("the ages in `{}` were taken at different times", table.id.value));
            return;
        }
        match (bases.first(), &table.age_basis) {
            (Some(basis), None) => {
                let message = format!("the table `{}` goes by an age but has no `age_basis`", table.id.value);
                let fault = Fault::new(table.span.clone(), message);
                self.faults.push(fault.hint(format!("the schema says `{basis}`")));
            }
            (Some(basis), Some(written)) if *basis != written.value => {
                let message = format!("the age was taken `{basis}`, says the schema, not `{}`", written.value);
                self.faults.add(&written.span, message);
            }
            (None, Some(written)) => {
                self.faults.add(&written.span, "the table goes by no column that has an age basis");
            }
            _ => {}
        }
    }

    /// The spans of days that the table covers: those of its finest periods, or those that it names in `within`.
    fn spans(&self, table: &written::Table, dimensions: &[TableDimension]) -> Option<Vec<Period>> {
        let finest = dimensions.iter().rev().find_map(|dimension| {
            let spans: Vec<Period> = dimension
                .dimension
                .categories
                .iter()
                .filter_map(|category| match &category.kind {
                    CategoryKind::Period(period) => Some(period.clone()),
                    CategoryKind::Stock { at } => Some(Period { from: *at, to: *at, whole: true }),
                    _ => None,
                })
                .collect();
            (!spans.is_empty()).then_some(spans)
        });
        if finest.is_some() {
            return finest;
        }
        if table.scope.within.is_some() {
            return self.within(&table.scope);
        }
        let message = format!("the table `{}` covers no period", table.id.value);
        let fault = Fault::new(table.span.clone(), message);
        self.faults.push(fault.hint("break it down by `periods`, or name the periods that it covers in `within`"));
        None
    }

    fn size(&self, table: &written::Table, dimensions: &[TableDimension]) {
        let too_many = |cells: String| {
            let message =
                format!("the table `{}` would have {cells} cells; at most {MOST_CELLS} can be made", table.id.value);
            let fault = Fault::new(table.span.clone(), message);
            self.faults.push(fault.hint("list fewer `categories`, or make two tables"));
        };
        // What lies inside something else adds no cells of its own.
        let rolled_up: BTreeSet<usize> =
            dimensions.iter().filter_map(|dimension| dimension.dimension.rolls_up_to).collect();
        let finest = dimensions.iter().enumerate().filter(|(at, _)| !rolled_up.contains(at));
        let cells = finest
            .fold(1_u64, |cells, (_, dimension)| cells.saturating_mul(dimension.dimension.categories.len() as u64));
        let sizes = |sets: bool| -> Option<Vec<u32>> {
            let size = |dimension: &TableDimension| {
                let size = if sets { dimension.atoms.sets.len() } else { dimension.dimension.categories.len() + 1 };
                u32::try_from(size).ok()
            };
            dimensions.iter().map(size).collect()
        };
        if cells > MOST_CELLS {
            too_many(cells.to_string());
        } else if [sizes(true), sizes(false)]
            .into_iter()
            .any(|sizes| sizes.and_then(|sizes| grid::key_count(&sizes)).is_none())
        {
            too_many("far too many".into());
        }
    }

    /// What a reader might compare that should not be compared.
    fn warn(&self, table: &written::Table, spans: &[Period], dimensions: &[TableDimension]) {
        let warn = |message: String, hint: &str| {
            self.warnings.push(Fault::new(table.id.span.clone(), message).hint(hint));
        };
        // Each with its like: those that hold others, and the days that are covered.
        let inner: BTreeSet<Option<usize>> = dimensions.iter().map(|inner| inner.dimension.rolls_up_to).collect();
        let outer = (0..dimensions.len()).filter(|at| inner.contains(&Some(*at)));
        let mut parts: Vec<String> = outer.flat_map(|at| beside_whole_ones(periods(&dimensions[at]))).collect();
        let days = spans.iter().map(|span| (span_in_words(span.from, span.to, Language::ENGLISH), !span.whole));
        parts.extend(beside_whole_ones(days.collect()));
        if !parts.is_empty() {
            let message =
                format!("the table `{}` sets part periods beside whole ones: {}", table.id.value, parts.join(", "));
            warn(message, "their labels and a note say so; end with the last whole period if they should be compared");
        }
        let Some(days) = self.written.extract.as_ref().map(|extract| extract.settled_after_days.value) else { return };
        let is_fresh = |span: &&Period| i64::from((self.as_at - span.to).get_days()) < days;
        let fresh = spans.iter().filter(is_fresh).count();
        if fresh > 0 && fresh < spans.len() {
            let periods = if fresh == 1 { "a fresh period".to_owned() } else { format!("{fresh} fresh periods") };
            let message = format!(
                "the table `{}` sets {periods} beside settled ones: less than {days} days lie between its end and the extract",
                table.id.value
            );
            let message = if fresh == 1 { message } else { message.replace("between its end", "between their ends") };
            warn(message, "a note and the mark [p] say so; wait, or leave them out, if they should be compared");
        }
    }

    // --- Record lists ---

    pub(super) fn lists(&self) -> Vec<ListSpec> {
        self.written.records.iter().filter_map(|list| self.list(list)).collect()
    }

    fn list(&self, written: &written::Records) -> Option<ListSpec> {
        self.file_name(&written.id);
        self.question_numbers(&written.id, &written.questions, &written.span);
        let filter = written.scope.filter.as_ref().map(|filter| filter.value.as_str());
        let mut qualifiers: Vec<&str> = written.columns.iter().map(|listed| listed.column.value.as_str()).collect();
        qualifiers.extend(filter);
        let name = At { value: written.id.value.clone(), span: written.span.clone() };
        let half = self.half_scope(&written.scope, &name, &qualifiers, None)?;
        if half.reach.base != half.reach.unit {
            let unit = &self.schema.tables[half.reach.base].unit.many;
            let fault =
                Fault::new(written.span.clone(), "a record list cannot reach down to what hangs on its records");
            self.faults.push(fault.hint(format!("list {unit}: their parents' columns can stand beside their own")));
            return None;
        }
        let mut columns: Vec<ListColumn> = Vec::new();
        for listed in &written.columns {
            let Some(at) = self.column(&listed.column, half.reach) else { continue };
            let column = self.schema.column(at);
            if column.role == Role::Identifier {
                let message = format!("`{}` is an identifier, and never released", listed.column.value);
                self.faults.add(&listed.column.span, message);
                continue;
            }
            if columns.iter().any(|known| known.id == listed.column.value) {
                self.faults.add(&listed.column.span, format!("the column `{}` stands twice", listed.column.value));
            }
            let label = listed.label.as_ref().map_or_else(|| column.title.clone(), |label| label.value.clone());
            columns.push(ListColumn { column: at, id: listed.column.value.clone(), label });
        }
        let spans = match written.scope.within {
            Some(_) => self.within(&written.scope),
            None => {
                let fault = Fault::new(
                    written.span.clone(),
                    format!("the record list `{}` covers no period", written.id.value),
                );
                self.faults.push(fault.hint("name the periods that it covers in `within`"));
                None
            }
        };
        match (half.date, &spans) {
            (Some(date), Some(spans)) => self.precision(&written.scope, &name, date, spans),
            (None, _) => self.needs_date(&written.scope, &name, half.reach),
            _ => {}
        }
        Some(ListSpec {
            id: written.id.value.clone(),
            title: written.title.clone(),
            questions: written.questions.iter().map(|question| question.value.clone()).collect(),
            scope: self.scope(half, &written.scope, spans?),
            reason: written.reason.clone(),
            columns,
        })
    }
}

/// The periods and years of a dimension by their labels, and whether each is a part.
fn periods(dimension: &TableDimension) -> Vec<(String, bool)> {
    let part = |category: &Category| match &category.kind {
        CategoryKind::Year { part, .. } => Some((category.label.clone(), *part)),
        CategoryKind::Period(period) => Some((category.label.clone(), !period.whole)),
        _ => None,
    };
    dimension.dimension.categories.iter().filter_map(part).collect()
}

/// The names of those that are parts, where others are whole.
fn beside_whole_ones(periods: Vec<(String, bool)>) -> Vec<String> {
    let all = periods.len();
    let parts: Vec<String> = periods.into_iter().filter(|(_, part)| *part).map(|(name, _)| name).collect();
    if parts.len() < all { parts } else { Vec::new() }
}

/// Every text of a table that may name a column by its record table.
fn qualifiers<'w>(written: &'w written::Table, definition: Option<&'w At<String>>) -> Vec<&'w str> {
    let mut texts: Vec<&str> =
        written.scope.filter.iter().chain(definition).map(|filter| filter.value.as_str()).collect();
    for dimension in written.rows.iter().chain(&written.columns) {
        match &dimension.source {
            WrittenSource::Column { column, .. } => texts.push(&column.value),
            WrittenSource::Flag(filter) => texts.push(&filter.value),
            WrittenSource::Stock { from, until, .. } => texts.extend([from.value.as_str(), until.value.as_str()]),
            WrittenSource::Part { column: Some(column), .. } => texts.push(&column.value),
            WrittenSource::Part { column: None, .. } | WrittenSource::Periods(_) => {}
        }
    }
    for measure in &written.measures {
        texts.extend(measure.filter.iter().map(|filter| filter.value.as_str()));
        match &measure.kind.value {
            WrittenMeasure::Distinct(name)
            | WrittenMeasure::Sum(name)
            | WrittenMeasure::Minimum(name)
            | WrittenMeasure::Maximum(name)
            | WrittenMeasure::Mean(name)
            | WrittenMeasure::Median(name) => texts.push(&name.value),
            _ => {}
        }
    }
    texts
}
