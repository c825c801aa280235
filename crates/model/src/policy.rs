//! What an authority decided about disclosure control for a release, and the judgement that a person recorded.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

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
    },
    /// Nothing is looked at, for a recorded reason.
    None {
        /// Why no figure can identify anybody.
        reason: String,
    },
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
