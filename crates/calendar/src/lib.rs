//! Period arithmetic: a window of days, repeated over years where asked, cut into periods; or a list of spans as they are.
//!
//! One idea covers the shapes that requests ask for. A [`Window`] runs from one day to another, both included. It may be
//! repeated in several years ("the same period in 2019, 2018 and 2017"). It is cut every so many days, every month, quarter
//! or year, or left whole. What a cut leaves over at either end is a part period and says so in its label; so does a period
//! that was not over when the records were taken.

mod label;

use candour_model::Period;
use jiff::ToSpan;
use jiff::civil::Date;

pub use label::{Labels, Style, YearStyle, day_in_words, month_name, month_short, span_in_words};

/// How a window is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// Not at all.
    Whole,
    /// Every so many days, counted from the first day of the window.
    Days(u16),
    /// At the first of each month.
    Month,
    /// At the first of January, April, July and October.
    Quarter,
    /// At this day of each year: 1 January for calendar years, 1 April for financial years.
    Year {
        /// The month, 1 to 12.
        month: i8,
        /// The day of the month, 1 to 28.
        day: i8,
    },
}

impl Every {
    /// At the first of January.
    pub const CALENDAR_YEAR: Self = Self::Year { month: 1, day: 1 };
    /// At the first of April.
    pub const FINANCIAL_YEAR: Self = Self::Year { month: 4, day: 1 };
}

/// A span of days, perhaps repeated over years, and how it is cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// First day.
    pub from: Date,
    /// Last day, included.
    pub to: Date,
    /// How it is cut.
    pub every: Every,
    /// The years in which it is repeated: each stands for the year in which the window begins. Empty: as it stands.
    pub repeat_in: Vec<i16>,
}

/// A span that was given as it is, with its label if it was given one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// First day.
    pub from: Date,
    /// Last day, included.
    pub to: Date,
    /// What people read; the days themselves where it is not given.
    pub label: Option<String>,
}

/// A period with what people and references call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPeriod {
    /// What references name it by: a year, a month such as `2020-04`, or the first day.
    pub id: String,
    /// What people read.
    pub label: String,
    /// The days.
    pub period: Period,
    /// The year that rolls it up: that in which its window begins where the window is repeated, else its own.
    pub year: i16,
    /// What people read for that year: `2018-19` where a repeated window crosses New Year, `2020 (from 1 November)` where
    /// its periods hold a part of its days.
    pub year_label: String,
    /// Whether the periods of that year hold all of its days.
    pub year_whole: bool,
}

/// Why a window cannot be cut.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// The window is empty.
    #[error("the period ends on {to}, before it begins on {from}")]
    EndsBeforeItBegins {
        /// First day as given.
        from: Date,
        /// Last day as given.
        to: Date,
    },
    /// Two repetitions share days, so that a record would be counted twice.
    #[error("the window repeated in {year} overlaps the one repeated in {earlier}: a record would be counted twice")]
    Overlap {
        /// The year of the later repetition.
        year: i16,
        /// The year of the earlier one.
        earlier: i16,
    },
    /// The years are not in order, or one stands twice.
    #[error("the years must be in order, each once: {year} follows {earlier}")]
    YearsOutOfOrder {
        /// The year that stands wrong.
        year: i16,
        /// The year before it.
        earlier: i16,
    },
    /// Two spans of a list share days.
    #[error("the spans from {from} and from {earlier} overlap: a record would be counted twice")]
    ListedOverlap {
        /// The first day of the later span.
        from: Date,
        /// The first day of the earlier one.
        earlier: Date,
    },
    /// A step of no days.
    #[error("a period must have at least one day")]
    NoDays,
    /// More periods than a table can show.
    #[error("the window makes more than {MOST_PERIODS} periods")]
    TooMany,
    /// A window of 29 February alone, in a year that lacks it.
    #[error("the window is 29 February alone, which {year} does not have")]
    NotInYear {
        /// The year of the repetition.
        year: i16,
    },
    /// A date beyond the calendar.
    #[error("the window leaves the calendar in the year {year}")]
    OutOfCalendar {
        /// The year of the repetition.
        year: i16,
    },
}

