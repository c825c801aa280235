//! Selectors (Selectors Level 4): what they ask of an element, and whether it is so.
//!
//! What is not understood holds perhaps, and never leads to certainty.

use std::rc::Rc;

use super::css::{Token, split, trim};
use super::media::Holds;
use super::tree::Page;
use crate::limits::{Budget, Uninspectable};

/// How much a selector counts: ids, classes, types.
type Weight = (u32, u32, u32);

/// One selector of a list.
#[derive(Clone, Debug)]
pub(super) struct Selector {
    /// What is asked of the element itself, then of others, each with how it stands to the one before in this list.
    steps: Rc<[(Relation, Compound)]>,
    /// The part of the element that it is for.
    pub(super) part: Part,
    pub(super) weight: Weight,
}

/// The element, or something that a style sheet makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    Before,
    After,
    /// A part that holds no text of its own.
    Other,
}

/// How one element stands to the next in a selector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    /// It is the element itself.
    Own,
    Ancestor,
    Parent,
    /// A sibling before it.
    Earlier,
    /// The sibling right before it.
    Previous,
}

type Compound = Vec<Test>;

/// A question to one element.
#[derive(Clone, Debug)]
enum Test {
    Type(Rc<str>),
    Id(Rc<str>),
    Class(Rc<str>),
    Attribute {
        name: Rc<str>,
        operator: char,
        value: Rc<str>,
        any_case: bool,
    },
    Is(Rc<[Selector]>),
    Not(Rc<[Selector]>),
    Nth {
        step: i64,
        first: i64,
        from_end: bool,
        of_type: bool,
    },
    Empty,
    Root,
    Link,
    Focused,
    /// A switch of a form, by the attribute that turns it on.
    Switch(&'static str),
    /// What is so only while something is done with the page.
    Never,
    Unknown,
}

/// What a rule can be looked up by: an id, a class, a type, or nothing.
pub(super) enum Key<'s> {
    Id(&'s str),
    Class(&'s str),
    Type(&'s str),
    Any,
}

impl Selector {
    pub(super) fn key(&self) -> Key<'_> {
        let own = || self.steps.first().map(|(_, compound)| compound).into_iter().flatten();
        let id = own().find_map(|test| if let Test::Id(id) = test { Some(Key::Id(id)) } else { None });
        let class =
            || own().find_map(|test| if let Test::Class(class) = test { Some(Key::Class(class)) } else { None });
        let kind = || own().find_map(|test| if let Test::Type(name) = test { Some(Key::Type(name)) } else { None });
        id.or_else(class).or_else(kind).unwrap_or(Key::Any)
    }

    /// Does it hold for an element, while the keyboard is on `focus`?
    pub(super) fn holds(
        &self,
        budget: &Budget,
        page: &Page,
        element: usize,
        focus: Option<usize>,
    ) -> Result<Holds, Uninspectable> {
        Asked { budget, page, focus }.steps(&self.steps, element)
    }
}

struct Asked<'a> {
    budget: &'a Budget,
    page: &'a Page,
    focus: Option<usize>,
}

impl Asked<'_> {
    // As deep as the selector is long or nested, which the limits of the style sheet hold down.
    fn steps(&self, steps: &[(Relation, Compound)], element: usize) -> Result<Holds, Uninspectable> {
        let [(_, compound), rest @ ..] = steps else { return Ok(Holds::Yes) };
        let mut holds = Holds::Yes;
        for test in compound {
            self.budget.spend(1 + self.page.element(element).weight)?;
            holds = holds.min(self.test(test, element)?);
            if holds == Holds::No {
                return Ok(Holds::No);
            }
        }
        let Some((relation, _)) = rest.first() else { return Ok(holds) };
        let next = |at: usize| match relation {
            Relation::Own => None,
            Relation::Ancestor | Relation::Parent => self.page.element(at).parent,
            Relation::Earlier | Relation::Previous => self.page.element(at).previous,
        };
        let many = matches!(relation, Relation::Ancestor | Relation::Earlier);
        let mut best = Holds::No;
        let mut at = next(element);
        while let Some(other) = at {
            self.budget.spend(1)?;
            best = best.max(self.steps(rest, other)?);
            if best == Holds::Yes || !many {
                break;
            }
            at = next(other);
        }
        Ok(holds.min(best))
    }

