//! Which figures of several tables count the same records, and which are sums or differences of others.
//!
//! It is told from the records themselves: a figure is the set of the records that it counts, whatever filter, periods and
//! categories chose them. So nothing need be known of what a filter means, and a table of 2022 is a part of one of three
//! years as a band "under 20" is a part of "under 25". What happens to be so without having to be is kept out by the columns
//! that decide: a figure is taken to hold another only where all columns that decide of it decide of the other as well.

mod held;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use candour_model::{Cells, Contribution, Coord, LeftOutReason, Standing, Together};

use super::{Reads, TableKey, is_of_category, nested};
use crate::sums;

/// So many steps are taken to find figures that hold others: some seconds.
const MOST_STEPS: u64 = 1 << 31;

/// Columns, one a bit. Beyond the last bit columns share them, and more figures may be joined than need be.
pub(super) type Columns = u128;

/// The bit of each column.
#[derive(Default)]
struct Bits(BTreeMap<(usize, usize), u32>);

impl Bits {
    fn of(&mut self, read: &BTreeSet<(usize, usize)>) -> Columns {
        read.iter().fold(0, |columns: Columns, column| {
            let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX) % Columns::BITS;
            columns | 1 << *self.0.entry(*column).or_insert(next)
        })
    }
}

/// A set of records: how many, a mark of which they are, and the columns that decide that they are in it.
///
/// The mark is the sum of 128 random bits for each class of records that stand alike, so that marks add up as counts do, and
/// two sets with the same mark are the same but by a chance that can be left out of account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Set {
    pub(crate) count: u64,
    mark: u128,
    columns: Columns,
}

/// A figure that is the sum of others, and of a rest that no table need show.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Relation {
    pub(crate) whole: usize,
    pub(crate) parts: Vec<usize>,
    /// What of the whole is in no part.
    pub(crate) rest: Set,
    /// The kind of records, and the classes of the rest's, where they are asked for.
    pub(crate) kind: usize,
    pub(crate) classes: Vec<u32>,
}

/// What is counted of the records at a place: those that a quantity counts, but for those that another counts as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Layer {
    pub(crate) quantity: usize,
    pub(crate) without: Option<usize>,
}

impl Layer {
    /// All that a quantity counts.
    pub(crate) const fn of(quantity: usize) -> Self {
        Self { quantity, without: None }
    }
}

/// What is asked of all tables together.
pub(crate) struct Asking<'a> {
    /// The figure of a table's layer at a place, where it counts the set of records that stands there.
    pub(crate) figure: &'a dyn Fn(usize, Layer, &Place, Set) -> Option<usize>,
    /// Whether a figure and parts of it may tell too much of what they leave over.
    pub(crate) may_tell: &'a dyn Fn(usize, &[usize], Set) -> bool,
    /// Whether a rest that may is sensitive; by its kind of records and their classes.
    pub(crate) is_sensitive: &'a dyn Fn(Set, usize, &[u32]) -> bool,
    /// Whether the classes of each rest are wanted.
    pub(crate) classes: bool,
}

impl Asking<'_> {
    fn kept(&self, mut relation: Relation) -> Relation {
        if !self.classes {
            relation.classes = Vec::new();
        }
        relation
    }
}

/// The records at a place that the same quantities count.
#[derive(Clone, Debug)]
pub(crate) struct Alike {
    /// Which, each by its table and position.
    pub(crate) counted: Vec<(usize, usize)>,
    pub(crate) set: Set,
    pub(crate) classes: Vec<u32>,
}

/// A place that several tables have, of the same records.
pub(crate) struct SamePlace {
    pub(crate) kind: usize,
    pub(crate) tables: Vec<(usize, Vec<Coord>)>,
    pub(crate) alike: Vec<Alike>,
}

/// Where a table has a figure.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    /// In a cell or margin.
    Cell(Vec<Coord>),
    /// There, with the records that stand there and that it leaves out for want of a category elsewhere. Nobody prints these.
    With(Vec<Coord>),
    /// Among the numbers of records that it leaves out, of which this is the position.
    Note(usize),
}

/// What follows from the tables together.
#[derive(Debug, Default)]
pub(crate) struct Relations {
    pub(crate) found: Vec<Relation>,
    /// Tables that were not compared with all others, for the work that it would be.
    pub(crate) not_compared: BTreeSet<usize>,
}

