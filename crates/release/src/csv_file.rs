//! A table as CSV (RFC 4180, UTF-8, lines end in CRLF): one row a shown cell, totals as `Total`, the value column empty
//! and the status column filled where a figure is withheld.

use candour_model::{CategoryKind, Cell, Coord, Mark, RecordList, Shown, Table};
use candour_wording::say;

/// The file of one table.
pub(crate) fn write(table: &Table) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(heading(table))?;
    for cell in table.rows.iter().flat_map(|row| &row.cells) {
        writer.write_record(record(table, cell))?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// The file of a record list: one row a record; what is not recorded is empty.
pub(crate) fn write_list(list: &RecordList) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(list.columns.iter().map(|column| &column.label))?;
    for row in &list.rows {
        writer.write_record(row.iter().map(|value| value.as_deref().unwrap_or_default()))?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// One column a dimension, with the code beside a label and first and last day for periods; then the measure where there are
/// several, the value, its status and its marks.
fn heading(table: &Table) -> Vec<String> {
    let mut names = Vec::new();
    for dimension in &table.about.dimensions {
        names.push(dimension.label.clone());
        if has_codes(dimension) {
            names.push(say("csv-code", &[("label", dimension.label.as_str().into())]));
        }
        if has_periods(dimension) {
            let label = || dimension.label.as_str().into();
            names.extend([say("csv-from", &[("label", label())]), say("csv-to", &[("label", label())])]);
        }
    }
    if table.about.measures.len() > 1 {
        names.extend([say("csv-measure", &[]), say("csv-value", &[])]);
    } else {
        names.push(table.about.measure.clone());
    }
    names.extend([say("csv-status", &[]), say("csv-marks", &[])]);
    names
}

fn record(table: &Table, cell: &Cell) -> Vec<String> {
    let mut values = Vec::new();
    for (dimension, coord) in table.about.dimensions.iter().zip(&cell.coords) {
        let category = match coord {
            Coord::At(position) => Some(&dimension.categories[*position as usize]),
            Coord::Total | Coord::Rest => None,
        };
        let summed = if *coord == Coord::Rest { "csv-rest" } else { "csv-total" };
        values.push(category.map_or_else(|| say(summed, &[]), |category| category.label.clone()));
        if has_codes(dimension) {
            let code = category.filter(|category| matches!(category.kind, CategoryKind::Code { .. }));
            values.push(code.map_or_else(String::new, |category| category.id.clone()));
        }
        if has_periods(dimension) {
            match category.map(|category| &category.kind) {
                Some(CategoryKind::Period(period)) => values.extend([period.from.to_string(), period.to.to_string()]),
                _ => values.extend([String::new(), String::new()]),
            }
        }
    }
    if table.about.measures.len() > 1 {
        values.push(table.about.measures[cell.measure].label.clone());
    }
    let (value, status) = match cell.shown {
        Shown::Value(value) => (value.to_string(), String::new()),
        Shown::Withheld(reason) => (String::new(), reason.symbol().trim_matches(['[', ']']).to_owned()),
    };
    let marks: Vec<&str> = cell.marks.iter().map(|mark| mark_code(*mark)).collect();
    values.extend([value, status, marks.join(" ")]);
    values
}

/// Whether the dimension's codes say something that its labels do not.
fn has_codes(dimension: &candour_model::Dimension) -> bool {
    let differs = |category: &candour_model::Category| category.id != category.label;
    dimension.categories.iter().any(|category| matches!(category.kind, CategoryKind::Code { .. }) && differs(category))
}

fn has_periods(dimension: &candour_model::Dimension) -> bool {
    dimension.categories.iter().any(|category| matches!(category.kind, CategoryKind::Period(_)))
}

/// A mark's letter (Government Statistical Service symbols and shorthand).
fn mark_code(mark: Mark) -> &'static str {
    match mark {
        Mark::Provisional => "p",
        Mark::Break => "b",
    }
}
