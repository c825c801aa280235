//! A worksheet as a value: its cells, and what is done to rows and columns.

use std::ops::RangeInclusive;

use crate::limits::Uninspectable;
use crate::namespace::Ns;
use crate::package::Package;
use crate::scan::Scan;
use crate::xml::{Element, Event, Tree, on};

/// A sheet.
#[derive(Default)]
pub(crate) struct Sheet {
    pub(crate) cells: Cells,
    /// Texts that stand in cells themselves.
    pub(crate) texts: Texts,
    /// In order.
    pub(crate) hidden_rows: Vec<u32>,
    pub(crate) hidden_columns: Vec<RangeInclusive<u32>>,
    pub(crate) rows_hidden_by_default: bool,
    /// In order; kept only where rows are hidden by default.
    pub(crate) shown_rows: Vec<u32>,
    pub(crate) formulas: usize,
    /// Formulas that read other files or servers.
    pub(crate) outside_formulas: Vec<String>,
    pub(crate) phonetic: usize,
    pub(crate) merged: Vec<Area>,
    /// Conditional formats: where, which style, and texts and formulas of the rules.
    pub(crate) conditions: Vec<(Vec<Area>, Option<usize>, Vec<String>)>,
    /// Everything after the cells, and before them, but without them.
    pub(crate) rest: Option<Tree>,
}

/// A cell that holds something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cell {
    /// The first is 1.
    pub(crate) row: u32,
    /// The first is 1.
    pub(crate) column: u32,
    pub(crate) style: u32,
    pub(crate) value: Value,
}

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value {
    Number(f64),
    /// A text of all sheets, by its number.
    Shared(u32),
    /// A text of this sheet, by its number.
    Own(u32),
    /// True, false or an error.
    Other,
}

/// Cells in the order of the sheet. A large sheet has some ten million of them, so they are kept close: sixteen bytes each.
#[derive(Default)]
pub(crate) struct Cells {
    /// Each row, and where its cells begin.
    rows: Vec<(u32, usize)>,
    packed: Vec<Packed>,
}

struct Packed {
    /// The kind of value in the highest two bits.
    column: u32,
    style: u32,
    value: u64,
}

/// Columns end here: no program knows more than 16,384.
const LAST_COLUMN: u32 = (1 << 30) - 1;

impl Cells {
    fn push(&mut self, cell: &Cell) {
        if self.rows.last().is_none_or(|(row, _)| *row != cell.row) {
            self.rows.push((cell.row, self.packed.len()));
        }
        let (kind, value) = match cell.value {
            Value::Number(number) => (0, number.to_bits()),
            Value::Shared(at) => (1, u64::from(at)),
            Value::Own(at) => (2, u64::from(at)),
            Value::Other => (3, 0),
        };
        self.packed.push(Packed { column: cell.column.min(LAST_COLUMN) | kind << 30, style: cell.style, value });
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Cell> + '_ {
        let ends = self.rows.iter().skip(1).map(|(_, start)| *start).chain([self.packed.len()]);
        self.rows.iter().zip(ends).flat_map(|((row, start), end)| {
            self.packed.get(*start..end).unwrap_or_default().iter().map(|packed| packed.cell(*row))
        })
    }

    /// So many rows have cells; one that comes twice counts twice.
    pub(crate) fn rows(&self) -> usize {
        self.rows.len()
    }
}

impl Packed {
    fn cell(&self, row: u32) -> Cell {
        let at = u32::try_from(self.value).unwrap_or(u32::MAX);
        let value = match self.column >> 30 {
            0 => Value::Number(f64::from_bits(self.value)),
            1 => Value::Shared(at),
            2 => Value::Own(at),
            _ => Value::Other,
        };
        Cell { row, column: self.column & LAST_COLUMN, style: self.style, value }
    }
}

/// Texts by number, one behind the other: a workbook can have millions.
#[derive(Default)]
pub(crate) struct Texts {
    all: String,
    ends: Vec<usize>,
}

