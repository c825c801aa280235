//! `authority.toml`: what an authority says of itself in every letter. As written, and what it means for a request.

use std::collections::BTreeMap;

use candour_model::LetterKind;
use candour_wording::Language;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Files;
use crate::diagnostic::{Diagnostics, Fault, Source};
use crate::fields::{At, Faults, Fields, parse};
use crate::hidden::refuse_hidden;
use crate::template::{Template, TemplatePart};
use crate::translation::{Translations, language};

/// The `schema` key of an authority file.
pub const AUTHORITY_SCHEMA: &str = "candour/authority/1";

/// How to ask for an internal review (section 45 Code of Practice, part 5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Where to write.
    pub contact: String,
    /// Within how many working days of the response.
    pub ask_within_days: u32,
    /// In how many working days it is usually done.
    pub answer_within_days: u32,
}

/// To whom a requester may complain (section 50).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Regulator {
    /// Who that is.
    pub name: String,
    /// The address.
    pub address: String,
    /// The page for complaints, without a scheme.
    pub website: String,
}

impl Regulator {
    /// The regulator of the Act, where the authority names none: `data/law/regulators.csv`.
    pub fn of_the_act(language: Language) -> Self {
        let data = match language.tag() {
            "cy" => include_str!("../../../data/law/cy/regulators.csv"),
            _ => include_str!("../../../data/law/regulators.csv"),
        };
        let mut reader = csv::Reader::from_reader(data.as_bytes());
        let line = reader.records().find_map(Result::ok).unwrap_or_default();
        let part = |at: usize| line.get(at).unwrap_or_default().to_owned();
        Self { name: part(1), address: part(2), website: part(3) }
    }
}

/// A standing text that somebody answers for, for as long as it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnedStatement {
    /// What response files name it by.
    pub id: String,
    /// Its heading.
    pub heading: String,
    /// Its text.
    pub text: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it may be used.
    pub expires: Date,
}

/// What an authority says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authority {
    /// Its name.
    pub name: String,
    /// How to reach it, a line each.
    pub contact: Vec<String>,
    /// How to ask for a review.
    pub review: Review,
    /// To whom to complain; None where it is the regulator of the Act.
    #[serde(default)]
    pub regulator: Option<Regulator>,
    /// Where to write about anything else that went wrong.
    pub complaints: Option<String>,
    /// The form of its references: `#` is a digit, `@` a letter, anything else itself.
    pub reference_pattern: Option<String>,
    /// What stands in each of its letters.
    pub standard_lines: Vec<String>,
    /// Its own letter templates.
    pub templates: BTreeMap<LetterKind, Template>,
    /// Its owned statements.
    pub statements: Vec<OwnedStatement>,
    /// The language of its texts.
    #[serde(default)]
    pub language: Language,
    /// What they are in others.
    #[serde(default, skip_serializing_if = "Translations::is_empty")]
    pub translations: Translations,
}

impl Authority {
    /// Every text of it that a release may print.
    pub(crate) fn texts(&self) -> Vec<&str> {
        let mut texts: Vec<&str> = self.contact.iter().chain(&self.standard_lines).map(String::as_str).collect();
        texts.push(&self.review.contact);
        texts.extend(self.complaints.as_deref());
        texts.extend(self.regulator.iter().flat_map(|one| [one.name.as_str(), &one.address, &one.website]));
        texts.extend(self.statements.iter().flat_map(|one| [one.heading.as_str(), &one.text]));
        for part in self.templates.values().flat_map(|template| &template.parts) {
            match part {
                TemplatePart::Heading(text) | TemplatePart::Paragraph(text) => texts.push(text),
                TemplatePart::Bullets(points) => texts.extend(points.iter().map(String::as_str)),
                TemplatePart::Block(_) => {}
            }
        }
        texts
    }
}

