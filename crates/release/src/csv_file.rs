//! A table as CSV (RFC 4180, UTF-8, lines end in CRLF): one row a shown cell, totals as `Total`, the value column empty
//! and the status column filled where a figure is withheld. What its columns are is told by [`columns`], from which the
//! [metadata](crate::csvw) are written too.

use std::borrow::Cow;
use std::collections::BTreeSet;

use candour_model::{CategoryKind, Cell, Coord, Dimension, Mark, MeasureKind, RecordList, Shown, Table};
use candour_wording::Language;

/// A column of a data file.
pub(crate) struct CsvColumn {
    /// What programs know it by: letters, digits and underscores, like no other of its file.
    pub(crate) name: String,
    /// Its heading, as it stands in the file.
    pub(crate) heading: String,
    /// What it holds.
    pub(crate) holds: Holds,
}

/// What a column of a data file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Text, written so that no program takes it for a formula: see [`safe`].
    Text,
    /// Days in ISO form, or nothing.
    Day,
    /// Whole numbers, or nothing.
    Whole,
    /// Decimal numbers, or nothing.
    Decimal,
    /// Why there is no figure, or nothing.
    Status,
    /// Marks with a space between two, or nothing.
    Marks,
}

/// The file of one table.
pub(crate) fn write(table: &Table, language: Language) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(columns(table, language).iter().map(|column| &column.heading))?;
    let shapes: Vec<Shape> = table.about.dimensions.iter().map(shape).collect();
    let (total, rest) = (language.say("csv-total", &[]), language.say("csv-rest", &[]));
    for cell in table.rows.iter().flat_map(|row| &row.cells) {
        write_cell(&mut writer, table, cell, &shapes, [&total, &rest])?;
        writer.write_record(None::<&[u8]>)?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// The file of a record list: one row a record; what is not recorded is empty.
pub(crate) fn write_list(list: &RecordList, language: Language) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(list_columns(list, language).iter().map(|column| &column.heading))?;
    for row in &list.rows {
        writer.write_record(row.iter().map(|value| safe(value.as_deref().unwrap_or_default()).into_owned()))?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// Text that spreadsheet programs do not take for a formula: one apostrophe stands before what begins like a formula, and before
/// what begins with an apostrophe. So a reader takes one apostrophe from the front of each text that has one, and has the text as
/// it was. A plain number, negative ones among them, is no formula.
///
/// The beginnings are those of OWASP's page "CSV Injection".
pub(crate) fn safe(text: &str) -> Cow<'_, str> {
    let begins = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\'']);
    if begins && !is_number(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Digits, perhaps with a minus sign before them and with a point and more digits after.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    text.split_once('.').map_or_else(|| digits(text), |(whole, part)| digits(whole) && digits(part))
}

/// One column a dimension, with the code beside a label and first and last day for periods; then the measure where there are
/// several, the value, its status and its marks.
pub(crate) fn columns(table: &Table, language: Language) -> Vec<CsvColumn> {
    let mut columns = Columns::new(language);
    for dimension in &table.about.dimensions {
        let label = || [("label", dimension.label.as_str().into())];
        let shape = shape(dimension);
        columns.add(&dimension.id, &dimension.label, Holds::Text);
        if shape.has_codes {
            columns.add(&format!("{}_code", dimension.id), &language.say("csv-code", &label()), Holds::Text);
        }
        if shape.has_periods {
            columns.add(&format!("{}_from", dimension.id), &language.say("csv-from", &label()), Holds::Day);
            columns.add(&format!("{}_to", dimension.id), &language.say("csv-to", &label()), Holds::Day);
        }
    }
    let measures = &table.about.measures;
    let is_whole = measures.iter().all(|measure| measure.places == 0);
    let number = if is_whole { Holds::Whole } else { Holds::Decimal };
    if measures.len() > 1 {
        columns.add("measure", &language.say("csv-measure", &[]), Holds::Text);
        columns.add("value", &language.say("csv-value", &[]), number);
    } else {
        columns.add("value", &table.about.measure, number);
    }
    columns.add("status", &language.say("csv-status", &[]), Holds::Status);
    columns.add("marks", &language.say("csv-marks", &[]), Holds::Marks);
    columns.all
}

/// One column a column of the list.
pub(crate) fn list_columns(list: &RecordList, language: Language) -> Vec<CsvColumn> {
    let mut columns = Columns::new(language);
    for column in &list.columns {
        columns.add(&column.id, &column.label, Holds::Text);
    }
    columns.all
}

