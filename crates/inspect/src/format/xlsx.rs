//! XLSX and XLSM: workbooks of Office Open XML (ISO/IEC 29500-1, 18).
//!
//! The workbook is read into a value first; what is hidden is found in it.

mod seen;
pub(crate) mod sheet;
pub(crate) mod styles;

use std::collections::{BTreeMap, BTreeSet};

use crate::carrier::{Carrier, Severity, properties, workbook as carrier};
use crate::limits::Uninspectable;
use crate::package::{self, Package, Part};
use crate::records;
use crate::report::{Place, many};
use crate::scan::Scan;
use crate::xml::Tree;
use seen::Seen;
use sheet::{Area, Cell, Sheet, Texts, Value, address};
use styles::{Shown, Styles};

/// Is it a workbook of this kind?
pub(crate) fn is(bytes: &[u8]) -> bool {
    package::main_type(bytes).is_some_and(|main| {
        main.starts_with("spreadsheetml") || main.starts_with("ms-excel") && !main.contains("binary")
    })
}

/// Is it the binary form, which is not read?
pub(crate) fn is_binary(bytes: &[u8]) -> bool {
    package::main_type(bytes).is_some_and(|main| main.contains("binary"))
}

/// A sheet and what the workbook says of it.
struct Listed {
    name: String,
    part: Part,
    /// Does nobody see it?
    hidden: bool,
    sheet: Sheet,
}

/// A workbook as a value.
struct Workbook {
    strings: Texts,
    styles: Styles,
    sheets: Vec<Listed>,
}

impl Workbook {
    /// The text of a cell, if it holds one.
    fn text<'w>(&'w self, sheet: &'w Sheet, cell: &Cell) -> Option<&'w str> {
        match cell.value {
            Value::Shared(at) => self.strings.get(at),
            Value::Own(at) => sheet.texts.get(at),
            Value::Number(_) | Value::Other => None,
        }
    }

    /// What a cell holds, for those who ask to see it, and to compare.
    fn told(&self, sheet: &Sheet, cell: &Cell) -> String {
        match cell.value {
            Value::Number(number) => number_text(number),
            _ => self.text(sheet, cell).unwrap_or_default().to_owned(),
        }
    }

    fn is_blank(&self, sheet: &Sheet, cell: &Cell) -> bool {
        !matches!(cell.value, Value::Number(_) | Value::Other)
            && self.text(sheet, cell).is_none_or(|text| text.trim().is_empty())
    }

    /// The cells that hold something.
    fn full<'w>(&'w self, sheet: &'w Sheet) -> impl Iterator<Item = Cell> + 'w {
        sheet.cells.iter().filter(|cell| !self.is_blank(sheet, cell))
    }
}

/// Cells of one kind: how many, and the first of them.
#[derive(Default)]
struct Tally {
    count: usize,
    first: Vec<Cell>,
}

impl Tally {
    /// So many are told, to those who ask to see them.
    const TOLD: usize = 5;

    fn add(&mut self, cell: Cell) {
        self.count += 1;
        if self.first.len() < Self::TOLD {
            self.first.push(cell);
        }
    }
}

/// A number as its shortest text with at most fifteen digits, so that the last bits of a binary number do not matter.
pub(crate) fn number_text(number: f64) -> String {
    format!("{number:.14e}").parse::<f64>().unwrap_or(number).to_string()
}

/// Finds what a workbook hides.
///
/// # Errors
/// When it is broken, encrypted or over the limits.
pub(crate) fn read(scan: &mut Scan<'_>, bytes: &[u8]) -> Result<(), Uninspectable> {
    let mut package = Package::open(scan, bytes)?;
    let main = package.of_kind("officeDocument").into_iter().next();
    let main = main.ok_or_else(|| Uninspectable::new("it is a broken package: it has no workbook"))?.name;
    let workbook_tree = package.tree(scan, &main)?;
    let book = model(&mut package, scan, &main, &workbook_tree)?;
    workbook_findings(scan, &main, &workbook_tree);
    for listed in &book.sheets {
        sheet_findings(scan, &package, &book, listed)?;
    }
    unused_texts(scan, &package, &book);
    let seen = Seen::new(&book);
    parts(&mut package, scan, &book, &seen)?;
    let names: Vec<&str> = book.sheets.iter().map(|listed| listed.name.as_str()).collect();
    let title = |text: &str| seen.within(text) || names.contains(&text);
    package::properties(&mut package, scan, &title)?;
    records(scan, &book)?;
    package.finish(scan);
    Ok(())
}

fn model(package: &mut Package<'_>, scan: &mut Scan<'_>, main: &str, tree: &Tree) -> Result<Workbook, Uninspectable> {
    let theme = match package.of_kind("theme").first() {
        Some(part) => styles::theme(&package.tree(scan, &part.name)?),
        None => styles::theme(tree),
    };
    let styles = match package.of_kind("styles").first() {
        Some(part) => Styles::read(&package.tree(scan, &part.name)?, &theme),
        None => Styles::default(),
    };
    let mut strings = Texts::default();
    if let Some(part) = package.of_kind("sharedStrings").first() {
        let mut phonetic = 0;
        shared_strings(package, scan, &part.name, &mut strings, &mut phonetic)?;
        if phonetic > 0 {
            let message = many(phonetic, "reading aid", "reading aids");
            scan.find(&carrier::PHONETIC_TEXT, Place::part(&part.name), message);
        }
    }
    let mut sheets = Vec::new();
    for listed in tree.child("sheets").map(|sheets| sheets.children.as_slice()).unwrap_or_default() {
        let name = listed.attr("name").unwrap_or_default().to_owned();
        let id = listed.attr_of(crate::namespace::Ns::Relation, "id").or_else(|| listed.attr("id")).unwrap_or_default();
        let state = listed.attr("state").unwrap_or("visible");
        let Some(part) = package.target(main, id).cloned() else {
            let message = "the workbook lists a sheet that is not there";
            scan.find(&crate::carrier::package::MISSING_PART, Place::default().on_sheet(&name), message);
            continue;
        };
        let sheet = Sheet::read(package, scan, &part.name)?;
        sheets.push(Listed { name, part, hidden: state != "visible", sheet });
    }
    Ok(Workbook { strings, styles, sheets })
}

