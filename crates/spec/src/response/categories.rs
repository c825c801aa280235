//! Categories: codes, groups of codes, bands. Where they overlap, the sets of them that a record may stand in.

use std::collections::{BTreeMap, BTreeSet};

use candour_model::{Atoms, Category, CategoryKind, Path};
use jiff::civil::Date;

use super::types::{BandAtom, CodeAtom};
use super::{Resolver, unknown};
use crate::diagnostic::{Fault, did_you_mean};
use crate::fields::At;
use crate::schema::{Code, CodeList, CodePlace};
use crate::written;

/// The categories of each code (by position) in each of its places.
pub(super) type ByPlace = BTreeMap<(u32, usize), Vec<u32>>;

/// Sets of paths, each with a number.
pub(super) struct Sets {
    atoms: Atoms,
    numbers: BTreeMap<Vec<Path>, u32>,
}

impl Sets {
    /// Of categories, one by one to begin with.
    pub(super) fn of(categories: usize) -> Self {
        let atoms = Atoms::plain(categories);
        let numbers = (0..).zip(&atoms.sets).map(|(number, set)| (set.clone(), number)).collect();
        Self { atoms, numbers }
    }

    /// No set yet, of paths with categories of these dimensions before their own.
    pub(super) fn with(dimensions: Vec<usize>) -> Self {
        Self { atoms: Atoms { with: dimensions, sets: Vec::new() }, numbers: BTreeMap::new() }
    }

    /// The number of a set of categories; None for the empty one.
    pub(super) fn number(&mut self, set: Vec<u32>) -> Option<u32> {
        self.number_paths(set.into_iter().map(|category| vec![category]).collect())
    }

    /// The number of a set of paths; None for the empty one.
    pub(super) fn number_paths(&mut self, mut set: Vec<Path>) -> Option<u32> {
        set.sort_unstable();
        set.dedup();
        if set.is_empty() {
            return None;
        }
        let next = self.atoms.count();
        Some(*self.numbers.entry(set.clone()).or_insert_with(|| {
            self.atoms.sets.push(set);
            next
        }))
    }

    pub(super) fn finish(self) -> Atoms {
        self.atoms
    }
}

/// What tells where a code stands on one level of a column.
pub(super) struct CodeLevel {
    /// The categories of each code in each of its places.
    pub(super) by_place: ByPlace,
    /// The category for places that none of the others has.
    pub(super) other: Option<u32>,
    /// The categories for what is not recorded.
    pub(super) unrecorded: Vec<u32>,
}

/// The paths of a code over levels, by those of its places that are valid. One that no level after it goes on from is cut
/// short.
pub(super) fn paths(levels: &[&CodeLevel], code: u32, places: &[usize]) -> Vec<Path> {
    let Some((first, inner)) = levels.split_first() else { return vec![Path::new()] };
    let mut found: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for &place in places {
        for category in first.by_place.get(&(code, place)).into_iter().flatten() {
            found.entry(*category).or_default().push(place);
        }
    }
    if let (true, Some(other)) = (found.is_empty(), first.other) {
        found.insert(other, places.to_vec());
    }
    if found.is_empty() {
        return vec![Path::new()];
    }
    let onward = |(category, places): (u32, Vec<usize>)| {
        paths(inner, code, &places).into_iter().map(move |path| [&[category], &path[..]].concat())
    };
    found.into_iter().flat_map(onward).collect()
}

/// The paths of what is not recorded.
pub(super) fn unrecorded_paths(levels: &[&CodeLevel]) -> Vec<Path> {
    let mut found = vec![Path::new()];
    for level in levels.iter().take_while(|level| !level.unrecorded.is_empty()) {
        let longer = |path: Path| level.unrecorded.iter().map(move |category| [&path[..], &[*category]].concat());
        found = found.into_iter().flat_map(longer).collect();
    }
    found
}

/// The paths that go furthest, as far as one level: a record stands under a category by a place that all levels list.
pub(super) fn furthest(paths: &[Path], level: usize) -> Vec<Path> {
    let furthest = paths.iter().map(Vec::len).max().unwrap_or(0);
    let whole = paths.iter().filter(|path| path.len() == furthest);
    whole.filter_map(|path| path.get(..=level)).map(<[u32]>::to_vec).collect()
}

/// The categories of each code of a list in each of its places.
pub(super) fn by_place(list: &CodeList, categories: impl Fn(u32, &CodePlace) -> Vec<u32>) -> ByPlace {
    let codes = (0_u32..).zip(&list.codes);
    let places =
        codes.flat_map(|(code, known)| known.places.iter().enumerate().map(move |(at, place)| (code, at, place)));
    places.map(|(code, at, place)| ((code, at), categories(code, place))).collect()
}

