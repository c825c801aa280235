//! The offences: those that are counted, those beside them, and forty thousand in all.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use jiff::civil::{Date, date};

use super::days::{Days, after, before};
use super::published::{Published, Reference};
use super::random::Random;
use super::{AS_AT, IMAGE_ABUSE, START};

pub(super) struct Offence {
    pub(super) id: String,
    pub(super) code: &'static str,
    pub(super) recorded: Date,
    pub(super) committed: Option<Date>,
    pub(super) borough: Option<String>,
    pub(super) cancelled: bool,
    pub(super) summary: String,
    /// Whether offences of this code have a person as their victim.
    pub(super) has_victims: bool,
}

impl Offence {
    /// Of the offence that is asked for, and not cancelled.
    pub(super) fn is_image_abuse(&self) -> bool {
        self.code == IMAGE_ABUSE && !self.cancelled
    }

    pub(super) fn is_cancelled_image_abuse(&self) -> bool {
        self.code == IMAGE_ABUSE && self.cancelled
    }
}

const OFFENCES: usize = 40_000;
const NEIGHBOURS_PERCENT: usize = 12;

/// Cancelled records of the offence that is asked for: in each year's weekly periods, and in the rest of each year.
const CANCELLED_INSIDE: usize = 7;
const CANCELLED_OUTSIDE: usize = 4;

/// Offences of the latest year outside the weekly periods, which no published table counts.
const LATEST_YEAR_OUTSIDE: usize = 180;

/// How many offences of each year stand on each day next to a bound.
const ON_EACH_EDGE: usize = 2;

/// What the counting depends on; the rest of an offence is dressing.
struct Draft {
    code: Code,
    recorded: Date,
    cancelled: bool,
    /// The day from which the offence exists in law, where that is within reach.
    since: Option<Date>,
}

/// Makes every offence, in the order of recorded dates.
pub(super) fn make(published: &Published, reference: &Reference, random: &mut Random) -> Result<Vec<Offence>> {
    let mut drafts = image_abuse_drafts(published, reference, random)?;
    let others = OFFENCES.checked_sub(drafts.len()).context("too many published offences for the extract")?;
    drafts.extend(other_drafts(others, published, reference, random)?);
    random.shuffle(&mut drafts);
    drafts.sort_by_key(|draft| draft.recorded);

    let mut numbers = Numbers::default();
    Ok(drafts.into_iter().map(|draft| dress(draft, reference, &mut numbers, random)).collect())
}

// --- The offence that is asked for -----------------------------------------------------------------------------------

fn image_abuse_drafts(published: &Published, reference: &Reference, random: &mut Random) -> Result<Vec<Draft>> {
    let since = reference.image_abuse_from()?;
    let confirmed = confirmed_days(published, since, random)?;
    let cancelled = cancelled_days(published, since, random);
    let draft = |recorded, cancelled| Draft {
        code: Code { code: IMAGE_ABUSE, weight: 1, since: None, victims: true },
        recorded,
        cancelled,
        since: Some(since),
    };
    let confirmed = confirmed.into_iter().map(|day| draft(day, false));
    Ok(confirmed.chain(cancelled.into_iter().map(|day| draft(day, true))).collect())
}

fn confirmed_days(published: &Published, since: Date, random: &mut Random) -> Result<Vec<Date>> {
    let mut days = Vec::new();
    for week in &published.weeks {
        days.extend(week.days.edges_first(week.offences, random));
    }
    for (&year, &total) in &published.years {
        let inside = published.weeks.iter().filter(|week| week.days.first.year() == year);
        let rest = total.checked_sub(inside.map(|week| week.offences).sum());
        let rest = rest.with_context(|| format!("{year} has more offences in its weeks than in all"))?;
        days.extend(days_outside(rest, year, published, since, random));
    }
    days.extend(days_outside(LATEST_YEAR_OUTSIDE, AS_AT.year(), published, since, random));
    Ok(days)
}

/// Days of the year outside its weekly periods: the days next to a bound first.
fn days_outside(count: usize, year: i16, published: &Published, since: Date, random: &mut Random) -> Vec<Date> {
    let window = published.windows().get(&year).copied();
    let reach = Days { first: date(year, 1, 1), last: date(year, 12, 31) }.within(Days { first: since, last: AS_AT });
    let mut edges = vec![reach.first, reach.last];
    edges.extend(window.into_iter().flat_map(|window| [before(window.first, 1), after(window.last, 1)]));

    let mut days: Vec<Date> = edges.iter().flat_map(|&day| [day; ON_EACH_EDGE]).take(count).collect();
    while days.len() < count {
        let day = reach.any(random);
        if !window.is_some_and(|window| window.contains(day)) {
            days.push(day);
        }
    }
    days
}

fn cancelled_days(published: &Published, since: Date, random: &mut Random) -> Vec<Date> {
    let mut days = Vec::new();
    for window in published.windows().values() {
        days.extend(window.edges_first(CANCELLED_INSIDE, random));
    }
    for &year in published.years.keys() {
        days.extend(days_outside(CANCELLED_OUTSIDE, year, published, since, random));
    }
    days
}

// --- Other offences --------------------------------------------------------------------------------------------------

fn other_drafts(count: usize, published: &Published, reference: &Reference, random: &mut Random) -> Result<Vec<Draft>> {
    let windows: Vec<Days> = published.windows().into_values().collect();
    (0..count)
        .map(|_| {
            let near = random.percent(NEIGHBOURS_PERCENT);
            let code = *random.weighted(if near { NEIGHBOURS } else { COMMON }, |code| code.weight);
            let since = code.since.max(reference.in_use_from(code.code)?);
            let recorded = other_day(near, since.unwrap_or(START), &windows, random);
            Ok(Draft { code, recorded, cancelled: random.percent(3), since })
        })
        .collect()
}

