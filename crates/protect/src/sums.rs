//! Sums of a release: figures of a system of their own, which is protected after that of the counts.
//!
//! A sum gives somebody away where few contribute to it, or where one of them contributes so much that another can reckon
//! the rest (Hundepool and others, Handbook on Statistical Disclosure Control, second edition 2024, section 4.2). Where the
//! number of records is withheld, the sum is withheld as well. So the counts are decided first; what they withhold is given
//! when the sums are, and nothing that is withheld of the sums is needed to keep a count.
//!
//! Numbers of different people or things are protected with the sums: they have no place among counts that add up.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use candour_model::{
    Cells, Contributed, Contributors, Coord, Cost, Counted, FigureName, Figures, Quantity, Suppression, Zeros,
};

use crate::engine::{Cell, Equation, Primary, Role, System};
use crate::rules::by_largest;
use crate::suppression::{SuppressionError, SuppressionReport, words};
use crate::tables::{self, Linked, MEASURE, TableKey};

/// The largest sum, in units of its last place: floating point, which guides the choice, still tells it from the next one.
const LARGEST: i128 = 1 << 53;

/// The system of a release's sums, with what its figures are called.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sums {
    pub(crate) system: System,
    /// One entry a table: the places of its sums, by the quantity.
    pub(crate) places: Vec<BTreeMap<usize, HashMap<Vec<Coord>, usize>>>,
    pub(crate) names: Vec<FigureName>,
    /// How many dimensions each figure is summed over.
    pub(crate) levels: Vec<usize>,
    pub(crate) not_considered: Vec<String>,
    /// Digits after the point of each figure.
    digits: Vec<u8>,
    /// For each figure, the numbers of records (figures of the other system) that it is withheld with.
    follows: Vec<Vec<usize>>,
    /// Whether each figure is published only because nobody contributes to it.
    nothing: Vec<bool>,
}

/// What a figure is built of.
struct Figure<'f> {
    shared: Option<String>,
    name: FigureName,
    value: i64,
    who: Contributed<'f>,
    is_shown: bool,
    follows: Vec<usize>,
}

struct Builder<'b> {
    policy: &'b Suppression,
    sums: Sums,
    /// Figures by what they sum.
    same: BTreeMap<String, usize>,
    /// The least that a withheld figure of the sum can be that is worked on, where that is not what the attacker holds of all.
    least: Option<i64>,
    places: u8,
}

/// A table with what is known of it.
struct Table<'t> {
    cells: &'t Cells,
    figures: &'t Figures,
    key: &'t TableKey,
    /// Its places, in order.
    places: Vec<&'t Vec<Coord>>,
    /// Where its numbers of records stand in the system of the counts, and its other numbers that add up.
    records: &'t HashMap<Vec<Coord>, usize>,
    numbers: &'t BTreeMap<usize, HashMap<Vec<Coord>, usize>>,
    /// Where it is not plain: the sets of categories in which records may stand.
    ways: &'t [Vec<u32>],
    /// Whether it leaves no record out for want of a category. One that does sums other records than one that does not.
    is_whole: bool,
    is_shown: &'t dyn Fn(&[Coord]) -> bool,
}

impl Table<'_> {
    /// What makes a figure the same as one of another table.
    fn shared(&self, quantity: usize, coords: &[Coord]) -> Option<String> {
        let what = self.key.quantities.get(quantity).map_or("", String::as_str);
        self.is_whole.then(|| format!("{what}\n{}", tables::meaning(self.cells, self.key, coords)))
    }
}

/// Puts the sums of a release together, beside its counts.
///
/// # Errors
/// When a sum is too large to be worked with.
pub(crate) fn link(
    asked: &crate::Asked<'_>,
    figures: &[Figures],
    counts: &Linked,
    policy: &Suppression,
) -> Result<Sums, SuppressionError> {
    let mut builder = Builder { policy, sums: Sums::default(), same: BTreeMap::new(), least: None, places: 0 };
    for (at, (cells, figures)) in asked.tables.iter().zip(figures).enumerate() {
        let records = &counts.places.cells[at];
        let mut places: Vec<&Vec<Coord>> = records.keys().collect();
        places.sort();
        builder.table(&Table {
            cells,
            figures,
            key: &asked.keys[at],
            places,
            records,
            numbers: &counts.places.measures[at],
            ways: &counts.places.ways[at],
            is_whole: !cells.left_out.iter().any(|left| tables::is_of_category(&left.reason) && left.count > 0),
            is_shown: &|coords| (asked.is_shown)(at, coords),
        })?;
    }
    let mut sums = builder.sums;
    if asked.tables.iter().any(|cells| !cells.contributors.is_empty()) {
        sums.not_considered.push(
            "what is known of single contributions to a sum: how large one can be at most, or that each is at least so much"
                .to_owned(),
        );
        sums.not_considered
            .push("sums of which one may be a part of another, unless one of the two is of all records".to_owned());
    }
    if asked.tables.iter().any(|cells| cells.quantities.iter().any(is_different)) {
        sums.not_considered
            .push("that a number of different people or things is at most the number of its records".to_owned());
    }
    sums.not_considered.dedup();
    Ok(sums)
}

