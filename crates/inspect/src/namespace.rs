//! Namespaces of XML, by what they mean: the transitional and the strict form of Office Open XML (ISO/IEC 29500) are one.

/// What a namespace means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Ns {
    /// Of an attribute or element without one.
    None,
    /// A prefix that nothing declares.
    Unbound,
    Xml,
    Xmlns,
    Sheet,
    Word,
    Drawing,
    SheetDrawing,
    WordDrawing,
    Chart,
    Relation,
    Relations,
    ContentTypes,
    Compatibility,
    CoreProperties,
    Properties,
    CustomProperties,
    Variant,
    Dc,
    DcTerms,
    Vml,
    VmlOffice,
    VmlExcel,
    Office,
    Style,
    Text,
    Table,
    Draw,
    Fo,
    Svg,
    Number,
    Meta,
    Link,
    Presentation,
    Config,
    Manifest,
    Script,
    Form,
    /// Another one of a maker of office programs.
    Vendor,
    /// Anything else.
    Foreign,
}

const KNOWN: &[(&str, Ns)] = &[
    ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", Ns::Sheet),
    ("http://purl.oclc.org/ooxml/spreadsheetml/main", Ns::Sheet),
    ("http://schemas.openxmlformats.org/wordprocessingml/2006/main", Ns::Word),
    ("http://purl.oclc.org/ooxml/wordprocessingml/main", Ns::Word),
    ("http://schemas.openxmlformats.org/drawingml/2006/main", Ns::Drawing),
    ("http://purl.oclc.org/ooxml/drawingml/main", Ns::Drawing),
    ("http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing", Ns::SheetDrawing),
    ("http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing", Ns::SheetDrawing),
    ("http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing", Ns::WordDrawing),
    ("http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing", Ns::WordDrawing),
    ("http://schemas.openxmlformats.org/drawingml/2006/chart", Ns::Chart),
    ("http://purl.oclc.org/ooxml/drawingml/chart", Ns::Chart),
    ("http://schemas.openxmlformats.org/officeDocument/2006/relationships", Ns::Relation),
    ("http://purl.oclc.org/ooxml/officeDocument/relationships", Ns::Relation),
    ("http://schemas.openxmlformats.org/package/2006/relationships", Ns::Relations),
    ("http://schemas.openxmlformats.org/package/2006/content-types", Ns::ContentTypes),
    ("http://schemas.openxmlformats.org/markup-compatibility/2006", Ns::Compatibility),
    ("http://schemas.openxmlformats.org/package/2006/metadata/core-properties", Ns::CoreProperties),
    ("http://schemas.openxmlformats.org/officeDocument/2006/extended-properties", Ns::Properties),
    ("http://purl.oclc.org/ooxml/officeDocument/extendedProperties", Ns::Properties),
    ("http://schemas.openxmlformats.org/officeDocument/2006/custom-properties", Ns::CustomProperties),
    ("http://purl.oclc.org/ooxml/officeDocument/customProperties", Ns::CustomProperties),
    ("http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes", Ns::Variant),
    ("http://purl.oclc.org/ooxml/officeDocument/docPropsVTypes", Ns::Variant),
    ("http://purl.org/dc/elements/1.1/", Ns::Dc),
    ("http://purl.org/dc/terms/", Ns::DcTerms),
    ("urn:schemas-microsoft-com:vml", Ns::Vml),
    ("urn:schemas-microsoft-com:office:office", Ns::VmlOffice),
    ("urn:schemas-microsoft-com:office:excel", Ns::VmlExcel),
    ("urn:oasis:names:tc:opendocument:xmlns:office:1.0", Ns::Office),
    ("urn:oasis:names:tc:opendocument:xmlns:style:1.0", Ns::Style),
    ("urn:oasis:names:tc:opendocument:xmlns:text:1.0", Ns::Text),
    ("urn:oasis:names:tc:opendocument:xmlns:table:1.0", Ns::Table),
    ("urn:oasis:names:tc:opendocument:xmlns:drawing:1.0", Ns::Draw),
    ("urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0", Ns::Fo),
    ("urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0", Ns::Svg),
    ("urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0", Ns::Number),
    ("urn:oasis:names:tc:opendocument:xmlns:meta:1.0", Ns::Meta),
    ("http://www.w3.org/1999/xlink", Ns::Link),
    ("urn:oasis:names:tc:opendocument:xmlns:presentation:1.0", Ns::Presentation),
    ("urn:oasis:names:tc:opendocument:xmlns:config:1.0", Ns::Config),
    ("urn:oasis:names:tc:opendocument:xmlns:manifest:1.0", Ns::Manifest),
    ("urn:oasis:names:tc:opendocument:xmlns:script:1.0", Ns::Script),
    ("urn:oasis:names:tc:opendocument:xmlns:form:1.0", Ns::Form),
    ("http://www.w3.org/XML/1998/namespace", Ns::Xml),
];

/// Beginnings of the namespaces that makers of office programs and of the standards use.
const VENDORS: &[&str] = &[
    "http://schemas.openxmlformats.org/",
    "http://schemas.microsoft.com/",
    "http://purl.oclc.org/ooxml/",
    "http://purl.org/dc/",
    "http://www.w3.org/",
    "urn:schemas-microsoft-com:",
    "urn:oasis:names:tc:opendocument:",
    "urn:org:documentfoundation:",
    "http://schemas.libreoffice.org/",
    "http://openoffice.org/",
    "http://docs.oasis-open.org/",
    "http://customooxmlschemas.google.com/",
    "http://www.wps.cn/",
    "http://web.wps.cn/",
    "http://schemas.apple.com/",
    "http://schemas.softmaker.com/",
    "http://www.gnumeric.org/",
];

impl Ns {
    /// What an address means.
    pub(crate) fn of(uri: &str) -> Self {
        if uri.is_empty() {
            return Self::None;
        }
        if let Some((_, ns)) = KNOWN.iter().find(|(known, _)| *known == uri) {
            return *ns;
        }
        if VENDORS.iter().any(|vendor| uri.starts_with(vendor)) { Self::Vendor } else { Self::Foreign }
    }
}
