//! Measures that count some of a table's records: figures of their own, with what they leave of the records and of each other.
//!
//! Measures may share records. So beside them stand the records that the same measures count, which nobody prints: each
//! measure is a sum of these, and so is the number of all records. What two measures and their overlap tell of those in
//! neither follows from that.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use candour_model::{Cells, Coord, Counted, FigureName, Figures, Zeros};

use super::joined::{Alike, Layer, Place, Set};
use super::{
    Builder, Counts, Decided, MEASURE, Nothing, Shared, TableKey, is_plain, label, lines, name, set_name,
    withholds_zeros,
};
use crate::engine::Role;

/// Figures by their place.
type Here = HashMap<Vec<Coord>, usize>;

impl Builder<'_> {
    /// The figures of a measure, and those of the sets that they are sums of, where the table is not plain.
    pub(super) fn measure(
        &mut self,
        table: usize,
        cells: &Cells,
        figures: &Figures,
        (quantity, key): (usize, &TableKey),
        (records, ways): (&Counts, &[Vec<u32>]),
        is_shown: &dyn Fn(&[Coord]) -> bool,
    ) -> (Here, HashMap<Vec<u32>, usize>) {
        let mut here = HashMap::new();
        for coords in in_order(&records.places) {
            let Counted::Value(value) = figures.at(coords, quantity) else { continue };
            let value = i64::try_from(value).unwrap_or(i64::MAX);
            let mut name = name(cells, coords);
            name.insert(MEASURE.to_owned(), label(cells, quantity));
            let set = self.joined.set(table, Layer::of(quantity), &Place::Cell(coords.clone()));
            let at = self.figure(Shared { meaning: None, set }, value, is_shown(coords), false, name);
            self.linked.levels[at] = coords.iter().filter(|coord| **coord == Coord::Total).count();
            here.insert(coords.clone(), at);
        }
        let decided = Decided { cells, quantity, reads: &key.reads };
        let sets = self.add_up(cells, &here, ways, quantity, &decided);
        (here, sets)
    }

    /// What measures leave of the records at each place, and of measures that hold them. Where a zero of a measure is
    /// published, such a rest can be worked out although the numbers of records cannot. `sets` are the figures of the sets of
    /// records that others are sums of, by quantity.
    pub(super) fn rests(
        &mut self,
        table: usize,
        cells: &Cells,
        key: &TableKey,
        records: &Counts,
        measures: &BTreeMap<usize, Here>,
        sets: &BTreeMap<usize, HashMap<Vec<u32>, usize>>,
    ) -> BTreeMap<Layer, Here> {
        let value = |figure: usize| self.linked.system.cells[figure].value;
        let is_part = |whole: usize, part: usize| value(part) <= value(whole);
        // What is counted is a part of the records, unless it counts something else: then there may be more of it.
        let of_records = |quantity: usize| {
            let places = &measures[&quantity];
            let mut of_sets = sets[&quantity].iter().filter_map(|(set, &part)| Some((*records.sets.get(set)?, part)));
            places.iter().all(|(coords, &part)| is_part(records.places[coords], part))
                && of_sets.all(|(whole, part)| is_part(whole, part))
        };
        let of_records = measures.keys().filter(|quantity| of_records(**quantity));
        let of_records = of_records.map(|&part| Layer { quantity: 0, without: Some(part) });
        let layers: BTreeSet<Layer> = of_records.chain(self.joined.rests(table)).collect();
        let mut rests = BTreeMap::new();
        for layer in layers {
            let Some(part) = layer.without else { continue };
            let wholes = if layer.quantity == 0 { Some(&records.places) } else { measures.get(&layer.quantity) };
            let (Some(wholes), Some(parts)) = (wholes, measures.get(&part)) else { continue };
            rests.insert(layer, self.rest_of_places(table, cells, key, layer, (wholes, parts)));
            if layer.quantity == 0 {
                let of_sets = sets[&part].iter().filter_map(|(set, &part)| Some((*records.sets.get(set)?, part)));
                let mut of_sets: Vec<(usize, usize)> = of_sets.collect();
                of_sets.sort_unstable();
                let nothing = Decided { cells, quantity: part, reads: &key.reads }.rest_of_set();
                let nothing = self.told(table, nothing);
                for (whole, part_here) in of_sets {
                    self.rest((whole, part_here), &left_of(cells, layer), None, nothing);
                }
            }
        }
        rests
    }

    fn rest_of_places(
        &mut self,
        table: usize,
        cells: &Cells,
        key: &TableKey,
        layer: Layer,
        (wholes, parts): (&Here, &Here),
    ) -> Here {
        let part_is = layer.without.unwrap_or(layer.quantity);
        let decided = |quantity: usize| Decided { cells, quantity, reads: &key.reads };
        let is_condition = layer.quantity == 0 && decided(part_is).has_condition();
        let all_is_sensitive = self.policy.zeros == Zeros::Sensitive && is_condition;
        let mut pairs: Vec<(usize, usize, &Vec<Coord>)> =
            parts.iter().filter_map(|(coords, &part)| Some((*wholes.get(coords)?, part, coords))).collect();
        pairs.sort_unstable();
        let called = left_of(cells, layer);
        let mut here = HashMap::new();
        for (whole, part, coords) in pairs {
            let place = Place::Cell(coords.clone());
            let set = |quantity: usize| self.joined.set(table, Layer::of(quantity), &place);
            let set = set(layer.quantity).map(|whole| set(part_is).map_or(whole, |part| whole.without(part)));
            let nothing =
                if all_is_sensitive { Nothing::Sensitive } else { self.told(table, decided(part_is).rest(coords)) };
            here.insert(coords.clone(), self.rest((whole, part), &called, set, nothing));
        }
        here
    }

    /// What is known where nothing is left, once other tables tell what they do.
    fn told(&self, table: usize, nothing: Nothing) -> Nothing {
        match nothing {
            Nothing::Unknown if !self.joined.is_alone(table) && !withholds_zeros(self.policy) => Nothing::Known,
            other => other,
        }
    }

    /// Whether nobody can tell, from what a place means or from another table, that there is none of some records.
    fn is_open(&self, table: usize, quantities: &[usize], coords: Option<&[Coord]>) -> bool {
        let is_told = !self.joined.is_alone(table) && !withholds_zeros(self.policy);
        !is_told && self.joined.is_open(table, quantities, coords)
    }

    /// What a part leaves over of a figure.
    fn rest(&mut self, (whole, part): (usize, usize), measure: &str, set: Option<Set>, nothing: Nothing) -> usize {
        let mut name = self.linked.names[part].clone();
        name.insert(MEASURE.to_owned(), measure.to_owned());
        let value = self.linked.system.cells[whole].value - self.linked.system.cells[part].value;
        let rest = self.unnamed(Shared { meaning: None, set }, value, name, nothing);
        self.equation(whole, [part, rest]);
        rest
    }

    /// The records that the same measures count, where there are several measures. `sets` are the figures of finest cells
    /// that are none of the table, by quantity.
    pub(super) fn alike(
        &mut self,
        table: usize,
        cells: &Cells,
        records: &Here,
        measures: &BTreeMap<usize, Here>,
        sets: &BTreeMap<usize, HashMap<Vec<u32>, usize>>,
    ) {
        if measures.len() < 2 {
            return;
        }
        let quantities: Vec<usize> = std::iter::once(0).chain(measures.keys().copied()).collect();
        let of = |quantity: usize| if quantity == 0 { Some(records) } else { measures.get(&quantity) };
        let mut by_counted: BTreeMap<Vec<usize>, Here> = BTreeMap::new();
        let places: BTreeMap<Vec<Coord>, Vec<Alike>> =
            self.joined.by_quantities(table, &quantities).into_iter().collect();
        let kinds = kinds(places.values().map(Vec::as_slice));
        for coords in in_order(records) {
            let alike = places.get(coords).map_or(&[][..], Vec::as_slice);
            if alike.is_empty() && self.linked.system.cells[records[coords]].role == Role::Published {
                continue;
            }
            let name = |_: &Self| name(cells, coords);
            let figures = |quantity: usize| of(quantity)?.get(coords).copied();
            // Where a zero is withheld, nobody knows that there is none of any kind.
            let is_open = alike.is_empty() || self.is_open(table, &quantities, Some(coords));
            let kinds = if is_open { &kinds } else { &self::kinds([alike]) };
            for (counted, figure) in self.same_measures(cells, kinds, alike, &name, &figures) {
                by_counted.entry(counted).or_default().insert(coords.clone(), figure);
            }
        }
        // That those of a total are the sum of those in its parts follows from the measures, unless it is of an overlap.
        if is_plain(cells) && kinds.iter().any(|counted| counted.len() > 2) {
            for here in by_counted.values() {
                for (whole, parts) in lines(cells, here) {
                    self.equation(whole, parts);
                }
            }
        }
        if !is_plain(cells) {
            let finest = self.joined.by_quantities_finest(table, &quantities);
            let kinds = self::kinds(finest.values().map(Vec::as_slice));
            let is_open = self.is_open(table, &quantities, None);
            for (set, alike) in &finest {
                let kinds = if is_open { &kinds } else { &self::kinds([&alike[..]]) };
                let name = |_: &Self| set_name(cells, set);
                let figures = |quantity: usize| sets.get(&quantity)?.get(set).copied();
                self.same_measures(cells, kinds, alike, &name, &figures);
            }
        }
    }

    /// Puts in what makes up the figures of several quantities at one place: the records that the same of them count, of
    /// every kind that there is in the table. Gives the figure of each kind.
    fn same_measures(
        &mut self,
        cells: &Cells,
        kinds: &BTreeSet<Vec<usize>>,
        alike: &[Alike],
        name: &dyn Fn(&Self) -> FigureName,
        figures: &dyn Fn(usize) -> Option<usize>,
    ) -> Vec<(Vec<usize>, usize)> {
        let mut found = Vec::new();
        let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for counted in kinds {
            let here = alike.iter().find(|alike| quantities(alike) == *counted);
            let mut name = name(self);
            name.insert(MEASURE.to_owned(), of_all(cells, counted));
            let figure = match here {
                Some(alike) => {
                    let value = i64::try_from(alike.set.count).unwrap_or(i64::MAX);
                    self.own.clear();
                    self.figure(Shared { meaning: None, set: Some(alike.set) }, value, false, false, name)
                }
                // There is none here, but nobody prints that.
                None => self.unnamed(Shared::default(), 0, name, Nothing::Unknown),
            };
            counted.iter().filter_map(|&quantity| figures(quantity)).for_each(|whole| {
                if whole != figure {
                    parts.entry(whole).or_default().push(figure);
                }
            });
            found.push((counted.clone(), figure));
        }
        for (whole, parts) in parts {
            let sum: i64 = parts.iter().map(|&part| self.linked.system.cells[part].value).sum();
            // A measure that counts something else than records is no sum of them.
            if sum == self.linked.system.cells[whole].value {
                self.equation(whole, parts);
            }
        }
        found
    }

    /// The same of places that several tables have of the same records.
    pub(super) fn same_places(&mut self) {
        let places = &self.linked.places;
        let asked = |table: usize| match &places.measures[table] {
            measures if measures.is_empty() => Vec::new(),
            measures => std::iter::once(0).chain(measures.keys().copied()).collect(),
        };
        for same in self.joined.same_places(&asked) {
            let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for alike in &same.alike {
                let counted = alike.counted.iter().filter_map(|&(table, quantity)| {
                    let places = &self.linked.places;
                    let own = match quantity {
                        0 => &places.cells[table],
                        _ => places.measures[table].get(&quantity)?,
                    };
                    let here = same.tables.iter().filter(|(at, _)| *at == table);
                    Some(here.filter_map(|(_, coords)| own.get(coords).copied()).collect::<Vec<_>>())
                });
                let counted: BTreeSet<usize> = counted.flatten().collect();
                let mut name = counted.first().map(|&first| self.linked.names[first].clone()).unwrap_or_default();
                let others = counted.iter().skip(1).map(|&other| crate::suppression::words(&self.linked.names[other]));
                name.insert("and in".to_owned(), others.collect::<Vec<_>>().join(" and "));
                let value = i64::try_from(alike.set.count).unwrap_or(i64::MAX);
                self.own.clear();
                let figure = self.figure(Shared { meaning: None, set: Some(alike.set) }, value, false, false, name);
                counted.into_iter().filter(|&whole| whole != figure).for_each(|whole| {
                    parts.entry(whole).or_default().push(figure);
                });
            }
            let sum = |parts: &[usize]| parts.iter().map(|&part| self.linked.system.cells[part].value).sum::<i64>();
            let parts: Vec<(usize, Vec<usize>)> = parts
                .into_iter()
                .filter(|(whole, parts)| sum(parts) == self.linked.system.cells[*whole].value)
                .collect();
            for (whole, parts) in parts {
                self.equation(whole, parts);
            }
        }
    }
}

