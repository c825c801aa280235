//! Which figures of a table are sensitive, and the table as a system.

use candour_model::{FigureName, Groups, Membership, OutsideTotal, Suppression, Zeros};

use super::{Came, MadeElsewhere, Population, TOTAL, TableError};
use crate::engine::{Cell, Equation, Primary, Role, System};
use crate::outside;
use crate::rules::{NearlyAll, Risk, Tells, Why, of_sum};
use crate::suppression::words;

/// A table as a system, with what its figures would tell.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The table's figures, in order; after them sums that are known from elsewhere.
    pub system: System,
    /// Of each figure of the table, why it is sensitive, if it is.
    pub risks: Vec<Option<Risk>>,
    /// Lines all of whose records stand in one category, and whose zeros are published: the cell in which they stand.
    pub groups: Vec<FigureName>,
    /// Lines all but a few of whose records do.
    pub nearly_all: Vec<NearlyAll>,
    /// What each figure after the table's own is called.
    pub outside: Vec<FigureName>,
}

impl MadeElsewhere {
    /// Judges every figure by the policy.
    ///
    /// # Errors
    /// When the policy names what is not there, or withholds a zero although it publishes zeros.
    pub fn judge(&self, policy: &Suppression, population: Option<&Population>) -> Result<Judged, TableError> {
        let learned: Result<Vec<usize>, TableError> =
            policy.learned.iter().map(|name| self.side_called(name, policy)).collect();
        let learned = learned?;
        let judge = Judge { table: self, policy, population, learned };
        let cells: Vec<(Cell, Option<Risk>)> = (0..self.len()).map(|at| judge.figure(at)).collect();
        let (cells, risks) = cells.into_iter().unzip();
        let system = System { cells, equations: self.equations(), above: Some(judge.most() + 1) };
        let mut judged = Judged { system, risks, groups: Vec::new(), nearly_all: Vec::new(), outside: Vec::new() };
        judge.by_hand(&mut judged)?;
        let wholes = judge.whole_breakdowns(&judged)?;
        for at in wholes {
            judge.withhold_with_its_line(&mut judged, at);
        }
        for total in &policy.outside {
            judge.outside(&mut judged, total)?;
        }
        if policy.groups == Groups::Flag {
            (judged.groups, judged.nearly_all) = judge.flagged(&judged);
        }
        Ok(judged)
    }
}

/// A table and the policy by which it is judged.
pub(super) struct Judge<'j> {
    pub(super) table: &'j MadeElsewhere,
    pub(super) policy: &'j Suppression,
    population: Option<&'j Population>,
    /// The sides that tell something new of people who are known to be counted; none named: all do.
    pub(super) learned: Vec<usize>,
}