impl Texts {
    /// Adds a text; tells its number.
    pub(crate) fn push(&mut self, text: &str) -> u32 {
        self.all.push_str(text);
        self.ends.push(self.all.len());
        u32::try_from(self.ends.len() - 1).unwrap_or(u32::MAX)
    }

    /// Goes on with the last text.
    pub(crate) fn extend(&mut self, text: &str) {
        if let Some(end) = self.ends.last_mut() {
            self.all.push_str(text);
            *end = self.all.len();
        }
    }

    pub(crate) fn get(&self, at: u32) -> Option<&str> {
        let at = at as usize;
        let start = at.checked_sub(1).map_or(Some(&0), |before| self.ends.get(before))?;
        self.all.get(*start..*self.ends.get(at)?)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|at| self.get(u32::try_from(at).ok()?))
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }
}

/// A rectangle of cells; both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) rows: (u32, u32),
    pub(crate) columns: (u32, u32),
}

impl Area {
    /// `A1`, `A1:B2`, with or without `$`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once(':').unwrap_or((text, text));
        let (from, to) = (reference(from)?, reference(to)?);
        Some(Self { rows: (from.0.min(to.0), from.0.max(to.0)), columns: (from.1.min(to.1), from.1.max(to.1)) })
    }

    /// Several, with blanks between.
    pub(crate) fn parse_all(text: &str) -> Vec<Self> {
        text.split_whitespace().filter_map(Self::parse).collect()
    }

    pub(crate) fn has(&self, cell: &Cell) -> bool {
        (self.rows.0..=self.rows.1).contains(&cell.row) && (self.columns.0..=self.columns.1).contains(&cell.column)
    }
}

/// Row and column of `B2`.
pub(crate) fn reference(text: &str) -> Option<(u32, u32)> {
    let (mut row, mut column) = (0_u32, 0_u32);
    for letter in text.bytes().filter(|letter| *letter != b'$') {
        match letter {
            b'A'..=b'Z' if row == 0 => column = column.checked_mul(26)?.checked_add(u32::from(letter - b'A') + 1)?,
            b'a'..=b'z' if row == 0 => column = column.checked_mul(26)?.checked_add(u32::from(letter - b'a') + 1)?,
            b'0'..=b'9' => row = row.checked_mul(10)?.checked_add(u32::from(letter - b'0'))?,
            _ => return None,
        }
    }
    (row > 0 && column > 0).then_some((row, column))
}

/// `B2` of row 2 and column 2.
pub(crate) fn address(row: u32, column: u32) -> String {
    format!("{}{row}", column_name(column))
}

/// `B` of 2.
pub(crate) fn column_name(mut column: u32) -> String {
    let mut letters = Vec::new();
    while column > 0 {
        let rest = (column - 1) % 26;
        letters.insert(0, char::from(b'A' + u8::try_from(rest).unwrap_or(0)));
        column = (column - 1) / 26;
    }
    letters.into_iter().collect()
}

