//! Readers of the data formats, for tests: each gives back typed cells, and shares nothing with the writers.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read as _};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// An element with what is in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) children: Vec<Node>,
    /// Its text, where it has any of its own, in a node without a name.
    pub(crate) text: String,
}

impl Node {
    fn open(tag: &BytesStart<'_>) -> Self {
        let name = tag.name().as_ref().to_owned();
        let attribute = |attribute: Result<quick_xml::events::attributes::Attribute<'_>, _>| {
            let attribute = attribute.unwrap();
            let key = attribute.key.as_ref().to_owned();
            (key, quick_xml::escape::unescape(&attribute.value).unwrap().into_owned())
        };
        Self { name, attributes: tag.attributes().map(attribute).collect(), ..Self::default() }
    }

    pub(crate) fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).unwrap_or_else(|| panic!("<{}> has no {name}: {:?}", self.name, self.attributes))
    }

    pub(crate) fn child(&self, name: &str) -> &Node {
        self.children
            .iter()
            .find(|child| child.name == name)
            .unwrap_or_else(|| panic!("<{}> has no <{name}>", self.name))
    }

    /// Every element below with this name, in order.
    pub(crate) fn all(&self, name: &str) -> Vec<&Node> {
        let mut found = Vec::new();
        for child in &self.children {
            if child.name == name {
                found.push(child);
            }
            found.extend(child.all(name));
        }
        found
    }

    /// Its text, and that of what is in it.
    pub(crate) fn whole_text(&self) -> String {
        self.children.iter().fold(self.text.clone(), |text, child| text + &child.whole_text())
    }
}

/// An XML file as a tree. White space is kept.
pub(crate) fn xml(bytes: &[u8]) -> Node {
    let text = std::str::from_utf8(bytes).unwrap();
    let mut reader = Reader::from_str(text);
    let mut open = vec![Node::default()];
    let add_text = |open: &mut Vec<Node>, text: String| {
        open.last_mut().unwrap().children.push(Node { text, ..Node::default() });
    };
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => open.push(Node::open(&tag)),
            Event::Empty(tag) => {
                let node = Node::open(&tag);
                open.last_mut().unwrap().children.push(node);
            }
            Event::End(_) => {
                let node = open.pop().unwrap();
                open.last_mut().unwrap().children.push(node);
            }
            Event::Text(text) => add_text(&mut open, text.to_string()),
            Event::GeneralRef(name) => {
                let name = format!("&{};", &*name);
                add_text(&mut open, quick_xml::escape::unescape(&name).unwrap().into_owned());
            }
            Event::Decl(_) => {}
            Event::Eof => break,
            other => panic!("{other:?} has no place in these files"),
        }
    }
    assert_eq!(open.len(), 1, "an element is not closed");
    let root = open.pop().unwrap();
    root.children.into_iter().find(|child| !child.name.is_empty()).unwrap()
}

/// The files of an archive by their paths.
pub(crate) fn unzip(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(file.name().unwrap().into_owned(), bytes);
    }
    files
}

/// What a cell holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    Text(String),
    /// A number as it is written, and how many places its format shows.
    Number(String, usize),
}

impl Held {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Number(text, _) => text,
        }
    }
}

/// A sheet that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReadSheet {
    pub(crate) name: String,
    /// The texts above the table, a line a row.
    pub(crate) lines: Vec<String>,
    pub(crate) table: Option<ReadTable>,
}

/// A table that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReadTable {
    pub(crate) name: String,
    pub(crate) headings: Vec<String>,
    /// Which columns hold figures, by the style of their headings.
    pub(crate) figures: Vec<bool>,
    pub(crate) rows: Vec<Vec<Held>>,
}

// --- XLSX --------------------------------------------------------------------------------------------------------------

pub(crate) fn xlsx(bytes: &[u8]) -> Vec<ReadSheet> {
    let files = unzip(bytes);
    let workbook = xml(&files["xl/workbook.xml"]);
    let styles = xml(&files["xl/styles.xml"]);
    let formats: BTreeMap<&str, &str> = styles
        .all("numFmt")
        .iter()
        .map(|format| (format.attribute("numFmtId"), format.attribute("formatCode")))
        .collect();
    let styles = styles.child("cellXfs").all("xf").into_iter().map(|style| {
        let right = style
            .all("alignment")
            .iter()
            .any(|alignment| alignment.attributes.get("horizontal").is_some_and(|to| to == "right"));
        (formats.get(style.attribute("numFmtId")).map(|code| places(code)), right)
    });
    let styles: Vec<(Option<usize>, bool)> = styles.collect();
    let sheets = workbook.all("sheet");
    let sheet = |(at, sheet): (usize, &&Node)| {
        let number = at + 1;
        let rows = xml(&files[&format!("xl/worksheets/sheet{number}.xml")]);
        let rows: Vec<Vec<(Held, bool)>> = rows
            .all("row")
            .iter()
            .map(|row| row.all("c").iter().map(|cell| xlsx_cell(cell, &styles)).collect())
            .collect();
        let table = files.get(&format!("xl/tables/table{number}.xml")).map(|part| xml(part));
        let range = table.as_ref().map(|table| range(table.attribute("ref")));
        let mut read = read_sheet(sheet.attribute("name"), rows, range.map(|range| range.0));
        if let (Some(part), Some(table)) = (table, &mut read.table) {
            table.name = part.attribute("displayName").to_owned();
            let names: Vec<String> = part.all("tableColumn").iter().map(|of| unescaped(of.attribute("name"))).collect();
            assert_eq!(names, table.headings, "a table's columns are called as its headings say");
        }
        read
    };
    sheets.iter().enumerate().map(sheet).collect()
}

