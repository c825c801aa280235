//! The proofs of text formats: what the writers write is proved, and nothing that was put in, taken out or exchanged gets through.

use std::collections::BTreeSet;

use candour_model::outline::{Block, Outline, TableRow};
use candour_model::{
    Basis, Category, CategoryKind, Cell, DatePart, Decision, Definition, Document, Exemption, Held, Letter, LetterKind,
    LetterPart, Outcome, Question, Reach, Shown, Statement,
};
use candour_release::{
    FileNotProved, Files, Format, ManifestFile, Program, files, manifest, manifest_json, outline, prove,
};
use jiff::civil::date;
use proptest::prelude::*;

use crate::proved::Dice;
use crate::sample::formats;
use crate::{charts, random, sample};

fn write(document: &Document) -> Files {
    files(document, &formats(&["text", "csv", "charts"])).unwrap()
}

/// Proves the files of the format that one of them belongs to.
fn prove_one(path: &str, document: &Document, outline: &Outline, files: &Files) -> Result<Vec<String>, FileNotProved> {
    let name = match path {
        _ if path.starts_with("csv/") => "csv",
        _ if path.ends_with(".svg") => "charts",
        _ if path.ends_with(".txt") => "text",
        _ => return prove(document, &[], files),
    };
    (Format::named(name).unwrap().prove)(document, outline, files)
}

fn is_proved(document: &Document) -> Result<(), String> {
    let files = write(document);
    let proved = prove(document, &formats(&["text", "csv", "charts"]), &files).map_err(|why| why.to_string())?;
    let proved: BTreeSet<String> = proved.into_iter().collect();
    if proved == files.keys().cloned().collect() { Ok(()) } else { Err(format!("{proved:?} of {:?}", files.keys())) }
}

/// A release in which every part of a document has something.
fn full() -> Document {
    let mut document = sample::document();
    let (one, all) = (Outcome::InPart, Outcome::ALL);
    let exemption = Exemption {
        section: "40(2)".into(),
        title: Some("Personal information".into()),
        reason: "It would tell of people.".into(),
        harm: Some("Harm".into()),
        public_interest: Some("Weighed".into()),
        qualified_person: None,
    };
    let decision = |outcome| Decision {
        outcome,
        held: Held::Yes,
        basis: if outcome == one { Basis::Other { statement: "Another year.".into() } } else { Basis::AsAsked },
        exemptions: vec![exemption.clone()],
        particulars: Some("On the website.".into()),
        advice: Some("Ask for less.".into()),
    };
    let question = |(at, outcome): (usize, Outcome)| Question {
        number: (at + 1).to_string(),
        text: "How many?\n\nAnd where?".into(),
        decision: decision(outcome),
        answer: "There were 1,201.".into(),
        tables: vec!["income".into()],
    };
    let about = &mut document.about;
    about.languages = vec![candour_wording::Language::named("cy").unwrap(), about.language];
    about.questions = all.into_iter().enumerate().map(question).collect();
    about.letter = Some(Letter {
        kind: LetterKind::InPart,
        parts: vec![
            LetterPart::Heading("Your request".into()),
            LetterPart::Paragraph("Thank you for it. ".repeat(20)),
            LetterPart::Bullets(vec!["one".into(), "two of them ".repeat(12)]),
            LetterPart::Decisions,
            LetterPart::Exemptions,
            LetterPart::Statements,
            LetterPart::Rights,
        ],
        exemptions: vec![Exemption { title: None, ..exemption.clone() }],
        rights: vec!["Ask for a review.".into()],
    });
    about.statements =
        vec![Statement { id: "s".into(), heading: "Statement".into(), text: "Text \"quoted\" \\ \u{7f}.".into() }];
    about.definitions = vec![Definition {
        id: "d".into(),
        requested: vec!["notices".into()],
        statute: "Traffic Management Act 2004".into(),
        code: "01".into(),
        label: "Notices".into(),
        reach: Reach::Narrower,
        reach_reason: Some("As recorded.".into()),
    }];
    about.report[0].field = "protective_marking".into();
    // Kinds of categories that no cell stands at.
    let kinds = [
        CategoryKind::Group,
        CategoryKind::Band { from: -1, to: Some(5) },
        CategoryKind::Band { from: 6, to: None },
        CategoryKind::Year { year: 2023, part: true },
        CategoryKind::Part { part: DatePart::Weekday, number: 3 },
        CategoryKind::Stock { at: date(2023, 12, 31) },
        CategoryKind::Flag { value: false },
        CategoryKind::Other,
        CategoryKind::NotRecorded,
    ];
    let side = &mut document.tables[0].about.dimensions[0];
    side.overlaps = true;
    for (at, kind) in kinds.into_iter().enumerate() {
        let mut category = Category::new(format!("more-{at}"), format!("More {at}"), kind);
        (category.held_by_none, category.of_which, category.parent) = (at == 1, Some(0), Some(2));
        category.other_parents = vec![3];
        side.categories.push(category);
    }
    document
}

