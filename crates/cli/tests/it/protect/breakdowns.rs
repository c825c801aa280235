//! Breakdowns that are withheld as a whole, zeros among them.

use super::{Desk, POLICY, refused};

/// By area and outcome. All of the south stand in one outcome.
const AREAS: &str = "area,outcome,count\nNorth,Charged,12\nNorth,No action,30\nNorth,Warned,8\nSouth,No action,9\n\
                     West,Charged,7\nWest,No action,25\nWest,Warned,6\n";

#[test]
fn a_line_in_one_category_is_withheld_with_its_zeros() {
    // The south's 0, 9 and 0 go. One line alone would be worked out from the outcomes' totals, so another area goes with
    // it: the west for 7 + 25 + 6 = 38, or the outcomes' totals for 19 + 64 + 14 = 97. The areas' own totals stand.
    let desk = Desk::new(AREAS, &format!("{POLICY}groups = \"withhold\"\n"));
    insta::assert_snapshot!(desk.told(&[]));
    let report = desk.report();
    assert_eq!((&report["cost"], &report["gap"]), (&38.into(), &0.into()));
    assert_eq!(report["groups"], serde_json::json!([]));
    assert_eq!(report["at_risk"][0]["why"], "whole-breakdown");
    assert_eq!((&report["at_risk"][0]["before"], &report["at_risk"][0]["after"]), (&3.into(), &0.into()));
    // Flagged, nothing goes, and the program says that it is there.
    let flagged = Desk::new(AREAS, POLICY);
    assert_eq!(flagged.protect(&[]).code, 1);
    assert_eq!(flagged.report()["groups"], serde_json::json!([{ "area": "South", "outcome": "No action" }]));
}

#[test]
fn somebody_in_another_category_may_not_learn_of_the_rest() {
    // Ten in the east, nine of them without action: whoever was charged knows of the other nine.
    let table = format!("{AREAS}East,Charged,1\nEast,No action,9\n");
    let policy = POLICY.replace("insiders = 0", "insiders = 1");
    let flagged = Desk::new(&table, &policy);
    let nearly = serde_json::json!([{ "figure": { "area": "East", "outcome": "No action" }, "others": 1 }]);
    assert_eq!(flagged.report()["nearly_all"], nearly);
    insta::assert_snapshot!(Desk::new(&table, &format!("{policy}groups = \"withhold\"\n")).told(&[]));
}

#[test]
fn few_are_not_broken_down() {
    // Of totals below 10 there is the south's: its breakdown by outcome goes, and the west's with it as above.
    let desk = Desk::new(AREAS, &format!("{POLICY}breakdowns = [{{ by = \"outcome\", below = 10 }}]\n"));
    insta::assert_snapshot!(desk.told(&[]));
    // By area: of the outcome Warned there are 14.
    let desk = Desk::new(AREAS, &format!("{POLICY}breakdowns = [{{ by = \"area\", below = 15 }}]\n"));
    insta::assert_snapshot!(desk.told(&[]));
}

#[test]
fn a_breakdown_goes_at_every_level_of_a_hierarchy() {
    let table = "family,type,area,count\nTheft,Shop,North,6\nTheft,Bicycle,North,5\nFire,Car,North,40\nFire,House,North,22\n\
                 Theft,Shop,South,31\nTheft,Bicycle,South,28\nFire,Car,South,17\nFire,House,South,19\n\
                 Theft,Shop,West,7\n";
    // The west has 7: Theft 7 and Fire 0 go, and under them 7 and 0, 0 and 0.
    let policy = format!(
        "{POLICY}breakdowns = [{{ by = \"kind\", below = 10 }}]\nhierarchy = {{ kind = [\"family\", \"type\"] }}\n"
    );
    let desk = Desk::new(table, &policy);
    insta::assert_snapshot!(desk.told(&[]));
    let whole =
        desk.report()["withheld"].as_array().unwrap().iter().filter(|one| one["why"] == "whole-breakdown").count();
    assert_eq!(whole, 6);
    // The finest column names the same dimension.
    let by_type = Desk::new(table, &policy.replace("by = \"kind\"", "by = \"type\""));
    by_type.told(&[]);
    assert_eq!(by_type.text("out.csv"), desk.text("out.csv"));
}

#[test]
fn a_breakdown_cannot_be_withheld_where_it_is_kept() {
    // The south's total and all but one of its three are kept, so the third follows.
    let keep = "keep = [{ area = \"South\" }, { area = \"South\", outcome = \"Charged\" }, { area = \"South\", outcome = \"Warned\" }]\n";
    insta::assert_snapshot!(refused(
        AREAS,
        &format!("{POLICY}groups = \"withhold\"\n{keep}"),
        &["--report", "@report.json"]
    ));
}

#[test]
fn bad_breakdowns_are_refused() {
    let stories = [
        "breakdowns = [{ by = \"age\", below = 10 }]",
        "breakdowns = [{ by = \"outcome\" }]",
        "breakdowns = [{ by = \"outcome\", below = 0 }]",
        "breakdowns = [{ below = 10 }]",
        "breakdowns = [{ by = \"outcome\", below = 10 }]\nzeros = \"sensitive\"",
        "groups = \"withhold\"\nzeros = \"sensitive\"",
        "groups = \"hide\"",
    ]
    .map(|keys| refused(AREAS, &format!("{POLICY}{keys}\n"), &[]));
    insta::assert_snapshot!(stories.join("\n"));
}
