//! How a text becomes a value: filters and ingest read alike.

use jiff::civil::Date;

use crate::schema::Precision;

/// A decimal number in units of its last place: "1.5" with two places is 150. None where it is no number, or finer.
pub fn parse_decimal(text: &str, places: u8) -> Option<i64> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(fraction) || fraction.len() > usize::from(places) {
        return None;
    }
    let number: i64 = format!("{whole}{fraction:0<width$}", width = usize::from(places)).parse().ok()?;
    Some(if negative { -number } else { number })
}

/// The first day of the date, month, year or financial year that a text names: `2020-05-21`, `2020-05`, `2020`,
/// `2019/20` (also `2019-20` and `2019/2020`).
pub fn parse_date(text: &str, precision: Precision) -> Option<Date> {
    match precision {
        Precision::Day => text.parse().ok().filter(|_| text.len() == 10),
        Precision::Month => format!("{text}-01").parse().ok().filter(|_| text.len() == 7),
        Precision::Year => format!("{text}-01-01").parse().ok().filter(|_| text.len() == 4),
        Precision::FinancialYear => {
            let (first, second) = text.split_once(['/', '-'])?;
            let year: i16 = first.parse().ok().filter(|_| first.len() == 4)?;
            let next: i16 = second.parse().ok()?;
            let follows = match second.len() {
                2 => next == (year + 1).rem_euclid(100),
                4 => next == year + 1,
                _ => false,
            };
            if follows { Date::new(year, 4, 1).ok() } else { None }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn dates_are_read_at_their_precision_only() {
        assert_eq!(parse_date("2020-05-21", Precision::Day), Some(date(2020, 5, 21)));
        assert_eq!(parse_date("2020-05", Precision::Month), Some(date(2020, 5, 1)));
        assert_eq!(parse_date("2020", Precision::Year), Some(date(2020, 1, 1)));
        for written in ["2019/20", "2019-20", "2019/2020"] {
            assert_eq!(parse_date(written, Precision::FinancialYear), Some(date(2019, 4, 1)));
        }
        assert_eq!(parse_date("1999/00", Precision::FinancialYear), Some(date(1999, 4, 1)));
        for (written, precision) in [
            ("2020-05", Precision::Day),
            ("21/05/2020", Precision::Day),
            ("2020-11-31", Precision::Day),
            ("2020-13", Precision::Month),
            ("2019/21", Precision::FinancialYear),
            ("", Precision::Year),
        ] {
            assert_eq!(parse_date(written, precision), None, "{written}");
        }
    }

    #[test]
    fn decimals_are_exact() {
        assert_eq!(parse_decimal("1.5", 2), Some(150));
        assert_eq!(parse_decimal("-0.05", 2), Some(-5));
        assert_eq!(parse_decimal("12", 0), Some(12));
        for written in ["1.555", "", ".5", "1,5", "1e3", "--1", "99999999999999999999"] {
            assert_eq!(parse_decimal(written, 2), None, "{written}");
        }
    }
}
