//! Which figures to withhold besides the sensitive ones.
//!
//! The method is that of Fischetti and Salazar (Solving the cell suppression problem on tabular data with linear constraints,
//! Management Science 47, 2001): a covering problem picks the cheapest pattern, the attacker tries it, and each need that is
//! not met gives a row that every safe pattern must meet, until there is none. The rows come from an attack in which
//! published figures may move by a hair, so that they name as few figures as possible, and no coefficient is larger than
//! what is missing. Protection is judged in whole numbers, since counts are.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::attack::{Room, Witness, Witnesses, parts};
use super::audit::{Coalition, Depth, audit};
use super::augment::{HOLDING, WIDE, cheapest, holding, moving};
use super::cover::Cover;
use super::insiders::{Insiders, Learnt, Look, WORK};
use super::linear::Linear;
use super::local::{self, Map};
use super::need::{Need, needs};
use super::relaxation::{Relaxation, Row};
use super::system::{Role, System};
use super::tableau::OPEN;
use candour_model::{Attacker, Protection};

/// How much work may be done, in counted steps: the same on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Numbers that may be worked out while the bound and the best pattern differ.
    pub work: u64,
    /// Nodes of one search.
    pub nodes: u64,
    /// Steps of one relaxation.
    pub steps: u64,
    /// Numbers that may be worked out to look at those who put together what they know.
    pub coalitions: u64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { work: 6_000_000_000, nodes: 400, steps: 60_000, coalitions: WORK }
    }
}

/// What was decided for a system.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Which figures are withheld, primary ones among them.
    pub withheld: Vec<bool>,
    /// What the secondary ones cost.
    pub cost: u64,
    /// No safe pattern costs less.
    pub bound: u64,
    /// Primary figures whose protection is not proved: no pattern gives it, or none was found.
    pub unprotected: Vec<usize>,
    /// Primary figures for which less was possible than asked, with the width that was possible.
    pub narrowed: Vec<(usize, i64)>,
    /// Primary figures that nothing keeps from contributors who put together what they know, or nothing that was found: the
    /// first figure of those, and the figure that they then know.
    pub told: Vec<(usize, usize)>,
    /// Who these are, one for each of `told`.
    pub coalitions: Vec<Coalition>,
    /// Primary figures for which not every coalition was looked at: there were too many.
    pub untried: Vec<usize>,
    /// The tables that show it, for the audit.
    pub(crate) seen: Witnesses,
    /// The tables that keep figures from coalitions, for the audit too.
    pub(crate) moves: Vec<Witness>,
}

/// A figure that is not safe enough: against everybody, or against contributors of others.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Unmet {
    cell: usize,
    /// The figures that the attacker knows besides, in order.
    known: Rc<[usize]>,
}

/// Chooses what to withhold.
///
/// # Errors
/// The first figure of which the attacker is taken to believe what is not so.
pub fn suppress(
    system: &System,
    attacker: &Attacker,
    protection: Protection,
    ties: &[f64],
    effort: Effort,
) -> Result<Outcome, usize> {
    suppress_with::<Linear>(system, attacker, protection, ties, effort)
}

