//! Reading a TOML table key by key: each value with its place, every fault collected, unknown keys named.

use std::cell::RefCell;
use std::ops::Range;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostics, Fault, Severity, Source, did_you_mean};

/// The faults found so far in one file.
#[derive(Default)]
pub(crate) struct Faults(RefCell<Vec<Fault>>);

impl Faults {
    pub(crate) fn push(&self, fault: Fault) {
        self.0.borrow_mut().push(fault);
    }

    pub(crate) fn add(&self, span: &Range<usize>, message: impl Into<String>) {
        self.push(Fault::new(span.clone(), message));
    }

    pub(crate) fn count(&self) -> usize {
        self.0.borrow().len()
    }

    /// What was found first: the others follow from it.
    pub(crate) fn first_only(self) -> Self {
        let mut faults = self.0.into_inner();
        faults.truncate(1);
        Self(RefCell::new(faults))
    }

    /// What was found, as warnings.
    pub(crate) fn warnings(self, source: &Source) -> Diagnostics {
        let mut warnings = Diagnostics::from_faults(source, self.0.into_inner());
        warnings.0.iter_mut().for_each(|warning| warning.severity = Severity::Warning);
        warnings
    }

    /// The value, if nothing was found.
    pub(crate) fn finish<T>(self, source: &Source, value: Option<T>) -> Result<T, Diagnostics> {
        let mut faults = self.0.into_inner();
        match value {
            Some(value) if faults.is_empty() => Ok(value),
            _ => {
                if faults.is_empty() {
                    faults.push(Fault::new(0..0, "the file cannot be understood"));
                }
                Err(Diagnostics::from_faults(source, faults))
            }
        }
    }
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) span: Range<usize>,
}

impl<T> At<T> {
    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> At<U> {
        At { value: change(self.value), span: self.span }
    }
}

/// A table of a file, with a record of which of its keys were asked for.
pub(crate) struct Fields<'t> {
    table: &'t DeTable<'t>,
    span: Range<usize>,
    /// What errors call the table.
    name: String,
    faults: &'t Faults,
    asked: RefCell<Vec<String>>,
}

/// Parses a file into its outermost table. Syntax faults are collected; what could be read is returned.
pub(crate) fn parse<'t>(source: &'t Source, faults: &Faults) -> Spanned<DeTable<'t>> {
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        faults.add(&span, format!("this is not TOML: {}", error.message().trim()));
    }
    table
}

impl<'t> Fields<'t> {
    pub(crate) fn root(table: &'t Spanned<DeTable<'t>>, faults: &'t Faults) -> Self {
        Self { table: table.get_ref(), span: 0..0, name: "the file".into(), faults, asked: RefCell::default() }
    }

