//! The people proceeded against: those of the published table, and those just beside it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};
use jiff::civil::Date;

use super::days::{Days, after, before};
use super::offences::Offence;
use super::published::{ProceedingCell, Published};
use super::random::Random;
use super::victims::Victim;
use super::{AS_AT, IMAGE_ABUSE};

pub(super) struct Proceeding {
    pub(super) id: String,
    /// The place of the offence in the extract.
    pub(super) offence: usize,
    pub(super) person: Option<usize>,
    pub(super) kind: &'static str,
    pub(super) date: Date,
}

const PROCEEDINGS: usize = 5_000;

/// Proceedings on other offences that fall in the days of the published table whatever chance does.
const OTHERS_INSIDE: usize = 400;

/// Proceedings on cancelled records of the offence that is asked for: inside those days, and earlier.
const CANCELLED_INSIDE: usize = 4;
const CANCELLED_EARLIER: usize = 10;

/// How long before the proceedings the offence may have been recorded.
const REACH: usize = 420;

/// Every type with its weight. A conditional caution comes last, for there is none in the published table.
const KINDS: &[(&str, usize)] = &[("CA", 12), ("CH", 50), ("PCR", 24), ("YC", 7), ("CC", 7)];

/// One row before it has its identifiers.
struct Draft {
    offence: usize,
    date: Date,
    kind: &'static str,
    /// Whether the published table counts it; each such row is a person of its own.
    counted: bool,
}

/// Makes every proceeding, in the order of their dates.
pub(super) fn make(
    published: &Published,
    offences: &[Offence],
    victims: &[Victim],
    last_person: usize,
    random: &mut Random,
) -> Result<Vec<Proceeding>> {
    let mut maker = Maker { offences, days: published.proceedings_days()?, random, drafts: Vec::new() };
    maker.published(&published.proceedings)?;
    maker.just_outside()?;
    maker.earlier();
    maker.on_cancelled()?;
    maker.on_other_offences()?;

    let mut drafts = maker.drafts;
    drafts.sort_by_key(|draft| (draft.date, draft.offence));
    Ok(identified(drafts, victims, last_person, random))
}

struct Maker<'a> {
    offences: &'a [Offence],
    /// The days of the published table.
    days: Days,
    random: &'a mut Random,
    drafts: Vec<Draft>,
}

