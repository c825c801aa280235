//! `release.json`: every token, in its order, against the document. Nothing of it is taken from its writer, nor from how types of the model say
//! themselves in JSON: keys and words stand here a second time.

use std::fmt::Display;

use candour_inspect::proof::NotProved;
use candour_inspect::proof::json::{RELEASE, Reader, Token};
use candour_model::outline::Outline;
use candour_model::{
    Axis, Basis, CancelledRecords, Category, CategoryKind, Cell, ChartChoice, Coord, DatePart, Definition, Dimension,
    Document, DocumentFacts, Exemption, Held, Letter, LetterKind, LetterPart, Mark, MeasureFacts, MeasureKind, Note,
    Outcome, Question, Reach, Reason, RecordList, Shown, Table,
};

use super::FileNotProved;
use crate::Files;

/// Proves `release.json`.
pub(crate) fn json(document: &Document, _: &Outline, files: &Files) -> Result<Vec<String>, FileNotProved> {
    let path = document.about.file("release", "json");
    super::proved(files, path, |bytes| {
        let mut json = Compared::new(bytes, RELEASE);
        json.object(|json| release(json, document));
        json.finish()
    })
}

/// A file that is compared, token by token, with what was approved. After the first token that differs nothing is compared any more.
pub(super) struct Compared<'b> {
    reader: Reader<'b>,
    fault: Option<NotProved>,
}

impl<'b> Compared<'b> {
    pub(super) fn new(bytes: &'b [u8], list: &str) -> Self {
        Self { reader: Reader::new(bytes, list), fault: None }
    }

    /// Whether all was as it should be, and nothing follows.
    pub(super) fn finish(mut self) -> Result<(), NotProved> {
        if self.fault.is_none() {
            let place = self.reader.place();
            match self.reader.token() {
                Ok(None) => {}
                Ok(Some(_)) => self.fault = Some(NotProved::new(place, "there is more than was approved")),
                Err(why) => self.fault = Some(why),
            }
        }
        self.fault.map_or(Ok(()), Err)
    }

    fn next(&mut self, is_right: impl FnOnce(&Token<'_>) -> bool) -> &mut Self {
        if self.fault.is_some() {
            return self;
        }
        let place = self.reader.place();
        self.fault = match self.reader.token() {
            Ok(Some(token)) if is_right(&token) => None,
            Ok(Some(_)) => Some(NotProved::new(place, "something else than what was approved")),
            Ok(None) => Some(NotProved::new(place, "there is less than was approved")),
            Err(why) => Some(why),
        };
        self
    }

    /// A key; its value is what is called next.
    pub(super) fn at(&mut self, key: &str) -> &mut Self {
        self.next(|token| matches!(token, Token::Key(found) if found == key))
    }

    pub(super) fn text(&mut self, text: &str) {
        self.next(|token| matches!(token, Token::Text(found) if found == text));
    }

    pub(super) fn number(&mut self, number: impl Display) {
        self.next(|token| matches!(token, Token::Number(found) if *found == number.to_string()));
    }

    pub(super) fn flag(&mut self, flag: bool) {
        self.next(|token| *token == Token::Flag(flag));
    }

    fn null(&mut self) {
        self.next(|token| *token == Token::Null);
    }

    pub(super) fn object(&mut self, fields: impl FnOnce(&mut Self)) {
        self.next(|token| *token == Token::Object);
        fields(self);
        self.next(|token| *token == Token::End);
    }

    pub(super) fn list<T>(&mut self, items: impl IntoIterator<Item = T>, mut item: impl FnMut(&mut Self, T)) {
        self.next(|token| *token == Token::List);
        for one in items {
            if self.fault.is_some() {
                return;
            }
            item(self, one);
        }
        self.next(|token| *token == Token::End);
    }

    pub(super) fn texts<T: AsRef<str>>(&mut self, texts: impl IntoIterator<Item = T>) {
        self.list(texts, |json, text| json.text(text.as_ref()));
    }

    fn text_or_null(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }

    fn number_or_null(&mut self, number: Option<impl Display>) {
        match number {
            Some(number) => self.number(number),
            None => self.null(),
        }
    }

    /// A key with its text, if there is one.
    pub(super) fn text_if(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.at(key).text(text);
        }
    }
}

