//! The command line.

use std::path::PathBuf;

use candour_release::Format;
use candour_spec::check_line;
use candour_wording::Language;
use clap::{Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use crate::formats;

/// Answers Freedom of Information requests for statistics: from an extract of records to a release that can be defended.
///
/// The way of an answer: `candour ingest` turns an authority's extract into a snapshot; `candour new` gives a response file
/// to fill in; `candour answer` counts it, checks every figure and writes the release; `candour verify` recounts a release.
/// `candour demo` shows all of it on records that ship with the program.
#[derive(Debug, Parser)]
#[command(
    name = "candour",
    version,
    max_term_width = 110,
    after_help = "Exit codes: 0 done and clean; 1 done, and something was found that a person must look at; 2 it could not be \
                  done, and nothing was written."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Answers a real request end to end, from made-up records that ship with the program.
    ///
    /// Prints the tables and writes a folder with the inputs, a store and the release. A second run replaces that folder,
    /// unless it holds a file that the first one did not write, or an input that has been changed.
    Demo(Demo),
    /// Works with schema files, which say what the records of an extract are.
    #[command(subcommand)]
    Schema(Schema),
    /// Reads an extract (CSV) into a snapshot that never changes.
    ///
    /// Each file is named after a record table of the schema. Every value is checked; any rejected row refuses the whole
    /// extract unless --rejects allows it, and the store is then as it was before.
    Ingest(Ingest),
    /// Lists the snapshots of a store.
    Snapshots(Snapshots),
    /// Writes a response file to start from, with comments.
    New(New),
    /// Makes the release that a response file describes.
    ///
    /// Counts the tables from the snapshot, applies the policy on small figures, and writes the release folder. Faults of the
    /// response file are told all at once, each with line and column.
    Answer(Answer),
    /// Writes the cover letter of a release, with what is known when it is sent.
    ///
    /// The release itself names nobody. Merge fields are a closed list; one without a value is an error.
    Cover(Cover),
    /// Puts a release folder into one zip file, to send or to keep.
    ///
    /// Each file must be the one that the manifest names. The archive bears no time: the same release gives the same bytes.
    Bundle(Bundle),
    /// Recounts a release from the store and compares every cell, text and byte.
    Verify(Verify),
    /// Finds what is hidden in files, before they leave.
    ///
    /// Hidden sheets, rows, text, comments, copies of source data, data about the file, and bytes that no program shows.
    /// A format is told by content. What cannot be looked into counts as found. No value is printed unless --show asks for it.
    Inspect(Inspect),
    /// Withholds figures of a table made elsewhere, so that no small count can be worked out.
    ///
    /// The table is CSV: one row an inner cell, dimension columns, and a count; a cell that is not there is zero. Out comes
    /// every cell, margins included, with `count` (empty where withheld) and `status`. What is safe is proved under the
    /// attacker that the policy declares; the report says how.
    Protect(Protect),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Demo {
    /// The folder to write.
    #[arg(long, value_name = "DIR", default_value = "candour-demo")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Schema {
    /// Guesses a first schema from CSV files, to be mended by hand.
    Infer {
        /// CSV files, one a record table.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Where to write the schema; standard output if it is not given.
        #[arg(short, long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Ingest {
    /// CSV files named after the record tables, or folders that hold them.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// The store; made if there is nothing there.
    #[arg(long, value_name = "DIR")]
    pub(crate) store: PathBuf,
    /// The schema file.
    #[arg(long, value_name = "FILE")]
    pub(crate) schema: PathBuf,
    /// The source system, as response files name it.
    #[arg(long, value_name = "NAME", value_parser = source)]
    pub(crate) source: String,
    /// The day at which the extract shows the system, such as 2020-05-21.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) as_at: Date,
    /// How many rejected rows to bear; the number then stands in the notes of every table that they touch.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) rejects: u64,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Snapshots {
    /// The store.
    #[arg(long, value_name = "DIR")]
    pub(crate) store: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Print::Text)]
    pub(crate) format: Print,
}

