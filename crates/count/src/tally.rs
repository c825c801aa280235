//! Counting the records of batches into finest cells.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{Array as _, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Int32Type, Int64Type};
use candour_model::{Apart, Cells, Grid, LeftOut, LeftOutReason, grid};
use candour_spec::{Cancelled, ColumnRef, DimensionSource, Number, TableSpec, Tally};

use crate::contributors::{Asked, Gathered, Wanted, wanted};
use crate::place::{BACKWARDS, FIRST_SPECIAL, NOT_LISTED, NOT_RECORDED, OUT_OF_SCOPE, Places, WrongType};
use crate::place::{Run, decimals, numbers, raw, runs, texts};
use crate::plan::{CANCELLED, MAYBE, UNKNOWN, counts_name};

/// Finest cells are counted by position up to so many bytes of counters a thread, which measured several times faster.
const DENSE_BYTES: u64 = 64 << 20;
/// So many different values of one quantity by cell are kept; more would fill the memory.
pub(crate) const MOST_VALUES: usize = 100 << 20;
/// So many values are gathered before those that are alike are joined.
const GATHERED: usize = 2 << 20;

/// What every thread must know of the table.
pub(crate) struct Shape {
    table: TableSpec,
    places: Vec<Places>,
    /// How often each record is looked at: once, or once for each run of a stock's days.
    runs: usize,
    sizes: Vec<u32>,
    /// The finest dimension of periods, which is the one that an undated record lacks.
    date_dimension: Option<usize>,
    names: Names,
    /// Whose contributions to sums are gathered, and of which sums.
    contributors: Option<(Asked, Vec<Wanted>)>,
}

/// What a thread does with the batches that the engine hands it.
pub(crate) trait Tallying: Send + 'static {
    /// Takes a batch in.
    fn count(&mut self, batch: &RecordBatch) -> Result<(), Uncounted>;
}

/// Numbers for keys that are not numbers, the same in all threads.
#[derive(Default)]
struct Names(Mutex<HashMap<Vec<u8>, i64>>);

impl Shape {
    pub(crate) fn new(table: &TableSpec, contributors: Option<Asked>) -> Arc<Self> {
        let runs: Option<Vec<Run>> = runs(table);
        let places = table.dimensions.iter().enumerate();
        let places = places.map(|(at, dimension)| Places::of(dimension, at, runs.as_deref())).collect();
        let of_days = |at: &usize| matches!(&table.dimensions[*at].source, DimensionSource::Days { column, .. } if Some(*column) == table.scope.date);
        Arc::new(Self {
            places,
            runs: runs.map_or(1, |runs| runs.len()),
            sizes: table.dimensions.iter().map(|dimension| dimension.atoms.count()).collect(),
            date_dimension: (0..table.dimensions.len()).rev().find(of_days),
            names: Names::default(),
            contributors: contributors.map(|asked| (asked, wanted(table))).filter(|(_, wanted)| !wanted.is_empty()),
            table: table.clone(),
        })
    }

    pub(crate) fn table(&self) -> &TableSpec {
        &self.table
    }

    pub(crate) fn runs(&self) -> usize {
        self.runs
    }

    /// Whom each record names: the same number for the same person in all threads.
    pub(crate) fn people(&self, batch: &RecordBatch, person: ColumnRef) -> Result<Vec<Option<i64>>, WrongType> {
        self.names.of(raw(batch, person)?)
    }

    /// The places of the records of a batch in one run of a stock's days, or their only ones: one entry a dimension.
    pub(crate) fn find(&self, batch: &RecordBatch, run: usize) -> Result<Vec<Vec<u32>>, WrongType> {
        self.places.iter().map(|places| places.find(batch, run)).collect()
    }
}

/// Why a batch cannot be counted.
#[derive(Debug)]
pub(crate) enum Uncounted {
    /// A column has another type than the schema says.
    WrongType,
    /// There are more different values than can be kept.
    TooManyValues,
    /// Records stand in more different ways than can be kept.
    TooManyClasses,
}

