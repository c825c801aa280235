//! Changes to files: to their bytes, and to what they are built of, which is put together again so that a reader goes on to look inside.

mod archive;
mod flat;
mod image;
mod markup;
mod pdf;

use crate::chance::Chance;

/// How deep files in files are changed.
const DEPTH: u8 = 2;
/// A changed file is no larger than this.
const LARGEST: usize = 1 << 20;

/// A file made of another one. `others` are files that pieces may come from.
pub(crate) fn mutate(chance: &mut Chance, seed: &[u8], others: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = change(chance, seed, others, DEPTH);
    // Now and then the packing itself is damaged, too.
    if chance.once_in(8) {
        bytes = flat::change(chance, &bytes, others);
    }
    bytes.truncate(LARGEST);
    bytes
}

/// Changes the parts of what has parts, and the bytes of the rest.
fn change(chance: &mut Chance, bytes: &[u8], others: &[Vec<u8>], depth: u8) -> Vec<u8> {
    if !chance.once_in(6) {
        let built = match bytes {
            [b'P', b'K', ..] if depth > 0 => archive::change(chance, bytes, others, depth - 1),
            [b'%', b'P', b'D', b'F', ..] => pdf::change(chance, bytes, others),
            [0x89, b'P', b'N', b'G', ..] => image::change_png(chance, bytes, others),
            [0xFF, 0xD8, ..] => image::change_jpeg(chance, bytes, others),
            [b'<', ..] => Some(markup::change(chance, bytes)),
            _ => None,
        };
        if let Some(built) = built {
            return built;
        }
    }
    flat::change(chance, bytes, others)
}