/// The three charts, each a release of one table.
fn drawn() -> [Document; 3] {
    [charts::lines(), charts::bars(), charts::pyramid()].map(charts::drawn)
}

#[test]
fn what_is_written_is_proved() {
    let welsh = || {
        let mut document = full();
        document.about.language = document.about.languages[0];
        document
    };
    for document in [sample::document(), full(), welsh()].into_iter().chain(drawn()) {
        assert_eq!(is_proved(&document), Ok(()));
    }
    assert!(write(&full()).contains_key("csv/income.en-GB.csv"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, max_shrink_iters: 300, ..ProptestConfig::default() })]
    #[test]
    fn any_release_is_proved(document in random::document()) {
        prop_assert_eq!(is_proved(&document), Ok(()));
    }

    #[test]
    fn any_chart_is_proved(table in charts::random()) {
        // An axis for figures of 38 digits and more ends before them: such a chart is refused.
        let units = |cell: &Cell| cell.shown.value().map_or(0, |value| value.units().unsigned_abs());
        if table.rows.iter().flat_map(|row| &row.cells).all(|cell| units(cell) < 10_u128.pow(37)) {
            prop_assert_eq!(is_proved(&charts::drawn(table)), Ok(()));
        }
    }
}

/// One of some texts.
fn one_of<'t>(some: &[&'t str], dice: &mut Dice) -> &'t str {
    some[dice.below(some.len())]
}

/// A place between two characters.
fn between(text: &str, dice: &mut Dice) -> usize {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    places[dice.below(places.len())]
}

/// A place where a line begins.
fn line(text: &str, dice: &mut Dice) -> usize {
    let places: Vec<usize> = [0].into_iter().chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    places[dice.below(places.len() - 1)]
}

/// What can stand in a file that should not, of the kinds that its format has.
fn snippets(path: &str) -> &'static [&'static str] {
    match path.rsplit('.').next() {
        Some("json") => &[
            "  \"secret\": \"4711\",\n",
            "    \"value\": \"12\",\n",
            "    \"marks\": [],\n",
            "// comment\n",
            "/* c */",
            "    null,\n",
            "    {},\n",
            "  \"id\": \"a\",\n",
            "    \"p\",\n",
            "[]",
            "\"\"",
            ",",
            "\\u200b",
            "0",
            "e5",
        ],
        Some("csv") => {
            &["a,b\r\n", "#comment\r\n", "\r\n", ",", "\"\"", "\"", ",,,,,,,,,\r\n", "2023,,,,\r\n", "=1", "'", "\n"]
        }
        Some("svg") => &[
            "<!-- a -->\n",
            "<metadata>4711</metadata>\n",
            "<text x=\"0\" y=\"0\" font-size=\"14\" fill=\"#0b0c0c\" class=\"value\" font-weight=\"bold\">4,711</text>\n",
            "<text x=\"0\" y=\"0\" font-size=\"14\" fill=\"#0b0c0c\" class=\"label\">Name</text>\n",
            "<rect x=\"0\" y=\"0\" width=\"1\" height=\"1\" fill=\"#12436d\" stroke=\"#12436d\"/>\n",
            "<?a?>\n",
            "<g>\n</g>\n",
            "<path d=\"M0 0L1 1\" stroke=\"#0b0c0c\"/>\n",
            "<![CDATA[a]]>\n",
            "<title id=\"chart-appeals-title\">x</title>\n",
            " style=\"a\"",
            "&#65;",
            "&x;",
            "\n",
        ],
        _ => &["\n", "\n\n", "* a point\n", "Name: Jo\n", "\t", "---\n", "\r", " \n", "4711\n", "\u{1}"],
    }
}

