//! Random tables about the same random records, protected together: what an attacker can work out who knows all that is
//! shown, and what each category, filter and period means.

use std::collections::{BTreeMap, BTreeSet};

use candour_model::{
    Atoms, Attacker, Axis, Category, CategoryKind, Cells, Class, Contribution, Contributors, Coord, Dimension, Grid,
    LeftOut, LeftOutReason, Marks, Policy, Protected, Quantity, Shown, Standing, Summed, Suppression, Together, grid,
};
use candour_protect::{Asked, Reads, TableKey, protect};
use proptest::prelude::*;

/// How many values each column has: area, sex, age and year.
const VALUES: [usize; 4] = [3, 2, 3, 3];
/// The column whose value may lack: there, a value more stands for that.
const MAY_LACK: usize = 1;
const THRESHOLD: u64 = 5;

/// One value a column.
type Record = [usize; 4];

fn all_records() -> Vec<Record> {
    let of = |column: usize| 0..VALUES[column] + usize::from(column == MAY_LACK);
    let pairs = |column: usize| of(column).flat_map(move |one| of(column + 1).map(move |other| (one, other)));
    pairs(0).flat_map(|(area, sex)| pairs(2).map(move |(age, year)| [area, sex, age, year])).collect()
}

/// A set of values of a column.
type Values = Vec<usize>;

#[derive(Clone, Debug)]
struct Table {
    /// Columns by which records are chosen.
    filters: BTreeMap<usize, Values>,
    /// Columns with their categories, which share no value.
    dimensions: Vec<(usize, Vec<Values>)>,
    /// Measures count only some of the records.
    measures: Vec<(usize, Values)>,
    /// Whether what the records hold is summed up too, and that of each measure's.
    summed: bool,
    totals: bool,
}

/// What records of a kind hold, each of them: nothing says that two of a kind hold the same, but here they do.
fn held(record: &Record) -> i128 {
    record.iter().fold(7, |held, value| held * 5 + *value as i128)
}

/// What a record is counted by.
enum Stands {
    Nowhere,
    At(Vec<u32>),
    LeftOut(Vec<LeftOutReason>),
}

impl Table {
    fn stands(&self, record: &Record) -> Stands {
        if self.filters.iter().any(|(column, values)| !values.contains(&record[*column])) {
            return Stands::Nowhere;
        }
        let (mut place, mut reasons) = (Vec::new(), Vec::new());
        for (dimension, (column, categories)) in self.dimensions.iter().enumerate() {
            let value = record[*column];
            match categories.iter().position(|values| values.contains(&value)) {
                Some(at) => place.push(at as u32),
                None if value == VALUES[*column] => reasons.push(LeftOutReason::NotRecorded { dimension }),
                None => reasons.push(LeftOutReason::NotListed { dimension }),
            }
        }
        if reasons.is_empty() { Stands::At(place) } else { Stands::LeftOut(reasons) }
    }

    /// The quantities that count records: all of them, and those of each measure.
    fn numbers(&self) -> std::ops::RangeInclusive<usize> {
        0..=self.measures.len()
    }

    /// The quantities that sum up what the same records hold.
    fn sums(&self) -> std::ops::Range<usize> {
        let first = self.measures.len() + 1;
        first..if self.summed { 2 * first } else { first }
    }

    fn width(&self) -> usize {
        self.sums().end
    }

    /// Whether a quantity counts a record, or sums up what it holds.
    fn counts_in(&self, quantity: usize, record: &Record) -> bool {
        match quantity % (self.measures.len() + 1) {
            0 => true,
            measure => self.measures[measure - 1].1.contains(&record[self.measures[measure - 1].0]),
        }
    }

    /// The column of a quantity's condition, if it has one.
    fn condition(&self, quantity: usize) -> BTreeSet<(usize, usize)> {
        let measure = (quantity % (self.measures.len() + 1)).checked_sub(1);
        measure.map(|measure| (0, self.measures[measure].0)).into_iter().collect()
    }

