//! Pages drawn from far: each letter with what became of it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::canvas::{Canvas, Clip, Colour, Ink, Matrix, Outline, Painter, Point, Print};
use super::document::{Document, operators};
use super::font::Font;
use super::mask::SoftMask;
use super::object::{Dict, Id, Object};
use super::pattern::{Cell, Tiling};
use super::picture::{Hidden, Looked, Masking};
use super::structure::{Content, ENTRIES, Instead, Kind, is_described};
use crate::limits::{Budget, Uninspectable};

/// Why a letter is not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unseen {
    /// Drawn without ink, over an image: what a scanner read.
    ScannedText,
    /// Drawn without ink.
    NoInk,
    Transparent,
    /// In the light colour of what lies under it.
    SameColour,
    /// In the dark colour of the shape that it lies on.
    OnShape,
    Clipped,
    OffPage,
    Tiny,
    /// Kept from sight by a soft mask.
    Masked,
    /// Part of a soft mask, which is not shown itself.
    InMask,
    LayerOff,
    /// A shape was painted over it.
    UnderShape,
    UnderImage,
}

/// A letter of a page, in the order of painting.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    pub(super) text: Option<String>,
    quad: [Point; 4],
    origin: Point,
    end: Point,
    size: f64,
    paint: u32,
    pub(super) unseen: Option<Unseen>,
    /// Is the same letter seen in the same place?
    repeated: bool,
}

impl Letter {
    /// Would a reader see anything at all?
    pub(super) fn is_blank(&self) -> bool {
        self.text.as_ref().is_some_and(|text| text.chars().all(|letter| letter.is_whitespace() || letter.is_control()))
    }
}

/// What was met on the pages.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    pub(super) letters: Vec<Letter>,
    /// Texts said in place of others.
    pub(super) instead: Vec<Instead>,
    /// Numbered content, by the form that it lies in, if it does not lie in the page itself.
    pub(super) marked: BTreeMap<(Option<Id>, usize), Content>,
    /// Forms and patterns that were drawn, by object.
    pub(super) used: BTreeSet<Id>,
    /// Pictures that are not seen, or not all of them.
    pub(super) pictures: Vec<Picture>,
    /// Streams that do not follow their packing.
    pub(super) faults: usize,
}

/// A picture that hides something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Picture {
    pub(super) hidden: Hidden,
    /// Is it on a layer that is off?
    pub(super) off: bool,
}

#[derive(Clone, Debug)]
struct State {
    matrix: Matrix,
    clip: Clip,
    fill: Colour,
    stroke: Colour,
    fill_space: Option<Object>,
    stroke_space: Option<Object>,
    /// The tiling pattern that fills, if one does.
    tiling: Option<Rc<Tiling>>,
    fill_alpha: f64,
    stroke_alpha: f64,
    mask: Option<Rc<SoftMask>>,
    blended: bool,
    line: f64,
    dashed: bool,
    font: Option<Rc<Font>>,
    size: f64,
    character_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
    mode: usize,
}

impl State {
    /// As content begins.
    fn new(canvas: &Canvas, colour: Colour) -> Self {
        Self {
            matrix: Matrix::ONE,
            clip: canvas.whole(),
            fill: colour,
            stroke: colour,
            fill_space: None,
            stroke_space: None,
            tiling: None,
            fill_alpha: 1.0,
            stroke_alpha: 1.0,
            mask: None,
            blended: false,
            line: 1.0,
            dashed: false,
            font: None,
            size: 0.0,
            character_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            mode: 0,
        }
    }
}

/// So deep may forms be drawn in forms.
const DEPTH: usize = 24;
/// So far, in points, is a shadow from its letter, at most about twice that.
const NEAR: f64 = 1.0;
/// Above this, a paint lets nothing through.
const OPAQUE: f64 = 0.85;
/// Below this, ink is not seen.
const FAINT: f64 = 0.05;

/// What all pages of a document have in common.
#[derive(Debug)]
pub(super) struct Shared {
    /// Layers that are off.
    pub(super) off: BTreeSet<Id>,
    /// Pictures that were looked at, by their dictionaries.
    pictures: RefCell<BTreeMap<usize, Rc<Looked>>>,
}

impl Shared {
    pub(super) fn new(off: BTreeSet<Id>) -> Self {
        Self { off, pictures: RefCell::default() }
    }
}

pub(super) struct Interpreter<'a> {
    budget: &'a Budget,
    document: &'a Document<'a>,
    shared: &'a Shared,
    fonts: BTreeMap<usize, Rc<Font>>,
    /// Masks and patterns that are drawn already, by their objects and matrices.
    masks: BTreeMap<(usize, [u64; 6]), Rc<SoftMask>>,
    tilings: BTreeMap<(usize, [u64; 6]), Rc<Tiling>>,
    page: [f64; 4],
    /// From the space of the page or the form to that of the page, as patterns see it.
    base: Matrix,
    canvas: Canvas,
    drawn: Drawn,
    state: State,
    stack: Vec<State>,
    text_matrix: Matrix,
    line_matrix: Matrix,
    /// Marked content that is open.
    marks: Vec<Mark>,
    /// The form that is being drawn.
    form: Option<Id>,
    /// How often anything was painted.
    strokes: u64,
    depth: usize,
}

/// Marked content.
#[derive(Debug, Default)]
struct Mark {
    /// Is it on a layer that is off?
    off: bool,
    /// What is said in its place.
    said: Vec<(Kind, String)>,
    /// Is it of a kind that asks for a description?
    is_described: bool,
    /// Its number, by which the structure tree tells of it.
    number: Option<usize>,
    /// The letters and the strokes before it.
    from: (usize, u64),
}

impl<'a> Interpreter<'a> {
    pub(super) fn new(
        budget: &'a Budget,
        document: &'a Document<'a>,
        shared: &'a Shared,
        page: [f64; 4],
    ) -> Result<Self, Uninspectable> {
        Ok(Self::on(budget, document, shared, page, Canvas::new(budget, page)?))
    }

