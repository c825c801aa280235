//! Archives of our own (PKWARE APPNOTE 6.3.10): every byte of one follows from the names and contents of its files.
//!
//! Files lie one after another from the first byte on, without extra fields, descriptors, comments, folders or times; the directory follows them, and
//! the end record ends the archive. Packed data are what packing at one level gives, so that no choice of the packer can carry anything.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

use super::NotProved;
use crate::report::Place;

/// At which level our archives are packed.
const LEVEL: u8 = 3;
/// Version 2.0, names in UTF-8: the first bytes of each header.
const VERSION: [u8; 2] = 20_u16.to_le_bytes();
const NAMES: [u8; 2] = (1_u16 << 11).to_le_bytes();
/// Midnight on 1 January 1980, the first moment that an archive can name.
const TIME: [u8; 4] = [0, 0, 1 << 5 | 1, 0];
/// The most that a part may hold, unpacked.
const LARGEST: usize = 1 << 31;

/// A file of an archive.
pub(super) struct Packed {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// The files of an archive, in order, once every byte of it is accounted for. `stored` names those that must not be packed.
pub(super) fn read(bytes: &[u8], stored: &dyn Fn(&str) -> bool) -> Result<Vec<Packed>, NotProved> {
    let mut along = Along { bytes, at: 0 };
    let mut files = Vec::new();
    let mut directory = Vec::new();
    while along.take_if(b"PK\x03\x04") {
        let offset = along.at - 4;
        let shared = along.at;
        along.exactly(&VERSION, "a version")?;
        along.exactly(&NAMES, "flags")?;
        let method = along.number(2)?;
        along.exactly(&TIME, "a time")?;
        let (checksum, packed, size, name) = (along.number(4)?, along.number(4)?, along.number(4)?, along.number(2)?);
        along.exactly(&[0, 0], "an extra field")?;
        let header = bytes.get(shared..along.at).unwrap_or_default().to_vec();
        let name = std::str::from_utf8(along.take(name)?).map_err(|_| along.fault("a name is no UTF-8"))?.to_owned();
        let place = Place::part(&name);
        let data = along.take(packed)?;
        let content = if stored(&name) { data.to_vec() } else { unpacked(data).ok_or_else(|| odd(&place))? };
        let is_packed = if stored(&name) { 0 } else { 8 };
        if method != is_packed || content.len() != size || crc32fast::hash(&content) as usize != checksum {
            return Err(NotProved::new(place, "its header does not tell of what it holds"));
        }
        directory.extend(*b"PK\x01\x02");
        directory.extend(VERSION);
        directory.extend(header);
        directory.extend([0; 10]);
        directory.extend(u32::try_from(offset).unwrap_or(u32::MAX).to_le_bytes());
        directory.extend(name.as_bytes());
        files.push(Packed { name, bytes: content });
    }
    let offset = along.at;
    let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
    let count = u16::try_from(files.len()).unwrap_or(u16::MAX).to_le_bytes();
    end.extend([count, count].concat());
    for number in [directory.len(), offset] {
        end.extend(u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
    }
    end.extend([0; 2]);
    along.exactly(&directory, "a directory")?;
    along.exactly(&end, "an end record")?;
    if along.at == bytes.len() { Ok(files) } else { Err(along.fault("there is more behind the archive")) }
}

/// What was packed, if packing it gives these bytes again.
fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let content = decompress_to_vec_with_limit(packed, LARGEST).ok()?;
    (compress_to_vec(&content, LEVEL) == packed).then_some(content)
}

fn odd(place: &Place) -> NotProved {
    NotProved::new(place.clone(), "it is not packed as its content alone would be")
}

struct Along<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Along<'b> {
    fn fault(&self, what: &str) -> NotProved {
        NotProved::new(Place::default(), format!("byte {}: {what}", self.at + 1))
    }

    fn take_if(&mut self, wanted: &[u8]) -> bool {
        let is_next = self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(wanted));
        self.at += if is_next { wanted.len() } else { 0 };
        is_next
    }

    fn exactly(&mut self, wanted: &[u8], what: &str) -> Result<(), NotProved> {
        if self.take_if(wanted) {
            Ok(())
        } else {
            Err(self.fault(&format!("the archive has {what} that no file of it asks for")))
        }
    }

    fn take(&mut self, length: usize) -> Result<&'b [u8], NotProved> {
        let taken = self.at.checked_add(length).and_then(|end| self.bytes.get(self.at..end));
        let taken = taken.ok_or_else(|| self.fault("the archive ends in the middle of a file"))?;
        self.at += length;
        Ok(taken)
    }

    /// A number of some bytes, the lowest first.
    fn number(&mut self, length: usize) -> Result<usize, NotProved> {
        let bytes = self.take(length)?;
        Ok(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
    }
}
