//! From protected figures to the finished document: rows and columns in order, notes, answer sentences.
//!
//! Layout sees [`Protected`] and nothing before it, so whatever it adds up, compares or puts in words cannot undo what was
//! withheld.

mod breaks;
mod cover;
mod letter;
mod notes;
mod table;
mod value;
mod words;

use std::collections::BTreeSet;

use candour_model::{
    Cut, Decimal, Decision, Document, DocumentFacts, ExtractSource, Listed, Note, Outcome, Policy, Protected, Question,
    Reason, RecordColumn, RecordList, ReportField, Shown, Table,
};
use candour_spec::{Ask, Piece, QuestionSpec, Reference, Response, Schema, Sentence};
use jiff::civil::Date;

pub use cover::{Cover, cover_letter};
use value::{Pick, Place, View};
use words::Words;

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

/// Lays out a response. `protected` holds one entry a table and `listed` one a record list, in the order of the response
/// file.
pub fn lay_out(
    response: &Response,
    schema: &Schema,
    extract: &ExtractFacts,
    protected: &[Protected],
    listed: &[Listed],
) -> Document {
    let words = Words(response.language);
    let views: Vec<View<'_>> = response
        .tables
        .iter()
        .zip(protected)
        .map(|(spec, protected)| View { spec, protected, schema, words })
        .collect();
    let fill = |sentence: &Sentence| fill(sentence, &views);
    let tables: Vec<_> = views
        .iter()
        .map(|view| {
            let mut breaks = breaks::Breaks::of(view);
            let (mut table, not_shown) = table::lay_out(view, extract, response.settled_after_days, &mut breaks);
            table.about.notes =
                notes::of_table(view, response, extract, &breaks.found(), &not_shown, withholds(&table, view));
            table
        })
        .collect();
    let lists: Vec<RecordList> = response
        .lists
        .iter()
        .zip(listed)
        .map(|(list, listed)| RecordList {
            id: list.id.clone(),
            title: list.title.clone(),
            questions: list.questions.clone(),
            unit: schema.tables[list.scope.record_table].unit.many.clone(),
            reason: list.reason.clone(),
            columns: list
                .columns
                .iter()
                .map(|column| RecordColumn { id: column.id.clone(), label: column.label.clone() })
                .collect(),
            rows: listed.rows.clone(),
            notes: notes::of_list(list, &listed.left_out, response, schema, extract),
        })
        .collect();
    let withheld: BTreeSet<&str> = views
        .iter()
        .zip(&tables)
        .filter(|(view, table)| withholds(table, view))
        .map(|(_, table)| table.about.id.as_str())
        .collect();
    let questions = response.questions.iter().map(|question| Question {
        number: question.number.clone(),
        text: question.text.clone(),
        decision: decided(question, response, &withheld),
        answer: fill(&question.answer),
        tables: tables
            .iter()
            .filter(|table| table.about.questions.contains(&question.number))
            .map(|table| table.about.id.clone())
            .chain(lists.iter().filter(|list| list.questions.contains(&question.number)).map(|list| list.id.clone()))
            .collect(),
    });
    let written = response.notes.iter().map(|note| Note {
        kind: note.kind.clone(),
        heading: words.say(&format!("note-{}", note.kind), &[]),
        text: fill(&note.text),
    });
    let questions: Vec<Question> = questions.collect();
    let notes =
        written.chain(response.definitions.iter().map(|definition| notes::of_definition(definition, words))).collect();
    let about = DocumentFacts {
        language: response.language,
        languages: response.languages.published(),
        request: response.request.clone(),
        authority: response.authority.clone(),
        // Where the response asks for no records, it must not tell of any.
        extract: response
            .extract
            .is_some()
            .then(|| ExtractSource { source: extract.source.clone(), as_at: extract.as_at }),
        letter: Some(letter::of(response, &questions)),
        title: response.title.clone(),
        report: response.report.iter().map(|field| report_field(field, words)).collect(),
        questions,
        statements: response.statements.clone(),
        definitions: response.definitions.clone(),
        notes,
    };
    Document { about, tables, lists }
}

/// Which categories the tables of a response cut off that show only their highest or lowest few, one entry a table. It depends on
/// what is withheld, and so may be other ones once they are protected as well.
pub fn cut_off(response: &Response, schema: &Schema, protected: &[Protected]) -> Vec<Vec<Cut>> {
    let words = Words(response.language);
    let views = response.tables.iter().zip(protected).map(|(spec, protected)| View { spec, protected, schema, words });
    views.map(|view| table::cut_off(&view).into_iter().collect()).collect()
}