fn xlsx_cell(cell: &Node, styles: &[(Option<usize>, bool)]) -> (Held, bool) {
    let (places, right) = styles[cell.attribute("s").parse::<usize>().unwrap()];
    match cell.attributes.get("t").map(String::as_str) {
        Some("inlineStr") => (Held::Text(unescaped(&cell.child("is").child("t").whole_text())), right),
        None => (Held::Number(cell.child("v").whole_text(), places.unwrap()), right),
        other => panic!("a cell has the type {other:?}"),
    }
}

/// How many places a format such as `#,##0.00` shows.
fn places(code: &str) -> usize {
    assert!(code.starts_with("#,##0"), "{code}");
    code.split_once('.').map_or(0, |(_, places)| places.len())
}

/// Text in which `_xHHHH_` stands for a character.
fn unescaped(text: &str) -> String {
    let mut read = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        read.push_str(&rest[..at]);
        let form = rest.get(at + 2..at + 7).filter(|form| form.ends_with('_') && form.is_ascii());
        match form.and_then(|form| u32::from_str_radix(&form[..4], 16).ok()).and_then(char::from_u32) {
            Some(letter) => {
                read.push(letter);
                rest = &rest[at + 7..];
            }
            None => {
                read.push_str("_x");
                rest = &rest[at + 2..];
            }
        }
    }
    read + rest
}

/// The first and last row and column of `A5:C9`.
pub(crate) fn range(text: &str) -> (usize, usize, usize, usize) {
    let cell = |text: &str| {
        let letters: String = text.chars().take_while(char::is_ascii_uppercase).collect();
        let column = letters.bytes().fold(0, |column, letter| column * 26 + usize::from(letter - b'A') + 1);
        (text[letters.len()..].parse::<usize>().unwrap(), column)
    };
    let (from, to) = text.split_once(':').unwrap();
    let ((row, column), (last_row, last_column)) = (cell(from), cell(to));
    (row, column, last_row, last_column)
}

/// Rows as lines, and from the heading row on as a table.
fn read_sheet(name: &str, rows: Vec<Vec<(Held, bool)>>, heading: Option<usize>) -> ReadSheet {
    let lines = heading.map_or(rows.len(), |row| row - 1);
    let text = |(held, _): &(Held, bool)| held.text().to_owned();
    for row in &rows[..lines] {
        assert_eq!(row.len(), 1, "a line has one cell");
    }
    let table = rows.get(lines).map(|headings| ReadTable {
        name: String::new(),
        headings: headings.iter().map(text).collect(),
        figures: headings.iter().map(|(_, right)| *right).collect(),
        rows: rows[lines + 1..].iter().map(|row| row.iter().map(|(held, _)| held.clone()).collect()).collect(),
    });
    ReadSheet { name: name.to_owned(), lines: rows[..lines].iter().map(|row| text(&row[0])).collect(), table }
}

// --- ODS ---------------------------------------------------------------------------------------------------------------

pub(crate) fn ods(bytes: &[u8]) -> Vec<ReadSheet> {
    let files = unzip(bytes);
    let content = xml(&files["content.xml"]);
    let formats: BTreeMap<&str, usize> = content
        .all("number:number-style")
        .iter()
        .map(|style| {
            let places = style.child("number:number").attribute("number:decimal-places");
            (style.attribute("style:name"), places.parse().unwrap())
        })
        .collect();
    let styles: BTreeMap<&str, usize> = content
        .all("style:style")
        .iter()
        .filter_map(|style| {
            let format = style.attributes.get("style:data-style-name")?;
            Some((style.attribute("style:name"), formats[format.as_str()]))
        })
        .collect();
    let ranges = content.all("table:database-range");
    let sheet = |sheet: &&Node| {
        let name = sheet.attribute("table:name");
        let rows: Vec<Vec<(Held, bool)>> = sheet
            .all("table:table-row")
            .iter()
            .map(|row| row.all("table:table-cell").iter().map(|cell| ods_cell(cell, &styles)).collect())
            .collect();
        let address = format!("'{name}'.");
        let range_of = ranges.iter().find(|range| range.attribute("table:target-range-address").starts_with(&address));
        let place = range_of.map(|of| range(&of.attribute("table:target-range-address").replace(&address, "")));
        let mut read = read_sheet(name, rows, place.map(|place| place.0));
        if let (Some(range), Some(table)) = (range_of, &mut read.table) {
            table.name = range.attribute("table:name").to_owned();
            let (row, column, last_row, last_column) = place.unwrap();
            assert_eq!((row, column, last_column), (read.lines.len() + 1, 1, table.headings.len()));
            assert_eq!(last_row - row, table.rows.len());
        }
        read
    };
    content.all("table:table").iter().map(sheet).collect()
}

