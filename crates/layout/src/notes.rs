//! Notes that follow from what was counted, so that nobody can forget them.

use std::collections::{BTreeMap, BTreeSet};

use candour_model::{
    Category, CategoryKind, Coord, DatePart, Definition, Dimension, LeftOut, LeftOutReason, Note, Period, Reach,
    Rounding, Shown,
};
use candour_spec::{
    Cancelled, Code, ColumnRef, ColumnType, DimensionSource, Filter, Gaps, ListSpec, Measure, MeasureSource, Number,
    Response, Schema, Scope, ShareBase, TableSpec, Tally, TimeUnit,
};
use candour_wording::Arg;
use jiff::civil::Date;

use crate::breaks::{Break, What};
use crate::table::{NotShown, is_fresh};
use crate::value::{View, months_in};
use crate::words::{MOST_NAMES, Words};
use crate::{ExtractFacts, figure_text};

/// What a table's reader must know, in the order of reading.
pub(crate) fn of_table(
    view: &View<'_>,
    response: &Response,
    extract: &ExtractFacts,
    breaks: &[Break],
    not_shown: &NotShown,
    withholds: bool,
) -> Vec<Note> {
    let (spec, schema) = (view.spec, view.schema);
    let counted = spec.counted;
    let (words, days) = (view.words, response.settled_after_days);
    let scope = ScopeNotes { words, scope: &spec.scope, counted, schema, extract, days };
    let context = Context { words, view, spec, response, schema, breaks, not_shown, scope };
    let all = [
        context.basis(),
        context.definition(),
        context.measures(),
        context.measure_gaps(),
        context.backwards(),
        context.rounding(),
        context.cancelled(),
        context.not_recorded(),
        context.merged(),
        context.not_listed(),
        context.filter_unknown(),
        context.undated(),
        context.counted_once(),
        context.relation(),
        context.overlaps(),
        context.groups(),
        context.stock(),
        context.part_periods(),
        context.validity(),
        context.codes_changed(),
        context.law(),
        context.cut(),
        context.scope.settled(context.periods()),
        context.empty_rows(),
        context.scope.rejected(),
        withholds.then(|| words.note("withheld", words.say("withheld", &[]))),
    ];
    all.into_iter().flatten().collect()
}

/// What a record list's reader must know.
pub(crate) fn of_list(
    list: &ListSpec,
    left_out: &[LeftOut],
    response: &Response,
    schema: &Schema,
    extract: &ExtractFacts,
) -> Vec<Note> {
    let listed = list.scope.record_table;
    let (words, days) = (Words(response.language), response.settled_after_days);
    let scope = ScopeNotes { words, scope: &list.scope, counted: listed, schema, extract, days };
    let unit = schema.tables[list.scope.record_table].unit.many.as_str();
    let spans: Vec<String> = list.scope.spans.iter().map(|span| words.span(span.from, span.to)).collect();
    let mut basis = words.say("list-unit", &[("unit", unit.into())]);
    if let Some(date) = &list.scope.date_basis {
        basis = format!("{basis} {}", words.say("basis-date", &[("basis", date.as_str().into())]));
    }
    basis = format!("{basis} {}", words.say("basis-covers", &[("spans", words.some_names(&spans).into())]));
    for age in ages(words, list, schema) {
        basis = format!("{basis} {age}");
    }
    let as_at = words.say("basis-as-at", &[("as_at", words.day(extract.as_at).into())]);
    let count = |reason: LeftOutReason| {
        let found = left_out.iter().find(|left| left.reason == reason);
        Shown::whole(found.map_or(0, |left| i128::from(left.count)))
    };
    let some = |kind: &str, reason: LeftOutReason| {
        let shown = count(reason);
        (!shown.is_zero()).then(|| words.note(kind, words.counted(kind, shown, &[("unit", unit.into())])))
    };
    let all = [
        Some(words.note("basis", format!("{basis} {as_at}"))),
        Some(words.note("records", words.say("records-reason", &[("reason", list.reason.as_str().into())]))),
        scope.cancelled(count),
        some("filter-unknown", LeftOutReason::FilterUnknown),
        some("undated", LeftOutReason::Undated),
        scope.settled(list.scope.spans.iter().map(|span| (words.span(span.from, span.to), span.clone())).collect()),
        scope.rejected(),
    ];
    all.into_iter().flatten().collect()
}

/// When the ages were taken that a list shows, or that its filter goes by.
fn ages(words: Words, list: &ListSpec, schema: &Schema) -> Vec<String> {
    let mut bases: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let shown = list.columns.iter().map(|listed| (listed.column, listed.label.as_str()));
    let filtered = list.scope.filter.iter().flat_map(Filter::columns).map(|at| (at, schema.column(at).title.as_str()));
    let mut told = BTreeSet::new();
    for (column, label) in shown.chain(filtered) {
        if let (Some(basis), true) = (&schema.column(column).age_basis, told.insert(column)) {
            bases.entry(basis).or_default().push(words.quoted(label));
        }
    }
    let sentence = |(basis, labels): (&str, Vec<String>)| {
        let number = ("number", Arg::from(labels.len() as u64));
        words.say("list-ages", &[("labels", words.list_and(&labels).into()), number, ("basis", basis.into())])
    };
    bases.into_iter().map(sentence).collect()
}

/// How what was counted compares with the words of the request.
pub(crate) fn of_definition(definition: &Definition, words: Words) -> Note {
    let requested: Vec<String> = definition.requested.iter().map(|requested| words.quoted(requested)).collect();
    let mut text = words.say(
        "definition-names",
        &[
            ("requested", words.list_or(&requested).into()),
            ("code", definition.code.as_str().into()),
            ("statute", definition.statute.as_str().into()),
            ("label", definition.label.as_str().into()),
        ],
    );
    let reach = match definition.reach {
        Reach::Same => words.say("reach-same", &[]),
        Reach::Narrower => words.say("reach-narrower", &[]),
        Reach::Wider => words.say("reach-wider", &[]),
    };
    text.push(' ');
    text.push_str(&reach);
    if let Some(reason) = &definition.reach_reason {
        text.push(' ');
        text.push_str(reason);
    }
    words.note("reach", text)
}

