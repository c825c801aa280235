//! The file as it came: its columns, and a row for each cell that it speaks of.

use std::collections::HashMap;

use candour_model::{Contributions, Cost, Suppression};

use super::{COUNT, STATUS, TOTAL, TableError};
use crate::rules::Contributors;

/// What a row says of its figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stated {
    /// Its value.
    Value(i64),
    /// Its value, and that it is to be withheld.
    ToWithhold(i64),
    /// That it was withheld; whether that was to protect somebody, or the figure was not there to be had.
    Withheld { sensitive: bool },
}

/// A row of the file.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) line: Option<u64>,
    /// What stands in each dimension column.
    pub(super) texts: Vec<String>,
    pub(super) stated: Stated,
    pub(super) weight: u64,
    pub(super) contributors: Option<Contributors>,
}

impl Row {
    /// Whether it is a margin.
    pub(super) fn is_total(&self) -> bool {
        self.texts.iter().any(|text| text == TOTAL)
    }
}

/// A file as read.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// The names of all columns.
    pub(super) head: Vec<String>,
    /// The positions of the dimension columns.
    pub(super) columns: Vec<usize>,
    pub(super) rows: Vec<Row>,
    /// Whether figures are withheld in it, so that it states its totals.
    pub(super) is_given: bool,
}

/// The columns that are no dimensions.
struct Special {
    count: usize,
    weight: Option<usize>,
    status: Option<usize>,
    people: Option<usize>,
    largest: Vec<usize>,
}

impl Special {
    fn holds(&self, at: usize) -> bool {
        let single = [Some(self.count), self.weight, self.status, self.people];
        single.contains(&Some(at)) || self.largest.contains(&at)
    }
}

/// What says that a figure was withheld to protect somebody (the first four) or is not available, in place of a count: the
/// shorthand of official statistics (Government Analysis Function, Using symbols in tables) and what is often met.
const MARKS: [(&str, bool); 6] = [("[c]", true), ("c", true), ("s", true), ("*", true), ("[x]", false), ("x", false)];

pub(super) fn read(bytes: &[u8], count: Option<&str>, policy: &Suppression) -> Result<File, TableError> {
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
    let fault = |error: csv::Error| {
        let line = error.position().map(csv::Position::line);
        TableError::new(line, "this is no CSV that can be read", format!("{error}; save the table as CSV in UTF-8"))
    };
    let head = heading(reader.headers().map_err(fault)?)?;
    let special = special(&head, count, policy)?;
    let columns: Vec<usize> = (0..head.len()).filter(|at| !special.holds(*at)).collect();
    if columns.is_empty() {
        let hint = "a table has at least one column beside the count";
        return Err(TableError::new(Some(1), "there is no dimension column", hint));
    }
    if let Some(&at) = columns.iter().find(|at| [COUNT, STATUS].contains(&head[**at].as_str())) {
        let what = format!("a dimension is called `{}`, as a column of the protected table is", head[at]);
        return Err(TableError::new(Some(1), what, "rename it, or name the column of the counts with `--count`"));
    }
    let mut rows: Vec<Row> = Vec::new();
    let mut known: HashMap<Vec<String>, u64> = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(fault)?;
        let row = row(&record, &head, &columns, &special)?;
        if let Some(before) = known.insert(row.texts.clone(), row.line.unwrap_or(0)) {
            let what = format!("this cell stands on line {before} already");
            let hint = "a table has one row a cell: add the two up, or take one away";
            return Err(TableError::new(row.line, what, hint));
        }
        rows.push(row);
    }
    if rows.is_empty() {
        return Err(TableError::new(None, "the table has no rows", "it needs one row a cell"));
    }
    let is_given = rows.iter().any(|row| matches!(row.stated, Stated::Withheld { .. }));
    if is_given && special.people.is_some() {
        let what = "sums are withheld in the table already";
        return Err(TableError::new(None, what, "sums are judged by their contributions: every one is needed"));
    }
    // A table of one's own making that states its totals has a status column, as a protected table has.
    let states_totals = is_given || special.status.is_some();
    if let Some(row) = rows.iter().find(|row| row.is_total() && !states_totals) {
        let column = columns.iter().zip(&row.texts).find(|(_, text)| *text == TOTAL);
        let what = format!("a category of `{}` is called `{TOTAL}`", column.map_or("", |(&at, _)| head[at].as_str()));
        let hint = "totals are worked out: take them out of the file, or rename the category";
        return Err(TableError::new(row.line, what, hint));
    }
    let mut file = File { head, columns, rows, is_given: states_totals };
    merge(&mut file, policy)?;
    Ok(file)
}

fn heading(head: &csv::StringRecord) -> Result<Vec<String>, TableError> {
    let head: Vec<String> = head.iter().map(|name| name.trim().trim_start_matches('\u{feff}').to_owned()).collect();
    for (at, name) in head.iter().enumerate() {
        if head[..at].contains(name) {
            let what = format!("the column `{name}` stands there twice");
            return Err(TableError::new(Some(1), what, "rename one of the two"));
        }
    }
    Ok(head)
}

