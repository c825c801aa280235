//! The protected table as a file.

use super::{COUNT, MadeElsewhere, STATUS, TOTAL, TableError};
use crate::engine::{Outcome, Primary};

use super::judge::Judged;

impl MadeElsewhere {
    /// The table as CSV: every cell, in the order of the dimensions' columns in the file, the first slowest; in each,
    /// categories in the order in which they came, what holds them after them, the total last. Columns: the dimensions,
    /// `count` (empty where it is withheld) and `status`: `c` where it is withheld, `s` for a secondary one where marks are
    /// to tell, `x` where the table that came does not give it.
    ///
    /// # Errors
    /// When the table cannot be written.
    pub fn write(&self, withheld: Option<(&Outcome, &Judged)>, distinct: bool) -> Result<Vec<u8>, TableError> {
        let fault = |error: csv::Error| {
            TableError::new(None, format!("the table cannot be written: {error}"), "this is a fault of the program")
        };
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        let head = self.columns.iter().map(String::as_str).chain([COUNT, STATUS]);
        writer.write_record(head).map_err(fault)?;
        for at in 0..self.values.len() {
            let status = match withheld {
                None if self.came_withheld(at) => self.mark_it_came_with(at),
                None => "",
                Some((outcome, _)) if !outcome.withheld[at] => "",
                Some(_) if !self.is_sensitive_or_known(at) => "x",
                Some((_, judged)) if distinct && judged.system.cells[at].primary == Primary::No => "s",
                Some(_) => "c",
            };
            let count = if status.is_empty() { self.values[at].to_string() } else { String::new() };
            let row = self.texts(at);
            writer.write_record(row.into_iter().chain([count.as_str(), status])).map_err(fault)?;
        }
        writer.into_inner().map_err(|error| fault(csv::Error::from(error.into_error())))
    }

    /// What stands in the dimension columns of a cell.
    pub(super) fn texts(&self, at: usize) -> Vec<&str> {
        let mut texts = vec![TOTAL; self.columns.len()];
        for (side, place) in self.sides.iter().zip(self.places(at)) {
            for (column, text) in side.columns.iter().zip(&side.nodes[place].texts) {
                texts[*column] = text;
            }
        }
        texts
    }
}
