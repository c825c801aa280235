//! The test tools that are not Rust: Debian's packages, installed when they are missing and we may, and packages from PyPI in a
//! Python of their own.

use std::process::Command;

use anyhow::{Context as _, bail};

use crate::bench::{python, target};
use crate::say;

/// Each tool with the package that has it, and what it is for.
const TOOLS: [(&str, &str); 6] = [
    ("chromium", "chromium"),        // shows the release's page on a phone's width
    ("pdfinfo", "poppler-utils"),    // reads the PDF as a screen reader would
    ("python3", "python3-venv"),     // counts the example a second way, and has what checks the PDF
    ("qpdf", "qpdf"),                // checks the PDF's file format
    ("soffice", "libreoffice-calc"), // opens the spreadsheets
    ("tidy", "tidy"),                // checks the page's HTML
];

/// Packages from PyPI: one validates the metadata of data files, one reads the workbook.
const PACKAGES: [(&str, &str); 2] = [("csvw", "4.1.1"), ("openpyxl", "3.1.5")];

/// Makes sure that every tool is there.
///
/// # Errors
/// When one is missing and cannot be installed; the packages are named.
pub(crate) fn install() -> anyhow::Result<()> {
    debian()?;
    // Where the tests of `release` look for it.
    let folder = target().join("checks");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    python(&folder, &PACKAGES).map(|_| ())
}

fn debian() -> anyhow::Result<()> {
    let missing: Vec<&str> = TOOLS.iter().filter(|(tool, _)| !is_there(tool)).map(|(_, package)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages = missing.join(" ");
    if !is_root() {
        bail!("the tests need Debian's packages {packages}: run `apt-get install {packages}` as root");
    }
    say(&format!("installing {packages}"));
    apt(&["update", "-qq"])?;
    apt(&[&["install", "-y", "-qq", "--no-install-recommends"], &missing[..]].concat())?;
    match TOOLS.iter().find(|(tool, _)| !is_there(tool)) {
        Some((tool, package)) => bail!("`{tool}` is still missing after installing `{package}`"),
        None => Ok(()),
    }
}

fn is_there(tool: &str) -> bool {
    Command::new(tool).arg("--version").output().is_ok()
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn apt(args: &[&str]) -> anyhow::Result<()> {
    let status = Command::new("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive").status();
    if !status.context("apt-get cannot be run")?.success() {
        bail!("`apt-get {}` failed", args.join(" "));
    }
    Ok(())
}
