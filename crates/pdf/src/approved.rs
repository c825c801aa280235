//! What a PDF must say: read from the outline alone, apart from the template and from what the compiler is given, so that a fault in either is met.

use std::collections::BTreeSet;

use candour_inspect::proof::NotProved;
use candour_inspect::proof::pdf::{Approved, Role, Said, Scope, Shipped, Target};
use candour_model::outline::{self, Block, ChartBlock, HeadCell, Outline, TableBlock};
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;

use crate::fit::fit;
use crate::font::Measure;
use crate::grid::Grid;
use crate::world::{BOLD, REGULAR};

/// Letters that the fonts draw as one where they meet (`liga` in `fonts/make.py`), with the numbers of those glyphs.
const JOINED: &[(&str, u16)] = &[("ff", 576), ("ft", 577), ("fft", 578)];

/// Proves that a PDF says what its outline does, word for word and part by part, and holds nothing else.
///
/// # Errors
/// With the first place where that is not so.
pub(crate) fn prove(outline: &Outline, bytes: &[u8], max_rows: usize, measure: &mut Measure) -> Result<(), NotProved> {
    let fonts = [("CandourSans-Regular", REGULAR), ("CandourSans-Bold", BOLD)].map(|(name, program)| Shipped {
        name,
        program,
        joined: JOINED,
    });
    let said = Words::of(outline, max_rows, measure).said(&outline.blocks);
    let date = outline.date;
    candour_inspect::proof::pdf::prove(
        bytes,
        &Approved {
            title: &outline.title,
            author: &outline.author,
            language: outline.language.tag(),
            date: (date.year(), date.month().unsigned_abs(), date.day().unsigned_abs()),
            marking: outline.marking.as_deref(),
            program: "Candour",
            fonts: &fonts,
            said,
        },
    )
}

/// What is said of an outline in its language.
struct Words {
    /// What a link to a heading is called, before its page.
    section: &'static str,
    page: &'static str,
    /// Whether each table of the outline is printed, by its id; the others are pointed at.
    printed: BTreeSet<String>,
}

impl Words {
    fn of(outline: &Outline, max_rows: usize, measure: &mut Measure) -> Self {
        let (section, page) = match outline.language.tag().split('-').next() {
            Some("cy") => ("Adran", "tudalen"),
            _ => ("Section", "page"),
        };
        Self { section, page, printed: printed(&outline.blocks, max_rows, measure) }
    }

    fn said(&self, blocks: &[Block]) -> Vec<Said> {
        let mut said = Vec::new();
        for block in blocks {
            match block {
                Block::Heading { level, id, text } => said.extend(named(Role::Heading(*level), id, words(text))),
                Block::Paragraph(text) => said.extend(within(Role::Paragraph, rich(text))),
                Block::Bullets(items) => said.extend(list(items.iter().map(|item| (words("•"), rich(item))))),
                Block::Facts(facts) => said.extend(list(facts.iter().map(|(name, value)| (words(name), rich(value))))),
                Block::Links(links) => {
                    let body = |(id, text): &(String, String)| within(Role::Link(self.target(blocks, id)), words(text));
                    said.extend(list(links.iter().map(|link| (words("•"), body(link)))));
                }
                Block::Table(table) if self.printed.contains(&table.id) => said.extend(printed_table(table)),
                Block::Table(table) => said.extend(pointer(table)),
                Block::Chart(chart) => said.extend(drawn(chart)),
            }
        }
        said
    }

    /// Where a link within the document leads, with what the compiler says of it.
    fn target(&self, blocks: &[Block], id: &str) -> Target {
        let to = blocks.iter().find(|block| match block {
            Block::Heading { id: known, .. } => known == id,
            Block::Table(table) => table.id == id,
            Block::Chart(chart) => chart.id == id,
            _ => false,
        });
        let what = match to {
            Some(Block::Heading { .. }) => format!("{}, ", self.section),
            // A picture has no name that could be said before the page.
            Some(Block::Chart(_)) => ", ".to_owned(),
            _ => String::new(),
        };
        Target::Inside { id: id.to_owned(), said: format!("{what}{} {{page}}", self.page) }
    }
}

