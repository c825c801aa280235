//! Carriers of XML itself.

use super::{Carrier, Severity, Step};

/// Every carrier of this family.
pub static ALL: &[&Carrier] = &[&XML_COMMENT, &XML_INSTRUCTION, &XML_CDATA, &XML_DOCUMENT_TYPE, &FOREIGN_MARKUP];

const SAVE: &str = "Save the file anew with an office program, which writes only what it knows.";

/// A comment: no program shows it.
pub static XML_COMMENT: Carrier = Carrier {
    id: "xml-comment",
    severity: Severity::Block,
    title: "comments in the file's XML",
    action: SAVE,
    step: Step::HiddenContent,
    inspector: None,
};

/// A processing instruction.
pub static XML_INSTRUCTION: Carrier = Carrier {
    id: "xml-instruction",
    severity: Severity::Block,
    title: "processing instructions in the file's XML",
    action: SAVE,
    step: Step::HiddenContent,
    inspector: None,
};

/// A CDATA section: text in another spelling.
pub static XML_CDATA: Carrier = Carrier {
    id: "xml-cdata",
    severity: Severity::Info,
    title: "CDATA sections in the file's XML",
    action: "Nothing. Their text was read like any other.",
    step: Step::HiddenContent,
    inspector: None,
};

/// A document type or an entity.
pub static XML_DOCUMENT_TYPE: Carrier = Carrier {
    id: "xml-document-type",
    severity: Severity::Block,
    title: "a document type or entities in the file's XML",
    action: "Do not open the file. Office programs never write these.",
    step: Step::ActiveContent,
    inspector: None,
};

/// Elements and attributes that no office program knows.
pub static FOREIGN_MARKUP: Carrier = Carrier {
    id: "foreign-markup",
    severity: Severity::Block,
    title: "elements or attributes that no office program knows",
    action: SAVE,
    step: Step::HiddenContent,
    inspector: Some("Custom XML data"),
};
