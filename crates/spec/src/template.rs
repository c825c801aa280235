//! Letter templates: text in paragraphs, with merge fields from a closed list and blocks that the program fills in.
//!
//! A blank line parts paragraphs. `# Heading` is a heading, lines that begin with `- ` are points, and a block such as
//! `{decisions}` stands on a line of its own. What is in braces and on no list is a fault, so nothing is printed unmerged.

use std::fmt;

use candour_model::LetterKind;
use candour_wording::Language;
use serde::{Deserialize, Serialize};

/// What a letter may name of the request.
pub const FIELDS: [&str; 6] = ["authority", "reference", "received", "answered", "title", "reply_by"];
/// What a cover letter may name: what is known when it is sent.
pub const COVER_FIELDS: [&str; 8] =
    ["salutation", "name", "address", "authority", "reference", "received", "answered", "title"];

/// What the program puts in a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TemplateBlock {
    /// The questions with their decisions.
    Decisions,
    /// The standing texts.
    Statements,
    /// The rights of review and complaint.
    Rights,
    /// What a letter without decisions has to say.
    Particulars,
    /// The exemptions of a letter without decisions.
    Exemptions,
    /// How the requester may get further.
    Advice,
    /// The authority's standard lines.
    StandardLines,
    /// How to reach the authority.
    Contact,
}

const BLOCKS: [(&str, TemplateBlock); 8] = [
    ("decisions", TemplateBlock::Decisions),
    ("statements", TemplateBlock::Statements),
    ("rights", TemplateBlock::Rights),
    ("particulars", TemplateBlock::Particulars),
    ("exemptions", TemplateBlock::Exemptions),
    ("advice", TemplateBlock::Advice),
    ("standard-lines", TemplateBlock::StandardLines),
    ("contact", TemplateBlock::Contact),
];

/// One part of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TemplatePart {
    /// A heading.
    Heading(String),
    /// A paragraph, fields in braces.
    Paragraph(String),
    /// Points.
    Bullets(Vec<String>),
    /// Something that the program puts there.
    Block(TemplateBlock),
}

/// A template whose fields and blocks are all known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Its parts, in order.
    pub parts: Vec<TemplatePart>,
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateFault {
    /// A field or block that is on no list.
    Unknown(String),
    /// A brace without its other one.
    Brace,
    /// A block that this kind of letter cannot be without.
    Lacks(&'static str),
}

impl fmt::Display for TemplateFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(out, "there is no merge field `{{{name}}}`"),
            Self::Brace => write!(out, "a brace lacks its other one"),
            Self::Lacks(block) => write!(out, "the template lacks `{{{block}}}`"),
        }
    }
}

impl std::error::Error for TemplateFault {}

impl Template {
    /// Reads a template of a letter of this kind.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn read(text: &str, kind: LetterKind) -> Result<Self, TemplateFault> {
        let template = Self::parse(text, &FIELDS, true)?;
        let has = |name: &str| {
            let named = |part: &TemplatePart| match part {
                TemplatePart::Block(block) => BLOCKS.iter().any(|(known, one)| *known == name && one == block),
                TemplatePart::Heading(text) | TemplatePart::Paragraph(text) => text.contains(&format!("{{{name}}}")),
                TemplatePart::Bullets(points) => points.iter().any(|point| point.contains(&format!("{{{name}}}"))),
            };
            template.parts.iter().any(named)
        };
        match needed(kind).iter().find(|name| !has(name)) {
            Some(missing) => Err(TemplateFault::Lacks(missing)),
            None => Ok(template),
        }
    }

    /// Reads the template of a cover letter, which is merged when it is sent.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn read_cover(text: &str) -> Result<Self, TemplateFault> {
        Self::parse(text, &COVER_FIELDS, false)
    }

    fn parse(text: &str, fields: &[&str], blocks: bool) -> Result<Self, TemplateFault> {
        let text = text.replace("\r\n", "\n");
        let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
        let parts = paragraphs.map(|paragraph| part(paragraph, fields, blocks));
        Ok(Self { parts: parts.collect::<Result<_, _>>()? })
    }
}

/// What a letter cannot be without: rights in each, and what it is there to tell.
fn needed(kind: LetterKind) -> &'static [&'static str] {
    match kind {
        LetterKind::Acknowledgement => &["reference", "reply_by", "rights"],
        LetterKind::Extension => &["reference", "reply_by", "exemptions", "particulars", "rights"],
        LetterKind::InternalReview => &["reference", "particulars", "rights"],
        _ => &["reference", "decisions", "rights"],
    }
}

fn part(paragraph: &str, fields: &[&str], blocks: bool) -> Result<TemplatePart, TemplateFault> {
    if blocks && let Some(name) = paragraph.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        let block = BLOCKS.iter().find(|(known, _)| *known == name);
        if let Some((_, block)) = block {
            return Ok(TemplatePart::Block(*block));
        }
    }
    known_fields(paragraph, fields)?;
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(heading) = paragraph.strip_prefix("# ") {
        return Ok(TemplatePart::Heading(flat(heading)));
    }
    if paragraph.starts_with("- ") {
        let points = format!("\n{paragraph}");
        return Ok(TemplatePart::Bullets(points.split("\n- ").skip(1).map(flat).collect()));
    }
    Ok(TemplatePart::Paragraph(flat(paragraph)))
}