impl From<WrongType> for Uncounted {
    fn from(_: WrongType) -> Self {
        Self::WrongType
    }
}

/// What one thread has counted.
pub(crate) struct Counter {
    shape: Arc<Shape>,
    slots: Slots,
    /// Records a slot.
    records: Vec<u64>,
    /// The other quantities that add up, a slot.
    sums: Vec<i128>,
    /// The quantities that do not, each as what it is to be worked out of.
    bags: Vec<Bag>,
    /// Contributions to sums, in the order in which they are wanted.
    contributors: Vec<Gathered>,
    left_out: HashMap<LeftOutKey, u64>,
    /// Records that are counted, and of which it is not recorded whether they are cancelled.
    maybe_cancelled: u64,
    /// Where a unit is counted by what hangs on it: of which of its records the rows are that are, or may be, cancelled.
    cancelled_units: CancelledUnits,
}

/// Records of a unit by why their rows are left out, or in doubt.
type CancelledUnits = BTreeMap<LeftOutReason, BTreeSet<i64>>;

/// Which slot a finest cell has.
enum Slots {
    Dense,
    Sparse(HashMap<u64, usize>),
}

/// Why a record is left out: filter unknown, cancelled, undated, and what each dimension says.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct LeftOutKey {
    pub(crate) unknown: bool,
    pub(crate) cancelled: bool,
    pub(crate) undated: bool,
    pub(crate) places: Vec<u32>,
}

/// The values of a quantity by finest cell: cell, value, how often.
#[derive(Default)]
struct Bag {
    values: Vec<(u64, i64, u64)>,
    joined: usize,
}

impl Bag {
    fn push(&mut self, cell: u64, value: i64) {
        self.values.push((cell, value, 1));
        if self.values.len() > 2 * self.joined + GATHERED {
            join(&mut self.values);
            self.joined = self.values.len();
        }
    }
}

/// Joins entries of the same cell and value.
fn join(values: &mut Vec<(u64, i64, u64)>) {
    values.sort_unstable();
    values.dedup_by(|later, earlier| {
        let alike = (later.0, later.1) == (earlier.0, earlier.1);
        if alike {
            earlier.2 += later.2;
        }
        alike
    });
}

impl Tallying for Counter {
    fn count(&mut self, batch: &RecordBatch) -> Result<(), Uncounted> {
        let shape = Arc::clone(&self.shape);
        let known = Known {
            unknown: state(batch, UNKNOWN)?,
            cancelled: state(batch, CANCELLED)?,
            dates: match shape.table.scope.date {
                Some(date) => Some(raw(batch, date)?).filter(|dates| dates.null_count() > 0),
                None => None,
            },
            units: match shape.table.counted_by {
                Some(column) if shape.table.scope.cancelled == Cancelled::Excluded => {
                    Some(shape.names.of(raw(batch, column)?)?)
                }
                _ => None,
            },
            people: match shape.contributors.as_ref().and_then(|(asked, _)| asked.person) {
                Some(person) => Some(shape.people(batch, person)?),
                None => None,
            },
            measured: Measured::of(batch, &shape)?,
        };
        // What is told beside the cells is told of each record once, in however many runs it stands.
        let mut told = Told { counted: vec![false; batch.num_rows()], left_out: vec![false; batch.num_rows()] };
        for run in 0..shape.runs {
            let places = shape.find(batch, run)?;
            self.count_run(&places, &known, &mut told);
        }
        if self.bags.iter().any(|bag| bag.joined > MOST_VALUES)
            || self.contributors.iter().any(|gathered| gathered.len() > MOST_VALUES)
        {
            return Err(Uncounted::TooManyValues);
        }
        Ok(())
    }
}

