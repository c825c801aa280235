//! All tables of a release as one system: what can be worked out from one table together with another counts as well.
//!
//! A figure of one table is a figure of another where both count the same records: then it is one variable ([`joined`]).
//! Where a figure holds figures of another table, it is their sum and a rest; the rest is a variable as well if it is small
//! or known from elsewhere, though nobody prints it. Beside the cells and margins stand the numbers of records that a table
//! leaves out, which its notes tell: with the grand total they add up to what the table is about.

pub(crate) mod cut;
pub(crate) mod joined;
mod judged;
pub(crate) mod measures;
mod nested;
mod same_columns;
mod units;
mod ways;
mod zeros;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use candour_model::{
    Atoms, Cells, Coord, Cost, Counted, Cut, Dimension, FigureName, Figures, Groups, LeftOutReason, Suppression, Zeros,
};

use crate::Asked;
use crate::engine::{Cell, Equation, Primary, Role, System};
use crate::rules::{NearlyAll, Risk, Tells, Why};
use crate::suppression::words;
use cut::CutPlace;
use joined::{Asking, Joined, Layer, Place, Relation, Relations, Set};
use same_columns::SameColumns;
use ways::{reached, ways};

/// What makes figures of two tables the same: the records that a table is about, and for each dimension what it goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableKey {
    /// What is counted, of which records.
    pub scope: String,
    /// That of a table about the records that its own hang on, of which it counts what hangs on them; None where they hang on
    /// none.
    pub parents: Option<String>,
    /// One a dimension.
    pub dimensions: Vec<String>,
    /// What each quantity counts or sums up, whatever condition it has; one entry each.
    pub quantities: Vec<String>,
    /// Which columns decide what its figures count.
    pub reads: Reads,
}

/// Which columns decide that a record is in a figure, each by its record table and its position there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Whether it is in the table at all.
    pub scope: BTreeSet<(usize, usize)>,
    /// Those of `scope` by whose values the table's filter chooses; the others say when a record counts, and whether it does.
    pub filter: BTreeSet<(usize, usize)>,
    /// For each dimension, in which category.
    pub dimensions: Vec<BTreeSet<(usize, usize)>>,
    /// For each quantity, whether it counts there.
    pub quantities: Vec<BTreeSet<(usize, usize)>>,
    /// For each quantity, those of its own condition.
    pub conditions: Vec<BTreeSet<(usize, usize)>>,
}

/// Where the figures of a release stand in the system.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    /// One entry a table: its places.
    pub(crate) cells: Vec<HashMap<Vec<Coord>, usize>>,
    /// One entry a table: the places of its measures that count and add up, by the quantity.
    pub(crate) measures: Vec<BTreeMap<usize, HashMap<Vec<Coord>, usize>>>,
    /// One entry a table: what measures leave of the records or of other measures, which nobody prints.
    pub(crate) rests: Vec<BTreeMap<Layer, HashMap<Vec<Coord>, usize>>>,
    /// One entry a table: the numbers of records that it leaves out, in order.
    pub(crate) left_out: Vec<Vec<usize>>,
    /// One entry a table: the places with those that it leaves out there, which nobody prints.
    pub(crate) with: Vec<HashMap<Vec<Coord>, usize>>,
    /// One entry a table: where it is not plain, the sets of categories in which records may stand, as far as anybody knows.
    pub(crate) ways: Vec<Vec<Vec<u32>>>,
    /// One entry a table: what it cuts off.
    pub(crate) cuts: Vec<BTreeMap<CutPlace, usize>>,
    /// One entry a table: the three figures of its relation to the parent unit.
    pub(crate) relation: Vec<Option<[usize; 3]>>,
}

/// The system of a release, with what its figures are called.
#[derive(Clone, Debug, Default)]
pub(crate) struct Linked {
    pub(crate) system: System,
    pub(crate) places: Places,
    pub(crate) names: Vec<FigureName>,
    /// How many dimensions each figure is summed over.
    pub(crate) levels: Vec<usize>,
    pub(crate) groups: Vec<FigureName>,
    pub(crate) nearly_all: Vec<NearlyAll>,
    /// Why each figure is sensitive, if it is.
    pub(crate) risks: Vec<Option<Risk>>,
    /// What the last figures are called, which are known from elsewhere.
    pub(crate) outside: Vec<FigureName>,
    pub(crate) not_considered: Vec<String>,
    /// What the policy names by hand and no table has.
    pub(crate) not_there: Vec<FigureName>,
    /// What it withholds by hand, and is a zero that is published.
    pub(crate) zeros_by_hand: Vec<FigureName>,
}

/// The most figures of one table, zeros among them, that a policy with sensitive zeros may have to look at.
const MOST_ZEROS: usize = 500_000;

/// So many figures are named in the name of what is left of another without them.
pub(crate) const NAMED: usize = 3;

/// What names a figure's measure.
pub(crate) const MEASURE: &str = "measure";

