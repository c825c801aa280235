//! A text, line by line, as a release writes it and in no other way: UTF-8, lines that end in a line feed, the last one as well and nothing behind
//! it, no other control character, and no white space at the end of a line.

use super::NotProved;
use crate::report::Place;

/// The lines of a text.
///
/// # Errors
/// When it is not written as a release writes it.
pub fn lines(bytes: &[u8]) -> Result<Vec<&str>, NotProved> {
    let text = super::utf8(bytes)?;
    let whole = text.strip_suffix('\n').ok_or_else(|| NotProved::new(Place::default(), "its last line breaks off"))?;
    let lines: Vec<&str> = whole.split('\n').collect();
    for (line, number) in lines.iter().zip(1..) {
        let not = |reason| Err(NotProved::new(Place::default().at_line(number), reason));
        if line.contains(char::is_control) {
            return not("a control character");
        }
        if line.trim_end() != *line {
            return not("white space at the end of the line");
        }
    }
    if lines.last().is_some_and(|last| last.is_empty()) {
        return Err(NotProved::new(
            Place::default().at_line(lines.len().try_into().unwrap_or(u32::MAX)),
            "an empty line at the end",
        ));
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn white_space_that_nobody_sees_is_refused() {
        assert_eq!(lines(b"a\n\n  b\n"), Ok(vec!["a", "", "  b"]));
        for bad in ["a", "a\n\n", "a \n", "a\tb\n", "a\u{a0}\n", "a\r\n", "\u{feff}a\n", "a\u{7f}\n", "a\u{85}\n", ""] {
            assert!(lines(bad.as_bytes()).is_err(), "{bad:?}");
        }
        assert!(lines(&[0xff, b'\n']).is_err());
    }
}
