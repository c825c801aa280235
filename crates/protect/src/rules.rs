//! Which figures are sensitive by themselves, and what each would tell of somebody.

use candour_model::{Dominance, FigureName, Merge, Share, Suppression, Zeros};
use serde::{Deserialize, Serialize};

/// Why a figure is sensitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// Its count is small.
    Size,
    /// Few contribute to its sum.
    FewContributors,
    /// Its largest contributions are too much of its sum.
    Dominance,
    /// The second largest contributor comes too near to the largest contribution.
    PPercent,
    /// It holds too large a part of the people who live there.
    MostOfThePeople,
    /// The breakdown that it stands in is withheld as a whole.
    WholeBreakdown,
    /// The policy names it.
    ByHand,
    /// It came withheld.
    CameWithheld,
}

/// What a figure would tell of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tells {
    /// That he is counted at all.
    Membership,
    /// Something more of one who is known to be counted.
    Attribute,
}

/// A sensitive figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Risk {
    /// Why.
    pub why: Why,
    /// What it tells.
    pub tells: Tells,
    /// How many people live where it was counted, as far as that is known.
    pub residents: Option<u64>,
}

/// How many figures were sensitive for one reason, and for how many of them less than asked could be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AtRisk {
    /// Why.
    pub why: Why,
    /// What they tell.
    pub tells: Tells,
    /// How many there were, with everything published.
    pub before: usize,
    /// How many of them can be worked out, lie in an interval that is narrower than asked, or are told to an insider.
    pub after: usize,
}

/// What is known of the contributions to a sum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contributors {
    /// How many contribute.
    pub people: u64,
    /// The largest contributions, the largest first.
    pub largest: Vec<i128>,
}

impl Contributors {
    /// The contributors of several sums together.
    pub fn of_all<'c>(sums: impl Iterator<Item = &'c Self>) -> Self {
        sums.fold(Self::default(), |mut all, one| {
            all.join(one);
            all
        })
    }

    /// The contributors of another sum as well, who are different people; as many of the largest as before.
    pub fn join(&mut self, others: &Self) {
        self.people = self.people.saturating_add(others.people);
        let most = self.largest.len().max(others.largest.len());
        self.largest.extend(&others.largest);
        self.largest.sort_unstable_by(|left, right| right.cmp(left));
        self.largest.truncate(most);
    }
}

/// Whether a sum is sensitive by its contributions, and how far from known it must then be; none where the policy's
/// protection says it. A sum of nobody is sensitive where zeros are. `size` is the sum, or of contributions with signs what they add up to without.
pub fn of_sum(policy: &Suppression, people: u64, size: i128, largest: &[i128]) -> Option<(Why, Option<i64>)> {
    let by_size = by_largest(policy, size, largest);
    match people {
        0 if policy.zeros == Zeros::Published => None,
        few if few < policy.threshold => Some((Why::FewContributors, by_size.map(|(_, distance)| distance))),
        _ => by_size.map(|(why, distance)| (why, Some(distance))),
    }
}

/// Whether the largest contributions make a sum sensitive, and how far from known it must then be: as far as the stricter
/// rule asks.
///
/// - Dominance (n, k): the n largest contributions are more than k percent of the sum; safe from the sum
///   `100 / k * (x1 + ... + xn)` on, so this less the sum is the distance.
/// - p percent: the sum less its two largest contributions is less than p percent of the largest; the distance is
///   `p / 100 * x1 - (T - x1 - x2)`.
///
/// Rules and distances: Hundepool and others, Handbook on Statistical Disclosure Control, second edition 2024, section 4.2.
pub fn by_largest(policy: &Suppression, size: i128, largest: &[i128]) -> Option<(Why, i64)> {
    let dominated = policy.dominance.and_then(|rule| dominance(rule, size, largest));
    let estimated = policy.p_percent.and_then(|share| p_percent(share, size, largest));
    match (dominated, estimated) {
        (Some(dominated), estimated) if estimated.is_none_or(|estimated| estimated < dominated) => {
            Some((Why::Dominance, dominated))
        }
        (_, estimated) => estimated.map(|estimated| (Why::PPercent, estimated)),
    }
}

/// The distance that the dominance rule asks for; None where the sum is safe.
fn dominance(rule: Dominance, size: i128, largest: &[i128]) -> Option<i64> {
    let held: i128 = largest.iter().take(rule.largest).sum::<i128>() * WHOLE;
    let share = i128::from(rule.share.millionths.max(1));
    (held > share * size).then(|| distance(held - share * size, share))
}

