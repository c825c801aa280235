//! Rows and columns: categories nested in order, subtotals after what they sum, totals last.

use std::collections::BTreeSet;

use candour_model::{
    Axis, CancelledRecords, Category, CategoryKind, Cell, Column, ColumnKind, Coord, Dimension, Mark, Period,
    Protected, Row, RowKind, Shown, Table, TableFacts,
};
use candour_spec::{Cancelled, Schema, TableSpec};
use candour_wording::say;
use jiff::civil::Date;

use crate::ExtractFacts;

/// The positions fixed by a row or a column: one entry a dimension of its side that is not summed over.
type Fixed = Vec<(usize, u32)>;

/// Lays out one table, and gives the labels of the rows that it leaves out. Its notes are added afterwards.
pub(crate) fn lay_out(
    spec: &TableSpec,
    schema: &Schema,
    extract: &ExtractFacts,
    settled_after_days: u32,
    protected: &Protected,
) -> (Table, Vec<String>) {
    let dimensions = &protected.dimensions;
    let side = |axis| (0..dimensions.len()).filter(|&at| dimensions[at].axis == axis).collect::<Vec<_>>();
    let (row_side, column_side) = (side(Axis::Rows), side(Axis::Columns));
    let columns = columns(spec, dimensions, &column_side);
    let fresh = Freshness { as_at: extract.as_at, settled_after_days, spans: &spec.spans };
    let cell = |fixed: &Fixed, column: &Fixed| {
        let mut coords = vec![Coord::Total; dimensions.len()];
        for &(dimension, position) in fixed.iter().chain(column) {
            coords[dimension] = Coord::At(position);
        }
        let marks = fresh.marks(dimensions, &coords);
        Cell { shown: protected.at(&coords), coords, marks }
    };
    let (mut rows, mut left_out) = (Vec::new(), Vec::new());
    for (kind, labels, fixed) in row_plan(spec, dimensions, &row_side) {
        let cells: Vec<Cell> = columns.iter().map(|(_, column)| cell(&fixed, column)).collect();
        let empty = cells.iter().all(|cell| cell.shown == Shown::Value(0));
        if empty && spec.drop_empty_rows && kind != RowKind::GrandTotal {
            if kind == RowKind::Inner {
                left_out.push(labels.join(", "));
            }
            continue;
        }
        rows.push(Row { kind, key: positions(&fixed), labels, cells });
    }
    let about = TableFacts {
        id: spec.id.clone(),
        title: spec.title.clone(),
        questions: spec.questions.clone(),
        unit: schema.tables[spec.record_table].unit.many.clone(),
        measure: spec.measure.clone(),
        definition: spec.definition.clone(),
        cancelled: match spec.cancelled {
            Cancelled::NotMarked => None,
            Cancelled::Included => Some(CancelledRecords::Included),
            Cancelled::Excluded => Some(CancelledRecords::Excluded),
        },
        rejected: schema.lineage(spec.record_table).into_iter().filter_map(|table| extract.rejected.get(table)).sum(),
        date_basis: spec.date_basis.clone(),
        age_basis: spec.age_basis.clone(),
        dimensions: dimensions.clone(),
        notes: Vec::new(),
    };
    let table = Table {
        about,
        row_headings: row_side.iter().map(|&at| dimensions[at].label.clone()).collect(),
        columns: columns.into_iter().map(|(column, _)| column).collect(),
        rows,
    };
    (table, left_out)
}

fn positions(fixed: &Fixed) -> Vec<u32> {
    fixed.iter().map(|(_, position)| *position).collect()
}

/// The columns with the positions that they fix. A table without column dimensions has one, headed by its measure.
fn columns(spec: &TableSpec, dimensions: &[Dimension], side: &[usize]) -> Vec<(Column, Fixed)> {
    if side.is_empty() {
        return vec![(
            Column { kind: ColumnKind::Inner, key: Vec::new(), labels: vec![spec.measure.clone()] },
            Vec::new(),
        )];
    }
    let mut columns: Vec<(Column, Fixed)> = combinations(dimensions, side)
        .into_iter()
        .map(|fixed| {
            (Column { kind: ColumnKind::Inner, key: positions(&fixed), labels: labels(dimensions, &fixed) }, fixed)
        })
        .collect();
    if spec.total_column {
        columns.push((
            Column { kind: ColumnKind::Total, key: Vec::new(), labels: vec![say("grand-total", &[])] },
            Vec::new(),
        ));
    }
    columns
}

