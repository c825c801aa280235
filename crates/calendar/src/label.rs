//! What people read for a period.

use candour_model::Period;
use candour_wording::Language;
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

/// How periods are written, and in which language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Labels {
    /// How periods are written.
    pub style: Style,
    /// How financial years are.
    pub years: YearStyle,
    /// In which language.
    pub language: Language,
}

/// The label of one period of `span`, which is one repetition of `window`.
pub(crate) fn label(cut: &Cut, span: &Period, window: &Window, labels: Labels, several_years: bool) -> String {
    let period = &cut.period;
    match window.every {
        Every::Whole if !window.repeat_in.is_empty() => part_of(year_or_years(span.from, span.to), cut, labels),
        Every::Whole => marked_part(days(period, labels), period, labels.language),
        Every::Days(_) => marked_part(days(period, labels), period, labels.language),
        Every::Month => part_of(month(period, labels, several_years), cut, labels),
        Every::Quarter => part_of(months(cut.natural, labels), cut, labels),
        Every::Year { month: 1, day: 1 } => part_of(period.from.year().to_string(), cut, labels),
        Every::Year { month: 4, day: 1 } => part_of(financial_year(cut.natural.0.year(), labels.years), cut, labels),
        Every::Year { day: 1, .. } => part_of(months(cut.natural, labels), cut, labels),
        Every::Year { .. } => {
            let (from, to) = cut.natural;
            part_of(days(&Period { from, to, whole: true }, labels), cut, labels)
        }
    }
}

/// The label of a span that was given as it is.
pub(crate) fn listed(given: Option<&str>, period: &Period, natural: (Date, Date), labels: Labels) -> String {
    match given {
        Some(given) => part_of(given.to_owned(), &Cut { period: period.clone(), natural }, labels),
        None => marked_part(days(period, labels), period, labels.language),
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
fn months((from, to): (Date, Date), labels: Labels) -> String {
    let one_year = from.year() == to.year();
    match labels.style {
        Style::Compact if one_year => {
            format!(
                "{}-{} {}",
                month_short(from.month(), labels.language),
                month_short(to.month(), labels.language),
                to.year()
            )
        }
        Style::Compact => {
            format!(
                "{} {}-{} {}",
                month_short(from.month(), labels.language),
                from.year(),
                month_short(to.month(), labels.language),
                to.year()
            )
        }
        Style::Words => {
            let last = format!("{} {}", month_name(to.month(), labels.language), to.year());
            let first = month_name(from.month(), labels.language);
            let first = if one_year { first } else { format!("{first} {}", from.year()) };
            labels.language.say("span", &[("from", first.into()), ("to", last.into())])
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
fn days(period: &Period, labels: Labels) -> String {
    match labels.style {
        Style::Compact => compact(period.from, period.to),
        Style::Words => span_in_words(period.from, period.to, labels.language),
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
pub fn day_in_words(day: Date, language: Language) -> String {
    format!("{} {} {}", day.day(), month_name(day.month(), language), day.year())
}

/// A span of days as letters write it: `30 March to 5 April 2020`.
pub fn span_in_words(from: Date, to: Date, language: Language) -> String {
    let first = if from == to {
        return day_in_words(to, language);
    } else if (from.year(), from.month()) == (to.year(), to.month()) {
        from.day().to_string()
    } else if from.year() == to.year() {
        format!("{} {}", from.day(), month_name(from.month(), language))
    } else {
        day_in_words(from, language)
    };
    language.say("span", &[("from", first.into()), ("to", day_in_words(to, language).into())])
}

fn month(period: &Period, labels: Labels, several_years: bool) -> String {
    let name = match labels.style {
        Style::Compact => month_short(period.from.month(), labels.language),
        Style::Words => month_name(period.from.month(), labels.language),
    };
    if several_years || labels.style == Style::Words { format!("{name} {}", period.from.year()) } else { name }
}

/// `March` for 3.
pub fn month_name(month: i8, language: Language) -> String {
    language.say(&format!("month-{month}"), &[])
}

/// `Mar` for 3.
pub fn month_short(month: i8, language: Language) -> String {
    language.say(&format!("month-short-{month}"), &[])
}

/// Adds which part of a period is covered.
fn part_of(name: String, cut: &Cut, labels: Labels) -> String {
    let period = &cut.period;
    if period.whole {
        return name;
    }
    let year = cut.natural.0.year();
    let one_year = [cut.natural.1, period.from, period.to].iter().all(|day| day.year() == year);
    let brief = |day: Date| match labels.style {
        Style::Compact if one_year => format!("{:02}/{:02}", day.day(), day.month()),
        Style::Compact => format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year()),
        Style::Words if one_year => format!("{} {}", day.day(), month_name(day.month(), labels.language)),
        Style::Words => day_in_words(day, labels.language),
    };
    let (from, to) = (brief(period.from), brief(period.to));
    let name = ("name", name.into());
    if period.to == cut.natural.1 {
        labels.language.say("part-from", &[name, ("from", from.into())])
    } else if period.from == cut.natural.0 {
        labels.language.say("part-to", &[name, ("to", to.into())])
    } else {
        labels.language.say("part-between", &[name, ("from", from.into()), ("to", to.into())])
    }
}

/// The label of a year whose periods hold only some of its days; None if they hold all.
pub(crate) fn year_in_part(name: &str, held: &[Period], year: &Period, labels: Labels) -> Option<String> {
    let days = |period: &Period| (period.to - period.from).get_days() + 1;
    let from = held.iter().map(|period| period.from).min()?;
    let to = held.iter().map(|period| period.to).max()?;
    let covered = Period { from, to, whole: false };
    let has_gaps = held.iter().map(days).sum::<i32>() < days(&covered);
    match has_gaps {
        true => Some(labels.language.say("part", &[("name", name.into())])),
        false if (from, to) == (year.from, year.to) => None,
        false => Some(part_of(name.to_owned(), &Cut { period: covered, natural: (year.from, year.to) }, labels)),
    }
}

fn marked_part(label: String, period: &Period, language: Language) -> String {
    if period.whole { label } else { language.say("part", &[("name", label.into())]) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn spans_are_written_without_repeating_month_and_year() {
        assert_eq!(span_in_words(date(2020, 3, 23), date(2020, 3, 29), Language::ENGLISH), "23 to 29 March 2020");
        assert_eq!(span_in_words(date(2020, 3, 30), date(2020, 4, 5), Language::ENGLISH), "30 March to 5 April 2020");
        assert_eq!(
            span_in_words(date(2019, 12, 30), date(2020, 1, 5), Language::ENGLISH),
            "30 December 2019 to 5 January 2020"
        );
        assert_eq!(span_in_words(date(2020, 4, 5), date(2020, 4, 5), Language::ENGLISH), "5 April 2020");
        assert_eq!(compact(date(2019, 12, 30), date(2020, 1, 5)), "30/12/2019-05/01/2020");
    }

    #[test]
    fn months_are_those_of_the_language() {
        let welsh = Language::named("cy").unwrap();
        assert_eq!(span_in_words(date(2020, 3, 30), date(2020, 4, 5), welsh), "30 Mawrth – 5 Ebrill 2020");
        assert_eq!(
            (month_short(9, welsh), day_in_words(date(2024, 1, 1), welsh)),
            ("Medi".into(), "1 Ionawr 2024".into())
        );
    }
}
