//! Small compound files ([MS-CFB]), made by program.

const SECTOR: usize = 512;
const FREE: u32 = 0xFFFF_FFFF;
const END: u32 = 0xFFFF_FFFE;
/// Shorter streams would have to lie in sectors of another size.
const LEAST: usize = 4096;

/// A storage or a stream: its name, the number of what holds it (0 is the root, the first of the list is 1), and what a stream holds.
pub(crate) type Entry<'a> = (&'a str, usize, Option<Vec<u8>>);

/// A compound file with these entries; streams are filled up with zeros to 4,096 bytes.
pub(crate) fn compound(entries: &[Entry]) -> Vec<u8> {
    let directory_sectors = (entries.len() + 1).div_ceil(4);
    let mut table = vec![0xFFFF_FFFD];
    chain(&mut table, directory_sectors);
    let (mut directory, mut data) = (Vec::new(), Vec::new());
    let first_in = |parent: usize| entries.iter().position(|(_, of, _)| *of == parent).map_or(FREE, |at| at as u32 + 1);
    directory.extend(entry("Root Entry", 5, FREE, first_in(0), END, 0));
    for (at, (name, parent, content)) in entries.iter().enumerate() {
        let next = entries.iter().skip(at + 1).position(|(_, of, _)| of == parent);
        let next = next.map_or(FREE, |further| (at + 2 + further) as u32);
        if let Some(content) = content {
            let mut content = content.clone();
            content.resize(content.len().max(LEAST), 0);
            directory.extend(entry(name, 2, next, FREE, table.len() as u32, content.len() as u32));
            content.resize(content.len().next_multiple_of(SECTOR), 0);
            chain(&mut table, content.len() / SECTOR);
            data.extend(content);
        } else {
            directory.extend(entry(name, 1, next, first_in(at + 1), END, 0));
        }
    }
    directory.resize(directory_sectors * SECTOR, 0);
    table.resize(SECTOR / 4, FREE);
    let mut head = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    head.resize(24, 0);
    // Version 3, little endian, sectors of 512 bytes, small ones of 64; one sector of the table, at 0; the directory from 1.
    head.extend([0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0, 0, 0, 0, 0, 0, 0]);
    head.extend([0, 1, 1, 0, LEAST as u32, END, 0, END, 0, 0].iter().flat_map(|long| long.to_le_bytes()));
    head.resize(SECTOR, 0xFF);
    [head, table.iter().flat_map(|long| long.to_le_bytes()).collect(), directory, data].concat()
}

/// This many sectors more, one after the other.
fn chain(table: &mut Vec<u32>, sectors: usize) {
    for _ in 1..sectors {
        table.push(table.len() as u32 + 1);
    }
    table.push(END);
}

fn entry(name: &str, kind: u8, next: u32, child: u32, start: u32, size: u32) -> Vec<u8> {
    let mut bytes: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let length = bytes.len() as u16 + 2;
    bytes.resize(64, 0);
    bytes.extend(length.to_le_bytes());
    bytes.extend([kind, 1]);
    bytes.extend([FREE, next, child].iter().flat_map(|long| long.to_le_bytes()));
    bytes.resize(116, 0);
    bytes.extend([start, size, 0].iter().flat_map(|long| long.to_le_bytes()));
    bytes
}

/// An object that wraps a file, as Windows writes it ([MS-OLEDS], `OLE10NativeStream`).
pub(crate) fn wrapped(name: &str, content: &[u8]) -> Vec<u8> {
    let path = format!("C:\\Users\\joan\\{name}\0");
    let mut native = [&[2, 0], name.as_bytes(), b"\0", path.as_bytes(), &[0, 0, 3, 0]].concat();
    native.extend((path.len() as u32).to_le_bytes());
    native.extend(path.bytes());
    native.extend((content.len() as u32).to_le_bytes());
    native.extend(content);
    let stream = [&(native.len() as u32).to_le_bytes(), &native[..]].concat();
    compound(&[("\u{1}Ole10Native", 0, Some(stream))])
}
