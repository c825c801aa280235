//! The relaxations that a search solves, written down as they come and done again by another solver.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};
use candour_protect::engine::{Linear, Relaxation, Row, Spent, is_impossible, proved};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::measure::Span;

/// What is done to relaxations, each with its number.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Event {
    /// One is made, with the costs of its variables.
    New(usize, Vec<f64>),
    /// The first is copied; the second is the copy.
    Copy(usize, usize),
    Drop(usize),
    /// A row: its terms, and their least sum.
    Add(usize, Vec<(u32, i64)>, i64),
    Fix(usize, u32, bool),
    /// What came out, and what it costs.
    Solve(usize, Option<bool>, Option<f64>),
}

/// Everything so far, and how many relaxations there were.
#[derive(Default)]
struct Journal {
    events: Vec<Event>,
    relaxations: usize,
}

thread_local! {
    // The engine makes the relaxations, and asks nobody for more than their costs.
    static JOURNAL: RefCell<Journal> = RefCell::default();
}

fn log(event: Event) {
    JOURNAL.with_borrow_mut(|journal| journal.events.push(event));
}

fn number() -> usize {
    JOURNAL.with_borrow_mut(|journal| {
        journal.relaxations += 1;
        journal.relaxations
    })
}

/// The engine's own solver, with everything that it is asked written down.
pub(crate) struct Recorded {
    number: usize,
    costs: Vec<f64>,
    inner: Linear,
}

impl Clone for Recorded {
    fn clone(&self) -> Self {
        let copy = Self { number: number(), costs: self.costs.clone(), inner: self.inner.clone() };
        log(Event::Copy(self.number, copy.number));
        copy
    }
}

impl Drop for Recorded {
    fn drop(&mut self) {
        log(Event::Drop(self.number));
    }
}

impl Relaxation for Recorded {
    fn new(costs: Vec<f64>) -> Self {
        let number = number();
        log(Event::New(number, costs.clone()));
        Self { number, inner: Relaxation::new(costs.clone()), costs }
    }

    fn add(&mut self, terms: &[(u32, i64)], least: i64) {
        log(Event::Add(self.number, terms.to_vec(), least));
        Relaxation::add(&mut self.inner, terms, least);
    }

    fn rows(&self) -> usize {
        Relaxation::rows(&self.inner)
    }

    fn fix(&mut self, variable: usize, chosen: bool) {
        log(Event::Fix(self.number, u32::try_from(variable).unwrap_or(u32::MAX), chosen));
        Relaxation::fix(&mut self.inner, variable, chosen);
    }

    fn fixed(&self, variable: usize) -> Option<bool> {
        self.inner.fixed(variable)
    }

    fn solve(&mut self, steps: u64, work: u64) -> Option<bool> {
        let solved = Relaxation::solve(&mut self.inner, steps, work);
        let objective = (solved == Some(true)).then(|| objective(&self.costs, &self.inner));
        log(Event::Solve(self.number, solved, objective));
        solved
    }

    fn value(&self, variable: usize) -> f64 {
        Relaxation::value(&self.inner, variable)
    }

    fn multipliers(&self) -> Vec<f64> {
        Relaxation::multipliers(&self.inner)
    }

    fn ray(&self) -> &[f64] {
        Relaxation::ray(&self.inner)
    }

    fn spent(&self) -> Spent {
        self.inner.spent()
    }
}

fn objective(costs: &[f64], relaxation: &impl Relaxation) -> f64 {
    costs.iter().enumerate().map(|(variable, cost)| cost * relaxation.value(variable)).sum()
}

/// Writes what was recorded, one event a line.
pub(crate) fn write(path: &Path) -> anyhow::Result<usize> {
    let events = JOURNAL.take().events;
    let lines = events.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
    fs::write(path, lines.join("\n")).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(events.iter().filter(|event| matches!(event, Event::Solve(..))).count())
}

fn read(path: &Path) -> anyhow::Result<Vec<Event>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

/// A relaxation that is done again, with what the engine would know of it.
#[derive(Clone)]
struct Again<R> {
    weights: Vec<u64>,
    costs: Vec<f64>,
    rows: Vec<Row>,
    relaxation: R,
}

