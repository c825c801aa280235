//! What a file says in reading order, from the tree of its structure, and whether that is what was approved.

use std::collections::{BTreeMap, BTreeSet};

use super::content::{Drawn, Mark, MarkKind};
use super::file::{File, Value, at_object};
use super::{Approved, Role, Said, Scope, Target, plain, table};
use crate::proof::NotProved;
use crate::report::Place;

/// A page: its object, and what it draws.
pub(super) struct Page {
    pub(super) object: usize,
    pub(super) drawn: Drawn,
}

/// What was met in the file, in the same form as what was approved.
#[derive(Debug)]
enum Met {
    Open {
        object: usize,
        /// None for a link, which says where it leads in its annotations.
        role: Option<Role>,
        links: Vec<usize>,
    },
    Text {
        text: String,
        page: usize,
    },
    Close,
}

/// Where marked content belongs.
#[derive(Clone, Copy, Debug)]
struct Owner {
    element: usize,
    /// The table that it is in, and whether it is a heading of its columns.
    table: Option<(usize, bool)>,
}

/// Around an element.
#[derive(Clone, Copy, Default)]
struct Within {
    table: Option<(usize, bool)>,
    is_heading: bool,
    /// Directly in the document.
    is_top: bool,
    /// In so many others.
    depth: u8,
}

/// So deep may parts lie in one another.
const DEPTH: u8 = 32;

struct Reader<'a> {
    file: &'a File<'a>,
    pages: &'a [Page],
    met: Vec<Met>,
    /// By page and number.
    owners: BTreeMap<(usize, usize), Owner>,
    /// By annotation, the element of its link.
    links: BTreeMap<usize, usize>,
    tables: Vec<usize>,
}

/// Compares everything that the file says with what was approved.
///
/// # Errors
/// Where they first differ.
pub(super) fn compare(file: &File<'_>, pages: &[Page], approved: &Approved<'_>) -> Result<(), NotProved> {
    let mut reader =
        Reader { file, pages, met: Vec::new(), owners: BTreeMap::new(), links: BTreeMap::new(), tables: Vec::new() };
    let catalogue = follow(file, &file.trailer, "Root")?;
    let structure = follow(file, catalogue, "StructTreeRoot")?;
    for kid in structure.get("K").map(Value::list).unwrap_or_default() {
        reader.element(kid.reference().unwrap_or(0), Within::default())?;
    }
    let met = std::mem::take(&mut reader.met);
    let said = in_one(&approved.said);
    let places = same(file, &met, &said)?;
    reader.marks_are_owned(structure, approved)?;
    reader.ids(structure)?;
    links(file, pages, &met, &said, &places)?;
    destinations(file, catalogue, pages, &said, &places)
}

/// The object that a key of a dictionary leads to.
fn follow<'a>(file: &'a File<'_>, dict: &'a Value, key: &str) -> Result<&'a Value, NotProved> {
    match dict.get(key) {
        Some(value) => file.follow(value),
        None => Err(NotProved::new(Place::default(), format!("it has no {key}"))),
    }
}