struct Builder<'b> {
    policy: &'b Suppression,
    joined: &'b Joined<'b>,
    same_columns: SameColumns<'b>,
    linked: Linked,
    /// Figures by what they count, said in words or as a set of records.
    by_meaning: HashMap<String, Vec<usize>>,
    by_set: HashMap<Set, Vec<usize>>,
    /// The figures of the table that is being put in: no two of its places share one.
    own: HashSet<usize>,
    /// The equations, their terms in order.
    equations: HashSet<Vec<(u32, i32)>>,
    /// Why a figure is sensitive, where that is not its size.
    why: BTreeMap<usize, Why>,
    /// What the figures of tables tell, and how many people live where they were counted.
    facts: BTreeMap<usize, (Tells, Option<u64>)>,
    /// Which totals from elsewhere some table has.
    known: BTreeSet<usize>,
    /// Of which figures such a total is the sum.
    sums_known: Vec<(usize, Vec<usize>)>,
}

/// Where a table has figures.
struct Open {
    /// All of them.
    places: Vec<Vec<Coord>>,
    /// Those that are withheld with a whole breakdown.
    withheld: BTreeSet<Vec<Coord>>,
    /// Where the table is not plain: the sets of categories in which records may stand, as far as anybody knows.
    ways: Vec<Vec<u32>>,
}

/// The numbers of records of a table.
struct Counts {
    places: HashMap<Vec<Coord>, usize>,
    /// By set of categories, where the table is not plain.
    sets: HashMap<Vec<u32>, usize>,
}

/// What is known of a figure that nobody prints, if it is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nothing {
    /// It could not be anything else: what an outcome leaves of those who have it.
    Known,
    /// It happens to be.
    Unknown,
    /// It happens to be, and that is as sensitive as a small number: all of an area are solved.
    Sensitive,
}

/// Which columns decide what a quantity counts.
struct Decided<'d> {
    cells: &'d Cells,
    quantity: usize,
    reads: &'d Reads,
}

impl Decided<'_> {
    fn columns(&self) -> BTreeSet<(usize, usize)> {
        self.reads.quantities.get(self.quantity).cloned().unwrap_or_default()
    }

    /// Whether a quantity counts by its own condition. Without one it counts all, or all that have a value.
    fn has_condition(&self) -> bool {
        self.reads.conditions.get(self.quantity).is_none_or(|columns| !columns.is_empty())
    }

    /// Whether some records may lack the value that a quantity without a condition asks for: there is a note on them then.
    fn may_lack(&self) -> bool {
        let own = self.columns();
        let notes = (0..self.cells.quantities.len()).filter(|&other| self.cells.quantities[other].for_note);
        let mut notes = notes.filter_map(|other| self.reads.quantities.get(other));
        notes.any(|columns| !columns.is_empty() && columns.is_subset(&own))
    }

    /// Whether what decides of the quantity also decides of categories of these dimensions, or of the table.
    fn meets(&self, mut dimensions: impl Iterator<Item = usize>) -> bool {
        let own = self.columns();
        let shares = |columns: &BTreeSet<(usize, usize)>| !columns.is_disjoint(&own);
        shares(&self.reads.filter) || dimensions.any(|at| self.reads.dimensions.get(at).is_some_and(shares))
    }

    /// What is known where nothing is left of the records at a place.
    fn rest(&self, coords: &[Coord]) -> Nothing {
        let fixed = (0..coords.len()).filter(|&at| coords[at] != Coord::Total);
        self.nothing_left(fixed)
    }

    /// The same of the records of a set.
    fn rest_of_set(&self) -> Nothing {
        self.nothing_left(0..self.cells.dimensions.len())
    }

    fn nothing_left(&self, fixed: impl Iterator<Item = usize>) -> Nothing {
        let counts_all = self.columns().is_empty() || !(self.has_condition() || self.may_lack());
        if counts_all || self.meets(fixed) { Nothing::Known } else { Nothing::Unknown }
    }

    /// What is known of a set of records of which the quantity counts none.
    fn set(&self) -> Nothing {
        if self.quantity > 0 && self.meets(0..self.cells.dimensions.len()) { Nothing::Known } else { Nothing::Unknown }
    }
}

/// What a figure counts, so that it can be found in another table.
#[derive(Default)]
struct Shared {
    /// Said in words, where two tables are about the same records.
    meaning: Option<String>,
    /// The records, where there are any.
    set: Option<Set>,
}

