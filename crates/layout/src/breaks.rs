//! Breaks in series: days from which on a figure counts something else than before, worked out of dated code lists.

use std::collections::BTreeSet;

use candour_model::{CategoryKind, Coord, Period};
use candour_spec::{CodeList, ColumnRef, ColumnType, DimensionSource, Schema, TableDimension, TableSpec};
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
    /// The first period of the new, where the table has a period before it: the one whose figures are marked.
    pub(crate) first: Option<Period>,
    /// The column of the codes.
    column: ColumnRef,
    /// The codes that it touches.
    codes: Vec<u32>,
}

impl Break {
    /// The codes that it touches.
    pub(crate) fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// Whether the figure at these coordinates is the first one of the new: it counts one of the codes on one side of the
    /// day and not on the other or, where the codes themselves changed, at all.
    pub(crate) fn marks(&self, spec: &TableSpec, coords: &[Coord]) -> bool {
        let Some(first) = &self.first else { return false };
        let mut here = false;
        for (dimension, coord) in spec.dimensions.iter().zip(coords) {
            let Coord::At(at) = coord else { continue };
            if let CategoryKind::Period(period) = &dimension.dimension.categories[*at as usize].kind {
                if first.from < period.from || period.to < first.to {
                    return false;
                }
                here = true;
            }
        }
        let day_before = self.date.yesterday().unwrap_or(self.date);
        let counted = |code: u32, day: Date| counts(spec, self.column, coords, code, day);
        here && self.codes.iter().any(|&code| match &self.what {
            What::Began { .. } | What::Changed { .. } => counted(code, self.date),
            What::Ended { .. } => counted(code, day_before),
            What::Moved { .. } => counted(code, day_before) != counted(code, self.date),
        })
    }
}

/// Whether a code is counted at these coordinates on a day, as far as the dimensions of its own column say.
fn counts(spec: &TableSpec, wanted: ColumnRef, coords: &[Coord], code: u32, day: Date) -> bool {
    spec.dimensions.iter().zip(coords).all(|(dimension, coord)| match (&dimension.source, coord) {
        (DimensionSource::Codes { column, .. }, Coord::At(at)) if *column == wanted => {
            stands(dimension, code, day).contains(at)
        }
        (DimensionSource::Codes { column, .. }, _) if *column == wanted => !stands(dimension, code, day).is_empty(),
        _ => true,
    })
}

/// The categories of a dimension that a code stands in on a day.
fn stands(dimension: &TableDimension, code: u32, day: Date) -> BTreeSet<u32> {
    let DimensionSource::Codes { atoms, .. } = &dimension.source else { return BTreeSet::new() };
    let holds =
        |from: Option<Date>, to: Option<Date>| from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to);
    let found = atoms.iter().find(|atom| atom.code == code && holds(atom.from, atom.to)).map(|atom| atom.atom);
    // A code without a place of its own stands under "other", where there is such a category.
    found.or(dimension.unlisted).map(|atom| dimension.atoms.categories(atom)).unwrap_or_default()
}

/// The breaks of a table, in order of day.
pub(crate) fn of_table(spec: &TableSpec, schema: &Schema) -> Vec<Break> {
    let mut breaks = Vec::new();
    for column in code_columns(spec, schema) {
        let ColumnType::Code { list: at } = schema.column(column).holds else { continue };
        let finder = Finder { spec, column, list: &schema.code_lists[at], at, spans: &spec.scope.spans };
        let filtered = spec.scope.filter.as_ref().and_then(|filter| filter.codes_of(column));
        finder.find(filtered.as_deref(), &mut breaks);
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

struct Finder<'f> {
    spec: &'f TableSpec,
    column: ColumnRef,
    list: &'f CodeList,
    at: usize,
    spans: &'f [Period],
}

impl Finder<'_> {
    fn find(&self, filtered: Option<&[u32]>, breaks: &mut Vec<Break>) {
        // Of codes that are each shown by themselves, one that began or ended breaks no series but its own.
        let grouped = self.spec.dimensions.iter().any(|dimension| {
            self.is_own(dimension)
                && dimension.dimension.categories.iter().any(|category| category.kind == CategoryKind::Group)
        });
        let counted = |code: &u32| filtered.is_none_or(|filtered| filtered.contains(code));
        for (at, code) in (0_u32..).zip(&self.list.codes).filter(|(at, _)| counted(at)) {
            if filtered.is_some() || grouped {
                if let Some(began) = code.valid_from {
                    self.push(began, What::Began { code: at }, vec![at], breaks);
                }
                if let Some(after) = code.valid_to.and_then(|ended| ended.tomorrow().ok()) {
                    self.push(after, What::Ended { code: at }, vec![at], breaks);
                }
            }
            self.moves(at, breaks);
        }
        for change in &self.list.changes {
            let codes = change.codes.iter().copied().filter(counted).collect();
            self.push(change.date, What::Changed { text: change.text.clone() }, codes, breaks);
        }
    }

    /// Whether a dimension goes by the column of these codes.
    fn is_own(&self, dimension: &TableDimension) -> bool {
        matches!(&dimension.source, DimensionSource::Codes { column, .. } if *column == self.column)
    }

    /// The days on which a code left a category for another.
    fn moves(&self, code: u32, breaks: &mut Vec<Break>) {
        for (position, dimension) in self.spec.dimensions.iter().enumerate().filter(|(_, own)| self.is_own(own)) {
            let DimensionSource::Codes { atoms, .. } = &dimension.source else { continue };
            // The first days of the stretches, and the days after their last: on each it may have come, gone or moved.
            let of_code = atoms.iter().filter(|atom| atom.code == code);
            let days: BTreeSet<Date> =
                of_code.flat_map(|atom| [atom.from, atom.to.and_then(|to| to.tomorrow().ok())]).flatten().collect();
            for date in days {
                let stood = |day| stands(dimension, code, day).into_iter().collect::<Vec<u32>>();
                let (from, to) = (date.yesterday().map(stood).unwrap_or_default(), stood(date));
                if from != to {
                    self.push(date, What::Moved { code, dimension: position, from, to }, vec![code], breaks);
                }
            }
        }
    }

    /// Keeps a break that falls inside what the table covers, of codes that it shows.
    fn push(&self, date: Date, what: What, codes: Vec<u32>, breaks: &mut Vec<Break>) {
        let everywhere = vec![Coord::Total; self.spec.dimensions.len()];
        let day_before = date.yesterday().unwrap_or(date);
        let shown = |code: &u32| {
            [day_before, date].into_iter().any(|day| counts(self.spec, self.column, &everywhere, *code, day))
        };
        let codes: Vec<u32> = codes.into_iter().filter(shown).collect();
        let has_before = self.spans.iter().any(|span| span.to < date);
        let inside = self.spans.iter().any(|span| span.from < date && date <= span.to);
        let after = self.spans.iter().filter(|span| date <= span.to).min_by_key(|span| span.from);
        let Some(after) = after.filter(|_| has_before || inside) else { return };
        let first = has_before.then(|| after.clone());
        let found = Break { date, what, list: self.at, first, column: self.column, codes };
        if !found.codes.is_empty() && !breaks.contains(&found) {
            breaks.push(found);
        }
    }
}
