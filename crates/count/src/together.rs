//! How records stand in several tables at once: one scan for all tables of a release that are about records of one kind.
//!
//! A class is the records that stand alike in every table. So there are no more classes than cells of the tables crossed,
//! and mostly far fewer than records.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array as _, RecordBatch};
use arrow::datatypes::{Field, Schema as Fields};
use candour_model::{Class, Contribution, LeftOutReason, Standing, Summed, Together};
use candour_spec::{ColumnRef, Number, TableSpec, Tally};

use crate::place::{FIRST_SPECIAL, OUT_OF_SCOPE, WrongType, raw};
use crate::plan::{CANCELLED, KEPT, UNKNOWN, counts_name, own_prefix};
use crate::tally::{LeftOutKey, MOST_VALUES, Shape, Tallying, Uncounted, measurable, reasons_of, state};

/// So many classes are told apart; more would fill the memory.
const MOST_CLASSES: usize = 20 << 20;

/// What one thread has found.
pub(crate) struct Sorter {
    shapes: Arc<[Arc<Shape>]>,
    /// One entry a table: how records stand in it, written as numbers, and the number of each way.
    standings: Vec<HashMap<Vec<u32>, u32>>,
    /// The number of each class, and how many records are in it.
    classes: HashMap<Vec<u32>, (u32, u64)>,
    /// What is summed up, and what is contributed to it, by the number of the class.
    summed: Vec<(Asked, Vec<Contribution>)>,
    person: Option<ColumnRef>,
}

/// A number that several tables sum up: which, and the position of each sum as that of its table and in it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    number: Number,
    sums: Vec<(usize, usize)>,
}

/// The numbers that tables sum up, each once.
pub(crate) fn summed(tables: &[&TableSpec]) -> Vec<Asked> {
    let mut found: Vec<Asked> = Vec::new();
    for (table, spec) in tables.iter().enumerate() {
        for (at, quantity) in spec.quantities.iter().enumerate() {
            let Tally::Sum { number } = &quantity.tally else { continue };
            match found.iter_mut().find(|asked| asked.number == *number) {
                Some(asked) => asked.sums.push((table, at)),
                None => found.push(Asked { number: number.clone(), sums: vec![(table, at)] }),
            }
        }
    }
    found
}

/// In a standing that is written as numbers, what comes next: a cell, or why it has none.
const CELL: u32 = 0;
const LEFT_OUT: u32 = 1;

impl Sorter {
    pub(crate) fn new(shapes: Arc<[Arc<Shape>]>, summed: Vec<Asked>, person: Option<ColumnRef>) -> Self {
        let standings = shapes.iter().map(|_| HashMap::new()).collect();
        let summed = summed.into_iter().map(|asked| (asked, Vec::new())).collect();
        Self { shapes, standings, classes: HashMap::new(), summed, person }
    }

    /// Joins what several threads found; `tables` are the positions of the tables in the release.
    pub(crate) fn finish(sorters: Vec<Self>, tables: Vec<usize>) -> Together {
        let Some(shapes) = sorters.first().map(|sorter| Arc::clone(&sorter.shapes)) else { return Together::default() };
        // In order, so that nothing depends on which thread came first.
        let standings: Vec<Vec<Standing>> = (0..shapes.len())
            .map(|at| {
                let written = sorters.iter().flat_map(|sorter| sorter.standings[at].keys());
                let mut standings: Vec<Standing> = written.map(|written| standing(&shapes[at], written)).collect();
                standings.sort_unstable();
                standings.dedup();
                standings
            })
            .collect();
        let mut counts: HashMap<Vec<u32>, u64> = HashMap::new();
        // For each thread, its classes as all threads know them.
        let mut called: Vec<HashMap<u32, Vec<u32>>> = Vec::new();
        for sorter in &sorters {
            let numbers: Vec<Vec<u32>> = (0..shapes.len())
                .map(|at| {
                    let mut numbers = vec![0; sorter.standings[at].len()];
                    #[expect(clippy::iter_over_hash_type, reason = "each number has a place of its own")]
                    for (written, &own) in &sorter.standings[at] {
                        let found = standings[at].binary_search(&standing(&shapes[at], written));
                        numbers[own as usize] = found.map_or(0, |found| u32::try_from(found).unwrap_or(u32::MAX));
                    }
                    numbers
                })
                .collect();
            let mut own_classes = HashMap::new();
            #[expect(clippy::iter_over_hash_type, reason = "sums do not depend on the order of what is added")]
            for (class, &(own, count)) in &sorter.classes {
                let class: Vec<u32> = class.iter().zip(&numbers).map(|(own, numbers)| numbers[*own as usize]).collect();
                *counts.entry(class.clone()).or_insert(0) += count;
                own_classes.insert(own, class);
            }
            called.push(own_classes);
        }
        let mut classes: Vec<Class> = counts.into_iter().map(|(standings, count)| Class { standings, count }).collect();
        classes.sort_unstable();
        let position = |class: &Vec<u32>| {
            let found = classes.binary_search_by(|known| known.standings.cmp(class));
            found.map_or(0, |found| u32::try_from(found).unwrap_or(u32::MAX))
        };
        let positions: Vec<HashMap<u32, u32>> =
            called.iter().map(|called| called.iter().map(|(&own, class)| (own, position(class))).collect()).collect();
        let asked: Vec<Asked> = sorters
            .first()
            .map_or_else(Vec::new, |first| first.summed.iter().map(|(asked, _)| asked.clone()).collect());
        let summed = asked.into_iter().enumerate().map(|(at, asked)| {
            let of_threads = sorters.iter().zip(&positions).flat_map(|(sorter, positions)| {
                let known = |one: &Contribution| Contribution { class: positions[&one.class], ..*one };
                sorter.summed[at].1.iter().map(known)
            });
            let mut contributions: Vec<Contribution> = of_threads.collect();
            join(&mut contributions);
            Summed { sums: asked.sums.iter().map(|&(table, at)| (tables[table], at)).collect(), contributions }
        });
        let summed = summed.collect();
        Together { tables, standings, classes, summed }
    }
}