fn shared_strings(
    package: &mut Package<'_>,
    scan: &mut Scan<'_>,
    name: &str,
    strings: &mut Texts,
    phonetic: &mut usize,
) -> Result<(), Uninspectable> {
    let mut open: Vec<bool> = Vec::new();
    let mut aside = 0_usize;
    package.stream(scan, name, |event| {
        match event {
            crate::xml::Event::Start(element) => {
                if element.local == "si" {
                    strings.push("");
                }
                if element.local == "rPh" {
                    *phonetic += 1;
                    aside = open.len() + 1;
                }
                open.push(element.local == "t");
            }
            crate::xml::Event::Text(text) => {
                if open.last() == Some(&true) && aside == 0 {
                    strings.extend(text);
                }
            }
            crate::xml::Event::End => {
                if open.len() == aside {
                    aside = 0;
                }
                open.pop();
            }
        }
        Ok(())
    })
}

/// What the workbook part itself tells.
fn workbook_findings(scan: &mut Scan<'_>, main: &str, tree: &Tree) {
    let place = || Place::part(main);
    for sheet in tree.child("sheets").map(|sheets| sheets.children.as_slice()).unwrap_or_default() {
        let state = sheet.attr("state").unwrap_or("visible");
        if state != "visible" {
            let how =
                if state == "veryHidden" { "hidden so that the program's menus do not show it" } else { "hidden" };
            let place = place().on_sheet(sheet.attr("name").unwrap_or_default());
            scan.find(&carrier::HIDDEN_SHEET, place, format!("the sheet is {how}"));
        }
    }
    for view in tree.every("workbookView") {
        let off = |name: &str| view.attr(name).is_some_and(|value| matches!(value, "0" | "false"));
        let state = view.attr("visibility").unwrap_or("visible");
        if off("showSheetTabs") || state != "visible" || off("windowHeight") || view.number("tabRatio") == Some(0) {
            scan.find(&carrier::HIDDEN_TABS, place(), "the tabs of the sheets, or the window, are not shown");
        }
    }
    let views = tree.every("customWorkbookView").count();
    if views > 0 {
        scan.find(&carrier::CUSTOM_VIEW, place(), many(views, "saved view", "saved views"));
    }
    defined_names(scan, main, tree);
    for path in tree.every("absPath") {
        let values = vec![path.attr("url").unwrap_or_default().to_owned()];
        scan.find_as(&properties::FILE_PATH, Severity::Review, place(), "the folder where the file was saved", values);
    }
    for sharing in
        tree.every("fileSharing").filter_map(|sharing| sharing.attr("userName")).filter(|name| !name.is_empty())
    {
        scan.find_as(
            &properties::AUTHOR,
            Severity::Review,
            place(),
            "who reserved the workbook",
            vec![sharing.to_owned()],
        );
    }
    let locked = |tree: &Tree| {
        ["lockStructure", "lockWindows", "lockRevision"].iter().any(|name| tree.flag(name))
            || tree.attr("workbookPassword").is_some()
    };
    if tree.every("workbookProtection").any(locked) {
        scan.find(&carrier::PROTECTION, place(), "the workbook's structure is protected");
    }
}

/// Named ranges: those that only say where something is are for a person to look at; one that holds a value, reads another file or is hidden keeps something from sight.
fn defined_names(scan: &mut Scan<'_>, main: &str, tree: &Tree) {
    let mut plain = 0;
    let mut telling: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for name in tree.every("definedName") {
        let label = name.attr("name").unwrap_or_default();
        let text = name.text.trim();
        let own = label.starts_with("_xlnm.") || label.starts_with("_xlfn.") || label.starts_with("_xlpm.");
        let says = ["comment", "description", "help", "statusBar"].iter().any(|field| name.attr(field).is_some());
        let what = if text.contains('[') && text.contains(']') && text.contains('!') && !text.starts_with('#') {
            Some("they read other files")
        } else if name.flag("hidden") && !own {
            Some("they are hidden")
        } else if own {
            None
        } else if text.starts_with('"') || text.starts_with('{') || text.parse::<f64>().is_ok() {
            Some("they hold values")
        } else {
            None
        };
        match what {
            Some(what) => telling.entry(what).or_default().push(format!("{label} = {text}")),
            None if !own || says => plain += 1,
            None => {}
        }
    }
    for (what, names) in telling {
        let message = format!("{} names: {what}", names.len());
        scan.find_as(
            &carrier::DEFINED_NAME,
            Severity::Block,
            Place::part(main),
            message,
            names.into_iter().take(5).collect(),
        );
    }
    if plain > 0 {
        scan.find(&carrier::DEFINED_NAME, Place::part(main), many(plain, "named range", "named ranges"));
    }
}

