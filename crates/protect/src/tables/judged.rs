//! Figures of a release that are judged by more than their size: by what they tell, by the people among whom somebody would
//! be sought, and by the lines that they stand in.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use candour_model::{Cells, Coord, Counted, Dimension, FigureName, Figures, Groups, Membership, Zeros};

use super::{Builder, MEASURE, name};
use crate::elsewhere;
use crate::engine::{Cell, Equation, Primary, Role};
use crate::outside;
use crate::rules::{NearlyAll, Risk, Tells, Why};

/// A line of a table that stands in one category, or nearly.
struct Line {
    /// The category in which most stand.
    most: Vec<Coord>,
    total: Vec<Coord>,
    dimension: usize,
    /// How many stand in others.
    others: i64,
}

impl Builder<'_> {
    /// The places that break down a line of a table that is withheld as a whole, zeros among them, and those that break these
    /// down in the same dimension.
    pub(super) fn whole_breakdowns(&self, table: usize, cells: &Cells, figures: &Figures) -> BTreeSet<Vec<Coord>> {
        let mut withheld = BTreeSet::new();
        if self.policy.zeros == Zeros::Sensitive {
            return withheld;
        }
        for breakdown in &self.policy.breakdowns {
            for at in self.same_columns.called(table, &breakdown.by) {
                for total in figures.places().filter(|place| place[at] == Coord::Total && is_whole(cells, place, at)) {
                    let Counted::Value(value) = figures.at(&total, 0) else { continue };
                    if value > 0 && value < i128::from(breakdown.below) {
                        withheld.extend(below(cells, &total, at));
                    }
                }
            }
        }
        if self.policy.groups == Groups::Withhold {
            for line in self.in_one_category(table, cells, figures) {
                withheld.extend(below(cells, &line.total, line.dimension));
            }
        }
        withheld
    }

    /// Withholds a figure whose whole breakdown is. What nobody prints is not known either.
    pub(super) fn withhold_with_its_breakdown(&mut self, figure: usize, is_shown: bool) {
        let is_kept = {
            let name = &self.linked.names[figure];
            self.policy.keep.iter().any(|wanted| super::is_called(wanted, name))
        };
        let cell = &mut self.linked.system.cells[figure];
        if is_kept || cell.role == Role::Hidden {
            return;
        }
        if !is_shown && cell.value == 0 && cell.role == Role::Published {
            cell.role = Role::Hidden;
            return;
        }
        // Zeros are withheld here as well, so nothing is known of a figure's size.
        (cell.role, cell.primary, cell.least) = (Role::Withheld, Primary::Other, Some(0));
        self.why.insert(figure, Why::WholeBreakdown);
    }

    /// Lines that the report tells of, if they are shown.
    pub(super) fn groups(
        &mut self,
        table: usize,
        cells: &Cells,
        figures: &Figures,
        is_shown: &dyn Fn(&[Coord]) -> bool,
    ) {
        // Where zeros are withheld nobody sees that a line has no others.
        if self.policy.groups != Groups::Flag || self.policy.zeros == Zeros::Sensitive {
            return;
        }
        for line in self.in_one_category(table, cells, figures) {
            let threshold = i128::from(self.policy.threshold);
            let is_small = matches!(figures.at(&line.most, 0), Counted::Value(most) if most < threshold);
            if !is_shown(&line.most) {
                continue;
            }
            let figure = name(cells, &line.most);
            match line.others {
                0 => self.linked.groups.push(figure),
                // What insiders learn of a small figure is looked at by the engine.
                _ if is_small => {}
                others => self.linked.nearly_all.push(NearlyAll { figure, others }),
            }
        }
    }

    /// The dimensions of a table that tell something new of people who are known to be counted.
    fn learned(&self, table: usize, cells: &Cells) -> Vec<usize> {
        if self.policy.learned.is_empty() {
            return (0..cells.dimensions.len()).collect();
        }
        self.policy.learned.iter().flat_map(|id| self.same_columns.called(table, id)).collect()
    }

    /// Lines whose records stand in one category, but for no more than may put together what they know of themselves. Where
    /// categories overlap, the narrowest of those that hold as many counts.
    fn in_one_category(&self, table: usize, cells: &Cells, figures: &Figures) -> Vec<Line> {
        let insiders = i64::try_from(self.policy.attacker.insiders).unwrap_or(i64::MAX);
        let value = |place: &[Coord]| match figures.at(place, 0) {
            Counted::Value(value) => i64::try_from(value).unwrap_or(i64::MAX),
            _ => 0,
        };
        let mut found = Vec::new();
        for at in self.learned(table, cells) {
            for total in figures.places().filter(|place| place[at] == Coord::Total && is_whole(cells, place, at)) {
                let part = |(category, sets): (u32, usize)| {
                    let mut place = total.clone();
                    place[at] = Coord::At(category);
                    (value(&place), std::cmp::Reverse(sets), place)
                };
                let parts = that_tell(cells, &total, at).into_iter().map(part);
                // The first of several that are as large.
                let largest = parts.rev().max_by_key(|(value, sets, _)| (*value, *sets));
                let Some((most, _, place)) = largest else { continue };
                let others = value(&total) - most;
                if most > 0 && (0..=insiders).contains(&others) {
                    found.push(Line { most: place, total, dimension: at, others });
                }
            }
        }
        found
    }

    /// Notes what the figures of a table tell, and how many people live where they were counted.
    /// What a measure counts of the records is more than that somebody is counted, and so is what a table counts whose filter
    /// chooses by what would be learned.
    pub(super) fn note(
        &mut self,
        (table, cells): (usize, &Cells),
        here: &HashMap<Vec<Coord>, usize>,
        residents: &dyn Fn(&[Coord]) -> Option<u64>,
        is_measure: bool,
    ) {
        let learned = self.learned(table, cells);
        let is_chosen = self.policy.learned.iter().any(|id| self.same_columns.filters(table, id));
        let tells_more =
            |coords: &[Coord]| is_measure || is_chosen || learned.iter().any(|&at| coords[at] != Coord::Total);
        // In whatever order: the most that it tells, and the fewest people.
        here.iter().for_each(|(coords, &figure)| {
            let tells = if tells_more(coords) { Tells::Attribute } else { Tells::Membership };
            let facts = self.facts.entry(figure).or_insert((tells, None));
            facts.0 = facts.0.max(tells);
            // Where two tables tell of the same records, he is sought among the fewer people.
            facts.1 = match (facts.1, residents(coords)) {
                (Some(known), Some(now)) => Some(known.min(now)),
                (known, now) => known.or(now),
            };
        });
    }

    /// Judges the figures of all tables once what each tells is known.
    pub(super) fn judge(&mut self) {
        let rule = self.policy.population.as_ref();
        for (&figure, &(tells, residents)) in &self.facts {
            let cell = &mut self.linked.system.cells[figure];
            if cell.role == Role::Published {
                continue;
            }
            let by_size = matches!(cell.primary, Primary::Small { .. });
            let is_open = tells == Tells::Membership && self.policy.membership == Membership::Open;
            let many = rule.and_then(|rule| rule.small_among).zip(residents);
            let is_lost_among_many = many.is_some_and(|(many, residents)| residents >= many);
            if by_size && (is_open || is_lost_among_many) {
                cell.primary = Primary::No;
            }
            let share = rule.and_then(|rule| rule.most).zip(residents);
            let is_nearly_everybody = share.is_some_and(|(share, residents)| {
                i128::from(cell.value) * 1_000_000 > i128::from(residents) * i128::from(share.millionths)
            });
            if cell.primary == Primary::No && cell.value > 0 && !is_open && is_nearly_everybody {
                cell.primary = Primary::Other;
                self.why.insert(figure, Why::MostOfThePeople);
            }
        }
    }

    /// Why each figure is sensitive, and what it tells.
    pub(super) fn risks(&self) -> Vec<Option<Risk>> {
        let risk = |(figure, cell): (usize, &Cell)| {
            let (tells, residents) = self.facts.get(&figure).copied().unwrap_or((Tells::Attribute, None));
            let why = self.why.get(&figure).copied().unwrap_or(Why::Size);
            (cell.primary.is_primary() && cell.role != Role::Hidden).then_some(Risk { why, tells, residents })
        };
        self.linked.system.cells.iter().enumerate().map(risk).collect()
    }

    /// Puts in what the attacker knows from elsewhere of one table: a figure, which is then published, or a sum of figures.
    /// Zeros that are published are known in any case.
    pub(super) fn outside(&mut self, cells: &Cells, figures: &Figures, here: &HashMap<Vec<Coord>, usize>) {
        if self.policy.outside.is_empty() {
            return;
        }
        let mut places: Vec<(FigureName, usize)> =
            here.iter().map(|(coords, figure)| (name(cells, coords), *figure)).collect();
        places.sort();
        for (number, total) in self.policy.outside.iter().enumerate() {
            let found = |wanted: FigureName| {
                let figure = places.iter().find(|(name, _)| super::is_called(&wanted, name)).map(|(_, figure)| *figure);
                figure.map(Some).or_else(|| is_zero(cells, figures, &wanted).then_some(None))
            };
            let Some(found) = outside::parts(total).into_iter().map(found).collect::<Option<BTreeSet<Option<usize>>>>()
            else {
                continue;
            };
            self.known.insert(number);
            let mut figures = found.into_iter().flatten().collect::<Vec<usize>>().into_iter();
            match (figures.next(), figures.len()) {
                (None, _) => {}
                (Some(only), 0) => {
                    let cell = &mut self.linked.system.cells[only];
                    (cell.role, cell.primary) = (Role::Published, Primary::No);
                }
                (Some(first), _) => self.sums_known.push((number, std::iter::once(first).chain(figures).collect())),
            }
        }
    }

    /// Adds the sums that are known from elsewhere, after all figures of the tables.
    pub(super) fn add_outside(&mut self) {
        for (number, parts) in std::mem::take(&mut self.sums_known) {
            let cells = &mut self.linked.system.cells;
            let value = parts.iter().map(|&part| cells[part].value).fold(0_i64, i64::saturating_add);
            let whole = cells.len() as u32;
            cells.push(Cell::count(value, 0, Role::Published, Primary::No));
            let terms = std::iter::once((whole, 1)).chain(parts.iter().map(|&part| (part as u32, -1)));
            self.linked.system.equations.push(Equation { terms: terms.collect() });
            self.linked.outside.push(outside::name(&self.policy.outside[number]));
        }
    }

    /// Takes zeros that are published from what no table has: what is kept is shown, and what is to be withheld cannot be.
    pub(super) fn zeros_by_hand(&mut self, tables: &[Cells], figures: &[Figures]) {
        let is_zero = |wanted: &FigureName| tables.iter().zip(figures).any(|(cells, all)| is_zero(cells, all, wanted));
        let (zeros, not_there) = std::mem::take(&mut self.linked.not_there).into_iter().partition(is_zero);
        self.linked.not_there = not_there;
        let by_hand = |wanted: &FigureName| self.policy.withhold.contains(wanted) && !self.policy.keep.contains(wanted);
        self.linked.zeros_by_hand = Vec::into_iter(zeros).filter(by_hand).collect();
    }

    /// What the policy takes to be known from elsewhere and no table has.
    pub(super) fn not_known(&self) -> Vec<FigureName> {
        let missing = self.policy.outside.iter().enumerate().filter(|(number, _)| !self.known.contains(number));
        missing.map(|(_, total)| outside::name(total)).collect()
    }
}

