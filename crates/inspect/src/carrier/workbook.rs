//! Carriers of spreadsheets, whatever their format.

use super::{Carrier, Severity, Step};

/// Every carrier of this family.
pub static ALL: &[&Carrier] = &[
    &HIDDEN_SHEET,
    &OTHER_SHEET,
    &MACRO_SHEET,
    &HIDDEN_TABS,
    &HIDDEN_ROW,
    &HIDDEN_COLUMN,
    &ACTIVE_FILTER,
    &CUSTOM_VIEW,
    &SCENARIO,
    &INVISIBLE_FORMAT,
    &FAR_CELL,
    &BENEATH_MERGED,
    &UNUSED_TEXT,
    &PHONETIC_TEXT,
    &FORMULA,
    &OUTSIDE_FORMULA,
    &DEFINED_NAME,
    &PIVOT_CACHE,
    &SLICER,
    &EXTERNAL_LINK,
    &DATA_MODEL,
    &CONNECTION,
    &COMMENT,
    &REVISION,
    &CONTROL,
    &MACRO,
    &CHART_CACHE,
    &HIDDEN_OBJECT,
    &HEADER_FOOTER,
    &VALIDATION_LIST,
    &CONDITION_TEXT,
    &HYPERLINK,
    &PROTECTION,
    &PRECISE_VALUE,
    &UNSHOWN_VALUE,
    &RECORDS_BEHIND_TABLE,
];

/// A hidden sheet.
pub static HIDDEN_SHEET: Carrier = Carrier {
    id: "hidden-sheet",
    severity: Severity::Block,
    title: "a hidden sheet",
    action: "Delete the sheet, or show it if it is meant to be published.",
    step: Step::HiddenContent,
    inspector: Some("Hidden worksheets"),
};

/// A sheet that is no table of cells.
pub static OTHER_SHEET: Carrier = Carrier {
    id: "other-sheet",
    severity: Severity::Review,
    title: "a sheet that is no table of cells",
    action: "Look at it, and delete it if it is not meant to be published.",
    step: Step::HiddenContent,
    inspector: None,
};

/// A sheet of macros or a dialogue.
pub static MACRO_SHEET: Carrier = Carrier {
    id: "macro-sheet",
    severity: Severity::Block,
    title: "a sheet of macros or a dialogue",
    action: "Copy what must be published into a new file, as values only.",
    step: Step::ActiveContent,
    inspector: Some("Macros, forms and ActiveX controls"),
};

/// Sheet tabs that are not shown.
pub static HIDDEN_TABS: Carrier = Carrier {
    id: "hidden-tabs",
    severity: Severity::Review,
    title: "sheet tabs that are not shown",
    action: "Show the tabs (File, Options, Advanced), and look at every sheet.",
    step: Step::HiddenContent,
    inspector: None,
};

/// Hidden rows.
pub static HIDDEN_ROW: Carrier = Carrier {
    id: "hidden-row",
    severity: Severity::Block,
    title: "hidden rows",
    action: "Delete the rows, or show them if they are meant to be published.",
    step: Step::HiddenContent,
    inspector: Some("Hidden rows and columns"),
};

/// Hidden columns.
pub static HIDDEN_COLUMN: Carrier = Carrier {
    id: "hidden-column",
    severity: Severity::Block,
    title: "hidden columns",
    action: "Delete the columns, or show them if they are meant to be published.",
    step: Step::HiddenContent,
    inspector: Some("Hidden rows and columns"),
};

/// A filter that hides rows.
pub static ACTIVE_FILTER: Carrier = Carrier {
    id: "active-filter",
    severity: Severity::Block,
    title: "a filter that hides rows",
    action: "Clear the filter, delete the rows that must not be published, and inspect again.",
    step: Step::HiddenContent,
    inspector: Some("Data filters"),
};

/// Saved views, which can hide rows and columns.
pub static CUSTOM_VIEW: Carrier = Carrier {
    id: "custom-view",
    severity: Severity::Block,
    title: "saved views, which can hide rows and columns",
    action: "Delete the views (View, Custom Views).",
    step: Step::HiddenContent,
    inspector: Some("Custom views"),
};

/// Scenarios, which keep other values of cells.
pub static SCENARIO: Carrier = Carrier {
    id: "scenario",
    severity: Severity::Block,
    title: "scenarios, which keep other values of cells",
    action: "Delete the scenarios (Data, What-If Analysis).",
    step: Step::SourceData,
    inspector: Some("Scenario manager scenarios"),
};