    fn on(budget: &'a Budget, document: &'a Document<'a>, shared: &'a Shared, page: [f64; 4], canvas: Canvas) -> Self {
        let state = State::new(&canvas, Some([0; 3]));
        Self {
            budget,
            document,
            shared,
            fonts: BTreeMap::new(),
            masks: BTreeMap::new(),
            tilings: BTreeMap::new(),
            page,
            base: Matrix::ONE,
            canvas,
            drawn: Drawn::default(),
            state,
            stack: Vec::new(),
            text_matrix: Matrix::ONE,
            line_matrix: Matrix::ONE,
            marks: Vec::new(),
            form: None,
            strokes: 0,
            depth: 0,
        }
    }

    /// The text of a form or a pattern, seen or not.
    pub(super) fn text_of(
        budget: &'a Budget,
        document: &'a Document<'a>,
        shared: &'a Shared,
        drawing: &Object,
    ) -> Result<String, Uninspectable> {
        let page = [0.0, 0.0, 1.0, 1.0];
        let mut interpreter = Self::on(budget, document, shared, page, Canvas::part(budget, page)?);
        interpreter.tile(drawing)?;
        Ok(interpreter.drawn.letters.iter().filter_map(|letter| letter.text.as_deref()).collect())
    }

    /// Draws a content stream.
    pub(super) fn run(&mut self, data: &[u8], resources: &Dict) -> Result<(), Uninspectable> {
        let budget = self.budget;
        let mut path: Vec<Outline> = Vec::new();
        let mut clip_with: Option<bool> = None;
        let stack = self.stack.len();
        let marks = self.marks.len();
        operators(budget, data, budget.limits.nesting, |word, operands, lexer| {
            budget.spend(16)?;
            let n: Vec<f64> = operands.iter().filter_map(Object::number).collect();
            let at = |index: usize| n.get(index).copied().unwrap_or(0.0);
            match word {
                b"q" if self.stack.len() < 4_096 => self.stack.push(self.state.clone()),
                b"Q" if self.stack.len() > stack => self.state = self.stack.pop().unwrap_or(self.state.clone()),
                b"cm" => {
                    if let Some(matrix) = Matrix::from(&n) {
                        self.state.matrix = matrix.then(self.state.matrix);
                    }
                }
                b"w" => self.state.line = at(0),
                b"d" => self.state.dashed = operands.first().and_then(Object::array).is_some_and(|d| !d.is_empty()),
                b"gs" => self.graphics_state(operands, resources)?,
                b"m" => path.push(vec![self.state.matrix.apply((at(0), at(1)))]),
                b"l" => {
                    if let Some(line) = path.last_mut() {
                        line.push(self.state.matrix.apply((at(0), at(1))));
                    }
                }
                b"c" | b"v" | b"y" => self.curve(&mut path, word, &n),
                b"re" => {
                    let (x, y, w, h) = (at(0), at(1), at(2), at(3));
                    path.push(
                        [(x, y), (x + w, y), (x + w, y + h), (x, y + h)].map(|p| self.state.matrix.apply(p)).to_vec(),
                    );
                }
                b"h" => {
                    if let Some(line) = path.last_mut().filter(|line| line.len() > 1) {
                        line.extend(line.first().copied());
                    }
                }
                b"W" => clip_with = Some(false),
                b"W*" => clip_with = Some(true),
                b"n" | b"f" | b"F" | b"f*" | b"S" | b"s" | b"B" | b"B*" | b"b" | b"b*" => {
                    if matches!(word, b"s" | b"b" | b"b*") {
                        path.iter_mut().for_each(|line| line.extend(line.first().copied()));
                    }
                    if matches!(word, b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*") {
                        self.fill(&path, word.ends_with(b"*"), Painter::Shape)?;
                    }
                    if matches!(word, b"S" | b"s" | b"B" | b"B*" | b"b" | b"b*") {
                        self.stroke(&path)?;
                    }
                    if let Some(even_odd) = clip_with.take() {
                        self.state.clip = self.canvas.clip(budget, &path, even_odd, &self.state.clip)?;
                    }
                    path.clear();
                }
                b"sh" => self.shade()?,
                b"g" | b"rg" | b"k" => {
                    (self.state.fill_space, self.state.fill, self.state.tiling) = (None, device(&n), None);
                }
                b"G" | b"RG" | b"K" => (self.state.stroke_space, self.state.stroke) = (None, device(&n)),
                b"cs" | b"CS" => {
                    let space = self.space(operands, resources);
                    let first = self.first_colour(space.as_ref());
                    if word == b"cs" {
                        (self.state.fill_space, self.state.fill, self.state.tiling) = (space, first, None);
                    } else {
                        (self.state.stroke_space, self.state.stroke) = (space, first);
                    }
                }
                b"sc" | b"scn" => {
                    self.state.fill = self.colour(self.state.fill_space.as_ref(), &n);
                    self.state.tiling = match operands.last() {
                        Some(Object::Name(name)) => self.tiling(name, &n, resources)?,
                        _ => None,
                    };
                }
                b"SC" | b"SCN" => self.state.stroke = self.colour(self.state.stroke_space.as_ref(), &n),
                b"BT" => (self.text_matrix, self.line_matrix) = (Matrix::ONE, Matrix::ONE),
                b"Tc" => self.state.character_space = at(0),
                b"Tw" => self.state.word_space = at(0),
                b"Tz" => self.state.stretch = at(0) / 100.0,
                b"TL" => self.state.leading = at(0),
                b"Ts" => self.state.rise = at(0),
                b"Tr" => self.state.mode = at(0).clamp(0.0, 7.0) as usize,
                b"Tf" => {
                    self.state.size = at(0);
                    let name = operands.first().and_then(Object::name).unwrap_or_default();
                    let fonts = self.document.dict(resources, "Font");
                    self.state.font = match fonts.and_then(|fonts| fonts.get(name)) {
                        Some(font) => self.font(font)?,
                        None => None,
                    };
                }
                b"Td" => self.next_line(at(0), at(1)),
                b"TD" => {
                    self.state.leading = -at(1);
                    self.next_line(at(0), at(1));
                }
                b"Tm" => {
                    if let Some(matrix) = Matrix::from(&n) {
                        (self.text_matrix, self.line_matrix) = (matrix, matrix);
                    }
                }
                b"T*" => self.next_line(0.0, -self.state.leading),
                b"Tj" => self.show(operands.first())?,
                b"'" | b"\"" => {
                    if word == b"\"" {
                        (self.state.word_space, self.state.character_space) = (at(0), at(1));
                    }
                    self.next_line(0.0, -self.state.leading);
                    self.show(operands.last())?;
                }
                b"TJ" => {
                    for item in operands.first().and_then(Object::array).unwrap_or_default() {
                        match item {
                            Object::Number(back) => {
                                self.advance(-back / 1_000.0 * self.state.size * self.state.stretch)
                            }
                            text => self.show(Some(text))?,
                        }
                    }
                }
                b"BMC" => self.marks.push(Mark::default()),
                b"BDC" => self.mark(operands, resources),
                b"EMC" if self.marks.len() > marks => self.unmark()?,
                b"Do" => {
                    let name = operands.first().and_then(Object::name).unwrap_or_default();
                    if let Some(object) = self.document.dict(resources, "XObject").and_then(|objects| objects.get(name))
                    {
                        self.external(object, resources)?;
                    }
                }
                b"BI" => {
                    skip_inline_image(lexer);
                    self.image(&Masking::Unknown)?;
                }
                _ => {}
            }
            Ok(())
        })?;
        while self.marks.len() > marks {
            self.unmark()?;
        }
        if self.stack.len() > stack {
            self.state = self.stack.swap_remove(stack);
            self.stack.truncate(stack);
        }
        Ok(())
    }

