//! `candour protect`: what goes in, what comes out, and what is told.

mod breakdowns;
mod given;
mod hostile;
mod known;
mod merges;
mod people;
mod sums;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::support::{Ran, candour, files_below};

/// The marital status and sex table of the Handbook on Statistical Disclosure Control (second edition 2024).
const HANDBOOK: &str =
    "marital,sex,count\nDivorced,m,7\nDivorced,f,4\nMarried,m,38\nMarried,f,17\nSingle,m,3\nSingle,f,1\n";

/// Threshold 5 and an attacker who knows nothing besides what is published.
const POLICY: &str =
    "method = \"suppress\"\nthreshold = 5\nattacker = { suppressed_at_least = 0, marks = \"same\", insiders = 0 }\n";

/// A folder with a table and a policy.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new(table: &str, policy: &str) -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        fs::write(desk.path("table.csv"), table).unwrap();
        fs::write(desk.path("policy.toml"), policy).unwrap();
        desk
    }

    /// The same with another file on it.
    fn with(self, name: &str, text: &str) -> Self {
        fs::write(self.path(name), text).unwrap();
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(fs::read(self.path(name)).unwrap()).unwrap().replace("\r\n", "\n")
    }

    /// Protects the table; what begins with `@` is a file on this desk.
    fn protect(&self, further: &[&str]) -> Ran {
        let args = ["protect", "@table.csv", "--policy", "@policy.toml", "--out", "@out.csv"];
        candour(args.iter().chain(further).map(|arg| match arg.strip_prefix('@') {
            Some(name) => self.path(name).display().to_string(),
            None => (*arg).to_owned(),
        }))
    }

    fn story(&self, ran: &Ran) -> String {
        ran.story(&[(self.folder.path(), "FOLDER")])
    }

    /// The story of a run and the table that it wrote.
    fn told(&self, further: &[&str]) -> String {
        let ran = self.protect(further);
        assert!(ran.code < 2, "{}{}", ran.out, ran.err);
        format!("{}--- table\n{}", self.story(&ran), self.text("out.csv"))
    }

    fn report(&self) -> Value {
        let ran = self.protect(&["--report", "@report.json"]);
        assert!(ran.code < 2, "{}{}", ran.out, ran.err);
        serde_json::from_str(&self.text("report.json")).unwrap()
    }
}

/// The story of a refusal, after which nothing is there that was not there before.
#[track_caller]
fn refused(table: &str, policy: &str, further: &[&str]) -> String {
    refused_at(&Desk::new(table, policy), further)
}

#[track_caller]
fn refused_at(desk: &Desk, further: &[&str]) -> String {
    let before = files_below(desk.folder.path());
    let ran = desk.protect(further);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert_eq!(files_below(desk.folder.path()), before, "something was written");
    desk.story(&ran)
}

