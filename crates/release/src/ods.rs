//! A workbook as OpenDocument spreadsheet (OASIS OpenDocument 1.3): `tables.ods`.
//!
//! Every file of the package is written here, and only these: the mimetype, the manifest, the content, the styles and the
//! properties. There are no settings, formulas, filters, scripts, comments, tracked changes, links out of the file, printer settings or
//! thumbnails; without settings, every program opens the first sheet with the cursor in A1.

use candour_model::Decimal;

use crate::workbook::{Grid, Holds, Line, LineStyle, Sheet, Text, Value, Workbook};
use crate::xml::Xml;
use crate::zip::{Entry, TooLarge, archive};

const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";
/// The namespaces that are used.
const NAMESPACES: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
     xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" \
     xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
     xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
     xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\" \
     xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\" \
     xmlns:number=\"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0\" \
     xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\" \
     xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
     xmlns:xlink=\"http://www.w3.org/1999/xlink\" office:version=\"1.3\"";

/// The bytes of `tables.ods`.
///
/// # Errors
/// When it is larger than an archive can be.
pub(crate) fn write(workbook: &Workbook<'_>, language: &str) -> Result<Vec<u8>, TooLarge> {
    archive(&[
        Entry { path: "mimetype".into(), bytes: MIMETYPE.into(), stored: true },
        Entry::new("META-INF/manifest.xml", manifest()),
        Entry::new("meta.xml", properties(workbook, language)),
        Entry::new("styles.xml", styles(language)),
        Entry::new("content.xml", content(workbook)),
    ])
}

fn manifest() -> Vec<u8> {
    let mut xml = Xml::new();
    xml.raw("<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" manifest:version=\"1.3\">");
    xml.raw("<manifest:file-entry manifest:full-path=\"/\" manifest:version=\"1.3\" manifest:media-type=\"")
        .raw(MIMETYPE)
        .raw("\"/>");
    for part in ["meta.xml", "styles.xml", "content.xml"] {
        xml.raw("<manifest:file-entry manifest:full-path=\"").raw(part).raw("\" manifest:media-type=\"text/xml\"/>");
    }
    xml.raw("</manifest:manifest>");
    xml.into_bytes()
}

/// Title, author, language and dates: all from the document.
fn properties(workbook: &Workbook<'_>, language: &str) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.raw("<office:document-meta ").raw(NAMESPACES).raw("><office:meta>");
    xml.raw("<dc:title>").text(&workbook.title).raw("</dc:title>");
    xml.raw("<meta:initial-creator>").text(&workbook.author).raw("</meta:initial-creator>");
    xml.raw("<dc:creator>").text(&workbook.author).raw("</dc:creator>");
    for moment in ["meta:creation-date", "dc:date"] {
        xml.raw(&format!("<{moment}>{}T00:00:00</{moment}>", workbook.date));
    }
    xml.raw("<dc:language>").escaped(language).raw("</dc:language>");
    xml.raw("</office:meta></office:document-meta>");
    xml.into_bytes()
}

// --- Styles ------------------------------------------------------------------------------------------------------------

/// The styles that have names for people: the same for every workbook of a language.
fn styles(language: &str) -> Vec<u8> {
    let (tongue, country) = language.split_once('-').unwrap_or((language, "none"));
    let mut xml = Xml::new();
    xml.raw("<office:document-styles ").raw(NAMESPACES).raw("><office:font-face-decls>");
    xml.raw("<style:font-face style:name=\"Arial\" svg:font-family=\"Arial\" style:font-family-generic=\"swiss\"/>");
    xml.raw("</office:font-face-decls><office:styles><style:default-style style:family=\"table-cell\">");
    xml.raw("<style:text-properties style:font-name=\"Arial\" fo:font-size=\"12pt\" fo:language=\"").escaped(tongue);
    xml.raw("\" fo:country=\"").escaped(country).raw("\"/></style:default-style>");
    let mut style = |name: &str, shown: &str, cell: &str, text: &str| {
        xml.raw("<style:style style:name=\"").raw(name).raw("\" style:display-name=\"").raw(shown);
        xml.raw("\" style:family=\"table-cell\"");
        xml.raw(if name == "Default" { "" } else { " style:parent-style-name=\"Default\"" }).raw(">");
        xml.raw("<style:table-cell-properties style:vertical-align=\"top\"")
            .raw(cell)
            .raw("/>")
            .raw(text)
            .raw("</style:style>");
    };
    let wrap = " fo:wrap-option=\"wrap\"";
    let right = "<style:paragraph-properties fo:text-align=\"end\"/>";
    let bold = "<style:text-properties fo:font-weight=\"bold\"/>";
    // Marks stand a little apart from the figures before them.
    let apart = "<style:paragraph-properties fo:text-align=\"start\" fo:margin-left=\"3mm\"/>";
    let fixed = format!("{wrap} style:text-align-source=\"fix\"");
    style("Default", "Default", "", "");
    style("Heading_20_1", "Heading 1", "", "<style:text-properties fo:font-size=\"16pt\" fo:font-weight=\"bold\"/>");
    style("Heading_20_2", "Heading 2", "", "<style:text-properties fo:font-size=\"14pt\" fo:font-weight=\"bold\"/>");
    style("Text", "Text", wrap, "");
    style("Link", "Link", "", "<style:text-properties fo:color=\"#0563c1\" style:text-underline-style=\"solid\"/>");
    style("Column_20_heading", "Column heading", wrap, bold);
    style("Figures_20_heading", "Figures heading", &fixed, &format!("{right}{bold}"));
    style("Marks_20_heading", "Marks heading", &fixed, &format!("{apart}{bold}"));
    style("Shorthand", "Shorthand", &fixed, right);
    style("Marks", "Marks", &fixed, apart);
    xml.raw("</office:styles></office:document-styles>");
    xml.into_bytes()
}

