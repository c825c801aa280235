//! Tables against SQL: each figure of a random table asked of SQLite as one query, written from what the table is about and
//! not from how it is counted.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use candour_model::{Coord, Dimension, Reason, Shown};
use proptest::prelude::*;

use crate::case::{Case, made};

/// Reads a CSV file and questions, a kind and a query a line; prints one answer a line. A query of the kind `per` selects
/// two numbers, and a scale; the answer is the first for so many of the second, in tenths.
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
db.execute("CREATE TABLE places (area TEXT, sub TEXT, grp TEXT, first TEXT, last TEXT, people INTEGER)")
db.executemany("INSERT INTO places VALUES (?,?,?,?,?,?)", [
    ("N", "Other", "Old", "0000", "9999", 1000),
    ("S", "Special", "Old", "0000", "9999", 2000),
    ("E", "Other", "Old", "0000", "2023-02-28", 300),
    ("E", "Special", "New", "2023-03-01", "9999", 300),
    ("W", "Other", "New", "0000", "9999", 700),
    ("B", "Other", "Old", "0000", "9999", 1500),
    ("B", "Special", "New", "0000", "9999", 1500),
    ("D", "Other", "Old", "0000", "9999", 900),
    ("D", None, "New", "0000", "9999", 900),
])
for line in lines:
    if not line:
        continue
    kind, query = line.split("|", 1)
    if kind == "per":
        above, below, scale = db.execute(query).fetchone()
        print("none" if not below else round(Fraction(above * scale, below) * 10))
        continue
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

/// The third moves on 1 March 2023; the fifth is in two groups at once, under different sub-levels; so is the sixth, which has
/// no sub-level in one of them.
const AREAS: [&str; 6] = ["N", "S", "E", "W", "B", "D"];

/// What a table may be broken down by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Area,
    Sub,
    Group,
    Ages,
    OverlappingAges,
    Flag,
    Months,
    Weekday,
}

impl Side {
    /// The column of `places` that it is a level of.
    fn level(self) -> Option<&'static str> {
        match self {
            Self::Area => Some("area"),
            Self::Sub => Some("sub"),
            Self::Group => Some("grp"),
            _ => None,
        }
    }

    fn toml(self) -> &'static str {
        match self {
            Self::Area => r#"{ column = "area", label = "Area", not_recorded = "note" }"#,
            Self::Sub => r#"{ column = "area", level = "sub", label = "Sub", not_recorded = "note" }"#,
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

    /// For each category, when a record stands in it; of levels of areas, see [`stands`].
    fn conditions(self) -> Vec<String> {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        match self {
            Self::Area | Self::Sub | Self::Group => Vec::new(),
            Self::Ages => texts(&["age BETWEEN 0 AND 17", "age BETWEEN 18 AND 64", "age > 64", "age IS NULL"]),
            Self::OverlappingAges => texts(&["age BETWEEN 0 AND 20", "age BETWEEN 18 AND 30"]),
            Self::Flag => texts(&["flag = 'Y'", "flag = 'N'"]),
            Self::Months => (1..=6).map(|month| format!("strftime('%m', day) = '{month:02}'")).collect(),
            Self::Weekday => (1..=7).map(|day| format!("strftime('%w', day) = '{}'", day % 7)).collect(),
        }
    }
}