/// The distance that the p percent rule asks for; None where the sum is safe.
fn p_percent(share: Share, size: i128, largest: &[i128]) -> Option<i64> {
    let asked = largest.first().copied().unwrap_or(0) * i128::from(share.millionths);
    let rest = (size - largest.iter().take(2).sum::<i128>()) * WHOLE;
    (rest < asked).then(|| distance(asked - rest, WHOLE))
}

/// A share of 1.
const WHOLE: i128 = 1_000_000;

/// What no sum, nor what is asked of it, comes near.
const FURTHEST: i64 = 1 << 60;

/// A part of a whole number, rounded up; at least 1.
fn distance(over: i128, under: i128) -> i64 {
    i64::try_from((over + under - 1) / under).map_or(FURTHEST, |distance| distance.clamp(1, FURTHEST))
}

/// The sensitive figures by reason and by what they tell. `open` says whether less than asked could be done for one.
pub fn at_risk<'r>(risks: impl Iterator<Item = (&'r Risk, bool)>) -> Vec<AtRisk> {
    let mut found: std::collections::BTreeMap<(Why, Tells), (usize, usize)> = std::collections::BTreeMap::new();
    for (risk, open) in risks {
        let entry = found.entry((risk.why, risk.tells)).or_default();
        entry.0 += 1;
        entry.1 += usize::from(open);
    }
    found.into_iter().map(|((why, tells), (before, after))| AtRisk { why, tells, before, after }).collect()
}

/// A line of a table in which nearly all stand in one category, so that who is in another learns of the rest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NearlyAll {
    /// The category in which nearly all stand.
    pub figure: FigureName,
    /// How many of the line stand in others: no more than may put together what they know.
    pub others: i64,
}

/// Two categories that leave fewer small figures when they are made one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// As the policy would say it.
    pub merge: Merge,
    /// How many figures are small now.
    pub sensitive_before: usize,
    /// How many would be.
    pub sensitive_after: usize,
}

#[cfg(test)]
mod tests {
    use candour_model::{Attacker, Marks};

    use super::*;

    fn policy(threshold: u64) -> Suppression {
        Suppression::below(threshold, Attacker { suppressed_at_least: 0, marks: Marks::Same, insiders: 0 })
    }

    fn percent(percent: u64) -> Share {
        Share { millionths: percent * 10_000 }
    }

    /// 60, 25, 10 and 5.
    fn of_four(policy: &Suppression) -> Option<(Why, Option<i64>)> {
        of_sum(policy, 4, 100, &[60, 25])
    }

    #[test]
    fn a_sum_of_60_25_10_and_5_is_dominated_by_one_at_half_and_not_at_sixty_percent() {
        let asked = |share| Suppression { dominance: Some(Dominance { largest: 1, share }), ..policy(2) };
        // 60 / 0.5 = 120: twenty more than the sum.
        assert_eq!(of_four(&asked(percent(50))), Some((Why::Dominance, Some(20))));
        assert_eq!(of_four(&asked(percent(60))), None);
        // 60 / 0.59 = 101.69...
        assert_eq!(of_four(&asked(percent(59))), Some((Why::Dominance, Some(2))));
    }

    #[test]
    fn the_second_largest_comes_within_fifteen_of_sixty() {
        let asked = |share| Suppression { p_percent: Some(share), ..policy(2) };
        // The rest is 15: safe up to 25 % of 60.
        assert_eq!(of_four(&asked(percent(10))), None);
        assert_eq!(of_four(&asked(percent(25))), None);
        assert_eq!(of_four(&asked(percent(30))), Some((Why::PPercent, Some(3))));
    }

    #[test]
    fn few_contributors_are_few_whatever_they_give() {
        assert_eq!(of_four(&policy(5)), Some((Why::FewContributors, None)));
        assert_eq!(of_four(&policy(4)), None);
        assert_eq!(of_sum(&policy(4), 0, 0, &[]), None);
        let sensitive = Suppression { zeros: Zeros::Sensitive, ..policy(4) };
        assert_eq!(of_sum(&sensitive, 0, 0, &[]), Some((Why::FewContributors, None)));
    }

    #[test]
    fn the_largest_of_two_sums_are_the_largest_of_both() {
        let mut joined = Contributors { people: 4, largest: vec![60, 25] };
        joined.join(&Contributors { people: 2, largest: vec![40, 30] });
        assert_eq!(joined, Contributors { people: 6, largest: vec![60, 40] });
    }
}