/// How many numbers of places have a style: 0 to 15.
const PLACES: usize = 16;

/// How wide a character is, in hundredths of a millimetre: a digit of Arial at 12 points, 0.556 em.
const CHARACTER: usize = 236;

/// The styles of numbers, and of columns by their widths.
fn automatic_styles(xml: &mut Xml, widths: &[usize]) {
    xml.raw("<office:automatic-styles>");
    for places in 0..PLACES {
        xml.raw("<number:number-style style:name=\"N").number(places).raw("\"><number:number number:decimal-places=\"");
        xml.number(places).raw("\" number:min-decimal-places=\"").number(places);
        xml.raw("\" number:min-integer-digits=\"1\" number:grouping=\"true\"/></number:number-style>");
        xml.raw("<style:style style:name=\"Number").number(places).raw("\" style:family=\"table-cell\" ");
        xml.raw("style:parent-style-name=\"Default\" style:data-style-name=\"N").number(places).raw("\"/>");
    }
    for width in widths {
        let size = (width + 2) * CHARACTER;
        xml.raw("<style:style style:name=\"Width").number(*width).raw("\" style:family=\"table-column\">");
        xml.raw(&format!(
            "<style:table-column-properties style:column-width=\"{}.{:02}mm\"/></style:style>",
            size / 100,
            size % 100
        ));
    }
    xml.raw("<style:style style:name=\"Row\" style:family=\"table-row\">");
    xml.raw(
        "<style:table-row-properties style:use-optimal-row-height=\"true\"/></style:style></office:automatic-styles>",
    );
}

// --- Content -----------------------------------------------------------------------------------------------------------

fn content(workbook: &Workbook<'_>) -> Vec<u8> {
    let mut all: Vec<usize> = workbook.sheets.iter().flat_map(widths).collect();
    all.sort_unstable();
    all.dedup();
    let mut xml = Xml::new();
    xml.raw("<office:document-content ").raw(NAMESPACES).raw(">");
    automatic_styles(&mut xml, &all);
    xml.raw("<office:body><office:spreadsheet>");
    for sheet in &workbook.sheets {
        self::sheet(&mut xml, workbook, sheet);
    }
    named_tables(&mut xml, workbook);
    xml.raw("</office:spreadsheet></office:body></office:document-content>");
    xml.into_bytes()
}

/// The widths of a sheet's columns.
fn widths<'s>(sheet: &'s Sheet<'_>) -> impl Iterator<Item = usize> + 's {
    let of_grid = sheet.grid.iter().flat_map(|grid| grid.columns.iter().map(|column| column.width));
    of_grid.chain(sheet.grid.is_none().then_some(sheet.width))
}

fn sheet(xml: &mut Xml, workbook: &Workbook<'_>, sheet: &Sheet<'_>) {
    xml.raw("<table:table table:name=\"").escaped(sheet.name.as_str()).raw("\">");
    for width in widths(sheet) {
        xml.raw("<table:table-column table:style-name=\"Width").number(width).raw("\"/>");
    }
    for line in &sheet.lines {
        self::line(xml, workbook, line);
    }
    if let Some(grid) = &sheet.grid {
        cells(xml, workbook, grid);
    }
    xml.raw("</table:table>");
}

fn line(xml: &mut Xml, workbook: &Workbook<'_>, line: &Line<'_>) {
    let style = match line.style {
        LineStyle::Title => "Heading_20_1",
        LineStyle::Heading => "Heading_20_2",
        LineStyle::Plain if line.link.is_some() => "Link",
        LineStyle::Plain => "Default",
        LineStyle::Wrapped => "Text",
    };
    xml.raw(ROW);
    match line.link {
        Some(to) => link_cell(xml, workbook, style, &line.text, to),
        None => text_cell(xml, style, &line.text),
    }
    xml.raw(ROW_END);
}

