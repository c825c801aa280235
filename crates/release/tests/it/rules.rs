//! Spreadsheets keep the rules of the Government Analysis Function's guidance "Releasing statistics in spreadsheets", and hold
//! nothing that is not shown: checks over the files' own XML.

use std::collections::BTreeSet;

use crate::sample::formats;

use candour_model::Document;
use candour_release::{bundle, files};
use proptest::prelude::*;

use crate::reading::{self, Held, Node, ReadSheet, unzip, xml};
use crate::{random, sample};

/// Every element of a workbook, and every attribute. Formulas, filters, merged cells, panes, hidden rows, comments, names, print settings
/// and pictures would each need one that is not here.
const XLSX_WORDS: &str = "
    Types Default Override @Extension @ContentType @PartName
    Relationships Relationship @Id @Type @Target
    cp:coreProperties dc:title dc:creator cp:lastModifiedBy dc:language dcterms:created dcterms:modified @xsi:type
    workbook bookViews workbookView @activeTab sheets sheet @name @sheetId @r:id
    styleSheet numFmts numFmt @numFmtId @formatCode @count fonts font b u sz color @rgb name family @val
    fills fill patternFill @patternType borders border left right top bottom diagonal cellStyleXfs xf @fontId @fillId @borderId
    @xfId cellXfs @applyAlignment @applyNumberFormat alignment @vertical @horizontal @wrapText @indent cellStyles cellStyle @builtinId
    worksheet dimension @ref sheetViews sheetView @tabSelected @workbookViewId selection @activeCell @sqref sheetFormatPr
    @defaultRowHeight cols col @min @max @width @customWidth sheetData row @r @ht @customHeight c @s @t is t @xml:space v
    hyperlinks hyperlink @location ignoredErrors ignoredError @numberStoredAsText tableParts tablePart
    table @id @displayName @totalsRowShown tableColumns tableColumn";

/// The same of an OpenDocument spreadsheet.
const ODS_WORDS: &str = "
    manifest:manifest @manifest:version manifest:file-entry @manifest:full-path @manifest:media-type
    office:document-meta office:meta dc:title meta:initial-creator dc:creator meta:creation-date dc:date dc:language @office:version
    office:document-styles office:font-face-decls style:font-face @style:name @svg:font-family @style:font-family-generic
    office:styles style:default-style @style:family style:text-properties @style:font-name @fo:font-size @fo:language @fo:country
    style:style @style:display-name @style:parent-style-name style:table-cell-properties @style:vertical-align @fo:wrap-option
    @style:text-align-source style:paragraph-properties @fo:text-align @fo:margin-left @fo:font-weight @fo:color
    @style:text-underline-style
    office:document-content office:automatic-styles number:number-style number:number @number:decimal-places
    @number:min-decimal-places @number:min-integer-digits @number:grouping @style:data-style-name style:table-column-properties
    @style:column-width style:table-row-properties @style:use-optimal-row-height
    office:body office:spreadsheet table:table @table:name table:table-column @table:style-name table:table-row
    table:table-header-rows table:table-cell @office:value-type @office:value text:p text:s text:a @xlink:type @xlink:href
    table:database-ranges table:database-range @table:target-range-address @table:contains-header @table:display-filter-buttons";

/// That a file says nothing but in these words.
fn only(words: &str, node: &Node) {
    only_known(&words.split_whitespace().collect(), node);
}

fn only_known(known: &BTreeSet<&str>, node: &Node) {
    assert!(known.contains(node.name.as_str()), "<{}> has no place in the file", node.name);
    for name in node.attributes.keys().filter(|name| !name.starts_with("xmlns")) {
        assert!(known.contains(format!("@{name}").as_str()), "{name} has no place in <{}>", node.name);
    }
    node.children.iter().filter(|child| !child.name.is_empty()).for_each(|child| only_known(known, child));
}

fn spreadsheets(document: &Document) -> (Vec<u8>, Vec<u8>) {
    let mut files = files(document, &formats(&["ods", "xlsx"])).unwrap();
    (files.remove("tables.ods").unwrap(), files.remove("tables.xlsx").unwrap())
}

