//! Random small tables: what the engine says of them against what the enumerator finds.

use std::collections::{BTreeMap, BTreeSet};

use candour_protect::engine::{
    Attacker, Cell, Certified, Coalition, Disclosed, Effort, Findings, Interval, Marks, Outcome, Protection, Role,
    System, audit_pattern, suppress,
};
use proptest::prelude::*;

use crate::build::{Dimension, Named, Rule, TOTAL, Tables};
use crate::catalogue::{EXACT, K0, K1};
use crate::enumerator::{Riddle, TooLarge};

/// What is asked of the engine.
#[derive(Clone)]
struct Case {
    named: Named,
    /// Whether no sum tells which figures of two tables share people.
    is_linked: bool,
    attacker: Attacker,
    protection: Protection,
}

impl Case {
    /// Whether figures are kept from groups that may be there, by all that the sums say, and are not.
    fn may_be_others(&self) -> bool {
        self.is_linked && self.attacker.insiders > 0
    }
}

impl std::fmt::Debug for Case {
    /// On few lines, as a reproduction is wanted.
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { named, attacker, protection, .. } = self;
        write!(to, "\n{named}above {:?} {attacker:?} {protection:?}\n", named.system.above)
    }
}

/// Counts as small tables have them: some zeros, many small ones.
fn count() -> impl Strategy<Value = i64> {
    prop_oneof![2 => Just(0_i64), 5 => 1_i64..5, 3 => 5_i64..10]
}

pub(crate) fn counts(size: usize) -> impl Strategy<Value = Vec<i64>> {
    proptest::collection::vec(count(), size)
}

fn two_way(most: usize) -> impl Strategy<Value = Tables> {
    (2..=most, 2..=most).prop_flat_map(|(rows, columns)| {
        let dimensions = [Dimension::of('r', rows), Dimension::of('c', columns)];
        counts(rows * columns).prop_map(move |counts| Tables::default().crossed(&dimensions, &counts))
    })
}

fn three_way() -> impl Strategy<Value = Tables> {
    let dimensions = [Dimension::of('r', 3), Dimension::of('c', 2), Dimension::of('d', 2)];
    counts(12).prop_map(move |counts| Tables::default().crossed(&dimensions, &counts))
}

fn grouped() -> impl Strategy<Value = Tables> {
    let dimensions = [Dimension::grouped(&[("g", &["g0", "g1"]), ("h", &["h0", "h1"])]), Dimension::of('c', 2)];
    counts(8).prop_map(move |counts| Tables::default().crossed(&dimensions, &counts))
}

/// Areas by offence and areas by sex, of the same people: the totals of the areas are in both.
fn linked() -> impl Strategy<Value = Tables> {
    counts(12).prop_map(|people| {
        let (mut offences, mut sexes) = (vec![BTreeSet::new(); 6], vec![BTreeSet::new(); 6]);
        let mut known = 0;
        for (at, count) in people.iter().enumerate() {
            let here = known..known + *count as u32;
            known = here.end;
            offences[at / 4 * 2 + at / 2 % 2].extend(here.clone());
            sexes[at / 4 * 2 + at % 2].extend(here);
        }
        let table = |kind: char| [Dimension::of('a', 3), Dimension::of(kind, 2)];
        Tables::default().crossing(&table('o'), &offences).crossing(&table('s'), &sexes)
    })
}