/// The most periods that one window may make: ten years of days, and some.
pub const MOST_PERIODS: usize = 4_000;

/// A span that was cut out, and the whole period of its kind that it is a part of, or all of.
pub(crate) struct Cut {
    pub(crate) period: Period,
    pub(crate) natural: (Date, Date),
}

/// Cuts a window into its periods, in order of time. A period that was not over on `as_at` ends there, and is a part.
///
/// # Errors
/// When the window is empty, repeated in years that overlap or are out of order, or makes too many periods.
pub fn periods(window: &Window, labels: Labels, as_at: Option<Date>) -> Result<Vec<NamedPeriod>, PeriodError> {
    if window.to < window.from {
        return Err(PeriodError::EndsBeforeItBegins { from: window.from, to: window.to });
    }
    let spans = repetitions(window)?;
    let several_years =
        spans.iter().any(|span| span.from.year() != spans[0].from.year() || span.from.year() != span.to.year());
    let mut named = Vec::new();
    let mut years_of = Vec::new();
    for span in &spans {
        for mut cut in cut(span, window.every)? {
            end_at(&mut cut.period, as_at);
            let repeated = !window.repeat_in.is_empty();
            let year = if repeated { span.from.year() } else { cut.period.from.year() };
            years_of.push(if repeated { (span.from, span.to) } else { days_of_year(&cut, window.every, year)? });
            named.push(NamedPeriod {
                id: id(&cut, window, span),
                label: label::label(&cut, span, window, labels, several_years),
                year_label: if repeated { label::year_or_years(span.from, span.to) } else { year.to_string() },
                year_whole: true,
                period: cut.period,
                year,
            });
            if named.len() > MOST_PERIODS {
                return Err(PeriodError::TooMany);
            }
        }
    }
    label_years(&mut named, &years_of, labels);
    Ok(named)
}

/// Names spans that were given as they are: in order of time, without days in common.
///
/// # Errors
/// When a span is empty, or shares days with another.
pub fn listed(spans: &[Listed], labels: Labels, as_at: Option<Date>) -> Result<Vec<NamedPeriod>, PeriodError> {
    let mut named: Vec<NamedPeriod> = Vec::new();
    let mut years_of = Vec::new();
    for span in spans {
        if span.to < span.from {
            return Err(PeriodError::EndsBeforeItBegins { from: span.from, to: span.to });
        }
        let shared = |other: &&NamedPeriod| span.from <= other.period.to && other.period.from <= span.to;
        if let Some(other) = named.iter().find(shared) {
            return Err(PeriodError::ListedOverlap { from: span.from, earlier: other.period.from });
        }
        let mut period = Period { from: span.from, to: span.to, whole: true };
        end_at(&mut period, as_at);
        years_of.push(calendar_year(period.from.year())?);
        named.push(NamedPeriod {
            id: period.from.to_string(),
            label: label::listed(span.label.as_deref(), &period, (span.from, span.to), labels),
            year: period.from.year(),
            year_label: period.from.year().to_string(),
            year_whole: true,
            period,
        });
    }
    label_years(&mut named, &years_of, labels);
    Ok(named)
}

/// Says of each year which of its days its periods hold, where these are not all. `days` are those of the year of each
/// period.
fn label_years(named: &mut [NamedPeriod], days: &[(Date, Date)], labels: Labels) {
    for at in 0..named.len() {
        let own = named.iter().filter(|other| other.year == named[at].year);
        let held: Vec<Period> = own.map(|other| other.period.clone()).collect();
        let whole = Period { from: days[at].0, to: days[at].1, whole: true };
        if let Some(label) = label::year_in_part(&named[at].year_label, &held, &whole, labels) {
            named[at].year_label = label;
            named[at].year_whole = false;
        }
    }
}

