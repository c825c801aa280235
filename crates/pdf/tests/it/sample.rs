//! Outlines made by hand: a response about parking, and tables that are hard to print.

use candour_model::outline::{Block, ChartBlock, HeadCell, Outline, Scope, TableBlock, TableRow};
use candour_wording::Language;
use jiff::civil::date;

/// A response with every kind of block, in a look that a reader would meet.
pub(crate) fn release() -> Outline {
    outline(vec![
        heading(1, "top", "Parking penalties by ward and year"),
        Block::Facts(vec![
            ("Reference".into(), "FOI 2026/0417".into()),
            ("Date of this response".into(), "3 August 2026".into()),
            ("Outcome".into(), "Disclosed in part".into()),
        ]),
        Block::Paragraph(
            "You asked on 6 July 2026 how many penalty charge notices were issued in each ward, by reason, from 2023 to 2025. We hold \
             this information. Some figures are withheld because they could identify people; the reason stands below."
                .into(),
        ),
        Block::Links(vec![
            ("answer".into(), "The answer".into()),
            ("table-1".into(), "Table 1: Penalty charge notices by ward and year".into()),
            ("chart-1".into(), "Chart 1: Penalty charge notices by year".into()),
            ("rights".into(), "Your rights".into()),
        ]),
        heading(2, "answer", "The answer"),
        Block::Paragraph("In 2025 the council issued 12,480 penalty charge notices, 310 fewer than in 2024.".into()),
        Block::Table(by_ward()),
        Block::Chart(chart()),
        heading(2, "withheld", "What is withheld, and why"),
        Block::Paragraph(
            "Figures marked [c] are withheld under section 40(2) of the Freedom of Information Act 2000: fewer than five people stand \
             behind each, and neighbours could tell who they are."
                .into(),
        ),
        heading(3, "notes", "Notes on the data"),
        Block::Bullets(vec![
            "A notice is counted in the year in which it was issued, whatever became of it.".into(),
            "Wards are those of May 2022. Tŷ Ddewi and Pwll-y-ŵydd are shown under their Welsh names.".into(),
            "Fines are given in pounds: £70 – “higher level” – or £50.".into(),
        ]),
        heading(2, "rights", "Your rights"),
        Block::Paragraph(
            "If you are not content with this response, you may ask for an internal review within 40 working days. If you are still not \
             content, you may complain to the Information Commissioner at https://ico.org.uk/make-a-complaint/foi-and-eir-complaints/foi-and-eir-complaints/."
                .into(),
        ),
    ])
}

/// Text that would be something else if it were read as the template's own language.
pub(crate) fn markup() -> Outline {
    let texts = MARKUP.map(|text| Block::Paragraph(text.into()));
    outline([heading(1, "top", "Parking penalties")].into_iter().chain(texts).collect())
}

pub(crate) const MARKUP: [&str; 4] = [
    "#read(\"/etc/passwd\")",
    "*bold* _lean_ `code` $x^2$ <top> @top",
    "= Heading",
    "// not a comment \\u{41} ~ --- ... \"straight\"",
];

/// One table with a column for each of so many months, and a heading that spans each dozen.
pub(crate) fn wide(columns: usize) -> Outline {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let years = (0..columns).step_by(12).map(|start| {
        let across = (columns - start).min(12);
        head(&format!("{}", 2024 + start / 12), across, 1, Scope::Columns)
    });
    let first = std::iter::once(head("Ward", 1, 2, Scope::Column)).chain(years).collect();
    let second = (0..columns).map(|at| head(months[at % 12], 1, 1, Scope::Column)).collect();
    let rows = (0..9).map(|ward| TableRow {
        is_total: ward == 8,
        headings: vec![head(if ward == 8 { "All wards" } else { WARDS[ward] }, 1, 1, Scope::Row)],
        figures: (0..columns).map(|at| grouped(1_000 + ward * 97 + at * 13)).collect(),
    });
    let table = TableBlock {
        id: "table-1".into(),
        caption: "Table 1: Penalty charge notices by ward and month".into(),
        notes: Vec::new(),
        elsewhere: ELSEWHERE.into(),
        head: vec![first, second],
        groups: vec![rows.collect()],
    };
    outline(vec![
        heading(1, "top", "Parking penalties by month"),
        Block::Paragraph("The table has a page that lies on its side.".into()),
        heading(2, "months", "By month"),
        Block::Table(table),
        heading(2, "after", "Afterwards"),
        Block::Paragraph("This page stands upright again.".into()),
    ])
}

/// One table of so many rows, in groups of ten that share a heading.
pub(crate) fn long(rows: usize) -> Outline {
    outline(vec![heading(1, "top", "Parking penalties by street"), Block::Table(long_table(rows))])
}