/// The tables of a release as sets of records.
pub(crate) struct Joined<'j> {
    kinds: Vec<Kind<'j>>,
    /// For each table of the release: its kind of records, and its position among the tables about them.
    at: Vec<Option<(usize, usize)>>,
}

/// Tables about records of one kind.
struct Kind<'j> {
    number: usize,
    together: &'j Together,
    /// One for each class.
    marks: Vec<u128>,
    sides: Vec<Side>,
}

/// A table.
struct Side {
    table: usize,
    /// The columns that decide that a record is in the table, those that decide what it is about, and those of each dimension.
    scope: Columns,
    about: Columns,
    dimensions: Vec<Columns>,
    places: Vec<Place>,
    numbers: HashMap<Place, u32>,
    /// For each way in which records stand in it, the places at which they are counted.
    places_of: Vec<Vec<u32>>,
    /// The number of records first, then each quantity that counts some of them, then what one leaves of another.
    layers: Vec<Records>,
}

/// The records of one layer of a table.
struct Records {
    layer: Layer,
    columns: Columns,
    /// For each way in which records stand in the table, whether it counts them.
    counts: Vec<bool>,
    /// At each place, the classes that it counts, and the set that they are.
    sets: Vec<(Vec<u32>, Set)>,
}

impl<'j> Joined<'j> {
    pub(crate) fn new(together: &'j [Together], tables: &[Cells], keys: &[TableKey]) -> Self {
        let mut at = vec![None; tables.len()];
        let mut bits = Bits::default();
        let kinds = together.iter().enumerate().map(|(number, together)| {
            let class =
                |class: usize| u128::from(random(number, 2 * class)) << 64 | u128::from(random(number, 2 * class + 1));
            let marks: Vec<u128> = (0..together.classes.len()).map(class).collect();
            let own = |reads: &Reads| -> Vec<Columns> {
                reads.dimensions.iter().chain([&reads.scope]).map(|read| bits.of(read)).collect()
            };
            let columns: Vec<Vec<Columns>> = together.tables.iter().map(|&table| &keys[table].reads).map(own).collect();
            let told = nested::told(together, tables, &columns);
            let sides = together.tables.iter().enumerate().map(|(position, &table)| {
                at[table] = Some((number, position));
                Side::new(together, position, &tables[table], &keys[table], &marks, &mut bits, &told)
            });
            let sides = sides.collect();
            Kind { number, together, marks, sides }
        });
        let kinds = kinds.collect();
        Self { kinds, at }
    }

    fn side(&self, table: usize) -> Option<(&Kind<'j>, usize, &Side)> {
        let (kind, position) = (*self.at.get(table)?)?;
        let kind = &self.kinds[kind];
        Some((kind, position, &kind.sides[position]))
    }

    /// The kind of records that a table is about.
    pub(crate) fn kind(&self, table: usize) -> Option<usize> {
        self.at.get(table)?.map(|(kind, _)| kind)
    }

