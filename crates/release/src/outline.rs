//! The response in reading order: the one place that decides what a reader meets, for every format for people.

pub(crate) mod table;

use candour_model::outline::{Block, ChartBlock, Outline};
use candour_model::{
    Basis, Decision, Document, Exemption, Held, LetterPart, Note, Outcome, Question, RecordList, Table,
};
use candour_wording::{Arg, Language};
use jiff::civil::Date;

use crate::chart;

/// A document as a reader meets it: who answers what, the letter with its decisions and rights, the notes page, then the
/// tables.
pub fn outline(document: &Document) -> Outline {
    let about = &document.about;
    let mut page = Page { document, charts: charts(document), blocks: Vec::new() };
    page.heading(1, "top", about.title.clone());
    page.blocks.push(Block::Facts(page.references()));
    let contents = page.contents();
    page.blocks.extend((!contents.is_empty()).then_some(Block::Links(contents)));
    page.letter();
    page.notes();
    page.tables();
    page.lists();
    let marking = about.report.iter().find(|field| field.field == "protective_marking");
    Outline {
        language: about.language,
        other_pages: about.other_languages().map(|other| (other, about.file_in(other, "response", "html"))).collect(),
        title: format!("{}: {}", about.request.reference_display, about.title),
        author: about.authority.clone(),
        date: about.request.answered,
        marking: marking.map(|field| field.value.clone()),
        blocks: page.blocks,
    }
}

/// A page that grows from its top.
struct Page<'d> {
    document: &'d Document,
    /// The chart of each table, if it has one.
    charts: Vec<Option<ChartBlock>>,
    blocks: Vec<Block>,
}

