//! Rows and columns: categories nested in order, subtotals after what they sum, totals last.

use std::collections::BTreeSet;
use std::rc::Rc;

use candour_model::{
    Axis, CancelledRecords, Category, CategoryKind, Cell, Column, ColumnKind, Cut, Dimension, Mark, MeasureFacts,
    Reason, Row, RowKind, Shown, Table, TableFacts,
};
use candour_spec::{Cancelled, OrderBy};
use jiff::civil::Date;

use crate::ExtractFacts;
use crate::breaks::Breaks;
use crate::value::{Pick, Place, View, adds_up, coords, is_special};

/// A category of one dimension, or those that are not shown on their own.
type Step = (usize, Pick);

/// A row or column: what it holds, its labels, its steps, and which measure it shows if it is a column.
struct Line {
    kind: LineKind,
    labels: Vec<String>,
    steps: Vec<Step>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LineKind {
    Inner,
    Subtotal,
    Rest,
    Total,
}

/// What a laid-out table leaves out, and what is odd about what it shows, for its notes.
#[derive(Default)]
pub(crate) struct NotShown {
    /// The labels of the rows that are all zero.
    pub(crate) empty_rows: Vec<String>,
    /// For each dimension that shows only its highest or lowest: how many it shows, how many there are, how many tie for
    /// the last place.
    pub(crate) cut: Vec<CutOff>,
    /// Which categories those are.
    pub(crate) categories: BTreeSet<Cut>,
    /// The measures that are shares of something of which a part is below zero.
    pub(crate) shares_below_zero: BTreeSet<usize>,
}

/// A dimension that shows only some of its categories.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct CutOff {
    pub(crate) dimension: usize,
    pub(crate) shown: usize,
    pub(crate) of: usize,
    /// How many more than asked for are shown, since they tie with the last.
    pub(crate) tied: usize,
}

/// Which categories a table does not show on their own, as far as it may be known which they are.
pub(crate) fn cut_off(view: &View<'_>) -> BTreeSet<Cut> {
    let mut not_shown = NotShown::default();
    columns(view, &mut not_shown);
    row_plan(view, &view.spec.side(Axis::Rows), &mut not_shown);
    not_shown.categories
}

/// Lays out one table, and gives what it does not show. Its notes are added afterwards.
pub(crate) fn lay_out(
    view: &View<'_>,
    extract: &ExtractFacts,
    settled_after_days: u32,
    breaks: &mut Breaks<'_>,
) -> (Table, NotShown) {
    let spec = view.spec;
    let dimensions: Vec<&Dimension> = view.dimensions().collect();
    let mut not_shown = NotShown::default();
    let row_side = spec.side(Axis::Rows);
    let columns = columns(view, &mut not_shown);
    // A figure is provisional when days that had not settled are part of it.
    let is_provisional =
        |place: &Place| view.covered(place).iter().any(|span| is_fresh(span.to, extract.as_at, settled_after_days));
    let place = |row: &[Step], column: &[Step]| {
        let mut place = view.everywhere();
        for (dimension, pick) in row.iter().chain(column) {
            place[*dimension] = pick.clone();
        }
        place
    };
    let cell = |row: &[Step], column: &[Step], measure: usize| {
        let place = place(row, column);
        let marks = if is_provisional(&place) { BTreeSet::from([Mark::Provisional]) } else { BTreeSet::new() };
        Cell { shown: view.shown(measure, &place), coords: coords(&place), measure, marks }
    };
    let mut rows = Vec::new();
    for line in row_plan(view, &row_side, &mut not_shown) {
        let mut cells: Vec<Cell> =
            columns.iter().map(|(column, steps)| cell(&line.steps, steps, column.measure)).collect();
        let is_empty = |cell: &Cell| match cell.shown {
            Shown::Value(value) => value.is_zero(),
            Shown::Withheld(reason) => reason == Reason::NotApplicable,
        };
        let kind = match line.kind {
            LineKind::Inner => RowKind::Inner,
            LineKind::Subtotal => RowKind::Subtotal,
            LineKind::Rest => RowKind::Rest,
            LineKind::Total => RowKind::GrandTotal,
        };
        if cells.iter().all(is_empty) && spec.drop_empty_rows && kind != RowKind::GrandTotal {
            if kind == RowKind::Inner {
                not_shown.empty_rows.push(line.labels.join(", "));
            }
            continue;
        }
        // Only now: what is not shown has no breaks to be told.
        for (cell, (column, steps)) in cells.iter_mut().zip(&columns) {
            let place = place(&line.steps, steps);
            // Nor has a figure that cannot be.
            if cell.shown != Shown::Withheld(Reason::NotApplicable) && breaks.look(column.measure, &place) {
                cell.marks.insert(Mark::Break);
            }
            if view.is_share_below_zero(column.measure, &place) {
                not_shown.shares_below_zero.insert(column.measure);
            }
        }
        rows.push(Row { kind, key: key(&line.steps), labels: line.labels, cells });
    }
    not_shown.cut.dedup();
    let table = Table {
        about: facts(view, extract),
        row_headings: row_side.iter().map(|&at| dimensions[at].label.clone()).collect(),
        columns: columns.into_iter().map(|(column, _)| column).collect(),
        rows,
    };
    (table, not_shown)
}