/// The same, with another solver of linear problems: to measure one.
///
/// # Errors
/// As [`suppress`].
pub fn suppress_with<R: Relaxation>(
    system: &System,
    attacker: &Attacker,
    protection: Protection,
    ties: &[f64],
    effort: Effort,
) -> Result<Outcome, usize> {
    let possible: Vec<bool> = system.cells.iter().map(|cell| cell.role != Role::Published).collect();
    let all = Room::new(system, attacker, &possible)?;
    let mut wanted = needs(system, protection, &all);
    let (unprotected, narrowed) = narrow(&Map::new(system), attacker, &all, &mut wanted);
    let mut problem = Problem::<R>::new(system, attacker, &all, &wanted, ties, effort);
    let mut weak = 0;
    let cells = system.cells.len();
    let most_work = effort.work.saturating_add(if attacker.insiders > 0 { effort.coalitions } else { 0 });
    let patience = (cells as u64 * PATIENCE).max(LEAST_PATIENCE);
    // A small system is worth every one of them.
    let weak_rounds = WEAK.max(u32::try_from(2000 / cells.max(1)).unwrap_or(WEAK));
    let (mut bound, mut best, mut next, mut stalled) = (0, None::<(Vec<bool>, u64)>, 1, 0);
    let mut last = vec![false; problem.cells.len()];
    for round in 1_u32.. {
        let nodes = if weak > 0 && weak_rounds == WEAK { effort.nodes / 10 } else { effort.nodes };
        let Some(covered) = problem.cover.solve(nodes, effort.steps, effort.work / SEARCH) else { break };
        // A bound that creeps is as good as one that stands, once much was done for it.
        let gap = best.as_ref().map_or(0, |(_, cost)| cost.saturating_sub(bound));
        let step = if problem.work() > effort.work / MUCH { gap / CREEP } else { 0 };
        stalled = if covered.bound > bound + step { 0 } else { stalled + 1 };
        bound = bound.max(covered.bound);
        if best.as_ref().is_some_and(|(_, cost)| bound >= *cost) {
            break;
        }
        let unmet = problem.unmet(&covered.chosen, &wanted, true, true)?;
        if unmet.is_empty() {
            if best.as_ref().is_none_or(|(_, cost)| covered.cost < *cost) {
                best = Some((covered.chosen, covered.cost));
            }
            break;
        }
        weak += u32::from(!problem.learn(&covered.chosen, &unmet));
        last.clone_from(&covered.chosen);
        let is_last =
            problem.work() > most_work || weak >= weak_rounds || (stalled >= STALLS && problem.work() > patience);
        if round == next || is_last {
            next *= 2;
            let filled = problem.fill(covered.chosen, unmet, &wanted, is_last)?;
            if let Some((chosen, cost)) = filled
                && best.as_ref().is_none_or(|(_, known)| cost < *known)
            {
                best = Some((chosen, cost));
            }
        }
        if is_last || problem.work() > most_work {
            break;
        }
    }
    let chosen = match best {
        Some(best) if cells <= SMALL => problem.improve(best, bound, &wanted, effort.work / IMPROVE)?.0,
        Some((chosen, _)) => chosen,
        None => {
            let unmet = problem.unmet(&last, &wanted, false, true)?;
            let filled = problem.fill(last, unmet, &wanted, true)?;
            filled.map_or_else(|| vec![true; problem.cells.len()], |(chosen, _)| chosen)
        }
    };
    problem.finish(chosen, bound, &wanted, unprotected, narrowed, effort)
}

/// Lowers what is asked for to what is possible when everything is withheld that may be. Gives the figures that nothing
/// protects, and those for which less is possible.
fn narrow(
    map: &Map<'_>,
    attacker: &Attacker,
    all: &Room,
    wanted: &mut [Option<Need>],
) -> (Vec<usize>, Vec<(usize, i64)>) {
    let system = map.system;
    let (mut unprotected, mut narrowed) = (Vec::new(), Vec::new());
    // With nothing but zeros published and nothing known of a figure's size, records may be added to or taken from any
    // figure, with all that holds it and all that it holds.
    let stays = |cell: &super::system::Cell| cell.role == Role::Published && cell.value != 0;
    let is_plain = attacker.suppressed_at_least == 0 && attacker.marks == candour_model::Marks::Same;
    if is_plain && !system.cells.iter().any(stays) {
        return (unprotected, narrowed);
    }
    let none = Witnesses::new(system.cells.len());
    let mut found = audit(map, all, wanted, Depth::Needs, none);
    let mut wider = false;
    for (cell, asked) in wanted.iter_mut().enumerate() {
        let Some(need) = asked.filter(|need| !need.is_met(&found.witnesses, cell)) else { continue };
        if need.up > 0 {
            *asked = Some(Need { up: 0, down: 0, width: need.up + need.down });
            wider = true;
        }
    }
    if wider {
        found = audit(map, all, wanted, Depth::Needs, found.witnesses);
    }
    for (cell, asked) in wanted.iter_mut().enumerate() {
        if asked.is_none_or(|need| need.is_met(&found.witnesses, cell)) {
            continue;
        }
        let width = found.witnesses.width(cell);
        if width == 0 {
            unprotected.push(cell);
            *asked = None;
        } else {
            narrowed.push((cell, width));
            *asked = Some(Need { up: 0, down: 0, width });
        }
    }
    (unprotected, narrowed)
}

/// A covering problem with the attacker that feeds it.
struct Problem<'s, R> {
    system: &'s System,
    attacker: &'s Attacker,
    /// The room when everything is withheld that may be.
    all: &'s Room,
    /// The variable of each figure that may be chosen.
    variables: Vec<Option<u32>>,
    /// The figure of each variable.
    cells: Vec<usize>,
    cover: Cover<R>,
    /// What the last attacks saw.
    seen: Witnesses,
    /// How much work the attacks took.
    audited: u64,
    /// What is known of those who put together what they know.
    insiders: Insiders,
    /// What breaks ties, by figure.
    ties: &'s [f64],
    map: Map<'s>,
}

