//! Has other programs read the PDFs: they know nothing of how ours are made.

use std::fs;
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
    let again = root.join("target/pdf-samples-again");
    for folder in [&samples, &again] {
        crate::cargo(&[
            "run",
            "--quiet",
            "--locked",
            "-p",
            "candour-pdf",
            "--example",
            "samples",
            "--",
            &text(folder)?,
        ])?;
    }
    same_bytes(&samples, &again)?;
    if !python.exists() {
        run("python3", &["-m", "venv", &text(&venv)?])?;
    }
    let python = text(&python)?;
    run(&python, &["-m", "pip", "install", "--quiet", "-r", &text(&root.join("crates/pdf/tests/requirements.txt"))?])?;
    run(&python, &[&text(&root.join("crates/pdf/tests/check.py"))?, &text(&samples)?])
}

/// Two processes must have written the same.
fn same_bytes(folder: &Path, again: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        if fs::read(folder.join(&name))? != fs::read(again.join(&name))? {
            bail!("`{}` has other bytes when it is written again", name.display());
        }
    }
    Ok(())
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
