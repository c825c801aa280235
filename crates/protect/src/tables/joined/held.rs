//! Which places of one table hold a place of another, also where neither has a record: a table of three years that shows a zero
//! tells that there is none in one of these years.
//!
//! What is empty cannot be told from its own records. It is told from the others: where all records of a category stand in one
//! category of the other table, and what decides of the one decides of the other, a place of such categories holds a place of
//! the former. Where a category has no record at all, it is held by the same category of a dimension that goes by the same.

use std::collections::BTreeSet;

use candour_model::{Cells, Coord};

use super::{Columns, Joined, Kind, Layer, Side};
use crate::tables::TableKey;

/// The most places of one table that are looked at for one place of another.
const MOST_PLACES: usize = 256;

/// What of one table lies where in another.
pub(in crate::tables) struct Held<'h> {
    narrow: &'h Side,
    wide: &'h Side,
    own: Columns,
    of_wide: Columns,
    /// For each dimension of the wider table, the categories in which all records of the narrower one stand.
    all: Vec<BTreeSet<u32>>,
    /// The same by dimension and category of the narrower one; None where no record stands there.
    by_category: Vec<Vec<Option<Vec<BTreeSet<u32>>>>>,
    /// Which dimensions of the two go by the same.
    same: Vec<Vec<bool>>,
}

impl Joined<'_> {
    /// Whether all records of a layer of one table are counted by a layer of another, and where they stand there. None where
    /// they are not, where nothing can be told, or where records stand in several places at once.
    pub(in crate::tables) fn held(
        &self,
        (narrow, layer): (usize, Layer),
        (wide, of_wide): (usize, Layer),
        tables: &[Cells],
        keys: &[TableKey],
    ) -> Option<Held<'_>> {
        let (kind, narrow_at, narrow_side) = self.side(narrow)?;
        let (of_kind, wide_at, wide_side) = self.side(wide)?;
        if kind.number != of_kind.number {
            return None;
        }
        let counts = |side: &Side, layer| side.layers.iter().position(|records| records.layer == layer);
        let (own, other) = (counts(narrow_side, layer)?, counts(wide_side, of_wide)?);
        let (own, other) = (&narrow_side.layers[own], &wide_side.layers[other]);
        let mut by_category: Vec<Vec<Option<Vec<BTreeSet<u32>>>>> =
            tables[narrow].dimensions.iter().map(|side| vec![None; side.categories.len()]).collect();
        let mut all: Option<Vec<BTreeSet<u32>>> = None;
        for class in 0..kind.together.classes.len() {
            let here = standing(kind, narrow_at, class);
            if !own.counts[here] {
                continue;
            }
            let there = standing(kind, wide_at, class);
            let [cell] = &kind.together.standings[narrow_at][here].cells[..] else {
                // What the narrower table leaves out stands at no place of it.
                if kind.together.standings[narrow_at][here].cells.is_empty() {
                    continue;
                }
                return None;
            };
            let [wide_cell] = &kind.together.standings[wide_at][there].cells[..] else { return None };
            if !other.counts[there] {
                return None;
            }
            let categories = |table: usize, cell: &[u32]| -> Vec<BTreeSet<u32>> {
                let sets = tables[table].atoms.iter().zip(cell);
                sets.map(|(atoms, set)| atoms.categories(*set)).collect()
            };
            let stands = categories(wide, wide_cell);
            keep_common(&mut all, &stands);
            for (dimension, categories) in categories(narrow, cell).into_iter().enumerate() {
                for category in categories {
                    keep_common(&mut by_category[dimension][category as usize], &stands);
                }
            }
        }
        let same = keys[narrow].dimensions.iter().map(|by| keys[wide].dimensions.iter().map(|of| of == by).collect());
        Some(Held {
            narrow: narrow_side,
            wide: wide_side,
            own: own.columns,
            of_wide: other.columns,
            all: all.unwrap_or_else(|| vec![BTreeSet::new(); tables[wide].dimensions.len()]),
            by_category,
            same: same.collect(),
        })
    }
}

fn standing(kind: &Kind<'_>, position: usize, class: usize) -> usize {
    kind.together.classes[class].standings[position] as usize
}

/// Keeps what is in both.
fn keep_common(known: &mut Option<Vec<BTreeSet<u32>>>, found: &[BTreeSet<u32>]) {
    match known {
        None => *known = Some(found.to_vec()),
        Some(known) => {
            known.iter_mut().zip(found).for_each(|(known, found)| known.retain(|category| found.contains(category)));
        }
    }
}

impl Held<'_> {
    /// The places of the wider table that hold a place of the narrower one; not all of them where there are very many.
    pub(in crate::tables) fn holding(&self, coords: &[Coord]) -> Vec<Vec<Coord>> {
        let fixed =
            || coords.iter().enumerate().filter_map(|(at, coord)| coord_at(*coord).map(|category| (at, category)));
        let columns =
            fixed().fold(self.narrow.scope | self.own, |columns, (at, _)| columns | self.narrow.dimensions[at]);
        if (self.wide.scope | self.of_wide) & !columns != 0 {
            return Vec::new();
        }
        let mut places: Vec<Vec<Coord>> = vec![Vec::new()];
        for (of, &read) in self.wide.dimensions.iter().enumerate() {
            let mut categories: BTreeSet<u32> = BTreeSet::new();
            if read & !columns == 0 {
                categories.extend(&self.all[of]);
                for (at, category) in fixed() {
                    match &self.by_category[at][category as usize] {
                        Some(stands) => categories.extend(&stands[of]),
                        None if self.same[at][of] => categories.extend([category]),
                        None => {}
                    }
                }
            }
            let here: Vec<Coord> = categories.into_iter().map(Coord::At).chain([Coord::Total]).collect();
            let longer = places.iter().flat_map(|place| here.iter().map(|&coord| [&place[..], &[coord]].concat()));
            places = longer.take(MOST_PLACES).collect();
        }
        places
    }
}

fn coord_at(coord: Coord) -> Option<u32> {
    match coord {
        Coord::At(category) => Some(category),
        Coord::Total | Coord::Rest => None,
    }
}