/// From so many figures on, only neighbourhoods are asked what holds a figure.
const VERY_LARGE: usize = 20_000;

/// Rows that only say that something must be added are weak, and hard to cover: so many rounds of them are enough.
const WEAK: u32 = 4;

/// One search takes no more than this part of all work.
const SEARCH: u64 = 16;

/// Up to so many figures it is worth while to look for something cheaper when the bound is left.
const SMALL: usize = 2_000;

/// So large a part of all work goes into looking for something cheaper than the best pattern, where that is not proved.
const IMPROVE: u64 = 2;

/// So large a part of all work is much for a bound that creeps.
const MUCH: u64 = 10;

/// A bound creeps that is raised by less than this part of what it is from the best pattern.
const CREEP: u64 = 20;

/// After so many rounds that did not raise the bound, it is left as it is, once the patience below is used up.
const STALLS: u32 = 4;

/// How many numbers are worked out for each figure before a bound that stalls is left.
const PATIENCE: u64 = 5_000;

/// How many are worked out at least, however few figures there are.
const LEAST_PATIENCE: u64 = 2_000_000;

/// If insiders learn so much of a pattern, it is not filled up but in the end.
const MANY: usize = 60;

/// How many rows against insiders are sought at a time.
const MANY_ROWS: usize = 400;

/// The same where they are hard to find.
const FEW_ROWS: usize = 40;

/// How often what insiders learn is looked at in the end, and mended.
const REPAIRS: u32 = 4;

/// How often a pattern is filled up before everything is withheld.
const FILLS: u32 = 12;

impl<'s, R: Relaxation> Problem<'s, R> {
    fn new(
        system: &'s System,
        attacker: &'s Attacker,
        all: &'s Room,
        wanted: &[Option<Need>],
        ties: &'s [f64],
        effort: Effort,
    ) -> Self {
        let mut variables = vec![None; system.cells.len()];
        let mut cells = Vec::new();
        for (at, cell) in system.cells.iter().enumerate() {
            if cell.role == Role::Free && !cell.primary.is_primary() {
                variables[at] = Some(cells.len() as u32);
                cells.push(at);
            }
        }
        let always = |cell: usize| system.cells[cell].role != Role::Published && variables[cell].is_none();
        let weights = cells.iter().map(|&cell| system.cells[cell].weight).collect();
        let own_ties: Vec<f64> = cells.iter().map(|&cell| ties.get(cell).copied().unwrap_or(0.0)).collect();
        let lines = system
            .equations
            .iter()
            .filter(|equation| !equation.terms.iter().any(|&(cell, _)| always(cell as usize)))
            .map(|equation| {
                equation.terms.iter().filter_map(|&(cell, _)| variables[cell as usize]).collect::<Vec<u32>>()
            })
            .filter(|line| !line.is_empty())
            .collect();
        let mut cover = Cover::new(weights, &own_ties, lines, effort.work);
        // A sensitive figure alone in an equation is known whatever else is done.
        for equation in &system.equations {
            let mut fixed = equation.terms.iter().map(|&(cell, _)| cell as usize).filter(|&cell| always(cell));
            if let (Some(only), None) = (fixed.next(), fixed.next())
                && wanted[only].is_some()
            {
                let terms: Vec<(u32, i64)> = equation
                    .terms
                    .iter()
                    .filter_map(|&(cell, _)| variables[cell as usize])
                    .map(|variable| (variable, 1))
                    .collect();
                if !terms.is_empty() {
                    cover.add(Row { terms, least: 1 });
                }
            }
        }
        let seen = Witnesses::new(system.cells.len());
        let map = Map::new(system);
        Self {
            insiders: Insiders::new(&map, attacker.insiders, effort.coalitions),
            system,
            attacker,
            all,
            variables,
            cells,
            cover,
            seen,
            audited: 0,
            ties,
            map,
        }
    }

    /// Which figures are withheld when some variables are chosen.
    fn pattern(&self, chosen: &[bool]) -> Vec<bool> {
        let always =
            |(at, cell): (usize, &super::system::Cell)| cell.role != Role::Published && self.variables[at].is_none();
        let mut withheld: Vec<bool> = self.system.cells.iter().enumerate().map(always).collect();
        for (&cell, _) in self.cells.iter().zip(chosen).filter(|(_, chosen)| **chosen) {
            withheld[cell] = true;
        }
        withheld
    }

