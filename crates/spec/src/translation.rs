//! A release in several languages: what people wrote, and what it is in each language.
//!
//! A translations file is a CSV with one column a language and one row a text. What is written is looked up by the text itself,
//! so that one row serves wherever a text stands, and the labels of a code list are translated once and for all.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use candour_model::Listed;
use candour_wording::Language;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Fault;
use crate::fields::{At, Faults, Fields};
use crate::hidden::is_hidden;
use crate::schema::{ColumnType, Schema};
use crate::{Files, ListSpec};

/// What texts are in one language: those that are as they were written do not stand here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Translation {
    /// The language.
    pub language: Language,
    /// Its words, by the text as it was written.
    pub words: BTreeMap<String, String>,
}

impl Translation {
    /// What a text is in the language.
    pub fn of<'t>(&'t self, text: &'t str) -> &'t str {
        self.words.get(text.trim()).map_or(text, String::as_str)
    }

    /// The rows of a record list, with what the schema and the program call a value; texts of records stay as they are.
    pub fn listed(&self, list: &ListSpec, listed: &Listed, schema: &Schema) -> Listed {
        let mut listed = listed.clone();
        for (at, column) in list.columns.iter().enumerate() {
            if matches!(schema.column(column.column).holds, ColumnType::Code { .. } | ColumnType::Boolean) {
                let values = listed.rows.iter_mut().filter_map(|row| row[at].as_mut());
                values.for_each(|value| *value = self.of(value).to_owned());
            }
        }
        // Their order is that of their values, in each language.
        listed.rows.sort();
        listed
    }
}

/// The languages of a release.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Languages {
    /// The main one: that in which the response file is written.
    pub main: Translation,
    /// The others, in the order of the response file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Translation>,
}

impl Languages {
    /// All of them, the main one first.
    pub fn all(&self) -> impl Iterator<Item = &Translation> {
        std::iter::once(&self.main).chain(&self.others)
    }

    /// What a release tells of its languages: all of them, where there are several.
    pub fn published(&self) -> Vec<Language> {
        if self.others.is_empty() { Vec::new() } else { self.all().map(|one| one.language).collect() }
    }
}

/// A text that a release would print and that has no words in one of its languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untranslated {
    /// The text as it was written.
    pub text: String,
    /// The language in which it was written.
    pub from: Language,
    /// The language that lacks it.
    pub into: Language,
    /// Where it stands.
    pub place: String,
}

impl fmt::Display for Untranslated {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let cut: String = line.chars().take(LONGEST_SHOWN).collect();
        let end = if cut.len() < line.len() { " ..." } else { "" };
        write!(out, "{}, into {}: {cut}{end}", self.place, self.into)
    }
}

/// How many characters of an untranslated text an error shows.
const LONGEST_SHOWN: usize = 100;