    /// Who contributes to a sum, at each place and in each finest cell.
    fn contributors(&self, sum: usize, counts: &BTreeMap<Record, u64>) -> Contributors {
        let who = |found: &dyn Fn(&Record, &[u32]) -> bool| {
            let (mut people, mut all, mut largest) = (0, 0, Vec::new());
            for (record, &count) in counts.iter().filter(|(record, _)| self.counts_in(sum, record)) {
                if let Stands::At(place) = self.stands(record)
                    && found(record, &place)
                {
                    people += i128::from(count);
                    all += i128::from(count) * held(record);
                    largest.extend(std::iter::repeat_n(held(record), 2.min(count) as usize));
                }
            }
            largest.sort_unstable_by(|left, right| right.cmp(left));
            largest.resize(2, 0);
            [vec![people, all, all], largest].concat()
        };
        let sizes: Vec<u32> = self.dimensions.iter().map(|(_, categories)| categories.len() as u32).collect();
        let margins: Vec<u32> = sizes.iter().map(|size| size + 1).collect();
        let position = |coord: &Coord, size: u32| if let Coord::At(at) = coord { *at } else { size };
        let key = |place: &[Coord]| {
            grid::pack(&margins, &place.iter().zip(&sizes).map(|(at, size)| position(at, *size)).collect::<Vec<_>>())
        };
        let is_at = |place: &[Coord], here: &[u32]| {
            here.iter().zip(place).all(|(at, coord)| *coord == Coord::Total || *coord == Coord::At(*at))
        };
        let places = self.places();
        let rows = |place: &Vec<Coord>| who(&|_, here| is_at(place, here));
        let figures: BTreeMap<u64, Vec<i128>> =
            places.iter().map(|place| (key(place), rows(place))).filter(|(_, row)| row[0] > 0).collect();
        let inner = places.iter().filter(|place| !place.contains(&Coord::Total));
        let inner: BTreeMap<u64, Vec<i128>> = inner
            .map(|place| {
                let at: Vec<u32> = place.iter().map(|coord| position(coord, 0)).collect();
                (grid::pack(&sizes, &at), rows(place))
            })
            .collect();
        Contributors {
            sum,
            records: sum - self.sums().start,
            lowest: 1,
            figures: Grid::new(margins.clone(), Contributors::width(2), figures),
            finest: Grid::new(sizes, Contributors::width(2), inner),
        }
    }

    fn cells(&self, name: &str, counts: &BTreeMap<Record, u64>) -> Cells {
        let dimension = |(column, categories): &(usize, Vec<Values>)| Dimension {
            id: format!("column {column}"),
            label: format!("column {column}"),
            axis: Axis::Rows,
            rolls_up_to: None,
            overlaps: false,
            categories: categories
                .iter()
                .map(|values| {
                    Category::new(format!("{values:?}"), format!("{values:?}"), CategoryKind::Code { group: None })
                })
                .collect(),
        };
        let sizes: Vec<u32> = self.dimensions.iter().map(|(_, categories)| categories.len() as u32).collect();
        let mut rows: BTreeMap<u64, Vec<i128>> = BTreeMap::new();
        let mut left_out: BTreeMap<LeftOutReason, u64> = BTreeMap::new();
        let width = self.width();
        for (record, &count) in counts {
            match self.stands(record) {
                Stands::Nowhere => {}
                Stands::At(place) => {
                    let row = rows.entry(grid::pack(&sizes, &place)).or_insert_with(|| vec![0; width]);
                    for quantity in (0..width).filter(|&quantity| self.counts_in(quantity, record)) {
                        let each = if self.sums().contains(&quantity) { held(record) } else { 1 };
                        row[quantity] += each * i128::from(count);
                    }
                }
                Stands::LeftOut(reasons) => {
                    let all = reasons.into_iter().chain([LeftOutReason::Any]);
                    all.for_each(|reason| *left_out.entry(reason).or_default() += count);
                }
            }
        }
        if left_out.len() < 3 {
            left_out.remove(&LeftOutReason::Any);
        }
        Cells {
            table: name.into(),
            dimensions: self.dimensions.iter().map(dimension).collect(),
            atoms: self.dimensions.iter().map(|(_, categories)| Atoms::plain(categories.len())).collect(),
            quantities: (0..width)
                .map(|quantity| Quantity { is_count: !self.sums().contains(&quantity), ..Quantity::RECORDS })
                .collect(),
            labels: (0..width).map(|quantity| format!("quantity {quantity}")).collect(),
            finest: Grid::new(sizes, width, rows),
            apart: None,
            left_out: left_out.into_iter().map(|(reason, count)| LeftOut { reason, count }).collect(),
            relation: None,
            contributors: self.sums().map(|sum| self.contributors(sum, counts)).collect(),
        }
    }

