//! A table as plain text, for a terminal: columns that line up, a rule above each total.

use candour_model::{Mark, Note, RecordList, RowKind, Shown, Table};

/// The table with its caption and notes, without a line that is longer than it must be.
pub fn table_text(table: &Table) -> String {
    let lines = lines(table);
    let widths = widths(&lines);
    let labels = table.row_headings.len();
    let mut text = format!("{}\n\n", table.about.title);
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
        if at + 1 == heading_lines(table) {
            let rule: usize = widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1);
            text.extend(std::iter::repeat_n('-', rule));
            text.push('\n');
        }
    }
    notes_text(&table.about.notes, &mut text);
    text
}

/// A record list with its caption and notes.
pub fn list_text(list: &RecordList) -> String {
    let heading = list.columns.iter().map(|column| column.label.clone()).collect();
    let missing = candour_wording::say("not-recorded", &[]);
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
        text.push_str(&wrap(&format!("{}: {}", note.heading, note.text), 100));
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

fn widths(lines: &[Vec<String>]) -> Vec<usize> {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    (0..columns)
        .map(|column| {
            lines.iter().filter_map(|line| line.get(column)).map(|value| value.chars().count()).max().unwrap_or(0)
        })
        .collect()
}

/// Breaks a text into lines of at most `width` characters, where words allow it.
fn wrap(text: &str, width: usize) -> String {
    let mut wrapped = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let letters = word.chars().count();
        if length > 0 && length + 1 + letters > width {
            wrapped.push_str("\n  ");
            length = 2;
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