/// A file with something in it that was not approved.
fn put_in(path: &str, good: &str, approved: &[String], dice: &mut Dice) -> String {
    let mut text = good.to_owned();
    match dice.below(10) {
        0 => text.insert_str(between(good, dice), one_of(&["Jo Bloggs", "XQ7", "4711", "7.5", "[c]", "x"], dice)),
        1 => {
            let figures: Vec<&str> = approved.iter().map(String::as_str).collect();
            let figure = one_of(&figures, dice);
            text.insert_str(between(good, dice), figure);
        }
        2 => text.insert_str(line(good, dice), one_of(snippets(path), dice)),
        3 => text.insert_str(between(good, dice), one_of(snippets(path), dice)),
        4 => text.insert_str(
            between(good, dice),
            one_of(&[" ", "  ", "\u{a0}", "\u{200b}", "\u{2063}", "\u{ad}", "\u{feff}", "\u{e0041}"], dice),
        ),
        5 => text.push_str(one_of(
            &["\n", " ", "\0", "x", "\r\n", "\u{1a}", "\u{200b}", "4711", "{}", "<!-- -->", "\n\n", "\t"],
            dice,
        )),
        6 => text.insert(0, '\u{feff}'),
        7 => {
            let at = line(good, dice);
            let end = good[at..].find('\n').map_or(good.len(), |length| at + length + 1);
            text.insert_str(at, &good[at..end]);
        }
        8 => {
            // A character in another form of writing.
            let letters: Vec<(usize, char)> =
                good.char_indices().filter(|(_, letter)| letter.is_alphanumeric()).collect();
            let (at, letter) = letters[dice.below(letters.len())];
            let other = match path.rsplit('.').next() {
                Some("json") => format!("\\u{:04x}", u32::from(letter)),
                Some("csv") => format!("\"{letter}\""),
                Some("svg") => format!("&#{};", u32::from(letter)),
                _ => format!("{letter}\u{200d}"),
            };
            text.replace_range(at..at + letter.len_utf8(), &other);
        }
        _ => {
            // Space where there is some already, which is seen least.
            let spaces: Vec<usize> = good.match_indices([' ', '\n']).map(|(at, _)| at).collect();
            text.insert_str(spaces[dice.below(spaces.len())], one_of(&[" ", "  ", "\t", "\u{a0}"], dice));
        }
    }
    text
}

/// A file from which something is gone, or in which two figures have changed places.
fn taken_out(good: &str, approved: &[String], dice: &mut Dice) -> String {
    let mut text = good.to_owned();
    match dice.below(4) {
        0 => drop(text.remove(between(good, dice))),
        1 => {
            let at = line(good, dice);
            let end = good[at..].find('\n').map_or(good.len(), |length| at + length + 1);
            text.replace_range(at..end, "");
        }
        2 => text.truncate(between(good, dice)),
        _ => {
            let there: Vec<&String> = approved.iter().filter(|figure| good.contains(*figure)).collect();
            if there.is_empty() {
                return text;
            }
            let (one, other) = (there[dice.below(there.len())], there[dice.below(there.len())]);
            let places = |figure: &str| good.match_indices(figure).map(|(at, _)| at).collect::<Vec<_>>();
            let (ones, others) = (places(one), places(other));
            let (first, second) = (ones[dice.below(ones.len())], others[dice.below(others.len())]);
            let ((first, one), (second, other)) =
                if first <= second { ((first, one), (second, other)) } else { ((second, other), (first, one)) };
            if first + one.len() <= second {
                text.replace_range(second..second + other.len(), one);
                text.replace_range(first..first + one.len(), other);
            }
        }
    }
    text
}

/// The figures of a document as its files write them.
fn figures(document: &Document) -> Vec<String> {
    let cells = document.tables.iter().flat_map(|table| &table.rows).flat_map(|row| &row.cells);
    let figures =
        cells.filter_map(|cell| if let Shown::Value(value) = cell.shown { Some(value.to_string()) } else { None });
    figures.collect::<BTreeSet<_>>().into_iter().filter(|figure| figure.len() > 1).collect()
}

