//! Exact decimal numbers: what is shown is what is stored.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// How a number that lies between two that can be shown is rounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// A half goes to the even neighbour: 2.5 becomes 2, 3.5 becomes 4 (IEEE 754 roundTiesToEven).
    #[default]
    HalfEven,
    /// A half goes away from zero: 2.5 becomes 3, -2.5 becomes -3 (IEEE 754 roundTiesToAway).
    HalfUp,
}

/// A decimal number: `units` of 10^-`places`. 12.50 is 1250 units of two places, and is written with both of them.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    units: i128,
    places: u8,
}

impl Decimal {
    /// So many units of 10^-`places`.
    pub const fn new(units: i128, places: u8) -> Self {
        Self { units, places }
    }

    /// A whole number.
    pub const fn whole(number: i128) -> Self {
        Self::new(number, 0)
    }

    /// The number in units of its last place.
    pub const fn units(self) -> i128 {
        self.units
    }

    /// How many digits stand after the point.
    pub const fn places(self) -> u8 {
        self.places
    }

    /// Whether it is zero.
    pub const fn is_zero(self) -> bool {
        self.units == 0
    }

    /// The sum, with the places of the finer of the two. None where it leaves the range of 38 digits.
    pub fn plus(self, other: Self) -> Option<Self> {
        let places = self.places.max(other.places);
        Some(Self::new(self.at_places(places)?.checked_add(other.at_places(places)?)?, places))
    }

    /// This number less another.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self::new(other.units.checked_neg()?, other.places))
    }

    /// The number with so many places.
    pub fn rounded(self, places: u8, rounding: Rounding) -> Option<Self> {
        if places >= self.places {
            return Some(Self::new(self.at_places(places)?, places));
        }
        let lost = power_of_ten(self.places - places)?;
        Some(Self::new(divide(self.units, lost, rounding)?, places))
    }

    /// The number in units of a place at least as fine as its own.
    fn at_places(self, places: u8) -> Option<i128> {
        self.units.checked_mul(power_of_ten(places.checked_sub(self.places)?)?)
    }
}

/// A quotient of whole numbers: what is worked out of numbers, and of what was worked out of them, before it is rounded.
#[derive(Clone, Copy, Debug)]
pub struct Fraction {
    above: i128,
    /// More than zero, and without a divisor in common with `above`.
    below: i128,
}

impl Fraction {
    /// None where `below` is zero, or the numbers leave the range of 38 digits.
    fn new(above: i128, below: i128) -> Option<Self> {
        let common = i128::try_from(common_divisor(above.unsigned_abs(), below.unsigned_abs())).ok()?;
        let common = if below < 0 { -common } else { common };
        Some(Self { above: above.checked_div(common)?, below: below.checked_div(common)? }).filter(|_| below != 0)
    }

    /// Whether it is zero.
    pub const fn is_zero(self) -> bool {
        self.above == 0
    }

    /// The number without its sign.
    pub fn magnitude(self) -> Self {
        Self { above: self.above.abs(), ..self }
    }

    /// This number less another. None where the numbers leave the range.
    pub fn minus(self, other: Self) -> Option<Self> {
        let (left, right) = (self.above.checked_mul(other.below)?, other.above.checked_mul(self.below)?);
        Self::new(left.checked_sub(right)?, self.below.checked_mul(other.below)?)
    }

    /// `self` times `scale` divided by `other`. None where `other` is zero or the numbers leave the range.
    pub fn per(self, other: Self, scale: i128) -> Option<Self> {
        let above = self.above.checked_mul(other.below)?.checked_mul(scale)?;
        Self::new(above, self.below.checked_mul(other.above)?)
    }

    /// The number rounded to so many places.
    pub fn rounded(self, places: u8, rounding: Rounding) -> Option<Decimal> {
        let above = self.above.checked_mul(power_of_ten(places)?)?;
        Some(Decimal::new(divide(above, self.below, rounding)?, places))
    }
}

impl TryFrom<Decimal> for Fraction {
    type Error = ();

    fn try_from(number: Decimal) -> Result<Self, ()> {
        power_of_ten(number.places).and_then(|below| Self::new(number.units, below)).ok_or(())
    }
}

/// The greatest number that divides both (Euclid); 1 of two zeros.
fn common_divisor(mut left: u128, mut right: u128) -> u128 {
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left.max(1)
}

fn power_of_ten(places: u8) -> Option<i128> {
    10_i128.checked_pow(u32::from(places))
}

