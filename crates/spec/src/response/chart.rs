//! Whether the chart that a table asks for can be drawn of it.

use candour_model::chart::{
    ChartFault, ChartKind, ChartSide, MOST_BARS, MOST_CATEGORIES, MOST_PERIODS, MOST_SERIES, chart_shape,
};
use candour_model::{ChartChoice, MeasureKind};

use super::Resolver;
use super::types::TableDimension;
use crate::diagnostic::Fault;
use crate::written;

impl Resolver<'_> {
    /// None where the chart is a fault.
    pub(super) fn chart(
        &self,
        table: &written::Table,
        dimensions: &[TableDimension],
        measure: MeasureKind,
    ) -> Option<ChartChoice> {
        let Some(chart) = &table.chart else { return Some(ChartChoice::None) };
        let shown = |made: &TableDimension| {
            let all = made.dimension.categories.len();
            made.order.top.and_then(|top| usize::try_from(top).ok()).map_or(all, |top| top.min(all))
        };
        let sides: Vec<ChartSide<'_>> =
            dimensions.iter().map(|made| ChartSide { dimension: &made.dimension, shown: shown(made) }).collect();
        match chart_shape(&sides, measure, chart.value) {
            Ok(_) => Some(chart.value),
            Err(fault) => {
                let message = format!("the table `{}` cannot have this chart: {}", table.id.value, why(fault));
                self.faults.push(Fault::new(chart.span.clone(), message).hint(what_to_do(fault)));
                None
            }
        }
    }
}

fn why(fault: ChartFault) -> String {
    match fault {
        ChartFault::Dimensions(all) => format!("it has {all} dimensions, and a chart shows one or two"),
        ChartFault::Parents => "a category lies in several of the level above, or in none".into(),
        ChartFault::Rank => "its first measure is a rank".into(),
        ChartFault::NoPeriods => "no dimension is a run of three or more periods of one length in order".into(),
        ChartFault::NoPyramid => {
            "a pyramid is made of bands in order, and of a dimension of exactly two categories".into()
        }
        ChartFault::PyramidOf(_) => {
            "a pyramid compares counts or rates, and its first measure is something else".into()
        }
        ChartFault::Series(all) => format!("it would have {all} series; at most {MOST_SERIES} can be told apart"),
        ChartFault::Points(all, ChartKind::Lines) => format!("it would have {all} periods; at most {MOST_PERIODS} fit"),
        ChartFault::Points(all, _) => format!("it would have {all} categories; at most {MOST_CATEGORIES} fit"),
        ChartFault::Bars(all) => format!("it would have {all} bars; at most {MOST_BARS} fit"),
    }
}

fn what_to_do(fault: ChartFault) -> &'static str {
    match fault {
        ChartFault::Dimensions(_) | ChartFault::Parents => "make a smaller table for the chart, or leave out `chart`",
        ChartFault::Rank => "put the measure that should be drawn first, or leave out `chart`",
        ChartFault::NoPeriods => "end with the last whole period, or write `chart = \"bars\"`",
        ChartFault::NoPyramid | ChartFault::PyramidOf(_) => "write `chart = \"bars\"`",
        ChartFault::Series(_) | ChartFault::Points(..) | ChartFault::Bars(_) => {
            "list fewer `categories`, show the `top` few, or leave out `chart`"
        }
    }
}
