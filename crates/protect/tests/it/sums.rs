//! Sums of a release: random records, protected, and judged by what knows nothing of the engine.

use std::collections::{BTreeMap, BTreeSet};

use candour_model::{
    Atoms, Attacker, Axis, Category, CategoryKind, Cells, Class, Contribution, Contributors, Coord, Dimension,
    Dominance, Grid, Marks, Policy, Protected, Protection, Quantity, Reason, Share, Shown, Standing, Summed,
    Suppression, Together, grid,
};
use candour_protect::suppression::{SuppressionError, SuppressionReport};
use candour_protect::{Asked, Reads, TableKey, protect};
use proptest::prelude::*;

/// The sides of the table, and how many of the largest contributions are kept.
const ROWS: u32 = 3;
const COLUMNS: u32 = 3;
const KEPT: usize = 2;

/// A record: its row, its column, whether it meets a condition, and what it contributes. Where rows overlap, the first number
/// is that of a set of rows.
type Record = (u32, u32, bool, i128);

/// The rows that a record of each set stands in.
fn rows(overlap: bool) -> &'static [&'static [u32]] {
    if overlap { &[&[0], &[1], &[0, 1]] } else { &[&[0], &[1], &[2]] }
}

/// How many rows the table has.
fn categories(overlap: bool) -> u32 {
    if overlap { 2 } else { ROWS }
}

const RECORDS: usize = 0;
const VALUE: usize = 1;
const PART: usize = 2;

fn dimension(id: &str, categories: u32) -> Dimension {
    let category = |at: u32| Category::new(at.to_string(), at.to_string(), CategoryKind::Code { group: None });
    Dimension {
        id: id.into(),
        label: id.into(),
        axis: Axis::Rows,
        rolls_up_to: None,
        overlaps: false,
        categories: (0..categories).map(category).collect(),
    }
}

/// Every place of the table.
fn places(overlap: bool) -> Vec<[Option<u32>; 2]> {
    let side = |most: u32| (0..most).map(Some).chain([None]);
    side(categories(overlap)).flat_map(|row| side(COLUMNS).map(move |column| [row, column])).collect()
}

fn coords(place: [Option<u32>; 2]) -> [Coord; 2] {
    place.map(|at| at.map_or(Coord::Total, Coord::At))
}

/// Whether records of a set of rows, and of a column, stand at a place.
fn stands(overlap: bool, place: [Option<u32>; 2], set: u32, column: u32) -> bool {
    place[0].is_none_or(|own| rows(overlap)[set as usize].contains(&own)) && place[1].is_none_or(|own| own == column)
}

fn at(records: &[Record], place: [Option<u32>; 2], overlap: bool) -> Vec<Record> {
    records.iter().filter(|record| stands(overlap, place, record.0, record.1)).copied().collect()
}

/// A row of contributors: how many, their sum, its size, and the largest.
fn who(contributions: &[i128]) -> Vec<i128> {
    let mut largest: Vec<i128> = contributions.iter().map(|value| value.abs()).collect();
    largest.sort_unstable_by(|left, right| right.cmp(left));
    let size = largest.iter().sum();
    largest.resize(KEPT.max(largest.len()), 0);
    [&[contributions.len() as i128, contributions.iter().sum(), size], &largest[..KEPT]].concat()
}

