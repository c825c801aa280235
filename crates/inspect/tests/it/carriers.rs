//! Carrier by carrier: the file that has it, and its clean twin.

use candour_inspect::{Limits, Severity, Verdict};

use crate::files::*;
use crate::image_files::{jpeg, png};
use crate::inspect_within as inspect;
use crate::ole_files::{compound, wrapped};
use crate::pdf_files::{WORDS, page};

fn found(name: &str, parts: &Parts) -> (Verdict, Vec<(&'static str, Severity)>) {
    let report = inspect(name, &archive(parts), Limits::default());
    (report.verdict, report.findings.iter().map(|finding| (finding.carrier.id, finding.severity)).collect())
}

fn has(name: &str, parts: &Parts, carrier: &str, severity: Severity) {
    let (_, found) = found(name, parts);
    assert!(found.contains(&(carrier, severity)), "{carrier} is not found: {found:?}");
}

fn sheet(inside: &str) -> Parts {
    with(xlsx(), &[("xl/worksheets/sheet1.xml", &sheet_xml(inside))])
}

/// A workbook with one more part, which the sheet leads to.
fn part(kind: &str, name: &str, content: &str) -> Parts {
    let relations = relations(&[("rId9", kind, &format!("/{name}"))]);
    with(xlsx(), &[("xl/worksheets/_rels/sheet1.xml.rels", &relations), (name, content)])
}

#[test]
fn files_that_hide_nothing_pass() {
    for (name, bytes) in [
        ("a.xlsx", archive(&xlsx())),
        ("a.docx", archive(&docx())),
        ("a.ods", archive(&ods())),
        ("a.zip", plain_archive(&[("a.txt", "words", b"", 33), ("b.txt", "words", b"", 33)])),
        ("a.pdf", page(WORDS, "", "", &["<< >>".to_owned()])),
        ("a.jpg", jpeg(&[], &[])),
        ("a.png", png(&[0; 6], &[], &[])),
        ("a.html", b"<!doctype html><html><body><p>seen</body></html>".to_vec()),
        ("a.svg", b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><text>5</text></svg>".to_vec()),
        ("a.csv", b"year,count\n2019,5\n2020,7\n".to_vec()),
        ("a.tsv", b"year\tcount\n2019\t5\n2020\t7\n".to_vec()),
        ("a.json", br#"{"a":[1,{"b":"x"}]}"#.to_vec()),
        ("a.txt", b"Nothing here.\n".to_vec()),
    ] {
        let report = inspect(name, &bytes, Limits::default());
        assert_eq!((report.verdict, report.findings.len()), (Verdict::Pass, 0), "{name}: {:?}", report.findings);
    }
}

#[test]
fn a_workbook_in_the_strict_form_and_with_prefixes_is_read_alike() {
    let strict = |text: &String| {
        text.replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "http://purl.oclc.org/ooxml/spreadsheetml/main",
        )
        .replace(
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
    };
    let hidden =
        with(xlsx(), &[("xl/workbook.xml", &workbook_xml(&SHEETS.replace("sheetId", "state=\"veryHidden\" sheetId")))]);
    let parts: Parts = hidden.iter().map(|(name, content)| (name.clone(), strict(content))).collect();
    has("a.xlsx", &parts, "hidden-sheet", Severity::Block);
    let prefixed = sheet_xml("").replace("<worksheet xmlns=", "<q:worksheet xmlns:q=").replace(
        "</worksheet>",
        "<q:sheetData><q:row r=\"1\" hidden=\"1\"><q:c r=\"A1\"><q:v>7</q:v></q:c></q:row></q:sheetData></q:worksheet>",
    );
    has("a.xlsx", &with(xlsx(), &[("xl/worksheets/sheet1.xml", &prefixed)]), "hidden-row", Severity::Block);
}

#[test]
fn what_a_sheet_hides_is_found() {
    let cell = "<c r=\"A1\"><v>7</v></c>";
    let row = |attributes: &str| format!("<sheetData><row r=\"1\" {attributes}>{cell}</row></sheetData>");
    let beside = |what: &str| format!("{CELLS}{what}");
    for (carrier, severity, inside) in [
        ("hidden-row", Severity::Block, row("hidden=\"1\"")),
        ("hidden-row", Severity::Block, row("ht=\"0\" customHeight=\"1\"")),
        ("hidden-row", Severity::Review, "<sheetData><row r=\"9\" hidden=\"1\"/></sheetData>".to_owned()),
        ("hidden-column", Severity::Block, format!("<cols><col min=\"1\" max=\"1\" hidden=\"1\"/></cols>{}", row(""))),
        ("hidden-column", Severity::Block, format!("<cols><col min=\"1\" max=\"1\" width=\"0\"/></cols>{}", row(""))),
        ("hidden-column", Severity::Review, format!("<cols><col min=\"5\" max=\"16384\" hidden=\"1\"/></cols>{}", row(""))),
        ("active-filter", Severity::Block, beside("<autoFilter ref=\"A1:B2\"><filterColumn colId=\"0\"><filters><filter val=\"x\"/></filters></filterColumn></autoFilter>")),
        ("custom-view", Severity::Block, beside("<customSheetViews><customSheetView guid=\"{0}\"/></customSheetViews>")),
        ("scenario", Severity::Block, beside("<scenarios><scenario name=\"x\"/></scenarios>")),
        ("beneath-merged", Severity::Block, beside("<mergeCells><mergeCell ref=\"A1:B1\"/></mergeCells>")),
        ("far-cell", Severity::Block, "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"90\"><c r=\"A90\"><v>2</v></c></row></sheetData>".to_owned()),
        ("formula", Severity::Review, "<sheetData><row r=\"1\"><c r=\"A1\"><f>1+1</f><v>2</v></c></row></sheetData>".to_owned()),
        ("outside-formula", Severity::Review, "<sheetData><row r=\"1\"><c r=\"A1\"><f>[1]S!A1</f><v>2</v></c></row></sheetData>".to_owned()),
        ("header-footer", Severity::Review, beside("<headerFooter><oddHeader>&amp;LDraft by A</oddHeader></headerFooter>")),
        ("validation-list", Severity::Review, beside("<dataValidations><dataValidation><formula1>\"a,b\"</formula1></dataValidation></dataValidations>")),
        ("protection", Severity::Review, beside("<sheetProtection sheet=\"1\"/>")),
        ("xml-comment", Severity::Block, beside("<!-- a name -->")),
        ("foreign-markup", Severity::Block, beside("<z:x xmlns:z=\"http://example.org/z\">a</z:x>")),
    ] {
        has("a.xlsx", &sheet(&inside), carrier, severity);
    }
}

#[test]
fn what_a_format_keeps_from_sight_is_found() {
    for (carrier, severity, format, colour, size) in [
        ("invisible-format", Severity::Block, ";;;", "FF000000", "11"),
        ("invisible-format", Severity::Block, "0", "FFFFFFFF", "11"),
        ("invisible-format", Severity::Block, "0", "FF000000", "1"),
        ("unshown-value", Severity::Block, "[&lt;20]&quot;c&quot;;0", "FF000000", "11"),
        ("unshown-value", Severity::Block, "0,", "FF000000", "11"),
    ] {
        has("a.xlsx", &with(xlsx(), &[("xl/styles.xml", &styles_xml(format, colour, size))]), carrier, severity);
    }
    let precise = sheet(&CELLS.replace("<v>12</v>", "<v>12.345</v>"));
    has("a.xlsx", &precise, "precise-value", Severity::Review);
    let noise = sheet(&CELLS.replace("<v>12</v>", "<v>3.0000000000000004</v>"));
    assert_eq!(found("a.xlsx", &noise).0, Verdict::Pass);
}

#[test]
fn what_a_workbook_hides_is_found() {
    let book = |inside: &str| with(xlsx(), &[("xl/workbook.xml", &workbook_xml(inside))]);
    for (carrier, severity, inside) in [
        ("hidden-sheet", Severity::Block, SHEETS.replace("sheetId", "state=\"hidden\" sheetId")),
        (
            "hidden-tabs",
            Severity::Review,
            format!("<bookViews><workbookView showSheetTabs=\"0\"/></bookViews>{SHEETS}"),
        ),
        (
            "custom-view",
            Severity::Block,
            format!("{SHEETS}<customWorkbookViews><customWorkbookView name=\"x\"/></customWorkbookViews>"),
        ),
        (
            "defined-name",
            Severity::Block,
            format!("{SHEETS}<definedNames><definedName name=\"x\">\"secret\"</definedName></definedNames>"),
        ),
        (
            "defined-name",
            Severity::Review,
            format!("{SHEETS}<definedNames><definedName name=\"x\">Data!$A$1</definedName></definedNames>"),
        ),
    ] {
        has("a.xlsx", &book(&inside), carrier, severity);
    }
    let printed = book(&format!(
        "{SHEETS}<definedNames><definedName name=\"_xlnm.Print_Area\">Data!$A$1</definedName></definedNames>"
    ));
    assert_eq!(found("a.xlsx", &printed).0, Verdict::Pass);
    let lingering = STRINGS.replace("</sst>", "<si><t>Jane Doe</t></si></sst>");
    has("a.xlsx", &with(xlsx(), &[("xl/sharedStrings.xml", &lingering)]), "unused-text", Severity::Block);
}

#[test]
fn parts_that_keep_copies_are_found() {
    for (carrier, severity, kind, name, content) in [
        (
            "pivot-cache",
            Severity::Block,
            "pivotCacheDefinition",
            "xl/p.xml",
            "<p><cacheFields><cacheField><sharedItems><s v=\"a\"/></sharedItems></cacheField></cacheFields></p>",
        ),
        ("pivot-cache", Severity::Block, "pivotCacheRecords", "xl/r.xml", "<p><r><n v=\"1\"/></r></p>"),
        ("slicer", Severity::Block, "slicerCache", "xl/s.xml", "<s><i x=\"0\"/></s>"),
        (
            "external-link",
            Severity::Block,
            "externalLink",
            "xl/e.xml",
            "<e><sheetDataSet><cell r=\"A1\"><v>1</v></cell></sheetDataSet></e>",
        ),
        ("external-link", Severity::Review, "externalLink", "xl/e.xml", "<e><sheetNames/></e>"),
        ("connection", Severity::Block, "connections", "xl/c.xml", "<c><connection name=\"x\"/></c>"),
        (
            "comment",
            Severity::Block,
            "comments",
            "xl/n.xml",
            "<c><commentList><comment ref=\"A1\"><text><t>x</t></text></comment></commentList></c>",
        ),
        (
            "comment",
            Severity::Block,
            "threadedComment",
            "xl/t.xml",
            "<c><threadedComment><text>x</text></threadedComment></c>",
        ),
        ("revision", Severity::Block, "revisionLog", "xl/l.xml", "<r><rcc/></r>"),
        ("embedded-file", Severity::Block, "oleObject", "xl/o.bin", "x"),
        ("macro", Severity::Block, "vbaProject", "xl/v.bin", "x"),
        ("control", Severity::Block, "ctrlProp", "xl/k.xml", "<f/>"),
        (
            "chart-cache",
            Severity::Block,
            "chart",
            "xl/h.xml",
            "<c><numCache><pt idx=\"0\"><v>99</v></pt></numCache></c>",
        ),
        ("hidden-object", Severity::Block, "drawing", "xl/d.xml", "<d><cNvPr id=\"1\" name=\"x\" hidden=\"1\"/></d>"),
        ("printer-settings", Severity::Review, "printerSettings", "xl/ps.bin", "x"),
        ("custom-xml", Severity::Block, "customXml", "customXml/item1.xml", "<a>secret</a>"),
        ("connection", Severity::Block, "customXml", "customXml/item1.xml", "<DataMashup>UEs</DataMashup>"),
        ("unknown-part", Severity::Block, "ink", "xl/i.xml", "<i/>"),
        ("hidden-sheet", Severity::Block, "worksheet", "xl/worksheets/sheet9.xml", "<w/>"),
        ("author", Severity::Review, "core-properties", "docProps/core.xml", "<p><creator>Jane Doe</creator></p>"),
        ("author", Severity::Info, "core-properties", "docProps/core.xml", "<p><creator>shown</creator></p>"),
    ] {
        has("a.xlsx", &part(kind, name, content), carrier, severity);
    }
    // As office programs write them, the workbook lists them.
    for (carrier, kind, name, listed, content) in [
        (
            "pivot-cache",
            "pivotCacheDefinition",
            "pivotCache/pivotCacheDefinition1.xml",
            "<pivotCaches><pivotCache cacheId=\"1\" r:id=\"rId9\"/></pivotCaches>",
            "<p><cacheFields><cacheField><sharedItems><s v=\"a\"/></sharedItems></cacheField></cacheFields></p>",
        ),
        (
            "external-link",
            "externalLink",
            "externalLinks/externalLink1.xml",
            "<externalReferences><externalReference r:id=\"rId9\"/></externalReferences>",
            "<e><sheetDataSet><cell r=\"A1\"><v>1</v></cell></sheetDataSet></e>",
        ),
        (
            "external-link",
            "externalLink",
            "externalLinks/externalLink1.xml",
            "<externalReferences><externalReference r:id=\"rId9\"/></externalReferences>",
            "<e xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><ddeLink ddeService=\"cmd\" ddeTopic=\"joan\"/></e>",
        ),
    ] {
        let all = [BOOK_RELATIONS, &[("rId9", kind, name)]].concat();
        let parts = with(
            xlsx(),
            &[
                ("xl/workbook.xml", &workbook_xml(&format!("{SHEETS}{listed}"))),
                ("xl/_rels/workbook.xml.rels", &relations(&all)),
                (&format!("xl/{name}"), content),
            ],
        );
        has("a.xlsx", &parts, carrier, Severity::Block);
    }
    let drawn = part(
        "chart",
        "xl/h.xml",
        "<c><numCache><pt idx=\"0\"><v>12</v></pt></numCache><strCache><pt><v>shown</v></pt></strCache></c>",
    );
    assert_eq!(found("a.xlsx", &drawn).0, Verdict::Pass);
    // A shorthand is a text, and is drawn as 0; a number is not.
    let zero = |cell: &str| {
        let content = format!(
            "<c><numRef><f>Data!${}$1:${}$2</f><numCache><pt idx=\"0\"><v>0</v></pt></numCache></numRef></c>",
            cell, cell
        );
        found("a.xlsx", &part("chart", "xl/h.xml", &content)).0
    };
    assert_eq!((zero("A"), zero("B")), (Verdict::Pass, Verdict::Block));
    has("a.xlsx", &with(xlsx(), &[("xl/forgotten.xml", "<x/>")]), "unreachable-part", Severity::Block);
    has("a.xlsx", &with(xlsx(), &[("[trash]/0000.dat", "x")]), "system-leftover", Severity::Block);
}

#[test]
fn compound_files_in_a_workbook_are_found() {
    let project = compound(&[
        ("VBA", 0, None),
        ("PROJECT", 0, Some(b"Module=Module1".to_vec())),
        ("dir", 1, Some(Vec::new())),
        ("_VBA_PROJECT", 1, Some(b"\xCC\x61\xFF\xFF\0\0".to_vec())),
    ]);
    let records = (0..600).map(|at| format!("{at},=1+1\n")).collect::<String>();
    let object = wrapped("records.csv", format!("number,count\n{records}").as_bytes());
    for (carrier, kind, name, content) in [
        ("macro", "vbaProject", "xl/vbaProject.bin", project),
        ("embedded-file", "oleObject", "xl/embeddings/oleObject1.bin", object),
    ] {
        let mut parts: Vec<(String, Vec<u8>)> =
            part(kind, name, "").into_iter().map(|(name, content)| (name, content.into_bytes())).collect();
        for (_, put) in parts.iter_mut().filter(|(known, _)| known == name) {
            put.clone_from(&content);
        }
        let found = crate::found(&inspect("a.xlsx", &archive(&parts), Limits::default()), Severity::Block);
        assert!(found.contains(&carrier), "{carrier}: {found:?}");
        // The file in the object is inspected in turn.
        assert_eq!(found.contains(&"csv-formula"), carrier == "embedded-file", "{found:?}");
    }
}

#[test]
fn other_kinds_of_sheets_are_found() {
    for (carrier, severity, kind) in [
        ("other-sheet", Severity::Review, "chartsheet"),
        ("macro-sheet", Severity::Block, "xlMacrosheet"),
        ("macro-sheet", Severity::Block, "dialogsheet"),
    ] {
        let all = [&[("rId1", kind, "worksheets/sheet1.xml")], &BOOK_RELATIONS[1..]].concat();
        let parts = with(xlsx(), &[("xl/_rels/workbook.xml.rels", &relations(&all))]);
        has("a.xlsx", &parts, carrier, severity);
    }
    let aid = STRINGS.replace("</t></si>", "</t><rPh sb=\"0\" eb=\"1\"><t>Joan</t></rPh></si>");
    has("a.xlsx", &with(xlsx(), &[("xl/sharedStrings.xml", &aid)]), "phonetic-text", Severity::Review);
}

#[test]
fn what_stands_beside_the_cells_of_a_sheet_is_found() {
    let beside = |what: &str| format!("{CELLS}{what}");
    for (carrier, inside, twin) in [
        (
            "condition-text",
            "<conditionalFormatting sqref=\"A1\"><cfRule><formula>A1=\"Joan\"</formula></cfRule></conditionalFormatting>",
            "<conditionalFormatting sqref=\"A1\"><cfRule><formula>A1&gt;5</formula></cfRule></conditionalFormatting>",
        ),
        (
            "hyperlink",
            "<hyperlinks><hyperlink ref=\"A1\" tooltip=\"ask Joan\"/></hyperlinks>",
            "<hyperlinks><hyperlink ref=\"A1\"/></hyperlinks>",
        ),
        ("xml-instruction", "<?program Joan?>", ""),
    ] {
        assert!(at_least_review(&sheet(&beside(inside))).contains(&carrier), "{carrier}");
        assert_eq!(at_least_review(&sheet(&beside(twin))), Vec::<&str>::new(), "{carrier}");
    }
}

#[test]
fn a_section_of_raw_text_is_told() {
    has(
        "a.xlsx",
        &sheet(&format!("{CELLS}<headerFooter><![CDATA[Joan]]></headerFooter>")),
        "xml-cdata",
        Severity::Info,
    );
}

/// What a workbook has that a person must look at, at the least.
fn at_least_review(parts: &Parts) -> Vec<&'static str> {
    crate::found(&inspect("a.xlsx", &archive(parts), Limits::default()), Severity::Review)
}

#[test]
fn data_about_the_file_are_found() {
    let path = format!("<absPath url=\"C:\\Users\\joan\\\"/>{SHEETS}");
    let outside = relations(&[]).replace(
        "</Rel",
        "<Relationship Id=\"rId1\" Type=\"http://example.org/image\" Target=\"https://example.org/a.png\" TargetMode=\"External\"/></Rel",
    );
    let sheet_relations = |text: &str| with(xlsx(), &[("xl/worksheets/_rels/sheet1.xml.rels", text)]);
    for (carrier, parts) in [
        ("property", part("core-properties", "docProps/core.xml", "<p><description>for Joan</description></p>")),
        (
            "custom-property",
            part(
                "custom-properties",
                "docProps/custom.xml",
                "<p><property name=\"Case\"><lpwstr>7</lpwstr></property></p>",
            ),
        ),
        (
            "label",
            part(
                "custom-properties",
                "docProps/custom.xml",
                "<p><property name=\"MSIP_Label_1_Name\"><lpwstr>x</lpwstr></property></p>",
            ),
        ),
        ("label", part("classificationlabels", "docMetadata/LabelInfo.xml", "<l/>")),
        ("thumbnail", part("thumbnail", "docProps/thumbnail.emf", "x")),
        ("thumbnail", part("thumbnail", "docProps/thumbnail.jpeg", "x")),
        ("picture", part("image", "xl/media/image1.emf", "\u{1}\0\0\0")),
        ("signature", part("origin", "_xmlsignatures/origin.sigs", "")),
        ("web-extension", part("webextension", "xl/webextensions/webextension1.xml", "<w/>")),
        (
            "cropped-picture",
            part("drawing", "xl/d.xml", "<d><pic><blipFill><srcRect r=\"20000\"/></blipFill></pic></d>"),
        ),
        ("data-model", part("model", "xl/model/item.data", "x")),
        ("missing-part", sheet_relations(&relations(&[("rId1", "image", "../media/gone.png")]))),
        ("outside-target", sheet_relations(&outside)),
        (
            "outside-target",
            sheet_relations(&outside.replace("http://example.org/image", &format!("{RELATION}/oleObject"))),
        ),
        ("file-path", with(xlsx(), &[("xl/workbook.xml", &workbook_xml(&path))])),
        (
            "file-path",
            part("drawing", "xl/d.xml", "<d><cNvPr id=\"1\" name=\"x\" descr=\"C:\\Users\\joan\\a.png\"/></d>"),
        ),
    ] {
        let found = at_least_review(&parts);
        assert!(found.contains(&carrier), "{carrier}: {found:?}");
    }
    // Noise that nearly every file has is for a person to look at, and blocks nothing.
    for noise in [
        part("core-properties", "docProps/core.xml", "<p><creator>Joan</creator><description>d</description></p>"),
        part("printerSettings", "xl/printerSettings/p.bin", "x"),
        with(xlsx(), &[("xl/workbook.xml", &workbook_xml(&path))]),
    ] {
        assert_eq!(found("a.xlsx", &noise).0, Verdict::Review);
    }
    let uncropped = part("drawing", "xl/d.xml", "<d><pic><blipFill><srcRect/></blipFill></pic></d>");
    assert_eq!(found("a.xlsx", &uncropped).0, Verdict::Pass);
}

#[test]
fn what_the_settings_of_a_text_keep_is_found() {
    const WORD: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
    let settings = |inside: &str, template: &[(&str, &str, &str)]| {
        with(
            docx(),
            &[
                ("word/_rels/document.xml.rels", &relations(&[("rId1", "settings", "settings.xml")])),
                ("word/settings.xml", &format!("<w:settings {WORD}>{inside}</w:settings>")),
                ("word/_rels/settings.xml.rels", &relations(template)),
                ("word/own.dotx", "x"),
            ],
        )
    };
    let body = |inside: &str| with(docx(), &[("word/document.xml", &document_xml(inside))]);
    for (carrier, severity, parts) in [
        (
            "document-variable",
            Severity::Block,
            settings("<w:docVars><w:docVar w:name=\"a\" w:val=\"Joan\"/></w:docVars>", &[]),
        ),
        ("mail-merge", Severity::Block, settings("<w:mailMerge/>", &[])),
        ("revision-marks", Severity::Info, settings("<w:rsids><w:rsid w:val=\"00A1\"/></w:rsids>", &[])),
        ("attached-template", Severity::Review, settings("", &[("rId1", "attachedTemplate", "own.dotx")])),
        ("attached-template", Severity::Review, {
            let outside = relations(&[("rId1", "attachedTemplate", "https://example.org/own.dotm")]);
            let outside = outside.replace("\"/></Rel", "\" TargetMode=\"External\"/></Rel");
            with(settings("", &[]), &[("word/_rels/settings.xml.rels", &outside)])
        }),
        ("field-code", Severity::Review, body("<w:p><w:r><w:instrText> AUTHOR </w:instrText></w:r></w:p>")),
        ("bound-control", Severity::Review, body("<w:sdt><w:sdtPr><w:dataBinding w:xpath=\"x\"/></w:sdtPr></w:sdt>")),
        ("imported-part", Severity::Block, body("<w:altChunk/>")),
    ] {
        has("a.docx", &parts, carrier, severity);
    }
    let (_, none) = found("a.docx", &settings("", &[]));
    assert!(none.iter().all(|(carrier, _)| *carrier == "unreachable-part"), "{none:?}");
}

#[test]
fn records_behind_a_visible_table_are_proved() {
    let kinds = ["a", "b", "c", "a", "b", "a", "c", "a", "b", "a", "a", "c"];
    let rows: String = kinds.iter().enumerate().map(|(at, kind)| {
        let row = at + 10;
        format!("<row r=\"{row}\" hidden=\"1\"><c r=\"A{row}\" t=\"inlineStr\"><is><t>{kind}</t></is></c><c r=\"B{row}\"><v>{at}</v></c></row>")
    }).collect();
    let visible = |a: u32| {
        ["a", "b", "c"].iter().zip([a, 3, 3]).enumerate().map(|(at, (kind, count))| {
        let row = at + 1;
        format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"inlineStr\"><is><t>{kind}</t></is></c><c r=\"B{row}\"><v>{count}</v></c></row>")
    }).collect::<String>()
    };
    let both =
        |a| with(sheet(&format!("<sheetData>{}{rows}</sheetData>", visible(a))), &[("xl/sharedStrings.xml", "<sst/>")]);
    has("a.xlsx", &both(6), "records-behind-table", Severity::Block);
    assert!(!found("a.xlsx", &both(7)).1.iter().any(|(carrier, _)| *carrier == "records-behind-table"));
}

#[test]
fn what_a_text_hides_is_found() {
    let run = |looks: &str| format!("<w:p><w:r><w:rPr>{looks}</w:rPr><w:t>secret</w:t></w:r></w:p>");
    for (carrier, severity, body) in [
        ("tracked-change", Severity::Block, "<w:p><w:del><w:r><w:delText>x</w:delText></w:r></w:del></w:p>".to_owned()),
        ("format-change", Severity::Review, "<w:p><w:pPr><w:pPrChange/></w:pPr></w:p>".to_owned()),
        ("hidden-text", Severity::Block, run("<w:vanish/>")),
        ("invisible-text", Severity::Block, run("<w:color w:val=\"FFFFFF\"/>")),
        ("invisible-text", Severity::Block, run("<w:sz w:val=\"2\"/>")),
        (
            "live-field",
            Severity::Block,
            "<w:p><w:r><w:instrText> MERGEFIELD name </w:instrText></w:r></w:p>".to_owned(),
        ),
        (
            "live-field",
            Severity::Block,
            "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>DDEAUTO cmd \"/c joan\"</w:instrText></w:r>\
             <w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>"
                .to_owned(),
        ),
    ] {
        has("a.docx", &with(docx(), &[("word/document.xml", &document_xml(&body))]), carrier, severity);
    }
    for twin in [
        run("<w:vanish w:val=\"0\"/>"),
        run("<w:color w:val=\"000000\"/>"),
        "<w:p><w:r><w:instrText> PAGE </w:instrText></w:r></w:p>".to_owned(),
    ] {
        assert_eq!(found("a.docx", &with(docx(), &[("word/document.xml", &document_xml(&twin))])).0, Verdict::Pass);
    }
}

#[test]
fn what_an_open_document_hides_is_found() {
    let hidden = "<style:style style:name=\"ta1\" style:family=\"table\"><style:table-properties table:display=\"false\"/></style:style>";
    let white = "<style:style style:name=\"ce1\" style:family=\"table-cell\"><style:text-properties fo:color=\"#ffffff\"/></style:style>";
    for (carrier, severity, styles, table) in [
        ("hidden-sheet", Severity::Block, hidden, TABLE.replace("table:name", "table:style-name=\"ta1\" table:name")),
        (
            "hidden-row",
            Severity::Block,
            "",
            TABLE.replace("<table:table-row>", "<table:table-row table:visibility=\"collapse\">"),
        ),
        (
            "active-filter",
            Severity::Block,
            "",
            TABLE.replace("<table:table-row>", "<table:table-row table:visibility=\"filter\">"),
        ),
        (
            "hidden-column",
            Severity::Block,
            "",
            TABLE.replace("<table:table-row>", "<table:table-column table:visibility=\"collapse\"/><table:table-row>"),
        ),
        (
            "invisible-format",
            Severity::Block,
            white,
            TABLE.replace("<table:table-cell>", "<table:table-cell table:style-name=\"ce1\">"),
        ),
        (
            "comment",
            Severity::Block,
            "",
            TABLE.replace("<text:p>shown", "<office:annotation><text:p>x</text:p></office:annotation><text:p>shown"),
        ),
        ("unshown-value", Severity::Block, "", TABLE.replace("<text:p>4", "<text:p>[c]")),
        ("precise-value", Severity::Review, "", TABLE.replace("value=\"4\"", "value=\"3.7\"")),
    ] {
        has("a.ods", &with(ods(), &[("content.xml", &content_xml(styles, &table))]), carrier, severity);
    }
    has("a.ods", &with(ods(), &[("notes.txt", "x")]), "unreachable-part", Severity::Block);
    has("a.ods", &with(ods(), &[("VersionList.xml", "<v/>")]), "versions", Severity::Block);
    has("a.ods", &with(ods(), &[("Basic/Standard/Module1.xml", "x")]), "macro", Severity::Block);
}

#[test]
fn a_chart_of_visible_cells_passes_and_one_with_other_values_does_not() {
    // LibreOffice notes in the first cell of each row of values which cells it shows.
    let chart = |value: &str| {
        let cells = format!(
            "<chart:chart xmlns:chart=\"urn:oasis:names:tc:opendocument:xmlns:chart:1.0\" xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\" \
             xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\"><table:table table:name=\"local-table\"><table:table-row><table:table-cell>\
             <text:p>{value}</text:p><draw:g><svg:desc>'T'.A1:'T'.A1</svg:desc></draw:g></table:table-cell></table:table-row></table:table></chart:chart>"
        );
        with(ods(), &[("Object 1/content.xml", &content_xml("", &cells))])
    };
    let numbered = |second: &str| {
        let row = |label: &str| {
            format!(
                "<table:table-row><table:table-cell><text:p>{label}</text:p></table:table-cell><table:table-cell office:value=\"4\"/></table:table-row>"
            )
        };
        let cells = format!(
            "<chart:chart xmlns:chart=\"urn:oasis:names:tc:opendocument:xmlns:chart:1.0\"><table:table><table:table-rows>{}{}</table:table-rows></table:table></chart:chart>",
            row("1"),
            row(second)
        );
        with(ods(), &[("Object 1/content.xml", &content_xml("", &cells))])
    };
    has("a.ods", &numbered("3"), "chart-cache", Severity::Block);
    assert!(!found("a.ods", &numbered("2")).1.iter().any(|(carrier, _)| *carrier == "chart-cache"));
    has("a.ods", &chart("Jane Doe"), "chart-cache", Severity::Block);
    let (_, found) = found("a.ods", &chart("shown"));
    assert!(!found.iter().any(|(carrier, _)| *carrier == "chart-cache"), "{found:?}");
}