    /// What each class of a kind of records contributes to a sum.
    pub(crate) fn contributions(&self, table: usize, sum: usize) -> &'j [Contribution] {
        let Some((kind, ..)) = self.side(table) else { return &[] };
        let summed = kind.together.summed.iter().find(|summed| summed.sums.contains(&(table, sum)));
        summed.map_or(&[], |summed| &summed.contributions)
    }

    /// The records that a table counts at a place in one of its layers, if there is one.
    pub(crate) fn set(&self, table: usize, layer: Layer, place: &Place) -> Option<Set> {
        self.records(table, layer, place).map(|(set, _)| set)
    }

    /// The same, with their classes.
    pub(crate) fn records(&self, table: usize, layer: Layer, place: &Place) -> Option<(Set, &[u32])> {
        let (_, _, side) = self.side(table)?;
        let records = side.layers.iter().find(|records| records.layer == layer)?;
        let (classes, set) = &records.sets[*side.numbers.get(place)? as usize];
        (set.count > 0).then_some((*set, classes))
    }

    /// Whether no other table about the same records may tell by a zero of its own that there is none of some of them.
    pub(crate) fn is_alone(&self, table: usize) -> bool {
        self.side(table).is_none_or(|(kind, ..)| kind.sides.len() == 1)
    }

    /// Whether nothing that decides where records stand decides whether quantities count them: then nobody can tell from what
    /// a place means that none of its records is counted, or every one. `coords` are a cell or margin; None is a finest cell.
    pub(crate) fn is_open(&self, table: usize, quantities: &[usize], coords: Option<&[Coord]>) -> bool {
        let Some((_, _, side)) = self.side(table) else { return false };
        let is_fixed = |at: usize| coords.is_none_or(|coords| coords[at] != Coord::Total);
        let fixed = side.dimensions.iter().enumerate().filter(|(at, _)| is_fixed(*at));
        let columns = fixed.fold(side.scope, |columns, (_, dimension)| columns | dimension);
        quantities.iter().all(|&quantity| side.columns_of(quantity) & columns == 0)
    }

    /// What quantities of a table leave of others: the layers that are more than one quantity.
    pub(crate) fn rests(&self, table: usize) -> Vec<Layer> {
        let Some((_, _, side)) = self.side(table) else { return Vec::new() };
        side.layers.iter().map(|records| records.layer).filter(|layer| layer.without.is_some()).collect()
    }

    /// At each cell and margin of a table, the records by which of some quantities count them; those that none does are left
    /// out. In order.
    pub(crate) fn by_quantities(&self, table: usize, quantities: &[usize]) -> Vec<(Vec<Coord>, Vec<Alike>)> {
        let Some((kind, position, side)) = self.side(table) else { return Vec::new() };
        let at_place = |(number, place): (usize, &Place)| {
            let Place::Cell(coords) = place else { return None };
            Some((coords.clone(), kind.alike(&[(position, number as u32)], &|_| quantities)))
        };
        let mut places: Vec<_> = side.places.iter().enumerate().filter_map(at_place).collect();
        places.sort_unstable_by(|left, right| left.0.cmp(&right.0));
        places
    }

    /// The same for each finest cell, by its set of categories a dimension.
    pub(crate) fn by_quantities_finest(&self, table: usize, quantities: &[usize]) -> BTreeMap<Vec<u32>, Vec<Alike>> {
        let Some((kind, position, side)) = self.side(table) else { return BTreeMap::new() };
        let standings = &kind.together.standings[position];
        let mut classes: BTreeMap<&Vec<u32>, Vec<u32>> = BTreeMap::new();
        for (number, class) in (0_u32..).zip(&kind.together.classes) {
            for cell in &standings[class.standings[position] as usize].cells {
                classes.entry(cell).or_default().push(number);
            }
        }
        let alike = |classes: &[u32]| {
            let columns = quantities.iter().fold(side.scope, |columns, &at| columns | side.columns_of(at));
            let all = side.dimensions.iter().fold(columns, |columns, dimension| columns | dimension);
            kind.grouped(classes, all, &|class| side.counted_in(kind, position, class, quantities))
        };
        classes.into_iter().map(|(cell, classes)| (cell.clone(), alike(&classes))).collect()
    }

    /// The places that several tables have of the same records, where each table has a quantity of those that `asked` gives
    /// for it; the records by which of these count them.
    pub(crate) fn same_places(&self, asked: &dyn Fn(usize) -> Vec<usize>) -> Vec<SamePlace> {
        let mut found = Vec::new();
        for kind in &self.kinds {
            let quantities: Vec<Vec<usize>> = kind.sides.iter().map(|side| asked(side.table)).collect();
            let mut by_set: BTreeMap<Set, Vec<(usize, u32)>> = BTreeMap::new();
            for (position, side) in kind.sides.iter().enumerate().filter(|(at, _)| !quantities[*at].is_empty()) {
                let cells = (0_u32..).zip(&side.places).zip(&side.layers[0].sets);
                for ((number, place), (_, set)) in cells {
                    if matches!(place, Place::Cell(_)) && set.count > 0 {
                        by_set.entry(*set).or_default().push((position, number));
                    }
                }
            }
            for places in by_set.into_values() {
                let tables: BTreeSet<usize> = places.iter().map(|(position, _)| *position).collect();
                if tables.len() < 2 {
                    continue;
                }
                let coords = |&(position, number): &(usize, u32)| match &kind.sides[position].places[number as usize] {
                    Place::Cell(coords) => Some((kind.sides[position].table, coords.clone())),
                    _ => None,
                };
                found.push(SamePlace {
                    kind: kind.number,
                    tables: places.iter().filter_map(coords).collect(),
                    alike: kind.alike(&places, &|position| &quantities[position]),
                });
            }
        }
        found
    }

    /// The places at which a table leaves records out for want of a category elsewhere, each with the set of all records
    /// there; in order.
    pub(crate) fn with(&self, table: usize) -> Vec<(&[Coord], Set)> {
        let Some((_, _, side)) = self.side(table) else { return Vec::new() };
        let sets = side.places.iter().zip(&side.layers[0].sets);
        let with = sets.filter_map(|(place, (_, set))| match place {
            Place::With(coords) => Some((&coords[..], *set)),
            _ => None,
        });
        let mut with: Vec<(&[Coord], Set)> = with.collect();
        with.sort_unstable();
        with
    }

    /// The records that a table leaves out for want of a category, by the categories that they lack.
    pub(crate) fn lacking(&self, table: usize) -> BTreeMap<Vec<LeftOutReason>, Set> {
        let mut lacking = BTreeMap::new();
        let Some((kind, position, side)) = self.side(table) else { return lacking };
        let of_categories = |standing: &Standing| -> Vec<LeftOutReason> {
            standing.left_out.iter().filter(|reason| is_of_category(reason)).cloned().collect()
        };
        let reasons: Vec<Vec<LeftOutReason>> = kind.together.standings[position].iter().map(of_categories).collect();
        for (class, mark) in kind.together.classes.iter().zip(&kind.marks) {
            let reasons = &reasons[class.standings[position] as usize];
            if !reasons.is_empty() {
                let none = Set { count: 0, mark: 0, columns: side.scope };
                lacking.entry(reasons.clone()).or_insert(none).add(class.count, *mark);
            }
        }
        lacking
    }

    /// What follows from tables about the same kind of records.
    pub(crate) fn relations(&self, asking: &Asking<'_>) -> Relations {
        let mut relations = Relations::default();
        for kind in &self.kinds {
            kind.relations(asking, &mut relations);
        }
        relations.found.sort_unstable();
        relations.found.dedup();
        relations
    }
}

