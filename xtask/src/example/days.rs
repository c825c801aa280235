//! Runs of days.

use jiff::ToSpan;
use jiff::civil::Date;

use super::random::Random;

/// The days from the first to the last, both included.
#[derive(Clone, Copy)]
pub(super) struct Days {
    pub(super) first: Date,
    pub(super) last: Date,
}

impl Days {
    pub(super) fn contains(&self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }

    /// The days that are in both; the first is after the last when there are none.
    pub(super) fn within(&self, other: Days) -> Days {
        Days { first: self.first.max(other.first), last: self.last.min(other.last) }
    }

    pub(super) fn any(&self, random: &mut Random) -> Date {
        let length = self.first.duration_until(self.last).as_hours() / 24 + 1;
        after(self.first, random.below(usize::try_from(length).unwrap_or(1)))
    }

    /// As many days as asked: the first, the last, then any.
    pub(super) fn edges_first(&self, count: usize, random: &mut Random) -> Vec<Date> {
        (0..count)
            .map(|nth| match nth {
                0 => self.first,
                1 => self.last,
                _ => self.any(random),
            })
            .collect()
    }
}

/// The day so many days later.
pub(super) fn after(day: Date, days: usize) -> Date {
    day.saturating_add(i64::try_from(days).unwrap_or_default().days())
}

/// The day so many days earlier.
pub(super) fn before(day: Date, days: usize) -> Date {
    day.saturating_sub(i64::try_from(days).unwrap_or_default().days())
}
