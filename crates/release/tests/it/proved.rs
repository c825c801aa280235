//! The page and the spreadsheets are proved; and nothing can be put into them, taken from them or exchanged in them that the proof does not see.

use candour_model::Document;
use candour_release::{Files, Format, files, outline};
use miniz_oxide::deflate::compress_to_vec;
use proptest::prelude::*;

use crate::reading::unzip;
use crate::{charts, random, sample};

/// What the proof of one format says of these files.
fn proof(document: &Document, format: &str, files: &Files) -> Result<Vec<String>, String> {
    let format = Format::named(format).unwrap();
    (format.prove)(document, &outline(document), files).map_err(|why| why.to_string())
}

const FORMATS: [(&str, &str); 3] = [("html", "response.html"), ("ods", "tables.ods"), ("xlsx", "tables.xlsx")];

fn is_proved(document: &Document) {
    for (name, path) in FORMATS {
        let files = files(document, &sample::formats(&[name])).unwrap();
        assert_eq!(proof(document, name, &files), Ok(vec![path.to_owned()]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, max_shrink_iters: 300, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_writers_write_is_proved(document in random::document()) {
        is_proved(&document);
    }
}

#[test]
fn the_sample_and_a_release_with_charts_are_proved() {
    is_proved(&sample::document());
    is_proved(&charts::document());
}

/// Numbers that look random and are the same in each run (Vigna, splitmix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as usize % most
    }
}

/// Changes markup in one of many ways; None where this way is not open.
fn changed(text: &str, figure: &str, dice: &mut Dice) -> Option<(&'static str, String)> {
    let places = |of: &str| -> Vec<usize> { text.match_indices(of).map(|(at, _)| at).collect() };
    let insert = |at: usize, what: &str| [&text[..at], what, &text[at..]].concat();
    let anywhere = loop {
        let at = dice.below(text.len() + 1);
        if text.is_char_boundary(at) {
            break at;
        }
    };
    let one_of = |places: Vec<usize>, dice: &mut Dice| (!places.is_empty()).then(|| places[dice.below(places.len())]);
    let before_tag = one_of(places("<"), dice);
    let after_tag = one_of(places(">"), dice).map(|at| at + 1);
    let in_tag = one_of(places("\""), dice);
    let kind = dice.below(14);
    Some(match kind {
        0 => ("a foreign token", insert(anywhere, "zq9")),
        1 => ("a figure a second time", insert(anywhere, figure)),
        2 => ("a comment", insert(before_tag?, "<!--7-->")),
        3 => ("a processing instruction", insert(before_tag?, "<?a 7?>")),
        4 => ("white space", insert(before_tag?, [" ", "\n", "\t"][dice.below(3)])),
        5 => ("an attribute", insert(in_tag? + 1, " data-a=\"7\"")),
        6 => ("a letter in a value", insert(in_tag?, "7")),
        7 => ("an element", insert(after_tag?, ["<a>7</a>", "<b/>", "<span hidden=\"\">7</span>"][dice.below(3)])),
        8 => ("a character that nobody sees", insert(anywhere, ["\u{200b}", "\u{feff}", "\u{ad}"][dice.below(3)])),
        9 => ("a byte at the end", format!("{text}{}", ["\n", " ", "7"][dice.below(3)])),
        10 => {
            // A row, a cell or whatever else ends where it begins to be repeated.
            let ends: Vec<usize> = text.match_indices('>').map(|(at, _)| at + 1).collect();
            let end = ends[dice.below(ends.len())];
            let begin = text[..end].rfind('<')?;
            ("a tag a second time", insert(end, &text[begin..end]))
        }
        11 => {
            let (name, row) = ["row", "table:table-row", "tr", "c", "li", "p", "text:p"]
                .iter()
                .filter_map(|name| Some((*name, text.find(&format!("<{name}"))?)))
                .next()?;
            let close = format!("</{name}>");
            let end = row + text[row..].find(&close)? + close.len();
            ("a row a second time", insert(end, &text[row..end]))
        }
        12 => {
            let digit = one_of(
                text.char_indices().filter(|(_, letter)| letter.is_ascii_alphanumeric()).map(|(at, _)| at).collect(),
                dice,
            )?;
            let written = format!("&#{};", text.as_bytes()[digit]);
            ("a character as a reference", [&text[..digit], &written, &text[digit + 1..]].concat())
        }
        _ => {
            let digits: Vec<usize> =
                text.char_indices().filter(|(_, letter)| letter.is_ascii_digit()).map(|(at, _)| at).collect();
            let at = digits[dice.below(digits.len())];
            ("a figure changed", [&text[..at], if &text[at..=at] == "7" { "8" } else { "7" }, &text[at + 1..]].concat())
        }
    })
}

/// An archive as the writers make one.
fn packed(entries: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (path, bytes) in entries {
        let is_stored = path == "mimetype";
        let content = if is_stored { bytes.clone() } else { compress_to_vec(bytes, 3) };
        let method: u16 = if is_stored { 0 } else { 8 };
        let mut header: Vec<u8> =
            [20, 1 << 11, method, 0, 1 << 5 | 1].iter().flat_map(|number: &u16| number.to_le_bytes()).collect();
        for number in [crc32fast::hash(bytes), content.len() as u32, bytes.len() as u32] {
            header.extend(number.to_le_bytes());
        }
        header.extend((path.len() as u16).to_le_bytes());
        header.extend([0, 0]);
        directory.extend([b"PK\x01\x02".as_slice(), &20_u16.to_le_bytes(), &header, &[0; 10]].concat());
        directory.extend((archive.len() as u32).to_le_bytes());
        directory.extend(path.as_bytes());
        archive.extend([b"PK\x03\x04".as_slice(), &header, path.as_bytes(), &content].concat());
    }
    let (offset, count) = (archive.len() as u32, entries.len() as u16);
    let size = (directory.len() as u32).to_le_bytes();
    let end = [
        b"PK\x05\x06\0\0\0\0".as_slice(),
        &count.to_le_bytes(),
        &count.to_le_bytes(),
        &size,
        &offset.to_le_bytes(),
        &[0, 0],
    ];
    archive.extend(directory);
    archive.extend(end.concat());
    archive
}

/// The parts of an archive in the order in which they lie in it.
fn parts(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let at = |path: &str| archive.windows(path.len()).position(|window| window == path.as_bytes());
    let mut parts: Vec<(String, Vec<u8>)> = unzip(archive).into_iter().collect();
    parts.sort_by_key(|(path, _)| at(path));
    parts
}

/// Changes an archive in one of many ways.
fn archive_changed(archive: &[u8], figure: &str, dice: &mut Dice) -> Option<(&'static str, Vec<u8>)> {
    let mut parts = parts(archive);
    assert_eq!(packed(&parts), archive, "the test packs as the writer does");
    let at = dice.below(parts.len());
    Some(match dice.below(10) {
        0 => {
            parts.insert(at, ("docProps/a.xml".to_owned(), b"<a>7</a>".to_vec()));
            ("a part", packed(&parts))
        }
        1 => {
            let copy = parts[at].clone();
            parts.insert(at, copy);
            ("a part a second time", packed(&parts))
        }
        2 => ("bytes behind the archive", [archive, b"7"].concat()),
        3 => ("bytes before the archive", [b"7", archive].concat()),
        4 => {
            let mut bytes = archive.to_vec();
            bytes.insert(dice.below(archive.len()), b'7');
            ("a byte in the archive", bytes)
        }
        5 => {
            // An empty block before the last one, which no program shows.
            let path = parts.iter().position(|(path, _)| path != "mimetype")?;
            let level_6 = compress_to_vec(&parts[path].1, 9);
            let level_3 = compress_to_vec(&parts[path].1, 3);
            if level_6.len() != level_3.len() {
                return None;
            }
            ("another packing", replaced(archive, &level_3, &level_6))
        }
        _ => {
            let (path, bytes) = &mut parts[at];
            let (kind, text) = if path == "mimetype" {
                ("the type", "application/zip".to_owned())
            } else {
                changed(std::str::from_utf8(bytes).unwrap(), figure, dice)?
            };
            *bytes = text.into_bytes();
            (kind, packed(&parts))
        }
    })
}

fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let at = bytes.windows(old.len()).position(|window| window == old).unwrap();
    [&bytes[..at], new, &bytes[at + old.len()..]].concat()
}

