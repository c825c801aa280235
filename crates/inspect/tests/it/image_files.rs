//! Small pictures, made by program.

pub(crate) fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u16 + 2).to_be_bytes();
    [&[0xFF, marker], &length[..], body].concat()
}

/// A grey JPEG of one pixel, which any program can draw, with this segment more, and these bytes behind it.
pub(crate) fn jpeg(more: &[u8], behind: &[u8]) -> Vec<u8> {
    let head = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    // All of one step; one code of one bit each for no difference and for the end of the block.
    let steps = segment(0xDB, &[&[0][..], &[1; 64]].concat());
    let frame = segment(0xC0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]);
    let codes = |class| segment(0xC4, &[&[class, 1][..], &[0; 16]].concat());
    let scan = [segment(0xDA, &[1, 1, 0, 0, 63, 0]), vec![0x3F, 0xFF, 0, 3]].concat();
    let picture = [steps, frame, codes(0), codes(0x10), scan].concat();
    [&[0xFF, 0xD8], &head[..], more, &picture, &[0xFF, 0xD9], behind].concat()
}

/// Exif with a directory of positions that has a latitude, 51 degrees and 30 minutes.
pub(crate) fn positioned() -> Vec<u8> {
    let mut tiff = b"Exif\0\0II*\0\x08\0\0\0".to_vec();
    tiff.extend_from_slice(&[1, 0, 0x25, 0x88, 4, 0, 1, 0, 0, 0, 26, 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend_from_slice(&[1, 0, 2, 0, 5, 0, 3, 0, 0, 0, 44, 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend([51, 1, 30, 1, 0, 1].iter().flat_map(|long: &u32| long.to_le_bytes()));
    tiff
}

pub(crate) fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u32).to_be_bytes();
    let checksum = crc32fast::hash(&[&kind[..], body].concat()).to_be_bytes();
    [&length, &kind[..], body, &checksum].concat()
}

/// A grey PNG of 2 x 2 with these rows, this chunk more, and these bytes behind.
pub(crate) fn png(rows: &[u8], more: &[u8], behind: &[u8]) -> Vec<u8> {
    let head = chunk(b"IHDR", &[0, 0, 0, 2, 0, 0, 0, 2, 8, 0, 0, 0, 0]);
    let data = chunk(b"IDAT", &miniz_oxide::deflate::compress_to_vec_zlib(rows, 6));
    [&b"\x89PNG\r\n\x1a\n"[..], &head, more, &data, &chunk(b"IEND", &[]), behind].concat()
}
