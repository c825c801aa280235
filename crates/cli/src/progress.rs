//! Progress on a terminal, and the user's wish to stop.

use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use candour_records::Observer;
use candour_spec::visible_line;
use indicatif::{ProgressBar, ProgressStyle};
use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};

use crate::failure::Failure;

/// A file that grows past its limit would end the program; heard and passed over, the write fails and is told.
pub(crate) fn outlive_file_size_limit() -> Result<(), Failure> {
    let heard = signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
    heard.map(drop).map_err(|error| Failure::new(format!("cannot listen for a file-size limit: {error}")))
}

/// Follows a long work: a bar on a terminal, nothing elsewhere; stops on an interrupt.
pub(crate) struct Progress {
    bar: ProgressBar,
    interrupted: Arc<AtomicBool>,
}

impl Progress {
    /// Starts to listen. The first interrupt asks the work to stop in good order, a second one ends the program.
    pub(crate) fn start() -> Result<Self, Failure> {
        let interrupted = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&interrupted))
                .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&interrupted)))
                .map_err(|error| Failure::new(format!("cannot listen for an interrupt: {error}")))?;
        }
        let bar = if std::io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{msg:32} {bar:40} {percent:>3} %") {
            bar.set_style(style);
        }
        Ok(Self { bar, interrupted })
    }

    /// Says what is done now; false when the user wants to stop.
    pub(crate) fn step(&mut self, what: &str, at: u64, of: u64) -> bool {
        self.bar.set_length(of);
        self.bar.set_position(at);
        self.bar.set_message(visible_line(what));
        !self.is_interrupted()
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }
}

impl Observer for Progress {
    fn progress(&mut self, file: &Path, read: u64, of: u64) {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        self.step(&format!("reading {name}"), read, of);
    }

    fn interrupted(&self) -> bool {
        self.is_interrupted()
    }
}