/// What a sheet hides.
fn sheet_findings(
    scan: &mut Scan<'_>,
    package: &Package<'_>,
    book: &Workbook,
    listed: &Listed,
) -> Result<(), Uninspectable> {
    let sheet = &listed.sheet;
    let place = || Place::part(&listed.part.name).on_sheet(&listed.name);
    match listed.part.kind.as_str() {
        "worksheet" => {}
        "chartsheet" => scan.find(&carrier::OTHER_SHEET, place(), "a sheet that is a chart"),
        _ => scan.find(&carrier::MACRO_SHEET, place(), format!("a sheet of the kind “{}”", listed.part.kind)),
    }
    let values = |cells: &Tally| cells.first.iter().map(|cell| book.told(sheet, cell)).collect::<Vec<_>>();
    hidden_lines(scan, book, sheet, &place(), &values);
    let Some(rest) = &sheet.rest else { return Ok(()) };
    filters(scan, rest, &place());
    if rest.every("customSheetView").count() > 0 {
        scan.find(
            &carrier::CUSTOM_VIEW,
            place(),
            format!("{} of the sheet", many(rest.every("customSheetView").count(), "saved view", "saved views")),
        );
    }
    if rest.every("scenario").count() > 0 {
        scan.find(&carrier::SCENARIO, place(), many(rest.every("scenario").count(), "scenario", "scenarios"));
    }
    look_findings(scan, package, book, listed, &values)?;
    far_cells(scan, book, sheet, &place(), &values);
    let mut beneath = Tally::default();
    scan.budget().spend((sheet.merged.len() as u64).saturating_mul(sheet.cells.rows() as u64))?;
    let mut merged = OfRow::new(&sheet.merged, |area| std::slice::from_ref(area));
    for cell in book.full(sheet).filter(|_| !sheet.merged.is_empty()) {
        let covers = |area: &&Area| area.has(&cell) && (area.rows.0, area.columns.0) != (cell.row, cell.column);
        if merged.at(cell.row).iter().any(covers) {
            beneath.add(cell);
        }
    }
    report(scan, &carrier::BENEATH_MERGED, &beneath, &place(), "beneath merged cells", &values);
    if sheet.phonetic > 0 {
        scan.find(&carrier::PHONETIC_TEXT, place(), many(sheet.phonetic, "reading aid", "reading aids"));
    }
    if sheet.formulas > 0 {
        scan.find(&carrier::FORMULA, place(), many(sheet.formulas, "formula", "formulas"));
    }
    if !sheet.outside_formulas.is_empty() {
        let message = format!(
            "{} another file or a server",
            many(sheet.outside_formulas.len(), "formula that reads", "formulas that read")
        );
        let first = sheet.outside_formulas.iter().take(5).cloned().collect();
        scan.find_as(&carrier::OUTSIDE_FORMULA, Severity::Review, place(), message, first);
    }
    sheet_rest(scan, rest, &place());
    Ok(())
}

/// Those of many areas that reach into the row that is looked at.
struct OfRow<'a, T> {
    all: &'a [T],
    areas: fn(&T) -> &[Area],
    row: Option<u32>,
    here: Vec<&'a T>,
}

impl<'a, T> OfRow<'a, T> {
    fn new(all: &'a [T], areas: fn(&T) -> &[Area]) -> Self {
        Self { all, areas, row: None, here: Vec::new() }
    }

    fn at(&mut self, row: u32) -> &[&'a T] {
        if self.row != Some(row) && !self.all.is_empty() {
            let reaches = |one: &&T| (self.areas)(one).iter().any(|area| (area.rows.0..=area.rows.1).contains(&row));
            self.here = self.all.iter().filter(reaches).collect();
            self.row = Some(row);
        }
        &self.here
    }
}

/// What cells hold, for those who ask to see it.
type Values<'v> = &'v dyn Fn(&Tally) -> Vec<String>;

/// Cells of one kind, in one finding.
fn report(
    scan: &mut Scan<'_>,
    carrier: &'static Carrier,
    cells: &Tally,
    place: &Place,
    what: &str,
    values: Values<'_>,
) {
    if let Some(first) = cells.first.first() {
        let message = if cells.count == 1 {
            format!("1 cell {what}")
        } else {
            format!("{} cells {what}, this is the first", cells.count)
        };
        let place = place.clone().at_cell(address(first.row, first.column));
        scan.find_as(carrier, carrier.severity, place, message, values(cells));
    }
}

/// Hidden rows and columns: with content they are blocked, without it is enough that a person knows.
fn hidden_lines(scan: &mut Scan<'_>, book: &Workbook, sheet: &Sheet, place: &Place, values: Values<'_>) {
    let (mut in_rows, mut rows) = (Tally::default(), BTreeSet::new());
    let (mut in_columns, mut columns) = (Tally::default(), BTreeSet::new());
    if sheet.hides_some() {
        for cell in book.full(sheet) {
            if sheet.hides_row(cell.row) {
                in_rows.add(cell);
                rows.insert(cell.row);
            }
            if sheet.hides_column(cell.column) {
                in_columns.add(cell);
                columns.insert(cell.column);
            }
        }
    }
    if !rows.is_empty() {
        let message = format!(
            "{} {}",
            many(rows.len(), "hidden row holds", "hidden rows hold"),
            many(in_rows.count, "value", "values")
        );
        let place = Place { row: rows.first().copied(), ..place.clone() };
        scan.find_as(&carrier::HIDDEN_ROW, Severity::Block, place, message, values(&in_rows));
    } else if !sheet.hidden_rows.is_empty() || sheet.rows_hidden_by_default {
        let place = Place { row: sheet.hidden_rows.first().copied(), ..place.clone() };
        scan.find_as(&carrier::HIDDEN_ROW, Severity::Review, place, "hidden rows, which are empty", Vec::new());
    }
    let name = |column: u32| Some(sheet::column_name(column));
    if let Some(first) = columns.first() {
        let message = format!(
            "{} {}",
            many(columns.len(), "hidden column holds", "hidden columns hold"),
            many(in_columns.count, "value", "values")
        );
        let place = Place { column: name(*first), ..place.clone() };
        scan.find_as(&carrier::HIDDEN_COLUMN, Severity::Block, place, message, values(&in_columns));
    } else if let Some(columns) = sheet.hidden_columns.first() {
        let place = Place { column: name(*columns.start()), ..place.clone() };
        scan.find_as(&carrier::HIDDEN_COLUMN, Severity::Review, place, "hidden columns, which are empty", Vec::new());
    }
}

