//! The report as JSON, against the schema that is promised to other programs.

use std::fs;
use std::path::Path;

use candour_inspect::Report;
use serde_json::{Value, json};

use crate::files::*;
use crate::inspect;

#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn faults(report: &Value) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas/inspect.schema.json");
    let schema: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    schema.iter_errors(report).map(|fault| format!("{}: {fault}", fault.instance_path)).collect()
}

#[test]
fn a_report_fits_its_schema() {
    let hidden = archive(&with(
        xlsx(),
        &[
            ("xl/workbook.xml", &workbook_xml(&SHEETS.replace("sheetId", "state=\"hidden\" sheetId"))),
            (
                "xl/worksheets/sheet1.xml",
                &sheet_xml(&CELLS.replace("row r=\"1\"", "row r=\"1\" hidden=\"1\""))
                    .replace("<v>12</v>", "<v>12.345</v>"),
            ),
        ],
    ));
    let ragged: &[u8] = b"year,count\n2019,=1+1\n2020,7,9\n# by Joan\n";
    let files = [
        ("a.xlsx", hidden.as_slice()),
        ("passes.ods", &archive(&ods())),
        ("b.csv", ragged),
        ("c.txt", "a\u{202E}b".as_bytes()),
        ("d.xlsx", b"PK\x03\x04"),
        ("e.html", b"<!doctype html><html><body><!-- Joan -->"),
        ("f.pdf", b"%PDF-1.7\n"),
    ];
    let report = Report::new(files.map(|(name, bytes)| inspect(name, bytes)).into());
    let value = serde_json::to_value(&report).unwrap();
    assert_eq!(faults(&value), [""; 0]);
    let verdicts: Vec<&Value> = value["files"].as_array().unwrap().iter().map(|file| &file["verdict"]).collect();
    assert!(verdicts.contains(&&json!("pass")) && verdicts.contains(&&json!("block")));
    assert!(verdicts.contains(&&json!("uninspectable")));
    // The schema would tell if a value got into the report.
    let mut told = value;
    told["files"][0]["findings"][0]["values"] = json!(["Joan"]);
    assert_eq!(faults(&told).len(), 1);
}
