//! Charts say what their tables say, and no more.

use std::collections::BTreeSet;

use candour_model::outline::{Block, ChartBlock};
use candour_model::{
    Axis, Category, CategoryKind, Cell, ChartChoice, Column, ColumnKind, Coord, Decimal, Dimension, Document, Mark,
    Period, Reason, Row, RowKind, Shown, Table,
};
use candour_release::{files, outline};
use jiff::ToSpan as _;
use jiff::civil::date;
use proptest::prelude::*;
use quick_xml::events::Event;

use crate::sample;

fn dimension(id: &str, axis: Axis, categories: Vec<Category>) -> Dimension {
    let label = format!("{}{}", id[..1].to_uppercase(), &id[1..]);
    Dimension { id: id.into(), label, axis, rolls_up_to: None, overlaps: false, categories }
}

fn names(names: &[&str]) -> Vec<Category> {
    names.iter().map(|name| Category::new(*name, *name, CategoryKind::Code { group: None })).collect()
}

fn bands(count: i64) -> Vec<Category> {
    let band = |at: i64| {
        let (from, to) = (at * 10, (at + 1 < count).then_some(at * 10 + 9));
        let label = to.map_or(format!("{from}+"), |to| format!("{from} to {to}"));
        Category::new(label.clone(), label, CategoryKind::Band { from, to })
    };
    (0..count).map(band).collect()
}

fn months(count: i64) -> Vec<Category> {
    let month = |at: i64| {
        let from = date(2022, 1, 1) + at.months();
        let period = Period { from, to: from.last_of_month(), whole: true };
        Category::new(from.to_string(), from.strftime("%B %Y").to_string(), CategoryKind::Period(period))
    };
    (0..count).map(month).collect()
}