/// An authority file whose form has been checked.
pub struct WrittenAuthority {
    source: Source,
    faults: Faults,
    name: Option<At<String>>,
    contact: Vec<At<String>>,
    review: Option<WrittenReview>,
    regulator: Option<Regulator>,
    complaints: Option<At<String>>,
    reference_pattern: Option<At<String>>,
    standard_lines: Vec<At<String>>,
    templates: Vec<(At<LetterKind>, At<String>)>,
    statements: Vec<(At<String>, OwnedStatement)>,
    language: Language,
    translations_file: Option<At<String>>,
    translations: Translations,
}

struct WrittenReview {
    contact: At<String>,
    ask_within_days: At<i64>,
    answer_within_days: At<i64>,
}

/// What a response file says that an authority file must agree with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The authority.
    pub authority: String,
    /// The reference as letters print it.
    pub reference_display: String,
}

impl WrittenAuthority {
    /// Reads an authority file. Faults of form are kept until [`resolve`](Self::resolve).
    pub fn read(source: Source) -> Self {
        let faults = Faults::default();
        let root_table = parse(&source, &faults);
        let root = Fields::root(&root_table, &faults);
        let known = root.choice("schema", &[(AUTHORITY_SCHEMA, ())]).is_some();
        let readable = known && faults.count() == 0;
        refuse_hidden(&source, root_table.get_ref(), &faults);
        let name = root.text("name");
        let contact = root.texts("contact");
        if contact.is_empty() {
            let fault = Fault::new(0..0, "the authority has no `contact`");
            faults
                .push(fault.hint("write how to reach it, a line each: `contact = [\"Information Rights\", \"...\"]`"));
        }
        let review = root.table("review").and_then(|fields| review(&fields));
        let regulator = root.opt_table("regulator").and_then(|fields| regulator(&fields));
        let complaints = root.opt_text("complaints");
        let reference_pattern = root.opt_text("reference_pattern");
        let standard_lines = root.proses("standard_lines");
        let templates = root.opt_table("letters").map(|fields| templates(&fields)).unwrap_or_default();
        let statements = root.tables("statement").iter().filter_map(statement).collect();
        let language = language(&root);
        let translations_file = root.opt_text("translations");
        root.finish();
        drop(root);
        drop(root_table);
        let faults = if readable { faults } else { faults.first_only() };
        Self {
            source,
            faults,
            name,
            contact,
            review,
            regulator,
            complaints,
            reference_pattern,
            standard_lines,
            templates,
            statements,
            language,
            translations_file,
            translations: Translations::default(),
        }
    }

    /// Reads the translations file that the authority file names, if it names one.
    #[must_use]
    pub fn with_files(mut self, files: &dyn Files) -> Self {
        self.translations = Translations::beside(self.translations_file.as_ref(), files, &self.faults);
        self
    }

    /// Works out what the file means for a request; None where the response file does not say enough of one.
    ///
    /// # Errors
    /// Every fault, each with its place.
    pub fn resolve(self, asked: Option<&Asked>) -> Result<Authority, Diagnostics> {
        self.agrees_with(asked);
        let mut ids = std::collections::BTreeSet::new();
        for (id, _) in &self.statements {
            if !ids.insert(&id.value) {
                self.faults.add(&id.span, format!("the statement `{}` stands twice", id.value));
            }
        }
        let templates = self.read_templates();
        let review = self.review.as_ref().map(|review| Review {
            contact: review.contact.value.clone(),
            ask_within_days: self.days(&review.ask_within_days),
            answer_within_days: self.days(&review.answer_within_days),
        });
        let authority = self.name.as_ref().zip(review).map(|(name, review)| Authority {
            name: name.value.clone(),
            contact: self.contact.iter().map(|line| line.value.clone()).collect(),
            review,
            regulator: self.regulator.clone(),
            complaints: self.complaints.as_ref().map(|text| text.value.clone()),
            reference_pattern: self.reference_pattern.as_ref().map(|text| text.value.clone()),
            standard_lines: self.standard_lines.iter().map(|line| line.value.clone()).collect(),
            templates,
            statements: self.statements.iter().map(|(_, statement)| statement.clone()).collect(),
            language: self.language,
            translations: self.translations.clone(),
        });
        self.faults.finish(&self.source, authority)
    }