/// Cells whose format keeps their content from being seen.
pub static INVISIBLE_FORMAT: Carrier = Carrier {
    id: "invisible-format",
    severity: Severity::Block,
    title: "cells whose format keeps their content from being seen",
    action: "Delete the content of the cells, or give them a format that shows it.",
    step: Step::HiddenContent,
    inspector: Some("Invisible content"),
};

/// Cells far from the rest.
pub static FAR_CELL: Carrier = Carrier {
    id: "far-cell",
    severity: Severity::Block,
    title: "cells far from the rest",
    action: "Look at the cells, and delete them if they are not meant to be published.",
    step: Step::HiddenContent,
    inspector: None,
};

/// Values beneath merged cells.
pub static BENEATH_MERGED: Carrier = Carrier {
    id: "beneath-merged",
    severity: Severity::Block,
    title: "values beneath merged cells",
    action: "Unmerge the cells, delete what appears, and merge them again.",
    step: Step::HiddenContent,
    inspector: None,
};

/// Texts that no cell shows.
pub static UNUSED_TEXT: Carrier = Carrier {
    id: "unused-text",
    severity: Severity::Block,
    title: "texts that no cell shows",
    action: "Save the file anew with an office program, which drops such texts.",
    step: Step::EarlierVersions,
    inspector: None,
};

/// Reading aids beside texts.
pub static PHONETIC_TEXT: Carrier = Carrier {
    id: "phonetic-text",
    severity: Severity::Review,
    title: "reading aids beside texts",
    action: "Look at the reading aids (Home, Phonetic), and delete them if they are not needed.",
    step: Step::HiddenContent,
    inspector: None,
};

/// Formulas, which tell how values were made.
pub static FORMULA: Carrier = Carrier {
    id: "formula",
    severity: Severity::Review,
    title: "formulas, which tell how values were made",
    action: "Replace formulas by values, unless readers need them.",
    step: Step::SourceData,
    inspector: None,
};

/// Formulas that read other files or a server.
pub static OUTSIDE_FORMULA: Carrier = Carrier {
    id: "outside-formula",
    severity: Severity::Block,
    title: "formulas that read other files or a server",
    action: "Copy what must be published into a new file, as values only.",
    step: Step::SourceData,
    inspector: Some("Links to other files"),
};

/// Named ranges and values.
pub static DEFINED_NAME: Carrier = Carrier {
    id: "defined-name",
    severity: Severity::Review,
    title: "named ranges and values",
    action: "Delete names that readers do not need (Formulas, Name Manager).",
    step: Step::SourceData,
    inspector: Some("Hidden names"),
};

/// A copy of a pivot table's source data.
pub static PIVOT_CACHE: Carrier = Carrier {
    id: "pivot-cache",
    severity: Severity::Block,
    title: "a copy of a pivot table's source data",
    action: "Copy what must be published into a new file, as values only.",
    step: Step::SourceData,
    inspector: Some("PivotTables, PivotCharts, cube formulas, slicers and timelines"),
};

/// A slicer or timeline, which keeps a list of values.
pub static SLICER: Carrier = Carrier {
    id: "slicer",
    severity: Severity::Block,
    title: "a slicer or timeline, which keeps a list of values",
    action: "Copy what must be published into a new file, as values only.",
    step: Step::SourceData,
    inspector: Some("PivotTables, PivotCharts, cube formulas, slicers and timelines"),
};

/// A link to another file, with a copy of its values.
pub static EXTERNAL_LINK: Carrier = Carrier {
    id: "external-link",
    severity: Severity::Block,
    title: "a link to another file, with a copy of its values",
    action: "Break the links (Data, Edit Links), and inspect again.",
    step: Step::SourceData,
    inspector: Some("Links to other files"),
};

/// A data model, which holds whole tables.
pub static DATA_MODEL: Carrier = Carrier {
    id: "data-model",
    severity: Severity::Block,
    title: "a data model, which holds whole tables",
    action: "Copy what must be published into a new file, as values only.",
    step: Step::SourceData,
    inspector: Some("Data model"),
};

/// A connection to a data source or a query.
pub static CONNECTION: Carrier = Carrier {
    id: "connection",
    severity: Severity::Block,
    title: "a connection to a data source or a query",
    action: "Delete the connections and queries (Data, Queries and Connections).",
    step: Step::SourceData,
    inspector: None,
};

