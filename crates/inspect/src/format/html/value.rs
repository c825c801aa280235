//! Lengths, numbers and colours, and the variables in values.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::css::{Token, split, trim};
use crate::format::xlsx::styles::Rgb;
use crate::limits::{Budget, Uninspectable};

/// Pixels of a letter's size where nothing says otherwise.
pub(super) const LETTER: f64 = 16.0;

/// A length as far as it can be worked out without laying out the page: a share of something is one of a thousand pixels, for what matters
/// is whether it comes to nothing or leads far away.
pub(super) fn pixels(token: &Token) -> Option<f64> {
    length(token, LETTER)
}

/// Such a length where letters are so large.
pub(super) fn length(token: &Token, letter: f64) -> Option<f64> {
    match token {
        Token::Number(number) => Some(*number),
        Token::Percent(share) => Some(share * 1_000.0),
        Token::Dimension(number, unit) => {
            let one = match &**unit {
                "px" => 1.0,
                "em" => letter,
                "rem" => LETTER,
                "ex" | "ch" | "cap" => letter / 2.0,
                "ic" | "lh" => letter,
                "rlh" => LETTER,
                "pt" => 4.0 / 3.0,
                "pc" => 16.0,
                "in" => 96.0,
                "cm" => 96.0 / 2.54,
                "mm" => 96.0 / 25.4,
                "q" => 96.0 / 101.6,
                // Angles, for the same sums.
                "deg" => 1.0,
                "turn" => 360.0,
                "rad" => 180.0 / std::f64::consts::PI,
                "grad" => 0.9,
                // A hundredth of the window or of a box in it.
                unit if unit.len() <= 5 && unit.starts_with(['v', 's', 'l', 'd', 'c']) => 10.0,
                _ => return None,
            };
            Some(number * one)
        }
        Token::Function(name, inner) => match &**name {
            "calc" | "-webkit-calc" | "-moz-calc" => sum(inner, letter),
            "min" => reckon_all(inner, letter)?.into_iter().reduce(f64::min),
            "max" => reckon_all(inner, letter)?.into_iter().reduce(f64::max),
            "clamp" => match reckon_all(inner, letter)?.as_slice() {
                [least, wanted, most] => Some(wanted.min(*most).max(*least)),
                _ => None,
            },
            "abs" => sum(inner, letter).map(f64::abs),
            // What a device reserves at its edges: nothing, as a rule.
            "env" => Some(0.0),
            _ => None,
        },
        Token::Block('(', inner) => sum(inner, letter),
        _ => None,
    }
}

fn reckon_all(inner: &[Token], letter: f64) -> Option<Vec<f64>> {
    split(inner, ',').map(|one| sum(one, letter)).collect()
}

/// Sums and products, as `calc()` has them. Blanks set the marks of sums apart, but a sign may stick to its number.
fn sum(tokens: &[Token], letter: f64) -> Option<f64> {
    let (mut total, mut product, mut sign) = (0.0, None::<f64>, 1.0);
    let mut divides = false;
    for token in tokens.iter().filter(|token| **token != Token::Space) {
        match token {
            Token::Delim('*') => {}
            Token::Delim('/') => divides = true,
            Token::Delim(mark @ ('+' | '-')) => {
                total += sign * product.take()?;
                sign = if *mark == '+' { 1.0 } else { -1.0 };
            }
            token => {
                let value = length(token, letter)?;
                product = Some(match product {
                    None => value,
                    Some(before) if std::mem::take(&mut divides) => before / value,
                    Some(before) => before * value,
                });
            }
        }
    }
    let total = total + sign * product?;
    total.is_finite().then_some(total)
}

/// A number or a share of one.
pub(super) fn number(token: &Token) -> Option<f64> {
    match token {
        Token::Number(number) | Token::Percent(number) => Some(*number),
        Token::Function(..) => pixels(token),
        _ => None,
    }
}

/// A colour as it is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Colour {
    /// Red, green and blue, and how much of it covers what lies under it.
    Known(Rgb, f64),
    /// The colour of the text.
    Current,
    /// A colour that depends on others, or is written in a way that is not read.
    Unknown,
}

/// The first colour in a value.
pub(super) fn colour(tokens: &[Token]) -> Option<Colour> {
    tokens.iter().find_map(one_colour)
}

fn one_colour(token: &Token) -> Option<Colour> {
    match token {
        Token::Hash(digits) => {
            let (red, green, blue, alpha) = cssparser::color::parse_hash_color(digits.as_bytes()).ok()?;
            Some(Colour::Known([red, green, blue].map(|part| f64::from(part) / 255.0), f64::from(alpha)))
        }
        Token::Ident(name) => match &*name.to_ascii_lowercase() {
            "transparent" => Some(Colour::Known([0.0; 3], 0.0)),
            "currentcolor" => Some(Colour::Current),
            "canvas" => Some(Colour::Known([1.0; 3], 1.0)),
            "canvastext" => Some(Colour::Known([0.0; 3], 1.0)),
            name => cssparser::color::parse_named_color(name)
                .ok()
                .map(|(red, green, blue)| Colour::Known([red, green, blue].map(|part| f64::from(part) / 255.0), 1.0)),
        },
        Token::Function(name, inner) => match &**name {
            "rgb" | "rgba" => {
                Some(parts(inner).and_then(|parts| of_parts(parts, red_green_blue)).unwrap_or(Colour::Unknown))
            }
            "hsl" | "hsla" => Some(parts(inner).and_then(|parts| of_parts(parts, of_hue)).unwrap_or(Colour::Unknown)),
            "oklab" | "oklch" | "lab" | "lch" | "hwb" | "color" | "color-mix" | "light-dark" | "var"
            | "device-cmyk" | "contrast-color" => Some(Colour::Unknown),
            _ => None,
        },
        _ => None,
    }
}

