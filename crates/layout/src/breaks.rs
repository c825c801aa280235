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
    /// Which of them touch a code.
    of_code: BTreeMap<(ColumnRef, u32), Vec<usize>>,
    /// For each dimension that goes by codes, the codes that ever stand in each of its categories.
    codes_in: Vec<Vec<BTreeSet<u32>>>,
    /// Which breaks touch a measure at a place, by the dimensions that go by a column of codes; all else is a total.
    touching: BTreeMap<(usize, Place), Rc<[usize]>>,
    /// Which breaks of a column touch what is counted at a place, by the dimensions that go by that column.
    of_column: BTreeMap<(usize, ColumnRef, Place), Rc<[usize]>>,
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
        let mut of_code: BTreeMap<(ColumnRef, u32), Vec<usize>> = BTreeMap::new();
        for (at, found) in all.iter().enumerate() {
            for code in found.what.codes() {
                of_code.entry((found.column, *code)).or_default().push(at);
            }
        }
        let codes_in = view.spec.dimensions.iter().map(codes_in).collect();
        let (touching, of_column, series) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { view, all, of_code, codes_in, touching, of_column, series }
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
        let goes_by_code = |dimension: &TableDimension| {
            dimension.source.columns().into_iter().any(|at| list_of(self.view, at).is_some())
        };
        let decisive = restricted(self.view.spec, place, goes_by_code);
        if let Some(known) = self.touching.get(&(measure, decisive.clone())) {
            return Rc::clone(known);
        }
        let columns: BTreeSet<ColumnRef> = self.all.iter().map(|found| found.column).collect();
        let mut touching = BTreeSet::new();
        for (quantity, place) in self.view.inputs(measure, &decisive) {
            for &column in &columns {
                touching.extend(self.of_column(quantity, column, &place).iter().copied());
            }
        }
        let touching: Rc<[usize]> = touching.into_iter().collect();
        self.touching.insert((measure, decisive), Rc::clone(&touching));
        touching
    }

    /// The breaks of a column that touch what is counted at a place.
    fn of_column(&mut self, quantity: usize, column: ColumnRef, place: &Place) -> Rc<[usize]> {
        let spec = self.view.spec;
        let place = restricted(spec, place, |dimension| dimension.source.columns().contains(&column));
        let known = self.of_column.get(&(quantity, column, place.clone()));
        if let Some(known) = known {
            return Rc::clone(known);
        }
        let codes = list_of(self.view, column).map_or(0, |list| list.codes.len());
        let figure = Figure { spec, quantity, column, place: place.clone() };
        let counted = self.counted(&place, codes);
        // A figure that counts all codes alike counts what had no code of its own, too.
        let alike = (counted.len() == codes).then(|| Alike::of(&figure, codes));
        let mut touching = BTreeSet::new();
        for code in counted {
            let events = self.of_code.get(&(column, code)).map(Vec::as_slice).unwrap_or_default();
            touching.extend(events.iter().filter(|at| figure.is_touched(&self.all[**at], code, alike.as_ref())));
        }
        let touching: Rc<[usize]> = touching.into_iter().collect();
        self.of_column.insert((quantity, column, place), Rc::clone(&touching));
        touching
    }

    /// The codes that a place may let through.
    fn counted(&self, place: &Place, codes: usize) -> BTreeSet<u32> {
        let in_all_categories = |(at, pick): (usize, &Pick)| {
            let codes_in = self.codes_in[at].as_slice();
            match pick {
                _ if codes_in.is_empty() => None,
                Pick::Total => None,
                Pick::At(category) => Some(codes_in[*category as usize].clone()),
                Pick::Rest(several) => Some(several.iter().flat_map(|at| &codes_in[*at as usize]).copied().collect()),
            }
        };
        let limits = place.iter().enumerate().filter_map(in_all_categories);
        let counted = limits.reduce(|left, right| left.intersection(&right).copied().collect());
        counted.unwrap_or_else(|| all_codes(codes).collect())
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

/// A place with nothing fixed but some dimensions.
fn restricted(spec: &TableSpec, place: &Place, keeps: impl Fn(&TableDimension) -> bool) -> Place {
    let picks = spec.dimensions.iter().zip(place);
    picks.map(|(dimension, pick)| if keeps(dimension) { pick.clone() } else { Pick::Total }).collect()
}

fn all_codes(codes: usize) -> std::ops::Range<u32> {
    0..u32::try_from(codes).unwrap_or(u32::MAX)
}

/// What is counted at a place, as far as the codes of a column decide.
struct Figure<'f> {
    spec: &'f TableSpec,
    quantity: usize,
    column: ColumnRef,
    place: Place,
}

