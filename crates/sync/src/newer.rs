//! Words of a newer program on the wire: a variant that this program does not know must not make the rest unreadable,
//! because one unreadable answer stops a device until it is upgraded.
//!
//! What may be added without a new [`crate::wire::PROTOCOL`] is what an older end may pass over. Everything else needs one.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, EnumAccess, Error, IntoDeserializer, MapAccess, VariantAccess, Visitor};
use serde::{Deserialize, Deserializer, de};

/// An enum of the wire, written as `{variant: content}`, or as the variant's name alone where it has no content.
pub(crate) trait Extensible<'de>: Sized {
    /// The variants that this program knows, as they are written.
    const KNOWN: &'static [&'static str];

    /// What every variant holds, also one that is added later.
    type Always: Deserialize<'de>;

    /// Reads a variant that is known.
    fn known<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// What a variant becomes that is not; without content it is only a name.
    fn newer(always: Option<Self::Always>) -> Option<Self>;
}

/// Reads an [`Extensible`] enum.
pub(crate) fn read<'de, D: Deserializer<'de>, T: Extensible<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(AnyVariant(PhantomData))
}

struct AnyVariant<T>(PhantomData<T>);

impl<'de, T: Extensible<'de>> AnyVariant<T> {
    fn newer<E: Error>(name: &str, always: Option<T::Always>) -> Result<T, E> {
        T::newer(always).ok_or_else(|| E::unknown_variant(name, T::KNOWN))
    }
}

impl<'de, T: Extensible<'de>> Visitor<'de> for AnyVariant<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "one of {:?}, or a newer one with its content", T::KNOWN)
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<T, E> {
        if T::KNOWN.contains(&name) { T::known(name.into_deserializer()) } else { Self::newer(name, None) }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let name: String = map.next_key()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
        if T::KNOWN.contains(&name.as_str()) {
            return T::known(KnownVariant { name, map });
        }
        Self::newer(&name, Some(map.next_value()?))
    }
}

/// `{name: content}` of which the name has been read, as serde's derived code takes it.
struct KnownVariant<A> {
    name: String,
    map: A,
}

impl<'de, A: MapAccess<'de>> Deserializer<'de> for KnownVariant<A> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_enum(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de, A: MapAccess<'de>> EnumAccess<'de> for KnownVariant<A> {
    type Error = A::Error;
    type Variant = Content<A>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Content<A>), A::Error> {
        Ok((seed.deserialize(self.name.into_deserializer())?, Content(self.map)))
    }
}

/// The content of a variant.
struct Content<A>(A);

impl<'de, A: MapAccess<'de>> VariantAccess<'de> for Content<A> {
    type Error = A::Error;

    fn unit_variant(mut self) -> Result<(), A::Error> {
        self.0.next_value()
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(mut self, seed: T) -> Result<T::Value, A::Error> {
        self.0.next_value_seed(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(mut self, _: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.0.next_value_seed(Fields(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(mut self, _: &'static [&'static str], visitor: V) -> Result<V::Value, A::Error> {
        self.0.next_value_seed(Fields(visitor))
    }
}

/// The fields of a variant, read by the visitor that derived code brings.
struct Fields<V>(V);

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Fields<V> {
    type Value = V::Value;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        deserializer.deserialize_any(self.0)
    }
}
