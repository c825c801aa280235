//! References to cells in sentences: `{victims(gender=F, year=2020)}` stands for a figure.
//!
//! A reference names a table and, for some of its dimensions, a category; a dimension that is not named is summed over.
//! `measure=ID` chooses among several measures. `@highest` and `@lowest` in a category's place stand for the category with
//! the highest or lowest figure, and `label: ` before a reference asks for that category's name instead of its figure.
//! References may be added up with `+`. `{{` and `}}` stand for braces.

use std::collections::BTreeMap;

use candour_model::{Coord, Dimension};
use candour_wording::Language;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Fault, did_you_mean};
use crate::fields::{At, Faults};
use crate::{Measure, MeasureSource, TableDimension};

/// A figure of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The table's position among the response's tables.
    pub table: usize,
    /// The measure's position among the table's.
    pub measure: usize,
    /// One coordinate a dimension. Where a category is sought, its dimension is at its first one.
    pub coords: Vec<Coord>,
    /// The dimension among whose categories one is sought, and whether it is the highest.
    pub sought: Option<(usize, Ask)>,
}

/// Which category is sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ask {
    /// The one with the highest figure.
    Highest,
    /// The one with the lowest.
    Lowest,
}

impl Reference {
    /// Whether it gives away something of the figure at these coordinates: it names it, compares it with what it names, or
    /// is worked out of it.
    pub fn covers(&self, coords: &[Coord], measures: &[Measure]) -> bool {
        let (along, over): (Option<usize>, &[usize]) = match &measures[self.measure].source {
            MeasureSource::Change { along, .. } | MeasureSource::Rank { along, .. } => (Some(*along), &[]),
            MeasureSource::Share { over, .. } => (None, over),
            _ => (None, &[]),
        };
        let sought = self.sought.map(|(dimension, _)| dimension);
        self.coords.iter().zip(coords).enumerate().all(|(at, (own, other))| {
            let compared = (sought == Some(at) || along == Some(at)) && matches!(other, Coord::At(_));
            own == other || compared || (over.contains(&at) && *other == Coord::Total)
        })
    }
}

/// A stretch of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Piece {
    /// Words.
    Text(String),
    /// The sum of some figures.
    Figure(Vec<Reference>),
    /// The name of the category that is sought; of several that tie, all names.
    Label(Reference),
}

impl Piece {
    /// The figures that it gives away.
    pub fn references(&self) -> &[Reference] {
        match self {
            Self::Text(_) => &[],
            Self::Figure(references) => references,
            Self::Label(reference) => std::slice::from_ref(reference),
        }
    }
}

/// A text whose figures are references.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// Its stretches, in order.
    pub pieces: Vec<Piece>,
    /// The same in the release's other languages: with the same figures, perhaps in another order.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub others: BTreeMap<Language, Vec<Piece>>,
}

impl Sentence {
    /// Whether another sentence gives the same figures, each as often.
    pub(crate) fn gives_the_same(&self, other: &Self) -> bool {
        let figures = |sentence: &Self| -> Vec<Piece> {
            sentence.pieces.iter().filter(|piece| !matches!(piece, Piece::Text(_))).cloned().collect()
        };
        let mut left = figures(other);
        let found = figures(self)
            .iter()
            .all(|piece| left.iter().position(|known| known == piece).map(|at| left.swap_remove(at)).is_some());
        found && left.is_empty()
    }
}

/// What references can name: tables with their dimensions and measures.
pub(crate) struct Named<'n> {
    pub(crate) id: &'n str,
    pub(crate) dimensions: &'n [TableDimension],
    pub(crate) measures: &'n [Measure],
}

/// Reads a text with references.
pub(crate) fn read_sentence(written: &At<String>, tables: &[Named<'_>], faults: &Faults) -> Option<Sentence> {
    let fault = |message: String, hint: Option<String>| {
        let mut fault = Fault::new(written.span.clone(), message);
        fault.hint = hint;
        faults.push(fault);
    };
    let mut sentence = Sentence::default();
    let mut words = String::new();
    let mut rest = written.value.as_str();
    let mut sound = true;
    while let Some(at) = rest.find(['{', '}']) {
        words.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            words.push_str(brace);
            rest = after;
            continue;
        }
        let end = if brace == "{" { rest.find('}') } else { None };
        let Some(end) = end else {
            fault(format!("a `{brace}` without its partner"), Some(format!("write `{brace}{brace}` for a brace")));
            return None;
        };
        if !words.is_empty() {
            sentence.pieces.push(Piece::Text(std::mem::take(&mut words)));
        }
        let inside = rest[..end].trim();
        if let Some(reference) = inside.strip_prefix("label:") {
            match read_reference(reference.trim(), tables) {
                Ok(reference) if reference.sought.is_some() => sentence.pieces.push(Piece::Label(reference)),
                Ok(_) => {
                    fault(
                        "`label:` asks for the name of a category, and none is sought".into(),
                        Some("write `@highest` or `@lowest` in the place of a category".into()),
                    );
                    sound = false;
                }
                Err((message, hint)) => {
                    fault(message, hint);
                    sound = false;
                }
            }
            rest = &rest[end + 1..];
            continue;
        }
        let mut references = Vec::new();
        for reference in split_outside_quotes(inside, '+') {
            match read_reference(reference.trim(), tables) {
                Ok(reference) => references.push(reference),
                Err((message, hint)) => {
                    fault(message, hint);
                    sound = false;
                }
            }
        }
        if let Some(message) = cannot_be_added(&references, tables) {
            fault(message.to_owned(), Some("add up figures of one table that share no record".to_owned()));
            sound = false;
        }
        sentence.pieces.push(Piece::Figure(references));
        rest = &rest[end + 1..];
    }
    words.push_str(rest);
    if !words.is_empty() {
        sentence.pieces.push(Piece::Text(words));
    }
    sound.then_some(sentence)
}

