//! Counts the published tables from what was made, in the plainest way, so that a generator that misses them stops.

use anyhow::{Result, ensure};
use jiff::civil::Date;

use super::Extract;
use super::published::{ProceedingCell, Published, VictimCell};
use super::victims::Victim;

/// Fails where a published cell does not come out, or where something is counted that is in none.
pub(super) fn check(extract: &Extract, published: &Published) -> Result<()> {
    check_offences(extract, published)?;
    check_victims(extract, published)?;
    check_proceedings(extract, published)
}

fn check_offences(extract: &Extract, published: &Published) -> Result<()> {
    let recorded: Vec<Date> =
        extract.offences.iter().filter(|offence| offence.is_image_abuse()).map(|offence| offence.recorded).collect();
    for week in &published.weeks {
        let found = recorded.iter().filter(|day| week.days.contains(**day)).count();
        ensure!(found == week.offences, "offences of the week from {}: {found}", week.days.first);
    }
    for (year, &offences) in &published.years {
        let found = recorded.iter().filter(|day| day.year() == *year).count();
        ensure!(found == offences, "offences of {year}: {found}");
    }
    Ok(())
}

fn check_victims(extract: &Extract, published: &Published) -> Result<()> {
    let counted = extract.counted_victims(published);
    for cell in &published.victims {
        let found = counted.iter().filter(|victim| falls_in(victim, cell, extract)).count();
        ensure!(found == cell.victims, "{} victims of {} from age {}: {found}", cell.gender, cell.year, cell.youngest);
    }
    let found = counted.iter().filter(|victim| victim.profile.is_complete()).count();
    let total: usize = published.victims.iter().map(|cell| cell.victims).sum();
    ensure!(found == total, "{found} victims in all, some in no published cell");
    Ok(())
}

fn falls_in(victim: &Victim, cell: &VictimCell, extract: &Extract) -> bool {
    let in_band = |age| age >= cell.youngest && cell.oldest.is_none_or(|oldest| age <= oldest);
    extract.offences[victim.offence].recorded.year() == cell.year
        && victim.profile.gender == cell.gender
        && victim.profile.age.is_some_and(in_band)
}

fn check_proceedings(extract: &Extract, published: &Published) -> Result<()> {
    let days = published.proceedings_days()?;
    let counted = |offence: usize, day| extract.offences[offence].is_image_abuse() && days.contains(day);
    let counted: Vec<_> = extract.proceedings.iter().filter(|row| counted(row.offence, row.date)).collect();
    for ProceedingCell { kind, month, people } in &published.proceedings {
        let found = counted.iter().filter(|row| row.kind == *kind && month.contains(row.date)).count();
        ensure!(found == *people, "proceedings {kind} of the month from {}: {found}", month.first);
    }
    let total: usize = published.proceedings.iter().map(|cell| cell.people).sum();
    ensure!(counted.len() == total, "{} proceedings in all, some in no published cell", counted.len());
    Ok(())
}
