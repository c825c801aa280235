//! Instances that other tools were measured on, at threshold 5 with zeros published; a figure costs its count.

use candour_protect::engine::{Certified, Effort, Outcome, Protection, System, audit_pattern, suppress};

use crate::build::{Dimension, Named, Rule, Tables};
use crate::catalogue::{K0, K1};

/// Both one more and one less are possible.
const ONE: Protection = Protection::Interval { millionths: 0, least: 1 };

/// Reads a file of finest cells: a column for each dimension, then the count.
fn read(text: &str) -> Named {
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let columns = rows[0].len() - 1;
    let categories = |column: usize| {
        let mut seen: Vec<&str> = rows.iter().map(|row| row[column]).collect();
        seen.sort_unstable();
        seen.dedup();
        Dimension::plain(&seen)
    };
    let dimensions: Vec<Dimension> = (0..columns).map(categories).collect();
    let mut sorted = rows.clone();
    sorted.sort_unstable();
    let counts: Vec<i64> = sorted.iter().map(|row| row[columns].parse().unwrap()).collect();
    Tables::default().crossed(&dimensions, &counts).system(Rule::FIVE)
}

fn suppressed(named: &Named) -> Outcome {
    let outcome = suppress(&named.system, &K0, ONE, &[], Effort::default()).unwrap();
    let findings = audit_pattern(&named.system, &K0, &outcome.withheld, ONE, false).unwrap();
    assert_eq!((findings.disclosed.len(), findings.undecided.len()), (0, 0));
    assert_eq!(findings.narrower, Vec::<usize>::new());
    outcome
}

fn sensitive(system: &System) -> usize {
    system.cells.iter().filter(|cell| cell.primary.is_primary()).count()
}

#[test]
fn two_way_tables_lose_the_least() {
    let sparse = include_str!("../data/b1_sparse.csv");
    let mid = include_str!("../data/b1_mid.csv");
    let dense = include_str!("../data/b1_dense.csv");
    for (text, primaries, least) in [(sparse, 1_088, 8), (mid, 789, 6), (dense, 396, 68)] {
        let named = read(text);
        assert_eq!(sensitive(&named.system), primaries);
        let outcome = suppressed(&named);
        assert_eq!((outcome.cost, outcome.bound), (least, least));
    }
}

#[test]
fn weeks_by_gender_by_age_lose_674() {
    let named = read(include_str!("../data/b3.csv"));
    assert_eq!(sensitive(&named.system), 716);
    let outcome = suppressed(&named);
    assert_eq!((outcome.cost, outcome.bound), (674, 674));
}

#[test]
fn three_ones_that_hide_among_zeros_are_known_where_zeros_are_shown() {
    // Week 20 of the men: 0 0 8 7 8 1 1 1 0, in all 26. tau-ARGUS withholds the three ones and nothing else of that row.
    let named = read(include_str!("../data/b3.csv"));
    let shown = ["w20 M a2", "w20 M a3", "w20 M a4", "w20 M T"];
    let is_withheld = |cell: usize| {
        let (name, value) = (named.name(cell), named.system.cells[cell].value);
        (name.starts_with("w20") || name.starts_with("w21")) && value > 0 && !shown.contains(&name)
    };
    let withheld: Vec<bool> = (0..named.system.cells.len()).map(is_withheld).collect();
    let ones = ["w20 M a5", "w20 M a6", "w20 M a7"].map(|name| named.at(name));
    for (attacker, is_known) in [(K0, false), (K1, true)] {
        let findings = audit_pattern(&named.system, &attacker, &withheld, ONE, true).unwrap();
        for one in ones {
            assert_eq!(findings.disclosed.iter().any(|disclosed| disclosed.cell == one), is_known);
            assert_eq!(findings.narrower.contains(&one), is_known);
        }
    }
}

#[test]
fn every_interval_of_weeks_by_gender_by_age_is_exact() {
    let named = read(include_str!("../data/b3.csv"));
    let outcome = suppressed(&named);
    let findings = audit_pattern(&named.system, &K0, &outcome.withheld, ONE, true).unwrap();
    let is_exact = |by: Certified| by == Certified::Exact;
    let intervals: Vec<_> = findings.intervals.iter().flatten().collect();
    assert_eq!(intervals.len(), outcome.withheld.iter().filter(|withheld| **withheld).count());
    assert!(intervals.iter().all(|ends| is_exact(ends.low_by) && is_exact(ends.high_by)));
}

#[test]
fn with_hardly_any_work_a_pattern_is_safe_and_its_gap_is_told() {
    let named = read(include_str!("../data/b3.csv"));
    let effort = Effort { work: 100_000, ..Effort::default() };
    let outcome = suppress(&named.system, &K0, ONE, &[], effort).unwrap();
    let findings = audit_pattern(&named.system, &K0, &outcome.withheld, ONE, false).unwrap();
    assert_eq!((findings.disclosed.len(), findings.undecided.len()), (0, 0));
    assert_eq!((findings.narrower, outcome.unprotected), (vec![], vec![]));
    assert!(outcome.bound <= 674 && outcome.cost >= 674, "{} {}", outcome.bound, outcome.cost);
}