impl Page<'_> {
    fn language(&self) -> Language {
        self.document.about.language
    }

    fn say(&self, id: &str, args: &[(&str, Arg)]) -> String {
        self.language().say(id, args)
    }

    /// A day in words: 21 May 2020.
    fn day(&self, day: Date) -> String {
        let month = self.say(&format!("month-{}", day.month()), &[]);
        format!("{} {month} {}", day.day(), day.year())
    }

    fn heading(&mut self, level: u8, id: &str, text: String) {
        self.blocks.push(Block::Heading { level, id: id.to_owned(), text });
    }

    /// A heading of fixed wording, under the id of its message.
    fn section(&mut self, id: &str) {
        self.heading(2, id, self.say(id, &[]));
    }

    /// A text; a blank line parts paragraphs.
    fn prose(&mut self, text: &str) {
        self.blocks.extend(paragraphs(text).map(Block::Paragraph));
    }

    fn references(&self) -> Vec<(String, String)> {
        let about = &self.document.about;
        let facts = [
            ("authority", about.authority.clone()),
            ("reference", about.request.reference_display.clone()),
            ("received", self.day(about.request.received)),
            ("answered", self.day(about.request.answered)),
        ];
        facts.into_iter().map(|(label, value)| (self.say(label, &[]), value)).collect()
    }

    fn contents(&self) -> Vec<(String, String)> {
        let document = self.document;
        let has = |wanted: &LetterPart| self.parts().iter().any(|part| part == wanted);
        let sections = [
            ("decision", has(&LetterPart::Decisions)),
            ("information", has(&LetterPart::Statements)),
            ("notes", self.has_notes()),
        ];
        let sections = sections.into_iter().filter(|(_, is_there)| *is_there);
        let sections = sections.map(|(id, _)| (id.to_owned(), self.say(id, &[])));
        let tables = document.tables.iter().enumerate().zip(&self.charts);
        let tables = tables.flat_map(|((at, table), chart)| {
            let chart = chart.iter().map(|chart| (chart.id.clone(), chart.caption.clone()));
            std::iter::once((table::anchor(&table.about.id), table_caption(at, table, self.language()))).chain(chart)
        });
        let lists = document.lists.iter().enumerate();
        let lists = lists.map(|(at, list)| (table::anchor(&list.id), list_caption(at, list, self.language())));
        sections.chain(tables).chain(lists).collect()
    }

    /// What the letter says. A document that was never made into a letter has its decisions and statements alone.
    fn parts(&self) -> Vec<LetterPart> {
        let about = &self.document.about;
        match &about.letter {
            Some(letter) => letter.parts.clone(),
            None => [
                (LetterPart::Decisions, !about.questions.is_empty()),
                (LetterPart::Statements, !about.statements.is_empty()),
            ]
            .into_iter()
            .filter_map(|(part, is_there)| is_there.then_some(part))
            .collect(),
        }
    }

    fn letter(&mut self) {
        for (at, part) in self.parts().into_iter().enumerate() {
            match part {
                LetterPart::Heading(text) => self.heading(2, &format!("letter-{}", at + 1), text),
                LetterPart::Paragraph(text) => self.prose(&text),
                LetterPart::Bullets(points) => self.blocks.push(Block::Bullets(points)),
                LetterPart::Exemptions => {
                    let exemptions = self.document.about.letter.iter().flat_map(|letter| &letter.exemptions);
                    exemptions.for_each(|exemption| self.exemption(exemption));
                }
                LetterPart::Decisions => self.decisions(),
                LetterPart::Statements => self.statements(),
                LetterPart::Rights => {
                    let rights = self.document.about.letter.iter().flat_map(|letter| &letter.rights);
                    self.blocks.extend(rights.cloned().map(Block::Paragraph));
                }
            }
        }
    }

    fn decisions(&mut self) {
        let questions = &self.document.about.questions;
        if questions.is_empty() {
            return;
        }
        self.section("decision");
        if !self.document.tables.is_empty() {
            self.prose(&self.say("read-notes", &[]));
        }
        for (at, question) in questions.iter().enumerate() {
            self.question(at + 1, question);
        }
    }

    fn question(&mut self, at: usize, question: &Question) {
        let decision = &question.decision;
        self.heading(
            3,
            &format!("question-{at}"),
            self.say("question", &[("number", question.number.as_str().into())]),
        );
        self.heading(4, &format!("asked-{at}"), self.say("asked", &[]));
        self.prose(&question.text);
        self.heading(4, &format!("decided-{at}"), self.say("decided", &[]));
        self.decision(decision);
        if !question.answer.is_empty() {
            self.heading(4, &format!("answer-{at}"), self.say("answer", &[]));
            self.prose(&question.answer);
        }
        let links: Vec<(String, String)> =
            question.tables.iter().map(|id| (table::anchor(id), self.caption(id))).collect();
        if !links.is_empty() {
            self.blocks.push(Block::Links(links));
        }
    }

    fn decision(&mut self, decision: &Decision) {
        self.prose(&self.say(outcome(decision.outcome), &[]));
        // Where the outcome tells by itself whether it is held, that need not be said twice.
        if decision.outcome.held().is_none() {
            match decision.held {
                Held::Yes => self.prose(&self.say("held-yes", &[])),
                Held::No => self.prose(&self.say("held-no", &[])),
                Held::NotSaid => {}
            }
        }
        for exemption in &decision.exemptions {
            self.exemption(exemption);
        }
        if let Some((id, text)) = particulars(decision.outcome).zip(decision.particulars.as_deref()) {
            self.prose(&self.say(id, &[("text", text.into())]));
        }
        if let Some(advice) = &decision.advice {
            self.prose(&self.say("advice", &[("text", advice.as_str().into())]));
        }
        if let Basis::Other { statement } = &decision.basis {
            self.prose(&format!("{} {statement}", self.say("other-basis", &[])));
        }
    }

    /// An exemption, and what the Act demands to be said of it (section 17).
    fn exemption(&mut self, exemption: &Exemption) {
        let section = exemption.section.as_str();
        self.prose(&match &exemption.title {
            Some(title) => {
                self.say("exemption-heading", &[("section", section.into()), ("title", title.as_str().into())])
            }
            None => self.say("exemption-heading-untitled", &[("section", section.into())]),
        });
        self.prose(&self.say("exemption-why", &[("text", exemption.reason.as_str().into())]));
        let further = [
            ("exemption-harm", &exemption.harm),
            ("exemption-public-interest", &exemption.public_interest),
            ("exemption-qualified-person", &exemption.qualified_person),
        ];
        for (id, text) in further {
            if let Some(text) = text {
                self.prose(&self.say(id, &[("text", text.as_str().into())]));
            }
        }
    }

    /// The caption of a table or record list by its id.
    fn caption(&self, id: &str) -> String {
        let mut tables = self.document.tables.iter().enumerate();
        let mut lists = self.document.lists.iter().enumerate();
        let table =
            tables.find(|(_, table)| table.about.id == id).map(|(at, table)| table_caption(at, table, self.language()));
        let list = || lists.find(|(_, list)| list.id == id).map(|(at, list)| list_caption(at, list, self.language()));
        table.or_else(list).unwrap_or_else(|| id.to_owned())
    }

    fn statements(&mut self) {
        let statements = &self.document.about.statements;
        if statements.is_empty() {
            return;
        }
        self.section("information");
        for (at, statement) in statements.iter().enumerate() {
            self.heading(3, &format!("statement-{}", at + 1), statement.heading.clone());
            self.prose(&statement.text);
        }
    }

    fn has_notes(&self) -> bool {
        !self.document.about.notes.is_empty() || !self.document.about.report.is_empty()
    }

    /// The notes page, with one heading over notes of a kind that follow one another.
    fn notes(&mut self) {
        if !self.has_notes() {
            return;
        }
        self.section("notes");
        let about = &self.document.about;
        if !about.report.is_empty() {
            let fields = about.report.iter().map(|field| (field.label.clone(), field.value.clone()));
            self.blocks.push(Block::Facts(fields.collect()));
        }
        let mut before: Option<&Note> = None;
        for (at, note) in about.notes.iter().enumerate() {
            if before.is_none_or(|before| before.heading != note.heading) {
                self.heading(3, &format!("note-{}", at + 1), note.heading.clone());
            }
            self.prose(&note.text);
            before = Some(note);
        }
    }

    fn tables(&mut self) {
        let tables = &self.document.tables;
        if !tables.is_empty() {
            self.section("tables");
        }
        for ((at, table), chart) in tables.iter().enumerate().zip(std::mem::take(&mut self.charts)) {
            let caption = table_caption(at, table, self.language());
            self.blocks.push(Block::Table(table::block(table, caption, self.language())));
            self.blocks.extend(chart.map(Block::Chart));
        }
    }

    fn lists(&mut self) {
        let lists = &self.document.lists;
        if !lists.is_empty() {
            self.section("records");
        }
        for (at, list) in lists.iter().enumerate() {
            self.blocks.push(Block::Table(table::list(list, list_caption(at, list, self.language()), self.language())));
        }
    }
}

