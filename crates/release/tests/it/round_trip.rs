//! What is written is read back: the same figures, reasons, marks and labels from every data format.

use candour_model::{Document, Mark, RowKind, Shown, Table};
use candour_release::{ReleaseJson, files};
use proptest::prelude::*;

use crate::sample::formats;

use crate::random;
use crate::reading::{self, Figure, Held, ReadSheet};

/// The figures of a table as its document has them, row by row.
fn figures(table: &Table) -> Vec<Vec<Figure>> {
    let figure = |cell: &candour_model::Cell| Figure {
        shown: match cell.shown {
            Shown::Value(value) => Ok(value.to_string()),
            Shown::Withheld(reason) => Err(reason.symbol().trim_matches(['[', ']']).to_owned()),
        },
        marks: cell.marks.iter().map(|mark| if *mark == Mark::Break { "b" } else { "p" }.to_owned()).collect(),
    };
    table.rows.iter().map(|row| row.cells.iter().map(figure).collect()).collect()
}

/// A text as a spreadsheet holds it: the rules of `docs/release-formats.md`.
fn held(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
    let lost = |letter: char| (letter.is_control() && letter != '\n') || matches!(letter, '\u{fffe}' | '\u{ffff}');
    text.chars().map(|letter| if lost(letter) { '\u{fffd}' } else { letter }).collect()
}

/// The labels of a row, one a heading.
fn labels(table: &Table, at: usize) -> Vec<String> {
    let row = &table.rows[at];
    let name = |level: usize, category: u32| {
        let rows = table.about.dimensions.iter().filter(|side| side.axis == candour_model::Axis::Rows);
        rows.map(|side| &side.categories).nth(level).unwrap()[category as usize].label.clone()
    };
    let known: Vec<String> = match row.kind {
        RowKind::GrandTotal => row.labels.clone(),
        _ => row.key.iter().enumerate().map(|(level, at)| name(level, *at)).collect(),
    };
    (0..table.row_headings.len()).map(|level| known.get(level).map_or("Total".into(), |label| held(label))).collect()
}

fn same_as_the_document(document: &Document, sheets: &[ReadSheet]) {
    for (at, table) in document.tables.iter().enumerate() {
        let read = sheets[3 + at].table.as_ref().unwrap();
        let rows = reading::figures(read, table.row_headings.len());
        let (names, read): (Vec<Vec<String>>, Vec<Vec<Figure>>) = rows.into_iter().unzip();
        assert_eq!(read, figures(table));
        assert_eq!(names, (0..table.rows.len()).map(|at| labels(table, at)).collect::<Vec<_>>());
    }
    for (at, list) in document.lists.iter().enumerate() {
        let read = sheets[3 + document.tables.len() + at].table.as_ref().unwrap();
        let text = |value: &Option<String>| Held::Text(held(value.as_deref().unwrap_or("Not recorded")));
        let mut rows: Vec<Vec<Held>> = list.rows.iter().map(|row| row.iter().map(text).collect()).collect();
        if rows.is_empty() {
            rows.push(vec![Held::Text("none".into()); list.columns.len()]);
        }
        assert_eq!(read.rows, rows);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, max_shrink_iters: 300, ..ProptestConfig::default() })]

    #[test]
    fn every_format_gives_the_same_figures_back(document in random::document()) {
        let files = files(&document, &formats(&["csv", "ods", "xlsx"])).unwrap();
        let (ods, xlsx) = (reading::ods(&files["tables.ods"]), reading::xlsx(&files["tables.xlsx"]));
        prop_assert_eq!(&ods, &xlsx);
        same_as_the_document(&document, &ods);

        let json: ReleaseJson = serde_json::from_slice(&files["release.json"]).unwrap();
        for (table, read) in document.tables.iter().zip(&json.tables) {
            let wanted: Vec<Figure> = figures(table).into_iter().flatten().collect();
            let figure = |cell: &candour_release::CellJson| Figure {
                shown: match (&cell.value, cell.reason) {
                    (Some(value), None) => Ok(value.clone()),
                    (None, Some(reason)) => Err(reason.symbol().trim_matches(['[', ']']).to_owned()),
                    other => panic!("{other:?}"),
                },
                marks: cell.marks.iter().map(|mark| if *mark == Mark::Break { "b" } else { "p" }.to_owned()).collect(),
            };
            prop_assert_eq!(read.cells.iter().map(figure).collect::<Vec<_>>(), wanted.clone());

            let rows = reading::csv(&files[&format!("csv/{}.csv", table.about.id)]);
            prop_assert_eq!(reading::csv_figures(&rows), wanted);
            for (row, cell) in rows[1..].iter().zip(table.rows.iter().flat_map(|row| &row.cells)) {
                for ((text, coord), side) in row.iter().zip(&cell.coords).zip(&table.about.dimensions) {
                    let label = match coord {
                        candour_model::Coord::At(at) => side.categories[*at as usize].label.as_str(),
                        _ => "Total",
                    };
                    prop_assert_eq!(text, label);
                }
            }
        }
        for list in &document.lists {
            let rows = reading::csv(&files[&format!("csv/{}.csv", list.id)]);
            let text = |value: &Option<String>| value.clone().unwrap_or_default();
            let wanted: Vec<Vec<String>> = list.rows.iter().map(|row| row.iter().map(text).collect()).collect();
            prop_assert_eq!(&rows[1..], &wanted[..]);
        }
    }

    #[test]
    fn the_same_document_gives_the_same_bytes(document in random::document()) {
        let formats = formats(&["csv", "ods", "xlsx"]);
        prop_assert_eq!(files(&document, &formats).unwrap(), files(&document.clone(), &formats).unwrap());
    }
}