    /// A table held by `value`; a fault if it is something else.
    pub(crate) fn of(value: &'t Spanned<DeValue<'t>>, name: impl Into<String>, faults: &'t Faults) -> Option<Self> {
        let name = name.into();
        match value.get_ref() {
            DeValue::Table(table) => Some(Self { table, span: value.span(), name, faults, asked: RefCell::default() }),
            other => {
                faults.add(&value.span(), format!("{name} must be a table, not {}", kind(other)));
                None
            }
        }
    }

    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    pub(crate) fn faults(&self) -> &'t Faults {
        self.faults
    }

    /// The raw value of a key, if it stands there.
    fn get(&self, key: &str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.borrow_mut().push(key.to_owned());
        self.table.get(key)
    }

    /// Counts a key as asked for.
    pub(crate) fn know(&self, key: &str) {
        self.asked.borrow_mut().push(key.to_owned());
    }

    /// Whether a key stands in the table. Does not count as asking for it.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    fn missing(&self, key: &str) {
        self.faults.add(&self.span, format!("{} lacks the key `{key}`", self.name));
    }

    fn wrong(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let message = format!("`{key}` must be {wanted}, not {}", kind(value.get_ref()));
        self.faults.add(&value.span(), message);
    }

    /// A text of one line.
    pub(crate) fn opt_text(&self, key: &str) -> Option<At<String>> {
        let text = self.opt_prose(key)?;
        self.one_line(key, &text).then_some(text)
    }

    pub(crate) fn text(&self, key: &str) -> Option<At<String>> {
        if !self.has(key) {
            self.missing(key);
        }
        self.opt_text(key)
    }

    /// A text that may have several lines.
    pub(crate) fn opt_prose(&self, key: &str) -> Option<At<String>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::String(text) if text.trim().is_empty() => {
                self.faults.add(&value.span(), format!("`{key}` is empty"));
                None
            }
            DeValue::String(text) if is_placeholder(text) => {
                let fault = Fault::new(value.span(), format!("`{key}` is still a placeholder"));
                self.faults.push(fault.hint("put your own text in its place, without the angle brackets"));
                None
            }
            DeValue::String(text) => Some(At { value: text.to_string(), span: value.span() }),
            _ => {
                self.wrong(key, value, "text in quotes");
                None
            }
        }
    }

    pub(crate) fn prose(&self, key: &str) -> Option<At<String>> {
        if !self.has(key) {
            self.missing(key);
        }
        self.opt_prose(key)
    }

    fn one_line(&self, key: &str, text: &At<String>) -> bool {
        let one_line = !text.value.contains(['\n', '\t']);
        if !one_line {
            self.faults.add(&text.span, format!("`{key}` must be one line, without tabs"));
        }
        one_line
    }

    pub(crate) fn opt_date(&self, key: &str) -> Option<At<Date>> {
        let value = self.get(key)?;
        let date = date_of(value);
        if date.is_none() {
            match value.get_ref() {
                DeValue::Datetime(_) | DeValue::String(_) => {
                    self.faults.add(&value.span(), format!("`{key}` must be a date such as 2020-05-21"));
                }
                _ => self.wrong(key, value, "a date such as 2020-05-21"),
            }
        }
        Some(At { value: date?, span: value.span() })
    }

    pub(crate) fn date(&self, key: &str) -> Option<At<Date>> {
        if !self.has(key) {
            self.missing(key);
        }
        self.opt_date(key)
    }

    pub(crate) fn opt_whole(&self, key: &str) -> Option<At<i64>> {
        let value = self.get(key)?;
        let number = whole(value);
        if number.is_none() {
            self.wrong(key, value, "a whole number");
        }
        Some(At { value: number?, span: value.span() })
    }

    /// A number, whole or not.
    pub(crate) fn number(&self, key: &str) -> Option<At<f64>> {
        if !self.has(key) {
            self.missing(key);
        }
        let value = self.get(key)?;
        let number = match value.get_ref() {
            DeValue::Float(number) => number.as_str().replace('_', "").parse().ok(),
            _ => whole(value).map(|number| number as f64),
        };
        if number.is_none() {
            self.wrong(key, value, "a number");
        }
        Some(At { value: number?, span: value.span() })
    }

    /// Whether a value is a text.
    pub(crate) fn is_text(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| matches!(value.get_ref(), DeValue::String(_)))
    }

    /// The keys that were written, in that order.
    pub(crate) fn keys(&self) -> Vec<String> {
        let mut keys: Vec<_> =
            self.table.iter().map(|(key, _)| (key.span().start, key.get_ref().to_string())).collect();
        keys.sort();
        keys.into_iter().map(|(_, key)| key).collect()
    }

    pub(crate) fn opt_flag(&self, key: &str) -> Option<At<bool>> {
        let value = self.get(key)?;
        if value.get_ref().as_bool().is_none() {
            self.wrong(key, value, "`true` or `false`");
        }
        Some(At { value: value.get_ref().as_bool()?, span: value.span() })
    }

    /// A text that is one of a closed list.
    pub(crate) fn opt_choice<T: Clone>(&self, key: &str, choices: &[(&str, T)]) -> Option<At<T>> {
        let written = self.opt_text(key)?;
        match choices.iter().find(|(name, _)| *name == written.value) {
            Some((_, choice)) => Some(At { value: choice.clone(), span: written.span }),
            None => {
                let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
                let fault = Fault::new(written.span, format!("`{key}` cannot be `{}`", written.value));
                self.faults.push(fault.hint(format!("it is one of `{}`", names.join("`, `"))));
                None
            }
        }
    }

    pub(crate) fn choice<T: Clone>(&self, key: &str, choices: &[(&str, T)]) -> Option<At<T>> {
        if !self.has(key) {
            self.missing(key);
        }
        self.opt_choice(key, choices)
    }

    /// The values of an array; empty when the key does not stand there.
    fn values(&self, key: &str) -> Vec<&'t Spanned<DeValue<'t>>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Array(array) => array.iter().collect(),
            _ => {
                self.wrong(key, value, "a list in square brackets");
                Vec::new()
            }
        }
    }

    /// Texts of one line each.
    pub(crate) fn texts(&self, key: &str) -> Vec<At<String>> {
        self.proses(key).into_iter().filter(|text| self.one_line(key, text)).collect()
    }

    /// Texts that may have several lines.
    pub(crate) fn proses(&self, key: &str) -> Vec<At<String>> {
        let mut texts = Vec::new();
        for value in self.values(key) {
            match value.get_ref() {
                DeValue::String(text) if text.trim().is_empty() => {
                    self.faults.add(&value.span(), format!("a text in `{key}` is empty"));
                }
                DeValue::String(text) => texts.push(At { value: text.to_string(), span: value.span() }),
                _ => self.wrong(key, value, "a list of texts in quotes"),
            }
        }
        texts
    }

    pub(crate) fn wholes(&self, key: &str) -> Vec<At<i64>> {
        let mut numbers = Vec::new();
        for value in self.values(key) {
            match whole(value) {
                Some(number) => numbers.push(At { value: number, span: value.span() }),
                None => self.wrong(key, value, "a list of whole numbers"),
            }
        }
        numbers
    }

    pub(crate) fn dates(&self, key: &str) -> Vec<At<Date>> {
        let mut dates = Vec::new();
        for value in self.values(key) {
            match date_of(value) {
                Some(date) => dates.push(At { value: date, span: value.span() }),
                None => self.wrong(key, value, "a list of dates such as 2020-05-21"),
            }
        }
        dates
    }

    /// The tables of an array of tables.
    pub(crate) fn tables(&self, key: &str) -> Vec<Fields<'t>> {
        self.values(key).into_iter().filter_map(|value| Fields::of(value, format!("`{key}`"), self.faults)).collect()
    }

    pub(crate) fn opt_table(&self, key: &str) -> Option<Fields<'t>> {
        Fields::of(self.get(key)?, format!("`{key}`"), self.faults)
    }

    pub(crate) fn table(&self, key: &str) -> Option<Fields<'t>> {
        if !self.has(key) {
            self.missing(key);
        }
        self.opt_table(key)
    }

    /// The entries of a table whose keys are names that the user chose, in the order in which they were written.
    pub(crate) fn named(&self, key: &str) -> Vec<(At<String>, &'t Spanned<DeValue<'t>>)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong(key, value, "a table");
            return Vec::new();
        };
        let mut entries: Vec<_> = table
            .iter()
            .map(|(name, value)| (At { value: name.get_ref().to_string(), span: name.span() }, value))
            .collect();
        entries.sort_by_key(|(name, _)| name.span.start);
        entries
    }

    /// Names each key that nobody asked for.
    pub(crate) fn finish(&self) {
        let asked = self.asked.borrow();
        for (key, _) in self.table {
            if !asked.iter().any(|known| known == key.get_ref()) {
                let mut fault = Fault::new(key.span(), format!("{} has no key `{}`", self.name, key.get_ref()));
                fault.hint = did_you_mean(key.get_ref(), asked.iter().map(String::as_str));
                self.faults.push(fault);
            }
        }
    }
}

/// What `candour new` writes where somebody must write: `<the report's title>`.
fn is_placeholder(text: &str) -> bool {
    text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).is_some_and(|text| !text.contains(['<', '>']))
}

fn date_of(value: &Spanned<DeValue<'_>>) -> Option<Date> {
    let written = match value.get_ref() {
        DeValue::Datetime(datetime) => datetime.to_string(),
        DeValue::String(text) => text.to_string(),
        _ => return None,
    };
    written.parse().ok().filter(|_| written.len() == 10)
}

fn whole(value: &Spanned<DeValue<'_>>) -> Option<i64> {
    let number = value.get_ref().as_integer()?;
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
