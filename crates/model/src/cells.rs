//! Counted cells: the finest ones from one scan of the records, and the margins that follow from them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::Dimension;
use crate::grid::{self, Grid, Sums};

/// Where a figure stands on one dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Coord {
    /// At the category with this position.
    At(u32),
    /// Over all categories.
    Total,
    /// Over the categories that are not shown on their own, in a table of the highest few.
    Rest,
}

/// Why records are not in any of a table's cells although they match its filter, or may match it; and one doubt about those
/// that are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum LeftOutReason {
    /// The value of this dimension is not recorded, and the table does not show that as a category.
    NotRecorded {
        /// The dimension's position.
        dimension: usize,
    },
    /// The value of this dimension is recorded, but is none of the categories that the table lists.
    NotListed {
        /// The dimension's position.
        dimension: usize,
    },
    /// Records may be left out for several of these reasons: each of them once. Stands only where there is more than one.
    Any,
    /// The date that decides whether they fall in the table's periods is not recorded.
    Undated,
    /// The source system holds them as cancelled.
    Cancelled,
    /// So it does, and of these it could not be told besides whether they match or fall in the periods.
    CancelledUndecided,
    /// They are counted, and it is not recorded whether they are cancelled.
    MaybeCancelled,
    /// They ceased to count on a day before the one from which they count, so they are in no stock.
    EndBeforeTheyBegin,
    /// The filter has no answer, since a column that it reads is not recorded.
    FilterUnknown,
}

/// A number of records that a table leaves out, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Why.
    pub reason: LeftOutReason,
    /// How many.
    pub count: u64,
}

/// How the records of a table relate to the records that they hang on (victims to offences): the figures that a reader
/// needs who tries to reconcile two tables of different units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relation {
    /// Parent records that meet the table's filter and fall in its periods.
    pub parents: u64,
    /// Those with no record of the table's unit.
    pub without: u64,
    /// Those with two or more.
    pub several: u64,
}

/// What is counted in each cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity {
    /// Whether cells that share no record add up to their margin. Distinct keys, medians, minima and maxima do not.
    pub adds: bool,
    /// Digits after the point; the engine's numbers are in units of the last one.
    pub places: u8,
    /// Whether it is zero where there is no record; a median of nothing is nothing.
    pub zero_of_none: bool,
    /// Whether it is a number of records or of things, whose smallness may point at somebody.
    pub is_count: bool,
    /// Whether only its grand total is ever shown, in a note.
    pub for_note: bool,
}

impl Quantity {
    /// The number of records.
    pub const RECORDS: Self = Self { adds: true, places: 0, zero_of_none: true, is_count: true, for_note: false };

    /// Whether its figures are numbers of records: they add up, and are more than a note.
    pub fn counts_records(self) -> bool {
        self.is_count && self.adds && !self.for_note
    }
}

/// A number before disclosure control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// In units of the quantity's last place.
    Value(i128),
    /// There is nothing of which it could be said.
    Undefined,
    /// It does not add up, and nobody asked for it here.
    NotCounted,
}

/// The categories of a record on several levels of one column, outer before inner.
pub type Path = Vec<u32>;

/// The sets of categories of one dimension that a record may stand in: one number of a finest cell for each.
///
/// Mostly each category is a set by itself. Where categories overlap ("of which" rows, a code in several groups, bands
/// that share an age) each combination that can occur is one, so that a total is a sum over sets and counts no record twice.
///
/// Where dimensions before this one go by the same column, a category alone does not tell where a code stands: what is
/// "Other" in one group and "Special" in another is not "Special" in the first. A set then holds paths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Atoms {
    /// The dimensions before this one that go by the same column, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<usize>,
    /// The sets, each of paths that name one category of each dimension of `with`, and one of this one last.
    pub sets: Vec<Vec<Path>>,
}

impl Atoms {
    /// Sets of categories of a dimension that goes by a column of its own.
    pub fn alone(sets: impl IntoIterator<Item = Vec<u32>>) -> Self {
        let paths = |set: Vec<u32>| set.into_iter().map(|category| vec![category]).collect();
        Self { with: Vec::new(), sets: sets.into_iter().map(paths).collect() }
    }

    /// One for each category.
    pub fn plain(categories: usize) -> Self {
        Self::alone((0..u32::try_from(categories).unwrap_or(u32::MAX)).map(|at| vec![at]))
    }