fn facts(view: &View<'_>, extract: &ExtractFacts) -> TableFacts {
    let (spec, schema) = (view.spec, view.schema);
    let measure = |measure: &candour_spec::Measure| MeasureFacts {
        id: measure.id.clone(),
        label: measure.label.clone(),
        kind: measure.kind,
        adds_up: adds_up(view, measure),
        places: measure.places,
    };
    let lineage = schema.lineage(spec.scope.record_table);
    TableFacts {
        id: spec.id.clone(),
        title: spec.title.clone(),
        questions: spec.questions.clone(),
        unit: schema.tables[spec.counted].unit.many.clone(),
        measure: spec.measures[0].label.clone(),
        measures: spec.measures.iter().map(measure).collect(),
        definition: spec.definition.clone(),
        cancelled: match spec.scope.cancelled {
            Cancelled::NotMarked => None,
            Cancelled::Included => Some(CancelledRecords::Included),
            Cancelled::Excluded => Some(CancelledRecords::Excluded),
        },
        rejected: lineage.into_iter().filter_map(|table| extract.rejected.get(table)).sum(),
        date_basis: spec.scope.date_basis.clone(),
        age_basis: spec.age_basis.clone(),
        dimensions: view.dimensions().cloned().collect(),
        chart: spec.chart,
        notes: Vec::new(),
    }
}

/// One number a step, for the headings that neighbours share.
fn key(steps: &[Step]) -> Vec<u32> {
    let number = |(_, pick): &Step| match pick {
        Pick::At(at) => *at,
        Pick::Rest(_) => u32::MAX,
        Pick::Total => u32::MAX - 1,
    };
    steps.iter().map(number).collect()
}

// --- Columns ---

/// The columns with their steps. A table without column dimensions has one a measure.
fn columns(view: &View<'_>, not_shown: &mut NotShown) -> Vec<(Column, Vec<Step>)> {
    let spec = view.spec;
    let several = spec.measures.len() > 1;
    let mut columns = Vec::new();
    if spec.measures_inside && several {
        let side = spec.side(Axis::Columns);
        let mut lines = column_lines(view, &side, not_shown);
        if spec.total_column && !side.is_empty() {
            lines.push(Line { kind: LineKind::Total, labels: vec![total_label(view, None)], steps: Vec::new() });
        }
        for (at, line) in lines.into_iter().enumerate() {
            for (measure, wanted) in spec.measures.iter().enumerate() {
                let mut labels = line.labels.clone();
                labels.push(wanted.label.clone());
                // A total's one heading must not be taken for that of its neighbours.
                let mut key = if line.steps.is_empty() { vec![at as u32] } else { column_key(&line) };
                key.push(measure as u32);
                columns.push((Column { kind: column_kind(line.kind), measure, key, labels }, line.steps.clone()));
            }
        }
        return columns;
    }
    for (measure, wanted) in spec.measures.iter().enumerate() {
        if wanted.columns.is_empty() {
            let labels = vec![wanted.label.clone()];
            columns.push((Column { kind: ColumnKind::Inner, measure, key: vec![measure as u32], labels }, Vec::new()));
            continue;
        }
        let mut lines = column_lines(view, &wanted.columns, not_shown);
        if spec.total_column {
            let label = total_label(view, wanted.total_label.as_deref());
            lines.push(Line { kind: LineKind::Total, labels: vec![label], steps: Vec::new() });
        }
        for line in lines {
            let mut key = column_key(&line);
            let mut labels = line.labels;
            if several {
                labels.insert(0, wanted.label.clone());
                key.insert(0, measure as u32);
            }
            columns.push((Column { kind: column_kind(line.kind), measure, key, labels }, line.steps));
        }
    }
    columns
}

