//! What a response file means, against a schema: every name looked up, every period cut, every reference to a cell found.

mod categories;
mod chart;
mod dimension;
mod measure;
mod merge;
mod periods;
mod scope;
mod table;
mod types;

use std::cell::RefCell;
use std::collections::BTreeSet;

use candour_model::{
    Attacker, Basis, Coord, Cost, Decision, Definition, Exemption, Judgement, LetterKind, Marks, Outcome, Policy,
    ReportField, Request, Statement, Suppression,
};
use candour_wording::Language;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ExtractRef;
use crate::authority::Authority;
use crate::decision::worded;
use crate::diagnostic::{Diagnostics, Fault, did_you_mean};
use crate::fields::{At, Faults};
use crate::letter::LetterSpec;
use crate::policy::WrittenPolicy;
use crate::reference::{Named, Piece, Sentence, read_sentence};
use crate::schema::Schema;
use crate::template::merge;
use crate::translation::{Languages, Translation, Translations, Translator, Untranslated, Written};
use crate::words;
use crate::written::{self, WrittenResponse};

/// The most contributions to a sum that a dominance rule may add up.
const MOST_LARGEST: usize = 20;

use merge::Merged;
pub use types::{
    BandAtom, Cancelled, CodeAtom, DayAtom, DimensionSource, Gaps, ListColumn, ListSpec, Measure, MeasureSource,
    Number, Order, OrderBy, Population, QuantitySpec, Scope, ShareBase, TableDimension, TableSpec, Tally, stock_atom,
};

/// A response file, resolved. It is kept in the store with each release, so that `verify` recounts what was meant then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// The language of its words.
    #[serde(default)]
    pub language: Language,
    /// The languages of the release, and what its words are in each.
    #[serde(default)]
    pub languages: Languages,
    /// The authority that answers.
    pub authority: String,
    /// The request.
    pub request: Request,
    /// What the authority says of itself, if it has a file for that.
    #[serde(default)]
    pub office: Option<Authority>,
    /// The letter, where it is not an answer that follows from the decisions.
    #[serde(default)]
    pub letter: Option<LetterSpec>,
    /// Which snapshot is counted, if any.
    pub extract: Option<ExtractRef>,
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
    /// The record lists.
    pub lists: Vec<ListSpec>,
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

/// Which figures a release gives away.
pub struct ShownFigures<'r> {
    response: &'r Response,
    patterns: Vec<BTreeSet<Vec<bool>>>,
}

impl Response {
    /// Which figures the tables and sentences give away.
    pub fn shown(&self) -> ShownFigures<'_> {
        let patterns = self.tables.iter().map(TableSpec::patterns).collect();
        ShownFigures { response: self, patterns }
    }

    fn sentences(&self) -> impl Iterator<Item = &Sentence> {
        self.questions.iter().map(|question| &question.answer).chain(self.notes.iter().map(|note| &note.text))
    }

    /// Tells each table which of its margins sentences refer to.
    fn note_references(&mut self) {
        let mut referred: Vec<BTreeSet<Vec<bool>>> = vec![BTreeSet::new(); self.tables.len()];
        for piece in self.sentences().flat_map(|sentence| &sentence.pieces) {
            for reference in piece.references() {
                referred[reference.table].insert(reference.coords.iter().map(|at| *at == Coord::Total).collect());
            }
        }
        for (table, referred) in self.tables.iter_mut().zip(referred) {
            table.referred = referred.into_iter().collect();
        }
    }
}

impl ShownFigures<'_> {
    /// Whether a table (by its position) or a sentence shows the figure at these coordinates.
    pub fn shows(&self, table: usize, coords: &[Coord]) -> bool {
        let pattern: Vec<bool> = coords.iter().map(|coord| *coord == Coord::Total).collect();
        let measures = &self.response.tables[table].measures;
        let named = |piece: &Piece| {
            let here = |reference: &&crate::Reference| reference.table == table;
            piece.references().iter().filter(here).any(|reference| reference.covers(coords, measures))
        };
        self.patterns[table].contains(&pattern)
            || self.response.sentences().flat_map(|sentence| &sentence.pieces).any(named)
    }
}

