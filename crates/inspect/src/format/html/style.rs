//! What becomes of an element's text: whether it is shown, where, how large and in which colour.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::cascade::Why;
use super::css::{Property, Token, split};
use super::media::Holds;
use super::tree::Element;
use super::value::{Colour, LETTER, colour, length, number};
use crate::carrier::Severity;
use crate::format::xlsx::styles::{Rgb, alike};

/// So far from its place that it is off any screen, in pixels.
const FAR: f64 = -999.0;
/// The other way pages are long and wide.
const FAR_RIGHT: f64 = 9_000.0;
/// No wider, higher or larger than this is nothing to see, in pixels.
const NOTHING: f64 = 1.0;
/// Covering less than this is nothing to see.
const FAINT: f64 = 0.05;

/// What is given for each property.
#[derive(Default)]
pub(super) struct Given([Option<Rc<[Token]>>; Property::COUNT]);

impl Given {
    pub(super) fn set(&mut self, at: usize, value: Option<Rc<[Token]>>) {
        if let Some(slot) = self.0.get_mut(at) {
            *slot = value;
        }
    }

    pub(super) fn get(&self, property: Property) -> Option<&[Token]> {
        self.0.get(property as usize)?.as_deref()
    }

    fn word(&self, property: Property, words: &[&str]) -> bool {
        self.get(property).is_some_and(|value| value.iter().any(|token| words.iter().any(|word| token.is(word))))
    }
}

/// What lies under a text.
#[derive(Clone, Copy, Debug)]
struct Ground {
    /// None where it is not known.
    colour: Option<Rgb>,
    /// May the text lie on something else, since it is not where the page puts it?
    moved: bool,
}

/// What holds for the text of an element.
#[derive(Clone, Debug)]
pub(super) struct Style {
    /// Why nothing in the element is seen, whatever styles say in it.
    gone: Option<Why>,
    shown: bool,
    letter: f64,
    ink: Colour,
    /// The colour that letters are filled with, if it is told apart.
    fill: Option<Colour>,
    edge: bool,
    shadow: bool,
    ground: Ground,
    indented: bool,
    /// Are we in a picture, whose shapes lie under each other?
    pub(super) drawn: bool,
    /// Is it a shape in a picture that waits to be used?
    shelved: bool,
    aria: bool,
}

impl Style {
    /// What a page begins with.
    pub(super) fn first(white: bool) -> Self {
        Self {
            gone: None,
            shown: true,
            letter: LETTER,
            ink: Colour::Known([0.0; 3], 1.0),
            fill: None,
            edge: false,
            shadow: false,
            ground: Ground { colour: white.then_some([1.0; 3]), moved: false },
            indented: false,
            drawn: false,
            shelved: false,
            aria: false,
        }
    }

    /// Why text in such an element is not seen, if so.
    pub(super) fn why_unseen(&self) -> Option<Why> {
        if let Some(why) = self.gone {
            return Some(why);
        }
        if !self.shown {
            return Some(Why::block("hidden by a style (visibility)"));
        }
        if self.letter <= NOTHING {
            return Some(Why::block("in letters without size"));
        }
        if self.indented {
            return Some(Why::block("far from its place"));
        }
        if self.shelved {
            return Some(Why::block("in a part of a drawing that is used nowhere"));
        }
        self.faint().or(self.aria.then_some(Why { severity: Severity::Info, reason: "hidden from screen readers" }))
    }

    fn faint(&self) -> Option<Why> {
        let ink = self.fill.unwrap_or(self.ink);
        let Colour::Known(colour, cover) = ink else { return None };
        if self.edge || self.shadow {
            return None;
        }
        if cover < FAINT {
            return Some(Why::block("in a colour that shows nothing"));
        }
        if self.drawn {
            return None;
        }
        let ground = self.ground.colour?;
        if !alike(blend(colour, cover, ground), ground) {
            return None;
        }
        let severity = if self.ground.moved { Severity::Review } else { Severity::Block };
        Some(Why { severity, reason: "in the colour of what lies under it" })
    }