/// A table with a rule, perhaps a headline total that must stay, perhaps a figure that nobody prints.
fn case(tables: impl Strategy<Value = (Tables, bool)>, insiders: BoxedStrategy<u64>) -> impl Strategy<Value = Case> {
    let protection = prop_oneof![
        3 => Just(Protection::Exact),
        1 => Just(Protection::Interval { millionths: 0, least: 1 }),
        1 => Just(Protection::Interval { millionths: 300_000, least: 1 }),
        1 => Just(Protection::Interval { millionths: 0, least: 2 }),
    ];
    let rule = (prop_oneof![Just(3_i64), Just(5)], any::<bool>(), any::<bool>());
    let attacker = (any::<bool>(), any::<bool>(), insiders);
    let roles = (any::<bool>(), proptest::option::weighted(0.2, any::<prop::sample::Index>()));
    (tables, rule, attacker, protection, roles).prop_map(|(tables, rule, attacker, protection, (headline, hidden))| {
        let (tables, is_linked) = tables;
        let (threshold, zeros_are_sensitive, cells_count_alike) = rule;
        let (zero_is_out, marks, insiders) = attacker;
        let mut named = tables.system(Rule { threshold, zeros_are_sensitive, cells_count_alike });
        let cells = &mut named.system.cells;
        if let Some(hidden) = hidden {
            hidden.get_mut(cells).role = Role::Hidden;
        }
        if headline && let Some(largest) = cells.iter_mut().max_by_key(|cell| cell.value) {
            largest.role = Role::Published;
        }
        let attacker = Attacker {
            suppressed_at_least: u64::from(zero_is_out && !zeros_are_sensitive),
            marks: if marks { Marks::Distinct } else { Marks::Same },
            insiders,
        };
        Case { named, is_linked, attacker, protection }
    })
}

/// Sometimes people who put together what they know.
fn few() -> BoxedStrategy<u64> {
    prop_oneof![6 => Just(0_u64), 1 => Just(1), 1 => Just(2), 1 => Just(3)].boxed()
}

fn small(insiders: BoxedStrategy<u64>) -> impl Strategy<Value = Case> {
    let apart = prop_oneof![two_way(4).boxed(), three_way().boxed(), grouped().boxed()];
    let tables =
        prop_oneof![3 => apart.prop_map(|tables| (tables, false)), 1 => linked().prop_map(|tables| (tables, true))];
    case(tables, insiders)
}

fn tiny(insiders: BoxedStrategy<u64>) -> impl Strategy<Value = Case> {
    let apart = prop_oneof![two_way(3).boxed(), grouped().boxed()];
    let tables =
        prop_oneof![2 => apart.prop_map(|tables| (tables, false)), 1 => linked().prop_map(|tables| (tables, true))];
    case(tables, insiders)
}

/// How far a figure must be from known, as the documents say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// Both so much more and so much less are possible.
    Ends(i64),
    /// The interval is so wide.
    Width(i64),
}

impl Need {
    /// What is asked for a figure, by what is known of it alone.
    fn of(protection: Protection, value: i64, riddle: &Riddle<'_>, cell: usize) -> Self {
        let Protection::Interval { millionths, least } = protection else { return Self::Width(1) };
        let distance = (millionths as i64 * value).unsigned_abs().div_ceil(1_000_000).max(least) as i64;
        let (low, high) = riddle.bounds(cell);
        let both = low <= value - distance && high.is_none_or(|high| value + distance <= high);
        if both { Self::Ends(distance) } else { Self::Width(2 * distance) }
    }

    fn is_met(self, riddle: &Riddle<'_>, value: i64, cell: usize) -> Result<bool, TooLarge> {
        match self {
            Self::Ends(distance) => {
                Ok(riddle.can_be(cell, value + distance, i64::MAX)?
                    && riddle.can_be(cell, i64::MIN, value - distance)?)
            }
            Self::Width(1) => Ok(!riddle.is_known(cell)?),
            Self::Width(width) => riddle.is_as_wide(cell, width),
        }
    }
}

/// Some people who are counted, and a sensitive figure that is not theirs alone.
type Learnt = (BTreeSet<u32>, usize);

/// Every group of people that may put together what it knows, without those who bring nothing: all the people of some figures.
fn groups(case: &Case, withheld: &[bool]) -> BTreeSet<BTreeSet<u32>> {
    let people = &case.named.people;
    let most = case.attacker.insiders as usize;
    let unknown = unknown(&case.named.system, withheld);
    let own: Vec<&BTreeSet<u32>> = (0..unknown.len()).filter(|&cell| unknown[cell]).map(|cell| &people[cell]).collect();
    let mut groups = BTreeSet::new();
    let mut open = vec![BTreeSet::new()];
    while let Some(group) = open.pop() {
        for own in own.iter().filter(|own| !own.is_empty()) {
            let more: BTreeSet<u32> = group.union(own).copied().collect();
            if more.len() <= most && groups.insert(more.clone()) {
                open.push(more);
            }
        }
    }
    groups
}

