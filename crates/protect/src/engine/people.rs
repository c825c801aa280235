//! Who is counted where: which figures hold the people of others, and how many people some figures hold together.
//!
//! A system has no records, only sums. That a total is the sum of its parts tells that the parts hold all of its people and
//! share none. Whether figures of two tables share people is often not told by any sum (the one burglar and the one woman
//! of an area); then they may, since whoever is both knows both. So figures are counted apart only where a sum says so.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::local::Map;
use super::system::{Equation, System};

/// The figures of few people, and how they hold each other.
pub(crate) struct People {
    most: i64,
    /// The people of each figure.
    count: Vec<i64>,
    /// For each figure of few people, the parts of each sum that it is: those that hold anybody.
    parts: HashMap<usize, Vec<Vec<usize>>>,
    /// For each of them, the figures of few people that it is a part of.
    wholes: HashMap<usize, Vec<usize>>,
    /// For a figure, the part of each sum that holds it, in order of sum; found when it is asked for.
    places: RefCell<HashMap<usize, Places>>,
}

/// Sums by number, each with the part of it that holds a figure.
type Places = Rc<[(u32, u32)]>;

impl People {
    /// `most` is how many people are few.
    pub(crate) fn new(map: &Map<'_>, most: u64) -> Self {
        let count: Vec<i64> = map.system.cells.iter().map(|cell| cell.people).collect();
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let (mut parts, mut wholes) = (HashMap::new(), HashMap::<usize, Vec<usize>>::new());
        for equation in &map.system.equations {
            let Some(whole) = whole(equation).filter(|&whole| (1..=most).contains(&count[whole])) else { continue };
            let inside: Vec<usize> = others(equation, whole).filter(|&part| count[part] > 0).collect();
            for &part in inside.iter().filter(|&&part| count[part] <= most) {
                wholes.entry(part).or_default().push(whole);
            }
            parts.entry(whole).or_insert_with(Vec::new).push(inside);
        }
        Self { most, count, parts, wholes, places: RefCell::default() }
    }

    /// Whether so few people are counted in a figure that they may be all who put together what they know.
    pub(crate) fn are_few(&self, cell: usize) -> bool {
        (1..=self.most).contains(&self.count[cell])
    }

    /// Every figure that holds no other people than some figures do, with these, in order.
    pub(crate) fn known(&self, of: &[usize]) -> Rc<[usize]> {
        let mut known: BTreeSet<usize> = of.iter().copied().collect();
        let mut open: Vec<usize> = of.to_vec();
        while let Some(cell) = open.pop() {
            let inside = self.parts.get(&cell).into_iter().flatten().flatten();
            let fewer: Vec<usize> = inside.copied().filter(|&part| self.are_few(part)).collect();
            let holds_no_other =
                |whole: &usize| self.parts[whole].iter().any(|parts| parts.iter().all(|part| known.contains(part)));
            let more = self.wholes.get(&cell).into_iter().flatten().copied().filter(holds_no_other);
            let found: Vec<usize> = more.chain(fewer).collect();
            open.extend(found.into_iter().filter(|&other| known.insert(other)));
        }
        known.into_iter().collect()
    }

    /// The fewest people that may be all who are counted in known figures (see [`known`](Self::known)).
    pub(crate) fn fewest(&self, map: &Map<'_>, known: &[usize]) -> i64 {
        let is_finest = |cell: &usize| !self.parts.contains_key(cell);
        let mut finest: Vec<usize> = known.iter().copied().filter(is_finest).collect();
        finest.sort_by_key(|&cell| (std::cmp::Reverse(self.count[cell]), cell));
        let places: Vec<Places> = finest.iter().map(|&cell| self.places(map, cell)).collect();
        // The most that is counted in figures of which each two are known to share nobody.
        let mut best = 0;
        let mut open: Vec<(usize, Vec<usize>, i64)> = vec![(0, Vec::new(), 0)];
        while let Some((at, taken, sum)) = open.pop() {
            best = best.max(sum);
            let left: i64 = finest[at..].iter().map(|&cell| self.count[cell]).sum();
            if at == finest.len() || sum + left <= best {
                continue;
            }
            let is_apart = taken.iter().all(|&other| share_nobody(&places[at], &places[other]));
            // Who is apart from all that come after is taken in any case.
            let is_alone = (at + 1..finest.len()).all(|other| share_nobody(&places[at], &places[other]));
            if !(is_apart && is_alone) {
                open.push((at + 1, taken.clone(), sum));
            }
            if is_apart {
                open.push((at + 1, [taken, vec![at]].concat(), sum + self.count[finest[at]]));
            }
        }
        best
    }

    /// Whether those who are counted in known figures may be few enough.
    pub(crate) fn may_meet(&self, map: &Map<'_>, known: &[usize]) -> bool {
        self.fewest(map, known) <= self.most
    }

    fn places(&self, map: &Map<'_>, cell: usize) -> Places {
        if let Some(places) = self.places.borrow().get(&cell) {
            return Rc::clone(places);
        }
        let (mut holding, mut open) = (BTreeSet::from([cell]), vec![cell]);
        let mut places = BTreeSet::new();
        while let Some(cell) = open.pop() {
            for &(number, _) in &map.uses[cell] {
                let equation = &map.system.equations[number as usize];
                let Some(whole) = whole(equation).filter(|&whole| whole != cell) else { continue };
                // Parts that count somebody twice tell nothing of who is apart.
                if is_partition(map.system, equation, whole) {
                    places.insert((number, cell as u32));
                }
                if holding.insert(whole) {
                    open.push(whole);
                }
            }
        }
        let places: Places = places.into_iter().collect();
        self.places.borrow_mut().insert(cell, Rc::clone(&places));
        places
    }
}

/// Whether some sum has two figures in different parts. Both lists are in order.
fn share_nobody(left: &[(u32, u32)], right: &[(u32, u32)]) -> bool {
    let (mut at, mut other) = (0, 0);
    while let (Some(one), Some(two)) = (left.get(at), right.get(other)) {
        match one.0.cmp(&two.0) {
            std::cmp::Ordering::Less => at += 1,
            std::cmp::Ordering::Greater => other += 1,
            std::cmp::Ordering::Equal => {
                if one.1 != two.1 {
                    return true;
                }
                (at, other) = (at + 1, other + 1);
            }
        }
    }
    false
}

/// The figure that an equation says to be the sum of all others, if it has that form.
fn whole(equation: &Equation) -> Option<usize> {
    let side = |sign: i32| equation.terms.iter().filter(move |(_, by)| by.signum() == sign);
    if equation.terms.len() < 2 || equation.terms.iter().any(|(_, by)| by.abs() != 1) {
        return None;
    }
    [1, -1]
        .into_iter()
        .find(|&sign| side(sign).count() == 1)
        .and_then(|sign| side(sign).next())
        .map(|term| term.0 as usize)
}

fn others(equation: &Equation, cell: usize) -> impl Iterator<Item = usize> + '_ {
    equation.terms.iter().map(|&(other, _)| other as usize).filter(move |&other| other != cell)
}

fn is_partition(system: &System, equation: &Equation, whole: usize) -> bool {
    let people = |cell: usize| system.cells[cell].people;
    people(whole) == others(equation, whole).map(people).sum::<i64>()
}
