//! HTML and SVG, by the tokens of the HTML standard: text that is not shown, and what stands in the markup only.

use std::collections::BTreeMap;

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

use super::Format;
use super::text::{characters, decode, open};
use super::xlsx::styles::{alike, rgb};
use crate::carrier::{Severity, any, html};
use crate::limits::Uninspectable;
use crate::package::percent;
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
    /// Has its text the colour of what it lies on?
    faint: bool,
}

/// Finds what is hidden in a page or a picture.
pub(super) fn read(scan: &mut Scan<'_>, bytes: &[u8]) -> Result<(), Uninspectable> {
    let whole = open(scan, bytes)?;
    characters(scan, &whole)?;
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let tokens: Vec<Token> = Tokenizer::new_with_emitter(whole.as_ref(), emitter).flatten().collect();
    let sheets = StyleSheets::of(&tokens);
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
                let own = inherited.or_else(|| why_hidden(&name, &attributes, &sheets));
                let faint = sheets.colours(&name, &attributes).unwrap_or(stack.last().is_some_and(|open| open.faint));
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
                    stack.push(Open { name, hidden: own, faint });
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
                let open = stack.last();
                if open.is_some_and(|open| open.name == "style") {
                    if text.contains("sourceMappingURL=") {
                        scan.find(&html::EXTERNAL, Place::default(), "a map to the source of a style sheet");
                    }
                    addresses(&text).into_iter().for_each(|address| data_address(scan, address, true));
                }
                let faint = open.filter(|open| open.faint).map(|_| "in the colour of what lies under it");
                let why = open.and_then(|open| open.hidden).or(faint);
                if let Some(why) = why.filter(|_| !text.trim().is_empty()) {
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
        }
    }
    for (key, value) in attributes {
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

/// Why an element's text is not shown, by its name, its attributes or a style sheet.
fn why_hidden(name: &str, attributes: &BTreeMap<String, String>, sheets: &StyleSheets) -> Option<&'static str> {
    let style = attributes.get("style").map(String::as_str).unwrap_or_default();
    match name {
        "template" => Some("in a template"),
        "noscript" => Some("for programs without scripts"),
        "desc" | "title" => Some("in a description"),
        _ if attributes.contains_key("hidden") => Some("in a hidden element"),
        _ if hides(style) => Some("hidden by a style"),
        _ if sheets.rules_for(name, attributes).any(|rule| hides(&rule.declarations))
            && !sheets.is_shown_on_focus(name, attributes) =>
        {
            Some("hidden by a style sheet")
        }
        _ if attributes.get("display").is_some_and(|display| display == "none") => {
            Some("in an element that is not drawn")
        }
        _ if attributes.get("aria-hidden").is_some_and(|hidden| hidden == "true") => Some("hidden from screen readers"),
        _ => None,
    }
}

/// Property and value of each declaration, in small letters.
fn declarations(style: &str) -> impl Iterator<Item = (String, String)> + '_ {
    style.split(';').filter_map(|declaration| declaration.split_once(':')).map(|(property, value)| {
        let value = value.trim().to_ascii_lowercase();
        (property.trim().to_ascii_lowercase(), value.trim_end_matches("!important").trim().to_owned())
    })
}

/// Do these declarations hide what they hold for?
fn hides(style: &str) -> bool {
    // So far from its place that it is off any screen.
    const FAR: f64 = -999.0;
    declarations(style).any(|(property, value)| match property.as_str() {
        "display" => value == "none",
        "visibility" => matches!(value.as_str(), "hidden" | "collapse"),
        "opacity" | "font-size" => value.trim_end_matches(['p', 'x', 'e', 'm', '%']).parse() == Ok(0.0),
        "left" | "right" | "top" | "bottom" | "text-indent" | "margin-left" | "margin-top" => {
            let number = value.trim_end_matches(|letter: char| letter.is_ascii_alphabetic() || letter == '%');
            let pixels = if value.ends_with("em") { 16.0 } else { 1.0 };
            number.parse::<f64>().is_ok_and(|number| number * pixels <= FAR)
        }
        "clip" => value.starts_with("rect(0") || value.starts_with("rect(1px"),
        "clip-path" => matches!(value.as_str(), "inset(50%)" | "inset(100%)" | "circle(0)"),
        _ => false,
    })
}

/// A colour, if it is written in one of the usual ways.
fn colour(value: &str) -> Option<[f64; 3]> {
    match value {
        "white" => return Some([1.0; 3]),
        "black" => return Some([0.0; 3]),
        _ => {}
    }
    if let Some(digits) = value.strip_prefix('#') {
        let long: String =
            if digits.len() == 3 { digits.chars().flat_map(|digit| [digit; 2]).collect() } else { digits.to_owned() };
        return if long.len() == 6 { rgb(&long) } else { None };
    }
    let parts = value.strip_prefix("rgb(")?.strip_suffix(')')?.split([',', ' ']).filter(|part| !part.is_empty());
    let parts: Vec<f64> =
        parts.map(|part| part.trim().parse::<f64>().ok().map(|part| part / 255.0)).collect::<Option<_>>()?;
    parts.try_into().ok()
}

