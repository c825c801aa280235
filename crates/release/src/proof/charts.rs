//! Charts: each is the one of the outline, and its words, figures and lengths are those of its table.
//!
//! In order, every text is a label, a measure or a figure of the table, or a step of the axis that follows from its figures; bars are as long and points
//! as high as the figures that they stand for, to a tenth of a pixel.

use std::collections::BTreeMap;

use candour_inspect::Place;
use candour_inspect::proof::NotProved;
use candour_inspect::proof::svg::{Piece, read};
use candour_model::chart::{ChartKind, ChartShape, ChartSide, chart_shape};
use candour_model::outline::{Block, ChartBlock, Outline};
use candour_model::{Cell, Coord, Decimal, Document, Mark, Rounding, Shown, Table};

use super::FileNotProved;
use crate::Files;

/// The looks of series, after which they come again.
const LOOKS: usize = 6;
/// Up to so many periods, each has its mark.
const MARKED: usize = 36;
/// Between the edges of the field of lines and its first and last period, in tenths of a pixel.
const MARGIN: i64 = 120;

/// Proves the files of all charts of the outline.
pub(crate) fn charts(document: &Document, outline: &Outline, files: &Files) -> Result<Vec<String>, FileNotProved> {
    let mut proved = Vec::new();
    for block in &outline.blocks {
        let Block::Chart(chart) = block else { continue };
        let id = chart.id.strip_prefix("chart-").unwrap_or(&chart.id);
        let path = format!("charts/{}", document.about.file(id, "svg"));
        proved.extend(super::proved(files, path, |bytes| {
            if bytes != format!("{}\n", chart.svg).as_bytes() {
                return Err(NotProved::new(Place::default(), "it is not the chart that was approved, byte by byte"));
            }
            svg(&chart.svg, chart, document)
        })?);
    }
    Ok(proved)
}

/// Proves that a drawing is on the list, and shows the table of its chart and nothing else.
pub(crate) fn svg(svg: &str, chart: &ChartBlock, document: &Document) -> Result<(), NotProved> {
    let not = |reason| NotProved::new(Place::default(), reason);
    let mut tables = document.tables.iter();
    let table = tables.find(|table| format!("chart-{}", table.about.id) == chart.id);
    let shows = table.and_then(Shows::of).ok_or_else(|| not("no table has this chart"))?;
    let pieces = read(svg, &chart.id)?;
    let mut drawn = Drawn { pieces: &pieces, at: 0 };
    let frame = drawn.next("begin")?.lengths.clone();
    let (title, description) = (drawn.next("title")?, drawn.next("description")?);
    if title.text != on_one_line(&chart.caption) || description.text != on_one_line(&chart.description) {
        return Err(not("its title or description is not that of the chart"));
    }
    if drawn.next("paper")?.lengths != frame[..4] || frame[4..] != frame[2..4] {
        return Err(not("its paper is not as large as the drawing"));
    }
    match shows.kind {
        ChartKind::Lines => lines(&mut drawn, &shows)?,
        ChartKind::Bars => bars(&mut drawn, &shows)?,
        ChartKind::Pyramid => pyramid(&mut drawn, &shows)?,
    }
    drawn.next("end")?;
    Ok(())
}

/// What a chart must show of its table.
struct Shows {
    kind: ChartKind,
    measure: String,
    points: Vec<String>,
    series: Vec<Series>,
}

struct Series {
    name: String,
    points: Vec<Option<Figure>>,
}

/// What the table has at a point.
#[derive(Clone)]
struct Figure {
    value: Option<Decimal>,
    is_break: bool,
    /// Its reason or its marks.
    shorthand: String,
}

impl Figure {
    fn of(cell: &Cell) -> Self {
        let marks = || cell.marks.iter().map(|mark| if *mark == Mark::Break { "[b]" } else { "[p]" });
        match cell.shown {
            Shown::Value(value) => Self {
                value: Some(value),
                is_break: cell.marks.contains(&Mark::Break),
                shorthand: marks().collect::<Vec<_>>().join(" "),
            },
            Shown::Withheld(reason) => Self { value: None, is_break: false, shorthand: reason.symbol().to_owned() },
        }
    }

