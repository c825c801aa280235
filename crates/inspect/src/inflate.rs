//! Deflated data unpacked within the limits, by the byte: where they end in what was given is told.

use std::ops::Range;

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

use crate::limits::{Budget, Uninspectable};

/// What is unpacked lies in a window of so many bytes, the next over the last.
pub(crate) const WINDOW: usize = 1 << 16;

/// Deflated data (RFC 1951) while they are unpacked, window by window. What that costs is for its user to count.
pub(crate) struct Inflater<'a> {
    packed: &'a [u8],
    consumed: usize,
    state: Box<DecompressorOxide>,
    flags: u32,
    window: Vec<u8>,
    end: usize,
}

/// How it goes on after a piece.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    More,
    End,
    /// It is broken, or breaks off.
    Broken,
}

impl<'a> Inflater<'a> {
    /// Data without a header, as archives have them.
    pub(crate) fn raw(packed: &'a [u8]) -> Self {
        Self { packed, consumed: 0, state: Box::default(), flags: 0, window: vec![0; WINDOW], end: 0 }
    }

    /// Data with a header and a checksum (RFC 1950).
    fn with_header(packed: &'a [u8]) -> Self {
        Self { flags: inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER, ..Self::raw(packed) }
    }

    /// Unpacks the next piece; tells where in the window it lies.
    pub(crate) fn step(&mut self) -> (Range<usize>, Next) {
        let rest = self.packed.get(self.consumed..).unwrap_or_default();
        let start = self.end % WINDOW;
        let (status, read, wrote) = decompress(&mut self.state, rest, &mut self.window, start, self.flags);
        self.consumed += read;
        self.end = start + wrote;
        let next = match status {
            TINFLStatus::Done => Next::End,
            TINFLStatus::HasMoreOutput => Next::More,
            _ => Next::Broken,
        };
        (start..self.end, next)
    }

    /// A piece of the window.
    pub(crate) fn piece(&self, range: Range<usize>) -> &[u8] {
        self.window.get(range).unwrap_or_default()
    }

    /// So many of the given bytes were read.
    pub(crate) fn consumed(&self) -> usize {
        self.consumed
    }
}

/// What was unpacked.
#[derive(Debug, Default)]
pub(crate) struct Unpacked {
    pub(crate) data: Vec<u8>,
    /// So many of the given bytes belong to it.
    pub(crate) consumed: usize,
    /// Did it end as it should? Else `data` is what could be had.
    pub(crate) whole: bool,
}

/// Unpacks deflated data with a header and a checksum (RFC 1950).
///
/// # Errors
/// When it unpacks to more than the limits allow: in all, or for so few bytes.
pub(crate) fn inflate(budget: &Budget, packed: &[u8]) -> Result<Unpacked, Uninspectable> {
    let most = (packed.len() as u64).saturating_mul(budget.limits.ratio).max(1 << 20);
    let mut inflater = Inflater::with_header(packed);
    let mut data = Vec::new();
    loop {
        let (range, next) = inflater.step();
        budget.unpack(range.len() as u64)?;
        data.extend_from_slice(inflater.piece(range));
        if next != Next::More {
            return Ok(Unpacked { data, consumed: inflater.consumed(), whole: next == Next::End });
        }
        if data.len() as u64 >= most {
            return Err(Uninspectable::new("a part of it unpacks to far more than it is packed"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    #[test]
    fn bytes_after_the_end_are_told() {
        let mut packed = miniz_oxide::deflate::compress_to_vec_zlib(b"a text, a text, a text", 6);
        let end = packed.len();
        packed.extend_from_slice(b"more");
        let unpacked = inflate(&Budget::new(Limits::default(), 0), &packed).unwrap();
        assert_eq!(
            (unpacked.data.as_slice(), unpacked.consumed, unpacked.whole),
            (&b"a text, a text, a text"[..], end, true)
        );
    }

    #[test]
    fn what_is_cut_off_is_not_whole() {
        let packed = miniz_oxide::deflate::compress_to_vec_zlib(&[7; 5_000], 6);
        let unpacked = inflate(&Budget::new(Limits::default(), 0), &packed[..packed.len() - 2]).unwrap();
        assert!(!unpacked.whole);
    }

    #[test]
    fn a_bomb_is_an_error() {
        let packed = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; 8 << 20], 9);
        let limits = Limits { ratio: 100, ..Limits::default() };
        assert!(inflate(&Budget::new(limits, 0), &packed).is_err());
    }
}
