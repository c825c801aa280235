//! What a table of the highest or lowest few cuts off: with a total it follows from the rows that are shown, so it is a figure.

use std::collections::{BTreeMap, HashMap};

use candour_model::{Cells, Coord, Cut, FigureName};

use super::{Builder, MEASURE, Shared, label, name};

/// Where a figure over categories that are cut off stands: its coordinates, the categories, and the quantity.
pub(crate) type CutPlace = (Vec<Coord>, Vec<u32>, usize);

impl Builder<'_> {
    /// Puts in the numbers of records, and of those that a measure counts, in categories that are cut off.
    pub(super) fn cut_off(
        &mut self,
        cells: &Cells,
        cuts: &[Cut],
        records: &HashMap<Vec<Coord>, usize>,
        measures: &BTreeMap<usize, HashMap<Vec<Coord>, usize>>,
    ) {
        let mut found = BTreeMap::new();
        for cut in cuts {
            for (quantity, here) in std::iter::once((0, records)).chain(measures.iter().map(|(at, here)| (*at, here))) {
                for (coords, parts) in parts(cells, cut, here) {
                    let value = parts.iter().map(|&part| self.linked.system.cells[part].value).sum();
                    let mut name = named(cells, cut, &coords);
                    if quantity > 0 {
                        name.insert(MEASURE.to_owned(), label(cells, quantity));
                    }
                    self.own.clear();
                    let figure = self.figure(Shared::default(), value, cut.is_shown, false, name);
                    self.equation(figure, parts);
                    found.insert((coords, cut.categories.clone(), quantity), figure);
                }
            }
        }
        self.linked.places.cuts.push(found);
    }
}

/// What a figure over categories that are cut off is called.
pub(crate) fn named(cells: &Cells, cut: &Cut, coords: &[Coord]) -> FigureName {
    let dimension = &cells.dimensions[cut.dimension];
    let labels: Vec<&str> = cut.categories.iter().map(|&at| dimension.categories[at as usize].label.as_str()).collect();
    let mut name = name(cells, coords);
    name.insert(dimension.id.clone(), labels.join(" and "));
    name
}

/// Each place over categories that are cut off, with the figures that it is the sum of. Where categories overlap it is not
/// told, nor where what is inside them is fixed.
pub(crate) fn parts(cells: &Cells, cut: &Cut, here: &HashMap<Vec<Coord>, usize>) -> Vec<(Vec<Coord>, Vec<usize>)> {
    if cells.dimensions[cut.dimension].overlaps {
        return Vec::new();
    }
    let is_under = |coords: &Vec<Coord>| cut.under.iter().all(|(at, category)| coords[*at] == Coord::At(*category));
    let is_of = |coords: &Vec<Coord>| match coords[cut.dimension] {
        Coord::At(category) => cut.categories.binary_search(&category).is_ok(),
        _ => false,
    };
    let inside_fixed = |coords: &Vec<Coord>| {
        let mut inner = cells.dimensions.iter().zip(coords);
        inner.any(|(inner, coord)| inner.rolls_up_to == Some(cut.dimension) && *coord != Coord::Total)
    };
    let mut found: BTreeMap<Vec<Coord>, Vec<usize>> = BTreeMap::new();
    let mut places: Vec<&Vec<Coord>> = here.keys().collect();
    places.sort();
    for coords in places.into_iter().filter(|coords| is_under(coords) && is_of(coords) && !inside_fixed(coords)) {
        let mut there = coords.clone();
        there[cut.dimension] = Coord::Rest;
        found.entry(there).or_default().push(here[coords]);
    }
    found.into_iter().collect()
}