fn filters(scan: &mut Scan<'_>, rest: &Tree, place: &Place) {
    for filter in rest.every("autoFilter") {
        let active = filter.every("filterColumn").filter(|column| !column.children.is_empty()).count();
        if active > 0 {
            let place = place.clone().at_cell(filter.attr("ref").unwrap_or_default());
            scan.find(&carrier::ACTIVE_FILTER, place, many(active, "column is filtered", "columns are filtered"));
        }
    }
}

/// Cells whose format keeps them from sight, or shows another value.
fn look_findings(
    scan: &mut Scan<'_>,
    package: &Package<'_>,
    book: &Workbook,
    listed: &Listed,
    values: Values<'_>,
) -> Result<(), Uninspectable> {
    let sheet = &listed.sheet;
    let place = Place::part(&listed.part.name).on_sheet(&listed.name);
    // A table's own style may put another colour behind its cells.
    let styled = package.relations(&listed.part.name).iter().any(|relation| relation.kind == "table");
    let mut unseen: BTreeMap<&'static str, Tally> = BTreeMap::new();
    let (mut nothing, mut words, mut contradicted, mut precise, mut days) =
        (Tally::default(), Tally::default(), Tally::default(), Tally::default(), Tally::default());
    let areas: u64 = sheet.conditions.iter().map(|(areas, ..)| areas.len() as u64).sum();
    scan.budget().spend(areas.saturating_mul(sheet.cells.rows() as u64))?;
    let mut conditions = OfRow::new(&sheet.conditions, |(areas, ..)| areas);
    for cell in book.full(sheet) {
        let Some(look) = book.styles.look(cell.style) else { continue };
        let here = conditions.at(cell.row).iter().filter(|(areas, ..)| areas.iter().any(|area| area.has(&cell)));
        let condition = here.filter_map(|(_, style, _)| book.styles.condition((*style)?)).next();
        if let Some(why) = look.unseen.or(condition) {
            unseen.entry(why).or_default().add(cell);
        }
        let Value::Number(number) = cell.value else {
            if look.hides_text {
                nothing.add(cell);
            }
            continue;
        };
        match look.shows(number) {
            Shown::Whole => {}
            Shown::Nothing if number != 0.0 => nothing.add(cell),
            Shown::Words if number != 0.0 => words.add(cell),
            Shown::Nothing | Shown::Words => {}
            Shown::Day if number.fract().abs() > 1e-9 => days.add(cell),
            Shown::Day => {}
            Shown::Rounded(decimals) if is_more_precise(number, decimals) => {
                if number.fract() == 0.0 {
                    contradicted.add(cell)
                } else {
                    precise.add(cell)
                }
            }
            Shown::Rounded(_) => {}
        }
    }
    for (why, cells) in unseen {
        let severity = if styled && why.contains("colour") { Severity::Review } else { Severity::Block };
        let message =
            format!("{}: {why}", many(cells.count, "cell cannot be seen", "cells cannot be seen, this is the first"));
        if let Some(first) = cells.first.first() {
            let place = place.clone().at_cell(address(first.row, first.column));
            scan.find_as(&carrier::INVISIBLE_FORMAT, severity, place, message, values(&cells));
        }
    }
    report(scan, &carrier::INVISIBLE_FORMAT, &nothing, &place, "whose number format shows nothing", values);
    report(
        scan,
        &carrier::UNSHOWN_VALUE,
        &words,
        &place,
        "whose number format shows a text in the place of the number",
        values,
    );
    report(
        scan,
        &carrier::UNSHOWN_VALUE,
        &contradicted,
        &place,
        "whose format shows another whole number than they hold",
        values,
    );
    report(scan, &carrier::PRECISE_VALUE, &precise, &place, "more precise than their format shows", values);
    report(scan, &carrier::PRECISE_VALUE, &days, &place, "that hold a time of which only the day is shown", values);
    Ok(())
}

/// Does a number tell more than its shown decimals? The last bits of a binary number, beyond fifteen digits, tell nothing.
pub(crate) fn is_more_precise(number: f64, decimals: i32) -> bool {
    let scale = 10_f64.powi(decimals);
    let scaled = number * scale;
    if !scaled.is_finite() || scaled.abs() > 1e15 {
        return false;
    }
    (scaled - scaled.round()).abs() > 1e-6_f64.max(scaled.abs() * 1e-14)
}