/// The days of all the periods that begin in a year, were the window long enough; those of the calendar year where nothing
/// else is cut.
fn days_of_year(cut: &Cut, every: Every, year: i16) -> Result<(Date, Date), PeriodError> {
    let (first, last) = calendar_year(year)?;
    let out_of_calendar = |_| PeriodError::OutOfCalendar { year };
    Ok(match every {
        Every::Days(days) => {
            let days = i64::from(days);
            let steps = |from: Date, to: Date| i64::from((to - from).get_days()) / days;
            let begins = cut.natural.0;
            let after = begins.checked_add(((steps(begins, last) + 1) * days).days()).map_err(out_of_calendar)?;
            let before = begins.checked_sub((steps(first, begins) * days).days()).map_err(out_of_calendar)?;
            (before, after.yesterday().map_err(out_of_calendar)?)
        }
        Every::Year { month, day } => {
            let begins = Date::new(year, month, day).map_err(out_of_calendar)?;
            (begins, begins.saturating_add(1.year()).yesterday().map_err(out_of_calendar)?)
        }
        Every::Whole | Every::Month | Every::Quarter => (first, last),
    })
}

fn calendar_year(year: i16) -> Result<(Date, Date), PeriodError> {
    let day = |month, day| Date::new(year, month, day).map_err(|_| PeriodError::OutOfCalendar { year });
    Ok((day(1, 1)?, day(12, 31)?))
}

/// Ends a period on the day at which the records were taken, where it was not over by then.
fn end_at(period: &mut Period, as_at: Option<Date>) {
    if let Some(as_at) = as_at.filter(|as_at| (period.from..period.to).contains(as_at)) {
        period.to = as_at;
        period.whole = false;
    }
}

/// The window as often as it is repeated, in order.
fn repetitions(window: &Window) -> Result<Vec<Period>, PeriodError> {
    if window.repeat_in.is_empty() {
        return Ok(vec![Period { from: window.from, to: window.to, whole: true }]);
    }
    let mut spans: Vec<Period> = Vec::new();
    for (at, &year) in window.repeat_in.iter().enumerate() {
        let years = year - window.from.year();
        let span = move_by_years(window, years).ok_or(PeriodError::OutOfCalendar { year })?;
        if span.to < span.from {
            return Err(PeriodError::NotInYear { year });
        }
        if let Some(previous) = spans.last() {
            let earlier = window.repeat_in[at - 1];
            if year <= earlier {
                return Err(PeriodError::YearsOutOfOrder { year, earlier });
            }
            if span.from <= previous.to {
                return Err(PeriodError::Overlap { year, earlier });
            }
        }
        spans.push(span);
    }
    Ok(spans)
}

/// The same calendar window some years later. A first day of 29 February becomes 1 March in a year that lacks it, a last
/// day 28 February, so that the window never grows.
fn move_by_years(window: &Window, years: i16) -> Option<Period> {
    let from_year = window.from.year().checked_add(years)?;
    let to_year = window.to.year().checked_add(years)?;
    let from = Date::new(from_year, window.from.month(), window.from.day());
    let to = Date::new(to_year, window.to.month(), window.to.day());
    let from = from.or_else(|_| Date::new(from_year, 3, 1)).ok()?;
    let to = to.or_else(|_| Date::new(to_year, 2, 28)).ok()?;
    Some(Period { from, to, whole: true })
}

/// Cuts one span.
fn cut(span: &Period, every: Every) -> Result<Vec<Cut>, PeriodError> {
    let mut periods = Vec::new();
    let mut from = span.from;
    while from <= span.to {
        let natural = natural_period(from, span, every)?;
        let to = natural.1.min(span.to);
        periods.push(Cut { period: Period { from, to, whole: (from, to) == natural }, natural });
        if periods.len() > MOST_PERIODS {
            return Err(PeriodError::TooMany);
        }
        let Ok(next) = to.tomorrow() else { break };
        from = next;
    }
    Ok(periods)
}

