//! What a piece of work takes, as the kernel counts it.

use std::fs;
use std::time::Instant;

use anyhow::Context as _;

/// A piece of work under way.
pub(crate) struct Span {
    processor: u64,
    wall: Instant,
}

impl Span {
    pub(crate) fn start() -> anyhow::Result<Self> {
        Ok(Self { processor: processor()?, wall: Instant::now() })
    }

    /// Processor and wall seconds since the start.
    pub(crate) fn end(self) -> anyhow::Result<(f64, f64)> {
        let wall = self.wall.elapsed().as_secs_f64();
        Ok(((processor()? - self.processor) as f64 / 1e9, wall))
    }
}

/// Nanoseconds that this thread had a processor; the engine uses no other.
fn processor() -> anyhow::Result<u64> {
    // The kernel adds up when a thread gives the processor away, and otherwise only every few milliseconds.
    std::thread::yield_now();
    let text = fs::read_to_string("/proc/thread-self/schedstat").context("the kernel counts no processor time")?;
    let nanoseconds = text.split_whitespace().next().context("the kernel counts no processor time")?;
    Ok(nanoseconds.parse()?)
}

/// The most memory that the process ever held, in KiB.
pub(crate) fn peak_kib() -> anyhow::Result<u64> {
    let status = fs::read_to_string("/proc/self/status").context("the kernel tells no memory")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("the kernel tells no memory")?;
    let number = line.split_whitespace().next().context("the kernel tells no memory")?;
    Ok(number.parse()?)
}
