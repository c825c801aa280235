//! A small release with everything that a spreadsheet can meet.

use std::collections::BTreeSet;

use candour_model::{
    Axis, Category, CategoryKind, Cell, ChartChoice, Column, ColumnKind, Coord, Decimal, Dimension, Document,
    DocumentFacts, ExtractSource, Mark, MeasureFacts, MeasureKind, Note, Period, Reason, RecordColumn, RecordList,
    ReportField, Request, Row, RowKind, Shown, Table, TableFacts,
};
use candour_release::Format;
use jiff::civil::date;

/// Formats by their names.
pub(crate) fn formats(names: &[&str]) -> Vec<Format> {
    names.iter().map(|name| Format::named(name).unwrap()).collect()
}

pub(crate) fn about() -> DocumentFacts {
    let note =
        |kind: &str, heading: &str, text: &str| Note { kind: kind.into(), heading: heading.into(), text: text.into() };
    let field =
        |label: &str, value: &str| ReportField { field: "further".into(), label: label.into(), value: value.into() };
    DocumentFacts {
        language: candour_wording::Language::ENGLISH,
        languages: Vec::new(),
        authority: "Northmoor & District Council".into(),
        request: Request {
            reference: "FOI-2024-117".into(),
            reference_display: "FOI/2024/117".into(),
            received: date(2024, 1, 2),
            answered: date(2024, 1, 30),
        },
        extract: Some(ExtractSource { source: "Parking notices <live>".into(), as_at: date(2024, 1, 22) }),
        letter: None,
        title: "Penalty charge notices and appeals, 2022 and 2023".into(),
        report: vec![
            field("Protective marking", "Official"),
            field("Summary", "Notices and appeals by area, month and vehicle.\n\nMade in answer to a request."),
            field("Licence", "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"),
        ],
        questions: Vec::new(),
        statements: Vec::new(),
        definitions: Vec::new(),
        notes: vec![
            note("source-system", "Source system", "Parking notices, a live system."),
            note("caveat", "Caveat", "First paragraph of a caveat.\n\nSecond paragraph; see “Settled”."),
        ],
    }
}

fn dimension(id: &str, label: &str, axis: Axis, categories: Vec<Category>) -> Dimension {
    Dimension { id: id.into(), label: label.into(), axis, rolls_up_to: None, overlaps: false, categories }
}

fn code(id: &str, label: &str) -> Category {
    Category::new(id, label, CategoryKind::Code { group: None })
}

/// Two dimensions down, two across with a measure under each, subtotals, a grand total, reasons and marks.
fn crossed() -> Table {
    let areas = [code("n", "North"), code("s", "=South")];
    let months = [period(1, "January 2023"), period(2, "February 2023")];
    let vehicles = [code("car", "Car"), code("van", "Van or lorry")];
    let measure = |id: &str, label: &str, kind, places| MeasureFacts {
        id: id.into(),
        label: label.into(),
        kind,
        adds_up: kind == MeasureKind::Count,
        places,
    };
    let measures = vec![
        measure("notices", "Notices", MeasureKind::Count, 0),
        measure("share", "Share (%)", MeasureKind::Share, 1),
    ];
    let mut columns = Vec::new();
    for (vehicle, label) in vehicles.iter().map(|category| &category.label).enumerate() {
        for (at, measure) in measures.iter().enumerate() {
            let labels = vec![label.clone(), measure.label.clone()];
            columns.push(Column { kind: ColumnKind::Inner, measure: at, key: vec![vehicle as u32, at as u32], labels });
        }
    }
    let mut rows = Vec::new();
    let mut row = |kind, key: Vec<u32>, labels: Vec<&str>, at: [Coord; 2]| {
        let number = rows.len() as i128;
        let figure = |column: &Column| match (number + i128::from(column.key[0]) * 3, column.measure) {
            (3, _) => Shown::Withheld(Reason::Confidential),
            (5, 1) => Shown::Withheld(Reason::NotApplicable),
            (n, 0) => Shown::whole(1200 * n * n + n),
            (n, _) => Shown::Value(Decimal::new(105 * n, 1)),
        };
        let cells = columns.iter().map(|column| Cell {
            coords: vec![at[0], at[1], Coord::At(column.key[0])],
            measure: column.measure,
            shown: figure(column),
            marks: match column.key[0] {
                1 if kind == RowKind::Inner && key[1] == 1 => BTreeSet::from([Mark::Provisional, Mark::Break]),
                1 => BTreeSet::from([Mark::Provisional]),
                _ => BTreeSet::new(),
            },
        });
        let (cells, labels) = (cells.collect(), labels.iter().map(|label| (*label).to_owned()).collect());
        rows.push(Row { kind, key, labels, cells });
    };
    for (area, outer) in areas.iter().enumerate() {
        let (at, number) = (Coord::At(area as u32), area as u32);
        for (month, inner) in months.iter().enumerate() {
            let month = month as u32;
            row(RowKind::Inner, vec![number, month], vec![&outer.label, &inner.label], [at, Coord::At(month)]);
        }
        let total = format!("{} Total", outer.label);
        row(RowKind::Subtotal, vec![number], vec![&total], [at, Coord::Total]);
    }
    row(RowKind::GrandTotal, Vec::new(), vec!["Grand Total"], [Coord::Total, Coord::Total]);
    let basis = "Each figure counts notices by the date on which they were issued.";
    let about = TableFacts {
        id: "by-area-and-month".into(),
        title: "Notices by area, month and vehicle".into(),
        questions: vec!["1".into(), "2".into()],
        unit: "notices".into(),
        measure: "Notices".into(),
        measures,
        definition: None,
        cancelled: None,
        rejected: 0,
        date_basis: Some("issued".into()),
        age_basis: None,
        dimensions: vec![
            dimension("area", "Area", Axis::Rows, areas.to_vec()),
            dimension("month", "Month", Axis::Rows, months.to_vec()),
            dimension("vehicle", "Vehicle", Axis::Columns, vehicles.to_vec()),
        ],
        chart: ChartChoice::None,
        notes: vec![
            Note { kind: "basis".into(), heading: "What is counted".into(), text: basis.into() },
            Note {
                kind: "measures".into(),
                heading: "What is measured".into(),
                text: "“Share (%)” is a share.".into(),
            },
        ],
    };
    Table { about, row_headings: vec!["Area".into(), "Month".into()], columns, rows }
}

