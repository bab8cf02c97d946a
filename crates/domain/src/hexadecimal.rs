//! Bytes as people and addresses can carry them.

/// Two small hexadecimal digits for each byte.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads what [`hexadecimal`] wrote of so many bytes; `None` for anything else.
pub fn from_hexadecimal<const BYTES: usize>(text: &str) -> Option<[u8; BYTES]> {
    let digits: Vec<u8> = text.chars().map(|digit| digit.to_digit(16).and_then(|value| u8::try_from(value).ok())).collect::<Option<_>>()?;
    let bytes = digits.chunks(2).map(|pair| if let [high, low] = pair { Some((high << 4) | low) } else { None });
    bytes.collect::<Option<Vec<u8>>>()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_two_digits() {
        assert_eq!(hexadecimal(&[0x00, 0x0a, 0xff]), "000aff");
        assert_eq!(from_hexadecimal("000aff"), Some([0x00, 0x0a, 0xff]));
        for other in ["", "000af", "000aff00", "000agg"] {
            assert_eq!(from_hexadecimal::<3>(other), None, "{other}");
        }
    }
}
