//! Which chart a table can have: decided by its dimensions alone, so that a response file can be refused before anything is counted.

use serde::{Deserialize, Serialize};

use crate::{CategoryKind, Dimension, MeasureKind};

/// What a response file asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChartChoice {
    /// No chart.
    #[default]
    None,
    /// The chart that the shape of the table suggests, if any does: lines for periods, bars for few categories.
    Auto,
    /// A line a series over periods.
    Lines,
    /// Horizontal bars.
    Bars,
    /// Bands, and two categories back to back.
    Pyramid,
}

impl ChartChoice {
    /// Whether there is none.
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }
}

/// A kind of chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    /// A line a series over periods that follow one another.
    Lines,
    /// Horizontal bars, in groups where there are several series.
    Bars,
    /// Bars of two series back to back, a band each.
    Pyramid,
}

/// What is drawn along what. Positions are those of the table's dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChartShape {
    /// How it is drawn.
    pub kind: ChartKind,
    /// The dimension whose categories are the points: the periods, the groups of bars, the bands.
    pub points: usize,
    /// The dimension whose categories are the series; None where there is a single series.
    pub series: Option<usize>,
}

/// A dimension, and how many of its categories the table shows.
#[derive(Clone, Copy, Debug)]
pub struct ChartSide<'d> {
    /// The dimension.
    pub dimension: &'d Dimension,
    /// How many of its categories are shown.
    pub shown: usize,
}

/// Why a table cannot have a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartFault {
    /// It has this many dimensions that no other rolls up.
    Dimensions(usize),
    /// Categories of a dimension lie in several of the one above, or in none, so that they have no figure of their own.
    Parents,
    /// Its first measure is a rank, whose length means nothing.
    Rank,
    /// No dimension is a run of periods that follow one another.
    NoPeriods,
    /// It is no dimension of bands with another of exactly two categories.
    NoPyramid,
    /// Its first measure may be below zero, or does not compare two sides.
    PyramidOf(MeasureKind),
    /// It has this many series.
    Series(usize),
    /// It has this many points.
    Points(usize, ChartKind),
    /// It has this many bars.
    Bars(usize),
}

/// The most series that can be told apart.
pub const MOST_SERIES: usize = 6;
/// The most periods along a line: ten years of months.
pub const MOST_PERIODS: usize = 120;
/// The most categories or bands down a page.
pub const MOST_CATEGORIES: usize = 40;
/// The most bars.
pub const MOST_BARS: usize = 60;
/// Fewer periods than these are no run to be looked at.
const FEWEST_PERIODS: usize = 3;

