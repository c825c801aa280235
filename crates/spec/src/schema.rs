//! The schema: which record tables an extract has, what one row of each counts, and what each column holds.

use std::collections::{BTreeMap, BTreeSet};

use candour_wording::Language;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use toml::Spanned;
use toml::de::DeValue;

use crate::csv_table::CsvTable;
use crate::diagnostic::{Diagnostics, Fault, Source, did_you_mean, nearest};
use crate::fields::{At, Faults, Fields, parse};
use crate::filter::{Filter, read_filter};
use crate::hidden::refuse_hidden;
use crate::translation::{Translations, language};
use crate::value::parse_date;
use crate::{Files, SCHEMA_SCHEMA};

/// What one row counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// One of them: "offence".
    pub one: String,
    /// Several: "offences". Response files choose a record table by this word.
    pub many: String,
}

/// How finely a date is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// To the day.
    Day,
    /// To the month.
    Month,
    /// To the calendar year.
    Year,
    /// To the financial year, which begins on 1 April.
    FinancialYear,
}

impl Precision {
    /// Whether a span of this precision begins on `day`.
    pub fn begins_on(self, day: Date) -> bool {
        match self {
            Self::Day => true,
            Self::Month => day.day() == 1,
            Self::Year => (day.month(), day.day()) == (1, 1),
            Self::FinancialYear => (day.month(), day.day()) == (4, 1),
        }
    }
}

/// What a disclosure of the column could do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Names one person or record; stored only as a keyed pseudonym.
    Identifier,
    /// Helps to single a person out together with others.
    QuasiIdentifier,
    /// What a person would not want known.
    Sensitive,
    /// None of these.
    Plain,
}

impl Role {
    /// Whether a value may stand in a message.
    pub fn may_be_shown(self) -> bool {
        self == Self::Plain
    }
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ColumnType {
    /// Text.
    Text,
    /// A whole number within limits.
    Integer {
        /// Lowest value.
        min: Option<i64>,
        /// Highest value.
        max: Option<i64>,
    },
    /// A decimal number with so many places.
    Decimal {
        /// Digits after the point.
        places: u8,
    },
    /// A date.
    Date {
        /// How finely it is known.
        precision: Precision,
        /// How the extract writes it (`strptime` directives); ISO when absent.
        format: Option<String>,
        /// Earliest date.
        min: Option<Date>,
        /// Latest date; the extract's as-at date when absent.
        max: Option<Date>,
    },
    /// A date with a time of day.
    DateTime {
        /// How the extract writes it (`strptime` directives); ISO when absent.
        format: Option<String>,
    },
    /// Yes or no.
    Boolean,
    /// A code of a code list.
    Code {
        /// The code list's position.
        list: usize,
    },
}

/// A code and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// As the records have it.
    pub code: String,
    /// As people read it.
    pub label: String,
    /// The group that it belongs to; the last one, where that changed.
    pub group: Option<String>,
    /// The first day on which it could be used.
    pub valid_from: Option<Date>,
    /// The last such day.
    pub valid_to: Option<Date>,
    /// Where the list's hierarchy puts it, and when. Several where it moved, or lies in several places at once.
    pub places: Vec<CodePlace>,
}

/// Where a hierarchy puts a code between two days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodePlace {
    /// One value a level of the list, finest first.
    pub levels: Vec<Option<String>>,
    /// The first day.
    pub valid_from: Option<Date>,
    /// The last day.
    pub valid_to: Option<Date>,
}

/// A change from some day on of what codes stand for, such as an Act that widened an offence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The first day on which it held.
    pub date: Date,
    /// The positions of the codes that it touches.
    pub codes: Vec<u32>,
    /// What changed, as a sentence.
    pub text: String,
}

/// The codes that a column may hold, in the order in which tables show them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeList {
    /// Its name in the schema.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The levels above the codes, finest first: subclass, category, subgroup, group.
    pub levels: Vec<String>,
    /// Its codes, each once.
    pub codes: Vec<Code>,
    /// Changes of what they stand for, in order of date.
    pub changes: Vec<Change>,
}

impl CodeList {
    /// The position of a code.
    pub fn position(&self, code: &str) -> Option<usize> {
        self.codes.iter().position(|known| known.code == code)
    }
}

