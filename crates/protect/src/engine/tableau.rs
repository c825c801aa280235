//! An exact simplex over the *moves* of a system: what may be added to the true figures so that every equation still holds.
//!
//! The variables are offsets from the true values, so zero is always a solution and the equations have no constants. Every
//! basic variable is a combination of the others with whole coefficients over a whole denominator of its own. Tables are
//! nearly networks: almost all denominators are 1 and a pivot is additions. Nothing is ever rounded, so what it says of a
//! bound is a proof: the row of a variable at its highest value is the certificate that it can go no higher.
//!
//! Method: the bounded primal simplex of Dantzig (Linear Programming and Extensions, 1963, chapter 18) on a dense tableau
//! with whole rows; variables outside the basis may stand anywhere between their bounds. Ties are broken by position, and
//! by Bland's rule (New finite pivoting rules, Mathematics of Operations Research 2, 1977) where nothing moves for long.

use std::cmp::Ordering;

/// A bound that is not there.
pub(crate) const OPEN: i64 = i64::MAX;

/// How a variable fared that was pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pushed {
    /// It got as far as asked.
    Reached,
    /// It stands at its furthest, which is short of the goal or was asked for.
    Furthest,
    /// Nothing bounds it.
    Unbounded,
    /// The steps were used up, or a number grew too large.
    GaveUp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Row(usize),
    Column(usize),
    /// An equation's own variable, which has done its work.
    Gone,
}

/// A system in solved form, with a point that satisfies it.
#[derive(Clone, Debug)]
pub(crate) struct Tableau {
    width: usize,
    entries: Vec<i32>,
    denominators: Vec<i32>,
    /// No entry of a row is larger than this.
    peaks: Vec<i64>,
    basic: Vec<usize>,
    outside: Vec<usize>,
    places: Vec<Place>,
    low: Vec<i64>,
    high: Vec<i64>,
    /// Values of the variables outside, by column: always whole.
    column_at: Vec<i64>,
    /// Values of the basic ones, by row, times the row's denominator.
    row_at: Vec<i64>,
    /// The row that a pivot works with.
    scratch: Vec<i32>,
    /// Set once a number no longer fitted; nothing is believed after that.
    broken: bool,
    /// Pivots and moves so far.
    pub(crate) steps: u64,
    /// Numbers worked out so far: work is bounded by these, never by a clock.
    pub(crate) work: u64,
}

/// A number no longer fits; the caller must do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

const LARGEST: i64 = 1 << 30;

impl Tableau {
    /// Solves equations over `variables` offsets; each is a sum of variables with coefficients that must be zero. With
    /// `keep`, each equation keeps a variable of its own after them, whose coefficient in a certificate is the multiple of
    /// that equation. All offsets begin at zero, unbounded.
    pub(crate) fn new(variables: usize, equations: &[Vec<(usize, i32)>], keep: bool) -> Result<Self, TooLarge> {
        let rows = equations.len();
        let mut tableau = Self {
            width: variables,
            entries: vec![0; rows * variables],
            denominators: vec![1; rows],
            peaks: vec![0; rows],
            basic: (variables..variables + rows).collect(),
            outside: (0..variables).collect(),
            places: (0..variables).map(Place::Column).chain((0..rows).map(Place::Row)).collect(),
            low: [vec![-OPEN; variables], vec![0; rows]].concat(),
            high: [vec![OPEN; variables], vec![0; rows]].concat(),
            column_at: vec![0; variables],
            row_at: vec![0; rows],
            scratch: Vec::new(),
            broken: false,
            steps: 0,
            work: 0,
        };
        for (row, equation) in equations.iter().enumerate() {
            for &(variable, coefficient) in equation {
                tableau.entries[row * variables + variable] += coefficient;
            }
            let entries = &tableau.entries[row * variables..(row + 1) * variables];
            let sizes = equation.iter().map(|&(variable, _)| i64::from(entries[variable].unsigned_abs()));
            tableau.peaks[row] = sizes.max().unwrap_or(0);
        }
        // Short equations first: they fill in least.
        let mut order: Vec<usize> = (0..rows).collect();
        order.sort_by_key(|&row| (equations[row].len(), row));
        let mut uses = vec![0_u32; variables];
        for &(variable, _) in equations.iter().flatten() {
            uses[variable] += 1;
        }
        for row in order {
            let here = &tableau.entries[row * variables..(row + 1) * variables];
            let free = |column: &usize| here[*column] != 0 && tableau.outside[*column] < variables;
            let best = (0..variables)
                .filter(free)
                .min_by_key(|&column| (here[column].unsigned_abs(), uses[tableau.outside[column]], column));
            if let Some(column) = best {
                tableau.pivot(row, column)?;
            }
        }
        if !keep {
            tableau.forget_equations(variables);
        }
        Ok(tableau)
    }

