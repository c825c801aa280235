//! The one thing in a release that can carry a record: a list that the response file asks for, with a reason. It is a type
//! of its own, so that whoever approves a release cannot overlook it.

use serde::{Deserialize, Serialize};

use crate::{LeftOut, Note};

/// A column of a record list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordColumn {
    /// What programs know it by.
    pub id: String,
    /// What people read.
    pub label: String,
}

/// Chosen columns of chosen records. Identifiers cannot stand here: see the response file's `[[records]]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordList {
    /// Its id in the response file, and the name of its data file.
    pub id: String,
    /// Its caption.
    pub title: String,
    /// The numbers of the questions that it answers.
    pub questions: Vec<String>,
    /// What one row is, in the plural.
    pub unit: String,
    /// Why records are released at all.
    pub reason: String,
    /// Its columns.
    pub columns: Vec<RecordColumn>,
    /// Its rows, ordered by their values, so that the order of the records tells nothing. None: not recorded.
    pub rows: Vec<Vec<Option<String>>>,
    /// What a reader must know to read it.
    pub notes: Vec<Note>,
}

/// The records of a list as they were read, in order of their values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// One value a column; None where it is not recorded.
    pub rows: Vec<Vec<Option<String>>>,
    /// Records that match but are not listed.
    pub left_out: Vec<LeftOut>,
}
