//! What an organisation says of its files: names that may be known, and findings that a person has judged.

use std::fmt::Write as _;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::carrier::{self, Severity, any};
use crate::report::{FileReport, Finding};
use crate::verdict;

/// The configuration file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Names and texts that may stand in properties, such as that of the organisation.
    #[serde(default)]
    pub allow: Vec<String>,
    /// Findings that a person has judged.
    #[serde(default)]
    pub waiver: Vec<Waiver>,
}

/// A finding that a person has judged: it stays in the report, and no longer holds the file back.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The carrier's id.
    pub carrier: String,
    /// Where; without it, wherever the carrier is found in the file.
    pub place: Option<String>,
    /// Why it may stay.
    pub reason: String,
    /// Who judged it.
    pub by: String,
    /// SHA-256 of the file: another file, or another version of it, is judged anew.
    pub sha256: String,
}

impl Config {
    /// Reads a configuration file (TOML).
    ///
    /// # Errors
    /// What is wrong in it, and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        let config: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        for waiver in &config.waiver {
            let id = &waiver.carrier;
            if !carrier::all().any(|known| known.id == id) {
                return Err(format!("there is no carrier `{id}`"));
            }
            if id == any::UNINSPECTABLE.id {
                return Err(format!("a waiver cannot be given for `{id}`: nobody knows what is in such a file"));
            }
            if waiver.reason.trim().is_empty() || waiver.by.trim().is_empty() {
                return Err(format!("a waiver for `{id}` needs a reason, and who gives it"));
            }
            if waiver.sha256.len() != 64 || !waiver.sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Err(format!("the `sha256` of a waiver for `{id}` is not one"));
            }
        }
        Ok(config)
    }

    /// Applies it to what was found in a file.
    pub fn apply(&self, report: &mut FileReport, bytes: &[u8]) {
        let hash = Sha256::digest(bytes).iter().fold(String::new(), |mut hash, byte| {
            let _ = write!(hash, "{byte:02x}");
            hash
        });
        for finding in &mut report.findings {
            if let Some(waiver) = self.waiver.iter().find(|waiver| waiver.holds(finding, &hash)) {
                finding.severity = Severity::Info;
                let _ = write!(finding.message, "; {} judged that it may stay: {}", waiver.by, waiver.reason);
            } else if self.allows(finding) {
                finding.severity = Severity::Info;
                finding.message.push_str("; it is allowed");
            }
        }
        report.verdict = verdict(&report.findings);
    }

    fn allows(&self, finding: &Finding) -> bool {
        let of_metadata = finding.carrier.step == carrier::Step::Metadata && finding.severity == Severity::Review;
        let known = |value: &String| self.allow.iter().any(|allowed| allowed.trim() == value.trim());
        of_metadata && !finding.values.is_empty() && finding.values.iter().all(known)
    }
}

impl Waiver {
    fn holds(&self, finding: &Finding, hash: &str) -> bool {
        self.carrier == finding.carrier.id
            && self.sha256.eq_ignore_ascii_case(hash)
            && self.place.as_ref().is_none_or(|place| *place == finding.place.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, Verdict, inspect};

    const FILE: &str = "<office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
        xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:meta><dc:creator>The Office</dc:creator></office:meta><office:body>\
        <office:text><text:p><office:annotation><text:p>x</text:p></office:annotation>y</text:p></office:text></office:body></office:document>";

    fn judged(config: &str) -> Verdict {
        let mut report = inspect("a.fodt", FILE.as_bytes(), Limits::default());
        Config::parse(config).unwrap().apply(&mut report, FILE.as_bytes());
        report.verdict
    }

    #[test]
    fn a_waiver_holds_for_its_file_alone_and_an_allowed_name_for_all() {
        let hash: String = Sha256::digest(FILE.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        let waiver = |hash: &str| {
            format!("[[waiver]]\ncarrier = \"comment\"\nreason = \"public\"\nby = \"A\"\nsha256 = \"{hash}\"\n")
        };
        assert_eq!(judged(""), Verdict::Block);
        assert_eq!(judged(&waiver(&hash)), Verdict::Review);
        assert_eq!(judged(&waiver(&"0".repeat(64))), Verdict::Block);
        assert_eq!(judged(&format!("allow = [\"The Office\"]\n{}", waiver(&hash))), Verdict::Pass);
    }

    #[test]
    fn a_waiver_that_says_too_little_is_refused() {
        for config in [
            "[[waiver]]\ncarrier = \"nothing\"\nreason = \"r\"\nby = \"A\"\nsha256 = \"\"",
            "[[waiver]]\ncarrier = \"uninspectable\"\nreason = \"r\"\nby = \"A\"\nsha256 = \"\"",
            "[[waiver]]\ncarrier = \"comment\"\nreason = \" \"\nby = \"A\"\nsha256 = \"\"",
            "[[waiver]]\ncarrier = \"comment\"\nreason = \"r\"\nby = \"A\"\nsha256 = \"12\"",
            "alow = []",
        ] {
            assert!(Config::parse(config).is_err(), "{config}");
        }
    }
}
