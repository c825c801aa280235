//! Suppression of a whole set of figures, and the report of it: the same for Candour's tables and for those made elsewhere.

use std::collections::{HashMap, HashSet};

use candour_model::{Attacker, FigureName, Suppression};
use serde::Serialize;

use crate::engine::{
    Certified, Coalition, Disclosed, Effort, Findings, Outcome, Role, System, audit_outcome, audit_pattern, suppress,
};
use crate::rules::{AtRisk, NearlyAll, Offer, Risk, Tells, Why, at_risk};

/// Up to so many withheld figures every interval is worked out to its ends.
pub const ORDINARY: usize = 5000;

/// What was withheld, why it is safe, and what it cost. Confidential: it names small figures and how near one can get.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SuppressionReport {
    /// The policy as it was applied.
    pub policy: Suppression,
    /// How ties between patterns of equal cost were broken: by a secret, or by the order of the figures.
    pub ties: &'static str,
    /// How many figures there are, margins and zeros among them.
    pub cells: usize,
    /// How many are sensitive by themselves.
    pub primaries: usize,
    /// How many are withheld to protect those.
    pub secondaries: usize,
    /// What the secondary ones cost, in the policy's measure of cost.
    pub cost: u64,
    /// The sum of the counts of the secondary ones.
    pub counts_lost: u64,
    /// No safe pattern costs less.
    pub lower_bound: u64,
    /// Cost less lower bound: 0 proves that no safe pattern is cheaper.
    pub gap: u64,
    /// What was lost at each level, from the finest cells to the grand total.
    pub by_level: Vec<LevelLoss>,
    /// Under what every claim here holds.
    pub attacker: Attacker,
    /// What was certified, and how.
    pub certified: Certificate,
    /// Every withheld figure with what can be inferred about it.
    pub withheld: Vec<Withheld>,
    /// Sensitive figures for which less was possible than asked.
    pub narrower: Vec<Narrower>,
    /// Sensitive figures that are not protected, with what discloses each.
    pub unprotected: Vec<Exposed>,
    /// What contributors learn who know their own records, and nothing keeps from them.
    pub told: Vec<Told>,
    /// Sensitive figures for which not every coalition was looked at: there are too many.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub untried: Vec<FigureName>,
    /// Rows and columns all of whose records stand in one category.
    pub groups: Vec<FigureName>,
    /// Rows and columns all but a few of whose records do: no more than may put together what they know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nearly_all: Vec<NearlyAll>,
    /// How many figures were at risk, by reason and by what they tell, and for how many less than asked could be done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub at_risk: Vec<AtRisk>,
    /// Sums of figures that the attacker knows from elsewhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outside: Vec<FigureName>,
    /// Merges that would leave fewer small figures.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<Offer>,
    /// What was not looked at.
    pub not_considered: Vec<String>,
    /// The same of the sums of a release, which are protected after its counts. Counts are those of contributors there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sums: Option<Box<SuppressionReport>>,
}

/// What was lost at one level of the margins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LevelLoss {
    /// How many dimensions are summed over.
    pub summed_over: usize,
    /// How many figures that are not zero there are.
    pub figures: usize,
    /// How many of them are withheld.
    pub withheld: usize,
    /// The share of their counts that is withheld, in per mille.
    pub per_mille: u64,
}

/// How safety was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// How many withheld figures there are.
    pub figures: usize,
    /// For how many a second table shows that they are not known.
    pub not_known: usize,
    /// How many such tables there are; each meets every equation.
    pub tables: usize,
    /// For how many both ends of the interval are exact.
    pub exact_intervals: usize,
    /// How many figures each part holds that shares no equation with another, the largest first.
    pub parts: Vec<usize>,
    /// How it was done, in words.
    pub by: &'static str,
}

/// A withheld figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Withheld {
    /// Which.
    pub figure: FigureName,
    /// Whether it is sensitive by itself.
    pub primary: bool,
    /// The lowest value that can be true.
    pub low: i64,
    /// The highest; None where nothing bounds it.
    pub high: Option<i64>,
    /// Whether both ends are exact; otherwise the interval is at least as wide.
    pub exact: bool,
    /// Digits after the point: both ends are in units of the last one.
    #[serde(skip_serializing_if = "is_zero")]
    pub places: u8,
    /// Why it is sensitive, where that is more than its size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
    /// What it tells of somebody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tells: Option<Tells>,
    /// How many people live where it was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub residents: Option<u64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands on a reference")]
