//! In which categories records can stand together, whether or not any do. A figure of zero that is withheld hides something
//! only where, as far as anybody knows, a record can be there.

use std::collections::HashSet;

use candour_model::{Atoms, Cells, Coord};

/// The sets of categories, one a dimension, in which a record can stand that is counted at open places alone; in order. None
/// where there are more than `most`.
///
/// Whoever sees that a place is empty knows so of every set that is counted there. The places of the first dimensions are
/// margins of all that go on from them, so nothing is looked at below a margin that is known to be empty.
pub(super) fn ways(cells: &Cells, is_open: &dyn Fn(&[Coord]) -> bool, most: usize) -> Option<Vec<Vec<u32>>> {
    let mut found: Vec<Vec<u32>> = vec![Vec::new()];
    for (at, atoms) in cells.atoms.iter().enumerate() {
        let mut longer = Vec::new();
        for sets in found {
            for atom in 0..atoms.count() {
                if !fits(cells, &sets, atoms, atom) {
                    continue;
                }
                let mut known: Vec<Option<u32>> = sets.iter().map(|set| Some(*set)).chain([Some(atom)]).collect();
                known.resize(cells.dimensions.len(), None);
                if cells.places_with(&known).iter().all(|place| is_open(place)) {
                    longer.push(known[..=at].iter().filter_map(|set| *set).collect());
                }
            }
            if longer.len() > most {
                return None;
            }
        }
        found = longer;
    }
    Some(found)
}

/// Every place at which records of some sets are counted.
pub(super) fn reached(cells: &Cells, sets: &[Vec<u32>]) -> HashSet<Vec<Coord>> {
    sets.iter().flat_map(|set| cells.places_of(set)).collect()
}

/// Whether a set goes with those of the dimensions before it: on levels of one column it goes on from just their paths.
fn fits(cells: &Cells, before: &[u32], atoms: &Atoms, atom: u32) -> bool {
    atoms.with.iter().enumerate().all(|(depth, &outer)| {
        let Some(&set) = before.get(outer) else { return true };
        let beginnings = atoms.sets[atom as usize].iter().map(|path| &path[..=depth]);
        let holders = cells.atoms[outer].sets[set as usize].iter().map(Vec::as_slice);
        beginnings.collect::<HashSet<_>>() == holders.collect::<HashSet<_>>()
    })
}

#[cfg(test)]
mod tests {
    use candour_model::{Axis, Category, CategoryKind, Dimension, Grid, Quantity};

    use super::*;

    fn dimension(categories: usize, rolls_up_to: Option<usize>) -> Dimension {
        let category = |at: usize| Category::new(at.to_string(), at.to_string(), CategoryKind::Code { group: None });
        let categories = (0..categories).map(category).collect();
        Dimension {
            id: String::new(),
            label: String::new(),
            axis: Axis::Rows,
            rolls_up_to,
            overlaps: false,
            categories,
        }
    }

    fn cells(dimensions: Vec<Dimension>, atoms: Vec<Atoms>) -> Cells {
        Cells {
            table: "t".into(),
            finest: Grid::new(atoms.iter().map(Atoms::count).collect(), 1, Vec::<(u64, Vec<i128>)>::new()),
            dimensions,
            atoms,
            quantities: vec![Quantity::RECORDS],
            labels: vec![String::new()],
            apart: None,
            left_out: Vec::new(),
            relation: None,
            contributors: Vec::new(),
        }
    }

    #[test]
    fn an_area_goes_with_its_own_borough() {
        let areas = Atoms { with: vec![0], sets: vec![vec![vec![0, 0]], vec![vec![0, 1]], vec![vec![1, 2]]] };
        let table = cells(vec![dimension(2, None), dimension(3, Some(0))], vec![Atoms::plain(2), areas]);
        assert_eq!(ways(&table, &|_| true, 9), Some(vec![vec![0, 0], vec![0, 1], vec![1, 2]]));
        assert_eq!(ways(&table, &|_| true, 2), None, "there are three");
        // Nobody is in the first area.
        let is_open = |place: &[Coord]| place != [Coord::At(0), Coord::At(0)];
        assert_eq!(ways(&table, &is_open, 9), Some(vec![vec![0, 1], vec![1, 2]]));
    }

    #[test]
    fn whoever_stands_in_two_categories_needs_both() {
        let bands = Atoms::alone([vec![0], vec![0, 1], vec![1]]);
        let table = cells(vec![dimension(2, None), dimension(2, None)], vec![bands, Atoms::plain(2)]);
        // At the first band nobody is of the second kind.
        let is_open = |place: &[Coord]| place != [Coord::At(0), Coord::At(1)];
        assert_eq!(ways(&table, &is_open, 9), Some(vec![vec![0, 0], vec![1, 0], vec![2, 0], vec![2, 1]]));
        let all = ways(&table, &|_| true, 9).unwrap_or_default();
        assert_eq!(all.len(), 6);
        assert_eq!(reached(&table, &all).len(), 9);
    }
}
