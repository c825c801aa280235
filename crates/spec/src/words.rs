//! The texts that a release prints: of a response, and of the schema that its records follow. What is translated and what is
//! found to lack a translation are the same texts, since both go through here.

use std::fmt::{Arguments, Display};

use candour_model::{Basis, Category, CategoryKind, Exemption, LetterKind, Outcome, Policy};
use jiff::civil::Date;

use crate::authority::Authority;
use crate::filter::Filter;
use crate::response::{ListSpec, Measure, MeasureSource, Number, QuestionSpec, Response, Scope, TableSpec, Tally};
use crate::schema::{CodeList, ColumnRef, ColumnType, Schema};
use crate::template::{Template, TemplatePart};
use crate::translation::Translation;

/// What is done with each text: the text, and where it stands.
type Visit<'v> = dyn FnMut(&mut String, Arguments<'_>) + 'v;

impl Response {
    /// The response in one of its languages. Nothing but words is another: it counts, shows and withholds the same.
    #[must_use]
    pub fn in_language(&self, translation: &Translation) -> Self {
        let mut response = self.clone();
        response.language = translation.language;
        each(&mut response, &mut |text, _| translate(text, translation));
        let answers = response.questions.iter_mut().map(|question| &mut question.answer);
        for sentence in answers.chain(response.notes.iter_mut().map(|note| &mut note.text)) {
            if let Some(pieces) = sentence.others.get(&translation.language) {
                sentence.pieces.clone_from(pieces);
            }
        }
        response
    }
}

impl Schema {
    /// The schema with the words of a language, as far as a response needed them.
    #[must_use]
    pub fn in_language(&self, translation: &Translation) -> Self {
        let mut schema = self.clone();
        let mut say = |text: &mut String| translate(text, translation);
        for table in &mut schema.tables {
            say(&mut table.unit.one);
            say(&mut table.unit.many);
            for column in &mut table.columns {
                say(&mut column.title);
                column.age_basis.as_mut().into_iter().for_each(&mut say);
            }
        }
        for list in &mut schema.code_lists {
            list.codes.iter_mut().for_each(|code| say(&mut code.label));
            list.changes.iter_mut().for_each(|change| say(&mut change.text));
        }
        schema
    }

    /// Every text of the schema that a release may print.
    pub(crate) fn texts(&self) -> Vec<&str> {
        let mut texts = Vec::new();
        for table in &self.tables {
            texts.extend([table.unit.one.as_str(), table.unit.many.as_str()]);
            for column in &table.columns {
                texts.push(&column.title);
                texts.extend(column.date_basis.iter().chain(&column.age_basis).map(String::as_str));
            }
        }
        for list in &self.code_lists {
            for code in &list.codes {
                texts.push(&code.label);
                let levels = code.places.iter().flat_map(|place| place.levels.iter().flatten());
                texts.extend(levels.chain(&code.group).map(String::as_str));
            }
            texts.extend(list.changes.iter().map(|change| change.text.as_str()));
        }
        texts
    }
}

fn translate(text: &mut String, translation: &Translation) {
    if let Some(words) = translation.words.get(text.trim()) {
        text.clone_from(words);
    }
}

