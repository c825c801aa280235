//! A page as elements in order, built as browsers do where it matters (HTML Standard, 13.2.6): tags that are left out are put in.

use std::collections::BTreeMap;
use std::rc::Rc;

use html5gum::StartTag;

use crate::limits::{Budget, Uninspectable};

/// An element.
#[derive(Debug)]
pub(super) struct Element {
    /// In small letters.
    pub(super) name: Rc<str>,
    attributes: Vec<(Rc<str>, Box<str>)>,
    pub(super) parent: Option<usize>,
    /// The element before it with the same parent.
    pub(super) previous: Option<usize>,
    /// How many elements are around it.
    pub(super) depth: usize,
    /// How much there is to look through in its attributes, in steps.
    pub(super) weight: u64,
    /// Is there anything in it?
    pub(super) filled: bool,
    /// Its place among its siblings, from one; and from the end, and among those of its name.
    pub(super) nth: u32,
    pub(super) nth_last: u32,
    pub(super) nth_of_type: u32,
    pub(super) nth_last_of_type: u32,
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| **own == *name).map(|(_, value)| &**value)
    }

    pub(super) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|(name, value)| (&**name, &**value))
    }

    pub(super) fn classes(&self) -> impl Iterator<Item = &str> {
        self.attribute("class").unwrap_or_default().split_ascii_whitespace()
    }

    pub(super) fn has_class(&self, class: &str) -> bool {
        self.classes().any(|own| own == class)
    }

    /// Has it an attribute that is a word, in whatever letters?
    pub(super) fn says(&self, name: &str, word: &str) -> bool {
        self.attribute(name).is_some_and(|value| value.trim().eq_ignore_ascii_case(word))
    }
}

/// What a page holds, in its order.
#[derive(Debug)]
pub(super) enum Node {
    Element(usize),
    /// Text that is not only blanks, and the element that it is in.
    Text(usize, Box<str>),
}

/// A page or a picture.
#[derive(Debug, Default)]
pub(super) struct Page {
    elements: Vec<Element>,
    pub(super) nodes: Vec<Node>,
    /// Elements that are open, the outermost first.
    open: Vec<usize>,
    /// The last child so far of each open element.
    last: Vec<Option<usize>>,
    names: BTreeMap<Box<str>, Rc<str>>,
    /// Is it XML, in which each tag says where it ends?
    xml: bool,
    body: Option<usize>,
}

/// Elements without an end.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Elements that may stand in the head of a page.
const OF_HEAD: &[&str] = &["base", "link", "meta", "noscript", "script", "style", "template", "title"];

/// Elements before which an open paragraph ends.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "search",
    "section",
    "summary",
    "table",
    "ul",
];

/// Elements that an end tag of something around them does not end.
const WALLS: &[&str] = &["applet", "caption", "html", "marquee", "object", "table", "td", "template", "th"];

/// What ends where an element of this name begins, and what keeps it from that.
fn ends_before(name: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match name {
        "li" => (&["li"], &["ul", "ol", "menu"]),
        "dt" | "dd" => (&["dt", "dd"], &["dl"]),
        "td" | "th" => (&["td", "th"], &["tr", "table"]),
        "tr" => (&["tr", "caption", "colgroup"], &["tbody", "thead", "tfoot", "table"]),
        "tbody" | "thead" | "tfoot" => (&["tbody", "thead", "tfoot", "caption", "colgroup"], &["table"]),
        "option" => (&["option"], &["select", "datalist", "optgroup"]),
        "optgroup" => (&["optgroup", "option"], &["select"]),
        name if BLOCKS.contains(&name) => (&["p"], &["button"]),
        _ => (&[], &[]),
    }
}

impl Page {
    /// An empty page, or an empty document of XML.
    pub(super) fn new(xml: bool) -> Self {
        let mut page = Self { xml, ..Self::default() };
        if !xml {
            page.push("html", Vec::new());
        }
        page
    }

