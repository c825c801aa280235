//! JPEG and PNG files made by hand.

use candour_inspect::{Severity, Verdict};
use proptest::prelude::*;

use crate::image_files::*;
use crate::{found, inspect};

#[test]
fn what_a_jpeg_holds_beside_its_picture_is_found() {
    let cases: &[(&str, Vec<u8>, &[&str])] = &[
        ("clean", jpeg(&[], &[]), &[]),
        ("colours", jpeg(&segment(0xE2, b"ICC_PROFILE\0"), &[]), &[]),
        ("comment", jpeg(&segment(0xFE, b"by Joan"), &[]), &["image-comment"]),
        ("position", jpeg(&segment(0xE1, &positioned()), &[]), &["image-metadata", "image-position"]),
        ("IPTC", jpeg(&segment(0xED, b"Photoshop 3.0\0"), &[]), &["image-metadata"]),
        ("XMP", jpeg(&segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"), &[]), &["image-metadata"]),
        (
            "XMP of a person",
            jpeg(
                &segment(
                    0xE1,
                    b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
                      <rdf:Description xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' photoshop:Credit='Joan'/></rdf:RDF></x:xmpmeta>",
                ),
                &[],
            ),
            &["image-metadata"],
        ),
        ("more pictures", jpeg(&segment(0xE2, b"MPF\0"), &[]), &["image-surplus"]),
        ("thumbnail", jpeg(&segment(0xE0, b"JFXX\0\x10"), &[]), &["image-thumbnail"]),
        ("behind", jpeg(&[], b"more"), &["trailing-bytes"]),
    ];
    for (name, bytes, carriers) in cases {
        assert_eq!(found(&inspect("a.jpg", bytes), Severity::Review), *carriers, "{name}");
    }
    assert_eq!(inspect("a.jpg", &jpeg(&[], &[])[..20]).verdict, Verdict::Uninspectable);
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
