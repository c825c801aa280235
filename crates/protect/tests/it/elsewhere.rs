//! Random tables made elsewhere: what is promised of them against what the enumerator finds.

use std::collections::BTreeMap;

use candour_model::{
    Attacker, Breakdown, Contributions, Dominance, Groups, Marks, OutsideTotal, Share, Suppression, Zeros,
};
use candour_protect::elsewhere::{Judged, MadeElsewhere};
use candour_protect::engine::{Effort, Incomplete, Outcome, Protection, Role, complete};
use candour_protect::rules::Why;
use candour_protect::suppression::{Named, run};
use proptest::prelude::*;

use crate::build::{Dimension, Rule, Tables};
use crate::catalogue::{K0, K1};
use crate::enumerator::{Riddle, TooLarge};
use crate::properties::{cases, counts, tried};

/// What was made of a table.
struct Made {
    judged: Judged,
    outcome: Outcome,
}

/// Protects a table. None where something in it cannot be protected, so that nothing would be written.
fn made(csv: &str, count: Option<&str>, policy: &Suppression) -> Option<Made> {
    let table = MadeElsewhere::read(csv.as_bytes(), count, policy).unwrap();
    let judged = table.judge(policy, None).unwrap();
    assert_eq!(judged.system.contradiction(), None);
    let (name, level) = (|at: usize| table.name(at), |at: usize| table.level(at));
    let named = Named {
        risks: &judged.risks,
        outside: judged.outside.clone(),
        ..Named::new(&judged.system, &name, &level, None)
    };
    let (outcome, report) = run(&named, policy, Effort::default()).unwrap();
    report.require_protected().is_ok().then_some(Made { judged, outcome })
}

impl Made {
    fn riddle(&self, attacker: &Attacker) -> Riddle<'_> {
        Riddle::new(&self.judged.system, attacker, &self.outcome.withheld)
    }

    /// The withheld figures that an attacker knows.
    fn known(&self, attacker: &Attacker) -> Result<Vec<usize>, TooLarge> {
        let riddle = self.riddle(attacker);
        let mut known = Vec::new();
        for cell in (0..self.outcome.withheld.len()).filter(|&cell| self.outcome.withheld[cell]) {
            if riddle.is_known(cell)? {
                known.push(cell);
            }
        }
        Ok(known)
    }
}

/// Three or four areas by two or three outcomes, or wards in two boroughs by two outcomes, as a file.
#[derive(Clone, Debug)]
struct Drawn {
    csv: String,
    is_grouped: bool,
    columns: usize,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let plain = (3..=4_usize, 2..=3_usize).prop_flat_map(|(areas, outcomes)| {
        counts(areas * outcomes).prop_map(move |counts| {
            let mut csv = "area,outcome,count\n".to_owned();
            for (at, count) in counts.iter().enumerate() {
                csv.push_str(&format!("a{},o{},{count}\n", at / outcomes, at % outcomes));
            }
            Drawn { csv, is_grouped: false, columns: outcomes }
        })
    });
    let grouped = counts(8).prop_map(|counts| {
        let mut csv = "borough,area,outcome,count\n".to_owned();
        for (at, count) in counts.iter().enumerate() {
            csv.push_str(&format!("b{},a{},o{},{count}\n", at / 4, at / 2, at % 2));
        }
        Drawn { csv, is_grouped: true, columns: 2 }
    });
    prop_oneof![2 => plain.boxed(), 1 => grouped.boxed()]
}

fn attacker() -> impl Strategy<Value = Attacker> {
    (0..2_u64, any::<bool>(), 0..2_u64).prop_map(|(suppressed_at_least, distinct, insiders)| Attacker {
        suppressed_at_least,
        marks: if distinct { Marks::Distinct } else { Marks::Same },
        insiders,
    })
}

fn policy(table: &Drawn, threshold: u64, attacker: Attacker) -> Suppression {
    let mut policy = Suppression::below(threshold, attacker);
    if table.is_grouped {
        policy.hierarchy.insert("place".into(), vec!["borough".into(), "area".into()]);
    }
    policy
}

fn share(percent: u64) -> Share {
    Share { millionths: percent * 10_000 }
}

/// The contributions to each cell of a table of sums, two rows and three columns.
fn contributions() -> impl Strategy<Value = Vec<Vec<i64>>> {
    let cell = proptest::collection::vec(1_i64..9, 0..5).prop_map(|mut cell| {
        cell.sort_unstable_by(|left, right| right.cmp(left));
        cell
    });
    proptest::collection::vec(cell, 6)
}

