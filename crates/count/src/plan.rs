//! What is asked of the engine: read, join, filter, and hand on the columns that counting needs.

use std::collections::BTreeSet;
use std::path::PathBuf;

use candour_spec::{Cancelled, ColumnRef, DimensionSource, Filter, ListSpec, Schema, Scope, TableSpec, Tally};
use datafusion::common::{Column, JoinType};
use datafusion::error::DataFusionError;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::{Case, Expr, lit};
use datafusion::prelude::{DataFrame, ParquetReadOptions, SessionContext, col};
use url::Url;

use crate::Records;
use crate::expression::{self, column, column_name};

type Planned = Result<DataFrame, DataFusionError>;

/// The column that tells whether the filter has no answer, where there is one.
pub(crate) const UNKNOWN: &str = "unknown";
/// The column that tells whether the record is cancelled, where that matters: 1 if it is, [`MAYBE`] if that is not recorded.
pub(crate) const CANCELLED: &str = "cancelled";
/// See [`CANCELLED`].
pub(crate) const MAYBE: i64 = 2;
/// The column that tells whether a table reads the record at all (1) or not (0), where it is read for several tables.
pub(crate) const KEPT: &str = "kept";

/// The column that tells whether the filter of a dimension holds (1), fails (0) or has no answer (-1).
pub(crate) fn holds_name(dimension: usize) -> String {
    format!("holds{dimension}")
}

/// The column that tells whether a record is counted in a quantity (1) or not (0).
pub(crate) fn counts_name(quantity: usize) -> String {
    format!("counts{quantity}")
}

/// How the columns begin that one of several tables has for itself.
pub(crate) fn own_prefix(table: usize) -> String {
    format!("own{table}_")
}

/// The record tables that a plan reads: files, and which of their columns.
struct Reads {
    tables: Vec<(PathBuf, Vec<(ColumnRef, String)>)>,
    /// For each table but the first: the columns that join it to what stands before.
    joins: Vec<(ColumnRef, ColumnRef)>,
}

/// The records that a table may count, with the columns that decide where.
pub(crate) fn cells(
    records: &Records<'_>,
    table: &TableSpec,
    person: Option<ColumnRef>,
    context: SessionContext,
) -> impl Future<Output = Planned> + Send + 'static {
    let schema = records.schema.clone();
    let table = table.clone();
    let mut needed = columns_of(&table);
    needed.extend(person);
    let mut raw = raw_columns(&table);
    raw.extend(person);
    let reads = reads(records, table.scope.record_table, &needed);
    async move {
        let records = scan(&context, &reads).await?;
        let records = keep(records, &table.scope, &schema)?;
        let mut selected: Vec<Expr> = raw.into_iter().map(column).collect();
        selected.extend(answers(&table, &schema).into_iter().map(|(name, answer)| answer.alias(name)));
        if selected.is_empty() {
            // A table of nothing but all records still has rows to be counted.
            selected.push(lit(0_i64).alias(UNKNOWN));
        }
        records.select(selected)
    }
}

/// The records that any of several tables may count, all about records of one table, with the columns that decide where.
pub(crate) fn together(
    records: &Records<'_>,
    tables: &[&TableSpec],
    person: Option<ColumnRef>,
    context: SessionContext,
) -> impl Future<Output = Planned> + Send + 'static {
    let schema = records.schema.clone();
    let needed = tables.iter().flat_map(|table| columns_of(table)).chain(person).collect();
    let raw: BTreeSet<ColumnRef> = tables.iter().flat_map(|table| raw_columns(table)).chain(person).collect();
    let reads = reads(records, tables.first().map_or(0, |table| table.scope.record_table), &needed);
    let tables: Vec<TableSpec> = tables.iter().map(|&table| table.clone()).collect();
    async move {
        let mut records = scan(&context, &reads).await?;
        let kept: Vec<Option<Expr>> = tables.iter().map(|table| kept(&table.scope, &schema)).collect();
        if let Some(kept) = kept.iter().cloned().collect::<Option<Vec<_>>>() {
            records = records.filter(expression::any(kept))?;
        }
        let mut selected: Vec<Expr> = raw.into_iter().map(column).collect();
        for (at, (table, kept)) in tables.iter().zip(kept).enumerate() {
            let kept = kept.map(|kept| (KEPT.to_owned(), choose(vec![(kept, 1)], 0)));
            let own = answers(table, &schema).into_iter().chain(kept);
            selected.extend(own.map(|(name, answer)| answer.alias(format!("{}{name}", own_prefix(at)))));
        }
        if selected.is_empty() {
            selected.push(lit(0_i64).alias(UNKNOWN));
        }
        records.select(selected)
    }
}

