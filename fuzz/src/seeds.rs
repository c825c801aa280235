//! The files that are changed: small ones made by program, one or more of each format, by what makes those of the tests; and those of a folder.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use crate::files::{
    BOOK_RELATIONS, CELLS, Parts, SHEETS, TABLE, archive, content_xml, document_xml, docx, ods, relations, sheet_xml,
    styles_xml, with, workbook_xml, xlsx,
};
use crate::image_files::{chunk, jpeg, png, positioned, segment};
use crate::pdf_files::{WORDS, page, stream};

/// Larger files of a folder are left out: a change in them seldom matters, and each run takes long.
const LARGEST: u64 = 300_000;

/// Those made by program.
pub(crate) fn made() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> =
        [xlsx(), docx(), ods(), rich_workbook(), rich_text(), rich_open()].iter().map(|parts| archive(parts)).collect();
    let flat = content_xml("", TABLE).replace("document-content", "document");
    seeds.push(
        format!(
            "<?xml version=\"1.0\"?>{}",
            flat.replace(
                "<office:document ",
                "<office:document office:mimetype=\"application/vnd.oasis.opendocument.spreadsheet\" "
            )
        )
        .into_bytes(),
    );
    seeds.extend(pdfs());
    let picture = |inner: &str| {
        format!("<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'>{inner}</svg>").into_bytes()
    };
    seeds.extend([
        jpeg(&[segment(0xE1, &positioned()), segment(0xE2, b"MPF\0"), segment(0xFE, b"x")].concat(), b"more"),
        png(&[0; 6], &[chunk(b"eXIf", &positioned()[6..]), chunk(b"tEXt", b"Author\0Joan")].concat(), b"x"),
        b"<!doctype html><html><head><style>.x { display: none }</style><meta name=author content=Joan></head><body><p class='a x' hidden>Joan</p><img src='data:image/png;base64,AAAA'><!-- x --><script>1</script><td data-value=5.1>5</td></body></html>".to_vec(),
        picture("<metadata>Joan</metadata><g display='none'><text>Joan</text></g><g inkscape:export-filename='C:/Joan'/>"),
        b"year,count,\"a,b\"\n2019,5,x\n2020,-7,=1\n\n# by\na;b\n".to_vec(),
        "name\tcount\nA\t=1\nB\t2\n".encode_utf16().flat_map(u16::to_le_bytes).collect(),
        br#"{"a":[1,{"b":"x\u202ey","b":2.50}],"c":null}"#.to_vec(),
        "Caf\u{e9} \u{200B} words and more words\n".as_bytes().to_vec(),
        archive(&[("a.txt".to_owned(), "words".to_owned()), ("b/".to_owned(), String::new()), ("b/c.csv".to_owned(), "a,b\n1,2\n3,4\n".to_owned())]),
    ]);
    seeds
}

