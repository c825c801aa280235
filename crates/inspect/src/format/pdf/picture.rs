//! Pictures and the masks that hide parts of them (ISO 32000-2, 8.9.6 and 11.6.5.2).

use std::cell::OnceCell;

use super::document::Document;
use super::object::Object;
use crate::limits::{Budget, Uninspectable};

/// The samples of an image that is not packed as a picture.
#[derive(Debug)]
struct Samples {
    width: usize,
    height: usize,
    parts: usize,
    bits: usize,
    data: Vec<u8>,
    /// The colours of an indexed space, and how many bytes each has.
    palette: Option<(Vec<u8>, usize)>,
}

/// The most pixels that are looked at.
const MOST: usize = 1 << 26;

impl Samples {
    /// None if the picture is packed by a method that is not undone here, or is not whole.
    fn read(budget: &Budget, document: &Document<'_>, image: &Object) -> Result<Option<Self>, Uninspectable> {
        let Object::Stream(dict, range) = image else { return Ok(None) };
        let size = |key: &str| document.value(dict, key).whole().filter(|size| (1..=MOST).contains(size));
        let (Some(width), Some(height)) = (size("Width"), size("Height")) else { return Ok(None) };
        let is_stencil = *document.value(dict, "ImageMask") == Object::Bool(true);
        let space = document.value(dict, "ColorSpace");
        let indexed = space.array().filter(|items| {
            items
                .first()
                .and_then(|name| document.resolve(name).name())
                .is_some_and(|name| matches!(name, b"Indexed" | b"I"))
        });
        let components = |space| super::content::components(document, Some(space));
        let palette =
            match indexed.and_then(|items| Some((document.resolve(items.get(1)?), document.resolve(items.get(3)?)))) {
                Some((base, table)) => {
                    let table = match table {
                        Object::Text(table) => table.clone(),
                        Object::Stream(of, range) => document.decode(budget, of, range)?.data,
                        _ => return Ok(None),
                    };
                    let Some(parts) = components(base) else { return Ok(None) };
                    Some((table, parts))
                }
                None => None,
            };
        let parts = if is_stencil || palette.is_some() { Some(1) } else { components(space) };
        let bits = if is_stencil { Some(1) } else { document.value(dict, "BitsPerComponent").whole() };
        let (Some(parts), Some(bits @ (1 | 2 | 4 | 8 | 16))) = (parts, bits) else { return Ok(None) };
        if width.saturating_mul(height) > MOST {
            return Ok(None);
        }
        let decoded = document.decode(budget, dict, range)?;
        let whole = decoded.left.is_none() && decoded.data.len() >= (width * parts * bits).div_ceil(8) * height;
        Ok(whole.then_some(Self { width, height, parts, bits, data: decoded.data, palette }))
    }

    /// A part of a pixel, as it is stored.
    fn stored(&self, x: usize, y: usize, part: usize) -> usize {
        let row = (self.width * self.parts * self.bits).div_ceil(8);
        let bit = (x * self.parts + part) * self.bits;
        let byte = |at: usize| self.data.get(y * row + at).copied().map_or(0, usize::from);
        match self.bits {
            16 => byte(bit / 8) << 8 | byte(bit / 8 + 1),
            8 => byte(bit / 8),
            bits => byte(bit / 8) >> (8 - bits - bit % 8) & ((1 << bits) - 1),
        }
    }

    /// A part of a pixel, from 0 to 255.
    fn scaled(&self, x: usize, y: usize, part: usize) -> u8 {
        (self.stored(x, y, part) * 255 / ((1 << self.bits) - 1)) as u8
    }

    fn pixel(&self, x: usize, y: usize) -> [u8; 4] {
        let mut pixel = [0; 4];
        match &self.palette {
            Some((table, parts)) => {
                let at = self.stored(x, y, 0) * parts;
                let colour = table.get(at..at + parts).unwrap_or_default();
                pixel.iter_mut().zip(colour).for_each(|(into, part)| *into = *part);
            }
            None => {
                pixel.iter_mut().enumerate().take(self.parts).for_each(|(part, into)| *into = self.scaled(x, y, part));
            }
        }
        pixel
    }
}

/// What lets a picture through, pixel by pixel.
#[derive(Debug)]
pub(super) struct Veil {
    width: usize,
    height: usize,
    /// From 0, nothing, to 255, all.
    alpha: Vec<u8>,
}

/// How a picture is masked.
#[derive(Debug)]
pub(super) enum Masking {
    None,
    /// By something that cannot be looked into.
    Unknown,
    Known(Veil),
}

impl Veil {
    /// How much shows, from 0 to 1, at this share of the way from left to right and from top to bottom.
    pub(super) fn at(&self, across: f64, down: f64) -> f64 {
        let along = |share: f64, size: usize| ((share * size as f64) as usize).min(size - 1);
        let at = along(down, self.height) * self.width + along(across, self.width);
        self.alpha.get(at).map_or(0.0, |&alpha| f64::from(alpha) / 255.0)
    }
}

