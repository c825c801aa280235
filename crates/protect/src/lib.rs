//! Disclosure control: between the counted cells and everything that is shown.
//!
//! Nothing has a threshold by default and nothing passes without a policy. The policy `assess` changes no figure: it lists
//! every one that is small, and lets the release go only with a named person's recorded judgement on a list of just that
//! length. The policy `none` looks at nothing, for a recorded reason. The policy `suppress` withholds small figures, and
//! others with them, so that none can be worked out under the attacker that it declares: [`engine`] decides and proves,
//! [`suppression`] runs it and reports, on the tables of a release or on one made elsewhere ([`elsewhere`]).

pub mod assessment;
pub mod elsewhere;
pub mod engine;
mod outside;
mod page;
pub mod report;
pub mod rules;
mod sums;
pub mod suppression;
mod tables;

pub use tables::{Reads, TableKey, why_left_out};

use std::collections::{BTreeMap, BTreeSet, HashMap};

use candour_model::{
    Attacker, Cells, Coord, Counted, Cut, Decimal, FigureName, Figures, Judgement, LeftOut, LeftOutReason, Marks,
    Policy, Protected, ProtectedRelation, Protection, Quantity, Reason, Shown, Suppression, Together,
};
use engine::{Effort, Role};
use rules::Why;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use suppression::{Explainer, Exposed, Named, SuppressionError, SuppressionReport, words};
use tables::joined::Joined;

/// The `schema` of a report.
pub const REPORT_SCHEMA: &str = "candour/protect-report/1";

/// Which figure of a table is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Figure {
    /// A cell or margin: for each dimension, its category; dimensions that are summed over are left out.
    Cell(BTreeMap<String, String>),
    /// A number of records that the table leaves out.
    LeftOut(LeftOutReason),
    /// One of the figures that compare the unit with its parent unit.
    Relation(String),
    /// Something else than records that is counted in a cell or margin.
    Measure {
        /// What is counted: the label of a measure.
        of: String,
        /// Whether only its total is given, in a note.
        in_a_note: bool,
        /// For each dimension, its category, as in `Cell`.
        at: BTreeMap<String, String>,
    },
    /// A sum of a cell or margin to which few contribute, or of which they hold too much.
    Sum {
        /// What is summed up: the label of a measure.
        of: String,
        /// Why it is sensitive.
        why: Why,
        /// For each dimension, its category, as in `Cell`.
        at: BTreeMap<String, String>,
    },
    /// The records of a list, each of which may point at somebody.
    Records {
        /// SHA-256 of the list, so that other records are judged anew.
        sha256: String,
    },
}

/// A small figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Small {
    /// The table.
    pub table: String,
    /// Which figure.
    pub figure: Figure,
    /// Its value, from 1 to just below the threshold if no other rule lists it; of a record list, the number of its records;
    /// of a sum, the number of those who contribute to it.
    pub count: u64,
}

/// What was found and decided. Confidential: it stays in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The contract.
    pub schema: String,
    /// The policy, with the judgement.
    pub policy: Policy,
    /// Every small figure, in order of table and coordinates.
    pub small: Vec<Small>,
    /// Under `assess`: small figures that no table shows and anybody can work out from those that the tables show.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub worked_out: Vec<WorkedOut>,
    /// Under `assess`: rows and columns all of whose records stand in one category, so that something is told of everybody
    /// in them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<FigureName>,
    /// What was withheld and why it is safe, under a policy that withholds.
    #[serde(default, skip_serializing_if = "Option::is_none", skip_deserializing)]
    pub suppression: Option<SuppressionReport>,
}

/// A small figure that no table shows, and that follows from those shown: what one table leaves of another, say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkedOut {
    /// Which.
    pub figure: FigureName,
    /// Its value.
    pub count: i64,
    /// Digits after the point of the value: it is in units of the last one.
    #[serde(default, skip_serializing_if = "suppression::is_zero")]
    pub places: u8,
    /// The equations that give it, in words.
    pub equations: Vec<String>,
}

/// Why a release cannot go out yet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotJudged {
    /// Nobody has judged.
    #[error("{small} figures{} need a named person's judgement", below.map_or(String::new(), |below| format!(" from 1 to {below}")))]
    Missing {
        /// How many figures are small.
        small: u64,
        /// The highest of what counts as small; None where other rules list figures as well.
        below: Option<u64>,
    },
    /// Somebody judged another list.
    #[error(
        "{by} judged another list of {judged} small figures on {date}; there are {small} now: the judgement must be made anew"
    )]
    Other {
        /// Who judged.
        by: String,
        /// When.
        date: String,
        /// How many figures.
        judged: u64,
        /// How many there are.
        small: u64,
    },
}

