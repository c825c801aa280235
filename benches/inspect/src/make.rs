//! Large files that hide nothing, made from a seed.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context as _, bail};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Rows of a sheet, and columns of figures beside the first, which is a label.
const ROWS: u32 = 1_000_000;
const COLUMNS: u32 = 12;

/// A file of a kind: `packed.xlsx` has about 100 MB, `plain.xlsx` about 100 MB when unpacked.
pub(crate) fn make(kind: &str, path: &Path) -> anyhow::Result<()> {
    let file = File::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
    let file = BufWriter::with_capacity(1 << 20, file);
    match kind {
        "packed.xlsx" => workbook(file, 1, 1_000_000),
        "plain.xlsx" => workbook(file, 1, 235_000),
        "table.ods" => open_document(file, 60_000),
        "table.csv" => csv(file, ROWS),
        "pages.pdf" => pdf(file, 1_500),
        other => bail!("`{other}` is no kind of file"),
    }
}

/// Figures that look like chance: by turns counts, and shares with four decimals.
struct Figures(u64);

impl Figures {
    fn next(&mut self, column: u32) -> String {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let drawn = self.0 >> 33;
        if column.is_multiple_of(2) {
            (drawn % 1_000_000).to_string()
        } else {
            format!("{}.{:04}", drawn % 100, drawn / 100 % 10_000)
        }
    }
}

fn column_name(column: u32) -> char {
    char::from(b'A' + (column % 26) as u8)
}

const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const SHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

fn workbook(file: impl Write + std::io::Seek, sheets: u32, rows: u32) -> anyhow::Result<()> {
    let mut archive = ZipWriter::new(file);
    let mut part = |name: &str, write: &mut dyn FnMut(&mut dyn Write) -> std::io::Result<()>| -> anyhow::Result<()> {
        let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default()).large_file(false);
        archive.start_file(name, options.compression_level(Some(6)))?;
        let mut buffered = BufWriter::with_capacity(1 << 20, &mut archive);
        write(&mut buffered)?;
        Ok(buffered.flush()?)
    };
    let relations = |of: &[(String, &str, String)]| {
        let each = of.iter().map(|(id, kind, target)| {
            format!("<Relationship Id=\"{id}\" Type=\"{RELATION}/{kind}\" Target=\"{target}\"/>")
        });
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{}</Relationships>",
            each.collect::<String>()
        )
    };
    let main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
    part("[Content_Types].xml", &mut |to| {
        write!(
            to,
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"{main}\"/></Types>"
        )
    })?;
    let root = relations(&[("rId1".into(), "officeDocument", "xl/workbook.xml".into())]);
    part("_rels/.rels", &mut |to| to.write_all(root.as_bytes()))?;
    let listed: String =
        (1..=sheets).map(|at| format!("<sheet name=\"Table {at}\" sheetId=\"{at}\" r:id=\"rId{at}\"/>")).collect();
    part("xl/workbook.xml", &mut |to| {
        write!(to, "<workbook xmlns=\"{SHEET}\" xmlns:r=\"{RELATION}\"><sheets>{listed}</sheets></workbook>")
    })?;
    let mut leads: Vec<_> =
        (1..=sheets).map(|at| (format!("rId{at}"), "worksheet", format!("worksheets/sheet{at}.xml"))).collect();
    leads.push(("rId90".into(), "styles", "styles.xml".into()));
    leads.push(("rId91".into(), "sharedStrings", "sharedStrings.xml".into()));
    let leads = relations(&leads);
    part("xl/_rels/workbook.xml.rels", &mut |to| to.write_all(leads.as_bytes()))?;
    part("xl/styles.xml", &mut |to| {
        write!(
            to,
            "<styleSheet xmlns=\"{SHEET}\"><fonts><font><sz val=\"11\"/></font></fonts><fills><fill><patternFill patternType=\"none\"/></fill></fills><cellXfs><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\"/><xf numFmtId=\"3\" fontId=\"0\" fillId=\"0\"/></cellXfs></styleSheet>"
        )
    })?;
    part("xl/sharedStrings.xml", &mut |to| {
        write!(to, "<sst xmlns=\"{SHEET}\">")?;
        (0..rows).try_for_each(|row| write!(to, "<si><t>Area {row:07} of the county</t></si>"))?;
        write!(to, "</sst>")
    })?;
    let mut figures = Figures(1);
    for at in 1..=sheets {
        part(&format!("xl/worksheets/sheet{at}.xml"), &mut |to| {
            write!(to, "<worksheet xmlns=\"{SHEET}\"><sheetData>")?;
            for row in 1..=rows {
                write!(to, "<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>{}</v></c>", row - 1)?;
                for column in 1..=COLUMNS {
                    let style = if column % 2 == 0 { " s=\"1\"" } else { "" };
                    write!(to, "<c r=\"{}{row}\"{style}><v>{}</v></c>", column_name(column), figures.next(column))?;
                }
                write!(to, "</row>")?;
            }
            write!(to, "</sheetData></worksheet>")
        })?;
    }
    archive.finish()?.flush()?;
    Ok(())
}