/// Cells behind more than fifty empty rows or columns.
fn far_cells(scan: &mut Scan<'_>, book: &Workbook, sheet: &Sheet, place: &Place, values: Values<'_>) {
    const FAR: u32 = 50;
    let beyond = |mut lines: Vec<u32>| {
        lines.sort_unstable();
        lines.windows(2).find(|two| two[1] > two[0].saturating_add(FAR)).map(|two| two[1])
    };
    let (mut rows, mut columns) = (Vec::new(), BTreeSet::new());
    for cell in book.full(sheet) {
        if rows.last() != Some(&cell.row) {
            rows.push(cell.row);
        }
        columns.insert(cell.column);
    }
    let (row, column) = (beyond(rows), beyond(columns.into_iter().collect()));
    if row.is_none() && column.is_none() {
        return;
    }
    let mut far = Tally::default();
    let is_far =
        |cell: &Cell| row.is_some_and(|row| cell.row >= row) || column.is_some_and(|column| cell.column >= column);
    book.full(sheet).filter(is_far).for_each(|cell| far.add(cell));
    report(scan, &carrier::FAR_CELL, &far, place, "more than 50 empty rows or columns away from the rest", values);
}

/// What stands beside the cells of a sheet.
fn sheet_rest(scan: &mut Scan<'_>, rest: &Tree, place: &Place) {
    let texts: Vec<String> = ["oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"]
        .iter()
        .flat_map(|name| rest.every(name).map(|slot| slot.text.clone()).collect::<Vec<_>>())
        .filter(|text| has_words(text))
        .collect();
    if !texts.is_empty() {
        scan.find_as(
            &carrier::HEADER_FOOTER,
            Severity::Review,
            place.clone(),
            many(texts.len(), "slot has text", "slots have text"),
            texts,
        );
    }
    let lists: Vec<String> = rest
        .every("dataValidation")
        .flat_map(|validation| {
            let formulas =
                validation.all().filter(|tree| tree.text.trim_start().starts_with('"')).map(|tree| tree.text.clone());
            let said = ["prompt", "error", "promptTitle", "errorTitle"]
                .iter()
                .filter_map(|name| validation.attr(name).map(str::to_owned));
            formulas.chain(said).collect::<Vec<_>>()
        })
        .filter(|text| !text.is_empty())
        .collect();
    if !lists.is_empty() {
        let message = many(lists.len(), "list or message", "lists or messages");
        scan.find_as(&carrier::VALIDATION_LIST, Severity::Review, place.clone(), message, lists);
    }
    let rules: Vec<String> = rest
        .every("cfRule")
        .flat_map(|rule| {
            rule.every("formula")
                .map(|formula| formula.text.clone())
                .chain(rule.attr("text").map(str::to_owned))
                .collect::<Vec<_>>()
        })
        .filter(|text| text.contains('"'))
        .collect();
    if !rules.is_empty() {
        scan.find_as(
            &carrier::CONDITION_TEXT,
            Severity::Review,
            place.clone(),
            many(rules.len(), "rule with a text", "rules with texts"),
            rules,
        );
    }
    let tips: Vec<String> = rest
        .every("hyperlink")
        .filter_map(|link| link.attr("tooltip").map(str::to_owned))
        .filter(|tip| !tip.is_empty())
        .collect();
    if !tips.is_empty() {
        scan.find_as(
            &carrier::HYPERLINK,
            Severity::Review,
            place.clone(),
            many(tips.len(), "link has a text of its own", "links have a text of their own"),
            tips,
        );
    }
    let protected =
        |tree: &Tree| tree.flag("sheet") || tree.attr("password").is_some() || tree.attr("hashValue").is_some();
    if rest.every("sheetProtection").any(protected) || rest.every("protectedRange").count() > 0 {
        scan.find(&carrier::PROTECTION, place.clone(), "the sheet is protected");
    }
}

/// Text in a header or footer beside the codes for page, date, sheet and font, and the words that go with page numbers.
fn has_words(slot: &str) -> bool {
    let mut letters = slot.chars();
    let mut words = String::new();
    while let Some(letter) = letters.next() {
        if letter != '&' {
            words.push(letter);
            continue;
        }
        words.push(' ');
        match letters.next() {
            Some('"') => drop(letters.by_ref().find(|letter| *letter == '"')),
            Some('F' | 'Z') => return true,
            _ => {}
        }
    }
    let plain = |word: &&str| ["page", "of", "sheet"].contains(&word.to_lowercase().as_str());
    words.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty()).any(|word| !plain(&word))
}

/// Texts that a cell showed once: names linger there.
fn unused_texts(scan: &mut Scan<'_>, package: &Package<'_>, book: &Workbook) {
    let mut used = vec![false; book.strings.len()];
    for cell in book.sheets.iter().flat_map(|listed| listed.sheet.cells.iter()) {
        if let Value::Shared(at) = cell.value
            && let Some(used) = used.get_mut(at as usize)
        {
            *used = true;
        }
    }
    let texts =
        |wanted: bool| book.strings.iter().zip(&used).filter(move |(_, used)| **used == wanted).map(|(text, _)| text);
    let mut unused: Vec<&str> = texts(false).filter(|text| !text.trim().is_empty()).collect();
    if !unused.is_empty() {
        let shown: BTreeSet<&str> = texts(true).collect();
        unused.retain(|text| !shown.contains(text));
    }
    if !unused.is_empty() {
        let part = package.of_kind("sharedStrings").first().map(|part| part.name.clone()).unwrap_or_default();
        let message = many(unused.len(), "text that no cell shows", "texts that no cell shows");
        let values = unused.iter().take(5).map(|text| (*text).to_owned()).collect();
        scan.find_as(&carrier::UNUSED_TEXT, Severity::Block, Place::part(&part), message, values);
    }
}