fn contributors(records: &[Record], sum: usize, overlap: bool) -> Contributors {
    let counts = |record: &&Record| sum == VALUE || record.2;
    let own: Vec<Record> = records.iter().filter(counts).copied().collect();
    let row = |found: Vec<Record>| who(&found.iter().map(|record| record.3).collect::<Vec<_>>());
    let sizes = vec![categories(overlap) + 1, COLUMNS + 1];
    let figures = places(overlap).into_iter().filter(|&place| !at(&own, place, overlap).is_empty()).map(|place| {
        let positions = [place[0].unwrap_or(categories(overlap)), place[1].unwrap_or(COLUMNS)];
        (grid::pack(&sizes, &positions), row(at(&own, place, overlap)))
    });
    let figures: Vec<(u64, Vec<i128>)> = figures.collect();
    let inner = (0..ROWS).flat_map(|row| (0..COLUMNS).map(move |column| [row, column]));
    let inner = inner.map(|cell| {
        let found = own.iter().filter(|record| [record.0, record.1] == cell).copied().collect();
        (grid::pack(&[ROWS, COLUMNS], &cell), row(found))
    });
    let inner: Vec<(u64, Vec<i128>)> = inner.collect();
    Contributors {
        sum,
        records: RECORDS,
        lowest: own.iter().map(|record| record.3).min().unwrap_or(0),
        figures: Grid::new(sizes, Contributors::width(KEPT), figures),
        finest: Grid::new(vec![ROWS, COLUMNS], Contributors::width(KEPT), inner),
    }
}

fn cells(records: &[Record], with_part: bool, overlap: bool) -> Cells {
    let money = Quantity { adds: true, places: 2, zero_of_none: true, is_count: false, for_note: false };
    let sizes = vec![ROWS, COLUMNS];
    let mut finest: BTreeMap<u64, Vec<i128>> = BTreeMap::new();
    for &(row, column, meets, value) in records {
        let cell =
            finest.entry(grid::pack(&sizes, &[row, column])).or_insert_with(|| vec![0; 2 + usize::from(with_part)]);
        cell[RECORDS] += 1;
        cell[VALUE] += value;
        if with_part && meets {
            cell[PART] += value;
        }
    }
    let labels = ["", "Value", "Part"].map(str::to_owned);
    let width = 2 + usize::from(with_part);
    let made = (VALUE..width).map(|sum| contributors(records, sum, overlap)).collect();
    Cells {
        table: "t".into(),
        dimensions: vec![dimension("row", categories(overlap)), dimension("column", COLUMNS)],
        atoms: vec![Atoms::alone(rows(overlap).iter().map(|set| set.to_vec())), Atoms::plain(3)],
        quantities: [Quantity::RECORDS, money, money][..width].to_vec(),
        labels: labels[..width].to_vec(),
        finest: Grid::new(sizes, width, finest),
        apart: None,
        left_out: Vec::new(),
        relation: None,
        contributors: made,
    }
}

/// How the records stand in the table: one class for each way.
fn together(records: &[Record], with_part: bool) -> Together {
    let standing = |&(row, column, meets, _): &Record| {
        let counted = if with_part && meets { vec![VALUE, PART] } else { vec![VALUE] };
        Standing { cells: vec![vec![row, column]], counted, ..Standing::default() }
    };
    let standings: Vec<Standing> = records.iter().map(standing).collect::<BTreeSet<_>>().into_iter().collect();
    let class = |record: &Record| standings.binary_search(&standing(record)).unwrap() as u32;
    let count =
        |class: u32, own: &dyn Fn(&Record) -> u32| records.iter().filter(|one| own(one) == class).count() as u64;
    let classes =
        (0..standings.len() as u32).map(|at| Class { standings: vec![at], count: count(at, &class) }).collect();
    let contributions = records.iter().map(|one| Contribution { class: class(one), person: None, value: one.3 });
    let mut contributions: Vec<Contribution> = contributions.collect();
    contributions.sort_unstable();
    let sums = (VALUE..=if with_part { PART } else { VALUE }).map(|sum| (0, sum)).collect();
    Together { tables: vec![0], standings: vec![standings], classes, summed: vec![Summed { sums, contributions }] }
}