/// Comments or notes.
pub static COMMENT: Carrier = Carrier {
    id: "comment",
    severity: Severity::Block,
    title: "comments or notes",
    action: "Delete them all, unless they are meant to be published.",
    step: Step::EarlierVersions,
    inspector: Some("Comments and annotations"),
};

/// A record of earlier changes.
pub static REVISION: Carrier = Carrier {
    id: "revision",
    severity: Severity::Block,
    title: "a record of earlier changes",
    action: "Stop sharing the workbook or accept all changes, and save it anew.",
    step: Step::EarlierVersions,
    inspector: Some("Comments, revisions and versions"),
};

/// Form controls.
pub static CONTROL: Carrier = Carrier {
    id: "control",
    severity: Severity::Block,
    title: "form controls",
    action: "Delete the controls.",
    step: Step::ActiveContent,
    inspector: Some("Macros, forms and ActiveX controls"),
};

/// Macros or scripts.
pub static MACRO: Carrier = Carrier {
    id: "macro",
    severity: Severity::Block,
    title: "macros or scripts",
    action: "Save the file in a format without macros.",
    step: Step::ActiveContent,
    inspector: Some("Macros, forms and ActiveX controls"),
};

/// Values in a chart that no visible cell shows.
pub static CHART_CACHE: Carrier = Carrier {
    id: "chart-cache",
    severity: Severity::Block,
    title: "values in a chart that no visible cell shows",
    action: "Paste the chart as a picture, or make it anew from visible cells.",
    step: Step::SourceData,
    inspector: None,
};

/// A hidden drawing or picture.
pub static HIDDEN_OBJECT: Carrier = Carrier {
    id: "hidden-object",
    severity: Severity::Block,
    title: "a hidden drawing or picture",
    action: "Delete it (Home, Find and Select, Selection Pane), or show it.",
    step: Step::HiddenContent,
    inspector: Some("Invisible content"),
};

/// Headers or footers, which only print shows.
pub static HEADER_FOOTER: Carrier = Carrier {
    id: "header-footer",
    severity: Severity::Review,
    title: "headers or footers, which only print shows",
    action: "Look at headers and footers, and delete what is not meant to be published.",
    step: Step::Metadata,
    inspector: Some("Headers and footers"),
};

/// Lists and messages of data validation.
pub static VALIDATION_LIST: Carrier = Carrier {
    id: "validation-list",
    severity: Severity::Review,
    title: "lists and messages of data validation",
    action: "Clear data validation (Data, Data Validation), unless readers need it.",
    step: Step::SourceData,
    inspector: None,
};

/// Texts in the rules of conditional formats.
pub static CONDITION_TEXT: Carrier = Carrier {
    id: "condition-text",
    severity: Severity::Review,
    title: "texts in the rules of conditional formats",
    action: "Look at the rules (Home, Conditional Formatting, Manage Rules).",
    step: Step::HiddenContent,
    inspector: None,
};

/// Links that show another text than their target.
pub static HYPERLINK: Carrier = Carrier {
    id: "hyperlink",
    severity: Severity::Review,
    title: "links that show another text than their target",
    action: "Look at the targets, and remove links that are not meant to be published.",
    step: Step::Metadata,
    inspector: None,
};

/// Protection, which hides nothing from who wants to see it.
pub static PROTECTION: Carrier = Carrier {
    id: "protection",
    severity: Severity::Review,
    title: "protection, which hides nothing from who wants to see it",
    action: "Remove the protection and what it should protect. It can be undone without the password.",
    step: Step::HiddenContent,
    inspector: None,
};

/// Values that are more precise than what is shown.
pub static PRECISE_VALUE: Carrier = Carrier {
    id: "precise-value",
    severity: Severity::Review,
    title: "values that are more precise than what is shown",
    action: "Round the values themselves, not their format.",
    step: Step::SourceData,
    inspector: None,
};

/// Numbers that are shown as a text or as another number.
pub static UNSHOWN_VALUE: Carrier = Carrier {
    id: "unshown-value",
    severity: Severity::Block,
    title: "numbers that are shown as a text or as another number",
    action: "Replace the numbers by what is shown.",
    step: Step::HiddenContent,
    inspector: None,
};

/// Records from which a visible table was counted.
pub static RECORDS_BEHIND_TABLE: Carrier = Carrier {
    id: "records-behind-table",
    severity: Severity::Block,
    title: "records from which a visible table was counted",
    action: "Copy what must be published into a new file, as values only.",
    step: Step::SourceData,
    inspector: None,
};