/// What holds for both formats.
fn sheets_are_accessible(document: &Document, sheets: &[ReadSheet]) {
    let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(names[..3], ["Cover", "Contents", "Notes"]);
    assert_eq!(names.len(), 3 + document.tables.len() + document.lists.len());
    let different: BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(different.len(), names.len());
    assert!(
        names.iter().all(|name| name.chars().count() <= 31 && !name.contains(['[', ']', ':', '*', '?', '/', '\\']))
    );

    assert_eq!(sheets[0].lines[0], document.about.title);
    assert!(sheets[0].lines.iter().any(|line| line.ends_with(&document.about.authority)));
    assert!(sheets[0].lines.iter().any(|line| line.ends_with(&document.about.request.reference_display)));
    assert!(sheets[0].lines.iter().any(|line| line == "Answered: 30 January 2024"));
    assert!(sheets[0].table.is_none());

    let mut tables = BTreeSet::new();
    for sheet in &sheets[1..] {
        let table = sheet.table.as_ref().unwrap();
        assert_eq!(sheet.lines[1], "This sheet holds one table.");
        let is_cell = table.name.trim_end_matches(|letter: char| letter.is_ascii_digit()).len() <= 3;
        assert!(
            !is_cell && table.name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_'),
            "{}",
            table.name
        );
        assert!(tables.insert(table.name.to_lowercase()), "two tables are called {}", table.name);
        let headings: BTreeSet<String> = table.headings.iter().map(|heading| heading.to_lowercase()).collect();
        assert_eq!(headings.len(), table.headings.len(), "{:?}", table.headings);
        assert!(
            table.headings.iter().all(|heading| !heading.trim().is_empty() && heading.encode_utf16().count() <= 255)
        );
        assert!(!table.rows.is_empty());
        for row in &table.rows {
            assert_eq!(row.len(), table.headings.len(), "a row is as wide as its headings");
        }
        // What stands in brackets is explained above, and nothing else is.
        let texts = table.rows.iter().flatten().zip((0..table.headings.len()).cycle());
        let mut used: BTreeSet<String> = texts
            .filter(|(held, column)| {
                matches!(held, Held::Text(text) if text.starts_with('['))
                    && sheet.name.starts_with("Table")
                    && *column > 0
            })
            .flat_map(|(held, _)| held.text().split(' ').map(str::to_owned).collect::<Vec<_>>())
            .filter(|text| text.len() == 3)
            .collect();
        let ends =
            table.headings.iter().flat_map(|heading| ["[p]", "[b]"].into_iter().filter(|mark| heading.contains(mark)));
        used.extend(ends.map(str::to_owned));
        let explained = sheet.lines.iter().filter(|line| line.starts_with('[')).map(|line| line[..3].to_owned());
        assert_eq!(explained.collect::<BTreeSet<String>>(), used, "{:?}", sheet.lines);
    }
    let linked: Vec<&str> = sheets[1].table.iter().flat_map(|table| &table.rows).map(|row| row[0].text()).collect();
    assert_eq!(linked, names[2..]);
    let notes = document.about.notes.len()
        + document.tables.iter().map(|table| table.about.notes.len()).sum::<usize>()
        + document.lists.iter().map(|list| list.notes.len()).sum::<usize>();
    assert_eq!(sheets[2].table.as_ref().unwrap().rows.len(), notes);
}

fn xlsx_is_accessible(bytes: &[u8]) {
    let parts = unzip(bytes);
    let sheets = xml(&parts["xl/workbook.xml"]).all("sheet").len();
    for (path, part) in &parts {
        only(XLSX_WORDS, &xml(part));
        let known = [
            "[Content_Types].xml",
            "_rels/.rels",
            "docProps/core.xml",
            "xl/workbook.xml",
            "xl/styles.xml",
            "xl/_rels/workbook.xml.rels",
        ];
        let of_sheets = (1..=sheets).flat_map(|at| {
            [
                format!("xl/worksheets/sheet{at}.xml"),
                format!("xl/tables/table{at}.xml"),
                format!("xl/worksheets/_rels/sheet{at}.xml.rels"),
            ]
        });
        assert!(known.contains(&path.as_str()) || of_sheets.into_iter().any(|known| known == *path), "{path}");
        if path.ends_with(".rels") {
            for relationship in xml(part).all("Relationship") {
                let target = relationship.attribute("Target").trim_start_matches("../");
                assert!(parts.keys().any(|part| part.ends_with(target)), "{path} names {target}");
            }
        }
    }
    let fills = xml(&parts["xl/styles.xml"]);
    assert!(fills.all("xf").iter().all(|style| style.attribute("fillId") == "0"), "a cell is filled");
    let names: Vec<String> =
        xml(&parts["xl/workbook.xml"]).all("sheet").iter().map(|sheet| sheet.attribute("name").to_owned()).collect();
    for at in 1..=sheets {
        let sheet = xml(&parts[&format!("xl/worksheets/sheet{at}.xml")]);
        let cursor = sheet.child("sheetViews").child("sheetView").child("selection");
        assert_eq!((cursor.attribute("activeCell"), cursor.attribute("sqref")), ("A1", "A1"));
        let mut width = 0;
        for (number, row) in sheet.all("row").iter().enumerate() {
            assert_eq!(row.attribute("r"), (number + 1).to_string(), "a row is blank");
            for (column, cell) in row.all("c").iter().enumerate() {
                let (place, _) = (cell.attribute("r"), column);
                let (r, c, ..) = reading::range(&format!("{place}:{place}"));
                assert_eq!((r, c), (number + 1, column + 1));
                width = width.max(column + 1);
            }
        }
        assert_eq!(sheet.all("col").len(), width, "every column has a width");
        // Heading 1 is the second style.
        assert_eq!(sheet.all("c")[0].attribute("s"), "1");
        for link in sheet.all("hyperlink") {
            let target = link.attribute("location");
            assert!(names.iter().any(|name| target == format!("'{name}'!A1")), "{target}");
        }
        let Some(table) = parts.get(&format!("xl/tables/table{at}.xml")) else { continue };
        let (table, dimension) = (xml(table), sheet.child("dimension").attribute("ref").to_owned());
        let (row, column, last_row, last_column) = reading::range(table.attribute("ref"));
        assert_eq!(reading::range(&dimension), (1, 1, last_row, last_column), "a table ends where its sheet does");
        assert!(row > 2 && column == 1);
    }
}

