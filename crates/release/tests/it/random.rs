//! Documents made at random: labels that files find hard, figures of any size, reasons, marks.

use std::collections::BTreeSet;

use candour_model::{
    Axis, Category, CategoryKind, Cell, ChartChoice, Column, ColumnKind, Coord, Decimal, Dimension, Document, Mark,
    MeasureFacts, MeasureKind, Note, Reason, RecordColumn, RecordList, Row, RowKind, Shown, Table, TableFacts,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::sample;

/// Any text that a label may be, but for square brackets, in which marks stand.
fn label() -> impl Strategy<Value = String> {
    let hard = [
        "=1+1",
        "-5",
        "-5.0",
        "+44",
        "@a",
        "'",
        "'=",
        "_x0041_",
        "_x005F_x0041_",
        " a  b ",
        "\t",
        "a\r\nb\rc",
        "<&>\"'",
        "\u{1}\u{1f}\u{7f}",
        "\u{fffe}",
        "é𝄞",
        "",
        "Total",
        "1,5",
        "a\"b",
        "]]>",
    ];
    let hard = proptest::sample::select(hard.map(str::to_owned).to_vec());
    let hard = hard.prop_map(|text| text.replace(['[', ']'], "|"));
    prop_oneof![2 => "[a-z ]{1,8}", 1 => hard, 1 => "[ -Z^-~\\n\\téß]{0,40}"]
}

fn figure(places: u8) -> impl Strategy<Value = Shown> {
    let reasons = [Reason::Confidential, Reason::NotApplicable, Reason::NotAvailable];
    let value = move |units: i128| Shown::Value(Decimal::new(units, places));
    prop_oneof![
        4 => (0..200_i128).prop_map(value),
        2 => (-1_000_000_000_i128..1_000_000_000).prop_map(value),
        1 => (-2 * 10_i128.pow(15)..2 * 10_i128.pow(15)).prop_map(value),
        1 => (i128::MIN..i128::MAX).prop_map(value),
        2 => proptest::sample::select(reasons.to_vec()).prop_map(Shown::Withheld),
    ]
}

fn marks() -> impl Strategy<Value = BTreeSet<Mark>> {
    prop_oneof![3 => Just(BTreeSet::new()), 1 => proptest::sample::subsequence(vec![Mark::Provisional, Mark::Break], 0..=2).prop_map(BTreeSet::from_iter)]
}

/// What a table is made of.
#[derive(Clone, Debug)]
struct Parts {
    outer: Vec<String>,
    inner: Vec<String>,
    across: Vec<String>,
    measures: Vec<(String, u8)>,
    totals: bool,
    headings: [String; 3],
    figures: Vec<(Vec<Shown>, BTreeSet<Mark>)>,
    title: String,
}

fn parts() -> impl Strategy<Value = Parts> {
    let measures = vec((label(), 0..4_u8), 1..3);
    measures.prop_flat_map(|measures| {
        let figures: Vec<BoxedStrategy<Shown>> = measures.iter().map(|(_, places)| figure(*places).boxed()).collect();
        let figures = vec((figures, marks()), 1..40);
        let labels = (vec(label(), 1..4), vec(label(), 0..4), vec(label(), 0..4));
        (labels, figures, any::<bool>(), [label(), label(), label()], label()).prop_map(
            move |((outer, inner, across), figures, totals, headings, title)| Parts {
                outer,
                inner,
                across,
                measures: measures.clone(),
                totals,
                headings,
                figures,
                title,
            },
        )
    })
}

fn table(number: usize, parts: &Parts) -> Table {
    let side = |id: &str, label: &str, axis, labels: &[String]| Dimension {
        id: id.into(),
        label: label.into(),
        axis,
        rolls_up_to: None,
        overlaps: false,
        categories: labels
            .iter()
            .enumerate()
            .map(|(at, label)| Category::new(format!("{id}{at}"), label.clone(), CategoryKind::Other))
            .collect(),
    };
    let nested = !parts.inner.is_empty();
    let mut dimensions = vec![side("outer", &parts.headings[0], Axis::Rows, &parts.outer)];
    if nested {
        dimensions.push(side("inner", &parts.headings[1], Axis::Rows, &parts.inner));
    }
    if !parts.across.is_empty() {
        dimensions.push(side("across", &parts.headings[2], Axis::Columns, &parts.across));
    }
    let places: Vec<Option<usize>> =
        if parts.across.is_empty() { vec![None] } else { (0..parts.across.len()).map(Some).collect() };
    let mut columns = Vec::new();
    for place in &places {
        for (measure, (name, _)) in parts.measures.iter().enumerate() {
            let labels = place.iter().map(|at| parts.across[*at].clone()).chain([name.clone()]).collect();
            let key = vec![place.unwrap_or_default() as u32, measure as u32];
            columns.push(Column { kind: ColumnKind::Inner, measure, key, labels });
        }
    }
    let mut figures = parts.figures.iter().cycle();
    let mut rows = Vec::new();
    let mut row = |kind, key: &[u32], labels: Vec<String>| {
        let cells = columns.iter().map(|column| {
            let (shown, marks) = figures.next().unwrap();
            let mut coords: Vec<Coord> = (0..1 + usize::from(nested))
                .map(|level| key.get(level).map_or(Coord::Total, |at| Coord::At(*at)))
                .collect();
            if !parts.across.is_empty() {
                coords.push(Coord::At(column.key[0]));
            }
            Cell { coords, measure: column.measure, shown: shown[column.measure], marks: marks.clone() }
        });
        rows.push(Row { kind, key: key.to_vec(), labels, cells: cells.collect() });
    };
    for (at, outer) in parts.outer.iter().enumerate() {
        let at = at as u32;
        if !nested {
            row(RowKind::Inner, &[at], vec![outer.clone()]);
            continue;
        }
        for (under, inner) in parts.inner.iter().enumerate() {
            row(RowKind::Inner, &[at, under as u32], vec![outer.clone(), inner.clone()]);
        }
        if parts.totals {
            row(RowKind::Subtotal, &[at], vec![format!("{outer} Total")]);
        }
    }
    if parts.totals {
        row(RowKind::GrandTotal, &[], vec!["Grand Total".into()]);
    }
    let measure = |(at, (label, places)): (usize, &(String, u8))| MeasureFacts {
        id: format!("m{at}"),
        label: label.clone(),
        kind: MeasureKind::Sum,
        adds_up: true,
        places: *places,
    };
    let about = TableFacts {
        id: format!("table-{number}"),
        title: parts.title.clone(),
        questions: vec!["1".into()],
        unit: "things".into(),
        measure: parts.measures[0].0.clone(),
        measures: parts.measures.iter().enumerate().map(measure).collect(),
        definition: None,
        cancelled: None,
        rejected: 0,
        date_basis: None,
        age_basis: None,
        dimensions,
        chart: ChartChoice::None,
        notes: vec![Note { kind: "basis".into(), heading: parts.title.clone(), text: parts.headings[0].clone() }],
    };
    Table { about, row_headings: parts.headings[..1 + usize::from(nested)].to_vec(), columns, rows }
}

fn list() -> impl Strategy<Value = RecordList> {
    (1..4_usize).prop_flat_map(|width| {
        let rows = vec(vec(proptest::option::of(label()), width), 0..6);
        (vec(label(), width), rows).prop_map(|(headings, rows)| RecordList {
            id: "list".into(),
            title: "A list".into(),
            questions: vec!["1".into()],
            unit: "things".into(),
            reason: "A reason".into(),
            columns: headings
                .into_iter()
                .enumerate()
                .map(|(at, label)| RecordColumn { id: format!("c{at}"), label })
                .collect(),
            rows,
            notes: Vec::new(),
        })
    })
}

/// Any document with something in it: without tables and lists there are no spreadsheets.
pub(crate) fn document() -> impl Strategy<Value = Document> {
    let holds_something = |(tables, lists): &(Vec<Parts>, Vec<RecordList>)| !tables.is_empty() || !lists.is_empty();
    (vec(parts(), 0..3), vec(list(), 0..2)).prop_filter("there is nothing in it", holds_something).prop_map(
        |(tables, lists)| Document {
            about: sample::about(),
            tables: tables.iter().enumerate().map(|(number, parts)| table(number, parts)).collect(),
            lists,
        },
    )
}
