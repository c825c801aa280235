//! What a chart shows: series of points, each a figure of the table or the reason why there is none.

use std::collections::BTreeMap;

use candour_model::chart::{ChartKind, ChartShape, ChartSide, chart_shape};
use candour_model::{Cell, Coord, Decimal, Mark, Reason, Shown, Table};

/// One place of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Point {
    /// A figure of the table.
    Value(Decimal, Vec<Mark>),
    /// The table has a reason here, and no figure.
    Gap(Reason),
    /// The table has no cell here: a row that is left out.
    Absent,
}

impl Point {
    /// The figure.
    pub(super) fn value(&self) -> Option<Decimal> {
        if let Self::Value(value, _) = self { Some(*value) } else { None }
    }

    /// The shorthand that stands here: why there is no figure, or what must be known of it.
    pub(super) fn shorthand(&self) -> Option<String> {
        match self {
            Self::Value(_, marks) if marks.is_empty() => None,
            Self::Value(_, marks) => Some(marks.iter().map(|mark| symbol(*mark)).collect::<Vec<_>>().join(" ")),
            Self::Gap(reason) => Some(reason.symbol().to_owned()),
            Self::Absent => None,
        }
    }

    /// Whether a line from the point before may lead here.
    pub(super) fn continues(&self) -> bool {
        matches!(self, Self::Value(_, marks) if !marks.contains(&Mark::Break))
    }

    /// What stands beside a bar.
    pub(super) fn text(&self) -> String {
        let value = self.value().map(figure);
        value.into_iter().chain(self.shorthand()).collect::<Vec<_>>().join(" ")
    }
}

fn symbol(mark: Mark) -> &'static str {
    match mark {
        Mark::Provisional => "[p]",
        Mark::Break => "[b]",
    }
}

/// Points of one colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Series {
    /// Its name; empty where there is a single series.
    pub(super) label: String,
    /// One a label of [`Chart::points`].
    pub(super) points: Vec<Point>,
}

/// What a chart shows. It has at least one figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chart {
    /// How it is drawn.
    pub(super) kind: ChartKind,
    /// What its figures measure.
    pub(super) measure: String,
    /// What its points are categories of.
    pub(super) along: String,
    /// What stands at each point.
    pub(super) points: Vec<String>,
    /// At least one, in the order of the table; two of a pyramid.
    pub(super) series: Vec<Series>,
}

impl Chart {
    /// The chart of a table. None where it asks for none, its shape allows none, or it has no figure.
    pub(super) fn of(table: &Table) -> Option<Self> {
        let about = &table.about;
        if about.chart.is_none() {
            return None;
        }
        let measure = about.measures.first()?;
        let shown: Vec<Vec<u32>> = (0..about.dimensions.len()).map(|at| shown(table, at)).collect();
        let dimensions = about.dimensions.iter().zip(&shown);
        let sides: Vec<ChartSide<'_>> =
            dimensions.map(|(dimension, shown)| ChartSide { dimension, shown: shown.len() }).collect();
        let shape = chart_shape(&sides, measure.kind, about.chart).ok().flatten()?;
        let points = match shape.kind {
            ChartKind::Lines => in_order(table, shape.points),
            ChartKind::Bars | ChartKind::Pyramid => shown[shape.points].clone(),
        };
        let series: Vec<Option<u32>> =
            shape.series.map_or_else(|| vec![None], |at| shown[at].iter().map(|series| Some(*series)).collect());
        let cells = cells(table, shape);
        let series: Vec<Series> = series
            .into_iter()
            .map(|series| Series {
                label: shape.series.zip(series).map(|(at, series)| label(table, at, series)).unwrap_or_default(),
                points: points.iter().map(|point| point_of(cells.get(&(*point, series)).copied())).collect(),
            })
            .collect();
        let values = || series.iter().flat_map(|series| &series.points).filter_map(Point::value);
        values().next()?;
        // Bars that go back to back cannot go below zero.
        let is_pyramid = shape.kind == ChartKind::Pyramid && series.len() == 2 && values().all(|one| one.units() >= 0);
        Some(Self {
            kind: if shape.kind == ChartKind::Pyramid && !is_pyramid { ChartKind::Bars } else { shape.kind },
            measure: measure.label.clone(),
            along: about.dimensions[shape.points].label.clone(),
            points: points.iter().map(|point| label(table, shape.points, *point)).collect(),
            series,
        })
    }

