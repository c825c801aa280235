//! Cases as plain files: a change to the example of the parking notices, then what is said of it.
//!
//! A case file holds pairs of `--- replace` and `--- with`, applied in order to the example's response file (or, in
//! `schema-cases`, to its schema file), then `--- expect` and the faults. `CANDOUR_UPDATE=1` writes what is said now.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::date;

use candour_spec::{Asked, ExtractRef, Files, Schema, Source, Taken, WrittenAuthority, WrittenResponse, read_schema};

struct NoFiles;

impl Files for NoFiles {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        match name {
            "twice.csv" => Ok(b"code,label\nA,First\nA,Second\n".to_vec()),
            "odd.csv" => Ok(b"code,label,colour\n,Empty,red\nB,Late,\n".to_vec()),
            "hidden.csv" => Ok("code,label\nA,Fi\u{feff}rst\nB,\"Sec\nond\"\nC,Th\u{1b}[2Jird\n".into()),
            _ => Err("there is no such file".into()),
        }
    }
}

fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/parking-2023").join(name);
    fs::read_to_string(path).unwrap()
}

fn schema() -> Schema {
    let source = Source::new("schema.toml", example("schema.toml").into_bytes()).unwrap();
    read_schema(&source, &NoFiles).unwrap()
}

/// The authority of letters that need no records.
fn authority() -> Source {
    Source::new("authority.toml", fs::read(tests().join("authority.toml")).unwrap()).unwrap()
}

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn said_of_authority(text: String) -> String {
    let source = Source::new("authority.toml", text.into_bytes()).unwrap();
    let asked = Asked { authority: "The Council".into(), reference_display: "FOI/24/00001".into() };
    match WrittenAuthority::read(source).resolve(Some(&asked)) {
        Ok(_) => "sound\n".into(),
        Err(diagnostics) => diagnostics.to_string(),
    }
}

fn said_of_response(text: String) -> String {
    let source = Source::new("response.toml", text.into_bytes()).unwrap();
    let form = WrittenResponse::read(source);
    if !form.needs_extract() {
        let office = WrittenAuthority::read(authority()).resolve(form.asked().as_ref()).unwrap();
        return match form.resolve_letter(None, Some(&office)) {
            Ok(_) => "sound\n".into(),
            Err(diagnostics) => diagnostics.to_string(),
        };
    }
    let meant = form.extract().and_then(|(asked, form)| {
        let as_at = match asked {
            ExtractRef::Extract { as_at, .. } => as_at,
            ExtractRef::Snapshot(_) => date(2024, 2, 12),
        };
        form.resolve(&schema(), &Taken { as_at, rejected: Vec::new() }, None)
    });
    match meant {
        Ok(_) => "sound\n".into(),
        Err(diagnostics) => diagnostics.to_string(),
    }
}

fn said_of_schema(text: String) -> String {
    let source = Source::new("schema.toml", text.into_bytes()).unwrap();
    match read_schema(&source, &NoFiles) {
        Ok(_) => "sound\n".into(),
        Err(diagnostics) => diagnostics.to_string(),
    }
}

/// Splits a case into what is replaced, by what, and what is expected.
fn read_case(path: &Path) -> (Vec<(String, String)>, String, String) {
    let text = fs::read_to_string(path).unwrap();
    let (edits_text, expected) = text.split_once("--- expect\n").unwrap_or((&text, ""));
    let mut edits = Vec::new();
    for edit in edits_text.split("--- replace\n").skip(1) {
        let (from, to) = edit.split_once("--- with\n").unwrap();
        edits.push((from.trim_end_matches('\n').to_owned(), to.trim_end_matches('\n').to_owned()));
    }
    (edits, edits_text.to_owned(), expected.to_owned())
}

