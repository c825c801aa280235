//! A table made elsewhere: one row an inner cell, dimension columns and a count. Out comes every cell, margins included.
//!
//! A dimension is one column, or several where a hierarchy joins them; its nodes are its categories at every level and a
//! total. The figures are all combinations of nodes. One that stands above the finest level in a dimension is the sum of
//! those under it, which is an equation.
//!
//! ```text
//! file ─ read ─> rows ─ tree ─> figures (given: stand-ins for what came withheld)
//!      ─ judge (rules, population, lines) ─> System ─ engine ─> Outcome ─ write ─> file
//! ```

mod given;
mod judge;
mod lines;
mod offers;
mod population;
mod read;
mod tree;
mod write;

use std::collections::{BTreeMap, HashMap};

use candour_model::{Cost, FigureName, Suppression};
use tree::Tree;

pub use judge::Judged;
pub use population::Population;

use crate::engine::Equation;
use crate::rules::Contributors;
use read::Stated;

/// What stands in a column that is summed over.
pub const TOTAL: &str = "Total";

/// The columns of a protected table beside its dimensions.
const COUNT: &str = "count";
const STATUS: &str = "status";

/// The most figures that a table may have, margins included.
const LARGEST: usize = 5_000_000;

/// The largest figure, a total among them: floating point, which guides the choice, still tells it from the next one.
const LARGEST_FIGURE: i64 = 1 << 53;

/// Why a table cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{what}\n  hint: {hint}", .line.map_or(String::new(), |line| format!("line {line}: ")))]
pub struct TableError {
    /// The line of the file, from 1.
    pub line: Option<u64>,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub hint: String,
}

impl TableError {
    fn new(line: Option<u64>, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { line, what: what.into(), hint: hint.into() }
    }
}

/// One node of a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Node {
    /// What stands in each of the dimension's columns.
    texts: Vec<String>,
    /// The nodes that add up to it.
    parts: Vec<u32>,
}

/// A dimension: finest categories first under each of what holds them, the total last.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Side {
    /// The positions of its columns among the dimension columns, the widest first.
    columns: Vec<usize>,
    nodes: Vec<Node>,
    /// Each node by its texts.
    place: HashMap<Vec<String>, u32>,
}

impl Side {
    fn total(&self) -> usize {
        self.nodes.len() - 1
    }
}

/// How a figure came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    /// With its value, or worked out.
    Open,
    /// With its value, and a mark that it is to be withheld.
    ToWithhold,
    /// Withheld; whether that protects somebody.
    Withheld {
        /// Whether it does.
        sensitive: bool,
    },
    /// A margin that the table does not give, and that cannot be worked out.
    NotGiven,
}

impl Came {
    /// Whether its value is a stand-in.
    fn is_unknown(self) -> bool {
        matches!(self, Self::Withheld { .. } | Self::NotGiven)
    }
}

/// A table with all its margins.
#[derive(Clone, Debug)]
pub struct MadeElsewhere {
    /// The names of the dimension columns, in the order of the file.
    columns: Vec<String>,
    sides: Vec<Side>,
    /// Of a figure that came withheld, a number that agrees with the others.
    values: Vec<i64>,
    weights: Vec<u64>,
    came: Vec<Came>,
    /// Who contributes to each sum, in a table of sums.
    contributors: Option<Vec<Contributors>>,
}

impl MadeElsewhere {
    /// Reads a table. `count` names the column of the counts; without it that is the last one.
    ///
    /// # Errors
    /// The first fault, with its line.
    pub fn read(bytes: &[u8], count: Option<&str>, policy: &Suppression) -> Result<Self, TableError> {
        let file = read::read(bytes, count, policy)?;
        let groups = sides_of(&file.head, &file.columns, policy)?;
        let names: Vec<&str> = file.columns.iter().map(|&at| file.head[at].as_str()).collect();
        let position = |column: &usize| file.columns.iter().position(|known| known == column).unwrap_or(0);
        let mut trees: Vec<Tree> =
            groups.into_iter().map(|columns| Tree::new(columns.iter().map(position).collect())).collect();
        for row in &file.rows {
            for tree in &mut trees {
                tree.know(row.line, &names, &row.texts)?;
            }
        }
        let sides: Vec<Side> = trees.into_iter().map(Tree::finish).collect();
        let size = sides.iter().try_fold(1_usize, |size, side| size.checked_mul(side.nodes.len()));
        let Some(size) = size.filter(|size| *size <= LARGEST) else {
            let what = format!("with its margins the table has more than {LARGEST} cells");
            return Err(TableError::new(None, what, "split it, or merge categories"));
        };
        let has_contributors = file.rows.iter().any(|row| row.contributors.is_some());
        let mut table = Self {
            columns: names.iter().map(|name| (*name).to_owned()).collect(),
            sides,
            values: vec![0; size],
            weights: vec![0; size],
            came: vec![Came::Open; size],
            contributors: has_contributors.then(|| vec![Contributors::default(); size]),
        };
        table.fill(&file, policy)?;
        Ok(table)
    }

