//! The categories of a dimension, from the finest to the total.

use std::collections::{BTreeMap, HashMap};

use super::{Node, Side, TOTAL, TableError};

/// The categories of a dimension while the file is read.
pub(super) struct Tree {
    columns: Vec<usize>,
    /// For each category at each level, in the order in which they came: its texts from the widest on, and what holds it.
    nodes: Vec<(Vec<String>, Option<u32>)>,
    known: HashMap<Vec<String>, u32>,
    /// For each level below the widest, what holds a category of that name.
    holder: Vec<HashMap<String, (String, u64)>>,
}

impl Tree {
    pub(super) fn new(columns: Vec<usize>) -> Self {
        let holder = vec![HashMap::new(); columns.len()];
        Self { columns, nodes: Vec::new(), known: HashMap::new(), holder }
    }

    /// Takes the finest category of a row, with what holds it; a row that is summed over here brings none.
    pub(super) fn know(&mut self, line: Option<u64>, names: &[&str], texts: &[String]) -> Result<(), TableError> {
        if self.columns.iter().any(|&column| texts[column] == TOTAL) {
            return Ok(());
        }
        let mut above: Option<u32> = None;
        let mut path: Vec<String> = Vec::with_capacity(self.columns.len());
        for (level, &column) in self.columns.iter().enumerate() {
            let category = &texts[column];
            if let (Some(holder), true) = (path.last(), level > 0) {
                let known = self.holder[level].entry(category.clone());
                let (before, at) = known.or_insert_with(|| (holder.clone(), line.unwrap_or(0)));
                if before != holder {
                    let what = format!(
                        "`{category}` of `{}` lies in `{holder}` here and in `{before}` on line {at}",
                        names[column]
                    );
                    let hint = "in a hierarchy each category lies in one of the level above";
                    return Err(TableError::new(line, what, hint));
                }
            }
            path.push(category.clone());
            above = Some(match self.known.get(&path) {
                Some(&known) => known,
                None => {
                    let new = self.nodes.len() as u32;
                    self.nodes.push((path.clone(), above));
                    self.known.insert(path.clone(), new);
                    new
                }
            });
        }
        Ok(())
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

    pub(super) fn finish(self) -> Side {
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
        let texts = nodes.iter().map(|node| node.texts.clone());
        let place = texts.zip(0_u32..).collect();
        Side { columns: self.columns, nodes, place }
    }
}