    /// What came of it, once the page is finished.
    pub(super) fn finish(mut self) -> Drawn {
        self.settle();
        self.drawn
    }

    /// The same, with what was painted.
    fn finish_with_print(mut self) -> Result<(Print, Drawn), Uninspectable> {
        self.settle();
        Ok((self.canvas.print(self.budget)?, self.drawn))
    }

    /// Finds what became of each letter.
    fn settle(&mut self) {
        let canvas = &self.canvas;
        for letter in self.drawn.letters.iter_mut() {
            let over = canvas.covered_since(letter.quad, letter.paint);
            letter.unseen = match (letter.unseen, over) {
                (Some(Unseen::ScannedText) | None, Some(Painter::Shape)) => Some(Unseen::UnderShape),
                (None, Some(Painter::Image)) => Some(Unseen::UnderImage),
                (None | Some(Unseen::NoInk), Some(Painter::Scan)) => Some(Unseen::ScannedText),
                (Some(Unseen::NoInk), _) if canvas.on_image(letter.quad) => Some(Unseen::ScannedText),
                (unseen, _) => unseen,
            };
        }
        // What is drawn once more beside or on top, as shadows and outlines are, is seen.
        let square =
            |letter: &Letter| ((letter.origin.0 / NEAR).round() as i64, (letter.origin.1 / NEAR).round() as i64);
        let seen = self.drawn.letters.iter().filter(|letter| letter.unseen.is_none());
        let seen: BTreeSet<_> = seen.map(|letter| (square(letter), letter.text.clone())).collect();
        for letter in self.drawn.letters.iter_mut().filter(|letter| letter.unseen.is_some() && letter.text.is_some()) {
            let (x, y) = square(letter);
            let around = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (dx, dy)));
            if around
                .into_iter()
                .any(|(dx, dy)| seen.contains(&((x.saturating_add(dx), y.saturating_add(dy)), letter.text.clone())))
            {
                letter.repeated = true;
            }
        }
        self.drawn.letters.retain(|letter| !letter.repeated);
    }

    fn curve(&self, path: &mut [Outline], word: &[u8], n: &[f64]) {
        let Some(line) = path.last_mut() else { return };
        let Some(&start) = line.last() else { return };
        let p: Vec<Point> = n.chunks_exact(2).map(|pair| self.state.matrix.apply((pair[0], pair[1]))).collect();
        let (a, b, end) = match (word, p.as_slice()) {
            (b"c", &[a, b, end]) => (a, b, end),
            (b"v", &[b, end]) => (start, b, end),
            (b"y", &[a, end]) => (a, end, end),
            _ => return,
        };
        const PIECES: i32 = 8;
        for piece in 1..=PIECES {
            let t = f64::from(piece) / f64::from(PIECES);
            let u = 1.0 - t;
            let mix = |s: f64, a: f64, b: f64, e: f64| {
                u * u * u * s + 3.0 * u * u * t * a + 3.0 * u * t * t * b + t * t * t * e
            };
            line.push((mix(start.0, a.0, b.0, end.0), mix(start.1, a.1, b.1, end.1)));
        }
    }

    fn hidden_by_layer(&self) -> bool {
        self.marks.iter().any(|mark| mark.off)
    }

    fn fill(&mut self, path: &[Outline], even_odd: bool, painter: Painter) -> Result<(), Uninspectable> {
        if painter == Painter::Shape
            && let Some(tiling) = self.state.tiling.clone()
        {
            self.paint(path, even_odd, painter, self.state.fill_alpha, None, Some(&|point| tiling.ink(point)))?;
            return if tiling.letters > 0 { self.tiled_letters(path, even_odd, &tiling) } else { Ok(()) };
        }
        let colour = if painter == Painter::Shape { self.state.fill } else { None };
        self.paint(path, even_odd, painter, self.state.fill_alpha, colour, None)
    }

    /// Paints the inside of some outlines: with a colour, or with what `own` says of each point.
    fn paint(
        &mut self,
        path: &[Outline],
        even_odd: bool,
        painter: Painter,
        alpha: f64,
        colour: Colour,
        own: Option<&dyn Fn(Point) -> Ink>,
    ) -> Result<(), Uninspectable> {
        self.strokes += 1;
        if self.hidden_by_layer() || alpha <= FAINT {
            return Ok(());
        }
        let (budget, clip) = (self.budget, &self.state.clip);
        let blended = self.state.blended;
        let is_dark = |colour: Colour| colour.is_some_and(|colour| colour.iter().all(|&part| part < 40));
        let full = |through: f64, colour: Colour| through * alpha >= OPAQUE && (!blended || is_dark(colour));
        let mask = self.state.mask.as_deref();
        if own.is_none() && mask.is_none() {
            return if full(1.0, colour) {
                self.canvas.fill(budget, path, even_odd, clip, painter, colour)
            } else {
                self.canvas.tint(budget, path, even_odd, clip)
            };
        }
        let ink = |point: Point| {
            let through = mask.map_or(Some(1.0), |mask| mask.value(point));
            match (own.map_or(Ink::Full(colour), |own| own(point)), through) {
                (Ink::Nothing, _) => Ink::Nothing,
                (_, Some(through)) if through * alpha <= FAINT => Ink::Nothing,
                (Ink::Full(colour), Some(through)) if full(through, colour) => Ink::Full(colour),
                _ => Ink::Tint,
            }
        };
        self.canvas.fill_with(budget, path, even_odd, clip, painter, &ink)
    }

    fn stroke(&mut self, path: &[Outline]) -> Result<(), Uninspectable> {
        self.strokes += 1;
        let half = self.state.line * self.state.matrix.scale() / 2.0;
        if half < 0.25 || self.state.dashed || self.state.stroke_alpha < OPAQUE || self.state.blended {
            return Ok(());
        }
        let mut outlines = Vec::new();
        for pair in path.iter().flat_map(|line| line.windows(2)) {
            let (from, to) = (pair[0], pair[1]);
            let length = (to.0 - from.0).hypot(to.1 - from.1);
            if length > 0.0 {
                let (x, y) = ((to.1 - from.1) / length * half, (from.0 - to.0) / length * half);
                // All in one sense, so that crossing pieces do not cancel out.
                outlines.push(vec![
                    (from.0 + x, from.1 + y),
                    (to.0 + x, to.1 + y),
                    (to.0 - x, to.1 - y),
                    (from.0 - x, from.1 - y),
                ]);
            }
        }
        self.paint(&outlines, false, Painter::Shape, self.state.stroke_alpha, self.state.stroke, None)
    }

    fn unit_square(&self) -> Outline {
        [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(|point| self.state.matrix.apply(point)).to_vec()
    }

    /// Paints an image into the unit square.
    fn image(&mut self, masking: &Masking) -> Result<(), Uninspectable> {
        if matches!(masking, Masking::Unknown) {
            self.strokes += 1;
            let (square, clip) = (self.unit_square(), &self.state.clip);
            return if self.hidden_by_layer() { Ok(()) } else { self.canvas.tint(self.budget, &[square], false, clip) };
        }
        let square = self.unit_square();
        let painter = if self.canvas.share(&square) > 0.8 { Painter::Scan } else { Painter::Image };
        let back = self.state.matrix.inverse();
        let own = |point: Point| match (masking, back) {
            (Masking::None, _) => Ink::Full(None),
            (Masking::Known(veil), Some(back)) => {
                let (x, y) = back.apply(point);
                match veil.at(x.clamp(0.0, 1.0), (1.0 - y).clamp(0.0, 1.0)) {
                    through if through >= OPAQUE => Ink::Full(None),
                    through if through <= FAINT => Ink::Nothing,
                    _ => Ink::Tint,
                }
            }
            _ => Ink::Tint,
        };
        let own: Option<&dyn Fn(Point) -> Ink> = if matches!(masking, Masking::None) { None } else { Some(&own) };
        self.paint(&[square], false, painter, self.state.fill_alpha, None, own)
    }

    /// Is nothing painted on the unit square: by transparency, by a mask?
    fn is_unpainted(&self) -> bool {
        let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)].map(|point| self.state.matrix.apply(point));
        self.hidden_by_layer() || self.state.fill_alpha <= FAINT || self.is_masked(corners)
    }

    /// Does the soft mask let nothing through there?
    fn is_masked(&self, quad: [Point; 4]) -> bool {
        let mut points = self.canvas.points(quad).peekable();
        let hides = |mask: &SoftMask, point| mask.value(point).is_some_and(|value| value <= FAINT);
        self.state.mask.as_ref().is_some_and(|mask| points.peek().is_some() && points.all(|point| hides(mask, point)))
    }

    fn shade(&mut self) -> Result<(), Uninspectable> {
        let far = 1e5;
        let all = vec![(-far, -far), (far, -far), (far, far), (-far, far)];
        self.paint(&[all], false, Painter::Shape, self.state.fill_alpha, None, None)
    }

    /// Another page of the same document to draw on, as seen from here.
    fn another(&self, page: [f64; 4]) -> Result<Self, Uninspectable> {
        let canvas = Canvas::part(self.budget, page)?;
        let mut another = Self::on(self.budget, self.document, self.shared, page, canvas);
        another.depth = self.depth + 1;
        Ok(another)
    }

    /// The soft mask of a graphics state. The text in it is told apart: it is no text of the page.
    fn soft_mask(&mut self, mask: &Dict) -> Result<Rc<SoftMask>, Uninspectable> {
        let key = (std::ptr::from_ref(mask) as usize, self.state.matrix.0.map(f64::to_bits));
        if let Some(found) = self.masks.get(&key) {
            return Ok(Rc::clone(found));
        }
        let mut group = None;
        if let Some(form) = mask.get(&b"G"[..]).filter(|_| self.depth < DEPTH) {
            let mut drawing = self.another(self.page)?;
            (drawing.state.matrix, drawing.base) = (self.state.matrix, self.base);
            drawing.external(form, &Dict::new())?;
            let (print, drawn) = drawing.finish_with_print()?;
            group = Some(print);
            self.take(&drawn);
            let letters = drawn.letters.into_iter().filter(|letter| !letter.is_blank());
            self.drawn.letters.extend(letters.map(|letter| Letter { unseen: Some(Unseen::InMask), ..letter }));
        }
        let made = Rc::new(SoftMask::new(self.budget, self.document, mask, group)?);
        self.masks.insert(key, Rc::clone(&made));
        Ok(made)
    }

    /// Takes over what another drawing used.
    fn take(&mut self, drawn: &Drawn) {
        self.drawn.used.extend(&drawn.used);
        self.drawn.pictures.extend(&drawn.pictures);
        self.drawn.faults += drawn.faults;
    }

    /// The tiling pattern of this name, in these colours if it has none of its own.
    fn tiling(&mut self, name: &[u8], n: &[f64], resources: &Dict) -> Result<Option<Rc<Tiling>>, Uninspectable> {
        let document = self.document;
        let Some(pattern) = document.dict(resources, "Pattern").and_then(|patterns| patterns.get(name)) else {
            return Ok(None);
        };
        let resolved = document.resolve(pattern);
        let Object::Stream(dict, _) = resolved else { return Ok(None) };
        let Some(cell) = Cell::read(document, pattern, dict, self.base).filter(|_| self.depth < DEPTH) else {
            return Ok(None);
        };
        let key = (std::ptr::from_ref(dict) as usize, cell.matrix.0.map(f64::to_bits));
        let own_colours = document.value(dict, "PaintType").whole() != Some(2);
        if let Some(found) = self.tilings.get(&key).filter(|_| own_colours) {
            return Ok(Some(Rc::clone(found)));
        }
        let scale = cell.scale();
        let mut drawing = self.another(cell.bounds.map(|side| side * scale))?;
        let colour = (!own_colours).then(|| device(n));
        if let Some(colour) = colour {
            (drawing.state.fill, drawing.state.stroke) = (colour, colour);
        }
        drawing.state.matrix = Matrix([scale, 0.0, 0.0, scale, 0.0, 0.0]);
        drawing.tile(&cell.pattern)?;
        let (print, drawn) = drawing.finish_with_print()?;
        self.take(&drawn);
        let Some(tiling) = Tiling::new(cell, print, colour, drawn.letters.len()).map(Rc::new) else { return Ok(None) };
        self.tilings.insert(key, Rc::clone(&tiling));
        Ok(Some(tiling))
    }

    /// The letters of a pattern, once each: that of a tile in which it is seen, if there is one.
    fn tiled_letters(&mut self, path: &[Outline], even_odd: bool, tiling: &Tiling) -> Result<(), Uninspectable> {
        let clip = self.canvas.clip(self.budget, path, even_odd, &self.state.clip)?;
        let Some(bounds) = self.canvas.bounds(&clip).filter(|_| self.depth < DEPTH) else { return Ok(()) };
        let kept = (self.state.clone(), self.text_matrix, self.line_matrix);
        self.depth += 1;
        let from = self.drawn.letters.len();
        let mut once: Vec<Letter> = Vec::new();
        for tile in tiling.cell.tiles(bounds) {
            let colour = tiling.colour.unwrap_or(Some([0; 3]));
            self.state = State {
                matrix: tile,
                clip: clip.clone(),
                fill_alpha: kept.0.fill_alpha,
                mask: kept.0.mask.clone(),
                ..State::new(&self.canvas, colour)
            };
            self.tile(&tiling.cell.pattern)?;
            for (at, letter) in self.drawn.letters.split_off(from).into_iter().enumerate() {
                match once.get_mut(at) {
                    Some(known) if known.unseen.is_some() && letter.unseen.is_none() => *known = letter,
                    Some(_) => {}
                    None => once.push(letter),
                }
            }
        }
        self.drawn.letters.append(&mut once);
        self.depth -= 1;
        (self.state, self.text_matrix, self.line_matrix) = kept;
        Ok(())
    }

    /// Draws the content of a pattern once.
    fn tile(&mut self, pattern: &Object) -> Result<(), Uninspectable> {
        let Object::Stream(dict, range) = self.document.resolve(pattern) else { return Ok(()) };
        if let Object::Ref(id) = pattern {
            self.drawn.used.insert(*id);
        }
        let decoded = self.document.decode(self.budget, dict, range)?;
        self.drawn.faults += usize::from(decoded.fault);
        let nothing = Dict::new();
        self.run(&decoded.data, self.document.dict(dict, "Resources").unwrap_or(&nothing))
    }

    fn graphics_state(&mut self, operands: &[Object], resources: &Dict) -> Result<(), Uninspectable> {
        let name = operands.first().and_then(Object::name).unwrap_or_default();
        let states = self.document.dict(resources, "ExtGState");
        let Some(set) = states.and_then(|states| states.get(name)).and_then(|set| self.document.resolve(set).dict())
        else {
            return Ok(());
        };
        self.state.fill_alpha = self.document.number(set, "ca").unwrap_or(self.state.fill_alpha);
        self.state.stroke_alpha = self.document.number(set, "CA").unwrap_or(self.state.stroke_alpha);
        self.state.line = self.document.number(set, "LW").unwrap_or(self.state.line);
        if set.contains_key(&b"SMask"[..]) {
            self.state.mask = match self.document.value(set, "SMask").dict() {
                Some(mask) => Some(self.soft_mask(mask)?),
                None => None,
            };
        }
        match self.document.value(set, "BM") {
            Object::Name(mode) => self.state.blended = !matches!(mode.as_slice(), b"Normal" | b"Compatible"),
            Object::Array(_) => self.state.blended = true,
            _ => {}
        }
        if let Some([font, size]) = self.document.value(set, "Font").array() {
            self.state.font = self.font(font)?;
            self.state.size = self.document.resolve(size).number().unwrap_or(self.state.size);
        }
        Ok(())
    }

    fn space(&self, operands: &[Object], resources: &Dict) -> Option<Object> {
        let name = operands.first()?;
        let spaces = self.document.dict(resources, "ColorSpace");
        let found = spaces.and_then(|spaces| spaces.get(name.name()?));
        Some(self.document.resolve(found.unwrap_or(name)).clone())
    }

    fn first_colour(&self, space: Option<&Object>) -> Colour {
        components(self.document, space).and_then(|count| match count {
            4 => device(&[0.0, 0.0, 0.0, 1.0]),
            count => device(&vec![0.0; count]),
        })
    }

    fn colour(&self, space: Option<&Object>, n: &[f64]) -> Colour {
        let Some(space) = space else { return device(n) };
        if let Some(count) = components(self.document, Some(space)) {
            return (count == n.len()).then(|| device(n)).flatten();
        }
        let items = space.array()?;
        if self.document.resolve(items.first()?).name() != Some(b"Separation") {
            return None;
        }
        // Of an ink, the amount between none and all.
        let function = self.document.resolve(items.get(3)?).dict()?;
        let (none, all) = (
            self.document.numbers(self.document.value(function, "C0")),
            self.document.numbers(self.document.value(function, "C1")),
        );
        if none.len() == all.len() && !all.is_empty() {
            let tint = n.first().copied()?;
            return device(&none.iter().zip(&all).map(|(none, all)| none + tint * (all - none)).collect::<Vec<_>>());
        }
        (n.first() == Some(&0.0)).then_some([255; 3])
    }

    fn font(&mut self, object: &Object) -> Result<Option<Rc<Font>>, Uninspectable> {
        let Some(dict) = self.document.resolve(object).dict() else { return Ok(None) };
        let key = std::ptr::from_ref(dict) as usize;
        if let Some(font) = self.fonts.get(&key) {
            return Ok(Some(Rc::clone(font)));
        }
        let font = Rc::new(Font::read(self.budget, self.document, dict)?);
        self.fonts.insert(key, Rc::clone(&font));
        Ok(Some(font))
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line_matrix = Matrix([1.0, 0.0, 0.0, 1.0, x, y]).then(self.line_matrix);
        self.text_matrix = self.line_matrix;
    }

    fn advance(&mut self, x: f64) {
        self.text_matrix = Matrix([1.0, 0.0, 0.0, 1.0, x, 0.0]).then(self.text_matrix);
    }

    fn show(&mut self, shown: Option<&Object>) -> Result<(), Uninspectable> {
        let (Some(shown), Some(font)) = (shown.and_then(Object::text), self.state.font.clone()) else { return Ok(()) };
        for glyph in font.glyphs(shown) {
            self.budget.spend(64)?;
            let size = self.state.size;
            let wide = glyph.width / 1_000.0 * size;
            let matrix = Matrix([self.state.stretch, 0.0, 0.0, 1.0, 0.0, self.state.rise])
                .then(self.text_matrix)
                .then(self.state.matrix);
            // The middle of the letter, where small letters have their ink.
            let quad = [
                (0.1 * wide, 0.05 * size),
                (0.9 * wide, 0.05 * size),
                (0.1 * wide, 0.5 * size),
                (0.9 * wide, 0.5 * size),
            ]
            .map(|point| matrix.apply(point));
            let letter = Letter {
                text: glyph.text.clone(),
                quad,
                origin: matrix.apply((0.0, 0.0)),
                end: matrix.apply((wide, 0.0)),
                size: (size * matrix.height()).abs(),
                paint: self.canvas.paints(),
                unseen: None,
                repeated: false,
            };
            let unseen = self.unseen(&letter);
            if glyph.text.as_deref() == Some("█") && unseen.is_none() {
                let block = [(0.0, -0.2 * size), (wide, -0.2 * size), (wide, 0.8 * size), (0.0, 0.8 * size)];
                self.fill(&[block.map(|point| matrix.apply(point)).to_vec()], false, Painter::Shape)?;
            }
            self.drawn.letters.push(Letter { unseen, paint: self.canvas.paints(), ..letter });
            self.budget.unpack(160)?;
            if let Some(drawn) = &font.drawn
                && let Some(procedure) = drawn.glyphs.get(&glyph.code)
            {
                let inner = Matrix(drawn.matrix).then(Matrix([size, 0.0, 0.0, size, 0.0, 0.0])).then(matrix);
                let resources = drawn.resources.as_ref().and_then(|resources| self.document.resolve(resources).dict());
                self.procedure(procedure, inner, resources)?;
            }
            let word = if glyph.space { self.state.word_space } else { 0.0 };
            self.advance((wide + self.state.character_space + word) * self.state.stretch);
        }
        Ok(())
    }

    /// Draws the glyph of a Type 3 font.
    fn procedure(&mut self, procedure: &Object, matrix: Matrix, resources: Option<&Dict>) -> Result<(), Uninspectable> {
        let Object::Stream(dict, range) = self.document.resolve(procedure) else { return Ok(()) };
        if self.depth >= DEPTH {
            return Ok(());
        }
        let data = self.document.decode(self.budget, dict, range)?.data;
        let kept = (self.state.clone(), self.text_matrix, self.line_matrix);
        self.state.matrix = matrix;
        self.depth += 1;
        let nothing = Dict::new();
        self.run(&data, resources.unwrap_or(&nothing))?;
        self.depth -= 1;
        (self.state, self.text_matrix, self.line_matrix) = kept;
        Ok(())
    }

    fn unseen(&self, letter: &Letter) -> Option<Unseen> {
        let ink = match self.state.mode {
            0 | 4 => Some((self.state.fill, self.state.fill_alpha)),
            1 | 5 => Some((self.state.stroke, self.state.stroke_alpha)),
            3 => None,
            _ => Some((None, 1.0)),
        };
        if self.hidden_by_layer() {
            return Some(Unseen::LayerOff);
        }
        if !self.canvas.on_page(letter.quad) {
            return Some(Unseen::OffPage);
        }
        if !self.canvas.in_clip(letter.quad, &self.state.clip) {
            return Some(Unseen::Clipped);
        }
        if self.is_masked(letter.quad) {
            return Some(Unseen::Masked);
        }
        let Some((colour, alpha)) = ink else { return Some(Unseen::NoInk) };
        let no_tile = self.state.tiling.as_ref().is_some_and(|tiling| tiling.is_empty());
        if alpha <= FAINT || (no_tile && self.state.mode == 0) {
            return Some(Unseen::Transparent);
        }
        if letter.size < 1.0 && self.state.font.as_ref().is_some_and(|font| font.drawn.is_none()) {
            return Some(Unseen::Tiny);
        }
        let same = colour.is_some_and(|ink| {
            self.canvas.colours(letter.quad).all(|under| under.is_some_and(|under| contrast(ink, under) < 1.1))
        });
        let dark = colour.is_some_and(|ink| contrast(ink, [255; 3]) > 3.0);
        let why = if dark { Unseen::OnShape } else { Unseen::SameColour };
        (same && !self.state.blended && self.state.mask.is_none()).then_some(why)
    }

    fn mark(&mut self, operands: &[Object], resources: &Dict) {
        let tag = operands.first().and_then(Object::name);
        let listed = operands.get(1).map(|properties| match properties {
            Object::Name(name) => {
                self.document.dict(resources, "Properties").and_then(|all| all.get(name)).unwrap_or(properties)
            }
            direct => direct,
        });
        let off = tag == Some(b"OC") && listed.is_some_and(|layer| is_off(self.document, &self.shared.off, layer));
        let properties = listed.and_then(|properties| self.document.resolve(properties).dict());
        let text = |key: &str| self.document.value(properties?, key).text().map(super::font::text_string);
        self.marks.push(Mark {
            off,
            said: ENTRIES.into_iter().filter_map(|(key, kind)| Some((kind, text(key)?))).collect(),
            is_described: is_described(tag.unwrap_or_default()),
            number: properties.and_then(|properties| self.document.value(properties, "MCID").whole()),
            from: (self.drawn.letters.len(), self.strokes),
        });
    }

    fn unmark(&mut self) -> Result<(), Uninspectable> {
        let Some(mark) = self.marks.pop() else { return Ok(()) };
        if mark.said.is_empty() && mark.number.is_none() {
            return Ok(());
        }
        let letters = self.drawn.letters.get(mark.from.0..).unwrap_or_default();
        self.budget.spend(letters.len() as u64)?;
        self.budget.unpack(letters.len() as u64)?;
        let text: String = letters.iter().map(|letter| letter.text.as_deref().unwrap_or("\u{FFFD}")).collect();
        let content = Content { text, paints: !letters.is_empty() || self.strokes > mark.from.1 };
        for (kind, said) in mark.said {
            let (shown, is_described) = (Some(content.clone()), mark.is_described);
            let number = mark.number.map(|number| (self.form, number));
            self.drawn.instead.push(Instead { kind, said, shown, is_described, number });
        }
        if let Some(number) = mark.number {
            // Content may come back to a number.
            let all = self.drawn.marked.entry((self.form, number)).or_default();
            all.text.push_str(&content.text);
            all.paints |= content.paints;
        }
        Ok(())
    }

    /// Draws a form or an image.
    pub(super) fn external(&mut self, object: &Object, resources: &Dict) -> Result<(), Uninspectable> {
        let Object::Stream(dict, range) = self.document.resolve(object) else { return Ok(()) };
        if let Object::Ref(id) = object {
            self.drawn.used.insert(*id);
        }
        let off = dict.get(&b"OC"[..]).is_some_and(|layer| is_off(self.document, &self.shared.off, layer));
        if self.document.is(dict, "Subtype", "Image") {
            return self.picture(object, dict, off);
        }
        if self.depth >= DEPTH {
            return Ok(());
        }
        let decoded = self.document.decode(self.budget, dict, range)?;
        self.drawn.faults += usize::from(decoded.fault);
        let kept = (self.state.clone(), self.text_matrix, self.line_matrix);
        if let Some(matrix) = Matrix::from(&self.document.numbers(self.document.value(dict, "Matrix"))) {
            self.state.matrix = matrix.then(self.state.matrix);
        }
        if let [a, b, c, d] = self.document.numbers(self.document.value(dict, "BBox"))[..] {
            let bounds = [(a, b), (c, b), (c, d), (a, d)].map(|point| self.state.matrix.apply(point)).to_vec();
            self.state.clip = self.canvas.clip(self.budget, &[bounds], false, &self.state.clip)?;
        }
        let outer = self.form;
        if let Object::Ref(id) = object {
            self.form = Some(*id);
        }
        self.marks.push(Mark { off, ..Mark::default() });
        self.depth += 1;
        self.run(&decoded.data, self.document.dict(dict, "Resources").unwrap_or(resources))?;
        self.depth -= 1;
        self.marks.pop();
        self.form = outer;
        (self.state, self.text_matrix, self.line_matrix) = kept;
        Ok(())
    }

    /// Draws an image, and looks at what of it is not seen.
    fn picture(&mut self, object: &Object, dict: &Dict, off: bool) -> Result<(), Uninspectable> {
        let unpainted = off || self.is_unpainted();
        let is_stencil = *self.document.value(dict, "ImageMask") == Object::Bool(true);
        if is_stencil {
            // It paints a shape in the colour that is set.
            return if off { Ok(()) } else { self.image(&Masking::Unknown) };
        }
        let image = self.document.resolve(object);
        let key = std::ptr::from_ref(dict) as usize;
        let known = self.shared.pictures.borrow().get(&key).cloned();
        let looked = match known {
            Some(looked) => looked,
            None => {
                let looked = Rc::new(Looked::at(self.budget, self.document, image)?);
                self.shared.pictures.borrow_mut().insert(key, Rc::clone(&looked));
                looked
            }
        };
        let hidden = looked.hidden(self.budget, self.document, image, !unpainted)?;
        if hidden != Hidden::Nothing {
            self.drawn.pictures.push(Picture { hidden, off: off || self.hidden_by_layer() });
        }
        if off { Ok(()) } else { self.image(&looked.masking) }
    }

    /// Draws an annotation's appearance into its rectangle (12.5.5).
    pub(super) fn appearance(&mut self, object: &Object, rectangle: [f64; 4]) -> Result<(), Uninspectable> {
        let Some(dict) = self.document.resolve(object).dict() else { return Ok(()) };
        let [a, b, c, d] = self.document.numbers(self.document.value(dict, "BBox"))[..] else { return Ok(()) };
        let matrix = Matrix::from(&self.document.numbers(self.document.value(dict, "Matrix"))).unwrap_or(Matrix::ONE);
        let corners = [(a, b), (c, b), (c, d), (a, d)].map(|point| matrix.apply(point));
        let least = corners.iter().fold((f64::MAX, f64::MAX), |least, p| (least.0.min(p.0), least.1.min(p.1)));
        let most = corners.iter().fold((f64::MIN, f64::MIN), |most, p| (most.0.max(p.0), most.1.max(p.1)));
        let along = |size: f64, room: f64| if size.abs() > 1e-6 { room / size } else { 1.0 };
        let (x, y) = (
            along(most.0 - least.0, rectangle[2] - rectangle[0]),
            along(most.1 - least.1, rectangle[3] - rectangle[1]),
        );
        let kept = self.state.clone();
        self.state.matrix =
            Matrix([x, 0.0, 0.0, y, rectangle[0] - least.0 * x, rectangle[1] - least.1 * y]).then(self.state.matrix);
        self.external(object, &Dict::new())?;
        self.state = kept;
        Ok(())
    }
}

