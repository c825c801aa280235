//! What the PDF must be, as far as bytes can say; `cargo xtask test` has other programs read it too.

#[expect(clippy::unwrap_used, reason = "a helper of tests fails as they do")]
mod mutate;
#[expect(clippy::unwrap_used, reason = "a helper of tests fails as they do")]
mod odd;
#[expect(clippy::unwrap_used, reason = "a helper of tests fails as they do")]
mod proof;
mod sample;

use candour_model::outline::{Block, Outline, Scope};
use candour_pdf::{PdfError, Printer, write};
use proptest::prelude::*;
use sample::{head, heading, outline};

fn with_text(text: &str) -> Outline {
    outline(vec![
        heading(1, "top", text),
        Block::Paragraph(text.into()),
        Block::Bullets(vec![text.into()]),
        Block::Facts(vec![(text.into(), text.into())]),
        Block::Links(vec![("top".into(), text.into())]),
    ])
}

#[test]
fn the_same_outline_gives_the_same_bytes_from_every_thread() {
    let first = write(&sample::release()).unwrap();
    let printer = Printer::new().unwrap();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(|| printer.write(&sample::release()).unwrap())).collect();
        for thread in threads {
            assert!(thread.join().unwrap() == first);
        }
    });
    // Another document in between leaves nothing behind.
    printer.write(&with_text("Other")).unwrap();
    assert!(printer.write(&sample::release()).unwrap() == first);
}

#[test]
fn markup_is_text() {
    let texts = [
        "#panic()",
        "- item\n+ item\n/ term: what",
        "/* comment */ 'quotes' https://example.org/?a=1&b=<c>. http:// https://x",
        "Tŷ, gŵr, £5 – “so” ‘so’ [c] ≥ ½ €",
        "e\u{301} w\u{302}",
        "soft\u{ad}hyphen zero\u{200b}width no\u{a0}break",
        "two\r\nlines\tand a tab",
    ];
    let printer = Printer::new().unwrap();
    printer
        .write(&outline(vec![
            Block::Paragraph(String::new()),
            Block::Bullets(Vec::new()),
            Block::Facts(vec![(String::new(), String::new())]),
        ]))
        .unwrap();
    printer.write(&sample::markup()).unwrap();
    for text in texts.into_iter().chain(sample::MARKUP) {
        printer.write(&with_text(text)).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    }
}

#[test]
fn what_the_font_lacks_is_named_with_its_place() {
    for (text, code) in [
        ("\u{0}", "U+0000"),
        ("bell \u{7}", "U+0007"),
        ("中", "U+4E2D"),
        ("😀", "U+1F600"),
        ("שלום", "U+05E9"),
        ("\u{202e}12", "U+202E"),
    ] {
        match write(&outline(vec![heading(1, "top", "Title"), Block::Paragraph(text.into())])) {
            Err(PdfError::Glyph { code: found, place, .. }) => assert_eq!((&*found, &*place), (code, "a paragraph")),
            other => panic!("{text:?}: {:?}", other.map(|bytes| bytes.len())),
        }
    }
}

#[test]
fn an_outline_that_cannot_be_set_says_why() {
    let table = |change: fn(&mut candour_model::outline::TableBlock)| {
        let mut table = sample::by_ward();
        change(&mut table);
        outline(vec![heading(1, "top", "Title"), Block::Table(table)])
    };
    let mut undescribed = sample::chart();
    undescribed.description.clear();
    let cases = [
        (outline(vec![heading(2, "top", "Title")]), "the heading `Title` has level 2"),
        (outline(vec![heading(1, "a", "A"), heading(3, "b", "B")]), "the heading `B` has level 3"),
        (outline(vec![heading(1, "a", "A"), heading(2, "a", "B")]), "the id `a` is empty or stands twice"),
        (outline(vec![Block::Links(vec![("gone".into(), "Gone".into())])]), "the link `Gone` points at `gone`"),
        (outline(vec![Block::Chart(undescribed)]), "the chart `chart-1` has no description"),
        (outline(vec![heading(1, "top", " ")]), "a heading is empty"),
        (outline(vec![heading(1, "a", "A"), Block::Links(vec![("a".into(), String::new())])]), "a link is empty"),
        (Outline { title: " ".into(), ..outline(Vec::new()) }, "the title is empty"),
        (table(|table| table.head.clear()), "the table `table-1` has no headings"),
        (table(|table| drop(table.groups[0][1].figures.pop())), "the table `table-1` has rows"),
        (table(|table| table.groups[0][0].headings[0].down = 4), "the table `table-1` has rows"),
        (table(|table| table.groups[0][0].headings[0].across = 0), "the table `table-1` has rows"),
        (table(|table| table.head[0][0] = head("Ward", 1, 9, Scope::Column)), "the table `table-1` has rows"),
    ];
    for (outline, expected) in cases {
        let error = write(&outline).expect_err(expected).to_string();
        assert!(error.starts_with(expected), "{error:?} is not {expected:?}");
    }
}

#[test]
fn a_chart_cannot_read_a_file() {
    let mut chart = sample::chart();
    chart.svg = r#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="/etc/hostname" width="9" height="9"/></svg>"#.into();
    let result = write(&outline(vec![heading(1, "top", "Title"), Block::Chart(chart)]));
    assert!(matches!(result, Err(PdfError::Compiler(_))), "{:?}", result.map(|bytes| bytes.len()));
}

#[test]
fn a_table_of_too_many_rows_or_columns_is_pointed_at() {
    let printer = Printer::new().unwrap().with_max_rows(20);
    let short = printer.write(&sample::long(20)).unwrap();
    let long = printer.write(&sample::long(21)).unwrap();
    let mut wide = sample::wide(200);
    let ids = wide.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some((table.id.clone(), table.caption.clone())),
        _ => None,
    });
    // A link leads to what stands in its place.
    let links = Block::Links(ids.collect());
    wide.blocks.insert(1, links);
    let wide = printer.write(&wide).unwrap();
    // The pointer has no table; a structure element of a table has the type Table.
    assert!(holds(&short, b"/S/Table") && !holds(&long, b"/S/Table") && !holds(&wide, b"/S/Table"));
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any text is set or refused for a letter that the font lacks: none reaches the compiler as something else.
    #[test]
    fn any_text_is_set_or_refused(texts in prop::collection::vec("[ -~\u{a0}-\u{17f}\n#*_$<>@\\[\\]{}\\\\\"]{0,60}", 8), other in any::<String>()) {
        let printer = Printer::new().unwrap();
        let blocks = std::iter::once(heading(1, "top", "Title")).chain(texts.iter().cloned().map(Block::Paragraph));
        prop_assert!(printer.write(&outline(blocks.collect())).is_ok() || texts.iter().any(|text| text.chars().any(char::is_control)));
        match printer.write(&outline(vec![heading(1, "top", "Title"), Block::Paragraph(other)])) {
            Ok(_) | Err(PdfError::Glyph { .. }) => {}
            Err(error) => prop_assert!(false, "{}", error),
        }
    }
}