    /// Is the element a shape that a picture keeps for use elsewhere, and does nothing use it?
    pub(super) fn shelve(&mut self, element: &Element, used: &BTreeSet<&str>) {
        let shelf = matches!(&*element.name, "defs" | "symbol" | "clippath" | "mask" | "marker" | "pattern");
        if self.drawn && shelf {
            self.shelved = true;
        }
        if self.shelved && element.attribute("id").is_some_and(|id| used.contains(id)) {
            self.shelved = false;
        }
    }

    /// The style of an element in one of style `parent`, or of something that a style sheet puts into it. What cannot be
    /// worked out is taken to hide if rules that hold perhaps are taken to hold.
    pub(super) fn of(element: Option<&Element>, parent: &Self, given: &Given, least: Holds, doubts: &mut bool) -> Self {
        let mut style = parent.clone();
        let mut sums = Sums { letter: parent.letter, cautious: least == Holds::Perhaps, doubts };
        if let Some(element) = element {
            style.begin(element);
        }
        style.letter = sums.letter_size(given, style.letter);
        sums.letter = style.letter;
        if let Some(value) = given.get(Property::Visibility) {
            style.shown = match value {
                [token] if token.is("visible") || token.is("initial") => true,
                [token] if token.is("hidden") || token.is("collapse") => false,
                _ => parent.shown,
            };
        }
        style.colours(parent, given);
        if let Some(value) = given.get(Property::TextIndent) {
            style.indented = match value {
                [token] if token.is("inherit") || token.is("unset") => parent.indented,
                value => {
                    value.iter().any(|token| sums.far(token) || matches!(token, Token::Percent(share) if *share >= 1.0))
                }
            };
        }
        if style.gone.is_none() {
            style.gone = element
                .and_then(|element| by_kind(element, parent.drawn))
                .or_else(|| by_display(element, given))
                .or_else(|| sums.gone(given))
                .map(|reason| match reason {
                    (Some(severity), reason) => Why { severity, reason },
                    (None, reason) => Why::block(reason),
                });
        }
        style
    }

    /// What browsers set for some elements.
    fn begin(&mut self, element: &Element) {
        match &*element.name {
            "svg" => self.drawn = true,
            "foreignobject" => self.drawn = false,
            "a" | "area" if element.attribute("href").is_some() && !self.drawn => {
                self.ink = Colour::Known([0.0, 0.0, 238.0 / 255.0], 1.0);
            }
            "mark" => {
                self.ink = Colour::Known([0.0; 3], 1.0);
                self.ground = Ground { colour: Some([1.0, 1.0, 0.0]), moved: false };
            }
            "button" | "select" | "textarea" | "input" => {
                self.ink = Colour::Known([0.0; 3], 1.0);
                self.ground.colour = None;
                self.letter = LETTER;
            }
            _ => {}
        }
        self.aria |= element.says("aria-hidden", "true");
    }

    fn colours(&mut self, parent: &Self, given: &Given) {
        let inherits = |value: &[Token]| matches!(value, [token] if token.is("inherit") || token.is("unset"));
        let first = |value: &[Token]| matches!(value, [token] if token.is("initial"));
        if let Some(value) = given.get(Property::Color) {
            self.ink = match colour(value) {
                Some(Colour::Current) => parent.ink,
                Some(colour) => colour,
                None if first(value) => Colour::Known([0.0; 3], 1.0),
                None if inherits(value) => parent.ink,
                None => self.ink,
            };
        }
        let painted = if self.drawn { Property::Fill } else { Property::TextFill };
        if let Some(value) = given.get(painted) {
            self.fill = match colour(value) {
                Some(Colour::Current) => Some(self.ink),
                Some(colour) => Some(colour),
                None if value.iter().any(|token| token.is("none")) => Some(Colour::Known([0.0; 3], 0.0)),
                // A pattern or a gradient.
                None if value.iter().any(|token| matches!(token, Token::Url(_) | Token::Function(..))) => {
                    Some(Colour::Unknown)
                }
                None if first(value) => None,
                None => parent.fill,
            };
        } else if self.drawn && !parent.drawn {
            self.fill = Some(Colour::Known([0.0; 3], 1.0));
        } else if parent.drawn && !self.drawn {
            self.fill = None;
        }
        if let Some(Token::Number(cover) | Token::Percent(cover)) =
            given.get(Property::FillOpacity).and_then(<[Token]>::first)
            && let Some(Colour::Known(_, own)) = &mut self.fill
            && *cover < FAINT
        {
            *own = 0.0;
        }
        if let Some(value) = given.get(Property::Stroke) {
            self.edge = !value.iter().any(|token| token.is("none") || token.is("transparent"));
        }
        if let Some(value) = given.get(Property::TextShadow) {
            self.shadow = !value.iter().any(|token| token.is("none") || token.is("initial"));
        }
        self.ground(parent, given);
        // Letters cut out of a background show that background.
        if given.word(Property::BackgroundClip, &["text"]) {
            self.ink = Colour::Unknown;
            self.fill = self.fill.map(|_| Colour::Unknown);
        }
    }