impl Reader<'_> {
    fn element(&mut self, object: usize, within: Within) -> Result<(), NotProved> {
        let file = self.file;
        let element = &file.object(object)?.value;
        let kind = element.get("S").and_then(Value::name).unwrap_or_default();
        let kids = element.get("K").map(Value::list).unwrap_or_default();
        let role = role(element, kind, within).map_err(|what| at_object(object, &what))?;
        if role.is_none() && kids.is_empty() {
            return Err(at_object(object, "holds nothing together"));
        }
        if within.depth == DEPTH {
            return Err(at_object(object, "lies too deep in others"));
        }
        let within = Within { is_top: false, depth: within.depth + 1, ..within };
        let inside = match kind {
            "Document" => Within { is_top: true, ..within },
            "Table" => {
                self.tables.push(object);
                Within { table: Some((object, false)), ..within }
            }
            "TH" => Within {
                table: within
                    .table
                    .map(|(table, _)| (table, table::entry(element, "Scope").and_then(Value::name) == Some("Column"))),
                ..within
            },
            _ => Within { is_heading: within.is_heading || matches!(role, Some(Role::Heading(_))), ..within },
        };
        // A caption is said before its table, whether it stands in it or not.
        let captions = if kind == "Table" { kids.iter().take_while(|kid| self.is_caption(kid)).count() } else { 0 };
        let (captions, kids) = kids.split_at(captions);
        for caption in captions {
            self.element(caption.reference().unwrap_or(0), within)?;
        }
        let is_link = kind == "Link";
        let at = self.met.len();
        if is_link || role.is_some() {
            self.met.push(Met::Open { object, role: role.clone(), links: Vec::new() });
        }
        for kid in kids {
            match kid {
                Value::Ref(child) => {
                    let parent = file.object(*child)?.value.get("P").and_then(Value::reference);
                    if parent != Some(object) {
                        return Err(at_object(*child, "names another parent than it has"));
                    }
                    self.element(*child, inside)?;
                }
                Value::Number(_) => self.content(object, element, kid.whole(), &role, inside)?,
                kid if kid.get("MCID").is_some() => {
                    self.content(object, kid, kid.get("MCID").and_then(Value::whole), &role, inside)?;
                }
                click => {
                    if !is_link {
                        return Err(at_object(object, "has a place to click, but is no link"));
                    }
                    let annotation = click.get("Obj").and_then(Value::reference).unwrap_or(0);
                    self.page_of(click)?;
                    if self.links.insert(annotation, object).is_some() {
                        return Err(at_object(object, "is a second link with the same place to click"));
                    }
                    if let Some(Met::Open { links, .. }) = self.met.get_mut(at) {
                        links.push(annotation);
                    }
                }
            }
        }
        if is_link || role.is_some() {
            self.met.push(Met::Close);
        }
        Ok(())
    }

    fn is_caption(&self, kid: &Value) -> bool {
        let kind = self.file.follow(kid).ok().and_then(|element| element.get("S")?.name());
        matches!(kid, Value::Ref(_)) && kind == Some("Caption")
    }

    fn page_of(&self, value: &Value) -> Result<usize, NotProved> {
        let object = value.get("Pg").and_then(Value::reference);
        let page = self.pages.iter().position(|page| Some(page.object) == object);
        page.ok_or_else(|| NotProved::new(Place::default(), "marked content on a page that there is not"))
    }

    fn content(
        &mut self,
        object: usize,
        on: &Value,
        number: Option<usize>,
        role: &Option<Role>,
        within: Within,
    ) -> Result<(), NotProved> {
        let page = self.page_of(on)?;
        let number = number.unwrap_or(usize::MAX);
        let mark = self.pages[page].drawn.marks.iter().find(|mark| mark.kind == MarkKind::Content(number));
        let mark = mark.ok_or_else(|| at_object(object, "has marked content that there is not"))?;
        if self.owners.insert((page, number), Owner { element: object, table: within.table }).is_some() {
            return Err(at_object(object, "has marked content that another one has"));
        }
        let description = if let Some(Role::Figure(description)) = role { Some(plain(description)) } else { None };
        if mark.description.as_deref().map(plain) != description {
            return Err(at_object(object, "has a description that its marked content has not"));
        }
        match self.met.last_mut() {
            _ if mark.text.is_empty() => {}
            Some(Met::Text { text, .. }) => text.push_str(&mark.text),
            _ => self.met.push(Met::Text { text: mark.text.clone(), page }),
        }
        Ok(())
    }

    /// Every mark of every page belongs to the structure, once, or is one of the few others that a page may have.
    fn marks_are_owned(&self, structure: &Value, approved: &Approved<'_>) -> Result<(), NotProved> {
        let file = self.file;
        let mut parents = BTreeMap::new();
        let numbers =
            structure.get("ParentTree").and_then(|tree| tree.get("Nums")).map(Value::list).unwrap_or_default();
        for pair in numbers.chunks(2) {
            if let [number, parent] = pair {
                parents.insert(number.whole().unwrap_or(usize::MAX), parent);
            }
        }
        let wrong = |what: &str| NotProved::new(Place::part("the tree of parents"), what);
        let count = self.pages.len() + self.links.len();
        let next = structure.get("ParentTreeNextKey").and_then(Value::whole);
        if parents.len() * 2 != numbers.len()
            || parents.len() != count
            || next != Some(count)
            || !parents.keys().copied().eq(0..count)
        {
            return Err(wrong("it does not count what it should"));
        }
        for (at, page) in self.pages.iter().enumerate() {
            let key = file.object(page.object)?.value.get("StructParents").and_then(Value::whole).unwrap_or(usize::MAX);
            let listed = file.follow(parents.get(&key).copied().ok_or_else(|| wrong("a page is missing"))?)?.list();
            let owned: Vec<Option<usize>> =
                (0..listed.len()).map(|number| Some(self.owners.get(&(at, number))?.element)).collect();
            if !listed.iter().map(Value::reference).eq(owned) {
                return Err(wrong("it names other parents than there are"));
            }
            self.page_marks(at, listed.len(), approved)
                .map_err(|what| NotProved::new(Place::default().on_page(at as u32 + 1), what))?;
        }
        for (annotation, element) in &self.links {
            let key = file.object(*annotation)?.value.get("StructParent").and_then(Value::whole).unwrap_or(usize::MAX);
            if parents.get(&key).and_then(|parent| parent.reference()) != Some(*element) {
                return Err(wrong("it names another link"));
            }
        }
        Ok(())
    }

    /// The marks of a page: the numbered ones, `count` of them, and its head, foot and repeated headings.
    fn page_marks(&self, at: usize, count: usize, approved: &Approved<'_>) -> Result<(), String> {
        let marks = &self.pages[at].drawn.marks;
        let numbers: Vec<usize> = marks
            .iter()
            .filter_map(|mark| if let MarkKind::Content(number) = mark.kind { Some(number) } else { None })
            .collect();
        if !numbers.iter().copied().eq(0..count) {
            return Err("its marked content is not numbered as the structure has it".into());
        }
        let text_of = |kind: MarkKind| -> Vec<&str> {
            marks.iter().filter(|mark| mark.kind == kind).map(|mark| mark.text.as_str()).collect()
        };
        let marking = approved.marking.map(plain);
        if text_of(MarkKind::Header) != marking.iter().collect::<Vec<_>>() {
            return Err("its head does not say what it should".into());
        }
        let foot = format!("{}{}/{}{}", plain(approved.author), at + 1, self.pages.len(), marking.unwrap_or_default());
        if text_of(MarkKind::Footer) != [foot] {
            return Err("its foot does not say what it should".into());
        }
        if text_of(MarkKind::Layout).iter().any(|text| !text.is_empty()) {
            return Err("text that belongs to nothing".into());
        }
        let mut repeated: Option<String> = None;
        let mut tables = BTreeSet::new();
        for mark in marks {
            match mark.kind {
                MarkKind::Repeated => repeated.get_or_insert_default().push_str(&mark.text),
                MarkKind::Content(number) => {
                    let Some(text) = repeated.take() else { continue };
                    let owner =
                        self.owners.get(&(at, number)).and_then(|owner| owner.table).filter(|(_, is_head)| !is_head);
                    let (table, _) = owner.ok_or("headings are repeated where no table goes on")?;
                    let (first, head) = self.head_of(table);
                    if text != head || first >= at || !tables.insert(table) {
                        return Err("the headings of a table are repeated otherwise".into());
                    }
                }
                _ => {}
            }
        }
        if repeated.is_some() { Err("headings are repeated where no table goes on".into()) } else { Ok(()) }
    }

    /// The headings of a table's columns in the order in which they were drawn first, and the page where that was.
    fn head_of(&self, table: usize) -> (usize, String) {
        let heads = self.owners.iter().filter(|(_, owner)| owner.table == Some((table, true)));
        let mut page = usize::MAX;
        let mut text = String::new();
        for (&(at, number), _) in heads {
            page = page.min(at);
            let mark = self.pages[at].drawn.marks.iter().find(|mark| mark.kind == MarkKind::Content(number));
            text.push_str(mark.map(|mark: &Mark| mark.text.as_str()).unwrap_or_default());
        }
        (page, text)
    }

    /// Headings of tables are named by the places of their cells, and the tree of names has each once and nothing else.
    fn ids(&self, structure: &Value) -> Result<(), NotProved> {
        let mut heads = Vec::new();
        for (number, table) in (1..).zip(&self.tables) {
            heads.extend(table::headings(self.file, *table, number)?);
        }
        let mut ids = Vec::new();
        for object in heads {
            ids.push((self.file.object(object)?.value.get("ID").and_then(Value::bytes), Some(object)));
        }
        ids.sort();
        let names = structure.get("IDTree").and_then(|tree| tree.get("Names")).map(Value::list).unwrap_or_default();
        let listed =
            names.chunks(2).map(|pair| (pair.first().and_then(Value::bytes), pair.get(1).and_then(Value::reference)));
        if listed.eq(ids) {
            Ok(())
        } else {
            Err(NotProved::new(Place::part("the tree of names"), "it names others than the headings of tables"))
        }
    }
}

