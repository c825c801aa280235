//! A first schema from an extract, to be mended by hand.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use candour_spec::{Precision, is_hidden, parse_date, parse_decimal};

use crate::ingest::{IngestError, NO_HEADINGS};

/// How British systems write a date with a time.
const UK_DATE_TIME: &str = "%d/%m/%Y %H:%M";
/// How many different values a column may have to be taken for one of codes.
const MOST_CODES: usize = 40;

/// A schema file for CSV files, one record table each. Types are guessed from every row; roles are set to the cautious
/// `quasi-identifier`, and keys, links and units are left for a person to say.
///
/// # Errors
/// When a file cannot be read as CSV.
pub fn infer_schema(paths: &[PathBuf]) -> Result<String, IngestError> {
    let mut lists = String::new();
    let mut tables = String::new();
    let mut used = BTreeSet::new();
    for path in paths {
        let columns = read(path)?;
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let table = identifier(&stem, &mut used);
        let _ = writeln!(tables, "[tables.{table}]");
        let _ = writeln!(tables, "# What does one row count? One of them, and several.");
        let _ = writeln!(tables, "unit = {{ one = {}, many = {} }}", quoted(&singular(&table)), quoted(&table));
        if let Some(key) = columns.iter().find(|column| column.could_be_key()) {
            let _ = writeln!(tables, "# key = {}  # every row has its own value here", quoted(&key.name));
        }
        let _ = writeln!(tables, "\n[tables.{table}.columns]");
        for column in &columns {
            if column.holds() == Guess::Code {
                let list = format!("{table}_{}", column.name);
                let _ = writeln!(lists, "[code_lists.{list}]\ncodes = [");
                for value in &column.values {
                    let _ = writeln!(lists, "  {{ code = {0}, label = {0} }},", quoted(value));
                }
                let _ = writeln!(lists, "]\n");
            }
            let _ = writeln!(tables, "{} = {{ {} }}", column.name, column.declare(&table));
        }
        tables.push('\n');
    }
    let mut schema = String::from(
        "# A first schema, guessed from an extract. Read every line: say what a row counts, which columns identify a person\n\
         # or a record (role = \"identifier\"), which are sensitive and which plain, what each date is in the words of a release\n\
         # (date_basis), and put codes in the order of your tables.\n\
         schema = \"candour/schema/1\"\nname = \"my-records\"\ntitle = \"My records\"\n\n",
    );
    schema.push_str(&lists);
    schema.push_str(tables.trim_end());
    schema.push('\n');
    Ok(schema)
}

