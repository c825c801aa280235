//! `docs/inspect.md` tells of every carrier as the code does, and of the test that shows each.
//!
//! `CANDOUR_UPDATE=1` writes the three tables anew; that run says FAILED.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use candour_inspect::Severity;
use candour_inspect::carrier::{self, Carrier};

const FAMILIES: &[(&str, &[&Carrier])] = &[
    ("Any file", carrier::any::ALL),
    ("Archives and packages", carrier::package::ALL),
    ("Spreadsheets", carrier::workbook::ALL),
    ("Text documents", carrier::document::ALL),
    ("Data about the file", carrier::properties::ALL),
    ("XML in packages", carrier::xml::ALL),
    ("PDF", carrier::pdf::ALL),
    ("Pictures", carrier::image::ALL),
    ("HTML and SVG", carrier::html::ALL),
    ("Text, CSV and JSON", carrier::text::ALL),
];

/// The sources of the tests, by module.
const SOURCES: &[(&str, &str)] = &[
    ("carriers", include_str!("carriers.rs")),
    ("hostile", include_str!("hostile.rs")),
    ("html", include_str!("html.rs")),
    ("image", include_str!("image.rs")),
    ("pdf", include_str!("pdf.rs")),
    ("text", include_str!("text.rs")),
];

/// Module, test, format of its files, and the carriers that it asserts are found.
pub(crate) const SHOWN: &[(&str, &str, &str, &[&str])] = &[
    (
        "carriers",
        "a_workbook_in_the_strict_form_and_with_prefixes_is_read_alike",
        "XLSX (strict)",
        &["hidden-row", "hidden-sheet"],
    ),
    (
        "carriers",
        "what_a_sheet_hides_is_found",
        "XLSX",
        &[
            "active-filter",
            "beneath-merged",
            "custom-view",
            "far-cell",
            "foreign-markup",
            "formula",
            "header-footer",
            "hidden-column",
            "hidden-row",
            "outside-formula",
            "protection",
            "scenario",
            "validation-list",
            "xml-comment",
        ],
    ),
    (
        "carriers",
        "what_a_format_keeps_from_sight_is_found",
        "XLSX",
        &["invisible-format", "precise-value", "unshown-value"],
    ),
    (
        "carriers",
        "what_a_workbook_hides_is_found",
        "XLSX",
        &["custom-view", "defined-name", "hidden-sheet", "hidden-tabs", "unused-text"],
    ),
    (
        "carriers",
        "parts_that_keep_copies_are_found",
        "XLSX",
        &[
            "author",
            "chart-cache",
            "comment",
            "connection",
            "control",
            "custom-xml",
            "embedded-file",
            "external-link",
            "hidden-object",
            "hidden-sheet",
            "macro",
            "pivot-cache",
            "printer-settings",
            "revision",
            "slicer",
            "system-leftover",
            "unknown-part",
            "unreachable-part",
        ],
    ),
    ("carriers", "compound_files_in_a_workbook_are_found", "XLSX", &["embedded-file", "macro"]),
    ("carriers", "other_kinds_of_sheets_are_found", "XLSX", &["macro-sheet", "other-sheet", "phonetic-text"]),
    (
        "carriers",
        "what_stands_beside_the_cells_of_a_sheet_is_found",
        "XLSX",
        &["condition-text", "hyperlink", "xml-instruction"],
    ),
    ("carriers", "a_section_of_raw_text_is_told", "XLSX", &["xml-cdata"]),
    (
        "carriers",
        "data_about_the_file_are_found",
        "XLSX",
        &[
            "cropped-picture",
            "custom-property",
            "data-model",
            "file-path",
            "label",
            "missing-part",
            "outside-target",
            "picture",
            "property",
            "signature",
            "thumbnail",
            "web-extension",
        ],
    ),
    (
        "carriers",
        "what_the_settings_of_a_text_keep_is_found",
        "DOCX",
        &[
            "attached-template",
            "bound-control",
            "document-variable",
            "field-code",
            "imported-part",
            "mail-merge",
            "revision-marks",
        ],
    ),
    ("carriers", "records_behind_a_visible_table_are_proved", "XLSX", &["records-behind-table"]),
    (
        "carriers",
        "what_a_text_hides_is_found",
        "DOCX",
        &["format-change", "hidden-text", "invisible-text", "live-field", "tracked-change"],
    ),
    (
        "carriers",
        "what_an_open_document_hides_is_found",
        "ODS",
        &[
            "active-filter",
            "comment",
            "hidden-column",
            "hidden-row",
            "hidden-sheet",
            "invisible-format",
            "macro",
            "precise-value",
            "unreachable-part",
            "unshown-value",
            "versions",
        ],
    ),
    ("carriers", "a_chart_of_visible_cells_passes_and_one_with_other_values_does_not", "ODS", &["chart-cache"]),
    ("hostile", "bytes_around_an_archive_are_found", "XLSX", &["leading-bytes", "trailing-bytes"]),
    ("hostile", "names_that_programs_take_for_one_are_found", "XLSX", &["duplicate-entry", "odd-entry-name"]),
    ("hostile", "a_header_that_differs_from_the_directory_is_found", "XLSX", &["header-disagreement"]),
    ("hostile", "a_file_that_the_directory_does_not_tell_of_is_found", "XLSX", &["orphan-entry"]),
    (
        "hostile",
        "what_archives_tell_beside_their_files_is_found",
        "ZIP",
        &["archive-comment", "archive-extra-fields", "archive-gap", "archive-times", "overlapping-entries"],
    ),
    (
        "hostile",
        "a_name_that_says_another_format_is_found_and_so_are_findings_beyond_the_list",
        "XLSX",
        &["wrong-name"],
    ),
    (
        "hostile",
        "a_name_that_says_another_format_is_found_and_so_are_findings_beyond_the_list",
        "ZIP",
        &["more-findings"],
    ),
    ("hostile", "entities_are_never_expanded", "XLSX", &["xml-document-type"]),
    ("hostile", "files_in_an_archive_are_inspected_in_turn_to_a_depth", "ZIP, XLSX in it", &["hidden-sheet"]),
    (
        "html",
        "each_carrier_is_found_and_its_twin_is_not",
        "HTML",
        &[
            "embedded-file",
            "html-comment",
            "html-data",
            "html-external",
            "html-hidden-text",
            "html-metadata",
            "html-script",
        ],
    ),
    ("html", "pictures_are_told_from_pages", "SVG", &["html-hidden-text", "svg-description", "svg-editor-data"]),
    (
        "image",
        "what_a_jpeg_holds_beside_its_picture_is_found",
        "JPEG",
        &["image-comment", "image-metadata", "image-position", "image-surplus", "image-thumbnail", "trailing-bytes"],
    ),
    (
        "image",
        "what_a_png_holds_beside_its_picture_is_found",
        "PNG",
        &["image-comment", "image-metadata", "image-position", "image-surplus", "trailing-bytes"],
    ),
    (
        "pdf",
        "text_that_is_not_seen_is_found_and_its_twin_is_not",
        "PDF",
        &["pdf-covered-text", "pdf-invisible-text", "pdf-replaced-text", "pdf-scanned-text"],
    ),
    (
        "pdf",
        "parts_of_the_document_are_found",
        "PDF",
        &[
            "pdf-action",
            "pdf-annotation",
            "pdf-bookmark",
            "pdf-form",
            "pdf-hidden-page",
            "pdf-link",
            "pdf-other-image",
            "pdf-private-data",
            "pdf-redaction-not-applied",
            "pdf-signature",
            "pdf-thumbnail",
        ],
    ),
    (
        "pdf",
        "texts_that_are_read_out_otherwise_than_painted_are_found_and_descriptions_are_not",
        "PDF",
        &["pdf-replaced-text"],
    ),
    ("pdf", "names_that_say_what_no_page_says_are_found_and_those_that_programs_make_are_not", "PDF", &["pdf-name"]),
    (
        "pdf",
        "text_behind_a_mask_is_found_and_behind_one_that_lets_it_through_is_not",
        "PDF",
        &["pdf-covered-text", "pdf-invisible-text"],
    ),
    ("pdf", "a_picture_that_is_not_seen_is_found_and_a_logo_on_a_clear_ground_is_not", "PDF", &["pdf-hidden-picture"]),
    (
        "pdf",
        "patterns_cover_as_far_as_they_paint_and_their_words_are_on_the_page",
        "PDF",
        &["pdf-covered-text", "pdf-invisible-text"],
    ),
    ("pdf", "data_in_a_jpeg_2000_picture_are_found", "PDF", &["image-metadata"]),
    ("pdf", "a_layer_that_is_off_is_found_and_one_that_is_on_is_not", "PDF", &["pdf-layer-off"]),
    ("pdf", "an_attached_file_is_inspected_in_turn", "PDF", &["embedded-file", "uninspectable"]),
    (
        "pdf",
        "bytes_and_objects_that_nothing_leads_to_are_found",
        "PDF",
        &[
            "leading-bytes",
            "pdf-broken-structure",
            "pdf-file-comment",
            "pdf-hidden-bytes",
            "pdf-metadata",
            "pdf-unreferenced-object",
            "trailing-bytes",
        ],
    ),
    ("pdf", "an_earlier_state_that_held_other_text_blocks", "PDF", &["pdf-earlier-state"]),
    ("text", "each_carrier_is_found_and_its_twin_is_not", "Text", &["control-characters", "unseen-characters"]),
    (
        "text",
        "each_carrier_is_found_and_its_twin_is_not",
        "CSV",
        &["csv-far-cell", "csv-formula", "csv-ragged-rows", "csv-section"],
    ),
    ("text", "each_carrier_is_found_and_its_twin_is_not", "JSON", &["json-duplicate-key", "unseen-characters"]),
    ("text", "other_encodings_are_read", "CSV (UTF-16, tabs)", &["csv-formula", "text-encoding"]),
];

