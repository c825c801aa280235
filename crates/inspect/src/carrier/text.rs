//! Carriers of text, tables in text, and JSON.

use super::{Carrier, Severity, Step};

/// Every carrier of this family.
pub static ALL: &[&Carrier] =
    &[&UNSEEN_CHARACTERS, &CONTROL_CHARACTERS, &ENCODING, &FORMULA, &RAGGED, &FAR_CELL, &SECTION, &DUPLICATE_KEY];

/// Characters that are not shown or that turn the order of others.
pub static UNSEEN_CHARACTERS: Carrier = Carrier {
    id: "unseen-characters",
    severity: Severity::Block,
    title: "characters that are not shown or that turn the order of others",
    action: "Remove them; they can carry text that nobody sees.",
    step: Step::HiddenContent,
    inspector: None,
};

/// Control characters in text.
pub static CONTROL_CHARACTERS: Carrier = Carrier {
    id: "control-characters",
    severity: Severity::Review,
    title: "control characters in text",
    action: "Remove them, or find out what they are for.",
    step: Step::HiddenContent,
    inspector: None,
};

/// Text in another encoding than UTF-8.
pub static ENCODING: Carrier = Carrier {
    id: "text-encoding",
    severity: Severity::Info,
    title: "text in another encoding than UTF-8",
    action: "Save the file in UTF-8.",
    step: Step::Unreadable,
    inspector: None,
};

/// A cell that a spreadsheet would run as a formula.
pub static FORMULA: Carrier = Carrier {
    id: "csv-formula",
    severity: Severity::Block,
    title: "a cell that a spreadsheet would run as a formula",
    action: "Put an apostrophe before it, or quote it as text.",
    step: Step::ActiveContent,
    inspector: None,
};

/// Rows with more or fewer cells than the table.
pub static RAGGED: Carrier = Carrier {
    id: "csv-ragged-rows",
    severity: Severity::Review,
    title: "rows with more or fewer cells than the table",
    action: "Look at these rows: cells beyond the table are easily overlooked.",
    step: Step::HiddenContent,
    inspector: None,
};

/// A cell far to the right, behind empty ones.
pub static FAR_CELL: Carrier = Carrier {
    id: "csv-far-cell",
    severity: Severity::Block,
    title: "a cell far to the right, behind empty ones",
    action: "Remove it, or move it to the table.",
    step: Step::HiddenContent,
    inspector: None,
};

/// Lines that are no rows of the table: remarks, or another table.
pub static SECTION: Carrier = Carrier {
    id: "csv-section",
    severity: Severity::Review,
    title: "lines that are no rows of the table: remarks, or another table",
    action: "Look at them; publish another table as a file of its own.",
    step: Step::HiddenContent,
    inspector: None,
};

/// A key that stands twice in an object.
pub static DUPLICATE_KEY: Carrier = Carrier {
    id: "json-duplicate-key",
    severity: Severity::Block,
    title: "a key that stands twice in an object",
    action: "Save the file anew. Programs differ in which of the two they show.",
    step: Step::HiddenContent,
    inspector: None,
};
