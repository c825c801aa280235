//! Cases that can be checked by hand, from handbooks, papers and the fault reports of other tools.

use candour_protect::engine::{
    Attacker, Certified, Effort, Findings, Marks, Outcome, Protection, Role, audit_pattern, suppress,
};

use crate::build::{Dimension, Named, Rule, Tables};
use crate::enumerator::Riddle;

/// Zeros may hide behind a mark, and all marks are the same.
pub(crate) const K0: Attacker = Attacker { suppressed_at_least: 0, marks: Marks::Same, insiders: 0 };

/// Zeros are published: what is withheld is at least 1.
pub(crate) const K1: Attacker = Attacker { suppressed_at_least: 1, marks: Marks::Same, insiders: 0 };

pub(crate) const EXACT: Protection = Protection::Exact;

/// Nothing is sensitive by its size.
const NO_THRESHOLD: Rule = Rule { threshold: 0, zeros_are_sensitive: false, cells_count_alike: false };

fn audited(named: &Named, attacker: &Attacker, withheld: &[bool]) -> Findings {
    audit_pattern(&named.system, attacker, withheld, EXACT, true).unwrap()
}

/// A pattern with no gap.
fn best(named: &Named, attacker: &Attacker, protection: Protection) -> Outcome {
    let outcome = suppress(&named.system, attacker, protection, &[], Effort::default()).unwrap();
    assert_eq!(outcome.bound, outcome.cost, "proved to be the cheapest");
    assert_eq!((outcome.unprotected.len(), outcome.told.len()), (0, 0));
    outcome
}

/// Asserts what an attacker knows of some figures, of the engine and of the enumerator.
#[track_caller]
fn assert_known(named: &Named, attacker: &Attacker, withheld: &[bool], intervals: &[(&str, i64, i64)]) {
    let findings = audited(named, attacker, withheld);
    let riddle = Riddle::new(&named.system, attacker, withheld);
    for &(name, low, high) in intervals {
        let cell = named.at(name);
        assert_eq!(riddle.interval(cell), Ok((low, Some(high))), "`{name}` by the enumerator");
        let interval = findings.intervals[cell].unwrap();
        assert_eq!((interval.low, interval.high), (low, Some(high)), "`{name}` by the engine");
        assert_eq!((interval.low_by, interval.high_by), (Certified::Exact, Certified::Exact), "`{name}`");
        let is_disclosed = findings.disclosed.iter().any(|disclosed| disclosed.cell == cell);
        assert_eq!(is_disclosed, low == high, "`{name}` is disclosed if it has one value only");
    }
}

/// Marital status by sex: Handbook on Statistical Disclosure Control (2nd edition), 5.2.
fn marital() -> Named {
    let dimensions = [Dimension::plain(&["M", "D", "S"]), Dimension::plain(&["m", "f"])];
    Tables::default().crossed(&dimensions, &[38, 17, 7, 4, 3, 1]).system(Rule::FIVE)
}

#[test]
fn only_what_is_sensitive_withheld_is_nothing_withheld() {
    let named = marital();
    let primaries = named.primaries();
    assert_eq!(primaries, named.pattern(&["D f", "S m", "S f", "S T"]));
    assert_known(&named, &K0, &primaries, &[("D f", 4, 4), ("S m", 3, 3), ("S f", 1, 1), ("S T", 4, 4)]);
    let findings = audited(&named, &K0, &primaries);
    assert_eq!(findings.narrower.len(), 4, "each is narrower than asked");
}

#[test]
fn marital_status_by_sex_loses_eighteen() {
    let named = marital();
    for protection in [EXACT, Protection::Interval { millionths: 0, least: 1 }] {
        let outcome = best(&named, &K0, protection);
        assert_eq!(outcome.cost, 18);
        assert_eq!(named.secondaries(&outcome.withheld), ["D T", "D m"]);
    }
    let withheld = named.pattern(&["D f", "S m", "S f", "S T", "D m", "D T"]);
    let zeros_may_hide = [("D f", 0, 5), ("D m", 0, 10), ("S f", 0, 5), ("S m", 0, 10), ("S T", 0, 15), ("D T", 0, 15)];
    assert_known(&named, &K0, &withheld, &zeros_may_hide);
    let zeros_are_shown = [("D f", 1, 4), ("D m", 1, 9), ("S f", 1, 4), ("S m", 1, 9), ("S T", 2, 13), ("D T", 2, 13)];
    assert_known(&named, &K1, &withheld, &zeros_are_shown);
}