/// The figures that hold none but some people.
fn figures_of(case: &Case, group: &BTreeSet<u32>) -> Vec<usize> {
    let people = &case.named.people;
    (0..people.len()).filter(|&cell| !people[cell].is_empty() && people[cell].is_subset(group)).collect()
}

/// Whether some people know a figure.
fn is_known_to(case: &Case, withheld: &[bool], group: &BTreeSet<u32>, cell: usize) -> Result<bool, TooLarge> {
    Riddle::new(&case.named.system, &case.attacker, withheld).knowing(&figures_of(case, group)).is_known(cell)
}

/// Sensitive figures that are kept from everybody else, with every group that learns them.
fn learnt(case: &Case, withheld: &[bool]) -> Result<BTreeSet<Learnt>, TooLarge> {
    let system = &case.named.system;
    let mut learnt = BTreeSet::new();
    let groups = groups(case, withheld);
    let unknown = unknown(system, withheld);
    if groups.is_empty() {
        return Ok(learnt);
    }
    for cell in (0..unknown.len()).filter(|&cell| unknown[cell] && system.cells[cell].primary.is_primary()) {
        if is_known_to(case, withheld, &BTreeSet::new(), cell)? {
            continue;
        }
        for group in &groups {
            let own = &case.named.people[cell];
            let is_theirs = !own.is_empty() && own.is_subset(group);
            if !is_theirs && is_known_to(case, withheld, group, cell)? {
                learnt.insert((group.clone(), cell));
            }
        }
    }
    Ok(learnt)
}

/// The people of what is told, with what they learn.
fn told(case: &Case, coalitions: &[Coalition]) -> BTreeSet<Learnt> {
    let people = |one: &Coalition| one.of.iter().flat_map(|&cell| case.named.people[cell].iter().copied()).collect();
    coalitions.iter().map(|one| (people(one), one.learns)).collect()
}

/// Whether what a group learns is told, of it or of some of it.
fn is_told(told: &BTreeSet<Learnt>, (group, cell): &Learnt) -> bool {
    told.iter().any(|(people, learns)| learns == cell && people.is_subset(group))
}

/// What is wrong with what is told: those who learn more are not named, or those who are named learn nothing.
fn wrongly_told(case: &Case, withheld: &[bool], coalitions: &[Coalition]) -> Result<Option<String>, TooLarge> {
    let told = told(case, coalitions);
    let name = |cells: &[usize]| cells.iter().map(|&cell| case.named.name(cell)).collect::<Vec<_>>().join(", ");
    for learnt in &learnt(case, withheld)? {
        if !is_told(&told, learnt) {
            let own = name(&figures_of(case, &learnt.0));
            return Ok(Some(format!("those of {own} learn {}, which is not told", name(&[learnt.1]))));
        }
    }
    for (group, cell) in &told {
        let are_few = case.is_linked || group.len() as u64 <= case.attacker.insiders;
        if !are_few || !is_known_to(case, withheld, group, *cell)? {
            return Ok(Some(format!("those of {} do not learn {}", name(&figures_of(case, group)), name(&[*cell]))));
        }
    }
    Ok(None)
}

fn unknown(system: &System, withheld: &[bool]) -> Vec<bool> {
    system.cells.iter().zip(withheld).map(|(cell, withheld)| *withheld || cell.role == Role::Hidden).collect()
}

/// What a pattern must keep: what is asked, less what is said to be impossible.
struct Promise {
    needs: BTreeMap<usize, Need>,
    told: BTreeSet<Learnt>,
    untried: Vec<usize>,
}

impl Promise {
    fn of(case: &Case, outcome: &Outcome) -> Result<Self, TooLarge> {
        let system = &case.named.system;
        let everything = everything(system);
        let all = Riddle::new(system, &case.attacker, &everything);
        let mut needs = BTreeMap::new();
        for (at, cell) in system.cells.iter().enumerate() {
            if !everything[at] || !cell.primary.is_primary() || outcome.unprotected.contains(&at) {
                continue;
            }
            let asked = Need::of(case.protection, cell.value, &all, at);
            let narrowed = outcome.narrowed.iter().find(|(narrowed, _)| *narrowed == at);
            let need = match (narrowed, asked) {
                (Some((_, width)), _) => Need::Width(*width),
                // Where the equations forbid an end the width stands in, as where the attacker's knowledge does.
                (None, Need::Ends(distance)) if !asked.is_met(&all, cell.value, at)? => Need::Width(2 * distance),
                _ => asked,
            };
            needs.insert(at, need);
        }
        Ok(Self { needs, told: told(case, &outcome.coalitions), untried: outcome.untried.clone() })
    }