/// A record list as disclosure control sees it: how long it is, and what it holds as a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRecords {
    /// Its id.
    pub id: String,
    /// How many records it shows.
    pub rows: u64,
    /// SHA-256 of what it shows.
    pub sha256: String,
    /// Records that match but are not listed; its notes say how many.
    pub left_out: Vec<LeftOut>,
}

/// A tie-breaker for each figure, from 0 up to 1: HMAC-SHA-256 (RFC 2104) of its name under a secret. Without it, whoever has
/// the program could try tables out until it gives the pattern that was published.
pub fn ties(secret: &[u8], names: impl Iterator<Item = String>) -> Vec<f64> {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    let tie = |name: String| {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return 0.0 };
        mac.update(name.as_bytes());
        let bytes = mac.finalize().into_bytes();
        let number = bytes.iter().take(6).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        number as f64 / (1_u64 << 48) as f64
    };
    names.map(tie).collect()
}

/// What disclosure control is given.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The tables of a release.
    pub tables: &'a [Cells],
    /// What makes figures of two tables the same, one entry a table.
    pub keys: &'a [TableKey],
    /// What they cut off, one entry a table; nothing is cut off where it has none.
    pub cuts: &'a [Vec<Cut>],
    /// Which records stand alike in several of them.
    pub together: &'a [Together],
    /// Its record lists.
    pub lists: &'a [ListedRecords],
    /// How figures are protected.
    pub policy: &'a Policy,
    /// What decides between patterns of equal cost.
    pub secret: &'a [u8],
    /// Whether the release shows the figure of a table (by its position) at these coordinates, in the table or in a
    /// sentence; what nobody sees needs no judgement and cannot be withheld.
    pub is_shown: &'a dyn Fn(usize, &[Coord]) -> bool,
    /// How many people live where a figure of a table was counted, where the policy asks.
    pub residents: Option<&'a Residents<'a>>,
}

/// How many people live where a figure of a table (by its position) was counted at these coordinates, if that is given.
pub type Residents<'a> = dyn Fn(usize, &[Coord]) -> Option<u64> + 'a;

/// Applies a policy to the tables of a release.
///
/// # Errors
/// Under a policy that withholds: when a figure cannot be protected, when the policy names one that is not there, or the
/// attacker is taken to believe what is not so.
pub fn protect(asked: &Asked<'_>) -> Result<(Vec<Protected>, Report), SuppressionError> {
    let Asked { tables, lists, policy, is_shown, .. } = *asked;
    let figures: Vec<Figures> = tables.iter().map(Cells::figures).collect();
    let mut report = Report {
        schema: REPORT_SCHEMA.into(),
        policy: policy.clone(),
        small: Vec::new(),
        worked_out: Vec::new(),
        groups: Vec::new(),
        suppression: None,
    };
    match policy {
        Policy::Assess { threshold, rules, .. } => {
            let anybody = Attacker { suppressed_at_least: 0, marks: Marks::Same, insiders: 0 };
            let plain = Suppression::below(*threshold, anybody);
            let rules_of_sums = rules.as_deref().unwrap_or(&plain);
            let audit = Audit::new(asked, &figures, rules_of_sums)?;
            for (at, (cells, figures)) in tables.iter().zip(&figures).enumerate() {
                let by_rules = |coords: &[Coord]| rules.as_ref().and_then(|_| audit.is_sensitive(at, coords));
                let shown = |coords: &[Coord]| is_shown(at, coords);
                let counts = small_figures(cells, figures, *threshold, &shown, &by_rules);
                let sums = sensitive_sums(cells, figures, rules_of_sums, &shown, &counts);
                report.small.extend(counts.into_iter().chain(sums));
            }
            for list in lists {
                let records = Figure::Records { sha256: list.sha256.clone() };
                report.small.push(Small { table: list.id.clone(), figure: records, count: list.rows });
                let few = list.left_out.iter().filter(|left| left.count > 0 && left.count < *threshold);
                report.small.extend(few.map(|left| Small {
                    table: list.id.clone(),
                    figure: Figure::LeftOut(left.reason.clone()),
                    count: left.count,
                }));
            }
            (report.worked_out, report.groups) = audit.findings()?;
        }
        Policy::None { .. } => {}
        Policy::Suppress(suppression) => return suppressed(asked, &figures, suppression, report),
    }
    Ok((tables.iter().zip(&figures).map(|(cells, figures)| pass(cells, figures)).collect(), report))
}

