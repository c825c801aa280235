//! Proofs that a file of our own holds what was approved and nothing else.
//!
//! *Closure*: every byte belongs to something that is on an allow-list. The lists are data, written apart from the writers, and what they do not name
//! is refused. *Equality*: what the file says, in its order and whether it is seen or not, is what was approved. A proof reads the finished
//! bytes; nothing that wrote them is asked.

use std::fmt;

use crate::limits::Uninspectable;
use crate::report::Place;

/// Why a file is not proved: where, and what is wrong there. No value of the file is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotProved {
    /// Where in the file.
    pub place: Place,
    /// What is wrong there, such as "`<v>` has an attribute `x` that is on no list".
    pub reason: String,
}

impl NotProved {
    /// At a place.
    pub fn new(place: Place, reason: impl Into<String>) -> Self {
        Self { place, reason: reason.into() }
    }
}

impl fmt::Display for NotProved {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place == Place::default() {
            self.reason.fmt(out)
        } else {
            write!(out, "{}: {}", self.place, self.reason)
        }
    }
}

impl std::error::Error for NotProved {}

impl From<Uninspectable> for NotProved {
    fn from(why: Uninspectable) -> Self {
        Self::new(Place::default(), format!("it cannot be read: {why}"))
    }
}