/// What other programs say of the tests' files, written by `cargo xtask bench others`: lines of `#`, program and version; a heading; and lines of
/// carrier, format, test, and what each program says. Of files that hide nothing the carrier is `-`.
const OTHERS: &str = include_str!("../../../../benches/inspect/others.tsv");

/// The other programs with their versions.
fn programs() -> Vec<(&'static str, &'static str)> {
    OTHERS.lines().filter_map(|line| line.strip_prefix("#\t")?.split_once('\t')).collect()
}

/// A line of what they say.
struct Said {
    carrier: &'static str,
    format: &'static str,
    test: &'static str,
    /// For each program; empty where it says nothing.
    words: Vec<&'static str>,
}

fn said() -> impl Iterator<Item = Said> {
    OTHERS.lines().filter(|line| !line.starts_with('#')).skip(1).filter_map(|line| {
        let mut fields = line.split('\t');
        let (carrier, format, test) = (fields.next()?, fields.next()?, fields.next()?);
        Some(Said { carrier, format, test, words: fields.collect() })
    })
}

/// The other programs that find a carrier in the files of a test.
fn others(carrier: &str, format: &str, test: &str) -> String {
    let Some(line) = said().find(|line| (line.carrier, line.format, line.test) == (carrier, format, test)) else {
        return "not run".to_owned();
    };
    let programs = programs();
    let names: Vec<&str> =
        programs.iter().zip(&line.words).filter(|(_, words)| !words.is_empty()).map(|((name, _), _)| *name).collect();
    if names.is_empty() { "-".to_owned() } else { names.join(", ") }
}

