//! What other programs read, against the JSON schemas that are promised to them.

use std::fs;

use serde_json::Value;
use toml::de::{DeTable, DeValue};

use crate::support::{candour, repository};

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
fn the_files_that_people_write_fit_their_schemas() {
    for example in ["image-abuse-2020", "parking-2023", "west-yorkshire-2017-07"] {
        fits("response.schema.json", &toml_as_json(&format!("examples/{example}/response.toml")));
    }
    fits("response.schema.json", &toml_as_json("crates/cli/src/commands/new.toml"));
    for path in
        ["data/police/schema.toml", "examples/parking-2023/schema.toml", "examples/west-yorkshire-2017-07/schema.toml"]
    {
        fits("schema.schema.json", &toml_as_json(path));
    }
    let mut wrong = toml_as_json("examples/parking-2023/response.toml");
    wrong["extract"]["setled_after_days"] = 5.into();
    assert!(!schema("response.schema.json").is_valid(&wrong));
}