/// Changes every file of a release so many times by insertion, and half as many by deletion and exchange. Gives how many changes were made.
fn nothing_gets_through(document: &Document, times: usize, seed: u64) -> usize {
    let (good, outline, figures) = (write(document), outline(document), figures(document));
    let mut dice = Dice(seed);
    let mut changes = 0;
    for (path, bytes) in &good {
        let text = String::from_utf8(bytes.clone()).unwrap();
        let mut made = 0;
        for number in 0..2 * times {
            let insert = number % 3 != 2;
            let changed =
                if insert { put_in(path, &text, &figures, &mut dice) } else { taken_out(&text, &figures, &mut dice) };
            if changed == text {
                continue;
            }
            made += usize::from(insert);
            changes += 1;
            let mut files = good.clone();
            files.insert(path.clone(), changed.clone().into_bytes());
            assert!(
                prove_one(path, document, &outline, &files).is_err(),
                "{path} is proved, although it is\n{changed}"
            );
        }
        assert!(made >= times, "{path} was changed {made} times by insertion");
        let mut files = good.clone();
        files.remove(path);
        assert!(prove_one(path, document, &outline, &files).is_err(), "{path} is proved, although it is not there");
    }
    changes
}

#[test]
fn no_change_of_a_file_gets_through() {
    assert!(nothing_gets_through(&sample::document(), 200, 1) > 1_800);
    assert!(nothing_gets_through(&full(), 200, 2) > 1_800);
    for (document, seed) in drawn().iter().zip(3..) {
        nothing_gets_through(document, 200, seed);
    }
}

/// A chart that was drawn wrongly, and so stands in the outline as it does in its file: there is nothing to compare it with but its table.
#[test]
fn a_chart_that_does_not_show_its_table_is_found() {
    for (document, seed) in drawn().iter().zip(11..) {
        let (good, figures) = (outline(document), figures(document));
        let mut dice = Dice(seed);
        let path = "charts/appeals.svg";
        let drawn_as = |svg: &str| {
            let mut wrong = good.clone();
            let charts = wrong
                .blocks
                .iter_mut()
                .filter_map(|block| if let Block::Chart(chart) = block { Some(chart) } else { None });
            charts.for_each(|chart| svg.clone_into(&mut chart.svg));
            let files = Files::from([(path.to_owned(), format!("{svg}\n").into_bytes())]);
            prove_one(path, document, &wrong, &files)
        };
        let text = String::from_utf8(write(document)[path].clone()).unwrap();
        let svg = text.trim_end();
        assert_eq!(drawn_as(svg), Ok(vec![path.to_owned()]));
        let figures: Vec<String> = figures
            .iter()
            .map(|figure| with_commas(figure))
            .filter(|figure| svg.contains(&format!(">{figure}")))
            .collect();
        let mut made = 0;
        while made < 300 {
            // A length may be another and still stand for the figure: lengths are changed below.
            let changed = match dice.below(4) {
                0 => {
                    let mut changed = svg.to_owned();
                    changed.insert_str(line(svg, &mut dice), one_of(snippets(path), &mut dice));
                    changed
                }
                1 => {
                    let (lines, at) = (svg.lines().collect::<Vec<_>>(), dice.below(svg.lines().count()));
                    [&lines[..=at], &lines[at..]].concat().join("\n")
                }
                2 => {
                    let mut lines = svg.lines().collect::<Vec<_>>();
                    let gone = lines.remove(dice.below(lines.len()));
                    // Whether a line leads from a name to its end is the drawing's own affair.
                    if gone.contains("#6b6b6b") { continue } else { lines.join("\n") }
                }
                _ => {
                    let (one, other) = (&figures[dice.below(figures.len())], &figures[dice.below(figures.len())]);
                    let marked = svg.replacen(&format!(">{one}<"), ">#<", 1).replacen(
                        &format!(">{other}<"),
                        &format!(">{one}<"),
                        1,
                    );
                    marked.replacen(">#<", &format!(">{other}<"), 1)
                }
            };
            if changed == svg {
                continue;
            }
            made += 1;
            assert!(drawn_as(&changed).is_err(), "{changed}");
        }
        // Bars and points that are a pixel from where their figures belong.
        for (at, _) in svg.match_indices("width=\"").chain(svg.match_indices("translate(")) {
            let (before, rest) = svg.split_at(at + if svg[at..].starts_with('w') { 7 } else { 10 });
            let end = rest.find(['"', ' ']).unwrap();
            let line = before.rsplit('\n').next().unwrap();
            let is_of_a_name = line.starts_with("<path") && !is_at_a_point(svg, at);
            if (line.starts_with("<rect") && rest.contains(" stroke=") && before.contains("class="))
                || (line.starts_with("<path") && !is_of_a_name)
            {
                let longer = rest[..end].parse::<f64>().unwrap() + 3.0;
                let changed = format!("{before}{longer}{}", &rest[end..]);
                assert!(drawn_as(&changed).is_err(), "{changed}");
            }
        }
    }
}

