//! Tables of offences and of their victims in one release, against every world in which these could be.

use std::collections::BTreeSet;

use candour_model::{
    Atoms, Attacker, Axis, Category, CategoryKind, Cells, Coord, Dimension, Grid, Marks, Policy, Protected, Quantity,
    Relation, Shown, Suppression,
};
use candour_protect::{Asked, Reads, TableKey, protect};
use proptest::prelude::*;

const THRESHOLD: u64 = 3;
const AREAS: usize = 3;

/// The offences of an area: those without a victim, with one and with several, and the victims beyond the first of each.
type Area = [u64; 4];

fn offences(area: &Area) -> u64 {
    area[0] + area[1] + area[2]
}

fn victims(area: &Area) -> u64 {
    area[1] + area[2] + area[3]
}

fn table(id: &str, counts: &[u64], relation: Option<Relation>) -> Cells {
    let category = |at: usize| Category::new(at.to_string(), at.to_string(), CategoryKind::Code { group: None });
    let rows = (0..).zip(counts).filter(|(_, count)| **count > 0).map(|(at, &count)| (at, vec![i128::from(count)]));
    Cells {
        table: id.into(),
        dimensions: vec![Dimension {
            id: "area".into(),
            label: "Area".into(),
            axis: Axis::Rows,
            rolls_up_to: None,
            overlaps: false,
            categories: (0..AREAS).map(category).collect(),
        }],
        atoms: vec![Atoms::plain(AREAS)],
        quantities: vec![Quantity::RECORDS],
        labels: vec![String::new()],
        finest: Grid::new(vec![AREAS as u32], 1, rows),
        apart: None,
        left_out: Vec::new(),
        relation,
        contributors: Vec::new(),
    }
}

fn protected(areas: &[Area], keep: &[(&str, usize)]) -> Option<Vec<Protected>> {
    let sum = |at: usize| areas.iter().map(|area| area[at]).sum::<u64>();
    let relation = Relation { parents: areas.iter().map(offences).sum(), without: sum(0), several: sum(2) };
    let tables = [
        table("offences", &areas.iter().map(offences).collect::<Vec<_>>(), None),
        table("victims", &areas.iter().map(victims).collect::<Vec<_>>(), Some(relation)),
    ];
    let key = |scope: &str, parents: Option<&str>| TableKey {
        scope: scope.into(),
        parents: parents.map(str::to_owned),
        dimensions: vec!["area".into()],
        quantities: vec!["n".into()],
        reads: Reads { dimensions: vec![[(0, 0)].into()], ..Reads::default() },
    };
    let attacker = Attacker { suppressed_at_least: 1, marks: Marks::Same, insiders: 0 };
    let named = |&(table, area): &(&str, usize)| {
        [("table".to_owned(), table.to_owned()), ("area".to_owned(), area.to_string())].into()
    };
    let policy = Suppression { keep: keep.iter().map(named).collect(), ..Suppression::below(THRESHOLD, attacker) };
    let protected = protect(&Asked {
        tables: &tables,
        keys: &[key("offences", None), key("victims", Some("offences"))],
        together: &[],
        cuts: &[],
        lists: &[],
        policy: &Policy::Suppress(Box::new(policy)),
        secret: b"secret",
        is_shown: &|_, _| true,
        residents: None,
    });
    protected.ok().map(|(protected, _)| protected)
}

fn number(shown: Shown) -> Option<u64> {
    match shown {
        Shown::Value(value) => value.to_string().parse().ok(),
        Shown::Withheld(_) => None,
    }
}

/// Whether a number can be what is shown, or is withheld.
fn can_be(shown: Option<u64>, number: u64) -> bool {
    shown.map_or(number > 0, |shown| shown == number)
}

/// What is told of all areas together.
struct Totals {
    offences: Option<u64>,
    victims: Option<u64>,
    without: Option<u64>,
    several: Option<u64>,
}

impl Totals {
    fn are(&self, worlds: [&Area; AREAS]) -> bool {
        let sum = |of: &dyn Fn(&Area) -> u64| worlds.iter().map(|area| of(area)).sum::<u64>();
        can_be(self.offences, sum(&offences))
            && can_be(self.victims, sum(&victims))
            && can_be(self.without, sum(&|area| area[0]))
            && can_be(self.several, sum(&|area| area[2]))
    }
}