impl Set {
    fn add(&mut self, count: u64, mark: u128) {
        self.count += count;
        self.mark = self.mark.wrapping_add(mark);
    }

    /// What is left of it without a part of it.
    pub(crate) fn without(self, part: Self) -> Self {
        Self {
            count: self.count.saturating_sub(part.count),
            mark: self.mark.wrapping_sub(part.mark),
            columns: self.columns | part.columns,
        }
    }
}

impl Side {
    fn new(
        together: &Together,
        position: usize,
        cells: &Cells,
        key: &TableKey,
        marks: &[u128],
        bits: &mut Bits,
        told: &[(Columns, Columns)],
    ) -> Self {
        let reads: &Reads = &key.reads;
        let about = bits.of(&reads.scope);
        // What decides a ward decides its borough.
        let with_told = |own: Columns| {
            let told = told.iter().filter(|(columns, _)| columns & !own == 0);
            told.fold(own, |columns, (_, told)| columns | told)
        };
        let dimensions: Vec<Columns> = reads.dimensions.iter().map(|read| with_told(bits.of(read))).collect();
        let lacking = cells.left_out.iter().filter_map(|left| match left.reason {
            LeftOutReason::NotRecorded { dimension } | LeftOutReason::NotListed { dimension } => Some(dimension),
            _ => None,
        });
        let scope = lacking.fold(about, |scope, dimension| scope | dimensions[dimension]);
        let standings = &together.standings[position];
        let lacking = standings.iter().filter_map(|standing| standing.lacking.as_ref());
        let lacked: HashSet<Vec<Coord>> = lacking.flat_map(|sets| cells.places_with(sets)).collect();
        let (mut places, mut numbers) = (Vec::new(), HashMap::new());
        let places_of = standings.iter().map(|standing| {
            let mut here: Vec<u32> = Vec::new();
            let in_cells = standing.cells.iter().flat_map(|cell| cells.places_of(cell)).map(Place::Cell);
            let told = standing
                .left_out
                .iter()
                .filter_map(|reason| cells.left_out.iter().position(|left| left.reason == *reason).map(Place::Note));
            let with =
                standing.cells.iter().flat_map(|cell| cells.places_of(cell)).filter(|place| lacked.contains(place));
            let with = with.chain(standing.lacking.iter().flat_map(|sets| cells.places_with(sets))).map(Place::With);
            for place in in_cells.chain(told).chain(with) {
                let next = u32::try_from(places.len()).unwrap_or(u32::MAX);
                here.push(*numbers.entry(place).or_insert_with_key(|place: &Place| {
                    places.push(place.clone());
                    next
                }));
            }
            here.sort_unstable();
            here.dedup();
            here
        });
        let places_of: Vec<Vec<u32>> = places_of.collect();
        let quantities: Vec<(usize, Columns, Vec<bool>)> = (0..cells.quantities.len())
            .filter(|&quantity| quantity == 0 || is_of_records(cells, quantity))
            .map(|quantity| {
                let own =
                    if quantity == 0 { 0 } else { reads.quantities.get(quantity).map_or(0, |read| bits.of(read)) };
                let counts = |standing: &Standing| match quantity {
                    0 => !standing.cells.is_empty(),
                    _ => standing.counted.contains(&quantity),
                };
                (quantity, own, standings.iter().map(counts).collect())
            })
            .collect();
        let layers = layers(cells, key, &quantities).into_iter().map(|(layer, own, counts)| {
            let decide = |place: &Place| match place {
                Place::Cell(coords) | Place::With(coords) => {
                    let scope = if matches!(place, Place::With(_)) { about } else { scope };
                    let fixed = coords.iter().zip(&dimensions).filter(|(coord, _)| **coord != Coord::Total);
                    fixed.fold(scope | own, |columns, (_, dimension)| columns | dimension)
                }
                Place::Note(note) => match cells.left_out[*note].reason {
                    LeftOutReason::NotRecorded { dimension } | LeftOutReason::NotListed { dimension } => {
                        about | dimensions[dimension]
                    }
                    LeftOutReason::Any => scope,
                    _ => about,
                },
            };
            let set = |place: &Place| (Vec::new(), Set { count: 0, mark: 0, columns: decide(place) });
            let mut sets: Vec<(Vec<u32>, Set)> = places.iter().map(set).collect();
            for ((number, class), mark) in (0_u32..).zip(&together.classes).zip(marks) {
                let standing = class.standings[position] as usize;
                // The number of records counts those that are left out as well, at the places that tell of them.
                let counts = layer == Layer::of(0) || counts[standing];
                for &place in places_of[standing].iter().filter(|_| counts) {
                    let (classes, set) = &mut sets[place as usize];
                    classes.push(number);
                    set.add(class.count, *mark);
                }
            }
            let counts = if layer == Layer::of(0) { vec![true; standings.len()] } else { counts };
            Records { layer, columns: own, counts, sets }
        });
        let layers = layers.collect();
        let table = together.tables[position];
        Self { table, scope, about, dimensions, places, numbers, places_of, layers }
    }

