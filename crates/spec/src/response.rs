//! What a response file means, against a schema: every name looked up, every period cut, every reference to a cell found.

mod table;

use candour_model::{
    Axis, Basis, Category, CategoryKind, Coord, Decision, Definition, Judgement, Outcome, Policy, ReportField, Request,
    Statement,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostics, Fault, did_you_mean};
use crate::fields::{At, Faults};
use crate::reference::{Named, Piece, Sentence, read_sentence};
use crate::schema::{ColumnRef, Schema};
use crate::written::{self, WrittenPolicy, WrittenResponse};
use crate::{ExtractRef, Filter};

/// A response file, resolved. It is kept in the store with each release, so that `verify` recounts what was meant then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// The authority that answers.
    pub authority: String,
    /// The request.
    pub request: Request,
    /// Which snapshot is counted.
    pub extract: ExtractRef,
    /// After how many days from its end the figures of a period hardly change.
    pub settled_after_days: u32,
    /// The title of the report.
    pub title: String,
    /// Its metadata block; labels are filled in by layout where they are fixed wording.
    pub report: Vec<ReportField>,
    /// The questions.
    pub questions: Vec<QuestionSpec>,
    /// The authority's standing texts.
    pub statements: Vec<Statement>,
    /// What was counted.
    pub definitions: Vec<Definition>,
    /// The notes that the officer wrote.
    pub notes: Vec<NoteSpec>,
    /// The tables.
    pub tables: Vec<TableSpec>,
    /// How figures are protected.
    pub policy: Policy,
}

/// A question with its answer still to be filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionSpec {
    /// Its number.
    pub number: String,
    /// What was asked.
    pub text: String,
    /// What was decided.
    pub decision: Decision,
    /// The answer.
    pub answer: Sentence,
}

/// A note of the officer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteSpec {
    /// Which kind: `source-system`, `date-range`, `definition` or `caveat`.
    pub kind: String,
    /// Its text.
    pub text: Sentence,
}

/// What a table does with records that the source system holds as cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cancelled {
    /// The system has none.
    NotMarked,
    /// They are counted.
    Included,
    /// They are left out, and how many is stated.
    Excluded,
}

/// What is done with records that have no value in a dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotRecorded {
    /// Every record has a value.
    Cannot,
    /// They are a category of the table.
    Show,
    /// They are left out, and how many is stated.
    Note,
}

/// Where the categories of a dimension come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "kebab-case")]
pub enum DimensionSource {
    /// Codes of a code column: for each category but "not recorded", the position in the code list.
    Codes {
        /// The column.
        column: ColumnRef,
        /// Positions in the code list.
        codes: Vec<u32>,
    },
    /// Values of a text column, which are the categories' ids.
    Texts {
        /// The column.
        column: ColumnRef,
    },
    /// Yes and no.
    Flags {
        /// The column.
        column: ColumnRef,
    },
    /// Bands of a whole number.
    Bands {
        /// The column.
        column: ColumnRef,
    },
    /// Periods of the table's date.
    Periods,
    /// The years that hold the periods of a later dimension; nothing is read for it.
    RolledUp,
}

/// A dimension of a table, and how a record finds its category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableDimension {
    /// The dimension.
    pub dimension: candour_model::Dimension,
    /// How a record finds its category.
    pub source: DimensionSource,
    /// What is done with records that have no value.
    pub not_recorded: NotRecorded,
}

/// A table to be counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSpec {
    /// Its id.
    pub id: String,
    /// Its caption.
    pub title: String,
    /// The numbers of the questions that it answers.
    pub questions: Vec<String>,
    /// The record table whose rows are counted.
    pub record_table: usize,
    /// The heading over its figures.
    pub measure: String,
    /// The definition that it counts, by id.
    pub definition: Option<String>,
    /// Which records are counted.
    pub filter: Option<Filter>,
    /// What it does with cancelled records.
    pub cancelled: Cancelled,
    /// Which of them are cancelled, in the record table or in one that it hangs on.
    pub cancelled_filter: Option<Filter>,
    /// The date that puts a record in a period.
    pub date: Option<ColumnRef>,
    /// What that date is.
    pub date_basis: Option<String>,
    /// When ages were taken.
    pub age_basis: Option<String>,
    /// The spans of days that records must fall in.
    pub spans: Vec<candour_model::Period>,
    /// What it is broken down by; rows before columns, outer before inner.
    pub dimensions: Vec<TableDimension>,
    /// Whether the sum of all rows is shown.
    pub total_row: bool,
    /// Whether the sum of all columns is shown.
    pub total_column: bool,
    /// Whether each outer row has a subtotal.
    pub subtotals: bool,
    /// Whether rows that are all zero are left out.
    pub drop_empty_rows: bool,
}

