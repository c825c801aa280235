//! The frame of a confidential page for the approver, with its tables and lists.

use std::fmt::Write as _;

/// The beginning of a page.
pub(crate) fn start(title: &str) -> String {
    let mut page = String::new();
    let title = escape(title);
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n<style>\n:root{{color-scheme:light dark}}body{{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}\
         table{{border-collapse:collapse;margin:0 0 1.5rem}}caption{{text-align:left;font-weight:bold;padding:.3rem 0}}td,th{{border:1px solid;padding:.2rem .6rem;text-align:left;vertical-align:top}}\
         .w{{overflow-x:auto}}\n</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n\
         <p>Confidential: this page names small figures and says how near one can get to them. It stays with the case.</p>\n"
    );
    page
}

/// The page with its end.
pub(crate) fn end(mut page: String) -> String {
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

/// A table; nothing where it has no rows.
pub(crate) fn table(page: &mut String, caption: &str, head: &[&str], rows: &[Vec<String>]) {
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(
        page,
        "<div class=\"w\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\">\n<table>\n<caption>{0}</caption>",
        escape(caption)
    );
    let heads: String = head.iter().map(|text| format!("<th scope=\"col\">{}</th>", escape(text))).collect();
    let _ = writeln!(page, "<thead><tr>{heads}</tr></thead>\n<tbody>");
    for row in rows {
        let cells: String = row
            .iter()
            .enumerate()
            .map(|(at, text)| {
                let text = escape(text);
                if at == 0 { format!("<th scope=\"row\">{text}</th>") } else { format!("<td>{text}</td>") }
            })
            .collect();
        let _ = writeln!(page, "<tr>{cells}</tr>");
    }
    page.push_str("</tbody>\n</table>\n</div>\n");
}

/// A list under a heading; nothing where it has no items.
pub(crate) fn list(page: &mut String, heading: &str, what: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(page, "<h2>{}</h2>\n<p>{}</p>\n<ul>", escape(heading), escape(what));
    for item in items {
        let _ = writeln!(page, "<li>{}</li>", escape(item));
    }
    page.push_str("</ul>\n");
}

/// Text as HTML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
