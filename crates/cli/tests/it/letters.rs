//! Letters as the command makes them: what each says, and what it must not tell.

use std::fs;

use serde_json::Value;

use crate::support::{Parking, Ran, candour, files_below, repository};

/// The letter cases of the response file that have nothing wrong with them.
fn sound() -> Vec<(String, Vec<(String, String)>)> {
    let folder = repository().join("crates/spec/tests/letter-cases");
    let mut cases = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let text = fs::read_to_string(&path).unwrap();
        let Some(edits) = text.strip_suffix("--- expect\nsound\n") else { continue };
        let edits = edits.split("--- replace\n").skip(1).map(|edit| {
            let (from, to) = edit.split_once("--- with\n").unwrap();
            (from.trim_end_matches('\n').to_owned(), to.trim_end_matches('\n').to_owned())
        });
        cases.push((path.file_stem().unwrap().to_str().unwrap().to_owned(), edits.collect()));
    }
    cases.sort();
    cases
}

/// A desk with a store, an authority file and this letter.
fn desk(edits: &[(String, String)]) -> Parking {
    let desk = Parking::new();
    desk.ingest().done();
    let tests = repository().join("crates/spec/tests");
    let mut text = fs::read_to_string(tests.join("letter.toml")).unwrap();
    for (from, to) in edits {
        text = text.replacen(from.as_str(), to, 1);
    }
    fs::write(desk.path("response.toml"), text).unwrap();
    fs::copy(tests.join("authority.toml"), desk.path("authority.toml")).unwrap();
    desk
}

fn answer(desk: &Parking) -> Ran {
    let (out, authority) = (desk.path("release").display().to_string(), desk.path("authority.toml"));
    desk.answer(&["--out", &out, "--authority", &authority.display().to_string()])
}

#[test]
fn every_letter_has_its_rights_and_can_be_verified() {
    let cases = sound();
    assert!(cases.len() > 15, "the cases are gone");
    for (name, edits) in cases {
        let desk = desk(&edits);
        answer(&desk).done();
        let text = fs::read_to_string(desk.path("release/response.txt")).unwrap();
        let page = fs::read_to_string(desk.path("release/response.html")).unwrap();
        for text in [&text, &page] {
            assert!(text.contains("Information Commissioner"), "{name}: no regulator\n{text}");
            assert!(name == "review-sound" || text.contains("reviews@council.example"), "{name}: no review\n{text}");
            assert!(text.contains("FOI/24/00001") && !text.contains('{'.to_string().repeat(2).as_str()), "{name}");
        }
        let release = desk.path("release").display().to_string();
        candour(["verify", &release, "--store", &desk.path("store").display().to_string()]).done();
    }
}

#[test]
fn a_denial_tells_nothing_of_what_is_held() {
    let (_, edits) = sound().into_iter().find(|(name, _)| name == "denial-sound").unwrap();
    let desk = desk(&edits);
    answer(&desk).done();
    let files = files_below(&desk.path("release"));
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["manifest.json", "release.json", "response.html", "response.pdf", "response.txt"]);
    let release: Value = serde_json::from_str(&fs::read_to_string(desk.path("release/release.json")).unwrap()).unwrap();
    assert_eq!(release["questions"][0]["decision"]["held"], "not said");
    for absent in ["extract", "lists"] {
        assert!(release.get(absent).is_none(), "the release has `{absent}`");
    }
    for empty in ["tables", "definitions", "notes", "report"] {
        assert_eq!(release[empty], serde_json::json!([]), "{empty}");
    }
    for (name, bytes) in files {
        // The PDF is set from the same outline as the page.
        let Ok(text) = String::from_utf8(bytes) else { continue };
        for word in ["Parking back office", "We hold", "do not hold", "snapshot"] {
            assert!(!text.contains(word), "{name} says `{word}`");
        }
    }
}

#[test]
fn a_cover_letter_names_the_requester_and_the_release_does_not() {
    let desk = desk(&[]);
    answer(&desk).done();
    let release = desk.path("release").display().to_string();
    let cover = |further: &[&str]| {
        let args = ["cover", &release, "--name", "Ada {reference}", "--address", "1 High Street"];
        candour(args.into_iter().chain(["--salutation", "Dear Ada,"]).chain(further.iter().copied()))
    };
    let letter = cover(&[]).done().out;
    assert!(letter.starts_with("Ada {reference}\n\n1 High Street\n\n30 January 2024\n\nDear Ada,\n\n"), "{letter}");
    assert!(letter.contains("FOI/24/00001") && letter.trim_end().ends_with("The Council"), "{letter}");
    let template = desk.path("cover.txt");
    fs::write(&template, "Dear {requester}").unwrap();
    let ran = cover(&["--template", &template.display().to_string()]);
    assert_eq!((ran.code, ran.err.contains("there is no merge field `{requester}`")), (2, true), "{}", ran.err);
}