/// Joins what one person contributes to one class; records that name nobody stay apart.
fn join(contributions: &mut Vec<Contribution>) {
    contributions.sort_unstable();
    contributions.dedup_by(|later, earlier| {
        let alike = later.person.is_some() && (later.class, later.person) == (earlier.class, earlier.person);
        if alike {
            earlier.value += later.value;
        }
        alike
    });
}

impl Tallying for Sorter {
    fn count(&mut self, batch: &RecordBatch) -> Result<(), Uncounted> {
        let shapes = Arc::clone(&self.shapes);
        let numbers = shapes.iter().enumerate().zip(&mut self.standings);
        let numbers = numbers
            .map(|((at, shape), standings)| stand(&own_columns(batch, at)?, shape, standings))
            .collect::<Result<Vec<_>, _>>()?;
        let values = self.summed.iter().map(|(asked, _)| measurable(batch, &asked.number));
        let values = values.collect::<Result<Vec<_>, _>>()?;
        let people = match self.person {
            // The names of the first table serve all of them, and all threads.
            Some(person) => Some(shapes[0].people(batch, person)?),
            None => None,
        };
        let mut class = vec![0; numbers.len()];
        for row in 0..batch.num_rows() {
            class.iter_mut().zip(&numbers).for_each(|(number, numbers)| *number = numbers[row]);
            let number = match self.classes.get_mut(&class) {
                Some((number, count)) => {
                    *count += 1;
                    *number
                }
                None => {
                    let next = u32::try_from(self.classes.len()).unwrap_or(u32::MAX);
                    self.classes.insert(class.clone(), (next, 1));
                    next
                }
            };
            for ((_, contributions), values) in self.summed.iter_mut().zip(&values) {
                if let Some(value) = values[row] {
                    let person = people.as_ref().and_then(|people| people[row]);
                    contributions.push(Contribution { class: number, person, value: i128::from(value) });
                }
            }
        }
        if self.summed.iter().any(|(_, contributions)| contributions.len() > MOST_VALUES) {
            return Err(Uncounted::TooManyValues);
        }
        if self.classes.len() > MOST_CLASSES { Err(Uncounted::TooManyClasses) } else { Ok(()) }
    }
}

/// The batch as the plan of one table would hand it on.
fn own_columns(batch: &RecordBatch, table: usize) -> Result<RecordBatch, WrongType> {
    let prefix = own_prefix(table);
    let fields = batch.schema();
    let fields = fields.fields().iter().map(|field| match field.name().strip_prefix(&prefix) {
        Some(name) => Arc::new(Field::clone(field).with_name(name)),
        None => Arc::clone(field),
    });
    let fields = Arc::new(Fields::new(fields.collect::<Vec<_>>()));
    RecordBatch::try_new(fields, batch.columns().to_vec()).map_err(|_| WrongType)
}