/// The role of an element; none if it only holds others together, or is a link.
fn role(element: &Value, kind: &str, within: Within) -> Result<Option<Role>, String> {
    let span = |key: &str| table::entry(element, key).and_then(Value::whole).unwrap_or(1);
    Ok(Some(match kind {
        "H1" | "H2" | "H3" | "H4" | "H5" | "H6" => {
            Role::Heading(kind.bytes().next_back().map_or(0, |digit| digit - b'0'))
        }
        "P" if !within.is_heading => Role::Paragraph,
        // A line that stands by itself.
        "Span" if within.is_top => Role::Paragraph,
        "L" => Role::List,
        "LI" => Role::Item,
        "Lbl" => Role::Label,
        "LBody" => Role::Body,
        "Caption" => Role::Caption,
        "Table" => Role::Table,
        "TR" => Role::Row,
        "TH" => {
            let scope = if table::entry(element, "Scope").and_then(Value::name) == Some("Row") {
                Scope::Row
            } else {
                Scope::Column
            };
            Role::HeadCell { scope, across: span("ColSpan"), down: span("RowSpan") }
        }
        "TD" => Role::Cell { across: span("ColSpan"), down: span("RowSpan") },
        "Figure" => Role::Figure(element.get("Alt").and_then(Value::text).ok_or("has an odd description")?),
        "P" | "Document" | "Span" | "Strong" | "Div" | "Part" | "Link" | "THead" | "TBody" => return Ok(None),
        _ => return Err("has a role that is not known".into()),
    }))
}

