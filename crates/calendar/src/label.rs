//! What people read for a period.

use candour_model::Period;
use candour_wording::say;
use jiff::civil::Date;

use crate::{Every, Window};

/// How periods are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As forces print them: `23-29/03/2017`, `30/03-05/04/2017`, `Mar`.
    Compact,
    /// In words: `23 to 29 March 2017`, `March 2020`.
    Words,
}

/// The label of one period of `span`, which is one repetition of `window`.
pub(crate) fn label(period: &Period, span: &Period, window: &Window, style: Style, several_years: bool) -> String {
    match window.every {
        Every::Whole if !window.repeat_in.is_empty() => year_or_years(span),
        Every::Whole => days(period, style),
        Every::Days(_) => marked_part(days(period, style), period),
        Every::Month => {
            part_of(month(period, style, several_years), period, style, Date::first_of_month, Date::last_of_month)
        }
        Every::Year => part_of(period.from.year().to_string(), period, style, Date::first_of_year, Date::last_of_year),
    }
}

/// `2019`, or `2019-20` where the span crosses New Year.
pub(crate) fn year_or_years(span: &Period) -> String {
    match (span.from.year(), span.to.year()) {
        (from, to) if from == to => from.to_string(),
        (from, to) => format!("{from}-{:02}", to.rem_euclid(100)),
    }
}

/// A span of days.
fn days(period: &Period, style: Style) -> String {
    match style {
        Style::Compact => compact(period.from, period.to),
        Style::Words => span_in_words(period.from, period.to),
    }
}

fn compact(from: Date, to: Date) -> String {
    let last = format!("{:02}/{:02}/{:04}", to.day(), to.month(), to.year());
    if from == to {
        last
    } else if (from.year(), from.month()) == (to.year(), to.month()) {
        format!("{:02}-{last}", from.day())
    } else if from.year() == to.year() {
        format!("{:02}/{:02}-{last}", from.day(), from.month())
    } else {
        format!("{:02}/{:02}/{:04}-{last}", from.day(), from.month(), from.year())
    }
}

/// A day as letters write it: `23 March 2020`.
pub fn day_in_words(day: Date) -> String {
    format!("{} {} {}", day.day(), month_name(day), day.year())
}

/// A span of days as letters write it: `30 March to 5 April 2020`.
pub fn span_in_words(from: Date, to: Date) -> String {
    let first = if from == to {
        return day_in_words(to);
    } else if (from.year(), from.month()) == (to.year(), to.month()) {
        from.day().to_string()
    } else if from.year() == to.year() {
        format!("{} {}", from.day(), month_name(from))
    } else {
        day_in_words(from)
    };
    say("span", &[("from", first.into()), ("to", day_in_words(to).into())])
}

fn month(period: &Period, style: Style, several_years: bool) -> String {
    let name = match style {
        Style::Compact => say(&format!("month-short-{}", period.from.month()), &[]),
        Style::Words => month_name(period.from),
    };
    if several_years || style == Style::Words { format!("{name} {}", period.from.year()) } else { name }
}

fn month_name(day: Date) -> String {
    say(&format!("month-{}", day.month()), &[])
}

/// Adds which part of a month or year a part period covers.
fn part_of(name: String, period: &Period, style: Style, first: fn(Date) -> Date, last: fn(Date) -> Date) -> String {
    if period.whole {
        return name;
    }
    let brief = |day: Date| match style {
        Style::Compact => format!("{:02}/{:02}", day.day(), day.month()),
        Style::Words => format!("{} {}", day.day(), month_name(day)),
    };
    let (from, to) = (brief(period.from), brief(period.to));
    let name = ("name", name.into());
    if period.to == last(period.from) {
        say("part-from", &[name, ("from", from.into())])
    } else if period.from == first(period.from) {
        say("part-to", &[name, ("to", to.into())])
    } else {
        say("part-between", &[name, ("from", from.into()), ("to", to.into())])
    }
}

fn marked_part(label: String, period: &Period) -> String {
    if period.whole { label } else { say("part", &[("name", label.into())]) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn spans_are_written_without_repeating_month_and_year() {
        assert_eq!(span_in_words(date(2020, 3, 23), date(2020, 3, 29)), "23 to 29 March 2020");
        assert_eq!(span_in_words(date(2020, 3, 30), date(2020, 4, 5)), "30 March to 5 April 2020");
        assert_eq!(span_in_words(date(2019, 12, 30), date(2020, 1, 5)), "30 December 2019 to 5 January 2020");
        assert_eq!(span_in_words(date(2020, 4, 5), date(2020, 4, 5)), "5 April 2020");
        assert_eq!(compact(date(2019, 12, 30), date(2020, 1, 5)), "30/12/2019-05/01/2020");
    }
}
