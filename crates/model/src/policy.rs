//! What an authority decided about disclosure control for a release, and the judgement that a person recorded.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Exemption;

/// How figures are protected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "lowercase")]
pub enum Policy {
    /// Figures from 1 to just below the threshold are listed for a named person's judgement; none is changed.
    Assess {
        /// The lowest figure that is not listed.
        threshold: u64,
        /// The judgement, once made.
        judgement: Option<Judgement>,
        /// Rules beside the threshold by which figures are listed or not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rules: Option<Box<Suppression>>,
    },
    /// Nothing is looked at, for a recorded reason.
    None {
        /// Why no figure can identify anybody.
        reason: String,
    },
    /// Small figures are withheld, and others with them, so that none can be worked out.
    Suppress(Box<Suppression>),
}

/// So many of the largest contributions to a sum are enough for all but a dominance rule that asks for more.
const LARGEST: usize = 2;

impl Policy {
    /// How many of the largest contributions to each sum must be known; None where no sum is looked at.
    pub fn largest_contributions(&self) -> Option<usize> {
        match self {
            Self::Suppress(rules) => Some(rules.largest_contributions()),
            Self::Assess { rules, .. } => Some(rules.as_deref().map_or(LARGEST, Suppression::largest_contributions)),
            Self::None { .. } => None,
        }
    }
}

/// How figures are withheld.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    /// Why this policy was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The named policy that it builds on, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// The lowest count that is not sensitive by its size.
    pub threshold: u64,
    /// Whether a count of zero is sensitive.
    pub zeros: Zeros,
    /// How far a sensitive figure must be from known.
    pub protection: Protection,
    /// What an attacker is taken to know.
    pub attacker: Attacker,
    /// What a withheld figure costs.
    pub cost: Cost,
    /// For each dimension that stands in several columns of a table made elsewhere, these, the widest first.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hierarchy: BTreeMap<String, Vec<String>>,
    /// Figures that are published whatever follows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keep: Vec<FigureName>,
    /// Figures that are withheld whatever their size.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withhold: Vec<FigureName>,
    /// What is done where all records of a row or column stand in one category.
    pub groups: Groups,
    /// The dimensions that tell something new of people who are known to be counted, such as an outcome. Empty: all do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub learned: Vec<String>,
    /// Whether it is sensitive that somebody is counted at all.
    #[serde(default, skip_serializing_if = "Membership::is_sensitive")]
    pub membership: Membership,
    /// Breakdowns that are withheld as a whole, zeros among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breakdowns: Vec<Breakdown>,
    /// Categories that are made one before anything else is done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merge: Vec<Merge>,
    /// Figures that the attacker knows from elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outside: Vec<OutsideTotal>,
    /// How a count is judged against the people among whom somebody would be sought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<PopulationRule>,
    /// No contributors to a sum may hold more than a share of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dominance: Option<Dominance>,
    /// Nobody who contributes to a sum may come nearer to the largest contribution than this share of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p_percent: Option<Share>,
    /// The columns of a table of sums made elsewhere that tell of its contributors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contributions: Option<Contributions>,
    /// Under which exemption, and why, figures are withheld from an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemption: Option<Exemption>,
}

impl Suppression {
    /// How many of the largest contributions to each sum must be known.
    pub fn largest_contributions(&self) -> usize {
        self.dominance.map_or(LARGEST, |rule| rule.largest.max(LARGEST))
    }

    /// A policy that withholds counts from 1 to just below a threshold, and asks for nothing else.
    pub fn below(threshold: u64, attacker: Attacker) -> Self {
        Self {
            reason: None,
            preset: None,
            threshold,
            zeros: Zeros::Published,
            protection: Protection::Exact,
            attacker,
            cost: Cost::Count,
            hierarchy: BTreeMap::new(),
            keep: Vec::new(),
            withhold: Vec::new(),
            groups: Groups::Flag,
            learned: Vec::new(),
            membership: Membership::Sensitive,
            breakdowns: Vec::new(),
            merge: Vec::new(),
            outside: Vec::new(),
            population: None,
            dominance: None,
            p_percent: None,
            contributions: None,
            exemption: None,
        }
    }
}

/// A share, in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Share {
    /// So many millionths.
    pub millionths: u64,
}

/// Whether it is sensitive that somebody is counted at all: that he complained, say, whatever became of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Membership {
    /// It is: every small count is.
    #[default]
    Sensitive,
    /// It is known, or harmless: only what tells more of somebody is sensitive.
    Open,
}

impl Membership {
    fn is_sensitive(&self) -> bool {
        *self == Self::Sensitive
    }
}

/// A breakdown that is withheld as a whole where few are broken down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breakdown {
    /// The dimension.
    pub by: String,
    /// The lowest total whose breakdown is published.
    pub below: u64,
}