/// The file in which texts that lack a translation can be written and sent to a translator: a column a language, a row a text.
///
/// # Errors
/// Never in practice: the bytes stay in memory.
pub fn untranslated_csv(missing: &[Untranslated]) -> Result<Vec<u8>, csv::Error> {
    let mut languages: Vec<Language> = Vec::new();
    for language in missing.iter().map(|one| one.from).chain(missing.iter().map(|one| one.into)) {
        if !languages.contains(&language) {
            languages.push(language);
        }
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(languages.iter().map(|language| language.tag()))?;
    let mut told = BTreeSet::new();
    for one in missing.iter().filter(|one| told.insert((one.from, one.text.as_str()))) {
        writer.write_record(languages.iter().map(|language| if *language == one.from { &one.text } else { "" }))?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// A row of a translations file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Row {
    /// Its number in the file; the heading is row 1.
    number: usize,
    words: BTreeMap<Language, String>,
}

/// A translations file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Translations {
    /// What the file is called.
    name: String,
    rows: Vec<Row>,
}

impl Translations {
    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Reads a file. The reasons why it cannot are clauses without the file's name.
    fn read(name: &str, bytes: &[u8]) -> Result<Self, Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
        let one = |error: csv::Error| vec![error.to_string()];
        let headings = reader.headers().map_err(one)?.clone();
        let mut reasons = Vec::new();
        let mut languages: Vec<Language> = Vec::new();
        for tag in headings.iter().map(|tag| tag.trim_start_matches('\u{feff}')) {
            match Language::named(tag) {
                Some(language) if !languages.contains(&language) => languages.push(language),
                Some(_) => reasons.push(format!("the column `{tag}` stands twice")),
                None => reasons.push(format!("the column `{tag}` is no language: it is one of {}", tags())),
            }
        }
        if languages.len() < 2 && reasons.is_empty() {
            reasons.push("it needs a column for each of two languages".into());
        }
        let mut rows = Vec::new();
        for (number, record) in (2..).zip(reader.records()) {
            let record = record.map_err(one)?;
            let written = languages.iter().zip(&record).filter(|(_, text)| !text.is_empty());
            let words: BTreeMap<Language, String> =
                written.map(|(language, text)| (*language, text.replace("\r\n", "\n"))).collect();
            if words.values().any(|text| text.chars().any(is_hidden)) {
                reasons.push(format!("row {number}: a text holds a hidden character"));
            }
            rows.push(Row { number, words });
        }
        if reasons.is_empty() { Ok(Self { name: name.to_owned(), rows }) } else { Err(reasons) }
    }

    /// The file that a key names, once it is read.
    pub(crate) fn beside(named: Option<&At<String>>, files: &dyn Files, faults: &Faults) -> Self {
        let Some(named) = named else { return Self::default() };
        let read = files.read(&named.value).map_err(|reason| vec![reason]);
        read.and_then(|bytes| Self::read(&named.value, &bytes)).unwrap_or_else(|reasons| {
            reasons.iter().for_each(|reason| faults.add(&named.span, format!("`{}`: {reason}", named.value)));
            Self::default()
        })
    }

    /// The texts in a language that have no words in any other, or that no text of `known` is: slips, most often.
    pub(crate) fn strangers(&self, language: Language, known: &BTreeSet<&str>) -> Vec<(usize, String)> {
        let strange = |row: &&Row| row.words.get(&language).is_none_or(|text| !known.contains(text.as_str()));
        let text = |row: &Row| row.words.values().next().cloned().unwrap_or_default();
        self.rows.iter().filter(strange).map(|row| (row.number, text(row))).collect()
    }
}

/// The languages that there are, for messages.
fn tags() -> String {
    let tags: Vec<String> = Language::all().map(|language| format!("`{language}`")).collect();
    tags.join(", ")
}

/// Reads a list of languages from a file; English where the key is not there.
pub(crate) fn languages(fields: &Fields<'_>) -> At<Vec<Language>> {
    let written = fields.texts("languages");
    let span = written.first().map_or(0..0, |first| first.span.clone());
    let mut languages: Vec<Language> = Vec::new();
    for tag in &written {
        match Language::named(&tag.value) {
            Some(language) if !languages.contains(&language) => languages.push(language),
            Some(_) => fields.faults().add(&tag.span, format!("the language `{}` stands twice", tag.value)),
            None => unknown_language(tag, fields.faults()),
        }
    }
    if languages.is_empty() {
        languages.push(Language::default());
    }
    At { value: languages, span }
}

/// Reads the language in which a file is written; English where the key is not there.
pub(crate) fn language(fields: &Fields<'_>) -> Language {
    let Some(tag) = fields.opt_text("language") else { return Language::default() };
    Language::named(&tag.value).unwrap_or_else(|| {
        unknown_language(&tag, fields.faults());
        Language::default()
    })
}

fn unknown_language(tag: &At<String>, faults: &Faults) {
    let fault = Fault::new(tag.span.clone(), format!("there are no messages in the language `{}`", tag.value));
    faults.push(fault.hint(format!("it is one of {}", tags())));
}

/// A file's texts and the language in which it is written.
pub(crate) struct Written<'t> {
    pub(crate) language: Language,
    pub(crate) texts: BTreeSet<&'t str>,
}

/// Finds what texts are in one language, and remembers which have no words in it.
pub(crate) struct Translator<'t> {
    /// The language.
    pub(crate) into: Language,
    /// That of the response file.
    main: Language,
    /// Texts of files that are written in another language than the response file.
    elsewhere: &'t [Written<'t>],
    /// The files, the one that goes first at the front.
    files: Vec<File<'t>>,
    /// What the program itself says of things, by what it says in the main language.
    said: RefCell<BTreeMap<String, String>>,
    words: RefCell<BTreeMap<String, String>>,
    missing: RefCell<Vec<Untranslated>>,
    /// Texts with two translations, each with the file and the rows.
    twice: RefCell<BTreeSet<String>>,
}

