//! Plain text: its encoding, and the characters in it that nobody sees.

use std::borrow::Cow;

use super::pdf::windows_1252;
use crate::carrier::{Severity, text};
use crate::limits::Uninspectable;
use crate::report::Place;
use crate::scan::Scan;

/// Is it text, and no markup?
pub(super) fn is(bytes: &[u8]) -> bool {
    decode(bytes).is_some_and(|(text, _)| !text.trim_start().starts_with('<'))
}

/// Finds what is hidden in a text.
pub(super) fn read(scan: &mut Scan<'_>, bytes: &[u8]) -> Result<(), Uninspectable> {
    let text = open(scan, bytes)?;
    characters(scan, &text)
}

/// The text, with a word on its encoding put down.
pub(super) fn open<'a>(scan: &mut Scan<'_>, bytes: &'a [u8]) -> Result<Cow<'a, str>, Uninspectable> {
    scan.budget().spend(bytes.len() as u64)?;
    let (text, encoding) = decode(bytes).ok_or_else(|| Uninspectable::new("its encoding is not known"))?;
    if encoding != "UTF-8" {
        scan.find(&text::ENCODING, Place::default(), format!("the text is in {encoding}"));
    }
    Ok(text)
}

/// The text and the name of its encoding; none if it is no text.
pub(super) fn decode(bytes: &[u8]) -> Option<(Cow<'_, str>, &'static str)> {
    let wide = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        rest.len().is_multiple_of(2).then(|| String::from_utf16(&units).ok()).flatten().map(Cow::Owned)
    };
    let (text, encoding) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (wide(rest, u16::from_le_bytes)?, "UTF-16"),
        [0xFE, 0xFF, rest @ ..] => (wide(rest, u16::from_be_bytes)?, "UTF-16"),
        [0xEF, 0xBB, 0xBF, rest @ ..] => (Cow::Borrowed(std::str::from_utf8(rest).ok()?), "UTF-8"),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => (Cow::Borrowed(text), "UTF-8"),
            Err(_) if bytes.iter().any(|&byte| is_control(char::from(byte)) && byte < 0x80) => return None,
            Err(_) => {
                (Cow::Owned(bytes.iter().map(|&byte| windows_1252(byte)).collect::<Option<String>>()?), "Windows-1252")
            }
        },
    };
    let controls = text.chars().filter(|&letter| is_control(letter)).count();
    (!text.contains('\0') && controls * 20 <= text.len()).then_some((text, encoding))
}

fn is_control(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\t' | '\n' | '\r' | '\u{c}')
}

/// Puts down the characters of a text that are not seen, one finding a kind.
pub(super) fn characters(scan: &mut Scan<'_>, whole: &str) -> Result<(), Uninspectable> {
    scan.budget().spend(whole.len() as u64)?;
    let mut first: [Option<(u32, usize)>; 5] = [None; 5];
    let mut line = 1_u32;
    let mut joined = false;
    for letter in whole.chars() {
        let kind = match letter {
            '\n' => {
                line = line.saturating_add(1);
                None
            }
            '\u{E0000}'..='\u{E0FFF}' => Some(0),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => Some(1),
            // Joiners have their place in some scripts and in emoji.
            '\u{200C}' | '\u{200D}' if joined => None,
            '\u{200B}'..='\u{200F}'
            | '\u{2060}'..='\u{2064}'
            | '\u{FEFF}'
            | '\u{180E}'
            | '\u{061C}'
            | '\u{115F}'
            | '\u{3164}' => Some(2),
            '\u{AD}' => Some(3),
            letter if is_control(letter) => Some(4),
            _ => None,
        };
        joined = !letter.is_ascii();
        if let Some(kind) = kind {
            let seen: &mut Option<(u32, usize)> = &mut first[kind];
            *seen = Some(seen.map_or((line, 1), |(line, count)| (line, count + 1)));
        }
    }
    let kinds = [
        (&text::UNSEEN_CHARACTERS, Severity::Block, "tags that are never shown"),
        (&text::UNSEEN_CHARACTERS, Severity::Block, "marks that turn the order of others"),
        // One or two are left by copying from a page; many may spell something.
        (&text::UNSEEN_CHARACTERS, Severity::Review, "characters without width"),
        (&text::UNSEEN_CHARACTERS, Severity::Info, "soft hyphens"),
        (&text::CONTROL_CHARACTERS, Severity::Review, "control characters"),
    ];
    for (seen, (carrier, severity, what)) in first.iter().zip(kinds) {
        let Some((line, count)) = *seen else { continue };
        let severity = if what.ends_with("width") && count > 8 { Severity::Block } else { severity };
        scan.find_as(carrier, severity, Place::default().at_line(line), format!("{count} {what}"), Vec::new());
    }
    Ok(())
}