/// The number of how each record stands in a table.
fn stand(batch: &RecordBatch, shape: &Shape, standings: &mut HashMap<Vec<u32>, u32>) -> Result<Vec<u32>, WrongType> {
    let rows = batch.num_rows();
    let runs =
        (0..shape.runs()).map(|run| shape.find(batch, run)).collect::<Result<Vec<Vec<Vec<u32>>>, WrongType>>()?;
    let [kept, unknown, cancelled] = [KEPT, UNKNOWN, CANCELLED].map(|name| state(batch, name));
    let (kept, unknown, cancelled) = (kept?, unknown?, cancelled?);
    let dates = shape.table().scope.date.map(|date| raw(batch, date)).transpose()?;
    let counted = counted(batch, shape)?;
    let is = |state: Option<&[i64]>, row: usize| state.is_some_and(|state| state[row] == 1);
    let mut written: Vec<u32> = Vec::new();
    let mut numbers = Vec::with_capacity(rows);
    for row in 0..rows {
        written.clear();
        let (mut in_a_cell, mut told) = (false, false);
        for places in runs.iter().filter(|_| kept.is_none_or(|kept| kept[row] == 1)) {
            if places.iter().any(|places| places[row] == OUT_OF_SCOPE) {
                continue;
            }
            let undated = dates.is_some_and(|dates| dates.is_null(row));
            let state = [is(unknown, row), is(cancelled, row), undated];
            if state == [false; 3] && places.iter().all(|places| places[row] < FIRST_SPECIAL) {
                in_a_cell = true;
                written.push(CELL);
                written.extend(places.iter().map(|places| places[row]));
            } else if !told {
                told = true;
                written.push(LEFT_OUT);
                written.extend(state.map(u32::from));
                written.extend(places.iter().map(|places| places[row]));
            }
        }
        // What is counted besides is told of those that stand in a cell.
        if in_a_cell {
            written.extend(counted.iter().filter(|(_, counts)| counts[row]).map(|(at, _)| FIRST_SPECIAL - 1 - at));
        }
        let next = u32::try_from(standings.len()).unwrap_or(u32::MAX);
        numbers.push(match standings.get(&written) {
            Some(number) => *number,
            None => {
                standings.insert(written.clone(), next);
                next
            }
        });
    }
    Ok(numbers)
}

/// For each quantity that is a number of records and adds up, for each sum and for each number of different things: which
/// records it counts, or which contribute to it.
fn counted(batch: &RecordBatch, shape: &Shape) -> Result<Vec<(u32, Vec<bool>)>, WrongType> {
    let mut counted = Vec::new();
    for (at, quantity) in shape.table().quantities.iter().enumerate().skip(1) {
        let is_made_of_some = matches!(quantity.tally, Tally::Sum { .. } | Tally::Distinct { .. });
        if !quantity.facts.counts_records() && !is_made_of_some {
            continue;
        }
        let chosen = match &quantity.filter {
            Some(_) => Some(state(batch, &counts_name(at))?.ok_or(WrongType)?),
            None => None,
        };
        let mut counts: Vec<bool> = match &quantity.tally {
            Tally::Present { number } | Tally::Sum { number } => {
                measurable(batch, number)?.iter().map(Option::is_some).collect()
            }
            Tally::Distinct { column } => {
                let named = raw(batch, *column)?;
                (0..named.len()).map(|row| named.is_valid(row)).collect()
            }
            _ => vec![true; batch.num_rows()],
        };
        if let Some(chosen) = chosen {
            counts.iter_mut().zip(chosen).for_each(|(counts, chosen)| *counts &= *chosen == 1);
        }
        counted.push((u32::try_from(at).unwrap_or(0), counts));
    }
    Ok(counted)
}

/// What is written of a standing.
fn standing(shape: &Shape, written: &[u32]) -> Standing {
    let dimensions = shape.table().dimensions.len();
    let mut standing = Standing::default();
    let mut rest = written;
    while let Some((&next, after)) = rest.split_first() {
        match next {
            CELL => {
                let (cell, after) = after.split_at(dimensions);
                standing.cells.push(cell.to_vec());
                rest = after;
            }
            LEFT_OUT => {
                let (state, after) = after.split_at(3);
                let (places, after) = after.split_at(dimensions);
                let [unknown, cancelled, undated] = [0, 1, 2].map(|at| state[at] == 1);
                let special = places.iter().map(|place| (*place).max(FIRST_SPECIAL)).collect();
                let key = LeftOutKey { unknown, cancelled, undated, places: special };
                standing.left_out = reasons_of(shape, &key);
                if standing.left_out.contains(&LeftOutReason::Any) {
                    let lacks = |dimension: usize| LeftOutReason::NotRecorded { dimension };
                    let undated = |at: usize| undated && standing.left_out.contains(&lacks(at));
                    let place =
                        |(at, place): (usize, &u32)| Some(*place).filter(|_| !undated(at) && *place < FIRST_SPECIAL);
                    standing.lacking = Some(places.iter().enumerate().map(place).collect());
                }
                rest = after;
            }
            quantity => {
                standing.counted.push((FIRST_SPECIAL - 1 - quantity) as usize);
                rest = after;
            }
        }
    }
    standing
}