    /// What stands beside a bar.
    fn text(&self) -> String {
        let texts = [self.value.map(commas).unwrap_or_default(), self.shorthand.clone()];
        texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

impl Series {
    fn value(&self, point: usize) -> Option<Decimal> {
        self.points.get(point)?.as_ref()?.value
    }

    /// The positions of points that a line goes through, run by run.
    fn runs(&self) -> Vec<Vec<usize>> {
        let mut runs: Vec<Vec<usize>> = Vec::new();
        for (at, point) in self.points.iter().enumerate() {
            let Some(figure) = point.as_ref().filter(|figure| figure.value.is_some()) else { continue };
            let goes_on = !figure.is_break && at > 0 && self.value(at - 1).is_some();
            match runs.last_mut() {
                Some(run) if goes_on => run.push(at),
                _ => runs.push(vec![at]),
            }
        }
        runs
    }

    /// The shorthand under points that follow one another and have the same.
    fn lane(&self) -> Vec<(usize, usize, String)> {
        let mut lane: Vec<(usize, usize, String)> = Vec::new();
        for (at, point) in self.points.iter().enumerate() {
            let Some(figure) = point.as_ref().filter(|figure| !figure.shorthand.is_empty()) else { continue };
            match lane.last_mut() {
                Some((_, last, text)) if *last + 1 == at && *text == figure.shorthand => *last = at,
                _ => lane.push((at, at, figure.shorthand.clone())),
            }
        }
        lane
    }
}

impl Shows {
    fn of(table: &Table) -> Option<Self> {
        let about = &table.about;
        let measure = about.measures.first()?;
        // The cells of the first measure that are no totals, each with its categories.
        let cells: Vec<(Vec<u32>, &Cell)> = table
            .rows
            .iter()
            .flat_map(|row| &row.cells)
            .filter(|cell| cell.measure == 0)
            .filter_map(|cell| {
                let place = cell.coords.iter().map(|coord| if let Coord::At(at) = coord { Some(*at) } else { None });
                Some((place.collect::<Option<Vec<u32>>>()?, cell))
                    .filter(|(place, _)| place.len() == about.dimensions.len())
            })
            .collect();
        let in_table = |dimension: usize| {
            let mut order: Vec<u32> = Vec::new();
            for (place, _) in &cells {
                if !order.contains(&place[dimension]) {
                    order.push(place[dimension]);
                }
            }
            order
        };
        let orders: Vec<Vec<u32>> = (0..about.dimensions.len()).map(in_table).collect();
        let sides = about.dimensions.iter().zip(&orders);
        let sides: Vec<ChartSide<'_>> =
            sides.map(|(dimension, order)| ChartSide { dimension, shown: order.len() }).collect();
        let ChartShape { mut kind, points: down, series: across } =
            chart_shape(&sides, measure.kind, about.chart).ok().flatten()?;
        let points: Vec<u32> = if kind == ChartKind::Lines {
            let categories = about.dimensions[down].categories.iter().zip(0..);
            categories.filter(|(category, _)| !category.held_by_none).map(|(_, at)| at).collect()
        } else {
            orders[down].clone()
        };
        let at: BTreeMap<(u32, Option<u32>), &Cell> =
            cells.iter().map(|(place, cell)| ((place[down], across.map(|across| place[across])), *cell)).collect();
        let named = across.map_or_else(|| vec![None], |across| orders[across].iter().copied().map(Some).collect());
        let series: Vec<Series> = named
            .into_iter()
            .map(|named| Series {
                name: across.zip(named).map(|(across, at)| label(table, across, at)).unwrap_or_default(),
                points: points.iter().map(|point| at.get(&(*point, named)).map(|cell| Figure::of(cell))).collect(),
            })
            .collect();
        let below_zero =
            |series: &Series| (0..points.len()).any(|at| series.value(at).is_some_and(|value| value.units() < 0));
        if kind == ChartKind::Pyramid && (series.len() != 2 || series.iter().any(below_zero)) {
            kind = ChartKind::Bars;
        }
        let points = points.iter().map(|at| label(table, down, *at)).collect();
        Some(Self { kind, measure: measure.label.clone(), points, series })
    }

    fn values(&self) -> impl Iterator<Item = Decimal> {
        self.series.iter().flat_map(|series| &series.points).flatten().filter_map(|figure| figure.value)
    }

    /// The steps of an axis: the least of 1, 2 or 5 times a power of ten of which fewer than six and a part make up the range of the figures with zero,
    /// from the last one below the range to the first above it.
    fn steps(&self) -> Vec<Decimal> {
        let mut places = self.values().map(Decimal::places).max().unwrap_or(0);
        let units = |value: Decimal| match value.rounded(places, Rounding::HalfEven) {
            Some(value) => value.units(),
            None if value.units() < 0 => i128::MIN,
            None => i128::MAX,
        };
        let low = self.values().map(units).min().map_or(0, |low| low.min(0));
        let high = self.values().map(units).max().map_or(0, |high| high.max(0));
        let high = if low == high { low.saturating_add(1) } else { high };
        let range = high.saturating_sub(low);
        let powers = (0..39).map(|power| 10_i128.pow(power));
        let mut sizes = powers.flat_map(|power| [1, 2, 5].map(|times| power.saturating_mul(times)));
        let size = sizes.find(|size| range / size < 6).unwrap_or(i128::MAX);
        let (mut first, last) = (low.div_euclid(size), -(-high).div_euclid(size));
        let mut steps = Vec::new();
        while first <= last {
            steps.push(first.saturating_mul(size));
            first += 1;
        }
        while places > 0 && steps.iter().all(|step| step % 10 == 0) {
            steps.iter_mut().for_each(|step| *step /= 10);
            places -= 1;
        }
        steps.into_iter().map(|step| Decimal::new(step, places)).collect()
    }
}

/// The label of a category; with that of the one above it where its dimension has it twice.
fn label(table: &Table, dimension: usize, category: u32) -> String {
    let side = &table.about.dimensions[dimension];
    let Some(found) = usize::try_from(category).ok().and_then(|at| side.categories.get(at)) else {
        return String::new();
    };
    let above = side.rolls_up_to.and_then(|above| table.about.dimensions.get(above));
    let parent = above.zip(found.parent).and_then(|(above, at)| above.categories.get(usize::try_from(at).ok()?));
    let alike = side.categories.iter().filter(|other| other.label == found.label).count();
    match parent {
        Some(parent) if alike > 1 => format!("{} ({})", found.label, parent.label),
        _ => found.label.clone(),
    }
}

/// The lines of a chart, from the first to the last.
#[derive(Clone, Copy)]
struct Drawn<'p> {
    pieces: &'p [Piece],
    at: usize,
}

impl<'p> Drawn<'p> {
    fn not(&self, reason: &str) -> NotProved {
        let line = self.pieces.get(self.at.min(self.pieces.len().saturating_sub(1))).map_or(1, |piece| piece.line);
        NotProved::new(Place::default().at_line(line), reason)
    }

