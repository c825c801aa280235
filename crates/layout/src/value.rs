//! What a measure is at a place: worked out of protected figures, and rounded once, at the end.

use std::rc::Rc;

use candour_model::{
    Atoms, Category, CategoryKind, Coord, DatePart, Decimal, Dimension, Fraction, Period, Protected, Reason, Shown,
};
use candour_spec::{DimensionSource, Measure, MeasureSource, Population, Schema, TableSpec};
use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::words::Words;

/// Where a figure stands on one dimension.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pick {
    /// At a category.
    At(u32),
    /// Over all of them.
    Total,
    /// Over these.
    Rest(Rc<[u32]>),
}

/// One pick a dimension.
pub(crate) type Place = Vec<Pick>;

/// Last days, and the categories of time that they end.
pub(crate) type Series = Vec<(Date, u32)>;

/// Digits that a number keeps to be put in order.
const WORKING_PLACES: u8 = 9;

/// A table's figures with what they mean.
pub(crate) struct View<'v> {
    pub(crate) spec: &'v TableSpec,
    pub(crate) protected: &'v Protected,
    pub(crate) schema: &'v Schema,
    pub(crate) words: Words,
}

impl View<'_> {
    /// A dimension, in the language of what is laid out: what is protected bears the words in which it was counted.
    pub(crate) fn dimension(&self, at: usize) -> &Dimension {
        &self.spec.dimensions[at].dimension
    }

    pub(crate) fn dimensions(&self) -> impl Iterator<Item = &Dimension> {
        self.spec.dimensions.iter().map(|dimension| &dimension.dimension)
    }

    /// A place where everything is summed over.
    pub(crate) fn everywhere(&self) -> Place {
        vec![Pick::Total; self.spec.dimensions.len()]
    }

    /// A measure as it is shown.
    pub(crate) fn shown(&self, measure: usize, place: &Place) -> Shown {
        if self.is_void(place) {
            return Shown::Withheld(Reason::NotApplicable);
        }
        self.value(measure, place, self.spec.measures[measure].places)
    }

    /// The sum of a measure over several places as it is shown: added up unrounded, and rounded once.
    pub(crate) fn shown_sum(&self, measure: usize, places: &[Place]) -> Shown {
        let each = places.iter().map(|place| match self.is_void(place) {
            true => Shown::Withheld(Reason::NotApplicable),
            false => self.unrounded(measure, place),
        });
        let sum = each.reduce(Shown::plus).unwrap_or(Shown::whole(0));
        self.rounded(exact(sum), self.spec.measures[measure].places)
    }

    /// Whether there is no record, and could be none.
    fn is_void(&self, place: &Place) -> bool {
        self.quantity(0, place).is_zero() && self.cannot_be(place)
    }

    /// A measure with enough digits to be put in order.
    pub(crate) fn unrounded(&self, measure: usize, place: &Place) -> Shown {
        match self.spec.measures[measure].source {
            // Counted numbers are exact as they are.
            MeasureSource::Quantity { quantity } => self.quantity(quantity, place),
            _ => self.value(measure, place, WORKING_PLACES),
        }
    }

    fn value(&self, measure: usize, place: &Place, places: u8) -> Shown {
        self.rounded(self.exact(measure, place), places)
    }

    fn rounded(&self, exact: Exact, places: u8) -> Shown {
        match exact.and_then(|exact| exact.rounded(places, self.spec.rounding).ok_or(Reason::NotAvailable)) {
            Ok(rounded) => Shown::Value(rounded),
            Err(reason) => Shown::Withheld(reason),
        }
    }

    /// A measure before it is rounded, so that what is worked out of others is not worked out of rounded ones.
    fn exact(&self, measure: usize, place: &Place) -> Exact {
        match &self.spec.measures[measure].source {
            MeasureSource::Quantity { quantity } => exact(self.quantity(*quantity, place)),
            MeasureSource::Mean { sum, present } => {
                per(exact(self.quantity(*sum, place)), exact(self.quantity(*present, place)), 1)
            }
            MeasureSource::Ratio { of, to, per: scale } => {
                per(self.exact(*of, place), self.exact(*to, place), i128::from(*scale))
            }
            MeasureSource::Share { of, over, .. } => {
                per(self.exact(*of, place), self.exact(*of, &base_of(place, over)), 100)
            }
            MeasureSource::Change { of, along, percent } => {
                let before = self.before(place, *along).ok_or(Reason::NotApplicable)?;
                let (now, then) = (self.exact(*of, place)?, self.exact(*of, &before)?);
                let added = now.minus(then).ok_or(Reason::NotAvailable)?;
                if *percent { per(Ok(added), Ok(then.magnitude()), 100) } else { Ok(added) }
            }
            MeasureSource::Rate { of, per: scale, population } => {
                let people = self.population(population, *of, place).ok_or(Reason::NotApplicable)?;
                per(self.exact(*of, place), exact(Shown::whole(people)), i128::from(*scale))
            }
            MeasureSource::Rank { of, along } => exact(self.rank(*of, *along, place)),
        }
    }

    /// What is counted for a measure at a place, and where: all that its figure is worked out of.
    pub(crate) fn inputs(&self, measure: usize, place: &Place) -> Vec<(usize, Place)> {
        match &self.spec.measures[measure].source {
            MeasureSource::Quantity { quantity } => vec![(*quantity, place.clone())],
            MeasureSource::Mean { sum, present } => vec![(*sum, place.clone()), (*present, place.clone())],
            MeasureSource::Ratio { of, to, .. } => [self.inputs(*of, place), self.inputs(*to, place)].concat(),
            MeasureSource::Share { of, over, .. } => {
                [self.inputs(*of, place), self.inputs(*of, &base_of(place, over))].concat()
            }
            MeasureSource::Change { of, .. } | MeasureSource::Rate { of, .. } | MeasureSource::Rank { of, .. } => {
                self.inputs(*of, place)
            }
        }
    }

    /// Whether a measure is a share, and what it is a share of is below zero at a place.
    pub(crate) fn is_share_below_zero(&self, measure: usize, place: &Place) -> bool {
        match &self.spec.measures[measure].source {
            MeasureSource::Share { of, .. } => self.unrounded(*of, place).value().is_some_and(|part| part.units() < 0),
            _ => false,
        }
    }

    /// What was counted at a place. Over the categories that are not shown on their own only what adds up can be told.
    pub(crate) fn quantity(&self, quantity: usize, place: &Place) -> Shown {
        // What there was on two days is not added up, wherever it is asked for.
        let sums_stock =
            |(at, pick): (usize, &Pick)| !matches!(pick, Pick::At(_)) && self.spec.dimensions[at].source.is_stock();
        if place.iter().enumerate().any(sums_stock) {
            return Shown::Withheld(Reason::NotApplicable);
        }
        let rest = place.iter().position(|pick| matches!(pick, Pick::Rest(_)));
        let Some(at) = rest else {
            let coords: Vec<Coord> = place.iter().map(coord).collect();
            return self.protected.at(&coords, quantity);
        };
        if !self.protected.quantities[quantity].adds || self.dimension(at).overlaps {
            return Shown::Withheld(Reason::NotAvailable);
        }
        let Pick::Rest(positions) = &place[at] else { return Shown::Withheld(Reason::NotAvailable) };
        // It may be shown where its parts are not, and must not be where it would tell too much.
        let coords: Vec<Coord> = place.iter().map(coord).collect();
        let mut in_order = positions.to_vec();
        in_order.sort_unstable();
        if let Some(shown) = self.protected.rests.get(&(coords, in_order, quantity)) {
            return *shown;
        }
        let each = positions.iter().map(|&position| {
            let mut one = place.clone();
            one[at] = Pick::At(position);
            self.quantity(quantity, &one)
        });
        let zero = Shown::Value(Decimal::new(0, self.protected.quantities[quantity].places));
        each.fold(zero, Shown::plus)
    }

    /// Whether something inside a dimension is fixed: then what stands beside its category does not hold that.
    fn fixed_inside(&self, place: &Place, dimension: usize) -> bool {
        (0..place.len()).any(|inner| {
            self.dimension(inner).rolls_up_to == Some(dimension)
                && (matches!(place[inner], Pick::At(_)) || self.fixed_inside(place, inner))
        })
    }

    /// The same place at the category before. None at the first one, and wherever the difference would tell nothing: where
    /// one of the two is a part period, where they do not follow one another or are not as long, where
    /// something inside them is fixed.
    fn before(&self, place: &Place, along: usize) -> Option<Place> {
        let Pick::At(position) = place[along] else { return None };
        let categories = &self.dimension(along).categories;
        let earlier = position.checked_sub(1)?;
        if self.fixed_inside(place, along) || !self.is_whole(along, position) || !self.is_whole(along, earlier) {
            return None;
        }
        let (now, then) = (&categories[position as usize], &categories[earlier as usize]);
        if !now.follows(then) {
            return None;
        }
        let mut before = place.clone();
        before[along] = Pick::At(earlier);
        // What holds the category before may be another one, and what holds that.
        let (mut inner, mut category) = (along, then);
        while let Some(outer) = self.dimension(inner).rolls_up_to {
            let Some(parent) = category.parent else { break };
            if matches!(before[outer], Pick::At(_)) {
                before[outer] = Pick::At(parent);
            }
            category = &self.dimension(outer).categories[parent as usize];
            inner = outer;
        }
        (!self.cannot_be(&before)).then_some(before)
    }

    /// Whether a category of time is a whole one.
    pub(crate) fn is_whole(&self, dimension: usize, position: u32) -> bool {
        match &self.dimension(dimension).categories[position as usize].kind {
            CategoryKind::Period(period) => period.whole,
            CategoryKind::Year { part, .. } => !part,
            CategoryKind::Other | CategoryKind::NotRecorded => false,
            _ => true,
        }
    }

    /// The population at a place: as it is given, or the sum of those given. None where records stand in a category without
    /// a population, such as "other", and over several periods: their people are mostly the same.
    fn population(&self, population: &Population, of: usize, place: &Place) -> Option<i128> {
        let summed = population.by.iter().filter(|at| place[**at] == Pick::Total);
        let without = summed.flat_map(|&dimension| {
            let special = move |at: &u32| lacks_population(&self.dimension(dimension).categories[*at as usize]);
            let found = self.under(dimension, place).into_iter().filter(special);
            found.flat_map(move |at| self.places_at(dimension, at, place))
        });
        if self.sums_periods(population, place)
            || without.into_iter().any(|there| !self.unrounded(of, &there).is_zero())
        {
            return None;
        }
        self.people(population, place).filter(|people| *people > 0)
    }

    /// The places at which a dimension stands at a category, under each of those that hold it where they are summed over.
    fn places_at(&self, dimension: usize, position: u32, place: &Place) -> Vec<Place> {
        let mut there = place.clone();
        there[dimension] = Pick::At(position);
        let category = &self.dimension(dimension).categories[position as usize];
        match self.dimension(dimension).rolls_up_to {
            Some(outer) if !matches!(place[outer], Pick::At(_)) => {
                let holders = category.parent.iter().chain(&category.other_parents);
                holders.flat_map(|holder| self.places_at(outer, *holder, &there)).collect()
            }
            _ => vec![there],
        }
    }

    /// Whether a place sums over several periods that the population says nothing of.
    fn sums_periods(&self, population: &Population, place: &Place) -> bool {
        (0..place.len()).any(|at| {
            let here = self.dimension(at);
            let several = here.categories.len() > 1 && here.categories.iter().all(goes_on);
            let outermost = here.rolls_up_to.is_none() && !matches!(place[at], Pick::At(_));
            several && outermost && !population.by.iter().any(|by| *by == at || self.lies_within(*by, at))
        })
    }

    /// Whether a dimension lies inside another.
    fn lies_within(&self, inner: usize, outer: usize) -> bool {
        std::iter::successors(self.dimension(inner).rolls_up_to, |at| self.dimension(*at).rolls_up_to)
            .any(|at| at == outer)
    }

    /// How many there are at a place: as it is given or, over all categories of anything but time, the sum over them.
    fn people(&self, population: &Population, place: &Place) -> Option<i128> {
        if let Some(given) = self.given(population, place) {
            return Some(given);
        }
        // An outer one before those inside it, which it limits; also where the population is not broken down by it.
        let sums = |at: &usize| match &place[*at] {
            Pick::At(_) => false,
            Pick::Total => population.by.contains(at),
            Pick::Rest(_) => population.by.iter().any(|by| by == at || self.lies_within(*by, *at)),
        };
        let at = (0..place.len()).find(sums)?;
        let here = self.dimension(at);
        if here.overlaps || (here.categories.len() > 1 && here.categories.iter().any(is_time)) {
            return None;
        }
        let picked = match &place[at] {
            Pick::Rest(positions) => positions.to_vec(),
            // A part is in what holds it already.
            _ => self.under(at, place).into_iter().filter(|at| !is_special(&here.categories[*at as usize])).collect(),
        };
        let people = picked.into_iter().map(|position| {
            let mut there = place.clone();
            there[at] = Pick::At(position);
            self.people(population, &there)
        });
        people.sum()
    }

    /// How many there are at a place as it is given. What is given for more than the place holds does not count.
    fn given(&self, population: &Population, place: &Place) -> Option<i128> {
        let fits = |(&dimension, coord): (&usize, &Coord)| match &place[dimension] {
            Pick::At(at) => *coord == Coord::At(*at),
            Pick::Total => *coord == Coord::Total,
            Pick::Rest(_) => false,
        };
        let (_, people) = population.values.iter().find(|(coords, _)| population.by.iter().zip(coords).all(fits))?;
        (!self.is_part_of_given(population, place)).then_some(i128::from(*people))
    }

    /// Whether something is fixed beside the categories of a population that holds only a part of their people: a ward, where
    /// they are given by borough, or a borough, where there is a number over all wards. A part of a period has the people
    /// of the whole.
    fn is_part_of_given(&self, population: &Population, place: &Place) -> bool {
        let limits = |at: &usize| place[*at] != Pick::Total;
        let total_in_limits = population.by.iter().filter(|at| !limits(at)).any(|by| {
            (0..place.len())
                .any(|outer| limits(&outer) && !population.by.contains(&outer) && self.lies_within(*by, outer))
        });
        let leaves_out = |atoms: &Atoms, own: usize, path: &[u32]| {
            let agrees = |(at, category): (usize, &u32)| match &place[at] {
                Pick::At(fixed) => fixed == category,
                Pick::Total => true,
                Pick::Rest(positions) => positions.contains(category),
            };
            let levels = || atoms.with.iter().copied().chain([own]).zip(path);
            levels().filter(|(at, _)| population.by.contains(at)).all(agrees) && !levels().all(agrees)
        };
        let by_level = |own: usize| {
            let atoms = &self.spec.dimensions[own].atoms;
            let concerned = atoms.with.iter().chain([&own]).any(|at| population.by.contains(at));
            concerned && !atoms.with.is_empty() && atoms.sets.iter().flatten().any(|path| leaves_out(atoms, own, path))
        };
        total_in_limits || (0..place.len()).any(by_level)
    }

    /// The place of a category among those beside it, from 1 for the highest; those that tie share one.
    fn rank(&self, of: usize, along: usize, place: &Place) -> Shown {
        let Pick::At(own) = place[along] else { return Shown::Withheld(Reason::NotApplicable) };
        if self.fixed_inside(place, along) || is_special(&self.dimension(along).categories[own as usize]) {
            return Shown::Withheld(Reason::NotApplicable);
        }
        let value = match self.unrounded(of, place) {
            Shown::Value(value) => value,
            Shown::Withheld(Reason::NotApplicable) => return Shown::Withheld(Reason::NotApplicable),
            Shown::Withheld(_) => return Shown::Withheld(Reason::NotAvailable),
        };
        let mut higher = 0;
        for other in self.beside(along, place) {
            let mut there = place.clone();
            there[along] = Pick::At(other);
            match self.unrounded(of, &there) {
                Shown::Value(other) if other > value => higher += 1,
                // What has no figure is not higher; of what is withheld that cannot be told.
                Shown::Value(_) | Shown::Withheld(Reason::NotApplicable) => {}
                Shown::Withheld(_) => return Shown::Withheld(Reason::NotAvailable),
            }
        }
        Shown::whole(higher + 1)
    }

    /// The categories of a dimension that compete with one another at a place: those under the same outer one, without
    /// "other", "not recorded" and parts of others.
    pub(crate) fn beside(&self, dimension: usize, place: &Place) -> Vec<u32> {
        let categories = &self.dimension(dimension).categories;
        self.under(dimension, place).into_iter().filter(|at| !is_special(&categories[*at as usize])).collect()
    }

    /// The categories of a dimension that may stand under what is fixed around them, in order.
    pub(crate) fn under(&self, dimension: usize, place: &Place) -> Vec<u32> {
        self.spec.dimensions[dimension].under(|at| fixed(&place[at]))
    }

    /// Whether no record could stand here: the month of November in a year of which the table has only the first ten.
    fn cannot_be(&self, place: &Place) -> bool {
        match self.part_of_date(place) {
            Some((DatePart::Month, _)) => self.covered(place).is_empty(),
            Some((DatePart::Weekday, number)) => !self.covered(place).iter().any(|span| has_weekday(span, number)),
            _ => false,
        }
    }

    /// The part of its own date at which a place stands.
    pub(crate) fn part_of_date(&self, place: &Place) -> Option<(DatePart, u8)> {
        let date = self.spec.scope.date?;
        self.spec.dimensions.iter().zip(place).find_map(|(dimension, pick)| match (&dimension.source, pick) {
            (DimensionSource::Part { column, .. }, Pick::At(at)) if *column == date => {
                match dimension.dimension.categories[*at as usize].kind {
                    CategoryKind::Part { part, number } => Some((part, number)),
                    _ => None,
                }
            }
            _ => None,
        })
    }

    /// The days that a place covers, weekdays and hours apart.
    pub(crate) fn covered(&self, place: &Place) -> Vec<Period> {
        let spans = match self.time(place) {
            Some((dimension, position)) => self.days_of(dimension, position),
            None => self.spec.scope.spans.clone(),
        };
        match self.part_of_date(place) {
            Some((DatePart::Month, number)) => spans.iter().flat_map(|span| months_in(span, number)).collect(),
            _ => spans,
        }
    }

    /// The category of time at which a place stands: of nested ones the innermost, which is the one that is meant.
    pub(crate) fn time(&self, place: &Place) -> Option<(usize, u32)> {
        place.iter().enumerate().rev().find_map(|(at, pick)| match pick {
            Pick::At(position) if is_span(&self.dimension(at).categories[*position as usize]) => Some((at, *position)),
            _ => None,
        })
    }

    /// The days of a category of time.
    pub(crate) fn days_of(&self, dimension: usize, position: u32) -> Vec<Period> {
        match &self.dimension(dimension).categories[position as usize].kind {
            CategoryKind::Period(period) => vec![period.clone()],
            CategoryKind::Stock { at } => vec![Period { from: *at, to: *at, whole: true }],
            CategoryKind::Year { .. } => self.periods_in(dimension, position),
            _ => Vec::new(),
        }
    }

    /// The last days of what stands at the categories of time beside a place's own, in order.
    pub(crate) fn series(&self, place: &Place, time: usize) -> Series {
        let end = |position: u32| {
            let mut there = place.clone();
            there[time] = Pick::At(position);
            Some((self.covered(&there).iter().map(|span| span.to).max()?, position))
        };
        let mut series: Series =
            (0..).zip(&self.dimension(time).categories).filter_map(|(position, _)| end(position)).collect();
        series.sort_unstable();
        series
    }

    /// The periods that an outer category holds.
    fn periods_in(&self, outer: usize, position: u32) -> Vec<Period> {
        let inner = self.dimensions().find(|dimension| dimension.rolls_up_to == Some(outer));
        let categories = inner.map(|inner| &inner.categories[..]).unwrap_or_default();
        let held = categories.iter().filter(|category| category.lies_in(position));
        held.filter_map(|category| match &category.kind {
            CategoryKind::Period(period) => Some(period.clone()),
            _ => None,
        })
        .collect()
    }
}

