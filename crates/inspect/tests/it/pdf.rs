//! PDF files made by hand.

use candour_inspect::format::pdf::{objects, visible_text};
use candour_inspect::{Limits, Severity, Verdict};
use proptest::prelude::*;

use crate::pdf_files::*;
use crate::{found, inspect};

#[test]
fn text_that_is_not_seen_is_found_and_its_twin_is_not() {
    let cover = "0 g 40 90 200 30 re f ";
    let image =
        stream("/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray", "x");
    let cases: &[(&str, String, &[&str])] = &[
        ("plain text", WORDS.into(), &[]),
        ("under a shape", format!("{WORDS}{cover}"), &["pdf-covered-text"]),
        ("on a shape", format!("0.9 g 40 90 200 30 re f 0 g {WORDS}"), &[]),
        ("black on black", format!("{cover}{WORDS}"), &["pdf-covered-text"]),
        ("white on black", format!("{cover} 1 g {WORDS}"), &[]),
        ("under a highlight", format!("{WORDS} /H gs 1 1 0 rg 40 90 200 30 re f"), &[]),
        ("under an unfilled shape", format!("{WORDS} 40 90 200 30 re S"), &[]),
        ("under a thick line", format!("{WORDS} 20 w 40 104 m 240 104 l S"), &["pdf-covered-text"]),
        (
            "under many thin lines",
            {
                let lines: String = (0..70).map(|x| format!("{} 90 m {} 120 l S ", 40 + 3 * x, 40 + 3 * x)).collect();
                format!("{WORDS} 3 w {lines}")
            },
            &["pdf-covered-text"],
        ),
        ("touched by a shape", format!("{WORDS} 40 108 200 30 re f"), &[]),
        ("under an image", format!("{WORDS} q 200 0 0 30 40 90 cm /X Do Q"), &["pdf-covered-text"]),
        ("white on white", format!("1 g {WORDS}"), &["pdf-invisible-text"]),
        ("without ink", format!("3 Tr {WORDS}"), &["pdf-invisible-text"]),
        ("without ink over a scan", format!("q 300 0 0 200 0 0 cm /X Do Q 3 Tr {WORDS}"), &["pdf-scanned-text"]),
        ("transparent", format!("/T gs {WORDS}"), &["pdf-invisible-text"]),
        ("clipped away", format!("0 0 10 10 re W n {WORDS}"), &["pdf-invisible-text"]),
        ("off the page", format!("1 0 0 1 900 0 cm {WORDS}"), &["pdf-invisible-text"]),
        ("tiny", format!("0.05 0 0 0.05 50 50 cm {WORDS}"), &["pdf-invisible-text"]),
        ("a shadow", format!("1 g {WORDS} 0 g {WORDS}"), &[]),
        ("replaced", format!("/Span << /ActualText (Other words) >> BDC {WORDS} EMC"), &["pdf-replaced-text"]),
        ("said the same", format!("/Span << /ActualText (Joan Smith lives) >> BDC {WORDS} EMC"), &[]),
    ];
    for (name, content, carriers) in cases {
        let report = inspect("a.pdf", &page(content, "", "", std::slice::from_ref(&image)));
        assert_eq!(found(&report, Severity::Review), *carriers, "{name}: {:?}", report.findings);
    }
}

