//! Style sheets: values as trees of tokens, rules with what they hold for, and declarations that can hide text. Nothing
//! else of CSS is kept.

use std::collections::BTreeMap;
use std::rc::Rc;

use cssparser::{ParseError, Parser};

use super::media::Condition;
use super::selector::{self, Selector};
use crate::limits::{Budget, Uninspectable};

/// Rules within rules multiply, so that a small sheet could have more than there is room for.
const MOST_RULES: usize = 500_000;

/// A piece of a value or a selector.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Ident(Rc<str>),
    At(Rc<str>),
    /// `#id` or a colour.
    Hash(Rc<str>),
    Text(Rc<str>),
    Url(Rc<str>),
    Number(f64),
    /// In hundredths.
    Percent(f64),
    Dimension(f64, Rc<str>),
    Delim(char),
    /// `~=`, `|=`, `^=`, `$=` or `*=`, by its first letter.
    Match(char),
    Space,
    Function(Rc<str>, Rc<[Token]>),
    /// What stands in brackets, which are told by the first of the two.
    Block(char, Rc<[Token]>),
    /// What is not understood, or lies too deep in brackets.
    Unknown,
}

impl Token {
    /// Is it this word, in whatever letters?
    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self, Self::Ident(own) if own.eq_ignore_ascii_case(word))
    }

    pub(super) fn is_delim(&self, delim: char) -> bool {
        *self == Self::Delim(delim)
    }
}

/// The tokens of a text; what its comments say goes to `comments`.
pub(super) fn tokens(budget: &Budget, text: &str, comments: &mut Vec<String>) -> Result<Vec<Token>, Uninspectable> {
    budget.spend(4 * text.len() as u64)?;
    Ok(collect(&mut Parser::new(text), comments))
}

// The library goes no deeper into brackets than 75.
fn collect(parser: &mut Parser<'_>, comments: &mut Vec<String>) -> Vec<Token> {
    use cssparser::Token as Raw;
    let mut all = Vec::new();
    while let Ok(raw) = parser.next_including_whitespace_and_comments().cloned() {
        let token = match raw {
            Raw::Ident(name) => Token::Ident((*name).into()),
            Raw::AtKeyword(name) => Token::At(name.to_ascii_lowercase().into()),
            Raw::Hash(name) | Raw::IDHash(name) => Token::Hash((*name).into()),
            Raw::QuotedString(text) => Token::Text((*text).into()),
            Raw::UnquotedUrl(address) => Token::Url((*address).into()),
            Raw::Number { value, .. } => Token::Number(f64::from(value)),
            Raw::Percentage { unit_value, .. } => Token::Percent(f64::from(unit_value)),
            Raw::Dimension { value, unit, .. } => Token::Dimension(f64::from(value), unit.to_ascii_lowercase().into()),
            Raw::Delim(delim) => Token::Delim(delim),
            Raw::Colon => Token::Delim(':'),
            Raw::Semicolon => Token::Delim(';'),
            Raw::Comma => Token::Delim(','),
            Raw::IncludeMatch => Token::Match('~'),
            Raw::DashMatch => Token::Match('|'),
            Raw::PrefixMatch => Token::Match('^'),
            Raw::SuffixMatch => Token::Match('$'),
            Raw::SubstringMatch => Token::Match('*'),
            Raw::WhiteSpace(_) => Token::Space,
            Raw::Comment(text) => {
                comments.push(text.to_owned());
                continue;
            }
            Raw::Function(name) => match nested(parser, comments) {
                Some(inner) => Token::Function(name.to_ascii_lowercase().into(), inner),
                None => Token::Unknown,
            },
            Raw::ParenthesisBlock => block('(', nested(parser, comments)),
            Raw::SquareBracketBlock => block('[', nested(parser, comments)),
            Raw::CurlyBracketBlock => block('{', nested(parser, comments)),
            Raw::CDO | Raw::CDC => continue,
            _ => Token::Unknown,
        };
        all.push(token);
    }
    all
}