/// Puts the tables of a release together.
pub(crate) fn link(asked: &Asked<'_>, figures: &[Figures], joined: &Joined<'_>, policy: &Suppression) -> Linked {
    let Asked { tables, keys, together, is_shown, .. } = *asked;
    let not_there = policy.keep.iter().chain(&policy.withhold).cloned().collect();
    let mut builder = Builder {
        policy,
        joined,
        same_columns: SameColumns::new(tables, keys),
        linked: Linked { not_there, ..Linked::default() },
        by_meaning: HashMap::new(),
        by_set: HashMap::new(),
        own: HashSet::new(),
        equations: HashSet::new(),
        why: BTreeMap::new(),
        facts: BTreeMap::new(),
        known: BTreeSet::new(),
        sums_known: Vec::new(),
    };
    for (at, (cells, figures)) in tables.iter().zip(figures).enumerate() {
        builder.own.clear();
        let cuts = asked.cuts.get(at).map_or(&[][..], Vec::as_slice);
        builder.table(at, cells, figures, (&keys[at], cuts), &|coords| is_shown(at, coords));
        let places = builder.linked.places.cells[at].clone();
        let measures = builder.linked.places.measures[at].clone();
        let residents = |coords: &[Coord]| asked.residents.and_then(|residents| residents(at, coords));
        builder.note((at, cells), &places, &residents, false);
        measures.values().for_each(|places| builder.note((at, cells), places, &residents, true));
        builder.outside(cells, figures, &places);
    }
    builder.judge();
    builder.units(asked);
    builder.own.clear();
    builder.same_places();
    let Relations { found, not_compared } = builder.relations();
    builder.join(found);
    if withholds_zeros(policy) {
        builder.zeros_of_others(asked, figures);
    }
    builder.linked.risks = builder.risks();
    builder.linked.groups.sort();
    builder.linked.groups.dedup();
    builder.linked.nearly_all.sort();
    builder.linked.nearly_all.dedup();
    builder.linked.not_there.extend(builder.not_known());
    builder.zeros_by_hand(tables, figures);
    builder.add_outside();
    let mut linked = builder.linked;
    let most = i64::try_from(policy.threshold).unwrap_or(i64::MAX);
    linked.system.above = Some(most);
    if tables.len() > 1 {
        if together.iter().all(|together| together.tables.len() < tables.len()) {
            linked.not_considered.push(
                "tables of different units, but for records and what hangs on them where both tables have the same place"
                    .to_owned(),
            );
        }
        linked.not_considered.extend([
            "what four tables of this release or more tell together, where no three of them do".to_owned(),
            "that what one column names lies in what another names, such as wards in boroughs, where the records are too few \
             to tell"
                .to_owned(),
        ]);
    }
    for table in not_compared {
        linked.not_considered.push(format!(
            "figures of the table `{}` that hold figures of others without being the same: there are too many to compare",
            tables[table].table
        ));
    }
    if withholds_zeros(policy) && tables.len() > 1 {
        linked.not_considered.push(
            "withheld zeros of a category that no record has, where another table shows a zero of a wider one"
                .to_owned(),
        );
    }
    let known = if policy.outside.is_empty() { ", and what is known from elsewhere" } else { "" };
    linked.not_considered.push(format!("other releases about the same records{known}"));
    if policy.population.is_none() {
        linked.not_considered.push(
            "how many people live in an area: a count is compared with the threshold, not with the number of people"
                .to_owned(),
        );
    }
    linked
}

/// Whether zeros may be withheld.
pub(crate) fn withholds_zeros(policy: &Suppression) -> bool {
    policy.zeros == Zeros::Sensitive || policy.groups == Groups::Withhold || !policy.breakdowns.is_empty()
}