/// The systems of tables that are published whole.
struct Audit {
    linked: tables::Linked,
    sums: sums::Sums,
}

impl Audit {
    fn new(asked: &Asked<'_>, figures: &[Figures], rules: &Suppression) -> Result<Self, SuppressionError> {
        let joined = Joined::new(asked.together, asked.tables, asked.keys);
        // What is cut off is on no list of small figures, be it shown together or not.
        let unseen = |cuts: &Vec<Cut>| cuts.iter().map(|cut| Cut { is_shown: false, ..cut.clone() }).collect();
        let cuts: Vec<Vec<Cut>> = asked.cuts.iter().map(unseen).collect();
        let asked = &Asked { cuts: &cuts, ..*asked };
        let linked = tables::link(asked, figures, &joined, rules);
        let sums = sums::link(asked, figures, &linked, &joined, rules)?;
        Ok(Self { linked, sums })
    }

    /// Whether the rules call the number of records at a place sensitive; None where it is no figure of its own, such as a zero.
    fn is_sensitive(&self, table: usize, coords: &[Coord]) -> Option<bool> {
        let figure = *self.linked.places.cells.get(table)?.get(coords)?;
        Some(self.linked.system.cells[figure].primary.is_primary())
    }

    /// What follows from these tables: small figures that no table shows, and lines in one category.
    fn findings(self) -> Result<(Vec<WorkedOut>, Vec<FigureName>), SuppressionError> {
        let Self { linked, sums } = self;
        let (name, level) = (|at: usize| linked.names[at].clone(), |at: usize| linked.levels[at]);
        let counts = Named::new(&linked.system, &name, &level, None);
        let mut found = worked_out(&counts, &|_| 0)?;
        let (name, level) = (|at: usize| sums.names[at].clone(), |at: usize| sums.levels[at]);
        let system = sums.alone();
        let of_sums = worked_out(&Named::new(&system, &name, &level, None), &|at| sums.digits(at))?;
        found.extend(of_sums);
        Ok((found, linked.groups))
    }
}

/// The sensitive figures that anybody can work out who sees all others; `places` are digits after the point.
fn worked_out(named: &Named<'_>, places: &dyn Fn(usize) -> u8) -> Result<Vec<WorkedOut>, SuppressionError> {
    let anybody = Attacker { suppressed_at_least: 0, marks: Marks::Same, insiders: 0 };
    let cells = &named.system.cells;
    let nothing = vec![false; cells.len()];
    let findings = engine::audit_pattern(named.system, &anybody, &nothing, Protection::Exact, false)
        .map_err(|figure| SuppressionError::Belief(words(&(named.name)(figure))))?;
    let is_asked = |figure: &usize| cells[*figure].primary.is_primary();
    let known: BTreeSet<usize> = findings.disclosed.iter().map(|one| one.cell).filter(is_asked).collect();
    let explainer = Explainer::new(named, &findings, known.iter().copied());
    let worked_out = known.iter().map(|&figure| {
        let Exposed { figure: called, equations } = explainer.exposed(figure);
        WorkedOut { figure: called, count: cells[figure].value, places: places(figure), equations }
    });
    Ok(worked_out.collect())
}

