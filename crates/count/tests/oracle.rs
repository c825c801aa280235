//! The engine against the plainest count that can be written, over random notices and appeals.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use candour_count::{Engine, Records};
use candour_model::{Cells, LeftOutReason, Relation};
use candour_records::{IngestOptions, LocalDisk, NoObserver, Snapshot, Store, ingest};
use candour_spec::{Files, Response, Source, Taken, WrittenResponse, read_schema};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use proptest::prelude::*;

struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _name: &str) -> Result<Vec<u8>, String> {
        Err("there are no files".into())
    }
}

fn example(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/parking-2023").join(name)).unwrap()
}

#[derive(Clone, Debug)]
struct Notice {
    issued: Option<Date>,
    contravention: usize,
    ward: Option<usize>,
    minutes: Option<i64>,
    paid: Option<bool>,
    void: bool,
    appeals: Vec<(Option<i64>, Option<usize>)>,
}

const CONTRAVENTIONS: [&str; 3] = ["01", "02", "40"];
const WARDS: [&str; 2] = ["N", "S"];
const RESULTS: [&str; 2] = ["A", "R"];

fn notice() -> impl Strategy<Value = Notice> {
    let appeal = (proptest::option::of(0_i64..100), proptest::option::of(0_usize..2));
    (
        proptest::option::weighted(0.9, 0_i64..1200),
        0_usize..3,
        proptest::option::of(0_usize..2),
        proptest::option::of(0_i64..90),
        proptest::option::of(any::<bool>()),
        prop::bool::weighted(0.1),
        proptest::collection::vec(appeal, 0..3),
    )
        .prop_map(|(day, contravention, ward, minutes, paid, void, appeals)| Notice {
            issued: day.map(|day| date(2021, 6, 1).saturating_add(day.days())),
            contravention,
            ward,
            minutes,
            paid,
            void,
            appeals,
        })
}

fn write(folder: &Path, notices: &[Notice]) {
    let mut text =
        String::from("PCN,keeper_id,issued,contravention,ward,street,minutes_over,charge,paid,status,logged\n");
    let mut children = String::from("appeal_number,notice_number,appellant_id,age,decided,result\n");
    let mut appeals = 0;
    for (at, notice) in notices.iter().enumerate() {
        text.push_str(&format!(
            "P{at},K{},{},{},{},,{},1.00,{},{},\n",
            at % 7,
            notice.issued.map_or(String::new(), |day| day.strftime("%d/%m/%Y").to_string()),
            CONTRAVENTIONS[notice.contravention],
            notice.ward.map_or("", |ward| WARDS[ward]),
            notice.minutes.map_or(String::new(), |minutes| minutes.to_string()),
            notice.paid.map_or("", |paid| if paid { "Y" } else { "N" }),
            if notice.void { "void" } else { "issued" },
        ));
        for (age, result) in &notice.appeals {
            children.push_str(&format!(
                "A{appeals},P{at},,{},,{}\n",
                age.map_or(String::new(), |age| age.to_string()),
                result.map_or("", |result| RESULTS[result]),
            ));
            appeals += 1;
        }
    }
    fs::write(folder.join("notices.csv"), text).unwrap();
    fs::write(folder.join("appeals.csv"), children).unwrap();
}

