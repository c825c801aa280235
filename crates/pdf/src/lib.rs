//! An [`Outline`] as an accessible PDF, set by the Typst compiler, which is made to hold it to PDF/UA-1 and PDF/A-2a.
//!
//! One template (`template.typ`) has the look; the outline goes to it as values. No text is ever read as markup, and the compiler
//! finds no file, no package, no font but those shipped here and no clock: the same outline gives the same bytes.
//!
//! Text that the font cannot show is an error that names the character and its place: a blank would hide it, and PDF/UA forbids
//! the box that stands for a missing glyph.

mod approved;
mod check;
mod fit;
mod font;
mod grid;
mod values;
mod world;

use candour_inspect::Place;
use candour_inspect::proof::NotProved;
use candour_model::outline::Outline;
use typst::diag::SourceDiagnostic;
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::font::Measure;
use crate::world::{Sheet, Shelf};

/// The most rows that a table may have to be printed, about twelve pages. A longer one is named with its pointer to the data files:
/// nobody reads it on paper, and a screen reader cannot search it as a spreadsheet can.
pub const MAX_ROWS: usize = 500;

/// Why there is no PDF.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PdfError {
    /// A character has no glyph.
    #[error(
        "`{character}` ({code}) in {place} cannot be shown in the PDF: its font has no such letter\nhint: write it in Latin, Greek or Cyrillic letters"
    )]
    Glyph {
        /// The character, escaped if it would not be seen.
        character: String,
        /// Its code point, such as "U+4E2D".
        code: String,
        /// Where it stands.
        place: String,
    },
    /// The outline says something that cannot be set.
    #[error("{place} {what}")]
    Outline {
        /// Which part of it.
        place: String,
        /// What is wrong with it.
        what: String,
    },
    /// The font that is part of the program cannot be read.
    #[error("the program's own font cannot be read\nhint: install the program anew")]
    Font,
    /// The compiler refused the document, for a reason that was not foreseen here.
    #[error("the PDF cannot be made: {0}")]
    Compiler(String),
}

/// The PDF of one outline.
///
/// # Errors
/// See [`PdfError`].
pub fn write(outline: &Outline) -> Result<Vec<u8>, PdfError> {
    Printer::new()?.write(outline)
}

/// Proves that a PDF says what its outline does and holds nothing else; [`Printer::prove`] for other printers than [`write`] has.
///
/// # Errors
/// With the first place where that is not so.
pub fn prove(outline: &Outline, bytes: &[u8]) -> Result<(), NotProved> {
    let printer = Printer::new().map_err(|error| NotProved::new(Place::default(), error.to_string()))?;
    printer.prove(outline, bytes)
}

/// Makes PDFs; holds what all of them need, so that one printer serves many outlines, from many threads.
pub struct Printer {
    shelf: Shelf,
    max_rows: usize,
}

impl Printer {
    /// A printer with its font read and its template parsed.
    ///
    /// # Errors
    /// When the font that is part of the program cannot be read.
    pub fn new() -> Result<Self, PdfError> {
        Ok(Self { shelf: Shelf::new()?, max_rows: MAX_ROWS })
    }

    /// The same printer with another limit on the rows of a table than [`MAX_ROWS`].
    #[must_use]
    pub fn with_max_rows(self, max_rows: usize) -> Self {
        Self { max_rows, ..self }
    }

    /// The PDF of one outline.
    ///
    /// # Errors
    /// See [`PdfError`].
    pub fn write(&self, outline: &Outline) -> Result<Vec<u8>, PdfError> {
        let mut measure = Measure::new(self.shelf.bold());
        check::outline(outline, &mut measure)?;
        let values = values::of(outline, &mut measure, self.max_rows)?;
        let bytes = print(&Sheet::new(&self.shelf, values), outline);
        // What the compiler remembers of this outline helps no other, and is not ours to keep.
        typst::comemo::evict(0);
        bytes
    }

    /// Proves that a PDF of this printer says what its outline does and holds nothing else. The finished bytes are read; what the writer
    /// knows is not asked.
    ///
    /// # Errors
    /// With the first place where that is not so.
    pub fn prove(&self, outline: &Outline, bytes: &[u8]) -> Result<(), NotProved> {
        approved::prove(outline, bytes, self.max_rows, &mut Measure::new(self.shelf.bold()))
    }
}

fn print(sheet: &Sheet<'_>, outline: &Outline) -> Result<Vec<u8>, PdfError> {
    let compiled = typst::compile::<PagedDocument>(sheet);
    let document = compiled.output.map_err(|errors| refusal(&errors))?;
    // A warning means that something was set otherwise than asked for, such as a place that never settled.
    if !compiled.warnings.is_empty() {
        return Err(refusal(&compiled.warnings));
    }
    typst_pdf::pdf(&document, &options(outline)?).map_err(|errors| refusal(&errors))
}

fn options(outline: &Outline) -> Result<PdfOptions, PdfError> {
    let standards = PdfStandards::new(&[PdfStandard::Ua_1, PdfStandard::A_2a])
        .map_err(|error| PdfError::Compiler(error.message().to_string()))?;
    let ident = [&outline.author, &outline.title, &outline.date.to_string(), outline.language.tag()].join("\n");
    Ok(PdfOptions {
        ident: Smart::Custom(ident),
        creator: Smart::Custom(Some("Candour".to_owned())),
        standards,
        ..PdfOptions::default()
    })
}

fn refusal(diagnostics: &[SourceDiagnostic]) -> PdfError {
    let messages: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
    PdfError::Compiler(messages.join("; "))
}
