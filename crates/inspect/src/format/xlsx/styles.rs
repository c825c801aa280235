//! What a cell's style does to what it holds: the number format, and whether text can be seen on its background (ISO/IEC 29500-1, 18.8).

use crate::xml::Tree;

/// What styles of a workbook do.
#[derive(Default)]
pub(crate) struct Styles {
    looks: Vec<Look>,
    /// Of conditional formats: does it hide what it is on?
    conditional: Vec<Option<&'static str>>,
}

/// What a style does.
#[derive(Clone, Debug, Default)]
pub(crate) struct Look {
    /// The number format's code.
    code: String,
    /// What it makes of numbers above, below and of zero, unless that depends on the number.
    shown: Option<[Shown; 3]>,
    /// Does the number format show no text?
    pub(crate) hides_text: bool,
    /// Why text cannot be seen, if so.
    pub(crate) unseen: Option<&'static str>,
}

impl Look {
    fn new(code: &str, unseen: Option<&'static str>) -> Self {
        let depends = sections(code).iter().any(|part| has_condition(part));
        let shown_ones = [1.0, -1.0, 0.0].map(|number| shown(code, number));
        let hides_text = shown(code, 1.0) == Shown::Nothing
            && code.matches(';').count() >= 3
            && code.rsplit(';').next().is_some_and(|text| text.trim().is_empty());
        Self { code: code.to_owned(), shown: (!depends).then_some(shown_ones), hides_text, unseen }
    }

    /// What the number format makes of a number.
    pub(crate) fn shows(&self, number: f64) -> Shown {
        match self.shown {
            Some([above, ..]) if number > 0.0 => above,
            Some([_, below, _]) if number < 0.0 => below,
            Some([.., zero]) => zero,
            None => shown(&self.code, number),
        }
    }
}

/// Colours of the theme, in the order in which styles number them: light 1, dark 1, light 2, dark 2, then accents.
pub(crate) type Theme = Vec<Rgb>;

pub(crate) type Rgb = [f64; 3];

const WHITE: Rgb = [1.0; 3];
const BLACK: Rgb = [0.0; 3];

/// The colours of a theme part.
pub(crate) fn theme(tree: &Tree) -> Theme {
    let scheme = tree.every("clrScheme").next();
    let colour = |name: &str| {
        let child = scheme?.child(name)?.children.first()?;
        rgb(child.attr("lastClr").or_else(|| child.attr("val"))?)
    };
    let names = [
        "lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink",
        "folHlink",
    ];
    let otherwise = [WHITE, BLACK, WHITE, BLACK];
    names.iter().enumerate().map(|(at, name)| colour(name).or(otherwise.get(at).copied()).unwrap_or([0.5; 3])).collect()
}

impl Styles {
    /// Reads the styles part.
    pub(crate) fn read(tree: &Tree, theme: &Theme) -> Self {
        let palette: Vec<Rgb> = tree
            .every("indexedColors")
            .flat_map(|colours| &colours.children)
            .filter_map(|colour| rgb(colour.attr("rgb")?))
            .collect();
        let group = |name: &str| tree.child(name).map(|group| group.children.as_slice()).unwrap_or_default();
        let colour = |tree: Option<&Tree>| tree.and_then(|tree| resolve(tree, theme, &palette));
        let formats: Vec<(u32, &str)> = group("numFmts")
            .iter()
            .filter_map(|format| Some((format.number("numFmtId")?, format.attr("formatCode")?)))
            .collect();
        let font = |font: &Tree| -> (Rgb, f64) {
            let size = font.child("sz").and_then(|size| size.number("val")).unwrap_or(11.0);
            (colour(font.child("color")).unwrap_or(BLACK), size)
        };
        let fill = |fill: &Tree| -> Option<Rgb> {
            let pattern = fill.child("patternFill")?;
            match pattern.attr("patternType").unwrap_or("none") {
                "none" => Some(WHITE),
                "solid" => Some(colour(pattern.child("fgColor")).unwrap_or(WHITE)),
                _ => None,
            }
        };
        let fonts: Vec<(Rgb, f64)> = group("fonts").iter().map(font).collect();
        let fills: Vec<Option<Rgb>> = group("fills").iter().map(fill).collect();
        let look = |xf: &Tree| {
            let id: u32 = xf.number("numFmtId").unwrap_or(0);
            let own = formats.iter().find(|(known, _)| *known == id).map(|(_, code)| *code);
            let (ink, size) = xf.number("fontId").and_then(|id: usize| fonts.get(id)).copied().unwrap_or((BLACK, 11.0));
            let ground = xf.number("fillId").and_then(|id: usize| fills.get(id)).copied().unwrap_or(Some(WHITE));
            Look::new(own.unwrap_or_else(|| built_in(id)), unseen(ink, ground, size))
        };
        let conditional = group("dxfs").iter().map(|dxf| {
            if dxf.child("numFmt").and_then(|format| format.attr("formatCode")).is_some_and(hides_all) {
                return Some("the format of a condition shows nothing");
            }
            let ink = colour(dxf.child("font").and_then(|font| font.child("color")))?;
            // In the fill of a condition the background colour is that of a solid fill.
            let ground = match dxf.child("fill").and_then(|fill| fill.child("patternFill")) {
                Some(pattern) => colour(pattern.child("bgColor")).or_else(|| colour(pattern.child("fgColor")))?,
                None => WHITE,
            };
            alike(ink, ground).then_some("a condition gives it the colour of its background")
        });
        Self { looks: group("cellXfs").iter().map(look).collect(), conditional: conditional.collect() }
    }

