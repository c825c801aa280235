//! What the content of an OpenDocument file hides: sheets, rows, columns, cells, text, changes, objects.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::carrier::{Carrier, Severity, document, workbook};
use crate::format::xlsx::{
    is_more_precise, is_telling, number_text,
    sheet::{Texts, column_name},
    styles::{alike, rgb},
};
use crate::limits::Uninspectable;
use crate::namespace::Ns;
use crate::records::{self, Grid};
use crate::report::{Place, many};
use crate::scan::Scan;
use crate::xml::Tree;

/// What readers see: the texts of cells and paragraphs. They are put in order when that is asked for, which most files do not.
#[derive(Default)]
pub(crate) struct Shown {
    texts: Texts,
    order: OnceCell<Vec<u32>>,
}

impl Shown {
    fn add(&mut self, text: &str) {
        self.texts.push(text.trim());
        self.order.take();
    }

    pub(crate) fn has(&self, text: &str) -> bool {
        let text_at = |at: &u32| self.texts.get(*at).unwrap_or_default();
        let order = self.order.get_or_init(|| {
            let mut order: Vec<u32> = (0..u32::try_from(self.texts.len()).unwrap_or(u32::MAX)).collect();
            order.sort_unstable_by(|one, other| text_at(one).cmp(text_at(other)));
            order
        });
        order.binary_search_by(|at| text_at(at).cmp(text.trim())).is_ok()
    }

    pub(crate) fn has_within(&self, text: &str) -> bool {
        self.texts.iter().any(|known| known.contains(text.trim()))
    }
}

/// A number in the spelling in which numbers are compared.
pub(crate) fn plain_number(text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), number_text)
}

/// Styles by name, with what they inherit.
struct Styles<'t>(BTreeMap<&'t str, &'t Tree>);

/// Why text of each style cannot be seen, worked out once.
#[derive(Default)]
struct Sight<'t>(BTreeMap<Option<&'t str>, Option<&'static str>>);

impl<'t> Sight<'t> {
    fn unseen(&mut self, styles: &Styles<'_>, style: Option<&'t str>) -> Option<&'static str> {
        *self.0.entry(style).or_insert_with(|| styles.unseen(style, style))
    }
}

impl<'t> Styles<'t> {
    fn new(trees: impl Iterator<Item = &'t Tree>) -> Self {
        let all = trees.flat_map(|tree| tree.every("style").chain(tree.every("default-style")));
        Self(all.filter_map(|style| Some((style.attr_of(Ns::Style, "name")?, style))).collect())
    }

    /// The value of a property, of the style itself or of the nearest that it stands on.
    fn property(&self, style: Option<&str>, name: &str) -> Option<&'t str> {
        let mut next = style;
        for _ in 0..32 {
            let style = self.0.get(next?)?;
            let own = style.children.iter().filter(|child| child.local.ends_with("-properties"));
            if let Some(value) = own.filter_map(|child| child.attr(name)).next() {
                return Some(value);
            }
            next = style.attr_of(Ns::Style, "parent-style-name");
        }
        None
    }

    /// Why text of this style cannot be seen, if so.
    fn unseen(&self, text: Option<&str>, ground: Option<&str>) -> Option<&'static str> {
        let size = self.property(text, "font-size").and_then(|size| size.trim_end_matches("pt").parse::<f64>().ok());
        if self.property(text, "display") == Some("none") {
            return Some("it is hidden text");
        }
        if size.is_some_and(|size| size <= 1.0) {
            return Some("its letters are too small to be seen");
        }
        let ink = rgb(self.property(text, "color")?)?;
        let behind = self.property(text, "background-color").or_else(|| self.property(ground, "background-color"));
        let behind = behind.filter(|colour| *colour != "transparent").and_then(rgb).unwrap_or([1.0; 3]);
        alike(ink, behind).then_some("it has the colour of its background")
    }
}

/// Does a length come to nothing: `0cm`?
fn is_nothing(length: &str) -> bool {
    let number: String =
        length.chars().take_while(|letter| letter.is_ascii_digit() || matches!(letter, '.' | '-')).collect();
    number.parse::<f64>().is_ok_and(|number| number < 0.004)
}

