//! Counting: a table's finest cells from one scan of the records, by Apache DataFusion.
//!
//! A table becomes one logical plan: read the columns that it needs, join parents where it needs theirs, keep the records
//! that its filter and periods let through, turn each dimension into the position of a category, group, count. Margins
//! are not asked of the engine; they are sums of cells ([`Cells::margins`]).
//!
//! Group keys are never null: "not recorded" and "not listed" have positions of their own, so that no record can fall
//! out of a table in silence. Records that match but stand in no cell are counted beside the cells, by reason.

mod expression;
mod plan;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use candour_model::{CategoryKind, Cells, LeftOut, LeftOutReason, Relation};
use candour_records::Snapshot;
use candour_spec::{Cancelled, DimensionSource, NotRecorded, TableSpec};
use datafusion::error::DataFusionError;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};

/// Memory that the engine may use: enough for any table that can be shown.
const MEMORY: usize = 4 << 30;

/// The name of the engine's threads. A decoder may panic there on a damaged file; [`Engine::count`] tells that as an error,
/// so a program may keep such a panic from being printed.
pub const THREAD_NAME: &str = "candour-engine";

/// Why a table cannot be counted.
#[derive(Debug, thiserror::Error)]
pub enum CountError {
    /// The engine cannot be started.
    #[error("the counting engine cannot start: {0}")]
    Start(String),
    /// The engine failed, most often because a file cannot be read.
    #[error("the table `{table}` cannot be counted: {reason}")]
    Engine {
        /// The table's id.
        table: String,
        /// What the engine said.
        reason: String,
    },
}

/// An embedded engine.
pub struct Engine {
    runtime: tokio::runtime::Runtime,
    context: SessionContext,
}

impl Engine {
    /// Starts an engine in this process. It never writes to a disk: a count that does not fit in memory is an error, and no
    /// record is left behind in a file.
    ///
    /// # Errors
    /// When threads cannot be had.
    pub fn embedded() -> Result<Self, CountError> {
        let start = |reason: String| CountError::Start(reason);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_time().thread_name(THREAD_NAME).build();
        let runtime = runtime.map_err(|error| start(error.to_string()))?;
        let disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
        let environment = RuntimeEnvBuilder::new()
            .with_disk_manager_builder(disk)
            .with_memory_pool(Arc::new(GreedyMemoryPool::new(MEMORY)))
            .build_arc()
            .map_err(|error| start(error.to_string()))?;
        let mut config = SessionConfig::new();
        // Late materialisation: measured a third faster for tables about a single code.
        config.options_mut().execution.parquet.pushdown_filters = true;
        let context = SessionContext::new_with_config_rt(config, environment);
        Ok(Self { runtime, context })
    }

    /// Counts a table.
    ///
    /// # Errors
    /// When a file of the snapshot cannot be read.
    pub fn count(&self, snapshot: &Snapshot, table: &TableSpec) -> Result<Cells, CountError> {
        let rows = self.run(table, plan::cells(snapshot, table, self.context.clone()))?;
        let mut cells = sort_into_cells(table, &rows);
        if plan::has_relation(snapshot.schema(), table) {
            let rows = self.run(table, plan::relation(snapshot, table, self.context.clone()))?;
            cells.relation = Some(relation(&rows));
        }
        Ok(cells)
    }

    /// Runs a plan whose columns are all whole numbers. The engine's threads are kept apart, so that a panic in a decoder
    /// of a damaged file is an error here.
    fn run(
        &self,
        table: &TableSpec,
        plan: impl Future<Output = Result<DataFrame, DataFusionError>> + Send + 'static,
    ) -> Result<Vec<Vec<i64>>, CountError> {
        let fault = |reason: String| CountError::Engine { table: table.id.clone(), reason };
        let task = self.runtime.spawn(async move { plan.await?.collect().await });
        let batches = self.runtime.block_on(task);
        let batches = batches.map_err(|_| fault("the engine broke off: is a file damaged?".into()))?;
        let batches = batches.map_err(|error| fault(first_line(&error)))?;
        whole_numbers(&batches).ok_or_else(|| fault("the engine answered with other types than were asked for".into()))
    }
}

