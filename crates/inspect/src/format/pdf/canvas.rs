//! A page as seen from far: which paint was the last on each spot, and its colour. Text is no paint; it is asked for what lies on it.

use std::rc::Rc;

use crate::limits::{Budget, Uninspectable};

/// A transformation: `[a b c d e f]` of the standard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matrix(pub(super) [f64; 6]);

impl Matrix {
    pub(super) const ONE: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// From six numbers, or none.
    pub(super) fn from(numbers: &[f64]) -> Option<Self> {
        Some(Self(numbers.get(..6)?.try_into().ok()?))
    }

    /// This one first, then the other.
    pub(super) fn then(self, other: Self) -> Self {
        let ([a, b, c, d, e, f], [g, h, i, j, k, l]) = (self.0, other.0);
        Self([a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l])
    }

    pub(super) fn apply(self, (x, y): Point) -> Point {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// The transformation back, if there is one.
    pub(super) fn inverse(self) -> Option<Self> {
        let [a, b, c, d, e, f] = self.0;
        let size = a * d - b * c;
        let back = [d / size, -b / size, -c / size, a / size, (c * f - d * e) / size, (b * e - a * f) / size];
        back.iter().all(|part| part.is_finite()).then_some(Self(back))
    }

    /// How long a step up becomes.
    pub(super) fn height(self) -> f64 {
        self.0[2].hypot(self.0[3])
    }

    /// By how much lengths grow, on the whole.
    pub(super) fn scale(self) -> f64 {
        (self.0[0] * self.0[3] - self.0[1] * self.0[2]).abs().sqrt()
    }
}

pub(super) type Point = (f64, f64);

/// A closed outline with straight edges.
pub(super) type Outline = Vec<Point>;

/// A colour as red, green and blue; none if it cannot be told.
pub(super) type Colour = Option<[u8; 3]>;

/// What a paint leaves on one spot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Nothing,
    /// It lets through some of what lies under it, or nobody can tell.
    Tint,
    Full(Colour),
}

/// What paints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Painter {
    Shape,
    Image,
    /// An image over nearly the whole page, as scans are.
    Scan,
}

/// Which part of the canvas may be painted.
#[derive(Clone, Debug)]
pub(super) struct Clip {
    x: (usize, usize),
    y: (usize, usize),
    mask: Option<Rc<Vec<bool>>>,
}

impl Clip {
    fn holds(&self, x: usize, y: usize) -> bool {
        (self.x.0..self.x.1).contains(&x)
            && (self.y.0..self.y.1).contains(&y)
            && self.mask.as_ref().is_none_or(|mask| {
                mask.get((y - self.y.0) * (self.x.1 - self.x.0) + x - self.x.0).copied().unwrap_or(false)
            })
    }
}

#[derive(Debug)]
pub(super) struct Canvas {
    left: f64,
    bottom: f64,
    scale: f64,
    width: usize,
    height: usize,
    /// The spots of each row; a row on which nothing was painted has none, since most of a page is empty.
    rows: Vec<Vec<Spot>>,
    painters: Vec<Painter>,
}

/// What was painted on a spot.
#[derive(Clone, Copy, Debug)]
struct Spot {
    /// The number of the last paint, 0 for the page itself.
    paint: u32,
    colour: Colour,
}

impl Spot {
    const EMPTY: Self = Self { paint: 0, colour: Some([255; 3]) };
}

/// A finished canvas: on each row, what was painted up to which spot.
#[derive(Debug)]
pub(super) struct Print {
    left: f64,
    bottom: f64,
    scale: f64,
    rows: Vec<Vec<(usize, Ink)>>,
}

impl Print {
    /// What was painted on a point.
    pub(super) fn ink(&self, (x, y): Point) -> Ink {
        let (x, y) = ((x - self.left) * self.scale, (y - self.bottom) * self.scale);
        if x < 0.0 || y < 0.0 {
            return Ink::Nothing;
        }
        let row = self.rows.get(y as usize).map(Vec::as_slice).unwrap_or_default();
        row.get(row.partition_point(|(end, _)| *end <= x as usize)).map_or(Ink::Nothing, |(_, ink)| *ink)
    }

