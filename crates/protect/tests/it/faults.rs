//! What was wrong once, as small as it can be shown.

use candour_protect::engine::{Attacker, Effort, Marks, Protection, Role, audit_pattern, suppress};

use crate::build::{Dimension, Rule, Tables};
use crate::catalogue::{EXACT, K0, K1};
use crate::enumerator::Riddle;

#[test]
fn a_figure_that_nothing_protects_costs_nothing() {
    // `a` is known whatever else is withheld; it once asked for `b` or `T` all the same, and 19 was called the least.
    let figures = Tables::default().figure("a", 1).figure("b", 9).figure("c", 2);
    let named = figures.sum("P", &["a"]).sum("T", &["a", "b"]).sum("S", &["b", "c"]).system(Rule::FIVE);
    let named = named.with_role("P", Role::Published);
    let outcome = suppress(&named.system, &K0, EXACT, &[], Effort::default()).unwrap();
    assert_eq!(outcome.unprotected, [named.at("a")]);
    assert_eq!(named.secondaries(&outcome.withheld), ["S"]);
    assert_eq!((outcome.cost, outcome.bound), (11, 11));
}

#[test]
fn a_figure_that_nothing_bounds_is_wide_enough() {
    // Both are 1 or more; with exact intervals they were once listed as narrower than asked.
    let named = Tables::default().figure("a", 1).sum("A", &["a"]).system(Rule::FIVE);
    for intervals in [false, true] {
        let findings = audit_pattern(&named.system, &K1, &[true, true], EXACT, intervals).unwrap();
        assert_eq!(findings.disclosed, []);
        assert_eq!(findings.narrower, Vec::<usize>::new());
    }
}

#[test]
fn an_explanation_names_the_equations_that_bounded_a_figure_before_it_was_known() {
    // 3 = a + x leaves a at 2 or less, a = u + v at 2 or more: both are needed, and the last one alone was once named.
    let figures = Tables::default().figure("u", 1).figure("v", 1).figure("x", 1);
    let named = figures.sum("a", &["u", "v"]).sum("P", &["a", "x"]).system(Rule::FIVE);
    let withheld = named.pattern(&["a", "u", "v", "x"]);
    let findings = audit_pattern(&named.system, &K1, &withheld, EXACT, true).unwrap();
    assert_eq!(findings.disclosed.len(), 4);
    let mut before = Vec::new();
    for disclosed in &findings.disclosed {
        let equations: Vec<usize> = disclosed.equations.iter().map(|(equation, _)| *equation as usize).collect();
        let riddle = Riddle::new(&named.system, &K1, &withheld).knowing(&before);
        let (low, high) = riddle.interval_under(&equations, disclosed.cell).unwrap();
        assert_eq!(Some(low), high, "`{}` by equations {equations:?}", named.name(disclosed.cell));
        before.push(disclosed.cell);
    }
}

#[test]
fn a_table_of_twelve_figures_is_solved_to_the_end() {
    // Trying every pattern gives 56; 57 was once found, and no more than 33 proved.
    let dimensions = [Dimension::of('r', 3), Dimension::of('c', 2)];
    let rule = Rule { zeros_are_sensitive: true, ..Rule::FIVE };
    let named = Tables::default().crossed(&dimensions, &[0, 6, 8, 1, 9, 1]).system(rule);
    let attacker = Attacker { marks: Marks::Distinct, ..K0 };
    let protection = Protection::Interval { millionths: 0, least: 2 };
    let outcome = suppress(&named.system, &attacker, protection, &[], Effort::default()).unwrap();
    assert_eq!((outcome.cost, outcome.bound), (56, 56));
}