fn block(bracket: char, inner: Option<Rc<[Token]>>) -> Token {
    inner.map_or(Token::Unknown, |inner| Token::Block(bracket, inner))
}

fn nested(parser: &mut Parser<'_>, comments: &mut Vec<String>) -> Option<Rc<[Token]>> {
    let inner = parser.parse_nested_block(|parser| Ok::<_, ParseError<()>>(collect(parser, comments)));
    inner.ok().map(Into::into)
}

/// The tokens without blanks at their ends.
pub(super) fn trim(mut tokens: &[Token]) -> &[Token] {
    while let [Token::Space, rest @ ..] | [rest @ .., Token::Space] = tokens {
        tokens = rest;
    }
    tokens
}

/// The pieces between commas, or between something else.
pub(super) fn split(tokens: &[Token], at: char) -> impl Iterator<Item = &[Token]> {
    tokens.split(move |token| token.is_delim(at)).map(trim)
}

/// What a declaration sets, as far as it can hide text. Some names stand for several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Property {
    Display,
    Visibility,
    Opacity,
    FontSize,
    Color,
    TextFill,
    TextShadow,
    Background,
    BackgroundImage,
    BackgroundClip,
    Position,
    Top,
    Right,
    Bottom,
    Left,
    MarginTop,
    MarginLeft,
    TextIndent,
    Width,
    Height,
    Overflow,
    Clip,
    ClipPath,
    Transform,
    Scale,
    Translate,
    Filter,
    ContentVisibility,
    Content,
    Fill,
    FillOpacity,
    Stroke,
}

impl Property {
    /// How many there are.
    pub(super) const COUNT: usize = Self::Stroke as usize + 1;

    /// Those that a name sets.
    pub(super) fn named(name: &str) -> &'static [Self] {
        use Property::*;
        match name {
            "display" => &[Display],
            "visibility" => &[Visibility],
            "opacity" => &[Opacity],
            "font-size" | "font" => &[FontSize],
            "color" => &[Color],
            "-webkit-text-fill-color" => &[TextFill],
            "text-shadow" | "-webkit-text-stroke" => &[TextShadow],
            "background" => &[Background, BackgroundImage],
            "background-color" => &[Background],
            "background-image" => &[BackgroundImage],
            "background-clip" | "-webkit-background-clip" => &[BackgroundClip],
            "position" => &[Position],
            "top" | "inset-block-start" => &[Top],
            "right" | "inset-inline-end" => &[Right],
            "bottom" | "inset-block-end" => &[Bottom],
            "left" | "inset-inline-start" => &[Left],
            "inset" => &[Top, Right, Bottom, Left],
            "margin" => &[MarginTop, MarginLeft],
            "margin-top" | "margin-block-start" => &[MarginTop],
            "margin-left" | "margin-inline-start" => &[MarginLeft],
            "text-indent" => &[TextIndent],
            "width" | "max-width" | "inline-size" | "max-inline-size" => &[Width],
            "height" | "max-height" | "block-size" | "max-block-size" => &[Height],
            "overflow" | "overflow-x" | "overflow-y" => &[Overflow],
            "clip" => &[Clip],
            "clip-path" => &[ClipPath],
            "transform" | "-webkit-transform" => &[Transform],
            "scale" => &[Scale],
            "translate" => &[Translate],
            "filter" => &[Filter],
            "content-visibility" => &[ContentVisibility],
            "content" => &[Content],
            "fill" => &[Fill],
            "fill-opacity" => &[FillOpacity],
            "stroke" => &[Stroke],
            _ => &[],
        }
    }
}

/// A property or a variable, its value, and whether it is important.
#[derive(Debug)]
pub(super) struct Declaration {
    pub(super) target: Target,
    pub(super) value: Rc<[Token]>,
    pub(super) important: bool,
}