/// Visits every text of a response that is printed, but for its sentences.
pub(crate) fn each(response: &mut Response, visit: &mut Visit<'_>) {
    visit(&mut response.authority, format_args!("`authority` of `[request]`"));
    visit(&mut response.title, format_args!("`title` of `[report]`"));
    for field in &mut response.report {
        if !field.label.is_empty() {
            visit(&mut field.label, format_args!("a label of `[report]`"));
        }
        visit(&mut field.value, format_args!("`{}` of `[report]`", field.field));
    }
    response.questions.iter_mut().for_each(|one| question(one, visit));
    if let Some(letter) = &mut response.letter {
        maybe(&mut letter.text, visit, &"`text` of `[letter]`");
        maybe(&mut letter.advice, visit, &"`advice` of `[letter]`");
        letter.exemptions.iter_mut().for_each(|one| exemption(one, visit, &"`[letter]`"));
    }
    for statement in &mut response.statements {
        visit(&mut statement.heading, format_args!("`heading` of the statement `{}`", statement.id));
        visit(&mut statement.text, format_args!("`text` of the statement `{}`", statement.id));
    }
    for definition in &mut response.definitions {
        let id = &definition.id;
        for words in &mut definition.requested {
            visit(words, format_args!("`requested` of the definition `{id}`"));
        }
        visit(&mut definition.statute, format_args!("`statute` of the definition `{id}`"));
        visit(&mut definition.label, format_args!("`label` of the definition `{id}`"));
        maybe(&mut definition.reach_reason, visit, &format_args!("`reach_reason` of the definition `{id}`"));
    }
    response.tables.iter_mut().for_each(|one| table(one, visit));
    for list in &mut response.lists {
        let id = &list.id;
        visit(&mut list.title, format_args!("`title` of the record list `{id}`"));
        visit(&mut list.reason, format_args!("`reason` of the record list `{id}`"));
        scope(&mut list.scope, visit, id);
        for column in &mut list.columns {
            visit(&mut column.label, format_args!("a column's `label` of the record list `{id}`"));
        }
    }
    if let Policy::Suppress(policy) = &mut response.policy {
        policy.exemption.iter_mut().for_each(|one| exemption(one, visit, &"`[policy]`"));
    }
    let kinds = letters(response);
    if let Some(office) = &mut response.office {
        authority(office, &kinds, visit);
    }
}

fn question(question: &mut QuestionSpec, visit: &mut Visit<'_>) {
    let number = &question.number;
    visit(&mut question.text, format_args!("`text` of question {number}"));
    let decision = &mut question.decision;
    for one in &mut decision.exemptions {
        exemption(one, visit, &format_args!("question {number}"));
    }
    maybe(&mut decision.particulars, visit, &format_args!("the particulars of question {number}"));
    maybe(&mut decision.advice, visit, &format_args!("`advice` of question {number}"));
    if let Basis::Other { statement } = &mut decision.basis {
        visit(statement, format_args!("`basis_statement` of question {number}"));
    }
}

fn exemption(exemption: &mut Exemption, visit: &mut Visit<'_>, of: &dyn Display) {
    let section = &exemption.section;
    maybe(&mut exemption.title, visit, &format_args!("the title of section {section}"));
    visit(&mut exemption.reason, format_args!("`reason` of the exemption {section} of {of}"));
    maybe(&mut exemption.harm, visit, &format_args!("`harm` of the exemption {section} of {of}"));
    maybe(&mut exemption.public_interest, visit, &format_args!("`public_interest` of the exemption {section} of {of}"));
    maybe(
        &mut exemption.qualified_person,
        visit,
        &format_args!("`qualified_person` of the exemption {section} of {of}"),
    );
}

fn table(table: &mut TableSpec, visit: &mut Visit<'_>) {
    let id = &table.id;
    visit(&mut table.title, format_args!("`title` of the table `{id}`"));
    scope(&mut table.scope, visit, id);
    table.measures.iter_mut().for_each(|one| measure(one, visit, id));
    maybe(&mut table.age_basis, visit, &format_args!("`age_basis` of the table `{id}`"));
    maybe(&mut table.total_label, visit, &format_args!("`total_label` of the table `{id}`"));
    for dimension in &mut table.dimensions {
        let (order, dimension) = (&mut dimension.order, &mut dimension.dimension);
        visit(&mut dimension.label, format_args!("`label` of `{}` in the table `{id}`", dimension.id));
        for category in &mut dimension.categories {
            let Category { id: name, label, kind, .. } = category;
            visit(label, format_args!("the category `{name}` of `{}` in the table `{id}`", dimension.id));
            if let CategoryKind::Code { group: Some(group) } = kind {
                visit(group, format_args!("the group of the code `{name}` of `{}` in the table `{id}`", dimension.id));
            }
        }
        maybe(&mut order.rest, visit, &format_args!("`rest` of `{}` in the table `{id}`", dimension.id));
    }
}