impl Builder<'_> {
    fn table(
        &mut self,
        at: usize,
        cells: &Cells,
        figures: &Figures,
        (key, cuts): (&TableKey, &[Cut]),
        is_shown: &dyn Fn(&[Coord]) -> bool,
    ) {
        let table = at;
        // What is cancelled or undated is in no table about these records; what lacks a category is missing from this one.
        let left_out: u64 =
            cells.left_out.iter().filter(|left| is_of_category(&left.reason)).map(|left| left.count).sum();
        let Open { places, withheld, ways } = self.open_places(at, cells, figures);
        let mut here: HashMap<Vec<Coord>, usize> = HashMap::new();
        for coords in places {
            let Counted::Value(value) = figures.at(&coords, 0) else { continue };
            let value = i64::try_from(value).unwrap_or(i64::MAX);
            let small_part = (1..cells.quantities.len()).any(|quantity| {
                !cells.quantities[quantity].counts_records() && self.is_small(cells, figures, &coords, quantity)
            });
            let name = name(cells, &coords);
            let meaning = (left_out == 0).then(|| meaning(cells, key, &coords));
            let shared = Shared { meaning, set: self.joined.set(table, Layer::of(0), &Place::Cell(coords.clone())) };
            let at = self.figure(shared, value, is_shown(&coords), small_part, name);
            self.linked.levels[at] = coords.iter().filter(|coord| **coord == Coord::Total).count();
            here.insert(coords, at);
        }
        for coords in &withheld {
            if let Some(&figure) = here.get(coords) {
                self.withhold_with_its_breakdown(figure, is_shown(coords));
            }
        }
        let decided = Decided { cells, quantity: 0, reads: &key.reads };
        let records = Counts { sets: self.add_up(cells, &here, &ways, 0, &decided), places: here };
        let mut sets = BTreeMap::from([(0, records.sets.clone())]);
        self.groups(at, cells, figures, is_shown);
        self.notes(table, cells, key, records.places.get(&vec![Coord::Total; cells.dimensions.len()]).copied());
        let mut measures = BTreeMap::new();
        for quantity in (1..cells.quantities.len()).filter(|&quantity| cells.quantities[quantity].counts_records()) {
            let (places, own) = self.measure(table, cells, figures, (quantity, key), (&records, &ways), is_shown);
            for coords in judged::that_may_be(cells, figures, quantity, &withheld) {
                if let Some(&figure) = places.get(coords) {
                    self.withhold_with_its_breakdown(figure, is_shown(coords));
                }
            }
            measures.insert(quantity, places);
            sets.insert(quantity, own);
        }
        let rests = self.rests(table, cells, key, &records, &measures, &sets);
        self.alike(table, cells, &records.places, &measures, &sets);
        self.cut_off(cells, cuts, &records.places, &measures);
        let here = records.places;
        self.linked.places.ways.push(ways);
        self.with(table, cells, &here);
        self.linked.places.rests.push(rests);
        self.linked.places.measures.push(measures);
        self.linked.places.cells.push(here);
    }

    /// The equations between the figures of one quantity; the figures of the sets that they are sums of, where the table is
    /// not plain.
    fn add_up(
        &mut self,
        cells: &Cells,
        here: &HashMap<Vec<Coord>, usize>,
        ways: &[Vec<u32>],
        quantity: usize,
        decided: &Decided<'_>,
    ) -> HashMap<Vec<u32>, usize> {
        if !is_plain(cells) {
            return self.sums_of_sets(cells, here, ways, quantity, decided);
        }
        for (whole, parts) in lines(cells, here) {
            self.equation(whole, parts);
        }
        HashMap::new()
    }

    /// The places of a table that have figures, zeros among them that are withheld or may be.
    fn open_places(&mut self, table: usize, cells: &Cells, figures: &Figures) -> Open {
        let places = self.all_places(cells, figures);
        let mut withheld = self.whole_breakdowns(table, cells, figures);
        if withheld.is_empty() && is_plain(cells) {
            return Open { places, withheld, ways: Vec::new() };
        }
        let mut all: BTreeSet<Vec<Coord>> = places.into_iter().chain(withheld.iter().cloned()).collect();
        let finest = || cells.finest.rows().map(|(set, _)| set);
        let Some(mut found) = ways(cells, &|coords| all.contains(coords), MOST_ZEROS) else {
            if all.iter().any(|coords| figures.at(coords, 0) == Counted::Value(0)) {
                self.linked.not_considered.push(format!(
                    "whether withheld zeros of the table `{}` follow from other figures: it has too many cells",
                    cells.table
                ));
            }
            let ways = if is_plain(cells) { Vec::new() } else { finest().collect() };
            return Open { places: all.into_iter().collect(), withheld, ways };
        };
        // Whatever there is can be.
        found.extend(finest());
        found.sort_unstable();
        found.dedup();
        let reached = reached(cells, &found);
        all.retain(|coords| reached.contains(coords));
        withheld.retain(|coords| reached.contains(coords));
        let ways = if is_plain(cells) { Vec::new() } else { found };
        Open { places: all.into_iter().collect(), withheld, ways }
    }

    /// Every place that has a figure; where zeros are sensitive, every place that could have one.
    fn all_places(&mut self, cells: &Cells, figures: &Figures) -> Vec<Vec<Coord>> {
        if self.policy.zeros == Zeros::Published {
            return figures.places().collect();
        }
        let mut places: Vec<Vec<Coord>> = vec![Vec::new()];
        for dimension in &cells.dimensions {
            let mut longer = Vec::new();
            for place in places {
                for (at, category) in (0_u32..).zip(&dimension.categories) {
                    let lies = dimension.rolls_up_to.is_none_or(|outer| match place[outer] {
                        Coord::At(outer) => category.lies_in(outer),
                        _ => false,
                    });
                    if lies && !category.held_by_none {
                        longer.push([place.clone(), vec![Coord::At(at)]].concat());
                    }
                }
                longer.push([place, vec![Coord::Total]].concat());
            }
            places = longer;
            if places.len() > MOST_ZEROS {
                self.linked
                    .not_considered
                    .push(format!("zeros of the table `{}`, which has too many cells", cells.table));
                return figures.places().collect();
            }
        }
        places
    }

    /// Whether something else than records is counted at a place, and is small.
    fn is_small(&self, cells: &Cells, figures: &Figures, coords: &[Coord], quantity: usize) -> bool {
        let facts = cells.quantities[quantity];
        let Counted::Value(count) = figures.at(coords, quantity) else { return false };
        facts.is_count && !facts.for_note && count > 0 && count < i128::from(self.policy.threshold)
    }

    /// A figure that nobody prints or names, such as what is left of another. That there is none of it is no secret by
    /// itself: what follows from it is looked at where it stands.
    fn unnamed(&mut self, shared: Shared, value: i64, name: FigureName, nothing: Nothing) -> usize {
        let role = match (value, nothing) {
            (0, Nothing::Known) => Role::Published,
            (0, Nothing::Unknown) => Role::Hidden,
            _ => return self.figure(shared, value, false, false, name),
        };
        let at = self.linked.system.cells.len();
        self.linked.system.cells.push(Cell::count(0, 0, role, Primary::No));
        self.linked.names.push(name);
        self.linked.levels.push(0);
        at
    }

    /// A figure: the one that is there already where two tables count the same.
    fn figure(&mut self, shared: Shared, value: i64, shown: bool, small_part: bool, name: FigureName) -> usize {
        let least = if self.policy.zeros == Zeros::Published { 1 } else { 0 };
        let most = i64::try_from(self.policy.threshold).unwrap_or(i64::MAX) - 1;
        let primary = match (least..=most).contains(&value) {
            true => Primary::Small { least, most },
            false if small_part && value > 0 => Primary::Other,
            false => Primary::No,
        };
        self.linked.not_there.retain(|wanted| !is_called(wanted, &name));
        let named = |figures: &[FigureName]| figures.iter().any(|wanted| is_called(wanted, &name));
        let (keep, withhold) = (named(&self.policy.keep), named(&self.policy.withhold));
        let role = match (value < least || keep, shown) {
            (true, _) => Role::Published,
            (false, true) => Role::Free,
            (false, false) => Role::Hidden,
        };
        let primary = match (keep, withhold && value >= least) {
            (true, _) => Primary::No,
            (false, true) if primary == Primary::No => Primary::Other,
            _ => primary,
        };
        let Shared { meaning, set } = shared;
        let set = set.filter(|set| u64::try_from(value) == Ok(set.count));
        let same = meaning.iter().filter_map(|meaning| self.by_meaning.get(meaning));
        let mut same = same.chain(set.iter().filter_map(|set| self.by_set.get(set))).flatten();
        let is_free = |at: &&usize| self.linked.system.cells[**at].value == value && !self.own.contains(*at);
        if let Some(&at) = same.find(is_free) {
            self.own.insert(at);
            self.also_called(at, meaning, set);
            let cell = &mut self.linked.system.cells[at];
            // Shown in one table is shown; kept in one is kept; sensitive in one is sensitive; a zero that is withheld in one
            // stays so.
            let stays = cell.role == Role::Withheld && !keep;
            if cell.role == Role::Hidden || (role == Role::Published && !stays) {
                cell.role = role;
            }
            if cell.primary == Primary::No && role != Role::Published {
                cell.primary = primary;
            }
            return at;
        }
        let weight = match self.policy.cost {
            Cost::Cells => 1,
            Cost::Count | Cost::Column(_) => value.unsigned_abs(),
        };
        if withhold && primary == Primary::Other {
            self.why.insert(self.linked.system.cells.len(), Why::ByHand);
        }
        let at = self.linked.system.cells.len();
        self.linked.system.cells.push(Cell::count(value, weight, role, primary));
        self.linked.names.push(name);
        self.linked.levels.push(0);
        self.own.insert(at);
        self.also_called(at, meaning, set);
        at
    }

    /// Notes what a figure counts.
    fn also_called(&mut self, at: usize, meaning: Option<String>, set: Option<Set>) {
        let note = |figures: &mut Vec<usize>| {
            if !figures.contains(&at) {
                figures.push(at);
            }
        };
        if let Some(meaning) = meaning {
            note(self.by_meaning.entry(meaning).or_default());
        }
        if let Some(set) = set {
            note(self.by_set.entry(set).or_default());
        }
    }

    fn equation(&mut self, whole: usize, parts: impl IntoIterator<Item = usize>) {
        let terms = [(whole as u32, 1)].into_iter().chain(parts.into_iter().map(|part| (part as u32, -1)));
        let terms: Vec<(u32, i32)> = terms.collect();
        let mut in_order = terms.clone();
        in_order.sort_unstable();
        if terms.len() > 1 && self.equations.insert(in_order) {
            self.linked.system.equations.push(Equation { terms });
        }
    }

    /// What figures of one table tell of those of another.
    fn relations(&self) -> Relations {
        let Places { cells, measures, rests, left_out, with, .. } = &self.linked.places;
        let figure = |table: usize, layer: Layer, place: &Place, set: Set| {
            let figure = match (place, layer) {
                (Place::Cell(coords), Layer { quantity: 0, without: None }) => cells[table].get(coords).copied(),
                (Place::Cell(coords), Layer { quantity, without: None }) => {
                    measures[table].get(&quantity)?.get(coords).copied()
                }
                (Place::Cell(coords), _) => rests[table].get(&layer)?.get(coords).copied(),
                (Place::With(coords), _) => with[table].get(coords).copied(),
                (Place::Note(note), _) => left_out[table].get(*note).copied(),
            };
            figure.filter(|at| u64::try_from(self.linked.system.cells[*at].value) == Ok(set.count))
        };
        let threshold = self.policy.threshold;
        let is_small = |figure: &usize| self.linked.system.cells[*figure].value.unsigned_abs() < threshold;
        self.joined.relations(&Asking {
            figure: &figure,
            may_tell: &|_, parts, rest| rest.count < threshold && !parts.iter().any(is_small),
            is_sensitive: &|_, _, _| true,
            classes: false,
        })
    }

    /// Puts in what figures of one table tell of those of another: where nothing is left over, where the rest is small, and
    /// where it can be known from elsewhere. Of a larger rest that nobody knows nothing follows.
    fn join(&mut self, relations: Vec<Relation>) {
        let mut times: HashMap<Set, usize> = HashMap::new();
        relations.iter().for_each(|relation| *times.entry(relation.rest).or_default() += 1);
        for Relation { whole, parts, rest, .. } in relations {
            let is_known = self.by_set.contains_key(&rest) || times.get(&rest).is_some_and(|times| *times > 1);
            if rest.count == 0 {
                self.equation(whole, parts);
            } else if rest.count < self.policy.threshold || is_known {
                let mut name = self.linked.names[whole].clone();
                let parts_named = parts.iter().take(NAMED).map(|&part| words(&self.linked.names[part]));
                let more = (parts.len() > NAMED).then(|| format!("{} more", parts.len() - NAMED));
                name.insert("less".to_owned(), parts_named.chain(more).collect::<Vec<_>>().join(" and "));
                let value = i64::try_from(rest.count).unwrap_or(i64::MAX);
                let shared = Shared { meaning: None, set: Some(rest) };
                self.own.clear();
                let rest = self.figure(shared, value, false, false, name);
                self.equation(whole, parts.into_iter().chain([rest]));
            }
        }
    }

    /// Where categories overlap, each figure is the sum of the sets of records that it holds; nobody prints these.
    fn sums_of_sets(
        &mut self,
        cells: &Cells,
        here: &HashMap<Vec<Coord>, usize>,
        ways: &[Vec<u32>],
        quantity: usize,
        decided: &Decided<'_>,
    ) -> HashMap<Vec<u32>, usize> {
        let column = column(cells, quantity);
        let mut figures = HashMap::new();
        for set in ways {
            let value = cells.finest.get(set).map_or(0, |values| values[column]);
            let value = i64::try_from(value).unwrap_or(i64::MAX);
            let mut name = set_name(cells, set);
            if quantity > 0 {
                name.insert(MEASURE.to_owned(), label(cells, quantity));
            }
            let figure = self.unnamed(Shared::default(), value, name, decided.set());
            figures.insert(set.clone(), figure);
        }
        for (figure, sets) in lines_of_sets(cells, here, &figures) {
            self.equation(figure, sets);
        }
        figures
    }

    /// Numbers that the table's notes tell.
    fn notes(&mut self, table: usize, cells: &Cells, key: &TableKey, total: Option<usize>) {
        let mut figures = Vec::new();
        for (at, left) in cells.left_out.iter().enumerate() {
            let value = i64::try_from(left.count).unwrap_or(i64::MAX);
            let name = FigureName::from([
                ("table".to_owned(), cells.table.clone()),
                ("left out".to_owned(), why_left_out(&left.reason, &cells.dimensions)),
            ]);
            // Other tables about the same records leave out as many for such a reason.
            let meaning = (!is_of_category(&left.reason) && left.reason != LeftOutReason::Any)
                .then(|| format!("{}\nleft out\t{:?}", key.scope, left.reason));
            let shared = Shared { meaning, set: self.joined.set(table, Layer::of(0), &Place::Note(at)) };
            figures.push(self.figure(shared, value, true, false, name));
        }
        // What the table is about is its total and what it leaves out for want of a category.
        let of_categories: Vec<usize> = cells
            .left_out
            .iter()
            .zip(&figures)
            .filter(|(left, _)| is_of_category(&left.reason))
            .map(|(_, figure)| *figure)
            .collect();
        let any = cells.left_out.iter().position(|left| left.reason == LeftOutReason::Any).map(|at| figures[at]);
        let of_others = cells.left_out.len() > of_categories.len() + usize::from(any.is_some());
        let all = self.joined.set(table, Layer::of(0), &Place::With(vec![Coord::Total; cells.dimensions.len()]));
        let add_up = |any: usize| {
            let value = |figure: usize| u64::try_from(self.linked.system.cells[figure].value).unwrap_or(0);
            total.is_some_and(|total| all.is_some_and(|all| all.count == value(total) + value(any)))
        };
        let left = match (&of_categories[..], any) {
            ([only], None) => Some(*only),
            ([_, ..], Some(any)) if !of_others || add_up(any) => Some(any),
            _ => None,
        };
        if let (Some(left), Some(total)) = (left, total) {
            let value = self.linked.system.cells[total].value + self.linked.system.cells[left].value;
            let name = FigureName::from([
                ("table".to_owned(), cells.table.clone()),
                ("with".to_owned(), "what is left out".to_owned()),
            ]);
            let shared = Shared { meaning: Some(format!("{}\n", key.scope)), set: all };
            let whole = self.figure(shared, value, false, false, name);
            self.equation(whole, [total, left]);
        }
        self.lacking(table, cells, &figures);
        self.linked.places.left_out.push(figures);
        let relation = cells.relation.as_ref().map(|relation| {
            [("parents", relation.parents), ("without", relation.without), ("several", relation.several)].map(
                |(what, count)| {
                    let name = FigureName::from([
                        ("table".to_owned(), cells.table.clone()),
                        ("relation".to_owned(), what.to_owned()),
                    ]);
                    // A table about the parents may have them all as its total.
                    let all = key.parents.as_ref().filter(|_| what == "parents");
                    let shared = Shared { meaning: all.map(|all| format!("{all}\n")), set: None };
                    self.figure(shared, i64::try_from(count).unwrap_or(i64::MAX), true, false, name)
                },
            )
        });
        self.linked.places.relation.push(relation);
    }

    /// What a table leaves out at a place for want of a category elsewhere: another table may show all that stand there.
    fn with(&mut self, table: usize, cells: &Cells, here: &HashMap<Vec<Coord>, usize>) {
        let mut with = HashMap::new();
        for (coords, all) in self.joined.with(table) {
            let count = |set: Set| i64::try_from(set.count).unwrap_or(i64::MAX);
            let called = |how: &str| {
                let mut name = name(cells, coords);
                name.insert("left out".to_owned(), how.to_owned());
                name
            };
            // What a note gives is one of these.
            self.own.clear();
            let whole = Shared { meaning: None, set: Some(all) };
            let whole = self.figure(whole, count(all), false, false, called("with those"));
            let counted = self.joined.set(table, Layer::of(0), &Place::Cell(coords.to_vec()));
            if let (Some(counted), Some(&figure)) = (counted, here.get(coords)) {
                let left = all.without(counted);
                let shared = Shared { meaning: None, set: Some(left) };
                let left = self.figure(shared, count(left), false, false, called("those alone"));
                self.equation(whole, [figure, left]);
            }
            with.insert(coords.to_vec(), whole);
        }
        self.linked.places.with.push(with);
    }

    /// Where a table leaves records out for several reasons, each number of them is the sum of those that lack the same
    /// categories, and so is the number of all; nobody prints these.
    fn lacking(&mut self, table: usize, cells: &Cells, figures: &[usize]) {
        let lacking = self.joined.lacking(table);
        let told = cells.left_out.iter().zip(figures);
        let any = |reason: &LeftOutReason| *reason == LeftOutReason::Any;
        if !cells.left_out.iter().any(|left| any(&left.reason)) {
            return;
        }
        let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (reasons, set) in &lacking {
            let alone = lacking.keys().filter(|other| other.contains(&reasons[0])).count() == 1 && reasons.len() == 1;
            let own = told.clone().find(|(left, _)| alone && left.reason == reasons[0]);
            let figure = own.map(|(_, figure)| *figure).unwrap_or_else(|| {
                let reasons_here: Vec<String> =
                    reasons.iter().map(|reason| why_left_out(reason, &cells.dimensions)).collect();
                let name = FigureName::from([
                    ("table".to_owned(), cells.table.clone()),
                    ("left out".to_owned(), format!("{}, and for no other reason", reasons_here.join(", "))),
                ]);
                let value = i64::try_from(set.count).unwrap_or(i64::MAX);
                self.figure(Shared { meaning: None, set: Some(*set) }, value, false, false, name)
            });
            for (left, &whole) in told.clone() {
                if whole != figure && (any(&left.reason) || reasons.contains(&left.reason)) {
                    parts.entry(whole).or_default().push(figure);
                }
            }
        }
        for (whole, parts) in parts {
            self.equation(whole, parts);
        }
    }
}