fn run(folder: &str, base: &str, said_of: fn(String) -> String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 5, "the cases are gone");
    let mut wrong = Vec::new();
    for path in paths {
        let (edits, edits_text, expected) = read_case(&path);
        let mut text = base.to_owned();
        for (from, to) in &edits {
            assert!(text.contains(from.as_str()), "{}: `{from}` is not in the example", path.display());
            text = text.replacen(from.as_str(), to, 1);
        }
        let said = said_of(text);
        if said == expected {
            continue;
        }
        if std::env::var_os("CANDOUR_UPDATE").is_some() {
            fs::write(&path, format!("{edits_text}--- expect\n{said}")).unwrap();
        }
        wrong.push(format!("{}\n--- expected\n{expected}--- said\n{said}", path.display()));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn response_files() {
    assert_eq!(said_of_response(example("response.toml")), "sound\n");
    run("cases", &example("response.toml"), said_of_response);
}

#[test]
fn letters() {
    let base = fs::read_to_string(tests().join("letter.toml")).unwrap();
    assert_eq!(said_of_response(base.clone()), "sound\n");
    run("letter-cases", &base, said_of_response);
}

#[test]
fn authority_files() {
    let base = fs::read_to_string(tests().join("authority.toml")).unwrap();
    assert_eq!(said_of_authority(base.clone()), "sound\n");
    run("authority-cases", &base, said_of_authority);
}

#[test]
fn schema_files() {
    run("schema-cases", &example("schema.toml"), said_of_schema);
}

#[test]
fn line_ends_change_nothing() {
    let unix =
        example("response.toml").replace("by ward?\"", "\n\nby ward?\"\"\"").replace("text = \"", "text = \"\"\"");
    let read = |text: String| {
        let source = Source::new("response.toml", text.into_bytes()).unwrap();
        let (_, form) = WrittenResponse::read(source).extract().unwrap();
        form.resolve(&schema(), &Taken { as_at: date(2024, 2, 12), rejected: Vec::new() }, None).unwrap().0
    };
    assert_eq!(read(unix.replace('\n', "\r\n")).questions, read(unix).questions);
}

/// The files beside a response file in two languages.
struct Translated(Vec<u8>);

impl Files for Translated {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        if name == "cy.csv" { Ok(self.0.clone()) } else { Err("there is no such file".into()) }
    }
}

fn in_welsh(
    translations: &[u8],
) -> Result<(candour_spec::Response, candour_spec::Diagnostics), candour_spec::Diagnostics> {
    let text = example("response.toml").replacen(
        "schema = \"candour/response/1\"",
        "schema = \"candour/response/1\"\nlanguages = [\"en-GB\", \"cy\"]\ntranslations = \"cy.csv\"",
        1,
    );
    let source = Source::new("response.toml", text.into_bytes()).unwrap();
    let form = WrittenResponse::read(source).with_files(&Translated(translations.to_vec()));
    let (_, form) = form.extract()?;
    form.resolve(&schema(), &Taken { as_at: date(2024, 2, 12), rejected: Vec::new() }, None)
}

#[test]
fn what_lacks_a_translation_is_told_at_once_and_can_be_filled_in() {
    let faults = in_welsh(b"en-GB,cy\n").unwrap_err();
    let missing = faults.only_untranslated().unwrap();
    assert!(missing.len() > 10, "{faults}");
    let mut filled = csv::Writer::from_writer(Vec::new());
    filled.write_record(["en-GB", "cy"]).unwrap();
    let asked = candour_spec::untranslated_csv(missing).unwrap();
    for row in csv::Reader::from_reader(&asked[..]).records().map(Result::unwrap) {
        assert_eq!(&row[1], "");
        filled.write_record([&row[0], &format!("Cymraeg: {}", &row[0])]).unwrap();
    }
    filled.write_record(["A text that stands nowhere", "Dim"]).unwrap();
    let (response, warnings) = in_welsh(&filled.into_inner().unwrap()).unwrap();
    assert!(warnings.to_string().contains("translates nothing that this release prints"), "{warnings}");
    let welsh = response.in_language(&response.languages.others[0]);
    assert!(!response.title.starts_with("Cymraeg: "));
    assert_eq!(welsh.title, format!("Cymraeg: {}", response.title));
    // Words alone differ: what is counted is the same.
    for (table, other) in response.tables.iter().zip(&welsh.tables) {
        assert_eq!((&table.quantities, &table.id), (&other.quantities, &other.id));
        let sources = |table: &candour_spec::TableSpec| {
            table.dimensions.iter().map(|dimension| dimension.source.clone()).collect::<Vec<_>>()
        };
        assert_eq!(sources(table), sources(other));
    }
}

#[test]
fn a_text_with_two_translations_is_told() {
    let title = in_welsh(b"en-GB,cy\n").unwrap_err().only_untranslated().unwrap()[0].text.clone();
    let mut rows = csv::Writer::from_writer(Vec::new());
    for row in [["en-GB", "cy"], [&title, "Un"], [&title, "Dau"]] {
        rows.write_record(row).unwrap();
    }
    let faults = in_welsh(&rows.into_inner().unwrap()).unwrap_err().to_string();
    assert!(faults.contains("rows 2 and 3 translate the same text differently"), "{faults}");
}