/// The other parts of the package, each kind by what it keeps.
fn parts(
    package: &mut Package<'_>,
    scan: &mut Scan<'_>,
    book: &Workbook,
    seen: &Seen<'_>,
) -> Result<(), Uninspectable> {
    for part in package.parts.clone() {
        let place = Place::part(&part.name);
        match part.kind.as_str() {
            // Read with the workbook.
            "officeDocument" | "sharedStrings" | "styles" => {}
            kind if package::is_read_for_all(kind) => {}
            "worksheet" | "chartsheet" | "dialogsheet" | "xlMacrosheet" | "xlIntlMacrosheet" => {
                if !book.sheets.iter().any(|listed| listed.part.name == part.name) {
                    package.tree(scan, &part.name)?;
                    scan.find(&carrier::HIDDEN_SHEET, place, "a sheet that the workbook does not list");
                }
            }
            // It can have as many elements as the workbook has formulas.
            "calcChain" => package.stream(scan, &part.name, |_| Ok(()))?,
            "volatileDependencies"
            | "chartStyle"
            | "chartColorStyle"
            | "themeOverride"
            | "pivotTable"
            | "queryTable"
            | "slicer"
            | "timeline" => {
                let tree = package.tree(scan, &part.name)?;
                if part.kind == "queryTable" {
                    scan.find(&carrier::CONNECTION, place, "a table that a query fills");
                } else if part.kind == "slicer" || part.kind == "timeline" {
                    scan.find(
                        &carrier::SLICER,
                        place,
                        many(tree.children.len(), "slicer or timeline", "slicers or timelines"),
                    );
                }
            }
            "pivotCacheDefinition" => {
                let tree = package.tree(scan, &part.name)?;
                let items = tree.every("sharedItems").flat_map(|items| &items.children).count();
                let fields = tree.every("cacheField").count();
                let message = format!("the source of a pivot table: {fields} columns, {items} different values");
                scan.find(&carrier::PIVOT_CACHE, place, message);
            }
            "pivotCacheRecords" => {
                let mut rows = 0;
                package.stream(scan, &part.name, |event| {
                    if let crate::xml::Event::Start(element) = event {
                        rows += u64::from(element.local == "r");
                    }
                    Ok(())
                })?;
                scan.find(
                    &carrier::PIVOT_CACHE,
                    place,
                    format!("{} a pivot table", many(rows, "record behind", "records behind")),
                );
            }
            "slicerCache" | "timelineCache" => {
                let tree = package.tree(scan, &part.name)?;
                scan.find(&carrier::SLICER, place, many(tree.every("i").count(), "value", "values"));
            }
            "externalLink" => external_link(package, scan, &part)?,
            "powerPivotData" | "model" | "customData" | "customDataProps" => {
                package.inner(scan, &carrier::DATA_MODEL, &part.name, "a data model");
            }
            "connections" => {
                let tree = package.tree(scan, &part.name)?;
                let told: Vec<String> =
                    tree.every("connection").filter_map(|one| one.attr("name").map(str::to_owned)).collect();
                let message = many(
                    tree.every("connection").count(),
                    "connection, with its address",
                    "connections, with their addresses",
                );
                scan.find_as(&carrier::CONNECTION, Severity::Block, place, message, told);
            }
            "xmlMaps" | "tableSingleCells" => {
                package.tree(scan, &part.name)?;
                scan.find(&properties::CUSTOM_XML, place, "how cells are bound to XML");
            }
            "comments" | "threadedComment" => {
                let tree = package.tree(scan, &part.name)?;
                let count = tree.every("comment").chain(tree.every("threadedComment")).count();
                if count > 0 {
                    let texts = tree.every("text").take(5).map(Tree::all_text).collect();
                    scan.find_as(&carrier::COMMENT, Severity::Block, place, many(count, "comment", "comments"), texts);
                }
            }
            "person" => {
                let tree = package.tree(scan, &part.name)?;
                let names: Vec<String> =
                    tree.every("person").filter_map(|one| one.attr("displayName").map(str::to_owned)).collect();
                if !names.is_empty() {
                    let message = many(
                        names.len(),
                        "person who commented, with an account number",
                        "people who commented, with their account numbers",
                    );
                    scan.find_as(&carrier::COMMENT, Severity::Block, place, message, names);
                }
            }
            "revisionHeaders" | "revisionLog" | "usernames" => {
                let tree = package.tree(scan, &part.name)?;
                scan.find(&carrier::REVISION, place, many(tree.children.len(), "entry", "entries"));
            }
            "oleObject" | "package" | "embeddedObject" => package::embedded(package, scan, &part),
            "vbaProject" | "vbaProjectSignature" | "wordVbaData" | "attachedToolbars" | "xlExternalLinkMacro" => {
                package.bytes(scan, &part.name)?;
                scan.find(&carrier::MACRO, place, "macros");
            }
            "control" | "activeXControlBinary" | "ctrlProp" => {
                package.bytes(scan, &part.name)?;
                scan.find(&carrier::CONTROL, place, "a form control");
            }
            "drawing" | "chartUserShapes" => drawing(package, scan, &part.name)?,
            "vmlDrawing" | "legacyDrawing" => vml(package, scan, &part.name)?,
            "chart" | "chartEx" => chart(package, scan, &part.name, seen)?,
            "table" => {
                let tree = package.tree(scan, &part.name)?;
                filters(scan, &tree, &place);
                let said: Vec<String> = tree.attr("comment").map(str::to_owned).into_iter().collect();
                if !said.is_empty() {
                    scan.find_as(&carrier::COMMENT, Severity::Review, place, "a table has a comment", said);
                }
            }
            "sheetMetadata" => {
                package.tree(scan, &part.name)?;
            }
            kind if kind.starts_with("rdRichValue")
                || kind.starts_with("rdArray")
                || kind.starts_with("richStyles")
                || kind == "rdSupportingPropertyBag" =>
            {
                let tree = package.tree(scan, &part.name)?;
                if tree.all().any(|inner| inner.local == "v" && !inner.text.trim().is_empty()) {
                    scan.find(&carrier::DATA_MODEL, place, "values of data types, which can hold whole records");
                }
            }
            _ => package::unknown(scan, &part),
        }
    }
    hyperlinks(package, scan, seen);
    Ok(())
}

