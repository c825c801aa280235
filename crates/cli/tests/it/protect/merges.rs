//! Categories that are made one before anything else is done.

use super::{Desk, HANDBOOK, POLICY, refused};

#[test]
fn merged_categories_are_added_up() {
    // Divorced 7 and 4, single 3 and 1: together 10 and 5, and nothing is small any more.
    let policy =
        format!("{POLICY}merge = [{{ in = \"marital\", of = [\"Divorced\", \"Single\"], into = \"Not married\" }}]\n");
    let desk = Desk::new(HANDBOOK, &policy);
    insta::assert_snapshot!(desk.told(&[]));
    assert_eq!(desk.report()["primaries"], 0);
}

#[test]
fn categories_are_merged_into_one_of_them_and_one_after_the_other() {
    let policy = format!(
        "{POLICY}merge = [{{ in = \"marital\", of = [\"Single\", \"Divorced\"], into = \"Divorced\" }}, \
         {{ in = \"marital\", of = [\"Divorced\", \"Married\"], into = \"All\" }}]\n"
    );
    insta::assert_snapshot!(Desk::new(HANDBOOK, &policy).told(&[]));
}

/// Wards in boroughs.
const WARDS: &str = "borough,ward,outcome,count\nNorth,Mill,yes,9\nNorth,Mill,no,3\nNorth,Quay,yes,14\nNorth,Quay,no,21\n\
                     North,Dock,yes,11\nNorth,Dock,no,6\nSouth,Park,yes,12\nSouth,Park,no,16\n";
const HIERARCHY: &str = "hierarchy = { area = [\"borough\", \"ward\"] }\n";

#[test]
fn a_hierarchy_holds_what_is_merged_in_it() {
    let policy = format!(
        "{POLICY}{HIERARCHY}merge = [{{ in = \"ward\", of = [\"Mill\", \"Dock\"], into = \"Mill and Dock\" }}]\n"
    );
    insta::assert_snapshot!(Desk::new(WARDS, &policy).told(&[]));
}

#[test]
fn the_report_offers_the_merge_that_leaves_fewest_small_figures() {
    // Of 3 wards with 1 small count among them, two pairs with Mill leave none; the first is offered. The outcomes are two.
    let desk = Desk::new(WARDS, &format!("{POLICY}{HIERARCHY}"));
    let offer = serde_json::json!([{
        "merge": { "in": "ward", "of": ["Mill", "Quay"], "into": "Mill or Quay" },
        "sensitive_before": 1,
        "sensitive_after": 0,
    }]);
    assert_eq!(desk.report()["offers"], offer);
    // As the policy would say it, it does what it says.
    let merge = "merge = [{ in = \"ward\", of = [\"Mill\", \"Quay\"], into = \"Mill or Quay\" }]\n";
    assert_eq!(Desk::new(WARDS, &format!("{POLICY}{HIERARCHY}{merge}")).report()["primaries"], 0);
}

#[test]
fn bad_merges_are_refused() {
    let with = |merge: &str| refused(HANDBOOK, &format!("{POLICY}merge = [{{ {merge} }}]\n"), &[]);
    let given = "marital,sex,count,status\nDivorced,m,7,\nMarried,m,38,\nTotal,m,45,\n";
    let stories = [
        with("in = \"age\", of = [\"Divorced\", \"Single\"], into = \"Other\""),
        with("in = \"marital\", of = [\"Divorced\", \"Widowed\"], into = \"Other\""),
        with("in = \"marital\", of = [\"Divorced\", \"Single\"], into = \"Married\""),
        with("in = \"marital\", of = [\"Divorced\", \"Single\"], into = \"Total\""),
        with("in = \"marital\", of = [\"Divorced\"], into = \"Other\""),
        with("in = \"marital\", of = [\"Divorced\", \"Single\"]"),
        with("of = [\"Divorced\", \"Single\"], into = \"Other\""),
        refused(
            WARDS,
            &format!("{POLICY}{HIERARCHY}merge = [{{ in = \"ward\", of = [\"Mill\", \"Park\"], into = \"Both\" }}]\n"),
            &[],
        ),
        refused(
            given,
            &format!("{POLICY}merge = [{{ in = \"marital\", of = [\"Divorced\", \"Total\"], into = \"x\" }}]\n"),
            &[],
        ),
    ];
    insta::assert_snapshot!(stories.join("\n"));
}