#[test]
fn text_behind_a_mask_is_found_and_behind_one_that_lets_it_through_is_not() {
    // A page with a graphics state /M whose mask is object 6, of this kind and with this content.
    let masked = |kind: &str, mask: &str, content: &str| {
        let group = stream(
            "/Type /XObject /Subtype /Form /BBox [0 0 300 200] /Group << /S /Transparency /CS /DeviceGray >> /Resources << /Font << /F 5 0 R >> >>",
            mask,
        );
        let state = format!("/M << /SMask << /S /{kind} /G 6 0 R >> >>");
        inspect("a.pdf", &with_resources(content, "ExtGState", &state, &[group]))
    };
    let all = "1 g 0 0 300 200 re f";
    let cover = format!("{WORDS} /M gs 0 g 40 90 200 30 re f");
    let words = format!("/M gs {WORDS}");
    let cases: &[(&str, &str, &str, &str, &[&str])] = &[
        ("black", "Luminosity", "0 g 0 0 300 200 re f", &words, &["pdf-invisible-text"]),
        ("nothing", "Luminosity", "", &words, &["pdf-invisible-text"]),
        ("white", "Luminosity", all, &words, &[]),
        ("white elsewhere", "Luminosity", "1 g 0 0 300 80 re f", &words, &["pdf-invisible-text"]),
        ("no alpha", "Alpha", "", &words, &["pdf-invisible-text"]),
        ("alpha", "Alpha", "0 g 0 0 300 200 re f", &words, &[]),
        ("covered through white", "Luminosity", all, &cover, &["pdf-covered-text"]),
        ("covered through black", "Luminosity", "", &cover, &[]),
        ("covered through grey", "Luminosity", "0.5 g 0 0 300 200 re f", &cover, &[]),
        (
            "words in the mask",
            "Alpha",
            "BT /F 12 Tf 20 20 Td (Ann Jones) Tj ET",
            "/M gs 0 g 0 0 9 9 re f",
            &["pdf-invisible-text"],
        ),
    ];
    for (name, kind, mask, content, carriers) in cases {
        let report = masked(kind, mask, content);
        assert_eq!(found(&report, Severity::Review), *carriers, "{name}: {:?}", report.findings);
    }
    let inverse = "<< /S /Luminosity /G 6 0 R /TR << /FunctionType 2 /Domain [0 1] /N 1 /C0 [1] /C1 [0] >> >>";
    let group = stream("/Type /XObject /Subtype /Form /BBox [0 0 300 200]", "");
    let state = format!("/M << /SMask {inverse} >>");
    assert_eq!(inspect("a.pdf", &with_resources(&words, "ExtGState", &state, &[group])).verdict, Verdict::Pass);
}

#[test]
fn a_picture_that_is_not_seen_is_found_and_a_logo_on_a_clear_ground_is_not() {
    const SIDE: usize = 16;
    let hex = |pixel: &dyn Fn(usize, usize) -> u8| -> String {
        (0..SIDE * SIDE).map(|at| format!("{:02X}", pixel(at % SIDE, at / SIDE))).collect::<String>() + ">"
    };
    let image = |entries: &str, data: &str| {
        stream(
            &format!(
                "/Type /XObject /Subtype /Image /Width {SIDE} /Height {SIDE} /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /ASCIIHexDecode {entries}"
            ),
            data,
        )
    };
    let stripes = hex(&|x, _| if x % 2 == 0 { 0 } else { 255 });
    // The left half of it is stripes.
    let logo = hex(&|x, _| if x < 8 && x % 2 == 0 { 0 } else { 255 });
    let (all, left, right, none) = (
        hex(&|_, _| 255),
        hex(&|x, _| if x < 8 { 255 } else { 0 }),
        hex(&|x, _| if x < 8 { 0 } else { 255 }),
        hex(&|_, _| 0),
    );
    let draw = "q 100 0 0 100 20 50 cm /X Do Q";
    let soft = |picture: &str, mask: &str| [image("/SMask 7 0 R", picture), image("", mask)];
    let cases: &[(&str, [String; 2], String, &[&str])] = &[
        ("all seen", soft(&stripes, &all), draw.into(), &[]),
        ("a logo", soft(&logo, &left), draw.into(), &[]),
        ("a drawing beside what is seen", soft(&logo, &right), draw.into(), &["pdf-hidden-picture"]),
        ("half a drawing", soft(&stripes, &left), draw.into(), &["pdf-hidden-picture"]),
        ("none seen", soft(&stripes, &none), draw.into(), &["pdf-hidden-picture"]),
        ("a clear spacer", soft(&all, &none), draw.into(), &[]),
        ("transparent", [image("", &stripes), image("", &all)], format!("/T gs {draw}"), &["pdf-hidden-picture"]),
        (
            "left out by colour",
            [image("/Mask [0 255]", &stripes), image("", &all)],
            draw.into(),
            &["pdf-hidden-picture"],
        ),
        ("white left out", [image("/Mask [255 255]", &stripes), image("", &all)], draw.into(), &[]),
        (
            "over words, all of it",
            soft(&all, &all),
            format!("{WORDS} q 200 0 0 30 40 90 cm /X Do Q"),
            &["pdf-covered-text"],
        ),
        ("over words, clear", soft(&all, &none), format!("{WORDS} q 200 0 0 30 40 90 cm /X Do Q"), &[]),
    ];
    for (name, images, content, carriers) in cases {
        let [image, mask] = images;
        let mut content = content.clone();
        if !image.contains("SMask") {
            // What nothing leads to is a finding of its own.
            content.push_str(" q 1 0 0 1 0 0 cm /Y Do Q");
        }
        let report =
            inspect("a.pdf", &with_resources(&content, "XObject", "/X 6 0 R /Y 7 0 R", &[image.clone(), mask.clone()]));
        assert_eq!(found(&report, Severity::Review), *carriers, "{name}: {:?}", report.findings);
    }
    // Colours that run out beside what is seen, and those that were rounded where it is nearly clear, are no drawing.
    let run_out = hex(&|x, y| if (7..10).contains(&x) { (x * 90 + y * 70) as u8 } else { 0 });
    let column = hex(&|x, _| if x == 8 { 255 } else { 0 });
    let faint = hex(&|x, _| if x < 8 { 255 } else { 1 });
    for (picture, mask, told) in [(&run_out, &column, &[][..]), (&stripes, &faint, &["pdf-hidden-picture"])] {
        let report = inspect("a.pdf", &with_resources(draw, "XObject", "/X 6 0 R", &soft(picture, mask)));
        assert_eq!(report.verdict, Verdict::Pass);
        assert_eq!(found(&report, Severity::Info), told);
    }
    let blocked = inspect("a.pdf", &with_resources(draw, "XObject", "/X 6 0 R", &soft(&stripes, &none)));
    assert_eq!(blocked.verdict, Verdict::Block);
}

