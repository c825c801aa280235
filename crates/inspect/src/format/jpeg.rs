//! JPEG: every segment, and what follows the picture (ITU-T T.81, Annex B; Exif 2.32).

use crate::carrier::{any, image};
use crate::limits::Uninspectable;
use crate::report::{Place, many};
use crate::scan::Scan;

/// Does it start as a JPEG?
pub(super) fn is(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xFF, 0xD8, 0xFF])
}

/// Finds what is hidden in a JPEG.
pub(super) fn read(scan: &mut Scan<'_>, bytes: &[u8]) -> Result<(), Uninspectable> {
    scan.budget().spend(bytes.len() as u64)?;
    let broken = || Uninspectable::new("its segments do not follow each other");
    let mut at = 2;
    loop {
        let start = at;
        if bytes.get(at) != Some(&0xFF) {
            return Err(broken());
        }
        while bytes.get(at) == Some(&0xFF) {
            at += 1;
        }
        let marker = *bytes.get(at).ok_or_else(broken)?;
        at += 1;
        match marker {
            0xD9 => break,
            0x01 | 0xD0..=0xD7 => continue,
            0xD8 => return Err(broken()),
            _ => {}
        }
        let length = match bytes.get(at..at + 2) {
            Some(length) => usize::from(u16::from_be_bytes([length[0], length[1]])),
            None => return Err(broken()),
        };
        let body = bytes.get(at + 2..at + length.max(2)).ok_or_else(broken)?;
        at += length.max(2);
        segment(scan, marker, body, Place::default().at_offset(start as u64));
        if marker == 0xDA {
            // Coded data go on to a marker that is no stuffing and no restart.
            while at + 1 < bytes.len() && (bytes[at] != 0xFF || matches!(bytes[at + 1], 0 | 0xD0..=0xD7 | 0xFF)) {
                at += 1;
            }
        }
    }
    let rest = bytes.get(at..).unwrap_or_default();
    if rest.iter().any(|&byte| byte != 0) {
        scan.find(
            &any::TRAILING_BYTES,
            Place::default().at_offset(at as u64),
            format!("{} after the picture", many(rest.len(), "byte", "bytes")),
        );
    }
    Ok(())
}

fn segment(scan: &mut Scan<'_>, marker: u8, body: &[u8], place: Place) {
    let size = body.len();
    match (marker, body) {
        (0xE1, [b'E', b'x', b'i', b'f', 0, _, tiff @ ..]) => exif(scan, tiff, &place),
        (0xE1, _) if body.starts_with(b"http://ns.adobe.com/xmp/extension/") => {
            scan.find(&image::METADATA, place, format!("{} of extended XMP properties", many(size, "byte", "bytes")));
        }
        (0xE1, _) if body.starts_with(b"http://ns.adobe.com/xap/1.0/") => xmp(scan, body, place),
        (0xED, _) => scan.find(
            &image::METADATA,
            place,
            format!("{} of IPTC or Photoshop properties", many(size, "byte", "bytes")),
        ),
        (0xE2, _) if body.starts_with(b"MPF\0") => {
            scan.find(&image::SURPLUS, place, "an index of more pictures in the file")
        }
        (0xE2, _) if body.starts_with(b"ICC_PROFILE\0") => {}
        (0xE0, _) if body.starts_with(b"JFXX\0") => scan.find(&image::THUMBNAIL, place, "a small copy of the picture"),
        (0xE0, _) if body.starts_with(b"JFIF\0") && body.get(12..14).is_none_or(|size| size.contains(&0)) => {}
        (0xE0, _) if body.starts_with(b"JFIF\0") => {
            scan.find(&image::THUMBNAIL, place, "a small copy of the picture");
        }
        (0xEE, _) if body.starts_with(b"Adobe") && size <= 12 => {}
        (0xE0..=0xEF, _) => scan.find(
            &image::METADATA,
            place,
            format!("{} for a program in segment APP{}", many(size, "byte", "bytes"), marker - 0xE0),
        ),
        (0xFE, _) => {
            let text = String::from_utf8_lossy(body).into_owned();
            scan.find_as(
                &image::COMMENT,
                image::COMMENT.severity,
                place,
                format!("a comment of {size} bytes"),
                vec![text],
            );
        }
        _ => {}
    }
}

/// XMP properties, of a picture of any format.
pub(super) fn xmp(scan: &mut Scan<'_>, body: &[u8], place: Place) {
    let text = String::from_utf8_lossy(body);
    if text.contains("exif:GPSLatitude") || text.contains("exif:GPSLongitude") {
        scan.find(&image::POSITION, place.clone(), "a position in XMP properties");
    }
    scan.find(&image::METADATA, place, format!("{} of XMP properties", many(body.len(), "byte", "bytes")));
}

/// Exif properties, of a picture of any format.
pub(super) fn exif(scan: &mut Scan<'_>, tiff: &[u8], place: &Place) {
    let little = tiff.starts_with(b"II");
    let short = |at: usize| -> Option<u16> {
        let pair: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
    };
    let long = |at: usize| -> Option<usize> {
        let four: [u8; 4] = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) } as usize)
    };
    let mut open: Vec<usize> = long(4).into_iter().collect();
    let mut seen = Vec::new();
    let (mut tags, mut telling) = (0_usize, Vec::new());
    let (mut position, mut thumbnail) = (false, false);
    // A file has some five directories; more are a fault.
    while let Some(directory) = open.pop().filter(|_| seen.len() < 16) {
        if seen.contains(&directory) {
            continue;
        }
        seen.push(directory);
        let count = usize::from(short(directory).unwrap_or(0));
        for number in 0..count {
            let entry = directory + 2 + number * 12;
            let (Some(tag), Some(value)) = (short(entry), long(entry + 8)) else { break };
            tags += 1;
            match tag {
                0x8769 | 0xA005 => open.push(value),
                0x8825 => {
                    let fields = usize::from(short(value).unwrap_or(0));
                    position |= (0..fields).any(|field| matches!(short(value + 2 + field * 12), Some(2 | 4)));
                }
                0x0201 => thumbnail = true,
                0xA430 | 0xA431 | 0xA435 | 0xC62F => telling.push("a serial number or owner"),
                0x013B | 0x9C9D | 0x8298 => telling.push("an author"),
                0x927C => telling.push("a camera's private notes"),
                0x9286 | 0x010E | 0x9C9C => telling.push("a description or comment"),
                _ => {}
            }
        }
        open.extend(long(directory + 2 + count * 12).filter(|&next| next > 0));
    }
    telling.sort_unstable();
    telling.dedup();
    let what = if telling.is_empty() { String::new() } else { format!(", among them {}", telling.join(", ")) };
    scan.find(&image::METADATA, place.clone(), format!("{tags} Exif properties{what}"));
    if position {
        scan.find(&image::POSITION, place.clone(), "a position in Exif properties");
    }
    if thumbnail {
        scan.find(&image::THUMBNAIL, place.clone(), "a small copy of the picture in Exif properties");
    }
}
