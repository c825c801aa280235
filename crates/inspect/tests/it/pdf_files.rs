//! Small PDFs, made by program.

/// A file with these objects, numbered from 1 (the catalogue), and this much more in its trailer.
pub(crate) fn file(objects: &[String], trailer: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (number, object) in (1..).zip(objects) {
        offsets.push(bytes.len());
        bytes.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let table = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1).bytes());
    for offset in &offsets {
        bytes.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    let size = offsets.len() + 1;
    bytes.extend(format!("trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{table}\n%%EOF\n").bytes());
    bytes
}

pub(crate) fn stream(entries: &str, data: &str) -> String {
    format!("<< {entries} /Length {} >>\nstream\n{data}\nendstream", data.len())
}

/// One page with this content; more entries of the page and of the catalogue, and more objects from 6 on.
pub(crate) fn page(content: &str, entries: &str, catalogue: &str, more: &[String]) -> Vec<u8> {
    let mut objects = vec![
        format!("<< /Type /Catalog /Pages 2 0 R {catalogue} >>"),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 300 200] >>".to_owned(),
        format!(
            "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F 5 0 R >> \
             /ExtGState << /T << /ca 0 >> /H << /ca 0.3 >> >> /XObject << /X 6 0 R >> /Properties << /L 6 0 R >> >> {entries} >>"
        ),
        stream("", content),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    objects.extend_from_slice(more);
    file(&objects, "")
}

/// One page with this content; more objects from 6 on, and resources of this kind.
pub(crate) fn with_resources(content: &str, kind: &str, resources: &str, more: &[String]) -> Vec<u8> {
    // A key that stands twice is a finding, so the resources are the page's own.
    let state = if kind == "ExtGState" { "" } else { "/ExtGState << /T << /ca 0 >> >>" };
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 300 200] >>".to_owned(),
        format!(
            "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F 5 0 R >> {state} /{kind} << {resources} >> >> >>"
        ),
        stream("", content),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    objects.extend_from_slice(more);
    file(&objects, "")
}

/// Text in plain sight.
pub(crate) const WORDS: &str = "BT /F 12 Tf 50 100 Td (Joan Smith lives) Tj ET ";