#[test]
fn two_withheld_on_every_line_are_not_enough() {
    // sdcTable, test-simpleheuristic: wa + wb + wc + xa + xc = 236, and wa + xa + wc + xc = 189.
    let dimensions = [Dimension::plain(&["w", "x", "y", "z"]), Dimension::plain(&["a", "b", "c", "d"])];
    let counts = [30, 47, 64, 89, 90, 124, 5, 31, 92, 100, 59, 85, 800, 991, 651, 685];
    let named = Tables::default().crossed(&dimensions, &counts).system(NO_THRESHOLD);
    let line_rule = ["w a", "w b", "w c", "x a", "x c", "y b", "y d", "z b", "z d"];
    assert_known(&named, &K0, &named.pattern(&line_rule), &[("w b", 47, 47)]);
    let one_more = [line_rule.as_slice(), &["x b"]].concat();
    assert_known(&named, &K0, &named.pattern(&one_more), &[("w b", 0, 141)]);
}

#[test]
fn tables_that_are_safe_apart_disclose_together() {
    // UserSupport of sdcTools, 136: eight areas in counties, and by size.
    let areas = ["A", "B", "I", "J", "K", "L", "M", "N"];
    let areas = areas
        .iter()
        .zip([2, 2, 8, 8, 3, 3, 3, 7])
        .fold(Tables::default(), |tables, (name, value)| tables.figure(name, value));
    let counties =
        |tables: Tables| tables.sum("county 1", &["A", "B", "I", "J"]).sum("county 2", &["K", "L", "M", "N"]);
    let sizes = |tables: Tables| tables.sum("big", &["L", "M"]).sum("small", &["A", "B", "I", "J", "K", "N"]);
    let withheld = ["A", "B", "K", "L", "M"];

    let apart = counties(areas.clone()).system(Rule::FIVE);
    assert_known(&apart, &K0, &apart.pattern(&withheld), &[("K", 0, 9)]);
    let apart = sizes(areas.clone()).system(Rule::FIVE);
    assert_known(&apart, &K0, &apart.pattern(&withheld), &[("K", 0, 7)]);

    let linked = sizes(counties(areas)).system(Rule::FIVE);
    assert_eq!(linked.primaries(), linked.pattern(&withheld));
    assert_known(&linked, &K0, &linked.pattern(&withheld), &[("K", 3, 3)]);
    // 7 more keep it: N stands in both its sums.
    let outcome = best(&linked, &K0, EXACT);
    assert_known_not(&linked, &K0, &outcome.withheld, &withheld);
}

/// Asserts that the enumerator finds more than one value for each figure.
#[track_caller]
fn assert_known_not(named: &Named, attacker: &Attacker, withheld: &[bool], names: &[&str]) {
    let riddle = Riddle::new(&named.system, attacker, withheld);
    for name in names {
        assert_eq!(riddle.is_known(named.at(name)), Ok(false), "`{name}`");
    }
}

#[test]
fn published_zeros_disclose_ones() {
    // UserSupport of sdcTools, 194: 15 = 10 + 3 + x + x.
    let parts = Tables::default().figure("a", 10).figure("b", 3).figure("c", 1).figure("d", 1);
    let named = parts.sum("all", &["a", "b", "c", "d"]).system(NO_THRESHOLD);
    let withheld = named.pattern(&["c", "d"]);
    assert_known(&named, &K0, &withheld, &[("c", 0, 2), ("d", 0, 2)]);
    assert_known(&named, &K1, &withheld, &[("c", 1, 1), ("d", 1, 1)]);
}

#[test]
fn a_total_of_zero_discloses_what_it_holds() {
    // UserSupport of sdcTools, 194: 0 = x + x + 0.
    let rule = Rule { zeros_are_sensitive: true, ..Rule::FIVE };
    let parts = Tables::default().figure("a", 0).figure("b", 0).figure("c", 0);
    let named = parts.sum("all", &["a", "b", "c"]).system(rule);
    assert_known(&named, &K0, &named.pattern(&["a", "b"]), &[("a", 0, 0), ("b", 0, 0)]);
}

