//! The engine against an enumerator that knows nothing of it, and against cases that can be checked by hand.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails")]

mod build;
mod catalogue;
mod elsewhere;
mod enumerator;
mod faults;
mod instances;
mod linked;
mod properties;
mod sums;
mod units;
mod zeros;
