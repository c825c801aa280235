//! What people write, and what it means.
//!
//! Every file is read in two typed steps. The first takes what was *written*, checks its form and keeps the place of each
//! value; the second works out what it *means*, against the schema. Both collect every fault before they give up, each
//! with line, column and a hint, so that an officer mends a file once. Later stages never see a raw string.

mod authority;
mod csv_table;
mod decision;
mod diagnostic;
mod exemption;
mod fields;
mod filter;
mod hidden;
mod letter;
mod policy;
mod reference;
mod response;
mod schema;
mod template;
mod translation;
mod value;
mod words;
mod written;

pub use authority::{AUTHORITY_SCHEMA, Asked, Authority, OwnedStatement, Regulator, Review, WrittenAuthority};
pub use diagnostic::{Diagnostic, Diagnostics, Severity, Source};
pub use exemption::{CitationFault, ExemptionBasis, ExemptionFacts, ExemptionKind, cited, cited_to_deny, exemptions};
pub use filter::{Comparison, Filter, Literal, all_of};
pub use hidden::{check_line, is_hidden, visible, visible_line};
pub use letter::{LetterSpec, ReviewResult};
pub use policy::{WrittenPolicy, read_policy};
pub use reference::{Ask, Piece, Reference, Sentence};
pub use response::{
    BandAtom, Cancelled, CodeAtom, DayAtom, DimensionSource, Gaps, ListColumn, ListSpec, Measure, MeasureSource,
    NoteSpec, Number, Order, OrderBy, Population, QuantitySpec, QuestionSpec, Response, Scope, ShareBase, ShownFigures,
    TableDimension, TableSpec, Taken, Tally, stock_atom,
};
pub use schema::{
    Change, Code, CodeList, CodePlace, Column, ColumnRef, ColumnType, Precision, RecordTable, Role, Schema, Unit,
    read_schema,
};
pub use template::{
    COVER_FIELDS, FIELDS, Template, TemplateBlock, TemplateFault, TemplatePart, built_in, cover, merge,
};
pub use translation::{Languages, Translation, Translations, Untranslated, untranslated_csv};
pub use value::{parse_date, parse_decimal};
pub use written::{ExtractRef, TimeUnit, WrittenResponse};

/// The `schema` key of a response file.
pub const RESPONSE_SCHEMA: &str = "candour/response/1";
/// The `schema` key of a schema file.
pub const SCHEMA_SCHEMA: &str = "candour/schema/1";

/// How a file asks for the files beside it: the reader decides where they lie, so that this crate does no input.
pub trait Files {
    /// The bytes of a file named relative to the file that is read.
    ///
    /// # Errors
    /// A sentence that says why it cannot be had.
    fn read(&self, name: &str) -> Result<Vec<u8>, String>;
}
