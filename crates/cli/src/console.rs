//! Standard output.

use std::io::{self, Write};

use crate::failure::Failure;

/// Tells standard error of something that a person must look at.
pub(crate) fn warn(message: &str) {
    // There is nobody left to tell when standard error is gone.
    let _ = writeln!(io::stderr().lock(), "warning: {message}");
}

/// Prints a text, and a line end where it lacks one. A reader who has seen enough and closed the pipe is no failure.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let ended = if text.ends_with('\n') { "" } else { "\n" };
    match write!(out, "{text}{ended}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}
