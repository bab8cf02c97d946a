//! Bytes to text: UTF-8 with or without byte order mark, GB18030 (which contains GBK), UTF-16 as Excel's "Unicode text" writes it.
//!
//! GB18030 accepts almost any bytes, so it is tried last and never for a file that is UTF-8 with some damage:
//! a cut or spoiled UTF-8 file must not come out as mojibake.

use encoding_rs::{Encoding as Codec, GB18030, UTF_16BE, UTF_16LE};

/// Largest file that is read, bytes (64 MiB).
pub(crate) const LARGEST_FILE: usize = 64 << 20;

/// How the text was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Gb18030,
    Utf16,
}

/// Text, and whether its last character was cut through. Broken characters in the middle of UTF-8 are U+FFFD.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    pub(crate) encoding: Encoding,
    pub(crate) cut: bool,
}

/// Why there is no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undecodable {
    Empty,
    TooLarge,
    Workbook,
    UnknownEncoding,
}

/// Finds out how `bytes` are written and reads them.
///
/// # Errors
/// [`Undecodable`] when there is nothing in them or nothing that is text.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, Undecodable> {
    if bytes.len() > LARGEST_FILE {
        return Err(Undecodable::TooLarge);
    }
    if is_workbook(bytes) {
        return Err(Undecodable::Workbook);
    }
    let decoded = decode_text(bytes)?;
    let only_space = |character: char| character.is_whitespace() || matches!(character, '\u{feff}' | '\0' | '\u{1a}');
    if !decoded.cut && decoded.text.chars().all(only_space) { Err(Undecodable::Empty) } else { Ok(decoded) }
}

/// ZIP (xlsx, ods) and OLE (xls) signatures.
fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0])
}

fn decode_text(bytes: &[u8]) -> Result<Decoded, Undecodable> {
    if let Some((codec, body)) = utf16(bytes) {
        return Ok(decode_utf16(codec, body));
    }
    let marked = bytes.strip_prefix(b"\xef\xbb\xbf");
    let body = marked.unwrap_or(bytes);
    decode_utf8(body, marked.is_some()).map_or_else(|| decode_gb18030(body), Ok)
}

/// By its byte order mark, or, without one, because every other byte of ASCII text is zero.
fn utf16(bytes: &[u8]) -> Option<(&'static Codec, &[u8])> {
    if let Some(body) = bytes.strip_prefix(&[0xff, 0xfe]) {
        return Some((UTF_16LE, body));
    }
    if let Some(body) = bytes.strip_prefix(&[0xfe, 0xff]) {
        return Some((UTF_16BE, body));
    }
    match (zeros_at(bytes, 0), zeros_at(bytes, 1)) {
        (false, true) => Some((UTF_16LE, bytes)),
        (true, false) => Some((UTF_16BE, bytes)),
        _ => None,
    }
}

/// Whether more than a third of the first pairs of bytes have a zero at `offset`.
fn zeros_at(bytes: &[u8], offset: usize) -> bool {
    const PAIRS_LOOKED_AT: usize = 200;
    let pairs = || bytes.chunks_exact(2).take(PAIRS_LOOKED_AT);
    let zeros = pairs().filter(|pair| pair.get(offset) == Some(&0)).count();
    zeros.saturating_mul(3) > pairs().count()
}

fn decode_utf16(codec: &'static Codec, body: &[u8]) -> Decoded {
    let (text, _) = codec.decode_without_bom_handling(body);
    Decoded { text: text.into_owned(), encoding: Encoding::Utf16, cut: body.len() % 2 == 1 }
}

/// `None` when the bytes are rather something else.
fn decode_utf8(body: &[u8], marked: bool) -> Option<Decoded> {
    let damaged_utf8 = |cut| Decoded { text: String::from_utf8_lossy(body).into_owned(), encoding: Encoding::Utf8, cut };
    match std::str::from_utf8(body) {
        Ok(text) => Some(Decoded { text: text.to_owned(), encoding: Encoding::Utf8, cut: false }),
        Err(error) if error.error_len().is_none() => Some(damaged_utf8(true)),
        Err(_) if marked || is_rather_utf8(body) => Some(damaged_utf8(ends_in_broken_character(body))),
        Err(_) => None,
    }
}

