//! Canonical bytes: one JSON value has exactly one spelling, so that hashes agree between programs.
//! Keys are sorted here and not left to the JSON library, whose order changes with the features of other crates.

use serde_json::Value;

/// Compact JSON with the keys of every object sorted by their UTF-8 bytes.
pub fn canonical_bytes(value: &Value) -> Vec<u8> {
    let mut text = String::with_capacity(384);
    write_value(value, &mut text);
    text.into_bytes()
}

fn write_value(value: &Value, text: &mut String) {
    match value {
        Value::Array(items) => write_separated(text, '[', ']', items, write_value),
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().collect();
            sorted.sort_by(|left, right| left.0.as_bytes().cmp(right.0.as_bytes()));
            write_separated(text, '{', '}', &sorted, |(key, value), text| {
                text.push_str(&Value::String((*key).clone()).to_string());
                text.push(':');
                write_value(value, text);
            });
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

fn write_separated<T>(text: &mut String, open: char, close: char, items: &[T], write: impl Fn(&T, &mut String)) {
    text.push(open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write(item, text);
    }
    text.push(close);
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