    pub(super) fn element(&self, at: usize) -> &Element {
        &self.elements[at]
    }

    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.elements.iter()
    }

    /// The element that is open last.
    pub(super) fn current(&self) -> Option<&Element> {
        self.open.last().map(|at| self.element(*at))
    }

    /// Is an element of this name open?
    pub(super) fn is_in(&self, name: &str) -> bool {
        self.open.iter().any(|at| *self.elements[*at].name == *name)
    }

    /// A tag begins an element.
    ///
    /// # Errors
    /// When elements nest too deep.
    pub(super) fn start(&mut self, budget: &Budget, tag: &StartTag<()>) -> Result<usize, Uninspectable> {
        // Each look at what is open counts.
        budget.spend(16 + 4 * self.open.len() as u64 + tag.attributes.len() as u64)?;
        if self.open.len() as u64 >= u64::from(budget.limits.nesting) {
            return Err(Uninspectable::new("its elements nest too deep"));
        }
        let name = String::from_utf8_lossy(&tag.name).to_ascii_lowercase();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut attributes = Vec::with_capacity(tag.attributes.len());
        for (key, value) in &tag.attributes {
            attributes.push((self.name(&text(key).to_ascii_lowercase()), text(value).into_boxed_str()));
        }
        let drawn = self.is_in("svg") || self.is_in("math") || name == "svg" || name == "math";
        if !self.xml && !drawn {
            match (name.as_str(), self.body) {
                ("html", _) => return self.merge(budget, 0, attributes),
                ("body", Some(body)) => return self.merge(budget, body, attributes),
                ("head", None) if !self.is_in("head") => self.close_to(1),
                ("body" | "frameset", None) => self.close_to(1),
                (name, None) => self.enter(name),
                _ => {}
            }
            self.end_before(&name);
        }
        let at = self.push(&name, attributes);
        if name == "body" && self.body.is_none() {
            self.body = Some(at);
        }
        let ends = if self.xml || drawn { tag.self_closing } else { VOID.contains(&name.as_str()) };
        if ends {
            self.pop();
        }
        Ok(at)
    }

    /// Puts in the head or the body that a page has not said.
    fn enter(&mut self, name: &str) {
        let in_head = self.is_in("head");
        if in_head && (self.open.len() > 2 || OF_HEAD.contains(&name)) {
            return;
        }
        self.close_to(1);
        let room = if OF_HEAD.contains(&name) { "head" } else { "body" };
        let at = self.push(room, Vec::new());
        if room == "body" {
            self.body = Some(at);
        }
    }

    fn end_before(&mut self, name: &str) {
        let (ending, walls) = ends_before(name);
        if !ending.is_empty() {
            let mut found = None;
            for (at, open) in self.open.iter().enumerate().rev() {
                let open = &*self.elements[*open].name;
                if walls.contains(&open) || ending == ["p"] && WALLS.contains(&open) {
                    break;
                }
                if ending.contains(&open) {
                    found = Some(at);
                }
            }
            if let Some(at) = found {
                self.close_to(at);
            }
        }
        let current = self.current().map(|open| Rc::clone(&open.name));
        match (name, current.as_deref()) {
            ("tr", Some("table")) => drop(self.push("tbody", Vec::new())),
            ("td" | "th", Some("table")) => {
                self.push("tbody", Vec::new());
                self.push("tr", Vec::new());
            }
            ("td" | "th", Some("tbody" | "thead" | "tfoot")) => drop(self.push("tr", Vec::new())),
            _ => {}
        }
    }

    /// A tag ends an element, if one of its name is open.
    pub(super) fn end(&mut self, budget: &Budget, name: &str) -> Result<(), Uninspectable> {
        budget.spend(4 + self.open.len() as u64)?;
        if !self.xml && matches!(name, "html" | "body") {
            return Ok(());
        }
        for (at, open) in self.open.iter().enumerate().rev() {
            let open = &*self.elements[*open].name;
            let same = open == name || is_heading(open) && is_heading(name);
            if same && (at > 0 || self.xml) {
                self.close_to(at);
                return Ok(());
            }
            if !self.xml
                && WALLS.contains(&open)
                && !WALLS.contains(&name)
                && !matches!(name, "tr" | "tbody" | "thead" | "tfoot")
            {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Text goes by.
    pub(super) fn text(&mut self, text: &str) {
        let blank = text.trim().is_empty();
        if !self.xml && self.body.is_none() && !blank && self.open.len() < 3 {
            self.enter("");
        }
        let Some(parent) = self.open.last().copied() else { return };
        self.elements[parent].filled = true;
        if !blank {
            self.nodes.push(Node::Text(parent, text.into()));
        }
    }

    /// Everything has gone by: places among siblings are counted.
    pub(super) fn finish(&mut self) {
        let mut all: BTreeMap<Option<usize>, u32> = BTreeMap::new();
        let mut typed: BTreeMap<(Option<usize>, Rc<str>), u32> = BTreeMap::new();
        for element in &mut self.elements {
            element.nth = up(all.entry(element.parent).or_default());
            element.nth_of_type = up(typed.entry((element.parent, Rc::clone(&element.name))).or_default());
        }
        for element in &mut self.elements {
            let of = |count: Option<&u32>, nth: u32| count.copied().unwrap_or(nth) - nth + 1;
            element.nth_last = of(all.get(&element.parent), element.nth);
            let key = (element.parent, Rc::clone(&element.name));
            element.nth_last_of_type = of(typed.get(&key), element.nth_of_type);
        }
    }

    fn name(&mut self, name: &str) -> Rc<str> {
        if let Some(known) = self.names.get(name) {
            return Rc::clone(known);
        }
        let new: Rc<str> = name.into();
        self.names.insert(name.into(), Rc::clone(&new));
        new
    }

    fn push(&mut self, name: &str, attributes: Vec<(Rc<str>, Box<str>)>) -> usize {
        let at = self.elements.len();
        let parent = self.open.last().copied();
        let previous = self.last.last_mut().and_then(|last| last.replace(at));
        if let Some(parent) = parent {
            self.elements[parent].filled = true;
        }
        let name = self.name(name);
        let depth = self.open.len();
        let classes = attributes.iter().find(|(name, _)| &**name == "class").map_or(0, |(_, classes)| classes.len());
        let weight = (attributes.len() + classes) as u64 / 8;
        self.elements.push(Element {
            name,
            attributes,
            parent,
            previous,
            depth,
            weight,
            filled: false,
            nth: 0,
            nth_last: 0,
            nth_of_type: 0,
            nth_last_of_type: 0,
        });
        self.nodes.push(Node::Element(at));
        self.open.push(at);
        self.last.push(None);
        at
    }

    fn pop(&mut self) {
        self.open.pop();
        self.last.pop();
    }

    fn close_to(&mut self, length: usize) {
        self.open.truncate(length);
        self.last.truncate(length);
    }

    /// A second tag of the page or its body adds what the first does not say.
    fn merge(
        &mut self,
        budget: &Budget,
        to: usize,
        attributes: Vec<(Rc<str>, Box<str>)>,
    ) -> Result<usize, Uninspectable> {
        budget.spend(self.elements[to].attributes.len() as u64 * attributes.len() as u64)?;
        for (name, value) in attributes {
            if self.elements[to].attribute(&name).is_none() {
                self.elements[to].attributes.push((name, value));
            }
        }
        Ok(to)
    }
}

fn up(count: &mut u32) -> u32 {
    *count = count.saturating_add(1);
    *count
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}
