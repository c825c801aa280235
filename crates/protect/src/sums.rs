//! Sums of a release: figures of a system of their own, which is protected after that of the counts.
//!
//! A sum gives somebody away where few contribute to it, or where one of them contributes so much that another can reckon
//! the rest (Hundepool and others, Handbook on Statistical Disclosure Control, second edition 2024, section 4.2). Where the
//! number of records is withheld, the sum is withheld as well. So the counts are decided first; what they withhold is given
//! when the sums are, and nothing that is withheld of the sums is needed to keep a count.
//!
//! Numbers of different people or things are protected with the sums: they have no place among counts that add up.

mod records;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;

use candour_model::{
    Attacker, Cells, Contributed, Contribution, Contributors, Coord, Cost, Counted, Cut, FigureName, Figures, Quantity,
    Suppression, Zeros,
};

use crate::engine::{Cell, Equation, Primary, Role, System};
use crate::rules::by_largest;
use crate::suppression::{SuppressionError, SuppressionReport, words};
use crate::tables::cut::{self, CutPlace};
use crate::tables::joined::{Alike, Asking, Joined, Layer, Place, Relation, Set};
use crate::tables::measures::{kinds, quantities};
use crate::tables::{self, Linked, MEASURE, NAMED, TableKey};

/// The largest sum, in units of its last place: floating point, which guides the choice, still tells it from the next one.
const LARGEST: i128 = 1 << 53;

/// The system of a release's sums, with what its figures are called.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sums {
    pub(crate) system: System,
    /// One entry a table: the places of its sums, by the quantity.
    pub(crate) places: Vec<BTreeMap<usize, HashMap<Vec<Coord>, usize>>>,
    /// One entry a table: what it cuts off.
    pub(crate) cuts: Vec<BTreeMap<CutPlace, usize>>,
    /// One entry a table: what sums leave of others that hold them, which nobody prints.
    rests: Vec<BTreeMap<Layer, HashMap<Vec<Coord>, usize>>>,
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
    /// So many figures come first that are sums, or numbers of different things.
    pub(crate) own: usize,
    /// So many equations come first that hold no count.
    own_equations: usize,
    /// Where the counts stand once more, if they do.
    pub(crate) counts: Range<usize>,
    /// Numbers of records among these, each with one of people that it is no less than.
    people: Vec<(usize, usize)>,
}

/// What a figure is built of.
struct Figure<'f> {
    /// What it sums up or counts, and of which records: it is the same as another where both are.
    shared: Option<(&'f str, Set)>,
    name: FigureName,
    value: i64,
    who: Contributed<'f>,
    is_shown: bool,
    follows: Vec<usize>,
}

/// Who makes up a figure that was not counted, but follows from others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Who {
    people: i128,
    sum: i128,
    size: i128,
    largest: Vec<i128>,
}

impl Who {
    /// Those of some classes of records, in order; `most` of the largest contributions are kept.
    fn of(contributions: &[Contribution], classes: &[u32], most: usize) -> Self {
        let mut who = Self::default();
        let mut named: Vec<(i64, i128)> = Vec::new();
        for &class in classes {
            let first = contributions.partition_point(|one| one.class < class);
            for one in contributions[first..].iter().take_while(|one| one.class == class) {
                match one.person {
                    Some(person) => named.push((person, one.value)),
                    None => who.add(one.value, most),
                }
            }
        }
        named.sort_unstable();
        for person in named.chunk_by(|left, right| left.0 == right.0) {
            who.add(person.iter().map(|(_, value)| value).sum(), most);
        }
        who.largest.resize(most, 0);
        who
    }

    fn add(&mut self, contribution: i128, most: usize) {
        self.people += 1;
        self.sum += contribution;
        self.size += contribution.abs();
        let at = self.largest.partition_point(|known| *known >= contribution.abs());
        if at < most {
            self.largest.insert(at, contribution.abs());
            self.largest.truncate(most);
        }
    }

    fn contributed(&self) -> Contributed<'_> {
        Contributed { people: self.people, sum: self.sum, size: self.size, largest: &self.largest }
    }
}