fn known_fields(text: &str, fields: &[&str]) -> Result<(), TemplateFault> {
    let mut rest = text;
    while let Some(open) = rest.find(['{', '}']) {
        let after = rest[open..].strip_prefix('{').ok_or(TemplateFault::Brace)?;
        let (name, further) = after.split_once('}').ok_or(TemplateFault::Brace)?;
        if !fields.contains(&name) {
            return Err(TemplateFault::Unknown(name.to_owned()));
        }
        rest = further;
    }
    Ok(())
}

/// Puts values in the place of fields. A value is text: braces in it stay as they are.
pub fn merge(text: &str, value: &dyn Fn(&str) -> String) -> String {
    let mut merged = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        merged.push_str(before);
        let (name, further) = after.split_once('}').unwrap_or((after, ""));
        merged.push_str(&value(name));
        rest = further;
    }
    merged + rest
}

/// A template of the program by its folder and name.
macro_rules! template {
    ($folder:literal, $name:literal) => {
        include_str!(concat!("../../../data/letters/", $folder, "/", $name, ".txt"))
    };
}

/// The templates of one folder, which is named where the program is built.
macro_rules! templates {
    ($folder:literal, $kind:expr) => {
        match $kind {
            LetterKind::InFull => template!($folder, "in-full"),
            LetterKind::InPart => template!($folder, "in-part"),
            LetterKind::Refused => template!($folder, "refused"),
            LetterKind::CostLimit => template!($folder, "cost-limit"),
            LetterKind::Vexatious => template!($folder, "vexatious"),
            LetterKind::Repeated => template!($folder, "repeated"),
            LetterKind::NotHeld => template!($folder, "not-held"),
            LetterKind::NeitherConfirmNorDeny => template!($folder, "neither-confirm-nor-deny"),
            LetterKind::AlreadyAccessible => template!($folder, "already-accessible"),
            LetterKind::Transfer => template!($folder, "transfer"),
            LetterKind::Clarification => template!($folder, "clarification"),
            LetterKind::Acknowledgement => template!($folder, "acknowledgement"),
            LetterKind::Extension => template!($folder, "extension"),
            LetterKind::InternalReview => template!($folder, "internal-review"),
        }
    };
}

/// The templates that come with the program, where an authority has none of its own: `data/letters/`.
pub fn built_in(language: Language, kind: LetterKind) -> &'static str {
    match language.tag() {
        "cy" => templates!("cy", kind),
        _ => templates!("en-GB", kind),
    }
}

/// The cover letter that comes with the program.
pub fn cover(language: Language) -> &'static str {
    match language.tag() {
        "cy" => template!("cy", "cover"),
        _ => template!("en-GB", "cover"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_that_comes_with_the_program_is_sound() {
        for language in Language::all() {
            for (name, kind) in LetterKind::ALL {
                assert_eq!(Template::read(built_in(language, kind), kind).err(), None, "{name} in {language}");
            }
            assert!(Template::read_cover(cover(language)).is_ok());
        }
    }

    #[test]
    fn the_letters_of_every_language_say_the_same() {
        // What stands in braces stands in each language, and the words are its own.
        let marks = |text: &str| {
            let mut marks: Vec<String> =
                text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0.to_owned())).collect();
            marks.sort();
            marks
        };
        for language in Language::all().filter(|language| *language != Language::ENGLISH) {
            let pairs =
                LetterKind::ALL.map(|(name, kind)| (name, built_in(language, kind), built_in(Language::ENGLISH, kind)));
            for (name, text, english) in pairs.into_iter().chain([("cover", cover(language), cover(Language::ENGLISH))])
            {
                assert_eq!(marks(text), marks(english), "{name} in {language}");
                let lines = english.lines().filter(|line| !line.starts_with('{') && !line.is_empty());
                let left: Vec<&str> = lines.filter(|line| text.contains(line)).collect();
                assert!(left.is_empty(), "{name} in {language}: {left:?}");
            }
        }
    }

    #[test]
    fn what_is_on_no_list_is_told() {
        let fault = |text: &str| Template::read(text, LetterKind::InFull).unwrap_err();
        assert_eq!(fault("Dear {requester}"), TemplateFault::Unknown("requester".into()));
        assert_eq!(fault("Dear {name"), TemplateFault::Brace);
        assert_eq!(fault("Dear name}"), TemplateFault::Brace);
        assert_eq!(fault("{reference}\n\n{decisions}"), TemplateFault::Lacks("rights"));
        assert_eq!(Template::read_cover("{rights}").unwrap_err(), TemplateFault::Unknown("rights".into()));
    }

    #[test]
    fn a_merged_value_is_text() {
        let template = "{name}, {reference}: {name}";
        assert_eq!(merge(template, &|name| format!("<{{{name}}}>")), "<{name}>, <{reference}>: <{name}>");
    }
}
