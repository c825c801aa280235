//! Which records stand alike in several tables: what tells whether two figures count the same ones.

use crate::LeftOutReason;

/// Tables about records of one kind, and how each record stands in all of them. Whatever is asked of two figures (whether
/// they count the same records, whether one holds the other) can be told from this, and no record can be told from it that
/// the tables together do not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Together {
    /// The positions of the tables in the release.
    pub tables: Vec<usize>,
    /// One entry a table: how records stand in it, each way once, in order.
    pub standings: Vec<Vec<Standing>>,
    /// The records that stand alike in all of them, in order.
    pub classes: Vec<Class>,
    /// What they contribute to each number that a table sums up; none where nothing asks for it.
    pub summed: Vec<Summed>,
}

/// How records stand in one table; nowhere if there is nothing in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing {
    /// The finest cells in which they are counted, each as one set of categories a dimension; several in a stock only.
    pub cells: Vec<Vec<u32>>,
    /// Why they are left out, as the table's notes tell it.
    pub left_out: Vec<LeftOutReason>,
    /// Where they would stand that are left out for want of a category: one set of categories a dimension, None where they
    /// have none.
    pub lacking: Option<Vec<Option<u32>>>,
    /// The positions of the quantities that count them, apart from the number of records: measures, sums to which they
    /// contribute, and numbers of different things among which theirs is.
    pub counted: Vec<usize>,
}

/// Records that stand alike in all tables.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class {
    /// One entry a table: the position of how they stand there.
    pub standings: Vec<u32>,
    /// How many they are.
    pub count: u64,
}

/// A number that tables sum up, and what each class of records contributes to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summed {
    /// The sums of it, by the position of the table in the release and that of the quantity in the table.
    pub sums: Vec<(usize, usize)>,
    /// Contributions by class, in order. Those of one person to one class are one.
    pub contributions: Vec<Contribution>,
}

/// What somebody contributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contribution {
    /// The position of the class.
    pub class: u32,
    /// Who: a number that means nothing but that it is the same for the same person. None is a record that names nobody.
    pub person: Option<i64>,
    /// How much, in units of the sum's last place.
    pub value: i128,
}