    fn any(&self, list: &[Selector], element: usize) -> Result<Holds, Uninspectable> {
        let mut best = Holds::No;
        for selector in list.iter().filter(|selector| selector.part == Part::Whole) {
            best = best.max(self.steps(&selector.steps, element)?);
        }
        Ok(best)
    }

    fn test(&self, test: &Test, at: usize) -> Result<Holds, Uninspectable> {
        let element = self.page.element(at);
        let holds = match test {
            Test::Type(name) => element.name.eq_ignore_ascii_case(name),
            Test::Id(id) => element.attribute("id") == Some(id),
            Test::Class(class) => element.has_class(class),
            Test::Attribute { name, operator, value, any_case } => {
                self.budget.spend(value.len() as u64 / 16)?;
                element.attribute(name).is_some_and(|own| compares(own, *operator, value, *any_case))
            }
            Test::Is(list) => return self.any(list, at),
            Test::Not(list) => return Ok(self.any(list, at)?.not()),
            Test::Nth { step, first, from_end, of_type } => {
                let place = match (from_end, of_type) {
                    (false, false) => element.nth,
                    (true, false) => element.nth_last,
                    (false, true) => element.nth_of_type,
                    (true, true) => element.nth_last_of_type,
                };
                let offset = i64::from(place) - first;
                if *step == 0 { offset == 0 } else { offset % step == 0 && offset / step >= 0 }
            }
            Test::Empty => !element.filled,
            Test::Root => element.parent.is_none(),
            Test::Link => matches!(&*element.name, "a" | "area") && element.attribute("href").is_some(),
            Test::Focused => self.focus == Some(at),
            Test::Switch(attribute) => element.attribute(attribute).is_some(),
            Test::Never => false,
            Test::Unknown => return Ok(Holds::Perhaps),
        };
        Ok(Holds::from(holds))
    }
}

fn compares(own: &str, operator: char, value: &str, any_case: bool) -> bool {
    let (lower_own, lower_value);
    let (own, value) = if any_case {
        (lower_own, lower_value) = (own.to_ascii_lowercase(), value.to_ascii_lowercase());
        (lower_own.as_str(), lower_value.as_str())
    } else {
        (own, value)
    };
    match operator {
        '=' => own == value,
        '~' => !value.is_empty() && own.split_ascii_whitespace().any(|word| word == value),
        '|' => own.strip_prefix(value).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')),
        '^' => !value.is_empty() && own.starts_with(value),
        '$' => !value.is_empty() && own.ends_with(value),
        '*' => !value.is_empty() && own.contains(value),
        _ => true,
    }
}

/// The selectors of a list. `parent` are those of the rule around it, which `&` stands for.
pub(super) fn list(tokens: &[Token], parent: Option<&Rc<[Selector]>>) -> Vec<Selector> {
    split(tokens, ',').filter(|tokens| !tokens.is_empty()).map(|tokens| one(tokens, parent, true)).collect()
}

/// What one relation sets apart from the next.
fn relation(tokens: &[Token]) -> Option<(Relation, &[Token])> {
    let trimmed = trim(tokens);
    let relation = match trimmed.first() {
        Some(Token::Delim('>')) => Relation::Parent,
        Some(Token::Delim('+')) => Relation::Previous,
        Some(Token::Delim('~')) => Relation::Earlier,
        _ if matches!(tokens.first(), Some(Token::Space)) && !trimmed.is_empty() => {
            return Some((Relation::Ancestor, trimmed));
        }
        _ => return None,
    };
    Some((relation, trim(trimmed.get(1..).unwrap_or_default())))
}

