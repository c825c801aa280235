//! Archives that contradict themselves, bombs, and bytes at random.

use candour_inspect::{Format, Limits, Verdict};
use proptest::prelude::*;

use crate::files::*;
use crate::inspect_within as inspect;

fn carriers(bytes: &[u8]) -> Vec<&'static str> {
    inspect("a.xlsx", bytes, Limits::default()).findings.iter().map(|finding| finding.carrier.id).collect()
}

#[test]
fn bytes_around_an_archive_are_found() {
    let good = archive(&xlsx());
    assert!(carriers(&[&b"secret"[..], &good].concat()).contains(&"leading-bytes"));
    assert!(carriers(&[&good[..], b"secret"].concat()).contains(&"trailing-bytes"));
    let report = inspect("a.xlsx", &[&good[..], b"\n"].concat(), Limits::default());
    assert_eq!(report.verdict, Verdict::Review);
}

#[test]
fn names_that_programs_take_for_one_are_found() {
    for name in ["XL/workbook.xml", "xl\\workbook.xml", "./xl/workbook.xml"] {
        let mut parts = xlsx();
        parts.push((name.to_owned(), "<x/>".to_owned()));
        assert!(carriers(&archive(&parts)).contains(&"duplicate-entry"), "{name}");
    }
    let outside = with(xlsx(), &[("../../etc/x", "x")]);
    assert!(carriers(&archive(&outside)).contains(&"odd-entry-name"));
}

#[test]
fn a_header_that_differs_from_the_directory_is_found() {
    let mut bytes = archive(&xlsx());
    // The name in the header of the first file.
    bytes[31] = b'X';
    assert!(carriers(&bytes).contains(&"header-disagreement"));
}

#[test]
fn a_file_that_the_directory_does_not_tell_of_is_found() {
    // The header and the bytes of one archive before those of another, whose offsets count them.
    let hidden = archive(&[("secret.txt".to_owned(), "secret".to_owned())]);
    let entry = &hidden[..hidden.windows(4).position(|four| four == b"PK\x01\x02").unwrap()];
    assert!(carriers(&[entry, &archive(&xlsx())].concat()).contains(&"orphan-entry"));
}

#[test]
fn what_archives_tell_beside_their_files_is_found() {
    const NO_DAY: u16 = 33;
    let seen = |bytes: &[u8]| -> Vec<&'static str> {
        inspect("a.zip", bytes, Limits::default()).findings.iter().map(|finding| finding.carrier.id).collect()
    };
    let clean = plain_archive(&[("a.txt", "words", b"", NO_DAY), ("b.txt", "words", b"", NO_DAY)]);
    assert_eq!(seen(&clean), Vec::<&str>::new());
    let times = plain_archive(&[("a.txt", "words", b"UT\x05\0\x01abcd", NO_DAY)]);
    assert_eq!(seen(&times), ["archive-extra-fields"]);
    assert_eq!(seen(&plain_archive(&[("a.txt", "words", b"", 77)])), ["archive-times"]);
    let mut comment = clean.clone();
    let at = comment.len() - 2;
    comment.splice(at.., *b"\x07\0by Joan");
    assert_eq!(seen(&comment), ["archive-comment"]);
    // Between the files and their directory, which knows of it.
    let mut gap = clean.clone();
    let start = gap.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    gap.splice(start..start, *b"secret");
    let at = gap.len() - 6;
    gap[at] += 6;
    assert_eq!(seen(&gap), ["archive-gap"]);
    // The room that office programs leave before a part is empty as a rule.
    let room = |content: &[u8; 4]| {
        let field = [b"\x20\xA2\x08\0\x28\xA0\0\0", &content[..]].concat();
        seen(&plain_archive(&[("a.txt", "words", &field, NO_DAY)]))
    };
    assert_eq!(room(b"\0\0\0\0"), Vec::<&str>::new());
    assert_eq!(room(b"Joan"), ["archive-gap", "archive-gap"]);
    // Both entries of the directory lead to the first file.
    let mut twice = clean;
    let second = twice.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
    twice[second + 42..second + 46].fill(0);
    assert!(seen(&twice).contains(&"overlapping-entries"), "{:?}", seen(&twice));
}

