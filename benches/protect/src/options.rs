//! What is asked for besides the files.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use candour_protect::engine::{Attacker, Protection};

/// The options, each with its value.
pub(crate) struct Options {
    /// `--hierarchy lsoa=borough,ward,lsoa`: the columns of a dimension, coarsest first, by the finest.
    pub(crate) hierarchy: BTreeMap<String, Vec<String>>,
    /// `--threshold 5`: counts from 1 to one less are primary.
    pub(crate) threshold: u64,
    /// `--protection '"exact"'` or `'{"interval": {"millionths": 300000, "least": 1}}'`.
    pub(crate) protection: Protection,
    /// `--attacker '{"suppressed_at_least": 1, "marks": "same", "insiders": 0}'`.
    pub(crate) attacker: Attacker,
    /// `--intervals yes`: both ends of every interval are worked out in an audit of their own.
    pub(crate) intervals: bool,
}

impl Options {
    pub(crate) fn read(arguments: &[String]) -> anyhow::Result<Self> {
        let mut options = Self {
            hierarchy: BTreeMap::new(),
            threshold: 5,
            protection: serde_json::from_str(r#""exact""#)?,
            attacker: serde_json::from_str(r#"{"suppressed_at_least": 0, "marks": "same", "insiders": 0}"#)?,
            intervals: false,
        };
        for pair in arguments.chunks(2) {
            let [name, value] = pair else { bail!("`{}` has no value", pair.concat()) };
            options.set(name, value).with_context(|| format!("`{name} {value}` cannot be read"))?;
        }
        Ok(options)
    }

    fn set(&mut self, name: &str, value: &str) -> anyhow::Result<()> {
        match name {
            "--hierarchy" => {
                let (finest, columns) = value.split_once('=').context("it is FINEST=COARSEST,...,FINEST")?;
                self.hierarchy.insert(finest.to_owned(), columns.split(',').map(str::to_owned).collect());
            }
            "--threshold" => self.threshold = value.parse()?,
            "--protection" => self.protection = serde_json::from_str(value)?,
            "--attacker" => self.attacker = serde_json::from_str(value)?,
            "--intervals" => self.intervals = value == "yes",
            _ => bail!("there is no such option"),
        }
        Ok(())
    }
}