/// The worlds of one area, up to numbers that nobody would reach.
fn worlds(of: (Option<u64>, Option<u64>), most: u64) -> Vec<Area> {
    let numbers = || 0..=most;
    let mut found = Vec::new();
    for without in numbers() {
        for several in numbers() {
            for beyond in several..=if several == 0 { 0 } else { most } {
                for one in numbers() {
                    let area = [without, one, several, beyond];
                    if can_be(of.0, offences(&area)) && can_be(of.1, victims(&area)) {
                        found.push(area);
                    }
                }
            }
        }
    }
    found
}

/// The small figures that are withheld and can only be what they are.
fn known(areas: &[Area], protected: &[Protected]) -> Vec<String> {
    let at = |table: usize, place: Coord| number(protected[table].records(&[place]));
    let relation = protected[1].relation.as_ref().unwrap();
    let totals = Totals {
        offences: at(0, Coord::Total).or(number(relation.parents)),
        victims: at(1, Coord::Total),
        without: number(relation.without),
        several: number(relation.several),
    };
    let shown: Vec<_> = (0..AREAS as u32).map(|area| (at(0, Coord::At(area)), at(1, Coord::At(area)))).collect();
    let all: Vec<Vec<Area>> = shown.iter().map(|shown| worlds(*shown, 6)).collect();
    let mut seen: [[BTreeSet<u64>; 2]; AREAS] = Default::default();
    for first in &all[0] {
        for second in &all[1] {
            for third in all[2].iter().filter(|third| totals.are([first, second, third])) {
                for (seen, area) in seen.iter_mut().zip([first, second, third]) {
                    seen[0].insert(offences(area));
                    seen[1].insert(victims(area));
                }
            }
        }
    }
    let mut known = Vec::new();
    for (at, area) in areas.iter().enumerate() {
        for (table, (value, shown)) in [(offences(area), shown[at].0), (victims(area), shown[at].1)].iter().enumerate()
        {
            assert!(seen[at][table].contains(value), "the true world is one of them");
            if (1..THRESHOLD).contains(value) && (shown.is_some() || seen[at][table].len() == 1) {
                known.push(format!("area {at}, table {table}: {value}"));
            }
        }
    }
    known
}

#[test]
fn where_each_offence_has_one_victim_the_tables_withhold_the_same() {
    let areas = [[0, 6, 0, 0], [0, 1, 0, 0], [0, 6, 0, 0]];
    let tables = protected(&areas, &[]).unwrap();
    for area in 0..AREAS as u32 {
        let at = |table: usize| number(tables[table].records(&[Coord::At(area)]));
        assert_eq!(at(0), at(1));
    }
    // Where each keeps what the other would have to withhold, their totals go.
    let tables = protected(&areas, &[("offences", 0), ("victims", 2)]).unwrap();
    assert_eq!(known(&areas, &tables), Vec::<String>::new());
    assert_eq!([0, 1].map(|table: usize| number(tables[table].records(&[Coord::Total]))), [None, None]);
    // As long as nobody knows of which offences there are more victims, they may.
    assert!(protected(&[[0, 5, 2, 4], [0, 1, 2, 2], [0, 6, 0, 0]], &[("offences", 0), ("victims", 2)]).is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 60 } else { 600 }))]

    #[test]
    fn no_table_of_one_unit_tells_what_the_other_withholds(
        areas in prop::collection::vec((0..3_u64, 0..5_u64, 0..3_u64, 0..2_u64), AREAS),
        has_none in any::<bool>(),
        has_one in any::<bool>(),
        keep in prop::collection::vec((0..2_usize, 0..AREAS), 0..3),
    ) {
        let area = |&(without, one, several, beyond): &(u64, u64, u64, u64)| {
            let several = if has_one { 0 } else { several };
            [if has_none { 0 } else { without }, one, several, several + if several > 0 { beyond } else { 0 }]
        };
        let areas: Vec<Area> = areas.iter().map(area).collect();
        let keep: Vec<(&str, usize)> = keep.into_iter().map(|(table, at)| (["offences", "victims"][table], at)).collect();
        // Only what is not small is kept by hand: what is kept is shown.
        let is_large = |&(table, at): &(&str, usize)| {
            let value = if table == "offences" { offences(&areas[at]) } else { victims(&areas[at]) };
            value == 0 || value >= THRESHOLD
        };
        let keep: Vec<(&str, usize)> = keep.into_iter().filter(is_large).collect();
        if let Some(protected) = protected(&areas, &keep) {
            prop_assert_eq!(known(&areas, &protected), Vec::<String>::new());
        }
    }
}