/// A rule of a style sheet whose selector is a plain one.
struct Rule {
    selector: String,
    declarations: String,
}

impl Rule {
    fn holds_for(&self, name: &str, attributes: &BTreeMap<String, String>) -> bool {
        let classes = attributes.get("class").map(String::as_str).unwrap_or_default();
        let bare = self.selector.strip_prefix(name).unwrap_or(&self.selector);
        bare.is_empty()
            || bare.strip_prefix('#').is_some_and(|id| attributes.get("id").is_some_and(|known| known == id))
            || classes.split_whitespace().any(|class| bare.strip_prefix('.') == Some(class))
    }
}

/// The page's own style sheets; rules for some media and for elements in others are left out.
#[derive(Default)]
struct StyleSheets {
    rules: Vec<Rule>,
    /// Rules for elements that the keyboard is on, without what says so.
    focused: Vec<Rule>,
    /// Is the whole page white, since nothing in it has a background?
    white: bool,
}

impl StyleSheets {
    fn of(tokens: &[Token]) -> Self {
        let mut sheets = Self { white: true, ..Self::default() };
        for pair in tokens.windows(2) {
            if let Token::StartTag(tag) = &pair[0] {
                let attributes = attributes(tag);
                let style = attributes.get("style").is_some_and(|style| style.contains("background"));
                // A picture of its own kind has grounds of its own, and a sheet from elsewhere can say anything.
                let other = matches!(tag.name.as_slice(), b"svg" | b"link");
                sheets.white &=
                    !style && !other && !attributes.contains_key("bgcolor") && !attributes.contains_key("background");
            }
            let [Token::StartTag(tag), Token::String(sheet)] = pair else { continue };
            if tag.name.as_slice() == b"style" {
                let sheet = String::from_utf8_lossy(sheet);
                sheets.white &= !sheet.contains("background") && !sheet.contains("@import");
                sheets.add(&sheet);
            }
        }
        sheets
    }

    fn add(&mut self, sheet: &str) {
        let mut inside_rule = false;
        for rule in sheet.split('}') {
            let mut parts = rule.rsplitn(2, '{');
            let (declarations, selectors) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            inside_rule = selectors.contains('@') || (inside_rule && !rule.trim().is_empty());
            if inside_rule {
                continue;
            }
            for selector in
                selectors.split(',').map(str::trim).filter(|s| !s.is_empty() && !s.contains([' ', '>', '[']))
            {
                let rule =
                    |selector: &str| Rule { selector: selector.to_owned(), declarations: declarations.to_owned() };
                match selector.split_once(':') {
                    None => self.rules.push(rule(selector)),
                    Some((selector, "focus" | "focus-visible")) => self.focused.push(rule(selector)),
                    Some(_) => {}
                }
            }
        }
    }

    /// The rules that hold for an element.
    fn rules_for<'s>(
        &'s self,
        name: &'s str,
        attributes: &'s BTreeMap<String, String>,
    ) -> impl Iterator<Item = &'s Rule> + 's {
        self.rules.iter().filter(move |rule| rule.holds_for(name, attributes))
    }

    /// Does it come into view when the keyboard gets to it, as a link within the page does that leads past its head?
    fn is_shown_on_focus(&self, name: &str, attributes: &BTreeMap<String, String>) -> bool {
        let places = ["left", "right", "top", "bottom"];
        let moves = |rule: &&Rule| {
            !hides(&rule.declarations)
                && declarations(&rule.declarations).any(|(property, _)| places.contains(&property.as_str()))
        };
        let leads_on = name == "a" && attributes.get("href").is_some_and(|target| target.starts_with('#'));
        leads_on && self.focused.iter().filter(|rule| rule.holds_for(name, attributes)).any(|rule| moves(&rule))
    }

    /// Has the element's text the colour of its ground? Only where both are certain; none if nothing is said of its colour.
    fn colours(&self, name: &str, attributes: &BTreeMap<String, String>) -> Option<bool> {
        let own = attributes.get("style").map(String::as_str).unwrap_or_default();
        let styles = self.rules_for(name, attributes).map(|rule| rule.declarations.as_str()).chain([own]);
        let (mut ink, mut ground) = (None, None);
        for (property, value) in styles.flat_map(declarations) {
            match property.as_str() {
                "color" => ink = Some(value),
                "background" | "background-color" => ground = Some(value),
                _ => {}
            }
        }
        let ink = ink
            .or_else(|| attributes.get("color").filter(|_| name == "font").map(|colour| colour.to_ascii_lowercase()))?;
        if ink == "transparent" {
            return Some(true);
        }
        let ground = match ground {
            Some(ground) => colour(&ground),
            None => self.white.then_some([1.0; 3]),
        };
        Some(colour(&ink).zip(ground).is_some_and(|(ink, ground)| alike(ink, ground)))
    }
}
