//! Reading a structure from an object only. Left to itself serde also takes a list as the fields in their order, and what a
//! script sent by mistake would be filed as something that nobody said.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

/// For `#[serde(default, deserialize_with = "domain::object::optional")]`: an object or nothing.
///
/// # Errors
/// What the format says about anything else.
pub fn optional<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    deserializer.deserialize_any(ObjectOrNothing(PhantomData))
}

struct ObjectOrNothing<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectOrNothing<T> {
    type Value = Option<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Fields {
        name: String,
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Outer {
        #[serde(default, deserialize_with = "optional")]
        fields: Option<Fields>,
    }

    #[track_caller]
    fn check(json: &str, expected: Option<Option<&str>>) {
        let read = serde_json::from_str::<Outer>(json).ok();
        assert_eq!(read.map(|outer| outer.fields.map(|fields| fields.name)), expected.map(|name| name.map(str::to_owned)), "{json}");
    }

    #[test]
    fn an_object_or_nothing_is_read_and_a_list_is_not() {
        check(r#"{"fields":{"name":"潘勇"}}"#, Some(Some("潘勇")));
        check(r#"{"fields":null}"#, Some(None));
        check("{}", Some(None));
        check(r#"{"fields":["潘勇"]}"#, None);
        check(r#"{"fields":"潘勇"}"#, None);
        check(r#"{"fields":{"name":1}}"#, None);
    }
}
