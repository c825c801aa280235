//! Who makes up sums: how many contribute to each cell and margin, and the largest contributions.
//!
//! A contributor is a record. Where the record table names a person, it is the person, whose contributions to a figure are
//! added up first, so they are gathered by person and counted for each margin anew. Those of records that name nobody need
//! no more than the largest of each finest cell: a record stands in one of these, so the largest of a margin are among them.

use std::collections::{BTreeMap, HashMap};

use candour_model::{Cells, Contributed, Contributors, Coord, Grid, grid};
use candour_spec::{ColumnRef, QuantitySpec, TableSpec, Tally};

/// So many contributions are gathered before those of the same person to the same cell are joined.
const GATHERED: usize = 2 << 20;

/// What is asked of the contributors to a table's sums.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    /// How many of the largest contributions are kept.
    pub(crate) largest: usize,
    /// The column that names a person, if the records have one.
    pub(crate) person: Option<ColumnRef>,
}

/// Which contributions belong together. Positions are those among a table's quantities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// A sum.
    pub(crate) sum: usize,
    /// The number of the records that it is of, if that is counted too; otherwise that of all records.
    records: usize,
}

/// The sums of a table.
pub(crate) fn wanted(table: &TableSpec) -> Vec<Wanted> {
    let quantities = || table.quantities.iter().enumerate();
    let mut found = Vec::new();
    for (sum, quantity) in quantities() {
        let Tally::Sum { .. } = &quantity.tally else { continue };
        let is_number = |(at, other): (usize, &QuantitySpec)| {
            (other.tally == Tally::Records && other.filter == quantity.filter).then_some(at)
        };
        let records = quantities().find_map(is_number).unwrap_or(0);
        found.push(Wanted { sum, records });
    }
    found
}

/// The contributors to one figure, as far as they are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Top {
    people: i128,
    sum: i128,
    size: i128,
    /// The largest contributions without signs, the largest first.
    largest: Vec<i128>,
}

impl Top {
    fn add(&mut self, contribution: i128, most: usize) {
        self.people += 1;
        self.sum += contribution;
        self.size += contribution.abs();
        self.keep(contribution.abs(), most);
    }

    fn join(&mut self, other: &Self, most: usize) {
        self.people += other.people;
        self.sum += other.sum;
        self.size += other.size;
        other.largest.iter().for_each(|&size| self.keep(size, most));
    }

    fn keep(&mut self, size: i128, most: usize) {
        let at = self.largest.partition_point(|known| *known >= size);
        if at < most {
            self.largest.insert(at, size);
            self.largest.truncate(most);
        }
    }

    fn row(mut self, most: usize) -> Vec<i128> {
        self.largest.resize(most, 0);
        Contributed { people: self.people, sum: self.sum, size: self.size, largest: &self.largest }.row()
    }
}

/// The contributions to one sum that one thread has seen.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// Those of records that name nobody, by finest cell.
    alone: HashMap<u64, Top>,
    /// Finest cell, person, and what the person contributes to it.
    named: Vec<(u64, i64, i128)>,
    joined: usize,
    /// The lowest contribution of a record.
    lowest: Option<i64>,
}

impl Gathered {
    pub(crate) fn push(&mut self, cell: u64, person: Option<i64>, value: i64, most: usize) {
        self.lowest = Some(self.lowest.map_or(value, |lowest| lowest.min(value)));
        let Some(person) = person else {
            self.alone.entry(cell).or_default().add(i128::from(value), most);
            return;
        };
        self.named.push((cell, person, i128::from(value)));
        if self.named.len() > 2 * self.joined + GATHERED {
            join(&mut self.named);
            self.joined = self.named.len();
        }
    }

    /// How many contributions are kept apart.
    pub(crate) fn len(&self) -> usize {
        self.joined
    }

    /// Takes in what another thread has seen.
    pub(crate) fn absorb(&mut self, other: Self, most: usize) {
        #[expect(clippy::iter_over_hash_type, reason = "sums and largest ones do not depend on the order")]
        for (cell, top) in other.alone {
            self.alone.entry(cell).or_default().join(&top, most);
        }
        self.named.extend(other.named);
        self.lowest = match (self.lowest, other.lowest) {
            (Some(own), Some(other)) => Some(own.min(other)),
            (own, other) => own.or(other),
        };
    }