fn open_document(file: impl Write + std::io::Seek, rows: u32) -> anyhow::Result<()> {
    let mut archive = ZipWriter::new(file);
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    archive.start_file("mimetype", options.compression_method(zip::CompressionMethod::Stored))?;
    archive.write_all(kind.as_bytes())?;
    archive.start_file("META-INF/manifest.xml", options)?;
    write!(
        archive,
        "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"><manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"{kind}\"/><manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/></manifest:manifest>"
    )?;
    archive.start_file("content.xml", options)?;
    let mut to = BufWriter::with_capacity(1 << 20, archive);
    write!(
        to,
        "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet><table:table table:name=\"Table\">"
    )?;
    let mut figures = Figures(2);
    for row in 0..rows {
        write!(
            to,
            "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>Area {row:07} of the county</text:p></table:table-cell>"
        )?;
        for column in 1..=COLUMNS {
            let figure = figures.next(column);
            write!(
                to,
                "<table:table-cell office:value-type=\"float\" office:value=\"{figure}\"><text:p>{figure}</text:p></table:table-cell>"
            )?;
        }
        write!(to, "</table:table-row>")?;
    }
    write!(to, "</table:table></office:spreadsheet></office:body></office:document-content>")?;
    to.into_inner().map_err(std::io::IntoInnerError::into_error)?.finish()?.flush()?;
    Ok(())
}

fn csv(mut file: impl Write, rows: u32) -> anyhow::Result<()> {
    let headings: Vec<String> = (1..=COLUMNS).map(|column| format!("Figure {column}")).collect();
    writeln!(file, "Area,{}", headings.join(","))?;
    let mut figures = Figures(3);
    for row in 0..rows {
        let cells: Vec<String> = (1..=COLUMNS).map(|column| figures.next(column)).collect();
        writeln!(file, "Area {row:07} of the county,{}", cells.join(","))?;
    }
    Ok(file.flush()?)
}

/// Pages of figures, each in a place of its own, with a rule under each row.
fn pdf(mut file: impl Write, pages: u32) -> anyhow::Result<()> {
    let mut bytes: Vec<u8> = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    let mut object = |bytes: &mut Vec<u8>, body: &str| {
        offsets.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n{body}\nendobj\n", offsets.len()).bytes());
    };
    let kids: String = (0..pages).map(|page| format!("{} 0 R ", 4 + 2 * page)).collect();
    object(&mut bytes, "<< /Type /Catalog /Pages 2 0 R >>");
    object(&mut bytes, &format!("<< /Type /Pages /Kids [{kids}] /Count {pages} /MediaBox [0 0 595 842] >>"));
    object(&mut bytes, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
    let mut figures = Figures(4);
    for page in 0..pages {
        let mut content = String::from("0.9 g 30 780 530 20 re f 0 g 0.5 w\n");
        for row in 0..55 {
            let y = 760 - row * 13;
            for column in 0..9 {
                content.push_str(&format!("BT /F 9 Tf {} {y} Td ({}) Tj ET\n", 40 + column * 58, figures.next(column)));
            }
            content.push_str(&format!("30 {} m 560 {} l S\n", y - 3, y - 3));
        }
        object(
            &mut bytes,
            &format!(
                "<< /Type /Page /Parent 2 0 R /Contents {} 0 R /Resources << /Font << /F 3 0 R >> >> >>",
                5 + 2 * page
            ),
        );
        object(&mut bytes, &format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len() + 1));
    }
    let table = bytes.len();
    let size = offsets.len() + 1;
    bytes.extend(format!("xref\n0 {size}\n0000000000 65535 f \n").bytes());
    offsets.iter().for_each(|offset| bytes.extend(format!("{offset:010} 00000 n \n").bytes()));
    bytes.extend(format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n").bytes());
    file.write_all(&bytes)?;
    Ok(file.flush()?)
}
