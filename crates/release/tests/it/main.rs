//! The writers: what they write is read back, held against rules, and given to other programs.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails")]

mod charts;
mod independent;
mod proved;
mod proved_texts;
mod random;
mod reading;
mod round_trip;
mod rules;
mod sample;
mod shorthand;