    /// How many sets there are.
    pub fn count(&self) -> u32 {
        u32::try_from(self.sets.len()).unwrap_or(u32::MAX)
    }

    /// The categories of a set.
    pub fn categories(&self, atom: u32) -> BTreeSet<u32> {
        self.sets[atom as usize].iter().filter_map(|path| path.last()).copied().collect()
    }

    /// The categories of each set.
    fn by_set(&self) -> Vec<Vec<u32>> {
        (0..self.count()).map(|atom| self.categories(atom).into_iter().collect()).collect()
    }

    /// The categories of a set that fit what the dimensions before this one are fixed at. `fixed` tells that of a
    /// dimension: a category, or None where it is summed over.
    pub fn fitting(&self, atom: u32, fixed: impl Fn(usize) -> Option<u32>) -> Vec<u32> {
        let fits = |path: &&Path| {
            self.with.iter().zip(path.iter()).all(|(&at, category)| fixed(at).is_none_or(|fixed| fixed == *category))
        };
        let mut found: Vec<u32> =
            self.sets[atom as usize].iter().filter(fits).filter_map(|path| path.last()).copied().collect();
        // Over several categories of the others one of this may come several times.
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The finest counted cells of a table.
///
/// A cell that is absent is zero. Every margin of a quantity that adds up is a sum of cells ([`Cells::figures`]), so the
/// records are read once however many totals a table shows. The quantities that do not add up come counted for each margin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cells {
    /// The id of the table in the response file.
    pub table: String,
    /// What the table is broken down by; rows before columns, outer before inner.
    pub dimensions: Vec<Dimension>,
    /// For each dimension, the sets of categories that the keys of `finest` name.
    pub atoms: Vec<Atoms>,
    /// What is counted; the first is the number of records.
    pub quantities: Vec<Quantity>,
    /// What each is called.
    pub labels: Vec<String>,
    /// The quantities that add up, in order, by set of categories.
    pub finest: Grid<i128>,
    /// The quantities that do not, in order, by category or total (the position after the last category).
    pub apart: Option<Apart>,
    /// Records that match but stand in no cell.
    pub left_out: Vec<LeftOut>,
    /// How the unit relates to its parent unit, for a table over a linked record table.
    pub relation: Option<Relation>,
    /// Who makes up each sum; none where nothing asks for it.
    pub contributors: Vec<Contributors>,
}

/// Who makes up a sum, at every cell and margin: what disclosure control must know of it. A contributor is a person where the
/// records name one, whose contributions are added up first, and else a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contributors {
    /// The position of the sum among what is counted.
    pub sum: usize,
    /// The position of the number of the records that it is of, if that is counted as well; otherwise 0, that of all records.
    pub records: usize,
    /// The lowest contribution of one record.
    pub lowest: i128,
    /// By category or total, as [`Cells::figures`].
    pub figures: Grid<i128>,
    /// By set of categories, as [`Cells::finest`].
    pub finest: Grid<i128>,
}

/// Who makes up one figure of a sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contributed<'g> {
    /// How many contributors there are.
    pub people: i128,
    /// What they contribute together.
    pub sum: i128,
    /// The sum of their contributions without signs.
    pub size: i128,
    /// The largest of these, the largest first; zeros where there are fewer contributors than are kept.
    pub largest: &'g [i128],
}

impl Contributors {
    /// How many numbers a row holds when so many of the largest contributions are kept.
    pub const fn width(largest: usize) -> usize {
        3 + largest
    }

    /// Who makes up the figure at these coordinates.
    pub fn at(&self, dimensions: &[Dimension], coords: &[Coord]) -> Contributed<'_> {
        let sides = coords.iter().zip(dimensions);
        let positions: Vec<u32> = sides.map(|(at, side)| grid::position(*at, side.categories.len())).collect();
        self.figures.get(&positions).map_or_else(Contributed::default, Contributed::of)
    }

    /// Who makes up a finest cell.
    pub fn at_sets(&self, sets: &[u32]) -> Contributed<'_> {
        self.finest.get(sets).map_or_else(Contributed::default, Contributed::of)
    }
}

impl<'g> Contributed<'g> {
    fn of(row: &'g [i128]) -> Self {
        match row {
            [people, sum, size, largest @ ..] => Self { people: *people, sum: *sum, size: *size, largest },
            _ => Self::default(),
        }
    }

    /// The row of a grid.
    pub fn row(&self) -> Vec<i128> {
        [&[self.people, self.sum, self.size], self.largest].concat()
    }
}