    fn is_kept(&self, case: &Case, withheld: &[bool]) -> Result<bool, TooLarge> {
        let system = &case.named.system;
        let riddle = Riddle::new(system, &case.attacker, withheld);
        for (&cell, need) in &self.needs {
            if !need.is_met(&riddle, system.cells[cell].value, cell)? {
                return Ok(false);
            }
        }
        let is_excused = |cell: &usize| !self.needs.contains_key(cell) || self.untried.contains(cell);
        let learnt = learnt(case, withheld)?;
        Ok(learnt.iter().all(|pair| is_told(&self.told, pair) || is_excused(&pair.1)))
    }
}

/// The pattern that withholds all that may be.
fn everything(system: &System) -> Vec<bool> {
    system.cells.iter().map(|cell| cell.role != Role::Published).collect()
}

/// The figures that may be withheld by choice.
fn candidates(system: &System) -> Vec<usize> {
    let is_free = |at: &usize| system.cells[*at].role == Role::Free && !system.cells[*at].primary.is_primary();
    (0..system.cells.len()).filter(is_free).collect()
}

/// A pattern that keeps a promise for less than a cost, if there is one: each candidate is withheld or not, the dearest
/// first, as long as withholding all that are left would keep it.
fn cheaper(case: &Case, promise: &Promise, cost: u64) -> Result<Option<Vec<bool>>, TooLarge> {
    let system = &case.named.system;
    let mut order = candidates(system);
    order.sort_by_key(|&cell| std::cmp::Reverse(system.cells[cell].weight));
    let mut stack = vec![(0, 0, everything(system))];
    while let Some((at, spent, withheld)) = stack.pop() {
        if spent >= cost {
            continue;
        }
        let Some(&cell) = order.get(at) else { return Ok(Some(withheld)) };
        let mut without = withheld.clone();
        without[cell] = false;
        stack.push((at + 1, spent + system.cells[cell].weight, withheld));
        if promise.is_kept(case, &without)? {
            stack.push((at + 1, spent, without));
        }
    }
    Ok(None)
}

/// Runs a check that may find a table too large to be tried out; such a table is no case.
pub(crate) fn tried(check: impl FnOnce() -> Result<Result<(), TestCaseError>, TooLarge>) -> Result<(), TestCaseError> {
    check().unwrap_or_else(|TooLarge| Err(TestCaseError::reject("too large to be tried out")))
}

