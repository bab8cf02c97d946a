//! Every answer of the tests is one that the OpenAPI document describes: whoever makes a client from it refuses all others.

use reqwest::StatusCode;
use serde_json::Value;

/// Holds an answer against the document; a path that no route has is described nowhere.
#[track_caller]
pub fn check(document: &Value, method: &str, path: &str, status: StatusCode, body: &Value) {
    let Some(operation) = operation(document, method, path) else { return };
    let responses = &operation["responses"];
    let response = responses.get(status.as_str()).unwrap_or(&responses["default"]);
    let schema = &response["content"]["application/json"]["schema"];
    if schema.is_object() {
        let wrong = differences(document, schema, body, "");
        assert!(wrong.is_empty(), "{method} {path} {status}: {wrong:?}: {body}");
    }
}

fn operation<'a>(document: &'a Value, method: &str, path: &str) -> Option<&'a Value> {
    let asked: Vec<&str> = path.split('?').next()?.split('/').collect();
    let fits = |template: &str| {
        let template: Vec<&str> = template.split('/').collect();
        template.len() == asked.len() && template.iter().zip(&asked).all(|(part, asked)| part == asked || part.starts_with('{'))
    };
    let (_, item) = document["paths"].as_object()?.iter().find(|(template, _)| fits(template))?;
    item.get(method)
}

/// Where a value is not what a schema says, as far as our document uses schemas.
fn differences(document: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let named = document.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("{name} is in no document"));
        return differences(document, named, value, at);
    }
    let mut wrong = Vec::new();
    if !has_type(&schema["type"], value) {
        wrong.push(format!("{at} is no {}", schema["type"]));
    }
    if schema["enum"].as_array().is_some_and(|allowed| !allowed.contains(value)) {
        wrong.push(format!("{at} is none of {}", schema["enum"]));
    }
    for choice in ["oneOf", "anyOf"] {
        let fits = |one: &Value| differences(document, one, value, at).is_empty();
        if schema[choice].as_array().is_some_and(|choices| !choices.iter().any(fits)) {
            wrong.push(format!("{at} is none of the {choice}"));
        }
    }
    let inside = |schema: &Value, value: &Value, key: &str| differences(document, schema, value, &format!("{at}/{key}"));
    wrong.extend(schema["allOf"].as_array().into_iter().flatten().flat_map(|part| differences(document, part, value, at)));
    if let Some(members) = value.as_object() {
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        wrong.extend(required.filter(|name| !members.contains_key(*name)).map(|name| format!("{at}/{name} is missing")));
        for (name, member) in members {
            match schema["properties"].get(name) {
                Some(property) => wrong.extend(inside(property, member, name)),
                None if schema["additionalProperties"].is_object() => wrong.extend(inside(&schema["additionalProperties"], member, name)),
                None => {}
            }
        }
    }
    if let (Some(elements), true) = (value.as_array(), schema["items"].is_object()) {
        wrong.extend(elements.iter().enumerate().flat_map(|(index, element)| inside(&schema["items"], element, &index.to_string())));
    }
    wrong
}

fn has_type(types: &Value, value: &Value) -> bool {
    let has = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    match types {
        Value::String(name) => has(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(has),
        _ => true,
    }
}