    fn key(&self) -> TableKey {
        let column = |column: &usize| (0, *column);
        TableKey {
            scope: format!("{:?}", self.filters),
            parents: None,
            dimensions: self.dimensions.iter().map(|dimension| format!("{dimension:?}")).collect(),
            quantities: (0..self.width())
                .map(|quantity| if self.sums().contains(&quantity) { "sum" } else { "number" }.to_owned())
                .collect(),
            reads: Reads {
                scope: self.filters.keys().map(column).collect(),
                dimensions: self.dimensions.iter().map(|(at, _)| [column(at)].into()).collect(),
                filter: self.filters.keys().map(column).collect(),
                quantities: (0..self.width()).map(|quantity| self.condition(quantity)).collect(),
                conditions: (0..self.width()).map(|quantity| self.condition(quantity)).collect(),
            },
        }
    }

    fn is_shown(&self, place: &[Coord]) -> bool {
        self.totals || !place.contains(&Coord::Total)
    }

    /// Every place that there could be.
    fn places(&self) -> Vec<Vec<Coord>> {
        self.dimensions.iter().fold(vec![Vec::new()], |places, (_, categories)| {
            let coords = (0..categories.len() as u32).map(Coord::At).chain([Coord::Total]);
            let coords: Vec<Coord> = coords.collect();
            let longer = |place: Vec<Coord>| coords.iter().map(move |coord| [&place[..], &[*coord]].concat()).collect();
            places.into_iter().flat_map::<Vec<Vec<Coord>>, _>(longer).collect()
        })
    }

    /// Which of all records there could be a figure counts.
    fn counts(&self, records: &[Record], place: &[Coord], quantity: usize) -> Vec<bool> {
        let counts = |record: &Record| match self.stands(record) {
            Stands::At(here) => {
                let mut coords = here.iter().zip(place);
                coords.all(|(at, coord)| *coord == Coord::Total || *coord == Coord::At(*at))
                    && self.counts_in(quantity, record)
            }
            _ => false,
        };
        records.iter().map(counts).collect()
    }
}

