//! Small pictures, made by program.

pub(crate) fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u16 + 2).to_be_bytes();
    [&[0xFF, marker], &length[..], body].concat()
}

/// A JPEG with this segment more, and these bytes behind it.
pub(crate) fn jpeg(more: &[u8], behind: &[u8]) -> Vec<u8> {
    let head = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    let scan = [segment(0xDA, &[1, 1, 0, 0, 63, 0]), vec![1, 2, 0xFF, 0, 3]].concat();
    [&[0xFF, 0xD8], &head[..], more, &scan, &[0xFF, 0xD9], behind].concat()
}

/// Exif with a directory of positions that has a latitude.
pub(crate) fn positioned() -> Vec<u8> {
    let mut tiff = b"Exif\0\0II*\0\x08\0\0\0".to_vec();
    tiff.extend_from_slice(&[1, 0, 0x25, 0x88, 4, 0, 1, 0, 0, 0, 26, 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend_from_slice(&[1, 0, 2, 0, 5, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    tiff
}

pub(crate) fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u32).to_be_bytes();
    // The checksum plays no part in what a chunk holds.
    [&length, &kind[..], body, &[0; 4]].concat()
}

/// A grey PNG of 2 x 2 with these rows, this chunk more, and these bytes behind.
pub(crate) fn png(rows: &[u8], more: &[u8], behind: &[u8]) -> Vec<u8> {
    let head = chunk(b"IHDR", &[0, 0, 0, 2, 0, 0, 0, 2, 8, 0, 0, 0, 0]);
    let data = chunk(b"IDAT", &miniz_oxide::deflate::compress_to_vec_zlib(rows, 6));
    [&b"\x89PNG\r\n\x1a\n"[..], &head, more, &data, &chunk(b"IEND", &[]), behind].concat()
}
