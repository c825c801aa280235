//! Breaks in series: days from which on a figure counts something else than before, worked out of dated code lists.
//!
//! A figure lets a code through or not: by the filter of its table, by that of its measure and by where it stands. What
//! happened to a code on a day touches a figure that counts it; that a code began or ended only one that counts some codes
//! and not others, since what had no code of its own before stood under another one.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use candour_model::{CategoryKind, DatePart, Period};
use candour_spec::{
    Cancelled, CodeAtom, CodeList, ColumnRef, ColumnType, DimensionSource, TableDimension, TableSpec, all_of,
};
use jiff::civil::Date;

use crate::value::{Pick, Place, Series, View};

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
    Changed { codes: Vec<u32>, text: String },
}

impl What {
    /// The codes that it touches.
    pub(crate) fn codes(&self) -> &[u32] {
        match self {
            Self::Began { code } | Self::Ended { code } | Self::Moved { code, .. } => std::slice::from_ref(code),
            Self::Changed { codes, .. } => codes,
        }
    }
}

/// A day from which on figures count something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Break {
    /// The first day of the new.
    pub(crate) date: Date,
    /// What happened.
    pub(crate) what: What,
    /// The column of the codes.
    pub(crate) column: ColumnRef,
    /// Whether a figure that the table shows is the first one of the new, and therefore marked.
    pub(crate) marked: bool,
    /// Whether it touches a figure that the table shows.
    touches: bool,
}

/// What may break a table's series, and what of it touches the figures that were looked at.
pub(crate) struct Breaks<'b> {
    view: &'b View<'b>,
    /// In order of day.
    all: Vec<Break>,
    /// Which of them touch a measure at a place, by the dimensions that go by a column of codes; all else is a total.
    touching: BTreeMap<(usize, Place), Rc<[usize]>>,
    /// The series that figures stand in, by dimension of time and part of the date: see [`View::series`].
    series: BTreeMap<(usize, Option<(DatePart, u8)>), Series>,
}

impl<'b> Breaks<'b> {
    /// What happened inside the days that a table covers.
    pub(crate) fn of(view: &'b View<'b>) -> Self {
        let mut all = Vec::new();
        for column in code_columns(view) {
            let Some(list) = list_of(view, column) else { continue };
            let events = codes(list).chain(changes(list)).chain(moves(view.spec, column));
            let inside = events.filter(|(date, _)| lies_inside(*date, &view.spec.scope.spans));
            all.extend(inside.map(|(date, what)| Break { date, what, column, marked: false, touches: false }));
        }
        all.sort_by_key(|found| found.date);
        Self { view, all, touching: BTreeMap::new(), series: BTreeMap::new() }
    }

    /// Looks at a figure that is shown: whether it is the first one after a break, and is therefore marked.
    pub(crate) fn look(&mut self, measure: usize, place: &Place) -> bool {
        let mut marked = false;
        for &at in &*self.touching(measure, place) {
            let is_first = self.is_first(place, self.all[at].date);
            self.all[at].touches = true;
            self.all[at].marked |= is_first;
            marked |= is_first;
        }
        marked
    }

    /// The breaks that touch what was looked at, in order of day.
    pub(crate) fn found(self) -> Vec<Break> {
        self.all.into_iter().filter(|found| found.touches).collect()
    }

    fn touching(&mut self, measure: usize, place: &Place) -> Rc<[usize]> {
        let (view, all) = (self.view, &self.all);
        let goes_by_code =
            |at: usize| view.spec.dimensions[at].source.columns().into_iter().any(|at| list_of(view, at).is_some());
        let decisive = place.iter().enumerate().map(|(at, pick)| match goes_by_code(at) {
            true => pick.clone(),
            false => Pick::Total,
        });
        let decisive: Place = decisive.collect();
        let touching = self.touching.entry((measure, decisive)).or_insert_with_key(|(measure, place)| {
            let figures: Vec<Figure<'_>> = view
                .inputs(*measure, place)
                .into_iter()
                .map(|(quantity, place)| Figure { spec: view.spec, quantity, place })
                .collect();
            let touches = |found: &Break| {
                let codes = list_of(view, found.column).map_or(0, |list| list.codes.len());
                figures.iter().any(|figure| figure.is_touched(found, codes))
            };
            (0..all.len()).filter(|at| touches(&all[*at])).collect()
        });
        Rc::clone(touching)
    }

