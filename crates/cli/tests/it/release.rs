//! The files of a release, to the byte: what changes here changes for every reader.

use std::fs;
use std::path::Path;

use crate::support::{Parking, candour, files_below};

/// A parking release with nested rows, two column dimensions, subtotals and everything left out that can be.
fn rich() -> Parking {
    let parking = Parking::new()
        .change(
            "response.toml",
            "rows = [{ column = \"ward\", label = \"Ward\", not_recorded = \"show\" }]",
            "rows = [{ column = \"ward\", label = \"Ward\", not_recorded = \"show\" }, { column = \"minutes_over\", bands = \"over\", \
             label = \"Minutes <over>\", not_recorded = \"note\" }]\nsubtotals = true",
        )
        .change("response.toml", "[[table]]", "[bands.over]\nbands = [\"0-10\", \"11-30\"]\n\n[[table]]")
        .change(
            "response.toml",
            "columns = [{ periods = \"years\", id = \"year\", label = \"Year\" }]",
            "columns = [{ periods = \"years\", id = \"year\", label = \"Year\" }, { column = \"paid\", label = \"Paid & settled\", \
             not_recorded = \"show\" }]",
        )
        .change("response.toml", "method = \"assess\"\nthreshold = 5", "method = \"none\"\nreason = \"made-up notices\"");
    parking.ingest().done();
    parking
}

#[test]
fn the_files_of_a_release() {
    let parking = rich();
    let out = parking.path("release").display().to_string();
    parking.answer(&["--out", &out]).done();
    let files = files_below(&parking.path("release"));
    // What is no text has tests of its own, beside its writer.
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    insta::assert_snapshot!("files", names.join("\n"));
    for (name, bytes) in files.iter().filter(|(name, _)| name != "manifest.json") {
        if let Ok(text) = std::str::from_utf8(bytes) {
            insta::assert_snapshot!(name.replace('/', "-"), text);
        }
    }
    insta::assert_snapshot!("preview", parking.answer(&["--preview"]).out);
}

#[test]
fn a_bundle_is_the_same_each_time_and_only_of_what_was_made() {
    let parking = rich();
    let (release, zip) = (parking.path("release"), |name: &str| parking.path(name));
    parking.answer(&["--out", &release.display().to_string()]).done();
    let bundle = |to: &str| candour([Path::new("bundle"), &release, Path::new("--out"), &zip(to)]);
    bundle("one.zip").done();
    bundle("two.zip").done();
    assert_eq!(fs::read(zip("one.zip")).unwrap(), fs::read(zip("two.zip")).unwrap());
    fs::write(release.join("notes.txt"), "a name").unwrap();
    let refused = bundle("three.zip");
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("`notes.txt` is no file of the release"), "{}", refused.err);
    fs::remove_file(release.join("notes.txt")).unwrap();
    let csv = fs::read_to_string(release.join("csv/disabled-bays.csv")).unwrap();
    fs::write(release.join("csv/disabled-bays.csv"), csv.replacen('1', "2", 1)).unwrap();
    let refused = bundle("three.zip");
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("is not the file that was made"), "{}", refused.err);
    assert!(!zip("three.zip").exists());
}