pub(crate) fn long_table(rows: usize) -> TableBlock {
    let row = |at: usize| {
        let street = head(&format!("Street {at:04}"), 1, 1, Scope::Row);
        let ward = head(WARDS[at / 10 % WARDS.len()], 1, (rows - at).min(10), Scope::Rows);
        TableRow {
            is_total: false,
            headings: if at.is_multiple_of(10) { vec![ward, street] } else { vec![street] },
            figures: vec![grouped(at * 7), grouped(at * 11), "[c]".into(), format!("{}.{}", at % 100, at % 10)],
        }
    };
    let all: Vec<TableRow> = (0..rows).map(row).collect();
    let heads = ["Ward", "Street", "2023", "2024", "2025", "Share (%)"];
    TableBlock {
        id: "table-1".into(),
        caption: "Table 1: Penalty charge notices by street".into(),
        notes: vec!["[c] means that the figure is withheld.".into()],
        elsewhere: ELSEWHERE.into(),
        head: vec![heads.iter().map(|text| head(text, 1, 1, Scope::Column)).collect()],
        groups: all.chunks(10).map(<[TableRow]>::to_vec).collect(),
    }
}

pub(crate) const ELSEWHERE: &str =
    "This table is too large to print. It stands in the file table-1.csv and in the workbook.";
const WARDS: [&str; 8] =
    ["Abbey", "Castle", "Eastgate", "Hill and Vale", "Market", "Pwll-y-ŵydd", "St Mary’s and Docks", "Tŷ Ddewi"];

pub(crate) fn outline(blocks: Vec<Block>) -> Outline {
    Outline {
        language: Language::ENGLISH,
        other_pages: Vec::new(),
        title: "Parking penalties by ward and year".into(),
        author: "Abbeyshire County Council".into(),
        date: date(2026, 8, 3),
        marking: Some("OFFICIAL".into()),
        blocks,
    }
}

pub(crate) fn heading(level: u8, id: &str, text: &str) -> Block {
    Block::Heading { level, id: id.into(), text: text.into() }
}

pub(crate) fn head(text: &str, across: usize, down: usize, scope: Scope) -> HeadCell {
    HeadCell { text: text.into(), across, down, scope }
}

pub(crate) fn by_ward() -> TableBlock {
    let reasons = ["No permit", "Overstayed", "Both reasons"];
    let group = |ward: usize| {
        (0..3).map(move |reason| {
            let name = head(reasons[reason], 1, 1, Scope::Row);
            let ward_head = head(if ward == 3 { "All wards" } else { WARDS[ward + 4] }, 1, 3, Scope::Rows);
            let figure = |year: usize| grouped(if reason == 2 { 3 } else { 1 + reason } * (ward + 1) * 613 + year * 41);
            TableRow {
                is_total: reason == 2,
                headings: if reason == 0 { vec![ward_head, name] } else { vec![name] },
                figures: vec![
                    figure(0),
                    if ward == 1 && reason == 0 { "[c]".into() } else { figure(1) },
                    figure(2),
                    "−3.1".into(),
                ],
            }
        })
    };
    TableBlock {
        id: "table-1".into(),
        caption: "Table 1: Penalty charge notices by ward, reason and year, 2023 to 2025".into(),
        notes: vec![
            "[c] means that the figure is withheld because it could identify people.".into(),
            "Change is from 2024 to 2025, as a percentage of 2024.".into(),
        ],
        elsewhere: ELSEWHERE.into(),
        head: vec![
            vec![
                head("Ward", 1, 2, Scope::Column),
                head("Reason", 1, 2, Scope::Column),
                head("Year of issue", 3, 1, Scope::Columns),
                head("Change (%)", 1, 2, Scope::Column),
            ],
            ["2023", "2024", "2025"].iter().map(|year| head(year, 1, 1, Scope::Column)).collect(),
        ],
        groups: (0..4).map(|ward| group(ward).collect()).collect(),
    }
}

pub(crate) fn chart() -> ChartBlock {
    let bar = |at: usize| {
        let (year, value) = (2023 + at, 11_900 + at * 290);
        let height = value / 70;
        format!(
            r##"<rect x="{x}" y="{y}" width="90" height="{height}" fill="#1d5b8f"/><text x="{mid}" y="{label}" text-anchor="middle">{value}</text><text x="{mid}" y="218" text-anchor="middle">{year}</text>"##,
            x = 60 + at * 190,
            y = 200 - height,
            mid = 105 + at * 190,
            label = 194 - height,
        )
    };
    let bars: String = (0..3).map(bar).collect();
    ChartBlock {
        id: "chart-1".into(),
        caption: "Chart 1: Penalty charge notices by year, 2023 to 2025".into(),
        description: "A bar chart: the number of notices rises in each year, from 11,900 in 2023 to 12,480 in 2025."
            .into(),
        svg: format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 225" width="600" height="225" font-family="sans-serif" font-size="14">{bars}<path d="M20 200H580" stroke="black"/></svg>"#
        ),
    }
}

/// A number with its thousands apart.
fn grouped(number: usize) -> String {
    if number < 1_000 { number.to_string() } else { format!("{},{:03}", grouped(number / 1_000), number % 1_000) }
}
