//! JPEG and PNG files made by hand.

use candour_inspect::{Severity, Verdict};
use proptest::prelude::*;

use crate::{found, inspect};

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u16 + 2).to_be_bytes();
    [&[0xFF, marker], &length[..], body].concat()
}

/// A JPEG with this segment more, and these bytes behind it.
fn jpeg(more: &[u8], behind: &[u8]) -> Vec<u8> {
    let head = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    let scan = [segment(0xDA, &[1, 1, 0, 0, 63, 0]), vec![1, 2, 0xFF, 0, 3]].concat();
    [&[0xFF, 0xD8], &head[..], more, &scan, &[0xFF, 0xD9], behind].concat()
}

/// Exif with a directory of positions that has a latitude.
fn positioned() -> Vec<u8> {
    let mut tiff = b"Exif\0\0II*\0\x08\0\0\0".to_vec();
    tiff.extend_from_slice(&[1, 0, 0x25, 0x88, 4, 0, 1, 0, 0, 0, 26, 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend_from_slice(&[1, 0, 2, 0, 5, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    tiff
}

#[test]
fn what_a_jpeg_holds_beside_its_picture_is_found() {
    let cases: &[(&str, Vec<u8>, &[&str])] = &[
        ("clean", jpeg(&[], &[]), &[]),
        ("colours", jpeg(&segment(0xE2, b"ICC_PROFILE\0"), &[]), &[]),
        ("comment", jpeg(&segment(0xFE, b"by Joan"), &[]), &["image-comment"]),
        ("position", jpeg(&segment(0xE1, &positioned()), &[]), &["image-metadata", "image-position"]),
        ("IPTC", jpeg(&segment(0xED, b"Photoshop 3.0\0"), &[]), &["image-metadata"]),
        ("XMP", jpeg(&segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"), &[]), &["image-metadata"]),
        ("more pictures", jpeg(&segment(0xE2, b"MPF\0"), &[]), &["image-surplus"]),
        ("behind", jpeg(&[], b"more"), &["trailing-bytes"]),
    ];
    for (name, bytes, carriers) in cases {
        assert_eq!(found(&inspect("a.jpg", bytes), Severity::Review), *carriers, "{name}");
    }
    assert_eq!(inspect("a.jpg", &jpeg(&[], &[])[..20]).verdict, Verdict::Uninspectable);
}

fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u32).to_be_bytes();
    // The checksum plays no part in what a chunk holds.
    [&length, &kind[..], body, &[0; 4]].concat()
}

/// A grey PNG of 2 x 2 with these rows, this chunk more, and these bytes behind.
fn png(rows: &[u8], more: &[u8], behind: &[u8]) -> Vec<u8> {
    let head = chunk(b"IHDR", &[0, 0, 0, 2, 0, 0, 0, 2, 8, 0, 0, 0, 0]);
    let data = chunk(b"IDAT", &miniz_oxide::deflate::compress_to_vec_zlib(rows, 6));
    [&b"\x89PNG\r\n\x1a\n"[..], &head, more, &data, &chunk(b"IEND", &[]), behind].concat()
}

#[test]
fn what_a_png_holds_beside_its_picture_is_found() {
    let rows = [0; 6];
    let cases: &[(&str, Vec<u8>, &[&str])] = &[
        ("clean", png(&rows, &[], &[]), &[]),
        ("text", png(&rows, &chunk(b"tEXt", b"Author\0Joan"), &[]), &["image-comment"]),
        ("time", png(&rows, &chunk(b"tIME", &[7; 7]), &[]), &["image-metadata"]),
        ("position", png(&rows, &chunk(b"eXIf", &positioned()[6..]), &[]), &["image-metadata", "image-position"]),
        ("unknown", png(&rows, &chunk(b"prVt", b"x"), &[]), &["image-metadata"]),
        ("behind", png(&rows, &[], b"x"), &["trailing-bytes"]),
        ("more rows", png(&[0; 60], &[], &[]), &["image-surplus"]),
    ];
    for (name, bytes, carriers) in cases {
        assert_eq!(found(&inspect("a.png", bytes), Severity::Review), *carriers, "{name}");
    }
}

proptest! {
    #[test]
    fn changed_bytes_never_make_it_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let files = [jpeg(&segment(0xE1, &positioned()), b"x"), png(&[0; 6], &chunk(b"eXIf", &positioned()[6..]), b"x")];
        for mut bytes in files {
            for (at, byte) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            inspect("a.bin", &bytes);
        }
    }
}
