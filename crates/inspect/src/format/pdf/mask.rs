//! Soft masks (ISO 32000-2, 11.5.2): what a graphics state lets through of all that is painted.

use super::canvas::{Ink, Point, Print};
use super::document::Document;
use super::object::{Dict, Object};
use crate::limits::{Budget, Uninspectable};

#[derive(Debug)]
pub(super) struct SoftMask {
    /// The group of the mask, drawn; none if it cannot be.
    group: Option<Print>,
    /// How bright the ground is; none if its alpha counts and not its brightness.
    ground: Option<f64>,
    transfer: Option<Transfer>,
}

/// A function `from + value^exponent * (to - from)` (7.10.3).
#[derive(Clone, Copy, Debug)]
struct Transfer {
    from: f64,
    to: f64,
    exponent: f64,
}

impl SoftMask {
    pub(super) fn new(
        budget: &Budget,
        document: &Document<'_>,
        dict: &Dict,
        group: Option<Print>,
    ) -> Result<Self, Uninspectable> {
        let by_brightness = !document.is(dict, "S", "Alpha");
        let ground = document.numbers(document.value(dict, "BC"));
        let ground = by_brightness.then(|| super::content::device(&ground).map_or(0.0, brightness));
        Ok(Self { group, ground, transfer: transfer(budget, document, document.value(dict, "TR"))? })
    }

    /// How much it lets through on a point of the page, from 0 to 1; none if that cannot be told.
    pub(super) fn value(&self, point: Point) -> Option<f64> {
        let value = match (self.group.as_ref()?.ink(point), self.ground) {
            (Ink::Tint, _) => return None,
            (Ink::Nothing, Some(ground)) => ground,
            (Ink::Nothing, None) => 0.0,
            (Ink::Full(colour), Some(_)) => brightness(colour?),
            (Ink::Full(_), None) => 1.0,
        };
        let Transfer { from, to, exponent } = self.transfer?;
        Some(from + value.powf(exponent) * (to - from))
    }
}

fn brightness(colour: [u8; 3]) -> f64 {
    let [red, green, blue] = colour.map(|part| f64::from(part) / 255.0);
    0.3 * red + 0.59 * green + 0.11 * blue
}

/// The function over a mask's values; none if it is not one of those that programs write.
fn transfer(budget: &Budget, document: &Document<'_>, function: &Object) -> Result<Option<Transfer>, Uninspectable> {
    let same = Transfer { from: 0.0, to: 1.0, exponent: 1.0 };
    let dict = match function {
        Object::Null | Object::Name(_) => return Ok(Some(same)),
        Object::Stream(dict, range) => {
            let data = document.decode(budget, dict, range)?.data;
            let words: Vec<&[u8]> = data
                .split(|byte| byte.is_ascii_whitespace() || matches!(byte, b'{' | b'}'))
                .filter(|word| !word.is_empty())
                .collect();
            let inverse = words == [&b"1"[..], b"exch", b"sub"];
            return Ok(inverse.then_some(Transfer { from: 1.0, to: 0.0, exponent: 1.0 }));
        }
        Object::Dict(dict) => dict,
        _ => return Ok(None),
    };
    if document.value(dict, "FunctionType").whole() != Some(2) {
        return Ok(None);
    }
    let end =
        |key: &str, otherwise: f64| document.numbers(document.value(dict, key)).first().copied().unwrap_or(otherwise);
    let exponent = document.number(dict, "N").unwrap_or(1.0);
    Ok(Some(Transfer { from: end("C0", 0.0), to: end("C1", 1.0), exponent }))
}