    /// The next line, if it has this form.
    fn if_next(&mut self, form: &str) -> Option<&'p Piece> {
        let piece = self.pieces.get(self.at).filter(|piece| piece.form == form)?;
        self.at += 1;
        Some(piece)
    }

    fn next(&mut self, form: &str) -> Result<&'p Piece, NotProved> {
        self.if_next(form).ok_or_else(|| self.not(&format!("here should stand a line of the form `{form}`")))
    }

    /// A line of this form and look.
    fn of_look(&mut self, form: &str, series: usize) -> Result<&'p Piece, NotProved> {
        let not = self.not("it looks like that of another series");
        let piece = self.next(form)?;
        if piece.look == series % LOOKS { Ok(piece) } else { Err(not) }
    }

    /// This text in one line.
    fn says(&mut self, form: &str, text: &str) -> Result<&'p Piece, NotProved> {
        let not = self.not("the text is not the one of the table");
        let piece = self.next(form)?;
        if piece.text == on_one_line(text) { Ok(piece) } else { Err(not) }
    }

    /// This label, broken into lines wherever it may be; what did not fit ends in an ellipsis.
    fn label(&mut self, text: &str) -> Result<(), NotProved> {
        let letters = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).map(seen).collect::<String>();
        let wanted = letters(text);
        let mut found = String::new();
        while found != wanted {
            let line = &self.next("label")?.text;
            found.push_str(&letters(line));
            if found == wanted || wanted.starts_with(&found) {
                continue;
            }
            return match found.strip_suffix('…') {
                Some(begin) if wanted.starts_with(begin) => Ok(()),
                _ => Err(self.not("the label before is not the one of the table")),
            };
        }
        Ok(())
    }

    fn patterns(&mut self, series: usize) -> Result<(), NotProved> {
        (1..series.min(LOOKS)).try_for_each(|look| self.of_look("pattern", look).map(|_| ()))
    }

    /// The bar of a figure, if there is one, and its text: how far it goes from left to right.
    fn bar(&mut self, series: usize, figure: Option<&Figure>) -> Result<Option<Bar>, NotProved> {
        let Some(figure) = figure else { return Ok(None) };
        let value = figure.value;
        let ends = match value {
            // Nothing is drawn for what is zero, or nearly.
            Some(_) if self.pieces.get(self.at).is_some_and(|piece| piece.form == "bar") => {
                let lengths = &self.of_look("bar", series)?.lengths;
                Some((lengths[0], lengths[0] + lengths[2]))
            }
            _ => None,
        };
        self.says("value", &figure.text())?;
        Ok(value.map(|value| Bar { value, ends, line: self.at }))
    }
}

