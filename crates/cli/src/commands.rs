//! The commands, one module each.

mod answer;
mod bundle;
mod cover;
mod demo;
mod ingest;
mod inspect;
mod new;
mod protect;
mod schema;
mod snapshots;
mod verify;

use std::process::ExitCode;

use crate::args::{Args, Command};
use crate::failure::Failure;

/// Runs a command. 0: done and clean; 1: something was found that a person must look at; a failure is 2.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    match &args.command {
        Command::Demo(args) => demo::run(args),
        Command::Schema(args) => schema::run(args),
        Command::Ingest(args) => ingest::run(args),
        Command::Snapshots(args) => snapshots::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::New(args) => new::run(args),
        Command::Protect(args) => protect::run(args),
        Command::Answer(args) => answer::run(args),
        Command::Cover(args) => cover::run(args),
        Command::Bundle(args) => bundle::run(args),
        Command::Verify(args) => verify::run(args),
    }
}
