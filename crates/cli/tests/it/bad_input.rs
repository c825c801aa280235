//! Bad input: a message that says what, where and what to do; exit code 2; nothing written.

use std::fs;
use std::process::Command;

use crate::support::{Parking, Ran, candour, files_below};

/// Runs `ingest` on a changed example: it must be refused, and no store be left.
fn refused_ingest(file: &str, from: &str, to: &str) -> String {
    let parking = Parking::new().change(file, from, to);
    let ran = parking.ingest();
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(!parking.path("store").exists(), "a store was left behind");
    parking.story(&ran)
}

/// Runs `answer` on a changed response file: it must be refused, with nothing written to the store or beside it.
fn refused_answer(from: &str, to: &str) -> String {
    let parking = Parking::new().judged();
    parking.ingest().done();
    let parking = parking.change("response.toml", from, to);
    refused(&parking)
}

fn refused(parking: &Parking) -> String {
    let before = files_below(parking.folder.path());
    let out = parking.path("release").display().to_string();
    let ran = parking.answer(&["--out", &out]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert_eq!(files_below(parking.folder.path()), before, "something was written");
    parking.story(&ran)
}

#[test]
fn extracts() {
    let stories = [
        refused_ingest("extract/notices.csv", ",ward,", ",area,"),
        refused_ingest("extract/notices.csv", "70.00,yes", "seventy,yes"),
        refused_ingest("extract/notices.csv", ",40,N", ",99,N"),
        refused_ingest("extract/appeals.csv", "SB1006", "SB6001"),
        refused_ingest("extract/notices.csv", "SB1002", "SB1001"),
        refused_ingest("extract/notices.csv", "08/01/2024,40", "08/01/2004,40"),
        refused_ingest("schema.toml", "type = \"boolean\"", "type = \"bool\""),
    ];
    insta::assert_snapshot!(stories.join("\n\n"));
}

#[test]
fn response_files() {
    let column = "[bands.over]\nbands = [BANDS]\n\n[[table]]";
    let bands = |bands: &str| {
        let parking = Parking::new().judged();
        parking.ingest().done();
        let parking = parking.change("response.toml", "[[table]]", &column.replace("BANDS", bands)).change(
            "response.toml",
            "{ column = \"ward\", label = \"Ward\", not_recorded = \"show\" }",
            "{ column = \"minutes_over\", bands = \"over\", label = \"Minutes over\", not_recorded = \"note\" }",
        );
        refused(&parking)
    };
    let stories = [
        refused_answer("from = 2022-01-01", "from = 2024-01-01"),
        bands("\"0-10\", \"10-20\", \"21+\""),
        bands("\"0-10\", \"12-20\", \"21+\""),
        refused_answer("contravention = '40'", "contraventions = '40'"),
        refused_answer("contravention = '40'", "lower(street) = 'mill lane'"),
        refused_answer("empty_rows = \"show\"", "empty_row = \"show\""),
        refused_answer("[policy]\nmethod = \"assess\"\nthreshold = 5\n", ""),
        refused_answer("list = \"60ac4941\"", "list = \"60ac4940\""),
        refused_answer("as_at = 2024-02-12", "as_at = 2024-02-11"),
    ];
    // The id of a snapshot differs from store to store.
    insta::with_settings!({ filters => vec![("snapshot [0-9a-f]{12}", "snapshot ID")] }, {
        insta::assert_snapshot!(stories.join("\n\n"));
    });
}

#[test]
fn an_output_folder_that_exists_is_left_alone() {
    let parking = Parking::new().judged();
    parking.ingest().done();
    fs::create_dir(parking.path("release")).unwrap();
    let story = refused(&parking);
    assert!(story.contains("error: `FOLDER/release` is there already"), "{story}");
}

#[test]
fn a_file_size_limit_is_told_and_leaves_nothing() {
    let parking = Parking::new();
    let command = format!(
        "ulimit -f 1; exec {} ingest {} --store {} --schema {} --source 'Parking back office' --as-at 2024-02-12",
        env!("CARGO_BIN_EXE_candour"),
        parking.path("extract").display(),
        parking.path("store").display(),
        parking.path("schema.toml").display()
    );
    let ran = Ran::of(&Command::new("sh").args(["-c", &command]).output().unwrap());
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("File too large"), "{}", ran.err);
    assert!(!parking.path("store").exists());
}

#[test]
fn a_file_size_limit_on_a_release_leaves_store_and_folder_as_they_were() {
    let parking = Parking::new().judged();
    parking.ingest().done();
    let before = files_below(parking.folder.path());
    let command = format!(
        "ulimit -f 8; exec {} answer {} --store {} --out {}",
        env!("CARGO_BIN_EXE_candour"),
        parking.path("response.toml").display(),
        parking.path("store").display(),
        parking.path("release").display()
    );
    let ran = Ran::of(&Command::new("sh").args(["-c", &command]).output().unwrap());
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("File too large"), "{}", ran.err);
    assert_eq!(files_below(parking.folder.path()), before);
}