    pub(crate) fn look(&self, style: u32) -> Option<&Look> {
        self.looks.get(style as usize)
    }

    /// Why a conditional format hides what it is on, if so.
    pub(crate) fn condition(&self, id: usize) -> Option<&'static str> {
        self.conditional.get(id).copied().flatten()
    }
}

fn unseen(ink: Rgb, ground: Option<Rgb>, size: f64) -> Option<&'static str> {
    if size <= 1.0 {
        return Some("its letters are too small to be seen");
    }
    ground.filter(|ground| alike(ink, *ground)).map(|_| "it has the colour of its background")
}

/// Colours that nobody can tell apart: a contrast (WCAG 2.2) of less than 1.1 to 1.
pub(crate) fn alike(one: Rgb, other: Rgb) -> bool {
    let luminance = |colour: Rgb| {
        let linear = colour.map(|part| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    };
    let (one_light, other_light) = (luminance(one) + 0.05, luminance(other) + 0.05);
    let near = one.iter().zip(other).all(|(one, other)| (one - other).abs() < 0.1);
    near && one_light.max(other_light) / one_light.min(other_light) < 1.1
}

fn resolve(colour: &Tree, theme: &Theme, palette: &[Rgb]) -> Option<Rgb> {
    let base = if let Some(value) = colour.attr("rgb") {
        rgb(value)?
    } else if let Some(id) = colour.number::<usize>("theme") {
        *theme.get(id)?
    } else if let Some(id) = colour.number::<usize>("indexed") {
        indexed(id, palette)?
    } else {
        return None;
    };
    Some(tinted(base, colour.number("tint").unwrap_or(0.0)))
}

/// A colour made lighter or darker. In the standard it is the lightness that is changed; mixing with white or black comes to the same for greys.
fn tinted(colour: Rgb, tint: f64) -> Rgb {
    colour.map(|part| if tint < 0.0 { part * (1.0 + tint.max(-1.0)) } else { part + (1.0 - part) * tint.min(1.0) })
}

/// `RRGGBB` or `AARRGGBB`.
pub(crate) fn rgb(text: &str) -> Option<Rgb> {
    let text = text.trim_start_matches('#');
    let digits = text.get(text.len().checked_sub(6)?..)?;
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok().map(|part| f64::from(part) / 255.0);
    Some([part(0)?, part(2)?, part(4)?])
}

/// The first eight colours of the old palette, which come twice; of the others a file's own palette tells, and 64 and 65 are ink and paper.
fn indexed(id: usize, palette: &[Rgb]) -> Option<Rgb> {
    if let Some(own) = palette.get(id) {
        return Some(*own);
    }
    let basic = ["000000", "FFFFFF", "FF0000", "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF"];
    match id {
        0..=15 => rgb(basic.get(id % 8)?),
        22 => rgb("C0C0C0"),
        23 => rgb("808080"),
        64 => Some(BLACK),
        65 => Some(WHITE),
        _ => None,
    }
}

fn built_in(id: u32) -> &'static str {
    match id {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        11 => "0.00E+00",
        12 => "# ?/?",
        13 => "# ??/??",
        14..=17 => "dd/mm/yyyy",
        18..=21 => "h:mm:ss",
        22 => "m/d/yy h:mm",
        37 | 38 => "#,##0;(#,##0)",
        39 | 40 => "#,##0.00;(#,##0.00)",
        45..=47 => "mm:ss.0",
        48 => "##0.0E+0",
        49 => "@",
        _ => "General",
    }
}

/// What a number format makes of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shown {
    /// As it is, or in a way that is not looked into.
    Whole,
    /// Rounded to so many decimals of the stored number, which may be negative: thousands are -3.
    Rounded(i32),
    /// A day, without the time of the day.
    Day,
    /// A text without any digit.
    Words,
    /// Nothing.
    Nothing,
}

/// Does a format show nothing at all, whatever is in the cell?
fn hides_all(code: &str) -> bool {
    let parts = sections(code);
    parts.len() >= 3 && parts.iter().all(|part| bare(part).trim().is_empty())
}

