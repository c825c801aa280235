//! What the generator reads: the published figures, and the code lists.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::str::FromStr;

use anyhow::{Context, Result, ensure};
use csv::StringRecord;
use jiff::civil::Date;

use super::IMAGE_ABUSE;
use super::days::Days;

/// The four published tables.
pub(super) struct Published {
    pub(super) weeks: Vec<Week>,
    pub(super) victims: Vec<VictimCell>,
    pub(super) proceedings: Vec<ProceedingCell>,
    /// Offences of each calendar year.
    pub(super) years: BTreeMap<i16, usize>,
}

pub(super) struct Week {
    pub(super) days: Days,
    pub(super) offences: usize,
}

pub(super) struct VictimCell {
    /// The code, not the label.
    pub(super) gender: &'static str,
    pub(super) youngest: usize,
    /// None in the band that is open at the top.
    pub(super) oldest: Option<usize>,
    pub(super) year: i16,
    pub(super) victims: usize,
}

pub(super) struct ProceedingCell {
    /// The code, not the label.
    pub(super) kind: &'static str,
    pub(super) month: Days,
    pub(super) people: usize,
}

impl Published {
    pub(super) fn read(root: &Path) -> Result<Self> {
        let folder = root.join("examples/image-abuse-2020/published");
        let published = Self {
            weeks: read_weeks(&folder.join("offences-by-week.csv"))?,
            victims: read_victims(&folder.join("victims-by-gender-age.csv"))?,
            proceedings: read_proceedings(&folder.join("proceedings-by-type-month.csv"))?,
            years: read_years(&folder.join("offences-by-calendar-year.csv"))?,
        };
        ensure!(!published.weeks.is_empty(), "offences-by-week.csv holds no period");
        Ok(published)
    }

    /// The weekly periods of each year, taken together.
    pub(super) fn windows(&self) -> BTreeMap<i16, Days> {
        let mut windows = BTreeMap::new();
        for week in &self.weeks {
            let window = windows.entry(week.days.first.year()).or_insert(week.days);
            window.first = window.first.min(week.days.first);
            window.last = window.last.max(week.days.last);
        }
        windows
    }

    /// The year in whose weekly periods the day falls.
    pub(super) fn window_year(&self, day: Date) -> Option<i16> {
        self.weeks.iter().find(|week| week.days.contains(day)).map(|week| week.days.first.year())
    }

    /// The days of the table of proceedings: the latest year's weekly periods.
    pub(super) fn proceedings_days(&self) -> Result<Days> {
        self.windows().into_values().last().context("there is no weekly period")
    }
}

fn read_weeks(path: &Path) -> Result<Vec<Week>> {
    let header = ["recorded_year", "period_start", "period_end", "label_as_published", "offences"];
    let week = |row: &Row| -> Result<Week> {
        Ok(Week { days: Days { first: row.parse(1)?, last: row.parse(2)? }, offences: row.parse(4)? })
    };
    rows(path, &header)?.iter().map(week).collect()
}

fn read_victims(path: &Path) -> Result<Vec<VictimCell>> {
    let header = ["victim_gender", "victim_age_group", "recorded_year", "victims"];
    let cell = |row: &Row| -> Result<VictimCell> {
        let (youngest, oldest) = band_ages(row.text(1)).with_context(|| format!("no age band: {}", row.text(1)))?;
        let gender = gender_code(row.text(0))?;
        Ok(VictimCell { gender, youngest, oldest, year: row.parse(2)?, victims: row.parse(3)? })
    };
    rows(path, &header)?.iter().map(cell).collect()
}

fn read_proceedings(path: &Path) -> Result<Vec<ProceedingCell>> {
    let cell = |row: &Row| -> Result<ProceedingCell> {
        let first: Date =
            format!("{}-01", row.text(1)).parse().with_context(|| format!("no month: {}", row.text(1)))?;
        let month = Days { first, last: first.last_of_month() };
        Ok(ProceedingCell { kind: kind_code(row.text(0))?, month, people: row.parse(2)? })
    };
    rows(path, &["proceedings_type", "month", "people"])?.iter().map(cell).collect()
}

