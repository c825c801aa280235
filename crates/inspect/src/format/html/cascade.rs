//! Which text readers do not see, by what style sheets, styles and attributes make of each element (CSS Cascading and Inheritance 5).

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::css::{Declaration, Property, Sheets, Target, Token, declarations, tokens};
use super::media::{Condition, Holds, Medium};
use super::selector::{Key, Part};
use super::style::{Given, Style};
use super::tree::{Element, Node, Page};
use super::value::{Variables, colour, with_variables};
use crate::carrier::Severity;
use crate::limits::{Budget, Uninspectable};

/// Why a text is not seen, and how certain that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Why {
    pub(super) severity: Severity,
    pub(super) reason: &'static str,
}

impl Why {
    pub(super) const fn block(reason: &'static str) -> Self {
        Self { severity: Severity::Block, reason }
    }
}

/// Texts that are not seen, by why.
pub(super) type Unseen = BTreeMap<(Why, Sight), Texts>;

/// Texts of one kind.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// How many letters and other marks they have.
    pub(super) length: usize,
    /// The first of them.
    pub(super) first: String,
    /// Is there a letter or a digit in them, and not marks alone?
    pub(super) tell: bool,
}

/// Where a text is not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sight {
    /// On nothing that was tried.
    Nowhere,
    /// On a usual screen, but on a small one or on paper it is.
    Elsewhere,
    /// On a small screen or on paper only.
    Here,
    /// It may be: something is not understood.
    Perhaps,
}

/// How many tokens the variables of the elements around one may come to, together.
const MOST_HELD: usize = 2_000_000;

/// Looks through the text of a page.
///
/// # Errors
/// When it takes too much work.
pub(super) fn unseen(budget: &Budget, page: &Page, sheets: &Sheets, white: bool) -> Result<Unseen, Uninspectable> {
    let index = Index::of(budget, sheets, true)?;
    let made = Index::of(budget, sheets, false)?;
    let shelves = references(page);
    let look = |medium: Medium, least: Holds| Look {
        budget,
        page,
        sheets,
        index: &index,
        made: &made,
        shelves: &shelves,
        white,
        least,
        holds: sheets.conditions.iter().map(|condition| medium.meets(condition)).collect(),
        doubts: false,
    };
    let mut wide = look(Medium::Wide, Holds::Yes);
    let first = wide.run()?;
    let mut others = Vec::new();
    if sheets.conditions.iter().any(|condition| matches!(condition, Condition::Media(_))) {
        for medium in Medium::ALL {
            let mut other = look(medium, Holds::Yes);
            // What differs in no condition looks the same.
            if other.holds != wide.holds {
                others.push(other.run()?);
            }
        }
    }
    let perhaps = if wide.doubts { Some(look(Medium::Wide, Holds::Perhaps).run()?) } else { None };
    let mut unseen = Unseen::new();
    let mut tell = |why: Why, sight: Sight, text: &str| {
        let texts = unseen.entry((why, sight)).or_default();
        texts.length += text.trim().chars().count();
        texts.tell |= text.chars().any(char::is_alphanumeric);
        if texts.first.len() < 200 {
            texts.first.push_str(text.trim());
        }
    };
    let texts = page.nodes.iter().filter_map(|node| if let Node::Text(_, text) = node { Some(text) } else { None });
    for (at, (text, why)) in texts.zip(&first.texts).enumerate() {
        let other = |run: &Seen| run.texts.get(at).copied().flatten();
        let (why, sight) = match *why {
            Some(why) if others.iter().any(|run| other(run).is_none()) => (why, Sight::Elsewhere),
            Some(why) => (why, Sight::Nowhere),
            None => match (perhaps.as_ref().and_then(other), others.iter().find_map(other)) {
                (Some(why), _) => (why, Sight::Perhaps),
                (None, Some(why)) => (why, Sight::Here),
                (None, None) => continue,
            },
        };
        tell(why, sight, text);
    }
    for (text, why) in &first.made {
        tell(*why, Sight::Nowhere, text);
    }
    Ok(unseen)
}

