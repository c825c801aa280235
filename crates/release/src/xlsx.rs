//! A workbook as Office Open XML (ISO/IEC 29500-1, transitional), as Excel opens it: `tables.xlsx`.
//!
//! Every part is written here, and only these: properties, workbook, styles, sheets and tables. Texts stand in the cells that show
//! them, not in a list of shared strings, so that nothing can be in the file that is in no cell. There are no formulas, names,
//! filters, comments, relationships to anything outside, themes, calculation chains, printer settings or thumbnails.

use crate::workbook::{Grid, Holds, LineStyle, Sheet, Text, Value, Workbook};
use crate::xml::Xml;
use crate::zip::{Entry, TooLarge, archive};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const CONTENT: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// The bytes of `tables.xlsx`.
///
/// # Errors
/// When it is larger than an archive can be.
pub(crate) fn write(workbook: &Workbook<'_>, language: &str) -> Result<Vec<u8>, TooLarge> {
    let mut entries = vec![
        Entry::new("[Content_Types].xml", content_types(workbook)),
        Entry::new("_rels/.rels", package_relationships()),
        Entry::new("docProps/core.xml", properties(workbook, language)),
        Entry::new("xl/workbook.xml", sheets(workbook)),
        Entry::new("xl/_rels/workbook.xml.rels", workbook_relationships(workbook)),
        Entry::new("xl/styles.xml", styles()),
    ];
    for (at, sheet) in workbook.sheets.iter().enumerate() {
        let number = at + 1;
        entries.push(Entry::new(format!("xl/worksheets/sheet{number}.xml"), worksheet(workbook, at)));
        if let Some(grid) = &sheet.grid {
            entries
                .push(Entry::new(format!("xl/worksheets/_rels/sheet{number}.xml.rels"), sheet_relationships(number)));
            entries.push(Entry::new(format!("xl/tables/table{number}.xml"), table(sheet, grid, number)));
        }
    }
    archive(&entries)
}

// --- The package -------------------------------------------------------------------------------------------------------

fn content_types(workbook: &Workbook<'_>) -> Vec<u8> {
    let mut xml = Xml::new();
    let part = |xml: &mut Xml, path: &str, kind: &str| {
        xml.raw("<Override PartName=\"/").raw(path).raw("\" ContentType=\"").raw(kind).raw("\"/>");
    };
    xml.raw("<Types xmlns=\"").raw(PACKAGE).raw("/content-types\">");
    xml.raw("<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>");
    part(&mut xml, "docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml");
    part(&mut xml, "xl/workbook.xml", &format!("{CONTENT}.sheet.main+xml"));
    part(&mut xml, "xl/styles.xml", &format!("{CONTENT}.styles+xml"));
    for (at, sheet) in workbook.sheets.iter().enumerate() {
        let number = at + 1;
        part(&mut xml, &format!("xl/worksheets/sheet{number}.xml"), &format!("{CONTENT}.worksheet+xml"));
        if sheet.grid.is_some() {
            part(&mut xml, &format!("xl/tables/table{number}.xml"), &format!("{CONTENT}.table+xml"));
        }
    }
    xml.raw("</Types>");
    xml.into_bytes()
}

/// Relationships of one part: the end of each one's type, and where it lies.
fn relationships<'p>(parts: impl Iterator<Item = (&'p str, String)>) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.raw("<Relationships xmlns=\"").raw(PACKAGE).raw("/relationships\">");
    for (at, (kind, target)) in parts.enumerate() {
        xml.raw("<Relationship Id=\"rId").number(at + 1).raw("\" Type=\"").raw(kind);
        xml.raw("\" Target=\"").raw(&target).raw("\"/>");
    }
    xml.raw("</Relationships>");
    xml.into_bytes()
}

fn package_relationships() -> Vec<u8> {
    let document = format!("{RELATIONSHIPS}/officeDocument");
    let properties = format!("{PACKAGE}/relationships/metadata/core-properties");
    let parts = [(document.as_str(), "xl/workbook.xml"), (properties.as_str(), "docProps/core.xml")];
    relationships(parts.into_iter().map(|(kind, target)| (kind, target.to_owned())))
}