impl Counter {
    pub(crate) fn new(shape: Arc<Shape>) -> Self {
        let quantities = &shape.table.quantities;
        let adding = quantities.iter().filter(|quantity| quantity.facts.adds).count() - 1;
        let bytes_a_cell = (size_of::<u64>() + adding * size_of::<i128>()) as u64;
        let dense = grid::key_count(&shape.sizes).filter(|cells| *cells <= DENSE_BYTES / bytes_a_cell);
        let dense = dense.and_then(|cells| usize::try_from(cells).ok());
        let bags = quantities.iter().filter(|quantity| !quantity.facts.adds).map(|_| Bag::default()).collect();
        let (slots, records) = match dense {
            Some(cells) => (Slots::Dense, vec![0; cells]),
            None => (Slots::Sparse(HashMap::new()), Vec::new()),
        };
        let sums = vec![0; records.len() * adding];
        let (left_out, cancelled_units) = (HashMap::new(), BTreeMap::new());
        let contributors = shape.contributors.iter().flat_map(|(_, wanted)| wanted).map(|_| Gathered::default());
        let contributors = contributors.collect();
        Self { shape, slots, records, sums, bags, contributors, left_out, maybe_cancelled: 0, cancelled_units }
    }

    /// Counts records at the places that they have in one run of a stock's days, or at their only ones.
    fn count_run(&mut self, places: &[Vec<u32>], known: &Known<'_>, told: &mut Told) {
        let rows = told.counted.len();
        // The cell of each record; None of those that stand in none.
        let mut cells: Vec<u64> = vec![0; rows];
        let mut sound: Vec<bool> = vec![true; rows];
        for (places, size) in places.iter().zip(&self.shape.sizes) {
            for ((cell, sound), place) in cells.iter_mut().zip(&mut sound).zip(places) {
                *sound &= *place < FIRST_SPECIAL;
                *cell = cell.wrapping_mul(u64::from(*size)).wrapping_add(u64::from(*place));
            }
        }
        for state in [known.unknown, known.cancelled].into_iter().flatten() {
            sound.iter_mut().zip(state).for_each(|(sound, state)| *sound &= *state != 1);
        }
        if let Some(dates) = known.dates {
            sound.iter_mut().enumerate().for_each(|(row, sound)| *sound &= dates.is_valid(row));
        }
        if let Some(cancelled) = known.cancelled {
            for row in (0..rows).filter(|&row| sound[row] && cancelled[row] == MAYBE && !told.counted[row]) {
                self.maybe_cancelled += 1;
                self.note_unit(LeftOutReason::MaybeCancelled, known.unit(row));
            }
        }
        let simple = known.measured.is_empty();
        for row in 0..rows {
            if !sound[row] {
                let of = |places: &Vec<u32>| places[row];
                if told.left_out[row] || places.iter().any(|places| of(places) == OUT_OF_SCOPE) {
                    continue;
                }
                told.left_out[row] = true;
                let is = |state: Option<&[i64]>| state.is_some_and(|state| state[row] == 1);
                let key = LeftOutKey {
                    unknown: is(known.unknown),
                    cancelled: is(known.cancelled),
                    undated: known.dates.is_some_and(|dates| dates.is_null(row)),
                    places: places.iter().map(of).map(|place| place.max(FIRST_SPECIAL)).collect(),
                };
                if let (true, Some(reason)) = (key.cancelled, left_out(key.unknown, key.cancelled, key.undated)) {
                    self.note_unit(reason, known.unit(row));
                }
                *self.left_out.entry(key).or_insert(0) += 1;
                continue;
            }
            let cell = cells[row];
            let slot = self.slot(cell);
            self.records[slot] += 1;
            if !simple {
                self.add(&known.measured, cell, slot, row, told.counted[row]);
                self.gather(known, cell, row);
            }
        }
        told.counted.iter_mut().zip(sound).for_each(|(counted, sound)| *counted |= sound);
    }

    fn note_unit(&mut self, reason: LeftOutReason, unit: Option<i64>) {
        if let Some(unit) = unit {
            self.cancelled_units.entry(reason).or_default().insert(unit);
        }
    }

