//! A drawing that grows: lines, bars and text, and what is known of the width of letters.

use candour_model::Decimal;

use crate::workbook::Text;
use crate::xml::Xml;

/// Tenths of a pixel.
pub(super) type Px = i64;

/// The size of text. None is below 12 pixels.
pub(super) const SIZE: Px = 140;
/// The size of text along an axis.
pub(super) const SMALL: Px = 130;
/// From one line of text to the next.
pub(super) const LEADING: Px = 170;
/// The white around a drawing, which stands on a dark page as well.
const EDGE: Px = 100;
/// How wide a chart is, unless its words need more.
pub(super) const WIDTH: Px = 6_800;

/// Text and axes; its contrast against white is 19:1.
pub(super) const INK: &str = "#0b0c0c";
/// Lines that lead to a label; 5:1 against white.
pub(super) const LEADER: &str = "#6b6b6b";
/// Lines that help the eye and say nothing.
const FAINT: &str = "#d5d8da";
const PAPER: &str = "#ffffff";

/// How the lines and bars of a series look.
pub(super) struct Look {
    /// Its colour: at least 3:1 against white, and against that of the series before and after it. (More than two colours cannot all
    /// be 3:1 against white and each other: the contrasts would multiply to more than white has against black.)
    pub(super) colour: &'static str,
    /// The dashes of its line.
    pub(super) dashes: &'static str,
    /// What is drawn over its bars in white, in a square of 8 pixels.
    hatch: &'static str,
}

/// The categorical palette of the Government Analysis Function ("Data visualisation: colours in charts"), dark and light in turn.
pub(super) const LOOKS: [Look; 6] = [
    Look { colour: "#12436d", dashes: "", hatch: "" },
    Look { colour: "#28a197", dashes: "8 4", hatch: "M-2 2L2 -2M0 8L8 0M6 10L10 6" },
    Look { colour: "#801650", dashes: "2 4", hatch: "M0 4H8" },
    Look { colour: "#f46a25", dashes: "12 4 2 4", hatch: "M-2 6L2 10M0 0L8 8M6 -2L10 2" },
    Look { colour: "#3d3d3d", dashes: "5 3", hatch: "M4 0V8" },
    Look { colour: "#a285d1", dashes: "14 6", hatch: "M0 0L8 8M0 8L8 0" },
];

/// The look of a series.
pub(super) fn look(series: usize) -> &'static Look {
    &LOOKS[series % LOOKS.len()]
}

/// Which end of a text is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// What a text is, for those who read the drawing by program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A figure of the table, or the shorthand in its place.
    Value,
    /// A step of an axis.
    Scale,
    /// A category, a measure.
    Label,
}

/// Where a text stands: the given end of its baseline.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub(super) x: Px,
    pub(super) y: Px,
    pub(super) anchor: Anchor,
}

pub(super) fn spot(x: Px, y: Px, anchor: Anchor) -> Spot {
    Spot { x, y, anchor }
}

/// What tells of a drawing.
pub(super) struct Frame<'f> {
    pub(super) id: &'f str,
    pub(super) title: &'f Text<'f>,
    pub(super) description: &'f Text<'f>,
}

/// A drawing.
pub(super) struct Drawing {
    xml: Xml,
    pub(super) width: Px,
    pub(super) height: Px,
}

impl Drawing {
    /// An empty one; its height is set when it is known.
    pub(super) fn new(width: Px) -> Self {
        Self { xml: Xml::fragment(), width, height: 0 }
    }

