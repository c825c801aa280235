//! A data file, row by row, as a release writes it and in no other way (RFC 4180): UTF-8, lines that end in CRLF, quotation marks only where a field
//! needs them, as many fields in each row as in the first.
//!
//! So whatever is equal field by field is equal byte by byte.

use std::borrow::Cow;

use super::NotProved;
use crate::report::Place;

/// Reads a data file.
#[derive(Debug)]
pub struct Reader<'b> {
    text: &'b str,
    at: usize,
    row: u32,
    width: Option<usize>,
}

impl<'b> Reader<'b> {
    /// Of these bytes.
    ///
    /// # Errors
    /// When they are not UTF-8, or begin with a byte order mark.
    pub fn new(bytes: &'b [u8]) -> Result<Self, NotProved> {
        Ok(Self { text: super::utf8(bytes)?, at: 0, row: 0, width: None })
    }

    /// The row that was read last; the first is 1.
    pub fn place(&self) -> Place {
        Place { row: Some(self.row), ..Place::default() }
    }

    /// The next row; none at the end of the file.
    ///
    /// # Errors
    /// When it is not written as a release writes it.
    pub fn row(&mut self) -> Result<Option<Vec<Cow<'b, str>>>, NotProved> {
        if self.at == self.text.len() {
            return Ok(None);
        }
        self.row = self.row.saturating_add(1);
        let mut fields = Vec::with_capacity(self.width.unwrap_or_default());
        // The one empty field that is quoted stands alone in its row, which else would be an empty line.
        let (mut empty, mut quoted_empty) = (0, 0);
        loop {
            let is_quoted = self.rest().starts_with('"');
            let field = self.field()?;
            empty += usize::from(field.is_empty());
            quoted_empty += usize::from(field.is_empty() && is_quoted);
            fields.push(field);
            if !self.take(",") {
                break;
            }
        }
        if !self.take("\r\n") {
            return Err(self.not("a row should end in CRLF, and a field that is quoted with its quotation mark"));
        }
        let is_alone = fields.len() == 1 && empty == 1;
        if quoted_empty != usize::from(is_alone) {
            return Err(self.not("an empty line, or quotation marks that an empty field does not need"));
        }
        if *self.width.get_or_insert(fields.len()) != fields.len() {
            return Err(self.not("a row has not as many fields as the first"));
        }
        Ok(Some(fields))
    }

    fn rest(&self) -> &'b str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    fn not(&self, reason: &str) -> NotProved {
        NotProved::new(self.place(), reason)
    }

    fn field(&mut self) -> Result<Cow<'b, str>, NotProved> {
        if !self.take("\"") {
            let rest = self.rest();
            let length = rest.find([',', '"', '\r', '\n']).unwrap_or(rest.len());
            self.at += length;
            return Ok(Cow::Borrowed(&rest[..length]));
        }
        let mut field = String::new();
        loop {
            let rest = self.rest();
            let Some(length) = rest.find('"') else { return Err(self.not("a field breaks off")) };
            field.push_str(&rest[..length]);
            self.at += length + 1;
            if !self.take("\"") {
                break;
            }
            field.push('"');
        }
        if !needs_quotes(&field) && !field.is_empty() {
            return Err(self.not("quotation marks that the field does not need"));
        }
        Ok(Cow::Owned(field))
    }
}

fn needs_quotes(field: &str) -> bool {
    field.contains([',', '"', '\r', '\n'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Result<Vec<Vec<String>>, NotProved> {
        let mut reader = Reader::new(text.as_bytes())?;
        let mut rows = Vec::new();
        while let Some(row) = reader.row()? {
            rows.push(row.into_iter().map(Cow::into_owned).collect());
        }
        Ok(rows)
    }

    #[test]
    fn one_way_of_writing_and_no_other() {
        assert_eq!(all("a,b\r\n\"1,5\",\"x\"\"\n\"\r\n,\r\n").unwrap(), [["a", "b"], ["1,5", "x\"\n"], ["", ""]]);
        assert_eq!(all("a\r\n\"\"\r\n").unwrap(), [["a"], [""]]);
        let bad = [
            "a,b\n",
            "a,b",
            "a,b\r\n1\r\n",
            "a,b\r\n1,2,3\r\n",
            "a,b\r\n\"1\",2\r\n",
            "a,b\r\n1,\"\"\r\n",
            "\u{feff}a\r\n",
            "a\r\n\r\n",
            "a,b\r\nx\"y,2\r\n",
            "a,b\r\n\"x,\"y,2\r\n",
            "a,b\r\n1,2\r\n\r\n",
            "a,b\r\n1,2\r\n ",
            "a,\"b,\r\n",
            "a\rb\r\n",
        ];
        for text in bad {
            assert!(all(text).is_err(), "{text:?}");
        }
    }
}
