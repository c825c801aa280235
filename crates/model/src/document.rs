//! The answer as a whole: what every writer of a release is given.

use candour_wording::Language;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{RecordList, Table};

/// The request that is answered. The requester has no place here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The reference, in the form that files and registers use.
    pub reference: String,
    /// The reference as letters print it.
    pub reference_display: String,
    /// The day on which it arrived.
    pub received: Date,
    /// The day on which it is answered.
    pub answered: Date,
}

/// What the requester gets of what was asked (Freedom of Information Act 2000, section 1(1)(b)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Outcome {
    /// All of it.
    #[serde(rename = "in full")]
    InFull,
    /// Some of it; the answer is a refusal notice for the rest.
    #[serde(rename = "in part")]
    InPart,
    /// None of it, under an exemption.
    #[serde(rename = "refused")]
    Refused,
    /// None of it: it would cost more than the limit (section 12).
    #[serde(rename = "over the cost limit")]
    CostLimit,
    /// None of it: the request is vexatious (section 14(1)).
    #[serde(rename = "vexatious")]
    Vexatious,
    /// None of it: the request repeats another (section 14(2)).
    #[serde(rename = "repeated")]
    Repeated,
    /// There is nothing to give (section 1(1)(a)).
    #[serde(rename = "not held")]
    NotHeld,
    /// Whether there is anything to give is not said.
    #[serde(rename = "neither confirmed nor denied")]
    NeitherConfirmedNorDenied,
    /// It can be had elsewhere (section 21).
    #[serde(rename = "already accessible")]
    AlreadyAccessible,
    /// Another body has it and has been handed the request.
    #[serde(rename = "transferred")]
    Transferred,
    /// It cannot be told yet what is asked for (section 1(3)).
    #[serde(rename = "clarification needed")]
    ClarificationNeeded,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 11] = [
        Self::InFull,
        Self::InPart,
        Self::Refused,
        Self::CostLimit,
        Self::Vexatious,
        Self::Repeated,
        Self::NotHeld,
        Self::NeitherConfirmedNorDenied,
        Self::AlreadyAccessible,
        Self::Transferred,
        Self::ClarificationNeeded,
    ];

    /// The outcome as the response file and the release write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InFull => "in full",
            Self::InPart => "in part",
            Self::Refused => "refused",
            Self::CostLimit => "over the cost limit",
            Self::Vexatious => "vexatious",
            Self::Repeated => "repeated",
            Self::NotHeld => "not held",
            Self::NeitherConfirmedNorDenied => "neither confirmed nor denied",
            Self::AlreadyAccessible => "already accessible",
            Self::Transferred => "transferred",
            Self::ClarificationNeeded => "clarification needed",
        }
    }

    /// Whether information is given with the answer.
    pub fn discloses(self) -> bool {
        matches!(self, Self::InFull | Self::InPart)
    }

    /// Whether the outcome tells by itself that the information is held, or that it is not; None where it does not.
    pub fn held(self) -> Option<Held> {
        match self {
            Self::InFull | Self::InPart | Self::Refused => Some(Held::Yes),
            Self::NotHeld => Some(Held::No),
            // The duty to say whether it is held does not arise, or has not been met yet.
            Self::NeitherConfirmedNorDenied | Self::ClarificationNeeded => Some(Held::NotSaid),
            Self::CostLimit | Self::Vexatious | Self::Repeated | Self::AlreadyAccessible | Self::Transferred => None,
        }
    }
}

/// Whether the authority holds what was asked for (section 1(1)(a)): another matter than whether it is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Held {
    /// It does.
    #[serde(rename = "yes")]
    Yes,
    /// It does not.
    #[serde(rename = "no")]
    No,
    /// That is not said.
    #[default]
    #[serde(rename = "not said")]
    NotSaid,
}

