//! What disclosure control withheld stays withheld: in tables, sums, notes and sentences.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use candour_layout::{ExtractFacts, lay_out};
use candour_model::{Coord, Dimension, Document, LeftOutReason, Protected, ProtectedRelation, Quantity, Reason, Shown};
use candour_spec::{Files, Response, Schema, Source, Taken, WrittenResponse, read_schema};
use jiff::civil::date;

struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _name: &str) -> Result<Vec<u8>, String> {
        Err("there are no files".into())
    }
}

fn example(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/parking-2023").join(name)).unwrap()
}

fn read(change: impl Fn(String) -> String) -> (Response, Schema) {
    let schema = Source::new("schema.toml", example("schema.toml").into_bytes()).unwrap();
    let schema = read_schema(&schema, &NoFiles).unwrap();
    let source = Source::new("response.toml", change(example("response.toml")).into_bytes()).unwrap();
    let (_, form) = WrittenResponse::read(source).extract().unwrap();
    let taken = Taken { as_at: date(2024, 2, 12), rejected: Vec::new() };
    (form.resolve(&schema, &taken, None).unwrap().0, schema)
}

/// Figures of ours for the first table.
fn protected(response: &Response, figures: &[(&[Coord], Shown)]) -> Protected {
    let dimensions: Vec<Dimension> =
        response.tables[0].dimensions.iter().map(|dimension| dimension.dimension.clone()).collect();
    let rows = figures.iter().map(|(at, shown)| (at.to_vec(), vec![*shown]));
    Protected {
        table: response.tables[0].id.clone(),
        figures: Protected::grid(&dimensions, 1, rows),
        dimensions,
        quantities: vec![Quantity::RECORDS],
        left_out: Vec::new(),
        relation: None,
        rests: BTreeMap::new(),
    }
}

/// Lays out the example with figures of ours: everything that is not given is zero.
fn laid_out(
    change: impl Fn(String) -> String,
    figures: &[(&[Coord], Shown)],
    left_out: &[(LeftOutReason, Shown)],
) -> Document {
    let (response, schema) = read(change);
    let protected = Protected { left_out: left_out.to_vec(), ..protected(&response, figures) };
    let extract = ExtractFacts { source: "Parking back office".into(), as_at: date(2024, 2, 12), rejected: vec![2, 0] };
    lay_out(&response, &schema, &extract, &[protected], &[])
}

const WITHHELD: Shown = Shown::Withheld(Reason::Confidential);
const NORTH_2022: &[Coord] = &[Coord::At(0), Coord::At(0)];
const ALL_2022: &[Coord] = &[Coord::Total, Coord::At(0)];
const ALL_2023: &[Coord] = &[Coord::Total, Coord::At(1)];

fn texts(document: &Document) -> String {
    let notes = document.tables[0].about.notes.iter().map(|note| note.text.clone());
    let answers = document.about.questions.iter().map(|question| question.answer.clone());
    notes.chain(answers).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_withheld_figure_is_withheld_wherever_it_is_named() {
    let figures = [(NORTH_2022, WITHHELD), (ALL_2022, WITHHELD), (ALL_2023, Shown::whole(41))];
    let left_out = [(LeftOutReason::Cancelled, WITHHELD), (LeftOutReason::FilterUnknown, WITHHELD)];
    let document = laid_out(|text| text, &figures, &left_out);
    let cell = &document.tables[0].rows[0].cells[0];
    assert_eq!((cell.coords.as_slice(), cell.shown), (NORTH_2022, WITHHELD));
    let said = texts(&document);
    assert!(said.contains("[c] notices were issued in 2022 and 41 in 2023."), "{said}");
    assert!(said.contains("are not counted: [c] records were left out."), "{said}");
    assert!(said.contains("For [c] records (notices) it could not be decided"), "{said}");
    assert!(
        said.contains("Some rows of the extract could not be read, and are not counted: 2 of the notices."),
        "{said}"
    );
}

#[test]
fn a_sum_with_a_withheld_part_is_withheld() {
    let sum = |text: String| {
        text.replace("{disabled-bays(year=2023)}", "{disabled-bays(year=2022) + disabled-bays(year=2023)}")
    };
    let document = laid_out(sum, &[(ALL_2022, WITHHELD), (ALL_2023, Shown::whole(41))], &[]);
    assert!(document.about.questions[0].answer.ends_with("and [c] in 2023."), "{}", document.about.questions[0].answer);
}

#[test]
fn a_row_with_a_withheld_figure_is_no_row_of_zeros() {
    let drop = |text: String| text.replace("empty_rows = \"show\"", "empty_rows = \"drop\"");
    let document = laid_out(drop, &[(NORTH_2022, WITHHELD)], &[]);
    let labels: Vec<&str> = document.tables[0].rows.iter().map(|row| row.labels[0].as_str()).collect();
    assert_eq!(labels, ["North", "Grand Total"]);
    let said = texts(&document);
    assert!(said.contains("2 rows are not shown, since every figure in them is zero: South; Not recorded."), "{said}");
}

#[test]
fn the_parts_of_a_relation_are_withheld_one_by_one() {
    let (response, schema) = read(|text| text.replace("unit = \"notices\"", "unit = \"appeals\""));
    let relation = ProtectedRelation { parents: Shown::whole(375), without: WITHHELD, several: Shown::whole(63) };
    let protected = Protected { relation: Some(relation), ..protected(&response, &[]) };
    let extract = ExtractFacts { source: "Parking back office".into(), as_at: date(2024, 2, 12), rejected: Vec::new() };
    let said = texts(&lay_out(&response, &schema, &extract, &[protected], &[]));
    assert!(
        said.contains("hold 375 notices; for [c] of them no appeals are recorded, for 63 more than one."),
        "{said}"
    );
}

#[test]
fn a_code_that_ends_inside_a_period_breaks_it_and_nothing_false_is_said_of_the_others() {
    let (response, mut schema) = read(|text| text);
    let code = schema.code_lists[0].codes.iter_mut().find(|code| code.code == "40").unwrap();
    code.valid_from = Some(date(2022, 3, 1));
    code.valid_to = Some(date(2022, 12, 31));
    let extract = ExtractFacts { source: "Parking back office".into(), as_at: date(2024, 2, 12), rejected: Vec::new() };
    let said = |in_2023: i128| {
        let protected = protected(&response, &[(ALL_2023, Shown::whole(in_2023))]);
        texts(&lay_out(&response, &schema, &extract, &[protected], &[]))
    };
    assert!(said(0).contains("began on 1 March 2022. 2022 is therefore a part period"), "{}", said(0));
    assert!(said(0).contains("ended on 31 December 2022. 2023 lies after that: nothing could be recorded under it."));
    assert!(!said(7).contains("nothing could be recorded"), "{}", said(7));
}