#[test]
fn patterns_cover_as_far_as_they_paint_and_their_words_are_on_the_page() {
    let tiled = |cell: &str, content: &str| {
        let pattern = stream(
            "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 60 20] /XStep 60 /YStep 20 /Resources << /Font << /F 5 0 R >> >>",
            cell,
        );
        inspect("a.pdf", &with_resources(content, "Pattern", "/P 6 0 R", &[pattern]))
    };
    let over = format!("{WORDS} /Pattern cs /P scn 40 90 200 30 re f");
    let all = "0 g 0 0 60 20 re f";
    let words = "BT /F 12 Tf 2 5 Td (Ann Jones) Tj ET";
    let fill = "/Pattern cs /P scn 0 0 300 200 re f";
    let hidden = format!("{words} 1 g 0 0 60 20 re f");
    let covered = format!("{fill} 0 g 0 0 300 200 re f");
    let part = "/Pattern cs /P scn 30 22 5 3 re f";
    let text = format!("/Pattern cs /P scn {WORDS}");
    let cases: &[(&str, &str, &str, &[&str])] = &[
        ("a full cell over words", all, &over, &["pdf-covered-text"]),
        ("a few lines over words", "0 g 0 0 60 2 re f", &over, &[]),
        ("an empty cell over words", "", &over, &[]),
        ("words in the cell", words, fill, &[]),
        ("words covered in the cell", &hidden, fill, &["pdf-covered-text"]),
        ("words in the cell, covered", words, &covered, &["pdf-covered-text"]),
        ("words beside the part that is filled", words, part, &["pdf-invisible-text"]),
        ("a pattern that nothing is painted with", words, WORDS, &["pdf-invisible-text"]),
        ("words painted with a full cell", all, &text, &[]),
        ("words painted with an empty cell", "", &text, &["pdf-invisible-text"]),
    ];
    for (name, cell, content, carriers) in cases {
        let report = tiled(cell, content);
        assert_eq!(found(&report, Severity::Review), *carriers, "{name}: {:?}", report.findings);
    }
}

#[test]
fn drawings_that_no_page_paints_are_found_and_those_that_say_what_pages_say_are_not() {
    let cases = [
        ("Ann Jones died", "/X 6 0 R", "", &["pdf-invisible-text"][..]),
        ("Ann Jones died", "/X 6 0 R", "/X Do", &[]),
        ("Joan Smith", "/X 6 0 R", "", &[]),
        ("", "/X 6 0 R", "", &[]),
    ];
    for (text, resources, content, carriers) in cases {
        let form = stream(
            "/Type /XObject /Subtype /Form /BBox [0 0 300 200] /Resources << /Font << /F 5 0 R >> >>",
            &format!("BT /F 12 Tf 50 20 Td ({text}) Tj ET"),
        );
        let report = inspect("a.pdf", &with_resources(&format!("{WORDS}{content}"), "XObject", resources, &[form]));
        assert_eq!(found(&report, Severity::Review), carriers, "{text} {content}: {:?}", report.findings);
    }
}