type Figure = (Shown, &'static [Mark]);

/// A table with a dimension down and, if there are categories for it, one across; figures come round again.
fn table(choice: ChartChoice, down: Vec<Category>, across: Vec<Category>, figures: &[Figure]) -> Table {
    let Document { tables, .. } = sample::document();
    let mut about = tables.into_iter().next_back().unwrap().about;
    about.id = "appeals".into();
    about.title = "Appeals against notices".into();
    about.chart = choice;
    about.measures[0].label = "Appeals & \"challenges\"".into();
    about.measures[0].kind = candour_model::MeasureKind::Count;
    about.measures[0].places = 0;
    let places: Vec<Option<u32>> =
        if across.is_empty() { vec![None] } else { (0..across.len() as u32).map(Some).collect() };
    let columns = places.iter().map(|at| Column {
        kind: ColumnKind::Inner,
        measure: 0,
        key: at.iter().copied().collect(),
        labels: vec![at.map_or("Appeals".into(), |at| across[at as usize].label.clone())],
    });
    let columns: Vec<Column> = columns.collect();
    let mut figures = figures.iter().cycle();
    let mut cell = |row: Coord, column: &Option<u32>| {
        let (shown, marks) = figures.next().unwrap();
        let coords = [row].into_iter().chain(column.map(Coord::At)).collect();
        Cell { coords, measure: 0, shown: *shown, marks: marks.iter().copied().collect::<BTreeSet<_>>() }
    };
    let mut rows: Vec<Row> = Vec::new();
    for (at, category) in down.iter().enumerate() {
        let cells = places.iter().map(|place| cell(Coord::At(at as u32), place)).collect();
        rows.push(Row { kind: RowKind::Inner, key: vec![at as u32], labels: vec![category.label.clone()], cells });
    }
    let total = |_: &Option<u32>| Cell {
        coords: [Coord::Total].into_iter().chain((!across.is_empty()).then_some(Coord::At(0))).collect(),
        measure: 0,
        shown: Shown::whole(987_654_321),
        marks: BTreeSet::new(),
    };
    rows.push(Row {
        kind: RowKind::GrandTotal,
        key: Vec::new(),
        labels: vec!["Total".into()],
        cells: places.iter().map(total).collect(),
    });
    about.dimensions = vec![dimension("down", Axis::Rows, down)];
    if !across.is_empty() {
        about.dimensions.push(dimension("across", Axis::Columns, across));
    }
    Table { row_headings: vec!["Down".into()], about, columns, rows }
}

/// A release whose table is drawn.
pub(crate) fn document() -> Document {
    drawn(bars())
}

pub(crate) fn drawn(table: Table) -> Document {
    Document { about: sample::about(), tables: vec![table], lists: Vec::new() }
}

fn chart(table: &Table) -> Option<ChartBlock> {
    let blocks = outline(&drawn(table.clone())).blocks;
    blocks.into_iter().find_map(|block| if let Block::Chart(chart) = block { Some(chart) } else { None })
}

fn whole(number: i128) -> Figure {
    (Shown::whole(number), &[])
}

const WITHHELD: Figure = (Shown::Withheld(Reason::Confidential), &[]);

pub(crate) fn lines() -> Table {
    let figures: Vec<Figure> = (0..36)
        .map(|at: i128| match at {
            8 | 10 | 13 => WITHHELD,
            24 => (Shown::whole(1_180), &[Mark::Break][..]),
            33..=35 => (Shown::whole(900 + at * 11), &[Mark::Provisional][..]),
            _ if at % 3 == 0 => whole(1_000 + (at * at * 7) % 260),
            _ if at % 3 == 1 => whole(640 + at * 12),
            _ => whole(500 + (at * 53) % 90),
        })
        .collect();
    table(ChartChoice::Auto, months(12), names(&["North", "South", "Harbour and old town"]), &figures)
}

pub(crate) fn bars() -> Table {
    let figures = [whole(1_204), whole(845), WITHHELD, whole(0), whole(77), (Shown::whole(310), &[Mark::Provisional])];
    let down = names(&["Car", "Lorry, van or other commercial vehicle of up to 3.5 tonnes", "Motorcycle"]);
    table(ChartChoice::Auto, down, names(&["2022", "2023"]), &figures)
}

pub(crate) fn pyramid() -> Table {
    let figures: Vec<Figure> =
        (0..14).map(|at: i128| if at == 12 { WITHHELD } else { whole((at * 397 + 211) % 1_500) }).collect();
    table(ChartChoice::Pyramid, bands(7), names(&["Female", "Male"]), &figures)
}

#[test]
fn three_charts() {
    for (name, table) in [("lines", lines()), ("bars", bars()), ("pyramid", pyramid())] {
        let chart = chart(&table).unwrap();
        insta::assert_snapshot!(name, format!("{}\n{}\n{}", chart.caption, chart.description, chart.svg));
    }
}

/// The texts of a drawing by their class. Fails where it is not well formed, or could run or fetch something.
fn texts(svg: &str) -> Vec<(String, String)> {
    let mut reader = quick_xml::Reader::from_str(svg);
    let (mut texts, mut class, mut ids) = (Vec::new(), None, BTreeSet::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                let name = tag.name().as_ref().to_owned();
                assert!(
                    ["svg", "title", "desc", "rect", "path", "text", "pattern"].contains(&name.as_str()),
                    "{name} in a chart"
                );
                for attribute in tag.attributes() {
                    let attribute = attribute.unwrap();
                    let value = attribute.value.to_string();
                    match attribute.key.as_ref() {
                        "id" => assert!(ids.insert(value.clone()), "{value} stands twice"),
                        "font-size" => assert!(value.parse::<f64>().unwrap() >= 12.0, "text of {value}"),
                        "href" | "style" | "onload" => panic!("an attribute that could do something"),
                        "width" | "height" => assert!(value.parse::<f64>().unwrap() > 0.0, "{value} wide"),
                        "class" => class = Some(value.clone()),
                        _ => {}
                    }
                    assert!(!value.contains("url(") || value.starts_with("url(#chart-appeals-"), "{value}");
                }
                if name == "text" {
                    texts.push((class.take().unwrap(), String::new()));
                }
            }
            Event::Text(text) => {
                if let Some((_, last)) = texts.last_mut() {
                    last.push_str(&text);
                }
            }
            Event::GeneralRef(name) => {
                if let Some((_, last)) = texts.last_mut() {
                    last.push(match &*name {
                        "amp" => '&',
                        "quot" => '"',
                        "lt" => '<',
                        "gt" => '>',
                        _ => '\n',
                    });
                }
            }
            Event::Eof => return texts.into_iter().map(|(class, text)| (class, text.trim().to_owned())).collect(),
            _ => {}
        }
    }
}