    fn ground(&mut self, parent: &Self, given: &Given) {
        let moves = given.word(Property::Position, &["absolute", "fixed", "sticky", "relative"])
            || [Property::Transform, Property::Translate]
                .iter()
                .any(|property| given.get(*property).is_some_and(|value| !value.iter().any(|token| token.is("none"))));
        self.ground.moved |= moves;
        let painted = given.get(Property::BackgroundImage).unwrap_or_default();
        let image = painted.iter().any(|token| match token {
            Token::Url(_) | Token::Unknown => true,
            Token::Function(name, _) => {
                let drawing = matches!(&**name, "url" | "paint" | "element" | "cross-fade");
                drawing || name.contains("gradient") || name.contains("image")
            }
            _ => false,
        });
        if image {
            self.ground.colour = None;
            return;
        }
        let Some(value) = given.get(Property::Background) else { return };
        let laid = match colour(value) {
            Some(Colour::Current) => match self.ink {
                Colour::Known(colour, cover) => Some((colour, cover)),
                _ => None,
            },
            Some(Colour::Known(colour, cover)) => Some((colour, cover)),
            Some(Colour::Unknown) => None,
            None => return,
        };
        match laid {
            Some((_, cover)) if cover < FAINT => {}
            Some((colour, cover)) if cover > 0.95 => self.ground = Ground { colour: Some(colour), moved: false },
            Some((colour, cover)) => {
                self.ground.colour = parent.ground.colour.map(|under| blend(colour, cover, under));
            }
            None => self.ground.colour = None,
        }
    }
}

fn blend(over: Rgb, cover: f64, under: Rgb) -> Rgb {
    let mut mixed = under;
    for (to, over) in mixed.iter_mut().zip(over) {
        *to = over * cover + *to * (1.0 - cover);
    }
    mixed
}

type Reason = (Option<Severity>, &'static str);

/// Why what is in an element is not seen, by its name alone.
fn by_kind(element: &Element, drawn: bool) -> Option<Reason> {
    let block = |reason| Some((None, reason));
    match &*element.name {
        "template" => block("in a template"),
        "noscript" => block("for programs without scripts"),
        "style" => block("in a style sheet that no browser reads"),
        "desc" | "title" => Some((Some(Severity::Info), "in a description")),
        "iframe" | "noframes" | "noembed" => block("for programs that show no frames"),
        "video" | "audio" | "canvas" => {
            Some((Some(Severity::Review), "for programs that cannot show a film, a sound or a drawing"))
        }
        "datalist" if !drawn => Some((Some(Severity::Review), "in a list of suggestions")),
        _ => None,
    }
}

/// Why an element is not displayed: a style says so, or an attribute does and no style says otherwise.
fn by_display(element: Option<&Element>, given: &Given) -> Option<Reason> {
    let says = given.get(Property::Display).and_then(<[Token]>::first);
    let silent = says.is_none_or(|word| ["revert", "revert-layer"].iter().any(|other| word.is(other)));
    if says.is_some_and(|word| word.is("none")) {
        return Some((None, "hidden by a style (display)"));
    }
    let element = element.filter(|_| silent)?;
    if element.attribute("hidden").is_some() {
        return Some((None, "in a hidden element"));
    }
    let shut = &*element.name == "dialog" && element.attribute("open").is_none();
    let popover = element.attribute("popover").is_some();
    (shut || popover).then_some((None, "in a window that is not open"))
}

/// What can be worked out of lengths.
struct Sums<'d> {
    letter: f64,
    /// Is what cannot be worked out taken to hide?
    cautious: bool,
    doubts: &'d mut bool,
}

