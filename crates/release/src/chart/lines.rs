//! Lines over periods: named at their ends, broken where there is no figure or the series has a break, with what the table says in
//! shorthand under the place.

use candour_model::Decimal;

use super::scale::Scale;
use super::svg::{
    Anchor, Drawing, INK, LEADER, LEADING, Px, Role, SIZE, SMALL, Spot, WIDTH, count, spot, widest, width, wrap,
};
use super::value::{Chart, Point, Series, figure};

/// How wide the name at the end of a line may be.
const NAME: Px = 1_500;
/// How wide the name of a period may be.
const PERIOD: Px = 1_400;
/// The least size of the field of lines.
const ACROSS: Px = 3_200;
const HIGH: Px = 2_600;
/// Above the field: the measure.
const TOP: Px = 400;
/// Between the edges of the field and its first and last period.
const MARGIN: Px = 120;
/// Between a text and what it stands beside.
const GAP: Px = 60;
/// How high a lane of shorthand is.
const LANE: Px = 260;
/// Up to so many periods, each has its mark.
const MARKED: usize = 36;

/// The field that lines are drawn in.
struct Field {
    left: Px,
    right: Px,
    bottom: Px,
    scale: Scale,
    points: usize,
}

impl Field {
    fn x(&self, point: usize) -> Px {
        let (from, to) = (self.left + MARGIN, self.right - MARGIN);
        from + (to - from) * count(point) / count(self.points.saturating_sub(1)).max(1)
    }

    fn at(&self, point: usize, value: Decimal) -> (Px, Px) {
        (self.x(point), self.scale.place(value, self.bottom, TOP))
    }

    /// From one period to the next.
    fn step(&self) -> Px {
        (self.right - self.left - 2 * MARGIN) / count(self.points.saturating_sub(1)).max(1)
    }
}

/// The name of a line, and its last figure where that is of the last period.
struct EndLabel {
    series: usize,
    /// The last point with a figure.
    last: (usize, Decimal),
    name: Vec<String>,
    value: Option<String>,
}

impl EndLabel {
    fn height(&self) -> Px {
        count(self.name.len() + usize::from(self.value.is_some())) * LEADING + 20
    }

    fn width(&self) -> Px {
        let value = self.value.as_ref().map_or(0, |value| width(value, SIZE) * 11 / 10);
        widest(&self.name, SIZE).max(value)
    }

    fn draw(&self, drawing: &mut Drawing, field: &Field, top: Px) {
        let end = field.at(self.last.0, self.last.1);
        let middle = top + self.height() / 2;
        let is_apart = (middle - end.1).abs() > 80 || self.last.0 + 1 < field.points;
        if is_apart && !self.name.is_empty() {
            drawing.rule((end.0 + 70, end.1), (field.right + 2 * GAP, middle), LEADER);
        }
        if !self.name.is_empty() {
            drawing.marker(self.series, (field.right + 2 * GAP, middle));
        }
        let x = field.right + if self.name.is_empty() { 0 } else { 3 * GAP + 20 };
        let first = top + 130;
        drawing.lines(spot(x, first, Anchor::Start), SIZE, &self.name);
        if let Some(value) = &self.value {
            let y = first + count(self.name.len()) * LEADING;
            drawing.text(spot(x, y, Anchor::Start), SIZE, Role::Value, value);
        }
    }
}