/// What is not set at all if nothing is in it.
fn may_vanish(role: &Role) -> bool {
    matches!(role, Role::Paragraph | Role::List)
}

/// What was approved, with texts that stand beside one another as one, as they are compared.
fn in_one(said: &[Said]) -> Vec<Said> {
    let mut kept: Vec<Said> = Vec::new();
    for said in said {
        match (said, kept.last_mut()) {
            (Said::Close, Some(Said::Open { role, .. })) if may_vanish(role) => {
                kept.pop();
            }
            (Said::Text(text), Some(Said::Text(before))) => before.push_str(&plain(text)),
            (Said::Text(text), _) if plain(text).is_empty() => {}
            (Said::Text(text), _) => kept.push(Said::Text(plain(text))),
            (other, _) => kept.push(other.clone()),
        }
    }
    kept
}

/// Compares what was met with what was approved. Gives the page on which each id stands.
fn same<'a>(file: &File<'_>, met: &[Met], said: &'a [Said]) -> Result<BTreeMap<&'a str, usize>, NotProved> {
    let mut places = BTreeMap::new();
    let mut page = 0;
    for at in 0..met.len().max(said.len()) {
        if let Some(Met::Text { page: here, .. }) = met.get(at) {
            page = *here;
        }
        let wrong = |what: &str| {
            NotProved::new(
                Place::default().on_page(page as u32 + 1),
                format!("{what} (place {} in reading order)", at + 1),
            )
        };
        match (met.get(at), said.get(at)) {
            (Some(Met::Text { text, .. }), Some(Said::Text(expected))) => {
                if text != expected {
                    return Err(wrong("it says something else than was approved"));
                }
            }
            (Some(Met::Close), Some(Said::Close)) => {}
            (Some(Met::Open { object, role, .. }), Some(Said::Open { role: expected, id })) => {
                let is_same = match (role, expected) {
                    (None, Role::Link(_)) => true,
                    (Some(Role::Figure(found)), Role::Figure(expected)) => plain(found) == plain(expected),
                    (role, expected) => role.as_ref() == Some(expected),
                };
                if !is_same {
                    return Err(wrong("it has something else than was approved"));
                }
                let first = met
                    .iter()
                    .skip(at)
                    .find_map(|met| if let Met::Text { page, .. } = met { Some(*page) } else { None });
                places.extend(id.as_deref().map(|id| (id, first.unwrap_or(page))));
                if matches!(expected, Role::Heading(_)) {
                    let title = file.object(*object)?.value.get("T").and_then(Value::text).map(|title| plain(&title));
                    if !matches!(said.get(at + 1), Some(Said::Text(text)) if title.as_ref() == Some(text)) {
                        return Err(wrong("the title of a heading is another than it says"));
                    }
                }
            }
            (Some(_), _) => return Err(wrong("it says more than was approved")),
            (None, _) => return Err(wrong("it says less than was approved")),
        }
    }
    Ok(places)
}

