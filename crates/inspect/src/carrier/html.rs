//! Carriers of HTML and SVG.

use super::{Carrier, Severity, Step};

/// Every carrier of this family.
pub static ALL: &[&Carrier] = &[&HIDDEN, &COMMENT, &SCRIPT, &DATA, &METADATA, &EXTERNAL, &DESCRIPTION, &EDITOR];

/// Text that the page does not show.
pub static HIDDEN: Carrier = Carrier {
    id: "html-hidden-text",
    severity: Severity::Block,
    title: "text that the page does not show",
    action: "Remove it from the page.",
    step: Step::HiddenContent,
    inspector: None,
};

/// A comment in the markup.
pub static COMMENT: Carrier = Carrier {
    id: "html-comment",
    severity: Severity::Block,
    title: "a comment in the markup",
    action: "Remove it.",
    step: Step::HiddenContent,
    inspector: None,
};

/// A script, or a handler that runs.
pub static SCRIPT: Carrier = Carrier {
    id: "html-script",
    severity: Severity::Block,
    title: "a script, or a handler that runs",
    action: "Publish the page without scripts.",
    step: Step::ActiveContent,
    inspector: None,
};

/// Values in attributes that the page does not show.
pub static DATA: Carrier = Carrier {
    id: "html-data",
    severity: Severity::Review,
    title: "values in attributes that the page does not show",
    action: "Look at them, or remove them.",
    step: Step::HiddenContent,
    inspector: None,
};

/// Who or what made the page.
pub static METADATA: Carrier = Carrier {
    id: "html-metadata",
    severity: Severity::Review,
    title: "who or what made the page",
    action: "Remove it.",
    step: Step::Metadata,
    inspector: None,
};

/// Something that the page fetches from elsewhere.
pub static EXTERNAL: Carrier = Carrier {
    id: "html-external",
    severity: Severity::Review,
    title: "something that the page fetches from elsewhere",
    action: "Publish it with the page.",
    step: Step::SourceData,
    inspector: None,
};

/// A description of a picture.
pub static DESCRIPTION: Carrier = Carrier {
    id: "svg-description",
    severity: Severity::Info,
    title: "a description of a picture",
    action: "Compare it with what the picture shows.",
    step: Step::HiddenContent,
    inspector: None,
};

/// Data of the program that drew the picture.
pub static EDITOR: Carrier = Carrier {
    id: "svg-editor-data",
    severity: Severity::Review,
    title: "data of the program that drew the picture",
    action: "Save it as plain SVG.",
    step: Step::Metadata,
    inspector: None,
};
