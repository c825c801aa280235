//! Texts that are copied or read out in place of what a page paints (ISO 32000-2, 14.9.3 to 14.9.5): in the structure tree and in marked content.

use std::collections::{BTreeMap, BTreeSet};

use super::content::Drawn;
use super::document::Document;
use super::font::text_string;
use super::names;
use super::object::{Dict, Id, Object};
use super::said::{Said, is_path, letters};
use crate::carrier::{Severity, pdf};
use crate::limits::{Budget, Uninspectable};
use crate::report::{Place, many};
use crate::scan::Scan;

/// What a stretch of marked content paints.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    /// U+FFFD stands for a letter that cannot be told.
    pub(super) text: String,
    /// Does it paint anything?
    pub(super) paints: bool,
}

/// Where marked content lies: a page, or the form that is drawn there, and its number in that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    OfPage(u32, usize),
    OfForm(Id, usize),
}

/// The numbered content of all pages.
#[derive(Debug, Default)]
pub(super) struct Marked(BTreeMap<Mark, Content>);

impl Mark {
    fn new(page: u32, (form, number): (Option<Id>, usize)) -> Self {
        form.map_or(Mark::OfPage(page, number), |form| Mark::OfForm(form, number))
    }
}

impl Marked {
    /// Takes over what was met on a page.
    pub(super) fn add(&mut self, page: u32, drawn: &mut Drawn) {
        let marked = std::mem::take(&mut drawn.marked).into_iter();
        self.0.extend(marked.map(|(number, content)| (Mark::new(page, number), content)));
    }
}

/// What a text stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `ActualText`: the content itself, in letters.
    Same,
    /// `E`: what an abbreviation means.
    Expansion,
    /// `Alt`, or the summary of a table: what is seen.
    Description,
    /// `T`: what an element is called.
    Title,
}

/// The entries of elements and of marked content that are read in their place.
pub(super) const ENTRIES: [(&str, Kind); 3] =
    [("ActualText", Kind::Same), ("E", Kind::Expansion), ("Alt", Kind::Description)];

/// A text, and what it stands for.
#[derive(Clone, Debug)]
pub(super) struct Instead {
    pub(super) kind: Kind,
    pub(super) said: String,
    /// None if that cannot be told.
    pub(super) shown: Option<Content>,
    /// Is it of a kind that asks for a description: a picture, a formula, a link?
    pub(super) is_described: bool,
    /// Of numbered content: the form that it lies in, and its number.
    pub(super) number: Option<(Option<Id>, usize)>,
}

/// Are elements of this type described, rather than read?
pub(super) fn is_described(kind: &[u8]) -> bool {
    matches!(kind, b"Figure" | b"Formula" | b"Form" | b"Link" | b"Annot" | b"Artifact")
}

/// Puts down the texts of marked content, by page, and those of the structure tree that pages do not say.
pub(super) fn tell(
    scan: &mut Scan<'_>,
    document: &Document<'_>,
    said: &Said,
    in_content: &[(u32, Instead)],
    elements: &Elements<'_>,
) -> Result<(), Uninspectable> {
    let budget = scan.budget();
    let (of_elements, described) = elements.texts(budget, document)?;
    let mut texts: Vec<(Option<u32>, Instead)> = of_elements.into_iter().map(|instead| (None, instead)).collect();
    for (page, instead) in in_content {
        let mut instead = instead.clone();
        instead.is_described |= instead.number.is_some_and(|number| described.contains(&Mark::new(*page, number)));
        texts.push((Some(*page), instead));
    }
    let mut found: BTreeMap<(Option<u32>, Severity), Vec<String>> = BTreeMap::new();
    for (page, instead) in texts {
        if let Some(severity) = judge(budget, said, &instead)? {
            found.entry((page, severity)).or_default().push(instead.said);
        }
    }
    for ((page, severity), mut values) in found {
        let place = page.map_or(Place::default(), |page| Place::default().on_page(page));
        let letters: usize = values.iter().map(|value| value.chars().count()).sum();
        let what = match severity {
            Severity::Info => {
                many(values.len(), "description of a picture or link", "descriptions of pictures or links")
            }
            _ => many(values.len(), "text that stands for another", "texts that stand for others"),
        };
        values.truncate(5);
        scan.find_as(&pdf::REPLACED_TEXT, severity, place, format!("{what}, {letters} characters"), values);
    }
    Ok(())
}

