//! A response file as it was written: its form is checked, its places are kept, and nothing is looked up yet.

use crate::authority::Asked;
use crate::decision::{WrittenDecision, decision};
use crate::letter::{LetterSpec, letter};
use crate::policy::{WrittenPolicy, policy};
use candour_model::{ChartChoice, DatePart, Judgement, Outcome, Reach, Rounding};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use toml::Spanned;
use toml::de::DeValue;

use candour_calendar::YearStyle;
use candour_wording::Language;

use crate::diagnostic::{Diagnostics, Fault, Source};
use crate::fields::{At, Faults, Fields, parse};
use crate::hidden::refuse_hidden;
use crate::translation::{Translations, languages};
use crate::{Files, RESPONSE_SCHEMA};

/// Which snapshot is counted: by its id, or by source system and as-at date. "The latest" cannot be said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExtractRef {
    /// By the source system and the date at which the extract was taken.
    Extract {
        /// The source system.
        source: String,
        /// The as-at date.
        as_at: Date,
    },
    /// By the snapshot's id, or enough of its beginning to be unique: at least eight characters.
    Snapshot(String),
}

/// A response file whose form has been checked.
pub struct WrittenResponse {
    pub(crate) source: Source,
    pub(crate) faults: Faults,
    /// The languages of the release, the main one first; never empty.
    pub(crate) languages: At<Vec<Language>>,
    /// The file that says what its texts are in the others.
    pub(crate) translations_file: Option<At<String>>,
    pub(crate) translations: Translations,
    pub(crate) request: Option<Request>,
    pub(crate) extract: Option<Extract>,
    pub(crate) report: Option<Report>,
    pub(crate) notes: Option<Notes>,
    pub(crate) letter: Option<At<LetterSpec>>,
    pub(crate) questions: Vec<Question>,
    pub(crate) statements: Vec<Statement>,
    pub(crate) definitions: Vec<Definition>,
    pub(crate) bands: Vec<Bands>,
    pub(crate) periods: Vec<Periods>,
    pub(crate) groups: Vec<Groups>,
    pub(crate) durations: Vec<Duration>,
    pub(crate) populations: Vec<Population>,
    pub(crate) tables: Vec<Table>,
    pub(crate) records: Vec<Records>,
    /// Whether every question, definition and table could be read, so that one that is named and not there is a fault.
    pub(crate) complete: bool,
    /// Whether it is a response file at all.
    readable: bool,
    /// Whether it needs records: it has tables or lists, or names an extract.
    pub(crate) counts: bool,
    pub(crate) policy: Option<At<WrittenPolicy>>,
    /// Whether a policy was written at all, sound or not.
    pub(crate) has_policy: bool,
    pub(crate) judgement: Option<At<Judgement>>,
}

pub(crate) struct Request {
    pub(crate) authority: At<String>,
    pub(crate) reference: At<String>,
    pub(crate) reference_display: At<String>,
    pub(crate) received: At<Date>,
    pub(crate) answered: At<Date>,
}

pub(crate) struct Extract {
    pub(crate) which: At<ExtractRef>,
    pub(crate) settled_after_days: At<i64>,
}

