//! A table with all its margins, from its inner cells: each dimension a tree of places, each cell one place of every tree.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, ensure};
use candour_protect::engine::{Cell, Equation, Primary, Role, System};

/// What stands in a column that is summed over.
const TOTAL: &str = "Total";

/// A dimension: its columns from coarsest to finest, and every place that they name. The first place is the total.
struct Dimension {
    /// Where its columns stand in the file.
    columns: Vec<usize>,
    /// What each place is called, one word a column; the total has none.
    names: Vec<Vec<String>>,
    places: BTreeMap<Vec<String>, usize>,
    /// The places that each is the sum of.
    parts: Vec<Vec<usize>>,
}

/// The cells of all margins. A cell's number counts the places of its last dimension fastest.
pub(crate) struct Table {
    /// The names of the columns, the count last.
    header: Vec<String>,
    dimensions: Vec<Dimension>,
    values: Vec<i64>,
}

impl Table {
    /// Reads the inner cells and adds up the margins.
    pub(crate) fn read(path: &Path, hierarchy: &BTreeMap<String, Vec<String>>) -> anyhow::Result<Self> {
        let (header, rows) = read(path)?;
        let dimensions = dimensions(&header, hierarchy, &rows)?;
        let cells = dimensions.iter().map(|dimension| dimension.names.len()).product();
        let mut table = Self { header, dimensions, values: vec![0; cells] };
        for row in &rows {
            let count: i64 = row.last().context("a row is empty")?.parse()?;
            for cell in table.holding(row)? {
                table.values[cell] += count;
            }
        }
        Ok(table)
    }

    /// The inner cell of a row, and every margin that it is counted in.
    fn holding(&self, row: &[String]) -> anyhow::Result<Vec<usize>> {
        let mut cells = vec![0];
        for dimension in &self.dimensions {
            let name = dimension.name(row);
            let chain: Vec<usize> =
                (0..=name.len()).map(|depth| dimension.place(&name[..depth])).collect::<anyhow::Result<_>>()?;
            cells = cells
                .iter()
                .flat_map(|cell| chain.iter().map(move |place| cell * dimension.names.len() + place))
                .collect();
        }
        Ok(cells)
    }

    /// The cells with the equations between them. Zeros are published; counts from 1 to below the threshold are primary.
    pub(crate) fn system(&self, threshold: u64) -> System {
        let threshold = i64::try_from(threshold).unwrap_or(i64::MAX);
        let cell = |&value: &i64| {
            let role = if value == 0 { Role::Published } else { Role::Free };
            let primary = match value > 0 && value < threshold {
                true => Primary::Small { least: 1, most: threshold - 1 },
                false => Primary::No,
            };
            Cell::count(value, value.unsigned_abs(), role, primary)
        };
        let mut equations = Vec::new();
        let mut step = 1;
        for dimension in self.dimensions.iter().rev() {
            for cell in 0..self.values.len() {
                let place = cell / step % dimension.names.len();
                let parts = &dimension.parts[place];
                if !parts.is_empty() {
                    let part = |part: &usize| (number(cell - place * step + part * step), -1);
                    let terms = std::iter::once((number(cell), 1)).chain(parts.iter().map(part)).collect();
                    equations.push(Equation { terms });
                }
            }
            step *= dimension.names.len();
        }
        System { cells: self.values.iter().map(cell).collect(), equations, above: Some(threshold) }
    }

    /// Writes every cell with its count, and whether it is withheld.
    pub(crate) fn write(&self, path: &Path, withheld: &[bool]) -> anyhow::Result<()> {
        let context = || format!("cannot write {}", path.display());
        let mut writer = csv::Writer::from_path(path).with_context(context)?;
        writer.write_record(self.header.iter().map(String::as_str).chain(["withheld"]))?;
        for (cell, value) in self.values.iter().enumerate() {
            let mut row = vec![TOTAL.to_owned(); self.header.len() - 1];
            let mut rest = cell;
            for dimension in self.dimensions.iter().rev() {
                let name = &dimension.names[rest % dimension.names.len()];
                name.iter().zip(&dimension.columns).for_each(|(word, column)| row[*column].clone_from(word));
                rest /= dimension.names.len();
            }
            row.push(value.to_string());
            row.push(u8::from(withheld[cell]).to_string());
            writer.write_record(&row)?;
        }
        writer.flush().with_context(context)
    }