#[test]
fn text_that_the_next_page_shows_is_not_hidden_by_the_end_of_this_one() {
    let two_pages = |first: &str, second: &str| {
        let page = |content: u32| {
            format!("<< /Type /Page /Parent 2 0 R /Contents {content} 0 R /Resources << /Font << /F 7 0 R >> >> >>")
        };
        file(
            &[
                "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
                "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 /MediaBox [0 0 300 200] >>".to_owned(),
                page(5),
                page(6),
                stream("", first),
                stream("", second),
                "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
            ],
            "",
        )
    };
    let below = format!("1 0 0 1 0 -150 cm {WORDS}");
    assert_eq!(inspect("a.pdf", &two_pages(&below, WORDS)).verdict, Verdict::Pass);
    assert_eq!(inspect("a.pdf", &two_pages(WORDS, &below)).verdict, Verdict::Pass);
    // Some letters lie on the edge, and are seen on both pages.
    let parts = "BT /F 12 Tf 50 100 Td (Joan) Tj 0 50 Td (12) Tj 0 -50 Td (Smith) Tj ET";
    assert_eq!(inspect("a.pdf", &two_pages(&format!("1 0 0 1 0 -120 cm {parts}"), parts)).verdict, Verdict::Pass);
    let more = parts.replace("(Joan)", "(Joan) Tj (Ann)");
    assert_eq!(inspect("a.pdf", &two_pages(&format!("1 0 0 1 0 -120 cm {parts}"), &more)).verdict, Verdict::Block);
    let other = "BT /F 12 Tf 50 100 Td (Joan lives, Smith) Tj ET";
    assert_eq!(inspect("a.pdf", &two_pages(&below, other)).verdict, Verdict::Block);
}

#[test]
fn parts_of_the_document_are_found() {
    let annotated = |entries: &str| format!("/Annots [<< /Type /Annot /Rect [0 0 9 9] {entries} >>]");
    let cases: &[(&str, String, &str, &[&str])] = &[
        ("comment", annotated("/Subtype /Text /Contents (who said so?)"), "", &["pdf-annotation"]),
        ("redaction", annotated("/Subtype /Redact"), "", &["pdf-redaction-not-applied"]),
        ("link", annotated("/Subtype /Link /A << /S /URI /URI (https://example.org/) >>"), "", &[]),
        (
            "link with a query",
            annotated("/Subtype /Link /A << /S /URI /URI (https://example.org/?who=me) >>"),
            "",
            &["pdf-link"],
        ),
        ("form value", annotated("/Subtype /Widget /FT /Tx /V (secret)"), "", &["pdf-form"]),
        ("script", String::new(), "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>", &["pdf-action"]),
        ("goes to a page", String::new(), "/OpenAction [3 0 R /Fit]", &[]),
        ("private data", "/PieceInfo << /App << /Private (x) >> >>".into(), "", &["pdf-private-data"]),
        ("thumbnail", "/Thumb 4 0 R".into(), "", &["pdf-thumbnail"]),
        ("XFA", String::new(), "/AcroForm << /XFA (x) >>", &["pdf-form"]),
        ("other images", "/Mine << /Alternates [] >>".into(), "", &["pdf-other-image"]),
        ("signature", String::new(), "/Perms << /DocMDP << /Type /Sig /Contents (x) >> >>", &["pdf-signature"]),
        (
            "a bookmark that no page says",
            String::new(),
            "/Outlines << /First << /Title (Ann Jones) /Next << /Title (Joan SMITH) >> >> >>",
            &["pdf-bookmark"],
        ),
        ("a bookmark", String::new(), "/Outlines << /First << /Title (Joan SMITH) >> >>", &[]),
        ("metadata of a part", "/Metadata 4 0 R".into(), "", &["pdf-metadata"]),
        ("a page that is not shown", String::new(), "/Mine 6 0 R", &["pdf-hidden-page"]),
    ];
    for (name, entries, catalogue, carriers) in cases {
        let hidden = carriers.contains(&"pdf-hidden-page");
        let filler = if hidden { "<< /Type /Page /Contents 4 0 R >>" } else { "<< >>" }.to_owned();
        let report = inspect("a.pdf", &page(WORDS, entries, catalogue, std::slice::from_ref(&filler)));
        assert_eq!(found(&report, Severity::Review), *carriers, "{name}: {:?}", report.findings);
    }
}

