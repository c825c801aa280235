//! Systems from tables: crossed dimensions with their totals, or figures and sums by name.

use std::collections::{BTreeMap, BTreeSet};

use candour_protect::engine::{Cell, Equation, Primary, Role, System};

/// What a sum is called in a dimension that is summed over.
pub(crate) const TOTAL: &str = "T";

/// A dimension: each finest category with all that holds it, from itself to the total.
#[derive(Clone, Debug)]
pub(crate) struct Dimension {
    paths: Vec<Vec<String>>,
}

impl Dimension {
    /// Categories and their total.
    pub(crate) fn plain(categories: &[&str]) -> Self {
        Self { paths: categories.iter().map(|category| vec![(*category).into(), TOTAL.into()]).collect() }
    }

    /// Groups of categories, and the total of the groups.
    pub(crate) fn grouped(groups: &[(&str, &[&str])]) -> Self {
        let path = |group: &str, category: &str| vec![category.into(), group.into(), TOTAL.into()];
        let paths = groups.iter().flat_map(|(group, inside)| inside.iter().map(move |category| path(group, category)));
        Self { paths: paths.collect() }
    }

    /// So many categories, called by a letter and a number, and their total.
    pub(crate) fn of(letter: char, size: usize) -> Self {
        let paths = (0..size).map(|at| vec![format!("{letter}{at}"), TOTAL.into()]);
        Self { paths: paths.collect() }
    }
}

/// What makes a count sensitive, and what it costs to withhold one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// Counts below this are sensitive.
    pub(crate) threshold: i64,
    /// Zeros are sensitive too; otherwise they are published.
    pub(crate) zeros_are_sensitive: bool,
    /// Every figure costs one; otherwise a figure costs its count.
    pub(crate) cells_count_alike: bool,
}

impl Rule {
    pub(crate) const FIVE: Self = Self { threshold: 5, zeros_are_sensitive: false, cells_count_alike: false };

    fn cell(self, value: i64) -> Cell {
        let least = i64::from(!self.zeros_are_sensitive);
        let is_small = least <= value && value < self.threshold;
        let weight = if self.cells_count_alike { 1 } else { value as u64 };
        let role = if value < least { Role::Published } else { Role::Free };
        let primary = if is_small { Primary::Small { least, most: self.threshold - 1 } } else { Primary::No };
        Cell::count(value, weight, role, primary)
    }
}

/// Figures by name and the sums between them. A figure that is named twice, in two tables, is one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables {
    values: BTreeMap<String, i64>,
    /// Who is counted in each figure.
    people: BTreeMap<String, BTreeSet<u32>>,
    /// How many people there are.
    known: u32,
    sums: BTreeSet<(String, BTreeSet<String>)>,
}

impl Tables {
    /// Adds a figure, of people who are counted in no other.
    pub(crate) fn figure(mut self, name: &str, value: i64) -> Self {
        let people = self.more(value);
        self.counting(name, people)
    }

    /// So many people.
    fn more(&mut self, count: i64) -> BTreeSet<u32> {
        let first = self.known;
        self.known += count as u32;
        (first..self.known).collect()
    }

    fn counting(mut self, name: &str, people: BTreeSet<u32>) -> Self {
        let value = people.len() as i64;
        let before = self.values.insert(name.into(), value);
        assert!(before.is_none_or(|before| before == value), "`{name}` is given two values");
        self.people.insert(name.into(), people);
        self
    }

    /// Adds a figure that is the sum of others, which are there already.
    pub(crate) fn sum(mut self, whole: &str, parts: &[&str]) -> Self {
        let people = parts.iter().flat_map(|part| self.people[*part].iter().copied()).collect();
        self.sums.insert((whole.into(), parts.iter().map(|part| (*part).into()).collect()));
        self.counting(whole, people)
    }

    /// Adds a table of crossed dimensions with all totals. `counts` are in order, the last dimension fastest. A figure is
    /// called by the names of its categories, one for each dimension.
    pub(crate) fn crossed(mut self, dimensions: &[Dimension], counts: &[i64]) -> Self {
        let people: Vec<BTreeSet<u32>> = counts.iter().map(|count| self.more(*count)).collect();
        self.crossing(dimensions, &people)
    }

