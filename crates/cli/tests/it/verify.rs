//! `candour verify`: it passes on what was made, and names what was changed.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Parking, Ran, candour};

/// The parking example with its release.
fn made() -> Parking {
    let parking = Parking::new().judged();
    parking.ingest().done();
    let out = parking.path("release").display().to_string();
    parking.answer(&["--out", &out]).done();
    parking
}

fn verify(parking: &Parking, further: &[&str]) -> Ran {
    let (release, store) = (parking.path("release").display().to_string(), parking.path("store").display().to_string());
    candour(["verify", &release, "--store", &store].into_iter().chain(further.iter().copied()))
}

fn change_file(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "`{from}` is not in {}", path.display());
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

/// The stored file of a record table.
fn stored(parking: &Parking, name: &str) -> PathBuf {
    let snapshots = fs::read_dir(parking.path("store/snapshots")).unwrap();
    let mut folders: Vec<PathBuf> = snapshots.map(|entry| entry.unwrap().path()).collect();
    folders.sort_by_key(|folder| fs::metadata(folder).unwrap().modified().unwrap());
    folders[0].join(name)
}

#[test]
fn a_release_as_it_was_made_passes() {
    let parking = made();
    let ran = verify(&parking, &[]).done();
    insta::assert_snapshot!(parking.story(&ran), @"
    exit code: 0
    --- standard output
    disabled-bays: 12 cells recounted
    Verified: every cell, every text and every byte of foi-2024-0117 is as the records give it.
    --- standard error
    ");
}

#[test]
fn a_changed_figure_is_named_by_its_coordinates() {
    let parking = made();
    let path = parking.path("release/release.json");
    let mut release: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    release["tables"][0]["cells"][1]["value"] = "7".into();
    fs::write(&path, serde_json::to_vec_pretty(&release).unwrap()).unwrap();
    let ran = verify(&parking, &[]);
    insta::assert_snapshot!(parking.story(&ran), @"
    exit code: 1
    --- standard output
    `release.json` is not the file that was made
    table `disabled-bays`, ward = North, year = 2023: the release says 7, the records give 1
    disabled-bays: 12 cells recounted
    Not verified: 2 findings on foi-2024-0117.
    --- standard error
    ");
    let json: Value = serde_json::from_str(&verify(&parking, &["--format", "json"]).out).unwrap();
    assert_eq!(json["schema"], "candour/verify/1");
    assert_eq!(json["passed"], false);
    assert_eq!(json["findings"][1]["place"]["at"][0]["category"], "N");
}

#[test]
fn a_changed_manifest_does_not_hide_a_changed_figure() {
    let parking = made();
    change_file(&parking.path("release/release.json"), "\"value\": \"2\"", "\"value\": \"9\"");
    change_file(&parking.path("release/manifest.json"), "\"sha256\": \"", "\"sha256\": \"0");
    let ran = verify(&parking, &[]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("`manifest.json` is not the file that was made"), "{}", ran.out);
    assert!(ran.out.contains("the release says 9"), "{}", ran.out);
}

#[test]
fn a_changed_record_is_named_by_file_and_by_the_cells_that_it_moves() {
    let parking = made();
    let whole = stored(&parking, "notices.parquet");
    // The same store reads an extract in which one notice stands in another ward, and its file takes the place.
    let other = parking.change("extract/notices.csv", "14/01/2022,40,N", "14/01/2022,40,S");
    other.ingest().done();
    let mut snapshots = fs::read_dir(other.path("store/snapshots")).unwrap().map(|entry| entry.unwrap().path());
    let changed = snapshots.find(|folder| *folder != whole.parent().unwrap()).unwrap().join("notices.parquet");
    fs::copy(changed, &whole).unwrap();
    let ran = verify(&other, &[]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.contains("notices.parquet` is damaged"), "{}", ran.out);
    assert!(ran.out.contains("ward = North, year = 2022: the release says 1, the records give 0"), "{}", ran.out);
    assert!(ran.out.contains("ward = South, year = 2022: the release says 1, the records give 2"), "{}", ran.out);
}

#[test]
fn a_flipped_byte_is_named_by_its_file_wherever_it_is() {
    let parking = made();
    let path = stored(&parking, "notices.parquet");
    let whole = fs::read(&path).unwrap();
    // The mark at the beginning, data, and the description at the end.
    for at in [1, 40, whole.len() / 2, whole.len() - 20, whole.len() - 6] {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xff;
        fs::write(&path, &bytes).unwrap();
        let ran = verify(&parking, &[]);
        assert_eq!(ran.code, 1, "byte {at}: {}{}", ran.out, ran.err);
        assert!(
            ran.out.contains("notices.parquet` is damaged: its bytes are not those that were stored"),
            "{}",
            ran.out
        );
        assert!(!ran.err.contains("panicked"), "byte {at}: {}", ran.err);
    }
}

#[test]
fn what_can_still_be_read_is_recounted() {
    let parking = made();
    // No table of the release reads the appeals.
    fs::remove_file(stored(&parking, "appeals.parquet")).unwrap();
    let ran = verify(&parking, &[]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("appeals.parquet` is damaged: it cannot be read"), "{}", ran.out);
    assert!(ran.out.contains("disabled-bays: 12 cells recounted"), "{}", ran.out);
}

#[test]
fn files_that_come_or_go_are_named() {
    let parking = made();
    fs::remove_file(parking.path("release/csv/disabled-bays.csv")).unwrap();
    fs::write(parking.path("release/source.xlsx"), "all records").unwrap();
    let ran = verify(&parking, &[]);
    assert!(ran.out.contains("`csv/disabled-bays.csv` cannot be read"), "{}", ran.out);
    assert!(ran.out.contains("`source.xlsx` is no file of the release"), "{}", ran.out);
}

#[test]
fn another_store_does_not_know_the_release() {
    let parking = made();
    let stranger = Parking::new();
    stranger.ingest().done();
    let (release, store) =
        (parking.path("release").display().to_string(), stranger.path("store").display().to_string());
    let ran = candour(["verify", &release, "--store", &store]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("the store knows no release with the reference `foi-2024-0117`"), "{}", ran.err);
}

#[test]
fn a_record_list_waits_for_a_judgement_and_is_listed_again() {
    let list = r#"
[[records]]
id = "notices-in-the-north"
title = "Notices in the north ward"
questions = ["1"]
unit = "notices"
release = "records"
reason = "A list was asked for."
filter = "ward = 'N' AND contravention = '40'"
cancelled = "excluded"
date_basis = "issued"
within = "years"
columns = [{ column = "issued", label = "Issued" }, { column = "minutes_over" }]

[policy]"#;
    let parking = Parking::new().change("response.toml", "\n[policy]", list);
    parking.ingest().done();
    let out = parking.path("release").display().to_string();
    let waiting = parking.answer(&["--out", &out]);
    assert_eq!(waiting.code, 2);
    assert!(waiting.err.contains("(records of a list)"), "{}", waiting.err);
    let mark = waiting.err.split("list = \"").nth(1).unwrap()[..8].to_owned();
    let figures = waiting.err.split("figures = ").nth(1).unwrap().split('`').next().unwrap().to_owned();
    let parking = parking.judged();
    change_file(&parking.path("response.toml"), "figures = 11", &format!("figures = {figures}"));
    change_file(&parking.path("response.toml"), "list = \"60ac4941\"", &format!("list = \"{mark}\""));
    parking.answer(&["--out", &out]).done();
    let csv = fs::read_to_string(parking.path("release/csv/notices-in-the-north.csv")).unwrap();
    assert!(csv.starts_with("Issued,Minutes over\r\n2022-"), "{csv}");
    assert!(!csv.contains("PCN"), "no identifier is released");
    verify(&parking, &[]).done();
    let path = parking.path("release/release.json");
    let mut release: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    release["lists"][0]["rows"][0][0] = "2022-01-01".into();
    fs::write(&path, serde_json::to_vec_pretty(&release).unwrap()).unwrap();
    let ran = verify(&parking, &[]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.out.contains("the record list `notices-in-the-north` does not hold the records that were listed"),
        "{}",
        ran.out
    );

    let unjudged = Parking::new().change("response.toml", "\n[policy]", list).change(
        "response.toml",
        "method = \"assess\"\nthreshold = 5",
        "method = \"none\"\nreason = \"None.\"",
    );
    unjudged.ingest().done();
    let ran = unjudged.answer(&["--check"]);
    assert!(ran.code == 2 && ran.err.contains("cannot go out under the policy `none`"), "{}", ran.err);
}
