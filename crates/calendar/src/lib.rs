//! Period arithmetic: a window of days, repeated over years where asked, cut into periods.
//!
//! One idea covers the shapes that requests ask for. A [`Window`] runs from one day to another, both included. It may be
//! repeated in several years ("the same period in 2019, 2018 and 2017"). It is cut every so many days, every month or
//! every year, or left whole. What a cut leaves over at either end is a part period and says so in its label.

mod label;

use candour_model::Period;
use jiff::ToSpan;
use jiff::civil::Date;

pub use label::{Style, day_in_words, span_in_words};

/// How a window is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// Not at all.
    Whole,
    /// Every so many days, counted from the first day of the window.
    Days(u16),
    /// At the first of each month.
    Month,
    /// At the first of January.
    Year,
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
    /// What people read for that year: `2018-19` where a repeated window crosses New Year.
    pub year_label: String,
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
    /// A step of no days.
    #[error("a period must have at least one day")]
    NoDays,
    /// More periods than a table can show.
    #[error("the window makes more than {MOST_PERIODS} periods")]
    TooMany,
    /// A date beyond the calendar.
    #[error("the window leaves the calendar in the year {year}")]
    OutOfCalendar {
        /// The year of the repetition.
        year: i16,
    },
}

/// The most periods that one window may make: ten years of days, and some.
pub const MOST_PERIODS: usize = 4_000;

/// Cuts a window into its periods, in order of time.
///
/// # Errors
/// When the window is empty, repeated in years that overlap or are out of order, or makes too many periods.
pub fn periods(window: &Window, style: Style) -> Result<Vec<NamedPeriod>, PeriodError> {
    if window.to < window.from {
        return Err(PeriodError::EndsBeforeItBegins { from: window.from, to: window.to });
    }
    let spans = repetitions(window)?;
    let several_years =
        spans.iter().any(|span| span.from.year() != spans[0].from.year() || span.from.year() != span.to.year());
    let mut named = Vec::new();
    for span in &spans {
        for period in cut(span, window.every)? {
            let repeated = !window.repeat_in.is_empty();
            let year = if repeated { span.from.year() } else { period.from.year() };
            named.push(NamedPeriod {
                id: id(&period, window, span),
                label: label::label(&period, span, window, style, several_years),
                year_label: if repeated { label::year_or_years(span) } else { year.to_string() },
                period,
                year,
            });
            if named.len() > MOST_PERIODS {
                return Err(PeriodError::TooMany);
            }
        }
    }
    Ok(named)
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
    (from <= to).then_some(Period { from, to, whole: true })
}

