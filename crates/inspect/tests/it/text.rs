//! Text, tables in text and JSON.

use candour_inspect::{Format, Severity};
use proptest::prelude::*;

use crate::{found, inspect};

#[test]
fn each_carrier_is_found_and_its_twin_is_not() {
    let far = format!("a,b\n1,2\n3,4\n5{}secret\n", ",".repeat(60));
    let cases: &[(&str, Format, &[u8], &[&str])] = &[
        ("a.txt", Format::Text, b"Nothing here.\n", &[]),
        ("a.txt", Format::Text, "Caf\u{e9} \u{2019}s".as_bytes(), &[]),
        ("a.txt", Format::Text, "a\u{E0041}b".as_bytes(), &["unseen-characters"]),
        ("a.txt", Format::Text, "a\u{202E}b".as_bytes(), &["unseen-characters"]),
        ("a.txt", Format::Text, "a\u{200B}b".as_bytes(), &["unseen-characters"]),
        ("a.txt", Format::Text, b"a text with a \x1b control in it", &["control-characters"]),
        ("a.csv", Format::Csv, b"year,count\n2019,5\n2020,-7\n", &[]),
        ("a.csv", Format::Csv, b"year,count\n2019,=1+1\n2020,7\n", &["csv-formula"]),
        ("a.csv", Format::Csv, b"year,count\n2019,=cmd|'/c calc'!A1\n2020,7\n", &["csv-formula"]),
        ("a.csv", Format::Csv, b"year,count\n2019,'=1+1\n2020,7\n", &[]),
        ("a.csv", Format::Csv, "year,count\n2019,＝1+1\n2020,7\n".as_bytes(), &["csv-formula"]),
        ("a.csv", Format::Csv, b"year,count\n2019,@x\n2020,7\n", &["csv-formula"]),
        ("a.csv", Format::Csv, b"year,count\n2019,+cmd(1)\n2020,7\n", &["csv-formula"]),
        ("a.csv", Format::Csv, b"year,count\n2019,5\n2020,7,9\n", &["csv-ragged-rows"]),
        ("a.csv", Format::Csv, b"year,count\n2019,5\n2020,7\n# by Joan\n", &["csv-section"]),
        ("a.csv", Format::Csv, b"year,count\n2019,5\n\nname,age\nJoan,7\n", &["csv-section"]),
        ("a.csv", Format::Csv, far.as_bytes(), &["csv-far-cell", "csv-ragged-rows"]),
        ("a.csv", Format::Csv, b"Offences\nby area\nin 2020\nyear,count\n2019,=1+1\n2020,7\n", &["csv-formula"]),
        ("a.csv", Format::Csv, b"Offences\nin 2020\nyear,count\n2019,5\n2020,7\nSource: us\nDraft\nFinal\n", &[]),
        ("a.csv", Format::Csv, b"area,count\n\"A,\nthe north\",=1+1\nB,7\n", &["csv-formula"]),
        ("a.txt", Format::Text, b"Dear all,\nthank you, we have, as asked,\nlooked.\nYours\n", &[]),
        ("a.json", Format::Json, br#"{"a":[1,{"b":"x"}]}"#, &[]),
        ("a.json", Format::Json, br#"{"a":1,"b":{"c":1,"c":2}}"#, &["json-duplicate-key"]),
        ("a.json", Format::Json, br#"{"a":"x\u202ey"}"#, &["unseen-characters"]),
    ];
    for (name, format, bytes, carriers) in cases {
        let report = inspect(name, bytes);
        let said = String::from_utf8_lossy(bytes);
        assert_eq!(report.format, *format, "{said}");
        assert_eq!(found(&report, Severity::Review), *carriers, "{said}: {:?}", report.findings);
    }
}

#[test]
fn other_encodings_are_read() {
    let wide: Vec<u8> = "\u{FEFF}name\tcount\nA\t=1\nB\t2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(found(&inspect("a.tsv", &wide), Severity::Review), ["csv-formula"]);
    assert_eq!(found(&inspect("a.tsv", &wide), Severity::Info), ["text-encoding", "csv-formula"]);
    assert_eq!(inspect("a.txt", b"caf\xE9 noir").format, Format::Text);
    assert_eq!(inspect("a.txt", b"a\0b").format, Format::Unknown);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[\\x00-\\x7f\u{80}\u{200b}\u{e0041}＝,;\"\n{}\\[\\]:]{0,80}") {
        inspect("a.txt", text.as_bytes());
    }
}