#[test]
fn three_more_protect_the_sensitive_figure_of_fischetti_and_salazar() {
    // From 4 below to 8 above is asked there; 8 on both sides costs no more.
    let dimensions = [Dimension::plain(&["1", "2", "3"]), Dimension::plain(&["A", "B", "C"])];
    let named = Tables::default().crossed(&dimensions, &[20, 50, 10, 8, 19, 22, 17, 32, 12]).system(NO_THRESHOLD);
    let named = named.with_sensitive("2 C");
    let outcome = best(&named, &K0, Protection::Interval { millionths: 0, least: 8 });
    assert_eq!(outcome.cost, 37);
    assert_eq!(named.secondaries(&outcome.withheld), ["2 A", "3 A", "3 C"]);
    assert_known(&named, &K0, &outcome.withheld, &[("2 C", 5, 30)]);
}

#[test]
fn a_sensitive_zero_is_protected_by_three() {
    // GaussSuppression, first vignette: 5 2 0 and 6 3 4, sensitive up to 1.
    let dimensions = [Dimension::plain(&["young", "old"]), Dimension::plain(&["Spain", "Iceland", "Portugal"])];
    let rule = Rule { threshold: 2, zeros_are_sensitive: true, cells_count_alike: false };
    let named = Tables::default().crossed(&dimensions, &[5, 2, 0, 6, 3, 4]).system(rule);
    let outcome = best(&named, &K0, EXACT);
    assert_eq!(outcome.cost, 2 + 3 + 4);
    assert_eq!(named.secondaries(&outcome.withheld), ["old Iceland", "old Portugal", "young Iceland"]);
    let intervals = [("young Iceland", 0, 2), ("young Portugal", 0, 2), ("old Iceland", 3, 5), ("old Portugal", 2, 4)];
    assert_known(&named, &K0, &outcome.withheld, &intervals);
}

/// Two published figures, of which one holds the other, and the people in between, of whom nobody prints anything.
fn between(tables: Tables, name: &str, whole: i64, part: i64) -> Tables {
    let names = [format!("{name} within"), format!("{name} between"), format!("{name} all")];
    tables.figure(&names[0], part).figure(&names[1], whole - part).sum(&names[2], &[&names[0], &names[1]])
}

#[test]
fn two_areas_that_almost_agree_disclose_the_sliver() {
    // Handbook, 5.2: three ages by sex, for an area and for one that is a little smaller.
    let (larger, smaller) = ([52, 55, 130, 140, 39, 49], [50, 54, 128, 140, 39, 49]);
    let names = ["a m", "a f", "b m", "b f", "c m", "c f"];
    let tables = (0..6).fold(Tables::default(), |tables, at| between(tables, names[at], larger[at], smaller[at]));
    let hide = |named: Named, name: &&str| named.with_role(&format!("{name} between"), Role::Hidden);
    let named = names.iter().fold(tables.system(Rule::FIVE), hide);
    let nothing = named.pattern(&[]);
    let slivers = [2, 1, 2, 0, 0, 0].map(|value| (value, value));
    let known: Vec<(String, i64, i64)> =
        names.iter().zip(slivers).map(|(name, (low, high))| (format!("{name} between"), low, high)).collect();
    let known: Vec<(&str, i64, i64)> = known.iter().map(|(name, low, high)| (name.as_str(), *low, *high)).collect();
    assert_known(&named, &K1, &nothing, &known);
    assert_eq!(audited(&named, &K1, &nothing).narrower.len(), 3, "the slivers of 1 to 4 people");

    // The cheaper of the two figures is withheld, for each sliver that is small.
    let outcome = best(&named, &K1, EXACT);
    assert_eq!(outcome.cost, 50 + 54 + 128);
    assert_eq!(named.secondaries(&outcome.withheld), ["a f within", "a m within", "b m within"]);
}