    /// Drops the equations' own variables: they are zero for ever.
    fn forget_equations(&mut self, variables: usize) {
        let columns: Vec<usize> = (0..self.width).filter(|&column| self.outside[column] < variables).collect();
        let rows: Vec<usize> = (0..self.basic.len()).filter(|&row| self.basic[row] < variables).collect();
        let mut entries = Vec::with_capacity(columns.len() * rows.len());
        for &row in &rows {
            let here = &self.entries[row * self.width..(row + 1) * self.width];
            entries.extend(columns.iter().map(|&column| here[column]));
        }
        self.places = vec![Place::Gone; self.places.len()];
        self.basic = rows.iter().map(|&row| self.basic[row]).collect();
        self.outside = columns.iter().map(|&column| self.outside[column]).collect();
        self.denominators = rows.iter().map(|&row| self.denominators[row]).collect();
        self.peaks = rows.iter().map(|&row| self.peaks[row]).collect();
        (self.row_at, self.column_at) = (vec![0; rows.len()], vec![0; columns.len()]);
        (self.width, self.entries) = (columns.len(), entries);
        self.basic.iter().enumerate().for_each(|(row, &variable)| self.places[variable] = Place::Row(row));
        self.outside.iter().enumerate().for_each(|(column, &variable)| self.places[variable] = Place::Column(column));
    }

    /// Whether a number no longer fitted, so that nothing it says can be believed.
    pub(crate) fn is_broken(&self) -> bool {
        self.broken
    }

    /// How many numbers it holds.
    pub(crate) fn size(&self) -> usize {
        self.entries.len()
    }

    /// Bounds a variable, between which it must stand now. [`OPEN`] on either side is no bound.
    pub(crate) fn bound(&mut self, variable: usize, low: i64, high: i64) {
        (self.low[variable], self.high[variable]) = (low, high);
    }

    /// Goes back to a copy that was made before. What was worked out since stays counted, and so does the copy.
    pub(crate) fn restore(&mut self, before: Self) {
        let (steps, work) = (self.steps, self.work + before.entries.len() as u64);
        *self = Self { steps, work, ..before };
    }

    /// Goes back to the truth: all offsets are zero again, whatever the basis is.
    pub(crate) fn reset(&mut self) {
        self.column_at.fill(0);
        self.row_at.fill(0);
    }

    pub(crate) fn bounds(&self, variable: usize) -> (i64, i64) {
        (self.low[variable], self.high[variable])
    }

    /// The whole part of a variable's value towards zero's side of the fraction, and whether it is whole.
    pub(crate) fn value(&self, variable: usize) -> (i64, bool) {
        match self.places[variable] {
            Place::Row(row) => {
                let denominator = i64::from(self.denominators[row]);
                (self.row_at[row].div_euclid(denominator), self.row_at[row] % denominator == 0)
            }
            Place::Column(column) => (self.column_at[column], true),
            Place::Gone => (0, true),
        }
    }

    /// A variable whose value is not whole; with none, the point is a table that could be true.
    pub(crate) fn fractional(&self) -> Option<usize> {
        let rows = self.row_at.iter().zip(&self.denominators).position(|(at, of)| at % i64::from(*of) != 0);
        rows.map(|row| self.basic[row])
    }