    fn agrees_with(&self, asked: Option<&Asked>) {
        let Some(asked) = asked else { return };
        if let Some(name) = self.name.as_ref().filter(|name| name.value != asked.authority) {
            let message = format!("this is the file of {}, and the response is {}'s", name.value, asked.authority);
            self.faults
                .push(Fault::new(name.span.clone(), message).hint("give the file of the authority that answers"));
        }
        if let Some(pattern) = self.reference_pattern.as_ref().filter(|one| !fits(&one.value, &asked.reference_display))
        {
            let message =
                format!("the reference {} does not have the form `{}`", asked.reference_display, pattern.value);
            let fault = Fault::new(pattern.span.clone(), message);
            self.faults.push(fault.hint("`#` stands for a digit and `@` for a letter; mend one of the two"));
        }
    }

    fn read_templates(&self) -> BTreeMap<LetterKind, Template> {
        let mut templates = BTreeMap::new();
        for (kind, text) in &self.templates {
            match Template::read(&text.value, kind.value) {
                Ok(template) => drop(templates.insert(kind.value, template)),
                Err(fault) => self.faults.push(
                    Fault::new(text.span.clone(), fault.to_string())
                        .hint("docs/letters.md lists the merge fields and blocks, and what each letter must have"),
                ),
            }
        }
        templates
    }

    fn days(&self, written: &At<i64>) -> u32 {
        match u32::try_from(written.value) {
            Ok(days @ 1..=400) => days,
            _ => {
                self.faults.add(&written.span, "the number of working days must be from 1 to 400");
                0
            }
        }
    }
}

fn review(fields: &Fields<'_>) -> Option<WrittenReview> {
    let contact = fields.text("contact");
    let whole = |key: &str| {
        if !fields.has(key) {
            fields.faults().add(&fields.span(), format!("`review` lacks the key `{key}`: a number of working days"));
        }
        fields.opt_whole(key)
    };
    let (ask_within_days, answer_within_days) = (whole("ask_within_days"), whole("answer_within_days"));
    fields.finish();
    Some(WrittenReview {
        contact: contact?,
        ask_within_days: ask_within_days?,
        answer_within_days: answer_within_days?,
    })
}

fn regulator(fields: &Fields<'_>) -> Option<Regulator> {
    let (name, address, website) = (fields.text("name"), fields.text("address"), fields.text("website"));
    fields.finish();
    Some(Regulator { name: name?.value, address: address?.value, website: website?.value })
}

fn templates(fields: &Fields<'_>) -> Vec<(At<LetterKind>, At<String>)> {
    let written = LetterKind::ALL.iter().filter_map(|(name, kind)| {
        let text = fields.opt_prose(name)?;
        Some((At { value: *kind, span: text.span.clone() }, text))
    });
    let written = written.collect();
    fields.finish();
    written
}

fn statement(fields: &Fields<'_>) -> Option<(At<String>, OwnedStatement)> {
    let (id, heading, text) = (fields.text("id"), fields.text("heading"), fields.prose("text"));
    let (owner, expires) = (fields.text("owner"), fields.date("expires"));
    fields.finish();
    let id = id?;
    let statement = OwnedStatement {
        id: id.value.clone(),
        heading: heading?.value,
        text: text?.value,
        owner: owner?.value,
        expires: expires?.value,
    };
    Some((id, statement))
}

/// Whether a reference has this form.
fn fits(pattern: &str, reference: &str) -> bool {
    let same = |(form, letter): (char, char)| match form {
        '#' => letter.is_ascii_digit(),
        '@' => letter.is_alphabetic(),
        _ => form == letter,
    };
    pattern.chars().count() == reference.chars().count() && pattern.chars().zip(reference.chars()).all(same)
}
