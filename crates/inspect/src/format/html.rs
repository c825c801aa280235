//! HTML and SVG, by the tokens of the HTML standard: text that is not shown, and what stands in the markup only.

use std::collections::BTreeMap;

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

use super::text::{characters, decode, open};
use crate::carrier::{Severity, any, html};
use crate::limits::Uninspectable;
use crate::report::Place;
use crate::scan::Scan;

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

/// An element that is open.
struct Open {
    name: String,
    hidden: Option<&'static str>,
}

/// Finds what is hidden in a page or a picture.
pub(super) fn read(scan: &mut Scan<'_>, bytes: &[u8]) -> Result<(), Uninspectable> {
    let whole = open(scan, bytes)?;
    characters(scan, &whole)?;
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let tokens: Vec<Token> = Tokenizer::new_with_emitter(whole.as_ref(), emitter).flatten().collect();
    let hiding = hiding_selectors(&tokens);
    let mut stack: Vec<Open> = Vec::new();
    let mut hidden: BTreeMap<&'static str, (usize, String)> = BTreeMap::new();
    for token in &tokens {
        scan.budget().spend(16)?;
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).to_ascii_lowercase();
                let attributes = attributes(tag);
                tell_element(scan, &name, &attributes);
                let inherited = stack.last().and_then(|open| open.hidden);
                let own = inherited.or_else(|| why_hidden(&name, &attributes, &hiding));
                let implied = matches!(name.as_str(), "p" | "li" | "tr" | "td" | "th" | "option" | "dt" | "dd");
                if implied && stack.last().is_some_and(|open| open.name == name) {
                    stack.pop();
                }
                let void = matches!(
                    name.as_str(),
                    "area"
                        | "base"
                        | "br"
                        | "col"
                        | "embed"
                        | "hr"
                        | "img"
                        | "input"
                        | "link"
                        | "meta"
                        | "source"
                        | "track"
                        | "wbr"
                );
                if !void && !tag.self_closing {
                    if stack.len() as u64 >= u64::from(scan.limits().nesting) {
                        return Err(Uninspectable::new("its elements nest too deep"));
                    }
                    stack.push(Open { name, hidden: own });
                }
            }
            Token::EndTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).to_ascii_lowercase();
                if let Some(at) = stack.iter().rposition(|open| open.name == name) {
                    stack.truncate(at);
                }
            }
            Token::String(text) => {
                let text = String::from_utf8_lossy(text);
                if let Some(why) = stack.last().and_then(|open| open.hidden).filter(|_| !text.trim().is_empty()) {
                    let (count, all) = hidden.entry(why).or_default();
                    *count += text.trim().chars().count();
                    if all.len() < 200 {
                        all.push_str(text.trim());
                    }
                }
            }
            Token::Comment(text) => {
                let text = String::from_utf8_lossy(text).trim().to_owned();
                // What XML says of itself reads as a comment in HTML.
                if text.starts_with("?xml ") && text.len() < 80 {
                    continue;
                }
                // Rows of stars set parts of a page apart.
                let tells = text.chars().any(char::is_alphanumeric);
                let severity = if tells { Severity::Block } else { Severity::Info };
                let message = format!("a comment of {} characters", text.chars().count());
                scan.find_as(&html::COMMENT, severity, Place::default(), message, vec![text]);
            }
            Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    for (why, (count, text)) in hidden {
        let severity = match why {
            "hidden from screen readers" | "in a description" => Severity::Info,
            _ => Severity::Block,
        };
        let carrier = if why == "in a description" { &html::DESCRIPTION } else { &html::HIDDEN };
        scan.find_as(carrier, severity, Place::default(), format!("{count} characters {why}"), vec![text]);
    }
    Ok(())
}

fn attributes(tag: &StartTag<()>) -> BTreeMap<String, String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    tag.attributes.iter().map(|(name, value)| (text(name).to_ascii_lowercase(), text(value))).collect()
}

