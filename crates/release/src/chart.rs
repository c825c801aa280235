//! Charts: what a table shows, drawn as SVG. A chart is made of a finished table alone, so it cannot show what the table does not.
//!
//! Geometry is whole tenths of a pixel: no floating point, and so the same bytes everywhere.

mod bars;
mod lines;
mod pyramid;
mod scale;
mod svg;
mod value;

use candour_model::chart::ChartKind;
use candour_model::outline::ChartBlock;
use candour_model::{DocumentFacts, Table};
use candour_wording::{Arg, Language};

use self::svg::{Drawing, Frame};
use self::value::Chart;
use crate::workbook::Text;

/// What the id of a chart begins with; the id of its table follows.
const PREFIX: &str = "chart-";

/// The chart of a table, if it asks for one and has figures to be drawn. `number` counts the charts of the document, from 1; the
/// caption of the table tells where all figures stand.
pub(crate) fn block(table: &Table, number: u64, table_caption: &str, language: Language) -> Option<ChartBlock> {
    let chart = Chart::of(table)?;
    let id = format!("{PREFIX}{}", table.about.id);
    let title = table.about.title.as_str();
    let caption = match table.about.measures.len() {
        0 | 1 => language.say("chart-number", &[("number", number.into()), ("title", title.into())]),
        // Only the first of several measures is drawn.
        _ => language.say(
            "chart-number-of",
            &[("number", number.into()), ("title", title.into()), ("measure", chart.measure.as_str().into())],
        ),
    };
    let description = description(&chart, table_caption, language);
    let drawing = match chart.kind {
        ChartKind::Lines => lines::draw(&chart),
        ChartKind::Bars => bars::draw(&chart, &id),
        ChartKind::Pyramid => pyramid::draw(&chart, &id),
    };
    let svg = framed(drawing, &id, &caption, &description);
    Some(ChartBlock { id, caption, description, svg })
}

fn framed(drawing: Drawing, id: &str, caption: &str, description: &str) -> String {
    let (title, description) = (Text::on_one_line(caption), Text::on_one_line(description));
    drawing.framed(&Frame { id, title: &title, description: &description })
}

/// The path of a chart in the release folder.
pub(crate) fn path(chart: &ChartBlock, about: &DocumentFacts) -> String {
    format!("charts/{}", about.file(chart.id.strip_prefix(PREFIX).unwrap_or(&chart.id), "svg"))
}

/// What a chart shows, in sentences, without any of its figures: those stand in the table.
fn description(chart: &Chart, table_caption: &str, language: Language) -> String {
    let id = match (chart.kind, chart.series.len()) {
        (ChartKind::Lines, 1) => "chart-line",
        (ChartKind::Lines, _) => "chart-lines",
        (ChartKind::Bars, 1) => "chart-bars",
        (ChartKind::Bars, _) => "chart-grouped-bars",
        (ChartKind::Pyramid, _) => "chart-pyramid",
    };
    let ends = |text: Option<&String>| Arg::from(text.cloned().unwrap_or_default());
    let names: Vec<&str> = chart.series.iter().map(|series| series.label.as_str()).collect();
    let args = [
        ("measure", chart.measure.as_str().into()),
        ("along", chart.along.as_str().into()),
        ("count", (chart.points.len() as u64).into()),
        ("first", ends(chart.points.first())),
        ("last", ends(chart.points.last())),
        ("series", names.join("; ").into()),
    ];
    let shows = language.say(id, &args);
    let gaps = match chart.gaps() {
        0 => None,
        gaps => Some(language.say("chart-gaps", &[("count", gaps.into())])),
    };
    let see = language.say("chart-table", &[("table", table_caption.into())]);
    [Some(shows), gaps, Some(see)].into_iter().flatten().collect::<Vec<_>>().join(" ")
}
