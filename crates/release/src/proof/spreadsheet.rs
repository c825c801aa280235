//! What the spreadsheets say: every sheet with its lines and its table, cell by cell.
//!
//! The sheets are those of the workbook, which both formats are written from. That its figures are the document's is shown here too, from the
//! document's own rows ([`same_figures`]).

use std::collections::BTreeSet;

use candour_inspect::Place;
use candour_inspect::proof::{Markup, NotProved, Part, Said, package};
use candour_model::outline::Outline;
use candour_model::{Decimal, Document, Mark, RecordList, Shown, Table};

use super::{FileNotProved, proved};
use crate::workbook::{self, Grid, Holds, LineStyle, Sheet, Text, Value, Workbook};
use crate::{Files, has_tables};

/// Proves `tables.ods`.
pub(crate) fn ods(document: &Document, _: &Outline, files: &Files) -> Result<Vec<String>, FileNotProved> {
    prove(document, files, "ods", |workbook, language, bytes| {
        let sheets = workbook.sheets.iter();
        let content = sheets.flat_map(|sheet| ods_sheet(workbook, sheet)).collect::<Vec<_>>();
        let says = [ods_widths(workbook), content, ods_ranges(workbook)].concat();
        let (tongue, country) = language.split_once('-').unwrap_or((language, "none"));
        let (title, author, date) = facts(workbook);
        let parts = [
            ("mimetype", Vec::new()),
            ("META-INF/manifest.xml", Vec::new()),
            ("meta.xml", vec![title, author.clone(), author, date.clone(), date, Said::text(language)]),
            ("styles.xml", vec![Said::text(tongue), Said::text(country)]),
            ("content.xml", says),
        ];
        let parts = parts.into_iter().map(|(path, says)| Part { path: path.to_owned(), says });
        package(Markup::Ods, bytes, parts)
    })
}

/// Proves `tables.xlsx`.
pub(crate) fn xlsx(document: &Document, _: &Outline, files: &Files) -> Result<Vec<String>, FileNotProved> {
    prove(document, files, "xlsx", |workbook, language, bytes| {
        let (title, author, date) = facts(workbook);
        let fixed = [
            ("[Content_Types].xml", content_types(workbook)),
            ("_rels/.rels", Vec::new()),
            ("docProps/core.xml", vec![title, author.clone(), author, Said::text(language), date.clone(), date]),
            ("xl/workbook.xml", named_sheets(workbook)),
            ("xl/_rels/workbook.xml.rels", sheet_relations(workbook)),
            ("xl/styles.xml", Vec::new()),
        ];
        let fixed = fixed.into_iter().map(|(path, says)| Part { path: path.to_owned(), says });
        let sheets = (1..).zip(&workbook.sheets).flat_map(|(number, sheet)| {
            let part = |path: String, says| Part { path, says };
            let mut parts = vec![part(format!("xl/worksheets/sheet{number}.xml"), xlsx_sheet(workbook, sheet, number))];
            if let Some(grid) = &sheet.grid {
                let relations = format!("xl/worksheets/_rels/sheet{number}.xml.rels");
                parts.push(part(relations, vec![number.into()]));
                parts.push(part(format!("xl/tables/table{number}.xml"), xlsx_table(sheet, grid, number)));
            }
            parts
        });
        package(Markup::Xlsx, bytes, fixed.chain(sheets))
    })
}

fn prove(
    document: &Document,
    files: &Files,
    ending: &str,
    proof: impl FnOnce(&Workbook<'_>, &str, &[u8]) -> Result<(), NotProved>,
) -> Result<Vec<String>, FileNotProved> {
    if !has_tables(document) {
        return Ok(Vec::new());
    }
    let path = document.about.file("tables", ending);
    proved(files, path, |bytes| {
        let workbook = workbook::build(document).map_err(|reason| NotProved::new(Place::default(), reason))?;
        same_figures(document, &workbook)?;
        proof(&workbook, document.about.language.tag(), bytes)
    })
}

/// Title, author and day.
fn facts<'w>(workbook: &'w Workbook<'_>) -> (Said<'w>, Said<'w>, Said<'w>) {
    let date = Said::text(workbook.date.to_string());
    (Said::text(workbook.title.as_str()), Said::text(workbook.author.as_str()), date)
}