/// Whether a mark stands before all names of lines, and so at a point.
fn is_at_a_point(svg: &str, at: usize) -> bool {
    let last = svg.rfind("class=\"scale\"").unwrap_or(0);
    let names = svg[last..].find("class=\"label\"").map_or(svg.len(), |found| last + found);
    let before = &svg[..names];
    // The mark right before the first name is that of the name.
    at < before.rfind("translate(").unwrap_or(0)
}

fn with_commas(figure: &str) -> String {
    let digits: Vec<char> = figure.chars().collect();
    let parts: Vec<String> = digits.rchunks(3).rev().map(|part| part.iter().collect()).collect();
    parts.join(",")
}

/// An outline that has not the figures of the document, and so a text that is its very words and has them neither.
#[test]
fn an_outline_with_other_figures_is_found() {
    let document = sample::document();
    let is_proved = |table: usize, change: &dyn Fn(&mut Vec<TableRow>)| {
        let mut wrong = outline(&document);
        let tables = wrong.blocks.iter_mut().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        });
        tables.skip(table).take(1).for_each(|table| change(&mut table.groups[0]));
        let files = (Format::named("text").unwrap().write)(&document, &wrong).unwrap();
        prove_one("response.txt", &document, &wrong, &files).is_ok()
    };
    for table in 0..3 {
        assert!(is_proved(table, &|_| {}));
        assert!(!is_proved(table, &|rows| rows[0].figures[0].push('1')));
        assert!(!is_proved(table, &|rows| rows[0].figures = rows[1].figures.clone()));
        assert!(!is_proved(table, &|rows| rows.push(rows[0].clone())));
        assert!(!is_proved(table, &|rows| drop(rows.pop())));
    }
}

#[test]
fn a_manifest_names_all_files_and_no_other() {
    let mut files = write(&sample::document());
    let program = || Program { name: "candour".into(), version: env!("CARGO_PKG_VERSION").into() };
    let entries = |files: &Files| {
        let entry = |(path, bytes): (&String, &Vec<u8>)| ManifestFile {
            path: path.clone(),
            sha256: candour_inspect::proof::sha256(bytes),
        };
        files.iter().map(entry).collect::<Vec<_>>()
    };
    let write = |files: &Files, program, entries| {
        let mut files = files.clone();
        files.insert("manifest.json".into(), manifest_json(program, entries).unwrap());
        files
    };
    let good = write(&files, program(), entries(&files));
    assert_eq!(manifest(&good), Ok(()));
    assert!(manifest(&files).is_err());
    let text = String::from_utf8(good["manifest.json"].clone()).unwrap();
    let mut dice = Dice(7);
    let names: Vec<String> = files.keys().cloned().collect();
    for number in 0..450 {
        let changed = if number % 3 == 2 {
            taken_out(&text, &names, &mut dice)
        } else {
            put_in("manifest.json", &text, &names, &mut dice)
        };
        let mut changed_files = good.clone();
        changed_files.insert("manifest.json".into(), changed.clone().into_bytes());
        assert_eq!(manifest(&changed_files).is_ok(), changed == text, "{changed}");
    }
    let mut fewer = entries(&files);
    fewer.pop();
    assert!(manifest(&write(&files, program(), fewer)).is_err());
    assert!(manifest(&write(&files, Program { name: "other".into(), ..program() }, entries(&files))).is_err());
    let before = entries(&files);
    files.insert("more.txt".into(), b"more\n".to_vec());
    assert!(manifest(&write(&files, program(), before)).is_err());
}
