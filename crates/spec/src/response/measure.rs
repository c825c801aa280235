//! Measures: what each column of figures is, and what must be counted for it.

use std::collections::{BTreeMap, BTreeSet};

use candour_model::{Axis, Category, CategoryKind, Coord, MeasureKind, Quantity};

use super::categories::slug;
use super::types::{Gaps, Measure, MeasureSource, Number, Population, QuantitySpec, ShareBase, TableDimension, Tally};
use super::{Resolver, unknown};
use crate::Filter;
use crate::csv_table::CsvTable;
use crate::diagnostic::Fault;
use crate::fields::At;
use crate::filter::read_filter;
use crate::schema::{ColumnRef, ColumnType, Reach};
use crate::written::{self, WrittenMeasure};

/// The most digits after the point.
const MOST_PLACES: i64 = 9;

/// The ids of a table's measures, in order.
pub(super) fn measure_ids(measures: &[written::Measure]) -> Vec<String> {
    let id =
        |measure: &written::Measure| measure.id.as_ref().map_or_else(|| slug(&measure.label), |id| id.value.clone());
    measures.iter().map(id).collect()
}

/// The measures of one table on their way.
struct Making<'m> {
    table: &'m written::Table,
    reach: Reach,
    ids: Vec<String>,
    dimensions: &'m [TableDimension],
    quantities: Vec<QuantitySpec>,
    /// What the measure that is being made is called.
    label: String,
}

impl Making<'_> {
    /// The position of what is to be counted; the same thing is counted once.
    fn quantity(&mut self, tally: Tally, filter: Option<Filter>, facts: Quantity) -> usize {
        let same = |known: &QuantitySpec| (&known.tally, &known.filter, known.facts) == (&tally, &filter, facts);
        match self.quantities.iter().position(same) {
            Some(at) => at,
            None => {
                let label = self.label.clone();
                self.quantities.push(QuantitySpec { label, tally, filter, facts });
                self.quantities.len() - 1
            }
        }
    }
}