#[derive(Debug)]
pub(super) enum Target {
    Property(Property),
    /// A variable, `--name`.
    Variable(Rc<str>),
}

/// The declarations of a block that can hide text.
pub(super) fn declarations(tokens: &[Token]) -> Vec<Declaration> {
    tokens.split(|token| token.is_delim(';')).flat_map(declaration).collect()
}

fn declaration(tokens: &[Token]) -> Vec<Declaration> {
    let [Token::Ident(name), rest @ ..] = trim(tokens) else { return Vec::new() };
    let [Token::Delim(':'), value @ ..] = trim(rest) else { return Vec::new() };
    let mut value = trim(value);
    let mut important = false;
    if let [before @ .., last] = value
        && last.is("important")
        && let [before @ .., mark] = trim(before)
        && mark.is_delim('!')
    {
        (value, important) = (trim(before), true);
    }
    if name.starts_with("--") {
        let target = Target::Variable(Rc::clone(name));
        return vec![Declaration { target, value: value.into(), important }];
    }
    let properties = Property::named(&name.to_ascii_lowercase());
    if properties.is_empty() || value.is_empty() {
        return Vec::new();
    }
    let value: Rc<[Token]> = value.into();
    let one =
        |property: &Property| Declaration { target: Target::Property(*property), value: Rc::clone(&value), important };
    properties.iter().map(one).collect()
}

/// Declarations, the elements that they hold for, and when.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) selector: Selector,
    pub(super) declarations: Rc<[Declaration]>,
    /// All of these must hold; numbers of [`Sheets::conditions`].
    pub(super) conditions: Vec<usize>,
    /// The layer that it lies in. What lies in none comes last, and wins.
    pub(super) layer: u32,
}

/// The style sheets of a page, one after another.
#[derive(Debug, Default)]
pub(super) struct Sheets {
    pub(super) rules: Vec<Rule>,
    pub(super) conditions: Vec<Condition>,
    pub(super) comments: Vec<String>,
    /// Does a sheet take in another from elsewhere?
    pub(super) imports: bool,
    layers: BTreeMap<String, u32>,
}

/// Where a rule stands.
#[derive(Clone)]
struct Around {
    conditions: Vec<usize>,
    layer: Option<String>,
    /// The selectors of the rule around it.
    parent: Option<Rc<[Selector]>>,
}

impl Sheets {
    /// Adds a sheet that holds where `media` says.
    pub(super) fn add(&mut self, budget: &Budget, sheet: &str, media: &str) -> Result<(), Uninspectable> {
        let mut around = Around { conditions: Vec::new(), layer: None, parent: None };
        if !media.trim().is_empty() {
            let media = tokens(budget, media, &mut Vec::new())?;
            around.conditions.push(self.condition(Condition::Media(media.into())));
        }
        let mut comments = std::mem::take(&mut self.comments);
        let sheet = tokens(budget, sheet, &mut comments);
        self.comments = comments;
        self.add_block(budget, &sheet?, &around)
    }

    fn condition(&mut self, condition: Condition) -> usize {
        self.conditions.push(condition);
        self.conditions.len() - 1
    }

    /// What stands in a sheet or in a block of rules.
    fn add_block(&mut self, budget: &Budget, tokens: &[Token], around: &Around) -> Result<(), Uninspectable> {
        budget.spend(tokens.len() as u64)?;
        let mut start = 0;
        let mut own = 0;
        for (at, token) in tokens.iter().enumerate() {
            match token {
                Token::Delim(';') => {
                    let head = trim(tokens.get(start..at).unwrap_or_default());
                    if let [Token::At(name), rest @ ..] = head {
                        self.add_statement(name, rest, around);
                    }
                    start = at + 1;
                }
                Token::Block('{', inner) => {
                    let head = trim(tokens.get(start..at).unwrap_or_default());
                    // A variable may hold a block; it ends with its own semicolon.
                    if matches!(head, [Token::Ident(name), Token::Delim(':'), ..] if name.starts_with("--")) {
                        continue;
                    }
                    if let Some(parent) = &around.parent {
                        self.add_rules(parent, declarations(tokens.get(own..start).unwrap_or_default()), around)?;
                    }
                    match head {
                        [Token::At(name), rest @ ..] => self.add_at_rule(budget, name, rest, inner, around)?,
                        _ => self.add_rule(budget, head, inner, around)?,
                    }
                    (start, own) = (at + 1, at + 1);
                }
                _ => {}
            }
        }
        if let Some(parent) = &around.parent {
            self.add_rules(parent, declarations(tokens.get(own..).unwrap_or_default()), around)?;
        }
        Ok(())
    }