#[test]
fn a_closed_pipe_is_no_fault() {
    let parking = Parking::new();
    parking.ingest().done();
    let command = format!(
        "{} answer {} --store {} --preview | true",
        env!("CARGO_BIN_EXE_candour"),
        parking.path("response.toml").display(),
        parking.path("store").display()
    );
    let ran = Ran::of(&Command::new("sh").args(["-c", &command]).output().unwrap());
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
}

#[test]
fn small_figures_wait_for_a_judgement() {
    let parking = Parking::new();
    parking.ingest().done();
    let story = refused(&parking);
    insta::assert_snapshot!(story);
    let preview = parking.answer(&["--preview"]);
    assert_eq!(preview.code, 1, "{}", preview.err);
    assert!(preview.out.contains("Small figures that must be judged"), "{}", preview.out);
}

#[test]
fn a_new_response_file_is_sound_in_form() {
    let parking = Parking::new();
    parking.ingest().done();
    let case = parking.path("case").display().to_string();
    candour(["new", &case]).done();
    let store = parking.path("store").display().to_string();
    let response = parking.path("case/response.toml");
    let text = fs::read_to_string(&response).unwrap();
    let filled = text
        .replace("<the source system, as it was named at ingest>", "Parking back office")
        .replace("as_at = 2024-01-15", "as_at = 2024-02-12")
        .replace("live_data_extracted = 2024-01-15", "live_data_extracted = 2024-02-12")
        .replace("answered = 2024-01-30", "answered = 2024-02-28")
        .replace("code = '<CODE>'", "contravention = '40'")
        .replace("\"<notices>\"", "\"notices\"")
        .replace("\"<recorded>\"", "\"issued\"")
        .replace("# cancelled = ", "cancelled = ");
    fs::write(&response, &filled).unwrap();
    let check = ["answer", &response.display().to_string(), "--store", &store, "--check"];
    let unfilled = candour(check);
    assert_eq!(unfilled.code, 2);
    assert!(unfilled.err.contains("is still a placeholder"), "{}", unfilled.err);
    // Whoever writes a text takes the brackets away.
    fs::write(&response, filled.replace("\"<", "\"").replace(">\"", "\"")).unwrap();
    candour(check).done();
    let again = candour(["new", &case]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("a response file is never overwritten"), "{}", again.err);
}

#[test]
fn nothing_from_elsewhere_drives_the_terminal() {
    let parking = Parking::new();
    let path = parking.path("extract/notices.csv");
    let text = fs::read_to_string(&path).unwrap().replace("\nSB", "\nx,SB");
    fs::write(&path, format!("\"\u{1b}[2J\u{202e}\nforged\",{text}")).unwrap();
    let ran = parking.ingest().done();
    let heard = format!("{}{}", ran.out, ran.err);
    assert!(heard.contains("\\u001b[2J\\u202e\\nforged"), "{heard}");
    let name = "no\u{1b}[2J\u{200e}such.toml";
    let heard = candour(["answer", name, "--store", "none", "--check"]).err;
    assert!(heard.contains("no\\u001b[2J\\u200esuch.toml"), "{heard}");
    for text in [heard, ran.err, ran.out] {
        assert!(!text.contains(|letter: char| letter.is_control() && letter != '\n'), "{text:?}");
    }
}

#[test]
fn a_source_has_a_name_that_can_be_read() {
    let parking = Parking::new();
    for source in ["", " ", "CRIS\u{202e}", "CR\nIS", "\u{1b}[2J"] {
        let ran = parking.ingest_as(source);
        assert_eq!(ran.code, 2, "{source:?} was accepted");
        assert!(ran.err.contains("--source"), "{}", ran.err);
        assert!(!parking.path("store").exists());
    }
}

#[test]
fn a_release_is_not_written_into_a_store() {
    let parking = Parking::new().judged();
    parking.ingest().done();
    fs::create_dir(parking.path("store/mine")).unwrap();
    std::os::unix::fs::symlink("store/mine", parking.path("link")).unwrap();
    let before = files_below(parking.folder.path());
    for out in ["store/release", "store/mine/release", "extract/../store/release", "link/release"] {
        let ran = parking.answer(&["--out", &parking.path(out).display().to_string()]);
        assert_eq!(ran.code, 2, "{out}: {}", ran.out);
        assert!(ran.err.contains("lies in the store"), "{}", ran.err);
        assert_eq!(files_below(parking.folder.path()), before, "{out}: something was written");
    }
}

