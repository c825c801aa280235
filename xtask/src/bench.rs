//! `cargo xtask bench WHAT`: Candour beside another program, on the same input and on the same machine.
//!
//! Each bench is a release binary that links only the crate that it measures, and a Python script that asks the peer for the
//! same; both stand in `benches/`. What they need is made in `target/bench`. No test runs a bench: how long something takes
//! depends on who else works.

pub(crate) mod inspect;
pub(crate) mod others;
pub(crate) mod protect;
pub(crate) mod release;
pub(crate) mod tables;
pub(crate) mod whole;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::{cargo, root, say};

/// Where everything lies that a bench makes.
fn folder() -> anyhow::Result<PathBuf> {
    let folder = target().join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// Builds the program of a bench for release.
fn program(package: &str) -> anyhow::Result<PathBuf> {
    cargo(&["build", "--release", "--locked", "--package", package])?;
    Ok(target().join("release").join(package))
}

/// Inspects changed files for some minutes; what is amiss is kept in `target/fuzz`.
pub(crate) fn fuzz(options: &[&str]) -> anyhow::Result<()> {
    cargo(&["build", "--profile", "fuzz", "--locked", "--package", "candour-fuzz"])?;
    let keep = target().join("fuzz").join("kept");
    let mut arguments = vec![OsStr::new("--keep"), keep.as_os_str()];
    arguments.extend(options.iter().map(OsStr::new));
    run(&target().join("fuzz/candour-fuzz"), &arguments, "see what it says above")
}

/// A Python in this folder that has these versions of these packages from PyPI, made when it is missing.
pub(crate) fn python(folder: &Path, packages: &[(&str, &str)]) -> anyhow::Result<PathBuf> {
    const VERSIONS: &str = "import importlib.metadata as m, sys; print(*map(m.version, sys.argv[1:]))";
    let venv = folder.join("venv");
    let python = venv.join("bin/python");
    let names = packages.iter().map(|(name, _)| *name);
    let wanted: Vec<&str> = packages.iter().map(|(_, version)| *version).collect();
    let wanted = wanted.join(" ");
    let versions = || Command::new(&python).args(["-c", VERSIONS]).args(names.clone()).output();
    let is_there = || versions().is_ok_and(|output| output.stdout.trim_ascii() == wanted.as_bytes());
    if is_there() {
        return Ok(python);
    }
    if !python.exists() {
        let make = [OsStr::new("-m"), "venv".as_ref(), venv.as_os_str()];
        run(Path::new("python3"), &make, "it needs Debian's packages `python3` and `python3-venv`")?;
    }
    let packages: Vec<String> = packages.iter().map(|(name, version)| format!("{name}=={version}")).collect();
    let mut install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"].map(OsStr::new).to_vec();
    install.extend(packages.iter().map(OsStr::new));
    run(&python, &install, "it needs PyPI")?;
    ensure!(is_there(), "{} has not {} after they were installed", venv.display(), packages.join(", "));
    Ok(python)
}

/// Runs a program that is waited for; the hint says what it may lack.
fn run(program: &Path, arguments: &[&OsStr], hint: &str) -> anyhow::Result<()> {
    let words: Vec<_> = arguments.iter().map(|word| word.to_string_lossy()).collect();
    let line = format!("{} {}", program.display(), words.join(" "));
    say(&format!("$ {line}"));
    let status = Command::new(program).args(arguments).status();
    ensure!(status.is_ok_and(|status| status.success()), "`{line}` failed: {hint}");
    Ok(())
}

/// Whether a file is there and no older than the script that makes it.
fn is_made(file: &Path, script: &Path) -> bool {
    let changed = |path: &Path| fs::metadata(path).and_then(|of| of.modified());
    changed(file).is_ok_and(|made| changed(script).is_ok_and(|written| written <= made))
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    root().join(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}