/// A carrier, and whether an element is one.
type Kind = (&'static Carrier, fn(&Tree) -> bool);

/// Elements that hold something beside what readers see. They are looked for together, since a large sheet has millions of others.
static KINDS: &[Kind] = &[
    (&workbook::COMMENT, |tree| tree.local == "annotation"),
    (&workbook::PIVOT_CACHE, |tree| tree.local == "data-pilot-table"),
    (&workbook::SCENARIO, |tree| tree.local == "scenario"),
    (&workbook::VALIDATION_LIST, |tree| tree.local == "content-validation"),
    (&workbook::DEFINED_NAME, |tree| tree.local == "named-expression"),
    (&workbook::DEFINED_NAME, |tree| tree.local == "named-range"),
    (&workbook::MACRO, |tree| tree.local == "event-listeners"),
    (&document::HIDDEN_TEXT, |tree| tree.local == "hidden-text"),
    (&document::HIDDEN_TEXT, |tree| tree.local == "hidden-paragraph"),
    (&document::FIELD_CODE, |tree| tree.local == "conditional-text"),
    (&document::LIVE_FIELD, |tree| tree.local == "database-display"),
    (&document::LIVE_FIELD, |tree| tree.local == "dde-connection"),
    (&workbook::EXTERNAL_LINK, |tree| tree.local == "dde-link"),
    (&workbook::MACRO, |tree| tree.local == "script"),
    (&document::TRACKED_CHANGE, |tree| {
        tree.local == "tracked-changes" && tree.children.iter().any(|child| !child.children.is_empty())
    }),
    (&workbook::PROTECTION, |tree| tree.attr_of(Ns::Table, "protected") == Some("true")),
    (&workbook::CONTROL, |tree| tree.ns == Ns::Form && tree.local != "forms" && tree.local != "form"),
    (&workbook::ACTIVE_FILTER, |tree| tree.local == "filter" && !tree.children.is_empty()),
    (&workbook::FORMULA, |tree| tree.attr_of(Ns::Table, "formula").is_some()),
    (&workbook::HYPERLINK, |tree| tree.local == "a"),
];

/// Puts down what the content hides, and tells what readers see.
///
/// # Errors
/// When it takes too much work.
pub(crate) fn findings(
    scan: &mut Scan<'_>,
    content: &Tree,
    styles: Option<&Tree>,
    part: &str,
) -> Result<Shown, Uninspectable> {
    let styles = Styles::new(styles.into_iter().chain([content]));
    let mut shown = Shown::default();
    let mut grids = Vec::new();
    let body = content.every("body").next().unwrap_or(content);
    for table in body.every("table").filter(|table| table.ns == Ns::Table) {
        scan.budget().spend(1)?;
        grids.push(table_findings(scan, &styles, table, part, &mut shown)?);
    }
    // A style for hidden sheets stays behind when the sheet is gone, or stands ready for copies of other files.
    let used: Vec<&str> = body.every("table").filter_map(|table| table.attr_of(Ns::Table, "style-name")).collect();
    let left = styles.0.iter().filter(|(name, style)| {
        !used.contains(*name) && style.children.iter().any(|child| child.attr_of(Ns::Table, "display") == Some("false"))
    });
    let left = left.count();
    if left > 0 {
        let message = "a style hides sheets, and no sheet of the file has it now: one may have been there";
        scan.find(&workbook::HIDDEN_SHEET, Place::part(part), message);
    }
    // A table is large, and only looked at where there may be records behind it.
    let behind = grids.iter().any(|(hidden, _)| hidden.len() >= records::LEAST_ROWS);
    let tables = grids.iter().filter(|_| behind).map(|(_, visible)| records::Table::of(visible));
    let tables: Vec<records::Table<'_>> = tables.collect();
    for (hidden, ..) in &grids {
        for table in &tables {
            if let Some(columns) = records::reproduces(scan.budget(), hidden, table)? {
                let message =
                    format!("{} hidden rows, counted by {columns}, give the figures of a visible table", hidden.len());
                scan.find(&workbook::RECORDS_BEHIND_TABLE, Place::part(part), message);
            }
        }
    }
    text_findings(scan, &styles, body, part, &mut shown);
    let mut found = vec![Vec::new(); KINDS.len()];
    for tree in body.all() {
        for ((_, is_one), found) in KINDS.iter().zip(&mut found) {
            if is_one(tree) {
                found.push(tree);
            }
        }
    }
    for ((carrier, _), found) in KINDS.iter().zip(found) {
        if *carrier == &workbook::HYPERLINK {
            let telling = |link: &&Tree| {
                link.attr_of(Ns::Link, "href").is_some_and(|target| is_telling(target, &|text| shown.has_within(text)))
            };
            tell(scan, carrier, found.into_iter().filter(telling), part);
        } else if *carrier == &document::TRACKED_CHANGE {
            tell(scan, carrier, found.into_iter().flat_map(|changes| &changes.children), part);
        } else {
            tell(scan, carrier, found.into_iter(), part);
        }
    }
    Ok(shown)
}

/// Elements of one kind, in one finding.
fn tell<'t>(scan: &mut Scan<'_>, carrier: &'static Carrier, found: impl Iterator<Item = &'t Tree>, part: &str) {
    let found: Vec<&Tree> = found.collect();
    if !found.is_empty() {
        let values = found.iter().take(5).map(|tree| tree.all_text()).collect();
        scan.find_as(carrier, carrier.severity, Place::part(part), format!("{} in the content", found.len()), values);
    }
}

