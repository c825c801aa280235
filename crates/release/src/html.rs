//! The response as one web page: no script, nothing fetched, readable without its style sheet.

use askama::Template;
use candour_model::outline::{Block, HeadCell, Outline, Scope, TableBlock};
use candour_wording::Language;

/// The page.
pub(crate) fn write(outline: &Outline) -> Result<Vec<u8>, askama::Error> {
    let sections = sections(&outline.blocks);
    Ok(Page { outline, sections }.render()?.into_bytes())
}

#[derive(Template)]
#[template(path = "response.html")]
struct Page<'o> {
    outline: &'o Outline,
    /// The blocks before the first heading of the second level, and those from each one on.
    sections: Vec<&'o [Block]>,
}

/// Parts blocks before each heading of the second level.
fn sections(blocks: &[Block]) -> Vec<&[Block]> {
    let starts = |block: &Block| matches!(block, Block::Heading { level: 2, .. });
    let mut begins: Vec<usize> = (1..blocks.len()).filter(|&at| starts(&blocks[at])).collect();
    begins.insert(0, 0);
    let ends = begins.iter().skip(1).copied().chain([blocks.len()]);
    begins.iter().zip(ends).map(|(&from, to)| &blocks[from..to]).collect()
}

impl Page<'_> {
    /// A fixed text.
    fn word(&self, id: &str) -> String {
        self.outline.language.say(id, &[])
    }

    /// The words of a link to the page in another language, in that language.
    fn read_here(&self, other: &Language) -> String {
        other.say("read-here", &[])
    }

    /// What a section is named by: its heading, if it begins with one of the second level.
    fn named_by<'b>(&self, section: &'b [Block]) -> Option<&'b str> {
        match section.first() {
            Some(Block::Heading { level: 2, id, .. }) => Some(id),
            _ => None,
        }
    }

    /// Whether these links are the contents: those before the first section.
    fn is_contents(&self, section: &[Block]) -> bool {
        self.named_by(section).is_none()
    }

    fn scope(&self, cell: &HeadCell) -> &'static str {
        match cell.scope {
            Scope::Column => "col",
            Scope::Columns => "colgroup",
            Scope::Row => "row",
            Scope::Rows => "rowgroup",
        }
    }

    /// How many characters a table has across, for paper.
    fn across(&self, table: &TableBlock) -> usize {
        characters_across(table)
    }

    /// Whether a table is wider than a usual page.
    fn widest(&self, table: &TableBlock) -> bool {
        widest(table)
    }

    /// Whether a heading stands over figures, and not over labels or over the words of a list.
    fn over_figures(&self, table: &TableBlock, row: &usize, at: &usize) -> bool {
        !self.is_list(table) && (*row > 0 || *at >= labels(table))
    }

    /// Whether no column names the rows: then they are words and not figures.
    fn is_list(&self, table: &TableBlock) -> bool {
        labels(table) == 0
    }
}

/// How many characters a table has across, for paper.
pub(crate) fn characters_across(table: &TableBlock) -> usize {
    across(table, if widest(table) { SHORT } else { usize::MAX })
}

/// Whether a table is wider than a usual page.
pub(crate) fn widest(table: &TableBlock) -> bool {
    across(table, usize::MAX) > PAGE
}

/// How many columns of labels a table has.
pub(crate) fn labels(table: &TableBlock) -> usize {
    let first = table.groups.iter().flatten().next();
    first.map_or(1, |row| row.headings.iter().map(|heading| heading.across).sum())
}

/// How many characters of small type fit across a page.
const PAGE: usize = 176;
/// To what length a heading's words may be broken on a larger page.
const SHORT: usize = 8;

/// How many characters a table has across when all text wraps between words, and headings also after so many letters.
fn across(table: &TableBlock, heading: usize) -> usize {
    let longest = |text: &str| text.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0);
    let mut widths: Vec<usize> = Vec::new();
    let mut fit = |column: usize, letters: usize| {
        if widths.len() <= column {
            widths.resize(column + 1, 0);
        }
        widths[column] = widths[column].max(letters);
    };
    let labels = labels(table);
    let columns = table.groups.iter().flatten().map(|row| row.figures.len()).max().unwrap_or(0);
    for (level, row) in table.head.iter().enumerate() {
        // Headings below the first row begin after the labels, and after what spans down from above.
        let mut column = if level == 0 { 0 } else { labels };
        for cell in row {
            while level > 0 && spanned_from_above(table, level, column) {
                column += 1;
            }
            if cell.across == 1 && cell.scope == Scope::Column {
                fit(column, longest(&cell.text).min(heading));
            }
            column += cell.across;
        }
    }
    for row in table.groups.iter().flatten().filter(|row| !row.is_total) {
        let missing = labels.saturating_sub(row.headings.iter().map(|heading| heading.across).sum());
        for (at, cell) in row.headings.iter().enumerate() {
            fit(missing + at, longest(&cell.text).min(heading));
        }
    }
    for row in table.groups.iter().flatten() {
        for (at, figure) in row.figures.iter().enumerate() {
            fit(labels + at, longest(figure));
        }
    }
    fit((labels + columns).saturating_sub(1), 0);
    // The space between two columns takes about two characters.
    widths.iter().map(|characters| characters + 2).sum()
}

/// Whether a heading of an upper row reaches down to this place.
fn spanned_from_above(table: &TableBlock, level: usize, column: usize) -> bool {
    (0..level).any(|above| {
        let mut at = if above == 0 { 0 } else { labels(table) };
        table.head[above].iter().any(|cell| {
            let here = (at..at + cell.across).contains(&column) && above + cell.down > level;
            at += cell.across;
            here
        })
    })
}