/// Response files with one table each: months over wards and minutes; appeals by age and result under the notice's date.
fn responses() -> (String, String) {
    let base = example("response.toml")
        .replace("settled_after_days = 56", "settled_after_days = 1")
        .replace("to = 2023-12-31", "to = 2023-06-30")
        .replace("every = \"year\"", "every = \"month\"")
        .replace("{disabled-bays(year=2022)}", "{disabled-bays}")
        .replace("{disabled-bays(year=2023)}", "{disabled-bays}")
        .replace("2024-02-12", "2024-12-31")
        .replace("answered = 2024-02-28", "answered = 2024-12-31");
    let bands = "[bands.tens]\nbands = [\"0-9\", \"10-29\", \"30-59\"]\n\n[[table]]";
    let notices = base.replace("[[table]]", bands).replace(
        "rows = [{ column = \"ward\", label = \"Ward\", not_recorded = \"show\" }]",
        "filter = \"NOT paid OR contravention <> '02'\"\nrows = [{ column = \"ward\", label = \"Ward\", not_recorded = \"show\" }, \
         { column = \"minutes_over\", bands = \"tens\", label = \"Over\", not_recorded = \"note\" }]",
    );
    let notices =
        notices.replace("filter = \"contravention = '40'\"", "filter = \"contravention IN ('40', '02', '01')\"");
    let appeals = base
        .replace("[[table]]", bands)
        .replace("unit = \"notices\"", "unit = \"appeals\"\nage_basis = \"at appeal\"")
        .replace(
            "rows = [{ column = \"ward\", label = \"Ward\", not_recorded = \"show\" }]",
            "rows = [{ column = \"result\", label = \"Result\", not_recorded = \"show\" }, { column = \"age\", bands = \"tens\", \
             label = \"Age\", not_recorded = \"note\" }]",
        );
    (notices, appeals)
}

struct Bench {
    _folder: tempfile::TempDir,
    snapshot: Snapshot,
    engine: Engine,
}

impl Bench {
    fn records(&self) -> Records<'_> {
        let schema = self.snapshot.schema();
        Records { schema, files: (0..schema.tables.len()).map(|table| self.snapshot.file(table)).collect() }
    }
}

fn bench(notices: &[Notice]) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), notices);
    // Here a notice may lack its date.
    let text =
        example("schema.toml").replace("role = \"plain\", required = true, min = 2015-01-01", "role = \"plain\"");
    let schema = Source::new("schema.toml", text.into_bytes()).unwrap();
    let schema = read_schema(&schema, &NoFiles).unwrap();
    let store = Store::open_or_create(&folder.path().join("store"), &LocalDisk).unwrap();
    let options = IngestOptions { source: "Parking back office".into(), as_at: date(2024, 12, 31), rejects: 0 };
    let paths = ["notices.csv", "appeals.csv"].map(|name| folder.path().join(name));
    let made = ingest(&store, &schema, &paths, &options, &LocalDisk, &mut NoObserver).unwrap();
    let snapshot = made.snapshot(&store).unwrap();
    let engine = Engine::embedded().unwrap();
    Bench { _folder: folder, snapshot, engine }
}

fn resolve(text: &str, snapshot: &Snapshot) -> Response {
    let source = Source::new("response.toml", text.as_bytes().to_vec()).unwrap();
    let (_, form) = WrittenResponse::read(source).extract().unwrap();
    let taken = Taken { as_at: date(2024, 12, 31), rejected: Vec::new() };
    form.resolve(snapshot.schema(), &taken, None).unwrap().0
}

/// The month, if it is one of the table's; nothing recorded is told apart.
fn month_of(day: Date) -> Option<u32> {
    let month = (i32::from(day.year()) - 2022) * 12 + i32::from(day.month()) - 1;
    u32::try_from(month).ok().filter(|month| *month < 18)
}

fn band_of(number: i64) -> Option<u32> {
    [(0, 9), (10, 29), (30, 59)].iter().position(|(low, high)| (*low..=*high).contains(&number)).map(|at| at as u32)
}

type Count = (BTreeMap<Vec<u32>, u64>, BTreeMap<LeftOutReason, u64>);