/// Links to addresses: what is a web page for all to see says nothing; paths, queries and mail addresses that are not shown do.
fn hyperlinks(package: &Package<'_>, scan: &mut Scan<'_>, seen: &Seen<'_>) {
    let telling: Vec<String> = package
        .parts
        .iter()
        .flat_map(|part| package.relations(&part.name))
        .filter(|relation| {
            relation.outside && relation.kind == "hyperlink" && is_telling(&relation.target, &|text| seen.within(text))
        })
        .map(|relation| relation.target.clone())
        .collect();
    if !telling.is_empty() {
        let message = many(
            telling.len(),
            "link to a file, to a mail address that is not shown, or with a query",
            "links to files, to mail addresses that are not shown, or with a query",
        );
        scan.find_as(
            &carrier::HYPERLINK,
            Severity::Review,
            Place::default(),
            message,
            telling.into_iter().take(5).collect(),
        );
    }
}

/// Does an address tell what readers do not see?
pub(crate) fn is_telling(target: &str, shown: &dyn Fn(&str) -> bool) -> bool {
    if let Some(mail) = target.strip_prefix("mailto:") {
        return !shown(mail.split('?').next().unwrap_or_default()) || mail.contains('?');
    }
    let web = target.starts_with("http://") || target.starts_with("https://");
    !web && !target.starts_with('#') || web && target.contains('?')
}

fn external_link(package: &mut Package<'_>, scan: &mut Scan<'_>, part: &Part) -> Result<(), Uninspectable> {
    let tree = package.tree(scan, &part.name)?;
    let values = tree.every("cell").filter(|cell| cell.child("v").is_some_and(|value| !value.text.is_empty())).count();
    let live = tree.every("ddeLink").chain(tree.every("oleLink")).count();
    let target = package.relations(&part.name).iter().map(|relation| relation.target.clone()).collect();
    let (severity, message) = if values > 0 || live > 0 {
        (Severity::Block, format!("a link to another file, with a copy of {values} of its values"))
    } else {
        (Severity::Review, "a link to another file, without a copy of its values".to_owned())
    };
    scan.find_as(&carrier::EXTERNAL_LINK, severity, Place::part(&part.name), message, target);
    Ok(())
}

/// Drawings: objects that are hidden or have no size.
fn drawing(package: &mut Package<'_>, scan: &mut Scan<'_>, name: &str) -> Result<(), Uninspectable> {
    let tree = package.tree(scan, name)?;
    drawing_findings(scan, &tree, name);
    Ok(())
}

/// What any drawing can hide.
pub(crate) fn drawing_findings(scan: &mut Scan<'_>, tree: &Tree, name: &str) {
    let hidden =
        tree.all().filter(|tree| matches!(tree.local.as_str(), "cNvPr" | "docPr") && tree.flag("hidden")).count();
    let flat = tree.all().filter(|tree| {
        matches!(tree.local.as_str(), "ext" | "extent") && tree.attr("cx") == Some("0") && tree.attr("cy") == Some("0")
    });
    if hidden > 0 {
        scan.find(&carrier::HIDDEN_OBJECT, Place::part(name), many(hidden, "hidden object", "hidden objects"));
    }
    let flat = flat.count();
    if flat > 0 && tree.every("pic").count() > 0 {
        scan.find_as(
            &carrier::HIDDEN_OBJECT,
            Severity::Review,
            Place::part(name),
            many(flat, "object without a size", "objects without a size"),
            Vec::new(),
        );
    }
    let cropped = tree
        .every("srcRect")
        .filter(|rect| ["l", "t", "r", "b"].iter().any(|side| rect.number(side).is_some_and(|amount: i64| amount > 0)));
    let cropped = cropped.count();
    if cropped > 0 {
        scan.find(
            &properties::CROPPED_PICTURE,
            Place::part(name),
            many(cropped, "cropped picture", "cropped pictures"),
        );
    }
    let is_path = |text: &&str| {
        text.contains(":\\") || text.contains("\\\\") || text.contains("/Users/") || text.contains("/home/")
    };
    let paths: Vec<String> =
        tree.all().filter_map(|tree| tree.attr("descr")).filter(is_path).map(str::to_owned).collect();
    if !paths.is_empty() {
        let message = many(paths.len(), "alternative text that is a path", "alternative texts that are paths");
        scan.find_as(&properties::FILE_PATH, Severity::Review, Place::part(name), message, paths);
    }
}

/// The old form of drawings: comments' boxes and controls. It is HTML-like, so a broken one is no broken file.
fn vml(package: &mut Package<'_>, scan: &mut Scan<'_>, name: &str) -> Result<(), Uninspectable> {
    let bytes = package.bytes(scan, name)?;
    let Ok((tree, _)) = Tree::read(scan.budget(), std::io::Cursor::new(package::utf8(&bytes).as_ref())) else {
        scan.find_as(
            &carrier::HIDDEN_OBJECT,
            Severity::Review,
            Place::part(name),
            "a drawing that is not well-formed",
            Vec::new(),
        );
        return Ok(());
    };
    let kinds: Vec<&str> = tree.every("ClientData").filter_map(|data| data.attr("ObjectType")).collect();
    let controls =
        kinds.iter().filter(|kind| !matches!(**kind, "Note" | "Pict" | "Shape" | "Rect" | "Group" | "Line")).count();
    if controls > 0 {
        scan.find(&carrier::CONTROL, Place::part(name), many(controls, "form control", "form controls"));
    }
    Ok(())
}

