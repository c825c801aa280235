//! The records as the text of CSV files, the way that different systems write it.

use super::Extract;
use super::random::Random;

pub(super) const BYTE_ORDER_MARK: &str = "\u{feff}";

pub(super) struct CsvFile {
    pub(super) bytes: Vec<u8>,
    /// Rows in which a field is quoted that need not be.
    pub(super) needlessly_quoted: usize,
}

/// With a byte-order mark, Windows line ends, and a free-text column that the schema does not declare.
pub(super) fn offences(extract: &Extract, random: &mut Random) -> CsvFile {
    let mut writer = Writer { text: BYTE_ORDER_MARK.to_owned(), line_end: "\r\n", needlessly_quoted: 0 };
    writer.header(&["offence_id", "recorded_date", "committed_date", "ho_code", "summary", "borough", "record_status"]);
    for place in shuffled(extract.offences.len(), random) {
        let offence = &extract.offences[place];
        let fields = [
            offence.id.as_str(),
            &offence.recorded.to_string(),
            &offence.committed.map(|day| day.to_string()).unwrap_or_default(),
            offence.code,
            &offence.summary,
            offence.borough.as_deref().unwrap_or_default(),
            if offence.cancelled { "cancelled" } else { "confirmed" },
        ];
        writer.row(&fields, random);
    }
    writer.finish()
}

pub(super) fn victims(extract: &Extract, random: &mut Random) -> CsvFile {
    let mut writer = Writer::plain();
    writer.header(&["victim_id", "offence_id", "person_id", "age", "gender"]);
    for place in shuffled(extract.victims.len(), random) {
        let victim = &extract.victims[place];
        let fields = [
            victim.id.as_str(),
            &extract.offences[victim.offence].id,
            &person(victim.person),
            &victim.profile.age.map(|age| age.to_string()).unwrap_or_default(),
            victim.profile.gender,
        ];
        writer.row(&fields, random);
    }
    writer.finish()
}

pub(super) fn proceedings(extract: &Extract, random: &mut Random) -> CsvFile {
    let mut writer = Writer::plain();
    writer.header(&["proceeding_id", "offence_id", "person_id", "proceedings_type", "proceedings_date"]);
    for place in shuffled(extract.proceedings.len(), random) {
        let proceeding = &extract.proceedings[place];
        let fields = [
            proceeding.id.as_str(),
            &extract.offences[proceeding.offence].id,
            &person(proceeding.person),
            proceeding.kind,
            &proceeding.date.to_string(),
        ];
        writer.row(&fields, random);
    }
    writer.finish()
}

fn person(number: Option<usize>) -> String {
    number.map(|number| format!("P{number:07}")).unwrap_or_default()
}

fn shuffled(length: usize, random: &mut Random) -> Vec<usize> {
    let mut places: Vec<usize> = (0..length).collect();
    random.shuffle(&mut places);
    places
}

struct Writer {
    text: String,
    line_end: &'static str,
    needlessly_quoted: usize,
}

impl Writer {
    fn plain() -> Self {
        Self { text: String::new(), line_end: "\n", needlessly_quoted: 0 }
    }

    fn header(&mut self, names: &[&str]) {
        self.text.push_str(&names.join(","));
        self.text.push_str(self.line_end);
    }

    /// One row; now and then some of its fields are quoted for no reason, as some systems do.
    fn row(&mut self, fields: &[&str], random: &mut Random) {
        let quotes_more = random.percent(4);
        let quote_anyway: Vec<bool> = fields.iter().map(|_| quotes_more && random.percent(50)).collect();
        let needless = |(field, anyway): (&&str, &bool)| *anyway && !needs_quotes(field);
        self.needlessly_quoted += usize::from(fields.iter().zip(&quote_anyway).any(needless));

        let written = |(field, anyway): (&&str, &bool)| written(field, *anyway);
        let written: Vec<String> = fields.iter().zip(&quote_anyway).map(written).collect();
        self.text.push_str(&written.join(","));
        self.text.push_str(self.line_end);
    }

    fn finish(self) -> CsvFile {
        CsvFile { bytes: self.text.into_bytes(), needlessly_quoted: self.needlessly_quoted }
    }
}

fn written(field: &str, quote_anyway: bool) -> String {
    if quote_anyway || needs_quotes(field) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field.to_owned() }
}

fn needs_quotes(field: &str) -> bool {
    field.contains([',', '"', '\r', '\n'])
}
