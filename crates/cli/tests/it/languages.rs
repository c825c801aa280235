//! A release in two languages: the same figures, each file in both, and nothing left in the wrong one.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::Command;

use crate::support::{Parking, candour, files_below};

const SCHEMA: &str = "schema = \"candour/response/1\"";

/// The example in English and Welsh, with or without its translations.
fn bilingual(translated: bool) -> Parking {
    let keys = match translated {
        true => "languages = [\"en-GB\", \"cy\"]\ntranslations = \"cy.csv\"",
        false => "languages = [\"en-GB\", \"cy\"]",
    };
    let parking = Parking::new().change("response.toml", SCHEMA, &format!("{SCHEMA}\n{keys}")).judged();
    parking.ingest().done();
    parking
}

#[test]
fn a_release_in_two_languages_is_made_verified_and_covered() {
    let parking = bilingual(true);
    let release = parking.path("release");
    parking.answer(&["--out", &release.display().to_string()]).done();
    let files: Vec<String> = files_below(&release).into_iter().map(|(path, _)| path).collect();
    for file in [
        "csv/disabled-bays.cy.csv",
        "release.cy.json",
        "response.cy.html",
        "response.cy.pdf",
        "response.cy.txt",
        "tables.cy.ods",
        "tables.cy.xlsx",
    ] {
        assert!(files.iter().any(|path| path == file), "{file} is missing of {files:?}");
        let english = file.replace(".cy", "");
        assert!(files.contains(&english), "{english} is missing");
    }
    let read = |file: &str| fs::read_to_string(release.join(file)).unwrap();
    let page = read("response.cy.html");
    assert!(page.contains("<html lang=\"cy\">") && page.contains("href=\"response.html\" hreflang=\"en-GB\""));
    assert!(read("response.html").contains("href=\"response.cy.html\" hreflang=\"cy\""));
    let text = read("response.cy.txt");
    assert!(text.contains("Cyhoeddwyd 3 hysbysiad yn 2022 a 2 yn 2023."), "{text}");
    // Of the words of the page none is English that the translator was given.
    for row in read_rows(&parking) {
        let [english, welsh] = &row[..] else { panic!("two columns") };
        let is_word = english != welsh && english.contains(' ') && !english.contains('{');
        assert!(!is_word || !text.contains(english.as_str()), "`{english}` was left in English");
    }
    // The figures are those of the other language.
    let figures = |file: &str| -> Vec<String> {
        read(file).lines().skip(1).filter_map(|line| line.split(',').nth_back(1).map(str::to_owned)).collect()
    };
    assert_eq!(figures("csv/disabled-bays.cy.csv"), figures("csv/disabled-bays.csv"));
    let store = parking.path("store").display().to_string();
    candour(["verify", &release.display().to_string(), "--store", &store]).done();
}

fn read_rows(parking: &Parking) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(parking.path("cy.csv")).unwrap();
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn what_is_not_translated_is_told_at_once_and_written_for_a_translator() {
    let parking = bilingual(false);
    let list = parking.path("to-translate.csv");
    let told = parking.answer(&["--check", "--untranslated", &list.display().to_string()]);
    assert_eq!(told.code, 1);
    assert!(told.out.contains("24 texts have no translation"), "{}", told.out);
    let written = fs::read_to_string(&list).unwrap();
    assert_eq!(written.lines().count(), 25, "{written}");
    let out = parking.path("release");
    let refused = parking.answer(&["--out", &out.display().to_string()]);
    assert_eq!((refused.code, out.exists()), (2, false));
}

/// The fixed wording of a language: each message without what is put into it, in pieces of three words at least.
fn wording(messages: &str) -> Vec<String> {
    let lines = messages.lines().filter(|line| !line.starts_with('#'));
    let texts = lines
        .map(|line| if line.starts_with(' ') { line } else { line.split_once(" = ").map_or("", |(_, text)| text) });
    let pieces = texts.flat_map(|text| text.split(['{', '}', '[', ']'])).map(|piece| piece.trim().to_owned());
    pieces.filter(|piece| piece.split_whitespace().count() > 2 && !piece.starts_with('$')).collect()
}

#[test]
fn no_fixed_wording_is_left_in_english() {
    let parking = bilingual(true);
    let release = parking.path("release");
    parking.answer(&["--out", &release.display().to_string()]).done();
    let welsh = include_str!("../../../wording/messages/cy.ftl");
    let mut english = wording(include_str!("../../../wording/messages/en-GB.ftl"));
    // Each page says in the other language where the other one is.
    english.retain(|piece| piece != "Read this response in English");
    assert!(english.len() > 150 && !wording(welsh).is_empty());
    let mut met = 0;
    for (path, bytes) in files_below(&release) {
        let is_welsh = path.contains(".cy.");
        let text = match path.rsplit('.').next() {
            Some("html" | "txt" | "csv" | "json") => String::from_utf8(bytes).unwrap(),
            Some("ods" | "xlsx") => parts(&bytes),
            Some("pdf") => pdf_text(&release.join(&path)),
            _ => continue,
        };
        let found: Vec<&String> =
            english.iter().filter(|piece| text.contains(piece.as_str()) && !welsh.contains(piece.as_str())).collect();
        assert!(!is_welsh || found.is_empty(), "{path} has {found:?}");
        met += if is_welsh { 0 } else { found.len() };
    }
    // The English files do have it, so the test looks where wording stands.
    assert!(met > 60, "{met}");
}

fn parts(bytes: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    for at in 0..archive.len() {
        archive.by_index(at).unwrap().read_to_string(&mut text).unwrap();
    }
    text
}

/// The text of a PDF, without its line breaks.
fn pdf_text(path: &Path) -> String {
    let printed = Command::new("pdftotext").args(["-raw", &path.display().to_string(), "-"]).output().unwrap();
    String::from_utf8(printed.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_release_may_be_in_welsh_alone() {
    // The schema's labels are English still.
    let keys = "languages = [\"cy\"]\ntranslations = \"cy.csv\"";
    // Its figures stand in other words, so what was judged in English is another list.
    let judged = |parking: Parking| parking.judged().change("response.toml", "60ac4941", "LIST");
    let parking = judged(Parking::new().change("response.toml", SCHEMA, &format!("{SCHEMA}\n{keys}")));
    parking.ingest().done();
    let release = parking.path("release");
    let out = ["--out", &release.display().to_string()];
    let refused = parking.answer(&out);
    let mark = refused.err.split("list = \"").nth(1).and_then(|rest| rest.get(..8)).unwrap().to_owned();
    let parking = parking.change("response.toml", "LIST", &mark);
    parking.answer(&out).done();
    let page = fs::read_to_string(release.join("response.html")).unwrap();
    assert!(page.contains("<html lang=\"cy\">") && page.contains("Ein penderfyniad") && !page.contains("Our decision"));
    let files: Vec<String> = files_below(&release).into_iter().map(|(path, _)| path).collect();
    assert!(files.iter().all(|path| !path.contains(".cy.")), "{files:?}");
    let store = parking.path("store").display().to_string();
    candour(["verify", &release.display().to_string(), "--store", &store]).done();
}
