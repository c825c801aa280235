//! The response as one web page: no script, nothing fetched, readable without its style sheet.

use askama::Template;
use candour_model::{
    Basis, Cell, Document, Mark, Note, Outcome, Question, Reason, RecordList, ReportField, Row, RowKind, Shown,
    Statement, Table,
};
use candour_wording::say;

/// The page.
pub(crate) fn write(document: &Document) -> Result<Vec<u8>, askama::Error> {
    let page = Page {
        document,
        questions: document.about.questions.iter().map(|question| question_view(question, document)).collect(),
        notes: notes_view(&document.about.notes),
        tables: document.tables.iter().enumerate().map(|(at, table)| table_view(at, table)).collect(),
        lists: document.lists.iter().enumerate().map(|(at, list)| list_view(at, list)).collect(),
    };
    Ok(page.render()?.into_bytes())
}

#[derive(Template)]
#[template(path = "response.html")]
struct Page<'d> {
    document: &'d Document,
    questions: Vec<QuestionView<'d>>,
    notes: Vec<(&'d str, Vec<&'d str>)>,
    tables: Vec<TableView<'d>>,
    lists: Vec<ListView<'d>>,
}

struct ListView<'d> {
    id: &'d str,
    title: String,
    list: &'d RecordList,
}

struct QuestionView<'d> {
    heading: String,
    text: Vec<&'d str>,
    decision: String,
    basis: Option<&'d str>,
    exemptions: Vec<String>,
    answer: Vec<&'d str>,
    tables: Vec<(&'d str, String)>,
}

struct TableView<'d> {
    id: &'d str,
    title: String,
    /// How many characters it has across, for paper.
    across: usize,
    /// Whether that is more than fits on a usual page.
    widest: bool,
    notes: &'d [Note],
    legend: Vec<String>,
    heading_rows: Vec<HeadingRow>,
    groups: Vec<Vec<RowView>>,
}

/// A row of headings: those over the row labels stand in the first one and span them all.
struct HeadingRow {
    labels: Vec<String>,
    columns: Vec<HeadingCell>,
    depth: usize,
}

struct HeadingCell {
    label: String,
    across: usize,
    down: usize,
    scope: &'static str,
}

struct RowView {
    total: bool,
    headings: Vec<HeadingCell>,
    figures: Vec<String>,
}

impl Page<'_> {
    /// A fixed text.
    fn word(&self, id: &str) -> String {
        say(id, &[])
    }

    fn day(&self, day: &jiff::civil::Date) -> String {
        let month = say(&format!("month-{}", day.month()), &[]);
        format!("{} {month} {}", day.day(), day.year())
    }

    fn report(&self) -> &[ReportField] {
        &self.document.about.report
    }

    fn statements(&self) -> &[Statement] {
        &self.document.about.statements
    }

    /// A value of a record list, or that none is recorded.
    fn listed(&self, value: &Option<String>) -> String {
        value.clone().unwrap_or_else(|| say("not-recorded", &[]))
    }

    fn paragraphs<'t>(&self, text: &'t str) -> Vec<&'t str> {
        paragraphs(text)
    }
}

/// The paragraphs of a text: a blank line parts them.
fn paragraphs(text: &str) -> Vec<&str> {
    text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()).collect()
}

fn question_view<'d>(question: &'d Question, document: &'d Document) -> QuestionView<'d> {
    let outcome = match question.decision.outcome {
        Outcome::InFull => "outcome-in-full",
        Outcome::InPart => "outcome-in-part",
        Outcome::Refused => "outcome-refused",
        Outcome::NotHeld => "outcome-not-held",
    };
    let exemption = |exemption: &candour_model::Exemption| {
        let args = [("section", exemption.section.as_str().into()), ("reason", exemption.reason.as_str().into())];
        say("exemption", &args)
    };
    let title = |id: &'d String| {
        let table = document.tables.iter().enumerate().find(|(_, table)| table.about.id == *id);
        let table = table.map(|(at, table)| numbered(at, table));
        let list = document.lists.iter().enumerate().find(|(_, list)| list.id == *id);
        let list = list.map(|(at, list)| numbered_list(at, list));
        (id.as_str(), table.or(list).unwrap_or_else(|| id.clone()))
    };
    QuestionView {
        heading: say("question", &[("number", question.number.as_str().into())]),
        text: paragraphs(&question.text),
        decision: say(outcome, &[]),
        basis: match &question.decision.basis {
            Basis::AsAsked => None,
            Basis::Other { statement } => Some(statement),
        },
        exemptions: question.decision.exemptions.iter().map(exemption).collect(),
        answer: paragraphs(&question.answer),
        tables: question.tables.iter().map(title).collect(),
    }
}