/// That the figures of each table's sheet are those of its rows, and the texts of each record list's sheet those of its records.
fn same_figures(document: &Document, workbook: &Workbook<'_>) -> Result<(), NotProved> {
    let none = document.about.language.say("none-found", &[]);
    let first = workbook.sheets.len().saturating_sub(document.tables.len() + document.lists.len());
    let sheets = workbook.sheets.get(first..).unwrap_or_default();
    let of_tables = document.tables.iter().map(|table| (table.row_headings.len(), figures(table), table.columns.len()));
    let missing = document.about.language.say("not-recorded", &[]);
    let of_lists = document.lists.iter().map(|list| (0, texts(list, &missing), list.columns.len()));
    for (sheet, (labels, mut wanted, columns)) in sheets.iter().zip(of_tables.chain(of_lists)) {
        if wanted.is_empty() {
            // A sheet's table has a row at least.
            wanted = vec![none.clone(); columns];
        }
        if sheet.grid.as_ref().map(|grid| grid_figures(grid, labels)) != Some(wanted) {
            let place = Place { sheet: Some(sheet.name.as_str().to_owned()), ..Place::default() };
            return Err(NotProved::new(place, "its figures are not those of the table that was approved"));
        }
    }
    for (sheet, table) in sheets.iter().zip(&document.tables) {
        if sheet.grid.as_ref().is_none_or(|grid| !has_marks(grid, table, &none)) {
            let place = Place { sheet: Some(sheet.name.as_str().to_owned()), ..Place::default() };
            return Err(NotProved::new(place, "its marks are not those of the table that was approved"));
        }
    }
    Ok(())
}

/// Whether the marks that all figures of a column have stand in its heading, and the others beside the figures.
fn has_marks(grid: &Grid<'_>, table: &Table, none: &str) -> bool {
    let symbol = |mark: &Mark| if *mark == Mark::Break { "[b]" } else { "[p]" };
    let mut columns = grid.columns.iter().enumerate().skip(table.row_headings.len());
    for at in 0..table.columns.len() {
        let Some((_, figures)) = columns.next() else { return false };
        let marks: Vec<&BTreeSet<Mark>> = table.rows.iter().map(|row| &row.cells[at].marks).collect();
        let Some((first, others)) = marks.split_first() else { continue };
        let shared: Vec<Mark> =
            first.iter().filter(|mark| others.iter().all(|of| of.contains(mark))).copied().collect();
        let ending: String = shared.iter().map(|mark| format!(" {}", symbol(mark))).collect();
        let heading = figures.heading.as_str();
        // A long heading is cut, and one that another has gets a number.
        if !heading.contains(&ending) && !heading.contains('…') {
            return false;
        }
        if others.iter().all(|of| of == first) {
            continue;
        }
        let Some((column, _)) = columns.next() else { return false };
        let beside = grid.rows().map(|row| row.get(column));
        let is_same = |(value, marks): (Option<&Value<'_>>, &&BTreeSet<Mark>)| {
            let own: Vec<&str> = marks.iter().filter(|mark| !shared.contains(mark)).map(symbol).collect();
            let wanted = if own.is_empty() { none.to_owned() } else { own.join(" ") };
            matches!(value, Some(Value::Text(text)) if text.as_str() == wanted)
        };
        if !beside.zip(&marks).all(is_same) {
            return false;
        }
    }
    columns.next().is_none()
}

/// What the records of a list say, as a spreadsheet can hold it.
fn texts(list: &RecordList, missing: &str) -> Vec<String> {
    let text = |value: &Option<String>| Text::new(value.as_deref().unwrap_or(missing)).as_str().to_owned();
    list.rows.iter().flatten().map(text).collect()
}

/// The figures of a table as they are printed in a sheet: a number with all its places, or the symbol of a reason.
fn figures(table: &Table) -> Vec<String> {
    let text = |shown: &Shown| match shown {
        Shown::Value(value) => value.to_string(),
        Shown::Withheld(reason) => reason.symbol().to_owned(),
    };
    table.rows.iter().flat_map(|row| &row.cells).map(|cell| text(&cell.shown)).collect()
}