/// Links lead where they were approved to, from where they stand.
fn links(
    file: &File<'_>,
    pages: &[Page],
    met: &[Met],
    said: &[Said],
    places: &BTreeMap<&str, usize>,
) -> Result<(), NotProved> {
    let mut clicked: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, page) in pages.iter().enumerate() {
        let annotations = file.object(page.object)?.value.get("Annots").map(Value::list).unwrap_or_default();
        clicked.extend(annotations.iter().filter_map(|annotation| Some((annotation.reference()?, at))));
    }
    for (met, said) in met.iter().zip(said) {
        let (Met::Open { object, links, .. }, Said::Open { role: Role::Link(target), .. }) = (met, said) else {
            continue;
        };
        if links.is_empty() {
            return Err(at_object(*object, "is a link that cannot be clicked"));
        }
        for link in links {
            let annotation = &file.object(*link)?.value;
            let text = |value: &Value, key: &str| value.get(key).and_then(Value::text);
            let contents = text(annotation, "Contents");
            let wrong = || at_object(*link, "is a link that leads elsewhere than was approved, or says so");
            match target {
                Target::Address(address) => {
                    let leads = annotation.get("A").and_then(|action| text(action, "URI"));
                    if leads.as_ref() != Some(address)
                        || contents.as_ref() != Some(address)
                        || annotation.get("Dest").is_some()
                    {
                        return Err(wrong());
                    }
                }
                Target::Inside { id, said } => {
                    let page = places.get(id.as_str()).copied().ok_or_else(wrong)?;
                    let leads = match annotation.get("Dest").ok_or_else(wrong)? {
                        // A name; that it leads to its page is seen to below.
                        Value::Text(name) => name == id.as_bytes(),
                        destination => page_of(file, destination)? == Some(pages[page].object),
                    };
                    if !leads
                        || contents != Some(said.replace("{page}", &(page + 1).to_string()))
                        || annotation.get("A").is_some()
                    {
                        return Err(wrong());
                    }
                }
            }
            clicked.remove(link);
        }
    }
    match clicked.keys().next() {
        None => Ok(()),
        Some(link) => Err(at_object(*link, "is a place to click that belongs to no link")),
    }
}

/// The page that a destination names.
fn page_of(file: &File<'_>, destination: &Value) -> Result<Option<usize>, NotProved> {
    Ok(file.follow(destination)?.list().first().and_then(Value::reference))
}