/// A colour as attributes write it, with or without its mark (HTML Standard, 2.4.6).
fn of_old(value: &str) -> Token {
    let value = value.trim();
    let digits = value.trim_start_matches('#');
    if matches!(digits.len(), 3 | 6) && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Token::Hash(digits.into());
    }
    let word = Token::Ident(value.into());
    // Browsers make a colour of anything.
    if colour(std::slice::from_ref(&word)).is_some() { word } else { Token::Function("color".into(), Rc::from([])) }
}

/// What one look at the page found.
#[derive(Default)]
struct Seen {
    /// For each text, why it is not seen.
    texts: Vec<Option<Why>>,
    /// Texts of style sheets that are not seen.
    made: Vec<(String, Why)>,
}

/// Rules by what their elements must have.
#[derive(Default)]
struct Index<'s> {
    ids: BTreeMap<&'s str, Vec<usize>>,
    classes: BTreeMap<&'s str, Vec<usize>>,
    types: BTreeMap<String, Vec<usize>>,
    any: Vec<usize>,
}

impl<'s> Index<'s> {
    /// Of the rules for elements themselves, or of those for what is put into elements.
    fn of(budget: &Budget, sheets: &'s Sheets, whole: bool) -> Result<Self, Uninspectable> {
        let mut index = Self::default();
        for (at, rule) in sheets.rules.iter().enumerate() {
            budget.spend(4)?;
            let part = rule.selector.part;
            if part == Part::Other || (part == Part::Whole) != whole {
                continue;
            }
            match rule.selector.key() {
                Key::Id(id) => index.ids.entry(id).or_default().push(at),
                Key::Class(class) => index.classes.entry(class).or_default().push(at),
                Key::Type(name) => index.types.entry(name.to_ascii_lowercase()).or_default().push(at),
                Key::Any => index.any.push(at),
            }
        }
        Ok(index)
    }

    fn candidates<'i>(&'i self, element: &'i Element) -> impl Iterator<Item = usize> + 'i {
        let id = element.attribute("id").and_then(|id| self.ids.get(id));
        let classes: BTreeSet<&str> = element.classes().collect();
        let classes = classes.into_iter().filter_map(|class| self.classes.get(class));
        let kind = self.types.get(&*element.name);
        id.into_iter().chain(classes).chain(kind).chain([&self.any]).flatten().copied()
    }
}

/// Ids that something in the page refers to.
fn references(page: &Page) -> BTreeSet<&str> {
    let values = page.elements().flat_map(|element| element.attributes().map(|(_, value)| value));
    values
        .flat_map(|value| value.split('#').skip(1))
        .filter_map(|rest| rest.split([')', '"', '\'', ' ', ';']).next())
        .collect()
}

/// Which of two declarations wins: importance, where it stands, its layer, the weight of its selector, its order.
type Rank = (bool, u8, u32, (u32, u32, u32), usize);

/// The declarations that win.
struct Winners {
    properties: [Option<(Rank, Rc<[Token]>)>; Property::COUNT],
    variables: BTreeMap<Rc<str>, (Rank, Rc<[Token]>)>,
}

impl Winners {
    fn new() -> Self {
        Self { properties: [const { None }; Property::COUNT], variables: BTreeMap::new() }
    }

    fn add(&mut self, declaration: &Declaration, origin: u8, layer: u32, weight: (u32, u32, u32), order: usize) {
        let layer = if declaration.important { u32::MAX - layer } else { layer };
        let rank = (declaration.important, origin, layer, weight, order);
        match &declaration.target {
            Target::Property(property) => {
                let slot = &mut self.properties[*property as usize];
                if slot.as_ref().is_none_or(|(before, _)| *before <= rank) {
                    *slot = Some((rank, Rc::clone(&declaration.value)));
                }
            }
            Target::Variable(name) => {
                let before = self.variables.get(name).map(|(before, _)| *before);
                if before.is_none_or(|before| before <= rank) {
                    self.variables.insert(Rc::clone(name), (rank, Rc::clone(&declaration.value)));
                }
            }
        }
    }
}