/// A quotient rounded to a whole number.
fn divide(above: i128, below: i128, rounding: Rounding) -> Option<i128> {
    let (quotient, rest) = (above.checked_div(below)?, above.checked_rem(below)?);
    let away = if (above < 0) == (below < 0) { 1 } else { -1 };
    let twice = rest.unsigned_abs().checked_mul(2)?;
    Some(match twice.cmp(&below.unsigned_abs()) {
        Ordering::Less => quotient,
        Ordering::Greater => quotient + away,
        Ordering::Equal if rounding == Rounding::HalfUp || quotient % 2 != 0 => quotient + away,
        Ordering::Equal => quotient,
    })
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let places = self.places.max(other.places);
        match (self.at_places(places), other.at_places(places)) {
            (Some(left), Some(right)) => left.cmp(&right),
            // One of them is too large for the other's places; then the whole parts decide.
            _ => {
                let whole = |number: &Self| number.units / power_of_ten(number.places).unwrap_or(i128::MAX);
                whole(self).cmp(&whole(other))
            }
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = usize::from(self.places);
        if places == 0 {
            return write!(to, "{}", self.units);
        }
        let digits = format!("{:0>width$}", self.units.unsigned_abs(), width = places + 1);
        let (whole, part) = digits.split_at(digits.len() - places);
        let sign = if self.units < 0 { "-" } else { "" };
        write!(to, "{sign}{whole}.{part}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn per(above: i128, below: i128, scale: i128, places: u8, rounding: Rounding) -> String {
        let result = whole(above).per(whole(below), scale).and_then(|result| result.rounded(places, rounding));
        result.map_or("none".into(), |n| n.to_string())
    }

    fn whole(number: i128) -> Fraction {
        Fraction::try_from(Decimal::whole(number)).unwrap()
    }

    #[test]
    fn what_is_worked_out_of_quotients_is_rounded_once() {
        let (then, now) = (whole(1).per(whole(7_000_000), 1).unwrap(), whole(5).per(whole(7_000_000), 1).unwrap());
        let change = now.minus(then).and_then(|added| added.per(then.magnitude(), 100)).unwrap();
        assert_eq!(change.rounded(1, Rounding::HalfEven).map(|n| n.to_string()), Some("400.0".into()));
        let fell = then.minus(now).and_then(|added| added.per(now, 100)).unwrap();
        assert_eq!(fell.rounded(0, Rounding::HalfEven).map(|n| n.to_string()), Some("-80".into()));
    }

    #[test]
    fn halves_go_where_the_table_says() {
        assert_eq!(per(1, 8, 100, 0, Rounding::HalfEven), "12");
        assert_eq!(per(1, 8, 100, 0, Rounding::HalfUp), "13");
        assert_eq!(per(3, 8, 100, 0, Rounding::HalfEven), "38");
        assert_eq!(per(-1, 8, 100, 0, Rounding::HalfUp), "-13");
        assert_eq!(per(-1, 8, 100, 0, Rounding::HalfEven), "-12");
        assert_eq!(per(2, 3, 100, 1, Rounding::HalfEven), "66.7");
        assert_eq!(per(1, 0, 100, 1, Rounding::HalfEven), "none");
    }

    #[test]
    fn numbers_are_written_with_all_their_places() {
        assert_eq!(Decimal::new(1250, 2).to_string(), "12.50");
        assert_eq!(Decimal::new(-5, 2).to_string(), "-0.05");
        assert_eq!(Decimal::new(0, 1).to_string(), "0.0");
        assert_eq!(Decimal::new(-7, 0).to_string(), "-7");
    }

    #[test]
    fn numbers_of_different_places_compare_and_add_up() {
        assert_eq!(Decimal::new(150, 2), Decimal::new(15, 1));
        assert!(Decimal::new(149, 2) < Decimal::new(15, 1));
        assert_eq!(Decimal::new(150, 2).plus(Decimal::whole(1)).map(|sum| sum.to_string()), Some("2.50".into()));
        assert_eq!(Decimal::new(255, 2).rounded(1, Rounding::HalfEven).map(|n| n.to_string()), Some("2.6".into()));
        assert_eq!(Decimal::new(245, 2).rounded(1, Rounding::HalfEven).map(|n| n.to_string()), Some("2.4".into()));
    }

    proptest::proptest! {
        #[test]
        fn a_rounded_quotient_is_never_further_off_than_half_a_place(
            above in -1_000_000_i128..1_000_000, below in 1_i128..5_000, places in 0_u8..4, up in proptest::bool::ANY,
        ) {
            let rounding = if up { Rounding::HalfUp } else { Rounding::HalfEven };
            let shown = whole(above).per(whole(below), 1).unwrap().rounded(places, rounding).unwrap();
            let off = (shown.units() * below - above * 10_i128.pow(u32::from(places))).abs() * 2;
            proptest::prop_assert!(off <= below);
        }
    }
}
