//! Proofs that a file of our own holds what was approved and nothing else.
//!
//! *Closure*: every byte belongs to something that is on an allow-list. The lists are data, written apart from the writers, and what they do not name
//! is refused. *Equality*: what the file says, in its order and whether it is seen or not, is what was approved. A proof reads the finished
//! bytes, and is given what was approved; it knows nothing of what wrote them.

mod archive;
pub mod csv;
pub mod json;
mod list;
mod markup;
pub mod pdf;
pub mod svg;
pub mod text;

use std::fmt;

pub use markup::Said;
use sha2::{Digest as _, Sha256};

use crate::limits::Uninspectable;
use crate::report::Place;

use list::List;

/// Why a file is not proved: where, and what is wrong there. No value of the file is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotProved {
    /// Where in the file.
    pub place: Box<Place>,
    /// What is wrong there, such as "`<v>` has an attribute `x` that is on no list".
    pub reason: String,
}

impl NotProved {
    /// At a place.
    pub fn new(place: Place, reason: impl Into<String>) -> Self {
        Self { place: Box::new(place), reason: reason.into() }
    }
}

impl fmt::Display for NotProved {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self.place == Place::default() {
            self.reason.fmt(out)
        } else {
            write!(out, "{}: {}", self.place, self.reason)
        }
    }
}

impl std::error::Error for NotProved {}

/// A format of our own that is markup, with its allow-list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    /// The page of a release.
    Page,
    /// An OpenDocument spreadsheet.
    Ods,
    /// A workbook of Office Open XML.
    Xlsx,
}

impl Markup {
    fn list(self) -> Result<List, NotProved> {
        let text = match self {
            Self::Page => include_str!("proof/lists/page.list"),
            Self::Ods => include_str!("proof/lists/ods.list"),
            Self::Xlsx => include_str!("proof/lists/xlsx.list"),
        };
        List::read(text).map_err(|fault| {
            NotProved::new(Place::default(), format!("line {} of its allow-list {}", fault.line, fault.what))
        })
    }
}

/// What was approved for one part of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// Its name.
    pub path: String,
    /// What it says.
    pub says: Vec<Said<'a>>,
}

/// Proves a package: it has these parts in this order, each of them made of what the allow-list names, and says what was approved.
///
/// # Errors
/// The first place where it does not.
pub fn package<'a>(format: Markup, bytes: &[u8], approved: impl Iterator<Item = Part<'a>>) -> Result<(), NotProved> {
    let list = format.list()?;
    let files = archive::read(bytes, &|name| name == "mimetype")?;
    let mut files = files.iter();
    for part in approved {
        let place = || Place::part(&part.path);
        let file = files.next().filter(|file| file.name == part.path);
        let file =
            file.ok_or_else(|| NotProved::new(place(), "this part was approved, and is not where it should be"))?;
        let listed = list.file(&part.path).ok_or_else(|| NotProved::new(place(), "no list names such a part"))?;
        markup::prove(&list, listed, &part.path, &file.bytes, &part.says)?;
    }
    match files.next() {
        None => Ok(()),
        Some(file) => Err(NotProved::new(Place::part(&file.name), "nobody approved this part")),
    }
}

/// Proves a page: it is made of what the allow-list names, and says what was approved.
///
/// # Errors
/// The first place where it does not.
pub fn page(bytes: &[u8], approved: &[Said<'_>]) -> Result<(), NotProved> {
    let list = Markup::Page.list()?;
    match list.file("page") {
        Some(file) => markup::prove(&list, file, "", bytes, approved),
        None => Err(NotProved::new(Place::default(), "no list names a page")),
    }
}

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