fn scope(scope: &mut Scope, visit: &mut Visit<'_>, id: &str) {
    maybe(&mut scope.date_basis, visit, &format_args!("`date_basis` of `{id}`"));
    maybe(&mut scope.rejected, visit, &format_args!("`rejected` of `{id}`"));
}

fn measure(measure: &mut Measure, visit: &mut Visit<'_>, table: &str) {
    let id = &measure.id;
    visit(&mut measure.label, format_args!("`label` of the measure `{id}` of the table `{table}`"));
    maybe(&mut measure.meaning, visit, &format_args!("`meaning` of the measure `{id}` of the table `{table}`"));
    maybe(&mut measure.total_label, visit, &format_args!("`total_label` of the measure `{id}` of the table `{table}`"));
    if let MeasureSource::Rate { population, .. } = &mut measure.source {
        visit(&mut population.source, format_args!("`source` of the population of the measure `{id}`"));
    }
}

fn maybe(text: &mut Option<String>, visit: &mut Visit<'_>, place: &dyn Display) {
    if let Some(text) = text {
        visit(text, format_args!("{place}"));
    }
}

/// The letters that may come of a response: what a policy withholds may make an answer one in part.
fn letters(response: &Response) -> Vec<LetterKind> {
    let outcomes: Vec<Outcome> = response.questions.iter().map(|question| question.decision.outcome).collect();
    let mut kinds = vec![response.letter.as_ref().map_or_else(|| LetterKind::of(&outcomes), |letter| letter.kind)];
    if matches!(response.policy, Policy::Suppress(_)) && response.letter.is_none() {
        kinds.push(LetterKind::InPart);
    }
    kinds
}

fn authority(office: &mut Authority, letters: &[LetterKind], visit: &mut Visit<'_>) {
    for line in &mut office.contact {
        visit(line, format_args!("`contact` of the authority"));
    }
    visit(&mut office.review.contact, format_args!("`contact` of the authority's `[review]`"));
    if let Some(regulator) = &mut office.regulator {
        visit(&mut regulator.name, format_args!("`name` of the authority's `[regulator]`"));
        visit(&mut regulator.address, format_args!("`address` of the authority's `[regulator]`"));
        visit(&mut regulator.website, format_args!("`website` of the authority's `[regulator]`"));
    }
    maybe(&mut office.complaints, visit, &"`complaints` of the authority");
    for line in &mut office.standard_lines {
        visit(line, format_args!("`standard_lines` of the authority"));
    }
    for (kind, template) in &mut office.templates {
        if letters.contains(kind) {
            self::template(template, visit);
        }
    }
}

fn template(template: &mut Template, visit: &mut Visit<'_>) {
    for part in &mut template.parts {
        match part {
            TemplatePart::Heading(text) | TemplatePart::Paragraph(text) => {
                visit(text, format_args!("a letter of the authority"));
            }
            TemplatePart::Bullets(points) => {
                points.iter_mut().for_each(|point| visit(point, format_args!("a letter of the authority")));
            }
            TemplatePart::Block(_) => {}
        }
    }
}