impl Sheet {
    /// Reads a worksheet part.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn read(package: &mut Package<'_>, scan: &mut Scan<'_>, name: &str) -> Result<Self, Uninspectable> {
        let mut sheet = Self::default();
        let mut reader = Reader::default();
        package.stream(scan, name, |event| {
            match event {
                Event::Start(element) => {
                    let open = if element.ns == Ns::Sheet { reader.begin(&mut sheet, element) } else { "" };
                    if reader.in_cells {
                        reader.open.push(open);
                    } else {
                        reader.tree.push(Tree::of(element));
                    }
                }
                Event::Text(text) => {
                    if reader.in_cells {
                        if reader.taking {
                            reader.text.push_str(text);
                        }
                    } else if let Some(last) = reader.tree.last_mut() {
                        last.text.push_str(text);
                    }
                }
                Event::End => {
                    if reader.in_cells {
                        reader.end(&mut sheet);
                    } else {
                        reader.done();
                    }
                }
            }
            Ok(())
        })?;
        // Rows can come in any order, and twice.
        sheet.hidden_rows.sort_unstable();
        sheet.hidden_rows.dedup();
        if sheet.rows_hidden_by_default {
            sheet.shown_rows.sort_unstable();
        }
        let rest = reader.rest;
        if let Some(tree) = &rest {
            sheet.merged = tree.every("mergeCell").filter_map(|merge| Area::parse(merge.attr("ref")?)).collect();
            for formatting in tree.every("conditionalFormatting") {
                let areas = Area::parse_all(formatting.attr("sqref").unwrap_or_default());
                for rule in formatting.children.iter().filter(|child| child.local == "cfRule") {
                    let texts = rule.every("formula").map(|formula| formula.text.clone());
                    let texts = texts.chain(rule.attr("text").map(str::to_owned)).collect();
                    sheet.conditions.push((areas.clone(), rule.number("dxfId"), texts));
                }
            }
        }
        sheet.rest = rest;
        Ok(sheet)
    }

    /// Is a row kept from sight?
    pub(crate) fn hides_row(&self, row: u32) -> bool {
        self.hidden_rows.binary_search(&row).is_ok()
            || self.rows_hidden_by_default && self.shown_rows.binary_search(&row).is_err()
    }

    /// Is a column kept from sight?
    pub(crate) fn hides_column(&self, column: u32) -> bool {
        self.hidden_columns.iter().any(|columns| columns.contains(&column))
    }

    /// Are any rows or columns kept from sight?
    pub(crate) fn hides_some(&self) -> bool {
        !self.hidden_rows.is_empty() || !self.hidden_columns.is_empty() || self.rows_hidden_by_default
    }

    /// Does nobody see this cell?
    pub(crate) fn hides(&self, cell: &Cell) -> bool {
        self.hides_row(cell.row) || self.hides_column(cell.column)
    }
}

/// How a cell says what it holds.
#[derive(Clone, Copy, Default)]
enum Kind {
    #[default]
    Number,
    Shared,
    Inline,
    Text,
    Other,
    Unknown,
}

impl Kind {
    fn of(written: &str) -> Self {
        match written {
            "" | "n" => Self::Number,
            "s" => Self::Shared,
            "inlineStr" => Self::Inline,
            "str" | "d" => Self::Text,
            "b" | "e" => Self::Other,
            _ => Self::Unknown,
        }
    }
}

#[derive(Default)]
struct Reader {
    in_cells: bool,
    row: u32,
    column: u32,
    style: u32,
    kind: Kind,
    text: String,
    taking: bool,
    in_phonetic: bool,
    number: String,
    words: String,
    tree: Vec<Tree>,
    rest: Option<Tree>,
    /// The elements that are open among the cells, from `sheetData` on; those that do not matter have no name.
    open: Vec<&'static str>,
}