impl TableSpec {
    /// Whether the table shows the figure at these coordinates: an inner cell, or a margin that it was told to show.
    pub fn shows(&self, coords: &[Coord]) -> bool {
        let fixed = |axis: Axis| -> Vec<bool> {
            let side = self.dimensions.iter().zip(coords).filter(|(dimension, _)| dimension.dimension.axis == axis);
            side.map(|(_, coord)| *coord != Coord::Total).collect()
        };
        let (rows, columns) = (fixed(Axis::Rows), fixed(Axis::Columns));
        let inner = |side: &[bool]| side.iter().all(|fixed| *fixed);
        let total = |side: &[bool]| side.iter().all(|fixed| !fixed);
        let outer_ones = |side: &[bool]| side.first() == Some(&true) && side.is_sorted_by(|left, right| left >= right);
        let row = inner(&rows) || (self.total_row && total(&rows)) || (self.subtotals && outer_ones(&rows));
        row && (inner(&columns) || (self.total_column && total(&columns)))
    }
}

impl Response {
    /// Whether a table (by its position) or a sentence shows the figure at these coordinates.
    pub fn shows(&self, table: usize, coords: &[Coord]) -> bool {
        let sentences =
            self.questions.iter().map(|question| &question.answer).chain(self.notes.iter().map(|note| &note.text));
        let named = |piece: &Piece| match piece {
            Piece::Figure(references) => {
                references.iter().any(|reference| reference.table == table && reference.coords == coords)
            }
            Piece::Text(_) => false,
        };
        self.tables[table].shows(coords) || sentences.flat_map(|sentence| &sentence.pieces).any(named)
    }
}

impl WrittenResponse {
    /// Works out what the file means, for an extract with this schema and as-at date. `policy` is one from outside the file,
    /// if any.
    ///
    /// # Errors
    /// Every fault of form and of meaning, each with its place.
    pub fn resolve(
        self,
        schema: &Schema,
        as_at: Date,
        policy: Option<&WrittenPolicy>,
    ) -> Result<Response, Diagnostics> {
        let response = Resolver { written: &self, schema, as_at, faults: &self.faults }.response(policy);
        let Self { source, faults, .. } = self;
        faults.finish(&source, response)
    }
}

struct Resolver<'r> {
    written: &'r WrittenResponse,
    schema: &'r Schema,
    /// The day at which the extract shows the source system.
    as_at: Date,
    faults: &'r Faults,
}