fn release(json: &mut Compared<'_>, document: &Document) {
    json.at("schema").text("candour/release/1");
    facts(json, &document.about);
    json.at("tables").list(&document.tables, |json, one| json.object(|json| table(json, one)));
    if !document.lists.is_empty() {
        json.at("lists").list(&document.lists, |json, one| json.object(|json| list(json, one)));
    }
}

fn facts(json: &mut Compared<'_>, about: &DocumentFacts) {
    json.at("language").text(about.language.tag());
    if !about.languages.is_empty() {
        json.at("languages").texts(about.languages.iter().map(|language| language.tag()));
    }
    json.at("authority").text(&about.authority);
    json.at("request").object(|json| {
        json.at("reference").text(&about.request.reference);
        json.at("reference_display").text(&about.request.reference_display);
        json.at("received").text(&about.request.received.to_string());
        json.at("answered").text(&about.request.answered.to_string());
    });
    if let Some(extract) = &about.extract {
        json.at("extract").object(|json| {
            json.at("source").text(&extract.source);
            json.at("as_at").text(&extract.as_at.to_string());
        });
    }
    json.at("title").text(&about.title);
    if let Some(text) = &about.letter {
        json.at("letter").object(|json| letter(json, text));
    }
    json.at("report").list(&about.report, |json, field| {
        json.object(|json| {
            json.at("field").text(&field.field);
            json.at("label").text(&field.label);
            json.at("value").text(&field.value);
        });
    });
    json.at("questions").list(&about.questions, |json, one| json.object(|json| question(json, one)));
    json.at("statements").list(&about.statements, |json, statement| {
        json.object(|json| {
            json.at("id").text(&statement.id);
            json.at("heading").text(&statement.heading);
            json.at("text").text(&statement.text);
        });
    });
    json.at("definitions").list(&about.definitions, |json, one| json.object(|json| definition(json, one)));
    notes(json, &about.notes);
}

fn letter(json: &mut Compared<'_>, letter: &Letter) {
    json.at("kind").text(match letter.kind {
        LetterKind::InFull => "in-full",
        LetterKind::InPart => "in-part",
        LetterKind::Refused => "refused",
        LetterKind::CostLimit => "cost-limit",
        LetterKind::Vexatious => "vexatious",
        LetterKind::Repeated => "repeated",
        LetterKind::NotHeld => "not-held",
        LetterKind::NeitherConfirmNorDeny => "neither-confirm-nor-deny",
        LetterKind::AlreadyAccessible => "already-accessible",
        LetterKind::Transfer => "transfer",
        LetterKind::Clarification => "clarification",
        LetterKind::Acknowledgement => "acknowledgement",
        LetterKind::Extension => "extension",
        LetterKind::InternalReview => "internal-review",
    });
    json.at("parts").list(&letter.parts, |json, part| {
        json.object(|json| match part {
            LetterPart::Heading(text) => {
                json.at("part").text("heading");
                json.at("text").text(text);
            }
            LetterPart::Paragraph(text) => {
                json.at("part").text("paragraph");
                json.at("text").text(text);
            }
            LetterPart::Bullets(points) => {
                json.at("part").text("bullets");
                json.at("text").texts(points);
            }
            LetterPart::Exemptions => json.at("part").text("exemptions"),
            LetterPart::Decisions => json.at("part").text("decisions"),
            LetterPart::Statements => json.at("part").text("statements"),
            LetterPart::Rights => json.at("part").text("rights"),
        });
    });
    if !letter.exemptions.is_empty() {
        json.at("exemptions").list(&letter.exemptions, exemption);
    }
    json.at("rights").texts(&letter.rights);
}

fn exemption(json: &mut Compared<'_>, exemption: &Exemption) {
    json.object(|json| {
        json.at("section").text(&exemption.section);
        json.text_if("title", exemption.title.as_deref());
        json.at("reason").text(&exemption.reason);
        json.text_if("harm", exemption.harm.as_deref());
        json.text_if("public_interest", exemption.public_interest.as_deref());
        json.text_if("qualified_person", exemption.qualified_person.as_deref());
    });
}