impl Veil {
    /// The same from further away, as a page needs it.
    fn small(self) -> Self {
        const MOST: usize = 512;
        let (width, height) = (self.width.min(MOST), self.height.min(MOST));
        let middle = |at: usize, size: usize| (at as f64 + 0.5) / size as f64;
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let alpha = places.map(|(x, y)| (self.at(middle(x, width), middle(y, height)) * 255.0).round() as u8);
        Self { alpha: alpha.collect(), width, height }
    }
}

/// A picture that was looked at.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) masking: Masking,
    /// What its mask hides.
    by_mask: Hidden,
    /// What is hidden if nothing of it is painted, once that was asked.
    unpainted: OnceCell<Hidden>,
}

impl Looked {
    pub(super) fn at(budget: &Budget, document: &Document<'_>, image: &Object) -> Result<Self, Uninspectable> {
        let masking = Masking::read(budget, document, image)?;
        let by_mask = match masking {
            Masking::None => Hidden::Nothing,
            _ => hidden(budget, document, image, &masking, true)?,
        };
        let masking = match masking {
            Masking::Known(veil) => Masking::Known(veil.small()),
            other => other,
        };
        Ok(Self { masking, by_mask, unpainted: OnceCell::new() })
    }

    /// What is hidden of it.
    pub(super) fn hidden(
        &self,
        budget: &Budget,
        document: &Document<'_>,
        image: &Object,
        is_painted: bool,
    ) -> Result<Hidden, Uninspectable> {
        match self.unpainted.get() {
            _ if is_painted => Ok(self.by_mask),
            Some(known) => Ok(*known),
            None => {
                let found = hidden(budget, document, image, &self.masking, false)?;
                Ok(*self.unpainted.get_or_init(|| found))
            }
        }
    }
}

impl Masking {
    fn read(budget: &Budget, document: &Document<'_>, image: &Object) -> Result<Self, Uninspectable> {
        let Some(dict) = image.dict() else { return Ok(Self::None) };
        let (soft, hard) = (document.value(dict, "SMask"), document.value(dict, "Mask"));
        let (mask, is_soft) = match (soft, hard) {
            (Object::Stream(..), _) => (soft, true),
            (_, Object::Stream(..)) => (hard, false),
            (_, Object::Array(_)) => {
                let Some(samples) = Samples::read(budget, document, image)? else { return Ok(Self::Unknown) };
                return keyed(budget, &samples, &document.numbers(hard)).map(Self::Known);
            }
            _ => return Ok(Self::None),
        };
        let Some(samples) = Samples::read(budget, document, mask)? else { return Ok(Self::Unknown) };
        let decode = mask.dict().map(|dict| document.numbers(document.value(dict, "Decode"))).unwrap_or_default();
        // A hard mask marks what is left out, a soft one what is let through.
        let inverse = (decode.first() == Some(&1.0)) == is_soft;
        budget.spend(samples.width as u64 * samples.height as u64 * 4)?;
        budget.unpack(samples.width as u64 * samples.height as u64)?;
        let places = (0..samples.height).flat_map(|y| (0..samples.width).map(move |x| (x, y)));
        let alpha = |(x, y)| {
            let value = samples.scaled(x, y, 0);
            if inverse { 255 - value } else { value }
        };
        let alpha = places.map(alpha).collect();
        Ok(Self::Known(Veil { width: samples.width, height: samples.height, alpha }))
    }
}

/// A mask by colours that are left out.
fn keyed(budget: &Budget, samples: &Samples, ranges: &[f64]) -> Result<Veil, Uninspectable> {
    budget.spend(samples.width as u64 * samples.height as u64 * 4)?;
    budget.unpack(samples.width as u64 * samples.height as u64)?;
    let places = (0..samples.height).flat_map(|y| (0..samples.width).map(move |x| (x, y)));
    let alpha = |(x, y)| {
        let left_out = ranges.chunks_exact(2).take(samples.parts).enumerate().all(|(part, range)| {
            let value = samples.stored(x, y, part) as f64;
            (range[0]..=range[1]).contains(&value)
        });
        if left_out { 0 } else { 255 }
    };
    Ok(Veil { width: samples.width, height: samples.height, alpha: places.map(alpha).collect() })
}

/// What a picture has where it is not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hidden {
    /// Nothing that could tell anything: one colour, or soft edges.
    Nothing,
    /// Something may be there; how the picture is packed, it cannot be looked at.
    Unknown,
    /// A drawing, in a part of the picture.
    Part,
    /// There is a drawing, and none of it is seen.
    All,
}

/// Below this, from 0 to 255, a pixel is not seen.
const FAINT: u8 = 12;

