//! Dimensions: names looked up, categories made, hierarchies linked.

use std::collections::{BTreeMap, BTreeSet};

use candour_calendar::NamedPeriod;
use candour_model::{Atoms, Axis, Category, CategoryKind, DatePart, Dimension, Period};

use super::categories::{
    ByPlace, CodeLevel, Sets, band_atoms, by_place, code_atoms, furthest, holders, slug, unrecorded_paths,
};
use super::scope::HalfScope;
use super::types::{CodeAtom, DayAtom, DimensionSource, Number, Order, OrderBy, TableDimension};
use super::{Resolver, unknown};
use crate::diagnostic::Fault;
use crate::fields::At;
use crate::filter::read_filter;
use crate::schema::{CodeList, ColumnRef, ColumnType, Precision, Reach, Role};
use crate::written::{self, ShowOrNote, Sort, TimeUnit, WrittenSource};

/// A dimension with what links it to others.
pub(super) struct Made {
    pub(super) dimension: TableDimension,
    /// The periods, where it is one of them.
    pub(super) periods: Option<Vec<NamedPeriod>>,
    /// Whether it is the years that hold periods that follow.
    by_year: bool,
    /// For codes, where each stands by itself; the levels of one column are put together once all are made.
    level: Option<CodeLevel>,
}

/// Categories with how a record finds its own.
struct Placed {
    source: DimensionSource,
    categories: Vec<Category>,
    sets: Sets,
    /// For codes, the categories of each code in each of its places.
    by_place: Option<ByPlace>,
}

/// Categories beside those of the values that a table lists.
struct Special {
    /// For any other value.
    other: Option<u32>,
    /// For what is not recorded, innermost first; none leaves it out.
    unrecorded: Vec<u32>,
}

