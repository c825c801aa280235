//! A table made elsewhere: one row an inner cell, dimension columns and a count. Out comes every cell, margins included.
//!
//! A dimension is one column, or several where a hierarchy joins them; its nodes are its categories at every level and a
//! total. The figures are all combinations of nodes. One that stands above the finest level in a dimension is the sum of
//! those under it, which is an equation.

use std::collections::{BTreeMap, HashMap};

use candour_model::{Cost, FigureName, Suppression, Zeros};

use crate::engine::{Cell, Equation, Outcome, Primary, Role, System};

/// What stands in a column that is summed over.
pub const TOTAL: &str = "Total";

/// The columns of a protected table beside its dimensions.
const COUNT: &str = "count";
const STATUS: &str = "status";

/// The most figures that a table may have, margins included.
const LARGEST: usize = 5_000_000;

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
    /// The positions of its columns in the file, the widest first.
    columns: Vec<usize>,
    nodes: Vec<Node>,
}

impl Side {
    fn total(&self) -> usize {
        self.nodes.len() - 1
    }
}

/// A table with all its margins.
#[derive(Clone, Debug)]
pub struct MadeElsewhere {
    /// The names of the dimension columns, in the order of the file.
    columns: Vec<String>,
    sides: Vec<Side>,
    values: Vec<i64>,
    weights: Vec<u64>,
}

impl MadeElsewhere {
    /// Reads a table. `count` names the column of the counts; without it that is the last one.
    ///
    /// # Errors
    /// The first fault, with its line.
    pub fn read(bytes: &[u8], count: Option<&str>, policy: &Suppression) -> Result<Self, TableError> {
        let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
        let fault = |error: csv::Error| {
            let line = error.position().map(csv::Position::line);
            TableError::new(line, "this is no CSV that can be read", format!("{error}; save the table as CSV in UTF-8"))
        };
        let head: Vec<String> = reader.headers().map_err(fault)?.iter().map(|name| name.trim().to_owned()).collect();
        let head: Vec<String> = head.iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect();
        for (at, name) in head.iter().enumerate() {
            if head[..at].contains(name) {
                return Err(TableError::new(
                    Some(1),
                    format!("the column `{name}` stands there twice"),
                    "rename one of the two",
                ));
            }
        }
        let place = |name: &str| head.iter().position(|known| known == name);
        let missing = |name: &str| {
            TableError::new(
                Some(1),
                format!("there is no column `{name}`"),
                format!("the columns are `{}`", head.join("`, `")),
            )
        };
        let counted = match count {
            Some(name) => place(name).ok_or_else(|| missing(name))?,
            None => head.len().checked_sub(1).ok_or_else(|| missing("count"))?,
        };
        let weighed = match &policy.cost {
            Cost::Column(name) => Some(place(name).ok_or_else(|| missing(name))?),
            Cost::Cells | Cost::Count => None,
        };
        let columns: Vec<usize> = (0..head.len()).filter(|at| *at != counted && Some(*at) != weighed).collect();
        if columns.is_empty() {
            return Err(TableError::new(
                Some(1),
                "there is no dimension column",
                "a table has at least one column beside the count",
            ));
        }
        if let Some(&at) = columns.iter().find(|at| [COUNT, STATUS].contains(&head[**at].as_str())) {
            let what = format!("a dimension is called `{}`, as a column of the protected table is", head[at]);
            return Err(TableError::new(Some(1), what, "rename it, or name the column of the counts with `--count`"));
        }
        let groups = sides_of(&head, &columns, policy)?;
        let mut builders: Vec<Tree> = groups.into_iter().map(Tree::new).collect();
        let mut rows: Vec<(Vec<u32>, i64, u64)> = Vec::new();
        let mut known: HashMap<Vec<u32>, u64> = HashMap::new();
        for record in reader.records() {
            let record = record.map_err(fault)?;
            let line = record.position().map(csv::Position::line);
            let text = |at: usize| record.get(at).unwrap_or_default();
            let number = |at: usize| text(at).trim().parse::<i64>().ok().filter(|number| *number >= 0);
            let Some(value) = number(counted) else {
                let what = format!("the count `{}` is no whole number of 0 or more", text(counted));
                return Err(TableError::new(
                    line,
                    what,
                    "protection needs every count; a cell that is not there is zero",
                ));
            };
            let weight = match weighed {
                None => 0,
                Some(at) => number(at).and_then(|weight| u64::try_from(weight).ok()).ok_or_else(|| {
                    TableError::new(
                        line,
                        format!("the weight `{}` is no whole number of 0 or more", text(at)),
                        "weights are whole numbers",
                    )
                })?,
            };
            let mut key = Vec::with_capacity(builders.len());
            for tree in &mut builders {
                key.push(tree.leaf(line, &head, &|at| text(at))?);
            }
            if let Some(before) = known.insert(key.clone(), line.unwrap_or(0)) {
                let what = format!("this cell stands on line {before} already");
                return Err(TableError::new(
                    line,
                    what,
                    "a table has one row a cell: add the two up, or take one away",
                ));
            }
            rows.push((key, value, weight));
        }
        if rows.is_empty() {
            return Err(TableError::new(None, "the table has no rows", "it needs one row a cell"));
        }
        Self::assemble(&head, &columns, builders, &rows, policy)
    }

