//! A chart, line by line, as a release draws it and in no other way: each line is one of the forms of a list, which fix elements, attributes, their
//! order and the kinds of their values.

use super::NotProved;
use crate::report::Place;

/// The forms and looks.
const LIST: &str = include_str!("lists/svg.txt");

/// One line of a chart: an element, or the beginning or end of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// The name of its form: `begin`, `title`, `description`, `paper`, `pattern`, `bar`, `line`, `marker`, `ink`, `leader`, `faint`,
    /// `label`, `value`, `scale`, `end`.
    pub form: &'static str,
    /// Its lengths, in order, in tenths of a pixel.
    pub lengths: Vec<i64>,
    /// The number of its look; 0 where its form has none.
    pub look: usize,
    /// Its text, escapes undone.
    pub text: String,
    /// Its line in the chart; the first is 1.
    pub line: u32,
}

/// Reads a chart with this id, without a line feed at its end.
///
/// # Errors
/// When a line has none of the forms, or something stands before the beginning or behind the end.
pub fn read(svg: &str, id: &str) -> Result<Vec<Piece>, NotProved> {
    let (forms, looks) = list();
    let id = escaped(id);
    let mut pieces = Vec::new();
    for (line, number) in svg.split('\n').zip(1..) {
        let piece = forms.iter().find_map(|(form, template)| {
            let mut piece = Piece { form, line: number, ..Piece::default() };
            matches(line, template, &id, &looks, &mut piece).then_some(piece)
        });
        pieces.push(piece.ok_or_else(|| {
            NotProved::new(Place::default().at_line(number), "the line has none of the forms that are on the list")
        })?);
    }
    let ends = |form: &str| pieces.iter().filter(|piece| piece.form == form).count() == 1;
    let is_whole = ends("begin") && ends("end") && pieces[0].form == "begin" && pieces[pieces.len() - 1].form == "end";
    if is_whole { Ok(pieces) } else { Err(NotProved::new(Place::default(), "something stands outside of the drawing")) }
}

/// How the lines and bars of a series look.
struct Look {
    colour: &'static str,
    dashes: &'static str,
    hatch: &'static str,
    marker: &'static str,
}

/// The forms with their templates, and the looks.
fn list() -> (Vec<(&'static str, &'static str)>, Vec<Look>) {
    let lines = LIST.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '));
    let (looks, forms): (Vec<_>, Vec<_>) = lines.partition(|(name, _)| *name == "look");
    let look = |(_, text): (&str, &'static str)| {
        let mut parts = text.split(';');
        let mut next = || parts.next().unwrap_or_default();
        Look { colour: next(), dashes: next(), hatch: next(), marker: next() }
    };
    (forms, looks.into_iter().map(look).collect())
}

/// Whether a line is written as a template; what stands in braces goes into the piece.
fn matches(line: &str, template: &str, id: &str, looks: &[Look], piece: &mut Piece) -> bool {
    let mut line = line;
    let mut template = template;
    let mut look: Option<usize> = None;
    loop {
        let (fixed, after) = template.split_once('{').unwrap_or((template, ""));
        let Some(rest) = line.strip_prefix(fixed) else { return false };
        line = rest;
        let Some((kind, next)) = after.split_once('}') else {
            piece.look = look.unwrap_or_default();
            return line.is_empty();
        };
        template = next;
        if kind == "id" {
            let Some(rest) = line.strip_prefix(id) else { return false };
            line = rest;
            continue;
        }
        // A value goes on to what is fixed behind it, which no value holds.
        let Some(end) = next.chars().next().and_then(|letter| line.find(letter)) else { return false };
        let (value, rest) = line.split_at(end);
        line = rest;
        let of_look = |part: fn(&Look) -> &'static str| looks.iter().position(|look| part(look) == value);
        let found = match kind {
            "n" => length(value).map(|length| piece.lengths.push(length)).is_some(),
            "points" => points(value).map(|lengths| piece.lengths.extend(lengths)).is_some(),
            "size" => matches!(value, "13" | "14"),
            "text" => unescaped(value).map(|text| piece.text = text).is_some(),
            _ => {
                let which = match kind {
                    _ if value.is_empty() => None,
                    "look" => (0..looks.len()).find(|number| number.to_string() == value),
                    "colour" => of_look(|look| look.colour),
                    "dashes" => of_look(|look| look.dashes),
                    "hatch" => of_look(|look| look.hatch),
                    "marker" => of_look(|look| look.marker),
                    _ => None,
                };
                which.is_some_and(|which| *look.get_or_insert(which) == which)
            }
        };
        if !found {
            return false;
        }
    }
}