/// What is hidden of a picture; of all of it if nothing of it is painted.
///
/// Programs keep one colour where a picture is clear, white or black, or let the colours at its edges run out. Letters and drawings have sharp edges of
/// their own, also away from what is seen.
fn hidden(
    budget: &Budget,
    document: &Document<'_>,
    image: &Object,
    masking: &Masking,
    is_painted: bool,
) -> Result<Hidden, Uninspectable> {
    let veil = match masking {
        Masking::Known(veil) => Some(veil),
        Masking::None | Masking::Unknown => None,
    };
    let all = !is_painted || veil.is_some_and(|veil| veil.alpha.iter().all(|&alpha| alpha <= FAINT));
    let Some(samples) = Samples::read(budget, document, image)? else {
        return Ok(match masking {
            _ if all => Hidden::All,
            Masking::None => Hidden::Nothing,
            Masking::Unknown | Masking::Known(_) => Hidden::Unknown,
        });
    };
    let edges = match veil {
        _ if all => edges(budget, &samples, None)?,
        Some(veil) => edges(budget, &samples, Some(veil))?,
        None => return Ok(if matches!(masking, Masking::None) { Hidden::Nothing } else { Hidden::Unknown }),
    };
    Ok(match edges {
        Edges { sure: false, possible: false } => Hidden::Nothing,
        Edges { possible: true, .. } if all => Hidden::All,
        Edges { sure: true, .. } => Hidden::Part,
        Edges { sure: false, possible: true } => Hidden::Unknown,
    })
}

/// Are there edges of a drawing?
#[derive(Clone, Copy, Debug)]
struct Edges {
    sure: bool,
    /// Or they come of how programs round the colours of what is nearly clear.
    possible: bool,
}

/// Looks for edges where a veil lets nothing through; without one, everywhere.
fn edges(budget: &Budget, samples: &Samples, veil: Option<&Veil>) -> Result<Edges, Uninspectable> {
    /// So much do two neighbours differ at an edge, in any part of their colours.
    const SHARP: u8 = 32;
    /// So many edges are a drawing,
    const FEW: usize = 16;
    /// and no fewer than one for so many pixels.
    const SPARSE: usize = 200;
    /// So many pixels beside what is seen its colours may run out.
    const HALO: u8 = 4;
    let (width, height) = (samples.width, samples.height);
    budget.spend(width as u64 * height as u64 * 24)?;
    budget.unpack(width as u64 * height as u64)?;
    let middle = |at: usize, size: usize| (at as f64 + 0.5) / size as f64;
    let alpha = |x: usize, y: usize| {
        veil.map_or(0, |veil| (veil.at(middle(x, width), middle(y, height)) * 255.0).round() as u8)
    };
    // How far each pixel is from one that is seen, forth and back.
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let mut far: Vec<u8> = places.map(|(x, y)| if alpha(x, y) > FAINT { 0 } else { HALO }).collect();
    for at in (0..far.len()).chain((0..far.len()).rev()) {
        let (x, near) = (at % width, |at: Option<usize>| at.and_then(|at| far.get(at)).copied().unwrap_or(HALO));
        let beside = [
            near(at.checked_sub(1).filter(|_| x > 0)),
            near(Some(at + 1).filter(|_| x + 1 < width)),
            near(at.checked_sub(width)),
            near(Some(at + width)),
        ];
        let nearest = beside.into_iter().min().unwrap_or(HALO).saturating_add(1);
        if let Some(own) = far.get_mut(at).filter(|own| **own > nearest) {
            *own = nearest;
        }
    }
    let is_hidden = |x: usize, y: usize| far.get(y * width + x).is_some_and(|&far| far >= HALO);
    let (mut unseen, mut sure, mut possible) = (0_usize, 0_usize, 0_usize);
    for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).filter(|&(x, y)| is_hidden(x, y)) {
        unseen += 1;
        let pixel = samples.pixel(x, y);
        let beside = [(x.checked_sub(1), Some(y)), (Some(x), y.checked_sub(1))];
        let beside = beside.into_iter().filter_map(|(x, y)| Some((x?, y?))).filter(|&(x, y)| is_hidden(x, y));
        let (mut is_edge, mut is_sharp) = (false, false);
        for (left, up) in beside {
            let least = alpha(x, y).min(alpha(left, up));
            let most = pixel.iter().zip(samples.pixel(left, up)).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0);
            // A colour that was held multiplied by its alpha comes back in steps of so much.
            let rounded = 255_u8.checked_div(least).unwrap_or(0);
            is_edge |= most > SHARP;
            is_sharp |= most > SHARP.saturating_add(rounded);
        }
        sure += usize::from(is_sharp);
        possible += usize::from(is_edge);
    }
    let enough = FEW.max(unseen / SPARSE);
    Ok(Edges { sure: sure >= enough, possible: possible >= enough })
}
