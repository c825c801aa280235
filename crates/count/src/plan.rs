//! A table as a logical plan.

use std::collections::BTreeSet;
use std::path::PathBuf;

use candour_records::Snapshot;
use candour_spec::{ColumnRef, DimensionSource, Filter, Schema, TableSpec};
use datafusion::common::{Column, JoinType};
use datafusion::error::DataFusionError;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::{Case, Expr, lit};
use datafusion::prelude::{DataFrame, ParquetReadOptions, SessionContext, col};
use url::Url;

use crate::expression::{self, column, column_name};

type Planned = Result<DataFrame, DataFusionError>;

/// The record tables that a plan reads: files, and which of their columns.
struct Reads {
    tables: Vec<(PathBuf, Vec<(ColumnRef, String)>)>,
    /// For each table but the first: the columns that join it to what stands before.
    joins: Vec<(ColumnRef, ColumnRef)>,
}

/// Counts each finest cell of a table: rows of filter unknown, cancelled, undated, one position
/// a dimension, count.
pub(crate) fn cells(
    snapshot: &Snapshot,
    table: &TableSpec,
    context: SessionContext,
) -> impl Future<Output = Planned> + Send + 'static {
    let schema = snapshot.schema().clone();
    let table = table.clone();
    let reads = reads(snapshot, table.record_table, &columns_of(&table));
    async move {
        let records = scan(&context, &reads).await?;
        let records = keep(records, &table, &schema)?;
        let mut keys = vec![
            unknown(table.filter.as_ref(), &schema).alias("filter_unknown"),
            cancelled(table.cancelled_filter.as_ref(), &schema).alias("cancelled"),
            undated(&table).alias("undated"),
        ];
        let positions = table.dimensions.iter().filter_map(|dimension| expression::position(dimension, table.date));
        keys.extend(positions.enumerate().map(|(at, position)| position.alias(format!("d{at}"))));
        let names: Vec<Expr> = keys.iter().map(|key| col(key.schema_name().to_string())).collect();
        records.select(keys)?.aggregate(names, vec![count(lit(1_i64)).alias("records")])
    }
}

/// Whether the records that a table counts can be compared with the records that they hang on: only where the filter, the
/// date and the cancelled mark are all the parents'.
pub(crate) fn has_relation(schema: &Schema, table: &TableSpec) -> bool {
    let Some(_) = schema.tables[table.record_table].parent else { return false };
    table.date.is_some() && scope_columns(table).iter().all(|at| at.table != table.record_table)
}

/// Counts the parents in a table's scope by how many children they have: rows of 0, 1 or 2 (for more), parents.
pub(crate) fn relation(
    snapshot: &Snapshot,
    table: &TableSpec,
    context: SessionContext,
) -> impl Future<Output = Planned> + Send + 'static {
    let schema = snapshot.schema().clone();
    let table = table.clone();
    let link = schema.tables[table.record_table].parent;
    let parent = link.map_or(0, |link| link.table);
    let key = ColumnRef { table: parent, column: schema.tables[parent].key.unwrap_or(0) };
    let child_link = ColumnRef { table: table.record_table, column: link.map_or(0, |link| link.column) };
    let mut needed = scope_columns(&table);
    needed.insert(key);
    let parents = reads(snapshot, parent, &needed);
    let children = Reads { tables: vec![one_table(snapshot, table.record_table, [child_link])], joins: Vec::new() };
    async move {
        let parents = keep(scan(&context, &parents).await?, &table, &schema)?;
        let parents = match &table.filter {
            Some(filter) => parents.filter(expression::holds(filter, &schema))?,
            None => parents,
        };
        let parents = match table.date {
            Some(date) => parents.filter(column(date).is_not_null())?,
            None => parents,
        };
        let parents = match (table.cancelled, &table.cancelled_filter) {
            (candour_spec::Cancelled::Excluded, Some(filter)) => {
                parents.filter(cancelled(Some(filter), &schema).eq(lit(0_i64)))?
            }
            _ => parents,
        };
        let children = scan(&context, &children).await?;
        let children = children.aggregate(vec![column(child_link)], vec![count(lit(1_i64)).alias("children")])?;
        let joined = parents.join(
            children,
            JoinType::Left,
            &[column_name(key).as_str()],
            &[column_name(child_link).as_str()],
            None,
        )?;
        let several = |otherwise: Expr| {
            let none = (Box::new(col("children").is_null()), Box::new(lit(0_i64)));
            let one = (Box::new(col("children").eq(lit(1_i64))), Box::new(lit(1_i64)));
            Expr::Case(Case::new(None, vec![none, one], Some(Box::new(otherwise))))
        };
        let joined = joined.select(vec![several(lit(2_i64)).alias("several")])?;
        joined.aggregate(vec![col("several")], vec![count(lit(1_i64)).alias("parents")])
    }
}

/// Keeps the records that may match the filter and may fall in the periods; where a value is not recorded the answer is
/// open, and the record is kept to be counted as left out.
fn keep(records: DataFrame, table: &TableSpec, schema: &Schema) -> Planned {
    let mut records = records;
    if let Some(filter) = &table.filter {
        records = records.filter(Expr::Not(Box::new(expression::fails(filter, schema))))?;
    }
    if let Some(date) = table.date
        && let Some(spans) = expression::in_spans(date, &table.spans)
    {
        records = records.filter(spans.or(column(date).is_null()))?;
    }
    Ok(records)
}