    fn slot(&mut self, cell: u64) -> usize {
        match &mut self.slots {
            Slots::Dense => usize::try_from(cell).unwrap_or(usize::MAX),
            Slots::Sparse(slots) => {
                let next = self.records.len();
                let slot = *slots.entry(cell).or_insert(next);
                if slot == next {
                    self.records.push(0);
                    let adding = self.shape.table.quantities.iter().filter(|quantity| quantity.facts.adds).count() - 1;
                    self.sums.resize(self.sums.len() + adding, 0);
                }
                slot
            }
        }
    }

    /// Adds what is counted besides records.
    fn add(&mut self, measured: &Measured, cell: u64, slot: usize, row: usize, counted: bool) {
        let width = measured.adding.len();
        for (at, quantity) in measured.adding.iter().enumerate() {
            if !(counted && quantity.for_note)
                && quantity.counts(row)
                && let Some(value) = quantity.value(row)
            {
                self.sums[slot * width + at] += i128::from(value);
            }
        }
        for (bag, quantity) in self.bags.iter_mut().zip(&measured.apart) {
            if quantity.counts(row)
                && let Some(value) = quantity.value(row)
            {
                bag.push(cell, value);
            }
        }
    }

    /// Gathers what a record contributes to sums.
    fn gather(&mut self, known: &Known<'_>, cell: u64, row: usize) {
        let Some((asked, wanted)) = &self.shape.contributors else { return };
        let person = known.people.as_ref().and_then(|people| people[row]);
        // The number of records is counted apart from what else adds up.
        let quantity = |at: usize| {
            let before = self.shape.table.quantities[1..at].iter().filter(|quantity| quantity.facts.adds).count();
            &known.measured.adding[before]
        };
        for (gathered, wanted) in self.contributors.iter_mut().zip(wanted) {
            let sum = quantity(wanted.sum);
            if let Some(value) = sum.value(row).filter(|_| sum.counts(row)) {
                gathered.push(cell, person, value, asked.largest);
            }
        }
    }