/// Is this layer, or this rule over layers, off?
pub(super) fn is_off(document: &Document<'_>, off: &BTreeSet<Id>, layer: &Object) -> bool {
    if let Object::Ref(id) = layer
        && off.contains(id)
    {
        return true;
    }
    let Some(rule) = document.resolve(layer).dict().filter(|dict| document.is(dict, "Type", "OCMD")) else {
        return false;
    };
    let members: Vec<&Object> = match (rule.get(&b"OCGs"[..]), document.value(rule, "OCGs")) {
        (_, Object::Array(items)) => items.iter().collect(),
        (Some(one), _) => vec![one],
        _ => return false,
    };
    let mut states = members.iter().filter_map(|member| match member {
        Object::Ref(id) => Some(!off.contains(id)),
        _ => None,
    });
    if members.is_empty() {
        return false;
    }
    let on = match document.value(rule, "P").name() {
        Some(b"AllOn") => states.all(|on| on),
        Some(b"AnyOff") => states.any(|on| !on),
        Some(b"AllOff") => states.all(|on| !on),
        _ => states.any(|on| on),
    };
    !on
}

/// The number of components of a space whose colours are as a device has them, about.
pub(super) fn components(document: &Document<'_>, space: Option<&Object>) -> Option<usize> {
    let name = match space? {
        Object::Name(name) => name.as_slice(),
        Object::Array(items) => {
            let name = document.resolve(items.first()?).name()?;
            if name == b"ICCBased" {
                return document.value(document.resolve(items.get(1)?).dict()?, "N").whole();
            }
            name
        }
        _ => return None,
    };
    match name {
        b"DeviceGray" | b"G" | b"CalGray" => Some(1),
        b"DeviceRGB" | b"RGB" | b"CalRGB" => Some(3),
        b"DeviceCMYK" | b"CMYK" => Some(4),
        _ => None,
    }
}