#[derive(Debug, clap::Args)]
pub(crate) struct New {
    /// The folder for `response.toml`; made if it is not there.
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Answer {
    /// The response file.
    #[arg(value_name = "RESPONSE.toml")]
    pub(crate) response: PathBuf,
    /// The store that holds the snapshot.
    #[arg(long, value_name = "DIR")]
    pub(crate) store: PathBuf,
    /// The folder to write; it must not be there yet.
    #[arg(long, value_name = "DIR", required_unless_present_any = ["check", "preview"])]
    pub(crate) out: Option<PathBuf>,
    /// The files to write beside `release.json` and `manifest.json`; all of them where nothing is said.
    #[arg(long, value_delimiter = ',', value_parser = formats::parser())]
    pub(crate) formats: Vec<Format>,
    /// With `--check`: where to write the texts that lack a translation, to be filled in by a translator.
    #[arg(long, value_name = "FILE", requires = "check")]
    pub(crate) untranslated: Option<PathBuf>,
    /// A policy file, where the response file has no `[policy]` of its own.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// What the authority says of itself in every letter: contact, review, regulator, standard lines, templates.
    #[arg(long, value_name = "FILE")]
    pub(crate) authority: Option<PathBuf>,
    /// Only reads and checks the response file.
    #[arg(long, conflicts_with = "out")]
    pub(crate) check: bool,
    /// Only counts and prints: tables, answers, small figures.
    #[arg(long, conflicts_with_all = ["out", "check"])]
    pub(crate) preview: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Cover {
    /// The release folder.
    #[arg(value_name = "RELEASE")]
    pub(crate) release: PathBuf,
    /// The requester's name.
    #[arg(long)]
    pub(crate) name: String,
    /// The requester's address, postal or electronic.
    #[arg(long)]
    pub(crate) address: String,
    /// How the letter begins, such as "Dear Ms Doe,".
    #[arg(long)]
    pub(crate) salutation: String,
    /// A template of one's own.
    #[arg(long, value_name = "FILE")]
    pub(crate) template: Option<PathBuf>,
    /// The language, such as `cy`; the release's main one if it is not given.
    #[arg(long, value_name = "TAG", value_parser = language)]
    pub(crate) language: Option<Language>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Bundle {
    /// The release folder.
    #[arg(value_name = "RELEASE")]
    pub(crate) release: PathBuf,
    /// The zip file to write.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    /// The release folder.
    #[arg(value_name = "RELEASE")]
    pub(crate) release: PathBuf,
    /// The store that it was made with.
    #[arg(long, value_name = "DIR")]
    pub(crate) store: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Print::Text)]
    pub(crate) format: Print,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Inspect {
    /// Files, or folders of files; `-` is standard input.
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Names that may be known, and waivers (TOML).
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// From which severity on the exit code is 1.
    #[arg(long, value_enum, default_value_t = FailOn::Review)]
    pub(crate) fail_on: FailOn,
    /// How to print.
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub(crate) format: ReportFormat,
    /// Print the first of the values that were found. They may be what nobody must see.
    #[arg(long)]
    pub(crate) show: bool,
}

/// From which severity on something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// What must not leave.
    Block,
    /// What a person must look at.
    Review,
}

/// How to print a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people, on a terminal.
    Text,
    /// For programs.
    Json,
    /// For people, as a page for the case file.
    Html,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Protect {
    /// The table.
    #[arg(value_name = "TABLE.csv")]
    pub(crate) table: PathBuf,
    /// The policy file.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: PathBuf,
    /// The protected table.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// The report for the approver: a web page if its name ends in .html, JSON otherwise. It is confidential.
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// The column of the counts; the last one if it is not given.
    #[arg(long, value_name = "NAME")]
    pub(crate) count: Option<String>,
    /// Who lives where: some of the table's columns, and last the number of residents.
    #[arg(long, value_name = "FILE")]
    pub(crate) population: Option<PathBuf>,
    /// A file with a secret that decides between patterns of equal cost, so that nobody can find a figure by trying.
    #[arg(long, value_name = "FILE")]
    pub(crate) secret: Option<PathBuf>,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Print {
    /// For people.
    Text,
    /// For programs.
    Json,
}

fn source(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("it is empty".into());
    }
    check_line(text).map(|()| text.to_owned()).map_err(|what| format!("it {what}"))
}

fn date(text: &str) -> Result<Date, String> {
    match text.parse::<Date>() {
        Ok(date) if text.len() == 10 => Ok(date),
        _ => Err("write a date such as 2020-05-21".into()),
    }
}

/// Reads the tag of a language that there are messages in.
fn language(tag: &str) -> Result<Language, String> {
    let known = || Language::all().map(|known| known.tag()).collect::<Vec<_>>().join(", ");
    Language::named(tag).ok_or_else(|| format!("it is one of {}", known()))
}