    /// Joins what several threads counted into cells.
    pub(crate) fn finish(counters: Vec<Self>, shape: &Shape) -> Cells {
        let table = &shape.table;
        let adding = table.quantities.iter().filter(|quantity| quantity.facts.adds).count();
        let mut rows: BTreeMap<u64, Vec<i128>> = BTreeMap::new();
        let mut bags: Vec<Vec<(u64, i64, u64)>> = Vec::new();
        let mut contributors: Vec<Gathered> = Vec::new();
        let mut left_out: HashMap<LeftOutKey, u64> = HashMap::new();
        let maybe_cancelled = counters.iter().map(|counter| counter.maybe_cancelled).sum();
        let mut cancelled_units: CancelledUnits = BTreeMap::new();
        let dense = counters.iter().all(|counter| matches!(counter.slots, Slots::Dense));
        let mut flat: (Vec<u64>, Vec<i128>) = (Vec::new(), Vec::new());
        if dense && let Some(cells) = counters.first().map(|counter| counter.records.len()) {
            // Cells come in order, so nothing need be sorted.
            for cell in 0..cells {
                let records: u64 = counters.iter().map(|counter| counter.records[cell]).sum();
                if records > 0 {
                    flat.0.push(cell as u64);
                    flat.1.push(i128::from(records));
                    for at in cell * (adding - 1)..(cell + 1) * (adding - 1) {
                        flat.1.push(counters.iter().map(|counter| counter.sums[at]).sum());
                    }
                }
            }
        }
        for counter in counters {
            if let Slots::Sparse(slots) = &counter.slots {
                #[expect(clippy::iter_over_hash_type, reason = "sums do not depend on the order of what is added")]
                for (&cell, &slot) in slots {
                    let row = rows.entry(cell).or_insert_with(|| vec![0; adding]);
                    row[0] += i128::from(counter.records[slot]);
                    let sums = &counter.sums[slot * (adding - 1)..(slot + 1) * (adding - 1)];
                    row[1..].iter_mut().zip(sums).for_each(|(sum, value)| *sum += value);
                }
            }
            contributors.resize_with(counter.contributors.len(), Gathered::default);
            for (gathered, own) in contributors.iter_mut().zip(counter.contributors) {
                gathered.absorb(own, shape.contributors.as_ref().map_or(0, |(asked, _)| asked.largest));
            }
            bags.resize_with(counter.bags.len(), Vec::new);
            for (bag, own) in bags.iter_mut().zip(counter.bags) {
                bag.extend(own.values);
            }
            #[expect(clippy::iter_over_hash_type, reason = "sums do not depend on the order of what is added")]
            for (key, count) in counter.left_out {
                *left_out.entry(key).or_insert(0) += count;
            }
            for (reason, units) in counter.cancelled_units {
                cancelled_units.entry(reason).or_default().extend(units);
            }
        }
        let mut left_out = reasons(shape, &left_out, maybe_cancelled);
        if table.counted_by.is_some() {
            count_units(&mut left_out, cancelled_units);
        }
        bags.iter_mut().for_each(join);
        let finest = if dense {
            Grid::from_sorted(shape.sizes.clone(), adding, flat.0, flat.1)
        } else {
            Grid::new(shape.sizes.clone(), adding, rows)
        };
        let mut cells = Cells {
            table: table.id.clone(),
            dimensions: table.dimensions.iter().map(|dimension| dimension.dimension.clone()).collect(),
            atoms: table.dimensions.iter().map(|dimension| dimension.atoms.clone()).collect(),
            quantities: table.quantities.iter().map(|quantity| quantity.facts).collect(),
            labels: table.quantities.iter().map(|quantity| quantity.label.clone()).collect(),
            finest,
            apart: (!bags.is_empty()).then(|| apart(shape, &bags)),
            left_out,
            relation: None,
            contributors: Vec::new(),
        };
        if let Some((asked, wanted)) = &shape.contributors {
            let finish = |(gathered, wanted): (Gathered, &Wanted)| gathered.finish(&cells, *wanted, asked.largest);
            cells.contributors = contributors.into_iter().zip(wanted).map(finish).collect();
        }
        cells
    }
}

/// The numbers that a measure is made of. A time that ends before it begins is an error in the records, not a short time.
pub(crate) fn measurable(batch: &RecordBatch, number: &Number) -> Result<Vec<Option<i64>>, WrongType> {
    let mut found = numbers(batch, number)?;
    if let Number::Between { .. } = number {
        found.iter_mut().for_each(|number| *number = number.filter(|number| *number >= 0));
    }
    Ok(found)
}

/// What a state column says: 1 or 0 a record. None where the table has no such state.
pub(crate) fn state<'b>(batch: &'b RecordBatch, name: &str) -> Result<Option<&'b [i64]>, WrongType> {
    let Some(column) = batch.column_by_name(name) else { return Ok(None) };
    Ok(Some(column.as_primitive_opt::<Int64Type>().ok_or(WrongType)?.values()))
}

// --- What is measured of each record ---

/// The values of a batch that quantities are made of.
struct Measured {
    adding: Vec<Values>,
    apart: Vec<Values>,
}

/// The values of one quantity.
struct Values {
    /// 1 for the records that count; all of them, if there is none.
    counts: Option<Vec<i64>>,
    /// None: each record counts one.
    values: Option<Vec<Option<i64>>>,
    /// Whether only its grand total is told, so that a record is in it once.
    for_note: bool,
}

/// What is known of the records of a batch besides their places.
struct Known<'b> {
    unknown: Option<&'b [i64]>,
    cancelled: Option<&'b [i64]>,
    /// The date of the table, where some record lacks it.
    dates: Option<&'b ArrayRef>,
    /// Of which record of the unit each row is, where that must be known.
    units: Option<Vec<Option<i64>>>,
    /// Whom each row names, where contributors are asked for.
    people: Option<Vec<Option<i64>>>,
    measured: Measured,
}