/// How bad a text is; none if it tells nothing that is not seen.
///
/// Accessible documents must describe their pictures, so a description is no finding to be looked at unless it is longer than a description needs to be, is
/// a path that a program put there, or stands for nothing that is seen.
fn judge(budget: &Budget, said: &Said, instead: &Instead) -> Result<Option<Severity>, Uninspectable> {
    /// In characters. Longer ones belong on the page, as text of their own.
    const LONG: usize = 500;
    if let (Kind::Same, Some(shown)) = (instead.kind, &instead.shown) {
        if agrees(&instead.said, &shown.text) {
            return Ok(None);
        }
        if shown.text.contains(|letter: char| letter.is_alphanumeric() || letter == '\u{FFFD}') {
            return Ok(Some(Severity::Review));
        }
    }
    if letters(&instead.said).is_empty() || said.says(budget, &instead.said)? {
        return Ok(None);
    }
    Ok(Some(match instead.kind {
        Kind::Same | Kind::Expansion => Severity::Review,
        Kind::Title if !names::tells_something(budget, &instead.said, said)? => return Ok(None),
        Kind::Title => Severity::Review,
        Kind::Description => {
            let of_nothing = instead.shown.as_ref().is_some_and(|shown| !shown.paints);
            let ordinary =
                instead.is_described && !of_nothing && !is_path(&instead.said) && instead.said.chars().count() <= LONG;
            if ordinary { Severity::Info } else { Severity::Review }
        }
    }))
}

/// Is it the same text, as far as it can be told? A letter that cannot be told may be a ligature of up to four.
fn agrees(said: &str, shown: &str) -> bool {
    let said = letters(said);
    let pieces: Vec<String> = shown.split('\u{FFFD}').map(letters).collect();
    let [first, between @ .., last] = pieces.as_slice() else {
        let shown = letters(shown);
        // Some write from right to left.
        return said == shown || said.chars().rev().eq(shown.chars());
    };
    let known: usize = pieces.iter().map(|piece| piece.chars().count()).sum();
    if said.chars().count() > known + 4 * (pieces.len() - 1) {
        return false;
    }
    let Some(mut rest) = said.strip_prefix(first.as_str()).and_then(|rest| rest.strip_suffix(last.as_str())) else {
        return false;
    };
    for piece in between {
        let Some(at) = rest.find(piece.as_str()) else { return false };
        rest = rest.get(at + piece.len()..).unwrap_or_default();
    }
    true
}

/// The structure tree, with the pages that it tells of.
#[derive(Debug)]
pub(super) struct Elements<'a> {
    /// The number of each page's dictionary.
    pub(super) pages: BTreeMap<*const Dict, u32>,
    pub(super) marked: &'a Marked,
}