fn values(svg: &str) -> Vec<String> {
    texts(svg).into_iter().filter(|(class, _)| class == "value").map(|(_, text)| text).collect()
}

#[test]
fn bars_show_every_cell_in_the_order_of_the_table_and_no_total() {
    let chart = chart(&bars()).unwrap();
    assert_eq!(values(&chart.svg), ["1,204", "845", "[c]", "0", "77", "310 [p]"]);
    assert!(chart.description.contains("One place has no figure"), "{}", chart.description);
    assert!(chart.description.ends_with("All figures stand in “Table 1: Appeals against notices”."));
    assert_eq!(chart.svg.matches("fill=\"url(#chart-appeals-1)\"").count(), 2, "a zero has no bar");
}

#[test]
fn a_line_is_broken_where_a_figure_is_withheld_and_where_the_series_breaks() {
    let figures = [whole(1), whole(2), WITHHELD, whole(4), whole(5), (Shown::whole(6), &[Mark::Break]), whole(7)];
    let chart = chart(&table(ChartChoice::Lines, months(7), Vec::new(), &figures)).unwrap();
    assert_eq!(chart.svg.matches("stroke-width=\"2.5\"").count(), 3, "{}", chart.svg);
    assert_eq!(values(&chart.svg), ["7", "[c]", "[b]"]);
}

#[test]
fn a_row_that_is_left_out_of_the_table_breaks_the_line() {
    let mut table = table(ChartChoice::Lines, months(5), Vec::new(), &[whole(3)]);
    table.rows.remove(2);
    assert_eq!(chart(&table).unwrap().svg.matches("stroke-width=\"2.5\"").count(), 2);
}

#[test]
fn negative_bars_end_before_zero() {
    let figures = [(Shown::Value(Decimal::new(-123_450, 2)), &[][..]), whole(900)];
    let chart = chart(&table(ChartChoice::Bars, names(&["Loss", "Gain"]), Vec::new(), &figures)).unwrap();
    assert_eq!(values(&chart.svg), ["-1,234.50", "900"]);
    assert!(chart.svg.contains("text-anchor=\"end\""));
}

#[test]
fn a_table_without_figures_and_one_that_asks_for_none_have_no_chart() {
    let of = |choice, figures: &[Figure]| chart(&table(choice, names(&["A", "B"]), Vec::new(), figures));
    assert!(of(ChartChoice::Bars, &[WITHHELD]).is_none());
    assert!(of(ChartChoice::None, &[whole(1)]).is_none());
    assert!(of(ChartChoice::Bars, &[whole(1)]).is_some());
    let many: Vec<String> = (0..61).map(|at| format!("Category {at}")).collect();
    let many = names(&many.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(chart(&table(ChartChoice::Auto, many, Vec::new(), &[whole(1)])).is_none());
}

#[test]
fn the_same_chart_stands_in_its_file_and_on_the_page() {
    let document = drawn(pyramid());
    let files = files(&document, &sample::formats(&["charts", "html", "text"])).unwrap();
    let svg = String::from_utf8(files["charts/appeals.svg"].clone()).unwrap();
    let page = String::from_utf8(files["response.html"].clone()).unwrap();
    assert!(page.contains(svg.trim_end()));
    let text = String::from_utf8(files["response.txt"].clone()).unwrap();
    assert!(text.contains("Chart 1: Appeals against notices: Pyramid chart"), "{text}");
}

fn attribute(tag: &str, name: &str) -> Option<f64> {
    tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?.parse().ok()
}

/// The right edge of a picture, whose left edge is at -10.
fn wide(svg: &str) -> f64 {
    attribute(svg, "width").unwrap() - 10.0
}

/// From where to where a text reaches, at half an em a letter, which is less than letters take on the average.
fn extent(text: &str) -> (f64, f64) {
    let words = text.split('>').nth(1).unwrap().split('<').next().unwrap();
    let long = words.replace("&quot;", "q").replace("&amp;", "a").replace("&lt;", "l").replace("&gt;", "g");
    let narrow = long.chars().filter(|letter| "ijlIfrt.,:;'|! ()[]-/".contains(*letter)).count();
    let letters = long.chars().count() as f64 * 0.5 - narrow as f64 * 0.25;
    let (x, across) = (attribute(text, "x").unwrap(), letters * attribute(text, "font-size").unwrap());
    match text {
        _ if text.contains("text-anchor=\"end\"") => (x - across, x),
        _ if text.contains("text-anchor=\"middle\"") => (x - across / 2.0, x + across / 2.0),
        _ => (x, x + across),
    }
}

fn category_label() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[A-Za-z ]{1,30}", 1 => any::<String>(), 1 => "[a-z]{60,90}"]
}