    fn assemble(
        head: &[String],
        columns: &[usize],
        trees: Vec<Tree>,
        rows: &[(Vec<u32>, i64, u64)],
        policy: &Suppression,
    ) -> Result<Self, TableError> {
        let leaves: Vec<Vec<u32>> = trees.iter().map(Tree::order).collect();
        let sides: Vec<Side> = trees.into_iter().map(Tree::finish).collect();
        let size = sides.iter().try_fold(1_usize, |size, side| size.checked_mul(side.nodes.len()));
        let Some(size) = size.filter(|size| *size <= LARGEST) else {
            let what = format!("with its margins the table has more than {LARGEST} cells");
            return Err(TableError::new(None, what, "split it, or merge categories"));
        };
        let mut table = Self {
            columns: columns.iter().map(|&at| head[at].clone()).collect(),
            sides,
            values: vec![0; size],
            weights: vec![0; size],
        };
        for (key, value, weight) in rows {
            let places: Vec<usize> =
                key.iter().zip(&leaves).map(|(&leaf, order)| order[leaf as usize] as usize).collect();
            let at = table.at(&places);
            (table.values[at], table.weights[at]) = (*value, *weight);
        }
        table.add_up()?;
        match policy.cost {
            Cost::Count => {
                table.weights = table.values.iter().map(|value| u64::try_from(*value).unwrap_or(0)).collect()
            }
            Cost::Cells => table.weights.fill(1),
            Cost::Column(_) => {}
        }
        Ok(table)
    }