pub(super) fn draw(chart: &Chart) -> Drawing {
    let (scale, steps) = Scale::of(chart.values()).into_steps();
    let steps: Vec<(Decimal, String)> = steps.into_iter().map(|step| (step, figure(step))).collect();
    // The first and the last period may be named, half of the name beyond the field.
    let periods_named: Vec<String> = chart.points.iter().flat_map(|label| wrap(label, SMALL, PERIOD, 4)).collect();
    let beyond = widest(&periods_named, SMALL) / 2 - MARGIN;
    let left = beyond.max(widest(steps.iter().map(|(_, text)| text), SMALL) + GAP);
    let names: Vec<EndLabel> = chart.series.iter().enumerate().filter_map(end_label).collect();
    let lanes = lanes(chart);
    let lane_names = lanes.iter().map(|lane| widest(&lane.name, SMALL)).max().unwrap_or_default();
    let named = names.iter().map(EndLabel::width).max().unwrap_or_default().max(lane_names) + 5 * GAP;
    let named = named.max(beyond);
    let right = (WIDTH - named).max(left + ACROSS);
    let high = HIGH.max(names.iter().map(EndLabel::height).sum());
    let field = Field { left, right, bottom: TOP + high, scale, points: chart.points.len() };
    let mut drawing = Drawing::new((right + named).max(width(&chart.measure, SIZE) + GAP));
    drawing.text(spot(0, 170, Anchor::Start), SIZE, Role::Label, &chart.measure);
    for (step, text) in &steps {
        let (_, y) = field.at(0, *step);
        let line = ((left, y), (right, y));
        if step.is_zero() {
            drawing.rule(line.0, line.1, INK)
        } else {
            drawing.faint(line.0, line.1)
        }
        drawing.text(spot(left - GAP, y + 45, Anchor::End), SMALL, Role::Scale, text);
    }
    for (number, series) in chart.series.iter().enumerate() {
        line(&mut drawing, &field, number, series);
    }
    end_labels(&mut drawing, &field, names);
    let mut y = field.bottom + 40;
    for lane in &lanes {
        y = lane.draw(&mut drawing, &field, y + LANE);
    }
    drawing.height = periods(&mut drawing, &field, &chart.points, y) + 60;
    drawing
}

/// The runs of points that a line may go through.
fn runs(series: &Series) -> Vec<Vec<(usize, Decimal)>> {
    let mut runs: Vec<Vec<(usize, Decimal)>> = Vec::new();
    let mut was_there = false;
    for (at, point) in series.points.iter().enumerate() {
        let value = point.value();
        if let Some(value) = value {
            match runs.last_mut().filter(|_| was_there && point.continues()) {
                Some(run) => run.push((at, value)),
                None => runs.push(vec![(at, value)]),
            }
        }
        was_there = value.is_some();
    }
    runs
}

fn line(drawing: &mut Drawing, field: &Field, number: usize, series: &Series) {
    for run in runs(series) {
        let places: Vec<(Px, Px)> = run.iter().map(|(at, value)| field.at(*at, *value)).collect();
        if places.len() > 1 {
            drawing.path(number, &places);
        }
        let last = places.len() - 1;
        let is_marked = |at: usize| at == 0 || at == last || field.points <= MARKED;
        for (_, place) in places.iter().enumerate().filter(|(at, _)| is_marked(*at)) {
            drawing.marker(number, *place);
        }
    }
}

/// None for a series without a figure, which has no line.
fn end_label((number, series): (usize, &Series)) -> Option<EndLabel> {
    let last = series.points.iter().rposition(|point| point.value().is_some())?;
    Some(EndLabel {
        series: number,
        last: (last, series.points[last].value()?),
        name: wrap(&series.label, SIZE, NAME, 3),
        value: series.points.last().and_then(Point::value).map(figure),
    })
}

/// Names stand at the height of the ends of their lines, or as near as they can without covering one another.
fn end_labels(drawing: &mut Drawing, field: &Field, mut labels: Vec<EndLabel>) {
    labels.sort_by_key(|label| field.at(label.last.0, label.last.1).1);
    let mut tops: Vec<Px> = Vec::new();
    let mut free = 0;
    for label in &labels {
        let wanted = field.at(label.last.0, label.last.1).1 - label.height() / 2;
        tops.push(wanted.max(free));
        free = tops.last().copied().unwrap_or_default() + label.height();
    }
    // What went below the field goes back up, and takes what is above it along.
    let mut free = field.bottom + LEADING / 2;
    for (top, label) in tops.iter_mut().zip(&labels).rev() {
        *top = (*top).min(free - label.height());
        free = *top;
    }
    for (top, label) in tops.into_iter().zip(&labels) {
        label.draw(drawing, field, top);
    }
}