/// How far from known the rules want a sum, by trying: (n, k) from the sum on that is safe, p % from the rest on that is.
fn wanted(given: &[i64], dominance: Option<(usize, i64)>, p: Option<i64>) -> i64 {
    let sum: i64 = given.iter().sum();
    let top = |most: usize| given.iter().take(most).sum::<i64>();
    let far = |is_safe: &dyn Fn(i64) -> bool| (0..).find(|&more| is_safe(more)).unwrap();
    let dominated = dominance.map_or(0, |(most, k)| far(&|more| 100 * top(most) <= k * (sum + more)));
    let estimated = p.map_or(0, |p| far(&|more| 100 * (sum + more - top(2)) >= p * top(1)));
    dominated.max(estimated)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(120), max_global_rejects: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn nothing_of_a_withheld_breakdown_is_known(
        table in drawn(),
        attacker in attacker(),
        threshold in prop_oneof![Just(2_u64), Just(4)],
        below in prop_oneof![Just(None), Just(Some(8_u64)), Just(Some(15))],
        by in prop_oneof![Just("area"), Just("outcome")],
    ) {
        let mut policy = policy(&table, threshold, attacker);
        match below {
            Some(below) => policy.breakdowns = vec![Breakdown { by: by.into(), below }],
            None => policy.groups = Groups::Withhold,
        }
        let Some(made) = made(&table.csv, None, &policy) else { return Err(TestCaseError::reject("not to be protected")) };
        for (at, risk) in made.judged.risks.iter().enumerate() {
            if risk.is_some_and(|risk| risk.why == Why::WholeBreakdown) {
                prop_assert!(made.outcome.withheld[at] && made.judged.system.cells[at].role == Role::Withheld);
            }
        }
        tried(|| {
            let known = made.known(&attacker)?;
            Ok(if known.is_empty() { Ok(()) } else { Err(TestCaseError::fail(format!("{known:?} are known"))) })
        })?;
    }

    #[test]
    fn what_is_known_from_elsewhere_gives_nothing_away(
        table in drawn(),
        attacker in attacker(),
        areas in proptest::sample::subsequence(vec!["a0", "a1", "a2"], 1..=2),
        outcome in proptest::option::of(0..2_usize),
        only_one in any::<bool>(),
    ) {
        let mut policy = policy(&table, 4, attacker);
        let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<String>>();
        let mut first = OutsideTotal::from([("area".to_owned(), list(&areas))]);
        if let Some(outcome) = outcome {
            first.insert("outcome".into(), vec![format!("o{outcome}")]);
        }
        policy.outside.push(first);
        if !only_one {
            let all = (0..table.columns.min(2)).map(|at| format!("o{at}")).collect();
            policy.outside.push(OutsideTotal::from([("area".to_owned(), list(&["a1"])), ("outcome".to_owned(), all)]));
        }
        let Some(made) = made(&table.csv, None, &policy) else { return Err(TestCaseError::reject("not to be protected")) };
        // What is known is published, or stands after the table.
        let own = made.judged.system.cells.len() - made.judged.outside.len();
        prop_assert!(made.outcome.withheld[own..].iter().all(|withheld| !withheld));
        tried(|| {
            let known = made.known(&attacker)?;
            Ok(if known.is_empty() { Ok(()) } else { Err(TestCaseError::fail(format!("{known:?} are known"))) })
        })?;
    }

    #[test]
    fn numbers_are_found_exactly_where_there_are_some(
        counts in counts(9),
        hidden in proptest::collection::vec(prop::bool::weighted(0.6), 16),
        wrong in proptest::option::of((0..16_usize, -2..3_i64)),
        attacker in prop_oneof![Just(K0), Just(K1)],
    ) {
        let named = Tables::default().crossed(&[Dimension::of('r', 3), Dimension::of('c', 3)], &counts).system(Rule::FIVE);
        let mut system = named.system;
        if let Some((cell, by)) = wrong {
            system.cells[cell].value = (system.cells[cell].value + by).max(0);
        }
        let least = attacker.suppressed_at_least as i64;
        let unknown: Vec<Option<i64>> = hidden.iter().map(|hidden| hidden.then_some(least)).collect();
        let found = complete(&system, &unknown);
        tried(|| {
            let riddle = Riddle::new(&system, &attacker, &hidden);
            let mut is_one = false;
            riddle.solve(&riddle.all_equations(), 60, &mut |_| {
                is_one = true;
                std::ops::ControlFlow::Break(None)
            })?;
            Ok((|| {
                match &found {
                    Ok(values) => {
                        prop_assert!(is_one);
                        for (at, value) in values.iter().enumerate() {
                            let fits = unknown[at].map_or(*value == system.cells[at].value, |least| *value >= least);
                            prop_assert!(fits, "figure {at} is {value}");
                        }
                        for equation in &system.equations {
                            let sum: i64 = equation.terms.iter().map(|(cell, by)| values[*cell as usize] * i64::from(*by)).sum();
                            prop_assert_eq!(sum, 0);
                        }
                    }
                    Err(Incomplete::Contradiction(_)) => prop_assert!(!is_one, "there are numbers"),
                    Err(Incomplete::GaveUp(_)) => prop_assert!(false, "given up"),
                }
                Ok(())
            })())
        })?;
    }

    #[test]
    fn no_sensitive_sum_is_estimated_within_its_distance(
        cells in contributions(),
        dominance in proptest::option::of((1..3_usize, prop_oneof![Just(50_i64), Just(70), Just(85)])),
        p in proptest::option::of(prop_oneof![Just(10_i64), Just(40)]),
        threshold in prop_oneof![Just(2_u64), Just(3)],
    ) {
        let mut csv = "row,column,sum,people,first,second\n".to_owned();
        let mut all: BTreeMap<(usize, usize), Vec<i64>> = BTreeMap::new();
        for (at, given) in cells.iter().enumerate() {
            let largest = |rank: usize| given.get(rank).copied().unwrap_or(0);
            let sum = given.iter().sum::<i64>();
            csv.push_str(&format!("r{},c{},{sum},{},{},{}\n", at / 3, at % 3, given.len(), largest(0), largest(1)));
            // Margins hold the contributions of all their cells; 2 and 3 stand for the totals.
            for place in [(at / 3, at % 3), (2, at % 3), (at / 3, 3), (2, 3)] {
                all.entry(place).or_default().extend(given);
            }
        }
        let mut policy = Suppression::below(threshold, K0);
        policy.dominance = dominance.map(|(largest, k)| Dominance { largest, share: share(k as u64) });
        policy.p_percent = p.map(|p| share(p as u64));
        policy.contributions =
            Some(Contributions { people: "people".into(), largest: vec!["first".into(), "second".into()] });
        policy.protection = Protection::Exact;
        let Some(made) = made(&csv, Some("sum"), &policy) else { return Err(TestCaseError::reject("not to be protected")) };
        tried(|| {
            let riddle = made.riddle(&K0);
            for (&(row, column), given) in &mut all {
                given.sort_unstable_by(|left, right| right.cmp(left));
                let (at, sum) = (row * 4 + column, given.iter().sum::<i64>());
                let cell = &made.judged.system.cells[at];
                assert_eq!(cell.value, sum);
                let distance = wanted(given, dominance, p);
                let few = !given.is_empty() && (given.len() as u64) < threshold;
                // A sum of nothing has nobody to protect.
                let is_sensitive = sum > 0 && (few || distance > 0);
                if cell.primary.is_primary() != is_sensitive {
                    return Ok(Err(TestCaseError::fail(format!("{given:?}: {cell:?}"))));
                }
                let is_narrowed = made.outcome.narrowed.iter().any(|(narrowed, _)| *narrowed == at);
                if !is_sensitive || is_narrowed {
                    continue;
                }
                let both = riddle.can_be(at, sum + distance, i64::MAX)? && riddle.can_be(at, i64::MIN, sum - distance)?;
                if !both && !riddle.is_as_wide(at, 2 * distance)? || riddle.is_known(at)? {
                    let message = format!("{given:?} is estimated within {distance}: {:?}", riddle.interval(at)?);
                    return Ok(Err(TestCaseError::fail(message)));
                }
            }
            Ok(Ok(()))
        })?;
    }
}