#[test]
fn the_handbooks_table_loses_eighteen() {
    let desk = Desk::new(HANDBOOK, POLICY);
    insta::assert_snapshot!(desk.told(&[]));
    let report = desk.report();
    assert_eq!((&report["cost"], &report["gap"]), (&18.into(), &0.into()));
    let names = |primary: bool| -> Vec<String> {
        let withheld = report["withheld"].as_array().unwrap().iter().filter(|one| one["primary"] == primary);
        withheld.map(|one| one["figure"].to_string()).collect()
    };
    assert_eq!(names(false), [r#"{"marital":"Divorced","sex":"m"}"#, r#"{"marital":"Divorced"}"#]);
    assert_eq!(names(true).len(), 4);
}

#[test]
fn hierarchies_have_a_margin_a_level() {
    let table = "borough,ward,outcome,count\nNorth,Mill,yes,9\nNorth,Mill,no,3\nNorth,Quay,yes,14\nNorth,Quay,no,21\n\
                 South,Park,yes,2\nSouth,Park,no,16\nSouth,Hill,yes,30\nSouth,Hill,no,8\n";
    let desk = Desk::new(table, &format!("{POLICY}[hierarchy]\narea = [\"borough\", \"ward\"]\n"));
    insta::assert_snapshot!(desk.told(&[]));
}

#[test]
fn the_count_may_stand_anywhere() {
    let table = "n,kind,year\n3,a,2020\n9,a,2021\n12,b,2020\n30,b,2021\n";
    let desk = Desk::new(table, POLICY);
    insta::assert_snapshot!(desk.told(&["--count", "n"]));
}

#[test]
fn weights_of_a_column_decide() {
    let rows = |weight_of_b: u32| format!("kind,count,weight\na,2,1\nb,40,{weight_of_b}\nc,9,7\n");
    let policy = format!("{POLICY}cost = \"weight\"\n");
    let stories = [1, 8].map(|weight| Desk::new(&rows(weight), &policy).told(&["--count", "count"]));
    insta::assert_snapshot!(stories.join("\n"));
}

#[test]
fn kept_figures_stay() {
    let policy = format!("{POLICY}keep = [{{ marital = \"Total\", sex = \"Total\" }}, {{ marital = \"Divorced\" }}]\n");
    let desk = Desk::new(HANDBOOK, &policy);
    insta::assert_snapshot!(desk.told(&[]));
    let kept = desk.text("out.csv");
    assert!(kept.contains("\nDivorced,Total,11,\n") && kept.contains("\nTotal,Total,70,\n"), "{kept}");
}

#[test]
fn zeros_may_be_sensitive() {
    let table = "kind,year,count\na,2020,0\na,2021,9\nb,2020,12\nb,2021,30\nc,2020,20\nc,2021,25\n";
    // All of `a` stand in 2021: where zeros are published nothing hides that, where they are sensitive it is hidden.
    let stories =
        ["published", "sensitive"].map(|zeros| Desk::new(table, &format!("{POLICY}zeros = \"{zeros}\"\n")).told(&[]));
    insta::assert_snapshot!(stories.join("\n"));
}

#[test]
fn distinct_marks_tell_why_a_figure_is_withheld() {
    let desk = Desk::new(HANDBOOK, &POLICY.replace("same", "distinct"));
    insta::assert_snapshot!(desk.told(&[]));
}

#[test]
fn an_insider_knows_his_own_cell() {
    let table = "kind,year,count\na,2020,6\na,2021,12\nb,2020,1\nb,2021,9\nc,2020,1\nc,2021,30\n";
    let policy = POLICY.replace("insiders = 0", "insiders = 1").replace("least = 0", "least = 1");
    insta::assert_snapshot!(Desk::new(table, &policy).told(&[]));
}

#[test]
fn assess_and_none_withhold_nothing() {
    let assess = Desk::new(HANDBOOK, "method = \"assess\"\nthreshold = 5\n").told(&[]);
    let none = Desk::new(HANDBOOK, "method = \"none\"\nreason = \"Published already.\"\n").told(&[]);
    insta::assert_snapshot!([assess, none].join("\n"));
}

/// Nine tens but for one small count: many patterns cost the same.
const TIES: &str = "row,column,count\na,x,2\na,y,10\na,z,10\nb,x,10\nb,y,10\nb,z,10\nc,x,10\nc,y,10\nc,z,10\n";

#[test]
fn a_secret_changes_only_ties() {
    let desk = Desk::new(TIES, POLICY);
    let open = desk.report();
    assert_eq!(open["ties"], "the order of the figures");
    let mut patterns = vec![desk.text("out.csv")];
    for secret in ["one", "two", "three", "four", "five", "six"] {
        fs::write(desk.path("secret"), secret).unwrap();
        desk.protect(&["--secret", "@secret", "--report", "@report.json"]).done();
        let report: Value = serde_json::from_str(&desk.text("report.json")).unwrap();
        assert_eq!(report["ties"], "a secret");
        for same in ["cells", "primaries", "secondaries", "cost", "lower_bound", "gap", "policy", "attacker"] {
            assert_eq!(report[same], open[same], "{same}");
        }
        assert!(!desk.text("report.json").contains(&format!("\"{secret}\"")));
        patterns.push(desk.text("out.csv"));
    }
    patterns.sort();
    patterns.dedup();
    assert!(patterns.len() > 1, "{patterns:?}");
    // Where one pattern is cheapest, a secret decides nothing.
    let desk = Desk::new(HANDBOOK, POLICY);
    desk.protect(&[]).done();
    let open = desk.text("out.csv");
    fs::write(desk.path("secret"), "one").unwrap();
    desk.protect(&["--secret", "@secret"]).done();
    assert_eq!(desk.text("out.csv"), open);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let runs = || {
        let desk = Desk::new(TIES, POLICY);
        fs::write(desk.path("secret"), "a secret").unwrap();
        for report in ["@report.json", "@report.html"] {
            desk.protect(&["--secret", "@secret", "--report", report]).done();
        }
        files_below(desk.folder.path())
    };
    assert_eq!(runs(), runs());
}

#[test]
fn the_report_is_written_for_programs() {
    let desk = Desk::new(HANDBOOK, POLICY);
    desk.report();
    insta::assert_snapshot!(desk.text("report.json"));
}

/// The whole numbers of a text.
fn numbers(text: &str) -> Vec<String> {
    let digits = text.split(|sign: char| !sign.is_ascii_digit()).filter(|digits| !digits.is_empty());
    digits.map(str::to_owned).collect()
}

/// The text between the tags of a page, which must close every tag that it opens.
fn text_of(page: &str) -> String {
    let page = page.strip_prefix("<!DOCTYPE html>\n").unwrap();
    let (mut open, mut text): (Vec<&str>, String) = (Vec::new(), String::new());
    for piece in page.split('<').skip(1) {
        let (tag, after) = piece.split_once('>').unwrap();
        assert!(!after.contains('>'), "`>` stands in the text `{after}`");
        let name = tag.split_whitespace().next().unwrap();
        match name.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed)),
            None if name != "meta" => open.push(name),
            None => {}
        }
        if open.last() != Some(&"style") {
            text.push(' ');
            text.push_str(after);
        }
    }
    assert!(open.is_empty(), "not closed: {open:?}");
    text
}

