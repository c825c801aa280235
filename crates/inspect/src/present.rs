//! A report for people: as text for the terminal, and as one page for the case file.

use std::fmt::Write as _;

use crate::carrier::{Severity, Step};
use crate::report::{FileReport, Finding, Report, Verdict};

impl Verdict {
    /// What it says to the person who holds the file.
    fn said(self) -> &'static str {
        match self {
            Self::Pass => "may leave",
            Self::Review => "needs a look by a person",
            Self::Block => "must not leave",
            Self::Uninspectable => "cannot be looked into, and must not leave",
        }
    }
}

impl Step {
    /// Its name in the report.
    pub fn title(self) -> &'static str {
        match self {
            Self::HiddenContent => "Look for hidden rows, columns, sheets, text and objects",
            Self::SourceData => "Remove pivot tables, links, embedded files and other copies of source data",
            Self::Metadata => "Remove data about the file",
            Self::EarlierVersions => "Remove comments, tracked changes and earlier versions",
            Self::Redaction => "Check that redactions remove what they cover",
            Self::ActiveContent => "Remove macros, scripts and other things that run",
            Self::Unreadable => "Make sure that the file can be looked into",
        }
    }
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Block => "block",
        Severity::Review => "review",
        Severity::Info => "info",
    }
}

/// The files, the worst first; those that are alike stay in the order in which they were given.
fn worst_first(report: &Report) -> Vec<&FileReport> {
    let mut files: Vec<&FileReport> = report.files.iter().collect();
    files.sort_by_key(|file| std::cmp::Reverse(file.verdict));
    files
}

/// Findings, the worst first.
fn by_severity(file: &FileReport) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = file.findings.iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

impl Report {
    /// As text: the worst file first, of each its verdict, and what was found where, and what to do about it. `show` tells values too.
    pub fn text(&self, show: bool) -> String {
        let mut text = String::new();
        for file in worst_first(self) {
            let _ = writeln!(text, "{}: {}", visible(&file.path), file.verdict.said());
            for finding in by_severity(file).into_iter().filter(|finding| finding.severity > Severity::Info) {
                let place = finding.place.to_string();
                let place = if place.is_empty() { String::new() } else { format!(" ({})", visible(&place)) };
                let title = finding.carrier.title;
                let _ = writeln!(text, "  {:6}  {title}: {}{place}", word(finding.severity), visible(&finding.message));
                for value in finding.values.iter().filter(|_| show) {
                    let _ = writeln!(text, "            “{}”", visible(value));
                }
                let _ = writeln!(text, "          {}", finding.action);
            }
        }
        let count = |verdict: Verdict| self.files.iter().filter(|file| file.verdict == verdict).count();
        let _ = writeln!(
            text,
            "{} may leave, {} need a look, {} must not leave, {} cannot be looked into",
            count(Verdict::Pass),
            count(Verdict::Review),
            count(Verdict::Block),
            count(Verdict::Uninspectable)
        );
        text
    }

    /// As one page of HTML without scripts or anything from outside, with the step of the regulator's checklist that each finding answers.
    pub fn page(&self, show: bool) -> String {
        let mut page = String::from(HEAD);
        for file in worst_first(self) {
            let _ = write!(
                page,
                "<section><h2>{}</h2><p><strong>This file {}.</strong></p>",
                escape(&file.path),
                file.verdict.said()
            );
            let findings = by_severity(file);
            if findings.is_empty() {
                page.push_str("<p>Nothing was found.</p></section>");
                continue;
            }
            page.push_str("<table><thead><tr><th scope=\"col\">Severity</th><th scope=\"col\">What</th><th scope=\"col\">Where</th><th scope=\"col\">What to do</th><th scope=\"col\">Step of the checklist</th><th scope=\"col\">Document Inspector</th></tr></thead><tbody>");
            for finding in findings {
                let values: String = finding
                    .values
                    .iter()
                    .filter(|_| show)
                    .map(|value| format!("<br><q>{}</q>", escape(value)))
                    .collect();
                let _ = write!(
                    page,
                    "<tr><td>{}</td><td>{}: {}{values}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                    word(finding.severity),
                    escape(finding.carrier.title),
                    escape(&finding.message),
                    escape(&finding.place.to_string()),
                    escape(finding.action),
                    finding.carrier.step.title(),
                    escape(finding.carrier.inspector.unwrap_or("does not look for it")),
                );
            }
            page.push_str("</tbody></table></section>");
        }
        page.push_str("</main></body></html>\n");
        page
    }

    /// Does a file reach this severity? What cannot be looked into always does.
    pub fn reaches(&self, severity: Severity) -> bool {
        self.files.iter().any(|file| match file.verdict {
            Verdict::Uninspectable | Verdict::Block => true,
            Verdict::Review => severity <= Severity::Review,
            Verdict::Pass => severity == Severity::Info && !file.findings.is_empty(),
        })
    }
}

const HEAD: &str = "<!doctype html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>Hidden data: report of an inspection</title><style>body{font-family:sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%}th,td{border:1px solid #767676;padding:.4rem;text-align:left;vertical-align:top}</style></head><body><main><h1>Hidden data: report of an inspection</h1><p>The steps are those of “Disclosing documents to the public securely” (Information Commissioner’s Office, July 2025).</p>";

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for letter in visible(text).chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// Text without what moves the cursor or turns the direction of writing.
fn visible(text: &str) -> String {
    let turns =
        |letter: char| matches!(letter, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|letter| if letter.is_control() || turns(letter) { '\u{FFFD}' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, inspect};

    #[test]
    fn a_report_tells_the_worst_first_and_no_value_unasked() {
        let sheet = "<office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
            xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet><table:table table:name=\"&lt;b&gt;\"><table:table-row table:visibility=\"collapse\">\
            <table:table-cell><text:p>Jane Doe</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document>";
        let files = ["bad.fods", "broken.xlsx"].map(|name| {
            inspect(name, if name == "bad.fods" { sheet.as_bytes() } else { b"PK\x03\x04" }, Limits::default())
        });
        let report = Report::new(files.into());
        let text = report.text(false);
        assert!(text.starts_with("broken.xlsx: cannot be looked into"), "{text}");
        assert!(!text.contains("Jane Doe") && report.text(true).contains("Jane Doe"));
        let page = report.page(false);
        assert!(page.contains("&lt;b&gt;") && !page.contains("<b>") && !page.contains("Jane Doe"), "{page}");
        assert!(report.reaches(Severity::Block));
    }
}
