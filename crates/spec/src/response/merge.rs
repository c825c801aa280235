//! Categories that the policy makes one, before anything is counted.

use std::collections::{BTreeMap, BTreeSet};

use candour_model::{Atoms, Category, CategoryKind, Merge};

use super::Resolver;
use super::categories::slug;
use super::dimension::Made;
use super::types::{DimensionSource, TableDimension};
use crate::diagnostic::Fault;

/// What the policy makes one, by the dimension's id.
#[derive(Default)]
pub(super) struct Merged {
    /// The ids and labels of categories that there are in any table.
    pub(super) known: BTreeMap<String, BTreeSet<String>>,
    /// In the table that is worked on: for each category that is no more, by id and label, what it has become and of how
    /// many.
    pub(super) now: BTreeMap<String, BTreeMap<String, (String, usize)>>,
}

impl Resolver<'_> {
    /// Makes categories one in each dimension of a table that has several of them.
    pub(super) fn merge(&self, made: &mut [Made]) {
        let Some(policy) = self.suppression() else { return };
        let mut merged = self.merged.borrow_mut();
        merged.now.clear();
        for merge in &policy.merge {
            let Some(at) = made.iter().position(|made| made.dimension.dimension.id == merge.dimension) else {
                continue;
            };
            let categories = &made[at].dimension.dimension.categories;
            let names = |category: &Category| [category.id.clone(), category.label.clone()];
            merged.known.entry(merge.dimension.clone()).or_default().extend(categories.iter().flat_map(names));
            let of: Vec<u32> = merge.of.iter().filter_map(|name| made[at].dimension.dimension.position(name)).collect();
            if of.len() < 2 {
                continue;
            }
            let linked = made.iter().enumerate().any(|(other, made)| {
                made.dimension.dimension.rolls_up_to == Some(at)
                    || (other != at && made.dimension.atoms.with.contains(&at))
            });
            let hint = "make them one in the response file instead, by `groups`, `bands` or periods";
            let into = &merge.into;
            let dimension = &made[at].dimension;
            let taken = dimension.dimension.position(into).is_some_and(|position| !of.contains(&position));
            let message = if linked {
                format!("the policy merges categories of `{}`, which others lie in", merge.dimension)
            } else if taken {
                format!("the policy merges categories of `{}` into `{into}`, which is there already", merge.dimension)
            } else if !can_merge(dimension, &of) {
                format!("the policy merges categories of `{}` that cannot be one", merge.dimension)
            } else {
                let parts: BTreeSet<u32> = of.iter().copied().collect();
                let now = merged.now.entry(merge.dimension.clone()).or_default();
                let old: Vec<[String; 2]> = parts.iter().map(|&part| names(&categories[part as usize])).collect();
                // What was made of others before may be made into more.
                let before: Vec<String> = now
                    .iter()
                    .filter(|(_, (into, _))| old.iter().any(|names| names.contains(into)))
                    .map(|(name, _)| name.clone())
                    .collect();
                let of_one = |names: &[String; 2]| {
                    now.values().find(|(into, _)| names.contains(into)).map_or(1, |(_, number)| *number)
                };
                let number = old.iter().map(of_one).sum();
                now.extend(
                    before.into_iter().chain(old.into_iter().flatten()).map(|name| (name, (into.clone(), number))),
                );
                unite(&mut made[at].dimension, &of, merge);
                continue;
            };
            self.faults.push(Fault::new(self.policy_span(), message).hint(hint));
        }
    }
}

/// Whether records of some categories can stand in one: they are no time, no part of one another, and lie in the same.
fn can_merge(dimension: &TableDimension, of: &[u32]) -> bool {
    let categories = &dimension.dimension.categories;
    let of_which = categories.iter().any(|category| category.of_which.is_some());
    let plain = |source: &DimensionSource| {
        matches!(source, DimensionSource::Codes { .. } | DimensionSource::Bands { .. } | DimensionSource::Texts { .. })
    };
    let place = |at: &u32| {
        let category = &categories[*at as usize];
        (category.parent, category.other_parents.clone(), category.held_by_none)
    };
    plain(&dimension.source) && !of_which && of.iter().all(|at| place(at) == place(&of[0]))
}

/// Makes some categories one, which stands where the first of them stood.
fn unite(dimension: &mut TableDimension, of: &[u32], merge: &Merge) {
    let first = of.iter().copied().min().unwrap_or(0);
    let categories = std::mem::take(&mut dimension.dimension.categories);
    let mut position: BTreeMap<u32, u32> = BTreeMap::new();
    let mut kept: Vec<Category> = Vec::new();
    for (at, category) in (0_u32..).zip(categories) {
        if of.contains(&at) && at != first {
            continue;
        }
        position.insert(at, kept.len() as u32);
        kept.push(match at == first {
            true => {
                Category { id: slug(&merge.into), label: merge.into.clone(), kind: CategoryKind::Group, ..category }
            }
            false => category,
        });
    }
    let united = position[&first];
    of.iter().for_each(|&at| {
        position.insert(at, united);
    });
    dimension.dimension.categories = kept;
    // Sets that have become the same are one, so that what does not overlap adds up plainly.
    let mut sets: Vec<Vec<Vec<u32>>> = Vec::new();
    let mut moved: Vec<u32> = Vec::new();
    for set in &dimension.atoms.sets {
        let mut set: Vec<Vec<u32>> = set
            .iter()
            .map(|path| {
                let mut path = path.clone();
                if let Some(own) = path.last_mut() {
                    *own = position[own];
                }
                path
            })
            .collect();
        set.sort_unstable();
        set.dedup();
        let at = sets.iter().position(|known| *known == set).unwrap_or_else(|| {
            sets.push(set);
            sets.len() - 1
        });
        moved.push(at as u32);
    }
    dimension.atoms = Atoms { with: std::mem::take(&mut dimension.atoms.with), sets };
    let to = |atom: &mut u32| *atom = moved[*atom as usize];
    match &mut dimension.source {
        DimensionSource::Codes { atoms, .. } => atoms.iter_mut().for_each(|code| to(&mut code.atom)),
        DimensionSource::Bands { bands, .. } => bands.iter_mut().for_each(|band| to(&mut band.atom)),
        DimensionSource::Texts { values, atoms, .. } => {
            *atoms = (0..values.len()).map(|value| moved[value]).collect();
        }
        _ => {}
    }
    dimension.unrecorded.iter_mut().for_each(to);
    dimension.unlisted.iter_mut().for_each(to);
}
