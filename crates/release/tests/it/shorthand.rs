//! Withheld figures and marks in every format.

use std::collections::BTreeSet;

use crate::sample::formats;
use crate::{reading, sample};

use candour_model::outline::Block;
use candour_model::{
    Axis, Category, CategoryKind, Cell, ChartChoice, Column, ColumnKind, Coord, Dimension, Document, DocumentFacts,
    ExtractSource, Mark, MeasureFacts, MeasureKind, Reason, Request, Row, RowKind, Shown, Table, TableFacts,
};
use candour_release::{files, outline, table_text};
use jiff::civil::date;

fn document() -> Document {
    let category = |id: &str| Category::new(id, format!("Kind {id}"), CategoryKind::Code { group: None });
    let dimension = Dimension {
        id: "kind".into(),
        label: "Kind".into(),
        axis: Axis::Rows,
        rolls_up_to: None,
        overlaps: false,
        categories: vec![category("a"), category("b"), category("c")],
    };
    let row = |at: u32, shown, marks: &[Mark]| Row {
        kind: RowKind::Inner,
        key: vec![at],
        labels: vec![format!("Kind {}", ["a", "b", "c"][at as usize])],
        cells: vec![Cell {
            coords: vec![Coord::At(at)],
            measure: 0,
            shown,
            marks: marks.iter().copied().collect::<BTreeSet<_>>(),
        }],
    };
    let about = TableFacts {
        id: "kinds".into(),
        title: "Kinds & <sorts>".into(),
        questions: vec!["1".into()],
        unit: "things".into(),
        measure: "Things".into(),
        measures: vec![MeasureFacts {
            id: "things".into(),
            label: "Things".into(),
            kind: MeasureKind::Count,
            adds_up: true,
            places: 0,
        }],
        definition: None,
        cancelled: None,
        rejected: 0,
        date_basis: None,
        age_basis: None,
        dimensions: vec![dimension],
        chart: ChartChoice::None,
        notes: Vec::new(),
    };
    let table = Table {
        about,
        row_headings: vec!["Kind".into()],
        columns: vec![Column { kind: ColumnKind::Inner, measure: 0, key: Vec::new(), labels: vec!["Things".into()] }],
        rows: vec![
            row(0, Shown::Withheld(Reason::Confidential), &[]),
            row(1, Shown::Withheld(Reason::NotAvailable), &[]),
            row(2, Shown::whole(0), &[Mark::Provisional, Mark::Break]),
        ],
    };
    let about = DocumentFacts {
        language: candour_wording::Language::ENGLISH,
        languages: Vec::new(),
        authority: "An authority".into(),
        request: Request {
            reference: "1".into(),
            reference_display: "1".into(),
            received: date(2024, 1, 2),
            answered: date(2024, 1, 3),
        },
        extract: Some(ExtractSource { source: "A system".into(), as_at: date(2024, 1, 1) }),
        letter: None,
        title: "A title".into(),
        report: Vec::new(),
        questions: Vec::new(),
        statements: Vec::new(),
        definitions: Vec::new(),
        notes: Vec::new(),
    };
    Document { about, tables: vec![table], lists: Vec::new() }
}

#[test]
fn a_withheld_figure_has_a_reason_and_no_value_in_every_format() {
    let document = document();
    let files = files(&document, &formats(&["html", "csv"])).unwrap();
    let text = |name: &str| String::from_utf8(files[name].clone()).unwrap();

    let html = text("response.html");
    assert!(
        html.contains("<td>[c]</td>") && html.contains("<td>[x]</td>") && html.contains("<td>0 [p] [b]</td>"),
        "{html}"
    );
    for explained in ["[c]: withheld", "[x]: not available", "[p]: provisional", "[b]: the series has a break"] {
        assert!(html.contains(explained), "{explained} is not explained");
    }
    assert!(!html.contains("[z]:"), "a shorthand is explained that is not used");
    assert!(html.contains("Kinds &#38; &#60;sorts&#62;") && !html.contains("<sorts>"), "{html}");

    assert_eq!(
        text("csv/kinds.csv"),
        "Kind,Kind code,Things,Status,Marks\r\nKind a,a,,c,\r\nKind b,b,,x,\r\nKind c,c,0,,p b\r\n"
    );

    let json: serde_json::Value = serde_json::from_slice(&files["release.json"]).unwrap();
    let cells = &json["tables"][0]["cells"];
    assert_eq!((&cells[0]["reason"], cells[0].get("value")), (&"c".into(), None));
    assert_eq!((&cells[2]["value"], &cells[2]["marks"]), (&"0".into(), &serde_json::json!(["p", "b"])));

    let terminal = table_text(&document.tables[0]);
    assert!(terminal.contains("Kind a     [c]") && terminal.contains("Kind c   0 [b]"), "{terminal}");
}

#[test]
fn every_word_of_the_outline_stands_in_the_text_and_on_the_page() {
    let document = document();
    let files = files(&document, &formats(&["html", "text"])).unwrap();
    let page = String::from_utf8(files["response.html"].clone()).unwrap();
    let text = String::from_utf8(files["response.txt"].clone()).unwrap();
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (page, text) = (flat(&page), flat(&text));
    for block in outline(&document).blocks {
        let words = match block {
            Block::Heading { text, .. } | Block::Paragraph(text) => vec![text],
            Block::Bullets(points) => points,
            Block::Facts(facts) => facts.into_iter().flat_map(|(label, value)| [label, value]).collect(),
            Block::Links(links) => links.into_iter().map(|(_, text)| text).collect(),
            Block::Table(table) => table.notes.into_iter().chain([table.caption]).collect(),
            Block::Chart(chart) => vec![chart.caption],
        };
        for words in words {
            let escaped = words.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;");
            assert!(text.contains(&flat(&words)), "`{words}` is not in the text");
            assert!(page.contains(&flat(&escaped)), "`{words}` is not on the page");
        }
    }
}

#[test]
fn headings_skip_no_level_and_links_lead_somewhere() {
    let outline = outline(&document());
    let (mut before, mut ids, mut links) = (0, BTreeSet::new(), Vec::new());
    for block in outline.blocks {
        match block {
            Block::Heading { level, id, .. } => {
                assert!(level <= before + 1, "`{id}` skips a level");
                before = level;
                assert!(ids.insert(id.clone()), "`{id}` stands twice");
            }
            Block::Table(table) => assert!(ids.insert(table.id.clone()), "`{}` stands twice", table.id),
            Block::Links(found) => links.extend(found),
            _ => {}
        }
    }
    for (id, text) in links {
        assert!(ids.contains(&id), "`{text}` leads nowhere");
    }
}

#[test]
fn a_column_without_a_label_is_called_by_its_place_and_not_by_its_marks() {
    let mut document = sample::document();
    let table = &mut document.tables[0];
    table.columns[0].labels = vec![String::new()];
    for row in &mut table.rows {
        row.cells[0].marks = [Mark::Provisional].into();
    }
    let at = table.row_headings.len();
    let files = files(&document, &formats(&["ods"])).unwrap();
    let sheets = reading::ods(&files["tables.ods"]);
    assert_eq!(sheets[3].table.as_ref().unwrap().headings[at], format!("Column {} [p]", at + 1));
}