    /// How much work was done so far.
    fn work(&self) -> u64 {
        self.cover.work() + self.audited
    }

    /// The figures whose need a pattern does not meet, each with the row that says so, if there is one. What insiders learn
    /// is looked at when the rest is safe, and surely or as far as small neighbourhoods show.
    fn unmet(
        &mut self,
        chosen: &[bool],
        wanted: &[Option<Need>],
        with_rows: bool,
        is_sure: bool,
    ) -> Result<Vec<(Unmet, Option<Row>)>, usize> {
        let withheld = self.pattern(chosen);
        let room = Room::new(self.system, self.attacker, &withheld)?;
        let quick = audit(&self.map, &room, wanted, Depth::Nearby, self.seen.kept(&room));
        self.audited += quick.work;
        self.seen = quick.witnesses;
        // A row that the pattern breaks is a proof; without one, the whole part is asked.
        let known: Rc<[usize]> = Rc::from([]);
        let (mut unmet, mut open) = (Vec::new(), vec![None; wanted.len()]);
        for cell in 0..wanted.len() {
            let Some(need) = wanted[cell].filter(|need| !need.is_met(&self.seen, cell)) else { continue };
            let row = if with_rows { self.row(cell, need, &withheld, &known) } else { None };
            match row.filter(|row| !row.is_met(chosen)) {
                Some(row) => unmet.push((Unmet { cell, known: Rc::clone(&known) }, Some(row))),
                None => open[cell] = Some(need),
            }
        }
        if open.iter().any(Option::is_some) {
            let found = audit(&self.map, &room, &open, Depth::Needs, self.seen.kept(&room));
            self.audited += found.work;
            self.seen = found.witnesses;
            let still = (0..open.len()).filter(|&cell| open[cell].is_some_and(|need| !need.is_met(&self.seen, cell)));
            unmet.extend(still.map(|cell| (Unmet { cell, known: Rc::clone(&known) }, None)));
        }
        if !unmet.is_empty() || self.attacker.insiders == 0 {
            return Ok(unmet);
        }
        // Where nothing is left of what was found, others may stand behind it.
        let mut is_any = true;
        while unmet.is_empty() && is_any {
            let (seen, work) = (&mut self.seen, &mut self.audited);
            let learnt = self.insiders.learn(&self.map, &room, wanted, Look::Some, seen, work).learnt;
            is_any = !learnt.is_empty();
            let mut unsure = Vec::new();
            for one in learnt {
                if self.insiders.can_be_kept(&self.map, self.all, &one, &mut self.audited) {
                    unsure.push(one);
                }
            }
            if with_rows {
                let rows = self.insider_rows(&unsure, &withheld, chosen);
                if !rows.is_empty() {
                    // The rest is seen again when these are met.
                    unmet = rows;
                    break;
                }
            }
            // So many are no mistake.
            if is_sure && unsure.len() <= MANY {
                let (seen, work) = (&mut self.seen, &mut self.audited);
                unsure = self.insiders.sure(&self.map, &room, unsure, seen, work);
            }
            unmet.extend(unsure.into_iter().map(|one| (Unmet { cell: one.cell, known: one.known }, None)));
        }
        Ok(unmet)
    }

    /// Rows against what insiders learn: those that are found soonest.
    fn insider_rows(&mut self, learnt: &[Learnt], withheld: &[bool], chosen: &[bool]) -> Vec<(Unmet, Option<Row>)> {
        let mut rows = Vec::new();
        for (sizes, most) in [(0..1, MANY_ROWS), (1..2, FEW_ROWS)] {
            for one in learnt.iter().take(most) {
                let line = if sizes.start == 0 { self.line(one) } else { None };
                let row = line.or_else(|| {
                    let sizes = &HOLDING[sizes.clone()];
                    self.row_within(sizes, one.cell, Need::EXACT, withheld, &one.known)
                });
                if let Some(row) = row.filter(|row| !row.is_met(chosen)) {
                    rows.push((Unmet { cell: one.cell, known: Rc::clone(&one.known) }, Some(row)));
                }
            }
            if !rows.is_empty() {
                break;
            }
        }
        rows
    }

