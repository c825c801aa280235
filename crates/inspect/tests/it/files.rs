//! Small files, made by program.

use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub(crate) type Parts = Vec<(String, String)>;

#[expect(clippy::unwrap_used, reason = "a helper of tests")]
pub(crate) fn archive<T: AsRef<[u8]>>(parts: &[(String, T)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        let stored = name == "mimetype";
        let method = if stored { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
        let options =
            SimpleFileOptions::default().compression_method(method).last_modified_time(zip::DateTime::default());
        writer.start_file(name.as_str(), options).unwrap();
        writer.write_all(content.as_ref()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// An archive byte by byte (PKWARE APPNOTE 4.3), of files that are not packed: name, content, extra field and day.
pub(crate) fn plain_archive(files: &[(&str, &str, &[u8], u16)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content, extra, day) in files {
        let (offset, size) = (bytes.len() as u32, content.len() as u32);
        let mut fields: Vec<u8> = [20, 0, 0, 0, *day].iter().flat_map(|short: &u16| short.to_le_bytes()).collect();
        let checksum = crc32fast::hash(content.as_bytes());
        fields.extend([checksum, size, size].iter().flat_map(|long| long.to_le_bytes()));
        fields.extend((name.len() as u16).to_le_bytes());
        fields.extend((extra.len() as u16).to_le_bytes());
        bytes.extend([b"PK\x03\x04", &fields[..], name.as_bytes(), extra, content.as_bytes()].concat());
        directory.extend(
            [b"PK\x01\x02\x14\0", &fields[..], &[0; 10], &offset.to_le_bytes(), name.as_bytes(), extra].concat(),
        );
    }
    let (count, start, size) =
        ((files.len() as u16).to_le_bytes(), (bytes.len() as u32).to_le_bytes(), directory.len() as u32);
    let end = [b"PK\x05\x06\0\0\0\0", &count[..], &count, &size.to_le_bytes(), &start, &[0, 0]].concat();
    [bytes, directory, end].concat()
}

/// Parts with some put in the place of those of the same name, or added.
pub(crate) fn with(mut parts: Parts, changed: &[(&str, &str)]) -> Parts {
    for (name, content) in changed {
        match parts.iter_mut().find(|(known, _)| known == name) {
            Some(part) => (*content).clone_into(&mut part.1),
            None => parts.push(((*name).to_owned(), (*content).to_owned())),
        }
    }
    parts
}

pub(crate) const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

pub(crate) fn relations(of: &[(&str, &str, &str)]) -> String {
    let each = of.iter().map(|(id, kind, target)| {
        format!("<Relationship Id=\"{id}\" Type=\"{RELATION}/{kind}\" Target=\"{target}\"/>")
    });
    format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{}</Relationships>",
        each.collect::<String>()
    )
}

fn types(part: &str, main: &str) -> String {
    format!(
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"bin\" ContentType=\"application/vnd.openxmlformats-officedocument.oleObject\"/>\
         <Override PartName=\"{part}\" ContentType=\"application/vnd.openxmlformats-officedocument.{main}\"/></Types>"
    )
}

pub(crate) fn workbook_xml(inside: &str) -> String {
    format!(
        "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"{RELATION}\">{inside}</workbook>"
    )
}

pub(crate) fn sheet_xml(inside: &str) -> String {
    format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"{RELATION}\">{inside}</worksheet>"
    )
}

pub(crate) const SHEETS: &str = "<sheets><sheet name=\"Data\" sheetId=\"1\" r:id=\"rId1\"/></sheets>";
pub(crate) const CELLS: &str = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" s=\"1\"><v>12</v></c></row><row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>more</t></is></c></row></sheetData>";
pub(crate) const STRINGS: &str =
    "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><si><t>shown</t></si></sst>";

pub(crate) fn styles_xml(format: &str, colour: &str, size: &str) -> String {
    format!(
        "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><numFmts><numFmt numFmtId=\"170\" formatCode=\"{format}\"/></numFmts>\
         <fonts><font><sz val=\"11\"/></font><font><sz val=\"{size}\"/><color rgb=\"{colour}\"/></font></fonts>\
         <fills><fill><patternFill patternType=\"none\"/></fill></fills>\
         <cellXfs><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\"/><xf numFmtId=\"170\" fontId=\"1\" fillId=\"0\"/></cellXfs></styleSheet>"
    )
}

pub(crate) const BOOK_RELATIONS: &[(&str, &str, &str)] = &[
    ("rId1", "worksheet", "worksheets/sheet1.xml"),
    ("rId2", "styles", "styles.xml"),
    ("rId3", "sharedStrings", "sharedStrings.xml"),
];

/// A workbook that hides nothing.
pub(crate) fn xlsx() -> Parts {
    with(
        Parts::new(),
        &[
            ("[Content_Types].xml", &types("/xl/workbook.xml", "spreadsheetml.sheet.main+xml")),
            ("_rels/.rels", &relations(&[("rId1", "officeDocument", "xl/workbook.xml")])),
            ("xl/workbook.xml", &workbook_xml(SHEETS)),
            ("xl/_rels/workbook.xml.rels", &relations(BOOK_RELATIONS)),
            ("xl/worksheets/sheet1.xml", &sheet_xml(CELLS)),
            ("xl/sharedStrings.xml", STRINGS),
            ("xl/styles.xml", &styles_xml("0", "FF000000", "11")),
        ],
    )
}

pub(crate) fn document_xml(body: &str) -> String {
    format!(
        "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
    )
}

/// A text document that hides nothing.
pub(crate) fn docx() -> Parts {
    with(
        Parts::new(),
        &[
            ("[Content_Types].xml", &types("/word/document.xml", "wordprocessingml.document.main+xml")),
            ("_rels/.rels", &relations(&[("rId1", "officeDocument", "word/document.xml")])),
            ("word/document.xml", &document_xml("<w:p><w:r><w:t>Hello</w:t></w:r></w:p>")),
        ],
    )
}

const ODF: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
    xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" \
    xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"";

pub(crate) fn content_xml(styles: &str, table: &str) -> String {
    format!(
        "<office:document-content {ODF}><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{table}</office:spreadsheet></office:body></office:document-content>"
    )
}

pub(crate) const TABLE: &str = "<table:table table:name=\"T\"><table:table-row><table:table-cell><text:p>shown</text:p></table:table-cell>\
    <table:table-cell office:value-type=\"float\" office:value=\"4\"><text:p>4</text:p></table:table-cell></table:table-row></table:table>";

/// An OpenDocument spreadsheet that hides nothing.
pub(crate) fn ods() -> Parts {
    let manifest = "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"><manifest:file-entry manifest:full-path=\"content.xml\"/></manifest:manifest>";
    with(
        Parts::new(),
        &[
            ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
            ("META-INF/manifest.xml", manifest),
            ("content.xml", &content_xml("", TABLE)),
        ],
    )
}