/// Whether a table or its notes withhold a figure.
fn withholds(table: &Table, view: &View<'_>) -> bool {
    let confidential = Shown::Withheld(Reason::Confidential);
    let relation = view.protected.relation.as_ref();
    let in_notes = view.protected.left_out.iter().any(|(_, shown)| *shown == confidential)
        || relation.is_some_and(|one| [one.parents, one.without, one.several].contains(&confidential));
    in_notes || table.rows.iter().flat_map(|row| &row.cells).any(|cell| cell.shown == confidential)
}

/// The decision on a question. A figure that is withheld is refused, so what would be answered in full is answered in part,
/// under the exemption that the policy names (Freedom of Information Act 2000, sections 1(1)(b), 2 and 17(1)).
fn decided(question: &QuestionSpec, response: &Response, withheld: &BTreeSet<&str>) -> Decision {
    let mut decision = question.decision.clone();
    let Policy::Suppress(policy) = &response.policy else { return decision };
    let named =
        question.answer.pieces.iter().flat_map(Piece::references).map(|reference| &response.tables[reference.table]);
    let own = response.tables.iter().filter(|table| table.questions.contains(&question.number));
    if !own.chain(named).any(|table| withheld.contains(table.id.as_str())) {
        return decision;
    }
    if decision.outcome == Outcome::InFull {
        decision.outcome = Outcome::InPart;
    }
    if let (Outcome::InPart, Some(exemption)) = (decision.outcome, &policy.exemption)
        && !decision.exemptions.contains(exemption)
    {
        decision.exemptions.push(exemption.clone());
    }
    decision
}

/// A line of the metadata block, with its fixed label unless it brings its own.
fn report_field(field: &ReportField, words: Words) -> ReportField {
    let mut field = field.clone();
    if field.label.is_empty() {
        field.label = words.say(&format!("report-{}", field.field.replace('_', "-")), &[]);
    }
    field
}

/// A sentence with its figures; one that is withheld shows its shorthand.
fn fill(sentence: &Sentence, views: &[View<'_>]) -> String {
    let pieces = sentence.pieces.iter().map(|piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Figure(references) => figure_text(figure(references, views)),
        Piece::Label(reference) => {
            let view = &views[reference.table];
            let name =
                |&(dimension, at): &(usize, u32)| view.dimension(dimension).categories[at as usize].label.clone();
            match sought(reference, view) {
                Some(found) if found.is_empty() => view.words.say("none-found", &[]),
                Some(found) => view.words.list_and(&found.iter().map(name).collect::<Vec<_>>()),
                None => Reason::NotAvailable.symbol().to_owned(),
            }
        }
    });
    pieces.collect()
}

/// The figure that references of one table and measure stand for together.
fn figure(references: &[Reference], views: &[View<'_>]) -> Shown {
    match references {
        [] => Shown::whole(0),
        [one] => {
            let view = &views[one.table];
            let place = place_of(one, view);
            place.map_or(Shown::Withheld(Reason::NotAvailable), |place| view.shown(one.measure, &place))
        }
        [first, ..] => {
            let places: Vec<Place> = references.iter().map(|reference| value::place_of(&reference.coords)).collect();
            views[first.table].shown_sum(first.measure, &places)
        }
    }
}

/// The place that a reference names; None where it seeks one and there is none.
fn place_of(reference: &Reference, view: &View<'_>) -> Option<Place> {
    let mut place = value::place_of(&reference.coords);
    if reference.sought.is_some() {
        let (dimension, at) = *sought(reference, view)?.first()?;
        place[dimension] = Pick::At(at);
    }
    Some(place)
}

/// The categories with the highest or lowest figure; empty where there is none. None where one of those that compete is
/// withheld: which is highest would tell something of it.
fn sought(reference: &Reference, view: &View<'_>) -> Option<Vec<(usize, u32)>> {
    let Some((dimension, ask)) = reference.sought else { return Some(Vec::new()) };
    let mut place = value::place_of(&reference.coords);
    let mut found: Vec<(u32, Decimal)> = Vec::new();
    for at in view.beside(dimension, &place) {
        place[dimension] = Pick::At(at);
        match view.unrounded(reference.measure, &place) {
            Shown::Value(value) => found.push((at, value)),
            Shown::Withheld(Reason::NotApplicable) => {}
            Shown::Withheld(_) => return None,
        }
    }
    // Where there is nothing, nothing is the highest.
    if ask == Ask::Highest && found.iter().all(|(_, value)| value.is_zero()) {
        return Some(Vec::new());
    }
    let values = found.iter().map(|(_, value)| *value);
    let best = match ask {
        Ask::Highest => values.max(),
        Ask::Lowest => values.min(),
    };
    let named = found.into_iter().filter(|(_, value)| Some(*value) == best).map(|(at, _)| (dimension, at));
    Some(named.collect())
}

/// A figure as sentences write it.
pub(crate) fn figure_text(shown: Shown) -> String {
    match shown {
        Shown::Value(value) => value.to_string(),
        Shown::Withheld(reason) => reason.symbol().to_owned(),
    }
}
