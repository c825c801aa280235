//! Repository chores: `cargo xtask test` runs every check there is; `cargo xtask example` makes the example's records;
//! `cargo xtask bench` measures.

mod bench;
mod example;
mod gallery;
mod pdf;
mod samples;
#[cfg(test)]
mod tidy;
mod tools;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, bail};

const HELP: &str = "\
Repository chores

  cargo xtask test               every check: test tools, format, clippy, generated files, all tests
  cargo xtask example [--check]  makes the records of examples/image-abuse-2020, or checks that they are as made
  cargo xtask gallery            makes the pictures of docs/gallery.md
  cargo xtask bench tables       a table of twenty million records with all its margins, timed against DuckDB
  cargo xtask bench protect [DIR]
                                 suppression and audit, timed against tau-ARGUS, of made-up tables or of those in DIR
  cargo xtask bench release      a table of a hundred thousand figures in every data format, timed against gptables
  cargo xtask bench whole        the demonstration's release in all formats, and its PDF timed against LibreOffice
  cargo xtask bench inspect [DIR]
                                 a large workbook and other large files, and the files of DIR against exiftool, mat2 and oletools
  cargo xtask bench others       what other programs find in the files of the tests of inspect, for the matrix of docs/inspect.md
  cargo xtask fuzz [--minutes N] [--seed S] [DIR]...
                                 inspects changed files, made by program and those of each DIR, and tells what panics, hangs or grows
  cargo xtask samples DIR        inspects the files of DIR, and prints what differs from its MANIFEST.tsv
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args[..] {
        ["test"] => test(),
        ["example"] => example::run(&root(), false),
        ["example", "--check"] => example::run(&root(), true),
        ["gallery"] => gallery::make(&root()),
        ["bench", "tables"] => bench::tables::measure(),
        ["samples", folder] => samples::run(Path::new(folder)),
        ["bench", "inspect"] => bench::inspect::measure(None),
        ["bench", "inspect", folder] => bench::inspect::measure(Some(Path::new(folder))),
        ["bench", "others"] => bench::others::ask(),
        ["fuzz", ref options @ ..] => bench::fuzz(options),
        ["bench", "release"] => bench::release::measure(),
        ["bench", "whole"] => bench::whole::measure(),
        ["bench", "protect"] => bench::protect::measure(None),
        ["bench", "protect", folder] => bench::protect::measure(Some(Path::new(folder))),
        _ => {
            say(HELP);
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::from(2)
        }
    }
}

/// Tells whoever runs the chore.
#[expect(clippy::print_stderr, reason = "a chore speaks to the developer")]
pub(crate) fn say(text: &str) {
    eprintln!("{text}");
}

/// Where the repository lies.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Every check, in the order in which a fault is told soonest.
fn test() -> anyhow::Result<()> {
    cargo(&["fmt", "--all", "--check"])?;
    tools::install()?;
    example::run(&root(), true)?;
    cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])?;
    cargo(&["test", "--workspace", "--locked"])?;
    // Those that other programs than Rust's take part in.
    cargo(&["test", "--package", "candour-release", "--locked", "--test", "it", "--", "--ignored"])?;
    cargo(&["test", "--package", "candour-inspect", "--locked", "--test", "it", "--", "--ignored"])?;
    pdf::check(&root())
}

fn cargo(args: &[&str]) -> anyhow::Result<()> {
    cargo_with(args, &[])
}

/// Runs cargo with this in its environment too.
fn cargo_with(args: &[&str], variables: &[(&str, &OsStr)]) -> anyhow::Result<()> {
    say(&format!("$ cargo {}", args.join(" ")));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // New snapshots are for a developer to look at; here they are faults.
    let status = Command::new(cargo)
        .args(args)
        .current_dir(root())
        .env("INSTA_UPDATE", "no")
        .envs(variables.iter().copied())
        .status();
    if !status.context("cargo cannot be run")?.success() {
        bail!("`cargo {}` failed", args.join(" "));
    }
    Ok(())
}