    /// The row of an equation in which insiders know all that is withheld anyway but the figure that they learn.
    fn line(&self, learnt: &Learnt) -> Option<Row> {
        self.map.uses[learnt.cell].iter().find_map(|&(number, _)| {
            let terms = self.system.equations[number as usize].terms.iter().map(|&(cell, _)| cell as usize);
            let others = terms.filter(|&cell| cell != learnt.cell && learnt.known.binary_search(&cell).is_err());
            let unknown = others.filter(|&cell| self.system.cells[cell].role != Role::Published);
            let variables: Option<Vec<u32>> = unknown.map(|cell| self.variables[cell]).collect();
            let terms: Vec<(u32, i64)> = variables?.into_iter().map(|variable| (variable, 1)).collect();
            (!terms.is_empty()).then_some(Row { terms, least: 1 })
        })
    }

    /// The room when everything is withheld that may be, to those who know some figures.
    fn all_but(&self, known: &[usize]) -> Room {
        let mut all = self.all.clone();
        for &cell in known {
            (all.low[cell], all.high[cell]) = (0, 0);
        }
        all
    }

    /// Looks for something cheaper: what stands beside a dear figure is taken away with it and filled up anew. Ends when
    /// nothing gets cheaper, or with the work.
    fn improve(
        &mut self,
        mut best: (Vec<bool>, u64),
        bound: u64,
        wanted: &[Option<Need>],
        work: u64,
    ) -> Result<(Vec<bool>, u64), usize> {
        let most = self.work().saturating_add(work);
        loop {
            let weight = |variable: &usize| self.system.cells[self.cells[*variable]].weight;
            let mut order: Vec<usize> = (0..best.0.len()).filter(|&variable| best.0[variable]).collect();
            order.sort_by_key(|variable| (std::cmp::Reverse(weight(variable)), *variable));
            let mut cheaper = None;
            for variable in order {
                if best.1 <= bound || self.work() > most {
                    return Ok(best);
                }
                let mut chosen = best.0.clone();
                for other in self.around(variable) {
                    chosen[other] = false;
                }
                let unmet = self.unmet(&chosen, wanted, false, true)?;
                let filled = self.fill(chosen, unmet, wanted, false)?;
                if let Some(found) = filled.filter(|(_, cost)| *cost < best.1) {
                    cheaper = Some(found);
                    break;
                }
            }
            match cheaper {
                Some(found) => best = found,
                None => return Ok(best),
            }
        }
    }

    /// A variable and those that stand in an equation with it.
    fn around(&self, variable: usize) -> BTreeSet<usize> {
        let equations = self.map.uses[self.cells[variable]].iter();
        let cells = equations.flat_map(|&(equation, _)| &self.system.equations[equation as usize].terms);
        let around = cells.filter_map(|&(cell, _)| self.variables[cell as usize]).map(|variable| variable as usize);
        around.chain([variable]).collect()
    }

    /// The last audit, of every withheld figure: what is known exactly anyway is published, unless it is sensitive.
    fn finish(
        mut self,
        mut chosen: Vec<bool>,
        bound: u64,
        wanted: &[Option<Need>],
        mut unprotected: Vec<usize>,
        narrowed: Vec<(usize, i64)>,
        effort: Effort,
    ) -> Result<Outcome, usize> {
        let (mut coalitions, mut untried) = (Vec::new(), Vec::new());
        for time in 0..REPAIRS {
            if self.attacker.insiders == 0 {
                break;
            }
            let room = Room::new(self.system, self.attacker, &self.pattern(&chosen))?;
            self.insiders.rest(effort.coalitions / 4);
            let (seen, work) = (&mut self.seen, &mut self.audited);
            let found = self.insiders.learn(&self.map, &room, wanted, Look::All, seen, work);
            // What was found only now because there was much to look at is kept from them as well.
            let mut unmet = Vec::new();
            for one in &found.learnt {
                if self.insiders.can_be_kept(&self.map, self.all, one, &mut self.audited) {
                    unmet.push((Unmet { cell: one.cell, known: Rc::clone(&one.known) }, None));
                }
            }
            if unmet.is_empty() || time + 1 == REPAIRS {
                (coalitions, untried) = (self.insiders.told(found.learnt), found.untried);
                break;
            }
            if let Some((filled, _)) = self.fill(chosen.clone(), unmet, wanted, true)? {
                chosen = filled;
            }
        }
        let every: Vec<Option<Need>> = wanted.iter().map(|need| Some(need.unwrap_or(Need::EXACT))).collect();
        let room = Room::new(self.system, self.attacker, &self.pattern(&chosen))?;
        let found = audit(&self.map, &room, &every, Depth::Needs, self.seen.kept(&room));
        for (cell, variable) in self.cells.iter().zip(&mut chosen) {
            // What could not be decided stays withheld: it does no harm.
            *variable &= found.witnesses.width(*cell) > 0 || found.undecided.contains(cell);
        }
        self.seen = found.witnesses;
        let still = |cell: &usize| wanted[*cell].is_some_and(|need| !need.is_met(&self.seen, *cell));
        unprotected.extend((0..wanted.len()).filter(still));
        unprotected.sort_unstable();
        unprotected.dedup();
        let (chosen, cost) = self.priced(chosen);
        let withheld = self.pattern(&chosen);
        Ok(Outcome {
            withheld,
            cost,
            bound: bound.min(cost),
            unprotected,
            narrowed,
            told: coalitions.iter().map(Coalition::told).collect(),
            coalitions,
            untried,
            seen: self.seen,
            moves: self.insiders.tables(),
        })
    }

