//! ZIP archives that are no office package: each file in them is inspected in turn.

use crate::limits::Uninspectable;
use crate::package::{is_leftover, leftover};
use crate::report::Place;
use crate::scan::Scan;
use crate::zip::{Archive, is_archive, shown_name};

pub(crate) fn is(bytes: &[u8]) -> bool {
    let other = [&b"%PDF"[..], b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8"];
    is_archive(bytes) && !other.iter().any(|magic| bytes.starts_with(magic))
}

/// Inspects the archive, and each file in it.
///
/// # Errors
/// When it is broken, encrypted or over the limits.
pub(crate) fn read(scan: &mut Scan<'_>, bytes: &[u8]) -> Result<(), Uninspectable> {
    let archive = Archive::open(scan, bytes)?;
    if archive.entries().iter().any(|entry| entry.is_encrypted()) {
        return Err(Uninspectable::new("it is encrypted"));
    }
    for entry in archive.entries().iter().filter(|entry| !entry.is_folder()) {
        let name = shown_name(&entry.name);
        if is_leftover(&entry.name) {
            leftover(scan, &archive, &entry.name);
            continue;
        }
        match archive.bytes(scan.budget(), entry) {
            Ok(content) => scan.inner(&name, &content),
            Err(why) => scan.cannot(Place::part(&name), &why),
        }
    }
    Ok(())
}
