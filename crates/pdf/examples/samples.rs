//! Writes the PDFs that the checks look at, and says how long each took: `samples FOLDER [ROWS]`, with one more of a table of so
//! many rows.

#[path = "../tests/it/sample.rs"]
mod sample;

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use candour_pdf::Printer;

#[expect(clippy::print_stdout, reason = "an example speaks to who runs it")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().map(PathBuf::from).ok_or("name a folder to write to")?;
    let rows = args.next().map(|rows| rows.parse()).transpose()?;
    std::fs::create_dir_all(&folder)?;
    let printer = Printer::new()?.with_max_rows(10_000);
    let outlines = [
        ("release", sample::release()),
        ("markup", sample::markup()),
        ("wide", sample::wide(20)),
        ("long", sample::long(120)),
        ("release", sample::release()),
    ];
    let longest = rows.map(|rows| ("longest", sample::long(rows)));
    for (name, outline) in outlines.into_iter().chain(longest) {
        let start = Instant::now();
        let bytes = printer.write(&outline)?;
        println!("{name}: {:.3} s, {} bytes", start.elapsed().as_secs_f64(), bytes.len());
        std::fs::write(folder.join(format!("{name}.pdf")), bytes)?;
    }
    Ok(())
}