/// Figures that do not add up, counted for each margin that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apart {
    /// Which margins were counted: for each dimension, whether it is summed over.
    pub patterns: Vec<Vec<bool>>,
    /// The figures; None where there is nothing of which one could be said.
    pub figures: Grid<Option<i128>>,
}

/// Every figure of a table, margins included, by coordinates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    categories: Vec<usize>,
    quantities: Vec<Quantity>,
    sums: Grid<i128>,
    apart: Option<Apart>,
}

impl Cells {
    /// Works out every margin.
    ///
    /// A dimension that is rolled up by another cannot stay fixed while that one is summed over: week 23 March 2018
    /// lies in 2018, so "all years, week 23 March 2018" is the same figure as the cell itself and is not repeated.
    pub fn figures(&self) -> Figures {
        let categories: Vec<usize> = self.dimensions.iter().map(|dimension| dimension.categories.len()).collect();
        let sums = margins(&self.dimensions, &self.atoms, &self.finest);
        Figures { categories, quantities: self.quantities.clone(), sums, apart: self.apart.clone() }
    }
}

/// Sums cells over each dimension in turn: what stands after the last holds every margin.
fn margins(dimensions: &[Dimension], atoms: &[Atoms], finest: &Grid<i128>) -> Grid<i128> {
    let mut sizes = finest.sizes().to_vec();
    let mut sums = Sums::new(grid::key_count(&sizes), finest.width());
    for (positions, values) in finest.rows() {
        sums.add(grid::pack(&sizes, &positions), values);
    }
    for (at, dimension) in dimensions.iter().enumerate() {
        let total = u32::try_from(dimension.categories.len()).unwrap_or(u32::MAX);
        let mut next_sizes = sizes.clone();
        next_sizes[at] = total.saturating_add(1);
        let mut next = Sums::new(grid::key_count(&next_sizes), finest.width());
        let alone = atoms[at].with.is_empty().then(|| atoms[at].by_set());
        for (key, values) in sums.rows() {
            let mut positions = grid::unpack(&sizes, key);
            let outer_summed = dimension
                .rolls_up_to
                .is_some_and(|outer| outer < at && positions[outer] as usize == dimensions[outer].categories.len());
            let fixed = |at: usize| grid::category(positions[at], dimensions[at].categories.len());
            let nested;
            let here = match &alone {
                _ if outer_summed => &[][..],
                Some(sets) => &sets[positions[at] as usize],
                None => {
                    nested = atoms[at].fitting(positions[at], fixed);
                    &nested
                }
            };
            for &position in here {
                positions[at] = position;
                next.add(grid::pack(&next_sizes, &positions), values);
            }
            positions[at] = total;
            next.add(grid::pack(&next_sizes, &positions), values);
        }
        (sizes, sums) = (next_sizes, next);
    }
    sums.finish(sizes)
}

impl Cells {
    /// The key of a place in a grid of figures: by category or total.
    pub fn key_of(&self, place: &[Coord]) -> u64 {
        let positions: Vec<u32> = place
            .iter()
            .zip(&self.dimensions)
            .map(|(at, dimension)| grid::position(*at, dimension.categories.len()))
            .collect();
        grid::pack(&self.place_sizes(), &positions)
    }

    /// How many places each dimension has in a grid of figures: its categories, and the total.
    pub fn place_sizes(&self) -> Vec<u32> {
        self.dimensions
            .iter()
            .map(|dimension| grid::position(Coord::Total, dimension.categories.len()).saturating_add(1))
            .collect()
    }

    /// Every place at which the records of a finest cell are counted, that cell being named by one set of categories a
    /// dimension. The margins are the sums over these.
    pub fn places_of(&self, sets: &[u32]) -> Vec<Vec<Coord>> {
        self.places_with(&sets.iter().copied().map(Some).collect::<Vec<_>>())
    }

    /// The same of records that may stand in no category of some dimensions: there they are in the total alone.
    pub fn places_with(&self, sets: &[Option<u32>]) -> Vec<Vec<Coord>> {
        let mut places: Vec<Vec<Coord>> = vec![Vec::new()];
        for (at, dimension) in self.dimensions.iter().enumerate() {
            let mut longer = Vec::new();
            for place in places {
                let outer_summed =
                    dimension.rolls_up_to.is_some_and(|outer| outer < at && place[outer] == Coord::Total);
                let fixed = |at: usize| match place.get(at) {
                    Some(Coord::At(category)) => Some(*category),
                    _ => None,
                };
                let here = match sets[at] {
                    Some(set) if !outer_summed => self.atoms[at].fitting(set, fixed),
                    _ => Vec::new(),
                };
                let coords = here.into_iter().map(Coord::At).chain([Coord::Total]);
                longer.extend(coords.map(|coord| [place.clone(), vec![coord]].concat()));
            }
            places = longer;
        }
        places
    }
}