/// A code list's level with its values in the order in which the list has them.
pub(super) struct Level {
    at: usize,
    pub(super) values: Vec<String>,
}

pub(super) fn level(list: &CodeList, name: &str) -> Option<Level> {
    let at = list.levels.iter().position(|level| level == name)?;
    let mut values: Vec<String> = Vec::new();
    for value in list.codes.iter().flat_map(|code| &code.places).filter_map(|place| place.levels[at].as_ref()) {
        if !values.contains(value) {
            values.push(value.clone());
        }
    }
    Some(Level { at, values })
}

impl Level {
    /// The position of the value that a place has.
    pub(super) fn position(&self, place: &CodePlace) -> Option<u32> {
        let value = place.levels[self.at].as_ref()?;
        self.values.iter().position(|known| known == value).and_then(|at| u32::try_from(at).ok())
    }
}

/// What holds of a code from a day on, which is open at the beginning of time.
type Stretch<T> = (Option<Date>, T);

/// What holds of a code and when, given what holds of some of its places (by position).
///
/// On days on which no place of a code is valid, it stands where it stood last before or, failing that, where it stands
/// first after: a record of last year's offence keeps last year's code.
fn stretches<T: Clone + PartialEq>(code: &Code, holds: impl Fn(&[usize]) -> T) -> Vec<Stretch<T>> {
    // Each boundary is the first day of a stretch within which nothing changes; None stands for the beginning of time.
    let mut boundaries: Vec<Option<Date>> = vec![None];
    for place in &code.places {
        boundaries.extend(place.valid_from.map(Some));
        boundaries.extend(place.valid_to.and_then(|to| to.tomorrow().ok()).map(Some));
    }
    boundaries.sort_unstable();
    boundaries.dedup();
    let valid_from = |first: &Option<Date>| {
        let valid = |place: &CodePlace| {
            place.valid_from.is_none_or(|from| first.is_some_and(|first| from <= first))
                && place.valid_to.is_none_or(|to| first.is_none_or(|first| first <= to))
        };
        (0..code.places.len()).filter(|at| valid(&code.places[*at])).collect::<Vec<usize>>()
    };
    let known: Vec<Vec<usize>> = boundaries.iter().map(valid_from).collect();
    let mut here = known.iter().find(|places| !places.is_empty()).cloned().unwrap_or_default();
    let mut found: Vec<Stretch<T>> = Vec::new();
    for (first, places) in boundaries.into_iter().zip(known) {
        if !places.is_empty() {
            here = places;
        }
        let held = holds(&here);
        if found.last().is_none_or(|(_, before)| *before != held) {
            found.push((first, held));
        }
    }
    found
}

/// Where each code stands and when, on the last of some levels of its column.
pub(super) fn code_atoms(list: &CodeList, levels: &[&CodeLevel], last: usize, sets: &mut Sets) -> Vec<CodeAtom> {
    let mut atoms = Vec::new();
    for (at, code) in (0..).zip(&list.codes) {
        let found = stretches(code, |places| furthest(&paths(levels, at, places), last));
        let ends = found.iter().skip(1).map(|(next, _)| next.and_then(|next| next.yesterday().ok())).chain([None]);
        for ((from, set), to) in found.iter().zip(ends) {
            if let Some(atom) = sets.number_paths(set.clone()) {
                atoms.push(CodeAtom { code: at, from: *from, to, atom });
            }
        }
    }
    atoms
}

/// For each category of one level, the categories of a level before it under which some code stands in it.
pub(super) fn holders(list: &CodeList, levels: &[&CodeLevel], outer: usize, inner: usize) -> BTreeMap<u32, Vec<u32>> {
    let mut found: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    let of_codes = (0..).zip(&list.codes).flat_map(|(at, code)| stretches(code, |places| paths(levels, at, places)));
    for path in of_codes.flat_map(|(_, paths)| paths) {
        if let (Some(outer), Some(inner)) = (path.get(outer), path.get(inner)) {
            found.entry(*inner).or_default().insert(*outer);
        }
    }
    found.into_iter().map(|(inner, outer)| (inner, outer.into_iter().collect())).collect()
}

