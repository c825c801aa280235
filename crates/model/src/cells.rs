//! Counted cells: the finest ones from one scan of the records, and the margins that follow from them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Dimension;

/// Where a figure stands on one dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Coord {
    /// At the category with this position.
    At(u32),
    /// Summed over all shown categories.
    Total,
}

/// Why records that match a table's filter are not in any of its cells.
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
    /// Several values may be lacking: each record that lacks any, once. Stands only where more than one dimension is lacking
    /// values and none has others than are listed.
    Any,
    /// The date that decides whether they fall in the table's periods is not recorded.
    Undated,
    /// The source system holds them as cancelled.
    Cancelled,
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

/// The finest counted cells of a table.
///
/// Keys hold one category position a dimension. A cell that is absent is zero. Every margin of a count is a sum of
/// cells ([`Cells::margins`]), so the records are read once however many totals a table shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cells {
    /// The id of the table in the response file.
    pub table: String,
    /// What the table is broken down by; rows before columns, outer before inner.
    pub dimensions: Vec<Dimension>,
    /// The count of records in each cell that has any.
    pub counts: BTreeMap<Vec<u32>, u64>,
    /// Records that match but stand in no cell.
    pub left_out: Vec<LeftOut>,
    /// How the unit relates to its parent unit, for a table over a linked record table.
    pub relation: Option<Relation>,
}

impl Cells {
    /// Every cell and margin that differs from zero.
    ///
    /// A dimension that is rolled up by another cannot stay fixed while that one is summed over: week 23 March 2018
    /// lies in 2018, so "all years, week 23 March 2018" is the same figure as the cell itself and is not repeated.
    pub fn margins(&self) -> BTreeMap<Vec<Coord>, u64> {
        let mut margins = BTreeMap::new();
        let patterns = self.patterns();
        for (key, count) in &self.counts {
            for summed in &patterns {
                let coords =
                    key.iter().zip(summed).map(|(&at, &total)| if total { Coord::Total } else { Coord::At(at) });
                *margins.entry(coords.collect::<Vec<_>>()).or_insert(0) += count;
            }
        }
        margins
    }

    /// Which dimensions are summed over, for each margin that means something.
    fn patterns(&self) -> Vec<Vec<bool>> {
        let mut patterns = vec![Vec::new()];
        for dimension in &self.dimensions {
            let mut longer = Vec::new();
            for pattern in patterns {
                let outer_summed = dimension.rolls_up_to.is_some_and(|outer| pattern.get(outer) == Some(&true));
                for summed in if outer_summed { vec![true] } else { vec![false, true] } {
                    let mut next = pattern.clone();
                    next.push(summed);
                    longer.push(next);
                }
            }
            patterns = longer;
        }
        patterns
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Axis, Category, CategoryKind};

    fn dimension(id: &str, rolls_up_to: Option<usize>, parents: &[Option<u32>]) -> Dimension {
        let categories = parents.iter().enumerate().map(|(at, &parent)| Category {
            id: at.to_string(),
            label: at.to_string(),
            kind: CategoryKind::Code { group: None },
            parent,
        });
        Dimension { id: id.into(), label: id.into(), axis: Axis::Rows, rolls_up_to, categories: categories.collect() }
    }

    fn cells(dimensions: Vec<Dimension>, counts: &[(&[u32], u64)]) -> Cells {
        let counts = counts.iter().map(|(key, count)| (key.to_vec(), *count)).collect();
        Cells { table: "t".into(), dimensions, counts, left_out: Vec::new(), relation: None }
    }

    #[test]
    fn margins_are_sums_of_cells() {
        let two_way = cells(
            vec![dimension("a", None, &[None, None]), dimension("b", None, &[None, None])],
            &[(&[0, 0], 3), (&[0, 1], 4), (&[1, 1], 5)],
        );
        let margins = two_way.margins();
        assert_eq!(margins[&vec![Coord::Total, Coord::Total]], 12);
        assert_eq!(margins[&vec![Coord::At(0), Coord::Total]], 7);
        assert_eq!(margins[&vec![Coord::Total, Coord::At(1)]], 9);
        assert_eq!(margins[&vec![Coord::At(1), Coord::At(1)]], 5);
        assert_eq!(margins.get(&vec![Coord::At(1), Coord::At(0)]), None);
    }

    #[test]
    fn a_rolled_up_dimension_is_never_fixed_below_a_total() {
        let nested = cells(
            vec![dimension("year", None, &[None, None]), dimension("week", Some(0), &[Some(0), Some(1)])],
            &[(&[0, 0], 1), (&[1, 1], 2)],
        );
        assert!(nested.margins().keys().all(|key| !matches!(key[..], [Coord::Total, Coord::At(_)])));
    }

    proptest::proptest! {
        #[test]
        fn the_grand_total_is_the_number_of_records(counts in proptest::collection::vec(0_u64..1000, 6)) {
            let dimensions = vec![dimension("a", None, &[None; 2]), dimension("b", None, &[None; 3])];
            let keyed: Vec<([u32; 2], u64)> =
                counts.iter().enumerate().map(|(at, &n)| ([at as u32 / 3, at as u32 % 3], n)).collect();
            let keyed: Vec<(&[u32], u64)> = keyed.iter().map(|(key, n)| (&key[..], *n)).collect();
            let margins = cells(dimensions, &keyed).margins();
            let total = margins.get(&vec![Coord::Total, Coord::Total]).copied().unwrap_or(0);
            proptest::prop_assert_eq!(total, counts.iter().sum::<u64>());
        }
    }
}