impl Builder<'_> {
    fn table(&mut self, table: &Table<'_>) -> Result<(), SuppressionError> {
        let Table { cells, figures, records, .. } = *table;
        if !table.is_whole && !cells.contributors.is_empty() {
            self.sums.not_considered.push(format!(
                "the sums of the table `{}` beside those of other tables: it leaves out records without a category, and \
                 what these sum up to could be worked out from a table that does not",
                cells.table
            ));
        }
        let mut sums: BTreeMap<usize, HashMap<Vec<Coord>, usize>> = BTreeMap::new();
        let mut sets: BTreeMap<usize, HashMap<Vec<u32>, usize>> = BTreeMap::new();
        let own = |contributors: &&Contributors| contributors.without.is_none();
        for contributors in cells.contributors.iter().filter(own) {
            let quantity = contributors.sum;
            self.facts(cells, contributors);
            let numbers = table.numbers.get(&contributors.records);
            let mut here = HashMap::new();
            for &coords in &table.places {
                let Counted::Value(value) = figures.at(coords, quantity) else { continue };
                let mut name = tables::name(cells, coords);
                name.insert(MEASURE.to_owned(), cells.labels[quantity].clone());
                let follows = [records.get(coords), numbers.and_then(|numbers| numbers.get(coords))];
                let figure = self.figure(Figure {
                    shared: table.shared(quantity, coords),
                    value: scaled(value, &name)?,
                    who: checked(contributors.at(&cells.dimensions, coords), &name)?,
                    is_shown: (table.is_shown)(coords),
                    follows: follows.into_iter().flatten().copied().collect(),
                    name,
                });
                self.sums.levels[figure] = coords.iter().filter(|coord| **coord == Coord::Total).count();
                here.insert(coords.clone(), figure);
            }
            let mut own_sets = HashMap::new();
            let column = tables::column(cells, quantity);
            for set in table.ways {
                let mut name = tables::set_name(cells, set);
                name.insert(MEASURE.to_owned(), cells.labels[quantity].clone());
                let value = scaled(cells.finest.get(set).map_or(0, |values| values[column]), &name)?;
                let figure = self.hidden(contributors.at_sets(set), value, name);
                own_sets.insert(set.clone(), figure);
            }
            self.add_up(cells, &here, &own_sets);
            sums.insert(quantity, here);
            sets.insert(quantity, own_sets);
        }
        for contributors in &cells.contributors {
            let Some(part) = contributors.without else { continue };
            let (Some(wholes), Some(parts)) = (sums.get(&contributors.sum), sums.get(&part)) else { continue };
            self.facts(cells, contributors);
            let rest = format!("{}, and not {}", cells.labels[contributors.sum], cells.labels[part]);
            let mut here = HashMap::new();
            for &coords in &table.places {
                let (Some(&whole), Some(&part)) = (wholes.get(coords), parts.get(coords)) else { continue };
                let mut name = tables::name(cells, coords);
                name.insert(MEASURE.to_owned(), rest.clone());
                let figure = self.rest(contributors.at(&cells.dimensions, coords), whole, part, name);
                here.insert(coords.clone(), figure);
            }
            let mut own_sets = HashMap::new();
            for set in table.ways {
                let (Some(&whole), Some(&part)) = (sets[&contributors.sum].get(set), sets[&part].get(set)) else {
                    continue;
                };
                let mut name = tables::set_name(cells, set);
                name.insert(MEASURE.to_owned(), rest.clone());
                let figure = self.rest(contributors.at_sets(set), whole, part, name);
                own_sets.insert(set.clone(), figure);
            }
            // It follows from the other equations; said outright it tells which figures count the same people.
            self.add_up(cells, &here, &own_sets);
        }
        for quantity in (1..cells.quantities.len()).filter(|&quantity| is_different(&cells.quantities[quantity])) {
            sums.insert(quantity, self.different(table, quantity)?);
        }
        self.sums.places.push(sums);
        Ok(())
    }

    /// A number of different people or things. It does not add up, but no total is more than its parts together, nor less
    /// than any of them; and where nobody stands in two parts of one it does add up, as whoever knows what is counted knows.
    fn different(
        &mut self,
        table: &Table<'_>,
        quantity: usize,
    ) -> Result<HashMap<Vec<Coord>, usize>, SuppressionError> {
        let Table { cells, figures, records, .. } = *table;
        (self.places, self.least) = (cells.quantities[quantity].places, None);
        let mut here = HashMap::new();
        for &coords in &table.places {
            let Counted::Value(value) = figures.at(coords, quantity) else { continue };
            let mut name = tables::name(cells, coords);
            name.insert(MEASURE.to_owned(), cells.labels[quantity].clone());
            let figure = self.figure(Figure {
                shared: table.shared(quantity, coords),
                value: scaled(value, &name)?,
                who: Contributed { people: value, sum: value, size: value, largest: &[] },
                is_shown: (table.is_shown)(coords),
                follows: records.get(coords).into_iter().copied().collect(),
                name,
            });
            self.sums.levels[figure] = coords.iter().filter(|coord| **coord == Coord::Total).count();
            here.insert(coords.clone(), figure);
        }
        for (whole, parts) in tables::lines(cells, &here) {
            let value = |figure: usize| self.sums.system.cells[figure].value;
            let twice = parts.iter().map(|&part| value(part)).sum::<i64>() - value(whole);
            if twice == 0 || parts.is_empty() {
                self.equation(whole, parts);
                continue;
            }
            let others: Vec<(usize, i64)> = parts.iter().map(|&part| (part, value(whole) - value(part))).collect();
            for (part, rest) in others {
                let rest = self.slack(rest, whole, "not in a part");
                self.equation(whole, vec![part, rest]);
            }
            let twice = self.slack(twice, whole, "in several parts");
            let terms = [(whole as u32, 1), (twice as u32, 1)].into_iter();
            let terms = terms.chain(parts.into_iter().map(|part| (part as u32, -1))).collect();
            self.sums.system.equations.push(Equation { terms });
        }
        Ok(here)
    }

    /// What is missing from an equation: nobody prints it, and it is nobody's.
    fn slack(&mut self, value: i64, of: usize, what: &str) -> usize {
        let cell = Cell { people: 0, ..Cell::count(value, 0, Role::Hidden, Primary::No) };
        let mut name = self.sums.names[of].clone();
        name.insert("besides".to_owned(), what.to_owned());
        self.push(cell, name, Vec::new())
    }

    /// What holds of all figures of a sum.
    fn facts(&mut self, cells: &Cells, contributors: &Contributors) {
        self.places = cells.quantities[contributors.sum].places;
        // Every contribution is one unit or more: then what is held of every withheld figure holds of these.
        self.least = match contributors.lowest {
            1.. => None,
            0 => Some(0),
            // Nobody is told so, but none can be lower, whoever takes back in one place what he gave in another.
            _ => {
                let sizes = contributors.finest.rows().map(|(sets, _)| contributors.at_sets(&sets).size);
                Some(i64::try_from(-sizes.sum::<i128>()).unwrap_or(i64::MIN / 2))
            }
        };
        if contributors.lowest < 0 {
            self.sums.not_considered.push(format!(
                "that some contributions to “{}” are below zero: the rules for sums go by their sizes without the sign",
                cells.labels[contributors.sum]
            ));
        }
    }

    /// A figure that nobody prints. That nobody contributes to it is no secret by itself, and nobody knows it; but where what
    /// is taken back is below zero, a sum of nothing may be one of something, and then it is taken to be known.
    fn hidden(&mut self, who: Contributed<'_>, value: i64, name: FigureName) -> usize {
        if who.people == 0 && value == 0 {
            let role = if self.least.is_some_and(|least| least < 0) { Role::Published } else { Role::Hidden };
            let cell = Cell { least: self.least, ..Cell::count(0, 0, role, Primary::No) };
            return self.push(cell, name, Vec::new());
        }
        self.figure(Figure { shared: None, name, value, who, is_shown: false, follows: Vec::new() })
    }

    /// What a part leaves over of a sum.
    fn rest(&mut self, who: Contributed<'_>, whole: usize, part: usize, name: FigureName) -> usize {
        let value = self.sums.system.cells[whole].value - self.sums.system.cells[part].value;
        let rest = self.hidden(who, value, name);
        self.equation(whole, vec![part, rest]);
        rest
    }

    /// The equations between the figures of one sum; `sets` are those of the sets of records, where categories overlap.
    fn add_up(&mut self, cells: &Cells, here: &HashMap<Vec<Coord>, usize>, sets: &HashMap<Vec<u32>, usize>) {
        if tables::is_plain(cells) {
            for (whole, parts) in tables::lines(cells, here) {
                self.equation(whole, parts);
            }
        } else {
            for (whole, parts) in tables::lines_of_sets(cells, here, sets) {
                self.equation(whole, parts);
            }
        }
    }

    /// A figure: the one that is there already where two tables sum the same.
    fn figure(&mut self, figure: Figure<'_>) -> usize {
        let Figure { shared, name, value, who, is_shown, follows } = figure;
        let policy = self.policy;
        let named = |figures: &[FigureName]| figures.iter().any(|wanted| tables::is_called(wanted, &name));
        let is_nothing = policy.zeros == Zeros::Published && who.people == 0;
        let is_kept = named(&policy.keep);
        let role = match (is_nothing || is_kept, is_shown) {
            (true, _) => Role::Published,
            (false, true) => Role::Free,
            (false, false) => Role::Hidden,
        };
        let by_rule = by_largest(policy, who.size, who.largest).map(|(_, distance)| distance);
        let is_sensitive = who.people < i128::from(policy.threshold) || by_rule.is_some() || named(&policy.withhold);
        let primary = if is_sensitive && role != Role::Published { Primary::Other } else { Primary::No };
        let known = shared.as_ref().and_then(|shared| self.same.get(shared)).copied();
        if let Some(at) = known.filter(|&at| self.sums.system.cells[at].value == value) {
            let cell = &mut self.sums.system.cells[at];
            // As in one table so in the other: shown, kept or sensitive.
            if cell.role == Role::Hidden || role == Role::Published {
                cell.role = role;
            }
            self.sums.nothing[at] |= is_nothing && !is_kept && is_shown;
            if role == Role::Published {
                cell.primary = Primary::No;
            } else if cell.primary == Primary::No && cell.role != Role::Published {
                cell.primary = primary;
            }
            self.sums.follows[at].extend(follows);
            return at;
        }
        let people = i64::try_from(who.people).unwrap_or(i64::MAX);
        let weight = match policy.cost {
            Cost::Cells => 1,
            // Money is no measure of what a reader loses, and the more records the more he does.
            Cost::Count | Cost::Column(_) => people.unsigned_abs(),
        };
        let cell = Cell {
            value,
            weight,
            role,
            primary,
            people,
            least: self.least,
            distance: by_rule.map(|distance| distance.max(policy.protection.distance(value).unwrap_or(0))),
        };
        let at = self.push(cell, name, follows);
        self.sums.nothing[at] = is_nothing && !is_kept && is_shown;
        if let Some(shared) = shared {
            self.same.entry(shared).or_insert(at);
        }
        at
    }

    fn push(&mut self, cell: Cell, name: FigureName, follows: Vec<usize>) -> usize {
        self.sums.system.cells.push(cell);
        self.sums.names.push(name);
        self.sums.levels.push(0);
        self.sums.digits.push(self.places);
        self.sums.follows.push(follows);
        self.sums.nothing.push(false);
        self.sums.names.len() - 1
    }

    fn equation(&mut self, whole: usize, parts: Vec<usize>) {
        let terms = [(whole as u32, 1)].into_iter().chain(parts.into_iter().map(|part| (part as u32, -1)));
        let equation = Equation { terms: terms.collect() };
        if equation.terms.len() > 1 && !self.sums.system.equations.contains(&equation) {
            self.sums.system.equations.push(equation);
        }
    }
}

