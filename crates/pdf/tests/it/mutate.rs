//! A PDF taken apart and put together again, with lengths and offsets as they must be, so that what is added lies in a sound file.

use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib;

/// Numbers that look random and are the same in every run (xorshift64).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % end
    }

    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        if of.is_empty() { None } else { of.get(self.below(of.len())) }
    }
}

#[derive(Clone)]
pub(crate) struct Object {
    /// Its value as it is written.
    pub(crate) value: String,
    pub(crate) data: Option<Vec<u8>>,
}

#[derive(Clone)]
pub(crate) struct Pdf {
    /// From number 1 on.
    pub(crate) objects: Vec<Object>,
    pub(crate) trailer: String,
    pub(crate) header: Vec<u8>,
}

impl Pdf {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let start = rfind(bytes, b"startxref\n");
        let table: usize = text(&bytes[start + 10..]).lines().next().unwrap().parse().unwrap();
        let lines = text(&bytes[table..start]);
        let (entries, trailer) = lines.split_once("trailer\n").unwrap();
        let mut offsets: Vec<usize> = entries.lines().skip(3).map(|line| line[..10].parse().unwrap()).collect();
        offsets.push(table);
        let object = |(at, range): (usize, &[usize])| {
            let head = format!("{} 0 obj\n", at + 1).len();
            let body = &bytes[range[0] + head..range[1] - "\nendobj\n".len()];
            match find(body, b"\nstream\n").filter(|_| body.ends_with(b"\nendstream")) {
                Some(data) => {
                    Object { value: text(&body[..data]), data: Some(body[data + 8..body.len() - 10].to_vec()) }
                }
                None => Object { value: text(body), data: None },
            }
        };
        let objects = offsets.windows(2).enumerate().map(object).collect();
        Self { objects, trailer: trailer.trim_end().to_owned(), header: bytes[..offsets[0]].to_vec() }
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        let mut bytes = self.header.clone();
        let mut table = String::from("0000000000 65535 f\r\n");
        for (at, object) in self.objects.iter().enumerate() {
            table += &format!("{:010} 00000 n\r\n", bytes.len());
            bytes.extend(format!("{} 0 obj\n", at + 1).into_bytes());
            match &object.data {
                Some(data) => {
                    let (_, rest) = object.value.split_once("/Length ").unwrap();
                    let rest = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
                    bytes.extend(format!("<</Length {}{rest}\nstream\n", data.len()).into_bytes());
                    bytes.extend(data);
                    bytes.extend(b"\nendstream");
                }
                None => bytes.extend(object.value.as_bytes()),
            }
            bytes.extend(b"\nendobj\n");
        }
        let start = bytes.len();
        let count = self.objects.len() + 1;
        let (_, rest) = self.trailer.split_once("<</Size ").unwrap();
        let rest = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
        bytes.extend(
            format!("xref\n0 {count}\n{table}trailer\n<</Size {count}{rest}\nstartxref\n{start}\n%%EOF").into_bytes(),
        );
        bytes
    }

    /// Adds an object. Gives its number.
    pub(crate) fn add(&mut self, value: &str, data: Option<Vec<u8>>) -> usize {
        self.objects.push(Object { value: value.to_owned(), data });
        self.objects.len()
    }

    /// The objects whose values hold a text, by their places.
    pub(crate) fn with(&self, part: &str) -> Vec<usize> {
        (0..self.objects.len()).filter(|&at| self.objects[at].value.contains(part)).collect()
    }

    /// Replaces the first such text in one of the objects that hold it. Gives the object's place.
    pub(crate) fn replace(&mut self, dice: &mut Dice, part: &str, by: &str) -> Option<usize> {
        let at = *dice.one(&self.with(part))?;
        self.objects[at].value = self.objects[at].value.replacen(part, by, 1);
        Some(at)
    }

    /// The value of a key that is a reference, as the place of its object.
    pub(crate) fn target(&self, at: usize, key: &str) -> Option<usize> {
        let (_, rest) = self.objects[at].value.split_once(&format!("/{key} "))?;
        rest.split_once(" 0 R")?.0.parse::<usize>().ok()?.checked_sub(1)
    }

    pub(crate) fn unpacked(&self, at: usize) -> Vec<u8> {
        decompress_to_vec_zlib(self.objects[at].data.as_ref().unwrap()).unwrap()
    }

    pub(crate) fn pack(&mut self, at: usize, data: &[u8]) {
        self.objects[at].data = Some(compress_to_vec_zlib(data, 6));
    }

    /// The places of pages.
    pub(crate) fn pages(&self) -> Vec<usize> {
        self.with("<</Type/Page/")
    }

    /// Changes the content of a page, whose bytes are all of one letter each.
    pub(crate) fn redraw(
        &mut self,
        dice: &mut Dice,
        change: impl FnOnce(&mut Dice, String) -> Option<String>,
    ) -> Option<()> {
        let page = *dice.one(&self.pages())?;
        let content = self.target(page, "Contents")?;
        let drawn = change(dice, text(&self.unpacked(content)))?;
        let bytes: Vec<u8> = drawn.chars().map(|letter| letter as u8).collect();
        self.pack(content, &bytes);
        Some(())
    }
}

/// Bytes as letters, one each.
fn text(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char::from(byte)).collect()
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

fn rfind(bytes: &[u8], part: &[u8]) -> usize {
    bytes.windows(part.len()).rposition(|window| window == part).unwrap()
}

/// The places at which a part occurs.
pub(crate) fn places(text: &str, part: &str) -> Vec<usize> {
    text.match_indices(part).map(|(at, _)| at).collect()
}

/// A text with another put in at a place.
pub(crate) fn with_at(text: &str, at: usize, more: &str) -> String {
    format!("{}{more}{}", &text[..at], &text[at..])
}