/// Cuts one span.
fn cut(span: &Period, every: Every) -> Result<Vec<Period>, PeriodError> {
    let mut periods = Vec::new();
    let mut from = span.from;
    while from <= span.to {
        let (natural_from, natural_to) = natural_period(from, span, every)?;
        let to = natural_to.min(span.to);
        periods.push(Period { from, to, whole: from == natural_from && to == natural_to });
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
    Ok(match every {
        Every::Whole => (span.from, span.to),
        Every::Days(0) => return Err(PeriodError::NoDays),
        Every::Days(days) => (day, day.saturating_add((i64::from(days) - 1).days())),
        Every::Month => (day.first_of_month(), day.last_of_month()),
        Every::Year => (day.first_of_year(), day.last_of_year()),
    })
}

/// What references name a period by.
fn id(period: &Period, window: &Window, span: &Period) -> String {
    match window.every {
        Every::Whole if !window.repeat_in.is_empty() => span.from.year().to_string(),
        Every::Whole | Every::Days(_) => period.from.to_string(),
        // Two repetitions may each hold a part of the same month or year.
        Every::Month | Every::Year if !period.whole && !window.repeat_in.is_empty() => period.from.to_string(),
        Every::Month => format!("{:04}-{:02}", period.from.year(), period.from.month()),
        Every::Year => period.from.year().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn window(from: Date, to: Date, every: Every, repeat_in: &[i16]) -> Window {
        Window { from, to, every, repeat_in: repeat_in.to_vec() }
    }

    fn labels(window: &Window) -> Vec<String> {
        periods(window, Style::Compact).unwrap().into_iter().map(|named| named.label).collect()
    }

    #[test]
    fn weeks_step_from_the_start_in_every_year() {
        let weeks = window(date(2020, 3, 23), date(2020, 5, 17), Every::Days(7), &[2017, 2018, 2019, 2020]);
        let made = periods(&weeks, Style::Compact).unwrap();
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
        let made = periods(&winter, Style::Compact).unwrap();
        assert_eq!(made[0].period.to, date(2019, 2, 28));
        assert_eq!(made[1].period.to, date(2020, 2, 29));
        assert_eq!(made[1].label, "2019-20");
    }

    #[test]
    fn the_parts_of_a_year_that_two_repetitions_share_have_ids_of_their_own() {
        let financial = window(date(2021, 4, 1), date(2022, 3, 31), Every::Year, &[2021, 2022]);
        let made = periods(&financial, Style::Compact).unwrap();
        let ids: Vec<&str> = made.iter().map(|named| named.id.as_str()).collect();
        assert_eq!(ids, ["2021-04-01", "2022-01-01", "2022-04-01", "2023-01-01"]);
        assert_eq!(made[1].year_label, "2021-22");
    }

    #[test]
    fn the_periods_of_one_long_window_belong_to_their_own_years() {
        let months = window(date(2022, 11, 1), date(2023, 2, 28), Every::Month, &[]);
        let years: Vec<i16> = periods(&months, Style::Words).unwrap().iter().map(|named| named.year).collect();
        assert_eq!(years, [2022, 2022, 2023, 2023]);
    }

    #[test]
    fn a_short_last_step_is_a_part() {
        let weeks = window(date(2020, 1, 1), date(2020, 1, 10), Every::Days(7), &[]);
        let made = periods(&weeks, Style::Words).unwrap();
        assert!(!made[1].period.whole);
        assert_eq!(made[1].label, "8 to 10 January 2020 (part)");
    }

    #[test]
    fn faulty_windows_are_refused() {
        let backwards = window(date(2020, 5, 17), date(2020, 3, 23), Every::Whole, &[]);
        assert!(matches!(periods(&backwards, Style::Words), Err(PeriodError::EndsBeforeItBegins { .. })));
        let long = window(date(2020, 1, 1), date(2021, 6, 30), Every::Whole, &[2019, 2020]);
        assert!(matches!(periods(&long, Style::Words), Err(PeriodError::Overlap { year: 2020, earlier: 2019 })));
        let twice = window(date(2020, 1, 1), date(2020, 1, 31), Every::Whole, &[2020, 2020]);
        assert!(matches!(periods(&twice, Style::Words), Err(PeriodError::YearsOutOfOrder { .. })));
        let none = window(date(2020, 1, 1), date(2020, 1, 31), Every::Days(0), &[]);
        assert_eq!(periods(&none, Style::Words), Err(PeriodError::NoDays));
        let ages = window(date(1000, 1, 1), date(2020, 1, 31), Every::Days(1), &[]);
        assert_eq!(periods(&ages, Style::Words), Err(PeriodError::TooMany));
    }

    proptest::proptest! {
        #[test]
        fn periods_cover_their_window_without_gap_or_overlap(
            start in 0_i64..20_000, length in 0_i64..3_000, step in 1_u16..400, kind in 0_u8..4,
        ) {
            let from = date(1990, 1, 1).saturating_add(start.days());
            let to = from.saturating_add(length.days());
            let every = [Every::Whole, Every::Days(step), Every::Month, Every::Year][usize::from(kind)];
            let made = periods(&window(from, to, every, &[]), Style::Compact).unwrap();
            proptest::prop_assert_eq!(made[0].period.from, from);
            proptest::prop_assert_eq!(made[made.len() - 1].period.to, to);
            for pair in made.windows(2) {
                proptest::prop_assert_eq!(pair[0].period.to.tomorrow().unwrap(), pair[1].period.from);
                proptest::prop_assert_ne!(&pair[0].id, &pair[1].id);
            }
        }
    }
}