/// Chinese in GBK hardly ever forms whole Chinese characters of UTF-8 by chance (about one in a hundred broken ones), so a
/// majority decides in a short file and a clear share in a long one, such as UTF-8 with rows of GBK pasted in.
fn is_rather_utf8(body: &[u8]) -> bool {
    const ENOUGH_TO_COUNT: usize = 20;
    const CLEAR_SHARE: usize = 8;
    let whole: usize = body.utf8_chunks().map(|chunk| chunk.valid().chars().filter(|character| is_chinese(*character)).count()).sum();
    let broken = body.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
    whole > broken || (whole >= ENOUGH_TO_COUNT && whole.saturating_mul(CLEAR_SHARE) > broken)
}

fn is_chinese(character: char) -> bool {
    matches!(character, '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

fn ends_in_broken_character(body: &[u8]) -> bool {
    body.utf8_chunks().last().is_some_and(|chunk| !chunk.invalid().is_empty())
}

fn decode_gb18030(body: &[u8]) -> Result<Decoded, Undecodable> {
    const LONGEST_CUT: usize = 3;
    (0..=LONGEST_CUT)
        .find_map(|cut_bytes| {
            let whole = body.get(..body.len().checked_sub(cut_bytes)?)?;
            let text = GB18030.decode_without_bom_handling_and_without_replacement(whole)?;
            Some(Decoded { text: text.into_owned(), encoding: Encoding::Gb18030, cut: cut_bytes > 0 })
        })
        .ok_or(Undecodable::UnknownEncoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Result<(&str, Encoding, bool), Undecodable>) {
        let expected = expected.map(|(text, encoding, cut)| Decoded { text: text.to_owned(), encoding, cut });
        assert_eq!(decode(bytes), expected, "{bytes:?}");
    }

    fn utf16_bytes(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn encodings_are_told_apart() {
        check("名称,a".as_bytes(), Ok(("名称,a", Encoding::Utf8, false)));
        check("\u{feff}名称".as_bytes(), Ok(("名称", Encoding::Utf8, false)));
        check(&GB18030.encode("名称,䶮𠮷").0, Ok(("名称,䶮𠮷", Encoding::Gb18030, false)));
        check(&utf16_bytes("\u{feff}名,称\r\n", u16::to_le_bytes), Ok(("名,称\r\n", Encoding::Utf16, false)));
        check(&utf16_bytes("\u{feff}名,称\r\n", u16::to_be_bytes), Ok(("名,称\r\n", Encoding::Utf16, false)));
        check(&utf16_bytes("code,name,名", u16::to_le_bytes), Ok(("code,name,名", Encoding::Utf16, false)));
    }

    #[test]
    fn a_cut_file_is_cut_and_not_mojibake() {
        let utf8 = "名称,保卫处".as_bytes();
        check(&utf8[..utf8.len() - 1], Ok(("名称,保卫\u{fffd}", Encoding::Utf8, true)));
        check(&utf8[..utf8.len() - 2], Ok(("名称,保卫\u{fffd}", Encoding::Utf8, true)));
        let gbk = GB18030.encode("名称,保卫处").0;
        check(&gbk[..gbk.len() - 1], Ok(("名称,保卫", Encoding::Gb18030, true)));
        check(&[0xff, 0xfe, b'a', 0, b'b'], Ok(("a\u{fffd}", Encoding::Utf16, true)));
    }

    #[test]
    fn damage_inside_utf8_stays_where_it_is() {
        check(b"\xe5\x90\x8d\xe7\xa7\xb0,\xc3(,a\n", Ok(("名称,\u{fffd}(,a\n", Encoding::Utf8, false)));
    }

    #[test]
    fn a_whole_hospital_is_told_apart() {
        for (name, bytes) in testkit::hospital::CLEAN {
            let text = std::str::from_utf8(bytes).unwrap();
            check(&GB18030.encode(text).0, Ok((text, if text.is_ascii() { Encoding::Utf8 } else { Encoding::Gb18030 }, false)));
            let pasted = [bytes, &GB18030.encode(text).0[..]].concat();
            let mojibake = decode(&pasted).is_ok_and(|decoded| decoded.encoding == Encoding::Gb18030);
            assert!(text.is_ascii() || !mojibake, "{name}");
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for nothing in [&b""[..], b"\xef\xbb\xbf", b" \r\n\r\n", b"\xff\xfe", b"\x1a"] {
            check(nothing, Err(Undecodable::Empty));
        }
        check(b"PK\x03\x04....", Err(Undecodable::Workbook));
        check(b"a\xff\xff\xff\xffb,\xff,c\n", Err(Undecodable::UnknownEncoding));
        check(&vec![b'a'; LARGEST_FILE + 1], Err(Undecodable::TooLarge));
    }
}