/// What a response file must know of the extract that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The day at which it shows the source system.
    pub as_at: Date,
    /// How many rows of each record table were rejected when it was read.
    pub rejected: Vec<u64>,
}

impl WrittenResponse {
    /// Works out what the file means, for an extract with this schema. `policy` is one from outside the file, if any. Beside
    /// the response come warnings: what can be published, and may mislead.
    ///
    /// # Errors
    /// Every fault of form and of meaning, each with its place.
    pub fn resolve(
        self,
        schema: &Schema,
        taken: &Taken,
        policy: Option<&WrittenPolicy>,
    ) -> Result<(Response, Diagnostics), Diagnostics> {
        self.resolve_for(schema, taken, policy, None)
    }

    /// The same, for an authority that says more of itself in a file of its own.
    ///
    /// # Errors
    /// Every fault of form and of meaning, each with its place.
    pub fn resolve_for(
        self,
        schema: &Schema,
        taken: &Taken,
        policy: Option<&WrittenPolicy>,
        office: Option<&Authority>,
    ) -> Result<(Response, Diagnostics), Diagnostics> {
        let warnings = Faults::default();
        let languages = &self.languages.value;
        let elsewhere = elsewhere(languages[0], schema, office);
        let mut files: Vec<&Translations> = vec![&self.translations];
        files.extend(office.map(|office| &office.translations));
        files.push(&schema.translations);
        let translators =
            languages.iter().map(|into| Translator::new(*into, languages[0], &elsewhere, &files)).collect();
        let resolver = Resolver {
            translators,
            written: &self,
            schema,
            as_at: taken.as_at,
            rejected: &taken.rejected,
            asked: policy.or(self.policy.as_ref().map(|policy| &policy.value)),
            office,
            faults: &self.faults,
            warnings: &warnings,
            merged: RefCell::default(),
        };
        let response = resolver.response(policy);
        let response = response.and_then(|response| resolver.translated(response));
        let Self { source, faults, .. } = self;
        let mut response = faults.finish(&source, response)?;
        response.note_references();
        Ok((response, warnings.warnings(&source)))
    }

    /// Works out a file that needs no records: see [`needs_extract`](Self::needs_extract).
    ///
    /// # Errors
    /// Every fault of form and of meaning, each with its place.
    pub fn resolve_letter(
        self,
        policy: Option<&WrittenPolicy>,
        office: Option<&Authority>,
    ) -> Result<(Response, Diagnostics), Diagnostics> {
        let as_at = self.request.as_ref().map(|request| request.answered.value).unwrap_or_default();
        self.resolve_for(&Schema::empty(), &Taken { as_at, rejected: Vec::new() }, policy, office)
    }
}

struct Resolver<'r> {
    /// One a language of the release, the main one first.
    translators: Vec<Translator<'r>>,
    written: &'r WrittenResponse,
    schema: &'r Schema,
    /// The day at which the extract shows the source system.
    as_at: Date,
    /// How many rows of each record table were rejected.
    rejected: &'r [u64],
    /// The policy, wherever it stands.
    asked: Option<&'r WrittenPolicy>,
    /// What the authority says of itself.
    office: Option<&'r Authority>,
    faults: &'r Faults,
    warnings: &'r Faults,
    /// What the policy has made one.
    merged: RefCell<Merged>,
}