/// A first guess at one of several: a plain English plural without its ending.
fn singular(many: &str) -> String {
    match (many.strip_suffix("ies"), many.strip_suffix('s')) {
        (Some(stem), _) => format!("{stem}y"),
        (None, Some(stem)) if !stem.ends_with('s') && !stem.is_empty() => stem.to_owned(),
        _ => many.to_owned(),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Guess {
    Text,
    Integer,
    Decimal(u8),
    Date(Precision),
    UkDate,
    DateTime,
    UkDateTime,
    Boolean,
    Code,
}

/// What has been seen of a column.
struct Column {
    header: String,
    name: String,
    rows: u64,
    empty: u64,
    /// Which readings every value allowed so far.
    open: Vec<Guess>,
    /// The different values, until there are too many.
    values: BTreeSet<String>,
    too_many: bool,
    /// Every value so far, until one comes twice.
    distinct: Option<std::collections::HashSet<String>>,
    min: i64,
    max: i64,
}

impl Column {
    fn see(&mut self, text: &str) {
        self.rows += 1;
        let text = text.trim();
        if text.is_empty() {
            self.empty += 1;
            return;
        }
        self.open.retain(|guess| fits(*guess, text));
        if let (true, Ok(number)) = (self.open.contains(&Guess::Integer), text.parse::<i64>()) {
            self.min = self.min.min(number);
            self.max = self.max.max(number);
        }
        if !self.too_many {
            self.values.insert(text.to_owned());
            self.too_many = self.values.len() > MOST_CODES;
        }
        if let Some(distinct) = &mut self.distinct
            && !distinct.insert(text.to_owned())
        {
            self.distinct = None;
        }
    }

    fn filled(&self) -> u64 {
        self.rows - self.empty
    }

    fn holds(&self) -> Guess {
        if self.filled() == 0 || sounds_like_identifier(&self.name) {
            return Guess::Text;
        }
        match self.open.first() {
            Some(guess) => *guess,
            // Few values, each seen more than once on average, are codes rather than free text.
            None if !self.too_many && self.filled() >= 2 * self.values.len() as u64 => Guess::Code,
            None => Guess::Text,
        }
    }

    fn could_be_key(&self) -> bool {
        let once = self.distinct.is_some() && self.empty == 0;
        once && self.rows > 1 && matches!(self.holds(), Guess::Text | Guess::Integer)
    }

    fn declare(&self, table: &str) -> String {
        let mut parts = Vec::new();
        if self.header != self.name {
            parts.push(format!("header = {}", quoted(&self.header)));
        }
        let key = self.could_be_key();
        parts.push(match self.holds() {
            _ if key => "type = \"text\"".into(),
            Guess::Text => "type = \"text\"".into(),
            Guess::Integer => format!("type = \"integer\", min = {}, max = {}", self.min, self.max),
            Guess::Decimal(places) => format!("type = \"decimal\", places = {places}"),
            Guess::Date(precision) => {
                let precision = match precision {
                    Precision::Day => "day",
                    Precision::Month => "month",
                    Precision::Year => "year",
                    Precision::FinancialYear => "financial-year",
                };
                format!("type = \"date\", precision = \"{precision}\"")
            }
            Guess::UkDate => "type = \"date\", precision = \"day\", format = \"%d/%m/%Y\"".into(),
            Guess::DateTime => "type = \"date-time\"".into(),
            Guess::UkDateTime => format!("type = \"date-time\", format = \"{UK_DATE_TIME}\""),
            Guess::Boolean => "type = \"boolean\"".into(),
            Guess::Code => format!("type = \"code\", codes = \"{table}_{}\"", self.name),
        });
        if matches!(self.holds(), Guess::Date(_) | Guess::UkDate | Guess::DateTime | Guess::UkDateTime) {
            // Without one no table can go by the date.
            parts.push(format!("date_basis = {}", quoted(&self.name.replace('_', " "))));
        }
        let identifier = key || sounds_like_identifier(&self.name);
        parts.push(format!("role = \"{}\"", if identifier { "identifier" } else { "quasi-identifier" }));
        if self.empty == 0 && self.rows > 0 {
            parts.push("required = true".into());
        }
        parts.join(", ")
    }
}

fn fits(guess: Guess, text: &str) -> bool {
    match guess {
        Guess::Boolean => matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "yes" | "no" | "y" | "n"),
        Guess::Date(precision) => parse_date(text, precision).is_some(),
        Guess::UkDate => jiff::civil::Date::strptime("%d/%m/%Y", text).is_ok(),
        Guess::DateTime => text.len() > 10 && text.parse::<jiff::civil::DateTime>().is_ok(),
        Guess::UkDateTime => jiff::civil::DateTime::strptime(UK_DATE_TIME, text).is_ok(),
        Guess::Integer => text.parse::<i64>().is_ok() && !is_padded(text),
        Guess::Decimal(places) => parse_decimal(text, places).is_some() && !is_padded(text),
        Guess::Text | Guess::Code => false,
    }
}

/// Whether a number begins with a zero that it does not need: that is part of a code.
fn is_padded(text: &str) -> bool {
    let digits = text.trim_start_matches('-');
    digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.")
}

/// Whether a heading sounds like one that names a person or a record.
fn sounds_like_identifier(name: &str) -> bool {
    let parts: Vec<&str> = name.split('_').collect();
    let telling = [
        "id",
        "ref",
        "reference",
        "urn",
        "name",
        "forename",
        "surname",
        "email",
        "phone",
        "nino",
        "address",
        "postcode",
    ];
    parts.iter().any(|part| telling.contains(part))
}

fn read(path: &Path) -> Result<Vec<Column>, IngestError> {
    let file = File::open(path).map_err(|error| IngestError::Io { doing: "read", path: path.to_owned(), error })?;
    let fault = |error: csv::Error| IngestError::Csv { file: path.to_owned(), reason: error.to_string() };
    let mut start = BufReader::new(file);
    let mut mark = [0; 3];
    let read =
        start.read(&mut mark).map_err(|error| IngestError::Io { doing: "read", path: path.to_owned(), error })?;
    let before: &[u8] = if mark[..read] == [0xef, 0xbb, 0xbf] { &[] } else { &mark[..read] };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(before.chain(start));
    let mut used = BTreeSet::new();
    let headings = reader.byte_headers().map_err(fault)?.clone();
    if headings.iter().all(|heading| heading.trim_ascii().is_empty()) {
        return Err(IngestError::Csv { file: path.to_owned(), reason: NO_HEADINGS.into() });
    }
    let mut columns: Vec<Column> = headings
        .iter()
        .map(|heading| {
            let header = String::from_utf8_lossy(heading).trim().to_owned();
            Column {
                name: identifier(&header, &mut used),
                header,
                rows: 0,
                empty: 0,
                open: vec![
                    Guess::Boolean,
                    Guess::Date(Precision::Day),
                    Guess::Date(Precision::Month),
                    Guess::Date(Precision::FinancialYear),
                    Guess::UkDate,
                    Guess::DateTime,
                    Guess::UkDateTime,
                    Guess::Integer,
                    Guess::Decimal(2),
                    Guess::Decimal(6),
                ],
                values: BTreeSet::new(),
                too_many: false,
                distinct: Some(std::collections::HashSet::new()),
                min: i64::MAX,
                max: i64::MIN,
            }
        })
        .collect();
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(fault)? {
        for (column, value) in columns.iter_mut().zip(&record) {
            column.see(&String::from_utf8_lossy(value));
        }
    }
    Ok(columns)
}

/// A heading as a name that filters can use, different from those used before.
fn identifier(heading: &str, used: &mut BTreeSet<String>) -> String {
    let mut name: String = heading
        .to_lowercase()
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' })
        .collect::<String>()
        .split('_')
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("_");
    if name.is_empty() || name.starts_with(|letter: char| letter.is_ascii_digit()) {
        name.insert_str(0, "column_");
    }
    name.truncate(50);
    let mut free = name.trim_end_matches('_').to_owned();
    let stem = free.clone();
    let mut number = 2;
    while !used.insert(free.clone()) {
        free = format!("{stem}_{number}");
        number += 1;
    }
    free
}

/// A text as a TOML string.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            letter if letter.is_control() || is_hidden(letter) => {
                let _ = write!(quoted, "\\U{:08X}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}