    /// How many places have a reason and no figure.
    pub(super) fn gaps(&self) -> u64 {
        let points = self.series.iter().flat_map(|series| &series.points);
        points.map(|point| u64::from(matches!(point, Point::Gap(_)))).sum()
    }

    /// Its figures.
    pub(super) fn values(&self) -> impl Iterator<Item = Decimal> + Clone {
        self.series.iter().flat_map(|series| &series.points).filter_map(Point::value)
    }
}

/// The cells of the first measure that are no totals.
fn inner(table: &Table) -> impl Iterator<Item = &Cell> {
    let cells = table.rows.iter().flat_map(|row| &row.cells);
    cells.filter(|cell| cell.measure == 0 && cell.coords.iter().all(|coord| matches!(coord, Coord::At(_))))
}

fn at(cell: &Cell, dimension: usize) -> Option<u32> {
    match cell.coords.get(dimension) {
        Some(Coord::At(at)) => Some(*at),
        _ => None,
    }
}

/// The categories of a dimension that the table shows, in its order.
fn shown(table: &Table, dimension: usize) -> Vec<u32> {
    let mut seen = vec![false; table.about.dimensions[dimension].categories.len()];
    let mut shown = Vec::new();
    for category in inner(table).filter_map(|cell| at(cell, dimension)) {
        if let Some(seen) = usize::try_from(category).ok().and_then(|at| seen.get_mut(at)).filter(|seen| !**seen) {
            *seen = true;
            shown.push(category);
        }
    }
    shown
}

/// The categories of a dimension from the first to the last, for time has no other order and leaves nothing out.
fn in_order(table: &Table, dimension: usize) -> Vec<u32> {
    let categories = (0..).zip(&table.about.dimensions[dimension].categories);
    categories.filter(|(_, category)| !category.held_by_none).map(|(at, _)| at).collect()
}

fn cells(table: &Table, shape: ChartShape) -> BTreeMap<(u32, Option<u32>), &Cell> {
    let place = |cell| Some((at(cell, shape.points)?, shape.series.and_then(|series| at(cell, series))));
    inner(table).filter_map(|cell| Some((place(cell)?, cell))).collect()
}

fn point_of(cell: Option<&Cell>) -> Point {
    match cell.map(|cell| (cell.shown, &cell.marks)) {
        None => Point::Absent,
        Some((Shown::Withheld(reason), _)) => Point::Gap(reason),
        Some((Shown::Value(value), marks)) => Point::Value(value, marks.iter().copied().collect()),
    }
}

/// The label of a category, with that of the one above where two would read the same: January (2023).
fn label(table: &Table, dimension: usize, category: u32) -> String {
    let about = &table.about.dimensions[dimension];
    let find = |categories: &[candour_model::Category], at: u32| {
        usize::try_from(at).ok().and_then(|at| categories.get(at)).cloned()
    };
    let Some(found) = find(&about.categories, category) else { return String::new() };
    let is_twice = about.categories.iter().filter(|other| other.label == found.label).count() > 1;
    let above = about.rolls_up_to.and_then(|above| table.about.dimensions.get(above));
    let parent = above.zip(found.parent).and_then(|(above, parent)| find(&above.categories, parent));
    match parent {
        Some(parent) if is_twice => format!("{} ({})", found.label, parent.label),
        _ => found.label,
    }
}

/// A figure with commas between thousands: 1,234.50.
pub(super) fn figure(value: Decimal) -> String {
    let text = value.to_string();
    let (whole, rest) = text.find('.').map_or((text.as_str(), ""), |at| text.split_at(at));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let comma = |at: usize| if at > 0 && (digits.len() - at).is_multiple_of(3) { "," } else { "" };
    let parted: String = digits.char_indices().map(|(at, digit)| format!("{}{digit}", comma(at))).collect();
    format!("{sign}{parted}{rest}")
}