impl Figures {
    /// What is counted.
    pub fn quantities(&self) -> &[Quantity] {
        &self.quantities
    }

    /// Every place that has a record, in order.
    pub fn places(&self) -> impl Iterator<Item = Vec<Coord>> {
        self.sums.rows().map(|(positions, _)| self.coords(&positions))
    }

    /// How many places have a record.
    pub fn len(&self) -> usize {
        self.sums.len()
    }

    /// Whether there is no record at all.
    pub fn is_empty(&self) -> bool {
        self.sums.is_empty()
    }

    /// One figure.
    pub fn at(&self, coords: &[Coord], quantity: usize) -> Counted {
        let wanted = self.quantities[quantity];
        // Quantities that add up and those that do not are kept apart, each in order.
        let before = self.quantities[..quantity].iter().filter(|other| other.adds == wanted.adds).count();
        let positions: Vec<u32> = coords
            .iter()
            .zip(&self.categories)
            .map(|(coord, categories)| grid::position(*coord, *categories))
            .collect();
        let found = if wanted.adds {
            self.sums.get(&positions).map(|values| values[before])
        } else {
            let pattern: Vec<bool> = coords.iter().map(|coord| *coord == Coord::Total).collect();
            match self.apart.as_ref().filter(|apart| apart.patterns.contains(&pattern)) {
                Some(apart) => apart.figures.get(&positions).and_then(|values| values[before]),
                None => return Counted::NotCounted,
            }
        };
        match found {
            Some(value) => Counted::Value(value),
            None if wanted.zero_of_none => Counted::Value(0),
            None => Counted::Undefined,
        }
    }