    /// The columns that decide whether a quantity counts a record, besides those of its place.
    fn columns_of(&self, quantity: usize) -> Columns {
        let own = self.layers.iter().find(|records| records.layer == Layer::of(quantity));
        own.map_or(0, |records| records.columns)
    }

    /// Which of some quantities count the records of a class.
    fn counted_in(&self, kind: &Kind<'_>, position: usize, class: u32, quantities: &[usize]) -> Vec<(usize, usize)> {
        let standing = kind.together.classes[class as usize].standings[position] as usize;
        let counts = |quantity: &usize| {
            let own = self.layers.iter().find(|records| records.layer == Layer::of(*quantity));
            own.is_some_and(|records| records.counts[standing])
        };
        quantities.iter().filter(|quantity| counts(quantity)).map(|&quantity| (self.table, quantity)).collect()
    }

    /// The columns of each dimension that has one category at a place.
    fn fixed(&self, place: u32) -> impl Iterator<Item = Columns> {
        let coords = match &self.places[place as usize] {
            Place::Cell(coords) | Place::With(coords) => &coords[..],
            Place::Note(_) => &[],
        };
        coords.iter().zip(&self.dimensions).filter(|(coord, _)| **coord != Coord::Total).map(|(_, columns)| *columns)
    }

    /// All columns that can decide of a figure of one of its quantities.
    fn columns(&self, records: &Records) -> Columns {
        self.dimensions.iter().fold(self.scope | records.columns, |columns, dimension| columns | dimension)
    }
}

