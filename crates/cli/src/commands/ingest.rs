//! `candour ingest`.

use std::fmt::Write as _;
use std::process::ExitCode;

use candour_records::{IngestOptions, Ingested, LocalDisk, Store, ingest};
use candour_spec::visible_line;

use crate::args::Ingest;
use crate::console::{counted, report};
use crate::failure::Failure;
use crate::files;
use crate::progress::Progress;

/// How many columns that were not kept are told one by one.
const MOST_DROPPED: usize = 50;

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
    report(&told(&ingested));
    let clean = ingested.rejects.is_empty();
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// What was kept, what was not.
fn told(ingested: &Ingested) -> String {
    let extract = &ingested.extract;
    let mut text = String::new();
    let known = if ingested.known { " (the store had these records already)" } else { "" };
    let _ = writeln!(text, "Snapshot {}{known}", extract.snapshot);
    let _ = writeln!(text, "Source {}, as at {}", extract.source, extract.as_at);
    for table in &extract.tables {
        let _ = write!(text, "  {}: {}", table.name, counted("told-rows", table.rows));
        match table.rejected {
            0 => text.push('\n'),
            rejected => {
                let _ = writeln!(text, ", {rejected} rejected");
            }
        }
    }
    for (table, heading) in ingested.dropped.iter().take(MOST_DROPPED) {
        let heading = visible_line(heading);
        let _ = writeln!(text, "  {table}: the column `{heading}` is not in the schema and was not kept");
    }
    let more_dropped = ingested.dropped.len().saturating_sub(MOST_DROPPED);
    if more_dropped > 0 {
        let _ = writeln!(text, "  and {} that were not kept", counted("told-more-columns", more_dropped as u64));
    }
    for reject in &ingested.rejects {
        let _ = writeln!(text, "  rejected: {reject}");
    }
    if ingested.more_rejects > 0 {
        let _ = writeln!(text, "  and {}", counted("told-more-faults", ingested.more_rejects));
    }
    text
}
