//! What is told to a person: standard output, and warnings. Hidden characters are written out, so that a heading or a file
//! name from elsewhere cannot drive a terminal.

use std::io::{self, Write};

use candour_spec::visible;

use crate::failure::Failure;

/// Tells standard error of something that a person must look at.
pub(crate) fn warn(message: &str) {
    // There is nobody left to tell when standard error is gone.
    let _ = writeln!(io::stderr().lock(), "warning: {}", visible(message));
}

/// Prints a text, and a line end where it lacks one. A reader who has seen enough and closed the pipe is no failure.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let ended = if text.ends_with('\n') { "" } else { "\n" };
    match write!(out, "{}{ended}", visible(text)).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}
