//! Canonical bytes: one JSON value has exactly one spelling, so that hashes agree between programs.
//! Keys are sorted here and not left to the JSON library, whose order changes with the features of other crates.

use serde::Serialize;
use serde_json::Value;

/// Compact JSON with the keys of every object sorted by their UTF-8 bytes.
pub fn canonical_bytes(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1_024);
    write_value(value, &mut bytes);
    bytes
}

fn write_value(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::Array(items) => write_separated(bytes, *b"[]", items, write_value),
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().collect();
            sorted.sort_by(|left, right| left.0.as_bytes().cmp(right.0.as_bytes()));
            write_separated(bytes, *b"{}", &sorted, |(key, value), bytes| {
                write_scalar(key, bytes);
                bytes.push(b':');
                write_value(value, bytes);
            });
        }
        scalar => write_scalar(scalar, bytes),
    }
}

fn write_scalar(scalar: &impl Serialize, bytes: &mut Vec<u8>) {
    // Neither writing into memory nor a value of JSON can fail.
    let _ = serde_json::to_writer(bytes, scalar);
}

fn write_separated<T>(bytes: &mut Vec<u8>, [open, close]: [u8; 2], items: &[T], write: impl Fn(&T, &mut Vec<u8>)) {
    bytes.push(open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            bytes.push(b',');
        }
        write(item, bytes);
    }
    bytes.push(close);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_at_every_depth_and_nothing_is_spaced() {
        let value = serde_json::json!({"b": [{"z": 1, "a": "汉\n"}], "a": null});
        assert_eq!(String::from_utf8(canonical_bytes(&value)).unwrap(), r#"{"a":null,"b":[{"a":"汉\n","z":1}]}"#);
    }
}
