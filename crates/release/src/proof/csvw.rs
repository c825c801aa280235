//! The metadata of the data files: every token, in its order, against the document.

use candour_inspect::proof::NotProved;
use candour_inspect::proof::json::CSVW;
use candour_model::outline::Outline;
use candour_model::{Document, Note};

use super::FileNotProved;
use super::csv::{Column, Holds, list_columns, table_columns};
use super::json::Compared;
use crate::Files;

/// Proves the metadata of all data files.
pub(crate) fn csvw(document: &Document, _: &Outline, files: &Files) -> Result<Vec<String>, FileNotProved> {
    let language = document.about.language;
    let tables = document.tables.iter().map(|table| {
        let about = &table.about;
        (&about.id, &about.title, &about.notes, table_columns(table, language))
    });
    let lists = document.lists.iter().map(|list| (&list.id, &list.title, &list.notes, list_columns(list, language)));
    let mut proved = Vec::new();
    for (id, title, notes, columns) in tables.chain(lists) {
        let url = document.about.file(id, "csv");
        let path = format!("csv/{url}-metadata.json");
        proved.extend(super::proved(files, path, |bytes| of_file(bytes, document, [&url, title], notes, &columns))?);
    }
    Ok(proved)
}

fn of_file(
    bytes: &[u8],
    document: &Document,
    [url, title]: [&str; 2],
    own: &[Note],
    columns: &[Column<'_>],
) -> Result<(), NotProved> {
    let about = &document.about;
    let say = |id: &str| about.language.say(id, &[]);
    let mut json = Compared::new(bytes, CSVW);
    json.object(|json| {
        json.at("@context").list([false, true], |json, has_language| {
            if has_language {
                json.object(|json| json.at("@language").text(about.language.tag()));
            } else {
                json.text("http://www.w3.org/ns/csvw");
            }
        });
        json.at("url").text(url);
        json.at("dc:title").text(title);
        json.at("dc:publisher").text(&about.authority);
        json.at("dc:identifier").text(&about.request.reference_display);
        json.at("dc:issued").text(&about.request.answered.to_string());
        if let Some(extract) = &about.extract {
            json.at("dc:source").text(&format!("{}, {}", extract.source, extract.as_at));
        }
        let called = say("csv-licence").to_lowercase();
        match about.report.iter().find(|field| field.label.trim().to_lowercase() == called) {
            Some(licence) => json.at("dc:license").text(&licence.value),
            None => {
                let rights = about.language.say("csv-rights", &[("authority", about.authority.as_str().into())]);
                json.at("dc:rights").text(&rights);
            }
        }
        json.at("dialect").object(|json| {
            json.at("delimiter").text(",");
            json.at("doubleQuote").flag(true);
            json.at("encoding").text("utf-8");
            json.at("header").flag(true);
            json.at("headerRowCount").number(1);
            json.at("lineTerminators").texts(["\r\n"]);
            json.at("quoteChar").text("\"");
            json.at("skipInitialSpace").flag(false);
            json.at("trim").flag(false);
        });
        json.at("tableSchema").object(|json| {
            json.at("columns").list(columns, |json, column| json.object(|json| of_column(json, column, &say)));
        });
        let reading = Note { kind: "reading".into(), heading: say("csv-reading-title"), text: say("csv-reading") };
        json.at("notes").list(about.notes.iter().chain(own).chain([&reading]), |json, note| {
            json.object(|json| {
                json.at("heading").text(&note.heading);
                json.at("kind").text(&note.kind);
                json.at("text").text(&note.text);
            });
        });
    });
    json.finish()
}

/// A column; its fields are in the order of the alphabet.
fn of_column(json: &mut Compared<'_>, column: &Column<'_>, say: &dyn Fn(&str) -> String) {
    let shape = |json: &mut Compared<'_>, base: &str, format: &str| {
        json.at("datatype").object(|json| {
            json.at("base").text(base);
            json.at("format").text(format);
        });
    };
    match column.holds {
        Holds::Label(_) | Holds::Code(_) | Holds::Measure | Holds::Recorded => json.at("datatype").text("string"),
        Holds::From(_) | Holds::To(_) => shape(json, "date", "yyyy-MM-dd"),
        Holds::Value { is_whole, .. } => json.at("datatype").text(if is_whole { "integer" } else { "decimal" }),
        Holds::Status => shape(json, "string", "c|z|x"),
        Holds::Marks => shape(json, "string", "p|b"),
    }
    let described = match column.holds {
        Holds::Value { .. } => Some("csv-about-value"),
        Holds::Status => Some("csv-about-status"),
        Holds::Marks => Some("csv-about-marks"),
        _ => None,
    };
    json.text_if("dc:description", described.map(say).as_deref());
    json.at("name").text(&column.name);
    json.at("null").texts([""]);
    if let Holds::Value { unit, .. } = column.holds {
        json.text_if("schema:unitText", unit);
    }
    json.text_if("separator", matches!(column.holds, Holds::Marks).then_some(" "));
    json.at("titles").text(&column.heading);
}
