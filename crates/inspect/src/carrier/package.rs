//! Carriers of ZIP archives, and so of every office package.

use super::{Carrier, Severity, Step};

/// Every carrier of this family.
pub static ALL: &[&Carrier] = &[&DUPLICATE_ENTRY];

/// Two entries of one name: programs differ in which one they show.
pub static DUPLICATE_ENTRY: Carrier = Carrier {
    id: "duplicate-entry",
    severity: Severity::Block,
    title: "two entries of one name in the archive",
    action: "Save the file anew. Programs differ in which of the two they show.",
    step: Step::HiddenContent,
    inspector: None,
};