    /// The contributors at every cell and margin of a table.
    pub(crate) fn finish(mut self, cells: &Cells, wanted: Wanted, most: usize) -> Contributors {
        join(&mut self.named);
        let sizes = cells.finest.sizes();
        let mut finest: BTreeMap<u64, Top> = self.alone.into_iter().collect();
        // Margins by which dimensions they sum over, so that those of one kind are in memory at a time.
        let mut places: BTreeMap<u64, Vec<(u64, u64)>> = BTreeMap::new();
        for cell in finest.keys().copied().chain(self.named.iter().map(|(cell, ..)| *cell)) {
            places.entry(cell).or_insert_with(|| {
                let found = cells.places_of(&grid::unpack(sizes, cell));
                found.iter().map(|place| (pattern(place), cells.key_of(place))).collect()
            });
        }
        let mut patterns: Vec<u64> = places.values().flatten().map(|(pattern, _)| *pattern).collect();
        patterns.sort_unstable();
        patterns.dedup();
        let mut figures: BTreeMap<u64, Top> = BTreeMap::new();
        for pattern in patterns {
            let at = |cell: u64| places[&cell].iter().filter(|(own, _)| *own == pattern).map(|(_, key)| *key);
            for (cell, top) in &finest {
                at(*cell).for_each(|key| figures.entry(key).or_default().join(top, most));
            }
            let mut spread: Vec<(u64, i64, i128)> = Vec::new();
            for &(cell, person, value) in &self.named {
                spread.extend(at(cell).map(|key| (key, person, value)));
            }
            join(&mut spread);
            for (key, _, value) in spread {
                figures.entry(key).or_default().add(value, most);
            }
        }
        for (cell, _, value) in self.named {
            finest.entry(cell).or_default().add(value, most);
        }
        let width = Contributors::width(most);
        let rows = |tops: BTreeMap<u64, Top>| tops.into_iter().map(move |(key, top)| (key, top.row(most)));
        Contributors {
            sum: wanted.sum,
            records: wanted.records,
            lowest: i128::from(self.lowest.unwrap_or(0)),
            figures: Grid::new(cells.place_sizes(), width, rows(figures)),
            finest: Grid::new(sizes.to_vec(), width, rows(finest)),
        }
    }
}

/// Joins what one person contributes to one figure.
fn join(contributions: &mut Vec<(u64, i64, i128)>) {
    contributions.sort_unstable_by_key(|&(cell, person, _)| (cell, person));
    contributions.dedup_by(|later, earlier| {
        let alike = (later.0, later.1) == (earlier.0, earlier.1);
        if alike {
            earlier.2 += later.2;
        }
        alike
    });
}

/// Which dimensions a place sums over, as bits.
fn pattern(place: &[Coord]) -> u64 {
    place.iter().fold(0, |pattern, coord| pattern << 1 | u64::from(*coord == Coord::Total))
}

#[cfg(test)]
mod tests {
    use super::*;
    use candour_model::{Atoms, Axis, Category, CategoryKind, Dimension, Quantity};
    use proptest::prelude::*;

    /// A dimension of two categories that overlap, one of two years, and one of two months in each.
    fn cells() -> Cells {
        let dimension = |id: &str, parents: &[Option<u32>], rolls_up_to: Option<usize>, overlaps: bool| Dimension {
            id: id.into(),
            label: id.into(),
            axis: Axis::Rows,
            rolls_up_to,
            overlaps,
            categories: parents
                .iter()
                .enumerate()
                .map(|(at, &parent)| Category {
                    parent,
                    ..Category::new(at.to_string(), at.to_string(), CategoryKind::Code { group: None })
                })
                .collect(),
        };
        let dimensions = vec![
            dimension("kind", &[None, None], None, true),
            dimension("year", &[None, None], None, false),
            dimension("month", &[Some(0), Some(0), Some(1), Some(1)], Some(1), false),
        ];
        let atoms = vec![Atoms::alone([vec![0], vec![1], vec![0, 1]]), Atoms::plain(2), Atoms::plain(4)];
        let sizes = atoms.iter().map(Atoms::count).collect();
        Cells {
            table: "t".into(),
            dimensions,
            atoms,
            quantities: vec![Quantity::RECORDS],
            labels: vec![String::new()],
            finest: Grid::new(sizes, 1, Vec::new()),
            apart: None,
            left_out: Vec::new(),
            relation: None,
            contributors: Vec::new(),
        }
    }