/// A colour of one, three or four parts from 0 to 1.
pub(super) fn device(parts: &[f64]) -> Colour {
    let byte = |part: f64| (part.clamp(0.0, 1.0) * 255.0).round() as u8;
    match *parts {
        [gray] => Some([byte(gray); 3]),
        [red, green, blue] => Some([byte(red), byte(green), byte(blue)]),
        [c, m, y, k] => Some([c, m, y].map(|ink| byte((1.0 - ink) * (1.0 - k)))),
        _ => None,
    }
}

/// The contrast of two colours, from 1 to 21 (Web Content Accessibility Guidelines 2.2).
pub(crate) fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    // Black on white is what nearly all of them are.
    if a == b {
        return 1.0;
    }
    if (a, b) == ([0; 3], [255; 3]) {
        return 21.0;
    }
    let light = |colour: [u8; 3]| {
        let [r, g, b] = colour.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (light(a), light(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Moves behind the data of an image in the content itself (8.9.7).
fn skip_inline_image(lexer: &mut super::object::Lexer<'_>) {
    let rest = lexer.bytes.get(lexer.at..).unwrap_or_default();
    let end = rest
        .windows(4)
        .position(|w| super::object::is_white(w[0]) && &w[1..3] == b"EI" && super::object::is_white(w[3]));
    lexer.at = end.map_or(lexer.bytes.len(), |end| lexer.at + end + 3);
}

/// The seen letters in their order, with blanks and lines where the page has them.
pub(super) fn visible(letters: &[Letter]) -> String {
    let mut text = String::new();
    let mut last: Option<&Letter> = None;
    for letter in letters.iter().filter(|letter| letter.unseen.is_none()) {
        if let Some(before) = last {
            let (x, y) = (letter.origin.0 - before.end.0, letter.origin.1 - before.end.1);
            if y.abs() > 0.5 * letter.size.max(before.size) || x < -letter.size {
                text.push('\n');
            } else if x > 0.2 * letter.size && !text.ends_with(char::is_whitespace) {
                text.push(' ');
            }
        }
        text.push_str(letter.text.as_deref().unwrap_or("\u{FFFD}"));
        last = Some(letter);
    }
    text
}
