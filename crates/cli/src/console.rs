//! What is told to a person: standard output, and warnings. Hidden characters are written out, so that a heading or a file
//! name from elsewhere cannot drive a terminal.

use std::io::{self, Write};

use candour_protect::suppression::SuppressionReport;
use candour_spec::visible;
use candour_wording::Language;

use crate::failure::Failure;

/// Tells standard error of something that a person must look at.
pub(crate) fn warn(message: &str) {
    // There is nobody left to tell when standard error is gone.
    let _ = writeln!(io::stderr().lock(), "warning: {}", visible(message));
}

/// What an approver must look at in a suppression, although all that is withheld is safe.
pub(crate) fn to_look_at(report: &SuppressionReport) -> Option<String> {
    let all = |of: fn(&SuppressionReport) -> usize| report.with_sums().map(of).sum::<usize>();
    let told = [
        ("told-narrower", all(|report| report.narrower.len())),
        ("told-insiders", all(|report| report.told.len())),
        ("told-untried", all(|report| report.untried.len())),
        ("told-groups", all(|report| report.groups.len())),
    ];
    let told = told.into_iter().filter(|(_, count)| *count > 0).map(|(id, count)| counted(id, count as u64));
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| told.join("; "))
}

/// A number of things, in the plural that it needs. The program speaks English to its user, whatever a release is in.
pub(crate) fn counted(id: &str, count: u64) -> String {
    Language::ENGLISH.say(id, &[("count", count.into())])
}

/// Tells of work that is done and kept: that stands, even if nobody can be told.
pub(crate) fn report(text: &str) {
    if let Err(error) = write(text) {
        warn(&format!("all was done, but it cannot be told on standard output: {error}"));
    }
}

/// Prints a text that is itself the result.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    write(text).map_err(|error| Failure::new(format!("cannot write to standard output: {error}")))
}

/// Writes a text, and a line end where it lacks one. A reader who has seen enough and closed the pipe is no failure.
fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let ended = if text.ends_with('\n') { "" } else { "\n" };
    match write!(out, "{}{ended}", visible(text)).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

/// Prints warnings that name their places in a file.
pub(crate) fn warn_at_places(warnings: &candour_spec::Diagnostics) {
    let _ = writeln!(io::stderr().lock(), "{}", visible(&warnings.to_string()));
}