fn ods_cell(cell: &Node, styles: &BTreeMap<&str, usize>) -> (Held, bool) {
    let style = cell.attribute("table:style-name");
    let right = style == "Figures_20_heading" || style == "Shorthand";
    let shown: Vec<String> = cell.all("text:p").iter().map(|paragraph| paragraph_text(paragraph)).collect();
    let shown = shown.join("\n");
    match cell.attribute("office:value-type") {
        "string" => (Held::Text(shown), right),
        "float" => {
            let value = cell.attribute("office:value").to_owned();
            assert_eq!(shown.replace(',', ""), value, "what is shown is what is stored");
            (Held::Number(value, styles[style]), right)
        }
        other => panic!("a cell has the type {other}"),
    }
}

/// The text of a paragraph, with the spaces that are elements. White space is collapsed first, as a program that reads the form must.
fn paragraph_text(node: &Node) -> String {
    const KEPT: char = '\u{f8ff}';
    fn raw(node: &Node) -> String {
        node.children.iter().fold(node.text.clone(), |text, child| {
            text + &match child.name.as_str() {
                "text:s" => KEPT.to_string(),
                _ => raw(child),
            }
        })
    }
    let collapsed =
        raw(node).split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    collapsed.replace(KEPT, " ")
}

// --- Figures -----------------------------------------------------------------------------------------------------------

/// A figure that was read: a value as it is shown or the letter of a reason, and letters of marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Figure {
    pub(crate) shown: Result<String, String>,
    pub(crate) marks: BTreeSet<String>,
}

/// The labels and the figures of a table on a sheet, row by row.
pub(crate) fn figures(table: &ReadTable, labels: usize) -> Vec<(Vec<String>, Vec<Figure>)> {
    let letters = |text: &str| -> BTreeSet<String> {
        text.split(['[', ']', ' ']).filter(|mark| ["p", "b"].contains(mark)).map(str::to_owned).collect()
    };
    let row = |row: &Vec<Held>| {
        let names = row[..labels].iter().map(|held| held.text().to_owned()).collect();
        let mut figures: Vec<Figure> = Vec::new();
        for (column, held) in row.iter().enumerate().skip(labels) {
            if !table.figures[column] {
                figures.last_mut().unwrap().marks.extend(letters(held.text()));
                continue;
            }
            let shown = match held {
                Held::Text(text) if text.starts_with('[') => Err(text.trim_matches(['[', ']']).to_owned()),
                Held::Number(text, places) => {
                    assert_eq!(text.split_once('.').map_or(0, |(_, part)| part.len()), *places, "{text}");
                    Ok(text.clone())
                }
                Held::Text(text) => {
                    assert!(text.bytes().filter(u8::is_ascii_digit).count() > 15, "{text} could be a number");
                    Ok(text.clone())
                }
            };
            let heading = &table.headings[column];
            let marks = ["p", "b"].iter().filter(|mark| format!(" {heading}").contains(&format!(" [{mark}]")));
            figures.push(Figure { shown, marks: marks.map(|mark| (*mark).to_owned()).collect() });
        }
        (names, figures)
    };
    table.rows.iter().map(row).collect()
}

/// The rows of a CSV file as texts, with what was put before formulas taken away; headings first.
pub(crate) fn csv(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let text = |field: &str| field.strip_prefix('\'').unwrap_or(field).to_owned();
    reader.records().map(|record| record.unwrap().iter().map(text).collect()).collect()
}

/// The figures of a table's CSV file, cell by cell. Its last three columns are value, status and marks.
pub(crate) fn csv_figures(rows: &[Vec<String>]) -> Vec<Figure> {
    let figure = |row: &Vec<String>| {
        let [.., value, status, marks] = &row[..] else { panic!("{row:?}") };
        assert_ne!(value.is_empty(), status.is_empty(), "a figure has a value or a status: {row:?}");
        let shown = if status.is_empty() { Ok(value.clone()) } else { Err(status.clone()) };
        Figure { shown, marks: marks.split(' ').filter(|mark| !mark.is_empty()).map(str::to_owned).collect() }
    };
    rows[1..].iter().map(figure).collect()
}
