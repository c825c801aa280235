//! `cargo xtask samples DIR`: does `inspect` say of each file of a folder what the folder's manifest says?
//!
//! The manifest is `MANIFEST.tsv`; its columns `file` and `expected` are read. What is expected begins with `BLOCK`, `REVIEW` or `PASS`, or two of these with
//! a slash between; what follows is for people.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use candour_inspect::{Limits, Severity, Verdict, inspect};

use crate::say;

/// Inspects every file that the manifest names, and says which come out otherwise.
pub(crate) fn run(folder: &Path) -> anyhow::Result<()> {
    let manifest = folder.join("MANIFEST.tsv");
    let manifest = fs::read_to_string(&manifest).with_context(|| format!("{} cannot be read", manifest.display()))?;
    let rows = rows(&manifest)?;
    let mut differ = 0;
    for (file, expected) in &rows {
        let path = folder.join(file);
        let bytes = fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let report = inspect(file, &bytes, Limits::default());
        if !agrees(expected, report.verdict)? {
            differ += 1;
            let mut carriers: Vec<&str> = report
                .findings
                .iter()
                .filter(|finding| finding.severity > Severity::Info)
                .map(|finding| finding.carrier.id)
                .collect();
            carriers.dedup();
            say(&format!("{file}: expected {expected}, found {:?} ({})", report.verdict, carriers.join(", ")));
        }
    }
    say(&format!("{} files, {differ} differ", rows.len()));
    if differ > 0 { bail!("{differ} files come out otherwise than the manifest says") } else { Ok(()) }
}

/// The columns `file` and `expected`.
fn rows(manifest: &str) -> anyhow::Result<Vec<(String, String)>> {
    let mut lines = manifest.lines();
    let heading: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| {
        heading.iter().position(|known| *known == name).with_context(|| format!("the manifest has no column `{name}`"))
    };
    let (file, expected) = (column("file")?, column("expected")?);
    lines
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let cell = |at: usize| {
                cells
                    .get(at)
                    .map(|cell| (*cell).to_owned())
                    .with_context(|| format!("a row of the manifest is short: {line}"))
            };
            Ok((cell(file)?, cell(expected)?))
        })
        .collect()
}

/// Is a verdict what is expected? What cannot be looked into counts as blocked; where a review is expected, a pass does no harm.
fn agrees(expected: &str, verdict: Verdict) -> anyhow::Result<bool> {
    let words: Vec<&str> = expected
        .split(|letter: char| !letter.is_ascii_uppercase())
        .filter(|word| matches!(*word, "PASS" | "REVIEW" | "BLOCK"))
        .collect();
    if words.is_empty() {
        bail!("the manifest expects `{expected}`, which is neither BLOCK nor REVIEW nor PASS");
    }
    // What stands behind the first words is for people: `BLOCK (review: ...)`.
    let first = words.first().copied().unwrap_or_default();
    Ok(match verdict {
        Verdict::Block | Verdict::Uninspectable => words.contains(&"BLOCK"),
        Verdict::Review => words.contains(&"REVIEW"),
        Verdict::Pass => first != "BLOCK" && !words.contains(&"BLOCK"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_agrees_with_what_is_expected() {
        for (expected, verdict, agreed) in [
            ("BLOCK (cannot inspect)", Verdict::Uninspectable, true),
            ("BLOCK (review: field switches)", Verdict::Review, false),
            ("PASS", Verdict::Review, false),
            ("PASS/REVIEW metadata", Verdict::Review, true),
            ("PASS hidden / REVIEW record-shape", Verdict::Review, true),
            ("REVIEW", Verdict::Pass, true),
            ("REVIEW", Verdict::Block, false),
            ("REVIEW/BLOCK by content", Verdict::Block, true),
        ] {
            assert_eq!(agrees(expected, verdict).unwrap(), agreed, "{expected} {verdict:?}");
        }
        assert!(agrees("maybe", Verdict::Pass).is_err());
    }

    #[test]
    fn a_manifest_is_read_by_its_heading() {
        let read = rows("file\tbytes\texpected\na.xlsx\t5\tPASS\n\n").unwrap();
        assert_eq!(read, [("a.xlsx".to_owned(), "PASS".to_owned())]);
        assert!(rows("name\texpected\n").is_err() && rows("file\tbytes\texpected\na\n").is_err());
    }
}
