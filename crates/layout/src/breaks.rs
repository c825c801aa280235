//! Breaks in series: days from which on a figure counts something else than before, worked out of dated code lists.

use std::collections::BTreeSet;

use candour_model::{CategoryKind, Coord, Dimension, Period};
use candour_spec::{CodeList, ColumnRef, ColumnType, DimensionSource, Schema, TableSpec};
use jiff::civil::Date;

/// What happened on the day of a break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A code could be used from this day on.
    Began { code: u32 },
    /// A code could be used until the day before.
    Ended { code: u32 },
    /// A code stood in other categories from this day on.
    Moved { code: u32, dimension: usize, from: Vec<u32>, to: Vec<u32> },
    /// The law, or a counting rule, changed what codes stand for.
    Changed { text: String },
}

/// A day from which on figures count something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Break {
    /// The first day of the new.
    pub(crate) date: Date,
    /// What happened.
    pub(crate) what: What,
    /// The code list.
    pub(crate) list: usize,
    /// Which categories of which dimension it touches. None: every figure of the table.
    categories: Option<(usize, BTreeSet<u32>)>,
    /// Whether it touches what is summed over that dimension too.
    total: bool,
}

impl Break {
    /// Whether the figure at these coordinates is the first one of the new.
    pub(crate) fn marks(&self, dimensions: &[Dimension], coords: &[Coord]) -> bool {
        let touched = match &self.categories {
            None => true,
            Some((dimension, categories)) => match coords[*dimension] {
                Coord::At(at) => categories.contains(&at),
                Coord::Total | Coord::Rest => self.total,
            },
        };
        let here = dimensions.iter().zip(coords).any(|(dimension, coord)| match coord {
            Coord::At(at) => match &dimension.categories[*at as usize].kind {
                CategoryKind::Period(period) => period.from <= self.date && self.date <= period.to,
                _ => false,
            },
            Coord::Total | Coord::Rest => false,
        });
        touched && here
    }
}

/// The breaks of a table, in order of day.
pub(crate) fn of_table(spec: &TableSpec, schema: &Schema) -> Vec<Break> {
    let mut breaks = Vec::new();
    for column in code_columns(spec, schema) {
        let ColumnType::Code { list: at } = schema.column(column).holds else { continue };
        let finder = Finder { spec, column, list: &schema.code_lists[at], at, spans: &spec.scope.spans };
        let filtered = spec.scope.filter.as_ref().and_then(|filter| filter.codes_of(column));
        let dimension = grouping(spec, column);
        finder.find(filtered.as_deref(), dimension, &mut breaks);
    }
    breaks.sort_by_key(|found| found.date);
    breaks
}

/// The code columns that decide what a table counts: those of its filter, and those that it groups.
fn code_columns(spec: &TableSpec, schema: &Schema) -> BTreeSet<ColumnRef> {
    let filter = spec.scope.filter.iter().flat_map(candour_spec::Filter::columns);
    let grouped = spec.dimensions.iter().filter_map(|dimension| match &dimension.source {
        DimensionSource::Codes { column, .. } => Some(*column),
        _ => None,
    });
    let is_code = |at: &ColumnRef| matches!(schema.column(*at).holds, ColumnType::Code { .. });
    filter.chain(grouped).filter(is_code).collect()
}

/// The outermost dimension that groups the codes of a column.
fn grouping(spec: &TableSpec, wanted: ColumnRef) -> Option<usize> {
    spec.dimensions.iter().position(|dimension| match &dimension.source {
        DimensionSource::Codes { column, .. } => {
            *column == wanted
                && dimension.dimension.categories.iter().any(|category| category.kind == CategoryKind::Group)
        }
        _ => false,
    })
}

struct Finder<'f> {
    spec: &'f TableSpec,
    column: ColumnRef,
    list: &'f CodeList,
    at: usize,
    spans: &'f [Period],
}

impl Finder<'_> {
    fn find(&self, filtered: Option<&[u32]>, dimension: Option<usize>, breaks: &mut Vec<Break>) {
        // A table of all codes, each shown by itself, has no series that a code could break.
        if filtered.is_none() && dimension.is_none() {
            return;
        }
        for (at, code) in (0_u32..).zip(&self.list.codes) {
            if filtered.is_some_and(|filtered| !filtered.contains(&at)) {
                continue;
            }
            if let Some(began) = code.valid_from {
                let touched = dimension.map(|dimension| (dimension, self.stands(dimension, at, began)));
                self.push(began, What::Began { code: at }, touched, true, breaks);
            }
            if let Some(ended) = code.valid_to
                && let Ok(after) = ended.tomorrow()
            {
                let touched = dimension.map(|dimension| (dimension, self.stands(dimension, at, ended)));
                self.push(after, What::Ended { code: at }, touched, true, breaks);
            }
            for (position, moved) in self.spec.dimensions.iter().enumerate() {
                if !moved.dimension.categories.iter().any(|category| category.kind == CategoryKind::Group) {
                    continue;
                }
                self.moves(position, at, breaks);
            }
        }
        for change in &self.list.changes {
            let counted: Vec<u32> = change
                .codes
                .iter()
                .copied()
                .filter(|code| filtered.is_none_or(|filtered| filtered.contains(code)))
                .collect();
            if counted.is_empty() {
                continue;
            }
            let touched = dimension.map(|dimension| {
                let stands = counted.iter().flat_map(|code| self.stands(dimension, *code, change.date));
                (dimension, stands.collect())
            });
            self.push(change.date, What::Changed { text: change.text.clone() }, touched, true, breaks);
        }
    }

    /// The days on which a code left a category for another.
    fn moves(&self, dimension: usize, code: u32, breaks: &mut Vec<Break>) {
        let table = &self.spec.dimensions[dimension];
        let DimensionSource::Codes { column, atoms, .. } = &table.source else { return };
        if *column != self.column {
            return;
        }
        let stretches: Vec<_> = atoms.iter().filter(|atom| atom.code == code).collect();
        for pair in stretches.windows(2) {
            let Some(date) = pair[1].from else { continue };
            let set = |atom: u32| table.atoms.0[atom as usize].clone();
            let (from, to) = (set(pair[0].atom), set(pair[1].atom));
            let touched = from.iter().chain(&to).filter(|at| from.contains(at) != to.contains(at)).copied().collect();
            let what = What::Moved { code, dimension, from, to };
            self.push(date, what, Some((dimension, touched)), false, breaks);
        }
    }

    /// The categories that a code stands in on a day.
    fn stands(&self, dimension: usize, code: u32, day: Date) -> BTreeSet<u32> {
        let table = &self.spec.dimensions[dimension];
        let DimensionSource::Codes { atoms, .. } = &table.source else { return BTreeSet::new() };
        let holds =
            |from: Option<Date>, to: Option<Date>| from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to);
        let found = atoms.iter().filter(|atom| atom.code == code && holds(atom.from, atom.to));
        found.flat_map(|atom| table.atoms.0[atom.atom as usize].iter().copied()).collect()
    }

    /// Keeps a break that has a whole period before it and a day after it, in a category that the table shows.
    fn push(
        &self,
        date: Date,
        what: What,
        categories: Option<(usize, BTreeSet<u32>)>,
        total: bool,
        breaks: &mut Vec<Break>,
    ) {
        let inside = self.spans.iter().any(|span| span.to < date) && self.spans.iter().any(|span| date <= span.to);
        let shown = categories.as_ref().is_none_or(|(_, touched)| !touched.is_empty());
        if inside && shown {
            let found = Break { date, what, list: self.at, categories, total };
            if !breaks.contains(&found) {
                breaks.push(found);
            }
        }
    }
}