impl Resolver<'_> {
    pub(super) fn dimensions(&self, table: &written::Table, half: &HalfScope, measures: &[String]) -> Vec<Made> {
        let sides = [(Axis::Rows, &table.rows), (Axis::Columns, &table.columns)];
        let all: Vec<(Axis, &written::Dimension)> =
            sides.into_iter().flat_map(|(axis, side)| side.iter().map(move |dimension| (axis, dimension))).collect();
        for (name, side) in [("rows", &table.rows), ("columns", &table.columns)] {
            if side.len() > 3 {
                self.faults
                    .add(&table.span, format!("the {name} of `{}` nest more than three dimensions", table.id.value));
            }
        }
        let mut made: Vec<Made> = Vec::new();
        for (axis, written) in &all {
            made.extend(self.dimension(*axis, written, half, measures));
        }
        if made.len() == all.len() {
            self.roll_up_periods(&all, &mut made);
            self.place_codes(&all, &mut made, half);
            self.check_dimensions(table, &all, &made);
            self.merge(&mut made);
        }
        made
    }

    fn dimension(
        &self,
        axis: Axis,
        written: &written::Dimension,
        half: &HalfScope,
        measures: &[String],
    ) -> Option<Made> {
        let (placed, id, optional, periods, by_year) = match &written.source {
            WrittenSource::Column { column, bands, groups } => {
                let (placed, id, optional) = self.by_column(written, column, bands.as_ref(), groups.as_ref(), half)?;
                (placed, id, optional, None, false)
            }
            WrittenSource::Periods(name) => {
                let named = self.named_periods(name)?;
                let (placed, id, by_year) = self.by_periods(written, name, &named, half)?;
                (placed, id, false, Some(named), by_year)
            }
            WrittenSource::Stock { periods, from, until } => {
                let (placed, id) = self.by_stock(periods, from, until, half.reach)?;
                (placed, id, false, None, false)
            }
            WrittenSource::Part { part, column } => {
                let (placed, id, optional) = self.by_part(part, column.as_ref(), half)?;
                (placed, id, optional && column.is_some(), None, false)
            }
            WrittenSource::Flag(filter) => {
                let placed = self.by_flag(filter, half.reach)?;
                let optional = match &placed.source {
                    DimensionSource::Holds { filter } => {
                        filter.columns().into_iter().any(|at| !self.schema.column(at).required)
                    }
                    _ => false,
                };
                (placed, slug(&written.label), optional, None, false)
            }
        };
        let follows = !matches!(written.source, WrittenSource::Column { .. });
        if follows && !written.categories.is_empty() {
            self.faults.add(&written.span, "the categories of periods follow from the periods");
        }
        let id = written.id.as_ref().map_or(id, |id| id.value.clone());
        let Placed { source, mut categories, mut sets, by_place } = placed;
        let special = self.special_categories(written, &id, &mut categories, optional)?;
        let order = self.order(written, measures)?;
        let unlisted = special.other.and_then(|category| sets.number(vec![category]));
        let unrecorded = sets.number(special.unrecorded.clone());
        let atoms = sets.finish();
        let overlaps = overlaps(&categories, &atoms);
        let dimension = Dimension { id, label: written.label.clone(), axis, rolls_up_to: None, overlaps, categories };
        let Special { other, unrecorded: unrecorded_in } = special;
        let level = by_place.map(|by_place| CodeLevel { by_place, other, unrecorded: unrecorded_in });
        let dimension = TableDimension { dimension, atoms, source, unrecorded, unlisted, order };
        Some(Made { dimension, periods, by_year, level })
    }

    /// Adds the categories for other values and for what is not recorded.
    fn special_categories(
        &self,
        written: &written::Dimension,
        id: &str,
        categories: &mut Vec<Category>,
        optional: bool,
    ) -> Option<Special> {
        let add = |categories: &mut Vec<Category>, category: Category| {
            if categories.iter().any(|known| known.id == category.id) {
                let message = format!("`{id}` has a category that is called `{}` already", category.id);
                self.faults.add(&written.span, message);
            }
            categories.push(category);
            u32::try_from(categories.len() - 1).unwrap_or(u32::MAX)
        };
        let other = written
            .other
            .as_ref()
            .map(|label| add(categories, Category::new("other", &label.value, CategoryKind::Other)));
        let unrecorded = match (optional, &written.not_recorded) {
            (false, None) => Vec::new(),
            (false, Some(at)) => {
                // Said already of periods, which have no such choice.
                let told = matches!(
                    written.source,
                    WrittenSource::Periods(_) | WrittenSource::Stock { .. } | WrittenSource::Part { column: None, .. }
                );
                if !told {
                    self.faults.add(&at.span, format!("`{id}` is always recorded: the schema requires it"));
                }
                return None;
            }
            (true, Some(at)) => match at.value {
                ShowOrNote::Show => {
                    let category = Category::new("not-recorded", self.say("not-recorded"), CategoryKind::NotRecorded);
                    vec![add(categories, category)]
                }
                ShowOrNote::Note => Vec::new(),
                ShowOrNote::Merge => {
                    let into = written.merge_into.as_ref()?;
                    let Some(position) = categories.iter().position(|known| known.id == into.value) else {
                        unknown(self.faults, into, "is no category", categories.iter().map(|known| known.id.as_str()));
                        return None;
                    };
                    // What is in a part is in what holds it.
                    let position = u32::try_from(position).unwrap_or(u32::MAX);
                    std::iter::once(position).chain(Category::holders(categories, position)).collect()
                }
            },
            (true, None) => {
                let message = format!("`{id}` may be empty: what becomes of records that lack it?");
                let fault = Fault::new(written.span.clone(), message);
                self.faults.push(fault.hint(
                    "add `not_recorded = \"show\"` for a category of their own, `\"note\"` to leave them out and say how many, or `\"merge\"` with `merge_into` to count them under one of the others",
                ));
                return None;
            }
        };
        Some(Special { other, unrecorded })
    }

    fn yes_and_no(&self) -> Vec<Category> {
        vec![
            Category::new("yes", self.say("yes"), CategoryKind::Flag { value: true }),
            Category::new("no", self.say("no"), CategoryKind::Flag { value: false }),
        ]
    }

    fn order(&self, written: &written::Dimension, measures: &[String]) -> Option<Order> {
        let by = match written.sort.as_ref().map(|sort| sort.value) {
            None | Some(Sort::Listed) => OrderBy::Listed,
            Some(Sort::Highest) => OrderBy::Highest,
            Some(Sort::Lowest) => OrderBy::Lowest,
        };
        let mut measure = 0;
        if let Some(name) = &written.sort_by {
            let Some(found) = measures.iter().position(|known| *known == name.value) else {
                unknown(self.faults, name, "is no measure", measures.iter().map(String::as_str));
                return None;
            };
            measure = found;
        }
        let top = match &written.top {
            None => None,
            Some(top) => match u32::try_from(top.value) {
                Ok(number) if number > 0 && by != OrderBy::Listed => Some(number),
                Ok(0) | Err(_) => {
                    self.faults.add(&top.span, "`top` must be 1 or more");
                    return None;
                }
                Ok(_) => {
                    let fault = Fault::new(top.span.clone(), "`top` needs an order");
                    self.faults.push(fault.hint("add `sort = \"highest\"` or `sort = \"lowest\"`"));
                    return None;
                }
            },
        };
        if let (Some(rest), None) = (&written.rest, top) {
            self.faults.add(&rest.span, "`rest` goes with `top`");
        }
        if let (Some(by_measure), OrderBy::Listed) = (&written.sort_by, by) {
            self.faults.add(&by_measure.span, "`sort_by` goes with `sort`");
        }
        Some(Order { by, measure, top, rest: written.rest.as_ref().map(|label| label.value.clone()) })
    }

    fn check_dimensions(&self, table: &written::Table, all: &[(Axis, &written::Dimension)], made: &[Made]) {
        let mut ids = BTreeSet::new();
        for ((_, written), made) in all.iter().zip(made) {
            let id = &made.dimension.dimension.id;
            let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
            if !id.chars().all(plain) || id.is_empty() {
                let fault = Fault::new(written.span.clone(), format!("`{id}` cannot name a dimension"));
                self.faults.push(fault.hint("give it an `id` of letters, digits, hyphens and underscores"));
            }
            if id == "measure" {
                let fault = Fault::new(written.span.clone(), "a dimension cannot be called `measure`");
                self.faults.push(fault.hint("give it another `id`: references name measures by that word"));
            }
            if !ids.insert(id.as_str()) {
                let fault = Fault::new(written.span.clone(), format!("two dimensions are called `{id}`"));
                self.faults.push(fault.hint("give one of them another `id`"));
            }
        }
        let of_days = |made: &Made| matches!(made.dimension.source, DimensionSource::Days { .. });
        let stock = |made: &Made| made.dimension.source.is_stock();
        if table.scope.within.is_some() && made.iter().any(|made| of_days(made) || stock(made)) {
            self.faults.add(&table.span, format!("the table `{}` has both `within` and periods", table.id.value));
        }
        if made.iter().any(stock) {
            if made.iter().filter(|made| stock(made)).count() > 1 || made.iter().any(of_days) {
                let message = format!("the table `{}` counts a stock and periods at once", table.id.value);
                self.faults.add(&table.span, message);
            }
            let on = |axis| all.iter().zip(made).any(|((side, _), made)| *side == axis && stock(made));
            if (table.total_row && on(Axis::Rows)) || (table.total_column && on(Axis::Columns)) {
                let message = format!("the table `{}` would add up a stock over several days", table.id.value);
                let fault = Fault::new(table.span.clone(), message);
                self.faults.push(fault.hint("what is there on two days would be counted twice: leave that total out"));
            }
        }
    }

    // --- Columns ---

    fn by_column(
        &self,
        written: &written::Dimension,
        name: &At<String>,
        bands: Option<&At<String>>,
        groups: Option<&At<String>>,
        half: &HalfScope,
    ) -> Option<(Placed, String, bool)> {
        if let Some((number, optional)) = self.duration(name, half.reach) {
            if let Some(groups) = groups {
                self.faults.add(&groups.span, "`groups` goes with a column of codes");
            }
            let placed = self.by_bands(written, name, bands, number?, 1)?;
            return Some((placed, name.value.clone(), optional));
        }
        let at = self.column(name, half.reach)?;
        let column = self.schema.column(at);
        let optional = !column.required;
        let numeric = matches!(column.holds, ColumnType::Integer { .. } | ColumnType::Decimal { .. });
        let coded = matches!(column.holds, ColumnType::Code { .. });
        if let (Some(bands), false) = (bands, numeric) {
            self.faults.add(&bands.span, format!("`{}` is not a number, so it has no bands", name.value));
            return None;
        }
        for goes_with_codes in [groups, written.level.as_ref()].into_iter().flatten() {
            if !coded {
                let message = format!("`{}` holds no codes, so they have no groups or levels", name.value);
                self.faults.add(&goes_with_codes.span, message);
                return None;
            }
        }
        if !written.categories.is_empty() && (numeric || column.holds == ColumnType::Boolean) {
            self.faults.add(
                &written.span,
                format!("the categories of `{}` follow from its bands, or are yes and no", name.value),
            );
        }
        let mut id = column.name.clone();
        let placed = match &column.holds {
            ColumnType::Integer { .. } => self.by_bands(written, name, bands, Number::Column { column: at }, 1)?,
            ColumnType::Decimal { places } => {
                let scale = 10_i64.pow(u32::from(*places));
                self.by_bands(written, name, bands, Number::Column { column: at }, scale)?
            }
            ColumnType::Code { list } => {
                let list = &self.schema.code_lists[*list];
                match (&written.level, groups) {
                    (Some(level), Some(_)) => {
                        self.faults.add(&level.span, "a dimension has either a `level` or `groups`");
                        return None;
                    }
                    (Some(level), None) => {
                        id.clone_from(&level.value);
                        self.by_level(written, level, list, at)?
                    }
                    (None, Some(groups)) => {
                        id.clone_from(&groups.value);
                        self.by_groups(groups, list, at)?
                    }
                    (None, None) => {
                        let (categories, codes) = self.codes(written, list)?;
                        let position: BTreeMap<u32, u32> = codes.into_iter().zip(0..).collect();
                        let by_place = by_place(list, |code, _| position.get(&code).copied().into_iter().collect());
                        Placed::codes(at, categories, by_place)
                    }
                }
            }
            ColumnType::Boolean => Placed {
                source: DimensionSource::Flags { column: at },
                categories: self.yes_and_no(),
                sets: Sets::of(2),
                by_place: None,
            },
            ColumnType::Text if column.role == Role::Identifier => {
                self.faults.add(&name.span, format!("`{}` is an identifier: it would list records", name.value));
                return None;
            }
            ColumnType::Text => {
                if written.categories.is_empty() {
                    let fault = Fault::new(
                        written.span.clone(),
                        format!("`{}` is text: its `categories` must be listed", name.value),
                    );
                    self.faults.push(
                        fault.hint("list them in the order of the table, or give the column a code list in the schema"),
                    );
                    return None;
                }
                self.unique(written.categories.iter(), "category");
                let values: Vec<String> = written.categories.iter().map(|text| text.value.clone()).collect();
                let category = |text: &String| Category::new(text, text, CategoryKind::Code { group: None });
                let categories: Vec<Category> = values.iter().map(category).collect();
                let sets = Sets::of(categories.len());
                Placed {
                    source: DimensionSource::Texts { column: at, values, atoms: Vec::new() },
                    categories,
                    sets,
                    by_place: None,
                }
            }
            ColumnType::Date { .. } | ColumnType::DateTime { .. } => {
                let fault = Fault::new(name.span.clone(), format!("a table cannot be broken down by `{}`", name.value));
                self.faults.push(
                    fault.hint("dates are broken down by `periods`, under the table's `date_basis`, or by `part`"),
                );
                return None;
            }
        };
        Some((placed, id, optional))
    }

    /// A column by its name, which may be qualified.
    pub(super) fn column(&self, name: &At<String>, reach: Reach) -> Option<ColumnRef> {
        let (qualifier, column) = match name.value.split_once('.') {
            Some((table, column)) => (Some(table), column),
            None => (None, name.value.as_str()),
        };
        let found = self.schema.find_in(reach, qualifier, column);
        if found.is_none() {
            let durations = self.written.durations.iter().map(|duration| duration.name.value.as_str());
            let mut fault = Fault::new(name.span.clone(), format!("there is no column `{}`", name.value));
            fault.hint = self.schema.column_hint(reach, column, durations);
            self.faults.push(fault);
        }
        found
    }

    /// A duration that the response file names, and whether it may be unknown. None if the name is of none.
    pub(super) fn duration(&self, name: &At<String>, reach: Reach) -> Option<(Option<Number>, bool)> {
        let written = self.written.durations.iter().find(|duration| duration.name.value == name.value)?;
        let (from, to) = (self.column(&written.from, reach), self.column(&written.to, reach));
        let (Some(from), Some(to)) = (from, to) else { return Some((None, false)) };
        for (at, name) in [(from, &written.from), (to, &written.to)] {
            let fits = matches!(
                (&self.schema.column(at).holds, written.unit.value),
                (ColumnType::DateTime { .. }, _) | (ColumnType::Date { precision: Precision::Day, .. }, TimeUnit::Days)
            );
            if !fits {
                let wanted = match written.unit.value {
                    TimeUnit::Days => "a date known to the day",
                    TimeUnit::Hours | TimeUnit::Minutes => "a date with a time of day",
                };
                self.faults.add(&name.span, format!("`{}` is not {wanted}", name.value));
                return Some((None, false));
            }
        }
        let optional = !self.schema.column(from).required || !self.schema.column(to).required;
        Some((Some(Number::Between { from, to, unit: written.unit.value }), optional))
    }

    fn by_bands(
        &self,
        written: &written::Dimension,
        name: &At<String>,
        bands: Option<&At<String>>,
        number: Number,
        scale: i64,
    ) -> Option<Placed> {
        let Some(bands) = bands else {
            let fault = Fault::new(written.span.clone(), format!("`{}` is a number: it needs `bands`", name.value));
            self.faults.push(fault.hint("add `[bands.NAME]` with `bands = [\"0-9\", ...]` and name it here"));
            return None;
        };
        let categories = self.bands(bands)?;
        let mut sets = Sets::of(categories.len());
        let bands = band_atoms(&categories, &mut sets, scale);
        Some(Placed { source: DimensionSource::Bands { number, bands }, categories, sets, by_place: None })
    }

    fn by_level(
        &self,
        written: &written::Dimension,
        name: &At<String>,
        list: &CodeList,
        column: ColumnRef,
    ) -> Option<Placed> {
        let level = self.level(name, list)?;
        let mut chosen: Vec<u32> = (0..u32::try_from(level.values.len()).unwrap_or(u32::MAX)).collect();
        if !written.categories.is_empty() {
            self.unique(written.categories.iter(), "category");
            chosen.clear();
            for category in &written.categories {
                let Some(at) = level.values.iter().position(|known| *known == category.value) else {
                    unknown(
                        self.faults,
                        category,
                        "is no value of that level",
                        level.values.iter().map(String::as_str),
                    );
                    return None;
                };
                chosen.push(u32::try_from(at).unwrap_or(u32::MAX));
            }
        }
        let category = |&at: &u32| {
            let value = &level.values[at as usize];
            Category::new(value, value, CategoryKind::Group)
        };
        let categories: Vec<Category> = chosen.iter().map(category).collect();
        let position: BTreeMap<u32, u32> = chosen.into_iter().zip(0..).collect();
        let by_place = by_place(list, |_, place| {
            level.position(place).and_then(|value| position.get(&value).copied()).into_iter().collect()
        });
        Some(Placed::codes(column, categories, by_place))
    }

    fn by_groups(&self, name: &At<String>, list: &CodeList, column: ColumnRef) -> Option<Placed> {
        let (categories, members) = self.grouping(name, list)?;
        Some(Placed::codes(column, categories, members))
    }

    /// The date that decides where codes stood that moved. Where none moved there is nothing to decide, and what there was on
    /// a day stands where its code stood on that day.
    fn date_of_places(&self, written: &written::Dimension, atoms: &[CodeAtom], half: &HalfScope) -> Option<ColumnRef> {
        if half.of_stock || atoms.iter().all(|atom| atom.from.is_none() && atom.to.is_none()) {
            return None;
        }
        let groups = match &written.source {
            WrittenSource::Column { groups, .. } => groups.as_ref(),
            _ => None,
        };
        // A code itself does not move, but with what it lies in, where that is told.
        if let (None, Some(name)) = (half.date, written.level.as_ref().or(groups)) {
            let message = format!("`{}` changed over time, and the table has no date to go by", name.value);
            self.faults.push(Fault::new(name.span.clone(), message).hint("give the table a `date_basis`"));
        }
        half.date
    }

    // --- Periods and dates ---

    fn by_periods(
        &self,
        written: &written::Dimension,
        name: &At<String>,
        named: &[NamedPeriod],
        half: &HalfScope,
    ) -> Option<(Placed, String, bool)> {
        let by_year = match written.level.as_ref().map(|level| level.value.as_str()) {
            None | Some("period") => false,
            Some("year") => true,
            Some(other) => {
                if let Some(level) = &written.level {
                    let fault = Fault::new(level.span.clone(), format!("`level` cannot be `{other}`"));
                    self.faults.push(fault.hint("it is one of `year`, `period`"));
                }
                return None;
            }
        };
        // Without a date the table is at fault, which is told once, for the table.
        let column = half.date.unwrap_or(ColumnRef { table: half.reach.base, column: 0 });
        let mut years: Vec<&NamedPeriod> = Vec::new();
        for one in named {
            if !years.iter().any(|known| known.year == one.year) {
                years.push(one);
            }
        }
        let span = |at: usize, period: &Period| DayAtom {
            from: period.from,
            to: period.to,
            atom: u32::try_from(at).unwrap_or(u32::MAX),
        };
        let (categories, mut spans, id): (Vec<Category>, Vec<DayAtom>, String) = if by_year {
            let category = |one: &&NamedPeriod| {
                let kind = CategoryKind::Year { year: one.year, part: !one.year_whole };
                Category::new(one.year.to_string(), &one.year_label, kind)
            };
            let year_of = |one: &NamedPeriod| years.iter().position(|known| known.year == one.year);
            let spans = named.iter().filter_map(|one| year_of(one).map(|at| span(at, &one.period)));
            (years.iter().map(category).collect(), spans.collect(), "year".into())
        } else {
            let category =
                |one: &NamedPeriod| Category::new(&one.id, &one.label, CategoryKind::Period(one.period.clone()));
            let spans = named.iter().enumerate().map(|(at, one)| span(at, &one.period));
            (named.iter().map(category).collect(), spans.collect(), name.value.clone())
        };
        spans.sort_by_key(|span| span.from);
        let sets = Sets::of(categories.len());
        Some((
            Placed { source: DimensionSource::Days { column, spans }, categories, sets, by_place: None },
            id,
            by_year,
        ))
    }

    /// Periods may stand inside others on the same side of the table: weeks in their years, months in financial years.
    fn roll_up_periods(&self, all: &[(Axis, &written::Dimension)], made: &mut [Made]) {
        let mut outer: Option<usize> = None;
        for at in 0..made.len() {
            let Some(periods) = made[at].periods.clone() else { continue };
            if let Some(outer_at) = outer {
                if all[outer_at].0 != all[at].0 {
                    let fault = Fault::new(
                        all[at].1.span.clone(),
                        "periods on both sides of a table put each record in two sets of periods",
                    );
                    self.faults.push(fault.hint("put one inside the other on the same side, or take a `part` of the date, such as `part = \"month\"`"));
                    return;
                }
                if made[at].by_year {
                    self.faults.add(&all[at].1.span, "the years of these periods stand twice, or under periods");
                    return;
                }
                let parents = self.parents_of(&made[outer_at], &periods, &all[at].1.span);
                let Some(parents) = parents else { return };
                let inner = &mut made[at].dimension.dimension;
                inner.rolls_up_to = Some(outer_at);
                for (category, parent) in inner.categories.iter_mut().zip(parents) {
                    category.parent = Some(parent);
                }
            }
            outer = Some(at);
        }
        if let Some(at) = outer.filter(|&at| made[at].by_year) {
            let fault = Fault::new(all[at].1.span.clone(), "`level = \"year\"` has no periods to roll up");
            self.faults.push(fault.hint("let the periods themselves follow on the same side of the table"));
        }
    }

    /// For each inner period, the position of the outer category that holds it.
    fn parents_of(&self, outer: &Made, inner: &[NamedPeriod], span: &std::ops::Range<usize>) -> Option<Vec<u32>> {
        let mut parents = Vec::new();
        for period in inner {
            let holds = |category: &Category| match &category.kind {
                CategoryKind::Year { year, .. } => *year == period.year,
                CategoryKind::Period(outer) => outer.from <= period.period.from && period.period.to <= outer.to,
                _ => false,
            };
            let Some(parent) = outer.dimension.dimension.categories.iter().position(holds) else {
                let message =
                    format!("the period `{}` lies in none of `{}`", period.label, outer.dimension.dimension.id);
                let fault = Fault::new(span.clone(), message);
                self.faults.push(fault.hint("inner periods must each lie in one of the outer ones"));
                return None;
            };
            parents.push(u32::try_from(parent).ok()?);
        }
        // A period of its own name holds all of its days, or its figure would not be what it is called.
        for (at, category) in outer.dimension.dimension.categories.iter().enumerate() {
            let CategoryKind::Period(whole) = &category.kind else { continue };
            let mut days = 0;
            for (period, _) in inner.iter().zip(&parents).filter(|(_, parent)| **parent as usize == at) {
                days += (period.period.to - period.period.from).get_days() + 1;
            }
            if days != (whole.to - whole.from).get_days() + 1 {
                let message = format!("the inner periods hold only a part of the days of `{}`", category.label);
                let fault = Fault::new(span.clone(), message);
                self.faults.push(fault.hint("let them cover it, or put `level = \"year\"` over them instead"));
                return None;
            }
        }
        Some(parents)
    }

    fn by_stock(
        &self,
        periods: &At<String>,
        from: &At<String>,
        until: &At<String>,
        reach: Reach,
    ) -> Option<(Placed, String)> {
        let days = self.stock_days(periods)?;
        let (from_at, until_at) = (self.column(from, reach)?, self.column(until, reach)?);
        for (at, name) in [(from_at, from), (until_at, until)] {
            if !matches!(self.schema.column(at).holds, ColumnType::Date { .. } | ColumnType::DateTime { .. }) {
                self.faults.add(&name.span, format!("`{}` is no date", name.value));
                return None;
            }
        }
        let category = |(day, label): &(jiff::civil::Date, String)| {
            Category::new(day.to_string(), label, CategoryKind::Stock { at: *day })
        };
        let categories: Vec<Category> = days.iter().map(category).collect();
        let count = days.len();
        let sets = (0..count).flat_map(|first| (first + 1..=count).map(move |end| first..end));
        let as_set =
            |range: std::ops::Range<usize>| range.filter_map(|at| u32::try_from(at).ok()).collect::<Vec<u32>>();
        let mut numbered = Sets::with(Vec::new());
        for set in sets {
            numbered.number(as_set(set));
        }
        let days = days.into_iter().map(|(day, _)| day).collect();
        let source = DimensionSource::Stock { from: from_at, until: until_at, days };
        Some((Placed { source, categories, sets: numbered, by_place: None }, periods.value.clone()))
    }

    fn by_part(
        &self,
        place: &At<DatePart>,
        column: Option<&At<String>>,
        half: &HalfScope,
    ) -> Option<(Placed, String, bool)> {
        let part = place.value;
        let at = match column {
            Some(name) => self.column(name, half.reach)?,
            None => {
                let Some(date) = half.date else {
                    let fault = Fault::new(place.span.clone(), "`part` has no date to be a part of");
                    self.faults.push(fault.hint("name a `column`, or give the table a `date_basis`"));
                    return None;
                };
                date
            }
        };
        let held = self.schema.column(at);
        let fits = match (&held.holds, part) {
            (ColumnType::DateTime { .. }, _) => true,
            (ColumnType::Date { precision, .. }, DatePart::Month) => {
                matches!(precision, Precision::Day | Precision::Month)
            }
            (ColumnType::Date { precision, .. }, DatePart::Weekday) => *precision == Precision::Day,
            _ => false,
        };
        if !fits {
            let message = format!("the date `{}` does not tell that part", held.name);
            let fault = Fault::new(place.span.clone(), message);
            self.faults.push(fault.hint("an hour needs a `date-time`, a weekday a date known to the day"));
            return None;
        }
        let (first, last, id) = match part {
            DatePart::Month => (1, 12, "month"),
            DatePart::Weekday => (1, 7, "weekday"),
            DatePart::Hour => (0, 23, "hour"),
        };
        let label = |number: u8| match part {
            DatePart::Month => self.say(&format!("month-{number}")),
            DatePart::Weekday => self.say(&format!("weekday-{number}")),
            DatePart::Hour => format!("{number:02}:00-{number:02}:59"),
        };
        let category =
            |number: u8| Category::new(number.to_string(), label(number), CategoryKind::Part { part, number });
        let categories: Vec<Category> = (first..=last).map(category).collect();
        let sets = Sets::of(categories.len());
        let source = DimensionSource::Part { column: at, part, first };
        Some((Placed { source, categories, sets, by_place: None }, id.into(), !held.required))
    }

    fn by_flag(&self, filter: &At<String>, reach: Reach) -> Option<Placed> {
        let filter = read_filter(filter, self.schema, reach, self.faults)?;
        Some(Placed {
            source: DimensionSource::Holds { filter },
            categories: self.yes_and_no(),
            sets: Sets::of(2),
            by_place: None,
        })
    }

    // --- Hierarchies of codes ---

    /// Says where codes stand, column by column: over all levels of one together, since a code in two places stands in
    /// each as a whole.
    fn place_codes(&self, all: &[(Axis, &written::Dimension)], made: &mut [Made], half: &HalfScope) {
        let mut columns: BTreeMap<ColumnRef, Vec<usize>> = BTreeMap::new();
        for (at, made) in made.iter().enumerate() {
            if let DimensionSource::Codes { column, .. } = made.dimension.source {
                columns.entry(column).or_default().push(at);
            }
        }
        for (column, members) in columns {
            let ColumnType::Code { list } = self.schema.column(column).holds else { continue };
            let list = &self.schema.code_lists[list];
            let levels: Vec<CodeLevel> = members.iter().filter_map(|&at| made[at].level.take()).collect();
            let levels: Vec<&CodeLevel> = levels.iter().collect();
            for (last, &at) in members.iter().enumerate() {
                let mut sets = Sets::with(members[..last].to_vec());
                let atoms = code_atoms(list, &levels, last, &mut sets);
                let date = self.date_of_places(all[at].1, &atoms, half);
                let own = &mut made[at].dimension;
                own.source = DimensionSource::Codes { column, date, atoms };
                own.unrecorded = sets.number_paths(furthest(&unrecorded_paths(&levels), last));
                own.unlisted = None;
                own.atoms = sets.finish();
                own.dimension.overlaps = overlaps(&own.dimension.categories, &own.atoms);
                // Those that follow one another on one side nest: codes in their subgroups, those in their groups.
                if let Some(outer) = (0..last).rev().find(|outer| all[members[*outer]].0 == all[at].0) {
                    let holders = holders(list, &levels, outer, last);
                    self.treat_unrecorded_alike(
                        (all[members[outer]].1, levels[outer]),
                        (all[at].1, levels[last]),
                        &holders,
                    );
                    nest(&mut made[at].dimension.dimension, members[outer], holders, levels[outer]);
                }
            }
        }
    }

    /// A record without a code lacks all of its levels: it stands on each, in categories that nest, or on none.
    fn treat_unrecorded_alike(
        &self,
        outer: (&written::Dimension, &CodeLevel),
        inner: (&written::Dimension, &CodeLevel),
        holders: &BTreeMap<u32, Vec<u32>>,
    ) {
        let choice = |written: &written::Dimension| written.not_recorded.as_ref().map(|at| at.value);
        let merges = choice(inner.0) == Some(ShowOrNote::Merge);
        let lies = match (outer.1.unrecorded.first(), inner.1.unrecorded.first()) {
            (Some(outer), Some(inner)) => holders.get(inner).is_some_and(|holders| holders.contains(outer)),
            _ => true,
        };
        let fault = |message: String, hint: &str| {
            let span = inner.0.not_recorded.as_ref().map_or(&inner.0.span, |at| &at.span);
            self.faults.push(Fault::new(span.clone(), message).hint(hint));
        };
        let (outer_label, inner_label) = (&outer.0.label, &inner.0.label);
        if choice(outer.0) != choice(inner.0) {
            fault(
                format!(
                    "`{outer_label}` and `{inner_label}` are levels of one column, which is recorded for both or for neither"
                ),
                "write the same `not_recorded` for both",
            );
        } else if merges && !lies {
            fault(
                format!(
                    "what is not recorded goes into a category of `{inner_label}` that does not lie in the one of `{outer_label}`"
                ),
                "merge it into a category and into one of those that it holds",
            );
        }
    }
}