    /// A pattern that meets every need and withholds at least what is chosen already, without what turns out not to be needed.
    /// None where so much is learnt by those who put together what they know that rows are the better way, unless it must be.
    fn fill(
        &mut self,
        mut chosen: Vec<bool>,
        mut unmet: Vec<(Unmet, Option<Row>)>,
        wanted: &[Option<Need>],
        must: bool,
    ) -> Result<Option<(Vec<bool>, u64)>, usize> {
        let mut touched = BTreeSet::new();
        for time in 0..FILLS {
            if time > 0 {
                unmet = self.unmet(&chosen, wanted, false, time > 1)?;
            }
            if unmet.is_empty() {
                return self.thin(chosen, wanted, &touched).map(Some);
            }
            if !must && unmet.iter().filter(|(unmet, _)| !unmet.known.is_empty()).count() > MANY {
                return Ok(None);
            }
            let mut withheld = self.pattern(&chosen);
            for (Unmet { cell, known }, _) in std::mem::take(&mut unmet) {
                let Some(need) = self.need(wanted, cell, &known) else { continue };
                // What was added for another may do for this one.
                let room = Room::new(self.system, self.attacker, &withheld)?;
                if !known.is_empty() {
                    if self.insiders.is_kept_near(&self.map, &room, cell, &known, &mut self.audited) {
                        continue;
                    }
                } else {
                    let sizes = &local::SIZES[..local::QUICK];
                    let (seen, work) = (&mut self.seen, &mut self.audited);
                    if local::meet(&self.map, sizes, &room, &[cell], &|_| need, seen, work).is_empty() {
                        continue;
                    }
                }
                let all = self.all_but(&known);
                let moves = if need.width > 0 {
                    let missing = if known.is_empty() { need.width - self.seen.width(cell) } else { need.width };
                    let (low, high) =
                        if known.is_empty() { (self.seen.low[cell], self.seen.high[cell]) } else { (0, 0) };
                    vec![high + missing, low - missing]
                } else if self.seen.high[cell] < need.up {
                    vec![need.up]
                } else {
                    vec![-need.down]
                };
                let cost = |cell: usize| {
                    let tie = self.ties.get(cell).copied().unwrap_or(0.0);
                    if withheld[cell] { 1e-3 } else { self.system.cells[cell].weight as f64 + 0.5 + 0.01 * tie }
                };
                let ways = moves.into_iter().filter_map(|by| {
                    // Whole numbers are insisted on when fractions did not do.
                    let moved = if time < 2 {
                        moving(&self.map, &WIDE, &all, cell, by, &cost, &mut self.audited)?
                    } else {
                        let table = cheapest(&self.map, &WIDE, &all, cell, by, &cost, &mut self.audited)?;
                        table.into_iter().map(|(cell, _)| cell).collect()
                    };
                    let added: Vec<usize> = moved.into_iter().filter(|&cell| !withheld[cell]).collect();
                    let cost: u64 = added.iter().map(|&cell| self.system.cells[cell].weight).sum();
                    Some((added, cost))
                });
                let added = match ways.min_by_key(|(_, cost)| *cost) {
                    Some((added, _)) if !added.is_empty() => added,
                    // No move within reach, or one in fractions only: room is made all around, more each time.
                    _ => self.beside_first(cell, &withheld, 1 + time as usize),
                };
                touched.extend(added.iter().copied());
                for other in added {
                    withheld[other] = true;
                    if let Some(variable) = self.variables[other] {
                        chosen[variable as usize] = true;
                    }
                }
            }
        }
        // Everything that may be withheld is as safe as can be.
        Ok(Some(self.priced(vec![true; chosen.len()])))
    }

