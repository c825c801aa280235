//! The `candour` command: wires the stages together and speaks with the person at the terminal.

mod args;
mod commands;
mod console;
mod failure;
mod files;
mod formats;
mod progress;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let args = args::Args::parse();
    failure::keep_engine_panics_quiet();
    match progress::outlive_file_size_limit().and_then(|()| commands::run(&args)) {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}
