//! What an adversary tried: numbers at the edge, a protected table read again, policies that contradict themselves.

use std::fs;

use super::{Desk, POLICY, refused};

/// The south stands in one outcome, and nobody anywhere was fined.
const AREAS: &str = "area,outcome,count\nNorth,Charged,4\nNorth,No action,5\nNorth,Warned,6\nSouth,No action,3\n\
                     West,Charged,9\nWest,No action,9\nWest,Warned,9\nWest,Fined,0\n";

/// Zeros are known to be published, and lines in one category are withheld as a whole.
fn whole_lines() -> String {
    format!(
        "{}groups = \"withhold\"\n",
        POLICY.replace("least = 0", "least = 1").replace("threshold = 5", "threshold = 2")
    )
}

#[test]
fn numbers_at_the_edge_end_in_a_message() {
    let most = "a,b,count\nx,p,9223372036854775807\n";
    assert!(refused(most, POLICY, &[]).contains("a figure is larger than 9007199254740992"));
    let two = "a,b,count\nx,p,9007199254740992\nx,q,1\n";
    assert!(refused(two, POLICY, &[]).contains("a figure is larger than 9007199254740992"));
    // No figure can be so far from known: the nearest that can be had is told.
    let far = format!("{POLICY}protection = {{ interval = 0, least = 9223372036854775807 }}\n");
    let desk = Desk::new("a,b,count\nx,p,3\nx,q,9\ny,p,8\ny,q,20\n", &far);
    assert!(desk.protect(&[]).code < 2);
}

#[test]
fn whole_lines_read_again_lose_nothing_more() {
    let desk = Desk::new(AREAS, &whole_lines());
    assert_eq!(desk.protect(&[]).code, 0);
    let first = desk.text("out.csv");
    fs::write(desk.path("table.csv"), &first).unwrap();
    let again = desk.protect(&[]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert_eq!(desk.text("out.csv"), first);
}

#[test]
fn a_zero_that_all_lines_share_stays() {
    // That nobody in the south was fined follows from that nobody was.
    let desk = Desk::new(AREAS, &whole_lines());
    assert_eq!(desk.protect(&[]).code, 0);
    let table = desk.text("out.csv");
    assert!(table.contains("South,Fined,0,\n") && table.contains("South,Warned,,c\n"), "{table}");
}

#[test]
fn a_level_with_one_category_hides_no_line() {
    let table = "group,kind,area,count\nG,a,N,9\nG,b,N,8\nG,c,N,7\nG,b,S,9\n";
    let desk = Desk::new(table, &format!("{POLICY}hierarchy = {{ what = [\"group\", \"kind\"] }}\n"));
    let lines = desk.report()["groups"].as_array().unwrap().clone();
    assert!(lines.contains(&serde_json::json!({ "area": "S", "group": "G", "kind": "b" })), "{lines:?}");
}

#[test]
fn totals_are_worked_out_of_totals_that_were() {
    let table = "row,column,count,status\na,x,,c\na,y,,c\na,Total,2,\nb,x,0,\nb,y,0,\n";
    let desk = Desk::new(table, "method = \"assess\"\nthreshold = 5\n");
    assert_eq!(desk.protect(&[]).code, 1);
    assert!(desk.text("out.csv").contains("Total,Total,2,\n"), "{}", desk.text("out.csv"));
}

#[test]
fn policies_that_contradict_themselves_are_refused() {
    let both = format!("{POLICY}withhold = [{{ area = \"West\" }}]\noutside = [{{ area = \"West\" }}]\n");
    assert!(refused(AREAS, &both, &[]).contains("withholds (area = West), and takes it to be known from elsewhere"));
    let desk = Desk::new(AREAS, POLICY);
    fs::write(desk.path("secret"), "").unwrap();
    assert_eq!(desk.protect(&["--secret", "@secret"]).code, 2);
    let counted = "area,count,status\nN,5,x\nS,9,\n";
    assert!(refused(counted, POLICY, &[]).contains("not available (`x`) has the count `5`"));
}