/// Visits the texts of the schema that notes on the tables and lists of a response may print.
pub(crate) fn of_schema(response: &Response, schema: &Schema, visit: &mut dyn FnMut(&str, Arguments<'_>)) {
    for table in &response.tables {
        units(schema, table.scope.record_table, table.counted, visit);
        let numbers = table.quantities.iter().filter_map(|quantity| quantity.tally.number());
        for column in numbers.flat_map(Number::columns).chain(titles(table)) {
            title(schema, column, visit);
        }
        let of_quantities = table
            .quantities
            .iter()
            .flat_map(|quantity| quantity.filter.iter().flat_map(Filter::columns).chain(quantity.tally.columns()));
        let of_dimensions = table.dimensions.iter().flat_map(|dimension| dimension.source.columns());
        let columns = table.scope.filter.iter().flat_map(Filter::columns).chain(of_dimensions).chain(of_quantities);
        columns.for_each(|column| codes(schema, column, &table.scope, visit));
    }
    for list in &response.lists {
        units(schema, list.scope.record_table, list.scope.record_table, visit);
        of_list(list, schema, visit);
    }
}

/// What the rows are called that are read and that are counted, and those that they hang on.
fn units(schema: &Schema, read: usize, counted: usize, visit: &mut dyn FnMut(&str, Arguments<'_>)) {
    for at in schema.lineage(read) {
        let table = &schema.tables[at];
        visit(&table.unit.many, format_args!("the unit of `{}` in the schema", table.name));
    }
    if read != counted {
        let table = &schema.tables[counted];
        visit(&table.unit.one, format_args!("the unit of `{}` in the schema, in the singular", table.name));
    }
}

/// Columns whose titles notes on a table name: of a stock, and of what is counted once.
fn titles(table: &TableSpec) -> impl Iterator<Item = ColumnRef> {
    let stock = table.dimensions.iter().filter(|dimension| dimension.source.is_stock());
    let stock = stock.flat_map(|dimension| dimension.source.columns());
    let distinct = table.quantities.iter().filter_map(|quantity| match quantity.tally {
        Tally::Distinct { column } if Some(column) != table.counted_by => Some(column),
        _ => None,
    });
    stock.chain(distinct)
}

fn title(schema: &Schema, at: ColumnRef, visit: &mut dyn FnMut(&str, Arguments<'_>)) {
    let column = schema.column(at);
    visit(&column.title, format_args!("`title` of the column `{}` in the schema", column.name));
}

/// The codes of a column that began, ended or moved in the days of a table, and changes of the law in these: notes tell of them.
fn codes(schema: &Schema, at: ColumnRef, scope: &Scope, visit: &mut dyn FnMut(&str, Arguments<'_>)) {
    let Some(list) = list_of(schema, at) else { return };
    let (Some(from), Some(to)) =
        (scope.spans.iter().map(|span| span.from).min(), scope.spans.iter().map(|span| span.to).max())
    else {
        return;
    };
    let begins = |day: Option<Date>| day.is_some_and(|day| day > from);
    let ends = |day: Option<Date>| day.is_some_and(|day| day < to);
    for (position, code) in (0..).zip(&list.codes) {
        let changes = begins(code.valid_from)
            || ends(code.valid_to)
            || code.places.iter().any(|place| begins(place.valid_from) || ends(place.valid_to));
        let passes = scope.filter.as_ref().is_none_or(|filter| filter.holds_for(at, position) != Some(false));
        if changes && passes {
            visit(&code.label, format_args!("the label of the code `{}` of the code list `{}`", code.code, list.name));
        }
    }
    for change in list.changes.iter().filter(|change| from < change.date && change.date <= to) {
        visit(&change.text, format_args!("the change of {} of the code list `{}`", change.date, list.name));
    }
}

fn list_of(schema: &Schema, at: ColumnRef) -> Option<&CodeList> {
    match schema.column(at).holds {
        ColumnType::Code { list } => Some(&schema.code_lists[list]),
        _ => None,
    }
}

/// What a record list shows of the schema: labels of codes, and what ages go by.
fn of_list(list: &ListSpec, schema: &Schema, visit: &mut dyn FnMut(&str, Arguments<'_>)) {
    let shown = list.columns.iter().map(|column| column.column);
    let filtered: Vec<ColumnRef> = list.scope.filter.iter().flat_map(Filter::columns).collect();
    for at in shown.clone() {
        for (position, code) in (0..).zip(list_of(schema, at).iter().flat_map(|list| &list.codes)) {
            let passes = list.scope.filter.as_ref().is_none_or(|filter| filter.holds_for(at, position) != Some(false));
            if passes {
                visit(&code.label, format_args!("the label of the code `{}`", code.code));
            }
        }
    }
    for at in shown.chain(filtered) {
        let column = schema.column(at);
        if let Some(basis) = &column.age_basis {
            visit(basis, format_args!("`age_basis` of the column `{}` in the schema", column.name));
            title(schema, at, visit);
        }
    }
}