impl Known<'_> {
    fn unit(&self, row: usize) -> Option<i64> {
        self.units.as_ref().and_then(|units| units[row])
    }
}

/// Which records of a batch stand in a cell already, and which were left out of one already.
struct Told {
    counted: Vec<bool>,
    left_out: Vec<bool>,
}

impl Measured {
    fn of(batch: &RecordBatch, shape: &Shape) -> Result<Self, WrongType> {
        let mut measured = Self { adding: Vec::new(), apart: Vec::new() };
        for (at, quantity) in shape.table.quantities.iter().enumerate().skip(1) {
            let chosen = quantity.filter.is_some() || matches!(quantity.tally, Tally::Undecided { .. });
            let counts = match chosen {
                true => Some(state(batch, &counts_name(at))?.ok_or(WrongType)?.to_vec()),
                false => None,
            };
            let values = match &quantity.tally {
                Tally::Records | Tally::Undecided { .. } => None,
                Tally::Unnamed { column } => {
                    let array = raw(batch, *column)?;
                    Some((0..array.len()).map(|row| array.is_null(row).then_some(1)).collect())
                }
                Tally::Lacking { number } => {
                    Some(numbers(batch, number)?.into_iter().map(|number| number.is_none().then_some(1)).collect())
                }
                Tally::Backwards { number } => {
                    let backwards = |number: Option<i64>| number.is_some_and(|number| number < 0).then_some(1);
                    Some(numbers(batch, number)?.into_iter().map(backwards).collect())
                }
                Tally::Present { number } => {
                    Some(measurable(batch, number)?.into_iter().map(|number| number.map(|_| 1)).collect())
                }
                Tally::Sum { number }
                | Tally::Minimum { number }
                | Tally::Maximum { number }
                | Tally::Median { number } => Some(measurable(batch, number)?),
                Tally::Distinct { column } => Some(shape.names.of(raw(batch, *column)?)?),
            };
            let values = Values { counts, values, for_note: quantity.facts.for_note };
            if quantity.facts.adds { measured.adding.push(values) } else { measured.apart.push(values) }
        }
        Ok(measured)
    }

    fn is_empty(&self) -> bool {
        self.adding.is_empty() && self.apart.is_empty()
    }
}

impl Values {
    fn counts(&self, row: usize) -> bool {
        self.counts.as_ref().is_none_or(|counts| counts[row] == 1)
    }

    fn value(&self, row: usize) -> Option<i64> {
        self.values.as_ref().map_or(Some(1), |values| values[row])
    }
}

impl Names {
    /// A number for each value of a column: equal ones for equal values.
    fn of(&self, array: &ArrayRef) -> Result<Vec<Option<i64>>, WrongType> {
        match array.data_type() {
            DataType::Int64 => Ok(array.as_primitive_opt::<Int64Type>().ok_or(WrongType)?.iter().collect()),
            DataType::Int32 => {
                let codes = array.as_primitive_opt::<Int32Type>().ok_or(WrongType)?;
                Ok(codes.iter().map(|code| code.map(i64::from)).collect())
            }
            DataType::FixedSizeBinary(_) => {
                let keys = array.as_fixed_size_binary_opt().ok_or(WrongType)?;
                Ok(self.numbers(keys.iter()))
            }
            DataType::Decimal128(..) => decimals(array),
            DataType::Boolean => {
                let flags = array.as_boolean_opt().ok_or(WrongType)?;
                Ok(flags.iter().map(|flag| flag.map(i64::from)).collect())
            }
            DataType::Date32 | DataType::Timestamp(..) => {
                let cast = arrow::compute::cast(array, &DataType::Int64).map_err(|_| WrongType)?;
                Ok(cast.as_primitive_opt::<Int64Type>().ok_or(WrongType)?.iter().collect())
            }
            _ => {
                let texts = texts(array)?;
                Ok(self.numbers(texts.iter().map(|text| text.as_ref().map(String::as_bytes))))
            }
        }
    }