/// What a number format makes of a number.
fn shown(code: &str, value: f64) -> Shown {
    let parts = sections(code);
    let conditional = parts.iter().any(|part| has_condition(part));
    let part = if conditional {
        let meets = |part: &&String| condition(part).is_none_or(|meets| meets(value));
        parts.iter().find(meets)
    } else {
        match parts.len() {
            0 | 1 => parts.first(),
            2 => parts.get(usize::from(value < 0.0)),
            _ => parts.get(if value > 0.0 {
                0
            } else if value < 0.0 {
                1
            } else {
                2
            }),
        }
    };
    let Some(part) = part else { return Shown::Whole };
    let bare = bare(part);
    if bare.contains("General") || bare.contains('@') && parts.len() == 1 || code.is_empty() {
        return Shown::Whole;
    }
    let digits = |text: &str| text.chars().filter(|letter| matches!(letter, '0' | '#' | '?')).count();
    if bare.contains(['E', 'e']) && bare.contains('+') || bare.contains('/') && digits(&bare) > 0 {
        return Shown::Whole;
    }
    let small = bare.to_lowercase();
    if small.contains(['y', 'd', 'm', 'h', 's']) {
        let timed = small.contains(['h', 's']) || part.contains("[h") || part.contains("[m") || part.contains("[s");
        return if timed { Shown::Whole } else { Shown::Day };
    }
    if digits(&bare) == 0 {
        if part.contains("[h") || part.contains("[m") || part.contains("[s") {
            return Shown::Whole;
        }
        let words = part.contains('"') || part.contains('\\') || !bare.trim().is_empty();
        return if words { Shown::Words } else { Shown::Nothing };
    }
    let (_, decimals) = bare.split_once('.').unwrap_or((&bare, ""));
    let last_digit = bare.rfind(['0', '#', '?']).map_or(bare.len(), |at| at + 1);
    let thousands = bare.get(last_digit..).unwrap_or_default().chars().take_while(|letter| *letter == ',').count();
    let percent = bare.matches('%').count();
    let count = |count: usize| i32::try_from(count).unwrap_or(0);
    Shown::Rounded(count(digits(decimals)) + 2 * count(percent) - 3 * count(thousands))
}

fn has_condition(section: &str) -> bool {
    section.contains("[<") || section.contains("[>") || section.contains("[=")
}

/// The sections of a format, without splitting in quotes.
fn sections(code: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for letter in code.chars() {
        if letter == ';' && !quoted && !escaped {
            parts.push(String::new());
            continue;
        }
        if letter == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = letter == '\\' && !escaped && !quoted;
        if let Some(last) = parts.last_mut() {
            last.push(letter);
        }
    }
    parts
}

/// A section without quoted text, escaped letters, room for letters, and what is in brackets.
fn bare(section: &str) -> String {
    let mut bare = String::new();
    let mut letters = section.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => drop(letters.by_ref().find(|letter| *letter == '"')),
            '[' => drop(letters.by_ref().find(|letter| *letter == ']')),
            '\\' | '_' | '*' => drop(letters.next()),
            letter => bare.push(letter),
        }
    }
    bare
}

fn condition(section: &str) -> Option<impl Fn(f64) -> bool> {
    let inside = section.split('[').skip(1).filter_map(|rest| rest.split(']').next());
    let written = inside.into_iter().find(|text| text.starts_with(['<', '>', '=']))?;
    let number_at = written.find(|letter: char| !matches!(letter, '<' | '>' | '='))?;
    let (sign, number) = written.split_at(number_at);
    let (sign, number) = (sign.to_owned(), number.trim().parse::<f64>().ok()?);
    Some(move |value: f64| match sign.as_str() {
        "<" => value < number,
        "<=" => value <= number,
        ">" => value > number,
        ">=" => value >= number,
        "<>" => value != number,
        _ => value == number,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_shows_what_it_shows() {
        for (code, value, expected) in [
            ("General", 1.234, Shown::Whole),
            ("0.00", 1.0, Shown::Rounded(2)),
            ("0.0%", 0.123, Shown::Rounded(3)),
            ("#,##0,", 1234.0, Shown::Rounded(-3)),
            ("#,##0", 1234.0, Shown::Rounded(0)),
            (";;;", 5.0, Shown::Nothing),
            ("[<5]\"c\";0", 3.0, Shown::Words),
            ("[<5]\"c\";0", 7.0, Shown::Rounded(0)),
            ("0;-0;;@", 0.0, Shown::Nothing),
            ("dd/mm/yyyy", 45000.5, Shown::Day),
            ("dd/mm/yyyy hh:mm", 45000.5, Shown::Whole),
            ("0.00E+00", 0.5, Shown::Whole),
            ("_-* #,##0.00_-;-* #,##0.00_-;_-* \"-\"??_-;_-@_-", 3.0, Shown::Rounded(2)),
            ("0\" of; all\"", 3.0, Shown::Rounded(0)),
        ] {
            assert_eq!(shown(code, value), expected, "{code} {value}");
        }
        assert!(hides_all(";;;") && !hides_all("0;;"));
    }

    #[test]
    fn white_on_white_cannot_be_seen_and_white_on_blue_can() {
        assert!(alike(WHITE, WHITE) && alike(WHITE, [0.99, 0.99, 0.98]));
        assert!(!alike(WHITE, [0.0, 0.0, 0.5]) && !alike(WHITE, [0.8; 3]));
    }
}