/// The chart of a table with these dimensions, whose first measure is of this kind. None where none is asked for, or
/// [`ChartChoice::Auto`] finds none.
///
/// # Errors
/// When the chart that is asked for by name cannot be drawn.
pub fn chart_shape(
    sides: &[ChartSide<'_>],
    measure: MeasureKind,
    choice: ChartChoice,
) -> Result<Option<ChartShape>, ChartFault> {
    let shape = |kind| shape_of(sides, measure, kind).map(Some);
    match choice {
        ChartChoice::None => Ok(None),
        ChartChoice::Lines => shape(ChartKind::Lines),
        ChartChoice::Bars => shape(ChartKind::Bars),
        ChartChoice::Pyramid => shape(ChartKind::Pyramid),
        ChartChoice::Auto => {
            let lines = shape_of(sides, measure, ChartKind::Lines).ok();
            Ok(lines.or_else(|| shape_of(sides, measure, ChartKind::Bars).ok()))
        }
    }
}

fn shape_of(sides: &[ChartSide<'_>], measure: MeasureKind, kind: ChartKind) -> Result<ChartShape, ChartFault> {
    if measure == MeasureKind::Rank {
        return Err(ChartFault::Rank);
    }
    let finest = finest(sides)?;
    match kind {
        ChartKind::Lines => lines(sides, finest),
        ChartKind::Bars => bars(sides, finest),
        ChartKind::Pyramid => pyramid(sides, finest, measure),
    }
}

/// The dimension that no other rolls up, and a second one if there is one.
fn finest(sides: &[ChartSide<'_>]) -> Result<(usize, Option<usize>), ChartFault> {
    let rolled_up = |at: usize| sides.iter().any(|side| side.dimension.rolls_up_to == Some(at));
    let finest: Vec<usize> = (0..sides.len()).filter(|at| !rolled_up(*at)).collect();
    let in_one = |at: &usize| {
        let dimension = sides[*at].dimension;
        dimension.rolls_up_to.is_none()
            || dimension.categories.iter().all(|one| one.parent.is_some() && one.other_parents.is_empty())
    };
    if !finest.iter().all(in_one) {
        return Err(ChartFault::Parents);
    }
    match finest[..] {
        [one] => Ok((one, None)),
        [one, other] => Ok((one, Some(other))),
        _ => Err(ChartFault::Dimensions(finest.len())),
    }
}

fn lines(sides: &[ChartSide<'_>], (one, other): (usize, Option<usize>)) -> Result<ChartShape, ChartFault> {
    let is_run = |at: &usize| is_run_of_periods(sides[*at].dimension);
    let points = [Some(one), other].into_iter().flatten().find(is_run).ok_or(ChartFault::NoPeriods)?;
    let series = if points == one { other } else { Some(one) };
    fits(sides, ChartShape { kind: ChartKind::Lines, points, series }, MOST_PERIODS)
}

/// Whether categories are periods in order, each of which can be compared with the one before.
fn is_run_of_periods(dimension: &Dimension) -> bool {
    let categories = &dimension.categories;
    let is_time = categories.iter().all(|category| {
        matches!(
            category.kind,
            CategoryKind::Period(_) | CategoryKind::Year { part: false, .. } | CategoryKind::Stock { .. }
        )
    });
    let follow = categories.windows(2).all(|pair| match (&pair[0].kind, &pair[1].kind) {
        (CategoryKind::Stock { at: then }, CategoryKind::Stock { at: now }) => then < now,
        _ => pair[1].follows(&pair[0]),
    });
    categories.len() >= FEWEST_PERIODS && is_time && follow
}

/// Groups of bars are the first dimension, unless only the second is short enough to be the series.
fn bars(sides: &[ChartSide<'_>], (one, other): (usize, Option<usize>)) -> Result<ChartShape, ChartFault> {
    let is_short = |at: usize| sides[at].shown <= MOST_SERIES;
    let (points, series) = match other {
        Some(other) if !is_short(other) && is_short(one) => (other, Some(one)),
        _ => (one, other),
    };
    let shape = fits(sides, ChartShape { kind: ChartKind::Bars, points, series }, MOST_CATEGORIES)?;
    let bars = sides[points].shown * series.map_or(1, |at| sides[at].shown);
    if bars > MOST_BARS { Err(ChartFault::Bars(bars)) } else { Ok(shape) }
}

fn pyramid(
    sides: &[ChartSide<'_>],
    (one, other): (usize, Option<usize>),
    measure: MeasureKind,
) -> Result<ChartShape, ChartFault> {
    let other = other.ok_or(ChartFault::NoPyramid)?;
    let is_pair = |at: usize| sides[at].dimension.categories.len() == 2 && sides[at].shown == 2;
    let (points, series) = match (is_banded(sides[one].dimension), is_banded(sides[other].dimension)) {
        (true, _) if is_pair(other) => (one, other),
        (_, true) if is_pair(one) => (other, one),
        _ => return Err(ChartFault::NoPyramid),
    };
    if !matches!(measure, MeasureKind::Count | MeasureKind::Distinct | MeasureKind::Rate) {
        return Err(ChartFault::PyramidOf(measure));
    }
    fits(sides, ChartShape { kind: ChartKind::Pyramid, points, series: Some(series) }, MOST_CATEGORIES)
}

/// Whether categories are bands in order; one of what was not recorded may stand after them.
fn is_banded(dimension: &Dimension) -> bool {
    let recorded = dimension.categories.iter().filter(|category| category.kind != CategoryKind::NotRecorded);
    let lowest = |kind: &CategoryKind| if let CategoryKind::Band { from, .. } = kind { Some(*from) } else { None };
    let bands: Option<Vec<i64>> = recorded.map(|category| lowest(&category.kind)).collect();
    bands.is_some_and(|bands| bands.len() > 1 && bands.is_sorted())
}

fn fits(sides: &[ChartSide<'_>], shape: ChartShape, most: usize) -> Result<ChartShape, ChartFault> {
    let series = shape.series.map_or(1, |at| sides[at].shown);
    let points = sides[shape.points].shown;
    if series > MOST_SERIES {
        return Err(ChartFault::Series(series));
    }
    if points > most { Err(ChartFault::Points(points, shape.kind)) } else { Ok(shape) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Axis, Category, Period};
    use jiff::civil::date;

    fn dimension(kinds: Vec<CategoryKind>) -> Dimension {
        let category = |(at, kind): (usize, CategoryKind)| Category::new(at.to_string(), at.to_string(), kind);
        let categories = kinds.into_iter().enumerate().map(category).collect();
        let (id, label) = ("one".to_owned(), "One".to_owned());
        Dimension { id, label, axis: Axis::Rows, rolls_up_to: None, overlaps: false, categories }
    }

    fn years(years: &[i16]) -> Dimension {
        let year =
            |year: &i16| CategoryKind::Period(Period { from: date(*year, 1, 1), to: date(*year, 12, 31), whole: true });
        dimension(years.iter().map(year).collect())
    }

    fn others(count: usize) -> Dimension {
        dimension(vec![CategoryKind::Other; count])
    }

    fn bands(lowest: &[i64]) -> Dimension {
        dimension(lowest.iter().map(|from| CategoryKind::Band { from: *from, to: None }).collect())
    }

    fn shape(dimensions: &[Dimension], choice: ChartChoice) -> Result<Option<ChartShape>, ChartFault> {
        let side = |dimension| ChartSide { dimension, shown: dimension.categories.len() };
        let sides: Vec<ChartSide<'_>> = dimensions.iter().map(side).collect();
        chart_shape(&sides, MeasureKind::Count, choice)
    }

    #[test]
    fn what_is_drawn_along_what() {
        let found = |dimensions: &[Dimension], choice| {
            shape(dimensions, choice).ok().flatten().map(|shape| (shape.kind, shape.points, shape.series))
        };
        let (auto, run) = (ChartChoice::Auto, || years(&[2021, 2022, 2023]));
        assert_eq!(found(&[run()], auto), Some((ChartKind::Lines, 0, None)));
        assert_eq!(found(&[others(4), run()], auto), Some((ChartKind::Lines, 1, Some(0))));
        assert_eq!(found(&[others(7), run()], auto), Some((ChartKind::Bars, 0, Some(1))));
        assert_eq!(found(&[others(2), others(9)], auto), Some((ChartKind::Bars, 1, Some(0))));
        assert_eq!(
            found(&[others(2), bands(&[0, 10, 20])], ChartChoice::Pyramid),
            Some((ChartKind::Pyramid, 1, Some(0)))
        );
        assert_eq!(found(&[others(2), bands(&[0, 10, 20])], auto), Some((ChartKind::Bars, 0, Some(1))));
        assert_eq!(found(&[others(41)], auto), None);
        assert_eq!(found(&[run()], ChartChoice::None), None);
    }

    #[test]
    fn what_cannot_be_drawn() {
        let (lines, bars, pyramid) = (ChartChoice::Lines, ChartChoice::Bars, ChartChoice::Pyramid);
        assert_eq!(shape(&[years(&[2021, 2022, 2024])], lines), Err(ChartFault::NoPeriods));
        assert_eq!(shape(&[years(&[2023, 2022, 2021])], lines), Err(ChartFault::NoPeriods));
        assert_eq!(shape(&[years(&[2021, 2022])], lines), Err(ChartFault::NoPeriods));
        assert_eq!(shape(&[others(7), years(&[2021, 2022, 2023])], lines), Err(ChartFault::Series(7)));
        assert_eq!(shape(&[others(41)], bars), Err(ChartFault::Points(41, ChartKind::Bars)));
        assert_eq!(shape(&[others(21), others(3)], bars), Err(ChartFault::Bars(63)));
        assert_eq!(shape(&[others(1), others(1), others(1)], bars), Err(ChartFault::Dimensions(3)));
        assert_eq!(shape(&[others(3), bands(&[0, 10])], pyramid), Err(ChartFault::NoPyramid));
        assert_eq!(shape(&[others(2), bands(&[10, 0])], pyramid), Err(ChartFault::NoPyramid));
        let rolled_up = Dimension { rolls_up_to: Some(0), ..others(3) };
        assert_eq!(shape(&[others(2), rolled_up], bars), Err(ChartFault::Parents));
        let ranked = others(2);
        let ranked = [ChartSide { dimension: &ranked, shown: 2 }];
        assert_eq!(chart_shape(&ranked, MeasureKind::Rank, bars), Err(ChartFault::Rank));
    }
}
