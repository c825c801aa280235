//! An outline with what is hard to tell apart or to spell.

use candour_model::outline::{Block, ChartBlock, Outline, Scope, TableBlock, TableRow};
use candour_wording::Language;

use crate::sample::{by_ward, chart, head, heading, long_table, outline};

/// Letters that share a glyph or are drawn as one, marks over letters, invisible places to break, quotes
/// and brackets in titles, addresses everywhere, empty cells, a chart with patterns, curves and dashes, a table that is too long. In Welsh.
pub(crate) fn odd() -> Outline {
    let table = TableBlock {
        caption: "Tabl 1: <figures> & (brackets".into(),
        notes: vec!["See https://example.org/a?b=1&c=2, and https://example.org/d.".into(), "Second note".into()],
        head: vec![vec![
            head("Ward", 1, 1, Scope::Column),
            head("Why", 1, 1, Scope::Column),
            head("", 1, 1, Scope::Column),
        ]],
        groups: vec![vec![
            TableRow {
                is_total: true,
                headings: vec![head("Over two columns", 2, 1, Scope::Row)],
                figures: vec!["[c]".into()],
            },
            TableRow {
                is_total: false,
                headings: vec![head("Ŵ “offices” and fifty-five", 1, 2, Scope::Rows), head("", 1, 1, Scope::Row)],
                figures: vec![String::new()],
            },
            TableRow {
                is_total: false,
                headings: vec![head("https://example.org/in-a-cell", 1, 1, Scope::Row)],
                figures: vec!["1\u{202f}234 £".into()],
            },
        ]],
        ..by_ward()
    };
    // The records of a list have no headings of their own.
    let record = |at: usize| TableRow {
        is_total: false,
        headings: Vec::new(),
        figures: vec![format!("{at} May"), "Castle Street".into(), String::new()],
    };
    let records = TableBlock {
        id: "records".into(),
        caption: "Rhestr 1: records".into(),
        notes: Vec::new(),
        head: vec![["Day", "Street", "Why"].map(|text| head(text, 1, 1, Scope::Column)).to_vec()],
        groups: vec![(1..60).map(record).collect()],
        ..by_ward()
    };
    let longer = TableBlock { id: "table-2".into(), caption: "Tabl 2: longer".into(), ..long_table(30) };
    let marks = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -2 304 154" width="304" height="154" font-family="Candour Sans, Arial, sans-serif">
<title>not drawn</title><desc>nor this</desc><rect x="-2" y="-2" width="304" height="154" fill="#ffffff"/>
<pattern id="p" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="#28a197"/><path d="M-2 2L2 -2M0 8L8 0M6 10L10 6" fill="none" stroke="#ffffff" stroke-width="1.5"/></pattern>
<rect x="20" y="20" width="100" height="16" fill="url(#p)" stroke="#28a197"/><rect x="20" y="40" width="80" height="16" fill="#12436d" stroke="#12436d"/>
<path d="M20 90L120 70L200 95" fill="none" stroke="#801650" stroke-width="2.5" stroke-linejoin="round" stroke-dasharray="6 3"/>
<path d="M-4 0A4 4 0 1 0 4 0A4 4 0 1 0 -4 0Z" transform="translate(120 70)" fill="#12436d"/><path d="M20 120L280 120" stroke="#cccccc"/>
<text x="20" y="140" font-size="13" fill="#0b0c0c">A &amp; B &lt; &#8220;C&#8221;</text><text x="150" y="32" font-size="14" fill="#0b0c0c" font-weight="bold">12,480</text></svg>"##;
    let odd = ChartBlock { description: "Siart: ‘dau’ fath (a\\b".into(), svg: marks.into(), ..chart() };
    Outline {
        language: Language::named("cy").unwrap(),
        title: "Teitl: <\"a\"> & (‘b’, c) \\ ŵ".into(),
        author: "Cyngor (Sir".into(),
        marking: None,
        blocks: vec![
            heading(1, "top", "Pennawd (un \u{a0}\u{200b}dau ŵ"),
            Block::Paragraph("e\u{301} w\u{302} x\u{302} é, soft\u{ad}hyphen zero\u{200b}width no\u{a0}break non\u{2011}breaking Ω \u{2126} µ μ − - – ½".into()),
            Block::Paragraph("two\r\nlines\tand  a tab; offset after effort, fifty-fifth: ff ft fft".into()),
            Block::Facts(vec![
                ("Cyfeirnod (hir iawn, mewn gwirionedd yn hir iawn)".into(), "https://example.org/x/".repeat(5)),
                ("Gwag".into(), String::new()),
            ]),
            Block::Links(["top", "table-1", "table-2", "chart-1", "deep(er"].iter().map(|id| ((*id).into(), format!("At {id}"))).collect()),
            heading(2, "below", "Is-bennawd"),
            heading(3, "deep(er", "Pellach"),
            Block::Table(table),
            Block::Chart(odd),
            Block::Table(longer),
            Block::Table(records),
            Block::Bullets(Vec::new()),
            Block::Links(Vec::new()),
            Block::Facts(Vec::new()),
            heading(2, "end", "Diwedd"),
            Block::Paragraph("A paragraph that fills lines with words. ".repeat(160) + "https://example.org/a-long-address/that-crosses-lines"),
            Block::Bullets(vec!["https://example.org/first".into(), String::new(), "x".repeat(200)]),
            Block::Paragraph(String::new()),
        ],
        ..outline(Vec::new())
    }
}