/// What an audit must say of a pattern.
fn check_audit(case: &Case, withheld: &[bool]) -> Result<Result<(), TestCaseError>, TooLarge> {
    let system = &case.named.system;
    let riddle = Riddle::new(system, &case.attacker, withheld);
    let unknown = unknown(system, withheld);
    let mut intervals = BTreeMap::new();
    for cell in (0..unknown.len()).filter(|&cell| unknown[cell]) {
        intervals.insert(cell, riddle.interval(cell)?);
    }
    let mut narrower = Vec::new();
    for (&cell, _) in intervals.iter().filter(|(cell, _)| system.cells[**cell].primary.is_primary()) {
        let value = system.cells[cell].value;
        if !Need::of(case.protection, value, &riddle, cell).is_met(&riddle, value, cell)? {
            narrower.push(cell);
        }
    }
    let full = audit_pattern(system, &case.attacker, withheld, case.protection, true).unwrap();
    let quick = audit_pattern(system, &case.attacker, withheld, case.protection, false).unwrap();
    let wrongly_told =
        [wrongly_told(case, withheld, &full.coalitions)?, wrongly_told(case, withheld, &quick.coalitions)?];
    Ok((|| {
        prop_assert_eq!(wrongly_told, [None, None]);
        for (cell, interval) in full.intervals.iter().enumerate() {
            prop_assert_eq!(interval.is_some(), unknown[cell]);
            let Some(interval) = interval else { continue };
            let found = (interval.low, interval.high);
            prop_assert_eq!(found, intervals[&cell], "`{}`", case.named.name(cell));
            prop_assert!(is_exact(interval), "`{}`: {:?}", case.named.name(cell), interval);
        }
        let is_point = |(low, high): &(i64, Option<i64>)| Some(*low) == *high;
        let points: BTreeSet<usize> =
            intervals.iter().filter(|(_, ends)| is_point(ends)).map(|(cell, _)| *cell).collect();
        prop_assert_eq!(&disclosed(&full), &points);
        for findings in [&full, &quick] {
            prop_assert_eq!(&findings.narrower, &narrower);
            prop_assert_eq!(&findings.undecided, &Vec::<usize>::new());
            prop_assert_eq!(&findings.untried, &Vec::<usize>::new());
            let firsts: Vec<(usize, usize)> = findings.coalitions.iter().map(|one| (one.of[0], one.learns)).collect();
            prop_assert_eq!(&findings.told, &firsts);
            // A figure that nobody prints and that is not sensitive may be known, and need not be looked at.
            let matters = |cell: &usize| withheld[*cell] || system.cells[*cell].primary.is_primary();
            let (said, known) = (disclosed(findings), points.iter().copied().filter(matters).collect::<BTreeSet<_>>());
            prop_assert!(said.is_superset(&known) && said.is_subset(&points), "{:?}, not {:?}", said, points);
        }
        Ok(())
    })())
}

fn is_exact(interval: &Interval) -> bool {
    (interval.low_by, interval.high_by) == (Certified::Exact, Certified::Exact)
}

fn disclosed(findings: &Findings) -> BTreeSet<usize> {
    findings.disclosed.iter().map(|disclosed| disclosed.cell).collect()
}

/// What is disclosed is so by the equations that are named, with what was disclosed before.
fn check_explanations(
    case: &Case,
    withheld: &[bool],
    findings: &Findings,
) -> Result<Result<(), TestCaseError>, TooLarge> {
    let system = &case.named.system;
    let unknown = unknown(system, withheld);
    let mut before = Vec::new();
    for Disclosed { cell, equations } in &findings.disclosed {
        if !equations.is_empty() {
            let named: Vec<usize> = equations.iter().map(|(equation, _)| *equation as usize).collect();
            let riddle = Riddle::new(system, &case.attacker, withheld).knowing(&before);
            let (low, high) = riddle.interval_under(&named, *cell)?;
            if Some(low) != high {
                let message = format!("`{}` by {equations:?}: {low} to {high:?}", case.named.name(*cell));
                return Ok(Err(TestCaseError::fail(message)));
            }
            // Where they need no bound, their sum leaves nothing of the others.
            let (low, high) = riddle.around(FREE).interval_under(&named, *cell)?;
            if Some(low) != high {
                before.push(*cell);
                continue;
            }
            let mut left: BTreeMap<usize, i64> = BTreeMap::new();
            for &(equation, times) in equations {
                for &(other, by) in &system.equations[equation as usize].terms {
                    if unknown[other as usize] && !before.contains(&(other as usize)) {
                        *left.entry(other as usize).or_default() += times * i64::from(by);
                    }
                }
            }
            left.retain(|_, by| *by != 0);
            if left.keys().copied().ne([*cell]) {
                let message = format!("`{}` by {equations:?} leaves {left:?}", case.named.name(*cell));
                return Ok(Err(TestCaseError::fail(message)));
            }
        }
        before.push(*cell);
    }
    Ok(Ok(()))
}

/// How far figures may go, below zero too, where only equations are asked what they tell.
const FREE: i64 = 3;

