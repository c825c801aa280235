//! Carriers of text documents, whatever their format.

use super::{Carrier, Severity, Step};

/// Every carrier of this family.
pub static ALL: &[&Carrier] = &[
    &TRACKED_CHANGE,
    &FORMAT_CHANGE,
    &HIDDEN_TEXT,
    &INVISIBLE_TEXT,
    &FIELD_CODE,
    &LIVE_FIELD,
    &DOCUMENT_VARIABLE,
    &ATTACHED_TEMPLATE,
    &MAIL_MERGE,
    &BOUND_CONTROL,
    &IMPORTED_PART,
    &REVISION_MARKS,
    &VERSIONS,
];

/// Tracked changes, which keep deleted text.
pub static TRACKED_CHANGE: Carrier = Carrier {
    id: "tracked-change",
    severity: Severity::Block,
    title: "tracked changes, which keep deleted text",
    action: "Accept or reject all changes (Review, Accept), and turn tracking off.",
    step: Step::EarlierVersions,
    inspector: Some("Comments, revisions and versions"),
};

/// Tracked changes of format.
pub static FORMAT_CHANGE: Carrier = Carrier {
    id: "format-change",
    severity: Severity::Review,
    title: "tracked changes of format",
    action: "Accept all changes (Review, Accept), and turn tracking off.",
    step: Step::EarlierVersions,
    inspector: Some("Comments, revisions and versions"),
};

/// Hidden text.
pub static HIDDEN_TEXT: Carrier = Carrier {
    id: "hidden-text",
    severity: Severity::Block,
    title: "hidden text",
    action: "Show hidden text (Find, Replace, Format, Hidden), and delete it.",
    step: Step::HiddenContent,
    inspector: Some("Hidden text"),
};

/// Text that cannot be seen: too small, or in the colour of its background.
pub static INVISIBLE_TEXT: Carrier = Carrier {
    id: "invisible-text",
    severity: Severity::Block,
    title: "text that cannot be seen: too small, or in the colour of its background",
    action: "Delete the text, or give it a format that shows it.",
    step: Step::HiddenContent,
    inspector: Some("Invisible content"),
};

/// Fields with codes that are not shown.
pub static FIELD_CODE: Carrier = Carrier {
    id: "field-code",
    severity: Severity::Review,
    title: "fields with codes that are not shown",
    action: "Replace the fields by their text (Ctrl+Shift+F9).",
    step: Step::SourceData,
    inspector: None,
};

/// Fields that fetch data from elsewhere.
pub static LIVE_FIELD: Carrier = Carrier {
    id: "live-field",
    severity: Severity::Block,
    title: "fields that fetch data from elsewhere",
    action: "Replace the fields by their text (Ctrl+Shift+F9).",
    step: Step::SourceData,
    inspector: Some("Links to other files"),
};

/// Variables of the document.
pub static DOCUMENT_VARIABLE: Carrier = Carrier {
    id: "document-variable",
    severity: Severity::Block,
    title: "variables of the document",
    action: "Copy the text into a new document.",
    step: Step::Metadata,
    inspector: Some("Document properties and personal information"),
};

/// The path of a template.
pub static ATTACHED_TEMPLATE: Carrier = Carrier {
    id: "attached-template",
    severity: Severity::Review,
    title: "the path of a template",
    action: "Attach the normal template (Developer, Document Template).",
    step: Step::Metadata,
    inspector: Some("Document properties and personal information"),
};

/// A mail merge, with its source of data.
pub static MAIL_MERGE: Carrier = Carrier {
    id: "mail-merge",
    severity: Severity::Block,
    title: "a mail merge, with its source of data",
    action: "End the mail merge (Mailings, Start Mail Merge, Normal Word Document).",
    step: Step::SourceData,
    inspector: None,
};

/// Content controls, which may be bound to hidden data.
pub static BOUND_CONTROL: Carrier = Carrier {
    id: "bound-control",
    severity: Severity::Review,
    title: "content controls, which may be bound to hidden data",
    action: "Remove the content controls, and keep their text.",
    step: Step::SourceData,
    inspector: Some("Custom XML data"),
};

/// An imported document that programs show in different ways.
pub static IMPORTED_PART: Carrier = Carrier {
    id: "imported-part",
    severity: Severity::Block,
    title: "an imported document that programs show in different ways",
    action: "Copy the text into a new document.",
    step: Step::SourceData,
    inspector: None,
};

/// Marks of editing sessions.
pub static REVISION_MARKS: Carrier = Carrier {
    id: "revision-marks",
    severity: Severity::Info,
    title: "marks of editing sessions",
    action: "Nothing, unless it must not be known which parts were written together.",
    step: Step::Metadata,
    inspector: Some("Document properties and personal information"),
};

/// Earlier versions of the document.
pub static VERSIONS: Carrier = Carrier {
    id: "versions",
    severity: Severity::Block,
    title: "earlier versions of the document",
    action: "Delete the versions, and save the file anew.",
    step: Step::EarlierVersions,
    inspector: Some("Comments, revisions and versions"),
};