/// 1 where the filter has no answer.
fn unknown(filter: Option<&Filter>, schema: &Schema) -> Expr {
    let Some(filter) = filter else { return lit(0_i64) };
    choose(vec![(expression::holds(filter, schema), 0), (expression::fails(filter, schema), 0)], 1)
}

/// 1 where the source system holds the record as cancelled.
fn cancelled(filter: Option<&Filter>, schema: &Schema) -> Expr {
    let Some(filter) = filter else { return lit(0_i64) };
    choose(vec![(expression::holds(filter, schema), 1)], 0)
}

/// 1 where the date that puts a record in the table's periods is not recorded, unless a dimension tells.
fn undated(table: &TableSpec) -> Expr {
    match table.date {
        Some(date) if !has_period_dimension(table) => choose(vec![(column(date).is_null(), 1)], 0),
        _ => lit(0_i64),
    }
}

fn has_period_dimension(table: &TableSpec) -> bool {
    table.dimensions.iter().any(|dimension| dimension.source == DimensionSource::Periods)
}

/// `CASE WHEN ... THEN number ... ELSE number END`. `IS TRUE` and its like are kept out of what is selected: the engine
/// takes them for nullable in one half of its planning and not in the other.
fn choose(when: Vec<(Expr, i64)>, otherwise: i64) -> Expr {
    let branches = when.into_iter().map(|(condition, number)| (Box::new(condition), Box::new(lit(number))));
    Expr::Case(Case::new(None, branches.collect(), Some(Box::new(lit(otherwise)))))
}

/// The columns that decide whether a record is in scope.
fn scope_columns(table: &TableSpec) -> BTreeSet<ColumnRef> {
    let filters = [&table.filter, &table.cancelled_filter].into_iter().flatten();
    filters.flat_map(Filter::columns).chain(table.date).collect()
}

/// The columns that a table's cells need.
fn columns_of(table: &TableSpec) -> BTreeSet<ColumnRef> {
    let mut columns = scope_columns(table);
    columns.extend(table.dimensions.iter().filter_map(|dimension| match &dimension.source {
        DimensionSource::Codes { column, .. }
        | DimensionSource::Texts { column }
        | DimensionSource::Flags { column }
        | DimensionSource::Bands { column } => Some(*column),
        DimensionSource::Periods | DimensionSource::RolledUp => None,
    }));
    columns
}

/// What must be read for some columns of `table` and of those that it hangs on. A parent is joined only where one of its
/// columns, or of its own parents', is needed.
fn reads(snapshot: &Snapshot, table: usize, needed: &BTreeSet<ColumnRef>) -> Reads {
    let schema = snapshot.schema();
    let lineage = schema.lineage(table);
    let last = lineage.iter().rposition(|&at| needed.iter().any(|column| column.table == at)).unwrap_or(0);
    let mut columns = needed.clone();
    let mut joins = Vec::new();
    for pair in lineage[..=last].windows(2) {
        if let (Some(link), Some(key)) = (schema.tables[pair[0]].parent, schema.tables[pair[1]].key) {
            let join = (ColumnRef { table: pair[0], column: link.column }, ColumnRef { table: pair[1], column: key });
            columns.extend([join.0, join.1]);
            joins.push(join);
        }
    }
    let tables = lineage[..=last]
        .iter()
        .map(|&at| one_table(snapshot, at, columns.iter().copied().filter(|column| column.table == at)))
        .collect();
    Reads { tables, joins }
}

fn one_table(
    snapshot: &Snapshot,
    table: usize,
    columns: impl IntoIterator<Item = ColumnRef>,
) -> (PathBuf, Vec<(ColumnRef, String)>) {
    let name = |at: ColumnRef| (at, snapshot.schema().column(at).name.clone());
    (snapshot.file(table), columns.into_iter().map(name).collect())
}

/// Reads and joins. A record whose parent is not named keeps its place, with the parent's values not recorded.
async fn scan(context: &SessionContext, reads: &Reads) -> Planned {
    let mut joined: Option<DataFrame> = None;
    for (at, (file, columns)) in reads.tables.iter().enumerate() {
        let records = read(context, file, columns).await?;
        joined = Some(match joined {
            None => records,
            Some(before) => {
                let (link, key) = &reads.joins[at - 1];
                let (link, key) = (column_name(*link), column_name(*key));
                before.join(records, JoinType::Left, &[link.as_str()], &[key.as_str()], None)?
            }
        });
    }
    joined.ok_or_else(|| DataFusionError::Plan("a table reads no records".into()))
}

async fn read(context: &SessionContext, file: &std::path::Path, columns: &[(ColumnRef, String)]) -> Planned {
    // As a URL, since a bare path would be searched for wildcards.
    let absolute = std::path::absolute(file)?;
    let url = Url::from_file_path(&absolute)
        .map_err(|()| DataFusionError::Plan(format!("`{}` has no address", absolute.display())))?;
    let records = context.read_parquet(url.as_str(), ParquetReadOptions::default()).await?;
    if columns.is_empty() {
        return Ok(records);
    }
    let chosen = columns.iter().map(|(at, name)| Expr::Column(Column::from_name(name)).alias(column_name(*at)));
    records.select(chosen.collect::<Vec<_>>())
}
