//! What an attacker knows from elsewhere, and that somebody is counted.

use super::{Desk, HANDBOOK, POLICY, refused};

#[test]
fn a_figure_that_is_known_from_elsewhere_is_not_withheld() {
    // Without it 7 divorced men and all 11 divorced go, for 18. With the 11 known, the singles' total must be hidden by that of
    // the married: 7 divorced men, 17 married women, 55 married.
    let desk = Desk::new(HANDBOOK, &format!("{POLICY}outside = [{{ marital = \"Divorced\" }}]\n"));
    insta::assert_snapshot!(desk.told(&[]));
}

/// Nine counts, of which the first is small.
const NINE: &str = "row,column,count\na,x,2\na,y,10\na,z,20\nb,x,11\nb,y,30\nb,z,40\nc,x,31\nc,y,50\nc,z,60\n";

#[test]
fn a_sum_that_is_known_from_elsewhere_moves_the_pattern() {
    // Alone: a x, a y, b x, b y (10 + 11 + 30 = 51).
    let alone = Desk::new(NINE, POLICY);
    assert_eq!(alone.report()["cost"], 51);
    // Somebody knows that a x and b x are 13, which is what column x tells anyway (44 less 31).
    let same = Desk::new(NINE, &format!("{POLICY}outside = [{{ row = [\"a\", \"b\"], column = \"x\" }}]\n"));
    assert_eq!(same.report()["cost"], 51);
    assert_eq!(same.report()["outside"], serde_json::json!([{ "row": "a + b", "column": "x" }]));
    // Somebody knows that a x and a z are 22, so a x is known where a z is shown: a x, a z, b x, b z go for 20 + 11 + 40 = 71.
    let moved = "outside = [{ row = \"a\", column = [\"x\", \"z\"] }]\n";
    let desk = Desk::new(NINE, &format!("{POLICY}{moved}"));
    assert_eq!(desk.report()["cost"], 71);
    insta::assert_snapshot!(desk.told(&[]));
}

#[test]
fn a_sum_that_gives_a_figure_away_ends_the_command() {
    // All that holds a x with a y, and all that holds a x with a z, are known; so is the row's total, which is kept.
    let policy = format!(
        "{POLICY}keep = [{{ row = \"a\" }}]\noutside = [{{ row = \"a\", column = [\"x\", \"y\"] }}, \
         {{ row = \"a\", column = [\"x\", \"z\"] }}]\n"
    );
    insta::assert_snapshot!(refused(NINE, &policy, &["--report", "@report.json"]));
}

#[test]
fn a_secret_decides_beside_sums_from_elsewhere() {
    let policy = format!("{POLICY}outside = [{{ row = \"a\", column = [\"x\", \"z\"] }}]\n");
    let desk = Desk::new(NINE, &policy).with("secret", "one");
    desk.protect(&["--secret", "@secret"]).done();
}

#[test]
fn bad_totals_from_elsewhere_are_refused() {
    let stories = [
        "{ age = \"1\" }",
        "{ row = \"d\" }",
        "{ row = [\"a\", \"d\"] }",
        "{ row = [\"a\", \"a\"] }",
        "{ row = [] }",
        "{ row = 1 }",
    ]
    .map(|total| refused(NINE, &format!("{POLICY}outside = [{total}]\n"), &[]));
    insta::assert_snapshot!(stories.join("\n"));
}

/// Complaints by area and outcome. In the south there are 4, in the north 30.
const COMPLAINTS: &str = "area,outcome,count\nNorth,Upheld,13\nNorth,Dismissed,17\nSouth,Upheld,1\nSouth,Dismissed,3\n\
                          West,Upheld,9\nWest,Dismissed,12\n";

#[test]
fn that_somebody_is_counted_may_be_open() {
    // It is not: the south's 4, 1 and 3 are sensitive.
    let sensitive = Desk::new(COMPLAINTS, &format!("{POLICY}learned = [\"outcome\"]\n"));
    let told = |figures: &serde_json::Value| -> Vec<String> {
        let of = |one: &serde_json::Value| format!("{} {} {}", one["tells"], one["before"], one["after"]);
        figures.as_array().unwrap().iter().map(of).collect()
    };
    assert_eq!(told(&sensitive.report()["at_risk"]), ["\"membership\" 1 0", "\"attribute\" 2 0"]);
    // It is: the 4 stands, and what became of them does not.
    let open = Desk::new(COMPLAINTS, &format!("{POLICY}learned = [\"outcome\"]\nmembership = \"open\"\n"));
    assert_eq!(told(&open.report()["at_risk"]), ["\"attribute\" 2 0"]);
    insta::assert_snapshot!(open.told(&[]));
}

#[test]
fn lines_that_tell_nothing_that_is_learned_are_not_listed() {
    // All of the south were upheld, and all who were dismissed stand in the north: only the first tells an outcome.
    let table = "area,outcome,count\nNorth,Upheld,13\nNorth,Dismissed,17\nSouth,Upheld,9\n";
    let all = Desk::new(table, POLICY).report();
    let south = serde_json::json!({ "area": "South", "outcome": "Upheld" });
    let north = serde_json::json!({ "area": "North", "outcome": "Dismissed" });
    assert_eq!(all["groups"], serde_json::json!([north, south]));
    let learned = Desk::new(table, &format!("{POLICY}learned = [\"outcome\"]\n")).report();
    assert_eq!(learned["groups"], serde_json::json!([south]));
}

#[test]
fn what_is_learned_must_be_a_dimension() {
    let stories = ["learned = [\"age\"]", "membership = \"open\"", "membership = \"known\""]
        .map(|keys| refused(COMPLAINTS, &format!("{POLICY}{keys}\n"), &[]));
    insta::assert_snapshot!(stories.join("\n"));
}