/// A workbook with most of what a workbook can have.
fn rich_workbook() -> Parts {
    let sheet_relations = relations(&[
        ("rId1", "comments", "../comments1.xml"),
        ("rId2", "drawing", "../drawings/drawing1.xml"),
        ("rId3", "table", "../tables/table1.xml"),
        ("rId4", "vmlDrawing", "../drawings/vml1.vml"),
        ("rId5", "oleObject", "../embeddings/o.bin"),
    ]);
    let book_relations = [
        BOOK_RELATIONS,
        &[
            ("rId4", "pivotCacheDefinition", "pivotCache/d.xml"),
            ("rId5", "externalLink", "externalLinks/e.xml"),
            ("rId6", "connections", "connections.xml"),
            ("rId7", "slicerCache", "slicerCaches/s.xml"),
            ("rId8", "customXml", "../customXml/item1.xml"),
        ],
    ]
    .concat();
    let cells = format!(
        "<sheetPr><tabColor rgb=\"FF0000\"/></sheetPr><sheetFormatPr zeroHeight=\"0\"/><cols><col min=\"2\" max=\"3\" hidden=\"1\" width=\"0.2\"/></cols>{}\
         <sheetProtection sheet=\"1\"/><autoFilter ref=\"A1:B2\"><filterColumn colId=\"0\"><filters><filter val=\"x\"/></filters></filterColumn></autoFilter>\
         <mergeCells><mergeCell ref=\"A1:B1\"/></mergeCells><conditionalFormatting sqref=\"A1\"><cfRule type=\"containsText\" text=\"x\"><formula>1</formula></cfRule></conditionalFormatting>\
         <dataValidations><dataValidation><formula1>\"a,b\"</formula1></dataValidation></dataValidations><hyperlinks><hyperlink ref=\"A1\" display=\"d\" tooltip=\"t\"/></hyperlinks>\
         <headerFooter><oddHeader>&amp;LDraft</oddHeader></headerFooter>",
        CELLS.replace("</sheetData>", "<row r=\"9\" hidden=\"1\"><c r=\"A9\"><f>IF(FALSE,\"x\")</f><v>12.345</v></c><c r=\"B9\" t=\"str\"><v>z</v></c></row></sheetData>")
    );
    let book = workbook_xml(&format!(
        "<workbookPr/><workbookProtection/><bookViews><workbookView showSheetTabs=\"0\" tabRatio=\"0\"/></bookViews>{}<definedNames><definedName name=\"n\" hidden=\"1\">Data!$A$1</definedName></definedNames><customWorkbookViews><customWorkbookView name=\"v\"/></customWorkbookViews>",
        SHEETS.replace("sheetId", "state=\"hidden\" sheetId")
    ));
    with(
        xlsx(),
        &[
            (
                "_rels/.rels",
                &relations(&[
                    ("rId1", "officeDocument", "xl/workbook.xml"),
                    ("rId2", "core-properties", "docProps/core.xml"),
                    ("rId3", "custom-properties", "docProps/custom.xml"),
                    ("rId4", "thumbnail", "docProps/thumbnail.svg"),
                ]),
            ),
            ("xl/workbook.xml", &book),
            ("xl/_rels/workbook.xml.rels", &relations(&book_relations)),
            ("xl/worksheets/sheet1.xml", &sheet_xml(&cells)),
            ("xl/worksheets/_rels/sheet1.xml.rels", &sheet_relations),
            ("xl/styles.xml", &styles_xml("[&lt;20]&quot;c&quot;;0.0E+00", "FFFFFFFF", "1")),
            (
                "xl/comments1.xml",
                "<c><authors><author>J</author></authors><commentList><comment ref=\"A1\"><text><t>x</t></text></comment></commentList></c>",
            ),
            (
                "xl/drawings/drawing1.xml",
                "<d><oneCellAnchor><from><col>999</col><row>5</row></from><sp><nvSpPr><cNvPr id=\"1\" name=\"x\" hidden=\"1\" descr=\"y\"/></nvSpPr><txBody><p><r><t>text</t></r></p></txBody></sp></oneCellAnchor><srcRect l=\"5000\"/></d>",
            ),
            ("xl/drawings/_rels/drawing1.xml.rels", &relations(&[("rId1", "chart", "../charts/chart1.xml")])),
            (
                "xl/charts/chart1.xml",
                "<c><ser><f>Data!$A$1:$B$2</f><numCache><ptCount val=\"9\"/><pt idx=\"0\"><v>12</v></pt><pt idx=\"9\"><v>99</v></pt></numCache></ser></c>",
            ),
            (
                "xl/tables/table1.xml",
                "<table ref=\"A1:B2\" comment=\"c\"><autoFilter ref=\"A1:B2\"/><tableColumns><tableColumn name=\"a\" totalsRowLabel=\"l\"/></tableColumns></table>",
            ),
            ("xl/drawings/vml1.vml", "<xml><shape style='visibility:hidden'><textbox>x</textbox></shape></xml>"),
            ("xl/embeddings/o.bin", "x"),
            (
                "xl/pivotCache/d.xml",
                "<p><cacheSource><worksheetSource ref=\"A1:B2\" sheet=\"Data\"/></cacheSource><cacheFields><cacheField name=\"f\"><sharedItems><s v=\"a\"/><n v=\"1\"/></sharedItems></cacheField></cacheFields></p>",
            ),
            ("xl/pivotCache/_rels/d.xml.rels", &relations(&[("rId1", "pivotCacheRecords", "r.xml")])),
            ("xl/pivotCache/r.xml", "<p><r><x v=\"0\"/><n v=\"1\"/></r></p>"),
            (
                "xl/externalLinks/e.xml",
                "<e><externalBook><sheetNames><sheetName val=\"s\"/></sheetNames><sheetDataSet><sheetData><row r=\"1\"><cell r=\"A1\"><v>1</v></cell></row></sheetData></sheetDataSet></externalBook></e>",
            ),
            ("xl/connections.xml", "<c><connection name=\"x\"><dbPr connection=\"y\"/></connection></c>"),
            ("xl/slicerCaches/s.xml", "<s><items><i x=\"0\"/></items></s>"),
            ("customXml/item1.xml", "<DataMashup>UEsDBA==</DataMashup>"),
            ("docProps/core.xml", "<p><creator>Jane Doe</creator><description>d</description></p>"),
            ("docProps/custom.xml", "<p><property name=\"MSIP_Label_x\"><lpwstr>v</lpwstr></property></p>"),
            ("docProps/thumbnail.svg", "<svg xmlns='http://www.w3.org/2000/svg'><desc>x</desc></svg>"),
            ("xl/forgotten.xml", "<x/>"),
        ],
    )
}

