//! HTML and SVG, by the tokens of the HTML standard: text that is not shown, and what stands in the markup only.

mod cascade;
mod css;
mod media;
mod selector;
mod style;
mod tree;
mod value;

use html5gum::{DefaultEmitter, Token, Tokenizer};

use super::Format;
use super::text::{characters, decode, open};
use crate::carrier::{Severity, any, html};
use crate::limits::Uninspectable;
use crate::package::percent;
use crate::report::Place;
use crate::scan::Scan;
use cascade::{Sight, Texts, Why};
use css::Sheets;
use tree::{Element, Page};

/// Elements that a page, or a piece of one, can begin with.
const FIRST: &[&str] = &[
    "!doctype html",
    "html",
    "head",
    "body",
    "meta",
    "title",
    "link",
    "style",
    "script",
    "template",
    "noscript",
    "main",
    "article",
    "section",
    "header",
    "footer",
    "nav",
    "aside",
    "div",
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "dl",
    "table",
    "form",
    "figure",
    "pre",
    "blockquote",
    "hr",
    "details",
    "span",
    "a",
    "b",
    "i",
    "em",
    "strong",
    "img",
    "br",
    "iframe",
    "center",
    "font",
];

/// Is it text whose first element is of HTML? Programs write tables without a page around them.
pub(super) fn is(bytes: &[u8]) -> bool {
    root(bytes).is_some_and(|root| FIRST.contains(&root.as_str()))
}

/// Is it text whose first element is a picture?
pub(super) fn is_svg(bytes: &[u8]) -> bool {
    root(bytes).is_some_and(|root| root == "svg")
}

/// The first element's name, or the word that it is HTML.
fn root(bytes: &[u8]) -> Option<String> {
    let (text, _) = decode(bytes)?;
    let mut rest = text.trim_start();
    loop {
        let low = rest.get(..rest.len().min(14)).unwrap_or_default().to_ascii_lowercase();
        if low.starts_with("<!doctype html") {
            return Some("!doctype html".to_owned());
        }
        let end = if low.starts_with("<!--") {
            rest.find("-->")? + 3
        } else if low.starts_with("<?") || low.starts_with("<!") {
            rest.find('>')? + 1
        } else {
            let name = rest.strip_prefix('<')?;
            return Some(name.split(|letter: char| !letter.is_ascii_alphanumeric()).next()?.to_ascii_lowercase());
        };
        rest = rest.get(end..)?.trim_start();
    }
}

/// Finds what is hidden in a page or a picture.
pub(super) fn read(scan: &mut Scan<'_>, bytes: &[u8]) -> Result<(), Uninspectable> {
    let whole = open(scan, bytes)?;
    characters(scan, &whole)?;
    let budget = scan.budget();
    let xml = whole.trim_start().starts_with("<?xml") || root(bytes).is_some_and(|root| root == "svg");
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut page = Page::new(xml);
    let mut sheets = Sheets::default();
    // The style sheet that is open: its text, and for which media.
    let mut sheet: Option<(String, String)> = None;
    for token in Tokenizer::new_with_emitter(whole.as_ref(), emitter).flatten() {
        budget.spend(16)?;
        match token {
            Token::StartTag(tag) => {
                let at = page.start(budget, &tag)?;
                let element = page.element(at);
                tell_element(scan, element);
                let kind = element.attribute("type").map(str::trim).filter(|kind| !kind.is_empty());
                let applies = kind.is_none_or(|kind| kind.eq_ignore_ascii_case("text/css"))
                    && !page.is_in("template")
                    && !page.is_in("noscript");
                if &*element.name == "style" && applies {
                    sheet = Some((String::new(), element.attribute("media").unwrap_or_default().to_owned()));
                }
            }
            Token::EndTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).to_ascii_lowercase();
                if name == "style" {
                    add_sheet(scan, &mut sheets, sheet.take())?;
                }
                page.end(budget, &name)?;
            }
            Token::String(text) => {
                let text = String::from_utf8_lossy(&text);
                match (&mut sheet, page.current().map(|open| &*open.name)) {
                    (Some((sheet, _)), Some("style")) => sheet.push_str(&text),
                    (_, Some("script")) => {}
                    _ => page.text(&text),
                }
            }
            Token::Comment(text) => {
                let text = String::from_utf8_lossy(&text).trim().to_owned();
                // Text as XML can write it, which HTML takes for a comment.
                let raw = text.strip_prefix("[CDATA[").map(|text| text.strip_suffix("]]").unwrap_or(text));
                match raw.filter(|_| xml || page.is_in("svg")) {
                    Some(raw) => page.text(raw),
                    None => tell_comment(scan, text),
                }
            }
            Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    add_sheet(scan, &mut sheets, sheet)?;
    page.finish();
    tell_sheets(scan, &sheets);
    // A sheet from elsewhere can say anything of what lies under a text.
    let white = !sheets.imports && !page.elements().any(is_outside_sheet);
    for ((why, sight), texts) in cascade::unseen(budget, &page, &sheets, white)? {
        tell_unseen(scan, why, sight, texts);
    }
    Ok(())
}