/// The notes with one heading over those of a kind that follow one another.
fn notes_view(notes: &[Note]) -> Vec<(&str, Vec<&str>)> {
    let mut views: Vec<(&str, Vec<&str>)> = Vec::new();
    for note in notes {
        match views.last_mut() {
            Some((heading, texts)) if *heading == note.heading => texts.extend(paragraphs(&note.text)),
            _ => views.push((&note.heading, paragraphs(&note.text))),
        }
    }
    views
}

/// A table's caption, with its number.
pub(crate) fn numbered(at: usize, table: &Table) -> String {
    say("table-number", &[("number", (at as u64 + 1).into()), ("title", table.about.title.as_str().into())])
}

/// A record list's caption, with its number.
pub(crate) fn numbered_list(at: usize, list: &RecordList) -> String {
    say("list-number", &[("number", (at as u64 + 1).into()), ("title", list.title.as_str().into())])
}

fn list_view(at: usize, list: &RecordList) -> ListView<'_> {
    ListView { id: &list.id, title: numbered_list(at, list), list }
}

fn table_view(at: usize, table: &Table) -> TableView<'_> {
    let whole = across(table, usize::MAX);
    let widest = whole > PAGE;
    TableView {
        id: &table.about.id,
        title: numbered(at, table),
        across: if widest { across(table, SHORT) } else { whole },
        widest,
        notes: &table.about.notes,
        legend: legend(table),
        heading_rows: heading_rows(table),
        groups: groups(table),
    }
}

/// How many characters of small type fit across a page.
const PAGE: usize = 176;
/// To what length a heading's words may be broken on a larger page.
const SHORT: usize = 8;

/// How many characters a table has across when all text wraps between words, and headings also after so many letters.
fn across(table: &Table, heading: usize) -> usize {
    let longest = |text: &str| text.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0);
    let labels = (0..table.row_headings.len()).map(|level| {
        let rows = table.rows.iter().filter(|row| is_body(row));
        let labels = rows.filter_map(|row| row.labels.get(level)).chain(table.row_headings.get(level));
        labels.map(|label| longest(label).min(heading)).max().unwrap_or(0)
    });
    let columns = table.columns.iter().enumerate().map(|(at, column)| {
        let figures = table.rows.iter().filter_map(|row| row.cells.get(at)).map(|cell| longest(&figure(cell)));
        figures.chain(column.labels.last().map(|label| longest(label).min(heading))).max().unwrap_or(0)
    });
    // The space between two columns takes about two characters.
    labels.chain(columns).map(|characters| characters + 2).sum()
}

/// The shorthand that stands in the table, each explained once.
pub(crate) fn legend(table: &Table) -> Vec<String> {
    let mut reasons: Vec<Reason> = table
        .rows
        .iter()
        .flat_map(|row| &row.cells)
        .filter_map(|cell| match cell.shown {
            Shown::Withheld(reason) => Some(reason),
            Shown::Value(_) => None,
        })
        .collect();
    reasons.sort_unstable();
    reasons.dedup();
    let marks: std::collections::BTreeSet<Mark> =
        table.rows.iter().flat_map(|row| &row.cells).flat_map(|cell| cell.marks.iter().copied()).collect();
    let mark = |mark: &Mark| match mark {
        Mark::Provisional => say("shorthand-p", &[]),
        Mark::Break => say("shorthand-b", &[]),
    };
    let word = |reason: &Reason| match reason {
        Reason::Confidential => say("shorthand-c", &[]),
        Reason::NotApplicable => say("shorthand-z", &[]),
        Reason::NotAvailable => say("shorthand-x", &[]),
    };
    reasons.iter().map(word).chain(marks.iter().map(mark)).collect()
}