pub(crate) fn is_zero(places: &u8) -> bool {
    *places == 0
}

/// A sensitive figure for which less was possible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Narrower {
    /// Which.
    pub figure: FigureName,
    /// The width of its interval that was possible.
    pub width: i64,
    /// Digits after the point: the width is in units of the last one.
    #[serde(skip_serializing_if = "is_zero")]
    pub places: u8,
}

/// A figure that can be worked out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exposed {
    /// Which.
    pub figure: FigureName,
    /// The equations that give it, in words.
    pub equations: Vec<String>,
}

/// What insiders learn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The figure in which the insiders are counted.
    pub insiders_of: FigureName,
    /// The figures of those with whom they put together what they know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<FigureName>,
    /// What they can work out then.
    pub figure: FigureName,
}

impl Told {
    pub(crate) fn new(coalition: &Coalition, name: &dyn Fn(usize) -> FigureName) -> Self {
        let mut of = coalition.of.iter().map(|&own| name(own));
        let insiders_of = of.next().unwrap_or_default();
        Self { insiders_of, with: of.collect(), figure: name(coalition.learns) }
    }

    /// Whose knowledge tells what, in words.
    pub(crate) fn words(&self) -> String {
        let with: String = self.with.iter().map(|figure| format!(" with {}", words(figure))).collect();
        format!("{}{with}: {}", words(&self.insiders_of), words(&self.figure))
    }
}

/// A system with what its figures are called.
pub struct Named<'n> {
    /// The system.
    pub system: &'n System,
    /// What a figure is called.
    pub name: &'n dyn Fn(usize) -> FigureName,
    /// How many dimensions a figure is summed over.
    pub level: &'n dyn Fn(usize) -> usize,
    /// A tie-breaker for each figure, from 0 up to 1; none where ties go by order.
    pub ties: Option<&'n [f64]>,
    /// Rows and columns all of whose records stand in one category.
    pub groups: Vec<FigureName>,
    /// Rows and columns all but a few of whose records do.
    pub nearly_all: Vec<NearlyAll>,
    /// Why each figure is sensitive, if it is; figures beyond the end, and all where this is empty, say nothing.
    pub risks: &'n [Option<Risk>],
    /// What the last figures are called, which nobody prints and the attacker knows from elsewhere.
    pub outside: Vec<FigureName>,
    /// Merges that would leave fewer small figures.
    pub offers: Vec<Offer>,
    /// What was not looked at.
    pub not_considered: Vec<String>,
}

impl<'n> Named<'n> {
    /// A system of which nothing more is known than what its figures are called.
    pub fn new(
        system: &'n System,
        name: &'n dyn Fn(usize) -> FigureName,
        level: &'n dyn Fn(usize) -> usize,
        ties: Option<&'n [f64]>,
    ) -> Self {
        Self {
            system,
            name,
            level,
            ties,
            groups: Vec::new(),
            nearly_all: Vec::new(),
            risks: &[],
            outside: Vec::new(),
            offers: Vec::new(),
            not_considered: Vec::new(),
        }
    }

    /// How many figures there are besides those that are known from elsewhere.
    fn named(&self) -> usize {
        self.system.cells.len() - self.outside.len()
    }

    /// The figures that are printed.
    fn printed(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.named()).filter(|&cell| self.system.cells[cell].role != Role::Hidden)
    }

    fn is_sensitive(&self, cell: usize) -> bool {
        self.system.cells[cell].primary.is_primary()
    }

    fn risk(&self, cell: usize) -> Option<Risk> {
        self.risks.get(cell).copied().flatten()
    }

    /// What a figure is called, one that is known from elsewhere among them.
    fn called(&self, cell: usize) -> FigureName {
        match cell.checked_sub(self.named()) {
            None => (self.name)(cell),
            Some(outside) => self.outside[outside].clone(),
        }
    }
}

