//! Counting: a table's finest cells from one scan of the records.
//!
//! Apache DataFusion reads, joins and filters; each of its threads hands its batches to a [`tally::Counter`], which finds the
//! place of each record on each dimension and counts it. Finding places here and not in the engine keeps all that a
//! dimension can be (codes that move between groups, bands that overlap, stocks at a date) out of the query, and one
//! counter a record measured faster than the engine's grouping. Margins are sums of cells ([`Cells::figures`]).
//!
//! "Not recorded" and "not listed" have places of their own, so that no record can fall out of a table in silence. Records
//! that match but stand in no cell are counted beside the cells, by reason.

mod contributors;
mod expression;
mod list;
mod place;
mod plan;
mod tally;
mod together;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use candour_model::{Cells, Listed, Relation, Together};
use candour_spec::{ColumnRef, ListSpec, Schema, TableSpec, Tally};
use candour_wording::Language;
use datafusion::error::DataFusionError;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};
use futures::StreamExt as _;

use contributors::Asked;
use tally::{Counter, Shape, Tallying, Uncounted};
use together::{Sorter, summed};

/// The most records that a list may show.
const MOST_LISTED: usize = 50_000;

/// Record tables to count: their schema, and the Parquet file of each.
#[derive(Clone, Debug)]
pub struct Records<'r> {
    /// What they hold.
    pub schema: &'r Schema,
    /// One file a record table, in the order of the schema; columns have the schema's names.
    pub files: Vec<PathBuf>,
}

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
    /// When a file cannot be read.
    pub fn count(&self, records: &Records<'_>, table: &TableSpec) -> Result<Cells, CountError> {
        self.count_with(records, table, None)
    }

    /// Counts a table, and who makes up its sums where so many of the largest contributions are asked for
    /// ([`Cells::contributors`]).
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn count_with(
        &self,
        records: &Records<'_>,
        table: &TableSpec,
        largest: Option<usize>,
    ) -> Result<Cells, CountError> {
        let rows = table.scope.record_table;
        let person = records.schema.tables[rows].person.map(|column| ColumnRef { table: rows, column });
        let has_sums = table.quantities.iter().any(|quantity| matches!(quantity.tally, Tally::Sum { .. }));
        let asked = largest.filter(|_| has_sums).map(|largest| Asked { largest, person });
        let person = asked.and_then(|asked| asked.person);
        let shape = Shape::new(table, asked);
        let counter = || Counter::new(Arc::clone(&shape));
        let counters = self.tally(&table.id, plan::cells(records, table, person, self.context.clone()), &counter)?;
        let mut cells = Counter::finish(counters, &shape);
        if plan::has_relation(records.schema, &table.scope) {
            let rows = self.run(&table.id, plan::relation(records, &table.scope, self.context.clone()))?;
            cells.relation = Some(relation(&rows));
        }
        Ok(cells)
    }

    /// Reads the records of a list.
    ///
    /// # Errors
    /// When a file cannot be read, or when there are more records than a list may show.
    pub fn list(&self, records: &Records<'_>, list: &ListSpec, language: Language) -> Result<Listed, CountError> {
        let batches = self.collect(&list.id, plan::list(records, list, self.context.clone()))?;
        let fault = |reason: String| CountError::Engine { table: list.id.clone(), reason };
        let rows = batches.iter().map(RecordBatch::num_rows).sum::<usize>();
        if rows > MOST_LISTED {
            return Err(fault(format!("it would show {rows} records; at most {MOST_LISTED} can be listed")));
        }
        list::rows(&batches, list, records.schema, language).map_err(|_| fault(WRONG_TYPES.into()))
    }

    /// Finds which records stand alike in all tables about them: one entry for each kind of record that tables count.
    /// `contributions` asks what they contribute to sums.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn together(
        &self,
        records: &Records<'_>,
        tables: &[TableSpec],
        contributions: bool,
    ) -> Result<Vec<Together>, CountError> {
        let mut kinds: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (at, table) in tables.iter().enumerate() {
            kinds.entry((table.scope.record_table, table.counted, table.counted_by)).or_default().push(at);
        }
        let together = kinds.into_values().map(|alike| {
            let asked: Vec<&TableSpec> = alike.iter().map(|&at| &tables[at]).collect();
            let shapes: Arc<[Arc<Shape>]> = asked.iter().map(|table| Shape::new(table, None)).collect();
            let summed = if contributions { summed(&asked) } else { Vec::new() };
            let rows = asked[0].scope.record_table;
            let person = records.schema.tables[rows].person.map(|column| ColumnRef { table: rows, column });
            let person = person.filter(|_| !summed.is_empty());
            let plan = plan::together(records, &asked, person, self.context.clone());
            let sorter = || Sorter::new(Arc::clone(&shapes), summed.clone(), person);
            let sorters = self.tally(&asked[0].id, plan, &sorter)?;
            Ok(Sorter::finish(sorters, alike))
        });
        together.collect()
    }

    /// Counts the batches of a plan, one counter a thread. The engine's threads are kept apart, so that a panic in a decoder
    /// of a damaged file is an error here.
    fn tally<C: Tallying>(
        &self,
        table: &str,
        plan: impl Future<Output = Result<DataFrame, DataFusionError>> + Send + 'static,
        counter: &dyn Fn() -> C,
    ) -> Result<Vec<C>, CountError> {
        let fault = |reason: String| CountError::Engine { table: table.to_owned(), reason };
        let broke_off = |_| fault("the engine broke off: is a file damaged?".into());
        let streams = self.runtime.spawn(async move { plan.await?.execute_stream_partitioned().await });
        let streams = self.runtime.block_on(streams).map_err(broke_off)?;
        let streams = streams.map_err(|error| fault(first_line(&error)))?;
        let tasks: Vec<_> = streams
            .into_iter()
            .map(|mut stream| {
                let mut counter = counter();
                self.runtime.spawn(async move {
                    while let Some(batch) = stream.next().await {
                        let batch = batch.map_err(|error| first_line(&error))?;
                        counter.count(&batch).map_err(|reason| match reason {
                            Uncounted::WrongType => WRONG_TYPES.to_owned(),
                            Uncounted::TooManyValues => TOO_MANY_VALUES.to_owned(),
                            Uncounted::TooManyClasses => TOO_MANY_CLASSES.to_owned(),
                        })?;
                    }
                    Ok::<_, String>(counter)
                })
            })
            .collect();
        let mut counters = Vec::new();
        for task in tasks {
            counters.push(self.runtime.block_on(task).map_err(broke_off)?.map_err(fault)?);
        }
        Ok(counters)
    }

    fn collect(
        &self,
        table: &str,
        plan: impl Future<Output = Result<DataFrame, DataFusionError>> + Send + 'static,
    ) -> Result<Vec<RecordBatch>, CountError> {
        let fault = |reason: String| CountError::Engine { table: table.to_owned(), reason };
        let task = self.runtime.spawn(async move { plan.await?.collect().await });
        let batches = self.runtime.block_on(task);
        let batches = batches.map_err(|_| fault("the engine broke off: is a file damaged?".into()))?;
        batches.map_err(|error| fault(first_line(&error)))
    }

    /// Runs a plan whose columns are all whole numbers.
    fn run(
        &self,
        table: &str,
        plan: impl Future<Output = Result<DataFrame, DataFusionError>> + Send + 'static,
    ) -> Result<Vec<Vec<i64>>, CountError> {
        let batches = self.collect(table, plan)?;
        whole_numbers(&batches)
            .ok_or_else(|| CountError::Engine { table: table.to_owned(), reason: WRONG_TYPES.into() })
    }
}

const TOO_MANY_VALUES: &str =
    "a measure has more different values than can be kept: filter the table, or leave the measure out";
const TOO_MANY_CLASSES: &str = "records stand in it and in the tables beside it in more different ways than can be kept, so these tables cannot be \
     protected together: make fewer or smaller ones";
const WRONG_TYPES: &str = "the engine answered with other types than were asked for";

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

/// Rows of: children (0, 1, or 2 for more), parents.
fn relation(rows: &[Vec<i64>]) -> Relation {
    let of =
        |children: i64| -> u64 { rows.iter().filter(|row| row[0] == children).map(|row| row[1].cast_unsigned()).sum() };
    Relation { parents: of(0) + of(1) + of(2), without: of(0), several: of(2) }
}
