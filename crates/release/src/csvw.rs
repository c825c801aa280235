//! What the columns of a data file are, for programs: metadata in the vocabulary of the W3C Recommendation "Metadata Vocabulary for
//! Tabular Data" (CSVW), beside each file as `<file>-metadata.json`.

use candour_model::{Document, Note, RecordList, Table};
use candour_wording::Language;
use serde::Serialize;
use serde_json::{Value, json};

use crate::csv_file::{self, CsvColumn, Holds};

/// The description of one file.
#[derive(Serialize)]
struct Metadata<'d> {
    #[serde(rename = "@context")]
    context: Value,
    url: String,
    #[serde(rename = "dc:title")]
    title: &'d str,
    #[serde(rename = "dc:publisher")]
    publisher: &'d str,
    #[serde(rename = "dc:identifier")]
    reference: &'d str,
    #[serde(rename = "dc:issued")]
    issued: String,
    #[serde(rename = "dc:source", skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(rename = "dc:license", skip_serializing_if = "Option::is_none")]
    licence: Option<&'d str>,
    #[serde(rename = "dc:rights", skip_serializing_if = "Option::is_none")]
    rights: Option<String>,
    dialect: Value,
    #[serde(rename = "tableSchema")]
    schema: Value,
    notes: Vec<Value>,
}

/// The metadata of a table's file.
pub(crate) fn write(document: &Document, table: &Table) -> Result<Vec<u8>, serde_json::Error> {
    let unit = csv_file::counts_units(table).then_some(table.about.unit.as_str());
    let columns = csv_file::columns(table, document.about.language)
        .iter()
        .map(|column| self::column(column, unit, document.about.language))
        .collect();
    let about = (table.about.id.as_str(), table.about.title.as_str());
    metadata(document, about, columns, &table.about.notes)
}

/// The metadata of a record list's file.
pub(crate) fn write_list(document: &Document, list: &RecordList) -> Result<Vec<u8>, serde_json::Error> {
    let columns = csv_file::list_columns(list, document.about.language)
        .iter()
        .map(|column| self::column(column, None, document.about.language))
        .collect();
    metadata(document, (&list.id, &list.title), columns, &list.notes)
}

fn metadata(
    document: &Document,
    (id, title): (&str, &str),
    columns: Vec<Value>,
    own: &[Note],
) -> Result<Vec<u8>, serde_json::Error> {
    let about = &document.about;
    let language = about.language;
    let note = |note: &Note| json!({ "kind": note.kind, "heading": note.heading, "text": note.text });
    let reading = json!({ "kind": "reading", "heading": language.say("csv-reading-title", &[]), "text": language.say("csv-reading", &[]) });
    let licence = licence(document);
    let rights = || language.say("csv-rights", &[("authority", about.authority.as_str().into())]);
    let metadata = Metadata {
        context: json!(["http://www.w3.org/ns/csvw", { "@language": language.tag() }]),
        url: about.file(id, "csv"),
        title,
        publisher: &about.authority,
        reference: &about.request.reference_display,
        issued: about.request.answered.to_string(),
        source: about.extract.as_ref().map(|extract| format!("{}, {}", extract.source, extract.as_at)),
        rights: licence.is_none().then(rights),
        licence,
        dialect: json!({ "encoding": "utf-8", "header": true, "headerRowCount": 1, "delimiter": ",", "quoteChar": "\"",
            "doubleQuote": true, "lineTerminators": ["\r\n"], "skipInitialSpace": false, "trim": false }),
        schema: json!({ "columns": columns }),
        notes: about.notes.iter().chain(own).map(note).chain([reading]).collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&metadata)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The licence that the authority states: a line of the report's metadata block that is called so.
fn licence(document: &Document) -> Option<&str> {
    let name = document.about.language.say("csv-licence", &[]).to_lowercase();
    let line = document.about.report.iter().find(|line| line.label.trim().to_lowercase() == name);
    line.map(|line| line.value.as_str())
}

/// A column: its name and heading, the type of its values, and what an empty one means.
fn column(column: &CsvColumn, unit: Option<&str>, language: Language) -> Value {
    let mut value =
        json!({ "name": column.name, "titles": column.heading, "null": [""], "datatype": datatype(column.holds) });
    let more = match column.holds {
        Holds::Text | Holds::Day => None,
        Holds::Whole | Holds::Decimal => {
            if let Some(unit) = unit {
                value["schema:unitText"] = unit.into();
            }
            Some("csv-about-value")
        }
        Holds::Status => Some("csv-about-status"),
        Holds::Marks => {
            value["separator"] = " ".into();
            Some("csv-about-marks")
        }
    };
    if let Some(id) = more {
        value["dc:description"] = language.say(id, &[]).into();
    }
    value
}

fn datatype(holds: Holds) -> Value {
    match holds {
        Holds::Text => "string".into(),
        Holds::Day => json!({ "base": "date", "format": "yyyy-MM-dd" }),
        Holds::Whole => "integer".into(),
        Holds::Decimal => "decimal".into(),
        Holds::Status => json!({ "base": "string", "format": "c|z|x" }),
        Holds::Marks => json!({ "base": "string", "format": "p|b" }),
    }
}