/// Categories that are made one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// The dimension that they stand in.
    #[serde(rename = "in")]
    pub dimension: String,
    /// The categories.
    pub of: Vec<String>,
    /// What they are called together.
    pub into: String,
}

/// A figure that is known from elsewhere, as a sum of figures: by dimension, the categories that it holds. What is not named
/// is summed over.
pub type OutsideTotal = BTreeMap<String, Vec<String>>;

/// How a count is judged against the people who live where it was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PopulationRule {
    /// The population of the response file that says how many people live where. A table made elsewhere has a file instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// A small count is not sensitive among so many people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub small_among: Option<u64>,
    /// A count of more than this share of the people is sensitive, since it tells something of nearly everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<Share>,
}

/// The dominance rule (n, k): a sum is sensitive if its n largest contributions are more than k percent of it (Hundepool and
/// others, Handbook on Statistical Disclosure Control, second edition 2024, section 4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dominance {
    /// How many contributions.
    pub largest: usize,
    /// What share of the sum they may hold.
    pub share: Share,
}

/// Columns of a table of sums that tell of the contributors of each inner cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contributions {
    /// How many there are.
    pub people: String,
    /// The largest contributions, the largest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub largest: Vec<String>,
}

/// A figure named by hand: categories by dimension, or by column of a table made elsewhere. What is not named is summed over.
pub type FigureName = BTreeMap<String, String>;

/// Whether a count of zero is sensitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Zeros {
    /// Every zero is published, so that a withheld figure is known to be none.
    Published,
    /// A zero is as sensitive as a small count.
    Sensitive,
}

/// What a withheld figure costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cost {
    /// The same for each figure: as few as possible are withheld.
    Cells,
    /// Its count: as few records as possible are in withheld figures.
    Count,
    /// A number of this column of a table made elsewhere; a margin costs what its cells do.
    Column(String),
}

/// What is done where all records of a row or column stand in one category, so that something is known of everybody in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Groups {
    /// Nothing.
    Ignore,
    /// The report tells of them.
    Flag,
    /// The line is withheld as a whole, zeros among it.
    Withhold,
}

/// What an attacker is taken to know besides what is published. Every claim of safety holds under it and under no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attacker {
    /// A withheld figure is known to be at least this: 1 where every zero is published.
    pub suppressed_at_least: u64,
    /// Whether marks tell a primary suppression from a secondary one.
    pub marks: Marks,
    /// How many contributors put together what each knows of his own record.
    pub insiders: u64,
}

/// What the marks of withheld figures tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Marks {
    /// All are the same.
    Same,
    /// Primary and secondary ones differ.
    Distinct,
}

/// How far a sensitive figure must be from known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protection {
    /// It cannot be worked out exactly.
    Exact,
    /// Both `a - L` and `a + L` are possible, with `L = max(least, ceil(share * a))`; where what the attacker knows forbids
    /// one of them, the interval is as wide as both together (sliding protection: Fischetti and Salazar, Management Science
    /// 47, 2001, section 2).
    Interval {
        /// A share of the figure, in millionths.
        millionths: u64,
        /// The least distance.
        least: u64,
    },
}

/// No figure is further from known than this, whatever is asked.
const FURTHEST: i64 = 1 << 54;

impl Protection {
    /// The distance for a figure; None where it only must not be known exactly.
    pub fn distance(self, value: i64) -> Option<i64> {
        match self {
            Self::Exact => None,
            Self::Interval { millionths, least } => {
                let product = u128::from(millionths) * u128::from(value.unsigned_abs());
                let ceiling = i64::try_from(product.div_ceil(1_000_000)).unwrap_or(i64::MAX);
                Some(ceiling.max(i64::try_from(least).unwrap_or(i64::MAX)).min(FURTHEST))
            }
        }
    }
}

/// A named person's judgement on small figures, in the terms that a review asks for: a living individual, identifiable by
/// means reasonably likely to be used, in breach of a principle, to whose harm (UK GDPR article 4(1) and recital 26;
/// Freedom of Information Act 2000, section 40(2) and (3A)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// Who judged.
    pub by: String,
    /// In which role.
    pub role: String,
    /// On which day.
    pub date: Date,
    /// How many figures were on the list that was judged.
    pub figures: u64,
    /// The mark of that list. Another list is judged anew.
    pub list: String,
    /// Are the people living individuals?
    pub living: String,
    /// Could they be identified, by means reasonably likely to be used?
    pub identifiable: String,
    /// Which data-protection principle would publication breach, if any?
    pub principle: String,
    /// What harm could follow?
    pub harm: String,
    /// What follows from that.
    pub conclusion: String,
}