fn together(tables: &[Table], counts: &BTreeMap<Record, u64>) -> Together {
    let standing = |table: &Table, record: &Record| match table.stands(record) {
        Stands::Nowhere => Standing::default(),
        Stands::At(place) => {
            let counted = (1..table.width()).filter(|&quantity| table.counts_in(quantity, record)).collect();
            Standing { cells: vec![place], counted, ..Standing::default() }
        }
        Stands::LeftOut(mut reasons) => {
            reasons.push(LeftOutReason::Any);
            let place = |(column, categories): &(usize, Vec<Values>)| {
                categories.iter().position(|values| values.contains(&record[*column])).map(|at| at as u32)
            };
            let lacking = Some(table.dimensions.iter().map(place).collect());
            Standing { left_out: reasons, lacking, ..Standing::default() }
        }
    };
    let of = |record: &Record| tables.iter().map(|table| standing(table, record)).collect::<Vec<_>>();
    let mut standings: Vec<Vec<Standing>> = vec![Vec::new(); tables.len()];
    for record in counts.keys() {
        standings.iter_mut().zip(of(record)).for_each(|(all, standing)| all.push(standing));
    }
    for standings in &mut standings {
        standings.sort();
        standings.dedup();
    }
    let mut classes: BTreeMap<Vec<u32>, u64> = BTreeMap::new();
    for (record, count) in counts {
        let numbers =
            of(record).iter().zip(&standings).map(|(one, all)| all.binary_search(one).unwrap() as u32).collect();
        *classes.entry(numbers).or_default() += count;
    }
    let classes: Vec<Class> = classes.into_iter().map(|(standings, count)| Class { standings, count }).collect();
    let sums = tables.iter().enumerate().flat_map(|(at, table)| table.sums().map(move |sum| (at, sum)));
    let mut summed = Summed { sums: sums.collect(), contributions: Vec::new() };
    for (record, count) in counts {
        let numbers: Vec<u32> =
            of(record).iter().zip(&standings).map(|(one, all)| all.binary_search(one).unwrap() as u32).collect();
        let class = classes.binary_search_by(|class| class.standings.cmp(&numbers)).unwrap() as u32;
        let one = Contribution { class, person: None, value: held(record) };
        summed.contributions.extend(std::iter::repeat_n(one, *count as usize));
    }
    summed.contributions.sort_unstable();
    let summed = if summed.sums.is_empty() { Vec::new() } else { vec![summed] };
    Together { tables: (0..tables.len()).collect(), standings, classes, summed }
}

/// What can be worked out of sums: rows in echelon form, modulo a prime.
#[derive(Default)]
struct Span(Vec<(usize, Vec<u64>)>);

const PRIME: u64 = (1 << 61) - 1;

impl Span {
    fn reduce(&self, mut row: Vec<u64>) -> Vec<u64> {
        for (pivot, known) in &self.0 {
            let times = row[*pivot];
            if times > 0 {
                row.iter_mut().zip(known).for_each(|(one, other)| *one = less(*one, product(times, *other)));
            }
        }
        row
    }

    fn add(&mut self, row: Vec<u64>) {
        let mut row = self.reduce(row);
        let Some(pivot) = row.iter().position(|value| *value > 0) else { return };
        let inverse = power(row[pivot], PRIME - 2);
        row.iter_mut().for_each(|value| *value = product(*value, inverse));
        self.0.push((pivot, row));
    }

    fn tells(&self, row: Vec<u64>) -> bool {
        self.reduce(row).iter().all(|value| *value == 0)
    }
}

fn product(one: u64, other: u64) -> u64 {
    (u128::from(one) * u128::from(other) % u128::from(PRIME)) as u64
}

fn less(one: u64, other: u64) -> u64 {
    (one + PRIME - other) % PRIME
}

fn power(base: u64, exponent: u64) -> u64 {
    let bits = (0..64).filter(|bit| exponent >> bit & 1 == 1);
    bits.fold(1, |found, bit| product(found, (0..bit).fold(base, |power, _| product(power, power))))
}

/// A figure of a table: what it is called, which records it counts, how many that are, and whether everybody sees it.
struct Figure {
    table: usize,
    /// What is counted in it: 0 is all records, then the measures. None is a note.
    quantity: Option<usize>,
    place: Vec<Coord>,
    name: String,
    counts: Vec<bool>,
    /// The same of the records that there are.
    present: Vec<bool>,
    /// How many there are of each kind, of those that it counts and of the others.
    weights: Vec<u64>,
    value: u64,
    is_inner: bool,
    is_shown: bool,
    is_seen: bool,
}