fn question(json: &mut Compared<'_>, question: &Question) {
    let decision = &question.decision;
    json.at("number").text(&question.number);
    json.at("text").text(&question.text);
    json.at("decision").object(|json| {
        json.at("outcome").text(match decision.outcome {
            Outcome::InFull => "in full",
            Outcome::InPart => "in part",
            Outcome::Refused => "refused",
            Outcome::CostLimit => "over the cost limit",
            Outcome::Vexatious => "vexatious",
            Outcome::Repeated => "repeated",
            Outcome::NotHeld => "not held",
            Outcome::NeitherConfirmedNorDenied => "neither confirmed nor denied",
            Outcome::AlreadyAccessible => "already accessible",
            Outcome::Transferred => "transferred",
            Outcome::ClarificationNeeded => "clarification needed",
        });
        json.at("held").text(match decision.held {
            Held::Yes => "yes",
            Held::No => "no",
            Held::NotSaid => "not said",
        });
        json.at("basis").object(|json| match &decision.basis {
            Basis::AsAsked => json.at("kind").text("as-asked"),
            Basis::Other { statement } => {
                json.at("kind").text("other");
                json.at("statement").text(statement);
            }
        });
        json.at("exemptions").list(&decision.exemptions, exemption);
        json.text_if("particulars", decision.particulars.as_deref());
        json.text_if("advice", decision.advice.as_deref());
    });
    json.at("answer").text(&question.answer);
    json.at("tables").texts(&question.tables);
}

fn definition(json: &mut Compared<'_>, definition: &Definition) {
    json.at("id").text(&definition.id);
    json.at("requested").texts(&definition.requested);
    json.at("statute").text(&definition.statute);
    json.at("code").text(&definition.code);
    json.at("label").text(&definition.label);
    json.at("reach").text(match definition.reach {
        Reach::Same => "same",
        Reach::Narrower => "narrower",
        Reach::Wider => "wider",
    });
    json.at("reach_reason").text_or_null(definition.reach_reason.as_deref());
}

fn notes(json: &mut Compared<'_>, notes: &[Note]) {
    json.at("notes").list(notes, |json, note| {
        json.object(|json| {
            json.at("kind").text(&note.kind);
            json.at("heading").text(&note.heading);
            json.at("text").text(&note.text);
        });
    });
}

fn table(json: &mut Compared<'_>, table: &Table) {
    let about = &table.about;
    json.at("id").text(&about.id);
    json.at("title").text(&about.title);
    json.at("questions").texts(&about.questions);
    json.at("unit").text(&about.unit);
    json.at("measure").text(&about.measure);
    json.at("measures").list(&about.measures, |json, one| json.object(|json| measure(json, one)));
    json.at("definition").text_or_null(about.definition.as_deref());
    json.at("cancelled").text_or_null(about.cancelled.map(|cancelled| match cancelled {
        CancelledRecords::Included => "included",
        CancelledRecords::Excluded => "excluded",
    }));
    json.at("rejected").number(about.rejected);
    json.at("date_basis").text_or_null(about.date_basis.as_deref());
    json.at("age_basis").text_or_null(about.age_basis.as_deref());
    json.at("dimensions").list(&about.dimensions, |json, one| json.object(|json| dimension(json, one)));
    json.text_if(
        "chart",
        match about.chart {
            ChartChoice::None => None,
            ChartChoice::Auto => Some("auto"),
            ChartChoice::Lines => Some("lines"),
            ChartChoice::Bars => Some("bars"),
            ChartChoice::Pyramid => Some("pyramid"),
        },
    );
    notes(json, &about.notes);
    json.at("cells").list(table.rows.iter().flat_map(|row| &row.cells), |json, one| {
        json.object(|json| cell(json, table, one));
    });
}

fn measure(json: &mut Compared<'_>, measure: &MeasureFacts) {
    json.at("id").text(&measure.id);
    json.at("label").text(&measure.label);
    json.at("kind").text(match measure.kind {
        MeasureKind::Count => "count",
        MeasureKind::Distinct => "distinct",
        MeasureKind::Sum => "sum",
        MeasureKind::Minimum => "minimum",
        MeasureKind::Maximum => "maximum",
        MeasureKind::Mean => "mean",
        MeasureKind::Median => "median",
        MeasureKind::Ratio => "ratio",
        MeasureKind::Share => "share",
        MeasureKind::Change => "change",
        MeasureKind::Rate => "rate",
        MeasureKind::Rank => "rank",
    });
    json.at("adds_up").flag(measure.adds_up);
    json.at("places").number(measure.places);
}