    /// All variables that are not at zero, with their values; the point must be whole.
    pub(crate) fn moved(&self) -> impl Iterator<Item = (usize, i64)> + '_ {
        let rows = self.basic.iter().zip(self.row_at.iter().zip(&self.denominators));
        let rows = rows.map(|(variable, (at, of))| (*variable, at / i64::from(*of)));
        rows.chain(self.outside.iter().copied().zip(self.column_at.iter().copied())).filter(|(_, at)| *at != 0)
    }

    /// The certificate of a variable's furthest value: what it is made of, as coefficients of variables outside the basis
    /// over one denominator. None where the variable is stopped by its own bound.
    pub(crate) fn certificate(&self, variable: usize) -> Option<(i64, Vec<(usize, i64)>)> {
        let Place::Row(row) = self.places[variable] else { return None };
        let here = &self.entries[row * self.width..(row + 1) * self.width];
        let parts = here.iter().zip(&self.outside).filter(|(entry, _)| **entry != 0);
        let parts = parts.map(|(entry, variable)| (*variable, i64::from(*entry))).collect();
        Some((i64::from(self.denominators[row]), parts))
    }

    /// Pushes a variable up or down as far as the goal, or as far as it goes. Uses at most so many steps.
    pub(crate) fn push(&mut self, variable: usize, up: bool, goal: Option<i64>, most: u64) -> Pushed {
        if self.broken {
            return Pushed::GaveUp;
        }
        let limit = self.steps + most;
        let mut idle = 0_u32;
        if let Place::Column(column) = self.places[variable] {
            let already = goal
                .is_some_and(|goal| if up { self.column_at[column] >= goal } else { self.column_at[column] <= goal });
            if already {
                return Pushed::Reached;
            }
            match self.step(column, up, None, goal) {
                Stepped::Goal => return Pushed::Reached,
                Stepped::OwnBound => return self.judge(variable, up, goal),
                Stepped::Free => return Pushed::Unbounded,
                Stepped::TooLarge => return Pushed::GaveUp,
                Stepped::Pivoted { .. } => {}
            }
        }
        loop {
            let Place::Row(row) = self.places[variable] else { return self.judge(variable, up, goal) };
            if self.has_reached(row, up, goal) {
                return Pushed::Reached;
            }
            if self.steps >= limit {
                return Pushed::GaveUp;
            }
            let Some((column, rising)) = self.entering(row, up, idle > 30) else { return Pushed::Furthest };
            match self.step(column, rising, Some((row, up)), goal) {
                Stepped::Goal => return Pushed::Reached,
                Stepped::Free => return Pushed::Unbounded,
                Stepped::TooLarge => return Pushed::GaveUp,
                Stepped::OwnBound => idle = 0,
                Stepped::Pivoted { moved } => idle = if moved { 0 } else { idle + 1 },
            }
        }
    }

    fn judge(&self, variable: usize, up: bool, goal: Option<i64>) -> Pushed {
        let (at, _) = self.value(variable);
        match goal {
            Some(goal) if (up && at >= goal) || (!up && at <= goal) => Pushed::Reached,
            _ => Pushed::Furthest,
        }
    }

    fn has_reached(&self, row: usize, up: bool, goal: Option<i64>) -> bool {
        let Some(goal) = goal else { return false };
        let goal = i128::from(goal) * i128::from(self.denominators[row]);
        let at = i128::from(self.row_at[row]);
        if up { at >= goal } else { at <= goal }
    }

    /// The variable outside the basis that moves a basic one on, and which way it must go itself.
    fn entering(&self, row: usize, up: bool, first: bool) -> Option<(usize, bool)> {
        let here = &self.entries[row * self.width..(row + 1) * self.width];
        let mut best: Option<(usize, bool, u32)> = None;
        for (column, &entry) in here.iter().enumerate() {
            if entry == 0 {
                continue;
            }
            let rising = (entry > 0) == up;
            let variable = self.outside[column];
            let at = self.column_at[column];
            let can = if rising { at < self.high[variable] } else { at > self.low[variable] };
            if !can {
                continue;
            }
            if first {
                // Bland's rule goes by the variable, not by where it stands.
                if best.is_none_or(|(known, ..)| variable < self.outside[known]) {
                    best = Some((column, rising, 0));
                }
            } else if best.is_none_or(|(.., size)| entry.unsigned_abs() > size) {
                best = Some((column, rising, entry.unsigned_abs()));
            }
        }
        best.map(|(column, rising, _)| (column, rising))
    }

    /// Moves a variable outside the basis until something stops it. `pushed` is the row that wants to get to the goal;
    /// without it the variable itself does.
    fn step(&mut self, column: usize, rising: bool, pushed: Option<(usize, bool)>, goal: Option<i64>) -> Stepped {
        self.steps += 1;
        let variable = self.outside[column];
        let at = self.column_at[column];
        let own = match (rising, self.low[variable], self.high[variable]) {
            (true, _, OPEN) => None,
            (true, _, high) => Some(high - at),
            (false, low, _) if low == -OPEN => None,
            (false, low, _) => Some(at - low),
        };
        // The tightest row: room over rate.
        let mut tightest: Option<(usize, i64, i64)> = None;
        for row in 0..self.basic.len() {
            let entry = i64::from(self.entries[row * self.width + column]);
            if entry == 0 {
                continue;
            }
            let (basic, of) = (self.basic[row], i64::from(self.denominators[row]));
            let grows = (entry > 0) == rising;
            let room = match (grows, self.low[basic], self.high[basic]) {
                (true, _, OPEN) => continue,
                (true, _, high) => high * of - self.row_at[row],
                (false, low, _) if low == -OPEN => continue,
                (false, low, _) => self.row_at[row] - low * of,
            };
            let rate = entry.abs();
            let is_better = match tightest {
                None => true,
                Some((known, known_room, known_rate)) => match less(room, rate, known_room, known_rate) {
                    Ordering::Less => true,
                    Ordering::Equal => (rate, basic) < (known_rate, self.basic[known]),
                    Ordering::Greater => false,
                },
            };
            if is_better {
                tightest = Some((row, room, rate));
            }
        }
        // A whole step that is enough is taken as it is: it keeps the point whole and near the truth.
        if let Some(goal) = goal {
            let needed = match pushed {
                None => (goal - at).abs(),
                Some((row, up)) => {
                    let of = i64::from(self.denominators[row]);
                    let short = if up { goal * of - self.row_at[row] } else { self.row_at[row] - goal * of };
                    let rate = i64::from(self.entries[row * self.width + column]).abs();
                    short.max(0).div_euclid(rate) + i64::from(short.max(0) % rate != 0)
                }
            };
            let fits = own.is_none_or(|own| needed <= own)
                && tightest.is_none_or(|(_, room, rate)| less(needed, 1, room, rate) != Ordering::Greater);
            if fits {
                self.shift(column, if rising { needed } else { -needed });
                return Stepped::Goal;
            }
        }
        match (own, tightest) {
            (None, None) => Stepped::Free,
            (Some(own), None) => {
                self.shift(column, if rising { own } else { -own });
                Stepped::OwnBound
            }
            (Some(own), Some((_, room, rate))) if less(own, 1, room, rate) != Ordering::Greater => {
                self.shift(column, if rising { own } else { -own });
                Stepped::OwnBound
            }
            (_, Some((row, room, rate))) => self.exchange(row, column, rising, room, rate),
        }
    }

    /// Moves a variable outside the basis by a whole number.
    fn shift(&mut self, column: usize, by: i64) {
        self.column_at[column] += by;
        for row in 0..self.basic.len() {
            let entry = i64::from(self.entries[row * self.width + column]);
            if entry != 0 {
                self.row_at[row] += entry * by;
            }
        }
    }

    /// Moves a variable outside until the basic one of a row stands at its bound, and lets the two change places.
    fn exchange(&mut self, row: usize, column: usize, rising: bool, room: i64, rate: i64) -> Stepped {
        let (entering, leaving) = (self.outside[column], self.basic[row]);
        let entry = self.entries[row * self.width + column];
        let grows = (entry > 0) == rising;
        let bound = if grows { self.high[leaving] } else { self.low[leaving] };
        let (step, over) = (i128::from(if rising { room } else { -room }), i128::from(rate));
        // Values before the pivot, as fractions over their old denominators times the step's.
        let rows: Vec<(usize, i128, i128)> = (0..self.basic.len())
            .filter(|&other| other != row)
            .filter_map(|other| {
                let entry = i128::from(self.entries[other * self.width + column]);
                let at = i128::from(self.row_at[other]) * over + entry * step;
                (entry != 0).then_some((other, at, i128::from(self.denominators[other]) * over))
            })
            .collect();
        let entered = (i128::from(self.column_at[column]) * over + step, over);
        if self.pivot(row, column).is_err() {
            self.broken = true;
            return Stepped::TooLarge;
        }
        for (other, at, of) in rows {
            self.row_at[other] = (at * i128::from(self.denominators[other]) / of) as i64;
        }
        self.row_at[row] = (entered.0 * i128::from(self.denominators[row]) / entered.1) as i64;
        self.column_at[column] = bound;
        debug_assert_eq!((self.basic[row], self.outside[column]), (entering, leaving));
        Stepped::Pivoted { moved: room != 0 }
    }

    /// Lets a basic variable and one outside change places. Values are the caller's matter.
    fn pivot(&mut self, row: usize, column: usize) -> Result<(), TooLarge> {
        self.steps += 1;
        let width = self.width;
        let span = row * width..(row + 1) * width;
        let (m, d) = (self.entries[span.start + column], self.denominators[row]);
        let sign = m.signum();
        let mut own: Vec<i32> = std::mem::take(&mut self.scratch);
        own.clear();
        own.extend(self.entries[span.clone()].iter().map(|entry| -sign * entry));
        own[column] = sign * d;
        let mut over = m.abs();
        let mut own_peak = self.peaks[row].max(i64::from(d));
        if over != 1 {
            let common = common(over, &own);
            if common > 1 {
                own.iter_mut().for_each(|entry| *entry /= common);
                over /= common;
            }
            own_peak = peak(&own);
        }
        let mut fits = true;
        for other in 0..self.basic.len() {
            let factor = self.entries[other * width + column];
            if other == row || factor == 0 {
                continue;
            }
            self.work += width as u64;
            let here = &mut self.entries[other * width..(other + 1) * width];
            here[column] = 0;
            let mut most = self.peaks[other] * i64::from(over) + own_peak * i64::from(factor.abs());
            if most > LARGEST {
                most = peak(here) * i64::from(over) + peak(&own) * i64::from(factor.abs());
                if most > LARGEST || i64::from(self.denominators[other]) * i64::from(over) > LARGEST {
                    fits = false;
                    break;
                }
            }
            match (over, factor) {
                (1, 1) => here.iter_mut().zip(&own).for_each(|(entry, own)| *entry += own),
                (1, -1) => here.iter_mut().zip(&own).for_each(|(entry, own)| *entry -= own),
                (1, _) => here.iter_mut().zip(&own).for_each(|(entry, own)| *entry += factor * own),
                _ => here.iter_mut().zip(&own).for_each(|(entry, own)| *entry = *entry * over + factor * own),
            }
            self.peaks[other] = most;
            if over != 1 || self.denominators[other] != 1 {
                let of = self.denominators[other] * over;
                let common = common(of, here);
                if common > 1 {
                    here.iter_mut().for_each(|entry| *entry /= common);
                    self.peaks[other] = peak(here);
                }
                self.denominators[other] = of / common;
            }
        }
        if !fits {
            self.scratch = own;
            return Err(TooLarge);
        }
        self.entries[span].copy_from_slice(&own);
        self.denominators[row] = over;
        self.peaks[row] = own_peak;
        let (leaving, entering) = (self.basic[row], self.outside[column]);
        (self.basic[row], self.outside[column]) = (entering, leaving);
        (self.places[entering], self.places[leaving]) = (Place::Row(row), Place::Column(column));
        self.scratch = own;
        Ok(())
    }
}

enum Stepped {
    Goal,
    OwnBound,
    Pivoted { moved: bool },
    Free,
    TooLarge,
}

/// Compares two fractions with positive denominators.
fn less(left: i64, left_of: i64, right: i64, right_of: i64) -> Ordering {
    (i128::from(left) * i128::from(right_of)).cmp(&(i128::from(right) * i128::from(left_of)))
}

fn peak(entries: &[i32]) -> i64 {
    entries.iter().map(|entry| i64::from(entry.unsigned_abs())).max().unwrap_or(0)
}

/// The greatest common divisor of a denominator and the numbers over it; most often the first few show that it is 1.
fn common(of: i32, entries: &[i32]) -> i32 {
    let mut common = of;
    for &entry in entries {
        if common == 1 {
            break;
        }
        common = gcd(common, entry);
    }
    common
}

/// The greatest common divisor, which is never negative.
fn gcd(left: i32, right: i32) -> i32 {
    let (mut left, mut right) = (left, right.abs());
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}
