//! The names that a document gives to its places and parts: destinations, attached files, scripts (ISO 32000-2, 7.7.4 and 12.3.2.4).
//!
//! No page shows them. Programs make most of them, and they tell nothing: `section.1`, `_Toc30281`, `cite.smith2010`. A name is told if it is text, and says
//! something that no page says.

use super::document::Document;
use super::font::text_string;
use super::object::{Dict, Object};
use super::said::{Said, is_path};
use crate::carrier::{Severity, pdf};
use crate::limits::{Budget, Uninspectable};
use crate::report::{Place, many};
use crate::scan::Scan;

/// So many findings of one kind are enough for a person to look.
const ENOUGH: usize = 200;

pub(super) fn tell(scan: &mut Scan<'_>, document: &Document<'_>, said: &Said) -> Result<(), Uninspectable> {
    let budget = scan.budget();
    let names = all(budget, document)?;
    let (mut telling, mut others) = (Vec::new(), 0);
    for name in &names {
        if tells_something(budget, name, said)? {
            telling.push(name.clone());
            if telling.len() == ENOUGH {
                break;
            }
        } else {
            others += 1;
        }
    }
    if others > 0 {
        let message = many(others, "name that a program or the pages give", "names that programs or the pages give");
        scan.find_as(&pdf::NAME, Severity::Info, Place::default(), message, Vec::new());
    }
    if !telling.is_empty() {
        let least = if telling.len() == ENOUGH { "at least " } else { "" };
        let message = format!("{least}{}", many(telling.len(), "name", "names"));
        telling.truncate(5);
        scan.find_as(&pdf::NAME, Severity::Review, Place::default(), message, telling);
    }
    Ok(())
}

/// Every name of the document.
fn all(budget: &Budget, document: &Document<'_>) -> Result<Vec<String>, Uninspectable> {
    let Some(root) = document.root() else { return Ok(Vec::new()) };
    let mut names = Vec::new();
    let old = document.dict(root, "Dests").into_iter().flat_map(Dict::keys);
    names.extend(old.map(|name| text_string(name)));
    let trees = document.dict(root, "Names").into_iter().flat_map(Dict::values);
    let elements = document.dict(root, "StructTreeRoot").and_then(|tree| tree.get(&b"IDTree"[..]));
    let mut open: Vec<&Dict> = trees.chain(elements).filter_map(|tree| document.resolve(tree).dict()).collect();
    let mut seen = std::collections::BTreeSet::new();
    while let Some(branch) = open.pop() {
        budget.spend(1)?;
        if !seen.insert(std::ptr::from_ref(branch)) {
            continue;
        }
        let pairs = document.value(branch, "Names").array().unwrap_or_default();
        budget.spend(pairs.len() as u64)?;
        for name in pairs.iter().step_by(2).filter_map(|name| document.resolve(name).text()) {
            budget.spend(name.len() as u64)?;
            names.push(text_string(name));
        }
        let kids = document.value(branch, "Kids").array().unwrap_or_default();
        open.extend(kids.iter().filter_map(|kid: &Object| document.resolve(kid).dict()));
    }
    Ok(names)
}

/// Does a name say something that no page says?
///
/// With blanks in it, it is text: one word that no page says is enough. Without, it is an identifier, in which programs and authors join a few words
/// (`main-content`, `tbl-records-by-area`): it takes more of them to tell something. Keys of a bibliography are made of names, years and titles.
pub(super) fn tells_something(budget: &Budget, name: &str, said: &Said) -> Result<bool, Uninspectable> {
    /// Words of an identifier that no page says.
    const MANY: usize = 4;
    if is_path(name) || is_mail_address(name) {
        return Ok(!said.says(budget, name)?);
    }
    let is_text = name.trim().contains(char::is_whitespace);
    if !is_text && name.starts_with("cite.") {
        return Ok(false);
    }
    let least = if is_text { 1 } else { MANY };
    let mut unknown = 0;
    for word in words(name) {
        if !is_kind_of_place(&word) && !said.says(budget, &word)? {
            unknown += 1;
            if unknown >= least {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn is_mail_address(name: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_');
    let Some((person, host)) = name.split_once('@') else { return false };
    let ends = host.rsplit_once('.').is_some_and(|(_, end)| end.len() > 1 && end.chars().all(char::is_alphabetic));
    person.ends_with(is_part) && host.chars().all(is_part) && ends
}

/// The words of a name that may tell something: two letters or more, or long numbers. `joanSmith` is two words.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for letter in name.chars() {
        let next = !letter.is_alphanumeric()
            || (before.is_lowercase() && letter.is_uppercase())
            || (before.is_numeric() != letter.is_numeric());
        if next {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.push(letter);
        }
        before = letter;
    }
    let is_number = |word: &str| word.chars().all(char::is_numeric);
    words.retain(|word| word.chars().count() >= if is_number(word) { 6 } else { 2 });
    words
}

/// Words with which programs name kinds of places.
fn is_kind_of_place(word: &str) -> bool {
    const KINDS: &[&str] = &[
        "anchor",
        "annex",
        "appendix",
        "article",
        "bookmark",
        "caption",
        "cell",
        "chapter",
        "cite",
        "column",
        "contents",
        "dest",
        "doc",
        "document",
        "end",
        "equation",
        "fig",
        "figure",
        "footnote",
        "fn",
        "head",
        "heading",
        "hyperlink",
        "id",
        "image",
        "index",
        "item",
        "line",
        "link",
        "note",
        "page",
        "para",
        "paragraph",
        "part",
        "picture",
        "ref",
        "reference",
        "row",
        "sec",
        "section",
        "sheet",
        "slide",
        "start",
        "subsection",
        "subsubsection",
        "table",
        "tbl",
        "text",
        "title",
        "to",
        "toc",
        "top",
    ];
    KINDS.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    #[test]
    fn names_that_programs_make_tell_nothing_and_text_does() {
        let budget = Budget::new(Limits::default(), 0);
        let said = Said::new("1 Records by area\nRecorded changes in the year");
        let nothing = [
            "section.1",
            "subsection.1.2",
            "cite.smith2010",
            "cite.0@smith:2010",
            "cite.DBLP:conf/sp/SmithJones10",
            "page.12",
            "Doc-Start",
            "Hfootnote.3",
            "_Toc30281990",
            "_bookmark3",
            "OLE_LINK1",
            "main-content",
            "tbl-records-by-area",
            "loc-1",
            "G1.1073742",
            "M9.9.45217.Heading1.1.Records.by.area",
            "Page 3",
            "records by area",
            "Sheet1.A1",
            "node00000012",
            "equation.2.3",
            "",
        ];
        for name in nothing {
            assert!(!tells_something(&budget, name, &said).unwrap(), "{name}");
        }
        let telling = [
            "Joan Smith",
            "records that Smith denied",
            "joan.smith@example.org",
            "C:\\Users\\joan\\draft.docx",
            "joan-smith-of-elm-road",
            "JoanSmithOfElmRoad",
            "ref 07700900123",
        ];
        for name in telling {
            assert!(tells_something(&budget, name, &said).unwrap(), "{name}");
        }
    }
}