    /// Was nothing painted at all?
    pub(super) fn is_empty(&self) -> bool {
        self.rows.iter().flatten().all(|(_, ink)| *ink == Ink::Nothing)
    }
}

/// Spots a point of length, where the page is not too large for it.
const FINE: f64 = 2.0;
/// The most spots of a page.
const MOST: f64 = 3_000_000.0;

impl Canvas {
    /// An empty white page.
    pub(super) fn new(budget: &Budget, page: [f64; 4]) -> Result<Self, Uninspectable> {
        let canvas = Self::part(budget, page)?;
        budget.spend((canvas.width * canvas.height) as u64)?;
        Ok(canvas)
    }

    /// One of which little may be painted, as masks and patterns are: what is painted is counted when it is printed.
    pub(super) fn part(budget: &Budget, [left, bottom, right, top]: [f64; 4]) -> Result<Self, Uninspectable> {
        let (wide, high) = ((right - left).max(1.0), (top - bottom).max(1.0));
        let scale = FINE.min((MOST / (wide * high)).sqrt());
        let width = ((wide * scale).ceil() as usize).clamp(1, MOST as usize);
        let height = ((high * scale).ceil() as usize).clamp(1, (MOST as usize / width).max(1));
        budget.spend(height as u64)?;
        Ok(Self { left, bottom, scale, width, height, rows: vec![Vec::new(); height], painters: vec![Painter::Shape] })
    }

    pub(super) fn whole(&self) -> Clip {
        Clip { x: (0, self.width), y: (0, self.height), mask: None }
    }

    /// The number of the last paint.
    pub(super) fn paints(&self) -> u32 {
        (self.painters.len() - 1) as u32
    }

    fn at(&self, x: usize, y: usize) -> Spot {
        self.rows.get(y).and_then(|row| row.get(x)).copied().unwrap_or(Spot::EMPTY)
    }

    /// The spots of a row, to be painted on.
    fn row(&mut self, y: usize) -> &mut [Spot] {
        let width = self.width;
        self.rows.get_mut(y).map_or(&mut [], |row| {
            if row.is_empty() {
                row.resize(width, Spot::EMPTY);
            }
            row
        })
    }

    fn spot(&self, (x, y): Point) -> Point {
        ((x - self.left) * self.scale, (y - self.bottom) * self.scale)
    }

    /// How much of the page an outline's box takes, from 0 to 1.
    pub(super) fn share(&self, outline: &[Point]) -> f64 {
        let mut clipped = [(f64::MAX, f64::MIN), (f64::MAX, f64::MIN)];
        for &point in outline {
            let (x, y) = self.spot(point);
            clipped[0] = (clipped[0].0.min(x), clipped[0].1.max(x));
            clipped[1] = (clipped[1].0.min(y), clipped[1].1.max(y));
        }
        let along = |(from, to): (f64, f64), size: usize| (to.min(size as f64) - from.max(0.0)).max(0.0) / size as f64;
        along(clipped[0], self.width) * along(clipped[1], self.height)
    }

    /// Paints the inside of some outlines.
    pub(super) fn fill(
        &mut self,
        budget: &Budget,
        outlines: &[Outline],
        even_odd: bool,
        clip: &Clip,
        painter: Painter,
        colour: Colour,
    ) -> Result<(), Uninspectable> {
        let number = self.painters.len() as u32;
        self.painters.push(painter);
        let mut rows = Vec::new();
        self.rows(budget, outlines, even_odd, clip, &mut |y, from, to| rows.push((y, from, to)))?;
        for (y, from, to) in rows {
            for (x, spot) in self.row(y).iter_mut().enumerate().take(to).skip(from) {
                if clip.mask.is_none() || clip.holds(x, y) {
                    *spot = Spot { paint: number, colour };
                }
            }
        }
        Ok(())
    }

    /// Paints something that lets through what lies under it: no colour can be told from then on.
    pub(super) fn tint(
        &mut self,
        budget: &Budget,
        outlines: &[Outline],
        even_odd: bool,
        clip: &Clip,
    ) -> Result<(), Uninspectable> {
        let mut rows = Vec::new();
        self.rows(budget, outlines, even_odd, clip, &mut |y, from, to| rows.push((y, from, to)))?;
        for (y, from, to) in rows {
            for (x, spot) in self.row(y).iter_mut().enumerate().take(to).skip(from) {
                if clip.holds(x, y) {
                    spot.colour = None;
                }
            }
        }
        Ok(())
    }

