use crate::{limits::Uninspectable, scan::Scan};
pub(crate) fn is_sheet(_: &[u8]) -> bool { false }
pub(crate) fn is_text(_: &[u8]) -> bool { false }
pub(crate) fn is_other(_: &[u8]) -> bool { false }
pub(crate) fn is_flat(_: &[u8]) -> bool { false }
pub(crate) fn read(_: &mut Scan<'_>, _: &[u8]) -> Result<(), Uninspectable> { Ok(()) }
pub(crate) fn read_flat(_: &mut Scan<'_>, _: &[u8]) -> Result<(), Uninspectable> { Ok(()) }