    /// Whether a figure is the first of its series that reaches to a day or beyond, and not the first of all.
    fn is_first(&mut self, place: &Place, day: Date) -> bool {
        let Some((time, own)) = self.view.time(place) else { return false };
        let series = self.series.entry((time, self.view.part_of_date(place)));
        let series = series.or_insert_with(|| self.view.series(place, time));
        let before = series.partition_point(|(end, _)| *end < day);
        before > 0 && series.get(before).is_some_and(|(_, first)| *first == own)
    }
}

/// What is counted at a place.
struct Figure<'f> {
    spec: &'f TableSpec,
    quantity: usize,
    place: Place,
}

impl Figure<'_> {
    /// Whether it counts something else after a break than before. `codes` is the number of codes of the list.
    fn is_touched(&self, found: &Break, codes: usize) -> bool {
        let day_before = found.date.yesterday().unwrap_or(found.date);
        let holds = |code: u32, day: Date| self.holds(found.column, code, day);
        // A figure that counts all codes alike counts what had no code of its own, too.
        let counts_apart = |code: u32, day: Date| {
            let own = holds(code, day);
            let others = 0..u32::try_from(codes).unwrap_or(u32::MAX);
            own != Some(false) && others.into_iter().any(|other| holds(other, day) != own)
        };
        match &found.what {
            What::Began { code } => counts_apart(*code, found.date),
            What::Ended { code } => counts_apart(*code, day_before),
            What::Moved { code, .. } => holds(*code, day_before) != holds(*code, found.date),
            What::Changed { codes, .. } => codes.iter().any(|code| holds(*code, found.date) != Some(false)),
        }
    }

    /// Whether it lets a code of a column through on a day: None where something else decides.
    fn holds(&self, column: ColumnRef, code: u32, day: Date) -> Option<bool> {
        let own = self.spec.dimensions.iter().zip(&self.place);
        let own = own.filter(|(dimension, _)| dimension.source.columns().contains(&column));
        let stands = own.map(|(dimension, pick)| stands_at(dimension, pick, column, code, day));
        all_of(filters(self.spec, self.quantity, column, code).chain(stands))
    }
}

/// What the filters of a table and of what is counted say of a code.
fn filters(spec: &TableSpec, quantity: usize, column: ColumnRef, code: u32) -> impl Iterator<Item = Option<bool>> {
    let wanted = spec.scope.filter.iter().chain(&spec.quantities[quantity].filter);
    let unwanted = spec.scope.cancelled_filter.iter().filter(|_| spec.scope.cancelled == Cancelled::Excluded);
    let wanted = wanted.map(move |filter| filter.holds_for(column, code));
    wanted.chain(unwanted.map(move |filter| filter.holds_for(column, code).map(|holds| !holds)))
}

/// Whether records with a code in `column` stand at a place of a dimension on a day: None where something else decides.
fn stands_at(dimension: &TableDimension, pick: &Pick, column: ColumnRef, code: u32, day: Date) -> Option<bool> {
    match (&dimension.source, pick) {
        (DimensionSource::Codes { .. }, pick) => {
            let stands = stands(dimension, code, day);
            Some(match pick {
                Pick::At(at) => stands.contains(at),
                Pick::Total => !stands.is_empty(),
                Pick::Rest(several) => several.iter().any(|at| stands.contains(at)),
            })
        }
        (DimensionSource::Holds { filter }, Pick::At(at)) => {
            let holds = filter.holds_for(column, code);
            match dimension.dimension.categories[*at as usize].kind {
                CategoryKind::Flag { value } => holds.map(|holds| holds == value),
                // What is decided is recorded.
                _ => holds.map(|_| false),
            }
        }
        _ => None,
    }
}