/// The records that a list may show, with its columns.
pub(crate) fn list(
    records: &Records<'_>,
    list: &ListSpec,
    context: SessionContext,
) -> impl Future<Output = Planned> + Send + 'static {
    let schema = records.schema.clone();
    let list = list.clone();
    let mut raw: BTreeSet<ColumnRef> = list.columns.iter().map(|listed| listed.column).collect();
    raw.extend(list.scope.date);
    let mut needed = scope_columns(&list.scope);
    needed.extend(raw.iter().copied());
    let reads = reads(records, list.scope.record_table, &needed);
    async move {
        let records = scan(&context, &reads).await?;
        let records = keep(records, &list.scope, &schema)?;
        let mut selected: Vec<Expr> = raw.into_iter().map(column).collect();
        selected.extend(states(&list.scope, &schema).into_iter().map(|(name, state)| state.alias(name)));
        records.select(selected)
    }
}

/// Whether the records that a table counts can be compared with the records that they hang on: only where the filter, the
/// date and the cancelled mark are all the parents'.
pub(crate) fn has_relation(schema: &Schema, scope: &Scope) -> bool {
    let Some(_) = schema.tables[scope.record_table].parent else { return false };
    scope.date.is_some() && scope_columns(scope).iter().all(|at| at.table != scope.record_table)
}