    /// Puts the rows in their places, and works out the margins.
    fn fill(&mut self, file: &read::File, policy: &Suppression) -> Result<(), TableError> {
        let mut lines: HashMap<usize, Option<u64>> = HashMap::new();
        for row in &file.rows {
            let at = self.place_of(row)?;
            self.weights[at] = row.weight;
            lines.insert(at, row.line);
            let (value, came) = match row.stated {
                Stated::Value(value) => (value, Came::Open),
                Stated::ToWithhold(value) => (value, Came::ToWithhold),
                Stated::Withheld { sensitive } => (0, Came::Withheld { sensitive }),
            };
            (self.values[at], self.came[at]) = (value, came);
            if let (Some(all), Some(own)) = (&mut self.contributors, &row.contributors) {
                all[at] = own.clone();
            }
        }
        if file.is_given {
            self.fill_in(&lines, policy)?;
        } else {
            self.add_up()?;
        }
        match policy.cost {
            // Of a sum, its contributors count: money is no measure of what a reader loses.
            Cost::Count => {
                self.weights = (0..self.len()).map(|at| u64::try_from(self.people(at)).unwrap_or(0)).collect();
            }
            Cost::Cells => self.weights.fill(1),
            Cost::Column(_) => {}
        }
        Ok(())
    }

    /// The figure that a row speaks of.
    fn place_of(&self, row: &read::Row) -> Result<usize, TableError> {
        let mut places = Vec::with_capacity(self.sides.len());
        for side in &self.sides {
            let texts: Vec<&String> = side.columns.iter().map(|&column| &row.texts[column]).collect();
            let place = side.place.get(&texts.iter().map(|text| (*text).clone()).collect::<Vec<String>>());
            let Some(&place) = place else {
                let texts: Vec<&str> = texts.iter().map(|text| text.as_str()).collect();
                let what = format!("no row breaks `{}` down, whose total this is", texts.join("`, `"));
                return Err(TableError::new(row.line, what, "give its parts too, or take the total away"));
            };
            places.push(place as usize);
        }
        Ok(self.at(&places))
    }

    /// Works out every margin.
    fn add_up(&mut self) -> Result<(), TableError> {
        for side in 0..self.sides.len() {
            for at in 0..self.values.len() {
                let parts = self.parts(at, side);
                if parts.is_empty() {
                    continue;
                }
                let (mut value, mut weight) = (0_i64, 0_u64);
                for &part in &parts {
                    value = plus(value, self.values[part])?;
                    weight = weight.checked_add(self.weights[part]).ok_or_else(too_large)?;
                }
                (self.values[at], self.weights[at]) = (value, weight);
                if let Some(all) = &mut self.contributors {
                    all[at] = Contributors::of_all(parts.iter().map(|&part| &all[part]));
                }
            }
        }
        Ok(())
    }

    /// The figures that add up to a figure along one side; none where it is not broken down there.
    fn parts(&self, at: usize, side: usize) -> Vec<usize> {
        let mut places = self.places(at);
        let parts = &self.sides[side].nodes[places[side]].parts;
        let part = |&part: &u32| {
            places[side] = part as usize;
            self.at(&places)
        };
        parts.iter().map(part).collect()
    }

    /// Every equation: a figure and the figures that add up to it.
    fn equations(&self) -> Vec<Equation> {
        let mut equations = Vec::new();
        for at in 0..self.values.len() {
            for side in 0..self.sides.len() {
                let parts = self.parts(at, side);
                if !parts.is_empty() {
                    let terms = std::iter::once((at as u32, 1)).chain(parts.iter().map(|&part| (part as u32, -1)));
                    equations.push(Equation { terms: terms.collect() });
                }
            }
        }
        equations
    }

    fn at(&self, places: &[usize]) -> usize {
        places.iter().zip(&self.sides).fold(0, |at, (place, side)| at * side.nodes.len() + place)
    }

    fn places(&self, at: usize) -> Vec<usize> {
        let mut left = at;
        let mut places: Vec<usize> = self
            .sides
            .iter()
            .rev()
            .map(|side| {
                let place = left % side.nodes.len();
                left /= side.nodes.len();
                place
            })
            .collect();
        places.reverse();
        places
    }