/// Why something is not given (section 17(1)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exemption {
    /// Section and subsection, such as "40(2)".
    pub section: String,
    /// The section's title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Why it applies.
    pub reason: String,
    /// What disclosure would harm, and how; for an exemption that rests on prejudice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub harm: Option<String>,
    /// Why the public interest in the exemption outweighs that in disclosure; for a qualified exemption (section 17(3)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_interest: Option<String>,
    /// The qualified person and the opinion (section 36).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualified_person: Option<String>,
}

/// Whether the answer is to the question that was put.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Basis {
    /// It is.
    AsAsked,
    /// It answers another question, and says which.
    Other {
        /// What was answered instead, and why.
        statement: String,
    },
}

/// What was decided on a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What is given.
    pub outcome: Outcome,
    /// Whether it is held.
    #[serde(default)]
    pub held: Held,
    /// On which basis.
    pub basis: Basis,
    /// Why the rest is not given.
    pub exemptions: Vec<Exemption>,
    /// What the outcome needs said: where the information is, who holds it, what is unclear, or how the cost was estimated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub particulars: Option<String>,
    /// How the requester may get further (section 16).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

/// What a letter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LetterKind {
    /// An answer: all is given.
    InFull,
    /// An answer: some is given, or some questions are answered.
    InPart,
    /// An answer: nothing is given, for one reason or several.
    Refused,
    /// An answer: over the cost limit.
    CostLimit,
    /// An answer: vexatious.
    Vexatious,
    /// An answer: repeated.
    Repeated,
    /// An answer: not held.
    NotHeld,
    /// An answer: neither confirmed nor denied.
    NeitherConfirmNorDeny,
    /// An answer: already accessible.
    AlreadyAccessible,
    /// The request has been handed on.
    Transfer,
    /// The request is not clear.
    Clarification,
    /// The request has arrived.
    Acknowledgement,
    /// The public interest takes longer to weigh (section 10(3)).
    Extension,
    /// What a review of an answer came to.
    InternalReview,
}

impl LetterKind {
    /// Every kind with its name in files.
    pub const ALL: [(&'static str, Self); 14] = [
        ("in-full", Self::InFull),
        ("in-part", Self::InPart),
        ("refused", Self::Refused),
        ("cost-limit", Self::CostLimit),
        ("vexatious", Self::Vexatious),
        ("repeated", Self::Repeated),
        ("not-held", Self::NotHeld),
        ("neither-confirm-nor-deny", Self::NeitherConfirmNorDeny),
        ("already-accessible", Self::AlreadyAccessible),
        ("transfer", Self::Transfer),
        ("clarification", Self::Clarification),
        ("acknowledgement", Self::Acknowledgement),
        ("extension", Self::Extension),
        ("internal-review", Self::InternalReview),
    ];

    /// The letter that tells these outcomes: what one of them says, if all are alike; else in part, or refused.
    pub fn of(outcomes: &[Outcome]) -> Self {
        let Some(first) = outcomes.first() else { return Self::Refused };
        if outcomes.iter().any(|outcome| outcome != first) {
            return if outcomes.iter().any(|outcome| outcome.discloses()) { Self::InPart } else { Self::Refused };
        }
        match first {
            Outcome::InFull => Self::InFull,
            Outcome::InPart => Self::InPart,
            Outcome::Refused => Self::Refused,
            Outcome::CostLimit => Self::CostLimit,
            Outcome::Vexatious => Self::Vexatious,
            Outcome::Repeated => Self::Repeated,
            Outcome::NotHeld => Self::NotHeld,
            Outcome::NeitherConfirmedNorDenied => Self::NeitherConfirmNorDeny,
            Outcome::AlreadyAccessible => Self::AlreadyAccessible,
            Outcome::Transferred => Self::Transfer,
            Outcome::ClarificationNeeded => Self::Clarification,
        }
    }
}

/// One part of a letter, in its order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "part", content = "text", rename_all = "kebab-case")]
pub enum LetterPart {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// Points.
    Bullets(Vec<String>),
    /// Here stand the letter's own exemptions.
    Exemptions,
    /// Here stand the questions with their decisions.
    Decisions,
    /// Here stand the standing texts.
    Statements,
    /// Here stand the rights of review and complaint.
    Rights,
}

/// The letter: what holds the decisions together. It has no addressee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// What it is.
    pub kind: LetterKind,
    /// What it says.
    pub parts: Vec<LetterPart>,
    /// The exemptions of a letter that decides no question.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exemptions: Vec<Exemption>,
    /// How to ask for a review and to complain to the regulator (section 17(7)), a paragraph each.
    pub rights: Vec<String>,
}