/// All figures of protected tables, and the numbers that they leave out; or all sums, each by how many contribute.
fn figures(
    are_sums: bool,
    tables: &[Table],
    records: &[Record],
    counts: &BTreeMap<Record, u64>,
    protected: &[Protected],
) -> Vec<Figure> {
    let value = |set: &[bool]| {
        let counted = records.iter().zip(set).filter(|(_, is_in)| **is_in);
        counted.map(|(record, _)| counts.get(record).copied().unwrap_or(0)).sum()
    };
    let present =
        |set: &[bool]| records.iter().zip(set).map(|(record, is_in)| *is_in && counts.contains_key(record)).collect();
    let weights: Vec<u64> = records.iter().map(|record| counts.get(record).copied().unwrap_or(0)).collect();
    let mut figures = Vec::new();
    for (table, (spec, protected)) in tables.iter().zip(protected).enumerate() {
        let numbers = if are_sums { spec.sums() } else { 0..spec.numbers().end() + 1 };
        for quantity in numbers.clone() {
            for place in spec.places() {
                let set = spec.counts(records, &place, quantity);
                let is_shown = spec.is_shown(&place);
                let seen = !matches!(protected.at(&place, quantity), Shown::Withheld(_)) || value(&set) == 0;
                figures.push(Figure {
                    table,
                    quantity: Some(quantity - numbers.start),
                    place: place.clone(),
                    name: format!("table {table}, quantity {quantity}, {place:?}"),
                    value: value(&set),
                    present: present(&set),
                    weights: weights.clone(),
                    is_inner: !place.contains(&Coord::Total),
                    is_shown,
                    is_seen: is_shown && seen,
                    counts: set,
                });
            }
        }
        for (reason, shown) in protected.left_out.iter().filter(|_| !are_sums) {
            let is_left = |record: &Record| match spec.stands(record) {
                Stands::LeftOut(reasons) => *reason == LeftOutReason::Any || reasons.contains(reason),
                _ => false,
            };
            let set: Vec<bool> = records.iter().map(is_left).collect();
            figures.push(Figure {
                table,
                quantity: None,
                place: Vec::new(),
                name: format!("table {table} leaves out {reason:?}"),
                value: value(&set),
                present: present(&set),
                weights: weights.clone(),
                is_inner: false,
                is_shown: true,
                is_seen: !matches!(shown, Shown::Withheld(_)),
                counts: set,
            });
        }
    }
    figures
}

/// What an attacker works out that is small: withheld figures, and what a table leaves of a figure of another.
fn worked_out(figures: &[Figure]) -> Vec<String> {
    // Whatever a published zero counts, there is none of it.
    let width = figures[0].counts.len();
    let is_none = |at: usize| figures.iter().any(|figure| figure.is_seen && figure.value == 0 && figure.counts[at]);
    let none: Vec<bool> = (0..width).map(is_none).collect();
    let row =
        |set: &[bool]| -> Vec<u64> { set.iter().zip(&none).map(|(is_in, none)| u64::from(*is_in && !none)).collect() };
    let mut span = Span::default();
    figures.iter().filter(|figure| figure.is_seen).for_each(|figure| span.add(row(&figure.counts)));
    let is_small = |value: u64| (1..THRESHOLD).contains(&value);
    let mut found = Vec::new();
    for figure in figures.iter().filter(|figure| figure.is_shown && is_small(figure.value)) {
        if figure.is_seen || span.tells(row(&figure.counts)) {
            found.push(format!("{} is {}", figure.name, figure.value));
        }
    }
    let last = figures.iter().map(|figure| figure.table).max().unwrap_or(0);
    for whole in figures.iter().filter(|figure| figure.value > 0) {
        for table in (0..=last).filter(|&table| table != whole.table) {
            let there = || figures.iter().filter(move |figure| figure.table == table);
            // A table that has the figure itself, or one of the same records, tells by its own sums what it is made of.
            let is_same = |figure: &Figure| figure.present == whole.present;
            if there().any(is_same) {
                continue;
            }
            let is_held = |part: &&Figure| part.counts.iter().zip(&whole.counts).all(|(part, whole)| !part || *whole);
            let inner = there().filter(|figure| figure.is_inner && figure.quantity == Some(0)).filter(is_held);
            let mut all = vec![false; width];
            let mut value = 0;
            for part in inner {
                all.iter_mut().zip(&part.counts).for_each(|(all, part)| *all |= part);
                value += part.value;
            }
            let single = there().filter(is_held).filter(|part| part.value >= THRESHOLD);
            let parts = single.map(|part| (&part.counts, part.value, &part.name[..]));
            for (part, value, name) in parts.chain([(&all, value, "what it has of it")]) {
                let rest: Vec<bool> = whole.counts.iter().zip(part).map(|(whole, part)| *whole && !part).collect();
                if value > 0 && is_small(whole.value - value) && span.tells(row(&rest)) {
                    found.push(format!("{} is {} more than {name} of table {table}", whole.name, whole.value - value));
                }
            }
        }
    }
    found.extend(of_the_same_records(figures, &span, &row));
    found
}

