//! Lines of a table: a figure and the figures along one dimension that add up to it.

use candour_model::{FigureName, Groups};

use super::TableError;
use super::judge::{Judge, Judged};
use crate::engine::Role;
use crate::rules::NearlyAll;

impl Judge<'_> {
    /// The lines that are withheld as a whole, each by its total and its side.
    pub(super) fn whole_breakdowns(&self, judged: &Judged) -> Result<Vec<(usize, usize)>, TableError> {
        let mut found = Vec::new();
        for breakdown in &self.policy.breakdowns {
            let side = self.table.side_called(&breakdown.by, self.policy)?;
            for at in 0..self.table.len() {
                // A line of zeros shows that nobody is there, which its total shows as well.
                let few = !self.table.is_stand_in(at)
                    && u64::try_from(self.table.values[at]).is_ok_and(|total| total > 0 && total < breakdown.below);
                if few && self.table.places(at)[side] == self.table.sides[side].total() {
                    found.push((at, side));
                }
            }
        }
        if self.policy.groups == Groups::Withhold {
            found.extend(self.in_one_category(judged).into_iter().map(|line| (line.total, line.side)));
        }
        Ok(found)
    }

    /// The lines that the report tells of: all in one category, and all but insiders in one.
    pub(super) fn flagged(&self, judged: &Judged) -> (Vec<FigureName>, Vec<NearlyAll>) {
        let (mut groups, mut nearly_all) = (Vec::new(), Vec::new());
        for line in self.in_one_category(judged) {
            let figure = self.table.name(line.most);
            // Where the larger part is sensitive itself, what insiders learn of it is looked at by the engine.
            match line.others {
                0 => groups.push(figure),
                _ if judged.system.cells[line.most].primary.is_primary() => {}
                others => nearly_all.push(NearlyAll { figure, others }),
            }
        }
        groups.sort();
        groups.dedup();
        nearly_all.sort();
        nearly_all.dedup();
        (groups, nearly_all)
    }

    /// Lines whose records stand in one category, but for no more than may put together what they know of themselves, and
    /// whose zeros are published: something is known of everybody in them, or of everybody else in them. A line with a
    /// single category tells nothing. Lines that tell nothing that could be learned are left out, if the policy says what
    /// is.
    fn in_one_category(&self, judged: &Judged) -> Vec<Line> {
        let table = self.table;
        let insiders = i64::try_from(self.policy.attacker.insiders).unwrap_or(i64::MAX);
        let people = |at: usize| table.people(at);
        let mut found = Vec::new();
        for at in 0..table.len() {
            let places = table.places(at);
            for (side, here) in table.sides.iter().enumerate() {
                let is_learned = self.learned.is_empty() || self.learned.contains(&side);
                if !is_learned || table.is_stand_in(at) || people(at) == 0 || here.nodes[places[side]].parts.is_empty()
                {
                    continue;
                }
                let mut parts = table.parts(at, side);
                // A level with one category is no breakdown: that below it is.
                while let [only] = parts[..] {
                    parts = table.parts(only, side);
                }
                if parts.len() < 2 || parts.iter().any(|&part| table.is_stand_in(part)) {
                    continue;
                }
                let is_open = |part: usize| people(part) > 0 || judged.system.cells[part].role == Role::Published;
                // The first of several that are as large.
                let Some(&most) = parts.iter().rev().max_by_key(|&&part| people(part)) else { continue };
                let others = people(at) - people(most);
                if others <= insiders && others < people(at) && parts.into_iter().all(is_open) {
                    found.push(Line { total: at, side, most, others });
                }
            }
        }
        found
    }
}

/// A line that stands in one category, or nearly.
struct Line {
    total: usize,
    side: usize,
    /// The category in which most stand.
    most: usize,
    /// How many stand in others.
    others: i64,
}
