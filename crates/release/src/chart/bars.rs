//! Horizontal bars: a group a category, a bar a series, each with its name before it and its figure after it.

use super::scale::Scale;
use super::svg::{Anchor, Drawing, INK, LEADING, Px, Role, SIZE, SMALL, WIDTH, count, spot, widest, width, wrap};
use super::value::{Chart, Point, Series};

/// How wide names of categories and of series may be.
const CATEGORY: Px = 1_900;
const SERIES: Px = 1_300;
/// How thick a bar is, and how far apart are the middles of two of a group.
const THICK: Px = 160;
const PITCH: Px = 220;
/// Between groups.
const APART: Px = 120;
/// Between a name or figure and what it stands beside.
const GAP: Px = 60;
/// The least room for the bars.
const LEAST: Px = 2_000;

/// Where everything stands across.
struct Across {
    /// Where the names of series begin.
    series: Px,
    /// Between which places bars are.
    bars: (Px, Px),
    right: Px,
}

pub(super) fn draw(chart: &Chart, id: &str) -> Drawing {
    let scale = Scale::of(chart.values());
    let categories: Vec<Vec<String>> = chart.points.iter().map(|label| wrap(label, SIZE, CATEGORY, 3)).collect();
    let names: Vec<Vec<String>> = chart.series.iter().map(|series| wrap(&series.label, SMALL, SERIES, 2)).collect();
    let across = across(chart, &categories, &names);
    let mut drawing = Drawing::new(across.right);
    drawing.patterns(id, chart.series.len());
    let zero = scale.zero(across.bars.0, across.bars.1);
    let mut y = 60 + LEADING;
    let measured = zero.min(across.right - width(&chart.measure, SIZE));
    drawing.text(spot(measured, y - 60, Anchor::Start), SIZE, Role::Label, &chart.measure);
    let top = y;
    for (at, category) in categories.iter().enumerate() {
        let pitches: Vec<Px> = names.iter().map(|name| PITCH.max(count(name.len()) * LEADING + 30)).collect();
        let high = pitches.iter().sum::<Px>().max(count(category.len()) * LEADING + 20) + APART;
        if at > 0 && chart.series.len() > 1 {
            drawing.faint((0, y), (across.right, y));
        }
        let mut middle = y + APART / 2;
        drawing.lines(spot(0, middle + PITCH / 2 + 50, Anchor::Start), SIZE, category);
        for ((number, series), pitch) in chart.series.iter().enumerate().zip(&pitches) {
            let centre = middle + PITCH / 2;
            drawing.lines(spot(across.series, centre + 45, Anchor::Start), SMALL, &names[number]);
            bar(&mut drawing, id, (number, &series.points[at]), (&scale, across.bars), centre);
            middle += pitch;
        }
        y += high;
    }
    drawing.rule((zero, top), (zero, y), INK);
    drawing.height = y + 40;
    drawing
}

fn across(chart: &Chart, categories: &[Vec<String>], names: &[Vec<String>]) -> Across {
    let series = widest(categories.iter().flatten(), SIZE) + 2 * GAP;
    let named = widest(names.iter().flatten(), SMALL);
    let left = series + if named > 0 { named + 2 * GAP } else { 0 };
    let (below, above) = (beside(&chart.series, true), beside(&chart.series, false));
    let from = left + below;
    let right = WIDTH.max(from + LEAST + above).max(from + width(&chart.measure, SIZE) + GAP);
    Across { series, bars: (from, right - above), right }
}

/// The room that figures of one side of zero take beside their bars.
fn beside(series: &[Series], below: bool) -> Px {
    let is_below = |point: &&Point| point.value().is_some_and(|value| value.units() < 0) == below;
    let texts = series.iter().flat_map(|series| &series.points).filter(is_below).map(Point::text);
    texts.map(|text| width(&text, SIZE) + width(&text, SIZE) / 10 + GAP).max().unwrap_or_default()
}

/// A bar with its figure at its end; what has no figure has its shorthand where the bar would begin.
fn bar(drawing: &mut Drawing, id: &str, (series, point): (usize, &Point), (scale, ends): (&Scale, (Px, Px)), y: Px) {
    let zero = scale.zero(ends.0, ends.1);
    let value = point.value();
    let end = value.map_or(zero, |value| scale.place(value, ends.0, ends.1));
    drawing.bar(id, series, (zero, end), y, THICK);
    let text = point.text();
    if text.is_empty() {
        return;
    }
    let at = match value {
        Some(value) if value.units() < 0 => spot(end - GAP, y + 50, Anchor::End),
        _ => spot(end + GAP, y + 50, Anchor::Start),
    };
    drawing.text(at, SIZE, Role::Value, &text);
}
