//! The response as plain text, and a table for a terminal: columns that line up, a rule below the headings.

use std::fmt::Write as _;

use candour_model::outline::{Block, HeadCell, Outline, TableBlock};
use candour_model::{Mark, Note, RecordList, RowKind, Shown, Table};
use candour_wording::Language;

use crate::workbook::Text;

/// How wide a line of words may be.
const WIDTH: usize = 100;

/// The response: every block of the outline in its order, headings underlined, tables with columns that line up.
pub(crate) fn write(outline: &Outline) -> Vec<u8> {
    let mut text = String::new();
    if let Some(marking) = &outline.marking {
        let _ = writeln!(text, "{}\n", one_line(marking).trim_end());
    }
    for block in &outline.blocks {
        block_text(block, &mut text);
        text.push('\n');
    }
    let kept = text.trim_end().len();
    text.truncate(kept);
    text.push('\n');
    text.into_bytes()
}

fn block_text(block: &Block, text: &mut String) {
    match block {
        Block::Heading { level, text: heading, .. } => {
            let under = ["=", "-"].get(usize::from(*level).saturating_sub(1)).copied().unwrap_or_default();
            let heading = one_line(heading);
            let _ = writeln!(text, "{}", heading.trim_end());
            if !under.is_empty() {
                let _ = writeln!(text, "{}", under.repeat(heading.chars().count()));
            }
        }
        Block::Paragraph(paragraph) => text.push_str(&wrap(paragraph, WIDTH, "")),
        Block::Bullets(points) => {
            points.iter().for_each(|point| text.push_str(&wrap(&format!("* {point}"), WIDTH, "  ")))
        }
        Block::Facts(facts) => {
            facts.iter().for_each(|(label, value)| text.push_str(&wrap(&format!("{label}: {value}"), WIDTH, "  ")));
        }
        Block::Links(links) => {
            links.iter().for_each(|(_, link)| text.push_str(&wrap(&format!("* {link}"), WIDTH, "  ")))
        }
        Block::Table(table) => block_table(table, text),
        Block::Chart(chart) => text.push_str(&wrap(&format!("{}: {}", chart.caption, chart.description), WIDTH, "  ")),
    }
}

/// A table: its caption, what must be known first, then its lines.
fn block_table(table: &TableBlock, text: &mut String) {
    text.push_str(&wrap(&table.caption, WIDTH, ""));
    text.push('\n');
    table.notes.iter().for_each(|note| text.push_str(&wrap(&format!("* {note}"), WIDTH, "  ")));
    text.push('\n');
    let labels = table.groups.iter().flatten().map(|row| across(&row.headings)).max().unwrap_or(0);
    let lines = block_lines(table, labels);
    // A record list has words in every column.
    let labels = if labels == 0 { usize::MAX } else { labels };
    lined_up(&lines, labels, table.head.len(), text);
}

fn across(cells: &[HeadCell]) -> usize {
    cells.iter().map(|cell| cell.across).sum()
}

/// The cells of each line. A heading that spans stands in the first of the places that it spans, except that one over a
/// single column stands next to its figures.
fn block_lines(table: &TableBlock, labels: usize) -> Vec<Vec<String>> {
    let rows = table.groups.iter().flatten();
    let figures = rows.clone().map(|row| row.figures.len()).max().unwrap_or(0);
    let columns = (labels + figures).max(table.head.first().map_or(0, |row| across(row)));
    let mut head = vec![vec![String::new(); columns]; table.head.len()];
    let mut taken = vec![vec![false; columns]; table.head.len()];
    for (level, row) in table.head.iter().enumerate() {
        let mut column = 0;
        for cell in row {
            while taken[level].get(column).is_some_and(|taken| *taken) {
                column += 1;
            }
            let bottom = (level + cell.down).min(table.head.len());
            for line in taken.iter_mut().take(bottom).skip(level) {
                line.iter_mut().skip(column).take(cell.across).for_each(|place| *place = true);
            }
            if let Some(place) = head.get_mut(bottom.saturating_sub(1)).and_then(|line| line.get_mut(column)) {
                *place = one_line(&cell.text);
            }
            column += cell.across;
        }
    }
    let body = rows.map(|row| {
        // Headings that span rows stand in the first of them: later rows begin after them.
        let mut line = vec![String::new(); labels.saturating_sub(across(&row.headings))];
        for cell in &row.headings {
            line.push(one_line(&cell.text));
            line.extend(std::iter::repeat_n(String::new(), cell.across.saturating_sub(1)));
        }
        line.extend(row.figures.iter().map(|figure| one_line(figure)));
        line
    });
    head.into_iter().chain(body).collect()
}

/// Writes lines with columns as wide as their widest value: labels to the left, figures to the right, a rule below the headings.
fn lined_up(lines: &[Vec<String>], labels: usize, headings: usize, text: &mut String) {
    let widths = widths(lines);
    for (at, line) in lines.iter().enumerate() {
        let mut row = String::new();
        for (column, value) in line.iter().enumerate() {
            let pad = widths[column].saturating_sub(value.chars().count());
            let (before, after) = if column < labels { (0, pad) } else { (pad, 0) };
            if column > 0 {
                row.push_str("  ");
            }
            row.extend(std::iter::repeat_n(' ', before));
            row.push_str(value);
            row.extend(std::iter::repeat_n(' ', after));
        }
        text.push_str(row.trim_end());
        text.push('\n');
        if at + 1 == headings {
            let rule: usize = widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1);
            text.extend(std::iter::repeat_n('-', rule));
            text.push('\n');
        }
    }
}