/// Withholds what a policy asks for, with all tables in one system.
fn suppressed(
    asked: &Asked<'_>,
    figures: &[Figures],
    policy: &Suppression,
    mut report: Report,
) -> Result<(Vec<Protected>, Report), SuppressionError> {
    let joined = Joined::new(asked.together, asked.tables, asked.keys);
    let mut linked = tables::link(asked, figures, &joined, policy);
    linked.not_considered.extend(sums::apart(asked.tables));
    let mut sums = sums::link(asked, figures, &linked, &joined, policy)?;
    linked.not_there.retain(|wanted| !sums.names.iter().any(|name| tables::is_called(wanted, name)));
    if !linked.not_there.is_empty() {
        return Err(SuppressionError::NotThere(linked.not_there.iter().map(words).collect()));
    }
    if !linked.zeros_by_hand.is_empty() {
        return Err(SuppressionError::Zero(linked.zeros_by_hand.iter().map(words).collect()));
    }
    let ties = ties(asked.secret, linked.names.iter().map(words));
    let (name, level) = (|at: usize| linked.names[at].clone(), |at: usize| linked.levels[at]);
    let named = Named {
        groups: linked.groups.clone(),
        nearly_all: linked.nearly_all.clone(),
        risks: &linked.risks,
        outside: linked.outside.clone(),
        not_considered: linked.not_considered.clone(),
        ..Named::new(&linked.system, &name, &level, Some(&ties))
    };
    let (outcome, mut done) = suppression::run(&named, policy, Effort::default())?;
    done.require_protected()?;
    let count = |figure: usize| {
        let cell = &linked.system.cells[figure];
        (outcome.withheld[figure] && cell.role != Role::Hidden).then(|| cell.primary.is_primary())
    };
    sums.follow(asked.tables, (&policy.attacker, linked.system.above), &count);
    let summed = protect_sums(&mut sums, asked.secret, policy, &mut done)?;
    report.suppression = Some(done);
    let protected = asked.tables.iter().zip(figures).enumerate().map(|(at, (cells, figures))| {
        let mut protected = pass(cells, figures);
        let here = &linked.places.cells[at];
        let measures = &linked.places.measures[at];
        let is_out = |places: &HashMap<Vec<Coord>, usize>, coords: &[Coord]| {
            places.get(coords).is_some_and(|&figure| outcome.withheld[figure])
        };
        let is_withheld = |coords: &[Coord], quantity: usize| {
            let sums = sums.places[at].get(&quantity);
            match (quantity, measures.get(&quantity), sums) {
                (0, ..) => is_out(here, coords),
                (_, Some(places), _) => is_out(places, coords),
                (_, _, Some(places)) => places.get(coords).is_some_and(|&figure| summed[figure]),
                // What is no figure of either system, such as a median, goes with whatever is withheld at its place.
                _ => is_out(here, coords) || measures.values().any(|places| is_out(places, coords)),
            }
        };
        withhold(&mut protected, cells, figures, here.keys(), &is_withheld, policy);
        let reason = Shown::Withheld(Reason::Confidential);
        for ((_, shown), &figure) in protected.left_out.iter_mut().zip(&linked.places.left_out[at]) {
            if outcome.withheld[figure] {
                *shown = reason;
            }
        }
        let of_sums = (&sums.cuts[at], &sums.system, &summed);
        for (cuts, system, withheld) in [(&linked.places.cuts[at], &linked.system, &outcome.withheld), of_sums] {
            protected.rests.extend(cuts.iter().map(|(place, &figure)| {
                let value = i128::from(system.cells[figure].value);
                let shown = Shown::Value(Decimal::new(value, cells.quantities[place.2].places));
                (place.clone(), if withheld[figure] { reason } else { shown })
            }));
        }
        if let (Some(relation), Some(figures)) = (&mut protected.relation, linked.places.relation[at]) {
            let shown = [&mut relation.parents, &mut relation.without, &mut relation.several];
            for (shown, _) in shown.into_iter().zip(figures).filter(|(_, figure)| outcome.withheld[*figure]) {
                *shown = reason;
            }
        }
        protected
    });
    Ok((protected.collect(), report))
}

/// Which sums are withheld when some numbers of records are.
fn protect_sums(
    sums: &mut sums::Sums,
    secret: &[u8],
    policy: &Suppression,
    report: &mut SuppressionReport,
) -> Result<Vec<bool>, SuppressionError> {
    if sums.names.is_empty() {
        return Ok(Vec::new());
    }
    let ties = ties(secret, sums.names.iter().take(sums.own).map(words));
    loop {
        let system = sums.alone();
        let (name, level) = (|at: usize| sums.names[at].clone(), |at: usize| sums.levels[at]);
        let named =
            Named { not_considered: sums.not_considered.clone(), ..Named::new(&system, &name, &level, Some(&ties)) };
        let (outcome, mut done) = suppression::run(&named, policy, Effort::default())?;
        done.require_protected()?;
        // Each time one figure more at least is protected for itself.
        if sums.protect_known(&done) {
            continue;
        }
        if !sums.counts.is_empty() {
            let together = sums.together(&outcome.withheld, policy, [&done, report])?;
            // Each time one number of people more at least is withheld.
            if sums.withhold_more(&together, &outcome.withheld, policy) {
                continue;
            }
            if let Some(&first) = together.known.first() {
                return Err(SuppressionError::People(words(&sums.names[first])));
            }
            sums.tell(together, [&mut done, report]);
        }
        sums.in_units(&mut done);
        report.sums = Some(Box::new(done));
        return Ok(outcome.withheld);
    }
}

