//! What other programs read, against the JSON schemas that are promised to them.

use std::fs;

use serde_json::Value;
use toml::de::{DeTable, DeValue};

use crate::support::{Parking, candour, files_below, repository};

fn schema(name: &str) -> jsonschema::Validator {
    let path = repository().join("docs/schemas").join(name);
    let schema: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

#[track_caller]
fn fits(schema_name: &str, value: &Value) {
    let faults: Vec<String> =
        schema(schema_name).iter_errors(value).map(|fault| format!("{}: {fault}", fault.instance_path)).collect();
    assert!(faults.is_empty(), "{schema_name}: {}", faults.join("\n"));
}

/// A TOML file as editors check it: dates are texts.
fn toml_as_json(path: &str) -> Value {
    fn convert(value: &DeValue<'_>) -> Value {
        match value {
            DeValue::String(text) => Value::String(text.to_string()),
            DeValue::Integer(number) => Value::from(number.as_str().parse::<i64>().unwrap()),
            DeValue::Float(number) => Value::from(number.as_str().parse::<f64>().unwrap()),
            DeValue::Boolean(flag) => Value::Bool(*flag),
            DeValue::Datetime(time) => Value::String(time.to_string()),
            DeValue::Array(values) => values.iter().map(|value| convert(value.get_ref())).collect(),
            DeValue::Table(table) => table_of(table),
        }
    }
    fn table_of(table: &DeTable<'_>) -> Value {
        table.iter().map(|(key, value)| (key.get_ref().to_string(), convert(value.get_ref()))).collect()
    }
    let text = fs::read_to_string(repository().join(path)).unwrap();
    let table = DeTable::parse(&text).unwrap();
    table_of(table.get_ref())
}

#[test]
fn what_the_program_writes_fits_its_schemas() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    candour(["demo", "--out", &at("demo")]).done();
    let read = |name: &str| -> Value { serde_json::from_slice(&fs::read(at(name)).unwrap()).unwrap() };
    let release = read("demo/release/release.json");
    fits("release.schema.json", &release);
    fits("manifest.schema.json", &read("demo/release/manifest.json"));
    let (store, folder) = (at("demo/store"), at("demo/release"));
    let json = |args: &[&str]| -> Value { serde_json::from_str(&candour(args).out).unwrap() };
    fits("snapshots.schema.json", &json(&["snapshots", "--store", &store, "--format", "json"]));
    fits("verify.schema.json", &json(&["verify", &folder, "--store", &store, "--format", "json"]));
    // A verification that fails has findings of several kinds.
    let mut changed = release.clone();
    changed["tables"][0]["cells"][0]["value"] = "9".into();
    changed["tables"][1]["cells"].as_array_mut().unwrap().pop();
    fs::write(at("demo/release/release.json"), changed.to_string()).unwrap();
    let failed = json(&["verify", &folder, "--store", &store, "--format", "json"]);
    assert_eq!(failed["passed"], false);
    fits("verify.schema.json", &failed);
    // The schema is not one that takes anything.
    changed["tables"][0]["cells"][0]["value"] = 9.into();
    assert!(!schema("release.schema.json").is_valid(&changed));
}

#[test]
fn reports_of_suppression_fit_their_schema() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let table = "area,ward,kind,count,weight\nN,A,x,1,3\nN,A,y,9,2\nN,B,x,4,1\nN,B,y,7,1\nS,C,x,30,1\nS,C,y,0,5\n";
    fs::write(at("table.csv"), table).unwrap();
    let report = |policy: &str| -> Value {
        fs::write(at("policy.toml"), format!("method = \"suppress\"\n{policy}")).unwrap();
        let (policy, out, report) = (at("policy.toml"), at("out.csv"), at("report.json"));
        let args = ["protect", &at("table.csv"), "--policy", &policy, "--out", &out, "--report", &report];
        let ran = candour(args.into_iter().chain(["--count", "count"]));
        assert!(ran.code < 2, "{}", ran.err);
        serde_json::from_slice(&fs::read(report).unwrap()).unwrap()
    };
    let plain = report(
        "threshold = 5\ncost = \"weight\"\nattacker = { suppressed_at_least = 1, marks = \"same\", insiders = 2 }\n",
    );
    fits("suppression-report.schema.json", &plain);
    let full = report(
        "preset = \"counts-to-four\"\nreason = \"As ever.\"\nzeros = \"sensitive\"\nprotection = { interval = 0.3 }\n\
         cost = \"weight\"\nkeep = [{}]\nwithhold = [{ area = \"S\" }]\nexemption = \"40(2)\"\n\
         exemption_reason = \"Personal data.\"\nattacker = { suppressed_at_least = 0, marks = \"distinct\", insiders = 0 }\n\
         [hierarchy]\nplace = [\"area\", \"ward\"]\n",
    );
    fits("suppression-report.schema.json", &full);
    assert_eq!(full["policy"]["protection"]["interval"]["millionths"], 300_000);
    let mut wrong = full.clone();
    wrong["attacker"]["marks"] = "alike".into();
    assert!(!schema("suppression-report.schema.json").is_valid(&wrong));
}