    /// What a cell is called: its category in each column that is not summed over.
    pub fn name(&self, at: usize) -> FigureName {
        let named = self.columns.iter().zip(self.texts(at)).filter(|(_, text)| *text != TOTAL);
        named.map(|(column, text)| (column.clone(), text.to_owned())).collect()
    }

    /// How many dimensions a cell is summed over, in part or whole.
    pub fn level(&self, at: usize) -> usize {
        self.places(at).iter().zip(&self.sides).filter(|(place, side)| !side.nodes[**place].parts.is_empty()).count()
    }

    /// The nodes that a name by hand means, one a side: its finest named column decides; wider ones may be left out.
    fn nodes_of(&self, name: &FigureName) -> Result<Vec<usize>, TableError> {
        let fault = |what: String| TableError::new(None, what, "the policy names a figure by column and category");
        if let Some(column) = name.keys().find(|column| !self.columns.contains(column)) {
            return Err(fault(format!("the policy names the column `{column}`, which the table does not have")));
        }
        let mut nodes = Vec::with_capacity(self.sides.len());
        for side in &self.sides {
            let wanted = |level: usize| name.get(&self.columns[side.columns[level]]).filter(|text| *text != TOTAL);
            let depth = (0..side.columns.len()).rev().find(|&level| wanted(level).is_some());
            let fits = |node: &Node| match depth {
                None => node.texts.iter().all(|text| text == TOTAL),
                Some(depth) => node.texts.iter().enumerate().all(|(level, text)| match wanted(level) {
                    Some(wanted) => wanted == text,
                    None => (text == TOTAL) == (level > depth),
                }),
            };
            let Some(node) = side.nodes.iter().position(fits) else {
                let name = crate::suppression::words(name);
                return Err(fault(format!("the policy names a cell that the table does not have: {name}")));
            };
            nodes.push(node);
        }
        Ok(nodes)
    }

    /// The side that a dimension is called by: by one of its columns, or by the name of its hierarchy.
    fn side_called(&self, name: &str, policy: &Suppression) -> Result<usize, TableError> {
        let column = policy.hierarchy.get(name).and_then(|columns| columns.last()).map_or(name, String::as_str);
        let has = |side: &Side| side.columns.iter().any(|&at| self.columns[at] == column);
        self.sides.iter().position(has).ok_or_else(|| {
            let what = format!("the policy names the dimension `{name}`, which the table does not have");
            TableError::new(None, what, format!("its dimensions are `{}`", self.columns.join("`, `")))
        })
    }

    /// A figure's value; of one that came withheld, a number that agrees with the others.
    pub fn value(&self, at: usize) -> i64 {
        self.values[at]
    }

    /// How many contribute to a figure.
    fn people(&self, at: usize) -> i64 {
        let contributors = self.contributors.as_ref().map(|all| all[at].people);
        contributors.map_or(self.values[at], |people| i64::try_from(people).unwrap_or(i64::MAX))
    }

    /// How many cells there are, margins included.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

fn too_large() -> TableError {
    let what = format!("a figure is larger than {LARGEST_FIGURE}");
    TableError::new(None, what, "check the count column, or give sums in larger units")
}

/// A sum of figures, where it is not too large.
fn plus(left: i64, right: i64) -> Result<i64, TableError> {
    left.checked_add(right).filter(|sum| *sum <= LARGEST_FIGURE).ok_or_else(too_large)
}

/// Which columns belong to one dimension, in the order of the file.
fn sides_of(head: &[String], columns: &[usize], policy: &Suppression) -> Result<Vec<Vec<usize>>, TableError> {
    let mut taken: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut used = Vec::new();
    for (name, levels) in &policy.hierarchy {
        let mut places = Vec::new();
        for level in levels {
            let place = head.iter().position(|known| known == level).filter(|place| columns.contains(place));
            let Some(place) = place else {
                let what =
                    format!("the hierarchy `{name}` names the column `{level}`, which is no dimension of the table");
                return Err(TableError::new(Some(1), what, format!("the columns are `{}`", head.join("`, `"))));
            };
            if used.contains(&place) {
                let what = format!("the column `{level}` stands in two hierarchies");
                return Err(TableError::new(Some(1), what, "a column belongs to one dimension"));
            }
            used.push(place);
            places.push(place);
        }
        taken.insert(places.iter().copied().min().unwrap_or(0), places);
    }
    for &column in columns.iter().filter(|column| !used.contains(column)) {
        taken.insert(column, vec![column]);
    }
    Ok(taken.into_values().collect())
}