/// Whether every record of a table stands in one category of each dimension.
pub(crate) fn is_plain(cells: &Cells) -> bool {
    let mut sides = cells.atoms.iter().zip(&cells.dimensions);
    sides.all(|(atoms, side)| *atoms == Atoms::plain(side.categories.len()))
}

/// Each total with the categories that it is the sum of, along each dimension.
pub(crate) fn lines(cells: &Cells, here: &HashMap<Vec<Coord>, usize>) -> Vec<(usize, Vec<usize>)> {
    let mut lines = Vec::new();
    let mut wholes: Vec<&Vec<Coord>> = here.keys().collect();
    wholes.sort();
    for whole in wholes {
        for (at, dimension) in cells.dimensions.iter().enumerate() {
            let mut inner = cells.dimensions.iter().zip(whole);
            let inner_fixed = inner.any(|(inner, coord)| inner.rolls_up_to == Some(at) && *coord != Coord::Total);
            let outer_summed = dimension.rolls_up_to.is_some_and(|outer| whole[outer] == Coord::Total);
            if whole[at] != Coord::Total || inner_fixed || outer_summed {
                continue;
            }
            let parts = (0..dimension.categories.len() as u32).filter_map(|category| {
                let mut part = whole.clone();
                part[at] = Coord::At(category);
                here.get(&part).copied()
            });
            lines.push((here[whole], parts.collect()));
        }
    }
    lines
}

