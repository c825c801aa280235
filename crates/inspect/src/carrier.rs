//! Where data hides in files: the closed list of carriers, a module a family. Ids are a contract: they are documented, and never change their meaning.

pub mod any;
pub mod document;
pub mod html;
pub mod image;
pub mod package;
pub mod pdf;
pub mod properties;
pub mod text;
pub mod workbook;
pub mod xml;

use serde::Serialize;

/// How bad it is that a file holds something there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; no reason to hold the file back.
    Info,
    /// A person must look at it.
    Review,
    /// The file must not leave.
    Block,
}

/// A place where data hides, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub struct Carrier {
    /// Its name in reports, in waivers and in the docs, such as `hidden-sheet`.
    pub id: &'static str,
    /// How bad it is if nothing more is known; a reader that knows more may say otherwise of one finding.
    pub severity: Severity,
    /// What it is, as a phrase: "a hidden sheet".
    pub title: &'static str,
    /// What to do about it, as a sentence to the person who holds the file.
    pub action: &'static str,
    /// The step of the regulator's checklist that it belongs to.
    pub step: Step,
    /// The module of Microsoft's Document Inspector that looks for it, where one does.
    pub inspector: Option<&'static str>,
}

/// The steps of "Disclosing documents to the public securely" (Information Commissioner's Office, July 2025) that findings answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Hidden rows, columns, sheets, text and objects.
    HiddenContent,
    /// Pivot tables, external links, embedded files and other copies of source data.
    SourceData,
    /// Properties, authors, paths, thumbnails and other data about the file.
    Metadata,
    /// Comments, tracked changes and earlier versions.
    EarlierVersions,
    /// Redactions that only cover what they should remove.
    Redaction,
    /// Macros, scripts and other things that run.
    ActiveContent,
    /// Files that cannot be looked into.
    Unreadable,
}

/// Every carrier, family by family.
pub fn all() -> impl Iterator<Item = &'static Carrier> {
    let documents = [any::ALL, package::ALL, workbook::ALL, document::ALL, properties::ALL, xml::ALL];
    let others = [pdf::ALL, image::ALL, html::ALL, text::ALL];
    documents.into_iter().chain(others).flatten().copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_plain() {
        let ids: Vec<&str> = all().map(|carrier| carrier.id).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
        for id in ids {
            assert!(
                id.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-'),
                "{id}"
            );
        }
    }
}