/// A chart's copy of values, which must all be in cells that readers see.
fn chart(package: &mut Package<'_>, scan: &mut Scan<'_>, name: &str, seen: &Seen<'_>) -> Result<(), Uninspectable> {
    let tree = package.tree(scan, name)?;
    let mut unseen = Vec::new();
    let mut all = 0;
    let drawn_for_text: Vec<*const Tree> =
        tree.every("numRef").flat_map(|series| zeros_for_text(series, seen)).map(std::ptr::from_ref).collect();
    let caches = tree.all().filter(|tree| {
        matches!(tree.local.as_str(), "numCache" | "strCache" | "multiLvlStrCache" | "lvl" | "datalabelsRangeCache")
    });
    for point in caches.flat_map(|cache| &cache.children).filter(|child| child.local == "pt") {
        let Some(value) = point.child("v").map(|value| value.text.trim()).filter(|value| !value.is_empty()) else {
            continue;
        };
        all += 1;
        if !seen.has(value) && value != "#N/A" && !drawn_for_text.contains(&std::ptr::from_ref(point)) {
            unseen.push(value.to_owned());
        }
    }
    let place = || Place::part(name);
    if !unseen.is_empty() {
        let message = format!("{} of {all} values of a chart are in no cell that readers see", unseen.len());
        let first = unseen.into_iter().take(5).collect();
        scan.find_as(&carrier::CHART_CACHE, Severity::Block, place(), message, first);
    }
    let filtered =
        tree.all().filter(|tree| tree.local.starts_with("filtered") && tree.local.ends_with("eries")).count();
    if filtered > 0 {
        scan.find(
            &carrier::CHART_CACHE,
            place(),
            format!("{} of the chart", many(filtered, "series that is filtered out", "series that are filtered out")),
        );
    }
    if tree.every("externalData").count() > 0 {
        let outside = package.relations(name).iter().any(|relation| relation.outside);
        if outside {
            scan.find_as(
                &carrier::EXTERNAL_LINK,
                Severity::Review,
                place(),
                "a chart whose data are in another file",
                Vec::new(),
            );
        }
    }
    Ok(())
}

/// The points of a series that are 0 because the cells that it draws are texts, which readers see: 0 is what programs draw for them.
fn zeros_for_text<'t>(series: &'t Tree, seen: &Seen<'_>) -> Vec<&'t Tree> {
    let range = series.child("f").and_then(|range| range.text.rsplit_once('!'));
    let area = range.and_then(|(sheet, area)| Some((sheet.trim_matches('\'').replace("''", "'"), Area::parse(area)?)));
    let (Some((sheet, area)), Some(cache)) = (area, series.child("numCache")) else { return Vec::new() };
    let is_zero = |point: &&Tree| point.child("v").is_some_and(|value| value.text.trim() == "0");
    let cell = |point: &Tree| {
        let at: u32 = point.number("idx")?;
        let in_row = area.rows.0 == area.rows.1;
        Some(if in_row {
            (area.rows.0, area.columns.0.checked_add(at)?)
        } else {
            (area.rows.0.checked_add(at)?, area.columns.0)
        })
    };
    let zeros: Vec<(&Tree, (u32, u32))> =
        cache.children.iter().filter(is_zero).filter_map(|point| Some((point, cell(point)?))).collect();
    let texts = seen.texts_at(&sheet, &zeros.iter().map(|(_, place)| *place).collect());
    zeros.into_iter().filter(|(_, place)| texts.contains(place)).map(|(point, _)| point).collect()
}

/// Records in a hidden region from which a visible table was counted.
fn records(scan: &mut Scan<'_>, book: &Workbook) -> Result<(), Uninspectable> {
    let grid = |listed: &Listed, wanted: &dyn Fn(&Cell) -> bool| -> records::Grid {
        let mut grid = records::Grid::new();
        for cell in listed.sheet.cells.iter().filter(|cell| wanted(cell)) {
            grid.entry(cell.row).or_default().insert(cell.column, book.told(&listed.sheet, &cell));
        }
        grid
    };
    let hides = |listed: &Listed, cell: &Cell| listed.hidden || listed.sheet.hides(cell);
    let hidden: Vec<records::Grid> = book
        .sheets
        .iter()
        .map(|listed| {
            let some = listed.hidden || listed.sheet.hides_some();
            if some { grid(listed, &|cell| hides(listed, cell)) } else { records::Grid::new() }
        })
        .collect();
    if hidden.iter().all(|region| region.len() < records::LEAST_ROWS) {
        return Ok(());
    }
    let visible: Vec<records::Grid> = book
        .sheets
        .iter()
        .filter(|listed| !listed.hidden)
        .map(|listed| grid(listed, &|cell| !listed.sheet.hides(cell)))
        .collect();
    let tables: Vec<records::Table<'_>> = visible.iter().map(records::Table::of).collect();
    for (listed, region) in book.sheets.iter().zip(&hidden) {
        for table in &tables {
            if let Some(columns) = records::reproduces(scan.budget(), region, table)? {
                let message =
                    format!("{} hidden rows, counted by {columns}, give the figures of a visible table", region.len());
                let place = Place::part(&listed.part.name).on_sheet(&listed.name);
                scan.find(&carrier::RECORDS_BEHIND_TABLE, place, message);
                break;
            }
        }
    }
    Ok(())
}