/// What a solver made of a journal.
#[derive(Default)]
struct Told {
    solved: usize,
    impossible: usize,
    /// How many of these the engine could believe.
    shown: usize,
    /// Where there was no answer, though the engine's own solver had one.
    failed: usize,
    /// The most that an objective differs by from what the engine's own solver found.
    off: f64,
    /// How many bounds, worked out in whole numbers, are as high as the objective allows.
    tight: usize,
    rows: usize,
    objective: f64,
    bound: u64,
    /// Processor seconds until the values are there, and for the multipliers besides.
    values: f64,
    prices: f64,
}

/// An objective may be off by this part of it.
const TOLERANCE: f64 = 1e-6;

/// Does everything again that was recorded, until so many processor seconds are used up.
pub(crate) fn replay<R: Relaxation>(path: &Path, seconds: f64) -> anyhow::Result<Value> {
    let events = read(path)?;
    let mut all: BTreeMap<usize, Again<R>> = BTreeMap::new();
    let (mut told, mut is_whole) = (Told::default(), true);
    for event in &events {
        if told.values + told.prices > seconds {
            is_whole = false;
            break;
        }
        let span = Span::start()?;
        let solved = apply(&mut all, event)?;
        told.values += span.end()?.0;
        if let (Some(solved), Event::Solve(number, before, known)) = (solved, event) {
            let again = all.get(number).context("an event is about nothing")?;
            told.check(again, solved, *before, *known)?;
        }
    }
    Ok(json!({
        "whole": is_whole,
        "solved": told.solved,
        "impossible": told.impossible,
        "shown": told.shown,
        "failed": told.failed,
        "off": told.off,
        "tight": told.tight,
        "rows": told.rows,
        "objective": told.objective,
        "bound": told.bound,
        "values": told.values,
        "prices": told.prices,
    }))
}

/// Does one thing again. Gives what came out where something was solved.
fn apply<R: Relaxation>(all: &mut BTreeMap<usize, Again<R>>, event: &Event) -> anyhow::Result<Option<Option<bool>>> {
    let lost = "an event is about nothing";
    match event {
        Event::New(number, costs) => {
            ensure!(costs.iter().all(|cost| cost.fract() == 0.0 && *cost >= 0.0), "a cost is not a whole number");
            let weights = costs.iter().map(|cost| *cost as u64).collect();
            let relaxation = R::new(costs.clone());
            all.insert(*number, Again { weights, costs: costs.clone(), rows: Vec::new(), relaxation });
        }
        Event::Copy(from, to) => {
            let copy = all.get(from).context(lost)?.clone();
            all.insert(*to, copy);
        }
        Event::Drop(number) => drop(all.remove(number)),
        Event::Add(number, terms, least) => {
            let again = all.get_mut(number).context(lost)?;
            again.relaxation.add(terms, *least);
            again.rows.push(Row { terms: terms.clone(), least: *least });
        }
        Event::Fix(number, variable, chosen) => {
            all.get_mut(number).context(lost)?.relaxation.fix(*variable as usize, *chosen);
        }
        Event::Solve(number, ..) => {
            return Ok(Some(all.get_mut(number).context(lost)?.relaxation.solve(u64::MAX, u64::MAX)));
        }
    }
    Ok(None)
}

impl Told {
    fn check<R: Relaxation>(
        &mut self,
        again: &Again<R>,
        solved: Option<bool>,
        before: Option<bool>,
        known: Option<f64>,
    ) -> anyhow::Result<()> {
        match solved {
            None => self.failed += usize::from(before.is_some()),
            Some(false) => {
                ensure!(before != Some(true), "what has a solution is said to have none");
                self.impossible += 1;
                let variables = again.weights.len();
                self.shown += usize::from(is_impossible(variables, &again.rows, &again.relaxation));
            }
            Some(true) => {
                ensure!(before != Some(false), "what has no solution is said to have one");
                self.solved += 1;
                self.rows = again.rows.len();
                self.objective = objective(&again.costs, &again.relaxation);
                if let Some(known) = known {
                    self.off = self.off.max((self.objective - known).abs());
                }
                let span = Span::start()?;
                let multipliers = again.relaxation.multipliers();
                self.prices += span.end()?.0;
                self.bound =
                    proved(&again.weights, &again.rows, &multipliers, |variable| again.relaxation.fixed(variable));
                let slack = TOLERANCE * self.objective.max(1.0);
                ensure!(self.bound as f64 <= (self.objective + slack).ceil(), "a bound is higher than what it bounds");
                self.tight += usize::from(self.bound as f64 >= (self.objective - slack).ceil());
            }
        }
        Ok(())
    }
}