fn add_sheet(scan: &mut Scan<'_>, sheets: &mut Sheets, sheet: Option<(String, String)>) -> Result<(), Uninspectable> {
    let Some((sheet, media)) = sheet else { return Ok(()) };
    addresses(&sheet).into_iter().for_each(|address| data_address(scan, address, true));
    // XML may set a sheet apart as raw text, and pages of old set it apart from browsers older still.
    let sheet = sheet.replace("<![CDATA[", "").replace("]]>", "");
    sheets.add(scan.budget(), &sheet, &media)
}

/// What style sheets tell beside how the page looks.
fn tell_sheets(scan: &mut Scan<'_>, sheets: &Sheets) {
    if sheets.imports {
        scan.find(&html::EXTERNAL, Place::default(), "a style sheet takes in another, which may hide or show text");
    }
    if sheets.comments.iter().any(|comment| comment.contains("sourceMappingURL=")) {
        scan.find(&html::EXTERNAL, Place::default(), "a map to the source of a style sheet");
    }
}

fn tell_comment(scan: &mut Scan<'_>, text: String) {
    // What XML says of itself reads as a comment in HTML.
    if text.starts_with("?xml ") && text.len() < 80 {
        return;
    }
    // Rows of stars set parts of a page apart.
    let tells = text.chars().any(char::is_alphanumeric);
    let severity = if tells { Severity::Block } else { Severity::Info };
    let message = format!("a comment of {} characters", text.chars().count());
    scan.find_as(&html::COMMENT, severity, Place::default(), message, vec![text]);
}

fn tell_unseen(scan: &mut Scan<'_>, why: Why, sight: Sight, texts: Texts) {
    let (reason, count) = (why.reason, texts.length);
    let mild = |severity: Severity| severity.min(if texts.tell { Severity::Block } else { Severity::Review });
    let (severity, message) = match sight {
        Sight::Nowhere => (mild(why.severity), format!("{count} characters {reason}")),
        Sight::Elsewhere => (
            why.severity.min(Severity::Review),
            format!("{count} characters {reason}, but shown on small screens or on paper"),
        ),
        Sight::Here => (Severity::Info, format!("{count} characters {reason}, on small screens or on paper only")),
        Sight::Perhaps => (
            why.severity.min(Severity::Review),
            format!("{count} characters perhaps {reason}: what decides it is not looked into"),
        ),
    };
    let carrier = if reason == "in a description" { &html::DESCRIPTION } else { &html::HIDDEN };
    scan.find_as(carrier, severity, Place::default(), message, vec![texts.first]);
}

/// Does it bring in a style sheet that lies elsewhere?
fn is_outside_sheet(element: &Element) -> bool {
    let kinds = element.attribute("rel").unwrap_or_default();
    &*element.name == "link" && kinds.split_ascii_whitespace().any(|kind| kind.eq_ignore_ascii_case("stylesheet"))
}