/// Likewise of a sheet. One without rows says so in one.
fn grid_figures(grid: &Grid<'_>, labels: usize) -> Vec<String> {
    let held = |value: &Value<'_>| match value {
        Value::Number(number) => number.to_string(),
        Value::Text(text) | Value::Link(text, _) => text.as_str().to_owned(),
    };
    let of_row = |row: &[Value<'_>]| {
        let cells = row.iter().zip(&grid.columns).skip(labels);
        let is_said = |holds| if labels > 0 { holds == Holds::Figures } else { true };
        cells.filter(|(_, column)| is_said(column.holds)).map(|(value, _)| held(value)).collect::<Vec<_>>()
    };
    grid.rows().flat_map(of_row).collect()
}

// --- Both formats ------------------------------------------------------------------------------------------------------

/// What a cell looks like.
fn line_style(sheet_line: &workbook::Line<'_>) -> &'static str {
    match (sheet_line.style, sheet_line.link) {
        (LineStyle::Title, _) => "title",
        (LineStyle::Heading, _) => "heading",
        (LineStyle::Plain, Some(_)) => "link",
        (LineStyle::Plain, None) => "plain",
        (LineStyle::Wrapped, _) => "wrapped",
    }
}

fn heading_style(holds: Holds) -> &'static str {
    match holds {
        Holds::Words => "words-heading",
        Holds::Figures => "figures-heading",
        Holds::Marks => "marks-heading",
    }
}

fn cell_style(value: &Value<'_>, holds: Holds) -> &'static str {
    const PLACES: [&str; 16] = [
        "places-0",
        "places-1",
        "places-2",
        "places-3",
        "places-4",
        "places-5",
        "places-6",
        "places-7",
        "places-8",
        "places-9",
        "places-10",
        "places-11",
        "places-12",
        "places-13",
        "places-14",
        "places-15",
    ];
    match (value, holds) {
        (Value::Number(number), _) => PLACES.get(usize::from(number.places())).copied().unwrap_or("too many places"),
        (Value::Link(..), _) => "link",
        (Value::Text(_), Holds::Words) => "wrapped",
        (Value::Text(_), Holds::Figures) => "shorthand",
        (Value::Text(_), Holds::Marks) => "marks",
    }
}

fn widths(sheet: &Sheet<'_>) -> Vec<usize> {
    match &sheet.grid {
        Some(grid) => grid.columns.iter().map(|column| column.width).collect(),
        None => vec![sheet.width],
    }
}

/// What spreadsheets call a column, counted from 1.
fn letters(column: usize) -> String {
    let (mut name, mut rest) = (String::new(), column);
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or_default();
        name.insert(0, char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    name
}

/// The last row and column of a sheet.
fn last_cell(sheet: &Sheet<'_>) -> String {
    let lines = sheet.lines.len();
    match &sheet.grid {
        Some(grid) => format!("{}{}", letters(grid.columns.len()), lines + 1 + grid.height()),
        None => format!("A{lines}"),
    }
}

// --- ODS ---------------------------------------------------------------------------------------------------------------

fn ods_widths<'w>(workbook: &Workbook<'_>) -> Vec<Said<'w>> {
    let mut all: Vec<usize> = workbook.sheets.iter().flat_map(widths).collect();
    all.sort_unstable();
    all.dedup();
    // A character and the space around a text, in hundredths of a millimetre.
    let millimetres = |width: usize| format!("{}.{:02}", (width + 2) * 236 / 100, (width + 2) * 236 % 100);
    all.into_iter().flat_map(|width| [Said::Has("style:style"), width.into(), Said::text(millimetres(width))]).collect()
}

