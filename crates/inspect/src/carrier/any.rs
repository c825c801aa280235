//! Carriers that any file may have.

use super::{Carrier, Severity, Step};

/// Every carrier of this family.
pub static ALL: &[&Carrier] = &[&UNINSPECTABLE, &WRONG_NAME, &TRAILING_BYTES, &LEADING_BYTES, &EMBEDDED_FILE, &MORE];

/// What cannot be looked into may hold anything.
pub static UNINSPECTABLE: Carrier = Carrier {
    id: "uninspectable",
    severity: Severity::Block,
    title: "a file that cannot be looked into",
    action: "Do not publish it. Remove the password or repair the file, and inspect it again; or publish another format.",
    step: Step::Unreadable,
    inspector: None,
};

/// The name's ending says one format and the bytes another.
pub static WRONG_NAME: Carrier = Carrier {
    id: "wrong-name",
    severity: Severity::Block,
    title: "a file whose name says another format than its content",
    action: "Find out what the file is, and give it the ending of its format.",
    step: Step::HiddenContent,
    inspector: None,
};

/// Bytes after the end of what programs show.
pub static TRAILING_BYTES: Carrier = Carrier {
    id: "trailing-bytes",
    severity: Severity::Block,
    title: "bytes after the end of the file's content",
    action: "Save the file anew with a program that writes only its content.",
    step: Step::HiddenContent,
    inspector: None,
};

/// Bytes before the start of what programs show.
pub static LEADING_BYTES: Carrier = Carrier {
    id: "leading-bytes",
    severity: Severity::Block,
    title: "bytes before the start of the file's content",
    action: "Save the file anew with a program that writes only its content.",
    step: Step::HiddenContent,
    inspector: None,
};

/// A file in a file; what it holds is inspected in turn.
pub static EMBEDDED_FILE: Carrier = Carrier {
    id: "embedded-file",
    severity: Severity::Block,
    title: "a file inside the file",
    action: "Remove it. If readers need it, publish it as a file of its own after it was inspected.",
    step: Step::SourceData,
    inspector: Some("Embedded documents"),
};

/// A file has more findings than a report lists.
pub static MORE: Carrier = Carrier {
    id: "more-findings",
    severity: Severity::Review,
    title: "more findings than are listed",
    action: "Mend what is listed, and inspect the file again.",
    step: Step::HiddenContent,
    inspector: None,
};