impl Sums {
    /// Withholds each sum whose number of records is withheld; `count` says of such a number whether it is, and if so whether
    /// it is sensitive by itself. What goes with one that is not may be known to insiders, as that may. Where a zero of the
    /// records is withheld, nothing says that nobody contributes, unless the sum of a whole row or column does.
    pub(crate) fn follow(&mut self, tables: &[Cells], count: &dyn Fn(usize) -> Option<bool>) {
        let follows = |follows: &Vec<usize>| follows.iter().filter_map(|&figure| count(figure)).max();
        let withheld: Vec<Option<bool>> = self.follows.iter().map(follows).collect();
        let known = self.known_to_be_nothing(tables, &withheld);
        for (figure, cell) in self.system.cells.iter_mut().enumerate() {
            let Some(is_sensitive) = withheld[figure] else { continue };
            if self.nothing[figure] && cell.role == Role::Published && !known.contains(&figure) {
                (cell.role, cell.least) = (Role::Free, Some(cell.least.map_or(0, |least| least.min(0))));
            }
            match (cell.role, cell.primary, is_sensitive) {
                (Role::Free, Primary::No, true) => cell.primary = Primary::Other,
                (Role::Free, Primary::No, false) => cell.role = Role::Withheld,
                _ => {}
            }
        }
    }