/// The report of a run of `candour protect` on these files; the table and the policy are the first two.
fn report_of(files: &[(&str, &str)], further: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    files.iter().for_each(|(name, text)| fs::write(at(name), text).unwrap());
    let (table, policy, out, report) = (at(files[0].0), at(files[1].0), at("out.csv"), at("report.json"));
    let args = ["protect", &table, "--policy", &policy, "--out", &out, "--report", &report, "--count", "count"];
    let further = further.iter().map(|arg| if arg.starts_with("--") { (*arg).to_owned() } else { at(arg) });
    let ran = candour(args.into_iter().map(str::to_owned).chain(further));
    assert!(ran.code < 2, "{}", ran.err);
    serde_json::from_slice(&fs::read(report).unwrap()).unwrap()
}

#[test]
fn reports_of_every_rule_fit_their_schema() {
    let table = "area,ward,kind,count\nN,A,x,1\nN,A,y,9\nN,B,x,4\nN,B,y,30\nN,C,x,9\nN,C,y,40\nS,D,x,30\nS,D,y,0\nS,E,x,50\nS,E,y,60\n";
    let policy = "method = \"suppress\"\nthreshold = 5\ngroups = \"withhold\"\nlearned = [\"kind\"]\nmembership = \"open\"\n\
                  breakdowns = [{ by = \"kind\", below = 5 }]\nmerge = [{ in = \"ward\", of = [\"A\", \"B\"], into = \"AB\" }]\n\
                  outside = [{ area = \"N\" }, { kind = [\"x\", \"y\"], ward = \"C\" }]\n\
                  population = { small_among = 100, most_percent = 99.5 }\n\
                  attacker = { suppressed_at_least = 1, marks = \"same\", insiders = 1 }\n\
                  hierarchy = { place = [\"area\", \"ward\"] }\n";
    let people = "ward,residents\nAB,900\nC,800\nD,31\nE,7000\n";
    let full = report_of(
        &[("table.csv", table), ("policy.toml", policy), ("people.csv", people)],
        &["--population", "people.csv"],
    );
    fits("suppression-report.schema.json", &full);
    for key in ["at_risk", "outside"] {
        assert!(full[key].is_array(), "{key} is missing: {full}");
    }
    let plain = "method = \"suppress\"\nthreshold = 5\nattacker = { suppressed_at_least = 1, marks = \"same\", insiders = 1 }\n";
    let offered = report_of(
        &[("table.csv", "ward,kind,count\nA,x,1\nA,y,10\nB,x,9\nB,y,30\nC,x,9\nC,y,40\n"), ("p.toml", plain)],
        &[],
    );
    fits("suppression-report.schema.json", &offered);
    assert!(offered["offers"].is_array() && offered["at_risk"].is_array(), "{offered}");
    let nearly = report_of(&[("table.csv", "ward,kind,count\nA,x,1\nA,y,10\nB,x,9\nB,y,30\n"), ("p.toml", plain)], &[]);
    fits("suppression-report.schema.json", &nearly);
    assert!(nearly["nearly_all"].is_array(), "{nearly}");
    let sums = "region,trade,count,firms,first,second\nN,x,100,4,60,25\nN,y,300,20,40,30\nS,x,200,15,30,28\nS,y,180,11,35,20\n";
    let rules = "dominance = { largest = 1, percent = 50 }\np_percent = 30\n\
                 contributions = { people = \"firms\", largest = [\"first\", \"second\"] }\n";
    let report = report_of(&[("table.csv", sums), ("p.toml", &format!("{plain}{rules}"))], &[]);
    fits("suppression-report.schema.json", &report);
    assert_eq!(report["policy"]["p_percent"], 300_000);
    let mut wrong = report;
    wrong["withheld"][0]["why"] = "small".into();
    assert!(!schema("suppression-report.schema.json").is_valid(&wrong));
}

