//! Zeros that are withheld in tables whose categories nest or overlap: no table of whole numbers that fits what is published
//! may be the only one, for any figure that is withheld for itself. What can be is written out here: nothing is asked of the
//! engine but what it withholds.

use candour_model::{
    Atoms, Attacker, Axis, Breakdown, Category, CategoryKind, Cells, Coord, Dimension, Grid, Marks, Policy, Protected,
    Quantity, Shown, Suppression, Zeros, grid,
};
use candour_protect::engine::{Cell, Equation, Primary, Role, System};
use candour_protect::{Asked, Reads, TableKey, protect};
use proptest::prelude::*;

use crate::enumerator::Riddle;

const THRESHOLD: u64 = 3;
/// Totals below it are not broken down by outcome.
const BELOW: i128 = 5;
const OUTCOMES: u32 = 2;

/// What a record stands in, beside its outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Four areas, two in each of two boroughs.
    Areas,
    /// Three bands, of which the first two share an age.
    Bands,
}

impl Shape {
    /// For each thing that a record can be, its categories: one list a dimension.
    fn stands(self) -> Vec<Vec<Vec<u32>>> {
        match self {
            Self::Areas => (0..4).map(|area| vec![vec![area / 2], vec![area]]).collect(),
            Self::Bands => vec![vec![vec![0]], vec![vec![0, 1]], vec![vec![1]], vec![vec![2]]],
        }
    }

    fn dimensions(self) -> Vec<Dimension> {
        let dimension = |id: &str, rolls_up_to, categories: Vec<Category>| Dimension {
            id: id.into(),
            label: id.into(),
            axis: Axis::Rows,
            rolls_up_to,
            overlaps: self == Self::Bands && id == "band",
            categories,
        };
        let category = |at: u32| Category::new(at.to_string(), at.to_string(), CategoryKind::Code { group: None });
        let area = |at: u32| Category { parent: Some(at / 2), ..category(at) };
        let outcome = dimension("outcome", None, (0..OUTCOMES).map(category).collect());
        match self {
            Self::Areas => vec![
                dimension("borough", None, (0..2).map(category).collect()),
                dimension("area", Some(0), (0..4).map(area).collect()),
                outcome,
            ],
            Self::Bands => vec![dimension("band", None, (0..3).map(category).collect()), outcome],
        }
    }

    fn atoms(self) -> Vec<Atoms> {
        let outcome = Atoms::plain(OUTCOMES as usize);
        match self {
            Self::Areas => {
                let areas = Atoms { with: vec![0], sets: (0..4).map(|area| vec![vec![area / 2, area]]).collect() };
                vec![Atoms::plain(2), areas, outcome]
            }
            Self::Bands => vec![Atoms::alone([vec![0], vec![0, 1], vec![1], vec![2]]), outcome],
        }
    }

    /// The set of a finest cell for something that a record can be.
    fn set(self, at: u32, outcome: u32) -> Vec<u32> {
        match self {
            Self::Areas => vec![at / 2, at, outcome],
            Self::Bands => vec![at, outcome],
        }
    }

    fn places(self) -> Vec<Vec<Coord>> {
        let outcomes = || (0..OUTCOMES).map(Coord::At).chain([Coord::Total]);
        let sides: Vec<Vec<Coord>> = match self {
            Self::Areas => {
                let areas = (0..4).map(|area| vec![Coord::At(area / 2), Coord::At(area)]);
                let boroughs = (0..2).map(|borough| vec![Coord::At(borough), Coord::Total]);
                areas.chain(boroughs).chain([vec![Coord::Total, Coord::Total]]).collect()
            }
            Self::Bands => (0..3).map(Coord::At).chain([Coord::Total]).map(|band| vec![band]).collect(),
        };
        sides.iter().flat_map(|side| outcomes().map(move |outcome| [&side[..], &[outcome]].concat())).collect()
    }
}

/// For each thing that a record can be, and each outcome: how many meet the condition of the measure, and how many do not.
type Counts = Vec<[i128; 2]>;

fn cells(shape: Shape, counts: &Counts, with_measure: bool) -> Cells {
    let atoms = shape.atoms();
    let sizes: Vec<u32> = atoms.iter().map(Atoms::count).collect();
    let width = 1 + usize::from(with_measure);
    let rows = (0..).zip(counts).filter(|(_, count)| count[0] + count[1] > 0).map(|(at, count)| {
        let set = shape.set(at / OUTCOMES, at % OUTCOMES);
        (grid::pack(&sizes, &set), vec![count[0] + count[1], count[0]][..width].to_vec())
    });
    let mut rows: Vec<(u64, Vec<i128>)> = rows.collect();
    rows.sort();
    Cells {
        table: "t".into(),
        dimensions: shape.dimensions(),
        atoms,
        quantities: vec![Quantity::RECORDS; width],
        labels: ["", "solved"][..width].iter().map(|label| (*label).to_owned()).collect(),
        finest: Grid::new(sizes, width, rows),
        apart: None,
        left_out: Vec::new(),
        relation: None,
        contributors: Vec::new(),
    }
}

fn policy(is_sensitive: bool) -> Suppression {
    let attacker = Attacker { suppressed_at_least: u64::from(!is_sensitive), marks: Marks::Same, insiders: 0 };
    let policy = Suppression::below(THRESHOLD, attacker);
    match is_sensitive {
        true => Suppression { zeros: Zeros::Sensitive, ..policy },
        false => Suppression { breakdowns: vec![Breakdown { by: "outcome".into(), below: BELOW as u64 }], ..policy },
    }
}