    /// Works out every margin.
    fn add_up(&mut self) -> Result<(), TableError> {
        for side in 0..self.sides.len() {
            for at in 0..self.values.len() {
                let mut places = self.places(at);
                let parts = self.sides[side].nodes[places[side]].parts.clone();
                if parts.is_empty() {
                    continue;
                }
                let (mut value, mut weight) = (0_i64, 0_u64);
                for part in parts {
                    places[side] = part as usize;
                    let part = self.at(&places);
                    value = value.checked_add(self.values[part]).ok_or_else(too_large)?;
                    weight = weight.checked_add(self.weights[part]).ok_or_else(too_large)?;
                }
                (self.values[at], self.weights[at]) = (value, weight);
            }
        }
        Ok(())
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

    /// What stands in the dimension columns of a cell.
    fn texts(&self, at: usize) -> Vec<&str> {
        let places = self.places(at);
        let mut by_column: BTreeMap<usize, &str> = BTreeMap::new();
        for (side, place) in self.sides.iter().zip(places) {
            for (column, text) in side.columns.iter().zip(&side.nodes[place].texts) {
                by_column.insert(*column, text);
            }
        }
        by_column.into_values().collect()
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

    /// The cell that is named by hand.
    fn named(&self, name: &FigureName) -> Result<usize, TableError> {
        let fault =
            |what: String| TableError::new(None, what, "`keep` and `withhold` name a cell by column and category");
        if let Some(column) = name.keys().find(|column| !self.columns.contains(column)) {
            return Err(fault(format!("the policy names the column `{column}`, which the table does not have")));
        }
        let mut wanted = name.clone();
        wanted.retain(|_, text| text != TOTAL);
        let found = (0..self.values.len()).find(|&at| self.name(at) == wanted);
        found.ok_or_else(|| {
            fault(format!("the policy names a cell that the table does not have: {}", crate::suppression::words(name)))
        })
    }

    /// The table as cells and equations.
    ///
    /// # Errors
    /// When the policy names a cell that is not there, or withholds a zero although it publishes zeros.
    pub fn system(&self, policy: &Suppression) -> Result<System, TableError> {
        let most = i64::try_from(policy.threshold).unwrap_or(i64::MAX).saturating_sub(1);
        let least = match policy.zeros {
            Zeros::Published => 1,
            Zeros::Sensitive => 0,
        };
        let small = Primary::Small { least, most };
        let cell = |(value, weight): (&i64, &u64)| {
            let role = if *value < least { Role::Published } else { Role::Free };
            Cell::count(*value, *weight, role, if (least..=most).contains(value) { small } else { Primary::No })
        };
        let mut cells: Vec<Cell> = self.values.iter().zip(&self.weights).map(cell).collect();
        for name in &policy.withhold {
            let cell = &mut cells[self.named(name)?];
            if cell.role == Role::Published {
                let what = format!("{} is zero, and the policy publishes zeros", crate::suppression::words(name));
                return Err(TableError::new(None, what, "take it out of `withhold`, or write `zeros = \"sensitive\"`"));
            }
            if !cell.primary.is_primary() {
                cell.primary = Primary::Other;
            }
        }
        for name in &policy.keep {
            let cell = &mut cells[self.named(name)?];
            (cell.role, cell.primary) = (Role::Published, Primary::No);
        }
        let mut equations = Vec::new();
        for at in 0..self.values.len() {
            let places = self.places(at);
            for (side, here) in self.sides.iter().enumerate() {
                let parts = &here.nodes[places[side]].parts;
                if parts.is_empty() {
                    continue;
                }
                let mut terms = vec![(at as u32, 1)];
                for &part in parts {
                    let mut there = places.clone();
                    there[side] = part as usize;
                    terms.push((self.at(&there) as u32, -1));
                }
                equations.push(Equation { terms });
            }
        }
        Ok(System { cells, equations, above: Some(most + 1) })
    }

    /// Lines of the table all of whose records stand in one category, and whose zeros are published, so that something is
    /// known of everybody in them: the cell in which they stand. A line with a single category tells nothing.
    pub fn groups(&self, system: &System) -> Vec<FigureName> {
        let mut found = Vec::new();
        for at in 0..self.values.len() {
            let places = self.places(at);
            for (side, here) in self.sides.iter().enumerate() {
                let parts = &here.nodes[places[side]].parts;
                if self.values[at] == 0 || parts.len() < 2 || places[side] != here.total() {
                    continue;
                }
                let parts = parts.iter().map(|&part| {
                    let mut there = places.clone();
                    there[side] = part as usize;
                    self.at(&there)
                });
                let (all, zeros): (Vec<usize>, Vec<usize>) = parts.partition(|&part| self.values[part] > 0);
                let is_published = |zero: &usize| system.cells[*zero].role == Role::Published;
                if let ([all], true) = (&all[..], zeros.iter().all(is_published)) {
                    found.push(self.name(*all));
                }
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// How many cells there are, margins included.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Which cells are counts from 1 to just below a threshold.
    pub fn small(&self, threshold: u64) -> Vec<(FigureName, i64)> {
        let is_small = |value: i64| value > 0 && value.unsigned_abs() < threshold;
        let all = (0..self.len()).filter(|&at| is_small(self.values[at]));
        all.map(|at| (self.name(at), self.values[at])).collect()
    }

    /// The table as CSV: every cell, in the order of the dimensions' columns in the file, the first slowest; in each,
    /// categories in the order in which they came, what holds them after them, the total last. Columns: the dimensions,
    /// `count` (empty where it is withheld) and `status` (`c` where it is withheld; `s` for a secondary one where marks
    /// are to tell).
    pub fn write(
        &self,
        outcome: Option<&Outcome>,
        system: Option<&System>,
        distinct: bool,
    ) -> Result<Vec<u8>, TableError> {
        let fault = |error: csv::Error| {
            TableError::new(None, format!("the table cannot be written: {error}"), "this is a fault of the program")
        };
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        let head = self.columns.iter().map(String::as_str).chain([COUNT, STATUS]);
        writer.write_record(head).map_err(fault)?;
        for at in 0..self.values.len() {
            let withheld = outcome.is_some_and(|outcome| outcome.withheld[at]);
            let secondary = system.is_some_and(|system| !system.cells[at].primary.is_primary());
            let count = if withheld { String::new() } else { self.values[at].to_string() };
            let status = match (withheld, distinct && secondary) {
                (false, _) => "",
                (true, false) => "c",
                (true, true) => "s",
            };
            let row = self.texts(at);
            writer.write_record(row.into_iter().chain([count.as_str(), status])).map_err(fault)?;
        }
        writer.into_inner().map_err(|error| fault(csv::Error::from(error.into_error())))
    }
}

fn too_large() -> TableError {
    TableError::new(None, "the counts add up to more than 9 quintillion", "check the count column")
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

/// The categories of a dimension while the file is read.
struct Tree {
    columns: Vec<usize>,
    /// For each category at each level, in the order in which they came: its texts from the widest on, and what holds it.
    nodes: Vec<(Vec<String>, Option<u32>)>,
    known: HashMap<Vec<String>, u32>,
    /// For each level below the widest, what holds a category of that name.
    holder: Vec<HashMap<String, (String, u64)>>,
    leaves: Vec<u32>,
    leaf_of: HashMap<u32, u32>,
}

impl Tree {
    fn new(columns: Vec<usize>) -> Self {
        let holder = vec![HashMap::new(); columns.len()];
        Self { columns, nodes: Vec::new(), known: HashMap::new(), holder, leaves: Vec::new(), leaf_of: HashMap::new() }
    }

    /// The finest category of a row.
    fn leaf<'r>(
        &mut self,
        line: Option<u64>,
        head: &[String],
        text: &dyn Fn(usize) -> &'r str,
    ) -> Result<u32, TableError> {
        let mut above: Option<u32> = None;
        let mut texts: Vec<String> = Vec::with_capacity(self.columns.len());
        for (level, &column) in self.columns.iter().enumerate() {
            let category = text(column);
            if category == TOTAL {
                let what = format!("a category of `{}` is called `{TOTAL}`", head[column]);
                return Err(TableError::new(
                    line,
                    what,
                    "totals are worked out: take them out of the file, or rename the category",
                ));
            }
            if category.trim().is_empty() {
                let what = format!("there is no category of `{}`", head[column]);
                return Err(TableError::new(line, what, "write what it is, such as `Not recorded`"));
            }
            if let (Some(holder), true) = (texts.last(), level > 0) {
                let known = self.holder[level].entry(category.to_owned());
                let (before, at) = known.or_insert_with(|| (holder.clone(), line.unwrap_or(0)));
                if before != holder {
                    let what = format!("`{category}` lies in `{holder}` here and in `{before}` on line {at}");
                    return Err(TableError::new(
                        line,
                        what,
                        "in a hierarchy each category lies in one of the level above",
                    ));
                }
            }
            texts.push(category.to_owned());
            above = Some(match self.known.get(&texts) {
                Some(&known) => known,
                None => {
                    let new = self.nodes.len() as u32;
                    self.nodes.push((texts.clone(), above));
                    self.known.insert(texts.clone(), new);
                    new
                }
            });
        }
        let node = above.unwrap_or(0);
        let next = self.leaves.len() as u32;
        Ok(*self.leaf_of.entry(node).or_insert_with(|| {
            self.leaves.push(node);
            next
        }))
    }

    /// The nodes in the order in which they are written: parts before what holds them.
    fn sequence(&self) -> Vec<u32> {
        let mut parts: BTreeMap<Option<u32>, Vec<u32>> = BTreeMap::new();
        for (at, (_, above)) in (0_u32..).zip(&self.nodes) {
            parts.entry(*above).or_default().push(at);
        }
        fn walk(at: Option<u32>, parts: &BTreeMap<Option<u32>, Vec<u32>>, sequence: &mut Vec<u32>) {
            for &part in parts.get(&at).map_or(&[][..], Vec::as_slice) {
                walk(Some(part), parts, sequence);
                sequence.push(part);
            }
        }
        let mut sequence = Vec::new();
        walk(None, &parts, &mut sequence);
        sequence
    }

    /// For each finest category, in the order in which they came, its node.
    fn order(&self) -> Vec<u32> {
        let mut place = vec![0; self.nodes.len()];
        for (at, node) in (0_u32..).zip(self.sequence()) {
            place[node as usize] = at;
        }
        self.leaves.iter().map(|&node| place[node as usize]).collect()
    }

    fn finish(self) -> Side {
        let sequence = self.sequence();
        let mut place = vec![0_u32; self.nodes.len()];
        for (at, &node) in (0_u32..).zip(&sequence) {
            place[node as usize] = at;
        }
        let depth = self.columns.len();
        let mut nodes: Vec<Node> = sequence
            .iter()
            .map(|&node| {
                let mut texts = self.nodes[node as usize].0.clone();
                texts.resize(depth, TOTAL.to_owned());
                Node { texts, parts: Vec::new() }
            })
            .collect();
        nodes.push(Node { texts: vec![TOTAL.to_owned(); depth], parts: Vec::new() });
        let total = nodes.len() - 1;
        for &node in &sequence {
            let holder = self.nodes[node as usize].1.map_or(total, |above| place[above as usize] as usize);
            nodes[holder].parts.push(place[node as usize]);
        }
        Side { columns: self.columns, nodes }
    }
}
