//! Notes that follow from what was counted, so that nobody can forget them.

use candour_calendar::{day_in_words, span_in_words};
use candour_model::{
    Category, CategoryKind, Coord, Definition, Dimension, LeftOutReason, Note, Period, Protected, Reach, Shown,
};
use candour_spec::{Cancelled, Code, ColumnType, DimensionSource, Response, Schema, TableSpec};
use candour_wording::{Arg, say};

use crate::table::is_fresh;
use crate::{ExtractFacts, figure_text};

/// How many names a note lists before it only counts them.
const MOST_NAMES: usize = 12;

/// What a table's reader must know, in the order of reading.
pub(crate) fn of_table(
    spec: &TableSpec,
    response: &Response,
    schema: &Schema,
    extract: &ExtractFacts,
    protected: &Protected,
    rows_left_out: &[String],
) -> Vec<Note> {
    let context = Context { spec, response, schema, extract, protected, rows_left_out };
    let all = [
        context.basis(),
        context.definition(),
        context.cancelled(),
        context.not_recorded(),
        context.not_listed(),
        context.filter_unknown(),
        context.undated(),
        context.relation(),
        context.groups(),
        context.part_periods(),
        context.validity(),
        context.settled(),
        context.empty_rows(),
        context.rejected(),
    ];
    all.into_iter().flatten().collect()
}

/// How what was counted compares with the words of the request.
pub(crate) fn of_definition(definition: &Definition) -> Note {
    let requested: Vec<String> =
        definition.requested.iter().map(|words| say("quoted", &[("words", words.as_str().into())])).collect();
    let mut text = say(
        "definition-names",
        &[
            ("requested", list_or(&requested).into()),
            ("code", definition.code.as_str().into()),
            ("statute", definition.statute.as_str().into()),
            ("label", definition.label.as_str().into()),
        ],
    );
    let reach = match definition.reach {
        Reach::Same => say("reach-same", &[]),
        Reach::Narrower => say("reach-narrower", &[]),
        Reach::Wider => say("reach-wider", &[]),
    };
    text.push(' ');
    text.push_str(&reach);
    if let Some(reason) = &definition.reach_reason {
        text.push(' ');
        text.push_str(reason);
    }
    note("reach", text)
}

fn note(kind: &str, text: String) -> Note {
    Note { kind: kind.into(), heading: say(&format!("note-{kind}"), &[]), text }
}

struct Context<'c> {
    spec: &'c TableSpec,
    response: &'c Response,
    schema: &'c Schema,
    extract: &'c ExtractFacts,
    protected: &'c Protected,
    rows_left_out: &'c [String],
}

