//! Tables that came with figures withheld, and tables that are looked at.

use std::fs;

use super::{Desk, HANDBOOK, POLICY, TIES, refused};

/// Assesses against an attacker who knows nothing besides what is published.
const ASSESS: &str =
    "method = \"assess\"\nthreshold = 5\nattacker = { suppressed_at_least = 0, marks = \"same\", insiders = 0 }\n";

#[test]
fn a_protected_table_is_read_back_and_loses_nothing_more() {
    for (table, policy) in [
        (HANDBOOK, POLICY.to_owned()),
        (HANDBOOK, POLICY.replace("same", "distinct")),
        (HANDBOOK, POLICY.replace("least = 0", "least = 1")),
        (TIES, POLICY.to_owned()),
        (TIES, POLICY.replace("least = 0", "least = 1")),
    ] {
        let first = Desk::new(table, &policy);
        first.protect(&[]).done();
        let again = Desk::new(&first.text("out.csv"), &policy);
        again.protect(&["--count", "count"]).done();
        // Which of them were small is not known any more, so all are marked alike.
        assert_eq!(again.text("out.csv"), first.text("out.csv").replace(",,s\n", ",,c\n"));
        assert_eq!(again.report()["secondaries"], 0);
    }
}

#[test]
fn a_leak_is_found() {
    // The four small figures alone were withheld: the page on disclosure control says how they follow from the rest.
    let table = "marital,sex,count,status\nMarried,Female,38,\nMarried,Male,17,\nMarried,Total,55,\nDivorced,Female,,c\n\
                 Divorced,Male,7,\nDivorced,Total,11,\nSingle,Female,,c\nSingle,Male,,c\nSingle,Total,,c\nTotal,Female,43,\n\
                 Total,Male,27,\nTotal,Total,70,\n";
    let desk = Desk::new(table, ASSESS);
    insta::assert_snapshot!(desk.told(&[]));
    desk.protect(&["--report", "@report.html"]);
    assert!(desk.text("report.html").contains("Withheld, and known all the same"));
    // What is known cannot be protected by withholding more, since the published figures are out.
    let again = Desk::new(table, POLICY);
    insta::assert_snapshot!(again.told(&[]));
    // Marks may stand in place of the counts.
    for mark in ["c", "[c]", "*"] {
        let table = table.replace(",,c\n", &format!(",{mark},\n"));
        let other = Desk::new(&table, ASSESS);
        other.protect(&[]);
        assert_eq!(other.text("out.csv"), desk.text("out.csv"));
        let both = table.replace(&format!(",{mark},\n"), &format!(",{mark},c\n"));
        let other = Desk::new(&both, ASSESS);
        other.protect(&[]);
        assert_eq!(other.text("out.csv"), desk.text("out.csv"));
    }
}

#[test]
fn totals_that_are_not_given_are_worked_out_or_not_available() {
    // Of row a nothing is withheld, so its total is worked out; of the others and of both columns nobody knows.
    let table = "row,column,count\na,x,9\na,y,8\nb,x,c\nb,y,7\nc,x,12\nc,y,[x]\n";
    insta::assert_snapshot!(Desk::new(table, ASSESS).told(&[]));
    insta::assert_snapshot!(Desk::new(table, POLICY).told(&[]));
    insta::assert_snapshot!(Desk::new(table, &POLICY.replace("same", "distinct")).told(&[]));
}

#[test]
fn figures_that_come_with_a_mark_and_a_count_are_withheld() {
    let table = "row,column,count,status\na,x,9,c\na,y,8,\nb,x,6,\nb,y,7,\n";
    let desk = Desk::new(table, POLICY);
    insta::assert_snapshot!(desk.told(&[]));
    assert_eq!(desk.report()["withheld"][0]["why"], "came-withheld");
    // Looked at, or not, what is marked stays withheld; the totals give it away.
    let assessed = Desk::new(table, ASSESS);
    insta::assert_snapshot!(assessed.told(&[]));
    let none = Desk::new(table, "method = \"none\"\nreason = \"Published already.\"\n");
    none.protect(&[]).done();
    assert!(none.text("out.csv").contains("a,x,,c"), "{}", none.text("out.csv"));
}

#[test]
fn a_leak_through_totals_that_are_not_given_is_explained_from_the_start() {
    // Row a holds 26 - 13 = 13, of which 9 are known.
    let table = "row,column,count\na,x,c\na,y,9\nb,x,6\nb,y,7\nb,Total,13\nTotal,Total,26\n";
    let ran = Desk::new(table, ASSESS).protect(&[]);
    let because = "(column = x, row = a): the grand total = (row = a) + (row = b); \
                   (row = a) = (column = x, row = a) + (column = y, row = a)";
    assert!(ran.code == 1 && ran.out.contains(because), "{}", ran.out);
}

#[test]
fn no_merge_is_offered_where_counts_are_not_known() {
    let table = "row,column,count\na,x,c\na,y,c\nb,x,3\nb,y,7\nc,x,12\nc,y,9\n";
    assert_eq!(Desk::new(table, POLICY).report()["offers"], serde_json::Value::Null);
}

#[test]
fn insiders_of_what_came_withheld_are_not_known() {
    let table = "row,column,count\na,x,c\na,y,c\nb,x,c\nb,y,c\n";
    let report = Desk::new(table, &POLICY.replace("insiders = 0", "insiders = 1")).report();
    let not = report["not_considered"].to_string();
    assert!(not.contains("contributors to figures that came withheld"), "{not}");
    let report = Desk::new(table, &POLICY.replace("same", "distinct")).report();
    let not = report["not_considered"].to_string();
    assert!(not.contains("what different marks of figures that came withheld tell"), "{not}");
}

