//! Carriers of PDF files.

use super::{Carrier, Severity, Step};

/// Every carrier of this family.
pub static ALL: &[&Carrier] = &[
    &EARLIER_STATE,
    &UNREFERENCED,
    &HIDDEN_BYTES,
    &COMMENT,
    &STRUCTURE,
    &COVERED_TEXT,
    &INVISIBLE_TEXT,
    &SCANNED_TEXT,
    &HIDDEN_PICTURE,
    &LAYER_OFF,
    &ANNOTATION,
    &REDACT_MARK,
    &LINK,
    &FORM,
    &ACTION,
    &METADATA,
    &PRIVATE_DATA,
    &BOOKMARK,
    &NAME,
    &THUMBNAIL,
    &OTHER_IMAGE,
    &HIDDEN_PAGE,
    &REPLACED_TEXT,
    &SIGNATURE,
];

/// An earlier state of the document under the newest one.
pub static EARLIER_STATE: Carrier = Carrier {
    id: "pdf-earlier-state",
    severity: Severity::Review,
    title: "an earlier state of the document under the newest one",
    action: "Print or export the document anew, so that only its newest state is written.",
    step: Step::EarlierVersions,
    inspector: None,
};

/// An object that no page leads to.
pub static UNREFERENCED: Carrier = Carrier {
    id: "pdf-unreferenced-object",
    severity: Severity::Block,
    title: "an object that no page leads to",
    action: "Print or export the document anew from its source.",
    step: Step::HiddenContent,
    inspector: None,
};

/// Bytes that belong to no object.
pub static HIDDEN_BYTES: Carrier = Carrier {
    id: "pdf-hidden-bytes",
    severity: Severity::Block,
    title: "bytes that belong to no object",
    action: "Print or export the document anew from its source.",
    step: Step::HiddenContent,
    inspector: None,
};

/// A comment between the objects of the file.
pub static COMMENT: Carrier = Carrier {
    id: "pdf-file-comment",
    severity: Severity::Review,
    title: "a comment between the objects of the file",
    action: "Print or export the document anew; look at what the comments say.",
    step: Step::Metadata,
    inspector: None,
};

/// A structure that programs may read in more than one way.
pub static STRUCTURE: Carrier = Carrier {
    id: "pdf-broken-structure",
    severity: Severity::Review,
    title: "a structure that programs may read in more than one way",
    action: "Print or export the document anew.",
    step: Step::Unreadable,
    inspector: None,
};

/// Text under a shape or an image.
pub static COVERED_TEXT: Carrier = Carrier {
    id: "pdf-covered-text",
    severity: Severity::Block,
    title: "text under a shape or an image",
    action: "Remove the text itself with a redaction tool; covering it leaves it in the file.",
    step: Step::Redaction,
    inspector: None,
};

/// Text that readers cannot see.
pub static INVISIBLE_TEXT: Carrier = Carrier {
    id: "pdf-invisible-text",
    severity: Severity::Block,
    title: "text that readers cannot see",
    action: "Remove it in the source document, and export the document anew.",
    step: Step::HiddenContent,
    inspector: None,
};

/// Text behind a scanned page.
pub static SCANNED_TEXT: Carrier = Carrier {
    id: "pdf-scanned-text",
    severity: Severity::Review,
    title: "text behind a scanned page",
    action: "Compare it with what the page shows: what was blacked out on paper may still be in the text.",
    step: Step::HiddenContent,
    inspector: None,
};

/// A picture of which something is not seen.
pub static HIDDEN_PICTURE: Carrier = Carrier {
    id: "pdf-hidden-picture",
    severity: Severity::Block,
    title: "a picture of which something is not seen",
    action: "Crop the picture, or save it without what is clear in it, in the source; export the document anew.",
    step: Step::HiddenContent,
    inspector: None,
};

/// Text on a layer that is off.
pub static LAYER_OFF: Carrier = Carrier {
    id: "pdf-layer-off",
    severity: Severity::Block,
    title: "text or a picture on a layer that is off",
    action: "Remove the layer, or flatten the document.",
    step: Step::HiddenContent,
    inspector: None,
};