/// A number before it is rounded, or why there is none.
type Exact = Result<Fraction, Reason>;

fn exact(shown: Shown) -> Exact {
    match shown {
        Shown::Value(value) => Fraction::try_from(value).map_err(|()| Reason::NotAvailable),
        Shown::Withheld(reason) => Err(reason),
    }
}

/// `above` times `scale` divided by `below`. Nothing is a part of nothing.
fn per(above: Exact, below: Exact, scale: i128) -> Exact {
    let (above, below) = (above?, below?);
    if below.is_zero() {
        return Err(Reason::NotApplicable);
    }
    above.per(below, scale).ok_or(Reason::NotAvailable)
}

/// The place of the total that a share is of.
fn base_of(place: &Place, over: &[usize]) -> Place {
    let mut base = place.clone();
    over.iter().for_each(|&dimension| base[dimension] = Pick::Total);
    base
}

fn coord(pick: &Pick) -> Coord {
    match pick {
        Pick::At(at) => Coord::At(*at),
        Pick::Total => Coord::Total,
        Pick::Rest(_) => Coord::Rest,
    }
}

/// The coordinates of a place.
pub(crate) fn coords(place: &Place) -> Vec<Coord> {
    place.iter().map(coord).collect()
}

/// A place by its coordinates.
pub(crate) fn place_of(coords: &[Coord]) -> Place {
    let pick = |coord: &Coord| match coord {
        Coord::At(at) => Pick::At(*at),
        Coord::Total | Coord::Rest => Pick::Total,
    };
    coords.iter().map(pick).collect()
}