/// A bar with its figure.
struct Bar {
    value: Decimal,
    /// From where to where it goes; none where it has no length.
    ends: Option<(i64, i64)>,
    line: usize,
}

/// Whether bars begin at a base and are as long as their figures; `outwards` is -1 where what is above zero goes to the left.
fn in_proportion(drawn: &Drawn<'_>, bars: &[(Bar, i64, i64)]) -> Result<(), NotProved> {
    let largest = bars.iter().map(|(bar, ..)| as_float(bar.value).abs()).fold(0.0, f64::max);
    let longest = bars.iter().filter_map(|(bar, ..)| bar.ends).map(|(from, to)| to - from).max().unwrap_or(0);
    for (bar, base, outwards) in bars {
        let goes = if bar.value.units() < 0 { -outwards } else { *outwards };
        let (from, to) = bar.ends.unwrap_or((*base, *base));
        let wanted = if largest > 0.0 { as_float(bar.value).abs() / largest * tenths(longest) } else { 0.0 };
        let starts = if goes < 0 { to } else { from };
        if starts != *base || (tenths(to - from) - wanted).abs() > 2.0 {
            return Err(Drawn { at: bar.line.saturating_sub(2), ..*drawn }.not("a bar is not as long as its figure"));
        }
    }
    Ok(())
}

fn bars(drawn: &mut Drawn<'_>, shows: &Shows) -> Result<(), NotProved> {
    drawn.patterns(shows.series.len())?;
    drawn.says("label", &shows.measure)?;
    let mut bars = Vec::new();
    for (at, point) in shows.points.iter().enumerate() {
        if at > 0 && shows.series.len() > 1 {
            drawn.next("faint")?;
        }
        drawn.label(point)?;
        for (number, series) in shows.series.iter().enumerate() {
            drawn.label(&series.name)?;
            bars.extend(drawn.bar(number, series.points[at].as_ref())?);
        }
    }
    let zero = upright(drawn)?;
    in_proportion(drawn, &bars.into_iter().map(|bar| (bar, zero, 1)).collect::<Vec<_>>())
}

