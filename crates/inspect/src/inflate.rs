//! Deflated data unpacked within the limits, by the byte: where they end in what was given is told.

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

use crate::limits::{Budget, Uninspectable};

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
    let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF | inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER;
    let mut state = Box::<DecompressorOxide>::default();
    let mut unpacked =
        Unpacked { data: vec![0; packed.len().saturating_mul(2).clamp(64, 1 << 20)], ..Unpacked::default() };
    let mut written = 0;
    loop {
        let rest = packed.get(unpacked.consumed..).unwrap_or_default();
        let (status, read, wrote) = decompress(&mut state, rest, &mut unpacked.data, written, flags);
        unpacked.consumed += read;
        written += wrote;
        budget.unpack(wrote as u64)?;
        match status {
            TINFLStatus::Done => unpacked.whole = true,
            TINFLStatus::HasMoreOutput if written as u64 >= most => {
                return Err(Uninspectable::new("a part of it unpacks to far more than it is packed"));
            }
            TINFLStatus::HasMoreOutput => {
                unpacked.data.resize(unpacked.data.len().saturating_mul(2), 0);
                continue;
            }
            _ => {}
        }
        unpacked.data.truncate(written);
        return Ok(unpacked);
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
