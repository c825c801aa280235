//! Tiling patterns (ISO 32000-2, 8.7.3): a cell that is painted again and again.

use super::canvas::{Colour, Ink, Matrix, Point, Print};
use super::document::Document;
use super::object::{Dict, Object};

/// A pattern as it stands in the file.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) pattern: Object,
    /// From the pattern to the page.
    pub(super) matrix: Matrix,
    /// Left, bottom, right, top of the cell.
    pub(super) bounds: [f64; 4],
    /// From one cell to the next.
    step: Point,
}

impl Cell {
    /// The tiling pattern of this object, if it is one. `base` leads from the pattern's parent to the page.
    pub(super) fn read(document: &Document<'_>, pattern: &Object, dict: &Dict, base: Matrix) -> Option<Self> {
        if document.value(dict, "PatternType").whole() != Some(1) {
            return None;
        }
        let own = Matrix::from(&document.numbers(document.value(dict, "Matrix"))).unwrap_or(Matrix::ONE);
        let [a, b, c, d] = document.numbers(document.value(dict, "BBox"))[..] else { return None };
        let bounds = [a.min(c), b.min(d), a.max(c), b.max(d)];
        let step = |key: &str, size: f64| {
            let step = document.number(dict, key).unwrap_or(size).abs();
            if step > 1e-6 { step } else { size.max(1e-6) }
        };
        let step = (step("XStep", bounds[2] - bounds[0]), step("YStep", bounds[3] - bounds[1]));
        Some(Self { pattern: pattern.clone(), matrix: own.then(base), bounds, step })
    }

    /// So much larger is the cell drawn that its lines can be told from the space between them.
    pub(super) fn scale(&self) -> f64 {
        const LEAST: f64 = 32.0;
        let [left, bottom, right, top] = self.bounds;
        let least = (right - left).min(top - bottom).max(1e-3);
        self.matrix.scale().clamp(1e-3, 1e3).max(LEAST / least)
    }

    /// The matrices of the tile in the middle of a part of the page and those around it: who is seen in one of them is seen.
    pub(super) fn tiles(&self, [left, bottom, right, top]: [f64; 4]) -> Vec<Matrix> {
        let Some(back) = self.matrix.inverse() else { return Vec::new() };
        let (x, y) = back.apply(((left + right) / 2.0, (bottom + top) / 2.0));
        let at = |along: f64, from: f64, step: f64| ((along - from) / step).floor();
        let (column, row) = (at(x, self.bounds[0], self.step.0), at(y, self.bounds[1], self.step.1));
        let around = [0.0, -1.0, 1.0];
        let places = around.into_iter().flat_map(|dx| around.map(|dy| (column + dx, row + dy)));
        places
            .map(|(column, row)| {
                Matrix([1.0, 0.0, 0.0, 1.0, column * self.step.0, row * self.step.1]).then(self.matrix)
            })
            .collect()
    }
}

/// A pattern as it paints.
#[derive(Debug)]
pub(super) struct Tiling {
    pub(super) cell: Cell,
    back: Matrix,
    print: Print,
    /// Of a pattern without colours of its own, the colour that it is painted in.
    pub(super) colour: Option<Colour>,
    /// How many letters a cell has.
    pub(super) letters: usize,
}

impl Tiling {
    /// `print` is the cell, drawn at its scale. None if no matrix leads back.
    pub(super) fn new(cell: Cell, print: Print, colour: Option<Colour>, letters: usize) -> Option<Self> {
        Some(Self { back: cell.matrix.inverse()?, cell, print, colour, letters })
    }

    /// Does a cell paint nothing?
    pub(super) fn is_empty(&self) -> bool {
        self.letters == 0 && self.print.is_empty()
    }

    /// What it paints on a point of the page.
    pub(super) fn ink(&self, point: Point) -> Ink {
        /// Cells that are larger than their steps lie over one another: so many at most are looked at, each way.
        const MOST: i32 = 3;
        let (x, y) = self.back.apply(point);
        let Cell { bounds: [left, bottom, right, top], step, .. } = self.cell;
        let within = |along: f64, from: f64, step: f64| from + (along - from).rem_euclid(step);
        let (x, y) = (within(x, left, step.0), within(y, bottom, step.1));
        let over = |size: f64, step: f64| ((size / step).ceil() as i32).clamp(1, MOST);
        let (columns, rows) = (over(right - left, step.0), over(top - bottom, step.1));
        let scale = self.cell.scale();
        let mut found = Ink::Nothing;
        for (column, row) in (0..columns).flat_map(|column| (0..rows).map(move |row| (column, row))) {
            let (x, y) = (x + f64::from(column) * step.0, y + f64::from(row) * step.1);
            match self.print.ink((x * scale, y * scale)) {
                Ink::Nothing => {}
                Ink::Tint => found = Ink::Tint,
                full => return full,
            }
        }
        found
    }
}