/// Why a set of figures cannot be suppressed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SuppressionError {
    /// The attacker is taken to believe what is not so.
    #[error(
        "{0} is not what the attacker is taken to believe of a withheld figure: a claim of safety would hold for nobody\n  hint: with `suppressed_at_least = 0` nothing is believed of withheld figures"
    )]
    Belief(String),
    /// The policy names a figure that no table has.
    #[error(
        "the policy names what no table shows or sums up: {}\n  hint: name a figure by its dimensions' ids and the categories' labels, as {{ ward = \"Castle\" }}; what is not named is summed over",
        .0.join("; ")
    )]
    NotThere(Vec<String>),
    /// The policy withholds a zero by hand, and publishes zeros.
    #[error("{} is zero, and the policy publishes zeros\n  hint: take it out of `withhold`, or write `zeros = \"sensitive\"`", .0.join("; "))]
    Zero(Vec<String>),
    /// A sum has more digits than can be worked with.
    #[error("the sum of {0} is too large to be protected\n  hint: sum a column of fewer digits, such as whole pounds")]
    TooLarge(String),
    /// Numbers of people tell a number of records, or the other way, whatever more is withheld.
    #[error(
        "{0} can be worked out of numbers of people or things together with numbers of records: there are no more of them than records\n  hint: leave out the measure that counts different people, or keep fewer figures"
    )]
    People(String),
    /// Figures cannot be protected, with what gives them and what to do.
    #[error("{0}")]
    Unprotected(String),
}

/// The most figures that a message names.
const NAMED: usize = 20;

impl SuppressionReport {
    /// This report, and that of the sums beside it.
    pub fn with_sums(&self) -> impl Iterator<Item = &Self> {
        [Some(self), self.sums.as_deref()].into_iter().flatten()
    }

    /// Whether every sensitive figure is protected.
    ///
    /// # Errors
    /// Which are not, and the equations that give them.
    pub fn require_protected(&self) -> Result<(), SuppressionError> {
        if self.unprotected.is_empty() {
            return Ok(());
        }
        let first = || self.unprotected.iter().take(NAMED);
        let names: Vec<String> = first().map(|one| words(&one.figure)).collect();
        let more = match self.unprotected.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let mut text =
            format!("{}{more} cannot be protected under the attacker that the policy declares", names.join("; "));
        for one in first() {
            one.equations.iter().for_each(|equation| text.push_str(&format!("\n  {}: {equation}", words(&one.figure))));
        }
        let kept = if self.policy.keep.is_empty() { "" } else { "keep fewer figures, " };
        text.push_str(&format!("\n  hint: {kept}merge categories, or take a breakdown away"));
        Err(SuppressionError::Unprotected(text))
    }
}

/// Chooses what to withhold, audits it, and reports.
///
/// # Errors
/// When the attacker's beliefs are false. That a figure cannot be protected is in the report: see
/// [`SuppressionReport::unprotected`].
pub fn run(
    named: &Named<'_>,
    policy: &Suppression,
    effort: Effort,
) -> Result<(Outcome, SuppressionReport), SuppressionError> {
    let belief = |cell: usize| SuppressionError::Belief(words(&(named.name)(cell)));
    let outcome = suppress(named.system, &policy.attacker, policy.protection, named.ties.unwrap_or(&[]), effort)
        .map_err(belief)?;
    let count = outcome.withheld.iter().filter(|withheld| **withheld).count();
    let findings = audit_outcome(named.system, &policy.attacker, &outcome, policy.protection, count <= ORDINARY)
        .map_err(belief)?;
    let mut report = report(named, policy, &outcome, &findings);
    if !report.unprotected.is_empty() {
        // What gives a figure away whatever is withheld says more than what gives it away in a pattern that did without it.
        let all: Vec<bool> = named.system.cells.iter().map(|cell| cell.role != Role::Published).collect();
        let findings = audit_pattern(named.system, &policy.attacker, &all, policy.protection, false).map_err(belief)?;
        let known = findings.disclosed.iter().map(|disclosed| disclosed.cell).filter(|&cell| named.is_sensitive(cell));
        let known: Vec<usize> = known.collect();
        let explainer = Explainer::new(named, &findings, known.iter().copied());
        let exposed: Vec<Exposed> = known.iter().map(|&cell| explainer.exposed(cell)).collect();
        for one in &mut report.unprotected {
            if let Some(always) = exposed.iter().find(|always| always.figure == one.figure) {
                one.equations.clone_from(&always.equations);
            }
        }
    }
    Ok((outcome, report))
}

