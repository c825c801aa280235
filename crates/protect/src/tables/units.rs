//! Tables of two units, of which one hangs on the other (victims on offences): neither number gives the other, but each bounds it.
//!
//! Every parent has a child, but for those of which a note says that they have none; and there are no more children than
//! parents, but for those beyond the first of one. Where each has just one, the two tables are the same.

use std::collections::{BTreeMap, BTreeSet};

use candour_model::{Cells, Coord, FigureName};

use super::{Builder, TableKey, is_of_category};
use crate::Asked;
use crate::engine::{Cell, Equation, Primary, Role};

/// A table with its key.
#[derive(Clone, Copy)]
struct Side<'a> {
    at: usize,
    cells: &'a Cells,
    key: &'a TableKey,
}

impl Side<'_> {
    /// The figures at places that are fixed by dimensions which the other table has too, by what they are fixed to.
    fn places(&self, builder: &Builder<'_>, other: &Self) -> BTreeMap<BTreeSet<String>, usize> {
        let sides = || self.cells.dimensions.iter().zip(&self.key.dimensions);
        let fixed = |coords: &[Coord]| -> Option<BTreeSet<String>> {
            let fixed = sides().zip(coords).filter_map(|((dimension, by), coord)| match coord {
                Coord::Total => None,
                Coord::At(at) if other.key.dimensions.contains(by) => {
                    Some(Some(format!("{by}\t{}", dimension.categories[*at as usize].id)))
                }
                Coord::At(_) | Coord::Rest => Some(None),
            });
            fixed.collect()
        };
        let here = builder.linked.places.cells[self.at].iter();
        here.filter_map(|(coords, &figure)| Some((fixed(coords)?, figure))).collect()
    }

    /// Whether it leaves out records only for want of a category that the other table asks for as well.
    fn leaves_out_as(&self, other: &Self) -> bool {
        use candour_model::LeftOutReason::{NotListed, NotRecorded};
        let left = self.cells.left_out.iter().filter(|left| left.count > 0 && is_of_category(&left.reason));
        left.filter_map(|left| match left.reason {
            NotRecorded { dimension } | NotListed { dimension } => self.key.dimensions.get(dimension),
            _ => None,
        })
        .all(|by| other.key.dimensions.contains(by))
    }
}

impl Builder<'_> {
    /// Puts in what tables about records tell of tables about what hangs on these, and these of them.
    pub(super) fn units(&mut self, asked: &Asked<'_>) {
        let side = |at: usize| Side { at, cells: &asked.tables[at], key: &asked.keys[at] };
        for children in (0..asked.tables.len()).map(side) {
            let Some([_, without, several]) = self.linked.places.relation[children.at] else { continue };
            let is_above = |parents: &Side<'_>| Some(&parents.key.scope) == children.key.parents.as_ref();
            for parents in (0..asked.tables.len()).map(side).filter(is_above) {
                if parents.leaves_out_as(&children) && children.leaves_out_as(&parents) {
                    self.bounds(parents.places(self, &children), children.places(self, &parents), without, several);
                }
            }
        }
    }

    /// The bounds at each place. `without` is the number of parents that have no child, `several` of those that have more.
    fn bounds(
        &mut self,
        parents: BTreeMap<BTreeSet<String>, usize>,
        children: BTreeMap<BTreeSet<String>, usize>,
        without: usize,
        several: usize,
    ) {
        let both =
            parents.into_iter().filter_map(|(place, parent)| Some((place.clone(), parent, *children.get(&place)?)));
        let both: Vec<(BTreeSet<String>, usize, usize)> = both.collect();
        let known_to_be_nothing =
            |figure: usize| self.linked.system.cells[figure].role == Role::Published && self.value(figure) == 0;
        let has_one_at_most = known_to_be_nothing(several);
        // The children beyond the first of one are known where both totals are.
        let total = both.iter().find(|(place, ..)| place.is_empty()).map(|&(_, parent, child)| (parent, child));
        for (_, parent, child) in both {
            let more = self.value(child) + self.value(without) - self.value(parent);
            self.bounded(&[parent], &[child, without], more);
            if has_one_at_most {
                self.bounded(&[child], &[parent], self.value(parent) - self.value(child));
            } else if let Some((all_parents, all_children)) = total.filter(|total| *total != (parent, child)) {
                let beyond = self.value(all_children) + self.value(without) - self.value(all_parents);
                let more = self.value(parent) + beyond - self.value(child);
                self.bounded(&[child, all_parents], &[parent, all_children, without], more);
            }
        }
    }

    fn value(&self, figure: usize) -> i64 {
        self.linked.system.cells[figure].value
    }

    /// That some figures are together no more than others, if they are: by so much less.
    fn bounded(&mut self, lower: &[usize], upper: &[usize], more: i64) {
        if more < 0 {
            return;
        }
        let slack = self.linked.system.cells.len();
        self.linked.system.cells.push(Cell { people: 0, ..Cell::count(more, 0, Role::Hidden, Primary::No) });
        let mut name: FigureName = self.linked.names[lower[0]].clone();
        name.insert(
            "besides".to_owned(),
            "records that hang on one record with others, or records without any".to_owned(),
        );
        self.linked.names.push(name);
        self.linked.levels.push(0);
        let lower = lower.iter().chain([&slack]).map(|&figure| (figure as u32, 1));
        let upper = upper.iter().map(|&figure| (figure as u32, -1));
        self.linked.system.equations.push(Equation { terms: lower.chain(upper).collect() });
    }
}
