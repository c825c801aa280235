//! How much work and room a file may cost. Work is counted in steps, never in time, so that a verdict is the same on any machine.

use std::cell::Cell;

/// The most that one given file may cost, what lies in it included.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the file itself.
    pub file_bytes: u64,
    /// Bytes of everything in it once it is unpacked.
    pub unpacked_bytes: u64,
    /// So many times larger than packed may one entry be, above a mebibyte.
    pub ratio: u64,
    /// Entries of all archives together.
    pub entries: u64,
    /// Files in files in files.
    pub depth: u8,
    /// Elements in elements, objects in objects.
    pub nesting: u32,
    /// Steps: about one for each byte that is read or element that is met. Never more than these,
    pub steps: u64,
    /// and no more than so many whatever the file's length,
    pub first_steps: u64,
    /// with so many for each of its bytes: a small file that asks for much work is hostile.
    pub steps_per_byte: u64,
    /// Findings that are kept of one file; of more, their number.
    pub findings: usize,
}

impl Default for Limits {
    /// A workbook of some hundred mebibytes passes, a bomb does not.
    fn default() -> Self {
        Self {
            file_bytes: 512 << 20,
            unpacked_bytes: 2 << 30,
            ratio: 1_000,
            entries: 20_000,
            depth: 3,
            nesting: 512,
            steps: 20_000_000_000,
            first_steps: 1_000_000_000,
            steps_per_byte: 1_000,
            findings: 1_000,
        }
    }
}

/// What is left of the limits.
#[derive(Debug)]
pub(crate) struct Budget {
    pub(crate) limits: Limits,
    steps: Cell<u64>,
    unpacked: Cell<u64>,
    entries: Cell<u64>,
}

impl Budget {
    /// For a file of so many bytes.
    pub(crate) fn new(limits: Limits, bytes: usize) -> Self {
        let by_length = limits.steps_per_byte.saturating_mul(bytes as u64).saturating_add(limits.first_steps);
        Self {
            steps: Cell::new(by_length.min(limits.steps)),
            unpacked: Cell::new(limits.unpacked_bytes),
            entries: Cell::new(limits.entries),
            limits,
        }
    }

    /// Takes steps off.
    ///
    /// # Errors
    /// When the file has had all that it may cost.
    pub(crate) fn spend(&self, steps: u64) -> Result<(), Uninspectable> {
        take(&self.steps, steps, "it takes too much work to read")
    }

    /// Takes bytes off that were unpacked, or are about to be.
    ///
    /// # Errors
    /// When the file has had all that it may hold.
    pub(crate) fn unpack(&self, bytes: u64) -> Result<(), Uninspectable> {
        take(&self.unpacked, bytes, "it unpacks to too many bytes")
    }

    /// Takes entries of an archive off.
    ///
    /// # Errors
    /// When the file has had all that it may have.
    pub(crate) fn enter(&self, entries: u64) -> Result<(), Uninspectable> {
        take(&self.entries, entries, "it has too many entries")
    }
}

fn take(left: &Cell<u64>, amount: u64, otherwise: &str) -> Result<(), Uninspectable> {
    let rest = left.get().checked_sub(amount).ok_or_else(|| Uninspectable::new(otherwise))?;
    left.set(rest);
    Ok(())
}

/// Why a file, or a part of it, cannot be looked into. It is a finding, never a pass.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Uninspectable {
    /// What stands in the way: "it is encrypted". Never a value of the file.
    pub reason: String,
}

impl Uninspectable {
    /// With this reason, which goes on from "it cannot be looked into: ".
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}
