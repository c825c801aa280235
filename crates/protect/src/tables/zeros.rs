//! Zeros that one table withholds and another one tells.

use std::collections::HashMap;

use candour_model::{Cells, Coord, Counted, Figures};

use super::joined::Layer;
use super::{Builder, MEASURE, Nothing, Shared, label, name};
use crate::Asked;
use crate::engine::Role;
use crate::suppression::words;

/// A zero that nobody is sure of: the layer of the table, the place, and the figure.
struct Open {
    layer: Layer,
    coords: Vec<Coord>,
    figure: usize,
}

impl Builder<'_> {
    /// Puts in that a zero of one table is a part of a zero of another, so that who sees the one knows the other. If it is not,
    /// more is withheld than need be, and nothing less: the equation holds for the figures that there are.
    pub(super) fn zeros_of_others(&mut self, asked: &Asked<'_>, figures: &[Figures]) {
        let tables = asked.tables;
        for narrow in 0..tables.len() {
            let open = self.open_zeros(narrow);
            if open.is_empty() {
                continue;
            }
            for wide in (0..tables.len()).filter(|&wide| wide != narrow) {
                let counting = (0..tables[wide].quantities.len())
                    .filter(|&quantity| quantity == 0 || tables[wide].quantities[quantity].counts_records());
                for quantity in counting {
                    self.zeros_within(narrow, &open, (wide, quantity), asked, figures);
                }
            }
        }
    }

    /// The zeros of a table that are variables, layer by layer and in order.
    fn open_zeros(&self, table: usize) -> Vec<Open> {
        let places = &self.linked.places;
        let records = [(Layer::of(0), &places.cells[table])].into_iter();
        let measures = places.measures[table].iter().map(|(&quantity, places)| (Layer::of(quantity), places));
        let rests = places.rests[table].iter().map(|(&layer, places)| (layer, places));
        let mut open = Vec::new();
        for (layer, places) in records.chain(measures).chain(rests) {
            let mut places: Vec<(&Vec<Coord>, &usize)> = places.iter().collect();
            places.sort_unstable();
            for (coords, &figure) in places {
                let cell = &self.linked.system.cells[figure];
                if cell.value == 0 && cell.role != Role::Published {
                    open.push(Open { layer, coords: coords.clone(), figure });
                }
            }
        }
        open
    }

    fn zeros_within(
        &mut self,
        narrow: usize,
        open: &[Open],
        (wide, quantity): (usize, usize),
        asked: &Asked<'_>,
        figures: &[Figures],
    ) {
        let (cells, joined) = (&asked.tables[wide], self.joined);
        let mut told: HashMap<Vec<Coord>, usize> = HashMap::new();
        for of_layer in open.chunk_by(|left, right| left.layer == right.layer) {
            let layers = ((narrow, of_layer[0].layer), (wide, Layer::of(quantity)));
            let Some(held) = joined.held(layers.0, layers.1, asked.tables, asked.keys) else { continue };
            for zero in of_layer {
                for coords in held.holding(&zero.coords) {
                    if !is_a_place(cells, &coords) || figures[wide].at(&coords, quantity) != Counted::Value(0) {
                        continue;
                    }
                    let here = match quantity {
                        0 => self.linked.places.cells[wide].get(&coords).copied(),
                        _ => self.linked.places.measures[wide]
                            .get(&quantity)
                            .and_then(|places| places.get(&coords).copied()),
                    };
                    let is_shown = || (asked.is_shown)(wide, &coords);
                    let whole = match here.or_else(|| told.get(&coords).copied()) {
                        Some(whole) => whole,
                        None if is_shown() => {
                            let mut called = name(cells, &coords);
                            if quantity > 0 {
                                called.insert(MEASURE.to_owned(), label(cells, quantity));
                            }
                            let whole = self.unnamed(Shared::default(), 0, called, Nothing::Known);
                            told.insert(coords.clone(), whole);
                            whole
                        }
                        None => continue,
                    };
                    if whole != zero.figure {
                        let mut others = self.linked.names[whole].clone();
                        others.insert("less".to_owned(), words(&self.linked.names[zero.figure]));
                        let rest = self.unnamed(Shared::default(), 0, others, Nothing::Unknown);
                        self.equation(whole, [zero.figure, rest]);
                    }
                }
            }
        }
    }
}

/// Whether a table has such a place: a part of a category that has parts stands below that category alone.
fn is_a_place(cells: &Cells, coords: &[Coord]) -> bool {
    cells.dimensions.iter().zip(coords).all(|(dimension, coord)| {
        let (Some(outer), Coord::At(at)) = (dimension.rolls_up_to, coord) else { return true };
        matches!(coords[outer], Coord::At(outer) if dimension.categories[*at as usize].lies_in(outer))
    })
}
