//! The victims: those of the published table, some of whom gender or age is not recorded, and those of every other
//! offence.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};

use super::offences::Offence;
use super::published::{Published, VictimCell};
use super::random::Random;

pub(super) struct Victim {
    pub(super) id: String,
    /// The place of the offence in the extract.
    pub(super) offence: usize,
    pub(super) person: Option<usize>,
    pub(super) profile: Profile,
}

#[derive(Clone, Copy)]
pub(super) struct Profile {
    /// The code as it is written; `U` and nothing at all both say that it is not recorded.
    pub(super) gender: &'static str,
    pub(super) age: Option<usize>,
}

impl Profile {
    pub(super) fn has_gender(&self) -> bool {
        !matches!(self.gender, "" | "U")
    }

    pub(super) fn is_complete(&self) -> bool {
        self.has_gender() && self.age.is_some()
    }
}

/// Makes every victim, in the order of the offences, and says which number the last person got.
pub(super) fn make(published: &Published, offences: &[Offence], random: &mut Random) -> Result<(Vec<Victim>, usize)> {
    let mut planned = plan(published, offences, random)?;
    let mut people = People::default();
    let mut victims = Vec::new();
    let mut number = 0;
    for (place, offence) in offences.iter().enumerate() {
        let counted = is_counted(published, offence);
        let profiles = if counted { planned.remove(&place).unwrap_or_default() } else { unplanned(offence, random) };
        for profile in profiles {
            number += random.between(1, 3);
            let person = people.person(profile, (counted, offence.recorded.year()), place, random);
            victims.push(Victim { id: format!("V{number:07}"), offence: place, person, profile });
        }
    }
    Ok((victims, people.last))
}

/// Whether the published table counts the victims of this offence.
pub(super) fn is_counted(published: &Published, offence: &Offence) -> bool {
    offence.is_image_abuse() && published.window_year(offence.recorded).is_some()
}

// --- Victims of the published table ----------------------------------------------------------------------------------

/// The victims of the published table and those with something not recorded, by the place of their offence.
fn plan(published: &Published, offences: &[Offence], random: &mut Random) -> Result<BTreeMap<usize, Vec<Profile>>> {
    let mut planned = BTreeMap::<usize, Vec<Profile>>::new();
    for (year, mut profiles) in profiles_by_year(published, random) {
        let of_year =
            |offence: &Offence| offence.is_image_abuse() && published.window_year(offence.recorded) == Some(year);
        let mut places: Vec<usize> = (0..offences.len()).filter(|&place| of_year(&offences[place])).collect();
        random.shuffle(&mut places);
        random.shuffle(&mut profiles);
        let places = places_of_victims(&places, profiles.len()).with_context(|| format!("victims of {year}"))?;
        for (place, profile) in places.into_iter().zip(profiles) {
            planned.entry(place).or_default().push(profile);
        }
    }
    Ok(planned)
}

fn profiles_by_year(published: &Published, random: &mut Random) -> BTreeMap<i16, Vec<Profile>> {
    let mut profiles = BTreeMap::<i16, Vec<Profile>>::new();
    let mut drawn = BTreeMap::new();
    for cell in &published.victims {
        for _ in 0..cell.victims {
            let age = Some(age_in(cell, drawn.entry(cell.youngest).or_default(), random));
            profiles.entry(cell.year).or_default().push(Profile { gender: cell.gender, age });
        }
    }
    let years: Vec<i16> = published.windows().into_keys().collect();
    for (nth, profile) in not_recorded(random).into_iter().enumerate() {
        profiles.entry(years[nth % years.len()]).or_default().push(profile);
    }
    profiles
}

/// An age of the band: its bounds first, so that a band that ends a year early or late gives other figures.
fn age_in(cell: &VictimCell, drawn: &mut usize, random: &mut Random) -> usize {
    *drawn += 1;
    match drawn {
        1 => cell.oldest.unwrap_or(100),
        2 => cell.youngest,
        _ => random.between(cell.youngest, cell.oldest.unwrap_or(85)),
    }
}

/// Victims that the published table leaves out: four without gender, three without age, two without either.
fn not_recorded(random: &mut Random) -> Vec<Profile> {
    let mut age = || Some(random.between(18, 45));
    vec![
        Profile { gender: "U", age: age() },
        Profile { gender: "", age: age() },
        Profile { gender: "U", age: age() },
        Profile { gender: "", age: age() },
        Profile { gender: "F", age: None },
        Profile { gender: "M", age: None },
        Profile { gender: "F", age: None },
        Profile { gender: "U", age: None },
        Profile { gender: "", age: None },
    ]
}

/// One place for each victim: an eighth of the offences get none, most one, and some two or three, so that neither
/// offences nor victims can stand for the other.
fn places_of_victims(offences: &[usize], victims: usize) -> Result<Vec<usize>> {
    let (_, places) = offences.split_at(offences.len() / 8);
    let spare = victims.checked_sub(places.len()).context("fewer victims than offences")?;
    let threes = spare / 5;
    let twos = spare - 2 * threes;
    ensure!(threes + twos <= places.len(), "too many victims for the offences");
    let second = &places[..threes + twos];
    let third = &places[..threes];
    Ok([places, second, third].concat())
}

// --- Victims of every other offence ----------------------------------------------------------------------------------

fn unplanned(offence: &Offence, random: &mut Random) -> Vec<Profile> {
    let count = match random.below(100) {
        _ if !offence.has_victims => 0,
        0..23 => 0,
        23..84 => 1,
        84..96 => 2,
        _ => 3,
    };
    let profile = if offence.code == super::IMAGE_ABUSE { image_abuse_profile } else { any_profile };
    (0..count).map(|_| profile(random)).collect()
}

fn image_abuse_profile(random: &mut Random) -> Profile {
    let gender = random.weighted(&[("F", 76), ("M", 16), ("X", 3), ("U", 2), ("", 3)], |(_, weight)| *weight).0;
    let age = if random.percent(75) { random.between(16, 35) } else { random.between(13, 65) };
    Profile { gender, age: (!random.percent(4)).then_some(age) }
}

fn any_profile(random: &mut Random) -> Profile {
    let gender = random.weighted(&[("F", 47), ("M", 44), ("X", 1), ("U", 3), ("", 5)], |(_, weight)| *weight).0;
    let age = if random.percent(80) { 14 + random.below(35) + random.below(35) } else { random.between(0, 100) };
    Profile { gender, age: (!random.percent(6)).then_some(age) }
}

// --- People ----------------------------------------------------------------------------------------------------------

/// Numbers the people. Now and then somebody of the same gender, age and year is the victim of a second offence.
#[derive(Default)]
struct People {
    last: usize,
    /// The latest offence and person of each kind.
    seen: BTreeMap<Kind, (usize, usize)>,
}

/// Gender, age, and whether the published table counts the offence and in which year it was recorded.
type Kind = (&'static str, usize, (bool, i16));

impl People {
    /// None where the person is not known to the system.
    fn person(&mut self, profile: Profile, group: (bool, i16), offence: usize, random: &mut Random) -> Option<usize> {
        if random.percent(3) {
            return None;
        }
        let kind = profile.age.filter(|_| profile.has_gender()).map(|age| (profile.gender, age, group));
        let earlier = kind.and_then(|kind| self.seen.get(&kind)).filter(|(other, _)| *other != offence);
        let person = match earlier {
            Some(&(_, person)) if random.percent(3) => person,
            _ => {
                self.last += 1;
                self.last
            }
        };
        self.seen.extend(kind.map(|kind| (kind, (offence, person))));
        Some(person)
    }
}