/// Takes the withheld quantities of each place out of a table, and small counts that only a note tells.
fn withhold<'p>(
    protected: &mut Protected,
    cells: &Cells,
    figures: &Figures,
    places: impl Iterator<Item = &'p Vec<Coord>>,
    is_withheld: &dyn Fn(&[Coord], usize) -> bool,
    policy: &Suppression,
) {
    let small = 1..i128::from(policy.threshold);
    // That a measure passes over no record tells only that two figures are of the same records, which is reckoned with.
    let shows_nothing = !tables::withholds_zeros(policy);
    let reason = Shown::Withheld(Reason::Confidential);
    let mut places: Vec<&Vec<Coord>> = places.collect();
    places.sort();
    let known: BTreeSet<Vec<Coord>> = figures.places().collect();
    let rows = places.into_iter().filter(|coords| known.contains(*coords) || is_withheld(coords, 0)).map(|coords| {
        let row = (0..cells.quantities.len()).map(|quantity| {
            let facts = cells.quantities[quantity];
            let is_out = match (facts.for_note, figures.at(coords, quantity)) {
                (true, Counted::Value(0)) if shows_nothing => false,
                (true, Counted::Value(count)) => small.contains(&count) || is_withheld(coords, quantity),
                _ => is_withheld(coords, quantity),
            };
            if is_out { reason } else { protected.at(coords, quantity) }
        });
        (coords.clone(), row.collect())
    });
    let rows: Vec<(Vec<Coord>, Vec<Shown>)> = rows.collect();
    protected.figures = Protected::grid(&cells.dimensions, cells.quantities.len(), rows);
}

/// Whether what is small has been judged.
///
/// # Errors
/// When it has not, or when the judgement was of another list.
pub fn judged(report: &Report) -> Result<(), NotJudged> {
    let Policy::Assess { threshold, judgement, rules } = &report.policy else { return Ok(()) };
    let small = report.small.len() as u64;
    match judgement {
        Some(Judgement { figures, list, .. }) if *figures == small && *list == list_mark(report) => Ok(()),
        Some(Judgement { by, date, figures, .. }) => {
            Err(NotJudged::Other { by: by.clone(), date: date.to_string(), judged: *figures, small })
        }
        None if small == 0 => Ok(()),
        None => Err(NotJudged::Missing { small, below: rules.is_none().then_some(threshold - 1) }),
    }
}

/// A mark of a list of small figures: the first 8 hex digits of the SHA-256 over the figures with their places, so that a
/// judgement holds for this list and for no other.
pub fn list_mark(report: &Report) -> String {
    mark(report.small.iter().map(|small| format!("{small:?}")))
}