    /// Protects what goes with a number of records and could be worked out all the same. Tells whether there is such a figure.
    pub(crate) fn protect_known(&mut self, report: &SuppressionReport) -> bool {
        let known = report.withheld.iter().filter(|one| one.high == Some(one.low)).map(|one| &one.figure);
        let known: BTreeSet<&FigureName> = known.collect();
        let mut found = false;
        for (cell, name) in self.system.cells.iter_mut().zip(&self.names) {
            if cell.role == Role::Withheld && known.contains(name) {
                (cell.role, cell.primary) = (Role::Free, Primary::Other);
                found = true;
            }
        }
        found
    }

    /// The sums to which nobody contributes, as follows from others that are shown; `withheld` are those whose records are.
    fn known_to_be_nothing(&self, tables: &[Cells], withheld: &[Option<bool>]) -> BTreeSet<usize> {
        let is_shown_as_nothing = |figure: usize| {
            let cell = &self.system.cells[figure];
            cell.role == Role::Published && cell.people == 0 && !(self.nothing[figure] && withheld[figure].is_some())
        };
        let mut known = BTreeSet::new();
        for (cells, sums) in tables.iter().zip(&self.places) {
            for places in sums.values() {
                let may_be_known =
                    |(_, figure): &(&Vec<Coord>, &usize)| self.nothing[**figure] && withheld[**figure].is_some();
                if !places.iter().any(|place| may_be_known(&place)) {
                    continue;
                }
                let is_open = |coords: &[Coord]| places.get(coords).is_some_and(|&figure| !is_shown_as_nothing(figure));
                let Some(reached) = tables::reached_from(cells, &is_open) else { continue };
                let others = places.iter().filter(|(coords, _)| !reached.contains(*coords));
                known.extend(others.map(|(_, figure)| *figure));
            }
        }
        known
    }