struct Builder<'b> {
    policy: &'b Suppression,
    joined: &'b Joined<'b>,
    /// How many of the largest contributions are kept.
    most: usize,
    sums: Sums,
    /// Figures by what they sum up, and of which records.
    same: BTreeMap<(String, Set), Vec<usize>>,
    /// The figures of the table that is being put in: no two of its places share one.
    own: HashSet<usize>,
    /// The equations, their terms in order.
    equations: HashSet<Vec<(u32, i32)>>,
    /// The least that a withheld figure of the sum can be that is worked on, where that is not what the attacker holds of all.
    least: Option<i64>,
    places: u8,
}

/// A table with what is known of it.
struct Table<'t> {
    at: usize,
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
}

impl<'t> Table<'t> {
    /// What a quantity sums up or counts.
    fn what(&self, quantity: usize) -> &'t str {
        self.key.quantities.get(quantity).map_or("", String::as_str)
    }

    /// Who makes up a sum.
    fn contributors(&self, sum: usize) -> Option<&'t Contributors> {
        self.cells.contributors.iter().find(|contributors| contributors.sum == sum)
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
    joined: &Joined<'_>,
    policy: &Suppression,
) -> Result<Sums, SuppressionError> {
    let mut builder = Builder {
        policy,
        joined,
        most: policy.largest_contributions(),
        sums: Sums::default(),
        same: BTreeMap::new(),
        own: HashSet::new(),
        equations: HashSet::new(),
        least: None,
        places: 0,
    };
    let table = |at: usize| {
        let records = &counts.places.cells[at];
        let mut places: Vec<&Vec<Coord>> = records.keys().collect();
        places.sort();
        let (cells, figures, key) = (&asked.tables[at], &figures[at], &asked.keys[at]);
        Table {
            at,
            cells,
            figures,
            key,
            places,
            records,
            numbers: &counts.places.measures[at],
            ways: &counts.places.ways[at],
        }
    };
    let tables: Vec<Table<'_>> = (0..asked.tables.len()).map(table).collect();
    for table in &tables {
        builder.table(table, &|coords| (asked.is_shown)(table.at, coords))?;
        builder.cut_off(table, asked.cuts.get(table.at).map_or(&[], Vec::as_slice), &counts.places.cuts[table.at])?;
    }
    builder.join(&tables)?;
    builder.sums.own = builder.sums.names.len();
    builder.sums.own_equations = builder.sums.system.equations.len();
    builder.no_more_than_records(&tables, counts);
    let mut sums = builder.sums;
    if asked.tables.iter().any(|cells| !cells.contributors.is_empty()) {
        sums.not_considered.push(
            "what is known of single contributions to a sum: how large one can be at most, or that each is at least so much"
                .to_owned(),
        );
    }
    if asked.tables.iter().any(|cells| cells.quantities.iter().any(is_different)) {
        sums.not_considered.push("that whoever alone is behind several records knows how many they are".to_owned());
    }
    sums.not_considered.sort();
    sums.not_considered.dedup();
    Ok(sums)
}