fn dimension(json: &mut Compared<'_>, dimension: &Dimension) {
    json.at("id").text(&dimension.id);
    json.at("label").text(&dimension.label);
    json.at("axis").text(match dimension.axis {
        Axis::Rows => "rows",
        Axis::Columns => "columns",
    });
    json.at("rolls_up_to").number_or_null(dimension.rolls_up_to);
    if dimension.overlaps {
        json.at("overlaps").flag(true);
    }
    json.at("categories").list(&dimension.categories, |json, one| json.object(|json| category(json, one)));
}

fn category(json: &mut Compared<'_>, category: &Category) {
    json.at("id").text(&category.id);
    json.at("label").text(&category.label);
    json.at("kind").object(|json| kind(json, &category.kind));
    json.at("parent").number_or_null(category.parent);
    if !category.other_parents.is_empty() {
        json.at("other_parents").list(&category.other_parents, |json, parent| json.number(parent));
    }
    if category.held_by_none {
        json.at("held_by_none").flag(true);
    }
    if let Some(holder) = category.of_which {
        json.at("of_which").number(holder);
    }
}

fn kind(json: &mut Compared<'_>, kind: &CategoryKind) {
    match kind {
        CategoryKind::Code { group } => {
            json.at("kind").text("code");
            json.at("group").text_or_null(group.as_deref());
        }
        CategoryKind::Group => json.at("kind").text("group"),
        CategoryKind::Band { from, to } => {
            json.at("kind").text("band");
            json.at("from").number(from);
            json.at("to").number_or_null(*to);
        }
        CategoryKind::Period(period) => {
            json.at("kind").text("period");
            json.at("from").text(&period.from.to_string());
            json.at("to").text(&period.to.to_string());
            json.at("whole").flag(period.whole);
        }
        CategoryKind::Year { year, part } => {
            json.at("kind").text("year");
            json.at("year").number(year);
            if *part {
                json.at("part").flag(true);
            }
        }
        CategoryKind::Part { part, number } => {
            json.at("kind").text("part");
            json.at("part").text(match part {
                DatePart::Month => "month",
                DatePart::Weekday => "weekday",
                DatePart::Hour => "hour",
            });
            json.at("number").number(number);
        }
        CategoryKind::Stock { at } => {
            json.at("kind").text("stock");
            json.at("at").text(&at.to_string());
        }
        CategoryKind::Flag { value } => {
            json.at("kind").text("flag");
            json.at("value").flag(*value);
        }
        CategoryKind::Other => json.at("kind").text("other"),
        CategoryKind::NotRecorded => json.at("kind").text("not-recorded"),
    }
}

fn cell(json: &mut Compared<'_>, table: &Table, cell: &Cell) {
    let places = table.about.dimensions.iter().zip(&cell.coords);
    json.at("at").list(places, |json, (dimension, coord)| {
        json.object(|json| {
            json.at("dimension").text(&dimension.id);
            match coord {
                Coord::At(at) => {
                    let category = usize::try_from(*at).ok().and_then(|at| dimension.categories.get(at));
                    json.at("category").text(category.map_or("", |category| &category.id));
                }
                Coord::Total => json.at("total").flag(true),
                Coord::Rest => json.at("rest").flag(true),
            }
        });
    });
    json.at("measure").text(table.about.measures.get(cell.measure).map_or("", |measure| &measure.id));
    match cell.shown {
        Shown::Value(value) => json.at("value").text(&value.to_string()),
        Shown::Withheld(reason) => json.at("reason").text(match reason {
            Reason::Confidential => "c",
            Reason::NotApplicable => "z",
            Reason::NotAvailable => "x",
        }),
    }
    json.at("marks").texts(cell.marks.iter().map(|mark| match mark {
        Mark::Provisional => "p",
        Mark::Break => "b",
    }));
}

fn list(json: &mut Compared<'_>, list: &RecordList) {
    json.at("id").text(&list.id);
    json.at("title").text(&list.title);
    json.at("questions").texts(&list.questions);
    json.at("unit").text(&list.unit);
    json.at("reason").text(&list.reason);
    json.at("columns").list(&list.columns, |json, column| {
        json.object(|json| {
            json.at("id").text(&column.id);
            json.at("label").text(&column.label);
        });
    });
    json.at("rows").list(&list.rows, |json, row| {
        json.list(row, |json, value| json.text_or_null(value.as_deref()));
    });
    notes(json, &list.notes);
}