impl Resolver<'_> {
    fn main(&self) -> Language {
        self.written.languages.value[0]
    }

    /// What the program says in the main language; what it says in the others is noted.
    fn worded(&self, say: impl Fn(Language, &Translator<'_>) -> String) -> String {
        let said = say(self.main(), &self.translators[0]);
        for translator in &self.translators {
            translator.say(said.clone(), say(translator.into, translator));
        }
        said
    }

    /// A fixed text.
    fn say(&self, id: &str) -> String {
        self.worded(|language, _| language.say(id, &[]))
    }

    /// An exemption with its title and, where the author gives none, its reason.
    fn exemption(&self, written: &Exemption, outcome: Option<Outcome>) -> Exemption {
        let here = worded(written, outcome, self.main());
        for translator in &self.translators {
            let there = worded(written, outcome, translator.into);
            translator.say(here.title.clone().unwrap_or_default(), there.title.unwrap_or_default());
            if written.reason.is_empty() {
                translator.say(here.reason.clone(), there.reason);
            }
        }
        here
    }

    /// Finds what every printed text is in the languages of the release; a fault that lists those that nothing says.
    fn translated(self, mut response: Response) -> Option<Response> {
        if self.faults.count() > 0 {
            return Some(response);
        }
        let span = self.written.languages.span.clone();
        let answers = self.written.questions.iter().map(|question| question.answer.as_ref());
        let notes = self.written.notes.iter().flat_map(written::Notes::all).map(|(_, text)| Some(text));
        let notes: Vec<Option<&At<String>>> = notes.collect();
        for translator in &self.translators {
            words::each(&mut response.clone(), &mut |text, place| {
                let words = translator.of(text, place);
                if !same_fields(text, &words) {
                    let message =
                        format!("`{text}` has other fields in braces in its translation into `{}`", translator.into);
                    self.faults.push(Fault::new(span.clone(), message).hint("keep each `{...}` as it is"));
                }
            });
            let named: Vec<Named<'_>> = response.tables.iter().map(named).collect();
            let read = |written: Option<&At<String>>, sentence: &mut Sentence, place: &str| {
                let Some(written) = written else { return };
                let text = translator.of(&written.value, place);
                if text == written.value.trim() {
                    return;
                }
                let there = At { value: text, span: written.span.clone() };
                let Some(there) = read_sentence(&there, &named, self.faults) else { return };
                if !sentence.gives_the_same(&there) {
                    let message =
                        format!("the translation of this text into `{}` gives other figures", translator.into);
                    self.faults.push(Fault::new(written.span.clone(), message).hint("keep each `{...}` as it is"));
                }
                sentence.others.insert(translator.into, there.pieces);
            };
            for (question, written) in response.questions.iter_mut().zip(answers.clone()) {
                let place = format!("`answer` of question {}", question.number);
                read(written, &mut question.answer, &place);
            }
            for (note, written) in response.notes.iter_mut().zip(&notes) {
                let place = format!("`{}` of `[notes]`", note.kind.replace('-', "_"));
                read(*written, &mut note.text, &place);
            }
            words::of_schema(&response, self.schema, &mut |text, place| drop(translator.of(text, place)));
            if !response.lists.is_empty() {
                let _ = [self.say("yes"), self.say("no")].map(|word| translator.of(&word, "a column of a record list"));
            }
        }
        let unused = self.translators.iter().map(Translator::unused).reduce(|left, right| &left & &right);
        if let Some(file) = &self.written.translations_file {
            for row in unused.unwrap_or_default() {
                let message = format!("`{}`: row {row} translates nothing that this release prints", file.value);
                self.warnings.push(Fault::new(file.span.clone(), message).hint("take it out, or mend its text"));
            }
        }
        let mut missing: Vec<Untranslated> = Vec::new();
        let mut languages: Vec<Translation> = Vec::new();
        for translator in self.translators {
            let (translation, lacking, twice) = translator.finish();
            twice.into_iter().for_each(|message| self.faults.add(&span, message));
            missing.extend(lacking);
            languages.push(translation);
        }
        if !missing.is_empty() {
            self.faults.push(lacking(span, missing));
        }
        let main = languages.remove(0);
        response.languages = Languages { main, others: languages };
        Some(response)
    }

    /// Where the policy stands, if that is in this file.
    fn policy_span(&self) -> std::ops::Range<usize> {
        self.written.policy.as_ref().map_or(0..0, |policy| policy.span.clone())
    }

    /// By which rules figures are withheld or listed, if they are.
    fn suppression(&self) -> Option<&Suppression> {
        match self.asked {
            Some(WrittenPolicy::Suppress(rules) | WrittenPolicy::Assess { rules, .. }) => Some(rules),
            Some(WrittenPolicy::None { .. }) | None => None,
        }
    }

    fn response(&self, policy: Option<&WrittenPolicy>) -> Option<Response> {
        let written = self.written;
        let definitions = self.definitions();
        let tables = self.tables();
        let lists = self.lists();
        let named: Vec<Named<'_>> = tables.iter().map(named).collect();
        let questions = self.questions(&tables, &lists, &named);
        let notes = self.notes(&named);
        let statements = self.statements();
        let policy = self.policy(policy, &tables);
        self.dates();
        self.letter_alone();
        self.gives_nothing_away();
        self.nothing_lost(&tables, &lists);
        let (request, report) = (written.request.as_ref()?, written.report.as_ref()?);
        if written.counts && written.extract.is_none() {
            return None;
        }
        let settled = written.extract.as_ref().map_or(0, |extract| extract.settled_after_days.value);
        Some(Response {
            language: self.main(),
            languages: Languages::default(),
            authority: request.authority.value.clone(),
            request: Request {
                reference: request.reference.value.clone(),
                reference_display: request.reference_display.value.clone(),
                received: request.received.value,
                answered: request.answered.value,
            },
            office: self.office.cloned(),
            letter: written.letter.as_ref().map(|letter| {
                let exemptions = letter.value.exemptions.iter().map(|one| self.exemption(one, None)).collect();
                LetterSpec { exemptions, ..letter.value.clone() }
            }),
            extract: written.extract.as_ref().map(|extract| extract.which.value.clone()),
            settled_after_days: u32::try_from(settled).ok()?,
            title: report.title.value.clone(),
            report: report_fields(report),
            questions,
            statements,
            definitions,
            notes: notes?,
            tables,
            lists,
            policy: policy?,
        })
    }

    /// A table that cannot be made out is a fault, whatever the reason: a release never lacks one in silence.
    fn nothing_lost(&self, tables: &[TableSpec], lists: &[ListSpec]) {
        if self.faults.count() > 0 {
            return;
        }
        let written = self.written.tables.iter().map(|table| &table.id);
        let lost = written.filter(|id| !tables.iter().any(|table| table.id == id.value));
        let listed = self.written.records.iter().map(|list| &list.id);
        let lost = lost.chain(listed.filter(|id| !lists.iter().any(|list| list.id == id.value)));
        for id in lost {
            self.faults.add(&id.span, format!("the table `{}` cannot be made out", id.value));
        }
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

    fn questions(&self, tables: &[TableSpec], lists: &[ListSpec], named: &[Named<'_>]) -> Vec<QuestionSpec> {
        let questions = &self.written.questions;
        if questions.is_empty() && self.written.complete && self.written.letter.is_none() {
            let fault = Fault::new(0..0, "the response answers no question");
            self.faults.push(fault.hint("add `[[question]]` for each numbered question of the request"));
        }
        self.unique(questions.iter().map(|question| &question.number), "question");
        let mut meant = Vec::new();
        for question in questions {
            let answered = tables.iter().any(|table| table.questions.contains(&question.number.value))
                || lists.iter().any(|list| list.questions.contains(&question.number.value));
            // With faulty tables left out, what lacks a table may be a fault already told.
            let all_tables = self.written.complete
                && tables.len() == self.written.tables.len()
                && lists.len() == self.written.records.len();
            let outcome = &question.decision.outcome;
            let gives = outcome.value.discloses();
            if answered && !gives {
                let message = format!(
                    "question {} is `{}`, and a table answers it",
                    question.number.value,
                    outcome.value.as_str()
                );
                let fault = Fault::new(outcome.span.clone(), message);
                self.faults.push(fault.hint("take the question out of the table's `questions`, or change its outcome"));
            }
            let answer = question.answer.as_ref().filter(|_| all_tables);
            let answer = answer.and_then(|answer| read_sentence(answer, named, self.faults));
            let figures =
                answer.as_ref().is_some_and(|answer| answer.pieces.iter().any(|piece| !piece.references().is_empty()));
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
                decision: Decision {
                    outcome: outcome.value,
                    held: question.decision.held,
                    basis,
                    exemptions: question
                        .decision
                        .exemptions
                        .iter()
                        .map(|one| self.exemption(one, Some(outcome.value)))
                        .collect(),
                    particulars: question.decision.particulars.clone(),
                    advice: question.decision.advice.clone(),
                },
                answer: answer.unwrap_or_default(),
            });
        }
        meant
    }

    fn notes(&self, named: &[Named<'_>]) -> Option<Vec<NoteSpec>> {
        let Some(notes) = self.written.notes.as_ref() else {
            return (!self.written.counts).then(Vec::new);
        };
        let all = notes.all();
        let all_tables = self.written.complete && named.len() == self.written.tables.len();
        let note = |(kind, text): (&str, &At<String>)| {
            let text = if all_tables { read_sentence(text, named, self.faults) } else { None };
            NoteSpec { kind: kind.to_owned(), text: text.unwrap_or_default() }
        };
        Some(all.into_iter().map(note).collect())
    }

    fn statements(&self) -> Vec<Statement> {
        self.unique(self.written.statements.iter().map(|statement| &statement.id), "statement");
        self.written.statements.iter().filter_map(|statement| self.statement(statement)).collect()
    }

    /// A standing text, from here or from the authority's file; one that has expired cannot be used.
    fn statement(&self, written: &written::Statement) -> Option<Statement> {
        let id = written.id.value.clone();
        let (heading, text, owner, expires, span) = match &written.own {
            Some(own) => (&own.heading, &own.text, &own.owner, own.expires.value, &own.expires.span),
            None => {
                let known = self.office.map(|office| office.statements.as_slice()).unwrap_or_default();
                let Some(found) = known.iter().find(|statement| statement.id == id) else {
                    let ids = known.iter().map(|statement| statement.id.as_str());
                    unknown(self.faults, &written.id, "is no statement of the authority's", ids);
                    return None;
                };
                (&found.heading, &found.text, &found.owner, found.expires, &written.id.span)
            }
        };
        let answered = self.written.request.as_ref().map(|request| request.answered.value);
        if let Some(answered) = answered.filter(|answered| expires < *answered) {
            let fault =
                Fault::new(span.clone(), format!("the statement `{id}` expired before the answer ({answered})"));
            self.faults.push(fault.hint(format!("ask its owner, {owner}, for a new text or a new date")));
        }
        Some(Statement { id, heading: heading.clone(), text: text.clone() })
    }

    /// An acknowledgement or a notice of extension decides nothing yet.
    fn letter_alone(&self) {
        let written = self.written;
        let Some(letter) = &written.letter else { return };
        let decides = !written.questions.is_empty() || written.counts;
        if decides && letter.value.kind != LetterKind::InternalReview {
            let fault =
                Fault::new(letter.span.clone(), "this letter decides nothing yet, and questions or tables stand here");
            self.faults.push(fault.hint("take `[letter]` away, or what is decided and counted"));
        }
        let answered = written.request.as_ref().map(|request| request.answered.value);
        if letter.value.reply_by.zip(answered).is_some_and(|(reply_by, answered)| reply_by < answered) {
            self.faults.add(&letter.span, "`reply_by` lies before the day of the letter (`answered`)");
        }
    }

    /// Where nothing but a denial is answered, nothing may tell that anybody looked.
    fn gives_nothing_away(&self) {
        let written = self.written;
        let denied =
            |question: &&written::Question| question.decision.outcome.value == Outcome::NeitherConfirmedNorDenied;
        let Some(first) = written.questions.iter().find(denied) else { return };
        let all = written.questions.iter().all(|question| denied(&question));
        let tells = written.counts || written.notes.is_some() || !written.definitions.is_empty() || written.has_policy;
        if all && tells {
            let message = "an extract, notes, definitions or a policy would tell that there was a search";
            let fault = Fault::new(first.decision.outcome.span.clone(), message);
            self.faults.push(fault.hint(
                "take `[extract]`, `[notes]`, `[[definition]]` and `[policy]` away: this answer needs none of them",
            ));
        }
    }

    fn policy(&self, outside: Option<&WrittenPolicy>, tables: &[TableSpec]) -> Option<Policy> {
        let inside = self.written.policy.as_ref();
        if let (Some(_), Some(inside)) = (outside, inside) {
            let fault = Fault::new(inside.span.clone(), "a policy stands here, and another was given by `--policy`");
            self.faults.push(fault.hint("take one of them away: it must be plain which one was applied"));
        }
        let judgement = self.written.judgement.as_ref();
        match outside.or(inside.map(|policy| &policy.value)) {
            Some(WrittenPolicy::Assess { rules, judgement: elsewhere }) => {
                let place = || inside.map_or(0..0, |inside| inside.span.clone());
                if elsewhere.is_some() {
                    let fault = Fault::new(place(), "a judgement stands in the policy");
                    self.faults.push(fault.hint("record it as `[judgement]` in the response file"));
                }
                // Nothing is withheld, so nobody has anything to work out from what he knows of himself.
                let anybody = Attacker { suppressed_at_least: 0, marks: Marks::Same, insiders: 0 };
                let plain =
                    Suppression { reason: rules.reason.clone(), ..Suppression::below(rules.threshold, anybody) };
                let meant = Suppression {
                    groups: rules.groups,
                    learned: rules.learned.clone(),
                    membership: rules.membership,
                    merge: rules.merge.clone(),
                    population: rules.population.clone(),
                    dominance: rules.dominance,
                    p_percent: rules.p_percent,
                    ..plain.clone()
                };
                if **rules != meant {
                    let fault = Fault::new(
                        place(),
                        "under `assess` a release has no `attacker`, `hierarchy` or `contributions`",
                    );
                    self.faults.push(fault.hint(
                        "take them away: nothing is withheld, its tables know their levels, and who contributes to a sum is counted",
                    ));
                }
                self.dominance(rules, place());
                self.names_of_policy(rules, tables);
                let has_rules = meant != plain;
                let judgement: Option<Judgement> = judgement.map(|judgement| judgement.value.clone());
                let rules = has_rules.then(|| rules.clone());
                Some(Policy::Assess { threshold: meant.threshold, judgement, rules })
            }
            Some(WrittenPolicy::None { reason }) => {
                self.unjudged("none");
                Some(Policy::None { reason: reason.clone() })
            }
            Some(WrittenPolicy::Suppress(suppression)) => {
                self.unjudged("suppress");
                if suppression.exemption.is_none() {
                    let fault = Fault::new(
                        inside.map_or(0..0, |inside| inside.span.clone()),
                        "the policy `suppress` needs `exemption` and `exemption_reason`: what is withheld is refused",
                    );
                    self.faults.push(fault.hint(
                        "write `exemption = \"40(2)\"`, say, and why it applies (Freedom of Information Act 2000, section 17(1))",
                    ));
                }
                if matches!(suppression.cost, Cost::Column(_)) || !suppression.hierarchy.is_empty() {
                    let fault = Fault::new(
                        inside.map_or(0..0, |inside| inside.span.clone()),
                        "a weight column and `hierarchy` are for tables made elsewhere",
                    );
                    self.faults.push(fault.hint("take them away: the tables of a response file know their levels"));
                }
                self.sums(suppression, inside.map_or(0..0, |inside| inside.span.clone()));
                self.names_of_policy(suppression, tables);
                let exemption = suppression.exemption.as_ref().map(|one| self.exemption(one, None));
                Some(Policy::Suppress(Box::new(Suppression { exemption, ..(**suppression).clone() })))
            }
            None if !self.written.counts && !self.written.has_policy => {
                Some(Policy::None { reason: "no figure is given".into() })
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

    /// Rules for sums that cannot be of the tables of a release.
    fn sums(&self, suppression: &Suppression, span: std::ops::Range<usize>) {
        if suppression.contributions.is_some() {
            let message = "`contributions` is for tables made elsewhere";
            let fault = Fault::new(span.clone(), message);
            self.faults.push(fault.hint("take it away: who contributes to a sum of this release is counted"));
        }
        self.dominance(suppression, span);
    }

    fn dominance(&self, suppression: &Suppression, span: std::ops::Range<usize>) {
        if suppression.dominance.is_some_and(|rule| rule.largest > MOST_LARGEST) {
            let message = format!("`dominance` adds up at most {MOST_LARGEST} contributions");
            let fault = Fault::new(span, message);
            self.faults.push(fault.hint("the largest one, two or three are what the rule is used with"));
        }
    }

    /// Whether the tables have the dimensions and the population that a policy names.
    fn names_of_policy(&self, policy: &Suppression, tables: &[TableSpec]) {
        let span = self.policy_span();
        // With faulty tables left out, what lacks a dimension may be a fault already told.
        if !self.written.complete || tables.len() < self.written.tables.len() {
            return;
        }
        let ids = || tables.iter().flat_map(|table| &table.dimensions).map(|dimension| dimension.dimension.id.as_str());
        let named = policy.learned.iter().chain(policy.breakdowns.iter().map(|breakdown| &breakdown.by));
        for name in named.filter(|name| !ids().any(|id| id == **name)) {
            unknown(self.faults, &At { value: name.clone(), span: span.clone() }, "is no dimension", ids());
        }
        for merge in &policy.merge {
            if let Some(known) = self.merged.borrow().known.get(&merge.dimension) {
                let missing: Vec<&String> = merge.of.iter().filter(|name| !known.contains(*name)).collect();
                for name in &missing {
                    let name = At { value: (*name).clone(), span: span.clone() };
                    let what = format!("is in `{}` no category", merge.dimension);
                    unknown(self.faults, &name, &what, known.iter().map(String::as_str));
                }
                if !missing.is_empty() {
                    continue;
                }
            }
            let is_made = |dimension: &TableDimension| {
                dimension.dimension.id == merge.dimension && dimension.dimension.position(&merge.into).is_some()
            };
            if !tables.iter().flat_map(|table| &table.dimensions).any(is_made) {
                let message =
                    format!("no table has two of the categories that the policy merges in `{}`", merge.dimension);
                let fault = Fault::new(span.clone(), message);
                self.faults.push(fault.hint("name the dimension's id, and categories by their labels or ids"));
            }
        }
        if let Some(rule) = &policy.population {
            let known = self.written.populations.iter().map(|known| known.name.value.as_str());
            match &rule.of {
                None => {
                    let fault =
                        Fault::new(span, "the policy judges counts by the people of a place, and does not say whom");
                    self.faults.push(fault.hint("name a population of this file: `of = \"residents\"`"));
                }
                Some(of) if !known.clone().any(|name| name == of) => {
                    unknown(self.faults, &At { value: of.clone(), span }, "is no population", known);
                }
                Some(_) => {}
            }
        }
    }

    /// What cannot be under a policy under which nobody judges.
    fn unjudged(&self, policy: &str) {
        if let Some(judgement) = &self.written.judgement {
            self.faults.add(&judgement.span, format!("under the policy `{policy}` nothing is judged"));
        }
        for list in &self.written.records {
            let message = format!("the record list `{}` cannot go out under the policy `{policy}`", list.id.value);
            let fault = Fault::new(list.id.span.clone(), message);
            self.faults.push(fault.hint("records need a named person's judgement: take the policy `assess`"));
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

/// The texts of files that are written in another language than the response file.
fn elsewhere<'t>(main: Language, schema: &'t Schema, office: Option<&'t Authority>) -> Vec<Written<'t>> {
    let mut written = Vec::new();
    if schema.language != main {
        written.push(Written { language: schema.language, texts: schema.texts().into_iter().collect() });
    }
    if let Some(office) = office.filter(|office| office.language != main) {
        written.push(Written { language: office.language, texts: office.texts().into_iter().collect() });
    }
    written
}

/// Whether a text and its translation name the same fields in braces, as letter templates do.
fn same_fields(text: &str, words: &str) -> bool {
    let fields = |text: &str| {
        let names = RefCell::new(BTreeSet::new());
        let _ = merge(text, &|name| {
            names.borrow_mut().insert(name.to_owned());
            String::new()
        });
        names.into_inner()
    };
    fields(text) == fields(words)
}

/// The fault that lists the texts without a translation.
fn lacking(span: std::ops::Range<usize>, missing: Vec<Untranslated>) -> Fault {
    let listed: Vec<String> = missing.iter().map(|one| format!("\n  {one}")).collect();
    let number = missing.len();
    let message = match number {
        1 => format!("a text has no translation:{}", listed.concat()),
        _ => format!("{number} texts have no translation:{}", listed.concat()),
    };
    let hint = "write each into the file that `translations` names, a column a language; `--check --untranslated FILE` writes a file to fill in";
    Fault { untranslated: missing, ..Fault::new(span, message).hint(hint) }
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
    Named { id: &table.id, dimensions: &table.dimensions, measures: &table.measures }
}

/// A hint for a name that is not known.
pub(crate) fn unknown<'a>(faults: &Faults, name: &At<String>, what: &str, known: impl Iterator<Item = &'a str>) {
    let mut fault = Fault::new(name.span.clone(), format!("there {what} `{}`", name.value));
    fault.hint = did_you_mean(&name.value, known);
    faults.push(fault);
}