    /// The drawing with its title and description. It brings its own white paper, so that it reads the same on dark pages.
    pub(super) fn framed(self, frame: &Frame<'_>) -> String {
        let (width, height) = (px(self.width + 2 * EDGE), px(self.height + 2 * EDGE));
        let mut xml = Xml::fragment();
        xml.raw("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"");
        xml.escaped(frame.id).raw("-title ").escaped(frame.id).raw("-desc\"");
        let edge = px(-EDGE);
        xml.raw(&format!(" viewBox=\"{edge} {edge} {width} {height}\" width=\"{width}\" height=\"{height}\""));
        xml.raw(" font-family=\"Candour Sans, Arial, sans-serif\">\n<title id=\"");
        xml.escaped(frame.id).raw("-title\">").text(frame.title).raw("</title>\n<desc id=\"");
        xml.escaped(frame.id).raw("-desc\">").text(frame.description).raw("</desc>\n");
        xml.raw(&format!(
            "<rect x=\"{edge}\" y=\"{edge}\" width=\"{width}\" height=\"{height}\" fill=\"{PAPER}\"/>
"
        ));
        xml.raw(&self.xml.into_string()).raw("</svg>");
        xml.into_string()
    }

    /// Patterns for the bars of so many series, under ids that begin with that of the chart.
    pub(super) fn patterns(&mut self, id: &str, series: usize) {
        for (at, Look { colour, hatch, .. }) in LOOKS.iter().enumerate().take(series).skip(1) {
            self.xml.raw("<pattern id=\"").escaped(id).raw(&format!(
                "-{at}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect width=\"8\" height=\"8\" fill=\"{colour}\"/>\
                 <path d=\"{hatch}\" fill=\"none\" stroke=\"{PAPER}\" stroke-width=\"1.5\"/></pattern>\n"
            ));
        }
    }

    /// A bar of a series between two places across, centred on `y`.
    pub(super) fn bar(&mut self, id: &str, series: usize, (from, to): (Px, Px), y: Px, thick: Px) {
        let (x, width) = (from.min(to), (to - from).abs());
        if width == 0 {
            return;
        }
        let (x, y, width, height) = (px(x), px(y - thick / 2), px(width), px(thick));
        self.xml.raw(&format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\""));
        match series % LOOKS.len() {
            0 => self.xml.raw(look(0).colour),
            at => self.xml.raw("url(#").escaped(id).raw(&format!("-{at})")),
        };
        self.xml.raw(&format!("\" stroke=\"{}\"/>\n", look(series).colour));
    }

    /// A line through points.
    pub(super) fn path(&mut self, series: usize, points: &[(Px, Px)]) {
        let steps: Vec<String> = points.iter().map(|(x, y)| format!("{} {}", px(*x), px(*y))).collect();
        let Look { colour, dashes, .. } = look(series);
        let dashes = if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dashes}\"") };
        self.xml.raw(&format!(
            "<path d=\"M{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.5\" stroke-linejoin=\"round\"{dashes}/>\n",
            steps.join("L")
        ));
    }

    /// The mark of a series at a point: a shape of its own, as well as a colour.
    pub(super) fn marker(&mut self, series: usize, (x, y): (Px, Px)) {
        let shape = match series % LOOKS.len() {
            0 => "M-4 0A4 4 0 1 0 4 0A4 4 0 1 0 -4 0Z",
            1 => "M-4 -4H4V4H-4Z",
            2 => "M0 -5L5 4H-5Z",
            3 => "M0 -5.5L5.5 0L0 5.5L-5.5 0Z",
            4 => "M0 5L5 -4H-5Z",
            _ => "M-5 -1.5H-1.5V-5H1.5V-1.5H5V1.5H1.5V5H-1.5V1.5H-5Z",
        };
        let (x, y, colour) = (px(x), px(y), look(series).colour);
        self.xml.raw(&format!("<path d=\"{shape}\" transform=\"translate({x} {y})\" fill=\"{colour}\"/>\n"));
    }

    /// A straight thin line in a colour.
    pub(super) fn rule(&mut self, (from_x, from_y): (Px, Px), (to_x, to_y): (Px, Px), colour: &str) {
        let ends = [from_x, from_y, to_x, to_y].map(px);
        self.xml.raw(&format!("<path d=\"M{} {}L{} {}\" stroke=\"{colour}\"/>\n", ends[0], ends[1], ends[2], ends[3]));
    }

    /// A line that only helps the eye.
    pub(super) fn faint(&mut self, from: (Px, Px), to: (Px, Px)) {
        self.rule(from, to, FAINT);
    }

    /// One line of text.
    pub(super) fn text(&mut self, at: Spot, size: Px, role: Role, text: &str) {
        let anchor = match at.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let role = match role {
            Role::Value => "value\" font-weight=\"bold",
            Role::Scale => "scale",
            Role::Label => "label",
        };
        let (x, y, size) = (px(at.x), px(at.y), px(size));
        self.xml
            .raw(&format!("<text x=\"{x}\" y=\"{y}\"{anchor} font-size=\"{size}\" fill=\"{INK}\" class=\"{role}\">"));
        self.xml.text(&Text::on_one_line(text)).raw("</text>\n");
    }

    /// Lines of text below one another, the first at the spot.
    pub(super) fn lines(&mut self, at: Spot, size: Px, lines: &[String]) {
        let mut y = at.y;
        for line in lines {
            self.text(Spot { y, ..at }, size, Role::Label, line);
            y += LEADING;
        }
    }
}

