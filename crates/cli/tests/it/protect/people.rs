//! The people who live where something was counted.

use super::{Desk, POLICY, refused_at};

/// Wards in boroughs, by outcome.
const WARDS: &str = "borough,ward,outcome,count\nNorth,Mill,yes,3\nNorth,Mill,no,40\nNorth,Quay,yes,2\nNorth,Quay,no,21\n\
                     South,Park,yes,12\nSouth,Park,no,16\nSouth,Hill,yes,30\nSouth,Hill,no,8\n";

fn policy(rule: &str) -> String {
    format!("{POLICY}population = {{ {rule} }}\nhierarchy = {{ area = [\"borough\", \"ward\"] }}\n")
}

const BY_WARD: &str = "ward,residents\nMill,9000\nQuay,50\nPark,700\nHill,300\n";

fn withheld(desk: &Desk) -> Vec<String> {
    let ran = desk.protect(&["--population", "@residents.csv", "--report", "@report.json"]);
    assert!(ran.code < 2, "{}", ran.err);
    let report: serde_json::Value = serde_json::from_str(&desk.text("report.json")).unwrap();
    let one =
        |one: &serde_json::Value| format!("{} {} {} {}", one["figure"], one["primary"], one["why"], one["residents"]);
    report["withheld"].as_array().unwrap().iter().map(one).collect()
}

#[test]
fn a_small_count_among_many_is_not_sensitive() {
    // Mill's 3 are among 9,000; Quay's 2 are among 50.
    let desk = Desk::new(WARDS, &policy("small_among = 5000")).with("residents.csv", BY_WARD);
    insta::assert_snapshot!(desk.told(&["--population", "@residents.csv"]));
    insta::assert_snapshot!(withheld(&desk).join("\n"));
}

#[test]
fn a_count_of_most_of_the_people_is_sensitive() {
    // Park: 28 of 700. Hill: 38 of 300. Quay: 23 of 50 are 46 %, 21 are 42 %; at 45 % the ward's total is sensitive alone.
    let desk = Desk::new(WARDS, &policy("small_among = 10, most_percent = 45")).with("residents.csv", BY_WARD);
    let found = withheld(&desk);
    let sensitive: Vec<&String> = found.iter().filter(|one| one.contains("most-of-the-people")).collect();
    assert_eq!(sensitive, [r#"{"borough":"North","ward":"Quay"} true "most-of-the-people" 50"#]);
    // At exactly 46 % it is not above the share.
    let desk = Desk::new(WARDS, &policy("small_among = 10, most_percent = 46")).with("residents.csv", BY_WARD);
    assert_eq!(withheld(&desk), Vec::<String>::new());
}

#[test]
fn residents_of_wider_places_are_those_of_the_finer_ones() {
    // North holds 9,050: its 5 who said yes are among 5,000 or more, and so is the grand total among 10,050.
    let table = "borough,ward,outcome,count\nNorth,Mill,yes,2\nNorth,Mill,no,40\nNorth,Quay,yes,2\nNorth,Quay,no,21\n\
                 South,Park,yes,12\nSouth,Park,no,16\nSouth,Hill,yes,30\nSouth,Hill,no,8\n";
    let desk = Desk::new(table, &policy("small_among = 9050")).with("residents.csv", BY_WARD);
    let found = withheld(&desk);
    assert!(!found.iter().any(|one| one.starts_with(r#"{"borough":"North","outcome":"yes"} true"#)), "{found:?}");
    // A wider file says nothing of wards: these are judged by the threshold alone, the borough by its residents.
    let desk = Desk::new(table, &policy("small_among = 9050"))
        .with("residents.csv", "borough,residents\nNorth,9050\nSouth,1000\n");
    let found = withheld(&desk);
    let primary: Vec<&String> = found.iter().filter(|one| one.contains("true")).collect();
    assert_eq!(
        primary,
        [
            r#"{"borough":"North","outcome":"yes","ward":"Mill"} true null null"#,
            r#"{"borough":"North","outcome":"yes","ward":"Quay"} true null null"#,
        ]
    );
}

#[test]
fn a_place_that_the_residents_leave_out_is_judged_by_the_threshold() {
    let desk = Desk::new(WARDS, &policy("small_among = 5000"))
        .with("residents.csv", "ward,residents\nMill,9000\nElsewhere,4\n");
    let primary: Vec<String> = withheld(&desk).into_iter().filter(|one| one.contains("true")).collect();
    assert_eq!(primary, [r#"{"borough":"North","outcome":"yes","ward":"Quay"} true null null"#]);
}

#[test]
fn a_total_in_the_file_of_residents_is_everybodys() {
    // Total is the whole area's, not the first borough's.
    let desk = Desk::new(WARDS, &policy("most_percent = 50"))
        .with("residents.csv", "ward,residents\nMill,900\nQuay,500\nPark,700\nHill,300\nTotal,2400\n");
    assert_eq!(withheld(&desk).iter().filter(|one| one.contains("most")).count(), 0);
    let desk = Desk::new(WARDS, &policy("most_percent = 50")).with("residents.csv", "ward,residents\nTotal,100\n");
    let found = withheld(&desk);
    let most: Vec<&String> = found.iter().filter(|one| one.contains("most")).collect();
    assert_eq!(most, [r#"{"outcome":"no"} true "most-of-the-people" 100"#, r#"{} true "most-of-the-people" 100"#]);
}

#[test]
fn bad_residents_are_refused() {
    let with = |residents: &str| {
        let desk = Desk::new(WARDS, &policy("small_among = 5000")).with("residents.csv", residents);
        refused_at(&desk, &["--population", "@residents.csv"])
    };
    let rule = |rule: &str| {
        refused_at(&Desk::new(WARDS, &policy(rule)).with("residents.csv", BY_WARD), &["--population", "@residents.csv"])
    };
    let stories = [
        refused_at(&Desk::new(WARDS, &policy("small_among = 5000")), &[]),
        refused_at(&Desk::new(WARDS, &policy("small_among = 5000")), &["--population", "@nowhere.csv"]),
        with("place,residents\nMill,9000\n"),
        with("borough,ward,residents\nNorth,Mill,9000\n"),
        with("residents\n9000\n"),
        with("ward,residents\nMill,many\n"),
        with("ward,residents\nMill,9000\nMill,800\n"),
        with("ward,residents\nMill\n"),
        rule("small_among = 0"),
        rule("most_percent = 101"),
        rule("most_percent = 0"),
        rule("among = 5"),
        refused_at(
            &Desk::new(WARDS, &policy("small_among = 5000")).with("residents.csv", BY_WARD),
            &["--population", "@residents.csv", "--report", "@residents.csv"],
        ),
    ];
    insta::assert_snapshot!(stories.join("\n"));
}