impl Judge<'_> {
    /// The largest small count.
    fn most(&self) -> i64 {
        i64::try_from(self.policy.threshold).unwrap_or(i64::MAX).saturating_sub(1)
    }

    /// The lowest count that is not published whatever follows.
    pub(super) fn least(&self) -> i64 {
        match self.policy.zeros {
            Zeros::Published => 1,
            Zeros::Sensitive => 0,
        }
    }

    /// What a figure tells: more than membership if it names a dimension that is learned.
    fn tells(&self, places: &[usize]) -> Tells {
        let names = |side: usize| places[side] != self.table.sides[side].total();
        let tells_more = match &self.learned[..] {
            [] => (0..places.len()).any(names),
            learned => learned.iter().any(|&side| names(side)),
        };
        if tells_more { Tells::Attribute } else { Tells::Membership }
    }

    /// A figure by itself.
    fn figure(&self, at: usize) -> (Cell, Option<Risk>) {
        let places = self.table.places(at);
        let (value, least, most) = (self.table.values[at], self.least(), self.most());
        let residents = self.population.and_then(|population| population.of(&places));
        let tells = self.tells(&places);
        let risk = |why: Why| Some(Risk { why, tells, residents });
        // A sum of nothing may be one of somebody.
        let is_nothing = if self.table.contributors.is_some() { self.table.people(at) == 0 } else { value == 0 };
        let role = if is_nothing && least > 0 { Role::Published } else { Role::Free };
        let mut cell = Cell::count(value, self.table.weights[at], role, Primary::No);
        match self.table.came[at] {
            Came::Open => {}
            Came::ToWithhold => {
                (cell.role, cell.primary) = (Role::Withheld, Primary::Other);
                cell.least = (value == 0).then_some(0);
                return (cell, risk(Why::CameWithheld));
            }
            Came::Withheld { sensitive: true } => {
                // Of what its size is, nothing is known here either: it only must not be worked out, and who is alone in it
                // is not known.
                cell.people = 0;
                (cell.role, cell.primary, cell.distance) = (Role::Withheld, Primary::Other, Some(0));
                cell.least = self.table.may_be_nothing(at, self.policy).then_some(0);
                return (cell, risk(Why::CameWithheld));
            }
            Came::Withheld { sensitive: false } => {
                (cell.role, cell.least) = (Role::Withheld, Some(0));
                return (cell, None);
            }
            Came::NotGiven => {
                cell.role = Role::Hidden;
                return (cell, None);
            }
        }
        let is_open = tells == Tells::Membership && self.policy.membership == Membership::Open;
        if is_open || cell.role == Role::Published {
            return (cell, None);
        }
        if let Some(all) = &self.table.contributors {
            let contributors = &all[at];
            cell.people = i64::try_from(contributors.people).unwrap_or(i64::MAX);
            cell.least = (value == 0).then_some(0);
            let judged = of_sum(self.policy, contributors.people, i128::from(value), &contributors.largest);
            let Some((why, distance)) = judged else { return (cell, None) };
            let asked = self.policy.protection.distance(value).unwrap_or(0);
            (cell.primary, cell.distance) = (Primary::Other, distance.map(|distance| distance.max(asked)));
            return (cell, risk(why));
        }
        let rule = self.policy.population.as_ref();
        let among = rule.and_then(|rule| rule.small_among).zip(residents);
        let is_lost_among_many = among.is_some_and(|(many, residents)| residents >= many);
        if (least..=most).contains(&value) && !is_lost_among_many {
            cell.primary = Primary::Small { least, most };
            return (cell, risk(Why::Size));
        }
        let share = rule.and_then(|rule| rule.most).zip(residents);
        let is_nearly_everybody = share.is_some_and(|(share, residents)| {
            i128::from(value) * 1_000_000 > i128::from(residents) * i128::from(share.millionths)
        });
        if value > 0 && is_nearly_everybody {
            cell.primary = Primary::Other;
            return (cell, risk(Why::MostOfThePeople));
        }
        (cell, None)
    }

    fn named(&self, name: &FigureName) -> Result<usize, TableError> {
        Ok(self.table.at(&self.table.nodes_of(name)?))
    }

    /// What is withheld and what is kept by name.
    fn by_hand(&self, judged: &mut Judged) -> Result<(), TableError> {
        for name in &self.policy.withhold {
            let at = self.named(name)?;
            let cell = &mut judged.system.cells[at];
            if cell.role == Role::Published {
                let what = format!("{} is zero, and the policy publishes zeros", words(name));
                return Err(TableError::new(None, what, "take it out of `withhold`, or write `zeros = \"sensitive\"`"));
            }
            if !cell.primary.is_primary() {
                cell.primary = Primary::Other;
                judged.risks[at] = Some(self.risk(at, Why::ByHand));
            }
        }
        for name in &self.policy.keep {
            let at = self.named(name)?;
            self.publish(judged, at, name)?;
        }
        Ok(())
    }

    /// Publishes a figure whatever follows.
    fn publish(&self, judged: &mut Judged, at: usize, name: &FigureName) -> Result<(), TableError> {
        if self.table.is_stand_in(at) {
            let what = format!("the policy publishes {} (`keep` or `outside`), which came withheld", words(name));
            return Err(TableError::new(None, what, "nobody here knows its count: take it out of the policy"));
        }
        let cell = &mut judged.system.cells[at];
        (cell.role, cell.primary, cell.distance) = (Role::Published, Primary::No, None);
        judged.risks[at] = None;
        Ok(())
    }

    fn risk(&self, at: usize, why: Why) -> Risk {
        let places = self.table.places(at);
        let residents = self.population.and_then(|population| population.of(&places));
        Risk { why, tells: self.tells(&places), residents }
    }

    /// Withholds all parts of a figure along a side, zeros among them, and their parts.
    fn withhold_with_its_line(&self, judged: &mut Judged, (at, side): (usize, usize)) {
        let mut open = self.table.parts(at, side);
        while let Some(part) = open.pop() {
            open.extend(self.table.parts(part, side));
            let stays = self.is_kept(part) || self.table.is_nothing_anyway(part, side);
            let cell = &mut judged.system.cells[part];
            if stays || cell.role == Role::Withheld {
                continue;
            }
            // Zeros are withheld here as well, so nothing is known of a figure's size.
            (cell.role, cell.primary, cell.least) = (Role::Withheld, Primary::Other, Some(0));
            judged.risks[part] = Some(self.risk(part, Why::WholeBreakdown));
        }
    }

    fn is_kept(&self, at: usize) -> bool {
        self.policy.keep.iter().any(|name| self.named(name).is_ok_and(|kept| kept == at))
    }

    /// A figure that is known from elsewhere, or a sum of figures.
    fn outside(&self, judged: &mut Judged, total: &OutsideTotal) -> Result<(), TableError> {
        let names = outside::parts(total);
        let mut figures = Vec::new();
        for name in &names {
            let at = self.named(name)?;
            if figures.contains(&at) {
                let what = format!("a figure known from elsewhere names {} twice", words(name));
                return Err(TableError::new(None, what, "name each category once"));
            }
            figures.push(at);
        }
        match &figures[..] {
            [] => Ok(()),
            [only] => {
                if self.policy.withhold.iter().any(|name| self.named(name).is_ok_and(|withheld| withheld == *only)) {
                    let what =
                        format!("the policy withholds {}, and takes it to be known from elsewhere", words(&names[0]));
                    return Err(TableError::new(
                        None,
                        what,
                        "nothing is gained by withholding it: take one of the two away",
                    ));
                }
                self.publish(judged, *only, &names[0])
            }
            parts => {
                if let Some(at) = parts.iter().position(|&part| self.table.is_stand_in(part)) {
                    let what = format!("a total from elsewhere holds {}, which came withheld", words(&names[at]));
                    let hint = "nobody here knows what it adds up to: take it out of the policy";
                    return Err(TableError::new(None, what, hint));
                }
                let value = parts.iter().try_fold(0_i64, |sum, &part| super::plus(sum, self.table.values[part]))?;
                let whole = judged.system.cells.len() as u32;
                judged.system.cells.push(Cell::count(value, 0, Role::Published, Primary::No));
                let terms = std::iter::once((whole, 1)).chain(parts.iter().map(|&part| (part as u32, -1)));
                judged.system.equations.push(Equation { terms: terms.collect() });
                let mut name = outside::name(total);
                name.retain(|_, text| text != TOTAL);
                judged.outside.push(name);
                Ok(())
            }
        }
    }
}
