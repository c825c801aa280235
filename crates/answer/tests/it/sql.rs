//! Tables against SQL: each figure of a random table asked of SQLite as one query, written from what the table is about and
//! not from how it is counted.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use candour_model::{Coord, Reason, Shown};
use proptest::prelude::*;

use crate::case::{Case, made};

/// Reads a CSV file and questions, a kind and a query a line; prints one answer a line.
const ORACLE: &str = r#"
import csv, sqlite3, statistics, sys
from fractions import Fraction
lines = sys.stdin.read().split("\n")
rows = list(csv.reader(open(sys.argv[1])))
db = sqlite3.connect(":memory:")
db.execute("CREATE TABLE events (day TEXT, area TEXT, age INTEGER, flag TEXT, value INTEGER, person TEXT)")
blank = lambda text: None if text == "" else text
for day, area, age, flag, value, person in rows[1:]:
    pence = None if value == "" else round(Fraction(value) * 100)
    db.execute("INSERT INTO events VALUES (?,?,?,?,?,?)",
               (blank(day), blank(area), None if age == "" else int(age), blank(flag), pence, blank(person)))
for line in lines:
    if not line:
        continue
    kind, query = line.split("|", 1)
    values = [row[0] for row in db.execute(query) if row[0] is not None]
    if kind == "median":
        answer = "none" if not values else str(int(statistics.median([Fraction(v) for v in values]) * 10))
    else:
        answer = "none" if not values else str(values[0])
    print(answer)
"#;

#[derive(Clone, Debug)]
struct Event {
    day: Option<i64>,
    area: Option<usize>,
    age: Option<i64>,
    flag: Option<bool>,
    value: Option<i64>,
    person: Option<usize>,
}

const AREAS: [&str; 4] = ["N", "S", "E", "W"];
/// Which group each area is in: the third moves on 1 March 2023.
const GROUPS: [&str; 2] = ["Old", "New"];

/// What a table may be broken down by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    AreaShown,
    Group,
    Ages,
    OverlappingAges,
    Flag,
    Months,
    Weekday,
}

impl Side {
    fn toml(self) -> &'static str {
        match self {
            Self::AreaShown => r#"{ column = "area", label = "Area", not_recorded = "show" }"#,
            Self::Group => r#"{ column = "area", level = "group", label = "Group", not_recorded = "note" }"#,
            Self::Ages => {
                r#"{ column = "age", bands = "ages", label = "Age", not_recorded = "show", other = "Other" }"#
            }
            Self::OverlappingAges => {
                r#"{ column = "age", bands = "overlapping", label = "Age", not_recorded = "note" }"#
            }
            Self::Flag => r#"{ column = "flag", label = "Flag", not_recorded = "note" }"#,
            Self::Months => r#"{ periods = "months", label = "Month" }"#,
            Self::Weekday => r#"{ part = "weekday", label = "Weekday" }"#,
        }
    }

    /// For each category, when a record stands in it.
    fn conditions(self) -> Vec<String> {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        match self {
            Self::AreaShown => {
                let areas = AREAS.iter().map(|area| format!("area = '{area}'"));
                areas.chain(["area IS NULL".to_owned()]).collect()
            }
            Self::Group => texts(&[
                "area IN ('N', 'S') OR (area = 'E' AND day < '2023-03-01')",
                "area = 'W' OR (area = 'E' AND day >= '2023-03-01')",
            ]),
            Self::Ages => texts(&["age BETWEEN 0 AND 17", "age BETWEEN 18 AND 64", "age > 64", "age IS NULL"]),
            Self::OverlappingAges => texts(&["age BETWEEN 0 AND 20", "age BETWEEN 18 AND 30"]),
            Self::Flag => texts(&["flag = 'Y'", "flag = 'N'"]),
            Self::Months => (1..=6).map(|month| format!("strftime('%m', day) = '{month:02}'")).collect(),
            Self::Weekday => (1..=7).map(|day| format!("strftime('%w', day) = '{}'", day % 7)).collect(),
        }
    }
}