/// What follows from the scope alone, for tables and lists.
struct ScopeNotes<'c> {
    words: Words,
    scope: &'c Scope,
    /// The record table whose unit is counted.
    counted: usize,
    schema: &'c Schema,
    extract: &'c ExtractFacts,
    /// After how many days figures have settled.
    days: u32,
}

impl ScopeNotes<'_> {
    fn cancelled(&self, left_out: impl Fn(LeftOutReason) -> Shown) -> Option<Note> {
        // Of a unit that is counted by what hangs on it, its own records are told, and not the rows that were read.
        let of_rows = self.counted == self.scope.record_table;
        let unit = &self.schema.tables[self.counted].unit;
        let (id, args) = match of_rows {
            true => ("cancelled-excluded", [self.words.say("one-record", &[]), self.words.say("many-records", &[])]),
            false => ("cancelled-excluded-units", [unit.one.clone(), unit.many.clone()]),
        };
        let [one, many] = args;
        let args = [("one", Arg::from(one)), ("many", Arg::from(many))];
        let mut text = match self.scope.cancelled {
            Cancelled::NotMarked => return None,
            Cancelled::Included => self.words.say("cancelled-included", &[]),
            Cancelled::Excluded => self.words.counted(id, left_out(LeftOutReason::Cancelled), &args),
        };
        for (id, reason) in [
            ("cancelled-undecided", LeftOutReason::CancelledUndecided),
            ("cancelled-maybe", LeftOutReason::MaybeCancelled),
        ] {
            let shown = left_out(reason);
            if !shown.is_zero() {
                text = format!("{text} {}", self.words.counted(id, shown, &args));
            }
        }
        Some(self.words.note("cancelled", text))
    }

    /// Periods that were only days old, or not over, when the extract was taken.
    fn settled(&self, periods: Vec<(String, Period)>) -> Option<Note> {
        let as_at = self.extract.as_at;
        let fresh: Vec<String> = periods
            .into_iter()
            .filter(|(_, period)| is_fresh(period.to, as_at, self.days))
            .map(|(label, period)| {
                let label = ("label", Arg::from(label));
                // A period that ends with the extract, short of its own end, was going on.
                let going_on = !period.whole && period.to == as_at;
                match u64::try_from((as_at - period.to).get_days()) {
                    Ok(age) if !going_on => {
                        let age = self.words.say("days", &[("days", age.into())]);
                        self.words.say("settled-part", &[label, ("days", age.into())])
                    }
                    _ => self.words.say("settled-not-over", &[label]),
                }
            })
            .collect();
        if fresh.is_empty() {
            return None;
        }
        let limit = self.words.say("days", &[("days", u64::from(self.days).into())]);
        let args = [
            ("as_at", self.words.day(as_at).into()),
            ("limit", limit.into()),
            ("parts", self.words.some_names(&fresh).into()),
        ];
        Some(self.words.note("settled", self.words.say("settled", &args)))
    }

    /// Rows of the extract that could not be read, in every record table that is read, and why the figures may stand.
    fn rejected(&self) -> Option<Note> {
        let parts: Vec<String> = self
            .schema
            .lineage(self.scope.record_table)
            .into_iter()
            .filter_map(|table| {
                let rejected = self.extract.rejected.get(table).copied().filter(|&rejected| rejected > 0)?;
                let unit = self.schema.tables[table].unit.many.as_str();
                Some(self.words.say("rejected-part", &[("count", rejected.into()), ("unit", unit.into())]))
            })
            .collect();
        if parts.is_empty() {
            return None;
        }
        let mut text = self.words.say("rejected", &[("parts", self.words.list_and(&parts).into())]);
        if let Some(reason) = &self.scope.rejected {
            text = format!("{text} {reason}");
        }
        Some(self.words.note("rejected", text))
    }
}

struct Context<'c> {
    words: Words,
    view: &'c View<'c>,
    spec: &'c TableSpec,
    response: &'c Response,
    schema: &'c Schema,
    breaks: &'c [Break],
    not_shown: &'c NotShown,
    scope: ScopeNotes<'c>,
}