fn ods_is_accessible(bytes: &[u8]) {
    let parts = unzip(bytes);
    let paths: Vec<&str> = parts.keys().map(String::as_str).collect();
    assert_eq!(paths, ["META-INF/manifest.xml", "content.xml", "meta.xml", "mimetype", "styles.xml"]);
    // The first entry, stored, so that a program finds the type at a fixed place (OpenDocument 1.3, part 2, 3.3).
    assert_eq!(&bytes[30..84], b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet");
    for (path, part) in parts.iter().filter(|(path, _)| *path != "mimetype") {
        only(ODS_WORDS, &xml(part));
        assert!(
            path == "META-INF/manifest.xml"
                || xml(&parts["META-INF/manifest.xml"])
                    .all("manifest:file-entry")
                    .iter()
                    .any(|entry| entry.attribute("manifest:full-path") == path)
        );
    }
    let styles = xml(&parts["styles.xml"]);
    let default = styles.child("office:styles").child("style:default-style").child("style:text-properties").clone();
    assert_eq!((default.attribute("fo:language"), default.attribute("fo:country")), ("en", "GB"));
    let content = xml(&parts["content.xml"]);
    let names: Vec<&str> = content.all("table:table").iter().map(|sheet| sheet.attribute("table:name")).collect();
    for link in content.all("text:a") {
        let target = link.attribute("xlink:href");
        assert!(names.iter().any(|name| target == format!("#'{name}'.A1")), "{target}");
    }
    for sheet in content.all("table:table") {
        let cells = sheet.all("table:table-cell");
        assert_eq!(cells[0].attribute("table:style-name"), "Heading_20_1");
        let heads = sheet.all("table:table-header-rows");
        assert_eq!(heads.len(), usize::from(sheet.attribute("table:name") != "Cover"));
        assert!(heads.iter().all(|head| head.all("table:table-row").len() == 1), "there is one row of headings");
        assert_eq!(
            sheet.all("table:table-column").len(),
            sheet.all("table:table-row").last().unwrap().all("table:table-cell").len()
        );
    }
    for range in content.all("table:database-range") {
        assert_eq!(
            (range.attribute("table:contains-header"), range.attribute("table:display-filter-buttons")),
            ("true", "false")
        );
    }
}

#[test]
fn the_sample_keeps_the_rules() {
    let document = sample::document();
    let (ods, xlsx) = spreadsheets(&document);
    sheets_are_accessible(&document, &reading::ods(&ods));
    ods_is_accessible(&ods);
    xlsx_is_accessible(&xlsx);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, max_shrink_iters: 300, ..ProptestConfig::default() })]

    #[test]
    fn every_document_keeps_the_rules(document in random::document()) {
        let (ods, xlsx) = spreadsheets(&document);
        sheets_are_accessible(&document, &reading::ods(&ods));
        ods_is_accessible(&ods);
        xlsx_is_accessible(&xlsx);
    }
}

