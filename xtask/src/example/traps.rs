//! The traps: records that a careless count takes in or leaves out, counted.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};
use jiff::civil::Date;

use super::days::{after, before};
use super::offences::Offence;
use super::published::{Published, VictimCell};
use super::text::CsvFile;
use super::victims::{Victim, is_counted};
use super::{AS_AT, Extract, IMAGE_ABUSE};

/// How many records set one trap.
pub(super) struct Tally {
    pub(super) file: &'static str,
    pub(super) trap: &'static str,
    pub(super) records: usize,
}

/// Counts each trap, and fails when one is not there.
pub(super) fn tallies(extract: &Extract, published: &Published, files: [&CsvFile; 3]) -> Result<Vec<Tally>> {
    let mut tallies = Vec::new();
    let mut add = |file, found: Vec<(&'static str, usize)>| {
        tallies.extend(found.into_iter().map(|(trap, records)| Tally { file, trap, records }));
    };
    let [offences, victims, proceedings] = files;
    add("offences.csv", offence_days(extract, published));
    add("offences.csv", offence_kinds(extract, published));
    add("offences.csv", offence_text(extract, offences));
    add("victims.csv", victim_traps(extract, published));
    add("victims.csv", person_traps(extract, published));
    add("victims.csv", vec![("a field in quotes that needs none", victims.needlessly_quoted)]);
    add("proceedings.csv", proceeding_traps(extract, published)?);
    add("proceedings.csv", vec![("a field in quotes that needs none", proceedings.needlessly_quoted)]);
    for tally in &tallies {
        ensure!(tally.records > 0, "{} lacks a trap: {}", tally.file, tally.trap);
    }
    Ok(tallies)
}

fn offence_days(extract: &Extract, published: &Published) -> Vec<(&'static str, usize)> {
    let windows = published.windows();
    let in_weeks = |day| published.window_year(day).is_some();
    let beside = |day| windows.values().any(|window| day == before(window.first, 1) || day == after(window.last, 1));
    let week_bound = |day| published.weeks.iter().any(|week| day == week.days.first || day == week.days.last);
    let year_bound = |day: Date| day.day_of_year() == 1 || day == day.last_of_year();
    let first = extract.offences.iter().find(|offence| offence.is_image_abuse()).map(|offence| offence.recorded);
    let of = |sort: &dyn Fn(&Offence) -> bool| {
        extract.offences.iter().filter(|offence| offence.is_image_abuse() && sort(offence)).count()
    };
    vec![
        (
            "008/71 recorded on the first or last day of a weekly period (counted)",
            of(&|offence| week_bound(offence.recorded)),
        ),
        (
            "008/71 recorded on 22 March or 18 May of 2017 to 2020, just outside the weekly periods",
            of(&|offence| beside(offence.recorded)),
        ),
        ("008/71 recorded on 31 December or 1 January", of(&|offence| year_bound(offence.recorded))),
        (
            "008/71 recorded on the day the offence began, 13 April 2015 (counted)",
            of(&|offence| Some(offence.recorded) == first),
        ),
        (
            "008/71 recorded in 2020 outside the weekly periods, counted in no table",
            of(&|offence| offence.recorded.year() == AS_AT.year() && !in_weeks(offence.recorded)),
        ),
        (
            "008/71 recorded in a weekly period, committed outside (counted)",
            of(&|offence| in_weeks(offence.recorded) && offence.committed.is_some_and(|day| !in_weeks(day))),
        ),
        (
            "008/71 committed in a weekly period, recorded outside",
            of(&|offence| !in_weeks(offence.recorded) && offence.committed.is_some_and(in_weeks)),
        ),
        (
            "008/71 committed in another year than recorded",
            of(&|offence| offence.committed.is_some_and(|day| day.year() != offence.recorded.year())),
        ),
        ("008/71 with no committed date", of(&|offence| offence.committed.is_none())),
    ]
}