const ROW: &str = "<table:table-row table:style-name=\"Row\">";
const ROW_END: &str = "</table:table-row>";

fn cells(xml: &mut Xml, workbook: &Workbook<'_>, grid: &Grid<'_>) {
    xml.raw("<table:table-header-rows>").raw(ROW);
    for column in &grid.columns {
        let style = match column.holds {
            Holds::Words => "Column_20_heading",
            Holds::Figures => "Figures_20_heading",
            Holds::Marks => "Marks_20_heading",
        };
        text_cell(xml, style, &column.heading);
    }
    xml.raw(ROW_END).raw("</table:table-header-rows>");
    for values in grid.rows() {
        xml.raw(ROW);
        for (value, column) in values.iter().zip(&grid.columns) {
            match value {
                Value::Number(number) => number_cell(xml, *number),
                Value::Text(text) => {
                    let style = match column.holds {
                        Holds::Words => "Text",
                        Holds::Figures => "Shorthand",
                        Holds::Marks => "Marks",
                    };
                    text_cell(xml, style, text);
                }
                Value::Link(text, to) => link_cell(xml, workbook, "Link", text, *to),
            }
        }
        xml.raw(ROW_END);
    }
}

/// A number: its decimal as it is, and as it is shown.
fn number_cell(xml: &mut Xml, number: Decimal) {
    xml.raw("<table:table-cell table:style-name=\"Number").number(usize::from(number.places()));
    xml.raw("\" office:value-type=\"float\" office:value=\"").decimal(number).raw("\"><text:p>");
    xml.raw(&grouped(number)).raw("</text:p></table:table-cell>");
}

fn text_cell(xml: &mut Xml, style: &str, text: &Text<'_>) {
    xml.raw("<table:table-cell table:style-name=\"").raw(style).raw("\" office:value-type=\"string\">");
    for line in text.as_str().split('\n') {
        xml.raw("<text:p>");
        spaced(xml, line);
        xml.raw("</text:p>");
    }
    xml.raw("</table:table-cell>");
}

/// A text that leads to the first cell of another sheet.
fn link_cell(xml: &mut Xml, workbook: &Workbook<'_>, style: &str, text: &Text<'_>, to: usize) {
    xml.raw("<table:table-cell table:style-name=\"").raw(style).raw("\" office:value-type=\"string\"><text:p>");
    xml.raw("<text:a xlink:type=\"simple\" xlink:href=\"#'").escaped(workbook.sheets[to].name.as_str()).raw("'.A1\">");
    spaced(xml, text.as_str());
    xml.raw("</text:a></text:p></table:table-cell>");
}

/// Text with every space kept: a space at either end of a paragraph and each one after another are elements, or they would be
/// lost (OpenDocument 1.3, part 3, 6.1.2).
fn spaced(xml: &mut Xml, text: &str) {
    let bytes = text.as_bytes();
    let mut from = 0;
    for (at, _) in text.match_indices(' ') {
        if at == 0 || at + 1 == bytes.len() || bytes[at - 1] == b' ' {
            xml.escaped(&text[from..at]).raw("<text:s/>");
            from = at + 1;
        }
    }
    xml.escaped(&text[from..]);
}

/// Every table by its name, with a row of headings and no filter buttons.
fn named_tables(xml: &mut Xml, workbook: &Workbook<'_>) {
    xml.raw("<table:database-ranges>");
    for sheet in &workbook.sheets {
        let Some(grid) = &sheet.grid else { continue };
        let name = sheet.name.as_str();
        let first = sheet.heading_row();
        xml.raw("<table:database-range table:name=\"")
            .escaped(grid.name.as_str())
            .raw("\" table:target-range-address=\"'");
        xml.escaped(name).raw("'.A").number(first).raw(":'").escaped(name).raw("'.");
        xml.raw(&crate::xlsx::letters(grid.columns.len())).number(first + grid.height());
        xml.raw("\" table:contains-header=\"true\" table:display-filter-buttons=\"false\"/>");
    }
    xml.raw("</table:database-ranges>");
}

/// A number as it is shown: a comma before each group of three digits, all its places.
fn grouped(number: Decimal) -> String {
    let plain = number.to_string();
    let (whole, part) = plain.split_once('.').map_or((plain.as_str(), None), |(whole, part)| (whole, Some(part)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut text = sign.to_owned();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(part) = part {
        text.push('.');
        text.push_str(part);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_keep_their_places() {
        let numbers = [
            (0, 0, "0"),
            (999, 0, "999"),
            (1000, 0, "1,000"),
            (-1_234_567, 2, "-12,345.67"),
            (5, 1, "0.5"),
            (100_000, 0, "100,000"),
        ];
        for (units, places, shown) in numbers {
            assert_eq!(grouped(Decimal::new(units, places)), shown);
        }
    }
}
