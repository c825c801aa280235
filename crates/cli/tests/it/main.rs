//! Whole commands, as a user runs them: exit code, standard output and standard error.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

mod bad_input;
mod contracts;
mod demo;
mod languages;
mod letters;
mod page;
mod protect;
mod release;
mod support;
mod verify;
mod west_yorkshire;
