//! Carriers of data about the file.

use super::{Carrier, Severity, Step};

/// Every carrier of this family.
pub static ALL: &[&Carrier] = &[
    &AUTHOR,
    &PROPERTY,
    &CUSTOM_PROPERTY,
    &FILE_PATH,
    &PRINTER_SETTINGS,
    &LABEL,
    &CUSTOM_XML,
    &THUMBNAIL,
    &CROPPED_PICTURE,
    &PICTURE,
    &SIGNATURE,
    &OUTSIDE_TARGET,
    &WEB_EXTENSION,
];

/// Names of people.
pub static AUTHOR: Carrier = Carrier {
    id: "author",
    severity: Severity::Review,
    title: "names of people",
    action: "Remove personal information (File, Info, Inspect Document), or allow the name if it is the organisation's.",
    step: Step::Metadata,
    inspector: Some("Document properties and personal information"),
};

/// Properties of the document.
pub static PROPERTY: Carrier = Carrier {
    id: "property",
    severity: Severity::Review,
    title: "properties of the document",
    action: "Look at the properties (File, Info), and delete what is not meant to be published.",
    step: Step::Metadata,
    inspector: Some("Document properties and personal information"),
};

/// Custom properties.
pub static CUSTOM_PROPERTY: Carrier = Carrier {
    id: "custom-property",
    severity: Severity::Review,
    title: "custom properties",
    action: "Delete them (File, Info, Properties, Custom), unless they are meant to be published.",
    step: Step::Metadata,
    inspector: Some("Document properties and personal information"),
};

/// The path of a file or folder.
pub static FILE_PATH: Carrier = Carrier {
    id: "file-path",
    severity: Severity::Review,
    title: "the path of a file or folder",
    action: "Save the file anew from a folder whose path tells nothing.",
    step: Step::Metadata,
    inspector: Some("Document properties and personal information"),
};

/// Settings of a printer, with its name.
pub static PRINTER_SETTINGS: Carrier = Carrier {
    id: "printer-settings",
    severity: Severity::Review,
    title: "settings of a printer, with its name",
    action: "Save the file anew with a program that keeps no printer, or as ODS.",
    step: Step::Metadata,
    inspector: Some("Document properties and personal information"),
};

/// A sensitivity label, with the number of the organisation.
pub static LABEL: Carrier = Carrier {
    id: "label",
    severity: Severity::Review,
    title: "a sensitivity label, with the number of the organisation",
    action: "Check that the label allows publication, and remove it.",
    step: Step::Metadata,
    inspector: Some("Document properties and personal information"),
};

/// Custom XML.
pub static CUSTOM_XML: Carrier = Carrier {
    id: "custom-xml",
    severity: Severity::Review,
    title: "custom XML",
    action: "Remove it (File, Info, Inspect Document).",
    step: Step::Metadata,
    inspector: Some("Custom XML data"),
};

/// A small picture of the first page.
pub static THUMBNAIL: Carrier = Carrier {
    id: "thumbnail",
    severity: Severity::Review,
    title: "a small picture of the first page",
    action: "Save the file anew without a thumbnail.",
    step: Step::Metadata,
    inspector: None,
};

/// A picture that keeps what was cropped.
pub static CROPPED_PICTURE: Carrier = Carrier {
    id: "cropped-picture",
    severity: Severity::Review,
    title: "a picture that keeps what was cropped",
    action: "Delete cropped areas (Picture Format, Compress Pictures).",
    step: Step::HiddenContent,
    inspector: None,
};

/// A picture in a format that is not looked into.
pub static PICTURE: Carrier = Carrier {
    id: "picture",
    severity: Severity::Review,
    title: "a picture in a format that is not looked into",
    action: "Replace it by a PNG or JPEG picture.",
    step: Step::HiddenContent,
    inspector: None,
};

/// A digital signature, with its signer.
pub static SIGNATURE: Carrier = Carrier {
    id: "signature",
    severity: Severity::Review,
    title: "a digital signature, with its signer",
    action: "Check that the signer may be known.",
    step: Step::Metadata,
    inspector: None,
};

/// Addresses and paths of other files.
pub static OUTSIDE_TARGET: Carrier = Carrier {
    id: "outside-target",
    severity: Severity::Review,
    title: "addresses and paths of other files",
    action: "Look at them, and remove those that are not meant to be published.",
    step: Step::Metadata,
    inspector: Some("Links to other files"),
};

/// An add-in.
pub static WEB_EXTENSION: Carrier = Carrier {
    id: "web-extension",
    severity: Severity::Block,
    title: "an add-in",
    action: "Remove the add-in, and save the file anew.",
    step: Step::ActiveContent,
    inspector: Some("Task pane add-ins"),
};