impl Resolver<'_> {
    /// The categories of codes: all of a list or those named, in order.
    pub(super) fn codes(&self, written: &written::Dimension, list: &CodeList) -> Option<(Vec<Category>, Vec<u32>)> {
        let mut codes = Vec::new();
        self.unique(written.categories.iter(), "category");
        for category in &written.categories {
            codes.push(self.code(category, list)?);
        }
        if written.categories.is_empty() {
            codes = (0..list.codes.len()).collect();
        }
        let mut labels = BTreeMap::new();
        for &position in &codes {
            *labels.entry(list.codes[position].label.as_str()).or_insert(0) += 1;
        }
        let category = |&position: &usize| {
            let code = &list.codes[position];
            // A label that several codes share tells nothing without its code.
            let label = match labels.get(code.label.as_str()) {
                Some(1) => code.label.clone(),
                _ => format!("{} ({})", code.label, code.code),
            };
            Category::new(&code.code, label, CategoryKind::Code { group: code.group.clone() })
        };
        let categories = codes.iter().map(category).collect();
        Some((categories, codes.into_iter().filter_map(|code| u32::try_from(code).ok()).collect()))
    }

    fn code(&self, written: &At<String>, list: &CodeList) -> Option<usize> {
        let position = list.position(&written.value);
        if position.is_none() {
            let message = format!("`{}` is no code of the list `{}`", written.value, list.name);
            let mut fault = Fault::new(written.span.clone(), message);
            let by_label = list.codes.iter().find(|code| code.label == written.value);
            fault.hint = match by_label {
                Some(code) => Some(format!("it is the label of the code `{}`", code.code)),
                None => did_you_mean(&written.value, list.codes.iter().map(|code| code.code.as_str())),
            };
            self.faults.push(fault);
        }
        position
    }

    /// A level of a list, by name.
    pub(super) fn level(&self, name: &At<String>, list: &CodeList) -> Option<Level> {
        let found = level(list, &name.value);
        if found.is_none() {
            let message = format!("the list `{}` has no level `{}`", list.name, name.value);
            let mut fault = Fault::new(name.span.clone(), message);
            fault.hint = did_you_mean(&name.value, list.levels.iter().map(String::as_str))
                .or_else(|| Some("levels are columns of the code list that the schema names in `levels`".into()));
            self.faults.push(fault);
        }
        found
    }

    /// A grouping that the response file makes: its categories, and those of each code in each of its places.
    pub(super) fn grouping(&self, name: &At<String>, list: &CodeList) -> Option<(Vec<Category>, ByPlace)> {
        let Some(written) = self.written.groups.iter().find(|groups| groups.name.value == name.value) else {
            let known = self.written.groups.iter().map(|groups| groups.name.value.as_str());
            unknown(self.faults, name, "are no groups", known);
            return None;
        };
        let faults_before = self.faults.count();
        let mut categories: Vec<Category> = Vec::new();
        let mut members: Vec<Vec<(u32, usize)>> = Vec::new();
        for group in &written.groups {
            let of_which = group.of_which.as_ref().and_then(|holder| {
                let found = categories.iter().position(|known| known.id == holder.value || known.label == holder.value);
                if found.is_none() {
                    let fault = Fault::new(
                        holder.span.clone(),
                        format!("no group before this one is called `{}`", holder.value),
                    );
                    self.faults.push(fault.hint("the group that holds it must stand before it"));
                }
                found
            });
            let of_group = self.members(group, list);
            if let Some(holder) = of_which
                && let Some((code, _)) = of_group.iter().find(|member| !members[holder].contains(member))
            {
                let message = format!(
                    "`{}` is in `{}` and not in `{}`, which should hold all of it",
                    list.codes[*code as usize].code, group.label.value, categories[holder].label
                );
                self.faults.add(&group.span, message);
            }
            let id = group.id.as_ref().map_or_else(|| slug(&group.label.value), |id| id.value.clone());
            if categories.iter().any(|known| known.id == id) {
                let fault = Fault::new(group.label.span.clone(), format!("two groups have the id `{id}`"));
                self.faults.push(fault.hint("give one of them another `id`"));
            }
            let mut category = Category::new(id, &group.label.value, CategoryKind::Group);
            category.of_which = of_which.and_then(|at| u32::try_from(at).ok());
            categories.push(category);
            members.push(of_group);
        }
        let mut by_place = ByPlace::new();
        for (category, members) in (0..).zip(members) {
            for place in members {
                by_place.entry(place).or_default().push(category);
            }
        }
        (self.faults.count() == faults_before).then_some((categories, by_place))
    }

    /// The codes of a group, each with the position of its place.
    fn members(&self, group: &written::Group, list: &CodeList) -> Vec<(u32, usize)> {
        let places = |code: usize| (0..list.codes[code].places.len()).map(move |place| (code, place));
        let mut found: Vec<(usize, usize)> = Vec::new();
        match &group.level {
            None => {
                for code in group.codes.iter().filter_map(|code| self.code(code, list)) {
                    found.extend(places(code));
                }
            }
            Some(level) => {
                let Some(level) = self.level(level, list) else { return Vec::new() };
                for value in &group.codes {
                    let Some(wanted) = level.values.iter().position(|known| *known == value.value) else {
                        unknown(
                            self.faults,
                            value,
                            "is no value of that level",
                            level.values.iter().map(String::as_str),
                        );
                        continue;
                    };
                    let here = |&(code, place): &(usize, usize)| {
                        level.position(&list.codes[code].places[place]).is_some_and(|at| at as usize == wanted)
                    };
                    found.extend((0..list.codes.len()).flat_map(places).filter(here));
                }
            }
        }
        found.into_iter().filter_map(|(code, place)| Some((u32::try_from(code).ok()?, place))).collect()
    }

    /// Bands in order. Overlaps and gaps are refused unless the file allows them.
    pub(super) fn bands(&self, name: &At<String>) -> Option<Vec<Category>> {
        let Some(written) = self.written.bands.iter().find(|bands| bands.name.value == name.value) else {
            let known = self.written.bands.iter().map(|bands| bands.name.value.as_str());
            unknown(self.faults, name, "are no bands", known);
            return None;
        };
        self.unique(written.bands.iter(), "band");
        let mut categories: Vec<Category> = Vec::new();
        let mut next: Option<(i64, &str)> = None;
        for (at, band) in written.bands.iter().enumerate() {
            let last = at + 1 == written.bands.len();
            let Some((from, to)) = read_band(&band.value) else {
                let fault = Fault::new(band.span.clone(), format!("`{}` is no band", band.value));
                self.faults.push(fault.hint("write `0-9`, `18` or, for the last one, `60+`"));
                return None;
            };
            if to.is_some_and(|to| to < from) {
                self.faults.add(&band.span, format!("the band `{}` ends before it begins", band.value));
                return None;
            }
            if to.is_none() && !last && !written.overlaps {
                self.faults.add(&band.span, format!("only the last band can be open, and `{}` is not", band.value));
                return None;
            }
            if let Some((expected, previous)) = next {
                if from < expected && !written.overlaps {
                    let fault =
                        Fault::new(band.span.clone(), format!("the bands `{previous}` and `{}` overlap", band.value));
                    self.faults.push(fault.hint("if the request asks for just these, write `overlaps = \"allowed\"`: a record then stands in both, and once in the total"));
                    return None;
                }
                if from > expected && !written.gaps {
                    let missing =
                        if from - 1 == expected { expected.to_string() } else { format!("{expected}-{}", from - 1) };
                    let message =
                        format!("there is a gap between the bands `{previous}` and `{}`: {missing}", band.value);
                    let fault = Fault::new(band.span.clone(), message);
                    self.faults.push(fault.hint("if the request asks for just these, write `gaps = \"allowed\"`: how many records fall in none is stated"));
                    return None;
                }
            }
            // The furthest end so far: a band may lie inside the one before it.
            let end = to.map_or(i64::MAX, |to| to.saturating_add(1));
            if next.is_none_or(|(furthest, _)| end > furthest) {
                next = Some((end, band.value.as_str()));
            }
            let label = written.labels.get(at).unwrap_or(band);
            categories.push(Category::new(&band.value, &label.value, CategoryKind::Band { from, to }));
        }
        Some(categories)
    }
}

