//! Forms and patterns that lie in the document and are painted nowhere. What they say is in the file, and no page shows it.

use std::collections::BTreeSet;

use super::content::{Interpreter, Shared};
use super::document::Document;
use super::object::{Id, Object};
use super::said::{Said, letters};
use crate::carrier::{Severity, pdf};
use crate::limits::{Budget, Uninspectable};
use crate::report::Place;
use crate::scan::Scan;

/// `used` are the forms and patterns that the pages paint.
pub(super) fn tell(
    scan: &mut Scan<'_>,
    document: &Document<'_>,
    shared: &Shared,
    said: &Said,
    used: &BTreeSet<Id>,
) -> Result<(), Uninspectable> {
    /// A letter or two may be left over anywhere.
    const FEW: usize = 8;
    let budget = scan.budget();
    let looks = looks(budget, document)?;
    let reached = document.reachable();
    for (spot, at) in document.live() {
        if !reached.contains(&at) || used.contains(&spot.id) || looks.contains(&spot.id) {
            continue;
        }
        let Object::Stream(dict, _) = &spot.object else { continue };
        let is_pattern = document.value(dict, "PatternType").whole() == Some(1);
        if !is_pattern && !document.is(dict, "Subtype", "Form") {
            continue;
        }
        let text = Interpreter::text_of(budget, document, shared, &spot.object)?;
        let telling = letters(&text);
        if telling.is_empty() {
            continue;
        }
        let severity = match telling.chars().count() {
            _ if said.says(budget, &text)? => Severity::Info,
            count if count <= FEW => Severity::Review,
            _ => Severity::Block,
        };
        let what = if is_pattern { "a pattern" } else { "a drawing" };
        let message = format!("{} characters in {what} that no page shows", text.chars().count());
        let place = Place::part(&format!("object {}", spot.id.number));
        scan.find_as(&pdf::INVISIBLE_TEXT, severity, place, message, vec![text.chars().take(200).collect()]);
    }
    Ok(())
}

/// The looks of annotations and form fields, with all that they use: which of them is shown depends on their states.
fn looks(budget: &Budget, document: &Document<'_>) -> Result<BTreeSet<Id>, Uninspectable> {
    let mut found = BTreeSet::new();
    let mut open: Vec<(&Object, bool)> = document.live().map(|(spot, _)| (&spot.object, false)).collect();
    while let Some((object, in_look)) = open.pop() {
        budget.spend(1)?;
        if let Object::Ref(id) = object {
            if in_look && found.insert(*id) {
                open.extend(document.get(*id).map(|object| (object, true)));
            }
            continue;
        }
        match object.dict() {
            // From an annotation's look no way leads back to its page but by these.
            Some(dict) => open.extend(
                dict.iter()
                    .filter(|(key, _)| !in_look || !matches!(key.as_slice(), b"Parent" | b"P" | b"Pg"))
                    .map(|(key, value)| (value, in_look || key == b"AP")),
            ),
            None => open.extend(object.children().map(|child| (child, in_look))),
        }
    }
    Ok(found)
}