fn expected_notices(notices: &[Notice]) -> Count {
    let (mut cells, mut left_out) = (BTreeMap::new(), BTreeMap::new());
    for notice in notices {
        let month = match notice.issued.map(month_of) {
            None => None,
            Some(Some(month)) => Some(month),
            Some(None) => continue,
        };
        // NOT paid OR contravention <> '02', with the three answers of SQL.
        let passes = match (notice.paid, notice.contravention != 1) {
            (_, true) | (Some(false), _) => Some(true),
            (Some(true), false) => Some(false),
            (None, false) => None,
        };
        let mut leave = |reason| *left_out.entry(reason).or_insert(0) += 1;
        if month.is_none() {
            match (passes, notice.void) {
                (Some(false), _) => {}
                (_, true) => leave(LeftOutReason::CancelledUndecided),
                (None, false) => leave(LeftOutReason::FilterUnknown),
                (Some(true), false) => {
                    leave(LeftOutReason::NotRecorded { dimension: 2 });
                    leave(LeftOutReason::Any);
                }
            }
            continue;
        }
        match (passes, notice.void) {
            (Some(false), _) => continue,
            (None, true) => leave(LeftOutReason::CancelledUndecided),
            (Some(true), true) => leave(LeftOutReason::Cancelled),
            (None, false) => leave(LeftOutReason::FilterUnknown),
            (Some(true), false) => match (notice.minutes.map(band_of), month) {
                (Some(Some(band)), Some(month)) => {
                    let ward = notice.ward.map_or(2, |ward| ward as u32);
                    *cells.entry(vec![ward, band, month]).or_insert(0) += 1;
                }
                (band, _) => {
                    if band == Some(None) {
                        leave(LeftOutReason::NotListed { dimension: 1 });
                    }
                    if band.is_none() {
                        leave(LeftOutReason::NotRecorded { dimension: 1 });
                    }
                    leave(LeftOutReason::Any);
                }
            },
        }
    }
    (cells, tidied(left_out))
}

/// "Each record once" stands only where records may be left out for several reasons.
fn tidied(mut left_out: BTreeMap<LeftOutReason, u64>) -> BTreeMap<LeftOutReason, u64> {
    let of_dimensions =
        |reason: &&LeftOutReason| matches!(reason, LeftOutReason::NotRecorded { .. } | LeftOutReason::NotListed { .. });
    if left_out.keys().filter(of_dimensions).count() < 2 {
        left_out.remove(&LeftOutReason::Any);
    }
    left_out
}

fn expected_appeals(notices: &[Notice]) -> (Count, Relation) {
    let (mut cells, mut left_out) = (BTreeMap::new(), BTreeMap::new());
    let mut relation = Relation { parents: 0, without: 0, several: 0 };
    for notice in notices {
        let month = match notice.issued.map(month_of) {
            None => None,
            Some(Some(month)) => Some(month),
            Some(None) => continue,
        };
        if notice.contravention != 2 {
            continue;
        }
        if !notice.void && month.is_some() {
            relation.parents += 1;
            relation.without += u64::from(notice.appeals.is_empty());
            relation.several += u64::from(notice.appeals.len() > 1);
        }
        for (age, result) in &notice.appeals {
            let mut leave = |reason| *left_out.entry(reason).or_insert(0) += 1;
            if month.is_none() {
                if notice.void {
                    leave(LeftOutReason::CancelledUndecided);
                } else {
                    leave(LeftOutReason::NotRecorded { dimension: 2 });
                    leave(LeftOutReason::Any);
                }
                continue;
            }
            if notice.void {
                leave(LeftOutReason::Cancelled);
                continue;
            }
            match (age.map(band_of), month) {
                (Some(Some(band)), Some(month)) => {
                    let result = result.map_or(2, |result| result as u32);
                    *cells.entry(vec![result, band, month]).or_insert(0) += 1;
                }
                (band, _) => {
                    if band == Some(None) {
                        leave(LeftOutReason::NotListed { dimension: 1 });
                    }
                    if band.is_none() {
                        leave(LeftOutReason::NotRecorded { dimension: 1 });
                    }
                    leave(LeftOutReason::Any);
                }
            }
        }
    }
    ((cells, tidied(left_out)), relation)
}

