//! What could not be done, as people are told it: what, where, and what to do.

use std::io::Write as _;
use std::process::ExitCode;

use candour_answer::AnswerError;
use candour_records::{IngestError, StoreError};
use candour_spec::{Diagnostics, visible};

use crate::console::counted;

/// Keeps a panic of the engine's threads from being printed: it is told as an error, with the table that it broke.
pub(crate) fn keep_engine_panics_quiet() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() != Some(candour_answer::ENGINE_THREAD_NAME) {
            usual(panic);
        }
    }));
}

/// Something that could not be done; nothing was written.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The whole message, ready to print.
    message: String,
}

impl Failure {
    pub(crate) fn new(message: impl std::fmt::Display) -> Self {
        Self { message: format!("error: {message}") }
    }

    /// Tells standard error and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        // There is nobody left to tell when standard error is gone.
        let _ = writeln!(std::io::stderr().lock(), "{}", visible(self.message.trim_end()));
        ExitCode::from(2)
    }
}

impl From<Diagnostics> for Failure {
    fn from(diagnostics: Diagnostics) -> Self {
        let count = diagnostics.0.len();
        let file = diagnostics.0.first().map(|diagnostic| diagnostic.file.clone()).unwrap_or_default();
        let faults = counted("told-faults", count as u64);
        Self { message: format!("{diagnostics}\n`{file}` has {faults}; nothing was written") }
    }
}

impl From<AnswerError> for Failure {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::Spec(diagnostics) => diagnostics.into(),
            other => Self::new(other),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::new(error)
    }
}

impl From<IngestError> for Failure {
    fn from(error: IngestError) -> Self {
        let mut message = format!("error: {error}");
        if let IngestError::Rejected { rejects, more, .. } = &error {
            for reject in rejects {
                message.push_str(&format!("\n  {reject}"));
            }
            if *more > 0 {
                message.push_str(&format!("\n  and {}", counted("told-more-faults", *more)));
            }
            message.push_str(
                "\n  hint: mend the extract or the schema; `--rejects N` goes on without up to N rows and says so in every table",
            );
        }
        Self { message }
    }
}