#[test]
fn texts_that_are_read_out_otherwise_than_painted_are_found_and_descriptions_are_not() {
    // The page's words are one element, its box another.
    let content = format!(
        "/P << /MCID 0 >> BDC {WORDS} EMC /Figure << /MCID 1 >> BDC 10 10 5 5 re f EMC /P << /MCID 2 >> BDC EMC"
    );
    let element = |kind: &str, entries: &str| {
        format!(
            "/StructTreeRoot << /RoleMap << /Chart /Figure >> /K << /S /Document /K [<< /S /{kind} /Pg 3 0 R {entries} >>] >> >>"
        )
    };
    let long = "a bar ".repeat(100);
    let cases: &[(&str, &str, String, Option<Severity>)] = &[
        ("said the same", "P", "/K 0 /ActualText (Joan Smith lives)".into(), None),
        ("said otherwise", "P", "/K 0 /ActualText (Ann Jones died)".into(), Some(Severity::Review)),
        (
            "said otherwise by a reference",
            "P",
            "/K << /Type /MCR /MCID 0 >> /ActualText (Joan)".into(),
            Some(Severity::Review),
        ),
        (
            "said otherwise of a part",
            "P",
            "/K [<< /S /Span /K [0] >>] /ActualText (Joan)".into(),
            Some(Severity::Review),
        ),
        ("said of nothing", "P", "/K 2 /ActualText (Ann Jones)".into(), Some(Severity::Review)),
        ("an abbreviation", "Span", "/K 0 /E (Ann Jones)".into(), Some(Severity::Review)),
        ("an abbreviation that the page explains", "Span", "/K 0 /E (Joan Smith)".into(), None),
        ("a picture described", "Figure", "/K 1 /Alt (A black box)".into(), Some(Severity::Info)),
        ("a chart described", "Chart", "/K 1 /Alt (A black box)".into(), Some(Severity::Info)),
        ("a picture described at length", "Figure", format!("/K 1 /Alt ({long})"), Some(Severity::Review)),
        ("the path of a picture", "Figure", "/K 1 /Alt (C:\\\\Users\\\\joan\\\\a.png)".into(), Some(Severity::Review)),
        ("no picture described", "Figure", "/K 2 /Alt (A black box)".into(), Some(Severity::Review)),
        ("text described", "P", "/K 0 /Alt (Ann Jones)".into(), Some(Severity::Review)),
        ("text described by itself", "P", "/K 0 /Alt (Joan Smith)".into(), None),
        ("a table's summary", "Table", "/K 0 /A << /O /Table /Summary (One row) >>".into(), Some(Severity::Info)),
        ("a title", "P", "/K 0 /T (Ann Jones)".into(), Some(Severity::Review)),
        ("a title that a program gives", "P", "/K 0 /T (Table 2)".into(), None),
    ];
    for (name, kind, entries, severity) in cases {
        let report = inspect("a.pdf", &page(&content, "", &element(kind, entries), &[]));
        let told: Vec<Severity> = report
            .findings
            .iter()
            .filter(|found| found.carrier.id == "pdf-replaced-text")
            .map(|found| found.severity)
            .collect();
        assert_eq!(told, severity.iter().copied().collect::<Vec<_>>(), "{name}: {:?}", report.findings);
        assert!(
            found(&report, Severity::Review).iter().all(|id| *id == "pdf-replaced-text"),
            "{name}: {:?}",
            report.findings
        );
    }
    // Typst says a picture's description in its content too.
    let twice = content.replace("/Figure << /MCID 1 >>", "/Span << /MCID 1 /Alt (A black box) >>");
    for (kind, carriers) in [("Figure", &[][..]), ("P", &["pdf-replaced-text"])] {
        let report = inspect("a.pdf", &page(&twice, "", &element(kind, "/K 1"), &[]));
        assert_eq!(found(&report, Severity::Review), carriers, "{kind}: {:?}", report.findings);
    }
    for (mark, carriers) in [
        ("/Span << /E (Ann Jones) >>", &["pdf-replaced-text"][..]),
        ("/Span << /E (Joan) >>", &[]),
        ("/Span << /Alt (Ann Jones) >>", &["pdf-replaced-text"]),
        ("/Figure << /Alt (Ann Jones) >>", &[]),
    ] {
        let report = inspect("a.pdf", &page(&format!("{mark} BDC {WORDS} EMC"), "", "", &[]));
        assert_eq!(found(&report, Severity::Review), carriers, "{mark}: {:?}", report.findings);
    }
    let nothing = format!("{WORDS} /Span << /ActualText (Ann Jones) >> BDC EMC");
    assert_eq!(found(&inspect("a.pdf", &page(&nothing, "", "", &[])), Severity::Review), ["pdf-replaced-text"]);
}