fn protected(
    records: &[Record],
    with_part: bool,
    overlap: bool,
    policy: &Suppression,
) -> Result<(Protected, SuppressionReport), SuppressionError> {
    let cells = cells(records, with_part, overlap);
    let key = TableKey {
        scope: "s".into(),
        parents: None,
        dimensions: vec!["row".into(), "column".into()],
        quantities: ["number", "sum", "sum"][..cells.labels.len()].iter().map(|what| (*what).to_owned()).collect(),
        reads: Reads::default(),
    };
    let (mut tables, report) = protect(&Asked {
        tables: &[cells],
        keys: &[key],
        together: &[together(records, with_part)],
        cuts: &[],
        lists: &[],
        policy: &Policy::Suppress(Box::new(policy.clone())),
        secret: b"secret",
        is_shown: &|_, _| true,
        residents: None,
    })?;
    Ok((tables.pop().unwrap(), report.suppression.unwrap()))
}

fn policy(threshold: u64, insiders: u64) -> Suppression {
    let percent = |percent: u64| Share { millionths: percent * 10_000 };
    Suppression {
        dominance: Some(Dominance { largest: 1, share: percent(75) }),
        p_percent: Some(percent(10)),
        ..Suppression::below(threshold, Attacker { suppressed_at_least: 1, marks: Marks::Same, insiders })
    }
}

fn is_withheld(table: &Protected, place: [Option<u32>; 2], quantity: usize) -> bool {
    table.at(&coords(place), quantity) == Shown::Withheld(Reason::Confidential)
}

/// Whether a sum is sensitive, in the words of the handbook.
fn is_sensitive(contributions: &[i128], threshold: usize) -> bool {
    let mut sizes: Vec<i128> = contributions.iter().map(|value| value.abs()).collect();
    sizes.sort_unstable_by(|left, right| right.cmp(left));
    let total: i128 = sizes.iter().sum();
    let first = sizes.first().copied().unwrap_or(0);
    let second = sizes.get(1).copied().unwrap_or(0);
    !sizes.is_empty()
        && (sizes.len() < threshold || 100 * first > 75 * total || 100 * (total - first - second) < 10 * first)
}

/// Whether the figures that are published give one that is not, by adding and subtracting: whether, with what is published
/// as equations in the inner cells, the figure depends on them. Whole numbers modulo a large prime.
fn follows(known: &[Vec<i128>], wanted: &[i128]) -> bool {
    const PRIME: i128 = 2_147_483_647;
    let power = |base: i128| {
        let (mut base, mut left, mut found) = (base.rem_euclid(PRIME), PRIME - 2, 1);
        while left > 0 {
            if left % 2 == 1 {
                found = found * base % PRIME;
            }
            base = base * base % PRIME;
            left /= 2;
        }
        found
    };
    let mut basis: Vec<(usize, Vec<i128>)> = Vec::new();
    let reduce = |row: &[i128], basis: &[(usize, Vec<i128>)]| {
        let mut row: Vec<i128> = row.iter().map(|value| value.rem_euclid(PRIME)).collect();
        for (at, other) in basis {
            let times = row[*at];
            row.iter_mut().zip(other).for_each(|(own, other)| *own = (*own - times * other).rem_euclid(PRIME));
        }
        row
    };
    for row in known {
        let row = reduce(row, &basis);
        if let Some(at) = row.iter().position(|value| *value != 0) {
            let inverse = power(row[at]);
            basis.push((at, row.iter().map(|value| value * inverse % PRIME).collect()));
        }
    }
    reduce(wanted, &basis).iter().all(|value| *value == 0)
}

/// A figure as a sum over the inner cells, of those that meet the condition and of those that do not.
fn row_of(is_in: &dyn Fn(u32, u32) -> bool, meets: bool, fails: bool) -> Vec<i128> {
    let mut row = vec![0; (2 * ROWS * COLUMNS) as usize];
    for set in 0..ROWS {
        for column in 0..COLUMNS {
            if is_in(set, column) {
                let cell = 2 * (set * COLUMNS + column) as usize;
                row[cell] = i128::from(meets);
                row[cell + 1] = i128::from(fails);
            }
        }
    }
    row
}