fn one(tokens: &[Token], parent: Option<&Rc<[Selector]>>, nests: bool) -> Selector {
    let mut rest = trim(tokens);
    let mut part = Part::Whole;
    let mut weight = (0, 0, 0);
    // Each compound with how the one before it stands to it.
    let mut compounds: Vec<(Relation, Compound)> = Vec::new();
    let mut said = false;
    let mut next = Relation::Own;
    if let Some((relation, after)) = relation(rest) {
        // A selector that begins with a relation is for what the rule around it is for.
        compounds.push((Relation::Own, around(parent, &mut weight)));
        (next, rest, said) = (relation, after, true);
    }
    loop {
        let mut compound = Vec::new();
        while let [first, after @ ..] = rest {
            if relation(rest).is_some() {
                break;
            }
            rest = after;
            match first {
                Token::Ident(name) => {
                    compound.push(Test::Type(Rc::clone(name)));
                    weight.2 += 1;
                    if let [Token::Delim('|'), Token::Ident(local), after @ ..] = rest {
                        compound.pop();
                        compound.push(Test::Type(Rc::clone(local)));
                        rest = after;
                    }
                }
                Token::Delim('*') => {
                    if let [Token::Delim('|'), after @ ..] = rest {
                        rest = after;
                    }
                }
                Token::Delim('|') => {}
                Token::Hash(id) => {
                    compound.push(Test::Id(Rc::clone(id)));
                    weight.0 += 1;
                }
                Token::Delim('.') => match rest {
                    [Token::Ident(class), after @ ..] => {
                        compound.push(Test::Class(Rc::clone(class)));
                        weight.1 += 1;
                        rest = after;
                    }
                    _ => compound.push(Test::Unknown),
                },
                Token::Block('[', inner) => {
                    compound.push(attribute(inner).unwrap_or(Test::Unknown));
                    weight.1 += 1;
                }
                Token::Delim('&') => {
                    compound.extend(around(parent, &mut weight));
                    said = true;
                }
                Token::Delim(':') => {
                    let (test, after) = pseudo(rest, parent, &mut part, &mut weight);
                    compound.extend(test);
                    rest = after;
                }
                _ => compound.push(Test::Unknown),
            }
        }
        compounds.push((next, compound));
        match relation(rest) {
            Some((relation, after)) => (next, rest) = (relation, after),
            None => break,
        }
    }
    if nests && !said && parent.is_some() && !tokens.iter().any(|token| token.is_delim('&')) {
        if let Some(first) = compounds.first_mut() {
            first.0 = Relation::Ancestor;
        }
        compounds.insert(0, (Relation::Own, around(parent, &mut weight)));
    }
    // From the element outwards: each then says how it stands to the one before it in the list.
    let mut relations: Vec<Relation> = compounds.iter().map(|(relation, _)| *relation).collect();
    relations.rotate_left(1);
    let steps = compounds.into_iter().map(|(_, compound)| compound).zip(relations).rev();
    let mut steps: Vec<(Relation, Compound)> = steps.map(|(compound, relation)| (relation, compound)).collect();
    if let Some(first) = steps.first_mut() {
        first.0 = Relation::Own;
    }
    Selector { steps: steps.into(), part, weight }
}

/// What `&` asks.
fn around(parent: Option<&Rc<[Selector]>>, weight: &mut Weight) -> Compound {
    match parent {
        Some(list) => {
            add(weight, heaviest(list));
            vec![Test::Is(Rc::clone(list))]
        }
        None => vec![Test::Root],
    }
}

fn add(weight: &mut Weight, other: Weight) {
    *weight = (weight.0.saturating_add(other.0), weight.1.saturating_add(other.1), weight.2.saturating_add(other.2));
}

fn heaviest(list: &[Selector]) -> Weight {
    list.iter().map(|selector| selector.weight).max().unwrap_or_default()
}

fn attribute(inner: &[Token]) -> Option<Test> {
    let words: Vec<&Token> = inner.iter().filter(|token| **token != Token::Space).collect();
    let (name, rest) = match words.as_slice() {
        [Token::Ident(_), Token::Delim('|'), Token::Ident(name), rest @ ..]
        | [Token::Delim('*'), Token::Delim('|'), Token::Ident(name), rest @ ..]
        | [Token::Ident(name), rest @ ..] => (name, rest),
        _ => return None,
    };
    let name: Rc<str> = name.to_ascii_lowercase().into();
    let (operator, value, flags) = match rest {
        [] => return Some(Test::Attribute { name, operator: ' ', value: "".into(), any_case: false }),
        [Token::Delim('='), value, flags @ ..] => ('=', value, flags),
        [Token::Match(operator), value, flags @ ..] => (*operator, value, flags),
        _ => return None,
    };
    let (Token::Ident(value) | Token::Text(value)) = value else { return None };
    let any_case = flags.first().is_some_and(|flag| flag.is("i"));
    Some(Test::Attribute { name, operator, value: Rc::clone(value), any_case })
}

