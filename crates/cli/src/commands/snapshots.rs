//! `candour snapshots`.

use std::fmt::Write as _;
use std::process::ExitCode;

use candour_records::{Extract, ExtractTable, Store};
use serde::Serialize;

use crate::args::{Print, Snapshots};
use crate::console::{counted, print};
use crate::failure::Failure;

/// What programs are told: `docs/schemas/snapshots.schema.json`.
#[derive(Serialize)]
struct Listing {
    schema: &'static str,
    snapshots: Vec<Listed>,
}

#[derive(Serialize)]
struct Listed {
    id: String,
    source: String,
    as_at: String,
    rows: u64,
    hash: String,
    tables: Vec<ExtractTable>,
}

pub(crate) fn run(args: &Snapshots) -> Result<ExitCode, Failure> {
    let store = Store::open(&args.store)?;
    let mut snapshots = Vec::new();
    for extract in store.extracts()? {
        let hash = store.snapshot(&extract.snapshot)?.stored_hash();
        snapshots.push(listed(extract, hash));
    }
    match args.format {
        Print::Json => {
            let listing = Listing { schema: "candour/snapshots/1", snapshots };
            print(&serde_json::to_string_pretty(&listing).map_err(Failure::new)?)?;
        }
        Print::Text => print(&text(&snapshots))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn listed(extract: Extract, hash: String) -> Listed {
    Listed {
        id: extract.snapshot,
        source: extract.source,
        as_at: extract.as_at.to_string(),
        rows: extract.tables.iter().map(|table| table.rows).sum(),
        hash,
        tables: extract.tables,
    }
}

fn text(snapshots: &[Listed]) -> String {
    let mut text = String::new();
    if snapshots.is_empty() {
        text.push_str("The store has no snapshot yet: see `candour ingest`.\n");
    }
    for snapshot in snapshots {
        let _ = writeln!(text, "{}", snapshot.id);
        let _ = writeln!(
            text,
            "  source {}, as at {}, {}",
            snapshot.source,
            snapshot.as_at,
            counted("told-rows", snapshot.rows)
        );
        for table in &snapshot.tables {
            let rejected = if table.rejected == 0 { String::new() } else { format!(", {} rejected", table.rejected) };
            let _ = writeln!(text, "  {}: {}{rejected}", table.name, counted("told-rows", table.rows));
        }
        let _ = writeln!(text, "  hash {}", snapshot.hash);
    }
    text
}
