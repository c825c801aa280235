//! Carriers of ZIP archives, and so of every office package.

use super::{Carrier, Severity, Step};

/// Every carrier of this family.
pub static ALL: &[&Carrier] = &[
    &DUPLICATE_ENTRY,
    &DISAGREEMENT,
    &ORPHAN_ENTRY,
    &OVERLAP,
    &GAP,
    &COMMENT,
    &EXTRA_FIELD,
    &ENTRY_TIMES,
    &ENTRY_NAME,
    &LEFTOVER,
    &UNREACHABLE_PART,
    &UNKNOWN_PART,
    &MISSING_PART,
];

/// Two entries of one name: programs differ in which one they show.
pub static DUPLICATE_ENTRY: Carrier = Carrier {
    id: "duplicate-entry",
    severity: Severity::Block,
    title: "two entries of one name in the archive",
    action: "Save the file anew. Programs differ in which of the two they show.",
    step: Step::HiddenContent,
    inspector: None,
};

/// The header before a file and the directory at the end say different things of it.
pub static DISAGREEMENT: Carrier = Carrier {
    id: "header-disagreement",
    severity: Severity::Block,
    title: "an archive that contradicts itself",
    action: "Save the file anew. Programs differ in what they show of such a file.",
    step: Step::HiddenContent,
    inspector: None,
};

/// A file in the archive that its directory does not tell of.
pub static ORPHAN_ENTRY: Carrier = Carrier {
    id: "orphan-entry",
    severity: Severity::Block,
    title: "a file in the archive that its directory does not tell of",
    action: "Save the file anew with a program that writes only its content.",
    step: Step::HiddenContent,
    inspector: None,
};

/// Two records of the archive share bytes.
pub static OVERLAP: Carrier = Carrier {
    id: "overlapping-entries",
    severity: Severity::Block,
    title: "entries of the archive that share bytes",
    action: "Do not open the file. Ask for another copy.",
    step: Step::HiddenContent,
    inspector: None,
};

/// Bytes that belong to no record.
pub static GAP: Carrier = Carrier {
    id: "archive-gap",
    severity: Severity::Block,
    title: "bytes between the entries of the archive",
    action: "Save the file anew with a program that writes only its content.",
    step: Step::HiddenContent,
    inspector: None,
};

/// A comment of the archive or of an entry.
pub static COMMENT: Carrier = Carrier {
    id: "archive-comment",
    severity: Severity::Review,
    title: "a comment in the archive",
    action: "Remove the comment: pack the files anew.",
    step: Step::Metadata,
    inspector: None,
};

/// Fields of an entry that tell more than name and size.
pub static EXTRA_FIELD: Carrier = Carrier {
    id: "archive-extra-fields",
    severity: Severity::Review,
    title: "data about the files of the archive",
    action: "Pack the files anew without extra fields (`zip -X`), if times or user numbers must not be known.",
    step: Step::Metadata,
    inspector: None,
};

/// When files of the archive were changed.
pub static ENTRY_TIMES: Carrier = Carrier {
    id: "archive-times",
    severity: Severity::Info,
    title: "times of change in the archive",
    action: "Nothing, unless the times tell something.",
    step: Step::Metadata,
    inspector: None,
};

/// A name that is a path out of the archive, cannot be shown, or is a link.
pub static ENTRY_NAME: Carrier = Carrier {
    id: "odd-entry-name",
    severity: Severity::Block,
    title: "an entry whose name is not the name of a file",
    action: "Do not unpack the file. Pack the files anew.",
    step: Step::ActiveContent,
    inspector: None,
};

/// What an operating system or a program left in the archive.
pub static LEFTOVER: Carrier = Carrier {
    id: "system-leftover",
    severity: Severity::Review,
    title: "what a system or a program left in the archive",
    action: "Remove it: pack the files anew.",
    step: Step::Metadata,
    inspector: None,
};

/// A part of a package that no other part leads to: no program shows it.
pub static UNREACHABLE_PART: Carrier = Carrier {
    id: "unreachable-part",
    severity: Severity::Block,
    title: "a part that nothing in the file leads to",
    action: "Save the file anew with an office program, which leaves such parts out.",
    step: Step::HiddenContent,
    inspector: None,
};

/// A part of a kind that is not known.
pub static UNKNOWN_PART: Carrier = Carrier {
    id: "unknown-part",
    severity: Severity::Block,
    title: "a part of an unknown kind",
    action: "Find out what the part is for. Publish a copy of the visible content if you cannot.",
    step: Step::HiddenContent,
    inspector: Some("Custom XML data"),
};

/// The file leads to a part that is not there.
pub static MISSING_PART: Carrier = Carrier {
    id: "missing-part",
    severity: Severity::Review,
    title: "a part that the file speaks of and does not hold",
    action: "Find out what was removed, and save the file anew.",
    step: Step::HiddenContent,
    inspector: None,
};