fn special(head: &[String], count: Option<&str>, policy: &Suppression) -> Result<Special, TableError> {
    let missing = |name: &str| {
        let hint = format!("the columns are `{}`", head.join("`, `"));
        TableError::new(Some(1), format!("there is no column `{name}`"), hint)
    };
    let place = |name: &str| head.iter().position(|known| known == name).ok_or_else(|| missing(name));
    let weight = match &policy.cost {
        Cost::Column(name) => Some(place(name)?),
        Cost::Cells | Cost::Count => None,
    };
    let (mut people, mut largest) = (None, Vec::new());
    if let Some(Contributions { people: of, largest: columns }) = &policy.contributions {
        people = Some(place(of)?);
        for column in columns {
            largest.push(place(column)?);
        }
    }
    asked_of_sums(policy)?;
    let status = head.iter().position(|name| name == STATUS).filter(|_| count != Some(STATUS));
    let count = match count {
        Some(name) => place(name)?,
        None => (0..head.len()).rev().find(|at| Some(*at) != status).ok_or_else(|| missing(COUNT))?,
    };
    let special = Special { count, weight, status, people, largest };
    let others = [special.weight, special.people].into_iter().flatten().chain(special.largest.iter().copied());
    let mut taken = vec![special.count];
    for at in others {
        if taken.contains(&at) {
            let what = format!("the column `{}` is asked for twice", head[at]);
            return Err(TableError::new(Some(1), what, "name the column of the counts or sums with `--count`"));
        }
        taken.push(at);
    }
    Ok(special)
}

/// Whether the policy says where it finds what its rules for sums need.
fn asked_of_sums(policy: &Suppression) -> Result<(), TableError> {
    let needed = policy.dominance.map_or(0, |rule| rule.largest).max(if policy.p_percent.is_some() { 2 } else { 0 });
    let given = policy.contributions.as_ref().map_or(0, |columns| columns.largest.len());
    if given >= needed {
        return Ok(());
    }
    let what = format!(
        "the rules for sums need the {needed} largest contributions of each cell, and the policy names {given}"
    );
    let hint = "name the columns: `contributions = { people = \"firms\", largest = [\"first\", \"second\"] }`";
    Err(TableError::new(None, what, hint))
}

fn row(record: &csv::StringRecord, head: &[String], columns: &[usize], special: &Special) -> Result<Row, TableError> {
    let line = record.position().map(csv::Position::line);
    let text = |at: usize| record.get(at).unwrap_or_default();
    let number = |at: usize| text(at).trim().parse::<i64>().ok().filter(|number| *number >= 0);
    let whole = |at: usize, what: &str| {
        number(at).ok_or_else(|| {
            let what = format!("the {what} `{}` is no whole number of 0 or more", text(at));
            TableError::new(line, what, format!("`{}` holds whole numbers", head[at]))
        })
    };
    let stated = stated(line, text(special.count).trim(), special.status.map(|at| text(at).trim()))?;
    let weight = match special.weight {
        None => 0,
        Some(at) => u64::try_from(whole(at, "weight")?).unwrap_or(0),
    };
    let contributors = match special.people {
        None => None,
        Some(at) => {
            let largest = special.largest.iter().map(|&at| whole(at, "contribution").map(i128::from));
            let people = u64::try_from(whole(at, "number of contributors")?).unwrap_or(0);
            let contributors = Contributors { people, largest: largest.collect::<Result<_, _>>()? };
            agree(line, stated, &contributors)?;
            Some(contributors)
        }
    };
    let texts: Vec<String> = columns.iter().map(|&at| text(at).to_owned()).collect();
    if let Some((&at, _)) = columns.iter().zip(&texts).find(|(_, text)| text.trim().is_empty()) {
        let what = format!("there is no category of `{}`", head[at]);
        return Err(TableError::new(line, what, "write what it is, such as `Not recorded`"));
    }
    Ok(Row { line, texts, stated, weight, contributors })
}

/// What count and status say together.
fn stated(line: Option<u64>, count: &str, status: Option<&str>) -> Result<Stated, TableError> {
    let mark = |text: &str| MARKS.iter().find(|(mark, _)| *mark == text).map(|(_, sensitive)| *sensitive);
    let status = match status.filter(|status| !status.is_empty()) {
        None => None,
        Some(status) => Some(mark(status).ok_or_else(|| {
            let what = format!("the status `{status}` is not known");
            let hint =
                "`c` says that a figure is withheld, `x` that it is not available; a dimension needs another name";
            TableError::new(line, what, hint)
        })?),
    };
    let value = count.parse::<i64>().ok().filter(|value| *value >= 0);
    if value.is_some_and(|value| value > super::LARGEST_FIGURE) {
        return Err(TableError { line, ..super::too_large() });
    }
    match (value, status, mark(count)) {
        (Some(_), Some(false), _) => {
            let what = format!("a figure that is not available (`x`) has the count `{count}`");
            Err(TableError::new(line, what, "take the count away, or the mark"))
        }
        (Some(value), None, _) => Ok(Stated::Value(value)),
        (Some(value), Some(true), _) => Ok(Stated::ToWithhold(value)),
        (None, Some(sensitive), in_its_place) if count.is_empty() || in_its_place.is_some() => {
            Ok(Stated::Withheld { sensitive })
        }
        (None, None, Some(sensitive)) => Ok(Stated::Withheld { sensitive }),
        _ => {
            let what = format!("the count `{count}` is no whole number of 0 or more");
            let hint = "protection needs every count; a cell that is not there is zero. Of a figure that was withheld before, \
                        write `c` in a column `status`";
            Err(TableError::new(line, what, hint))
        }
    }
}