#[test]
fn the_report_is_a_page_for_the_approver() {
    let table = HANDBOOK.replace("Married", "Married & <civil>");
    let policy = POLICY.replace("insiders = 0", "insiders = 1").replace("least = 0", "least = 1");
    let desk = Desk::new(&table, &policy);
    let report = desk.report();
    desk.protect(&["--report", "@report.html"]);
    let tidy = Command::new("tidy").args(["-quiet", "-errors", "-utf8"]).arg(desk.path("report.html")).output();
    let ran = Ran::of(&tidy.unwrap());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let text = text_of(&desk.text("report.html"));
    // No number of the page is another than the report's; 4 is the highest count below the threshold.
    let known = [numbers(&report.to_string()), vec!["4".to_owned()]].concat();
    let shares = report["by_level"].as_array().unwrap().iter().map(|level| level["per_mille"].as_u64().unwrap());
    let shares: Vec<String> = shares.flat_map(|share| [(share / 10).to_string(), (share % 10).to_string()]).collect();
    for number in numbers(&text) {
        assert!(known.contains(&number) || shares.contains(&number), "{number} is not in the report:\n{text}");
    }
    for one in report["withheld"].as_array().unwrap() {
        let high = one["high"].as_i64().map_or("no bound".to_owned(), |high| high.to_string());
        assert!(text.contains(&format!("{} to {high}", one["low"])), "{one}\n{text}");
    }
    assert!(text.contains("Married &amp; &lt;civil&gt;") && text.contains("Confidential"), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn bad_tables_are_refused() {
    let with = |row: &str| format!("{HANDBOOK}{row}\n");
    let hierarchy = |levels: &str| format!("{POLICY}[hierarchy]\narea = [{levels}]\n");
    let wards = "borough,ward,count\nNorth,Mill,9\nNorth,Quay,3\nSouth,Mill,4\n";
    let stories = [
        refused(HANDBOOK, POLICY, &["--count", "number"]),
        refused(HANDBOOK, &format!("{POLICY}cost = \"weight\"\n"), &[]),
        refused(&with("Widowed,m,-1"), POLICY, &[]),
        refused(&with("Widowed,m,"), POLICY, &[]),
        refused(&with("Widowed,m,1.5"), POLICY, &[]),
        refused(&with("Widowed,m"), POLICY, &[]),
        refused(&with("Single,f,2"), POLICY, &[]),
        refused(&with("Widowed,f,0"), &format!("{POLICY}withhold = [{{ marital = \"Widowed\", sex = \"f\" }}]\n"), &[]),
        refused(&with("Total,f,22"), POLICY, &[]),
        refused(&with(",f,22"), POLICY, &[]),
        refused(&with("Widowed,f,9223372036854775807"), POLICY, &[]),
        refused(wards, &hierarchy("\"borough\", \"ward\""), &[]),
        refused(wards, &hierarchy("\"region\", \"ward\""), &[]),
        refused(wards, &format!("{}place = [\"borough\", \"ward\"]\n", hierarchy("\"borough\", \"ward\"")), &[]),
        refused("sex,sex,count\nm,f,7\n", POLICY, &[]),
        refused("count\n7\n", POLICY, &[]),
        refused("", POLICY, &[]),
        refused("sex,count\n", POLICY, &[]),
        refused("status,sex,n\nopen,f,7\nopen,m,2\n", POLICY, &[]),
    ];
    insta::assert_snapshot!(stories.join("\n"));
}

#[test]
fn bad_policies_are_refused() {
    let without = |line: usize| {
        let lines = POLICY.lines().enumerate().filter(|(at, _)| *at != line).map(|(_, line)| line);
        lines.collect::<Vec<_>>().join("\n")
    };
    let keep = |figures: &str| format!("{POLICY}keep = [{figures}]\n");
    let stories = [
        refused(HANDBOOK, &without(0), &[]),
        refused(HANDBOOK, &without(1), &[]),
        refused(HANDBOOK, &without(2), &[]),
        refused(HANDBOOK, &keep("{ age = \"1\" }"), &[]),
        refused(HANDBOOK, &keep("{ marital = \"Widowed\" }"), &[]),
        refused(
            HANDBOOK,
            &keep("{ marital = \"Divorced\" }, { marital = \"Divorced\", sex = \"m\" }, { marital = \"Single\" }"),
            &["--report", "@report.json"],
        ),
        refused(
            HANDBOOK,
            &POLICY.replace("least = 0", "least = 1").replace("threshold = 5", "threshold = 5\nzeros = \"sensitive\""),
            &[],
        ),
    ];
    insta::assert_snapshot!(stories.join("\n"));
}

#[test]
fn nothing_is_written_over() {
    let nowhere = refused(HANDBOOK, POLICY, &["--report", "@nowhere/report.json"]);
    assert!(nowhere.contains("error: cannot write `FOLDER/nowhere/report.json`: No such file"), "{nowhere}");
    let stories = [
        refused(HANDBOOK, POLICY, &["--report", "@table.csv"]),
        refused(HANDBOOK, POLICY, &["--report", "@policy.toml"]),
        refused(HANDBOOK, POLICY, &["--report", "@out.csv"]),
        refused(HANDBOOK, "method = \"none\"\nreason = \"Parking.\"\n", &["--report", "@report.json"]),
    ];
    insta::assert_snapshot!(stories.join("\n"));
}