#[test]
fn a_population_within_another_discloses_the_rest() {
    // Handbook, 5.2: 7 men and 10 women below 25, of whom 6 and 10 are below 20.
    let tables = between(between(Tables::default(), "m", 7, 6), "f", 10, 10);
    let named = tables.system(Rule::FIVE);
    let named = named.with_role("m between", Role::Hidden).with_role("f between", Role::Hidden);
    assert_known(&named, &K1, &named.pattern(&[]), &[("m between", 1, 1), ("f between", 0, 0)]);
    let outcome = best(&named, &K1, EXACT);
    assert_eq!(named.secondaries(&outcome.withheld), ["m within"]);
    assert_eq!(outcome.cost, 6);
}

/// Handbook, 5.2: of 49 people who work in an area 22 live there too, 21 of them men; of the other 27, 23 are men.
fn workers() -> Named {
    let dimensions = [Dimension::plain(&["lives", "comes"]), Dimension::plain(&["m", "f"])];
    Tables::default().crossed(&dimensions, &[21, 1, 23, 4]).system(Rule::FIVE)
}

#[test]
fn tables_of_one_place_disclose_when_they_are_put_together() {
    let named = ["lives f", "comes f", "comes T", "comes m", "T f"]
        .iter()
        .fold(workers(), |named, name| named.with_role(name, Role::Hidden));
    let known = [("lives f", 1, 1), ("comes T", 27, 27), ("comes m", 23, 23), ("comes f", 4, 4), ("T f", 5, 5)];
    assert_known(&named, &K1, &named.pattern(&[]), &known);
    assert_eq!(audited(&named, &K1, &named.pattern(&[])).narrower.len(), 2, "the two figures of women");
    let outcome = best(&named, &K1, EXACT);
    assert_known_not(&named, &K1, &outcome.withheld, &["lives f", "comes f"]);
}

#[test]
fn whoever_stands_alone_in_a_group_learns_the_rest_of_it() {
    // Five of six divorced people work full time: the sixth knows that of the others, once he takes himself away.
    let dimensions = [Dimension::plain(&["married", "divorced", "single"]), Dimension::plain(&["full", "part"])];
    let named = Tables::default().crossed(&dimensions, &[6, 0, 5, 1, 9, 7]).system(NO_THRESHOLD);
    let named = named.with_sensitive("divorced full").with_sensitive("divorced part");
    let withheld = named.pattern(&["divorced full", "divorced part", "single full", "single part"]);
    assert_known(&named, &K1, &withheld, &[("divorced full", 1, 5), ("divorced part", 1, 5)]);
    let insider = Attacker { insiders: 1, ..K1 };
    let told = audited(&named, &insider, &withheld).told;
    assert_eq!(told, [(named.at("divorced part"), named.at("divorced full"))]);

    let without = best(&named, &K1, EXACT);
    assert_eq!((without.cost, &without.withheld), (16, &withheld));
    let outcome = best(&named, &insider, EXACT);
    let alone = [named.at("divorced part")];
    let riddle = Riddle::new(&named.system, &insider, &outcome.withheld).knowing(&alone);
    assert_eq!(riddle.is_known(named.at("divorced full")), Ok(false));
    assert!(outcome.cost > without.cost);
}

/// Contributors of so many figures, and what they learn.
fn told(findings: &Findings) -> Vec<(&[usize], usize)> {
    findings.coalitions.iter().map(|one| (one.of.as_slice(), one.learns)).collect()
}

#[test]
fn two_who_are_alone_in_a_figure_each_learn_the_third() {
    // 5 = 1 + 1 + 3: whoever is alone leaves 4 of the other two; the two together leave 3.
    let parts = Tables::default().figure("a", 1).figure("b", 1).figure("c", 3).figure("d", 8);
    let named = parts.sum("all", &["a", "b", "c", "d"]).system(Rule::FIVE);
    let withheld = named.pattern(&["a", "b", "c"]);
    let (a, b, c) = (named.at("a"), named.at("b"), named.at("c"));
    let one = Attacker { insiders: 1, ..K0 };
    assert_eq!(told(&audited(&named, &one, &withheld)), []);
    let two = Attacker { insiders: 2, ..K0 };
    let findings = audited(&named, &two, &withheld);
    assert_eq!(told(&findings), [(&[a, b][..], c)]);
    assert_eq!((findings.told, findings.untried), (vec![(a, c)], vec![]));
    // The three of `c` know it, and with one of the others the third.
    let four = Attacker { insiders: 4, ..K0 };
    let findings = audited(&named, &four, &withheld);
    assert_eq!(told(&findings), [(&[b, c][..], a), (&[a, c][..], b), (&[a, b][..], c)]);

    // The 8 of `d` keep it from all of them, or else the total of 13 does.
    let outcome = best(&named, &two, EXACT);
    assert_eq!((named.secondaries(&outcome.withheld), outcome.cost), (vec!["d"], 8));
}