impl Context<'_> {
    fn unit(&self) -> Arg {
        self.schema.tables[self.spec.record_table].unit.many.as_str().into()
    }

    /// What one count is, and which date and age it goes by.
    fn basis(&self) -> Option<Note> {
        let mut text = say("basis-unit", &[("unit", self.unit())]);
        if let Some(basis) = &self.spec.date_basis {
            let date = say("basis-date", &[("basis", basis.as_str().into())]);
            text = format!("{text} {date}");
        }
        if self.shown_periods().is_empty() && !self.spec.spans.is_empty() {
            let spans: Vec<String> = self.spec.spans.iter().map(|span| span_in_words(span.from, span.to)).collect();
            let covers = say("basis-covers", &[("spans", some_names(&spans).into())]);
            text = format!("{text} {covers}");
        }
        let as_at = say("basis-as-at", &[("as_at", day_in_words(self.extract.as_at).into())]);
        text = format!("{text} {as_at}");
        if let Some(basis) = &self.spec.age_basis {
            let age = say("basis-age", &[("basis", basis.as_str().into())]);
            text = format!("{text} {age}");
        }
        Some(note("basis", text))
    }

    fn definition(&self) -> Option<Note> {
        let id = self.spec.definition.as_ref()?;
        let definition = self.response.definitions.iter().find(|definition| definition.id == *id)?;
        let args = [
            ("label", definition.label.as_str().into()),
            ("code", definition.code.as_str().into()),
            ("statute", definition.statute.as_str().into()),
        ];
        Some(note("label", say("definition-short", &args)))
    }

    fn left_out(&self, reason: &LeftOutReason) -> Shown {
        let found = self.protected.left_out.iter().find(|(known, _)| known == reason);
        found.map_or(Shown::Value(0), |(_, shown)| *shown)
    }

    fn cancelled(&self) -> Option<Note> {
        let text = match self.spec.cancelled {
            Cancelled::NotMarked => return None,
            Cancelled::Included => say("cancelled-included", &[]),
            Cancelled::Excluded => counted("cancelled-excluded", self.left_out(&LeftOutReason::Cancelled), &[]),
        };
        Some(note("cancelled", text))
    }

    /// Records that lack a value, dimension by dimension and together.
    fn not_recorded(&self) -> Option<Note> {
        let mut parts = Vec::new();
        for (at, dimension) in self.protected.dimensions.iter().enumerate() {
            let shown = self.left_out(&LeftOutReason::NotRecorded { dimension: at });
            if shown != Shown::Value(0) {
                let label = self.column_words(at, dimension);
                parts.push(counted("not-recorded-in", shown, &[("dimension", label.into())]));
            }
        }
        if parts.is_empty() {
            return None;
        }
        let mut text = say("not-recorded-left-out", &[("unit", self.unit()), ("parts", list_and(&parts).into())]);
        let any = self.left_out(&LeftOutReason::Any);
        if any != Shown::Value(0) {
            let together = counted("left-out-together", any, &[]);
            text = format!("{text} {together}");
        }
        Some(note("not-recorded", text))
    }

    /// What a note calls a dimension: for dates, the date itself.
    fn column_words(&self, at: usize, dimension: &Dimension) -> String {
        match self.spec.dimensions[at].source {
            DimensionSource::Periods => say("the-date", &[]),
            _ => dimension.label.clone(),
        }
    }

    fn not_listed(&self) -> Option<Note> {
        let mut parts = Vec::new();
        for (at, dimension) in self.protected.dimensions.iter().enumerate() {
            let shown = self.left_out(&LeftOutReason::NotListed { dimension: at });
            if shown != Shown::Value(0) {
                parts.push(counted("not-listed-in", shown, &[("dimension", self.column_words(at, dimension).into())]));
            }
        }
        if parts.is_empty() {
            return None;
        }
        let text = say("not-listed-left-out", &[("unit", self.unit()), ("parts", list_and(&parts).into())]);
        Some(note("not-listed", text))
    }

    fn filter_unknown(&self) -> Option<Note> {
        let shown = self.left_out(&LeftOutReason::FilterUnknown);
        (shown != Shown::Value(0))
            .then(|| note("filter-unknown", counted("filter-unknown", shown, &[("unit", self.unit())])))
    }

    fn undated(&self) -> Option<Note> {
        let shown = self.left_out(&LeftOutReason::Undated);
        (shown != Shown::Value(0)).then(|| note("undated", counted("undated", shown, &[("unit", self.unit())])))
    }

    /// Why a table of victims does not add up to a table of offences.
    fn relation(&self) -> Option<Note> {
        let relation = self.protected.relation.as_ref()?;
        let table = &self.schema.tables[self.spec.record_table];
        let parent = &self.schema.tables[table.parent?.table];
        let args = [
            ("unit", self.unit()),
            ("parent", parent.unit.many.as_str().into()),
            ("parents", figure_text(relation.parents).into()),
            ("without", figure_text(relation.without).into()),
            ("several", figure_text(relation.several).into()),
        ];
        Some(note("relation", say("relation", &args)))
    }

    /// What a row's code stands for, where the code list puts several into one group: how many of each group there are.
    fn groups(&self) -> Option<Note> {
        for (at, dimension) in self.protected.dimensions.iter().enumerate() {
            let DimensionSource::Codes { .. } = self.spec.dimensions[at].source else { continue };
            // Only what the table shows anyhow is said again.
            let all_shown =
                (0..).zip(&dimension.categories).all(|(position, _)| self.spec.shows(&self.coords_at(at, position)));
            if !all_shown {
                continue;
            }
            let mut groups: Vec<(&str, Shown, Vec<String>)> = Vec::new();
            let mut alone: Vec<String> = Vec::new();
            let mut total = Shown::Value(0);
            for (position, category) in (0..).zip(&dimension.categories) {
                let shown = self.total_at(at, position);
                if shown == Shown::Value(0) {
                    continue;
                }
                total = total.plus(shown);
                let CategoryKind::Code { group: Some(group) } = &category.kind else {
                    let args = [("label", category.label.as_str().into()), ("count", figure_text(shown).into())];
                    alone.push(say("group-part", &args));
                    continue;
                };
                let part = say(
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
                    say("group", &args)
                })
                .collect();
            let parts = [parts, alone].concat();
            let args =
                [("total", figure_text(total).into()), ("unit", self.unit()), ("parts", parts.join("; ").into())];
            return Some(note("groups", say("groups", &args)));
        }
        None
    }

    /// The place of a category, summed over all else.
    fn coords_at(&self, dimension: usize, position: u32) -> Vec<Coord> {
        let mut coords = vec![Coord::Total; self.protected.dimensions.len()];
        coords[dimension] = Coord::At(position);
        coords
    }

    /// The figure of a category, summed over all else.
    fn total_at(&self, dimension: usize, position: u32) -> Shown {
        self.protected.at(&self.coords_at(dimension, position))
    }

    /// The periods that the table covers, with what they are called: those that it is broken down by or, failing that,
    /// those that it names in `within`.
    fn periods(&self) -> Vec<(String, Period)> {
        let shown = self.shown_periods();
        if !shown.is_empty() {
            return shown.into_iter().map(|(category, period, _)| (category.label.clone(), period.clone())).collect();
        }
        self.spec.spans.iter().map(|span| (span_in_words(span.from, span.to), span.clone())).collect()
    }

    /// The periods that the table is broken down by, with the figure of each over all else.
    fn shown_periods(&self) -> Vec<(&Category, &Period, Shown)> {
        let mut periods = Vec::new();
        for (at, dimension) in self.protected.dimensions.iter().enumerate() {
            for (position, category) in (0..).zip(&dimension.categories) {
                if let CategoryKind::Period(period) = &category.kind {
                    let mut coords = self.coords_at(at, position);
                    if let (Some(outer), Some(parent)) = (dimension.rolls_up_to, category.parent) {
                        coords[outer] = Coord::At(parent);
                    }
                    periods.push((category, period, self.protected.at(&coords)));
                }
            }
        }
        periods
    }

    fn part_periods(&self) -> Option<Note> {
        let parts: Vec<String> = self
            .periods()
            .into_iter()
            .filter(|(_, period)| !period.whole)
            .map(|(label, period)| {
                let span = span_in_words(period.from, period.to);
                say("part-period", &[("label", label.into()), ("span", span.into())])
            })
            .collect();
        if parts.is_empty() {
            return None;
        }
        Some(note("part-periods", say("part-periods", &[("parts", some_names(&parts).into())])))
    }

    /// Codes that began or ended inside a period: what the table counts could not happen, or not be recorded, before.
    fn validity(&self) -> Option<Note> {
        let filter = self.spec.filter.as_ref()?;
        let mut sentences = Vec::new();
        for column in filter.columns() {
            let ColumnType::Code { list } = self.schema.column(column).holds else { continue };
            let codes = &self.schema.code_lists[list].codes;
            let Some(chosen) = filter.codes_of(column) else { continue };
            let chosen: Vec<&Code> = chosen.into_iter().filter_map(|code| codes.get(code as usize)).collect();
            for code in &chosen {
                sentences.extend(self.began(code, chosen.len() == 1));
                sentences.extend(self.ended(code, chosen.len() == 1));
            }
        }
        match sentences.len() {
            0 => None,
            few if few <= MOST_NAMES => Some(note("validity", sentences.join(" "))),
            _ => Some(note("validity", say("codes-changed", &[("number", (sentences.len() as u64).into())]))),
        }
    }

    fn began(&self, code: &Code, only: bool) -> Option<String> {
        let began = code.valid_from?;
        let inside = self.labels_where(|period| period.from < began && began <= period.to);
        let before = self.empty_where(|period| period.to < began);
        self.validity_sentence(
            code,
            only,
            day_in_words(began),
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
            day_in_words(ended),
            inside,
            after,
            ["code-ended", "code-ended-part", "code-ended-none"],
        )
    }

    /// The labels of periods that hold nothing, where that is shown: "nothing could be recorded" is said of no other, since a
    /// date of another basis may well lie outside the days on which a code could be used.
    fn empty_where(&self, holds: impl Fn(&Period) -> bool) -> Vec<String> {
        let shown = self.shown_periods().into_iter();
        let empty = shown.filter(|(_, period, figure)| holds(period) && *figure == Shown::Value(0));
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
        let mut text = say(fact, &args);
        // With several codes the others may fill the period.
        let parts = if only { [(part, inside), (none, outside)] } else { [(part, Vec::new()), (none, Vec::new())] };
        for (id, periods) in parts {
            if !periods.is_empty() {
                let args = [("periods", some_names(&periods).into()), ("number", (periods.len() as u64).into())];
                text = format!("{text} {}", say(id, &args));
            }
        }
        Some(text)
    }

    /// Periods that were only days old, or not over, when the extract was taken.
    fn settled(&self) -> Option<Note> {
        let as_at = self.extract.as_at;
        let days = self.response.settled_after_days;
        let fresh: Vec<String> = self
            .periods()
            .into_iter()
            .filter(|(_, period)| is_fresh(period.to, as_at, days))
            .map(|(label, period)| {
                let age = (as_at - period.to).get_days();
                let label = ("label", Arg::from(label));
                match u64::try_from(age) {
                    Ok(age) => {
                        let age = say("days", &[("days", age.into())]);
                        say("settled-part", &[label, ("days", age.into())])
                    }
                    Err(_) => say("settled-not-over", &[label]),
                }
            })
            .collect();
        if fresh.is_empty() {
            return None;
        }
        let limit = say("days", &[("days", u64::from(days).into())]);
        let args =
            [("as_at", day_in_words(as_at).into()), ("limit", limit.into()), ("parts", some_names(&fresh).into())];
        Some(note("settled", say("settled", &args)))
    }

    /// Rows that are not shown, since every figure in them is zero.
    fn empty_rows(&self) -> Option<Note> {
        let hidden = self.rows_left_out;
        let number = ("number", Arg::from(hidden.len() as u64));
        match hidden.len() {
            0 => None,
            few if few <= MOST_NAMES => {
                let rows = ("rows", Arg::from(hidden.join("; ")));
                Some(note("empty-rows", say("empty-rows", &[rows, number])))
            }
            _ => Some(note("empty-rows", say("empty-rows-many", &[number]))),
        }
    }

    /// Rows of the extract that could not be read, in every record table that this one reads.
    fn rejected(&self) -> Option<Note> {
        let parts: Vec<String> = self
            .schema
            .lineage(self.spec.record_table)
            .into_iter()
            .filter_map(|table| {
                let rejected = self.extract.rejected.get(table).copied().filter(|&rejected| rejected > 0)?;
                let unit = self.schema.tables[table].unit.many.as_str();
                Some(say("rejected-part", &[("count", rejected.into()), ("unit", unit.into())]))
            })
            .collect();
        if parts.is_empty() {
            return None;
        }
        Some(note("rejected", say("rejected", &[("parts", list_and(&parts).into())])))
    }
}

/// A message about a number of records, in the plural that the number needs; a withheld number has one of its own.
fn counted(id: &str, shown: Shown, args: &[(&str, Arg)]) -> String {
    let mut args = args.to_vec();
    match shown {
        Shown::Value(count) => args.push(("count", count.into())),
        Shown::Withheld(reason) => args.push(("count", reason.symbol().into())),
    }
    say(id, &args)
}

/// Names in a row, or the first of them and how many more.
fn some_names(names: &[String]) -> String {
    if names.len() <= MOST_NAMES {
        return list_and(names);
    }
    let more = (names.len() - MOST_NAMES) as u64;
    say("and-more", &[("names", names[..MOST_NAMES].join("; ").into()), ("more", more.into())])
}

/// `a`, `a and b`, `a; b and c`.
fn list_and(parts: &[String]) -> String {
    list(parts, "list-and")
}

/// `a`, `a or b`, `a; b or c`.
fn list_or(parts: &[String]) -> String {
    list(parts, "list-or")
}

fn list(parts: &[String], last: &str) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., end] => say(last, &[("first", first.join("; ").into()), ("last", end.as_str().into())]),
    }
}