fn found(cells: &Cells) -> Count {
    let counts = cells.finest.rows().map(|(place, count)| (place, u64::try_from(count[0]).unwrap())).collect();
    (counts, cells.left_out.iter().map(|left| (left.reason.clone(), left.count)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn the_engine_counts_as_a_loop_does(notices in proptest::collection::vec(notice(), 0..120)) {
        let bench = bench(&notices);
        let (by_ward, by_age) = responses();
        let response = resolve(&by_ward, &bench.snapshot);
        let cells = bench.engine.count(&bench.records(), &response.tables[0]).unwrap();
        prop_assert_eq!(found(&cells), expected_notices(&notices));
        prop_assert_eq!(&cells.relation, &None);

        let response = resolve(&by_age, &bench.snapshot);
        let cells = bench.engine.count(&bench.records(), &response.tables[0]).unwrap();
        let (expected, relation) = expected_appeals(&notices);
        prop_assert_eq!(found(&cells), expected);
        prop_assert_eq!(cells.relation, Some(relation));
    }
}

/// A filter with the three answers of SQL, in words and as a function of what a notice records.
#[derive(Clone, Debug)]
enum Condition {
    Ward(bool, Vec<usize>),
    Minutes(&'static str, i64),
    NoWard,
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
}

impl Condition {
    fn words(&self) -> String {
        let joined = |parts: &[Self], by: &str| {
            let parts: Vec<String> = parts.iter().map(|part| format!("({})", part.words())).collect();
            parts.join(by)
        };
        match self {
            Self::Ward(is_in, wards) => {
                let wards: Vec<String> = wards.iter().map(|ward| format!("'{}'", WARDS[*ward])).collect();
                format!("ward {}IN ({})", if *is_in { "" } else { "NOT " }, wards.join(", "))
            }
            Self::Minutes(how, number) => format!("minutes_over {how} {number}"),
            Self::NoWard => "ward IS NULL".into(),
            Self::All(parts) => joined(parts, " AND "),
            Self::Any(parts) => joined(parts, " OR "),
            Self::Not(inner) => format!("NOT ({})", inner.words()),
        }
    }

    fn answer(&self, notice: &Notice) -> Option<bool> {
        match self {
            Self::Ward(is_in, wards) => Some(wards.contains(&notice.ward?) == *is_in),
            Self::Minutes(how, number) => {
                let minutes = notice.minutes?;
                Some(match *how {
                    "=" => minutes == *number,
                    "<>" => minutes != *number,
                    "<" => minutes < *number,
                    _ => minutes >= *number,
                })
            }
            Self::NoWard => Some(notice.ward.is_none()),
            Self::All(parts) => {
                let answers: Vec<Option<bool>> = parts.iter().map(|part| part.answer(notice)).collect();
                if answers.contains(&Some(false)) {
                    Some(false)
                } else {
                    answers.into_iter().collect::<Option<Vec<_>>>().map(|_| true)
                }
            }
            Self::Any(parts) => {
                let answers: Vec<Option<bool>> = parts.iter().map(|part| part.answer(notice)).collect();
                if answers.contains(&Some(true)) {
                    Some(true)
                } else {
                    answers.into_iter().collect::<Option<Vec<_>>>().map(|_| false)
                }
            }
            Self::Not(inner) => inner.answer(notice).map(|answer| !answer),
        }
    }
}

fn condition() -> impl Strategy<Value = Condition> {
    let leaf = prop_oneof![
        (any::<bool>(), proptest::sample::subsequence(vec![0_usize, 1], 1..=2))
            .prop_map(|(is_in, wards)| Condition::Ward(is_in, wards)),
        (proptest::sample::select(vec!["=", "<>", "<", ">="]), 0_i64..90)
            .prop_map(|(how, number)| Condition::Minutes(how, number)),
        Just(Condition::NoWard),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Condition::All),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Condition::Any),
            inner.prop_map(|inner| Condition::Not(Box::new(inner))),
        ]
    })
}