pub(crate) struct Report {
    pub(crate) title: At<String>,
    /// Name and value of each line, in order of print.
    pub(crate) known: Vec<(&'static str, String)>,
    /// Lines with a label of their own.
    pub(crate) further: Vec<(String, String)>,
    pub(crate) live_data_extracted: Option<At<Date>>,
}

pub(crate) struct Notes {
    pub(crate) source_system: At<String>,
    pub(crate) date_range: At<String>,
    pub(crate) definition: At<String>,
    pub(crate) caveats: Vec<At<String>>,
}

impl Notes {
    /// Its texts with their kinds, in order of print.
    pub(crate) fn all(&self) -> Vec<(&'static str, &At<String>)> {
        let fixed = [
            ("source-system", &self.source_system),
            ("date-range", &self.date_range),
            ("definition", &self.definition),
        ];
        fixed.into_iter().chain(self.caveats.iter().map(|caveat| ("caveat", caveat))).collect()
    }
}

pub(crate) struct Question {
    pub(crate) number: At<String>,
    pub(crate) text: String,
    pub(crate) decision: WrittenDecision,
    pub(crate) other_basis: bool,
    pub(crate) basis_statement: Option<At<String>>,
    pub(crate) answer: Option<At<String>>,
    pub(crate) span: std::ops::Range<usize>,
}

/// A standing text: written here, or named as one of the authority file's.
pub(crate) struct Statement {
    pub(crate) id: At<String>,
    pub(crate) own: Option<OwnStatement>,
}

pub(crate) struct OwnStatement {
    pub(crate) heading: String,
    pub(crate) text: String,
    pub(crate) owner: String,
    pub(crate) expires: At<Date>,
}

pub(crate) struct Definition {
    pub(crate) id: At<String>,
    pub(crate) requested: Vec<At<String>>,
    pub(crate) statute: String,
    pub(crate) code: String,
    pub(crate) label: String,
    pub(crate) filter: At<String>,
    pub(crate) reach: At<Reach>,
    pub(crate) reach_reason: Option<At<String>>,
}

pub(crate) struct Bands {
    pub(crate) name: At<String>,
    pub(crate) bands: Vec<At<String>>,
    /// What people read, where it is not the band itself.
    pub(crate) labels: Vec<At<String>>,
    pub(crate) overlaps: bool,
    pub(crate) gaps: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum LabelStyle {
    Compact,
    Words,
}

/// A set of periods.
pub(crate) struct Periods {
    pub(crate) name: At<String>,
    pub(crate) shape: PeriodShape,
    pub(crate) style: LabelStyle,
    pub(crate) years: YearStyle,
}

pub(crate) enum PeriodShape {
    /// A window, cut and perhaps repeated.
    Window { from: At<Date>, to: At<Date>, every: At<String>, begins: Option<At<String>>, repeat_in: Vec<At<i64>> },
    /// Spans as they are.
    Spans(Vec<Span>),
    /// Days at whose end a stock is counted.
    Stock(Vec<At<Date>>),
}

pub(crate) struct Span {
    pub(crate) from: At<Date>,
    pub(crate) to: At<Date>,
    pub(crate) label: Option<At<String>>,
}

/// A grouping of codes that the response file makes itself.
pub(crate) struct Groups {
    pub(crate) name: At<String>,
    pub(crate) groups: Vec<Group>,
}

pub(crate) struct Group {
    pub(crate) id: Option<At<String>>,
    pub(crate) label: At<String>,
    /// The level whose values are listed; the codes themselves, if there is none.
    pub(crate) level: Option<At<String>>,
    pub(crate) codes: Vec<At<String>>,
    /// The label or id of the group that holds it.
    pub(crate) of_which: Option<At<String>>,
    pub(crate) span: std::ops::Range<usize>,
}

/// A number that is worked out of two dates.
pub(crate) struct Duration {
    pub(crate) name: At<String>,
    pub(crate) from: At<String>,
    pub(crate) to: At<String>,
    pub(crate) unit: At<TimeUnit>,
}

/// In what a duration is counted: whole ones that have passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeUnit {
    /// Minutes; both columns must have a time of day.
    Minutes,
    /// Hours; both columns must have a time of day.
    Hours,
    /// Days between two days of the calendar.
    Days,
}

/// How many people, or whatever a rate is of, there are in each category.
pub(crate) struct Population {
    pub(crate) name: At<String>,
    pub(crate) source: String,
    pub(crate) by: Vec<At<String>>,
    pub(crate) table: At<String>,
}

pub(crate) struct Table {
    pub(crate) id: At<String>,
    pub(crate) title: String,
    pub(crate) questions: Vec<At<String>>,
    pub(crate) scope: WrittenScope,
    pub(crate) measures: Vec<Measure>,
    pub(crate) measures_inside: bool,
    pub(crate) rounding: Rounding,
    pub(crate) definition: Option<At<String>>,
    pub(crate) age_basis: Option<At<String>>,
    pub(crate) rows: Vec<Dimension>,
    pub(crate) columns: Vec<Dimension>,
    pub(crate) total_row: bool,
    pub(crate) total_column: bool,
    pub(crate) subtotals: bool,
    pub(crate) column_subtotals: bool,
    pub(crate) total_label: Option<String>,
    pub(crate) drop_empty_rows: bool,
    pub(crate) chart: Option<At<ChartChoice>>,
    pub(crate) span: std::ops::Range<usize>,
}

/// Which records a table or a record list is about.
pub(crate) struct WrittenScope {
    pub(crate) unit: At<String>,
    pub(crate) filter: Option<At<String>>,
    pub(crate) cancelled: Option<At<bool>>,
    pub(crate) date_basis: Option<At<String>>,
    pub(crate) within: Option<At<String>>,
    pub(crate) rejected: Option<At<String>>,
}

pub(crate) struct Measure {
    pub(crate) id: Option<At<String>>,
    pub(crate) label: String,
    pub(crate) kind: At<WrittenMeasure>,
    pub(crate) filter: Option<At<String>>,
    pub(crate) meaning: Option<String>,
    pub(crate) places: Option<At<i64>>,
    pub(crate) columns: Option<Vec<At<String>>>,
    pub(crate) total_label: Option<String>,
}

/// What a measure is, names not looked up yet.
pub(crate) enum WrittenMeasure {
    Count,
    Distinct(At<String>),
    Sum(At<String>),
    Minimum(At<String>),
    Maximum(At<String>),
    Mean(At<String>),
    Median(At<String>),
    Ratio { of: At<String>, to: At<String>, per: i64 },
    Share { of: At<String>, base: Vec<At<String>> },
    Change { of: At<String>, along: At<String>, percent: bool },
    Rate { of: At<String>, per: At<i64>, population: At<String> },
    Rank { of: At<String>, along: At<String> },
}

pub(crate) struct Dimension {
    pub(crate) id: Option<At<String>>,
    pub(crate) label: String,
    pub(crate) source: WrittenSource,
    /// For periods: the years that hold them. For codes: a level of their list.
    pub(crate) level: Option<At<String>>,
    pub(crate) categories: Vec<At<String>>,
    pub(crate) other: Option<At<String>>,
    pub(crate) not_recorded: Option<At<ShowOrNote>>,
    pub(crate) merge_into: Option<At<String>>,
    pub(crate) sort: Option<At<Sort>>,
    pub(crate) sort_by: Option<At<String>>,
    pub(crate) top: Option<At<i64>>,
    pub(crate) rest: Option<At<String>>,
    pub(crate) span: std::ops::Range<usize>,
}

/// Where the categories of a dimension come from.
pub(crate) enum WrittenSource {
    /// A column, or a duration, with the bands or groups that it is put in.
    Column { column: At<String>, bands: Option<At<String>>, groups: Option<At<String>> },
    /// Periods of the table's date.
    Periods(At<String>),
    /// Days at whose end a stock is counted.
    Stock { periods: At<String>, from: At<String>, until: At<String> },
    /// A part of a date that comes round again; of the table's date, if no column is named.
    Part { part: At<DatePart>, column: Option<At<String>> },
    /// Whether a filter holds.
    Flag(At<String>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Sort {
    Listed,
    Highest,
    Lowest,
}

/// A record list.
pub(crate) struct Records {
    pub(crate) id: At<String>,
    pub(crate) title: String,
    pub(crate) questions: Vec<At<String>>,
    pub(crate) scope: WrittenScope,
    pub(crate) reason: String,
    pub(crate) columns: Vec<ListedColumn>,
    pub(crate) span: std::ops::Range<usize>,
}

pub(crate) struct ListedColumn {
    pub(crate) column: At<String>,
    pub(crate) label: Option<At<String>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShowOrNote {
    Show,
    Note,
    Merge,
}

impl WrittenResponse {
    /// Reads a response file. Faults of form are kept until [`resolve`](Self::resolve), so that they are told together
    /// with faults of meaning.
    pub fn read(source: Source) -> Self {
        let faults = Faults::default();
        let root_table = parse(&source, &faults);
        let root = Fields::root(&root_table, &faults);
        let known = root.choice("schema", &[(RESPONSE_SCHEMA, ())]).is_some();
        // A file that is not TOML, or is another kind of file, would only be misread further.
        let readable = known && faults.count() == 0;
        refuse_hidden(&source, root_table.get_ref(), &faults);
        // A letter that gives no figures needs no extract, no notes and no policy.
        let counts = root.has("table") || root.has("records") || root.has("extract");
        let part = |name: &str| if counts { root.table(name) } else { root.opt_table(name) };
        let languages = languages(&root);
        let translations_file = root.opt_text("translations");
        let request = root.table("request").and_then(|fields| request(&fields));
        let extract = part("extract").and_then(|fields| extract(&fields));
        let report = root.table("report").and_then(|fields| report(&fields, counts));
        let notes = part("notes").and_then(|fields| notes(&fields));
        let letter = root.opt_table("letter").and_then(|fields| letter(&fields));
        let complete = std::cell::Cell::new(true);
        let questions = all(&root.tables("question"), question, &complete);
        let statements = root.tables("statement").iter().filter_map(statement).collect();
        let definitions = all(&root.tables("definition"), definition, &complete);
        let bands = root.named("bands").into_iter().filter_map(|(name, value)| bands(name, value, &faults)).collect();
        let periods =
            root.named("periods").into_iter().filter_map(|(name, value)| periods(name, value, &faults)).collect();
        let groups =
            root.named("groups").into_iter().filter_map(|(name, value)| groups(name, value, &faults)).collect();
        let durations =
            root.named("durations").into_iter().filter_map(|(name, value)| duration(name, value, &faults)).collect();
        let populations = root
            .named("populations")
            .into_iter()
            .filter_map(|(name, value)| population(name, value, &faults))
            .collect();
        let tables = all(&root.tables("table"), table, &complete);
        let records = all(&root.tables("records"), records, &complete);
        let has_policy = root.has("policy");
        let policy = root.opt_table("policy").and_then(|fields| policy(&fields));
        let judgement = root.opt_table("judgement").and_then(|fields| judgement(&fields));
        root.finish();
        drop(root);
        drop(root_table);
        let faults = if readable { faults } else { faults.first_only() };
        Self {
            languages,
            translations_file,
            translations: Translations::default(),
            request,
            extract,
            report,
            notes,
            letter,
            counts,
            questions,
            statements,
            definitions,
            bands,
            periods,
            groups,
            durations,
            populations,
            tables,
            records,
            complete: complete.get(),
            readable,
            policy,
            has_policy,
            judgement,
            faults,
            source,
        }
    }

    /// Reads the translations file that the response file names, if it names one: without, nothing has a translation.
    #[must_use]
    pub fn with_files(mut self, files: &dyn Files) -> Self {
        if self.readable {
            self.translations = Translations::beside(self.translations_file.as_ref(), files, &self.faults);
        }
        self
    }

    /// Whether the file needs records at all. One that does not is resolved by [`resolve_letter`](Self::resolve_letter).
    pub fn needs_extract(&self) -> bool {
        self.counts || !self.readable
    }

    /// What an authority file must agree with.
    pub fn asked(&self) -> Option<Asked> {
        let request = self.request.as_ref()?;
        Some(Asked {
            authority: request.authority.value.clone(),
            reference_display: request.reference_display.value.clone(),
        })
    }

    /// Which snapshot the file asks for.
    ///
    /// # Errors
    /// All faults of form, when that cannot be said.
    pub fn extract(self) -> Result<(ExtractRef, Self), Diagnostics> {
        match &self.extract {
            Some(extract) if self.readable => Ok((extract.which.value.clone(), self)),
            _ => Err(match self.faults.finish::<()>(&self.source, None) {
                Err(diagnostics) => diagnostics,
                Ok(()) => Diagnostics(Vec::new()),
            }),
        }
    }
}

/// Reads each of some tables, and notes when one could not be read.
fn all<'t, T>(
    tables: &[Fields<'t>],
    read: impl Fn(&Fields<'t>) -> Option<T>,
    complete: &std::cell::Cell<bool>,
) -> Vec<T> {
    let read: Vec<Option<T>> = tables.iter().map(read).collect();
    complete.set(complete.get() && read.iter().all(Option::is_some));
    read.into_iter().flatten().collect()
}

fn request(fields: &Fields<'_>) -> Option<Request> {
    let authority = fields.text("authority");
    let reference = fields.text("reference");
    let reference_display = fields.opt_text("reference_display").or_else(|| reference.clone());
    let (received, answered) = (fields.date("received"), fields.date("answered"));
    fields.finish();
    Some(Request {
        authority: authority?,
        reference: reference?,
        reference_display: reference_display?,
        received: received?,
        answered: answered?,
    })
}

fn extract(fields: &Fields<'_>) -> Option<Extract> {
    let faults_before = fields.faults().count();
    let (snapshot, source, as_at) = (fields.opt_text("snapshot"), fields.opt_text("source"), fields.opt_date("as_at"));
    let settled_after_days = fields.opt_whole("settled_after_days");
    if !fields.has("settled_after_days") {
        let fault = Fault::new(fields.span(), "`extract` lacks the key `settled_after_days`");
        fields.faults().push(fault.hint("after how many days do figures of this system hardly change any more?"));
    }
    fields.finish();
    let which = match (snapshot, source, as_at) {
        (Some(id), None, None) => Some(id.map(ExtractRef::Snapshot)),
        (None, Some(source), Some(as_at)) => {
            Some(At { span: source.span, value: ExtractRef::Extract { source: source.value, as_at: as_at.value } })
        }
        _ if fields.faults().count() > faults_before => None,
        (Some(_), _, _) => {
            let fault = Fault::new(fields.span(), "`extract` names a snapshot twice");
            fields.faults().push(fault.hint("write either `source` and `as_at`, or `snapshot` with its id"));
            None
        }
        _ => {
            let fault = Fault::new(fields.span(), "`extract` names no snapshot");
            fields.faults().push(fault.hint("write either `source` and `as_at`, or `snapshot` with its id"));
            None
        }
    };
    let settled_after_days = settled_after_days?;
    if !(0..=36_500).contains(&settled_after_days.value) {
        fields.faults().add(&settled_after_days.span, "`settled_after_days` must be from 0 to 36500");
    }
    Some(Extract { which: which?, settled_after_days })
}

/// The metadata block. Without records the title alone is needed, and nothing may be said of an extract.
fn report(fields: &Fields<'_>, counts: bool) -> Option<Report> {
    let title = fields.text("title");
    let mut known = Vec::new();
    let prose = |key: &str| if counts { fields.prose(key) } else { fields.opt_prose(key) };
    let date = |key: &str| if counts { fields.date(key) } else { fields.opt_date(key) };
    for key in
        ["protective_marking", "publication_scheme", "ad_hoc_reference", "foi_reference", "summary", "creating_branch"]
    {
        known.extend(prose(key).map(|text| (key, text.value)));
    }
    let (created, review) = (date("date_created"), date("review_date"));
    if let (Some(created), Some(review)) = (&created, &review)
        && review.value < created.value
    {
        fields.faults().add(&review.span, "`review_date` lies before `date_created`");
    }
    known.extend(created.map(|date| ("date_created", in_figures(date.value))));
    known.extend(review.map(|date| ("review_date", in_figures(date.value))));
    let live_data_from = prose("live_data_from");
    let live_data_extracted = date("live_data_extracted");
    let of_extract = live_data_from.as_ref().map(|text| &text.span);
    let of_extract = of_extract.or(live_data_extracted.as_ref().map(|date| &date.span));
    if let Some(span) = of_extract.filter(|_| !counts) {
        fields.faults().add(span, "the report speaks of an extract, and there is no `[extract]`");
    }
    known.extend(live_data_from.map(|text| ("live_data_from", text.value)));
    known.extend(live_data_extracted.as_ref().map(|date| ("live_data_extracted", in_figures(date.value))));
    let mut further = Vec::new();
    for field in fields.tables("field") {
        let (label, value) = (field.text("label"), field.prose("value"));
        field.finish();
        if let (Some(label), Some(value)) = (label, value) {
            further.push((label.value, value.value));
        }
    }
    fields.finish();
    Some(Report { title: title?, known, further, live_data_extracted })
}

/// A date as metadata blocks print it: 21/05/2020.
fn in_figures(date: Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

fn notes(fields: &Fields<'_>) -> Option<Notes> {
    let source_system = fields.prose("source_system");
    let date_range = fields.prose("date_range");
    let definition = fields.prose("definition");
    let caveats = fields.proses("caveats");
    fields.finish();
    Some(Notes { source_system: source_system?, date_range: date_range?, definition: definition?, caveats })
}

fn question(fields: &Fields<'_>) -> Option<Question> {
    let number = fields.text("number");
    let text = fields.prose("text");
    let decision = decision(fields);
    // What is not disclosed needs no basis of figures, and its answer may be in the decision alone.
    let discloses = decision.as_ref().is_none_or(|decision| decision.outcome.value.discloses());
    let bases = [("as asked", false), ("other", true)];
    let other_basis = if discloses { fields.choice("basis", &bases) } else { fields.opt_choice("basis", &bases) };
    let basis_statement = fields.opt_prose("basis_statement");
    let answer = if discloses { fields.prose("answer") } else { fields.opt_prose("answer") };
    fields.finish();
    let (number, decision) = (number?, decision?);
    let faults = fields.faults();
    let is_other = other_basis.as_ref().is_some_and(|other| other.value);
    match (&basis_statement, &other_basis) {
        (None, Some(other)) if other.value => {
            let fault = Fault::new(other.span.clone(), "an answer on another basis must say which");
            faults.push(fault.hint("add `basis_statement`: what was asked, what is answered, and why they differ"));
        }
        (Some(statement), _) if !is_other => {
            faults.add(&statement.span, "`basis_statement` stands only with `basis = \"other\"`");
        }
        _ => {}
    }
    if decision.outcome.value == Outcome::NeitherConfirmedNorDenied {
        for text in [&answer, &basis_statement].into_iter().flatten() {
            let message = "words of one's own may give away whether the information is held";
            let fault = Fault::new(text.span.clone(), message);
            faults.push(fault.hint("take them away: the decision says all that is said"));
        }
    }
    if discloses && (other_basis.is_none() || answer.is_none()) {
        return None;
    }
    Some(Question {
        number,
        text: text?.value,
        decision,
        other_basis: is_other,
        basis_statement,
        answer,
        span: fields.span(),
    })
}

fn statement(fields: &Fields<'_>) -> Option<Statement> {
    let id = fields.text("id");
    if fields.opt_flag("from_authority").is_some_and(|flag| flag.value) {
        fields.finish();
        return Some(Statement { id: id?, own: None });
    }
    let (heading, text) = (fields.text("heading"), fields.prose("text"));
    let (owner, expires) = (fields.text("owner"), fields.date("expires"));
    fields.finish();
    let own = OwnStatement { heading: heading?.value, text: text?.value, owner: owner?.value, expires: expires? };
    Some(Statement { id: id?, own: Some(own) })
}

fn definition(fields: &Fields<'_>) -> Option<Definition> {
    let id = fields.text("id");
    let requested = fields.proses("requested");
    if requested.is_empty() {
        let fault =
            Fault::new(fields.span(), "a definition needs `requested`: the words of the request that it stands for");
        fields.faults().push(fault);
    }
    let (statute, code, label) = (fields.text("statute"), fields.text("code"), fields.text("label"));
    let filter = fields.prose("filter");
    let reach =
        fields.choice("reach", &[("same", Reach::Same), ("narrower", Reach::Narrower), ("wider", Reach::Wider)]);
    let reach_reason = fields.opt_prose("reach_reason");
    fields.finish();
    let reach = reach?;
    if reach.value != Reach::Same && reach_reason.is_none() {
        let fault = Fault::new(reach.span.clone(), "what was counted is not what was asked: say why in `reach_reason`");
        fields.faults().push(fault);
    }
    Some(Definition {
        id: id?,
        requested,
        statute: statute?.value,
        code: code?.value,
        label: label?.value,
        filter: filter?,
        reach,
        reach_reason,
    })
}

fn bands(name: At<String>, value: &Spanned<DeValue<'_>>, faults: &Faults) -> Option<Bands> {
    let faults_before = faults.count();
    let fields = Fields::of(value, format!("the bands `{}`", name.value), faults)?;
    let bands = fields.texts("bands");
    if bands.is_empty() && faults.count() == faults_before {
        let fault = Fault::new(fields.span(), format!("`{}` lists no bands", name.value));
        faults.push(fault.hint("write `bands = [\"0-9\", \"10-19\", \"20+\"]`"));
    }
    let labels = fields.texts("labels");
    if fields.has("labels") && labels.len() != bands.len() {
        let message = format!("`{}` has {} bands and {} labels", name.value, bands.len(), labels.len());
        faults.push(Fault::new(fields.span(), message).hint("give each band a label, in the same order"));
    }
    let allowed = |key| fields.opt_choice(key, &[("refused", false), ("allowed", true)]).is_some_and(|at| at.value);
    let (overlaps, gaps) = (allowed("overlaps"), allowed("gaps"));
    fields.finish();
    Some(Bands { name, bands, labels, overlaps, gaps })
}

fn periods(name: At<String>, value: &Spanned<DeValue<'_>>, faults: &Faults) -> Option<Periods> {
    let fields = Fields::of(value, format!("the periods `{}`", name.value), faults)?;
    let shape = if fields.has("spans") {
        let spans: Vec<Option<Span>> = fields.tables("spans").iter().map(span).collect();
        spans.into_iter().collect::<Option<Vec<_>>>().map(PeriodShape::Spans)
    } else if fields.has("at") {
        Some(PeriodShape::Stock(fields.dates("at")))
    } else {
        let (from, to) = (fields.date("from"), fields.date("to"));
        let every = fields.text("every");
        let begins = fields.opt_text("year_begins");
        let repeat_in = fields.wholes("repeat_in");
        match (from, to, every) {
            (Some(from), Some(to), Some(every)) => Some(PeriodShape::Window { from, to, every, begins, repeat_in }),
            _ => None,
        }
    };
    let style = fields.opt_choice("labels", &[("compact", LabelStyle::Compact), ("words", LabelStyle::Words)]);
    let years = [("2019/20", YearStyle::Short), ("2019/2020", YearStyle::Long), ("2019-20", YearStyle::Hyphen)];
    let years = fields.opt_choice("year_labels", &years);
    fields.finish();
    let shape = shape?;
    if let PeriodShape::Spans(spans) = &shape
        && spans.is_empty()
    {
        faults.add(&name.span, format!("`{}` lists no spans", name.value));
    }
    if let PeriodShape::Stock(days) = &shape
        && days.is_empty()
    {
        faults.add(&name.span, format!("`{}` lists no days", name.value));
    }
    let style = style.map_or(LabelStyle::Words, |style| style.value);
    Some(Periods { name, shape, style, years: years.map_or(YearStyle::Short, |years| years.value) })
}

fn span(fields: &Fields<'_>) -> Option<Span> {
    let (from, to, label) = (fields.date("from"), fields.date("to"), fields.opt_text("label"));
    fields.finish();
    Some(Span { from: from?, to: to?, label })
}

fn groups(name: At<String>, value: &Spanned<DeValue<'_>>, faults: &Faults) -> Option<Groups> {
    let fields = Fields::of(value, format!("the groups `{}`", name.value), faults)?;
    let groups: Vec<Option<Group>> = fields.tables("groups").iter().map(group).collect();
    fields.finish();
    let groups = groups.into_iter().collect::<Option<Vec<_>>>()?;
    if groups.is_empty() {
        let fault = Fault::new(name.span.clone(), format!("`{}` lists no groups", name.value));
        faults.push(fault.hint("write `groups = [{ label = \"...\", codes = [\"...\"] }]`"));
    }
    Some(Groups { name, groups })
}

fn group(fields: &Fields<'_>) -> Option<Group> {
    let (id, label, level) = (fields.opt_text("id"), fields.text("label"), fields.opt_text("level"));
    let codes = fields.texts("codes");
    let of_which = fields.opt_text("of_which");
    fields.finish();
    if codes.is_empty() {
        fields
            .faults()
            .add(&fields.span(), "a group needs `codes`: the codes, or the values of its `level`, that it holds");
    }
    Some(Group { id, label: label?, level, codes, of_which, span: fields.span() })
}

fn duration(name: At<String>, value: &Spanned<DeValue<'_>>, faults: &Faults) -> Option<Duration> {
    let fields = Fields::of(value, format!("the duration `{}`", name.value), faults)?;
    let (from, to) = (fields.text("from"), fields.text("to"));
    let units = [("days", TimeUnit::Days), ("hours", TimeUnit::Hours), ("minutes", TimeUnit::Minutes)];
    let unit = fields.choice("unit", &units);
    fields.finish();
    Some(Duration { name, from: from?, to: to?, unit: unit? })
}

fn population(name: At<String>, value: &Spanned<DeValue<'_>>, faults: &Faults) -> Option<Population> {
    let fields = Fields::of(value, format!("the population `{}`", name.value), faults)?;
    let (source, by, table) = (fields.text("source"), fields.texts("by"), fields.prose("table"));
    fields.finish();
    if by.is_empty() {
        let fault = Fault::new(name.span.clone(), format!("the population `{}` lacks `by`", name.value));
        faults.push(fault.hint("name the dimensions that it is broken down by: `by = [\"year\"]`"));
        return None;
    }
    Some(Population { name, source: source?.value, by, table: table? })
}

/// What tables and record lists have in common.
fn scope(fields: &Fields<'_>) -> Option<WrittenScope> {
    let unit = fields.text("unit");
    let filter = fields.opt_prose("filter");
    let cancelled = fields.opt_choice("cancelled", &[("included", true), ("excluded", false)]);
    let date_basis = fields.opt_text("date_basis");
    let within = fields.opt_text("within");
    let rejected = fields.opt_prose("rejected");
    Some(WrittenScope { unit: unit?, filter, cancelled, date_basis, within, rejected })
}

const CHARTS: [(&str, ChartChoice); 5] = [
    ("none", ChartChoice::None),
    ("auto", ChartChoice::Auto),
    ("lines", ChartChoice::Lines),
    ("bars", ChartChoice::Bars),
    ("pyramid", ChartChoice::Pyramid),
];

fn table(fields: &Fields<'_>) -> Option<Table> {
    let id = fields.text("id");
    let title = fields.text("title");
    let questions = fields.texts("questions");
    let scope = scope(fields);
    let sound = std::cell::Cell::new(true);
    let measures = if fields.has("measures") {
        if let Some(single) = fields.opt_text("measure") {
            fields.faults().add(&single.span, "a table has either `measure` or `measures`");
        }
        all(&fields.tables("measures"), measure, &sound)
    } else {
        let single = |label: At<String>| Measure {
            id: None,
            label: label.value,
            kind: At { value: WrittenMeasure::Count, span: label.span },
            filter: None,
            meaning: None,
            places: None,
            columns: None,
            total_label: None,
        };
        fields.text("measure").map(single).into_iter().collect()
    };
    let order = fields.opt_choice("measure_order", &[("outside", false), ("inside", true)]);
    let roundings = [("half-even", Rounding::HalfEven), ("half-up", Rounding::HalfUp)];
    let rounding = fields.opt_choice("rounding", &roundings);
    let definition = fields.opt_text("definition");
    let age_basis = fields.opt_text("age_basis");
    let rows = all(&fields.tables("rows"), dimension, &sound);
    let columns = all(&fields.tables("columns"), dimension, &sound);
    if rows.is_empty() && sound.get() {
        let fault = Fault::new(fields.span(), "a table needs `rows` with at least one dimension");
        fields
            .faults()
            .push(fault.hint("write what it is broken down by: `rows = [{ column = \"...\", label = \"...\" }]`"));
    }
    let total = |key| fields.opt_flag(key).is_some_and(|flag| flag.value);
    let (total_row, total_column, subtotals) = (total("total_row"), total("total_column"), total("subtotals"));
    let column_subtotals = total("column_subtotals");
    let total_label = fields.opt_text("total_label");
    let empty_rows = fields.choice("empty_rows", &[("show", false), ("drop", true)]);
    let chart = fields.opt_choice("chart", &CHARTS);
    fields.finish();
    if !sound.get() || measures.is_empty() {
        return None;
    }
    Some(Table {
        id: id?,
        title: title?.value,
        questions,
        scope: scope?,
        measures,
        measures_inside: order.is_some_and(|order| order.value),
        rounding: rounding.map_or(Rounding::HalfEven, |rounding| rounding.value),
        definition,
        age_basis,
        rows,
        columns,
        total_row,
        total_column,
        subtotals,
        column_subtotals,
        total_label: total_label.map(|label| label.value),
        drop_empty_rows: empty_rows?.value,
        chart,
        span: fields.span(),
    })
}

fn measure(fields: &Fields<'_>) -> Option<Measure> {
    let faults_before = fields.faults().count();
    let (id, label) = (fields.opt_text("id"), fields.text("label"));
    let kind = measure_kind(fields);
    let filter = fields.opt_prose("filter");
    let meaning = fields.opt_prose("meaning").map(|meaning| meaning.value);
    let places = fields.opt_whole("places");
    let columns = fields.has("columns").then(|| fields.texts("columns"));
    let total_label = fields.opt_text("total_label").map(|label| label.value);
    fields.finish();
    if kind.is_none() && fields.faults().count() == faults_before {
        let fault = Fault::new(fields.span(), "a measure says one thing that it is");
        fields.faults().push(fault.hint(
            "`count = true`, or one of `distinct`, `sum`, `minimum`, `maximum`, `mean`, `median`, `ratio`, `share`, `change`, `rate`, `rank`",
        ));
    }
    Some(Measure { id, label: label?.value, kind: kind?, filter, meaning, places, columns, total_label })
}

fn measure_kind(fields: &Fields<'_>) -> Option<At<WrittenMeasure>> {
    let keys = [
        "count", "distinct", "sum", "minimum", "maximum", "mean", "median", "ratio", "share", "change", "rate", "rank",
    ];
    let written: Vec<&str> = keys.into_iter().filter(|key| fields.has(key)).collect();
    let [key] = written[..] else {
        // All keys are known, so that none of them is told as unknown besides.
        keys.iter().for_each(|key| fields.know(key));
        return None;
    };
    keys.iter().for_each(|key| fields.know(key));
    let at = |value| At { value, span: fields.span() };
    Some(at(match key {
        "count" => {
            let count = fields.opt_flag("count")?;
            if !count.value {
                fields.faults().add(&count.span, "`count` can only be true");
            }
            WrittenMeasure::Count
        }
        "distinct" => WrittenMeasure::Distinct(fields.text(key)?),
        "sum" => WrittenMeasure::Sum(fields.text(key)?),
        "minimum" => WrittenMeasure::Minimum(fields.text(key)?),
        "maximum" => WrittenMeasure::Maximum(fields.text(key)?),
        "mean" => WrittenMeasure::Mean(fields.text(key)?),
        "median" => WrittenMeasure::Median(fields.text(key)?),
        "ratio" => {
            let of = fields.text(key)?;
            let to = fields.text("to");
            let per = fields.opt_whole("per");
            let percent = fields.opt_choice("as", &[("percent", 100_i64), ("number", 1)]);
            let per = per.map(|per| per.value).or(percent.map(|percent| percent.value)).unwrap_or(1);
            WrittenMeasure::Ratio { of, to: to?, per }
        }
        "share" => {
            let of = fields.text(key)?;
            let base = fields.texts("base");
            if base.is_empty() {
                let fault = Fault::new(fields.span(), "a share needs its `base`");
                fields.faults().push(fault.hint(
                    "`base = [\"row\"]`, `[\"column\"]` or `[\"table\"]`, or the dimensions that are summed over for it",
                ));
                return None;
            }
            WrittenMeasure::Share { of, base }
        }
        "change" => {
            let (of, along) = (fields.text(key)?, fields.text("along"));
            let percent = fields.choice("as", &[("percent", true), ("number", false)]);
            WrittenMeasure::Change { of, along: along?, percent: percent?.value }
        }
        "rate" => {
            let (of, population, per) = (fields.text(key)?, fields.text("population"), fields.opt_whole("per"));
            if per.is_none() {
                fields.faults().add(&fields.span(), "a rate needs `per`: for each how many, such as `per = 1000`");
            }
            WrittenMeasure::Rate { of, per: per?, population: population? }
        }
        _ => {
            let (of, along) = (fields.text("rank")?, fields.text("along"));
            WrittenMeasure::Rank { of, along: along? }
        }
    }))
}

fn dimension(fields: &Fields<'_>) -> Option<Dimension> {
    let faults_before = fields.faults().count();
    let id = fields.opt_text("id");
    let label = fields.text("label");
    let column = fields.opt_text("column");
    let (bands, groups) = (fields.opt_text("bands"), fields.opt_text("groups"));
    let periods = fields.opt_text("periods");
    let (from, until) = (fields.opt_text("from"), fields.opt_text("until"));
    let parts = [("month", DatePart::Month), ("weekday", DatePart::Weekday), ("hour", DatePart::Hour)];
    let part = fields.opt_choice("part", &parts);
    let flag = fields.opt_prose("flag");
    let level = fields.opt_text("level");
    let categories = fields.texts("categories");
    let other = fields.opt_text("other");
    let choices = [("show", ShowOrNote::Show), ("note", ShowOrNote::Note), ("merge", ShowOrNote::Merge)];
    let not_recorded = fields.opt_choice("not_recorded", &choices);
    let merge_into = fields.opt_text("merge_into");
    let sorts = [("listed", Sort::Listed), ("highest", Sort::Highest), ("lowest", Sort::Lowest)];
    let (sort, sort_by) = (fields.opt_choice("sort", &sorts), fields.opt_text("sort_by"));
    let (top, rest) = (fields.opt_whole("top"), fields.opt_text("rest"));
    fields.finish();
    let faults = fields.faults();
    let goes_with = |text: &Option<At<String>>, name: &str, what: &str| {
        if let Some(text) = text {
            faults.add(&text.span, format!("`{name}` goes with {what}"));
        }
    };
    let with_periods = periods.is_some() || (part.is_some() && column.is_none());
    if let (Some(at), true) = (&not_recorded, with_periods) {
        faults.add(&at.span, "`not_recorded` goes with a `column`, not with `periods`");
    }
    if periods.is_some() || part.is_some() || flag.is_some() {
        goes_with(&bands, "bands", "a `column`, not with `periods`");
        goes_with(&groups, "groups", "a `column`");
        goes_with(&other, "other", "a `column`");
    }
    let source = match (column, periods, part, flag) {
        (Some(column), None, None, None) => Some(WrittenSource::Column { column, bands, groups }),
        (column, None, Some(part), None) => Some(WrittenSource::Part { part, column }),
        (None, Some(periods), None, None) => match (&from, &until) {
            (Some(from), Some(until)) => {
                Some(WrittenSource::Stock { periods, from: from.clone(), until: until.clone() })
            }
            (None, None) => Some(WrittenSource::Periods(periods)),
            _ => {
                faults.add(
                    &fields.span(),
                    "a stock needs both `from` and `until`: the dates between which a record counts",
                );
                None
            }
        },
        (None, None, None, Some(flag)) => Some(WrittenSource::Flag(flag)),
        _ if faults.count() > faults_before => None,
        _ => {
            let fault = Fault::new(fields.span(), "a dimension is either a `column` or `periods`");
            faults.push(fault.hint("or `part`, or `flag`: one of them"));
            None
        }
    };
    if !matches!(source, Some(WrittenSource::Stock { .. }) | None) {
        goes_with(&from, "from", "the `periods` of a stock");
        goes_with(&until, "until", "the `periods` of a stock");
    }
    if let (Some(level), Some(WrittenSource::Part { .. } | WrittenSource::Flag(_))) = (&level, &source) {
        faults.add(&level.span, "`level` goes with `periods`, or with a `column` of codes");
    }
    let merges = not_recorded.as_ref().is_some_and(|at| at.value == ShowOrNote::Merge);
    if merges != merge_into.is_some() {
        let span = merge_into.as_ref().map_or_else(|| fields.span(), |at| at.span.clone());
        let fault = Fault::new(span, "`not_recorded = \"merge\"` and `merge_into` go together");
        faults.push(fault.hint("`merge_into` is the id of the category that takes what is not recorded"));
    }
    Some(Dimension {
        id,
        label: label?.value,
        source: source?,
        level,
        categories,
        other,
        not_recorded,
        merge_into,
        sort,
        sort_by,
        top,
        rest,
        span: fields.span(),
    })
}

/// A record list says outright that it releases records, and why.
fn records(fields: &Fields<'_>) -> Option<Records> {
    let id = fields.text("id");
    let title = fields.text("title");
    let questions = fields.texts("questions");
    let release = fields.choice("release", &[("records", ())]);
    let reason = fields.prose("reason");
    let scope = scope(fields);
    let listed: Vec<Option<ListedColumn>> = fields.tables("columns").iter().map(listed_column).collect();
    fields.finish();
    let columns = listed.into_iter().collect::<Option<Vec<_>>>()?;
    if columns.is_empty() {
        fields.faults().add(&fields.span(), "a record list needs `columns`: `columns = [{ column = \"...\" }]`");
    }
    release?;
    Some(Records {
        id: id?,
        title: title?.value,
        questions,
        scope: scope?,
        reason: reason?.value,
        columns,
        span: fields.span(),
    })
}

fn listed_column(fields: &Fields<'_>) -> Option<ListedColumn> {
    let (column, label) = (fields.text("column"), fields.opt_text("label"));
    fields.finish();
    Some(ListedColumn { column: column?, label })
}

/// Reads a judgement.
pub(crate) fn judgement(fields: &Fields<'_>) -> Option<At<Judgement>> {
    let (by, role, date) = (fields.text("by"), fields.text("role"), fields.date("date"));
    let figures = fields.opt_whole("figures");
    if !fields.has("figures") {
        let fault = Fault::new(fields.span(), "`judgement` lacks the key `figures`: how many figures were judged");
        fields.faults().push(fault);
    }
    let list = fields.text("list");
    let (living, identifiable) = (fields.prose("living"), fields.prose("identifiable"));
    let (principle, harm, conclusion) = (fields.prose("principle"), fields.prose("harm"), fields.prose("conclusion"));
    fields.finish();
    let figures = figures?;
    let Ok(count) = u64::try_from(figures.value) else {
        fields.faults().add(&figures.span, "`figures` cannot be negative");
        return None;
    };
    let judgement = Judgement {
        by: by?.value,
        role: role?.value,
        date: date?.value,
        figures: count,
        list: list?.value,
        living: living?.value,
        identifiable: identifiable?.value,
        principle: principle?.value,
        harm: harm?.value,
        conclusion: conclusion?.value,
    };
    Some(At { value: judgement, span: fields.span() })
}