/// What a table may measure: its TOML, the kind of answer, and what is selected.
const MEASURES: [(&str, &str, &str); 13] = [
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
    (
        r#"{ id = "percent", label = "Per cent", ratio = "flagged", to = "n", as = "percent" }"#,
        "per",
        "COUNT(CASE WHEN flag = 'Y' AND age >= 18 THEN 1 END), COUNT(*), 100",
    ),
    (r#"{ id = "of-row", label = "Of row", share = "n", base = ["row"] }"#, "row", ""),
    (r#"{ id = "of-column", label = "Of column", share = "n", base = ["column"] }"#, "column", ""),
    (r#"{ id = "of-table", label = "Of table", share = "n", base = ["table"] }"#, "table", ""),
    (r#"{ id = "rate", label = "Rate", rate = "n", per = 1000, population = "areas" }"#, "rate", ""),
];

fn event() -> impl Strategy<Value = Event> {
    (
        proptest::option::weighted(0.95, 0_i64..200),
        proptest::option::weighted(0.9, 0_usize..AREAS.len()),
        proptest::option::weighted(0.9, 0_i64..90),
        proptest::option::weighted(0.8, any::<bool>()),
        proptest::option::weighted(0.8, -500_i64..500),
        proptest::option::weighted(0.8, 0_usize..9),
    )
        .prop_map(|(day, area, age, flag, value, person)| Event { day, area, age, flag, value, person })
}

fn sides() -> impl Strategy<Value = (Vec<Side>, usize)> {
    use Side::{Ages, Area, Flag, Group, Months, OverlappingAges, Sub, Weekday};
    let ages = proptest::sample::select(vec![Ages, OverlappingAges]);
    let pools = ages.prop_map(|ages| vec![Area, Sub, Group, ages, Flag, Months, Weekday]);
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
[populations.areas]
source = "A census"
by = ["area"]
table = """
area,population
N,1000
S,2000
E,300
W,700
B,1500
D,900
"""
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
levels = ["sub", "group"]
codes = [
  { code = "N", label = "North", sub = "Other", group = "Old" },
  { code = "S", label = "South", sub = "Special", group = "Old" },
  { code = "E", label = "East", sub = "Other", group = "Old", valid_to = 2023-02-28 },
  { code = "E", label = "East", sub = "Special", group = "New", valid_from = 2023-03-01 },
  { code = "W", label = "West", sub = "Other", group = "New" },
  { code = "B", label = "Both", sub = "Other", group = "Old" },
  { code = "B", label = "Both", sub = "Special", group = "New" },
  { code = "D", label = "Docks", sub = "Other", group = "Old" },
  { code = "D", label = "Docks", group = "New" },
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
        settled_after_days: 0,
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

/// What a cell asks of a record: one condition a dimension that has a column of its own, and one for all levels of areas, since
/// a record stands in a place as a whole. What stands in no category is in no total either.
fn conditions(sides: &[Side], dimensions: &[Dimension], coords: &[Coord]) -> String {
    let mut all = vec!["day BETWEEN '2023-01-01' AND '2023-06-30'".to_owned()];
    for (side, coord) in sides.iter().zip(coords).filter(|(side, _)| side.level().is_none()) {
        all.push(match coord {
            Coord::At(at) => side.conditions()[*at as usize].clone(),
            Coord::Total | Coord::Rest => side.conditions().join(" OR "),
        });
    }
    if sides.iter().any(|side| side.level().is_some()) {
        let place = stands("p", sides, dimensions, coords);
        all.push(format!(
            "EXISTS (SELECT 1 FROM places p WHERE p.area = events.area AND day BETWEEN p.first AND p.last AND {place})"
        ));
    }
    all.iter().map(|one| format!("({one})")).collect::<Vec<_>>().join(" AND ")
}

/// When a place is one that a cell is about.
fn stands(place: &str, sides: &[Side], dimensions: &[Dimension], coords: &[Coord]) -> String {
    let levels = sides.iter().zip(dimensions).zip(coords).filter_map(|((side, dimension), coord)| {
        let level = side.level()?;
        Some(match coord {
            Coord::At(at) => format!("{place}.{level} = '{}'", dimension.categories[*at as usize].id),
            Coord::Total | Coord::Rest => format!("{place}.{level} IS NOT NULL"),
        })
    });
    let levels: Vec<String> = levels.collect();
    if levels.is_empty() { "1".into() } else { levels.join(" AND ") }
}

/// The people of a cell: those of each area that it is about; unknown where it is about a part of one, or several months.
fn people(sides: &[Side], dimensions: &[Dimension], coords: &[Coord]) -> String {
    let months = sides.iter().zip(coords).any(|(side, coord)| *side == Side::Months && *coord == Coord::Total);
    if months {
        return "0".into();
    }
    let total = vec![Coord::Total; coords.len()];
    let listed = stands("p", sides, dimensions, &total);
    let here = stands("p", sides, dimensions, coords);
    let own: Vec<Coord> =
        sides.iter().zip(coords).map(|(side, coord)| if *side == Side::Area { *coord } else { Coord::Total }).collect();
    let about = match sides.iter().zip(coords).any(|(side, coord)| *side == Side::Area && *coord != Coord::Total) {
        true => stands("p", sides, dimensions, &own),
        false => here.clone(),
    };
    let areas = format!("SELECT p.area FROM places p WHERE {about}");
    format!(
        "(SELECT CASE WHEN EXISTS (SELECT 1 FROM places p WHERE p.area IN ({areas}) AND {listed} AND NOT ({here})) THEN 0 \
         ELSE (SELECT SUM(people) FROM (SELECT DISTINCT area, people FROM places WHERE area IN ({areas}))) END)"
    )
}

/// A question for the oracle: what a measure is in a cell.
fn question(measure: usize, sides: &[Side], rows: usize, dimensions: &[Dimension], coords: &[Coord]) -> String {
    let (_, kind, selected) = MEASURES[measure];
    let here = conditions(sides, dimensions, coords);
    // The total that a share is of.
    let base = |summed: &dyn Fn(usize) -> bool| {
        let coords = coords.iter().enumerate().map(|(at, coord)| if summed(at) { Coord::Total } else { *coord });
        let all = conditions(sides, dimensions, &coords.collect::<Vec<_>>());
        format!("(SELECT COUNT(*) FROM events WHERE {all})")
    };
    let below = match kind {
        "row" => base(&|at| at >= rows),
        "column" => base(&|at| at < rows),
        "table" => base(&|_| true),
        "rate" => people(sides, dimensions, coords),
        _ => return format!("{kind}|SELECT {selected} FROM events WHERE {here}"),
    };
    let scale = if kind == "rate" { 1000 } else { 100 };
    format!("per|SELECT (SELECT COUNT(*) FROM events WHERE {here}), {below}, {scale}")
}

/// Adds the measures that others are worked out of, and leaves out what the table has no total or population for.
fn measurable(chosen: &[usize], sides: &[Side], rows: usize) -> Vec<usize> {
    let can_be = |at: &&usize| match MEASURES[**at].1 {
        "row" => rows < sides.len(),
        "rate" => sides.contains(&Side::Area),
        _ => true,
    };
    let mut all: Vec<usize> = chosen.iter().filter(can_be).copied().chain([0, 1]).collect();
    all.sort_unstable();
    all.dedup();
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn every_figure_is_what_sql_answers(
        events in proptest::collection::vec(event(), 0..60),
        (sides, rows) in sides(),
        measures in proptest::sample::subsequence((0..MEASURES.len()).collect::<Vec<_>>(), 1..=4),
    ) {
        let measures = measurable(&measures, &sides, rows);
        let case = case(&events, &sides, rows, &measures);
        let document = match made(&case) {
            Ok(made) => made.documents.main,
            // Whatever is put together here can be counted.
            Err(faults) => return Err(TestCaseError::fail(faults)),
        };
        let table = &document.tables[0];
        let cells: Vec<_> = table.rows.iter().flat_map(|row| &row.cells).collect();
        let ask = |cell: &&candour_model::Cell| {
            question(measures[cell.measure], &sides, rows, &table.about.dimensions, &cell.coords)
        };
        let questions: Vec<String> = cells.iter().map(ask).collect();
        for ((cell, answer), question) in cells.iter().zip(answers(&case, &questions)).zip(&questions) {
            let said = match cell.shown {
                Shown::Value(value) => value.units().to_string(),
                Shown::Withheld(Reason::NotApplicable) => "none".into(),
                Shown::Withheld(reason) => reason.symbol().into(),
            };
            // An area that lacks a level in one of its places is taken for a part of others, so that a rate over both levels
            // may be none where SQL knows one. It says less then, and nothing else.
            let levels = [Side::Sub, Side::Group].iter().all(|level| sides.contains(level));
            if levels && question.starts_with("per|") && said == "none" {
                continue;
            }
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