/// Columns of which no two have the same name or heading.
struct Columns {
    language: Language,
    all: Vec<CsvColumn>,
    names: BTreeSet<String>,
    headings: BTreeSet<String>,
}

impl Columns {
    fn new(language: Language) -> Self {
        Self { language, all: Vec::new(), names: BTreeSet::new(), headings: BTreeSet::new() }
    }

    fn add(&mut self, name: &str, heading: &str, holds: Holds) {
        let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
        let name: String = name.chars().map(plain).collect();
        let name = unique(name.trim_start_matches('_'), |number| format!("_{number}"), &mut self.names);
        let again = |number: u64| self.language.say("sheet-again", &[("number", number.into())]);
        let heading = unique(&safe(heading), again, &mut self.headings);
        self.all.push(CsvColumn { name, heading, holds });
    }
}

/// A text with an ending if it is taken.
fn unique(wanted: &str, ending: impl Fn(u64) -> String, taken: &mut BTreeSet<String>) -> String {
    let mut text = wanted.to_owned();
    let mut number = 1;
    while !taken.insert(text.clone()) {
        number += 1;
        text = wanted.to_owned() + &ending(number);
    }
    text
}

fn write_cell(
    writer: &mut csv::Writer<Vec<u8>>,
    table: &Table,
    cell: &Cell,
    shapes: &[Shape],
    [total, rest]: [&str; 2],
) -> Result<(), csv::Error> {
    for ((dimension, shape), coord) in table.about.dimensions.iter().zip(shapes).zip(&cell.coords) {
        let category = match coord {
            Coord::At(position) => Some(&dimension.categories[*position as usize]),
            Coord::Total | Coord::Rest => None,
        };
        let summed = if *coord == Coord::Rest { rest } else { total };
        writer.write_field(safe(category.map_or(summed, |category| &category.label)).as_bytes())?;
        if shape.has_codes {
            let code = category.filter(|category| matches!(category.kind, CategoryKind::Code { .. }));
            writer.write_field(safe(code.map_or("", |category| &category.id)).as_bytes())?;
        }
        if shape.has_periods {
            let (from, to) = match category.map(|category| &category.kind) {
                Some(CategoryKind::Period(period)) => (period.from.to_string(), period.to.to_string()),
                _ => (String::new(), String::new()),
            };
            writer.write_field(from)?;
            writer.write_field(to)?;
        }
    }
    if table.about.measures.len() > 1 {
        writer.write_field(safe(&table.about.measures[cell.measure].label).as_bytes())?;
    }
    match cell.shown {
        Shown::Value(value) => {
            writer.write_field(value.to_string())?;
            writer.write_field("")?;
        }
        Shown::Withheld(reason) => {
            writer.write_field("")?;
            writer.write_field(reason.symbol().trim_matches(['[', ']']))?;
        }
    }
    let marks: Vec<&str> = cell.marks.iter().map(|mark| mark_code(*mark)).collect();
    writer.write_field(marks.join(" "))
}

/// Which columns a dimension has.
struct Shape {
    /// Whether its codes say something that its labels do not.
    has_codes: bool,
    has_periods: bool,
}

fn shape(dimension: &Dimension) -> Shape {
    let mut shape = Shape { has_codes: false, has_periods: false };
    for category in &dimension.categories {
        shape.has_codes |= matches!(category.kind, CategoryKind::Code { .. }) && category.id != category.label;
        shape.has_periods |= matches!(category.kind, CategoryKind::Period(_));
    }
    shape
}

/// Whether all that a table measures are numbers of what its unit names.
pub(crate) fn counts_units(table: &Table) -> bool {
    table.about.measures.iter().all(|measure| measure.kind == MeasureKind::Count)
}

/// A mark's letter (Government Statistical Service symbols and shorthand).
fn mark_code(mark: Mark) -> &'static str {
    match mark {
        Mark::Provisional => "p",
        Mark::Break => "b",
    }
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn what_begins_like_a_formula_is_told_apart_and_can_be_read_back() {
        let texts = [
            "=1+1", "+44", "-", "-1-1", "@SUM(A1)", "\tx", "\rx", "'", "'=1", "-5", "-5.25", "-.5", "5", "a=b", "",
            "--1",
        ];
        for text in texts {
            let written = safe(text);
            assert_eq!(written.strip_prefix('\'').unwrap_or(&written), text);
            let is_number = ["-5", "-5.25"].contains(&text);
            let begins = written.starts_with(['=', '+', '-', '@', '\t', '\r']);
            assert_eq!(begins, is_number, "{text:?} is written {written:?}");
        }
    }
}