/// Shorthand under the places where it stands in the table.
struct Lane {
    series: Option<usize>,
    name: Vec<String>,
    /// First and last point, and what stands there.
    runs: Vec<(usize, usize, String)>,
}

/// One lane a series with shorthand, or one for all of them where it is the same in all.
fn lanes(chart: &Chart) -> Vec<Lane> {
    let runs = |series: &Series| {
        let mut runs: Vec<(usize, usize, String)> = Vec::new();
        for (at, text) in series.points.iter().enumerate().filter_map(|(at, point)| Some((at, point.shorthand()?))) {
            match runs.last_mut() {
                Some((_, last, before)) if *last + 1 == at && *before == text => *last = at,
                _ => runs.push((at, at, text)),
            }
        }
        runs
    };
    let all: Vec<_> = chart.series.iter().map(runs).collect();
    if all.windows(2).all(|pair| pair[0] == pair[1]) {
        let first = all.into_iter().next().filter(|runs| !runs.is_empty());
        return first.map(|runs| Lane { series: None, name: Vec::new(), runs }).into_iter().collect();
    }
    let lane = |(number, runs): (usize, Vec<_>)| Lane {
        series: Some(number),
        name: wrap(&chart.series[number].label, SMALL, NAME, 2),
        runs,
    };
    all.into_iter().enumerate().filter(|(_, runs)| !runs.is_empty()).map(lane).collect()
}

impl Lane {
    /// Draws it from a baseline on: a stroke over the places, and the shorthand below it, in further lines where they would cover one
    /// another. Gives the last baseline.
    fn draw(&self, drawing: &mut Drawing, field: &Field, y: Px) -> Px {
        let mut taken: Vec<Px> = Vec::new();
        for (first, last, text) in &self.runs {
            let (from, to) = (field.x(*first) - 30, field.x(*last) + 30);
            let (middle, half) = ((from + to) / 2, width(text, SMALL) * 11 / 20);
            let line = taken.iter().position(|end| *end <= middle - half).unwrap_or(taken.len());
            match taken.get_mut(line) {
                Some(end) => *end = middle + half + 30,
                None => taken.push(middle + half + 30),
            }
            drawing.rule((from, y - 150), (to, y - 150), INK);
            drawing.text(spot(middle, y + count(line) * LEADING, Anchor::Middle), SMALL, Role::Value, text);
        }
        if let Some(series) = self.series {
            drawing.marker(series, (field.right + 2 * GAP, y - 45));
            drawing.lines(spot(field.right + 3 * GAP + 20, y, Anchor::Start), SMALL, &self.name);
        }
        y + count(self.name.len().max(taken.len()).saturating_sub(1)) * LEADING
    }
}

/// The periods under the field, as many as fit, the last among them; gives where they end.
fn periods(drawing: &mut Drawing, field: &Field, labels: &[String], y: Px) -> Px {
    let step = field.step();
    let wrapped = |every: usize| -> Vec<(usize, Vec<String>)> {
        let across = (step * count(every) - 80).min(PERIOD);
        let named = (0..labels.len()).filter(|at| (labels.len() - 1 - at).is_multiple_of(every));
        named.map(|at| (at, wrap(&labels[at], SMALL, across, 4))).collect()
    };
    let fits = |every: &usize| {
        let across = step * count(*every) - 80;
        let words = labels.iter().flat_map(|label| label.split_whitespace()).map(|word| width(word, SMALL)).max();
        words.unwrap_or_default() <= across && wrapped(*every).iter().all(|(_, lines)| lines.len() <= 3)
    };
    let every = (1..labels.len().max(2)).find(fits).unwrap_or(labels.len().max(1));
    let named = wrapped(every);
    for (at, lines) in &named {
        drawing.rule((field.x(*at), field.bottom), (field.x(*at), field.bottom + 50), INK);
        let at = Spot { x: field.x(*at), y: y + 200, anchor: Anchor::Middle };
        drawing.lines(at, SMALL, lines);
    }
    y + 200 + count(named.iter().map(|(_, lines)| lines.len()).max().unwrap_or_default().saturating_sub(1)) * LEADING
}