/// What an element's own attributes tell.
fn tell_element(scan: &mut Scan<'_>, name: &str, attributes: &BTreeMap<String, String>) {
    let get = |key: &str| attributes.get(key).map(String::as_str).unwrap_or_default();
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
        "metadata" | "foreignobject" => tell(&html::EDITOR, "data that are not drawn", ""),
        _ => {}
    }
    for (key, value) in attributes {
        if key.starts_with("on") && key.len() > 3 {
            tell(&html::SCRIPT, "a handler that runs", value);
        } else if key.starts_with("data-") && !value.is_empty() {
            tell(&html::DATA, "a value that is not shown", value);
        } else if key.starts_with("inkscape:") || key.starts_with("sodipodi:") {
            tell(&html::EDITOR, "data of a drawing program", value);
        } else if matches!(key.as_str(), "src" | "href" | "xlink:href")
            && !matches!(name, "a" | "base")
            && (value.contains("://") || value.starts_with("//"))
        {
            tell(&html::EXTERNAL, "something from elsewhere", value);
        } else if value.trim_start().to_ascii_lowercase().starts_with("data:") {
            tell(&any::EMBEDDED_FILE, "a file in an address", "");
        }
    }
}

/// Why an element's text is not shown, by its name, its attributes or a style sheet.
fn why_hidden(name: &str, attributes: &BTreeMap<String, String>, hiding: &[String]) -> Option<&'static str> {
    let style = attributes.get("style").map(String::as_str).unwrap_or_default();
    let ids = attributes.get("id").map(|id| format!("#{id}"));
    let classes = attributes.get("class").map(String::as_str).unwrap_or_default();
    let matches = |selector: &String| {
        let bare = selector.strip_prefix(name).unwrap_or(selector);
        bare.is_empty()
            || ids.as_deref() == Some(bare)
            || classes.split_whitespace().any(|class| bare.strip_prefix('.') == Some(class))
    };
    match name {
        "template" => Some("in a template"),
        "noscript" => Some("for programs without scripts"),
        "desc" | "title" => Some("in a description"),
        _ if attributes.contains_key("hidden") => Some("in a hidden element"),
        _ if hides(style) => Some("hidden by a style"),
        _ if hiding.iter().any(matches) => Some("hidden by a style sheet"),
        _ if attributes.get("display").is_some_and(|display| display == "none") => {
            Some("in an element that is not drawn")
        }
        _ if attributes.get("aria-hidden").is_some_and(|hidden| hidden == "true") => Some("hidden from screen readers"),
        _ => None,
    }
}

/// Do these declarations hide what they hold for?
fn hides(style: &str) -> bool {
    style.split(';').filter_map(|declaration| declaration.split_once(':')).any(|(property, value)| {
        let value = value.trim().trim_end_matches("!important").trim().to_ascii_lowercase();
        match property.trim().to_ascii_lowercase().as_str() {
            "display" => value == "none",
            "visibility" => matches!(value.as_str(), "hidden" | "collapse"),
            "opacity" | "font-size" => value.trim_end_matches(['p', 'x', 'e', 'm', '%']).parse() == Ok(0.0),
            _ => false,
        }
    })
}

/// Simple selectors that the page's own style sheets hide on any screen; rules for some media are left out.
fn hiding_selectors(tokens: &[Token]) -> Vec<String> {
    let mut hiding = Vec::new();
    for pair in tokens.windows(2) {
        let [Token::StartTag(tag), Token::String(sheet)] = pair else { continue };
        if tag.name.as_slice() != b"style" {
            continue;
        }
        let sheet = String::from_utf8_lossy(sheet);
        let mut inside_rule = false;
        for rule in sheet.split('}') {
            let mut parts = rule.rsplitn(2, '{');
            let (declarations, selectors) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            inside_rule = selectors.contains('@') || (inside_rule && !rule.trim().is_empty());
            if !inside_rule && hides(declarations) {
                hiding.extend(
                    selectors
                        .split(',')
                        .map(|selector| selector.trim().to_owned())
                        .filter(|s| !s.is_empty() && !s.contains([' ', '>', ':', '['])),
                );
            }
        }
    }
    hiding
}