fn read_years(path: &Path) -> Result<BTreeMap<i16, usize>> {
    rows(path, &["recorded_year", "offences"])?.iter().map(|row| Ok((row.parse(0)?, row.parse(1)?))).collect()
}

/// "10-19" or "60+".
fn band_ages(label: &str) -> Option<(usize, Option<usize>)> {
    match label.split_once('-') {
        Some((youngest, oldest)) => Some((youngest.parse().ok()?, Some(oldest.parse().ok()?))),
        None => Some((label.strip_suffix('+')?.parse().ok()?, None)),
    }
}

fn gender_code(label: &str) -> Result<&'static str> {
    code_of(&[("F", "Female"), ("M", "Male")], label)
}

fn kind_code(label: &str) -> Result<&'static str> {
    let labels = [
        ("CA", "Caution - Adult"),
        ("CC", "Caution - Conditional"),
        ("CH", "Charge / further charge"),
        ("PCR", "Postal Charge Requisition"),
        ("YC", "Youth Caution"),
    ];
    code_of(&labels, label)
}

fn code_of(labels: &[(&'static str, &str)], label: &str) -> Result<&'static str> {
    let found = labels.iter().find(|(_, known)| *known == label);
    Ok(found.with_context(|| format!("a published label has no code: {label}"))?.0)
}

/// The code lists of the schema that the records draw from.
pub(super) struct Reference {
    /// Each offence code, with the day it came into use where the list says so.
    codes: BTreeMap<String, Option<Date>>,
    pub(super) boroughs: Vec<String>,
}

impl Reference {
    pub(super) fn read(root: &Path) -> Result<Self> {
        let folder = root.join("data/police");
        let reference = Self {
            codes: read_codes(&folder.join("ho-offence-codes.csv"))?,
            boroughs: read_boroughs(&folder.join("london-boroughs.csv"))?,
        };
        ensure!(!reference.boroughs.is_empty(), "london-boroughs.csv holds no borough");
        Ok(reference)
    }

    /// The day the code came into use, where the list says so; an error where the list has no such code.
    pub(super) fn in_use_from(&self, code: &str) -> Result<Option<Date>> {
        self.codes.get(code).copied().with_context(|| format!("ho-offence-codes.csv has no code {code}"))
    }

    /// The day from which the offence that is asked for exists.
    pub(super) fn image_abuse_from(&self) -> Result<Date> {
        self.in_use_from(IMAGE_ABUSE)?.with_context(|| format!("{IMAGE_ABUSE} has no first day"))
    }
}

fn read_codes(path: &Path) -> Result<BTreeMap<String, Option<Date>>> {
    let from = |row: &Row| if row.text(5).is_empty() { Ok(None) } else { row.parse(5).map(Some) };
    let code = |row: &Row| -> Result<_> { Ok((row.text(0).to_owned(), from(row)?)) };
    rows(path, &["code", "label", "category", "subgroup", "group", "valid_from", "valid_to"])?
        .iter()
        .map(code)
        .collect()
}

fn read_boroughs(path: &Path) -> Result<Vec<String>> {
    Ok(rows(path, &["code", "label"])?.iter().map(|row| row.text(0).to_owned()).collect())
}

/// One row of a CSV file; the reader has seen to it that it has as many fields as the header.
struct Row(StringRecord);

impl Row {
    fn text(&self, at: usize) -> &str {
        &self.0[at]
    }

    fn parse<T>(&self, at: usize) -> Result<T>
    where
        T: FromStr<Err: Error + Send + Sync + 'static>,
    {
        self.text(at).parse().with_context(|| format!("cannot read \"{}\" in {:?}", self.text(at), self.0))
    }
}

fn rows(path: &Path, header: &[&str]) -> Result<Vec<Row>> {
    let named = || format!("cannot read {}", path.display());
    let mut reader = csv::Reader::from_path(path).with_context(named)?;
    ensure!(reader.headers().with_context(named)? == header, "{} must have the columns {header:?}", path.display());
    reader.records().map(|record| Ok(Row(record.with_context(named)?))).collect()
}