/// What an element's own attributes tell.
fn tell_element(scan: &mut Scan<'_>, element: &Element) {
    let name = &*element.name;
    let get = |key: &str| element.attribute(key).unwrap_or_default();
    let mut tell = |carrier, message: &str, value: &str| {
        scan.find_as(carrier, carrier.severity, Place::default(), message, vec![value.to_owned()]);
    };
    match name {
        "script" => tell(&html::SCRIPT, "a script", ""),
        "iframe" | "object" | "embed" => tell(&any::EMBEDDED_FILE, "another document in the page", ""),
        "input" if get("type").eq_ignore_ascii_case("hidden") => tell(&html::HIDDEN, "a hidden field", get("value")),
        "meta" if matches!(get("name"), "author" | "generator") => {
            tell(&html::METADATA, "an author or a program", get("content"))
        }
        "link"
            if is_outside_sheet(element)
                && !get("href").contains("//")
                && data_part(get("href").trim_start()).is_none() =>
        {
            tell(&html::EXTERNAL, "a style sheet of its own, which may hide or show text", get("href"))
        }
        "metadata" | "foreignobject" => tell(&html::EDITOR, "data that are not drawn", ""),
        _ => {}
    }
    for (key, value) in element.attributes() {
        if key.starts_with("on") && key.len() > 3 {
            tell(&html::SCRIPT, "a handler that runs", value);
        } else if key.starts_with("data-") && !value.is_empty() {
            tell(&html::DATA, "a value that is not shown", value);
        } else if key.starts_with("inkscape:") || key.starts_with("sodipodi:") {
            tell(&html::EDITOR, "data of a drawing program", value);
        } else if matches!(key, "src" | "href" | "xlink:href")
            && !matches!(name, "a" | "base")
            && (value.contains("://") || value.starts_with("//"))
        {
            tell(&html::EXTERNAL, "something from elsewhere", value);
        }
    }
    for (key, value) in element.attributes() {
        if let Some(address) = data_part(value.trim_start()) {
            let picture = matches!(name, "img" | "image" | "source" | "link") && key != "download";
            data_address(scan, address, picture);
        } else if key == "style" {
            addresses(value).into_iter().for_each(|address| data_address(scan, address, true));
        }
    }
}

/// What follows `data:` in an address that begins so.
fn data_part(address: &str) -> Option<&str> {
    address.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("data:")).and_then(|_| address.get(5..))
}

/// The addresses of this kind that declarations of styles name.
fn addresses(styles: &str) -> Vec<&str> {
    let named = styles.split("url(").skip(1).map(|rest| rest.trim_start().trim_start_matches(['"', '\'']));
    named.filter_map(|rest| data_part(rest.split([')', '"', '\'']).next()?)).collect()
}

/// Inspects what stands in an address itself (RFC 2397). A picture that the page shows is part of the page; anything else is a file in it.
fn data_address(scan: &mut Scan<'_>, address: &str, shown: bool) {
    let (kind, written) = address.split_once(',').unwrap_or((address, ""));
    let bytes = if kind.trim_end().to_ascii_lowercase().ends_with(";base64") {
        base64(written)
    } else {
        Some(percent(written))
    };
    let Some(bytes) = bytes else {
        scan.cannot(Place::part("a data address"), &Uninspectable::new("it is not written as it says"));
        return;
    };
    let picture = matches!(super::recognise(&bytes), Format::Png | Format::Jpeg | Format::Svg);
    // Fonts draw letters, and hold nothing else that is looked for.
    let font = kind.trim_start().to_ascii_lowercase().starts_with("font/");
    if shown && font {
        return;
    }
    if !(shown && picture) {
        scan.find(&any::EMBEDDED_FILE, Place::default(), format!("a file in an address, {} bytes", bytes.len()));
    }
    scan.inner_of_any_name("a data address", &bytes);
}

/// Base64 (RFC 4648), with blanks anywhere, as browsers take it; none if it is something else.
fn base64(written: &str) -> Option<Vec<u8>> {
    let written = percent(written);
    let letters = written.iter().filter(|byte| !byte.is_ascii_whitespace() && **byte != b'=');
    let mut bytes = Vec::with_capacity(written.len() / 4 * 3);
    let (mut held, mut bits) = (0_u32, 0);
    for letter in letters {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        (held, bits) = (held << 6 | u32::from(value), bits + 6);
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    Some(bytes)
}