#[test]
fn a_sum_of_nobody_is_sensitive_where_zeros_are() {
    let csv = "row,column,sum,people,first\nr,a,30,9,9\nr,b,0,0,0\ns,a,40,9,9\ns,b,50,9,9\n";
    let mut policy = Suppression::below(3, K0);
    policy.contributions = Some(Contributions { people: "people".into(), largest: vec!["first".into()] });
    let is_withheld = |policy: &Suppression| made(csv, Some("sum"), policy).unwrap().outcome.withheld;
    assert_eq!(is_withheld(&policy), vec![false; 9]);
    policy.zeros = Zeros::Sensitive;
    let withheld = is_withheld(&policy);
    assert!(withheld[1], "the sum of nobody");
    assert_eq!(withheld.iter().filter(|withheld| **withheld).count(), 4);
}

#[test]
fn lines_below_a_category_of_a_hierarchy_stand_in_one_of_its_own() {
    // All of the north are in Quay, and no borough has all.
    let csv = "borough,ward,count\nNorth,Quay,9\nNorth,Mill,0\nSouth,Park,8\nSouth,Hill,7\nWest,Dale,6\n";
    let mut policy = Suppression::below(3, K0);
    policy.hierarchy = BTreeMap::from([("area".to_owned(), vec!["borough".to_owned(), "ward".to_owned()])]);
    let table = MadeElsewhere::read(csv.as_bytes(), None, &policy).unwrap();
    let named = |policy: &Suppression| -> Vec<String> {
        let judged = table.judge(policy, None).unwrap();
        judged.groups.iter().map(|name| format!("{name:?}")).collect()
    };
    assert_eq!(named(&policy), [r#"{"borough": "North", "ward": "Quay"}"#]);
    policy.learned = vec!["area".into()];
    assert_eq!(named(&policy).len(), 1);
}
