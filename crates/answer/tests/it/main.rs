//! Whole tables: from schema, records and response file to what is laid out.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

mod case;
mod published;
mod sql;
