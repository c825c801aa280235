//! Finds what is hidden in a file, and proves that a release hides nothing.
//!
//! ```text
//! bytes ─> format (told by content) ─> its reader ─> findings ─> verdict
//! ```
//!
//! A reader fails closed: what it does not know is a finding, and what it cannot read is [`carrier::any::UNINSPECTABLE`]. It opens nothing but the bytes
//! that it is given, and takes no path, entity or address from them.

pub mod carrier;
mod config;
pub mod format;
mod inflate;
mod limits;
mod namespace;
mod ole;
mod package;
mod present;
pub mod proof;
mod records;
mod report;
mod scan;
mod xml;
mod zip;

pub use carrier::{Carrier, Severity, Step};
pub use config::{Config, Waiver};
pub use format::Format;
pub use limits::{Limits, Uninspectable};
pub use report::{FileReport, Finding, Place, Report, Verdict};
pub use scan::Scan;

use limits::Budget;

/// Inspects one file. `path` is only told in the report, and its ending compared with the format.
pub fn inspect(path: &str, bytes: &[u8], limits: Limits) -> FileReport {
    let mut findings = Vec::new();
    let budget = Budget::new(limits, bytes.len());
    let mut scan = Scan::new(&budget, &mut findings);
    let format = if bytes.len() as u64 > limits.file_bytes {
        scan.cannot(Place::default(), &Uninspectable::new("it is too large"));
        Format::Unknown
    } else {
        format::read(&mut scan, path, bytes)
    };
    let more = scan.more();
    if more > 0 {
        let message = report::many(more, "more finding is not listed", "more findings are not listed");
        findings.extend(findings.iter().map(|finding| finding.severity).max().map(|severity| Finding {
            carrier: &carrier::any::MORE,
            severity,
            place: Place::default(),
            message,
            action: carrier::any::MORE.action,
            values: Vec::new(),
        }));
    }
    FileReport { path: path.to_owned(), format, verdict: verdict(&findings), findings }
}

/// What findings say together.
fn verdict(findings: &[Finding]) -> Verdict {
    if findings
        .iter()
        .any(|finding| finding.carrier == &carrier::any::UNINSPECTABLE && finding.place == Place::default())
    {
        return Verdict::Uninspectable;
    }
    match findings.iter().map(|finding| finding.severity).max() {
        Some(Severity::Block) => Verdict::Block,
        Some(Severity::Review) => Verdict::Review,
        Some(Severity::Info) | None => Verdict::Pass,
    }
}
