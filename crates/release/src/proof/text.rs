//! `response.txt`: every line against the outline, the white space that breaks, indents and lines up its words among them; and the figures of the
//! outline against those of the document.

use candour_inspect::Place;
use candour_inspect::proof::NotProved;
use candour_inspect::proof::text::lines;
use candour_model::Document;
use candour_model::outline::{Block, Outline, TableBlock};

use super::FileNotProved;
use crate::Files;

/// Up to so many characters stand in a line of words.
const ACROSS: usize = 100;

/// Proves `response.txt`.
pub(crate) fn text(document: &Document, outline: &Outline, files: &Files) -> Result<Vec<String>, FileNotProved> {
    super::proved(files, document.about.file("response", "txt"), |bytes| {
        super::tables::same_figures(document, outline)?;
        let (found, approved) = (lines(bytes)?, approved(outline));
        let number = |at: usize| Place::default().at_line(u32::try_from(at + 1).unwrap_or(u32::MAX));
        let differs = found.iter().zip(&approved).position(|(found, approved)| found != approved);
        match differs {
            Some(at) => Err(NotProved::new(number(at), "the line is not the one that was approved")),
            None if found.len() > approved.len() => {
                Err(NotProved::new(number(approved.len()), "there are more lines than were approved"))
            }
            None if found.len() < approved.len() => {
                Err(NotProved::new(number(found.len()), "there are fewer lines than were approved"))
            }
            None => Ok(()),
        }
    })
}

/// The lines of an outline: its blocks, an empty line between two.
fn approved(outline: &Outline) -> Vec<String> {
    let marking = outline.marking.iter().map(|marking| vec![on_one_line(marking).trim_end().to_owned()]);
    let blocks = outline.blocks.iter().map(block);
    let mut all: Vec<String> = marking.chain(blocks).flat_map(|lines| [lines, vec![String::new()]].concat()).collect();
    while all.last().is_some_and(String::is_empty) {
        all.pop();
    }
    all
}

fn block(block: &Block) -> Vec<String> {
    match block {
        Block::Heading { level, text, .. } => {
            let text = on_one_line(text);
            let rule = |letter: &str| letter.repeat(text.chars().count());
            let under = match level {
                1 => Some(rule("=")),
                2 => Some(rule("-")),
                _ => None,
            };
            [text.trim_end().to_owned()].into_iter().chain(under).collect()
        }
        Block::Paragraph(words) => broken(words, 0),
        Block::Bullets(points) => points.iter().flat_map(|point| pointed(point)).collect(),
        Block::Links(links) => links.iter().flat_map(|(_, link)| pointed(link)).collect(),
        Block::Facts(facts) => {
            facts.iter().flat_map(|(label, value)| broken(&format!("{label}: {value}"), 2)).collect()
        }
        Block::Table(table) => {
            let notes = table.notes.iter().flat_map(|note| pointed(note));
            let empty = || std::iter::once(String::new());
            broken(&table.caption, 0)
                .into_iter()
                .chain(empty())
                .chain(notes)
                .chain(empty())
                .chain(lined_up(table))
                .collect()
        }
        Block::Chart(chart) => broken(&format!("{}: {}", chart.caption, chart.description), 2),
    }
}

fn pointed(text: &str) -> Vec<String> {
    broken(&format!("* {text}"), 2)
}

/// Words with one space between two, in as few lines as they fit; lines after the first are indented.
fn broken(text: &str, indent: usize) -> Vec<String> {
    let text = visible(text);
    let mut words = text.split_whitespace();
    let mut lines = vec![words.next().unwrap_or_default().to_owned()];
    for word in words {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= ACROSS => *line = format!("{line} {word}"),
            _ => lines.push(format!("{}{word}", " ".repeat(indent))),
        }
    }
    lines
}

/// The lines of a table. Columns are as wide as their widest text; labels begin where their column does, figures end there.
fn lined_up(table: &TableBlock) -> Vec<String> {
    let rows: Vec<_> = table.groups.iter().flatten().collect();
    let labels = rows.iter().map(|row| row.headings.iter().map(|cell| cell.across).sum()).max().unwrap_or(0);
    let mut grid = headings(table);
    for row in &rows {
        let of_row: usize = row.headings.iter().map(|cell| cell.across).sum();
        let mut cells = vec![String::new(); labels - of_row];
        for cell in &row.headings {
            cells.push(on_one_line(&cell.text));
            cells.resize(cells.len() + cell.across.saturating_sub(1), String::new());
        }
        cells.extend(row.figures.iter().map(|figure| on_one_line(figure)));
        grid.push(cells);
    }
    let columns = grid.iter().map(Vec::len).max().unwrap_or(0);
    let long =
        |at: usize| grid.iter().filter_map(|row| row.get(at)).map(|text| text.chars().count()).max().unwrap_or(0);
    let wide: Vec<usize> = (0..columns).map(long).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&wide).enumerate().map(|(at, (text, wide))| {
            // Without headings of rows every column is one of words.
            if at < labels || labels == 0 { format!("{text:<wide$}") } else { format!("{text:>wide$}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut lines: Vec<String> = grid.iter().map(line).collect();
    if !table.head.is_empty() {
        let rule = "-".repeat(wide.iter().sum::<usize>() + 2 * columns.saturating_sub(1));
        lines.insert(table.head.len(), rule);
    }
    lines
}

/// The rows of headings: one that spans rows stands in the last of them, one that spans columns in the first of these.
fn headings(table: &TableBlock) -> Vec<Vec<String>> {
    let depth = table.head.len();
    let across = |cells: &[candour_model::outline::HeadCell]| cells.iter().map(|cell| cell.across).sum::<usize>();
    let rows = || table.groups.iter().flatten();
    let labels = rows().map(|row| across(&row.headings)).max().unwrap_or(0);
    let figures = rows().map(|row| row.figures.len()).max().unwrap_or(0);
    let columns = (labels + figures).max(table.head.first().map_or(0, |row| across(row)));
    let mut grid: Vec<Vec<Option<String>>> = vec![vec![None; columns]; depth];
    for (level, row) in table.head.iter().enumerate() {
        for cell in row {
            let Some(column) = grid[level].iter().position(Option::is_none) else { continue };
            let below = depth.min(level + cell.down.max(1));
            for (line, cells) in grid.iter_mut().enumerate().take(below).skip(level) {
                for (at, place) in cells.iter_mut().enumerate().skip(column).take(cell.across) {
                    let is_its_place = at == column && line + 1 == below;
                    *place = Some(if is_its_place { on_one_line(&cell.text) } else { String::new() });
                }
            }
        }
    }
    grid.into_iter().map(|row| row.into_iter().map(Option::unwrap_or_default).collect()).collect()
}

/// A text whose control characters can be seen, or are the white space that they stand for: see `docs/release-formats.md`.
fn visible(text: &str) -> String {
    let seen = |letter: char| match letter {
        '\n' | '\r' | '\t' => letter,
        '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        _ if letter.is_control() => '\u{fffd}',
        _ => letter,
    };
    text.chars().map(seen).collect()
}

fn on_one_line(text: &str) -> String {
    visible(text).replace("\r\n", " ").replace(['\n', '\r', '\t'], " ")
}
