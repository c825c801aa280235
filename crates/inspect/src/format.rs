//! The formats that can be read, one module each, and how they are told: by content, never by name.

mod docx;
mod html;
mod jpeg;
mod json;
mod odf;
pub mod pdf;
mod png;
mod table;
mod text;
mod unread;
pub(crate) mod xlsx;
mod zipped;

use serde::Serialize;

use crate::carrier::any;
use crate::limits::Uninspectable;
use crate::report::Place;
use crate::scan::Scan;

/// What a file's bytes say that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// A workbook of Office Open XML, with or without macros.
    Xlsx,
    /// A text document of Office Open XML, with or without macros.
    Docx,
    /// An OpenDocument spreadsheet.
    Ods,
    /// An OpenDocument text.
    Odt,
    /// An OpenDocument presentation.
    Odp,
    /// An OpenDocument file that is one XML document.
    FlatOdf,
    /// A workbook in the binary form of Office Open XML; not read.
    Xlsb,
    /// A presentation of Office Open XML; not read.
    Pptx,
    /// An office document of the old kind, or one that is encrypted; not read.
    OldOffice,
    /// A rich text; not read.
    Rtf,
    /// A ZIP archive of other files.
    Zip,
    /// A photograph, as cameras write it.
    Jpeg,
    /// Portable Network Graphics.
    Png,
    /// Portable Document Format.
    Pdf,
    /// A page of the web.
    Html,
    /// Scalable Vector Graphics.
    Svg,
    /// JavaScript Object Notation.
    Json,
    /// A table in text, its cells set apart by commas or the like.
    Csv,
    /// Text that is none of these.
    Text,
    /// Nothing that can be read here.
    Unknown,
}

/// How to tell a format, and how to read it.
struct Reader {
    format: Format,
    /// Endings of file names that are right for it, in small letters.
    endings: &'static [&'static str],
    /// Are these bytes of this format? The whole file is given; looks at no more of it than it must.
    is: fn(&[u8]) -> bool,
    /// Finds what is hidden in it.
    read: fn(&mut Scan<'_>, &[u8]) -> Result<(), Uninspectable>,
}

/// Every format, the most particular first: the first that knows the bytes reads them.
static READERS: &[Reader] = &[
    Reader { format: Format::Xlsx, endings: &["xlsx", "xlsm", "xltx", "xltm", "xlam"], is: xlsx::is, read: xlsx::read },
    Reader { format: Format::Docx, endings: &["docx", "docm", "dotx", "dotm"], is: docx::is, read: docx::read },
    Reader { format: Format::Xlsb, endings: &["xlsb"], is: xlsx::is_binary, read: unread::not_yet },
    Reader {
        format: Format::Pptx,
        endings: &["pptx", "pptm", "potx", "ppsx", "ppsm", "potm"],
        is: unread::is_slides,
        read: unread::not_yet,
    },
    Reader { format: Format::Ods, endings: &["ods", "ots"], is: odf::is_sheet, read: odf::read },
    Reader { format: Format::Odt, endings: &["odt", "ott", "odm"], is: odf::is_text, read: odf::read },
    Reader {
        format: Format::Odp,
        endings: &["odp", "otp", "odg", "otg", "odf", "odb", "odc"],
        is: odf::is_other,
        read: odf::read,
    },
    Reader {
        format: Format::FlatOdf,
        endings: &["fods", "fodt", "fodp", "fodg", "xml"],
        is: odf::is_flat,
        read: odf::read_flat,
    },
    Reader {
        format: Format::OldOffice,
        endings: &["xls", "doc", "ppt", "xlt", "dot", "msg", "xlsx", "xlsm", "xlsb", "docx", "docm", "pptx", "bin"],
        is: unread::is_old_office,
        read: unread::old_office,
    },
    Reader { format: Format::Rtf, endings: &["rtf", "doc"], is: unread::is_rtf, read: unread::not_yet },
    Reader { format: Format::Zip, endings: &["zip"], is: zipped::is, read: zipped::read },
    Reader { format: Format::Jpeg, endings: &["jpg", "jpeg"], is: jpeg::is, read: jpeg::read },
    Reader { format: Format::Png, endings: &["png"], is: png::is, read: png::read },
    Reader { format: Format::Pdf, endings: &["pdf"], is: pdf::is, read: pdf::read },
    Reader { format: Format::Html, endings: &["html", "htm", "xhtml"], is: html::is, read: html::read },
    Reader { format: Format::Svg, endings: &["svg"], is: html::is_svg, read: html::read },
    Reader { format: Format::Json, endings: &["json", "jsonld", "geojson"], is: json::is, read: json::read },
    Reader { format: Format::Csv, endings: &["csv", "tsv", "tab", "txt"], is: table::is, read: table::read },
    Reader { format: Format::Text, endings: &["txt", "csv", "tsv", "md", "log"], is: text::is, read: text::read },
];

/// What the bytes are. The name plays no part.
pub fn recognise(bytes: &[u8]) -> Format {
    reader(bytes).map_or(Format::Unknown, |reader| reader.format)
}

fn reader(bytes: &[u8]) -> Option<&'static Reader> {
    READERS.iter().find(|reader| (reader.is)(bytes))
}

/// Reads a file with the reader of its format, and puts down if its name says another one or if it cannot be read.
pub(crate) fn read(scan: &mut Scan<'_>, name: &str, bytes: &[u8]) -> Format {
    let Some(reader) = reader(bytes) else {
        scan.cannot(Place::default(), &Uninspectable::new("its format is not known"));
        return Format::Unknown;
    };
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    if ending.is_some_and(|ending| !reader.endings.contains(&ending.as_str())) {
        scan.find(
            &any::WRONG_NAME,
            Place::default(),
            format!("the content is {:?}, which the name does not say", reader.format),
        );
    }
    if let Err(why) = (reader.read)(scan, bytes) {
        scan.cannot(Place::default(), &why);
    }
    reader.format
}