#[test]
fn reports_of_assessments_fit_their_schema() {
    let judgement = "[judgement]\nby = \"A. Approver\"\nrole = \"Head\"\ndate = 2024-02-27\nfigures = 1\nlist = \"00000000\"\n\
                     living = \"yes\"\nidentifiable = \"no\"\nprinciple = \"none\"\nharm = \"none\"\nconclusion = \"publish\"\n";
    let attacker = "attacker = { suppressed_at_least = 0, marks = \"same\", insiders = 1 }\n";
    let policy = format!(
        "method = \"assess\"\nreason = \"As ever.\"\nthreshold = 5\nlearned = [\"kind\"]\n{attacker}{judgement}"
    );
    let given = "ward,kind,count,status\nA,x,,c\nA,y,10,\nA,Total,13,\nB,x,9,\nB,y,30,\nC,x,3,\nC,y,,c\n";
    let report = report_of(&[("table.csv", given), ("policy.toml", &policy)], &[]);
    fits("assessment-report.schema.json", &report);
    for key in ["sensitive", "withheld", "worked_out"] {
        assert!(!report[key].as_array().unwrap().is_empty(), "{key}: {report}");
    }
    let sums = "region,trade,count,firms,first\nN,x,100,4,60\nN,y,300,20,40\n";
    let rules = "method = \"assess\"\nthreshold = 2\ndominance = { largest = 1, percent = 50 }\nmembership = \"open\"\n\
                 learned = [\"trade\"]\nmerge = [{ in = \"region\", of = [\"N\", \"S\"], into = \"NS\" }]\n\
                 contributions = { people = \"firms\", largest = [\"first\"] }\n";
    let sums = format!("{sums}S,x,100,5,20\n");
    fits("assessment-report.schema.json", &report_of(&[("table.csv", &sums), ("policy.toml", rules)], &[]));
    let mut wrong = report;
    wrong["list"] = "four".into();
    assert!(!schema("assessment-report.schema.json").is_valid(&wrong));
}

#[test]
fn a_report_on_sums_fits_the_schema() {
    let measures = "measures = [{ id = \"n\", label = \"Notices\", count = true }, { id = \"charge\", label = \"Charge\", \
                    sum = \"charge\" }, { id = \"keepers\", label = \"Keepers\", distinct = \"keeper_id\" }]";
    let policy = "method = \"suppress\"\nthreshold = 3\np_percent = 12.5\ndominance = { largest = 2, percent = 85 }\n\
                  attacker = { suppressed_at_least = 1, marks = \"same\", insiders = 1 }\nexemption = \"40(2)\"\n\
                  exemption_reason = \"Personal data.\"\n";
    let parking = Parking::new().change("response.toml", "measure = \"Notices\"", measures).change(
        "response.toml",
        "method = \"assess\"\nthreshold = 5\n",
        policy,
    );
    parking.ingest().done();
    let out = parking.path("release").display().to_string();
    let ran = parking.answer(&["--out", &out]);
    assert!(ran.code < 2, "{}", ran.err);
    candour(["verify", &out, "--store", &parking.path("store").display().to_string()]).done();
    let kept = files_below(&parking.path("store"));
    let (_, report) = kept.iter().find(|(path, _)| path.ends_with("protect-report.json")).unwrap();
    let report: Value = serde_json::from_slice(report).unwrap();
    let mut report = report["suppression"].clone();
    report["schema"] = "candour/suppression-report/1".into();
    fits("suppression-report.schema.json", &report);
    let withheld = report["sums"]["withheld"].as_array().unwrap();
    assert!(withheld.iter().any(|one| one["figure"]["measure"] == "Charge" && one["places"] == 2));
    let mut wrong = report;
    wrong["sums"]["withheld"][0]["low"] = "much".into();
    assert!(!schema("suppression-report.schema.json").is_valid(&wrong));
}

