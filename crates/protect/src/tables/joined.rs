//! Which figures of several tables count the same records, and which are sums or differences of others.
//!
//! It is told from the records themselves: a figure is the set of the records that it counts, whatever filter, periods and
//! categories chose them. So nothing need be known of what a filter means, and a table of 2022 is a part of one of three
//! years as a band "under 20" is a part of "under 25". What happens to be so without having to be is kept out by the columns
//! that decide: a figure is taken to hold another only where all columns that decide of it decide of the other as well.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use candour_model::{Cells, Coord, LeftOutReason, Standing, Together};

use super::{Reads, TableKey, is_of_category};

/// So many steps are taken to find figures that hold others: some seconds.
const MOST_STEPS: u64 = 1 << 31;

/// Columns, one a bit. Beyond the last bit columns share them, and more figures may be joined than need be.
type Columns = u128;

/// A set of records: how many, a mark of which they are, and the columns that decide that they are in it.
///
/// The mark is the sum of 128 random bits for each class of records that stand alike, so that marks add up as counts do, and
/// two sets with the same mark are the same but by a chance that can be left out of account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Set {
    pub(super) count: u64,
    mark: u128,
    columns: Columns,
}

/// A figure that is the sum of others, and of a rest that no table need show.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Relation {
    pub(super) whole: usize,
    pub(super) parts: Vec<usize>,
    /// What of the whole is in no part.
    pub(super) rest: Set,
}

/// The figure of a table's quantity at a place, where it counts the set of records that stands there.
pub(super) type Figure<'f> = dyn Fn(usize, usize, &Place, Set) -> Option<usize> + 'f;

/// Where a table has a figure.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// In a cell or margin.
    Cell(Vec<Coord>),
    /// There, with the records that stand there and that it leaves out for want of a category elsewhere. Nobody prints these.
    With(Vec<Coord>),
    /// Among the numbers of records that it leaves out, of which this is the position.
    Note(usize),
}

/// What follows from the tables together.
#[derive(Debug, Default)]
pub(super) struct Relations {
    pub(super) found: Vec<Relation>,
    /// Tables that were not compared with all others, for the work that it would be.
    pub(super) not_compared: BTreeSet<usize>,
}

/// The tables of a release as sets of records.
pub(super) struct Joined<'j> {
    kinds: Vec<Kind<'j>>,
    /// For each table of the release: its kind of records, and its position among the tables about them.
    at: Vec<Option<(usize, usize)>>,
}

/// Tables about records of one kind.
struct Kind<'j> {
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
    /// The number of records first, then each measure that counts some of them.
    layers: Vec<Layer>,
}

/// One quantity of a table.
struct Layer {
    quantity: usize,
    columns: Columns,
    /// For each way in which records stand in the table, whether it counts them.
    counts: Vec<bool>,
    /// At each place, the classes that it counts, and the set that they are.
    sets: Vec<(Vec<u32>, Set)>,
}

impl<'j> Joined<'j> {
    pub(super) fn new(together: &'j [Together], tables: &[Cells], keys: &[TableKey]) -> Self {
        let mut at = vec![None; tables.len()];
        let mut bits = BTreeMap::new();
        let kinds = together.iter().enumerate().map(|(number, together)| {
            let class =
                |class: usize| u128::from(random(number, 2 * class)) << 64 | u128::from(random(number, 2 * class + 1));
            let marks: Vec<u128> = (0..together.classes.len()).map(class).collect();
            let sides = together.tables.iter().enumerate().map(|(position, &table)| {
                at[table] = Some((number, position));
                Side::new(together, position, &tables[table], &keys[table].reads, &marks, &mut bits)
            });
            let sides = sides.collect();
            Kind { together, marks, sides }
        });
        let kinds = kinds.collect();
        Self { kinds, at }
    }

    fn side(&self, table: usize) -> Option<(&Kind<'j>, usize, &Side)> {
        let (kind, position) = (*self.at.get(table)?)?;
        let kind = &self.kinds[kind];
        Some((kind, position, &kind.sides[position]))
    }

    /// The records that a table counts at a place in one of its quantities, if there is one.
    pub(super) fn set(&self, table: usize, quantity: usize, place: &Place) -> Option<Set> {
        let (_, _, side) = self.side(table)?;
        let layer = side.layers.iter().find(|layer| layer.quantity == quantity)?;
        Some(layer.sets[*side.numbers.get(place)? as usize].1).filter(|set| set.count > 0)
    }