    /// The kinds of a record, its month, whom it names, and what it contributes.
    type Record = (u32, u32, Option<i64>, i64);

    fn record() -> impl Strategy<Value = Record> {
        (0_u32..3, 0_u32..4, proptest::option::of(0_i64..5), -20_i64..60)
    }

    const ALL: Wanted = Wanted { sum: 1, records: 0 };

    proptest! {
        #[test]
        fn every_margin_is_a_recount(records in proptest::collection::vec(record(), 0..40), split in 0_usize..40) {
            let cells = cells();
            let most = 2;
            // Two threads, one after the other.
            let mut threads = [Gathered::default(), Gathered::default()];
            for (at, &(kind, month, person, value)) in records.iter().enumerate() {
                let cell = grid::pack(cells.finest.sizes(), &[kind, month / 2, month]);
                threads[usize::from(at >= split)].push(cell, person, value, most);
            }
            let [mut gathered, other] = threads;
            gathered.absorb(other, most);
            let found = gathered.finish(&cells, ALL, most);
            prop_assert_eq!(found.lowest, i128::from(records.iter().map(|record| record.3).min().unwrap_or(0)));
            let kinds = [None, Some(0), Some(1)];
            let years = [None, Some(0), Some(1)];
            let months = [None, Some(0), Some(1), Some(2), Some(3)];
            for kind in kinds {
                for year in years {
                    for month in months {
                        let stands = |record: &&Record| {
                            kind.is_none_or(|kind| record.0 == kind || record.0 == 2)
                                && year.is_none_or(|year| record.1 / 2 == year)
                                && month.is_none_or(|month| record.1 == month)
                        };
                        // A month is never fixed below a sum over the years.
                        if year.is_none() && month.is_some() {
                            continue;
                        }
                        let mut by_person: BTreeMap<(Option<i64>, usize), i128> = BTreeMap::new();
                        for (at, record) in records.iter().enumerate().filter(|(_, record)| stands(record)) {
                            let own = if record.2.is_some() { 0 } else { at };
                            *by_person.entry((record.2, own)).or_default() += i128::from(record.3);
                        }
                        let mut largest: Vec<i128> = by_person.values().map(|value| value.abs()).collect();
                        largest.sort_unstable_by(|left, right| right.cmp(left));
                        let size = largest.iter().sum();
                        largest.resize(most.max(largest.len()), 0);
                        let expected = Contributed {
                            people: by_person.len() as i128,
                            sum: by_person.values().sum(),
                            size,
                            largest: &largest[..most],
                        };
                        let coord = |at: Option<u32>| at.map_or(Coord::Total, Coord::At);
                        let shown = found.at(&cells.dimensions, &[coord(kind), coord(year), coord(month)]);
                        prop_assert_eq!(shown.people, expected.people);
                        prop_assert_eq!((shown.sum, shown.size), (expected.sum, expected.size));
                        if expected.people > 0 {
                            prop_assert_eq!(shown, expected);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn what_one_person_contributes_is_added_up_for_each_margin() {
        let cells = cells();
        let mut gathered = Gathered::default();
        // Six of one person in January and five of the same in February, seven of another.
        let at = |month: u32| grid::pack(cells.finest.sizes(), &[0, 0, month]);
        gathered.push(at(0), Some(1), 6, 2);
        gathered.push(at(1), Some(1), 5, 2);
        gathered.push(at(1), Some(2), 7, 2);
        let found = gathered.finish(&cells, ALL, 2);
        let at = |month| found.at(&cells.dimensions, &[Coord::Total, Coord::At(0), month]);
        assert_eq!((at(Coord::At(1)).people, at(Coord::At(1)).largest), (2, &[7, 5][..]));
        assert_eq!((at(Coord::Total).people, at(Coord::Total).largest), (2, &[11, 7][..]));
    }
}
