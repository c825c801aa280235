//! Which categories to merge, so that fewer figures are sensitive.

use candour_model::{Membership, Merge, Suppression, Zeros};

use super::MadeElsewhere;
use crate::rules::{Offer, Risk, Why};

/// How many merges are offered.
const OFFERED: usize = 3;

/// From so many figures looked at, a dimension is not tried.
const MOST: usize = 10_000_000;

impl MadeElsewhere {
    /// For each dimension the two categories that leave fewest small figures when they are made one; the best few. Of a
    /// dimension with two categories none are left to merge: taking it away is a choice of its own.
    pub fn offers(&self, policy: &Suppression, risks: &[Option<Risk>]) -> Vec<Offer> {
        let is_small = |at: &usize| risks[*at].is_some_and(|risk| matches!(risk.why, Why::Size | Why::FewContributors));
        let sensitive = (0..self.len()).filter(is_small).count();
        // Where a count is judged by more than its size, a merge is more than a sum; of one that is not known nothing is said.
        let plain = !(0..self.len()).any(|at| self.is_stand_in(at))
            && policy.membership == Membership::Sensitive
            && policy.population.is_none()
            && policy.zeros == Zeros::Published
            && policy.keep.is_empty();
        if sensitive == 0 || !plain {
            return Vec::new();
        }
        let mut offers: Vec<Offer> =
            (0..self.sides.len()).filter_map(|side| self.best_merge(side, policy.threshold, sensitive)).collect();
        offers.sort_by_key(|offer| offer.sensitive_after);
        offers.truncate(OFFERED);
        offers
    }

    fn best_merge(&self, side: usize, threshold: u64, sensitive: usize) -> Option<Offer> {
        let nodes = &self.sides[side].nodes;
        let leaves = nodes.iter().filter(|node| node.parts.is_empty()).count();
        if leaves < 3 || leaves.saturating_mul(self.len()) > MOST {
            return None;
        }
        let is_small = |value: i64| value > 0 && value.unsigned_abs() < threshold;
        let elsewhere: Vec<Vec<usize>> =
            (0..self.len()).map(|at| self.places(at)).filter(|places| places[side] == 0).collect();
        let mut best: Option<(usize, u32, u32)> = None;
        for holder in nodes.iter().filter(|node| node.parts.len() > 1) {
            let leaves: Vec<u32> =
                holder.parts.iter().copied().filter(|&part| nodes[part as usize].parts.is_empty()).collect();
            for (position, &left) in leaves.iter().enumerate() {
                for &right in &leaves[position + 1..] {
                    let fewer = |places: &Vec<usize>| {
                        let at = |node: u32| {
                            let mut places = places.clone();
                            places[side] = node as usize;
                            self.people(self.at(&places))
                        };
                        let (left, right) = (at(left), at(right));
                        let before = usize::from(is_small(left)) + usize::from(is_small(right));
                        (before, usize::from(is_small(left.saturating_add(right))))
                    };
                    let (before, after) = elsewhere.iter().map(fewer).fold((0, 0), |(b, a), (x, y)| (b + x, a + y));
                    let gain = before - after.min(before);
                    if gain > best.map_or(0, |(gain, ..)| gain) {
                        best = Some((gain, left, right));
                    }
                }
            }
        }
        let (gain, left, right) = best?;
        let level = self.sides[side].columns.len() - 1;
        let text = |node: u32| {
            let texts = &nodes[node as usize].texts;
            texts.iter().rev().find(|text| *text != super::TOTAL).cloned().unwrap_or_default()
        };
        let merge = Merge {
            dimension: self.columns[self.sides[side].columns[level]].clone(),
            of: vec![text(left), text(right)],
            into: format!("{} or {}", text(left), text(right)),
        };
        Some(Offer { merge, sensitive_before: sensitive, sensitive_after: sensitive.saturating_sub(gain) })
    }
}
