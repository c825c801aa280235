//! Tables in text (RFC 4180 and its relatives): cells that run, rows that do not fit, and what stands beside the table.

use super::text::{characters, decode, open};
use crate::carrier::{Severity, text};
use crate::limits::Uninspectable;
use crate::report::{Place, many};
use crate::scan::Scan;

/// So many empty cells before another hide it from a reader.
const FAR: usize = 50;

/// Is it text in which most lines have the same number of cells, at least two?
pub(super) fn is(bytes: &[u8]) -> bool {
    decode(bytes).is_some_and(|(text, _)| !text.trim_start().starts_with(['<', '{', '[']) && separator(&text).is_some())
}

/// Finds what is hidden in a table.
pub(super) fn read(scan: &mut Scan<'_>, bytes: &[u8]) -> Result<(), Uninspectable> {
    let whole = open(scan, bytes)?;
    characters(scan, &whole)?;
    let (separator, width) = separator(&whole).ok_or_else(|| Uninspectable::new("it is no table"))?;
    let mut ragged = 0_usize;
    let (mut first_ragged, mut blank) = (None, false);
    for row in Rows::of(&whole, separator) {
        let place = || Place::default().at_line(row.line);
        let filled = row.cells.iter().filter(|cell| !cell.trim().is_empty()).count();
        if filled == 0 {
            blank = true;
            continue;
        }
        if row.cells.first().is_some_and(|cell| cell.starts_with('#')) {
            scan.find(&text::SECTION, place(), "a line that is a comment");
        } else if blank && row.line > 1 {
            scan.find(&text::SECTION, place(), "more lines behind an empty one");
        }
        blank = false;
        if row.cells.len() != width && filled > 1 {
            ragged += 1;
            first_ragged.get_or_insert(row.line);
        }
        let mut empty = 0;
        for (at, cell) in row.cells.iter().enumerate() {
            if cell.trim().is_empty() {
                empty += 1;
                continue;
            }
            let column = |place: Place| Place { column: Some((at + 1).to_string()), ..place };
            if empty >= FAR {
                scan.find(&text::FAR_CELL, column(place()), format!("a cell behind {empty} empty ones"));
            }
            empty = 0;
            if let Some(severity) = formula(cell) {
                scan.find_as(
                    &text::FORMULA,
                    severity,
                    column(place()),
                    "a cell that starts as a formula",
                    vec![cell.clone()],
                );
            }
        }
    }
    if let Some(line) = first_ragged {
        scan.find(
            &text::RAGGED,
            Place::default().at_line(line),
            format!("{} {width} cells as the others", many(ragged, "row has not", "rows have not")),
        );
    }
    Ok(())
}

/// Would a spreadsheet take the cell for a formula? Numbers with a sign and lone dashes are none.
fn formula(cell: &str) -> Option<Severity> {
    let mut letters = cell.trim_start_matches(' ').chars();
    match letters.next()? {
        '=' | '@' | '\t' | '\r' | '＝' | '＠' => Some(Severity::Block),
        '+' | '-' | '＋' | '－' => {
            let rest = letters.as_str().trim();
            let number = rest.chars().all(|letter| letter.is_ascii_digit() || " .,%:/-eE£$€".contains(letter));
            let words = rest.chars().all(|letter| letter.is_alphabetic() || letter.is_whitespace());
            (!number).then_some(if words { Severity::Review } else { Severity::Block })
        }
        _ => None,
    }
}

/// What sets the cells apart, and how many a row has. Titles above a table and notes below it, lines of one cell, do not count.
fn separator(text: &str) -> Option<(char, usize)> {
    [',', '\t', ';', '|'].into_iter().find_map(|separator| {
        let widths = Rows::of(text, separator).take(200).map(|row| row.cells.len());
        let mut widths: Vec<usize> = widths.skip_while(|width| *width < 2).collect();
        while widths.last().is_some_and(|width| *width < 2) {
            widths.pop();
        }
        let width = *widths.iter().max_by_key(|width| widths.iter().filter(|other| other == width).count())?;
        let alike = widths.iter().filter(|&&other| other == width).count();
        (width >= 2 && widths.len() >= 2 && alike * 10 >= widths.len() * 6).then_some((separator, width))
    })
}

struct Row {
    line: u32,
    cells: Vec<String>,
}

/// The rows of a table, quotes undone.
struct Rows<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    separator: char,
    line: u32,
}

impl<'a> Rows<'a> {
    fn of(text: &'a str, separator: char) -> Self {
        Self { rest: text.chars().peekable(), separator, line: 1 }
    }
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        self.rest.peek()?;
        let line = self.line;
        let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
        while let Some(letter) = self.rest.next() {
            if letter == '\n' {
                self.line = self.line.saturating_add(1);
            }
            match letter {
                '"' if quoted && self.rest.peek() == Some(&'"') => {
                    self.rest.next();
                    cell.push('"');
                }
                '"' if quoted => quoted = false,
                '"' if cell.is_empty() => quoted = true,
                '\n' if !quoted => break,
                '\r' if !quoted && self.rest.peek() == Some(&'\n') => {}
                other if other == self.separator && !quoted => cells.push(std::mem::take(&mut cell)),
                other => cell.push(other),
            }
        }
        cells.push(cell);
        Some(Row { line, cells })
    }
}