/// What a pattern must be that was chosen.
fn check_outcome(case: &Case, outcome: &Outcome, effort: Effort) -> Result<Result<(), TestCaseError>, TooLarge> {
    let (system, name) = (&case.named.system, |cell: usize| case.named.name(cell));
    let everything = everything(system);
    let all = Riddle::new(system, &case.attacker, &everything);
    let promise = Promise::of(case, outcome)?;
    let is_kept = promise.is_kept(case, &outcome.withheld)?;
    let mut excuses = Ok(());
    for &cell in &outcome.unprotected {
        if !all.is_known(cell)? {
            excuses = Err(TestCaseError::fail(format!("`{}` could be protected", name(cell))));
        }
    }
    for &(cell, width) in &outcome.narrowed {
        let (low, high) = all.interval(cell)?;
        if high != Some(low + width) {
            excuses =
                Err(TestCaseError::fail(format!("`{}` could be {low} to {high:?}, not {width} wide", name(cell))));
        }
    }
    for (group, cell) in &promise.told {
        // With little work what is told is what was not mended.
        if effort == Effort::default() && !is_known_to(case, &everything, group, *cell)? {
            excuses = Err(TestCaseError::fail(format!("`{}` could be kept from insiders", name(*cell))));
        }
    }
    let mut idle = Vec::new();
    if outcome.cost == outcome.bound && !case.may_be_others() {
        for cell in candidates(system).into_iter().filter(|&cell| outcome.withheld[cell]) {
            let mut without = outcome.withheld.clone();
            without[cell] = false;
            if system.cells[cell].weight > 0 && promise.is_kept(case, &without)? {
                idle.push(name(cell));
            }
        }
    }
    Ok((|| {
        for (at, cell) in system.cells.iter().enumerate() {
            let must = cell.primary.is_primary() || matches!(cell.role, Role::Withheld | Role::Hidden);
            prop_assert!(outcome.withheld[at] || !must || cell.role == Role::Published, "`{}` is shown", name(at));
            prop_assert!(!outcome.withheld[at] || cell.role != Role::Published, "`{}` is withheld", name(at));
        }
        let secondaries = candidates(system).into_iter().filter(|&cell| outcome.withheld[cell]);
        prop_assert_eq!(secondaries.map(|cell| system.cells[cell].weight).sum::<u64>(), outcome.cost);
        prop_assert!(outcome.bound <= outcome.cost);
        prop_assert!(is_kept, "not safe: {:?}", outcome);
        excuses?;
        prop_assert_eq!(idle, Vec::<&str>::new(), "nothing is withheld for nothing");
        Ok(())
    })())
}

/// Which figures of a table are withheld.
#[derive(Clone, Debug)]
enum Draw {
    /// What is sensitive, with some more.
    Sensitive(BTreeSet<usize>),
    /// Some finest figures, sensitive or not, and no total: so that lines cross often.
    Finest(BTreeSet<usize>),
}

impl Draw {
    fn pattern(&self, named: &Named) -> Vec<bool> {
        let is_withheld = |(at, cell): (usize, &Cell)| match (cell.role, self) {
            (Role::Withheld, _) => true,
            (Role::Published | Role::Hidden, _) => false,
            (Role::Free, Self::Sensitive(more)) => more.contains(&at) || cell.primary.is_primary(),
            (Role::Free, Self::Finest(drawn)) => drawn.contains(&at) && !named.name(at).contains(TOTAL),
        };
        named.system.cells.iter().enumerate().map(is_withheld).collect()
    }
}

fn draw() -> impl Strategy<Value = Draw> {
    prop_oneof![
        proptest::collection::btree_set(0..36_usize, 0..14).prop_map(Draw::Sensitive),
        proptest::collection::btree_set(0..36_usize, 10..32).prop_map(Draw::Finest),
    ]
}

fn effort() -> impl Strategy<Value = Effort> {
    let little = Effort { work: 0, nodes: 1, steps: 50, coalitions: 2_000 };
    prop_oneof![3 => Just(Effort::default()), 1 => Just(little)]
}