    /// The places at which a table leaves records out for want of a category elsewhere, each with the set of all records
    /// there; in order.
    pub(super) fn with(&self, table: usize) -> Vec<(&[Coord], Set)> {
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
    pub(super) fn lacking(&self, table: usize) -> BTreeMap<Vec<LeftOutReason>, Set> {
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

    /// What follows from tables about the same kind of records. Figures below `threshold`
    /// are small.
    pub(super) fn relations(&self, threshold: u64, figure: &Figure<'_>) -> Relations {
        let mut relations = Relations::default();
        for kind in &self.kinds {
            kind.relations(threshold, figure, &mut relations);
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
    pub(super) fn without(self, part: Self) -> Self {
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
        reads: &Reads,
        marks: &[u128],
        bits: &mut BTreeMap<(usize, usize), u32>,
    ) -> Self {
        let mut columns = |read: &BTreeSet<(usize, usize)>| {
            read.iter().fold(0, |columns: Columns, column| {
                let next = u32::try_from(bits.len()).unwrap_or(u32::MAX) % Columns::BITS;
                columns | 1 << *bits.entry(*column).or_insert(next)
            })
        };
        let about = columns(&reads.scope);
        let dimensions: Vec<Columns> = reads.dimensions.iter().map(&mut columns).collect();
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
        let quantities = cells.quantities.iter().enumerate();
        let quantities = quantities.filter(|(quantity, facts)| *quantity == 0 || facts.counts_records());
        let layers = quantities.map(|(quantity, _)| {
            let own = if quantity == 0 { 0 } else { reads.quantities.get(quantity).map_or(0, &mut columns) };
            let counts: Vec<bool> =
                standings.iter().map(|standing| quantity == 0 || standing.counted.contains(&quantity)).collect();
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
                for &place in places_of[standing].iter().filter(|_| counts[standing]) {
                    let (classes, set) = &mut sets[place as usize];
                    classes.push(number);
                    set.add(class.count, *mark);
                }
            }
            Layer { quantity, columns: own, counts, sets }
        });
        let layers = layers.collect();
        let table = together.tables[position];
        Self { table, scope, about, dimensions, places, numbers, places_of, layers }
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
    fn columns(&self, layer: &Layer) -> Columns {
        self.dimensions.iter().fold(self.scope | layer.columns, |columns, dimension| columns | dimension)
    }
}

/// What is needed while the figures of one table are looked for in another: by place, how many records they share; by class,
/// whether a part has it already.
struct Scratch {
    shared: Vec<u64>,
    taken: Vec<bool>,
}

impl Kind<'_> {
    fn relations(&self, threshold: u64, figure: &Figure<'_>, relations: &mut Relations) {
        // The figures of each layer by place, and all of each table.
        let figures: Vec<Vec<Vec<Option<usize>>>> = self
            .sides
            .iter()
            .map(|side| {
                let of_layer = |layer: &Layer| {
                    let places = side.places.iter().zip(&layer.sets);
                    places.map(|(place, (_, set))| figure(side.table, layer.quantity, place, *set)).collect()
                };
                side.layers.iter().map(of_layer).collect()
            })
            .collect();
        let of_side = |(side, layers): (&Side, &Vec<Vec<Option<usize>>>)| {
            let printed = layers.iter().flat_map(|layer| layer.iter().zip(&side.places));
            printed.filter(|(_, place)| !matches!(place, Place::With(_))).filter_map(|(figure, _)| *figure).collect()
        };
        let known: Vec<HashSet<usize>> = self.sides.iter().zip(&figures).map(of_side).collect();
        let mut seen: HashSet<usize> = HashSet::new();
        let most_places = self.sides.iter().map(|side| side.places.len()).max().unwrap_or(0);
        let mut scratch = Scratch { shared: vec![0; most_places], taken: vec![false; self.together.classes.len()] };
        let mut steps = 0;
        for (of, side) in self.sides.iter().enumerate() {
            for (layer, figures_here) in side.layers.iter().zip(&figures[of]) {
                for (((classes, set), whole), place) in layer.sets.iter().zip(figures_here).zip(&side.places) {
                    let Some(whole) = *whole else { continue };
                    if set.count == 0 || !seen.insert(whole) {
                        continue;
                    }
                    // What lacks one category or another need not be decided by the columns of both.
                    let columns = if let Place::Note(_) = place { side.about } else { set.columns };
                    // A table that has the figure itself tells by its own sums what it is made of.
                    let others: Vec<usize> =
                        (0..self.sides.len()).filter(|&other| !known[other].contains(&whole)).collect();
                    let wanted = Wanted { whole, set: *set, columns, classes };
                    for &other in &others {
                        if steps > MOST_STEPS {
                            relations.not_compared.extend([side.table, self.sides[other].table]);
                            continue;
                        }
                        let found = self.look(&wanted, other, &figures[other], threshold, &mut scratch, &mut steps);
                        // What one of them leaves over may be known from a third.
                        for (Relation { parts, rest, .. }, classes) in &found {
                            let wanted = Wanted { whole, set: *rest, columns, classes };
                            for &third in others.iter().filter(|&&third| third != other && rest.count >= threshold) {
                                let more =
                                    self.look(&wanted, third, &figures[third], threshold, &mut scratch, &mut steps);
                                relations.found.extend(more.into_iter().map(|(mut relation, _)| {
                                    relation.parts.extend(parts);
                                    relation.parts.sort_unstable();
                                    relation
                                }));
                            }
                        }
                        relations.found.extend(found.into_iter().map(|(relation, _)| relation));
                    }
                }
            }
        }
    }

    /// Looks for the parts of a figure in another table; each find comes with the classes of its rest.
    fn look(
        &self,
        wanted: &Wanted<'_>,
        other: usize,
        figures: &[Vec<Option<usize>>],
        threshold: u64,
        scratch: &mut Scratch,
        steps: &mut u64,
    ) -> Vec<(Relation, Vec<u32>)> {
        let mut found = Vec::new();
        for (layer, figures) in self.sides[other].layers.iter().zip(figures) {
            *steps += self.look_at(wanted, (other, layer, figures), threshold, scratch, &mut found);
        }
        found
    }

    /// Looks for the parts of a figure in a quantity of another table. Gives how many steps it took.
    fn look_at(
        &self,
        wanted: &Wanted<'_>,
        (other, layer, figures): (usize, &Layer, &[Option<usize>]),
        threshold: u64,
        scratch: &mut Scratch,
        found: &mut Vec<(Relation, Vec<u32>)>,
    ) -> u64 {
        let side = &self.sides[other];
        if wanted.columns & !side.columns(layer) != 0 {
            return 1;
        }
        let mut steps = wanted.classes.len() as u64;
        let mut touched: Vec<u32> = Vec::new();
        for &class in wanted.classes {
            let class = &self.together.classes[class as usize];
            let standing = class.standings[other] as usize;
            for &place in side.places_of[standing].iter().filter(|_| layer.counts[standing]) {
                steps += 1;
                let shared = &mut scratch.shared[place as usize];
                if *shared == 0 {
                    touched.push(place);
                }
                *shared += class.count;
            }
        }
        let is_held = |place: &u32| {
            let set = layer.sets[*place as usize].1;
            scratch.shared[*place as usize] == set.count && wanted.columns & !set.columns == 0
        };
        let held = touched.iter().filter(|place| is_held(place)).filter_map(|&place| {
            let (classes, set) = &layer.sets[place as usize];
            Some(Part { place, figure: figures[place as usize]?, set: *set, classes })
        });
        let mut held: Vec<Part<'_>> = held.filter(|part| part.figure != wanted.whole).collect();
        touched.iter().for_each(|&place| scratch.shared[place as usize] = 0);
        // Each figure that lacks but few of its records: both can be shown, and those few are their difference.
        for part in &held {
            let rest = wanted.set.without(part.set);
            if (1..threshold).contains(&rest.count) && part.set.count >= threshold {
                found.push((Relation { whole: wanted.whole, parts: vec![part.figure], rest }, Vec::new()));
            }
        }
        // The fewest figures that hold all that can be found of it, by the dimensions that have to do with it.
        let fixed = |part: &Part<'_>| side.fixed(part.place).count();
        held.retain(|part| side.fixed(part.place).all(|columns| columns & wanted.set.columns != 0));
        held.sort_by_cached_key(|part| (std::cmp::Reverse(part.set.count), fixed(part), part.place));
        let is_cell = |part: &&Part<'_>| matches!(side.places[part.place as usize], Place::Cell(_));
        for parts in [held.iter().collect(), held.iter().filter(is_cell).collect::<Vec<_>>()] {
            found.extend(cover(wanted, &parts, &mut scratch.taken));
        }
        steps
    }
}

/// A figure as the sum of the largest of its parts that share no record, and what they leave, with the classes of that.
fn cover(wanted: &Wanted<'_>, held: &[&Part<'_>], taken: &mut [bool]) -> Option<(Relation, Vec<u32>)> {
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
    let left = wanted.classes.iter().filter(|class| !taken[**class as usize]).copied().collect();
    classes.iter().for_each(|&class| taken[class as usize] = false);
    parts.sort_unstable();
    (!parts.is_empty()).then_some((Relation { whole: wanted.whole, parts, rest }, left))
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