/// The chart of each table that has one, numbered through.
fn charts(document: &Document) -> Vec<Option<ChartBlock>> {
    let language = document.about.language;
    let mut number = 1;
    let drawn = document.tables.iter().enumerate().map(|(at, table)| {
        let chart = chart::block(table, number, &table_caption(at, table, language), language);
        number += u64::from(chart.is_some());
        chart
    });
    drawn.collect()
}

/// The message that says an outcome.
fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::InFull => "outcome-in-full",
        Outcome::InPart => "outcome-in-part",
        Outcome::Refused => "outcome-refused",
        Outcome::CostLimit => "outcome-over-the-cost-limit",
        Outcome::Vexatious => "outcome-vexatious",
        Outcome::Repeated => "outcome-repeated",
        Outcome::NotHeld => "outcome-not-held",
        Outcome::NeitherConfirmedNorDenied => "outcome-neither-confirmed-nor-denied",
        Outcome::AlreadyAccessible => "outcome-already-accessible",
        Outcome::Transferred => "outcome-transferred",
        Outcome::ClarificationNeeded => "outcome-clarification-needed",
    }
}

/// The message that introduces what an outcome needs said.
fn particulars(outcome: Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::AlreadyAccessible => Some("particulars-where"),
        Outcome::Transferred => Some("particulars-to"),
        Outcome::ClarificationNeeded => Some("particulars-needed"),
        Outcome::CostLimit => Some("particulars-estimate"),
        _ => None,
    }
}

/// The paragraphs of a text.
fn paragraphs(text: &str) -> impl Iterator<Item = String> {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    paragraphs.map(str::to_owned)
}

pub(crate) fn table_caption(at: usize, table: &Table, language: Language) -> String {
    language.say("table-number", &[("number", (at as u64 + 1).into()), ("title", table.about.title.as_str().into())])
}

pub(crate) fn list_caption(at: usize, list: &RecordList, language: Language) -> String {
    language.say("list-number", &[("number", (at as u64 + 1).into()), ("title", list.title.as_str().into())])
}