/// Where a number stands among bands that may overlap. A number with decimals stands by its whole part; `scale` is the
/// number of units in one.
pub(super) fn band_atoms(categories: &[Category], sets: &mut Sets, scale: i64) -> Vec<BandAtom> {
    let bands: Vec<(i64, Option<i64>)> = categories
        .iter()
        .filter_map(|category| match category.kind {
            CategoryKind::Band { from, to } => Some((from, to)),
            _ => None,
        })
        .collect();
    let mut boundaries: Vec<i64> = bands.iter().map(|(from, _)| *from).collect();
    boundaries.extend(bands.iter().filter_map(|(_, to)| to.map(|to| to.saturating_add(1))));
    boundaries.sort_unstable();
    boundaries.dedup();
    let mut atoms = Vec::new();
    for (at, &from) in boundaries.iter().enumerate() {
        let holds = |(low, high): &(i64, Option<i64>)| *low <= from && high.is_none_or(|high| from <= high);
        let set = (0..).zip(&bands).filter(|(_, band)| holds(band)).map(|(position, _)| position).collect();
        if let Some(atom) = sets.number(set) {
            let to = boundaries.get(at + 1).map(|next| next.saturating_mul(scale).saturating_sub(1));
            atoms.push(BandAtom { from: from.saturating_mul(scale), to, atom });
        }
    }
    atoms
}

