//! What readers see in the cells of a workbook. It is gathered when it is asked for: most workbooks have little that asks, and some have millions of cells.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::sheet::{Cell, Value};
use super::{Workbook, number_text};

/// The texts and numbers that readers see in cells.
pub(super) struct Seen<'w> {
    book: &'w Workbook,
    /// In order, each once.
    texts: OnceCell<Vec<&'w str>>,
    /// In order, each once.
    numbers: OnceCell<Vec<f64>>,
}

impl<'w> Seen<'w> {
    pub(super) fn new(book: &'w Workbook) -> Self {
        Self { book, texts: OnceCell::new(), numbers: OnceCell::new() }
    }

    /// Is this the text of a cell, or a number that a cell holds, up to the last bits of a binary number?
    pub(super) fn has(&self, text: &str) -> bool {
        if self.has_text(text) {
            return true;
        }
        let Ok(number) = text.parse::<f64>() else { return false };
        let written = number_text(number);
        self.has_text(&written) || self.near(number).any(|near| number_text(near) == written)
    }

    /// Is this in the text of a cell, or in a number as it is written?
    pub(super) fn within(&self, text: &str) -> bool {
        // What numbers are written with, those included that are none.
        let digits = text.chars().all(|letter| letter.is_ascii_digit() || "-.infNa".contains(letter));
        self.texts().iter().any(|known| known.contains(text))
            || digits && self.numbers().iter().any(|number| number_text(*number).contains(text))
    }

    /// Those of some places, rows and columns of a sheet, at which readers see a text.
    pub(super) fn texts_at(&self, name: &str, places: &BTreeSet<(u32, u32)>) -> BTreeSet<(u32, u32)> {
        let mut texts = BTreeSet::new();
        for listed in self.book.sheets.iter().filter(|listed| !listed.hidden && listed.name == name) {
            let sheet = &listed.sheet;
            let is_text = |cell: &Cell| matches!(cell.value, Value::Shared(_) | Value::Own(_)) && !sheet.hides(cell);
            let cells = sheet.cells.iter().filter(|_| !places.is_empty()).filter(is_text);
            texts.extend(cells.map(|cell| (cell.row, cell.column)).filter(|place| places.contains(place)));
        }
        texts
    }

    fn has_text(&self, text: &str) -> bool {
        self.texts().binary_search(&text).is_ok()
    }

    /// The numbers that could be written like this one.
    fn near(&self, number: f64) -> impl Iterator<Item = f64> {
        let least = number - number.abs() * 1e-13;
        let numbers = self.numbers();
        let from = numbers.partition_point(|known| *known < least);
        let most = number + number.abs() * 1e-13;
        numbers.iter().skip(from).copied().take_while(move |known| *known <= most)
    }

    fn texts(&self) -> &[&'w str] {
        self.texts.get_or_init(|| {
            let mut texts: Vec<&str> = Vec::new();
            let mut shared = vec![false; self.book.strings.len()];
            self.each(|sheet, cell| match cell.value {
                Value::Shared(at) => {
                    if let Some(known) = shared.get_mut(at as usize) {
                        *known = true;
                    }
                }
                Value::Own(at) => texts.extend(sheet.texts.get(at).map(str::trim)),
                Value::Number(_) | Value::Other => {}
            });
            texts.extend(self.book.strings.iter().zip(shared).filter(|(_, seen)| *seen).map(|(text, _)| text.trim()));
            texts.sort_unstable();
            texts.dedup();
            texts
        })
    }

    fn numbers(&self) -> &[f64] {
        self.numbers.get_or_init(|| {
            let mut numbers = Vec::new();
            self.each(|_, cell| {
                if let Value::Number(number) = cell.value
                    && !number.is_nan()
                {
                    numbers.push(number);
                }
            });
            numbers.sort_unstable_by(f64::total_cmp);
            numbers.dedup();
            numbers
        })
    }

    fn each(&self, mut visit: impl FnMut(&'w super::Sheet, Cell)) {
        for listed in self.book.sheets.iter().filter(|listed| !listed.hidden) {
            let sheet = &listed.sheet;
            sheet.cells.iter().filter(|cell| !sheet.hides(cell)).for_each(|cell| visit(sheet, cell));
        }
    }
}
