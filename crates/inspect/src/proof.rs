//! Proofs that a file of our own holds what was approved and nothing else.
//!
//! *Closure*: every byte belongs to something that is on an allow-list. The lists are data, written apart from the writers, and what they do not name
//! is refused. *Equality*: what the file says, in its order and whether it is seen or not, is what was approved. A proof reads the finished
//! bytes; nothing that wrote them is asked.

pub mod csv;
pub mod json;
pub mod svg;
pub mod text;

use std::fmt;

use sha2::{Digest as _, Sha256};

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

/// The SHA-256 of bytes, in small letters.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes as text.
fn utf8(bytes: &[u8]) -> Result<&str, NotProved> {
    let at = |offset: usize| Place::default().at_offset(offset as u64);
    let text = std::str::from_utf8(bytes)
        .map_err(|error| NotProved::new(at(error.valid_up_to()), "it is not written in UTF-8"))?;
    if text.starts_with('\u{feff}') {
        return Err(NotProved::new(at(0), "it begins with a byte order mark"));
    }
    Ok(text)
}

/// A number in digits, with a minus sign if it is below zero and a point before its places; no needless zero before it.
fn is_decimal(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.strip_prefix('-').unwrap_or(text);
    let (whole, places) = number.split_once('.').unwrap_or((number, "0"));
    digits(whole) && digits(places) && (whole == "0" || !whole.starts_with('0')) && text != "-0"
}

/// A day: `2024-01-30`.
fn is_date(text: &str) -> bool {
    let is_shaped = |(at, byte): (usize, u8)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    text.len() == 10 && text.bytes().enumerate().all(is_shaped)
}
