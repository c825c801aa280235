//! An outline as the values that the template reads.

use candour_model::outline::{Block, ChartBlock, Outline, TableBlock};
use typst::foundations::{Array, Datetime, Dict, IntoValue as _, Value, array, dict};

use crate::PdfError;
use crate::check::fault;
use crate::fit::{Fit, fit};
use crate::font::{Measure, is_break};
use crate::grid::{Grid, Placed};

/// A block and whether it stands on a page that lies on its side.
struct Laid {
    is_sideways: bool,
    value: Dict,
}

/// What the template knows as `sys.inputs`.
pub(crate) fn of(outline: &Outline, measure: &mut Measure, max_rows: usize) -> Result<Dict, PdfError> {
    let tag = outline.language.tag();
    let (language, region) = tag.split_once('-').map_or((tag, None), |(language, region)| (language, Some(region)));
    let date = outline.date;
    let date = Datetime::from_ymd(i32::from(date.year()), date.month().unsigned_abs(), date.day().unsigned_abs());
    let laid: Vec<Laid> = outline.blocks.iter().map(|block| lay(block, measure, max_rows)).collect::<Result<_, _>>()?;
    Ok(dict! {
        "outline" => dict! {
            "title" => text(&outline.title),
            "author" => text(&outline.author),
            "date" => date.ok_or_else(|| fault("the date", "is not a day"))?,
            "language" => language,
            "region" => region.map_or(Value::None, |region| region.into_value()),
            "marking" => outline.marking.as_deref().map_or(Value::None, |marking| text(marking).into_value()),
            "sections" => sections(&outline.blocks, laid),
        },
    })
}

/// Runs of blocks on pages of one kind. Headings go with what they are the heading of.
fn sections(blocks: &[Block], laid: Vec<Laid>) -> Array {
    let mut runs: Vec<(bool, Vec<Dict>)> = Vec::new();
    let mut below = false;
    for (block, laid) in blocks.iter().zip(laid).rev() {
        let is_sideways = if matches!(block, Block::Heading { level: 2.., .. }) { below } else { laid.is_sideways };
        below = is_sideways;
        match runs.last_mut() {
            Some((kind, run)) if *kind == is_sideways => run.push(laid.value),
            _ => runs.push((is_sideways, vec![laid.value])),
        }
    }
    let section = |(is_sideways, run): (bool, Vec<Dict>)| {
        let blocks: Array = run.into_iter().rev().map(|block| block.into_value()).collect();
        dict! { "landscape" => is_sideways, "blocks" => blocks }.into_value()
    };
    runs.into_iter().rev().map(section).collect()
}

fn lay(block: &Block, measure: &mut Measure, max_rows: usize) -> Result<Laid, PdfError> {
    let value = match block {
        Block::Heading { level, id, text } => dict! {
            "kind" => "heading", "level" => i64::from(*level), "id" => id.as_str(), "text" => breakable(text, NARROW),
        },
        Block::Paragraph(words) => dict! { "kind" => "paragraph", "text" => rich(words) },
        Block::Bullets(items) => {
            let items: Array = items.iter().map(|item| rich(item).into_value()).collect();
            dict! { "kind" => "bullets", "items" => items }
        }
        Block::Facts(facts) => {
            let pair = |(name, value): &(String, String)| array![breakable(name, NARROW), rich(value)].into_value();
            dict! { "kind" => "facts", "items" => facts.iter().map(pair).collect::<Array>() }
        }
        Block::Links(links) => {
            let pair = |(id, words): &(String, String)| array![id.as_str(), breakable(words, WIDE)].into_value();
            dict! { "kind" => "links", "items" => links.iter().map(pair).collect::<Array>() }
        }
        Block::Table(table) => return lay_table(table, measure, max_rows),
        Block::Chart(chart) => of_chart(chart),
    };
    Ok(Laid { is_sideways: false, value })
}

