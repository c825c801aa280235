//! What dimensions of several tables go by. A policy names a dimension by its id; another table may break the same records down
//! by the same columns under another one.

use std::collections::BTreeSet;

use candour_model::Cells;

use super::TableKey;

/// Columns, each by its record table and its position there.
type Columns = BTreeSet<(usize, usize)>;

/// The tables of a release, by what their dimensions read.
pub(super) struct SameColumns<'a> {
    tables: &'a [Cells],
    keys: &'a [TableKey],
    /// Columns that say when a record counts. Whatever goes by an age goes by such a one too.
    when: Columns,
}

impl<'a> SameColumns<'a> {
    pub(super) fn new(tables: &'a [Cells], keys: &'a [TableKey]) -> Self {
        let of_table = |key: &TableKey| key.reads.scope.difference(&key.reads.filter).copied().collect::<Vec<_>>();
        Self { tables, keys, when: keys.iter().flat_map(of_table).collect() }
    }

    /// The dimensions of a table that go by what a policy calls by this id: its own one of that id or, if it has none, all
    /// that read what such a one of another table reads.
    pub(super) fn called(&self, table: usize, id: &str) -> Vec<usize> {
        let own = &self.tables[table].dimensions;
        if let Some(at) = own.iter().position(|dimension| dimension.id == id) {
            return vec![at];
        }
        let reads = &self.keys[table].reads.dimensions;
        let tells = |at: &usize| {
            let columns = reads.get(*at);
            columns.is_some_and(|columns| self.columns(id).any(|named| columns == named || self.meet(columns, named)))
        };
        (0..own.len()).filter(tells).collect()
    }

    /// Whether the filter of a table chooses by what a policy calls by this id.
    pub(super) fn filters(&self, table: usize, id: &str) -> bool {
        let filter = &self.keys[table].reads.filter;
        self.columns(id).any(|named| self.meet(filter, named) || named.is_subset(filter))
    }

    /// What the dimensions of this id read, in all tables.
    fn columns<'s>(&'s self, id: &'s str) -> impl Iterator<Item = &'s Columns> {
        let of_table = move |(cells, key): (&'s Cells, &'s TableKey)| {
            let sides = cells.dimensions.iter().zip(&key.reads.dimensions);
            sides.filter(move |(dimension, columns)| dimension.id == id && !columns.is_empty())
        };
        self.tables.iter().zip(self.keys).flat_map(of_table).map(|(_, columns)| columns)
    }

    /// Whether two dimensions read a column in common, but for one that says when.
    fn meet(&self, one: &Columns, other: &Columns) -> bool {
        one.intersection(other).any(|column| !self.when.contains(column))
    }
}
