//! What a measure is at a place: worked out of protected figures, and rounded once, at the end.

use std::rc::Rc;

use candour_model::{
    Category, CategoryKind, Coord, DatePart, Decimal, Dimension, Fraction, Period, Protected, Reason, Shown,
};
use candour_spec::{DimensionSource, Measure, MeasureSource, Population, Schema, TableSpec};
use jiff::ToSpan as _;
use jiff::civil::Date;

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
}

impl View<'_> {
    pub(crate) fn dimension(&self, at: usize) -> &Dimension {
        &self.protected.dimensions[at]
    }

    /// A place where everything is summed over.
    pub(crate) fn everywhere(&self) -> Place {
        vec![Pick::Total; self.protected.dimensions.len()]
    }

    /// A measure as it is shown.
    pub(crate) fn shown(&self, measure: usize, place: &Place) -> Shown {
        if self.quantity(0, place).is_zero() && self.cannot_be(place) {
            return Shown::Withheld(Reason::NotApplicable);
        }
        self.value(measure, place, self.spec.measures[measure].places)
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
    /// one of the two is a part period, where they do not follow one another, where something inside them is fixed.
    fn before(&self, place: &Place, along: usize) -> Option<Place> {
        let Pick::At(position) = place[along] else { return None };
        let categories = &self.dimension(along).categories;
        let earlier = position.checked_sub(1)?;
        if self.fixed_inside(place, along) || !self.is_whole(along, position) || !self.is_whole(along, earlier) {
            return None;
        }
        let (now, then) = (&categories[position as usize], &categories[earlier as usize]);
        if let (CategoryKind::Period(now_is), CategoryKind::Period(then_was)) = (&now.kind, &then.kind) {
            // The same days of another year are called by the year.
            let same_days = now.id.parse::<i16>().is_ok() && then.id.parse::<i16>().is_ok();
            if !same_days && then_was.to.tomorrow().ok() != Some(now_is.from) {
                return None;
            }
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
    fn is_whole(&self, dimension: usize, position: u32) -> bool {
        match &self.dimension(dimension).categories[position as usize].kind {
            CategoryKind::Period(period) => period.whole,
            CategoryKind::Year { part, .. } => !part,
            CategoryKind::Other | CategoryKind::NotRecorded => false,
            _ => true,
        }
    }

    /// The population at a place: as it is given or, over all categories of anything but time, the sum of those given.
    /// None where records stand in a category without a population, such as "other".
    fn population(&self, population: &Population, of: usize, place: &Place) -> Option<i128> {
        for &dimension in population.by.iter().filter(|at| !matches!(place[**at], Pick::At(_))) {
            let without =
                |category: &Category| matches!(category.kind, CategoryKind::Other | CategoryKind::NotRecorded);
            for (at, _) in (0..).zip(&self.dimension(dimension).categories).filter(|(_, category)| without(category)) {
                let mut there = place.clone();
                there[dimension] = Pick::At(at);
                if !self.unrounded(of, &there).is_zero() {
                    return None;
                }
            }
        }
        let wanted: Vec<&Pick> = population.by.iter().map(|&dimension| &place[dimension]).collect();
        let fits = |pick: &Pick, coord: &Coord| match pick {
            Pick::At(at) => *coord == Coord::At(*at),
            Pick::Total => *coord == Coord::Total,
            Pick::Rest(positions) => matches!(coord, Coord::At(at) if positions.contains(at)),
        };
        let exact = |(coords, _): &&(Vec<Coord>, u64)| wanted.iter().zip(coords).all(|(pick, coord)| fits(pick, coord));
        let is_single = wanted.iter().all(|pick| !matches!(pick, Pick::Rest(_)));
        if let (Some((_, people)), true) = (population.values.iter().find(exact), is_single) {
            return Some(i128::from(*people));
        }
        let adds = population.by.iter().zip(&wanted).all(|(&dimension, pick)| {
            let over_time = self.dimension(dimension).categories.iter().any(is_time);
            matches!(pick, Pick::At(_)) || !(over_time || self.dimension(dimension).overlaps)
        });
        if !adds {
            return None;
        }
        let within = |(coords, _): &&(Vec<Coord>, u64)| {
            wanted.iter().zip(coords).all(|(pick, coord)| match pick {
                Pick::Total => matches!(coord, Coord::At(_)),
                pick => fits(pick, coord),
            })
        };
        // A part is in what holds it already.
        let is_part = |(coords, _): &&(Vec<Coord>, u64)| {
            population.by.iter().zip(coords).zip(&wanted).any(|((&dimension, coord), pick)| match (coord, pick) {
                (Coord::At(at), Pick::Total) => self.dimension(dimension).categories[*at as usize].of_which.is_some(),
                _ => false,
            })
        };
        let parts: Vec<i128> = population
            .values
            .iter()
            .filter(within)
            .filter(|value| !is_part(value))
            .map(|(_, people)| i128::from(*people))
            .collect();
        (!parts.is_empty()).then(|| parts.iter().sum())
    }

    /// The place of a category among those beside it, from 1 for the highest; those that tie share one.
    fn rank(&self, of: usize, along: usize, place: &Place) -> Shown {
        let Pick::At(own) = place[along] else { return Shown::Withheld(Reason::NotApplicable) };
        if self.fixed_inside(place, along) || is_special(&self.dimension(along).categories[own as usize]) {
            return Shown::Withheld(Reason::NotApplicable);
        }
        let Shown::Value(value) = self.unrounded(of, place) else { return Shown::Withheld(Reason::NotAvailable) };
        let mut higher = 0;
        for other in self.beside(along, place) {
            let mut there = place.clone();
            there[along] = Pick::At(other);
            match self.unrounded(of, &there) {
                Shown::Value(other) if other > value => higher += 1,
                Shown::Value(_) => {}
                Shown::Withheld(_) => return Shown::Withheld(Reason::NotAvailable),
            }
        }
        Shown::whole(higher + 1)
    }

    /// The categories of a dimension that compete with one another at a place: those under the same outer one, without
    /// "other", "not recorded" and parts of others.
    pub(crate) fn beside(&self, dimension: usize, place: &Place) -> Vec<u32> {
        let here = self.dimension(dimension);
        let outer = here.rolls_up_to.map(|outer| &place[outer]);
        let lies = |category: &Category| match outer {
            Some(Pick::At(outer)) => category.lies_in(*outer),
            _ => true,
        };
        let real = (0..).zip(&here.categories).filter(|(_, category)| lies(category) && !is_special(category));
        real.map(|(position, _)| position).collect()
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
        let inner = self.protected.dimensions.iter().find(|dimension| dimension.rolls_up_to == Some(outer));
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
    measure.adds_up && !view.spec.is_stock() && !view.protected.dimensions.iter().any(|dimension| dimension.overlaps)
}