fn report(named: &Named<'_>, policy: &Suppression, outcome: &Outcome, findings: &Findings) -> SuppressionReport {
    let cells = &named.system.cells;
    let all = || named.printed();
    let is_withheld = |cell: &usize| outcome.withheld[*cell];
    let secondaries: Vec<usize> =
        all().filter(|cell| is_withheld(cell) && !cells[*cell].primary.is_primary()).collect();
    let counts = secondaries.iter().map(|&cell| u64::try_from(cells[cell].people).unwrap_or(0)).sum();
    let withheld: Vec<Withheld> =
        all().filter(is_withheld).filter_map(|cell| interval(named, findings, cell)).collect();
    let mut parts = findings.parts.clone();
    parts.sort_unstable_by(|left, right| right.cmp(left));
    let exposed: Vec<usize> = findings.disclosed.iter().map(|disclosed| disclosed.cell).collect();
    let is_known = |cell: &usize| exposed.contains(cell) || findings.undecided.contains(cell);
    let mut unprotected = outcome.unprotected.clone();
    unprotected.extend(all().filter(|cell| cells[*cell].primary.is_primary() && is_known(cell)));
    unprotected.sort_unstable();
    unprotected.dedup();
    let explainer = Explainer::new(named, findings, unprotected.iter().copied());
    let open: std::collections::BTreeSet<usize> = unprotected
        .iter()
        .copied()
        .chain(outcome.narrowed.iter().map(|(cell, _)| *cell))
        .chain(findings.coalitions.iter().map(|coalition| coalition.learns))
        .chain(findings.untried.iter().copied())
        .collect();
    SuppressionReport {
        policy: policy.clone(),
        ties: if named.ties.is_some() { "a secret" } else { "the order of the figures" },
        cells: all().count(),
        primaries: all().filter(|cell| cells[*cell].primary.is_primary()).count(),
        secondaries: secondaries.len(),
        cost: outcome.cost,
        counts_lost: counts,
        lower_bound: outcome.bound,
        gap: outcome.cost.saturating_sub(outcome.bound),
        by_level: by_level(named, outcome),
        attacker: policy.attacker,
        certified: Certificate {
            figures: withheld.len(),
            not_known: withheld.iter().filter(|figure| figure.high != Some(figure.low)).count(),
            tables: findings.witnesses,
            exact_intervals: withheld.iter().filter(|figure| figure.exact).count(),
            parts,
            by: "bounds carried through every equation; then, for each part, tables in whole numbers that meet every \
                 equation, and an exact simplex; the lower bound by multipliers added up again in whole numbers",
        },
        withheld,
        narrower: outcome
            .narrowed
            .iter()
            .map(|&(cell, width)| Narrower { figure: (named.name)(cell), width, places: 0 })
            .collect(),
        unprotected: unprotected.iter().map(|&cell| explainer.exposed(cell)).collect(),
        told: findings.coalitions.iter().map(|coalition| Told::new(coalition, named.name)).collect(),
        untried: findings.untried.iter().map(|&cell| (named.name)(cell)).collect(),
        groups: named.groups.clone(),
        nearly_all: named.nearly_all.clone(),
        at_risk: at_risk(
            named.risks.iter().enumerate().filter_map(|(cell, risk)| Some((risk.as_ref()?, open.contains(&cell)))),
        ),
        outside: named.outside.clone(),
        offers: named.offers.clone(),
        not_considered: named.not_considered.clone(),
        sums: None,
    }
}

/// A withheld figure with what can be inferred about it.
pub(crate) fn interval(named: &Named<'_>, findings: &Findings, cell: usize) -> Option<Withheld> {
    let interval = findings.intervals[cell]?;
    let risk = named.risk(cell);
    Some(Withheld {
        figure: (named.name)(cell),
        primary: named.system.cells[cell].primary.is_primary(),
        low: interval.low,
        high: interval.high,
        exact: interval.low_by == Certified::Exact && interval.high_by == Certified::Exact,
        places: 0,
        why: risk.map(|risk| risk.why).filter(|why| *why != Why::Size),
        tells: risk.map(|risk| risk.tells),
        residents: risk.and_then(|risk| risk.residents),
    })
}