impl Maker<'_> {
    /// The rows of the published table: on the first and the last day of each month first, and once two people for the
    /// same offence.
    fn published(&mut self, cells: &[ProceedingCell]) -> Result<()> {
        let mut dates = self.published_dates(cells);
        let mut shared = false;
        for cell in cells {
            for nth in 0..cell.people {
                let date = dates.get_mut(&cell.month.first).and_then(Vec::pop).unwrap_or(self.days.last);
                let earlier = self.drafts.last().map(|draft| draft.offence).filter(|_| nth == 1 && !shared);
                let earlier = earlier.filter(|&place| self.offences[place].recorded <= date);
                shared |= earlier.is_some();
                let offence = match earlier {
                    Some(place) => place,
                    None => self.offence(date, Offence::is_image_abuse)?,
                };
                self.drafts.push(Draft { offence, date, kind: cell.kind, counted: true });
            }
        }
        Ok(())
    }

    /// As many dates of each month as it has people, to be taken from the end.
    fn published_dates(&mut self, cells: &[ProceedingCell]) -> BTreeMap<Date, Vec<Date>> {
        let mut people = BTreeMap::<Date, (Days, usize)>::new();
        for cell in cells {
            people.entry(cell.month.first).or_insert((cell.month.within(self.days), 0)).1 += cell.people;
        }
        people.into_iter().map(|(month, (days, count))| (month, days.edges_first(count, self.random))).collect()
    }

    /// On the offence that is asked for, on the days next to those of the published table and after them.
    fn just_outside(&mut self) -> Result<()> {
        let (eve, morrow) = (before(self.days.first, 1), after(self.days.last, 1));
        for date in [eve, eve, morrow, morrow, AS_AT, AS_AT] {
            let offence = self.offence(date, Offence::is_image_abuse)?;
            self.push(offence, date);
        }
        Ok(())
    }

    /// On the offence that is asked for, one in twelve, on days of other times.
    fn earlier(&mut self) {
        for offence in self.places(Offence::is_image_abuse) {
            let date = self.date_after(offence);
            if date <= AS_AT && !self.days.contains(date) && self.random.percent(8) {
                self.push(offence, date);
            }
        }
    }

    fn on_cancelled(&mut self) -> Result<()> {
        for _ in 0..CANCELLED_INSIDE {
            let date = self.days.any(self.random);
            let offence = self.offence(date, Offence::is_cancelled_image_abuse)?;
            self.push(offence, date);
        }
        let mut places = self.places(Offence::is_cancelled_image_abuse);
        self.random.shuffle(&mut places);
        let dated: Vec<(usize, Date)> = places.into_iter().map(|place| (place, self.date_after(place))).collect();
        let earlier = dated.into_iter().filter(|(_, date)| *date < self.days.first).take(CANCELLED_EARLIER);
        for (offence, date) in earlier.collect::<Vec<_>>() {
            self.push(offence, date);
        }
        Ok(())
    }

    /// Up to the number in all.
    fn on_other_offences(&mut self) -> Result<()> {
        for _ in 0..OTHERS_INSIDE {
            let date = self.days.any(self.random);
            let offence = self.offence(date, |offence| offence.code != IMAGE_ABUSE)?;
            self.push(offence, date);
        }
        let places = self.places(|offence| offence.code != IMAGE_ABUSE);
        ensure!(!places.is_empty(), "there are no other offences");
        while self.drafts.len() < PROCEEDINGS {
            let offence = *self.random.pick(&places);
            let date = self.date_after(offence);
            if date <= AS_AT {
                self.push(offence, date);
            }
        }
        Ok(())
    }

    /// Adds a row that the published table does not count. A conditional caution is never one that it might count.
    fn push(&mut self, offence: usize, date: Date) {
        let near = self.offences[offence].code == IMAGE_ABUSE && self.days.contains(date);
        let kinds = if near { &KINDS[..KINDS.len() - 1] } else { KINDS };
        let kind = self.random.weighted(kinds, |(_, weight)| *weight).0;
        self.drafts.push(Draft { offence, date, kind, counted: false });
    }

    /// An offence of that sort, recorded not long before the day, with no proceedings yet that are counted.
    fn offence(&mut self, date: Date, sort: impl Fn(&Offence) -> bool) -> Result<usize> {
        // The offences stand in the order of their recorded dates.
        let from = self.offences.partition_point(|offence| offence.recorded < before(date, REACH));
        let to = self.offences.partition_point(|offence| offence.recorded <= date);
        let taken: BTreeSet<usize> =
            self.drafts.iter().filter(|draft| draft.counted).map(|draft| draft.offence).collect();
        let mut places: Vec<usize> = (from..to).filter(|&place| sort(&self.offences[place])).collect();
        places.retain(|place| !taken.contains(place));
        ensure!(!places.is_empty(), "no offence for proceedings of {date}");
        Ok(*self.random.pick(&places))
    }

    fn places(&self, sort: impl Fn(&Offence) -> bool) -> Vec<usize> {
        (0..self.offences.len()).filter(|&place| sort(&self.offences[place])).collect()
    }

    /// Some day after the offence was recorded; it may lie after the extract.
    fn date_after(&mut self, offence: usize) -> Date {
        after(self.offences[offence].recorded, self.random.below(300))
    }
}

/// Gives each row its number and its person: a new one, or now and then somebody who is known already.
fn identified(drafts: Vec<Draft>, victims: &[Victim], last_person: usize, random: &mut Random) -> Vec<Proceeding> {
    let mut last = last_person;
    let mut number = 0;
    let mut row = |draft: Draft| {
        number += random.between(1, 4);
        let person = match random.below(100) {
            0..3 if !draft.counted => known(draft.offence, last, victims, random),
            3..5 if !draft.counted => None,
            _ => {
                last += 1;
                Some(last)
            }
        };
        Proceeding { id: format!("PR{number:06}"), offence: draft.offence, person, kind: draft.kind, date: draft.date }
    };
    drafts.into_iter().map(&mut row).collect()
}

/// Anybody but a victim of the offence.
fn known(offence: usize, last: usize, victims: &[Victim], random: &mut Random) -> Option<usize> {
    let person = random.between(1, last);
    let own = victims.iter().any(|victim| victim.offence == offence && victim.person == Some(person));
    (!own).then_some(person)
}