/// Whether what is named by hand is a place of a table at which there is no record.
fn is_zero(cells: &Cells, figures: &Figures, wanted: &FigureName) -> bool {
    let category = |dimension: &Dimension| match wanted.get(&dimension.id).filter(|text| *text != elsewhere::TOTAL) {
        None => Some(Coord::Total),
        Some(text) => {
            let position = dimension.categories.iter().position(|category| category.label == *text);
            position.map(|at| Coord::At(at as u32))
        }
    };
    let Some(coords) = cells.dimensions.iter().map(category).collect::<Option<Vec<Coord>>>() else { return false };
    let lies =
        |(at, dimension): (usize, &Dimension)| match (coords[at], dimension.rolls_up_to.map(|outer| coords[outer])) {
            (Coord::At(inner), Some(Coord::At(outer))) => dimension.categories[inner as usize].lies_in(outer),
            (Coord::At(_), Some(_)) => false,
            _ => true,
        };
    let mut name = name(cells, &coords);
    let quantity = match wanted.get(MEASURE) {
        None => Some(0),
        Some(measure) => {
            name.insert(MEASURE.to_owned(), measure.clone());
            cells.labels.iter().position(|label| label == measure)
        }
    };
    let is_there = super::is_called(wanted, &name) && cells.dimensions.iter().enumerate().all(lies);
    let is_nothing = |quantity: usize| figures.at(&coords, quantity) == Counted::Value(0);
    is_there && is_nothing(0) && quantity.is_some_and(is_nothing)
}