fn offence_kinds(extract: &Extract, published: &Published) -> Vec<(&'static str, usize)> {
    let in_weeks = |offence: &Offence| published.window_year(offence.recorded).is_some();
    let neighbour = |offence: &Offence| offence.code != IMAGE_ABUSE && offence.code.starts_with("008/");
    let of = |sort: &dyn Fn(&Offence) -> bool| extract.offences.iter().filter(|offence| sort(offence)).count();
    let mut victims = BTreeMap::<usize, usize>::new();
    for victim in extract.counted_victims(published) {
        *victims.entry(victim.offence).or_default() += 1;
    }
    let of_weeks = of(&|offence| offence.is_image_abuse() && in_weeks(offence));
    vec![
        (
            "008/71 cancelled, recorded in a weekly period",
            of(&|offence| offence.is_cancelled_image_abuse() && in_weeks(offence)),
        ),
        (
            "008/71 cancelled, recorded at other times",
            of(&|offence| offence.is_cancelled_image_abuse() && !in_weeks(offence)),
        ),
        (
            "another code of class 008, recorded in a weekly period",
            of(&|offence| neighbour(offence) && in_weeks(offence)),
        ),
        ("another code of class 008, at other times", of(&|offence| neighbour(offence) && !in_weeks(offence))),
        (
            "a code of another class that ends in /71",
            of(&|offence| offence.code != IMAGE_ABUSE && offence.code.ends_with("/71")),
        ),
        ("another code, cancelled", of(&|offence| offence.code != IMAGE_ABUSE && offence.cancelled)),
        ("008/71 in a weekly period without a victim (counted)", of_weeks - victims.len()),
        (
            "008/71 in a weekly period with two or three victims (counted once)",
            victims.values().filter(|count| **count > 1).count(),
        ),
    ]
}

fn offence_text(extract: &Extract, file: &CsvFile) -> Vec<(&'static str, usize)> {
    let with = |text: &str| extract.offences.iter().filter(|offence| offence.summary.contains(text)).count();
    let mut years = BTreeMap::<&str, usize>::new();
    for offence in &extract.offences {
        *years.entry(offence.id.split_once('/').map_or("", |(number, _)| number)).or_default() += 1;
    }
    vec![
        ("the same number before the stroke as an offence of another year", years.values().filter(|n| **n > 1).sum()),
        ("no borough", extract.offences.iter().filter(|offence| offence.borough.is_none()).count()),
        ("`summary` with a comma", with(",")),
        ("`summary` with doubled quotes", with("\"")),
        ("`summary` with a line break", with("\n")),
        ("`summary` with a line that looks like a record of 008/71", with(IMAGE_ABUSE)),
        ("a field in quotes that needs none", file.needlessly_quoted),
    ]
}

fn victim_traps(extract: &Extract, published: &Published) -> Vec<(&'static str, usize)> {
    let offence = |victim: &Victim| &extract.offences[victim.offence];
    let in_weeks = |victim: &Victim| published.window_year(offence(victim).recorded).is_some();
    let is_counted = |victim: &Victim| is_counted(published, offence(victim));
    let age = |victim: &Victim| victim.profile.age;
    let on_bound = |victim: &Victim| {
        let bounds = |cell: &VictimCell| age(victim) == Some(cell.youngest) || age(victim) == cell.oldest;
        published.victims.iter().any(bounds)
    };
    let of = |sort: &dyn Fn(&Victim) -> bool| extract.victims.iter().filter(|victim| sort(victim)).count();
    let gender = |code: &'static str| of(&|victim| victim.profile.gender == code);
    vec![
        (
            "008/71 in a weekly period, gender not recorded, in no published cell",
            of(&|victim| is_counted(victim) && !victim.profile.has_gender() && age(victim).is_some()),
        ),
        (
            "008/71 in a weekly period, age not recorded, in no published cell",
            of(&|victim| is_counted(victim) && victim.profile.has_gender() && age(victim).is_none()),
        ),
        (
            "008/71 in a weekly period, neither recorded, in no published cell",
            of(&|victim| is_counted(victim) && !victim.profile.has_gender() && age(victim).is_none()),
        ),
        (
            "008/71 in a weekly period, age at a bound of its band (9, 10, 19, 20 ... 59, 60; counted)",
            of(&|victim| is_counted(victim) && victim.profile.is_complete() && on_bound(victim)),
        ),
        (
            "008/71 cancelled, recorded in a weekly period",
            of(&|victim| offence(victim).is_cancelled_image_abuse() && in_weeks(victim)),
        ),
        ("008/71 recorded at other times", of(&|victim| offence(victim).is_image_abuse() && !in_weeks(victim))),
        (
            "008/71, gender X, cancelled or recorded at other times",
            of(&|victim| offence(victim).code == IMAGE_ABUSE && victim.profile.gender == "X"),
        ),
        (
            "another code, recorded in a weekly period",
            of(&|victim| offence(victim).code != IMAGE_ABUSE && in_weeks(victim)),
        ),
        (
            "another code, recorded in a weekly period, male from 0 to 9",
            of(&|victim| {
                let boy = victim.profile.gender == "M" && age(victim).is_some_and(|age| age < 10);
                boy && offence(victim).code != IMAGE_ABUSE && in_weeks(victim)
            }),
        ),
        ("age 0", of(&|victim| age(victim) == Some(0))),
        ("age 100", of(&|victim| age(victim) == Some(100))),
        ("age empty, which means not recorded", of(&|victim| age(victim).is_none())),
        ("gender U, which means not recorded", gender("U")),
        ("gender empty, which means the same", gender("")),
    ]
}

