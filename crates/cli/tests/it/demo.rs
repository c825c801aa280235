//! `candour demo` against what was published.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{Ran, candour, files_below, repository};

/// The figures of a published table: the columns of its CSV file that name a cell, and its figure.
fn published(name: &str) -> BTreeMap<Vec<String>, u64> {
    let text = fs::read_to_string(repository().join("examples/image-abuse-2020/published").join(name)).unwrap();
    let mut lines = text.lines();
    let columns = lines.next().unwrap().split(',').count();
    lines
        .map(|line| {
            let fields: Vec<String> = line.split(',').map(str::to_owned).collect();
            (fields[..columns - 1].to_vec(), fields[columns - 1].parse().unwrap())
        })
        .collect()
}

/// The cells of a table of `release.json`: the label at each dimension (`Total` for a total) and the figure.
fn released(release: &Value, id: &str) -> BTreeMap<Vec<String>, u64> {
    let tables = release["tables"].as_array().unwrap();
    let table = tables.iter().find(|table| table["id"] == id).unwrap();
    let dimensions = table["dimensions"].as_array().unwrap();
    let cells = table["cells"].as_array().unwrap().iter().map(|cell| {
        let at = cell["at"].as_array().unwrap().iter().zip(dimensions).map(|(at, dimension)| {
            if at["total"] == true {
                return "Total".to_owned();
            }
            let categories = dimension["categories"].as_array().unwrap();
            let category = categories.iter().find(|category| category["id"] == at["category"]).unwrap();
            category["label"].as_str().unwrap().to_owned()
        });
        (at.collect(), cell["value"].as_str().unwrap().parse().unwrap())
    });
    cells.collect()
}

fn demo(out: &Path) -> Ran {
    candour(["demo", "--out", &out.display().to_string()])
}

fn key(parts: &[&str]) -> Vec<String> {
    parts.iter().map(|part| (*part).to_owned()).collect()
}

#[test]
fn every_figure_is_the_published_one() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("demo");
    let ran = demo(&out).done();
    let release: Value = serde_json::from_slice(&fs::read(out.join("release/release.json")).unwrap()).unwrap();

    let weeks = released(&release, "offences-by-week");
    let mut sum = 0;
    for (at, figure) in published("offences-by-week.csv") {
        // One label was printed wrongly: 04-10/04/2018 for the week of 4 to 10 May; and some days lack their zero.
        let label = match at[3].as_str() {
            "04-10/04/2018" => "04-10/05/2018".to_owned(),
            label if label.starts_with("6-") => format!("0{label}"),
            label => label.to_owned(),
        };
        assert_eq!(weeks.get(&key(&[&at[0], &label])), Some(&figure), "{at:?}");
        sum += figure;
    }
    assert_eq!((weeks.len(), weeks[&key(&["Total", "Total"])], sum), (33, 375, 375));

    let victims = released(&release, "victims-by-gender-and-age");
    let figures = published("victims-by-gender-age.csv");
    for (at, figure) in &figures {
        assert_eq!(victims.get(&key(&[&at[0], &at[1], &at[2]])), Some(figure), "{at:?}");
    }
    for (gender, year, total) in [
        ("Female", "2017", 48),
        ("Female", "2018", 72),
        ("Female", "2019", 82),
        ("Female", "2020", 117),
        ("Female", "Total", 319),
        ("Male", "2017", 13),
        ("Male", "2018", 12),
        ("Male", "2019", 30),
        ("Male", "2020", 23),
        ("Male", "Total", 78),
        ("Total", "2017", 61),
        ("Total", "2018", 84),
        ("Total", "2019", 112),
        ("Total", "2020", 140),
        ("Total", "Total", 397),
    ] {
        assert_eq!(victims[&key(&[gender, "Total", year])], total, "{gender} {year}");
    }
    assert!(!victims.contains_key(&key(&["Male", "0-9", "2017"])), "a row of zeros is shown");
    // 13 rows of 4 years, their 13 totals, and 3 rows of totals.
    assert_eq!(victims.len(), figures.len() + 13 + 15);

    let proceedings = released(&release, "proceedings-by-type");
    let months = BTreeMap::from([("2020-03", "Mar (from 23/03)"), ("2020-04", "Apr"), ("2020-05", "May (to 17/05)")]);
    for (at, figure) in published("proceedings-by-type-month.csv") {
        assert_eq!(proceedings.get(&key(&[&at[0], months[at[1].as_str()]])), Some(&figure), "{at:?}");
    }
    for (kind, total) in
        [("Caution - Adult", 2), ("Charge / further charge", 4), ("Postal Charge Requisition", 1), ("Youth Caution", 1)]
    {
        assert_eq!(proceedings[&key(&[kind, "Total"])], total);
    }
    let totals: Vec<u64> = months.values().map(|month| proceedings[&key(&["Total", month])]).collect();
    assert_eq!((totals, proceedings[&key(&["Total", "Total"])]), (vec![1, 3, 4], 8));
    assert_eq!(proceedings.len(), 20);

    let years = released(&release, "offences-by-year");
    for (at, figure) in published("offences-by-calendar-year.csv") {
        assert_eq!(years.get(&at), Some(&figure), "{at:?}");
    }
    assert_eq!((years.len(), years[&key(&["Total"])]), (6, 2263));

    assert!(ran.out.contains("04-10/05/2018        12"), "the label that was printed wrongly comes out right");
    insta::assert_snapshot!("demo", ran.story(&[(folder.path(), "FOLDER")]));
}

