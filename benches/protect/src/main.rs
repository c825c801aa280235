//! Withholds figures of one table, or audits what was withheld, and tells how long that took.
//!
//! ```text
//! candour-bench-protect suppress TABLE.csv PATTERN.csv [OPTION VALUE]...   chooses, audits, writes PATTERN.csv
//! candour-bench-protect audit TABLE.csv PATTERN.csv [OPTION VALUE]...      audits what PATTERN.csv withholds
//! candour-bench-protect linked TABLES AREASxOFFENCES [OPTION VALUE]...     chooses and audits for linked tables, made up
//! candour-bench-protect record TABLE.csv JOURNAL [OPTION VALUE]...         chooses, and writes down every relaxation
//! candour-bench-protect replay JOURNAL SOLVER                              solves them again: `own`, `microlp`, `microlp-kept`
//! ```
//!
//! TABLE.csv has one row an inner cell: the columns of its dimensions, then the count. PATTERN.csv has one row a cell, margins
//! included: the same columns, `Total` where one is summed over, the count, and 1 where the cell is withheld. Standard output gets
//! one line of JSON. `protect.py` beside this crate does the same with another program.

mod journal;
mod linked;
mod measure;
mod micro;
mod options;
mod table;

use std::io::{Write as _, stdout};
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use candour_protect::engine::{
    Certified, Effort, Findings, Linear, Role, System, audit_pattern, suppress, suppress_with,
};
use serde_json::{Value, json};

use journal::Recorded;
use measure::{Span, peak_kib};
use micro::Micro;
use options::Options;
use table::Table;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [verb, table, pattern, options @ ..] = &arguments[..] else {
        bail!("give `suppress` or `audit`, a table and a pattern; or run `cargo xtask bench protect`");
    };
    let options = Options::read(options)?;
    match verb.as_str() {
        "linked" => return measure_linked(table, pattern, &options),
        "replay" => return replay(Path::new(table), pattern),
        _ => {}
    }
    let table = Table::read(Path::new(table), &options.hierarchy)?;
    let system = table.system(options.threshold);
    if verb == "record" {
        return record(&system, &options, Path::new(pattern));
    }
    let (chosen, withheld) = match verb.as_str() {
        "suppress" => {
            let (chosen, withheld) = choose(&system, &options)?;
            table.write(Path::new(pattern), &withheld)?;
            (chosen, withheld)
        }
        "audit" => (Value::Null, table.pattern(Path::new(pattern))?),
        _ => bail!("`{verb}` is neither `suppress` nor `audit`"),
    };
    let audit = audited(&system, &options, &withheld, false)?.0;
    let intervals = if options.intervals { audit_ends(&system, &options, &withheld)? } else { Value::Null };
    let mut told = counts(&system, &withheld);
    told["suppress"] = chosen;
    told["audit"] = audit;
    told["intervals"] = intervals;
    told["peak_kib"] = peak_kib()?.into();
    Ok(writeln!(stdout(), "{told}")?)
}

/// Chooses and audits for linked tables.
fn measure_linked(tables: &str, size: &str, options: &Options) -> anyhow::Result<()> {
    let (areas, offences) = size.split_once('x').context("a size is AREASxOFFENCES")?;
    let system = linked::system(tables.parse()?, areas.parse()?, offences.parse()?, options.threshold);
    let (chosen, withheld) = choose(&system, options)?;
    let mut told = counts(&system, &withheld);
    told["suppress"] = chosen;
    told["audit"] = audited(&system, options, &withheld, false)?.0;
    told["peak_kib"] = peak_kib()?.into();
    Ok(writeln!(stdout(), "{told}")?)
}

/// Chooses, and writes down every relaxation that is solved on the way.
fn record(system: &System, options: &Options, journal: &Path) -> anyhow::Result<()> {
    let outcome = suppress_with::<Recorded>(system, &options.attacker, options.protection, &[], Effort::default());
    let outcome = outcome.map_err(|fault| anyhow!("the engine refuses the table: {fault:?}"))?;
    let solves = journal::write(journal)?;
    let told = json!({ "lost": outcome.cost, "bound": outcome.bound, "solves": solves });
    Ok(writeln!(stdout(), "{told}")?)
}

/// So many processor seconds are enough for one journal.
const ENOUGH: f64 = 300.0;

/// Solves the relaxations of a journal with one of the solvers.
fn replay(journal: &Path, solver: &str) -> anyhow::Result<()> {
    let told = match solver {
        "own" => journal::replay::<Linear>(journal, ENOUGH),
        "microlp" => journal::replay::<Micro<false>>(journal, ENOUGH),
        "microlp-kept" => journal::replay::<Micro<true>>(journal, ENOUGH),
        _ => bail!("`{solver}` is none of `own`, `microlp` and `microlp-kept`"),
    };
    Ok(writeln!(stdout(), "{}", told?)?)
}

/// How much the table holds, and how much of it the pattern withholds.
fn counts(system: &System, withheld: &[bool]) -> Value {
    let primaries = system.cells.iter().filter(|cell| cell.primary.is_primary()).count();
    let secondary =
        system.cells.iter().zip(withheld).filter(|(cell, withheld)| **withheld && !cell.primary.is_primary());
    let secondary = secondary.filter(|(cell, _)| cell.role != Role::Hidden);
    json!({
        "cells": system.cells.len(),
        "primaries": primaries,
        "withheld": withheld.iter().filter(|withheld| **withheld).count(),
        "secondaries": secondary.clone().count(),
        "lost": secondary.map(|(cell, _)| cell.weight).sum::<u64>(),
    })
}

fn choose(system: &System, options: &Options) -> anyhow::Result<(Value, Vec<bool>)> {
    let span = Span::start()?;
    let outcome = suppress(system, &options.attacker, options.protection, &[], Effort::default());
    let (processor, wall) = span.end()?;
    let outcome = outcome.map_err(|fault| anyhow!("the engine refuses the table: {fault:?}"))?;
    let told = json!({
        "processor": processor,
        "wall": wall,
        "bound": outcome.bound,
        "unprotected": outcome.unprotected.len(),
        "narrowed": outcome.narrowed.len(),
        "told": outcome.told.len(),
        "untried": outcome.untried.len(),
    });
    Ok((told, outcome.withheld))
}

/// The audit with both ends of every interval worked out, and how many intervals are exact.
fn audit_ends(system: &System, options: &Options, withheld: &[bool]) -> anyhow::Result<Value> {
    let (mut told, findings) = audited(system, options, withheld, true)?;
    let is_exact = |by: Certified| by == Certified::Exact;
    let exact = findings.intervals.iter().flatten().filter(|ends| is_exact(ends.low_by) && is_exact(ends.high_by));
    told["exact"] = exact.count().into();
    Ok(told)
}

/// Whether anything that is withheld is known all the same.
fn audited(
    system: &System,
    options: &Options,
    withheld: &[bool],
    intervals: bool,
) -> anyhow::Result<(Value, Findings)> {
    let span = Span::start()?;
    let findings = audit_pattern(system, &options.attacker, withheld, options.protection, intervals);
    let (processor, wall) = span.end()?;
    let findings = findings.map_err(|fault| anyhow!("the engine refuses the pattern: {fault:?}"))?;
    let told = json!({
        "processor": processor,
        "wall": wall,
        "disclosed": findings.disclosed.len(),
        "undecided": findings.undecided.len(),
        "narrower": findings.narrower.len(),
        "told": findings.told.len(),
        "untried": findings.untried.len(),
    });
    Ok((told, findings))
}
