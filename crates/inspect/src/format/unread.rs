//! Formats that are recognised and not read yet: what is in them cannot be told, and that is a finding.

use crate::limits::Uninspectable;
use crate::ole::{Compound, is_compound};
use crate::package::main_type;
use crate::scan::Scan;

/// A compound file: an encrypted package, or an office document of the old kind.
pub(crate) fn is_old_office(bytes: &[u8]) -> bool {
    is_compound(bytes)
}

pub(crate) fn is_slides(bytes: &[u8]) -> bool {
    main_type(bytes).is_some_and(|main| main.starts_with("presentationml") || main.starts_with("ms-powerpoint"))
}

pub(crate) fn is_rtf(bytes: &[u8]) -> bool {
    bytes.starts_with(b"{\\rtf")
}

/// Says which of the old kinds it is.
///
/// # Errors
/// Always.
pub(crate) fn old_office(_: &mut Scan<'_>, bytes: &[u8]) -> Result<(), Uninspectable> {
    let compound =
        Compound::open(bytes).ok_or_else(|| Uninspectable::new("it is a broken office document of the old kind"))?;
    let reason = if compound.has("EncryptedPackage") || compound.has("EncryptionInfo") {
        "it is encrypted"
    } else if compound.has("Workbook") || compound.has("Book") {
        "its format (Excel 97 to 2003) is not read yet"
    } else if compound.has("WordDocument") {
        "its format (Word 97 to 2003) is not read yet"
    } else if compound.has("PowerPoint Document") {
        "its format (PowerPoint 97 to 2003) is not read yet"
    } else {
        "its format (a compound file) is not read yet"
    };
    Err(Uninspectable::new(reason))
}

/// Says that it is not read.
///
/// # Errors
/// Always.
pub(crate) fn not_yet(_: &mut Scan<'_>, _: &[u8]) -> Result<(), Uninspectable> {
    Err(Uninspectable::new("its format is not read yet"))
}