/// The tables that are short and narrow enough to be printed. Whether a table is too wide is asked of what sets it: it is told whole or pointed at,
/// and both was approved.
fn printed(blocks: &[Block], max_rows: usize, measure: &mut Measure) -> BTreeSet<String> {
    blocks
        .iter()
        .filter_map(|block| if let Block::Table(table) = block { Some(table) } else { None })
        .filter(|table| table.rows() <= max_rows && Grid::new(table).is_ok_and(|grid| fit(&grid, measure).is_some()))
        .map(|table| table.id.clone())
        .collect()
}

fn open(role: Role, id: Option<&str>) -> Said {
    Said::Open { role, id: id.map(str::to_owned) }
}

fn within(role: Role, inner: Vec<Said>) -> Vec<Said> {
    std::iter::once(open(role, None)).chain(inner).chain([Said::Close]).collect()
}

fn named(role: Role, id: &str, inner: Vec<Said>) -> Vec<Said> {
    std::iter::once(open(role, Some(id))).chain(inner).chain([Said::Close]).collect()
}

fn words(text: &str) -> Vec<Said> {
    vec![Said::Text(text.to_owned())]
}

/// Text in which every web address is a link to itself.
fn rich(text: &str) -> Vec<Said> {
    const SCHEME: &str = "https://";
    let mut said = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(SCHEME) {
        let (before, from) = rest.split_at(start);
        let length = from
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&*+,;=%".contains(byte))
            .count();
        let address = from.split_at(length).0.trim_end_matches(|end| ".,;:!?".contains(end));
        if address.len() <= SCHEME.len() {
            break;
        }
        said.extend(words(before));
        said.extend(within(Role::Link(Target::Address(address.to_owned())), words(address)));
        rest = from.split_at(address.len()).1;
    }
    said.extend(words(rest));
    said
}

fn list(items: impl Iterator<Item = (Vec<Said>, Vec<Said>)>) -> Vec<Said> {
    let item = |(label, body)| within(Role::Item, [within(Role::Label, label), within(Role::Body, body)].concat());
    let items: Vec<Said> = items.flat_map(item).collect();
    // A list of nothing is not printed.
    if items.is_empty() { items } else { within(Role::List, items) }
}

fn printed_table(table: &TableBlock) -> Vec<Said> {
    let notes = table.notes.iter().flat_map(|note| rich(note));
    // Links lead to where the caption begins, which may be pages before the first row.
    let caption = named(Role::Caption, &table.id, words(&table.caption).into_iter().chain(notes).collect());
    let head = |cells: &Vec<HeadCell>| {
        within(Role::Row, cells.iter().flat_map(|cell| head_cell(cell, Scope::Column)).collect())
    };
    let row = |row: &outline::TableRow| {
        let figure = |text: &String| within(Role::Cell { across: 1, down: 1 }, words(text));
        let headings = row.headings.iter().flat_map(|cell| head_cell(cell, Scope::Row));
        within(Role::Row, headings.chain(row.figures.iter().flat_map(figure)).collect())
    };
    let rows = table.head.iter().flat_map(head).chain(table.groups.iter().flatten().flat_map(row)).collect();
    [caption, within(Role::Table, rows)].concat()
}

fn head_cell(cell: &HeadCell, scope: Scope) -> Vec<Said> {
    within(Role::HeadCell { scope, across: cell.across, down: cell.down }, words(&cell.text))
}

fn pointer(table: &TableBlock) -> Vec<Said> {
    [named(Role::Paragraph, &table.id, words(&table.caption)), within(Role::Paragraph, rich(&table.elsewhere))].concat()
}

fn drawn(chart: &ChartBlock) -> Vec<Said> {
    let caption = named(Role::Caption, &chart.id, words(&chart.caption));
    let figure = Role::Figure(chart.description.clone());
    [caption, within(figure, words(&drawn_text(&chart.svg)))].concat()
}

/// The text in a drawing, in its order: titles and descriptions are not drawn.
fn drawn_text(svg: &str) -> String {
    let mut reader = Reader::from_str(svg);
    let mut text = String::new();
    let mut depth = 0_usize;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) if depth > 0 || tag.local_name().as_ref() == "text" => depth += 1,
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Text(words)) if depth > 0 => text.push_str(&words),
            Ok(Event::GeneralRef(name)) if depth > 0 => match name.resolve_char_ref() {
                Ok(Some(letter)) => text.push(letter),
                _ => text.push_str(resolve_predefined_entity(&name).unwrap_or_default()),
            },
            // What cannot be read has been refused when it was set, so nothing of it is drawn.
            Ok(Event::Eof) | Err(_) => return text,
            Ok(_) => {}
        }
    }
}
