//! Periods that the response file names: windows, lists of spans, days of a stock.

use candour_calendar::{Every, Labels, Listed, NamedPeriod, PeriodError, Style, Window, day_in_words, listed, periods};
use jiff::civil::Date;

use super::{Resolver, unknown};
use crate::diagnostic::Fault;
use crate::fields::At;
use crate::translation::Translator;
use crate::written::{self, LabelStyle, PeriodShape};

/// The most days of one stock: a record is in a set for each run of them.
const MOST_STOCK_DAYS: usize = 200;

impl Resolver<'_> {
    /// Also sets of periods that no table uses are checked: a fault there would wait for the day on which one does.
    pub(super) fn check_periods(&self) {
        for written in &self.written.periods {
            match &written.shape {
                PeriodShape::Stock(_) => drop(self.stock_days(&written.name)),
                _ => drop(self.named_periods(&written.name)),
            }
        }
    }

    fn find_periods(&self, name: &At<String>) -> Option<&written::Periods> {
        let found = self.written.periods.iter().find(|periods| periods.name.value == name.value);
        if found.is_none() {
            let known = self.written.periods.iter().map(|periods| periods.name.value.as_str());
            unknown(self.faults, name, "are no periods", known);
        }
        found
    }

    /// The days of a stock, with what people read for them.
    pub(super) fn stock_days(&self, name: &At<String>) -> Option<Vec<(Date, String)>> {
        let written = self.find_periods(name)?;
        let PeriodShape::Stock(days) = &written.shape else {
            let fault = Fault::new(name.span.clone(), format!("`{}` are spans of days, not days", name.value));
            self.faults.push(fault.hint("a stock is counted at days: `at = [2019-03-31, 2020-03-31]`"));
            return None;
        };
        if days.len() > MOST_STOCK_DAYS {
            let message =
                format!("`{}` lists {} days; at most {MOST_STOCK_DAYS} can be counted", name.value, days.len());
            self.faults.add(&name.span, message);
            return None;
        }
        for pair in days.windows(2) {
            if pair[1].value <= pair[0].value {
                self.faults.add(&pair[1].span, "the days of a stock must be in order, each once");
                return None;
            }
        }
        if let Some(late) = days.iter().find(|day| day.value > self.as_at) {
            let message = format!("{} lies after the extract was taken ({})", late.value, self.as_at);
            self.faults.add(&late.span, message);
            return None;
        }
        Some(days.iter().map(|day| (day.value, self.worded(|language, _| day_in_words(day.value, language)))).collect())
    }

    /// The periods of a set that the file names.
    pub(super) fn named_periods(&self, name: &At<String>) -> Option<Vec<NamedPeriod>> {
        let written = self.find_periods(name)?;
        let style = match written.style {
            LabelStyle::Compact => Style::Compact,
            LabelStyle::Words => Style::Words,
        };
        let labels = |language| Labels { style, years: written.years, language };
        let main = self.main();
        let (made, span) = match &written.shape {
            PeriodShape::Window { from, to, every, begins, repeat_in } => {
                let every = self.every(every, begins.as_ref())?;
                let repeat_in = self.years(repeat_in)?;
                let window = Window { from: from.value, to: to.value, every, repeat_in };
                let made = periods(&window, labels(main), Some(self.as_at));
                for translator in &self.translators {
                    let here = periods(&window, labels(translator.into), Some(self.as_at));
                    self.call(translator, made.as_deref(), here.as_deref());
                }
                (made.map_err(|error| (from.span.clone(), error)), to.span.clone())
            }
            PeriodShape::Spans(spans) => {
                let given = spans.iter().map(|span| Listed {
                    from: span.from.value,
                    to: span.to.value,
                    label: span.label.as_ref().map(|label| label.value.clone()),
                });
                let given: Vec<Listed> = given.collect();
                // The error names a day; its span is that of the entry that begins with it.
                let place = |error: &PeriodError| {
                    let named = match error {
                        PeriodError::EndsBeforeItBegins { from, .. } | PeriodError::ListedOverlap { from, .. } => {
                            Some(from)
                        }
                        _ => None,
                    };
                    let entry = spans.iter().rfind(|span| Some(&span.from.value) == named);
                    entry.map_or_else(|| written.name.span.clone(), |entry| entry.from.span.clone())
                };
                let made = listed(&given, labels(main), Some(self.as_at));
                for translator in &self.translators {
                    let place = format_args!("a label of the periods `{}`", name.value).to_string();
                    let label = |one: &Listed| one.label.as_ref().map(|label| translator.of(label, &place));
                    let given: Vec<Listed> =
                        given.iter().map(|one| Listed { label: label(one), ..one.clone() }).collect();
                    let here = listed(&given, labels(translator.into), Some(self.as_at));
                    self.call(translator, made.as_deref(), here.as_deref());
                }
                let made = made.map_err(|error| (place(&error), error));
                (made, written.name.span.clone())
            }
            PeriodShape::Stock(_) => {
                let fault = Fault::new(name.span.clone(), format!("`{}` are days, not spans of days", name.value));
                self.faults.push(fault.hint("days go with a stock: a dimension with `from` and `until`"));
                return None;
            }
        };
        match made {
            Ok(periods) => {
                if let Some(period) = periods.iter().find(|period| period.period.from > self.as_at) {
                    let message =
                        format!("the period `{}` begins after the extract was taken ({})", period.label, self.as_at);
                    let fault = Fault::new(span, message);
                    self.faults.push(
                        fault.hint("nothing could be recorded in it yet: end with the last period that had begun"),
                    );
                    return None;
                }
                Some(periods)
            }
            Err((span, error)) => {
                self.faults.add(&span, error.to_string());
                None
            }
        }
    }

    /// Notes what periods are called in another language.
    fn call<E>(&self, translator: &Translator<'_>, main: Result<&[NamedPeriod], &E>, here: Result<&[NamedPeriod], &E>) {
        let (Ok(main), Ok(here)) = (main, here) else { return };
        for (main, here) in main.iter().zip(here) {
            translator.say(main.label.clone(), here.label.clone());
            translator.say(main.year_label.clone(), here.year_label.clone());
        }
    }

    fn years(&self, written: &[At<i64>]) -> Option<Vec<i16>> {
        let mut years = Vec::new();
        for year in written {
            match i16::try_from(year.value) {
                Ok(value) if (1..=9999).contains(&value) => years.push(value),
                _ => {
                    self.faults.add(&year.span, format!("{} is no year", year.value));
                    return None;
                }
            }
        }
        Some(years)
    }

    fn every(&self, written: &At<String>, begins: Option<&At<String>>) -> Option<Every> {
        let every = match written.value.as_str() {
            "whole" => Some(Every::Whole),
            "month" => Some(Every::Month),
            "quarter" => Some(Every::Quarter),
            "year" => Some(match begins {
                Some(begins) => self.year_begins(begins)?,
                None => Every::CALENDAR_YEAR,
            }),
            "financial year" => Some(Every::FINANCIAL_YEAR),
            "day" => Some(Every::Days(1)),
            "week" => Some(Every::Days(7)),
            other => {
                let days = other.strip_suffix(" days").or_else(|| other.strip_suffix(" day"));
                days.and_then(|days| days.trim().parse().ok()).filter(|&days: &u16| days > 0).map(Every::Days)
            }
        };
        if every.is_none() {
            let fault = Fault::new(written.span.clone(), format!("`{}` is no way to cut a period", written.value));
            self.faults.push(fault.hint(
                "it is `whole`, `year`, `financial year`, `quarter`, `month`, `week`, `day` or a number of days such as `10 days`",
            ));
        }
        if let (Some(begins), true) = (begins, written.value != "year") {
            self.faults.add(&begins.span, "`year_begins` goes with `every = \"year\"`");
        }
        every
    }

    /// `10-01` is 1 October.
    fn year_begins(&self, written: &At<String>) -> Option<Every> {
        let day = written.value.split_once('-').and_then(|(month, day)| {
            let (month, day) = (month.parse::<i8>().ok()?, day.parse::<i8>().ok()?);
            ((1..=12).contains(&month) && (1..=28).contains(&day)).then_some(Every::Year { month, day })
        });
        if day.is_none() {
            let fault = Fault::new(written.span.clone(), format!("no year begins on `{}`", written.value));
            self.faults.push(fault.hint("write month and day: `10-01` is 1 October; the 28th is the latest"));
        }
        day
    }
}