    /// The cheapest published figures of each equation of a figure, so many.
    fn beside_first(&self, cell: usize, withheld: &[bool], most: usize) -> Vec<usize> {
        let mut found = Vec::new();
        for &(equation, _) in &self.map.uses[cell] {
            let terms = self.system.equations[equation as usize].terms.iter().map(|&(cell, _)| cell as usize);
            let mut free: Vec<usize> =
                terms.filter(|&other| !withheld[other] && self.variables[other].is_some()).collect();
            free.sort_by_key(|&other| (self.system.cells[other].weight, other));
            found.extend(free.into_iter().take(most));
        }
        found
    }

    /// What a figure needs against those who know some figures: against insiders, not to be known exactly.
    fn need(&self, wanted: &[Option<Need>], cell: usize, known: &[usize]) -> Option<Need> {
        if known.is_empty() { wanted[cell] } else { Some(Need::EXACT) }
    }

    fn priced(&self, chosen: Vec<bool>) -> (Vec<bool>, u64) {
        let weights = chosen
            .iter()
            .zip(&self.cells)
            .filter(|(chosen, _)| **chosen)
            .map(|(_, &cell)| self.system.cells[cell].weight);
        let cost = weights.sum();
        (chosen, cost)
    }

    /// Publishes again what is not needed, the dearest first, among what was added and what lies near it.
    fn thin(
        &mut self,
        mut chosen: Vec<bool>,
        wanted: &[Option<Need>],
        added: &BTreeSet<usize>,
    ) -> Result<(Vec<bool>, u64), usize> {
        let mut near: BTreeSet<usize> = added.clone();
        // Where much was added, its neighbours were needed before.
        for &cell in added.iter().filter(|_| added.len() <= 60) {
            for &(equation, _) in &self.map.uses[cell] {
                near.extend(self.system.equations[equation as usize].terms.iter().map(|&(cell, _)| cell as usize));
            }
        }
        let mut order: Vec<usize> = near
            .into_iter()
            .filter_map(|cell| self.variables[cell])
            .map(|variable| variable as usize)
            .filter(|&variable| chosen[variable])
            .collect();
        order.sort_by_key(|&variable| (std::cmp::Reverse(self.system.cells[self.cells[variable]].weight), variable));
        for variable in order {
            chosen[variable] = false;
            let room = Room::new(self.system, self.attacker, &self.pattern(&chosen))?;
            let mut seen = self.seen.kept(&room);
            let is_unmet = |cell: &usize| wanted[*cell].is_some_and(|need| !need.is_met(&seen, *cell));
            let open: Vec<usize> = (0..wanted.len()).filter(is_unmet).collect();
            let need = |cell: usize| wanted[cell].unwrap_or_default();
            let left = local::meet(&self.map, &local::SIZES, &room, &open, &need, &mut seen, &mut self.audited);
            let is_told = self.attacker.insiders > 0 && left.is_empty() && {
                let work = &mut self.audited;
                let found = self.insiders.learn(&self.map, &room, wanted, Look::Glance, &mut seen, work);
                // What there is no work left to look at stays as it is.
                !found.learnt.is_empty() || !found.untried.is_empty()
            };
            if left.is_empty() && !is_told {
                self.seen = seen;
            } else {
                chosen[variable] = true;
            }
        }
        Ok(self.priced(chosen))
    }

    /// Adds what is known of the figures whose need is not met. Tells whether any row says more than that something must be
    /// added.
    fn learn(&mut self, chosen: &[bool], unmet: &[(Unmet, Option<Row>)]) -> bool {
        let mut is_strong = false;
        for (_, row) in unmet {
            is_strong |= row.clone().is_some_and(|row| self.cover.add(row));
        }
        if !is_strong {
            // Only whole numbers stand in the way: something next to the part must be withheld too.
            let withheld = self.pattern(chosen);
            for (Unmet { cell, known }, _) in unmet {
                if let Some(row) = self.beside(*cell, &withheld, known) {
                    self.cover.add(row);
                }
            }
        }
        is_strong
    }

    /// The row that every pattern must meet that protects a figure.
    fn row(&mut self, cell: usize, need: Need, withheld: &[bool], known: &[usize]) -> Option<Row> {
        // In a very large system the widest look costs more than the row is worth.
        let sizes = if self.system.cells.len() > VERY_LARGE { &HOLDING[..2] } else { &HOLDING[..] };
        self.row_within(sizes, cell, need, withheld, known)
    }