/// What a table hides; and what it holds, the hidden and the visible apart.
fn table_findings(
    scan: &mut Scan<'_>,
    styles: &Styles<'_>,
    table: &Tree,
    part: &str,
    shown: &mut Shown,
) -> Result<(Grid, Grid), Uninspectable> {
    let name = table.attr_of(Ns::Table, "name").unwrap_or_default();
    let place = || Place::part(part).on_sheet(name);
    let style = table.attr_of(Ns::Table, "style-name");
    if table.every("table-source").count() > 0 {
        let cells = table.every("table-cell").filter(|cell| !cell.all_text().is_empty()).count();
        let severity = if cells > 0 { Severity::Block } else { Severity::Review };
        scan.find_as(
            &workbook::EXTERNAL_LINK,
            severity,
            place(),
            format!("a copy of another file, {cells} cells"),
            Vec::new(),
        );
        return Ok((Grid::new(), Grid::new()));
    }
    let hidden_sheet = styles.property(style, "display") == Some("false");
    if hidden_sheet {
        scan.find(&workbook::HIDDEN_SHEET, place(), "the sheet is hidden");
    }
    let collapsed = |tree: &Tree| matches!(tree.attr_of(Ns::Table, "visibility"), Some("collapse" | "filter"));
    let sized =
        |tree: &Tree, size: &str| styles.property(tree.attr_of(Ns::Table, "style-name"), size).is_some_and(is_nothing);
    let repeat = |tree: &Tree, name: &str| {
        tree.attr_of(Ns::Table, name).and_then(|count| count.parse::<u32>().ok()).unwrap_or(1).max(1)
    };
    let mut hidden_columns = Vec::new();
    let mut defaults = Vec::new();
    let mut at = 1_u32;
    for column in own(table).into_iter().filter(|tree| tree.local == "table-column") {
        let count = repeat(column, "number-columns-repeated");
        let next = at.saturating_add(count);
        if collapsed(column) || sized(column, "column-width") {
            hidden_columns.push(at..next);
        }
        defaults.push((at..next, column.attr_of(Ns::Table, "default-cell-style-name")));
        at = next;
    }
    let (mut hidden, mut visible) = (Grid::new(), Grid::new());
    let mut sight = Sight::default();
    let (mut rows_hidden, mut row_values, mut column_values, mut filtered) = (0_u64, Vec::new(), Vec::new(), false);
    let (mut unseen, mut precise, mut contradicted) = (Vec::new(), Vec::new(), Vec::new());
    let mut row_at = 1_u32;
    for row in own(table).into_iter().filter(|tree| tree.local == "table-row") {
        let rows = repeat(row, "number-rows-repeated");
        let hides_row = collapsed(row) || sized(row, "row-height");
        filtered |= row.attr_of(Ns::Table, "visibility") == Some("filter");
        rows_hidden += u64::from(hides_row) * u64::from(rows);
        let mut column_at = 1_u32;
        for cell in
            row.children.iter().filter(|tree| matches!(tree.local.as_str(), "table-cell" | "covered-table-cell"))
        {
            scan.budget().spend(1)?;
            let columns = repeat(cell, "number-columns-repeated");
            let paragraphs: Vec<String> =
                cell.children.iter().filter(|child| child.ns == Ns::Text).map(Tree::all_text).collect();
            let text = paragraphs.join("\n");
            let value = cell.attr_of(Ns::Office, "value");
            if !text.trim().is_empty() || value.is_some() {
                let told = value.map_or_else(|| text.trim().to_owned(), plain_number);
                let place = || (column_name(column_at), row_at);
                let hides_column = hidden_columns.iter().any(|range| range.contains(&column_at));
                if hides_row {
                    row_values.push(told.clone());
                } else if hides_column {
                    column_values.push(told.clone());
                }
                if cell.local == "covered-table-cell" {
                    let place = Place::part(part).on_sheet(name).at_cell(format!("{}{row_at}", place().0));
                    scan.find_as(
                        &workbook::BENEATH_MERGED,
                        Severity::Block,
                        place,
                        "1 cell beneath merged cells",
                        vec![told.clone()],
                    );
                }
                let default =
                    defaults.iter().find(|(range, _)| range.contains(&column_at)).and_then(|(_, style)| *style);
                let cell_style = cell.attr_of(Ns::Table, "style-name").or(default);
                if let Some(why) = sight.unseen(styles, cell_style) {
                    unseen.push((place(), told.clone(), why));
                }
                if let Some(number) = value.and_then(|value| value.parse::<f64>().ok()) {
                    match shown_as(&text, number) {
                        Fits::Exact => {}
                        Fits::Rounded => precise.push((place(), told.clone())),
                        Fits::Otherwise => contradicted.push((place(), told.clone())),
                    }
                }
                if hidden_sheet || hides_row || hides_column {
                    hidden.entry(row_at).or_default().insert(column_at, told);
                } else {
                    shown.add(&text);
                    if told != text.trim() {
                        shown.add(&told);
                    }
                    visible.entry(row_at).or_default().insert(column_at, told);
                }
            }
            column_at = column_at.saturating_add(columns);
        }
        row_at = row_at.saturating_add(rows);
    }
    lines(scan, &workbook::HIDDEN_ROW, rows_hidden > 0, &row_values, "rows", &place());
    lines(scan, &workbook::HIDDEN_COLUMN, !hidden_columns.is_empty(), &column_values, "columns", &place());
    if filtered {
        scan.find(&workbook::ACTIVE_FILTER, place(), "a filter hides rows");
    }
    let at = |(column, row): &(String, u32)| place().at_cell(format!("{column}{row}"));
    if let Some((first, _, why)) = unseen.first() {
        let message =
            format!("{}: {why}", many(unseen.len(), "cell cannot be seen", "cells cannot be seen, this is the first"));
        let values = unseen.iter().take(5).map(|(_, told, _)| told.clone()).collect();
        scan.find_as(&workbook::INVISIBLE_FORMAT, Severity::Block, at(first), message, values);
    }
    for (found, carrier, what) in [
        (precise, &workbook::PRECISE_VALUE, "more precise than what is shown"),
        (contradicted, &workbook::UNSHOWN_VALUE, "another number than what is shown"),
    ] {
        if let Some((first, _)) = found.first() {
            let message =
                format!("{} a number that is {what}, this is the first", many(found.len(), "cell holds", "cells hold"));
            let values = found.iter().take(5).map(|(_, told)| told.clone()).collect();
            scan.find_as(carrier, carrier.severity, at(first), message, values);
        }
    }
    Ok((hidden, visible))
}