/// The whole period of its kind that holds `day`, which is the first day of a cut.
fn natural_period(day: Date, span: &Period, every: Every) -> Result<(Date, Date), PeriodError> {
    let out_of_calendar = |_| PeriodError::OutOfCalendar { year: day.year() };
    Ok(match every {
        Every::Whole => (span.from, span.to),
        Every::Days(0) => return Err(PeriodError::NoDays),
        Every::Days(days) => (day, day.saturating_add((i64::from(days) - 1).days())),
        Every::Month => (day.first_of_month(), day.last_of_month()),
        Every::Quarter => {
            let first_month = (day.month() - 1) / 3 * 3 + 1;
            let first = Date::new(day.year(), first_month, 1).map_err(out_of_calendar)?;
            let last = Date::new(day.year(), first_month + 2, 1).map_err(out_of_calendar)?.last_of_month();
            (first, last)
        }
        Every::Year { month, day: begins } => {
            let this_year = Date::new(day.year(), month, begins).map_err(out_of_calendar)?;
            let first = if this_year <= day { this_year } else { this_year.saturating_sub(1.year()) };
            (first, first.saturating_add(1.year()).yesterday().map_err(out_of_calendar)?)
        }
    })
}

/// What references name a period by.
fn id(cut: &Cut, window: &Window, span: &Period) -> String {
    let period = &cut.period;
    let cut_short = (period.from, span.to.min(cut.natural.1)) != cut.natural;
    match window.every {
        Every::Whole if !window.repeat_in.is_empty() => span.from.year().to_string(),
        Every::Whole | Every::Days(_) => period.from.to_string(),
        // Two repetitions may each hold a part of the same month or year.
        Every::Month | Every::Quarter | Every::Year { .. } if cut_short && !window.repeat_in.is_empty() => {
            period.from.to_string()
        }
        Every::Month => format!("{:04}-{:02}", period.from.year(), period.from.month()),
        Every::Quarter => format!("{:04}-Q{}", period.from.year(), (period.from.month() - 1) / 3 + 1),
        Every::Year { .. } => cut.natural.0.year().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn window(from: Date, to: Date, every: Every, repeat_in: &[i16]) -> Window {
        Window { from, to, every, repeat_in: repeat_in.to_vec() }
    }

    fn labels_in(style: Style, years: YearStyle) -> Labels {
        Labels { style, years, language: candour_wording::Language::ENGLISH }
    }

    fn labels(window: &Window) -> Vec<String> {
        periods(window, labels_in(Style::Compact, YearStyle::Short), None)
            .unwrap()
            .into_iter()
            .map(|named| named.label)
            .collect()
    }

    #[test]
    fn weeks_step_from_the_start_in_every_year() {
        let weeks = window(date(2020, 3, 23), date(2020, 5, 17), Every::Days(7), &[2017, 2018, 2019, 2020]);
        let made = periods(&weeks, labels_in(Style::Compact, YearStyle::Short), None).unwrap();
        assert_eq!(made.len(), 32);
        assert!(made.iter().all(|named| named.period.whole));
        assert_eq!(made[0].label, "23-29/03/2017");
        assert_eq!(made[1].label, "30/03-05/04/2017");
        assert_eq!(made[14].label, "04-10/05/2018");
        assert_eq!(made[14].year, 2018);
        assert_eq!(made[31].period.to, date(2020, 5, 17));
    }

    #[test]
    fn part_months_say_so() {
        let months = window(date(2020, 3, 23), date(2020, 5, 17), Every::Month, &[]);
        assert_eq!(labels(&months), ["Mar (from 23/03)", "Apr", "May (to 17/05)"]);
    }

    #[test]
    fn a_window_repeated_whole_is_called_by_its_year() {
        let whole = window(date(2020, 3, 23), date(2020, 5, 17), Every::Whole, &[2019, 2020]);
        assert_eq!(labels(&whole), ["2019", "2020"]);
    }

    #[test]
    fn a_window_may_cross_new_year_and_end_on_29_february() {
        let winter = window(date(2019, 12, 1), date(2020, 2, 29), Every::Whole, &[2018, 2019]);
        let made = periods(&winter, labels_in(Style::Compact, YearStyle::Short), None).unwrap();
        assert_eq!(made[0].period.to, date(2019, 2, 28));
        assert_eq!(made[1].period.to, date(2020, 2, 29));
        assert_eq!(made[1].label, "2019-20");
    }

    #[test]
    fn the_parts_of_a_year_that_two_repetitions_share_have_ids_of_their_own() {
        let financial = window(date(2021, 4, 1), date(2022, 3, 31), Every::CALENDAR_YEAR, &[2021, 2022]);
        let made = periods(&financial, labels_in(Style::Compact, YearStyle::Short), None).unwrap();
        let ids: Vec<&str> = made.iter().map(|named| named.id.as_str()).collect();
        assert_eq!(ids, ["2021-04-01", "2022-01-01", "2022-04-01", "2023-01-01"]);
        assert_eq!(made[1].year_label, "2021-22");
    }

    #[test]
    fn the_periods_of_one_long_window_belong_to_their_own_years() {
        let months = window(date(2022, 11, 1), date(2023, 2, 28), Every::Month, &[]);
        let years: Vec<i16> = periods(&months, labels_in(Style::Words, YearStyle::Short), None)
            .unwrap()
            .iter()
            .map(|named| named.year)
            .collect();
        assert_eq!(years, [2022, 2022, 2023, 2023]);
    }

    #[test]
    fn a_year_says_which_of_its_days_its_periods_hold() {
        let years = |window: &Window, as_at: Option<Date>| {
            let made = periods(window, labels_in(Style::Words, YearStyle::Short), as_at).unwrap();
            let mut labels: Vec<String> = made.into_iter().map(|named| named.year_label).collect();
            labels.dedup();
            labels
        };
        let months = window(date(2022, 11, 1), date(2024, 6, 30), Every::Month, &[]);
        assert_eq!(years(&months, Some(date(2024, 6, 15))), ["2022 (from 1 November)", "2023", "2024 (to 15 June)"]);
        // Weeks belong to the year in which they begin.
        let weeks = window(date(2022, 1, 3), date(2024, 1, 7), Every::Days(7), &[]);
        assert_eq!(years(&weeks, None), ["2022", "2023", "2024 (to 7 January 2024)"]);
        let springs = window(date(2022, 3, 1), date(2022, 5, 31), Every::Month, &[2022, 2023]);
        assert_eq!(years(&springs, None), ["2022", "2023"]);
    }

    #[test]
    fn years_begin_where_they_are_told_to() {
        let financial = window(date(2019, 4, 1), date(2021, 3, 31), Every::FINANCIAL_YEAR, &[]);
        assert_eq!(labels(&financial), ["2019/20", "2020/21"]);
        let long = periods(&financial, labels_in(Style::Words, YearStyle::Long), None).unwrap();
        assert_eq!((long[0].label.as_str(), long[0].id.as_str()), ("2019/2020", "2019"));
        let autumn = Every::Year { month: 10, day: 1 };
        let from_october = window(date(2016, 10, 1), date(2019, 1, 16), autumn, &[]);
        assert_eq!(
            labels(&from_october),
            ["Oct 2016-Sep 2017", "Oct 2017-Sep 2018", "Oct 2018-Sep 2019 (to 16/01/2019)"]
        );
        let made = periods(&from_october, labels_in(Style::Words, YearStyle::Short), None).unwrap();
        assert_eq!(made[2].label, "October 2018 to September 2019 (to 16 January 2019)");
        assert!(!made[2].period.whole);
    }

    #[test]
    fn quarters_are_those_of_the_calendar() {
        let quarters = window(date(2020, 2, 1), date(2020, 9, 30), Every::Quarter, &[]);
        assert_eq!(labels(&quarters), ["Jan-Mar 2020 (from 01/02)", "Apr-Jun 2020", "Jul-Sep 2020"]);
        let made = periods(&quarters, labels_in(Style::Words, YearStyle::Short), None).unwrap();
        assert_eq!((made[1].label.as_str(), made[1].id.as_str()), ("April to June 2020", "2020-Q2"));
    }

    #[test]
    fn a_period_that_is_not_over_ends_with_the_extract() {
        let years = window(date(2019, 1, 1), date(2020, 12, 31), Every::CALENDAR_YEAR, &[]);
        let made = periods(&years, labels_in(Style::Words, YearStyle::Short), Some(date(2020, 10, 31))).unwrap();
        assert_eq!((made[1].label.as_str(), made[1].id.as_str()), ("2020 (to 31 October)", "2020"));
        assert!(made[0].period.whole && !made[1].period.whole);
        assert_eq!(made[1].period.to, date(2020, 10, 31));
    }

    #[test]
    fn listed_spans_may_be_unequal_but_share_no_day() {
        let span = |from, to, label: Option<&str>| Listed { from, to, label: label.map(str::to_owned) };
        let terms = [
            span(date(2023, 9, 1), date(2023, 12, 31), Some("Autumn")),
            span(date(2024, 1, 1), date(2024, 3, 31), None),
        ];
        let made = listed(&terms, labels_in(Style::Words, YearStyle::Short), Some(date(2024, 2, 29))).unwrap();
        assert_eq!(made[0].label, "Autumn");
        assert_eq!(made[1].label, "1 January to 29 February 2024 (part)");
        let slip = [span(date(2017, 4, 1), date(2018, 3, 31), None), span(date(2018, 3, 1), date(2019, 3, 31), None)];
        assert!(matches!(
            listed(&slip, labels_in(Style::Words, YearStyle::Short), None),
            Err(PeriodError::ListedOverlap { .. })
        ));
    }

    #[test]
    fn a_short_last_step_is_a_part() {
        let weeks = window(date(2020, 1, 1), date(2020, 1, 10), Every::Days(7), &[]);
        let made = periods(&weeks, labels_in(Style::Words, YearStyle::Short), None).unwrap();
        assert!(!made[1].period.whole);
        assert_eq!(made[1].label, "8 to 10 January 2020 (part)");
    }

    #[test]
    fn faulty_windows_are_refused() {
        let backwards = window(date(2020, 5, 17), date(2020, 3, 23), Every::Whole, &[]);
        assert!(matches!(
            periods(&backwards, labels_in(Style::Words, YearStyle::Short), None),
            Err(PeriodError::EndsBeforeItBegins { .. })
        ));
        let long = window(date(2020, 1, 1), date(2021, 6, 30), Every::Whole, &[2019, 2020]);
        assert!(matches!(
            periods(&long, labels_in(Style::Words, YearStyle::Short), None),
            Err(PeriodError::Overlap { year: 2020, earlier: 2019 })
        ));
        let twice = window(date(2020, 1, 1), date(2020, 1, 31), Every::Whole, &[2020, 2020]);
        assert!(matches!(
            periods(&twice, labels_in(Style::Words, YearStyle::Short), None),
            Err(PeriodError::YearsOutOfOrder { .. })
        ));
        let none = window(date(2020, 1, 1), date(2020, 1, 31), Every::Days(0), &[]);
        assert_eq!(periods(&none, labels_in(Style::Words, YearStyle::Short), None), Err(PeriodError::NoDays));
        let leap_day = window(date(2020, 2, 29), date(2020, 2, 29), Every::Whole, &[2020, 2021]);
        assert_eq!(
            periods(&leap_day, labels_in(Style::Words, YearStyle::Short), None),
            Err(PeriodError::NotInYear { year: 2021 })
        );
        let ages = window(date(1000, 1, 1), date(2020, 1, 31), Every::Days(1), &[]);
        assert_eq!(periods(&ages, labels_in(Style::Words, YearStyle::Short), None), Err(PeriodError::TooMany));
    }

    proptest::proptest! {
        #[test]
        fn periods_cover_their_window_without_gap_or_overlap(
            start in 0_i64..20_000, length in 0_i64..3_000, step in 1_u16..400, kind in 0_u8..6,
        ) {
            let from = date(1990, 1, 1).saturating_add(start.days());
            let to = from.saturating_add(length.days());
            let every = [Every::Whole, Every::Days(step), Every::Month, Every::Quarter, Every::CALENDAR_YEAR, Every::FINANCIAL_YEAR][usize::from(kind)];
            let made = periods(&window(from, to, every, &[]), labels_in(Style::Compact, YearStyle::Short), None).unwrap();
            proptest::prop_assert_eq!(made[0].period.from, from);
            proptest::prop_assert_eq!(made[made.len() - 1].period.to, to);
            for pair in made.windows(2) {
                proptest::prop_assert_eq!(pair[0].period.to.tomorrow().unwrap(), pair[1].period.from);
                proptest::prop_assert_ne!(&pair[0].id, &pair[1].id);
            }
        }
    }
}