/// How much each program finds, and what it says of files that hide nothing.
fn summary() -> String {
    let (clean, lines): (Vec<Said>, Vec<Said>) = said().partition(|line| line.carrier == "-");
    let count = |lines: &[&Said]| lines.iter().map(|line| line.carrier).collect::<BTreeSet<_>>().len();
    let all: Vec<&Said> = lines.iter().collect();
    let mut text = format!(
        "\n| program | version | carriers found, of {} | rows of the matrix, of {} | files that hide nothing and are spoken of, of {} |\n| --- | --- | ---: | ---: | ---: |\n",
        count(&all),
        lines.len(),
        clean.len()
    );
    for (at, (name, version)) in programs().into_iter().enumerate() {
        let says = |line: &&Said| line.words.get(at).is_some_and(|words| !words.is_empty());
        let found: Vec<&Said> = lines.iter().filter(says).collect();
        let alarms = clean.iter().filter(says).count();
        let _ = writeln!(text, "| {name} | {version} | {} | {} | {alarms} |", count(&found), found.len());
    }
    text.push('\n');
    text
}

/// Does Microsoft's program open such a file, and look for the carrier by its documentation?
fn inspector(carrier: &Carrier, format: &str) -> &'static str {
    let office = ["XLSX", "DOCX"].iter().any(|kind| format.starts_with(kind));
    carrier.inspector.filter(|_| office).unwrap_or("-")
}

