//! The people who live where something was counted: a file with some of the table's columns and a number of residents.

use std::collections::HashMap;

use super::{MadeElsewhere, TOTAL, TableError};

/// Residents, by some of the table's dimensions.
#[derive(Clone, Debug)]
pub struct Population {
    /// The sides that it tells apart.
    sides: Vec<usize>,
    /// Residents by the nodes of these sides.
    residents: HashMap<Vec<u32>, u64>,
}

impl Population {
    /// Reads a file: each column but the last is a column of the table (in a hierarchy, of one level), the last holds the
    /// residents. Wider categories are added up, and so are those of a column that the figure does not name.
    ///
    /// # Errors
    /// The first fault, with its line.
    pub fn read(bytes: &[u8], table: &MadeElsewhere) -> Result<Self, TableError> {
        let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
        let fault = |error: csv::Error| {
            let line = error.position().map(csv::Position::line);
            TableError::new(line, "this is no CSV that can be read", format!("{error}; save it as CSV in UTF-8"))
        };
        let head = reader.headers().map_err(fault)?.clone();
        let head: Vec<&str> = head.iter().map(|name| name.trim().trim_start_matches('\u{feff}')).collect();
        let by = head.len().saturating_sub(1);
        // For each column: the side and the level.
        let mut places = Vec::with_capacity(by);
        for name in &head[..by] {
            let level = |side: &super::Side| side.columns.iter().position(|&at| table.columns[at] == **name);
            let place = table.sides.iter().enumerate().find_map(|(at, side)| Some((at, level(side)?)));
            let Some(place) = place else {
                let what = format!("the residents go by `{name}`, which is no column of the table");
                let hint = format!("its dimensions are `{}`", table.columns.join("`, `"));
                return Err(TableError::new(Some(1), what, hint));
            };
            if places.iter().any(|(side, _)| *side == place.0) {
                let what = format!("the residents go by `{name}` and by another level of the same dimension");
                return Err(TableError::new(Some(1), what, "keep the finer of the two"));
            }
            places.push(place);
        }
        if places.is_empty() {
            let hint = "its columns are some of the table's, and last the number of residents";
            return Err(TableError::new(Some(1), "there is no column of the table", hint));
        }
        let mut given: HashMap<Vec<u32>, u64> = HashMap::new();
        for record in reader.records() {
            let record = record.map_err(fault)?;
            let line = record.position().map(csv::Position::line);
            let text = |at: usize| record.get(at).unwrap_or_default();
            let Ok(residents) = text(by).trim().parse::<u64>() else {
                let what = format!("the residents `{}` are no whole number", text(by));
                return Err(TableError::new(line, what, "write the number of people who live there"));
            };
            let nodes = places.iter().enumerate().map(|(column, &(side, level))| {
                if text(column) == TOTAL {
                    return Some(table.sides[side].total() as u32);
                }
                let fits = |node: &super::Node| {
                    node.texts[level] == text(column) && node.texts.iter().skip(level + 1).all(|text| text == TOTAL)
                };
                table.sides[side].nodes.iter().position(fits).map(|node| node as u32)
            });
            // Of whom the table does not speak, nobody asks.
            let Some(nodes) = nodes.collect::<Option<Vec<u32>>>() else { continue };
            if given.insert(nodes, residents).is_some() {
                return Err(TableError::new(
                    line,
                    "the residents of this category stand there twice",
                    "keep one of the two",
                ));
            }
        }
        let mut population = Self { sides: places.iter().map(|(side, _)| *side).collect(), residents: given };
        for at in 0..population.sides.len() {
            population.add_up(table, at);
        }
        Ok(population)
    }

    /// Adds up to every wider category along one side, where all its parts are known.
    fn add_up(&mut self, table: &MadeElsewhere, side: usize) {
        for (node, whole) in table.sides[self.sides[side]].nodes.iter().enumerate() {
            let Some(&first) = whole.parts.first() else { continue };
            let mut sums: Vec<(Vec<u32>, u64)> = Vec::new();
            for (nodes, residents) in self.residents.iter().filter(|(nodes, _)| nodes[side] == first) {
                let mut there = nodes.clone();
                let mut sum = Some(*residents);
                for &part in &whole.parts[1..] {
                    there[side] = part;
                    sum = sum.zip(self.residents.get(&there)).and_then(|(sum, more)| sum.checked_add(*more));
                }
                there[side] = node as u32;
                if let Some(sum) = sum.filter(|_| !self.residents.contains_key(&there)) {
                    sums.push((there, sum));
                }
            }
            self.residents.extend(sums);
        }
    }

    /// How many people live where a figure was counted; None where the file does not say.
    pub(super) fn of(&self, places: &[usize]) -> Option<u64> {
        let nodes: Vec<u32> = self.sides.iter().map(|&side| places[side] as u32).collect();
        self.residents.get(&nodes).copied()
    }
}