impl Sums<'_> {
    /// A length where one is written; `otherwise` where it cannot be worked out and caution is asked for.
    fn length(&mut self, token: &Token, otherwise: f64) -> Option<f64> {
        if let Some(length) = length(token, self.letter) {
            return Some(length);
        }
        if matches!(token, Token::Function(name, _) if !matches!(&**name, "fit-content" | "minmax")) {
            *self.doubts = true;
            return self.cautious.then_some(otherwise);
        }
        None
    }

    fn far(&mut self, token: &Token) -> bool {
        self.length(token, 0.0).is_some_and(|length| length <= FAR || length >= FAR_RIGHT)
    }

    fn letter_size(&mut self, given: &Given, around: f64) -> f64 {
        let Some(value) = given.get(Property::FontSize) else { return around };
        let size = value.iter().find_map(|token| match token {
            Token::Percent(share) => Some(share * around),
            // Other numbers are weights.
            Token::Number(number) => (*number == 0.0).then_some(0.0),
            Token::Dimension(..) | Token::Function(..) => self.length(token, 0.0),
            Token::Ident(word) => match &*word.to_ascii_lowercase() {
                "smaller" => Some(around * 0.8),
                "larger" => Some(around * 1.2),
                "xx-small" | "x-small" | "small" | "medium" | "large" | "x-large" | "xx-large" | "xxx-large"
                | "initial" => Some(LETTER),
                _ => None,
            },
            _ => None,
        });
        size.unwrap_or(around)
    }

    /// Why nothing of an element is seen.
    fn gone(&mut self, given: &Given) -> Option<Reason> {
        let block = |reason| Some((None, reason));
        let first = |property| given.get(property).and_then(<[Token]>::first);
        if given.word(Property::ContentVisibility, &["hidden"]) {
            return block("hidden by a style (content-visibility)");
        }
        if let Some(token) = first(Property::Opacity)
            && number(token).or_else(|| self.length(token, 0.0)).is_some_and(|opacity| opacity < FAINT)
        {
            return block("hidden by a style (opacity)");
        }
        if let Some(Token::Function(name, inner)) = first(Property::Filter)
            && &**name == "opacity"
            && inner.first().and_then(number).is_some_and(|opacity| opacity < FAINT)
        {
            return block("hidden by a style (filter)");
        }
        if self.is_far(given) {
            return block("far from its place");
        }
        if self.is_clipped(given) {
            return block("cut off by a style");
        }
        let closed = given.word(Property::Overflow, &["hidden", "clip"]);
        let mut small = |property| {
            let lengths = given.get(property).and_then(<[Token]>::first);
            lengths.and_then(|token| self.length(token, 0.0)).is_some_and(|length| length <= NOTHING)
        };
        if closed && (small(Property::Width) || small(Property::Height)) {
            return block("in a box without room");
        }
        self.is_flat(given).then_some((None, "hidden by a style (transform)"))
    }

    fn is_far(&mut self, given: &Given) -> bool {
        let at = |property| given.get(property).unwrap_or_default().iter();
        let before = [Property::Top, Property::Bottom, Property::Right];
        let mut outside = before.into_iter().flat_map(at);
        if outside.any(|token| self.length(token, 0.0).is_some_and(|length| length <= FAR)) {
            return true;
        }
        if at(Property::Left).any(|token| self.far(token)) {
            return true;
        }
        // Shares of a width are how columns are laid out.
        let mut margins = at(Property::MarginLeft).chain(at(Property::MarginTop));
        if margins.any(|token| {
            !matches!(token, Token::Percent(_)) && self.length(token, 0.0).is_some_and(|length| length <= FAR)
        }) {
            return true;
        }
        let moves = at(Property::Transform).filter_map(|token| match token {
            Token::Function(name, inner) if name.starts_with("translate") => Some(&**inner),
            _ => None,
        });
        // Shares are of the element itself.
        moves.flatten().chain(at(Property::Translate)).any(|token| {
            !matches!(token, Token::Percent(_))
                && self.length(token, 0.0).is_some_and(|length| length <= FAR || length >= FAR_RIGHT)
        })
    }

    fn is_clipped(&mut self, given: &Given) -> bool {
        if let Some(Token::Function(name, inner)) = given.get(Property::Clip).and_then(<[Token]>::first)
            && &**name == "rect"
        {
            let sides: Vec<Option<f64>> = inner
                .iter()
                .filter(|token| !matches!(token, Token::Space | Token::Delim(',')))
                .map(|token| self.length(token, 0.0))
                .collect();
            let narrow =
                |from: Option<f64>, to: Option<f64>| from.zip(to).is_some_and(|(from, to)| to - from <= NOTHING);
            if let [top, right, bottom, left] = sides.as_slice() {
                return narrow(*top, *bottom) || narrow(*left, *right);
            }
        }
        let Some(Token::Function(name, inner)) = given.get(Property::ClipPath).and_then(<[Token]>::first) else {
            return false;
        };
        // Before `round` and `at`, which say nothing of the size.
        let written = inner.split(|token| token.is("round") || token.is("at")).next().unwrap_or_default();
        match &**name {
            "inset" => {
                let sides: Vec<f64> = written.iter().filter_map(|token| self.length(token, 1_000.0)).collect();
                let (top, right, bottom, left) = match sides.as_slice() {
                    [all] => (all, all, all, all),
                    [upright, across] => (upright, across, upright, across),
                    [top, across, bottom] => (top, across, bottom, across),
                    [top, right, bottom, left] => (top, right, bottom, left),
                    _ => return false,
                };
                // A share is one of a thousand pixels here.
                top + bottom >= 1_000.0 || left + right >= 1_000.0
            }
            "circle" | "ellipse" => {
                written.iter().any(|token| self.length(token, 0.0).is_some_and(|radius| radius <= NOTHING))
            }
            "polygon" => self.area(written).is_some_and(|area| area <= NOTHING),
            _ => false,
        }
    }

    /// What a polygon covers.
    fn area(&mut self, points: &[Token]) -> Option<f64> {
        let mut corners = Vec::new();
        for point in split(points, ',') {
            let mut ends = point.iter().filter(|token| **token != Token::Space).map(|token| self.length(token, 0.0));
            match (ends.next(), ends.next()) {
                (Some(Some(x)), Some(Some(y))) => corners.push((x, y)),
                // The rule for what is inside.
                (Some(None), None) if corners.is_empty() => {}
                _ => return None,
            }
        }
        let next = corners.iter().cycle().skip(1);
        let doubled: f64 = corners.iter().zip(next).map(|((x, y), (other_x, other_y))| x * other_y - other_x * y).sum();
        Some(doubled.abs() / 2.0)
    }

    /// Is it drawn without width or height?
    fn is_flat(&mut self, given: &Given) -> bool {
        let scales = given.get(Property::Scale).unwrap_or_default();
        if scales.iter().any(|token| number(token) == Some(0.0)) {
            return true;
        }
        given.get(Property::Transform).unwrap_or_default().iter().any(|token| {
            let Token::Function(name, inner) = token else { return false };
            let parts: Vec<f64> = inner.iter().filter_map(|token| self.length(token, 1.0)).collect();
            match (&**name, parts.as_slice()) {
                ("scale" | "scalex" | "scaley" | "scale3d", parts) => parts.contains(&0.0),
                ("rotatex" | "rotatey", [angle]) => (angle.rem_euclid(180.0) - 90.0).abs() < 0.5,
                ("matrix", [a, b, c, d, ..]) => (a * d - b * c).abs() < 1e-6,
                _ => false,
            }
        })
    }
}