/// Bookmarks are the headings, level by level, and names lead to the pages of the headings that have them.
fn destinations(
    file: &File<'_>,
    catalogue: &Value,
    pages: &[Page],
    said: &[Said],
    places: &BTreeMap<&str, usize>,
) -> Result<(), NotProved> {
    let headings: Vec<(u8, &str, &str)> = said
        .windows(2)
        .filter_map(|pair| match pair {
            [Said::Open { role: Role::Heading(level), id }, Said::Text(text)] => {
                Some((*level, text.as_str(), id.as_deref().unwrap_or_default()))
            }
            _ => None,
        })
        .collect();
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    let names =
        catalogue.get("Names").and_then(|names| names.get("Dests")?.get("Names")).map(Value::list).unwrap_or_default();
    for pair in names.chunks(2) {
        let [name, destination] = pair else { continue };
        let object = destination.reference().unwrap_or(0);
        named.insert(name.text().unwrap_or_default(), object);
    }
    let wrong = |what: &str| NotProved::new(Place::part("the bookmarks"), what);
    let expected: BTreeSet<&str> = headings.iter().map(|(_, _, id)| *id).collect();
    if !named.keys().map(String::as_str).eq(expected) || named.len() * 2 != names.len() {
        return Err(wrong("other places have names than was approved"));
    }
    let mut bookmarks = Vec::new();
    if let Some(outlines) = catalogue.get("Outlines") {
        let object = outlines.reference().unwrap_or(0);
        let count = bookmarks_under(file, object, 1, &mut bookmarks)?;
        if file.object(object)?.value.get("Count").and_then(Value::whole) != Some(count) {
            return Err(wrong("they do not count themselves"));
        }
    }
    if bookmarks.len() != headings.len() {
        return Err(wrong("there are more or fewer of them than headings"));
    }
    for (bookmark, (level, text, id)) in bookmarks.iter().zip(headings) {
        let value = &file.object(bookmark.object)?.value;
        let title = value.get("Title").and_then(Value::text).map(|title| plain(&title));
        let destination = value.get("Dest").and_then(Value::reference);
        let page = places.get(id).and_then(|&page| pages.get(page)).map(|page| page.object);
        let leads = destination.is_some()
            && destination == named.get(id).copied()
            && page_of(file, &Value::Ref(destination.unwrap_or(0)))? == page;
        if bookmark.level != level || title.as_deref() != Some(text) || !leads {
            return Err(at_object(bookmark.object, "is a bookmark that is not that of its heading"));
        }
    }
    Ok(())
}

struct Bookmark {
    object: usize,
    level: u8,
}

/// The bookmarks under another, in their order. Gives how many lie directly under it.
fn bookmarks_under(file: &File<'_>, parent: usize, level: u8, into: &mut Vec<Bookmark>) -> Result<usize, NotProved> {
    let (mut before, mut count) = (None, 0);
    if level > DEPTH {
        return Err(at_object(parent, "is a bookmark that lies too deep in others"));
    }
    let mut next = file.object(parent)?.value.get("First").and_then(Value::reference);
    while let Some(object) = next {
        let value = &file.object(object)?.value;
        let number = |key: &str| value.get(key).and_then(Value::reference);
        if number("Parent") != Some(parent) || number("Prev") != before || into.len() > file.len() {
            return Err(at_object(object, "is a bookmark in another place than it says"));
        }
        into.push(Bookmark { object, level });
        let under = bookmarks_under(file, object, level.saturating_add(1), into)?;
        let counted = value.get("Count").and_then(Value::number);
        if counted != (under > 0).then_some(-(under as f64)) {
            return Err(at_object(object, "is a bookmark that does not count what lies under it"));
        }
        count += 1;
        before = Some(object);
        next = number("Next");
    }
    if file.object(parent)?.value.get("Last").and_then(Value::reference) != before {
        return Err(at_object(parent, "does not end with its last bookmark"));
    }
    Ok(count)
}