/// What a layer is called that is left of another.
fn left_of(cells: &Cells, layer: Layer) -> String {
    let not = format!("not {}", label(cells, layer.without.unwrap_or(layer.quantity)));
    if layer.quantity == 0 { not } else { format!("{}, and {not}", label(cells, layer.quantity)) }
}

/// Places in order.
fn in_order(here: &Here) -> Vec<&Vec<Coord>> {
    let mut places: Vec<&Vec<Coord>> = here.keys().collect();
    places.sort();
    places
}

/// Which quantities count records alike.
pub(crate) fn quantities(alike: &Alike) -> Vec<usize> {
    alike.counted.iter().map(|(_, quantity)| *quantity).collect()
}

/// Every choice of quantities that counts records together somewhere.
pub(crate) fn kinds<'a>(places: impl IntoIterator<Item = &'a [Alike]>) -> BTreeSet<Vec<usize>> {
    places.into_iter().flatten().map(quantities).collect()
}

/// What records are called that some quantities count and others do not.
fn of_all(cells: &Cells, counted: &[usize]) -> String {
    let measures: Vec<String> = counted.iter().filter(|at| **at != 0).map(|&at| label(cells, at)).collect();
    if measures.is_empty() { "none of its measures".to_owned() } else { format!("just {}", measures.join(" and ")) }
}
