//! Faults in a file that a person wrote, each at its place.

use std::fmt::{self, Write as _};
use std::ops::Range;

use crate::translation::Untranslated;

/// A file as it was written.
#[derive(Clone, Debug)]
pub struct Source {
    /// What the user called it.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl Source {
    /// Reads bytes as text. Line ends are line feeds from here on, so that a file means the same however its lines end.
    ///
    /// # Errors
    /// When they are not UTF-8.
    pub fn new(name: impl Into<String>, bytes: Vec<u8>) -> Result<Self, Diagnostics> {
        let name = name.into();
        match String::from_utf8(bytes) {
            Ok(text) => {
                let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
                Ok(Self { text: text.replace("\r\n", "\n"), name })
            }
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let source = Self { name, text: String::from_utf8_lossy(error.as_bytes()).into_owned() };
                let fault = Fault::new(valid..valid, "the file is not UTF-8 text").hint("save it again as UTF-8");
                Err(Diagnostics::from_faults(&source, vec![fault]))
            }
        }
    }

    /// Line and column of a byte offset, both from 1; the column counts characters.
    fn place(&self, offset: usize) -> (usize, usize) {
        let offset = self.text.floor_char_boundary(offset.min(self.text.len()));
        let before = &self.text[..offset];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

/// A fault before its place is worked out.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    pub(crate) untranslated: Vec<Untranslated>,
}

impl Fault {
    pub(crate) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), hint: None, untranslated: Vec::new() }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Nothing can be made of the file until it is mended.
    Error,
    /// A release can be made, and a reader may be misled.
    Warning,
}

/// A fault in a file: what, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The file as the user named it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do, where that can be said.
    pub hint: Option<String>,
    /// The text of the line.
    pub excerpt: String,
    /// The texts that it says lack a translation.
    pub untranslated: Vec<Untranslated>,
}

/// All faults of a file, in order of place; never empty when returned as an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// The texts that lack a translation, where nothing else is wrong.
    pub fn only_untranslated(&self) -> Option<&[Untranslated]> {
        match &self.0[..] {
            [one] if !one.untranslated.is_empty() => Some(&one.untranslated),
            _ => None,
        }
    }

    pub(crate) fn from_faults(source: &Source, mut faults: Vec<Fault>) -> Self {
        faults.sort_by_key(|fault| (fault.span.start, fault.span.end));
        let mut diagnostics: Vec<Diagnostic> = Vec::new();
        for fault in faults {
            let (line, column) = source.place(fault.span.start);
            let excerpt = source.text.lines().nth(line - 1).unwrap_or_default().to_owned();
            let diagnostic = Diagnostic {
                severity: Severity::Error,
                file: source.name.clone(),
                line,
                column,
                message: fault.message,
                hint: fault.hint,
                excerpt,
                untranslated: fault.untranslated,
            };
            if !diagnostics.contains(&diagnostic) {
                diagnostics.push(diagnostic);
            }
        }
        Self(diagnostics)
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, diagnostic) in self.0.iter().enumerate() {
            if at > 0 {
                out.write_char('\n')?;
            }
            write!(out, "{diagnostic}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        writeln!(out, "{word}: {}", self.message)?;
        writeln!(out, "  --> {}:{}:{}", self.file, self.line, self.column)?;
        let number = self.line.to_string();
        // A very long line would bury the message; the place is named above in any case.
        if !self.excerpt.trim().is_empty() && self.excerpt.chars().count() <= 200 {
            writeln!(out, "{:>3} | {}", number, self.excerpt)?;
            writeln!(out, "    | {}^", " ".repeat(self.column - 1))?;
        }
        if let Some(hint) = &self.hint {
            writeln!(out, "  hint: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// The candidate most like `name`, for "did you mean".
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&name.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate)
}

/// A hint that names the nearest candidate or, failing that, lists them if they are few.
pub(crate) fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let all: Vec<&str> = candidates.into_iter().collect();
    match nearest(name, all.iter().copied()) {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None if all.is_empty() || all.len() > 24 => None,
        None => Some(format!("it is one of `{}`", all.join("`, `"))),
    }
}