fn heading_rows(table: &Table) -> Vec<HeadingRow> {
    let depth = table.columns.iter().map(|column| column.labels.len()).max().unwrap_or(1);
    (0..depth)
        .map(|level| {
            let mut columns: Vec<HeadingCell> = Vec::new();
            for (at, column) in table.columns.iter().enumerate() {
                let Some(label) = column.labels.get(level) else { continue };
                let last = level + 1 == column.labels.len();
                match (columns.last_mut(), at.checked_sub(1).map(|before| &table.columns[before])) {
                    (Some(before), Some(neighbour)) if column.continues(neighbour, level) => before.across += 1,
                    _ => columns.push(HeadingCell {
                        label: label.clone(),
                        across: 1,
                        // The last heading of a column spans what is left.
                        down: if last { depth - level } else { 1 },
                        scope: if last { "col" } else { "colgroup" },
                    }),
                }
            }
            let labels = if level == 0 { table.row_headings.clone() } else { Vec::new() };
            HeadingRow { labels, columns, depth }
        })
        .collect()
}

/// Whether a row stands among the categories, and is no total.
fn is_body(row: &Row) -> bool {
    matches!(row.kind, RowKind::Inner | RowKind::Rest)
}

/// The rows, one group for each outermost category with its subtotal, and one for the grand total.
fn groups(table: &Table) -> Vec<Vec<RowView>> {
    let mut groups: Vec<Vec<RowView>> = Vec::new();
    let nested = table.row_headings.len() > 1;
    for (at, row) in table.rows.iter().enumerate() {
        let outer = |row: &Row| row.key.first().copied();
        let starts = match at.checked_sub(1) {
            None => true,
            Some(_) if row.kind == RowKind::GrandTotal => true,
            Some(_) => {
                let body_before = table.rows[..at].iter().rev().find(|row| is_body(row));
                nested && is_body(row) && body_before.is_some_and(|before| outer(before) != outer(row))
            }
        };
        if starts {
            groups.push(Vec::new());
        }
        let view = RowView {
            total: !is_body(row),
            headings: row_headings(table, at),
            figures: row.cells.iter().map(figure).collect(),
        };
        if let Some(group) = groups.last_mut() {
            group.push(view);
        }
    }
    groups
}

/// The headings of a row. An outer heading stands once and spans its rows.
fn row_headings(table: &Table, at: usize) -> Vec<HeadingCell> {
    let row = &table.rows[at];
    let levels = table.row_headings.len();
    if !is_body(row) {
        let label = row.labels.first().cloned().unwrap_or_default();
        return vec![HeadingCell { label, across: levels, down: 1, scope: "row" }];
    }
    let shares = |other: &Row, level: usize| {
        is_body(other) && other.labels.len() > level + 1 && other.key.get(..=level) == row.key.get(..=level)
    };
    let mut headings = Vec::new();
    for (level, label) in row.labels.iter().enumerate() {
        let inner = level + 1 == row.labels.len();
        if !inner && at > 0 && shares(&table.rows[at - 1], level) {
            continue;
        }
        let down = if inner { 1 } else { table.rows[at..].iter().take_while(|other| shares(other, level)).count() };
        let scope = if inner { "row" } else { "rowgroup" };
        let across = if inner { levels - level } else { 1 };
        headings.push(HeadingCell { label: label.clone(), across, down, scope });
    }
    headings
}

/// A value or the shorthand in its place, and the shorthand beside it.
fn figure(cell: &Cell) -> String {
    let value = match cell.shown {
        Shown::Value(value) => value.to_string(),
        Shown::Withheld(reason) => reason.symbol().to_owned(),
    };
    let marks = cell.marks.iter().map(|mark| match mark {
        Mark::Provisional => " [p]",
        Mark::Break => " [b]",
    });
    [value].into_iter().chain(marks.map(str::to_owned)).collect()
}