fn lay_table(table: &TableBlock, measure: &mut Measure, max_rows: usize) -> Result<Laid, PdfError> {
    let grid = Grid::new(table)?;
    let fit = if table.rows() > max_rows { None } else { fit(&grid, measure) };
    Ok(match fit {
        Some(fit) => Laid { is_sideways: fit.is_sideways, value: of_table(table, &grid, &fit) },
        None => Laid { is_sideways: false, value: of_pointer(table) },
    })
}

fn of_table(table: &TableBlock, grid: &Grid<'_>, fit: &Fit) -> Dict {
    let notes: Array = table.notes.iter().map(|note| rich(note).into_value()).collect();
    dict! {
        "kind" => "table",
        "id" => table.id.as_str(),
        "caption" => breakable(&table.caption, WIDE),
        "notes" => notes,
        "size" => fit.size,
        "inset-x" => fit.inset,
        "widths" => fit.widths.iter().map(|width| width.into_value()).collect::<Array>(),
        "head" => grid.head.iter().map(of_cell).collect::<Array>(),
        "body" => grid.body.iter().map(of_cell).collect::<Array>(),
    }
}

fn of_cell(cell: &Placed<'_>) -> Value {
    dict! {
        "text" => text(cell.text), "x" => cell.x, "y" => cell.y, "across" => cell.across, "down" => cell.down,
        "stub" => cell.is_stub, "total" => cell.is_total, "closes" => cell.closes,
    }
    .into_value()
}

fn of_pointer(table: &TableBlock) -> Dict {
    dict! {
        "kind" => "elsewhere",
        "id" => table.id.as_str(),
        "caption" => breakable(&table.caption, WIDE),
        "text" => rich(&table.elsewhere),
    }
}

fn of_chart(chart: &ChartBlock) -> Dict {
    dict! {
        "kind" => "chart",
        "id" => chart.id.as_str(),
        "caption" => breakable(&chart.caption, WIDE),
        "description" => text(&chart.description),
        "svg" => chart.svg.as_str(),
    }
}

/// Text in pieces, each with the address that it points at, if it is one: an address is what is printed, and nothing else.
fn rich(words: &str) -> Array {
    let mut pieces = Array::new();
    let mut rest = words;
    while let Some((before, address, after)) = next_address(rest) {
        pieces.push(array![breakable(before, WIDE), Value::None].into_value());
        pieces.push(array![breakable(address, WIDE), address].into_value());
        rest = after;
    }
    pieces.push(array![breakable(rest, WIDE), Value::None].into_value());
    pieces
}

/// What stands before the first web address of a text, the address, and what follows.
fn next_address(words: &str) -> Option<(&str, &str, &str)> {
    let (start, _) = words.match_indices("https://").next()?;
    let (before, rest) = words.split_at(start);
    let is_part = |character: char| character.is_ascii_alphanumeric() || "-._~:/?#@!$&*+,;=%".contains(character);
    let end = rest.find(|character| !is_part(character)).unwrap_or(rest.len());
    let address = rest.get(..end)?.trim_end_matches(['.', ',', ';', ':', '!', '?']);
    (address.len() > "https://".len()).then(|| (before, address, rest.get(address.len()..).unwrap_or_default()))
}

/// Text with its line ends as the compiler knows them, and tabs as spaces.
fn text(words: &str) -> String {
    words.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ")
}

/// The longest words, in letters, that surely stand on one line: of a letter's text, and of a heading or a fact's name.
const WIDE: usize = 40;
const NARROW: usize = 20;

/// Text in which words longer than a line, such as addresses, may be broken at places that show nothing (U+200B).
fn breakable(words: &str, longest: usize) -> String {
    let mut out = String::with_capacity(words.len());
    let mut run = 0;
    for character in text(words).chars() {
        run = if is_break(character) { 0 } else { run + 1 };
        if run > longest {
            out.push('\u{200b}');
            run = 1;
        }
        out.push(character);
    }
    out
}