impl Reader {
    fn begin(&mut self, sheet: &mut Sheet, element: &Element<'_>) -> &'static str {
        let mut open = "";
        match element.local {
            "sheetData" => self.in_cells = true,
            "sheetFormatPr" => {
                let low = element.number("defaultRowHeight").is_some_and(|height: f64| height <= 0.0);
                sheet.rows_hidden_by_default = element.flag("zeroHeight") || low;
            }
            "col" if !self.in_cells => {
                let thin = element.number("width").is_some_and(|width: f64| width < 0.1);
                let ends = element.number("min").zip(element.number("max"));
                if let Some((min, max)) = ends.filter(|_| element.flag("hidden") || thin) {
                    sheet.hidden_columns.push(min..=max);
                }
            }
            "row" if self.in_cells => {
                self.row = element.number("r").unwrap_or(self.row.saturating_add(1));
                self.column = 0;
                let low = element.number("ht").is_some_and(|height: f64| height < 0.1);
                let hidden = element.attr("hidden");
                if hidden.as_deref().is_some_and(on) || low {
                    sheet.hidden_rows.push(self.row);
                } else {
                    sheet.shown_rows.push(self.row);
                }
            }
            "c" if self.in_cells => {
                open = "c";
                let mut place = None;
                (self.style, self.kind) = (0, Kind::Number);
                for (name, value) in element.plain_attributes() {
                    match name {
                        "r" => place = reference(&value),
                        "s" => self.style = value.trim().parse().unwrap_or(0),
                        "t" => self.kind = Kind::of(&value),
                        _ => {}
                    }
                }
                (self.row, self.column) = place.unwrap_or((self.row, self.column.saturating_add(1)));
                self.number.clear();
                self.words.clear();
            }
            "v" | "t" | "f" if self.in_cells => {
                open = match element.local {
                    "v" => "v",
                    "t" => "t",
                    _ => "f",
                };
                self.text.clear();
                self.taking = true;
            }
            "rPh" => {
                open = "rPh";
                sheet.phonetic += 1;
                self.in_phonetic = true;
            }
            _ => {}
        }
        open
    }

    fn end(&mut self, sheet: &mut Sheet) {
        let open = self.open.pop().unwrap_or_default();
        if self.open.is_empty() {
            self.in_cells = false;
            return;
        }
        match open {
            "v" => std::mem::swap(&mut self.number, &mut self.text),
            "t" if !self.in_phonetic => self.words.push_str(&self.text),
            "f" => {
                sheet.formulas += 1;
                let formula = self.text.to_uppercase();
                let calls = ["RTD(", "CUBE", "WEBSERVICE(", "DDE(", "FILTERXML("];
                if formula.contains('[') && formula.contains("]") && outside(&self.text)
                    || calls.iter().any(|call| formula.contains(call))
                {
                    sheet.outside_formulas.push(self.text.clone());
                }
            }
            "rPh" => self.in_phonetic = false,
            "c" => self.cell(sheet),
            _ => {}
        }
        self.taking = false;
    }

    fn cell(&mut self, sheet: &mut Sheet) {
        let number = self.number.trim();
        let value = match self.kind {
            Kind::Shared => number.parse().map(Value::Shared).ok(),
            Kind::Inline if !self.words.is_empty() => Some(Value::Own(sheet.texts.push(&self.words))),
            Kind::Text if !self.number.is_empty() => Some(Value::Own(sheet.texts.push(&self.number))),
            Kind::Other if !number.is_empty() => Some(Value::Other),
            Kind::Number => number.parse().map(Value::Number).ok(),
            _ => None,
        };
        if let Some(value) = value {
            sheet.cells.push(&Cell { row: self.row, column: self.column, style: self.style, value });
        }
    }

    /// An element that is no cell ends.
    fn done(&mut self) {
        let done = self.tree.pop();
        match self.tree.last_mut() {
            Some(last) => last.children.extend(done),
            None => self.rest = done,
        }
    }
}

/// Does a formula speak of another file: `[1]Sheet!A1`, and not of a table's column?
fn outside(formula: &str) -> bool {
    formula.split('[').skip(1).any(|rest| {
        let inside = rest.split(']').next().unwrap_or_default();
        let after = rest.get(inside.len() + 1..).unwrap_or_default();
        let numbered = !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit());
        (numbered || inside.contains(".xls")) && after.contains('!')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_and_texts_come_out_as_they_went_in() {
        let cell = |row, column, value| Cell { row, column, style: 7, value };
        let all = [
            cell(2, 1, Value::Number(-0.5)),
            cell(2, 16_384, Value::Shared(u32::MAX)),
            cell(9, 3, Value::Own(1)),
            cell(2, 2, Value::Other),
        ];
        let mut cells = Cells::default();
        all.iter().for_each(|cell| cells.push(cell));
        assert_eq!(cells.iter().collect::<Vec<_>>(), all);
        let mut texts = Texts::default();
        assert_eq!((texts.push("a"), texts.push(""), texts.push("b")), (0, 1, 2));
        texts.extend("c");
        assert_eq!(texts.iter().collect::<Vec<_>>(), ["a", "", "bc"]);
        assert_eq!(texts.get(3), None);
    }

    #[test]
    fn references_go_there_and_back() {
        for (text, at) in [("A1", (1, 1)), ("Z9", (9, 26)), ("AA10", (10, 27)), ("XFD1048576", (1_048_576, 16_384))] {
            assert_eq!(reference(text), Some(at));
            assert_eq!(address(at.0, at.1), text);
        }
        assert_eq!(reference("1A"), None);
        assert!(outside("[1]Sheet1!A1") && !outside("Table1[Column]"));
    }
}