/// A column of a record table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name in filters.
    pub name: String,
    /// Its heading in the extract.
    pub header: String,
    /// What people call it.
    pub title: String,
    /// What it holds.
    pub holds: ColumnType,
    /// Whether every record must have a value.
    pub required: bool,
    /// What its disclosure could do.
    pub role: Role,
    /// Values that mean "not recorded", besides an empty one.
    pub missing: Vec<String>,
    /// For a date: which date of the record it is ("recorded").
    pub date_basis: Option<String>,
    /// For an age: when it was taken ("at report").
    pub age_basis: Option<String>,
}

/// A column of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ColumnRef {
    /// The record table's position.
    pub table: usize,
    /// The column's position in it.
    pub column: usize,
}

/// A record table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordTable {
    /// Its name, and the stem of its file.
    pub name: String,
    /// What one row counts.
    pub unit: Unit,
    /// Its columns; only these are kept.
    pub columns: Vec<Column>,
    /// The column that names a record.
    pub key: Option<usize>,
    /// The record table that its records hang on, and the column that names the parent's key.
    pub parent: Option<Link>,
    /// The column that names a person, since a person may stand in several rows.
    pub person: Option<usize>,
    /// Which records the source system holds as cancelled.
    pub cancelled: Option<Filter>,
}

/// A link to a parent record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The parent table's position.
    pub table: usize,
    /// The column of this table that holds the parent's key.
    pub column: usize,
}

/// Which record tables a table of a response may name columns of: the one whose unit it counts, and the one whose rows are
/// read for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) unit: usize,
    pub(crate) base: usize,
}

impl Reach {
    pub(crate) fn of(table: usize) -> Self {
        Self { unit: table, base: table }
    }
}

/// The record tables of an extract; parents stand before their children.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The code lists.
    pub code_lists: Vec<CodeList>,
    /// The record tables.
    pub tables: Vec<RecordTable>,
    /// The language of its labels and titles.
    #[serde(default, skip_serializing_if = "is_english")]
    pub language: Language,
    /// What they are in others.
    #[serde(default, skip_serializing_if = "Translations::is_empty")]
    pub translations: Translations,
}

/// A schema that says nothing of languages is kept as it was before there were several.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_english(language: &Language) -> bool {
    *language == Language::ENGLISH
}

impl Schema {
    /// That of no records at all.
    pub fn empty() -> Self {
        Self {
            name: String::new(),
            title: String::new(),
            code_lists: Vec::new(),
            tables: Vec::new(),
            language: Language::default(),
            translations: Translations::default(),
        }
    }

    /// A column.
    pub fn column(&self, at: ColumnRef) -> &Column {
        &self.tables[at.table].columns[at.column]
    }

    /// The position of a record table by name.
    pub fn table(&self, name: &str) -> Option<usize> {
        self.tables.iter().position(|table| table.name == name)
    }

    /// A record table and those that it hangs on, nearest first.
    pub fn lineage(&self, table: usize) -> Vec<usize> {
        let mut lineage = vec![table];
        while let Some(link) = self.tables[lineage[lineage.len() - 1]].parent {
            lineage.push(link.table);
        }
        lineage
    }

    /// The column that a name means in a filter over `table`: one of its own or, failing that, of the nearest table that
    /// it hangs on. `name` may be qualified with a table's name.
    pub fn find(&self, table: usize, qualifier: Option<&str>, name: &str) -> Option<ColumnRef> {
        self.lineage(table).into_iter().find_map(|table| {
            let here = &self.tables[table];
            if qualifier.is_some_and(|qualifier| qualifier != here.name) {
                return None;
            }
            let column = here.columns.iter().position(|column| column.name == name)?;
            Some(ColumnRef { table, column })
        })
    }

    /// The column that a name means where `unit` is counted by way of the rows of `base`, which hangs on it: the unit's own
    /// columns come first.
    pub(crate) fn find_in(&self, reach: Reach, qualifier: Option<&str>, name: &str) -> Option<ColumnRef> {
        self.find(reach.unit, qualifier, name).or_else(|| self.find(reach.base, qualifier, name))
    }

    /// The names that a filter over `table` may use.
    pub(crate) fn names(&self, table: usize) -> Vec<&str> {
        let tables = self.lineage(table).into_iter().map(|table| &self.tables[table]);
        tables.flat_map(|table| table.columns.iter().map(|column| column.name.as_str())).collect()
    }