    /// The same with the people of each finest cell, who may be counted in another table as well.
    pub(crate) fn crossing(mut self, dimensions: &[Dimension], counts: &[BTreeSet<u32>]) -> Self {
        let name = |names: &[String]| names.join(" ");
        let sizes: Vec<usize> = dimensions.iter().map(|dimension| dimension.paths.len()).collect();
        assert_eq!(counts.len(), sizes.iter().product::<usize>(), "one count for each finest cell");
        let mut values: BTreeMap<Vec<String>, BTreeSet<u32>> = BTreeMap::new();
        let mut sums: BTreeMap<(String, usize), BTreeSet<String>> = BTreeMap::new();
        for (at, people) in counts.iter().enumerate() {
            let mut left = at;
            let mut paths: Vec<&Vec<String>> = Vec::new();
            for (dimension, size) in dimensions.iter().zip(&sizes).rev() {
                paths.insert(0, &dimension.paths[left % size]);
                left /= size;
            }
            for steps in products(&paths.iter().map(|path| path.len()).collect::<Vec<_>>()) {
                let key: Vec<String> = steps.iter().zip(&paths).map(|(step, path)| path[*step].clone()).collect();
                for (along, step) in steps.iter().enumerate().filter(|(_, step)| **step > 0) {
                    let mut part = key.clone();
                    part[along] = paths[along][step - 1].clone();
                    sums.entry((name(&key), along)).or_default().insert(name(&part));
                }
                values.entry(key).or_default().extend(people);
            }
        }
        for (key, value) in values {
            self = self.counting(&name(&key), value);
        }
        self.sums.extend(sums.into_iter().map(|((whole, _), parts)| (whole, parts)));
        self
    }

    /// The system, with figures in order of name.
    pub(crate) fn system(&self, rule: Rule) -> Named {
        let names: Vec<String> = self.values.keys().cloned().collect();
        let at = |name: &String| names.binary_search(name).unwrap() as u32;
        let equation = |(whole, parts): &(String, BTreeSet<String>)| {
            let parts = parts.iter().map(|part| (at(part), -1));
            Equation { terms: std::iter::once((at(whole), 1)).chain(parts).collect() }
        };
        let system = System {
            cells: self.values.values().map(|value| rule.cell(*value)).collect(),
            equations: self.sums.iter().map(equation).collect(),
            above: Some(rule.threshold),
        };
        assert_eq!(system.contradiction(), None);
        Named { system, names, people: self.people.values().cloned().collect() }
    }
}

/// Every choice of one step on each path.
fn products(lengths: &[usize]) -> Vec<Vec<usize>> {
    lengths.iter().fold(vec![vec![]], |chosen, &length| {
        let longer = |before: &Vec<usize>| (0..length).map(|step| [before.as_slice(), &[step]].concat()).collect();
        chosen.iter().flat_map::<Vec<Vec<usize>>, _>(longer).collect()
    })
}

/// A system whose figures have names.
#[derive(Clone)]
pub(crate) struct Named {
    pub(crate) system: System,
    names: Vec<String>,
    /// Who is counted in each figure.
    pub(crate) people: Vec<BTreeSet<u32>>,
}

impl Named {
    /// The figure of a name.
    pub(crate) fn at(&self, name: &str) -> usize {
        self.names.iter().position(|known| known == name).unwrap_or_else(|| panic!("no figure is called `{name}`"))
    }

    /// The name of a figure.
    pub(crate) fn name(&self, cell: usize) -> &str {
        &self.names[cell]
    }

    /// The pattern that withholds these figures and no other.
    pub(crate) fn pattern(&self, names: &[&str]) -> Vec<bool> {
        let mut withheld = vec![false; self.names.len()];
        names.iter().for_each(|name| withheld[self.at(name)] = true);
        withheld
    }

    /// The pattern that withholds what is sensitive and nothing else.
    pub(crate) fn primaries(&self) -> Vec<bool> {
        self.system.cells.iter().map(|cell| cell.primary.is_primary() && cell.role != Role::Published).collect()
    }

    /// The names of the figures that a pattern withholds by choice.
    pub(crate) fn secondaries(&self, withheld: &[bool]) -> Vec<&str> {
        let is_free = |cell: &Cell| cell.role == Role::Free && !cell.primary.is_primary();
        let is_secondary = |cell: &usize| withheld[*cell] && is_free(&self.system.cells[*cell]);
        (0..withheld.len()).filter(is_secondary).map(|cell| self.name(cell)).collect()
    }

    /// The same with another role for a figure.
    pub(crate) fn with_role(mut self, name: &str, role: Role) -> Self {
        let at = self.at(name);
        self.system.cells[at].role = role;
        self
    }

    /// The same with a figure that is sensitive for another reason than its size.
    pub(crate) fn with_sensitive(mut self, name: &str) -> Self {
        let at = self.at(name);
        self.system.cells[at].primary = Primary::Other;
        self
    }
}

impl std::fmt::Display for Named {
    /// A line for each figure, then one for each sum.
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, (name, cell)) in self.names.iter().zip(&self.system.cells).enumerate() {
            writeln!(to, "{at}: {name} = {}, {:?}, {:?}, weight {}", cell.value, cell.role, cell.primary, cell.weight)?;
        }
        for (at, equation) in self.system.equations.iter().enumerate() {
            writeln!(to, "equation {at}: {:?}", equation.terms)?;
        }
        Ok(())
    }
}
