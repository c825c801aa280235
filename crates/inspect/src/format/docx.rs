use crate::{limits::Uninspectable, scan::Scan};
pub(crate) fn is(_: &[u8]) -> bool { false }
pub(crate) fn read(_: &mut Scan<'_>, _: &[u8]) -> Result<(), Uninspectable> { Ok(()) }