    /// Paints the inside of some outlines with a paint that is not the same everywhere. It is asked for the middle of each spot.
    pub(super) fn fill_with(
        &mut self,
        budget: &Budget,
        outlines: &[Outline],
        even_odd: bool,
        clip: &Clip,
        painter: Painter,
        ink: &dyn Fn(Point) -> Ink,
    ) -> Result<(), Uninspectable> {
        let number = self.painters.len() as u32;
        self.painters.push(painter);
        let mut rows = Vec::new();
        self.rows(budget, outlines, even_odd, clip, &mut |y, from, to| rows.push((y, from, to)))?;
        for (y, from, to) in rows {
            budget.spend((to - from) as u64 * 16)?;
            for x in from..to {
                if !clip.holds(x, y) {
                    continue;
                }
                let middle = self.middle(x, y);
                match ink(middle) {
                    Ink::Nothing => {}
                    Ink::Tint => self.change(x, y, |spot| spot.colour = None),
                    Ink::Full(colour) => self.change(x, y, |spot| *spot = Spot { paint: number, colour }),
                }
            }
        }
        Ok(())
    }

    fn change(&mut self, x: usize, y: usize, change: impl FnOnce(&mut Spot)) {
        if let Some(spot) = self.row(y).get_mut(x) {
            change(spot);
        }
    }

    /// The middle of a spot, on the page.
    fn middle(&self, x: usize, y: usize) -> Point {
        ((x as f64 + 0.5) / self.scale + self.left, (y as f64 + 0.5) / self.scale + self.bottom)
    }

    /// What was painted, packed row by row.
    pub(super) fn print(self, budget: &Budget) -> Result<Print, Uninspectable> {
        let mut rows = Vec::new();
        for row in &self.rows {
            let mut runs: Vec<(usize, Ink)> = Vec::new();
            budget.spend(row.len() as u64 + 1)?;
            for (x, spot) in row.iter().enumerate() {
                let ink = match spot {
                    Spot { paint: 0, colour: Some(_) } => Ink::Nothing,
                    Spot { paint: 0, colour: None } => Ink::Tint,
                    Spot { colour, .. } => Ink::Full(*colour),
                };
                match runs.last_mut() {
                    Some((end, last)) if *last == ink => *end = x + 1,
                    _ => runs.push((x + 1, ink)),
                }
            }
            budget.unpack(runs.len() as u64 * 16 + 24)?;
            rows.push(runs);
        }
        Ok(Print { left: self.left, bottom: self.bottom, scale: self.scale, rows })
    }

    /// The box around a clip; none if it is empty.
    pub(super) fn bounds(&self, clip: &Clip) -> Option<[f64; 4]> {
        let (low, high) = (self.middle(clip.x.0, clip.y.0), self.middle(clip.x.1, clip.y.1));
        let empty = clip.x.0 >= clip.x.1 || clip.mask.as_ref().is_some_and(|mask| !mask.contains(&true));
        (!empty).then_some([low.0, low.1, high.0, high.1])
    }

