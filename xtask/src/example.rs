//! The records of `examples/image-abuse-2020`: made up, the same on every run, and such that the published tables come
//! out of them when they are counted properly, and do not when they are counted carelessly.
//!
//! The figures are read from the example's `published` folder and turned into records: each published cell becomes as
//! many records as it says. Around them stand records that a careless count takes in or leaves out; [`traps`] lists
//! and counts them. Nothing here uses the counting code of the workspace, so that the example can test it.

mod days;
mod figures;
mod offences;
mod proceedings;
mod published;
mod random;
mod readme;
mod text;
mod traps;
mod victims;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use jiff::civil::{Date, date};

use offences::Offence;
use proceedings::Proceeding;
use published::{Published, Reference};
use random::Random;
use victims::Victim;

/// The extract holds offences from this day on.
const START: Date = date(2015, 1, 1);

/// The day on which the extract is said to have been taken: no date in it is later.
const AS_AT: Date = date(2020, 5, 21);

/// The offence that the request asks for.
const IMAGE_ABUSE: &str = "008/71";

/// The folder of the records, from the root of the repository.
const EXTRACT: &str = "examples/image-abuse-2020/extract";

/// Each part draws from a stream of its own, so that a change to one part leaves the others as they were.
const OFFENCE_STREAM: u64 = 20_200_521;
const VICTIM_STREAM: u64 = 20_200_522;
const PROCEEDING_STREAM: u64 = 20_200_523;
const TEXT_STREAM: u64 = 20_200_524;

/// The records, in the order of the offences' recorded dates. Victims and proceedings name their offence by its place.
struct Extract {
    offences: Vec<Offence>,
    victims: Vec<Victim>,
    proceedings: Vec<Proceeding>,
}

impl Extract {
    /// The victims of the offences that the published tables count.
    fn counted_victims(&self, published: &Published) -> Vec<&Victim> {
        let counted = |victim: &&Victim| victims::is_counted(published, &self.offences[victim.offence]);
        self.victims.iter().filter(counted).collect()
    }
}

/// Writes the example's records, or with `check` compares them with what is there.
pub(crate) fn run(root: &Path, check: bool) -> Result<()> {
    for (name, bytes) in files(root)? {
        let path = root.join(EXTRACT).join(name);
        if check { compare(&path, &bytes)? } else { write(&path, &bytes)? }
    }
    Ok(())
}

/// Every file of the folder, by name.
fn files(root: &Path) -> Result<[(&'static str, Vec<u8>); 4]> {
    let published = Published::read(root)?;
    let extract = make(root, &published)?;
    figures::check(&extract, &published)?;

    let mut random = Random::new(TEXT_STREAM);
    let offences = text::offences(&extract, &mut random);
    let victims = text::victims(&extract, &mut random);
    let proceedings = text::proceedings(&extract, &mut random);

    let tallies = traps::tallies(&extract, &published, [&offences, &victims, &proceedings])?;
    let readme = readme::text(&extract, &tallies);
    Ok([
        ("offences.csv", offences.bytes),
        ("victims.csv", victims.bytes),
        ("proceedings.csv", proceedings.bytes),
        ("README.md", readme.into_bytes()),
    ])
}

fn make(root: &Path, published: &Published) -> Result<Extract> {
    let reference = Reference::read(root)?;
    let offences = offences::make(published, &reference, &mut Random::new(OFFENCE_STREAM))?;
    let (victims, last_person) = victims::make(published, &offences, &mut Random::new(VICTIM_STREAM))?;
    let proceedings =
        proceedings::make(published, &offences, &victims, last_person, &mut Random::new(PROCEEDING_STREAM))?;
    Ok(Extract { offences, victims, proceedings })
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

fn compare(path: &Path, bytes: &[u8]) -> Result<()> {
    let found = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    ensure!(found == bytes, "{} is stale: run `cargo xtask example`", path.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::PathBuf;
    use std::sync::LazyLock;

    use super::*;

    static MADE: LazyLock<[(&str, Vec<u8>); 4]> = LazyLock::new(|| files(&root()).unwrap());

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    fn parse(bytes: &[u8]) -> Vec<Vec<String>> {
        let unmarked = bytes.strip_prefix(text::BYTE_ORDER_MARK.as_bytes()).unwrap_or(bytes);
        let row = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
        csv::Reader::from_reader(unmarked).into_records().map(|record| row(record.unwrap())).collect()
    }

    fn column(rows: &[Vec<String>], at: usize) -> BTreeSet<&str> {
        rows.iter().map(|row| row[at].as_str()).collect()
    }

    #[test]
    fn two_runs_make_the_same_bytes() {
        assert!(*MADE == files(&root()).unwrap());
    }

    #[test]
    fn rows_read_back_with_unique_keys_and_their_parents() {
        let [offences, victims, proceedings] = [0, 1, 2].map(|at| parse(&MADE[at].1));
        let ids = column(&offences, 0);
        for rows in [&offences, &victims, &proceedings] {
            assert_eq!(column(rows, 0).len(), rows.len());
        }
        assert!(column(&victims, 1).is_subset(&ids));
        assert!(column(&proceedings, 1).is_subset(&ids));
    }

    #[test]
    fn the_whole_stays_under_five_megabytes() {
        let size: usize = MADE.iter().map(|(_, bytes)| bytes.len()).sum();
        assert!(size < 5_000_000, "{size}");
    }

    #[test]
    fn a_changed_file_is_named() {
        let path = std::env::temp_dir().join(format!("candour-stale-{}.csv", std::process::id()));
        write(&path, b"a").unwrap();
        compare(&path, b"a").unwrap();
        let error = compare(&path, b"b").unwrap_err().to_string();
        fs::remove_file(&path).unwrap();
        assert!(error.contains("candour-stale-") && error.contains("is stale"), "{error}");
    }
}