fn pyramid(drawn: &mut Drawn<'_>, shows: &Shows) -> Result<(), NotProved> {
    drawn.patterns(shows.series.len())?;
    drawn.says("label", &shows.measure)?;
    for series in &shows.series {
        drawn.label(&series.name)?;
    }
    let mut sides: Vec<(usize, Bar)> = Vec::new();
    for (at, point) in shows.points.iter().enumerate() {
        drawn.label(point)?;
        for (number, series) in shows.series.iter().enumerate() {
            sides.extend(drawn.bar(number, series.points[at].as_ref())?.map(|bar| (number, bar)));
        }
    }
    let bases = [(upright(drawn)?, -1), (upright(drawn)?, 1)];
    let bars = sides.into_iter().map(|(side, bar)| (bar, bases[side].0, bases[side].1));
    in_proportion(drawn, &bars.collect::<Vec<_>>())
}

/// Where the line stands from which bars begin.
fn upright(drawn: &mut Drawn<'_>) -> Result<i64, NotProved> {
    let not = drawn.not("the line from which bars begin is not upright");
    match drawn.next("ink")?.lengths.as_slice() {
        [x, _, below, _] if x == below => Ok(*x),
        _ => Err(not),
    }
}

fn lines(drawn: &mut Drawn<'_>, shows: &Shows) -> Result<(), NotProved> {
    drawn.says("label", &shows.measure)?;
    let field = field(drawn, shows)?;
    let mut ends = Vec::new();
    for (number, series) in shows.series.iter().enumerate() {
        let mut end = None;
        for run in series.runs() {
            let places: Vec<(usize, Decimal)> = run.iter().filter_map(|at| Some((*at, series.value(*at)?))).collect();
            if places.len() > 1 {
                let line = drawn.of_look("line", number)?;
                let is_there = |(place, found): (&(usize, Decimal), &[i64])| field.is_at(*place, found);
                if line.lengths.len() != 2 * places.len() || !places.iter().zip(line.lengths.chunks(2)).all(is_there) {
                    return Err(drawn.not("the line before does not go through its figures"));
                }
            }
            for (nth, place) in places.iter().enumerate() {
                if nth == 0 || nth + 1 == places.len() || shows.points.len() <= MARKED {
                    let marker = drawn.of_look("marker", number)?;
                    if !field.is_at(*place, &marker.lengths) {
                        return Err(drawn.not("the mark before does not stand at its figure"));
                    }
                    end = Some(marker.lengths[1]);
                }
            }
        }
        ends.extend(end.map(|height| (height, number)));
    }
    // Names stand in the order of the heights at which their lines end.
    ends.sort_unstable();
    for (_, number) in ends {
        let series = &shows.series[number];
        if !series.name.trim().is_empty() {
            drawn.if_next("leader");
            drawn.of_look("marker", number)?;
            drawn.label(&series.name)?;
        }
        if let Some(value) = shows.points.len().checked_sub(1).and_then(|last| series.value(last)) {
            drawn.says("value", &commas(value))?;
        }
    }
    lanes(drawn, shows)?;
    periods(drawn, shows)
}

/// The field of lines: where its steps stand, and so all figures.
struct Field {
    left: i64,
    right: i64,
    points: usize,
    /// The lowest and the highest step, and their heights.
    low: (Decimal, i64),
    high: (Decimal, i64),
}

impl Field {
    /// Whether a figure of a point is drawn at its place.
    fn is_at(&self, (point, value): (usize, Decimal), found: &[i64]) -> bool {
        let between = |from: i64, to: i64, part: f64| tenths(from) + tenths(to - from) * part;
        let along = number(point) / number(self.points.saturating_sub(1).max(1));
        let (low, high) = (as_float(self.low.0), as_float(self.high.0));
        let up = (as_float(value) - low) / (high - low);
        let wanted = [between(self.left + MARGIN, self.right - MARGIN, along), between(self.low.1, self.high.1, up)];
        found.len() == 2 && found.iter().zip(wanted).all(|(found, wanted)| (tenths(*found) - wanted).abs() <= 2.0)
    }
}