    /// What may be meant by a name that is no column's: one of what hangs on the unit needs its table before it. `others` are
    /// further names that may stand there.
    pub(crate) fn column_hint<'s>(
        &'s self,
        reach: Reach,
        name: &str,
        others: impl Iterator<Item = &'s str>,
    ) -> Option<String> {
        let hangs_on = |table: &usize| *table != reach.unit && self.lineage(*table).contains(&reach.unit);
        let has = |table: &usize| self.tables[*table].columns.iter().any(|column| column.name == name);
        match (0..self.tables.len()).filter(hangs_on).find(has) {
            Some(table) => Some(format!("did you mean `{}.{name}`?", self.tables[table].name)),
            None => did_you_mean(name, self.names(reach.base).into_iter().chain(others)),
        }
    }

    /// The pseudonym domain of an identifier column: columns of one domain give the same pseudonym for the same value,
    /// in every extract. A link shares its parent's key's domain, and all person columns share one.
    pub fn pseudonym_domain(&self, at: ColumnRef) -> String {
        let table = &self.tables[at.table];
        // A link comes first: it must match the parent's key whatever else it is.
        if let Some(link) = table.parent
            && link.column == at.column
            && let Some(key) = self.tables[link.table].key
        {
            return self.pseudonym_domain(ColumnRef { table: link.table, column: key });
        }
        if table.person == Some(at.column) {
            return "person".into();
        }
        format!("{}.{}", table.name, table.columns[at.column].name)
    }
}

/// Reads a schema file.
///
/// # Errors
/// Every fault found, each with its place.
pub fn read_schema(source: &Source, files: &dyn Files) -> Result<Schema, Diagnostics> {
    let faults = Faults::default();
    let root = parse(source, &faults);
    refuse_hidden(source, root.get_ref(), &faults);
    let schema = Reader { faults: &faults, files }.schema(&Fields::root(&root, &faults));
    let known = matches!(root.get_ref().get("schema").map(|value| value.get_ref()), Some(DeValue::String(name)) if name == SCHEMA_SCHEMA);
    // A file that is another kind of file would only be misread further.
    let faults = if known { faults } else { faults.first_only() };
    faults.finish(source, schema)
}

/// A record table as written: names not looked up yet.
struct WrittenTable {
    table: RecordTable,
    name: At<String>,
    parent: Option<(At<String>, At<String>)>,
    cancelled: Option<At<String>>,
}

/// A row of a code list as written.
struct CodeRow {
    code: String,
    label: String,
    place: CodePlace,
}

struct Reader<'r> {
    faults: &'r Faults,
    files: &'r dyn Files,
}