#[test]
fn bad_tables_with_figures_withheld_are_refused() {
    let least = POLICY.replace("least = 0", "least = 1");
    let stories = [
        // 9 and 8 are not 18.
        refused("row,count,status\na,9,\nb,8,\nTotal,18,\n", POLICY, &[]),
        // Rows add up to 20, columns to 21.
        refused(
            "row,column,count\na,x,c\na,y,c\na,Total,9\nb,x,c\nb,y,c\nb,Total,11\nTotal,x,12\nTotal,y,9\n",
            POLICY,
            &[],
        ),
        // Two figures of 1 or more are not 1.
        refused("row,count\na,c\nb,c\nTotal,1\n", &least, &[]),
        // A withheld figure cannot be less than none.
        refused("row,count\na,c\nb,9\nTotal,8\n", POLICY, &[]),
        refused("row,count,status\na,9,\nb,8,z\n", POLICY, &[]),
        refused("row,count,status\na,9,\nb,?,c\n", POLICY, &[]),
        refused("row,count,status\na,9,\nb,,\n", POLICY, &[]),
        // A total of what nobody breaks down.
        refused(
            "borough,ward,count\nNorth,Mill,c\nNorth,Quay,9\nSouth,Total,8\n",
            &format!("{POLICY}hierarchy = {{ area = [\"borough\", \"ward\"] }}\n"),
            &[],
        ),
        refused("row,count\na,c\nb,9\nTotal,12\n", &format!("{POLICY}keep = [{{ row = \"a\" }}]\n"), &[]),
    ];
    insta::assert_snapshot!(stories.join("\n"));
}

/// The judgement of a list.
fn judgement(figures: usize, list: &str) -> String {
    format!(
        "\n[judgement]\nby = \"A. Approver\"\nrole = \"Head of Information\"\ndate = 2024-02-27\nfigures = {figures}\nlist = \"{list}\"\n\
         living = \"yes\"\nidentifiable = \"no: 70 households of a town\"\nprinciple = \"none\"\nharm = \"none\"\n\
         conclusion = \"publish\"\n"
    )
}

const RULES: &str = "method = \"assess\"\nthreshold = 5\n";

#[test]
fn a_judgement_on_the_list_closes_it() {
    let desk = Desk::new(HANDBOOK, RULES);
    assert_eq!(desk.protect(&["--report", "@report.json"]).code, 1);
    let report: serde_json::Value = serde_json::from_str(&desk.text("report.json")).unwrap();
    let list = report["list"].as_str().unwrap();
    assert_eq!(report["sensitive"].as_array().unwrap().len(), 4);
    let judged = desk.with("policy.toml", &format!("{RULES}{}", judgement(4, list)));
    insta::assert_snapshot!(judged.told(&["--report", "@report.html"]));
    insta::assert_snapshot!(super::text_of(&judged.text("report.html")));
    // Another number, or another list, is another judgement.
    for (figures, list) in [(3, list), (4, "00000000")] {
        let other = Desk::new(HANDBOOK, &format!("{RULES}{}", judgement(figures, list)));
        assert_eq!(other.protect(&[]).code, 1);
    }
    let other = Desk::new(&HANDBOOK.replace("Single,m,3", "Single,m,2"), &format!("{RULES}{}", judgement(4, list)));
    assert_eq!(other.protect(&[]).code, 1);
}

#[test]
fn no_judgement_closes_a_leak() {
    let table = "row,count\na,c\nb,9\nTotal,12\n";
    let desk = Desk::new(table, ASSESS);
    desk.protect(&["--report", "@report.json"]);
    let report: serde_json::Value = serde_json::from_str(&desk.text("report.json")).unwrap();
    let list = report["list"].as_str().unwrap().to_owned();
    assert_eq!(desk.with("policy.toml", &format!("{ASSESS}{}", judgement(0, &list))).protect(&[]).code, 1);
}

#[test]
fn an_assessment_goes_by_the_same_rules() {
    let sums = "region,trade,turnover,firms,first\nNorth,Mining,100,4,60\nNorth,Fishing,300,20,40\n";
    let rules = "method = \"assess\"\nthreshold = 2\ndominance = { largest = 1, percent = 50 }\n\
                 contributions = { people = \"firms\", largest = [\"first\"] }\n";
    insta::assert_snapshot!(Desk::new(sums, rules).told(&["--count", "turnover"]));
    let merged =
        format!("{RULES}merge = [{{ in = \"marital\", of = [\"Divorced\", \"Single\"], into = \"Not married\" }}]\n");
    Desk::new(HANDBOOK, &merged).protect(&[]).done();
    let open = "area,outcome,count\nNorth,Upheld,13\nNorth,Dismissed,17\nSouth,Upheld,1\nSouth,Dismissed,2\n";
    let desk = Desk::new(open, &format!("{RULES}learned = [\"outcome\"]\nmembership = \"open\"\n"));
    insta::assert_snapshot!(desk.told(&[]));
}

#[test]
fn bad_assessments_are_refused() {
    let rules = |keys: &str| refused(HANDBOOK, &format!("{RULES}{keys}\n"), &[]);
    let stories = [
        rules("groups = \"withhold\""),
        rules("breakdowns = [{ by = \"sex\", below = 10 }]"),
        rules("zeros = \"sensitive\""),
        rules(&judgement(4, "60ac4941").replace("figures = 4\n", "")),
        rules(&judgement(4, "60ac4941").replace("harm = \"none\"\n", "")),
        refused(HANDBOOK, RULES, &["--report", "@table.csv"]),
    ];
    insta::assert_snapshot!(stories.join("\n"));
    let desk = Desk::new(HANDBOOK, RULES);
    desk.protect(&["--report", "@report.json"]);
    assert!(fs::exists(desk.path("report.json")).unwrap());
}