/// `0-9`, `60+` or `18`.
fn read_band(text: &str) -> Option<(i64, Option<i64>)> {
    let text = text.trim();
    if let Some(from) = text.strip_suffix('+') {
        return Some((from.trim().parse().ok()?, None));
    }
    match text.split_once('-') {
        Some((from, to)) => Some((from.trim().parse().ok()?, Some(to.trim().parse().ok()?))),
        None => {
            let only = text.parse().ok()?;
            Some((only, Some(only)))
        }
    }
}

/// A label as an id: lower-case letters and digits, hyphens between.
pub(super) fn slug(label: &str) -> String {
    let mut id = String::new();
    for letter in label.chars().flat_map(char::to_lowercase) {
        match letter {
            letter if letter.is_alphanumeric() => id.push(letter),
            _ if !id.is_empty() && !id.ends_with('-') => id.push('-'),
            _ => {}
        }
    }
    id.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn place(group: &str, from: Option<Date>, to: Option<Date>) -> CodePlace {
        CodePlace { levels: vec![Some(group.into())], valid_from: from, valid_to: to }
    }

    fn list(places: Vec<CodePlace>) -> CodeList {
        let code =
            Code { code: "1".into(), label: "One".into(), group: None, valid_from: None, valid_to: None, places };
        CodeList {
            name: "l".into(),
            title: "L".into(),
            levels: vec!["group".into()],
            codes: vec![code],
            changes: Vec::new(),
        }
    }

    /// Where the only code stands: first day, last day, categories.
    fn stands(list: &CodeList) -> Vec<(Option<Date>, Option<Date>, BTreeSet<u32>)> {
        let level = level(list, "group").unwrap();
        let by_place = by_place(list, |_, place| level.position(place).into_iter().collect());
        let mut sets = Sets::with(Vec::new());
        let level = CodeLevel { by_place, other: None, unrecorded: Vec::new() };
        let atoms = code_atoms(list, &[&level], 0, &mut sets);
        let sets = sets.finish();
        atoms.into_iter().map(|atom| (atom.from, atom.to, sets.categories(atom.atom))).collect()
    }

    #[test]
    fn a_code_that_moved_stands_by_its_date_and_keeps_its_last_place_afterwards() {
        let moved = list(vec![
            place("A", None, Some(date(2020, 3, 31))),
            place("B", Some(date(2020, 4, 1)), Some(date(2022, 3, 31))),
        ]);
        let (first, then) = (BTreeSet::from([0]), BTreeSet::from([1]));
        assert_eq!(stands(&moved), [(None, Some(date(2020, 3, 31)), first), (Some(date(2020, 4, 1)), None, then)]);
    }

    #[test]
    fn a_code_stands_where_it_first_stood_before_it_began() {
        let late = list(vec![place("A", Some(date(2020, 4, 1)), None)]);
        assert_eq!(stands(&late), [(None, None, BTreeSet::from([0]))]);
    }

    #[test]
    fn a_code_in_two_groups_at_once_stands_in_a_set_of_both() {
        let both = list(vec![place("A", None, None), place("B", None, None)]);
        assert_eq!(stands(&both), [(None, None, BTreeSet::from([0, 1]))]);
    }

    #[test]
    fn bands_that_share_a_number_make_a_set_of_both() {
        let band = |from, to| Category::new(format!("{from}"), "", CategoryKind::Band { from, to });
        let bands = [band(16, Some(20)), band(20, Some(30)), band(40, None)];
        let mut sets = Sets::of(3);
        let atoms = band_atoms(&bands, &mut sets, 1);
        let found: Vec<_> = atoms.iter().map(|atom| (atom.from, atom.to, atom.atom)).collect();
        assert_eq!(found, [(16, Some(19), 0), (20, Some(20), 3), (21, Some(30), 1), (40, None, 2)]);
        assert_eq!(band_atoms(&[band(0, Some(9))], &mut Sets::of(1), 100)[0].to, Some(999));
    }

    #[test]
    fn labels_become_ids() {
        assert_eq!(slug("Violence with injury (all)"), "violence-with-injury-all");
    }
}
