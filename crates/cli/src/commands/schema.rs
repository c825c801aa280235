//! `candour schema`.

use std::process::ExitCode;

use candour_records::{Disk as _, LocalDisk, Readers, infer_schema};

use crate::args::Schema;
use crate::console::{print, report};
use crate::failure::Failure;

pub(crate) fn run(args: &Schema) -> Result<ExitCode, Failure> {
    let Schema::Infer { files, out } = args;
    let schema = infer_schema(files)?;
    match out {
        None => print(&schema)?,
        Some(path) => {
            let written = LocalDisk.write(path, Readers::Anyone, schema.as_bytes());
            written.map_err(|error| Failure::new(format!("cannot write `{}`: {error}", path.display())))?;
            report(&format!("Wrote `{}`: read every line and mend it.", path.display()));
        }
    }
    Ok(ExitCode::SUCCESS)
}