fn parts(inner: &[Token]) -> Option<Vec<&Token>> {
    let parts: Vec<&Token> =
        inner.iter().filter(|token| !matches!(token, Token::Space | Token::Delim(',' | '/'))).collect();
    (3..=4).contains(&parts.len()).then_some(parts)
}

fn of_parts(parts: Vec<&Token>, mix: fn([&Token; 3]) -> Option<Rgb>) -> Option<Colour> {
    let (base, alpha) = match parts.as_slice() {
        [one, two, three] => ([*one, *two, *three], 1.0),
        [one, two, three, alpha] => ([*one, *two, *three], number(alpha)?),
        _ => return None,
    };
    Some(Colour::Known(mix(base)?, alpha.clamp(0.0, 1.0)))
}

fn red_green_blue(parts: [&Token; 3]) -> Option<Rgb> {
    let mut mixed = [0.0; 3];
    for (to, part) in mixed.iter_mut().zip(parts) {
        *to = match part {
            Token::Percent(share) => *share,
            other => number(other)? / 255.0,
        }
        .clamp(0.0, 1.0);
    }
    Some(mixed)
}

/// Hue, saturation and lightness (CSS Color 4, section 7.1).
fn of_hue([hue, saturation, lightness]: [&Token; 3]) -> Option<Rgb> {
    let hue = pixels(hue)?.rem_euclid(360.0) / 30.0;
    let share = |token: &Token| match token {
        Token::Number(number) => Some(number / 100.0),
        other => number(other),
    };
    let (saturation, lightness) = (share(saturation)?, share(lightness)?);
    let reach = saturation * lightness.min(1.0 - lightness);
    Some([0.0, 8.0, 4.0].map(|turn| {
        let at = (turn + hue).rem_euclid(12.0);
        lightness - reach * (at - 3.0).min(9.0 - at).clamp(-1.0, 1.0)
    }))
}

/// The values of variables on an element.
pub(super) type Variables = BTreeMap<Rc<str>, Rc<[Token]>>;

/// How many tokens one value may come to: variables can double each other again and again.
const MOST_TOKENS: usize = 10_000;
const MOST_VARIABLES: u8 = 16;

/// A value with its variables put in; none if one is missing or stands in a circle.
///
/// # Errors
/// When it comes to too much.
pub(super) fn with_variables(
    budget: &Budget,
    value: &Rc<[Token]>,
    variables: &Variables,
) -> Result<Option<Rc<[Token]>>, Uninspectable> {
    if !refers(budget, value)? {
        return Ok(Some(Rc::clone(value)));
    }
    let mut put = Vec::new();
    let mut room = MOST_TOKENS;
    let whole = expand(budget, &mut room, value, variables, MOST_VARIABLES, &mut put)?;
    Ok(whole.then(|| put.into()))
}

fn refers(budget: &Budget, tokens: &[Token]) -> Result<bool, Uninspectable> {
    budget.spend(tokens.len() as u64)?;
    for token in tokens {
        let found = match token {
            Token::Function(name, inner) => &**name == "var" || refers(budget, inner)?,
            Token::Block(_, inner) => refers(budget, inner)?,
            _ => false,
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

fn expand(
    budget: &Budget,
    room: &mut usize,
    value: &[Token],
    variables: &Variables,
    depth: u8,
    put: &mut Vec<Token>,
) -> Result<bool, Uninspectable> {
    for token in value {
        budget.spend(1)?;
        *room =
            room.checked_sub(1).ok_or_else(|| Uninspectable::new("the variables of its styles come to too much"))?;
        match token {
            Token::Function(name, inner) if &**name == "var" => {
                let (name, fallback) = match inner.iter().position(|token| token.is_delim(',')) {
                    Some(comma) => (inner.get(..comma).unwrap_or_default(), inner.get(comma + 1..)),
                    None => (&**inner, None),
                };
                let [Token::Ident(name)] = trim(name) else { return Ok(false) };
                let known = variables.get(name).map(|value| &**value);
                let Some(depth) = depth.checked_sub(1) else { return Ok(false) };
                let before = put.len();
                let mut whole = match known {
                    Some(known) => expand(budget, room, known, variables, depth, put)?,
                    None => false,
                };
                if !whole && let Some(fallback) = fallback {
                    put.truncate(before);
                    whole = expand(budget, room, trim(fallback), variables, depth, put)?;
                }
                if !whole {
                    return Ok(false);
                }
            }
            Token::Function(_, inner) | Token::Block(_, inner) => {
                let mut within = Vec::new();
                if !expand(budget, room, inner, variables, depth, &mut within)? {
                    return Ok(false);
                }
                put.push(match token {
                    Token::Function(name, _) => Token::Function(Rc::clone(name), within.into()),
                    Token::Block(bracket, _) => Token::Block(*bracket, within.into()),
                    other => other.clone(),
                });
            }
            other => put.push(other.clone()),
        }
    }
    Ok(true)
}