impl Figure<'_> {
    /// Whether it counts something else of a code after a break than before. `alike` tells where it counts all codes alike; none
    /// if there are codes that it never counts.
    fn is_touched(&self, found: &Break, code: u32, alike: Option<&Alike>) -> bool {
        let day_before = found.date.yesterday().unwrap_or(found.date);
        let counts_apart = |day: Date| {
            let own = self.holds(code, day);
            own != Some(false) && !alike.is_some_and(|alike| alike.on(day))
        };
        match &found.what {
            What::Began { .. } => counts_apart(found.date),
            What::Ended { .. } => counts_apart(day_before),
            What::Moved { .. } => self.holds(code, day_before) != self.holds(code, found.date),
            What::Changed { .. } => self.holds(code, found.date) != Some(false),
        }
    }

    /// Whether it lets a code through on a day: None where something else decides.
    fn holds(&self, code: u32, day: Date) -> Option<bool> {
        let stands = self.own().map(|(dimension, pick)| stands_at(dimension, pick, self.column, code, day));
        all_of(filters(self.spec, self.quantity, self.column, code).chain(stands))
    }

    /// The days from which on it may let a code through, or no longer.
    fn turns(&self, code: u32) -> BTreeSet<Date> {
        self.own().flat_map(|(dimension, _)| turns(dimension, code)).collect()
    }

    /// The dimensions that go by the column, and where it stands on them.
    fn own(&self) -> impl Iterator<Item = (&TableDimension, &Pick)> {
        let all = self.spec.dimensions.iter().zip(&self.place);
        all.filter(|(dimension, _)| dimension.source.columns().contains(&self.column))
    }
}

/// From which days on a figure lets all codes through alike, or does not.
struct Alike(Vec<(Date, bool)>);

impl Alike {
    /// Looks at each code once, and again where it moves.
    fn of(figure: &Figure<'_>, codes: usize) -> Self {
        let mut changes: BTreeMap<Date, [i64; 3]> = BTreeMap::from([(Date::MIN, [0; 3])]);
        let mut add = |day: Date, holds: Option<bool>, by: i64| {
            let answer = holds.map_or(2, usize::from);
            changes.entry(day).or_default()[answer] += by;
        };
        for code in all_codes(codes) {
            let mut before = figure.holds(code, Date::MIN);
            add(Date::MIN, before, 1);
            for day in figure.turns(code) {
                let holds = figure.holds(code, day);
                add(day, before, -1);
                add(day, holds, 1);
                before = holds;
            }
        }
        let mut answers = [0; 3];
        let from = |(day, change): (Date, [i64; 3])| {
            answers.iter_mut().zip(change).for_each(|(answers, change)| *answers += change);
            (day, answers.iter().filter(|codes| **codes > 0).count() < 2)
        };
        Self(changes.into_iter().map(from).collect())
    }

    /// Whether all codes are let through alike on a day.
    fn on(&self, day: Date) -> bool {
        let after = self.0.partition_point(|(from, _)| *from <= day);
        after.checked_sub(1).is_some_and(|at| self.0[at].1)
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

/// The codes that ever stand in each category of a dimension; nothing where it does not go by codes.
fn codes_in(dimension: &TableDimension) -> Vec<BTreeSet<u32>> {
    let DimensionSource::Codes { atoms, .. } = &dimension.source else { return Vec::new() };
    let mut codes_in = vec![BTreeSet::new(); dimension.dimension.categories.len()];
    for atom in atoms {
        for category in dimension.atoms.categories(atom.atom) {
            codes_in[category as usize].insert(atom.code);
        }
    }
    codes_in
}

/// The categories of a dimension that a code stands in on a day.
fn stands(dimension: &TableDimension, code: u32, day: Date) -> BTreeSet<u32> {
    let found = stretches(dimension, code).iter().find(|atom| atom.holds_on(day));
    found.map(|atom| dimension.atoms.categories(atom.atom)).unwrap_or_default()
}

/// The days from which on a code may stand elsewhere on a dimension: the first days of its stretches, and the days after their
/// last.
fn turns(dimension: &TableDimension, code: u32) -> impl Iterator<Item = Date> {
    let stretches = stretches(dimension, code).iter();
    stretches.flat_map(|atom| [atom.from, atom.to.and_then(|to| to.tomorrow().ok())]).flatten()
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
            for date in turns(dimension, code).collect::<BTreeSet<Date>>() {
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
