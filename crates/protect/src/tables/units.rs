//! Tables of two units, of which one hangs on the other (victims on offences): neither number gives the other, but each bounds it.
//!
//! Every parent has a child, but for those of which a note says that they have none; and there are no more children than
//! parents, but for those beyond the first of one. Where each has just one, the two tables are the same. Parents are told from
//! those with several children by a note as well: nowhere are there more than two children for each parent, but for those
//! beyond the second of one.

use std::collections::{BTreeMap, BTreeSet};

use candour_model::{Category, Cells, Coord, FigureName};

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

/// A category, by what its dimension goes by.
fn category(by: &str, category: &Category) -> String {
    format!("{by}\t{}", category.id)
}

/// Where both tables have a place: the number of parents, and that of children, if it is not known to be nothing.
type Both = Vec<(usize, Option<usize>, BTreeSet<String>)>;

impl Side<'_> {
    /// The figures at places that are fixed by dimensions which the other table has too, by what they are fixed to.
    fn places(&self, builder: &Builder<'_>, other: &Self) -> BTreeMap<BTreeSet<String>, usize> {
        let sides = || self.cells.dimensions.iter().zip(&self.key.dimensions);
        let fixed = |coords: &[Coord]| -> Option<BTreeSet<String>> {
            let fixed = sides().zip(coords).filter_map(|((dimension, by), coord)| match coord {
                Coord::Total => None,
                Coord::At(at) if other.key.dimensions.contains(by) => {
                    Some(Some(category(by, &dimension.categories[*at as usize])))
                }
                Coord::At(_) | Coord::Rest => Some(None),
            });
            fixed.collect()
        };
        let here = builder.linked.places.cells[self.at].iter();
        here.filter_map(|(coords, &figure)| Some((fixed(coords)?, figure))).collect()
    }

    /// What its places can be fixed to.
    fn categories(&self) -> BTreeSet<String> {
        let sides = self.cells.dimensions.iter().zip(&self.key.dimensions);
        sides.flat_map(|(side, by)| side.categories.iter().map(move |one| category(by, one))).collect()
    }

    /// Whether it leaves out records for want of a category.
    fn leaves_out(&self) -> bool {
        self.cells.left_out.iter().any(|left| left.count > 0 && is_of_category(&left.reason))
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
                    let (known, of_children) = (children.categories(), children.places(self, &parents));
                    let places = parents.places(self, &children).into_iter();
                    let places = places.filter(|(place, _)| place.is_subset(&known));
                    let places = places.map(|(place, parent)| (parent, of_children.get(&place).copied(), place));
                    let is_whole = !parents.leaves_out() && !children.leaves_out();
                    self.bounds(places.collect(), is_whole, without, several);
                }
            }
        }
    }

    /// The bounds at each place. `without` is the number of parents that have no child, `several` of those that have more;
    /// `is_whole` is whether all of these are in the tables.
    fn bounds(&mut self, both: Both, is_whole: bool, without: usize, several: usize) {
        let is_nothing = |figure: usize| {
            let cell = &self.linked.system.cells[figure];
            cell.role == Role::Published && cell.value == 0
        };
        let has_one_at_most = is_nothing(several);
        let terms = |child: Option<usize>| child.map(|child| (child, 1));
        let total = both.iter().find(|(.., place)| place.is_empty()).map(|&(parent, child, _)| (parent, child));
        if let Some((all, all_children)) = total.filter(|_| is_whole) {
            // Each that has several has one beyond the first.
            let with: Vec<(usize, i32)> = terms(all_children).into_iter().chain([(without, 1)]).collect();
            match has_one_at_most {
                true => self.exactly(all, &with),
                false => self.bounded(&[(all, 1), (several, 1)], &with),
            }
        }
        for (parent, child, _) in both {
            let own: Vec<(usize, i32)> = terms(child).into_iter().collect();
            self.bounded(&[(parent, 1)], &[&own[..], &[(without, 1)]].concat());
            if has_one_at_most {
                self.bounded(&own, &[(parent, 1)]);
            }
            // All children, less all parents that have any, are those beyond the first of one.
            let Some((all, all_children)) = total.filter(|total| *total != (parent, child)) else { continue };
            let beyond: Vec<(usize, i32)> = terms(all_children).into_iter().chain([(without, 1)]).collect();
            self.bounded(&[&own[..], &[(all, 1)]].concat(), &[&[(parent, 1)], &beyond[..]].concat());
            if is_whole {
                self.bounded(&[&own[..], &[(all, 1), (several, 1)]].concat(), &[&[(parent, 2)], &beyond[..]].concat());
            }
        }
    }

    /// That a figure is the sum of others, if it is.
    fn exactly(&mut self, whole: usize, parts: &[(usize, i32)]) {
        let sum: i64 = parts.iter().map(|&(part, _)| self.value(part)).sum();
        if self.value(whole) == sum {
            self.equation(whole, parts.iter().map(|&(part, _)| part));
        }
    }

    fn value(&self, figure: usize) -> i64 {
        self.linked.system.cells[figure].value
    }

    /// That figures, each some times, are together no more than others, if they are.
    fn bounded(&mut self, lower: &[(usize, i32)], upper: &[(usize, i32)]) {
        let sum =
            |terms: &[(usize, i32)]| terms.iter().map(|&(figure, by)| self.value(figure) * i64::from(by)).sum::<i64>();
        let more = sum(upper) - sum(lower);
        let Some(&(first, _)) = lower.first().filter(|_| more >= 0) else { return };
        let slack = self.linked.system.cells.len();
        self.linked.system.cells.push(Cell { people: 0, ..Cell::count(more, 0, Role::Hidden, Primary::No) });
        let mut name: FigureName = self.linked.names[first].clone();
        name.insert("besides".to_owned(), "what hangs on one record with others, or records without any".to_owned());
        self.linked.names.push(name);
        self.linked.levels.push(0);
        let lower = lower.iter().copied().chain([(slack, 1)]).map(|(figure, by)| (figure as u32, by));
        let upper = upper.iter().map(|&(figure, by)| (figure as u32, -by));
        self.linked.system.equations.push(Equation { terms: lower.chain(upper).collect() });
    }
}