impl Resolver<'_> {
    /// The measures of a table, and what is counted for them.
    pub(super) fn measures(
        &self,
        table: &written::Table,
        reach: Reach,
        dimensions: &[TableDimension],
    ) -> Option<(Vec<Measure>, Vec<QuantitySpec>)> {
        let ids = measure_ids(&table.measures);
        for (at, id) in ids.iter().enumerate() {
            let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
            let span = &table.measures[at].kind.span;
            if id.is_empty() || !id.chars().all(plain) {
                // Only a table of several measures must be able to tell them apart.
                if ids.len() > 1 {
                    let fault = Fault::new(span.clone(), format!("`{id}` cannot name a measure"));
                    self.faults.push(fault.hint("give it an `id` of letters, digits, hyphens and underscores"));
                }
            } else if ids[..at].contains(id) {
                let fault = Fault::new(span.clone(), format!("two measures are called `{id}`"));
                self.faults.push(fault.hint("give one of them another `id`"));
            }
        }
        let label = String::new();
        let records =
            QuantitySpec { label: label.clone(), tally: Tally::Records, filter: None, facts: Quantity::RECORDS };
        let mut making = Making { table, reach, ids, dimensions, quantities: vec![records], label };
        let faults_before = self.faults.count();
        let made: Vec<Option<Measure>> = (0..table.measures.len()).map(|at| self.measure(at, &mut making)).collect();
        let made: Option<Vec<Measure>> = made.into_iter().collect();
        let mut made = made.filter(|_| self.faults.count() == faults_before)?;
        // A difference has as many digits as what it is of.
        for at in 0..made.len() {
            if let (MeasureSource::Change { of, percent: false, .. }, None) =
                (&made[at].source, &table.measures[at].places)
            {
                made[at].places = made[*of].places;
            }
        }
        self.check_derived(table, &made);
        (self.faults.count() == faults_before).then_some((made, making.quantities))
    }

    fn measure(&self, at: usize, making: &mut Making<'_>) -> Option<Measure> {
        let written = &making.table.measures[at];
        making.label.clone_from(&written.label);
        let derived = matches!(
            written.kind.value,
            WrittenMeasure::Ratio { .. }
                | WrittenMeasure::Share { .. }
                | WrittenMeasure::Change { .. }
                | WrittenMeasure::Rate { .. }
                | WrittenMeasure::Rank { .. }
        );
        if let (Some(filter), true) = (&written.filter, derived) {
            let fault =
                Fault::new(filter.span.clone(), "what is worked out of other measures has no filter of its own");
            self.faults.push(fault.hint("filter the measures that it is worked out of"));
        }
        let filter = match &written.filter {
            Some(filter) => Some(read_filter(filter, self.schema, making.reach, self.faults)?),
            None => None,
        };
        let own_filter = filter.clone();
        let (kind, source, places, adds_up) = match &written.kind.value {
            WrittenMeasure::Count => self.count(filter, making),
            WrittenMeasure::Distinct(name) => {
                let column = self.column(name, making.reach)?;
                let quantity = making.quantity(Tally::Distinct { column }, filter, DISTINCT);
                (MeasureKind::Distinct, MeasureSource::Quantity { quantity }, 0, false)
            }
            WrittenMeasure::Sum(name) => {
                let (number, places) = self.own_number(name, making.reach)?;
                let facts = Quantity { adds: true, places, zero_of_none: true, is_count: false, for_note: false };
                self.contributors(&number, filter.as_ref(), making);
                let quantity = making.quantity(Tally::Sum { number }, filter, facts);
                (MeasureKind::Sum, MeasureSource::Quantity { quantity }, places, true)
            }
            WrittenMeasure::Minimum(name) => {
                let (number, places) = self.number(name, making.reach)?;
                self.contributors(&number, filter.as_ref(), making);
                let quantity = making.quantity(Tally::Minimum { number }, filter, apart(places));
                (MeasureKind::Minimum, MeasureSource::Quantity { quantity }, places, false)
            }
            WrittenMeasure::Maximum(name) => {
                let (number, places) = self.number(name, making.reach)?;
                self.contributors(&number, filter.as_ref(), making);
                let quantity = making.quantity(Tally::Maximum { number }, filter, apart(places));
                (MeasureKind::Maximum, MeasureSource::Quantity { quantity }, places, false)
            }
            WrittenMeasure::Median(name) => {
                let (number, places) = self.own_number(name, making.reach)?;
                self.contributors(&number, filter.as_ref(), making);
                // The mean of two middle values has one digit more.
                let quantity = making.quantity(Tally::Median { number }, filter, apart(places + 1));
                (MeasureKind::Median, MeasureSource::Quantity { quantity }, places + 1, false)
            }
            WrittenMeasure::Mean(name) => {
                let (number, places) = self.own_number(name, making.reach)?;
                let facts = Quantity { adds: true, places, zero_of_none: true, is_count: false, for_note: false };
                let sum = making.quantity(Tally::Sum { number: number.clone() }, filter.clone(), facts);
                let present = making.quantity(Tally::Present { number }, filter, Quantity::RECORDS);
                (MeasureKind::Mean, MeasureSource::Mean { sum, present }, places + 1, false)
            }
            WrittenMeasure::Ratio { of, to, per } => {
                let (of, to) = (self.other(of, at, making)?, self.other(to, at, making)?);
                let Some(per) = u32::try_from(*per).ok().filter(|per| *per > 0) else {
                    self.faults.add(&written.kind.span, "`per` must be 1 or more");
                    return None;
                };
                let places = if per == 1 { 2 } else { 1 };
                (MeasureKind::Ratio, MeasureSource::Ratio { of, to, per }, places, false)
            }
            WrittenMeasure::Share { of, base } => {
                let of = self.other(of, at, making)?;
                let (over, base) = self.base_of(base, making)?;
                (MeasureKind::Share, MeasureSource::Share { of, over, base }, 1, false)
            }
            WrittenMeasure::Change { of, along, percent } => {
                let (of, along_at) = (self.other(of, at, making)?, dimension(self, along, making.dimensions)?);
                let over_time = |category: &Category| {
                    use CategoryKind::{Period, Stock, Year};
                    matches!(category.kind, Period(_) | Year { .. } | Stock { .. })
                };
                if !making.dimensions[along_at].dimension.categories.iter().all(over_time) {
                    let message = format!("`{}` does not go on in time: nothing changes along it", along.value);
                    self.faults.push(Fault::new(along.span.clone(), message).hint("name a dimension of periods"));
                    return None;
                }
                let (along, places) = (along_at, u8::from(*percent));
                (MeasureKind::Change, MeasureSource::Change { of, along, percent: *percent }, places, false)
            }
            WrittenMeasure::Rate { of, per, population } => {
                let of = self.other(of, at, making)?;
                let population = self.population(population, making.dimensions)?;
                let Some(per) = u64::try_from(per.value).ok().filter(|per| *per > 0) else {
                    self.faults.add(&per.span, "`per` must be 1 or more");
                    return None;
                };
                (MeasureKind::Rate, MeasureSource::Rate { of, per, population }, 1, false)
            }
            WrittenMeasure::Rank { of, along } => {
                let (of, along) = (self.other(of, at, making)?, dimension(self, along, making.dimensions)?);
                (MeasureKind::Rank, MeasureSource::Rank { of, along }, 0, false)
            }
        };
        Some(Measure {
            id: making.ids[at].clone(),
            label: written.label.clone(),
            kind,
            places: self.places(written, places)?,
            adds_up,
            gaps: self.gaps(&source, own_filter, making),
            meaning: written.meaning.clone(),
            columns: self.measure_columns(written, making)?,
            total_label: written.total_label.clone(),
            source,
        })
    }

    /// What is counted so that a note can say what a measure passes over.
    fn gaps(&self, source: &MeasureSource, filter: Option<Filter>, making: &mut Making<'_>) -> Gaps {
        let (MeasureSource::Quantity { quantity } | MeasureSource::Mean { sum: quantity, .. }) = source else {
            return Gaps::default();
        };
        let tally = making.quantities[*quantity].tally.clone();
        let optional = |at: ColumnRef| !self.schema.column(at).required;
        let for_note = Quantity { for_note: true, ..Quantity::RECORDS };
        let lacking = match &tally {
            Tally::Distinct { column } => optional(*column).then_some(Tally::Unnamed { column: *column }),
            other => other
                .number()
                .filter(|number| number.columns().into_iter().any(optional))
                .map(|number| Tally::Lacking { number: number.clone() }),
        };
        let lacking = lacking.map(|tally| making.quantity(tally, filter.clone(), for_note));
        let backwards = tally.number().filter(|number| matches!(number, Number::Between { .. })).map(|number| {
            let tally = Tally::Backwards { number: number.clone() };
            making.quantity(tally, filter.clone(), for_note)
        });
        let undecided = filter
            .filter(|filter| filter.columns().into_iter().any(optional))
            .map(|filter| making.quantity(Tally::Undecided { filter }, None, for_note));
        Gaps { lacking, backwards, undecided }
    }

    /// Records or, where the unit hangs above the rows that are read, the different ones of the unit among them.
    fn count(&self, filter: Option<Filter>, making: &mut Making<'_>) -> (MeasureKind, MeasureSource, u8, bool) {
        let Some(column) = self.counted_by(making.reach) else {
            let quantity = making.quantity(Tally::Records, filter, Quantity::RECORDS);
            return (MeasureKind::Count, MeasureSource::Quantity { quantity }, 0, true);
        };
        let quantity = making.quantity(Tally::Distinct { column }, filter, DISTINCT);
        (MeasureKind::Distinct, MeasureSource::Quantity { quantity }, 0, false)
    }

    /// The column that tells of which record of the unit a row is that is read; None where it is one itself.
    pub(super) fn counted_by(&self, reach: Reach) -> Option<ColumnRef> {
        // The row's own link saves reading the parents where they are one step away.
        match self.schema.tables[reach.base].parent {
            _ if reach.unit == reach.base => None,
            Some(link) if link.table == reach.unit => Some(ColumnRef { table: reach.base, column: link.column }),
            _ => Some(ColumnRef { table: reach.unit, column: self.schema.tables[reach.unit].key.unwrap_or(0) }),
        }
    }

    /// Counts the records that a value is made of, so that disclosure control sees where they are few.
    fn contributors(&self, number: &Number, filter: Option<&Filter>, making: &mut Making<'_>) {
        let optional = number.columns().into_iter().any(|at| !self.schema.column(at).required);
        let between = matches!(number, Number::Between { .. });
        if optional || between || filter.is_some() {
            making.quantity(Tally::Present { number: number.clone() }, filter.cloned(), Quantity::RECORDS);
        }
    }

    /// A number of the rows that are read themselves. One of a record that they hang on would be added once for each.
    fn own_number(&self, name: &At<String>, reach: Reach) -> Option<(Number, u8)> {
        let (number, places) = self.number(name, reach)?;
        if let Some(other) = number.columns().into_iter().find(|at| at.table != reach.base) {
            let (theirs, rows) = (&self.schema.tables[other.table].unit, &self.schema.tables[reach.base].unit);
            let message = format!("`{}` is a number of {}, and {} are read", name.value, theirs.many, rows.many);
            let hint = format!(
                "one {} would be added up once for each of its {}: make a table of {}",
                theirs.one, rows.many, theirs.many
            );
            self.faults.push(Fault::new(name.span.clone(), message).hint(hint));
            return None;
        }
        Some((number, places))
    }

    fn number(&self, name: &At<String>, reach: Reach) -> Option<(Number, u8)> {
        if let Some((number, _)) = self.duration(name, reach) {
            return Some((number?, 0));
        }
        let column = self.column(name, reach)?;
        match self.schema.column(column).holds {
            ColumnType::Integer { .. } => Some((Number::Column { column }, 0)),
            ColumnType::Decimal { places } => Some((Number::Column { column }, places)),
            _ => {
                let fault = Fault::new(name.span.clone(), format!("`{}` is not a number", name.value));
                self.faults.push(
                    fault.hint("a measure of values needs a column of the type `integer` or `decimal`, or a duration"),
                );
                None
            }
        }
    }

    fn places(&self, written: &written::Measure, usual: u8) -> Option<u8> {
        let Some(places) = &written.places else { return Some(usual) };
        match u8::try_from(places.value) {
            Ok(number) if places.value <= MOST_PLACES => Some(number),
            _ => {
                self.faults.add(&places.span, format!("`places` must be from 0 to {MOST_PLACES}"));
                None
            }
        }
    }

    /// The column dimensions that a measure is broken down by: all, unless it says which.
    fn measure_columns(&self, written: &written::Measure, making: &Making<'_>) -> Option<Vec<usize>> {
        let all: Vec<usize> =
            (0..making.dimensions.len()).filter(|&at| making.dimensions[at].dimension.axis == Axis::Columns).collect();
        let Some(chosen) = &written.columns else { return Some(all) };
        let mut columns = BTreeSet::new();
        for name in chosen {
            let found = all.iter().find(|&&at| making.dimensions[at].dimension.id == name.value);
            let Some(&found) = found else {
                let known = all.iter().map(|&at| making.dimensions[at].dimension.id.as_str());
                unknown(self.faults, name, "is no dimension of the columns called", known);
                return None;
            };
            columns.insert(found);
            // What lies inside another stands under it.
            let mut at = found;
            while let Some(outer) = making.dimensions[at].dimension.rolls_up_to {
                columns.insert(outer);
                at = outer;
            }
        }
        if making.table.measures_inside && columns.len() < all.len() {
            let message = "with `measure_order = \"inside\"` all measures stand under the same columns";
            self.faults.push(Fault::new(written.kind.span.clone(), message).hint("leave `columns` out, or the order"));
            return None;
        }
        Some(columns.into_iter().collect())
    }

    fn other(&self, name: &At<String>, own: usize, making: &Making<'_>) -> Option<usize> {
        let found = making.ids.iter().position(|known| *known == name.value);
        match found {
            Some(at) if at == own => {
                self.faults.add(&name.span, format!("`{}` cannot be worked out of itself", name.value));
                None
            }
            Some(at) => Some(at),
            None => {
                unknown(self.faults, name, "is no measure", making.ids.iter().map(String::as_str));
                None
            }
        }
    }

    fn base_of(&self, base: &[At<String>], making: &Making<'_>) -> Option<(Vec<usize>, ShareBase)> {
        let dimensions = making.dimensions;
        let on = |axis: Axis| (0..dimensions.len()).filter(move |&at| dimensions[at].dimension.axis == axis);
        let (mut over, kind): (BTreeSet<usize>, ShareBase) = match base {
            [one] if one.value == "row" => (on(Axis::Columns).collect(), ShareBase::Row),
            [one] if one.value == "column" => (on(Axis::Rows).collect(), ShareBase::Column),
            [one] if one.value == "table" => ((0..dimensions.len()).collect(), ShareBase::Table),
            several => {
                let found: Option<BTreeSet<usize>> =
                    several.iter().map(|name| dimension(self, name, dimensions)).collect();
                (found?, ShareBase::Dimensions)
            }
        };
        if over.is_empty() {
            let fault = Fault::new(base[0].span.clone(), "a table without columns has no total of its rows");
            self.faults.push(fault.hint("take `base = [\"column\"]`, the total of all rows"));
            return None;
        }
        // What is summed over takes with it what lies inside.
        loop {
            let inner = (0..dimensions.len()).find(|at| {
                !over.contains(at) && dimensions[*at].dimension.rolls_up_to.is_some_and(|outer| over.contains(&outer))
            });
            match inner {
                Some(inner) => over.insert(inner),
                None => break,
            };
        }
        Some((over.into_iter().collect(), kind))
    }

    fn population(&self, name: &At<String>, dimensions: &[TableDimension]) -> Option<Population> {
        let Some(written) = self.written.populations.iter().find(|known| known.name.value == name.value) else {
            let known = self.written.populations.iter().map(|known| known.name.value.as_str());
            unknown(self.faults, name, "is no population", known);
            return None;
        };
        let by: Option<Vec<usize>> = written.by.iter().map(|name| dimension(self, name, dimensions)).collect();
        let by = by?;
        let columns: Vec<&str> = written.by.iter().map(|name| name.value.as_str()).chain(["population"]).collect();
        let table = match CsvTable::read(written.table.value.trim_start().as_bytes(), &columns, &[]) {
            Ok(table) => table,
            Err(reasons) => {
                let message = format!("the population `{}`: {}", name.value, reasons.join("; "));
                let fault = Fault::new(written.table.span.clone(), message);
                self.faults.push(
                    fault.hint("`table` is CSV: a heading with the dimensions and `population`, then a line for each"),
                );
                return None;
            }
        };
        let fault = |message: String| self.faults.add(&written.table.span, message);
        let mut values: Vec<(Vec<Coord>, u64)> = Vec::new();
        let merged = self.merged.borrow();
        // Of what the policy makes one, how many are given, and how many there are.
        let mut parts: BTreeMap<Vec<Coord>, (BTreeSet<Vec<String>>, usize)> = BTreeMap::new();
        for (line, row) in table.rows() {
            let mut coords = Vec::new();
            let (mut texts, mut of) = (Vec::new(), 1);
            for (column, &at) in written.by.iter().zip(&by) {
                let dimension = &dimensions[at].dimension;
                let mut text = row.get(&column.value).unwrap_or_default();
                texts.push(text.to_owned());
                let now = merged.now.get(&dimension.id).and_then(|now| now.get(text));
                if let Some((into, number)) = now {
                    text = into;
                    of *= number;
                }
                match (dimension.position(text), text) {
                    (Some(position), _) => coords.push(Coord::At(position)),
                    (None, "Total") => coords.push(Coord::Total),
                    (None, text) => {
                        fault(format!("row {line} of the population: `{text}` is no category of `{}`", dimension.id));
                        return None;
                    }
                }
            }
            let Some(number) =
                row.get("population").and_then(|text| text.parse::<u64>().ok()).filter(|&number| number > 0)
            else {
                fault(format!("row {line} of the population: `population` must be a whole number above 0"));
                return None;
            };
            if !can_occur(&by, dimensions, &coords) {
                fault(format!("row {line} of the population: these categories do not lie in one another"));
                return None;
            }
            let (given, needed) = parts.entry(coords.clone()).or_insert_with(|| (BTreeSet::new(), of));
            let is_new = given.insert(texts);
            match values.iter_mut().find(|(known, _)| *known == coords) {
                None => values.push((coords, number)),
                Some((_, sum)) if is_new && of > 1 && *needed == of => *sum = sum.saturating_add(number),
                Some(_) => {
                    fault(format!("row {line} of the population stands twice"));
                    return None;
                }
            }
        }
        if parts.values().any(|(given, needed)| given.len() != *needed) {
            fault(format!(
                "the population `{}` lacks some of the categories that the policy merges: give all of them, or the merged one alone",
                name.value
            ));
            return None;
        }
        let missing = missing_category(&by, dimensions, &values);
        if let Some(missing) = missing {
            fault(format!("the population `{}` lacks {missing}", name.value));
            return None;
        }
        Some(Population { source: written.source.clone(), by, values })
    }

    /// The population by which the policy judges counts, in a table that has its dimensions. None where it is faulty.
    pub(super) fn residents(&self, dimensions: &[TableDimension]) -> Option<Option<Population>> {
        let of = self.suppression().and_then(|policy| policy.population.as_ref()).and_then(|rule| rule.of.as_ref());
        let Some(written) = self.written.populations.iter().find(|known| Some(&known.name.value) == of) else {
            return Some(None);
        };
        let has = |name: &At<String>| dimensions.iter().any(|known| known.dimension.id == name.value);
        if !written.by.iter().all(has) {
            return Some(None);
        }
        self.population(&written.name, dimensions).map(Some)
    }

    /// What may be worked out of what.
    fn check_derived(&self, table: &written::Table, made: &[Measure]) {
        let counted = |at: usize| matches!(made[at].source, MeasureSource::Quantity { .. });
        for (measure, written) in made.iter().zip(&table.measures) {
            let fault = |message: &str, hint: &str| {
                self.faults.push(Fault::new(written.kind.span.clone(), message.to_owned()).hint(hint));
            };
            match &measure.source {
                MeasureSource::Ratio { of, to, .. } if !counted(*of) || !counted(*to) => {
                    fault("a ratio is one of counts, sums or values", "name two measures that are counted");
                }
                MeasureSource::Share { of, .. } if !made[*of].adds_up => {
                    fault("a share is one of a count or a sum", "what does not add up has no total to be a share of");
                }
                MeasureSource::Rate { of, .. } if !counted(*of) => {
                    fault("a rate is one of a count or a sum", "name a measure that is counted");
                }
                MeasureSource::Change { of, .. } | MeasureSource::Rank { of, .. }
                    if matches!(made[*of].kind, MeasureKind::Change | MeasureKind::Rank) =>
                {
                    fault("a change or a rank is not worked out of another", "name the measure itself");
                }
                _ => {}
            }
        }
    }
}

