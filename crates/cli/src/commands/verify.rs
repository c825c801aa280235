//! `candour verify`.

use std::fmt::Write as _;
use std::process::ExitCode;

use candour_answer::{Verification, verify};
use candour_records::Store;

use crate::args::{Print, Verify};
use crate::console::{counted, print};
use crate::failure::Failure;
use crate::formats;
use crate::progress::Progress;

pub(crate) fn run(args: &Verify) -> Result<ExitCode, Failure> {
    let store = Store::open(&args.store)?;
    let mut progress = Progress::start()?;
    progress.step("verifying", 0, 1);
    let verification = verify(&store, &args.release, &formats::all());
    progress.finish();
    let verification = verification?;
    match args.format {
        Print::Json => print(&serde_json::to_string_pretty(&verification).map_err(Failure::new)?)?,
        Print::Text => print(&text(&verification))?,
    }
    Ok(if verification.passed { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn text(verification: &Verification) -> String {
    let mut text = String::new();
    for finding in &verification.findings {
        let _ = writeln!(text, "{}", finding.message);
    }
    for table in &verification.tables {
        let done = if table.recounted { counted("told-cells", table.cells) } else { "not recounted".into() };
        let _ = writeln!(text, "{}: {done}", table.table);
    }
    let compared = match verification.bytes_compared {
        true => "every cell, every text and every byte",
        false => "every cell and every file (another version made the release, so it was not written again)",
    };
    let _ = match verification.findings.len() {
        0 => writeln!(text, "Verified: {compared} of {} is as the records give it.", verification.reference),
        count => {
            writeln!(text, "Not verified: {} on {}.", counted("told-findings", count as u64), verification.reference)
        }
    };
    text
}
