//! What people read for a period.

use candour_model::Period;
use candour_wording::say;
use jiff::civil::Date;

use crate::{Cut, Every, Window};

/// How periods are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As forces print them: `23-29/03/2017`, `30/03-05/04/2017`, `Mar`.
    Compact,
    /// In words: `23 to 29 March 2017`, `March 2020`.
    Words,
}

/// How financial years are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YearStyle {
    /// `2019/20`
    Short,
    /// `2019/2020`
    Long,
    /// `2019-20`
    Hyphen,
}

/// The label of one period of `span`, which is one repetition of `window`.
pub(crate) fn label(
    cut: &Cut,
    span: &Period,
    window: &Window,
    style: Style,
    years: YearStyle,
    several_years: bool,
) -> String {
    let period = &cut.period;
    match window.every {
        Every::Whole if !window.repeat_in.is_empty() => part_of(year_or_years(span.from, span.to), cut, style),
        Every::Whole => marked_part(days(period, style), period),
        Every::Days(_) => marked_part(days(period, style), period),
        Every::Month => part_of(month(period, style, several_years), cut, style),
        Every::Quarter => part_of(months(cut.natural, style), cut, style),
        Every::Year { month: 1, day: 1 } => part_of(period.from.year().to_string(), cut, style),
        Every::Year { month: 4, day: 1 } => part_of(financial_year(cut.natural.0.year(), years), cut, style),
        Every::Year { day: 1, .. } => part_of(months(cut.natural, style), cut, style),
        Every::Year { .. } => {
            let (from, to) = cut.natural;
            part_of(days(&Period { from, to, whole: true }, style), cut, style)
        }
    }
}

/// The label of a span that was given as it is.
pub(crate) fn listed(given: Option<&str>, period: &Period, natural: (Date, Date), style: Style) -> String {
    match given {
        Some(given) => part_of(given.to_owned(), &Cut { period: period.clone(), natural }, style),
        None => marked_part(days(period, style), period),
    }
}

fn financial_year(year: i16, style: YearStyle) -> String {
    let next = year.saturating_add(1);
    match style {
        YearStyle::Short => format!("{year}/{:02}", next.rem_euclid(100)),
        YearStyle::Long => format!("{year}/{next}"),
        YearStyle::Hyphen => format!("{year}-{:02}", next.rem_euclid(100)),
    }
}

/// Whole months: `January to March 2020`, `October 2016 to September 2017`.
fn months((from, to): (Date, Date), style: Style) -> String {
    let one_year = from.year() == to.year();
    match style {
        Style::Compact if one_year => {
            format!("{}-{} {}", month_short(from.month()), month_short(to.month()), to.year())
        }
        Style::Compact => {
            format!("{} {}-{} {}", month_short(from.month()), from.year(), month_short(to.month()), to.year())
        }
        Style::Words => {
            let last = format!("{} {}", month_name(to.month()), to.year());
            let first = month_name(from.month());
            let first = if one_year { first } else { format!("{first} {}", from.year()) };
            say("span", &[("from", first.into()), ("to", last.into())])
        }
    }
}

/// `2019`, or `2019-20` where the span crosses New Year.
pub(crate) fn year_or_years(from: Date, to: Date) -> String {
    match (from.year(), to.year()) {
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
    format!("{} {} {}", day.day(), month_name(day.month()), day.year())
}

/// A span of days as letters write it: `30 March to 5 April 2020`.
pub fn span_in_words(from: Date, to: Date) -> String {
    let first = if from == to {
        return day_in_words(to);
    } else if (from.year(), from.month()) == (to.year(), to.month()) {
        from.day().to_string()
    } else if from.year() == to.year() {
        format!("{} {}", from.day(), month_name(from.month()))
    } else {
        day_in_words(from)
    };
    say("span", &[("from", first.into()), ("to", day_in_words(to).into())])
}

fn month(period: &Period, style: Style, several_years: bool) -> String {
    let name = match style {
        Style::Compact => month_short(period.from.month()),
        Style::Words => month_name(period.from.month()),
    };
    if several_years || style == Style::Words { format!("{name} {}", period.from.year()) } else { name }
}

/// `March` for 3.
pub fn month_name(month: i8) -> String {
    say(&format!("month-{month}"), &[])
}

/// `Mar` for 3.
pub fn month_short(month: i8) -> String {
    say(&format!("month-short-{month}"), &[])
}

/// Adds which part of a period is covered.
fn part_of(name: String, cut: &Cut, style: Style) -> String {
    let period = &cut.period;
    if period.whole {
        return name;
    }
    let year = cut.natural.0.year();
    let one_year = [cut.natural.1, period.from, period.to].iter().all(|day| day.year() == year);
    let brief = |day: Date| match style {
        Style::Compact if one_year => format!("{:02}/{:02}", day.day(), day.month()),
        Style::Compact => format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year()),
        Style::Words if one_year => format!("{} {}", day.day(), month_name(day.month())),
        Style::Words => day_in_words(day),
    };
    let (from, to) = (brief(period.from), brief(period.to));
    let name = ("name", name.into());
    if period.to == cut.natural.1 {
        say("part-from", &[name, ("from", from.into())])
    } else if period.from == cut.natural.0 {
        say("part-to", &[name, ("to", to.into())])
    } else {
        say("part-between", &[name, ("from", from.into()), ("to", to.into())])
    }
}

/// The label of a year whose periods hold only some of its days; None if they hold all.
pub(crate) fn year_in_part(name: &str, held: &[Period], year: &Period, style: Style) -> Option<String> {
    let days = |period: &Period| (period.to - period.from).get_days() + 1;
    let from = held.iter().map(|period| period.from).min()?;
    let to = held.iter().map(|period| period.to).max()?;
    let covered = Period { from, to, whole: false };
    let has_gaps = held.iter().map(days).sum::<i32>() < days(&covered);
    match has_gaps {
        true => Some(say("part", &[("name", name.into())])),
        false if (from, to) == (year.from, year.to) => None,
        false => Some(part_of(name.to_owned(), &Cut { period: covered, natural: (year.from, year.to) }, style)),
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
