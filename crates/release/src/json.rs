//! `release.json`: everything in the release, as data, for programs. Its form is a promise: see `docs/release-json.md` and
//! `docs/schemas/release.schema.json`. It only grows.

use candour_model::{
    Cell, Coord, Dimension, Document, DocumentFacts, Mark, RELEASE_SCHEMA, Reason, RecordList, Shown, Table, TableFacts,
};
use serde::{Deserialize, Serialize};

/// The `schema` of `manifest.json`.
const MANIFEST_SCHEMA: &str = "candour/manifest/1";

/// What `release.json` holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseJson {
    /// The contract.
    pub schema: String,
    /// All but the tables.
    #[serde(flatten)]
    pub about: DocumentFacts,
    /// The tables.
    pub tables: Vec<TableJson>,
    /// The record lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<RecordList>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableJson {
    /// What it says of itself.
    #[serde(flatten)]
    pub about: TableFacts,
    /// The shown cells, in the order of reading: row by row.
    pub cells: Vec<CellJson>,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellJson {
    /// One coordinate a dimension.
    pub at: Vec<CoordJson>,
    /// The id of what it measures.
    #[serde(default)]
    pub measure: String,
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
    /// Over the categories that are not shown on their own.
    Rest {
        /// The dimension's id.
        dimension: String,
        /// Always true.
        rest: bool,
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
        about: document.about.clone(),
        tables: document.tables.iter().map(table).collect(),
        lists: document.lists.clone(),
    }
}

/// The bytes of `release.json`.
pub(crate) fn write(document: &Document) -> Result<Vec<u8>, serde_json::Error> {
    pretty(&release(document))
}

/// A cell's place in words, for messages: `weekly, year = 2017, weeks = 23-29/03/2017`.
pub fn cell_place(table: &TableJson, cell: &CellJson) -> String {
    let mut place = format!("table `{}`", table.about.id);
    if table.about.measures.len() > 1 {
        place = format!("{place}, {}", cell.measure);
    }
    for coord in &cell.at {
        match coord {
            CoordJson::Category { dimension, category } => {
                let known = table.about.dimensions.iter().find(|known| known.id == *dimension);
                let label = known.and_then(|known| known.categories.iter().find(|known| known.id == *category));
                let label = label.map_or(category, |category| &category.label);
                place = format!("{place}, {dimension} = {label}");
            }
            CoordJson::Total { dimension, .. } => place = format!("{place}, {dimension} = Total"),
            CoordJson::Rest { dimension, .. } => place = format!("{place}, {dimension} = the others"),
        }
    }
    place
}

fn table(table: &Table) -> TableJson {
    let cells = table.rows.iter().flat_map(|row| &row.cells).map(|cell| self::cell(table, cell));
    TableJson { about: table.about.clone(), cells: cells.collect() }
}

fn cell(table: &Table, cell: &Cell) -> CellJson {
    let coord = |(dimension, coord): (&Dimension, &Coord)| match coord {
        Coord::At(position) => CoordJson::Category {
            dimension: dimension.id.clone(),
            category: dimension.categories[*position as usize].id.clone(),
        },
        Coord::Total => CoordJson::Total { dimension: dimension.id.clone(), total: true },
        Coord::Rest => CoordJson::Rest { dimension: dimension.id.clone(), rest: true },
    };
    let (value, reason) = match cell.shown {
        Shown::Value(value) => (Some(value.to_string()), None),
        Shown::Withheld(reason) => (None, Some(reason)),
    };
    CellJson {
        at: table.about.dimensions.iter().zip(&cell.coords).map(coord).collect(),
        measure: table.about.measures[cell.measure].id.clone(),
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
