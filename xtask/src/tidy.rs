//! Rules of the repository that the compiler does not hold.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::root;

/// Every file below a folder with this ending.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// What each crate below a folder depends on, by the names in its manifest; its tests' dependencies apart.
fn dependencies(folder: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    for manifest in files(&root().join(folder), "toml") {
        if manifest.file_name().unwrap() != "Cargo.toml" {
            continue;
        }
        let text = fs::read_to_string(&manifest).unwrap();
        let section = text.split("[dependencies]\n").nth(1).unwrap_or_default();
        let section = section.split("\n[").next().unwrap();
        let names = section.lines().filter_map(|line| line.split(['.', ' ', '=']).next());
        let folder = manifest.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
        all.insert(folder, names.filter(|name| !name.is_empty()).map(str::to_owned).collect());
    }
    all
}

#[test]
fn each_heavy_engine_stands_behind_one_crate() {
    let mut dependencies = dependencies("crates");
    dependencies.extend(self::dependencies("benches"));
    for (engine, home) in [
        ("datafusion", "count"),
        ("parquet", "records"),
        ("sqlparser", "spec"),
        ("clap", "cli"),
        ("typst", "pdf"),
        ("typst-layout", "pdf"),
        ("typst-pdf", "pdf"),
    ] {
        let users: Vec<&String> =
            dependencies.iter().filter(|(_, uses)| uses.contains(engine)).map(|(name, _)| name).collect();
        assert_eq!(users, [home], "`{engine}` belongs to `{home}` alone");
    }
}

#[test]
fn dependencies_point_from_later_stages_to_earlier_ones() {
    let order = [
        "wording", "model", "calendar", "spec", "records", "count", "protect", "layout", "inspect", "release", "pdf",
        "answer", "cli",
    ];
    for (name, uses) in dependencies("crates") {
        let place = |name: &str| order.iter().position(|known| *known == name);
        let at = place(&name).unwrap_or_else(|| panic!("`{name}` has no place in the order of the stages"));
        for used in uses.iter().filter_map(|used| used.strip_prefix("candour-")) {
            assert!(place(used).is_some_and(|used| used < at), "`{name}` must not depend on `{used}`");
        }
    }
}

#[test]
fn pure_crates_read_no_file_and_no_clock() {
    for name in ["wording", "model", "calendar", "spec", "protect", "layout", "release", "pdf", "inspect"] {
        for file in files(&root().join("crates").join(name).join("src"), "rs") {
            let text = fs::read_to_string(&file).unwrap();
            for word in
                ["std::fs", "std::net", "std::env::", "std::process", "SystemTime", "Zoned::now", "Timestamp::now"]
            {
                assert!(!text.contains(word), "{} uses `{word}`", file.display());
            }
        }
    }
}

#[test]
fn layout_and_release_never_see_unprotected_cells() {
    for name in ["layout", "release", "pdf"] {
        for file in files(&root().join("crates").join(name).join("src"), "rs") {
            let text = fs::read_to_string(&file).unwrap();
            assert!(!text.contains("Cells"), "{} speaks of `Cells`", file.display());
        }
    }
}

#[test]
fn nothing_about_crime_stands_in_the_core() {
    for file in files(&root().join("crates"), "rs")
        .into_iter()
        .filter(|file| file.components().any(|part| part.as_os_str() == "src"))
    {
        if file.ends_with("commands/demo.rs") {
            continue;
        }
        // Comments and tests may speak of victims and offences as examples; code may not.
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for word in ["crime", "offence", "victim", "police", "ho_code"] {
                assert!(!line.to_lowercase().contains(word), "{}: {line}", file.display());
            }
        }
    }
}

#[test]
fn every_message_that_is_asked_for_is_there_and_every_one_there_is_asked_for() {
    let messages = fs::read_to_string(root().join("crates/wording/messages/en-GB.ftl")).unwrap();
    let known: BTreeSet<String> = messages
        .lines()
        .filter(|line| line.starts_with(|letter: char| letter.is_ascii_lowercase()))
        .filter_map(|line| line.split(" =").next().map(str::to_owned))
        .collect();
    let mut text = String::new();
    for ending in ["rs", "html"] {
        for file in files(&root().join("crates"), ending) {
            text.push_str(&fs::read_to_string(file).unwrap());
        }
    }
    for call in ["say(\"", "counted(\"", ".word(\"", "note(\""] {
        for id in text.split(call).skip(1).filter_map(|rest| rest.split('"').next()) {
            let id = if call == "note(\"" { format!("note-{id}") } else { id.to_owned() };
            assert!(known.contains(&id), "there is no message `{id}`");
        }
    }
    // Some ids are put together from a fixed beginning.
    let put_together = ["month-", "month-short-", "weekday-", "note-", "report-"];
    for id in &known {
        let used =
            text.contains(&format!("\"{id}\"")) || put_together.iter().any(|beginning| id.starts_with(beginning));
        assert!(used, "nobody asks for the message `{id}`");
    }
}

#[test]
fn the_examples_in_the_docs_are_the_files() {
    let blocks = |page: &str| {
        let text = fs::read_to_string(root().join("docs").join(page)).unwrap();
        let parts: Vec<String> = text.split("```").skip(1).step_by(2).map(str::to_owned).collect();
        parts
    };
    let file = |name: &str| fs::read_to_string(root().join("examples/parking-2023").join(name)).unwrap();
    let example = |name: &str| file(name).replacen("../../docs/schemas/", "docs/schemas/", 1);
    assert_eq!(blocks("response-file.md")[0], format!("toml\n{}", example("response.toml")));
    let schema = blocks("schema.md");
    assert_eq!(schema[0], format!("toml\n{}", example("schema.toml")));
    assert_eq!(schema[1], format!("csv\n{}", file("extract/notices.csv")));
    assert_eq!(schema[2], format!("csv\n{}", file("extract/appeals.csv")));
}

#[test]
fn nothing_is_left_undone_in_silence() {
    for folder in ["benches", "crates", "xtask/src", "docs"] {
        for ending in ["rs", "py", "md", "html", "ftl", "toml"] {
            for file in files(&root().join(folder), ending) {
                let text = fs::read_to_string(&file).unwrap();
                for word in [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX")] {
                    assert!(!text.contains(word), "{} holds `{word}`", file.display());
                }
            }
        }
    }
}
