//! The answer as a whole: what every writer of a release is given.

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// All of it.
    #[serde(rename = "in full")]
    InFull,
    /// Some of it; the answer is a refusal notice for the rest.
    #[serde(rename = "in part")]
    InPart,
    /// None of it.
    #[serde(rename = "refused")]
    Refused,
    /// There is nothing to give (section 1(1)(a)).
    #[serde(rename = "not held")]
    NotHeld,
}

impl Outcome {
    /// The outcome as the response file and the release write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InFull => "in full",
            Self::InPart => "in part",
            Self::Refused => "refused",
            Self::NotHeld => "not held",
        }
    }
}

/// Why something is not given (section 17(1)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exemption {
    /// Section and subsection, such as "40(2)".
    pub section: String,
    /// Why it applies.
    pub reason: String,
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
    /// On which basis.
    pub basis: Basis,
    /// Why the rest is not given.
    pub exemptions: Vec<Exemption>,
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
    /// The authority that answers.
    pub authority: String,
    /// The request.
    pub request: Request,
    /// Where the records come from.
    pub extract: ExtractSource,
    /// Its title.
    pub title: String,
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