/// How many notices a table of months shows under a filter, and for how many the filter has no answer.
fn counted(bench: &Bench, filter: &str) -> (u64, u64) {
    let (_, by_age) = responses();
    let text = by_age
        .replace("unit = \"appeals\"\nage_basis = \"at appeal\"", "unit = \"notices\"")
        .replace("filter = \"contravention = '40'\"", &format!("filter = \"{filter}\""));
    let rows = text.find("rows = [").unwrap();
    let end = rows + text[rows..].find("\ncolumns").unwrap();
    let one_row = "rows = [{ column = \"contravention\", label = \"Contravention\" }]";
    let response = resolve(&format!("{}{one_row}{}", &text[..rows], &text[end..]), &bench.snapshot);
    let cells = bench.engine.count(&bench.records(), &response.tables[0]).unwrap();
    let unknown = cells.left_out.iter().find(|left| left.reason == LeftOutReason::FilterUnknown);
    (found(&cells).0.values().sum(), unknown.map_or(0, |left| left.count))
}

fn expected(notices: &[Notice], condition: &Condition) -> (u64, u64) {
    let sound = notices.iter().filter(|notice| !notice.void);
    let (dated, undated): (Vec<&Notice>, Vec<&Notice>) = sound.partition(|notice| notice.issued.is_some());
    let in_scope = dated.into_iter().filter(|notice| notice.issued.is_some_and(|day| month_of(day).is_some()));
    let in_scope: Vec<&Notice> = in_scope.collect();
    let of =
        |notices: &[&Notice], wanted| notices.iter().filter(|notice| condition.answer(notice) == wanted).count() as u64;
    // One that is undated as well is told once.
    (of(&in_scope, Some(true)), of(&in_scope, None) + of(&undated, None))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn filters_have_the_three_answers_of_sql(
        notices in proptest::collection::vec(notice(), 1..60),
        conditions in proptest::collection::vec(condition(), 12),
    ) {
        let bench = bench(&notices);
        for condition in conditions {
            prop_assert_eq!(counted(&bench, &condition.words()), expected(&notices, &condition), "{}", condition.words());
        }
    }
}

/// The engine takes two lists that exclude one another for always true, also where no value is recorded.
#[test]
fn lists_that_exclude_one_another_do_not_count_what_is_not_recorded() {
    let notice = |ward| Notice {
        issued: Some(date(2022, 1, 5)),
        contravention: 2,
        ward,
        minutes: None,
        paid: None,
        void: false,
        appeals: Vec::new(),
    };
    let bench = bench(&[notice(Some(0)), notice(Some(1)), notice(None)]);
    assert_eq!(counted(&bench, "ward NOT IN ('N') OR ward NOT IN ('S')"), (2, 1));
    assert_eq!(counted(&bench, "NOT (ward IN ('N') AND ward IN ('S'))"), (2, 1));
    assert_eq!(counted(&bench, "ward IN ('N', 'S') AND ward NOT IN ('N')"), (1, 1));
}

#[test]
fn long_filters_and_many_periods_are_counted_without_running_out_of_stack() {
    let notices = [Notice {
        issued: Some(date(2023, 1, 5)),
        contravention: 2,
        ward: Some(0),
        minutes: Some(5),
        paid: Some(true),
        void: false,
        appeals: Vec::new(),
    }];
    let bench = bench(&notices);
    let many: Vec<String> = (0..500).map(|minutes| format!("minutes_over={minutes}")).collect();
    let (by_ward, _) = responses();
    let text = by_ward.replace("NOT paid OR contravention <> '02'", &many.join(" OR ")).replace("\"month\"", "\"day\"");
    let response = resolve(&text, &bench.snapshot);
    let cells = bench.engine.count(&bench.records(), &response.tables[0]).unwrap();
    assert_eq!(found(&cells).0.values().sum::<u64>(), 1);
}