/// The places at which a record can be that is counted at open places alone; None where there are too many.
pub(crate) fn reached_from(cells: &Cells, is_open: &dyn Fn(&[Coord]) -> bool) -> Option<HashSet<Vec<Coord>>> {
    ways(cells, is_open, MOST_ZEROS).map(|sets| reached(cells, &sets))
}

/// Where the finest cells of a table hold a quantity that adds up.
pub(crate) fn column(cells: &Cells, quantity: usize) -> usize {
    cells.quantities[..quantity].iter().filter(|facts| facts.adds).count()
}

/// Each figure with the sets of records that it is the sum of.
pub(crate) fn lines_of_sets(
    cells: &Cells,
    here: &HashMap<Vec<Coord>, usize>,
    sets: &HashMap<Vec<u32>, usize>,
) -> BTreeMap<usize, Vec<usize>> {
    let mut lines: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut in_order: Vec<(&Vec<u32>, &usize)> = sets.iter().collect();
    in_order.sort_unstable();
    for (set, &part) in in_order {
        for place in cells.places_of(set) {
            if let Some(&figure) = here.get(&place) {
                lines.entry(figure).or_default().push(part);
            }
        }
    }
    lines
}

/// What the records are called that stand in the same categories.
pub(crate) fn set_name(cells: &Cells, set: &[u32]) -> FigureName {
    FigureName::from([
        ("table".to_owned(), cells.table.clone()),
        ("records that stand in the same categories".to_owned(), format!("{set:?}")),
    ])
}