impl Elements<'_> {
    /// All texts of the tree that stand for something, and the content of elements that are described.
    fn texts(&self, budget: &Budget, document: &Document<'_>) -> Result<(Vec<Instead>, BTreeSet<Mark>), Uninspectable> {
        let (mut texts, mut described) = (Vec::new(), BTreeSet::new());
        let Some(tree) = document.root().and_then(|root| document.dict(root, "StructTreeRoot")) else {
            return Ok((texts, described));
        };
        let roles = document.dict(tree, "RoleMap");
        let mut seen = BTreeSet::new();
        let mut open: Vec<(&Object, Option<u32>, bool)> =
            kids(document, tree).iter().map(|kid| (kid, None, false)).collect();
        while let Some((object, page, in_described)) = open.pop() {
            budget.spend(1)?;
            let element = match document.resolve(object) {
                Object::Dict(element) if element.contains_key(&b"S"[..]) => element,
                content => {
                    described.extend(self.mark(document, content, page).filter(|_| in_described));
                    continue;
                }
            };
            if !seen.insert(std::ptr::from_ref(element)) {
                continue;
            }
            let page = self.page(document, element).or(page);
            let is_described = in_described || is_described(role(document, roles, element));
            let text = |key: &str| document.value(element, key).text().map(text_string);
            for (key, kind) in ENTRIES.into_iter().chain([("T", Kind::Title)]) {
                let Some(said) = text(key) else { continue };
                budget.spend(said.len() as u64)?;
                let shown = self.content(budget, document, element, page)?;
                texts.push(Instead { kind, said, shown, is_described, number: None });
            }
            let attributes = document.value(element, "A");
            let sets = std::iter::once(attributes).chain(attributes.array().unwrap_or_default());
            for set in sets.filter_map(|set| document.resolve(set).dict()) {
                budget.spend(1)?;
                let summaries = ["Summary", "Desc"].into_iter().filter_map(|key| document.value(set, key).text());
                texts.extend(summaries.map(|said| Instead {
                    kind: Kind::Description,
                    said: text_string(said),
                    shown: None,
                    is_described: true,
                    number: None,
                }));
            }
            open.extend(kids(document, element).iter().map(|kid| (kid, page, is_described)));
        }
        Ok((texts, described))
    }

    /// The content that an element names: by its number, or with the form or the page that it lies in.
    fn mark(&self, document: &Document<'_>, content: &Object, page: Option<u32>) -> Option<Mark> {
        let Object::Dict(dict) = content else { return Some(Mark::OfPage(page?, content.whole()?)) };
        let number = document.value(dict, "MCID").whole()?;
        match dict.get(&b"Stm"[..]) {
            Some(Object::Ref(form)) => Some(Mark::OfForm(*form, number)),
            _ => Some(Mark::OfPage(self.page(document, dict).or(page)?, number)),
        }
    }

    fn page(&self, document: &Document<'_>, element: &Dict) -> Option<u32> {
        self.pages.get(&std::ptr::from_ref(document.dict(element, "Pg")?)).copied()
    }

    /// What an element and those in it paint; none if some of it is not known.
    fn content(
        &self,
        budget: &Budget,
        document: &Document<'_>,
        element: &Dict,
        page: Option<u32>,
    ) -> Result<Option<Content>, Uninspectable> {
        let mut all = Content::default();
        let mut seen = BTreeSet::from([std::ptr::from_ref(element)]);
        let mut open: Vec<(&Object, Option<u32>)> =
            kids(document, element).iter().rev().map(|kid| (kid, page)).collect();
        while let Some((object, page)) = open.pop() {
            budget.spend(1)?;
            let mark = match document.resolve(object) {
                Object::Dict(dict) if dict.contains_key(&b"S"[..]) => {
                    if seen.insert(std::ptr::from_ref(dict)) {
                        let page = self.page(document, dict).or(page);
                        open.extend(kids(document, dict).iter().rev().map(|kid| (kid, page)));
                    }
                    continue;
                }
                content => self.mark(document, content, page),
            };
            let Some(content) = mark.and_then(|mark| self.marked.0.get(&mark)) else { return Ok(None) };
            budget.spend(content.text.len() as u64)?;
            all.text.push_str(&content.text);
            all.paints |= content.paints;
        }
        Ok(Some(all))
    }
}

/// What an element holds.
fn kids<'a>(document: &'a Document<'_>, element: &'a Dict) -> &'a [Object] {
    match element.get(&b"K"[..]) {
        Some(kids) => match document.resolve(kids) {
            Object::Array(kids) => kids,
            _ => std::slice::from_ref(kids),
        },
        None => &[],
    }
}

/// The type of an element, by the names of the standard.
fn role<'a>(document: &'a Document<'_>, roles: Option<&'a Dict>, element: &'a Dict) -> &'a [u8] {
    let mut role = document.value(element, "S").name().unwrap_or_default();
    for _ in 0..8 {
        match roles.and_then(|roles| document.resolve(roles.get(role)?).name()) {
            Some(other) if !is_described(role) => role = other,
            _ => break,
        }
    }
    role
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_agree_as_far_as_they_can_be_told() {
        for (said, shown) in
            [("office", "of\u{FFFD}ce"), ("Joan Smith", "JoanSmith"), ("ﬁve", "fi-ve"), ("\u{AD}", "-"), ("אב", "בא")]
        {
            assert!(agrees(said, shown), "{said}");
        }
        for (said, shown) in
            [("Joan", "Ann"), ("a secret that is long", "\u{FFFD}"), ("office", "of\u{FFFD}cer"), ("", "Joan")]
        {
            assert!(!agrees(said, shown), "{said}");
        }
    }
}
