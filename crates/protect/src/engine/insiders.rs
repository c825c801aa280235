//! Contributors who know their own records: who is counted once in a figure of 1 knows that figure.
//!
//! A figure that holds no more contributors than may put their knowledge together is taken to be known to them, with every
//! figure that holds the same people (coalitions: Hundepool and others, Statistical Disclosure Control, Wiley 2012, chapter
//! 4). That the people of several figures come together is not looked at. What they must not learn is another sensitive
//! figure.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::attack::{Room, Witnesses};
use super::audit::{Depth, audit};
use super::local::Map;
use super::need::Need;
use candour_model::Attacker;

/// The figures that insiders of a figure know: it, and those that hold the same people. It comes first.
pub(crate) fn known(map: &Map<'_>, room: &Room, own: usize) -> Rc<[usize]> {
    let mut known = vec![own];
    let mut at = 0;
    while let Some(&cell) = known.get(at) {
        at += 1;
        for &equation in &map.uses[cell] {
            let terms = &map.system.equations[equation as usize].terms;
            let Some(sign) = terms.iter().find(|(other, _)| *other as usize == cell).map(|(_, by)| by.signum()) else {
                continue;
            };
            // A total and a part of the same number are the same people.
            let same = terms.iter().filter(|(other, by)| {
                by.signum() != sign && map.system.cells[*other as usize].people == map.system.cells[cell].people
            });
            for other in same.map(|(other, _)| *other as usize) {
                if !known.contains(&other) {
                    known.push(other);
                }
            }
        }
    }
    known.retain(|&cell| room.unknown[cell]);
    Rc::from(known)
}

/// What insiders learn: the figures that they know, and a sensitive figure that they then know exactly.
pub(crate) fn learn(
    map: &Map<'_>,
    attacker: &Attacker,
    room: &Room,
    withheld: &[bool],
    wanted: &[Option<Need>],
    seen: &mut Witnesses,
    work: &mut u64,
) -> Vec<(Rc<[usize]>, usize)> {
    let most = i64::try_from(attacker.insiders).unwrap_or(i64::MAX);
    let people = |cell: usize| map.system.cells[cell].people;
    let few: Vec<usize> =
        (0..withheld.len()).filter(|&cell| withheld[cell] && (1..=most).contains(&people(cell))).collect();
    let groups = few.iter().map(|&own| known(map, room, own));
    let mut learnt: Vec<(Rc<[usize]>, usize)> = Vec::new();
    let mut looked_at: BTreeSet<Rc<[usize]>> = BTreeSet::new();
    for known in groups {
        let mut sorted = known.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        if !looked_at.insert(Rc::from(sorted)) {
            continue;
        }
        let mut inside = room.clone();
        for &cell in known.iter() {
            (inside.low[cell], inside.high[cell]) = (0, 0);
        }
        let needs: Vec<Option<Need>> = (0..withheld.len())
            .map(|cell| wanted[cell].filter(|_| !known.contains(&cell)).map(|_| Need::EXACT))
            .collect();
        let found = audit(map, &inside, &needs, Depth::Needs, seen.kept(&inside));
        *work += found.work;
        let exposed = (0..withheld.len())
            .filter(|&cell| needs[cell].is_some() && withheld[cell] && found.witnesses.width(cell) == 0);
        learnt.extend(exposed.map(|cell| (Rc::clone(&known), cell)));
        // What is possible to insiders is possible to all.
        seen.join(found.witnesses);
    }
    learnt
}