/// Counts the parents in a table's scope by how many children they have: rows of 0, 1 or 2 (for more), parents.
pub(crate) fn relation(
    records: &Records<'_>,
    scope: &Scope,
    context: SessionContext,
) -> impl Future<Output = Planned> + Send + 'static {
    let schema = records.schema.clone();
    let scope = scope.clone();
    let link = schema.tables[scope.record_table].parent;
    let parent = link.map_or(0, |link| link.table);
    let key = ColumnRef { table: parent, column: schema.tables[parent].key.unwrap_or(0) };
    let child_link = ColumnRef { table: scope.record_table, column: link.map_or(0, |link| link.column) };
    let mut needed = scope_columns(&scope);
    needed.insert(key);
    let parents = reads(records, parent, &needed);
    let children = Reads { tables: vec![one_table(records, scope.record_table, [child_link])], joins: Vec::new() };
    async move {
        let parents = keep(scan(&context, &parents).await?, &scope, &schema)?;
        let parents = match &scope.filter {
            Some(filter) => parents.filter(expression::holds(filter, &schema))?,
            None => parents,
        };
        let parents = match scope.date {
            Some(date) => parents.filter(column(date).is_not_null())?,
            None => parents,
        };
        let parents = match (scope.cancelled, &scope.cancelled_filter) {
            (Cancelled::Excluded, Some(filter)) => parents.filter(cancelled(filter, &schema).not_eq(lit(1_i64)))?,
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
fn keep(records: DataFrame, scope: &Scope, schema: &Schema) -> Planned {
    match kept(scope, schema) {
        Some(kept) => records.filter(kept),
        None => Ok(records),
    }
}

fn kept(scope: &Scope, schema: &Schema) -> Option<Expr> {
    let matches = scope.filter.iter().map(|filter| Expr::Not(Box::new(expression::fails(filter, schema))));
    let falls = scope.date.and_then(|date| {
        let spans = expression::in_spans(date, &scope.spans, schema)?;
        Some(spans.or(column(date).is_null()))
    });
    matches.chain(falls).reduce(Expr::and)
}

/// What is to be known of each record besides its values.
fn states(scope: &Scope, schema: &Schema) -> Vec<(String, Expr)> {
    let mut states = Vec::new();
    if let Some(filter) = &scope.filter {
        let known = vec![(expression::holds(filter, schema), 0), (expression::fails(filter, schema), 0)];
        states.push((UNKNOWN.to_owned(), choose(known, 1)));
    }
    if let (Cancelled::Excluded, Some(filter)) = (scope.cancelled, &scope.cancelled_filter) {
        states.push((CANCELLED.to_owned(), cancelled(filter, schema)));
    }
    states
}

/// What a table asks of each record that the engine answers, by the name of the column.
fn answers(table: &TableSpec, schema: &Schema) -> Vec<(String, Expr)> {
    let mut answers = states(&table.scope, schema);
    for (at, dimension) in table.dimensions.iter().enumerate() {
        if let DimensionSource::Holds { filter } = &dimension.source {
            let both = vec![(expression::holds(filter, schema), 1), (expression::fails(filter, schema), 0)];
            answers.push((holds_name(at), choose(both, -1)));
        }
    }
    for (at, quantity) in table.quantities.iter().enumerate() {
        if let Tally::Undecided { filter } = &quantity.tally {
            let known = vec![(expression::holds(filter, schema), 0), (expression::fails(filter, schema), 0)];
            answers.push((counts_name(at), choose(known, 1)));
        } else if let Some(filter) = &quantity.filter {
            answers.push((counts_name(at), choose(vec![(expression::holds(filter, schema), 1)], 0)));
        }
    }
    answers
}

/// The columns of a table whose values are handed on.
fn raw_columns(table: &TableSpec) -> BTreeSet<ColumnRef> {
    let mut raw: BTreeSet<ColumnRef> = table.scope.date.into_iter().chain(table.counted_by).collect();
    for dimension in table.dimensions.iter().map(|dimension| &dimension.source) {
        if !matches!(dimension, DimensionSource::Holds { .. }) {
            raw.extend(dimension.columns());
        }
    }
    raw.extend(table.quantities.iter().flat_map(|quantity| quantity.tally.columns()));
    raw
}

/// 1 where the source system holds the record as cancelled, 0 where it does not.
fn cancelled(filter: &Filter, schema: &Schema) -> Expr {
    choose(vec![(expression::holds(filter, schema), 1), (expression::fails(filter, schema), 0)], MAYBE)
}

/// `CASE WHEN ... THEN number ... ELSE number END`. `IS TRUE` and its like are kept out of what is selected: the engine
/// takes them for nullable in one half of its planning and not in the other.
fn choose(when: Vec<(Expr, i64)>, otherwise: i64) -> Expr {
    let branches = when.into_iter().map(|(condition, number)| (Box::new(condition), Box::new(lit(number))));
    Expr::Case(Case::new(None, branches.collect(), Some(Box::new(lit(otherwise)))))
}

/// The columns that decide whether a record is in scope.
fn scope_columns(scope: &Scope) -> BTreeSet<ColumnRef> {
    let filters = [&scope.filter, &scope.cancelled_filter].into_iter().flatten();
    filters.flat_map(Filter::columns).chain(scope.date).collect()
}

/// The columns that a table's cells need.
fn columns_of(table: &TableSpec) -> BTreeSet<ColumnRef> {
    let mut columns = scope_columns(&table.scope);
    columns.extend(table.counted_by);
    columns.extend(table.dimensions.iter().flat_map(|dimension| dimension.source.columns()));
    for quantity in &table.quantities {
        columns.extend(quantity.tally.columns());
        columns.extend(quantity.filter.iter().flat_map(Filter::columns));
        if let Tally::Undecided { filter } = &quantity.tally {
            columns.extend(filter.columns());
        }
    }
    columns
}

/// What must be read for some columns of `table` and of those that it hangs on. A parent is joined only where one of its
/// columns, or of its own parents', is needed.
fn reads(records: &Records<'_>, table: usize, needed: &BTreeSet<ColumnRef>) -> Reads {
    let schema = records.schema;
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
        .map(|&at| one_table(records, at, columns.iter().copied().filter(|column| column.table == at)))
        .collect();
    Reads { tables, joins }
}

fn one_table(
    records: &Records<'_>,
    table: usize,
    columns: impl IntoIterator<Item = ColumnRef>,
) -> (PathBuf, Vec<(ColumnRef, String)>) {
    let name = |at: ColumnRef| (at, records.schema.column(at).name.clone());
    (records.files[table].clone(), columns.into_iter().map(name).collect())
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