impl Context<'_> {
    fn dimensions(&self) -> Vec<&Dimension> {
        self.view.dimensions().collect()
    }

    /// What is counted, in the plural.
    fn unit(&self) -> Arg {
        self.schema.tables[self.spec.counted].unit.many.as_str().into()
    }

    /// What one row that is read is, in the plural: mostly the same.
    fn rows_unit(&self) -> Arg {
        self.schema.tables[self.spec.scope.record_table].unit.many.as_str().into()
    }

    /// What one count is, and which date and age it goes by.
    fn basis(&self) -> Option<Note> {
        // Sums of values that are totals already count nothing.
        let counts = self.spec.measures.iter().any(|measure| match &measure.source {
            MeasureSource::Quantity { quantity } => self.spec.quantities[*quantity].facts.is_count,
            _ => false,
        });
        let mut text = self.words.say(if counts { "basis-unit" } else { "basis-made" }, &[("unit", self.unit())]);
        if let Some(basis) = &self.spec.scope.date_basis {
            let date = self.words.say("basis-date", &[("basis", basis.as_str().into())]);
            text = format!("{text} {date}");
        }
        if let Some(covers) = self.covers() {
            text = format!("{text} {covers}");
        }
        let as_at = self.words.say("basis-as-at", &[("as_at", self.words.day(self.scope.extract.as_at).into())]);
        text = format!("{text} {as_at}");
        if let Some(basis) = &self.spec.age_basis {
            let age = self.words.say("basis-age", &[("basis", basis.as_str().into())]);
            text = format!("{text} {age}");
        }
        Some(self.words.note("basis", text))
    }

    /// Which days the table covers, where its labels do not tell.
    fn covers(&self) -> Option<String> {
        if self.spec.is_stock() || self.spec.scope.spans.is_empty() {
            return None;
        }
        let shown = self.shown_periods();
        let days = |period: &Period| self.words.span(period.from, period.to);
        // A label of an officer's own, such as "Lockdown", under the first day as its id.
        let own: Vec<String> = shown
            .iter()
            .filter(|(category, period, _)| {
                category.id == period.from.to_string() && !category.label.contains(&period.from.year().to_string())
            })
            .map(|(category, period, _)| {
                self.words
                    .say("basis-named", &[("label", category.label.as_str().into()), ("span", days(period).into())])
            })
            .collect();
        if !own.is_empty() {
            return Some(format!("{}.", self.words.some_names(&own)));
        }
        // A label that is just a year, over another span of days.
        let just_year = shown.iter().any(|(category, period, _)| {
            category.id.parse::<i16>().is_ok()
                && category.label.starts_with(&category.id)
                && !is_year(period)
                && period.whole
        });
        let spans: Vec<String> = self.spec.scope.spans.iter().map(days).collect();
        (shown.is_empty() || just_year)
            .then(|| self.words.say("basis-covers", &[("spans", self.words.some_names(&spans).into())]))
    }

    fn definition(&self) -> Option<Note> {
        let id = self.spec.definition.as_ref()?;
        let definition = self.response.definitions.iter().find(|definition| definition.id == *id)?;
        let args = [
            ("label", definition.label.as_str().into()),
            ("code", definition.code.as_str().into()),
            ("statute", definition.statute.as_str().into()),
        ];
        Some(self.words.note("label", self.words.say("definition-short", &args)))
    }

    fn left_out(&self, reason: &LeftOutReason) -> Shown {
        let found = self.view.protected.left_out.iter().find(|(known, _)| known == reason);
        found.map_or(Shown::whole(0), |(_, shown)| *shown)
    }

    fn cancelled(&self) -> Option<Note> {
        self.scope.cancelled(|reason| self.left_out(&reason))
    }

    // --- Measures ---

    /// What each measure is that is more than a number of records.
    fn measures(&self) -> Option<Note> {
        let mut sentences = Vec::new();
        for (position, measure) in self.spec.measures.iter().enumerate() {
            let label = ("label", Arg::from(measure.label.as_str()));
            let other = |at: usize| Arg::from(self.spec.measures[at].label.as_str());
            let sentence = match &measure.source {
                MeasureSource::Quantity { quantity } => self.counted_measure(measure, *quantity),
                MeasureSource::Mean { sum, .. } => {
                    let number = self.spec.quantities[*sum].tally.number();
                    let values = number.map(|number| self.number_words(number)).unwrap_or_default();
                    let mean = self.words.say("measure-mean", &[label.clone(), ("values", values.into())]);
                    let only = match (&measure.meaning, &self.spec.quantities[*sum].filter) {
                        (Some(meaning), _) => {
                            self.words.say("measure-meaning", &[label, ("meaning", meaning.as_str().into())])
                        }
                        (None, Some(_)) => self.words.say("measure-filtered", &[label]),
                        (None, None) => String::new(),
                    };
                    Some(format!("{mean} {only}").trim_end().to_owned())
                }
                MeasureSource::Ratio { of, to, per: 100 } => {
                    Some(self.words.say("measure-percentage", &[label, ("of", other(*of)), ("to", other(*to))]))
                }
                MeasureSource::Ratio { of, to, per } => {
                    let args =
                        [label, ("of", other(*of)), ("to", other(*to)), ("per", grouped(u64::from(*per)).into())];
                    Some(self.words.say(if *per == 1 { "measure-ratio" } else { "measure-ratio-per" }, &args))
                }
                MeasureSource::Share { of, over, base } => {
                    let base = match base {
                        ShareBase::Row => self.words.say("base-row", &[]),
                        ShareBase::Column => self.words.say("base-column", &[]),
                        ShareBase::Table => self.words.say("base-table", &[]),
                        ShareBase::Dimensions => {
                            let names = over.iter().map(|at| self.words.quoted(&self.dimensions()[*at].label));
                            self.words.say(
                                "base-dimensions",
                                &[("names", self.words.list_and(&names.collect::<Vec<_>>()).into())],
                            )
                        }
                    };
                    let share = self.words.say("measure-share", &[label, ("of", other(*of)), ("base", base.into())]);
                    let below_zero = self.not_shown.shares_below_zero.contains(&position);
                    let caution = below_zero.then(|| self.words.say("measure-share-below-zero", &[("of", other(*of))]));
                    Some([share].into_iter().chain(caution).collect::<Vec<_>>().join(" "))
                }
                MeasureSource::Change { of, along, percent } => {
                    let id = if *percent { "measure-change-percent" } else { "measure-change" };
                    let label_of = ("along", Arg::from(self.dimensions()[*along].label.as_str()));
                    let change = self.words.say(id, &[label, ("of", other(*of)), label_of]);
                    let apart = (!self.follow_one_another(*along)).then(|| self.words.say("measure-change-apart", &[]));
                    Some([change].into_iter().chain(apart).collect::<Vec<_>>().join(" "))
                }
                MeasureSource::Rate { of, per, population } => {
                    let source = ("source", Arg::from(population.source.trim_end_matches('.')));
                    Some(
                        self.words
                            .say("measure-rate", &[label, ("of", other(*of)), ("per", grouped(*per).into()), source]),
                    )
                }
                MeasureSource::Rank { of, along } => {
                    let ranked = &self.dimensions()[*along];
                    let along = ("along", Arg::from(ranked.label.as_str()));
                    let text = self.words.say("measure-rank", &[label, ("of", other(*of)), along]);
                    let outer = ranked.rolls_up_to.map(|outer| self.dimensions()[outer].label.as_str());
                    let within = outer.map(|outer| self.words.say("measure-rank-within", &[("outer", outer.into())]));
                    Some(within.map_or_else(|| text.clone(), |within| format!("{text} {within}")))
                }
            };
            sentences.extend(sentence);
        }
        let apart = self.spec.measures.iter().filter(|measure| match &measure.source {
            MeasureSource::Quantity { quantity } => !self.spec.quantities[*quantity].facts.adds,
            _ => false,
        });
        let apart: Vec<String> = apart.map(|measure| self.words.quoted(&measure.label)).collect();
        // A unit that is counted by what hangs on it has a note of its own that says so.
        if !apart.is_empty() && self.spec.counted == self.spec.scope.record_table {
            let number = ("number", Arg::from(apart.len() as u64));
            sentences.push(self.words.say("measures-apart", &[("labels", self.words.list_and(&apart).into()), number]));
        }
        (!sentences.is_empty()).then(|| self.words.note("measures", sentences.join(" ")))
    }

    /// Whether each whole period of a dimension can be compared with the one before. Of parts another note tells.
    fn follow_one_another(&self, along: usize) -> bool {
        let whole = (0..)
            .zip(&self.dimensions()[along].categories)
            .map(|(at, category)| (self.view.is_whole(along, at), category));
        let whole: Vec<(bool, &Category)> = whole.collect();
        whole.windows(2).all(|pair| !pair[0].0 || !pair[1].0 || pair[1].1.follows(pair[0].1))
    }

    /// Records that measures pass over, since a value is not recorded.
    fn measure_gaps(&self) -> Option<Note> {
        let of = |gaps: &Gaps| vec![("measure-lacking", gaps.lacking), ("measure-undecided", gaps.undecided)];
        let sentences = self.passed_over(of);
        (!sentences.is_empty()).then(|| self.words.note("not-recorded", sentences.join(" ")))
    }

    /// Records that measures pass over, since the time between their dates ends before it begins.
    fn backwards(&self) -> Option<Note> {
        let sentences = self.passed_over(|gaps| vec![("measure-backwards", gaps.backwards)]);
        (!sentences.is_empty()).then(|| self.words.note("backwards", sentences.join(" ")))
    }

    /// A sentence for each number of records that measures pass over: those that pass over as many for the same reason
    /// together.
    fn passed_over(&self, gaps: impl Fn(&Gaps) -> Vec<(&'static str, Option<usize>)>) -> Vec<String> {
        let everywhere = vec![Coord::Total; self.dimensions().len()];
        let mut told: Vec<(&str, Shown, Vec<String>)> = Vec::new();
        for measure in &self.spec.measures {
            for (id, quantity) in gaps(&measure.gaps) {
                let shown = quantity.map(|quantity| self.view.protected.at(&everywhere, quantity));
                let Some(shown) = shown.filter(|shown| !shown.is_zero()) else { continue };
                match told.iter_mut().find(|(known, count, _)| *known == id && *count == shown) {
                    Some((_, _, labels)) => labels.push(self.words.quoted(&measure.label)),
                    None => told.push((id, shown, vec![self.words.quoted(&measure.label)])),
                }
            }
        }
        let sentence = |(id, shown, labels): (&str, Shown, Vec<String>)| {
            let number = ("number", Arg::from(labels.len() as u64));
            self.words.counted(
                id,
                shown,
                &[("labels", self.words.list_and(&labels).into()), number, ("unit", self.rows_unit())],
            )
        };
        told.into_iter().map(sentence).collect()
    }

    /// What is counted for a measure, where it is not simply all records; that it does not add up, where it does not.
    fn counted_measure(&self, measure: &Measure, quantity: usize) -> Option<String> {
        let label = measure.label.as_str();
        let quantity = &self.spec.quantities[quantity];
        let label_arg = ("label", Arg::from(label));
        let values = |number: &Number| ("values", Arg::from(self.number_words(number)));
        let mut text = match &quantity.tally {
            Tally::Records
            | Tally::Present { .. }
            | Tally::Lacking { .. }
            | Tally::Backwards { .. }
            | Tally::Unnamed { .. }
            | Tally::Undecided { .. } => String::new(),
            // What is called as its column says nothing new.
            Tally::Sum { number } if self.number_words(number) == self.words.quoted(label) => String::new(),
            Tally::Sum { number } => self.words.say("measure-sum", &[label_arg.clone(), values(number)]),
            Tally::Minimum { number } => self.words.say("measure-minimum", &[label_arg.clone(), values(number)]),
            Tally::Maximum { number } => self.words.say("measure-maximum", &[label_arg.clone(), values(number)]),
            Tally::Median { number } => self.words.say("measure-median", &[label_arg.clone(), values(number)]),
            Tally::Distinct { column } if Some(*column) == self.spec.counted_by => String::new(),
            Tally::Distinct { column } => {
                let values = ("values", Arg::from(self.schema.column(*column).title.as_str()));
                self.words.say("measure-distinct", &[label_arg.clone(), values])
            }
        };
        let only = match (&measure.meaning, &quantity.filter) {
            (Some(meaning), _) => {
                Some(self.words.say("measure-meaning", &[label_arg, ("meaning", meaning.as_str().into())]))
            }
            (None, Some(_)) => Some(self.words.say("measure-filtered", &[label_arg])),
            (None, None) => None,
        };
        if let Some(only) = only {
            text = if text.is_empty() { only } else { format!("{text} {only}") };
        }
        (!text.is_empty()).then_some(text)
    }

    /// A number in words: its column's title, or the two dates between which it is the time.
    fn number_words(&self, number: &Number) -> String {
        match number {
            Number::Column { column } => self.words.quoted(&self.schema.column(*column).title),
            Number::Between { from, to, unit } => {
                let title = |at| Arg::from(self.words.quoted(&self.schema.column(at).title));
                let id = match unit {
                    TimeUnit::Days => "between-days",
                    TimeUnit::Hours => "between-hours",
                    TimeUnit::Minutes => "between-minutes",
                };
                self.words.say(id, &[("from", title(*from)), ("to", title(*to))])
            }
        }
    }

    /// How figures that are not whole were rounded.
    fn rounding(&self) -> Option<Note> {
        let rounded = self.spec.measures.iter().any(|measure| match &measure.source {
            MeasureSource::Quantity { quantity } => self.spec.quantities[*quantity].facts.places > measure.places,
            MeasureSource::Change { percent, .. } => *percent,
            MeasureSource::Rank { .. } => false,
            _ => true,
        });
        let id = match self.spec.rounding {
            Rounding::HalfEven => "rounding-half-even",
            Rounding::HalfUp => "rounding-half-up",
        };
        rounded.then(|| self.words.note("rounding", self.words.say(id, &[])))
    }

    // --- What is left out, and what overlaps ---

    /// Records that lack a value, dimension by dimension and together.
    fn not_recorded(&self) -> Option<Note> {
        let mut parts = Vec::new();
        for (at, dimension) in self.dimensions().iter().enumerate() {
            let shown = self.left_out(&LeftOutReason::NotRecorded { dimension: at });
            if !shown.is_zero() {
                parts.push(match (&self.spec.dimensions[at].source, &self.spec.scope.date_basis) {
                    (DimensionSource::Days { .. }, Some(basis)) => {
                        self.words.counted("not-recorded-date", shown, &[("basis", basis.as_str().into())])
                    }
                    _ => {
                        self.words.counted("not-recorded-in", shown, &[("dimension", dimension.label.as_str().into())])
                    }
                });
            }
        }
        if parts.is_empty() {
            return None;
        }
        let mut text = self
            .words
            .say("not-recorded-left-out", &[("unit", self.rows_unit()), ("parts", self.words.list_and(&parts).into())]);
        let any = self.left_out(&LeftOutReason::Any);
        if !any.is_zero() && self.unlisted().is_empty() {
            let together = self.words.counted("left-out-together", any, &[]);
            text = format!("{text} {together}");
        }
        Some(self.words.note("not-recorded", text))
    }

    /// The dimensions under which records have other values than are shown, and how many.
    fn unlisted(&self) -> Vec<String> {
        let mut parts = Vec::new();
        for (at, dimension) in self.dimensions().iter().enumerate() {
            let shown = self.left_out(&LeftOutReason::NotListed { dimension: at });
            if !shown.is_zero() {
                parts.push(self.words.counted(
                    "not-listed-in",
                    shown,
                    &[("dimension", dimension.label.as_str().into())],
                ));
            }
        }
        parts
    }

    fn not_listed(&self) -> Option<Note> {
        let parts = self.unlisted();
        if parts.is_empty() {
            return None;
        }
        let mut text = self
            .words
            .say("not-listed-left-out", &[("unit", self.rows_unit()), ("parts", self.words.list_and(&parts).into())]);
        let any = self.left_out(&LeftOutReason::Any);
        if !any.is_zero() {
            text = format!("{text} {}", self.words.counted("left-out-each-once", any, &[]));
        }
        Some(self.words.note("not-listed", text))
    }

    fn filter_unknown(&self) -> Option<Note> {
        let shown = self.left_out(&LeftOutReason::FilterUnknown);
        (!shown.is_zero()).then(|| {
            self.words
                .note("filter-unknown", self.words.counted("filter-unknown", shown, &[("unit", self.rows_unit())]))
        })
    }

    fn undated(&self) -> Option<Note> {
        let shown = self.left_out(&LeftOutReason::Undated);
        (!shown.is_zero())
            .then(|| self.words.note("undated", self.words.counted("undated", shown, &[("unit", self.rows_unit())])))
    }

    /// Categories that also hold what is not recorded, and values that stand under "other".
    fn merged(&self) -> Option<Note> {
        let mut sentences = Vec::new();
        for (at, dimension) in self.dimensions().iter().enumerate() {
            let spec = &self.spec.dimensions[at];
            let Some(atom) = spec.unrecorded else { continue };
            // The innermost of the categories that take it.
            let set = spec.atoms.categories(atom);
            let holds = |outer: u32, inner: u32| Category::holders(&dimension.categories, inner).any(|at| at == outer);
            let innermost = set.iter().find(|at| !set.iter().any(|other| holds(**at, *other)));
            let Some(&position) = innermost else { continue };
            let category = &dimension.categories[position as usize];
            if category.kind != CategoryKind::NotRecorded {
                let args =
                    [("dimension", dimension.label.as_str().into()), ("category", category.label.as_str().into())];
                sentences.push(self.words.say("merged", &args));
            }
        }
        (!sentences.is_empty()).then(|| self.words.note("not-recorded", sentences.join(" ")))
    }

    /// That a unit is counted by what is recorded of the records that hang on it.
    fn counted_once(&self) -> Option<Note> {
        if self.spec.counted == self.spec.scope.record_table {
            return None;
        }
        let one = self.schema.tables[self.spec.counted].unit.one.as_str();
        let args = [("unit", self.unit()), ("one", one.into()), ("rows", self.rows_unit())];
        // Only a record's own values put it in several rows or columns, and those of what stands above it do not.
        let above = self.schema.lineage(self.spec.counted);
        let columns = self.spec.dimensions.iter().flat_map(|dimension| dimension.source.columns());
        let adds_up = columns.into_iter().all(|column| above.contains(&column.table));
        Some(self.words.note(
            "counted-once",
            self.words.say(if adds_up { "counted-once-somewhere" } else { "counted-once" }, &args),
        ))
    }

    /// Why a table of victims does not add up to a table of offences.
    fn relation(&self) -> Option<Note> {
        let relation = self.view.protected.relation.as_ref()?;
        let table = &self.schema.tables[self.spec.scope.record_table];
        let parent = &self.schema.tables[table.parent?.table];
        let args = [
            ("unit", self.rows_unit()),
            ("parent", parent.unit.many.as_str().into()),
            ("parents", figure_text(relation.parents).into()),
            ("without", figure_text(relation.without).into()),
            ("several", figure_text(relation.several).into()),
        ];
        Some(self.words.note("relation", self.words.say("relation", &args)))
    }

    /// Categories that share records, and parts that stand in no total.
    fn overlaps(&self) -> Option<Note> {
        let mut sentences = Vec::new();
        for (at, dimension) in self.dimensions().iter().enumerate() {
            for (holder, whole) in (0..).zip(&dimension.categories) {
                let parts = dimension.categories.iter().filter(|category| category.of_which == Some(holder));
                let parts: Vec<String> = parts.map(|category| self.words.quoted(&category.label)).collect();
                if !parts.is_empty() {
                    let args = [
                        ("dimension", Arg::from(dimension.label.as_str())),
                        ("number", (parts.len() as u64).into()),
                        ("parts", self.words.list_and(&parts).into()),
                        ("whole", self.words.quoted(&whole.label).into()),
                    ];
                    sentences.push(self.words.say("of-which-note", &args));
                }
            }
            if dimension.overlaps {
                let positions = 0..u32::try_from(dimension.categories.len()).unwrap_or(u32::MAX);
                let names: Vec<String> = positions
                    .filter(|position| self.spec.dimensions[at].overlaps(*position))
                    .map(|position| self.words.quoted(&dimension.categories[position as usize].label))
                    .collect();
                let args =
                    [("dimension", dimension.label.as_str().into()), ("names", self.words.some_names(&names).into())];
                sentences.push(self.words.say("overlaps", &args));
            }
        }
        (!sentences.is_empty()).then(|| self.words.note("overlaps", sentences.join(" ")))
    }

    /// What a stock counts.
    fn stock(&self) -> Option<Note> {
        let (from, until) = self.spec.dimensions.iter().find_map(|dimension| match &dimension.source {
            DimensionSource::Stock { from, until, .. } => Some((*from, *until)),
            _ => None,
        })?;
        let title = |at| Arg::from(self.words.quoted(&self.schema.column(at).title));
        let mut text =
            self.words.say("stock", &[("unit", self.rows_unit()), ("from", title(from)), ("until", title(until))]);
        if self.spec.scope.spans.len() > 1 {
            text = format!("{text} {}", self.words.say("stock-several", &[]));
        }
        let backwards = self.left_out(&LeftOutReason::EndBeforeTheyBegin);
        if !backwards.is_zero() {
            let args = [("unit", self.rows_unit()), ("from", title(from)), ("until", title(until))];
            text = format!("{text} {}", self.words.counted("stock-backwards", backwards, &args));
        }
        Some(self.words.note("stock", text))
    }

    /// That only the highest or lowest categories are shown.
    fn cut(&self) -> Option<Note> {
        let mut sentences = Vec::new();
        for cut in &self.not_shown.cut {
            let args = [
                ("dimension", Arg::from(self.dimensions()[cut.dimension].label.as_str())),
                ("shown", (cut.shown as u64).into()),
                ("of", (cut.of as u64).into()),
                ("tied", (cut.tied as u64).into()),
            ];
            let sentence = self.words.say("cut", &args);
            if !sentences.contains(&sentence) {
                sentences.push(sentence);
            }
        }
        (!sentences.is_empty()).then(|| self.words.note("cut", sentences.join(" ")))
    }

    // --- Codes and law ---

    /// Codes that began, ended or moved inside the periods of a table that groups them.
    fn codes_changed(&self) -> Option<Note> {
        // Codes of the filter have a note of their own.
        let of_filter = self.codes_of_filter();
        let told: Vec<&Break> = self.breaks.iter().filter(|found| !is_change(found)).collect();
        let told: Vec<&Break> = told.into_iter().filter(|found| !of_filter.iter().any(|own| own.is(found))).collect();
        let mut sentences = Vec::new();
        for &found in &told {
            let code = |at: u32| {
                let code = &self.codes(found.column)[at as usize];
                [("code", Arg::from(code.code.as_str())), ("label", Arg::from(code.label.as_str()))]
            };
            let day = ("day", Arg::from(self.words.day(found.date)));
            match &found.what {
                What::Began { code: at } => {
                    let [code, label] = code(*at);
                    sentences.push(self.words.say("code-began", &[code, label, day]));
                }
                What::Ended { code: at } => {
                    let [code, label] = code(*at);
                    let day =
                        ("day", Arg::from(found.date.yesterday().map(|day| self.words.day(day)).unwrap_or_default()));
                    sentences.push(self.words.say("code-ended", &[code, label, day]));
                }
                What::Moved { code: at, dimension, from, to } => {
                    let [code, label] = code(*at);
                    let names = |positions: &[u32]| {
                        let categories = &self.dimensions()[*dimension].categories;
                        let names = positions.iter().map(|at| self.words.quoted(&categories[*at as usize].label));
                        let names = names.collect::<Vec<_>>();
                        Arg::from(if names.is_empty() {
                            self.words.say("no-category", &[])
                        } else {
                            self.words.list_and(&names)
                        })
                    };
                    let before = (
                        "before",
                        Arg::from(found.date.yesterday().map(|day| self.words.day(day)).unwrap_or_default()),
                    );
                    sentences.push(
                        self.words.say("code-moved", &[code, label, before, ("from", names(from)), ("to", names(to))]),
                    );
                }
                What::Changed { .. } => {}
            }
        }
        let text = match sentences.len() {
            0 => return None,
            few if few <= MOST_NAMES => sentences.join(" "),
            _ => {
                let codes: BTreeSet<_> =
                    told.iter().flat_map(|found| found.what.codes().iter().map(|code| (found.column, *code))).collect();
                self.words.say("codes-changed", &[("number", (codes.len() as u64).into())])
            }
        };
        Some(self.words.note("breaks", format!("{text} {}", before_and_after(self.words, told.into_iter()))))
    }

    /// The codes of a column's list.
    fn codes(&self, column: ColumnRef) -> &[Code] {
        match self.schema.column(column).holds {
            ColumnType::Code { list } => &self.schema.code_lists[list].codes,
            _ => &[],
        }
    }

    /// Changes of the law, or of counting rules, inside the periods.
    fn law(&self) -> Option<Note> {
        let mut sentences = Vec::new();
        for found in self.breaks {
            if let What::Changed { text, .. } = &found.what {
                let args = [("day", Arg::from(self.words.day(found.date))), ("text", text.as_str().into())];
                let sentence = self.words.say("law-changed", &args);
                if !sentences.contains(&sentence) {
                    sentences.push(sentence);
                }
            }
        }
        let what_follows = before_and_after(self.words, self.breaks.iter().filter(|found| is_change(found)));
        (!sentences.is_empty()).then(|| self.words.note("law", format!("{} {what_follows}", sentences.join(" "))))
    }

    /// What a row's code stands for, where the code list puts several into one group: how many of each group there are.
    fn groups(&self) -> Option<Note> {
        for (at, dimension) in self.dimensions().iter().enumerate() {
            let DimensionSource::Codes { .. } = self.spec.dimensions[at].source else { continue };
            // Only what the table shows anyhow is said again, and only of plain counts.
            let pattern: Vec<bool> = (0..self.dimensions().len()).map(|other| other != at).collect();
            // A code that moved would be told under its last group alone.
            let moved = |column: ColumnRef| match self.schema.column(column).holds {
                ColumnType::Code { list } => {
                    self.schema.code_lists[list].codes.iter().any(|code| code.places.len() > 1)
                }
                _ => false,
            };
            let moved = self.spec.dimensions[at].source.columns().first().is_some_and(|column| moved(*column));
            let plain = self.spec.measures.len() == 1
                && !moved
                && !self.spec.is_stock()
                && matches!(self.spec.measures[0].source, MeasureSource::Quantity { quantity: 0 })
                && self.spec.dimensions[at].order.top.is_none();
            if !plain
                || dimension.overlaps
                || dimension.rolls_up_to.is_some()
                || !self.spec.patterns().contains(&pattern)
            {
                continue;
            }
            let mut groups: Vec<(&str, Shown, Vec<String>)> = Vec::new();
            let mut alone: Vec<String> = Vec::new();
            let mut total = Shown::whole(0);
            for (position, category) in (0..).zip(&dimension.categories) {
                let shown = self.total_at(at, position);
                if shown.is_zero() {
                    continue;
                }
                total = total.plus(shown);
                let CategoryKind::Code { group: Some(group) } = &category.kind else {
                    let args = [("label", category.label.as_str().into()), ("count", figure_text(shown).into())];
                    alone.push(self.words.say("group-part", &args));
                    continue;
                };
                let part = self.words.say(
                    "group-part",
                    &[("label", category.label.as_str().into()), ("count", figure_text(shown).into())],
                );
                match groups.iter_mut().find(|(known, _, _)| known == group) {
                    Some((_, sum, parts)) => {
                        *sum = sum.plus(shown);
                        parts.push(part);
                    }
                    None => groups.push((group, shown, vec![part])),
                }
            }
            if groups.len() < 2 || groups.len() > MOST_NAMES {
                continue;
            }
            let parts: Vec<String> = groups
                .into_iter()
                .map(|(group, sum, parts)| {
                    let args = [
                        ("group", group.into()),
                        ("count", figure_text(sum).into()),
                        ("parts", parts.join(", ").into()),
                    ];
                    self.words.say("group", &args)
                })
                .collect();
            let parts = [parts, alone].concat();
            let args =
                [("total", figure_text(total).into()), ("unit", self.unit()), ("parts", parts.join("; ").into())];
            return Some(self.words.note("groups", self.words.say("groups", &args)));
        }
        None
    }

    /// The place of a category, summed over all else.
    fn coords_at(&self, dimension: usize, position: u32) -> Vec<Coord> {
        let mut coords = vec![Coord::Total; self.dimensions().len()];
        coords[dimension] = Coord::At(position);
        coords
    }

    /// The figure of a category, summed over all else.
    fn total_at(&self, dimension: usize, position: u32) -> Shown {
        self.view.protected.records(&self.coords_at(dimension, position))
    }

    /// The periods that the table covers, with what they are called: those that it is broken down by or, failing that,
    /// those that it names in `within`.
    fn periods(&self) -> Vec<(String, Period)> {
        let shown = self.shown_periods();
        if !shown.is_empty() {
            return shown.into_iter().map(|(category, period, _)| (category.label.clone(), period.clone())).collect();
        }
        self.spec.scope.spans.iter().map(|span| (self.words.span(span.from, span.to), span.clone())).collect()
    }

    /// The periods that the table is broken down by, with the figure of each over all else.
    fn shown_periods(&self) -> Vec<(&Category, &Period, Shown)> {
        let mut periods = Vec::new();
        for (at, dimension) in self.dimensions().iter().enumerate() {
            for (position, category) in (0..).zip(&dimension.categories) {
                if let CategoryKind::Period(period) = &category.kind {
                    let mut coords = self.coords_at(at, position);
                    if let (Some(outer), Some(parent)) = (dimension.rolls_up_to, category.parent) {
                        coords[outer] = Coord::At(parent);
                    }
                    periods.push((category, period, self.view.protected.records(&coords)));
                }
            }
        }
        periods
    }

    fn part_periods(&self) -> Option<Note> {
        let mut parts = self.part_years();
        for (label, period) in self.periods() {
            if !period.whole {
                parts.push(part_period(self.words, &label, std::slice::from_ref(&period)));
            }
            parts.extend(self.part_months(&label, &period));
        }
        if parts.is_empty() {
            return None;
        }
        Some(
            self.words.note(
                "part-periods",
                self.words.say("part-periods", &[("parts", self.words.some_names(&parts).into())]),
            ),
        )
    }

    /// Years whose periods hold only a part of their days.
    fn part_years(&self) -> Vec<String> {
        let mut parts = Vec::new();
        for (at, dimension) in self.dimensions().iter().enumerate() {
            for (position, category) in (0..).zip(&dimension.categories) {
                if let CategoryKind::Year { part: true, .. } = category.kind {
                    parts.push(part_period(self.words, &category.label, &self.view.days_of(at, position)));
                }
            }
        }
        parts
    }

    /// Months of the year, in a table that is broken down by them, of which a period holds only some days.
    fn part_months(&self, label: &str, period: &Period) -> Vec<String> {
        let of_date = |source: &DimensionSource| match source {
            DimensionSource::Part { column, part: DatePart::Month, .. } => Some(*column) == self.spec.scope.date,
            _ => false,
        };
        let by_month = self.spec.dimensions.iter().find(|dimension| of_date(&dimension.source));
        let months = by_month.map(|dimension| &dimension.dimension.categories[..]).unwrap_or_default();
        let mut parts = Vec::new();
        for month in months {
            let CategoryKind::Part { number, .. } = month.kind else { continue };
            for days in months_in(period, number).iter().filter(|days| !days.whole) {
                let args = [("month", Arg::from(month.label.as_str())), ("label", label.into())];
                let span = self.words.span(days.from, days.to);
                parts.push(self.words.say("part-month", &[&args[..], &[("span", span.into())]].concat()));
            }
        }
        parts
    }

    /// Codes that began or ended inside a period: what the table counts could not happen, or not be recorded, before.
    fn validity(&self) -> Option<Note> {
        let told = self.codes_of_filter();
        let mut text = match told.len() {
            0 => return None,
            few if few <= MOST_NAMES => told.iter().map(|own| own.text.as_str()).collect::<Vec<_>>().join(" "),
            _ => self.words.say("codes-changed", &[("number", (told.len() as u64).into())]),
        };
        if self.breaks.iter().any(|found| found.marked && told.iter().any(|own| own.is(found))) {
            text = format!("{text} {}", self.words.say("breaks-marked", &[]));
        }
        Some(self.words.note("validity", text))
    }

    /// What is said of the codes that the filter of the table lets through, where it says which.
    fn codes_of_filter(&self) -> Vec<CodeOfFilter> {
        let mut told = Vec::new();
        for column in self.spec.scope.filter.iter().flat_map(Filter::columns) {
            let passes = |code: u32| {
                self.spec.scope.filter.as_ref().is_none_or(|filter| filter.holds_for(column, code) != Some(false))
            };
            let codes = self.codes(column);
            let chosen: Vec<(u32, &Code)> = (0..).zip(codes).filter(|(at, _)| passes(*at)).collect();
            if chosen.len() == codes.len() {
                continue;
            }
            for (at, code) in &chosen {
                let began = self.began(code, chosen.len() == 1).map(|text| (What::Began { code: *at }, text));
                let ended = self.ended(code, chosen.len() == 1).map(|text| (What::Ended { code: *at }, text));
                told.extend([began, ended].into_iter().flatten().map(|(what, text)| CodeOfFilter {
                    column,
                    what,
                    text,
                }));
            }
        }
        told
    }

    fn began(&self, code: &Code, only: bool) -> Option<String> {
        let began = code.valid_from?;
        let inside = self.labels_where(|period| period.from < began && began <= period.to);
        let before = self.empty_where(|period| period.to < began);
        self.validity_sentence(
            code,
            only,
            self.words.day(began),
            inside,
            before,
            ["code-began", "code-began-part", "code-began-none"],
        )
    }

    fn ended(&self, code: &Code, only: bool) -> Option<String> {
        let ended = code.valid_to?;
        let inside = self.labels_where(|period| period.from <= ended && ended < period.to);
        let after = self.empty_where(|period| period.from > ended);
        self.validity_sentence(
            code,
            only,
            self.words.day(ended),
            inside,
            after,
            ["code-ended", "code-ended-part", "code-ended-none"],
        )
    }

    /// The labels of periods that hold nothing, where that is shown: "nothing could be recorded" is said of no other, since a
    /// date of another basis may well lie outside the days on which a code could be used.
    fn empty_where(&self, holds: impl Fn(&Period) -> bool) -> Vec<String> {
        let shown = self.shown_periods().into_iter();
        let empty = shown.filter(|(_, period, figure)| holds(period) && figure.is_zero());
        empty.map(|(category, _, _)| category.label.clone()).collect()
    }

    fn labels_where(&self, holds: impl Fn(&Period) -> bool) -> Vec<String> {
        self.periods().into_iter().filter(|(_, period)| holds(period)).map(|(label, _)| label).collect()
    }

    /// One sentence that the code began or ended, and one each on the periods that it covers in part or not at all.
    fn validity_sentence(
        &self,
        code: &Code,
        only: bool,
        day: String,
        inside: Vec<String>,
        outside: Vec<String>,
        [fact, part, none]: [&str; 3],
    ) -> Option<String> {
        if inside.is_empty() && outside.is_empty() {
            return None;
        }
        let args = [("code", code.code.as_str().into()), ("label", code.label.as_str().into()), ("day", day.into())];
        let mut text = self.words.say(fact, &args);
        // With several codes the others may fill the period.
        let parts = if only { [(part, inside), (none, outside)] } else { [(part, Vec::new()), (none, Vec::new())] };
        for (id, periods) in parts {
            if !periods.is_empty() {
                let args =
                    [("periods", self.words.some_names(&periods).into()), ("number", (periods.len() as u64).into())];
                text = format!("{text} {}", self.words.say(id, &args));
            }
        }
        Some(text)
    }

    /// Rows that are not shown, since every figure in them is zero.
    fn empty_rows(&self) -> Option<Note> {
        let hidden = &self.not_shown.empty_rows;
        let number = ("number", Arg::from(hidden.len() as u64));
        match hidden.len() {
            0 => None,
            few if few <= MOST_NAMES => {
                let rows = ("rows", Arg::from(hidden.join("; ")));
                Some(self.words.note("empty-rows", self.words.say("empty-rows", &[rows, number])))
            }
            _ => Some(self.words.note("empty-rows", self.words.say("empty-rows-many", &[number]))),
        }
    }
}