#[test]
fn names_that_say_what_no_page_says_are_found_and_those_that_programs_make_are_not() {
    let cases: &[(&str, &[&str])] = &[
        ("/Dests << /section.1 [3 0 R /Fit] /cite.smith2010 [3 0 R /Fit] >>", &[]),
        ("/Dests << /Ann#20Jones [3 0 R /Fit] >>", &["pdf-name"]),
        ("/Names << /Dests << /Names [(_Toc4711) [3 0 R /Fit] (Joan Smith) [3 0 R /Fit]] >> >>", &[]),
        ("/Names << /Dests << /Kids [<< /Names [(said by Ann) [3 0 R /Fit]] >>] >> >>", &["pdf-name"]),
        ("/Names << /JavaScript << /Names [(Ann Jones) << >>] >> >>", &["pdf-name"]),
    ];
    for (catalogue, carriers) in cases {
        let report = inspect("a.pdf", &page(WORDS, "", catalogue, &[]));
        assert_eq!(found(&report, Severity::Review), *carriers, "{catalogue}: {:?}", report.findings);
    }
}

#[test]
fn data_in_a_jpeg_2000_picture_are_found() {
    let picture = |more: &str| {
        let boxes = format!("\0\0\0\u{c}jP  \r\n\u{7}\n{more}");
        stream("/Type /XObject /Subtype /Image /Width 1 /Height 1 /Filter /JPXDecode", &boxes)
    };
    for (more, carriers) in [("\0\0\0\u{c}xml <x/>", &["image-metadata"][..]), ("\0\0\0\u{8}jp2c", &[])] {
        let report = inspect("a.pdf", &page(WORDS, "", "", &[picture(more)]));
        assert_eq!(found(&report, Severity::Review), carriers, "{:?}", report.findings);
    }
}

#[test]
fn a_layer_that_is_off_is_found_and_one_that_is_on_is_not() {
    let layer = "<< /Type /OCG /Name (notes) >>".to_owned();
    for (list, carriers) in [("OFF", &["pdf-layer-off"][..]), ("ON", &[])] {
        let catalogue = format!("/OCProperties << /OCGs [6 0 R] /D << /{list} [6 0 R] >> >>");
        let bytes = page(&format!("/OC /L BDC {WORDS} EMC"), "", &catalogue, std::slice::from_ref(&layer));
        assert_eq!(found(&inspect("a.pdf", &bytes), Severity::Review), carriers, "{list}");
        let image = stream("/Type /XObject /Subtype /Image /Width 1 /Height 1 /Filter /DCTDecode", "x");
        let content = format!("{WORDS} /OC /L BDC q 9 0 0 9 9 9 cm /X Do Q EMC");
        let mut bytes = page(&content, "", &catalogue.replace("6 0 R", "7 0 R"), &[image, layer.clone()]);
        let at = bytes.windows(8).position(|window| window == b"/L 6 0 R").unwrap();
        bytes[at + 3] = b'7';
        assert_eq!(found(&inspect("a.pdf", &bytes), Severity::Review), carriers, "{list}");
    }
}

#[test]
fn an_attached_file_is_inspected_in_turn() {
    let attached = stream("/Type /EmbeddedFile", "\u{0}no format at all");
    let catalogue =
        "/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /F (a.bin) /EF << /F 6 0 R >> >>] >> >>";
    let report = inspect("a.pdf", &page(WORDS, "", catalogue, &[attached]));
    assert_eq!(found(&report, Severity::Block), ["embedded-file", "uninspectable"]);
    assert_eq!(report.findings.last().and_then(|finding| finding.place.part.as_deref()), Some("a.bin"));
}

