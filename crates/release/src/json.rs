//! `release.json`: everything in the release, as data, for programs. Its form is a promise: see `docs/release-json.md` and
//! `docs/schemas/release.schema.json`. It only grows.

use candour_model::{
    CancelledRecords, Cell, Coord, Definition, Dimension, Document, ExtractSource, Mark, Note, Question,
    RELEASE_SCHEMA, Reason, ReportField, Request, Shown, Statement, Table,
};
use serde::{Deserialize, Serialize};

/// The `schema` of `manifest.json`.
const MANIFEST_SCHEMA: &str = "candour/manifest/1";

/// What `release.json` holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseJson {
    /// The contract.
    pub schema: String,
    /// The authority that answers.
    pub authority: String,
    /// The request.
    pub request: Request,
    /// Where the records come from.
    pub extract: ExtractSource,
    /// The title of the report.
    pub title: String,
    /// The report's metadata block.
    pub report: Vec<ReportField>,
    /// The questions, decided and answered.
    pub questions: Vec<Question>,
    /// The authority's standing texts.
    pub statements: Vec<Statement>,
    /// What was counted.
    pub definitions: Vec<Definition>,
    /// The notes page.
    pub notes: Vec<Note>,
    /// The tables.
    pub tables: Vec<TableJson>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableJson {
    /// Its id.
    pub id: String,
    /// Its caption.
    pub title: String,
    /// The questions that it answers.
    pub questions: Vec<String>,
    /// What one record counts.
    pub unit: String,
    /// The heading over its figures.
    pub measure: String,
    /// The definition that it counts, by id.
    pub definition: Option<String>,
    /// What becomes of records that the source system holds as cancelled; null where it does not mark them.
    pub cancelled: Option<CancelledRecords>,
    /// How many rows of the extract were rejected in the record tables that it reads.
    pub rejected: u64,
    /// Which date puts a record in a period.
    pub date_basis: Option<String>,
    /// When an age was taken.
    pub age_basis: Option<String>,
    /// What it is broken down by.
    pub dimensions: Vec<Dimension>,
    /// The shown cells, in the order of reading: row by row.
    pub cells: Vec<CellJson>,
    /// What a reader must know.
    pub notes: Vec<Note>,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellJson {
    /// One coordinate a dimension.
    pub at: Vec<CoordJson>,
    /// The figure, a decimal in text; absent when it is withheld.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Why it is withheld.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// What else a reader must know of it.
    pub marks: Vec<Mark>,
}

/// Where a cell stands on one dimension: at a category, or at the total.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CoordJson {
    /// At a category.
    Category {
        /// The dimension's id.
        dimension: String,
        /// The category's id.
        category: String,
    },
    /// Summed over all categories.
    Total {
        /// The dimension's id.
        dimension: String,
        /// Always true.
        total: bool,
    },
}

/// What `manifest.json` holds: the hashes of published bytes, and nothing that could be guessed back to records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The contract.
    pub schema: String,
    /// What wrote the release.
    pub program: Program,
    /// The published files but this one, in order of path.
    pub files: Vec<ManifestFile>,
}

/// A program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A published file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Its path in the release folder, with forward slashes.
    pub path: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// `manifest.json` for these files.
///
/// # Errors
/// Never in practice: the manifest holds nothing that JSON cannot say.
pub fn manifest_json(program: Program, files: Vec<ManifestFile>) -> Result<Vec<u8>, serde_json::Error> {
    pretty(&Manifest { schema: MANIFEST_SCHEMA.into(), program, files })
}

/// A document as `release.json` holds it.
pub fn release(document: &Document) -> ReleaseJson {
    ReleaseJson {
        schema: RELEASE_SCHEMA.into(),
        authority: document.authority.clone(),
        request: document.request.clone(),
        extract: document.extract.clone(),
        title: document.title.clone(),
        report: document.report.clone(),
        questions: document.questions.clone(),
        statements: document.statements.clone(),
        definitions: document.definitions.clone(),
        notes: document.notes.clone(),
        tables: document.tables.iter().map(table).collect(),
    }
}

/// The bytes of `release.json`.
pub(crate) fn write(document: &Document) -> Result<Vec<u8>, serde_json::Error> {
    pretty(&release(document))
}

/// A cell's place in words, for messages: `weekly, year = 2017, weeks = 23-29/03/2017`.
pub fn cell_place(table: &TableJson, at: &[CoordJson]) -> String {
    let mut place = format!("table `{}`", table.id);
    for coord in at {
        match coord {
            CoordJson::Category { dimension, category } => {
                let known = table.dimensions.iter().find(|known| known.id == *dimension);
                let label = known.and_then(|known| known.categories.iter().find(|known| known.id == *category));
                let label = label.map_or(category, |category| &category.label);
                place = format!("{place}, {dimension} = {label}");
            }
            CoordJson::Total { dimension, .. } => place = format!("{place}, {dimension} = Total"),
        }
    }
    place
}

fn table(table: &Table) -> TableJson {
    TableJson {
        id: table.id.clone(),
        title: table.title.clone(),
        questions: table.questions.clone(),
        unit: table.unit.clone(),
        measure: table.measure.clone(),
        definition: table.definition.clone(),
        cancelled: table.cancelled,
        rejected: table.rejected,
        date_basis: table.date_basis.clone(),
        age_basis: table.age_basis.clone(),
        dimensions: table.dimensions.clone(),
        cells: table.rows.iter().flat_map(|row| &row.cells).map(|cell| self::cell(table, cell)).collect(),
        notes: table.notes.clone(),
    }
}

fn cell(table: &Table, cell: &Cell) -> CellJson {
    let coord = |(dimension, coord): (&Dimension, &Coord)| match coord {
        Coord::At(position) => CoordJson::Category {
            dimension: dimension.id.clone(),
            category: dimension.categories[*position as usize].id.clone(),
        },
        Coord::Total => CoordJson::Total { dimension: dimension.id.clone(), total: true },
    };
    let (value, reason) = match cell.shown {
        Shown::Value(count) => (Some(count.to_string()), None),
        Shown::Withheld(reason) => (None, Some(reason)),
    };
    CellJson {
        at: table.dimensions.iter().zip(&cell.coords).map(coord).collect(),
        value,
        reason,
        marks: cell.marks.iter().copied().collect(),
    }
}

fn pretty<T: Serialize>(value: &T) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}
