//! `candour ingest`.

use std::fmt::Write as _;
use std::process::ExitCode;

use candour_records::{IngestOptions, Ingested, LocalDisk, Store, ingest};
use candour_spec::visible_line;

use crate::args::Ingest;
use crate::console::print;
use crate::failure::Failure;
use crate::files;
use crate::progress::Progress;

pub(crate) fn run(args: &Ingest) -> Result<ExitCode, Failure> {
    let schema = files::schema(&args.schema)?;
    let mut progress = Progress::start()?;
    // A new store is moved into its place once the extract is in it: a refused one leaves none behind.
    let prepared = Store::open_or_prepare(&args.store, &LocalDisk)?;
    let options = IngestOptions { source: args.source.clone(), as_at: args.as_at, rejects: args.rejects };
    let ingested = ingest(prepared.store(), &schema, &args.paths, &options, &LocalDisk, &mut progress);
    progress.finish();
    let ingested = ingested?;
    prepared.settle()?;
    print(&report(&ingested))?;
    let clean = ingested.rejects.is_empty();
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// What was kept, what was not.
fn report(ingested: &Ingested) -> String {
    let extract = &ingested.extract;
    let mut text = String::new();
    let known = if ingested.known { " (the store had these records already)" } else { "" };
    let _ = writeln!(text, "Snapshot {}{known}", extract.snapshot);
    let _ = writeln!(text, "Source {}, as at {}", extract.source, extract.as_at);
    for table in &extract.tables {
        let _ = write!(text, "  {}: {} rows", table.name, table.rows);
        match table.rejected {
            0 => text.push('\n'),
            rejected => {
                let _ = writeln!(text, ", {rejected} rejected");
            }
        }
    }
    for (table, heading) in &ingested.dropped {
        let heading = visible_line(heading);
        let _ = writeln!(text, "  {table}: the column `{heading}` is not in the schema and was not kept");
    }
    for reject in &ingested.rejects {
        let _ = writeln!(text, "  rejected: {reject}");
    }
    if ingested.more_rejects {
        text.push_str("  ... and more\n");
    }
    text
}