/// Why records are left out, in words; without the table's dimensions, whatever value it is.
pub fn why_left_out(reason: &LeftOutReason, dimensions: &[Dimension]) -> String {
    let value = |at: usize| dimensions.get(at).map_or("a value".to_owned(), |side| format!("“{}”", side.label));
    let words = match reason {
        LeftOutReason::NotRecorded { dimension } => return format!("{} is not recorded", value(*dimension)),
        LeftOutReason::NotListed { dimension } => return format!("{} is in no category", value(*dimension)),
        LeftOutReason::Any => "one of the above",
        LeftOutReason::Undated => "the date is not recorded",
        LeftOutReason::Cancelled => "cancelled",
        LeftOutReason::CancelledUndecided => "cancelled, and the filter or the period cannot be decided",
        LeftOutReason::MaybeCancelled => "perhaps cancelled",
        LeftOutReason::EndBeforeTheyBegin => "they end before they begin",
        LeftOutReason::FilterUnknown => "the filter cannot be decided",
    };
    words.to_owned()
}

/// Whether records are left out for want of a category.
pub(crate) fn is_of_category(reason: &LeftOutReason) -> bool {
    matches!(reason, LeftOutReason::NotRecorded { .. } | LeftOutReason::NotListed { .. })
}

/// What a measure is called. What counts those who contribute to a sum is not what the sum is called.
fn label(cells: &Cells, quantity: usize) -> String {
    let label = &cells.labels[quantity];
    let is_behind = cells.contributors.iter().any(|sum| cells.labels[sum.sum] == *label);
    if is_behind { format!("records behind {label}") } else { label.clone() }
}