/// Whether a sum can be made up of what is said of its contributions.
fn agree(line: Option<u64>, stated: Stated, contributors: &Contributors) -> Result<(), TableError> {
    let (Stated::Value(sum) | Stated::ToWithhold(sum)) = stated else { return Ok(()) };
    let fault = |what: String| Err(TableError::new(line, what, "check the columns that `contributions` names"));
    if contributors.people == 0 && sum > 0 {
        return fault(format!("nobody contributes to the sum {sum}"));
    }
    if !contributors.largest.is_sorted_by(|left, right| left >= right) {
        return fault("the largest contributions do not go from the largest on".to_owned());
    }
    let people = usize::try_from(contributors.people).unwrap_or(usize::MAX);
    if contributors.largest.iter().filter(|one| **one > 0).count() > people {
        return fault(format!("there are more contributions than the {people} who contribute"));
    }
    let named: i128 = contributors.largest.iter().sum();
    let all_named = people <= contributors.largest.len();
    if named > i128::from(sum) || (all_named && named != i128::from(sum)) {
        return fault(format!("the largest contributions add up to {named}, the sum is {sum}"));
    }
    Ok(())
}

/// Makes categories one, as the policy asks, and adds their rows up.
fn merge(file: &mut File, policy: &Suppression) -> Result<(), TableError> {
    if policy.merge.is_empty() {
        return Ok(());
    }
    for merge in &policy.merge {
        let fault = |what: String, hint: String| Err(TableError::new(None, what, hint));
        let Some(column) = file.columns.iter().position(|&at| file.head[at] == merge.dimension) else {
            let columns: Vec<&str> = file.columns.iter().map(|&at| file.head[at].as_str()).collect();
            let what = format!("the policy merges categories of `{}`, which is no dimension", merge.dimension);
            return fault(what, format!("the dimensions are `{}`", columns.join("`, `")));
        };
        let stands = |category: &String| file.rows.iter().any(|row| row.texts[column] == *category);
        if let Some(category) = merge.of.iter().find(|category| !stands(category)) {
            let what = format!("the policy merges `{category}`, which is no category of `{}`", merge.dimension);
            return fault(what, "write it as the table does".to_owned());
        }
        if merge.of.iter().any(|category| category == TOTAL) {
            let what = format!("the policy merges `{TOTAL}` with a category of `{}`", merge.dimension);
            return fault(what, "a total holds every category already: take it out of `of`".to_owned());
        }
        if merge.into == TOTAL || (stands(&merge.into) && !merge.of.contains(&merge.into)) {
            let what = format!("the policy merges categories into `{}`, which is there already", merge.into);
            return fault(what, "name it under `of` too, or choose another name".to_owned());
        }
        for row in file.rows.iter_mut().filter(|row| merge.of.contains(&row.texts[column])) {
            row.texts[column].clone_from(&merge.into);
        }
    }
    let mut place: HashMap<Vec<String>, usize> = HashMap::new();
    let mut rows: Vec<Row> = Vec::with_capacity(file.rows.len());
    for row in file.rows.drain(..) {
        match place.get(&row.texts) {
            None => {
                place.insert(row.texts.clone(), rows.len());
                rows.push(row);
            }
            Some(&at) => rows[at].add(row)?,
        }
    }
    file.rows = rows;
    Ok(())
}

impl Row {
    /// Takes another row's records in.
    fn add(&mut self, other: Self) -> Result<(), TableError> {
        use Stated::{ToWithhold, Value, Withheld};
        let sum = super::plus;
        self.stated = match (self.stated, other.stated) {
            (Value(left), Value(right)) => Value(sum(left, right)?),
            (Value(left) | ToWithhold(left), Value(right) | ToWithhold(right)) => ToWithhold(sum(left, right)?),
            (Withheld { sensitive: left }, Withheld { sensitive: right }) => Withheld { sensitive: left || right },
            (Withheld { sensitive }, _) | (_, Withheld { sensitive }) => Withheld { sensitive },
        };
        self.weight = self.weight.checked_add(other.weight).ok_or_else(super::too_large)?;
        if let (Some(own), Some(others)) = (&mut self.contributors, &other.contributors) {
            own.join(others);
        }
        Ok(())
    }
}