/// Whether a quantity is told of sets of records: how many they are, what they sum up to, how many different things they name.
fn is_of_records(cells: &Cells, quantity: usize) -> bool {
    let facts = &cells.quantities[quantity];
    let is_sum = cells.contributors.iter().any(|contributors| contributors.sum == quantity);
    facts.counts_records() || is_sum || sums::is_different(facts)
}

/// Which quantities count and which do not, with the columns that decide, and what each that holds another of its kind leaves
/// without it.
fn layers(
    cells: &Cells,
    key: &TableKey,
    quantities: &[(usize, Columns, Vec<bool>)],
) -> Vec<(Layer, Columns, Vec<bool>)> {
    // Numbers of records are of one kind, and so are the sums of one number. Numbers of different things leave nothing over.
    let kind = |quantity: usize| match &cells.quantities[quantity] {
        facts if quantity == 0 || facts.counts_records() => Some(None),
        facts if sums::is_different(facts) => None,
        _ => key.quantities.get(quantity).map(Some),
    };
    let own = quantities.iter().map(|(quantity, columns, counts)| (Layer::of(*quantity), *columns, counts.clone()));
    let mut layers: Vec<(Layer, Columns, Vec<bool>)> = own.collect();
    for (whole, of_whole, all) in quantities {
        for (part, of_part, some) in quantities.iter().filter(|(part, ..)| part != whole) {
            let alike = kind(*whole).is_some_and(|whole| kind(*part) == Some(whole));
            let holds = all.iter().zip(some).all(|(all, some)| *all || !some);
            if alike && holds && all != some {
                let left = all.iter().zip(some).map(|(all, some)| *all && !some).collect();
                layers.push((Layer { quantity: *whole, without: Some(*part) }, of_whole | of_part, left));
            }
        }
    }
    layers
}

/// What is needed while the figures of one table are looked for in another: by place, how many records they share; by class,
/// whether a part has it already.
struct Scratch {
    shared: Vec<u64>,
    taken: Vec<bool>,
}

