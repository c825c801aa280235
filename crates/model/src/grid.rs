//! Numbers by coordinates, kept flat: a table may have millions of figures.

use std::collections::HashMap;

use crate::Coord;

/// Rows of `width` values by key, in order of key. A key packs one position a dimension into one number, the outermost
/// dimension most significant, so that keys sort as coordinates do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid<T> {
    sizes: Vec<u32>,
    width: usize,
    keys: Vec<u64>,
    values: Vec<T>,
}

/// The most keys that a grid may tell apart.
pub const MOST_KEYS: u64 = 1 << 62;

impl<T: Copy> Grid<T> {
    /// A grid over dimensions with so many positions each. Rows come in any order, each key once.
    pub fn new(sizes: Vec<u32>, width: usize, rows: impl IntoIterator<Item = (u64, Vec<T>)>) -> Self {
        let mut rows: Vec<(u64, Vec<T>)> = rows.into_iter().collect();
        rows.sort_unstable_by_key(|(key, _)| *key);
        let keys = rows.iter().map(|(key, _)| *key).collect();
        let values = rows.into_iter().flat_map(|(_, values)| values).collect();
        Self { sizes, width, keys, values }
    }

    /// A grid from rows that are in order already: one key a row, `width` values a key.
    pub fn from_sorted(sizes: Vec<u32>, width: usize, keys: Vec<u64>, values: Vec<T>) -> Self {
        debug_assert!(keys.is_sorted() && values.len() == keys.len() * width);
        Self { sizes, width, keys, values }
    }

    /// How many positions each dimension has.
    pub fn sizes(&self) -> &[u32] {
        &self.sizes
    }

    /// How many values stand at each key.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many keys have values.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether no key has values.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The values at some positions.
    pub fn get(&self, positions: &[u32]) -> Option<&[T]> {
        self.at_key(pack(&self.sizes, positions))
    }

    fn at_key(&self, key: u64) -> Option<&[T]> {
        let row = self.keys.binary_search(&key).ok()?;
        self.values.get(row * self.width..(row + 1) * self.width)
    }

    /// Every key with its values, in order.
    pub fn rows(&self) -> impl Iterator<Item = (Vec<u32>, &[T])> {
        self.keys
            .iter()
            .zip(self.values.chunks(self.width.max(1)))
            .map(|(key, values)| (unpack(&self.sizes, *key), values))
    }
}

/// The key of some positions.
pub fn pack(sizes: &[u32], positions: &[u32]) -> u64 {
    sizes.iter().zip(positions).fold(0, |key, (size, position)| key * u64::from(*size) + u64::from(*position))
}

/// The positions of a key.
pub fn unpack(sizes: &[u32], key: u64) -> Vec<u32> {
    let mut rest = key;
    let mut positions = vec![0; sizes.len()];
    for (position, size) in positions.iter_mut().zip(sizes).rev() {
        let size = u64::from(*size).max(1);
        *position = u32::try_from(rest % size).unwrap_or(u32::MAX);
        rest /= size;
    }
    positions
}

/// How many keys dimensions of these sizes have; None where they are more than [`MOST_KEYS`].
pub fn key_count(sizes: &[u32]) -> Option<u64> {
    let count = sizes.iter().try_fold(1_u64, |count, size| count.checked_mul(u64::from(*size)));
    count.filter(|count| *count <= MOST_KEYS)
}

/// A position that may be the total: the one after the last category.
pub(crate) fn position(coord: Coord, categories: usize) -> u32 {
    match coord {
        Coord::At(at) => at,
        Coord::Total | Coord::Rest => u32::try_from(categories).unwrap_or(u32::MAX),
    }
}

/// A coordinate from a position that may be the total.
pub(crate) fn coord(position: u32, categories: usize) -> Coord {
    category(position, categories).map_or(Coord::Total, Coord::At)
}

/// A category from a position that may be the total.
pub(crate) fn category(position: u32, categories: usize) -> Option<u32> {
    usize::try_from(position).is_ok_and(|at| at < categories).then_some(position)
}

/// Sums rows of additive numbers by key.
pub(crate) struct Sums {
    width: usize,
    slots: Slots,
    keys: Vec<u64>,
    values: Vec<i128>,
}

/// Which row a key has: by position where the keys are few, which measured several times faster, else by hash.
enum Slots {
    Dense(Vec<u32>),
    Sparse(HashMap<u64, u32>),
}

/// Up to so many keys are looked up by position: 32 MiB.
const DENSE_KEYS: u64 = 8 << 20;

impl Sums {
    pub(crate) fn new(keys: Option<u64>, width: usize) -> Self {
        let dense = keys.filter(|keys| *keys <= DENSE_KEYS).and_then(|keys| usize::try_from(keys).ok());
        let slots = match dense {
            Some(keys) => Slots::Dense(vec![u32::MAX; keys]),
            None => Slots::Sparse(HashMap::new()),
        };
        Self { width, slots, keys: Vec::new(), values: Vec::new() }
    }

    pub(crate) fn add(&mut self, key: u64, row: &[i128]) {
        let next = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        let slot = match &mut self.slots {
            Slots::Dense(slots) => &mut slots[usize::try_from(key).unwrap_or(usize::MAX)],
            Slots::Sparse(slots) => slots.entry(key).or_insert(u32::MAX),
        };
        if *slot == u32::MAX {
            *slot = next;
            self.keys.push(key);
            self.values.extend_from_slice(row);
            return;
        }
        let start = *slot as usize * self.width;
        for (sum, value) in self.values[start..start + self.width].iter_mut().zip(row) {
            *sum += value;
        }
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = (u64, &[i128])> {
        self.keys.iter().copied().zip(self.values.chunks(self.width.max(1)))
    }

    pub(crate) fn finish(self, sizes: Vec<u32>) -> Grid<i128> {
        let mut order: Vec<usize> = (0..self.keys.len()).collect();
        order.sort_unstable_by_key(|&at| self.keys[at]);
        let keys = order.iter().map(|&at| self.keys[at]).collect();
        let row = |at: usize| &self.values[at * self.width..(at + 1) * self.width];
        let values = order.iter().flat_map(|&at| row(at).iter().copied()).collect();
        Grid::from_sorted(sizes, self.width, keys, values)
    }
}