fn ods_sheet<'w>(workbook: &'w Workbook<'_>, sheet: &'w Sheet<'_>) -> Vec<Said<'w>> {
    let mut said = vec![Said::Has("table:table"), Said::text(sheet.name.as_str())];
    said.extend(widths(sheet).into_iter().flat_map(|width| [Said::Has("table:table-column"), width.into()]));
    for line in &sheet.lines {
        said.push(Said::Has("table:table-row"));
        ods_text(&mut said, line_style(line), &line.text, line.link.map(|to| name(workbook, to)));
    }
    let Some(grid) = &sheet.grid else { return said };
    said.push(Said::Has("table:table-header-rows"));
    for column in &grid.columns {
        ods_text(&mut said, heading_style(column.holds), &column.heading, None);
    }
    for row in grid.rows() {
        said.push(Said::Has("table:table-row"));
        for (value, column) in row.iter().zip(&grid.columns) {
            let style = cell_style(value, column.holds);
            match value {
                Value::Text(text) => ods_text(&mut said, style, text, None),
                Value::Link(text, to) => ods_text(&mut said, style, text, Some(name(workbook, *to))),
                Value::Number(number) => {
                    said.extend([Said::Has("table:table-cell"), Said::Word(style), Said::Word("number")]);
                    said.extend([Said::Has("@office:value"), Said::text(number.to_string())]);
                    said.extend([Said::Has("text:p"), Said::text(with_commas(*number))]);
                }
            }
        }
    }
    said
}

fn ods_text<'w>(said: &mut Vec<Said<'w>>, style: &'static str, text: &'w Text<'_>, link: Option<&'w str>) {
    said.extend([Said::Has("table:table-cell"), Said::Word(style), Said::Word("text")]);
    if let Some(target) = link {
        said.extend([Said::Has("text:p"), Said::Has("text:a"), Said::text(target), Said::text(text.as_str())]);
        return;
    }
    said.extend(text.as_str().split('\n').flat_map(|line| [Said::Has("text:p"), Said::text(line)]));
}

fn ods_ranges<'w>(workbook: &'w Workbook<'_>) -> Vec<Said<'w>> {
    let ranges = workbook.sheets.iter().filter_map(|sheet| Some((sheet, sheet.grid.as_ref()?)));
    let said = ranges.flat_map(|(sheet, grid)| {
        let name = || Said::text(sheet.name.as_str());
        let (first, last) = (sheet.lines.len() + 1, Said::text(last_cell(sheet)));
        [Said::Has("table:database-range"), Said::text(grid.name.as_str()), name(), first.into(), name(), last]
    });
    said.collect()
}

/// The name of a sheet.
fn name<'w>(workbook: &'w Workbook<'_>, at: usize) -> &'w str {
    workbook.sheets.get(at).map_or("", |sheet| sheet.name.as_str())
}

/// A number with a comma between thousands.
fn with_commas(number: Decimal) -> String {
    let plain = number.to_string();
    let end = plain.find('.').unwrap_or(plain.len());
    let mut text = String::new();
    for (at, letter) in plain.char_indices() {
        let is_group = at > 0 && at < end && (end - at).is_multiple_of(3) && !text.ends_with('-');
        text.push_str(if is_group { "," } else { "" });
        text.push(letter);
    }
    text
}

// --- XLSX --------------------------------------------------------------------------------------------------------------

fn content_types<'w>(workbook: &Workbook<'_>) -> Vec<Said<'w>> {
    let mut said = Vec::new();
    for (number, sheet) in (1..).zip(&workbook.sheets) {
        let mut part = |kind| {
            let number: Said<'_> = number.into();
            said.extend([Said::Has("Override"), Said::Word(kind), number, Said::Word(kind)]);
        };
        part("sheet");
        if sheet.grid.is_some() {
            part("table");
        }
    }
    said
}

fn named_sheets<'w>(workbook: &'w Workbook<'_>) -> Vec<Said<'w>> {
    let sheets = (1..).zip(&workbook.sheets);
    let said = sheets.flat_map(|(number, sheet)| {
        let name = Said::text(sheet.name.as_str());
        [Said::Has("sheet"), name, Said::from(number), number.into()]
    });
    said.collect()
}

fn sheet_relations<'w>(workbook: &Workbook<'_>) -> Vec<Said<'w>> {
    let sheets = workbook.sheets.len();
    let said = (1..=sheets).flat_map(|number| [Said::Has("Relationship"), number.into(), number.into()]);
    said.chain([Said::from(sheets + 1)]).collect()
}

/// How high a line is, and a row at most, in points.
const LINE: usize = 16;
const HIGHEST: usize = 409;