impl Kind<'_> {
    /// The records at places that hold the same ones, each a position of a table and the number of the place there, by which
    /// of the quantities that `asked` gives for the position count them.
    fn alike<'q>(&self, places: &[(usize, u32)], asked: &dyn Fn(usize) -> &'q [usize]) -> Vec<Alike> {
        let Some(&(first, number)) = places.first() else { return Vec::new() };
        let (classes, set) = &self.sides[first].layers[0].sets[number as usize];
        let mut positions: Vec<usize> = places.iter().map(|(position, _)| *position).collect();
        positions.dedup();
        let of_side = |position: usize| {
            let side = &self.sides[position];
            asked(position).iter().fold(0, |columns, &quantity| columns | side.columns_of(quantity))
        };
        let columns = positions.iter().fold(set.columns, |columns, &position| columns | of_side(position));
        self.grouped(classes, columns, &|class| {
            let of = |&position: &usize| self.sides[position].counted_in(self, position, class, asked(position));
            positions.iter().flat_map(of).collect()
        })
    }

    /// Classes by which quantities count them.
    fn grouped(&self, classes: &[u32], columns: Columns, counted: &dyn Fn(u32) -> Vec<(usize, usize)>) -> Vec<Alike> {
        let mut groups: BTreeMap<Vec<(usize, usize)>, Alike> = BTreeMap::new();
        for &class in classes {
            let counted = counted(class);
            if counted.is_empty() {
                continue;
            }
            let set = Set { count: 0, mark: 0, columns };
            let alike = || Alike { counted: counted.clone(), set, classes: Vec::new() };
            let alike = groups.entry(counted.clone()).or_insert_with(alike);
            alike.set.add(self.together.classes[class as usize].count, self.marks[class as usize]);
            alike.classes.push(class);
        }
        groups.into_values().collect()
    }

    fn relations(&self, asking: &Asking<'_>, relations: &mut Relations) {
        // The figures of each layer by place, and all of each table.
        let figures: Vec<Vec<Vec<Option<usize>>>> = self
            .sides
            .iter()
            .map(|side| {
                let of_layer = |records: &Records| {
                    let places = side.places.iter().zip(&records.sets);
                    let figure = |(place, (_, set)): (&Place, &(Vec<u32>, Set))| {
                        (asking.figure)(side.table, records.layer, place, *set).filter(|_| set.count > 0)
                    };
                    places.map(figure).collect()
                };
                side.layers.iter().map(of_layer).collect()
            })
            .collect();
        let of_side = |(side, layers): (&Side, &Vec<Vec<Option<usize>>>)| {
            let printed = layers.iter().flat_map(|layer| layer.iter().zip(&side.places));
            printed.filter(|(_, place)| !matches!(place, Place::With(_))).filter_map(|(figure, _)| *figure).collect()
        };
        let known: Vec<HashSet<usize>> = self.sides.iter().zip(&figures).map(of_side).collect();
        // Layers without a figure have nothing to do with what is asked.
        let has_figures = |of: usize, layer: usize| figures[of][layer].iter().any(Option::is_some);
        let layers: Vec<(usize, usize)> = (0..self.sides.len())
            .flat_map(|of| (0..self.sides[of].layers.len()).map(move |layer| (of, layer)))
            .filter(|&(of, layer)| has_figures(of, layer))
            .collect();
        let mut seen: HashSet<usize> = HashSet::new();
        let most_places = self.sides.iter().map(|side| side.places.len()).max().unwrap_or(0);
        let mut scratch = Scratch { shared: vec![0; most_places], taken: vec![false; self.together.classes.len()] };
        let mut steps = 0;
        for &(of, own) in &layers {
            let side = &self.sides[of];
            let places = side.layers[own].sets.iter().zip(&figures[of][own]).zip(&side.places);
            for (((classes, set), whole), place) in places {
                let Some(whole) = *whole else { continue };
                if !seen.insert(whole) {
                    continue;
                }
                // What lacks one category or another need not be decided by the columns of both.
                let columns = if let Place::Note(_) = place { side.about } else { set.columns };
                let wanted = Wanted { whole, set: *set, columns, classes };
                // A table that has the figure itself tells by its own sums what it is made of.
                for &(other, layer) in layers.iter().filter(|(other, _)| !known[*other].contains(&whole)) {
                    if steps > MOST_STEPS {
                        relations.not_compared.extend([side.table, self.sides[other].table]);
                        continue;
                    }
                    let at = (other, layer, &figures[other][layer][..]);
                    let found = self.look(&wanted, at, asking, &mut scratch, &mut steps);
                    // What one of them leaves over may be known from a third.
                    for Relation { parts, rest, classes, .. } in &found {
                        let tells = (asking.may_tell)(whole, parts, *rest);
                        if rest.count == 0 || tells && (asking.is_sensitive)(*rest, self.number, classes) {
                            continue;
                        }
                        let wanted = Wanted { whole, set: *rest, columns, classes };
                        for &(third, layer) in &layers {
                            if (third, layer) == (of, own) || third == other || steps > MOST_STEPS {
                                continue;
                            }
                            let at = (third, layer, &figures[third][layer][..]);
                            let more = self.look(&wanted, at, asking, &mut scratch, &mut steps);
                            relations.found.extend(more.into_iter().map(|mut relation| {
                                relation.parts.extend(parts);
                                relation.parts.sort_unstable();
                                asking.kept(relation)
                            }));
                        }
                    }
                    relations.found.extend(found.into_iter().map(|relation| asking.kept(relation)));
                }
            }
        }
    }

    /// Looks for the parts of a figure in a layer of another table.
    fn look(
        &self,
        wanted: &Wanted<'_>,
        (other, layer, figures): (usize, usize, &[Option<usize>]),
        asking: &Asking<'_>,
        scratch: &mut Scratch,
        steps: &mut u64,
    ) -> Vec<Relation> {
        let (side, mut found) = (&self.sides[other], Vec::new());
        let records = &side.layers[layer];
        *steps += 1;
        if wanted.columns & !side.columns(records) != 0 {
            return found;
        }
        *steps += wanted.classes.len() as u64;
        let mut touched: Vec<u32> = Vec::new();
        for &class in wanted.classes {
            let class = &self.together.classes[class as usize];
            let standing = class.standings[other] as usize;
            for &place in side.places_of[standing].iter().filter(|_| records.counts[standing]) {
                *steps += 1;
                let shared = &mut scratch.shared[place as usize];
                if *shared == 0 {
                    touched.push(place);
                }
                *shared += class.count;
            }
        }
        let is_held = |place: &u32| {
            let set = records.sets[*place as usize].1;
            scratch.shared[*place as usize] == set.count && wanted.columns & !set.columns == 0
        };
        let held = touched.iter().filter(|place| is_held(place)).filter_map(|&place| {
            let (classes, set) = &records.sets[place as usize];
            Some(Part { place, figure: figures[place as usize]?, set: *set, classes })
        });
        let mut held: Vec<Part<'_>> = held.filter(|part| part.figure != wanted.whole).collect();
        touched.iter().for_each(|&place| scratch.shared[place as usize] = 0);
        // Each figure that lacks but few of its records: both can be shown, and those few are their difference.
        for part in &held {
            let rest = wanted.set.without(part.set);
            if rest.count > 0 && (asking.may_tell)(wanted.whole, &[part.figure], rest) {
                let left = left_over(wanted.classes, part.classes, &mut scratch.taken);
                *steps += wanted.classes.len() as u64;
                if (asking.is_sensitive)(rest, self.number, &left) {
                    found.push(Relation {
                        whole: wanted.whole,
                        parts: vec![part.figure],
                        rest,
                        kind: self.number,
                        classes: left,
                    });
                }
            }
        }
        // The fewest figures that hold all that can be found of it, by the dimensions that have to do with it.
        let fixed = |part: &Part<'_>| side.fixed(part.place).count();
        held.retain(|part| side.fixed(part.place).all(|columns| columns & wanted.set.columns != 0));
        held.sort_by_cached_key(|part| (std::cmp::Reverse(part.set.count), fixed(part), part.place));
        let is_cell = |part: &&Part<'_>| matches!(side.places[part.place as usize], Place::Cell(_));
        for parts in [held.iter().collect(), held.iter().filter(is_cell).collect::<Vec<_>>()] {
            found.extend(self.cover(wanted, &parts, &mut scratch.taken));
        }
        found
    }

    /// A figure as the sum of the largest of its parts that share no record, and what they leave.
    fn cover(&self, wanted: &Wanted<'_>, held: &[&Part<'_>], taken: &mut [bool]) -> Option<Relation> {
        let (mut parts, mut rest) = (Vec::new(), wanted.set);
        let mut classes: Vec<u32> = Vec::new();
        for part in held {
            if part.classes.iter().all(|&class| !taken[class as usize]) {
                part.classes.iter().for_each(|&class| taken[class as usize] = true);
                classes.extend(part.classes);
                parts.push(part.figure);
                rest = rest.without(part.set);
            }
        }
        classes.iter().for_each(|&class| taken[class as usize] = false);
        let classes = left_over(wanted.classes, &classes, taken);
        parts.sort_unstable();
        (!parts.is_empty()).then_some(Relation { whole: wanted.whole, parts, rest, kind: self.number, classes })
    }
}

/// The classes of a whole that are not of a part.
fn left_over(whole: &[u32], part: &[u32], taken: &mut [bool]) -> Vec<u32> {
    part.iter().for_each(|&class| taken[class as usize] = true);
    let left = whole.iter().filter(|class| !taken[**class as usize]).copied().collect();
    part.iter().for_each(|&class| taken[class as usize] = false);
    left
}
/// A figure whose parts are looked for.
struct Wanted<'w> {
    whole: usize,
    set: Set,
    /// The columns that must decide of its parts as well.
    columns: Columns,
    classes: &'w [u32],
}

/// A figure all of whose records are in the one whose parts are looked for.
struct Part<'p> {
    place: u32,
    figure: usize,
    set: Set,
    classes: &'p [u32],
}

/// Bits for a class of a kind of records: SplitMix64.
fn random(kind: usize, class: usize) -> u64 {
    let seed = (kind as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93).wrapping_add(class as u64);
    let mixed = seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