    fn numbers<'k>(&self, keys: impl Iterator<Item = Option<&'k [u8]>>) -> Vec<Option<i64>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut number = |key: &[u8]| match known.get(key) {
            Some(number) => *number,
            None => {
                let next = i64::try_from(known.len()).unwrap_or(i64::MAX);
                known.insert(key.to_vec(), next);
                next
            }
        };
        keys.map(|key| key.map(&mut number)).collect()
    }
}

// --- What does not add up ---

/// Works out the quantities that do not add up for each margin that is shown or referred to.
fn apart(shape: &Shape, bags: &[Vec<(u64, i64, u64)>]) -> Apart {
    let table = &shape.table;
    let mut patterns = table.patterns();
    patterns.extend(table.referred.iter().cloned());
    let tallies: Vec<&Tally> =
        table.quantities.iter().filter(|quantity| !quantity.facts.adds).map(|quantity| &quantity.tally).collect();
    let categories: Vec<u32> = table
        .dimensions
        .iter()
        .map(|dimension| u32::try_from(dimension.dimension.categories.len()).unwrap_or(u32::MAX))
        .collect();
    let sizes: Vec<u32> = categories.iter().map(|categories| categories + 1).collect();
    let mut rows: BTreeMap<u64, Vec<Option<i128>>> = BTreeMap::new();
    for pattern in &patterns {
        for (at, (bag, tally)) in bags.iter().zip(&tallies).enumerate() {
            let mut spread: Vec<(u64, i64, u64)> = Vec::with_capacity(bag.len());
            for of_cell in bag.chunk_by(|left, right| left.0 == right.0) {
                let positions = grid::unpack(&shape.sizes, of_cell[0].0);
                for key in keys(table, pattern, &positions, &categories, &sizes) {
                    spread.extend(of_cell.iter().map(|(_, value, times)| (key, *value, *times)));
                }
            }
            join(&mut spread);
            for values in spread.chunk_by(|left, right| left.0 == right.0) {
                let row = rows.entry(values[0].0).or_insert_with(|| vec![None; tallies.len()]);
                row[at] = Some(boil_down(tally, values));
            }
        }
    }
    Apart { patterns: patterns.into_iter().collect(), figures: Grid::new(sizes, tallies.len(), rows) }
}

/// The keys of the figures that a finest cell goes into: one for each combination of the categories that it stands in.
fn keys(table: &TableSpec, pattern: &[bool], positions: &[u32], categories: &[u32], sizes: &[u32]) -> Vec<u64> {
    let mut found: Vec<Vec<u32>> = vec![Vec::new()];
    for (at, &summed) in pattern.iter().enumerate() {
        let longer = |before: Vec<u32>| {
            let fixed = |at: usize| (!pattern[at]).then(|| before[at]);
            let here = match summed {
                true => vec![categories[at]],
                false => table.dimensions[at].atoms.fitting(positions[at], fixed),
            };
            here.into_iter().map(|position| [&before[..], &[position]].concat()).collect::<Vec<_>>()
        };
        found = found.into_iter().flat_map(longer).collect();
    }
    found.iter().map(|positions| grid::pack(sizes, positions)).collect()
}

/// One number out of the values of a cell, which are in order, each once with how often it occurs.
fn boil_down(tally: &Tally, values: &[(u64, i64, u64)]) -> i128 {
    let first = i128::from(values[0].1);
    let last = i128::from(values[values.len() - 1].1);
    match tally {
        Tally::Distinct { .. } => values.len() as i128,
        Tally::Maximum { .. } => last,
        Tally::Median { .. } => {
            let count: u64 = values.iter().map(|(_, _, times)| times).sum();
            let at = |place: u64| {
                let mut before = 0;
                let found = values.iter().find(|(_, _, times)| {
                    before += times;
                    place < before
                });
                i128::from(found.map_or(0, |(_, value, _)| *value))
            };
            // In units of one place more: the mean of the two middle values, which are one where the number is odd.
            (at((count - 1) / 2) + at(count / 2)) * 5
        }
        _ => first,
    }
}