#[test]
fn the_release_says_what_the_publication_left_unsaid() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("demo");
    demo(&out).done();
    let page = fs::read_to_string(out.join("release/response.html")).unwrap();
    for said in [
        "began on 13 April 2015. 2015 is therefore a part period",
        "The same periods hold 375 offences; for 45 of them no victims are recorded, for 63 more than one.",
        "charge 5 (Charge / further charge 4, Postal Charge Requisition 1)",
        "caution 3 (Caution - Adult 2, Youth Caution 1)",
        "11-17/05/2020 (4 days)",
        "This is narrower than the words of the request.",
        "6 without a value for “Victim Gender” and 5 without a value for “Victim Age Group”",
    ] {
        assert!(page.contains(said), "the page does not say: {said}");
    }
}

#[test]
fn a_second_run_replaces_the_first_and_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("demo");
    demo(&out).done();
    let first = files_below(&out.join("release"));
    fs::write(out.join("release/release.json"), "changed to see `verify` find it").unwrap();
    demo(&out).done();
    assert_eq!(files_below(&out.join("release")), first);
    let beside: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(beside, ["demo"], "something was left beside the folder");
}

#[test]
fn a_folder_that_no_demonstration_made_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept.txt");
    fs::write(&kept, "mine").unwrap();
    let ran = demo(folder.path());
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("is there already, and no demonstration made it"), "{}", ran.err);
    assert_eq!(fs::read_to_string(kept).unwrap(), "mine");
}

#[test]
fn a_demonstration_that_somebody_worked_in_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("demo");
    demo(&out).done();
    let refused = |path: &str| {
        let before = files_below(folder.path());
        let ran = demo(&out);
        assert_eq!(ran.code, 2, "{}", ran.out);
        assert!(ran.err.contains(&format!("demo/{path}` is not as a demonstration wrote it")), "{}", ran.err);
        assert_eq!(files_below(folder.path()), before);
    };
    fs::write(out.join("release/mine.txt"), "mine").unwrap();
    refused("release/mine.txt");
    fs::remove_file(out.join("release/mine.txt")).unwrap();
    std::os::unix::fs::symlink("inputs/letter.txt", out.join("link")).unwrap();
    refused("link");
    fs::remove_file(out.join("link")).unwrap();
    fs::write(out.join("inputs/response.toml"), "mine").unwrap();
    refused("inputs/response.toml");
}

#[test]
fn a_link_is_not_replaced_by_a_demonstration() {
    let folder = tempfile::tempdir().unwrap();
    demo(&folder.path().join("demo")).done();
    std::os::unix::fs::symlink("demo", folder.path().join("link")).unwrap();
    for name in ["link", "link/"] {
        let ran = demo(&folder.path().join(name));
        assert_eq!(ran.code, 2, "{name}");
        assert!(ran.err.contains("is a link"), "{}", ran.err);
    }
}

#[test]
fn a_demonstration_keeps_out_of_a_store() {
    let folder = tempfile::tempdir().unwrap();
    demo(&folder.path().join("demo")).done();
    let ran = demo(&folder.path().join("demo/store/releases/demo"));
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("lies in the store"), "{}", ran.err);
}

#[test]
fn another_program_counts_the_same_from_the_same_records() {
    let oracle = repository().join("examples/image-abuse-2020/oracle.py");
    let ran = Ran::of(&Command::new("python3").arg(oracle).output().unwrap()).done();
    assert!(ran.out.contains("all equal"), "{}", ran.out);
}