#[test]
fn bytes_and_objects_that_nothing_leads_to_are_found() {
    let clean = page(WORDS, "", "", &["<< >>".to_owned()]);
    let with = |edit: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = clean.clone();
        edit(&mut bytes);
        bytes
    };
    let at = |needle: &[u8]| clean.windows(needle.len()).position(|window| window == needle).unwrap();
    let cases: &[(&str, Vec<u8>, &[&str])] = &[
        ("clean", clean.clone(), &[]),
        ("after the end", with(&|bytes| bytes.extend_from_slice(b"Joan Smith lives here")), &["trailing-bytes"]),
        ("before the start", with(&|bytes| drop(bytes.splice(0..0, *b"Joan Smith lives here\n"))), &["leading-bytes"]),
        (
            "before the table",
            with(&|bytes| {
                let table = at(b"xref\n");
                bytes.splice(table - 1..table, *b"\nJoan Smith lives at number 12\n");
            }),
            &["pdf-broken-structure", "pdf-hidden-bytes"],
        ),
        (
            "a comment",
            with(&|bytes| {
                let table = at(b"xref\n");
                bytes.splice(table..table, *b"% Joan Smith lives at number 12\n");
                let said = bytes.windows(9).rposition(|window| window == b"startxref").unwrap() + 10;
                let number = (table + 32).to_string();
                bytes.splice(said..said + number.len(), number.bytes());
            }),
            &["pdf-file-comment"],
        ),
        (
            "an author",
            file(
                &["<< /Type /Catalog /Pages 2 0 R >>".to_owned(), "<< /Kids [] >>".to_owned()],
                "/Info << /Author (Joan Smith) >>",
            ),
            &["pdf-metadata"],
        ),
        (
            "left over",
            page(WORDS, "", "", &["<< >>".to_owned(), stream("", "Joan Smith")]),
            &["pdf-unreferenced-object"],
        ),
    ];
    for (name, bytes, carriers) in cases {
        let report = inspect("a.pdf", bytes);
        assert_eq!(found(&report, Severity::Review), *carriers, "{name}: {:?}", report.findings);
    }
}

#[test]
fn an_earlier_state_that_held_other_text_blocks() {
    let mut bytes = page(WORDS, "", "", &["<< >>".to_owned()]);
    let first = bytes.windows(5).rposition(|window| window == b"\nxref").unwrap() + 1;
    let object = bytes.len();
    bytes.extend(format!("4 0 obj\n{}\nendobj\n", stream("", "BT /F 12 Tf 50 100 Td (Nobody) Tj ET")).bytes());
    let table = bytes.len();
    bytes.extend(format!("xref\n4 1\n{object:010} 00000 n \ntrailer\n<< /Size 7 /Root 1 0 R /Prev {first} >>\nstartxref\n{table}\n%%EOF\n").bytes());
    let report = inspect("a.pdf", &bytes);
    assert_eq!(found(&report, Severity::Block), ["pdf-earlier-state"]);
    assert_eq!(visible_text(&bytes, Limits::default()).unwrap(), ["Nobody"]);
}

#[test]
fn an_encrypted_file_cannot_be_looked_into() {
    let bytes =
        file(&["<< /Type /Catalog /Pages 2 0 R >>".to_owned(), "<< /Kids [] >>".to_owned()], "/Encrypt << /V 4 >>");
    assert_eq!(inspect("a.pdf", &bytes).verdict, Verdict::Uninspectable);
}

#[test]
fn objects_are_told_with_their_bytes() {
    let bytes = page(WORDS, "", "", &["<< >>".to_owned()]);
    for object in objects(&bytes, Limits::default()).unwrap() {
        let text = String::from_utf8_lossy(&bytes[object.range.clone()]).into_owned();
        assert!(text.starts_with(&format!("{} 0 obj", object.id.number)) && text.ends_with("endobj"), "{text}");
        assert!(object.reached, "{text}");
    }
}

proptest! {
    #[test]
    fn changed_bytes_never_make_it_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12), cut in any::<prop::sample::Index>()) {
        let mut bytes = page(&format!("{WORDS} 0 g 40 90 200 30 re f 3 w 1 2 m 3 4 5 6 7 8 c S"), "/Annots [<< /Subtype /Text >>]", "", &["<< >>".to_owned()]);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        inspect("a.pdf", &bytes);
        inspect("a.pdf", &bytes[..cut.index(bytes.len())]);
    }
}