#[test]
fn policies_that_withhold_fit_their_schema() {
    let fits_with = |policy: &str| {
        let mut response = toml_as_json("examples/parking-2023/response.toml");
        let policy: Value = serde_json::from_str(policy).unwrap();
        response["policy"] = policy;
        schema("response.schema.json").is_valid(&response)
    };
    let attacker = r#""attacker": {"suppressed_at_least": 0, "marks": "same", "insiders": 0}"#;
    let exemption = r#""exemption": "40(2)", "exemption_reason": "Personal data.""#;
    for keys in [
        r#""threshold": 5"#,
        r#""preset": "research-outputs", "protection": "exact", "cost": "cells", "groups": "ignore""#,
        r#""threshold": 5, "zeros": "sensitive", "protection": {"interval": 0.3, "least": 2}, "keep": [{}, {"ward": "Castle"}]"#,
        r#""threshold": 5, "withhold": [{"ward": "Castle"}]"#,
        r#""threshold": 5, "groups": "withhold", "breakdowns": [{"by": "outcome", "below": 10}], "learned": ["outcome"], "membership": "open""#,
        r#""threshold": 5, "merge": [{"in": "outcome", "of": ["a", "b"], "into": "c"}], "outside": [{"ward": ["a", "b"]}, {"ward": "a"}]"#,
        r#""threshold": 5, "population": {"of": "residents", "small_among": 5000, "most_percent": 50}"#,
        r#""threshold": 3, "dominance": {"largest": 2, "percent": 85}, "p_percent": 12.5"#,
    ] {
        assert!(fits_with(&format!(r#"{{"method": "suppress", {attacker}, {exemption}, {keys}}}"#)), "{keys}");
    }
    for keys in [
        r#""groups": "flag", "learned": ["outcome"], "membership": "open""#,
        r#""merge": [{"in": "outcome", "of": ["a", "b"], "into": "c"}], "population": {"of": "residents", "small_among": 5000}"#,
        r#""dominance": {"largest": 2, "percent": 85}, "p_percent": 12.5"#,
        attacker,
    ] {
        assert!(fits_with(&format!(r#"{{"method": "assess", "threshold": 5, {keys}}}"#)), "{keys}");
    }
    let silent = r#""exemption": "31(1)(a)", "exemption_reason_would_disclose": true"#;
    assert!(fits_with(&format!(r#"{{"method": "suppress", "threshold": 5, {attacker}, {silent}}}"#)));
    let wrong = |keys: &str| format!(r#"{{"method": "suppress", {exemption}, {keys}}}"#);
    for policy in [
        wrong(r#""threshold": 5"#),
        wrong(attacker),
        wrong(&format!(r#""threshold": 5, "protection": {{"least": 1}}, {attacker}"#)),
        wrong(&format!(r#""threshold": 5, "cost": "weight", {attacker}"#)),
        wrong(&format!(r#""threshold": 5, "zeros": "sensitive", {}"#, attacker.replace(": 0, \"m", ": 1, \"m"))),
        format!(r#"{{"method": "suppress", "threshold": 5, {attacker}}}"#),
        format!(r#"{{"method": "suppress", "threshold": 5, {attacker}, "exemption": "40(2)"}}"#),
        wrong(&format!(r#""threshold": 5, {attacker}, "exemption_reason_would_disclose": true"#)),
        format!(r#"{{"method": "assess", "threshold": 5, {}}}"#, attacker.replace(": 0}", ": 1}")),
        r#"{"method": "assess", "threshold": 5, "zeros": "sensitive"}"#.to_owned(),
        // What only a table made elsewhere has.
        wrong(&format!(r#""threshold": 5, "hierarchy": {{"type": ["group", "type"]}}, {attacker}"#)),
        wrong(&format!(r#""threshold": 5, "contributions": {{"people": "firms"}}, {attacker}"#)),
        r#"{"method": "assess", "threshold": 5, "groups": "withhold"}"#.to_owned(),
        r#"{"method": "assess", "threshold": 5, "breakdowns": [{"by": "outcome", "below": 10}]}"#.to_owned(),
        r#"{"method": "none", "reason": "Nobody is named.", "learned": ["outcome"]}"#.to_owned(),
    ] {
        assert!(!fits_with(&policy), "{policy}");
    }
}

#[test]
fn the_files_that_people_write_fit_their_schemas() {
    for example in ["image-abuse-2020", "parking-2023", "west-yorkshire-2017-07"] {
        fits("response.schema.json", &toml_as_json(&format!("examples/{example}/response.toml")));
    }
    for letter in ["crates/spec/tests/letter.toml", "crates/cli/src/commands/new.toml"] {
        fits("response.schema.json", &toml_as_json(letter));
    }
    for authority in ["examples/image-abuse-2020/authority.toml", "crates/spec/tests/authority.toml"] {
        fits("authority.schema.json", &toml_as_json(authority));
    }
    for path in
        ["data/police/schema.toml", "examples/parking-2023/schema.toml", "examples/west-yorkshire-2017-07/schema.toml"]
    {
        fits("schema.schema.json", &toml_as_json(path));
    }
    let mut wrong = toml_as_json("examples/parking-2023/response.toml");
    wrong["extract"]["setled_after_days"] = 5.into();
    assert!(!schema("response.schema.json").is_valid(&wrong));
}