fn protected(cells: &Cells, policy: &Suppression) -> Option<Protected> {
    let columns: Vec<_> = (0..cells.dimensions.len()).map(|at| [(0, at)].into()).collect();
    let key = TableKey {
        scope: "s".into(),
        parents: None,
        dimensions: cells.dimensions.iter().map(|dimension| dimension.id.clone()).collect(),
        quantities: vec![String::new(), "solved".into()],
        reads: Reads {
            dimensions: columns,
            quantities: vec![[].into(), [(0, 9)].into()],
            conditions: vec![[].into(), [(0, 9)].into()],
            ..Reads::default()
        },
    };
    let protected = protect(&Asked {
        tables: std::slice::from_ref(cells),
        keys: &[key],
        together: &[],
        cuts: &[],
        lists: &[],
        policy: &Policy::Suppress(Box::new(policy.clone())),
        secret: b"secret",
        is_shown: &|_, _| true,
        residents: None,
    });
    protected.ok().and_then(|(protected, _)| protected.into_iter().next())
}

/// What the attacker faces, and the figures that are withheld for themselves.
struct Facing {
    system: System,
    withheld: Vec<bool>,
    sensitive: Vec<(usize, String)>,
}

fn facing(shape: Shape, counts: &Counts, with_measure: bool, is_sensitive: bool, protected: &Protected) -> Facing {
    let (mut cells, mut equations, mut sensitive) = (Vec::new(), Vec::new(), Vec::new());
    let mut withheld = Vec::new();
    // Two unknowns for all that a record can be: they meet the condition of the measure or not.
    for count in counts.iter().flatten() {
        cells.push(Cell::count(*count as i64, 0, Role::Hidden, Primary::No));
        withheld.push(false);
    }
    let stands = shape.stands();
    let parts = |place: &[Coord], quantity: usize| -> Vec<usize> {
        let (outcome, side) = place.split_last().unwrap();
        let is_in = |at: usize| {
            let own = &stands[at / OUTCOMES as usize];
            let mut sides = side.iter().zip(own);
            sides.all(|(coord, own)| match coord {
                Coord::At(category) => own.contains(category),
                _ => true,
            }) && (*outcome == Coord::Total || *outcome == Coord::At(at as u32 % OUTCOMES))
        };
        let inside = (0..counts.len()).filter(|&at| is_in(at));
        inside.flat_map(|at| [2 * at, 2 * at + 1].into_iter().take(2 - quantity)).collect()
    };
    let value = |parts: &[usize]| parts.iter().map(|&part| counts[part / 2][part % 2]).sum::<i128>();
    for place in shape.places() {
        let mut total = place.clone();
        *total.last_mut().unwrap() = Coord::Total;
        let is_broken_down = total != place && (1..BELOW).contains(&value(&parts(&total, 0)));
        for quantity in 0..=usize::from(with_measure) {
            let parts = parts(&place, quantity);
            let value = value(&parts);
            let is_withheld = matches!(protected.at(&place, quantity), Shown::Withheld(_));
            let at = cells.len();
            let in_line = is_broken_down && !is_sensitive;
            let least = (in_line || is_sensitive).then_some(0);
            cells.push(Cell { least, ..Cell::count(value as i64, 0, Role::Free, Primary::No) });
            withheld.push(is_withheld);
            let small = if is_sensitive { 0..i128::from(THRESHOLD) } else { 1..i128::from(THRESHOLD) };
            // A zero that is published follows from another.
            if small.contains(&value) || (in_line && (value > 0 || is_withheld)) {
                sensitive.push((at, format!("{place:?} of quantity {quantity}, which is {value}")));
            }
            let terms = [(at as u32, 1)].into_iter().chain(parts.into_iter().map(|part| (part as u32, -1)));
            equations.push(Equation { terms: terms.collect() });
        }
    }
    Facing { system: System { cells, equations, above: None }, withheld, sensitive }
}

fn counts() -> impl Strategy<Value = Counts> {
    let count = prop_oneof![4 => Just(0_i128), 2 => 1_i128..4, 2 => 4_i128..9];
    proptest::collection::vec([count.clone(), count], 4 * OUTCOMES as usize)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, max_global_rejects: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn withheld_zeros_cannot_be_worked_out(
        counts in counts(),
        shape in prop_oneof![Just(Shape::Areas), Just(Shape::Bands)],
        with_measure in any::<bool>(),
        is_sensitive in any::<bool>(),
    ) {
        let counts: Counts = match with_measure {
            true => counts,
            false => counts.into_iter().map(|count| [count[0], 0]).collect(),
        };
        let cells = cells(shape, &counts, with_measure);
        let policy = policy(is_sensitive);
        let Some(protected) = protected(&cells, &policy) else { return Err(TestCaseError::reject("not protected")) };
        let Facing { system, withheld, sensitive } = facing(shape, &counts, with_measure, is_sensitive, &protected);
        prop_assert_eq!(system.contradiction(), None);
        let riddle = Riddle::new(&system, &policy.attacker, &withheld);
        for (at, name) in sensitive {
            prop_assert!(withheld[at], "{} is published", name);
            // What takes too long to try out proves nothing.
            prop_assert!(riddle.is_known(at) != Ok(true), "{} can be worked out", name);
        }
    }
}