/// One question of the request, decided and answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Its number in the request.
    pub number: String,
    /// What was asked.
    pub text: String,
    /// What was decided.
    pub decision: Decision,
    /// The answer in a sentence or two, every figure of which comes from a cell.
    pub answer: String,
    /// The ids of the tables that answer it.
    pub tables: Vec<String>,
}

/// One line of the report's metadata block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportField {
    /// What programs know it by.
    pub field: String,
    /// What people read.
    pub label: String,
    /// Its value.
    pub value: String,
}

/// Something that a reader must know: a heading and a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Which kind of note it is; one of a closed list, see `docs/release-json.md`.
    pub kind: String,
    /// Its heading.
    pub heading: String,
    /// Its text.
    pub text: String,
}

/// A standing text of the authority's. Who answers for it, and until when, stands in the response file alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Its id in the response file.
    pub id: String,
    /// Its heading.
    pub heading: String,
    /// Its text; a blank line parts paragraphs.
    pub text: String,
}

/// How the records that were counted compare with the words of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// They are what was asked for.
    Same,
    /// They are less.
    Narrower,
    /// They are more.
    Wider,
}

/// What was counted, by its four names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// Its id in the response file.
    pub id: String,
    /// The requester's words.
    pub requested: Vec<String>,
    /// The law.
    pub statute: String,
    /// The code in the records.
    pub code: String,
    /// The label on the tables.
    pub label: String,
    /// How the records compare with the requester's words.
    pub reach: Reach,
    /// Why they differ, where they do.
    pub reach_reason: Option<String>,
}

/// Where the records come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtractSource {
    /// The source system.
    pub source: String,
    /// The day at which the extract shows it.
    pub as_at: Date,
}

/// The answer apart from its tables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentFacts {
    /// The language of its words.
    #[serde(default)]
    pub language: Language,
    /// The languages in which it is published, the main one first; empty where it is published in one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<Language>,
    /// The authority that answers.
    pub authority: String,
    /// The request.
    pub request: Request,
    /// Where the records come from; None where none were asked for, so that nothing tells whether there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extract: Option<ExtractSource>,
    /// Its title.
    pub title: String,
    /// The letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<Letter>,
    /// The report's metadata block.
    pub report: Vec<ReportField>,
    /// The questions, decided and answered.
    pub questions: Vec<Question>,
    /// The authority's standing texts.
    pub statements: Vec<Statement>,
    /// What was counted.
    pub definitions: Vec<Definition>,
    /// The notes page: what holds for all tables.
    pub notes: Vec<Note>,
}

impl DocumentFacts {
    /// The name of a file of this document: `response.html`, or `response.cy.html` where Welsh is not the main language.
    pub fn file(&self, name: &str, ending: &str) -> String {
        self.file_in(self.language, name, ending)
    }

    /// The same file in another language.
    pub fn file_in(&self, language: Language, name: &str, ending: &str) -> String {
        match self.languages.first() {
            Some(main) if *main != language => format!("{name}.{language}.{ending}"),
            _ => format!("{name}.{ending}"),
        }
    }

    /// The other languages in which it is published.
    pub fn other_languages(&self) -> impl Iterator<Item = Language> {
        self.languages.iter().copied().filter(|language| *language != self.language)
    }
}

/// The answer: decision, notes and tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// All but the tables.
    pub about: DocumentFacts,
    /// The tables.
    pub tables: Vec<Table>,
    /// The record lists, each asked for by name and reason.
    pub lists: Vec<RecordList>,
}