fn by_level(named: &Named<'_>, outcome: &Outcome) -> Vec<LevelLoss> {
    let cells = &named.system.cells;
    let mut levels: std::collections::BTreeMap<usize, (usize, usize, i64, i64)> = std::collections::BTreeMap::new();
    for (at, cell) in named.printed().map(|at| (at, cells[at])).filter(|(_, cell)| cell.people != 0) {
        let level = levels.entry((named.level)(at)).or_default();
        level.0 += 1;
        level.2 += cell.people;
        if outcome.withheld[at] {
            level.1 += 1;
            level.3 += cell.people;
        }
    }
    let loss = |(summed_over, (figures, withheld, all, lost)): (usize, (usize, usize, i64, i64))| LevelLoss {
        summed_over,
        figures,
        withheld,
        per_mille: u64::try_from(lost.saturating_mul(1000) / all.max(1)).unwrap_or(0),
    };
    levels.into_iter().map(loss).collect()
}

/// What gives figures away, in words.
pub(crate) struct Explainer<'e> {
    named: &'e Named<'e>,
    findings: &'e Findings,
    /// Where each figure stands among those that are disclosed.
    place: HashMap<usize, usize>,
    /// The figures that are told of by themselves.
    listed: HashSet<usize>,
}

impl<'e> Explainer<'e> {
    pub(crate) fn new(named: &'e Named<'e>, findings: &'e Findings, listed: impl Iterator<Item = usize>) -> Self {
        let place = findings.disclosed.iter().enumerate().map(|(at, disclosed)| (disclosed.cell, at)).collect();
        Self { named, findings, place, listed: listed.collect() }
    }

    /// A figure that can be worked out, with the equations that give it.
    pub(crate) fn exposed(&self, cell: usize) -> Exposed {
        let equations = self.steps(cell).into_iter().flat_map(|step| &step.equations);
        Exposed { figure: (self.named.name)(cell), equations: equations.map(|step| self.equation(step)).collect() }
    }

    fn equation(&self, &(number, times): &(u32, i64)) -> String {
        let equation = &self.named.system.equations[number as usize];
        let name = |by: i32| {
            let side = equation.terms.iter().filter(|(_, sign)| sign.signum() == by);
            side.map(|&(cell, _)| words(&self.named.called(cell as usize))).collect::<Vec<_>>()
        };
        let (left, right) = (name(1), name(-1));
        let short = |side: Vec<String>| match side.len() {
            0..=6 => side.join(" + "),
            more => format!("{} + … + {} ({more} figures)", side[0], side[more - 1]),
        };
        let times = if times.abs() == 1 { String::new() } else { format!("{} times: ", times.abs()) };
        format!("{times}{} = {}", short(left), short(right))
    }

    /// What discloses a figure: before its own equations those of other figures that stand in them, were disclosed before and
    /// are not listed.
    fn steps(&self, cell: usize) -> Vec<&'e Disclosed> {
        let place = |cell: usize| self.place.get(&cell).copied();
        let mut found = std::collections::BTreeSet::new();
        let mut open: Vec<usize> = place(cell).into_iter().collect();
        while let Some(at) = open.pop() {
            if !found.insert(at) {
                continue;
            }
            let equations = self.findings.disclosed[at].equations.iter();
            let others = equations.flat_map(|&(equation, _)| &self.named.system.equations[equation as usize].terms);
            let others = others.map(|&(other, _)| other as usize).filter(|other| !self.listed.contains(other));
            open.extend(others.filter_map(place).filter(|before| *before < at));
        }
        found.into_iter().map(|at| &self.findings.disclosed[at]).collect()
    }
}

/// A figure in words.
pub fn words(figure: &FigureName) -> String {
    if figure.is_empty() {
        return "the grand total".to_owned();
    }
    let named = figure.iter().map(|(dimension, category)| format!("{dimension} = {category}"));
    format!("({})", named.collect::<Vec<_>>().join(", "))
}