    /// Which cells a file withholds that was written so; a cell that it leaves out is published.
    pub(crate) fn pattern(&self, path: &Path) -> anyhow::Result<Vec<bool>> {
        let (_, rows) = read(path)?;
        let mut withheld = vec![false; self.values.len()];
        for row in &rows {
            let mut cell = 0;
            for dimension in &self.dimensions {
                cell = cell * dimension.names.len() + dimension.place(&dimension.name(row))?;
            }
            let is_count = row.get(self.header.len() - 1).is_some_and(|count| *count == self.values[cell].to_string());
            ensure!(is_count, "{}: {row:?} is not a cell of the table", path.display());
            withheld[cell] = row.last().is_some_and(|mark| mark == "1");
        }
        Ok(withheld)
    }
}

impl Dimension {
    fn new(columns: Vec<usize>, rows: &[Vec<String>]) -> Self {
        let inner = rows.iter().map(|row| columns.iter().map(|column| row[*column].clone()).collect::<Vec<_>>());
        let all: BTreeSet<Vec<String>> =
            inner.flat_map(|name| (0..=name.len()).map(move |depth| name[..depth].to_vec())).collect();
        let names: Vec<Vec<String>> = all.into_iter().collect();
        let places: BTreeMap<Vec<String>, usize> = names.iter().cloned().zip(0..).collect();
        let mut parts = vec![Vec::new(); names.len()];
        for (place, name) in names.iter().enumerate() {
            if let Some((_, above)) = name.split_last() {
                parts[places[above]].push(place);
            }
        }
        Self { columns, names, places, parts }
    }

    /// What a row calls the place: its words down to where it is summed over.
    fn name(&self, row: &[String]) -> Vec<String> {
        self.columns.iter().map(|column| row[*column].clone()).take_while(|word| word != TOTAL).collect()
    }

    fn place(&self, name: &[String]) -> anyhow::Result<usize> {
        self.places.get(name).copied().with_context(|| format!("{name:?} is not in the table"))
    }
}

/// The dimensions in the order of the file; a hierarchy stands where its first column does.
fn dimensions(
    header: &[String],
    hierarchy: &BTreeMap<String, Vec<String>>,
    rows: &[Vec<String>],
) -> anyhow::Result<Vec<Dimension>> {
    let column = |name: &String| header.iter().position(|known| known == name);
    let mut dimensions = Vec::new();
    let mut taken = BTreeSet::new();
    for name in &header[..header.len() - 1] {
        let levels =
            hierarchy.values().find(|levels| levels.contains(name)).map_or(std::slice::from_ref(name), Vec::as_slice);
        let columns: Option<Vec<usize>> = levels.iter().map(column).collect();
        let columns = columns.with_context(|| format!("the table has not all of the columns {levels:?}"))?;
        if taken.insert(columns.clone()) {
            dimensions.push(Dimension::new(columns, rows));
        }
    }
    Ok(dimensions)
}

fn read(path: &Path) -> anyhow::Result<(Vec<String>, Vec<Vec<String>>)> {
    let mut reader = csv::Reader::from_path(path).with_context(|| format!("cannot read {}", path.display()))?;
    let words = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
    let header = words(reader.headers()?);
    ensure!(header.len() >= 2, "{} has no dimension", path.display());
    let rows = reader.records().map(|record| Ok(words(&record?))).collect::<anyhow::Result<_>>()?;
    Ok((header, rows))
}

/// A cell as equations name it. A table of four thousand million cells would not be in memory.
fn number(cell: usize) -> u32 {
    u32::try_from(cell).unwrap_or(u32::MAX)
}