fn records() -> impl Strategy<Value = Vec<Record>> {
    let value = prop_oneof![4 => 100_i128..2000, 1 => 20_000_i128..90_000];
    proptest::collection::vec((0..ROWS, 0..COLUMNS, proptest::bool::weighted(0.8), value), 20..90)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_is_sensitive_is_withheld_and_cannot_be_worked_out(
        records in records(), threshold in 2_u64..5, insiders in 0_u64..2, with_part in proptest::bool::ANY,
        overlap in proptest::bool::ANY,
    ) {
        let policy = policy(threshold, insiders);
        let (table, report) = match protected(&records, with_part, overlap, &policy) {
            // Where nothing that is left unknown would do, nothing is published.
            Err(SuppressionError::Unprotected(_)) => return Ok(()),
            other => other.unwrap(),
        };
        let below = threshold as usize;
        let contributions = |is_in: &dyn Fn(u32, u32) -> bool, counts: &dyn Fn(bool) -> bool| -> Vec<i128> {
            let found = records.iter().filter(|record| is_in(record.0, record.1) && counts(record.2));
            found.map(|record| record.3).collect()
        };
        // Who reads the table knows what it shows, and that there is nothing where no record is.
        let mut known: Vec<Vec<i128>> = Vec::new();
        for place in places(overlap) {
            let is_in = |set: u32, column: u32| stands(overlap, place, set, column);
            let (all, part) = (contributions(&is_in, &|_| true), contributions(&is_in, &|meets| meets));
            let sum_is_out = is_withheld(&table, place, VALUE);
            prop_assert!(sum_is_out || !is_sensitive(&all, below), "{:?} of {:?}", place, all);
            prop_assert!(sum_is_out || !is_withheld(&table, place, RECORDS), "{:?}: a sum without its records", place);
            if !sum_is_out {
                known.push(row_of(&is_in, true, true));
            }
            if with_part {
                let part_is_out = is_withheld(&table, place, PART);
                prop_assert!(part_is_out || !is_sensitive(&part, below), "{:?} of {:?}", place, part);
                if !part_is_out {
                    known.push(row_of(&is_in, true, false));
                }
            }
        }
        let sensitive_and_known = |is_in: &dyn Fn(u32, u32) -> bool, meets: bool, fails: bool| {
            let counts = |own: bool| (own && meets) || (!own && fails);
            is_sensitive(&contributions(is_in, &counts), below) && follows(&known, &row_of(is_in, meets, fails))
        };
        for place in places(overlap) {
            let is_in = |set: u32, column: u32| stands(overlap, place, set, column);
            if is_withheld(&table, place, VALUE) {
                prop_assert!(!follows(&known, &row_of(&is_in, true, true)), "{:?} can be worked out", place);
            }
            if with_part {
                if is_withheld(&table, place, PART) {
                    prop_assert!(!follows(&known, &row_of(&is_in, true, false)), "a part of {:?}", place);
                }
                prop_assert!(!sensitive_and_known(&is_in, false, true), "what is left over of {:?}", place);
            }
        }
        // What stands in the same rows, and what in both, is printed nowhere.
        for (set, column) in (0..ROWS).flat_map(|set| (0..COLUMNS).map(move |column| (set, column))) {
            let is_in = |own: u32, at: u32| (own, at) == (set, column);
            prop_assert!(!sensitive_and_known(&is_in, true, true), "the records of set {} in {}", set, column);
            if with_part {
                prop_assert!(!sensitive_and_known(&is_in, true, false), "a part of set {} in {}", set, column);
                prop_assert!(!sensitive_and_known(&is_in, false, true), "what is left over of set {} in {}", set, column);
            }
        }
        let sums = report.sums.unwrap();
        prop_assert_eq!(sums.certified.not_known, sums.certified.figures);
        prop_assert!(sums.unprotected.is_empty());
    }
}