#[test]
fn two_people_know_what_holds_only_them() {
    // The total of the two holds a zero besides, which nobody is in: they know that it does, and what is left of all.
    let parts = Tables::default().figure("a", 1).figure("b", 1).figure("z", 0).figure("c", 3);
    let named = parts.sum("pair", &["a", "b", "z"]).sum("all", &["pair", "c"]);
    let rule = Rule { zeros_are_sensitive: true, ..Rule::FIVE };
    let named = named.system(rule).with_role("all", Role::Published);
    let withheld = named.primaries();
    let (a, b, c, z) = (named.at("a"), named.at("b"), named.at("c"), named.at("z"));
    let two = Attacker { insiders: 2, ..K0 };
    let pair = named.at("pair");
    let findings = audited(&named, &two, &withheld);
    assert_eq!(findings.disclosed, []);
    let told = told(&findings);
    assert!(told.contains(&(&[pair][..], c)) || told.contains(&(&[a, b][..], c)), "{told:?}");
    assert!(told.contains(&(&[pair][..], z)) || told.contains(&(&[a, b][..], z)), "{told:?}");
    // Nothing else may be withheld, so all of that is told.
    let outcome = suppress(&named.system, &two, EXACT, &[], Effort::default()).unwrap();
    assert_eq!((outcome.told.len(), outcome.cost, outcome.untried), (told.len(), 0, vec![]));
}

#[test]
fn whoever_may_be_the_same_in_two_tables_is_taken_to_be() {
    // 10 = burglars + women in flats + 6 others, 7 = women + the same 6: no sum says that the burglar is not the woman.
    let figures = Tables::default().figure("burglars", 1).figure("women", 1).figure("flats", 3).figure("others", 6);
    let named = figures.sum("P", &["burglars", "flats", "others"]).sum("Q", &["women", "others"]).system(Rule::FIVE);
    let withheld = named.pattern(&["burglars", "women", "flats", "others"]);
    let findings = audited(&named, &Attacker { insiders: 1, ..K0 }, &withheld);
    assert_eq!(told(&findings), [(&[named.at("burglars"), named.at("women")][..], named.at("flats"))]);
    // Where a sum says it, two people would have to come together.
    let figures = Tables::default().figure("burglars", 1).figure("women", 1).figure("flats", 3).figure("others", 6);
    let tables = figures.sum("P", &["burglars", "flats", "others"]).sum("Q", &["women", "others"]);
    let named = tables.sum("neither", &["burglars", "women"]).system(Rule::FIVE);
    let withheld = named.pattern(&["burglars", "women", "flats", "others", "neither"]);
    assert_eq!(told(&audited(&named, &Attacker { insiders: 1, ..K0 }, &withheld)), []);
    assert_eq!(told(&audited(&named, &Attacker { insiders: 2, ..K0 }, &withheld)).len(), 1);
}

#[test]
fn what_was_not_looked_at_is_said() {
    let dimensions = [Dimension::of('r', 3), Dimension::of('c', 3)];
    let named = Tables::default().crossed(&dimensions, &[1, 2, 8, 1, 1, 9, 3, 7, 2]).system(Rule::FIVE);
    let two = Attacker { insiders: 2, ..K0 };
    let little = Effort { coalitions: 0, ..Effort::default() };
    let outcome = suppress(&named.system, &two, EXACT, &[], little).unwrap();
    let sensitive = (0..named.system.cells.len()).filter(|&cell| named.system.cells[cell].primary.is_primary());
    assert_eq!((outcome.untried, outcome.told), (sensitive.collect::<Vec<_>>(), vec![]));
    let outcome = suppress(&named.system, &two, EXACT, &[], Effort::default()).unwrap();
    assert_eq!(outcome.untried, []);
}