impl Reader<'_> {
    fn schema(&self, root: &Fields<'_>) -> Option<Schema> {
        root.choice("schema", &[(SCHEMA_SCHEMA, ())]);
        let name = root.text("name");
        let title = root.text("title");
        let code_lists = self.code_lists(root);
        let tables = self.tables(root, &code_lists);
        let language = language(root);
        let file = root.opt_text("translations");
        let translations = Translations::beside(file.as_ref(), self.files, self.faults);
        root.finish();
        let (name, title) = (name?.value, title?.value);
        let mut schema = Schema { name, title, code_lists, tables: Vec::new(), language, translations };
        self.link(&mut schema, tables);
        if let Some(file) = &file {
            self.translations(file, &schema);
        }
        Some(schema)
    }

    /// A row of the translations that is about no text of the schema is a slip: what it was meant for would go untranslated.
    fn translations(&self, file: &At<String>, schema: &Schema) {
        let known: BTreeSet<&str> = schema.texts().into_iter().collect();
        for (number, text) in schema.translations.strangers(schema.language, &known) {
            let message = format!("`{}`: row {number}: `{text}` is no label, title or unit of this schema", file.value);
            let mut fault = Fault::new(file.span.clone(), message);
            fault.hint = nearest(&text, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
            self.faults.push(fault);
        }
    }

    // --- Code lists ---

    fn code_lists(&self, root: &Fields<'_>) -> Vec<CodeList> {
        let lists = root.named("code_lists").into_iter();
        lists.filter_map(|(name, value)| self.code_list(&name, value)).collect()
    }

    fn code_list(&self, name: &At<String>, value: &Spanned<DeValue<'_>>) -> Option<CodeList> {
        let faults_before = self.faults.count();
        let list = Fields::of(value, format!("the code list `{}`", name.value), self.faults)?;
        let title = list.opt_text("title").map_or_else(|| name.value.clone(), |title| title.value);
        let mut levels: Vec<String> = Vec::new();
        for level in list.texts("levels") {
            self.identifier(&level);
            if ["code", "label", "valid_from", "valid_to"].contains(&level.value.as_str())
                || levels.contains(&level.value)
            {
                self.faults.add(&level.span, format!("`{}` cannot be a level, or stands twice", level.value));
            } else {
                levels.push(level.value);
            }
        }
        // The group is a level without being named as one.
        if !levels.iter().any(|level| level == "group") {
            levels.push("group".into());
        }
        let file = list.opt_text("file");
        let inline: Vec<CodeRow> = list.tables("codes").iter().filter_map(|code| self.code(code, &levels)).collect();
        let changes = list.tables("changes");
        let rows = match file {
            Some(file) if list.has("codes") => {
                self.faults.add(&file.span, "a code list stands either in `file` or in `codes`, not in both");
                inline
            }
            Some(file) => self.codes_from_file(&file, &levels),
            None => inline,
        };
        if rows.iter().all(|row| row.place.levels.last().is_none_or(Option::is_none)) && levels.len() == 1 {
            levels.clear();
        }
        let codes = self.one_code_a_code(name, rows, levels.len());
        if codes.is_empty() && self.faults.count() == faults_before {
            self.faults.add(&name.span, format!("the code list `{}` is empty", name.value));
        }
        let mut read = CodeList { name: name.value.clone(), title, levels, codes, changes: Vec::new() };
        read.changes = changes.iter().filter_map(|change| self.change(change, &read)).collect();
        read.changes.sort_by_key(|change| change.date);
        if let Some(file) = list.opt_text("changes_file") {
            read.changes.extend(self.changes_from_file(&file, &read));
            read.changes.sort_by_key(|change| change.date);
        }
        list.finish();
        Some(read)
    }

    /// Joins the rows of one code: it may have moved, or lie in several places at once.
    fn one_code_a_code(&self, name: &At<String>, rows: Vec<CodeRow>, levels: usize) -> Vec<Code> {
        let mut codes: Vec<Code> = Vec::new();
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for mut row in rows {
            row.place.levels.truncate(levels);
            match known.get(&row.code) {
                None => {
                    known.insert(row.code.clone(), codes.len());
                    let group = row.place.levels.last().cloned().flatten();
                    let (valid_from, valid_to) = (row.place.valid_from, row.place.valid_to);
                    let places = vec![row.place];
                    codes.push(Code { code: row.code, label: row.label, group, valid_from, valid_to, places });
                }
                Some(&at) => {
                    let code = &mut codes[at];
                    let shares = |place: &CodePlace| {
                        place.levels == row.place.levels
                            && place.valid_from.is_none_or(|from| row.place.valid_to.is_none_or(|to| from <= to))
                            && row.place.valid_from.is_none_or(|from| place.valid_to.is_none_or(|to| from <= to))
                    };
                    if code.places.iter().any(shares) {
                        let message = format!("the code `{}` stands twice in the list `{}`", row.code, name.value);
                        let fault = Fault::new(name.span.clone(), message);
                        self.faults.push(
                            fault.hint("a code may stand again in another place of the hierarchy, or on other days"),
                        );
                        continue;
                    }
                    // None is the open end.
                    code.valid_from = code.valid_from.min(row.place.valid_from);
                    code.valid_to = code.valid_to.zip(row.place.valid_to).map(|(one, other)| one.max(other));
                    code.places.push(row.place);
                    code.places.sort_by_key(|place| place.valid_from);
                    code.group = code.places.last().and_then(|place| place.levels.last().cloned().flatten());
                }
            }
        }
        codes
    }

    fn code(&self, fields: &Fields<'_>, levels: &[String]) -> Option<CodeRow> {
        let code = fields.text("code");
        let label = fields.text("label");
        let levels = levels.iter().map(|level| fields.opt_text(level).map(|value| value.value)).collect();
        let valid_from = fields.opt_date("valid_from");
        let valid_to = fields.opt_date("valid_to");
        fields.finish();
        if let (Some(from), Some(to)) = (&valid_from, &valid_to)
            && to.value < from.value
        {
            self.faults.add(&to.span, "`valid_to` lies before `valid_from`");
        }
        let (valid_from, valid_to) = (valid_from.map(|date| date.value), valid_to.map(|date| date.value));
        Some(CodeRow { code: code?.value, label: label?.value, place: CodePlace { levels, valid_from, valid_to } })
    }

    /// A change of what codes stand for: `date`, `codes` (all, if left out) and `text`.
    fn change(&self, fields: &Fields<'_>, list: &CodeList) -> Option<Change> {
        let (date, text, codes) = (fields.date("date"), fields.text("text"), fields.texts("codes"));
        fields.finish();
        let codes = if fields.has("codes") {
            codes.iter().filter_map(|code| self.changed_code(&code.value, &code.span, list)).collect()
        } else {
            (0..u32::try_from(list.codes.len()).unwrap_or(u32::MAX)).collect()
        };
        Some(Change { date: date?.value, codes, text: text?.value })
    }

    fn changed_code(&self, code: &str, span: &std::ops::Range<usize>, list: &CodeList) -> Option<u32> {
        let found = list.position(code).and_then(|at| u32::try_from(at).ok());
        if found.is_none() {
            let mut fault = Fault::new(span.clone(), format!("`{code}` is no code of the list `{}`", list.name));
            fault.hint = did_you_mean(code, list.codes.iter().map(|code| code.code.as_str()));
            self.faults.push(fault);
        }
        found
    }

    /// Reads changes from a CSV file with the columns `date`, `code` (empty: all codes) and `text`. Rows of one date and
    /// text are one change.
    fn changes_from_file(&self, file: &At<String>, list: &CodeList) -> Vec<Change> {
        let Some(table) = self.csv_file(file, &["date", "code", "text"], &[]) else { return Vec::new() };
        let mut changes: Vec<Change> = Vec::new();
        for (line, row) in table.rows() {
            let fault =
                |message: String| self.faults.add(&file.span, format!("`{}`: row {line}: {message}", file.value));
            let date = row.get("date").and_then(|date| parse_date(date, Precision::Day));
            let (Some(date), Some(text)) = (date, row.get("text")) else {
                fault("a change needs a `date` such as 2020-05-21 and a `text`".into());
                continue;
            };
            let codes: Vec<u32> = match row.get("code") {
                Some(code) => self.changed_code(code, &file.span, list).into_iter().collect(),
                None => (0..u32::try_from(list.codes.len()).unwrap_or(u32::MAX)).collect(),
            };
            match changes.iter_mut().find(|change| change.date == date && change.text == text) {
                Some(change) => change.codes.extend(codes),
                None => changes.push(Change { date, codes, text: text.to_owned() }),
            }
        }
        changes
    }

    /// Reads a code list from a CSV file with the columns `code`, `label` and, if they are there, `valid_from`, `valid_to`
    /// and one for each level.
    fn codes_from_file(&self, file: &At<String>, levels: &[String]) -> Vec<CodeRow> {
        let optional: Vec<&str> =
            ["valid_from", "valid_to"].into_iter().chain(levels.iter().map(String::as_str)).collect();
        let Some(table) = self.csv_file(file, &["code", "label"], &optional) else { return Vec::new() };
        let mut codes = Vec::new();
        for (line, row) in table.rows() {
            let fault =
                |message: String| self.faults.add(&file.span, format!("`{}`: row {line}: {message}", file.value));
            let day = |name: &str| {
                let parsed = parse_date(row.get(name)?, Precision::Day);
                if parsed.is_none() {
                    fault(format!("`{name}` is not a date such as 2020-05-21"));
                }
                parsed
            };
            let (Some(code), Some(label)) = (row.get("code"), row.get("label")) else {
                fault("`code` or `label` is empty".into());
                continue;
            };
            let (valid_from, valid_to) = (day("valid_from"), day("valid_to"));
            if valid_from.zip(valid_to).is_some_and(|(from, to)| to < from) {
                fault("`valid_to` lies before `valid_from`".into());
            }
            // Official lists are not tidy: "Theft  " and "Theft" are one group.
            let tidy = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let levels = levels.iter().map(|level| row.get(level).map(tidy)).collect();
            let place = CodePlace { levels, valid_from, valid_to };
            codes.push(CodeRow { code: code.to_owned(), label: tidy(label), place });
        }
        codes
    }

    fn csv_file(&self, file: &At<String>, required: &[&str], optional: &[&str]) -> Option<CsvTable> {
        let read = self.files.read(&file.value).map_err(|reason| vec![reason]);
        let table = read.and_then(|bytes| CsvTable::read(&bytes, required, optional));
        let told = |reasons: Vec<String>| {
            reasons.iter().for_each(|reason| self.faults.add(&file.span, format!("`{}`: {reason}", file.value)));
        };
        table.map_err(told).ok()
    }

    // --- Record tables ---

    fn tables(&self, root: &Fields<'_>, lists: &[CodeList]) -> Vec<WrittenTable> {
        let tables: Vec<_> = root
            .named("tables")
            .into_iter()
            .filter_map(|(name, value)| self.record_table(name, value, lists))
            .collect();
        if tables.is_empty() && self.faults.count() == 0 {
            self.faults.add(&(0..0), "a schema needs at least one record table, such as `[tables.notices]`");
        }
        tables
    }

    fn record_table(&self, name: At<String>, value: &Spanned<DeValue<'_>>, lists: &[CodeList]) -> Option<WrittenTable> {
        self.identifier(&name);
        let fields = Fields::of(value, format!("the record table `{}`", name.value), self.faults)?;
        let unit = fields.table("unit").and_then(|unit| {
            let (one, many) = (unit.text("one"), unit.text("many"));
            unit.finish();
            Some(Unit { one: one?.value, many: many?.value })
        });
        let columns = self.columns(&fields, lists);
        let position = |name: Option<At<String>>| {
            let name = name?;
            let found = columns.iter().position(|column| column.name == name.value);
            if found.is_none() {
                let mut fault = Fault::new(name.span, format!("there is no column `{}`", name.value));
                fault.hint = did_you_mean(&name.value, columns.iter().map(|column| column.name.as_str()));
                self.faults.push(fault);
            }
            found
        };
        let key_name = fields.opt_text("key");
        let key = position(key_name.clone());
        if let (Some(key), Some(written)) = (key, key_name)
            && !columns[key].required
        {
            self.faults.add(&written.span, format!("the key `{}` must be `required = true`", written.value));
        }
        let person_name = fields.opt_text("person");
        let person = position(person_name.clone());
        if let (Some(person), Some(written)) = (person, person_name)
            && columns[person].role != Role::Identifier
        {
            let message = format!("`{}` names a person, so its role must be `identifier`", written.value);
            self.faults.add(&written.span, message);
        }
        let parent = fields.opt_table("parent").and_then(|parent| {
            let (table, column) = (parent.text("table"), parent.text("column"));
            parent.finish();
            Some((table?, column?))
        });
        let cancelled = fields.opt_prose("cancelled");
        fields.finish();
        let table =
            RecordTable { name: name.value.clone(), unit: unit?, columns, key, parent: None, person, cancelled: None };
        Some(WrittenTable { table, name, parent, cancelled })
    }

    /// Names are used in filters and as file names, so they are plain identifiers.
    fn identifier(&self, name: &At<String>) {
        let plain = name
            .value
            .bytes()
            .enumerate()
            .all(|(at, byte)| byte.is_ascii_lowercase() || byte == b'_' || (at > 0 && byte.is_ascii_digit()));
        if !plain || name.value.is_empty() || name.value.starts_with('_') || name.value.len() > 63 {
            let fault = Fault::new(name.span.clone(), format!("`{}` cannot be a name", name.value));
            self.faults.push(fault.hint("use lower-case letters, digits and underscores, a letter first"));
        }
    }

    fn columns(&self, table: &Fields<'_>, lists: &[CodeList]) -> Vec<Column> {
        let columns = table.named("columns").into_iter();
        let columns: Vec<Column> = columns.filter_map(|(name, value)| self.column(&name, value, lists)).collect();
        if columns.is_empty() {
            self.faults.add(&table.span(), "a record table needs at least one column, under `columns`");
        }
        let mut bases = BTreeSet::new();
        for basis in columns.iter().filter_map(|column| column.date_basis.as_ref()) {
            if !bases.insert(basis) {
                self.faults
                    .add(&table.span(), format!("two dates have the `date_basis` `{basis}`: which one is meant?"));
            }
        }
        let mut headers = BTreeMap::new();
        for column in &columns {
            if let Some(other) = headers.insert(column.header.as_str(), column.name.as_str()) {
                let message = format!("`{other}` and `{}` read the same heading `{}`", column.name, column.header);
                self.faults.add(&table.span(), message);
            }
        }
        columns
    }

    fn column(&self, name: &At<String>, value: &Spanned<DeValue<'_>>, lists: &[CodeList]) -> Option<Column> {
        self.identifier(name);
        let fields = Fields::of(value, format!("the column `{}`", name.value), self.faults)?;
        let header =
            fields.opt_prose("header").map_or_else(|| name.value.clone(), |header| header.value.trim().to_owned());
        let title = fields.opt_text("title").map_or_else(|| in_words(&name.value), |title| title.value);
        let required = fields.opt_flag("required").is_some_and(|required| required.value);
        let role = fields.choice(
            "role",
            &[
                ("identifier", Role::Identifier),
                ("quasi-identifier", Role::QuasiIdentifier),
                ("sensitive", Role::Sensitive),
                ("plain", Role::Plain),
            ],
        );
        let missing: Vec<String> = fields.proses("missing").into_iter().map(|text| text.value).collect();
        let date_basis = fields.opt_text("date_basis");
        let age_basis = fields.opt_text("age_basis");
        let holds = self.holds(&fields, lists);
        // Which keys are known depends on the type.
        if holds.is_some() {
            fields.finish();
        }
        let (role, holds) = (role?, holds?);
        if let ColumnType::Code { list } = holds
            && let Some(both) = missing.iter().find(|missing: &&String| lists[list].position(missing).is_some())
        {
            self.faults.add(&name.span, format!("`{both}` is a code and also means that nothing is recorded"));
        }
        if role.value == Role::Identifier && holds != ColumnType::Text {
            self.faults.add(&role.span, "an identifier is stored as a pseudonym, so its type must be `text`");
        }
        if let Some(basis) = &date_basis
            && !matches!(holds, ColumnType::Date { .. } | ColumnType::DateTime { .. })
        {
            self.faults.add(&basis.span, "only a column of the type `date` or `date-time` has a `date_basis`");
        }
        if let Some(basis) = &age_basis
            && !matches!(holds, ColumnType::Integer { .. })
        {
            self.faults.add(&basis.span, "only a whole number has an `age_basis`");
        }
        Some(Column {
            name: name.value.clone(),
            header,
            title,
            holds,
            required,
            role: role.value,
            missing,
            date_basis: date_basis.map(|basis| basis.value),
            age_basis: age_basis.map(|basis| basis.value),
        })
    }

    fn holds(&self, fields: &Fields<'_>, lists: &[CodeList]) -> Option<ColumnType> {
        let kinds = ["text", "integer", "decimal", "date", "date-time", "boolean", "code"];
        let kind = fields.choice("type", &kinds.map(|kind| (kind, kind)))?;
        Some(match kind.value {
            "text" => ColumnType::Text,
            "integer" => {
                let (min, max) = (fields.opt_whole("min"), fields.opt_whole("max"));
                if let (Some(min), Some(max)) = (&min, &max)
                    && max.value < min.value
                {
                    self.faults.add(&max.span, "`max` is less than `min`");
                }
                ColumnType::Integer { min: min.map(|min| min.value), max: max.map(|max| max.value) }
            }
            "decimal" => {
                let places = fields.opt_whole("places");
                let span = places.as_ref().map_or_else(|| fields.span(), |places| places.span.clone());
                match places.and_then(|places| u8::try_from(places.value).ok()).filter(|&places| places <= 9) {
                    Some(places) => ColumnType::Decimal { places },
                    None => {
                        self.faults.add(&span, "a decimal column needs `places`, from 0 to 9");
                        return None;
                    }
                }
            }
            "date" => self.date(fields)?,
            "date-time" => {
                let format = fields.opt_text("format");
                let sample = date(2001, 2, 3).at(14, 5, 6, 0);
                self.format(format.as_ref(), "%d/%m/%Y %H:%M:%S", |format| {
                    // Seconds may be left out: many systems do not keep them.
                    let read = jiff::civil::DateTime::strptime(format, sample.strftime(format).to_string()).ok()?;
                    (read.date() == sample.date() && read.hour() == 14 && read.minute() == 5).then_some(())
                });
                ColumnType::DateTime { format: format.map(|format| format.value) }
            }
            "boolean" => ColumnType::Boolean,
            _ => {
                let name = fields.text("codes")?;
                let Some(list) = lists.iter().position(|list| list.name == name.value) else {
                    let mut fault = Fault::new(name.span, format!("there is no code list `{}`", name.value));
                    fault.hint = did_you_mean(&name.value, lists.iter().map(|list| list.name.as_str()));
                    self.faults.push(fault);
                    return None;
                };
                ColumnType::Code { list }
            }
        })
    }

    fn date(&self, fields: &Fields<'_>) -> Option<ColumnType> {
        let precision = fields.choice(
            "precision",
            &[
                ("day", Precision::Day),
                ("month", Precision::Month),
                ("year", Precision::Year),
                ("financial-year", Precision::FinancialYear),
            ],
        )?;
        let format = fields.opt_text("format");
        if let Some(format) = &format
            && precision.value != Precision::Day
        {
            self.faults.add(&format.span, "only a date with `precision = \"day\"` takes a `format`");
        }
        let sample = date(2001, 2, 3);
        self.format(format.as_ref(), "%d/%m/%Y", |format| {
            let read = Date::strptime(format, sample.strftime(format).to_string()).ok()?;
            (read == sample).then_some(())
        });
        let (min, max) = (fields.opt_date("min"), fields.opt_date("max"));
        if let (Some(min), Some(max)) = (&min, &max)
            && max.value < min.value
        {
            self.faults.add(&max.span, "`max` is before `min`");
        }
        Some(ColumnType::Date {
            precision: precision.value,
            format: format.map(|format| format.value),
            min: min.map(|min| min.value),
            max: max.map(|max| max.value),
        })
    }

    /// A form of dates must give back the date that it wrote. `strftime` panics on what it does not know only when it is
    /// printed, so the directives are read first.
    fn format(&self, written: Option<&At<String>>, example: &str, reads_back: impl Fn(&str) -> Option<()>) {
        let Some(written) = written else { return };
        if jiff::fmt::strtime::format(&written.value, date(2001, 2, 3).at(14, 5, 6, 0)).is_err()
            || reads_back(&written.value).is_none()
        {
            let fault =
                Fault::new(written.span.clone(), format!("`{}` is no form of a date that can be read", written.value));
            self.faults.push(fault.hint(format!("write what stands for day, month and year, such as `{example}`")));
        }
    }

    // --- Links ---

    /// Puts parents before children, looks up links, and reads the filters that need them.
    fn link(&self, schema: &mut Schema, written: Vec<WrittenTable>) {
        let mut waiting = written;
        let mut filters = Vec::new();
        while !waiting.is_empty() {
            let ready = waiting.iter().position(|table| {
                table.parent.as_ref().is_none_or(|(parent, _)| schema.table(&parent.value).is_some())
            });
            let Some(ready) = ready else { break };
            let mut next = waiting.remove(ready);
            if let Some((parent, column)) = &next.parent {
                next.table.parent = self.parent_link(schema, &next.table, parent, column);
            }
            if let Some(clash) = schema.tables.iter().find(|table| table.unit.many == next.table.unit.many) {
                let message = format!("`{}` and `{}` count the same unit", clash.name, next.name.value);
                self.faults.add(&next.name.span, message);
            }
            filters.push(next.cancelled);
            schema.tables.push(next.table);
        }
        for table in &waiting {
            if let Some((parent, _)) = &table.parent {
                let others: Vec<&str> = schema.tables.iter().map(|table| table.name.as_str()).collect();
                let mut fault = Fault::new(
                    parent.span.clone(),
                    format!(
                        "`{}` cannot hang on `{}`: no such table, or they hang on each other",
                        table.name.value, parent.value
                    ),
                );
                fault.hint = did_you_mean(&parent.value, others);
                self.faults.push(fault);
            }
        }
        for (table, filter) in filters.into_iter().enumerate() {
            if let Some(filter) = filter {
                schema.tables[table].cancelled = read_filter(&filter, schema, Reach::of(table), self.faults);
            }
        }
    }

    fn parent_link(
        &self,
        schema: &Schema,
        table: &RecordTable,
        parent: &At<String>,
        column: &At<String>,
    ) -> Option<Link> {
        let parent_at = schema.table(&parent.value)?;
        if schema.tables[parent_at].key.is_none() {
            self.faults.add(&parent.span, format!("`{}` has no `key` to link to", parent.value));
        }
        let Some(column_at) = table.columns.iter().position(|known| known.name == column.value) else {
            let mut fault = Fault::new(column.span.clone(), format!("there is no column `{}`", column.value));
            fault.hint = did_you_mean(&column.value, table.columns.iter().map(|known| known.name.as_str()));
            self.faults.push(fault);
            return None;
        };
        if !table.columns[column_at].required {
            let fault =
                Fault::new(column.span.clone(), format!("the link `{}` must be `required = true`", column.value));
            self.faults.push(fault.hint("a record without a parent cannot be counted by what its parent says"));
        }
        if let Some(key) = schema.tables[parent_at].key {
            let key = &schema.tables[parent_at].columns[key];
            let link = &table.columns[column_at];
            if (key.role == Role::Identifier) != (link.role == Role::Identifier) || key.holds != link.holds {
                let message = format!(
                    "`{}` and the key `{}` of `{}` must have the same type and role",
                    link.name, key.name, parent.value
                );
                self.faults.add(&column.span, message);
            }
        }
        Some(Link { table: parent_at, column: column_at })
    }
}

/// A name as a title: `recorded_date` is "Recorded date".
fn in_words(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