/// The columns of a side, each group followed by its subtotal where there are such.
fn column_lines(view: &View<'_>, side: &[usize], not_shown: &mut NotShown) -> Vec<Line> {
    let inner = combinations(view, side, not_shown);
    if !view.spec.column_subtotals {
        return inner;
    }
    with_subtotals(inner, side.len(), |group| {
        // It stands under the heading of its group.
        let last = group.last().map(|step| plain_label(view, step)).unwrap_or_default();
        let total =
            view.spec.total_label.clone().unwrap_or_else(|| view.words.say("subtotal", &[("name", last.into())]));
        let labels = group.iter().map(|step| step_label(view, step));
        labels.chain([total]).collect()
    })
}

/// A subtotal's last heading is none of its neighbours'.
fn column_key(line: &Line) -> Vec<u32> {
    let mut key = key(&line.steps);
    if line.kind == LineKind::Subtotal {
        key.push(u32::MAX);
    }
    key
}

fn column_kind(kind: LineKind) -> ColumnKind {
    match kind {
        LineKind::Inner => ColumnKind::Inner,
        LineKind::Subtotal => ColumnKind::Subtotal,
        LineKind::Rest => ColumnKind::Rest,
        LineKind::Total => ColumnKind::Total,
    }
}

fn total_label(view: &View<'_>, own: Option<&str>) -> String {
    let own = own.or(view.spec.total_label.as_deref());
    own.map_or_else(|| view.words.say("grand-total", &[]), str::to_owned)
}

// --- Rows ---

/// The rows in order: inner rows, each group followed by its subtotal, the grand total last.
fn row_plan(view: &View<'_>, side: &[usize], not_shown: &mut NotShown) -> Vec<Line> {
    let mut rows = combinations(view, side, not_shown);
    if view.spec.subtotals {
        rows = with_subtotals(rows, side.len(), |group| {
            let label = group.last().map(|step| plain_label(view, step)).unwrap_or_default();
            vec![view.words.say("subtotal", &[("name", label.into())])]
        });
    }
    if view.spec.total_row {
        rows.push(Line { kind: LineKind::Total, labels: vec![total_label(view, None)], steps: Vec::new() });
    }
    rows
}

/// Puts a subtotal after each group of lines: the innermost group that ends there first, then those around it.
fn with_subtotals(inner: Vec<Line>, levels: usize, labels: impl Fn(&[Step]) -> Vec<String>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut inner = inner.into_iter().peekable();
    while let Some(line) = inner.next() {
        let steps = line.steps.clone();
        lines.push(line);
        for depth in (1..levels.min(steps.len())).rev() {
            let group = &steps[..depth];
            if inner.peek().is_none_or(|next| next.steps.get(..depth) != Some(group)) {
                lines.push(Line { kind: LineKind::Subtotal, labels: labels(group), steps: group.to_vec() });
            }
        }
    }
    lines
}

/// Every combination of categories of some dimensions, outer first, in the order that each dimension asks for; an inner
/// category that is rolled up stands only under its own.
fn combinations(view: &View<'_>, side: &[usize], not_shown: &mut NotShown) -> Vec<Line> {
    let mut all: Vec<Vec<Step>> = vec![Vec::new()];
    for &dimension in side {
        let mut longer = Vec::new();
        for steps in all {
            // What is not shown on its own is not broken down either.
            if steps.iter().any(|(_, pick)| matches!(pick, Pick::Rest(_))) {
                longer.push(steps);
                continue;
            }
            for pick in ordered(view, dimension, &steps, not_shown) {
                longer.push([steps.clone(), vec![(dimension, pick)]].concat());
            }
        }
        all = longer;
    }
    let line = |steps: Vec<Step>| {
        let rest = steps.iter().any(|(_, pick)| matches!(pick, Pick::Rest(_)));
        let labels = steps.iter().map(|step| step_label(view, step)).collect();
        Line { kind: if rest { LineKind::Rest } else { LineKind::Inner }, labels, steps }
    };
    all.into_iter().map(line).collect()
}