fn first_line(error: &DataFusionError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

/// The rows of some batches of 64-bit integers.
fn whole_numbers(batches: &[RecordBatch]) -> Option<Vec<Vec<i64>>> {
    let mut rows = Vec::new();
    for batch in batches {
        let columns: Option<Vec<_>> =
            batch.columns().iter().map(|column| column.as_primitive_opt::<Int64Type>()).collect();
        let columns = columns?;
        rows.extend((0..batch.num_rows()).map(|row| columns.iter().map(|column| column.value(row)).collect()));
    }
    Some(rows)
}

/// Puts counted rows into cells. Each row is: filter unknown (0 or 1), cancelled (0 or 1), undated (0 or 1), one position a
/// dimension that is read, and the count.
fn sort_into_cells(table: &TableSpec, rows: &[Vec<i64>]) -> Cells {
    let places: Vec<Places> = table.dimensions.iter().map(Places::of).collect();
    let mut counts: BTreeMap<Vec<u32>, u64> = BTreeMap::new();
    let mut left_out: BTreeMap<LeftOutReason, u64> = BTreeMap::new();
    for row in rows {
        let count = row.last().copied().unwrap_or(0).cast_unsigned();
        let (unknown, cancelled) = (row[0] == 1, row[1] == 1);
        let mut read = row[3..].iter();
        let found: Vec<Found> = places.iter().map(|places| places.find(&mut read)).collect();
        let undated = row[2] == 1
            || found.iter().zip(&places).any(|(found, place)| place.is_date && matches!(found, Found::NotRecorded));
        let mut leave_out = |reason| *left_out.entry(reason).or_insert(0) += count;
        if cancelled && table.cancelled == Cancelled::Excluded {
            // A record that may not have matched in the first place is not counted among the cancelled.
            if !unknown && !undated {
                leave_out(LeftOutReason::Cancelled);
            }
            continue;
        }
        if undated {
            // Whether it falls in the periods is open, so it stands in no other note; nor does one that may not match either.
            if !unknown {
                match places.iter().position(|place| place.is_date) {
                    Some(dimension) => {
                        leave_out(LeftOutReason::NotRecorded { dimension });
                        leave_out(LeftOutReason::Any);
                    }
                    None => leave_out(LeftOutReason::Undated),
                }
            }
            continue;
        }
        if unknown {
            leave_out(LeftOutReason::FilterUnknown);
            continue;
        }
        let mut any = false;
        for (dimension, found) in found.iter().enumerate() {
            match found {
                Found::Category(_) => {}
                Found::NotRecorded => leave_out(LeftOutReason::NotRecorded { dimension }),
                Found::NotListed => leave_out(LeftOutReason::NotListed { dimension }),
            }
            any |= !matches!(found, Found::Category(_));
        }
        if any {
            leave_out(LeftOutReason::Any);
            continue;
        }
        *counts.entry(key(table, &found)).or_insert(0) += count;
    }
    // Each record once is a figure of its own only where several values may be lacking together.
    let lacking = left_out.keys().filter(|reason| matches!(reason, LeftOutReason::NotRecorded { .. })).count();
    let not_listed = left_out.keys().any(|reason| matches!(reason, LeftOutReason::NotListed { .. }));
    if lacking < 2 || not_listed {
        left_out.remove(&LeftOutReason::Any);
    }
    let left_out = left_out.into_iter().map(|(reason, count)| LeftOut { reason, count }).collect();
    let dimensions = table.dimensions.iter().map(|dimension| dimension.dimension.clone()).collect();
    Cells { table: table.id.clone(), dimensions, counts, left_out, relation: None }
}

/// The positions of a cell; those of rolled-up dimensions follow from the finer ones.
fn key(table: &TableSpec, found: &[Found]) -> Vec<u32> {
    let mut key: Vec<u32> =
        found.iter().map(|found| if let Found::Category(position) = found { *position } else { 0 }).collect();
    for (at, dimension) in table.dimensions.iter().enumerate() {
        if let Some(outer) = dimension.dimension.rolls_up_to
            && let Some(parent) = dimension.dimension.categories[key[at] as usize].parent
        {
            key[outer] = parent;
        }
    }
    key
}

/// Where a record stands on a dimension.
enum Found {
    Category(u32),
    NotRecorded,
    NotListed,
}

/// How what the engine counted by becomes the position of a category.
struct Places {
    /// Nothing is read for a rolled-up dimension.
    read: bool,
    /// Whether it is the date that puts a record in a period.
    is_date: bool,
    /// Position in the code list to position of the category; looked up, never walked. None: the engine gives positions.
    by_code: Option<HashMap<i64, u32>>,
    /// The category of records without a value, if it is shown.
    not_recorded: Option<u32>,
}

impl Places {
    fn of(dimension: &candour_spec::TableDimension) -> Self {
        let by_code = match &dimension.source {
            DimensionSource::Codes { codes, .. } => Some(codes.iter().map(|code| i64::from(*code)).zip(0..).collect()),
            _ => None,
        };
        let categories = (0..).zip(&dimension.dimension.categories);
        let not_recorded = categories.into_iter().find(|(_, category)| category.kind == CategoryKind::NotRecorded);
        let not_recorded = not_recorded.map(|(at, _)| at).filter(|_| dimension.not_recorded == NotRecorded::Show);
        let is_date = dimension.source == DimensionSource::Periods;
        Self { read: dimension.source != DimensionSource::RolledUp, is_date, by_code, not_recorded }
    }

    fn find<'r>(&self, row: &mut impl Iterator<Item = &'r i64>) -> Found {
        if !self.read {
            return Found::Category(0);
        }
        let Some(&value) = row.next() else { return Found::NotListed };
        match (value, &self.by_code) {
            (expression::NOT_RECORDED, _) => self.not_recorded.map_or(Found::NotRecorded, Found::Category),
            (expression::NOT_LISTED, _) => Found::NotListed,
            (value, Some(by_code)) => by_code.get(&value).copied().map_or(Found::NotListed, Found::Category),
            (value, None) => u32::try_from(value).map_or(Found::NotListed, Found::Category),
        }
    }
}

/// Rows of: children (0, 1, or 2 for more), parents.
fn relation(rows: &[Vec<i64>]) -> Relation {
    let of =
        |children: i64| -> u64 { rows.iter().filter(|row| row[0] == children).map(|row| row[1].cast_unsigned()).sum() };
    Relation { parents: of(0) + of(1) + of(2), without: of(0), several: of(2) }
}