#[test]
fn a_name_that_says_another_format_is_found_and_so_are_findings_beyond_the_list() {
    let good = archive(&xlsx());
    let report = inspect("a.pdf", &good, Limits::default());
    assert_eq!(report.findings.iter().map(|finding| finding.carrier.id).collect::<Vec<_>>(), ["wrong-name"]);
    assert_eq!(inspect("a.XLSX", &good, Limits::default()).verdict, Verdict::Pass);
    let files: Vec<String> = (0..9).map(|at| format!("{at}.bin")).collect();
    let files: Vec<(&str, &str, &[u8], u16)> =
        files.iter().map(|name| (name.as_str(), "\u{1}\u{2}\u{3}", &b""[..], 33)).collect();
    let report = inspect("a.zip", &plain_archive(&files), Limits { findings: 4, ..Limits::default() });
    assert_eq!((report.findings.len(), report.findings[4].carrier.id), (5, "more-findings"));
    assert_eq!(report.findings[4].message, "5 more findings are not listed");
}

#[test]
fn bombs_and_broken_files_are_not_looked_into() {
    let bomb = with(xlsx(), &[("xl/sharedStrings.xml", &"a".repeat(40 << 20))]);
    let limits = Limits { ratio: 100, ..Limits::default() };
    assert_eq!(inspect("a.xlsx", &archive(&bomb), limits).verdict, Verdict::Uninspectable);
    let deep = format!("{}{}", "<a>".repeat(2_000), "</a>".repeat(2_000));
    let deep = with(xlsx(), &[("xl/sharedStrings.xml", &deep)]);
    assert_eq!(inspect("a.xlsx", &archive(&deep), Limits::default()).verdict, Verdict::Uninspectable);
    let good = archive(&xlsx());
    assert_eq!(inspect("a.xlsx", &good[..good.len() / 2], Limits::default()).verdict, Verdict::Uninspectable);
    let few = Limits { steps: 500, ..Limits::default() };
    assert_eq!(inspect("a.xlsx", &good, few).verdict, Verdict::Uninspectable);
    let many = Limits { entries: 3, ..Limits::default() };
    assert_eq!(inspect("a.xlsx", &good, many).verdict, Verdict::Uninspectable);
}

#[test]
fn entities_are_never_expanded() {
    let strings =
        format!("<!DOCTYPE sst [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>{}", STRINGS.replace("shown", "&e;"));
    let report = inspect("a.xlsx", &archive(&with(xlsx(), &[("xl/sharedStrings.xml", &strings)])), Limits::default());
    assert!(report.findings.iter().any(|finding| finding.carrier.id == "xml-document-type"));
    assert!(report.findings.iter().all(|finding| finding.values.iter().all(|value| !value.contains("root:"))));
}

#[test]
fn files_in_an_archive_are_inspected_in_turn_to_a_depth() {
    use std::io::{Cursor, Write as _};
    let wrap = |name: &str, bytes: &[u8]| {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap().into_inner()
    };
    let hidden =
        with(xlsx(), &[("xl/workbook.xml", &workbook_xml(&SHEETS.replace("sheetId", "state=\"hidden\" sheetId")))]);
    let one = wrap("a.xlsx", &archive(&hidden));
    let report = inspect("a.zip", &one, Limits::default());
    assert_eq!(report.format, Format::Zip);
    let finding = report.findings.iter().find(|finding| finding.carrier.id == "hidden-sheet").unwrap();
    assert_eq!(finding.place.part.as_deref(), Some("a.xlsx!xl/workbook.xml"));
    let deep = wrap("4.zip", &wrap("3.zip", &wrap("2.zip", &wrap("1.zip", &one))));
    let report = inspect("a.zip", &deep, Limits::default());
    assert!(report.findings.iter().any(|finding| finding.message.contains("too deep")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// A mutation of a good file is read to an end, whatever it is.
    #[test]
    fn no_mutation_makes_a_reader_panic(which in 0..3_usize, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8), cut in any::<prop::sample::Index>(), cuts in any::<bool>()) {
        let mut bytes = archive(&[xlsx(), docx(), ods()][which]);
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if cuts {
            bytes.truncate(cut.index(bytes.len()));
        }
        let _ = inspect("a.xlsx", &bytes, Limits::default());
    }

    /// So is a mutation of its XML.
    #[test]
    fn no_markup_makes_a_reader_panic(part in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), put in "[<>&;/=\"'a-z:0-9 \\-!\\[\\]?é]{1,12}") {
        for parts in [xlsx(), docx(), ods()] {
            let mut parts = parts;
            let chosen = part.index(parts.len());
            let content = &mut parts[chosen].1;
            let mut at = at.index(content.len() + 1);
            while !content.is_char_boundary(at) { at -= 1; }
            content.insert_str(at, &put);
            let _ = inspect("a.xlsx", &archive(&parts), Limits::default());
        }
    }
}