/// The text of a test, from its name to the next test.
#[expect(clippy::unwrap_used, clippy::panic, reason = "a helper of tests")]
fn body(module: &str, test: &str) -> &'static str {
    let source = SOURCES.iter().find(|(name, _)| *name == module).unwrap().1;
    let from = source.split(&format!("#[test]\nfn {test}()")).nth(1).unwrap_or_else(|| panic!("no {module}::{test}"));
    from.split("#[test]").next().unwrap()
}

fn carriers() -> String {
    let mut text = String::new();
    for (family, all) in FAMILIES {
        let _ = write!(
            text,
            "\n### {family}\n\n| id | severity | what it is | what to do | step of the checklist | Document Inspector |\n| --- | --- | --- | --- | --- | --- |\n"
        );
        for carrier in *all {
            let severity = match carrier.severity {
                Severity::Block => "block",
                Severity::Review => "review",
                Severity::Info => "info",
            };
            let _ = writeln!(
                text,
                "| `{}` | {severity} | {} | {} | {} | {} |",
                carrier.id,
                carrier.title,
                carrier.action,
                carrier.step.title(),
                carrier.inspector.unwrap_or("-")
            );
        }
    }
    text.push('\n');
    text
}

fn matrix() -> String {
    let mut text = String::from(
        "\n| carrier | found in | test | others that find it | Document Inspector, by its documentation |\n| --- | --- | --- | --- | --- |\n",
    );
    let mut untested = Vec::new();
    for carrier in carrier::all() {
        let mut shown = SHOWN.iter().filter(|(.., carriers)| carriers.contains(&carrier.id)).peekable();
        if shown.peek().is_none() {
            untested.push(format!("`{}`", carrier.id));
        }
        for (module, test, format, _) in shown {
            let others = others(carrier.id, format, &format!("{module}::{test}"));
            let inspector = inspector(carrier, format);
            let _ = writeln!(text, "| `{}` | {format} | `{module}::{test}` | {others} | {inspector} |", carrier.id);
        }
    }
    if untested.is_empty() {
        text.push('\n');
        return text;
    }
    let _ = write!(
        text,
        "\nNo test with a file of its own yet ({} of {}): {}.\n\n",
        untested.len(),
        carrier::all().count(),
        untested.join(", ")
    );
    text
}

#[test]
fn every_test_that_is_named_speaks_of_its_carriers() {
    let known: BTreeSet<&str> = carrier::all().map(|carrier| carrier.id).collect();
    for (module, test, _, carriers) in SHOWN {
        for id in *carriers {
            assert!(known.contains(id), "{id}");
            assert!(body(module, test).contains(&format!("\"{id}\"")), "{module}::{test} says nothing of {id}");
        }
    }
}

#[test]
fn other_programs_are_said_to_find_only_what_the_tests_make() {
    for line in said().filter(|line| line.carrier != "-") {
        let is_shown = |(module, test, format, carriers): &(&str, &str, &str, &[&str])| {
            (*format, format!("{module}::{test}").as_str()) == (line.format, line.test)
                && carriers.contains(&line.carrier)
        };
        let row = format!("{} in {} of {}", line.carrier, line.format, line.test);
        assert!(SHOWN.iter().any(is_shown), "{row} is no more: run `cargo xtask bench others`");
        assert_eq!(line.words.len(), programs().len(), "{row}");
    }
}

#[test]
fn the_documentation_lists_the_carriers_as_they_are() {
    let families: Vec<&str> = FAMILIES.iter().flat_map(|(_, all)| *all).map(|carrier| carrier.id).collect();
    assert_eq!(families, carrier::all().map(|carrier| carrier.id).collect::<Vec<_>>());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/inspect.md");
    let text = fs::read_to_string(&path).unwrap();
    let mut expected = text.clone();
    for (name, table) in [("carriers", carriers()), ("others", summary()), ("matrix", matrix())] {
        let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
        let (before, rest) = expected.split_once(&start).unwrap();
        let (_, after) = rest.split_once(&end).unwrap();
        expected = format!("{before}{start}{table}{end}{after}");
    }
    let same = expected == text;
    if !same && std::env::var_os("CANDOUR_UPDATE").is_some() {
        fs::write(&path, expected).unwrap();
    }
    assert!(same, "docs/inspect.md is stale: CANDOUR_UPDATE=1 cargo test -p candour-inspect");
}