/// The rows in order: inner rows, each group followed by its subtotal, the grand total last.
fn row_plan(spec: &TableSpec, dimensions: &[Dimension], side: &[usize]) -> Vec<(RowKind, Vec<String>, Fixed)> {
    let mut rows = Vec::new();
    let inner = combinations(dimensions, side);
    for (at, fixed) in inner.iter().enumerate() {
        rows.push((RowKind::Inner, labels(dimensions, fixed), fixed.clone()));
        if !spec.subtotals {
            continue;
        }
        // The innermost group that ends here first, then those around it.
        for depth in (1..side.len()).rev() {
            let group = &fixed[..depth];
            if inner.get(at + 1).is_none_or(|next| next[..depth] != *group) {
                let (dimension, position) = group[depth - 1];
                let label = dimensions[dimension].categories[position as usize].label.clone();
                let label = say("subtotal", &[("name", label.into())]);
                rows.push((RowKind::Subtotal, vec![label], group.to_vec()));
            }
        }
    }
    if spec.total_row {
        rows.push((RowKind::GrandTotal, vec![say("grand-total", &[])], Vec::new()));
    }
    rows
}

/// Every combination of categories of some dimensions, outer first; an inner category that is rolled up stands only under
/// its own.
fn combinations(dimensions: &[Dimension], side: &[usize]) -> Vec<Fixed> {
    let mut all: Vec<Fixed> = vec![Vec::new()];
    for &at in side {
        let dimension = &dimensions[at];
        let mut longer = Vec::new();
        for fixed in all {
            for (position, category) in (0..).zip(&dimension.categories) {
                let outer =
                    dimension.rolls_up_to.and_then(|outer| fixed.iter().find(|(dimension, _)| *dimension == outer));
                if outer.is_none_or(|(_, outer)| category.parent == Some(*outer)) {
                    longer.push([fixed.clone(), vec![(at, position)]].concat());
                }
            }
        }
        all = longer;
    }
    all
}

fn labels(dimensions: &[Dimension], fixed: &Fixed) -> Vec<String> {
    fixed.iter().map(|&(at, position)| dimensions[at].categories[position as usize].label.clone()).collect()
}

/// How old a period was when the extract was taken.
struct Freshness<'f> {
    as_at: Date,
    settled_after_days: u32,
    /// What the table covers.
    spans: &'f [Period],
}

impl Freshness<'_> {
    /// A figure is provisional when a period that had not settled is part of it.
    fn marks(&self, dimensions: &[Dimension], coords: &[Coord]) -> BTreeSet<Mark> {
        let is_fresh = |period: &Period| is_fresh(period.to, self.as_at, self.settled_after_days);
        let is_period = |category: &Category| matches!(category.kind, CategoryKind::Period(_));
        let undivided = !dimensions.iter().flat_map(|dimension| &dimension.categories).any(is_period);
        let fresh = dimensions.iter().zip(coords).any(|(dimension, coord)| {
            let outer = dimension.rolls_up_to.map(|outer| coords[outer]);
            (0..).zip(&dimension.categories).any(|(position, category)| {
                let within = match (coord, outer, category.parent) {
                    (Coord::At(at), _, _) => *at == position,
                    (Coord::Total, Some(Coord::At(outer)), Some(parent)) => outer == parent,
                    (Coord::Total, _, _) => true,
                };
                match &category.kind {
                    CategoryKind::Period(period) if within => is_fresh(period),
                    _ => false,
                }
            })
        });
        let fresh = fresh || (undivided && self.spans.iter().any(is_fresh));
        if fresh { BTreeSet::from([Mark::Provisional]) } else { BTreeSet::new() }
    }
}

/// Whether a period that ended on `end` had not settled at the extract.
pub(crate) fn is_fresh(end: Date, as_at: Date, settled_after_days: u32) -> bool {
    (as_at - end).get_days() < i32::try_from(settled_after_days).unwrap_or(i32::MAX)
}