fn lines(scan: &mut Scan<'_>, carrier: &'static Carrier, any: bool, values: &[String], what: &str, place: &Place) {
    if !values.is_empty() {
        let message = format!("hidden {what} hold {} values", values.len());
        scan.find_as(carrier, Severity::Block, place.clone(), message, values.iter().take(5).cloned().collect());
    } else if any {
        scan.find_as(carrier, Severity::Review, place.clone(), format!("hidden {what}, which are empty"), Vec::new());
    }
}

/// Columns and rows of a table itself, not of tables in its cells.
fn own(table: &Tree) -> Vec<&Tree> {
    let mut found = Vec::new();
    let mut waiting: Vec<&Tree> = table.children.iter().rev().collect();
    while let Some(tree) = waiting.pop() {
        match tree.local.as_str() {
            "table-column" | "table-row" => found.push(tree),
            "table-columns"
            | "table-rows"
            | "table-header-rows"
            | "table-header-columns"
            | "table-row-group"
            | "table-column-group" => {
                waiting.extend(tree.children.iter().rev());
            }
            _ => {}
        }
    }
    found
}

/// How a shown text fits the number behind it.
#[derive(Debug, PartialEq)]
enum Fits {
    Exact,
    /// The text is the number, rounded.
    Rounded,
    /// The text is no such number: a whole number is shown as another, or a number as nothing.
    Otherwise,
}