impl Placed {
    /// Codes, which find their sets when all levels of their column are known.
    fn codes(column: ColumnRef, categories: Vec<Category>, by_place: ByPlace) -> Self {
        let source = DimensionSource::Codes { column, date: None, atoms: Vec::new() };
        Self { source, categories, sets: Sets::with(Vec::new()), by_place: Some(by_place) }
    }
}

/// Puts the categories of a level under those that hold them.
fn nest(inner: &mut Dimension, outer: usize, mut holders: BTreeMap<u32, Vec<u32>>, outer_level: &CodeLevel) {
    inner.rolls_up_to = Some(outer);
    for (at, category) in (0..).zip(&mut inner.categories) {
        let mut parents = match category.kind {
            // What is not recorded is not recorded on either level.
            CategoryKind::NotRecorded => outer_level.unrecorded.clone(),
            _ => holders.remove(&at).unwrap_or_default(),
        };
        if parents.is_empty() {
            category.held_by_none = true;
        } else {
            category.parent = Some(parents.remove(0));
            category.other_parents = parents;
        }
    }
}

/// Whether a record may stand in several categories of which none holds the other.
fn overlaps(categories: &[Category], atoms: &Atoms) -> bool {
    let holds = |outer: u32, inner: u32| Category::holders(categories, inner).any(|at| at == outer);
    let stock = matches!(categories.first().map(|category| &category.kind), Some(CategoryKind::Stock { .. }));
    let apart = |set: &BTreeSet<u32>| {
        set.iter().any(|&one| set.iter().any(|&other| one < other && !holds(one, other) && !holds(other, one)))
    };
    !stock && (0..atoms.count()).map(|atom| atoms.categories(atom)).any(|set| apart(&set))
}
