//! `candour bundle`: a release as one file.

use std::process::ExitCode;

use candour_answer::bundle;

use crate::args::Bundle;
use crate::failure::Failure;
use crate::files;

pub(crate) fn run(args: &Bundle) -> Result<ExitCode, Failure> {
    files::write(&args.out, &bundle(&args.release)?)?;
    Ok(ExitCode::SUCCESS)
}