#[test]
fn labels_are_repeated_and_headings_are_one_row() {
    let document = sample::document();
    let sheets = reading::xlsx(&spreadsheets(&document).1);
    let table = sheets[3].table.as_ref().unwrap();
    assert_eq!(
        table.headings,
        [
            "Area",
            "Month",
            "Car: Notices",
            "Car: Share (%)",
            "Van or lorry: Notices [p]",
            "Van or lorry: Notices: marks",
            "Van or lorry: Share (%) [p]",
            "Van or lorry: Share (%): marks"
        ]
    );
    let text = |row: usize| table.rows[row].iter().map(Held::text).collect::<Vec<_>>();
    assert_eq!(text(1), ["North", "February 2023", "1201", "10.5", "19204", "[b]", "42.0", "[b]"]);
    assert_eq!(text(2)[..2], ["North", "Total"]);
    assert_eq!(text(3)[..4], ["=South", "January 2023", "[c]", "[c]"]);
    assert_eq!(text(6)[..2], ["Grand Total", "Total"]);
    assert!(sheets[3].lines.contains(&"Notes on this table are on the sheet “Notes”: note 1 to note 4.".to_owned()));
    assert!(
        sheets[4]
            .lines
            .contains(&"Notes on this table are on the sheet “Notes”: note 1, note 2, note 5, note 6.".to_owned())
    );
}

#[test]
fn title_author_language_and_dates_are_the_documents() {
    let (ods, xlsx) = spreadsheets(&sample::document());
    let meta = xml(&unzip(&ods)["meta.xml"]);
    let core = xml(&unzip(&xlsx)["docProps/core.xml"]);
    let said = |node: &Node| -> Vec<String> {
        node.children.iter().filter(|child| !child.name.is_empty()).map(Node::whole_text).collect()
    };
    let (title, author) = ("Penalty charge notices and appeals, 2022 and 2023", "Northmoor & District Council");
    let (day, moment) = ("2024-01-30T00:00:00", "2024-01-30T00:00:00Z");
    assert_eq!(said(meta.child("office:meta")), [title, author, author, day, day, "en-GB"]);
    assert_eq!(said(&core), [title, author, author, "en-GB", moment, moment]);
}

#[test]
fn what_no_cell_can_hold_is_refused() {
    let mut document = sample::document();
    document.lists[0].rows[1][1] = Some("é".repeat(32_767));
    spreadsheets(&document);
    document.lists[0].rows[1][1] = Some("é".repeat(32_768));
    let fault = files(&document, &formats(&["ods"])).unwrap_err().to_string();
    assert!(
        fault.starts_with("`tables.ods` cannot be written: the text in row 7, column 2 of sheet `Records 1`"),
        "{fault}"
    );
    assert!(fault.contains("\nhint: "), "{fault}");
    files(&document, &formats(&["csv"])).unwrap();
    // Notes are long by nature; one that no cell holds goes on in the next row.
    let mut document = sample::document();
    document.about.notes[0].text = "word ".repeat(20_000);
    let sheets = reading::ods(&spreadsheets(&document).0);
    let notes = &sheets[2].table.as_ref().unwrap().rows;
    let words: usize =
        notes.iter().filter(|row| row[0].text() == "note 1").map(|row| row[3].text().split_whitespace().count()).sum();
    assert_eq!(words, 20_000);
}

#[test]
fn archives_bear_no_time_and_hold_nothing_between_their_files() {
    let mut files = files(&sample::document(), &formats(&["html", "csv", "ods", "xlsx"])).unwrap();
    let packed = bundle(&files).unwrap();
    assert_eq!(packed, bundle(&files.clone()).unwrap());
    assert_eq!(unzip(&packed), files);
    files.insert("bundle.zip".into(), packed);
    for name in ["tables.ods", "tables.xlsx", "bundle.zip"] {
        let bytes = &files[name];
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        assert!(archive.comment().is_empty());
        let mut at = 0;
        for number in 0..archive.len() {
            let file = archive.by_index(number).unwrap();
            assert_eq!(file.header_start(), at, "there is something before {:?}", file.name());
            at = file.data_start().unwrap() + file.compressed_size();
            assert_eq!(file.last_modified().unwrap(), zip::DateTime::default());
            assert!(file.extra_data().is_none_or(|extra| extra.is_empty()) && file.comment().is_empty());
        }
        assert_eq!(archive.central_directory_start(), at);
    }
}

#[test]
fn a_subtotal_whose_rows_are_not_shown_bears_its_own_label() {
    let mut document = sample::document();
    document.tables[0].rows.drain(3..5);
    let sheets = reading::ods(&spreadsheets(&document).0);
    let table = sheets[3].table.as_ref().unwrap();
    assert_eq!([table.rows[3][0].text(), table.rows[3][1].text()], ["=South Total", "Total"]);
}