#[test]
fn whatever_is_put_in_is_seen() {
    let mut kinds = std::collections::BTreeMap::new();
    for document in [sample::document(), charts::document()] {
        for (name, path) in FORMATS {
            let good = files(&document, &sample::formats(&[name])).unwrap();
            assert!(proof(&document, name, &good).is_ok());
            let mut dice = Dice(name.len() as u64);
            let mut tried = 0;
            while tried < 400 {
                let bytes = &good[path];
                let figure = ["7", "12", "350", "1,204"][dice.below(4)];
                let change = match name {
                    "html" => changed(std::str::from_utf8(bytes).unwrap(), figure, &mut dice)
                        .map(|(kind, text)| (kind, text.into_bytes())),
                    _ => archive_changed(bytes, figure, &mut dice),
                };
                let Some((kind, changed)) = change.filter(|(_, changed)| changed != bytes) else { continue };
                tried += 1;
                let mut files = good.clone();
                files.insert(path.to_owned(), changed.clone());
                assert!(
                    proof(&document, name, &files).is_err(),
                    "{name}: {kind} is not seen: {}",
                    String::from_utf8_lossy(&changed)
                );
                *kinds.entry((name, kind)).or_insert(0) += 1;
            }
        }
    }
    // Each way was tried on each format that it is open on.
    assert!(kinds.len() >= 45 && kinds.values().all(|tried| *tried > 2), "{} {kinds:?}", kinds.len());
}

#[test]
fn a_file_that_is_missing_or_of_another_document_is_not_proved() {
    let document = sample::document();
    let mut other = document.clone();
    other.tables[0].rows.swap(0, 1);
    for (name, path) in FORMATS {
        let files = files(&document, &sample::formats(&[name])).unwrap();
        assert_eq!(
            proof(&document, name, &Files::new()).unwrap_err(),
            format!(
                "`{path}` is not proved to hold what was approved and nothing else: it was approved, and is not there"
            )
        );
        assert!(proof(&other, name, &files).is_err(), "{name}");
    }
}

#[test]
fn a_marking_with_space_around_it_is_proved() {
    let mut document = sample::document();
    document.about.report[0] = candour_model::ReportField {
        field: "protective_marking".into(),
        label: "Protective marking".into(),
        value: "Official\n".into(),
    };
    is_proved(&document);
    let files = files(&document, &sample::formats(&["text"])).unwrap();
    assert!(proof(&document, "text", &files).is_ok());
}