fn person_traps(extract: &Extract, published: &Published) -> Vec<(&'static str, usize)> {
    vec![
        (
            "008/71 in a weekly period, a person who is the victim of another such offence (each record counted)",
            repeated(extract.counted_victims(published)),
        ),
        ("a person who is the victim of another offence", repeated(extract.victims.iter().collect())),
        ("no `person_id`", extract.victims.iter().filter(|victim| victim.person.is_none()).count()),
    ]
}

/// Records of people who have more than one.
fn repeated(victims: Vec<&Victim>) -> usize {
    let mut records = BTreeMap::<usize, usize>::new();
    for person in victims.iter().filter_map(|victim| victim.person) {
        *records.entry(person).or_default() += 1;
    }
    records.values().filter(|count| **count > 1).sum()
}

fn proceeding_traps(extract: &Extract, published: &Published) -> Result<Vec<(&'static str, usize)>> {
    let days = published.proceedings_days()?;
    let offence = |place: usize| &extract.offences[place];
    let of = |sort: &dyn Fn(&Offence, Date, &str) -> bool| {
        let rows = extract.proceedings.iter();
        rows.filter(|row| sort(offence(row.offence), row.date, row.kind)).count()
    };
    let beside = |day| day == before(days.first, 1) || day == after(days.last, 1);
    let counted = |offence: &Offence, day| offence.is_image_abuse() && days.contains(day);
    let distinct: BTreeSet<usize> = extract
        .proceedings
        .iter()
        .filter(|row| counted(offence(row.offence), row.date))
        .map(|row| row.offence)
        .collect();
    let victims: BTreeSet<usize> = extract.victims.iter().filter_map(|victim| victim.person).collect();
    let known = extract.proceedings.iter().filter_map(|row| row.person).filter(|person| victims.contains(person));
    let counted_rows = of(&|offence, day, _| counted(offence, day));
    Ok(vec![
        (
            "008/71, in the dates, offence recorded before them (counted)",
            of(&|offence, day, _| counted(offence, day) && offence.recorded < days.first),
        ),
        ("008/71, in the dates, a second person for the same offence (counted)", counted_rows - distinct.len()),
        (
            "008/71, on 22 March or 18 May 2020, just outside the dates",
            of(&|offence, day, _| offence.is_image_abuse() && beside(day)),
        ),
        (
            "008/71, on other days outside the dates",
            of(&|offence, day, _| offence.is_image_abuse() && !days.contains(day) && !beside(day)),
        ),
        (
            "008/71 outside the dates, type CC",
            of(&|offence, day, kind| offence.is_image_abuse() && !days.contains(day) && kind == "CC"),
        ),
        (
            "008/71 cancelled, in the dates",
            of(&|offence, day, _| offence.is_cancelled_image_abuse() && days.contains(day)),
        ),
        (
            "008/71 cancelled, outside the dates",
            of(&|offence, day, _| offence.is_cancelled_image_abuse() && !days.contains(day)),
        ),
        ("another code, in the dates", of(&|offence, day, _| offence.code != IMAGE_ABUSE && days.contains(day))),
        (
            "another code, in the dates, type CC",
            of(&|offence, day, kind| offence.code != IMAGE_ABUSE && days.contains(day) && kind == "CC"),
        ),
        ("a person who is a victim elsewhere", known.count()),
        ("no `person_id`", extract.proceedings.iter().filter(|row| row.person.is_none()).count()),
    ])
}