fn period(month: i8, label: &str) -> Category {
    let from = date(2023, month, 1);
    Category::new(from.to_string(), label, CategoryKind::Period(Period { from, to: from.last_of_month(), whole: true }))
}

/// One dimension and one column.
fn plain() -> Table {
    let years = [code("2022", "2022"), code("2023", "2023")];
    let figures = [Shown::Value(Decimal::new(-123_456, 2)), Shown::Value(Decimal::new(12_345_678_901_234_567, 2))];
    let rows = figures.into_iter().enumerate().map(|(at, shown)| Row {
        kind: RowKind::Inner,
        key: vec![at as u32],
        labels: vec![years[at].label.clone()],
        cells: vec![Cell { coords: vec![Coord::At(at as u32)], measure: 0, shown, marks: BTreeSet::new() }],
    });
    let rows = rows.collect();
    let mut about = crossed().about;
    about.id = "income".into();
    about.title = "Income less refunds".into();
    about.questions = vec!["3".into()];
    about.measure = "Pounds".into();
    about.measures.truncate(1);
    about.measures[0] =
        MeasureFacts { label: "Pounds".into(), kind: MeasureKind::Sum, places: 2, ..about.measures[0].clone() };
    about.dimensions = vec![dimension("year", "Year", Axis::Rows, years.to_vec())];
    let columns = vec![Column { kind: ColumnKind::Inner, measure: 0, key: vec![0], labels: vec!["Pounds".into()] }];
    Table { about, row_headings: vec!["Year".into()], columns, rows }
}

fn list() -> RecordList {
    let column = |id: &str, label: &str| RecordColumn { id: id.into(), label: label.into() };
    let row = |values: [Option<&str>; 2]| values.map(|value| value.map(str::to_owned)).to_vec();
    RecordList {
        id: "vehicles".into(),
        title: "Vehicles towed".into(),
        questions: vec!["4".into()],
        unit: "vehicles".into(),
        reason: "No vehicle is a person.".into(),
        columns: vec![column("day", "Day"), column("made-by", "+Make")],
        rows: vec![
            row([Some("2023-01-05"), Some("@Ford  _x0041_ ")]),
            row([Some("2023-02-11"), None]),
            row([Some("-5"), Some("line\nbreak\ttab \u{1b}[31m")]),
        ],
        notes: vec![Note { kind: "basis".into(), heading: "Records".into(), text: "One line a vehicle.".into() }],
    }
}

/// The sample.
pub(crate) fn document() -> Document {
    Document { about: about(), tables: vec![crossed(), plain()], lists: vec![list()] }
}