    /// Says of each figure of the report in what units it is.
    pub(crate) fn in_units(&self, report: &mut SuppressionReport) {
        let digits: BTreeMap<&FigureName, u8> = self.names.iter().zip(self.digits.iter().copied()).collect();
        for withheld in &mut report.withheld {
            withheld.places = digits.get(&withheld.figure).copied().unwrap_or(0);
        }
        for narrower in &mut report.narrower {
            narrower.places = digits.get(&narrower.figure).copied().unwrap_or(0);
        }
    }
}

/// The contributors to a figure, which must not be too much to be worked with.
fn checked<'w>(who: Contributed<'w>, name: &FigureName) -> Result<Contributed<'w>, SuppressionError> {
    if who.size > LARGEST { Err(SuppressionError::TooLarge(words(name))) } else { Ok(who) }
}

/// Whether a quantity is a number of different people or things.
fn is_different(facts: &Quantity) -> bool {
    !facts.adds && facts.is_count && !facts.for_note
}

/// A sum as a number that the engine can work with.
fn scaled(value: i128, name: &FigureName) -> Result<i64, SuppressionError> {
    let small = (-LARGEST..=LARGEST).contains(&value).then(|| i64::try_from(value).ok()).flatten();
    small.ok_or_else(|| SuppressionError::TooLarge(words(name)))
}