fn shown_as(text: &str, number: f64) -> Fits {
    let percent = text.contains('%');
    let digits: String = text.chars().filter(|letter| letter.is_ascii_digit() || matches!(letter, '.' | '-')).collect();
    if text.trim().is_empty() {
        return if number == 0.0 { Fits::Exact } else { Fits::Otherwise };
    }
    if digits.chars().all(|letter| !letter.is_ascii_digit()) {
        // A zero is often shown as a dash; another number as a mark is a number that is kept from readers.
        return if number == 0.0 { Fits::Exact } else { Fits::Otherwise };
    }
    let Ok(read) = digits.trim_matches('-').parse::<f64>() else { return Fits::Exact };
    let scaled = if percent { number * 100.0 } else { number }.abs();
    let decimals = digits.split_once('.').map_or(0, |(_, decimals)| i32::try_from(decimals.len()).unwrap_or(0));
    let half = 0.5 * 10_f64.powi(-decimals);
    if (scaled - read).abs() > half * 1.000_001 {
        // Written in another way, such as 1.2E+05, as a fraction or with another mark for decimals: not looked into, unless both are whole.
        let plain = text.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, ',' | ' ' | '-'));
        return if plain && number.fract() == 0.0 { Fits::Otherwise } else { Fits::Exact };
    }
    if is_more_precise(scaled, decimals) { Fits::Rounded } else { Fits::Exact }
}

/// Text that cannot be seen, and the texts that can.
fn text_findings(scan: &mut Scan<'_>, styles: &Styles<'_>, body: &Tree, part: &str, shown: &mut Shown) {
    let mut unseen: Vec<(String, &'static str)> = Vec::new();
    let mut sight = Sight::default();
    for paragraph in body.all().filter(|tree| tree.ns == Ns::Text && matches!(tree.local.as_str(), "p" | "h" | "span"))
    {
        let style = paragraph.attr_of(Ns::Text, "style-name");
        let text = paragraph.all_text();
        match sight.unseen(styles, style) {
            Some(why) if !text.trim().is_empty() => unseen.push((text, why)),
            _ if paragraph.local != "span" => shown.add(&text),
            _ => {}
        }
    }
    if let Some((_, why)) = unseen.first() {
        let carrier = if *why == "it is hidden text" { &document::HIDDEN_TEXT } else { &document::INVISIBLE_TEXT };
        let message = format!(
            "{}: {why}",
            many(unseen.len(), "piece of text cannot be seen", "pieces of text cannot be seen, of the first")
        );
        scan.find_as(
            carrier,
            Severity::Block,
            Place::part(part),
            message,
            unseen.into_iter().take(5).map(|(text, _)| text).collect(),
        );
    }
    let hidden = body.all().filter(|tree| {
        tree.local == "section" && tree.attr_of(Ns::Text, "display").is_some_and(|display| display != "true")
    });
    tell(scan, &document::HIDDEN_TEXT, hidden, part);
    let slides = body
        .all()
        .filter(|tree| tree.ns == Ns::Draw && tree.local == "page")
        .filter(|page| styles.property(page.attr_of(Ns::Draw, "style-name"), "visibility") == Some("hidden"));
    tell(scan, &workbook::HIDDEN_SHEET, slides, part);
    let notes = body
        .all()
        .filter(|tree| tree.ns == Ns::Presentation && tree.local == "notes" && !tree.all_text().trim().is_empty());
    tell(scan, &workbook::COMMENT, notes, part);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_text_fits_its_number_or_does_not() {
        for (text, number, expected) in [
            ("4", 4.0, Fits::Exact),
            ("1,234", 1234.0, Fits::Exact),
            ("33.3%", 1.0 / 3.0, Fits::Rounded),
            ("0.30", 0.1 + 0.2, Fits::Exact),
            ("4", 3.7, Fits::Rounded),
            ("[c]", 3.0, Fits::Otherwise),
            ("10", 12.0, Fits::Otherwise),
            ("-", 0.0, Fits::Exact),
            ("", 7.0, Fits::Otherwise),
        ] {
            assert_eq!(shown_as(text, number), expected, "{text} {number}");
        }
    }
}
