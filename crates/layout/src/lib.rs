//! From protected figures to the finished document: rows and columns in order, notes, answer sentences.
//!
//! Layout sees [`Protected`] and nothing before it, so whatever it adds up, compares or puts in words cannot undo what was
//! withheld.

mod notes;
mod table;

use candour_model::{Document, DocumentFacts, ExtractSource, Note, Protected, Question, ReportField, Shown};
use candour_spec::{Piece, Response, Schema, Sentence};
use candour_wording::say;
use jiff::civil::Date;

/// What layout must know of the extract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtractFacts {
    /// The source system.
    pub source: String,
    /// The day at which it shows the source system.
    pub as_at: Date,
    /// How many rows of each record table were rejected when it was read.
    pub rejected: Vec<u64>,
}

/// Lays out a response. `protected` holds one entry a table, in the order of the response file.
pub fn lay_out(response: &Response, schema: &Schema, extract: &ExtractFacts, protected: &[Protected]) -> Document {
    let fill = |sentence: &Sentence| fill(sentence, protected);
    let tables: Vec<_> = response
        .tables
        .iter()
        .zip(protected)
        .map(|(spec, protected)| {
            let (mut table, left_out) = table::lay_out(spec, schema, extract, response.settled_after_days, protected);
            table.about.notes = notes::of_table(spec, response, schema, extract, protected, &left_out);
            table
        })
        .collect();
    let questions = response.questions.iter().map(|question| Question {
        number: question.number.clone(),
        text: question.text.clone(),
        decision: question.decision.clone(),
        answer: fill(&question.answer),
        tables: tables
            .iter()
            .filter(|table| table.about.questions.contains(&question.number))
            .map(|table| table.about.id.clone())
            .collect(),
    });
    let written = response.notes.iter().map(|note| Note {
        kind: note.kind.clone(),
        heading: say(&format!("note-{}", note.kind), &[]),
        text: fill(&note.text),
    });
    let questions = questions.collect();
    let notes = written.chain(response.definitions.iter().map(notes::of_definition)).collect();
    let about = DocumentFacts {
        request: response.request.clone(),
        authority: response.authority.clone(),
        extract: ExtractSource { source: extract.source.clone(), as_at: extract.as_at },
        title: response.title.clone(),
        report: response.report.iter().map(report_field).collect(),
        questions,
        statements: response.statements.clone(),
        definitions: response.definitions.clone(),
        notes,
    };
    Document { about, tables }
}

/// A line of the metadata block, with its fixed label unless it brings its own.
fn report_field(field: &ReportField) -> ReportField {
    let mut field = field.clone();
    if field.label.is_empty() {
        field.label = say(&format!("report-{}", field.field.replace('_', "-")), &[]);
    }
    field
}

/// A sentence with its figures; one that is withheld shows its shorthand.
fn fill(sentence: &Sentence, protected: &[Protected]) -> String {
    let figure = |references: &[candour_spec::Reference]| {
        let shown = references.iter().map(|reference| protected[reference.table].at(&reference.coords));
        figure_text(shown.reduce(Shown::plus).unwrap_or(Shown::Value(0)))
    };
    let pieces = sentence.pieces.iter().map(|piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Figure(references) => figure(references),
    });
    pieces.collect()
}

/// A figure as sentences write it.
pub(crate) fn figure_text(shown: Shown) -> String {
    match shown {
        Shown::Value(count) => count.to_string(),
        Shown::Withheld(reason) => reason.symbol().to_owned(),
    }
}
