//! Published tables, counted again from records or sums.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use candour_model::{Coord, Table};

use crate::case::{Case, made};

fn data(name: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap();
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// A code list of texts that are their own labels.
fn code_list(name: &str, codes: &[&str]) -> String {
    let codes = codes.iter().fold(String::new(), |mut text, code| {
        let _ = writeln!(text, "  {{ code = {code:?}, label = {code:?} }},");
        text
    });
    format!("[code_lists.{name}]\ncodes = [\n{codes}]\n")
}

/// The figures of a table by the labels of their categories; totals have none.
fn figures(table: &Table) -> BTreeMap<Vec<Option<String>>, String> {
    let place = |coords: &[Coord]| {
        let label = |(dimension, coord): (&candour_model::Dimension, &Coord)| match coord {
            Coord::At(at) => Some(dimension.categories[*at as usize].label.clone()),
            Coord::Total | Coord::Rest => None,
        };
        table.about.dimensions.iter().zip(coords).map(label).collect::<Vec<_>>()
    };
    let cells = table.rows.iter().flat_map(|row| &row.cells);
    cells.map(|cell| (place(&cell.coords), cell.shown.value().unwrap().to_string())).collect()
}

fn case(schema: String, extract: Vec<(String, String)>, response: &str) -> Case {
    Case {
        schema,
        extract,
        as_at: "2024-12-31".into(),
        settled_after_days: 0,
        rejects: 0,
        response: response.into(),
        answer: "See the table.".into(),
        files: Vec::new(),
    }
}

const YEAR: &str = r#"
[periods.year]
from = 2021-04-01
to = 2022-03-31
every = "financial year"
"#;

/// Recorded crime in Scotland by council and kind: 461,569 records from its cells.
#[test]
fn a_table_of_councils_adds_up_on_both_axes() {
    let rows = data("scotland-by-council.csv");
    let heading = &rows[0];
    let kinds: Vec<usize> = (0..heading.len())
        .filter(|&at| heading[at].starts_with("Crimes:") || heading[at].starts_with("Offences:"))
        .collect();
    let mut areas: Vec<&str> = rows[1..].iter().map(|row| row[0].as_str()).collect();
    let whole_country = areas.remove(0);
    assert_eq!((whole_country, areas.len(), kinds.len()), ("Scotland", 32, 50));
    let mut extract = String::from("area,kind,year\n");
    for row in &rows[2..] {
        for &kind in &kinds {
            for _ in 0..row[kind].parse::<usize>().unwrap() {
                let _ = writeln!(extract, "\"{}\",\"{}\",2021/22", row[0], heading[kind]);
            }
        }
    }
    let labels: Vec<&str> = kinds.iter().map(|&kind| heading[kind].as_str()).collect();
    let schema = format!(
        "{}{}{}",
        code_list("area", &areas),
        code_list("kind", &labels),
        r#"
[tables.crimes]
unit = { one = "crime", many = "crimes" }
[tables.crimes.columns]
area = { type = "code", codes = "area", role = "plain", required = true }
kind = { type = "code", codes = "kind", role = "plain", required = true }
year = { type = "date", precision = "financial-year", date_basis = "recorded", role = "plain", required = true }
"#
    );
    let response = format!(
        "{YEAR}{}",
        r#"
[[table]]
id = "crimes"
title = "Crimes and offences by council"
questions = ["1"]
unit = "crimes"
measure = "Crimes"
date_basis = "recorded"
within = "year"
rows = [{ column = "area", label = "Area" }]
columns = [{ column = "kind", label = "Kind" }]
total_row = true
total_column = true
empty_rows = "show"
"#
    );
    let made = made(&case(schema, vec![("crimes.csv".into(), extract)], &response));
    let found = figures(&made.unwrap().documents.main.tables[0]);
    for row in &rows[1..] {
        let area = (row[0] != whole_country).then(|| row[0].clone());
        let mut all = 0_u64;
        for &kind in &kinds {
            let place = vec![area.clone(), Some(heading[kind].clone())];
            assert_eq!(found[&place], row[kind], "{place:?}");
            all += row[kind].parse::<u64>().unwrap();
        }
        // The published row totals are those of crimes and of offences.
        let published = row[1].parse::<u64>().unwrap() + row[10].parse::<u64>().unwrap();
        assert_eq!((found[&vec![area, None]].clone(), published), (all.to_string(), all));
    }
}

/// The Home Office's table of recorded crime: figures that are sums already, 36 of them negative.
#[test]
fn aggregates_are_tabulated_by_their_sum() {
    let rows = data("home-office-2017-18.csv");
    let (heading, rows) = rows.split_first().unwrap();
    let column = |name: &str| heading.iter().position(|known| known == name).unwrap();
    let (force, group, number) = (column("Force_Name"), column("Offence_Group"), column("Number_of_Offences"));
    let distinct = |at: usize| -> Vec<&str> {
        let all: std::collections::BTreeSet<&str> = rows.iter().map(|row| row[at].as_str()).collect();
        all.into_iter().collect()
    };
    let (forces, groups) = (distinct(force), distinct(group));
    let mut wanted: BTreeMap<Vec<Option<String>>, i64> = BTreeMap::new();
    let mut negative = 0;
    for row in rows {
        let value: i64 = row[number].parse().unwrap();
        negative += usize::from(value < 0);
        for force in [None, Some(row[force].clone())] {
            for group in [None, Some(row[group].clone())] {
                *wanted.entry(vec![force.clone(), group]).or_insert(0) += value;
            }
        }
    }
    assert_eq!(negative, 36);
    let schema = format!(
        "{}{}{}",
        code_list("force", &forces),
        code_list("group", &groups),
        r#"
[tables.figures]
unit = { one = "figure", many = "figures" }
[tables.figures.columns]
year = { type = "date", precision = "financial-year", header = "Financial_Year", date_basis = "recorded", role = "plain", required = true }
force = { type = "code", codes = "force", header = "Force_Name", role = "plain", required = true }
group = { type = "code", codes = "group", header = "Offence_Group", role = "plain", required = true }
offences = { type = "integer", header = "Number_of_Offences", role = "plain", required = true }
"#
    );
    let response = r#"
[periods.year]
from = 2017-04-01
to = 2018-03-31
every = "financial year"
[[table]]
id = "offences"
title = "Offences by force"
questions = ["1"]
unit = "figures"
measures = [{ label = "Offences", sum = "offences" }]
date_basis = "recorded"
within = "year"
rows = [{ column = "force", label = "Force" }]
columns = [{ column = "group", label = "Group" }]
total_row = true
total_column = true
empty_rows = "show"
"#;
    let extract: Vec<String> = std::iter::once(heading)
        .chain(rows)
        .map(|row| row.iter().map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(","))
        .collect();
    let extract = vec![("figures.csv".to_owned(), format!("{}\n", extract.join("\n")))];
    let made = made(&case(schema, extract, response));
    let found = figures(&made.unwrap().documents.main.tables[0]);
    for (place, value) in &found {
        assert_eq!(*value, wanted.get(place).copied().unwrap_or(0).to_string(), "{place:?}");
    }
    assert!(found.values().any(|value| value.starts_with('-')));
    assert_eq!(found.len(), (forces.len() + 1) * (groups.len() + 1));
}