/// A comment or mark on a page.
pub static ANNOTATION: Carrier = Carrier {
    id: "pdf-annotation",
    severity: Severity::Block,
    title: "a comment or mark on a page",
    action: "Remove comments and marks, or flatten them if they are meant to be read.",
    step: Step::EarlierVersions,
    inspector: None,
};

/// A redaction that is marked and not applied.
pub static REDACT_MARK: Carrier = Carrier {
    id: "pdf-redaction-not-applied",
    severity: Severity::Block,
    title: "a redaction that is marked and not applied",
    action: "Apply the redactions in the program that marked them, and save the document anew.",
    step: Step::Redaction,
    inspector: None,
};

/// A link that tells more than where it leads.
pub static LINK: Carrier = Carrier {
    id: "pdf-link",
    severity: Severity::Review,
    title: "a link that tells more than where it leads",
    action: "Look at addresses with queries, mail addresses and paths.",
    step: Step::Metadata,
    inspector: None,
};

/// A form's values.
pub static FORM: Carrier = Carrier {
    id: "pdf-form",
    severity: Severity::Block,
    title: "a form's values",
    action: "Flatten the form, so that only what is shown stays.",
    step: Step::HiddenContent,
    inspector: None,
};

/// A script or an action that runs.
pub static ACTION: Carrier = Carrier {
    id: "pdf-action",
    severity: Severity::Block,
    title: "a script or an action that runs",
    action: "Remove it, or export the document anew without it.",
    step: Step::ActiveContent,
    inspector: None,
};

/// A property of the document that may name a person, a program or a path.
pub static METADATA: Carrier = Carrier {
    id: "pdf-metadata",
    severity: Severity::Review,
    title: "a property of the document that may name a person, a program or a path",
    action: "Clear the document's properties.",
    step: Step::Metadata,
    inspector: None,
};

/// Private data of the program that made the file.
pub static PRIVATE_DATA: Carrier = Carrier {
    id: "pdf-private-data",
    severity: Severity::Block,
    title: "private data of the program that made the file",
    action: "Save the document without editing capabilities, or print it anew.",
    step: Step::SourceData,
    inspector: None,
};

/// A bookmark that says what no page says.
pub static BOOKMARK: Carrier = Carrier {
    id: "pdf-bookmark",
    severity: Severity::Review,
    title: "a bookmark that says what no page says",
    action: "Look at the bookmarks, and delete those that are not meant to be published.",
    step: Step::HiddenContent,
    inspector: None,
};

/// A name of a place or a part that says what no page says.
pub static NAME: Carrier = Carrier {
    id: "pdf-name",
    severity: Severity::Review,
    title: "a name of a place or a part that says what no page says",
    action: "Look at the names of bookmarks, anchors and attachments in the source, and export the document anew.",
    step: Step::HiddenContent,
    inspector: None,
};

/// A small picture of a page as it once was.
pub static THUMBNAIL: Carrier = Carrier {
    id: "pdf-thumbnail",
    severity: Severity::Review,
    title: "a small picture of a page as it once was",
    action: "Export the document anew without thumbnails.",
    step: Step::Metadata,
    inspector: None,
};

/// Another image in the place of the one shown.
pub static OTHER_IMAGE: Carrier = Carrier {
    id: "pdf-other-image",
    severity: Severity::Block,
    title: "another image in the place of the one shown",
    action: "Export the document anew.",
    step: Step::HiddenContent,
    inspector: None,
};

/// A page that is not among the pages shown.
pub static HIDDEN_PAGE: Carrier = Carrier {
    id: "pdf-hidden-page",
    severity: Severity::Block,
    title: "a page that is not among the pages shown",
    action: "Print or export the document anew.",
    step: Step::HiddenContent,
    inspector: None,
};

/// Text that is copied or read out otherwise than it is shown.
pub static REPLACED_TEXT: Carrier = Carrier {
    id: "pdf-replaced-text",
    severity: Severity::Review,
    title: "text that is copied or read out otherwise than it is shown",
    action: "Compare it with what the page shows.",
    step: Step::HiddenContent,
    inspector: None,
};

/// A digital signature.
pub static SIGNATURE: Carrier = Carrier {
    id: "pdf-signature",
    severity: Severity::Review,
    title: "a digital signature",
    action: "Look at whom the signature names.",
    step: Step::Metadata,
    inspector: None,
};
