//! From figures to lengths, through zero, in whole numbers.

use candour_model::{Decimal, Rounding};

use super::svg::Px;

/// At most so many steps stand along an axis.
const STEPS: i128 = 6;

/// A range of figures with zero in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    low: i128,
    high: i128,
    places: u8,
}

impl Scale {
    /// The range from the lowest figure, or zero, to the highest one, or zero. It is never empty.
    pub(super) fn of(values: impl Iterator<Item = Decimal> + Clone) -> Self {
        let places = values.clone().map(Decimal::places).max().unwrap_or_default();
        let units = |value: Decimal| units(value, places);
        let low = values.clone().map(units).min().unwrap_or_default().min(0);
        let high = values.map(units).max().unwrap_or_default().max(0);
        Self { low, high: if low == high { low.saturating_add(1) } else { high }, places }
    }

    /// Widens the range to round steps (1, 2 or 5 of a power of ten), and gives the figure at each of them.
    pub(super) fn into_steps(self) -> (Self, Vec<Decimal>) {
        let step = self.step();
        let down = self.low.div_euclid(step);
        let up = self.high.div_euclid(step) + i128::from(self.high.rem_euclid(step) != 0);
        let bound = |steps: i128| steps.saturating_mul(step);
        let steps = (down..=up).map(|at| Decimal::new(bound(at), self.places)).collect();
        (Self { low: bound(down), high: bound(up), places: self.places }, shortened(steps))
    }

    fn step(&self) -> i128 {
        let range = self.high.saturating_sub(self.low);
        let mut power = 1_i128;
        loop {
            let fitting =
                [1, 2, 5].map(|times| power.saturating_mul(times)).into_iter().find(|step| range / step < STEPS);
            match (fitting, power.checked_mul(10)) {
                (Some(step), _) => return step,
                (None, Some(next)) => power = next,
                (None, None) => return i128::MAX,
            }
        }
    }

    /// Where a figure stands between the ends of an axis: `from` is the lowest figure.
    pub(super) fn place(&self, value: Decimal, from: Px, to: Px) -> Px {
        let (mut over, mut range) =
            (units(value, self.places).saturating_sub(self.low), self.high.saturating_sub(self.low));
        // Ten digits place a figure to less than a tenth of a pixel.
        while range > 10_000_000_000 {
            (over, range) = (over / 10, range / 10);
        }
        let across = i128::from(to - from).saturating_mul(over) / range.max(1);
        i64::try_from(across).map_or(from, |across| from + across)
    }

    /// Where zero stands.
    pub(super) fn zero(&self, from: Px, to: Px) -> Px {
        self.place(Decimal::whole(0), from, to)
    }
}

fn units(value: Decimal, places: u8) -> i128 {
    let exact = value.rounded(places, Rounding::HalfEven);
    exact.map_or(if value.units() < 0 { i128::MIN } else { i128::MAX }, Decimal::units)
}

/// Steps without places that are zero in all of them.
fn shortened(mut steps: Vec<Decimal>) -> Vec<Decimal> {
    while steps.iter().all(|step| step.places() > 0 && step.units() % 10 == 0) {
        steps = steps.iter().map(|step| Decimal::new(step.units() / 10, step.places() - 1)).collect();
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(values: &[Decimal]) -> Vec<String> {
        let (_, steps) = Scale::of(values.iter().copied()).into_steps();
        steps.iter().map(Decimal::to_string).collect()
    }

    #[test]
    fn steps_are_round_and_take_in_zero() {
        assert_eq!(steps(&[Decimal::whole(12), Decimal::whole(23)]), ["0", "5", "10", "15", "20", "25"]);
        assert_eq!(steps(&[Decimal::whole(0)]), ["0", "1"]);
        assert_eq!(steps(&[Decimal::whole(-7), Decimal::whole(2)]), ["-8", "-6", "-4", "-2", "0", "2"]);
        assert_eq!(steps(&[Decimal::new(1055, 1)]), ["0", "20", "40", "60", "80", "100", "120"]);
        assert_eq!(steps(&[Decimal::new(4, 1)]), ["0.0", "0.1", "0.2", "0.3", "0.4"]);
        assert!(!steps(&[Decimal::whole(i128::MAX), Decimal::whole(i128::MIN)]).is_empty());
    }

    #[test]
    fn lengths_are_in_proportion() {
        let (scale, _) = Scale::of([Decimal::whole(50), Decimal::whole(-50)].into_iter()).into_steps();
        assert_eq!((scale.zero(0, 1200), scale.place(Decimal::whole(30), 0, 1200)), (600, 900));
        assert_eq!(scale.place(Decimal::whole(-60), 1200, 0), 1200);
    }
}