/// Pixels, with the tenth where there is one.
fn px(tenths: Px) -> String {
    Decimal::new(
        if tenths % 10 == 0 { i128::from(tenths / 10) } else { i128::from(tenths) },
        u8::from(tenths % 10 != 0),
    )
    .to_string()
}

/// So many as a length; charts are small.
pub(super) fn count(number: usize) -> Px {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// How wide a text is: a little more than in common sans fonts, so that it fits in whichever one there is.
pub(super) fn width(text: &str, size: Px) -> Px {
    let letter = |letter: char| match letter {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 300,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '/' => 400,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 920,
        '0'..='9' | 'a'..='z' => 590,
        'A'..='Z' => 700,
        _ if letter.is_ascii() => 620,
        // Wide scripts take a whole em.
        _ if u32::from(letter) >= 0x1100 => 1_000,
        _ => 700,
    };
    text.chars().map(letter).sum::<i64>() * size / 1_000
}

/// The widest of some texts.
pub(super) fn widest<'t>(texts: impl IntoIterator<Item = &'t String>, size: Px) -> Px {
    texts.into_iter().map(|text| width(text, size)).max().unwrap_or_default()
}

/// A text in lines that fit, broken between words where possible. What does not fit in so many lines ends in an ellipsis: the table
/// has it in full.
pub(super) fn wrap(text: &str, size: Px, across: Px, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), size) <= across => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.extend(pieces(word, size, across)),
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(line) = lines.last_mut() {
            while !line.is_empty() && width(&format!("{line}…"), size) > across {
                line.pop();
            }
            *line = format!("{}…", line.trim_end());
        }
    }
    lines
}

/// A word in pieces that fit.
fn pieces(word: &str, size: Px, across: Px) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for letter in word.chars() {
        match pieces.last_mut() {
            Some(piece) if piece.is_empty() || width(&format!("{piece}{letter}"), size) <= across => piece.push(letter),
            _ => pieces.push(letter.to_string()),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance of an sRGB colour (WCAG 2.2, definition of relative luminance).
    fn luminance(colour: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn colours_stand_out_from_paper_and_from_the_next_series() {
        for look in &LOOKS {
            assert!(contrast(look.colour, PAPER) >= 3.0, "{} on white", look.colour);
        }
        for pair in LOOKS.windows(2) {
            let found = contrast(pair[0].colour, pair[1].colour);
            assert!(found >= 3.0, "{} beside {}: {found}", pair[0].colour, pair[1].colour);
        }
        assert!(contrast(INK, PAPER) >= 7.0 && contrast(LEADER, PAPER) >= 4.5);
        assert!([SIZE, SMALL].into_iter().all(|size| size >= 120));
    }

    #[test]
    fn looks_differ_without_colour() {
        for (at, look) in LOOKS.iter().enumerate() {
            for other in &LOOKS[..at] {
                assert!(look.dashes != other.dashes && look.hatch != other.hatch);
            }
        }
    }

    #[test]
    fn words_wrap_and_long_ones_break() {
        assert_eq!(wrap("Parking in a disabled bay", SIZE, 1_000, 3), ["Parking in a", "disabled bay"]);
        assert_eq!(wrap("Llanfairpwllgwyngyll", SIZE, 900, 3).concat(), "Llanfairpwllgwyngyll");
        assert_eq!(wrap("one two three four", SIZE, 500, 2), ["one", "two…"]);
        assert!(wrap("", SIZE, 400, 2).is_empty());
    }

    #[test]
    fn lengths_have_a_tenth_at_most() {
        assert_eq!([px(0), px(120), px(125), px(-5)], ["0", "12", "12.5", "-0.5"]);
    }
}