#[test]
fn the_report_tells_of_sums_apart() {
    let mut records: Vec<Record> = Vec::new();
    for row in 0..ROWS {
        for column in 0..COLUMNS {
            records.extend((0..6).map(|at| (row, column, true, 1000 + 10 * at)));
        }
    }
    records.push((0, 0, true, 50_000));
    let (_, report) = protected(&records, false, false, &policy(3, 1)).unwrap();
    assert!(report.withheld.is_empty(), "no count is small");
    let sums = report.sums.as_deref().unwrap();
    let named = |row: &str, column: &str| {
        let pairs = [("table", "t"), ("measure", "Value"), ("row", row), ("column", column)];
        pairs.into_iter().map(|(key, text)| (key.to_owned(), text.to_owned())).collect::<BTreeMap<_, _>>()
    };
    let first = sums.withheld.iter().find(|withheld| withheld.figure == named("0", "0")).unwrap();
    assert!(first.primary && first.places == 2);
    // 10 % of 500.00 less what the others have, 50.50 without the second: nothing. 500.00 is more than 75 % of 561.50? It is:
    // 421.13; and 500.00 / 0.75 is 666.67, which is 105.17 more.
    assert!(first.low <= 56_150 - 10_517 && first.high.is_none_or(|high| high >= 56_150 + 10_517), "{first:?}");
    assert_eq!(sums.primaries, 1);
    // For the sum to rise, one beside it must fall by as much, and has no more than 61.50: two of its row and two of its
    // column do so together, and two more make up for these.
    assert_eq!(sums.secondaries, 6);
    assert_eq!(sums.counts_lost, 36, "so many records are in the sums that go with it");
    assert!(sums.not_considered.iter().any(|what| what.contains("single contributions")));
    let page = candour_protect::report::html("Report", &report);
    assert!(page.contains("<h2>Sums, and numbers of different people or things</h2>"), "{page}");
    let low = format!("{}.{:02} to ", first.low / 100, first.low % 100);
    assert!(page.contains(&low), "in pounds and pence: {low} {page}");
    assert!(page.contains("the largest contribution holds more than 75 %"), "{page}");
}

#[test]
fn sums_below_zero_are_named_in_the_report() {
    let mut records: Vec<Record> =
        (0..9).flat_map(|cell| (0..5).map(move |at| (cell / 3, cell % 3, true, 90 + at))).collect();
    records.extend([(0, 0, true, -6000), (1, 1, true, -70)]);
    let (table, report) = protected(&records, false, false, &policy(3, 1)).unwrap();
    assert!(is_withheld(&table, [Some(0), Some(0)], VALUE), "6000 of 6460, whatever the sign");
    let sums = report.sums.unwrap();
    assert!(sums.not_considered.iter().any(|what| what.contains("below zero")));
    assert!(sums.by_level.iter().all(|level| level.per_mille <= 1000));
}

#[test]
fn an_interval_for_all_figures_holds_for_sums_too() {
    let records: Vec<Record> =
        (0..9).flat_map(|cell| (0..5).map(move |at| (cell / 3, cell % 3, true, 900 + at))).collect();
    let records: Vec<Record> = records.into_iter().chain([(2, 2, true, 40_000)]).collect();
    let wide = Suppression { protection: Protection::Interval { millionths: 500_000, least: 1 }, ..policy(3, 0) };
    let (_, report) = protected(&records, false, false, &wide).unwrap();
    let sums = report.sums.unwrap();
    let value: i64 = 44_510;
    let one = sums.withheld.iter().find(|withheld| withheld.primary).unwrap();
    assert!(one.low <= value / 2 && one.high.is_none_or(|high| high >= value + value / 2), "{one:?}");
}

#[test]
fn a_sum_that_is_too_large_is_refused() {
    let records: Vec<Record> = (0..9).map(|cell| (cell / 3, cell % 3, true, 1 << 52)).collect();
    let refused = protected(&records, false, false, &policy(2, 0)).unwrap_err();
    assert!(matches!(refused, SuppressionError::TooLarge(_)), "{refused}");
}
