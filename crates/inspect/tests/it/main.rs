//! Carrier by carrier: a small file that has it, and its clean twin that has not.

mod carriers;
mod docs;
mod files;
mod hostile;
mod html;
mod image;
mod image_files;
mod kept;
mod ole_files;
mod ordinary;
mod pdf;
mod pdf_files;
mod schema;
mod text;

use candour_inspect::{FileReport, Limits, Severity};

/// The carriers that were found at or above a severity.
fn found(report: &FileReport, least: Severity) -> Vec<&'static str> {
    let mut ids: Vec<&str> =
        report.findings.iter().filter(|finding| finding.severity >= least).map(|finding| finding.carrier.id).collect();
    ids.dedup();
    ids
}

fn inspect(name: &str, bytes: &[u8]) -> FileReport {
    inspect_within(name, bytes, Limits::default())
}

/// Every test inspects its files by this, so that other programs can be given the same.
fn inspect_within(name: &str, bytes: &[u8], limits: Limits) -> FileReport {
    let report = candour_inspect::inspect(name, bytes, limits);
    kept::keep(name, bytes, &report);
    report
}
