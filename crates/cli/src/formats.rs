//! The formats that a release can be written in: those of `release`, and the PDF, whose engine stands behind a crate of its own.

use candour_model::Document;
use candour_model::outline::Outline;
use candour_release::{FORMATS, FileNotProved, Files, Format, WriteError, proved};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// What writes the PDF.
const PDF: Format = Format { name: "pdf", about: "The same as a tagged PDF", write: pdf_files, prove: pdf_proof };

/// Every format.
pub(crate) fn all() -> Vec<Format> {
    let [html, others @ ..] = FORMATS;
    [html, PDF].into_iter().chain(others).collect()
}

/// Reads the name of one.
pub(crate) fn parser() -> impl TypedValueParser<Value = Format> {
    let name = |format: Format| PossibleValue::new(format.name).help(format.about);
    PossibleValuesParser::new(all().into_iter().map(name))
        .map(|name| all().into_iter().find(|format| format.name == name).unwrap_or(PDF))
}

fn pdf_files(document: &Document, outline: &Outline) -> Result<Files, WriteError> {
    let file = document.about.file("response", "pdf");
    match candour_pdf::write(outline) {
        Ok(pdf) => Ok(Files::from([(file, pdf)])),
        Err(error) => Err(WriteError { file, reason: format!("{error}, or leave `pdf` out of `--formats`") }),
    }
}

fn pdf_proof(document: &Document, outline: &Outline, files: &Files) -> Result<Vec<String>, FileNotProved> {
    proved(files, document.about.file("response", "pdf"), |bytes| candour_pdf::prove(outline, bytes))
}