/// What a table may measure: its TOML, the kind of answer, and what is selected.
const MEASURES: [(&str, &str, &str); 8] = [
    (r#"{ id = "n", label = "Events", count = true }"#, "one", "COUNT(*)"),
    (
        r#"{ id = "flagged", label = "Flagged", count = true, filter = "flag AND age >= 18" }"#,
        "one",
        "COUNT(CASE WHEN flag = 'Y' AND age >= 18 THEN 1 END)",
    ),
    (r#"{ id = "people", label = "People", distinct = "person" }"#, "one", "COUNT(DISTINCT person)"),
    (r#"{ id = "sum", label = "Sum", sum = "value" }"#, "one", "COALESCE(SUM(value), 0)"),
    (r#"{ id = "low", label = "Low", minimum = "value" }"#, "one", "MIN(value)"),
    (r#"{ id = "high", label = "High", maximum = "value" }"#, "one", "MAX(value)"),
    (r#"{ id = "median", label = "Median", median = "value" }"#, "median", "value"),
    (
        r#"{ id = "ages", label = "Ages", distinct = "age", filter = "flag IS NULL OR NOT flag" }"#,
        "one",
        "COUNT(DISTINCT CASE WHEN flag IS NULL OR flag = 'N' THEN age END)",
    ),
];

fn event() -> impl Strategy<Value = Event> {
    (
        proptest::option::weighted(0.95, 0_i64..200),
        proptest::option::weighted(0.9, 0_usize..4),
        proptest::option::weighted(0.9, 0_i64..90),
        proptest::option::weighted(0.8, any::<bool>()),
        proptest::option::weighted(0.8, -500_i64..500),
        proptest::option::weighted(0.8, 0_usize..9),
    )
        .prop_map(|(day, area, age, flag, value, person)| Event { day, area, age, flag, value, person })
}

fn sides() -> impl Strategy<Value = (Vec<Side>, usize)> {
    use Side::{Ages, AreaShown, Flag, Group, Months, OverlappingAges, Weekday};
    let ages = proptest::sample::select(vec![Ages, OverlappingAges]);
    let pools = ages.prop_map(|ages| vec![AreaShown, Group, ages, Flag, Months, Weekday]);
    pools.prop_flat_map(|pool| proptest::sample::subsequence(pool, 1..=4).prop_shuffle()).prop_flat_map(|sides| {
        let most = sides.len().min(3);
        (Just(sides), 1..=most)
    })
}

fn case(events: &[Event], sides: &[Side], rows: usize, measures: &[usize]) -> Case {
    let mut extract = String::from("day,area,age,flag,value,person\n");
    for event in events {
        let text = |text: Option<String>| text.unwrap_or_default();
        let day =
            event.day.map(|day| jiff::civil::date(2023, 1, 1).saturating_add(jiff::ToSpan::days(day)).to_string());
        let value = event
            .value
            .map(|value| format!("{}{}.{:02}", if value < 0 { "-" } else { "" }, value.abs() / 100, value.abs() % 100));
        let _ = writeln!(
            extract,
            "{},{},{},{},{},{}",
            text(day),
            event.area.map_or("", |area| AREAS[area]),
            text(event.age.map(|age| age.to_string())),
            event.flag.map_or("", |flag| if flag { "Y" } else { "N" }),
            text(value),
            text(event.person.map(|person| format!("p{person}"))),
        );
    }
    let dimensions = |sides: &[Side]| sides.iter().map(|side| side.toml()).collect::<Vec<_>>().join(", ");
    // Groups and areas of the same column nest only where the group stands outside; on different sides they are free.
    let measures: Vec<&str> = measures.iter().map(|&at| MEASURES[at].0).collect();
    let within = if sides.contains(&Side::Months) { "" } else { "within = \"months\"" };
    let response = format!(
        r#"
[periods.months]
from = 2023-01-01
to = 2023-06-30
every = "month"
[bands.ages]
bands = ["0-17", "18-64"]
[bands.overlapping]
bands = ["0-20", "18-30"]
overlaps = "allowed"
[[table]]
id = "events"
title = "Events"
questions = ["1"]
unit = "events"
date_basis = "recorded"
{within}
measures = [{}]
rows = [{}]
columns = [{}]
total_row = true
total_column = true
subtotals = true
empty_rows = "show"
"#,
        measures.join(", "),
        dimensions(&sides[..rows]),
        dimensions(&sides[rows..]),
    );
    let schema = r#"
[code_lists.area]
codes = [
  { code = "N", label = "North", group = "Old" },
  { code = "S", label = "South", group = "Old" },
  { code = "E", label = "East", group = "Old", valid_to = 2023-02-28 },
  { code = "E", label = "East", group = "New", valid_from = 2023-03-01 },
  { code = "W", label = "West", group = "New" },
]
[tables.events]
unit = { one = "event", many = "events" }
[tables.events.columns]
day = { type = "date", precision = "day", date_basis = "recorded", role = "plain" }
area = { type = "code", codes = "area", role = "plain" }
age = { type = "integer", role = "plain" }
flag = { type = "boolean", role = "plain" }
value = { type = "decimal", places = 2, role = "plain" }
person = { type = "text", role = "identifier" }
"#;
    Case {
        schema: schema.into(),
        extract: vec![("events.csv".into(), extract)],
        as_at: "2024-12-31".into(),
        rejects: 0,
        response,
        answer: "{events}".into(),
        files: Vec::new(),
    }
}

fn answers(case: &Case, questions: &[String]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.csv");
    std::fs::write(&file, &case.extract[0].1).unwrap();
    let mut python = Command::new("python3")
        .args(["-c", ORACLE])
        .arg(&file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    python.stdin.take().unwrap().write_all(questions.join("\n").as_bytes()).unwrap();
    let out = python.wait_with_output().unwrap();
    assert!(out.status.success());
    String::from_utf8(out.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// The category of a dimension and when a record stands in it, in the order in which Candour has them.
fn condition(side: Side, dimension: &candour_model::Dimension, at: u32) -> String {
    let id = dimension.categories[at as usize].id.as_str();
    let all = side.conditions();
    match side {
        Side::Group => all[GROUPS.iter().position(|group| *group == id).unwrap()].clone(),
        _ => all[at as usize].clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn every_figure_is_what_sql_answers(
        events in proptest::collection::vec(event(), 0..60),
        (sides, rows) in sides(),
        measures in proptest::sample::subsequence((0..MEASURES.len()).collect::<Vec<_>>(), 1..=4),
    ) {
        let case = case(&events, &sides, rows, &measures);
        let document = match made(&case) {
            Ok(made) => made.document,
            // Months, and areas under groups, cannot be put just anywhere; nothing else may be refused.
            Err(faults) => return Err(TestCaseError::reject(faults)),
        };
        let table = &document.tables[0];
        let scope = "day BETWEEN '2023-01-01' AND '2023-06-30'";
        let mut questions = Vec::new();
        let mut cells = Vec::new();
        for cell in table.rows.iter().flat_map(|row| &row.cells) {
            let mut conditions = vec![scope.to_owned()];
            for ((side, dimension), coord) in sides.iter().zip(&table.about.dimensions).zip(&cell.coords) {
                // What stands in no category is in no total either.
                conditions.push(match coord {
                    Coord::At(at) => condition(*side, dimension, *at),
                    Coord::Total | Coord::Rest => side.conditions().join(" OR "),
                });
            }
            let (_, kind, selected) = MEASURES[measures[cell.measure]];
            let conditions: Vec<String> = conditions.iter().map(|one| format!("({one})")).collect();
            questions.push(format!("{kind}|SELECT {selected} FROM events WHERE {}", conditions.join(" AND ")));
            cells.push(cell);
        }
        for ((cell, answer), question) in cells.iter().zip(answers(&case, &questions)).zip(&questions) {
            let said = match cell.shown {
                Shown::Value(value) => value.units().to_string(),
                Shown::Withheld(Reason::NotApplicable) => "none".into(),
                Shown::Withheld(reason) => reason.symbol().into(),
            };
            prop_assert_eq!(said, answer, "{}", question);
        }
        // What adds up adds up: the cells of a row to its total, whichever side they stand on.
        if !table.about.dimensions.iter().any(|dimension| dimension.overlaps) {
            for (at, measure) in table.about.measures.iter().enumerate().filter(|(_, measure)| measure.adds_up) {
                for row in &table.rows {
                    let own = |cell: &&candour_model::Cell| cell.measure == at;
                    let totals = sides[rows..].is_empty();
                    let cells: Vec<i128> =
                        row.cells.iter().filter(own).map(|cell| cell.shown.value().unwrap().units()).collect();
                    if let (Some((total, parts)), false) = (cells.split_last(), totals) {
                        prop_assert_eq!(*total, parts.iter().sum::<i128>(), "{}", measure.id);
                    }
                }
            }
        }
    }
}
