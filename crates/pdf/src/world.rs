//! All that the compiler can see: one template, two fonts, the values of one outline.

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Dict, Duration};
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt as _, World};

use crate::PdfError;

const TEMPLATE: &str = include_str!("template.typ");
pub(crate) const REGULAR: &[u8] = include_bytes!("../fonts/CandourSans-Regular.ttf");
pub(crate) const BOLD: &[u8] = include_bytes!("../fonts/CandourSans-Bold.ttf");

/// What is the same for every outline.
pub(crate) struct Shelf {
    template: Source,
    fonts: [Font; 2],
    book: LazyHash<FontBook>,
}

impl Shelf {
    pub(crate) fn new() -> Result<Self, PdfError> {
        let font = |bytes| Font::new(Bytes::new(bytes), 0).ok_or(PdfError::Font);
        let fonts = [font(REGULAR)?, font(BOLD)?];
        let book = LazyHash::new(FontBook::from_fonts(&fonts));
        Ok(Self { template: Source::detached(TEMPLATE), fonts, book })
    }

    /// The widest font.
    pub(crate) fn bold(&self) -> &Font {
        let [_, bold] = &self.fonts;
        bold
    }
}

/// What the compiler sees while it sets one outline.
pub(crate) struct Sheet<'a> {
    shelf: &'a Shelf,
    library: LazyHash<Library>,
}

impl<'a> Sheet<'a> {
    /// With `inputs` as what the template knows as `sys.inputs`.
    pub(crate) fn new(shelf: &'a Shelf, inputs: Dict) -> Self {
        // Scopes of headings (`pdf.header-cell`) stand behind this feature; its look may change with the compiler's version.
        let features = [Feature::A11yExtras].into_iter().collect();
        let library = Library::builder().with_inputs(inputs).with_features(features).build();
        Self { shelf, library: LazyHash::new(library) }
    }
}

impl World for Sheet<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.shelf.book
    }

    fn main(&self) -> FileId {
        self.shelf.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main() { Ok(self.shelf.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shelf.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