    /// Some points on a quadrilateral that are on the page.
    pub(super) fn points(&self, quad: [Point; 4]) -> impl Iterator<Item = Point> + '_ {
        self.spots(quad).flatten().map(|(x, y)| self.middle(x, y))
    }

    /// The part of a clip that lies in some outlines.
    pub(super) fn clip(
        &self,
        budget: &Budget,
        outlines: &[Outline],
        even_odd: bool,
        clip: &Clip,
    ) -> Result<Clip, Uninspectable> {
        let mut rows = Vec::new();
        self.rows(budget, outlines, even_odd, clip, &mut |y, from, to| rows.push((y, from, to)))?;
        let x = rows.iter().map(|row| row.1).min().unwrap_or(0)..rows.iter().map(|row| row.2).max().unwrap_or(0);
        let y = rows.iter().map(|row| row.0).min().unwrap_or(0)..rows.iter().map(|row| row.0 + 1).max().unwrap_or(0);
        let full = clip.mask.is_none()
            && rows.len() == y.len()
            && rows.iter().all(|&(_, from, to)| (from, to) == (x.start, x.end));
        let mut inner = Clip { x: (x.start, x.end), y: (y.start, y.end), mask: None };
        if !full {
            let wide = x.len();
            budget.spend((wide * y.len()) as u64)?;
            let mut mask = vec![false; wide * y.len()];
            for (row, from, to) in rows {
                for column in from..to {
                    mask[(row - y.start) * wide + column - x.start] = clip.holds(column, row);
                }
            }
            inner.mask = Some(Rc::new(mask));
        }
        Ok(inner)
    }

    /// The stretches of spots whose middles lie in some outlines and in a clip's box.
    fn rows(
        &self,
        budget: &Budget,
        outlines: &[Outline],
        even_odd: bool,
        clip: &Clip,
        each: &mut dyn FnMut(usize, usize, usize),
    ) -> Result<(), Uninspectable> {
        struct Edge {
            from: usize,
            to: usize,
            x: f64,
            slope: f64,
            y: f64,
            up: bool,
        }
        let (low, high) = (clip.y.0 as f64, clip.y.1 as f64);
        let mut edges = Vec::new();
        for outline in outlines {
            for (at, &start) in outline.iter().enumerate() {
                let (a, b) = (self.spot(start), self.spot(outline[(at + 1) % outline.len()]));
                let (under, over) = if a.1 <= b.1 { (a, b) } else { (b, a) };
                let from = (under.1 - 0.5).ceil().clamp(low, high);
                let to = (over.1 - 0.5).ceil().clamp(low, high);
                if from < to && under.0.is_finite() && over.0.is_finite() {
                    let slope = (over.0 - under.0) / (over.1 - under.1);
                    edges.push(Edge {
                        from: from as usize,
                        to: to as usize,
                        x: under.0,
                        slope,
                        y: under.1,
                        up: a.1 <= b.1,
                    });
                }
            }
        }
        budget.spend(edges.len() as u64 * 4)?;
        edges.sort_by_key(|edge| edge.from);
        let mut waiting = edges.iter().peekable();
        let mut active: Vec<&Edge> = Vec::new();
        let mut y = waiting.peek().map_or(clip.y.1, |edge| edge.from);
        while y < clip.y.1 {
            active.retain(|edge| edge.to > y);
            while let Some(edge) = waiting.next_if(|edge| edge.from <= y) {
                if edge.to > y {
                    active.push(edge);
                }
            }
            if active.is_empty() {
                match waiting.peek() {
                    Some(edge) => y = edge.from,
                    None => return Ok(()),
                }
                continue;
            }
            budget.spend(active.len() as u64)?;
            let mut crossings: Vec<(f64, bool)> =
                active.iter().map(|edge| (edge.x + (y as f64 + 0.5 - edge.y) * edge.slope, edge.up)).collect();
            crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut winding = 0_i32;
            for pair in crossings.windows(2) {
                winding += if even_odd || pair[0].1 { 1 } else { -1 };
                let inside = if even_odd { winding % 2 != 0 } else { winding != 0 };
                let bound = |x: f64| (x - 0.5).ceil().clamp(clip.x.0 as f64, clip.x.1 as f64) as usize;
                let (from, to) = (bound(pair[0].0), bound(pair[1].0));
                if inside && from < to {
                    budget.spend((to - from) as u64)?;
                    each(y, from, to);
                }
            }
            y += 1;
        }
        Ok(())
    }

    /// Some spots in a quadrilateral, which text is taken to lie on; those off the page are none.
    fn spots(&self, [origin, right, up, _]: [Point; 4]) -> impl Iterator<Item = Option<(usize, usize)>> + '_ {
        const ACROSS: usize = 5;
        const ALONG: usize = 4;
        (0..ACROSS * ALONG).map(move |number| {
            let (s, t) =
                ((number % ACROSS) as f64 / (ACROSS - 1) as f64, (number / ACROSS) as f64 / (ALONG - 1) as f64);
            let (x, y) = self.spot((
                origin.0 + s * (right.0 - origin.0) + t * (up.0 - origin.0),
                origin.1 + s * (right.1 - origin.1) + t * (up.1 - origin.1),
            ));
            let on = x >= 0.0 && y >= 0.0 && x < self.width as f64 && y < self.height as f64;
            on.then_some((x as usize, y as usize))
        })
    }

    /// Is any of it on the page?
    pub(super) fn on_page(&self, quad: [Point; 4]) -> bool {
        self.spots(quad).any(|spot| spot.is_some())
    }

    /// Is any of it in the clip?
    pub(super) fn in_clip(&self, quad: [Point; 4], clip: &Clip) -> bool {
        self.spots(quad).flatten().any(|(x, y)| clip.holds(x, y))
    }

    /// The colours that lie on it now.
    pub(super) fn colours(&self, quad: [Point; 4]) -> impl Iterator<Item = Colour> + '_ {
        self.spots(quad).flatten().map(|(x, y)| self.at(x, y).colour)
    }

    /// The latest painter on it, if nearly all of it was painted after the paint of this number.
    pub(super) fn covered_since(&self, quad: [Point; 4], paint: u32) -> Option<Painter> {
        const NEARLY_ALL: f64 = 0.75;
        if paint >= self.paints() {
            return None;
        }
        let (mut all, mut later, mut latest) = (0, 0, 0);
        for (x, y) in self.spots(quad).flatten() {
            let found = self.at(x, y).paint;
            all += 1;
            if found > paint {
                later += 1;
                latest = latest.max(found);
            }
        }
        let covered = later > 0 && f64::from(later) >= NEARLY_ALL * f64::from(all);
        covered.then(|| self.painters.get(latest as usize).copied()).flatten()
    }

    /// Does it lie on an image?
    pub(super) fn on_image(&self, quad: [Point; 4]) -> bool {
        self.spots(quad).flatten().any(|(x, y)| {
            let paint = self.at(x, y).paint;
            self.painters.get(paint as usize).is_some_and(|&painter| painter != Painter::Shape)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn quad(left: f64, bottom: f64, right: f64, top: f64) -> [Point; 4] {
        [(left, bottom), (right, bottom), (left, top), (right, top)]
    }

    fn outline(left: f64, bottom: f64, right: f64, top: f64) -> Vec<Outline> {
        vec![vec![(left, bottom), (right, bottom), (right, top), (left, top)]]
    }

    #[test]
    fn what_is_painted_over_is_covered_and_what_is_touched_is_not() {
        let budget = Budget::new(Limits::default(), 0);
        let mut canvas = Canvas::new(&budget, [0.0, 0.0, 100.0, 100.0]).unwrap();
        let clip = canvas.whole();
        canvas.fill(&budget, &outline(10.0, 10.0, 50.0, 20.0), false, &clip, Painter::Shape, Some([0; 3])).unwrap();
        assert_eq!(canvas.covered_since(quad(12.0, 11.0, 40.0, 19.0), 0), Some(Painter::Shape));
        assert_eq!(canvas.covered_since(quad(12.0, 11.0, 40.0, 19.0), 1), None);
        assert_eq!(canvas.covered_since(quad(40.0, 11.0, 80.0, 19.0), 0), None);
    }

    #[test]
    fn a_clip_keeps_paint_out() {
        let budget = Budget::new(Limits::default(), 0);
        let mut canvas = Canvas::new(&budget, [0.0, 0.0, 100.0, 100.0]).unwrap();
        let triangle = vec![vec![(0.0, 0.0), (50.0, 0.0), (0.0, 50.0)]];
        let clip = canvas.clip(&budget, &triangle, false, &canvas.whole()).unwrap();
        canvas.fill(&budget, &outline(0.0, 0.0, 100.0, 100.0), false, &clip, Painter::Image, None).unwrap();
        assert!(canvas.on_image(quad(2.0, 2.0, 10.0, 10.0)));
        assert!(!canvas.on_image(quad(60.0, 60.0, 70.0, 70.0)));
        assert!(!canvas.in_clip(quad(60.0, 60.0, 70.0, 70.0), &clip));
    }
}