/// What follows a colon.
fn pseudo<'t>(
    tokens: &'t [Token],
    parent: Option<&Rc<[Selector]>>,
    part: &mut Part,
    weight: &mut Weight,
) -> (Option<Test>, &'t [Token]) {
    let (doubled, tokens) = match tokens {
        [Token::Delim(':'), rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let [first, rest @ ..] = tokens else { return (Some(Test::Unknown), tokens) };
    let test = match first {
        Token::Ident(name) => {
            let name = name.to_ascii_lowercase();
            match name.as_str() {
                "before" => *part = Part::Before,
                "after" => *part = Part::After,
                "first-line" | "first-letter" => *part = Part::Other,
                _ if doubled => *part = Part::Other,
                _ => {}
            }
            if *part != Part::Whole {
                weight.2 += 1;
                // What is so of the part only, such as `:hover`, is not asked of the element.
                return (None, rest);
            }
            weight.1 += 1;
            state(&name)
        }
        Token::Function(_, _) if doubled => {
            *part = Part::Other;
            return (None, rest);
        }
        Token::Function(name, inner) => {
            let inside = || -> Rc<[Selector]> {
                let list = split(inner, ',').filter(|tokens| !tokens.is_empty());
                list.map(|tokens| one(tokens, parent, false)).collect::<Vec<_>>().into()
            };
            match &**name {
                "is" | "matches" | "-webkit-any" | "-moz-any" | "where" | "not" => {
                    let list = inside();
                    if &**name != "where" {
                        add(weight, heaviest(&list));
                    }
                    if &**name == "not" { Test::Not(list) } else { Test::Is(list) }
                }
                "nth-child" | "nth-last-child" | "nth-of-type" | "nth-last-of-type" => {
                    weight.1 += 1;
                    nth(inner, name.contains("last"), name.contains("type")).unwrap_or(Test::Unknown)
                }
                _ => {
                    weight.1 += 1;
                    Test::Unknown
                }
            }
        }
        _ => Test::Unknown,
    };
    (Some(test), rest)
}

/// A state or a place that has a name.
fn state(name: &str) -> Test {
    let place = |from_end, of_type| Test::Nth { step: 0, first: 1, from_end, of_type };
    let both = |one: Test, other: Test| {
        let whole =
            Selector { steps: vec![(Relation::Own, vec![one, other])].into(), part: Part::Whole, weight: (0, 1, 0) };
        Test::Is(vec![whole].into())
    };
    match name {
        "root" | "scope" => Test::Root,
        "empty" => Test::Empty,
        "first-child" => place(false, false),
        "last-child" => place(true, false),
        "first-of-type" => place(false, true),
        "last-of-type" => place(true, true),
        "only-child" => both(place(false, false), place(true, false)),
        "only-of-type" => both(place(false, true), place(true, true)),
        "link" | "any-link" => Test::Link,
        "focus" | "focus-visible" | "focus-within" => Test::Focused,
        "checked" => Test::Switch("checked"),
        "disabled" => Test::Switch("disabled"),
        "open" => Test::Switch("open"),
        "hover"
        | "active"
        | "visited"
        | "target"
        | "target-within"
        | "user-invalid"
        | "user-valid"
        | "fullscreen"
        | "-webkit-full-screen"
        | "-moz-full-screen"
        | "-ms-fullscreen"
        | "popover-open"
        | "modal"
        | "autofill"
        | "-webkit-autofill"
        | "-moz-focusring" => Test::Never,
        _ => Test::Unknown,
    }
}

/// `odd`, `even` or `an+b` (CSS Syntax 3, section 6).
fn nth(inner: &[Token], from_end: bool, of_type: bool) -> Option<Test> {
    let mut text = String::new();
    for token in inner {
        match token {
            Token::Space => {}
            Token::Ident(name) => text.push_str(&name.to_ascii_lowercase()),
            // Whole numbers only, as the grammar has it; the sign of a second one stands for itself.
            Token::Number(number) if text.is_empty() || text.ends_with(['+', '-']) => {
                text.push_str(&number.to_string())
            }
            Token::Number(number) => text.push_str(&format!("{number:+}")),
            Token::Dimension(number, unit) => text.push_str(&format!("{number}{unit}")),
            Token::Delim(mark @ ('+' | '-')) => text.push(*mark),
            _ => return None,
        }
    }
    let (step, first) = match text.as_str() {
        "odd" => (2, 1),
        "even" => (2, 0),
        text => match text.split_once('n') {
            None => (0, text.parse().ok()?),
            Some((step, first)) => {
                let step = match step {
                    "" | "+" => 1,
                    "-" => -1,
                    step => step.parse().ok()?,
                };
                (step, if first.is_empty() { 0 } else { first.parse().ok()? })
            }
        },
    };
    let (step, first): (i32, i32) = (step, first);
    Some(Test::Nth { step: i64::from(step), first: i64::from(first), from_end, of_type })
}
