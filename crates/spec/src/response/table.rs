//! Tables: units, definitions, dates and dimensions looked up.

use candour_calendar::{Every, NamedPeriod, Style, Window, periods};
use candour_model::{Axis, Category, CategoryKind, Dimension, Period};

use super::{
    Cancelled, DimensionSource, NotRecorded, Resolver, TableDimension, TableSpec, not_recorded_category, unknown,
};
use crate::Filter;
use crate::diagnostic::{Fault, did_you_mean};
use crate::fields::At;
use crate::filter::read_filter;
use crate::schema::{ColumnRef, ColumnType, Precision};
use crate::written::{self, LabelStyle, ShowOrNote};

/// The most cells that a table may have, margins apart; more could not be read, and would fill the memory.
const MOST_CELLS: usize = 2_000_000;

impl Resolver<'_> {
    pub(super) fn tables(&self) -> Vec<TableSpec> {
        let written = &self.written.tables;
        self.unique(written.iter().map(|table| &table.id), "table");
        // Also those that no table uses: a fault there would wait for the day on which one does.
        for bands in &self.written.bands {
            self.bands(&bands.name);
        }
        for periods in &self.written.periods {
            self.named_periods(Some(&periods.name));
        }
        written.iter().filter_map(|table| self.table(table)).collect()
    }

    fn table(&self, written: &written::Table) -> Option<TableSpec> {
        self.file_name(&written.id);
        self.question_numbers(written);
        let schema = self.schema;
        let Some(record_table) = schema.tables.iter().position(|table| table.unit.many == written.unit.value) else {
            let units = schema.tables.iter().map(|table| table.unit.many.as_str());
            unknown(self.faults, &written.unit, "is no unit", units);
            return None;
        };
        let filter = self.table_filter(written, record_table);
        let (cancelled, cancelled_filter) = self.cancelled(written, record_table);
        let date = self.date(written, record_table);
        let faults_before = self.faults.count();
        let dimensions = self.dimensions(written, record_table);
        if dimensions.len() < written.rows.len() + written.columns.len() {
            // What follows from the dimensions cannot be judged without all of them.
            return None;
        }
        self.age_basis(written, &dimensions);
        let spans = self.spans(written, &dimensions);
        if let (Some(date), Some(spans)) = (date, &spans) {
            self.precision(written, date, spans);
        }
        if spans.is_some() && date.is_none() && written.date_basis.is_none() {
            let fault = Fault::new(
                written.span.clone(),
                format!("the table `{}` has periods but no `date_basis`", written.id.value),
            );
            self.faults.push(fault.hint(self.date_bases_hint(record_table)));
        }
        self.size(written, &dimensions);
        if self.faults.count() > faults_before {
            return None;
        }
        Some(TableSpec {
            id: written.id.value.clone(),
            title: written.title.clone(),
            questions: written.questions.iter().map(|question| question.value.clone()).collect(),
            record_table,
            measure: written.measure.clone(),
            definition: written.definition.as_ref().map(|definition| definition.value.clone()),
            filter,
            cancelled,
            cancelled_filter,
            date,
            date_basis: written.date_basis.as_ref().map(|basis| basis.value.clone()),
            age_basis: written.age_basis.as_ref().map(|basis| basis.value.clone()),
            spans: spans.unwrap_or_default(),
            dimensions,
            total_row: written.total_row,
            total_column: written.total_column,
            subtotals: written.subtotals,
            drop_empty_rows: written.drop_empty_rows,
        })
    }

    /// A table's id names its data file.
    fn file_name(&self, id: &At<String>) {
        let plain = id.value.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !plain || id.value.starts_with('-') || id.value.len() > 80 {
            let fault = Fault::new(id.span.clone(), format!("`{}` cannot name a table", id.value));
            self.faults.push(fault.hint("use lower-case letters, digits and hyphens: it names the table's data file"));
        }
    }

    fn question_numbers(&self, table: &written::Table) {
        if !self.written.complete {
            return;
        }
        for number in &table.questions {
            if !self.written.questions.iter().any(|question| question.number.value == number.value) {
                let known = self.written.questions.iter().map(|question| question.number.value.as_str());
                unknown(self.faults, number, "is no question", known);
            }
        }
        if table.questions.is_empty() {
            let fault = Fault::new(table.span.clone(), format!("the table `{}` answers no question", table.id.value));
            self.faults.push(fault.hint("name its questions: `questions = [\"1\"]`"));
        }
    }

    /// The definition's filter and the table's own, joined.
    fn table_filter(&self, table: &written::Table, record_table: usize) -> Option<Filter> {
        let definition = table.definition.as_ref().and_then(|name| {
            let found = self.written.definitions.iter().find(|definition| definition.id.value == name.value);
            if found.is_none() && self.written.complete {
                let known = self.written.definitions.iter().map(|definition| definition.id.value.as_str());
                unknown(self.faults, name, "is no definition", known);
            }
            read_filter(&found?.filter, self.schema, record_table, self.faults)
        });
        let own = table.filter.as_ref().and_then(|filter| read_filter(filter, self.schema, record_table, self.faults));
        both(definition, own)
    }

    /// Cancelled records: whoever writes the table must say what becomes of them.
    fn cancelled(&self, table: &written::Table, record_table: usize) -> (Cancelled, Option<Filter>) {
        let lineage = self.schema.lineage(record_table);
        let filters = lineage.into_iter().filter_map(|table| self.schema.tables[table].cancelled.clone());
        let filters: Vec<Filter> = filters.collect();
        let filter = if filters.len() > 1 { Some(Filter::Or(filters)) } else { filters.into_iter().next() };
        match (&table.cancelled, filter) {
            (None, Some(_)) => {
                let message = format!("the table `{}` does not say what becomes of cancelled records", table.id.value);
                let fault = Fault::new(table.span.clone(), message);
                self.faults.push(fault.hint("add `cancelled = \"excluded\"` or `cancelled = \"included\"`"));
                (Cancelled::NotMarked, None)
            }
            (Some(at), None) => {
                self.faults.add(&at.span, "the schema does not say which records are cancelled");
                (Cancelled::NotMarked, None)
            }
            (Some(at), filter) if at.value => (Cancelled::Included, filter),
            (Some(_), filter) => (Cancelled::Excluded, filter),
            (None, None) => (Cancelled::NotMarked, None),
        }
    }

    /// The column that a date basis means: the record table's own or, failing that, that of a table that it hangs on.
    fn date(&self, table: &written::Table, record_table: usize) -> Option<ColumnRef> {
        let basis = table.date_basis.as_ref()?;
        let found = self.date_columns(record_table).into_iter().find(|(_, known)| *known == basis.value);
        if found.is_none() {
            let fault =
                Fault::new(basis.span.clone(), format!("`{}` have no date `{}`", table.unit.value, basis.value));
            self.faults.push(fault.hint(self.date_bases_hint(record_table)));
        }
        Some(found?.0)
    }

    fn date_columns(&self, record_table: usize) -> Vec<(ColumnRef, &str)> {
        let mut columns = Vec::new();
        for table in self.schema.lineage(record_table) {
            for (column, held) in self.schema.tables[table].columns.iter().enumerate() {
                if let (Some(basis), ColumnType::Date { .. }) = (&held.date_basis, &held.holds) {
                    columns.push((ColumnRef { table, column }, basis.as_str()));
                }
            }
        }
        columns
    }

    fn date_bases_hint(&self, record_table: usize) -> String {
        let bases: Vec<&str> = self.date_columns(record_table).into_iter().map(|(_, basis)| basis).collect();
        match bases[..] {
            [] => "the schema gives no date of these records a `date_basis`".into(),
            _ => format!("it is one of `{}`", bases.join("`, `")),
        }
    }

    // --- Dimensions ---

    fn dimensions(&self, table: &written::Table, record_table: usize) -> Vec<TableDimension> {
        let sides = [(Axis::Rows, &table.rows), (Axis::Columns, &table.columns)];
        let all: Vec<(Axis, &written::Dimension)> =
            sides.into_iter().flat_map(|(axis, side)| side.iter().map(move |dimension| (axis, dimension))).collect();
        for (name, side) in [("rows", &table.rows), ("columns", &table.columns)] {
            if side.len() > 3 {
                self.faults
                    .add(&table.span, format!("the {name} of `{}` nest more than three dimensions", table.id.value));
            }
        }
        let mut made: Vec<TableDimension> = Vec::new();
        for (axis, written) in &all {
            let dimension = match &written.periods {
                Some(periods) => self.period_dimension(*axis, written, periods),
                None => self.column_dimension(*axis, written, record_table),
            };
            made.extend(dimension);
        }
        if made.len() == all.len() {
            self.roll_up(&all, &mut made);
            self.check_dimensions(table, &all, &made);
        }
        made
    }

    fn check_dimensions(&self, table: &written::Table, all: &[(Axis, &written::Dimension)], made: &[TableDimension]) {
        let mut ids = std::collections::BTreeSet::new();
        for ((_, written), dimension) in all.iter().zip(made) {
            let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
            if !dimension.dimension.id.chars().all(plain) {
                let fault =
                    Fault::new(written.span.clone(), format!("`{}` cannot name a dimension", dimension.dimension.id));
                self.faults.push(fault.hint("give it an `id` of letters, digits, hyphens and underscores"));
            }
            if !ids.insert(dimension.dimension.id.as_str()) {
                let fault =
                    Fault::new(written.span.clone(), format!("two dimensions are called `{}`", dimension.dimension.id));
                self.faults.push(fault.hint("give one of them another `id`"));
            }
        }
        if made.iter().filter(|dimension| dimension.source == DimensionSource::Periods).count() > 1 {
            self.faults
                .add(&table.span, format!("the table `{}` puts each record in two sets of periods", table.id.value));
        }
        if table.within.is_some() && made.iter().any(|dimension| dimension.source == DimensionSource::Periods) {
            self.faults.add(&table.span, format!("the table `{}` has both `within` and periods", table.id.value));
        }
    }

    /// A dimension of years rolls up the dimension of periods that it names; the finer must come later on the same side.
    fn roll_up(&self, all: &[(Axis, &written::Dimension)], made: &mut [TableDimension]) {
        for outer in 0..made.len() {
            if made[outer].source != DimensionSource::RolledUp {
                continue;
            }
            let same = |at: &&At<String>, other: &written::Dimension| {
                other.periods.as_ref().is_some_and(|periods| periods.value == at.value)
            };
            let inner = (outer + 1..made.len()).find(|&inner| {
                all[inner].0 == all[outer].0
                    && made[inner].source == DimensionSource::Periods
                    && all[outer].1.periods.as_ref().is_some_and(|periods| same(&periods, all[inner].1))
            });
            match inner {
                Some(inner) if made[inner].dimension.rolls_up_to.is_some() => {
                    self.faults.add(&all[outer].1.span, "the years of these periods stand twice");
                }
                Some(inner) => {
                    made[inner].dimension.rolls_up_to = Some(outer);
                    let years: Vec<CategoryKind> =
                        made[outer].dimension.categories.iter().map(|category| category.kind.clone()).collect();
                    let periods = self.named_periods(all[inner].1.periods.as_ref()).unwrap_or_default();
                    for (category, period) in made[inner].dimension.categories.iter_mut().zip(periods) {
                        let year = CategoryKind::Year { year: period.year };
                        category.parent =
                            years.iter().position(|known| *known == year).and_then(|at| u32::try_from(at).ok());
                    }
                }
                None => {
                    let fault = Fault::new(all[outer].1.span.clone(), "`level = \"year\"` has no periods to roll up");
                    self.faults.push(fault.hint("let the periods themselves follow on the same side of the table"));
                }
            }
        }
    }

    fn period_dimension(
        &self,
        axis: Axis,
        written: &written::Dimension,
        periods: &At<String>,
    ) -> Option<TableDimension> {
        let named = self.named_periods(Some(periods))?;
        let id = written.id.as_ref().map(|id| id.value.clone());
        let (id, categories, source) = if written.by_year {
            let mut years: Vec<(i16, &str)> =
                named.iter().map(|period| (period.year, period.year_label.as_str())).collect();
            years.dedup();
            let category = |(year, label): &(i16, &str)| Category {
                id: year.to_string(),
                label: (*label).to_owned(),
                kind: CategoryKind::Year { year: *year },
                parent: None,
            };
            (id.unwrap_or_else(|| "year".into()), years.iter().map(category).collect(), DimensionSource::RolledUp)
        } else {
            let category = |period: NamedPeriod| Category {
                id: period.id,
                label: period.label,
                kind: CategoryKind::Period(period.period),
                parent: None,
            };
            let categories = named.into_iter().map(category).collect();
            (id.unwrap_or_else(|| periods.value.clone()), categories, DimensionSource::Periods)
        };
        if !written.categories.is_empty() {
            self.faults.add(&written.span, "the categories of periods follow from the periods");
        }
        let dimension = Dimension { id, label: written.label.clone(), axis, rolls_up_to: None, categories };
        // A record whose date is not recorded can be in no period; layout states how many there are.
        let not_recorded = if source == DimensionSource::Periods { NotRecorded::Note } else { NotRecorded::Cannot };
        Some(TableDimension { dimension, source, not_recorded })
    }

    /// The periods of a set that the file names.
    fn named_periods(&self, name: Option<&At<String>>) -> Option<Vec<NamedPeriod>> {
        let name = name?;
        let Some(written) = self.written.periods.iter().find(|periods| periods.name.value == name.value) else {
            let known = self.written.periods.iter().map(|periods| periods.name.value.as_str());
            unknown(self.faults, name, "are no periods", known);
            return None;
        };
        let every = self.every(&written.every)?;
        let mut repeat_in = Vec::new();
        for year in &written.repeat_in {
            match i16::try_from(year.value) {
                Ok(value) if (1..=9999).contains(&value) => repeat_in.push(value),
                _ => {
                    self.faults.add(&year.span, format!("{} is no year", year.value));
                    return None;
                }
            }
        }
        let window = Window { from: written.from.value, to: written.to.value, every, repeat_in };
        let style = match written.style {
            LabelStyle::Compact => Style::Compact,
            LabelStyle::Words => Style::Words,
        };
        match periods(&window, style) {
            Ok(periods) => {
                if let Some(period) = periods.iter().find(|period| period.period.from > self.as_at) {
                    let message =
                        format!("the period `{}` begins after the extract was taken ({})", period.label, self.as_at);
                    let fault = Fault::new(written.to.span.clone(), message);
                    self.faults.push(
                        fault.hint("nothing could be recorded in it yet: end with the last period that had begun"),
                    );
                    return None;
                }
                Some(periods)
            }
            Err(error) => {
                self.faults.add(&written.from.span, error.to_string());
                None
            }
        }
    }

    fn every(&self, written: &At<String>) -> Option<Every> {
        let every = match written.value.as_str() {
            "whole" => Some(Every::Whole),
            "month" => Some(Every::Month),
            "year" => Some(Every::Year),
            "day" => Some(Every::Days(1)),
            "week" => Some(Every::Days(7)),
            other => {
                let days = other.strip_suffix(" days").or_else(|| other.strip_suffix(" day"));
                days.and_then(|days| days.trim().parse().ok()).filter(|&days: &u16| days > 0).map(Every::Days)
            }
        };
        if every.is_none() {
            let fault = Fault::new(written.span.clone(), format!("`{}` is no way to cut a period", written.value));
            self.faults.push(
                fault.hint("it is `whole`, `year`, `month`, `week`, `day` or a number of days such as `10 days`"),
            );
        }
        every
    }

    fn column_dimension(
        &self,
        axis: Axis,
        written: &written::Dimension,
        record_table: usize,
    ) -> Option<TableDimension> {
        let name = written.column.as_ref()?;
        let (qualifier, column_name) = match name.value.split_once('.') {
            Some((table, column)) => (Some(table), column),
            None => (None, name.value.as_str()),
        };
        let Some(at) = self.schema.find(record_table, qualifier, column_name) else {
            unknown(self.faults, name, "is no column", self.schema.names(record_table).into_iter());
            return None;
        };
        let column = self.schema.column(at);
        let (source, mut categories) = self.categories(written, name, at)?;
        let not_recorded = match (column.required, &written.not_recorded) {
            (true, None) => NotRecorded::Cannot,
            (true, Some(not_recorded)) => {
                self.faults
                    .add(&not_recorded.span, format!("`{}` is always recorded: the schema requires it", name.value));
                return None;
            }
            (false, Some(not_recorded)) if not_recorded.value == ShowOrNote::Show => NotRecorded::Show,
            (false, Some(_)) => NotRecorded::Note,
            (false, None) => {
                let message = format!("`{}` may be empty: what becomes of records that lack it?", name.value);
                let fault = Fault::new(written.span.clone(), message);
                self.faults.push(fault.hint(
                    "add `not_recorded = \"show\"` for a category of their own, or `not_recorded = \"note\"` to leave them out and say how many",
                ));
                return None;
            }
        };
        if not_recorded == NotRecorded::Show {
            let category = not_recorded_category();
            if categories.iter().any(|known| known.id == category.id) {
                self.faults.add(
                    &written.span,
                    format!("`{}` has a category that is called `{}` already", name.value, category.id),
                );
            }
            categories.push(category);
        }
        let id = written.id.as_ref().map_or_else(|| column.name.clone(), |id| id.value.clone());
        let dimension = Dimension { id, label: written.label.clone(), axis, rolls_up_to: None, categories };
        Some(TableDimension { dimension, source, not_recorded })
    }

    fn categories(
        &self,
        written: &written::Dimension,
        name: &At<String>,
        at: ColumnRef,
    ) -> Option<(DimensionSource, Vec<Category>)> {
        let column = self.schema.column(at);
        let plain = |id: &str, label: &str, kind| Category { id: id.into(), label: label.into(), kind, parent: None };
        if let Some(bands) = &written.bands
            && !matches!(column.holds, ColumnType::Integer { .. })
        {
            self.faults.add(&bands.span, format!("`{}` is not a whole number, so it has no bands", name.value));
            return None;
        }
        if let (false, ColumnType::Integer { .. } | ColumnType::Boolean) =
            (written.categories.is_empty(), &column.holds)
        {
            self.faults.add(
                &written.span,
                format!("the categories of `{}` follow from its bands, or are yes and no", name.value),
            );
        }
        match &column.holds {
            ColumnType::Integer { .. } => {
                let Some(bands) = &written.bands else {
                    let fault =
                        Fault::new(written.span.clone(), format!("`{}` is a number: it needs `bands`", name.value));
                    self.faults.push(fault.hint("add `[bands.NAME]` with `bands = [\"0-9\", ...]` and name it here"));
                    return None;
                };
                Some((DimensionSource::Bands { column: at }, self.bands(bands)?))
            }
            ColumnType::Code { list } => {
                let list = &self.schema.code_lists[*list];
                let mut codes = Vec::new();
                self.unique(written.categories.iter(), "category");
                for category in &written.categories {
                    match list.position(&category.value) {
                        Some(position) => codes.push(position),
                        None => {
                            let message = format!("`{}` is no code of the list `{}`", category.value, list.name);
                            let mut fault = Fault::new(category.span.clone(), message);
                            let by_label = list.codes.iter().find(|code| code.label == category.value);
                            fault.hint = match by_label {
                                Some(code) => Some(format!("it is the label of the code `{}`", code.code)),
                                None => did_you_mean(&category.value, list.codes.iter().map(|code| code.code.as_str())),
                            };
                            self.faults.push(fault);
                            return None;
                        }
                    }
                }
                if written.categories.is_empty() {
                    codes = (0..list.codes.len()).collect();
                }
                let mut labels = std::collections::BTreeMap::new();
                for &position in &codes {
                    *labels.entry(list.codes[position].label.as_str()).or_insert(0) += 1;
                }
                let category = |&position: &usize| {
                    let code = &list.codes[position];
                    // A label that several codes share tells nothing without its code.
                    let label = match labels.get(code.label.as_str()) {
                        Some(1) => code.label.clone(),
                        _ => format!("{} ({})", code.label, code.code),
                    };
                    plain(&code.code, &label, CategoryKind::Code { group: code.group.clone() })
                };
                let categories = codes.iter().map(category).collect();
                let codes = codes.into_iter().filter_map(|code| u32::try_from(code).ok()).collect();
                Some((DimensionSource::Codes { column: at, codes }, categories))
            }
            ColumnType::Boolean => {
                let categories = vec![
                    plain("yes", &candour_wording::say("yes", &[]), CategoryKind::Flag { value: true }),
                    plain("no", &candour_wording::say("no", &[]), CategoryKind::Flag { value: false }),
                ];
                Some((DimensionSource::Flags { column: at }, categories))
            }
            ColumnType::Text if column.role == crate::Role::Identifier => {
                self.faults.add(&name.span, format!("`{}` is an identifier: it would list records", name.value));
                None
            }
            ColumnType::Text => {
                if written.categories.is_empty() {
                    let fault = Fault::new(
                        written.span.clone(),
                        format!("`{}` is text: its `categories` must be listed", name.value),
                    );
                    self.faults.push(
                        fault.hint("list them in the order of the table, or give the column a code list in the schema"),
                    );
                    return None;
                }
                self.unique(written.categories.iter(), "category");
                let text = |text: &At<String>| plain(&text.value, &text.value, CategoryKind::Code { group: None });
                Some((DimensionSource::Texts { column: at }, written.categories.iter().map(text).collect()))
            }
            ColumnType::Date { .. } | ColumnType::DateTime { .. } | ColumnType::Decimal { .. } => {
                let fault = Fault::new(name.span.clone(), format!("a table cannot be broken down by `{}`", name.value));
                self.faults.push(fault.hint("dates are broken down by `periods`, under the table's `date_basis`"));
                None
            }
        }
    }

    /// Bands in order, without overlap or gap.
    fn bands(&self, name: &At<String>) -> Option<Vec<Category>> {
        let Some(written) = self.written.bands.iter().find(|bands| bands.name.value == name.value) else {
            let known = self.written.bands.iter().map(|bands| bands.name.value.as_str());
            unknown(self.faults, name, "are no bands", known);
            return None;
        };
        let mut categories: Vec<Category> = Vec::new();
        let mut next: Option<(i64, &str)> = None;
        for (at, band) in written.bands.iter().enumerate() {
            let last = at + 1 == written.bands.len();
            let Some((from, to)) = read_band(&band.value) else {
                let fault = Fault::new(band.span.clone(), format!("`{}` is no band", band.value));
                self.faults.push(fault.hint("write `0-9`, `18` or, for the last one, `60+`"));
                return None;
            };
            if to.is_some_and(|to| to < from) {
                self.faults.add(&band.span, format!("the band `{}` ends before it begins", band.value));
                return None;
            }
            if to.is_none() && !last {
                self.faults.add(&band.span, format!("only the last band can be open, and `{}` is not", band.value));
                return None;
            }
            if let Some((expected, previous)) = next {
                if from < expected {
                    self.faults.add(&band.span, format!("the bands `{previous}` and `{}` overlap", band.value));
                    return None;
                }
                if from > expected {
                    let missing =
                        if from - 1 == expected { expected.to_string() } else { format!("{expected}-{}", from - 1) };
                    let message =
                        format!("there is a gap between the bands `{previous}` and `{}`: {missing}", band.value);
                    self.faults.add(&band.span, message);
                    return None;
                }
            }
            next = to.map(|to| (to.saturating_add(1), band.value.as_str()));
            let kind = CategoryKind::Band { from, to };
            categories.push(Category { id: band.value.clone(), label: band.value.clone(), kind, parent: None });
        }
        Some(categories)
    }

    /// Ages are worth nothing without the day on which they were taken.
    fn age_basis(&self, table: &written::Table, dimensions: &[TableDimension]) {
        let banded = dimensions.iter().filter_map(|dimension| match &dimension.source {
            DimensionSource::Bands { column } => self.schema.column(*column).age_basis.as_ref(),
            _ => None,
        });
        let bases: std::collections::BTreeSet<&String> = banded.collect();
        if bases.len() > 1 {
            self.faults.add(&table.span, format!("the ages in `{}` were taken at different times", table.id.value));
            return;
        }
        match (bases.first(), &table.age_basis) {
            (Some(basis), None) => {
                let message = format!("the table `{}` bands an age but has no `age_basis`", table.id.value);
                let fault = Fault::new(table.span.clone(), message);
                self.faults.push(fault.hint(format!("the schema says `{basis}`")));
            }
            (Some(basis), Some(written)) if **basis != written.value => {
                let message = format!("the age was taken `{basis}`, says the schema, not `{}`", written.value);
                self.faults.add(&written.span, message);
            }
            (None, Some(written)) => {
                self.faults.add(&written.span, "the table bands no column that has an age basis");
            }
            _ => {}
        }
    }

    /// The spans of days that the table covers.
    fn spans(&self, table: &written::Table, dimensions: &[TableDimension]) -> Option<Vec<Period>> {
        let of = |category: &Category| match &category.kind {
            CategoryKind::Period(period) => Some(period.clone()),
            _ => None,
        };
        let period = dimensions.iter().find(|dimension| dimension.source == DimensionSource::Periods);
        if let Some(dimension) = period {
            return Some(dimension.dimension.categories.iter().filter_map(of).collect());
        }
        if table.within.is_some() {
            return Some(self.named_periods(table.within.as_ref())?.into_iter().map(|named| named.period).collect());
        }
        let message = format!("the table `{}` covers no period", table.id.value);
        let fault = Fault::new(table.span.clone(), message);
        self.faults.push(fault.hint("break it down by `periods`, or name the periods that it covers in `within`"));
        None
    }

    /// A date known to the month cannot tell the 23rd from the 24th.
    fn precision(&self, table: &written::Table, date: ColumnRef, spans: &[Period]) {
        let ColumnType::Date { precision, .. } = &self.schema.column(date).holds else { return };
        let fits = |span: &Period| {
            precision.begins_on(span.from) && span.to.tomorrow().is_ok_and(|next| precision.begins_on(next))
        };
        if let Some(span) = spans.iter().find(|span| !fits(span)) {
            let basis = table.date_basis.as_ref().map_or_else(|| table.span.clone(), |basis| basis.span.clone());
            let message = format!(
                "the period {} to {} cuts through what the date `{}` can tell apart",
                span.from,
                span.to,
                self.schema.column(date).name
            );
            let known_to = match precision {
                Precision::Day => "day",
                Precision::Month => "month",
                Precision::Year => "year",
                Precision::FinancialYear => "financial year",
            };
            let hint = format!("the date is known only to the {known_to}: let the period begin and end with one");
            self.faults.push(Fault::new(basis, message).hint(hint));
        }
    }

    fn size(&self, table: &written::Table, dimensions: &[TableDimension]) {
        let finest = dimensions.iter().filter(|dimension| dimension.source != DimensionSource::RolledUp);
        let cells = finest.fold(1_usize, |cells, dimension| cells.saturating_mul(dimension.dimension.categories.len()));
        if cells > MOST_CELLS {
            let message =
                format!("the table `{}` would have {cells} cells; at most {MOST_CELLS} can be made", table.id.value);
            let fault = Fault::new(table.span.clone(), message);
            self.faults.push(fault.hint("list fewer `categories`, or make two tables"));
        }
    }
}

fn both(left: Option<Filter>, right: Option<Filter>) -> Option<Filter> {
    match (left, right) {
        (Some(left), Some(right)) => Some(Filter::And(vec![left, right])),
        (left, right) => left.or(right),
    }
}

/// `0-9`, `60+` or `18`.
fn read_band(text: &str) -> Option<(i64, Option<i64>)> {
    let text = text.trim();
    if let Some(from) = text.strip_suffix('+') {
        return Some((from.trim().parse().ok()?, None));
    }
    match text.split_once('-') {
        Some((from, to)) => Some((from.trim().parse().ok()?, Some(to.trim().parse().ok()?))),
        None => {
            let only = text.parse().ok()?;
            Some((only, Some(only)))
        }
    }
}
