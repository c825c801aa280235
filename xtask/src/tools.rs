//! The test tools that are not Rust: Debian's packages, installed when they are missing and we may, packages from PyPI in a
//! Python of their own, and packages from npm.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::bench::{python, target};
use crate::say;

/// Each tool with the package that has it, and what it is for.
const TOOLS: [(&str, &str); 8] = [
    ("chromium", "chromium"),         // shows the release's page on a phone's width
    ("java", "default-jre-headless"), // runs the Nu HTML checker
    ("npm", "npm"),                   // fetches it, and axe-core
    ("pdfinfo", "poppler-utils"),     // reads the PDF as a screen reader would
    ("python3", "python3-venv"),      // counts the example a second way, and has what checks the PDF
    ("qpdf", "qpdf"),                 // checks the PDF's file format
    ("soffice", "libreoffice-calc"),  // opens the spreadsheets
    ("tidy", "tidy"),                 // checks the page's HTML
];

/// Packages from PyPI: one validates the metadata of data files, one reads the workbook, and one writes another, with what it stands on.
const PACKAGES: [(&str, &str); 5] =
    [("csvw", "4.1.1"), ("openpyxl", "3.1.5"), ("gptables", "1.2.0"), ("pandas", "2.2.3"), ("xlsxwriter", "3.3.1")];

/// Packages from npm: one looks for what shuts people out of a page, one checks its HTML. Neither has dependencies.
const SCRIPTS: [&str; 2] = ["axe-core@4.14.1", "vnu-jar@26.9.27"];

/// Makes sure that every tool is there.
///
/// # Errors
/// When one is missing and cannot be installed; the packages are named.
pub(crate) fn install() -> anyhow::Result<()> {
    debian()?;
    // Where the tests of `release` and `cli` look for them.
    let folder = target().join("checks");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    scripts(&folder)?;
    python(&folder, &PACKAGES).map(|_| ())
}

/// Installs the packages from npm; none of them runs anything when it is installed.
fn scripts(folder: &Path) -> anyhow::Result<()> {
    let installed = folder.join("scripts.txt");
    let wanted = SCRIPTS.join(" ");
    if std::fs::read_to_string(&installed).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    let options = ["install", "--ignore-scripts", "--no-save", "--no-audit", "--no-fund", "--silent", "--prefix"];
    let npm = Command::new("npm").args(options).arg(folder).args(SCRIPTS).status();
    if !npm.context("npm cannot be run")?.success() {
        bail!("`npm install {wanted}` failed; it needs the registry of npm");
    }
    std::fs::write(&installed, wanted).with_context(|| format!("cannot write {}", installed.display()))
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