fn field(drawn: &mut Drawn<'_>, shows: &Shows) -> Result<Field, NotProved> {
    let mut heights = Vec::new();
    let mut edges = Vec::new();
    for step in shows.steps() {
        let line = drawn.next(if step.is_zero() { "ink" } else { "faint" })?;
        drawn.says("scale", &commas(step))?;
        let [left, y, right, end] = line.lengths.as_slice() else { return Err(drawn.not("a step has no line")) };
        if y != end {
            return Err(drawn.not("the line of a step is not level"));
        }
        heights.push((step, *y));
        edges.push((*left, *right));
    }
    let is_even = edges.windows(2).all(|pair| pair[0] == pair[1]);
    match (heights.first(), heights.last(), edges.first()) {
        (Some(low), Some(high), Some((left, right))) if is_even => {
            Ok(Field { left: *left, right: *right, points: shows.points.len(), low: *low, high: *high })
        }
        _ => Err(drawn.not("the lines of steps have not all the same ends")),
    }
}

/// Shorthand under the field: one lane for all series where they have the same, else one each.
fn lanes(drawn: &mut Drawn<'_>, shows: &Shows) -> Result<(), NotProved> {
    let lanes: Vec<_> = shows.series.iter().map(Series::lane).collect();
    let are_alike = lanes.iter().all(|lane| *lane == lanes[0]);
    let shown = if are_alike { 1 } else { lanes.len() };
    for (number, lane) in lanes.iter().enumerate().take(shown).filter(|(_, lane)| !lane.is_empty()) {
        for (_, _, text) in lane {
            drawn.next("ink")?;
            drawn.says("value", text)?;
        }
        if !are_alike {
            drawn.of_look("marker", number)?;
            drawn.label(&shows.series[number].name)?;
        }
    }
    Ok(())
}

/// Every so many periods have their names, the last among them.
fn periods(drawn: &mut Drawn<'_>, shows: &Shows) -> Result<(), NotProved> {
    let last = shows.points.len().saturating_sub(1);
    let named = |mut drawn: Drawn<'_>, every: usize| {
        for (at, point) in shows.points.iter().enumerate().filter(|(at, _)| (last - at).is_multiple_of(every)) {
            upright(&mut drawn).and_then(|_| drawn.label(point)).map_err(|why| (at, why)).ok()?;
        }
        drawn.pieces.get(drawn.at).is_some_and(|piece| piece.form == "end").then_some(drawn.at)
    };
    let at = (1..=shows.points.len()).find_map(|every| named(*drawn, every));
    drawn.at = at.ok_or_else(|| drawn.not("the names of the periods are not those of the table"))?;
    Ok(())
}

/// A figure with commas between thousands.
fn commas(value: Decimal) -> String {
    let text = value.to_string();
    let end = text.find('.').unwrap_or(text.len());
    let mut parted = text.clone();
    let mut at = end;
    while at > 3 && text.as_bytes()[at - 4].is_ascii_digit() {
        at -= 3;
        parted.insert(at, ',');
    }
    parted
}

fn as_float(value: Decimal) -> f64 {
    value.to_string().parse().unwrap_or(0.0)
}

fn tenths(length: i64) -> f64 {
    // Lengths in a drawing are far below the 53 bits that are exact.
    i32::try_from(length).map_or(f64::INFINITY, f64::from)
}

fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

/// A character that XML cannot hold, or nobody could see, stands as the replacement character.
fn seen(letter: char) -> char {
    if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') { '\u{fffd}' } else { letter }
}

fn on_one_line(text: &str) -> String {
    text.replace("\r\n", " ").replace(['\n', '\r', '\t'], " ").chars().map(seen).collect()
}