/// What is said of a code that the filter of a table lets through.
struct CodeOfFilter {
    column: ColumnRef,
    what: What,
    text: String,
}

impl CodeOfFilter {
    /// Whether a break is what is told.
    fn is(&self, found: &Break) -> bool {
        (self.column, &self.what) == (found.column, &found.what)
    }
}

/// Whether a break is one of law, and not of codes.
fn is_change(found: &Break) -> bool {
    matches!(found.what, What::Changed { .. })
}

/// What some breaks mean for the figures: that they are marked, where the table shows such, or that they are of both times.
fn before_and_after<'b>(words: Words, mut told: impl Iterator<Item = &'b Break>) -> String {
    words.say(if told.any(|found| found.marked) { "breaks-marked" } else { "breaks-inside" }, &[])
}

/// A period that is a part of what its label names, and which days it has where the label does not tell.
fn part_period(words: Words, label: &str, days: &[Period]) -> String {
    let spans: Vec<String> = days
        .iter()
        .map(|days| (days.from, days.to))
        .fold(Vec::new(), joined)
        .into_iter()
        .map(|(from, to)| words.span(from, to))
        .collect();
    let span = words.list_and(&spans);
    if label.starts_with(&span) {
        return words.quoted(label);
    }
    words.say("part-period", &[("label", label.into()), ("span", span.into())])
}

/// Adds a span of days to others; one that follows on the last of them makes it longer.
fn joined(mut spans: Vec<(Date, Date)>, (from, to): (Date, Date)) -> Vec<(Date, Date)> {
    match spans.last_mut() {
        Some(last) if last.1.tomorrow().ok() == Some(from) => last.1 = to,
        _ => spans.push((from, to)),
    }
    spans
}

/// A whole number in words' company: 1,000.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Whether a span is a year from some first of a month on.
fn is_year(period: &Period) -> bool {
    use jiff::ToSpan as _;
    period.from.day() == 1 && period.to.tomorrow().is_ok_and(|next| next == period.from.saturating_add(1.year()))
}