/// A translations file with its rows by what they translate, and which were of use.
struct File<'t> {
    name: &'t str,
    rows: Vec<(&'t Row, Cell<bool>)>,
    by_text: BTreeMap<(Language, &'t str), Vec<usize>>,
}

impl<'t> Translator<'t> {
    pub(crate) fn new(
        into: Language,
        main: Language,
        elsewhere: &'t [Written<'t>],
        files: &[&'t Translations],
    ) -> Self {
        let said = RefCell::default();
        let files = files.iter().map(|file| File::new(file)).collect();
        Self {
            into,
            main,
            elsewhere,
            files,
            said,
            words: RefCell::default(),
            missing: RefCell::default(),
            twice: RefCell::default(),
        }
    }

    /// Notes what the program calls something in the main language and in this one.
    pub(crate) fn say(&self, main: String, here: String) {
        self.said.borrow_mut().entry(main).or_insert(here);
    }

    /// What a text is in the language; as it was written, and remembered as missing, if nothing says.
    pub(crate) fn of(&self, text: &str, place: impl fmt::Display) -> String {
        let text = text.trim();
        let from = self.written_in(text);
        if from == self.into || is_neutral(text) {
            return text.to_owned();
        }
        let found = self.files.iter().find_map(|file| file.find(from, text, self.into, &self.twice));
        match found.or_else(|| self.said.borrow().get(text).cloned()) {
            Some(words) => {
                self.words.borrow_mut().insert(text.to_owned(), words.clone());
                words
            }
            None => {
                let mut missing = self.missing.borrow_mut();
                if !missing.iter().any(|one| one.text == text) {
                    let (text, place) = (text.to_owned(), place.to_string());
                    missing.push(Untranslated { text, from, into: self.into, place });
                }
                text.to_owned()
            }
        }
    }

    fn written_in(&self, text: &str) -> Language {
        let found = self.elsewhere.iter().find(|written| written.texts.contains(text));
        found.map_or(self.main, |written| written.language)
    }

    /// The rows of its first file that were of no use.
    pub(crate) fn unused(&self) -> BTreeSet<usize> {
        let rows = self.files.first().map(|file| &file.rows[..]).unwrap_or_default();
        rows.iter().filter(|(_, used)| !used.get()).map(|(row, _)| row.number).collect()
    }

    /// What was found, what is missing, and what was given twice.
    pub(crate) fn finish(self) -> (Translation, Vec<Untranslated>, BTreeSet<String>) {
        let words = self.words.into_inner();
        (Translation { language: self.into, words }, self.missing.into_inner(), self.twice.into_inner())
    }
}

impl<'t> File<'t> {
    fn new(file: &'t Translations) -> Self {
        let mut by_text: BTreeMap<(Language, &str), Vec<usize>> = BTreeMap::new();
        for (at, row) in file.rows.iter().enumerate() {
            for (language, text) in &row.words {
                by_text.entry((*language, text)).or_default().push(at);
            }
        }
        Self { name: &file.name, rows: file.rows.iter().map(|row| (row, Cell::new(false))).collect(), by_text }
    }

    fn find(&self, from: Language, text: &str, into: Language, twice: &RefCell<BTreeSet<String>>) -> Option<String> {
        let mut found: Option<(&str, usize)> = None;
        for &at in self.by_text.get(&(from, text)).into_iter().flatten() {
            let (row, used) = &self.rows[at];
            used.set(true);
            let Some(words) = row.words.get(&into) else { continue };
            match found {
                Some((before, number)) if before != words => {
                    let rows = format!(
                        "`{}`: rows {number} and {} translate the same text differently",
                        self.name, row.number
                    );
                    twice.borrow_mut().insert(rows);
                }
                Some(_) => {}
                None => found = Some((words, row.number)),
            }
        }
        found.map(|(words, _)| words.to_owned())
    }
}

/// Whether a text is the same in every language: it has no letters, or is one address such as `foi@example.org` or one
/// reference such as `foi-2024-0117`.
fn is_neutral(text: &str) -> bool {
    let inside = |mark: char| text.trim_matches(mark).contains(mark);
    let is_address = || text.contains("://") || inside('@') || inside('.') && inside('/');
    let is_reference = || text.contains(|letter: char| letter.is_ascii_digit());
    let is_one_word = !text.contains(char::is_whitespace);
    !text.chars().any(char::is_alphabetic) || is_one_word && (is_address() || is_reference())
}