    /// The same, found in neighbourhoods of some sizes.
    fn row_within(
        &mut self,
        sizes: &[usize],
        cell: usize,
        need: Need,
        withheld: &[bool],
        known: &[usize],
    ) -> Option<Row> {
        let all = self.all_but(known);
        let (ways, least) = if need.width > 0 {
            (vec![need.width, -need.width], need.width)
        } else if self.seen.high[cell] < need.up {
            (vec![need.up], need.up)
        } else {
            (vec![-need.down], need.down)
        };
        sizes.iter().find_map(|&size| {
            // What each figure can give when it is withheld, over a common denominator.
            let mut sum: BTreeMap<usize, i128> = BTreeMap::new();
            let mut over: i128 = 1;
            for &by in &ways {
                let held = holding(&self.map, size, &all, cell, by, &|cell| withheld[cell], &mut self.audited);
                // A figure that its own room holds back gives nothing in that direction.
                let Some(held) = held else { if all.has(cell, by.signum()) { return None } else { continue } };
                let gives = gives(self.system, &all, cell, by > 0, least, &held)?;
                let common = over * gives.0 / gcd(over, gives.0);
                sum.values_mut().for_each(|value| *value *= common / over);
                over = common;
                for (other, given) in gives.1 {
                    *sum.entry(other).or_default() += given * (over / gives.0);
                }
            }
            self.covering(&sum, i128::from(least) * over)
        })
    }

    /// The row over what may be chosen, when what is withheld anyway has given its part.
    fn covering(&self, gives: &BTreeMap<usize, i128>, least: i128) -> Option<Row> {
        let anyway: i128 =
            gives.iter().filter(|(other, _)| self.variables[**other].is_none()).map(|(_, given)| given).sum();
        let least = least - anyway;
        if least <= 0 {
            return None;
        }
        let chosen = gives.iter().filter_map(|(other, given)| Some((self.variables[*other]?, (*given).min(least))));
        let mut terms: Vec<(u32, i128)> = chosen.filter(|(_, given)| *given > 0).collect();
        let common = terms.iter().fold(least, |common, (_, given)| gcd(common, *given));
        terms.iter_mut().for_each(|(_, given)| *given /= common);
        let terms = terms.into_iter().map(|(variable, given)| Some((variable, i64::try_from(given).ok()?)));
        Some(Row { terms: terms.collect::<Option<Vec<_>>>()?, least: i64::try_from(least / common).ok()? })
    }

    /// The row that something beside a figure's part must be withheld.
    fn beside(&self, cell: usize, withheld: &[bool], known: &[usize]) -> Option<Row> {
        let mut room = Room::new(self.system, self.attacker, withheld).ok()?;
        for &cell in known {
            (room.low[cell], room.high[cell]) = (0, 0);
        }
        let parts = parts(self.system, &room);
        let part = parts.iter().find(|part| part.cells.binary_search(&cell).is_ok())?;
        let inside: BTreeSet<usize> = part.cells.iter().copied().collect();
        let mut near = BTreeSet::new();
        for equation in &self.system.equations {
            if equation.terms.iter().any(|&(other, _)| inside.contains(&(other as usize))) {
                let free = equation.terms.iter().map(|&(other, _)| other as usize).filter(|&other| !withheld[other]);
                near.extend(free.filter_map(|other| self.variables[other]));
            }
        }
        (!near.is_empty()).then(|| Row { terms: near.into_iter().map(|variable| (variable, 1)).collect(), least: 1 })
    }
}

fn gcd(left: i128, right: i128) -> i128 {
    let (mut left, mut right) = (left.abs(), right.abs());
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left.max(1)
}

/// What other figures can give to a figure in one direction, by the equations that hold it: the denominator, and
/// numerators by figure, none larger than what is missing.
fn gives(
    system: &System,
    all: &Room,
    cell: usize,
    up: bool,
    least: i64,
    held: &[(u32, i64)],
) -> Option<(i128, Vec<(usize, i128)>)> {
    let mut sum: BTreeMap<usize, i128> = BTreeMap::new();
    for &(equation, times) in held {
        for &(other, by) in &system.equations[equation as usize].terms {
            *sum.entry(other as usize).or_default() += i128::from(times) * i128::from(by);
        }
    }
    let own = sum.remove(&cell).filter(|own| *own != 0)?;
    // own * z = -(sum of the others).
    let given = sum.into_iter().filter(|(other, by)| *by != 0 && all.unknown[*other]).map(|(other, by)| {
        let rises = ((by > 0) != (own > 0)) == up;
        let room = if rises { all.high[other] } else { all.low[other] };
        let most = i128::from(least) * own.abs();
        (other, if room.abs() == OPEN { most } else { (by.abs() * i128::from(room.abs())).min(most) })
    });
    Some((own.abs(), given.collect()))
}