/// Why some figures cannot be added up: they count different things, or some records twice.
fn cannot_be_added(references: &[Reference], tables: &[Named<'_>]) -> Option<&'static str> {
    let adds_up = |reference: &Reference| tables[reference.table].measures[reference.measure].adds_up;
    if references.len() > 1 && !references.iter().all(adds_up) {
        return Some("figures of a measure that does not add up cannot be added up");
    }
    if references.len() > 1 && references.iter().any(|reference| reference.sought.is_some()) {
        return Some("a figure that is sought cannot be added to another");
    }
    for (at, left) in references.iter().enumerate() {
        for right in &references[at + 1..] {
            if left.table != right.table {
                return Some("figures of different tables cannot be added up");
            }
            if left.measure != right.measure {
                return Some("figures of different measures cannot be added up");
            }
            let dimensions = tables[left.table].dimensions.iter().zip(left.coords.iter().zip(&right.coords));
            // The categories that differ: whether a record may stand in both.
            let shared: Vec<(bool, bool)> = dimensions
                .filter_map(|(dimension, coords)| match coords {
                    (Coord::At(left), Coord::At(right)) if left != right => {
                        Some((dimension.shares_records(*left, *right), dimension.source.is_stock()))
                    }
                    _ => None,
                })
                .collect();
            // Of a stock days are not added up, whatever stands beside them.
            let apart = shared.iter().any(|(shared, _)| !shared) && shared.iter().all(|(_, stock)| !stock);
            if !apart {
                return Some(match shared.is_empty() {
                    true => "figures that overlap cannot be added up: a record would be counted twice",
                    false => "categories that overlap cannot be added up: a record would be counted twice",
                });
            }
        }
    }
    None
}

type Complaint = (String, Option<String>);

fn read_reference(written: &str, tables: &[Named<'_>]) -> Result<Reference, Complaint> {
    let (name, inside) = match written.split_once('(') {
        Some((name, inside)) => {
            let inside = inside.trim_end().strip_suffix(')');
            (name.trim(), inside.ok_or_else(|| (format!("`{written}` lacks its closing bracket"), None))?)
        }
        None => (written, ""),
    };
    let Some(table) = tables.iter().position(|table| table.id == name) else {
        let hint = did_you_mean(name, tables.iter().map(|table| table.id));
        return Err((format!("there is no table `{name}` to refer to"), hint));
    };
    let dimensions: Vec<&Dimension> = tables[table].dimensions.iter().map(|placed| &placed.dimension).collect();
    let mut coords = vec![Coord::Total; dimensions.len()];
    let (mut measure, mut sought) = (None, None);
    for part in split_outside_quotes(inside, ',').into_iter().map(str::trim).filter(|part| !part.is_empty()) {
        let Some((dimension, category)) = part.split_once('=') else {
            let hint = Some("write a dimension, an equals sign and a category, such as `year=2020`".to_owned());
            return Err((format!("`{part}` names no cell"), hint));
        };
        let (dimension, category) = (dimension.trim(), unquoted(category.trim()));
        if dimension == "measure" {
            let measures = tables[table].measures;
            let Some(found) = measures.iter().position(|known| known.id == category) else {
                let known = measures.iter().map(|known| known.id.as_str());
                return Err((format!("the table `{name}` has no measure `{category}`"), did_you_mean(category, known)));
            };
            measure = Some(found);
            continue;
        }
        let Some(at) = dimensions.iter().position(|known| known.id == dimension) else {
            let known = dimensions.iter().map(|known| known.id.as_str()).chain(["measure"]);
            let hint = did_you_mean(dimension, known);
            return Err((format!("the table `{name}` has no dimension `{dimension}`"), hint));
        };
        let ask = match category {
            "@highest" => Some(Ask::Highest),
            "@lowest" => Some(Ask::Lowest),
            _ => None,
        };
        if let Some(ask) = ask {
            if sought.is_some() || coords[at] != Coord::Total || dimensions[at].categories.is_empty() {
                return Err((format!("`{written}` seeks more than one category"), None));
            }
            sought = Some((at, ask));
            coords[at] = Coord::At(0);
            continue;
        }
        let Some(position) = dimensions[at].position(category) else {
            let known = dimensions[at].categories.iter().map(|known| known.id.as_str());
            return Err((format!("`{dimension}` has no category `{category}`"), did_you_mean(category, known)));
        };
        if coords[at] != Coord::Total {
            return Err((
                format!("`{written}` names `{dimension}` twice"),
                Some("add two figures up with `+`".to_owned()),
            ));
        }
        coords[at] = Coord::At(position);
    }
    if let Some((at, _)) = sought {
        // Inside a hierarchy the category that holds the one sought is not known before.
        if dimensions[at].rolls_up_to.is_some_and(|outer| coords[outer] == Coord::Total) {
            let hint = Some("name the category that holds it".to_owned());
            return Err((format!("`{}` stands inside another dimension", dimensions[at].id), hint));
        }
    }
    let sought_at = sought.map(|(at, _)| at);
    fill_outer(tables[table].dimensions, &mut coords, sought_at).map_err(|message| (message, None))?;
    Ok(Reference { table, measure: measure.unwrap_or(0), coords, sought })
}

/// Where an inner dimension is named, what rolls it up follows from it.
fn fill_outer(dimensions: &[TableDimension], coords: &mut [Coord], sought: Option<usize>) -> Result<(), String> {
    // Inner ones first, since an outer one may lie in another.
    for at in (0..dimensions.len()).rev().filter(|at| Some(*at) != sought) {
        let inner = &dimensions[at].dimension;
        let (Some(outer), Coord::At(position)) = (inner.rolls_up_to, coords[at]) else { continue };
        let category = &inner.categories[position as usize];
        let label = |holder: &u32| format!("`{}`", dimensions[outer].dimension.categories[*holder as usize].label);
        let with = |holder: u32| {
            let mut with = coords.to_vec();
            with[outer] = Coord::At(holder);
            with
        };
        // Of a code's levels all that is named tells where it can stand, not only the next one.
        let holders: Vec<u32> = category.parent.iter().chain(&category.other_parents).copied().collect();
        let possible: Vec<u32> =
            holders.iter().copied().filter(|holder| can_be(dimensions, &with(*holder), sought)).collect();
        match (coords[outer], &possible[..]) {
            (Coord::At(named), possible) if !possible.contains(&named) => {
                let lies = holders.first().map_or_else(String::new, |holder| format!("in {}, ", label(holder)));
                return Err(match holders.contains(&named) {
                    true => format!("`{}` does not lie in {} under what else is named", category.label, label(&named)),
                    false => format!("`{}` lies {lies}not in {}", category.label, label(&named)),
                });
            }
            (Coord::Total, [only]) => coords[outer] = Coord::At(*only),
            (Coord::Total, []) => {
                return Err(format!(
                    "`{}` lies in no category of `{}`",
                    category.label, dimensions[outer].dimension.id
                ));
            }
            (Coord::Total, _) => {
                return Err(format!(
                    "`{}` lies in several categories of `{}`: name one",
                    category.label, dimensions[outer].dimension.id
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether some record may stand at these coordinates, as far as the categories that hold one another say.
fn can_be(dimensions: &[TableDimension], coords: &[Coord], sought: Option<usize>) -> bool {
    let fixed = |at: usize| match coords[at] {
        Coord::At(position) if Some(at) != sought => Some(position),
        _ => None,
    };
    let nested = (0..dimensions.len()).filter(|at| dimensions[*at].dimension.rolls_up_to.is_some());
    nested.filter_map(|at| Some((at, fixed(at)?))).all(|(at, position)| dimensions[at].under(fixed).contains(&position))
}

fn unquoted(text: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|inner| inner.strip_suffix(quote)) {
            return inner;
        }
    }
    text
}

/// Splits at a separator that stands neither between quotes nor between brackets.
fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut quote, mut depth) = (0, None, 0_usize);
    for (at, letter) in text.char_indices() {
        match quote {
            Some(open) if letter == open => quote = None,
            Some(_) => {}
            // An apostrophe inside a word opens nothing.
            None if letter == '"' || (letter == '\'' && text[..at].trim_end().ends_with('=')) => quote = Some(letter),
            None if letter == '(' => depth += 1,
            None if letter == ')' => depth = depth.saturating_sub(1),
            None if letter == separator && depth == 0 => {
                parts.push(&text[start..at]);
                start = at + letter.len_utf8();
            }
            None => {}
        }
    }
    parts.push(&text[start..]);
    parts
}