/// The mark of a list, one line an item.
pub(crate) fn mark(list: impl Iterator<Item = String>) -> String {
    let mut hash = Sha256::new();
    list.for_each(|item| hash.update(format!("{item}\n")));
    hash.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

/// Every figure with its value.
fn pass(cells: &Cells, figures: &Figures) -> Protected {
    let whole = |count: u64| Shown::whole(i128::from(count));
    let relation = cells.relation.as_ref().map(|relation| ProtectedRelation {
        parents: whole(relation.parents),
        without: whole(relation.without),
        several: whole(relation.several),
    });
    let shown = |coords: &[Coord], quantity: usize| match figures.at(coords, quantity) {
        Counted::Value(value) => Shown::Value(Decimal::new(value, cells.quantities[quantity].places)),
        Counted::Undefined => Shown::Withheld(Reason::NotApplicable),
        Counted::NotCounted => Shown::Withheld(Reason::NotAvailable),
    };
    let rows = figures.places().map(|coords| {
        let row = (0..cells.quantities.len()).map(|quantity| shown(&coords, quantity)).collect();
        (coords, row)
    });
    Protected {
        table: cells.table.clone(),
        dimensions: cells.dimensions.clone(),
        quantities: cells.quantities.clone(),
        figures: Protected::grid(&cells.dimensions, cells.quantities.len(), rows),
        left_out: cells.left_out.iter().map(|left| (left.reason.clone(), whole(left.count))).collect(),
        relation,
        rests: BTreeMap::new(),
    }
}

/// All figures from 1 to just below the threshold that a release of this table shows. Of numbers of records, `by_rules` says which are listed.
fn small_figures(
    cells: &Cells,
    figures: &Figures,
    threshold: u64,
    is_shown: &dyn Fn(&[Coord]) -> bool,
    by_rules: &dyn Fn(&[Coord]) -> Option<bool>,
) -> Vec<Small> {
    let is_small = |count: u64| count > 0 && count < threshold;
    let small = |figure, count| Small { table: cells.table.clone(), figure, count };
    let mut found = Vec::new();
    for coords in figures.places() {
        let (in_table, total) = (is_shown(&coords), coords.iter().all(|coord| *coord == Coord::Total));
        let shown = |facts: &Quantity| facts.is_count && if facts.for_note { total } else { in_table };
        for (quantity, _) in cells.quantities.iter().enumerate().filter(|(_, facts)| shown(facts)) {
            let Counted::Value(value) = figures.at(&coords, quantity) else { continue };
            let by_rules = if quantity == 0 { by_rules(&coords) } else { None };
            let is_listed = |count: &u64| by_rules.unwrap_or_else(|| is_small(*count));
            let Some(count) = u64::try_from(value).ok().filter(is_listed) else { continue };
            let at = named(cells, &coords);
            let figure = if quantity == 0 {
                Figure::Cell(at)
            } else {
                Figure::Measure {
                    of: cells.labels[quantity].clone(),
                    in_a_note: cells.quantities[quantity].for_note,
                    at,
                }
            };
            found.push(small(figure, count));
        }
    }
    for left in &cells.left_out {
        if is_small(left.count) {
            found.push(small(Figure::LeftOut(left.reason.clone()), left.count));
        }
    }
    if let Some(relation) = &cells.relation {
        for (name, count) in
            [("parents", relation.parents), ("without", relation.without), ("several", relation.several)]
        {
            if is_small(count) {
                found.push(small(Figure::Relation(name.into()), count));
            }
        }
    }
    found
}

/// All sums that a release of this table shows and whose contributors make them sensitive, but for those to which few
/// contribute because their records are few, and listed.
fn sensitive_sums(
    cells: &Cells,
    figures: &Figures,
    rules: &Suppression,
    is_shown: &dyn Fn(&[Coord]) -> bool,
    listed: &[Small],
) -> Vec<Small> {
    let listed: BTreeSet<(&str, &BTreeMap<String, String>)> = listed
        .iter()
        .filter_map(|small| match &small.figure {
            Figure::Cell(at) => Some(("", at)),
            Figure::Measure { of, in_a_note: false, at } => Some((of.as_str(), at)),
            _ => None,
        })
        .collect();
    let places = || figures.places().filter(|coords| is_shown(coords));
    let sums = cells.contributors.iter().flat_map(|sum| places().map(move |coords| (sum, coords)));
    let found = sums.filter_map(|(sum, coords)| {
        let who = sum.at(&cells.dimensions, &coords);
        let people = u64::try_from(who.people).unwrap_or(u64::MAX);
        let (why, _) = rules::of_sum(rules, people, who.size, who.largest)?;
        let (of, at) = (&cells.labels[sum.sum], named(cells, &coords));
        let is_listed = ["", of.as_str()].iter().any(|of| listed.contains(&(*of, &at)));
        let is_new = why != Why::FewContributors || !is_listed;
        is_new.then(|| Small {
            table: cells.table.clone(),
            figure: Figure::Sum { of: of.clone(), why, at },
            count: people,
        })
    });
    found.collect()
}

fn named(cells: &Cells, coords: &[Coord]) -> BTreeMap<String, String> {
    let pairs = cells.dimensions.iter().zip(coords).filter_map(|(dimension, coord)| match coord {
        Coord::At(at) => Some((dimension.id.clone(), dimension.categories[*at as usize].label.clone())),
        Coord::Total | Coord::Rest => None,
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use candour_model::{Atoms, Axis, Category, CategoryKind, Dimension, Grid, Relation};

    fn cells(counts: &[u64]) -> Cells {
        let category = |at: usize| Category::new(at.to_string(), at.to_string(), CategoryKind::Code { group: None });
        let dimension = Dimension {
            id: "a".into(),
            label: "A".into(),
            axis: Axis::Rows,
            rolls_up_to: None,
            overlaps: false,
            categories: (0..counts.len()).map(category).collect(),
        };
        Cells {
            table: "t".into(),
            dimensions: vec![dimension],
            atoms: vec![Atoms::plain(counts.len())],
            quantities: vec![Quantity::RECORDS],
            labels: vec![String::new()],
            finest: Grid::new(
                vec![counts.len() as u32],
                1,
                (0..).zip(counts).filter(|(_, count)| **count > 0).map(|(at, &count)| (at, vec![i128::from(count)])),
            ),
            apart: None,
            left_out: vec![LeftOut { reason: LeftOutReason::Cancelled, count: 3 }],
            relation: Some(Relation { parents: 9, without: 1, several: 0 }),
            contributors: Vec::new(),
        }
    }

    fn assess(threshold: u64, judged: Option<(u64, &str)>) -> Policy {
        let judgement = judged.map(|(figures, list)| Judgement {
            by: "A. Approver".into(),
            role: "Disclosure manager".into(),
            date: jiff_date(),
            figures,
            list: list.into(),
            living: "yes".into(),
            identifiable: "no".into(),
            principle: "none".into(),
            harm: "none".into(),
            conclusion: "publish".into(),
        });
        Policy::Assess { threshold, judgement, rules: None }
    }

    fn all(tables: &[Cells], policy: &Policy, is_shown: &dyn Fn(usize, &[Coord]) -> bool) -> (Vec<Protected>, Report) {
        let key = TableKey {
            scope: "s".into(),
            parents: None,
            dimensions: vec!["a".into()],
            quantities: vec!["n".into()],
            reads: Reads::default(),
        };
        let keys = vec![key; tables.len()];
        protect(&Asked {
            tables,
            keys: &keys,
            cuts: &[],
            together: &[],
            lists: &[],
            policy,
            secret: b"secret",
            is_shown,
            residents: None,
        })
        .unwrap()
    }

    fn jiff_date() -> jiff::civil::Date {
        jiff::civil::date(2020, 5, 21)
    }

    #[test]
    fn small_figures_are_listed_wherever_they_stand() {
        let (_, report) = all(&[cells(&[4, 5, 0, 90])], &assess(5, None), &|_, _| true);
        let counts: Vec<u64> = report.small.iter().map(|small| small.count).collect();
        assert_eq!(counts, [4, 3, 1], "the cell of 4, the 3 cancelled and the 1 without; no zero, no 5");
        let (_, report) = all(&[cells(&[4, 5])], &assess(5, None), &|_, coords| coords == [Coord::Total]);
        assert_eq!(report.small.len(), 2, "a cell that is not shown needs no judgement");
    }

    #[test]
    fn a_judgement_holds_for_its_own_list_only() {
        let report = |counts: &[u64], judged| all(&[cells(counts)], &assess(5, judged), &|_, _| true).1;
        assert_eq!(judged(&report(&[4, 5], None)), Err(NotJudged::Missing { small: 3, below: Some(4) }));
        let list = list_mark(&report(&[4, 5], None));
        assert!(matches!(
            judged(&report(&[4, 5], Some((2, &list)))),
            Err(NotJudged::Other { judged: 2, small: 3, .. })
        ));
        assert_eq!(judged(&report(&[4, 5], Some((3, &list)))), Ok(()));
        // As many small figures, but another one among them.
        assert!(judged(&report(&[5, 4], Some((3, &list)))).is_err());
    }

    #[test]
    fn without_a_policy_that_looks_nothing_is_listed() {
        let (_, report) =
            all(&[cells(&[1])], &Policy::None { reason: "counts of parking notices".into() }, &|_, _| true);
        assert!(report.small.is_empty());
        assert_eq!(judged(&report), Ok(()));
    }

    proptest::proptest! {
        #[test]
        fn assess_changes_no_figure(counts in proptest::collection::vec(0_u64..20, 1..8), threshold in 1_u64..10) {
            let cells = cells(&counts);
            let (protected, _) = all(std::slice::from_ref(&cells), &assess(threshold, None), &|_, _| true);
            let figures = cells.figures();
            for coords in figures.places() {
                let Counted::Value(count) = figures.at(&coords, 0) else { continue };
                proptest::prop_assert_eq!(protected[0].records(&coords), Shown::whole(count));
            }
        }
    }
}