/// Any day since then; for the neighbours of the offence that is asked for, every other time one in the weekly periods.
fn other_day(near: bool, since: Date, windows: &[Days], random: &mut Random) -> Date {
    let reach = Days { first: since.max(START), last: AS_AT };
    let open: Vec<&Days> = windows.iter().filter(|window| reach.contains(window.first)).collect();
    if near && !open.is_empty() && random.percent(50) { random.pick(&open).any(random) } else { reach.any(random) }
}

/// An offence code, and how the records use it.
#[derive(Clone, Copy)]
struct Code {
    code: &'static str,
    weight: usize,
    since: Option<Date>,
    victims: bool,
}

/// A code that was in use in all the years.
const fn code(code: &'static str, weight: usize) -> Code {
    Code { code, weight, since: None, victims: true }
}

/// A code of an offence that came into force on that day.
const fn newer(code: &'static str, weight: usize, since: Date) -> Code {
    Code { code, weight, since: Some(since), victims: true }
}

/// A code of an offence that has no person as its victim.
const fn victimless(code: &'static str, weight: usize) -> Code {
    Code { code, weight, since: None, victims: false }
}

/// Codes that a careless filter takes for the one that is asked for: its own class, or its own ending.
const NEIGHBOURS: &[Code] = &[
    code("007/15", 2),
    code("008/20", 12),
    code("008/30", 6),
    code("008/65", 6),
    code("008/66", 14),
    newer("008/67", 12, date(2015, 12, 29)),
    newer("008/69", 4, date(2015, 4, 13)),
    newer("008/70", 14, date(2015, 4, 13)),
    newer("008/72", 16, date(2015, 4, 13)),
    newer("008/73", 8, date(2018, 11, 13)),
    newer("008/74", 2, date(2020, 1, 20)),
    victimless("195/71", 4),
];

/// What fills a crime system: codes of common offences.
const COMMON: &[Code] = &[
    code("008/01", 2),
    code("008/06", 6),
    victimless("008/11", 1),
    victimless("008/26", 1),
    code("028/03", 8),
    code("030/02", 4),
    code("034/01", 5),
    code("039/00", 7),
    code("044/00", 4),
    code("045/10", 12),
    victimless("046/00", 5),
    code("048/01", 5),
    code("049/10", 10),
    code("053/25", 1),
    victimless("054/01", 1),
    code("058/00", 8),
    victimless("066/01", 1),
    victimless("092/61", 4),
    code("104/23", 1),
    code("105/01", 11),
    code("125/09", 3),
    code("125/11", 3),
    code("125/12", 5),
    code("126/00", 2),
    code("149/00", 4),
    code("195/12", 2),
    code("195/41", 4),
    code("195/94", 5),
    victimless("803/02", 1),
];

// --- Dressing --------------------------------------------------------------------------------------------------------

fn dress(draft: Draft, reference: &Reference, numbers: &mut Numbers, random: &mut Random) -> Offence {
    let area = random.below(reference.boroughs.len());
    let borough = (!random.percent(2)).then(|| reference.boroughs[area].clone());
    Offence {
        id: numbers.next(area, draft.recorded.year(), random),
        code: draft.code.code,
        recorded: draft.recorded,
        committed: committed(&draft, random),
        borough,
        cancelled: draft.cancelled,
        summary: summary(random),
        has_victims: draft.code.victims,
    }
}

/// Some days before the recorded date, now and then many, and never before the offence existed; or not known.
fn committed(draft: &Draft, random: &mut Random) -> Option<Date> {
    let delay = match random.below(100) {
        0..35 => 0,
        35..65 => random.between(1, 7),
        65..88 => random.between(8, 60),
        88..95 => random.between(61, 400),
        _ => return None,
    };
    let day = before(draft.recorded, delay);
    Some(draft.since.map_or(day, |since| day.max(since)))
}

/// The numbers that each area gives to its offences, from 1 each year, with gaps: the same number comes in many years.
#[derive(Default)]
struct Numbers(BTreeMap<(usize, i16), usize>);

impl Numbers {
    fn next(&mut self, area: usize, year: i16, random: &mut Random) -> String {
        let number = self.0.entry((area, year)).or_default();
        *number += random.between(1, 25);
        format!("{:02}{number:05}/{:02}", area + 21, year % 100)
    }
}

/// A sentence of the free-text column. It holds what breaks a careless reader of CSV: commas, quotes, line breaks of
/// both kinds, and a line that looks like a record.
fn summary(random: &mut Random) -> String {
    let reference = random.between(1, 900);
    match random.below(1_000) {
        0..560 => String::new(),
        560..760 => random.pick(&["Online report.", "See ref.", "Phone report.", "Desk report."]).to_string(),
        760..850 => format!("Reported at front counter; see ref {reference}, page 2"),
        850..910 => format!("Marked \"for review\", box {reference}"),
        910..950 => format!("Reported online\nref {reference}"),
        950..980 => format!("Reported by phone, call {reference}\r\n\r\nNo note"),
        980..998 => format!("Note \"{reference}\",\nsee file, \"part 2\""),
        _ => look_alike(reference),
    }
}

/// A note that quotes a line of another export; no such offence is in the extract.
fn look_alike(reference: usize) -> String {
    format!(
        "Copied line:\r\n9900{reference:03}/20,2020-04-02,2020-04-01,{IMAGE_ABUSE},,Camden,confirmed\r\nEnd of copy"
    )
}