/// A length in tenths of a pixel. The tenth is written where there is one, and only there.
fn length(text: &str) -> Option<i64> {
    let (whole, tenth) = text.split_once('.').unwrap_or((text, ""));
    let is_written_so = super::is_decimal(text) && (tenth.len() == 1 && tenth != "0" || !text.contains('.'));
    let tenths = format!("{whole}{}", if tenth.is_empty() { "0" } else { tenth });
    is_written_so.then(|| tenths.parse().ok()).flatten()
}

fn points(text: &str) -> Option<Vec<i64>> {
    let mut lengths = Vec::new();
    for point in text.split('L') {
        let (x, y) = point.split_once(' ')?;
        lengths.extend([length(x)?, length(y)?]);
    }
    Some(lengths)
}

/// A text as it stands in the chart.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The text that stands so in a chart; none if it would be written otherwise.
fn unescaped(text: &str) -> Option<String> {
    let plain = text.replace("&quot;", "\"").replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&");
    (escaped(&plain) == text && !plain.contains(char::is_control)).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = concat!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"c-title c-desc\" viewBox=\"-10 -10 700 99.5\" ",
        "width=\"700\" height=\"99.5\" font-family=\"Candour Sans, Arial, sans-serif\">\n",
        "<title id=\"c-title\">A &amp; B</title>\n",
        "<path d=\"M1 2L3 4L5.5 6\" fill=\"none\" stroke=\"#801650\" stroke-width=\"2.5\" stroke-linejoin=\"round\" stroke-dasharray=\"2 4\"/>\n",
        "<text x=\"0\" y=\"17\" font-size=\"14\" fill=\"#0b0c0c\" class=\"label\">Appeals</text>\n",
        "</svg>"
    );

    #[test]
    fn one_way_of_drawing_and_no_other() {
        let pieces = read(GOOD, "c").unwrap();
        let forms: Vec<&str> = pieces.iter().map(|piece| piece.form).collect();
        assert_eq!(forms, ["begin", "title", "line", "label", "end"]);
        assert_eq!(
            (pieces[1].text.as_str(), pieces[2].look, &pieces[2].lengths),
            ("A & B", 2, &vec![10, 20, 30, 40, 55, 60])
        );
        let bad = [
            GOOD.replace("x=\"0\"", "x=\"0.0\""),
            GOOD.replace("x=\"0\"", "x=\"00\""),
            GOOD.replace("x=\"0\"", "x=\"0\" id=\"a\""),
            GOOD.replace("x=\"0\"", "x='0'"),
            GOOD.replace("x=\"0\"", "x=\"0.25\""),
            GOOD.replace("2 4\"/>", "8 4\"/>"),
            GOOD.replace("2 4\"/>", "2 4\"><title>a</title></path>"),
            GOOD.replace("Appeals", "<tspan>Appeals</tspan>"),
            GOOD.replace("Appeals", "&#65;ppeals"),
            GOOD.replace("Appeals", "Appeals\u{7f}"),
            GOOD.replace("&amp;", "&"),
            GOOD.replace("\n</svg>", "\n\n</svg>"),
            GOOD.replace("\n</svg>", "\n<!-- a -->\n</svg>"),
            GOOD.replace("</svg>", ""),
            GOOD.replace("c-title", "d-title"),
            format!("{GOOD}\n"),
            format!("{GOOD}\n</svg>"),
            format!("\u{feff}{GOOD}"),
        ];
        for text in bad {
            assert!(read(&text, "c").is_err(), "{text}");
        }
    }

    #[test]
    fn the_list_is_read() {
        let (forms, looks) = list();
        assert_eq!((forms.len(), looks.len()), (21, 6));
        assert!(looks.iter().all(|look| look.marker.starts_with('M') && look.colour.len() == 7));
    }
}