/// What a figure counts, so that it can be found in another table.
pub(crate) fn meaning(cells: &Cells, key: &TableKey, coords: &[Coord]) -> String {
    let parts =
        cells.dimensions.iter().zip(coords).zip(&key.dimensions).filter_map(|((dimension, coord), by)| match coord {
            Coord::At(at) => Some(format!("{by}\t{}", dimension.categories[*at as usize].id)),
            Coord::Total | Coord::Rest => None,
        });
    let parts: BTreeSet<String> = parts.collect();
    format!("{}\n{}", key.scope, parts.into_iter().collect::<Vec<_>>().join("\n"))
}

/// What a figure is called.
pub(crate) fn name(cells: &Cells, coords: &[Coord]) -> FigureName {
    let mut name = crate::named(cells, coords);
    name.insert("table".to_owned(), cells.table.clone());
    name
}

/// Whether a name given by hand is this figure's; without a table it holds in any, and without a measure for all.
pub(crate) fn is_called(wanted: &FigureName, name: &FigureName) -> bool {
    let is_total = |text: &String| text == crate::elsewhere::TOTAL;
    let meant: FigureName =
        wanted.iter().filter(|(_, text)| !is_total(text)).map(|(a, b)| (a.clone(), b.clone())).collect();
    let mut name = name.clone();
    if !meant.contains_key("table") {
        name.remove("table");
    }
    if !meant.contains_key(MEASURE) {
        name.remove(MEASURE);
    }
    meant == name
}