    fn add_statement(&mut self, name: &str, rest: &[Token], around: &Around) {
        match name {
            "import" => self.imports = true,
            "layer" => {
                for name in split(rest, ',') {
                    self.layer(&layer_name(around, name));
                }
            }
            _ => {}
        }
    }

    fn add_at_rule(
        &mut self,
        budget: &Budget,
        name: &str,
        head: &[Token],
        inner: &[Token],
        around: &Around,
    ) -> Result<(), Uninspectable> {
        let mut within = around.clone();
        let condition = match name {
            "media" => Condition::Media(trim(head).into()),
            // What a page asks for, browsers of today can do as a rule.
            "supports" if !head.iter().any(|token| token.is("not")) => Condition::Always,
            "layer" => {
                let name = layer_name(around, trim(head));
                self.layer(&name);
                within.layer = Some(name);
                Condition::Always
            }
            // These hold no rules for elements.
            "font-face"
            | "keyframes"
            | "-webkit-keyframes"
            | "-moz-keyframes"
            | "-o-keyframes"
            | "page"
            | "property"
            | "counter-style"
            | "font-feature-values"
            | "font-palette-values"
            | "starting-style"
            | "view-transition"
            | "viewport"
            | "-ms-viewport"
            | "position-try"
            | "function" => return Ok(()),
            _ => Condition::NotKnown,
        };
        if !matches!(condition, Condition::Always) {
            within.conditions.push(self.condition(condition));
        }
        self.add_block(budget, inner, &within)
    }

    fn add_rule(
        &mut self,
        budget: &Budget,
        head: &[Token],
        inner: &[Token],
        around: &Around,
    ) -> Result<(), Uninspectable> {
        budget.spend(head.len() as u64)?;
        let selectors: Rc<[Selector]> = selector::list(head, around.parent.as_ref()).into();
        let within = Around { parent: Some(selectors), ..around.clone() };
        self.add_block(budget, inner, &within)
    }

    fn add_rules(
        &mut self,
        selectors: &[Selector],
        declarations: Vec<Declaration>,
        around: &Around,
    ) -> Result<(), Uninspectable> {
        if declarations.is_empty() {
            return Ok(());
        }
        if self.rules.len() + selectors.len() > MOST_RULES {
            return Err(Uninspectable::new("its style sheets have too many rules"));
        }
        let declarations: Rc<[Declaration]> = declarations.into();
        let layer = around.layer.as_deref().map_or(u32::MAX, |name| self.layer(name));
        for selector in selectors {
            self.rules.push(Rule {
                selector: selector.clone(),
                declarations: Rc::clone(&declarations),
                conditions: around.conditions.clone(),
                layer,
            });
        }
        Ok(())
    }

    /// The number of a layer: they count in the order in which they are first named.
    fn layer(&mut self, name: &str) -> u32 {
        let next = u32::try_from(self.layers.len()).unwrap_or(u32::MAX);
        *self.layers.entry(name.to_owned()).or_insert(next)
    }
}

fn layer_name(around: &Around, name: &[Token]) -> String {
    let own = name.iter().filter_map(|token| if let Token::Ident(name) = token { Some(&**name) } else { None });
    around.layer.as_deref().into_iter().chain(own).collect::<Vec<_>>().join(".")
}
