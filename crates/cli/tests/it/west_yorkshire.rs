//! The whole pipeline over real records, which nobody made for it.

use std::process::Command;

use crate::support::{Ran, candour, repository};

#[test]
fn another_program_counts_the_same_from_real_records() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let example = repository().join("examples/west-yorkshire-2017-07");
    let of = |name: &str| example.join(name).display().to_string();
    let (store, release) = (at("store"), at("release"));
    candour([
        "ingest",
        &of("extract"),
        "--store",
        &store,
        "--schema",
        &of("schema.toml"),
        "--source",
        "data.police.uk",
        "--as-at",
        "2020-06-30",
    ])
    .done();
    candour(["answer", &of("response.toml"), "--store", &store, "--out", &release]).done();
    candour(["verify", &release, "--store", &store]).done();
    let json = format!("{release}/release.json");
    let ran = Ran::of(&Command::new("python3").args([of("oracle.py"), json]).output().unwrap()).done();
    assert!(ran.out.contains("2362 cells of 3 tables agree"), "{}", ran.out);
}