    fn coords(&self, positions: &[u32]) -> Vec<Coord> {
        positions.iter().zip(&self.categories).map(|(at, categories)| grid::coord(*at, *categories)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Axis, Category, CategoryKind};

    fn dimension(id: &str, rolls_up_to: Option<usize>, parents: &[Option<u32>]) -> Dimension {
        let categories = parents.iter().enumerate().map(|(at, &parent)| Category {
            parent,
            ..Category::new(at.to_string(), at.to_string(), CategoryKind::Code { group: None })
        });
        let (axis, overlaps) = (Axis::Rows, false);
        Dimension { id: id.into(), label: id.into(), axis, rolls_up_to, overlaps, categories: categories.collect() }
    }

    fn cells(dimensions: Vec<Dimension>, atoms: Option<Vec<Atoms>>, counts: &[(&[u32], i128)]) -> Cells {
        let plain = || dimensions.iter().map(|dimension| Atoms::plain(dimension.categories.len())).collect();
        let atoms: Vec<Atoms> = atoms.unwrap_or_else(plain);
        let sizes: Vec<u32> = atoms.iter().map(Atoms::count).collect();
        let rows: Vec<(u64, Vec<i128>)> =
            counts.iter().map(|(key, count)| (grid::pack(&sizes, key), vec![*count])).collect();
        Cells {
            table: "t".into(),
            dimensions,
            atoms,
            quantities: vec![Quantity::RECORDS],
            labels: vec![String::new()],
            finest: Grid::new(sizes, 1, rows),
            apart: None,
            left_out: Vec::new(),
            relation: None,
            contributors: Vec::new(),
        }
    }

    #[test]
    fn margins_are_sums_of_cells() {
        let two_way = cells(
            vec![dimension("a", None, &[None, None]), dimension("b", None, &[None, None])],
            None,
            &[(&[0, 0], 3), (&[0, 1], 4), (&[1, 1], 5)],
        );
        let figures = two_way.figures();
        let at = |coords: &[Coord]| figures.at(coords, 0);
        assert_eq!(at(&[Coord::Total, Coord::Total]), Counted::Value(12));
        assert_eq!(at(&[Coord::At(0), Coord::Total]), Counted::Value(7));
        assert_eq!(at(&[Coord::Total, Coord::At(1)]), Counted::Value(9));
        assert_eq!(at(&[Coord::At(1), Coord::At(1)]), Counted::Value(5));
        assert_eq!(at(&[Coord::At(1), Coord::At(0)]), Counted::Value(0));
        assert!(figures.places().all(|place| place != [Coord::At(1), Coord::At(0)]));
    }

    #[test]
    fn places_of_finest_cells_are_where_margins_are() {
        let atoms = Atoms::alone([vec![0], vec![1], vec![0, 1]]);
        let table = cells(
            vec![dimension("a", None, &[None, None]), dimension("b", Some(0), &[Some(0), Some(1)])],
            Some(vec![atoms, Atoms::plain(2)]),
            &[(&[0, 0], 3), (&[1, 1], 4), (&[2, 0], 5)],
        );
        let mut sums = std::collections::BTreeMap::new();
        for (sets, values) in table.finest.rows() {
            for place in table.places_of(&sets) {
                *sums.entry(place).or_insert(0) += values[0];
            }
        }
        let figures = table.figures();
        assert_eq!(sums.len(), figures.places().count());
        for (place, sum) in sums {
            assert_eq!(figures.at(&place, 0), Counted::Value(sum));
        }
    }

    #[test]
    fn a_rolled_up_dimension_is_never_fixed_below_a_total() {
        let nested = cells(
            vec![dimension("year", None, &[None, None]), dimension("week", Some(0), &[Some(0), Some(1)])],
            None,
            &[(&[0, 0], 1), (&[1, 1], 2)],
        );
        assert!(nested.figures().places().all(|place| !matches!(place[..], [Coord::Total, Coord::At(_)])));
    }

    #[test]
    fn a_record_in_two_categories_is_in_the_total_once() {
        // Two categories; a record in the first, in the second, or in both.
        let atoms = vec![Atoms::alone([vec![0], vec![1], vec![0, 1]])];
        let overlapping =
            cells(vec![dimension("a", None, &[None, None])], Some(atoms), &[(&[0], 3), (&[1], 4), (&[2], 5)]);
        let figures = overlapping.figures();
        assert_eq!(figures.at(&[Coord::At(0)], 0), Counted::Value(8));
        assert_eq!(figures.at(&[Coord::At(1)], 0), Counted::Value(9));
        assert_eq!(figures.at(&[Coord::Total], 0), Counted::Value(12));
    }

    #[test]
    fn a_code_in_two_places_is_counted_in_each_and_not_crosswise() {
        // One record is "Other" in the first group and "Special" in the second.
        let groups = Atoms::alone([vec![0, 1]]);
        let parts = Atoms { with: vec![0], sets: vec![vec![vec![0, 0], vec![1, 1]]] };
        for nested in [None, Some(0)] {
            let dimensions = vec![dimension("group", None, &[None; 2]), dimension("part", nested, &[None; 2])];
            let figures = cells(dimensions, Some(vec![groups.clone(), parts.clone()]), &[(&[0, 0], 1)]).figures();
            let at = |group, part| figures.at(&[Coord::At(group), Coord::At(part)], 0);
            assert_eq!(
                [at(0, 0), at(0, 1), at(1, 0), at(1, 1)].map(|shown| shown == Counted::Value(1)),
                [true, false, false, true]
            );
            assert_eq!(figures.at(&[Coord::Total, Coord::Total], 0), Counted::Value(1));
        }
    }

    proptest::proptest! {
        #[test]
        fn the_grand_total_is_the_number_of_records(counts in proptest::collection::vec(0_i128..1000, 6)) {
            let dimensions = vec![dimension("a", None, &[None; 2]), dimension("b", None, &[None; 3])];
            let keyed: Vec<([u32; 2], i128)> =
                counts.iter().enumerate().map(|(at, &n)| ([at as u32 / 3, at as u32 % 3], n)).collect();
            let keyed: Vec<(&[u32], i128)> = keyed.iter().map(|(key, n)| (&key[..], *n)).collect();
            let figures = cells(dimensions, None, &keyed).figures();
            let total = Counted::Value(counts.iter().sum());
            proptest::prop_assert_eq!(figures.at(&[Coord::Total, Coord::Total], 0), total);
        }

        #[test]
        fn keys_keep_their_positions(sizes in proptest::collection::vec(1_u32..40, 1..6), seed in 0_u64..u64::MAX) {
            let key = seed % grid::key_count(&sizes).unwrap();
            proptest::prop_assert_eq!(grid::pack(&sizes, &grid::unpack(&sizes, key)), key);
        }
    }
}