const DISTINCT: Quantity = Quantity { adds: false, places: 0, zero_of_none: true, is_count: true, for_note: false };

/// A value that does not add up.
fn apart(places: u8) -> Quantity {
    Quantity { adds: false, places, zero_of_none: false, is_count: false, for_note: false }
}

fn dimension(resolver: &Resolver<'_>, name: &At<String>, dimensions: &[TableDimension]) -> Option<usize> {
    let found = dimensions.iter().position(|known| known.dimension.id == name.value);
    if found.is_none() {
        let known = dimensions.iter().map(|known| known.dimension.id.as_str());
        unknown(resolver.faults, name, "is no dimension", known);
    }
    found
}

/// The first combination of categories of a population's dimensions that can occur and that it gives no number for. What
/// stands for "other" or "not recorded" has no population.
fn missing_category(by: &[usize], dimensions: &[TableDimension], values: &[(Vec<Coord>, u64)]) -> Option<String> {
    // Outer dimensions first, since they limit those inside.
    let mut order: Vec<usize> = (0..by.len()).collect();
    order.sort_unstable_by_key(|&at| by[at]);
    let mut combinations = vec![vec![Coord::Total; by.len()]];
    for at in order {
        let longer = |before: Vec<Coord>| {
            let dimension = &dimensions[by[at]];
            let has_people = |position: &u32| {
                let kind = &dimension.dimension.categories[*position as usize].kind;
                !matches!(kind, CategoryKind::Other | CategoryKind::NotRecorded)
            };
            let found = dimension.under(|other| fixed(by, &before, other)).into_iter().filter(has_people);
            let with = |position: u32| {
                let mut with = before.clone();
                with[at] = Coord::At(position);
                with
            };
            found.map(with).collect::<Vec<_>>()
        };
        combinations = combinations.into_iter().flat_map(longer).collect();
    }
    let given: BTreeSet<&Vec<Coord>> = values.iter().map(|(coords, _)| coords).collect();
    let missing = combinations.into_iter().find(|wanted| !given.contains(wanted))?;
    let names = by.iter().zip(&missing).filter_map(|(&at, coord)| match coord {
        Coord::At(position) => {
            let dimension = &dimensions[at].dimension;
            Some(format!("`{}` of `{}`", dimension.categories[*position as usize].label, dimension.id))
        }
        _ => None,
    });
    Some(names.collect::<Vec<_>>().join(" with "))
}

/// The category that the coordinates of a population's dimensions fix one at.
fn fixed(by: &[usize], coords: &[Coord], dimension: usize) -> Option<u32> {
    by.iter().zip(coords).find(|(at, _)| **at == dimension).and_then(|(_, coord)| match coord {
        Coord::At(position) => Some(*position),
        _ => None,
    })
}

/// Whether categories of a population's dimensions can occur together.
fn can_occur(by: &[usize], dimensions: &[TableDimension], coords: &[Coord]) -> bool {
    by.iter().zip(coords).all(|(&at, coord)| match coord {
        Coord::At(position) => dimensions[at].under(|other| fixed(by, coords, other)).contains(position),
        _ => true,
    })
}
