//! What the page says: the outline, in order.

use candour_inspect::proof::{Said, page};
use candour_model::Document;
use candour_model::outline::{Block, HeadCell, Outline, Scope, TableBlock};

use super::{FileNotProved, charts, proved};
use crate::{Files, html};

/// Proves the page.
pub(crate) fn prove(document: &Document, outline: &Outline, files: &Files) -> Result<Vec<String>, FileNotProved> {
    let path = document.about.file("response", "html");
    proved(files, path, |bytes| {
        for block in &outline.blocks {
            if let Block::Chart(chart) = block {
                charts::svg(&chart.svg, chart, document)?;
            }
        }
        page(bytes, &says(outline))
    })
}

/// A page that is said.
struct Page<'o> {
    outline: &'o Outline,
    said: Vec<Said<'o>>,
}

fn says(outline: &Outline) -> Vec<Said<'_>> {
    let mut page = Page { outline, said: Vec::new() };
    page.head();
    let mut is_section = false;
    for block in &outline.blocks {
        if let Block::Heading { level: 2, id, .. } = block {
            page.has("section");
            page.text(id);
            is_section = true;
        }
        page.block(block, is_section);
    }
    page.text(&outline.author);
    page.text(&outline.title);
    page.said
}

impl<'o> Page<'o> {
    fn has(&mut self, name: &'static str) {
        self.said.push(Said::Has(name));
    }

    fn text(&mut self, text: &'o str) {
        self.said.push(Said::text(text));
    }

    fn word(&mut self, id: &str) {
        self.said.push(Said::text(self.outline.language.say(id, &[])));
    }

    fn class(&mut self, class: Option<&'static str>) {
        if let Some(class) = class {
            self.said.extend([Said::Has("@class"), Said::Word(class)]);
        }
    }

    fn head(&mut self) {
        let outline = self.outline;
        self.text(outline.language.tag());
        self.text(&outline.title);
        for (other, file) in &outline.other_pages {
            self.has("link");
            self.text(other.tag());
            self.text(file);
        }
        self.word("skip");
        if outline.marking.is_none() && outline.other_pages.is_empty() {
            return;
        }
        self.has("header");
        if let Some(marking) = &outline.marking {
            self.said.extend([Said::Has("p"), Said::Word("marking"), Said::text(marking)]);
        }
        for (other, file) in &outline.other_pages {
            self.said.extend([Said::Has("p"), Said::Word("language"), Said::Has("a"), Said::text(file)]);
            self.text(other.tag());
            self.text(other.tag());
            self.said.push(Said::text(other.say("read-here", &[])));
        }
    }

    fn block(&mut self, block: &'o Block, is_section: bool) {
        match block {
            Block::Heading { level, id, text } => {
                self.has(match level {
                    1 => "h1",
                    2 => "h2",
                    3 => "h3",
                    _ => "h4",
                });
                self.text(id);
                self.text(text);
            }
            Block::Paragraph(text) => {
                self.has("p");
                self.text(text);
            }
            Block::Bullets(points) => {
                self.has("ul");
                for point in points {
                    self.has("li");
                    self.text(point);
                }
            }
            Block::Facts(facts) => {
                self.has("dl");
                for (label, value) in facts {
                    self.has("dt");
                    self.text(label);
                    self.has("dd");
                    self.text(value);
                }
            }
            Block::Links(links) => {
                // Those before the first section are the contents.
                if is_section {
                    self.has("ul");
                } else {
                    self.has("nav");
                    self.word("contents");
                }
                for (id, text) in links {
                    self.has("li");
                    if is_section {
                        self.has("a");
                    }
                    self.text(id);
                    self.text(text);
                }
            }
            Block::Chart(chart) => {
                self.has("figure");
                for text in [&chart.id, &chart.id, &chart.caption, &chart.id, &chart.svg] {
                    self.text(text);
                }
            }
            Block::Table(table) => self.table(table),
        }
    }

    fn table(&mut self, table: &'o TableBlock) {
        self.has("div");
        self.text(&table.id);
        if !table.notes.is_empty() {
            self.said.extend([Said::Has("ul")]);
            for note in &table.notes {
                self.has("li");
                self.text(note);
            }
        }
        self.text(&table.id);
        // How wide a table is set on paper follows from what is in it.
        self.class(html::widest(table).then_some("widest"));
        self.said.push(html::characters_across(table).into());
        self.text(&table.id);
        self.text(&table.caption);
        let labels = html::labels(table);
        for (level, row) in table.head.iter().enumerate() {
            self.has("tr");
            for (at, cell) in row.iter().enumerate() {
                let over_figures = labels > 0 && (level > 0 || at >= labels);
                self.heading(cell, over_figures.then_some("figure"), cell.across > 1);
            }
        }
        for group in table.groups.iter().filter(|group| !group.is_empty()) {
            self.has("tbody");
            for row in group {
                self.has("tr");
                self.class(row.is_total.then_some("total"));
                for cell in &row.headings {
                    self.heading(cell, None, false);
                }
                for figure in &row.figures {
                    self.has("td");
                    self.class((labels == 0).then_some("word"));
                    self.text(figure);
                }
            }
        }
    }

    fn heading(&mut self, cell: &'o HeadCell, class: Option<&'static str>, is_in_span: bool) {
        self.has("th");
        self.class(class);
        self.said.push(Said::Word(match cell.scope {
            Scope::Column => "column",
            Scope::Columns => "columns",
            Scope::Row => "row",
            Scope::Rows => "rows",
        }));
        for (name, spans) in [("@colspan", cell.across), ("@rowspan", cell.down)] {
            if spans > 1 {
                self.said.extend([Said::Has(name), spans.into()]);
            }
        }
        if is_in_span {
            self.has("span");
        }
        self.text(&cell.text);
    }
}