/// The categories of a dimension that a code stands in on a day.
fn stands(dimension: &TableDimension, code: u32, day: Date) -> BTreeSet<u32> {
    let found = stretches(dimension, code).iter().find(|atom| atom.holds_on(day)).map(|atom| atom.atom);
    // A code without a place of its own stands under "other", where there is such a category.
    found.or(dimension.unlisted).map(|atom| dimension.atoms.categories(atom)).unwrap_or_default()
}

/// Where a code stands on a dimension from day to day.
fn stretches(dimension: &TableDimension, code: u32) -> &[CodeAtom] {
    let DimensionSource::Codes { atoms, .. } = &dimension.source else { return &[] };
    let first = atoms.partition_point(|atom| atom.code < code);
    let end = atoms.partition_point(|atom| atom.code <= code);
    &atoms[first..end]
}

/// Whether a dimension puts a code into other categories from some day on.
fn has_moves(dimension: &TableDimension) -> bool {
    let DimensionSource::Codes { atoms, .. } = &dimension.source else { return false };
    atoms.iter().any(|atom| atom.from.is_some() || atom.to.is_some())
}

/// The code columns of the records that are read, and of those that they hang on.
fn code_columns(view: &View<'_>) -> Vec<ColumnRef> {
    let tables = view.schema.lineage(view.spec.scope.record_table).into_iter();
    let columns = tables
        .flat_map(|table| (0..view.schema.tables[table].columns.len()).map(move |column| ColumnRef { table, column }));
    columns.filter(|column| list_of(view, *column).is_some()).collect()
}

fn list_of<'v>(view: &View<'v>, column: ColumnRef) -> Option<&'v CodeList> {
    match view.schema.column(column).holds {
        ColumnType::Code { list } => Some(&view.schema.code_lists[list]),
        _ => None,
    }
}

/// The days from which on codes could, or could no longer, be used.
fn codes(list: &CodeList) -> impl Iterator<Item = (Date, What)> {
    (0..).zip(&list.codes).flat_map(|(at, code)| {
        let began = code.valid_from.map(|began| (began, What::Began { code: at }));
        let ended = code.valid_to.and_then(|ended| ended.tomorrow().ok());
        [began, ended.map(|after| (after, What::Ended { code: at }))].into_iter().flatten()
    })
}

/// The days on which the law, or a counting rule, changed.
fn changes(list: &CodeList) -> impl Iterator<Item = (Date, What)> {
    list.changes
        .iter()
        .map(|change| (change.date, What::Changed { codes: change.codes.clone(), text: change.text.clone() }))
}

/// The days on which codes left categories for others.
fn moves(spec: &TableSpec, column: ColumnRef) -> Vec<(Date, What)> {
    let mut moves = Vec::new();
    for (position, dimension) in spec.dimensions.iter().enumerate() {
        let DimensionSource::Codes { column: own, atoms, .. } = &dimension.source else { continue };
        if *own != column || !has_moves(dimension) {
            continue;
        }
        for code in atoms.iter().map(|atom| atom.code).collect::<BTreeSet<u32>>() {
            // The first days of the stretches, and the days after their last: on each it may have come, gone or moved.
            let days: BTreeSet<Date> = stretches(dimension, code)
                .iter()
                .flat_map(|atom| [atom.from, atom.to.and_then(|to| to.tomorrow().ok())])
                .flatten()
                .collect();
            for date in days {
                let stood = |day| stands(dimension, code, day).into_iter().collect::<Vec<u32>>();
                let (from, to) = (date.yesterday().map(stood).unwrap_or_default(), stood(date));
                if from != to {
                    moves.push((date, What::Moved { code, dimension: position, from, to }));
                }
            }
        }
    }
    moves
}

/// Whether some of the days that a table covers lie before a day, and some do not.
fn lies_inside(date: Date, spans: &[Period]) -> bool {
    spans.iter().any(|span| span.from < date) && spans.iter().any(|span| date <= span.to)
}
