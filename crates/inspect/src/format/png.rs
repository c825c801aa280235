//! PNG: every chunk, what follows the last one, and more image data than the picture has (ISO/IEC 15948).

use crate::carrier::{any, image};
use crate::inflate::inflate;
use crate::limits::Uninspectable;
use crate::report::{Place, many};
use crate::scan::Scan;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Does it start as a PNG?
pub(super) fn is(bytes: &[u8]) -> bool {
    bytes.starts_with(SIGNATURE)
}

/// Finds what is hidden in a PNG.
pub(super) fn read(scan: &mut Scan<'_>, bytes: &[u8]) -> Result<(), Uninspectable> {
    scan.budget().spend(bytes.len() as u64)?;
    let broken = || Uninspectable::new("its chunks do not follow each other");
    let (mut head, mut data) = (None, Vec::new());
    let mut at = SIGNATURE.len();
    loop {
        let start = at;
        let length =
            bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_be_bytes).ok_or_else(broken)?;
        let kind = bytes.get(at + 4..at + 8).ok_or_else(broken)?;
        let body = bytes.get(at + 8..at + 8 + length as usize).ok_or_else(broken)?;
        bytes.get(at + 8 + body.len()..at + 12 + body.len()).ok_or_else(broken)?;
        at += 12 + body.len();
        let place = Place::default().at_offset(start as u64);
        let size = body.len();
        match kind {
            b"IHDR" => head = Some(body),
            b"IDAT" => data.extend_from_slice(body),
            b"IEND" => break,
            b"tEXt" | b"zTXt" | b"iTXt" => {
                let key = body.split(|&byte| byte == 0).next().unwrap_or_default();
                if key == b"XML:com.adobe.xmp" {
                    super::jpeg::xmp(scan, body, place);
                } else {
                    let value = String::from_utf8_lossy(body).into_owned();
                    scan.find_as(
                        &image::COMMENT,
                        image::COMMENT.severity,
                        place,
                        format!("a text of {size} bytes"),
                        vec![value],
                    );
                }
            }
            b"eXIf" => super::jpeg::exif(scan, body, &place),
            b"tIME" => scan.find(&image::METADATA, place, "the time when the picture was changed"),
            b"acTL" | b"fcTL" | b"fdAT" => scan.find(&image::SURPLUS, place, "more pictures, shown one after another"),
            b"PLTE" | b"tRNS" | b"gAMA" | b"cHRM" | b"sRGB" | b"iCCP" | b"sBIT" | b"bKGD" | b"hIST" | b"pHYs"
            | b"sPLT" | b"cICP" | b"mDCV" | b"cLLI" => {}
            _ => scan.find(
                &image::METADATA,
                place,
                format!("{} in a chunk that is not known", many(size, "byte", "bytes")),
            ),
        }
    }
    let rest = bytes.len() - at;
    if rest > 0 {
        scan.find(
            &any::TRAILING_BYTES,
            Place::default().at_offset(at as u64),
            format!("{} after the picture", many(rest, "byte", "bytes")),
        );
    }
    let unpacked = inflate(scan.budget(), &data)?;
    let behind = data.len() - unpacked.consumed;
    if !unpacked.whole {
        return Err(Uninspectable::new("its image data are cut off"));
    }
    if behind > 0 {
        scan.find(
            &image::SURPLUS,
            Place::default(),
            format!("{} behind the end of the image data", many(behind, "byte", "bytes")),
        );
    }
    let needed = head.and_then(size).ok_or_else(broken)?;
    if unpacked.data.len() as u64 > needed {
        let more = unpacked.data.len() as u64 - needed;
        scan.find(
            &image::SURPLUS,
            Place::default(),
            format!("{} of image data more than the picture has", many(more, "byte", "bytes")),
        );
    }
    Ok(())
}

/// How many bytes the unpacked rows of a picture take, by its header.
fn size(head: &[u8]) -> Option<u64> {
    let whole = |at: usize| -> Option<u64> { Some(u32::from_be_bytes(head.get(at..at + 4)?.try_into().ok()?).into()) };
    let (width, height) = (whole(0)?, whole(4)?);
    let samples = match head.get(9)? {
        0 | 3 => 1,
        4 => 2,
        2 => 3,
        6 => 4,
        _ => return None,
    };
    let bits = samples * u64::from(*head.get(8)?);
    let rows = |width: u64, height: u64| {
        if width == 0 { 0 } else { height.saturating_mul(width.saturating_mul(bits).div_ceil(8).saturating_add(1)) }
    };
    if *head.get(12)? == 0 {
        return Some(rows(width, height));
    }
    // Seven passes (8.2): first column and row, and the steps between them.
    let passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
    let sum = |sum: u64, &(x, y, across, down): &(u64, u64, u64, u64)| {
        sum.saturating_add(rows(width.saturating_sub(x).div_ceil(across), height.saturating_sub(y).div_ceil(down)))
    };
    Some(passes.iter().fold(0, sum))
}