pub(crate) fn random() -> impl Strategy<Value = Table> {
    let figure = prop_oneof![
        12 => (-3_000..3_000_000_i128).prop_map(whole),
        1 => any::<i128>().prop_map(whole),
        1 => (-10_i128.pow(36)..10_i128.pow(36)).prop_map(whole),
        2 => Just((Shown::whole(5), &[Mark::Break, Mark::Provisional][..])),
        4 => Just(WITHHELD),
        2 => Just((Shown::Withheld(Reason::NotApplicable), &[][..])),
    ];
    let kinds = prop_oneof![Just("months"), Just("bands"), Just("names")];
    let choices = prop_oneof![
        Just(ChartChoice::Auto),
        Just(ChartChoice::Bars),
        Just(ChartChoice::Pyramid),
        Just(ChartChoice::Lines)
    ];
    let labels =
        (proptest::collection::vec(category_label(), 1..20), proptest::collection::vec(category_label(), 0..7));
    (kinds, choices, labels, 1..130_i64, proptest::collection::vec(figure, 1..50)).prop_map(
        |(kind, choice, (down, across), long, figures)| {
            let labels = |labels: &[String]| names(&labels.iter().map(String::as_str).collect::<Vec<_>>());
            let down = match kind {
                "months" => months(long),
                "bands" => bands(long % 45),
                _ => labels(&down),
            };
            table(choice, down, labels(&across), &figures)
        },
    )
}

proptest! {
    #[test]
    fn no_value_in_a_chart_that_is_not_in_its_table(table in random()) {
        if let Some(chart) = chart(&table) {
            let cells = || table.rows.iter().filter(|row| row.kind == RowKind::Inner).flat_map(|row| &row.cells);
            let marks = |cell: &Cell| cell.marks.iter().map(|mark| match mark {
                Mark::Provisional => "[p]",
                Mark::Break => "[b]",
            }).collect::<Vec<_>>().join(" ");
            let mut known = BTreeSet::new();
            for cell in cells() {
                let value = match cell.shown {
                    Shown::Value(value) => value.to_string(),
                    Shown::Withheld(reason) => reason.symbol().to_owned(),
                };
                known.extend([value.clone(), marks(cell), format!("{value} {}", marks(cell))]);
            }
            for value in values(&chart.svg) {
                prop_assert!(known.contains(&value.replace(',', "")), "{value} is not in the table");
            }
            for text in chart.svg.lines().filter(|line| line.starts_with("<text ")) {
                let (from, to) = extent(text);
                prop_assert!(from >= -10.0 && to <= wide(&chart.svg), "{text} leaves the picture");
            }
            let gaps = cells().filter(|cell| matches!(cell.shown, Shown::Withheld(_))).count();
            let places = table.about.dimensions.iter().map(|one| one.categories.len()).product::<usize>();
            prop_assert_eq!(places, cells().count());
            prop_assert_eq!(gaps > 0, values(&chart.svg).iter().any(|text| ["[c]", "[z]"].contains(&text.as_str())));
        }
    }
}