impl Resolver<'_> {
    fn response(&self, policy: Option<&WrittenPolicy>) -> Option<Response> {
        let written = self.written;
        let definitions = self.definitions();
        let tables = self.tables();
        let named: Vec<Named<'_>> = tables.iter().map(named).collect();
        let questions = self.questions(&tables, &named);
        let notes = self.notes(&named);
        let statements = self.statements();
        let policy = self.policy(policy);
        self.dates();
        let (request, extract, report) =
            (written.request.as_ref()?, written.extract.as_ref()?, written.report.as_ref()?);
        Some(Response {
            authority: request.authority.value.clone(),
            request: Request {
                reference: request.reference.value.clone(),
                reference_display: request.reference_display.value.clone(),
                received: request.received.value,
                answered: request.answered.value,
            },
            extract: extract.which.value.clone(),
            settled_after_days: u32::try_from(extract.settled_after_days.value).ok()?,
            title: report.title.value.clone(),
            report: report_fields(report),
            questions,
            statements,
            definitions,
            notes: notes?,
            tables,
            policy: policy?,
        })
    }

    /// Ids must be unique where references name them.
    fn unique<'i>(&self, ids: impl Iterator<Item = &'i At<String>>, what: &str) {
        let mut seen = std::collections::BTreeSet::new();
        for id in ids {
            if !seen.insert(id.value.as_str()) {
                self.faults.add(&id.span, format!("the {what} `{}` stands twice", id.value));
            }
        }
    }

    fn definitions(&self) -> Vec<Definition> {
        self.unique(self.written.definitions.iter().map(|definition| &definition.id), "definition");
        for definition in self.written.definitions.iter().filter(|_| self.written.complete) {
            let used = |table: &written::Table| {
                table.definition.as_ref().is_some_and(|used| used.value == definition.id.value)
            };
            if !self.written.tables.iter().any(used) {
                let fault = Fault::new(
                    definition.id.span.clone(),
                    format!("no table uses the definition `{}`", definition.id.value),
                );
                self.faults.push(fault.hint("name it in a table by `definition`, or take it out"));
            }
        }
        let meant = |definition: &written::Definition| Definition {
            id: definition.id.value.clone(),
            requested: definition.requested.iter().map(|text| text.value.clone()).collect(),
            statute: definition.statute.clone(),
            code: definition.code.clone(),
            label: definition.label.clone(),
            reach: definition.reach.value,
            reach_reason: definition.reach_reason.as_ref().map(|reason| reason.value.clone()),
        };
        self.written.definitions.iter().map(meant).collect()
    }

    fn questions(&self, tables: &[TableSpec], named: &[Named<'_>]) -> Vec<QuestionSpec> {
        let questions = &self.written.questions;
        if questions.is_empty() && self.written.complete {
            let fault = Fault::new(0..0, "the response answers no question");
            self.faults.push(fault.hint("add `[[question]]` for each numbered question of the request"));
        }
        self.unique(questions.iter().map(|question| &question.number), "question");
        let mut meant = Vec::new();
        for question in questions {
            let answered = tables.iter().any(|table| table.questions.contains(&question.number.value));
            // With faulty tables left out, what lacks a table may be a fault already told.
            let all_tables = self.written.complete && tables.len() == self.written.tables.len();
            let gives = matches!(question.outcome.value, Outcome::InFull | Outcome::InPart);
            if answered && !gives {
                let message = format!(
                    "question {} is `{}`, and a table answers it",
                    question.number.value,
                    question.outcome.value.as_str()
                );
                let fault = Fault::new(question.outcome.span.clone(), message);
                self.faults.push(fault.hint("take the question out of the table's `questions`, or change its outcome"));
            }
            let answer = if all_tables { read_sentence(&question.answer, named, self.faults) } else { None };
            let figures = answer
                .as_ref()
                .is_some_and(|answer| answer.pieces.iter().any(|piece| matches!(piece, Piece::Figure(_))));
            if !answered && gives && all_tables && !figures {
                let message = format!("question {} is answered by no table and by no figure", question.number.value);
                let fault = Fault::new(question.span.clone(), message);
                self.faults
                    .push(fault.hint("name the question in a table by `questions`, or put a figure in its answer"));
            }
            let basis = match &question.basis_statement {
                Some(statement) if question.other_basis => Basis::Other { statement: statement.value.clone() },
                _ => Basis::AsAsked,
            };
            meant.push(QuestionSpec {
                number: question.number.value.clone(),
                text: question.text.clone(),
                decision: Decision { outcome: question.outcome.value, basis, exemptions: question.exemptions.clone() },
                answer: answer.unwrap_or_default(),
            });
        }
        meant
    }

    fn notes(&self, named: &[Named<'_>]) -> Option<Vec<NoteSpec>> {
        let notes = self.written.notes.as_ref()?;
        let fixed = [
            ("source-system", &notes.source_system),
            ("date-range", &notes.date_range),
            ("definition", &notes.definition),
        ];
        let all = fixed.into_iter().chain(notes.caveats.iter().map(|caveat| ("caveat", caveat)));
        let all_tables = self.written.complete && named.len() == self.written.tables.len();
        let note = |(kind, text): (&str, &At<String>)| {
            let text = if all_tables { read_sentence(text, named, self.faults) } else { None };
            NoteSpec { kind: kind.to_owned(), text: text.unwrap_or_default() }
        };
        Some(all.map(note).collect())
    }

    fn statements(&self) -> Vec<Statement> {
        self.unique(self.written.statements.iter().map(|statement| &statement.id), "statement");
        let meant = |statement: &written::Statement| Statement {
            id: statement.id.value.clone(),
            heading: statement.heading.clone(),
            text: statement.text.clone(),
        };
        self.written.statements.iter().map(meant).collect()
    }

    fn policy(&self, outside: Option<&WrittenPolicy>) -> Option<Policy> {
        let inside = self.written.policy.as_ref();
        if let (Some(_), Some(inside)) = (outside, inside) {
            let fault = Fault::new(inside.span.clone(), "a policy stands here, and another was given by `--policy`");
            self.faults.push(fault.hint("take one of them away: it must be plain which one was applied"));
        }
        let judgement = self.written.judgement.as_ref();
        match outside.or(inside.map(|policy| &policy.value)) {
            Some(WrittenPolicy::Assess { threshold }) => {
                let judgement: Option<Judgement> = judgement.map(|judgement| judgement.value.clone());
                Some(Policy::Assess { threshold: *threshold, judgement })
            }
            Some(WrittenPolicy::None { reason }) => {
                if let Some(judgement) = judgement {
                    self.faults.add(&judgement.span, "under the policy `none` nothing is judged");
                }
                Some(Policy::None { reason: reason.clone() })
            }
            None => {
                if !self.written.has_policy {
                    let fault = Fault::new(0..0, "there is no policy: how are small figures protected?");
                    self.faults.push(fault.hint(
                        "add `[policy]` with `method = \"assess\"` and a `threshold`, or give `--policy FILE`; no policy holds by default",
                    ));
                }
                None
            }
        }
    }

    /// Dates that contradict one another.
    fn dates(&self) {
        let Some(request) = &self.written.request else { return };
        let answered = request.answered.value;
        let after = |date: &At<Date>, message: &str| {
            if date.value > answered {
                self.faults.add(&date.span, format!("{message} ({})", request.answered.value));
            }
        };
        after(&request.received, "the request was received after it was answered");
        if let Some(judgement) = &self.written.judgement {
            after(&judgement.clone().map(|judgement| judgement.date), "the judgement was made after the answer");
        }
        for statement in &self.written.statements {
            if statement.expires.value < answered {
                let message = format!("the statement `{}` expired before the answer ({answered})", statement.id.value);
                let fault = Fault::new(statement.expires.span.clone(), message);
                self.faults
                    .push(fault.hint(format!("ask its owner, {}, for a new text or a new date", statement.owner)));
            }
        }
        let as_at = self.as_at;
        if let Some(extract) = self.written.extract.as_ref().filter(|_| as_at > answered) {
            self.faults.add(&extract.which.span, format!("the extract was taken after the answer ({answered})"));
        }
        let told = self.written.report.as_ref().and_then(|report| report.live_data_extracted.as_ref());
        if let Some(told) = told.filter(|told| told.value != as_at) {
            self.faults.add(&told.span, format!("the report says {}, and the extract is as at {as_at}", told.value));
        }
        if let Some(judgement) = self.written.judgement.as_ref().filter(|judgement| judgement.value.date < as_at) {
            let message = format!("the judgement was made before the extract was taken ({as_at})");
            self.faults.add(&judgement.span, message);
        }
    }
}

fn report_fields(report: &written::Report) -> Vec<ReportField> {
    let known = report.known.iter().map(|(field, value)| ReportField {
        field: (*field).to_owned(),
        label: String::new(),
        value: value.clone(),
    });
    let further = report.further.iter().map(|(label, value)| ReportField {
        field: "further".to_owned(),
        label: label.clone(),
        value: value.clone(),
    });
    known.chain(further).collect()
}

fn named(table: &TableSpec) -> Named<'_> {
    Named { id: &table.id, dimensions: table.dimensions.iter().map(|dimension| &dimension.dimension).collect() }
}

/// A category that stands for "not recorded".
pub(crate) fn not_recorded_category() -> Category {
    Category {
        id: "not-recorded".into(),
        label: candour_wording::say("not-recorded", &[]),
        kind: CategoryKind::NotRecorded,
        parent: None,
    }
}

/// A hint for a name that is not known.
pub(crate) fn unknown<'a>(faults: &Faults, name: &At<String>, what: &str, known: impl Iterator<Item = &'a str>) {
    let mut fault = Fault::new(name.span.clone(), format!("there {what} `{}`", name.value));
    fault.hint = did_you_mean(&name.value, known);
    faults.push(fault);
}
