//! `candour demo`: a real request, end to end, from made-up records that ship with the program.

mod place;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use candour_answer::{Beside, TIES, count, document, make, publish, require_judgement, resolve};
use candour_records::{Disk as _, IngestOptions, LocalDisk, Readers, Store, ingest};
use jiff::civil::date;

use crate::args::Demo;
use crate::commands::answer::tables;
use crate::console::report;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::{files, formats};

/// The inputs, by their path in the demonstration's folder.
const INPUTS: [(&str, &[u8]); 9] = [
    ("inputs/letter.txt", include_bytes!("../../../../examples/image-abuse-2020/letter.txt")),
    ("inputs/response.toml", include_bytes!("../../../../examples/image-abuse-2020/response.toml")),
    ("inputs/authority.toml", include_bytes!("../../../../examples/image-abuse-2020/authority.toml")),
    ("inputs/schema.toml", include_bytes!("../../../../data/police/schema.toml")),
    ("inputs/ho-offence-codes.csv", include_bytes!("../../../../data/police/ho-offence-codes.csv")),
    ("inputs/london-boroughs.csv", include_bytes!("../../../../data/police/london-boroughs.csv")),
    ("inputs/extract/offences.csv", include_bytes!("../../../../examples/image-abuse-2020/extract/offences.csv")),
    ("inputs/extract/victims.csv", include_bytes!("../../../../examples/image-abuse-2020/extract/victims.csv")),
    ("inputs/extract/proceedings.csv", include_bytes!("../../../../examples/image-abuse-2020/extract/proceedings.csv")),
];

pub(crate) fn run(args: &Demo) -> Result<ExitCode, Failure> {
    // Without a slash at its end, which would follow a link.
    let out: PathBuf = args.out.components().collect();
    let replaces = place::may_replace(&out)?;
    let mut progress = Progress::start()?;
    let parent = match out.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let beside = tempfile::Builder::new().prefix(".candour-demo-").tempdir_in(parent);
    let beside = beside.map_err(|error| told("make a folder in", parent, &error))?;
    let printed = make_all(beside.path(), &mut progress);
    progress.finish();
    let printed = printed?;
    place::mark(beside.path()).map_err(|error| told("write", &out, &error))?;
    if replaces {
        // Moved aside first, so that there is always one whole folder to go back to.
        let aside = tempfile::Builder::new().prefix(".candour-demo-").tempdir_in(parent);
        let aside = aside.map_err(|error| told("make a folder in", parent, &error))?;
        fs::rename(&out, aside.path().join("old")).map_err(|error| told("replace", &out, &error))?;
    }
    fs::rename(beside.path(), &out).map_err(|error| told("write", &out, &error))?;
    let _ = beside.keep();
    report(&printed);
    let at = |path: &str| out.join(path).display().to_string();
    report(&format!(
        "\nThe release lies in `{release}`: open `{page}`.\nRecount it with\n  candour verify {release} --store {store}\nThe letter, \
         the response file, the schema and the records that it was made from lie in `{inputs}`.",
        release = at("release"),
        page = at("release/response.html"),
        store = at("store"),
        inputs = at("inputs"),
    ));
    Ok(ExitCode::SUCCESS)
}

/// Makes everything below `folder` and gives what is to be printed.
fn make_all(folder: &Path, progress: &mut Progress) -> Result<String, Failure> {
    for (path, bytes) in INPUTS {
        write(&folder.join(path), bytes)?;
    }
    let inputs = folder.join("inputs");
    let schema = files::schema(&inputs.join("schema.toml"))?;
    let store = Store::open_or_create(&folder.join("store"), &LocalDisk)?;
    let options = IngestOptions { source: "CRIS".into(), as_at: date(2020, 5, 21), rejects: 0 };
    ingest(&store, &schema, &[inputs.join("extract")], &options, &LocalDisk, progress)?;
    let authority = files::source(&inputs.join("authority.toml"))?;
    let resolved = resolve(
        &store,
        files::source(&inputs.join("response.toml"))?,
        Beside { authority: Some(authority), ..Beside::default() },
    )?;
    let (mut at, tables_to_count) = (0, resolved.response.tables.len() as u64);
    let counted = count(&resolved, &mut |table| {
        at += 1;
        progress.step(&format!("counting {table}"), at - 1, tables_to_count)
    })?;
    let (documents, checked) =
        document(&resolved.response, resolved.taken.as_ref(), &counted, &store.derived_secret(TIES)?)?;
    require_judgement(&checked)?;
    let formats = formats::all();
    let made = make(documents, checked, &formats)?;
    publish(&store, &resolved, &made, &formats, &folder.join("release"), &LocalDisk)?;
    Ok(tables(&made.documents.main))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| told("make the folder", folder, &error))?;
    }
    LocalDisk.write(path, Readers::Anyone, bytes).map_err(|error| told("write", path, &error))
}

fn told(doing: &str, path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot {doing} `{}`: {error}", path.display()))
}