/// The places of whole breakdowns but for zeros of a quantity that follow from a zero elsewhere: where nobody at all is, nobody
/// of a line is, and nothing hides that.
pub(super) fn that_may_be<'w>(
    cells: &Cells,
    figures: &Figures,
    quantity: usize,
    withheld: &'w BTreeSet<Vec<Coord>>,
) -> Vec<&'w Vec<Coord>> {
    let nothing = |place: &[Coord]| figures.at(place, quantity) == Counted::Value(0);
    if !withheld.iter().any(|place| nothing(place)) {
        return withheld.iter().collect();
    }
    let is_open = |place: &[Coord]| !nothing(place) || withheld.contains(place);
    let reached = super::reached_from(cells, &is_open);
    let may_be = |place: &&Vec<Coord>| reached.as_ref().is_none_or(|reached| reached.contains(*place));
    withheld.iter().filter(|place| !nothing(place) || may_be(place)).collect()
}

/// The categories that may break a total down by a dimension and hold not all that could stand there, each with how many sets
/// of categories it is in; in order.
fn that_tell(cells: &Cells, total: &[Coord], at: usize) -> Vec<(u32, usize)> {
    let dimension = &cells.dimensions[at];
    let outer = dimension.rolls_up_to.map(|outer| total[outer]);
    let lies = |category: u32| match outer {
        Some(Coord::At(outer)) => dimension.categories[category as usize].lies_in(outer),
        _ => true,
    };
    let here = |set: u32| cells.atoms[at].categories(set).into_iter().filter(|&category| lies(category));
    let sets: Vec<BTreeSet<u32>> = (0..cells.atoms[at].count()).map(|set| here(set).collect()).collect();
    let sets: Vec<BTreeSet<u32>> = sets.into_iter().filter(|set| !set.is_empty()).collect();
    let held = |category: u32| sets.iter().filter(|set| set.contains(&category)).count();
    let categories = (0..dimension.categories.len() as u32).filter(|&category| lies(category));
    categories.map(|category| (category, held(category))).filter(|(_, held)| *held < sets.len()).collect()
}