impl Builder<'_> {
    fn table(&mut self, table: &Table<'_>, is_shown: &dyn Fn(&[Coord]) -> bool) -> Result<(), SuppressionError> {
        let cells = table.cells;
        self.own.clear();
        let mut sums: BTreeMap<usize, HashMap<Vec<Coord>, usize>> = BTreeMap::new();
        let mut sets: BTreeMap<usize, HashMap<Vec<u32>, usize>> = BTreeMap::new();
        for contributors in &cells.contributors {
            let (here, own_sets) = self.sum(table, contributors, is_shown)?;
            sums.insert(contributors.sum, here);
            sets.insert(contributors.sum, own_sets);
        }
        let mut rests = BTreeMap::new();
        for layer in self.joined.rests(table.at) {
            if let (Some(wholes), Some(parts)) =
                (sums.get(&layer.quantity), layer.without.and_then(|part| sums.get(&part)))
            {
                let here = self.rests(table, layer, wholes, parts)?;
                let own_sets = layer.without.map_or(&sets[&layer.quantity], |part| &sets[&part]);
                let of_sets = [&sets[&layer.quantity], own_sets];
                let own_sets = self.rests_of_sets(table, layer, of_sets)?;
                // It follows from the other equations; said outright it tells which figures count the same people.
                self.add_up(cells, &here, &own_sets);
                rests.insert(layer, here);
            }
        }
        let mut alike: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        sums.keys().for_each(|&quantity| alike.entry(table.what(quantity)).or_default().push(quantity));
        for quantities in alike.values().filter(|quantities| quantities.len() > 1) {
            self.alike(table, quantities, &sums, &sets)?;
        }
        for quantity in (1..cells.quantities.len()).filter(|&quantity| is_different(&cells.quantities[quantity])) {
            sums.insert(quantity, self.different(table, quantity, is_shown)?);
        }
        self.sums.places.push(sums);
        self.sums.rests.push(rests);
        Ok(())
    }

    /// The figures of a sum, and those of its finest cells where these are none of the table.
    #[expect(clippy::type_complexity, reason = "figures by place, and by finest cell")]
    fn sum(
        &mut self,
        table: &Table<'_>,
        contributors: &Contributors,
        is_shown: &dyn Fn(&[Coord]) -> bool,
    ) -> Result<(HashMap<Vec<Coord>, usize>, HashMap<Vec<u32>, usize>), SuppressionError> {
        let Table { cells, figures, records, .. } = *table;
        let quantity = contributors.sum;
        self.facts(cells, contributors);
        let numbers = table.numbers.get(&contributors.records);
        let mut here = HashMap::new();
        for &coords in &table.places {
            let Counted::Value(value) = figures.at(coords, quantity) else { continue };
            let mut name = tables::name(cells, coords);
            name.insert(MEASURE.to_owned(), cells.labels[quantity].clone());
            let follows = [records.get(coords), numbers.and_then(|numbers| numbers.get(coords))];
            let set = self.joined.set(table.at, Layer::of(quantity), &Place::Cell(coords.clone()));
            let figure = self.figure(Figure {
                shared: set.map(|set| (table.what(quantity), set)),
                value: scaled(value, &name)?,
                who: checked(contributors.at(&cells.dimensions, coords), &name)?,
                is_shown: is_shown(coords),
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
            let figure = self.hidden(None, contributors.at_sets(set), value, name);
            own_sets.insert(set.clone(), figure);
        }
        self.add_up(cells, &here, &own_sets);
        Ok((here, own_sets))
    }

    /// Whether nobody can tell, from what a place means or from another table, that some contribute nothing.
    fn is_open(&self, table: usize, sums: &[usize], coords: Option<&[Coord]>) -> bool {
        let is_told = !self.joined.is_alone(table) && !tables::withholds_zeros(self.policy);
        !is_told && self.joined.is_open(table, sums, coords)
    }

    /// What a sum leaves of another of the same number at each place.
    fn rests(
        &mut self,
        table: &Table<'_>,
        layer: Layer,
        wholes: &HashMap<Vec<Coord>, usize>,
        parts: &HashMap<Vec<Coord>, usize>,
    ) -> Result<HashMap<Vec<Coord>, usize>, SuppressionError> {
        let (whole, part_is) = (layer.quantity, layer.without.unwrap_or(layer.quantity));
        if let Some(contributors) = table.contributors(whole) {
            self.facts(table.cells, contributors);
        }
        let contributions = self.joined.contributions(table.at, whole);
        let called = format!("{}, and not {}", table.cells.labels[whole], table.cells.labels[part_is]);
        let mut here = HashMap::new();
        for &coords in &table.places {
            let (Some(&whole), Some(&part)) = (wholes.get(coords), parts.get(coords)) else { continue };
            let mut name = tables::name(table.cells, coords);
            name.insert(MEASURE.to_owned(), called.clone());
            let (set, who) = match self.joined.records(table.at, layer, &Place::Cell(coords.clone())) {
                Some((set, classes)) => (Some(set), Who::of(contributions, classes, self.most)),
                None => (None, Who::of(contributions, &[], self.most)),
            };
            let value = scaled(who.sum, &name)?;
            let shared = set.map(|set| (table.what(layer.quantity), set));
            let rest = self.hidden(shared, who.contributed(), value, name);
            // What a place means may tell that nothing is left.
            if who.people == 0 && !self.is_open(table.at, &[layer.quantity, part_is], Some(coords)) {
                self.sums.system.cells[rest].role = Role::Published;
            }
            self.equation(whole, vec![part, rest]);
            here.insert(coords.clone(), rest);
        }
        Ok(here)
    }

    /// The same of the sets of records that they are sums of, where the table is not plain.
    fn rests_of_sets(
        &mut self,
        table: &Table<'_>,
        layer: Layer,
        [wholes, parts]: [&HashMap<Vec<u32>, usize>; 2],
    ) -> Result<HashMap<Vec<u32>, usize>, SuppressionError> {
        let part_is = layer.without.unwrap_or(layer.quantity);
        let finest = self.joined.by_quantities_finest(table.at, &[layer.quantity, part_is]);
        let contributions = self.joined.contributions(table.at, layer.quantity);
        let called = format!("{}, and not {}", table.cells.labels[layer.quantity], table.cells.labels[part_is]);
        let mut own_sets = HashMap::new();
        for set in table.ways {
            let (Some(&whole), Some(&part)) = (wholes.get(set), parts.get(set)) else { continue };
            let mut name = tables::set_name(table.cells, set);
            name.insert(MEASURE.to_owned(), called.clone());
            let alike = finest.get(set).into_iter().flatten();
            let left: Vec<u32> = alike
                .filter(|alike| quantities(alike) == [layer.quantity])
                .flat_map(|alike| alike.classes.iter().copied())
                .collect();
            let who = Who::of(contributions, &left, self.most);
            let value = scaled(who.sum, &name)?;
            let rest = self.hidden(None, who.contributed(), value, name);
            self.equation(whole, vec![part, rest]);
            own_sets.insert(set.clone(), rest);
        }
        Ok(own_sets)
    }

    /// What the same of several sums of one number sum up: each of them is a sum of these. `sets` are the figures of finest
    /// cells that are none of the table, by quantity.
    fn alike(
        &mut self,
        table: &Table<'_>,
        wanted: &[usize],
        sums: &BTreeMap<usize, HashMap<Vec<Coord>, usize>>,
        sets: &BTreeMap<usize, HashMap<Vec<u32>, usize>>,
    ) -> Result<(), SuppressionError> {
        if let Some(contributors) = table.contributors(wanted[0]) {
            self.facts(table.cells, contributors);
        }
        let mut by_counted: BTreeMap<Vec<usize>, HashMap<Vec<Coord>, usize>> = BTreeMap::new();
        let places: BTreeMap<Vec<Coord>, Vec<Alike>> =
            self.joined.by_quantities(table.at, wanted).into_iter().collect();
        let kinds_here = kinds(places.values().map(Vec::as_slice));
        for &coords in &table.places {
            let alike = places.get(coords).map_or(&[][..], Vec::as_slice);
            let name = tables::name(table.cells, coords);
            let figures = |quantity: usize| sums.get(&quantity)?.get(coords).copied();
            // Where a zero is withheld, nobody knows that there is none of any kind.
            let is_open = alike.is_empty() || self.is_open(table.at, wanted, Some(coords));
            let kinds_here = if is_open { &kinds_here } else { &kinds([alike]) };
            for (counted, figure) in self.same_sums(table, kinds_here, alike, &name, &figures)? {
                by_counted.entry(counted).or_default().insert(coords.clone(), figure);
            }
        }
        if tables::is_plain(table.cells) {
            // That those of a total are the sum of those in its parts follows from the sums, unless it is of an overlap.
            if kinds_here.iter().any(|counted| counted.len() > 1) {
                for here in by_counted.values() {
                    for (whole, parts) in tables::lines(table.cells, here) {
                        self.equation(whole, parts);
                    }
                }
            }
            return Ok(());
        }
        let finest = self.joined.by_quantities_finest(table.at, wanted);
        let kinds_here = kinds(finest.values().map(Vec::as_slice));
        let is_open = self.is_open(table.at, wanted, None);
        for (set, alike) in &finest {
            let name = tables::set_name(table.cells, set);
            let figures = |quantity: usize| sets.get(&quantity)?.get(set).copied();
            let kinds_here = if is_open { &kinds_here } else { &kinds([&alike[..]]) };
            self.same_sums(table, kinds_here, alike, &name, &figures)?;
        }
        Ok(())
    }

    /// Puts in what makes up several sums at one place: what records contribute that the same of them sum up, of every kind
    /// that there is in the table. Gives the figure of each kind.
    fn same_sums(
        &mut self,
        table: &Table<'_>,
        kinds: &BTreeSet<Vec<usize>>,
        alike: &[Alike],
        name: &FigureName,
        figures: &dyn Fn(usize) -> Option<usize>,
    ) -> Result<Vec<(Vec<usize>, usize)>, SuppressionError> {
        let mut found = Vec::new();
        let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for counted in kinds {
            let Some(&first) = counted.first() else { continue };
            let here = alike.iter().find(|alike| quantities(alike) == *counted);
            let mut name = name.clone();
            let labels: Vec<&str> = counted.iter().map(|&at| table.cells.labels[at].as_str()).collect();
            name.insert(MEASURE.to_owned(), format!("just {}", labels.join(" and ")));
            let classes = here.map_or(&[][..], |alike| &alike.classes);
            let who = Who::of(self.joined.contributions(table.at, first), classes, self.most);
            let shared = here.map(|alike| (table.what(first), alike.set));
            let value = scaled(who.sum, &name)?;
            self.own.clear();
            let figure = self.hidden(shared, who.contributed(), value, name);
            for whole in counted.iter().filter_map(|&quantity| figures(quantity)).filter(|&whole| whole != figure) {
                parts.entry(whole).or_default().push(figure);
            }
            found.push((counted.clone(), figure));
        }
        for (whole, parts) in parts {
            self.equation(whole, parts);
        }
        Ok(found)
    }

    /// Puts in the sums over categories that are cut off.
    fn cut_off(
        &mut self,
        table: &Table<'_>,
        cuts: &[Cut],
        numbers: &BTreeMap<CutPlace, usize>,
    ) -> Result<(), SuppressionError> {
        let mut found = BTreeMap::new();
        for cut in cuts {
            for contributors in &table.cells.contributors {
                let sum = contributors.sum;
                self.facts(table.cells, contributors);
                let contributions = self.joined.contributions(table.at, sum);
                for (coords, parts) in cut::parts(table.cells, cut, &self.sums.places[table.at][&sum]) {
                    let of = |&category: &u32| {
                        let mut place = coords.clone();
                        place[cut.dimension] = Coord::At(category);
                        self.joined.records(table.at, Layer::of(sum), &Place::Cell(place))
                    };
                    let classes: BTreeSet<u32> =
                        cut.categories.iter().filter_map(of).flat_map(|(_, classes)| classes.iter().copied()).collect();
                    let who = Who::of(contributions, &classes.into_iter().collect::<Vec<_>>(), self.most);
                    let mut name = cut::named(table.cells, cut, &coords);
                    name.insert(MEASURE.to_owned(), table.cells.labels[sum].clone());
                    let value = scaled(who.sum, &name)?;
                    let (who, is_shown) = (who.contributed(), cut.is_shown);
                    let follows = [0, contributors.records]
                        .map(|records| numbers.get(&(coords.clone(), cut.categories.clone(), records)).copied());
                    let follows = follows.into_iter().flatten().collect();
                    let figure = self.figure(Figure { shared: None, name, value, who, is_shown, follows });
                    self.equation(figure, parts);
                    found.insert((coords, cut.categories.clone(), sum), figure);
                }
            }
        }
        self.sums.cuts.push(found);
        Ok(())
    }

    /// Puts in what sums and numbers of different things of one table tell of those of another.
    fn join(&mut self, tables: &[Table<'_>]) -> Result<(), SuppressionError> {
        let all = || tables.iter().flat_map(|table| (1..table.cells.quantities.len()).map(move |at| (table, at)));
        let sums: BTreeSet<&str> =
            all().filter(|(table, at)| table.contributors(*at).is_some()).map(|(table, at)| table.what(at)).collect();
        for what in sums {
            self.join_sums(tables, what)?;
        }
        let different = all().filter(|(table, at)| is_different(&table.cells.quantities[*at]));
        let different: BTreeSet<&str> = different.map(|(table, at)| table.what(at)).collect();
        different.into_iter().for_each(|what| self.join_different(tables, what));
        Ok(())
    }

    /// The figure of a layer at a place, if it is one of what is asked for.
    fn at_place(&self, tables: &[Table<'_>], what: &str, at: usize, layer: Layer, place: &Place) -> Option<usize> {
        let Place::Cell(coords) = place else { return None };
        let of_sums = match layer.without {
            None => self.sums.places[at].get(&layer.quantity),
            Some(_) => self.sums.rests[at].get(&layer),
        };
        of_sums.filter(|_| tables[at].what(layer.quantity) == what)?.get(coords).copied()
    }

    fn join_sums(&mut self, tables: &[Table<'_>], what: &str) -> Result<(), SuppressionError> {
        let is_of = |table: &&Table<'_>, at: usize| table.contributors(at).is_some() && table.what(at) == what;
        // What is contributed to the number, by the kind of records.
        let mut by_kind: BTreeMap<usize, &[Contribution]> = BTreeMap::new();
        for table in tables {
            let sum = (1..table.cells.quantities.len()).find(|&at| is_of(&table, at));
            if let (Some(kind), Some(sum)) = (self.joined.kind(table.at), sum) {
                by_kind.insert(kind, self.joined.contributions(table.at, sum));
            }
        }
        self.same_places(tables, what, &by_kind)?;
        let of_kind = |kind: usize| by_kind.get(&kind).copied().unwrap_or(&[]);
        let (policy, most, threshold) = (self.policy, self.most, self.policy.threshold);
        let has_people = by_kind.values().any(|all| all.iter().any(|one| one.person.is_some()));
        let has_rules = policy.dominance.is_some() || policy.p_percent.is_some() || has_people;
        let is_sensitive = |who: &Who| {
            who.people > 0
                && (who.people < i128::from(threshold) || by_largest(policy, who.size, &who.largest).is_some())
        };
        let found = self.joined.relations(&Asking {
            figure: &|at, layer, place, _| self.at_place(tables, what, at, layer, place),
            may_tell: &|_, _, rest| rest.count < threshold || has_rules,
            is_sensitive: &|_, kind, classes| is_sensitive(&Who::of(of_kind(kind), classes, most)),
            classes: true,
        });
        self.not_compared(tables, &found.not_compared);
        let mut times: HashMap<Set, usize> = HashMap::new();
        found.found.iter().for_each(|relation| *times.entry(relation.rest).or_default() += 1);
        for Relation { whole, parts, rest, kind, classes } in found.found {
            let value = |figure: usize| self.sums.system.cells[figure].value;
            let left = value(whole) - parts.iter().map(|&part| value(part)).sum::<i64>();
            let who = Who::of(of_kind(kind), &classes, most);
            if who.sum != i128::from(left) {
                continue;
            }
            let is_known =
                times.get(&rest).is_some_and(|times| *times > 1) || self.same.contains_key(&(what.to_owned(), rest));
            if rest.count == 0 {
                self.equation(whole, parts);
            } else if is_sensitive(&who) || is_known {
                let name = self.name_of_rest(whole, &parts);
                (self.places, self.least) = (self.sums.digits[whole], self.sums.system.cells[whole].least);
                self.own.clear();
                let rest = self.hidden(Some((what, rest)), who.contributed(), left, name);
                self.equation(whole, parts.into_iter().chain([rest]).collect());
            }
        }
        Ok(())
    }

    /// What the same of several sums of one number sum up, at the places that several tables have of the same records.
    fn same_places(
        &mut self,
        tables: &[Table<'_>],
        what: &str,
        by_kind: &BTreeMap<usize, &[Contribution]>,
    ) -> Result<(), SuppressionError> {
        let asked = |table: usize| {
            let is_of = |at: &usize| tables[table].contributors(*at).is_some() && tables[table].what(*at) == what;
            (1..tables[table].cells.quantities.len()).filter(is_of).collect()
        };
        for same in self.joined.same_places(&asked) {
            let contributions = by_kind.get(&same.kind).copied().unwrap_or(&[]);
            let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for alike in &same.alike {
                let counted = alike.counted.iter().filter_map(|&(table, quantity)| {
                    let own = self.sums.places[table].get(&quantity)?;
                    let here = same.tables.iter().filter(|(at, _)| *at == table);
                    Some(here.filter_map(|(_, coords)| own.get(coords).copied()).collect::<Vec<_>>())
                });
                let counted: BTreeSet<usize> = counted.flatten().collect();
                let Some(&first) = counted.first() else { continue };
                let mut name = self.sums.names[first].clone();
                let others = counted.iter().skip(1).map(|&other| words(&self.sums.names[other]));
                name.insert("and in".to_owned(), others.collect::<Vec<_>>().join(" and "));
                let who = Who::of(contributions, &alike.classes, self.most);
                let value = scaled(who.sum, &name)?;
                (self.places, self.least) = (self.sums.digits[first], self.sums.system.cells[first].least);
                self.own.clear();
                let figure = self.hidden(Some((what, alike.set)), who.contributed(), value, name);
                counted.into_iter().filter(|&whole| whole != figure).for_each(|whole| {
                    parts.entry(whole).or_default().push(figure);
                });
            }
            for (whole, parts) in parts {
                let sum: i64 = parts.iter().map(|&part| self.sums.system.cells[part].value).sum();
                if sum == self.sums.system.cells[whole].value {
                    self.equation(whole, parts);
                }
            }
        }
        Ok(())
    }

    /// No number of different things is more than those of its parts together, nor less than that of one. Where one is but
    /// little more than another of fewer records, that little is the number of those who stand in the rest alone.
    fn join_different(&mut self, tables: &[Table<'_>], what: &str) {
        let threshold = i64::try_from(self.policy.threshold).unwrap_or(i64::MAX);
        let value = |figure: usize| self.sums.system.cells[figure].value;
        let found = self.joined.relations(&Asking {
            figure: &|at, layer, place, _| self.at_place(tables, what, at, layer, place),
            may_tell: &|whole, parts, _| match parts {
                [part] => value(*part) >= threshold && (1..threshold).contains(&(value(whole) - value(*part))),
                _ => false,
            },
            is_sensitive: &|_, _, _| true,
            classes: false,
        });
        self.not_compared(tables, &found.not_compared);
        for Relation { whole, parts, rest, .. } in found.found {
            let value = |figure: usize| self.sums.system.cells[figure].value;
            let left = value(whole) - parts.iter().map(|&part| value(part)).sum::<i64>();
            match &parts[..] {
                &[part] if (1..threshold).contains(&left) && value(part) >= threshold => {
                    let name = self.name_of_rest(whole, &parts);
                    (self.places, self.least) = (self.sums.digits[whole], None);
                    let people = i128::from(left);
                    let who = Contributed { people, sum: people, size: people, largest: &[] };
                    let rest = self.hidden(None, who, left, name);
                    self.equation(whole, vec![part, rest]);
                }
                _ if rest.count == 0 => self.different_parts(whole, parts),
                _ => {}
            }
        }
    }

    fn name_of_rest(&self, whole: usize, parts: &[usize]) -> FigureName {
        let mut name = self.sums.names[whole].clone();
        let named = parts.iter().take(NAMED).map(|&part| words(&self.sums.names[part]));
        let more = (parts.len() > NAMED).then(|| format!("{} more", parts.len() - NAMED));
        name.insert("less".to_owned(), named.chain(more).collect::<Vec<_>>().join(" and "));
        name
    }

    fn not_compared(&mut self, tables: &[Table<'_>], not_compared: &BTreeSet<usize>) {
        self.sums.not_considered.extend(not_compared.iter().map(|&table| {
            format!(
                "sums of the table `{}` that hold sums of others without being the same: there are too many to compare",
                tables[table].cells.table
            )
        }));
    }

    /// A number of different people or things. It does not add up, but no total is more than its parts together, nor less
    /// than any of them; and where nobody stands in two parts of one it does add up, as whoever knows what is counted knows.
    fn different(
        &mut self,
        table: &Table<'_>,
        quantity: usize,
        is_shown: &dyn Fn(&[Coord]) -> bool,
    ) -> Result<HashMap<Vec<Coord>, usize>, SuppressionError> {
        let Table { cells, figures, records, .. } = *table;
        (self.places, self.least) = (cells.quantities[quantity].places, None);
        let mut here = HashMap::new();
        for &coords in &table.places {
            let Counted::Value(value) = figures.at(coords, quantity) else { continue };
            let mut name = tables::name(cells, coords);
            name.insert(MEASURE.to_owned(), cells.labels[quantity].clone());
            let set = self.joined.set(table.at, Layer::of(quantity), &Place::Cell(coords.clone()));
            let figure = self.figure(Figure {
                shared: set.map(|set| (table.what(quantity), set)),
                value: scaled(value, &name)?,
                who: Contributed { people: value, sum: value, size: value, largest: &[] },
                is_shown: is_shown(coords),
                follows: records.get(coords).into_iter().copied().collect(),
                name,
            });
            self.sums.levels[figure] = coords.iter().filter(|coord| **coord == Coord::Total).count();
            here.insert(coords.clone(), figure);
        }
        for (whole, parts) in tables::lines(cells, &here) {
            self.different_parts(whole, parts);
        }
        Ok(here)
    }

    /// A number of different things of records that others are the numbers of in parts.
    fn different_parts(&mut self, whole: usize, parts: Vec<usize>) {
        let value = |figure: usize| self.sums.system.cells[figure].value;
        let twice = parts.iter().map(|&part| value(part)).sum::<i64>() - value(whole);
        if twice == 0 || parts.is_empty() {
            self.equation(whole, parts);
            return;
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
    fn hidden(&mut self, shared: Option<(&str, Set)>, who: Contributed<'_>, value: i64, name: FigureName) -> usize {
        if who.people == 0 && value == 0 {
            let role = if self.least.is_some_and(|least| least < 0) { Role::Published } else { Role::Hidden };
            let cell = Cell { least: self.least, ..Cell::count(0, 0, role, Primary::No) };
            return self.push(cell, name, Vec::new());
        }
        self.figure(Figure { shared, name, value, who, is_shown: false, follows: Vec::new() })
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
        // What nobody prints does not say that nobody contributes either.
        let is_nothing = who.people == 0 && (policy.zeros == Zeros::Published && is_shown);
        let is_kept = named(&policy.keep);
        let role = match (is_nothing || is_kept, is_shown) {
            (true, _) => Role::Published,
            (false, true) => Role::Free,
            (false, false) => Role::Hidden,
        };
        let by_rule = by_largest(policy, who.size, who.largest).map(|(_, distance)| distance);
        let is_few = who.people < i128::from(policy.threshold) && (is_shown || who.people > 0);
        let is_sensitive = is_few || by_rule.is_some() || named(&policy.withhold);
        let primary = if is_sensitive && role != Role::Published { Primary::Other } else { Primary::No };
        let shared = shared.map(|(what, set)| (what.to_owned(), set));
        let same = shared.iter().filter_map(|shared| self.same.get(shared)).flatten().copied();
        let mut same = same.filter(|at| self.sums.system.cells[*at].value == value && !self.own.contains(at));
        if let Some(at) = same.next() {
            self.own.insert(at);
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
        self.own.insert(at);
        if let Some(shared) = shared {
            self.same.entry(shared).or_default().push(at);
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
        let terms: Vec<(u32, i32)> = terms.collect();
        let mut in_order = terms.clone();
        in_order.sort_unstable();
        if terms.len() > 1 && self.equations.insert(in_order) {
            self.sums.system.equations.push(Equation { terms });
        }
    }
}

impl Sums {
    /// Withholds each sum whose number of records is withheld; `count` says of such a number whether it is, and if so whether
    /// it is sensitive by itself. What goes with one that is not may be known to insiders, as that may. Where a zero of the
    /// records is withheld, nothing says that nobody contributes, unless the sum of a whole row or column does.
    pub(crate) fn follow(
        &mut self,
        tables: &[Cells],
        (attacker, above): (&Attacker, Option<i64>),
        count: &dyn Fn(usize) -> Option<bool>,
    ) {
        self.decide_counts(attacker, above, count);
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
        for (cell, name) in self.system.cells[..self.own].iter_mut().zip(&self.names) {
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

    /// Digits after the point of a figure.
    pub(crate) fn digits(&self, figure: usize) -> u8 {
        self.digits[figure]
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
pub(crate) fn is_different(facts: &Quantity) -> bool {
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
        sums.follow(&[], (&ATTACKER, None), &|_| None);
        assert_eq!(sums.system.cells, before, "no count is withheld");
        // The first is sensitive by its own count, the second goes with one that is withheld for another's sake. A zero that
        // is not told is not told of the sum either.
        sums.follow(&[], (&ATTACKER, None), &|figure| Some(figure == 0));
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