/// What is small and follows of the records that stand at one place of a table, or of several that mean the same: those that
/// some measures count and others do not.
fn of_the_same_records(figures: &[Figure], span: &Span, row: &dyn Fn(&[bool]) -> Vec<u64>) -> Vec<String> {
    let mut found = Vec::new();
    let mut by_records: BTreeMap<&Vec<bool>, Vec<&Figure>> = BTreeMap::new();
    for all in figures.iter().filter(|figure| figure.quantity == Some(0) && figure.value > 0) {
        let here = figures.iter().filter(|figure| figure.table == all.table && figure.place == all.place);
        by_records.entry(&all.counts).or_default().extend(here.filter(|figure| figure.quantity.is_some()));
    }
    for (records, here) in by_records {
        // Each choice of those that count.
        let sets: BTreeSet<&Vec<bool>> = here.iter().map(|figure| &figure.counts).collect();
        let sets: Vec<&Vec<bool>> = sets.into_iter().filter(|set| *set != records).collect();
        for choice in 0..1_u32 << sets.len() {
            let is_in = |at: usize| {
                let mut measures = sets.iter().enumerate();
                records[at] && measures.all(|(number, set)| set[at] == (choice >> number & 1 == 1))
            };
            let set: Vec<bool> = (0..records.len()).map(is_in).collect();
            let value = figures_of(figures, &set);
            if (1..THRESHOLD).contains(&value) && span.tells(row(&set)) {
                let names: Vec<&str> = here.iter().map(|figure| &figure.name[..]).collect();
                found.push(format!("{value} of choice {choice:b} of {names:?}"));
            }
        }
    }
    found
}

/// How many records there are of some kinds.
fn figures_of(figures: &[Figure], set: &[bool]) -> u64 {
    let weights = &figures[0].weights;
    set.iter().zip(weights).filter(|(is_in, _)| **is_in).map(|(_, count)| count).sum()
}

fn some_values(column: usize) -> impl Strategy<Value = Values> {
    let values: Vec<usize> = (0..VALUES[column]).collect();
    proptest::sample::subsequence(values, 1..VALUES[column])
}

/// Categories of a column: each value, some of them, or some together.
fn categories(column: usize) -> impl Strategy<Value = Vec<Values>> {
    let alone = |values: Values| values.into_iter().map(|value| vec![value]).collect::<Vec<_>>();
    let each = Just(alone((0..VALUES[column]).collect()));
    let in_two = (1..VALUES[column]).prop_map(move |at| vec![(0..at).collect(), (at..VALUES[column]).collect()]);
    prop_oneof![3 => each, 1 => some_values(column).prop_map(alone), 2 => in_two]
}