/// The table with its caption and notes, without a line that is longer than it must be.
pub fn table_text(table: &Table) -> String {
    let lines = lines(table);
    let mut text = format!("{}\n\n", table.about.title);
    lined_up(&lines, table.row_headings.len(), heading_lines(table), &mut text);
    notes_text(&table.about.notes, &mut text);
    text
}

/// A record list with its caption and notes.
pub fn list_text(list: &RecordList, language: Language) -> String {
    let heading = list.columns.iter().map(|column| column.label.clone()).collect();
    let missing = language.say("not-recorded", &[]);
    let row = |row: &Vec<Option<String>>| row.iter().map(|value| value.clone().unwrap_or(missing.clone())).collect();
    let lines: Vec<Vec<String>> = std::iter::once(heading).chain(list.rows.iter().map(row)).collect();
    let widths = widths(&lines);
    let mut text = format!("{}\n\n", list.title);
    for line in &lines {
        let mut row = String::new();
        for (value, width) in line.iter().zip(&widths) {
            row.push_str(value);
            row.extend(std::iter::repeat_n(' ', width.saturating_sub(value.chars().count()) + 2));
        }
        text.push_str(row.trim_end());
        text.push('\n');
    }
    notes_text(&list.notes, &mut text);
    text
}

fn notes_text(notes: &[Note], text: &mut String) {
    for note in notes {
        text.push('\n');
        text.push_str(&wrap(&format!("{}: {}", note.heading, note.text), WIDTH, "  "));
    }
}

/// How many lines the headings take: one a column dimension, at least one.
fn heading_lines(table: &Table) -> usize {
    table.columns.iter().map(|column| column.labels.len()).max().unwrap_or(1)
}

/// Headings and rows, each with one value a label column and one a column of figures.
fn lines(table: &Table) -> Vec<Vec<String>> {
    let depth = heading_lines(table);
    let mut lines = Vec::new();
    for level in 0..depth {
        let last = level + 1 == depth;
        let headings = table.row_headings.iter().map(|heading| if last { heading.clone() } else { String::new() });
        let columns = table.columns.iter().enumerate().map(|(at, column)| {
            // The last heading of a column stands at the bottom, next to its figures; one that columns share stands over the
            // first of them only.
            let innermost = column.labels.len() - 1;
            if last {
                return column.labels[innermost].clone();
            }
            let repeats = at > 0 && column.continues(&table.columns[at - 1], level);
            if level >= innermost || repeats { String::new() } else { column.labels[level].clone() }
        });
        lines.push(headings.chain(columns).collect());
    }
    let mut previous: &[u32] = &[];
    for row in &table.rows {
        let labels = (0..table.row_headings.len()).map(|level| {
            let inner = matches!(row.kind, RowKind::Inner | RowKind::Rest);
            let repeats = inner
                && level + 1 < row.labels.len()
                && previous.get(..=level) == row.key.get(..=level)
                && !previous.is_empty();
            if repeats { String::new() } else { row.labels.get(level).cloned().unwrap_or_default() }
        });
        // That a figure is provisional is said in a note; a break stands beside the figure that it breaks.
        let cells = row.cells.iter().map(|cell| {
            let figure = match cell.shown {
                Shown::Value(value) => value.to_string(),
                Shown::Withheld(reason) => reason.symbol().to_owned(),
            };
            if cell.marks.contains(&Mark::Break) { format!("{figure} [b]") } else { figure }
        });
        lines.push(labels.chain(cells).collect());
        previous = if matches!(row.kind, RowKind::Inner | RowKind::Rest) { &row.key } else { &[] };
    }
    lines
}

/// A text that breaks no line: see [`Text`].
fn one_line(text: &str) -> String {
    Text::on_one_line(text).as_str().to_owned()
}

fn widths(lines: &[Vec<String>]) -> Vec<usize> {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    (0..columns)
        .map(|column| {
            lines.iter().filter_map(|line| line.get(column)).map(|value| value.chars().count()).max().unwrap_or(0)
        })
        .collect()
}

/// Breaks a text into lines of at most `width` characters, where words allow it; lines after the first begin with `indent`.
fn wrap(text: &str, width: usize, indent: &str) -> String {
    let text = Text::new(text);
    let mut wrapped = String::new();
    let mut length = 0;
    for word in text.as_str().split_whitespace() {
        let letters = word.chars().count();
        if length > 0 && length + 1 + letters > width {
            wrapped.push('\n');
            wrapped.push_str(indent);
            length = indent.len();
            wrapped.push_str(word);
            length += letters;
            continue;
        } else if length > 0 {
            wrapped.push(' ');
            length += 1;
        }
        wrapped.push_str(word);
        length += letters;
    }
    wrapped.push('\n');
    wrapped
}
