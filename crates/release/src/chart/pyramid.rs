//! A pyramid: a band a row, in the order of the table, one series to the left and one to the right.

use super::scale::Scale;
use super::svg::{Anchor, Drawing, INK, LEADING, Px, Role, SIZE, WIDTH, count, spot, widest, width, wrap};
use super::value::{Chart, Point};

/// How thick a bar is, and how far apart are the middles of two.
const THICK: Px = 180;
const PITCH: Px = 240;
/// How wide names of bands may be.
const BAND: Px = 1_500;
/// Between a name or figure and what it stands beside.
const GAP: Px = 60;
/// The least room for the bars of one side.
const LEAST: Px = 1_200;

pub(super) fn draw(chart: &Chart, id: &str) -> Drawing {
    let scale = Scale::of(chart.values());
    let bands: Vec<Vec<String>> = chart.points.iter().map(|label| wrap(label, SIZE, BAND, 2)).collect();
    let names = widest(bands.iter().flatten(), SIZE) + 2 * GAP;
    let texts = chart.series.iter().flat_map(|series| &series.points).map(|point| width(&point.text(), SIZE));
    let beside = texts.max().unwrap_or_default() * 11 / 10 + GAP;
    let all = WIDTH.max(names + 2 * (LEAST + beside)).max(width(&chart.measure, SIZE) + 2 * GAP);
    let mut drawing = Drawing::new(all);
    drawing.patterns(id, chart.series.len());
    let (left, right) = ((all - names) / 2, (all + names) / 2);
    let sides = [(left, beside, Anchor::End), (right, all - beside, Anchor::Start)];
    drawing.text(spot(all / 2, 170, Anchor::Middle), SIZE, Role::Label, &chart.measure);
    let headings: Vec<Vec<String>> =
        chart.series.iter().map(|series| wrap(&series.label, SIZE, left - GAP, 3)).collect();
    let top = 250 + count(headings.iter().map(Vec::len).max().unwrap_or(1)) * LEADING;
    for (heading, (base, _, anchor)) in headings.iter().zip(sides) {
        drawing.lines(spot(base, 250 + LEADING - 40, anchor), SIZE, heading);
    }
    let mut y = top + 40;
    for (at, band) in bands.iter().enumerate() {
        let pitch = PITCH.max(count(band.len()) * LEADING + 30);
        let centre = y + pitch / 2;
        let first = centre + 50 - (count(band.len()) - 1) * LEADING / 2;
        drawing.lines(spot(all / 2, first, Anchor::Middle), SIZE, band);
        for ((number, series), side) in chart.series.iter().enumerate().zip(sides) {
            half(&mut drawing, id, (number, &series.points[at]), (&scale, side), centre);
        }
        y += pitch;
    }
    for (base, ..) in sides {
        drawing.rule((base, top), (base, y + 40), INK);
    }
    drawing.height = y + 80;
    drawing
}

/// The bar of one side, outwards from its base, with its figure or shorthand at the end.
fn half(
    drawing: &mut Drawing,
    id: &str,
    (series, point): (usize, &Point),
    (scale, (base, far, anchor)): (&Scale, (Px, Px, Anchor)),
    y: Px,
) {
    let end = point.value().map_or(base, |value| scale.place(value, base, far));
    drawing.bar(id, series, (base, end), y, THICK);
    let text = point.text();
    if !text.is_empty() {
        let gap = if anchor == Anchor::End { -GAP } else { GAP };
        drawing.text(spot(end + gap, y + 50, anchor), SIZE, Role::Value, &text);
    }
}