fn table() -> impl Strategy<Value = Table> {
    let filter = prop_oneof![
        3 => Just(BTreeMap::new()),
        2 => (2_usize..4).prop_flat_map(|column| some_values(column).prop_map(move |values| [(column, values)].into())),
    ];
    let columns = proptest::sample::subsequence(vec![0_usize, 1, 2, 3], 1..=2);
    let dimensions = columns.prop_flat_map(|columns| {
        columns.into_iter().map(|column| categories(column).prop_map(move |found| (column, found))).collect::<Vec<_>>()
    });
    let measure = (0_usize..VALUES.len()).prop_flat_map(|at| some_values(at).prop_map(move |values| (at, values)));
    let measures = prop_oneof![
        2 => Just(Vec::new()),
        1 => measure.clone().prop_map(|one| vec![one]),
        1 => (measure.clone(), measure).prop_map(|(one, other)| vec![one, other]),
    ];
    (filter, dimensions, measures, any::<bool>(), any::<bool>()).prop_map(
        |(filters, dimensions, measures, summed, totals)| Table { filters, dimensions, measures, summed, totals },
    )
}

fn counts() -> impl Strategy<Value = BTreeMap<Record, u64>> {
    let count = prop_oneof![2 => 1_u64..5, 3 => 5_u64..30];
    let records = proptest::sample::subsequence(all_records(), 10..60);
    records.prop_flat_map(move |records| {
        let size = records.len();
        (Just(records), proptest::collection::vec(count.clone(), size))
            .prop_map(|(records, counts)| records.into_iter().zip(counts).collect())
    })
}

fn policy() -> Policy {
    let attacker = Attacker { suppressed_at_least: 1, marks: Marks::Same, insiders: 0 };
    Policy::Suppress(Box::new(Suppression::below(THRESHOLD, attacker)))
}

/// Tables and records.
#[derive(Clone)]
struct Case {
    tables: Vec<Table>,
    counts: BTreeMap<Record, u64>,
}

impl std::fmt::Debug for Case {
    /// On few lines, as a reproduction is wanted.
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.tables.iter().try_for_each(|table| write!(to, "\n{table:?}"))?;
        self.counts.iter().try_for_each(|(record, count)| write!(to, "\n{count} * {record:?}"))
    }
}

fn case() -> impl Strategy<Value = Case> {
    (proptest::collection::vec(table(), 2..4), counts()).prop_map(|(tables, counts)| Case { tables, counts })
}

/// The tables of a case, protected together; None where that cannot be done.
fn protected(case: &Case) -> Option<Vec<Protected>> {
    let cells = case.tables.iter().zip(["one", "two", "three"]).map(|(table, name)| table.cells(name, &case.counts));
    let keys: Vec<TableKey> = case.tables.iter().map(Table::key).collect();
    let protected = protect(&Asked {
        tables: &cells.collect::<Vec<_>>(),
        keys: &keys,
        together: &[together(&case.tables, &case.counts)],
        cuts: &[],
        lists: &[],
        policy: &policy(),
        secret: b"secret",
        is_shown: &|table, place| case.tables[table].is_shown(place),
        residents: None,
    });
    protected.ok().map(|(protected, _)| protected)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(1500), max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn nothing_small_follows_from_tables_together(case in case()) {
        let protected = protected(&case);
        // Some cannot be protected: a grand total of 3, say, beside all that it is made of.
        prop_assume!(protected.is_some());
        let protected = protected.unwrap_or_default();
        for are_sums in [false, true] {
            let figures = figures(are_sums, &case.tables, &all_records(), &case.counts, &protected);
            let found = if figures.is_empty() { Vec::new() } else { worked_out(&figures) };
            let seen = figures.iter().filter(|figure| figure.is_shown && figure.value > 0);
            let seen = seen.map(|figure| format!("\n{}: {}{}", figure.name, figure.value, if figure.is_seen { "" } else { " [c]" }));
            prop_assert!(found.is_empty(), "{}{}", found.join("\n"), seen.collect::<String>());
        }
    }
}