#[test]
fn a_file_size_limit_is_told_by_short_commands_too() {
    let parking = Parking::new();
    let case = parking.path("case").display().to_string();
    let (file, schema) = (parking.path("extract/notices.csv"), parking.path("new.toml"));
    let infer = format!("schema infer {} -o {}", file.display(), schema.display());
    for args in [format!("new {case}"), infer] {
        let command = format!("ulimit -f 1; exec {} {args}", env!("CARGO_BIN_EXE_candour"));
        let ran = Ran::of(&Command::new("sh").args(["-c", &command]).output().unwrap());
        assert_eq!(ran.code, 2, "{args}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains("File too large"), "{}", ran.err);
    }
    assert!(!parking.path("case").exists());
    assert!(!schema.exists());
}

#[test]
fn work_that_is_done_stands_though_nobody_can_be_told() {
    let parking = Parking::new().judged();
    let at = |name: &str| parking.path(name).display().to_string();
    let ingest = format!(
        "ingest {} --store {} --schema {} --source 'Parking back office' --as-at 2024-02-12",
        at("extract"),
        at("store"),
        at("schema.toml")
    );
    let answer = format!("answer {} --store {} --out {}", at("response.toml"), at("store"), at("release"));
    let infer = format!("schema infer {} -o {}", at("extract/notices.csv"), at("new.toml"));
    for (args, made) in [(ingest, "store"), (answer, "release"), (infer, "new.toml")] {
        let command = format!("exec {} {args} > /dev/full", env!("CARGO_BIN_EXE_candour"));
        let ran = Ran::of(&Command::new("sh").args(["-c", &command]).output().unwrap());
        assert_eq!(ran.code, 0, "{args}: {}", ran.err);
        assert!(ran.err.contains("warning: all was done, but it cannot be told"), "{}", ran.err);
        assert!(parking.path(made).exists());
    }
    // What is printed is all that `--check` makes.
    let check = format!("answer {} --store {} --check", at("response.toml"), at("store"));
    let command = format!("exec {} {check} > /dev/full", env!("CARGO_BIN_EXE_candour"));
    assert_eq!(Ran::of(&Command::new("sh").args(["-c", &command]).output().unwrap()).code, 2);
}

#[test]
fn an_empty_file_is_told_as_one() {
    for bytes in ["", "\u{feff}", "\n\n", "\u{feff}\n"] {
        let parking = Parking::new();
        let file = parking.path("extract/notices.csv");
        fs::write(&file, bytes).unwrap();
        let ran = candour(["schema", "infer", &file.display().to_string()]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        assert!(ran.err.contains("notices.csv` cannot be read as CSV: it is empty"), "{}", ran.err);
        let ran = parking.ingest();
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains("notices.csv` cannot be read as CSV: it is empty"), "{}", ran.err);
    }
}

#[test]
fn one_of_a_thing_is_told_as_one_and_the_rest_of_many_by_number() {
    let parking = Parking::new();
    let (notices, appeals) = (parking.path("extract/notices.csv"), parking.path("extract/appeals.csv"));
    let text = fs::read_to_string(&notices).unwrap();
    let heading = fs::read_to_string(&appeals).unwrap().lines().next().unwrap().to_owned();
    fs::write(&appeals, format!("{heading}\n")).unwrap();
    let two: Vec<&str> = text.lines().take(2).collect();
    fs::write(&notices, two.join("\n")).unwrap();
    let ran = parking.ingest().done();
    assert!(ran.out.contains("notices: 1 row\n") && ran.out.contains("appeals: 0 rows\n"), "{}", ran.out);
    let ran = parking.answer(&["--check"]).done();
    assert!(ran.out.contains("1 question, 1 table, "), "{}", ran.out);
    let ran = candour(["snapshots", "--store", &parking.path("store").display().to_string()]).done();
    assert!(ran.out.contains(", 1 row\n"), "{}", ran.out);

    let wide: Vec<String> = (0..60).map(|at| format!("extra {at}")).collect();
    fs::write(&notices, format!("{},{}\n", two[0], wide.join(",")) + &"one\n".repeat(300)).unwrap();
    let ran = parking.ingest();
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("the row has 1 field, the heading 71\n"), "{}", ran.err);
    assert!(ran.err.contains("\n  and 100 more faults\n"), "{}", ran.err);

    let blank = ",".repeat(60);
    fs::write(&notices, format!("{},{}\n{}{blank}\n", two[0], wide.join(","), two[1])).unwrap();
    let ran = parking.ingest().done();
    assert!(ran.out.contains("`extra 49`") && !ran.out.contains("`extra 50`"), "{}", ran.out);
    assert!(ran.out.contains("\n  and 10 more columns that were not kept\n"), "{}", ran.out);
}
