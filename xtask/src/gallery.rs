//! Pictures of what a release looks like, for `docs/gallery.md`: made from the demonstration by the programs in which readers open it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::bench::target;

/// Makes every picture anew in `docs/gallery`.
///
/// # Errors
/// When the demonstration cannot be made, or a program that shows it is missing or fails.
pub(crate) fn make(root: &Path) -> anyhow::Result<()> {
    crate::cargo(&["build", "--workspace", "--locked"])?;
    let work = tempfile::tempdir()?;
    let demo = work.path().join("demo");
    run(Command::new(target().join("debug/candour")).args(["demo", "--out"]).arg(&demo))?;
    let release = demo.join("release");
    let pictures = root.join("docs/gallery");
    fs::create_dir_all(&pictures)?;
    browser(&release.join("response.html"), &pictures.join("page.png"), (900, 1_200))?;
    browser(&release.join("response.html"), &pictures.join("phone.png"), (360, 1_200))?;
    let charts = fs::read_dir(release.join("charts")).context("the demonstration has no chart")?;
    let chart: Vec<PathBuf> = charts.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    let chart = chart.first().context("the demonstration has no chart")?;
    browser(chart, &pictures.join("chart.png"), (760, 420))?;
    let pdf = release.join("response.pdf");
    page(&pdf, 1, &pictures.join("pdf-letter"))?;
    page(&pdf, table_page(&pdf)?, &pictures.join("pdf-table"))?;
    for format in ["ods", "xlsx"] {
        let sheet = release.join(format!("tables.{format}"));
        run(Command::new("soffice")
            .arg(format!("-env:UserInstallation=file://{}", work.path().join("office").display()))
            .args(["--headless", "--convert-to", "pdf", "--outdir"])
            .arg(work.path())
            .arg(&sheet))?;
        let sheets = work.path().join("tables.pdf");
        page(&sheets, 1, &pictures.join(format!("{format}-cover")))?;
        page(&sheets, table_page(&sheets)?, &pictures.join(format!("{format}-table")))?;
    }
    Ok(())
}

/// A file as a browser shows it.
fn browser(file: &Path, picture: &Path, (width, height): (u32, u32)) -> anyhow::Result<()> {
    let profile = tempfile::tempdir()?;
    run(Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("--window-size={width},{height}"))
        .arg(format!("--screenshot={}", picture.display()))
        .arg(format!("file://{}", file.display())))
}

/// A page of a PDF; its picture's name without `.png`.
fn page(pdf: &Path, number: u32, picture: &Path) -> anyhow::Result<()> {
    let number = number.to_string();
    run(Command::new("pdftoppm")
        .args(["-png", "-singlefile", "-r", "60", "-f", &number, "-l", &number])
        .arg(pdf)
        .arg(picture))
}

/// The page on which the first table stands: the first that has its caption.
fn table_page(pdf: &Path) -> anyhow::Result<u32> {
    let text =
        Command::new("pdftotext").args(["-layout"]).arg(pdf).arg("-").output().context("pdftotext cannot be run")?;
    let text = String::from_utf8_lossy(&text.stdout);
    let found = (1_u32..).zip(text.split('\u{c}')).find(|(_, page)| page.contains("Grand Total"));
    found.map(|(number, _)| number).context("no page of the PDF has a table")
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let output = command.output().with_context(|| format!("`{}` cannot be run", command.get_program().display()))?;
    if !output.status.success() {
        bail!("`{}` failed: {}", command.get_program().display(), String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}