/// The category that a pick fixes.
fn fixed(pick: &Pick) -> Option<u32> {
    match pick {
        Pick::At(at) => Some(*at),
        _ => None,
    }
}

/// Whether a category has no population: it holds what is not told.
fn lacks_population(category: &Category) -> bool {
    matches!(category.kind, CategoryKind::Other | CategoryKind::NotRecorded)
}

/// Whether a category is one of periods that follow one another.
fn goes_on(category: &Category) -> bool {
    matches!(category.kind, CategoryKind::Period(_) | CategoryKind::Year { .. } | CategoryKind::Stock { .. })
}

fn is_time(category: &Category) -> bool {
    is_span(category) || matches!(category.kind, CategoryKind::Part { .. })
}

/// Whether a category competes with no other.
pub(crate) fn is_special(category: &Category) -> bool {
    matches!(category.kind, CategoryKind::Other | CategoryKind::NotRecorded) || category.of_which.is_some()
}

/// Whether a category stands for days of the calendar.
fn is_span(category: &Category) -> bool {
    matches!(category.kind, CategoryKind::Period(_) | CategoryKind::Year { .. } | CategoryKind::Stock { .. })
}

/// Whether a span has a day of that weekday.
fn has_weekday(span: &Period, number: u8) -> bool {
    let days = span.from.series(1.day()).take_while(|day| *day <= span.to);
    days.take(7).any(|day| u8::try_from(day.weekday().to_monday_one_offset()) == Ok(number))
}

/// The days of a span that lie in a month of the year, year by year.
pub(crate) fn months_in(span: &Period, number: u8) -> Vec<Period> {
    let firsts = span.from.first_of_month().series(1.month()).take_while(|first| *first <= span.to);
    let wanted = firsts.filter(|first| u8::try_from(first.month()) == Ok(number));
    wanted
        .map(|first| {
            let (from, to) = (first.max(span.from), first.last_of_month().min(span.to));
            Period { from, to, whole: (from, to) == (first, first.last_of_month()) }
        })
        .collect()
}

/// Whether what a measure shows adds up to its totals.
pub(crate) fn adds_up(view: &View<'_>, measure: &Measure) -> bool {
    measure.adds_up && !view.spec.is_stock() && !view.dimensions().any(|dimension| dimension.overlaps)
}
