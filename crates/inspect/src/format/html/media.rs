//! When a part of a style sheet holds: on a wide screen, on a narrow one, on paper.

use std::rc::Rc;

use super::css::{Token, split, trim};
use super::value;

/// How certain it is that something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Holds {
    No,
    /// It is not known what decides it.
    Perhaps,
    Yes,
}

impl Holds {
    pub(super) fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Perhaps => Self::Perhaps,
            Self::Yes => Self::No,
        }
    }
}

impl From<bool> for Holds {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// What must be so for rules to hold.
#[derive(Debug)]
pub(super) enum Condition {
    Always,
    /// A list of media queries.
    Media(Rc<[Token]>),
    /// A condition that is not looked into, such as the size of a part of the page.
    NotKnown,
}

/// What a page is shown on. Readers are taken to use light colours, a pointer, and no other wishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Medium {
    Wide,
    Narrow,
    Paper,
}

impl Medium {
    pub(super) const ALL: [Self; 3] = [Self::Wide, Self::Narrow, Self::Paper];

    /// Width and height in pixels: a usual screen, a telephone, a sheet of A4.
    fn size(self) -> (f64, f64) {
        match self {
            Self::Wide => (1280.0, 800.0),
            Self::Narrow => (390.0, 800.0),
            Self::Paper => (794.0, 1123.0),
        }
    }

    pub(super) fn meets(self, condition: &Condition) -> Holds {
        match condition {
            Condition::Always => Holds::Yes,
            Condition::NotKnown => Holds::Perhaps,
            Condition::Media(list) => split(list, ',').map(|query| self.meets_query(query)).max().unwrap_or(Holds::Yes),
        }
    }

    fn meets_query(self, query: &[Token]) -> Holds {
        let mut words = query.iter().filter(|token| **token != Token::Space).peekable();
        // `not` before brackets belongs to these only.
        let turned = matches!(query, [first, .., ] if first.is("not"))
            && matches!(trim(query.get(1..).unwrap_or_default()), [Token::Ident(_), ..]);
        if turned || words.peek().is_some_and(|word| word.is("only")) {
            words.next();
        }
        let mut holds = Holds::Yes;
        let (mut negated, mut or) = (false, false);
        for word in words {
            let one = match word {
                Token::Ident(name) => match &*name.to_ascii_lowercase() {
                    "and" => continue,
                    "or" => {
                        or = true;
                        continue;
                    }
                    "not" => {
                        negated = true;
                        continue;
                    }
                    "all" => Holds::Yes,
                    "screen" => Holds::from(self != Self::Paper),
                    "print" => Holds::from(self == Self::Paper),
                    // Of old: speech, braille, projection and the like.
                    _ => Holds::No,
                },
                Token::Block('(', inner) => self.has(trim(inner)),
                _ => Holds::Perhaps,
            };
            let one = if std::mem::take(&mut negated) { one.not() } else { one };
            holds = if std::mem::take(&mut or) { holds.max(one) } else { holds.min(one) };
        }
        if turned { holds.not() } else { holds }
    }

    /// A feature in brackets, or a query in brackets.
    fn has(self, feature: &[Token]) -> Holds {
        let (width, height) = self.size();
        let size = |name: &str| match name {
            "width" | "device-width" => Some(width),
            "height" | "device-height" => Some(height),
            _ => None,
        };
        let compare = |limit: Option<f64>, holds: &dyn Fn(f64) -> bool| {
            limit.map_or(Holds::Perhaps, |limit| Holds::from(holds(limit)))
        };
        let words: Vec<&Token> = feature.iter().filter(|token| **token != Token::Space).collect();
        match words.as_slice() {
            [Token::Block(..), ..] => self.meets_query(feature),
            [first, Token::Block(..), ..] if first.is("not") => self.meets_query(feature),
            [Token::Ident(name), Token::Delim(':'), value] => {
                let name = name.to_ascii_lowercase();
                let wanted = |word: &str| Holds::from(value.is(word));
                let pixels = value::pixels(value);
                if let Some(own) = name.strip_prefix("min-").and_then(size) {
                    return compare(pixels, &|limit| own >= limit);
                }
                if let Some(own) = name.strip_prefix("max-").and_then(size) {
                    return compare(pixels, &|limit| own <= limit);
                }
                match name.as_str() {
                    "orientation" => wanted(if width > height { "landscape" } else { "portrait" }),
                    "prefers-color-scheme" => wanted("light"),
                    "prefers-reduced-motion"
                    | "prefers-contrast"
                    | "prefers-reduced-data"
                    | "prefers-reduced-transparency" => wanted("no-preference"),
                    "forced-colors" | "inverted-colors" => wanted("none"),
                    "hover" | "any-hover" => wanted(if self == Self::Wide { "hover" } else { "none" }),
                    "pointer" | "any-pointer" => wanted(if self == Self::Wide { "fine" } else { "coarse" }),
                    "scripting" => wanted("none"),
                    "-ms-high-contrast" | "-webkit-min-device-pixel-ratio" | "min-resolution" | "display-mode" => {
                        Holds::No
                    }
                    _ => Holds::Perhaps,
                }
            }
            [Token::Ident(name), rest @ ..] if size(name).is_some() => {
                let own = size(name).unwrap_or_default();
                match rest {
                    [Token::Delim('<'), .., limit] => compare(value::pixels(limit), &|limit| own <= limit),
                    [Token::Delim('>'), .., limit] => compare(value::pixels(limit), &|limit| own >= limit),
                    [] => Holds::Yes,
                    _ => Holds::Perhaps,
                }
            }
            [Token::Ident(name)] => match &*name.to_ascii_lowercase() {
                "color" => Holds::Yes,
                "monochrome" | "prefers-contrast" | "prefers-reduced-motion" | "forced-colors" | "inverted-colors" => {
                    Holds::No
                }
                "hover" | "any-hover" => Holds::from(self == Self::Wide),
                _ => Holds::Perhaps,
            },
            _ => Holds::Perhaps,
        }
    }
}