/// A text document with most of what one can have.
fn rich_text() -> Parts {
    let body = "<w:p><w:pPr><w:pPrChange/></w:pPr><w:del><w:r><w:delText>x</w:delText></w:r></w:del><w:r><w:rPr><w:vanish/><w:color w:val=\"FFFFFF\"/><w:sz w:val=\"2\"/></w:rPr><w:t>secret</w:t></w:r>\
                <w:r><w:instrText> MERGEFIELD name </w:instrText></w:r><w:bookmarkStart w:name=\"b\"/></w:p><w:sdt><w:sdtPr><w:dataBinding w:xpath=\"x\"/></w:sdtPr></w:sdt><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>";
    with(
        docx(),
        &[
            ("word/document.xml", &document_xml(body)),
            (
                "word/_rels/document.xml.rels",
                &relations(&[
                    ("rId1", "settings", "settings.xml"),
                    ("rId2", "comments", "comments.xml"),
                    ("rId3", "styles", "styles.xml"),
                    ("rId4", "package", "embeddings/a.xlsx"),
                ]),
            ),
            (
                "word/settings.xml",
                "<w:settings xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:docVars><w:docVar w:name=\"n\" w:val=\"v\"/></w:docVars><w:mailMerge/><w:rsids><w:rsid w:val=\"1\"/></w:rsids></w:settings>",
            ),
            (
                "word/comments.xml",
                "<w:comments xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:comment w:author=\"J\"><w:p><w:r><w:t>x</w:t></w:r></w:p></w:comment></w:comments>",
            ),
            (
                "word/styles.xml",
                "<w:styles xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:style w:styleId=\"a\"><w:basedOn w:val=\"a\"/><w:rPr><w:vanish/></w:rPr></w:style></w:styles>",
            ),
            ("word/embeddings/a.xlsx", "x"),
        ],
    )
}

/// An OpenDocument spreadsheet with most of what one can have.
fn rich_open() -> Parts {
    let styles = "<style:style style:name=\"ta1\" style:family=\"table\"><style:table-properties table:display=\"false\"/></style:style>\
                  <style:style style:name=\"ce1\" style:family=\"table-cell\" style:parent-style-name=\"ce1\"><style:text-properties fo:color=\"#ffffff\"/></style:style>";
    let table = format!(
        "{}<table:database-ranges><table:database-range table:target-range-address=\"T.A1:T.B2\"/></table:database-ranges>",
        TABLE
            .replace("table:name", "table:style-name=\"ta1\" table:name")
            .replace("<table:table-row>", "<table:table-column table:visibility=\"collapse\" table:number-columns-repeated=\"3\"/><table:table-row table:visibility=\"filter\" table:number-rows-repeated=\"9\">")
            .replace("<text:p>shown", "<office:annotation><text:p>x</text:p></office:annotation><text:p>shown")
            .replace("value=\"4\"", "value=\"3.7\" table:style-name=\"ce1\" table:formula=\"of:=1+1\"")
    );
    with(
        ods(),
        &[
            ("content.xml", &content_xml(styles, &table)),
            ("Basic/Standard/Module1.xml", "x"),
            (
                "settings.xml",
                "<office:document-settings xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\"/>",
            ),
            ("Object 1/content.xml", &content_xml("", TABLE)),
            ("notes.txt", "x"),
        ],
    )
}

/// Pages with text under shapes, images, annotations, fields, attachments, forms within forms, and shared or packed objects.
fn pdfs() -> Vec<Vec<u8>> {
    let image =
        stream("/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray", "x");
    let form = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 99 99] /Matrix [1 0 0 1 5 5] /Resources << /XObject << /X 6 0 R >> /Font << /F 5 0 R >> >>",
        &format!("q {WORDS} /X Do Q"),
    );
    let layer = "<< /Type /OCG /Name (notes) >>".to_owned();
    let attached = stream("/Type /EmbeddedFile", "a,b\n1,2\n3,=4\n");
    let drawn = format!(
        "{WORDS} 0 g 40 90 200 30 re f 3 w 1 2 m 3 4 5 6 7 8 c S q 200 0 0 30 40 90 cm /X Do Q /T gs 3 Tr {WORDS} 0 0 10 10 re W n /Span << /ActualText (Other) >> BDC {WORDS} EMC /OC /L BDC {WORDS} EMC"
    );
    let annotated = "/Annots [<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (who?) >> << /Subtype /Widget /FT /Tx /V (secret) /Rect [0 0 9 9] /AP << /N 6 0 R >> >> << /Subtype /Link /A << /S /URI /URI (https://example.org/?who=me) >> >>] /Thumb 4 0 R /PieceInfo << /App << /Private (x) >> >>";
    let names = "/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /F (a.csv) /EF << /F 6 0 R >> >>] >> >> /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> /Outlines << /First << /Title (t) >> >>";
    let text = "<?xpacket begin='' ?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:creator>J</dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>";
    vec![
        page(&drawn, annotated, "", &[image]),
        page(&drawn, "", "/Metadata 7 0 R", &[form, stream("/Type /Metadata /Subtype /XML", text)]),
        page(&drawn, "", "/OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] >> >>", &[layer]),
        page(WORDS, "", names, &[attached]),
    ]
}

/// Those of a folder and of what is in it, the small ones, in the order of their paths.
pub(crate) fn of_folder(folder: &Path) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut seeds = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<Vec<_>>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            seeds.extend(of_folder(&path)?);
        } else if fs::metadata(&path)?.len() <= LARGEST {
            seeds.push(fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?);
        }
    }
    Ok(seeds)
}
