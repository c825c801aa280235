//! Dimensions: what a table is broken down by, with categories in the order in which they are shown.

use jiff::civil::Date;
use jiff::{ToSpan as _, Unit};
use serde::{Deserialize, Serialize};

/// Which side of a table a dimension stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Axis {
    /// Down the left.
    Rows,
    /// Across the top.
    Columns,
}

/// A span of days, both ends included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Whether the span is a whole one of its kind: false for 23 to 31 March in a table of months.
    pub whole: bool,
}

impl Period {
    /// Whether it can be compared with one before it: it comes right after that one and is as long, or has its days a year later.
    pub fn follows(&self, then: &Self) -> bool {
        let comes_after = then.to.tomorrow().ok() == Some(self.from);
        (comes_after && self.is_as_long_as(then)) || self.is_a_year_after(then)
    }

    /// As many days, or as many whole months: these are as long as months can be.
    fn is_as_long_as(&self, other: &Self) -> bool {
        let days = |period: &Self| (period.to - period.from).get_days();
        days(self) == days(other) || self.months().is_some_and(|months| other.months() == Some(months))
    }

    /// How many whole months it has, where it has no day more.
    fn months(&self) -> Option<i32> {
        let next = self.to.tomorrow().ok()?;
        let months = self.from.until((Unit::Month, next)).ok()?.get_months();
        (self.from.checked_add(months.months()).ok()? == next).then_some(months)
    }

    /// A first day of 29 February is 1 March in another year, and February ends with its last day.
    fn is_a_year_after(&self, then: &Self) -> bool {
        let first = |day: Date| if (day.month(), day.day()) == (2, 29) { (3, 1) } else { (day.month(), day.day()) };
        let last =
            |day: Date| if day.month() == 2 && day == day.last_of_month() { (2, 29) } else { (day.month(), day.day()) };
        let year_later = |now: Date, then: Date| now.year() == then.year() + 1;
        first(self.from) == first(then.from)
            && last(self.to) == last(then.to)
            && year_later(self.from, then.from)
            && year_later(self.to, then.to)
    }
}

/// A part of a date that comes round again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DatePart {
    /// The month of the year, 1 to 12.
    Month,
    /// The day of the week, 1 (Monday) to 7 (ISO 8601).
    Weekday,
    /// The hour of the day, 0 to 23.
    Hour,
}

/// What a category stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum CategoryKind {
    /// A code of a code list, with the group that the list puts it in.
    Code {
        /// The group, such as "charge" for a postal charge requisition.
        group: Option<String>,
    },
    /// Several codes together: a level of a code list, or a grouping of the response file.
    Group,
    /// A band of numbers, both ends included; `to` is absent in an open band such as 60+.
    Band {
        /// Lowest number.
        from: i64,
        /// Highest number.
        to: Option<i64>,
    },
    /// A span of days.
    Period(Period),
    /// A year that holds several periods of a finer dimension.
    Year {
        /// The calendar year in which its periods begin.
        year: i16,
        /// Whether its periods hold only a part of its days.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        part: bool,
    },
    /// A part of a date that comes round again, such as a weekday.
    Part {
        /// Which part.
        part: DatePart,
        /// Which of them: see [`DatePart`].
        number: u8,
    },
    /// What there was on one day.
    Stock {
        /// The day, at its end.
        at: Date,
    },
    /// Yes or no.
    Flag {
        /// Which of the two.
        value: bool,
    },
    /// Any other value.
    Other,
    /// The record has no value here.
    NotRecorded,
}

/// One value of a dimension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// What references name it by; unique in its dimension.
    pub id: String,
    /// What people read.
    pub label: String,
    /// What it stands for.
    pub kind: CategoryKind,
    /// The position of its category in the dimension above, where that one rolls this one up.
    pub parent: Option<u32>,
    /// Further such positions, where it lies in several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_parents: Vec<u32>,
    /// Whether it lies in none of the dimension above, so that the table does not show it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub held_by_none: bool,
    /// The position of the category of the same dimension that holds it: an "of which" row, in no total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_which: Option<u32>,
}

impl Category {
    /// A category that stands alone.
    pub fn new(id: impl Into<String>, label: impl Into<String>, kind: CategoryKind) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            kind,
            parent: None,
            other_parents: Vec::new(),
            held_by_none: false,
            of_which: None,
        }
    }

    /// Whether a category of time can be compared with one before it.
    pub fn follows(&self, then: &Self) -> bool {
        match (&self.kind, &then.kind) {
            (CategoryKind::Period(now), CategoryKind::Period(then)) => now.follows(then),
            (CategoryKind::Year { year: now, .. }, CategoryKind::Year { year: then, .. }) => *now == then + 1,
            // What there was on two days can be compared, however far they lie apart.
            _ => true,
        }
    }

    /// The categories of a dimension that hold one of them, from the innermost outwards: those that it is a part of.
    pub fn holders(categories: &[Self], part: u32) -> impl Iterator<Item = u32> {
        let holder = |at: u32| categories[at as usize].of_which;
        std::iter::successors(holder(part), move |at| holder(*at))
    }

    /// Whether it may stand under this category of the dimension above.
    pub fn lies_in(&self, outer: u32) -> bool {
        !self.held_by_none && (self.parent.is_none_or(|parent| parent == outer) || self.other_parents.contains(&outer))
    }
}

/// Something that a table is broken down by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dimension {
    /// What references name it by; unique in its table.
    pub id: String,
    /// What people read.
    pub label: String,
    /// Where it stands.
    pub axis: Axis,
    /// The position, among the table's dimensions, of the dimension that rolls this one up, if any.
    pub rolls_up_to: Option<usize>,
    /// Whether a record may stand in several of its categories, so that they do not add up to the total.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overlaps: bool,
    /// Its values, in the order in which they are shown.
    pub categories: Vec<Category>,
}

impl Dimension {
    /// The position of the category with this id or, failing that, this label, where no other has the same.
    pub fn position(&self, name: &str) -> Option<u32> {
        let by_id = self.categories.iter().position(|category| category.id == name);
        let mut by_label = self.categories.iter().enumerate().filter(|(_, category)| category.label == name);
        let found = match (by_id, by_label.next(), by_label.next()) {
            (Some(id), _, _) => id,
            (None, Some((label, _)), None) => label,
            _ => return None,
        };
        u32::try_from(found).ok()
    }
}