/// Whether a place that is summed over a dimension is its total there: nothing inside that dimension is fixed, and what
/// holds it is.
fn is_whole(cells: &Cells, place: &[Coord], at: usize) -> bool {
    let inner_summed = inside(cells, at).into_iter().all(|inner| place[inner] == Coord::Total);
    let outer = cells.dimensions[at].rolls_up_to;
    inner_summed && outer.is_none_or(|outer| place[outer] != Coord::Total)
}

/// The dimensions that a dimension rolls up, those that they do among them.
fn inside(cells: &Cells, at: usize) -> Vec<usize> {
    let holds = |inner: &usize| {
        std::iter::successors(cells.dimensions[*inner].rolls_up_to, |&outer| cells.dimensions[outer].rolls_up_to)
            .any(|outer| outer == at)
    };
    (0..cells.dimensions.len()).filter(holds).collect()
}

/// Every place that breaks a total down by a dimension, and by those inside it.
fn below(cells: &Cells, total: &[Coord], at: usize) -> Vec<Vec<Coord>> {
    let categories = |dimension: usize| 0..cells.dimensions[dimension].categories.len() as u32;
    let mut places: Vec<Vec<Coord>> = categories(at)
        .filter(|&category| {
            let outer = cells.dimensions[at].rolls_up_to.map(|outer| total[outer]);
            match outer {
                Some(Coord::At(outer)) => cells.dimensions[at].categories[category as usize].lies_in(outer),
                _ => true,
            }
        })
        .map(|category| {
            let mut place = total.to_vec();
            place[at] = Coord::At(category);
            place
        })
        .collect();
    let mut by_outer: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for inner in inside(cells, at) {
        by_outer.entry(cells.dimensions[inner].rolls_up_to.unwrap_or(at)).or_default().push(inner);
    }
    let mut open = vec![at];
    while let Some(outer) = open.pop() {
        for &inner in by_outer.get(&outer).into_iter().flatten() {
            open.push(inner);
            let finer = places.iter().flat_map(|place| {
                let Coord::At(holder) = place[outer] else { return Vec::new() };
                let held = categories(inner)
                    .filter(|&category| cells.dimensions[inner].categories[category as usize].lies_in(holder));
                held.map(|category| {
                    let mut place = place.clone();
                    place[inner] = Coord::At(category);
                    place
                })
                .collect()
            });
            let finer: Vec<Vec<Coord>> = finer.collect();
            places.extend(finer);
        }
    }
    places
}