/// One look at the page.
struct Look<'a> {
    budget: &'a Budget,
    page: &'a Page,
    sheets: &'a Sheets,
    index: &'a Index<'a>,
    /// The rules for what is put before and after what elements hold.
    made: &'a Index<'a>,
    shelves: &'a BTreeSet<&'a str>,
    white: bool,
    /// Rules that hold at least so.
    least: Holds,
    /// Which conditions hold.
    holds: Vec<Holds>,
    /// Was there something that is not certain?
    doubts: bool,
}

/// An element that is open, and what its variables cost.
struct Open {
    style: Style,
    variables: Rc<Variables>,
    held: usize,
}

impl Look<'_> {
    fn run(&mut self) -> Result<Seen, Uninspectable> {
        let mut open: Vec<Open> = Vec::new();
        let mut held = 0;
        let mut seen = Seen::default();
        for node in &self.page.nodes {
            match node {
                Node::Element(at) => {
                    let element = self.page.element(*at);
                    while open.len() > element.depth {
                        held -= open.pop().map_or(0, |gone| gone.held);
                    }
                    let next = self.open(*at, element, open.last(), held)?;
                    held += next.held;
                    for part in [Part::Before, Part::After] {
                        seen.made.extend(self.made(*at, part, &next)?);
                    }
                    open.push(next);
                }
                Node::Text(parent, text) => {
                    self.budget.spend(1 + text.len() as u64 / 16)?;
                    let style = open.get(self.page.element(*parent).depth).map(|open| &open.style);
                    seen.texts.push(style.and_then(Style::why_unseen));
                }
            }
        }
        Ok(seen)
    }

    fn open(
        &mut self,
        at: usize,
        element: &Element,
        around: Option<&Open>,
        held: usize,
    ) -> Result<Open, Uninspectable> {
        let start = Style::first(self.white);
        let parent = around.map_or(&start, |around| &around.style);
        let inherited = around.map(|around| Rc::clone(&around.variables)).unwrap_or_default();
        let (mut style, variables, own) = self.style(at, element, parent, &inherited, None, held)?;
        // A link past the head of the page comes into view when the keyboard gets to it.
        let leads_on = &*element.name == "a" && element.attribute("href").is_some_and(|target| target.starts_with('#'));
        if leads_on && parent.why_unseen().is_none() && style.why_unseen().is_some() {
            let (focused, ..) = self.style(at, element, parent, &inherited, Some(at), held)?;
            if focused.why_unseen().is_none() {
                style = focused;
            }
        }
        style.shelve(element, self.shelves);
        Ok(Open { style, variables, held: own })
    }

    /// The declarations that win for an element or for a part of it.
    fn winners(
        &mut self,
        at: usize,
        element: &Element,
        part: Part,
        focus: Option<usize>,
    ) -> Result<Winners, Uninspectable> {
        let mut winners = Winners::new();
        self.budget.spend(16 + element.weight)?;
        let index = if part == Part::Whole { self.index } else { self.made };
        for rule_at in index.candidates(element) {
            self.budget.spend(1)?;
            let Some(rule) = self.sheets.rules.get(rule_at) else { continue };
            if rule.selector.part != part {
                continue;
            }
            let mut holds = Holds::Yes;
            for condition in &rule.conditions {
                holds = holds.min(self.holds.get(*condition).copied().unwrap_or(Holds::Perhaps));
            }
            if holds == Holds::No {
                continue;
            }
            holds = holds.min(rule.selector.holds(self.budget, self.page, at, focus)?);
            self.doubts |= holds == Holds::Perhaps;
            if holds >= self.least {
                self.budget.spend(rule.declarations.len() as u64)?;
                for declaration in rule.declarations.iter() {
                    winners.add(declaration, 1, rule.layer, rule.selector.weight, rule_at);
                }
            }
        }
        Ok(winners)
    }

    fn style(
        &mut self,
        at: usize,
        element: &Element,
        parent: &Style,
        inherited: &Rc<Variables>,
        focus: Option<usize>,
        held: usize,
    ) -> Result<(Style, Rc<Variables>, usize), Uninspectable> {
        let mut winners = self.winners(at, element, Part::Whole, focus)?;
        for declaration in self.hints(element, parent)? {
            winners.add(&declaration, 0, 0, (0, 0, 0), 0);
        }
        if let Some(written) = element.attribute("style") {
            let written = tokens(self.budget, written, &mut Vec::new())?;
            for declaration in declarations(&written) {
                winners.add(&declaration, 2, 0, (0, 0, 0), 0);
            }
        }
        let (variables, own) = self.variables(&winners, inherited, held)?;
        let given = self.given(winners, &variables)?;
        Ok((Style::of(Some(element), parent, &given, self.least, &mut self.doubts), variables, own))
    }

    /// What attributes other than `style` say of looks.
    fn hints(&self, element: &Element, parent: &Style) -> Result<Vec<Declaration>, Uninspectable> {
        let mut hints = Vec::new();
        let drawn = parent.drawn || &*element.name == "svg";
        for (key, value) in element.attributes() {
            let properties = match (key, &*element.name) {
                ("color", "font") | ("text", "body") => &[Property::Color][..],
                ("bgcolor", _) => &[Property::Background],
                ("background", _) => &[Property::BackgroundImage],
                ("width" | "height" | "content", _) => &[],
                (name, _) if drawn => Property::named(name),
                _ => &[],
            };
            if properties.is_empty() {
                continue;
            }
            let value: Rc<[Token]> = if key == "background" {
                vec![Token::Url(value.into())].into()
            } else if matches!(key, "color" | "text" | "bgcolor") && !drawn {
                vec![of_old(value)].into()
            } else {
                tokens(self.budget, value, &mut Vec::new())?.into()
            };
            hints.extend(properties.iter().map(|property| Declaration {
                target: Target::Property(*property),
                value: Rc::clone(&value),
                important: false,
            }));
        }
        Ok(hints)
    }

    /// The variables of an element, and how much they cost.
    fn variables(
        &self,
        winners: &Winners,
        inherited: &Rc<Variables>,
        held: usize,
    ) -> Result<(Rc<Variables>, usize), Uninspectable> {
        if winners.variables.is_empty() {
            return Ok((Rc::clone(inherited), 0));
        }
        let mut written = Variables::clone(inherited);
        let mut cost = written.len() + winners.variables.len();
        self.budget.spend(4 * cost as u64)?;
        for (name, (_, value)) in &winners.variables {
            written.insert(Rc::clone(name), Rc::clone(value));
        }
        let mut all = written.clone();
        for (name, (_, value)) in &winners.variables {
            match with_variables(self.budget, value, &written)? {
                Some(value) => {
                    cost += value.len();
                    all.insert(Rc::clone(name), value);
                }
                None => drop(all.remove(name)),
            }
            if held + cost > MOST_HELD {
                return Err(Uninspectable::new("the variables of its styles come to too much"));
            }
        }
        Ok((Rc::new(all), cost))
    }

    /// What is given for each property, with variables put in.
    fn given(&self, winners: Winners, variables: &Variables) -> Result<Given, Uninspectable> {
        let mut given = Given::default();
        for (at, winner) in winners.properties.into_iter().enumerate() {
            if let Some((_, value)) = winner {
                given.set(at, with_variables(self.budget, &value, variables)?);
            }
        }
        Ok(given)
    }

    /// Text that a style sheet puts before or after what an element holds, if it is not seen.
    fn made(&mut self, at: usize, part: Part, open: &Open) -> Result<Option<(String, Why)>, Uninspectable> {
        let mut winners = self.winners(at, self.page.element(at), part, None)?;
        if winners.properties[Property::Content as usize].is_none() {
            return Ok(None);
        }
        let variables = self.variables(&winners, &open.variables, 0)?.0;
        winners.variables.clear();
        let given = self.given(winners, &variables)?;
        let text: String = given
            .get(Property::Content)
            .unwrap_or_default()
            .iter()
            .filter_map(|token| if let Token::Text(text) = token { Some(&**text) } else { None })
            .collect();
        let style = Style::of(None, &open.style, &given, self.least, &mut self.doubts);
        Ok(style.why_unseen().filter(|_| text.chars().any(char::is_alphanumeric)).map(|why| (text, why)))
    }
}
