//! A small CSV file beside a schema or a response file: a code list, a list of changes, a population.

use crate::hidden::check_line;

/// A CSV file with named columns, trimmed, empty values told apart from none.
pub(crate) struct CsvTable {
    columns: Vec<String>,
    rows: Vec<csv::StringRecord>,
}

/// A row of a [`CsvTable`].
pub(crate) struct CsvRow<'t> {
    columns: &'t [String],
    record: &'t csv::StringRecord,
}

impl CsvTable {
    /// Reads a file that must have some columns and may have others. The reasons why it cannot are clauses without the
    /// file's name.
    pub(crate) fn read(bytes: &[u8], required: &[&str], optional: &[&str]) -> Result<Self, Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
        let one = |error: csv::Error| vec![error.to_string()];
        let columns: Vec<String> = reader.headers().map_err(one)?.iter().map(str::to_owned).collect();
        let known: Vec<&str> = required.iter().chain(optional).copied().collect();
        let mut reasons = Vec::new();
        for (at, column) in columns.iter().enumerate() {
            if !known.contains(&column.as_str()) {
                reasons.push(format!("the column `{column}` is not one of `{}`", known.join("`, `")));
            }
            if columns[..at].contains(column) {
                reasons.push(format!("the column `{column}` stands twice"));
            }
        }
        if let Some(missing) = required.iter().find(|name| !columns.iter().any(|column| column == *name)) {
            reasons.push(format!("it needs the columns `{}`, and lacks `{missing}`", required.join("`, `")));
        }
        let rows = reader.records().collect::<Result<Vec<_>, _>>().map_err(one)?;
        for (line, row) in (2..).zip(&rows) {
            let faulty = columns.iter().zip(row).filter_map(|(name, written)| Some((name, check_line(written).err()?)));
            reasons.extend(faulty.map(|(name, what)| format!("row {line}: `{name}` {what}")));
        }
        if reasons.is_empty() { Ok(Self { columns, rows }) } else { Err(reasons) }
    }

    /// The rows with their lines in the file.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (usize, CsvRow<'_>)> {
        (2..).zip(self.rows.iter().map(|record| CsvRow { columns: &self.columns, record }))
    }
}

impl CsvRow<'_> {
    /// The value of a column, unless it is empty.
    pub(crate) fn get(&self, column: &str) -> Option<&str> {
        let at = self.columns.iter().position(|known| known == column)?;
        self.record.get(at).filter(|value| !value.is_empty())
    }
}