fn xlsx_sheet<'w>(workbook: &'w Workbook<'_>, sheet: &'w Sheet<'_>, number: usize) -> Vec<Said<'w>> {
    let mut said = vec![Said::text(last_cell(sheet))];
    if number == 1 {
        said.extend([Said::Has("@tabSelected"), Said::Word("yes")]);
    }
    for (at, width) in (1..).zip(widths(sheet)) {
        said.extend([Said::Has("col"), Said::from(at), at.into(), (width + 2).into()]);
    }
    let mut links = Vec::new();
    let mut row = 0;
    for line in &sheet.lines {
        row += 1;
        let points = match line.style {
            LineStyle::Title => 22,
            LineStyle::Heading => 20,
            LineStyle::Plain => LINE,
            LineStyle::Wrapped => LINE * line.text.lines(sheet.width),
        };
        xlsx_row(&mut said, row, points);
        let cell = format!("A{row}");
        links.extend(line.link.map(|to| (cell.clone(), to)));
        xlsx_text(&mut said, cell, line_style(line), &line.text);
    }
    if let Some(grid) = &sheet.grid {
        xlsx_grid(&mut said, grid, row + 1, &mut links);
    }
    if !links.is_empty() {
        said.push(Said::Has("hyperlinks"));
        for (cell, to) in links {
            said.extend([Said::Has("hyperlink"), Said::text(cell), Said::text(name(workbook, to))]);
        }
    }
    if let Some(grid) = &sheet.grid {
        let is_number = |value: &Value<'_>| matches!(value, Value::Text(text) if text.as_str().starts_with(|letter: char| letter.is_ascii_digit()));
        if grid.cells.iter().any(is_number) {
            let range = format!("A{}:{}", sheet.lines.len() + 1, last_cell(sheet));
            said.extend([Said::Has("ignoredErrors"), Said::text(range)]);
        }
        said.push(Said::Has("tableParts"));
    }
    said
}

fn xlsx_grid<'w>(said: &mut Vec<Said<'w>>, grid: &'w Grid<'_>, first: usize, links: &mut Vec<(String, usize)>) {
    xlsx_row(said, first, LINE * grid.heading_lines());
    for (at, column) in (1..).zip(&grid.columns) {
        xlsx_text(said, format!("{}{first}", letters(at)), heading_style(column.holds), &column.heading);
    }
    for (row, values) in (first + 1..).zip(grid.rows()) {
        xlsx_row(said, row, LINE * grid.lines(values));
        for ((at, column), value) in (1..).zip(&grid.columns).zip(values) {
            let (cell, style) = (format!("{}{row}", letters(at)), cell_style(value, column.holds));
            match value {
                Value::Number(number) => {
                    said.extend([Said::Has("c"), Said::text(cell), Said::Word(style), Said::Has("v")]);
                    said.push(Said::text(number.to_string()));
                }
                Value::Text(text) => xlsx_text(said, cell, style, text),
                Value::Link(text, to) => {
                    links.push((cell.clone(), *to));
                    xlsx_text(said, cell, style, text);
                }
            }
        }
    }
}

fn xlsx_row(said: &mut Vec<Said<'_>>, row: usize, points: usize) {
    said.extend([Said::Has("row"), row.into()]);
    if points != LINE {
        said.extend([Said::Has("@ht"), points.min(HIGHEST).into(), Said::Has("@customHeight"), Said::Word("yes")]);
    }
}

fn xlsx_text<'w>(said: &mut Vec<Said<'w>>, cell: String, style: &'static str, text: &'w Text<'_>) {
    said.extend([
        Said::Has("c"),
        Said::text(cell),
        Said::Word(style),
        Said::Has("@t"),
        Said::Word("inline"),
        Said::Has("is"),
    ]);
    let text = text.as_str();
    if text != text.trim() || text.contains('\n') || text.contains("  ") {
        said.extend([Said::Has("@xml:space"), Said::Word("preserve")]);
    }
    said.push(Said::text(text));
}

fn xlsx_table<'w>(sheet: &'w Sheet<'_>, grid: &'w Grid<'_>, number: usize) -> Vec<Said<'w>> {
    let name = || Said::text(grid.name.as_str());
    let range = Said::text(format!("A{}:{}", sheet.lines.len() + 1, last_cell(sheet)));
    let mut said = vec![number.into(), name(), name(), range, grid.columns.len().into()];
    for (at, column) in (1..).zip(&grid.columns) {
        said.extend([Said::Has("tableColumn"), Said::from(at), Said::text(column.heading.as_str())]);
    }
    said
}
