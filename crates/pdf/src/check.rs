//! What an outline must be to be set, said in its own terms and before the compiler sees it.

use std::collections::BTreeSet;

use candour_model::outline::{Block, Outline};

use crate::PdfError;
use crate::font::Measure;

/// Checks the whole outline but the shape of its tables.
pub(crate) fn outline(outline: &Outline, measure: &mut Measure) -> Result<(), PdfError> {
    texts(outline).try_for_each(|(place, text)| shown(&place, text, measure))?;
    for (place, text) in [("the title", &outline.title), ("the author", &outline.author)] {
        if text.trim().is_empty() {
            return Err(fault(place, "is empty: a PDF must say what it is and who answers for it"));
        }
    }
    named_texts(&outline.blocks)?;
    levels(&outline.blocks)?;
    let ids = ids(&outline.blocks)?;
    links(&outline.blocks, &ids)?;
    descriptions(&outline.blocks)
}

pub(crate) fn fault(place: &str, what: &str) -> PdfError {
    PdfError::Outline { place: place.to_owned(), what: what.to_owned() }
}

/// How a place in an outline is named.
pub(crate) fn named(kind: &str, name: &str) -> String {
    format!("the {kind} `{name}`")
}

/// Every text that is set as it is, with its place.
fn texts(outline: &Outline) -> impl Iterator<Item = (String, &str)> {
    let marking = outline.marking.iter().map(|text| ("the marking".to_owned(), text.as_str()));
    let fixed = [("the title".to_owned(), outline.title.as_str()), ("the author".to_owned(), outline.author.as_str())];
    fixed.into_iter().chain(marking).chain(outline.blocks.iter().flat_map(block_texts))
}

fn block_texts(block: &Block) -> Vec<(String, &str)> {
    match block {
        Block::Heading { text, .. } => vec![("a heading".to_owned(), text)],
        Block::Paragraph(text) => vec![("a paragraph".to_owned(), text)],
        Block::Bullets(items) => items.iter().map(|text| ("a bullet".to_owned(), text.as_str())).collect(),
        Block::Facts(facts) => facts
            .iter()
            .flat_map(|(name, value)| [name, value])
            .map(|text| ("a fact".to_owned(), text.as_str()))
            .collect(),
        Block::Links(links) => links.iter().map(|(_, text)| ("a link".to_owned(), text.as_str())).collect(),
        Block::Table(table) => {
            let cells = table.head.iter().flatten().map(|cell| &cell.text);
            let rows = table.groups.iter().flatten();
            let rows = rows.flat_map(|row| row.headings.iter().map(|cell| &cell.text).chain(&row.figures));
            let texts = [&table.caption, &table.elsewhere].into_iter().chain(&table.notes).chain(cells).chain(rows);
            texts.map(|text| (named("table", &table.id), text.as_str())).collect()
        }
        Block::Chart(chart) => {
            let place = named("chart", &chart.id);
            vec![(place.clone(), &chart.caption), (place, &chart.description)]
        }
    }
}

fn shown(place: &str, text: &str, measure: &mut Measure) -> Result<(), PdfError> {
    match text.chars().find(|&character| !may_stand(character, measure)) {
        None => Ok(()),
        Some(character) => Err(PdfError::Glyph {
            character: character.escape_debug().to_string(),
            code: format!("U+{:04X}", u32::from(character)),
            place: place.to_owned(),
        }),
    }
}

/// Line ends and tabs are set as such; any other control is refused, and so is what would turn the order of letters round
/// ("Explicit formatting characters", Unicode Standard Annex 9): a figure could read otherwise than it is stored.
fn may_stand(character: char, measure: &mut Measure) -> bool {
    match character {
        '\n' | '\r' | '\t' => true,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => false,
        _ => !character.is_control() && measure.shows(character),
    }
}

/// What a reader jumps to or follows must have a name.
fn named_texts(blocks: &[Block]) -> Result<(), PdfError> {
    for block in blocks {
        match block {
            Block::Heading { text, .. } if text.trim().is_empty() => return Err(fault("a heading", "is empty")),
            Block::Links(links) if links.iter().any(|(_, text)| text.trim().is_empty()) => {
                return Err(fault("a link", "is empty"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// PDF/UA-1, 7.4.2: headings begin at level 1, and none is skipped on the way down.
fn levels(blocks: &[Block]) -> Result<(), PdfError> {
    let mut before = 0;
    for block in blocks {
        let Block::Heading { level, text, .. } = block else { continue };
        if *level == 0 || *level > before + 1 {
            let what = format!("has level {level}, where at most {} may stand: no level is skipped", before + 1);
            return Err(fault(&named("heading", text), &what));
        }
        before = *level;
    }
    Ok(())
}

fn ids(blocks: &[Block]) -> Result<BTreeSet<&str>, PdfError> {
    let mut ids = BTreeSet::new();
    for id in blocks.iter().filter_map(id) {
        if id.is_empty() || !ids.insert(id) {
            return Err(fault(&format!("the id `{id}`"), "is empty or stands twice in the outline"));
        }
    }
    Ok(ids)
}

fn id(block: &Block) -> Option<&str> {
    match block {
        Block::Heading { id, .. } => Some(id),
        Block::Table(table) => Some(&table.id),
        Block::Chart(chart) => Some(&chart.id),
        Block::Paragraph(_) | Block::Bullets(_) | Block::Facts(_) | Block::Links(_) => None,
    }
}

fn links(blocks: &[Block], ids: &BTreeSet<&str>) -> Result<(), PdfError> {
    let links = blocks.iter().filter_map(|block| if let Block::Links(links) = block { Some(links) } else { None });
    match links.flatten().find(|(id, _)| !ids.contains(id.as_str())) {
        None => Ok(()),
        Some((id, text)) => Err(fault(&named("link", text), &format!("points at `{id}`, which is not in the outline"))),
    }
}

fn descriptions(blocks: &[Block]) -> Result<(), PdfError> {
    let charts = blocks.iter().filter_map(|block| if let Block::Chart(chart) = block { Some(chart) } else { None });
    match charts.into_iter().find(|chart| chart.description.trim().is_empty()) {
        None => Ok(()),
        Some(chart) => Err(fault(&named("chart", &chart.id), "has no description for who cannot see it")),
    }
}