fn ties() -> impl Strategy<Value = Vec<f64>> {
    proptest::collection::vec(0.0..1.0, 60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(90), max_global_rejects: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn intervals_are_those_of_all_tables(
        case in small(few()),
        draw in draw(),
    ) {
        let withheld = draw.pattern(&case.named);
        tried(|| check_audit(&case, &withheld))?;
    }

    #[test]
    fn what_is_disclosed_is_so_by_the_equations_that_are_named(
        case in small(few()),
        draw in draw(),
    ) {
        let withheld = draw.pattern(&case.named);
        for intervals in [true, false] {
            let findings =
                audit_pattern(&case.named.system, &case.attacker, &withheld, case.protection, intervals).unwrap();
            tried(|| check_explanations(&case, &withheld, &findings))?;
        }
    }

    #[test]
    fn what_joins_two_parts_is_disclosed_by_a_sum_of_equations(
        counts in proptest::collection::vec(prop_oneof![1_i64..5, 5_i64..30], 16),
        attacker in prop_oneof![Just(K0), Just(K1)],
    ) {
        // Rows 0 and 1 with columns 0 and 1, rows 2 and 3 with columns 2 and 3, and one figure of row 0 and column 2.
        let dimensions = [Dimension::of('r', 4), Dimension::of('c', 4)];
        let named = Tables::default().crossed(&dimensions, &counts).system(Rule::FIVE);
        let blocks = ["r0 c0", "r0 c1", "r1 c0", "r1 c1", "r2 c2", "r2 c3", "r3 c2", "r3 c3", "r0 c2"];
        let withheld = named.pattern(&blocks);
        let joint = named.at("r0 c2");
        let case = Case { named, is_linked: false, attacker, protection: EXACT };
        for intervals in [true, false] {
            let findings = audit_pattern(&case.named.system, &attacker, &withheld, EXACT, intervals).unwrap();
            prop_assert!(disclosed(&findings).contains(&joint));
            tried(|| check_explanations(&case, &withheld, &findings))?;
        }
    }

    #[test]
    fn chosen_patterns_are_safe(case in small(few()), effort in effort(), ties in ties()) {
        let system = &case.named.system;
        let outcome = suppress(system, &case.attacker, case.protection, &ties, effort).unwrap();
        tried(|| check_outcome(&case, &outcome, effort))?;
    }

    #[test]
    fn no_cheaper_pattern_is_safe(case in tiny(few()), effort in effort(), ties in ties()) {
        let outcome = suppress(&case.named.system, &case.attacker, case.protection, &ties, effort).unwrap();
        prop_assume!(!case.may_be_others());
        tried(|| {
            let promise = Promise::of(&case, &outcome)?;
            let cheaper = cheaper(&case, &promise, outcome.bound)?;
            Ok(match cheaper {
                None => Ok(()),
                Some(withheld) => {
                    let names = case.named.secondaries(&withheld);
                    Err(TestCaseError::fail(format!("{names:?} costs less than {}", outcome.bound)))
                }
            })
        })?;
    }

    #[test]
    fn coalitions_learn_what_is_told_and_nothing_else(
        case in small((1..4_u64).boxed()),
        draw in draw(),
    ) {
        let withheld = draw.pattern(&case.named);
        tried(|| check_audit(&case, &withheld))?;
    }

    #[test]
    fn chosen_patterns_keep_figures_from_coalitions(case in small((1..4_u64).boxed()), effort in effort()) {
        let outcome = suppress(&case.named.system, &case.attacker, case.protection, &[], effort).unwrap();
        tried(|| check_outcome(&case, &outcome, effort))?;
    }

    #[test]
    fn no_cheaper_pattern_keeps_figures_from_coalitions(case in tiny((1..4_u64).boxed())) {
        prop_assume!(!case.may_be_others());
        let outcome = suppress(&case.named.system, &case.attacker, case.protection, &[], Effort::default()).unwrap();
        tried(|| {
            let cheaper = cheaper(&case, &Promise::of(&case, &outcome)?, outcome.bound)?;
            let names = cheaper.map(|withheld| format!("{:?}", case.named.secondaries(&withheld)));
            Ok((|| {
                prop_assert_eq!(names, None, "costs less than {}", outcome.bound);
                Ok(())
            })())
        })?;
    }

    #[test]
    fn the_same_input_gives_the_same_pattern(case in small(few()), ties in ties()) {
        let chosen = || suppress(&case.named.system, &case.attacker, case.protection, &ties, Effort::default()).unwrap();
        let (first, second) = (chosen(), chosen());
        prop_assert_eq!(format!("{first:?}"), format!("{second:?}"));
    }
}

/// How many cases are tried, unless the environment asks for more.
pub(crate) fn cases(usual: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual)
}