// --- What is left out ---

/// Why a record is left out wherever it would stand. One that may not match, or may not fall in the periods, is told once.
pub(crate) fn left_out(unknown: bool, cancelled: bool, undated: bool) -> Option<LeftOutReason> {
    match (cancelled, unknown, undated) {
        (true, false, false) => Some(LeftOutReason::Cancelled),
        (true, _, _) => Some(LeftOutReason::CancelledUndecided),
        (false, true, _) => Some(LeftOutReason::FilterUnknown),
        (false, false, true) => Some(LeftOutReason::Undated),
        (false, false, false) => None,
    }
}

fn reasons(shape: &Shape, left_out_by: &HashMap<LeftOutKey, u64>, maybe_cancelled: u64) -> Vec<LeftOut> {
    let mut counts: BTreeMap<LeftOutReason, u64> = BTreeMap::new();
    if maybe_cancelled > 0 {
        counts.insert(LeftOutReason::MaybeCancelled, maybe_cancelled);
    }
    #[expect(clippy::iter_over_hash_type, reason = "sums do not depend on the order of what is added")]
    for (key, &count) in left_out_by {
        reasons_of(shape, key).into_iter().for_each(|reason| *counts.entry(reason).or_insert(0) += count);
    }
    // Each record once is a figure of its own only where it may be left out for several reasons together.
    let of_dimensions =
        |reason: &&LeftOutReason| matches!(reason, LeftOutReason::NotRecorded { .. } | LeftOutReason::NotListed { .. });
    if counts.keys().filter(of_dimensions).count() < 2 {
        counts.remove(&LeftOutReason::Any);
    }
    counts.into_iter().map(|(reason, count)| LeftOut { reason, count }).collect()
}

/// All reasons that are told of a record that is left out.
pub(crate) fn reasons_of(shape: &Shape, key: &LeftOutKey) -> Vec<LeftOutReason> {
    match (left_out(key.unknown, key.cancelled, key.undated), shape.date_dimension) {
        (Some(LeftOutReason::Undated), Some(dimension)) => {
            return vec![LeftOutReason::NotRecorded { dimension }, LeftOutReason::Any];
        }
        (Some(reason), _) => return vec![reason],
        (None, _) => {}
    }
    if key.places.contains(&BACKWARDS) {
        return vec![LeftOutReason::EndBeforeTheyBegin];
    }
    let mut told = Vec::new();
    for (dimension, place) in key.places.iter().enumerate() {
        // What lacks a place on one level of a column lacks it on those after: it is told once.
        if shape.table.dimensions[dimension].atoms.with.iter().any(|before| key.places[*before] == *place) {
            continue;
        }
        match *place {
            NOT_RECORDED => told.push(LeftOutReason::NotRecorded { dimension }),
            NOT_LISTED => told.push(LeftOutReason::NotListed { dimension }),
            _ => {}
        }
    }
    told.push(LeftOutReason::Any);
    told
}

/// Where a unit is counted by what hangs on it, counts its cancelled records and not their rows. One of which some row is left
/// out as cancelled for sure is no doubtful one.
fn count_units(left_out: &mut Vec<LeftOut>, mut units: CancelledUnits) {
    let cancelled = units.get(&LeftOutReason::Cancelled).cloned().unwrap_or_default();
    if let Some(undecided) = units.get_mut(&LeftOutReason::CancelledUndecided) {
        undecided.retain(|unit| !cancelled.contains(unit));
    }
    use LeftOutReason::{Cancelled, CancelledUndecided, MaybeCancelled};
    for left in
        left_out.iter_mut().filter(|left| matches!(left.reason, Cancelled | CancelledUndecided | MaybeCancelled))
    {
        left.count = units.get(&left.reason).map_or(0, |units| units.len() as u64);
    }
    left_out.retain(|left| left.count > 0);
}
