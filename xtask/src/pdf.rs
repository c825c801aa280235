//! Has other programs read the PDFs: they know nothing of how ours are made.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};

/// Makes the samples of `crates/pdf` and checks them, with Python packages that are installed under `target`.
///
/// # Errors
/// When a package cannot be installed, or a check finds a fault.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    let samples = root.join("target/pdf-samples");
    let venv = root.join("target/pdf-python");
    let python = venv.join("bin/python");
    crate::cargo(&["run", "--quiet", "--locked", "-p", "candour-pdf", "--example", "samples", "--", &text(&samples)?])?;
    if !python.exists() {
        run("python3", &["-m", "venv", &text(&venv)?])?;
    }
    let python = text(&python)?;
    run(&python, &["-m", "pip", "install", "--quiet", "-r", &text(&root.join("crates/pdf/tests/requirements.txt"))?])?;
    run(&python, &[&text(&root.join("crates/pdf/tests/check.py"))?, &text(&samples)?])
}

fn text(path: &Path) -> anyhow::Result<String> {
    path.to_str().map(str::to_owned).with_context(|| format!("`{}` is not UTF-8", path.display()))
}

fn run(program: &str, args: &[&str]) -> anyhow::Result<()> {
    let status = Command::new(program).args(args).status().with_context(|| format!("`{program}` cannot be run"))?;
    if !status.success() {
        bail!("`{program} {}` failed", args.join(" "));
    }
    Ok(())
}