/// The categories of a dimension under some outer ones, in the order in which they are shown.
fn ordered(view: &View<'_>, dimension: usize, outer: &[Step], not_shown: &mut NotShown) -> Vec<Pick> {
    let here = view.dimension(dimension);
    let order = &view.spec.dimensions[dimension].order;
    let mut place = view.everywhere();
    for (at, pick) in outer {
        place[*at] = pick.clone();
    }
    let listed = view.under(dimension, &place);
    if order.by == OrderBy::Listed {
        return listed.into_iter().map(Pick::At).collect();
    }
    let value = |position: u32| {
        let mut there = place.clone();
        there[dimension] = Pick::At(position);
        view.unrounded(order.measure, &there).value()
    };
    let mut ranked: Vec<(u32, Option<candour_model::Decimal>)> =
        view.beside(dimension, &place).into_iter().map(|position| (position, value(position))).collect();
    // What is withheld comes after what is shown, in the order of the list, so that its place tells nothing. Only where there
    // is nothing at all is less than that.
    let is_last = |value: &Option<candour_model::Decimal>| match value {
        Some(value) if order.by == OrderBy::Highest && value.units() <= 0 => 2,
        Some(_) => 0,
        None => 1,
    };
    ranked.sort_by(|(_, left), (_, right)| match (left, right) {
        _ if is_last(left) != is_last(right) => is_last(left).cmp(&is_last(right)),
        (Some(left), Some(right)) if order.by == OrderBy::Highest => right.cmp(left),
        (left, right) => left.cmp(right),
    });
    let asked = order.top.map_or(ranked.len(), |top| ranked.len().min(top as usize));
    let last = asked.checked_sub(1).and_then(|last| ranked[last].1);
    let tied = ranked[asked..].iter().take_while(|(_, value)| value.is_some() && *value == last).count();
    let rest: Vec<u32> = ranked.split_off(asked + tied).into_iter().map(|(position, _)| position).collect();
    if !rest.is_empty() {
        let mut categories = rest.clone();
        categories.sort_unstable();
        let under = outer.iter().filter_map(|(at, pick)| match pick {
            Pick::At(category) => Some((*at, *category)),
            _ => None,
        });
        let mut under: Vec<(usize, u32)> = under.collect();
        under.sort_unstable();
        not_shown.categories.insert(Cut { dimension, under, categories, is_shown: order.rest.is_some() });
        not_shown.cut.push(CutOff { dimension, shown: ranked.len(), of: ranked.len() + rest.len(), tied });
    }
    let mut picks = Vec::new();
    for (position, _) in ranked {
        picks.push(Pick::At(position));
        // Parts follow what holds them.
        let parts = listed.iter().filter(|part| Category::holders(&here.categories, **part).any(|at| at == position));
        picks.extend(parts.map(|part| Pick::At(*part)));
    }
    if let (Some(_), false) = (&order.rest, rest.is_empty()) {
        picks.push(Pick::Rest(Rc::from(rest)));
    }
    let special = |at: &&u32| {
        let category = &here.categories[**at as usize];
        is_special(category) && category.of_which.is_none()
    };
    picks.extend(listed.iter().filter(special).map(|at| Pick::At(*at)));
    picks
}

/// What a category is called.
fn plain_label(view: &View<'_>, (dimension, pick): &Step) -> String {
    match pick {
        Pick::At(at) => view.dimension(*dimension).categories[*at as usize].label.clone(),
        _ => step_label(view, &(*dimension, pick.clone())),
    }
}

/// What people read for a category in a row or column.
fn step_label(view: &View<'_>, (dimension, pick): &Step) -> String {
    let here = view.dimension(*dimension);
    match pick {
        Pick::At(at) => {
            let category = &here.categories[*at as usize];
            let label = ("name", category.label.as_str().into());
            match (category.of_which, view.spec.dimensions[*dimension].overlaps(*at)) {
                (Some(_), _) => view.words.say("of-which", &[label]),
                (None, true) => view.words.say("overlapping", &[label]),
                // Rows have the dimension's name over them; a column that is called "Yes" says nothing.
                (None, false) if here.axis == Axis::Columns && matches!(category.kind, CategoryKind::Flag { .. }) => {
                    view.words.say("flag-column", &[("dimension", here.label.as_str().into()), label])
                }
                (None, false) => category.label.clone(),
            }
        }
        Pick::Rest(_) => view.spec.dimensions[*dimension].order.rest.clone().unwrap_or_default(),
        Pick::Total => total_label(view, None),
    }
}

/// Whether a period that ended on `end` had not settled at the extract.
pub(crate) fn is_fresh(end: Date, as_at: Date, settled_after_days: u32) -> bool {
    (as_at - end).get_days() < i32::try_from(settled_after_days).unwrap_or(i32::MAX)
}