/// What is said of values that do not add up.
pub(crate) fn apart(tables: &[Cells]) -> Option<String> {
    let is_value = |facts: &Quantity| !facts.adds && !facts.is_count;
    tables.iter().any(|cells| cells.quantities.iter().any(is_value)).then(|| {
        "how near one can get to a median, a lowest or a highest value that is withheld with its records, and whose value \
         one is that is shown"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use candour_model::{Attacker, Dominance, Marks, Share};

    const ATTACKER: Attacker = Attacker { suppressed_at_least: 1, marks: Marks::Same, insiders: 1 };

    fn asked(dominance: Option<(usize, u64)>, p_percent: Option<u64>, contributions: &[i128]) -> Option<i64> {
        let percent = |percent: u64| Share { millionths: percent * 10_000 };
        let policy = Suppression {
            dominance: dominance.map(|(largest, share)| Dominance { largest, share: percent(share) }),
            p_percent: p_percent.map(percent),
            ..Suppression::below(3, ATTACKER)
        };
        let size = contributions.iter().sum();
        let mut largest = contributions.to_vec();
        largest.resize(4, 0);
        by_largest(&policy, size, &largest).map(|(_, distance)| distance)
    }

    #[test]
    fn a_sum_is_sensitive_where_few_hold_too_much_of_it() {
        let contributions = [60, 25, 10, 5];
        // 60 is more than half of 100, and no more than half of 120.
        assert_eq!(asked(Some((1, 50)), None, &contributions), Some(20));
        assert_eq!(asked(Some((1, 60)), None, &contributions), None, "60 is not more than 60 %");
        // 85 is more than 80 %; 85 / 0.8 is 106.25.
        assert_eq!(asked(Some((2, 80)), None, &contributions), Some(7));
        assert_eq!(asked(Some((2, 85)), None, &contributions), None);
        assert_eq!(asked(Some((3, 90)), None, &contributions), Some(6), "95 / 0.9 is 105.6");
        assert_eq!(asked(Some((9, 99)), None, &contributions), Some(2), "all of them hold all of it");
    }

    #[test]
    fn a_sum_is_sensitive_where_the_second_can_reckon_the_first() {
        let contributions = [60, 25, 10, 5];
        assert_eq!(asked(None, Some(10), &contributions), None, "the rest is 15, and 10 % of 60 is 6");
        assert_eq!(asked(None, Some(25), &contributions), None, "25 % of 60 is 15: the rest is not less");
        assert_eq!(asked(None, Some(30), &contributions), Some(3), "30 % of 60 is 18");
        assert_eq!(asked(None, Some(10), &[60, 25]), Some(6), "nothing stands between the two");
        assert_eq!(asked(None, Some(10), &[61]), Some(7), "6.1, rounded up");
        assert_eq!(asked(None, Some(10), &[0, 0]), None, "nobody contributes anything");
    }

    #[test]
    fn a_sum_goes_with_its_records() {
        let of = |value: i64, role: Role| Cell { people: value, ..Cell::count(value, 1, role, Primary::No) };
        let mut sums = Sums {
            system: System {
                cells: [of(40, Role::Free), of(50, Role::Free), of(0, Role::Published)].into(),
                ..System::default()
            },
            follows: vec![vec![0], vec![1], vec![2]],
            nothing: vec![false, false, true],
            ..Sums::default()
        };
        let before = sums.system.cells.clone();
        sums.follow(&[], &|_| None);
        assert_eq!(sums.system.cells, before, "no count is withheld");
        // The first is sensitive by its own count, the second goes with one that is withheld for another's sake. A zero that
        // is not told is not told of the sum either.
        sums.follow(&[], &|figure| Some(figure == 0));
        let now: Vec<(Role, Primary)> = sums.system.cells.iter().map(|cell| (cell.role, cell.primary)).collect();
        assert_eq!(now[0], (Role::Free, Primary::Other));
        assert_eq!(now[1], (Role::Withheld, Primary::No));
        assert_eq!((now[2], sums.system.cells[2].least), ((Role::Withheld, Primary::No), Some(0)));
    }

    #[test]
    fn the_wider_distance_is_asked_for() {
        assert_eq!(asked(Some((1, 50)), Some(30), &[60, 25, 10, 5]), Some(20));
        assert_eq!(asked(Some((1, 59)), Some(40), &[60, 25, 10, 5]), Some(9));
        assert_eq!(asked(None, None, &[60]), None, "no rule, no distance of its own");
    }
}
