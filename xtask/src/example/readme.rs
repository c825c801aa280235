//! The README of the extract.

use std::fmt::Write;

use super::Extract;
use super::traps::Tally;

/// What the folder holds, with the number of each trap.
pub(super) fn text(extract: &Extract, tallies: &[Tally]) -> String {
    let mut rows = String::new();
    for Tally { file, trap, records } in tallies {
        // Writing to a string cannot fail.
        let _ = writeln!(rows, "| `{file}` | {trap} | {records} |");
    }
    TEMPLATE
        .replace("{offences}", &extract.offences.len().to_string())
        .replace("{victims}", &extract.victims.len().to_string())
        .replace("{proceedings}", &extract.proceedings.len().to_string())
        .replace("{traps}", rows.trim_end())
}

const TEMPLATE: &str = "\
# The records of the example

**Every record here is invented.** No row is about a real person or a real offence: there are no names and no addresses,
the identifiers belong to nothing, and the boroughs are drawn by lot. `cargo xtask example` makes the files, this one
included, from the published figures in `../published` and a fixed seed: the same bytes on every run.

| File | Records | What one row is | Written as |
| --- | ---: | --- | --- |
| `offences.csv` | {offences} | an offence, recorded from 1 January 2015 to 21 May 2020 | UTF-8 with a byte-order mark, \
Windows line ends |
| `victims.csv` | {victims} | a victim of an offence | UTF-8, Unix line ends |
| `proceedings.csv` | {proceedings} | a person proceeded against for an offence | UTF-8, Unix line ends |

The columns are those of `data/police/schema.toml`, some in another order, and one more: `summary` in `offences.csv`, a
free text that the schema does not declare and that is not to be kept. Rows stand in no order. The extract is said to be
of 21 May 2020, and no date in it is later.

Counted properly, the records give the four published tables, cell by cell. `../oracle.py` counts them in another
language and without any code of this repository:

```
python3 examples/image-abuse-2020/oracle.py
```

## The traps

Records that a careless count takes in or leaves out, that a careless reader of CSV breaks on, or that lie exactly on a
bound. Unless a row says otherwise, \"008/71\" means an offence of that code that is not cancelled, \"weekly period\" one
of the eight from 23 March to 17 May of each year from 2017 to 2020, \"the dates\" 23 March to 17 May 2020, and
\"counted\" that the records are in a published figure. A record can be in more than one row.

| File | Trap | Records |
| --- | --- | ---: |
{traps}

## Making them again

From the root of the repository:

```
cargo xtask example
```

The generator is `xtask/src/example.rs`. It reads the published figures, never constants, and uses none of the code that
counts.
";