fn workbook_relationships(workbook: &Workbook<'_>) -> Vec<u8> {
    let (sheet, styles) = (format!("{RELATIONSHIPS}/worksheet"), format!("{RELATIONSHIPS}/styles"));
    let sheets = (1..=workbook.sheets.len()).map(|number| (sheet.as_str(), format!("worksheets/sheet{number}.xml")));
    relationships(sheets.chain([(styles.as_str(), "styles.xml".to_owned())]))
}

fn sheet_relationships(number: usize) -> Vec<u8> {
    let table = format!("{RELATIONSHIPS}/table");
    relationships([(table.as_str(), format!("../tables/table{number}.xml"))].into_iter())
}

/// Title, author, language and dates: all from the document.
fn properties(workbook: &Workbook<'_>, language: &str) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.raw("<cp:coreProperties xmlns:cp=\"").raw(PACKAGE).raw("/metadata/core-properties\" ");
    xml.raw("xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" ");
    xml.raw("xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">");
    xml.raw("<dc:title>").text(&workbook.title).raw("</dc:title>");
    xml.raw("<dc:creator>").text(&workbook.author).raw("</dc:creator>");
    xml.raw("<cp:lastModifiedBy>").text(&workbook.author).raw("</cp:lastModifiedBy>");
    xml.raw("<dc:language>").escaped(language).raw("</dc:language>");
    for moment in ["created", "modified"] {
        xml.raw(&format!(
            "<dcterms:{moment} xsi:type=\"dcterms:W3CDTF\">{}T00:00:00Z</dcterms:{moment}>",
            workbook.date
        ));
    }
    xml.raw("</cp:coreProperties>");
    xml.into_bytes()
}

fn sheets(workbook: &Workbook<'_>) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.raw("<workbook xmlns=\"").raw(MAIN).raw("\" xmlns:r=\"").raw(RELATIONSHIPS).raw("\">");
    xml.raw("<bookViews><workbookView activeTab=\"0\"/></bookViews><sheets>");
    for (at, sheet) in workbook.sheets.iter().enumerate() {
        xml.raw("<sheet name=\"").escaped(sheet.name.as_str()).raw("\" sheetId=\"").number(at + 1);
        xml.raw("\" r:id=\"rId").number(at + 1).raw("\"/>");
    }
    xml.raw("</sheets></workbook>");
    xml.into_bytes()
}

// --- Styles ------------------------------------------------------------------------------------------------------------

/// The styles of cells, by their position in the part. Numbers follow, one style a number of places.
#[derive(Clone, Copy)]
enum Style {
    Plain,
    Title,
    Heading,
    Wrapped,
    WordsHeading,
    FiguresHeading,
    Link,
    Shorthand,
    Marks,
    MarksHeading,
    Numbers,
}

/// How many numbers of places have a style: 0 to 15.
const PLACES: usize = 16;

/// The same for every workbook.
fn styles() -> Vec<u8> {
    let font = |size: u8, extra: &str| {
        format!("<font>{extra}<sz val=\"{size}\"/><name val=\"Arial\"/><family val=\"2\"/></font>")
    };
    let format = |font: usize, number: usize, of: usize, rest: &str| {
        format!("<xf numFmtId=\"{number}\" fontId=\"{font}\" fillId=\"0\" borderId=\"0\" xfId=\"{of}\" {rest}")
    };
    let top = "applyAlignment=\"1\"><alignment vertical=\"top\"/></xf>";
    let wrap = "applyAlignment=\"1\"><alignment vertical=\"top\" wrapText=\"1\"/></xf>";
    let right = "applyAlignment=\"1\"><alignment horizontal=\"right\" vertical=\"top\" wrapText=\"1\"/></xf>";
    // A little apart from the figures before them.
    let marks =
        "applyAlignment=\"1\"><alignment horizontal=\"left\" vertical=\"top\" wrapText=\"1\" indent=\"1\"/></xf>";
    let mut xml = Xml::new();
    xml.raw("<styleSheet xmlns=\"").raw(MAIN).raw("\">");
    xml.raw("<numFmts count=\"").number(PLACES).raw("\">");
    for places in 0..PLACES {
        let point = if places == 0 { String::new() } else { format!(".{}", "0".repeat(places)) };
        xml.raw("<numFmt numFmtId=\"")
            .number(FIRST_FORMAT + places)
            .raw("\" formatCode=\"#,##0")
            .raw(&point)
            .raw("\"/>");
    }
    xml.raw("</numFmts><fonts count=\"5\">");
    xml.raw(&font(12, "")).raw(&font(12, "<b/>")).raw(&font(16, "<b/>")).raw(&font(14, "<b/>"));
    xml.raw(
        "<font><u/><sz val=\"12\"/><color rgb=\"FF0563C1\"/><name val=\"Arial\"/><family val=\"2\"/></font></fonts>",
    );
    // The first two fills are the file form's own; neither is used to mean anything.
    xml.raw("<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>");
    xml.raw("<fill><patternFill patternType=\"gray125\"/></fill></fills>");
    xml.raw("<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>");
    xml.raw("<cellStyleXfs count=\"4\">");
    for (font, number) in [(0, 0), (2, 0), (3, 0), (4, 0)] {
        xml.raw(&format!("<xf numFmtId=\"{number}\" fontId=\"{font}\" fillId=\"0\" borderId=\"0\"/>"));
    }
    xml.raw("</cellStyleXfs><cellXfs count=\"").number(Style::Numbers as usize + PLACES).raw("\">");
    xml.raw(&format(0, 0, 0, top)).raw(&format(2, 0, 1, top)).raw(&format(3, 0, 2, top)).raw(&format(0, 0, 0, wrap));
    xml.raw(&format(1, 0, 0, wrap))
        .raw(&format(1, 0, 0, right))
        .raw(&format(4, 0, 3, top))
        .raw(&format(0, 0, 0, right));
    xml.raw(&format(0, 0, 0, marks)).raw(&format(1, 0, 0, marks));
    for places in 0..PLACES {
        xml.raw(&format(0, FIRST_FORMAT + places, 0, &format!("applyNumberFormat=\"1\" {top}")));
    }
    xml.raw("</cellXfs><cellStyles count=\"4\">");
    for (at, (name, known)) in
        [("Normal", 0), ("Heading 1", 16), ("Heading 2", 17), ("Hyperlink", 8)].iter().enumerate()
    {
        xml.raw(&format!("<cellStyle name=\"{name}\" xfId=\"{at}\" builtinId=\"{known}\"/>"));
    }
    xml.raw("</cellStyles></styleSheet>");
    xml.into_bytes()
}

/// The first number that a format of one's own may have.
const FIRST_FORMAT: usize = 164;

// --- Sheets ------------------------------------------------------------------------------------------------------------

fn worksheet(workbook: &Workbook<'_>, at: usize) -> Vec<u8> {
    let sheet = &workbook.sheets[at];
    let mut xml = Xml::new();
    xml.raw("<worksheet xmlns=\"").raw(MAIN).raw("\" xmlns:r=\"").raw(RELATIONSHIPS).raw("\"><dimension ref=\"A1:");
    let (columns, rows) = extent(sheet);
    xml.raw(&letters(columns)).number(rows).raw("\"/><sheetViews><sheetView ");
    xml.raw(if at == 0 { "tabSelected=\"1\" " } else { "" });
    xml.raw("workbookViewId=\"0\"><selection activeCell=\"A1\" sqref=\"A1\"/></sheetView></sheetViews>");
    xml.raw("<sheetFormatPr defaultRowHeight=\"16\"/>");
    widths(&mut xml, sheet);
    xml.raw("<sheetData>");
    for (at, line) in sheet.lines.iter().enumerate() {
        let style = match (line.link, line.style) {
            (Some(_), _) => Style::Link,
            (None, LineStyle::Title) => Style::Title,
            (None, LineStyle::Heading) => Style::Heading,
            (None, LineStyle::Plain) => Style::Plain,
            (None, LineStyle::Wrapped) => Style::Wrapped,
        };
        let points = match line.style {
            LineStyle::Title => 22,
            LineStyle::Heading => 20,
            LineStyle::Plain => LINE,
            LineStyle::Wrapped => LINE * line.text.lines(sheet.width),
        };
        open_row(&mut xml, at + 1, points);
        text_cell(&mut xml, "A", at + 1, style, &line.text);
        xml.raw("</row>");
    }
    if let Some(grid) = &sheet.grid {
        cells(&mut xml, sheet, grid);
    }
    xml.raw("</sheetData>");
    links(&mut xml, workbook, sheet);
    if let Some(grid) = &sheet.grid {
        numbers_as_text(&mut xml, sheet, grid);
        xml.raw("<tableParts count=\"1\"><tablePart r:id=\"rId1\"/></tableParts>");
    }
    xml.raw("</worksheet>");
    xml.into_bytes()
}

/// How many columns and rows are filled.
fn extent(sheet: &Sheet<'_>) -> (usize, usize) {
    sheet.grid.as_ref().map_or((1, sheet.lines.len()), |grid| (grid.columns.len(), sheet.heading_row() + grid.height()))
}

fn widths(xml: &mut Xml, sheet: &Sheet<'_>) {
    let of_grid = sheet.grid.iter().flat_map(|grid| &grid.columns).map(|column| column.width);
    let alone = sheet.grid.is_none().then_some(sheet.width);
    xml.raw("<cols>");
    for (at, width) in of_grid.chain(alone).enumerate() {
        xml.raw("<col min=\"").number(at + 1).raw("\" max=\"").number(at + 1);
        xml.raw("\" width=\"").number(width + 2).raw("\" customWidth=\"1\"/>");
    }
    xml.raw("</cols>");
}

fn cells(xml: &mut Xml, sheet: &Sheet<'_>, grid: &Grid<'_>) {
    let columns: Vec<String> = (1..=grid.columns.len()).map(letters).collect();
    let row = sheet.heading_row();
    open_row(xml, row, LINE * grid.heading_lines());
    for (column, letters) in grid.columns.iter().zip(&columns) {
        let style = match column.holds {
            Holds::Words => Style::WordsHeading,
            Holds::Figures => Style::FiguresHeading,
            Holds::Marks => Style::MarksHeading,
        };
        text_cell(xml, letters, row, style, &column.heading);
    }
    xml.raw("</row>");
    for (values, row) in grid.rows().zip(row + 1..) {
        open_row(xml, row, LINE * grid.lines(values));
        for ((value, column), letters) in values.iter().zip(&grid.columns).zip(&columns) {
            match value {
                Value::Number(number) => {
                    let style = Style::Numbers as usize + usize::from(number.places());
                    xml.raw("<c r=\"").raw(letters).number(row).raw("\" s=\"").number(style).raw("\"><v>");
                    xml.decimal(*number).raw("</v></c>");
                }
                Value::Text(text) => {
                    let style = match column.holds {
                        Holds::Words => Style::Wrapped,
                        Holds::Figures => Style::Shorthand,
                        Holds::Marks => Style::Marks,
                    };
                    text_cell(xml, letters, row, style, text);
                }
                Value::Link(text, _) => text_cell(xml, letters, row, Style::Link, text),
            }
        }
        xml.raw("</row>");
    }
}

/// How high a line of text is, in points.
const LINE: usize = 16;

/// A row, as high as its text needs: LibreOffice does not find that out for itself in this format.
fn open_row(xml: &mut Xml, row: usize, points: usize) {
    xml.raw("<row r=\"").number(row);
    if points != LINE {
        xml.raw("\" ht=\"").number(points.min(HIGHEST)).raw("\" customHeight=\"1");
    }
    xml.raw("\">");
}

/// How high a row can be, in points.
const HIGHEST: usize = 409;

/// A text, which no program takes for a formula, whatever it begins with.
fn text_cell(xml: &mut Xml, column: &str, row: usize, style: Style, text: &Text<'_>) {
    xml.raw("<c r=\"").raw(column).number(row).raw("\" s=\"").number(style as usize).raw("\" t=\"inlineStr\"><is>");
    let kept = text.as_str().starts_with(char::is_whitespace)
        || text.as_str().ends_with(char::is_whitespace)
        || text.as_str().contains('\n')
        || text.as_str().contains("  ");
    xml.raw(if kept { "<t xml:space=\"preserve\">" } else { "<t>" });
    literal(xml, text.as_str());
    xml.raw("</t></is></c>");
}

/// Text of a cell. Excel reads `_x0041_` as the character with that number; an underscore that begins such a form is written as one
/// itself (ISO/IEC 29500-1, 22.9.2.19).
fn literal(xml: &mut Xml, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let is_form = rest
            .as_bytes()
            .get(at..at + 7)
            .is_some_and(|form| form[2..6].iter().all(u8::is_ascii_hexdigit) && form[6] == b'_');
        xml.escaped(&rest[..at]).raw(if is_form { "_x005F_" } else { "_" });
        rest = &rest[at + 1..];
    }
    xml.escaped(rest);
}

/// Links to other sheets. They are places of this file, not relationships to another.
fn links(xml: &mut Xml, workbook: &Workbook<'_>, sheet: &Sheet<'_>) {
    let of_lines = sheet.lines.iter().enumerate().filter_map(|(at, line)| Some((1, at + 1, line.link?)));
    let of_cells = sheet.grid.iter().flat_map(|grid| {
        grid.cells.iter().enumerate().filter_map(|(at, value)| match value {
            Value::Link(_, to) => {
                let (row, column) = (at / grid.columns.len(), at % grid.columns.len());
                Some((column + 1, sheet.heading_row() + 1 + row, *to))
            }
            Value::Text(_) | Value::Number(_) => None,
        })
    });
    let links: Vec<(usize, usize, usize)> = of_lines.chain(of_cells).collect();
    if links.is_empty() {
        return;
    }
    xml.raw("<hyperlinks>");
    for (column, row, to) in links {
        xml.raw("<hyperlink ref=\"").raw(&letters(column)).number(row).raw("\" location=\"'");
        xml.escaped(workbook.sheets[to].name.as_str()).raw("'!A1\"/>");
    }
    xml.raw("</hyperlinks>");
}

/// Asks Excel not to warn of years and codes that are text, since they are labels: a warning on every row says nothing.
fn numbers_as_text(xml: &mut Xml, sheet: &Sheet<'_>, grid: &Grid<'_>) {
    let looks = |value: &Value<'_>| matches!(value, Value::Text(text) if text.as_str().starts_with(|letter: char| letter.is_ascii_digit()));
    if !grid.cells.iter().any(looks) {
        return;
    }
    let (columns, rows) = extent(sheet);
    xml.raw("<ignoredErrors><ignoredError sqref=\"A").number(sheet.heading_row()).raw(":").raw(&letters(columns));
    xml.number(rows).raw("\" numberStoredAsText=\"1\"/></ignoredErrors>");
}

/// A table's part: where it lies, and what its columns are called. No filter, no total row, no style of its own.
fn table(sheet: &Sheet<'_>, grid: &Grid<'_>, number: usize) -> Vec<u8> {
    let (columns, rows) = extent(sheet);
    let name = grid.name.as_str();
    let mut xml = Xml::new();
    xml.raw("<table xmlns=\"").raw(MAIN).raw("\" id=\"").number(number).raw("\" name=\"").escaped(name);
    xml.raw("\" displayName=\"").escaped(name).raw("\" ref=\"A").number(sheet.heading_row()).raw(":");
    xml.raw(&letters(columns))
        .number(rows)
        .raw("\" totalsRowShown=\"0\"><tableColumns count=\"")
        .number(columns)
        .raw("\">");
    for (at, column) in grid.columns.iter().enumerate() {
        xml.raw("<tableColumn id=\"").number(at + 1).raw("\" name=\"");
        literal(&mut xml, column.heading.as_str());
        xml.raw("\"/>");
    }
    xml.raw("</tableColumns></table>");
    xml.into_bytes()
}

/// What a column is called, counted from 1: A to Z, then AA.
pub(crate) fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while rest > 0 {
        letters.push(b'A' + u8::try_from((rest - 1) % 26).unwrap_or_default());
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().map(|letter| char::from(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_called_as_spreadsheets_call_them() {
        let names = [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (702, "ZZ"), (703, "AAA"), (16_384, "XFD")];
        for (column, name) in names {
            assert_eq!(letters(column), name);
        }
    }

    #[test]
    fn a_text_that_looks_like_an_escape_is_escaped() {
        let written = |text: &str| {
            let mut xml = Xml::new();
            literal(&mut xml, text);
            String::from_utf8(xml.into_bytes()).unwrap().split_once('\n').unwrap().1.to_owned()
        };
        assert_eq!(written("_x0041_"), "_x005F_x0041_");
        assert_eq!(written("_x004_ _x_x0041_é"), "_x004_ _x_x005F_x0041_é");
        assert_eq!(written("_xé041_"), "_xé041_");
    }
}
